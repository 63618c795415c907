"""The tokenizer's vocabulary cut to what fits a bundle.

Unigram tokenization (Kudo 2018, arXiv:1804.10959) goes on working with fewer pieces: a word whose piece is
gone is spelled with shorter ones. docs/training.md has the tokens per text before and after, by language.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

IntArray = npt.NDArray[np.int64]
OFTEN: Final = 10
"""A piece that the sample of texts uses so many times is kept whatever its score."""
SMALL_SCRIPT: Final = 6000
"""A script with fewer pieces than this in the uncut vocabulary serves one language or few ..."""
SMALL_SCRIPT_BONUS: Final = 0.7
"""... which would lose half of their words by score alone: this much is added to its log probabilities."""


def piece_counts(tokenizer: Tokenizer, texts: Iterable[str]) -> IntArray:
    """How often each piece is used in the texts (shape [vocabulary])."""
    counts = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    for text in texts:
        np.add.at(counts, tokenizer.encode(text, add_special_tokens=False).ids, 1)
    return counts


def choose_pieces(tokenizer: Tokenizer, size: int, counts: IntArray | None = None) -> list[int]:
    """The ids to keep, in rising order.

    Kept first are the special tokens and every piece of one character (any text can still be spelled), then
    pieces that the sample of texts uses often, then those with the best scores, until `size` is reached.
    """
    content = json.loads(tokenizer.to_str())
    vocabulary = [(str(piece), float(score)) for piece, score in content["model"]["vocab"]]
    special = _special_ids(content)
    scripts = [script_of(piece) for piece, _ in vocabulary]
    pieces_of = Counter(scripts)

    def rank(i: int) -> tuple[bool, bool, bool, float, int]:
        piece, score = vocabulary[i]
        bonus = SMALL_SCRIPT_BONUS if pieces_of[scripts[i]] < SMALL_SCRIPT else 0.0
        rare = counts is not None and bool(counts[i] < OFTEN)
        return i not in special, len(piece.removeprefix("▁")) > 1, rare, -(score + bonus), i

    return sorted(sorted(range(len(vocabulary)), key=rank)[:size])


def script_of(piece: str) -> str:
    """The script of most letters of a piece, as Unicode's character names begin: LATIN, KHMER, CJK ..."""
    scripts: Counter[str] = Counter()
    for character in piece:
        if unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lo", "Lm", "Mn", "Mc"}:
            scripts[unicodedata.name(character, "").split(" ")[0]] += 1
    return scripts.most_common(1)[0][0] if scripts else ""


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
