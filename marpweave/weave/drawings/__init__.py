"""Weaves diagrams and plots."""
