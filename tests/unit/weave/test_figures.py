"""When two figure files show the same, and which on disk are stale."""

import base64
import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from marpweave.check.verdicts import check_deck
from marpweave.inputs.used import Files
from marpweave.model.finding import Finding, Kind
from marpweave.model.outcome import Error, Figure, Outcome
from marpweave.read.parse import parse_deck
from marpweave.weave.figures import (
    figure_folder,
    folder_from_deck,
    is_awaited,
    linked_figures,
    same_figure,
    stale_figures,
    write_figures,
)

DECK = "---\nexecute: true\n---\n\n```python\n#| label: plot\npass\n```\n"


@cache
def plot(*points, salt="a", **options):
    import matplotlib as mpl
    from matplotlib.figure import Figure as Plot

    figure = Plot()
    figure.subplots().plot(points, label="line", **options)
    content = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": salt}):
        figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()


def png(colour, size=(4, 4)):
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "PNG")
    return content.getvalue()


def svg_of(picture):
    return b'<svg><image href="data:image/png;base64,%s"/></svg>' % base64.b64encode(picture)


def test_ids_are_compared_by_their_order():
    assert plot(1, 2, salt="a") != plot(1, 2, salt="b")
    assert same_figure(plot(1, 2, salt="a"), plot(1, 2, salt="b"))


def test_a_hair_of_another_cpu_is_no_difference():
    assert same_figure(plot(1, 2, 3), plot(1, 2 + 1e-6, 3))
    assert not same_figure(plot(1, 2, 3), plot(1, 2.1, 3))


def test_another_figure():
    others = (plot(1, 2, color="red"), plot(1, 2, 3), b"", b"no svg", plot(1, 2).replace(b"<g id", b"<h id", 1))
    assert [same_figure(plot(1, 2), other) for other in others] == [False] * 5


@pytest.mark.parametrize("wrapped", [lambda picture: picture, svg_of])
def test_pixels_may_be_two_steps_apart(wrapped):
    assert same_figure(wrapped(png((10, 20, 30))), wrapped(png((12, 18, 30))))
    assert not same_figure(wrapped(png((10, 20, 30))), wrapped(png((13, 20, 30))))
    assert not same_figure(wrapped(png((10, 20, 30))), wrapped(png((10, 20, 30), (4, 5))))


def test_a_picture_more_in_an_svg():
    one = svg_of(png("red"))
    assert not same_figure(one, one.replace(b"<image", b"<image/><image"))
    assert not same_figure(one, b"<svg></svg>")


# -- on disk -----------------------------------------------------------------------


@pytest.fixture
def project(tmp_path):
    (tmp_path / "slides").mkdir()
    return tmp_path


def checked(root, *figures, error=None, path="slides/lecture.md"):
    deck = parse_deck(DECK, root / path)
    outputs = (error,) if error else ()
    return deck, check_deck(deck, [Outcome(figures=figures, outputs=outputs)])


def test_the_folder_of_a_deck_within_and_outside_of_the_project(project, tmp_path_factory):
    deck, _ = checked(project)
    assert figure_folder(deck, project) == project / "figures/lecture"
    assert str(folder_from_deck(deck, project)) == "../figures/lecture"
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    deck, _ = checked(elsewhere, path="lecture.md")
    assert figure_folder(deck, project) == elsewhere / "figures/lecture"
    assert str(folder_from_deck(deck, project)) == "figures/lecture"


def test_a_deck_in_a_folder_has_its_figures_in_a_folder_like_it(project):
    deck, checks = checked(project, Figure("plot.svg", b"<svg/>"), path="lectures/week1/intro.md")
    deck = replace(deck, called="week1/intro")
    folder = figure_folder(deck, project)
    assert (folder, str(folder_from_deck(deck, project))) == (project / "figures/week1/intro", "../../figures/week1/intro")
    (missing,) = stale_figures(checks, folder, Files(), {folder / "plot.svg"})
    assert missing.message == "figures/week1/intro/plot.svg is missing; run `build.py figures`"


@pytest.mark.parametrize("link", ["figures", "figures/week1", "figures/week1/intro", "figures/week1/intro/plot.svg"])
def test_no_figure_is_written_through_a_link_on_the_way_to_its_folder(link, tmp_path):
    project, outside = tmp_path / "project", tmp_path / "outside"
    (project / link).parent.mkdir(parents=True)
    outside.mkdir()
    (project / link).symlink_to(outside)
    _, checks = checked(project, Figure("plot.svg", b"<svg/>"))
    assert write_figures([check.outcome for check in checks], project / "figures/week1/intro", Files()) == []
    (finding,) = linked_figures(checks, project / "figures/week1/intro")
    assert finding.message.startswith(f"{project / link} is a symbolic link")
    assert list(outside.iterdir()) == []


def test_only_what_changed_is_written(project):
    folder = project / "figures/lecture"
    _, checks = checked(project, Figure("plot.svg", plot(1, 2)))
    assert write_figures([check.outcome for check in checks], folder, Files()) == [folder / "plot.svg"]
    assert write_figures([check.outcome for check in checks], folder, Files()) == []
    _, checks = checked(project, Figure("plot.svg", plot(1, 2, salt="b")))
    assert write_figures([check.outcome for check in checks], folder, Files()) == []
    assert (folder / "plot.svg").read_bytes() == plot(1, 2)


@pytest.mark.parametrize("name", ["../x.svg", "/abs/x.svg", "a/b.svg", "a\\b.svg", "x.py", ".svg", "..svg", "x.svg\n", "x.svg\0.png", ""])
def test_a_figure_is_written_to_its_folder_or_not_at_all(name, project):
    _, checks = checked(project, Figure(name, plot(1, 2)))
    with pytest.raises(ValueError, match="is not the name of a figure"):
        write_figures([check.outcome for check in checks], project / "figures/lecture", Files())
    assert [path for path in project.rglob("*") if path.is_file()] == []


def test_missing_stale_and_orphaned_figures_are_told(project):
    folder = project / "figures/lecture"
    _, checks = checked(project, Figure("plot.svg", plot(1, 2)), Figure("bars.svg", plot(1, 2)))
    assert list(stale_figures(checks, folder, Files())) == []  # nothing was drawn yet, for no deck
    (project / "figures/other").mkdir(parents=True)
    assert list(stale_figures(checks, folder, Files())) == []
    (project / "figures/other/plot.svg").write_bytes(b"<svg/>")
    assert len(list(stale_figures(checks, folder, Files()))) == 2
    (project / "figures/other/plot.svg").unlink()
    told = [f.message for f in stale_figures(checks, folder, Files(), {folder / "plot.svg"})]
    assert told == ["figures/lecture/plot.svg is missing; run `build.py figures`"]
    write_figures([check.outcome for check in checks], folder, Files())
    (folder / "bars.svg").unlink()
    (missing,) = stale_figures(checks, folder, Files())
    assert (missing.kind, missing.location.line) == (Kind.STALE_FIGURE, 5)
    assert missing.message == "figures/lecture/bars.svg is missing; run `build.py figures`"
    _, checks = checked(project, Figure("plot.svg", plot(1, 2)))
    write_figures([check.outcome for check in checks], folder, Files())
    assert list(stale_figures(checks, folder, Files())) == []
    (folder / "plot.svg").write_bytes(plot(1, 3))
    (folder / "old.svg").write_bytes(b"<svg/>")
    told = [finding.message for finding in stale_figures(checks, folder, Files())]
    assert told == ["figures/lecture/plot.svg differs from what the code draws; run `build.py figures`",
                    "figures/lecture/old.svg: no cell draws it; delete it"]


def test_a_failed_cell_makes_no_orphans(project):
    folder = project / "figures/lecture"
    folder.mkdir(parents=True)
    (folder / "plot.svg").write_bytes(b"<svg/>")
    _, checks = checked(project, error=Error("ValueError", "no", 7, ""))
    assert list(stale_figures(checks, folder, Files())) == []
    assert (folder / "plot.svg").exists()


def test_paths_are_those_of_the_machine(project):
    deck, _ = checked(project, path="slides/../slides/lecture.md")
    assert figure_folder(deck, Path(str(project))) == project / "figures/lecture"


@pytest.mark.parametrize(("source", "awaited"), [
    ("figures/deck/plot.svg", True), ("../figures/deck/plot-2.png", True), ("figures/deck/other.svg", False), ("figures/deck/sound.svg", False),
    ("figures/another/plot.svg", False), ("plot.svg", False), ("figures/week1/deck/plot.svg", False)])
def test_a_missing_image_that_a_failed_cell_should_draw_is_awaited(source, awaited):
    text = f"{DECK}\n```python\n#| label: sound\npass\n```\n\n![]({source})\n"
    deck = parse_deck(text, Path("deck.md"))
    failed = Outcome(outputs=(Error("ModuleNotFoundError", "No module named 'nope'", 7),))
    missing = Finding(Kind.MISSING_IMAGE, deck.images[0].location, f"image {source} is missing", image=source)
    assert is_awaited(missing, deck, check_deck(deck, (failed, Outcome()))) is awaited
    assert not is_awaited(missing, deck, check_deck(deck, (Outcome(), Outcome())))


@pytest.mark.parametrize(("link", "target"), [
    ("figures", "../elsewhere"), ("figures/deck", "../../elsewhere"), ("figures/deck", "../other"),
    ("figures/deck/plot.svg", "../../../elsewhere/secret"), ("figures/deck/plot.svg", "nowhere")])
def test_no_figure_is_written_through_a_link(tmp_path, link, target):
    project = tmp_path / "project"
    for folder in (tmp_path / "elsewhere", project / "other", (project / link).parent):
        folder.mkdir(parents=True, exist_ok=True)
    (project / link).symlink_to(target)
    (finding,) = linked_figures(checked(tmp_path, Figure("plot.svg", b"<svg/>"))[1], project / "figures/deck")
    assert finding.message.startswith(f"{project / link} is a symbolic link, so plot.svg was not written")


def test_figures_may_be_a_link_inside_of_the_project(tmp_path):
    (tmp_path / "pictures/deck").mkdir(parents=True)
    (tmp_path / "figures").symlink_to("pictures")
    assert list(linked_figures(checked(tmp_path, Figure("plot.svg", b"<svg/>"))[1], tmp_path / "figures/deck")) == []
