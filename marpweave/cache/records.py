"""Records: JSON of a declared shape. A record of any other shape counts as damaged, whoever wrote it. Pure."""

from __future__ import annotations

import json
from typing import Annotated, NoReturn, TypeVar

import msgspec
from msgspec import Meta

MAX_BYTES = 1 << 26
"""Anything larger is not a record or picture of ours."""

Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
"""32 hexadecimal digits: a name that cannot point at any other file."""
Count = Annotated[int, Meta(ge=0, le=10**9)]
Ordinal = Annotated[int, Meta(ge=1, le=10**9)]
Seconds = Annotated[float, Meta(ge=0, le=1e9)]
T = TypeVar("T")


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values that are kept from one build to the next."""


def encoded(value: object, *, indent: int | None = None) -> bytes:
    """A record as JSON; the same values give the same bytes."""
    plain = msgspec.to_builtins(value, order="deterministic")
    separators = (",", ":") if indent is None else None
    text = json.dumps(plain, indent=indent, separators=separators, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def decoded(content: bytes | str, shape: type[T]) -> T:
    """The record in ``content``; raises ValueError if it does not have that shape."""
    if len(content) > MAX_BYTES:
        raise ValueError("it is too large")
    try:
        return msgspec.convert(json.loads(content, parse_constant=_no_number), shape)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")
