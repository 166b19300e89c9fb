"""A whole collection at once: the same answers whatever the articles come in."""

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pytest
import samestory

from conftest import ROOT

FERRY = "The Marr ferry Corrigan ran aground with 212 people on board."
TUGS = "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks."


def rows(data: Any, **names: Any) -> list[dict[str, Any]]:
    return samestory.cluster(data, **names).assignments.to_pylist()


def test_the_bytes_are_those_of_the_library(tmp_path: Path) -> None:
    sample = ROOT / "examples/data/news.jsonl"
    ours, theirs = tmp_path / "python.jsonl", tmp_path / "rust.jsonl"
    script = ROOT / "samestory-python/scripts/cluster.py"
    subprocess.run([sys.executable, script, sample, "--output", ours], check=True)
    rust = "cargo run --quiet --release --locked --example cluster --".split()
    subprocess.run([*rust, str(sample), "--output", str(theirs)], check=True, cwd=ROOT)
    assert ours.read_bytes() == theirs.read_bytes()


def test_all_kinds_of_tables_and_lists_give_the_same(made: samestory.Table) -> None:
    table = made.to_pyarrow()
    expected = rows(table)
    assert len({row["story"] for row in expected}) < len(expected)
    assert rows(made) == expected
    assert rows(made.to_pylist()) == expected
    assert rows(iter(made)) == expected
    assert rows(made.to_polars()) == expected
    assert rows(made.to_pandas()) == expected
    parts = pyarrow.concat_tables([table.slice(0, 3), table.slice(3, 900), table.slice(903)])
    assert rows(parts) == expected
    for kind in (pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()):
        texts = {name: table[name].cast(kind) for name in ("id", "title", "text")}
        other = pyarrow.table({**texts, "published": table["published"]})
        assert rows(other) == expected
    categories = made.to_pandas().astype({"title": "category"})
    assert rows(categories) == expected
    for unit in ("ms", "us", "ns"):
        moments = table["published"].cast(pyarrow.timestamp(unit, "UTC"))
        assert rows(table.set_column(3, "published", moments)) == expected


def test_threads_change_nothing(made: samestory.Table) -> None:
    one, many = samestory.cluster(made, threads=1), samestory.cluster(made, threads=5)
    assert one.assignments.to_pylist() == many.assignments.to_pylist()
    assert one.pairs.to_pylist() == many.pairs.to_pylist()


def test_columns_and_keys_have_the_names_one_says() -> None:
    data = [{"key": 7, "headline": "Ferry aground off Marr", "body": FERRY, "date": None}, {"key": 8, "headline": "", "body": TUGS}]
    names = {"id": "key", "title": "headline", "text": "body", "published": "date"}
    assert [(row["id"], row["story"]) for row in rows(data, **names)] == [(7, "7"), (8, "7")]
    assert [row["id"] for row in rows(pandas.DataFrame(data), **names)] == [7, 8]


def test_what_has_no_id_is_named_by_its_row() -> None:
    assert [row["id"] for row in rows([{"text": FERRY}, {"text": "Cup final", "id": None}])] == ["0", "1"]
    assert [row["id"] for row in rows(polars.DataFrame({"text": [FERRY, TUGS]}))] == ["0", "1"]
    mixed = polars.DataFrame({"text": [FERRY, TUGS], "id": ["x", None]})
    assert [row["id"] for row in rows(mixed)] == ["x", "1"]


def test_nothing_is_fine() -> None:
    result = samestory.cluster([])
    assert len(result) == 0
    assert len(result.stories) == 0
    assert len(samestory.cluster(polars.DataFrame({"id": [], "text": []})).assignments) == 0


def test_columns_without_any_value_are_missing() -> None:
    data: dict[str, list[Any]] = {"id": ["a", "b"], "title": [None, None], "text": [FERRY, TUGS], "published": [None, None]}
    expected = rows([{"id": "a", "text": FERRY}, {"id": "b", "text": TUGS}])
    for table in (polars.DataFrame(data), pandas.DataFrame(data), pyarrow.table(data)):
        assert rows(table) == expected
    floats = pandas.DataFrame(data).astype({"published": "float64"})
    assert rows(floats) == expected


@pytest.mark.parametrize(
    "moment",
    [
        datetime.datetime(2021, 12, 2, 16, 40),
        datetime.datetime(2021, 12, 2, 17, 40, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
        "2021-12-02T16:40:00Z",
        "2021-12-02T17:40:00+01:00",
        "2021-12-02 16:40:00",
        "Thu, 02 Dec 2021 16:40:00 GMT",
    ],
)
def test_dates_are_read_in_every_spelling(moment: Any) -> None:
    def explanation(published: Any) -> dict[str, Any]:
        data = [{"id": "a", "text": FERRY, "published": published}, {"id": "b", "text": TUGS, "published": "2021-12-03"}]
        return samestory.cluster(data).explain("a", "b").to_dict()

    assert explanation(moment)["event"]["days_apart"] == pytest.approx(7.333333 / 24, abs=1e-6)
    assert explanation(datetime.date(2021, 12, 1))["event"]["days_apart"] == 2.0


@pytest.mark.filterwarnings("error")
def test_an_empty_date_is_none() -> None:
    assert len(samestory.cluster([{"text": FERRY, "published": ""}])) == 1
    assert len(samestory.cluster(pyarrow.table({"text": [FERRY, TUGS], "published": ["", None]}))) == 2


@pytest.mark.parametrize("data", [[{"text": FERRY, "published": "soon"}], pyarrow.table({"text": [FERRY], "published": ["soon"]})])
def test_an_unknown_date_is_a_warning(data: Any) -> None:
    with pytest.warns(UserWarning, match=r'row 0: published is "soon", allowed is a datetime.*counts as undated'):
        assert len(samestory.cluster(data)) == 1


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        (7, {}, TypeError, "data is <class 'int'>, allowed is a list of dicts"),
        ("text", {}, TypeError, "give a list of dicts"),
        ([7], {}, TypeError, "row 0 is <class 'int'>, allowed is a dict"),
        ([{"id": "a"}, {"title": 3}], {}, TypeError, "row 1: title is <class 'int'>, allowed is a str or None"),
        ([{"id": 1.5}], {}, TypeError, "row 0: id is <class 'float'>"),
        ([{"id": "a"}, {"id": "a"}], {}, ValueError, 'id "a" stands twice, at articles 0 and 1'),
        (pyarrow.table({"headline": ["x"]}), {}, ValueError, 'no column "title" and none "text"; there are \\["headline"\\]'),
        (pyarrow.table({"text": [1.5]}), {}, TypeError, 'column "text" is Float64, allowed is text'),
        (pyarrow.table({"text": ["a"], "published": [1.5]}), {}, TypeError, 'column "published" is Float64'),
        ([], {"jacard": 0.5}, TypeError, "unknown field `jacard`"),
        ([], {"jaccard": "much"}, TypeError, "invalid type: string"),
        ([], {"jaccard": 1.5}, ValueError, "jaccard is 1.5, allowed is more than 0 and at most 1"),
        ([], {"threads": 0}, ValueError, "threads is 0"),
    ],
)
def test_errors_say_what_is_allowed(data: Any, options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        samestory.cluster(data, **options)


def test_settings_are_those_of_the_library(sample: list[dict[str, Any]]) -> None:
    default = samestory.cluster(sample)
    strict = samestory.cluster(sample, jaccard=0.99, containment=None)
    assert len(strict.groups) > len(default.groups)


def test_every_answer_can_be_explained(sample: list[dict[str, Any]]) -> None:
    result = samestory.cluster(sample)
    explanation = result.explain("northline-002", "kestrel-002")
    assert explanation.relation == "same_story"
    assert str(explanation).startswith("same story")
    data = explanation.to_dict()
    assert data["event"]["same_event"] == explanation.same_event
    assert data["text"]["jaccard"] == explanation.jaccard
    with pytest.raises(KeyError, match='there is no article "nobody"'):
        result.explain("northline-002", "nobody")


def test_stories_groups_and_pairs_fit_together(made: samestory.Table) -> None:
    result = samestory.cluster(made)
    assignments = {row["id"]: row for row in result.assignments}
    for row in result.stories:
        assert row["size"] == len(row["articles"])
        assert row["story"] == row["articles"][0]
        assert {assignments[id]["story"] for id in row["articles"]} == {row["story"]}
        assert {assignments[id]["group"] for id in row["articles"]} == set(row["groups"])
    for row in result.groups:
        assert {assignments[id]["group"] for id in row["articles"]} == {row["group"]}
    for row in result.pairs:
        assert 0 <= row["jaccard"] <= row["containment"] <= 1
    assert result.pairs.to_pandas().shape == (len(result.pairs), 6)
    assert result.stories.to_polars().columns == result.stories.columns


def test_a_page_of_a_notebook_shows_text_as_text() -> None:
    title = "<script>alert('Marr & \"Corrigan\"')</script>"
    page = samestory.cluster([{"id": "a", "title": title, "text": FERRY}, {"id": "b", "title": title, "text": FERRY}])._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;alert('Marr &amp; &quot;Corrigan&quot;')" in page


def test_made_news_is_what_the_program_makes(made: samestory.Table) -> None:
    assert samestory.generate(10, seed=7).to_pylist() == made.to_pylist()[:10]
    assert json.dumps(samestory.generate(1, seed=1).to_pylist()[0]["source"])
    assert made.to_pyarrow().schema.field("published").type == pyarrow.timestamp("s", "UTC")


def test_plan_says_what_is_found() -> None:
    plan = samestory.plan(0.3, 0.9)
    assert (plan.bands, plan.rows) == (85, 3)
    assert plan.hit_rate(0.3) >= 0.9 > plan.hit_rate(0.2)
    with pytest.raises(ValueError, match="raise num_hashes"):
        samestory.plan(0.01, 0.99, num_hashes=16)
    with pytest.raises(ValueError, match="threshold is 2, allowed"):
        samestory.plan(2)
