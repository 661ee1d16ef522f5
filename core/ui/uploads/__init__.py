"""Files that people bring: kept for their browser, read by a worker, previewed; and downloads."""
