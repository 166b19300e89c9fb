"""FastSketchLSH: sketches in bulk, then its LSH index; candidates are not checked.

run_fastsketchlsh.py ARTICLES.jsonl PAIRS.tsv hashed|strings
"""

import sys

import numpy
from FastSketchLSH import LSH, FastSimilaritySketch
from shingles import hashed, strings


def main(source, target, kind):
    names, sketches = [], []
    sketcher = FastSimilaritySketch(size=128, seed=42)
    if kind == "strings":
        for batch, sets in strings(source):
            sketches.append(numpy.array(sketcher.batch(sets, num_threads=1), numpy.uint64))
            names += batch
    else:
        for batch, hashes, ends in hashed(source):
            sketches.append(sketcher.batch_csr(hashes, ends, prehashed=True, num_threads=1))
            names += batch
    sketches = numpy.concatenate(sketches)

    index = LSH(num_perm=128, num_bands=16, num_threads=1)
    index.insert(sketches)
    found, ends = index.query(sketches, format="csr")
    firsts = numpy.repeat(numpy.arange(len(names)), numpy.diff(ends).astype(numpy.int64))
    later = found > firsts

    with open(target, "w", encoding="utf-8") as out:
        for a, b in zip(firsts[later].tolist(), found[later].tolist()):
            out.write(f"{names[a]}\t{names[b]}\n")


main(*sys.argv[1:])
