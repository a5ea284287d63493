#!/usr/bin/env python3
"""plain_sql_test.py ZHIYUN: what plain SQL can do to an instance on PostgreSQL, on a server of its own (docs/security.md).

By whom: the program's login (`program`), which owns the tables and is no superuser; and a login that has no rights (`stranger`).
Each act is undone.
"""
import contextlib
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "tools")]
import client  # noqa: E402
import pg  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
MARK = "PLANTEDMARK"
TOLD = re.compile(f"{MARK}|FOUND|division by zero")
END = "-- the end of an act --"
REFUSED, ANYTHING = "42501", None  # insufficient_privilege; the act is let, and shows nothing
PEOPLE = {"owner": ("centreA", "centre_manager")}
TITLE = "SELECT string_agg(title, ',') FROM record_deal"

READINGS = {  # each shows the mark to whom it belongs
    "a table": "SELECT * FROM record_deal",
    "its versions": "SELECT * FROM record_version WHERE type = 'deal'",
    "a table of its values": "SELECT * FROM record_deal_sides",
    "rows by their place": "SELECT d.* FROM record_deal d WHERE ctid IS NOT NULL AND tableoid > 0",
    "a sample": "SELECT title FROM record_deal TABLESAMPLE SYSTEM (100)",
    "a count": f"SELECT CASE WHEN count(*) > 0 THEN 'FOUND' END FROM record_deal WHERE title LIKE '%{MARK}%'",
    "an aggregate": TITLE,
    "a row as JSON": "SELECT row_to_json(d) FROM record_deal d",
    "a subquery": "SELECT (SELECT string_agg(title, ',') FROM record_deal), 1",
    "a window": "SELECT lag(title) OVER (ORDER BY id), title FROM record_deal",
    "XML of a query": "SELECT query_to_xml('SELECT title FROM record_deal', true, false, '')",
    "XML of a table": "SELECT table_to_xml('record_deal', true, false, '')",
    "COPY of a table": "COPY record_deal TO STDOUT",
    "COPY of a query": "COPY (SELECT title FROM record_deal) TO STDOUT",
    "a cursor": "DECLARE c CURSOR FOR SELECT title FROM record_deal; FETCH ALL FROM c",
    "a prepared statement": "PREPARE p AS SELECT title FROM record_deal; EXECUTE p; EXECUTE p; DEALLOCATE p",
    "a block": f"DO $$ DECLARE r record; BEGIN FOR r IN SELECT title FROM record_deal LOOP RAISE NOTICE '%', r.title; END LOOP; END $$",
    "a view of one's own": "CREATE TEMP VIEW mine AS SELECT title FROM record_deal; SELECT * FROM mine",
    "a function that tells": "CREATE FUNCTION pg_temp.tell(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', t;"
                             " RETURN true; END $$; SELECT count(*) FROM record_deal WHERE pg_temp.tell(title)",
    "an operator that tells": "CREATE FUNCTION pg_temp.same(a text, b text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN"
                              " RAISE NOTICE '%', a; RETURN true; END $$; CREATE OPERATOR pg_temp.=== (LEFTARG = text, RIGHTARG = text,"
                              " FUNCTION = pg_temp.same); SELECT count(*) FROM record_deal WHERE title OPERATOR(pg_temp.===) 'x'",
    "a cast that fails": "SELECT title::int FROM record_deal",
    "a division that fails": f"SELECT 1 / (CASE WHEN title LIKE '%{MARK}%' THEN 0 ELSE 1 END) FROM record_deal",
    "a table that hides the one looked up": "CREATE TEMP TABLE record_deal AS SELECT g AS id FROM generate_series(1, 9999) g;"
                                            " SELECT * FROM record_version WHERE type = 'deal'",
    "a path that begins with one's own": "CREATE TEMP TABLE record_deal AS SELECT g AS id FROM generate_series(1, 9999) g;"
                                         " SET LOCAL search_path = pg_temp, public, pg_catalog; SELECT * FROM record_version WHERE type = 'deal'",
}
FIRST_COLUMN = "(SELECT attname FROM pg_attribute WHERE attrelid = t.oid AND attnum = 1)"
OF_EVERY_TABLE = {  # %1$I: the table, %2$I: a column
    "INSERT": "INSERT INTO %1$I DEFAULT VALUES",
    "UPDATE": "UPDATE %1$I SET %2$I = %2$I",
    "DELETE": "DELETE FROM %1$I",
    "TRUNCATE": "TRUNCATE %1$I CASCADE",
    "LOCK": "LOCK TABLE %1$I IN SHARE MODE",
    "SELECT FOR UPDATE": "SELECT 1 FROM %1$I FOR UPDATE",
    "row security off": "ALTER TABLE %1$I DISABLE ROW LEVEL SECURITY",
    "row security not forced": "ALTER TABLE %1$I NO FORCE ROW LEVEL SECURITY",
    "another policy": "CREATE POLICY mine ON %1$I USING (true)",
    "a trigger": "CREATE TRIGGER mine BEFORE INSERT ON %1$I FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "a rule": "CREATE RULE mine AS ON INSERT TO %1$I DO INSTEAD NOTHING",
    "an index": "CREATE INDEX mine ON %1$I (%2$I)",
    "a column": "ALTER TABLE %1$I ADD COLUMN mine text",
    "another owner": "ALTER TABLE %1$I OWNER TO CURRENT_USER",
    "DROP": "DROP TABLE %1$I CASCADE",
    "REFERENCES": "CREATE TABLE mine (x bigint REFERENCES %1$I)",
}
OF_THE_SERVER = {  # title: (act, what is answered to whoever is no superuser)
    "another role": ("SET ROLE postgres", REFUSED),
    "another session": ("SET SESSION AUTHORIZATION postgres", REFUSED),
    "being a superuser": ("SET is_superuser = on", "55P02"),
    "a table's owner": ("ALTER TABLE record_deal OWNER TO postgres", REFUSED),
    "replication's role": ("SET session_replication_role = replica", REFUSED),
    "a file read": ("SELECT pg_read_file('/etc/passwd')", REFUSED),
    "bytes of a file": ("SELECT pg_read_binary_file('PG_VERSION')", REFUSED),
    "a folder": ("SELECT pg_ls_dir('.')", REFUSED),
    "state of a file": ("SELECT pg_stat_file('PG_VERSION')", REFUSED),
    "the server's log": ("SELECT * FROM pg_ls_logdir()", REFUSED),
    "COPY from a file": ("CREATE TEMP TABLE f (x text); COPY f FROM '/etc/passwd'", REFUSED),
    "COPY to a file": ("COPY (SELECT 1) TO '/tmp/zhiyun-plain-sql'", REFUSED),
    "COPY from a program": ("CREATE TEMP TABLE f (x text); COPY f FROM PROGRAM 'id'", REFUSED),
    "COPY to a program": ("COPY (SELECT 1) TO PROGRAM 'cat'", REFUSED),
    "a file as a large object": ("SELECT lo_import('/etc/passwd')", REFUSED),
    "a large object as a file": ("SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/zhiyun-plain-sql')", REFUSED),
    "what large objects hold": ("SELECT * FROM pg_largeobject", REFUSED),
    "passwords of logins": ("SELECT * FROM pg_authid", REFUSED),
    "statistics as they lie": ("SELECT * FROM pg_statistic", REFUSED),
    "users of foreign servers": ("SELECT * FROM pg_user_mapping", REFUSED),
    "a program in C": ("CREATE FUNCTION mine() RETURNS int LANGUAGE c AS 'libc.so.6', 'system'", REFUSED),
    "an extension": ("CREATE EXTENSION adminpack", "42501|0A000|58P01"),
    "a setting of the server": ("ALTER SYSTEM SET statement_timeout = 1", REFUSED),
    "another superuser": ("CREATE ROLE mine SUPERUSER", REFUSED),
    "a role above policies": ("ALTER ROLE CURRENT_USER BYPASSRLS", REFUSED),
    "the superuser's settings": ("ALTER ROLE postgres SET statement_timeout = 1", REFUSED),
    "what runs at each start": ("CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION pg_notify()", REFUSED),
    "a publication of all": ("CREATE PUBLICATION mine FOR ALL TABLES", REFUSED),
    "a slot of replication": ("SELECT pg_create_physical_replication_slot('mine')", "42501|55000"),
    "a checkpoint": ("CHECKPOINT", REFUSED),
    "a switch of the log": ("SELECT pg_switch_wal()", REFUSED),
    "the end of others": ("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'", REFUSED),
    "a transaction that outlives it": ("CREATE TEMP TABLE f (x int); PREPARE TRANSACTION 'mine'", "55000|0A000"),
    "what others ask": ("SELECT query FROM pg_stat_activity WHERE usename = 'postgres'", ANYTHING),
    "a message": (f"LISTEN mine; NOTIFY mine, '{'x' * 10}'", ANYTHING),
    "a limit of one's own": ("SET LOCAL statement_timeout = 1000; SET LOCAL lock_timeout = 1", ANYTHING),
    "settings of files": ("SELECT * FROM pg_file_settings", REFUSED),
    "who may come in": ("SELECT * FROM pg_hba_file_rules", REFUSED),
}
OF_THE_SCHEMA = {  # what who only reads may not
    "a table": "CREATE TABLE mine (x int)",
    "a function": "CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$",
    "a function of the server": "CREATE FUNCTION pg_catalog.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
    "an operator": "CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
    "a cast": "CREATE CAST (text AS bigint) WITH INOUT AS IMPLICIT",
    "a type": "CREATE TYPE mine AS (x int)",
    "a schema": "CREATE SCHEMA mine",
    "a view": "CREATE VIEW mine AS SELECT 1",
    "a policy": "CREATE POLICY mine ON record_deal USING (true)",
    "a function taken away": "DROP FUNCTION access_number_raise() CASCADE",
    "rights given on": "GRANT ALL ON record_deal TO PUBLIC",
    "a default of rights": "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC; CREATE TABLE mine (x int)",
    "a number of a key": "SELECT nextval(pg_get_serial_sequence('record_deal', 'id'))",
    "a key set back": "SELECT setval(pg_get_serial_sequence('record_deal', 'id'), 1)",
    "a comment": "COMMENT ON TABLE record_deal IS 'mine'",
    "settings of the database": "ALTER DATABASE instance SET statement_timeout = 1",
    "settings of the program's login": "ALTER ROLE program SET search_path = pg_temp",
    "the program's login": "SET ROLE program",
    "the end of the program's work": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'program'",
    "VACUUM's work": "CLUSTER record_deal USING record_deal_pkey",
}
OF_THE_LOG = [  # by whoever has the program's password: it is done, and verify says so
    "UPDATE log_entry SET body = replace(body, '\"do\":\"c', '\"do\":\"C') WHERE leaf = 1",
    "UPDATE log_entry SET at_ms = at_ms + 1 WHERE leaf = 2",
    "UPDATE log_entry SET leaf = leaf + 100000 WHERE leaf = 3",
    "DELETE FROM log_entry WHERE leaf = 4",
    "DELETE FROM log_entry WHERE leaf > 4",
    "UPDATE log_tile SET hashes = decode(md5('x'), 'hex') WHERE level = 0 AND number = 0",
    "UPDATE record_version SET content = replace(content, '" + MARK + "', 'else')",
    "UPDATE log_head SET note = replace(note, substr(note, length(note) - 5, 2), 'AA')",
    "DELETE FROM record_version WHERE type = 'deal'",
    "WITH gone AS (DELETE FROM log_head RETURNING 1) UPDATE log_entry SET leaf = NULL WHERE leaf > (SELECT count(*) FROM gone) * 0 + 4",
]


class Session:
    """One psql as somebody; an act is undone whatever it did."""

    def __init__(self, url, *begin):
        self.process = subprocess.Popen(["psql", url, "-XAtq"], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.say("\\set VERBOSITY verbose", *begin)

    def say(self, *lines):
        """What is answered, errors and notices as well."""
        text = "\n".join(line if line.startswith("\\") else f"{line};" for line in lines)
        self.process.stdin.write(f"{text}\n\\echo {END}\n")
        self.process.stdin.flush()
        told = []
        for line in self.process.stdout:
            if line == END + "\n":
                return "".join(told)
            told.append(line)
        raise RuntimeError(f"psql ended: {text[:300]} {told}")

    def act(self, sql):
        """As it is, where it cannot stand in a transaction."""
        alone = sql.startswith(("ALTER SYSTEM", "CHECKPOINT"))
        told = self.say(sql) if alone else self.say("BEGIN", sql, "ROLLBACK")
        return told.replace("WARNING:  25P01: there is no transaction in progress\n", "")

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=600)
        self.process.stdout.close()


class Place:
    """A server, an instance on it, and a session as each role."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.admin("CREATE ROLE program LOGIN", "CREATE ROLE stranger LOGIN",
                   "CREATE DATABASE instance OWNER program TEMPLATE template0")
        self.store = self.url("program")
        self.world = client.World(ZHIYUN, store=self.store, people=PEOPLE)
        self.plant("owner")
        self.sessions = {}
        self.admin("ANALYZE", database="instance")

    def url(self, user, database="instance"):
        return f"postgresql:///{database}?host={self.cluster.folder}&user={user}"

    def admin(self, *statements, database="zhiyun"):
        """One by one, as the superuser."""
        return "".join(self.cluster.sql(database, statement) for statement in statements)

    def one(self, query):
        return self.admin(query, database="instance").strip()

    def plant(self, name):
        """Two records of a unit that hold its mark: what stands twice is among the most common values."""
        for number in (1, 2):
            done = self.world[name].create("deal", {"contract_no": f"{name}-{number}", "title": MARK, "type": "licence", "sides": [{"name": MARK}]})
            assert done.status == 201, done

    def session(self, role):
        if role not in self.sessions:
            one = self.sessions[role] = Session(self.url(role))
            assert one.say("SELECT current_user") == f"{role}\n"
        return self.sessions[role]

    def restart(self, role):
        """A session whose state an act has changed for good."""
        self.sessions.pop(role).close()

    def close(self):
        for session in self.sessions.values():
            session.close()
        self.world.close()


acts = 0


def ask(place, who, sql):
    global acts
    acts += 1
    return place.session(who).act(sql)


def refused(told, codes=REFUSED):
    return re.search(rf"^(ERROR|FATAL|WARNING):  ({codes}): ", told, re.M)


def test_nothing_is_read_by_who_has_no_right(place):
    faults = []
    for title, sql in READINGS.items():
        if not TOLD.search(ask(place, "program", sql)):
            faults.append(f"{title}: the program does not see what is its own")
        told = ask(place, "stranger", sql)
        if TOLD.search(told) or not refused(told):
            faults.append(f"{title}: a stranger is answered {told[:300]}")
    assert not faults, " | ".join(faults)


def test_no_table_is_changed_by_who_has_no_right(place):
    """Every table of the instance, the log's too."""
    for title, sql in OF_EVERY_TABLE.items():
        told = ask(place, "stranger", f"""DO $act$ DECLARE one record; done int := 0; BEGIN
            FOR one IN SELECT t.relname, {FIRST_COLUMN} AS first FROM pg_class t WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
              BEGIN EXECUTE format($sql${sql}$sql$, one.relname, one.first); RAISE NOTICE 'LET: %', one.relname;
              EXCEPTION WHEN insufficient_privilege THEN done := done + 1; END;
            END LOOP; RAISE NOTICE '% refused', done; END $act$""")
        count = re.search(r"(\d+) refused", told)
        assert count and int(count[1]) > 150 and "LET" not in told, (title, told[:600])


def test_nobody_has_a_right_of_the_server(place):
    """Nor has the program itself, which needs none."""
    faults = []
    for who in ("program", "stranger"):
        for title, (sql, code) in OF_THE_SERVER.items():
            told = ask(place, who, sql)
            if TOLD.search(told) or (refused(told, code) is None if code else refused(told, "[^0].{4}")):
                faults.append(f"{title}: {who} is answered {told[:200]!r}")
            if title == "what others ask" and "SELECT" in told:
                faults.append(f"{title}: {who} is told {told[:200]!r}")
    assert not faults, " | ".join(faults)


def test_who_has_no_right_makes_and_changes_nothing(place):
    faults = []
    for title, sql in OF_THE_SCHEMA.items():
        told = ask(place, "stranger", sql)
        if not refused(told, "42501|01007"):  # no privileges were granted
            faults.append(f"{title}: answered {told[:200]!r}")
    assert not faults, " | ".join(faults)


def test_statistics_show_no_value_to_who_has_no_right(place):
    """The server's own, of a column's most common values and their bounds."""
    assert MARK in place.one("SELECT * FROM pg_stats WHERE schemaname = 'public'")
    assert not ask(place, "stranger", "SELECT * FROM pg_stats WHERE schemaname = 'public'").strip()
    assert not ask(place, "stranger", "SELECT last_value FROM pg_sequences WHERE last_value IS NOT NULL").strip()


OF_BEFORE = """
CREATE FUNCTION zy_fence_open() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT left(current_user::text, 13) <> 'zhiyun_fence_' $$;
CREATE FUNCTION zy_fence_sees(kind text, record bigint) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT zy_fence_open() $$;
CREATE FUNCTION zy_computed_deal_counted_cny(bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT 1::bigint $$;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['record_deal', 'record_deal_sides', 'record_version'] LOOP
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY zy_fence ON %I USING (zy_fence_open() AND false)', t);
END LOOP; END $$;
CREATE ROLE zhiyun_fence_1_2;
GRANT USAGE ON SCHEMA public TO zhiyun_fence_1_2;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO zhiyun_fence_1_2;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO zhiyun_fence_1_2;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO zhiyun_fence_1_2;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO zhiyun_fence_1;
DELETE FROM schema_migration WHERE number = 77
"""


def test_row_policies_of_before_go_with_their_role(place):
    """What the program made on PostgreSQL until 2026-11. The role that others use as well stays, and may nothing here."""
    place.admin("ALTER ROLE program CREATEROLE", "CREATE ROLE zhiyun_fence_1", "CREATE SCHEMA neighbour", "CREATE TABLE neighbour.deal (x int)",
                "GRANT SELECT ON neighbour.deal TO zhiyun_fence_1", database="instance")
    done = subprocess.run(["psql", place.url("program"), "-XAtqv", "ON_ERROR_STOP=1", "-c", OF_BEFORE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    place.world.server.stop()
    place.world.server.start()
    assert place.one("SELECT count(*) FROM pg_policies") == "0"
    assert place.one("SELECT count(*) FROM pg_class WHERE relrowsecurity OR relforcerowsecurity") == "0"
    assert place.one("SELECT count(*) FROM pg_proc WHERE proname LIKE 'zy\\_%'") == "0"
    assert place.one("SELECT count(*) FROM pg_default_acl") == "0"
    assert place.one("SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolname LIKE 'zhiyun_fence_%'") == "zhiyun_fence_1"
    assert place.one("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
                     " AND has_table_privilege('zhiyun_fence_1', oid, 'SELECT')") == "0"
    assert place.world["owner"].get("/records/deal").json["items"]
    place.admin("DROP SCHEMA neighbour CASCADE", "DROP ROLE zhiyun_fence_1", "ALTER ROLE program NOCREATEROLE", database="instance")


def doctor(place):
    done = subprocess.run(place.world.server.command("--json", "doctor"), capture_output=True, text=True, env=place.world.server.env, check=False)
    found = [c for c in json.loads(done.stdout)["checks"] if c["check"] == "database"]
    return {c["state"] for c in found}, [c["mend"] for c in found]


def test_doctor_names_what_the_server_lets_others_do(place):
    found, mends = doctor(place)
    assert found == {"warn"} and "REVOKE CONNECT" in mends[0] and len(mends) == 1, (found, mends)
    place.admin("REVOKE CONNECT, TEMPORARY ON DATABASE instance FROM PUBLIC", database="instance")
    assert doctor(place) == (set(), [])
    place.restart("stranger")
    done = subprocess.run(["psql", place.url("stranger"), "-XAtqc", "SELECT 1"], capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "permission denied for database" in done.stderr, done
    place.admin("GRANT CONNECT ON DATABASE instance TO stranger", "GRANT CREATE ON SCHEMA public TO PUBLIC", database="instance")
    found, mends = doctor(place)
    assert found == {"fault"} and "REVOKE CREATE" in mends[0], (found, mends)
    place.admin("REVOKE CREATE ON SCHEMA public FROM PUBLIC", "GRANT CREATE ON SCHEMA public TO stranger", database="instance")
    assert doctor(place)[0] == {"fault"}
    place.admin("REVOKE CREATE ON SCHEMA public FROM stranger", "ALTER ROLE program SUPERUSER", database="instance")
    found, mends = doctor(place)
    assert found == {"warn"} and "NOSUPERUSER" in mends[0], (found, mends)
    place.admin("ALTER ROLE program NOSUPERUSER", "GRANT CONNECT, TEMPORARY ON DATABASE instance TO PUBLIC", database="instance")


@contextlib.contextmanager
def undone(place, statement):
    """What a statement takes away of some tables, put back afterwards."""
    tables = ("log_head", "log_tile", "log_entry", "record_version")
    place.admin("; ".join(f"CREATE TABLE kept_{t} AS TABLE {t}" for t in tables), database="instance")
    try:
        done = subprocess.run(["psql", place.url("program"), "-XAtqc", statement], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done
        yield
    finally:
        place.admin("BEGIN; " + "; ".join(f"DELETE FROM {t}" for t in tables if t != "log_cosignature") + "; " + "; ".join(
            f"INSERT INTO {t} OVERRIDING SYSTEM VALUE TABLE kept_{t}; DROP TABLE kept_{t}" for t in tables) + "; COMMIT", database="instance")


def verify(place, held):
    done = subprocess.run(place.world.server.command("--json", "verify", "--held", held), capture_output=True, text=True,
                          env=place.world.server.env, check=False)
    return done.returncode, done.stdout


def test_what_the_programs_password_changes_of_the_log_is_told_by_verify(place):
    """The log's tables are append-only by what the program does, not by rights (docs/security.md)."""
    held = os.path.join(place.world.data, "held")
    server = place.world.server
    head = place.world["owner"].get("/log/head")
    server.stop()
    with open(held, "wb") as file:
        file.write(head.content)
    code, said = verify(place, held)
    assert code == 0, said
    for statement in OF_THE_LOG:
        with undone(place, statement):
            code, said = verify(place, held)
            assert code == 1 and not json.loads(said)["ok"], (statement, code, said)
    code, said = verify(place, held)
    assert code == 0, said
    print(f"# {acts} acts; {len(OF_THE_LOG)} changes of the log")


if __name__ == "__main__":
    with pg.Cluster() as CLUSTER:
        PLACE = Place(CLUSTER)
        try:
            tap.run(sys.modules[__name__], PLACE)
        finally:
            PLACE.close()
