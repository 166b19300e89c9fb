"""The same articles give the same assignments from Spark."""

import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import samestory
from pyspark.sql import DataFrame, SparkSession
from samestory.spark import ConservationError, Limits, cluster
from samestory.spark.work import Work

COLUMNS = ["id", "title", "text", "published"]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        session = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


def frame(spark: SparkSession, articles: Any) -> DataFrame:
    return spark.createDataFrame(pa.table(articles).select(COLUMNS))


def by_id(rows: Any) -> dict[Any, Any]:
    return {row["id"]: row for row in rows}


def test_spark_gives_the_same_assignments_and_goes_on_where_it_was(spark: SparkSession, tmp_path: Path) -> None:
    made = samestory.generate(1_500, seed=3)
    expected = by_id(samestory.cluster(made).assignments)
    tables: list[str] = []
    first = cluster(frame(spark, made), folder=str(tmp_path), partitions=3, on_table=tables.append)
    assert by_id(first.assignments.toArrow().to_pylist()) == expected
    assert first.cuts.isEmpty()
    assert tables[0] == "ordered" and tables[-1] == "assignments"
    # a run that was broken off makes what is missing
    for table in ("stories", "assignments"):
        shutil.rmtree(tmp_path / table)
    tables.clear()
    again = cluster(frame(spark, made), folder=str(tmp_path), partitions=2, on_table=tables.append)
    assert tables == ["stories", "assignments"]
    assert by_id(again.assignments.toArrow().to_pylist()) == expected
    with pytest.raises(ValueError, match="has tables of another run"):
        cluster(frame(spark, made), folder=str(tmp_path), config={"jaccard": 0.5})
    with pytest.raises(ValueError, match="has tables of another run"):
        cluster(frame(spark, samestory.generate(10)), folder=str(tmp_path))


def test_hot_buckets_and_large_graphs_take_other_ways_to_the_same(spark: SparkSession) -> None:
    texts = ["The ferry Corrigan ran aground off Marr on Thursday with 212 people on board, the coast guard said at noon."] * 90
    rows = samestory.generate(300, seed=5).to_pylist()
    rows += [{"id": f"copy-{at:03}", "title": "", "text": text, "published": None} for at, text in enumerate(texts)]
    articles = pa.Table.from_pylist([{name: row[name] for name in COLUMNS} for row in rows])
    expected = by_id(samestory.cluster(articles).assignments)
    found = cluster(frame(spark, articles), partitions=3, limits=Limits(bucket=20, links=0))
    assert by_id(found.assignments.toArrow().to_pylist()) == expected


def test_a_part_that_is_too_large_is_cut_and_said_to_be(spark: SparkSession) -> None:
    made = samestory.generate(400, seed=11)
    found = cluster(frame(spark, made), partitions=2, limits=Limits(component=2))
    cuts = found.cuts.toArrow().to_pylist()
    assert cuts and all(cut["parts"] > 1 for cut in cuts)
    assert found.assignments.count() == 400
    # copies stay together
    groups = {row["id"]: row["group"] for row in samestory.cluster(made).assignments}
    assert {row["id"]: row["group"] for row in found.assignments.toArrow().to_pylist()} == groups


def test_doubled_rows_are_noticed(spark: SparkSession, tmp_path: Path) -> None:
    work = Work(spark, str(tmp_path), {}, 1)
    pairs = spark.createDataFrame([(1, 2), (3, 4)], "a long, b long")
    assert work.of_pairs("good", lambda: pairs).count() == 2
    with pytest.raises(ConservationError, match="3 pairs, 2 of them different"):
        work.of_pairs("twice", lambda: pairs.union(pairs.limit(1)))
    with pytest.raises(ConservationError, match="1 the wrong way round"):
        work.of_pairs("turned", lambda: pairs.union(spark.createDataFrame([(6, 5)], "a long, b long")))


def test_what_is_wrong_is_said_before_any_work(spark: SparkSession) -> None:
    twice = frame(spark, samestory.generate(5)).limit(1)
    with pytest.raises(ValueError, match="stands 2 times; give each article its own"):
        cluster(twice.union(twice))
    with pytest.raises(ValueError, match="no column 'body'"):
        cluster(twice.drop("title"), text="body")
    with pytest.raises(ValueError, match="jaccard"):
        cluster(twice, config={"jaccard": 2})
    with pytest.raises(ValueError, match="1 articles have no id"):
        cluster(spark.createDataFrame([(None, "Ferry aground", "")], "id string, title string, text string"))


def test_undated_articles_find_those_of_other_spans(spark: SparkSession) -> None:
    span, _ = samestory.Steps.spans()
    texts = [one["text"].split() for one in samestory.generate(400, seed=13).to_pylist()]
    rows: list[dict[str, Any]] = []

    def add(words: list[str], second: int | None) -> None:
        moment = None if second is None else datetime.fromtimestamp(second, timezone.utc)
        rows.append({"id": f"{len(rows):05}", "title": "", "text": " ".join(words), "published": moment})

    for at in range(span + 200):
        # the last ones are of other events
        words = texts[at % 200] if at < span else texts[200 + at % 200]
        add(words[at % 60 : at % 60 + 6] if at < span - 200 else words, at)
    for at in range(200):
        # the same words and no phrase of theirs
        add(texts[at][::-1], None)
    articles = pa.Table.from_pylist(rows)
    expected = by_id(samestory.cluster(articles).assignments)
    undated = [row["id"] for row in rows if row["published"] is None]
    assert sum(expected[one]["story"] < f"{span:05}" for one in undated) > 100
    found = cluster(frame(spark, articles), partitions=2)
    assert by_id(found.assignments.toArrow().to_pylist()) == expected
