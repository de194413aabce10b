"""Every way that corpuskit fails, in one tree.

    CorpuskitError                 exit 1
    ├── ConfigError                exit 2   the user's options, recipe or rules
    ├── DataError                  exit 3   the corpus: no input, a missing column, broken input
    ├── FeatureError               exit 4   a feature broke its contract: a bug of ours
    ├── RunError                   exit 5   a stale plan, a full disk, conservation broken
    └── MissingExtraError          exit 6   an optional package is not installed

A message is one sentence: ``where: what is wrong, with the value; what to do``.
"""

from __future__ import annotations


class CorpuskitError(Exception):
    """Base of all errors that corpuskit raises on purpose."""

    exit_code = 1


class ConfigError(CorpuskitError):
    """The user's options, recipe or rules are wrong; files are named as ``path:line``."""

    exit_code = 2


class DataError(CorpuskitError):
    """The corpus is wrong: nothing to read, no text column, undecodable bytes."""

    exit_code = 3


class FeatureError(CorpuskitError):
    """A feature broke its contract (dtype, length, null or NaN): a bug of corpuskit."""

    exit_code = 4


class RunError(CorpuskitError):
    """The run cannot go on or cannot be trusted: a stale plan, a failed write, lost documents."""

    exit_code = 5


class MissingExtraError(CorpuskitError):
    """An optional package is missing; the message names the pip command that installs it."""

    exit_code = 6
