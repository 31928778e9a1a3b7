"""Entry point of the program, of ``python -m marpweave`` and of ``build.py``."""

import signal
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; Ctrl-C ends it without a traceback even while it is still being imported."""
    try:
        from marpweave.cli.main import main as run

        run(arguments)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
