#!/usr/bin/env python3
"""words.py DICTIONARY CHINESE.tsv [ZHIYUN] >reference/words.tsv

Makes the list of Chinese words that the program carries (src/search/words.h). DICTIONARY is jieba's, lines "word count
class" (python3-jieba's dict.txt); CHINESE.tsv has lines "symbol TAB title" of the International Patent Classification.
Kept are the dictionary's words that its likeliest path through the titles uses, since many of the others are pieces of
words, and the words that the program learns from the titles as from a store's own texts (src/search/words_learn.c).
The number is -10 ln of the word's probability; "-" marks a function word, by jieba's class. Learning
looks at the list that ZHIYUN carries: run this without ZHIYUN first, build it, and run this again with it."""
import collections
import csv
import math
import os
import re
import sys
import tempfile

import translations

LONGEST = 8
PARTICLES = set("的和与及或了是将被该述并在其以于为而之用上中至从由对有")
RARE, OWN = 10, 0.3  # a word that the dictionary counts so often stands by itself so often, or it is a piece
# Conjunctions, prepositions, particles, pronouns, numerals, measures and adverbs but for those that name a thing or a way
FUNCTIONS = tuple("cpuyrmqde")
NO_FUNCTIONS = set("""
    一体机 一元 丝束 乒乓 二元 二端 二维 仿真 低速 便盆 倍速 兆赫 几何 切边 刚度 千分尺 双季 双股 左手 右手 左眼 差速 微米 微阵列 快速 快门
    总管 慢速 批次 接管 整经 旋紧 无声 有声 有源 果实 毫米 照相 片断 片段 相机 窄幅 立体声 终点站 自准直 自愈 自由度 胡须 足底 逐行 进度 阵列
    零件 零部件 频偏 高速 三元 三维 三角 六角 双轮 多元 多相 多维 多腔 多芯 多路 多边 大桶 大米 定时 对齐 异常 异步 异相 往复 随动 随机 同步 实时
    分频 正向 顺向 全方位 互连""".split())
HELPERS = set("例如 带有 含有 利用 使用 应用 具有 来 到 能够 应该 应当 不能 无法 使得 作为 现有 目前 所有 用以".split())  # and others that name nothing
# Formulas of patents that titles lack, at a common word's cost
FORMULAS = "发明 本发明 实用新型 本实用新型 新型 公开 实施例 权利要求 技术领域 技术方案 有益效果 其特征".split()
# A unit and what is measured by it are one word: 毫米波, 微米级, 亚微米级. The dictionary has few of these.
UNITS = [prefix + unit for prefix in "分 厘 毫 微 纳 皮 飞 千 兆 吉 太 亚毫 亚微 亚纳".split()
         for unit in "米 秒 克 升 瓦 伏 安 帕 牛 赫 赫兹 摩尔".split()]
MEASURED = [unit + kind for unit in UNITS for kind in ("波", "级", "量级") if kind != "波" or unit[-1] in "米兹"]
MEASURED_COST = 120
HEAD = ("# word, -10 ln of its probability, - for a function word; by tools/words.py: words of jieba 0.42.1 (github.com/fxsj"
        "y/jieba, MIT, copyright 2013 Sun Junyi) that the Chinese titles of groups of the IPC use (CNIPA, IPC 2026.01), and"
        " words learnt from these titles")


def folded():
    """The search form of characters (text/unicode.h), for str.translate."""
    with open(os.path.join(os.path.dirname(__file__), "..", "reference", "variants.csv"), encoding="utf-8") as file:
        return str.maketrans({row["character"]: row["search"] for row in csv.DictReader(line for line in file if line[0] != "#")})


def dictionary(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    return {word: (int(count), kind) for word, count, kind in (line for line in lines if len(line) == 3)}


def cost(count, total):
    return max(1, round(-10 * math.log(count / total)))


def path(run, words, log_total):
    """The likeliest words that make up the run, as jieba finds them without its model of unknown words."""
    best = [(0.0, 0)] * (len(run) + 1)
    for i in range(len(run) - 1, -1, -1):
        ends = [k for k in range(i + 1, min(len(run), i + LONGEST) + 1) if k == i + 1 or run[i:k] in words]
        best[i] = max((math.log(words.get(run[i:k], (1, ""))[0] or 1) - log_total + best[k][0], k) for k in ends)
    i = 0
    while i < len(run):
        yield run[i:best[i][1]]
        i = best[i][1]


def main(dictionary_path, chinese, program=None):
    words = dictionary(dictionary_path)
    titles = translations.titles(chinese)
    total = sum(count for count, _ in words.values())
    used = collections.Counter()
    for title in titles.values():
        for run in re.findall(r"[\u3400-\u9fff]+", re.sub(r"\s", "", title)):
            used.update(path(run, words, math.log(total)))
    lines = {}
    text = "\n".join(re.sub(r"\s", "", title) for title in titles.values())
    for word in used:
        if word in words and (words[word][0] > RARE or len(word) == 1 or used[word] >= OWN * text.count(word)):
            count, kind = words[word]
            is_function = (word in HELPERS
                           or len(word) == 1 and (word in PARTICLES or kind in ("d", "c", "p", "r", "m") or word in "个种些")
                           or len(word) > 1 and word not in NO_FUNCTIONS
                           and (kind.startswith(FUNCTIONS) or (kind == "f" and word[0] in "以之")))
            lines[word] = (cost(max(count, 1), total), "\t-" if is_function else "")
    lines.update((word, (80, "\t-")) for word in FORMULAS)
    for word in MEASURED:
        lines.setdefault(word, (MEASURED_COST, ""))
    carried = len(lines)
    with tempfile.TemporaryDirectory() as folder:
        pairs = program and [(symbol, "", re.sub(r"\s", "", title)) for symbol, title in sorted(titles.items())]
        for word, learnt in translations.learn(program, pairs, folder, "words") if program else []:
            lines.setdefault(word, (int(learnt), ""))
    forms = folded()
    for word in list(lines):
        lines.setdefault(word.translate(forms), lines[word])
        if word != word.translate(forms):
            del lines[word]
    print(HEAD)
    for word in sorted(lines, key=lambda word: word.encode()):
        print(f"{word}\t{lines[word][0]}{lines[word][1]}")
    print(f"{carried} words of the dictionary, {len(lines) - carried} learnt", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
