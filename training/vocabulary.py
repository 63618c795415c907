"""The tokenizer's vocabulary cut to what fits a bundle.

Unigram tokenization (Kudo 2018, arXiv:1804.10959) goes on working with fewer pieces: a word whose piece is
gone is spelled with shorter ones. docs/training.md has the tokens per text before and after, by language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

IntArray = npt.NDArray[np.int64]
OFTEN: Final = 10
"""A piece that the sample of texts uses so many times is kept whatever its score."""


def piece_counts(tokenizer: Tokenizer, texts: Iterable[str]) -> IntArray:
    """How often each piece is used in the texts (shape [vocabulary])."""
    counts = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    for text in texts:
        np.add.at(counts, tokenizer.encode(text, add_special_tokens=False).ids, 1)
    return counts


def choose_pieces(tokenizer: Tokenizer, size: int, counts: IntArray | None = None) -> list[int]:
    """The ids to keep, in rising order.

    Kept first are the special tokens and every piece of one character (any text can still be spelled), then
    pieces that the sample of texts uses often, then the pieces with the best scores, until `size` is
    reached.
    """
    content = json.loads(tokenizer.to_str())
    vocabulary = [(str(piece), float(score)) for piece, score in content["model"]["vocab"]]
    special = _special_ids(content)
    single = {i for i, (piece, _) in enumerate(vocabulary) if len(piece.removeprefix("▁")) <= 1}
    order = sorted(
        range(len(vocabulary)),
        key=lambda i: (
            i not in special,
            i not in single,
            counts is not None and counts[i] < OFTEN,
            -vocabulary[i][1],
            i,
        ),
    )
    return sorted(order[:size])


def cut_tokenizer(tokenizer: Tokenizer, kept: Sequence[int]) -> Tokenizer:
    """The tokenizer over the kept pieces only, their new ids in the same order.

    Special tokens are no longer recognised inside texts: an article that spells `</s>` is split like any
    other.
    """
    content = json.loads(tokenizer.to_str())
    new_id = {old: new for new, old in enumerate(kept)}
    model = content["model"]
    model["vocab"] = [[model["vocab"][old][0], round(model["vocab"][old][1], 4)] for old in kept]
    model["unk_id"] = new_id[model["unk_id"]]
    content["added_tokens"] = []
    content["truncation"] = content["padding"] = None
    for token in content["post_processor"]["special_tokens"].values():
        token["ids"] = [new_id[old] for old in token["ids"]]
    return Tokenizer.from_str(json.dumps(content, ensure_ascii=False))


def _special_ids(content: Mapping[str, Any]) -> set[int]:
    ids = {int(content["model"]["unk_id"])}
    for token in content["post_processor"]["special_tokens"].values():
        ids.update(int(i) for i in token["ids"])
    return ids
