"""The lab's page: controls and views."""
