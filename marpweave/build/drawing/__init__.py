"""Draws diagrams and plots before slides are rendered."""
