"""Validates arguments by the annotations of parameters, with readable error messages.

``@checked`` reads the annotations: a ``Count`` is at least 1, an ``ArrayLike`` contains finite numbers, and so on.
Shapes are checked by the functions themselves.
"""

from __future__ import annotations

import math
from ast import literal_eval
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial, wraps
from inspect import signature
from types import MappingProxyType
from typing import Any, ParamSpec, SupportsFloat, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.arrays import finite, numbers

P = ParamSpec("P")
R = TypeVar("R")
Count = int
"""An integer, at least 1."""
Share = float
"""From 0 to 1."""
Amount = float
"""0 or more."""
Classes = ArrayLike
"""A class for each sample, (N,): numbers or strings."""
Limits = tuple[float, float]
"""(lower, upper)."""
Rule = Callable[[str, Any], object]
"""Raises TypeError or ValueError for an invalid argument, given its name."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Validate the arguments before calling the function."""
    expected = signature(function)
    rules = {name: rule for name, each in expected.parameters.items() if (rule := rule_of(each.annotation)) is not None}

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            given = expected.bind(*args, **kwargs).arguments
        except TypeError as error:
            unknown = [name for name in kwargs if name not in expected.parameters]
            meant = nearest(unknown[0], expected.parameters) if unknown else ""
            raise TypeError(f"{function.__qualname__.removesuffix('.__init__')}() {error}{meant}") from None
        for name in rules.keys() & given.keys():
            rules[name](name, given[name])
        return function(*args, **kwargs)

    return inside


def rule_of(annotation: object) -> Rule | None:
    """The rule for an annotation (as source text), or None."""
    kind = str(annotation).removesuffix(" | None")
    optional = kind != annotation
    rule = RULES.get("Callable" if kind.startswith("Callable[") and "] | " not in kind else kind)
    if kind.startswith("Literal[") and "] | " not in kind:
        rule = partial(one_of, literal_eval(kind.removeprefix("Literal")))
    if rule is None:
        return None

    def whole(name: str, value: object) -> None:
        if value is None and optional:
            return
        if isinstance(value, Iterator) and not kind.startswith("Iterable["):
            raise TypeError(f"{name} is a {type(value).__name__}, which can be read only once; pass list({name})")
        rule(name, value)

    return whole


def one_of(choices: Sequence[str], name: str, value: Any) -> None:  # noqa: ANN401
    """Raise ValueError unless ``value`` is one of the choices."""
    RULES["str"](name, value)
    if value not in choices:
        *first, last = map(repr, choices)
        raise ValueError(f"{name} must be {', '.join(first)} or {last}, not {value!r}{nearest(value, choices)}")


def nearest(word: str, known: Iterable[str]) -> str:
    """A suggestion to append to a message about an unknown word; "" if no known word is similar."""
    names = tuple(known)
    initials = {"".join(part[:1] for part in each.split("_")): each for each in names if "_" in each}  # lr
    by_letters = initials | {each.lower(): each for each in names}
    return "".join(f"; did you mean {by_letters[near]!r}?" for near in get_close_matches(word.lower(), by_letters, 1))


def _must(words: str, fits: Callable[[Any], bool]) -> Rule:
    """A rule that raises TypeError unless the argument ``fits``."""
    def rule(name: str, value: object) -> None:
        try:
            fine = fits(value)
        except (TypeError, ValueError):
            fine = False
        if not fine:
            raise TypeError(f"{name} must be {words}, not {value!r:.60}")

    return rule


def _whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _count(name: str, value: object) -> None:
    RULES["int"](name, value)
    if value < 1:  # type: ignore[operator]
        raise ValueError(f"{name} must be at least 1, not {value}")


def _number(name: str, value: Any) -> None:  # noqa: ANN401
    if isinstance(value, bool | np.bool_) or not isinstance(value, SupportsFloat) or np.ndim(np.asarray(value)):
        raise TypeError(f"{name} must be a number, not {value!r:.60}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, not {value}")


def _between(name: str, value: float, most: float = math.inf) -> None:
    _number(name, value)
    if not 0 <= value <= most:
        raise ValueError(f"{name} must be {'0 or more' if most == math.inf else f'from 0 to {most}'}, not {value}")


def _limits(name: str, value: Any) -> None:  # noqa: ANN401
    if finite(name, value).shape != (2,) or not value[0] < value[1]:
        raise ValueError(f"{name} must be two numbers, the smaller first, not {value!r:.60}")


def _shares(name: str, value: Any) -> None:  # noqa: ANN401
    if finite(name, value).shape != (2,):
        raise ValueError(f"{name} must be two numbers from 0 to 1, not {value!r:.60}")
    for each in value:
        _between(name, each, 1)


def _row(name: str, values: NDArray[np.float64]) -> None:
    if values.ndim != 1:
        raise ValueError(f"{name} must be a list of numbers, not of the shape {values.shape}")


def _history(name: str, value: Any) -> None:  # noqa: ANN401
    for curve, values in value.items() if isinstance(value, Mapping) else ((name, value),):
        if not _all(lambda each: _is(each, "Epoch"))(values):
            _row(str(curve), numbers(str(curve), values))


def _arrays(name: str, value: Any) -> None:  # noqa: ANN401
    RULES["Sequence[object]"](name, value)
    for each in value:
        finite(name, each)


def _named_arrays(name: str, value: Any) -> None:  # noqa: ANN401
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a dict of lists of arrays by name, not {value!r:.60}")
    for key, values in value.items():
        _arrays(f"{name}[{key!r}]", values)


def _all(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: _listed(value) and all(map(fits, value))


def _pair(value: Any) -> bool:  # noqa: ANN401
    return _listed(value) and len(value) == 2 and all(map(_whole, value))


def _stage(value: Any) -> bool:  # noqa: ANN401
    return len(value) == 4 and all(map(_is_text, value[::3])) and all(map(_whole, value[1:3]))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_activation(value: object) -> bool:
    return isinstance(value, str) or callable(value)


def _both_limits(name: str, value: Any) -> None:  # noqa: ANN401
    RULES["Sequence[object]"](name, value)
    if len(value) != 2:
        raise ValueError(f"{name} must be two pairs of numbers, not {value!r:.60}")
    for each in value:
        _limits(name, each)


def _classes(name: str, value: ArrayLike) -> None:
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError(f"{name} must hold classes, not {value!r:.60}") from None
    texts = array.dtype.kind == "U" or (array.dtype.kind == "O" and all(map(_is_text, array.flat)))  # strings in pandas
    if array.dtype.kind not in "fbiu" and not (texts and array.ndim):
        raise TypeError(f"{name} must hold classes, not {value!r:.60}")
    if array.dtype.kind == "f":
        finite(name, value)


def _axes(name: str, value: Any) -> None:  # noqa: ANN401
    if isinstance(value, np.ndarray | list | tuple):
        several = f"an array of {value.size}" if isinstance(value, np.ndarray) else f"{len(value)} of them"
        raise TypeError(f"{name} must be one Axes, not {several}; draw into each: for ax in np.ravel(axes)")
    if not _is(value, "Axes"):
        raise TypeError(f"{name} must be matplotlib's Axes, not {type(value).__name__}")
    if value.name != "rectilinear":
        raise TypeError(f"{name} must be flat Axes with two straight axes, not {value.name} ones")


def _is(value: object, kind: str) -> bool:
    """Whether the value's class or a base class has the name ``kind``; avoids importing the class."""
    return any(each.__name__ == kind for each in type(value).__mro__)


def _one(kind: str) -> Rule:
    def rule(name: str, value: object) -> None:
        if not _is(value, kind):
            hint = f"; make one: {value.__name__}(…)" if isinstance(value, type) else ""
            raise TypeError(f"{name} must be a {kind} of nnviz, not {value!r:.60}{hint}")

    return rule


def _many(kind: str) -> Rule:
    return _must(f"a list of nnviz's {kind} objects", lambda value: all(_is(each, kind) for each in value))


def _listed(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, dict) and len(value) >= 0  # type: ignore[arg-type]


RULES: Mapping[str, Rule] = MappingProxyType({
    "int": _must("a whole number", _whole),
    "Count": _count,
    "float": _number, "Amount": _between, "Share": lambda name, value: _between(name, value, 1),
    "bool": _must("True or False", lambda value: isinstance(value, bool | np.bool_)),
    "str": _must("a text", _is_text),
    "Seed": _must("a seed, which is a whole number, 0 or more, or a NumPy Generator",
                  lambda value: value is None or isinstance(value, np.random.Generator)
                  or (_whole(value) and value >= 0)),
    "ArrayLike": finite,
    "Classes": _classes,
    "Limits": _limits,
    "tuple[Limits, Limits]": _both_limits,
    "Pair": _must("a whole number, or two of them", lambda value: _whole(value) or _pair(value)),
    "Sequence[int]": _must("whole numbers, such as (2, 3, 1)", _all(_whole)),
    "Sequence[float]": lambda name, value: _row(name, finite(name, value)), "tuple[Share, Share]": _shares,
    "Sequence[str]": _must("texts", _all(_is_text)),
    "Sequence[object]": _must("a list", _listed),
    "Callable": _must("a function", callable), "Surface": _must("a function", callable),
    "Axes": _axes,
    "Sequence[Sequence[object]]": _must("lists", _all(_listed)), "tuple[int, int]": _must("two whole numbers", _pair),
    "Literal['letters', 'none'] | Sequence[Sequence[object]]": _must(
        "letters, none, or lists of texts and numbers",
        lambda value: value in ("letters", "none") if isinstance(value, str) else _all(_listed)(value)),
    "Sequence[ArrayLike]": _arrays, "Mapping[str, Sequence[ArrayLike]]": _named_arrays,
    "Sequence[Neuron]": _must("a list of pairs (layer, number)", lambda value: not isinstance(value, np.ndarray)
                              and _all(lambda each: isinstance(each, tuple) and _pair(each))(value)),
    "Sequence[tuple[str, int, int, str]]": _must("stages (name, channels, side, what comes next)", _all(_stage)),
    "Sequence[Matrix | str]": _must("matrices (name, (rows, columns)) and signs",
                                    _all(lambda each: _is_text(each) or (len(each) == 2 and _pair(each[1])))),
    "str | Activation | Function": _must("the name of an activation or a function", _is_activation),
    "Sequence[str | Activation | Function]": _must("names of activations or functions",
                                                   lambda value: len(value) > 0 and _all(_is_activation)(value)),
    "Sequence[str] | Mapping[str, tuple[str, float]]": _must(
        "names of activations, or (activation, gain) by name",
        lambda value: all(_is_text(name) and len(chosen) == 2 and _is_text(chosen[0]) for name, chosen in value.items())
        if isinstance(value, Mapping) else _listed(value) and not _is_text(value) and _all(_is_text)(value)),
    "History": _history,
    **{kind: _one(kind) for kind in ("Layer", "Loss", "Optimizer", "Path", "Perceptron", "Value")},
    **{f"Sequence[{kind}]": _many(kind) for kind in ("Epoch", "Path", "Perceptron")},
    "Iterable[Parameter]": _must("parameters of layers", lambda value: isinstance(value, Iterable)),
    "Path | Sequence[Path]": _must("a Path, as gradient_descent gives it, or several",
                                   lambda value: _is(value, "Path") or all(_is(each, "Path") for each in value)),
})
"""Rules by annotation."""
