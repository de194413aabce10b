"""Documents with noise and its occurrences are those of an independent count."""

from __future__ import annotations

import polars as pl
import pytest

from corpuskit.coverage.noise import KINDS, noise
from corpuskit.features import Measured
from corpuskit.features.characters import CHARACTERS
from corpuskit.features.groups import all_columns, measure
from corpuskit.features.noise import NOISE
from tests.corpus import SAMPLE_DATA

TEXTS = [
    "me@example.org and you@example.org\x00\x01", "<b>x</b> &amp; class=\"y\"", "",
    "+49 30 1234567", "\x85\x1c not counted, \x7f\x9f counted", "8.8.8.100 \ufffd\ue000", "cafÃ©",
]  # fmt: skip


def scores(texts: list[str]) -> pl.DataFrame:
    """Measure what noise is added up from."""
    return measure(Measured(pl.Series(texts, dtype=pl.String)), (CHARACTERS, NOISE))


def test_sides_and_kinds_are_counted() -> None:
    keep = [True, False, True, True, True, True, False]
    found = noise(scores(TEXTS).with_columns(keep=pl.Series(keep)).lazy())
    assert {kind: tuple(value.values()) for kind, value in found["in"].items()} == {
        "mojibake": (1, 1), "control_characters": (2, 4), "replacement_characters": (1, 1),
        "private_characters": (1, 1), "html_remains": (1, 4), "mail_addresses": (1, 2),
        "phone_numbers": (1, 1), "ip_addresses": (1, 1), "id_numbers_cn": (0, 0),
        "id_numbers_us": (0, 0), "id_numbers_de": (0, 0),
    }  # fmt: skip
    assert found["kept"]["html_remains"] == {"documents": 0, "count": 0}
    assert found["kept"]["mail_addresses"] == {"documents": 1, "count": 2}


def test_control_characters_are_exact_in_a_long_text() -> None:
    texts = ["x" * 999_983 + "\x01" * n for n in range(40)]
    found = noise(scores(texts).with_columns(keep=True).lazy())
    assert found["in"]["control_characters"] == {"documents": 39, "count": sum(range(40))}


def test_scores_without_noise_tell_of_none() -> None:
    without = scores(TEXTS).select("char_count", "control_char_ratio").with_columns(keep=True)
    assert noise(without.lazy()) == {"in": {}, "kept": {}}
    assert noise(scores([]).with_columns(keep=pl.lit(True)).lazy())["in"]["mojibake"]["count"] == 0


def test_every_kind_is_made_of_features_and_every_feature_is_in_a_kind() -> None:
    used = {name for names in KINDS.values() for name in names}
    assert used <= all_columns().keys()
    assert {feature.name for feature in NOISE.features} <= used


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("mail_addresses", r"[A-Za-z0-9][A-Za-z0-9._%+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}\b"),
        ("html_remains", r"(?i)</?(?:a|li|p|param|summary|ul)(?:>|\s[^<>]*=[^<>]*>)|&[a-z]+;|"
                         r"\s(?:href|name)=[\"']"),
        ("replacement_characters", "\ufffd"),
        ("private_characters", r"\p{Co}"),
        ("control_characters", r"[\p{Cc}--\s\x1c-\x1f]"),
        ("phone_numbers", r"\+[1-9][0-9 ().-]{6,20}[0-9]|\([2-9]..\) [0-9]{3}-[0-9]{4}"),
    ],
)  # fmt: skip
def test_the_sample_data_have_what_polars_counts(kind: str, pattern: str) -> None:
    files = sorted(SAMPLE_DATA.glob("*.parquet"))
    frames = [pl.read_parquet(path, columns=["text"]) for path in files]
    frames.append(pl.read_ndjson(SAMPLE_DATA / "legal-texts.jsonl").select("text"))
    texts = pl.concat(frames)["text"].drop_nulls()
    counts = texts.str.count_matches(pattern)
    found = noise(scores(texts.to_list()).with_columns(keep=True).lazy())["in"][kind]
    assert found == {"documents": int((counts > 0).sum()), "count": int(counts.sum())}
