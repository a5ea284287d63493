#!/usr/bin/env python3
"""Import every sample file into a fresh instance, twice, and print what came of it.

    tools/import_table.py [--zhiyun build/zhiyun] [--shared ../shared] [--keep DIR]

A line per input: records expected (where the samples' description says), inserted,
updated, unchanged, rejected, peak memory. Reasons of refusals follow. The second
run must change nothing. Exit 1 when a count differs or memory passes 300 MB."""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# file below data/ -> records that its description states (None: no number is stated;
# 0: not patents, must be refused or named as a table)
EXPECTED = {
    "patsnap-export/AR眼镜.XLSX": 17113,
    "patsnap-export/2020-2022中之信.partA.xlsx": 8496,
    "bdci-zh-patents/train.json": 649,
    "bdci-zh-patents/expand_train_1.unlabelled.json": 2172,
    "bdci-zh-patents/train_en.json": 649,
    "zh-titles-ipc/oof_predictions.csv": 7798,
    "cnipa-search-export/训练文件.xlsx": 199,
    "cnipa-search-export/sipo-专利-副本.xls": 751,
    "cnipa-search-export/sipo-专利.xls": 5,
    "cnipa-search-export/专利总表(案例).sql": 10,
    "cnipa-title-list/专利.xlsx": 60128,
    "zh-g06f-cpc-sample/sample_train.csv": 19,  # 20 lines with the header
    "zh-g06f-cpc-sample/sample_val.csv": 19,
    "zh-g06f-cpc-sample/selected_labels.json": 0,
    "zh-crosslang-pairs/train.csv": 0,
    "zh-crosslang-pairs/dev.csv": 0,
    "zh-crosslang-pairs/title_abstract_train_data.csv": 0,
    "zh-crosslang-pairs/title_abstract_dev_data.csv": 0,
    "zh-domain-labels/domain-milk-protein-examples.csv": 56,
    "zh-domain-labels/domain-milk-protein-taxonomy.csv": 0,
    "us-landscape-citations/orbit_satellite.csv.zst": 2281,
    "us-landscape-citations/offshore_plant.csv.zst": 937,
    "us-landscape-citations/nighttime_driver_visibility.csv.zst": 948,
    "us-phrase-similarity/train.csv.zst": 0,
    "wipo-patentscope-export/patentscope_pizza_1940_2005_9659.xls.zst": 9659,
    "wipo-patentscope-export/patentscope_pizza_2006_2011_8458.xls.zst": 8458,
    "lens-export/drone_drones_fulltext_families_5884.csv.zst": 5884,
    "wipo-landscape-reports/ewaste.xlsx": 8867,
    "wipo-landscape-reports/ritonavir.csv": 804,
    "uspto-api-json/public_search-biblio.json.zst": 129,
    "uspto-api-json/public_search-doc.json.zst": 31,
    "uspto-api-json/odp-application.json.zst": 1,
    "uspto-api-json/assignment-assignment_3.xml.zst": None,
    "patentsview-inventors/raw_inventor_sample.tsv.zst": 0,
    "clef-ip-2011-qrels/PAC_qrels_21_EN_mark.txt.zst": 0,
    "patstat-cn-tables/CN_patent.parquet": 0,
    "patstat-cn-tables/201902_OECD_PATENT_QUALITY_EPO_INDIC_COHORT.txt.zst": 0,
}
FOLDERS = ["cnki-gbt7714", "uspto-samples", "epo-samples"]  # every file, no number each
TOTALS = {"cnki-gbt7714": 9890}
MEMORY_MB = 300


def run(zhiyun, data, path):
    """One import of one file; (report, peak MB, exit code)."""
    child = subprocess.Popen([zhiyun, "--data", data, "--json", "--quiet", "--lang", "en",
                              "import", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out = child.stdout.read()
    err = child.stderr.read().decode("utf-8", "replace").strip()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    try:
        report = json.loads(out)
    except ValueError:
        report = {"files": [], "error": err}
    return report, usage.ru_maxrss / 1024, child.returncode, err


def inputs(shared):
    data = shared / "data"
    for name in EXPECTED:
        yield name, data / name
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(data)), path


def summed(report, key):
    return sum(f.get(key, 0) for f in report["files"])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--zhiyun", default="build/zhiyun")
    p.add_argument("--shared", default=os.environ.get("ZHIYUN_SHARED", "../shared"))
    p.add_argument("--keep")
    o = p.parse_args()
    shared = pathlib.Path(o.shared)
    if not (shared / "data").is_dir():
        print(f"skipped: no sample files in {shared}")
        return 0
    data = o.keep or tempfile.mkdtemp(prefix="zhiyun-import-table-")
    faults, reasons = [], collections.OrderedDict()
    totals = collections.Counter()
    print(f"{'file':66} {'expected':>8} {'read':>6} {'new':>6} {'upd':>5} {'same':>6} "
          f"{'bad':>5} {'MB':>4}  {'s':>6}")
    for attempt in (1, 2):
        if attempt == 2:
            print("\nagain:")
        for name, path in inputs(shared):
            report, mb, code, err = run(o.zhiyun, data, str(path))
            read = summed(report, "records")
            new, upd = summed(report, "inserted"), summed(report, "updated")
            same, bad = summed(report, "unchanged"), summed(report, "rejected")
            expected = EXPECTED.get(name)
            if attempt == 2:
                if new or upd:
                    faults.append(f"{name}: importing again changed {new + upd} records")
                continue
            totals[name.split("/")[0]] += read
            print(f"{name:66} {'' if expected is None else expected:>8} {read:6} {new:6} {upd:5} "
                  f"{same:6} {bad:5} {mb:4.0f}  {report.get('seconds', 0):6.2f}")
            if expected and read != expected:
                faults.append(f"{name}: {read} records read, {expected} expected")
            if expected == 0 and new + upd + same:
                faults.append(f"{name}: no patents, yet {new + upd + same} records went in")
            if mb > MEMORY_MB:
                faults.append(f"{name}: {mb:.0f} MB")
            if code not in (0, 3):
                faults.append(f"{name}: exit code {code}: {err}")
            for f in report["files"]:
                if f.get("refused"):
                    reasons[(name, "refused: " + f["refused"])] = 1
                if f.get("table"):
                    reasons.setdefault((name, "table: " + f["table"]), 0)
                    reasons[(name, "table: " + f["table"])] += 1
                for r in f.get("rejects", []):
                    key = (name, f"rejected: {r['reason']}")
                    reasons[key] = reasons.get(key, 0) + 1
                for w in f.get("warnings", []):
                    key = (name, f"warning: {w['kind']}")
                    reasons[key] = reasons.get(key, 0) + w["count"]
    for folder, expected in TOTALS.items():
        if totals[folder] != expected:
            faults.append(f"{folder}: {totals[folder]} records read, {expected} expected")
    print("\nreasons:")
    for (name, reason), count in reasons.items():
        print(f"  {count:6}  {name}: {reason}")
    print("\nfaults:" if faults else "\nno faults")
    for fault in faults:
        print("  " + fault)
    return 1 if faults else 0


sys.exit(main())
