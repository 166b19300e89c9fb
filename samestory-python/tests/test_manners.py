"""Ctrl-C, progress, types and documentation."""

import doctest
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import samestory

from conftest import ROOT

HERE = ROOT / "samestory-python"


@pytest.mark.parametrize("progress", [False, True])
def test_ctrl_c_stops_it(progress: bool) -> None:
    # a run that is not stopped takes as long as the one before it
    program = f"""
import time

import samestory

made = samestory.generate(40_000)
start = time.perf_counter()
samestory.cluster(made)
whole = time.perf_counter() - start
print("ready", flush=True)
start = time.perf_counter()
try:
    samestory.cluster(made, progress={progress})
except KeyboardInterrupt:
    print("stopped" if time.perf_counter() - start < whole / 2 else "went on to its end", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "stopped\n"
        assert child.wait(timeout=60) == 0


def test_progress_is_shown_by_tqdm(made: samestory.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    bars: list[Any] = []

    class Bar:
        def __init__(self, desc: str, total: int) -> None:
            self.desc, self.total, self.done, self.closed = desc, total, 0, False
            bars.append(self)

        def update(self, more: int) -> None:
            self.done += more

        def close(self) -> None:
            self.closed = True

    module = ModuleType("tqdm.auto")
    module.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm.auto", module)
    many = samestory.generate(8_000)
    expected = samestory.cluster(many).assignments.to_pylist()
    assert samestory.cluster(many, progress=True).assignments.to_pylist() == expected
    assert bars and all(bar.closed and bar.done <= bar.total for bar in bars)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert len(samestory.cluster(made, progress=True)) == 2_000


def test_types_are_those_of_the_module() -> None:
    for command in (
        ["mypy", "--strict", "tests", "scripts", "python/samestory/spark"],
        ["mypy.stubtest", "samestory._native", "--mypy-config-file", "pyproject.toml", "--concise"],
    ):
        done = subprocess.run([sys.executable, "-m", *command], cwd=HERE, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_examples_of_the_documentation_hold() -> None:
    finder = doctest.DocTestParser()
    runner = doctest.DocTestRunner()
    documented = [samestory, *(getattr(samestory, name) for name in samestory.__all__)]
    examples = 0
    for item in documented:
        assert item.__doc__, item
        test = finder.get_doctest(item.__doc__, {}, str(item), None, None)
        examples += len(test.examples)
        runner.run(test)
    assert runner.summarize().failed == 0
    assert examples > 10


PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_programs_of_the_readme_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    programs = PYTHON.findall((HERE / "README.md").read_text(encoding="utf-8"))
    assert len(programs) == 2
    for program in programs:
        exec(program, {})


def test_the_tour_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    blocks = PYTHON.findall((ROOT / "docs/python.md").read_text(encoding="utf-8"))
    assert len(blocks) > 5
    for block in blocks:
        exec(block, names)
