"""Woven decks -> files in the output folder, then every slide is measured."""

from __future__ import annotations
