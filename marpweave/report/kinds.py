"""The meaning of each kind of finding, as in docs/FINDINGS.md."""

from __future__ import annotations

from collections.abc import Mapping

from marpweave.model.finding import Kind

MEANINGS: Mapping[Kind, str] = {
    Kind.MARKDOWN:
        "front matter that is not closed or not valid YAML; HTML that Marp shows as text; a file that is not "
        "UTF-8",
    Kind.OPTION: "an unknown option or theme, a wrong value, a label used twice, `deps` that match no file",
    Kind.REFERENCE:
        "`@fig-x`, `@tbl-x` … name nothing in the deck or in one beside it, or a cell that gives no figure or table; a "
        "label is given twice, or to nothing; `$$ {#eq-x}`, which takes in what follows",
    Kind.VARIANT:
        "a variant cannot be as it is marked: `BEGIN SOLUTION` without its end, inside of another, outside of a cell; "
        "a tag, class or marker that only resembles one; no slide is left",
    Kind.SYNTAX: "a cell that is not valid Python (pseudocode needs `eval=false`), a session without its `...`",
    Kind.ERROR:
        "a cell raises, or does not raise what it should; the message lists failures that follow from it, and "
        "where a missing module or name could come from",
    Kind.TIMEOUT: "a cell was stopped",
    Kind.KERNEL_DIED: "a cell took its kernel down; the deck goes on in a new one",
    Kind.MISMATCH: "the slide shows a different output or error than the code gives, or none that can be compared",
    Kind.SUSPECT: "a bare comment reads as an output or an error and differs (`--strict`)",
    Kind.UNCHECKED: "printed output without an expected output on the slide (`--strict`)",
    Kind.HIDDEN_NAME: "the code on a slide uses a name that only cells which no slide shows define (`--strict`)",
    Kind.BLANK:
        "students' cells go on as if a blank were filled: one catches its error, or uses an older value (`--strict`)",
    Kind.VACUOUS: "a test passes though the blanks above it are not filled",
    Kind.LEAK: "what students get reveals part of a solution",
    Kind.WARNING:
        "syntax of another tool is shown on a slide as it is (`{{< … >}}`, `:::`, `[@key]` without a bibliography, "
        "`{.class}`), or a fence that only looks like a cell; a key of the front matter is a slip away from a known "
        "one; sources that are cited but not listed; a cell warns, floods its output, tries to install packages, "
        "reads a hidden variable, or depends on something that cannot be "
        "seen (`--strict`; `#| warning: false` accepts it); a PDF has no outline",
    Kind.NONDETERMINISTIC:
        "a cell's result differs from an earlier one, with the same code and inputs (`--strict`, `--verify`)",
    Kind.STALE: "a frozen result is out of date",
    Kind.CIRCULAR: "decks write files that each other reads, and their results change on every run",
    Kind.DIAGRAM: "a diagram or plot that cannot be read or drawn; its text stays on the slide",
    Kind.MISSING_IMAGE:
        "an image, video, sound, stylesheet or file of a theme does not exist; the slide shows a placeholder",
    Kind.REMOTE_IMAGE: "an image, font, stylesheet or script is on the network; it is never fetched",
    Kind.OUTSIDE_IMAGE:
        "an image is outside the project, or reached through a link out of it; it is never shown without "
        "`--allow`",
    Kind.MISSING_GLYPH: "a figure or a slide has characters that its fonts lack",
    Kind.STALE_FIGURE:
        "a file in `figures/` differs from what the code draws, is missing (beside others, or though a slide shows "
        "it), or would be written through a symbolic link",
    Kind.STALE_SOURCE: "a cell with `source` shows code that differs from the package's",
    Kind.CITATION:
        "a citation that no bibliography has; a bibliography or a style that is missing, damaged or outside the "
        "project; sources that cannot be formatted",
    Kind.OVERFLOW: "a slide is too full: which element, how many pixels, at which edge",
    Kind.SMALL_TEXT: "text made smaller than 18 px to fit",
    Kind.SMALL_LABEL:
        "a figure has text smaller than the theme's `--least-label`: 18 px in `lecture` (`--strict`)",
    Kind.EMPTY:
        "the content of a slide fills less of the height than the theme's `--least-fill`: 40 % in `lecture`, "
        "but for covers, questions … (`--strict`)",
    Kind.NO_ALT: "a picture or a figure without alternative text (`--strict`)",
    Kind.RENDER: "Marp or the browser complains",
    Kind.INTERNAL: "a bug in marpweave itself; please send `.marpweave/internal-DECK.txt` to its authors",
}
"""In Markdown; a test checks that no kind is missing."""
