"""Deck and outcomes -> verdicts, findings, and the text made true. Pure but for `sources`."""
