"""`python -m bench` runs every benchmark; `python -m bench language minhash` runs those two."""

from __future__ import annotations

import sys
from importlib import import_module

# Quick ones first; each module has a main() that prints its own table.
BENCHMARKS = (
    "language", "words", "minhash", "index", "datatrove_pipeline", "parity", "parity_fineweb2",
    "tuning", "proxy", "memory",
)  # fmt: skip


def main() -> None:
    """Run the benchmarks that the arguments name, or all."""
    names = [argument for argument in sys.argv[1:] if argument in BENCHMARKS]
    for name in names or BENCHMARKS:
        print(f"== {name}", flush=True)
        import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
