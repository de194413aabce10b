from __future__ import annotations

from typing import Any

import polars as pl

from corpuskit.coverage.parts import Tables, Texts
from corpuskit.coverage.scripts import SCRIPTS_PART
from corpuskit.features import Measured

# Of GB 2312 alone: 汉 语 学 习; of Big5 alone: 漢 語 學 習; of both: 中 文 人.
SIMPLIFIED, TRADITIONAL, BOTH = "汉语学习", "漢語學習", "中文人"


def counted(*rows: tuple[str, str, str]) -> Tables:
    text = pl.Series([row[0] for row in rows], dtype=pl.String)
    scores = pl.DataFrame(
        {
            "byte_count": text.str.len_bytes(),
            "script": pl.Series([row[1] for row in rows], dtype=pl.String),
            "language": pl.Series([row[2] for row in rows], dtype=pl.String),
            "kana_ratio": text.str.contains("[ぁ-ヿ]").cast(pl.Float64),
            "hangul_ratio": text.str.contains("[가-힣]").cast(pl.Float64),
        }
    )
    return SCRIPTS_PART.count(Texts(Measured(text), pl.DataFrame(), scores, "a.jsonl"))


def documents(*rows: tuple[str, str, str]) -> dict[str, int]:
    han = SCRIPTS_PART.describe(counted(*rows))["han"]
    return {kind: found["documents"] for kind, found in han.items() if found["documents"]}


def one(text: str, language: str = "zh") -> str:
    (kind,) = documents((text, "Han", language))
    return kind


def test_characters_of_one_standard_alone_tell_simplified_from_traditional() -> None:
    assert one(SIMPLIFIED) == "Hans"
    assert one(TRADITIONAL + BOTH) == "Hant"
    assert one(BOTH) == "undetermined"


def test_three_characters_are_enough_and_two_are_not() -> None:
    assert one("汉语学" + BOTH) == "Hans"
    assert one("汉语" + BOTH) == "undetermined"


def test_four_times_as_many_decide_and_fewer_do_not() -> None:
    assert one("汉语学习" + "漢") == "Hans"
    assert one("汉语学习汉语学" + "漢語") == "undetermined"
    assert one("漢語學習" + "汉") == "Hant"


def test_japanese_with_kana_and_korean_with_hangul_are_not_asked() -> None:
    assert one(SIMPLIFIED + "の", "ja") == one(TRADITIONAL + "는", "ko") == "other_languages"
    assert one(SIMPLIFIED + "の", "zh") == "Hans"
    assert one(TRADITIONAL, "ja") == one(TRADITIONAL, "und") == "Hant"


def test_kinds_add_up_to_the_script_and_bytes_are_counted() -> None:
    tables = counted(
        (SIMPLIFIED, "Han", "zh"), (TRADITIONAL, "Han", "zh"), (TRADITIONAL, "Latin", "zh"),
        ("abc", "Latin", "en"),
    )  # fmt: skip
    found = SCRIPTS_PART.describe(tables)
    assert found["han"]["Hans"] == {"documents": 1, "bytes": 12}
    assert sum(kind["documents"] for kind in found["han"].values()) == 2
    assert found["breadth"]["scripts"]["distinct"] == 3  # Hans, Hant, Latin


def test_batches_merge_to_the_whole_in_any_order() -> None:
    rows = [(SIMPLIFIED, "Han", "zh"), ("abc", "Latin", "en"), (TRADITIONAL, "Han", "zh")]
    parts = [counted(row) for row in rows]
    whole = counted(*rows)["scripts"]
    assert SCRIPTS_PART.merge(parts)["scripts"].equals(whole)
    assert SCRIPTS_PART.merge(parts[::-1])["scripts"].equals(whole)


def test_what_has_no_scripts_says_nothing_of_them() -> None:
    bare: dict[str, Any] = {"byte_count": [3]}
    texts = Texts(Measured(pl.Series(["abc"])), pl.DataFrame(), pl.DataFrame(bare), "a.jsonl")
    assert SCRIPTS_PART.describe(SCRIPTS_PART.count(texts)) == {}
    assert SCRIPTS_PART.describe(SCRIPTS_PART.merge([])) == {}
