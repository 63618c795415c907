"""A row of a table or a JSON object to a candidate, by the many names that the parts of an article have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ConfigError, InputError
from .article import Candidate, DateOrigin, Source
from .dates import read_date
from .feeds import plain_text

TABLES_FILE = Path(__file__).with_name("columns.yaml")
_FILLERS = frozenset({"", "null", "none", "nan", "n/a", "na", "undefined", "-", "not available", "#n/a"})
_MARKUP = re.compile(r"</(?:p|div|span|a|b|strong|em|i|li|h\d)>|<br\s*/?>|<p[\s>]", re.IGNORECASE)
_LIST_SEPARATOR = re.compile(r"\s*[;|]\s*")


class Columns(BaseModel):
    """columns.yaml, checked: names by role."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: tuple[str, ...]
    text: tuple[str, ...]
    summary: tuple[str, ...]
    html: tuple[str, ...]
    url: tuple[str, ...]
    date: tuple[str, ...]
    outlet: tuple[str, ...]
    lang: tuple[str, ...]
    authors: tuple[str, ...]
    id: tuple[str, ...]
    lists: tuple[str, ...]


@lru_cache(maxsize=4)
def load_columns(path: Path = TABLES_FILE) -> Columns:
    """Read columns.yaml.

    Raises:
        ConfigError: the file is missing, is not YAML or does not fit its schema.
    """
    try:
        return Columns.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(
            f"the table of columns cannot be used: {error}", mend="Restore columns.yaml", path=path
        ) from error


def folded_name(name: object) -> str:
    """A column's name as columns.yaml gives it."""
    return re.sub(r"[\s_.-]+", "", str(name)).casefold().lstrip("\ufeff")


def tells_of_articles(names: Iterable[object]) -> bool:
    """Whether some column can hold what makes an article: a text, a title, a page or an address."""
    columns = load_columns()
    known = {*columns.text, *columns.title, *columns.html, *columns.url, *columns.summary}
    return any(folded_name(name) in known for name in names)


def recognised(names: Iterable[object]) -> int:
    """How many names are those of a role."""
    columns = load_columns()
    known = {name for role in Columns.model_fields if role != "lists" for name in getattr(columns, role)}
    return sum(folded_name(name) in known for name in names)


def to_candidate(row: Mapping[Any, Any], source: Source) -> Candidate:
    """Read one row.

    Raises:
        InputError: no column that makes an article; names those that were found.
    """
    if not tells_of_articles(row):
        found = ", ".join(str(name)[:40] for name in list(row)[:12]) or "none"
        raise InputError(
            f"no column holds a text, a title or an address; the columns are: {found}",
            mend="Name the columns text, title, url, published, outlet and lang (docs/importing.md)",
        )
    columns = load_columns()
    values = {folded_name(name): value for name, value in row.items()}
    text = _plain(_value(values, columns.text))
    summary = "" if text else _plain(_value(values, columns.summary))
    page = _text(_value(values, columns.html))
    lang = _text(_value(values, columns.lang))
    raw_date = _value(values, columns.date)
    return Candidate(
        source=source,
        url=_text(_value(values, columns.url)) or None,
        title=_plain(_value(values, columns.title)).replace("\n", " "),
        text=text or summary,
        page=page.encode("utf-8", "replace") if page else None,
        content_type="text/html; charset=utf-8" if page else "",
        authors=_names(_value(values, columns.authors)),
        dates=(read_date(_bare(raw_date), DateOrigin.FILE, lang=lang),) if raw_date is not None else (),
        lang=lang,
        outlet=_text(_value(values, columns.outlet)),
        external_id=_text(_value(values, columns.id)),
        summary=bool(summary) and not text,
    )


def _value(values: Mapping[str, Any], names: Iterable[str]) -> Any:
    """The first value that says something."""
    for name in names:
        value = values.get(name)
        if value is None or (isinstance(value, str) and value.strip().casefold() in _FILLERS):
            continue
        if value not in ([], {}):
            return value
    return None


def _bare(value: Any) -> Any:
    """What a nested value stands for: the name of {"name": ...}, the one part of a list of one."""
    if isinstance(value, list) and len(value) == 1:
        return _bare(value[0])
    if isinstance(value, Mapping):
        for key in ("name", "title", "$date", "date", "value", "text", "id"):
            if isinstance(value.get(key), str | int | float):
                return value[key]
        return None
    return value


def _text(value: Any) -> str:
    value = _bare(value)
    if isinstance(value, list):  # a text kept as its paragraphs
        return "\n".join(part for part in map(_text, value) if part)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _plain(value: Any) -> str:
    """A text without markup, where it carries some."""
    text = _text(value)
    return plain_text(text) if _MARKUP.search(text) else text


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        value = [part.strip(" '\"") for part in value[1:-1].split(",")]  # a Python list that pandas wrote
    parts = value if isinstance(value, list) else _LIST_SEPARATOR.split(_text(value))
    return tuple(name for name in dict.fromkeys(_text(part)[:200] for part in parts) if name)
