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
#: Lists of terms are cut into blocks of so many entries, so that none is ever in one place.
BLOCK = 1 << 12


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
    schema = "first long, undated int, members binary, vector binary"
    sets = work.table(
        "sets", lambda: of_bins(vectors.withColumn("bin", div("place", span)), config, "equals", schema)
    )

    def listed() -> DataFrame:
        entries = mapped(sets, config, "entries", "term long, first long, weight long, undated int")
        wanted = entries.where("undated = 1").select("term").distinct()
        entries = entries.join(wanted, "term", "left_semi").withColumn("span", div("first", span))
        counts = entries.groupBy("term", "span").count()
        before = Window.partitionBy("term").orderBy("span").rowsBetween(Window.unboundedPreceding, -1)
        counts = counts.select("term", "span", F.coalesce(F.sum("count").over(before), F.lit(0)).alias("before"))
        within = F.row_number().over(Window.partitionBy("term", "span").orderBy("first")) - 1
        position = (F.col("before") + F.col("within")).alias("position")
        entries = entries.withColumn("within", within).join(counts, ["term", "span"])
        entries = entries.select("term", "first", "weight", "undated", position)
        return entries.withColumn("block", div("position", BLOCK))

    entries = work.table("entries", listed)

    def readings() -> DataFrame:
        own = binned(entries.where("undated = 1"), work.bins, "first")
        schema = "set long, term long, weight long, from long, to long, left int"
        return of_bins(own, config, "readings", schema)

    asked = work.table("readings", readings).withColumnRenamed("weight", "own")
    asked = asked.withColumn("block", F.explode(F.sequence(div("from", BLOCK), div(F.col("to") - 1, BLOCK))))
    read = asked.join(entries, ["term", "block"]).where("position >= from and position < to")
    sums = read.groupBy("set", "first", "left").agg(F.sum(F.col("own") * F.col("weight")).alias("sum"))
    best = Window.partitionBy("set").orderBy(F.desc("sum"), F.desc("first"))
    sums = sums.withColumn("rank", F.row_number().over(best))
    met = sums.where((F.col("left") == 0) | (F.col("rank") <= samestory.Steps.kept())).select("set", "first")

    def side(name: str, key: str) -> DataFrame:
        columns = [F.col(of).alias(f"{name}_{of}") for of in ("members", "vector")]
        return sets.select(F.col("first").alias(key), *columns)

    both = met.join(side("a", "first"), "first").join(side("b", "set"), "set")
    return mapped(both, config, "across", NEAR)
