"""Two recordings, compared: what chance or the moment gave stands for itself, all else must be the same.

A value that is drawn (a key, a token, a seal, a digest of them, the number of an entry or a request) has no name of its
own. Where one first stands in a recording it is tied to the one that stands there in the other, and where either stands
again the other must stand too."""
import difflib
import re

DRAWN = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12,}(?![0-9A-Za-z])"  # hex
    r"|(?<![0-9A-Za-z+/])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{30,}={0,2}"  # base64
    r"|(?<=code=)[2-9a-z]{12}(?![\w-])|127\.0\.0\.1:\d+|zhiyun-kernel-\w+")
CODE = re.compile(r"[2-9a-z]{12}")  # by which who objected asks again
ABSENT = type("Absent", (), {"__repr__": lambda _: "nothing"})()
SHOWN = 160  # characters of a value


def split(text):
    """The text with its drawn values taken out, and these."""
    return DRAWN.sub("<drawn>", text), DRAWN.findall(text)


def few_more(old, new):
    """What a thread has kept at hand, and so does not ask for, is chance."""
    return abs(old - new) <= max(2, max(old, new) // 20)


class Pairs:
    """Drawn values of one recording and of the other that stand for each other."""

    def __init__(self):
        self.there, self.back = {}, {}

    def tie(self, old, new):
        """False: one of them is already tied to another."""
        return self.there.setdefault(old, new) == new and self.back.setdefault(new, old) == old

    def same_text(self, old, new):
        if old == new and not DRAWN.search(old):
            return True
        (old, drawn), (new, others) = split(old), split(new)
        return old == new and all([self.tie(*both) for both in zip(drawn, others)])

    def differences(self, old, new, path=""):
        """[(path, old, new)]; ABSENT: it is not there."""
        if isinstance(old, dict) and isinstance(new, dict):
            found = []
            for name in [*old, *(n for n in new if n not in old)]:
                found += self.differences(old.get(name, ABSENT), new.get(name, ABSENT), f"{path}.{name}")
            return found
        if isinstance(old, list) and isinstance(new, list):
            return self.rows(old, new, path)
        if isinstance(old, (dict, list)) or isinstance(new, (dict, list)) or type(old) is not type(new):
            return [] if old == new else [(path, old, new)]
        same = self.same_text(old, new) if isinstance(old, str) else old == new or (
            isinstance(old, (int, float)) and self.same_text(str(old), str(new)))
        if not same and path.endswith(".code") and CODE.fullmatch(old) and CODE.fullmatch(new):
            same = self.tie(old, new)
        if not same and path.endswith(".statements"):
            same = few_more(old, new)
        return [] if same else [(path, old, new)]

    def rows(self, old, new, path):
        """Of lists: one that is missing or added is one difference."""
        found = []
        for a, b, c, d in aligned([key(one) for one in old], [key(one) for one in new]):
            for at in range(max(b - a, d - c)):
                mine, other = (old[a + at] if a + at < b else ABSENT), (new[c + at] if c + at < d else ABSENT)
                where = f"{path}[{a + at if mine is not ABSENT else c + at}]"
                found += [(where, mine, other)] if ABSENT in (mine, other) else self.differences(mine, other, where)
        return found


def key(value):
    """By what two items of lists are taken for the same one; the rest of them is compared then."""
    if isinstance(value, dict):
        return tuple(f"{name}={re.sub(r'[0-9]+', '', split(str(value[name]))[0])}" for name in
                     ("asked", "do", "code", "field", "name", "kind", "action", "paper", "step") if isinstance(value.get(name), str))
    return re.sub(r"[0-9]+", "", split(value)[0]) if isinstance(value, str) else type(value).__name__


def aligned(old, new):
    """Ranges (a, b, c, d) of both that belong together."""
    if old == new:
        return [(0, len(old), 0, len(new))]
    return [one[1:] for one in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()]


def short(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


class Told:
    """Differences, the equal ones together: those whose path, without its numbers, and whose values are the same."""

    def __init__(self):
        self.groups, self.count = {}, 0

    def add(self, where, path, old, new):
        self.count += 1
        name = re.sub(r"\[\d+\]", "[]", path), split(short(old))[0], split(short(new))[0]
        self.groups.setdefault(name, []).append((where, path, short(old), short(new)))

    def lines(self, examples=3):
        for found in self.groups.values():
            _, path, old, new = found[0]
            yield f"{path}: {old} → {new}" + (f"  ({len(found)} times)" if len(found) > 1 else "")
            for where in list(dict.fromkeys(one[0] for one in found))[:examples]:
                yield f"    {where}"
