"""``make docs``: the site in site/html, from pages/, decks/, the repository's Markdown and docstrings; asks no network.

Pages are Jinja templates of Markdown; `Pages.words` holds what they can ask for. ``make.py FOLDER`` builds elsewhere.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGES = {
    "README.md": "index.md", "README.ja.md": "ja/index.md", "nnviz/README.md": "gallery.md",
    "BENCHMARKS.md": "speed.md", "marpweave/render/css/README.md": "theme.md", "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md",
    "docs/themes.md": "themes.md", **{f"docs/{path.name}": path.name.lower() for path in ROOT.glob("docs/[A-Z]*.md")},
}
"""Files of the repository that are pages of the site, too."""
JAPANESE = "ja/"
"""The folder of the pages in Japanese."""
WIDE = "[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
BREAK = re.compile(
    rf"(?P<fence>^(?P<mark>`{{3,}}).*?^(?P=mark)$)|(?<={WIDE})\n *(?={WIDE}|\*\*)|(?<=[、。])\n *(?=\w|\[|`(?!``))",
    re.MULTILINE | re.DOTALL)
"""A fence, or the end of a line between Japanese words, which browsers show as a blank."""
LINK = re.compile(r'(?P<code>^(?P<fence>`{3,}).*?^(?P=fence)$|(?<!`)(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`))'
                  r'|(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^):#\s]+)(?P<anchor>#[^)]*)?\)'
                  r'|src="(?P<source>[^":]+)"', re.MULTILINE | re.DOTALL)
"""Or code, in which there are no links."""
SESSION = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)
"""A doctest session in a docstring."""
ANNOTATION = re.compile(r"(?<=: |> )'([^']*)'")


@dataclass(frozen=True, slots=True)
class Pages:
    """The Markdown that Zensical is given."""

    folder: Path

    def words(self) -> Mapping[str, Callable[..., str]]:
        """What a page can ask for."""
        return {"deck": self.deck, "section": self.section, "file": self.file, "api": api}

    def deck(self, name: str) -> str:
        """A deck of decks/, with its slides beside it, for a page in the same folder."""
        source = (HERE / "decks" / f"{name}.md").read_text(encoding="utf-8")
        slides = sorted((self.folder / "slides" / name).glob("*.png"))
        file = f"{Path(name).name}.md"
        shown = "\n".join(f"![{file}, {number}]({_up(name)}slides/{name}/{slide.name})"
                          for number, slide in enumerate(slides, start=1))
        return (f'<div class="deck" markdown>\n\n````markdown title="{file}"\n{source}````\n\n'
                f'<div class="slides" markdown>\n\n{shown}\n\n</div>\n\n</div>')

    def section(self, heading: str, name: str = "README.md") -> str:
        """What README.md says between a heading and the next, for a page in the folder of its own."""
        text = (ROOT / name).read_text(encoding="utf-8")
        tokens = MarkdownIt().parse(text)
        lines = [token.map for token in tokens if token.type == "heading_open" and token.map]
        words = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
        ends = [*(first for first, _ in lines), None]
        number = words.index(heading)
        return self._linked("".join(text.splitlines(keepends=True)[lines[number][1]:ends[number + 1]]), name)

    def file(self, name: str) -> str:
        """A whole file of the repository."""
        return self._linked((ROOT / name).read_text(encoding="utf-8"), name)

    def _linked(self, text: str, name: str) -> str:
        """Links of a file's text lead to the site's pages and pictures; what the site does not have is plain words."""
        up = _up(PAGES[name])

        def shifted(found: re.Match[str]) -> str:
            if found["code"]:
                return found[0]
            target = found["target"] or found["source"]
            path = (ROOT / name).parent.joinpath(target).resolve().relative_to(ROOT).as_posix()
            if path in PAGES:
                return f"[{found['text']}]({up}{PAGES[path]}{found['anchor'] or ''})"
            if not (found["image"] or found["source"]):
                return str(found["text"])
            copy = self.folder / "pictures" / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, copy)
            return f'src="{up}pictures/{path}"' if found["source"] else f"![{found['text']}]({up}pictures/{path})"

        return LINK.sub(shifted, text)


def _up(page: str) -> str:
    """From the folder of a page to that of all."""
    return "../" * page.count("/")


def without_blanks(text: str) -> str:
    """Markdown whose Japanese has no blanks where its lines end."""
    return BREAK.sub(lambda found: found["fence"] or "", text)


def in_both_languages(pages: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pages, each with a link below its title to the same one in the other language."""
    for page, text in pages.items():
        is_japanese = page.startswith(JAPANESE)
        other, word = (page.removeprefix(JAPANESE), "English") if is_japanese else (JAPANESE + page, "日本語")
        title, end, rest = text.partition("\n")
        there = f"[{word}]({_up(page)}{other})"
        link = f"\n{there}{{ .language }}\n" if other in pages and there not in text else ""
        yield page, f"{title}{end}{link}{rest}"


def api(package: str) -> str:
    """The public functions and classes of a package's modules, with their docstrings."""
    root = importlib.import_module(package)
    names = [name for _, name, folder in pkgutil.iter_modules(root.__path__, f"{package}.") if not folder]
    return "\n".join(filter(None, map(_module, [package, *sorted(names)])))


def _module(name: str) -> str:
    module = importlib.import_module(name)
    told = [_member(key, value) for key, value in vars(module).items() if _is_public(key, value, name)]
    return "\n".join([f"## {name}", "", inspect.getdoc(module) or "", "", *told]) if told else ""


def _is_public(key: str, value: object, module: str) -> bool:
    return not key.startswith("_") and getattr(value, "__module__", "") == module and bool(inspect.getdoc(value)) \
        and (inspect.isfunction(value) or inspect.isclass(value))


def _member(name: str, value: Callable[..., object]) -> str:
    try:
        signature = str(inspect.signature(value))
    except ValueError:  # of some classes in C
        signature = "(…)"
    said = SESSION.sub(lambda found: f"\n```pycon\n{found[0].strip()}\n```\n", f"{inspect.getdoc(value)}\n")
    signature = ANNOTATION.sub(r"\1", signature)
    return f"### {name}\n\n```python\n{name}{signature}\n```\n\n{said}\n"


def render_decks(pictures: Path) -> None:
    """Prove the decks of the pages in a folder of their own, and keep pictures of their slides."""
    with tempfile.TemporaryDirectory() as folder:
        decks = Path(shutil.copytree(HERE / "decks", Path(folder, "decks")))
        build = [sys.executable, ROOT / "build.py", "--strict", "--to", "png", "--out", pictures]
        names = sorted(str(path.relative_to(decks)) for path in decks.rglob("*.md"))
        subprocess.run([*build, *names], cwd=decks, check=True)


def build(folder: Path) -> None:
    """The site, anew."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = folder / "pages"
    pages.mkdir(parents=True)
    render_decks(pages / "slides")
    words = Pages(pages)
    environment = Environment(loader=FileSystemLoader(HERE / "pages"), undefined=StrictUndefined,
                              keep_trailing_newline=True)
    environment.globals |= words.words()
    made = {page: words.file(name) for name, page in PAGES.items()}
    made |= {page: environment.get_template(page).render() for page in environment.list_templates()}
    made |= {page: without_blanks(text) for page, text in made.items() if page.startswith(JAPANESE)}
    (pages / JAPANESE).mkdir()
    for page, text in in_both_languages(made):
        (pages / page).write_text(text, encoding="utf-8")
    shutil.copy(HERE / "site.css", pages)
    shutil.copy(HERE / "zensical.toml", folder)
    zensical = Path(sys.executable).with_name("zensical")
    subprocess.run([zensical, "build", "--strict", "-f", folder / "zensical.toml"], check=True)
    for path in (folder / "html" / JAPANESE).glob("*.html"):  # its template has one language for all pages
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('<html lang="en"', '<html lang="ja"', 1), encoding="utf-8")


if __name__ == "__main__":
    build(Path(*sys.argv[1:2] or [ROOT / "site"]).resolve())
