"""The traps that other implementations of deduplication fell into, one test each.

Those that have a home are tested there: documents shorter than a shingle, empty ones, chains and
hot buckets of near copies in test_near.py, marks and 100,000 equal texts in test_exact.py, the
recall of a banding in test_recall.py and test_known_pairs.py.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import polars as pl
import pytest

import corpuskit
from corpuskit.dedup import deduplicate, recall
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError
from tests.dedup.finding import dropped, find
from tests.dedup.known_pairs import cut, jaccard, shingles
from tests.dedup.made_text import english, words

# Three verses each, so that a document is far longer than a shingle.
SPACELESS = {
    "zh": "床前明月光疑是地上霜举头望明月低头思故乡春眠不觉晓处处闻啼鸟夜来风雨声花落知多少",
    "ja": "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみし",
    "th": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิต่างมีเหตุผลและมโนธรรม",
    "km": "មនុស្សទាំងអស់កើតមកមានសេរីភាពនិងសមភាពក្នុងផ្នែកសេចក្ដីថ្លៃថ្នូរនិងសិទ្ធិមនុស្សមានវិចារណញ្ញាណ",
    "my": "လူတိုင်းသည်တူညီလွတ်လပ်သောဂုဏ်သိက္ခာဖြင့်လည်းကောင်းတူညီလွတ်လပ်သောအခွင့်အရေးများဖြင့်",
    "lo": "ມະນຸດທຸກຄົນເກີດມາມີສິດສະເຫຼີພາບແລະສະເໝີໜ້າກັນໃນທາງກຽດຕິສັກແລະສິດດ້ວຍມະນຸດມີສະຕິສຳປັດຊັນຍະ",
}


@pytest.mark.parametrize("script", list(SPACELESS))
def test_texts_of_one_script_without_spaces_do_not_collapse(script: str) -> None:
    text = SPACELESS[script]
    backwards = "".join(cut(text)[::-1])
    assert dropped(find([text + text[:4], text, backwards])) == {1: 0}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("か", "が"),
        ("は", "ぱ"),
        ("กิ", "กี"),
        ("ที่", "ที้"),
        ("कि", "की"),
        ("بَ", "بِ"),
        ("한", "하"),
        ("각", "갂"),
    ],
)
def test_a_mark_in_every_shingle_makes_texts_differ(first: str, second: str) -> None:
    texts = [" ".join(f"{syllable}{word}" for word in words(1, 80)) for syllable in (first, second)]
    decomposed = unicodedata.normalize("NFD", texts[0]) + " end"
    assert dropped(find([*texts, decomposed])) == {0: 2}


@pytest.mark.parametrize("short", ["one", "two words", "four words are here", "春眠不觉", "กิน"])
def test_short_documents_are_no_copies_of_each_other_nor_of_longer_ones(short: str) -> None:
    others = ["other", f"{short} again", f"again {short}", english(1, 40) + f" {short}", "", " "]
    assert dropped(find([*others, short], DuplicateSettings(exact=False))) == {}


def test_ten_thousand_texts_of_equal_shingles_are_stars_and_not_a_square() -> None:
    # Not exact duplicates, since their punctuation differs: every band is one bucket of them all.
    one = english(1, 12)
    texts = pl.Series([one + "." * dots for dots in range(100)])
    texts = pl.concat([texts] * 100)
    result = deduplicate(texts, pl.Series(range(10_000)), DuplicateSettings(exact=False))
    assert result.stats["near"] == 9_999
    assert result.stats["candidate_pairs"] <= 10 * 10_000
    assert result.frame["representative"].unique().to_list() == [99]  # the longest, then the first


def test_a_chain_drops_only_what_is_similar_to_what_stays() -> None:
    body = words(1, 400)
    links = [" ".join(body[at : at + 200]) for at in range(0, 200, 20)]
    result = find(links)
    sets = [shingles(cut(link)) for link in links]
    assert jaccard(sets[0], sets[1]) >= 0.75 > jaccard(sets[0], sets[2])
    kept = sorted(set(range(len(links))) - set(dropped(result)))
    assert len(kept) >= 4  # transitive closure would leave one of the ten
    for loser, winner in dropped(result).items():
        assert winner in kept
        assert jaccard(sets[loser], sets[winner]) >= 0.75


def test_every_cluster_keeps_one_document_of_the_input() -> None:
    texts = [text for seed in range(40) for text in (english(seed), english(seed) + " and more")]
    ids = pl.Series([7 * row + 3 for row in range(len(texts))], dtype=pl.UInt64)
    frame = deduplicate(pl.Series(texts), ids, DuplicateSettings()).frame
    kept = frame.filter(pl.col("kind") == "representative")
    assert kept.height == frame["cluster"].n_unique() == 40
    assert set(kept["doc_id"]) <= set(ids)


@pytest.mark.parametrize("similarity", [0.7, 0.75, 0.8, 0.9])
def test_a_threshold_is_not_one_at_which_half_of_the_pairs_are_missed(similarity: float) -> None:
    # What weighs both errors equally is 9 × 13 for 128 hashes at 0.8: 1 - (1 - 0.8^13)^9, 40 %.
    assert recall(9, 13, 0.8) == pytest.approx(0.3988, abs=1e-4)
    settings = DuplicateSettings(similarity=similarity)
    assert recall(settings.bands, settings.rows, similarity) > 0.9


def test_a_threshold_of_zero_is_refused_and_not_taken_for_off(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a"}\n', "utf-8")
    for value in (0, 0.0, False):
        with pytest.raises(ConfigError, match="similarity"):
            DuplicateSettings(similarity=value)
    with pytest.raises(ConfigError):
        corpuskit.clean(
            source, tmp_path / "out", recipe="dedup", settings=["duplicates.near_duplicate.below=0"]
        )
    assert not (tmp_path / "out" / "kept").exists()
