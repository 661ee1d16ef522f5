"""Images from packaged sets, folders and archives."""
