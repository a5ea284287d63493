"""Every form and paper of every pack, as a reader gets it: papers_test.py SAMPLES PRESS.

SAMPLES (tests/paper_samples.c) makes them from made-up records; here they are read with other
people's programs: poppler's, and Python's own zip and XML. Very long ones, pictures and a second
making are of the long form and of SOME drawn by the last commit; of all with LONG=1. Fonts, glyphs and what LibreOffice
reads are looked at in a third of the papers, drawn alike, and in those of packs that the commit touches.
"""
import functools
import glob
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from xml.etree import ElementTree

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
import draw  # noqa: E402
import paper_rules  # noqa: E402
import tap  # noqa: E402
from tap import Skip  # noqa: E402

PACKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packs")
ROOM = tempfile.TemporaryDirectory(prefix="papers-")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CHARACTERS = 20000
SOME = 1  # paper, besides the form of the annex
TRIAL = "征求意见稿·试运行"

# The annex of 川市监办[2025]16号 from top to bottom, as its text stands in the pack.
ANNEX = """单位名称 单位性质 详细地址 邮编 法定代表人 职务 联系方式 中心负责人 职务 联系方式 联系人 职务 联系方式 产业领域
产业主体数 龙头企业 产业链重要主体名单 产业链概况 工作队伍 姓名 现任职务 熟悉业务 拟分工 工作基础 办公条件 工作机制 基础制度
运营案例 建设方案 自身建设计划 拟提供服务内容 预期成效 （指标量化） 申报单位意见 我单位自愿申报建设四川省 经办人及联系方式 负责人
申报单位盖章 推荐单位意见 经办人及联系方式 负责人 推荐单位盖章 备注：表后请另附法人证书""".split()


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, check=False, **more)
    assert done.returncode == 0, (command, done.stderr.decode())
    return done.stdout


def some(all_):
    """Those that what takes long is tried with."""
    if os.environ.get("LONG"):
        return all_
    form = [one for one in all_ if one["id"] == "application-form"]
    drawn = set(draw.shuffled([name(one) for one in all_ if one not in form], draw.draw())[:SOME])
    return [one for one in all_ if one in form or name(one) in drawn]


@functools.lru_cache(maxsize=None)
def third_of(names):
    changed = draw.touched()
    packs = {path.split("/")[1] for path in changed if path.startswith("packs/")}
    layout = any(path.startswith(("src/paper/", "reference/paper")) for path in changed)
    return set(tap.sample(names, "papers", [one for one in names if layout or one.split(".")[0] in packs]))


def third(all_):
    taken = third_of(tuple(map(name, all_)))
    return [one for one in all_ if name(one) in taken]


def name(one):
    return f"{one['pack']}.{one['id']}"


BOARDS = ("certificate", "plaque")  # one page, without a number of its own


def counted(one, number):
    """How many pages there are, beside the number of the page; both together where it has no number of its own."""
    return f"{number}/{one['pages']}" if one["id"] in BOARDS else f"共{one['pages']}页"


@functools.lru_cache(maxsize=None)
def made(samples, press, characters=0, zone="UTC"):
    """All as they are; some with much text, or elsewhere."""
    folder, only = tempfile.mkdtemp(dir=ROOM.name), []
    if characters or zone != "UTC":
        only = [name(one) for one in some(made(samples, press)[1])]
    lines = run(samples, folder, press, "", str(characters), *only,
                env={**os.environ, "TZ": zone, "LC_ALL": "C"}).decode().splitlines()
    return folder, [json.loads(line) for line in lines]


def path(folder, one, end):
    return os.path.join(folder, f"{one['pack']}.{one['id']}.{end}")


def yaml_load(file):
    return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def content(folder, one):
    with open(path(folder, one, "json"), encoding="utf-8") as file:
        return json.load(file)


def close(text):
    return re.sub(r"\s", "", text)


@functools.lru_cache(maxsize=None)
def raw_text(pdf):
    """In the order in which it is drawn, which is the order of reading; each page ends in a form feed."""
    return run("pdftotext", "-raw", "-enc", "UTF-8", pdf, "-").decode()


def text_of(pdf):
    return close(raw_text(pdf))


@functools.lru_cache(maxsize=None)
def bbox_of(pdf):
    return run("pdftotext", "-bbox", pdf, "-").decode()


def texts(paper, word=False):
    """All that a paper says, in order. In Word a head begins a table of its own, which its group is said beside again."""
    for block in paper["blocks"]:
        if block["role"] == "table":
            group, kind = None, None
            for row in block["rows"]:
                own = word and (kind, row["kind"]) in (("line", "head"), ("data", "head"), ("data", "line"))
                if row["group"] and (own or row["group"] != group):
                    yield row["group"]
                group, kind = row["group"], row["kind"]
                yield from (cell["text"] for cell in row["cells"])
        else:
            yield from filter(None, (block["label"], block["text"]))


def in_order(words, text, what):
    at = 0
    for word in map(close, words):
        found = text.find(word, at)
        assert found >= 0, (what, word, text[at:at + 200])
        at = found + len(word)


def test_every_pack_with_a_process_has_its_papers(samples, press):
    _, all_ = made(samples, press)
    of = {(one["pack"], one["id"]) for one in all_}
    assert len(all_) >= 40, len(all_)
    for pack in ("sc-yunying-2025", "sx-yunying-draft"):
        for paper in ("recommendation", "review-report", "publicity-notice", "recognition-decision", "certificate",
                      "plaque", "announcement", "report-receipt-city", "report-receipt", "evaluation-report", "rectification-notice", "revocation-decision"):
            assert (pack, paper) in of, (pack, paper)
    assert not [one for one in of if one[1] == "annual-report"], "the annual paper is the form that is handed in"
    assert {("sc-yunying-2025", "annual-evaluation"), ("sx-yunying-draft", "self-report"), ("sc-yunying-2025", "application-form"), ("sc-yucheng-2025", "task-book"),
            ("sc-shifan-draft", "summary")} <= of
    # A sample record is of the first of its kinds and its file names no material: one that asks for another kind, or
    # shares its field with others, is missing.
    others = set()
    for path_ in glob.glob(os.path.join(PACKS, "*", "forms.yaml")):
        materials = yaml_load(open(path_, encoding="utf-8")).get("materials", [])
        proofs = [proof for material in materials for proof in material.get("proof", [])]
        others |= {(os.path.basename(os.path.dirname(path_)), material["label"]) for material in materials
                   if material.get("of") or any(proofs.count(proof) > 1 for proof in material.get("proof", []))}
    lacking = [(one["pack"], one["id"], label) for one in all_ for label in one["missing"] if (one["pack"], label) not in others]
    assert not lacking, lacking
    for part, has in (("papers", lambda paper: True), ("forms", lambda form: form.get("sections"))):
        for path_ in glob.glob(os.path.join(PACKS, "*", part + ".yaml")):
            pack = os.path.basename(os.path.dirname(path_))
            with open(path_, encoding="utf-8") as file:
                ids = {(pack, one["id"]) for one in yaml_load(file)[part] if pack not in ("common", "record-papers") and has(one)}
            assert ids <= of, ids - of


def decisions(process):
    """The steps of an office that end a case of the process."""
    ends = {state["id"] for state in process["states"] if state.get("end")}
    others = ("applicant", "centre", "expert", "public", "system")
    return [step for step in process["transitions"] if step.get("to") in ends and step["actor"] not in others]


def against_the_party(process):
    """Of these, what takes a place away, and, where another gives what was asked for, what does not give it."""
    def gives(step):
        return step.get("passes") or any(re.match(r"record centre\b", effect) for effect in step.get("effects", ()))
    all_ = decisions(process)
    given = any(map(gives, all_))
    return {step["id"] for step in all_ if given and not gives(step) or any(
        re.match(r"change centre .*\bleaving=", effect) for effect in step.get("effects", ()))}


def refuses(process):
    """Of these, what an office calls so, whatever else the process gives (不予取消 takes nothing away)."""
    return [step["id"] for step in decisions(process) if re.match("不予(推荐|认定|立项|奖励)", str(step["label"]))]


def test_each_step_that_refuses_or_takes_away_has_a_paper_with_remedies(samples, press):  # of the packs themselves
    steps = set()
    for path_ in glob.glob(os.path.join(PACKS, "*", "process.yaml")):
        with open(path_, encoding="utf-8") as process, \
                open(os.path.join(os.path.dirname(path_), "papers.yaml"), encoding="utf-8") as papers:
            told = {(p["process"], step) for p in yaml_load(papers)["papers"] if p.get("remedy") for step in p["steps"]}
            processes = yaml_load(process)["processes"]
        of = {(p["id"], step) for p in processes for step in (*against_the_party(p), *refuses(p))}
        assert of <= told, (path_, of - told)
        decides = {(p["id"], step["id"]) for p in processes for step in decisions(p)}
        assert told <= decides, (path_, told - decides)  # nobody is asked on what another step rests
        steps |= {(path_, *step) for step in of}
    assert len(steps) >= 15, steps


def is_known(pack, name):
    """Of the pack and its step: nobody can leave it out."""
    return name.startswith(("policy.", "step.")) or name in ("row.number", "paper.decides", "paper.count")


def test_a_paper_without_a_value_is_refused_by_its_name_or_is_whole_without_it(samples, press):
    lines = [json.loads(line) for line in run(samples).decode().splitlines()]
    refused = Counter()
    for one in lines:
        what = (one["pack"], one["id"], one.get("without", ""))
        if "refused" in one:
            assert one.get("without", "") and f"({one['without']})" in one["refused"], (what, one["refused"])
            assert one["refused"].count("(") == 1 and not is_known(*what[::2]), (what, one["refused"])
            refused[one.get("without", "")] += 1
        else:
            paper = one["content"]
            assert not list(paper_rules.faults(paper)), (what, list(paper_rules.faults(paper)))
            said = "".join(texts(paper))
            # A plaque names what it is of; an advance notice rests on what the officer wrote, for no text says that one is told.
            told = one["id"].endswith("-notice") and one["id"] != "rectification-notice"
            for needed in () if one["id"] == "plaque" else ("<case.matter>",) if told else ("<case.matter>", "《"):
                assert needed in said, (what, needed)
            assert "<party.name>" in said or "<parties.name-1>" in said or one["id"] == "plaque", what
    assert len(lines) > 4000 and {"paper.to", "paper.number", "decision.reason", "case.matter", "remedy.organ",
                                  "reply.period", "rectification.due", "parties.centre", "meeting.result"} <= set(refused), refused


def test_no_paper_prints_the_blanks_and_half_width_marks_of_its_source(samples, press):
    folder, all_ = made(samples, press)
    for one in all_:
        for text in texts(content(folder, one)):
            assert not list(paper_rules.typography(text)), (one, text)


def test_tables_are_tables_and_what_is_read_at_once_stands_in_one_line(samples, press):
    folder, all_ = made(samples, press)
    seen = Counter()
    for one in all_:
        paper = content(folder, one)
        for rule in (paper_rules.narrow, paper_rules.commas, paper_rules.unsure):
            assert not list(rule(paper)), (one, rule.__name__, list(rule(paper)))
        said = [text for text in texts(paper)]
        seen.update(word for word in ("尚不能判断", "名次", "另有1个因缺") if any(text.startswith(word) or word in text and "另有" in word for text in said))
        # Digests are whole and in one line, in print and in Word.
        digests = {text for text in said if re.fullmatch("[0-9a-f]{64}", text)}
        if digests:
            lines = run("pdftotext", "-layout", path(folder, one, "pdf"), "-").decode()
            assert all(digest in lines for digest in digests), one
            seen["digest"] += 1
    assert seen["尚不能判断"] > 2 and seen["名次"] >= 2 and seen["另有1个因缺"] > 0 and seen["digest"] > 2, seen


def in_the_text(paper):
    """The paper with the table of its annex as one of the text."""
    blocks = paper["blocks"]
    at = next(n for n, block in enumerate(blocks) if block["role"] == "annex")
    end = next(n for n in range(at, len(blocks)) if blocks[n]["rows"]) + 1
    said = next(n for n, block in enumerate(blocks) if block["role"] == "attachment")
    blocks[said:] = [dict(blocks[at + 1], role="text", pieces=[]), *blocks[at + 2:end], *blocks[said:at], *blocks[end:]]
    return blocks


def test_no_page_stays_half_empty_before_a_tall_first_row(samples, press):
    folder, all_ = made(samples, press)
    paper = content(folder, next(one for one in all_ if one["id"] == "recommendation"))
    blocks = in_the_text(paper)
    first = next(block for block in blocks if block["role"] == "text")
    table = next(block for block in blocks if block["rows"])
    table["rows"][1]["cells"][2]["text"] = "\n".join(f"第{n:02}行" for n in range(10))  # less than a third of a page
    split = 0
    for lines in range(1, 16):
        first["text"] = "\n".join(["一行"] * lines)
        pages = [page.split("\n") for page in pressed(press, paper)]
        of_row = [[line for line in page if re.match(r".*第\d\d行", line)] for page in pages]
        parts = [len(part) for part in of_row if part]
        assert sum(parts) == 10 and min(parts) >= 3, (lines, parts)
        split += len(parts) > 1
        for page, part in zip(pages, of_row):  # its head is above each part
            assert not part or any("依据的数据" in line for line in page), (lines, page)
    assert 0 < split < 8, split


def test_a_title_of_two_lines_has_no_single_letter_in_its_last(samples, press):
    folder, all_ = made(samples, press)
    paper = content(folder, next(one for one in all_ if one["id"] == "recommendation"))
    title = next(block for block in paper["blocks"] if block["role"] == "title")
    for letters in (21, 24, 30):  # a line has 20
        title["text"] = "关于" + "甲" * (letters - 2)
        first, *_, last = [line.strip() for line in pressed(press, paper)[0].split("\n") if "甲" in line]
        assert abs(len(first) - len(last)) <= 2 and len(first + last) == letters, (first, last)


def test_a_name_in_a_title_stands_in_one_line_where_it_has_room(samples, press):
    folder, all_ = made(samples, press)
    paper = content(folder, next(one for one in all_ if one["id"] == "recommendation"))
    title = next(block for block in paper["blocks"] if block["role"] == "title")
    for before in range(8, 20):  # a line has 20; the name has 10
        title["text"], title["pieces"] = "甲" * before + "虚构电池产业有限公司" + "的函", ["虚构电池产业有限公司"]
        assert "虚构电池产业有限公司" in pressed(press, paper)[0], before
    long = "".join(chr(0x4e00 + n) for n in range(45))  # no line has room for it: none of it is lost
    title["text"], title["pieces"] = "关于" + long + "的函", [long]
    assert title["text"] in close(pressed(press, paper)[0])
    titles = [block for one in all_ for block in content(folder, one)["blocks"] if block["role"] == "title" and "pieces" in block]
    assert len(titles) > 50 and all("".join(title["pieces"]) == title["text"] for title in titles), titles


def boxes(pdf, having=""):
    """Words of the last page, of those that have a word: left, top, right, text."""
    page = [page for page in bbox_of(pdf).split("<page ") if having in page][-1]
    words = re.findall(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="\S+">(.*?)</word>', page)
    return [(*map(float, place), html.unescape(word)) for *place, word in words]


LEFT, RIGHT, BOTTOM = 28 / 25.4 * 72, (210 - 26) / 25.4 * 72, (297 - 35) / 25.4 * 72  # of an official paper's text


def test_copies_and_imprint_are_the_last_of_the_last_page_of_an_official_paper(samples, press):
    folder, all_ = made(samples, press)
    copies = imprints = 0
    for one in all_:
        paper = content(folder, one)
        if paper["layout"] != "official":
            continue
        roles = [block["role"] for block in paper["blocks"]]
        assert roles[-1] == "imprint" and roles.count("imprint") == 1, one
        imprints += 1
        words = sorted((word for word in boxes(path(folder, one, "pdf")) if word[1] < BOTTOM), key=lambda word: word[1])
        issuer, day = sorted(words[-2:]) if words[-2][1] > BOTTOM - 26 else (None, None)
        assert issuer and BOTTOM - 26 < issuer[1] < BOTTOM - 10, (one, words[-3:])
        assert abs(issuer[0] - LEFT - 14) < 2 and abs(RIGHT - 14 - day[2]) < 2 and day[3].endswith("印发"), (one, issuer, day)
        copied = [word for word in words if word[3].startswith("抄送：")]
        copies += len(copied)
        assert all(BOTTOM - 2 * 26 - 10 < word[1] < BOTTOM - 26 and word[3].endswith("。") for word in copied), (one, copied)
    assert copies > 4 and imprints > 20, (copies, imprints)


def test_the_signer_stands_centred_over_the_date_four_letters_from_the_right(samples, press):
    folder, all_ = made(samples, press)
    seen = Counter()
    for one in all_:
        if seen["某局"] > 3:
            break
        paper = content(folder, one)
        for n, block in enumerate(paper["blocks"][:-1]):
            day = paper["blocks"][n + 1]
            if block["role"] != "signer" or day["role"] != "date" or paper["layout"] != "official":
                continue
            for name in ("某局", "四川省知识产权服务促进中心", "某某市市场监督管理局（某某市知识产权局）"):
                block["text"], day["text"] = name, "2026年11月3日"
                job = {"content": paper, "digest": "0" * 64}
                with tempfile.NamedTemporaryFile(dir=folder, suffix=".pdf") as file:
                    file.write(run(press, "", input=json.dumps(job).encode()).split(b"\n", 1)[1])
                    file.flush()
                    words = boxes(file.name, name)
                (left, top, right, _), = [word for word in words if word[3] == name]
                (left_, top_, right_, _), = [word for word in words if word[3] == day["text"]]
                assert abs(left + right - left_ - right_) < 4 and 20 < top_ - top < 40, (one, name)
                assert right < RIGHT + 1 and (len(name) > 15 or abs(RIGHT - 64 - right_) < 3), (one, name, right_)
                seen[name] += 1
    assert len(seen) == 3 and seen["某局"] > 3, seen


def test_a_number_and_what_it_counts_or_numbers_stand_in_one_line(samples, press):
    folder, all_ = made(samples, press)
    paper = content(folder, next(one for one in all_ if one["id"] == "recommendation"))
    first = next(block for block in paper["blocks"] if block["role"] == "text")
    for before in range(12, 28):  # a line has 28
        first["text"] = "\n".join("甲" * before + words for words in (
            "2026年11月23日公布", "第十二条第（一）项规定", "（三）有关单位", "〔七（三）〕。", "应在5个工作日内", "不合格的”（十四）。"))
        said = pressed(press, paper)[0]
        if before < 21:  # what is quoted has room in its line: nothing of it goes with the clause behind it
            assert re.search("^[ 　]*甲+不合格的”(（十四）。)?$", said, re.M), (before, said)
        for whole in ("2026年11月23日", "第十二条第（一）项", "（三）有", "〔七（三）〕", "5个工作日"):
            assert whole in said, (before, whole)
        lines = [line.strip() for line in said.split("\n") if line.strip()]
        assert not [line for line in lines if line[0] in "，。、；：）》」〕？！" or line[-1] in "（《「〔"], (before, lines)


def test_a_short_paragraph_stands_on_one_page_and_no_line_of_a_long_one_alone(samples, press):
    folder, all_ = made(samples, press)
    paper = content(folder, next(one for one in all_ if one["id"] == "recommendation"))
    first = next(block for block in paper["blocks"] if block["role"] == "text")
    turned = 0
    for before in range(1, 22):
        first["text"] = "\n".join(["一行"] * before + ["乙" * 28 * 2] + ["丙" * 28 * 5])
        pages = pressed(press, paper)
        short, long = ([len(re.findall(letter + "+", page)) for page in pages if letter in page] for letter in "乙丙")
        assert len(short) == 1 and min(long) >= 2, (before, short, long)
        turned += len(long) > 1
    assert turned, turned


WORDS = "知识产权 运营中心 市场监管 专利 产业 示范基地 育成中心 验收 公示 认定 评审 评价 整改 申报 推荐 备案".split()


def quotes(node):
    if isinstance(node, dict):
        yield from (str(value) for key, value in node.items() if key == "quote")
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from quotes(inner)


def test_no_quote_ends_or_begins_within_a_word(samples, press):
    count = 0
    for path_ in glob.glob(os.path.join(PACKS, "*", "*.yaml")):
        source = os.path.join(os.path.dirname(path_), "source.txt")
        with open(path_, encoding="utf-8") as file, open(source, encoding="utf-8") as text:
            said, text = yaml_load(file), close(text.read())
        for quote in map(close, quotes(said)):
            at = text.find(quote)
            for end in (at, at + len(quote)) if at >= 0 else ():
                cut = [word for word in WORDS for n in range(1, len(word)) if text[max(end - n, 0):end - n + len(word)] == word]
                assert not cut, (path_, quote, cut)
                count += 1
    assert count > 1000, count


def test_fonts_are_embedded_and_the_structure_is_tagged(samples, press):
    folder, all_ = made(samples, press)
    for one in third(all_):
        fonts = run("pdffonts", path(folder, one, "pdf")).decode().splitlines()[2:]
        assert fonts and all(re.search(r" yes yes yes +\d+ +\d+$", line) for line in fonts), (one, fonts)
        info = run("pdfinfo", path(folder, one, "pdf")).decode()
        assert re.search(r"^Tagged: +yes$", info, re.M), info
        assert int(re.search(r"^Pages: +(\d+)$", info, re.M)[1]) == one["pages"], (one, info)


def outside_of_its_page(pdf):
    for page in re.split(r"(?=<page )", bbox_of(pdf))[1:]:
        width, height = map(float, re.match(r'<page width="([\d.]+)" height="([\d.]+)"', page).groups())
        for word in re.finditer(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>', page):
            left, top, right, bottom = map(float, word.groups()[:4])
            if left < 0 or top < 0 or right > width or bottom > height:
                yield html.unescape(word[5])


def test_no_glyph_lies_outside_of_its_page(samples, press):
    for characters in (0, CHARACTERS):
        folder, all_ = made(samples, press, characters)
        for one in all_ if characters else third(all_):
            assert not list(outside_of_its_page(path(folder, one, "pdf"))), one


def test_what_a_paper_says_stands_in_its_pdf(samples, press):
    folder, all_ = made(samples, press)
    for one in all_:
        said = text_of(path(folder, one, "pdf"))
        lacking = [text for text in texts(content(folder, one)) for line in text.split("\n")
                   if not set(close(line)) <= set(said)]
        assert not lacking, (one, lacking)
        in_order((text for text in texts(content(folder, one)) if len(text) < 12), said, one)


@tap.meets("SCYY-A28.1+2")
def test_the_annex_is_printed_with_all_its_labels_in_order_and_a_long_text_flows(samples, press):
    for characters in (0, CHARACTERS):
        folder, all_ = made(samples, press, characters)
        one = next(one for one in all_ if one["id"] == "application-form")
        said = text_of(path(folder, one, "pdf"))
        in_order(ANNEX, said, "PDF")
        in_order(ANNEX, close("".join(word_texts(path(folder, one, "docx")))), "Word")
    assert one["pages"] > 20, one
    feet = rf"示例〔2026〕1号{one['digest'][:16]}共{one['pages']}页—\d+—(工作基础|建设方案|推荐单位意见)?"
    for label in ("产业链概况", "办公条件说明", "自身建设计划", "推荐意见"):
        cell = next(text for text in texts(content(folder, one)) if text.startswith(label + "第0000段"))
        assert len(cell) >= CHARACTERS, len(cell)
        assert close(cell) in re.sub(feet, "", said), label


def drawn(pdf, one, groups):
    """The text of all pages as one, without what stands on each of them: mark, foot, number, group that goes on."""
    text = ""
    for number, page in enumerate(raw_text(pdf).split("\f")[:-1], 1):
        foot = f"示例〔2026〕1号{one['digest'][:16]}{counted(one, number)}"
        page = close(page).replace(TRIAL, "").removesuffix(f"—{number}—").removesuffix(foot)
        text += page.removeprefix(next((group for group in map(close, groups) if page.startswith(group)), ""))
    return text


def test_twenty_thousand_characters_in_one_field_flow_over_pages_in_each_paper(samples, press):
    folder, all_ = made(samples, press, CHARACTERS)
    for one in all_:
        paper = content(folder, one)
        groups = {row["group"] for block in paper["blocks"] for row in block.get("rows", []) if row["group"]}
        cells = [text for text in texts(paper) if len(text) >= CHARACTERS]
        assert cells or one["kind"] == "form", one
        said = drawn(path(folder, one, "pdf"), one, groups)
        lost = Counter(close("".join(texts(paper)))) - Counter(drawn(path(folder, one, "pdf"), one, []))
        assert not lost, (one, lost)  # side by side, long cells take turns on each page
        for cell in cells if one["kind"] == "paper" else []:
            assert close(cell) in said, (one, cell[:40])
        assert one["pages"] >= 15 * bool(cells), one


def test_the_row_of_the_route_quotes_both_ways(samples, press):
    for pack in ("sc-yunying-2025", "sx-yunying-draft"):  # who applies to the city is judged by it as well
        with open(os.path.join(PACKS, pack, "pack.yaml"), encoding="utf-8") as file:
            quote = next(one["quote"] for one in yaml_load(file)["criteria"] if one["id"] == "route")
        assert re.search("市.*提交申报书.*省级以上单位.*可直接向省", quote), (pack, quote)


def test_the_name_stands_in_the_words_that_the_applicant_signs(samples, press):
    folder, all_ = made(samples, press)
    one = next(one for one in all_ if one["id"] == "application-form")
    assert "我单位自愿申报建设四川省产业领域1产业知识产权运营中心。且郑重承诺" in text_of(path(folder, one, "pdf"))


def test_each_page_tells_which_paper_it_is_of(samples, press):
    folder, all_ = made(samples, press, CHARACTERS)
    for one in all_:
        pages = raw_text(path(folder, one, "pdf")).split("\f")[:-1]
        for number, page in enumerate(pages, 1):
            assert one["digest"][:16] + counted(one, number) in close(page), (one, number)
            assert one["pages"] == len(pages) and (f"—{number}—" in close(page)) == (one["id"] not in BOARDS), (one, number)
        end = close(pages[-1])
        for mark in (one["digest"], "示例〔2026〕1号", "00112233445566778899aabbccddeeff"):
            assert mark in end, (one, mark)


def pressed(press, paper):
    """The text of each page."""
    job = {"content": paper, "digest": "0" * 64, "entry": "0" * 32, "check_url": "https://zhiyun.example.cn/check/" + "0" * 32}
    pdf = run(press, "", input=json.dumps(job).encode()).split(b"\n", 1)[1]
    return run("pdftotext", "-raw", "-enc", "UTF-8", "-", "-", input=pdf).decode().split("\f")[:-1]


def office():
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found:
        raise Skip("LibreOffice is not installed (tools/setup.sh test): Word files are read as ZIP and XML alone")
    return found


def from_word(*files):
    """PDFs of Word files, as LibreOffice lays them out."""
    folder = tempfile.mkdtemp(dir=ROOM.name)
    run(office(), "--headless", "--convert-to", "pdf", "--outdir", folder, *files, env={**os.environ, "HOME": folder})
    return [os.path.join(folder, os.path.basename(file).removesuffix("docx") + "pdf") for file in files]


END = ("signer", "date", "copy", "imprint")


def test_no_last_page_is_of_signer_date_and_digest_alone(samples, press):
    folder, all_ = made(samples, press)
    turns = 0
    for id_ in ("recognition-decision", "publicity-notice", "review-report"):  # end in a text, a table, a short text with its heading
        paper = content(folder, next(one for one in all_ if one["id"] == id_))
        blocks = paper["blocks"]
        first = next(block for block in blocks if block["role"] in ("text", "item"))
        last = next(n for n in range(len(blocks), 0, -1) if blocks[n - 1]["role"] not in END)
        words = list(texts({"blocks": blocks[last - 1:last]}))
        columns = len(blocks[last - 1]["rows"][-1]["cells"]) if blocks[last - 1]["rows"] else 1
        for lines in range(1, 24, 3):
            first["text"] = "\n".join(["一行"] * lines)
            pages = pressed(press, paper)
            turns += len(pages) > 1
            heads = [cell["text"] for block in blocks for row in block["rows"] if row["kind"] == "head" for cell in row["cells"]]
            for page in map(close, pages):  # a head has a row below it on its page
                assert not re.search("(" + "|".join(heads) + r").?0{16}\d", page), (id_, lines, page)
            in_order([*words[-columns:], blocks[last]["text"]], close(pages[-1]), (id_, lines))
            assert not words[1:] or columns > 1 or blocks[last - 2]["text"] in pages[-1], (id_, lines)
    assert turns > 12, turns


def test_the_words_that_close_a_notice_do_not_stand_above_the_seal_alone(samples, press):
    folder, all_ = made(samples, press)
    paper = content(folder, next(one for one in all_ if one["id"] == "rectification-notice"))
    first = next(block for block in paper["blocks"] if block["role"] == "text")
    turns = 0
    for lines in range(1, 16):
        first["text"] = "\n".join(["一行"] * lines)
        last = [line for line in pressed(press, paper)[-1].split("\n") if line.strip()]
        if not any("一行" in line for line in last):
            turns += 1
        assert close(last[0]) != "特此通知。", (lines, last)
    assert turns, turns


def test_what_is_annexed_begins_a_page_behind_the_date_and_before_the_imprint(samples, press):
    folder, all_ = made(samples, press)
    seen = 0
    for one in all_:
        paper = content(folder, one)
        roles = [block["role"] for block in paper["blocks"]]
        if "annex" not in roles:
            continue
        seen += 1
        at = roles.index("annex")
        date = paper["blocks"][at - 1]["text"]
        pages = raw_text(path(folder, one, "pdf")).split("\f")[:-1]
        begins = [n for n, page in enumerate(pages) if page.lstrip().startswith("附件\n") or "\n附件\n" in page[:40]]
        assert len(begins) == 1 and begins[0] > 0, (one, begins)
        before = close(pages[begins[0] - 1])
        assert date in before and re.search("附件：|[12][.]对照条件", before), (one, before)
        # A line of the text stands above what is annexed, not the end alone.
        assert not re.match(".{0,16}(附件：|2[.])", before), (one, before)
        assert "印发" in pages[-1] and "印发" not in before, one
        with zipfile.ZipFile(path(folder, one, "docx")) as word:
            assert word.read("word/document.xml").decode().count("<w:pageBreakBefore/>") == 1, one
    assert seen > 4, seen


def test_the_remedies_stand_on_one_page(samples, press):
    folder, all_ = made(samples, press)
    turns = 0
    for id_ in ("refusal-decision", "revocation-decision"):
        paper = content(folder, next(one for one in all_ if one["id"] == id_))
        first = next(block for block in paper["blocks"] if block["role"] == "text")
        block = next(block for block in paper["blocks"] if block["role"] == "remedy")
        assert block["text"].startswith("如不服本决定"), block
        # six lines, whatever they begin with
        remedies = block["text"] = "对本决定有异议的" + block["text"].removeprefix("如不服本决定").replace("<remedy.organ>", "虚构机关" * 21)
        for lines in range(1, 24):
            first["text"] = "\n".join(["一行"] * lines)
            pages = [close(page) for page in pressed(press, paper)]
            assert sum(close(remedies) in page for page in pages) == 1, (id_, lines)
            turns += close(remedies)[-10:] not in pages[0]
    assert turns > 10, turns


def test_lines_stand_a_little_nearer_where_that_spares_a_page_with_little_on_it(samples, press):
    folder, all_ = made(samples, press)
    paper = content(folder, next(one for one in all_ if one["id"] == "revocation-notice"))
    first = next(block for block in paper["blocks"] if block["role"] == "text")
    paper["blocks"] = [block for block in paper["blocks"] if block is first or block["role"] != "text"]
    pages = []
    for lines in range(1, 16):
        first["text"] = "\n".join(["一行"] * lines)
        pages.append(len(pressed(press, paper)))
    assert pages == sorted(pages) and pages.count(1) == 12, pages  # 7 where no line stands nearer


def test_word_keeps_the_end_with_the_text_and_numbers_its_pages_as_print_does(samples, press):
    folder, all_ = made(samples, press)
    with zipfile.ZipFile(path(folder, next(o for o in all_ if o["id"] == "recognition-decision"), "docx")) as word:
        document = word.read("word/document.xml").decode()
        feet = [word.read(f"word/footer{n}.xml").decode() for n in (1, 2)]
        assert "<w:evenAndOddHeaders/>" in word.read("word/settings.xml").decode()
    for role in ("signer", "date"):
        assert f'<w:pStyle w:val="zy-{role}"/><w:keepNext/><w:ind w:leftChars="0"' in document, role
    # Copies and imprint stand in a table at the bottom of the text's room, which others make room for.
    body, _, foot = document.partition('<w:tblpPr ')
    assert 'w:vertAnchor="margin"' in foot and 'w:tblpYSpec="bottom"' in foot and '<w:tblOverlap w:val="never"/>' in foot, foot
    assert "zy-copy" not in body and foot.index("zy-copy") < foot.index("zy-imprint") < foot.index("<w:tab/>") < foot.index("核验地址"), foot
    assert re.findall(r'<w:(top|bottom) w:val="single" w:sz="(\d)"', foot) == [("top", "4"), ("top", "8"), ("top", "6"), ("bottom", "8")], foot
    assert '<w:p><w:pPr><w:spacing w:before="80"/></w:pPr><w:r><w:drawing>' in foot, "the symbol does not cover the line above it"
    kept = [role for role, keep in re.findall(r'<w:pStyle w:val="zy-(\w+)"/>(<w:keepNext/>)?', document) if keep]
    assert kept == ["text", "text", "signer", "date"], kept  # and what says what the table is
    assert 'w:type="even" r:id="rId6"' in document
    for foot, side in zip(feet, ("right", "left")):
        assert re.search(rf'<w:jc w:val="{side}"/>.*?>— </w:t>.*?w:instr=" PAGE ".*?> —</w:t>', foot), foot
        assert "NUMPAGES" not in foot
    rows = re.findall(r"<w:tr>.*?</w:tr>", document)
    assert len(rows) >= 4 and all("<w:cantSplit/>" in row for row in rows)


def test_lists_of_units_count_their_rows_and_break_no_credit_code(samples, press):
    folder, all_ = made(samples, press)
    counted = 0
    for one in all_:
        paper = content(folder, one)
        for block in paper["blocks"]:
            heads = [cell["text"] for cell in block["rows"][0]["cells"]] if block["rows"] else []
            if "序号" in heads and one["kind"] == "paper":
                counted += 1
                assert [row["cells"][heads.index("序号")]["text"] for row in block["rows"][1:]] == ["1", "2", "3"], one
            if "统一社会信用代码" in heads and one["kind"] == "paper":
                for row in block["rows"][1:]:
                    row["cells"][heads.index("统一社会信用代码")]["text"] = "91510100MA6CMGW8XQ"
                assert "\n".join(pressed(press, paper)).count("91510100MA6CMGW8XQ") == 3, one
    assert counted >= 6, counted


def test_a_draft_is_marked_on_each_page_and_nothing_else_is(samples, press):
    folder, all_ = made(samples, press)
    drafts = 0
    for one in all_:
        pages = raw_text(path(folder, one, "pdf")).split("\f")[:-1]
        draft = one["pack"].endswith("-draft")
        drafts += draft
        assert all((TRIAL in close(page)) == draft for page in pages), one
        with zipfile.ZipFile(path(folder, one, "docx")) as word:
            assert (TRIAL in word.read("word/header1.xml").decode()) == draft, one
    assert drafts >= 15, drafts


def test_the_digest_is_of_the_content(samples, press):
    folder, all_ = made(samples, press)
    for one in all_:
        with open(path(folder, one, "json"), "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == one["digest"], one


def test_the_same_content_gives_the_same_bytes_elsewhere(samples, press):
    first, all_ = made(samples, press)
    second, some_ = made(samples, press, 0, "America/New_York")
    assert len(some_) > SOME
    for one in some_:
        for end in ("pdf", "docx"):
            with open(path(first, one, end), "rb") as a, open(path(second, one, end), "rb") as b:
                assert a.read() == b.read(), (one, end)


def word_texts(docx):
    """Texts of paragraphs and cells, in order; a break is a line feed."""
    with zipfile.ZipFile(docx) as word:
        assert word.testzip() is None
        for name in word.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(word.read(name))
        body = ElementTree.fromstring(word.read("word/document.xml"))
    for paragraph in body.iter(WORD + "p"):
        yield "".join("\n" if part.tag == WORD + "br" else part.text or ""
                      for part in paragraph.iter() if part.tag in (WORD + "t", WORD + "br"))


def test_word_holds_the_same_text_in_the_same_order(samples, press):
    for characters in (0, CHARACTERS):
        folder, all_ = made(samples, press, characters)
        for one in all_:
            paper = content(folder, one)
            wanted = close("".join(texts(paper, word=True))).replace("：", "")
            got = close("".join(word_texts(path(folder, one, "docx")))).replace("：", "")
            assert got.startswith(wanted), (one, wanted[:200], got[:200])
            assert one["digest"] in got, one


def test_word_names_the_standard_faces_and_repeats_heads(samples, press):
    folder, all_ = made(samples, press)
    with zipfile.ZipFile(path(folder, next(o for o in all_ if o["id"] == "recognition-decision"), "docx")) as word:
        styles = word.read("word/styles.xml").decode()
        document = word.read("word/document.xml").decode()
    for face in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"):
        assert f'w:eastAsia="{face}"' in styles, face
    assert re.search('styleId="zy-text".*?<w:spacing w:val="-5"/>', styles), "28 characters of 16 points to 156 mm"
    assert "<w:tblHeader/>" in document


def test_a_character_that_no_font_has_is_named_not_boxed(samples, press):
    folder, all_ = made(samples, press)
    job = {"content": content(folder, all_[0]), "digest": "0" * 64}
    job["content"]["blocks"].append({"role": "text", "label": "", "text": "𠮷\U0010fffd鿬", "rows": []})
    head = json.loads(run(press, "", input=json.dumps(job).encode()).split(b"\n", 1)[0])
    assert head["missing"] == [0x10fffd], head["missing"]


def test_substituted_faces_are_told(samples, press):
    folder, all_ = made(samples, press)
    job = {"content": content(folder, all_[0]), "digest": "0" * 64,
           "fonts": "fonts:\n  - {id: text, faces: [No Such Face, Noto Sans CJK SC]}\n"}
    head = json.loads(run(press, "", input=json.dumps(job).encode()).split(b"\n", 1)[0])
    assert {"font": "text", "wanted": "No Such Face", "used": "Noto Sans CJK SC"} in head["substitutions"], head


def test_a_camera_reads_the_address_on_each_paper(samples, press):
    folder, all_ = made(samples, press)
    for one in some(all_):
        picture = os.path.join(folder, one["id"] + ".end")
        run("pdftoppm", "-r", "300", "-gray", "-singlefile", "-f", str(one["pages"]), path(folder, one, "pdf"), picture)
        seen = run("zbarimg", "--nodbus", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture + ".pgm").decode()
        assert seen.split() == ["https://zhiyun.example.cn/check/00112233445566778899aabbccddeeff"], (one, seen)


def test_pages_can_be_turned_into_pictures(samples, press):
    folder, all_ = made(samples, press)
    for one in all_[:3]:
        run("pdftoppm", "-r", "40", "-png", path(folder, one, "pdf"), os.path.join(folder, one["id"]))
        pictures = [name for name in os.listdir(folder) if name.startswith(one["id"]) and name.endswith(".png")]
        assert len(pictures) == one["pages"], (one, pictures)


def test_libreoffice_reads_the_same_text_out_of_word(samples, press):
    folder, all_ = made(samples, press)
    run(office(), "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", folder,
        *(path(folder, one, "docx") for one in third(all_)), env={**os.environ, "HOME": folder})
    for one in third(all_):
        with open(path(folder, one, "txt"), encoding="utf-8") as file:
            got = close(file.read().lstrip("\ufeff"))
        in_order(texts(content(folder, one)), got, one)


def of_blocks(press, layout, *blocks):
    """How many pages a paper of these blocks has, and its text."""
    pages = pressed(press, {"layout": layout, "id": "x", "pack": "p", "pack_version": "1", "title": "t", "number": "", "version": "1", "marks": [],
                            "blocks": [{"label": "", "text": "", "rows": [], **block} for block in blocks]})
    return len(pages), "\n".join(pages)


def test_a_certificate_is_one_page_and_no_name_is_broken_in_a_word(samples, press):
    words = "按照《四川省知识产权市场化运营示范基地管理办法（试行）（征求意见稿）》，经2025年度申报认定（2025年第一批），认定某某大学成果转移转化中心（虚构）为："
    for name_ in ("四川省软件与信息服务产业知识产权运营中心", "四川省人工智能与集成电路和软件与信息技术服务产业知识产权运营中心"):
        pages, text = of_blocks(press, "certificate", {"role": "number", "text": "证书编号：虚构证〔2025〕2号"}, {"role": "title", "text": "证书"},
                              {"role": "text", "text": words}, {"role": "display", "text": name_}, {"role": "signer", "text": "某局"}, {"role": "date", "text": "2025年11月26日"})
        assert pages == 1 and "知识产权运营中心" in text, (pages, text)
    assert "四川省软件与信息服务产业知识产权运营中心" in of_blocks(press, "certificate", {"role": "display", "text": "四川省软件与信息服务产业知识产权运营中心"})[1]
    pieces = ["关于不予认定", "攀枝花澄观机械运营中心（虚构）", "为四川省产业知识产权运营中心的决定"]
    _, text = of_blocks(press, "official", {"role": "title", "text": "".join(pieces), "pieces": pieces}, {"role": "text", "text": "某"})
    assert "（虚构）" in text and "四川省" in text and "知识产权" in text, text
    _, text = of_blocks(press, "official", {"role": "title", "text": "关于认定2025年度承担四川省知识产权市场化运营示范工作单位的决定"}, {"role": "text", "text": "某"})
    assert "2025年度" in text and "知识产权" in text, text


NAMED = ("攀枝花澄观机械运营中心（虚构）", "中国科学院成都某某材料研究所", "四川某某先进制造产业技术研究院有限公司", "某大学")
TITLES = (("关于不予认定", None, "为四川省产业知识产权运营中心的决定"), ("关于取消", None, "四川省产业知识产权运营中心资格的决定"),
          ("四川省市场监督管理局", "关于认定", "2025年度", "承担四川省知识产权市场化运营示范工作单位的决定"),
          ("四川省市场监督管理局", "关于认定", "2025年度", "四川省产业知识产权运营中心的决定"), ("2025年度", "拟认定四川省产业知识产权运营中心名单公示"),
          ("四川省市场监督管理局", "关于", "2025年度", "四川省产业知识产权运营中心认定名单的公告"),
          ("关于推荐", None, "申报省级高价值专利育成中心的函"), ("关于对", None, "申报省级高价值专利育成中心", "不予立项", "的决定"),
          ("关于", None, "核查情况的告知书"), ("关于推荐", None, "申报国家级产业知识产权运营中心的函"))
TITLE_WORDS = "关于 认定 不予 取消 资格 决定 四川省 2025年度 知识产权 运营中心 育成中心 市场化 示范工作 名单 公示 推荐 申报 省级 高价值 专利 产业 核查 情况 告知书".split()


def ems(line):
    return sum(1 if ord(letter) > 0x2e80 else 0.52 for letter in line)


def test_the_lines_of_a_title_end_at_its_meaning_and_make_a_trapezoid_or_a_rhombus(samples, press):
    broken = 0
    for pieces in [[name if piece is None else piece for piece in title] for title in TITLES for name in (NAMED if None in title else NAMED[:1])]:
        text = "".join(pieces)
        _, said = of_blocks(press, "official", {"role": "title", "text": text, "pieces": pieces}, {"role": "text", "text": "正文。"})
        lines = [close(line) for line in said[:said.index("正文")].split("\n") if close(line)]
        assert "".join(lines) == text, (text, lines)
        broken += len(lines) > 1
        widths = [ems(line) for line in lines]
        assert min(widths) > 0.3 * max(widths) or any(len(name) > 18 and name in lines for name in NAMED), lines
        assert not any(before - 0.6 > mid < after - 0.6 for before, mid, after in zip(widths, widths[1:], widths[2:])), ("an hourglass", lines)
        ends, at = set(), 0
        for line in lines[:-1]:
            at += len(line)
            ends.add(at)
        for word in [*TITLE_WORDS, *(name for name in NAMED if name in text)]:
            for found in re.finditer(word, text):
                assert not ends & set(range(found.start() + 1, found.end())), (word, lines)
        assert not any(line.startswith("的") or line.endswith("局关于") for line in lines), lines
    assert broken > 15, broken


def test_word_ends_the_lines_of_a_title_where_print_does(samples, press):
    folder, all_ = made(samples, press)
    several = 0
    for one in all_:
        if one["id"] in BOARDS:
            continue
        with zipfile.ZipFile(path(folder, one, "docx")) as word:
            document = word.read("word/document.xml").decode()
        printed = {close(line) for line in raw_text(path(folder, one, "pdf")).split("\n")}
        for title in re.findall(r'<w:pStyle w:val="zy-title"/>.*?</w:p>', document):
            lines = [html.unescape(line) for line in re.findall(r"<w:t [^>]*>(.*?)</w:t>", title)]
            several += len(lines) > 1
            assert {close(line) for line in lines} <= printed, (one, lines)
    assert several > 20, several


def frame_of(pdf):
    """Where the red frame of a page in points has its left, top, right and bottom, from the outside."""
    picture = pdf + ".picture"
    run("pdftoppm", "-r", "72", "-singlefile", pdf, picture)
    with open(picture + ".ppm", "rb") as file:
        data = file.read()
    wide, high = map(int, re.match(rb"P6\s(\d+) (\d+)\s255\s", data).groups())
    pixels = data[-3 * wide * high:]

    def red(x, y):
        r, g, b = pixels[3 * (y * wide + x):3 * (y * wide + x) + 3]
        return r > 150 and g < 90 and b < 90
    across = [x for x in range(wide) if red(x, high // 2)]
    down = [y for y in range(high) if red(wide // 3, y)]
    return across[0], down[0], across[-1], down[-1], red(across[0] + 2, high // 2)


def test_certificate_and_plaque_have_a_frame_in_print_and_in_word_and_stand_on_one_page(samples, press):
    folder, all_ = made(samples, press)
    boards = [one for one in all_ if one["id"] in BOARDS]
    printed = [path(folder, one, "pdf") for one in boards]
    frames = {}
    for kind, pdfs in (("print", printed), ("word", from_word(*(path(folder, one, "docx") for one in boards)))):
        for one, pdf in zip(boards, pdfs):
            left, top, right, below, thick = frames[kind, one["pack"], one["id"]] = frame_of(pdf)
            assert thick and left + right in range(838, 845), (kind, one, left, right)  # thick outside, in the middle of the page
            words = boxes(pdf)
            digest = next(word for word in words if one["digest"] in word[3])
            signer = next(word for word in words if word[3] == "<paper.issuer>")
            assert top + 20 < signer[1] < below - 20 < below < digest[1], (kind, one, signer, below, digest)
            marked = [word for word in words if TRIAL in word[3]]
            assert all(word[1] + 8 < top for word in marked) and bool(marked) == one["pack"].endswith("-draft"), (kind, one, marked, top)
            assert bbox_of(pdf).count("<page ") == 1, (kind, one)
    for one in boards:  # in Word as in print
        both = zip(*(frames[kind, one["pack"], one["id"]] for kind in ("print", "word")))
        assert all(abs(a - b) < 10 for a, b in both), (one, frames)
    assert len(boards) >= 4, boards


def test_word_has_the_date_in_one_line_under_the_signer_and_tables_as_wide_as_the_text(samples, press):
    folder, all_ = made(samples, press)
    files = []
    for id_, name, day in (("recognition-decision", "某局", "2026年10月14日"), ("publicity-notice", "虚构office51", "2026年3月2日"),
                           ("materials-receipt", "四川省知识产权服务促进中心", "2026年12月31日")):
        paper = content(folder, next(one for one in all_ if one["id"] == id_))
        for block in paper["blocks"]:
            block["text"] = {"signer": name, "date": day}.get(block["role"], block["text"])
        files.append((os.path.join(folder, id_ + ".dated.docx"), paper["layout"], name, day))
        with open(files[-1][0], "wb") as file:
            file.write(run(samples, "word", input=json.dumps(paper).encode()))
    for (file, layout, name, day), pdf in zip(files, from_word(*(file for file, *_ in files))):
        lines, begins = {}, {"official": 28, "form": 24}[layout] / 25.4 * 72
        digest = next(word for word in boxes(pdf) if word[3].startswith("内容摘要"))
        assert abs(digest[0] - begins) < 2, (file, digest, begins)  # where the text begins
        for word in boxes(pdf):
            lines.setdefault(round(word[1] / 3), []).append(word)
        said = ["".join(word[3] for word in line) for _, line in sorted(lines.items())]
        assert said[said.index(name):][1] == day, (file, said)
        signer, date = (next(line for line in lines.values() if "".join(word[3] for word in line) == text) for text in (name, day))
        assert abs(signer[0][0] + signer[-1][2] - date[0][0] - date[-1][2]) < 4, (file, signer, date)
        with zipfile.ZipFile(file) as word:
            document, styles = (word.read(f"word/{part}.xml").decode() for part in ("document", "styles"))
        table = re.search(r'<w:tbl><w:tblPr><w:tblW [^>]*/><w:jc w:val="center"/><w:tblBorders>.*?</w:tblBorders><w:tblLayout w:type="fixed"/>'
                          r'<w:tblCellMar>(<w:(?:top|left|bottom|right) w:w="74" w:type="dxa"/>){4}</w:tblCellMar>', document)
        assert table, file
        assert '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>' in styles, "no blank between digits and letters that print has not"


def test_word_keeps_an_opinion_on_the_page_of_its_signature(samples, press):
    folder, all_ = made(samples, press)
    paper = content(folder, next(one for one in all_ if one["id"] == "application-form"))
    cells = [cell for block in paper["blocks"] for row in block["rows"] for cell in row["cells"]]
    address = next(value for label, value in zip(cells, cells[1:]) if label["text"] == "详细地址")
    files = []
    for lines in range(1, 30, 2):
        address["text"] = "\n".join(["一行"] * lines)
        files.append(os.path.join(folder, f"signed-{lines}.docx"))
        with open(files[-1], "wb") as file:
            file.write(run(samples, "word", input=json.dumps(paper).encode()))
    at = set()
    for pdf in from_word(*files):
        pages = [close(page) for page in raw_text(pdf).split("\f")]
        for opinion, seal in (("我单位自愿申报建设", "申报单位盖章"), ("推荐意见第0000段", "推荐单位盖章")):
            page = next(n for n, page in enumerate(pages) if opinion in page)
            assert seal in pages[page], (pdf, opinion, pages[page + 1][:80])
            at.add((opinion, page))
    assert len(at) > 2, at  # one of them has moved to another page


def test_a_table_of_money_ends_in_its_total(samples, press):
    folder, all_ = made(samples, press)
    one = next(one for one in all_ if one["id"] == "task-book")
    tables = [block["rows"] for block in content(folder, one)["blocks"] if any("申请金额（元）" in cell["text"] for row in block["rows"] for cell in row["cells"])]
    rows = [[cell["text"] for cell in row["cells"]] for row in tables[0]]
    total = next(row for row in rows if row[0] == "合计")
    heads = next(row for row in rows if "申请金额（元）" in row)
    assert [total[heads.index(head)] for head in ("申请金额（元）", "批准金额（元）")] == ["3,007.50", "3,007.50"], total
    assert rows.index(total) == rows.index(heads) + 4 and "合计3,007.503,007.50" in text_of(path(folder, one, "pdf")), rows
    assert "合计3,007.503,007.50" in close("".join(word_texts(path(folder, one, "docx")))), rows


def test_a_sum_in_a_narrow_column_is_whole_and_a_digest_has_its_own_line(samples, press):
    def row(*cells):
        return {"kind": "line", "group": "", "cells": [{"look": look, "width": width, "text": text} for look, width, text in cells]}
    _, text = of_blocks(press, "form", {"role": "table", "rows": [
        row(("label", 120, "转让金额"), ("value", 130, "700,000元"), ("label", 120, "许可金额"), ("value", 120, "1,600,000元"), ("label", 510, "某")),
        row(("label", 200, "承诺"), ("value", 800, "本单位承诺真实。\n已承诺：某某\n文本摘要（SHA-256）：" + "ab12" * 16))]})
    assert "700,000元" in text and "1,600,000元" in text and "ab12" * 16 in text, text


if __name__ == "__main__":
    tap.run(sys.modules[__name__], *sys.argv[1:])
