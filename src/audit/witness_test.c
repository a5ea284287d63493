#include "test.h"

#include "audit/receipt.h"
#include "audit/rows.h"
#include "audit/scratch_log.h"
#include "audit/witness.h"
#include "db/scratch.h"

struct scene {
    struct scratch_log log;
    struct note_signer signer;
    struct clock clock;
    struct witness witness;
};

static void open_scene(struct scene *s, const char *suite)
{
    scratch_log_open(&s->log, suite);
    note_signer_make(&s->signer, STR("witness/city"), NOTE_COSIGNER, s->log.suite.sign);
    s->clock = clock_fixed(1795174000000);
    s->witness = (struct witness){
        .signer = &s->signer,
        .logs = &s->log.suite.key,
        .log_count = 1,
        .fs = &fs_system,
        .dir = arena_printf(s->log.arena, "%s/witness", scratch_dir(s->log.arena)).ptr,
        .clock = &s->clock};
}

static void close_scene(struct scene *s)
{
    note_signer_clear(&s->signer);
    scratch_log_close(&s->log);
}

static struct str request(struct scene *s, struct scratch_log *l, uint64_t old)
{
    struct db *db = NULL;
    struct buf b;
    struct err e;
    buf_init(&b, 0);
    assert_ok(store_reader_get(&db, l->store, &e), &e);
    assert_ok(witness_request_write(&b, db, &l->suite, old, s->log.arena, &e), &e);
    store_reader_put(l->store, db);
    struct str text = arena_dup(s->log.arena, buf_str(&b));
    buf_clear(&b);
    return text;
}

static err_t ask(struct str *answer, struct scene *s, struct str text, uint64_t *last)
{
    struct buf b;
    struct err e = {0};
    buf_init(&b, 0);
    err_t rc = witness_cosign(&b, last, &s->witness, text, &e);
    *answer = arena_dup(s->log.arena, buf_str(&b));
    assert_int_equal(b.len > 0, rc == OK); /* no word without its check */
    assert_true(rc == OK || e.text[0] != '\0');
    buf_clear(&b);
    return rc;
}

static void a_growing_log_is_cosigned_and_its_receipts_say_so(void **state)
{
    (void)state;
    static const char *const suites[] = {"sha256-ed25519", "sm3-sm2"};
    for (size_t i = 0; i < 2; i++) {
        struct scene s;
        struct witness_list known = {.count = 0};
        struct str answer;
        uint64_t last;
        struct err e;
        open_scene(&s, suites[i]);
        const char *keys = arena_printf(s.log.arena, "%s/keys", s.log.dir).ptr;
        assert_ok(witness_list_read(&known, &fs_system, keys, &e), &e);
        assert_int_equal(known.count, 0);
        assert_ok(witness_list_add(&fs_system, keys, &s.signer.key, &e), &e);
        assert_int_equal(witness_list_add(&fs_system, keys, &s.signer.key, &e), E_CONFLICT);
        assert_int_equal(witness_list_add(&fs_system, keys, &s.log.suite.key, &e), E_INVALID);
        assert_ok(witness_list_read(&known, &fs_system, keys, &e), &e);
        assert_int_equal(known.count, 1);

        scratch_log_sequence(&s.log);
        assert_int_equal(ask(&answer, &s, request(&s, &s.log, 0), &last), OK); /* empty */
        uint64_t size = 0;
        for (size_t grow = 1; grow < 300; grow *= 7) {
            scratch_log_fill(&s.log, grow);
            assert_int_equal(ask(&answer, &s, request(&s, &s.log, size), &last), OK);
            size += grow;
            assert_int_equal(last, size);
            assert_ok(witness_answer_keep(s.log.store, &s.log.suite, &known, size, answer, &e), &e);
            assert_ok(witness_answer_keep(s.log.store, &s.log.suite, &known, size, answer, &e), &e);
        }
        assert_int_equal(witness_answer_keep(s.log.store, &s.log.suite, &known, 1, answer, &e),
                         E_INVALID); /* of another head */
        assert_int_equal(witness_answer_keep(s.log.store, &s.log.suite, &known, 9999, answer, &e),
                         E_NOTFOUND);
        struct witness_list nobody = {.count = 0};
        assert_int_equal(witness_answer_keep(s.log.store, &s.log.suite, &nobody, size, answer, &e),
                         E_INVALID);

        /* A receipt takes the cosigned head even where a later one is signed. */
        scratch_log_add(&s.log, "login", 1);
        scratch_log_sequence(&s.log);
        struct db *db = NULL;
        struct stmt *st = NULL;
        struct buf b;
        bool has_row;
        buf_init(&b, 0);
        assert_ok(store_reader_get(&db, s.log.store, &e), &e);
        assert_ok(db_prepare(&st, db, "SELECT uid FROM log_entry WHERE leaf = 20", &e), &e);
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_ok(receipt_write(&b, db, &s.log.suite, stmt_str(st, 0), s.log.arena, &e), &e);
        stmt_free(st);
        store_reader_put(s.log.store, db);
        struct note_key both[] = {s.log.suite.key, s.signer.key};
        struct log_trust t = {.keys = both, .key_count = 2, .witnesses = 1};
        struct log_verdict v;
        struct entry entry;
        struct str line;
        receipt_check(&v, &entry, &line, buf_str(&b), &t, s.log.arena);
        assert_string_equal(v.fault, "");
        assert_int_equal(v.head.size, size);
        assert_int_equal(v.witness[0].seconds, 1795174000);
        buf_clear(&b);
        close_scene(&s);
    }
}

static void a_witness_signs_nothing_that_does_not_continue_what_it_signed(void **state)
{
    (void)state;
    struct scene s;
    struct str answer;
    uint64_t last;
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 9);
    struct str first = request(&s, &s.log, 0);
    assert_int_equal(ask(&answer, &s, first, &last), OK);
    scratch_log_fill(&s.log, 8);
    struct str second = request(&s, &s.log, 9);

    /* Not from where it stands: it says from where. */
    assert_int_equal(ask(&answer, &s, request(&s, &s.log, 8), &last), E_CONFLICT);
    assert_int_equal(last, 9);
    assert_int_equal(ask(&answer, &s, request(&s, &s.log, 0), &last), E_CONFLICT);
    assert_int_equal(ask(&answer, &s, first, &last), E_CONFLICT);

    /* Every byte of the proof and of the head counts. */
    for (size_t i = 0; i < second.len; i++) {
        struct str changed = arena_dup(s.log.arena, second);
        ((char *)(uintptr_t)changed.ptr)[i] ^= 1;
        if (ask(&answer, &s, changed, &last) == OK)
            fail_msg("byte %zu", i);
    }
    for (size_t len = 0; len < second.len; len++)
        assert_int_not_equal(ask(&answer, &s, (struct str){second.ptr, len}, &last), OK);

    /* A fork with the log's own signature. */
    struct scratch_log fork = s.log;
    struct err e;
    struct db *db = NULL;
    assert_ok(db_open(&db, store_url(s.log.store), &(struct db_options){.must_exist = true}, &e),
              &e);
    assert_ok(db_exec(db,
                      "DELETE FROM log_head; DELETE FROM log_tile; UPDATE log_entry SET body = "
                      "replace(body, '\"who\":2', '\"who\":3') WHERE leaf = 2; "
                      "UPDATE log_entry SET leaf = NULL",
                      &e),
              &e);
    db_close(db);
    fork.clock.fixed_ms += 5000;
    scratch_log_sequence(&fork);
    assert_int_equal(ask(&answer, &s, request(&s, &fork, 9), &last), E_INVALID);
    assert_int_equal(last, 9);

    /* The genuine one is still welcome. */
    assert_int_equal(ask(&answer, &s, second, &last), OK);
    assert_int_equal(last, 17);
    assert_int_equal(ask(&answer, &s, second, &last), E_CONFLICT);

    /* The first that a witness sees needs no proof: one that brings a proof is of another. */
    struct str first_seen = arena_dup(s.log.arena, second);
    ((char *)(uintptr_t)first_seen.ptr)[4] = '0'; /* "old 9" */
    s.witness.dir = arena_printf(s.log.arena, "%s/fresh", scratch_dir(s.log.arena)).ptr;
    assert_int_equal(ask(&answer, &s, first_seen, &last), E_INVALID);
    assert_int_equal(ask(&answer, &s, first, &last), OK);
    close_scene(&s);
}

/* A log that goes on from there, and says that it did so before: its own guard is taken away. */
static void a_witness_signs_no_earlier_time(void **state)
{
    (void)state;
    struct scene s;
    struct str answer;
    uint64_t last;
    struct db *db = NULL;
    struct err e;
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 9);
    assert_int_equal(ask(&answer, &s, request(&s, &s.log, 0), &last), OK);
    assert_ok(db_open(&db, store_url(s.log.store), &(struct db_options){.must_exist = true}, &e),
              &e);
    assert_ok(db_exec(db, "DELETE FROM log_head", &e), &e);
    db_close(db);
    s.log.clock.fixed_ms -= 60000;
    scratch_log_fill(&s.log, 1);
    assert_int_equal(ask(&answer, &s, request(&s, &s.log, 9), &last), E_INVALID);
    close_scene(&s);
}

static void a_witness_answers_for_the_logs_it_watches(void **state)
{
    (void)state;
    struct scene s, other;
    struct str answer;
    uint64_t last;
    open_scene(&s, "sha256-ed25519");
    open_scene(&other, "sha256-ed25519");
    scratch_log_fill(&s.log, 3);
    scratch_log_fill(&other.log, 3);
    assert_int_equal(ask(&answer, &s, request(&s, &other.log, 0), &last), E_NOTFOUND);
    struct note_key both[] = {s.log.suite.key, other.log.suite.key};
    s.witness.logs = both;
    s.witness.log_count = 2;
    assert_int_equal(ask(&answer, &s, request(&s, &other.log, 0), &last), OK);
    assert_int_equal(ask(&answer, &s, request(&s, &s.log, 0), &last), OK); /* apart */
    /* Another key in that log's name. */
    note_key_make(&both[1], str_of(both[1].name), NOTE_LOG, &both[0].public);
    assert_int_equal(ask(&answer, &s, request(&s, &other.log, 3), &last), E_DENIED);
    close_scene(&s);
    close_scene(&other);
}

static void a_witness_that_lost_its_memory_says_so(void **state)
{
    (void)state;
    struct scene s;
    struct str answer;
    uint64_t last;
    struct err e;
    char hex[65];
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 3);
    assert_int_equal(ask(&answer, &s, request(&s, &s.log, 0), &last), OK);
    struct digest d = sha256_of(str_bytes(str_of(s.log.suite.origin)));
    digest_hex(hex, &d);
    const char *path = arena_printf(s.log.arena, "%s/%s.head", s.witness.dir, hex).ptr;
    assert_ok(fs_write_synced(&fs_system, path, str_bytes(STR("damaged\n")), &e), &e);
    assert_int_equal(ask(&answer, &s, request(&s, &s.log, 3), &last), E_CORRUPT);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_growing_log_is_cosigned_and_its_receipts_say_so),
        cmocka_unit_test(a_witness_signs_nothing_that_does_not_continue_what_it_signed),
        cmocka_unit_test(a_witness_signs_no_earlier_time),
        cmocka_unit_test(a_witness_answers_for_the_logs_it_watches),
        cmocka_unit_test(a_witness_that_lost_its_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
