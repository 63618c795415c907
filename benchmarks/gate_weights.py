"""Fit the weights of lexicon.yaml (`weighing`) anew and print them; they are pasted by hand. Needs the `train` extra.

Usage: python benchmarks/gate_weights.py [SHARED_FOLDER]

A logistic regression without negative weights tells the made-up articles of training/data that are about trafficking
from those that are not and from ordinary news, by which groups stand in a text's heaviest window. The window depends
on the weights, so that fitting is repeated. Only half 0 (by the hash of the id) is fitted on.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from gate_quality import ROOT, TELLS, body, half, rows
from numpy.typing import NDArray
from pressreview.coverage.gate import Gate
from sklearn.linear_model import LogisticRegression

ROUNDS = 5
SHARES = (0.04, 0.06, 0.08)
Places = list[tuple[float, int]]
"""Start (in characters of English) and number of the group, by start."""


def readings(gate: Gate, groups: list[str], text: str, lang: str) -> list[Places]:
    """Where the groups of each language stand in a text."""
    folded = gate.fold(text)
    by_language: dict[str, Places] = {}
    for hit in gate._matcher("broad").find(folded, gate._evidence(text, folded, lang)):
        if hit.listed.group in groups:
            compact = gate.lexicon.languages[hit.listed.lang].compact
            place = (hit.start / compact, groups.index(hit.listed.group))
            by_language.setdefault(hit.listed.lang, []).append(place)
    return list(by_language.values())


def heaviest(found: list[Places], weights: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Which groups stand in the heaviest window, as zeros and ones."""
    best = np.zeros(len(weights))
    for places in found:
        counts: Counter[int] = Counter()
        first = 0
        for start, group in places:
            counts[group] += 1
            while places[first][0] < start - width:
                counts[places[first][1]] -= 1
                first += 1
            present = np.zeros(len(weights))
            present[[one for one, count in counts.items() if count]] = 1
            if weights @ present > weights @ best:
                best = present
    return best


def main() -> None:
    """Fit, and print weights and what thresholds would pass."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared"
    gate = Gate.load()
    groups = sorted(gate.lexicon.weighing.weights)
    width = gate.lexicon.weighing.within
    labelled = {row["id"] for row in rows(shared / "labelled" / "labels.jsonl")}
    data = [
        (
            "telling" if row["coverage"] in TELLS else "other",
            half(row["id"]),
            readings(gate, groups, body(row), ""),
        )
        for path in sorted((ROOT / "training" / "data").glob("made_up_*.jsonl"))
        for row in rows(path)
    ] + [
        ("news", half(row["id"]), readings(gate, groups, body(row), row["lang"]))
        for row in rows(shared / "corpus" / "articles.jsonl.gz")
        if row["id"] not in labelled and row.get("negative_bin") == "general"
    ]
    kinds = np.array([kind for kind, _, _ in data])
    halves = np.array([which for _, which, _ in data])
    weights = np.ones(len(groups))
    for _ in range(ROUNDS):
        table = np.array([heaviest(found, weights, width) for _, _, found in data])
        model = LogisticRegression(C=0.5, class_weight="balanced")
        model.fit(table[halves == 0], kinds[halves == 0] == "telling")
        weights = np.maximum(model.coef_[0], 0)
    scores = np.array([heaviest(found, weights, width) @ weights for _, _, found in data])
    print("{" + ", ".join(f"{groups[k]}: {weights[k]:.2f}" for k in np.argsort(-weights)) + "}")
    for share in SHARES:
        least = float(np.quantile(scores[(kinds == "news") & (halves == 0)], 1 - share))
        passed = " ".join(
            f"{kind} {which}: {(scores[(kinds == kind) & (halves == which)] >= least).mean():.3f}"
            for kind in ("telling", "other", "news")
            for which in (0, 1)
        )
        print(f"at_least {least:.2f}  {passed}")


if __name__ == "__main__":
    main()
