"""`python -m tests.newspapers`: serve both papers until Ctrl-C; any Python 3.11, no packages."""

import argparse
import signal
import sys
import threading

from tests.newspapers.server import Newspapers


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.newspapers", description=__doc__)
    parser.add_argument(
        "--ports",
        nargs=3,
        type=int,
        default=(0, 0, 0),
        metavar=("COURIER", "TALBOTE", "CONTROL"),
        help="0: any free port",
    )
    parser.add_argument("--slow-seconds", type=float, default=1.0, help="of the slow page")
    options = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with Newspapers(ports=tuple(options.ports), slow_seconds=options.slow_seconds) as newspapers:
        sys.stdout.write(
            f"courier {newspapers.courier.url}\n"
            f"talbote {newspapers.talbote.url}\n"
            f"control {newspapers.control_url}\n"
        )
        sys.stdout.flush()
        stopping.wait()


if __name__ == "__main__":
    main()
