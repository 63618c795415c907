"""YAML read with the line of every value, so that a fault can be shown where it stands.

Scalars come as the text that stands in the file: YAML 1.1 would make `NO` (Norway) a falsehood and `1.10`
a number. Whoever checks the data decides what a text means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from ..errors import ConfigError

Place = tuple[str | int, ...]
"""Where a value stands: keys and indexes from the top of the file."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file of ours, and the mend."""

    line: int
    problem: str
    mend: str


@dataclass(frozen=True, slots=True)
class LinedYaml:
    """The data of a YAML file, the line of each value (from 1), and faults in its form."""

    data: object
    """Nested dicts and lists of str; None where a value is left empty."""
    lines: Mapping[Place, int]
    faults: tuple[Fault, ...]

    def line(self, place: Place) -> int:
        """Give the line of a value, or of the nearest thing around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(path: Path) -> LinedYaml:
    """Read one YAML document.

    Raises:
        ConfigError: the file is not there, not UTF-8, or not YAML at all; names the line and the mend.
    """
    text = _read_text(path)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(_what(error), mend=_mend(text, line), path=path, line=line) from error
    except yaml.YAMLError as error:
        raise ConfigError(
            f"it is no YAML: {' '.join(str(error).split())}", mend="Mend the file", path=path
        ) from error
    lines: dict[Place, int] = {}
    faults: list[Fault] = []
    data = _plain(node, (), lines, faults) if node is not None else None
    return LinedYaml(data, MappingProxyType(lines), tuple(faults))


def faults_error(path: Path, faults: list[Fault]) -> ConfigError:
    """Make one error of all the faults of a file, one a line, in the order of the file."""
    ordered = sorted(faults, key=lambda fault: fault.line)
    first = ordered[0]
    if len(ordered) == 1:
        return ConfigError(first.problem, mend=first.mend, path=path, line=first.line)
    listed = ".\n".join(f"  {path}:{fault.line}: {fault.problem}. {fault.mend}" for fault in ordered)
    return ConfigError(f"{len(ordered)} faults:\n{listed}", path=path)


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError("the file is not there", mend="Check the path", path=path) from error
    except OSError as error:
        raise ConfigError(
            f"it cannot be read ({error.strerror})", mend="Check the path and its permissions", path=path
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            "there are bytes that are not UTF-8", mend="Save the file as UTF-8", path=path, line=line
        ) from error


def _what(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.problem, error.context) if part]
    return f"it is no YAML: {', '.join(parts)}"


def _mend(text: str, line: int) -> str:
    lines = text.splitlines()
    near = lines[max(line - 2, 0) : line]
    if any("\t" in each for each in near):
        return "Indent with spaces; a tab is not allowed there"
    return "Mend the indentation, quotes, brackets and colons of this line and the one before"


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int], faults: list[Fault]) -> object:
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if len(place) > _MAX_DEPTH:
        faults.append(Fault(line, "it is nested too deep, or an alias holds itself", "Write it out"))
        return None
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, index), lines, faults) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, place, lines, faults))
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return None if plain and node.value in _NULLS else str(node.value)


def _pairs(
    node: yaml.MappingNode, place: Place, lines: dict[Place, int], faults: list[Fault]
) -> Iterator[tuple[str, object]]:
    first: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(Fault(line, "a key must be a word", "Write `key: value`"))
            continue
        key = str(key_node.value)
        if key in first:
            faults.append(
                Fault(
                    line,
                    f"the key `{key}` stands twice in one entry (first in line {first[key]})",
                    "Keep one of the two",
                )
            )
            continue
        first[key] = line
        lines[(*place, key)] = line
        yield key, _plain(value_node, (*place, key), lines, faults)
