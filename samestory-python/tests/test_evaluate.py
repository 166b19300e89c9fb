"""How well found stories agree with gold labels."""

import pandas
import polars
import pyarrow
import pytest
import samestory

GOLD = ["ferry", "ferry", "cup", "cup"]
FOUND = [1, 1, 2, 3]


def test_figures_are_those_of_the_definitions() -> None:
    agreement = samestory.evaluate(GOLD, FOUND)
    assert (agreement.articles, agreement.gold_stories, agreement.stories) == (4, 2, 3)
    assert (agreement.bcubed.precision, agreement.bcubed.recall) == (1.0, 0.75)
    assert (agreement.pairs.precision, agreement.pairs.recall, agreement.pairs.f1) == (1.0, 0.5, 2 / 3)
    assert samestory.evaluate(GOLD, GOLD).adjusted_rand == 1.0


def test_columns_are_labels_too() -> None:
    expected = samestory.evaluate(GOLD, FOUND)
    for column in (pandas.Series, polars.Series, pyarrow.array):
        assert samestory.evaluate(column(GOLD), column(FOUND)) == expected


def test_articles_without_a_gold_label_are_not_judged() -> None:
    expected = samestory.evaluate(GOLD, FOUND)
    assert samestory.evaluate([*GOLD, None], [*FOUND, 1]) == expected
    assert samestory.evaluate(pandas.Series([*GOLD, None]), pandas.Series([*FOUND, 1])) == expected


def test_made_news_is_found_again(made: samestory.Table) -> None:
    result = samestory.cluster(made)
    agreement = samestory.evaluate(made.to_pandas()["story"], result.assignments.to_pandas()["story"])
    assert agreement.bcubed.f1 > 0.8


def test_errors_say_what_is_missing() -> None:
    with pytest.raises(ValueError, match="4 gold labels and 3 found ones"):
        samestory.evaluate(GOLD, FOUND[:3])
    with pytest.raises(ValueError, match="article 3 has no found label"):
        samestory.evaluate(GOLD, [1, 1, 2, None])
    with pytest.raises(TypeError, match="gold is <class 'int'>"):
        samestory.evaluate(7, FOUND)  # type: ignore[arg-type]
