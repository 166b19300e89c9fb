"""Steps of the library over the rows of a DataFrame: of a batch, or of all rows of a bin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

import samestory


@lru_cache(maxsize=4)
def of(config: str) -> samestory.Steps:
    """The steps under a configuration, once in each process."""
    return samestory.Steps(json.loads(config))


def mapped(rows: DataFrame, config: str, step: str, schema: str, *arguments: Any) -> DataFrame:
    """What a step gives for each batch of rows."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        work = getattr(of(config), step)
        for batch in batches:
            if batch.num_rows:
                yield from pa.table(work(batch, *arguments)).to_batches()

    return rows.mapInArrow(run, schema)


def binned(rows: DataFrame, bins: int, *keys: str) -> DataFrame:
    """Rows with a bin: all rows of a key are in one. Which one decides nothing."""
    return rows.withColumn("bin", F.pmod(F.xxhash64(*keys), F.lit(bins)))


def of_bins(rows: DataFrame, config: str, step: str, schema: str) -> DataFrame:
    """What a step gives for all rows of each bin."""

    def run(table: pa.Table) -> pa.Table:
        return pa.table(getattr(of(config), step)(table))

    return rows.groupBy("bin").applyInArrow(run, schema)


def of_two(left: DataFrame, right: DataFrame, config: str, step: str, schema: str) -> DataFrame:
    """What a step gives for all rows of each bin of two tables."""

    def run(left: pa.Table, right: pa.Table) -> pa.Table:
        return pa.table(getattr(of(config), step)(left, right))

    # as tables of their own, since both may come from one
    left, right = (rows.select([F.col(name).alias(name) for name in rows.columns]) for rows in (left, right))
    return left.groupBy("bin").cogroup(right.groupBy("bin")).applyInArrow(run, schema)


def div(column: str | Column, by: int) -> Column:
    """The whole part of a quotient of numbers that are not negative."""
    return F.floor(column / F.lit(by)) if isinstance(column, Column) else F.floor(F.col(column) / F.lit(by))
