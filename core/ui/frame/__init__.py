"""The frame that all pages share: menu, heading and footer, the order of painting, the link to share."""
