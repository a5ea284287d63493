#include "test.h"

#include "base/rand.h"
#include "db/scratch.h"
#include "db/store.h"
#include "model/patent_names.h"
#include "model/patent_random.h"
#include "model/patent_store_priv.h"
#include "model/patent_undo.h"
#include <stdlib.h>

static struct db *open_empty(struct arena *a)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(db_open(&db, scratch_memory(a), &(struct db_options){0}, &e), &e);
    assert_ok(migrate(db, migrations, migration_count, &e), &e);
    return db;
}

static enum put_result put(struct db *db, struct patent *p, struct arena *a)
{
    enum put_result result;
    struct err e;
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(patent_put(&result, db, p, a, &e), &e);
    assert_ok(db_commit(db, &e), &e);
    assert_true(p->id > 0);
    return result;
}

static err_t put_refused(struct db *db, struct patent *p, struct arena *a, struct err *e)
{
    enum put_result result;
    struct err begin;
    assert_ok(db_begin_write(db, &begin), &begin);
    err_t rc = patent_put(&result, db, p, a, e);
    db_rollback(db);
    return rc;
}

static struct patent *numbered(const char *publication, const char *application, const char *title,
                               const char *source, struct arena *a)
{
    struct patent *p = arena_alloc(a, sizeof(*p));
    patent_init(p);
    p->source = str_of(source);
    p->file = STR("file.csv");
    p->row = 7;
    p->received_ms = 1000;
    if (publication)
        assert_true(
            number_parse(&p->publication, str_of(publication), NUMBER_PUBLICATION, STR_NONE, a));
    if (application)
        assert_true(
            number_parse(&p->application, str_of(application), NUMBER_APPLICATION, STR_NONE, a));
    if (title)
        VEC_PUSH(
            a, &p->texts,
            (struct patent_text){.part = TEXT_TITLE, .lang = STR("zh"), .content = str_of(title)});
    return p;
}

static int64_t count_of(struct db *db)
{
    int64_t n;
    struct err e;
    assert_ok(patent_count(&n, db, &e), &e);
    return n;
}

static int64_t last_change(struct db *db)
{
    int64_t n;
    struct err e;
    assert_ok(changes_last(&n, db, &e), &e);
    return n;
}

static bool add_line(void *arg, struct str json)
{
    struct buf *b = arg;
    buf_add(b, json);
    buf_addc(b, '\n');
    return true;
}

static struct str dump_of(struct db *db, struct arena *a)
{
    struct buf b;
    struct err e;
    buf_init(&b, 0);
    assert_ok(patent_dump(db, add_line, &b, &e), &e);
    assert_true(buf_ok(&b));
    struct str s = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return s;
}

/* What a document's columns hold, for those who read them by SQL. */
struct columns {
    struct str key, number, office, kind, title, applicant, first_class, publication_date,
        application_date, type, status;
};

static struct columns columns_of(struct db *db, int64_t id, struct arena *a)
{
    struct columns c = {.key = STR_NONE};
    struct str *const all[] = {
        &c.key,         &c.number,           &c.office,           &c.kind, &c.title, &c.applicant,
        &c.first_class, &c.publication_date, &c.application_date, &c.type, &c.status};
    struct stmt *st = NULL;
    bool has_row = false;
    struct err e;
    assert_ok(db_query(&st, db,
                       "SELECT number_key, number, office, kind, title, applicant, first_class,"
                       " publication_date, application_date, type, status"
                       " FROM publication WHERE id = ?1",
                       VALUES(v_i64(id)), &e),
              &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_true(has_row);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        *all[i] = arena_dup(a, stmt_str(st, (int)i));
    stmt_free(st);
    return c;
}

static void a_record_put_again_changes_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *p = numbered("CN108192973A", "CN201410001234", "电池", "table:a.csv", a), back;
    struct err e;
    assert_int_equal(put(db, p, a), PUT_INSERTED);
    int64_t id = p->id, change = last_change(db);
    p->file = STR("other.csv"); /* read elsewhere: the same record all the same */
    p->row = 99;
    p->id = 0;
    assert_int_equal(put(db, p, a), PUT_UNCHANGED);
    assert_int_equal(p->id, id);
    assert_int_equal(last_change(db), change);
    assert_int_equal(count_of(db), 1);
    assert_ok(patent_get(&back, db, id, a, &e), &e);
    assert_int_equal(back.id, id);
    assert_str(patent_title(&back, "zh"), "电池");
    db_close(db);
    arena_free(a);
}

static void two_sources_of_a_document_become_one_and_stay_visible(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *one = numbered("CN108192973A", NULL, "电池", "table:a.csv", a);
    struct patent *two = numbered("CN 108192973 A", "CN201410001234", NULL, "docdb", a), both;
    const struct patent_source *sources;
    size_t n;
    struct err e;
    two->publication_date = (struct date){2018, 6, 22};
    assert_int_equal(put(db, one, a), PUT_INSERTED);
    assert_int_equal(put(db, two, a), PUT_UPDATED);
    assert_int_equal(one->id, two->id);
    assert_int_equal(put(db, one, a), PUT_UNCHANGED);
    assert_int_equal(put(db, two, a), PUT_UNCHANGED);
    assert_int_equal(last_change(db), 2);
    assert_ok(patent_get(&both, db, one->id, a, &e), &e);
    assert_str(both.source, "docdb + table:a.csv");
    assert_str(patent_title(&both, "zh"), "电池");
    assert_int_equal(both.publication_date.day, 22);
    assert_ok(patent_sources(&sources, &n, db, one->id, a, &e), &e);
    assert_int_equal(n, 2);
    assert_str(sources[0].source, "table:a.csv");
    assert_str(sources[0].file, "file.csv");
    assert_int_equal(sources[0].row, 7);
    assert_int_equal(sources[0].received_ms, 1000);
    assert_str(sources[1].source, "docdb");
    assert_int_equal(patent_get(&both, db, 999, a, &e), E_NOTFOUND);
    assert_int_equal(patent_sources(&sources, &n, db, 999, a, &e), E_NOTFOUND);
    db_close(db);
    arena_free(a);
}

static void two_different_rows_of_one_source_both_stay(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *one = numbered("CN108192973A", NULL, "电池", "table:a.csv", a);
    struct patent *two = numbered("CN108192973A", NULL, "一种电池", "table:a.csv", a), both;
    struct err e;
    assert_int_equal(put(db, one, a), PUT_INSERTED);
    assert_int_equal(put(db, two, a), PUT_UPDATED);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(put(db, one, a), PUT_UNCHANGED);
        assert_int_equal(put(db, two, a), PUT_UNCHANGED);
    }
    assert_ok(patent_get(&both, db, one->id, a, &e), &e);
    assert_str(patent_title(&both, "zh"), "一种电池"); /* equally believed: the longer one */
    assert_str(both.source, "table:a.csv");
    db_close(db);
    arena_free(a);
}

static void the_latest_file_that_states_a_record_decides(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *first = numbered("CN108192973A", NULL, "一种电池", "a.csv", a);
    struct patent *mended = numbered("CN108192973A", NULL, "电池", "a.csv", a), got;
    struct columns b;
    struct err e;
    first->file_number = 1;
    mended->file_number = 2;
    assert_int_equal(put(db, first, a), PUT_INSERTED);
    assert_int_equal(put(db, mended, a), PUT_UPDATED);
    assert_ok(patent_get(&got, db, first->id, a, &e), &e);
    assert_str(patent_title(&got, "zh"), "电池");
    b = columns_of(db, first->id, a);
    assert_str(b.title, "电池");

    int64_t change = last_change(db);
    assert_int_equal(put(db, first, a), PUT_UNCHANGED); /* the old file once more */
    mended->file_number = 3; /* another file says the same: nothing to tell */
    assert_int_equal(put(db, mended, a), PUT_UNCHANGED);
    assert_int_equal(last_change(db), change);

    first->file_number = 4; /* the correction is taken back */
    assert_int_equal(put(db, first, a), PUT_UPDATED);
    assert_int_equal(last_change(db), change + 1);
    assert_ok(patent_get(&got, db, first->id, a, &e), &e);
    assert_str(patent_title(&got, "zh"), "一种电池");
    assert_int_equal(put(db, mended, a), PUT_UNCHANGED);
    assert_int_equal(put(db, first, a), PUT_UNCHANGED);
    db_close(db);
    arena_free(a);
}

static void take_back(struct db *db, int64_t id, struct arena *a)
{
    struct err e;
    size_t taken = 1;
    while (taken > 0) {
        assert_ok(db_begin_write(db, &e), &e);
        {
            struct withdrawing w = {db, id, last_change(db) + 1, a};
            assert_ok(patent_withdraw(&taken, &w, 5, &e), &e);
        }
        assert_ok(db_commit(db, &e), &e);
    }
}

static struct patent *of_import(const struct patent *p, int64_t import, int64_t unit,
                                struct arena *a)
{
    struct patent *copy = arena_alloc(a, sizeof(*copy));
    *copy = *p;
    copy->import_number = copy->file_number = import;
    copy->unit = unit;
    return copy;
}

static void assert_shown(struct db *db, int64_t id, const char *title, int granted, struct arena *a)
{
    struct patent got;
    struct err e;
    assert_ok(patent_get(&got, db, id, a, &e), &e);
    assert_str(patent_title(&got, "zh"), title);
    assert_int_equal(got.grant_date.year, granted);
}

/* Sources of equal rank without a day of their data, by two units. */
static void a_units_file_adds_to_what_another_said(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *first = numbered("CN108192973A", NULL, "电池", "patsnap", a);
    struct patent *other = numbered("CN108192973A", NULL, "一种长寿命电池", "patsnap", a);
    struct patent *mended = numbered("CN108192973A", NULL, "蓄电池", "patsnap", a);
    other->grant_date = (struct date){2019, 1, 1};
    first = of_import(first, 1, 1, a);
    assert_int_equal(put(db, first, a), PUT_INSERTED);
    assert_int_equal(put(db, of_import(other, 2, 2, a), a), PUT_UPDATED);
    assert_shown(db, first->id, "电池", 2019, a);
    /* The same, its own row. */
    assert_int_equal(put(db, of_import(first, 3, 2, a), a), PUT_UNCHANGED);
    assert_int_equal(put(db, of_import(mended, 4, 1, a), a), PUT_UPDATED);
    assert_shown(db, first->id, "蓄电池", 2019, a);
    take_back(db, 4, a);
    assert_shown(db, first->id, "电池", 2019, a);
    take_back(db, 3, a);
    take_back(db, 1, a);
    assert_shown(db, first->id, "一种长寿命电池", 2019, a);
    db_close(db);
    arena_free(a);
}

static void columns_hold_what_lists_show(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *p = numbered("CN108192973A", NULL, " 电\n池 ", "table:a.csv", a);
    struct columns b;
    p->publication_date = (struct date){2018, 6, 0};
    p->type = TYPE_INVENTION;
    p->status = STATUS_ACTIVE;
    VEC_PUSH(a, &p->parties, (struct party){.role = PARTY_INVENTOR, .name = STR("某人")});
    VEC_PUSH(a, &p->parties, (struct party){.role = PARTY_APPLICANT, .name = STR("某公司")});
    VEC_PUSH(a, &p->classes, (struct classification){CLASS_CPC, {.symbol = STR("Y02E60/10")}});
    VEC_PUSH(a, &p->classes, (struct classification){CLASS_IPC, {.symbol = STR("H01M4/00")}});
    VEC_PUSH(a, &p->classes,
             (struct classification){CLASS_IPC, {.symbol = STR("H01M10/052"), .position = 'F'}});
    put(db, p, a);
    b = columns_of(db, p->id, a);
    assert_str(b.key, "CN/108192973/A");
    assert_str(b.number, "CN108192973A");
    assert_str(b.office, "CN");
    assert_str(b.kind, "A");
    assert_str(b.title, "电 池");
    assert_str(b.applicant, "某公司");
    assert_str(b.first_class, "H01M10/052");
    assert_str(b.publication_date, "2018-06");
    assert_int_equal(b.application_date.len, 0);
    assert_str(b.type, "invention");
    assert_str(b.status, "active");
    db_close(db);
    arena_free(a);
}

static void a_wrong_check_digit_never_meets_the_right_one(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    char right = number_cn_check_digit(STR("201410001234"));
    char wrong = right == '5' ? '6' : '5';
    struct str good = arena_printf(a, "CN201410001234.%c", right);
    struct str bad = arena_printf(a, "CN201410001234.%c", wrong);
    struct patent *one = numbered(NULL, good.ptr, "电池", "table:a.csv", a);
    struct patent *two = numbered(NULL, bad.ptr, "电池", "table:a.csv", a);
    struct patent *bare = numbered(NULL, "CN201410001234", "电池", "table:b.csv", a);
    assert_int_equal(put(db, two, a), PUT_INSERTED);
    assert_int_equal(put(db, one, a), PUT_INSERTED);
    assert_int_equal(put(db, bare, a), PUT_UNCHANGED); /* readers learn nothing new */
    assert_int_equal(bare->id, one->id);
    assert_int_equal(count_of(db), 2);
    assert_int_not_equal(two->id, one->id);
    db_close(db);
    arena_free(a);
}

static void an_application_alone_stays_apart(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *pub = numbered("CN108192973A", "CN201410001234", "电池", "table:a.csv", a);
    struct patent *app = numbered(NULL, "CN201410001234", "电池", "table:b.csv", a);
    put(db, pub, a);
    assert_int_equal(put(db, app, a), PUT_INSERTED);
    assert_int_not_equal(app->id, pub->id);
    db_close(db);
    arena_free(a);
}

static void a_record_without_number_is_kept_under_its_own_key(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *p = numbered(NULL, NULL, "电池", "text", a),
                  *none = numbered(NULL, NULL, NULL, "text", a);
    struct columns b;
    struct err e;
    assert_int_equal(put(db, p, a), PUT_INSERTED);
    assert_int_equal(put(db, p, a), PUT_UNCHANGED);
    b = columns_of(db, p->id, a);
    assert_true(patent_key_is_numberless(b.key));
    assert_int_equal(b.number.len, 0);
    assert_int_equal(put_refused(db, none, a, &e), E_INVALID);
    db_close(db);
    arena_free(a);
}

static void
a_number_without_kind_joins_the_only_document_and_leaves_when_there_are_two(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *bare = numbered("CN108192973", "CN201410009999", "无种", "table:a.csv", a);
    struct patent *pub = numbered("CN108192973A", "CN201410001234", "公开", "table:b.csv", a);
    struct patent *granted = numbered("CN108192973B", "CN201410001234", "授权", "table:b.csv", a);
    struct patent *again = numbered("CN108192973", "CN201410001234", "又一", "table:c.csv", a), got;
    struct columns b;
    struct err e;

    assert_int_equal(put(db, bare, a), PUT_INSERTED);
    assert_int_equal(put(db, pub, a), PUT_UPDATED); /* it was this document all along */
    assert_int_equal(pub->id, bare->id);
    b = columns_of(db, pub->id, a);
    assert_str(b.key, "CN/108192973/A");
    assert_int_equal(put(db, again, a), PUT_UNCHANGED);
    assert_int_equal(again->id, pub->id);
    assert_int_equal(count_of(db), 1);

    assert_int_equal(put(db, granted, a), PUT_INSERTED);
    assert_int_equal(count_of(db), 3);
    assert_ok(patent_get(&got, db, pub->id, a, &e), &e);
    assert_str(got.source, "table:b.csv");
    assert_int_equal(put(db, bare, a), PUT_UNCHANGED);
    assert_int_not_equal(bare->id, pub->id);
    assert_int_equal(put(db, again, a), PUT_UNCHANGED);
    assert_int_equal(again->id, bare->id);
    db_close(db);
    arena_free(a);
}

static void changes_are_numbered_without_gap_and_name_every_touched_document(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct rand r = {test_seed(20261120)};
    struct change changes[7];
    size_t n = 0;
    int64_t seq = 0;
    struct err e;
    for (int i = 0; i < 200; i++) {
        struct patent p;
        patent_random(&p, &r, 30, a);
        p.received_ms = 1;
        enum put_result result = put(db, &p, a);
        int64_t last = last_change(db);
        assert_true(result == PUT_UNCHANGED ? last == seq : last > seq);
        bool named = result == PUT_UNCHANGED;
        while (seq < last) {
            assert_ok(changes_read(changes, &n, ARRAY_LEN(changes), db, seq, &e), &e);
            assert_true(n > 0);
            for (size_t k = 0; k < n; k++) {
                assert_int_equal(changes[k].seq, ++seq);
                assert_false(changes[k].removed);
                named |= changes[k].id == p.id;
            }
        }
        assert_true(named);
    }
    assert_ok(changes_read(changes, &n, ARRAY_LEN(changes), db, seq, &e), &e);
    assert_int_equal(n, 0);
    db_close(db);
    arena_free(a);
}

/* On a difference, prints what stands around it. */
static void assert_same(struct str one, struct str other)
{
    size_t at = 0;
    if (str_eq(one, other))
        return;
    while (at < one.len && at < other.len && one.ptr[at] == other.ptr[at])
        at++;
    size_t from = at < 200 ? 0 : at - 200;
    struct str x = {one.ptr + from, one.len - from}, y = {other.ptr + from, other.len - from};
    x.len = x.len < 400 ? x.len : 400;
    y.len = y.len < 400 ? y.len : 400;
    fail_msg("one order: …%.*s\nanother: …%.*s", STR_ARG(x), STR_ARG(y));
}

/* The property that imports stand on. */
static void the_order_of_records_does_not_matter_and_putting_again_changes_nothing(void **state)
{
    (void)state;
    enum { RECORDS = 40, ROUNDS = 25, ORDERS = 3 };
    struct rand r = {test_seed(20261120)};
    struct arena *a = arena_new();
    for (int round = 0; round < ROUNDS; round++) {
        struct patent *records = arena_array(a, RECORDS, sizeof(*records));
        unsigned pool = 1 + rand_below(&r, 8);
        struct str expected = STR_NONE;
        for (int i = 0; i < RECORDS; i++) {
            patent_random(&records[i], &r, pool, a);
            records[i].import_number = records[i].file_number;
            records[i].unit = records[i].file_number % 2;
        }
        for (int order = 0; order < ORDERS; order++) {
            struct db *db = open_empty(a);
            for (uint32_t i = RECORDS - 1; i > 0; i--) {
                uint32_t k = rand_below(&r, i + 1);
                struct patent t = records[i];
                records[i] = records[k];
                records[k] = t;
            }
            for (int i = 0; i < RECORDS; i++)
                put(db, &records[i], a);
            int64_t change = last_change(db);
            struct str dump = dump_of(db, a);
            for (int i = 0; i < RECORDS; i++)
                assert_int_equal(put(db, &records[i], a), PUT_UNCHANGED);
            assert_int_equal(last_change(db), change);
            if (order > 0)
                assert_same(expected, dump);
            expected = dump;
            db_close(db);
        }
        arena_reset(a);
    }
    arena_free(a);
}

enum { IMPORTS = 4, IMPORT_RECORDS = 12 };

struct bringing {
    struct patent records[IMPORTS][IMPORT_RECORDS];
};

/* Import k + 1 of random records, some of which an earlier one has as well. */
static void random_imports(struct bringing *b, struct rand *r, struct arena *a)
{
    unsigned pool = 1 + rand_below(r, 6);
    for (int k = 0; k < IMPORTS; k++)
        for (int i = 0; i < IMPORT_RECORDS; i++) {
            struct patent *p = &b->records[k][i];
            if (k > 0 && rand_below(r, 3) == 0)
                *p = b->records[rand_below(r, (uint32_t)k)][rand_below(r, IMPORT_RECORDS)];
            else
                patent_random(p, r, pool, a);
            p->received_ms = 1000;
            p->import_number = k + 1;
            p->unit = k % 2;
            p->file_number = patent_source_rank(p->source) == RANK_EXCHANGE ? 0 : k + 1;
        }
}

/* The store of the imports whose bit is set. */
static struct db *store_of(const struct bringing *b, unsigned which, struct arena *a)
{
    struct db *db = open_empty(a);
    for (int k = 0; k < IMPORTS; k++)
        for (int i = 0; i < IMPORT_RECORDS && which >> k & 1; i++) {
            struct patent p = b->records[k][i];
            put(db, &p, a);
        }
    return db;
}

/* What an import leaves that was taken back: what would be there had it never been. */
static void an_import_that_is_taken_back_leaves_nothing(void **state)
{
    (void)state;
    struct rand r = {test_seed(20261123)};
    struct arena *a = arena_new();
    for (int round = 0; round < 12; round++) {
        struct bringing *b = arena_alloc(a, sizeof(*b));
        unsigned held = (1u << IMPORTS) - 1;
        random_imports(b, &r, a);
        struct db *db = store_of(b, held, a);
        while (held) {
            unsigned k = rand_below(&r, IMPORTS);
            if (!(held >> k & 1))
                continue;
            held &= ~(1u << k);
            take_back(db, k + 1, a);
            struct db *other = store_of(b, held, a);
            assert_same(dump_of(other, a), dump_of(db, a));
            assert_int_equal(count_of(db), count_of(other));
            db_close(other);
        }
        assert_int_equal(count_of(db), 0);
        db_close(db);
        arena_reset(a);
    }
    arena_free(a);
}

static bool stop_after_three(void *arg, struct str json)
{
    assert_true(json.len > 0);
    return ++*(int *)arg < 3;
}

/* However many there are, a page reads its own. */
static void a_page_of_imports_reads_no_others(void **state)
{
    static const struct publication_reach all = {.id = INT64_MAX, .all = true},
                                          nobody = {.id = INT64_MAX, .unit = 7};
    struct publication_reach theirs = {.id = 9, .unit = 3};
    (void)state;
    struct arena *a = arena_new(), *read = arena_new();
    struct db *db = open_empty(a);
    struct publication_imports page;
    struct publication_import one;
    struct err e;
    assert_ok(db_begin_write(db, &e), &e);
    for (int64_t id = 1; id <= 500; id++) {
        struct publication_import i = {
            .id = id, .digest = STR("d"), .name = STR("名单.csv"), .unit = id % 5, .begun_ms = id};
        assert_ok(publication_import_begin(db, &i, &e), &e);
    }
    assert_ok(db_commit(db, &e), &e);
    assert_ok(publication_import_list(&page, db, &all, 2, read, &e), &e);
    assert_true(arena_used(read) < 4096);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.total, 500);
    assert_int_equal(page.list[0].id, 500);
    assert_int_equal(page.list[1].id, 499);
    assert_true(page.more);
    assert_ok(publication_import_list(&page, db, &theirs, 2, read, &e), &e);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.total, 100);
    assert_int_equal(page.list[0].id, 8);
    assert_int_equal(page.list[1].id, 3);
    assert_false(page.more);
    assert_ok(publication_import_list(&page, db, &nobody, 2, read, &e), &e);
    assert_int_equal(page.count, 0);
    assert_int_equal(page.total, 0);
    assert_int_equal(publication_import_reached(&one, db, &theirs, read, &e), E_NOTFOUND);
    theirs.id = 8;
    assert_ok(publication_import_reached(&one, db, &theirs, read, &e), &e);
    db_close(db);
    arena_free(read);
    arena_free(a);
}

static struct patent *of_party(const char *number, const char *party, const char *source,
                               struct arena *a)
{
    struct patent *p = numbered(number, NULL, "题", source, a);
    VEC_PUSH(a, &p->parties, (struct party){.role = PARTY_APPLICANT, .name = str_of(party)});
    patent_finish(p, a);
    return p;
}

static size_t party_count(struct db *db, int64_t id, struct arena *a)
{
    struct patent p;
    struct err e;
    assert_ok(patent_get(&p, db, id, a, &e), &e);
    return p.parties.len;
}

static bool renewed(struct db *db, struct arena *a)
{
    struct err e;
    bool more = true;
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(patent_names_step(&more, db, a, &e), &e);
    assert_ok(db_commit(db, &e), &e);
    return more;
}

/* A store of an older program, whose keys had no dashes: what was one because of it is two. */
static void names_of_another_rule_are_compared_anew_once(void **state)
{
    static const char *const as_it_was =
        "UPDATE publication_source SET content ="
        " replace(content, '\"甲-乙公司\"', '\"甲-乙公司\",\"name_key\":\"甲乙公司\"');"
        "UPDATE publication_document SET content = replace(content,"
        " ',{\"role\":\"applicant\",\"name\":\"甲乙公司\"}', '');"
        "UPDATE publication_name_rule SET rule = '1'";
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    int64_t count = 0;
    bool more = true;
    struct patent *one = of_party("CN299000001A", "甲-乙公司", "docdb", a);
    put(db, one, a);
    put(db, of_party("CN299000001A", "甲乙公司", "uspto", a), a);
    put(db, of_party("CN299000002A", "甲-乙公司", "docdb", a), a);
    put(db, of_party("CN299000003A", "甲乙公司", "docdb", a), a);
    assert_int_equal(party_count(db, one->id, a), 2);
    assert_false(renewed(db, a)); /* of a new store: nothing to do */
    int64_t before = last_change(db);
    assert_ok(db_exec(db, as_it_was, &e), &e);
    assert_int_equal(party_count(db, one->id, a), 1);
    assert_ok(patent_names_wait(&more, &count, db, &e), &e);
    assert_true(more);
    assert_false(renewed(db, a));
    assert_int_equal(party_count(db, one->id, a), 2);
    assert_int_equal(last_change(db), before + 2); /* the third is as it was */
    assert_ok(patent_names_wait(&more, &count, db, &e), &e);
    assert_false(more);
    assert_int_equal(count_of(db), 3);
    db_close(db);
    arena_free(a);
}

static struct patent *of_address(const char *number, const char *address, const char *region,
                                 struct arena *a)
{
    struct patent *p = numbered(number, NULL, "题", "docdb", a);
    VEC_PUSH(
        a, &p->parties,
        (struct party){.role = PARTY_APPLICANT, .name = STR("甲公司"), .address = str_of(address)});
    p->region = str_of(region);
    patent_finish(p, a);
    return p;
}

static struct str region_at(struct db *db, int64_t id, struct arena *a)
{
    struct patent p;
    struct err e;
    assert_ok(patent_get(&p, db, id, a, &e), &e);
    return p.region;
}

/* A store of an older program, which knew the province alone: those that are placed anew are told to the index, once. */
static void regions_of_an_older_program_are_read_anew_once(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    struct patent *zone = of_address("CN299000011A",
                                     "610041 四川省成都高新技术产业开发区天府大道1号", NULL, a),
                  *column = of_address("CN299000012A", "四川省新津县", "510000", a),
                  *other = of_address("CN299000013A", "四川省成都市", "440000", a),
                  *fictional = of_address("CN299000014A", "四川省成都市", "990100", a);
    assert_str(zone->region, "510100");
    assert_str(column->region, "510118");
    put(db, zone, a);
    put(db, column, a);
    put(db, other, a);
    put(db, fictional, a);
    int64_t before = last_change(db);
    assert_ok(db_exec(db,
                      "UPDATE publication_source SET content = replace(replace(content, '510100',"
                      " '510000'), '510118', '510000');"
                      "UPDATE publication_name_rule SET rule = '4.3'",
                      &e),
              &e);
    assert_false(renewed(db, a));
    assert_int_equal(last_change(db), before + 2);
    assert_str(region_at(db, zone->id, a), "510100");
    assert_str(region_at(db, column->id, a), "510118");
    assert_str(region_at(db, other->id, a), "440000"); /* what the record states stands */
    assert_str(region_at(db, fictional->id, a), "990100");
    assert_false(renewed(db, a));
    assert_int_equal(last_change(db), before + 2);
    db_close(db);
    arena_free(a);
}

static struct str key_at(struct db *db, int64_t id, struct arena *a)
{
    return columns_of(db, id, a).key;
}

/* Publications of one number with other kinds; a source that leaves the digit out speaks of the only one that fits. */
static void each_printing_is_a_record_of_its_own(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct patent *a2 = numbered("EP1234567A2", NULL, "泵", "table:a.csv", a);
    struct patent *open = numbered("EP1234567A", NULL, "泵", "table:b.csv", a);
    struct patent *a3 = numbered("EP1234567A3", NULL, "泵", "table:a.csv", a);
    struct patent *chinese = numbered("CN108192973A", NULL, "电池", "table:a.csv", a);
    struct patent *mended = numbered("CN108192973A8", NULL, "电池", "table:a.csv", a);
    a2->publication_date = (struct date){2003, 1, 8};
    a3->publication_date = (struct date){2005, 6, 22};
    assert_int_equal(put(db, open, a), PUT_INSERTED);
    assert_int_equal(put(db, a2, a), PUT_UPDATED); /* it was this one all along */
    assert_int_equal(a2->id, open->id);
    assert_str(key_at(db, a2->id, a), "EP/1234567/A2");
    assert_int_equal(put(db, a3, a), PUT_INSERTED);
    assert_int_equal(count_of(db), 3); /* now the one without digit may be either */
    assert_str(columns_of(db, a2->id, a).publication_date, "2003-01-08");
    assert_str(columns_of(db, a3->id, a).publication_date, "2005-06-22");
    assert_int_equal(put(db, open, a), PUT_UNCHANGED);
    assert_str(key_at(db, open->id, a), "EP/1234567/A");
    put(db, chinese, a);
    assert_int_equal(put(db, mended, a), PUT_INSERTED);
    assert_int_equal(put(db, chinese, a), PUT_UNCHANGED);
    assert_int_equal(count_of(db), 5);
    db_close(db);
    arena_free(a);
}

/* A filing noted and a search report are publications of their own, whatever the office and the order. */
static void a_letter_alone_is_no_search_report(void **state)
{
    static const char *const apart[][2] = {{"RU2017000111A", "RU2017000111A3"},
                                           {"FI20165001A", "FI20165001A0"},
                                           {"EP7654321A", "EP7654321A3"},
                                           {"WO2013999001A", "WO2013999001A4"}};
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    for (size_t i = 0; i < ARRAY_LEN(apart); i++)
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(
                put(db, numbered(apart[i][i % 2 ? k : 1 - k], NULL, "泵", "table:a.csv", a), a),
                PUT_INSERTED);
    assert_int_equal(count_of(db), 8);
    db_close(db);
    arena_free(a);
}

/* A store of an older program, where the digit of the kind was no part of the key. */
static void printings_that_were_one_record_are_split_once(void **state)
{
    static const char *const as_it_was =
        "UPDATE publication_source SET publication_id = 1, ordinal = 2 WHERE publication_id = 2;"
        "DELETE FROM publication_key; UPDATE publication SET number_key = 'EP/1234567/A' WHERE id "
        "< 3;"
        "UPDATE publication SET number_key = 'GB/901975/D' WHERE id = 3;"
        "INSERT INTO publication_key (number_key, publication_id) VALUES ('EP/1234567/A', 1),"
        " ('GB/901975/D', 3), ('GB/901975/A', 4);"
        "UPDATE publication_name_rule SET rule = '3'";
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    put(db, numbered("EP1234567A2", NULL, "泵", "table:a.csv", a), a);
    put(db, numbered("EP1234567A3", NULL, "泵", "table:a.csv", a), a);
    put(db, numbered("GB 0901975 D0", NULL, "泵", "table:a.csv", a), a);
    put(db, numbered("GB901975A", NULL, "泵", "table:a.csv", a), a);
    struct str before = dump_of(db, a);
    assert_ok(db_exec(db, as_it_was, &e), &e);
    assert_int_equal(count_of(db), 3);
    while (renewed(db, a))
        continue;
    assert_same(before, dump_of(db, a));
    assert_str(key_at(db, 1, a), "EP/1234567/A2"); /* the first goes on under its id */
    db_close(db);
    arena_free(a);
}

static void a_dump_can_be_stopped(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct rand r = {3};
    int lines = 0;
    struct err e;
    for (int i = 0; i < 10; i++) {
        struct patent p;
        patent_random(&p, &r, 1000, a);
        put(db, &p, a);
    }
    assert_ok(patent_dump(db, stop_after_three, &lines, &e), &e);
    assert_int_equal(lines, 3);
    db_close(db);
    arena_free(a);
}

static void the_progress_of_a_file_is_kept_by_digest_and_options(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct import_file f = {
        .digest = STR("abc"), .name = STR("a.xlsx"), .format = STR("xlsx"), .records_done = 500};
    struct import_file back;
    bool there;
    struct err e;
    assert_ok(import_file_get(&back, &there, db, f.digest, STR(""), a, &e), &e);
    assert_false(there);
    assert_ok(import_file_put(db, &f, STR(""), &e), &e);
    f.records_done = 1000;
    f.finished = true;
    assert_ok(import_file_put(db, &f, STR(""), &e), &e);
    f.records_done = 3;
    assert_ok(import_file_put(db, &f, STR("map=x"), &e), &e);
    assert_ok(import_file_get(&back, &there, db, f.digest, STR(""), a, &e), &e);
    assert_true(there);
    assert_int_equal(back.records_done, 1000);
    assert_true(back.finished);
    assert_str(back.name, "a.xlsx");
    assert_str(back.format, "xlsx");
    assert_ok(import_file_get(&back, &there, db, f.digest, STR("map=x"), a, &e), &e);
    assert_int_equal(back.records_done, 3);
    db_close(db);
    arena_free(a);
}

static void a_stored_source_that_does_not_read_back_is_no_fault_of_the_new_one(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    struct patent *p = numbered("CN108192973A", NULL, "电池", "docdb", a);
    (void)put(db, p, a);
    assert_ok(db_exec(db, "UPDATE publication_source SET content = '{'", &e), &e);
    p = numbered("CN108192973A", NULL, "电池隔膜", "table:a.csv", a);
    assert_int_equal(put_refused(db, p, a, &e), E_CORRUPT);
    assert_int_equal(e.kind, E_CORRUPT);
    assert_non_null(strstr(e.text, "patent 1"));
    db_close(db);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_put_again_changes_nothing),
        cmocka_unit_test(two_sources_of_a_document_become_one_and_stay_visible),
        cmocka_unit_test(two_different_rows_of_one_source_both_stay),
        cmocka_unit_test(the_latest_file_that_states_a_record_decides),
        cmocka_unit_test(a_units_file_adds_to_what_another_said),
        cmocka_unit_test(columns_hold_what_lists_show),
        cmocka_unit_test(a_wrong_check_digit_never_meets_the_right_one),
        cmocka_unit_test(an_application_alone_stays_apart),
        cmocka_unit_test(a_record_without_number_is_kept_under_its_own_key),
        cmocka_unit_test(
            a_number_without_kind_joins_the_only_document_and_leaves_when_there_are_two),
        cmocka_unit_test(changes_are_numbered_without_gap_and_name_every_touched_document),
        cmocka_unit_test(the_order_of_records_does_not_matter_and_putting_again_changes_nothing),
        cmocka_unit_test(an_import_that_is_taken_back_leaves_nothing),
        cmocka_unit_test(a_page_of_imports_reads_no_others),
        cmocka_unit_test(names_of_another_rule_are_compared_anew_once),
        cmocka_unit_test(regions_of_an_older_program_are_read_anew_once),
        cmocka_unit_test(each_printing_is_a_record_of_its_own),
        cmocka_unit_test(a_letter_alone_is_no_search_report),
        cmocka_unit_test(printings_that_were_one_record_are_split_once),
        cmocka_unit_test(a_dump_can_be_stopped),
        cmocka_unit_test(a_stored_source_that_does_not_read_back_is_no_fault_of_the_new_one),
        cmocka_unit_test(the_progress_of_a_file_is_kept_by_digest_and_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
