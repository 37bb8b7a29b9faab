#!/usr/bin/env python3
"""Results folders of commands that are ended at any moment: kill -9 at random moments and at each system call,
commands at the same time, doubled signals, a full disk. Usage: python3 tests/interrupted.py BINARY

It needs a POSIX system; the system calls need strace, and the full disk the right to mount a tmpfs. What is
missing is skipped and named. It ends with exit code 1 if a folder is not whole."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

SCENARIO = """
[scenario]
title = "Storms"
start = 2030-03-01
horizon_days = 10

[variables.tension]
initial = { from = 0.30, to = 0.50 }
volatility = 0.02

[events.storm]
hazard = 0.05
effects = { tension = 0.2 }

[outcomes.crisis]
question = "Is there a crisis?"
when = "tension > 0.6"
"""

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__)
failures = []


def check(condition, message):
    if not condition:
        failures.append(message)
        print("FAILED:", message)


def command(*more, runs=3000):
    return [BINARY, "run", "storms.toml", "--threads", "1", "--quiet", "--runs", str(runs), *more]


def is_whole(folder):
    """Whether all files carry the hashes of the manifest, and the user's file is there."""
    with open(f"{folder}/manifest.json") as file:
        manifest = json.load(file)
    for listed in manifest["files"]:
        with open(f"{folder}/{listed['name']}", "rb") as file:
            if hashlib.sha256(file.read()).hexdigest() != listed["sha256"]:
                return False
    return open(f"{folder}/notes.md").read() == "mine"


def prepare():
    shutil.rmtree("output", ignore_errors=True)
    subprocess.run(command(), check=True)
    with open("output/storms/notes.md", "w") as file:
        file.write("mine")


def assert_recovers(at):
    """The folder is whole now, and nothing else is left after the next command."""
    check(is_whole("output/storms"), f"{at}: not whole")
    done = subprocess.run(command("--seed", "5"), capture_output=True, text=True)
    check(done.returncode == 0, f"{at}: {done.stderr}")
    check(is_whole("output/storms"), f"{at}: not whole after the next command")
    check(os.listdir("output") == ["storms"], f"{at}: {os.listdir('output')} is left")


def random_kills(n):
    prepare()
    begun = time.time()
    subprocess.run(command("--every-run"), check=True)
    duration = time.time() - begun
    for number in range(n):
        child = subprocess.Popen(command("--every-run", "--seed", str(number)))
        time.sleep(random.uniform(0, 1.2 * duration))
        child.kill()
        child.wait()
        check(is_whole("output/storms"), f"kill {number}: not whole")
        check(os.listdir("output/.realpolitik") == ["storms"] if os.path.exists("output/.realpolitik") else True,
              f"kill {number}: leftovers of several commands")
    assert_recovers("after all kills")
    print(f"{n} kills at random moments")


CALLS = ["renameat2", "rename", "linkat", "link", "unlink", "unlinkat", "rmdir", "mkdir", "fsync", "fdatasync", "flock"]


def kills_at_system_calls():
    if not shutil.which("strace"):
        print("skipped: kills at system calls (install strace)")
        return
    n_kills = 0
    for call in CALLS:
        for occurrence in range(1, 200):
            prepare()
            inject = f"inject={call}:signal=SIGKILL:when={occurrence}"
            traced = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject]
            done = subprocess.run(traced + command("--seed", "3"), capture_output=True)
            if done.returncode == 0:
                break
            n_kills += 1
            assert_recovers(f"{call} {occurrence}")
    print(f"{n_kills} kills at system calls")


def concurrent_commands(n_rounds):
    prepare()
    for number in range(n_rounds):
        seeds = [str(8 * number + k) for k in range(8)]
        children = [subprocess.Popen(command("--seed", seed)) for seed in seeds]
        codes = [child.wait() for child in children]
        check(codes == [0] * 8, f"round {number}: exit codes {codes}")
        check(is_whole("output/storms"), f"round {number}: files of several commands")
        check(os.listdir("output") == ["storms"], f"round {number}: {os.listdir('output')}")
    print(f"{n_rounds} rounds of eight commands")


def timeouts(n):
    for number in range(n):
        prepare()
        done = subprocess.run(["timeout", "1", *command(runs=10**9)], capture_output=True, text=True)
        with open("output/storms/manifest.json") as file:
            found = json.load(file)["completeness"]
        check(found == "interrupted", f"timeout {number}: exit code {done.returncode}, {done.stderr}")
        check(is_whole("output/storms"), f"timeout {number}: not whole")
    print(f"{n} times `timeout 1`")


def full_disk():
    os.mkdir("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", "disk"], capture_output=True)
    if mounted.returncode != 0:
        print("skipped: a full disk (mount a tmpfs as root)")
        return
    try:
        more = ["--output", "disk"]
        subprocess.run(command(*more), check=True)
        before = open("disk/storms/outcomes.csv").read()
        done = subprocess.run(command("--every-run", *more, runs=200_000), capture_output=True, text=True)
        check(done.returncode == 2, f"full disk: exit code {done.returncode}")
        check("disk/storms/runs.csv" in done.stderr, f"full disk: {done.stderr}")
        check(open("disk/storms/outcomes.csv").read() == before, "full disk: the old results changed")
        check(os.listdir("disk") == ["storms"], f"full disk: {os.listdir('disk')}")
    finally:
        subprocess.run(["umount", "disk"], check=True)
    print("a full disk")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    with open("storms.toml", "w") as file:
        file.write(SCENARIO)
    random_kills(100)
    kills_at_system_calls()
    concurrent_commands(50)
    timeouts(20)
    full_disk()
print(f"{len(failures)} failures")
sys.exit(1 if failures else 0)
