/* Versions, what differs between them, erasure by law, and what is due for it. */
#include "test.h"

#include "audit/entry.h"
#include "db/scratch.h"
#include "record/conflict.h"
#include "record/fixture.h"
#include "record/workbook.h"
#include <dirent.h>
#include <unistd.h>

static struct fixture f;

static uint64_t bare_rows; /* people and units of the fixture, which have no versions */

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, NULL, 0);
    bare_rows = fixture_current(&f).different;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static void change(int64_t account, int64_t id, const char *patch, const char *reason)
{
    struct subject s = fixture_subject(&f, account);
    struct write_options o = {.reason = str_of(reason)};
    struct written out;
    struct err e;
    assert_ok(record_change(&out,
                            &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                            fixture_json(&f, patch), &o, &e),
              &e);
}

static struct str history(int64_t account, const char *type, int64_t id)
{
    struct subject s = fixture_subject(&f, account);
    struct buf out;
    struct err e;
    buf_init(&out, 0);
    err_t rc = record_history(
        &out, &(struct record_call){&f.k, &s, fixture_type(&f, type), id, f.a}, NULL, &e);
    struct str text = arena_dup(f.a, rc == OK ? buf_str(&out) : str_of(err_kind_name(rc)));
    buf_clear(&out);
    return text;
}

static struct str diff(int64_t account, int64_t id, int64_t from, int64_t to)
{
    struct subject s = fixture_subject(&f, account);
    struct buf out;
    struct err e;
    buf_init(&out, 0);
    err_t rc =
        record_diff(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a}, from,
                    to, NULL, &e);
    struct str text = arena_dup(f.a, rc == OK ? buf_str(&out) : str_of(err_kind_name(rc)));
    buf_clear(&out);
    return text;
}

static void every_version_tells_who_when_what_and_why(void **state)
{
    (void)state;
    int64_t id = fixture_create(&f, f.staff, "thing",
                                "{\"name\":\"one\",\"amount\":\"5\",\"marks\":[\"red\"]}");
    f.clock = clock_fixed(clock_now_ms(&f.clock) + 1000);
    change(f.manager, id, "{\"amount\":null,\"kind\":\"licence\",\"marks\":[\"green\",\"red\"]}",
           "why");
    struct str entry1 = fixture_text(&f, "SELECT entry FROM record_version WHERE version = 1");
    struct str entry2 = fixture_text(&f, "SELECT entry FROM record_version WHERE version = 2");
    struct str expected = arena_printf(
        f.a,
        "{\"items\":[{\"version\":2,\"at\":\"2026-11-20T11:22:34.123Z\",\"who\":%lld,"
        "\"name\":\"manager\",\"unit\":\"成都中心\",\"role\":\"centre_manager\","
        "\"action\":\"change\",\"reason\":\"why\",\"entry\":\"%.*s\",\"content\":{"
        "\"kind\":\"licence\",\"marks\":[\"red\",\"green\"],\"name\":\"one\",\"owner_unit\":%lld,"
        "\"published\":false,\"secrecy\":1,\"state\":\"active\"},"
        "\"changed\":[\"amount\",\"kind\",\"marks\"]},"
        "{\"version\":1,\"at\":\"2026-11-20T11:22:33.123Z\",\"who\":%lld,\"name\":\"staff\","
        "\"unit\":\"成都中心\",\"role\":\"centre_staff\",\"action\":\"create\","
        "\"entry\":\"%.*s\",\"content\":{\"amount\":\"5.00\",\"kind\":\"plain\","
        "\"marks\":[\"red\"],\"name\":\"one\",\"owner_unit\":%lld,\"published\":false,"
        "\"secrecy\":1,\"state\":\"active\"},"
        "\"changed\":[\"amount\",\"kind\",\"marks\",\"name\",\"owner_unit\",\"published\","
        "\"secrecy\",\"state\"]}]}",
        (long long)f.manager, STR_ARG(entry2), (long long)f.centre, (long long)f.staff,
        STR_ARG(entry1), (long long)f.centre);
    assert_str(history(f.staff, "thing", id), expected.ptr);
}

static void old_versions_are_cut_like_the_present_one(void **state)
{
    (void)state;
    int64_t id =
        fixture_create(&f, f.staff, "thing",
                       "{\"name\":\"one\",\"amount\":\"5\",\"person\":\"11010519491231002X\"}");
    change(f.staff, id, "{\"amount\":\"6\",\"name\":\"two\"}", "secret reason");
    struct str text = history(f.city_officer, "thing", id);
    assert_false(str_contains(text, STR("amount")));
    assert_false(str_contains(text, STR("person")));
    assert_false(str_contains(text, STR("secret reason")));
    assert_true(str_contains(text, STR("\"changed\":[\"name\"]")));
    assert_true(
        str_contains(history(f.staff, "thing", id), STR("\"person\":\"110***********002X\"")));
    assert_str(history(f.stranger, "thing", id), "not found");
    assert_str(history(f.staff, "thing", 999), "not found");

    struct subject s = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    id = fixture_create(&f, f.staff, "step", "{\"title\":\"t\"}");
    assert_ok(record_act(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "step"), id, f.a},
                         STR("submit"), NULL, NULL, &e),
              &e);
    /* the draft was not public, and whose it is and who published it is not */
    static const char public[] =
        "{\"items\":[{\"version\":2,\"at\":\"2026-11-20T11:22:33.123Z\",\"action\":\"submit\","
        "\"entry\":\"%s\",\"content\":{\"state\":\"open\",\"title\":\"t\"},\"changed\":[\"state\"]}"
        "]}";
    struct str expected = arena_printf(f.a, public, out.entry);
    assert_str(history(0, "step", id), expected.ptr);
    assert_str(history(f.stranger, "step", id), expected.ptr);
}

static void two_versions_are_compared_field_by_field(void **state)
{
    (void)state;
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"amount\":\"5\"}");
    change(f.staff, id, "{\"amount\":\"6\"}", "");
    change(f.staff, id, "{\"name\":\"two\",\"amount\":null}", "");
    assert_str(diff(f.staff, id, 1, 3),
               "{\"from\":1,\"to\":3,\"fields\":[{\"name\":\"amount\",\"label\":\"金额\","
               "\"before\":\"5.00\",\"after\":null},{\"name\":\"name\",\"label\":\"名称\","
               "\"before\":\"one\",\"after\":\"two\"}]}");
    assert_str(diff(f.city_officer, id, 1, 2), "{\"from\":1,\"to\":2,\"fields\":[]}");
    assert_str(diff(f.staff, id, 1, 4), "not found");
    assert_str(diff(f.stranger, id, 1, 2), "not found");
}

/* --- erasure ------------------------------------------------------------------------------ */

/* Two security administrators there are. */
static struct subject guardian(int64_t account)
{
    fixture_run(&f, arena_printf(f.a,
                                 "UPDATE role_grant SET role = 'security_administrator' WHERE"
                                 " account IN (%lld, %lld)",
                                 (long long)f.officer, (long long)f.officer2)
                        .ptr);
    return fixture_subject(&f, account);
}

/* The type "thing" is kept for years: a court has it erased. */
static struct erase_request by_court(const struct str *fields, size_t count)
{
    return (struct erase_request){fields, count, STR("court_order"), STR("虚构判决"), true};
}

static err_t erase_as(struct written *out, const struct subject *s, int64_t id,
                      const struct erase_request *r, struct err *e)
{
    struct write_options o = {.reason = STR("虚构的理由")};
    err_t rc = record_erase(out, &(struct record_call){&f.k, s, fixture_type(&f, "thing"), id, f.a},
                            r, &o, e);
    return out->faults.count ? err_set(e, rc, "%.*s", STR_ARG(faults_text(&f, &out->faults))) : rc;
}

/* One proposes it, another confirms it. */
static void erased_by_two(struct written *out, int64_t id, const struct str *fields, size_t count)
{
    struct subject one = guardian(f.officer), two = guardian(f.officer2);
    struct erase_request r = by_court(fields, count);
    struct err e;
    assert_ok(erase_as(out, &one, id, &r, &e), &e);
    assert_true(out->proposal > 0);
    assert_int_equal(erase_as(out, &one, id, &r, &e), E_CONFLICT);
    assert_ok(erase_as(out, &two, id, &r, &e), &e);
    assert_int_equal(out->proposal, 0);
}

/* All versions still open the commitments of their entries. */
static void versions_verify(size_t expected)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct opener o;
    struct err e;
    bool has_row;
    size_t n = 0;
    opener_init(&o, f.suite.hash);
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(db_query(&st, db,
                       "SELECT v.content, v.seal, l.body FROM record_version v, log_entry l "
                       "WHERE l.uid = v.entry",
                       NULL, 0, &e),
              &e);
    for (;;) {
        struct entry entry;
        assert_ok(stmt_next(&has_row, st, &e), &e);
        if (!has_row)
            break;
        assert_true(entry_parse(&entry, stmt_str(st, 2)));
        assert_int_equal(content_check(&o, stmt_str(st, 0), stmt_str(st, 1), false, entry.content),
                         CONTENT_FITS);
        n++;
    }
    assert_int_equal(n, expected);
    stmt_free(st);
    store_reader_put(f.store, db);
    opener_clear(&o);
}

/* No row says otherwise than its last version. */
static void rows_verify(void)
{
    assert_int_equal(fixture_current(&f).different, bare_rows);
}

/* Whether any file under a folder holds these bytes. */
static bool in_folder(const char *dir, const char *text)
{
    struct dirent *entry;
    bool found = false;
    DIR *d = opendir(dir);
    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        const char *path = arena_printf(f.a, "%s/%s", dir, entry->d_name).ptr;
        struct bytes content;
        struct err e;
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            found |= in_folder(path, text);
        else if (entry->d_type == DT_REG &&
                 fs_read(&content, &fs_system, path, (size_t)1 << 30, f.a, &e) == OK)
            found |= memmem(content.ptr, content.len, text, strlen(text)) != NULL;
    }
    closedir(d);
    return found;
}

static size_t files_in(const char *dir)
{
    size_t n = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;)
        n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    closedir(d);
    return n;
}

/* Whether any file of the store holds these bytes. */
static bool on_disk(const char *text)
{
    static const char *const suffixes[] = {"", "-wal"};
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        struct bytes content;
        const char *path =
            arena_printf(f.a, "%s%s", store_url(f.store) + strlen("sqlite:"), suffixes[i]).ptr;
        struct err e;
        if (fs_read(&content, &fs_system, path, (size_t)1 << 30, f.a, &e) == OK)
            found |= memmem(content.ptr, content.len, text, strlen(text)) != NULL;
    }
    return found;
}

#define SECRET "张三丰的私事"

static void what_is_erased_is_gone_and_the_log_still_verifies(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    const struct record_type *t = fixture_type(&f, "thing");
    int64_t id = fixture_create(&f, f.staff, "thing",
                                "{\"name\":\"one\",\"story\":\"" SECRET "\",\"words\":[\"" SECRET
                                "\"],\"count\":1,\"phone\":\"13812345678\"}");
    change(f.staff, id, "{\"count\":2}", "because of " SECRET);
    change(f.staff, id, "{\"story\":\"" SECRET "!\"}", "");
    versions_verify(3);
    if (!scratch_is_postgres())
        assert_true(on_disk(SECRET)); /* else the test below proves nothing */

    static const struct str names[] = {{"story", 5}, {"words", 5}, {"phone", 5}, {"_reason", 7}};
    erased_by_two(&out, id, names, ARRAY_LEN(names));
    assert_int_equal(out.version, 3);
    versions_verify(3);
    rows_verify();
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_version WHERE content LIKE "
                                        "'%张三丰%' OR reason LIKE '%张三丰%'"),
                     0);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing WHERE story IS NOT NULL "
                                        "OR phone IS NOT NULL"),
                     0);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing_words"), 0);
    assert_str(fixture_text(&f, "SELECT text FROM record_text WHERE type = 'thing'"), "one\n");
    assert_true(str_contains(
        fixture_text(&f, "SELECT body FROM log_entry ORDER BY id DESC LIMIT 1"),
        arena_printf(f.a,
                     "\"role\":\"security_administrator\",\"do\":\"erase (court_order, proposed by "
                     "%lld)\",\"type\":\"thing\",\"id\":1}",
                     (long long)f.officer)));
    if (!scratch_is_postgres()) {
        assert_false(on_disk(SECRET));
        assert_false(on_disk("13812345678"));
    }

    /* What is shown there instead, and the record lives on. */
    struct buf json;
    int64_t version;
    struct subject staff = fixture_subject(&f, f.staff);
    buf_init(&json, 0);
    assert_ok(record_get(&json, &version, &(struct record_call){&f.k, &staff, t, id, f.a}, &e), &e);
    assert_true(str_contains(buf_str(&json), STR("\"_erased\":[\"phone\",\"story\",\"words\"]")));
    buf_clear(&json);
    assert_true(str_contains(history(f.staff, "thing", id),
                             STR("\"erased\":[\"phone\",\"story\",\"words\"]")));
    assert_str(diff(f.staff, id, 2, 3), "{\"from\":2,\"to\":3,\"fields\":[]}");
    change(f.staff, id, "{\"story\":\"new\"}", "");
    versions_verify(4);
    /* again: only what came since */
    erased_by_two(&out, id, names, ARRAY_LEN(names));
    versions_verify(4);
    rows_verify();
    fixture_run(&f, "UPDATE record_thing SET story = 'put back'");
    assert_int_equal(fixture_current(&f).different, bare_rows + 1);
}

/* The whole folder of the instance: the store with its log, what stands beside it, what an
 * import and an export left behind; and a copy that is made afterwards. */
static void what_is_erased_is_in_no_file_nor_in_a_backup_made_afterwards(void **state)
{
    (void)state;
    if (scratch_is_postgres())
        return; /* its files are the server's: db_scrub says what holds there */
    struct subject program;
    struct written out;
    struct err e;
    int64_t count = 0;
    const struct record_type *t = fixture_type(&f, "thing");
    const char *tmp = arena_printf(f.a, "%s/tmp", f.dir).ptr;
    const char *book = arena_printf(f.a, "%s/book.xlsx", f.dir).ptr;
    int64_t id =
        fixture_create(&f, f.staff, "thing",
                       "{\"name\":\"one\",\"story\":\"" SECRET "\",\"phone\":\"13812345678\"}");
    fixture_run(&f,
                "INSERT INTO record_import (id, type, state, account, unit, file_digest, whole, "
                "started_ms, created, changed, unchanged, rejected, kept) VALUES "
                "(7, 'thing', 'finished', 1, 1, 'x', 0, 0, 0, 0, 0, 1, 0), "
                "(8, 'step', 'finished', 1, 1, 'x', 0, 0, 0, 0, 0, 1, 0)");
    fixture_run(&f, "INSERT INTO record_import_row (import_id, number, sheet, row, reason, cells) "
                    "VALUES (7, -1, 'a', 0, NULL, '[\"名称\",\"说明\"]'), "
                    "(7, 1, 'a', 2, '\"" SECRET "\" is no date', '[\"one\",\"" SECRET "\"]'), "
                    "(8, 1, 'a', 2, 'no date', '[\"another kind\"]')");
    subject_program(&program, STR("2026-11-20"));
    assert_ok(fs_make_dirs(&fs_system, tmp, &e), &e);
    assert_ok(workbook_export(book, &count, &(struct record_call){&f.k, &program, t, 0, f.a},
                              &(struct list_request){.limit = 500}, tmp, &e),
              &e);
    assert_int_equal(count, 1);
    assert_int_equal(files_in(tmp), 0); /* packed as it is, a search of bytes says nothing */
    assert_int_equal(unlink(book), 0);  /* whoever asked for it has it */
    assert_true(in_folder(f.dir, SECRET) && in_folder(f.dir, "13812345678"));

    static const struct str names[] = {{"story", 5}, {"phone", 5}};
    erased_by_two(&out, id, names, ARRAY_LEN(names));
    assert_false(in_folder(f.dir, SECRET));
    assert_false(in_folder(f.dir, "13812345678"));
    assert_str(fixture_text(&f, "SELECT cells FROM record_import_row WHERE import_id = 8"),
               "[\"another kind\"]");
    assert_true(fixture_text(&f, "SELECT cells FROM record_import_row WHERE number = -1").len > 2);
    fixture_run(&f, arena_printf(f.a, "VACUUM INTO '%s/backup.db'", f.dir).ptr);
    assert_true(files_in(f.dir) > 0 && in_folder(f.dir, "四川省局"));
    assert_false(in_folder(f.dir, SECRET));
    assert_false(in_folder(f.dir, "13812345678"));
}

/* Who may, what, on what ground; and what is refused leaves all as it was. */
static void what_is_personal_is_erased_by_two_persons_alone(void **state)
{
    (void)state;
    struct subject staff = fixture_subject(&f, f.staff), one = guardian(f.officer),
                   two = guardian(f.officer2), token = one;
    struct written out;
    struct err e;
    const struct record_type *t = fixture_type(&f, "thing");
    static const struct str story = {"story", 5}, colour = {"colour", 6}, amount = {"amount", 6},
                            page = {"page", 4};
    struct erase_request r = by_court(&story, 1);
    struct write_options none = {0};
    int64_t id = fixture_create(&f, f.staff, "thing",
                                "{\"name\":\"one\",\"story\":\"x\",\"amount\":\"1.00\"}");
    assert_int_equal(erase_as(&out, &staff, id, &r, &e), E_DENIED);
    assert_true(
        str_contains(fixture_text(&f, "SELECT body FROM log_entry ORDER BY id DESC LIMIT 1"),
                     STR("\"do\":\"refused:erase\"")));
    assert_int_equal(
        record_erase(&out, &(struct record_call){&f.k, &one, t, id, f.a}, &r, &none, &e),
        E_INVALID);
    assert_str(faults_text(&f, &out.faults), "reason:required");
    /* what is no person's */
    struct erase_request wrong[] = {by_court(&colour, 1), by_court(&amount, 1), by_court(&page, 1),
                                    by_court(NULL, 0)};
    static const char *const told[] = {"colour:unknown", "amount:erase", "page:erase", NULL};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_int_equal(erase_as(&out, &one, id, &wrong[i], &e), E_INVALID);
        if (told[i])
            assert_string_equal(e.text, told[i]);
    }
    /* the ground: one of the list, with its document, and none that yields to what is kept */
    struct erase_request ground = r;
    ground.ground = STR("because");
    assert_int_equal(erase_as(&out, &one, id, &ground, &e), E_INVALID);
    ground = r;
    ground.basis = STR_NONE;
    assert_int_equal(erase_as(&out, &one, id, &ground, &e), E_INVALID);
    ground.ground = STR("pipl_47_1_3");
    assert_int_equal(erase_as(&out, &one, id, &ground, &e), E_CONFLICT);
    /* signed in, and just now */
    token.by_token = true;
    assert_int_equal(erase_as(&out, &token, id, &r, &e), E_DENIED);
    ground = r;
    ground.in_person = false;
    assert_int_equal(erase_as(&out, &one, id, &ground, &e), E_DENIED);
    assert_int_equal(erase_as(&out, &one, 999, &r, &e), E_NOTFOUND);
    /* the second: another, of what was proposed, whom the first one has made no link */
    assert_ok(erase_as(&out, &one, id, &r, &e), &e);
    assert_true(out.proposal > 0);
    static const struct str phone = {"phone", 5};
    ground = by_court(&phone, 1);
    assert_int_equal(erase_as(&out, &two, id, &ground, &e), E_CONFLICT);
    fixture_run(&f,
                arena_printf(f.a,
                             "INSERT INTO sign_in_link (digest, purpose, account, created_ms,"
                             " created_by, expires_ms) VALUES ('x', 'sign_in', %lld, %lld, %lld,"
                             " 9)",
                             (long long)f.officer2, (long long)clock_now_ms(&f.clock),
                             (long long)f.officer)
                    .ptr);
    assert_int_equal(erase_as(&out, &two, id, &r, &e), E_CONFLICT);
    assert_str(fixture_text(&f, "SELECT story FROM record_thing"), "x");
    /* …nor who has made the first one what he is */
    fixture_run(&f,
                arena_printf(f.a,
                             "DELETE FROM sign_in_link; UPDATE role_grant SET created_by = %lld,"
                             " created_ms = %lld WHERE account = %lld",
                             (long long)f.officer2, (long long)clock_now_ms(&f.clock),
                             (long long)f.officer)
                    .ptr);
    assert_int_equal(erase_as(&out, &two, id, &r, &e), E_CONFLICT);
    assert_str(fixture_text(&f, "SELECT story FROM record_thing"), "x");
    fixture_run(&f, "UPDATE role_grant SET created_ms = 0");
    assert_ok(erase_as(&out, &two, id, &r, &e), &e);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing WHERE story IS NULL AND"
                                        " amount = 100"),
                     1);
}

/* One security administrator there is, of "51", and a leader of this province. */
static struct subject leader_of(const char *province)
{
    fixture_run(&f, arena_printf(f.a,
                                 "UPDATE role_grant SET role = CASE account WHEN %lld THEN"
                                 " 'security_administrator' ELSE 'province_leader' END WHERE"
                                 " account IN (%lld, %lld); UPDATE unit SET region = '%s0000',"
                                 " kind = 'province_office' WHERE id = %lld",
                                 (long long)f.officer, (long long)f.officer, (long long)f.stranger,
                                 province, (long long)f.elsewhere)
                        .ptr);
    return fixture_subject(&f, f.stranger);
}

/* Who asks is looked at before what there is: he who may not is told one thing of all records. */
static void who_may_not_erase_learns_nothing_of_what_there_is(void **state)
{
    (void)state;
    struct written out;
    struct err e, none;
    static const struct str story = {"story", 5};
    struct erase_request r = by_court(&story, 1), consent = r;
    consent.ground = STR("pipl_47_1_3");
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"story\":\"x\"}");
    struct subject other = leader_of("14"), one = fixture_subject(&f, f.officer), token = one;
    const int64_t records[] = {id, 999};
    token.by_token = true;
    assert_ok(erase_as(&out, &one, id, &r, &e), &e);
    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        assert_int_equal(erase_as(&out, &other, records[i], &r, &e), E_DENIED);
        assert_int_equal(erase_as(&out, &other, records[i], &consent, &none), E_DENIED);
        assert_string_equal(e.text, none.text);
        assert_int_equal(erase_as(&out, &token, records[i], &consent, &e), E_DENIED);
        struct erase_request stale = consent;
        stale.in_person = false;
        assert_int_equal(erase_as(&out, &one, records[i], &stale, &e), E_DENIED);
    }
}

/* What a leader confirms is another's: where it has lapsed he is told so, and proposes nothing. */
static void a_leader_confirms_and_proposes_nothing(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    static const struct str story = {"story", 5};
    struct erase_request r = by_court(&story, 1);
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"story\":\"x\"}");
    struct subject leader = leader_of("51"), one = fixture_subject(&f, f.officer);
    assert_ok(erase_as(&out, &one, id, &r, &e), &e);
    change(f.staff, id, "{\"amount\":\"6\"}", "");
    assert_int_equal(erase_as(&out, &leader, id, &r, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "lapsed"));
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM proposal"), 1);
    assert_ok(erase_as(&out, &one, id, &r, &e), &e); /* anew */
    assert_true(out.proposal > 0);
    struct clock before = f.clock;
    f.clock = clock_fixed(clock_now_ms(&f.clock) + INT64_C(15) * 24 * 3600 * 1000);
    assert_int_equal(erase_as(&out, &leader, id, &r, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "fourteen days"));
    f.clock = before;
    assert_ok(erase_as(&out, &leader, id, &r, &e), &e);
    assert_int_equal(out.proposal, 0);
}

/* A running case of the unit takes facts, evidence and files: what is none of these goes meanwhile, and a court's
 * judgment waits for nothing. */
static void what_a_running_case_decides_by_waits_for_its_end(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    static const struct str story = {"story", 5}, phone = {"phone", 5};
    struct record_type *t = (struct record_type *)(uintptr_t)fixture_type(&f, "thing");
    struct field *no_fact = (struct field *)(uintptr_t)record_field(t, phone);
    struct subject one = guardian(f.officer);
    struct erase_request r = by_court(&story, 1), other = by_court(&phone, 1), court = r;
    r.ground = other.ground = STR("pipl_47_1_3");
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"story\":\"x\"}");
    t->retention_years = 0;
    t->facts = STR("deals");
    no_fact->fact = STR("none");
    fixture_run(&f, arena_printf(f.a,
                                 "INSERT INTO flow_case (id, version, state, owner_unit,"
                                 " owner_province, secrecy, published, created_ms, created_by,"
                                 " changed_ms, changed_by, number, title, programme, pack_version,"
                                 " pack_digest, process, stage, stage_label, stage_on, trial,"
                                 " record_type, record_id) VALUES (7, 1, 'running', %lld, '51', 0,"
                                 " 0, 0, 0, 0, 0, '2026-000007', '', '', '', '', '', '', '', '', 0,"
                                 " 'application', 1)",
                                 (long long)f.centre)
                        .ptr);
    assert_int_equal(erase_as(&out, &one, id, &r, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "2026-000007"));
    assert_ok(erase_as(&out, &one, id, &other, &e), &e);
    fixture_run(&f, "UPDATE proposal SET state = 'withdrawn'");
    assert_ok(erase_as(&out, &one, id, &court, &e), &e);
}

static void add_running_case(void)
{
    fixture_run(
        &f,
        arena_printf(
            f.a,
            "INSERT INTO flow_case (id, version, state, owner_unit, owner_province, secrecy,"
            " published, created_ms, created_by, changed_ms, changed_by, number, title, programme,"
            " pack_version, pack_digest, process, stage, stage_label, stage_on, trial, record_type,"
            " record_id) VALUES (7, 2, 'running', %lld, '51', 0, 0, 0, 0, 0, 0, '2026-000007', '',"
            " '', '', '', '', '', '', '', 0, 'application', 1)",
            (long long)f.centre)
            .ptr);
}

/* The form that was handed in with a running case holds it; a court's judgment has it emptied, and what was said with a
 * step goes in any case. */
static void what_cases_keep_of_it_goes_too(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    static const struct str phone = {"phone", 5}, words = {"words", 5};
    struct record_type *t = (struct record_type *)(uintptr_t)fixture_type(&f, "thing");
    struct subject one = guardian(f.officer), two = guardian(f.officer2);
    struct erase_request r = by_court(&phone, 1), other = by_court(&words, 1);
    int64_t id = fixture_create(
        &f, f.staff, "thing", "{\"name\":\"one\",\"phone\":\"13812345678\",\"words\":[\"张三\"]}");
    t->retention_years = 0;
    r.ground = other.ground = STR("pipl_47_1_3");
    ((struct field *)(uintptr_t)record_field(t, phone))->fact = STR("none");
    add_running_case();
    fixture_run(
        &f, "INSERT INTO case_paper (case_id, paper, version, title, step, code, content, digest,"
            " entry, issued_ms, issued_by, form) VALUES (7, 'form', 1, '', 's', 'c',"
            " '{\"text\":\"电话 138 1234 5678\"}', '', '-', 0, 1, 1), (7, 'plain', 1, '', 's', 'd',"
            " '{\"text\":\"别的\"}', '', '-', 0, 1, 1);"
            " INSERT INTO flow_step (case_id, version, kind, step, label, to_stage, at_ms, date,"
            " account, arguments, late, entry) VALUES (7, 2, 'step', 's', '', '', 0, '', 1,"
            " '{\"records\":{\"thing\":{\"name\":\"one\",\"phone\":\"13812345678\"},\"other\":{"
            "\"phone\":"
            "\"13812345678\"}}}', 0, '-'), (7, 2, 'step', 's', '', '', 0, '', 1,"
            " '{\"records\":{\"thing\":{\"words\":[\"张三\"],\"phone\":\"13900000000\"}}}', 0, "
            "'-')");
    assert_int_equal(erase_as(&out, &one, id, &r, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "2026-000007"));
    /* no form holds the words, and the step loses them */
    ((struct field *)(uintptr_t)record_field(t, words))->fact = STR("none");
    assert_ok(erase_as(&out, &one, id, &other, &e), &e);
    assert_ok(erase_as(&out, &two, id, &other, &e), &e);
    assert_str(fixture_text(&f, "SELECT arguments FROM flow_step ORDER BY id DESC LIMIT 1"),
               "{\"records\":{\"thing\":{\"phone\":\"13900000000\"}}}");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM case_paper WHERE content <> ''"), 2);
    /* a judgment waits for nothing */
    erased_by_two(&out, id, &phone, 1);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM case_paper WHERE content <> ''"), 1);
    assert_str(
        fixture_text(&f, "SELECT arguments FROM flow_step ORDER BY id LIMIT 1"),
        "{\"records\":{\"thing\":{\"name\":\"one\"},\"other\":{\"phone\":\"13812345678\"}}}");
}

static struct str proposal_as_left(const char *action)
{
    return fixture_text(&f, arena_printf(f.a,
                                         "SELECT state || ' ' || arguments || ' ' ||"
                                         " coalesce(reason, '-') FROM proposal WHERE action = '%s'",
                                         action)
                                .ptr);
}

/* A quotation mark, a backslash, a character written by its number: what they stand for is compared. What was proposed
 * of it is forgotten, of the record and in the case. */
static void what_json_writes_otherwise_is_found_and_goes_from_proposals(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    static const struct str words = {"words", 5};
    struct record_type *t = (struct record_type *)(uintptr_t)fixture_type(&f, "thing");
    struct subject one = guardian(f.officer);
    struct erase_request r = by_court(&words, 1);
    int64_t id =
        fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"words\":[\"王\\\"五\\\\六\"]}");
    t->retention_years = 0;
    r.ground = STR("pipl_47_1_3");
    ((struct field *)(uintptr_t)record_field(t, words))->fact = STR("none");
    add_running_case();
    fixture_run(&f,
                "INSERT INTO case_paper (case_id, paper, version, title, step, code, content,"
                " digest, entry, issued_ms, issued_by, form) VALUES (7, 'form', 1, '', 's', 'c',"
                " '{\"text\":\"经办人 \\u738b\\\"\\u4e94\\\\\\u516d\"}', '', '-', 0, 1, 1)");
    fixture_run(
        &f,
        arena_printf(
            f.a,
            "INSERT INTO proposal (state, action, type, record_id, arguments, digest, reason,"
            " proposed_by, unit, role, proposed_ms, expires_ms) SELECT 'open', p.action, p.type,"
            " p.record, p.arguments, '', 'why', %lld, %lld, '', 0, 0 FROM (SELECT 'of' AS action,"
            " 'thing' AS type, %lld AS record, '{}' AS arguments UNION ALL SELECT 'in', 'case', 7,"
            " '{\"arguments\":{\"records\":{\"thing\":{\"words\":[\"王\\\"五\\\\六\"]}}}}'"
            " UNION ALL SELECT 'other', 'case', 7, '{\"basis\":\"王五六\"}' UNION ALL SELECT"
            " 'none', 'case', 7, '') p",
            (long long)f.officer, (long long)f.province, (long long)id)
            .ptr);
    assert_int_equal(erase_as(&out, &one, id, &r, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "2026-000007"));
    erased_by_two(&out, id, &words, 1);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM case_paper WHERE content <> ''"), 0);
    assert_str(proposal_as_left("of"), "expired null -");
    assert_str(proposal_as_left("in"), "expired null -");
    assert_str(proposal_as_left("other"), "open {\"basis\":\"王五六\"} why");
    assert_str(proposal_as_left("none"), "open  why");
}

static void an_erasure_is_called_so_whoever_proposed_it(void **state)
{
    (void)state;
    struct write w = {.plan = plan_of(&f.k, fixture_type(&f, "thing")), .arena = f.a};
    assert_str(conflict_action(&w, STR("erase (court_order, proposed by 5)")).en, "erased by law");
    assert_str(conflict_action(&w, STR("erase")).en, "erased by law");
    assert_str(conflict_action(&w, STR("erased")).en, "erased");
}

/* A column of a table goes out of its rows, which keep the rest. */
static void a_column_of_a_table_is_erased_and_its_rows_stay(void **state)
{
    (void)state;
    struct written out;
    static const struct str who[] = {{"shares.who", 10}}, table[] = {{"shares", 6}};
    struct subject one = guardian(f.officer);
    struct erase_request r = by_court(table, 1);
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "thing",
                                "{\"name\":\"one\",\"shares\":[{\"who\":\"" SECRET
                                "\",\"percent\":\"40.00\"},"
                                "{\"who\":\"乙\",\"percent\":\"60.00\"}]}");
    assert_int_equal(erase_as(&out, &one, id, &r, &e), E_INVALID);
    erased_by_two(&out, id, who, 1);
    versions_verify(1);
    rows_verify();
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing_shares WHERE who IS NULL"
                                        " AND percent > 0"),
                     2);
    assert_int_equal(
        fixture_number(&f, "SELECT count(*) FROM record_version WHERE content LIKE '%张三丰%'"), 0);
}

/* --- retention ------------------------------------------------------------------------------- */

static struct str due(const char *today)
{
    struct subject s = fixture_subject(&f, f.officer);
    struct buf out;
    struct err e;
    s.today = str_of(today);
    buf_init(&out, 0);
    assert_ok(record_retention(
                  &out, &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), 0, f.a}, &e),
              &e);
    struct str text = arena_dup(f.a, buf_str(&out));
    buf_clear(&out);
    return text;
}

static void what_ended_long_enough_ago_is_listed(void **state)
{
    (void)state;
    struct subject s = fixture_subject(&f, f.manager);
    struct written out;
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\"}");
    fixture_create(&f, f.staff, "thing", "{\"name\":\"two\"}");
    assert_ok(record_act(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                         STR("end"), NULL, NULL, &e),
              &e);
    /* ended on 2026-11-20, kept for 10 years, that day included */
    assert_str(due("2036-11-20"), "{\"items\":[],\"total\":0}");
    assert_str(due("2036-11-21"), "{\"items\":[{\"id\":1,\"title\":\"one\",\"ended_on\":"
                                  "\"2026-11-20\",\"keep_until\":\"2036-11-20\"}],\"total\":1}");
    fixture_run(&f, "UPDATE record_thing SET ended_ms = 1709136000000 WHERE id = 1");
    assert_str(due("2034-02-28"), "{\"items\":[],\"total\":0}"); /* ended on 2024-02-29 */
    assert_str(due("2034-03-01"), "{\"items\":[{\"id\":1,\"title\":\"one\",\"ended_on\":"
                                  "\"2024-02-29\",\"keep_until\":\"2034-02-28\"}],\"total\":1}");
    /* in China a day begins eight hours before it does in Greenwich */
    fixture_run(&f, "UPDATE record_thing SET ended_ms = 1709136000000 + 86399999 WHERE id = 1");
    assert_true(str_contains(due("2040-01-01"), STR("\"ended_on\":\"2024-02-29\"")));
    fixture_run(&f, "UPDATE record_thing SET ended_ms = 1709136000000 + 86400000 WHERE id = 1");
    assert_true(str_contains(due("2040-01-01"), STR("\"ended_on\":\"2024-03-01\"")));
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_version_tells_who_when_what_and_why),
        TEST(old_versions_are_cut_like_the_present_one),
        TEST(two_versions_are_compared_field_by_field),
        TEST(what_is_erased_is_gone_and_the_log_still_verifies),
        TEST(what_is_erased_is_in_no_file_nor_in_a_backup_made_afterwards),
        TEST(what_is_personal_is_erased_by_two_persons_alone),
        TEST(who_may_not_erase_learns_nothing_of_what_there_is),
        TEST(a_leader_confirms_and_proposes_nothing),
        TEST(what_a_running_case_decides_by_waits_for_its_end),
        TEST(what_cases_keep_of_it_goes_too),
        TEST(what_json_writes_otherwise_is_found_and_goes_from_proposals),
        TEST(an_erasure_is_called_so_whoever_proposed_it),
        TEST(a_column_of_a_table_is_erased_and_its_rows_stay),
        TEST(what_ended_long_enough_ago_is_listed),
    };
    return cmocka_run_group_tests_name("record/history", tests, NULL, NULL);
}
