"""Clusters made news on a Spark cluster of this machine, and holds the outcome against that of the library.

python3 scripts/spark_check.py --articles 100000

Starts a master and two workers on 127.0.0.1, and stops them. Runs once for each number of partitions, once for each kind of
kill (an executor while articles are sketched, one while candidates are shuffled, a whole worker in the last stage), and,
with --skew, once with 20,000 copies of one article (a fifth of all, if there are fewer) and one sentence in 30% of all. The
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyspark
import samestory
from pyspark.sql import SparkSession
from samestory.spark import cluster

HOST = "127.0.0.1"
Answer = dict[str, tuple[str, str, float, float]]


def descendants(of: list[int]) -> list[int]:
    """The processes that some processes started, and these, the youngest first."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has ended
                continue
    found = list(of)
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found[::-1]


def resident(processes: list[int]) -> int:
    """Bytes of memory that processes hold."""
    total = 0
    for process in processes:
        try:
            total += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue
    return total


def is_executor(process: int) -> bool:
    try:
        return b"CoarseGrainedExecutorBackend" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


class Cluster:
    """A master and two workers, processes of their own."""

    def __init__(self, folder: Path, memory: str) -> None:
        self.folder, self.memory = folder, memory
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        self.master = self._start("master.Master", "--host", HOST, "--port", str(self.port), "--webui-port", "0")
        self.workers = [self._worker(), self._worker()]

    @property
    def url(self) -> str:
        return f"spark://{HOST}:{self.port}"

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        home = Path(pyspark.__path__[0])
        environment = os.environ | {"SPARK_LOCAL_IP": HOST, "SPARK_HOME": str(home)}
        command = [str(home / "bin/spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
        with (self.folder / "cluster.log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def _worker(self) -> subprocess.Popen[bytes]:
        work = tempfile.mkdtemp(prefix="worker-", dir=self.folder)
        limits = ["--cores", "1", "--memory", self.memory, "--work-dir", work]
        return self._start("worker.Worker", "--host", HOST, "--webui-port", "0", *limits, self.url)

    def executors(self) -> list[int]:
        return [process for process in descendants([worker.pid for worker in self.workers]) if is_executor(process)]

    def kill_executor(self) -> None:
        os.kill(self.executors()[0], signal.SIGKILL)

    def kill_worker(self) -> None:
        """A worker with all that it started; another one takes its place after the run."""
        worker = self.workers.pop()
        for process in descendants([worker.pid]):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        worker.wait()

    def mend(self) -> None:
        while len(self.workers) < 2:
            self.workers.append(self._worker())

    def stop(self) -> None:
        for process in [*self.workers, self.master]:
            for child in descendants([process.pid]):
                try:
                    os.kill(child, signal.SIGTERM)
                except ProcessLookupError:
                    continue
            process.wait(30)


@contextmanager
def watched(of: Cluster) -> Iterator[Callable[[], int]]:
    """The most memory that executors and their Python held at once, while it lasts."""
    most = 0
    done = threading.Event()

    def look() -> None:
        nonlocal most
        while not done.wait(0.25):
            most = max(most, resident([p for e in of.executors() for p in descendants([e])]))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield lambda: most
    finally:
        done.set()
        watcher.join()


class Check:
    """Runs, and what came of them."""

    def __init__(self, folder: Path, of: Cluster, heap: str) -> None:
        self.folder, self.of, self.heap = folder, of, heap
        self.kills = 0

    def session(self) -> SparkSession:
        builder = SparkSession.builder.master(self.of.url).appName("samestory")
        for key, value in {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            "spark.executor.memory": self.heap,
            "spark.executor.cores": "1",
            "spark.task.maxFailures": "8",
            "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
            "spark.deploy.maxExecutorRetries": "-1",
        }.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session

    def run(self, articles: Path, partitions: int, kill: tuple[str, Callable[[], None]] | None = None) -> tuple[Answer, float, int]:
        """Assignments, seconds, and the most bytes of memory."""
        spark = self.session()
        context: Any = spark.sparkContext
        while len(self.of.executors()) < 2:
            time.sleep(0.2)
        at = ""

        def stage(name: str) -> None:
            nonlocal at
            at = name

        ended = threading.Event()
        killed: list[str] = []

        def killer() -> None:
            while kill and not ended.wait(0.02):
                if at == kill[0] and context.statusTracker().getActiveStageIds():
                    time.sleep(0.2)
                    kill[1]()
                    killed.append(at)
                    return

        thread = threading.Thread(target=killer)
        thread.start()
        folder = tempfile.mkdtemp(prefix="tables-", dir=self.folder)
        try:
            with watched(self.of) as most:
                begin = time.monotonic()
                found = cluster(spark.read.parquet(str(articles)), folder=folder, partitions=partitions, on_table=stage)
                rows = found.assignments.toArrow().to_pylist()
                seconds = time.monotonic() - begin
                memory = most()
        finally:
            ended.set()
            thread.join()
        if kill:
            if killed != [kill[0]]:
                raise SystemExit(f"nothing was killed in {kill[0]}")
            self.kills += 1
            self.of.mend()
        shutil.rmtree(folder)
        return answer(rows), seconds, memory


def answer(rows: Any) -> Answer:
    return {row["id"]: (row["story"], row["group"], row["score"], row["group_score"]) for row in rows}


def lines(of: Answer) -> bytes:
    """Assignments as the program writes them, by id."""
    rows = ((identity, *of[identity]) for identity in sorted(of))
    names = ("id", "story", "group", "score", "group_score")
    return b"".join(json.dumps(dict(zip(names, row, strict=True))).encode() + b"\n" for row in rows)


def skewed(articles: pa.Table) -> pa.Table:
    """As many articles, some of them copies of one, and 30% with one sentence more."""
    count = len(articles)
    copies = min(20_000, count // 5)
    # one in five is a copy and three others in ten have the sentence
    texts, titles = (articles.column(name).to_pylist() for name in ("text", "title"))
    for at in range(copies):
        place = at * (count // copies)
        texts[place], titles[place] = texts[0], titles[0]
    more = " The full list of stations, ferries and buses that were closed can be found on the pages of this paper."
    texts = [text + more if text and 1 <= at % 10 <= 3 else text for at, text in enumerate(texts)]
    for name, column in (("text", texts), ("title", titles)):
        kind = articles.schema.field(name)
        articles = articles.set_column(articles.schema.get_field_index(name), kind, pa.array(column, kind.type))
    return articles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--partitions", type=int, nargs="+", default=[4, 16, 64])
    parser.add_argument("--kills", choices=["none", "one", "all"], default="all")
    parser.add_argument("--skew", action="store_true", help="also compare with skewed articles")
    parser.add_argument("--memory", default="3g", help="of each executor's heap")
    arguments = parser.parse_args()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    folder = Path(tempfile.mkdtemp(prefix="samestory-spark-"))
    of = Cluster(folder, arguments.memory)
    report: dict[str, Any] = {"articles": arguments.articles, "identical": True, "kills": 0, "seconds": {}}

    def compare(name: str, found: Answer, wanted: bytes, seconds: float) -> None:
        same = lines(found) == wanted
        report["identical"] &= same
        report["seconds"][name] = round(seconds, 1)
        print(f"{name}: {'the same bytes' if same else 'OTHER BYTES'}, {seconds:.1f} s", flush=True)

    try:
        check = Check(folder, of, arguments.memory)
        names = ["id", "title", "text", "published"]
        made = pa.table(samestory.generate(arguments.articles, seed=7)).select(names)
        plain = folder / "plain.parquet"
        pq.write_table(made, plain)
        begin = time.monotonic()
        wanted = lines(answer(samestory.cluster(made).assignments))
        report["seconds"]["one machine"] = round(time.monotonic() - begin, 1)
        for partitions in arguments.partitions:
            found, seconds, _ = check.run(plain, partitions)
            compare(f"{partitions} partitions", found, wanted, seconds)
        middle = arguments.partitions[len(arguments.partitions) // 2]
        kills = [("candidates", of.kill_executor), ("sketches", of.kill_executor), ("assignments", of.kill_worker)]
        for kill in kills[: {"none": 0, "one": 1, "all": 3}[arguments.kills]]:
            found, seconds, _ = check.run(plain, middle, kill)
            compare(f"{kill[1].__name__} in {kill[0]}", found, wanted, seconds)
        report["kills"] = check.kills
        if arguments.skew:
            other = skewed(made)
            most = pc.max(pc.value_counts(other.column("text")).field("counts")).as_py()
            print(f"skew: one text stands {most} times", flush=True)
            tilted = folder / "skewed.parquet"
            pq.write_table(other, tilted)
            wanted_skewed = lines(answer(samestory.cluster(other).assignments))
            found, even, memory = check.run(plain, middle)
            compare("without skew", found, wanted, even)
            found, seconds, more = check.run(tilted, middle)
            compare("with skew", found, wanted_skewed, seconds)
            report["skew"] = {"time": round(seconds / even, 2), "memory": round(more / memory, 2)}
        check.session().stop()
    finally:
        of.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(report))
    sys.exit(not report["identical"])


if __name__ == "__main__":
    main()
