"""Pictures in classes: convolutional networks of the report, what their channels see, and transfer between tasks."""
