"""gaoya: its own word 5-grams, hashes and index, all native; it checks candidates against its estimate.

run_gaoya.py ARTICLES.jsonl PAIRS.tsv
"""

import sys

import orjson
from gaoya.minhash import MinHashStringIndex

MARKS = "\u2013\u2014\u2018\u2019\u201c\u201d"  # its words end at ASCII punctuation only


def main(source, target):
    names, texts = [], []
    with open(source, "rb") as file:
        for line in file:
            article = orjson.loads(line)
            names.append(article["id"])
            text = article["title"] + "\n" + article["text"]
            if not text.isascii():
                for mark in MARKS:
                    text = text.replace(mark, " ")
            texts.append(text)

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=0.8,
        num_bands=16,
        band_size=8,
        analyzer="word",
        lowercase=True,
        ngram_range=(5, 5),
        id_container="smallvec",
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    found = index.par_bulk_query(texts)

    with open(target, "w", encoding="utf-8") as out:
        for a, others in enumerate(found):
            for b in others:
                if a < b:
                    out.write(f"{names[a]}\t{names[b]}\n")


main(*sys.argv[1:])
