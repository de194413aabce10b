"""Language: which language a text is written in, and how sure the model is.

The answer is fastText's (Joulin et al. 2016, arXiv:1607.01759): same label, score within 1e-4, by
kernels that read the same model file an order of magnitude faster. Any supervised fastText model
will do; lid.176.ftz (176 languages, CC-BY-SA-3.0) is inside the package and checked by its digest.

Known differences from calling the library on a text:

- A line feed is white space. The library reads one line and refuses or ignores the rest.
- A text without words (empty, white space, NUL, or nothing before a literal ``</s>``) is ``und``
  with score 0; the library answers for its end-of-sentence token alone: English, 0.12.
- The library's score is ``exp(log(p + 1e-5))`` along a path and can pass 1; it is cut at 1.
- The library sums a document's rows one by one in float32, the kernel word by word; in a text of
  megabytes the library's rounding shows in the fifth digit.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import ConfigError
from corpuskit.features import Feature, FeatureGroup, Measured
from corpuskit.languages import UNDETERMINED

if TYPE_CHECKING:
    from corpuskit.features.fasttext_model import FasttextModel
    from corpuskit.kernels.arrow import TextBuffer
    from corpuskit.kernels.fasttext_output import OutputLayer
    from corpuskit.kernels.language import InputLayer, RecentWords

Backend = Literal["kernel", "fasttext"]

BUNDLED: Final = "lid.176"
BUNDLED_PATH: Final = Path(__file__).parents[1] / "models" / "lid.176.ftz"
BUNDLED_SHA256: Final = "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"

_WHITE_SPACE: Final = " \n\r\t\v\f\0"
"""What separates words for fastText: bytes, not Unicode's spaces."""


@dataclass(frozen=True, eq=False)
class LanguageModel:
    """A loaded model; threads may share it.

    labels : what it can answer, without ``__label__``, by index.
    fingerprint : SHA-256 of the model file.
    backend : "kernel", or "fasttext" where the library was asked for.
    """

    path: Path
    labels: tuple[str, ...] = field(repr=False)
    fingerprint: str
    backend: Backend
    _input: InputLayer | None = field(default=None, repr=False)
    _output: OutputLayer | None = field(default=None, repr=False)
    _library: Any = field(default=None, repr=False)
    _idle: deque[RecentWords] = field(default_factory=deque, repr=False)


_loaded: dict[tuple[Path, int, int, str], LanguageModel] = {}
_loading = threading.Lock()


def load_model(path: str | Path | None = None, backend: Backend = "kernel") -> LanguageModel:
    """Load a fastText model, once per process; no path, or "lid.176", is the bundled one.

    Parameters
    ----------
    path
        A supervised model (.bin or .ftz) of any loss, dense or quantised, pruned or not.
    backend
        "fasttext" asks the library itself: slower, and the way out for a file that only the
        library can read. It is never chosen silently.

    Raises
    ------
    ConfigError
        If the file is missing, damaged, or not a supervised fastText model.

    Examples
    --------
    >>> model = load_model()
    >>> len(model.labels), model.labels[:3], model.backend
    (176, ('en', 'ru', 'de'), 'kernel')
    """
    bundled = path is None or str(path) == BUNDLED
    file = BUNDLED_PATH if bundled else Path(str(path))
    try:
        status = file.stat()
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot read the language model: {error.strerror}; check the path"
        ) from error
    key = (file.resolve(), status.st_size, status.st_mtime_ns, backend)
    with _loading:
        if key not in _loaded:
            _loaded[key] = _load(file, backend, BUNDLED_SHA256 if bundled else None)
        return _loaded[key]


def identify(
    model: LanguageModel, buffer: TextBuffer
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return for every document the index into `model.labels` and the score.

    Returns
    -------
    labels : int32 (n,), -1 where a document has no words.
    scores : float32 (n,), in [0, 1]; 0 where a document has no words.

    Examples
    --------
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> model = load_model()
    >>> labels, _ = identify(model, text_buffer(pl.Series(["Dies ist ein Satz.", ""])))
    >>> [model.labels[label] if label >= 0 else "und" for label in labels]
    ['de', 'und']
    """
    if model._input is None or model._output is None:
        return _identify_with_library(model, buffer)
    from corpuskit.kernels.fasttext_output import best_labels
    from corpuskit.kernels.language import document_vectors, recent_words

    try:  # each call has a table of its own; what it holds has no influence on the answer
        recent = model._idle.pop()
    except IndexError:
        recent = recent_words(model._input.rows.shape[1])
    vectors, counts = document_vectors(buffer, model._input, recent)
    model._idle.append(recent)
    return best_labels(vectors, counts, model._output)


def label_series(model: LanguageModel, labels: npt.NDArray[np.int32]) -> pl.Series:
    """Turn label indices into a String series; -1 becomes ``und``."""
    names = pl.Series("language", [*model.labels, UNDETERMINED], dtype=pl.String)
    return names.gather(np.where(labels < 0, len(model.labels), labels))


def language_group(model: LanguageModel) -> FeatureGroup:
    """Return the columns `language` and `language_score` as `model` measures them."""

    def compute(measured: Measured) -> dict[str, npt.NDArray[np.generic] | pl.Series]:
        labels, scores = identify(model, measured.buffer)
        return {"language": label_series(model, labels), "language_score": scores}

    return FeatureGroup("language", 1, FEATURES, compute)


FEATURES: Final = (
    Feature(
        name="language",
        dtype=pl.String(),
        unit="label of the model",
        empty=UNDETERMINED,
        doc="The most probable language of the text; `und` for a text without words.",
        why="fastText lid.176 (Joulin et al. 2016) unless another model was named. Line feeds are "
        "white space; the library reads one line.",
    ),
    Feature(
        name="language_score",
        dtype=pl.Float32(),
        unit="probability in [0, 1]",
        empty=0.0,
        doc="The model's probability of that language.",
        why="fastText adds 1e-5 before each logarithm, so that its score can pass 1; cut at 1.",
    ),
)


def _load(file: Path, backend: Backend, sha256: str | None) -> LanguageModel:
    fingerprint = _sha256(file)
    if sha256 is not None and fingerprint != sha256:
        raise ConfigError(
            f"{file}: the bundled language model is damaged: its SHA-256 is {fingerprint}, "
            f"not {sha256}; install corpuskit again"
        )
    if backend == "fasttext":
        return _load_with_library(file, fingerprint)
    from corpuskit.features.fasttext_model import read_fasttext

    parsed = read_fasttext(file)
    inputs, outputs = _layers(file, parsed)
    return LanguageModel(file, parsed.labels, fingerprint, "kernel", inputs, outputs)


def _layers(file: Path, parsed: FasttextModel) -> tuple[InputLayer, OutputLayer]:
    from corpuskit.kernels.fasttext_output import LOSSES, OutputLayer, label_tree
    from corpuskit.kernels.language import InputLayer, Shape, find_end_row, word_slots

    counts = parsed.label_counts if parsed.loss == "hs" else np.zeros(1, dtype=np.int64)
    tree = label_tree(counts)
    if tree is None:
        raise ConfigError(
            f"{file}: not a usable fastText model: its label counts do not descend, and no label "
            "tree follows from them; fetch the file again"
        )
    slots = word_slots(parsed.words, parsed.word_offsets)
    shape = Shape(
        min_chars=max(parsed.min_chars, 1),
        max_chars=parsed.max_chars,
        word_ngrams=parsed.word_ngrams,
        bucket=parsed.bucket,
        word_count=parsed.word_count,
        end_row=find_end_row(parsed.words, parsed.word_offsets, parsed.word_count),
    )
    inputs = InputLayer(
        shape, parsed.words, parsed.word_offsets, slots,
        parsed.bucket_bits, parsed.bucket_ranks, parsed.rows,
    )  # fmt: skip
    outputs = OutputLayer(LOSSES[parsed.loss], parsed.outputs, *tree)
    for array in (*inputs, *outputs):
        if isinstance(array, np.ndarray):  # threads share them; and one type, one compilation
            array.flags.writeable = False
    return inputs, outputs


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot read the language model: {error.strerror}; check the path"
        ) from error
    return digest.hexdigest()


def _load_with_library(file: Path, fingerprint: str) -> LanguageModel:
    """Load by fasttext-wheel, without the warning that its `load_model` prints."""
    from fasttext.FastText import _FastText

    try:
        library = _FastText(model_path=str(file))
        names = library.get_labels()
    except (ValueError, RuntimeError) as error:
        raise ConfigError(f"{file}: fastText cannot read it: {error}; fetch it again") from error
    labels = tuple(name.removeprefix("__label__") for name in names)
    return LanguageModel(file, labels, fingerprint, "fasttext", _library=library)


def _identify_with_library(
    model: LanguageModel, buffer: TextBuffer
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Ask the library, one string per document."""
    index = {f"__label__{label}": i for i, label in enumerate(model.labels)}
    labels = np.full(len(buffer), -1, dtype=np.int32)
    scores = np.zeros(len(buffer), dtype=np.float32)
    data = buffer.data.tobytes()
    for i in range(len(buffer)):
        text = data[buffer.offsets[i] : buffer.offsets[i + 1]].decode()
        if not text.strip(_WHITE_SPACE):
            continue
        line = text.replace("\n", " ") + "\n"
        for score, label in model._library.f.predict(line, 1, 0.0, "strict"):
            labels[i], scores[i] = index.get(label, -1), min(score, 1.0)
    return labels, scores
