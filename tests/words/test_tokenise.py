"""Where a text is cut, by hand and by the twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.errors import FeatureError
from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.token_classes import fnv1a
from corpuskit.kernels.tokenise import HAS_LETTER, IS_SPACELESS, IS_SYMBOL, Tokens, tokenise
from tests import reference_words as twin
from tests.words.hostile import buffer_of, several, texts


def spelled(buffer: TextBuffer, tokens: Tokens, document: int = 0) -> list[str]:
    rows = range(*tokens.offsets[document : document + 2])
    return [bytes(buffer.data[tokens.start[t] : tokens.end[t]]).decode() for t in rows]


def split(text: str) -> list[str]:
    buffer = buffer_of(text)
    return spelled(buffer, tokenise(buffer))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ""),
        (" \n\t\u3000\u200b", ""),
        ("Hello, world!", "Hello , world !"),
        ('("Hi.")', '( " Hi . " )'),
        ("wait... what?! .. …", "wait ... what ? ! .. …"),
        ("Mr. Smith, Ph.D., left etc.", "Mr. Smith , Ph.D. , left etc ."),
        ("J. R. of the U.S. and NATO.", "J. R. of the U.S. and NATO ."),
        ("don't it's I'll they’ve dogs'", "do n't it 's I 'll they ’ve dogs '"),
        (
            "well-known he/she and/or a,b end.Start",
            "well - known he / she and/or a , b end . Start",
        ),
        ("1990-2000 10:30 12/30/2020 1,000.5", "1990 - 2000 10:30 12/30/2020 1,000.5"),
        ("5+3 2*x -7 +7 a+b", "5 + 3 2*x -7 +7 a+b"),
        ("10km 50% 5m. 9am 3x3 $5 5€", "10 km 50 % 5 m . 9 am 3x3 $ 5 5 €"),
        ("foo_bar _foo_ #tag C++", "foo_bar _ foo _ # tag C++"),
        ("(http://a.bc/c?d=e-f), www.x.org/y-z.", "( http://a.bc/c?d=e-f ) , www.x.org/y-z ."),
        ("[a b](http://a.bc/de/f)", "[ a b](http://a.bc / de / f )"),
        ("x://a.bc/de x@a.bc/de ftp://u@a.bc/de", "x://a.bc / de x@a.bc/de ftp://u@a.bc/de"),
        ("http://local/host -a.bc/de", "http://local / host -a.bc / de"),
        ("me@mail.org: site.com:80/a-b", "me@mail.org : site.com:80/a-b"),
        ("a—b x -- y—", "a — b x -- y —"),
        ("20°C ©2020 5×5", "20 ° C © 2020 5×5"),
        ("“Ça va?”", "“ Ça va ? ”"),
        ("привет-мир, Юг.", "привет - мир , Юг ."),
        ("हिन्दी भाषा।", "हिन्दी भाषा ।"),
        ("a\x00b", "a\x00b"),
    ],
)
def test_tokens_by_hand(text: str, tokens: str) -> None:
    assert split(text) == tokens.split()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("今天天气好。", "今 天 天 气 好 。"),
        ("用iPhone手机,好", "用 iPhone 手 机 , 好"),
        ("カーが", "カ ー が"),
        ("สวัสดี", "ส วั ส ดี"),
        ("한국어 문장.", "한국어 문장 ."),
    ],
)
def test_a_script_without_spaces_gives_a_token_a_character(text: str, tokens: str) -> None:
    assert split(text) == tokens.split()


def test_marks_stay_with_their_character() -> None:
    assert split("か\u3099か e\u0301a\u0301 👍🏽❤\ufe0f") == [
        "か\u3099", "か", "e\u0301a\u0301", "👍🏽", "❤\ufe0f",
    ]  # fmt: skip


def test_a_mark_after_a_bracket_goes_with_the_bracket() -> None:
    assert split("(\u0301a") == ["(\u0301", "a"]


def test_kinds_say_what_a_token_is() -> None:
    kinds = tokenise(buffer_of("ab 7 , 中 ٣ ½ 👍 ๓ a1")).kind.tolist()
    assert kinds == [
        HAS_LETTER, 0, IS_SYMBOL, HAS_LETTER | IS_SPACELESS, 0, 0, IS_SYMBOL, IS_SPACELESS,
        HAS_LETTER,
    ]  # fmt: skip


def test_hashes_are_fnv1a_of_bytes_and_of_lower_case_code_points() -> None:
    tokens = tokenise(buffer_of("Hello ÉTÉ hello"))
    assert tokens.hash.tolist() == [fnv1a(word.encode()) for word in ("Hello", "ÉTÉ", "hello")]
    assert tokens.fold[0] == tokens.fold[2] == tokens.hash[2]
    assert tokens.fold[1] == tokenise(buffer_of("été")).fold[0]
    assert tokenise(buffer_of("ｈＥｌｌｏ")).fold[0] == tokens.fold[0]
    assert fnv1a(b"a") == 0xAF63DC4C8601EC8C  # Fowler, Noll, Vo: the published test vector


def test_documents_do_not_run_into_each_other() -> None:
    buffer = buffer_of("ab", "", "cd.", "\u0301x")
    tokens = tokenise(buffer)
    assert [spelled(buffer, tokens, d) for d in range(4)] == [["ab"], [], ["cd", "."], ["\u0301x"]]


def test_a_batch_without_documents_has_no_tokens() -> None:
    assert len(tokenise(buffer_of()).start) == 0


def test_more_tokens_than_foreseen_are_all_kept() -> None:
    buffer = buffer_of(*["!?"] * 1000)
    tokens = tokenise(buffer)
    assert tokens.offsets.tolist() == list(range(0, 2001, 2))
    assert spelled(buffer, tokens, 999) == ["!", "?"]


def test_a_slice_of_a_column_keeps_absolute_positions() -> None:
    whole = buffer_of("ab cd", "ef")
    tokens = tokenise(TextBuffer(whole.offsets[1:], whole.data))
    assert (tokens.start.tolist(), tokens.end.tolist()) == ([5], [7])


def test_a_buffer_of_two_gibibytes_is_refused() -> None:
    buffer = TextBuffer(np.array([0, 2**31]), np.empty(0, np.uint8))
    with pytest.raises(FeatureError, match="2147483648 bytes; token positions are 32-bit"):
        tokenise(buffer)


@pytest.mark.parametrize("text", ["x" * 10_000_000, "(" * 2_000_000, "a-" * 1_000_000])
def test_one_long_chunk_is_cut_in_linear_time(text: str) -> None:
    tokens = tokenise(buffer_of(text))
    assert tokens.chars.sum() == len(text)


@given(documents=st.lists(texts, max_size=4))
@several
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    buffer = buffer_of(*documents)
    tokens = tokenise(buffer)
    for document, text in enumerate(documents):
        expected = twin.tokens(text)
        rows = slice(*tokens.offsets[document : document + 2])
        assert spelled(buffer, tokens, document) == ["".join(token) for token in expected]
        assert tokens.kind[rows].tolist() == [twin.kind(token) for token in expected]
        assert tokens.chars[rows].tolist() == [len("".join(token)) for token in expected]
        assert tokens.hash[rows].tolist() == [fnv1a("".join(t).encode()) for t in expected]


@given(text=texts)
@several
def test_tokens_cover_all_but_white_space(text: str) -> None:
    covered = "".join(split(text))
    assert covered == "".join(c for c in text if not twin.is_space(c))
