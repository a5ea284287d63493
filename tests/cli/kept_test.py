#!/usr/bin/env python3
"""kept_test.py ZHIYUN VERIFY_ROWS: what is kept beside records (the history of cases, papers, panels, decisions,
deadlines, settings) is changed, taken away and added to past the program; `zhiyun verify` names table, row and column,
and counts what it found. VERIFY_ROWS asks the same of the rows alone, many times in one process. In a demo, with SQL
alone. Prints TAP."""
import functools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tools")]
import demo_made  # noqa: E402
import draw  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN, VERIFY_ROWS = (os.path.abspath(path) for path in sys.argv[1:3])
WORK = tempfile.mkdtemp(prefix="zhiyun-kept-")
DATA = os.path.join(WORK, "data")

# table: its number, columns that hold numbers, columns that hold texts
TABLES = {
    "flow_step": ("id", "account on_behalf_of unit",
                  "kind to_stage role date reason basis arguments result entry"),
    "case_paper": ("id", "case_id version issued_by",
                   "paper title step number certificate reason digest file_digest content entry"),
    "decision": ("id", "version record_id amends",
                 "state party type question pack pack_version pack_digest as_of facts facts_digest verdict"),
    "deadline": ("id", "version record_id holder_account holder_unit",
                 "state type title pack pack_version pack_digest rule_id rule from_date due_date count_by clause quote"),
    "pack_activation": ("id", "version proposed_by confirmed_by", "state pack pack_version digest signer"),
    "pack_reading": ("id", "version", "pack ambiguity reading reason"),
    "calendar_year": ("year", "", "digest content"),
    "panel": ("id", "version year", "state title pack pack_version evaluation basis mode report report_digest"),
    "panel_draw": ("id", "version panel round head_size fault_of frozen_by",
                   "state frozen digest head_root seed fault entry"),
    "panel_commitment": ("draw", "account", "commitment"),
    "panel_member": ("id", "version panel draw place expert account stated_ms", "field state reason"),
    "panel_sheet": ("id", "version panel panel_case member", "state opinion result"),
    "assignment": ("id", "version record_id account unit", "type kind note due_date"),
}
# What an added row may not have in common with the one that it is a copy of.
UNLIKE = {
    "case_paper": "version = version + 1000, code = code || 'x'", "panel_draw": "round = round + 1000",
    "panel_commitment": "part = part + 10, account = account + 1000003, entry = 'x'",
    "panel_member": "expert = expert + 1000003", "panel_sheet": "member = member + 1000003",
    "pack_activation": "state = 'over'", "pack_reading": "ambiguity = ambiguity || 'x'",
}
# Said of twice: by the last version and by the first.
TWICE = ("case_paper", "panel_draw")
# Rows of other tables that a row counts as its own.
PARTS = {"panel_sheet": ("panel_score", "sheet", "points"), "panel": ("panel_case", "panel", None)}


def zhiyun(*arguments):
    return subprocess.run([ZHIYUN, *store.words(DATA), *arguments], capture_output=True, text=True, timeout=600)


def run(statement):
    """Past the program, and past the keys between tables."""
    store.plant(DATA, ("SET session_replication_role = replica; " if store.SERVER else "") + statement)


def verdict(code=1):
    result = zhiyun("--json", "verify")
    assert result.returncode == code, (result.returncode, result.stdout, result.stderr)
    return json.loads(result.stdout)


@functools.cache
def verify_rows():
    return subprocess.Popen([VERIFY_ROWS, store.address(DATA)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def rows_verdict():
    verify_rows().stdin.write("\n")
    verify_rows().stdin.flush()
    return json.loads(verify_rows().stdout.readline())


def the_rows_of(said):
    return {key: said[key] for key in ("ok", "fault_kind", "fault", "first_bad", "rows_checked")}


def found(count, table, row=None, column=None):
    """The fault names this table, row and column first, and counts so many."""
    said = rows_verdict()
    assert said["fault_kind"] == "current" and f"共 {count} 条" in said["fault"], (table, said)
    assert said["first_bad"]["type"].split(" ")[0] == table, (table, row, said)
    assert row is None or said["first_bad"]["id"] == row, (table, row, said)
    assert column is None or f"：{column}（" in said["fault"], (table, column, said)


def where(table, row):
    return f"{TABLES[table][0]} = {row}" + (" AND part = 1" if table == "panel_commitment" else "")


def a_row(table):
    row = store.run(DATA, f"SELECT coalesce(min({TABLES[table][0]}), 0) FROM {table}")[0][0]
    return int(row) or None


def aside(table, row, key=None):
    """The row is kept in a table of its own, by which it can be set back."""
    run("DROP TABLE IF EXISTS kept_aside_" + table)
    run(f"CREATE TABLE kept_aside_{table} AS SELECT * FROM {table} WHERE " + (f"{key} = {row}" if key else where(table, row)))


def change(table, column, row):
    more = "coalesce({0}, 0) + 1000003" if column in TABLES[table][1].split() else "coalesce({0}, '') || 'x'"
    run(f"UPDATE {table} SET {column} = {more.format(column)} WHERE {where(table, row)}")


def change_back(table, column, row):
    run(f"UPDATE {table} SET {column} = (SELECT {column} FROM kept_aside_{table}) WHERE {where(table, row)}")


def there():
    """Tables that the demo has rows of, with one of each."""
    return [(table, row) for table in TABLES for row in [a_row(table)] if row is not None]


def test_what_the_program_wrote_is_in_order():
    demo_made.copy_to(ZHIYUN, DATA)
    assert verdict(code=0)["rows_checked"] > 1000
    assert len(there()) >= len(TABLES) - 3, there()


def test_a_change_of_each_column_is_found():
    """`zhiyun verify` says what VERIFY_ROWS says. The first columns of all tables at once, then the second ones …, each time another table is the first."""
    tables = there()
    for table, row in tables:
        aside(table, row)
    by_table = {table: (TABLES[table][1] + " " + TABLES[table][2]).split() for table, _ in tables}
    for at in range(max(len(each) for each in by_table.values())):
        changed = [(table, by_table[table][at], row) for table, row in tables if at < len(by_table[table])]
        for one in changed:
            change(*one)
        found(len(changed), changed[0][0], changed[0][2])
        if at == 0:
            assert the_rows_of(verdict()) == the_rows_of(rows_verdict())
        for one in changed:
            change_back(*one)
    verdict(code=0)


def test_table_row_and_column_are_named():
    for table, row in there():
        column = (TABLES[table][2] or TABLES[table][1]).split()[0]
        change(table, column, row)
        found(1, table, row, column)
        change_back(table, column, row)
    verdict(code=0)


def test_points_and_cases_are_counted_with_their_sheet_and_panel():
    for table, (part, key, number) in PARTS.items():
        row = int(store.run(DATA, f"SELECT min({key}) FROM {part}")[0][0])
        if number:
            run(f"UPDATE {part} SET {number} = {number} + 1 WHERE {key} = {row}")
            found(1, table, row, part)
            run(f"UPDATE {part} SET {number} = {number} - 1 WHERE {key} = {row}")
        aside(part, row, key)
        run(f"DELETE FROM {part} WHERE {key} = {row}")
        found(1, table, row, part)
        run(f"INSERT INTO {part} SELECT * FROM kept_aside_{part}")
    verdict(code=0)


def test_a_row_that_is_gone_is_found():
    tables = there()
    for table, row in tables:
        run(f"DELETE FROM {table} WHERE {where(table, row)}")
        found(2 if table in TWICE else 1, table)
        run(f"INSERT INTO {table} SELECT * FROM kept_aside_{table}")
    verdict(code=0)


def test_a_row_that_was_added_is_found():
    for table, row in there():
        key = TABLES[table][0]
        number = 1000003 if table != "panel_commitment" else row
        unlike = UNLIKE.get(table)
        run(f"UPDATE kept_aside_{table} SET {key} = {number}" + (f", {unlike}" if unlike else ""))
        run(f"INSERT INTO {table} SELECT * FROM kept_aside_{table}")
        found(2 if table in TWICE else 1, table, number)
        run(f"DELETE FROM {table} WHERE {key} = {number}" + (" AND part > 9" if table == "panel_commitment" else ""))
    verdict(code=0)


HEALED = ("type_stored",)  # the program writes its rows anew when it opens the store
# Where a column is compared with the log as well, the type of record that is named first.
NAMED_AS = {"panel_head": ("panel_sheet",), "flow_case": ("case",), "unit": ("office", "party")}


def coded_tables():
    """Tables whose rows have codes, with the columns of their key."""
    with open(os.path.join(ROOT, "src", "db", "proof_table.h"), encoding="utf-8") as file:
        return {name: key.split(", ") for name, key in re.findall(r'\{"(\w+)", PROOF_CODED, "([^"]+)"\}', file.read())}


def values_of(table):
    """Its columns that hold texts or numbers, with True where it is a number."""
    if store.SERVER:
        rows = store.run(DATA, f"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{table}'"
                         " AND table_schema = current_schema()")
    else:
        rows = store.run(DATA, f"SELECT name, lower(type) FROM pragma_table_info('{table}')")
    return {name: kind != "text" for name, kind in rows if kind in ("text", "integer", "bigint")}


def test_a_change_of_any_row_with_a_code_is_found():
    coded = coded_tables()
    assert len(coded) > 70, coded
    chance = random.Random(draw.draw())
    there_are = [table for table in coded if store.run(DATA, f"SELECT count(*) FROM {table}") != [["0"]]]
    assert len(there_are) > 30, there_are
    for table in tap.sample(set(there_are) - set(HEALED), "tables with codes", one_in=5):
        columns = {name: number for name, number in values_of(table).items() if name not in coded[table]}
        if not columns:
            continue
        column = chance.choice(sorted(columns))
        keys = store.run(DATA, f"SELECT {', '.join(coded[table])} FROM {table} LIMIT 1")[0]
        row = " AND ".join(f"{name} = '{value}'" for name, value in zip(coded[table], keys))
        run(f"DROP TABLE IF EXISTS kept_aside_{table}")
        run(f"CREATE TABLE kept_aside_{table} AS SELECT * FROM {table}")
        more = f"coalesce({column}, 0) + 1000003" if columns[column] else f"coalesce({column}, '') || 'x'"
        run(f"UPDATE {table} SET {column} = {more} WHERE {row}")
        said = verdict()
        named = re.findall(r"\w+", said["fault"] + " " + said["first_bad"]["type"])
        assert set(named) & {table, *NAMED_AS.get(table, ())}, (table, column, said)
        run(f"DELETE FROM {table}")
        run(f"INSERT INTO {table} SELECT * FROM kept_aside_{table}")
    verdict(code=0)


def test_a_setting_is_what_its_entry_says():
    global DATA
    DATA = os.path.join(WORK, "national")
    os.environ.update(ZHIYUN_ADMIN="anquan", ZHIYUN_ADMIN_PASSWORD="虚构口令-Xu2026")
    assert zhiyun("init", "--suite", "sm3-sm2").returncode == 0
    assert store.run(DATA, "SELECT name, value FROM setting") == [["access.national", "yes"]]
    verdict(code=0)
    for past, back in (("UPDATE setting SET value = 'no'", "UPDATE setting SET value = 'yes'"),
                       ("UPDATE setting SET name = 'access.x'", "UPDATE setting SET name = 'access.national'"),
                       ("INSERT INTO setting VALUES ('files.unit_mb', '7', 0, 1)", "DELETE FROM setting WHERE value = '7'")):
        run(past)
        said = verdict()
        assert said["first_bad"]["type"].startswith("setting ") and "setting" in said["fault"], said
        run(back)
        verdict(code=0)
    run("DELETE FROM setting")
    said = verdict()
    assert said["first_bad"]["type"].startswith("setting") and "setting access.national " in said["fault"], said
    assert "共 1 条" in said["fault"], said


def main():
    try:
        tap.run(sys.modules[__name__])
    finally:
        verify_rows().communicate()
        shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    main()
