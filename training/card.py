"""The model card: written by the run, so that it cannot say what the run did not measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..classifiers.bundle import Manifest

HEADS: Final = (
    ("coverage", "coverage_macro_f1"),
    ("actors (macro)", "actors_macro_f1"),
    ("actors (micro)", "actors_micro_f1"),
    ("corruption level", "level_macro_f1"),
)
MODELS: Final = (
    ("model", "this model"),
    ("tfidf", "TF-IDF + logistic regression"),
    ("keywords", "keyword rule"),
)
SETS: Final = (
    ("held_out", "Real news of held-out outlets and stories"),
    ("made_up", "Made-up articles held out by id"),
)


def write_card(manifest: Manifest) -> str:
    """The card in Markdown."""
    split = manifest.metrics.get("split", {})
    parts = [
        f"# Model card: {manifest.name}",
        _intended(),
        _data(manifest.training, split),
        "## Figures",
        "Measured with heads that never saw the articles measured; the heads in the bundle are then trained "
        "on all articles with the same settings. F1 is averaged over the labels that occur (macro). Few "
        "articles stand behind the rare labels: read the support before the figure.",
    ]
    for key, title in SETS:
        if key in manifest.metrics:
            parts += [
                f"### {title} ({manifest.metrics[key]['model']['articles']} articles)",
                *_set(manifest.metrics[key]),
            ]
    parts += [_cross_validation(manifest.metrics.get("out_of_fold", {})), _limits()]
    return "\n\n".join(part for part in parts if part) + "\n"


def _intended() -> str:
    return (
        "## What it is for\n\n"
        "It says of a news article whether human trafficking is a subject, whether the article ties "
        "corruption to it, which kinds of actors took part and how high the corruption reaches, after the "
        "project's codebook. It is meant for counts over many articles, with a person reading those that "
        "matter. It says what an article tells, never what is true of a person, and must not be used to "
        "accuse, rank or watch persons."
    )


def _data(training: Mapping[str, Any], split: Mapping[str, Any]) -> str:
    encoder, data = training.get("encoder", {}), training.get("data", {})
    labelled, made_up = data.get("labelled", {}), data.get("made_up", {})
    return (
        "## What it is made of\n\n"
        f"A frozen encoder ({encoder.get('source', '')}, SHA-256 {_head(encoder)}, "
        f"{encoder.get('pieces', 0):,} of {encoder.get('pieces_of_the_original', 0):,} pieces, int8) and "
        f"three linear heads, trained on {labelled.get('articles', 0):,} labelled articles (digest "
        f"{_head(labelled)}) and {made_up.get('articles', 0):,} made-up ones (digest {_head(made_up)}); seed "
        f"{training.get('seed')}. Held out for the figures: {split.get('held_out', 0)} real articles of "
        f"{split.get('held_out_outlets', 0)} outlets in {split.get('held_out_languages', 0)} languages, and "
        f"{split.get('made_up', 0)} made-up ones in {split.get('made_up_languages', 0)} languages; "
        f"{split.get('withheld', 0)} articles on a held-out story were left out of training."
    )


def _head(facts: Mapping[str, Any]) -> str:
    """The first digits of a digest."""
    return str(facts.get("sha256", ""))[:12]


def _set(figures: Mapping[str, Any]) -> list[str]:
    rows = [
        "| head | " + " | ".join(title for _, title in MODELS) + " |",
        "| --- |" + " ---: |" * len(MODELS),
    ]
    rows += [
        f"| {title} | " + " | ".join(f"{figures[model][key]:.3f}" for model, _ in MODELS) + " |"
        for title, key in HEADS
    ]
    return [
        "\n".join(rows),
        *(_classes(figures, head) for head in ("coverage", "actors", "level")),
        _languages(figures),
    ]


def _classes(figures: Mapping[str, Any], head: str) -> str:
    rows = [
        f"| {head} | articles | F1 | precision | recall | TF-IDF F1 | keyword F1 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for label, score in figures["model"][head].items():
        if score["support"]:
            rivals = (
                f"{figures['tfidf'][head][label]['f1']:.2f} | {figures['keywords'][head][label]['f1']:.2f}"
            )
            rows.append(
                f"| `{label}` | {score['support']} | {score['f1']:.2f} | {score['precision']:.2f} | "
                f"{score['recall']:.2f} | {rivals} |"
            )
    return "\n".join(rows)


def _languages(figures: Mapping[str, Any]) -> str:
    if not figures["languages"]:
        return ""
    rows = ["| language | articles | coverage macro F1 | accuracy |", "| --- | ---: | ---: | ---: |"]
    rows += [
        f"| {lang} | {each['articles']} | {each['coverage_macro_f1']:.2f} | {each['accuracy']:.2f} |"
        for lang, each in figures["languages"].items()
    ]
    return "\n".join(rows)


def _cross_validation(figures: Mapping[str, Any]) -> str:
    if not figures:
        return ""
    rows = [
        "### Cross-validation within the training articles (no outlet and no story on both sides)",
        "",
        "| articles | number | coverage macro F1 | unrelated | trafficking only | with corruption |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, each in figures.items():
        classes = " | ".join(f"{value:.2f}" for value in each["coverage_f1"].values())
        rows.append(f"| {name} | {each['articles']} | {each['coverage_macro_f1']:.3f} | {classes} |")
    return "\n".join(rows)


def _limits() -> str:
    return (
        "## Limits\n\n"
        "- The labelled articles are no random sample: trafficking words were sought out, and the unrelated "
        "ones are mostly hard. Shares in them are not shares in the press.\n"
        "- Corruption tied to trafficking is the weak class; a share of it in a report needs a person's "
        "reading or a correction for the classifier's error.\n"
        "- The lexicon, whose terms are among the features, was tuned on labelled articles, the held-out "
        "ones included: the figures on them are on the high side for that reason.\n"
        "- Languages without labelled articles are covered by made-up ones alone, or by what the encoder "
        "carries over.\n"
        "- Of a very long text only the beginning and the end are read."
    )
