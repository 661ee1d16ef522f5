"""The frame that all concept labs share: modes, steps, exercises."""
