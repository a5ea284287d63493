#include "test.h"

#include "audit/head.h"
#include "audit/suite.h"
#include "crypto/encode.h"
#include "db/scratch.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The example of C2SP signed-note. */
static void the_published_note_is_verified_by_its_key(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct note_key k;
    struct err e;
    uint8_t signature[68];
    size_t len;
    const struct str vkey =
        STR("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    assert_ok(note_key_parse(&k, vkey, &e), &e);
    assert_string_equal(k.name, "example.com/foo");
    assert_true(str_eq(note_key_text(&k, a), vkey));
    assert_true(base64_read(signature, &len, sizeof(signature),
                            STR("Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOB"
                                "H3mFXmRKuwHjG1Yu72IneyaQM=")));
    assert_memory_equal(signature, k.id, 4);
    const struct str text = STR("This is an example message.\n");
    assert_true(note_check(&k, (struct bytes){signature + 4, 64}, text, NULL));
    assert_false(note_check(&k, (struct bytes){signature + 4, 64}, STR("another\n"), NULL));
    arena_free(a);
}

/* The key pair in the documentation of Go's golang.org/x/mod/sumdb/note. Its name
 * has capitals, which a log's has not: only the numbers are compared. */
static void a_private_key_is_the_published_public_one(void **state)
{
    (void)state;
    uint8_t secret[33], public[33];
    size_t len;
    struct sign_key *k;
    struct note_signer s;
    struct err e;
    assert_true(base64_read(secret, &len, 33, STR("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")));
    assert_true(base64_read(public, &len, 33, STR("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")));
    assert_ok(sign_key_from(&k, SIGN_ED25519, secret + 1, &e), &e);
    assert_memory_equal(sign_key_public(k)->byte, public + 1, 32);
    sign_key_free(k);
    assert_int_equal(note_signer_parse(&s,
                                       STR("PRIVATE+KEY+peterneumann+c74f20a3+"
                                           "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"),
                                       &e),
                     E_INVALID); /* the digits are of the name with capitals */
}

static void a_key_reads_back_and_no_change_of_its_text_does(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct note_signer s;
    struct err e;
    for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++)
        for (int use = NOTE_LOG; use <= NOTE_COSIGNER; use++) {
            struct note_signer again;
            struct note_key k;
            note_signer_make(&s, STR("zhiyun/x"), (enum note_use)use, (enum sign_kind)kind);
            struct str text = note_signer_text(&s, a);
            assert_ok(note_signer_parse(&again, text, &e), &e);
            assert_true(note_key_eq(&s.key, &again.key));
            struct str vkey = note_key_text(&s.key, a);
            assert_ok(note_key_parse(&k, vkey, &e), &e);
            assert_true(note_key_eq(&s.key, &k));
            for (size_t i = 0; i < vkey.len; i++) { /* a key is no other key's text */
                struct str changed = arena_dup(a, vkey);
                ((char *)(uintptr_t)changed.ptr)[i] ^= 1;
                assert_true(note_key_parse(&k, changed, &e) == E_INVALID ||
                            !note_key_eq(&s.key, &k));
            }
            note_signer_clear(&s);
            note_signer_clear(&again);
        }
    arena_free(a);
}

struct cast {
    struct note_signer log, other, first, second;
    struct digest root;
    struct arena *a;
    struct buf note;
};

static void open_cast(struct cast *c, enum sign_kind kind)
{
    *c = (struct cast){.a = arena_new()};
    note_signer_make(&c->log, STR("zhiyun/test"), NOTE_LOG, kind);
    note_signer_make(&c->other, STR("zhiyun/test"), NOTE_LOG, kind);
    note_signer_make(&c->first, STR("witness/a"), NOTE_COSIGNER, kind);
    note_signer_make(&c->second, STR("witness/b"), NOTE_COSIGNER, kind);
    c->root = hash_of(HASH_SHA256, str_bytes(STR("root")));
    buf_init(&c->note, 0);
    head_write_text(&c->note, "zhiyun/test", 1234567, &c->root, 1795173753123);
    struct str text = arena_dup(c->a, buf_str(&c->note));
    buf_addc(&c->note, '\n');
    note_sign(&c->note, &c->log, text);
    note_cosign(&c->note, &c->first, text, 1795173754);
    note_cosign(&c->note, &c->second, text, 1795173755);
}

static void close_cast(struct cast *c)
{
    buf_clear(&c->note);
    note_signer_clear(&c->log);
    note_signer_clear(&c->other);
    note_signer_clear(&c->first);
    note_signer_clear(&c->second);
    arena_free(c->a);
}

static void a_head_says_what_was_written_and_who_signed(void **state)
{
    (void)state;
    for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++) {
        struct cast c;
        struct head h;
        struct err e;
        bool found;
        int64_t seconds;
        struct note_signer foreign;
        open_cast(&c, (enum sign_kind)kind);
        assert_ok(head_parse(&h, buf_str(&c.note), &e), &e);
        assert_str(h.origin, "zhiyun/test");
        assert_int_equal(h.size, 1234567);
        assert_memory_equal(&h.root, &c.root, HASH_LEN);
        assert_int_equal(h.time_ms, 1795173753123);
        assert_int_equal(h.line_count, 3);
        assert_ok(head_check(&h, &c.log.key, &e), &e);
        assert_int_equal(head_check(&h, &c.other.key, &e), E_INVALID);
        assert_int_equal(head_check(&h, &c.first.key, &e), E_INVALID);
        assert_ok(head_check_cosignature(&found, &seconds, &h, &c.second.key, &e), &e);
        assert_true(found);
        assert_int_equal(seconds, 1795173755);
        note_signer_make(&foreign, STR("witness/a"), NOTE_COSIGNER, (enum sign_kind)kind);
        assert_ok(head_check_cosignature(&found, &seconds, &h, &foreign.key, &e), &e);
        assert_false(found); /* the same name with another key: not checked, never good */
        note_signer_clear(&foreign);
        close_cast(&c);
    }
}

/* With the log's key and both witnesses' demanded, no byte can be another. */
static void every_changed_byte_of_a_head_is_seen(void **state)
{
    (void)state;
    for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++) {
        struct cast c;
        open_cast(&c, (enum sign_kind)kind);
        for (size_t i = 0; i < c.note.len; i++)
            for (int bit = 0; bit < 8; bit += kind == SIGN_SM2 ? 7 : 1) {
                struct head h;
                struct err e;
                bool first = false, second = false;
                int64_t seconds;
                c.note.ptr[i] ^= (char)(1 << bit);
                bool good =
                    head_parse(&h, buf_str(&c.note), &e) == OK &&
                    head_check(&h, &c.log.key, &e) == OK &&
                    head_check_cosignature(&first, &seconds, &h, &c.first.key, &e) == OK && first &&
                    head_check_cosignature(&second, &seconds, &h, &c.second.key, &e) == OK &&
                    second;
                c.note.ptr[i] ^= (char)(1 << bit);
                if (good)
                    fail_msg("byte %zu, bit %d", i, bit);
            }
        close_cast(&c);
    }
}

static void a_head_has_one_form(void **state)
{
    static const struct {
        const char *find, *put;
    } changes[] = {
        {"1234567\n", "01234567\n"},
        {"1234567\n", "+1234567\n"},
        {"1234567\n", "9007199254740992\n"},
        {"1234567\n", "12345678901234567890123\n"},
        {"1234567\n", "\n"},
        {"time 1", "time  1"},
        {"time 1", "time -1"},
        {"time 1", "TIME 1"},
        {"time 1", "more\ntime 1"},
        {"zhiyun/test\n1", "zhiyun/test \n1"},
        {"zhiyun/test\n1", "Zhiyun/test\n1"},
        {"zhiyun/test\n1", "zhiyun/test\r\n1"},
        {"\n\n", "\n"},
        {"\n\n", "\n\n\n"},
        {"— witness/a", "- witness/a"},
        {"— witness/a", "— witness/c"}, /* out of order */
        {"— witness/a", "— witness/b"}, /* twice */
        {"— witness/a", "— Witness/a"},
        {"— witness/a", "— zhiyun/test"},
        {"— witness/a", "—  witness/a"},
        {"— witness/a", "— witness+a"},
        {"— zhiyun/test", "— witness/0"},
    };
    (void)state;
    struct cast c;
    struct head h;
    struct err e;
    open_cast(&c, SIGN_ED25519);
    struct str good = buf_str(&c.note);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        size_t at = str_find(good, str_of(changes[i].find), 0);
        assert_true(at < good.len);
        size_t after = at + strlen(changes[i].find);
        struct str parts[] = {
            {good.ptr, at}, str_of(changes[i].put), {good.ptr + after, good.len - after}};
        if (head_parse(&h, arena_join_all(c.a, parts, 3), &e) != E_INVALID)
            fail_msg("%zu: %s", i, changes[i].put);
        assert_true(e.text[0] != '\0');
    }
    for (size_t len = 0; len < good.len; len++) { /* cut anywhere but after a whole line */
        err_t rc = head_parse(&h, (struct str){good.ptr, len}, &e);
        assert_true(rc == E_INVALID || (good.ptr[len - 1] == '\n' && h.line_count > 0));
    }
    assert_int_equal(head_parse(&h, arena_join(c.a, good, STR("\n")), &e), E_INVALID);
    assert_int_equal(head_parse(&h, arena_join(c.a, good, STR("x")), &e), E_INVALID);
    close_cast(&c);
}

static void a_new_log_has_keys_that_fit_and_only_once(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    static const char *const names[] = {"sha256-ed25519", "sm3-sm2"};
    for (size_t i = 0; i < 2; i++) {
        const char *dir = arena_printf(a, "%s/keys", scratch_dir(a)).ptr;
        struct log_suite suite;
        struct note_signer signer;
        struct stat st;
        struct err e;
        assert_int_equal(log_suite_open(&suite, &fs_system, dir, &e), E_NOTFOUND);
        assert_ok(log_keys_make(&fs_system, dir, str_of(names[i]), &e), &e);
        assert_int_equal(log_keys_make(&fs_system, dir, str_of(names[i]), &e), E_CONFLICT);
        assert_ok(log_suite_open(&suite, &fs_system, dir, &e), &e);
        assert_string_equal(suite.name, names[i]);
        assert_true(str_starts(str_of(suite.origin), STR("zhiyun/")));
        assert_int_equal(strlen(suite.origin), 23);
        assert_ok(log_signer_open(&signer, &suite, &fs_system, dir, &e), &e);
        note_signer_clear(&signer);
        const char *secret = arena_printf(a, "%s/log.key", dir).ptr;
        assert_int_equal(stat(secret, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_int_equal(stat(dir, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0700);

        /* Another log's key in the place of this one's. */
        const char *other = arena_printf(a, "%s/other", dir).ptr;
        assert_ok(log_keys_make(&fs_system, other, str_of(names[i]), &e), &e);
        assert_int_equal(log_signer_open(&signer, &suite, &fs_system, other, &e), E_INVALID);
        assert_null(signer.secret);
        assert_int_equal(truncate(secret, 40), 0);
        assert_int_equal(log_signer_open(&signer, &suite, &fs_system, dir, &e), E_CORRUPT);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_note_is_verified_by_its_key),
        cmocka_unit_test(a_private_key_is_the_published_public_one),
        cmocka_unit_test(a_key_reads_back_and_no_change_of_its_text_does),
        cmocka_unit_test(a_head_says_what_was_written_and_who_signed),
        cmocka_unit_test(every_changed_byte_of_a_head_is_seen),
        cmocka_unit_test(a_head_has_one_form),
        cmocka_unit_test(a_new_log_has_keys_that_fit_and_only_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
