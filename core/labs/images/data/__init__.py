"""Pictures from packaged sets, folders and archives."""
