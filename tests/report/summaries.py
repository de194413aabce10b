"""Made-up summaries of runs: a usual one, and the extremes that a report must bear."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

from corpuskit.languages import LANGUAGES

BYTES_PER_DOCUMENT = 4_000
HOSTILE = (
    "</div></details><script>alert('x')</script><img src=https://evil.example/x.png onerror=y>\n"
    "\u202egnp.exe\u202c \u2066isolated\u2069 NUL \0\0\0 bell \a escape \x1b[31m red\n"
    "\"double\" 'single' `tick` &amp; {{ run.plan }} {% raw %} ]]> --> \ufeff\u200e\U000e0041 "
    "שלום עולם 你好世界 👩‍👩‍👧 e\u0301\u0301\u0301 \r\n" + "x" * 200
)
WANTED = ["zh", "en", "ja", "ko", "fi", "sv", "fr", "tr", "de"]
SCRIPTS = ["Latin", "Han", "Hangul", "Cyrillic", "Thai", "None"]
# id, feature, bounds, guard, severity, share of documents that fail, why
RULES: tuple[tuple[str, str, dict[str, Any], dict[str, Any] | None, str, float, str], ...] = (
    ("base.empty_text", "non_space_count", {"min": 1}, None, "drop", 0.001,
     "A document without a single visible character teaches nothing."),
    ("base.too_short", "non_space_count", {"min": 100}, None, "drop", 0.061,
     "FineWeb-2's 50 words are about 115 characters of Chinese and 200 of English."),
    ("base.too_many_digits", "digit_ratio", {"max": 0.2}, None, "drop", 0.012,
     "Up to 20 % there are good pages with figures."),
    ("base.too_few_letters", "letter_ratio", {"min": 0.5}, None, "drop", 0.021,
     "Marks are no letters, and even Thai and Tamil text has over 60 % letters."),
    ("base.broken_characters", "bad_char_ratio", {"max": 0.005}, None, "drop", 0.0,
     "Replacement characters mean text that was decoded wrongly."),
    ("gopher.too_few_words", "word_count", {"min": 50},
     {"feature": "spaceless_ratio", "max": 0.5}, "drop", 0.083, "Gopher keeps 50 words and more."),
    ("gopher.too_many_words", "word_count", {"max": 100_000},
     {"feature": "spaceless_ratio", "max": 0.5}, "drop", 0.0, "Gopher keeps 100,000 words."),
    ("gopher.word_length", "mean_word_chars", {"min": 3, "max": 10},
     {"feature": "language", "in": ["en"]}, "drop", 0.009,
     "Gopher keeps a mean word length of 3 to 10 characters, which fits English."),
    ("gopher.too_few_stop_words", "stop_word_count", {"min": 2},
     {"feature": "language", "in": ["en"]}, "drop", 0.034, "Two of eight English stop words."),
    ("repetition.duplicate_line_chars", "duplicate_line_char_ratio", {"max": 0.2}, None, "drop",
     0.047, "Gopher drops over 20 % of the characters in duplicate lines."),
    ("repetition.top_4gram", "top_4gram_char_ratio", {"max": 0.16}, None, "drop", 0.018,
     "Gopher allows 16 % of the characters in the most frequent 4-gram."),
    ("chinese.too_few_han", "han_char_count", {"min": 100},
     {"feature": "language", "in": ["zh", "yue", "wuu"]}, "drop", 0.006,
     "Between MAP-CC's 50 and ChineseWebText's 200."),
    ("japanese.too_few_particles", "particle_char_ratio", {"min": 0.07},
     {"feature": "language", "in": ["ja"]}, "flag", 0.004, "Shop keyword lists have few."),
    ("language.unsure", "language_score", {"min": 0.3}, None, "drop", 0.038,
     "Below this the label is a guess."),
    ("language.unwanted", "language", {"in": WANTED}, None,
     "drop", 0.052, "Asked for with --languages."),
    ("duplicates.exact", "exact_duplicate", {"is": False}, None, "drop", 0.029,
     "The same text is there already."),
    ("duplicates.near", "near_duplicate_jaccard", {"below": 0.75}, None, "drop", 0.071,
     "Nearly the same text is there already."),
)  # fmt: skip
TEXTS = (
    "Home | About | Contact | Login\nHome | About | Contact | Login\nClick here to read more …",
    "これは商品の一覧です。送料無料・即日発送。\n在庫あり 在庫あり 在庫あり",
    "最新章节 更新时间 下一页 上一页 目录 加入书签\n全文阅读 免费阅读",
    "مرحبا بكم في موقعنا. اضغط هنا للمزيد من المعلومات.",
    "1 2 3 4 5 6 7 8 9 10\n0.5 1.5 2.5 3.5\n2021-03-04 12:30 2021-03-05 12:31",
)


def summary(documents: int = 18_539, languages: int = 34, hostile: bool = False) -> dict[str, Any]:
    """Make the summary of a run over so many documents in so many languages."""
    rng = random.Random(documents + languages)
    skipped = min(documents, 12)
    readable = documents - skipped
    rules = make_rules(readable, rng)
    dropped = sum(rule["first"] for rule in rules.values())
    kept = readable - dropped
    parts = {"in": readable, "kept": kept}
    codes = ["en", "ko", "fi", "zh", "sv", "fr", "ja", "tr", "th", "ar", "de", *sorted(LANGUAGES)]
    return {
        "version": "0.1.0",
        "plan": "9f2c4e7ab01d5c3388e6f1a24d90b7c5",
        "recipe": HOSTILE if hostile else "web",
        "documents": {"in": documents, "kept": kept, "dropped": dropped, "skipped": skipped},
        "skipped": {"broken_json": skipped} if skipped else {},
        "bytes": {
            "read": documents * 1500,
            "in": readable * BYTES_PER_DOCUMENT,
            "kept": kept * BYTES_PER_DOCUMENT,
            "dropped": dropped * BYTES_PER_DOCUMENT,
        },
        "rules": rules,
        "languages": groups(list(dict.fromkeys(codes))[:languages], parts),
        "scripts": groups(SCRIPTS[:languages], parts),
        "duplicates": {
            "exact": rules["duplicates.exact"]["fails"],
            "near": rules["duplicates.near"]["fails"],
            "clusters": rules["duplicates.near"]["fails"] // 2,
            "similarity": 0.75,
            "bands": 20,
            "rows": 6,
            "recall": {"0.75": 0.98312, "0.8": 0.99802, "0.9": 0.9999995},
            **NO_CLUSTERS,
            **(clusters(readable, hostile) if documents > 1000 else {"compared": readable}),
        },
        "coverage": {side: coverage(number, hostile) for side, number in parts.items()},
        "histograms": histograms(rules, readable, rng),
        "inputs": [
            {"source": HOSTILE if hostile else f"shards/cc-2024-{part:02d}.jsonl.zst",
             "format": "jsonl.zst", "bytes": documents * 500, "documents": readable // 3,
             "skipped": skipped // 3}
            for part in (10, 18, 22)
        ],
        "warnings": {"duplicate_user_ids": 3 if documents else 0, "missing_user_ids": 0},
        "bad_records": [
            {"where": f"shards/cc-2024-10.jsonl.zst:{line}", "reason": "broken_json",
             "detail": "Unterminated string starting at column 9",
             "excerpt": HOSTILE if hostile else '{"text": "An unfinished rec'}
            for line in range(17, 17 + skipped)
        ],
        "seconds": {"score": 3.9, "deduplicate": 0.8, "write": 1.62, "total": 6.41},
        "bytes_per_second": 11_600_000,
        "peak_memory_bytes": 612_000_000,
        "workers": 2,
    }  # fmt: skip


NO_CLUSTERS: dict[str, Any] = {
    "unverified_documents": 0, "searched": ["exact", "near"], "keep": "longest", "sizes": [],
    "largest": [],
    "guards": {"found": {"cluster": 0, "source": 0, "host": 0}, "warnings": []},
}  # fmt: skip


def clusters(compared: int, hostile: bool) -> dict[str, Any]:
    """Make what a summary shows of clusters: sizes, the five largest, and guards that spoke."""
    text = HOSTILE if hostile else "A page that many hosts copied. " * 12
    steps = [(2, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, 199), (200, 499)]

    def document(name: str, kind: str, jaccard: float) -> dict[str, Any]:
        return {"doc_id": 1, "id": HOSTILE if hostile else name, "kind": kind,
                "jaccard": jaccard, "text": text, "chars": len(text) * 2}  # fmt: skip

    change = {"before": "one ", "removed": text[:300], "added": text[:300], "after": " two"}
    difference = {"changes": [change] * 3, "places": 6, "removed_chars": 900, "added_chars": 900,
                  "compared_all": False}  # fmt: skip
    same = {**difference, "changes": [], "places": 0, "compared_all": True}
    first = document("page-0", "representative", 1.0)
    members = [document("page-1", "near", 0.7512), document("page-2", "exact", 1.0)]
    return {
        "unverified_documents": 3,
        "searched": ["exact", "near"],
        "keep": "longest",
        "compared": compared,
        "sizes": [
            {"least": least, "most": most, "clusters": 4000 // least**2,
             "documents": 4000 // least**2 * least}
            for least, most in steps
        ],
        "largest": [
            {"cluster": 1, "size": 400 - size, "exact": size, "near": 399 - 2 * size,
             "least_jaccard": 0.7512, "mean_jaccard": 0.8734, "representative": first,
             "members": [{**members[0], "difference": difference},
                         {**members[1], "difference": same}]}
            for size in range(5)
        ],
        "guards": {
            "cluster_share": 0.01, "source_share": 0.5, "least_documents": 20,
            "found": {"cluster": 8, "source": 0, "host": 1},
            "warnings": [
                {"kind": "cluster", "name": "page-0", "documents": 400, "compared": compared,
                 "representative": first, "members": members},
                {"kind": "host", "name": HOSTILE if hostile else "mirror.example.org",
                 "documents": 80, "compared": 100, "representative": first, "members": members},
            ],
        },
    }  # fmt: skip


def make_rules(readable: int, rng: random.Random) -> dict[str, Any]:
    """Make rules with counts that add up."""
    rules: dict[str, Any] = {}
    for name, feature, bounds, guard, severity, share, why in RULES:
        fails = round(share * readable)
        first = round(fails * rng.uniform(0.55, 1)) if severity == "drop" else 0
        rules[name] = {
            "feature": feature,
            "bounds": bounds,
            "when": [guard] if guard else [],
            "severity": severity,
            "why": why,
            "source": "Rae et al. 2021, arXiv:2112.11446, table A1" if "gopher" in name else "",
            "fails": fails,
            "alone": round(first * rng.uniform(0.2, 0.9)),
            "first": first,
        }
    return rules


def groups(names: list[str], parts: dict[str, int]) -> dict[str, Any]:
    """Share documents out among names, the first ones getting the most."""
    weights = [1 / (rank + 1) for rank in range(len(names))]
    table = {}
    for rank, name in enumerate(names):
        share = weights[rank] / sum(weights)
        counts = {"in": round(parts["in"] * share), "kept": round(parts["kept"] * share * 0.9)}
        table[name] = {
            "documents": counts,
            "bytes": {side: n * BYTES_PER_DOCUMENT for side, n in counts.items()},
        }
    return table if parts["in"] else {}


def coverage(documents: int, hostile: bool) -> dict[str, Any]:
    """Make the volume of one side."""
    edges = [0, *sorted({round(10 ** (step / 8)) for step in range(65)})]
    bell = [math.exp(-((rank - 28) ** 2) / 40) for rank in range(len(edges) - 1)]
    host = HOSTILE if hostile else "example"
    top = [
        {"domain": f"{host}-{n}.org", "documents": documents // (n + 20), "bytes": documents * 9}
        for n in range(20)
    ]
    return {
        "documents": documents,
        "bytes": documents * BYTES_PER_DOCUMENT,
        "characters": documents * 2_900,
        "estimated_tokens": documents * 930,
        "vocabulary_size": documents * 23,
        "distinct_ngrams": {"2": documents * 140, "3": documents * 220, "5": documents * 260},
        "lengths": {
            "edges": edges,
            "documents": [round(documents * part / sum(bell)) for part in bell],
        },
        "domains": {"distinct": documents // 4, "top": top if documents else []},
    }


def histograms(rules: dict[str, Any], readable: int, rng: random.Random) -> dict[str, Any]:
    """Make a histogram for every feature that a rule bounds with a number."""
    made: dict[str, Any] = {}
    for rule in rules.values():
        numbers = [bound for bound in rule["bounds"].values() if type(bound) in (int, float)]
        name = rule["feature"]
        if not numbers or name in made:
            continue
        high = 1.0 if "ratio" in name or "score" in name or "jaccard" in name else 20_000.0
        ends = {high * (step / 40) ** (1 if high == 1 else 3) for step in range(41)}
        edges = sorted(ends | {float(number) for number in numbers})
        peak, spread = rng.uniform(0.0, 0.3), rng.uniform(0.1, 0.3)
        weights = [
            math.exp(-((((left + right) / 2 / edges[-1]) ** 0.4 - peak - 0.1) ** 2) / spread**2)
            for left, right in pairwise(edges)
        ]
        counts = [round(readable * weight / sum(weights)) for weight in weights]
        lowest, highest = (-1, numbers[0]) if "max" in rule["bounds"] else (numbers[0], 10**9)
        kept = [
            round(n * 0.75) if lowest <= edge < highest else 0
            for n, edge in zip(counts, edges, strict=False)
        ]
        made[name] = {"edges": edges, "in": counts, "kept": kept}
    return made


def documents(run: dict[str, Any], hostile: bool = False, each: int = 20) -> dict[str, Any]:
    """Make what a run stores of documents: examples of rules, near misses and a sample."""
    rng = random.Random(each)
    made: dict[str, dict[str, Any]] = {}
    rules = {}
    for name, rule in run["rules"].items():
        side, bound = next(iter(rule["bounds"].items()))
        found = [_document(made, rng, hostile, name, side, bound)
                 for _ in range(min(each, rule["fails"]))]  # fmt: skip
        near = [{"doc": doc, "value": bound, "side": side, "bound": bound} for doc in found[:5]]
        near = near if type(bound) in (int, float) else []
        rules[name] = {"examples": found, "just_kept": near, "just_dropped": near[::-1]}
    return {
        "text_chars": 600,
        "documents": list(made.values()),
        "rules": rules,
        "sample": list(made)[:300],
    }


def _document(
    made: dict[str, dict[str, Any]],
    rng: random.Random,
    hostile: bool,
    rule: str,
    side: str,
    bound: Any,
) -> str:
    doc = str(rng.randrange(2**63, 2**64))
    empty = len(made) % 20 == 0
    text = (HOSTILE if hostile else rng.choice(TEXTS) * rng.randint(1, 9))[:600]
    value = round(rng.random(), 5) if type(bound) in (int, float) else "xx"
    made[doc] = {
        "id": HOSTILE if hostile else f"cc-2024-{rng.randrange(10**7):07d}",
        "doc": doc,
        "source": HOSTILE if hostile else "example.org",
        "language": HOSTILE if hostile else rng.choice(["en", "zh", "ja", "und"]),
        "chars": 0 if empty else len(text) * 3,
        "text": "" if empty else text,
        "kept": False,
        "representative": "cc-1" if "duplicates" in rule else None,
        "reasons": [[rule, HOSTILE if hostile and type(value) is str else value, side, bound
                     if not isinstance(bound, list) else ", ".join(bound)]],
    }  # fmt: skip
    return doc
