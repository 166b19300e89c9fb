#!/usr/bin/env python3
"""Runs both tiers on made news of growing size, prints a table and draws docs/growth.svg.

Standard library only. `python3 benches/growth.py --articles 10000 100000 1000000` needs about 12 GB of memory and
6 GB of disk for the last one; files go to the target directory and are kept for the next time.
"""

import argparse
import math
import os
import subprocess
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")).resolve()
PROGRAM = TARGET / "release" / "samestory"
WIDTH, HEIGHT, MARGIN = 640, 400, 60


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=1, help="the median of so many counts")
    options = parser.parse_args()
    subprocess.run(["cargo", "build", "--release", "--locked", "--package", "samestory-cli"], cwd=REPOSITORY, check=True)
    points = []
    print(f"{'articles':>10} {'wall s':>8} {'CPU s':>8} {'peak GB':>8} {'text GB':>8}")
    for articles in options.articles:
        made = TARGET / "growth" / f"made-{articles}.jsonl"
        if not made.exists():
            made.parent.mkdir(parents=True, exist_ok=True)
            part = made.with_suffix(".part")
            subprocess.run([PROGRAM, "generate", "--articles", str(articles), "--seed", "1", "--output", part], check=True)
            part.rename(made)
        runs = sorted(run(made) for _ in range(options.runs))
        wall, cpu, peak = runs[len(runs) // 2]
        points.append((articles, wall))
        print(f"{articles:>10,} {wall:>8.1f} {cpu:>8.1f} {peak:>8.2f} {made.stat().st_size / 1e9:>8.2f}", flush=True)
    (REPOSITORY / "docs" / "growth.svg").write_text(drawing(points), encoding="utf-8")


def run(made):
    """Wall seconds, CPU seconds and gigabytes of one run."""
    start = time.monotonic()
    process = subprocess.Popen([PROGRAM, "cluster", made, "--quiet", "--output", made.with_suffix(".out")])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"cluster ended with {status} on {made}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6


def drawing(points):
    """Seconds by articles, both axes logarithmic, and beside it what linear growth would be."""
    decades = [[math.floor(math.log10(min(axis))), math.ceil(math.log10(max(axis)))] for axis in zip(*points)]
    for decade in decades:
        decade[1] = max(decade[1], decade[0] + 1)

    def place(point):
        share = [(math.log10(value) - low) / (high - low) for value, (low, high) in zip(point, decades)]
        x = MARGIN + share[0] * (WIDTH - 2 * MARGIN)
        return f"{x:.1f}", f"{HEIGHT - MARGIN - share[1] * (HEIGHT - 2 * MARGIN):.1f}"

    def line(points, style):
        return f'<polyline points="{" ".join(",".join(place(point)) for point in points)}" fill="none" {style}/>'

    (articles, seconds), (most, _) = points[0], points[-1]
    linear = [(articles, seconds), (most, seconds * most / articles)]
    (x_low, x_high), (y_low, y_high) = decades
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
        "<title>Seconds by number of articles, both tiers</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for power in range(x_low, x_high + 1):
        x, y = place((10**power, 10**y_low))
        parts.append(f'<text x="{x}" y="{float(y) + 20:.1f}" text-anchor="middle">{10**power:,}</text>')
        parts.append(line([(10**power, 10**y_low), (10**power, 10**y_high)], 'stroke="#ddd"'))
    for power in range(y_low, y_high + 1):
        x, y = place((10**x_low, 10**power))
        parts.append(f'<text x="{float(x) - 8:.1f}" y="{float(y) + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
        parts.append(line([(10**x_low, 10**power), (10**x_high, 10**power)], 'stroke="#ddd"'))
    parts.append(line(linear, 'stroke="#888" stroke-dasharray="5 4"'))
    parts.append(line(points, 'stroke="#0a5" stroke-width="2.5"'))
    for point in points:
        x, y = place(point)
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#0a5"/>')
        parts.append(f'<text x="{float(x) + 8:.1f}" y="{float(y) + 16:.1f}">{point[1]:.3g} s</text>')
    parts.append(f'<text x="{MARGIN}" y="24">Both tiers, wall time on 2 cores; dashed: linear</text></svg>')
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
