/* A pack's signature: of these files, by a key that is trusted. */
#include "test.h"

#include "base/fs.h"
#include "db/scratch.h"
#include "decide/pack_signature.h"

static void check(enum sign_kind kind)
{
    struct arena *a = arena_new();
    const char *ours = scratch_dir(a), *theirs = arena_printf(a, "%s/theirs", ours).ptr;
    struct pack p = {.id = STR("mini"), .version = STR("1"), .digest = STR("00ff")};
    struct note_signer signer, again, other;
    const struct note_key *keys;
    size_t count;
    struct str by;
    struct err e;
    assert_ok(pack_trusted(&keys, &count, &fs_system, ours, a, &e), &e);
    assert_int_equal(count, 0);
    assert_ok(pack_signer_open(&signer, &fs_system, ours, kind, &e), &e);
    assert_ok(pack_signer_open(&again, &fs_system, ours, kind, &e), &e);
    assert_string_equal(signer.key.name, again.key.name); /* made once */
    assert_ok(pack_signer_open(&other, &fs_system, theirs, kind, &e), &e);
    assert_ok(pack_trusted(&keys, &count, &fs_system, ours, a, &e), &e);
    assert_int_equal(count, 1);

    struct str note = pack_sign(&signer, &p, a), foreign = pack_sign(&other, &p, a);
    assert_ok(pack_signature_check(&by, note, &p, keys, count, a, &e), &e);
    assert_true(str_is(by, signer.key.name));
    assert_int_equal(pack_signature_check(&by, foreign, &p, keys, count, a, &e), E_INVALID);
    assert_non_null(strstr(e.text, "not signed with a trusted key"));
    struct str line = arena_join(a, note_key_text(&other.key, a), STR("\n"));
    assert_ok(fs_write_synced(&fs_system, arena_printf(a, "%s/pack.trusted", ours).ptr,
                              str_bytes(line), &e),
              &e);
    assert_ok(pack_trusted(&keys, &count, &fs_system, ours, a, &e), &e);
    assert_ok(pack_signature_check(&by, foreign, &p, keys, count, a, &e), &e);
    assert_true(str_is(by, other.key.name));

    for (size_t i = 0; i < note.len; i++) { /* every byte counts, but for the last line feed */
        char *bad = (char *)(uintptr_t)arena_cstr(a, note);
        bad[i] = (char)(bad[i] ^ 1);
        if (pack_signature_check(&by, str_of(bad), &p, keys, count, a, NULL) == OK)
            assert_int_equal(i, note.len - 1);
    }
    p.digest = STR("00fe");
    assert_int_equal(pack_signature_check(&by, note, &p, keys, count, a, &e), E_INVALID);
    assert_non_null(strstr(e.text, "other files"));
    assert_int_equal(pack_signature_check(&by, STR("x"), &p, keys, count, a, &e), E_INVALID);
    assert_ok(fs_write_synced(&fs_system, arena_printf(a, "%s/pack.trusted", ours).ptr,
                              str_bytes(STR("no key\n")), &e),
              &e);
    assert_int_equal(pack_trusted(&keys, &count, &fs_system, ours, a, &e), E_INVALID);
    note_signer_clear(&signer);
    note_signer_clear(&again);
    note_signer_clear(&other);
    arena_free(a);
}

static void ed25519_signs_these_files_alone(void **state)
{
    (void)state;
    check(SIGN_ED25519);
}

static void sm2_does_too(void **state)
{
    (void)state;
    check(SIGN_SM2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ed25519_signs_these_files_alone),
                                       cmocka_unit_test(sm2_does_too)};
    return cmocka_run_group_tests_name("pack_signature", tests, NULL, NULL);
}
