"""Compares two states of a project slide by slide."""
