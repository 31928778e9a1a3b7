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
        "a reference (`@fig-x`, `@tbl-x` …) to a label that neither the deck nor one beside it has, or to a cell "
        "without a figure or table; a label used twice, or attached to nothing; `$$ {#eq-x}`, which Marp does not "
        "close",
    Kind.VARIANT:
        "wrong marks of a variant: `BEGIN SOLUTION` without its end, inside another, or outside a cell; a misspelt "
        "tag, class or marker; a variant without slides",
    Kind.SYNTAX: "a cell that is not valid Python (pseudocode needs `eval=false`); a doctest session without its `...`",
    Kind.ERROR:
        "a cell raises an error, or not the expected one; the message lists failures that follow from it, and "
        "suggests where a missing module or name could come from",
    Kind.TIMEOUT: "a cell exceeded its time limit",
    Kind.KERNEL_DIED: "a cell killed its kernel; the deck continues in a new one",
    Kind.MISMATCH: "the output or error on the slide differs from that of the code, or cannot be compared",
    Kind.SUSPECT:
        "a bare comment that looks like an output or an error, but differs; a marked value that nothing is compared "
        "with; an announced error that is not raised (`--strict`)",
    Kind.UNCHECKED: "printed output without an expected output on the slide (`--strict`)",
    Kind.HIDDEN_NAME: "code on a slide uses a name that is defined only in cells that no slide shows (`--strict`)",
    Kind.BLANK:
        "a students' cell runs as if a blank were filled: it catches the blank's error, or uses an older value "
        "(`--strict`)",
    Kind.VACUOUS: "a test passes although the blanks above it are unfilled",
    Kind.LEAK: "the students' variant reveals part of a solution",
    Kind.WARNING:
        "another tool's syntax, which a slide shows as text (`{{< … >}}`, `:::`, `[@key]` without a bibliography, "
        "`{.class}`), or a fence that only looks like a cell or its output; a misspelt key in the front matter; "
        "sources that are cited but not listed; a cell that warns, floods its output, tries to install packages, reads "
        "a hidden variable, or depends on something that cannot be tracked (`--strict`; `#| warning: false` accepts "
        "it); a PDF without an outline",
    Kind.NONDETERMINISTIC:
        "a cell's result differs from an earlier one, with the same code and inputs (`--strict`, `--verify`)",
    Kind.STALE: "a frozen result is out of date",
    Kind.CIRCULAR: "decks write files that each other reads, so their results change on every run",
    Kind.DIAGRAM: "a diagram or plot that cannot be read or drawn; its text stays on the slide",
    Kind.MISSING_IMAGE:
        "an image, video, sound, stylesheet or file of a theme does not exist; the slide shows a placeholder",
    Kind.REMOTE_IMAGE: "an image, font, stylesheet or script is on the network; nothing is fetched",
    Kind.OUTSIDE_IMAGE:
        "an image is outside the project, or behind a link that leads out of it; only `--allow` shows it",
    Kind.MISSING_GLYPH: "a figure or a slide has characters that its fonts lack",
    Kind.STALE_FIGURE:
        "a file in `figures/` differs from what the code draws, is missing (where other figures exist, or although "
        "a slide shows it), or would be written through a symbolic link",
    Kind.STALE_SOURCE: "a cell with `source` shows code that differs from the package's",
    Kind.CITATION:
        "a citation of an unknown key; a bibliography or style that is missing, damaged or outside the "
        "project; sources that cannot be formatted",
    Kind.OVERFLOW: "a slide is too full; the message names the element, the pixels and the edge",
    Kind.SMALL_TEXT: "text was shrunk below 18 px to fit",
    Kind.SMALL_LABEL:
        "a figure has text smaller than the theme's `--least-label`: 18 px in `lecture` (`--strict`)",
    Kind.EMPTY:
        "the content of a slide fills less of the height than the theme's `--least-fill`: 40 % in `lecture`, "
        "except for covers, questions … (`--strict`)",
    Kind.NO_ALT: "a picture or a figure without alternative text (`--strict`)",
    Kind.RENDER: "Marp or the browser reports an error",
    Kind.INTERNAL: "a bug in marpweave itself; please send `.marpweave/internal-DECK.txt` to its authors",
}
"""In Markdown; a test checks that no kind is missing."""
