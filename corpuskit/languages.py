"""Language codes: what a user may write, and which of a model's labels it means.

Models name languages differently: lid.176 says ``en``, GlotLID and OpenLID ``eng_Latn``. A code is
reduced to one short form (ISO 639-1 where there is one, else ISO 639-3), without region, and two
codes mean the same language when their short forms are equal. A model's own label, written as the
model writes it, always means itself.

Two labels of lid.176 follow Wikipedia and not ISO 639-3: ``als`` is Alemannic (ISO: ``gsw``; ISO's
``als`` is Tosk Albanian, as in ``als_Latn``), and ``no`` is Bokmål beside ``nn`` for Nynorsk.

Sources: ISO 639-1, 639-2/B and 639-3; the labels of lid.176.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Final

from corpuskit.errors import ConfigError

UNDETERMINED: Final = "und"
"""The language of a text without words (ISO 639-2)."""

_NAMES: Final = """
af Afrikaans; als Alemannic; am Amharic; an Aragonese; ar Arabic; arz Egyptian Arabic; as
Assamese; ast Asturian; av Avaric; az Azerbaijani; azb South Azerbaijani; ba Bashkir; bar
Bavarian; bcl Central Bikol; be Belarusian; bg Bulgarian; bh Bihari; bn Bengali; bo Tibetan; bpy
Bishnupriya Manipuri; br Breton; bs Bosnian; bxr Buryat; ca Catalan; cbk Chavacano; ce Chechen;
ceb Cebuano; ckb Central Kurdish; co Corsican; cs Czech; cv Chuvash; cy Welsh; da Danish; de
German; diq Zazaki; dsb Lower Sorbian; dty Doteli; dv Dhivehi; el Greek; eml Emilian-Romagnol;
en English; eo Esperanto; es Spanish; et Estonian; eu Basque; fa Persian; fi Finnish; fr French;
frr Northern Frisian; fy Western Frisian; ga Irish; gd Scottish Gaelic; gl Galician; gn Guarani;
gom Goan Konkani; gu Gujarati; gv Manx; he Hebrew; hi Hindi; hif Fiji Hindi; hr Croatian; hsb
Upper Sorbian; ht Haitian Creole; hu Hungarian; hy Armenian; ia Interlingua; id Indonesian; ie
Interlingue; ilo Iloko; io Ido; is Icelandic; it Italian; ja Japanese; jbo Lojban; jv Javanese;
ka Georgian; kk Kazakh; km Khmer; kn Kannada; ko Korean; krc Karachay-Balkar; ku Kurdish; kv
Komi; kw Cornish; ky Kyrgyz; la Latin; lb Luxembourgish; lez Lezghian; li Limburgish; lmo
Lombard; lo Lao; lrc Northern Luri; lt Lithuanian; lv Latvian; mai Maithili; mg Malagasy; mhr
Eastern Mari; min Minangkabau; mk Macedonian; ml Malayalam; mn Mongolian; mr Marathi; mrj
Western Mari; ms Malay; mt Maltese; mwl Mirandese; my Burmese; myv Erzya; mzn Mazanderani; nah
Nahuatl; nap Neapolitan; nds Low German; ne Nepali; new Newar; nl Dutch; nn Norwegian Nynorsk;
no Norwegian; oc Occitan; or Odia; os Ossetian; pa Punjabi; pam Pampanga; pfl Palatine German;
pl Polish; pms Piedmontese; pnb Western Punjabi; ps Pashto; pt Portuguese; qu Quechua; rm
Romansh; ro Romanian; ru Russian; rue Rusyn; sa Sanskrit; sah Yakut; sc Sardinian; scn Sicilian;
sco Scots; sd Sindhi; sh Serbo-Croatian; si Sinhala; sk Slovak; sl Slovenian; so Somali; sq
Albanian; sr Serbian; su Sundanese; sv Swedish; sw Swahili; ta Tamil; te Telugu; tg Tajik; th
Thai; tk Turkmen; tl Tagalog; tr Turkish; tt Tatar; tyv Tuvan; ug Uyghur; uk Ukrainian; ur Urdu;
uz Uzbek; vec Venetian; vep Veps; vi Vietnamese; vls West Flemish; vo Volapük; wa Walloon; war
Waray; wuu Wu Chinese; xal Kalmyk; xmf Mingrelian; yi Yiddish; yo Yoruba; yue Cantonese; zh
Chinese
"""

LANGUAGES: Final[dict[str, str]] = {
    code: name
    for code, _, name in (
        entry.strip().partition(" ") for entry in " ".join(_NAMES.split()).split(";")
    )
}
"""English name by label, for the 176 labels of lid.176."""

# ISO 639-1 with its ISO 639-3 code.
_ISO: Final = """
aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak
be:bel bg:bul bi:bis bm:bam bn:ben bo:bod br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre
cs:ces cu:chu cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell en:eng eo:epo es:spa
et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg gn:grn
gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye hz:her ia:ina id:ind
ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl it:ita iu:iku ja:jpn jv:jav ka:kat kg:kon ki:kik
kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat
lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri mk:mkd ml:mal
mn:mon mr:mar ms:msa mt:mlt my:mya na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld nn:nno no:nor
nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por
qu:que rm:roh rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag sh:hbs si:sin
sk:slk sl:slv sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam
te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah
ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha
zh:zho zu:zul
"""

# ISO 639-1 with its bibliographic ISO 639-2 code, where that differs.
_BIBLIOGRAPHIC: Final = """
bo:tib cs:cze cy:wel de:ger el:gre eu:baq fa:per fr:fre hy:arm is:ice ka:geo mi:mao mk:mac
ms:may my:bur nl:dut ro:rum sk:slo sq:alb zh:chi
"""

# A member of a macrolanguage that models use for the whole, or a code that was replaced.
_MEMBERS: Final = """
zh:cmn no:nb no:nob ar:arb az:azj et:ekk fa:pes fa:prs lv:lvs mg:plt mn:khk ms:zsm ne:npi or:ory
ps:pbt ps:pst ku:kmr sq:aln sw:swh uz:uzn yi:ydd tl:fil om:gaz ay:ayr qu:quy gn:gug kv:kpv
als:gsw eml:egl eml:rgn bh:bho bh:bih he:iw id:in yi:ji jv:jw ro:mo ro:mol
sr:scc hr:scr diq:zza
"""

_MISTAKES: Final[dict[str, str]] = {
    "cn": "zh", "chn": "zh", "chs": "zh", "cht": "zh", "tw": "zh", "jp": "ja", "kr": "ko",
    "cz": "cs", "dk": "da", "gr": "el", "se": "sv", "ua": "uk", "vn": "vi", "ir": "fa", "il": "he",
    "br": "pt", "gb": "en", "us": "en", "ee": "et", "si": "sl", "rs": "sr",
}  # fmt: skip
"""Country codes and other slips: only ever used to suggest."""

_SCRIPT: Final = re.compile(r"[a-z]{4}")


def _short_forms() -> dict[str, str]:
    pairs = (pair.split(":") for pair in f"{_ISO} {_BIBLIOGRAPHIC} {_MEMBERS}".split())
    return {long: short for short, long in pairs}


_SHORT: Final = _short_forms()


def canonical(code: str) -> str:
    """Reduce a code or label to its short form, without script, region and variant.

    Examples
    --------
    >>> [canonical(code) for code in ("zho", "cmn_Hans", "en-US", "eng_Latn", "als_Latn", "tlh")]
    ['zh', 'zh', 'en', 'en', 'sq', 'tlh']
    """
    parts = _parts(code)
    if parts[0] == "als" and script_of(code):
        return "sq"  # FLORES writes Tosk Albanian so; lid.176's Alemannic never has a script
    return _SHORT.get(parts[0], parts[0])


def normalise(code: str, labels: Sequence[str] = tuple(LANGUAGES)) -> str:
    """Return the first of `labels` that `code` means.

    Raises
    ------
    ConfigError
        If none does; the message names the nearest that there is.

    Examples
    --------
    >>> normalise("zho"), normalise("en-US"), normalise("en", ["deu_Latn", "eng_Latn"])
    ('zh', 'en', 'eng_Latn')
    """
    return _matches(code, labels)[0]


def normalise_all(codes: Iterable[str], labels: Sequence[str]) -> tuple[str, ...]:
    """Return every label that one of `codes` means, in the order of the codes, each once.

    ``zh`` means all of a model's labels for it (``zho_Hans``, ``zho_Hant``), ``zh_Hans`` one.

    Raises
    ------
    ConfigError
        If a code means no label; the message names the nearest that there is.

    Examples
    --------
    >>> normalise_all(["zh", "eng"], ["eng_Latn", "zho_Hans", "zho_Hant"])
    ('zho_Hans', 'zho_Hant', 'eng_Latn')
    """
    return tuple(dict.fromkeys(label for code in codes for label in _matches(code, labels)))


def language_name(label: str) -> str:
    """Return a label's English name, or the label itself where none is known."""
    return LANGUAGES.get(label) or LANGUAGES.get(canonical(label), label)


def _matches(code: str, labels: Sequence[str]) -> list[str]:
    exact = [label for label in labels if _parts(label) == _parts(code)]
    if exact:
        return exact
    short, script = canonical(code), script_of(code)
    same = [label for label in labels if canonical(label) == short]
    scripted = [label for label in same if script_of(label) == script]
    if script and any(map(script_of, same)):
        same = scripted
    if not same:
        raise ConfigError(
            f"languages: unknown language {code!r} (the model knows {len(labels)}); "
            f"did you mean {_nearest(code, labels)!r}?"
        )
    return same


def _nearest(code: str, labels: Sequence[str]) -> str:
    """Return the label that a slip of the pen most likely meant."""
    by_code = {canonical(label): label for label in reversed(labels)}
    by_name = {language_name(label).lower(): label for label in reversed(labels)}
    wanted = code.strip().lower()
    meant = by_code.get(_MISTAKES.get(_parts(code)[0], "")) or by_code.get(canonical(code))
    if meant:
        return meant
    candidates = {**{label.lower(): label for label in labels}, **by_code, **by_name}
    close = difflib.get_close_matches(wanted, sorted(candidates), n=1, cutoff=0.0)
    return candidates[close[0]] if close else ""


def _parts(code: str) -> list[str]:
    return re.split(r"[-_]", code.strip().removeprefix("__label__").lower())


def script_of(code: str) -> str:
    """Return the four-letter script of a code, lower-cased, or nothing."""
    return next((part for part in _parts(code)[1:] if _SCRIPT.fullmatch(part)), "")
