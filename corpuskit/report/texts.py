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
    "explorer.title": ("Documents", "文档"),
    "explorer.intro": (
        "A sample of the corpus, kept and dropped documents. Filter it, or link to a document by "
        "its address.",
        "语料样本，包括保留和丢弃的文档。可筛选，也可用地址链接到某一篇。",
    ),
    "explorer.no_script": (
        "The explorer needs a script of this page, which did not run; the documents are in kept/ "
        "and dropped/ of the run.",
        "文档浏览需要本页脚本，脚本未运行；文档在运行目录的 kept/ 和 dropped/ 中。",
    ),
    "explorer.filters": ("Filter the documents", "筛选文档"),
    "explorer.rule": ("Rule", "规则"),
    "explorer.language": ("Language", "语言"),
    "explorer.source": ("Source", "来源"),
    "explorer.fate": ("Fate", "去留"),
    "explorer.text": ("Text or id", "文本或编号"),
    "explorer.any": ("any", "不限"),
    "explorer.kept": ("kept", "保留"),
    "explorer.dropped": ("dropped", "丢弃"),
    "explorer.count": (
        "{found} of {all} documents, page {page} of {pages}",
        "{all} 篇中的 {found} 篇，第 {page} 页，共 {pages} 页",
    ),
    "explorer.back": ("Earlier", "上一页"),
    "explorer.next": ("Later", "下一页"),
    "explorer.no_language": ("language unknown", "语言未知"),
    "explorer.chars": ("{n} characters", "{n} 字符"),
    "explorer.more_chars": ("{n} more characters are not in this page", "另有 {n} 字符不在本页"),
    "explorer.instead": ("kept instead:", "代之保留："),
    "explorer.empty": ("The text is empty.", "文本为空。"),
    "explorer.fold": ("Fold the text", "收起文本"),
    "explorer.unfold": ("Show all of the text", "展开全文"),
    "explorer.side_min": ("{value}; kept from {bound}", "{value}；保留下限 {bound}"),
    "explorer.side_above": ("{value}; kept above {bound}", "{value}；须大于 {bound}"),
    "explorer.side_max": ("{value}; kept up to {bound}", "{value}；保留上限 {bound}"),
    "explorer.side_below": ("{value}; kept below {bound}", "{value}；须小于 {bound}"),
    "explorer.side_is": ("{value}; kept if {bound}", "{value}；须为 {bound}"),
    "explorer.side_in": ("{value}; kept if one of {bound}", "{value}；须属于 {bound}"),
    "explorer.side_not_in": ("{value}; kept if none of {bound}", "{value}；不得属于 {bound}"),
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

    def one(self, key: str, **values: Any) -> str:
        """Write a sentence as plain text in the language of the page."""
        return WORDS[key][LANGUAGES.index(self.language)].format(**values)

    def attr(self, name: str, key: str, **values: Any) -> Markup:
        """Write an attribute, with both languages beside it for the switch."""
        texts = [text.format(**values) for text in WORDS[key]]
        own = texts[LANGUAGES.index(self.language)]
        each = " ".join(
            f'data-{code}="{escape(text)}"' for code, text in zip(LANGUAGES, texts, strict=True)
        )
        if name == "text":
            return Markup(f'data-attr="text" {each}')
        return Markup(f'{name}="{escape(own)}" data-attr="{name}" {each}')
