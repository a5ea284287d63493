#!/usr/bin/env python3
"""steps_page.py ZHIYUN: docs/steps.zh.md on standard output: every step of every policy and what the body of the
request that takes it says, made of what tests/pack_steps.c prints. tests/cli/steps_test.py holds the page to it."""
import json
import os
import subprocess
import sys

HEAD = """# 步骤一览：每一步的请求体

由 `tools/steps_page.py` 依政策包生成，勿手工修改。

`POST /api/v1/cases/事项/actions/步骤`（例子见[手册 15.6](manual.zh.md)）。任何一步的请求体都可写
`reason`（理由）、`basis`（依据）、`version`（所看到的版本）和 `papers`（随步骤出具的文书）；下表写明必须写的和其他各项。`*` 为必填，
本事项自己的记录里已有的不必再写；“（开始）”是 `POST /api/v1/cases`（`pack`、`process`、`unit`、`call`）的 `fields`，由能办理第一步的人开始，或由系统按期开始；
`records.类型` 是这一步登记的内容，各项的写法见 `GET /api/v1/types/类型`；程序知道的（日期、名称、合计）不能写，已有内容的不改动。
带 `*` 的文书随该步骤出具，缺一项即不能办理。
“两人”为一人提议、另一人本人登录确认。任何事项都可用的 `opinion`、`answer`、`release`、`forward`、`copy`、`back`、`recall`、`urge` 见手册 15.5。
公众的异议是 `POST /api/v1/public/publicity/事项/objections`：`named`*、`ground`*、`content`*、`objector`、`contact`、`complains_of`。
"""
ACTORS = {"applicant": "申报主体", "centre": "中心", "city": "市（州）局", "province": "省局", "public": "公众",
          "province-centre": "省知识产权中心", "finance": "财政厅"}


def fields_of(record):
    return "、".join((["`id`*"] if record["named"] else []) + [
        f"`{f['name']}`{'*' if f['required'] else ''}" + (f" {f['label']}" if "label" in f else "") for f in record["fields"]])


def body_of(step):
    parts = [f"`{name}`*" for name, needed in (("reason", step["reason"]), ("basis", step["basis"]),
                                               ("commitment", step["commitment"])) if needed]
    for record in step["records"]:
        parts.append(f"`records.{record['record']}`（{record['label']}）：" + fields_of(record))
    if step["papers"]:
        parts.append("文书 " + "、".join(f"`{paper}`" + ("*" if paper in step["with_step"] else "") for paper in step["papers"]))
    if step["served"]:
        parts.append("须先送达 " + "、".join(f"`{paper}`" for paper in step["served"]))
    return "；".join(parts) or "—"


def page(steps, heads):
    lines, pack, process = [HEAD.strip()], None, None
    for step in steps:
        if step["pack"] != pack:
            pack, process = step["pack"], None
            lines += ["", f"## {heads[pack]} `{pack}`"]
        if step["process"] != process:
            process = step["process"]
            lines += ["", f"### {step['process_label']} `{process}`", "", "| 步骤 | 由谁办理 | 条款 | 请求体 |", "|---|---|---|---|"]
        if step["action"] == "(begin)":
            told = "；".join(f"`fields`（{r['label']}）：" + fields_of(r) for r in step["records"]) or "—"
            lines.append(f"| （开始） | {ACTORS[step['actor']]} | — | {told} |")
            continue
        who = ACTORS[step["actor"]] + ("，两人" if step["two_persons"] else "")
        after = "（须有专家组结论）" if step.get("panel") else ""
        lines.append(f"| `{step['action']}` {step['label']}{after} | {who} | {step.get('clause') or '文件未规定'} | {body_of(step)} |")
    return "\n".join(lines) + "\n"


def make(zhiyun):
    def ask(*words):
        return json.loads(subprocess.run([zhiyun, "--data", "/nonexistent", "--json", *words], check=True, capture_output=True).stdout)
    heads = {p["id"]: p["title"] for p in ask("pack", "list")["packs"]}
    steps = subprocess.run([os.path.join(os.path.dirname(os.path.abspath(zhiyun)), "tests", "pack_steps")], check=True, capture_output=True).stdout
    return page(json.loads(steps)["steps"], heads)


if __name__ == "__main__":
    sys.stdout.write(make(sys.argv[1]))
