"""Daft: its own reader, normalising, minhash, banding and grouping, as in its near-duplicate tutorial; not checked.

run_daft.py ARTICLES.jsonl PAIRS.tsv
"""

import sys
from itertools import combinations

import daft
from daft import col, lit
from daft.functions import chunk, minhash, normalize, regexp_replace

# Its normalising takes ASCII punctuation out and joins what was around; these separate.
MARKS = r"[\u2010-\u2015\u2018\u2019\u201c\u201d'-]"


def main(source, target):
    daft.set_runner_native(num_threads=1)
    articles = daft.read_json(source)
    text = regexp_replace(col("title") + lit("\n") + col("text"), MARKS, " ")
    text = normalize(text, remove_punct=True, lowercase=True, white_space=True)
    sketch = minhash(text, num_hashes=128, ngram_size=5, seed=42, hash_function="xxhash")
    bands = articles.select(
        "id", chunk(sketch, 8).alias("band"), lit(list(range(16))).alias("number")
    ).explode("band", "number")
    buckets = (
        bands.select("id", col("band").hash(col("number")).alias("key"))
        .groupby("key")
        .agg(col("id").list_agg().alias("ids"))
        .where(col("ids").list_count() > 1)
    )

    pairs = set()
    for ids in buckets.to_pydict()["ids"]:
        pairs.update(combinations(sorted(ids), 2))
    with open(target, "w", encoding="utf-8") as out:
        for a, b in sorted(pairs):
            out.write(f"{a}\t{b}\n")


main(*sys.argv[1:])
