"""Chinese names: of the languages that lid.176 knows, by code, of features, and of scripts."""

from __future__ import annotations

from typing import Final

_NAMES: Final = """
af 南非语; als 阿勒曼尼语; am 阿姆哈拉语; an 阿拉贡语; ar 阿拉伯语; arz 埃及阿拉伯语; as 阿萨姆语;
ast 阿斯图里亚斯语; av 阿瓦尔语; az 阿塞拜疆语; azb 南阿塞拜疆语; ba 巴什基尔语; bar 巴伐利亚语;
bcl 中比科尔语; be 白俄罗斯语; bg 保加利亚语; bh 比哈尔语; bn 孟加拉语; bo 藏语;
bpy 比什奴普莱利语; br 布列塔尼语; bs 波斯尼亚语; bxr 布里亚特语; ca 加泰罗尼亚语; cbk 查瓦卡诺语;
ce 车臣语; ceb 宿务语; ckb 中库尔德语; co 科西嘉语; cs 捷克语; cv 楚瓦什语; cy 威尔士语; da 丹麦语;
de 德语; diq 扎扎其语; dsb 下索布语; dty 多泰利语; dv 迪维希语; el 希腊语; eml 艾米利亚-罗马涅语;
en 英语; eo 世界语; es 西班牙语; et 爱沙尼亚语; eu 巴斯克语; fa 波斯语; fi 芬兰语; fr 法语;
frr 北弗里西亚语; fy 西弗里西亚语; ga 爱尔兰语; gd 苏格兰盖尔语; gl 加利西亚语; gn 瓜拉尼语;
gom 果阿孔卡尼语; gu 古吉拉特语; gv 马恩语; he 希伯来语; hi 印地语; hif 斐济印地语; hr 克罗地亚语;
hsb 上索布语; ht 海地克里奥尔语; hu 匈牙利语; hy 亚美尼亚语; ia 国际语; id 印度尼西亚语;
ie 西方国际语; ilo 伊洛卡诺语; io 伊多语; is 冰岛语; it 意大利语; ja 日语; jbo 逻辑语; jv 爪哇语;
ka 格鲁吉亚语; kk 哈萨克语; km 高棉语; kn 卡纳达语; ko 韩语; krc 卡拉恰伊-巴尔卡尔语; ku 库尔德语;
kv 科米语; kw 康沃尔语; ky 吉尔吉斯语; la 拉丁语; lb 卢森堡语; lez 列兹金语; li 林堡语;
lmo 伦巴第语; lo 老挝语; lrc 北卢尔语; lt 立陶宛语; lv 拉脱维亚语; mai 迈蒂利语; mg 马达加斯加语;
mhr 草原马里语; min 米南加保语; mk 马其顿语; ml 马拉雅拉姆语; mn 蒙古语; mr 马拉地语;
mrj 山地马里语; ms 马来语; mt 马耳他语; mwl 米兰德语; my 缅甸语; myv 埃尔齐亚语; mzn 马赞德兰语;
nah 纳瓦特尔语; nap 那不勒斯语; nds 低地德语; ne 尼泊尔语; new 尼瓦尔语; nl 荷兰语; nn 新挪威语;
no 挪威语; oc 奥克语; or 奥里亚语; os 奥塞梯语; pa 旁遮普语; pam 邦板牙语; pfl 普法尔茨德语;
pl 波兰语; pms 皮埃蒙特语; pnb 西旁遮普语; ps 普什图语; pt 葡萄牙语; qu 克丘亚语; rm 罗曼什语;
ro 罗马尼亚语; ru 俄语; rue 卢森尼亚语; sa 梵语; sah 雅库特语; sc 撒丁语; scn 西西里语;
sco 低地苏格兰语; sd 信德语; sh 塞尔维亚-克罗地亚语; si 僧伽罗语; sk 斯洛伐克语; sl 斯洛文尼亚语;
so 索马里语; sq 阿尔巴尼亚语; sr 塞尔维亚语; su 巽他语; sv 瑞典语; sw 斯瓦希里语; ta 泰米尔语;
te 泰卢固语; tg 塔吉克语; th 泰语; tk 土库曼语; tl 他加禄语; tr 土耳其语; tt 鞑靼语; tyv 图瓦语;
ug 维吾尔语; uk 乌克兰语; ur 乌尔都语; uz 乌兹别克语; vec 威尼斯语; vep 维普斯语; vi 越南语;
vls 西佛兰德语; vo 沃拉普克语; wa 瓦隆语; war 瓦瑞语; wuu 吴语; xal 卡尔梅克语; xmf 明格列尔语;
yi 意第绪语; yo 约鲁巴语; yue 粤语; zh 中文
"""


_FEATURES: Final = """
alphabetic_word_ratio 含字母的词占比; bad_char_ratio 损坏字符占比;
bullet_line_ratio 项目符号行占比; char_count 字符数; control_char_ratio 控制字符占比;
digit_ratio 数字占比; duplicate_5gram_char_ratio 重复 5-gram 字符占比;
duplicate_6gram_char_ratio 重复 6-gram 字符占比; duplicate_7gram_char_ratio 重复 7-gram 字符占比;
duplicate_8gram_char_ratio 重复 8-gram 字符占比; duplicate_9gram_char_ratio 重复 9-gram 字符占比;
duplicate_10gram_char_ratio 重复 10-gram 字符占比;
duplicate_char_20gram_ratio 重复字符 20-gram 占比; duplicate_line_char_ratio 重复行字符占比;
duplicate_line_ratio 重复行占比; duplicate_paragraph_char_ratio 重复段落字符占比;
duplicate_paragraph_ratio 重复段落占比; duplicate_sentence_char_ratio 重复句子字符占比;
ellipses_per_word 每词省略号数; ellipsis_line_ratio 省略号结尾行占比;
text_ellipsis_line_ratio 省略号结尾正文行占比; exact_duplicate 完全重复;
function_char_ratio 虚字占比; han_char_count 汉字数; han_ratio 汉字占比; hangul_ratio 谚文占比;
hash_marks_per_word 每词井号数; hiragana_ratio 平假名占比; japanese_char_count 日文字符数;
japanese_ratio 日文字符占比; japanese_punctuated_line_char_ratio 带标点日文行字符占比;
kana_ratio 假名占比; katakana_ratio 片假名占比; language 语言; language_score 语言置信度;
letter_ratio 字母占比; line_count 行数; longest_han_run 最长连续汉字数;
max_line_chars 最长行字符数; mean_word_chars 平均词长（字符）;
mean_word_line_chars 平均行长（字符）; mixed_script_ratio 混合文字词占比;
near_duplicate_jaccard 近似重复的 Jaccard 相似度; newlines_per_word 每词换行数;
non_space_count 非空白字符数; particle_char_ratio 助词字符占比;
punctuated_line_char_ratio 带标点行字符占比; punctuation_ratio 标点占比;
rare_han_ratio 生僻汉字占比; rare_kanji_ratio 生僻日文汉字占比;
read_more_line_ratio “阅读更多”行占比; repeated_line_char_ratio 反复出现的行字符占比;
script 文字; sentence_mark_count 句末标点数; short_line_char_ratio 短行字符占比;
short_line_ratio 短行占比; spaceless_ratio 无空格文字占比; stop_word_count 停用词数;
symbol_ratio 符号占比; terminal_line_ratio 句末标点结尾行占比;
top_2gram_char_ratio 最高频 2-gram 字符占比; top_3gram_char_ratio 最高频 3-gram 字符占比;
top_4gram_char_ratio 最高频 4-gram 字符占比; top_char_4gram_ratio 最高频字符 4-gram 占比;
traditional_ratio 繁体字占比; url_char_ratio 网址字符占比; word_count 词数
"""

_SCRIPTS: Final = """
Latin 拉丁字母; Han 汉字; Hangul 谚文; Hiragana 平假名; Katakana 片假名; Arabic 阿拉伯字母;
Thai 泰文; Devanagari 天城文; Cyrillic 西里尔字母; Armenian 亚美尼亚字母; Greek 希腊字母;
Myanmar 缅文; Gujarati 古吉拉特文; Hebrew 希伯来字母; Tamil 泰米尔文; Bengali 孟加拉文;
Telugu 泰卢固文; Kannada 卡纳达文; Malayalam 马拉雅拉姆文; Georgian 格鲁吉亚字母;
Ethiopic 吉兹字母; Khmer 高棉文; Lao 老挝文; Tibetan 藏文; Sinhala 僧伽罗文; Gurmukhi 古木基文;
Oriya 奥里亚文; Mongolian 蒙古文; Thaana 塔纳文; Syriac 叙利亚字母
"""


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.strip().split(" ", 1) for pair in pairs.replace("\n", " ").split(";"))


CHINESE_NAMES: Final = _table(_NAMES.strip())
CHINESE_FEATURES: Final = _table(_FEATURES.strip())
"""Features of the bundled rule sets; one with a variant, `word_count.gopher`, goes by its base."""
CHINESE_SCRIPTS: Final = _table(_SCRIPTS.strip())
