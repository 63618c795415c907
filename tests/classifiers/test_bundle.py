"""A bundle is refused, with the mend, as soon as anything in it is not what its manifest says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pressreview.classifiers import bundle as layout
from pressreview.classifiers.bundle import Bundle, Decisions, Manifest, digest_file, name_of, write_manifest
from pressreview.classifiers.codebook import ACTORS, VERSION
from pressreview.classifiers.features import FeaturePlan
from pressreview.classifiers.windows import WindowPlan
from pressreview.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle whose files are a few made-up bytes: enough for the manifest."""
    for name in layout.NEEDED:
        (tmp_path / name).write_bytes(f"the bytes of {name}".encode())
    files = {name: digest_file(tmp_path / name) for name in layout.NEEDED}
    manifest = Manifest("test-1", VERSION, files, WindowPlan(), FeaturePlan(), Decisions(), {"seed": 0}, {})
    write_manifest(tmp_path, manifest)
    return tmp_path


def change(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path = folder / layout.MANIFEST
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


def test_a_whole_bundle_opens_with_what_was_written(folder: Path) -> None:
    bundle = Bundle.open(folder)
    bundle.verify()
    assert bundle.name == "test-1"
    assert bundle.manifest.windows == WindowPlan()
    assert bundle.manifest.features == FeaturePlan()
    assert bundle.manifest.training == {"seed": 0}


def test_no_bundle_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"manifest.json: there is no model bundle here. Make the bundle again"
    ):
        Bundle.open(tmp_path)


def test_a_manifest_that_is_not_json_is_refused(folder: Path) -> None:
    (folder / layout.MANIFEST).write_text('{"name": ')
    with pytest.raises(ModelError, match="not JSON"):
        Bundle.open(folder)


@pytest.mark.parametrize("field", ["name", "codebook_version", "files", "windows", "features", "decisions"])
def test_a_manifest_that_lacks_a_field_is_refused(folder: Path, field: str) -> None:
    change(folder, lambda content: content.pop(field))
    with pytest.raises(ModelError, match=field):
        Bundle.open(folder)


def test_another_codebook_is_refused(folder: Path) -> None:
    change(folder, lambda content: content.update(codebook_version="0"))
    with pytest.raises(ModelError, match=f"trained on codebook 0; this program uses {VERSION}"):
        Bundle.open(folder)


def test_another_layout_is_refused(folder: Path) -> None:
    change(folder, lambda content: content.update(format=99))
    with pytest.raises(ModelError, match="layout is 99"):
        Bundle.open(folder)


def test_thresholds_of_other_actors_are_refused(folder: Path) -> None:
    change(folder, lambda content: content["decisions"]["actor_thresholds"].pop(ACTORS[0]))
    with pytest.raises(ModelError, match="actor thresholds"):
        Bundle.open(folder)


def test_a_manifest_that_does_not_guard_the_encoder_is_refused(folder: Path) -> None:
    change(folder, lambda content: content["files"].pop(layout.ENCODER))
    with pytest.raises(ModelError, match=f"does not list {layout.ENCODER}"):
        Bundle.open(folder)


@pytest.mark.parametrize("name", layout.NEEDED)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: a file of the bundle cannot be read"):
        Bundle.open(folder).verify()


def test_a_file_cut_short_is_told_by_its_size(folder: Path) -> None:
    path = folder / layout.HEADS
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ModelError, match=r"has \d+ bytes, the manifest says \d+"):
        Bundle.open(folder).verify()


def test_a_swapped_file_of_the_same_size_is_told_by_its_digest(folder: Path) -> None:
    path = folder / layout.HEADS
    path.write_bytes(path.read_bytes().upper())
    with pytest.raises(ModelError, match="not the one that the manifest describes"):
        Bundle.open(folder).verify([layout.HEADS])


def test_the_name_changes_with_any_byte_that_predicts_and_with_no_other(folder: Path) -> None:
    files = dict(Bundle.open(folder).manifest.files)
    name = name_of(files, kind="kind")
    assert name_of({**files, layout.CARD: digest_file(folder / layout.HEADS)}, kind="kind") == name
    assert name_of({**files, layout.HEADS: digest_file(folder / layout.ENCODER)}, kind="kind") != name
