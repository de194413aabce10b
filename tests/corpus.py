"""Small corpora made of real sentences in several scripts, for tests of whole runs."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

# Sentences of our own, each language with enough of them to build documents that differ.
SUBJECTS = {
    "en": ("The old harbour", "A careful gardener", "Our neighbour's cat", "The night train",
           "Every good teacher", "The small museum", "A retired sailor", "The village baker"),
    "zh": ("老港口的灯塔", "一位细心的园丁", "邻居家的那只猫", "开往北方的夜车",
           "每一位好老师", "城里的小博物馆", "退休多年的水手", "村口的面包师傅"),
    "ar": ("الميناء القديم", "البستاني الحريص", "قطة جارنا", "قطار الليل",
           "كل معلم جيد", "المتحف الصغير", "البحار المتقاعد", "خباز القرية"),
    "th": ("ท่าเรือเก่าแห่งนี้", "คนสวนที่ละเอียดรอบคอบ", "แมวของเพื่อนบ้าน", "รถไฟเที่ยวกลางคืน",
           "ครูที่ดีทุกคน", "พิพิธภัณฑ์เล็ก ๆ", "กะลาสีที่เกษียณแล้ว", "คนทำขนมปังในหมู่บ้าน"),
    "ja": ("古い港の灯台は", "注意深い庭師は", "隣の家の猫は", "北へ向かう夜行列車は",
           "良い先生はみんな", "町の小さな博物館は", "引退した船乗りは", "村のパン屋さんは"),
}  # fmt: skip
PREDICATES = {
    "en": ("was still quiet when the first boats came in from the sea",
           "had forgotten to close the gate before the rain began to fall",
           "would have told you that patience is the better part of the work",
           "kept a list of all the people who had asked for help that year",
           "looked at the map for a long time and then took the other road",
           "found that the letters of the winter had never been answered",
           "said that bread and books are what a town needs to be a town",
           "waited for the spring with the same calm that they had always shown"),
    "zh": ("在第一批渔船回来的时候还很安静，海面上只有一点风。",
           "在下雨之前忘记把院子的门关上了，第二天才发现。",
           "总是告诉我们，做事情要有耐心，不要着急下结论。",
           "把那一年来求助过的人都记在一个旧本子里，从不丢失。",
           "看了很久的地图，然后决定走另外一条更远的路。",
           "发现冬天寄来的那些信一直都没有人回，心里很难过。",
           "常常说，一个地方有了面包和书，才能算是一座城。",
           "和往年一样平静地等着春天的到来，也没有什么抱怨。"),
    "ar": ("كان هادئا عندما عادت القوارب الأولى من البحر في الصباح.",
           "نسي أن يغلق الباب قبل أن يبدأ المطر في السقوط على البيت.",
           "كان يقول دائما إن الصبر هو الجزء الأفضل من كل عمل.",
           "احتفظ بقائمة بأسماء كل الناس الذين طلبوا المساعدة في تلك السنة.",
           "نظر إلى الخريطة وقتا طويلا ثم اختار الطريق الآخر.",
           "وجد أن رسائل الشتاء لم يرد عليها أحد حتى الآن.",
           "قال إن الخبز والكتب هما ما تحتاج إليه كل مدينة.",
           "انتظر الربيع بالهدوء نفسه الذي كان معروفا عنه دائما."),
    "th": ("ยังเงียบสงบอยู่เมื่อเรือลำแรกกลับเข้ามาจากทะเลในตอนเช้า ",
           "ลืมปิดประตูรั้วก่อนที่ฝนจะเริ่มตกลงมาเมื่อเย็นวานนี้ ",
           "มักจะบอกเราเสมอว่าความอดทนเป็นส่วนที่ดีที่สุดของงาน ",
           "จดรายชื่อของทุกคนที่มาขอความช่วยเหลือในปีนั้นเอาไว้ ",
           "มองดูแผนที่อยู่นานแล้วจึงเลือกเดินไปอีกทางหนึ่ง ",
           "พบว่าจดหมายของฤดูหนาวไม่เคยมีใครตอบกลับเลย ",
           "พูดว่าขนมปังกับหนังสือคือสิ่งที่เมืองทุกเมืองต้องมี ",
           "รอคอยฤดูใบไม้ผลิด้วยความสงบเหมือนที่เคยเป็นมาตลอด "),
    "ja": ("最初の船が海から戻ってくるとき、まだとても静かだった。",
           "雨が降り始める前に、庭の門を閉めるのを忘れていた。",
           "仕事でいちばん大切なのは忍耐だと、いつも話していた。",
           "その年に助けを求めてきた人の名前を、全部ノートに書いた。",
           "長い間地図を見てから、もう一つの道を選ぶことにした。",
           "冬に届いた手紙に誰も返事をしていないことに気がついた。",
           "パンと本があってこそ町は町になるのだと言っていた。",
           "いつもと同じように、落ち着いて春が来るのを待っていた。"),
}  # fmt: skip


def document(language: str, seed: int, sentences: int = 24) -> str:
    """Make a document of four paragraphs, different for every seed."""
    draw = random.Random(f"{language} {seed}")
    joined = []
    for number in range(sentences):
        subject = draw.choice(SUBJECTS[language])
        predicate = draw.choice(PREDICATES[language])
        if language == "en":
            joined.append(f"{subject} {predicate}, {draw.choice(NUMBERS)} in {1800 + seed}. ")
        else:
            space = " " if language == "ar" else ""
            joined.append(f"{subject}{space}{predicate}")
        if number % 6 == 5:
            joined.append("\n\n")
    return "".join(joined).strip()


NUMBERS = ("twice", "once again", "for three days", "seven times over", "as often as before",
           "on a Tuesday", "without much noise", "for the last time")  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Make the corpus: good documents of five languages and one of every fault."""
    found = [
        {"id": f"{language}-{seed}", "text": document(language, seed), "year": 1800 + seed,
         "url": f"https://{language}{seed % 3}.example.org/p/{seed}"}
        for language in SUBJECTS for seed in range(8)
    ]  # fmt: skip
    first = str(found[0]["text"])
    faults = {
        "exact": first.replace("\n\n", "\n \n"),
        "near": first + " And one more sentence at the very end of the page.",
        "empty": "",
        "short": "Too short.",
        "repeated": "Click here to read the next page of this story now. " * 60,
        "digits": " ".join(str(number) for number in range(100_000, 100_200)),
    }
    found += [
        {"id": name, "text": text, "year": None, "url": "https://bad.example.com/"}
        for name, text in faults.items()
    ]
    return found


def write_jsonl(path: Path, found: list[dict[str, Any]]) -> Path:
    """Write rows as JSON lines."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in found)
    path.write_text("".join(lines), encoding="utf-8")
    return path


TIMINGS = ("seconds", "bytes_per_second", "peak_memory_bytes", "workers")


def digests(out: Path) -> dict[str, str]:
    """Hash everything that two runs of one plan must agree on."""
    found = {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("summary.json", "report.html", "manifest.json")
    }
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    stable = {key: value for key, value in summary.items() if key not in TIMINGS}
    found["summary"] = json.dumps(stable, sort_keys=True)
    return found
