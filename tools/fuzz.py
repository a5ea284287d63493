#!/usr/bin/env python3
"""fuzz.py BUILD TARGET|all SECONDS: runs libFuzzer targets and keeps the ledger of executions.

A target is BUILD/fuzz/<name>_fuzz; fuzz/README says what each one promises. Its corpus is
fuzz/corpus/<name>/ (committed, small) and a growing one in BUILD. Where ../shared/data (or
$ZHIYUN_SHARED/data) is present, SEEDS names the files that the target starts from: they are
unpacked and cut into BUILD/seeds/<name>/, and their tags and column names become its dictionary.

A finding is written to fuzz/corpus/<name>/, so that the fixing commit brings it along and every
later test run replays it, and fails the run. The ledger fuzz/ledger.tsv sums executions and
seconds per target.

Before anything else the canary must be caught: three known faults, and one that only coverage
leads to. A harness that misses them would find nothing in the real targets either.
JOBS=n runs n targets at a time (default 2).
"""
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

LEDGER = os.path.join("fuzz", "ledger.tsv")
HEAD = "target\texecutions\tseconds\tfindings\n"
GOLDEN = os.path.join("tests", "golden", "ingest")
CANARY = "canary"
PIECE = 6000  # bytes of a seed: small ones are mutated often

PATENT_XML = ["uspto-samples/*/*.xml", "epo-samples/*/*.xml", "epo-samples/*/*/*.xml"]
TABLES = ["cnipa-search-export/*.xls*", "cnipa-title-list/*.xlsx", "patsnap-export/*",
          "wipo-landscape-reports/*.xlsx"]
LISTS = ["lens-export/*", "us-landscape-citations/*", "zh-g06f-cpc-sample/*.csv",
         "wipo-landscape-reports/*.csv", "zh-domain-labels/*.csv", "zh-crosslang-pairs/*.csv",
         "patstat-cn-tables/*.txt.zst", "patentsview-inventors/*", "cnipa-search-export/*.sql"]
JSONS = ["bdci-zh-patents/*.json", "uspto-api-json/*.json.zst", "reference/cn-divisions/*.json",
         "zh-g06f-cpc-sample/*.json"]

# target: (seed files, longest input in bytes). A target that is not here starts from its corpus.
SEEDS = {
    "csv": (LISTS, 16384),
    "csv-rows": (LISTS, 8192),
    "columns": (["export-headers/*"] + LISTS, 8192),
    "encoding": (LISTS + ["cnki-gbt7714/*"], 16384),
    "xlsx": (TABLES, 65536),
    "xls": (TABLES + ["wipo-patentscope-export/*"], 65536),
    "container": (TABLES + ["uspto-samples/xml4ip/*"], 65536),
    "zip": (TABLES + ["uspto-samples/xml4ip/*"], 32768),
    "json": (JSONS, 16384),
    "json-value": (JSONS, 8192),
    "json-split": (JSONS, 8192),
    "uspto-odp": (["uspto-api-json/odp*"], 16384),
    "uspto-search": (["uspto-api-json/public_search*"], 16384),
    "gbt7714": (["cnki-gbt7714/*"], 8192),
    "sql": (["cnipa-search-export/*.sql"], 16384),
    "xml": (PATENT_XML, 16384),
    "uspto-redbook": (["uspto-samples/xml20*/*", "uspto-samples/xmlApp2004/*"], 32768),
    "uspto-pap": (["uspto-samples/pap/*"], 32768),
    "uspto-st32": (["uspto-samples/sgml/*"], 32768),
    "uspto-greenbook": (["uspto-samples/greenbook/*"], 16384),
    "ep-publication": (["epo-samples/eps/*/*"], 32768),
    "docdb": (["epo-samples/docdb/*"], 32768),
    "ops": (["epo-samples/ops/*"], 32768),
    "ops-search": (["epo-samples/ops/search*"], 16384),
    "cpc-master": (["uspto-samples/cpcMaster/*"], 8192),
    "class-scheme": (["uspto-samples/cpcScheme/*"], 16384),
    "query": ([], 1024),
    "filter": ([], 512),
    "number": ([], 128),
    "class": ([], 256),
    "date": ([], 64),
    "split": ([], 1024),
    "name": ([], 256),
    "fold": ([], 512),
    "analyze": ([], 1024),
    "words": ([], 2048),
    "patent-json": ([], 4096),
    "http": ([], 2048),
    "index-damage": ([], 1024),
    "index-model": ([], 2048),
    "index-lists": ([], 1024),
    "xlsx-parts": ([], 4096),
    "xls-book": ([], 4096),
}
WHOLE = {"xlsx", "xls", "container", "zip"}  # a part of such a file is no file
DICTIONARY = {
    "query": "AND OR NOT title: abstract: claims: ipc: cpc: date: applicant: 申请人: 标题: .. "
             '"眼镜" ( ) -波导 * 2019..2024 number: office: 与 或 非 && || !',
    "filter": "ipc= cpc= date= office= applicant= inventor= region= status= type= sei= year= != "
              ".. >= ≥ CN 中国 有效 发明 四川 H01M10/052 2019-03 , *",
    "http": "/api/v1/search /api/v1/match /api/v1/landscape /api/v1/patents/ /healthz GET POST "
            'query= filter= k= offset= facets=true "text": "k": "offset": "filters": "by": '
            '"facets": ["year","ipc3"] applicant inventor wipo35 & \\x0a',
}


def shared_data():
    root = os.environ.get("ZHIYUN_SHARED") or os.path.join("..", "shared")
    return os.path.join(root, "data")


def unpacked(path):
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq", path], capture_output=True, check=False).stdout
    with open(path, "rb") as file:
        return file.read(4 << 20)


def golden_records(folder):
    """The records that the golden tests expect, one a file: what patent-json starts from."""
    os.makedirs(folder, exist_ok=True)
    for number, path in enumerate(sorted(glob.glob(os.path.join(GOLDEN, "*", "*.out")))):
        with open(path, encoding="utf-8", errors="replace") as file:
            records = re.findall(r"^record \d+ (\{.*\})$", file.read(), re.MULTILINE)
        for i, record in enumerate(records[:5]):
            with open(os.path.join(folder, f"{number}-{i}"), "w", encoding="utf-8") as file:
                file.write(record)
    return folder


def make_seeds(build, name):
    """The folder of a target's seeds, made once; None without any."""
    folder = os.path.join(build, "seeds", name)
    patterns, limit = SEEDS.get(name, ([], 0))
    if name == "patent-json":
        return golden_records(folder)
    if os.path.isdir(folder) or not patterns or not os.path.isdir(shared_data()):
        return folder if os.path.isdir(folder) else None
    os.makedirs(folder)
    paths = sorted({p for pattern in patterns for p in glob.glob(os.path.join(shared_data(), pattern))
                    if os.path.isfile(p)})
    for number, path in enumerate(paths[:40]):
        content = unpacked(path)
        pieces = [content] if name in WHOLE else [content[:1500], content[:PIECE]]
        for i, piece in enumerate(pieces):
            if i == 0 and len(content) <= 1500 and name not in WHOLE:
                continue
            if len(piece) <= limit:
                with open(os.path.join(folder, f"{number}-{i}"), "wb") as file:
                    file.write(piece)
    return folder


def make_dictionary(build, name, folders):
    """Words of the target's own language: markup, column names, keys."""
    words = set(DICTIONARY.get(name, "").split())
    for folder in folders:
        for path in glob.glob(os.path.join(folder or "", "*")):
            with open(path, "rb") as file:
                text = file.read(1 << 16).decode("utf-8", "replace")
            words.update(re.findall(r"</?[A-Za-z][\w:.-]{1,40}", text)[:400])
            words.update(re.findall(r'"[A-Za-z_]{2,30}"(?=\s*:)', text)[:200])
            words.update(w for w in re.split(r"[,;\t\n\r]", text)[:60] if w.isprintable() and 2 < len(w.encode()) <= 60 and "\ufffd" not in w)
    if not words:
        return None
    path = os.path.join(build, "corpus", name + ".dict")
    with open(path, "w", encoding="ascii") as file:
        for word in sorted(words)[:1500]:
            file.write('"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}"
                                     for b in word.replace("\\x0a", "\n").encode()) + '"\n')
    return path


def read_ledger():
    rows = {}
    if os.path.exists(LEDGER):
        with open(LEDGER, encoding="utf-8") as file:
            for line in list(file)[1:]:
                name, executions, seconds, findings = line.rstrip("\n").split("\t")
                rows[name] = [int(executions), int(seconds), int(findings)]
    return rows


def write_ledger(rows):
    with open(LEDGER, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for name in sorted(rows):
            file.write("\t".join([name, *map(str, rows[name])]) + "\n")


def program(build, name):
    return os.path.join(build, "fuzz", f"{name}_fuzz")


def environment():
    """A target whose temporary files go with it, however it ends."""
    env = dict(os.environ)
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1:allocator_may_return_null=1")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    return env


def check_canary(build):
    """What the harness did not catch, as sentences; none: it works."""
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for fault, sign in (("overrun", "AddressSanitizer"), ("overflow", "runtime error"),
                            ("promise", "does not hold"), ("leak", "detected memory leaks")):
            path = os.path.join(folder, fault)
            with open(path, "w", encoding="ascii") as file:
                file.write(fault)
            done = subprocess.run([program(build, CANARY), path], capture_output=True, text=True,
                                  errors="replace", env=environment(), check=False)
            if done.returncode == 0 or sign not in done.stderr:
                missed.append(f"the canary's {fault} was not caught:\n{done.stderr[-2000:]}")
        done = subprocess.run([program(build, CANARY), "-max_total_time=60", "-max_len=16",
                               "-seed=1", f"-artifact_prefix={folder}/found-"],
                              capture_output=True, text=True, errors="replace", env=environment(),
                              check=False)
        if done.returncode == 0 or not glob.glob(os.path.join(folder, "found-crash-*")):
            missed.append("the canary's hidden fault was not found: coverage does not lead\n" +
                          done.stderr[-2000:])
    return missed


def run(build, name, seconds):
    """(executions, findings, ended well, what it printed) of one target."""
    grown = os.path.join(build, "corpus", name)
    kept = os.path.join("fuzz", "corpus", name)
    os.makedirs(grown, exist_ok=True)
    os.makedirs(kept, exist_ok=True)
    seeds = make_seeds(build, name)
    golden = os.path.join(GOLDEN, name)
    folders = [f for f in (kept, golden, seeds) if f and os.path.isdir(f)]
    dictionary = make_dictionary(build, name, folders)
    found = os.path.join(kept, "finding-")
    scratch = tempfile.mkdtemp(prefix=f"zhiyun-fuzz-{name}-", dir="/dev/shm"
                               if os.access("/dev/shm", os.W_OK) else None)
    command = [program(build, name), f"-max_total_time={seconds}", "-rss_limit_mb=2048",
               "-timeout=20", f"-max_len={SEEDS.get(name, (None, 16384))[1]}",
               "-print_final_stats=1", f"-artifact_prefix={found}"]
    if dictionary:
        command.append(f"-dict={dictionary}")
    before = set(glob.glob(found + "*"))
    done = subprocess.run(command + [grown] + folders, capture_output=True, text=True,
                          errors="replace", env={**environment(), "TMPDIR": scratch}, check=False)
    shutil.rmtree(scratch, ignore_errors=True)
    executions = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    findings = sorted(set(glob.glob(found + "*")) - before)
    return (int(executions[1]) if executions else 0, findings, done.returncode == 0,
            done.stderr[-6000:])


def main():
    build, target, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    names = sorted(os.path.basename(path)[:-len("_fuzz")]
                   for path in glob.glob(os.path.join(build, "fuzz", "*_fuzz")))
    if CANARY not in names:
        sys.exit("there is no canary: build with -Dfuzz=true")
    names.remove(CANARY)
    if target != "all":
        if target not in names:
            sys.exit(f"there is no target {target}; there are: {' '.join(names)}")
        names = [target]
    missed = check_canary(build)
    if missed:
        sys.exit("\n".join(missed))
    print("canary: four known faults caught, a hidden one found", flush=True)
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        waiting = {pool.submit(run, build, name, seconds): name for name in names}
        for done in concurrent.futures.as_completed(waiting):
            name = waiting[done]
            executions, findings, well, printed = done.result()
            ledger = read_ledger()
            row = ledger.setdefault(name, [0, 0, 0])
            row[0] += executions
            row[1] += seconds
            row[2] += len(findings)
            write_ledger(ledger)
            bad += len(findings) or not well
            if not well:
                print(printed)
            print(f"{name:20} {executions:>10} executions in {seconds} s, {len(findings)} findings "
                  + " ".join(findings), flush=True)
    print(f"{len(names)} targets, {bad} findings")
    return 1 if bad or not names else 0


if __name__ == "__main__":
    sys.exit(main())
