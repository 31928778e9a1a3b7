"""What weaving itself writes on slides, by the deck's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from marpweave.model.finding import Kind

PLACEHOLDERS: Mapping[str, Mapping[Kind, str]] = {
    "en": {Kind.MISSING_IMAGE: "missing image", Kind.REMOTE_IMAGE: "remote image",
           Kind.OUTSIDE_IMAGE: "outside image"},
    "ja": {Kind.MISSING_IMAGE: "画像が見つかりません", Kind.REMOTE_IMAGE: "ネットワーク上の画像",
           Kind.OUTSIDE_IMAGE: "プロジェクト外の画像"},
}


def placeholder_text(kind: Kind, lang: str) -> str:
    """What stands in place of an image that cannot be shown; English for languages without a row."""
    return PLACEHOLDERS.get(lang, PLACEHOLDERS["en"])[kind]
