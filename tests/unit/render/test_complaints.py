"""What the Marp CLI says when it makes no file, in words that help."""

from marpweave.render.renderer import last_words

OFFICE = """\
\x1b[33m[  WARN ]\x1b[39m [EXPERIMENTAL] Converting to editable PPTX is experimental feature.
[ ERROR ] Failed converting Markdown. (LibreOffice soffice binary could not be found.)
"""


def test_what_an_editable_pptx_lacks_is_told_with_its_remedy():
    assert last_words(OFFICE) == (
        "an editable PPTX needs LibreOffice, which was not found; install it, or set SOFFICE_PATH to its `soffice`")


def test_progress_and_colours_are_left_out():
    assert last_words("\x1b[32m[  INFO ]\x1b[39m Converting 1 markdown...\n\x1b[31m[ ERROR ] no\x1b[39m\na.md => a.pdf\n") == "no"
    assert last_words("") == "no output"
