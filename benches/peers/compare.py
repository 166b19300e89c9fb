#!/usr/bin/env python3
"""Runs the near-duplicate tools gaoya, rensa, datasketch, FastSketchLSH and Daft, and samestory, on one file.

All find the pairs of articles whose word 5-grams have a Jaccard similarity of 0.8 or more, each as a
process of its own on one core, in turn, from JSON Lines on disk to the pairs on disk. Prints one table
and, as its last line, one JSON object. Sets itself up: a virtual environment with the pinned tools, a
build of samestory's examples, the input and the exact answer; all are kept for the next time.
"""

import argparse
import filecmp
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")).resolve()
EXAMPLES = TARGET / "release" / "examples"

PEERS = ["gaoya", "rensa", "datasketch", "FastSketchLSH", "daft"]  # names as in requirements.txt
FED = ["rensa", "datasketch", "FastSketchLSH"]  # take ready-made tokens
SUPPORT = ["numpy", "orjson"]
TASK = "--shingle-words 5 --jaccard 0.8 --bands 16 --rows 8".split()
OWN = {  # rows of samestory: its options, its cores
    "samestory": ([*TASK, "--threads", "1"], 1),
    "samestory, 2 threads": ([*TASK, "--threads", "2"], 2),
    "samestory, default task": (["--threads", "1"], 1),
}

THREADS = "RAYON OMP OPENBLAS MKL NUMEXPR VECLIB".split()  # each a variable NAME_NUM_THREADS

Run = namedtuple("Run", "cpu wall megabytes")


class Failure(Exception):
    """Something without which there is no comparison."""


def main():
    options = arguments()
    try:
        compare(options)
    except Failure as failure:
        sys.exit(f"compare.py: {failure}")
    except KeyboardInterrupt:
        sys.exit("compare.py: interrupted")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000, metavar="N", help="articles to make (100,000)")
    parser.add_argument("--input", type=Path, metavar="FILE", help="take this JSON Lines file, make none")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds; every tool runs once in each (5)")
    parser.add_argument("--only", metavar="A,B", help=f"only these of {', '.join(PEERS)}, samestory")
    parser.add_argument(
        "--shingles",
        choices=["hashed", "strings"],
        default="hashed",
        help=f"what {', '.join(FED)} are fed with: hashes made in numpy (the faster), or Python strings",
    )
    parser.add_argument(
        "--cache", type=Path, default=TARGET / "peers", metavar="DIR", help="for input and results (target/peers)"
    )
    parser.add_argument("--venv", type=Path, metavar="DIR", help="virtual environment (venv in the cache)")
    parser.add_argument("--self-test", action="store_true", help="check the exact answer and the runners, then stop")
    options = parser.parse_args()

    known = {name.lower(): name for name in [*PEERS, "samestory"]}
    chosen = options.only.split(",") if options.only else list(known)
    if unknown := [name for name in chosen if name.strip().lower() not in known]:
        parser.error(f"no such tool: {', '.join(unknown)}; there are {', '.join(known.values())}")
    options.only = [known[name.strip().lower()] for name in chosen]
    if options.articles < 1 or options.runs < 1:
        parser.error("--articles and --runs must be at least 1")
    options.cache = options.cache.resolve()
    options.venv = (options.venv or options.cache / "venv").resolve()
    return options


def compare(options):
    options.cache.mkdir(parents=True, exist_ok=True)
    python = options.venv / "bin" / "python"
    missing = set_up(options.venv, python)
    if options.self_test:
        return self_test(options, python, missing)

    own = "samestory" in options.only
    if own:
        build("--example", "copies")
    source = options.input.resolve() if options.input else generated(options.articles, options.cache)
    articles = count(source)
    exact = exact_answer(python, source)

    commands = {}
    for name in options.only:
        if name != "samestory" and name not in missing:
            commands[name] = (peer(python, name, source, options), 1)
    if own:
        for name, (extra, cores) in OWN.items():
            pairs = ["--pairs", str(pairs_file(options.cache, name)), "--output", str(options.cache / "groups.jsonl")]
            pairs = pairs if extra[:1] == TASK[:1] else pairs[2:]  # the default task has other pairs
            commands[name] = ([str(EXAMPLES / "copies"), str(source), *extra, *pairs], cores)

    measured, missing = rounds(commands, options, missing)
    scores = {
        name: score(python, exact, pairs_file(options.cache, name))
        for name in measured
        if name != "samestory, default task"
    }
    report(options, source, articles, measured, missing, scores)


# Setting up.


def set_up(venv, python):
    """Makes the virtual environment with the pinned tools. Returns the tools it cannot have, with the reason."""
    wanted = (HERE / "requirements.txt").read_text()
    stamp = venv / "installed.txt"
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return {}
    say(f"installing the tools of requirements.txt for Python {platform.python_version()}")
    if not python.exists() and run_quietly([sys.executable, "-m", "venv", str(venv)]):
        raise Failure("no virtual environment could be made: is the venv module of Python installed?")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not run_quietly([*pip, "--requirement", str(HERE / "requirements.txt")]):
        stamp.write_text(wanted)
        return {}

    missing = {}
    for line in versions().items():
        if trouble := run_quietly([*pip, "==".join(line)]):
            missing[line[0]] = trouble
    if lacking := [name for name in SUPPORT if name in missing]:
        raise Failure(
            f"pip cannot install {' and '.join(lacking)}: {missing[lacking[0]]}\n"
            "Without network, give a finished environment with --venv, or pip an index by its own settings."
        )
    return missing  # no stamp: the next time tries again


def versions():
    """The pinned version of each package."""
    lines = (HERE / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def build(*target):
    """Builds a part of samestory."""
    if not shutil.which("cargo"):
        raise Failure("no cargo: install Rust, or leave samestory out with --only and give --input")
    say(f"building {target[-1]}")
    command = ["cargo", "build", "--release", "--quiet", *target]
    if trouble := run_quietly(command, cwd=REPOSITORY, env={**os.environ, "CARGO_TARGET_DIR": str(TARGET)}):
        raise Failure(f"cargo cannot build {target[-1]}: {trouble}")


def generated(articles, cache):
    """The generated input of so many articles: made now unless it is there and what the generator would make."""
    path, half = cache / f"articles-{articles}.jsonl", cache / f"articles-{articles}.part"
    if path.exists() and not shutil.which("cargo"):
        return path
    build("--package", "samestory-cli")
    program = TARGET / "release" / "samestory"
    if path.exists() and path.stat().st_mtime > program.stat().st_mtime:
        return path
    say(f"making {articles:,} articles")
    command = [program, "generate", "--articles", articles, "--seed", 1, "--output", half]
    if trouble := run_quietly([str(word) for word in command]):
        raise Failure(f"samestory generate failed: {trouble}")
    if path.exists() and filecmp.cmp(path, half, shallow=False):
        half.unlink()  # the same again: the exact answer beside it stays good
    else:
        half.replace(path)
    return path


def exact_answer(python, source):
    """The file of all pairs that are to be found, made now unless it is there; beside the input."""
    path = source.with_name(source.name + ".exact.tsv")
    newest = max(file.stat().st_mtime for file in (source, HERE / "exact.py"))
    if not path.exists() or path.stat().st_mtime < newest:
        say("finding the exact answer")
        half = path.with_suffix(".part")
        if trouble := run_quietly([str(python), str(HERE / "exact.py"), "find", str(source), str(half)]):
            raise Failure(f"the exact answer cannot be found: {trouble}")
        half.replace(path)
    return path


def count(path):
    """The number of lines. It also brings the file into the memory of the system, for all tools alike."""
    try:
        with open(path, "rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from None


def run_quietly(command, **settings):
    """Runs a command. Returns nothing if it succeeds, else the line that tells why."""
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **settings)
    return reason(result.stderr, result.returncode) if result.returncode else ""


def reason(errors, code):
    """The line of an error output that tells most."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    told = [line for line in lines if line.lower().startswith("error")]
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return (told or lines[-1:] or [f"exit code {code}"])[0]


# Measuring.


def rounds(commands, options, missing):
    """Runs every command once a round, in turn. Returns the runs of each, and what there is no figure for."""
    measured, missing = {name: [] for name in commands}, dict(missing)
    available = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    for number in range(1, options.runs + 1):
        for name, (command, cores) in commands.items():
            if name in missing:
                continue
            if available and cores > len(available):
                missing[name] = f"needs {cores} cores"
                continue
            result = measure(command, available[:cores], cores, options.cache / "errors.txt")
            if isinstance(result, str):
                missing[name] = result
                say(f"round {number} of {options.runs}: {name} failed: {result}")
                continue
            measured[name].append(result)
            say(f"round {number} of {options.runs}: {name} {result.cpu:.2f} s CPU")
    return {name: runs for name, runs in measured.items() if name not in missing}, missing


def measure(command, cores, threads, errors):
    """One run of a command: CPU seconds of it and its children, wall time, memory; or why it failed."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"DAFT_PROGRESS_BAR": "0", "DO_NOT_TRACK": "true"}
    environment |= {f"{name}_NUM_THREADS": str(threads) for name in THREADS}
    with open(errors, "w") as log:
        begin = time.monotonic()
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=environment,
            preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return reason(errors.read_text(errors="replace"), process.returncode)
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit)


def peer(python, name, source, options):
    """The command that runs a peer."""
    command = [python, HERE / f"run_{name.lower()}.py", source, pairs_file(options.cache, name)]
    return [str(word) for word in command] + ([options.shingles] if name in FED else [])


def pairs_file(cache, name):
    """Where the pairs of a tool go."""
    return cache / f"pairs-{name.lower().replace(',', '').replace(' ', '-')}.txt"


def score(python, exact, pairs):
    """Recall and precision of a tool's pairs, counted in another process: this one must stay small, for its
    memory counts into that of its children."""
    command = [str(python), str(HERE / "exact.py"), "score", str(exact), str(pairs)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise Failure(f"the pairs of {pairs.stem} cannot be counted: {reason(result.stderr, result.returncode)}")
    return json.loads(result.stdout)


# Reporting.


def report(options, source, articles, measured, missing, scores):
    cpu = {name: statistics.median(run.cpu for run in runs) for name, runs in measured.items()}
    wall = {name: statistics.median(run.wall for run in runs) for name, runs in measured.items()}
    memory = {name: statistics.median(run.megabytes for run in runs) for name, runs in measured.items()}
    pinned = {**versions(), **dict.fromkeys(OWN, own_version())}

    head = ["tool", "version", "CPU s", "min", "max", "wall s", "min", "max", "MB", "articles/CPU s", "pairs"]
    rows = [[*head, "recall", "precision"]]
    listed = [name for name in options.only if name in PEERS] + list(OWN if "samestory" in options.only else [])
    for name in listed:
        row = [name, pinned[name]]
        if name in missing:
            rows.append([*row, f"not available: {missing[name]}"])
            continue
        for values in ([run.cpu for run in measured[name]], [run.wall for run in measured[name]]):
            row += [f"{value:.2f}" for value in (statistics.median(values), min(values), max(values))]
        row += [f"{memory[name]:,.0f}", f"{articles / cpu[name]:,.0f}"]
        known = scores.get(name)
        row += [f"{known['pairs']:,}"] if known else ["-"]
        row += ["-" if not known or known[key] is None else f"{known[key]:.4f}" for key in ("recall", "precision")]
        rows.append(row)

    any_score = next(iter(scores.values()), {"exact": 0, "unclear": 0})
    size = source.stat().st_size / 1e6
    print(f"{articles:,} articles, {size:,.0f} MB; {processor()}; medians of {options.runs} runs")
    print()
    print(table(rows))
    print()
    print(
        f"Exact answer: {any_score['exact']:,} pairs of Jaccard above 0.81. The {any_score['unclear']:,} pairs within\n"
        "0.01 of 0.8 count neither for nor against a tool, as tools see words a little differently.\n"
        "CPU seconds: user and system, from the file to the pairs on disk, start included.\n"
        "Recall and precision are of pairs; the default task of samestory is another one:\n"
        "3-grams, Jaccard 0.3 or containment 0.5."
    )
    fed = "hashes made in numpy" if options.shingles == "hashed" else "Python strings, as in their own examples"
    print(f"{', '.join(FED[:-1])} and {FED[-1]} are fed with {fed}.")

    peers = {name: seconds for name, seconds in cpu.items() if name in PEERS}
    fastest = min(peers, key=peers.get, default=None)
    ratio = peers[fastest] / cpu["samestory"] if fastest and "samestory" in cpu else None
    two = "samestory, 2 threads"
    speedup = wall["samestory"] / wall[two] if two in wall and "samestory" in wall else None
    if ratio:
        print(f"Fastest peer: {fastest}, {ratio:.2f} times the CPU seconds of samestory.")
    if speedup:
        print(f"Two threads: {speedup:.2f} times as fast as one by the clock.")
    print()
    everything = {
        "articles": articles,
        "runs": options.runs,
        "shingles": options.shingles,
        "cpu_seconds": rounded(cpu),
        "wall_seconds": rounded(wall),
        "peak_mb": rounded(memory),
        "recall": rounded({name: known["recall"] for name, known in scores.items()}),
        "precision": rounded({name: known["precision"] for name, known in scores.items()}),
        "exact_pairs": any_score["exact"],
        "not_available": missing,
        "two_threads": speedup and round(speedup, 3),
        "fastest_peer": fastest,
        "ratio": ratio and round(ratio, 3),
    }
    print(json.dumps(everything))


def table(rows):
    """Aligned text: names to the left, figures to the right; a row cut short ends in a remark."""
    full = [row for row in rows if len(row) == len(rows[0])]
    widths = [max(len(row[column]) for row in full) for column in range(len(rows[0]))]
    widths[:2] = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:2], widths)]
        cells += [cell.rjust(width) if row in full else cell for cell, width in zip(row[2:], widths[2:])]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def rounded(values):
    return {name: None if value is None else round(value, 4) for name, value in values.items()}


def own_version():
    lines = (REPOSITORY / "Cargo.toml").read_text().splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("version"))


def processor():
    """What the machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def say(text):
    print(text, file=sys.stderr, flush=True)


# Testing.


def self_test(options, python, missing):
    """Holds the exact answer equal to brute force on a small input, then every peer's recall on it to a minimum."""
    source = options.cache / "self-test.jsonl"
    command = [str(python), str(HERE / "exact.py"), "self-test", str(source)]
    if subprocess.run(command).returncode:
        raise Failure("the exact answer is not right")
    exact = exact_answer(python, source)
    for name in options.only:
        if name == "samestory":
            continue
        if name in missing:
            say(f"{name}: not available: {missing[name]}")
            continue
        result = measure(peer(python, name, source, options), [], 1, options.cache / "errors.txt")
        if isinstance(result, str):
            raise Failure(f"{name} failed: {result}")
        known = score(python, exact, pairs_file(options.cache, name))
        say(f"{name}: recall {known['recall']:.4f}, precision {known['precision']:.4f}")
        if known["recall"] < 0.75 or known["precision"] < 0.5:
            raise Failure(f"{name} finds too few of the pairs or too many others")
    say("all well")


if __name__ == "__main__":
    main()
