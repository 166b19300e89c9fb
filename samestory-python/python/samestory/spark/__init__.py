"""Clusters a DataFrame of Apache Spark: the same articles give the same bytes as on one machine.

Spark shuffles, joins, retries and spills; every step on articles and pairs is the library's own, in Rust, inside the
executors. Each intermediate table is written, checked for lost and doubled rows, and resumed from.

Needs ``pip install "samestory[spark]"`` on the driver and on all nodes.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType

import samestory
from samestory.spark.buckets import HOT, candidates
from samestory.spark.components import ON_DRIVER
from samestory.spark.neighbours import near, vectors
from samestory.spark.steps import mapped
from samestory.spark.stories import crowding, likely, stories
from samestory.spark.texts import OVERLAP, Articles, Texts, groups, overlaps, texts
from samestory.spark.work import ConservationError, Work, holds

__all__ = ["Clustering", "ConservationError", "Limits", "cluster"]

SKETCH = (
    "id string, keys binary, phrases binary, counts binary, numbers binary, terms int, text binary, shingles binary"
)


@dataclass(frozen=True)
class Limits:
    """Where the way changes, and never the result, but for `component`.

    Parameters
    ----------
    bucket : int
        A bucket of about so many articles is hot and cut into spans.
    links : int
        A graph of so many links is looked at by the driver.
    component : int
        Likely pairs that hang together over more articles are cut by time; the result says where.
    """

    bucket: int = HOT
    links: int = ON_DRIVER
    component: int = 1_000_000


@dataclass(frozen=True)
class Clustering:
    """The groups and stories of a DataFrame.

    Attributes
    ----------
    assignments : DataFrame
        A row an article: ``id``, ``story``, ``group`` (named by the id of their earliest article), ``score`` and
        ``group_score`` in [0, 1].
    cuts : DataFrame
        Parts of the collection that were too large for one executor and were cut by time, so that stories may
        differ from those of one machine: ``component``, ``articles``, ``parts``. Empty nearly always.
    folder : str
        Where all tables are.
    """

    assignments: DataFrame
    cuts: DataFrame
    folder: str


def cluster(
    df: DataFrame,
    *,
    id: str = "id",
    title: str = "title",
    text: str = "text",
    published: str = "published",
    config: Mapping[str, Any] | None = None,
    folder: str | None = None,
    partitions: int | None = None,
    limits: Limits = Limits(),
    on_table: Callable[[str], None] | None = None,
) -> Clustering:
    """Say which articles of a DataFrame tell the same story.

    Parameters
    ----------
    df : DataFrame
        Articles, read twice; it must give the same rows both times.
    id, title, text, published : str
        The names of the columns. ``id`` is text or an integer, without a null. ``published`` is a timestamp, a date, or
        text of RFC 3339 or RFC 2822; an article whose date is missing or unknown counts as undated, with a warning.
    config : mapping, optional
        The fields of the library's ``Config``.
    folder : str, optional
        Where intermediate tables are written, reached by all executors. A run that was broken off goes on from them.
        Default: a new folder in the checkpoint directory of the Spark context, or a temporary one if Spark is local.
    partitions : int, optional
        Into how many parts the work is cut; default ``spark.sql.shuffle.partitions``. The result does not depend on it.
    limits : Limits
    on_table : callable, optional
        Is told the name of each table that is about to be made.

    Returns
    -------
    Clustering

    Raises
    ------
    ValueError
        An id stands twice or is null, a column is missing, or the folder has tables of another run.
    ConservationError
        The engine lost rows or gave some twice.
    """
    spark = df.sparkSession
    missing = [name for name in (id, text if title not in df.columns else title) if name not in df.columns]
    if missing:
        raise ValueError(f"no column {missing[0]!r}; there are {df.columns}. Say which one it is: text=\"…\"")
    settings = json.dumps(dict(config or {}), sort_keys=True)
    samestory.Steps(json.loads(settings))  # refuses what is wrong before any work
    bins = partitions or int(spark.conf.get("spark.sql.shuffle.partitions") or 200)
    rows = _rows(df, id, title, text, published)
    seen = rows.agg(F.count("*"), F.bit_xor(F.xxhash64("id", "title", "text", F.col("published").cast("string")))).collect()[0]
    what = {"samestory": samestory.__version__, "config": json.loads(settings), "articles": seen[0], "checksum": seen[1]}
    work = Work(spark, folder or _folder(spark), what, bins, on_table)
    before = spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.shuffle.partitions", str(bins))
    try:
        return _cluster(work, rows, settings, seen[0], df.schema[id].dataType.simpleString(), limits)
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", str(before))


def _rows(df: DataFrame, id: str, title: str, text: str, published: str) -> DataFrame:
    def column(name: str) -> Any:
        return F.col(f"`{name}`") if name in df.columns else F.lit(None).cast("string")

    return df.select(
        column(id).cast("string").alias("id"),
        column(title).alias("title"),
        column(text).alias("text"),
        column(published).alias("published"),
    )


def _folder(spark: SparkSession) -> str:
    context: Any = spark.sparkContext
    directory = context._jsc.sc().getCheckpointDir()
    if directory.isDefined():
        return f"{directory.get()}/samestory-{context.applicationId}-{context._jvm.java.util.UUID.randomUUID()}"
    if context.master.startswith("local"):
        return tempfile.mkdtemp(prefix="samestory-")
    raise ValueError("no folder for intermediate tables; give folder=\"…\", one that all executors reach")


def _cluster(work: Work, rows: DataFrame, config: str, count: int, kind: str, limits: Limits) -> Clustering:
    order = _order(work, rows, config, count)
    sketches = work.table(
        "sketches", lambda: mapped(rows.select("id", "title", "text"), config, "sketches", SKETCH)
    )
    holds(sketches.count() == count, f"table sketches has not {count} articles")
    placed = work.table("placed", lambda: sketches.drop("shingles").join(order, "id").drop("id"))
    holds(placed.count() == count, f"table placed has not {count} articles")
    articles = Articles(config, count, order, sketches, placed)

    # groups, by the buckets
    met = candidates(work, config, placed, limits.bucket)
    of = texts(work, "met", articles, met)
    compared = overlaps(work, "met", articles, met, of)
    alike = work.of_pairs("alike", lambda: mapped(compared, config, "alike", OVERLAP))
    grouped = groups(work, "first", articles, alike, of, limits.links)
    recurring = grouped.recurring

    # likely pairs, by the terms
    weighed = vectors(work, articles)
    close = near(work, articles, weighed)
    crowded = crowding(work, articles, close, grouped)
    probable = likely(work, "likely", config, close, crowded, recurring)

    # which bring up a few more pairs of one text
    others = work.of_pairs("others", lambda: probable.select("a", "b").join(grouped.same, ["a", "b"], "left_anti"))
    of_others = texts(work, "others", articles, others)
    more = overlaps(work, "others", articles, others, of_others)
    more = work.of_pairs("more", lambda: mapped(more, config, "alike", OVERLAP).join(recurring, ["a", "b"], "left_anti"))
    if not more.isEmpty():
        known = alike.join(grouped.same, ["a", "b"], "left_semi")
        alike = work.of_pairs("alike_again", lambda: known.union(more))
        of = texts(work, "again", articles, alike)
        grouped = groups(work, "again", articles, alike, of, limits.links)
        recurring = recurring.union(grouped.recurring).distinct()
        probable = likely(work, "likely_again", config, close, crowded, recurring)

    # stories
    groups_of = work.table(
        "groups",
        lambda: order.select("place").join(grouped.members, "place", "left").select(
            "place", F.coalesce("group", "place").alias("group"), F.coalesce("group_score", F.lit(1.0)).alias("group_score")
        ),
    )
    pairs = probable.union(recurring.select("a", "b", F.lit(1).alias("recurring")))
    told = stories(
        work, articles, groups_of.select("place", "group"), pairs, crowded, weighed, limits.component, limits.links
    )

    def assigned() -> DataFrame:
        known = order.join(groups_of, "place").join(told.members, "place", "left")
        known = known.withColumn("story", F.coalesce("story", "place")).withColumn("score", F.coalesce("score", F.lit(1.0)))
        story = order.select(F.col("place").alias("story"), F.col("id").alias("story_id"))
        group = order.select(F.col("place").alias("group"), F.col("id").alias("group_id"))
        known = known.join(story, "story").join(group, "group")
        return known.select(
            F.col("id").cast(kind).alias("id"),
            F.col("story_id").alias("story"),
            F.col("group_id").alias("group"),
            "score",
            "group_score",
        )

    assignments = work.table("assignments", assigned)
    one = assignments.agg(F.count("*"), F.count_distinct("id"), F.count_distinct("group"), F.count_distinct("group", "story")).collect()[0]
    holds(one[0] == one[1] == count, f"{one[0]} assignments of {one[1]} articles, not of {count}")
    holds(one[2] == one[3], "a group stands in two stories")
    return Clustering(assignments, told.cuts, work.folder)


def _order(work: Work, rows: DataFrame, config: str, count: int) -> DataFrame:
    """The library's order: by time, undated ones last, then by id as bytes (id, published, place)."""

    def ordered() -> DataFrame:
        moments = mapped(rows.select("id", "published"), config, "moments", "id string, published long")
        ordered = moments.orderBy(F.col("published").isNull(), "published", "id")
        return ordered.select("id", "published", F.monotonically_increasing_id().alias("at"))

    nameless = rows.where("id is null").count()
    if nameless:
        raise ValueError(f"{nameless} articles have no id; give each its own")
    ordered_rows = work.table("ordered", ordered)

    def placed() -> DataFrame:
        # the upper bits are a part of the order, the lower ones the place in it
        parts = ordered_rows.groupBy(F.shiftright("at", 33).alias("part")).agg(F.count("*").alias("articles"))
        sizes = {row.part: row.articles for row in parts.collect()}
        starts, start = [], 0
        for part in sorted(sizes):
            starts.append((part, start))
            start += sizes[part]
        first = work.spark.createDataFrame(starts, "part long, first long")
        known = ordered_rows.withColumn("part", F.shiftright("at", 33)).join(F.broadcast(first), "part")
        place = F.col("first") + F.col("at").bitwiseAND(F.lit((1 << 33) - 1))
        return known.select("id", "published", place.alias("place"))

    order = work.table("order", placed)
    twice = order.groupBy("id").count().where("count > 1").limit(1).collect()
    if twice:
        raise ValueError(f"id {twice[0][0]!r} stands {twice[0][1]} times; give each article its own")
    one = order.agg(F.count("*"), F.count_distinct("place"), F.coalesce(F.max("place"), F.lit(-1))).collect()[0]
    holds(one[0] == one[1] == one[2] + 1 == count, f"table order has places to {one[2]} of {one[1]} articles, not of {count}")
    _warn(rows, order)
    return order


def _warn(rows: DataFrame, order: DataFrame) -> None:
    stated = rows.where("published is not null")
    if isinstance(rows.schema["published"].dataType, StringType):
        stated = stated.where(F.length(F.trim("published")) > 0)
    unknown = stated.count() - order.where("published is not null").count()
    if unknown:
        warnings.warn(
            f"{unknown} articles have a date that is none; allowed are dates and date-times of RFC 3339 or RFC 2822. "
            "They count as undated",
            stacklevel=4,
        )
