"""The gate: MB of text a second at both strengths, beside one compiled `re` alternation of the same terms.

Usage: python benchmarks/bench_gate.py [MEGABYTES]

The texts are made up: ordinary news sentences in eight languages, and one English text in 48 that tells of trafficking,
about the share of an archive. The rival is what a script would do: the terms of the strength as one alternation of
`re`, searched in the same folded texts (folding is charged to both); it knows no languages, rules or weights. As it
is far slower, it reads a part of the texts. Times are of the process (CPU seconds), so that a busy machine does not
change the ratio.
"""

from __future__ import annotations

import importlib.metadata
import re
import resource
import sys
import time
from collections.abc import Callable

from pressreview.coverage.gate import Gate, Strength
from pressreview.coverage.lexicon import language_terms, spellings, split_term

ORDINARY = (
    "The council voted on Tuesday to mend the bridge over the river before the winter. ",
    "El ayuntamiento aprobó el martes la reforma del puente sobre el río. ",
    "Le conseil a voté mardi la réparation du pont avant l'hiver. ",
    "Правительство обсудило во вторник цены на топливо и бюджет области. ",
    "أعلن المجلس يوم الثلاثاء موعد إصلاح الجسر قبل الشتاء. ",
    "नगर परिषद ने मंगलवार को पुल की मरम्मत का फैसला किया। ",
    "市议会星期二决定在冬天之前修好河上的桥。",
    "สภาเมืองลงมติเมื่อวันอังคารให้ซ่อมสะพานก่อนฤดูหนาว ",
)
TELLING = "Police freed nine women from a brothel; their passports had been taken. "
LENGTH = 3000
REFERENCE_PART = 40
"""The rival reads one in so many of the texts."""


def made_texts(megabytes: float) -> list[str]:
    """Texts of about 3,000 characters each."""
    texts = []
    size = 0
    while size < megabytes * 1e6:
        number = len(texts)
        sentence = ORDINARY[number % len(ORDINARY)]
        text = "".join(f"{number * 7 + k} {sentence}" for k in range(LENGTH // (len(sentence) + 6)))
        texts.append(TELLING + text if number % 48 == 0 else text)
        size += len(texts[-1].encode())
    return texts


def alternation(gate: Gate, strength: Strength) -> re.Pattern[str]:
    """The terms of a strength as one regular expression over folded text."""
    forms = set()
    for code, language in gate.lexicon.languages.items():
        for listed in language_terms(code, language):
            if listed.kind == "decoy" or (strength == "strict" and listed.strength == "broad"):
                continue
            for spelling in spellings(listed.term):
                words = [
                    ("[^ ]*" if word.open_start else "")
                    + re.escape(gate.fold(word.letters).strip())
                    + ("[^ ]*" if word.open_end else "")
                    for word in split_term(spelling, language.match)
                ]
                forms.add(" ".join(words))
    return re.compile(f" (?:{'|'.join(sorted(forms, key=len, reverse=True))}) ")


def rate(texts: list[str], work: Callable[[str], object]) -> float:
    """MB a second, the better of two runs."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    seconds = []
    for _ in range(2):
        start = time.process_time()
        for text in texts:
            work(text)
        seconds.append(time.process_time() - start)
    return size / min(seconds)


def memory() -> float:
    """Peak memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    texts = made_texts(float(sys.argv[1]) if len(sys.argv) > 1 else 12.0)
    before = memory()
    start = time.perf_counter()
    gate = Gate.load()
    gate.check("human trafficking", strength="strict")
    gate.check("human trafficking")
    loading = time.perf_counter() - start
    terms = sum(1 for code, entry in gate.lexicon.languages.items() for _ in language_terms(code, entry))
    print(
        f"{terms:,} terms in {len(gate.lexicon.languages)} languages; loaded in {loading:.1f} s, "
        f"{memory() - before:.0f} MiB; ahocorasick-rs {importlib.metadata.version('ahocorasick-rs')}"
    )
    print(f"folding alone: {rate(texts, gate.fold):.0f} MB/s\n")
    print(f"{'strength':<10}{'gate MB/s':>11}{'texts/s':>9}{'passed':>8}{'re MB/s':>10}{'ratio':>8}")
    for strength in ("strict", "broad"):
        check = rate(texts, lambda text, strength=strength: gate.check(text, strength=strength))  # type: ignore[misc]
        passed = sum(gate.check(text, strength=strength).passed for text in texts)  # type: ignore[arg-type]
        pattern = alternation(gate, strength)  # type: ignore[arg-type]
        part = texts[::REFERENCE_PART] if strength == "strict" else texts[:: REFERENCE_PART * 8]
        rival = rate(part, lambda text, pattern=pattern: pattern.findall(gate.fold(text)))  # type: ignore[misc]
        each = sum(len(text.encode()) for text in texts) / len(texts) / 1e6
        print(
            f"{strength:<10}{check:>11.1f}{check / each:>9.0f}{passed / len(texts):>8.1%}"
            f"{rival:>10.3f}{check / rival:>7.0f}x"
        )


if __name__ == "__main__":
    main()
