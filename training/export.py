"""From the torch encoder to the files that serve it: a cut vocabulary and an int8 ONNX graph."""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import onnx
import torch
from transformers import PreTrainedModel

from .encoder import Encoder
from .quantise import original_blocks, quantise
from .vocabulary import IntArray, choose_pieces, cut_tokenizer

OPSET: Final = 17


class _Pooled(torch.nn.Module):
    """The encoder with the hidden states of each of `layers` averaged over the tokens."""

    def __init__(self, model: PreTrainedModel, layers: Sequence[int]) -> None:
        super().__init__()
        self.model = model
        self.layers = list(layers)

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        states = self.model(input_ids=input_ids, attention_mask=None, output_hidden_states=True).hidden_states
        pooled = torch.cat([states[layer].mean(dim=1) for layer in self.layers], dim=1)
        return pooled, states[-1]


def trace(model: PreTrainedModel, kept: Sequence[int], layers: Sequence[int]) -> onnx.ModelProto:
    """The float32 graph over the kept pieces.

    Input `input_ids` int64 [batch, time], rows of equal length, no padding. Outputs `pooled` float32
    [batch, layers x hidden], the mean states of `layers`, and `tokens` float32 [batch, time, hidden].
    Layer 0 is the embedding, layer n the output of the n-th block.
    """
    cut = copy.deepcopy(model)
    cut.train(False)
    cut.set_attn_implementation("eager")
    table = cast(torch.nn.Embedding, model.get_input_embeddings()).weight.detach()[list(kept)].clone()
    cut.set_input_embeddings(torch.nn.Embedding(len(table), table.shape[1], _weight=table))
    example = torch.randint(0, len(kept), (2, 16), generator=torch.Generator().manual_seed(0))
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The tracing exporter is deprecated; what the new one writes gained nothing from int8.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Pooled(cut, layers),
            (example,),
            cast(Any, buffer),  # a stream does; the type says only a path
            input_names=["input_ids"],
            output_names=["pooled", "tokens"],
            dynamic_axes={
                "input_ids": {0: "batch", 1: "time"},
                "pooled": {0: "batch"},
                "tokens": {0: "batch", 1: "time"},
            },
            dynamo=False,
            opset_version=OPSET,
        )
    return onnx.load_from_string(buffer.getvalue())


@dataclass(frozen=True)
class ServedEncoder:
    """What goes into a bundle of an encoder."""

    graph: bytes
    """The ONNX file."""
    tokenizer: str
    """The tokenizer's JSON."""
    pieces: int
    pieces_of_the_original: int


def export_encoder(
    encoder: Encoder, *, size: int, layers: Sequence[int], counts: IntArray | None = None
) -> ServedEncoder:
    """The served form of an encoder.

    Args:
        encoder: as `load_encoder` gives it.
        size: pieces to keep.
        layers: whose pooled states the graph gives.
        counts: how often each piece is used in a sample of texts.
    """
    kept = choose_pieces(encoder.tokenizer, size, counts)
    blocks = original_blocks(encoder.blocks, kept) if encoder.blocks is not None else None
    graph = quantise(trace(encoder.model, kept, layers), blocks)
    return ServedEncoder(
        graph=graph.SerializeToString(),
        tokenizer=cut_tokenizer(encoder.tokenizer, kept).to_str(),
        pieces=len(kept),
        pieces_of_the_original=encoder.tokenizer.get_vocab_size(),
    )
