"""Parses options: on fences, in ``#|`` lines and in the front matter."""
