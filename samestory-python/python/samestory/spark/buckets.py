"""Sketches to candidates: pairs that share a bucket. A bucket that is hot is cut into spans of articles."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from samestory.spark.steps import binned, div, mapped, of_bins, of_two
from samestory.spark.work import Work

KEYS = "key long, place long, phrases long"
PAIRS = "a long, b long, shared long, fewer long"
PARTS = "key long, span long, members binary"

#: A bucket of about so many articles is hot; it is cut into spans of as many places.
HOT = 1 << 14
#: One article in so many is looked at to find hot buckets.
SAMPLE = 64


def candidates(work: Work, config: str, placed: DataFrame, hot_from: int = HOT) -> DataFrame:
    """Pairs of articles that are worth a look (a, b)."""

    def make() -> DataFrame:
        sketches = placed.select("place", "keys", "phrases")
        keys = mapped(sketches, config, "bucket_keys", KEYS)
        pairs = of_bins(binned(_others(keys, hot), work.bins, "key"), config, "bucket_pairs", PAIRS)
        pairs = pairs.union(_of_hot(work, config, keys.join(F.broadcast(hot), "key"), hot_from))
        shared = pairs.groupBy("a", "b").agg(F.sum("shared").alias("shared"), F.min("fewer").alias("fewer"))
        return mapped(shared, config, "candidates", "a long, b long")

    hot = work.table("hot_buckets", lambda: _hot(placed, config, hot_from))
    return work.of_pairs("candidates", make)


def _hot(placed: DataFrame, config: str, hot_from: int) -> DataFrame:
    """Keys that many of a sample have. Which they are changes the way to the pairs and not the pairs."""
    sample = SAMPLE if hot_from >= 8 * SAMPLE else 1
    few = placed.where(F.pmod(F.xxhash64("place"), F.lit(sample)) == 0).select("place", "keys", "phrases")
    counted = mapped(few, config, "bucket_keys", KEYS).groupBy("key").count()
    return counted.where(F.col("count") >= hot_from // sample).select("key")


def _others(keys: DataFrame, hot: DataFrame) -> DataFrame:
    return keys.join(F.broadcast(hot), "key", "left_anti")


def _of_hot(work: Work, config: str, keys: DataFrame, hot_from: int) -> DataFrame:
    """The pairs of hot buckets, span by span, each with what has to be known of those before it."""
    spans = keys.withColumn("span", div("place", hot_from).cast("long"))
    spans = binned(spans, work.bins, "key", "span")
    carried = of_bins(spans, config, "bucket_carried", PARTS)
    earlier = of_bins(binned(carried, work.bins, "key"), config, "bucket_earlier", PARTS)
    return of_two(spans, binned(earlier, work.bins, "key", "span"), config, "bucket_pairs", PAIRS)
