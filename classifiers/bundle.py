"""A model bundle: a folder of data files, and a manifest that names, guards and explains them.

Nothing in a bundle is code and nothing is unpickled. The manifest holds a SHA-256 digest of each file, so a
file that is broken, cut short or swapped is refused before a number is made with it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..errors import ModelError
from .codebook import ACTORS, COVERAGE, VERSION
from .features import FeaturePlan
from .windows import WindowPlan

FORMAT: Final = 1
"""Version of the manifest's own layout."""
MANIFEST: Final = "manifest.json"
ENCODER: Final = "encoder.onnx"
TOKENIZER: Final = "tokenizer.json.gz"
HEADS: Final = "heads.npz"
HELD_OUT: Final = "heldout.jsonl"
"""What the heads trained without the held-out articles say of them: ids and labels, no texts."""
CARD: Final = "MODEL_CARD.md"
NEEDED: Final = (ENCODER, TOKENIZER, HEADS)
"""The files without which nothing can be predicted."""

_MEND = "Make the bundle again with `pressreview train`, or take it from the repository (classifiers/bundle)"


@dataclass(frozen=True)
class FileFacts:
    """One file of the bundle."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Decisions:
    """How probabilities become labels."""

    coverage_weights: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(COVERAGE, 1.0))
    """Each class's probability is multiplied by its weight; the largest product wins."""
    actor_thresholds: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(ACTORS, 0.5))
    """An actor is named where its probability reaches the threshold."""


@dataclass(frozen=True)
class Manifest:
    """What `manifest.json` holds."""

    name: str
    """Goes into every label that the model gives."""
    codebook_version: str
    files: Mapping[str, FileFacts]
    windows: WindowPlan
    features: FeaturePlan
    decisions: Decisions
    training: Mapping[str, Any] = field(default_factory=dict)
    """Encoder, data digests, seed, versions of the libraries, settings, date."""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    format: int = FORMAT


def digest_file(path: Path) -> FileFacts:
    """Size and SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileFacts(digest, path.stat().st_size)


def name_of(files: Mapping[str, FileFacts], *, kind: str) -> str:
    """A name that changes with any byte of the files that predict: `<kind>-<10 hexadecimal digits>`."""
    joined = "\n".join(f"{name} {files[name].sha256}" for name in sorted(files) if name in NEEDED)
    return f"{kind}-{hashlib.sha256(joined.encode()).hexdigest()[:10]}"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, sorted and indented so that a change reads well in a diff."""
    content = json.dumps(dataclasses.asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    partial = folder / f"{MANIFEST}.partial"
    partial.write_text(content + "\n", encoding="utf-8")
    partial.replace(folder / MANIFEST)


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk whose manifest has been read. The digests are compared by `verify`."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> Bundle:
        """Read a bundle's manifest.

        Raises:
            ModelError: there is none, it cannot be read, or it is of another codebook or layout.
        """
        return cls(folder, _read_manifest(folder))

    @property
    def name(self) -> str:
        """The model's name, as it stands in every label."""
        return self.manifest.name

    def verify(self, names: Iterable[str] | None = None) -> None:
        """Compare files with their digests.

        Args:
            names: which files; by default all that the manifest lists.

        Raises:
            ModelError: a file is missing, cut short or not the one that was written.
        """
        for name in self.manifest.files if names is None else names:
            _verify_file(self.folder / name, self.manifest.files[name])


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError("there is no model bundle here", mend=_MEND, path=path) from error
    except OSError as error:
        raise ModelError(f"the manifest cannot be read ({error.strerror})", mend=_MEND, path=path) from error
    except ValueError as error:
        raise ModelError(f"the manifest is not JSON ({error})", mend=_MEND, path=path) from error
    try:
        manifest = _parse(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"the manifest lacks or garbles a field ({error})", mend=_MEND, path=path) from error
    _refuse_strangers(manifest, path)
    return manifest


def _parse(content: Mapping[str, Any]) -> Manifest:
    return Manifest(
        name=str(content["name"]),
        codebook_version=str(content["codebook_version"]),
        files={str(name): FileFacts(**facts) for name, facts in content["files"].items()},
        windows=WindowPlan(**content["windows"]),
        features=_feature_plan(content["features"]),
        decisions=Decisions(**content["decisions"]),
        training=content.get("training", {}),
        metrics=content.get("metrics", {}),
        format=int(content.get("format", 0)),
    )


def _feature_plan(content: Mapping[str, Any]) -> FeaturePlan:
    return FeaturePlan(
        graph_layers=tuple(int(layer) for layer in content["graph_layers"]),
        layers=tuple(int(layer) for layer in content["layers"]),
        hidden=int(content["hidden"]),
        window_maximum=bool(content["window_maximum"]),
        lexicon=bool(content["lexicon"]),
        groups=tuple(str(group) for group in content["groups"]),
    )


def _refuse_strangers(manifest: Manifest, path: Path) -> None:
    if manifest.format != FORMAT:
        raise ModelError(
            f"the bundle's layout is {manifest.format}; this program reads {FORMAT}", mend=_MEND, path=path
        )
    if manifest.codebook_version != VERSION:
        raise ModelError(
            f"the bundle was trained on codebook {manifest.codebook_version}; this program uses {VERSION}",
            mend=_MEND,
            path=path,
        )
    lacking = [name for name in NEEDED if name not in manifest.files]
    if lacking:
        raise ModelError(f"the manifest does not list {', '.join(lacking)}", mend=_MEND, path=path)
    if set(manifest.decisions.actor_thresholds) != set(ACTORS):
        raise ModelError(
            "the manifest's actor thresholds are not the codebook's actors", mend=_MEND, path=path
        )
    if set(manifest.decisions.coverage_weights) != set(COVERAGE):
        raise ModelError(
            "the manifest's coverage weights are not the codebook's labels", mend=_MEND, path=path
        )


def _verify_file(path: Path, expected: FileFacts) -> None:
    try:
        found = digest_file(path)
    except OSError as error:
        raise ModelError(
            f"a file of the bundle cannot be read ({error.strerror})", mend=_MEND, path=path
        ) from error
    if found.bytes != expected.bytes:
        raise ModelError(
            f"the file has {found.bytes:,} bytes, the manifest says {expected.bytes:,}", mend=_MEND, path=path
        )
    if found.sha256 != expected.sha256:
        raise ModelError("the file is not the one that the manifest describes", mend=_MEND, path=path)
