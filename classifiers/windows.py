"""A long article as windows of tokens that the encoder can read.

The title stands at the head of every window: a paragraph alone seldom says what the article is about.
Windows are of equal length and adjacent. Of a very long text only its beginning and its end are read, and
of the windows at most `most`, spread evenly with the first and the last kept: what matters often stands in
the last paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

E5_PREFIX: Final = "query: "
"""What every e5 input begins with when texts are compared or classified (arXiv:2402.05672)."""


class TokenizerLike(Protocol):
    """What is needed of `tokenizers.Tokenizer`."""

    def encode(self, sequence: str, *, add_special_tokens: bool) -> EncodingLike:
        """Split a text into pieces."""
        ...


class EncodingLike(Protocol):
    """What is needed of `tokenizers.Encoding`."""

    @property
    def ids(self) -> list[int]:
        """The pieces' ids."""
        ...


@dataclass(frozen=True)
class WindowPlan:
    """How texts are cut. It stands in the manifest: heads fit the windows of one plan only."""

    tokens: int = 256
    """Tokens of a window, special tokens and title included."""
    title_tokens: int = 48
    """Tokens of the title, beyond which it is cut."""
    most: int = 16
    """Windows of one article."""
    characters: int = 120_000
    """Characters that are read: two thirds from the beginning, one third from the end."""
    prefix: str = E5_PREFIX
    """Stands before the title; '' for encoders that want none."""
    bos: int = 0
    eos: int = 2

    def cut(self, title: str, text: str, tokenizer: TokenizerLike) -> list[list[int]]:
        """The windows of an article, at least one, each a list of at most `tokens` token ids."""
        head_characters = self.title_tokens * 16
        prefix = (
            len(tokenizer.encode(self.prefix.rstrip(), add_special_tokens=False).ids) if self.prefix else 0
        )
        head = tokenizer.encode(self.prefix + title[:head_characters], add_special_tokens=False).ids
        head = head[: self.title_tokens + prefix]
        body = tokenizer.encode(self._ends(text), add_special_tokens=False).ids
        room = self.tokens - 2 - len(head)
        return [[self.bos, *head, *part, self.eos] for part in self._spread(_even(body, room))]

    def _ends(self, text: str) -> str:
        if len(text) <= self.characters:
            return text
        tail = self.characters // 3
        return text[: self.characters - tail] + " " + text[-tail:]

    def _spread(self, parts: Sequence[list[int]]) -> list[list[int]]:
        if len(parts) <= self.most:
            return list(parts)
        step = (len(parts) - 1) / max(self.most - 1, 1)
        return [parts[round(i * step)] for i in range(self.most)]


def _even(ids: list[int], room: int) -> list[list[int]]:
    """Adjacent parts of equal length (within one), none longer than `room`; one empty part for no ids."""
    count = max(1, -(-len(ids) // room))
    bounds = [len(ids) * i // count for i in range(count + 1)]
    return [ids[start:end] for start, end in pairwise(bounds)]
