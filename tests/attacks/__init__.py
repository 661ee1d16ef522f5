"""Attacks that take too long for `make test`; each is run by a command of its own that the README names."""
