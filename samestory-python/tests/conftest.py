"""The sample of the project, and made news."""

import json
from pathlib import Path
from typing import Any

import pytest
import samestory

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sample() -> list[dict[str, Any]]:
    lines = (ROOT / "examples/data/news.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def made() -> samestory.Table:
    return samestory.generate(2_000, seed=7)
