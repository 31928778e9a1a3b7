"""Draws diagrams and plots in the colours of the slides."""
