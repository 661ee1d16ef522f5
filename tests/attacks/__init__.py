"""Contain attacks that take too long for `make test`; each has its own command, named in docs/testing.md."""
