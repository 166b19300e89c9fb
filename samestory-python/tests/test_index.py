"""Articles as they come."""

import datetime
import threading
from pathlib import Path
from typing import Any

import pytest
import samestory

FERRY = {"id": "a", "title": "Ferry aground", "text": "A ferry with 212 people on board ran aground off Marr on Thursday.", "published": "2021-12-02"}
COPY = {**FERRY, "id": "b", "title": "Ferry aground off Marr"}


def test_groups_are_those_of_all_at_once(made: samestory.Table) -> None:
    index = samestory.StoryIndex()
    placements = index.insert_many(made)
    assert {placement.outcome for placement in placements} == {"inserted"}
    index.refresh(datetime.date(2000, 1, 1))
    groups = [set(group) for story in index.stories(stop=10_000) for group in story.groups]
    expected = [set(row["articles"]) for row in samestory.cluster(made).groups]
    assert sorted(map(sorted, groups)) == sorted(map(sorted, expected))


def test_one_after_the_other() -> None:
    index = samestory.StoryIndex()
    assert index.insert(FERRY).story == "a"
    asked = index.query(COPY)
    assert (asked.story, asked.group, asked.copies[0].id, asked.copies[0].jaccard) == ("a", "a", "a", 11 / 16)
    assert len(index) == 1
    assert index.insert(COPY) == asked
    assert index.insert(COPY).outcome == "unchanged"
    assert index.insert({**COPY, "text": "Cup final"}).outcome == "updated"
    assert index.story_of("b") == index.insert(COPY).story
    story = index.story("a")
    assert story is not None and "a" in story.articles
    assert index.explain(FERRY, COPY).relation == "same_group"
    with pytest.raises(KeyError):
        index.explain(FERRY, {**COPY, "id": "nobody"})
    repair = index.remove("b")
    assert repair is not None and repair.removed == 1
    assert index.remove("b") is None
    assert index.expire_before("2021-12-03").removed == 1
    assert len(index) == 0 and index.nbytes >= 0


def test_a_store_goes_on_where_it_was(tmp_path: Path) -> None:
    store = tmp_path / "news.samestory"
    with samestory.StoryIndex(store) as index:
        index.insert(FERRY)
        with pytest.raises(samestory.StoreError, match="open"):
            samestory.StoryIndex(store)
    with pytest.raises(ValueError, match="closed"):
        index.insert(COPY)
    with samestory.StoryIndex(str(store), may_lose_last=(100, 0.5)) as again:
        assert again.insert(COPY).story == "a"
        again.flush()
    with pytest.raises(samestory.StoreError, match="configuration"):
        samestory.StoryIndex(store, jaccard=0.5)
    assert samestory.StoryIndex.salvage(store, tmp_path / "saved.samestory") == (2, 2)


def test_many_threads_use_it_at_once(made: samestory.Table) -> None:
    index = samestory.StoryIndex()
    articles = made.to_pylist()[:400]
    failed: list[BaseException] = []

    def work(part: list[dict[str, Any]]) -> None:
        try:
            for article in part:
                index.insert(article)
                index.query(article)
                index.stories(order="largest", stop=3)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(articles[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(index) == 400
    groups = [sorted(group) for story in index.stories(stop=1000) for group in story.groups]
    assert sorted(groups) == sorted(sorted(row["articles"]) for row in samestory.cluster(articles).groups)


def test_errors_say_what_is_allowed() -> None:
    index = samestory.StoryIndex()
    with pytest.raises(TypeError, match="an article is <class 'str'>, allowed is a dict"):
        index.insert("text")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match='order is "best", allowed'):
        index.stories(order="best")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="published is"):
        index.expire_before("soon")
