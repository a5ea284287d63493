"""What holds for every paper that is issued: faults(paper) of its content as JSON, whoever filled it."""
import functools
import re

HAN = "[㐀-鿿豈-﫿〇]"
MARKS = r"[,:;?!]"
# Of whom a paper is need not stand on the board at a door, nor the year; a notice to the public has no addressee.
BOARD = ("plaque",)
TO_NOBODY = ("公示", "公告", "会议纪要")


def texts(paper):
    """(role, text) of each block and cell, in order."""
    for block in paper["blocks"]:
        for row in block["rows"]:
            yield from (("cell", cell["text"]) for cell in row["cells"])
        if block["role"] != "table":
            yield block["role"], block["label"] + ("：" if block["label"] else "") + block["text"]


SIZES = {"form": (462, 10.5), "official": (442, 12), "certificate": (770, 12)}  # points: a table's width, its letters (reference/paper.yaml)
PAD, GROUP = 8, 0.075
SUM = 0.8 * 6.2  # letters of 99,999,999元 as small as a sum is printed
WHOLE = r"\d{4}年\d{1,2}月\d{1,2}日|(符合|不符合|尚不能判断)(（.*）)?|不适用"  # what an eye takes in at once


def narrow(paper):
    """What stands in a column of a table that is too narrow for it in one line: dates, conclusions, codes, digests (which are made smaller), a sum of eight digits."""
    width, size = SIZES[paper["layout"]]
    for block in paper["blocks"]:
        for row in block["rows"]:
            room = width * (1 - GROUP * bool(row["group"]))
            for cell in row["cells"] if row["kind"] == "data" else ():
                text = cell["text"].split("（")[0]
                code = re.fullmatch(r"[0-9A-Za-z]{18}|[0-9a-f]{64}", text)
                least = (0.55 if len(text) == 64 else 0.8) if code else 1
                ems = sum(1 if ord(letter) > 0x2e80 else 0.58 for letter in text)
                if (code or re.fullmatch(WHOLE, text)) and ems * size * least > room * cell["width"] / 1000 - PAD:
                    yield text
            for label, cell in zip(row["cells"], row["cells"][1:]):
                if label["look"] == "label" and label["text"].endswith(("金额", "收费")) and SUM * size > room * cell["width"] / 1000 - PAD:
                    yield label["text"]


def commas(paper):
    """Rows of a table that are lines of commas: values of several fields, the label joining what they are called."""
    for block in paper["blocks"]:
        for row in block["rows"]:
            for label, value in zip(row["cells"], row["cells"][1:]):
                names = label["text"].split("、")
                if row["kind"] == "line" and label["look"] == "label" and len(names) > 2 and value["text"].split("\n")[0].count("，") >= len(names) - 1:
                    yield label["text"]


UNSURE = r"\d至\d[\d,.]*[个人家件项次元]|…"


def unsure(paper):
    """A number that may be more without what is missing; a sign of a program where an office writes words."""
    for _, text in texts(paper):
        yield from re.findall(UNSURE, text)
        yield from re.findall(r"[（(](?:>=?|<=?|!=|=) ?[\d.]+.*?[）)]", text)


UNLIKE_AN_OFFICE = {
    "a time as a program writes it": r"\d{4}-\d\d-\d\d[T ]\d\d:",
    "a record by the program's number": r"（记录\d+）",
    "a clause as the pack writes it": r"[（〔][一二三四五六七八九十]+(?:\.|\d)",
    "a raw sum": r"(?<![\d.])\d{4,}\.\d\d(?![\d.])",
    "a digest in the line of the pledge": r"承诺.*SHA-256",
    "a field told of each row anew": r"([^第；：\n]+)第\d+项([^（）：；\n]+)：[^；\n]*；\1第\d+项\2：",
    "a growth as a program writes it": r"→ [\d.]|\+\d[\d.]* ?%",
}


def backwards(text):
    """Periods that end before they begin."""
    for found in re.finditer(r"(\d+)年(\d+)月(\d+)日起，至(\d+)年(\d+)月(\d+)日", text):
        days = [int(part) for part in found.groups()]
        if days[:3] > days[3:]:
            yield found[0]


@functools.lru_cache(maxsize=1 << 16)
def faults_of_text(text):
    """Kept: papers that differ in one value have most texts in common."""
    found = [f"{what}: {text}" for what, sign in UNLIKE_AN_OFFICE.items() if re.search(sign, text)]
    found += [f"it ends before it begins: {period}" for period in backwards(text)]
    if re.search(r"(^|[：:；])未知($|[；。：:])", text):
        found.append(f"not known, and no word of what is still to come (尚缺：…): {text}")
    if "尚缺" in text and re.search(r"[a-z]+[._\[][a-z]", text):
        found.append(f"a code of the program in what is still to come: {text}")
    return found


def twice(paper):
    """Files that one table lists twice."""
    for block in paper["blocks"]:
        rows, of = [], ""
        for row in block["rows"]:
            cells = tuple(cell["text"] for cell in row["cells"])
            if re.fullmatch("[0-9a-f]{64}", cells[-1]):
                of = cells[0] or of
                rows.append((of, *cells[1:]))
        yield from {row for row in rows if rows.count(row) > 1}


def heads_alone(paper):
    """Tables that are a head without a row."""
    for block in paper["blocks"]:
        if block["rows"] and block["rows"][-1]["kind"] == "head":
            yield block["rows"][-1]["cells"][0]["text"]


def untold(paper):
    """What numbers lack, but is not told at one place."""
    told = "".join(text for role, text in texts(paper) if role == "note" and text.startswith("说明：本表因缺下列记录"))
    for block in paper["blocks"]:
        if block["rows"] and block["rows"][0]["cells"][0]["text"] not in ("条件", "材料"):
            lacks = [cell["text"] for row in block["rows"] for cell in row["cells"] if cell["text"].startswith("尚缺：")]
            yield from (lack for lack in lacks if any(one not in told for one in re.findall("[^、（）]+", lack.removeprefix("尚缺："))))


def in_the_way(paper):
    """Tables of conditions that stand between an official paper's reasons and what it says at its end."""
    roles = [block["role"] for block in paper["blocks"]]
    if paper["layout"] == "official":
        for n, block in enumerate(paper["blocks"]):
            if block["rows"] and block["rows"][0]["cells"][0]["text"] == "条件" and "annex" not in roles[:n]:
                yield block["rows"][0]["cells"][0]["text"]


def faults(paper, form=False):
    """Sentences; none: it is as an office would send it."""
    all_ = list(texts(paper))
    said = "\n".join(text for _, text in all_)
    roles = [role for role, _ in all_]
    if "待补" in said:
        yield "待补 is printed: " + next(text for _, text in all_ if "待补" in text)
    for n, (role, text) in enumerate(all_):
        yield from faults_of_text(text)
        if role != "cell" and not text.strip("：: 　"):
            yield f"an empty {role}"
        if re.search(r"[：:]$", text) and role != "addressee" and roles[n + 1:n + 2] not in (["cell"], ["display"]) and role != "cell" \
                and "签字" not in text:
            yield f"nothing behind its colon: {text}"
    yield from (f"listed twice: {row}" for row in twice(paper))
    yield from (f"not told at one place: {lack}" for lack in untold(paper))
    yield from (f"a table without a row: {head}" for head in heads_alone(paper))
    yield from (f"a table in the middle of a letter: {head}" for head in in_the_way(paper))
    yield from (f"a paragraph without its full stop: {text}" for role, text in all_ if role in ("text", "remedy") and not form and re.search(r"[^。！？；：…”]$", text))
    if paper["layout"] == "official" and any(role == "note" and text.startswith("注：") for role, text in all_):
        yield "it tells a party of the policy's own wording"
    if paper["layout"] == "official" and not any(word in paper["title"] for word in TO_NOBODY) and "addressee" not in roles:
        yield "it has no addressee"
    if not form and paper["id"] not in BOARD and not re.search(r"\d{4}年|<case\.(year|matter)>", said):
        yield "it names no year"


def typography(text):
    """What of a policy's words is to be mended in print."""
    yield from re.findall(f"{HAN}[  　]+{HAN}", text)
    yield from re.findall(rf"{HAN} +\d|\d +{HAN}", text)
    yield from re.findall(f"{HAN}{MARKS}{HAN}", text)
    yield from re.findall(rf"{HAN}\([^()]*{HAN}[^()]*\)", text)
