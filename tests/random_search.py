#!/usr/bin/env python3
"""Searches for wrong summaries, crashes and absurd fields: random bounds from 1e-9 to 1e12, distributions at their
limits, and mutated scenarios. Each accepted scenario is simulated; the summaries of its variables on the last day
and the counts of its outcomes are compared with those of runs.csv in double precision.
Usage: python3 tests/random_search.py BINARY [SECONDS [SEED]]. It ends with exit code 1 if anything is wrong."""

import csv
import glob
import math
import os
import random
import re
import resource
import subprocess
import sys
import tempfile

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else sys.exit(__doc__)
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 600
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
choose = random.Random(SEED)
N_RUNS = 1500
failures = []


def fail(text, message):
    name = f"failure_{SEED}_{len(failures)}.toml"
    with open(name, "w") as file:
        file.write(text)
    failures.append(message)
    print(f"FAILED ({name}): {message}", flush=True)


def number():
    kind = choose.random()
    if kind < 0.2:
        return choose.choice([0, 1, -1, 0.5, 10, 100, 1e-9, 1e12, -1e12, 1e6])
    value = 10 ** choose.uniform(-9, 12)
    return float(f"{value * choose.choice([1, 1, 1, -1]):.6g}")


def distribution(low, high):
    """A distribution that lies in [low, high], or nearly, often at its limits."""
    a, b = sorted(choose.uniform(low, high) for _ in range(2))
    width = high - low
    kinds = [
        f"{a!r}",
        f"{{ uniform = {{ min = {a!r}, max = {b!r} }} }}",
        f"{{ from = {a!r}, to = {b!r} }}",
        f"{{ triangular = {{ min = {a!r}, mode = {choose.uniform(a, b)!r}, max = {b!r} }} }}",
        f"{{ normal = {{ mean = {a!r}, sd = {width * 10 ** choose.uniform(-9, -1)!r} }} }}",
        f"{{ beta = {{ alpha = {10 ** choose.uniform(-2, 3)!r}, beta = {10 ** choose.uniform(-2, 3)!r} }} }}",
        f"{{ lognormal = {{ mean = {abs(a) + 1e-12!r}, sd = {abs(b) * 10 ** choose.uniform(-6, 2)!r} }} }}",
    ]
    return choose.choice(kinds)


def invented():
    """A scenario with wide or narrow bounds."""
    lines = ["[scenario]", 'title = "Search"', "start = 2031-05-01", f"horizon_days = {choose.choice([1, 2, 5, 20])}"]
    names = []
    for k in range(choose.randint(1, 4)):
        low, high = sorted((number(), number()))
        if low == high:
            high = low + abs(low) + 1e-9
        names.append((f"v{k}", low, high))
        lines += [f"[variables.v{k}]", f"min = {low!r}", f"max = {high!r}", f"initial = {distribution(low, high)}"]
        if choose.random() < 0.6:
            lines.append(f"volatility = {(high - low) * 10 ** choose.uniform(-9, 0)!r}")
        if choose.random() < 0.4:
            lines += [f"baseline = {choose.uniform(low, high)!r}", f"reversion = {choose.random()!r}"]
    for k in range(choose.randint(0, 3)):
        name, low, high = choose.choice(names)
        amount = (high - low) * 10 ** choose.uniform(-6, 1) * choose.choice([1, -1])
        lines += [f"[events.e{k}]", f"hazard = {choose.choice([0.001, 0.1, 0.5, 1])}", f"effects = {{ {name} = {amount!r} }}"]
    name, low, high = choose.choice(names)
    lines += ["[outcomes.o]", 'question = "Is it above?"', f'when = "{name} > {choose.uniform(low, high)!r}"']
    return "\n".join(lines).replace("> -", "> 0 - ") + "\n"


def mutated(texts):
    """A scenario of the project with a few numbers, words or lines changed."""
    text = choose.choice(texts)
    for _ in range(choose.randint(1, 4)):
        kind = choose.random()
        numbers = list(re.finditer(r"(?<![\w.\-\"])-?\d+(\.\d+)?(e-?\d+)?(?![\w.\-])", text))
        if kind < 0.7 and numbers:
            at = choose.choice(numbers)
            text = text[: at.start()] + repr(choose.choice([number(), distribution(0, 1)])).strip("'") + text[at.end() :]
        elif kind < 0.85:
            lines = text.split("\n")
            del lines[choose.randrange(len(lines))]
            text = "\n".join(lines)
        else:
            at = choose.randrange(len(text))
            text = text[:at] + choose.choice("=[]{}\"'.,-0eé\u200b\t#") + text[at + 1 :]
    return text


def quantile(values, level):
    rank = level * (len(values) - 1)
    below = math.floor(rank)
    above = min(below + 1, len(values) - 1)
    return values[below] + (rank - below) * (values[above] - values[below])


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def is_close(found, expected, spread, relative):
    return abs(found - expected) <= relative * max(abs(expected), 1e-300) + 1e-5 * spread


def compare(text, folder):
    all_runs = rows(f"{folder}/runs.csv")
    # A draw with a faulted run is not counted.
    faulted = {row["draw"] for row in all_runs if row["faulted"] != "0"}
    runs = [row for row in all_runs if row["draw"] not in faulted]
    last = {}
    for row in rows(f"{folder}/variables.csv"):
        last[row["variable"]] = row
    for name, row in last.items():
        values = sorted(float(run[f"final_{name}"]) for run in runs)
        if int(row["n_runs"]) != len(values):
            return f"{name}: {row['n_runs']} runs, not {len(values)}"
        if not values:
            continue
        mean = math.fsum(values) / len(values)
        sd = math.sqrt(math.fsum((x - mean) ** 2 for x in values) / (len(values) - 1))
        spread = values[-1] - values[0]
        # runs.csv has the digits of single precision.
        scale = max(abs(values[0]), abs(values[-1]))
        if not is_close(float(row["mean"]), mean, spread + scale * 1e-1, 1e-5):
            return f"{name}: mean {row['mean']}, not {mean}"
        if abs(float(row["sd"]) - sd) > 1e-4 * sd + 1e-6 * scale:
            return f"{name}: sd {row['sd']}, not {sd}"
        for column, level in (("p05", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)):
            expected = quantile(values, level)
            # At 1,500 values no key is lost but by rounding of the digits.
            if abs(float(row[column]) - expected) > 2e-3 * abs(expected) + 1e-5 * spread + 1e-6 * scale:
                return f"{name}: {column} {row[column]}, not {expected}"
    for row in rows(f"{folder}/outcomes.csv"):
        n_yes = sum(1 for run in runs if run[f"day_{row['outcome']}"] not in ("", "0"))
        if int(row["n_yes"]) != n_yes:
            return f"{row['outcome']}: {row['n_yes']} yes, not {n_yes}"
    for path in glob.glob(f"{folder}/*.csv"):
        with open(path, encoding="utf-8-sig") as file:
            found = re.search(r"(?i)(?<![\w])-?(nan|inf)(?![\w])", file.read())
        if found and not path.endswith("dictionary.csv"):
            return f"{os.path.basename(path)} contains {found.group(0)}"
    return None


def used_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


texts = []
for pattern in ("params/*.toml", "tests/language/accepted/*.toml"):
    for path in sorted(glob.glob(os.path.join(ROOT, pattern))):
        with open(path) as file:
            texts.append(file.read())
n_tried = n_accepted = 0
with tempfile.TemporaryDirectory() as folder:
    while used_seconds() < SECONDS:
        n_tried += 1
        text = invented() if choose.random() < 0.6 else mutated(texts)
        with open(f"{folder}/s.toml", "w") as file:
            file.write(text)
        arguments = ["run", "s.toml", "--runs", str(N_RUNS), "--every-run", "--quiet", "--threads", "1"]
        try:
            done = subprocess.run([BINARY, *arguments], cwd=folder, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            fail(text, "takes more than two minutes")
            continue
        if done.returncode not in (0, 1, 2) or "panicked" in done.stderr:
            fail(text, f"exit code {done.returncode}: {done.stderr[-300:]}")
        elif done.returncode == 0:
            n_accepted += 1
            wrong = compare(text, f"{folder}/output/s")
            if wrong:
                fail(text, wrong)
print(f"{n_tried} scenarios, {n_accepted} of them simulated and compared, {len(failures)} failures")
sys.exit(1 if failures else 0)
