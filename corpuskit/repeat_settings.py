"""Which lines and paragraphs that stand more than once in a corpus are taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corpuskit.config import Entry
from corpuskit.errors import ConfigError

UNITS = ("document", "paragraph", "line")


@dataclass(frozen=True)
class RepeatSettings:
    """Settings of repeated lines and paragraphs.

    unit : what stays once in the whole corpus: each ``line``, each ``paragraph`` (lines up to a
        blank one), or ``document``: no line goes for this.
    least_chars : a shorter line or paragraph repeats legitimately ("OK", "return 0;") and stays;
        in characters of its normalised form, where Han, kana and Hangul count two.
    within_documents : a line also goes where it stood in its own document before. Off: rows of
        tables, refrains and code repeat within a text, and rules on repetition judge those.
    per_host : also take out lines that stand on many pages of one host, of all of them.
    host_pages : least number of different pages of the host. Llama 3 (Dubey et al. 2024,
        arXiv:2407.21783) took out lines that stood more than 6 times in 30M documents.
    host_share : least share of the different pages of the host, in (0, 1]. No source: a line of
        the site's frame stands on all pages of a section, and a fifth leaves room for five.
    """

    unit: str = "line"
    least_chars: int = 20
    within_documents: bool = False
    per_host: bool = False
    host_pages: int = 7
    host_share: float = 0.2

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ConfigError(f"repeats: unit is {self.unit!r}; choose {', '.join(UNITS)}")
        for name in ("within_documents", "per_host"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"repeats: {name} is {getattr(self, name)!r}; true or false")
        for name, least in (("least_chars", 1), ("host_pages", 2)):
            value = getattr(self, name)
            if (
                isinstance(value, bool)
                or not isinstance(value, int)
                or not least <= value < 1 << 31
            ):
                raise ConfigError(
                    f"repeats: {name} is {value!r}; a whole number of at least {least}"
                )
        share = self.host_share
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
            raise ConfigError(f"repeats: host_share is {share!r}; it lies in (0, 1]")
        if self.unit == "document" and not self.per_host:
            raise ConfigError(
                "repeats: unit document takes out no line; choose line or paragraph, or set "
                "per_host, or leave the section out"
            )


def read_repeats(entry: Entry | None) -> RepeatSettings | None:
    """Read the section `repeats` of a recipe; nothing or false means none.

    Raises
    ------
    ConfigError
        With ``path:line``.
    """
    if entry is None or entry.value is False or entry.value is None:
        return None
    known = tuple(RepeatSettings.__dataclass_fields__)
    given = {key: item.plain() for key, item in entry.mapping(known).items()}
    try:
        return RepeatSettings(**given)
    except ConfigError as error:
        raise entry.fail(str(error)) from error


def with_unit(
    settings: RepeatSettings | None, unit: str | None, per_host: bool
) -> RepeatSettings | None:
    """Return the settings with what the command line says instead; the rest stays.

    Raises
    ------
    ConfigError
        For a unit that there is not.
    """
    if unit is not None and unit not in UNITS:
        raise ConfigError(f"--unit: {unit!r}; choose {', '.join(UNITS)}")
    old = settings or RepeatSettings()
    wanted = unit or (settings.unit if settings else "document")
    hosts = per_host or (settings is not None and settings.per_host and unit != "document")
    if wanted == "document" and not hosts:
        return None
    return replace(old, unit=wanted, per_host=hosts)
