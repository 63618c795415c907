"""The figures, checked by hand on a few made-up articles."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn", reason="the `train` extra is not installed")

from pressreview.classifiers.heads import Labels
from pressreview.coverage.gate import Gate
from pressreview.training.evaluate import by_language, keyword_labels, metrics, tfidf_labels
from pressreview.training.examples import Example

NOTHING = Labels("unrelated", (), "none")


def example(
    coverage: str, actors: tuple[str, ...] = (), level: str = "none", *, text: str = "x", lang: str = "en"
) -> Example:
    return Example("id", "", text, lang, coverage, actors, level, "story", "outlet")


def test_f1_by_hand() -> None:
    rows = [
        example("unrelated"),
        example("unrelated"),
        example("trafficking_only", ("police", "employer")),
        example("trafficking_corruption", ("police",), "organised"),
    ]
    found = [
        NOTHING,
        Labels("trafficking_only", ("employer",), "none"),
        Labels("trafficking_only", ("police",), "none"),
        Labels("trafficking_corruption", ("police",), "everyday"),
    ]
    figures = metrics(rows, found)
    assert figures["articles"] == 4
    assert figures["coverage"]["unrelated"] == {"f1": 0.6667, "precision": 1.0, "recall": 0.5, "support": 2}
    assert figures["coverage"]["trafficking_only"]["f1"] == 0.6667
    assert figures["coverage_macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3, abs=1e-4)
    assert figures["actors"]["police"]["f1"] == 1.0
    assert figures["actors"]["employer"]["f1"] == 0.0
    assert figures["actors_macro_f1"] == 0.5, "labels that do not occur are left out"
    assert figures["actors_micro_f1"] == pytest.approx(2 * 2 / (3 + 3), abs=1e-4)
    assert figures["level_macro_f1"] == 0.5


def test_a_language_with_few_articles_gets_no_figure() -> None:
    rows = [example("unrelated", lang="so")] * 3 + [example("unrelated", lang="th")]
    assert by_language(rows, [NOTHING] * 4, minimum=2) == {
        "so": {"articles": 3, "coverage_macro_f1": 1.0, "accuracy": 1.0}
    }


def test_the_keyword_rule_goes_by_the_lexicon_alone() -> None:
    rows = [
        example("unrelated", text="The club won the cup on Saturday."),
        example("trafficking_only", text="A man was charged with human trafficking on Monday."),
        example("trafficking_corruption", text="Officers took bribes to cover up human trafficking."),
    ]
    assert [label.coverage for label in keyword_labels(rows, Gate.load())] == [row.coverage for row in rows]


def test_the_tfidf_baseline_learns_plain_differences_and_keeps_to_the_codebook() -> None:
    train = [
        row
        for i in range(12)
        for row in (
            example("unrelated", text=f"football cup goal {i}"),
            example("trafficking_only", ("employer",), text=f"women locked brothel debt {i}"),
            example(
                "trafficking_corruption", ("police",), "organised", text=f"officer bribe protects ring {i}"
            ),
        )
    ]
    tests = [example("unrelated", text="a goal in the cup"), example("x", text="the officer took a bribe")]
    (first, second), nothing = tfidf_labels(train, [tests, []], seed=0)
    assert first == NOTHING
    assert second == Labels("trafficking_corruption", ("police",), "organised")
    assert nothing == []
