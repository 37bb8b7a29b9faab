#!/usr/bin/env python3
"""Compares realpolitik's speed with the month model written by hand in other ways.

    benches/peers/run.py                    # the table
    UPDATE_DOCS=1 benches/peers/run.py    # the table, into src/performance.md too
    benches/peers/run.py --only rust,cpp --rounds 1

Installs the peers from their registries into `benches/peers/build/`, lets all of them and ours
simulate the month model in turn for several rounds, each with a number of runs that takes it a second
or two, and prints what a round of each is worth in a round of the idiomatic Rust version. Times are
of the simulation itself, without start-up and just-in-time compilation. A peer that cannot be
installed is named as such.

All versions must agree with ours on the probability of every outcome within three standard errors
of the difference, else the table is not written and the exit code is 1. (With eight peers and three
outcomes, chance alone does that about once in sixteen times.)
"""

import argparse
import csv
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from prepare import prepare

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = HERE / "build"
SCENARIO = ROOT / "benches" / "month_model.toml"
MODEL = BUILD / "month_model.txt"
PYTHON = BUILD / "venv" / "bin" / "python"

# How long one measurement takes [s], and how short a trial may be to be extrapolated from.
MEASUREMENT_SECONDS = 1.5
TRIAL_SECONDS = 0.3
STANDARD_ERRORS = 3
# Below this load, nothing else is going on.
QUIET_LOAD = 0.5

BEGIN = "<!-- written by benches/peers/run.py: begin -->\n"
END = "<!-- written by benches/peers/run.py: end -->\n"


@dataclass
class Peer:
    """One implementation: how it is installed and called."""

    key: str
    name: str
    install: list
    command: list
    instructions: str = ""
    failure: str = ""
    runs: dict = field(default_factory=dict)
    rates: dict = field(default_factory=dict)
    n_runs: int = 0
    yes: dict = field(default_factory=dict)

    @property
    def is_ours(self):
        return bool(self.instructions)


def rust(key, name, folder, package):
    target = BUILD / folder
    build = ["cargo", "build", "--release", "--quiet", "--manifest-path", HERE / folder / "Cargo.toml"]
    build += ["--target-dir", target]
    return Peer(key, name, [build], [target / "release" / package])


def python(key, name, *packages):
    install = [
        [sys.executable, "-m", "venv", BUILD / "venv"],
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
    ]
    return Peer(key, name, install, [PYTHON, HERE / "python" / f"month_{key}.py"])


def cpp():
    program = BUILD / "month_model_cpp"
    compiler = os.environ.get("CXX", "c++")
    options = ["-std=c++20", "-O3", "-march=native", "-pthread"]
    build = [compiler, *options, "-o", program, HERE / "cpp" / "month_model.cpp"]
    return Peer("cpp", "C++, -O3 -march=native, one run at a time", [build], [program])


def all_peers():
    program = target_folder() / "release" / "realpolitik"
    build = ["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", ROOT / "Cargo.toml"]
    ours = [
        Peer(path, f"**realpolitik, {shown}**", [build], [program], instructions=path)
        for path, shown in [("avx512", "AVX-512"), ("avx2", "AVX2"), ("portable", "portable")]
    ]
    return ours + [
        rust("rust", "idiomatic Rust: structs, one run at a time, f64", "rust", "month-model-rust"),
        cpp(),
        python("numpy", "NumPy 2.4, arrays over runs, f32", "numpy==2.4.6"),
        python("numba", "Numba 0.68, prange, f64", "numpy==2.4.6", "numba==0.68.1"),
        python("jax", "JAX 0.10, jit, vmap and scan, f32", "numpy==2.4.6", "jax==0.10.2"),
        rust("krabmaga", "krABMaga 0.6", "krabmaga", "month-model-krabmaga"),
        python("mesa", "Mesa 3.3, batch_run", "numpy==2.4.6", "mesa==3.3.1"),
    ]


def target_folder():
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    return Path(json.loads(output)["target_directory"])


def say(text):
    print(text, file=sys.stderr, flush=True)


def call(command):
    """What a command prints; raises where it fails."""
    # One thread unless it is asked for more, whatever library is under it.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [str(word) for word in command]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RuntimeError(f"{Path(command[0]).name}: {last}")
    return done.stdout


def install(peer):
    try:
        for command in peer.install:
            call(command)
        simulate(peer, 2, 1, 1)
    except (OSError, RuntimeError) as error:
        peer.failure = str(error)
        say(f"{peer.key}: {error}")


def simulate(peer, runs, seed, threads):
    """Returns the number of runs, the seconds, and the counts of yes by outcome."""
    arguments = ["--runs", runs, "--seed", seed, "--threads", threads]
    if not peer.is_ours:
        answer = json.loads(call([*peer.command, *arguments, MODEL]))
        return answer["runs"], answer["seconds"], answer["yes"]
    folder = BUILD / "output"
    # The peers do not tally variables either.
    more = ["--instructions", peer.instructions, "--output", folder, "--quiet", "--variable-runs", 0]
    call([*peer.command, "run", SCENARIO, *arguments, *more])
    performance = json.loads((folder / SCENARIO.stem / "manifest.json").read_text())["performance"]
    yes = {row["outcome"]: int(row["n_yes"]) for row in our_outcomes()}
    return runs, performance["wall_seconds"], yes


def our_outcomes():
    with open(BUILD / "output" / SCENARIO.stem / "outcomes.csv", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def calibrate(peer, threads):
    """A number of runs that takes about the time of a measurement."""
    runs = 100
    while True:
        n_runs, seconds, _ = simulate(peer, runs, 1, threads)
        if seconds >= TRIAL_SECONDS:
            return max(2, int(n_runs * MEASUREMENT_SECONDS / seconds) // 2 * 2)
        runs *= 4


def measure(peers, rounds, threads):
    for peer in peers:
        for n in threads:
            peer.runs[n] = calibrate(peer, n)
            peer.rates[n] = []
    for index in range(rounds):
        # Each round starts with another peer, so that none always follows the same one.
        start = index % len(peers)
        for peer in peers[start:] + peers[:start]:
            for n in threads:
                seed = 1000 * (n - 1) + index + 1
                n_runs, seconds, yes = simulate(peer, peer.runs[n], seed, n)
                peer.rates[n].append(n_runs / seconds)
                peer.n_runs += n_runs
                for outcome, count in yes.items():
                    peer.yes[outcome] = peer.yes.get(outcome, 0) + count
        say(f"round {index + 1} of {rounds}")


def refuse_other_bits(ours):
    """Asserts that all instruction sets give the same bits."""
    tables = []
    for peer in ours:
        simulate(peer, 20_000, 1, 1)
        tables.append(our_outcomes())
    if any(table != tables[0] for table in tables):
        sys.exit("error: our own versions differ")


def disagreements(ours, peers, reference_runs):
    """By peer, the largest difference from ours over the outcomes, in standard errors."""
    # No seed of the rounds.
    simulate(ours, reference_runs, 999_983, os.cpu_count())
    reference = our_outcomes()
    differences = {}
    for peer in peers:
        worst = 0.0
        for row in reference:
            probability = float(row["probability"])
            # The two runs of a draw are correlated, and so tell less than two.
            correlation = max(0.0, float(row["simulation_pair_correlation"]))
            variance = probability * (1 - probability) * (1 + correlation)
            error = (variance * (1 / peer.n_runs + 1 / reference_runs)) ** 0.5
            difference = peer.yes[row["outcome"]] / peer.n_runs - probability
            worst = max(worst, abs(difference) / error)
        differences[peer.key] = worst
    return differences


def spread(values):
    """Median (minimum–maximum), with three digits where they say something."""
    shown = lambda value: f"{value:.0f}" if value >= 99.5 else f"{value:.2g}" if value < 0.1 else f"{value:.3g}"
    return f"{shown(statistics.median(values))} ({shown(min(values))}–{shown(max(values))})"


def ratios(above, below):
    return [a / b for a, b in zip(above, below)]


def table(peers, yardstick, threads, differences):
    """A Markdown table, the fastest first."""
    is_parallel = len(threads) > 1
    lines = ["| implementation | × idiomatic Rust, one core |", "|---|---|"]
    if is_parallel:
        lines = [lines[0] + " two cores over one |", lines[1] + "---|"]
    lines = [lines[0] + " largest difference from ours, standard errors |", lines[1] + "---|"]
    present = [peer for peer in peers if not peer.failure]
    present.sort(key=lambda peer: -statistics.median(ratios(peer.rates[1], yardstick.rates[1])))
    for peer in present:
        cells = [peer.name, spread(ratios(peer.rates[1], yardstick.rates[1]))]
        if is_parallel:
            cells.append(spread(ratios(peer.rates[2], peer.rates[1])))
        cells.append("" if peer.is_ours else f"{differences[peer.key]:.1f}")
        lines.append(f"| {' | '.join(cells)} |")
    for peer in peers:
        if peer.failure:
            lines.append(f"| {peer.name} | not here: {peer.failure} |{' |' * (1 + is_parallel)}")
    return "\n".join(lines) + "\n"


def processor():
    """Name of the processor, with family and model, since virtual machines may report only a brand."""
    info = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        info.setdefault(key.strip(), value.strip())
    name = info.get("model name") or platform.processor() or platform.machine()
    numbers = [f"{key.split()[-1]} {info[key]}" for key in ("cpu family", "model") if key in info]
    return f"{name} ({', '.join(numbers)})" if numbers else name


def caption(yardstick, rounds, load):
    rate = float(f"{statistics.median(yardstick.rates[1]):.2g}")
    busy = f" The machine was busy meanwhile, with a load of {load:.1f}." if load > QUIET_LOAD else ""
    of_rounds = f"medians of {rounds} rounds (least–most)" if rounds > 1 else "one round"
    return (
        f"\n{processor()}, {os.cpu_count()} cores, {datetime.date.today()}: {of_rounds}. On one core,"
        f" the idiomatic Rust version simulates {rate:,.0f} runs/s.{busy}\n"
    )


def load_of_others():
    """How many processes wanted to run in the last minute beside ours, which sleeps meanwhile."""
    deadline = time.monotonic() + 60
    while os.getloadavg()[0] > QUIET_LOAD and time.monotonic() < deadline:
        time.sleep(5)
    load = os.getloadavg()[0]
    if load > QUIET_LOAD:
        say(f"warning: this machine is busy (load {load:.1f}): times are not to be trusted")
    return load


def update_docs(text):
    path = ROOT / "src/performance.md"
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(before + BEGIN + text + END + after)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", help="keys of peers, with commas between; the yardstick and ours are always in")
    parser.add_argument("--reference-runs", type=int, default=1_000_000)
    return parser.parse_args()


def main():
    asked = arguments()
    BUILD.mkdir(exist_ok=True)
    prepare(SCENARIO, MODEL)
    peers = all_peers()
    if asked.only:
        wanted = {"rust", *asked.only.split(",")}
        peers = [peer for peer in peers if peer.is_ours or peer.key in wanted]
    for peer in peers:
        say(f"installing {peer.key}")
        install(peer)
    present = [peer for peer in peers if not peer.failure]
    ours = [peer for peer in present if peer.is_ours]
    yardstick = next((peer for peer in present if peer.key == "rust"), None)
    if not ours or not yardstick:
        sys.exit("error: without ours and the idiomatic Rust version there is nothing to compare")
    refuse_other_bits(ours)
    threads = [1, 2] if os.cpu_count() >= 2 else [1]
    # The install may have left this machine's own builds in the mean over a minute: wait for it.
    load = load_of_others()
    measure(present, asked.rounds, threads)
    others = [peer for peer in present if not peer.is_ours]
    differences = disagreements(ours[0], others, asked.reference_runs)
    text = table(peers, yardstick, threads, differences) + caption(yardstick, asked.rounds, load)
    print(text)
    wrong = [key for key, difference in differences.items() if difference > STANDARD_ERRORS]
    if wrong:
        sys.exit(f"error: these disagree with realpolitik on the model: {', '.join(wrong)}")
    if os.environ.get("UPDATE_DOCS") == "1":
        update_docs(text)


if __name__ == "__main__":
    main()
