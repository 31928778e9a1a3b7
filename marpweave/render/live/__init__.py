"""Renders slides for previews."""
