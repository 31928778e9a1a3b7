"""Observes what a cell depends on, inside the kernel."""
