"""What no database can hold is replaced at the store's border, in texts and in JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

_PASSWORD = re.compile(r"(?P<before>[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:)[^\s/]*@")


def clean_text(text: str) -> str:
    """Replace NUL characters and lone surrogates by U+FFFD, the replacement character.

    PostgreSQL refuses NUL in any text, UTF-8 has no form for half a surrogate pair (RFC 3629, section 3), and
    both come out of real pages and JSON files. Two halves that belong together are joined.
    """
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def hide_passwords(text: str) -> str:
    """Replace the password in every `scheme://user:password@` by `***`."""
    return _PASSWORD.sub(r"\g<before>***@", text) if "://" in text else text


def dump_json(value: Any) -> str:
    """JSON that both databases can hold: clean as `clean_text` makes it, in the order given.

    What JSON has no form for (paths, dates) is written as its `str`.

    Raises:
        ValueError: a number is NaN or infinite, which PostgreSQL refuses.
    """
    text = _dumped(value)
    return clean_text(_dumped(_cleaned(value)) if "\\u0000" in text else text)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":"))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {clean_text(str(key)): _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner) for inner in value]
    return value


def without_passwords(value: Any) -> Any:
    """A copy of a configuration, fit to be kept with a run: no password in any URL, and plain JSON types."""
    if isinstance(value, Mapping):
        return {str(key): without_passwords(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [without_passwords(inner) for inner in items]
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return hide_passwords(str(value))
