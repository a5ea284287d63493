#include "test.h"

#include "base/fs.h"
#include "base/msg.h"
#include "base/rand.h"
#include "db/scratch.h"
#include "db/store.h"
#include "model/normal.h"
#include "record/type_priv.h"
#include <stdlib.h>

static struct arena *a;

struct bench {
    const char *folder;
    struct store *store;
};

static struct bench open_bench(void)
{
    struct bench b = {.folder = scratch_dir(a)};
    struct err e;
    assert_ok(store_open(&b.store, scratch_url(a, b.folder, "store.db"), true, &e), &e);
    return b;
}

static struct record_types *shipped(void)
{
    struct record_types *set;
    const struct type_finding *findings;
    size_t count;
    struct err e;
    assert_ok(record_types_load(&set, NULL, &findings, &count, a, &e), &e);
    return set;
}

/* The type "example" alone: making the tables of all takes a while. */
static const struct record_types *set_of(const char *yaml)
{
    static const struct type_references none;
    struct type_findings findings = {.arena = a};
    struct type_reader r;
    struct record_types *set = arena_alloc(a, sizeof(*set));
    type_reader_init(&r, a, &findings, STR("example.yaml"), &none);
    set->arena = a;
    struct record_type *t = type_parse(&r, str_of(yaml));
    for (size_t i = 0; i < findings.list.len; i++)
        fail_msg("%s\n%d: %.*s", yaml, findings.list.ptr[i].line,
                 STR_ARG(findings.list.ptr[i].reason));
    type_set_add(set, t);
    set->digest = t->digest;
    return set;
}

static err_t bring(struct bench *b, const char *yaml, struct err *e)
{
    const struct record_types *set = set_of(yaml);
    err_t rc = record_types_migrate(set, b->store, e);
    if (rc == OK) /* a second start changes nothing */
        assert_ok(record_types_migrate(set, b->store, e), e);
    return rc;
}

static void brought(struct bench *b, const char *yaml)
{
    struct err e;
    if (bring(b, yaml, &e) != OK)
        fail_msg("%s\n%s", yaml, e.text);
}

static void refused(struct bench *b, const char *yaml, const char *why)
{
    struct err e = {0};
    if (bring(b, yaml, &e) != E_CONFLICT)
        fail_msg("not refused: %s\n%s", yaml, e.text);
    if (!str_contains(str_of(e.text), str_of(why)))
        fail_msg("got \"%s\", expected \"%s\"", e.text, why);
}

#define HEAD "name: example\nlabel: {zh: 示例, en: Example}\nlist: [id]\n"
#define ACCESS "access:\n  - {roles: [centre_staff], relation: own_unit, verbs: [read]}\n"
#define LABEL "label: {zh: 甲, en: A}"

/* A type with these lines under fields: "{name: a, type: int}". */
static const char *with(const char *top, const char *const *fields, const char *after)
{
    struct str text = arena_printf(a, "%s%sfields:\n", HEAD, top);
    for (; *fields; fields++) {
        struct str inner = {*fields + 1, strlen(*fields) - 1};
        text = arena_printf(a, "%.*s  - {%s, %.*s\n", STR_ARG(text), LABEL, STR_ARG(inner));
    }
    return arena_printf(a, "%.*s%s%s", STR_ARG(text), after, ACCESS).ptr;
}
#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct step_text {
    const char *sql;
};

static err_t run_step(struct db *db, void *arg, struct err *e)
{
    return db_exec(db, ((struct step_text *)arg)->sql, e);
}

static void run(struct bench *b, const char *sql)
{
    struct step_text step = {sql};
    struct err e;
    if (store_write(b->store, run_step, &step, &e) != OK)
        fail_msg("%s: %s", sql, e.text);
}

/* A record of the type with this state and these columns. */
static void insert(struct bench *b, int id, const char *state, const char *columns,
                   const char *values)
{
    run(b,
        arena_printf(a,
                     "INSERT INTO record_example (id, version, state, owner_unit, owner_province, "
                     "secrecy, published, created_ms, created_by, changed_ms, changed_by%s%s) "
                     "VALUES (%d, 1, '%s', 1, '51', 1, 0, 0, 0, 0, 0%s%s)",
                     *columns ? ", " : "", columns, id, state, *values ? ", " : "", values)
            .ptr);
}

static struct str answer(struct bench *b, const char *sql)
{
    struct db *db;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    struct str out;
    assert_ok(store_reader_get(&db, b->store, &e), &e);
    assert_ok(db_query_once(&st, db, sql, NULL, 0, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_true(has_row);
    out = stmt_is_null(st, 0) ? STR("NULL") : arena_dup(a, stmt_str(st, 0));
    stmt_free(st);
    store_reader_put(b->store, db);
    return out;
}

/* Its columns as "name:type", in the order of their names. */
static struct str columns_of(struct bench *b, const char *table)
{
    const struct table_column *columns;
    size_t count;
    struct db *db;
    struct err e;
    struct str out = STR(""), last = STR("");
    assert_ok(store_reader_get(&db, b->store, &e), &e);
    assert_ok(db_table_columns(&columns, &count, db, table, a, &e), &e);
    store_reader_put(b->store, db);
    for (size_t n = 0; n < count; n++) {
        size_t best = count;
        for (size_t i = 0; i < count; i++)
            if (str_cmp(columns[i].name, last) > 0 &&
                (best == count || str_cmp(columns[i].name, columns[best].name) < 0))
                best = i;
        assert_true(best < count);
        last = columns[best].name;
        out = arena_printf(a, "%.*s%.*s:%d ", STR_ARG(out), STR_ARG(last), columns[best].type);
    }
    return out;
}

/* --- making ------------------------------------------------------------------------ */

/* SQLite alone tells. Of thousands of one unit no rule reads all to find another of the same number or file, whatever
 * the planner knows of the table; a sum does. */
static void check_rules_look_up(struct bench *b, const struct record_type *t)
{
    struct str all = arena_printf(a, "%.*s__unit", STR_ARG(t->table));
    struct db *db;
    struct err e;
    size_t rules = 0;
    assert_ok(store_reader_get(&db, b->store, &e), &e);
    for (size_t i = 0; !scratch_is_postgres() && i < t->constraint_count; i++) {
        const struct constraint *c = &t->constraints[i];
        struct stmt *st = NULL;
        bool has_row = false;
        if (c->kind != CONSTRAINT_NEVER || str_contains(c->sql, STR("sum(")))
            continue;
        const char *sql = arena_printf(a, "EXPLAIN QUERY PLAN %.*s", STR_ARG(c->sql)).ptr;
        assert_ok(db_query_once(&st, db, sql, VALUES(v_i64(1)), &e), &e);
        err_t rc;
        while ((rc = stmt_next(&has_row, st, &e)) == OK && has_row)
            if (str_contains(stmt_str(st, 3), all))
                fail_msg("%s: %.*s", sql, STR_ARG(stmt_str(st, 3)));
        assert_ok(rc, &e);
        stmt_free(st);
        rules++;
    }
    store_reader_put(b->store, db);
    assert_true(rules > 5 || scratch_is_postgres());
}

static void every_shipped_type_has_its_tables(void **state)
{
    (void)state;
    struct bench b = open_bench();
    struct record_types *set = shipped();
    struct err e;
    assert_ok(record_types_migrate(set, b.store, &e), &e);
    assert_ok(record_types_migrate(set, b.store, &e), &e);
    assert_str(answer(&b,
                      "SELECT count(*) FROM (SELECT id, version, owner_city, contract_no, amount, "
                      "licence_term_from, licence_term_to FROM record_deal) x"),
               "0");
    assert_str(answer(&b, "SELECT count(value_key) FROM record_deal_patents WHERE position = 0"),
               "0");
    assert_str(answer(&b, "SELECT count(paid) FROM record_deal_payments WHERE due IS NULL"), "0");
    assert_str(answer(&b, "SELECT count(from_) FROM record_staff WHERE id_number_index = 'x'"),
               "0");
    assert_str(answer(&b, "SELECT count(value) FROM record_staff_fields"), "0");
    check_rules_look_up(&b, record_type_find(set, STR("spending_line")));
    assert_ok(record_types_analyze(set, b.store, &e), &e);
    record_types_free(set);
    store_close(b.store);
}

static void a_natural_key_is_taken_once_among_what_has_not_ended(void **state)
{
    (void)state;
    struct bench b = open_bench();
    struct err e;
    brought(&b, with("key: [no]\n", FIELDS("{name: no, type: text}"), ""));
    insert(&b, 1, "active", "no", "'A'");
    insert(&b, 2, "active", "no", "'B'");
    insert(&b, 3, "active", "no", "NULL");
    insert(&b, 4, "active", "no", "NULL");
    struct step_text twice = {"UPDATE record_example SET no = 'A' WHERE id = 2"};
    assert_int_equal(store_write(b.store, run_step, &twice, &e), E_CONFLICT);
    run(&b, "UPDATE record_example SET ended_ms = 1 WHERE id = 1");
    assert_ok(store_write(b.store, run_step, &twice, &e), &e);
    store_close(b.store);
}

/* --- what migrates by itself --------------------------------------------------------- */

static void fields_are_added_and_values_stay(void **state)
{
    (void)state;
    struct bench b = open_bench();
    brought(&b, with("", FIELDS("{name: a, type: int}"), ""));
    insert(&b, 1, "active", "a", "7");
    brought(&b,
            with("sort: b\n",
                 FIELDS("{name: a, type: int}", "{name: b, type: period}",
                        "{name: tags, type: texts}", "{name: c, type: date}",
                        ("{name: rows, type: table, fields: [{name: x, type: int, label: {zh: 乙, "
                         "en: X}}]}")),
                 ""));
    assert_str(answer(&b, "SELECT a FROM record_example WHERE b_from IS NULL AND c IS NULL"), "7");
    run(&b, "INSERT INTO record_example_tags (record_id, position, value) VALUES (1, 0, 'x')");
    run(&b, "INSERT INTO record_example_rows (record_id, position, x) VALUES (1, 0, 5)");
    brought(&b,
            with("",
                 FIELDS("{name: a, type: int}", "{name: b, type: period}",
                        "{name: tags, type: texts}", "{name: c, type: known_date}",
                        ("{name: rows, type: table, fields: [{name: x, type: int, label: {zh: 乙, "
                         "en: X}}, {name: y, type: money, label: {zh: 丙, en: Y}}]}")),
                 ""));
    assert_str(answer(&b, "SELECT x FROM record_example_rows WHERE y IS NULL"), "5");
    store_close(b.store);
}

/* A field that takes over the values of one that is retired, and a column that makes rows of texts. */
static void a_new_field_has_the_values_of_what_it_was(void **state)
{
    (void)state;
    struct bench b = open_bench();
    const char *rows =
        "{name: sides, type: table, fields: [{name: who, type: text, was: names, label: "
        "{zh: 乙, en: W}}, {name: share, type: percent, label: {zh: 丙, en: S}}]}";
    brought(&b, with("key: [no]\n",
                     FIELDS("{name: no, type: text, number: true, required: true}",
                            "{name: names, type: texts}", "{name: day, type: known_date}"),
                     ""));
    insert(&b, 1, "active", "no, no_key, day", "'A-1', 'a-1', 'no'");
    insert(&b, 2, "active", "no, no_key", "'A-2', 'a-2'");
    run(&b, "INSERT INTO record_example_names (record_id, position, value) VALUES (1, 0, '甲'), "
            "(1, 1, '乙')");
    const char *now =
        with("key: [number]\n",
             FIELDS("{name: number, type: text, number: true, required: true, was: no}",
                    "{name: no, type: text, number: true}",
                    "{name: day, type: known_date, retired: true}",
                    "{name: begun, type: known_date, was: day}",
                    "{name: names, type: texts, retired: true}", rows),
             "");
    brought(&b, now);
    assert_str(answer(&b, "SELECT number || no || begun || day FROM record_example WHERE id = 1"),
               "A-1A-1nono");
    assert_str(answer(&b, "SELECT count(*) FROM record_example WHERE number_key = no_key"), "2");
    assert_str(answer(&b, "SELECT count(*) FROM record_example WHERE begun IS NULL"), "1");
    assert_str(answer(&b, "SELECT x.who || y.who FROM record_example_sides x JOIN "
                          "record_example_sides y ON y.record_id = x.record_id WHERE x.position = "
                          "0 AND y.position = 1 AND x.share IS NULL"),
               "甲乙");
    /* Once: what is emptied later stays so. */
    run(&b, "UPDATE record_example SET begun = NULL");
    run(&b, "DELETE FROM record_example_sides");
    brought(&b, arena_printf(a, "%s# another file\n", now).ptr);
    brought(&b, with("key: [number]\n",
                     FIELDS("{name: number, type: text, number: true, required: true, was: no}",
                            "{name: no, type: text, number: true}",
                            "{name: day, type: known_date, retired: true}",
                            "{name: begun, type: known_date, was: day}",
                            "{name: names, type: texts, retired: true}", "{name: more, type: int}",
                            rows),
                     ""));
    assert_str(answer(&b, "SELECT count(*) FROM record_example WHERE begun IS NULL"), "2");
    assert_str(answer(&b, "SELECT count(*) FROM record_example_sides"), "0");
    store_close(b.store);
}

static void looser_rules_and_new_states_need_nothing(void **state)
{
    (void)state;
    struct bench b = open_bench();
    const char *two = "states:\n  initial: draft\n  list:\n"
                      "    - {name: draft, label: {zh: 草稿, en: Draft}}\n"
                      "    - {name: done, label: {zh: 完成, en: Done}}\n"
                      "  transitions:\n    - {name: finish, label: {zh: 完成, en: Finish}, from: "
                      "[draft], to: done}\n";
    const char *one = "states:\n  initial: draft\n  list:\n"
                      "    - {name: draft, label: {zh: 草稿, en: Draft}}\n";
    brought(&b, with("",
                     FIELDS("{name: a, type: int, min: 0, max: 9, required: true}",
                            "{name: t, type: text, max: 5, pattern: \"[a-z]+\"}",
                            "{name: k, type: enum, values: [{code: x, zh: 甲, en: X}]}"),
                     one));
    insert(&b, 1, "draft", "a, t, k", "9, 'abcde', 'x'");
    brought(&b,
            with("",
                 FIELDS("{name: a, type: int, min: -5, max: 90}", "{name: t, type: long_text}",
                        "{name: k, type: enum, values: [{code: y, zh: 乙, en: Y}, {code: x, zh: "
                        "甲, en: X}]}"),
                 two));
    refused(&b,
            with("",
                 FIELDS("{name: a, type: int, min: -5, max: 90}", "{name: t, type: long_text}",
                        "{name: k, type: enum, values: [{code: y, zh: 乙, en: Y}]}"),
                 two),
            "the field \"k\" became stricter, but records 1 (1 in all) break the new rule");
    run(&b, "UPDATE record_example SET state = 'done'");
    refused(&b,
            with("",
                 FIELDS("{name: a, type: int, min: -5, max: 90}", "{name: t, type: long_text}",
                        "{name: k, type: enum, values: [{code: x, zh: 甲, en: X}]}"),
                 one),
            "the state \"done\" is gone, but records 1 (1 in all) are in it");
    store_close(b.store);
}

static void a_new_required_field_has_its_default_in_old_records(void **state)
{
    (void)state;
    struct bench b = open_bench();
    brought(&b, with("", FIELDS("{name: a, type: int}"), ""));
    insert(&b, 1, "active", "", "");
    brought(
        &b,
        with("",
             FIELDS("{name: a, type: int}",
                    "{name: m, type: money, required: true, default: \"12.5\"}",
                    "{name: d, type: known_date, required: true, default: false}",
                    "{name: free, type: int, default: 3}",
                    ("{name: k, type: enum, many: true, required: true, default: [y, x], values: "
                     "[{code: x, zh: 甲, en: X}, {code: y, zh: 乙, en: Y}]}")),
             ""));
    assert_str(answer(&b, "SELECT m FROM record_example"), "1250");
    assert_str(answer(&b, "SELECT d FROM record_example"), "no");
    assert_str(answer(&b, "SELECT free FROM record_example"), "NULL");
    assert_str(answer(&b, "SELECT count(*) FROM record_example_k WHERE record_id = 1"), "2");
    store_close(b.store);
}

static void codes_of_a_list_stay_as_texts(void **state)
{
    (void)state;
    struct bench b = open_bench();
    const char *values = "values: [{code: x, zh: 甲, en: X}, {code: y, zh: 乙, en: Y}]}";
    struct str one = arena_printf(a, "{name: k, type: enum, %s", values),
               many = arena_printf(a, "{name: m, type: enum, many: true, %s", values);
    brought(&b, with("", FIELDS(one.ptr, many.ptr), ""));
    insert(&b, 1, "active", "k", "'x'");
    run(&b, "INSERT INTO record_example_m (record_id, position, value) VALUES (1, 0, 'y')");
    brought(&b, with("", FIELDS("{name: k, type: text}", "{name: m, type: texts}"), ""));
    assert_str(answer(&b, "SELECT k FROM record_example"), "x");
    assert_str(answer(&b, "SELECT value FROM record_example_m"), "y");
    store_close(b.store);
}

static void numbers_have_their_key_in_old_records(void **state)
{
    (void)state;
    struct bench b = open_bench();
    brought(&b, with("", FIELDS("{name: no, type: text}"), ""));
    insert(&b, 1, "active", "no", "'第ＨＴ-01号'");
    insert(&b, 2, "active", "no", "'--'");
    insert(&b, 3, "active", "", "");
    brought(&b, with("", FIELDS("{name: no, type: text, number: true}"), ""));
    assert_str(answer(&b, "SELECT no_key FROM record_example WHERE id = 1"), "ht-01");
    assert_str(answer(&b, "SELECT no_key FROM record_example WHERE id = 2"), "--");
    assert_str(answer(&b, "SELECT no_key FROM record_example WHERE id = 3"), "NULL");
    store_close(b.store);
}

/* --- what is refused ----------------------------------------------------------------- */

static void a_field_with_values_does_not_go(void **state)
{
    (void)state;
    struct bench b = open_bench();
    const char *const all[] = {
        "{name: a, type: int}",
        "{name: p, type: period}",
        "{name: tags, type: texts}",
        "{name: from, type: date}",
        ("{name: rows, type: table, fields: [{name: x, type: int, label: {zh: "
         "乙, en: X}}, {name: y, type: int, label: {zh: 丙, en: Y}}]}"),
        "{name: empty, type: int}",
        NULL};
    brought(&b, with("", all, ""));
    insert(&b, 1, "active", "a, p_from, from_", "7, '2026-01-01', '2026-01-02'");
    for (int id = 2; id < 9; id++)
        insert(&b, id, "active", "a", "1");
    run(&b, "INSERT INTO record_example_tags (record_id, position, value) VALUES (1, 0, 'x')");
    run(&b, "INSERT INTO record_example_rows (record_id, position, x) VALUES (1, 0, 5)");
    static const char *const says[] = {
        "the field \"a\" is gone, but records 1, 2, 3, 4, 5, … (8 in all) hold a value in it",
        "the field \"p\" is gone, but records 1 (1 in all)",
        "the field \"tags\" is gone, but records 1 (1 in all)",
        "the field \"from\" is gone, but records 1 (1 in all)",
        "the field \"rows\" is gone, but records 1 (1 in all)"};
    for (size_t gone = 0; gone < ARRAY_LEN(says); gone++) {
        const char *left[ARRAY_LEN(all)];
        size_t n = 0;
        for (size_t i = 0; all[i]; i++)
            if (i != gone)
                left[n++] = all[i];
        left[n] = NULL;
        refused(&b, with("", left, ""), says[gone]);
    }
    refused(
        &b,
        with("",
             FIELDS(all[0], all[1], all[2], all[3],
                    ("{name: rows, type: table, fields: [{name: y, type: int, label: {zh: 丙, en: "
                     "Y}}]}")),
             ""),
        "the field \"x\" is gone, but records 1 (1 in all)");
    brought(&b, with("", FIELDS(all[0], all[1], all[2], all[3], all[4]), "")); /* nobody held it */
    brought(&b, with("", all, ""));                                            /* and back again */
    brought(&b,
            with("", FIELDS("{name: a, type: int, retired: true}", all[1], all[2], all[3], all[4]),
                 ""));
    assert_str(answer(&b, "SELECT a FROM record_example WHERE id = 1"), "7");
    store_close(b.store);
}

static void a_field_with_values_keeps_its_type(void **state)
{
    (void)state;
    struct bench b = open_bench();
    brought(&b, with("sort: a\n",
                     FIELDS("{name: a, type: int}", "{name: b, type: text}",
                            "{name: d, type: decimal, places: 2}"),
                     ""));
    insert(&b, 1, "active", "a", "7");
    refused(&b,
            with("sort: a\n",
                 FIELDS("{name: a, type: text}", "{name: b, type: text}",
                        "{name: d, type: decimal, places: 2}"),
                 ""),
            "the field \"a\" was int and records 1 (1 in all) hold a value in it");
    refused(&b,
            with("",
                 FIELDS("{name: a, type: texts}", "{name: b, type: text}",
                        "{name: d, type: decimal, places: 2}"),
                 ""),
            "the field \"a\" was int");
    /* b and d hold nothing: they may become anything. */
    brought(&b, with("sort: b\n",
                     FIELDS("{name: a, type: int}", "{name: b, type: money}",
                            "{name: d, type: decimal, places: 4}"),
                     ""));
    run(&b, "UPDATE record_example SET b = 125, d = 12345");
    refused(&b,
            with("sort: b\n",
                 FIELDS("{name: a, type: int}", "{name: b, type: money}",
                        "{name: d, type: decimal, places: 2}"),
                 ""),
            "the field \"d\" was decimal of 4 places");
    store_close(b.store);
}

static void a_stricter_rule_waits_for_the_records_that_break_it(void **state)
{
    (void)state;
    struct bench b = open_bench();
    const char *const wide[] = {
        "{name: a, type: int}",
        "{name: t, type: text}",
        "{name: m, type: money}",
        "{name: d, type: date}",
        "{name: r, type: region}",
        "{name: tags, type: texts}",
        ("{name: rows, type: table, fields: [{name: x, type: int, label: {zh: "
         "乙, en: X}}]}"),
        NULL};
    const char *const strict[] = {"{name: a, type: int, max: 6}",
                                  "{name: t, type: text, pattern: \"[0-9]+\"}",
                                  "{name: m, type: money, min: \"0.01\"}",
                                  "{name: d, type: date, min: \"2026-01-01\"}",
                                  "{name: r, type: region, level: province}",
                                  "{name: tags, type: texts, max: 3}",
                                  ("{name: rows, type: table, max: 1, fields: [{name: x, type: "
                                   "int, label: {zh: 乙, en: X}}]}")};
    const char *const mended[] = {"UPDATE record_example SET a = 6",
                                  "UPDATE record_example SET t = '12'",
                                  "UPDATE record_example SET m = 1",
                                  "UPDATE record_example SET d = '2026-01-01'",
                                  "UPDATE record_example SET r = '510000'",
                                  "UPDATE record_example_tags SET value = '甲乙丙'",
                                  "DELETE FROM record_example_rows WHERE position = 1"};
    const char *fields[ARRAY_LEN(wide)];
    brought(&b, with("", wide, ""));
    insert(&b, 1, "active", "a, t, m, d, r", "7, 'x1', 0, '2025-12-31', '510100'");
    insert(&b, 2, "active", "a", "NULL");
    run(&b,
        "INSERT INTO record_example_tags (record_id, position, value) VALUES (1, 0, '甲乙丙丁')");
    run(&b, "INSERT INTO record_example_rows (record_id, position, x) VALUES (1, 0, 5), (1, 1, 6)");
    memcpy(fields, wide, sizeof(fields));
    for (size_t i = 0; i < ARRAY_LEN(strict); i++) {
        fields[i] = strict[i];
        refused(&b, with("", fields, ""), "became stricter, but records 1 (1 in all) break");
        run(&b, mended[i]);
        brought(&b, with("", fields, ""));
    }
    fields[6] =
        "{name: rows, type: table, max: 1, fields: [{name: x, type: int, max: 4, label: {zh: "
        "乙, en: X}}]}";
    refused(&b, with("", fields, ""), "the field \"x\" became stricter, but records 1 (1 in all)");
    store_close(b.store);
}

static void a_value_needed_now_must_be_there(void **state)
{
    (void)state;
    struct bench b = open_bench();
    brought(&b, with("", FIELDS("{name: a, type: int}", "{name: tags, type: texts}"), ""));
    insert(&b, 1, "active", "a", "7");
    insert(&b, 2, "active", "", "");
    refused(
        &b,
        with("", FIELDS("{name: a, type: int, required: true}", "{name: tags, type: texts}"), ""),
        "the field \"a\" became required, but records 2 (1 in all) have no value in it");
    refused(
        &b,
        with("", FIELDS("{name: a, type: int}", "{name: tags, type: texts, required: true}"), ""),
        "the field \"tags\" became required, but records 1, 2 (2 in all)");
    refused(&b,
            with("",
                 FIELDS("{name: a, type: int}", "{name: tags, type: texts}",
                        "{name: new, type: text, required: true}"),
                 ""),
            "the field \"new\" became required, but records 1, 2");
    refused(&b,
            with("",
                 FIELDS("{name: a, type: int, required: [active]}", "{name: tags, type: texts}"),
                 ""),
            "the field \"a\" became required, but records 2");
    run(&b, "UPDATE record_example SET ended_ms = 1 WHERE id = 2");
    brought(
        &b,
        with("", FIELDS("{name: a, type: int, required: true}", "{name: tags, type: texts}"), ""));
    store_close(b.store);
}

static void what_must_differ_now_must_differ(void **state)
{
    (void)state;
    struct bench b = open_bench();
    brought(&b, with("", FIELDS("{name: a, type: int}", "{name: b, type: int}"), ""));
    insert(&b, 1, "active", "a, b", "7, 1");
    insert(&b, 2, "active", "a, b", "7, 2");
    insert(&b, 3, "active", "b", "2");
    insert(&b, 4, "active", "b", "3");
    refused(&b, with("key: [a]\n", FIELDS("{name: a, type: int}", "{name: b, type: int}"), ""),
            "owner_unit, a must differ from record to record now, but there are others equal to "
            "records 1 (1 in all)");
    refused(&b, with("", FIELDS("{name: a, type: int}", "{name: b, type: int, unique: true}"), ""),
            "records 2 (1 in all)");
    brought(&b, with("key: [a, b]\n", FIELDS("{name: a, type: int}", "{name: b, type: int}"), ""));
    store_close(b.store);
}

static void a_type_with_records_is_not_forgotten(void **state)
{
    (void)state;
    struct bench b = open_bench();
    struct err e;
    brought(&b, with("", FIELDS("{name: a, type: int}"), ""));
    struct record_types *set = shipped();
    assert_ok(record_types_migrate(set, b.store, &e), &e);
    insert(&b, 1, "active", "a", "7");
    assert_int_equal(record_types_migrate(set, b.store, &e), E_CONFLICT);
    assert_true(str_contains(str_of(e.text), STR("the record type example is gone")));
    record_types_free(set);
    store_close(b.store);
}

static void a_store_knows_which_types_it_was_brought_to(void **state)
{
    (void)state;
    struct bench b = open_bench();
    struct str digest, other;
    struct err e;
    bool current = true;
    struct record_types *set = shipped();
    assert_ok(record_types_digest(&digest, b.folder, a, &e), &e);
    assert_ok(record_types_digest(&other, scratch_dir(a), a, &e), &e);
    assert_true(str_eq(digest, other)); /* wherever the folder is */
    assert_ok(record_types_current(&current, digest, b.store, &e), &e);
    assert_false(current);
    assert_ok(record_types_migrate(set, b.store, &e), &e);
    assert_ok(record_types_current(&current, digest, b.store, &e), &e);
    assert_true(current);
    const char *own = arena_printf(a, "%s/example.yaml", b.folder).ptr;
    assert_ok(fs_write_synced(&fs_system, own, str_bytes(STR("name: example\n")), &e), &e);
    assert_ok(record_types_digest(&other, b.folder, a, &e), &e);
    assert_false(str_eq(digest, other));
    assert_ok(record_types_current(&current, other, b.store, &e), &e);
    assert_false(current);
    record_types_free(set);
    store_close(b.store);
}

/* Whatever rule the keys of numbers were made under: a start makes them again by the rule of this program, once. */
static void keys_of_numbers_are_renewed_with_their_rule(void **state)
{
    (void)state;
    struct bench b = open_bench();
    const char *yaml = with("", FIELDS("{name: no, type: text, number: true}"), "");
    brought(&b, yaml);
    insert(&b, 1, "active", "no, no_key", "'1\u20141', '11'");
    brought(&b, yaml);
    assert_str(answer(&b, "SELECT no_key FROM record_example"), "11"); /* of this rule: let alone */
    run(&b, "UPDATE type_stored SET description = replace(description, '\"key_rule\":\"' || "
            "'" WRITTEN_RULE "', '\"key_rule\":\"1'), digest = 'x'");
    brought(&b, yaml);
    assert_str(answer(&b, "SELECT no_key FROM record_example"), "1-1");
    store_close(b.store);
}

static void a_refused_change_leaves_the_tables_as_they_were(void **state)
{
    (void)state;
    struct bench b = open_bench();
    brought(&b, with("", FIELDS("{name: a, type: int}"), ""));
    insert(&b, 1, "active", "a", "7");
    struct str before = columns_of(&b, "record_example");
    refused(&b,
            with("", FIELDS("{name: a, type: int}", "{name: b, type: int, required: true}"), ""),
            "became required");
    assert_true(str_eq(columns_of(&b, "record_example"), before));
    brought(&b, with("", FIELDS("{name: a, type: int}", "{name: b, type: int}"), ""));
    store_close(b.store);
}

/* --- any way leads to the same tables --------------------------------------------------- */

/* Fields that come one after another in random order, some at a time, give the
 * columns that they give at once. */
static void added_in_any_order_the_tables_are_the_same(void **state)
{
    (void)state;
    static const char *const all[] = {"{name: a, type: int}",
                                      "{name: b, type: text}",
                                      "{name: c, type: period}",
                                      "{name: d, type: datetime}",
                                      "{name: e, type: person}",
                                      "{name: f, type: patent}",
                                      "{name: g, type: file}",
                                      "{name: h, type: files}",
                                      "{name: i, type: patents}",
                                      "{name: j, type: ref, to: deal}",
                                      "{name: k, type: refs, to: deal}",
                                      "{name: order, type: bool, unique: true}"};
    static const char *const tables[] = {"record_example", "record_example_h", "record_example_i",
                                         "record_example_k"};
    uint64_t seed = test_seed(3);
    struct rand r = {seed};
    struct bench at_once = open_bench();
    const char *fields[ARRAY_LEN(all) + 1] = {NULL};
    memcpy(fields, all, sizeof(all));
    brought(&at_once, with("", fields, ""));
    for (int round = 0; round < 3; round++) {
        struct bench b = open_bench();
        memcpy(fields, all, sizeof(all));
        for (size_t i = ARRAY_LEN(all); i > 1; i--) {
            size_t k = rand_below(&r, (uint32_t)i);
            const char *other = fields[k];
            fields[k] = fields[i - 1];
            fields[i - 1] = other;
        }
        for (size_t n = 1; n <= ARRAY_LEN(all); n += 1 + rand_below(&r, 4)) {
            const char *some[ARRAY_LEN(all) + 1] = {NULL};
            memcpy(some, fields, n * sizeof(*some));
            brought(&b, with("", some, ""));
        }
        brought(&b, with("", fields, ""));
        for (size_t i = 0; i < ARRAY_LEN(tables); i++)
            if (!str_eq(columns_of(&b, tables[i]), columns_of(&at_once, tables[i])))
                fail_msg("SEED=%llu %s", (unsigned long long)seed, tables[i]);
        store_close(b.store);
    }
    store_close(at_once.store);
}

static int set_up(void **state)
{
    (void)state;
    msg_set_lang(LANG_EN);
    a = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_type_has_its_tables),
        cmocka_unit_test(a_natural_key_is_taken_once_among_what_has_not_ended),
        cmocka_unit_test(fields_are_added_and_values_stay),
        cmocka_unit_test(a_new_field_has_the_values_of_what_it_was),
        cmocka_unit_test(looser_rules_and_new_states_need_nothing),
        cmocka_unit_test(a_new_required_field_has_its_default_in_old_records),
        cmocka_unit_test(codes_of_a_list_stay_as_texts),
        cmocka_unit_test(numbers_have_their_key_in_old_records),
        cmocka_unit_test(a_field_with_values_does_not_go),
        cmocka_unit_test(a_field_with_values_keeps_its_type),
        cmocka_unit_test(a_stricter_rule_waits_for_the_records_that_break_it),
        cmocka_unit_test(a_value_needed_now_must_be_there),
        cmocka_unit_test(what_must_differ_now_must_differ),
        cmocka_unit_test(a_type_with_records_is_not_forgotten),
        cmocka_unit_test(a_store_knows_which_types_it_was_brought_to),
        cmocka_unit_test(keys_of_numbers_are_renewed_with_their_rule),
        cmocka_unit_test(a_refused_change_leaves_the_tables_as_they_were),
        cmocka_unit_test(added_in_any_order_the_tables_are_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
