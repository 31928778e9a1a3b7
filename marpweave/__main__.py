"""Entry point of the program, of ``python -m marpweave`` and of ``build.py``."""

import signal
import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it without a traceback even while it is still being imported."""
    try:
        from marpweave.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
