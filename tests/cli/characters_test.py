#!/usr/bin/env python3
"""characters_test.py ZHIYUN: traditional characters, variants and radicals find what is written in simplified ones, and the
reverse; names that are two stay two. An old store is folded anew at its next start."""
import collections
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import store  # noqa: E402
import tap  # noqa: E402
from phrases_test import ZHIYUN, Server  # noqa: E402

ROOT = os.path.join(HERE, "..", "..")
WORDS = 300
PAIRS = "甯宁 淩凌 覆复 昇升 乾干 甦苏 脩修 釐厘 於于 徵征 氾泛 钜巨 祕秘 剋克 夥伙 榖谷 蒐搜 藉借 瞭了 著着".split()


def traditional():
    """Simplified character → those that OpenCC turns into it."""
    of = collections.defaultdict(list)
    with open(os.path.join(ROOT, "tests", "text", "opencc_characters.tsv"), encoding="utf-8") as file:
        for line in file:
            if line[0] not in "#噁":
                written, simplified = line.split()
                of[simplified].append(written)
    return of


def words(seeded, of):
    with open(os.path.join(ROOT, "reference", "words.tsv"), encoding="utf-8") as file:
        listed = [line.split("\t")[0] for line in file if line[0] != "#"]
    fit = [word for word in listed if 2 <= len(word) <= 5 and any(sign in of for sign in word)]
    return seeded.sample(fit, WORDS)


def import_csv(folder, rows, head):
    path = os.path.join(folder, "names.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([head, *rows]) + "\n")
    subprocess.run([ZHIYUN, *store.words(os.path.join(folder, "data")), "--quiet", "import", path], check=True, stdout=subprocess.DEVNULL)


def test_traditional_words_find_simplified_records_and_the_reverse():
    seeded, of = random.Random(int(os.environ.get("SEED", "78"))), traditional()
    chosen = words(seeded, of)
    other = ["".join(seeded.choice(of[sign]) if sign in of else sign for sign in word) for word in chosen]
    assert all(a != b for a, b in zip(chosen, other))
    made = [(f"一种{word}的{kind}", "", n, 2010) for n, word in enumerate([*chosen, *other]) for kind in ("装置",)]
    with tempfile.TemporaryDirectory(prefix="zhiyun-characters-") as folder:
        server = Server(folder, made)
        try:
            for n, (simplified, written) in enumerate(zip(chosen, other)):
                found = [server.ask(query, k=1000) for query in (simplified, written)]
                numbers = [{hit["number"] for hit in reply["hits"]} for reply in found]
                assert numbers[0] == numbers[1], (simplified, written, numbers)
                assert {f"CN{100000000 + n}A", f"CN{100000000 + WORDS + n}A"} <= numbers[0], (simplified, written)
        finally:
            server.stop()


def test_what_a_pdf_holds_is_found_by_what_one_types():
    with tempfile.TemporaryDirectory(prefix="zhiyun-characters-") as folder:
        server = Server(folder, [("⻓距离⻋辆的⻔控", "", 0, 2010), ("諮詢系統", "", 1, 2011), ("含噁唑的化合物", "", 2, 2012)])
        try:
            for query, number in (("长距离", 0), ("车辆", 0), ("门控", 0), ("咨询", 1), ("谘询系统", 1), ("噁唑", 2)):
                assert [hit["number"] for hit in server.ask(query)["hits"]] == [f"CN{100000000 + number}A"], query
            assert server.ask("恶唑")["total"] == 0
        finally:
            server.stop()


def test_names_that_are_two_stay_two():
    with tempfile.TemporaryDirectory(prefix="zhiyun-names-") as folder:
        rows = [f"CN{100000000 + n}A,一种装置{n},虚构{sign}安机械有限公司" for n, sign in enumerate("".join(PAIRS))]
        import_csv(folder, rows, "公开号,标题,申请人")
        told = subprocess.run([ZHIYUN, *store.words(os.path.join(folder, "data")), "--json", "landscape", "--by", "applicant"],
                              check=True, capture_output=True, text=True).stdout
        assert told.count('"count":1}') == 2 * len(PAIRS) and '"count":2}' not in told, told


def test_an_old_store_is_folded_anew():
    """The texts of records and the rule of names as the version before left them."""
    with tempfile.TemporaryDirectory(prefix="zhiyun-old-") as folder:
        data = os.path.join(folder, "data")
        import_csv(folder, ["CN100000001A,諮詢系統,虚构公司"], "公开号,标题,申请人")
        store.run(data, "INSERT INTO record_text (type, record_id, text) VALUES ('training', 1, '谘询')")
        store.run(data, "UPDATE publication_name_rule SET rule = '4.3'")
        subprocess.run([ZHIYUN, *store.words(data), "--json", "search", "咨询"], check=True, stdout=subprocess.DEVNULL)
        assert store.run(data, "SELECT text FROM record_text WHERE type = 'training'") == [["咨询"]]
        assert store.run(data, "SELECT rule FROM publication_name_rule") != [["4.3"]]


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
