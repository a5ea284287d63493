"""A C file that holds the behaviour of several switches at a time: twins.twinned(text, edits).

Of each function that an edit changes, the file gets the original, one twin for each row that changes it, and under
the original name a function that calls the one that $SWITCHED_ROW names; with none, the original. So a row is
switched at run time, and the product's sources know nothing of it: only the copy in the build folder is rewritten.

It reads C as this tree writes it (one definition after the other, no old-style parameters). What it cannot do it
refuses with a sentence (Refused): a change outside of functions (a table, a string, a macro, a #include), in the
head of a function, across two functions, a variadic function, parameters without names.
"""
import re


class Refused(Exception):
    """The text says why."""


VARIABLE = "switched_row_"
HEAD = """\
#include <stdlib.h>
#include <string.h>
static int {variable}; /* 1 + the place in the list; 0: none of this file */
__attribute__((constructor)) static void {variable}read(void)
{{
    static const char *const rows[] = {{{rows}}};
    const char *row = getenv("SWITCHED_ROW");
    for (int i = 0; row && i < (int)(sizeof(rows) / sizeof(*rows)); i++)
        if (strcmp(row, rows[i]) == 0)
            {variable} = i + 1;
}}
"""
NO_CODE = re.compile(r"""/\*.*?\*/ | //(?:\\\n|[^\n])* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
                         | ^[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])*""", re.S | re.M | re.X)


def masked(text):
    """The same length; comments, literals and lines of the preprocessor are blank."""
    return NO_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def closing(text, at):
    """The place of the bracket that closes the one at this place."""
    depth = 0
    for found in re.compile(r"[(){}\[\]]").finditer(text, at):
        depth += 1 if found.group() in "({[" else -1
        if depth == 0:
            return found.start()
    raise Refused("a bracket is not closed")


def functions(text):
    """[(start, brace, end)] of the definitions: from the head's first letter to behind the last brace."""
    code, found, start, at = masked(text), [], 0, 0
    while at < len(code):
        if code[at] == ";":
            start = at = at + 1
        elif code[at] in "([":
            at = closing(code, at) + 1
        elif code[at] == "{":
            end, head = closing(code, at) + 1, code[start:at]
            if head.rstrip().endswith(")") and "=" not in head:
                found.append((start + len(head) - len(head.lstrip()), at, end))
                start = end  # of a struct or an initialiser the ";" is still to come
            at = end
        else:
            at += 1
    return found


def split(text):
    """The parameters between commas that stand in no brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


KEYWORDS = set("void int char long short unsigned signed float double bool struct enum union const".split())


def name_of(parameter, function):
    inner = re.search(r"\(\s*\*\s*(?:const\s+)?(\w+)", parameter)  # void (*call)(int)
    plain = re.search(r"(\w+)\s*(?:\[[^]]*\]\s*)*$", re.sub(r"__attribute__\s*\(\(.*?\)\)|UNUSED", "", parameter).rstrip())
    name = (inner or plain) and (inner or plain)[1]
    if not name or name in KEYWORDS or (not inner and len(re.findall(r"\w+", parameter)) < 2):
        raise Refused(f"{function} has a parameter without a name: {parameter}")
    return name


def head_of(text):
    """(what stands before the name, name, parameters as written, their names, whether it gives nothing back)"""
    code = masked(text).rstrip()
    opened = next((m.start() for m in re.finditer(r"\(", code) if closing(code, m.start()) == len(code) - 1), None)
    named = re.search(r"(\w+)\s*$", code[:opened]) if opened is not None else None
    before = code[:named.start()] if named else ""
    if not named or re.search(r"[(),]", re.sub(r"__attribute__\s*\(\(.*?\)\)", "", before)):
        raise Refused(f"this is no plain head of a function: {' '.join(text.split())}")
    name, parameters = named[1], code[opened + 1:-1].strip()
    if re.search(r"\.\.\.", parameters):
        raise Refused(f"{name} takes any number of arguments; switch a function that it calls")
    names = [] if parameters in ("void", "") else [name_of(p, name) for p in split(parameters)]
    kind = re.sub(r"__attribute__\s*\(\(.*?\)\)|\b(static|inline|extern|const)\b", "", before).strip()
    return before, name, parameters, names, kind == "void"


def static(before):
    return before if re.search(r"\bstatic\b", before) else "static " + re.sub(r"\bextern\b", "", before)


def changed(text, definition, edits):
    """The function's text with these (old, new) in place of what stands there."""
    start, brace, end = definition
    of = text[start:end]
    for old, new in edits:
        of = of.replace(old, new)
    if of[:brace - start] != text[start:brace]:
        raise Refused("the switch changes the head of a function")
    try:
        whole = functions(of)
    except Refused as why:
        raise Refused(f"with the switch thrown, {why}") from None
    if len(whole) != 1 or whole[0][2] != len(of):
        raise Refused("with the switch thrown it is no longer one function")
    return of[brace - start:]


def place(text, known, old):
    """The definition that holds these lines; refused where none holds all of them."""
    count = text.count(old) if old else 0
    if count != 1:
        raise Refused(f"these lines are there {count} times:\n{old}")
    at = text.index(old)
    first, last = at + len(old) - len(old.lstrip()), at + len(old.rstrip())
    for one in known:
        if one[0] <= first and last <= one[2]:
            if first < one[1]:
                raise Refused("the switch changes the head of a function")
            return one
    raise Refused("the change is not within one function: a table, a string or a macro is not chosen at run time")


def fitted(text, edits):
    """{definition: its body with the switch thrown} of one row's [(old, new)]; Refused if they do not fit the file."""
    known, by_place = functions(text), {}
    for old, new in edits:
        by_place.setdefault(place(text, known, old), []).append((old, new))
    for definition in by_place:
        head_of(text[definition[0]:definition[1]])
    return {definition: changed(text, definition, own) for definition, own in by_place.items()}


def twinned(text, rows):
    """(the file with a twin for each row, {row: why it has none}); rows is {row: [(old, new)]}."""
    refused, bodies, order = {}, {}, []
    for row, edits in rows.items():
        try:
            own = fitted(text, edits)
        except Refused as why:
            refused[row] = str(why)
            continue
        order.append(row)
        for definition, body in own.items():
            bodies.setdefault(definition, []).append((len(order), body))
    if not order:
        return text, refused
    out, at = [HEAD.format(variable=VARIABLE, rows=", ".join(f'"{row}"' for row in order))], 0
    for definition in sorted(bodies):
        start, brace, end = definition
        before, name, parameters, names, nothing = head_of(text[start:brace])
        given = f"({', '.join(names)});"
        out.append(text[at:start] + f"{before}{name}({parameters});\n")
        for number, body in [(0, text[brace:end]), *bodies[definition]]:
            out.append(f"{static(before)}{name}_switched_{number}({parameters})\n{body}\n")
        out.append(f"{before}{name}({parameters})\n{{\n    switch ({VARIABLE}) {{\n")
        for number, _ in [*bodies[definition], (0, "")]:
            label = f"case {number}" if number else "default"
            call = f"{name}_switched_{number}{given}"
            out.append(f"    {label}: {call + ' return;' if nothing else 'return ' + call}\n")
        out.append("    }\n}")
        at = end
    return "".join(out) + text[at:], refused
