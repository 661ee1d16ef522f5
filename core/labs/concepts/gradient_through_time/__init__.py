"""Gradients over many steps: vanishing, exploding, clipping."""
