/* One bit of the store's files is wrong: the store is refused at opening, or a question
 * that meets the damage is, and `verify` tells; or it makes no difference (D7). Never is
 * an answer other than before. FLIPS (200; `make check`: 10,000), SEED.
 *
 * In the database file that holds of every bit. Of the write-ahead log that a killed
 * process leaves, SQLite reads up to the first frame that does not fit, as after a power
 * cut: a bit of the last commit may take that commit with it, and no more; one of an
 * earlier commit is told. */
#include "test.h"

#include "audit/sequencer.h"
#include "audit/verify.h"
#include "base/disk.h"
#include "base/rand.h"
#include "db/scratch.h"
#include "ingest/pipeline.h"
#include "model/patent_store.h"
#include "record/fixture.h"
#include "search/search.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define THINGS 40
#define PATENTS 60
#define ANSWERS_MAX 1000
#define FILE_MAX ((size_t)64 << 20)

/* What every question was answered; a text of the arena, or the kind of the error. */
struct answers {
    struct arena *a;
    struct str text[ANSWERS_MAX];
    err_t failed[ANSWERS_MAX];
    size_t count;
};

struct scene {
    struct fixture f;
    const char *path, *log_path, *copy, *copy_log, *copy_url, *index;
    struct log_trust trust;
    int64_t things[THINGS], steps[THINGS];
};

/* --- questions ------------------------------------------------------------------------ */

static void answer(struct answers *x, err_t rc, struct buf *out)
{
    assert_true(x->count < ANSWERS_MAX);
    x->failed[x->count] = rc;
    x->text[x->count++] = rc == OK ? arena_dup(x->a, buf_str(out)) : STR_NONE;
    buf_reset(out);
}

static bool add_line(void *arg, struct str json)
{
    buf_add(arg, json);
    return true;
}

static void add_cell(struct buf *out, struct stmt *st, int column)
{
    if (stmt_is_null(st, column))
        buf_addz(out, "-");
    else
        buf_add(out, stmt_str(st, column));
    buf_addz(out, "|");
}

/* Every row of every table, as it stands there. */
static void ask_tables(struct answers *x, struct db *db, struct buf *out)
{
    struct stmt *names = NULL;
    struct err e;
    bool more = false, has_row;
    err_t rc = db_prepare_text(
        &names, db, STR("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"), &e);
    while (rc == OK && (rc = stmt_next(&more, names, &e)) == OK && more) {
        const char *name = arena_cstr(x->a, stmt_str(names, 0));
        const struct table_column *columns;
        size_t count = 0;
        struct stmt *st = NULL;
        rc = db_table_columns(&columns, &count, db, name, x->a, &e);
        if (rc == OK)
            rc = db_prepare_text(&st, db, arena_printf(x->a, "SELECT * FROM \"%s\"", name), &e);
        while (rc == OK && (rc = stmt_next(&has_row, st, &e)) == OK && has_row)
            for (size_t i = 0; i < count; i++)
                add_cell(out, st, (int)i);
        stmt_free(st);
        answer(x, rc, out);
        rc = OK;
    }
    stmt_free(names);
    answer(x, rc, out);
}

static void ask_records(struct answers *x, struct scene *s, const struct subject *who,
                        struct buf *out)
{
    const struct list_request lists[] = {
        {.limit = 500},
        {.limit = 500, .sort = STR("name")},
        {.limit = 7, .page = 3, .sort = STR("-amount")},
        {.limit = 500, .words = STR("说明")},
        {.limit = 500, .filter = STR("amount>=1000")},
        {.limit = 500, .ended = true},
    };
    struct kernel *k = &s->f.k;
    const struct record_type *thing = fixture_type(&s->f, "thing");
    const struct record_type *step = fixture_type(&s->f, "step");
    int64_t version;
    struct err e;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        answer(x, record_list(out, &(struct record_call){k, who, thing, 0, x->a}, &lists[i], &e),
               out);
    answer(x, record_list(out, &(struct record_call){k, who, step, 0, x->a}, &lists[0], &e), out);
    for (size_t i = 0; i < THINGS; i += 4) {
        answer(
            x,
            record_get(out, &version, &(struct record_call){k, who, thing, s->things[i], x->a}, &e),
            out);
        answer(
            x,
            record_history(out, &(struct record_call){k, who, thing, s->things[i], x->a}, NULL, &e),
            out);
        answer(
            x,
            record_get(out, &version, &(struct record_call){k, who, step, s->steps[i], x->a}, &e),
            out);
    }
}

static void ask_search(struct answers *x, struct scene *s, struct buf *out)
{
    static const char *const queries[] = {"装置", "虚构 公司", "title:机器人", "CN299000007A"};
    struct searcher *searcher = NULL;
    struct err e;
    err_t rc = searcher_open(&searcher, s->f.store, s->index, &s->f.clock, &e);
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct search_request q = {.query = str_of(queries[i]), .k = 20};
        struct search_reply reply = {0};
        struct jout j;
        if (rc == OK && (rc = search_run(&reply, searcher, &q, x->a, &e)) == OK) {
            reply.ms = 0;
            jout_init(&j, out);
            search_reply_json(&j, &reply, true);
        }
        answer(x, rc, out);
    }
    searcher_close(searcher);
}

/* False: the store cannot be opened; else *found: what `verify` says. */
static bool ask(struct answers *x, struct scene *s, const char *url, struct log_verdict *found)
{
    struct fixture *f = &s->f;
    int64_t accounts[] = {f->staff, f->city_officer, f->officer, 0};
    struct buf out;
    struct db *db = NULL;
    struct err e;
    *x = (struct answers){.a = arena_new()};
    err_t rc = store_open(&f->store, url, false, &e);
    if (rc != OK) {
        assert_int_equal(rc, E_CORRUPT);
        f->store = NULL;
        return false;
    }
    f->k.store = f->store;
    kernel_clear(&f->k); /* it keeps answers, by the number of the last change: of another store */
    kernel_init(&f->k);
    buf_init(&out, 0);
    struct verify_options o = {.suite = &f->suite, .trust = &s->trust, .clock = &f->clock};
    assert_ok(log_verify_store(found, f->store, &o, x->a, &e), &e);
    for (size_t i = 0; i < ARRAY_LEN(accounts); i++) {
        struct subject who;
        rc = store_reader_get(&db, f->store, &e);
        if (rc == OK && accounts[i])
            rc = subject_load(&who, db, accounts[i], STR("2026-11-20"), clock_now_ms(&f->clock),
                              x->a, &e);
        else if (rc == OK)
            subject_public(&who, STR("2026-11-20"), x->a);
        store_reader_put(f->store, db);
        answer(x, rc, &out);
        if (rc == OK)
            ask_records(x, s, &who, &out);
    }
    if ((rc = store_reader_get(&db, f->store, &e)) == OK) {
        ask_tables(x, db, &out);
        answer(x, patent_dump(db, add_line, &out, &e), &out);
        store_reader_put(f->store, db);
    }
    ask_search(x, s, &out);
    buf_clear(&out);
    store_close(f->store);
    f->store = NULL;
    return true;
}

/* --- what is asked about ----------------------------------------------------------------- */

static void import_patents(struct scene *s)
{
    struct arena *a = s->f.a;
    const char *path = arena_printf(a, "%s/list.csv", s->f.dir).ptr;
    struct import_report r;
    struct import_options o = {.tmpdir = s->f.dir};
    struct indexer *x = NULL;
    struct buf b;
    struct err e;
    buf_init(&b, 0);
    buf_addz(&b, "公开号,标题,申请人,摘要,申请日\n");
    for (int i = 0; i < PATENTS; i++)
        buf_addf(&b,
                 "CN29900%04dA,虚构的装置%d,甲公司%d | 乙公司,机器人装置%d的摘要,2099-01-%02d\n", i,
                 i, i % 13, i, i % 28 + 1);
    assert_ok(fs_write_synced(&fs_system, path, str_bytes(buf_str(&b)), &e), &e);
    buf_clear(&b);
    assert_ok(import_run(&r, s->f.store, &path, 1, &o, a, &e), &e);
    assert_int_equal(r.inserted, PATENTS);
    assert_ok(indexer_open(&x, s->f.store, s->index, INDEX_FULL, &e), &e);
    assert_ok(indexer_follow(x, NULL, &e), &e);
    indexer_close(x);
}

static void change_thing(struct scene *s, int64_t id, const char *json)
{
    struct subject who = fixture_subject(&s->f, s->f.staff);
    struct written out;
    struct err e;
    assert_ok(record_change(
                  &out,
                  &(struct record_call){&s->f.k, &who, fixture_type(&s->f, "thing"), id, s->f.a},
                  fixture_json(&s->f, json), NULL, &e),
              &e);
}

static void sign(struct scene *s)
{
    struct sequencer_options o = {.store = s->f.store,
                                  .suite = &s->f.suite,
                                  .fs = &fs_system,
                                  .clock = &s->f.clock,
                                  .data = s->f.dir};
    struct err e;
    assert_ok(log_sequence_now(&o, &e), &e);
}

static void fill(struct scene *s)
{
    struct fixture *f = &s->f;
    for (int i = 0; i < THINGS; i++) {
        s->things[i] = fixture_create(
            f, f->staff, "thing",
            arena_printf(
                f->a,
                "{\"name\":\"物件%d\",\"story\":\"%0*d说明\",\"amount\":\"%d.50\",\"signed\":"
                "\"2026-01-%02d\",\"words\":[\"甲\",\"乙%d\"],\"phone\":\"1390000%04d\","
                "\"shares\":[{\"who\":\"丙\",\"percent\":\"100.00\"}]}",
                i, i % 5 == 0 ? 9000 : 100, i, i * 100, i % 28 + 1, i, i)
                .ptr);
        s->steps[i] = fixture_create(f, f->staff, "step",
                                     arena_printf(f->a, "{\"title\":\"事项%d\"}", i).ptr);
        if (i % 3 == 0)
            change_thing(s, s->things[i], "{\"story\":\"改过的说明\",\"count\":3}");
    }
    import_patents(s);
    sign(s);
}

static void open_scene(struct scene *s)
{
    struct err e;
    *s = (struct scene){.index = NULL};
    fixture_open(&s->f, NULL, 0);
    disk_wait_for(true); /* the files as they are in earnest */
    struct arena *a = s->f.a;
    const char *dir = s->f.dir, *keys = arena_printf(a, "%s/keys", dir).ptr;
    assert_ok(log_keys_make(&fs_system, keys, STR("sha256-ed25519"), &e), &e);
    assert_ok(log_suite_open(&s->f.suite, &fs_system, keys, &e), &e);
    s->trust = (struct log_trust){.keys = &s->f.suite.key, .key_count = 1};
    s->path = arena_printf(a, "%s/store.db", dir).ptr;
    s->log_path = arena_printf(a, "%s/store.db-wal", dir).ptr;
    s->copy = arena_printf(a, "%s/copy.db", dir).ptr;
    s->copy_log = arena_printf(a, "%s/copy.db-wal", dir).ptr;
    s->copy_url = arena_printf(a, "sqlite:%s/copy.db", dir).ptr;
    s->index = arena_printf(a, "%s/index", dir).ptr;
    fill(s);
}

/* --- flips -------------------------------------------------------------------------------- */

static void put_file(const char *path, const uint8_t *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* A copy of both files as they are; a log of no bytes: none. */
static void put_copy(const struct scene *s, struct bytes db, struct bytes log)
{
    char path[400];
    snprintf(path, sizeof(path), "%s-shm", s->copy);
    (void)unlink(path);
    (void)unlink(s->copy_log);
    put_file(s->copy, db.ptr, db.len);
    if (log.len)
        put_file(s->copy_log, log.ptr, log.len);
}

static struct bytes take_file(struct scene *s, const char *path)
{
    struct bytes b;
    struct err e;
    assert_ok(fs_read(&b, &fs_system, path, FILE_MAX, s->f.a, &e), &e);
    return b;
}

/* How many were refused as damaged; −1: one is given and is another one. */
static long refused(const struct answers *x, const struct answers *oracle)
{
    long n = 0;
    if (x->count != oracle->count)
        for (size_t i = 0; i < x->count; i++)
            n += x->failed[i] == E_CORRUPT;
    for (size_t i = 0; x->count == oracle->count && i < x->count; i++) {
        if (x->failed[i] == E_CORRUPT)
            n++;
        else if (x->failed[i] != oracle->failed[i] || !str_eq(x->text[i], oracle->text[i]))
            return -1;
    }
    return x->count != oracle->count && n == 0 ? -1 : n;
}

static long flips(void)
{
    const char *text = getenv("FLIPS");
    return text && *text ? strtol(text, NULL, 10) : 200;
}

struct tally {
    long at_opening, told, harmless, cut; /* cut: without the last commit */
};

/* One bit of `in` (db or log) flipped: what comes of it. `last`: offset in the log from
 * which the last commit lies; before: the answers without it. */
static void flip(struct tally *t, struct scene *s, struct bytes db, struct bytes log, bool in_log,
                 size_t bit, const struct answers *oracle, const struct answers *before,
                 size_t last)
{
    struct bytes in = in_log ? log : db;
    uint8_t *byte = (uint8_t *)in.ptr + bit / 8;
    struct answers x;
    struct log_verdict v;
    *byte ^= (uint8_t)(1u << (bit & 7));
    put_copy(s, db, log);
    *byte ^= (uint8_t)(1u << (bit & 7));
    bool opened = ask(&x, s, s->copy_url, &v);
    long errors = opened ? refused(&x, oracle) : 0;
    if (!opened) {
        t->at_opening++;
    } else if (errors == 0 && verdict_good(&v)) {
        t->harmless++;
    } else if (errors < 0 && in_log && bit / 8 >= last && refused(&x, before) == 0) {
        t->cut++;
    } else if (errors < 0 || verdict_good(&v) || v.kind != LOG_FAULT_STORE) {
        for (size_t i = 0; i < x.count && i < oracle->count; i++)
            if (x.failed[i] != E_CORRUPT && !str_eq(x.text[i], oracle->text[i]))
                print_message("# answer %zu: %.300s, was %.300s\n", i, x.text[i].ptr,
                              oracle->text[i].ptr);
        fail_msg("bit %zu of byte %zu of the %s: %ld refused, verify: %s", bit & 7, bit / 8,
                 in_log ? "log" : "database", errors, v.fault);
    } else {
        t->told++;
    }
    arena_free(x.a);
}

static void a_wrong_bit_of_the_database_is_told_or_changes_no_answer(void **state)
{
    (void)state;
    struct scene s;
    struct answers oracle;
    struct log_verdict v;
    struct tally t = {0};
    struct rand r = {test_seed(20261120)};
    open_scene(&s);
    store_close(s.f.store); /* the log is copied back and gone */
    struct bytes db = take_file(&s, s.path), none = {NULL, 0};
    put_copy(&s, db, none);
    assert_true(ask(&oracle, &s, s.copy_url, &v));
    assert_string_equal(v.fault, "");
    size_t answered = 0;
    for (size_t i = 0; i < oracle.count; i++) {
        assert_int_not_equal(oracle.failed[i], E_CORRUPT);
        answered += oracle.failed[i] == OK;
    }
    assert_true(answered > oracle.count / 2); /* the rest may not be seen by who asks */
    for (long i = 0; i < flips(); i++)
        flip(&t, &s, db, none, false, (size_t)rand_u64(&r) % (db.len * 8), &oracle, NULL, 0);
    /* What the header says of how the rest is read: size of pages, modes, what is reserved;
     * in the long run all of it. */
    bool all = flips() > 200;
    for (size_t bit = all ? 0 : 16 * 8; bit < (all ? 100 : 24) * 8; bit++)
        flip(&t, &s, db, none, false, bit, &oracle, NULL, 0);
    print_message(
        "# %zu KiB, %zu questions answered; %ld bits: %ld refused at opening, %ld told by verify, "
        "%ld without effect, 0 wrong answers\n",
        db.len / 1024, answered, t.at_opening + t.told + t.harmless, t.at_opening, t.told,
        t.harmless);
    assert_true(t.told > flips() / 2);
    arena_free(oracle.a);
    fixture_close(&s.f);
}

static void a_wrong_bit_of_the_log_takes_no_more_than_the_last_commit(void **state)
{
    (void)state;
    struct scene s;
    struct answers oracle, before;
    struct log_verdict v;
    struct tally t = {0};
    struct rand r = {test_seed(20261120)};
    open_scene(&s);
    /* Both files while the store is open: as a killed process leaves them. */
    for (int i = 0; i < 20; i++)
        change_thing(&s, s.things[i], "{\"story\":\"wiederum\",\"count\":4}");
    struct bytes db = take_file(&s, s.path), log_before = take_file(&s, s.log_path);
    change_thing(&s, s.things[20], "{\"story\":\"zuletzt\",\"count\":5}");
    struct bytes log = take_file(&s, s.log_path);
    struct bytes db_after = take_file(&s, s.path);
    assert_true(log.len > log_before.len && db.len == db_after.len &&
                memcmp(db.ptr, db_after.ptr, db.len) == 0); /* nothing was copied back */
    store_close(s.f.store);
    put_copy(&s, db, log_before);
    assert_true(ask(&before, &s, s.copy_url, &v));
    put_copy(&s, db, log);
    assert_true(ask(&oracle, &s, s.copy_url, &v));
    assert_string_equal(v.fault, "");
    assert_true(refused(&before, &oracle) < 0);
    for (long i = 0; i < flips(); i++)
        flip(&t, &s, db, log, true, (size_t)rand_u64(&r) % (log.len * 8), &oracle, &before,
             log_before.len);
    for (size_t bit = 0; bit < 32 * 8; bit++) /* its header */
        flip(&t, &s, db, log, true, bit, &oracle, &before, log_before.len);
    print_message("# %zu KiB of log; %ld bits: %ld refused at opening, %ld told by verify, %ld "
                  "without effect, %ld took the last commit, 0 wrong answers\n",
                  log.len / 1024, t.at_opening + t.told + t.harmless + t.cut, t.at_opening, t.told,
                  t.harmless, t.cut);
    assert_true(t.at_opening > flips() / 2);
    arena_free(oracle.a);
    arena_free(before.a);
    fixture_close(&s.f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_bit_of_the_database_is_told_or_changes_no_answer),
        cmocka_unit_test(a_wrong_bit_of_the_log_takes_no_more_than_the_last_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
