"""The networks, their inputs, their training and cross-validation."""
