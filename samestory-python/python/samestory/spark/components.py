"""Links to components: what hangs together, by whatever path. They bound the work and decide nothing."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

import samestory
from samestory.spark.work import Work

#: So many links are looked at by the driver itself, in a few bytes each.
ON_DRIVER = 2_000_000


def components(work: Work, name: str, links: DataFrame, on_driver: int = ON_DRIVER) -> DataFrame:
    """The component of each article that has a link (place, component): the smallest place that it can reach.

    Large graphs take rounds of joins, each written to disk.

    References
    ----------
    R. Kiveris and others, "Connected Components in MapReduce and Beyond" (2014): large star, small star.
    """
    edges = work.table(
        f"{name}_links",
        lambda: links.select(F.greatest("a", "b").alias("a"), F.least("a", "b").alias("b")).where("a != b").distinct(),
    )
    if edges.count() <= on_driver:

        def small() -> DataFrame:
            found = pa.table(samestory.Steps.components(edges.toArrow()))
            return work.spark.createDataFrame(found)

        return work.table(f"{name}_components", small)
    known = _state(edges)
    for turn in range(1, 100):
        edges = work.table(f"{name}_links_{turn}", lambda edges=edges: _stars(edges))  # type: ignore[misc]
        now = _state(edges)
        if now == known:
            break
        known = now
    roots = edges.select(F.col("b").alias("place"), F.col("b").alias("component")).distinct()
    members = edges.select(F.col("a").alias("place"), F.col("b").alias("component"))
    return work.table(f"{name}_components", lambda: members.union(roots))


def _stars(edges: DataFrame) -> DataFrame:
    """Links all larger neighbours to the smallest, then all smaller ones."""
    both = edges.union(edges.select(F.col("b").alias("a"), F.col("a").alias("b")))
    least = both.groupBy("a").agg(F.least(F.min("b"), F.first("a")).alias("least"))
    large = both.join(least, "a").where("b > a").select(F.col("b").alias("a"), F.col("least").alias("b")).distinct()
    least = large.groupBy("a").agg(F.min("b").alias("least"))
    small = large.join(least, "a").where("b != least").select(F.col("b").alias("a"), F.col("least").alias("b"))
    return small.union(least).distinct()


def _state(edges: DataFrame) -> tuple[int, int]:
    state = edges.agg(F.count("*"), F.bit_xor(F.xxhash64("a", "b"))).collect()[0]
    return (state[0], state[1])
