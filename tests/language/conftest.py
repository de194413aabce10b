"""Tiny models, trained here by the fastText library, which is then the oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fasttext import train_supervised
from fasttext.FastText import _FastText

VOCABULARY = {
    "en": "the of and to in a is that it was for on are with they be at one have this",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als über",
    "ru": "и в не на я быть он с что а по это она этот к но они мы весь который",
    "zh": "的 一 是 不 了 在 人 有 我 他 这个 大家 什么 我们 时候 没有 知道 自己 中国 语言识别",
    "th": "ที่ ใน การ และ เป็น ของ มี ได้ ว่า จะ ไม่ ให้ ไป มา กับ คน",
    "ar": "في من على أن إلى عن مع هذا كان التي الذي ما لا هو هي ذلك",
}


@dataclass(frozen=True)
class Oracle:
    """A model file and the library's answers from it."""

    path: Path
    library: Any

    def best(self, text: str) -> tuple[str, float]:
        (score, label), *_ = self.ranked(text, 1)
        return label, score

    def ranked(self, text: str, count: int) -> list[tuple[float, str]]:
        found = self.library.f.predict(text.replace("\n", " ") + "\n", count, 0.0, "strict")
        return [(score, label.removeprefix("__label__")) for score, label in found]


def open_oracle(path: Path) -> Oracle:
    return Oracle(path, _FastText(model_path=str(path)))


def _training_text(path: Path, labels: int) -> Path:
    """Lines of common words, a label each; more labels than languages are mixtures of two."""
    rng = random.Random(7)
    names = list(VOCABULARY)
    lines = []
    for label in range(labels):
        words = VOCABULARY[names[label % len(names)]].split()
        extra = VOCABULARY[names[label // len(names) % len(names)]].split()
        for _ in range(1 + 40 // (label + 1)):
            chosen = rng.choices(words, k=6) + rng.choices(extra, k=2)
            lines.append(f"__label__l{label} {' '.join(chosen)} w{label}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


MODELS: dict[str, dict[str, Any]] = {
    "softmax": {"loss": "softmax", "dim": 16, "minn": 2, "maxn": 4, "bucket": 3000},
    "hs": {"loss": "hs", "dim": 10, "minn": 1, "maxn": 3, "bucket": 1001},
    "ova": {"loss": "ova", "dim": 16, "minn": 3, "maxn": 6, "bucket": 5000},
    "ns": {"loss": "ns", "dim": 33, "minn": 0, "maxn": 2, "bucket": 64},
    "words only": {"loss": "softmax", "dim": 5, "minn": 0, "maxn": 0},
    "word pairs": {"loss": "hs", "dim": 16, "minn": 2, "maxn": 3, "wordNgrams": 2, "bucket": 4000},
    "word runs, no characters": {"loss": "softmax", "dim": 8, "wordNgrams": 4, "bucket": 500},
    "quantised": {"loss": "softmax", "dim": 16, "minn": 2, "maxn": 4, "bucket": 3000, "q": {}},
    "quantised, odd parts": {
        "loss": "hs", "dim": 10, "minn": 2, "maxn": 4, "bucket": 900,
        "q": {"dsub": 4, "qnorm": True},
    },
    "pruned": {
        "loss": "hs", "dim": 16, "minn": 2, "maxn": 4, "bucket": 3000,
        "q": {"cutoff": 400, "qnorm": True},
    },
    "pruned word pairs": {
        "loss": "softmax", "dim": 16, "minn": 2, "maxn": 3, "wordNgrams": 3, "bucket": 3000,
        "q": {"cutoff": 500},
    },
    "quantised outputs": {
        "loss": "softmax", "dim": 16, "minn": 2, "maxn": 4, "bucket": 3000, "labels": 300,
        "q": {"qout": True, "cutoff": 600, "qnorm": True},
    },
}  # fmt: skip


def train(folder: Path, name: str) -> Path:
    """Train one of MODELS and return its file."""
    options = dict(MODELS[name])
    quantise, labels = options.pop("q", None), options.pop("labels", 12)
    text = _training_text(folder / "train.txt", labels)
    model = train_supervised(
        str(text), epoch=15, lr=0.7, thread=1, verbose=0, minCount=1, **options
    )
    path = folder / "model.bin"
    if quantise is not None:
        model.quantize(verbose=0, thread=1, **quantise)
        path = folder / "model.ftz"
    model.save_model(str(path))
    return path


@pytest.fixture(scope="package", params=MODELS)
def oracle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    """Every tiny model in turn."""
    return open_oracle(train(tmp_path_factory.mktemp("model"), request.param))


@pytest.fixture(scope="session")
def lid() -> Oracle:
    """The bundled model, read by the library."""
    from corpuskit.features.language import BUNDLED_PATH

    return open_oracle(BUNDLED_PATH)
