"""Deck and outcomes -> verdicts, findings, the text made true. Pure but for `sources`, `remedies`, `patterns`."""
