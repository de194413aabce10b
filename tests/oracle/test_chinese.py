"""FineWeb-2's rules for Chinese decide as the installed datatrove does, with jieba's words."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]
SAMPLES = Path(__file__).parent.parent.parent / "sample_data"


def test_the_first_reason_is_the_same_for_every_document() -> None:
    reason = "datatrove or jieba is not installed here; run it in .venv-bench (make bench)"
    pytest.importorskip("datatrove", reason=reason)
    pytest.importorskip("jieba", reason=reason)
    from tests.oracle.chinese import FILTERS, ours
    from tests.oracle.filters import KEPT, theirs

    texts = pl.read_ndjson(SAMPLES / "chinese-classics.jsonl.gz")["text"].to_list()[::3]
    expected, (found, _) = theirs(FILTERS, texts), ours(texts)
    for filter_ in FILTERS:
        one = [verdict.reason for verdict in expected[filter_.name]]
        assert one == [verdict.reason for verdict in found[filter_.name]]
        assert 0 < one.count(KEPT) < len(one)
