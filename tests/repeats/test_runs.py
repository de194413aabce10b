"""Whole runs that take out repeated lines: the same bytes always, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import corpuskit
from corpuskit import ConfigError, DataError, repeated_lines
from corpuskit import run as run_module
from corpuskit.pipeline import mark_split
from corpuskit.recipe import load_recipe, recipe_from_plain
from corpuskit.repeat_settings import RepeatSettings, with_unit
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.finished import open_finished
from corpuskit.tuning.write import write_again
from tests.corpus import digests, document, write_jsonl

MENU = "Home\nSign in to read all of our stories.\n"


def pages(count: int = 9) -> list[dict[str, str]]:
    """Make pages of one host, each with a menu; the last is the first again, then one that is all
    menu, and one without an address."""
    made = [
        {
            "id": f"p{n}",
            "url": f"https://a.org/{n}",
            "text": MENU + document("en", n % 5) + f"\n{n}",
        }
        for n in range(5)
    ]
    made += [{"id": f"q{n}", "url": f"https://a.org/q{n}",
              "text": MENU + document("th", n)} for n in range(count - 5)]  # fmt: skip
    made += [{**made[0], "id": "copy"}, {"id": "menu", "url": "https://a.org/m", "text": MENU}]
    return [*made, {"id": "lone", "url": "", "text": "Home\nA text without any address at all."}]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Those pages in two files."""
    folder = tmp_path_factory.mktemp("in")
    return [
        str(write_jsonl(folder / "a.jsonl", pages()[:6])),
        str(write_jsonl(folder / "b.jsonl", pages()[6:])),
    ]


def options(sources: list[str], out: Path, **more: object) -> run_module.Options:
    """Ask for lines by host and lines, over several splits and shards."""
    asked: dict[str, object] = {
        "recipe": "dedup", "unit": "line", "per_host": True, "keep_removed_lines": True,
        "split_bytes": 6_000, "shard_bytes": 1 << 16,
    }  # fmt: skip
    return run_module.Options(inputs=tuple(sources), out=out, **{**asked, **more})  # type: ignore[arg-type]


def execute(sources: list[str], out: Path, **more: object) -> corpuskit.Run:
    """Run it."""
    run_module.execute(options(sources, out, **more), run_module.Progress(quiet=True))
    return corpuskit.Run(out)


@pytest.fixture(scope="module")
def done(sources: list[str], tmp_path_factory: pytest.TempPathFactory) -> corpuskit.Run:
    """A finished run."""
    return execute(sources, tmp_path_factory.mktemp("out") / "run")


def test_menus_go_copies_are_duplicates_and_what_is_empty_is_told(
    sources: list[str], done: corpuskit.Run
) -> None:
    given = {row["id"]: row["text"] for row in pages()}
    kept = dict(done.kept().collect().select("id", "text").iter_rows())
    dropped = {row["id"]: row for row in done.dropped().collect().to_dicts()}
    assert [r["rule"] for r in dropped["menu"]["reasons"]] == ["repeats.nothing_left"]
    assert "lone" in kept
    assert kept["lone"] == given["lone"]
    (copy,) = dropped.keys() & {"copy", "p0"}
    assert [r["rule"] for r in dropped[copy]["reasons"]] == ["duplicates.exact_duplicate"]
    for name in kept.keys() - {"lone"}:
        assert kept[name] == given[name].removeprefix(MENU)
    assert len(kept) + len(dropped) == len(given)


def test_characters_in_are_those_left_and_those_taken_out(done: corpuskit.Run) -> None:
    told = done.summary["repeats"]
    given = sum(len(row["text"]) for row in pages())
    assert told["chars_left"] + sum(told["chars"].values()) == given
    removed = done.removed_lines().collect()
    assert removed.height == sum(told["lines"].values()) == 22
    assert set(removed["cause"]) == {"host_line"}
    assert set(removed["text"]) == set(MENU.splitlines())
    assert told["found"] == {"hosts": 2, "units": 0}
    assert told["documents"] == 11
    named = [(row["text"], row["times"]) for row in told["examples"]["host_line"]]
    assert named == [("Home", 11), ("Sign in to read all of our stories.", 11)]
    assert told["examples"]["repeated_line"] == []


def test_lines_that_went_most_often_are_found_in_parts_too(
    sources: list[str], done: corpuskit.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeated_lines, "LINES_AT_A_TIME", 3)
    again = execute(sources, tmp_path / "run")
    assert again.summary["repeats"] == done.summary["repeats"]


@pytest.mark.parametrize("more", [{"workers": 3}, {"workers": 1}])
def test_the_bytes_depend_on_neither_workers_nor_the_order_of_files(
    sources: list[str], done: corpuskit.Run, tmp_path: Path, more: dict[str, int]
) -> None:
    again = execute(sources[::-1], tmp_path / "run", **more)
    assert digests(again.path) == digests(done.path)


def test_what_is_left_does_not_depend_on_the_splits(
    sources: list[str], done: corpuskit.Run, tmp_path: Path
) -> None:
    again = execute(sources, tmp_path / "run", split_bytes=8 << 20)
    for one, other in ((again.kept(), done.kept()), (again.dropped(), done.dropped())):
        assert one.sort("doc_id").collect().equals(other.sort("doc_id").collect())


@pytest.mark.parametrize("after", [1, 7])
def test_a_run_that_was_killed_while_marking_ends_with_the_same_bytes(
    sources: list[str], done: corpuskit.Run, tmp_path: Path, after: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    calls = 0

    def killed(*args: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt
        return mark_split(*args, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(repeated_lines, "mark_split", killed)
        with pytest.raises(KeyboardInterrupt):
            execute(sources, tmp_path / "run")
    assert digests(execute(sources, tmp_path / "run").path) == digests(done.path)


def test_another_decision_is_written_with_the_same_lines_out(
    sources: list[str], done: corpuskit.Run, tmp_path: Path
) -> None:
    old = open_finished(done.path)
    write_again(old, changed_recipe(old, Changes(), redo=True), tmp_path / "again", sources)
    name = "kept/part-00000.parquet"
    assert (tmp_path / "again" / name).read_bytes() == (done.path / name).read_bytes()
    name = "removed_lines/part-00000.parquet"
    assert (tmp_path / "again" / name).read_bytes() == (done.path / name).read_bytes()


def test_paragraphs_and_an_empty_corpus(tmp_path: Path) -> None:
    text = "One paragraph of\ntwo lines of text.\n\nOwn {}."
    rows = [{"text": text.format(word)} for word in ("first", "second")]
    source = write_jsonl(tmp_path / "in.jsonl", rows)
    run = corpuskit.clean(source, tmp_path / "run", recipe="dedup", unit="paragraph")
    kept = sorted(run.kept().collect()["text"].to_list(), key=len)
    assert kept[0] in ("Own first.", "Own second.")
    assert kept[1] in [row["text"] for row in rows]
    (tmp_path / "none.jsonl").write_text("")
    empty = execute([str(tmp_path / "none.jsonl")], tmp_path / "empty")
    assert empty.summary["repeats"]["found"] == {"hosts": 0, "units": 0}


def test_hosts_without_addresses_are_refused(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [{"text": "Some text."}])
    with pytest.raises(DataError, match=r"in\.jsonl: no column of addresses .*\(url, uri"):
        corpuskit.clean(source, tmp_path / "run", recipe="dedup", per_host=True)


@pytest.mark.parametrize(("section", "said"), [
    ("{unit: word}", "unit is 'word'"), ("{least_chars: 0}", "least_chars is 0"),
    ("{host_pages: 1}", "host_pages is 1"), ("{host_share: 0}", "host_share is 0"),
    ("{host_share: 1.1}", "host_share is 1.1"), ("{per_host: 1}", "per_host is 1"),
    ("{unit: document}", "takes out no line"), ("{units: line}", "did you mean 'unit'"),
])  # fmt: skip
def test_wrong_settings_are_refused_with_their_line(
    tmp_path: Path, section: str, said: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"name: mine\nrepeats: {section}\n")
    with pytest.raises(ConfigError, match=rf"mine\.yaml:2: .*{said}"):
        load_recipe(str(path), {}, ())


def test_a_recipe_comes_back_from_its_plain_form(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nrepeats: {unit: paragraph, per_host: true, host_pages: 9}\n")
    recipe = load_recipe(str(path), {}, ())
    assert recipe.repeats == RepeatSettings("paragraph", per_host=True, host_pages=9)
    assert recipe_from_plain(recipe.plain(), "lid.176", "").repeats == recipe.repeats


def test_the_command_line_goes_before_the_recipe() -> None:
    mine = RepeatSettings("paragraph", 7, per_host=True)
    assert with_unit(None, None, False) is None
    assert with_unit(mine, None, False) == mine
    assert with_unit(mine, "line", False) == RepeatSettings("line", 7, per_host=True)
    assert with_unit(mine, "document", False) is None
    assert with_unit(None, None, True) == RepeatSettings("document", per_host=True)
    with pytest.raises(ConfigError, match="--unit: 'word'; choose document, paragraph, line"):
        with_unit(None, "word", False)


def test_scores_of_a_frame_cannot_tell(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("name: mine\nrepeats: {}\n")
    with pytest.raises(ConfigError, match="'mine': its section repeats needs a pass"):
        corpuskit.score(pl.DataFrame({"text": ["a"]}), recipe=str(tmp_path / "mine.yaml"))
