"""Image classification: the convolutional networks of the report, their activations, and transfer learning."""
