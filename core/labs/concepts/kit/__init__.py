"""Parts that the concept labs share: drawings, formulas, exercises, cells and convolutions."""
