"""The labels of the codebook (docs/codebook.md). Their ids are final."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

VERSION: Final = "1"
"""Version of the codebook; a bundle trained on another one is refused."""


class Coverage(StrEnum):
    """Whether an article tells of trafficking, and of corruption tied to it: exactly one."""

    UNRELATED = "unrelated"
    TRAFFICKING_ONLY = "trafficking_only"
    TRAFFICKING_CORRUPTION = "trafficking_corruption"


class CorruptionLevel(StrEnum):
    """The highest level of corruption that the article alleges: exactly one."""

    NONE = "none"
    EVERYDAY = "everyday"
    ORGANISED = "organised"
    HIGH_LEVEL = "high_level"
    UNSPECIFIED = "unspecified"


class Sphere(StrEnum):
    """The part of society that an actor type belongs to."""

    PUBLIC = "public"
    PRIVATE = "private"
    CIVIL = "civil"
    INFORMAL = "informal"
    CRIMINAL = "criminal"


ACTOR_SPHERE: Final[dict[str, Sphere]] = {
    "police": Sphere.PUBLIC,
    "border": Sphere.PUBLIC,
    "consular": Sphere.PUBLIC,
    "military": Sphere.PUBLIC,
    "justice": Sphere.PUBLIC,
    "politician": Sphere.PUBLIC,
    "civil_servant": Sphere.PUBLIC,
    "recruiter": Sphere.PRIVATE,
    "employer": Sphere.PRIVATE,
    "transport": Sphere.PRIVATE,
    "finance_legal": Sphere.PRIVATE,
    "civil_society": Sphere.CIVIL,
    "community": Sphere.INFORMAL,
    "crime_group": Sphere.CRIMINAL,
}
"""Every actor type and its sphere, in the order of the codebook."""

COVERAGE: Final[tuple[str, ...]] = tuple(Coverage)
ACTORS: Final[tuple[str, ...]] = tuple(ACTOR_SPHERE)
LEVELS: Final[tuple[str, ...]] = tuple(CorruptionLevel)
