"""Sketches to vectors, and vectors to pairs that are near."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

import samestory
from samestory.spark.steps import binned, div, mapped, of, of_bins
from samestory.spark.texts import Articles
from samestory.spark.work import Work, holds

NEAR = "a long, b long, dot long"
#: Lists of terms are read by blocks of so many entries, so that none is ever in one place.
BLOCK = 1 << 12
#: The bytes of an entry.
ENTRY = 6


def vectors(work: Work, articles: Articles) -> DataFrame:
    """The term vector of each article (place, published, vector). The frequencies of terms are broadcast."""

    def counted() -> DataFrame:
        parts = mapped(articles.placed.select("counts"), articles.config, "frequencies", "term long, articles long")
        # a term of one article is not listed
        return parts.groupBy("term").agg(F.sum("articles").alias("articles")).where("articles > 1")

    frequencies = work.table("frequencies", counted).toArrow()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, frequencies.schema) as stream:
        stream.write_table(frequencies)
    shared = work.spark.sparkContext.broadcast(sink.getvalue().to_pybytes())
    config, count = articles.config, articles.count

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        steps = of(config)
        vocabulary = steps.vocabulary(pa.ipc.open_stream(shared.value).read_all(), count)
        for batch in batches:
            yield from pa.table(steps.vectors(batch, vocabulary)).to_batches()

    sketches = articles.placed.select("place", "published", "counts", "numbers")
    found = work.table("vectors", lambda: sketches.mapInArrow(run, "place long, published long, vector binary"))
    holds(found.count() == articles.count, "table vectors lacks articles")
    return found


def near(work: Work, articles: Articles, vectors: DataFrame) -> DataFrame:
    """Pairs that are near, with their dot products (a, b, dot)."""
    span, before = samestory.Steps.spans()
    config = articles.config

    def of_spans() -> DataFrame:
        last = max(articles.count - 1, 0) // span
        own = div("place", span)
        rows = vectors.withColumn("span", F.explode(F.sequence(own, F.least(own + before, F.lit(last)))))

        def run(key: tuple[pa.Scalar], table: pa.Table) -> pa.Table:
            return pa.table(of(config).near(table, key[0].as_py()))

        return rows.groupBy("span").applyInArrow(run, NEAR)

    dated = work.of_pairs("near_in_spans", of_spans)
    if articles.order.where("published is null").isEmpty():
        return dated
    undated = work.of_pairs("near_undated", lambda: _undated(work, config, vectors, span))
    return dated.union(undated)


def _undated(work: Work, config: str, vectors: DataFrame, span: int) -> DataFrame:
    """What undated articles find: parts of the lists of their terms, by position."""
    visits = samestory.Steps.visits()
    schema = "first long, undated int, members binary, vector binary"
    sets = work.table(
        "sets", lambda: of_bins(vectors.withColumn("bin", div("place", span)), config, "equals", schema)
    )

    def listed() -> DataFrame:
        rows = sets.select("first", "undated", "vector").withColumn("span", div("first", span))

        def run(key: tuple[pa.Scalar], table: pa.Table) -> pa.Table:
            found = pa.table(samestory.Steps.lists(table))
            return found.append_column("span", pa.repeat(key[0], len(found)))

        schema = "term long, entries long, undated long, list binary, span long"
        return rows.groupBy("span").applyInArrow(run, schema)

    lists = work.table("lists", listed)

    def parted() -> DataFrame:
        # undated articles stand behind all others, so nobody reads more than so many entries before the first of them
        whole = Window.partitionBy("term")
        so_far = whole.orderBy("span").rowsBetween(Window.unboundedPreceding, Window.currentRow)
        counts = lists.select("term", "span", F.sum("entries").over(so_far).alias("to"), "undated", *(
            F.sum(of).over(whole).alias(f"all_{of}") for of in ("entries", "undated")
        ))
        behind = F.col("all_entries") - F.col("all_undated") - F.col("to")
        read = counts.where((F.col("all_undated") > 0) & ((F.col("undated") > 0) | (behind < visits)))
        known = lists.join(read.select("term", "span", "to"), ["term", "span"])
        start = F.col("to") - div(F.length("list"), ENTRY)
        return known.select("term", start.alias("start"), "to", "undated", "list")

    parts = work.table("parts", parted)

    def readings() -> DataFrame:
        standings = mapped(parts.where("undated > 0"), config, "standings", "set long, term long, weight long, position long")
        schema = "set long, term long, weight long, from long, to long, left int"
        return of_bins(binned(standings, work.bins, "set"), config, "readings", schema)

    asked = work.table("readings", readings)
    read = _in_blocks(asked, "from", "to").join(_in_blocks(parts.withColumnRenamed("to", "end"), "start", "end"), ["term", "block"])
    first = F.greatest("from", "start", F.col("block") * BLOCK)
    last = F.least("to", "end", (F.col("block") + 1) * BLOCK)
    cut = F.col("list").substr(((first - F.col("start")) * ENTRY + 1).cast("int"), ((last - first) * ENTRY).cast("int"))
    read = read.where(first < last).select("set", "weight", "left", cut.alias("list"))
    met = of_bins(binned(read, work.bins, "set"), config, "met", "set long, first long")

    def side(name: str, key: str) -> DataFrame:
        columns = [F.col(of).alias(f"{name}_{of}") for of in ("members", "vector")]
        return sets.select(F.col("first").alias(key), *columns)

    both = met.join(side("a", "first"), "first").join(side("b", "set"), "set")
    return mapped(both, config, "across", NEAR)


def _in_blocks(rows: DataFrame, start: str, end: str) -> DataFrame:
    """A row for each block of positions that a row has a part in."""
    return rows.withColumn("block", F.explode(F.sequence(div(start, BLOCK), div(F.col(end) - 1, BLOCK))))
