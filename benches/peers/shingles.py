"""Word 5-grams for tools that take ready-made tokens, as 64-bit hashes or as strings.

Python objects for every word and every 5-gram cost several times what the tools themselves do with
them. So `hashed` finds and hashes the words of a block of texts in numpy, and no tool has to pay for
Python; `strings` does as the tools' own examples do.
"""

import unicodedata
from itertools import islice

import numpy
import orjson

WIDTH = 5
BLOCK = 64  # texts hashed at once; the arrays of so many stay in the processor's cache
BATCH = 640  # texts handed over at once

MULTIPLIER = 0x9E3779B97F4A7C15  # odd, hence with an inverse modulo 2^64


def articles(path):
    """The id and the text, title and body, of every article of a JSON Lines file."""
    with open(path, "rb") as file:
        for line in file:
            article = orjson.loads(line)
            yield article["id"], article["title"] + "\n" + article["text"]


def hashed(path):
    """Batches of articles: ids, hashes of all their shingles in a row, where each article's begin and end.

    A text of fewer than five words has no shingle and is left out.
    """
    rest = articles(path)
    while batch := list(islice(rest, BATCH)):
        names, values, counts = [], [], []
        for start in range(0, len(batch), BLOCK):
            block = batch[start : start + BLOCK]
            hashes, lengths = _block([text for _, text in block])
            values.append(hashes)
            for (name, _), length in zip(block, lengths.tolist()):
                if length:
                    names.append(name)
                    counts.append(length)
        ends = numpy.cumsum([0, *counts], dtype=numpy.uint64)
        yield names, numpy.concatenate(values), ends


def strings(path):
    """Batches of articles: ids, and for each article a list of all its shingles."""
    rest = articles(path)
    while batch := list(islice(rest, BATCH)):
        names, sets = [], []
        for name, text in batch:
            words = text.lower().split()
            shingles = list(map(" ".join, zip(*(words[offset:] for offset in range(WIDTH)))))
            if shingles:
                names.append(name)
                sets.append(shingles)
        yield names, sets


def _block(texts):
    """The hashes of the shingles of some texts in a row, and how many each text has."""
    encoded = [text.encode("utf-16-le", "surrogatepass") for text in texts]
    letters = _LETTERS[numpy.frombuffer(b"\0\0".join(encoded) + b"\0\0", numpy.uint16)]
    power, inverse = _powers(len(letters))

    # A word's hash is its polynomial, a difference of two sums, moved to where every word begins.
    edges = numpy.flatnonzero(numpy.diff(letters != 0, prepend=False))
    starts, stops = edges[0::2], edges[1::2]
    letters *= power
    sums = numpy.cumsum(letters, out=letters)
    words = (sums[stops] - sums[starts - 1] * (starts > 0)) * inverse[starts]
    words ^= words >> numpy.uint64(32)

    last = len(words) - WIDTH + 1
    hashes = words[: max(last, 0)].copy()
    for offset in range(1, WIDTH):
        hashes *= _MULTIPLIER
        hashes ^= hashes >> numpy.uint64(29)
        hashes += words[offset : last + offset]
    hashes *= _MULTIPLIER
    hashes ^= hashes >> numpy.uint64(32)

    # Shingles that begin in one text and end in the next are taken out.
    bounds = numpy.cumsum([0] + [len(text) // 2 + 1 for text in encoded])
    ends = numpy.searchsorted(starts, bounds)
    lengths = numpy.maximum(numpy.diff(ends) - WIDTH + 1, 0)
    keep = numpy.ones(len(words), bool)
    for offset in range(1, WIDTH):
        keep[numpy.maximum(ends[1:] - offset, ends[:-1])[ends[1:] > ends[:-1]]] = False
    return hashes[keep[: len(hashes)]], lengths


def _powers(length):
    """The first powers of the multiplier and of its inverse, at least so many."""
    global _POWERS
    if len(_POWERS[0]) < length:
        _POWERS = [
            numpy.cumprod(numpy.full(2 * length, factor, numpy.uint64))
            for factor in (MULTIPLIER, pow(MULTIPLIER, -1, 1 << 64))
        ]
    return _POWERS[0][:length], _POWERS[1][:length]


def _letters():
    """For every UTF-16 unit its lower case if it stands in words, 0 if it separates them."""
    table = numpy.zeros(1 << 16, numpy.uint64)
    for unit in range(1 << 16):
        if chr(unit).isalnum() or unicodedata.combining(chr(unit)):
            table[unit] = ord(chr(unit).lower()[0])
    return table


_MULTIPLIER = numpy.uint64(MULTIPLIER)
_POWERS = [numpy.empty(0, numpy.uint64)] * 2
_LETTERS = _letters()
