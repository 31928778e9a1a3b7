"""Deck and outcomes -> verdicts, findings, updated text. Pure but for `sources`, `remedies`, `patterns`."""
