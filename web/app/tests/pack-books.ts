import { execFileSync } from "node:child_process";
import { newFolder } from "./program.ts";

/* Two archives of the guideline as its second version, which asks for eight people: one with a quote that is not in the text. */
const MAKE = `
import os, shutil, sys, zipfile
root, at = sys.argv[2:] # the first is the program, for tests/sqlite_file.py
sys.path[:0] = [os.path.join(root, "tests", *one) for one in ([], ["kernel"], ["programmes"])]
import makers
for name, wrong in (("faulty.zip", True), ("mended.zip", False)):
    folder = os.path.join(at, name + ".d")
    shutil.copytree(os.path.join(root, "packs", "sc-yunying-2025"), folder)
    path = os.path.join(folder, "pack.yaml")
    text = open(path, encoding="utf-8").read()
    for was, now in (('version: "1"', 'version: "2"'), (">= 5 人", ">= 8 人\\n    own: 虚构：文本写的是5人，此版另定为不少于8人")):
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    open(path, "w", encoding="utf-8").write(text)
    makers.with_staff(os.path.join(folder, "cases"), 8)
    if wrong:
        path = os.path.join(folder, "clauses.yaml")
        text = open(path, encoding="utf-8").read()
        open(path, "w", encoding="utf-8").write(text.replace("主要职责", "主要义务", 1))
    with zipfile.ZipFile(os.path.join(at, name), "w", zipfile.ZIP_DEFLATED) as book:
        for top, _, names in os.walk(folder):
            for one in names:
                book.write(os.path.join(top, one), os.path.join("sc-yunying-2025", os.path.relpath(os.path.join(top, one), folder)))
`;

/* The folder with faulty.zip and mended.zip, and their files in NAME.d. */
export function packBooks(): string {
  const folder = newFolder();
  execFileSync("python3", ["-c", MAKE, process.env.ZHIYUN!, process.env.ROOT!, folder]);
  return folder;
}
