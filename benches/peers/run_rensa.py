"""rensa: R-MinHash sketches in bulk, then its LSH index; candidates are not checked.

run_rensa.py ARTICLES.jsonl PAIRS.tsv hashed|strings
"""

import sys

from rensa import RMinHash, RMinHashLSH
from shingles import hashed, strings


def main(source, target, kind):
    names, index, sketches = [], RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16), []
    for batch, sets in strings(source) if kind == "strings" else byte_strings(source):
        made = RMinHash.from_token_sets(sets, num_perm=128, seed=42)
        index.insert_many(made, start_key=len(names))
        names += batch
        sketches += made
    found = index.query_all(sketches)

    with open(target, "w", encoding="utf-8") as out:
        for a, others in enumerate(found):
            for b in others:
                if a < b:
                    out.write(f"{names[a]}\t{names[b]}\n")


def byte_strings(source):
    """Shingles as the 8 bytes of their hashes: the index takes sketches of strings or bytes only."""
    for batch, hashes, ends in hashed(source):
        tokens, ends = hashes.view("V8").tolist(), ends.tolist()
        yield batch, [tokens[start:end] for start, end in zip(ends, ends[1:])]


main(*sys.argv[1:])
