#include "test.h"

#include "audit/log.h"
#include "audit/suite.h"
#include "crypto/encode.h"
#include "db/scratch.h"
#include "db/store.h"
#include "text/json.h"

static struct log_suite suite_of(const char *name)
{
    struct log_suite s;
    struct err e;
    assert_ok(log_suite_init(&s, str_of(name), STR("zhiyun/test"), &e), &e);
    return s;
}

struct appended {
    const struct log_suite *suite;
    const struct clock *clock;
    const struct log_draft *draft;
    struct arena *arena;
    char uid[LOG_UID_LEN + 1];
    bool refuse;
};

static err_t append(struct db *db, void *arg, struct err *e)
{
    struct appended *x = arg;
    err_t rc = log_append(x->uid, db, x->suite, x->clock, x->draft, x->arena, e);
    return rc == OK && x->refuse ? err_set(e, E_INVALID, "not today") : rc;
}

static struct store *open_store(struct arena *a)
{
    struct store *s = NULL;
    struct err e;
    assert_ok(store_open(&s, scratch_url(a, scratch_dir(a), "t.db"), true, &e), &e);
    return s;
}

/* Bodies in order, joined by line feeds. */
static struct str bodies(struct store *s, struct arena *a)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    struct str all = STR_NONE;
    assert_ok(store_reader_get(&db, s, &e), &e);
    assert_ok(db_prepare(&st, db, "SELECT body FROM log_entry ORDER BY id", &e), &e);
    for (;;) {
        assert_ok(stmt_next(&has_row, st, &e), &e);
        if (!has_row)
            break;
        all = arena_join(a, arena_join(a, all, stmt_str(st, 0)), STR("\n"));
    }
    stmt_free(st);
    store_reader_put(s, db);
    return all;
}

static void an_entry_has_its_keys_in_order_and_absent_ones_left_out(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(a);
    struct log_suite suite = suite_of("sha256-ed25519");
    struct clock clock = clock_fixed(1795173753123);
    struct err e;
    struct log_draft full = {.has_who = true,
                             .who = 7,
                             .on_behalf_of = 8,
                             .unit = 9,
                             .role = STR("centre_staff"),
                             .action = STR("create"),
                             .type = STR("deal"),
                             .id = 12,
                             .version = 1,
                             .date = STR("2026-11-20"),
                             .content = "00ff",
                             .batch = STR("{\"count\":1}"),
                             .status = 409};
    struct log_draft least = {.action = STR("log\"in\n")};
    struct appended x = {.suite = &suite, .clock = &clock, .draft = &full, .arena = a};

    assert_ok(store_write(s, append, &x, &e), &e);
    struct str expected = arena_printf(
        a,
        "{\"v\":1,\"log\":\"zhiyun/test\",\"uid\":\"%s\",\"at\":\"2026-11-20T11:22:33.123Z\","
        "\"date\":\"2026-11-20\",\"who\":7,\"for\":8,\"unit\":9,\"role\":\"centre_staff\","
        "\"do\":\"create\",\"type\":\"deal\",\"id\":12,\"version\":1,\"content\":\"00ff\","
        "\"batch\":{\"count\":1},\"status\":409}\n",
        x.uid);
    assert_str(bodies(s, a), expected.ptr);
    assert_true(str_starts(str_of(x.uid), STR("01a1f8b1a123"))); /* 1795173753123 */

    x.draft = &least;
    assert_ok(store_write(s, append, &x, &e), &e);
    assert_str(bodies(s, a),
               arena_printf(a,
                            "%s{\"v\":1,\"log\":\"zhiyun/test\",\"uid\":\"%s\",\"at\":"
                            "\"2026-11-20T11:22:33.123Z\",\"do\":\"log\\\"in\\n\"}\n",
                            expected.ptr, x.uid)
                   .ptr);
    full = (struct log_draft){.has_who = true, .action = STR("x"), .at_ms = 1};
    x.draft = &full;
    assert_ok(store_write(s, append, &x, &e), &e);
    assert_true(str_contains(bodies(s, a),
                             STR("\"at\":\"1970-01-01T00:00:00.001Z\",\"who\":0,\"do\":\"x\"")));
    store_close(s);
    arena_free(a);
}

static void an_entry_is_there_only_with_its_step(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(a);
    struct log_suite suite = suite_of("sha256-ed25519");
    struct err e;
    struct log_draft d = {.action = STR("create")};
    struct appended x = {
        .suite = &suite, .clock = &clock_system, .draft = &d, .arena = a, .refuse = true};
    assert_int_equal(store_write(s, append, &x, &e), E_INVALID);
    assert_str(bodies(s, a), "");
    x.refuse = false;
    char *text = arena_alloc(a, 20000);
    d.role = (struct str){text, 1};
    assert_int_equal(store_write(s, append, &x, &e), E_INVALID); /* a NUL */
    memset(text, 'x', 20000);
    d.role = (struct str){text, 20000};
    assert_int_equal(store_write(s, append, &x, &e), E_LIMIT);
    assert_str(bodies(s, a), "");
    store_close(s);
    arena_free(a);
}

static void entries_of_one_moment_have_different_names(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(a);
    struct log_suite suite = suite_of("sm3-sm2");
    struct clock clock = clock_fixed(0);
    struct err e;
    struct log_draft d = {.action = STR("create")};
    struct appended x = {.suite = &suite, .clock = &clock, .draft = &d, .arena = a};
    for (int i = 0; i < 100; i++) /* uid is unique in the table: a second one would fail */
        assert_ok(store_write(s, append, &x, &e), &e);
    assert_true(str_starts(str_of(x.uid), STR("000000000000")));
    store_close(s);
    arena_free(a);
}

/* The formula of docs/evidence-log.md, one HMAC and one hash at a time. */
static void a_commitment_is_what_its_formula_says(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    static const char *const names[] = {"sha256-ed25519", "sm3-sm2"};
    const struct log_field fields[] = {
        {STR("amount"), STR("\"12.50\"")}, {STR("amount_cny"), STR("7")}, {STR("z"), STR("[]")}};
    for (size_t n = 0; n < ARRAY_LEN(names); n++) {
        struct log_suite suite = suite_of(names[n]);
        struct log_commitment c, again;
        const struct jvalue *seal;
        struct err e;
        log_commit(&c, &suite, fields, ARRAY_LEN(fields), a);
        log_commit(&again, &suite, fields, ARRAY_LEN(fields), a);
        assert_string_not_equal(c.hex, again.hex); /* fresh keys */
        assert_ok(jin_parse(&seal, c.seal, a, &e), &e);
        assert_int_equal(seal->count, 3);

        struct str text = STR("zhiyun-content/1\n");
        for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
            uint8_t key[16];
            assert_true(str_eq(seal->names[i], fields[i].name));
            assert_true(hex_read(key, 16, jin_text(&seal->items[i], "k")));
            struct str input =
                arena_join(a, arena_join(a, fields[i].name, (struct str){"", 1}), fields[i].value);
            struct digest d = hmac_of(suite.hash, (struct bytes){key, 16}, str_bytes(input));
            text = arena_join(a, arena_join(a, text, fields[i].name), (struct str){"", 1});
            text = arena_join(a, text, (struct str){(char *)d.byte, HASH_LEN});
        }
        char hex[HASH_HEX_LEN + 1];
        struct digest whole = hash_of(suite.hash, str_bytes(text));
        digest_hex(hex, &whole);
        assert_string_equal(hex, c.hex);
    }
    arena_free(a);
}

static void a_log_has_a_proper_name_and_a_known_suite(void **state)
{
    (void)state;
    struct log_suite s;
    struct err e;
    assert_int_equal(log_suite_init(&s, STR("md5"), STR("zhiyun/x"), &e), E_INVALID);
    assert_int_equal(log_suite_init(&s, STR("sm3-sm2"), STR("zh"), &e), E_INVALID);
    assert_int_equal(log_suite_init(&s, STR("sm3-sm2"), STR("Zhiyun/x"), &e), E_INVALID);
    assert_int_equal(log_suite_init(&s, STR("sm3-sm2"), STR("zhiyun x"), &e), E_INVALID);
    char longest[102];
    memset(longest, 'a', sizeof(longest));
    assert_ok(log_suite_init(&s, STR("sm3-sm2"), (struct str){longest, 100}, &e), &e);
    assert_int_equal(strlen(s.origin), 100);
    assert_int_equal(log_suite_init(&s, STR("sm3-sm2"), (struct str){longest, 101}, &e), E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_has_its_keys_in_order_and_absent_ones_left_out),
        cmocka_unit_test(an_entry_is_there_only_with_its_step),
        cmocka_unit_test(entries_of_one_moment_have_different_names),
        cmocka_unit_test(a_commitment_is_what_its_formula_says),
        cmocka_unit_test(a_log_has_a_proper_name_and_a_known_suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
