"""datasketch: MinHash in bulk, then its LSH index; candidates are not checked.

run_datasketch.py ARTICLES.jsonl PAIRS.tsv hashed|strings
"""

import sys

from datasketch import MinHash, MinHashLSH
from shingles import hashed, strings


def main(source, target, kind):
    index, sketches = MinHashLSH(num_perm=128, params=(16, 8)), {}
    if kind == "strings":
        batches = ((batch, [[word.encode() for word in each] for each in sets]) for batch, sets in strings(source))
        settings = {}  # its own hash function, SHA-1
    else:
        batches, settings = numbers(source), {"hashfunc": int}
    for batch, sets in batches:
        for name, sketch in zip(batch, MinHash.generator(sets, num_perm=128, **settings)):
            index.insert(name, sketch, check_duplication=False)
            sketches[name] = sketch

    with open(target, "w", encoding="utf-8") as out:
        order = {name: position for position, name in enumerate(sketches)}
        for a, sketch in sketches.items():
            for b in index.query(sketch):
                if order[a] < order[b]:
                    out.write(f"{a}\t{b}\n")


def numbers(source):
    """Shingles as 32 bits of their hashes, as its own hash functions give."""
    for batch, hashes, ends in hashed(source):
        values, ends = (hashes & 0xFFFFFFFF).tolist(), ends.tolist()
        yield batch, [values[start:end] for start, end in zip(ends, ends[1:])]


main(*sys.argv[1:])
