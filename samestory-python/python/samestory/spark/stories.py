"""Near pairs and groups to stories."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

import samestory
from samestory.spark.components import components
from samestory.spark.steps import binned, div, mapped, of_bins, of_two
from samestory.spark.texts import Articles, Groups
from samestory.spark.work import Work, holds


def crowding(work: Work, articles: Articles, near: DataFrame, groups: Groups) -> DataFrame:
    """How close each article is to everything around it (place, published, crowding)."""

    def sums() -> DataFrame:
        close = near.where(F.col("dot") >= samestory.Steps.neighbour())
        sides = close.select(F.col("a").alias("place"), F.col("b").alias("other"), "dot")
        sides = sides.union(close.select("b", "a", "dot"))
        groups_of = groups.members.select(F.col("place").alias("other"), "group")
        sides = sides.join(groups_of, "other", "left")
        sides = sides.select("place", F.coalesce("group", "other").alias("group"), "dot")
        return of_bins(binned(sides, work.bins, "place"), articles.config, "nearest", "place long, sum long")

    nearest = work.table("nearest", sums)
    total = int(nearest.agg(F.sum(F.col("sum").cast("decimal(38,0)"))).collect()[0][0] or 0)

    def make() -> DataFrame:
        known = articles.placed.select("place", "published", "terms").join(nearest, "place", "left")
        schema = "place long, published long, crowding long"
        return mapped(known, articles.config, "crowding", schema, total, articles.count)

    found = work.table("crowding", make)
    holds(found.count() == articles.count, "table crowding lacks articles")
    return found


def likely(work: Work, name: str, config: str, near: DataFrame, crowding: DataFrame, recurring: DataFrame) -> DataFrame:
    """The pairs that are likely one event by themselves (a, b, recurring: 0)."""

    def make() -> DataFrame:
        def side(of: str) -> DataFrame:
            return crowding.select(
                F.col("place").alias(of), F.col("published").alias(f"{of}_published"), F.col("crowding").alias(f"{of}_crowding")
            )

        known = near.join(side("a"), "a").join(side("b"), "b")
        known = known.join(recurring.select("a", "b", F.lit(1).cast("long").alias("recurring")), ["a", "b"], "left")
        return mapped(known, config, "likely", "a long, b long, recurring int")

    return work.of_pairs(name, make)


@dataclass
class Stories:
    """Stories of articles that have a likely pair or a copy."""

    #: place, story, score
    members: DataFrame
    #: component, articles, parts: those that were too large for an executor
    cuts: DataFrame


def stories(
    work: Work,
    articles: Articles,
    groups: DataFrame,
    pairs: DataFrame,
    crowding: DataFrame,
    vectors: DataFrame,
    largest: int,
    on_driver: int,
) -> Stories:
    """Joins the groups (place, group) of each component, linked by pairs (a, b, recurring), into stories.

    A component of more than `largest` articles is cut by time into parts of about as many, at the border of a group.
    """
    a, b = (groups.select(F.col("place").alias(of), F.col("group").alias(f"{of}_group")) for of in ("a", "b"))
    linked = work.table("linked", lambda: pairs.join(a, "a").join(b, "b"))
    across = linked.select(F.col("a_group").alias("a"), F.col("b_group").alias("b")).where("a != b")
    component = components(work, "stories", across, on_driver).withColumnRenamed("place", "group")

    def scoped() -> DataFrame:
        sizes = groups.groupBy("group").agg(F.count("*").alias("articles"))
        known = sizes.join(component, "group", "left").where("component is not null or articles > 1")
        known = known.withColumn("component", F.coalesce("component", "group"))
        whole = known.groupBy("component").agg(F.sum("articles").alias("all"))
        known = known.join(whole, "component")
        # groups are named by their first article, so they ascend by time
        so_far = Window.partitionBy("component").orderBy("group").rowsBetween(Window.unboundedPreceding, -1)
        large = known.where(F.col("all") > largest)
        large = large.withColumn("part", div(F.coalesce(F.sum("articles").over(so_far), F.lit(0)), largest))
        small = known.where(F.col("all") <= largest).withColumn("part", F.lit(0).cast("long"))
        return small.union(large).select("group", "articles", "component", "part")

    scopes = work.table("scopes", scoped)

    def make() -> DataFrame:
        members = groups.join(scopes, "group").join(crowding, "place").join(vectors.select("place", "vector"), "place")
        left, right = (
            scopes.select(F.col("group").alias(f"{of}_group"), F.col("component").alias(f"{of}_of"), F.col("part").alias(f"{of}_part"))
            for of in ("a", "b")
        )
        within = linked.join(left, "a_group").join(right, "b_group").where("a_of = b_of and a_part = b_part")
        within = within.select("a", "b", "recurring", F.col("a_of").alias("component"), F.col("a_part").alias("part"))
        members, within = (binned(rows, work.bins, "component", "part") for rows in (members, within))
        return of_two(members, within, articles.config, "stories", "place long, story long, score double")

    found = work.table("stories", make)
    holds(
        found.count() == scopes.agg(F.coalesce(F.sum("articles"), F.lit(0))).collect()[0][0],
        "table stories lacks articles",
    )
    cuts = scopes.groupBy("component").agg(F.sum("articles").alias("articles"), F.count_distinct("part").alias("parts"))
    return Stories(found, cuts.where("parts > 1"))
