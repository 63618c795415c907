"""Classification: documents a second at 256 tokens, beside transformers in float32 in the same run.

Usage: python benchmarks/bench_classify.py [DOCUMENTS]

Both read the same made-up texts of exactly 256 tokens on all cores that this process may use. The rival is the
same encoder in `transformers` (torch, float32, batches of 8, mean pooling) without any heads: what the model would
cost without export and int8. It needs the `train` extra; without it only the classifier's figures are printed.
"""

from __future__ import annotations

import importlib.metadata
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pressreview.classifiers.bundle import TOKENIZER, Bundle
from pressreview.classifiers.encoder import available_cores, load_tokenizer
from pressreview.classifiers.model import Classifier, Document

BUNDLE = Path(__file__).resolve().parents[1] / "classifiers" / "bundle"
TOKENS = 256
SENTENCES = (
    "Police in Eastmere freed nine women who had been locked in a house by the harbour. ",
    "La policía de Puerto Viejo detuvo a dos hombres que les habían quitado los pasaportes. ",
    "Суд в Заречье отложил слушание по делу о вербовке рабочих на стройку. ",
    "เจ้าหน้าที่ช่วยแรงงานสิบสองคนออกจากเรือประมง ",
    "The minister said that the inspectors would visit every farm in the valley. ",
)


def texts(count: int, token_count: Callable[[str], int]) -> list[str]:
    """Made-up texts that make one window of 256 tokens each."""
    made = []
    for i in range(count):
        text = f"Number {i}. "
        k = i
        while token_count(text) < TOKENS:
            text += SENTENCES[k % len(SENTENCES)]
            k += 1
        while token_count(text) > TOKENS:
            text = text[:-1]
        made.append(text)
    return made


def seconds(work: Callable[[], object]) -> float:
    """The better of two runs."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def torch_rate(made: list[str]) -> float:
    """Documents a second of transformers in float32."""
    import torch  # noqa: PLC0415
    from pressreview.training.encoder import load_encoder  # noqa: PLC0415

    torch.set_num_threads(available_cores())
    loaded = load_encoder()
    loaded.tokenizer.enable_truncation(TOKENS)
    loaded.tokenizer.enable_padding(pad_id=1, pad_token="<pad>")

    def work() -> None:
        with torch.inference_mode():
            for start in range(0, len(made), 8):
                batch = loaded.tokenizer.encode_batch([f"query: {text}" for text in made[start : start + 8]])
                ids = torch.tensor([each.ids for each in batch])
                mask = torch.tensor([each.attention_mask for each in batch])
                states = loaded.model(input_ids=ids, attention_mask=mask).last_hidden_state
                (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)

    return len(made) / seconds(work)


def main() -> int:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 96
    start = time.perf_counter()
    classifier = Classifier.load(BUNDLE)
    loading = time.perf_counter() - start
    plan = Bundle.open(BUNDLE).manifest.windows
    tokenizer = load_tokenizer(BUNDLE / TOKENIZER)
    made = texts(count, lambda text: sum(len(window) for window in plan.cut("", text, tokenizer)))
    documents = [Document(str(i), "", text) for i, text in enumerate(made)]
    classifier.predict(documents[:4])  # the lexicon is compiled at the first use
    rate = count / seconds(lambda: classifier.predict(documents))
    size = sum(path.stat().st_size for path in BUNDLE.iterdir()) / 1e6
    print(f"{count} texts of {TOKENS} tokens, {available_cores()} cores")
    print(f"bundle {size:.1f} MB, loaded in {loading:.2f} s")
    print(f"{'pressreview (whole label)':42s} {rate:8.1f} documents/s")
    try:
        rival = torch_rate(made)
    except ImportError:
        print("transformers float32: not measured, the `train` extra is not installed")
        return 0
    name = f"transformers {importlib.metadata.version('transformers')} float32 (encoder)"
    print(f"{name:42s} {rival:8.1f} documents/s")
    print(f"{'ratio':42s} {rate / rival:8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
