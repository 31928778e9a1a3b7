"""Reads revisions from git: resolves names, and exports files to temporary folders.

The user's repository is never modified: checkout, index, refs and stash stay untouched, and no hook runs.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from marpweave.config.decks import MAGIC, SUFFIXES
from marpweave.errors import ToolError, UsageError
from marpweave.files import work_folder

GIT = ("git", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.sparseCheckout=false",
       "-c", "submodule.recurse=false")
SET_BY_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""Variables that git sets for hooks, and that would redirect our calls."""
RANGE = re.compile(r"(.*?)(\.\.\.?)(.*)")
WORKING_TREE = "working tree"


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit and the name by which it was requested."""

    name: str
    commit: str

    def __str__(self) -> str:
        return self.name if self.commit.startswith(self.name) else f"{self.name} ({self.commit[:8]})"

    def with_names(self, message: str, tree: Path) -> str:
        """A message in which paths of the export folder are replaced by git's names."""
        return message.replace(f"{tree}{os.sep}", f"{self.name}:")


@dataclass(frozen=True, slots=True)
class Request:
    """What to compare."""

    before: Revision
    after: Revision | None
    """None: the working tree."""
    decks: tuple[str, ...]
    """The named decks; (): all."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A checkout of a git repository."""

    top: Path
    """Root folder of the checkout."""
    store: Path
    """The git folder of this checkout."""

    def commit(self, name: str) -> str:
        """The commit that a name refers to, or ""."""
        if name.startswith("-"):  # an option
            return ""
        found = self._object(name)  # alone: in `:/words^{commit}` all is words of a message
        return found and self._object(f"{found}^{{commit}}")

    def _object(self, name: str) -> str:
        done = self._run("rev-parse", "--verify", "--quiet", name)
        return "" if done.returncode else done.stdout.decode().strip()  # git may fail after partial output

    def base(self, one: Revision, other: Revision) -> Revision:
        """The merge base of two commits; raises UsageError if there is none."""
        done = self._run("merge-base", one.commit, other.commit)
        if done.returncode:
            raise UsageError(f"{one.name} and {other.name} have no commit in common{self._depth()}")
        return Revision(f"{one.name}...{other.name}", done.stdout.decode().strip())

    def unknown(self, name: str) -> UsageError:
        """The error for a word that is neither a commit nor a deck."""
        if not self.commit("HEAD"):
            return UsageError(f"{self.top} has no commit yet, so there is nothing to compare with")
        return UsageError(f"{name} is neither a revision of {self.top} nor a deck{self._depth()}")

    def _depth(self) -> str:
        """A hint about what a shallow clone may lack, or ""."""
        if self._run("rev-parse", "--is-shallow-repository").stdout.strip() != b"true":
            return ""
        return "; this clone is shallow and may lack it: run `git fetch --unshallow`, or give actions/checkout " \
               "`fetch-depth: 0`"

    @contextmanager
    def files(self, revision: Revision) -> Iterator[Path]:
        """A temporary folder with the files of a commit."""
        with work_folder() as work:
            tree = work.resolve() / "tree"
            tree.mkdir()
            done = self._run("read-tree", "-u", "--reset", revision.commit, variables={
                "GIT_DIR": str(self.store), "GIT_WORK_TREE": str(tree), "GIT_INDEX_FILE": str(work / "index")})
            if done.returncode:
                raise ToolError(f"git cannot check out {revision}: {_error_of(done)}")
            try:
                yield tree
            except (ToolError, UsageError) as error:
                raise type(error)(revision.with_names(str(error), tree)) from None

    def renamed(self, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, str]:
        """Files of ``before`` that git considers renamed -> their new names in ``after``."""
        if not (before and after):
            return {}
        with work_folder() as work:
            for side, files in (("a", before), ("b", after)):
                for name, content in files.items():
                    place = work / side / name
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content)
            words = "diff", "--no-index", "-M", "--diff-filter=R", "--name-status", "-z", "a", "b"
            done = self._run(*words, folder=work)
            fields = iter(done.stdout.decode(errors="surrogateescape").split("\0"))
            return {old[2:]: new[2:] for _, old, new in zip(fields, fields, fields, strict=False)}

    def _run(
        self, *words: str, variables: Mapping[str, str] | None = None, folder: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        return _git(words, folder or self.top, variables or {})


def repository_of(folder: Path) -> Repository:
    """The checkout that contains a folder; raises UsageError."""
    done = _git(("rev-parse", "--show-toplevel", "--absolute-git-dir"), folder, {})
    if done.returncode:
        raise UsageError(f"cannot compare {folder} with git: {_error_of(done)}")
    top, store = done.stdout.decode(errors="surrogateescape").rstrip("\n").split("\n")
    return Repository(Path(top), Path(store))


def request_of(words: Sequence[str], repository: Repository) -> Request:
    """Interpret the words of a command: at most two revisions, or a range, then decks."""
    decks = tuple(word for word in words if _is_deck(word, repository))
    names = [word for word in words if word not in decks]
    if len(names) > 2:
        raise UsageError(f"diff compares two revisions, not {len(names)}: {', '.join(names)}")
    ends = RANGE.fullmatch(names[0]) if len(names) == 1 and not repository.commit(names[0]) else None
    if ends:
        one, other = (_revision(end or "HEAD", repository) for end in (ends[1], ends[3]))
        return Request(repository.base(one, other) if ends[2] == "..." else one, other, decks)
    found = [_revision(name, repository) for name in names or ["HEAD"]]
    return Request(found[0], found[1] if len(found) > 1 else None, decks)


def _revision(name: str, repository: Repository) -> Revision:
    commit = repository.commit(name)
    if not commit:
        raise repository.unknown(name)
    return Revision(name, commit)


def _is_deck(word: str, repository: Repository) -> bool:
    """Whether a word names a deck; raises UsageError if it is ambiguous."""
    there = Path(word).exists()
    if there and repository.commit(word):
        raise UsageError(f"{word} is both a revision and a path; write refs/heads/{word}, or ./{word}")
    return there or word.lower().endswith(SUFFIXES) or MAGIC.search(word) is not None


def _git(words: Sequence[str], folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in SET_BY_HOOKS}
    try:
        return subprocess.run([*GIT, *words], cwd=folder, env={**kept, **variables, "GIT_OPTIONAL_LOCKS": "0"},
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except FileNotFoundError:
        raise ToolError("git is not installed") from None


def _error_of(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode(errors="replace").strip().removeprefix("fatal: ").partition("\n")[0]
