"""What the gate's lexicon says of an article, as a few numbers beside the encoder's.

The encoder knows topics; whether corruption stands in the same paragraph as trafficking it hardly tells,
and the lexicon tells just that. Texts that avoid the words give zeros here, and the encoder alone decides.
"""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np
import numpy.typing as npt

from ..coverage.article import GateResult
from ..coverage.gate import Gate

FloatArray = npt.NDArray[np.float32]
PASSAGE: Final = 700
"""Characters of a passage, the stretch in which terms count as standing together: a paragraph or two."""
CHARACTERS: Final = 60_000
"""Characters of the body that are searched; of a longer one the beginning and the end."""
_SENTENCE_ENDS: Final = re.compile(r"\n+|(?<=[.!?。।؟])\s+")

NAMES: Final = (
    "trafficking terms",
    "situations",
    "corruption terms",
    "any trafficking term",
    "any situation",
    "any corruption term",
    "trafficking in the title",
    "situation in the title",
    "corruption in the title",
    "passages with trafficking and corruption",
    "any such passage",
    "passages with a situation and corruption",
    "any such passage with a situation",
    "share of passages with trafficking",
    "share of passages with corruption",
    "passages with trafficking",
    "passages with corruption",
    "most corruption terms in a passage on trafficking",
    "length in passages",
)
"""What each number means, in order; counts are log(1 + n)."""


def lexical_features(title: str, text: str, gate: Gate) -> FloatArray:
    """The numbers named in `NAMES` for one article (float32)."""
    if len(text) > CHARACTERS:
        text = f"{text[: CHARACTERS // 2]}\n{text[-CHARACTERS // 2 :]}"
    whole = _counts(gate.check(f"{title}\n{text}"))
    head = _counts(gate.check(title))
    passages = [_counts(gate.check(passage)) for passage in split_passages(text)]
    together = sum(trafficking > 0 and corruption > 0 for trafficking, _, corruption in passages)
    beside = sum(situation > 0 and corruption > 0 for _, situation, corruption in passages)
    trafficked = sum(trafficking > 0 for trafficking, _, _ in passages)
    corrupt = sum(corruption > 0 for _, _, corruption in passages)
    most = max((corruption for t, s, corruption in passages if t or s), default=0)
    values = [
        *(math.log1p(count) for count in whole),
        *(float(count > 0) for count in whole),
        *(float(count > 0) for count in head),
        math.log1p(together),
        float(together > 0),
        math.log1p(beside),
        float(beside > 0),
        trafficked / len(passages),
        corrupt / len(passages),
        math.log1p(trafficked),
        math.log1p(corrupt),
        float(most),
        math.log(len(passages)),
    ]
    return np.array(values, dtype=np.float32)


def split_passages(text: str) -> list[str]:
    """Stretches of whole sentences of at most `PASSAGE` characters; at least one, which may be empty."""
    passages: list[str] = []
    current = ""
    for sentence in _SENTENCE_ENDS.split(text):
        for start in range(0, max(len(sentence), 1), PASSAGE):
            part = sentence[start : start + PASSAGE]
            if current and len(current) + len(part) > PASSAGE:
                passages.append(current)
                current = ""
            current = f"{current} {part}"
    if current.strip():
        passages.append(current)
    return passages or [""]


def _counts(result: GateResult) -> tuple[int, int, int]:
    """Distinct terms: trafficking, situations, corruption."""
    kinds = [term.kind for term in result.trafficking]
    return kinds.count("trafficking"), kinds.count("situation"), len(result.corruption)
