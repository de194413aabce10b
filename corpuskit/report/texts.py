"""Words of charts in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

LANGUAGES = ("en", "zh")
WORDS = {
    "chart.all": ("all", "全部"),
    "chart.kept": ("kept", "保留"),
    "chart.stays": ("stay", "留下"),
    "chart.left": ("left", "剩余"),
    "chart.removed": ("removed", "移除"),
    "chart.from": ("from", "起"),
    "chart.to": ("to, exclusive", "止（不含）"),
    "chart.rule": ("rule", "规则"),
    "chart.bound": ("bound", "界限"),
    "chart.series": ("series", "系列"),
    "chart.step": ("step", "步骤"),
    "chart.documents": ("documents", "文档数"),
    "chart.characters": ("characters a document", "每篇字符数"),
    "chart.similarity": ("Jaccard similarity of the pair", "文档对的 Jaccard 相似度"),
    "chart.found": ("chance to be found", "被找到的概率"),
    "chart.cluster_size": ("documents in the cluster", "簇中文档数"),
    "chart.numbers": ("Numbers", "数据"),
    "chart.csv": ("Save as CSV", "下载 CSV"),
    "chart.move": ("Move a bound", "调整界限"),
    "chart.move_bound": ("{rule}, {side}", "{rule}，{side}"),
    "chart.no_script": (
        "Charts are drawn by a script of this page, which did not run; their numbers are in the "
        "tables.",
        "图表由本页脚本绘制，脚本未运行；数据见各表。",
    ),
    "chart.alt_histogram": (
        "Histogram of {feature} over {documents} documents, before and after",
        "{documents} 篇文档的 {feature} 直方图，清洗前后",
    ),
    "chart.alt_lengths": (
        "Histogram of the lengths of {documents} documents in characters, before and after, on a "
        "logarithmic axis",
        "{documents} 篇文档长度（字符数）直方图，清洗前后，对数坐标",
    ),
    "chart.alt_recall": (
        "Chance to find a pair by its similarity: {label} at the threshold",
        "按相似度找到文档对的概率：阈值处 {label}",
    ),
    "chart.alt_sizes": (
        "Documents in clusters, by the size of the cluster: all, and those that stay",
        "按簇大小统计簇内文档：全部与留下的",
    ),
    "chart.alt_funnel": (
        "Documents left after each of {steps} steps, from {before} to {after}",
        "{steps} 个步骤后剩余的文档，从 {before} 到 {after}",
    ),
    "switch.language": ("Language", "语言"),
    "switch.theme": ("Colours", "配色"),
    "switch.light": ("Light", "浅色"),
    "switch.dark": ("Dark", "深色"),
    "script.drops": (
        "At {bound} this rule would drop {dropped} of {documents} documents and keep {kept}.",
        "界限为 {bound} 时，此规则将丢弃 {documents} 篇中的 {dropped} 篇，保留 {kept} 篇。",
    ),
    "script.drops_at_most": (
        "At {bound} this rule would drop at most {dropped} of {documents} documents: it looks at "
        "some of them only.",
        "界限为 {bound} 时，此规则至多丢弃 {documents} 篇中的 {dropped} 篇：它只看部分文档。",
    ),
    "script.now": ("{bound}, as it is now", "{bound}（当前）"),
    "script.failed": ("This chart could not be drawn; its numbers are in the table.",
                      "图表无法绘制；数据见表。"),
}  # fmt: skip


def catalogue(language: str) -> Mapping[str, str]:
    """Return the sentences of a language by their keys."""
    return {key: both[LANGUAGES.index(language)] for key, both in WORDS.items()}


class Texts:
    """What templates call `t`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: Any) -> Markup:
        """Write a sentence in both languages."""
        return Markup("").join(
            Markup('<span lang="{}">{}</span>').format(code, Markup(text).format(**values))
            for code, text in zip(LANGUAGES, WORDS[key], strict=True)
        )

    def attr(self, name: str, key: str, **values: Any) -> Markup:
        """Write an attribute, with both languages beside it for the switch."""
        texts = [text.format(**values) for text in WORDS[key]]
        own = texts[LANGUAGES.index(self.language)]
        each = " ".join(
            f'data-{code}="{escape(text)}"' for code, text in zip(LANGUAGES, texts, strict=True)
        )
        return Markup(f'{name}="{escape(own)}" data-attr="{name}" {each}')
