"""Options of other tools, which are accepted and ignored."""

from __future__ import annotations

from collections.abc import Mapping

JUPYTER = frozenset({
    "name", "id", "slideshow", "editable", "deletable", "scrolled", "collapsed", "trusted", "jupyter",
    "vscode", "colab", "pycharm", "nbgrader"})
QUARTO = frozenset({
    "classes", "export", "layout", "layout-ncol", "layout-nrow", "layout-align", "layout-valign", "column",
    "fig-column", "tbl-column", "cap-location", "fig-cap-location", "tbl-cap-location", "fig-align", "fig-pos",
    "fig-env", "fig-link", "fig-scap", "fig-subcap", "fig-asp", "tbl-subcap", "tbl-colwidths",
    "code-fold", "code-summary", "code-overflow", "code-annotations", "panel", "freeze", "message",
    "results", "filename", "out-height", "out-extra", "renderings", "html-table-processing", "fig-show", "reveal",
    "enabled", "fig-responsive", "daemon", "daemon-restart", "debug", "keep-md", "keep-ipynb"})
KNITR = frozenset({
    "comment", "prompt", "tidy", "strip-white", "size", "background", "class-source", "class-output", "attr-source",
    "attr-output", "animation-hook", "interval", "dev", "dev-args", "dpi", "child", "purl", "message", "results",
    "autodep", "dependson", "highlight", "collapse", "engine", "engine-path", "code", "ref-label", "split",
    "opts-label"})
MYST = frozenset({
    "caption", "linenos", "lineno-start", "number-lines", "emphasize-lines", "force", "class", "mystnb",
    "placeholder", "alt", "width", "height", "align"})
TAGS: Mapping[str, tuple[str, str]] = {
    "hide-input": ("echo", "false"), "remove-input": ("echo", "false"), "hide-output": ("output", "false"),
    "remove-output": ("output", "false"), "hide-cell": ("include", "false"), "remove-cell": ("include", "false"),
    "raises-exception": ("error", "true"), "skip-execution": ("eval", "false")}
"""Tags of nbconvert, MyST and nbclient -> our options."""
ACCEPTED = JUPYTER | QUARTO | KNITR | MYST


def is_known(key: str) -> bool:
    """Whether an option belongs to another tool."""
    return key.replace("_", "-") in ACCEPTED
