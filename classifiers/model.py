"""The classifier: a bundle loaded, documents in, labels out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..coverage.article import Label
from ..coverage.lexicon import LEXICON_PATH
from ..errors import ModelError
from .bundle import HEADS, NEEDED, Bundle, digest_file
from .encoder import Encoder
from .features import Featurizer
from .heads import Heads, decide
from .lexical import LexicalReader


@dataclass(frozen=True, slots=True)
class Document:
    """What is classified."""

    id: str
    title: str
    text: str
    lang: str = ""
    """The language, where it is known; it goes into the label and does not change it."""


class Classifier:
    """A model bundle, ready to predict.

    The same document gets the same label and the same probabilities, whatever else stands in the call, and
    with any number of threads. Memory is bounded: of a text at most the bundle's `windows.characters` are
    read, and at most `windows.most` windows of it are computed.
    """

    def __init__(self, bundle: Bundle, featurizer: Featurizer, heads: Heads) -> None:
        self.bundle = bundle
        self._featurizer = featurizer
        self._heads = heads
        self._name = bundle.name
        trained_with = bundle.manifest.training.get("lexicon")
        if bundle.manifest.features.lexicon and trained_with:
            lexicon = digest_file(LEXICON_PATH).sha256
            if lexicon != trained_with:
                self._name += f"+lexicon-{lexicon[:6]}"

    @classmethod
    def load(cls, bundle: Path, *, threads: int = 0) -> Classifier:
        """Load a bundle.

        Args:
            bundle: its folder.
            threads: windows that are computed at a time; 0 takes every core that this process may use.

        Raises:
            ModelError: missing, broken, a file that differs from its digest, or of another codebook.
        """
        opened = Bundle.open(bundle)
        with ThreadPoolExecutor(2) as pool:  # digests and loading both take a good part of a second
            checked = pool.submit(opened.verify, NEEDED)
            encoder = pool.submit(Encoder.load, bundle, opened.manifest.windows, threads=threads)
            reader = LexicalReader.load() if opened.manifest.features.lexicon else None
            checked.result()
            featurizer = Featurizer(encoder.result(), opened.manifest.features, reader)
        heads = Heads.load(bundle / HEADS)
        if heads.width != featurizer.width:
            raise ModelError(
                f"the heads take {heads.width} numbers, the encoder gives {featurizer.width}",
                mend="Make the bundle again with `pressreview train`",
                path=bundle,
            )
        return cls(opened, featurizer, heads)

    @property
    def name(self) -> str:
        """The model's name; it goes into every label.

        The gate's lexicon is part of what the model sees. Where it is not the one that the heads were trained
        with, the name says so, and a store labels its articles again.
        """
        return self._name

    def predict(self, documents: Sequence[Document]) -> list[Label]:
        """Label documents, in order."""
        return list(self.label_each(documents))

    def label_each(self, documents: Iterable[Document]) -> Iterator[Label]:
        """Label documents one after another, in order; reads only a few dozen ahead."""
        for document, vector in self._featurizer.each(documents):
            probabilities = self._heads.probabilities(vector)
            labels = decide(probabilities, self.bundle.manifest.decisions)
            yield Label(
                article_id=document.id,
                model=self.name,
                coverage=labels.coverage,
                coverage_probs=probabilities.coverage,
                actors=labels.actors,
                actor_probs=probabilities.actors,
                corruption_level=labels.level,
                corruption_level_probs=probabilities.level,
                lang=document.lang,
            )
