"""Archives and pictures: bounded unpacking, labels by folder or table, near copies."""
