"""Where what a tool complains of stands."""

import pytest

from marpweave.render.diagrams.lines import as_read, line_of


@pytest.mark.parametrize(("source", "told", "line"), [
    ("flowchart LR\n A --> B\n A -->\n", 3, 3),
    ("%%| label: a\n\n%% note\nflowchart LR\n%% note\n A -->\n", 2, 6),
    ("---\ntitle: a\n---\nflowchart LR\n A -->\n", 2, 5),
    ("%%| label: a\n---\ntitle: a\n---\nflowchart LR\n A -->\n", 2, 6),
    ("%%{init: {}}%%\nflowchart LR\n", 2, 2),
    ("flowchart LR\n", 9, 1),
    ("", 1, 1),
])
def test_mermaid_counts_without_comments_and_front_matter(source, told, line):
    assert line_of(f"Parse error on line {told}:\n...A -->", "mermaid", source) == line


def test_front_matter_of_a_diagram_begins_in_the_first_line_that_mermaid_reads():
    assert as_read("%%| label: a\n%%| fig-alt: b\n---\ntitle: a\n---\nmindmap\n", "mermaid") == "---\ntitle: a\n---\nmindmap\n"
    assert as_read("%%| label: a\nmindmap\n", "mermaid") == "%%| label: a\nmindmap\n"
    assert as_read("//| label: a\n---\na\n---\n", "dot") == "//| label: a\n---\na\n---\n"


def test_graphviz_counts_as_the_file_does():
    assert line_of("syntax error in line 3 near '->'", "dot", "//| a\ngraph {\n a -> -> b\n}\n") == 3


def test_what_names_no_line_is_told_where_the_diagram_begins():
    assert line_of("No diagram type detected", "mermaid", "%% note\nflwchart LR\n") == 2
