"""Lists of characters that a corpus of a language should have: common Chinese ones, jōyō kanji.

Facts, each from its standard: the two levels of GB 2312-1980 and Big5 through Python's codecs, the
2,136 characters of the 常用漢字表 of 2010 as a string below (checked against kanji-lists 0.2.0).
Level 1 of GB 2312 is ordered by pinyin, that of Big5 by strokes, the kanji by code point.

The 3,500 characters of level 1 of the 通用规范汉字表 (2013) are not here: no package at hand has
the table with its levels. Level 1 of GB 2312 is the older list of the same kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

_JOYO: Final = (
    "一丁七万丈三上下不与且世丘丙両並中串丸丹主丼久乏乗乙九乞乱乳乾亀了予争事二互五井亜亡交享京"
    "亭人仁今介仏仕他付仙代令以仮仰仲件任企伎伏伐休会伝伯伴伸伺似但位低住佐体何余作佳併使例侍供"
    "依価侮侯侵侶便係促俊俗保信修俳俵俸俺倉個倍倒候借倣値倫倹偉偏停健側偵偶偽傍傑傘備催傲債傷傾"
    "僅働像僕僚僧儀億儒償優元兄充兆先光克免児党入全八公六共兵具典兼内円冊再冒冗写冠冥冬冶冷凄准"
    "凍凝凡処凶凸凹出刀刃分切刈刊刑列初判別利到制刷券刹刺刻則削前剖剛剝剣剤副剰割創劇力功加劣助"
    "努励労効劾勃勅勇勉動勘務勝募勢勤勧勲勾匂包化北匠匹区医匿十千升午半卑卒卓協南単博占印危即却"
    "卵卸厄厘厚原厳去参又及友双反収叔取受叙口古句叫召可台叱史右号司各合吉同名后吏吐向君吟否含吸"
    "吹呂呈呉告周呪味呼命和咲咽哀品員哲哺唄唆唇唐唯唱唾商問啓善喉喚喜喝喩喪喫営嗅嗣嘆嘱嘲器噴嚇"
    "囚四回因団困囲図固国圏園土圧在地坂均坊坑坪垂型垣埋城域執培基埼堀堂堅堆堕堤堪報場塀塁塊塑塔"
    "塗塚塞塡塩塾境墓増墜墨墳墾壁壇壊壌士壮声壱売変夏夕外多夜夢大天太夫央失奇奈奉奏契奔奥奨奪奮"
    "女奴好如妃妄妊妖妙妥妨妬妹妻姉始姓委姫姻姿威娘娠娯婆婚婦婿媒媛嫁嫉嫌嫡嬢子孔字存孝季孤学孫"
    "宅宇守安完宗官宙定宛宜宝実客宣室宮宰害宴宵家容宿寂寄密富寒寛寝察寡寧審寮寸寺対寿封専射将尉"
    "尊尋導小少尚就尺尻尼尽尾尿局居屈届屋展属層履屯山岐岡岩岬岳岸峠峡峰島崇崎崖崩嵐川州巡巣工左"
    "巧巨差己巻巾市布帆希帝帥師席帯帰帳常帽幅幕幣干平年幸幹幻幼幽幾庁広床序底店府度座庫庭庶康庸"
    "廃廉廊延廷建弁弄弊式弐弓弔引弟弥弦弧弱張強弾当彙形彩彫彰影役彼往征径待律後徐徒従得御復循微"
    "徳徴徹心必忌忍志忘忙応忠快念怒怖思怠急性怨怪恋恐恒恣恥恨恩恭息恵悔悟悠患悦悩悪悲悼情惑惜惧"
    "惨惰想愁愉意愚愛感慄慈態慌慎慕慢慣慨慮慰慶憂憎憤憧憩憬憲憶憾懇懐懲懸成我戒戚戦戯戴戸戻房所"
    "扇扉手才打払扱扶批承技抄把抑投抗折抜択披抱抵抹押抽担拉拍拐拒拓拘拙招拝拠拡括拭拳拶拷拾持指"
    "挑挙挟挨挫振挿捉捕捗捜捨据捻掃授掌排掘掛採探接控推措掲描提揚換握揮援揺損搬搭携搾摂摘摩摯撃"
    "撤撮撲擁操擦擬支改攻放政故敏救敗教敢散敬数整敵敷文斉斎斑斗料斜斤斥斬断新方施旅旋族旗既日旦"
    "旧旨早旬旺昆昇明易昔星映春昧昨昭是昼時晩普景晴晶暁暇暑暖暗暦暫暮暴曇曖曜曲更書曹曽替最月有"
    "服朕朗望朝期木未末本札朱朴机朽杉材村束条来杯東松板析枕林枚果枝枠枢枯架柄某染柔柱柳柵査柿栃"
    "栄栓校株核根格栽桁桃案桑桜桟梅梗梨械棄棋棒棚棟森棺椅植椎検業極楷楼楽概構様槽標模権横樹橋機"
    "欄欠次欧欲欺款歌歓止正武歩歯歳歴死殉殊残殖殴段殺殻殿毀母毎毒比毛氏民気水氷永氾汁求汎汗汚江"
    "池汰決汽沃沈沖沙没沢河沸油治沼沿況泉泊泌法泡波泣泥注泰泳洋洗洞津洪活派流浄浅浜浦浪浮浴海浸"
    "消涙涯液涼淑淡淫深混添清渇済渉渋渓減渡渦温測港湖湧湯湾湿満源準溝溶溺滅滋滑滝滞滴漁漂漆漏演"
    "漠漢漫漬漸潔潜潟潤潮潰澄激濁濃濫濯瀬火灯灰災炉炊炎炭点為烈無焦然焼煎煙照煩煮熊熟熱燃燥爆爪"
    "爵父爽片版牙牛牧物牲特犠犬犯状狂狙狩独狭猛猟猫献猶猿獄獣獲玄率玉王玩珍珠班現球理琴瑠璃璧環"
    "璽瓦瓶甘甚生産用田由甲申男町画界畏畑畔留畜畝略番異畳畿疎疑疫疲疾病症痕痘痛痢痩痴瘍療癒癖発"
    "登白百的皆皇皮皿盆益盗盛盟監盤目盲直相盾省眉看県真眠眺眼着睡督睦瞬瞭瞳矛矢知短矯石砂研砕砲"
    "破硝硫硬碁碑確磁磨礁礎示礼社祈祉祖祝神祥票祭禁禅禍福秀私秋科秒秘租秩称移程税稚種稲稼稽稿穀"
    "穂積穏穫穴究空突窃窒窓窟窮窯立竜章童端競竹笑笛符第筆等筋筒答策箇箋算管箱箸節範築篤簡簿籍籠"
    "米粉粋粒粗粘粛粧精糖糧糸系糾紀約紅紋納純紙級紛素紡索紫累細紳紹紺終組経結絞絡給統絵絶絹継続"
    "維綱網綻綿緊総緑緒線締編緩緯練緻縁縄縛縦縫縮績繁繊織繕繭繰缶罪置罰署罵罷羅羊美羞群羨義羽翁"
    "翌習翻翼老考者耐耕耗耳聖聞聴職肉肌肖肘肝股肢肥肩肪肯育肺胃胆背胎胞胴胸能脂脅脇脈脊脚脱脳腎"
    "腐腕腫腰腸腹腺膚膜膝膨膳臆臓臣臨自臭至致臼興舌舎舗舞舟航般舶舷船艇艦良色艶芋芝芯花芳芸芽苗"
    "苛若苦英茂茎茨茶草荒荘荷菊菌菓菜華萎落葉著葛葬蒸蓄蓋蔑蔵蔽薄薦薪薫薬藍藤藩藻虎虐虚虜虞虫虹"
    "蚊蚕蛇蛍蛮蜂蜜融血衆行術街衛衝衡衣表衰衷袋袖被裁裂装裏裕補裸製裾複褐褒襟襲西要覆覇見規視覚"
    "覧親観角解触言訂訃計討訓託記訟訪設許訳訴診証詐詔評詞詠詣試詩詮詰話該詳誇誉誌認誓誕誘語誠誤"
    "説読誰課調談請論諦諧諭諮諸諾謀謁謄謎謙講謝謡謹識譜警議譲護谷豆豊豚象豪貌貝貞負財貢貧貨販貪"
    "貫責貯貴買貸費貼貿賀賂賃賄資賊賓賛賜賞賠賢賦質賭購贈赤赦走赴起超越趣足距跡路跳践踊踏踪蹴躍"
    "身車軌軍軒軟転軸軽較載輝輩輪輸轄辛辞辣辱農辺込迅迎近返迫迭述迷追退送逃逆透逐逓途通逝速造連"
    "逮週進逸遂遅遇遊運遍過道達違遜遠遡遣適遭遮遵遷選遺避還那邦邪邸郊郎郡部郭郵郷都酌配酎酒酔酢"
    "酪酬酵酷酸醒醜醸采釈里重野量金釜針釣鈍鈴鉄鉛鉢鉱銀銃銅銘銭鋭鋳鋼錠錦錬錮錯録鍋鍛鍵鎌鎖鎮鏡"
    "鐘鑑長門閉開閑間関閣閥閲闇闘阜阪防阻附降限陛院陣除陥陪陰陳陵陶陸険陽隅隆隊階随隔隙際障隠隣"
    "隷隻雄雅集雇雌雑離難雨雪雰雲零雷電需震霊霜霧露青静非面革靴韓音韻響頂頃項順須預頑頒頓領頬頭"
    "頻頼題額顎顔顕願類顧風飛食飢飯飲飼飽飾餅養餌餓館首香馬駄駅駆駐駒騎騒験騰驚骨骸髄高髪鬱鬼魂"
    "魅魔魚鮮鯨鳥鳴鶏鶴鹿麓麗麦麺麻黄黒黙鼓鼻齢"
)
_SAME: Final = {"剝": "剥", "塡": "填", "頬": "頰", "叱": "𠮟"}
"""Kanji of which the table prints one form and allows another; either counts."""
_LEAD, _GB2312_LEVEL_1, _BIG5_LEVEL_1 = 0xA0, (16, 55), (0xA440, 0xC67E)


class CharacterList(NamedTuple):
    """A list of different characters.

    own : characters that tell that text is in what the list is for.
    same : for some characters another form that counts as the same.
    """

    name: str
    title: str
    listed: str
    own: frozenset[str]
    same: Mapping[str, str] = MappingProxyType({})


@cache
def character_lists() -> tuple[CharacterList, ...]:
    """Return the lists, made once per process.

    Examples
    --------
    >>> [(one.name, len(one.listed)) for one in character_lists()]
    [('gb2312_level_1', 3755), ('big5_level_1', 5401), ('joyo', 2136)]
    """
    simplified, traditional = gb2312_level_1(), big5_level_1()
    kanji, kana = {*_JOYO, *_SAME.values()}, frozenset(map(chr, range(0x3041, 0x3097)))
    only_simplified = {c for c in simplified if not _is_in(c, "big5")} - kanji
    only_traditional = {c for c in traditional if not _is_in(c, "gb2312")} - kanji
    return (
        CharacterList("gb2312_level_1", "GB 2312, level 1", simplified, frozenset(only_simplified)),
        CharacterList("big5_level_1", "Big5, level 1", traditional, frozenset(only_traditional)),
        CharacterList("joyo", "常用漢字表 (2010)", _JOYO, kana, _SAME),
    )


def gb2312_level_1() -> str:
    """List rows 16 to 55 of GB 2312: the common characters of simplified Chinese."""
    first, last = _GB2312_LEVEL_1
    codes = [bytes((_LEAD + row, _LEAD + cell)) for row in range(first, last + 1)
             for cell in range(1, 95)]  # fmt: skip
    return "".join(code.decode("gb2312", "ignore") for code in codes)


def big5_level_1() -> str:
    """List A440 to C67E of Big5: the common characters of traditional Chinese."""
    first, last = _BIG5_LEVEL_1
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    codes = [(lead << 8) + trail for lead in range(first >> 8, (last >> 8) + 1) for trail in trails]
    known = [code.to_bytes(2, "big") for code in codes if first <= code <= last]
    return "".join(code.decode("big5", "ignore") for code in known)


def _is_in(character: str, codec: str) -> bool:
    return bool(character.encode(codec, "ignore"))
