"""Classify what the store holds and has no label of the model in service."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from ..classifiers.model import Classifier, Document
from ..coverage.article import Article, Progress
from ..coverage.store import Store

BATCH = 64
"""Articles that are labelled and committed at a time: what a killed run loses at most."""


@dataclass(frozen=True, slots=True)
class LabellingSummary:
    """What a classification of the store did."""

    model: str
    labelled: int
    coverage: dict[str, int] = field(default_factory=dict)
    """Articles by coverage label."""


def classify_store(
    store: Store, classifier: Classifier, *, now: dt.datetime, progress: Progress | None = None
) -> LabellingSummary:
    """Label every stored article that has no label of this model; each batch is committed at once.

    A killed run, run again, goes on where it stood: labelled articles are not read again.
    """
    total = store.unlabelled_count(classifier.name)
    articles = store.articles(without_label_of=classifier.name)
    coverage: Counter[str] = Counter()
    done = 0
    for batch in _batches(articles):
        documents = [Document(item.id, item.title, item.text, item.lang) for item in batch]
        labels = classifier.predict(documents)
        # A summary may have given way to its full text while it was being labelled.
        summaries = [item.id for item in batch if item.summary]
        store.add_labels(labels, created_at=now, of_summaries=summaries)
        coverage.update(label.coverage for label in labels)
        done += len(batch)
        if progress is not None:
            progress("classify", done, total)
    return LabellingSummary(model=classifier.name, labelled=done, coverage=dict(sorted(coverage.items())))


def _batches(articles: Iterator[Article]) -> Iterator[list[Article]]:
    while batch := list(islice(articles, BATCH)):
        yield batch
