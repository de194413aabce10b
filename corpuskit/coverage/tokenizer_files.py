"""Load a tokenizer of the `tokenizers` package: from a file, a folder, or the Hugging Face Hub.

The package is the extra ``corpuskit[lm]`` and is imported where it is needed.
"""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from corpuskit.errors import ConfigError, MissingExtraError

FILE: Final = "tokenizer.json"
_HUB_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)


def require_tokenizers(why: str) -> None:
    """Check that the package is there.

    Raises
    ------
    MissingExtraError
        With the command that installs it.
    """
    if find_spec("tokenizers") is None:
        raise MissingExtraError(
            f"{why}: needs the package tokenizers, which is not installed; run "
            'pip install "corpuskit[lm]"'
        )


def load(path: Path) -> tuple[Any, str]:
    """Load a tokenizer; also return its JSON.

    Parameters
    ----------
    path : a tokenizer.json, or a folder with one.

    Raises
    ------
    ConfigError
        If there is none, or it cannot be read.
    MissingExtraError
        If the package tokenizers is not installed.
    """
    require_tokenizers("--tokenizer")
    from tokenizers import Tokenizer

    file = path / FILE if path.is_dir() else path
    try:
        written = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"--tokenizer {path}: no {FILE} can be read there ({error}); name the file, or the "
            "folder that holds it"
        ) from error
    try:
        tokenizer = Tokenizer.from_str(written)
    except Exception as error:  # the package raises Exception itself
        raise ConfigError(
            f"--tokenizer {file}: not a tokenizer of the package tokenizers ({error}); name a "
            f"{FILE}"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, written


def find(name: str) -> Path:
    """Return the file or folder of that path, else the file of that name on the Hub.

    Raises
    ------
    ConfigError
        If there is no such path and the Hub gives no file.
    """
    path = Path(name)
    if path.exists() or path.suffix == ".json" or not _HUB_NAME.fullmatch(name):
        return path
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        return Path(hf_hub_download(name, FILE))
    except (OSError, ValueError, HfHubHTTPError) as error:
        raise ConfigError(
            f"--tokenizer {name}: no such file, and the Hugging Face Hub gives no {FILE} of that "
            f"name ({_first_line(error)}); name a {FILE}, or a repository that can be reached"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def control_strings(written: str) -> tuple[str, ...]:
    """List the added tokens of a tokenizer's JSON that control a model.

    Those marked special, and those in angle or square brackets; runs of white space and ordinary
    words that some tokenizers add are text.
    """
    added = json.loads(written).get("added_tokens") or []
    return tuple(
        token["content"]
        for token in added
        if token["content"].strip()
        and (token["special"] or token["content"][0] + token["content"][-1] in ("<>", "[]"))
    )


def spelling_out(written: str) -> Any:
    """Load a tokenizer from its JSON such that control strings inside text are text."""
    from tokenizers import Tokenizer

    parsed = json.loads(written)
    control = set(control_strings(written))
    for token in parsed.get("added_tokens") or []:
        token["special"] = token["content"] in control
    tokenizer = Tokenizer.from_str(json.dumps(parsed, ensure_ascii=False))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # encode special strings as ordinary text
    return tokenizer
