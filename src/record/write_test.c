/* Creating, changing, acting: what is written, what is refused, and who is told. */
#include "test.h"

#include "access/two_person.h"
#include "db/scratch.h"
#include "record/fixture.h"
#include <pthread.h>

static struct fixture f;

static int set_up(void **state)
{
    (void)state;
    static const struct fixture_type types[] = {
        {"bill",
         "name: bill\n"
         "label: {zh: 票据, en: Bill}\n"
         "list: [id]\n"
         "fields:\n"
         "  - {name: no, type: text, number: true, label: {zh: 号, en: No}}\n"
         "access:\n"
         "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create, change, end]}\n"}};
    fixture_open(&f, types, ARRAY_LEN(types));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static err_t change(struct written *out, int64_t account, const char *type, int64_t id,
                    const char *patch, const struct write_options *o, struct err *e)
{
    struct subject s = fixture_subject(&f, account);
    return record_change(out, &(struct record_call){&f.k, &s, fixture_type(&f, type), id, f.a},
                         fixture_json(&f, patch), o, e);
}

static err_t act(struct written *out, int64_t account, const char *type, int64_t id,
                 const char *action, const char *arguments, const struct write_options *o,
                 struct err *e)
{
    struct subject s = fixture_subject(&f, account);
    return record_act(out, &(struct record_call){&f.k, &s, fixture_type(&f, type), id, f.a},
                      str_of(action), arguments ? fixture_json(&f, arguments) : NULL, o, e);
}

static void must_change(int64_t account, const char *type, int64_t id, const char *patch)
{
    struct written out;
    struct err e;
    if (change(&out, account, type, id, patch, NULL, &e) != OK) {
        struct str all = faults_text(&f, &out.faults);
        fail_msg("%s: %s: %.*s", patch, e.text, STR_ARG(all));
    }
}

static void must_act(int64_t account, const char *type, int64_t id, const char *action,
                     const char *arguments, const char *reason)
{
    struct written out;
    struct err e;
    struct write_options o = {.reason = str_of(reason)};
    if (act(&out, account, type, id, action, arguments, &o, &e) != OK) {
        struct str all = faults_text(&f, &out.faults);
        fail_msg("%s: %s: %.*s", action, e.text, STR_ARG(all));
    }
}

/* --- creating ------------------------------------------------------------------------- */

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void a_new_record_has_its_row_version_and_entry(void **state)
{
    (void)state;
    struct subject s = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    const struct jvalue *body = fixture_json(
        &f,
        "{\"name\":\" 甲 \",\"amount\":\"12.5\",\"marks\":[\"green\",\"red\"],"
        "\"shares\":[{\"who\":\"x\",\"percent\":\"60\"},{\"who\":\"y\",\"percent\":\"40\"}],"
        "\"term\":{\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"},\"paper\":{\"digest\":\"" DIGEST
        "\",\"name\":\"a.pdf\"},\"filed\":false}");
    struct write_options o = {.reason = STR("因为")};
    assert_ok(record_create(&out,
                            &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), 0, f.a},
                            body, &o, &e),
              &e);
    assert_int_equal(out.id, 1);
    assert_int_equal(out.version, 1);
    assert_str(out.state, "active");
    assert_int_equal(strlen(out.entry), LOG_UID_LEN);
    assert_str(fixture_text(&f, "SELECT name || '|' || amount || '|' || filed || '|' || term_from "
                                "|| '|' || term_to || '|' || kind || '|' || owner_city || '|' || "
                                "owner_province || '|' || created_by FROM record_thing"),
               "甲|1250|no|2026-01-01|2026-12-31|plain|5101|51|1");
    assert_int_equal(fixture_number(&f, "SELECT owner_unit FROM record_thing"), f.centre);
    assert_str(
        fixture_text(&f, "SELECT who || percent FROM record_thing_shares WHERE position = 1"),
        "y4000");
    assert_str(fixture_text(&f, "SELECT value FROM record_thing_marks WHERE position = 0"), "red");
    assert_str(fixture_text(&f, "SELECT text FROM record_text WHERE type = 'thing'"), "甲\n");

    struct str content = fixture_text(&f, "SELECT content FROM record_version");
    struct str expected = arena_printf(
        f.a,
        "{\"_reason\":\"因为\",\"amount\":\"12.50\",\"filed\":false,\"kind\":\"plain\","
        "\"marks\":[\"red\",\"green\"],\"name\":\"甲\",\"owner_unit\":%lld,"
        "\"paper\":{\"digest\":\"" DIGEST
        "\",\"name\":\"a.pdf\"},\"published\":false,\"secrecy\":1,"
        "\"shares\":[{\"percent\":\"60.00\",\"who\":\"x\"},{\"percent\":\"40.00\",\"who\":\"y\"}],"
        "\"state\":\"active\",\"term\":{\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"}}",
        (long long)f.centre);
    assert_str(content, expected.ptr);
    assert_str(fixture_text(&f, "SELECT v.entry FROM record_version v, log_entry l "
                                "WHERE l.uid = v.entry AND v.role = 'centre_staff' AND "
                                "v.action = 'create' AND v.reason = '因为' AND v.account = 1"),
               out.entry);
    struct str body_text = fixture_text(&f, "SELECT body FROM log_entry");
    assert_true(str_contains(body_text, STR("\"do\":\"create\",\"type\":\"thing\",\"id\":1,"
                                            "\"version\":1,\"content\":\"")));
}

static void every_fault_is_told_and_nothing_is_written(void **state)
{
    (void)state;
    assert_str(
        fixture_faults(&f, f.staff, "thing",
                       "{\"count\":101,\"colour\":1,\"id\":7,\"owner_unit\":9,\"state\":\"x\","
                       "\"parts\":3,\"shares\":[{\"percent\":\"1\"}],\"created_by\":1,"
                       "\"published\":true,\"version\":2}"),
        "count:range colour:unknown id:not_writable owner_unit:not_writable state:not_writable "
        "parts:not_writable shares[0].who:required created_by:not_writable "
        "published:not_writable version:not_writable name:required");
    assert_str(fixture_faults(&f, f.staff, "thing", "[1]"), ":type name:required");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing"), 0);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM log_entry"), 0);
}

static void constraints_hold_between_fields(void **state)
{
    (void)state;
    static const struct {
        const char *json, *faults;
    } cases[] = {
        {"{\"signed\":\"2026-01-02\",\"filed\":\"2026-01-01\"}", "filed:constraint"},
        {"{\"signed\":\"2026-01-02\",\"filed\":\"2026-01-02\"}", ""},
        {"{\"signed\":\"2026-01-02\",\"filed\":false}", ""},
        {"{\"shares\":[{\"who\":\"a\",\"percent\":\"99.99\"}]}", "shares:constraint"},
        {"{\"shares\":[{\"who\":\"a\",\"percent\":\"99.99\"},{\"who\":\"b\",\"percent\":\"0.01\"}]"
         "}",
         ""},
        {"{\"phone\":\"02886123456\",\"email\":\"a@b.cn\"}", "email:constraint"},
        {"{\"phone\":\"02886123456\"}", ""},
        {"{\"kind\":\"pledge\"}", "amount:constraint"},
        {"{\"kind\":\"pledge\",\"amount\":\"0\"}", ""},
        {"{\"kind\":\"licence\",\"rate\":\"5\"}", "rate:constraint"},
        {"{\"kind\":\"plain\",\"rate\":\"5\"}", ""},
        {"{\"maker\":\"91350100M000100Y43\",\"buyer\":\"91350100m000100y43\"}", "buyer:constraint"},
        {"{\"signed\":\"2026-02-30\",\"filed\":\"2026-01-01\"}", "signed:format"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str json = arena_printf(f.a, "{\"name\":\"n%zu\",%s", i, cases[i].json + 1);
        if (cases[i].faults[0] == '\0')
            fixture_create(&f, f.staff, "thing", json.ptr);
        else
            assert_str(fixture_faults(&f, f.staff, "thing", json.ptr), cases[i].faults);
    }
}

static void a_fault_says_why_in_both_languages(void **state)
{
    (void)state;
    struct subject s = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    assert_int_equal(
        record_create(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), 0, f.a},
                      fixture_json(&f, "{\"name\":\"a\",\"signed\":\"2026-01-02\","
                                       "\"filed\":\"2026-01-01\"}"),
                      NULL, &e),
        E_INVALID);
    assert_str(out.faults.items[0].message_en, "Filed is before Signed");
    assert_true(str_contains(out.faults.items[0].message_zh, STR("备案")));
}

static void references_name_records_that_can_be_seen(void **state)
{
    (void)state;
    int64_t mine = fixture_create(&f, f.staff, "thing", "{\"name\":\"mine\"}");
    int64_t theirs = fixture_create(&f, f.other_staff, "thing", "{\"name\":\"theirs\"}");
    struct str json =
        arena_printf(f.a,
                     "{\"name\":\"x\",\"parent\":%lld,\"others\":[%lld,%lld,999],\"shares\":"
                     "[{\"who\":\"a\",\"percent\":\"100\",\"of\":%lld}]}",
                     (long long)theirs, (long long)mine, (long long)theirs, (long long)theirs);
    assert_str(fixture_faults(&f, f.staff, "thing", json.ptr),
               "parent:reference others[1]:reference others[2]:reference shares[0].of:reference");
    struct subject officer = fixture_subject(&f, f.officer);
    (void)officer;
    json = arena_printf(f.a, "{\"name\":\"x\",\"parent\":%lld,\"others\":[%lld]}", (long long)mine,
                        (long long)mine);
    fixture_create(&f, f.staff, "thing", json.ptr);
    must_act(f.manager, "thing", mine, "end", NULL, "");
    json = arena_printf(f.a, "{\"name\":\"y\",\"parent\":%lld}", (long long)mine);
    assert_str(fixture_faults(&f, f.staff, "thing", json.ptr), "parent:reference");
}

static void a_natural_key_names_one_record_of_its_owner(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    struct subject staff = fixture_subject(&f, f.staff);
    int64_t first = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\"}");
    fixture_create(&f, f.other_staff, "thing", "{\"name\":\"one\"}"); /* another owner */
    const struct jvalue *body = fixture_json(&f, "{\"name\":\" one\"}");
    const struct record_type *t = fixture_type(&f, "thing");
    assert_int_equal(
        record_create(&out, &(struct record_call){&f.k, &staff, t, 0, f.a}, body, NULL, &e),
        E_CONFLICT);
    assert_str(faults_text(&f, &out.faults), "name:taken");
    struct str id = arena_printf(f.a, "record %lld has this already", (long long)first);
    assert_str(out.faults.items[0].message_en, id.ptr);

    int64_t second = fixture_create(&f, f.staff, "thing", "{\"name\":\"two\"}");
    assert_int_equal(change(&out, f.staff, "thing", second, "{\"name\":\"one\"}", NULL, &e),
                     E_CONFLICT);
    assert_str(faults_text(&f, &out.faults), "name:taken");
    must_act(f.manager, "thing", first, "end", NULL, "");
    must_change(f.staff, "thing", second, "{\"name\":\"one\"}"); /* what ended frees its key */
}

/* How SQLite finds those of one key; on the other engine nothing is said. */
static struct str plan_of_numbers(void)
{
    struct db *db;
    struct stmt *st;
    struct err e;
    bool has_row;
    if (scratch_is_postgres())
        return STR("no_key=?");
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(
        db_query_once(&st, db,
                      "EXPLAIN QUERY PLAN SELECT id, no FROM record_bill WHERE owner_unit = 1 AND"
                      " no_key = 'a' AND ended_ms IS NULL AND no <> 'A' AND id <> 7",
                      NULL, 0, &e),
        &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    struct str out = arena_dup(f.a, stmt_str(st, 3));
    stmt_free(st);
    store_reader_put(f.store, db);
    return out;
}

static void a_number_is_looked_for_by_its_key_however_it_is_written(void **state)
{
    (void)state;
    int64_t id = fixture_create(&f, f.staff, "bill", "{\"no\":\"HT-2025-01\"}");
    assert_str(fixture_text(&f, "SELECT no_key FROM record_bill"), "ht-2025-01");
    (void)fixture_create(&f, f.staff, "bill", "{\"no\":\"ＨＴ—2025－ 01\"}");
    assert_int_equal(
        fixture_number(&f, "SELECT count(*) FROM record_bill WHERE no_key = 'ht-2025-01'"), 2);
    (void)fixture_create(&f, f.staff, "bill", "{\"no\":\"HT-20-2501\"}");
    (void)fixture_create(&f, f.staff, "bill", "{\"no\":\"HT202501\"}");
    (void)fixture_create(&f, f.staff, "bill", "{\"no\":\"--\"}");
    (void)fixture_create(&f, f.staff, "bill", "{\"no\":\"——\"}");
    (void)fixture_create(&f, f.other_staff, "bill", "{\"no\":\"ht202501\"}");
    assert_true(str_contains(plan_of_numbers(), STR("no_key=?")));
    must_change(f.staff, "bill", id, "{\"no\":\"HT-7\"}");
    assert_str(fixture_text(&f, "SELECT no_key FROM record_bill ORDER BY id LIMIT 1"), "ht-7");
    must_change(f.staff, "bill", id, "{\"no\":null}");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_bill WHERE no_key = 'ht-7'"),
                     0);
}

static void who_may_not_is_refused_and_it_is_written_down(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\"}");
    struct subject officer = fixture_subject(&f, f.officer);
    int64_t entries = fixture_number(&f, "SELECT count(*) FROM log_entry");
    assert_int_equal(
        record_create(&out,
                      &(struct record_call){&f.k, &officer, fixture_type(&f, "thing"), 0, f.a},
                      fixture_json(&f, "{\"name\":\"x\"}"), NULL, &e),
        E_DENIED);
    /* a body full of faults tells him no more */
    assert_int_equal(
        record_create(&out,
                      &(struct record_call){&f.k, &officer, fixture_type(&f, "thing"), 0, f.a},
                      fixture_json(&f, "{\"colour\":1}"), NULL, &e),
        E_DENIED);
    assert_int_equal(out.faults.count, 0);
    /* seen but not to be changed; not even seen; not there */
    assert_int_equal(change(&out, f.officer, "thing", id, "{\"count\":1}", NULL, &e), E_DENIED);
    assert_int_equal(change(&out, f.stranger, "thing", id, "{\"count\":1}", NULL, &e), E_NOTFOUND);
    char hidden[ERR_TEXT_MAX];
    memcpy(hidden, e.text, sizeof(hidden));
    assert_int_equal(change(&out, f.stranger, "thing", 999, "{\"count\":1}", NULL, &e), E_NOTFOUND);
    assert_int_equal(strlen(hidden), strlen(e.text) - 2); /* the same words, another number */
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM log_entry"), entries + 5);
    assert_true(str_contains(
        fixture_text(&f, "SELECT body FROM log_entry ORDER BY id DESC LIMIT 1"),
        STR("\"do\":\"refused:change\",\"type\":\"thing\",\"id\":999,\"status\":404")));
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_version"), 1);
    assert_int_equal(fixture_number(&f, "SELECT version FROM record_thing"), 1);
}

static void fields_that_a_rule_does_not_give_are_not_written(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\"}");
    assert_int_equal(change(&out, f.city_officer, "thing", id,
                            "{\"kind\":\"licence\",\"name\":\"two\",\"count\":3}", NULL, &e),
                     E_INVALID);
    assert_str(faults_text(&f, &out.faults), "name:not_writable count:not_writable");
    must_change(f.city_officer, "thing", id, "{\"kind\":\"licence\"}");
    assert_str(fixture_text(&f, "SELECT kind || name || version FROM record_thing"), "licenceone2");
}

static void a_record_may_be_made_for_another_unit_by_who_may(void **state)
{
    (void)state;
    struct subject program, staff = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    const struct record_type *t = fixture_type(&f, "thing");
    const struct jvalue *body = fixture_json(&f, "{\"name\":\"x\"}");
    struct write_options o = {.owner_unit = f.other_centre};
    subject_program(&program, STR("2026-11-20"));
    assert_int_equal(
        record_create(&out, &(struct record_call){&f.k, &staff, t, 0, f.a}, body, &o, &e),
        E_DENIED);
    o.owner_unit = 999;
    assert_int_equal(
        record_create(&out, &(struct record_call){&f.k, &staff, t, 0, f.a}, body, &o, &e),
        E_DENIED);
    assert_int_equal(
        record_create(&out, &(struct record_call){&f.k, &program, t, 0, f.a}, body, NULL, &e),
        E_INVALID);
    o.owner_unit = f.other_centre;
    assert_ok(record_create(&out, &(struct record_call){&f.k, &program, t, 0, f.a}, body, &o, &e),
              &e);
    assert_str(fixture_text(&f, "SELECT owner_city || created_by FROM record_thing"), "51030");
    assert_true(
        str_contains(fixture_text(&f, "SELECT body FROM log_entry ORDER BY id DESC LIMIT 1"),
                     STR("\"who\":0,")));
}

/* --- changing --------------------------------------------------------------------------- */

static void a_change_is_a_merge_patch(void **state)
{
    (void)state;
    int64_t id = fixture_create(
        &f, f.staff, "thing",
        "{\"name\":\"one\",\"count\":1,\"term\":{\"from\":\"2026-01-01\",\"to\":\"2026-06-01\"},"
        "\"words\":[\"a\",\"b\"],\"marks\":[\"red\"]}");
    must_change(
        f.staff, "thing", id,
        "{\"count\":null,\"term\":{\"to\":\"2026-07-01\"},\"words\":[\"c\"],\"rate\":\"1\"}");
    assert_str(fixture_text(&f, "SELECT content FROM record_version WHERE version = 2"),
               arena_printf(f.a,
                            "{\"kind\":\"plain\",\"marks\":[\"red\"],\"name\":\"one\","
                            "\"owner_unit\":%lld,\"published\":false,\"rate\":\"1.00\","
                            "\"secrecy\":1,\"state\":\"active\",\"term\":{\"from\":\"2026-01-01\","
                            "\"to\":\"2026-07-01\"},\"words\":[\"c\"]}",
                            (long long)f.centre)
                   .ptr);
    assert_str(fixture_text(&f, "SELECT term_from || term_to || coalesce(CAST(count AS TEXT), "
                                "'none') FROM record_thing"),
               "2026-01-012026-07-01none");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing_words"), 1);
    assert_str(fixture_text(&f, "SELECT text FROM record_text WHERE type = 'thing'"), "one\nc\n");
    must_change(f.staff, "thing", id, "{\"words\":null}");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing_words"), 0);
}

static void what_changes_nothing_makes_no_version(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"amount\":\"5\"}");
    assert_ok(
        change(&out, f.staff, "thing", id, "{\"amount\":\"5.00\",\"name\":\"one \"}", NULL, &e),
        &e);
    assert_int_equal(out.version, 1);
    assert_str(fixture_text(&f, "SELECT entry FROM record_version"), out.entry);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM log_entry"), 1);
}

static void a_change_on_another_version_is_told_who_when_and_what(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    struct write_options o = {.if_version = 1};
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"count\":1}");
    must_change(f.manager, "thing", id, "{\"count\":2,\"rate\":\"3\"}");
    assert_int_equal(change(&out, f.staff, "thing", id, "{\"count\":9}", &o, &e), E_CONFLICT);
    assert_str(faults_text(&f, &out.faults), ":version count:version rate:version");
    assert_str(out.faults.items[0].message_en,
               "manager (成都中心) was first, at 2026-11-20 19:22:33: changed, now version 2");
    /* the city officer sees the name, the signing and the kind alone */
    assert_int_equal(change(&out, f.city_officer, "thing", id, "{\"kind\":\"licence\"}", &o, &e),
                     E_CONFLICT);
    assert_str(faults_text(&f, &out.faults), ":version");
    o.if_version = 2;
    assert_ok(change(&out, f.staff, "thing", id, "{\"count\":9}", &o, &e), &e);
    assert_int_equal(out.version, 3);
}

static void an_ended_record_is_not_changed(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\"}");
    assert_int_equal(act(&out, f.staff, "thing", id, "end", NULL, NULL, &e), E_DENIED);
    must_act(f.manager, "thing", id, "end", NULL, "gone");
    assert_int_equal(fixture_number(&f, "SELECT ended_ms FROM record_thing"), 1795173753123);
    assert_int_equal(change(&out, f.staff, "thing", id, "{\"count\":1}", NULL, &e), E_CONFLICT);
    assert_str(faults_text(&f, &out.faults), ":ended");
    assert_int_equal(act(&out, f.manager, "thing", id, "end", NULL, NULL, &e), E_CONFLICT);
    assert_true(
        str_contains(fixture_text(&f, "SELECT content FROM record_version WHERE version = 2"),
                     STR("\"ended_ms\":1795173753123")));
}

/* --- acting --------------------------------------------------------------------------------- */

static void transitions_lead_from_state_to_state(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "step", "{\"title\":\"one\"}");
    assert_int_equal(act(&out, f.staff, "step", id, "finish", NULL, NULL, &e), E_CONFLICT);
    assert_str(faults_text(&f, &out.faults), "state:state"); /* nobody was first */
    assert_true(str_contains(out.faults.items[0].message_en, STR("there it is: Submit")));
    must_act(f.staff, "step", id, "submit", NULL, "");
    assert_int_equal(fixture_number(&f, "SELECT published FROM record_step"), 1);
    assert_str(fixture_text(&f, "SELECT state FROM record_step"), "open");

    /* locked in this state; needed by the action; needed in the next state; a reason */
    assert_int_equal(
        change(&out, f.staff, "step", id, "{\"title\":\"two\",\"note\":\"n\"}", NULL, &e),
        E_INVALID);
    assert_str(faults_text(&f, &out.faults), "title:locked");
    assert_int_equal(act(&out, f.staff, "step", id, "finish", NULL, NULL, &e), E_INVALID);
    assert_str(faults_text(&f, &out.faults), "known:required paid:required");
    assert_int_equal(act(&out, f.staff, "step", id, "finish",
                         "{\"known\":false,\"paid\":\"2026-01-01\"}", NULL, &e),
                     E_INVALID);
    assert_str(faults_text(&f, &out.faults), "known:required"); /* known not to have happened */
    must_act(f.staff, "step", id, "finish", "{\"known\":\"2026-01-02\",\"paid\":\"2026-01-01\"}",
             "ready");
    assert_str(fixture_text(&f, "SELECT state || known || paid || published FROM record_step"),
               "done2026-01-022026-01-010");
    assert_str(fixture_text(&f, "SELECT action || reason FROM record_version WHERE version = 3"),
               "finishready");

    /* what done needed, closed needs too: no way leads there but through it */
    must_act(f.staff, "step", id, "close", NULL, "");
    assert_int_equal(act(&out, f.officer, "step", id, "cancel", NULL, NULL, &e), E_CONFLICT);
    assert_int_equal(act(&out, f.officer, "step", id, "no_such", NULL, NULL, &e), E_NOTFOUND);
}

static void a_state_reached_another_way_does_not_need_it(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "step", "{\"title\":\"one\"}");
    assert_int_equal(act(&out, f.officer, "step", id, "cancel", NULL, NULL, &e), E_INVALID);
    assert_str(faults_text(&f, &out.faults), "reason:required");
    must_act(f.officer, "step", id, "cancel", NULL, "mistake"); /* void without `paid` */
    assert_str(fixture_text(&f, "SELECT state FROM record_step"), "void");
}

static void a_field_named_reason_and_the_reason_are_two_things(void **state)
{
    (void)state;
    int64_t id = fixture_create(&f, f.staff, "step", "{\"title\":\"one\",\"reason\":\"field\"}");
    must_act(f.officer, "step", id, "cancel", NULL, "why");
    struct str content = fixture_text(&f, "SELECT content FROM record_version WHERE version = 2");
    assert_true(str_contains(content, STR("{\"_reason\":\"why\"")));
    assert_true(str_contains(content, STR("\"reason\":\"field\"")));
}

/* --- two persons ------------------------------------------------------------------------------ */

static int64_t done_step(const char *title)
{
    struct str json = arena_printf(f.a, "{\"title\":\"%s\"}", title);
    int64_t id = fixture_create(&f, f.staff, "step", json.ptr);
    must_act(f.staff, "step", id, "submit", NULL, "not asked for");
    must_act(f.staff, "step", id, "finish", "{\"known\":\"2026-01-02\",\"paid\":\"2026-01-01\"}",
             "");
    return id;
}

static err_t revoke(struct written *out, int64_t account, int64_t id, const char *reason)
{
    struct write_options o = {.reason = str_of(reason)};
    struct err e;
    return act(out, account, "step", id, "revoke", NULL, &o, &e);
}

static void what_needs_two_persons_is_proposed_by_one_and_done_by_another(void **state)
{
    (void)state;
    struct written out;
    int64_t id = done_step("one");
    assert_int_equal(revoke(&out, f.officer, id, ""), E_INVALID); /* its reason */
    assert_int_equal(revoke(&out, f.officer, id, "fraud"), OK);
    assert_true(out.proposal > 0);
    assert_str(out.state, "done");
    assert_str(fixture_text(&f, "SELECT state || version FROM record_step"), "done3");
    assert_int_equal(revoke(&out, f.officer, id, "fraud"), E_CONFLICT);
    assert_str(faults_text(&f, &out.faults), ":two_persons");
    assert_int_equal(revoke(&out, f.staff, id, "fraud"), E_DENIED);
    assert_int_equal(revoke(&out, f.officer2, id, "agreed"), OK);
    assert_int_equal(out.proposal, 0);
    assert_str(fixture_text(&f, "SELECT state || version FROM record_step"), "void4");
    assert_str(fixture_text(&f, "SELECT reason || account FROM record_version WHERE version = 4"),
               arena_printf(f.a, "fraud%lld", (long long)f.officer2).ptr);
    assert_str(fixture_text(&f, "SELECT state || decision_reason FROM proposal"),
               "confirmedagreed");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM log_entry WHERE body LIKE "
                                        "'%\"do\":\"propose:revoke\"%\"version\":3}'"),
                     1);
    assert_int_equal(
        fixture_number(&f, "SELECT count(*) FROM log_entry WHERE body LIKE '%\"do\":\"revoke\"%'"),
        1);
}

static void a_proposal_falls_when_the_record_moves_or_time_passes(void **state)
{
    (void)state;
    struct written out;
    int64_t id = done_step("one");
    assert_int_equal(revoke(&out, f.officer, id, "fraud"), OK);
    must_change(f.staff, "step", id, "{\"note\":\"more\"}");
    /* what the second person sees is another thing: his request is a proposal of his own */
    assert_int_equal(revoke(&out, f.officer2, id, "fraud"), OK);
    assert_true(out.proposal > 0);
    assert_str(fixture_text(&f, "SELECT state FROM proposal ORDER BY id LIMIT 1"), "expired");
    f.clock = clock_fixed(clock_now_ms(&f.clock) + PROPOSAL_LIFE_MS);
    /* another who says the same means to confirm it: too late; who proposed it proposes it anew */
    assert_int_equal(revoke(&out, f.officer, id, "fraud"), E_CONFLICT);
    assert_int_equal(revoke(&out, f.officer2, id, "fraud"), OK);
    assert_true(out.proposal > 0);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM proposal WHERE state = 'open'"), 1);
}

static void a_proposal_is_taken_back_or_refused(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    int64_t id = done_step("one");
    struct subject first = fixture_subject(&f, f.officer), second = fixture_subject(&f, f.officer2),
                   staff = fixture_subject(&f, f.staff);
    const struct record_type *t = fixture_type(&f, "step");
    assert_int_equal(revoke(&out, f.officer, id, "fraud"), OK);
    assert_int_equal(record_unpropose(&out, &(struct record_call){&f.k, &staff, t, id, f.a},
                                      STR("revoke"), NULL, &e),
                     E_DENIED);
    assert_ok(record_unpropose(&out, &(struct record_call){&f.k, &first, t, id, f.a}, STR("revoke"),
                               NULL, &e),
              &e);
    assert_str(fixture_text(&f, "SELECT state FROM proposal"), "withdrawn");
    assert_int_equal(record_unpropose(&out, &(struct record_call){&f.k, &first, t, id, f.a},
                                      STR("revoke"), NULL, &e),
                     E_NOTFOUND);
    assert_int_equal(revoke(&out, f.officer, id, "fraud"), OK);
    assert_ok(record_unpropose(&out, &(struct record_call){&f.k, &second, t, id, f.a},
                               STR("revoke"), NULL, &e),
              &e);
    assert_str(fixture_text(&f, "SELECT state FROM proposal ORDER BY id DESC LIMIT 1"), "refused");
    assert_str(fixture_text(&f, "SELECT state FROM record_step"), "done");
}

static void who_lost_his_role_has_proposed_nothing(void **state)
{
    (void)state;
    struct written out;
    int64_t id = done_step("one");
    assert_int_equal(revoke(&out, f.officer, id, "fraud"), OK);
    struct str sql =
        arena_printf(f.a, "UPDATE role_grant SET to_date = '2026-11-19' WHERE account = %lld",
                     (long long)f.officer);
    fixture_run(&f, sql.ptr);
    assert_int_equal(revoke(&out, f.officer2, id, ""), E_CONFLICT);
    assert_str(faults_text(&f, &out.faults), ":two_persons");
    assert_str(fixture_text(&f, "SELECT state FROM record_step"), "done");
}

static void a_token_or_the_same_right_is_no_second_person(void **state)
{
    (void)state;
    static const struct str scope = STR("records:write");
    struct proposal p = {.proposed_by = 5, .proposed_for = 7};
    struct subject s = {.account = 6};
    struct grant own = {0}, for_5 = {.on_behalf_of = 5}, for_7 = {.on_behalf_of = 7},
                 for_8 = {.on_behalf_of = 8};
    assert_true(proposal_may_confirm(&p, &s, &own));
    assert_true(proposal_may_confirm(&p, &s, &for_8));
    assert_false(proposal_may_confirm(&p, &s, &for_5));
    assert_false(proposal_may_confirm(&p, &s, &for_7));
    s.scopes = &scope;
    s.scope_count = 1;
    assert_false(proposal_may_confirm(&p, &s, &own));
    s = (struct subject){.account = 5};
    assert_false(proposal_may_confirm(&p, &s, &own));
    s.account = 7;
    assert_false(proposal_may_confirm(&p, &s, &own));
}

/* --- the same request again -------------------------------------------------------------------- */

static void a_request_with_its_key_is_done_once(void **state)
{
    (void)state;
    struct subject s = fixture_subject(&f, f.staff), other = fixture_subject(&f, f.manager);
    struct written one, two;
    struct err e;
    const struct record_type *t = fixture_type(&f, "thing");
    const struct jvalue *body = fixture_json(&f, "{\"name\":\"x\",\"count\":1}");
    struct write_options o = {.idempotency = STR("key-1")};
    assert_ok(record_create(&one, &(struct record_call){&f.k, &s, t, 0, f.a}, body, &o, &e), &e);
    body = fixture_json(&f, "{\"count\":1,\"name\":\"x\"}"); /* the order does not matter */
    assert_ok(record_create(&two, &(struct record_call){&f.k, &s, t, 0, f.a}, body, &o, &e), &e);
    assert_true(two.repeated && !one.repeated);
    assert_int_equal(two.id, one.id);
    assert_string_equal(two.entry, one.entry);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing"), 1);
    body = fixture_json(&f, "{\"count\":2,\"name\":\"x\"}");
    assert_int_equal(record_create(&two, &(struct record_call){&f.k, &s, t, 0, f.a}, body, &o, &e),
                     E_CONFLICT);
    /* a key is its account's own */
    body = fixture_json(&f, "{\"name\":\"y\"}");
    assert_ok(record_create(&two, &(struct record_call){&f.k, &other, t, 0, f.a}, body, &o, &e),
              &e);
    assert_false(two.repeated);

    o.idempotency = STR("key-2");
    assert_ok(record_change(&two, &(struct record_call){&f.k, &s, t, one.id, f.a},
                            fixture_json(&f, "{\"count\":5}"), &o, &e),
              &e);
    must_change(f.staff, "thing", one.id, "{\"count\":6}");
    assert_ok(record_change(&two, &(struct record_call){&f.k, &s, t, one.id, f.a},
                            fixture_json(&f, "{\"count\":5}"), &o, &e),
              &e);
    assert_true(two.repeated);
    assert_int_equal(two.version, 2);
    assert_int_equal(fixture_number(&f, "SELECT count FROM record_thing WHERE id = 1"), 6);
}

/* --- units ---------------------------------------------------------------------------------------- */

static void a_unit_owns_itself_and_lies_where_its_region_says(void **state)
{
    (void)state;
    int64_t id = fixture_create(&f, f.officer, "party",
                                "{\"name\":\"新单位\",\"kind\":\"party\",\"region\":\"510703\"}");
    assert_int_equal(
        fixture_number(&f, "SELECT owner_unit = id AND owner_city = '5107' AND owner_province = "
                           "'51' FROM unit ORDER BY id DESC LIMIT 1"),
        1);
    must_change(f.officer, "party", id, "{\"region\":\"510104\"}");
    assert_str(fixture_text(&f, "SELECT owner_city FROM unit ORDER BY id DESC LIMIT 1"), "5101");
    /* not into another province, and an office is no party */
    struct written out;
    struct err e;
    struct subject s = fixture_subject(&f, f.officer);
    assert_int_equal(
        record_create(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "party"), 0, f.a},
                      fixture_json(&f, "{\"name\":\"x\",\"kind\":\"party\","
                                       "\"region\":\"140105\"}"),
                      NULL, &e),
        E_DENIED);
    assert_int_equal(change(&out, f.officer, "party", f.city, "{\"phone\":\"12345\"}", NULL, &e),
                     E_NOTFOUND);
}

/* --- races ------------------------------------------------------------------------------------------ */

#define RACES 1000

struct racer {
    pthread_barrier_t *gate;
    struct subject s;
    const struct record_type *t;
    int64_t id;
    const char *value;
    err_t rc;
    struct written out;
    struct arena *a;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct err e;
    struct write_options o = {.if_version = 1};
    const struct jvalue *patch = NULL;
    struct str json = arena_printf(r->a, "{\"story\":\"%s\"}", r->value);
    if (jin_parse(&patch, json, r->a, &e) != OK)
        return NULL;
    pthread_barrier_wait(r->gate);
    r->rc = record_change(&r->out, &(struct record_call){&f.k, &r->s, r->t, r->id, r->a}, patch, &o,
                          &e);
    return NULL;
}

static void of_two_that_change_one_record_one_wins_and_one_is_told(void **state)
{
    (void)state;
    const struct record_type *t = fixture_type(&f, "thing");
    struct subject staff = fixture_subject(&f, f.staff), manager = fixture_subject(&f, f.manager);
    size_t won[2] = {0};
    for (int i = 0; i < RACES; i++) {
        struct arena *a = arena_new();
        pthread_barrier_t gate;
        pthread_t thread[2];
        struct str json = arena_printf(a, "{\"name\":\"race %d\"}", i);
        int64_t id = fixture_create(&f, f.staff, "thing", json.ptr);
        struct racer r[2] = {{.gate = &gate, .s = staff, .t = t, .id = id, .value = "staff"},
                             {.gate = &gate, .s = manager, .t = t, .id = id, .value = "manager"}};
        pthread_barrier_init(&gate, NULL, 2);
        for (int k = 0; k < 2; k++) {
            r[k].a = arena_new();
            pthread_create(&thread[k], NULL, race, &r[k]);
        }
        for (int k = 0; k < 2; k++)
            pthread_join(thread[k], NULL);
        pthread_barrier_destroy(&gate);
        int winner = r[0].rc == OK ? 0 : 1, loser = 1 - winner;
        assert_int_equal(r[winner].rc, OK);
        assert_int_equal(r[loser].rc, E_CONFLICT);
        assert_str(faults_text(&f, &r[loser].out.faults), ":version story:version");
        assert_true(str_starts(r[loser].out.faults.items[0].message_en, str_of(r[winner].value)));
        struct str sql = arena_printf(
            a, "SELECT story || version FROM record_thing WHERE id = %lld", (long long)id);
        struct str expected = arena_printf(a, "%s2", r[winner].value);
        assert_str(fixture_text(&f, sql.ptr), expected.ptr);
        won[winner]++;
        for (int k = 0; k < 2; k++)
            arena_free(r[k].a);
        arena_free(a);
    }
    print_message("# staff won %zu, manager %zu of %d races\n", won[0], won[1], RACES);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_version WHERE version = 2"),
                     RACES);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM log_entry"), 2 * RACES);
}

static struct db *begin_thing(const char *name)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(db_open(&db, store_url(f.store), &(struct db_options){.must_exist = true}, &e), &e);
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(
        db_run(db,
               "INSERT INTO record_thing (version, state, owner_unit, owner_province, secrecy, "
               "published, created_ms, created_by, changed_ms, changed_by, name) VALUES "
               "(1, 'active', 1, '51', 0, 0, 0, 0, 0, 0, ?1)",
               VALUES(v_str(str_of(name))), &e),
        &e);
    assert_ok(db_run(db,
                     "INSERT INTO record_thing_marks (record_id, position, value) VALUES "
                     "(?1, 0, 'red')",
                     VALUES(v_i64(db_last_id(db))), &e),
              &e);
    return db;
}

/* Of three of which each had looked at a page that the next then wrote to, PostgreSQL
 * would refuse one. (On SQLite they are made one after the other.) */
static void records_made_at_once_are_all_made(void **state)
{
    (void)state;
    struct db *db[3];
    struct err e;
    for (int i = 0; i < 3; i++)
        db[i] = begin_thing((const char *[]){"甲", "乙", "丙"}[i]);
    for (int i = 2; i >= 0; i--) {
        assert_ok(db_commit(db[i], &e), &e);
        db_close(db[i]);
    }
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing_marks"), 3);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_new_record_has_its_row_version_and_entry),
        TEST(every_fault_is_told_and_nothing_is_written),
        TEST(constraints_hold_between_fields),
        TEST(a_fault_says_why_in_both_languages),
        TEST(references_name_records_that_can_be_seen),
        TEST(a_natural_key_names_one_record_of_its_owner),
        TEST(a_number_is_looked_for_by_its_key_however_it_is_written),
        TEST(who_may_not_is_refused_and_it_is_written_down),
        TEST(fields_that_a_rule_does_not_give_are_not_written),
        TEST(a_record_may_be_made_for_another_unit_by_who_may),
        TEST(a_change_is_a_merge_patch),
        TEST(what_changes_nothing_makes_no_version),
        TEST(a_change_on_another_version_is_told_who_when_and_what),
        TEST(an_ended_record_is_not_changed),
        TEST(transitions_lead_from_state_to_state),
        TEST(a_state_reached_another_way_does_not_need_it),
        TEST(a_field_named_reason_and_the_reason_are_two_things),
        TEST(what_needs_two_persons_is_proposed_by_one_and_done_by_another),
        TEST(a_proposal_falls_when_the_record_moves_or_time_passes),
        TEST(a_proposal_is_taken_back_or_refused),
        TEST(who_lost_his_role_has_proposed_nothing),
        TEST(a_token_or_the_same_right_is_no_second_person),
        TEST(a_request_with_its_key_is_done_once),
        TEST(a_unit_owns_itself_and_lies_where_its_region_says),
        TEST(of_two_that_change_one_record_one_wins_and_one_is_told),
    };
    const struct CMUnitTest postgres[] = {
        TEST(records_made_at_once_are_all_made),
    };
    return scratch_is_postgres() ? RUN_BOTH(tests, postgres)
                                 : cmocka_run_group_tests_name("record/write", tests, NULL, NULL);
}
