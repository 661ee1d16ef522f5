"""Charts and colours that several labs share."""
