#!/usr/bin/env python3
"""Compares start-up, reader, sweep, memory and program size with their limits.

    benches/limits.py                                # a minute or two
    benches/limits.py --runs 10_000_000 --language   # the whole of it

Prints a Markdown table; the exit code is 1 where a limit is passed. Times are the least of several,
which is what a quiet machine would take.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOUNDING = ROOT / "params" / "within_the_month.toml"
MONTH_MODEL = ROOT / "benches" / "month_model.toml"

STARTUP_MILLISECONDS = 10
# Reading and compiling a hundred copies of the founding scenario.
LANGUAGE_MILLISECONDS = 25
# Time of a sweep of 1,000 points with 1,000 runs each, as a multiple of that of a million runs.
SWEEP_RATIO = 1.3
MEMORY_MEGABYTES = 100
# Maximum growth of memory for ten times as many runs.
GROWTH_MEGABYTES = 4


def target_folder():
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    return Path(json.loads(output)["target_directory"])


def measured(command):
    """Seconds by the clock, and peak memory in megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"error: {' '.join(map(str, command))} failed")
    return seconds, usage.ru_maxrss / 1024


def startup(program):
    for name, arguments in [("--version", ["--version"]), ("check the founding scenario", ["check", FOUNDING, "--runs", "0"])]:
        least = min(measured([program, *arguments])[0] for _ in range(20)) * 1000
        yield name, f"{least:.1f} ms", f"{STARTUP_MILLISECONDS} ms", least < STARTUP_MILLISECONDS


def sweep(program):
    """A point should cost no more than its runs, on one thread and on all."""
    for threads in sorted({1, os.cpu_count()}):
        with tempfile.TemporaryDirectory() as folder:
            common = ["--quiet", "--threads", threads, "--output", folder]
            points = ["--vary", "variables.v04.initial=0.3..0.7:1000", "--runs", 1000]
            commands = [
                [program, "run", MONTH_MODEL, "--runs", 1_000_000, *common],
                [program, "sweep", MONTH_MODEL, *points, *common],
            ]
            # Alternating, so that a change of the machine's load affects both.
            times = [[measured(command)[0] for command in commands] for _ in range(3)]
        together, apart = map(min, zip(*times))
        name = f"sweep of 1,000 points by 1,000 runs against a million runs, {threads} threads"
        yield name, f"{apart:.1f} s = {apart / together:.2f} × {together:.1f} s", f"{SWEEP_RATIO} ×", apart / together < SWEEP_RATIO


def memory(program, runs):
    """Peak memory must not grow with the runs, whether each is written down or not.

    Some ten thousand runs do not yet fill what waits to be written.
    """
    min_runs = runs // 10
    for name, more in [("run", []), ("run --every-run", ["--every-run"])]:
        peaks = []
        for n in [min_runs, 10 * min_runs]:
            with tempfile.TemporaryDirectory() as folder:
                command = [program, "run", FOUNDING, "--quiet", "--runs", n, "--output", folder, *more]
                peaks.append(measured(command)[1])
            is_kept = peaks[-1] < MEMORY_MEGABYTES
            yield f"{name}, {n:,} runs", f"{peaks[-1]:.1f} MB", f"{MEMORY_MEGABYTES} MB", is_kept
        growth = peaks[1] - peaks[0]
        yield f"{name}, growth", f"{growth:+.1f} MB", f"{GROWTH_MEGABYTES} MB", growth < GROWTH_MEGABYTES


def language():
    """The criterion benchmark of the reader, asked for its largest size."""
    command = ["cargo", "bench", "--locked", "--bench", "language", "--", "read and compile/25"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    folder = target_folder() / "criterion" / "language" / "read and compile" / "25"
    estimates = json.loads((folder / "new" / "estimates.json").read_text())
    milliseconds = estimates["median"]["point_estimate"] / 1e6
    limit = f"{LANGUAGE_MILLISECONDS} ms"
    yield "read and compile 25 copies, the most that the limits allow", f"{milliseconds:.0f} ms", limit, milliseconds < LANGUAGE_MILLISECONDS


def size(program):
    yield "program", f"{program.stat().st_size / 2**20:.1f} MB", "none", True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=1_000_000, help="of the longest simulation")
    parser.add_argument("--language", action="store_true", help="measure the reader too, which builds a benchmark")
    asked = parser.parse_args()
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=ROOT, check=True)
    program = target_folder() / "release" / "realpolitik"
    rows = [*startup(program), *sweep(program), *memory(program, asked.runs), *size(program)]
    if asked.language:
        rows += language()
    print("| what | measured | limit | kept |\n|---|---|---|---|")
    for name, value, limit, is_kept in rows:
        print(f"| {name} | {value} | {limit} | {'yes' if is_kept else '**no**'} |")
    sys.exit(0 if all(row[3] for row in rows) else 1)


if __name__ == "__main__":
    main()
