"""What the tools have in common that make C tables of texts (embed_migrations, embed_packs, embed_types)."""
import os


def c_string(line):
    """A line of text and its end as a literal of C."""
    quoted = line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?").replace("\t", "\\t")
    return '"%s\\n"' % quoted


def c_lines(lines):
    return "\n     ".join(map(c_string, lines)) or '""'


def row(folder, name):
    """{name, text, bytes} of one file of the folder."""
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        lines = file.read().split("\n")
    if lines[-1] == "":
        lines.pop()
    size = sum(len(line.encode()) + 1 for line in lines)
    return f'    {{"{name}",\n     {c_lines(lines)},\n     {size}}},\n'


def names_under(folder, *ends):
    """Files with these ends, in folders of it too, as paths within it, in the order of bytes."""
    names = [os.path.relpath(os.path.join(base, name), folder) for base, _, files in os.walk(folder)
             for name in files if name.endswith(ends)]
    return sorted(names, key=str.encode)


def write_changed(out, text):
    """Write it unless the file says so already: nothing is compiled again for nothing."""
    if os.path.exists(out):
        with open(out, encoding="utf-8") as file:
            if file.read() == text:
                return
    with open(out, "w", encoding="utf-8") as file:
        file.write(text)
