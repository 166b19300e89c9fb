"""Pairs to what their texts share, and articles with the same words to groups."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from samestory.spark.components import components
from samestory.spark.steps import binned, mapped, of_two
from samestory.spark.work import Work, holds

OVERLAP = "a long, b long, shared long, smaller long, larger long"


@dataclass
class Articles:
    """What all stages share."""

    config: str
    #: How many there are.
    count: int
    #: id, published, place
    order: DataFrame
    #: id, text, shingles and more
    sketches: DataFrame
    #: place, published, text, counts, numbers and more
    placed: DataFrame


@dataclass
class Texts:
    """The different texts of some articles: copies to the letter are one."""

    #: place, twin: the first article with the same shingles
    of: DataFrame
    #: twin, shingles
    twins: DataFrame


def texts(work: Work, name: str, articles: Articles, pairs: DataFrame) -> Texts:
    """The shingles of all articles that pairs are of, each set once."""
    places = pairs.select(F.col("a").alias("place")).union(pairs.select("b")).distinct()

    def twins() -> DataFrame:
        wanted = articles.order.select("id", "place").join(places, "place")
        known = articles.sketches.select("id", "text", "shingles").join(wanted, "id")
        return known.groupBy("text", "shingles").agg(F.min("place").alias("twin"))

    found = work.table(f"{name}_twins", twins)
    different = found.agg(F.count("*"), F.count_distinct("text")).collect()[0]
    holds(different[0] == different[1], "two different texts have one name")
    of = work.table(
        f"{name}_texts",
        lambda: articles.placed.select("place", "text").join(places, "place").join(found.select("text", "twin"), "text").select("place", "twin"),
    )
    holds(of.count() == places.count(), f"table {name}_texts lacks articles")
    return Texts(of, found.select("twin", "shingles"))


def overlaps(work: Work, name: str, articles: Articles, pairs: DataFrame, of: Texts) -> DataFrame:
    """What each two articles share (a, b, shared, smaller, larger), exactly. Equal pairs of texts are compared once."""

    def make() -> DataFrame:
        left = of.of.select(F.col("place").alias("a"), F.col("twin").alias("x"))
        right = of.of.select(F.col("place").alias("b"), F.col("twin").alias("y"))
        known = pairs.select("a", "b").join(left, "a").join(right, "b")
        known = known.select("a", "b", F.least("x", "y").alias("x"), F.greatest("x", "y").alias("y"))
        first = of.twins.select(F.col("twin").alias("x"), F.col("shingles").alias("a_shingles"))
        second = of.twins.select(F.col("twin").alias("y"), F.col("shingles").alias("b_shingles"))
        different = known.select("x", "y").distinct().join(first, "x").join(second, "y")
        different = different.select(F.col("x").alias("a"), F.col("y").alias("b"), "a_shingles", "b_shingles")
        shared = mapped(different, articles.config, "overlaps", OVERLAP)
        shared = shared.withColumnsRenamed({"a": "x", "b": "y"})
        return known.join(shared, ["x", "y"]).select("a", "b", "shared", "smaller", "larger")

    found = work.of_pairs(f"{name}_overlaps", make)
    holds(found.count() == pairs.count(), f"table {name}_overlaps lacks pairs")
    return found


@dataclass
class Groups:
    """Groups, and the pairs that decided."""

    #: place, group, group_score: of articles that have the words of another one
    members: DataFrame
    #: a, b
    same: DataFrame
    recurring: DataFrame


def groups(work: Work, name: str, articles: Articles, alike: DataFrame, of: Texts, on_driver: int) -> Groups:
    """Groups the articles of each component by the library's own step."""
    component = components(work, name, alike, on_driver)

    def make() -> DataFrame:
        known = component.join(of.of, "place").join(articles.placed.select("place", "published", "numbers"), "place")
        leaders = known.groupBy("component", "twin").agg(F.min("place").alias("place"))
        leaders = leaders.join(of.twins, "twin").select("place", "shingles")
        members = binned(known.join(leaders, "place", "left"), work.bins, "component")
        pairs = alike.join(component.withColumnRenamed("place", "a"), "a")
        pairs = binned(pairs, work.bins, "component")
        return of_two(members, pairs, articles.config, "groups", "kind int, a long, b long, score double")

    found = work.table(f"{name}_groups", make)
    members = found.where("kind = 0").select(F.col("a").alias("place"), F.col("b").alias("group"), F.col("score").alias("group_score"))
    holds(members.count() == component.count(), f"table {name}_groups lacks articles")
    return Groups(members, found.where("kind = 1").select("a", "b"), found.where("kind = 2").select("a", "b"))
