"""Token streams of real text, for tests that train: speeches, books and documentation."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from corpuskit.lm.packing import Encoded, save_array
from corpuskit.lm.shape import Arm, ModelShape, Training
from corpuskit.lm.tokenizer import bytes_per_token, encode, train_tokenizer

SAMPLE_DATA = Path(__file__).parent.parent.parent / "sample_data"
TRAIN_TOKENS = 131_072


def documents() -> pl.Series:
    """Return English documents in an order that mixes the sources."""
    speeches = pl.read_csv(SAMPLE_DATA / "public-domain.csv").select("id", "text")
    pages = pl.read_ndjson(SAMPLE_DATA / "apache-docs.jsonl.zst").select("id", "text")
    found = pieces(pl.concat([speeches, pages])["text"])
    return found.sample(fraction=1.0, shuffle=True, seed=7)


def pieces(text: pl.Series) -> pl.Series:
    """Cut documents, so that a long speech is not the whole of a small stream."""
    return text.str.extract_all(r"(?s).{200,2000}").explode().drop_nulls()


def write(folder: Path) -> dict[str, str]:
    """Write a training stream, a held-out set and the bytes of the tokens; return their places."""
    text = documents()
    held_out, train = text.head(220), text.slice(220)
    tokenizer = train_tokenizer(train.head(1200).to_list())
    for name, series in (("train", train), ("held_out", held_out)):
        Encoded(*encode(tokenizer, series)).save(folder / name)
    save_array(folder / "bytes.npy", bytes_per_token(tokenizer))
    places = {name: str(folder / name) for name in ("train", "held_out")}
    return {**places, "bytes_per_token": str(folder / "bytes.npy")}


def arm(places: dict[str, str], name: str, training: Training, **shape: bool) -> Arm:
    """Describe a run over the training stream."""
    return Arm(
        name=name,
        shape=ModelShape(**shape),
        training=training,
        train=places["train"],
        tokens=TRAIN_TOKENS,
        held_out={"held_out": places["held_out"]},
        bytes_per_token=places["bytes_per_token"],
    )
