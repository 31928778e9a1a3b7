"""Diagrams and plots in woven Markdown."""
