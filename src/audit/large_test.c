/* Bytes of a large log, changed at random: each is found, and its entry named. ENTRIES
 * (5,000), BYTES (2,000), SEED; `make ledger` has a million entries and 100,000 bytes.
 * (bundle_test.c changes every byte of a smaller one.) */
#include "test.h"

#include "audit/bundle.h"
#include "audit/scratch_log.h"
#include "base/rand.h"
#include <stdlib.h>

#define PER_STEP 500
#define CONTENT_EVERY 100 /* entries; the others are of actions without content */

static size_t number(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

static err_t append_some(struct db *db, void *arg, struct err *e)
{
    struct scratch_log *l = arg;
    struct arena *a = arena_new();
    err_t rc = OK;
    for (int i = 0; i < PER_STEP && rc == OK; i++) {
        struct log_draft d = {.has_who = true,
                              .who = 7 + i,
                              .unit = 3,
                              .role = STR("centre_staff"),
                              .action = STR("login"),
                              .date = STR("2026-11-20")};
        rc = log_append(l->uid, db, &l->suite, &l->clock, &d, a, e);
    }
    arena_free(a);
    return rc;
}

static void fill(struct scratch_log *l, size_t entries)
{
    struct err e;
    int64_t deal = 0;
    for (size_t n = 0; n < entries; n += PER_STEP) {
        assert_ok(store_write(l->store, append_some, l, &e), &e);
        for (int i = 0; i < PER_STEP / CONTENT_EVERY; i++)
            scratch_log_deal(l, ++deal, 1);
    }
    scratch_log_sequence(l);
}

static err_t append_piece(void *arg, struct str piece, struct err *e)
{
    (void)e;
    buf_add(arg, piece);
    return OK;
}

static void export(struct buf *out, struct scratch_log *l)
{
    struct bundle_options o = {.suite = &l->suite, .write = append_piece, .write_arg = out};
    struct db *db = NULL;
    struct err e;
    buf_init(out, (size_t)2 << 30);
    assert_ok(store_reader_get(&db, l->store, &e), &e);
    assert_ok(bundle_export(db, &o, &e), &e);
    store_reader_put(l->store, db);
    assert_true(buf_ok(out));
}

static int by_place(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

static void any_byte_of_a_large_log_is_found_and_its_entry_named(void **state)
{
    (void)state;
    size_t entries = number("ENTRIES", 5000), bytes = number("BYTES", 2000), next = 0, named = 0;
    struct scratch_log l;
    struct buf b;
    struct opener opener;
    struct log_verdict v = {.kind = LOG_FAULT_NONE};
    struct rand random = {test_seed(20261120)};
    size_t *at = calloc(bytes, sizeof(*at));
    assert_non_null(at);
    scratch_log_open(&l, "sha256-ed25519");
    fill(&l, entries);
    export(&b, &l);
    struct log_trust t = {.keys = &l.suite.key, .key_count = 1};
    struct bundle_reader r = {.v = &v, .trust = &t, .opener = &opener};
    assert_true(bundle_begin(&r, buf_str(&b)));
    assert_true(r.size >= entries);
    size_t first = (size_t)(r.lines.rest.ptr - b.ptr), tail = str_find(buf_str(&b), STR("\n\n"), 0);
    for (size_t i = 0; i < bytes; i++)
        at[i] = first + (size_t)(rand_u64(&random) % (tail + 1 - first));
    qsort(at, bytes, sizeof(*at), by_place);

    while (r.index < r.size) {
        struct bundle_reader moment = r;
        struct log_verdict verdict = v;
        if (!bundle_entry(&r))
            fail_msg("%s", v.fault);
        size_t end = (size_t)(r.lines.rest.ptr - b.ptr);
        for (; next < bytes && at[next] < end; next++) {
            struct bundle_reader again = moment;
            struct log_verdict found = verdict;
            char was = b.ptr[at[next]];
            bool good = true;
            again.v = &found;
            b.ptr[at[next]] ^= (char)(1 + rand_below(&random, 255));
            while (good && again.index < again.size)
                good = bundle_entry(&again);
            if (good ? bundle_end(&again) : verdict_good(&found))
                fail_msg("byte %zu, of entry %d, is not seen", at[next], (int)moment.index);
            named += found.names_entry && found.has_index && found.index == moment.index;
            b.ptr[at[next]] = was;
        }
    }
    assert_true(bundle_end(&r));
    print_message("# %zu of %zu bytes of %zu entries changed, %zu times the right entry named\n",
                  next, b.len, (size_t)r.size, named);
    assert_int_equal(next, bytes);
    assert_int_equal(named, bytes);
    opener_clear(&opener);
    buf_clear(&b);
    free(at);
    scratch_log_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_byte_of_a_large_log_is_found_and_its_entry_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
