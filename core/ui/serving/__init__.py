"""Middleware and files of the web server: compressed frontend, fonts, headers, warm-up."""
