"""Clusters a file of JSON Lines as the example `cluster` of the library does: the same bytes come out.

python3 scripts/cluster.py FILE… --output OUT
"""

import argparse
import json
from pathlib import Path

import samestory


def main() -> None:
    parser = argparse.ArgumentParser(description="Cluster news articles, one JSON object a line.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    rows = []
    for file in arguments.files:
        with file.open(encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines if line.strip()]
    for row in rows:
        if row.get("text") is None:
            row["text"] = row.get("body")
    result = samestory.cluster(rows, threads=arguments.threads)
    with arguments.output.open("w", encoding="utf-8") as out:
        for row, to in zip(rows, result.assignments, strict=True):
            story, group = (json.dumps(to[name], ensure_ascii=False) for name in ("story", "group"))
            scores = f'"score": {to["score"]:.6f}, "group_score": {to["group_score"]:.6f}'
            identity = json.dumps(row["id"], ensure_ascii=False)
            out.write(f'{{"id": {identity}, "story": {story}, "group": {group}, {scores}}}\n')


if __name__ == "__main__":
    main()
