"""Entry point of ``python -m marpweave``."""

from marpweave.cli.main import main

if __name__ == "__main__":
    main()
