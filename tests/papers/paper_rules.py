"""What holds for every paper that is issued: faults(paper) of its content as JSON, whoever filled it."""
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


def faults(paper, form=False):
    """Sentences; none: it is as an office would send it."""
    all_ = list(texts(paper))
    said = "\n".join(text for _, text in all_)
    roles = [role for role, _ in all_]
    if "待补" in said:
        yield "待补 is printed: " + next(text for _, text in all_ if "待补" in text)
    for n, (role, text) in enumerate(all_):
        if re.search(r"(^|[：:；])未知($|[；。])", text):
            yield f"not known, and no word of which record lacks: {text}"
        if role != "cell" and not text.strip("：: 　"):
            yield f"an empty {role}"
        if re.search(r"[：:]$", text) and role != "addressee" and roles[n + 1:n + 2] not in (["cell"], ["display"]) and role != "cell" \
                and "签字" not in text:
            yield f"nothing behind its colon: {text}"
    if paper["layout"] == "official" and not any(word in paper["title"] for word in TO_NOBODY) and "addressee" not in roles:
        yield "it has no addressee"
    if not form and paper["id"] not in BOARD and not re.search(r"\d{4}年|<case\.(year|matter)>", said):
        yield "it names no year"


def typography(text):
    """What of a policy's words is to be mended in print."""
    yield from re.findall(f"{HAN}[  　]+{HAN}", text)
    yield from re.findall(f"{HAN}{MARKS}{HAN}", text)
    yield from re.findall(rf"{HAN}\([^()]*{HAN}[^()]*\)", text)
