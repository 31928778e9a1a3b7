"""``python -m marpweave``: the command line of the Python that is called."""

from marpweave.cli.main import main

if __name__ == "__main__":
    main()
