"""Compares outcomes with a deck: verdicts, findings, updated text. Pure except `sources`, `remedies`, `patterns`."""
