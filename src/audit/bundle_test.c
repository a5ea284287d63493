#include "test.h"

#include "audit/bundle.h"
#include "audit/receipt.h"
#include "audit/rows.h"
#include "audit/scratch_log.h"
#include "base/rand.h"

static err_t append_piece(void *arg, struct str piece, struct err *e)
{
    (void)e;
    buf_add(arg, piece);
    return OK;
}

static void export(struct buf *out, struct scratch_log *l, bundle_may_read may_read)
{
    struct db *db = NULL;
    struct bundle_options o = {
        .suite = &l->suite, .may_read = may_read, .write = append_piece, .write_arg = out};
    struct err e;
    buf_init(out, 0);
    assert_ok(store_reader_get(&db, l->store, &e), &e);
    assert_ok(bundle_export(db, &o, &e), &e);
    store_reader_put(l->store, db);
}

static struct log_verdict judged(struct str text, const struct log_trust *t)
{
    struct log_verdict v;
    bundle_check(&v, text, t);
    return v;
}

static bool second_deals_only(void *arg, const struct entry *entry)
{
    (void)arg;
    return entry->version == 2;
}

static void a_log_exported_is_accepted_with_and_without_its_contents(void **state)
{
    (void)state;
    static const char *const suites[] = {"sha256-ed25519", "sm3-sm2"};
    for (size_t i = 0; i < 2; i++) {
        struct scratch_log l;
        struct buf b;
        scratch_log_open(&l, suites[i]);
        struct log_trust t = {.keys = &l.suite.key, .key_count = 1};
        scratch_log_sequence(&l);
        export(&b, &l, NULL);
        struct log_verdict v = judged(buf_str(&b), &t);
        assert_string_equal(v.fault, "");
        assert_int_equal(v.entries, 0);
        buf_clear(&b);

        scratch_log_fill(&l, 2100);      /* over two ranges of the walk */
        scratch_log_add(&l, "login", 1); /* under no head: not part of it */
        export(&b, &l, NULL);
        v = judged(buf_str(&b), &t);
        assert_string_equal(v.fault, "");
        assert_int_equal(v.entries, 2100);
        assert_int_equal(v.head.size, 2100);
        assert_int_equal(v.contents_checked, 1050);
        buf_clear(&b);

        export(&b, &l, second_deals_only);
        v = judged(buf_str(&b), &t);
        assert_string_equal(v.fault, "");
        assert_int_equal(v.contents_checked, 525);
        assert_int_equal(v.contents_withheld, 525);
        assert_false(
            str_contains(buf_str(&b), STR("\"101.50\""))); /* deal 1, version 1: "101.50" */
        assert_true(str_contains(buf_str(&b), STR("{\"k\":")));
        buf_clear(&b);
        scratch_log_close(&l);
    }
}

/* A reader that keeps the moment before each line block, so that each change costs
 * one entry and not the whole text. */
struct moment {
    struct bundle_reader reader;
    struct log_verdict verdict;
    size_t at; /* where in the text */
};

static void load(struct bundle_reader *r, struct log_verdict *v, const struct moment *m,
                 struct str text)
{
    *v = m->verdict;
    *r = m->reader;
    r->v = v;
    r->lines.rest = (struct str){text.ptr + m->at, text.len - m->at};
}

/* From moment to the end of the text, or to the first fault. */
static void go_on(struct bundle_reader *r)
{
    bool ok = true;
    while (ok && r->index < r->size)
        ok = bundle_entry(r);
    if (ok)
        (void)bundle_end(r);
}

/* 1,000 entries and each byte of them: the fault is found, and it names the entry
 * that the byte is of. */
static void every_changed_byte_of_a_thousand_entries_is_found_and_named(void **state)
{
    (void)state;
    struct scratch_log l;
    struct buf b;
    struct opener opener;
    struct log_verdict v = {.kind = LOG_FAULT_NONE};
    scratch_log_open(&l, "sha256-ed25519");
    scratch_log_fill(&l, 1000);
    export(&b, &l, NULL);
    struct log_trust t = {.keys = &l.suite.key, .key_count = 1};
    struct bundle_reader r = {.v = &v, .trust = &t, .opener = &opener};
    struct moment m = {.at = 0};
    struct rand random = {test_seed(20261120)};
    size_t changed = 0, named = 0;

    assert_true(bundle_begin(&r, buf_str(&b)));
    while (r.index < r.size) {
        m.reader = r;
        m.verdict = v;
        m.at = (size_t)(r.lines.rest.ptr - b.ptr);
        assert_true(bundle_entry(&r));
        size_t end = (size_t)(r.lines.rest.ptr - b.ptr);
        for (size_t i = m.at; i < end; i++) {
            struct log_verdict found;
            struct bundle_reader again;
            char was = b.ptr[i];
            b.ptr[i] ^= (char)(1 + rand_below(&random, 255));
            load(&again, &found, &m, buf_str(&b));
            go_on(&again);
            changed++;
            named += found.names_entry && found.has_index && found.index == m.reader.index;
            if (verdict_good(&found))
                fail_msg("byte %zu of entry %d: %d for %d is not seen", i, (int)m.reader.index,
                         b.ptr[i], was);
            b.ptr[i] = was;
        }
    }
    print_message("# %zu bytes changed, %zu times the right entry named\n", changed, named);
    assert_int_equal(named, changed);
    assert_true(bundle_end(&r));

    /* What is not of an entry: head, size, checkpoint. */
    size_t tail = str_find(buf_str(&b), STR("\n\n"), 0),
           first = str_find(buf_str(&b), STR("\n{"), 0);
    for (size_t i = 0; i < b.len; i = i == first ? tail : i + 1) {
        char was = b.ptr[i];
        b.ptr[i] ^= (char)(1 + rand_below(&random, 255));
        struct log_verdict found = judged(buf_str(&b), &t);
        if (verdict_good(&found))
            fail_msg("byte %zu", i);
        b.ptr[i] = was;
    }
    opener_clear(&opener);
    buf_clear(&b);
    scratch_log_close(&l);
}

/* Cut off anywhere, and every line left out, doubled or exchanged with the next. */
static void no_line_can_be_left_out_doubled_or_moved(void **state)
{
    (void)state;
    struct scratch_log l;
    struct buf b;
    scratch_log_open(&l, "sha256-ed25519");
    scratch_log_fill(&l, 12);
    export(&b, &l, NULL);
    struct log_trust t = {.keys = &l.suite.key, .key_count = 1};
    struct str text = buf_str(&b);
    for (size_t len = 0; len < text.len; len++) {
        struct log_verdict v = judged((struct str){text.ptr, len}, &t);
        assert_false(verdict_good(&v));
    }
    for (size_t at = 0; at < text.len;) {
        size_t end = str_find(text, STR("\n"), at) + 1, next = str_find(text, STR("\n"), end) + 1;
        struct str before = {text.ptr, at}, line = {text.ptr + at, end - at},
                   after = {text.ptr + end, text.len - end};
        struct str out[] = {before, after}, twice[] = {before, line, line, after};
        struct log_verdict v = judged(arena_join_all(l.arena, out, 2), &t);
        assert_false(verdict_good(&v));
        v = judged(arena_join_all(l.arena, twice, 4), &t);
        assert_false(verdict_good(&v));
        if (next <= text.len) {
            struct str moved[] = {
                before, {text.ptr + end, next - end}, line, {text.ptr + next, text.len - next}};
            v = judged(arena_join_all(l.arena, moved, 4), &t);
            assert_false(verdict_good(&v));
        }
        at = end;
    }
    buf_clear(&b);
    scratch_log_close(&l);
}

static void a_version_that_does_not_fit_is_not_exported_as_good(void **state)
{
    (void)state;
    struct scratch_log l;
    struct db *db = NULL;
    struct buf b;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    scratch_log_fill(&l, 8);
    struct bundle_options o = {.suite = &l.suite, .write = append_piece, .write_arg = &b};
    buf_init(&b, 0);
    assert_ok(db_open(&db, store_url(l.store), &(struct db_options){.must_exist = true}, &e), &e);
    assert_ok(db_exec(db, "DELETE FROM record_version WHERE record_id = 2 AND version = 1", &e),
              &e);
    assert_int_equal(bundle_export(db, &o, &e), E_CORRUPT);
    assert_true(str_contains(str_of(e.text), STR("deal 2")));
    db_close(db);
    buf_clear(&b);
    scratch_log_close(&l);
}

static void a_name_comes_once(void **state)
{
    (void)state;
    struct uid_set *s = uid_set_new();
    char uid[33];
    for (int round = 0; round < 2; round++)
        for (unsigned i = 0; i < 5000; i++) {
            snprintf(uid, sizeof(uid), "%016x%016x", i / 70, i);
            assert_int_equal(uid_set_add(s, str_of(uid)), round == 0);
        }
    uid_set_free(s);
    uid_set_free(NULL);
}

/* --- receipts ---------------------------------------------------------------------------- */

static err_t write_receipt(struct buf *out, struct scratch_log *l, struct str uid, struct err *e)
{
    struct db *db = NULL;
    buf_init(out, 0);
    assert_ok(store_reader_get(&db, l->store, e), e);
    err_t rc = receipt_write(out, db, &l->suite, uid, l->arena, e);
    store_reader_put(l->store, db);
    return rc;
}

static err_t keep_name(void *arg, const struct log_row *row, struct err *e)
{
    char(*uid)[LOG_UID_LEN + 1] = arg;
    (void)e;
    memcpy(uid[row->leaf], row->uid.ptr, LOG_UID_LEN + 1);
    return OK;
}

static void every_entry_has_a_receipt_and_no_byte_of_it_can_change(void **state)
{
    (void)state;
    struct scratch_log l;
    struct err e;
    char uid[300][LOG_UID_LEN + 1];
    struct db *db = NULL;
    uint64_t next;
    scratch_log_open(&l, "sha256-ed25519");
    scratch_log_fill(&l, 300);
    struct log_trust t = {.keys = &l.suite.key, .key_count = 1};
    assert_ok(store_reader_get(&db, l.store, &e), &e);
    assert_ok(log_follow(&next, db, 0, 300, keep_name, uid, &e), &e);
    store_reader_put(l.store, db);
    for (size_t i = 0; i < 300; i++) {
        struct buf b;
        struct log_verdict v;
        struct entry entry;
        struct str line;
        struct arena *a = arena_new();
        assert_ok(write_receipt(&b, &l, str_of(uid[i]), &e), &e);
        receipt_check(&v, &entry, &line, buf_str(&b), &t, a);
        assert_string_equal(v.fault, "");
        assert_true(str_is(entry.uid, uid[i]));
        for (size_t k = 0; k < b.len && i % 100 == 41; k++)
            for (int bit = 0; bit < 8; bit++) {
                b.ptr[k] ^= (char)(1 << bit);
                receipt_check(&v, &entry, &line, buf_str(&b), &t, a);
                if (verdict_good(&v))
                    fail_msg("entry %zu: bit %d of byte %zu", i, bit, k);
                b.ptr[k] ^= (char)(1 << bit);
            }
        for (size_t len = 0; len < b.len && i == 41; len++) {
            receipt_check(&v, &entry, &line, (struct str){b.ptr, len}, &t, a);
            assert_false(verdict_good(&v));
        }
        buf_clear(&b);
        arena_free(a);
    }
    scratch_log_close(&l);
}

static void a_receipt_waits_for_a_head(void **state)
{
    (void)state;
    struct scratch_log l;
    struct buf b;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    scratch_log_add(&l, "login", 1);
    assert_int_equal(write_receipt(&b, &l, str_of(l.uid), &e), E_BUSY);
    assert_int_equal(write_receipt(&b, &l, STR("no such entry"), &e), E_NOTFOUND);
    scratch_log_sequence(&l);
    assert_ok(write_receipt(&b, &l, str_of(l.uid), &e), &e);
    buf_clear(&b);
    scratch_log_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_exported_is_accepted_with_and_without_its_contents),
        cmocka_unit_test(every_changed_byte_of_a_thousand_entries_is_found_and_named),
        cmocka_unit_test(no_line_can_be_left_out_doubled_or_moved),
        cmocka_unit_test(a_version_that_does_not_fit_is_not_exported_as_good),
        cmocka_unit_test(a_name_comes_once),
        cmocka_unit_test(every_entry_has_a_receipt_and_no_byte_of_it_can_change),
        cmocka_unit_test(a_receipt_waits_for_a_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
