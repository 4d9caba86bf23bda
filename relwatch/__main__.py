"""Where the program starts."""

from __future__ import annotations

import sys


def main() -> None:
    """Run relwatch with the arguments of the command line."""
    try:
        from relwatch.cli.app import main as run

        code = run()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
