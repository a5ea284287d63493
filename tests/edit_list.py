"""Edits of files that a test must notice, as packs/planted, requirements/faults and requirements/switches list them:

    # a comment
    HEAD                what it is called and what must notice it, as each list says of itself
    in FILE             then the lines that are there (-) and those that take their place (+); other files may follow
    finds WORDS         what must be said of it, where the list has that

and an empty line between two of them."""
import re


class Edit:
    def __init__(self, head, lines):
        self.head, self.finds, self.files = head, None, []  # files: [(name, old lines, new lines)]
        for line in lines:
            if line[0] in "-+":
                self.files[-1]["-+".index(line[0]) + 1].append(line[1:])
            elif line.startswith("in "):
                self.files.append((line[3:], [], []))
            else:
                assert line.startswith("finds ") and not self.finds, (head, line)
                self.finds = line[6:]


def read(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^#.*\n?", "", file.read(), flags=re.M)
    blocks = [block.strip("\n").split("\n") for block in text.split("\n\n")]
    return [Edit(block[0], block[1:]) for block in blocks if block != [""]]
