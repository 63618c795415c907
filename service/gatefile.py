"""`pressreview gate`: which lines of a file the gate lets in, and why (contract 5.5 of the design)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..coverage.article import GateResult, Progress, Refusal, Source, Term
from ..coverage.gate import Gate
from ..coverage.lexicon import Strength
from ..errors import InputError


@dataclass(frozen=True, slots=True)
class GateSummary:
    """What came of a file at the gate."""

    read: int
    passed: int
    dropped: int
    refusals: tuple[Refusal, ...] = ()


def gate_jsonl(
    source: Path, target: Path, *, strength: Strength = "broad", progress: Progress | None = None
) -> GateSummary:
    """Write for each line its id, whether it passed, and the terms matched, in the same order.

    A line that cannot be read gets `{"id": ..., "error": ...}` in its place.

    Raises:
        InputError: the input cannot be opened, or the output not written.
    """
    gate = Gate.load()
    read = passed = 0
    refusals: list[Refusal] = []
    try:
        with _open(source, "rt") as lines, _open(target, "wt") as out:
            for number, line in _numbered(lines):
                read += 1
                row = _answer(gate, line, strength)
                if "error" in row:
                    refusals.append(Refusal(Source("gate", str(source), number), row["error"]))
                passed += row.get("passed", False)
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                if progress is not None and read % 200 == 0:
                    progress("gate", read, None)
    except (OSError, EOFError) as error:
        raise InputError(
            f"cannot go on: {error}",
            mend="Name a readable file and a writable place",
            path=source,
            line=read + 1,
        ) from error
    return GateSummary(read, passed, read - passed - len(refusals), tuple(refusals))


def _open(path: Path, mode: str) -> Any:
    errors = "surrogateescape" if "r" in mode else "strict"
    if path.suffix == ".gz":
        return gzip.open(path, mode, encoding="utf-8", errors=errors)
    return path.open(mode, encoding="utf-8", errors=errors)


def _numbered(lines: IO[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, line.lstrip("\ufeff")


def _answer(gate: Gate, line: str, strength: Strength) -> dict[str, Any]:
    try:
        row = json.loads(line.encode("utf-8", "surrogateescape").decode("utf-8"))
    except UnicodeDecodeError:
        return {"id": None, "error": "not UTF-8: save the file as UTF-8"}
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"not JSON ({error}): write one object a line"}
    if not isinstance(row, dict):
        return {"id": None, "error": "not an object: write one object a line"}
    text = row.get("text")
    title = row.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        return {"id": row.get("id"), "error": "no text: `text` must be a string"}
    lang = row.get("lang")
    result = gate.check(f"{title}\n{text}", lang=lang if isinstance(lang, str) else "", strength=strength)
    return _row(row.get("id"), result)


def _row(identity: object, result: GateResult) -> dict[str, Any]:
    return {
        "id": identity,
        "passed": result.passed,
        "trafficking": [_term(term) for term in result.trafficking],
        "corruption": [_term(term) for term in result.corruption],
    }


def _term(term: Term) -> dict[str, str]:
    return {"term": term.term, "lang": term.lang, "kind": term.kind}
