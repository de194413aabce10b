"""A trained proxy on disk, and letting it write: to be read when numbers do not say it.

A folder of three files: model.json (its shape), weights.pt (tensors, read with ``weights_only``)
and tokenizer.json. The proxy has seen minutes of training: its text shows what the corpus is like,
not what a model of the target's size would say.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from corpuskit.errors import DataError, RunError
from corpuskit.lm.results import WEIGHTS, ArmResult
from corpuskit.lm.shape import ModelShape, torch_version
from corpuskit.writers import write_json

MODEL: Final = "model.json"
TOKENIZER: Final = "tokenizer.json"
MOST_BYTES: Final = 1 << 30


def save_model(result: ArmResult, tokenizer: Path, folder: Path) -> None:
    """Copy the weights of a finished arm, and what is needed to use them, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tokenizer, folder / TOKENIZER)
    shutil.copyfile(result.folder / WEIGHTS, folder / WEIGHTS)
    write_json(folder / MODEL, {"shape": asdict(result.arm.shape), "arm": result.digest})


def generate(
    folder: Path, prompt: str, *, tokens: int = 200, temperature: float = 0.8, seed: int = 0
) -> str:
    """Continue a prompt.

    Parameters
    ----------
    tokens : most tokens to write; the text ends earlier where the model ends the document.
    temperature : 0 takes the likeliest token each time.

    Raises
    ------
    RunError
        If the folder holds no saved proxy, or a damaged one.
    DataError
        If the prompt holds no text that can be encoded.
    MissingExtraError
        If torch or tokenizers is not installed.
    """
    torch_version()
    import torch

    from corpuskit.lm.model import head_of, states
    from corpuskit.lm.tokenizer import END_ID, load_tokenizer

    model = load_model(folder)
    tokenizer = load_tokenizer(folder / TOKENIZER)
    try:
        written = [END_ID, *tokenizer.encode(prompt, add_special_tokens=False).ids]
    except (UnicodeError, TypeError) as error:
        raise DataError(f"--prompt: is no text ({error}); write it in UTF-8") from error
    generator = torch.Generator().manual_seed(seed)
    head = head_of(model)
    for _ in range(tokens):
        window = torch.tensor([written[-model.shape.context :]])
        with torch.inference_mode():
            logits = states(model, window)[0, -1] @ head.t()
        if temperature == 0:
            token = int(logits.argmax())
        else:
            shares = (logits / temperature).softmax(-1)
            token = int(torch.multinomial(shares, 1, generator=generator))
        if token == END_ID:
            break
        written.append(token)
    return str(tokenizer.decode(written[1:]))


def load_model(folder: Path) -> Any:
    """Read a saved proxy; returns `corpuskit.lm.model.Model` on the CPU."""
    import torch

    from corpuskit.lm.model import build

    try:
        shape = ModelShape(**json.loads((folder / MODEL).read_text("utf-8"))["shape"])
        if (folder / WEIGHTS).stat().st_size > MOST_BYTES:
            raise ValueError("larger than any proxy")
        found = torch.load(folder / WEIGHTS, map_location="cpu", weights_only=True)
        model = build(shape, seed=0)
        for name, tensor in model.weights.items():
            tensor.data.copy_(found[name])
    except Exception as error:
        raise RunError(
            f"{folder}: no saved proxy can be read ({error}); "
            "write one with corpuskit pretrain RUN --save-model DIR"
        ) from error
    return model
