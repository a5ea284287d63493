#!/usr/bin/env python3
"""contracts_test.py ZHIYUN: contracts of a deal, filled from its record: Word and PDF say the same, each value is told with its record."""
import html
import itertools
import io
import re
import subprocess
import sys
import time
import zipfile

from people import bodies, changed, made, run, shown
import tap

# By hand from the text of 支付结算办法, 附件一, three to five; its own examples among them.
CAPITALS = {
    "0.00": "零元整", "0.05": "伍分", "0.10": "壹角", "0.15": "壹角伍分", "1.00": "壹元整", "10.00": "壹拾元整", "10.05": "壹拾元零伍分",
    "100.50": "壹佰元伍角", "325.04": "叁佰贰拾伍元零肆分", "1005.00": "壹仟零伍元整", "1409.50": "壹仟肆佰零玖元伍角",
    "1680.32": "壹仟陆佰捌拾元叁角贰分", "6007.14": "陆仟零柒元壹角肆分", "10000.50": "壹万元伍角", "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "10500.00": "壹万零伍佰元整", "100000.00": "壹拾万元整", "107000.53": "壹拾万零柒仟元伍角叁分", "1010000.00": "壹佰零壹万元整",
    "20000005.00": "贰仟万零伍元整", "100000000.00": "壹亿元整", "100000001.01": "壹亿零壹元零壹分", "100010000.00": "壹亿零壹万元整",
    "1234567890.12": "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分",
}
PATENTS = [bodies.cn_number(91000), bodies.cn_number(91001)]
NUMBERS = itertools.count(1)
GIVER, TAKER = bodies.credit_code(9200), bodies.credit_code(9201)
DEAL = {"title": "隔膜涂覆技术许可", "type": "licence", "amount": "107000.53", "currency": "CNY",
        "licence_term": {"from": "2026-03-01", "to": "2029-02-28"}, "patents": PATENTS,
        "sides": [{"role": "giver", "name": "虚构大学", "credit_code": GIVER}, {"role": "taker", "name": "虚构公司", "credit_code": TAKER}],
        "payments": [{"due": "2026-04-01", "amount": "100000.00"}, {"due": "2027-04-01", "amount": "7000.53"}]}
TEMPLATES = {"licence": "licence", "transfer": "transfer", "open_licence": "open_licence", "equity": "equity", "pledge": "pledge", "other": "development"}


def of_deal(who, **more):
    """A deal with all that a licence says, under a number of its own."""
    return made(who, "deal", **{**DEAL, "contract_no": f"HT-{next(NUMBERS)}", **more})


def draft(who, deal, paper):
    done = who.get(f"/records/deal/{deal}/papers/{paper}")
    assert done.status == 200, done
    return done.json["places"]


def close(text):
    return re.sub(r"\s", "", text)


def file_of(who, deal, paper, kind):
    done = who.get(f"/records/deal/{deal}/papers/{paper}?as={kind}")
    assert done.status == 200, done
    return done.content


def word(who, deal, paper):
    """The paragraphs of the Word file."""
    with zipfile.ZipFile(io.BytesIO(file_of(who, deal, paper, "docx"))) as book:
        body = book.read("word/document.xml").decode()
        marks = "".join(book.read(name).decode() for name in book.namelist() if "header" in name)
    said = [html.unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", part))) for part in body.split("</w:p>")]
    return [one for one in said if one], re.sub("<[^>]*>", "", marks)


def printed(who, deal, paper):
    """What the PDF says, without its page numbers and marks."""
    read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=file_of(who, deal, paper, "pdf"), capture_output=True, check=True).stdout.decode()
    return re.sub(r"[0-9a-f]{16}共\d+页|草稿|—\d+—", "", close(read))


def values(places, name):
    return list(dict.fromkeys(place.get("value") for place in places if place["name"] == name))


@tap.meets("SCYY-020.1+2", "SXYY-013", "SXYY-014.12+13")
def test_a_licence_and_an_nda_come_out_of_a_deal_as_word_with_each_value_from_its_record(world):
    who = world["centre_manager"]
    deal = of_deal(who, platform="虚构专利转化交易平台", listing_no="GP-9", listed_on="2026-02-01")
    row = shown(who, "deal", deal)
    assert (row["platform"], row["listing_no"], row["listed_on"]) == ("虚构专利转化交易平台", "GP-9", "2026-02-01"), row
    places = draft(who, deal, "licence")
    assert {(p.get("type"), p.get("id")) for p in places if p["name"].startswith("deal.")} == {("deal", str(deal))}, places
    assert all(p["label"] != p["name"] and p["name"].partition(".")[0] in ("deal", "patents") for p in places), places
    said, _ = word(who, deal, "licence")
    whole = close("".join(said))
    expected = {
        "deal.title": [row["title"]], "deal.contract_no": [row["contract_no"]], "deal.amount": ["107,000.53元"], "deal.amount.capitals": ["壹拾万零柒仟元伍角叁分"],
        "deal.licence_term": ["2026年3月1日至2029年2月28日"], "deal.sides.name": ["虚构大学", "虚构公司"], "deal.sides.credit_code": [GIVER, TAKER],
        "deal.payments.due": ["2026年4月1日", "2027年4月1日"], "deal.payments.amount": ["100,000元", "7,000.53元"],
        "deal.payments.amount.capitals": ["壹拾万元整", "柒仟元伍角叁分"], "patents.number": PATENTS}
    for name, all_ in expected.items():
        assert values(places, name) == all_, (name, values(places, name))
        assert all(close(one) in whole for one in all_), (name, whole)
    assert f"甲方（许可方）：虚构大学统一社会信用代码：{GIVER}乙方（被许可方）：虚构公司统一社会信用代码：{TAKER}" in whole, whole
    assert "许可使用费总额为107,000.53元。上述金额大写：人民币壹拾万零柒仟元伍角叁分。" in whole, whole
    nda = close("".join(word(who, deal, "nda")[0]))
    assert "保密协议" in nda and "虚构大学" in nda and TAKER in nda and "【待补】" not in nda, nda
    for paper in ("licence", "nda"):
        texts = word(who, deal, paper)[0]
        pdf = printed(who, deal, paper)
        assert close("".join(texts)) == pdf, (paper, texts, pdf)


@tap.meets("SCYY-020.2")
def test_a_fact_that_lacks_prints_that_it_does_and_its_draft_is_marked(world):
    who = world["centre_manager"]
    for kind, paper in TEMPLATES.items():
        deal = made(who, "deal", type=kind, **({"amount": "1.00"} if kind == "pledge" else {}))
        lacking = [p["name"] for p in draft(who, deal, paper) if "value" not in p]
        assert {"deal.title", "deal.contract_no", "deal.sides.name", "patents", "deal.sides" if kind == "equity" else "deal.payments"} <= set(lacking), (kind, lacking)
        said, mark = word(who, deal, paper)
        whole = close("".join(said))
        assert "草稿" in mark and whole.count("【待补】") == len(lacking), (kind, whole, lacking)
        assert whole == printed(who, deal, paper), (kind, whole, printed(who, deal, paper))
    deal = of_deal(who)
    assert changed(who, "deal", deal, sides=DEAL["sides"][:1]).status == 200
    whole = close("".join(word(who, deal, "licence")[0]))
    assert "乙方（被许可方）：【待补】" in whole and "甲方（许可方）：虚构大学" in whole, whole
    assert changed(who, "deal", deal, amount=None, licence_term=None).status == 200
    whole = close("".join(word(who, deal, "licence")[0]))
    assert "许可使用费总额为【待补】。" in whole and "上述金额大写" not in whole and "许可期限为【待补】，" in whole, whole


def test_the_library_gives_titles_and_what_is_whole_bears_no_mark(world):
    who = world["centre_manager"]
    rows = [f"CN29920000{n}A,虚构的隔膜{n},虚构大学;虚构研究院" for n in (1, 2)]
    assert world["province_officer"].ask("POST", "/imports?name=names.csv&source=patsnap", raw="\n".join(["公开号,标题,申请人", *rows]).encode()).status == 200
    deal = of_deal(who, patents=["CN299200001A", "CN299200002A"])
    for _ in range(600):
        places = draft(who, deal, "licence")
        if values(places, "patents.title") == ["虚构的隔膜1", "虚构的隔膜2"]:
            break
        time.sleep(0.1)
    found = who.get("/search?query=CN299200001A").json["hits"][0]
    assert {p["id"] for p in places if p["name"].startswith("patents.") and p["row"] == 1} == {str(found["id"])}, places
    assert values(places, "patents.holder") == ["虚构大学; 虚构研究院"], places
    said, mark = word(who, deal, "licence")
    whole = close("".join(said))
    assert "草稿" not in mark and "【待补】" not in whole and "1CN299200001A虚构的隔膜1虚构大学;虚构研究院2CN299200002A虚构的隔膜2虚构大学;虚构研究院" in whole, (mark, whole)
    assert whole == printed(who, deal, "licence")


@tap.meets("SCYY-020.2")
def test_sums_stand_in_capitals_by_the_rule_and_other_currencies_in_their_own(world):
    who = world["centre_manager"]
    deal = of_deal(who, payments=[{"due": f"2026-{1 + n // 28:02}-{1 + n % 28:02}", "amount": sum_} for n, sum_ in enumerate(CAPITALS)])
    places = [p for p in draft(who, deal, "licence") if p["name"] == "deal.payments.amount.capitals"]
    got = dict(zip(CAPITALS, [p.get("value") for p in sorted({p["row"]: p for p in places}.values(), key=lambda p: p["row"])]))
    assert got == CAPITALS, {k: (got.get(k), CAPITALS[k]) for k in CAPITALS if got.get(k) != CAPITALS[k]}
    deal = of_deal(who, currency="USD")
    whole = close("".join(word(who, deal, "licence")[0]))
    assert "许可使用费总额为USD107,000.53。" in whole and "人民币壹" not in whole and "USD7,000.53" in whole, whole


def test_a_paper_is_for_who_reads_the_record_and_of_a_type_that_names_it(world):
    who, other = world["centre_manager"], world["centre_neighbour"]
    deal = of_deal(who)
    for as_ in ("", "?as=docx", "?as=pdf", "?as=png"):
        assert other.get(f"/records/deal/{deal}/papers/licence{as_}").status == 404, as_
    assert who.get(f"/records/deal/{deal}/papers/nothing").status == 404
    demand = made(who, "demand", title="找", text="要", party=made(who, "served_party", name="虚构", credit_code=bodies.credit_code(9300), served="2026-01-01"))
    assert who.get(f"/records/demand/{demand}/papers/nda").status == 404
    names = [one["name"] for one in world.types["deal"]["papers"]]
    assert names == [*TEMPLATES.values(), "nda"], names
    done = who.get(f"/records/deal/{deal}/papers/licence?as=png&n=1")
    assert done.status == 200 and done.content[:4] == b"\x89PNG", done


run(sys.modules[__name__], language="zh")
