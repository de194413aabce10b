"""Clean text corpora for language-model pretraining, and prove what was dropped.

Public names are resolved when they are first used, so that ``corpuskit --help`` loads none of
them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from corpuskit.api import (
        Report,
        Run,
        clean,
        decide,
        dedup,
        index_info,
        minhashes,
        open_run,
        score,
    )
    from corpuskit.errors import (
        ConfigError,
        CorpuskitError,
        DataError,
        FeatureError,
        MissingExtraError,
        RunError,
    )
    from corpuskit.lm.pretrain import pretrain

_HOMES = {
    "Report": "api",
    "Run": "api",
    "clean": "api",
    "decide": "api",
    "dedup": "api",
    "index_info": "api",
    "minhashes": "api",
    "open_run": "api",
    "score": "api",
    "pretrain": "lm.pretrain",
    "ConfigError": "errors",
    "CorpuskitError": "errors",
    "DataError": "errors",
    "FeatureError": "errors",
    "MissingExtraError": "errors",
    "RunError": "errors",
}

__all__ = [
    "ConfigError",
    "CorpuskitError",
    "DataError",
    "FeatureError",
    "MissingExtraError",
    "Report",
    "Run",
    "RunError",
    "__version__",
    "clean",
    "decide",
    "dedup",
    "index_info",
    "minhashes",
    "open_run",
    "pretrain",
    "score",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'corpuskit' has no attribute {name!r}")
    home = import_module(f"corpuskit.{_HOMES[name]}")
    globals().update({own: getattr(home, own) for own in _HOMES if _HOMES[own] == _HOMES[name]})
    return globals()[name]


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """The package, in which the function `dedup` wins over the folder of that name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
