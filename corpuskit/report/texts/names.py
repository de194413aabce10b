"""Chinese names of the languages that lid.176 knows, by code."""

from __future__ import annotations

from typing import Final

_NAMES: Final = """
af 南非语; als 阿勒曼尼语; am 阿姆哈拉语; an 阿拉贡语; ar 阿拉伯语; arz 埃及阿拉伯语;
as 阿萨姆语; ast 阿斯图里亚斯语; av 阿瓦尔语; az 阿塞拜疆语; azb 南阿塞拜疆语; ba 巴什基尔语;
bar 巴伐利亚语; bcl 中比科尔语; be 白俄罗斯语; bg 保加利亚语; bh 比哈尔语; bn 孟加拉语;
bo 藏语; bpy 比什奴普莱利语; br 布列塔尼语; bs 波斯尼亚语; bxr 布里亚特语; ca 加泰罗尼亚语;
cbk 查瓦卡诺语; ce 车臣语; ceb 宿务语; ckb 中库尔德语; co 科西嘉语; cs 捷克语; cv 楚瓦什语;
cy 威尔士语; da 丹麦语; de 德语; diq 扎扎其语; dsb 下索布语; dty 多泰利语; dv 迪维希语;
el 希腊语; eml 艾米利亚-罗马涅语; en 英语; eo 世界语; es 西班牙语; et 爱沙尼亚语; eu 巴斯克语;
fa 波斯语; fi 芬兰语; fr 法语; frr 北弗里西亚语; fy 西弗里西亚语; ga 爱尔兰语; gd 苏格兰盖尔语;
gl 加利西亚语; gn 瓜拉尼语; gom 果阿孔卡尼语; gu 古吉拉特语; gv 马恩语; he 希伯来语; hi 印地语;
hif 斐济印地语; hr 克罗地亚语; hsb 上索布语; ht 海地克里奥尔语; hu 匈牙利语; hy 亚美尼亚语;
ia 国际语; id 印度尼西亚语; ie 西方国际语; ilo 伊洛卡诺语; io 伊多语; is 冰岛语; it 意大利语;
ja 日语; jbo 逻辑语; jv 爪哇语; ka 格鲁吉亚语; kk 哈萨克语; km 高棉语; kn 卡纳达语; ko 韩语;
krc 卡拉恰伊-巴尔卡尔语; ku 库尔德语; kv 科米语; kw 康沃尔语; ky 吉尔吉斯语; la 拉丁语;
lb 卢森堡语; lez 列兹金语; li 林堡语; lmo 伦巴第语; lo 老挝语; lrc 北卢尔语; lt 立陶宛语;
lv 拉脱维亚语; mai 迈蒂利语; mg 马达加斯加语; mhr 草原马里语; min 米南加保语; mk 马其顿语;
ml 马拉雅拉姆语; mn 蒙古语; mr 马拉地语; mrj 山地马里语; ms 马来语; mt 马耳他语; mwl 米兰德语;
my 缅甸语; myv 埃尔齐亚语; mzn 马赞德兰语; nah 纳瓦特尔语; nap 那不勒斯语; nds 低地德语;
ne 尼泊尔语; new 尼瓦尔语; nl 荷兰语; nn 新挪威语; no 挪威语; oc 奥克语; or 奥里亚语;
os 奥塞梯语; pa 旁遮普语; pam 邦板牙语; pfl 普法尔茨德语; pl 波兰语; pms 皮埃蒙特语;
pnb 西旁遮普语; ps 普什图语; pt 葡萄牙语; qu 克丘亚语; rm 罗曼什语; ro 罗马尼亚语; ru 俄语;
rue 卢森尼亚语; sa 梵语; sah 雅库特语; sc 撒丁语; scn 西西里语; sco 低地苏格兰语; sd 信德语;
sh 塞尔维亚-克罗地亚语; si 僧伽罗语; sk 斯洛伐克语; sl 斯洛文尼亚语; so 索马里语;
sq 阿尔巴尼亚语; sr 塞尔维亚语; su 巽他语; sv 瑞典语; sw 斯瓦希里语; ta 泰米尔语; te 泰卢固语;
tg 塔吉克语; th 泰语; tk 土库曼语; tl 他加禄语; tr 土耳其语; tt 鞑靼语; tyv 图瓦语;
ug 维吾尔语; uk 乌克兰语; ur 乌尔都语; uz 乌兹别克语; vec 威尼斯语; vep 维普斯语; vi 越南语;
vls 西佛兰德语; vo 沃拉普克语; wa 瓦隆语; war 瓦瑞语; wuu 吴语; xal 卡尔梅克语; xmf 明格列尔语;
yi 意第绪语; yo 约鲁巴语; yue 粤语; zh 中文
"""

CHINESE_NAMES: Final = dict(
    pair.strip().split(" ", 1) for pair in _NAMES.replace("\n", " ").strip().split(";")
)
