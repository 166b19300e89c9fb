"""The tables of a run: each is written once, checked, and read from then on; a run that was broken off goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F


class ConservationError(RuntimeError):
    """A stage gave other rows than it must: the engine lost some or gave some twice. The run cannot be trusted."""


def holds(condition: bool, what: str) -> None:
    """Refuses what cannot be."""
    if not condition:
        raise ConservationError(f"{what}; the result of this run cannot be trusted, run it again")


class Work:
    """Tables under a folder that all executors reach.

    Parameters
    ----------
    spark : SparkSession
    folder : str
        A local folder if all executors are on one machine, otherwise one of HDFS, S3 or the like.
    what : dict
        What the tables are of. A folder with tables of something else is refused.
    bins : int
        Into how many parts of about one size keys are put.
    on_table : callable, optional
        Is told the name of each table that is about to be made.
    """

    def __init__(
        self,
        spark: SparkSession,
        folder: str,
        what: dict[str, Any],
        bins: int,
        on_table: Callable[[str], None] | None = None,
    ) -> None:
        self.spark = spark
        self.folder = folder.rstrip("/")
        self.bins = bins
        self.on_table = on_table
        self._declare(json.dumps(what, sort_keys=True))

    def _declare(self, what: str) -> None:
        path = f"{self.folder}/of"
        if self._is_done(path):
            known = self.spark.read.text(path).collect()[0][0]
            if known != what:
                raise ValueError(
                    f"{self.folder} has tables of another run: {known}, and this one is of {what}; "
                    "name another folder, or delete it"
                )
        else:
            self.spark.createDataFrame([(what,)], "value string").coalesce(1).write.mode("overwrite").text(path)

    def _is_done(self, path: str) -> bool:
        jvm: Any = self.spark.sparkContext._jvm
        done = jvm.org.apache.hadoop.fs.Path(f"{path}/_SUCCESS")
        files = done.getFileSystem(self.spark.sparkContext._jsc.hadoopConfiguration())
        return bool(files.exists(done))

    def table(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """The table of this name, made unless it is there."""
        path = f"{self.folder}/{name}"
        if not self._is_done(path):
            if self.on_table:
                self.on_table(name)
            self.spark.sparkContext.setJobDescription(f"samestory: {name}")
            make().write.mode("overwrite").parquet(path)
        return self.spark.read.parquet(path)

    def of_pairs(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """The same for pairs (a, b): each stands once, the earlier article first."""
        pairs = self.table(name, make)
        one = pairs.agg(
            F.count("*"), F.count_distinct("a", "b"), F.coalesce(F.sum((F.col("a") >= F.col("b")).cast("int")), F.lit(0))
        ).collect()[0]
        holds(one[0] == one[1] and one[2] == 0, f"table {name}: {one[0]} pairs, {one[1]} of them different, {one[2]} the wrong way round")
        return pairs
