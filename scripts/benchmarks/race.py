"""Times programs in turns, after their results were compared. Shared by the scripts of scripts/bench.

A program is called with KIND CALLS THREADS. It makes some calls and prints the median of the second half in
milliseconds; with one more argument it writes what the calls computed to that file instead.
"""

import array
import os
import pathlib
import subprocess
import sys
import tempfile
import typing

HOME = pathlib.Path(__file__).resolve().parents[2]


def find_python(*options):
    """Returns the Python of scripts/python-reference, or None; --peers: that with the newest PyTorch."""
    found = subprocess.run([HOME / "scripts/python-reference", *options, "--if-there"], capture_output=True, text=True)
    return found.stdout.strip() or None


class Rival(typing.NamedTuple):
    """A program, and how its result is compared with ours: after some calls, by a function that returns what differs."""

    name: str
    command: list
    target: str
    agree: typing.Callable
    calls: int = 1


def same_bytes(ours, other):
    return None if ours == other else "expected the same bytes, found different ones"


def close_floats(tolerance, exceptions=0.0, first=None):
    """Compares float32 values, all or the first ones. A share of them may differ more."""

    def agree(ours, other):
        mine, theirs = array.array("f", ours)[:first], array.array("f", other)[:first]
        if len(mine) != len(theirs):
            return f"expected {len(mine)} values, found {len(theirs)}"
        apart = sum(not abs(a - b) <= tolerance for a, b in zip(mine, theirs))
        if apart <= exceptions * len(mine):
            return None
        largest = max(abs(a - b) for a, b in zip(mine, theirs))
        return f"{apart} of {len(mine)} values differ by more than {tolerance}, the largest by {largest:.3g}"

    return agree


class Failure(Exception):
    """A program that failed, with the last line of what it wrote."""


def run(command, kind, calls, threads, *result):
    arguments = [str(word) for word in (*command, kind, calls, threads, *result)]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace")
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise Failure(f"exit status {done.returncode}: {lines[-1][:200]}")
    return done.stdout


def result(command, kind, calls, threads):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "result"
        run(command, kind, calls, threads, file)
        return file.read_bytes()


def race(row, kind, calls, rounds, ours, rivals, threads=os.cpu_count()):
    """Prints a row for each rival: our times and its times in turns, or why it was not timed. A rival without a command,
    which the caller has said, has none."""
    expected = {}
    timed = []
    for rival in rivals:
        if rival.command is None:
            continue
        if rival.calls not in expected:
            expected[rival.calls] = result(ours, kind, rival.calls, threads)
        try:
            found = result(rival.command, kind, rival.calls, threads)
        except Failure as failure:
            say(f"{row}, {rival.name}: skipped: {failure}")
            continue
        difference = rival.agree(expected[rival.calls], found)
        if difference is None:
            timed.append(rival)
        else:
            say(f"{row}, {rival.name}: not timed: after {rival.calls} calls {difference}")
    sides = [ours, *(rival.command for rival in timed)]
    turns = [[float(run(side, kind, calls, threads)) for side in sides] for _ in range(rounds)] if timed else []
    for column, rival in enumerate(timed, start=1):
        print_row(f"{row}, {rival.name}", "ms", [(turn[0], turn[column]) for turn in turns], rival.target)


def print_row(name, unit, pairs, target):
    """Prints a row of the table, with tabs between cells. A pair has our value and the rival's of one round."""
    cells = [" ".join(f"{pair[side]:.4f}" for pair in pairs) for side in (0, 1)]
    print("\t".join([name, unit, *cells, target]), flush=True)


def say(line):
    """Prints a line of the table that is no row."""
    print(line, flush=True)
    print(f"bench: {line}", file=sys.stderr)
