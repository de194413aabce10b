"""Make corpuskit/models/o200k_base.zst: the tokens of o200k_base in the order of their ranks.

OpenAI publishes them with tiktoken, under MIT. They are taken from the package `bpe-openai` and
checked against the digest that tiktoken has of the file: run `pip install bpe-openai`, then
`python scripts/o200k_base.py`. The file is, compressed, a byte of length for each token, then all
tokens one behind the other.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import bpe_openai
import zstandard

TOKENS = 199_998
SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""Of tiktoken's o200k_base.tiktoken: a line with token in base64 and rank for each of them."""
TARGET = Path(__file__).parent.parent / "corpuskit" / "models" / "o200k_base.zst"


def main() -> None:
    """Write the file."""
    encoding = bpe_openai.get_encoding("o200k_base")
    tokens = [encoding.decode_single_token_bytes(rank) for rank in range(TOKENS)]
    lines = (base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(tokens))
    found = hashlib.sha256(b"".join(lines)).hexdigest()
    if found != SHA256:
        raise SystemExit(f"o200k_base: the tokens have the digest {found}, not {SHA256}")
    content = bytes(map(len, tokens)) + b"".join(tokens)
    TARGET.write_bytes(zstandard.ZstdCompressor(level=22).compress(content))
    print(f"{TARGET}: {len(tokens):,} tokens, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
