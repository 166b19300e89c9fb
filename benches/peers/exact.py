"""The exact answer: all pairs of articles whose sets of word 5-grams have a Jaccard similarity of 0.79 or more.

    exact.py find ARTICLES.jsonl EXACT.tsv     all such pairs, by prefix filtering
    exact.py score EXACT.tsv PAIRS             recall and precision of a tool's pairs, as JSON
    exact.py self-test ARTICLES.jsonl          writes a small input and tests this file on it

Its own tokenizer and its own join, sharing no code with any tool compared.
"""

import json
import random
import re
import sys
import unicodedata
from itertools import combinations

import numpy
import orjson

WIDTH = 5
LIMIT = 0.8
MARGIN = 0.01  # pairs so close to the limit count neither for nor against a tool


# Words: near to Unicode's word boundaries (UAX #29), by a regular expression.


def words(text):
    """The words: lower case, no accents, `don't`, `4.4` and `1,000` whole, possessive 's dropped."""
    if not text.isascii():
        text = text.replace("\u2019", "'").replace("\u2018", "'")
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = _THOUSANDS.sub("", text.lower())
    return [word[:-2] if word.endswith("'s") else word for word in _WORD.findall(text)]


_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d)")


def shingles(list_of_words):
    """The set of word 5-grams; a shorter text is one shingle."""
    if not list_of_words:
        return set()
    count = max(len(list_of_words) - WIDTH + 1, 1)
    return {tuple(list_of_words[i : i + WIDTH]) for i in range(count)}


# The join: on numbers, so that it fits in memory.


def sets_of_numbers(texts):
    """The shingle sets of texts as sorted arrays of 64-bit hashes; words get numbers in order of appearance."""
    numbers = {}
    for text in texts:
        ids = numpy.array([numbers.setdefault(word, len(numbers) + 1) for word in words(text)], numpy.uint64)
        if 0 < len(ids) < WIDTH:
            ids = numpy.pad(ids, (0, WIDTH - len(ids)))
        hashes = numpy.zeros(max(len(ids) - WIDTH + 1, 0), numpy.uint64)
        for offset in range(WIDTH):
            hashes = _scramble(hashes + ids[offset : offset + len(hashes)])
        yield numpy.unique(hashes)


def _scramble(values):
    """The finalizer of splitmix64: one to one, so that only the sums before it can collide."""
    values = values + numpy.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return values ^ (values >> numpy.uint64(31))


def join(sets, limit):
    """All pairs of sets of that Jaccard similarity or more, with it: [(a, b, jaccard)], a < b.

    Two sets of J >= limit share one of the rarest n - ceil(limit * n) + 1 members of each: their
    prefixes. Sets that share a member of both prefixes, and whose sizes allow the limit, are compared.
    """
    sizes = numpy.array([len(each) for each in sets], numpy.int64)
    members, counts = numpy.unique(numpy.concatenate(sets), return_counts=True)
    owners, keys = [], []
    for owner, each in enumerate(sets):
        if not len(each):
            continue
        frequency = counts[numpy.searchsorted(members, each)]
        prefix = numpy.argsort(frequency, kind="stable")[: len(each) - _ceil(limit * len(each)) + 1]
        shared = prefix[frequency[prefix] > 1]
        keys.append(each[shared])
        owners.append(numpy.full(len(shared), owner))
    if not keys:
        return []
    del members, counts

    keys, owners = numpy.concatenate(keys), numpy.concatenate(owners)
    order = numpy.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    candidates = numpy.empty(0, numpy.int64)
    at, distance = numpy.arange(len(keys)), 1
    while len(at := at[at + distance < len(keys)]):
        at = at[keys[at] == keys[at + distance]]
        a, b = owners[at], owners[at + distance]
        small, large = numpy.minimum(sizes[a], sizes[b]), numpy.maximum(sizes[a], sizes[b])
        fits = small >= limit * large - 1e-9
        candidates = numpy.union1d(candidates, a[fits] * len(sets) + b[fits])
        distance += 1

    found = []
    for candidate in candidates.tolist():
        a, b = divmod(candidate, len(sets))
        common = len(numpy.intersect1d(sets[a], sets[b], assume_unique=True))
        jaccard = common / (len(sets[a]) + len(sets[b]) - common)
        if jaccard >= limit:
            found.append((a, b, jaccard))
    return found


def _ceil(value):
    """The next whole number, proof against 0.8 * 5 being a little more than 4."""
    return int(numpy.ceil(value - 1e-9))


# Commands.


def articles(path):
    """The ids and the texts, title and body, of the articles of a JSON Lines file."""
    with open(path, "rb") as file:
        rows = [orjson.loads(line) for line in file]
    return [row["id"] for row in rows], [row["title"] + "\n" + row["text"] for row in rows]


def find(source, target):
    """Writes all pairs from a little below the limit on: two ids and the Jaccard similarity a line."""
    names, texts = articles(source)
    sets = list(sets_of_numbers(texts))
    del texts
    with open(target, "w", encoding="utf-8") as out:
        for a, b, jaccard in join(sets, LIMIT - MARGIN):
            out.write(f"{names[a]}\t{names[b]}\t{jaccard:.6f}\n")


def score(exact, pairs):
    """Recall and precision of a tool's pairs; pairs within the margin of the limit are left out of both."""
    wanted, unclear = set(), set()
    with open(exact, encoding="utf-8") as file:
        for line in file:
            a, b, jaccard = line.split("\t")
            pair = (a, b) if a < b else (b, a)
            (wanted if float(jaccard) > LIMIT + MARGIN else unclear).add(pair)
    found = set()
    with open(pairs, encoding="utf-8") as file:
        for line in file:
            if line.startswith("{"):
                row = json.loads(line)
                a, b = row["a"], row["b"]
            else:
                a, b = line.rstrip("\n").split("\t")
            found.add((a, b) if a < b else (b, a))
    clear = found - unclear
    right = len(clear & wanted)
    return {
        "exact": len(wanted),
        "unclear": len(unclear),
        "pairs": len(found),
        "recall": right / len(wanted) if wanted else None,
        "precision": right / len(clear) if clear else None,
    }


def self_test(target):
    """Holds the join equal to brute force over sets of words, and the tokenizer to its examples."""
    assert words("The \u201cLeft\u2011Wing\u201d bloc\u2019s 1,000 votes") == "the left wing bloc 1000 votes".split()
    assert words("Malm\u00f6 don't 4.4 U.S. x_y") == ["malmo", "don't", "4.4", "u.s", "x", "y"]

    texts = small_texts(400)
    with open(target, "w", encoding="utf-8") as out:
        for number, text in enumerate(texts):
            if len(text.split()) < WIDTH:
                continue  # to some tools all texts without a shingle are one
            title, body = text.split("\n", 1)
            row = {"id": f"t{number:03}", "title": title, "text": body, "published": None}
            row |= {"source": "self-test", "story": None, "copy_of": None}
            out.write(json.dumps(row) + "\n")

    plain = [shingles(words(text)) for text in texts]
    numbered = list(sets_of_numbers(texts))
    assert [len(each) for each in plain] == [len(each) for each in numbered]
    for limit in (0.3, 0.5, 0.79, 0.8, 1.0):
        wanted = []
        for a, b in combinations(range(len(plain)), 2):
            common = len(plain[a] & plain[b])
            jaccard = common / max(len(plain[a] | plain[b]), 1)
            if jaccard >= limit:
                wanted.append((a, b, jaccard))
        assert join(numbered, limit) == wanted, f"the join and brute force differ at {limit}"
        print(f"exact answer at Jaccard {limit}: {len(wanted)} pairs, equal to brute force", file=sys.stderr)
        assert len(wanted) > 20


def small_texts(count):
    """Random texts, most of them an earlier one with a few words replaced, added or cut; some very short."""
    chance = random.Random(7)
    vocabulary = [f"{a}{b}" for a in "bcdfglmnprst" for b in "ado emi iru ola une yst".split()]
    texts = []
    for _ in range(count):
        if texts and chance.random() < 0.7:
            body = chance.choice(texts).split()
            for _ in range(chance.choice([0, 1, 1, 2, 5])):
                body[chance.randrange(len(body))] = chance.choice(vocabulary)
            body = body[chance.choice([0, 0, 3]) :] + chance.choices(vocabulary, k=chance.choice([0, 0, 4]))
        else:
            body = chance.choices(vocabulary, k=chance.choice([3, 6, 40, 120, 300]))
        body = body or ["alone"]
        texts.append(body[0] + "\n" + " ".join(body[1:]))
    return texts


def main(command, *paths):
    if command == "find":
        find(*paths)
    elif command == "score":
        print(json.dumps(score(*paths)))
    elif command == "self-test":
        self_test(*paths)
    else:
        sys.exit(f"exact.py: no command {command!r}: find, score or self-test")


if __name__ == "__main__":
    main(*sys.argv[1:])
