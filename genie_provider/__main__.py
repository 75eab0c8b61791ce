"""`python -m genie_provider COMMAND`, which is `genie COMMAND`."""

import sys


def run() -> int:
    """The console script; its exit code."""
    from genie_provider.cli import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
