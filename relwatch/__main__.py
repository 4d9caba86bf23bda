"""Where the program starts."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run relwatch with the arguments of the command line."""
    ended: list[int] = []

    def end(number: int, _: object) -> None:
        # As Ctrl-C does: so everything half-made is removed on the way out.
        ended.append(number)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # What was told to be ignored, as by nohup, stays so.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
    try:
        from relwatch.cli.app import main as run

        code = run()
    except KeyboardInterrupt:
        code = 130
    # As shells count what a signal ended.
    sys.exit(128 + ended[0] if ended else code)


if __name__ == "__main__":
    main()
