/* log_vectors DIR: writes genuine and attacked receipts and bundles of both suites
 * (attack.c) and DIR/manifest.json, which says what a verifier makes of each:
 * tests/vectors/attacks_test.py gives them to both verifiers. */
#include "audit/attack.h"
#include "text/json.h"
#include <stdio.h>

static err_t write_file(const char *dir, const char *suite, const char *name, const char *ending,
                        struct str text, struct arena *a, struct err *e)
{
    const char *path = arena_printf(a, "%s/%s-%s%s", dir, suite, name, ending).ptr;
    return fs_write_synced(&fs_system, path, str_bytes(text), e);
}

static void describe(struct jout *j, const char *suite, const struct attack *x, struct arena *a)
{
    jout_object(j);
    jout_pair(j, "name", arena_printf(a, "%s-%s", suite, x->name));
    jout_pair(j, "file",
              arena_printf(a, "%s-%s%s", suite, x->name, x->receipt ? ".receipt" : ".bundle"));
    jout_pair_strs(j, "keys", x->keys, x->key_count);
    if (x->held.len > 0)
        jout_pair(j, "held", arena_printf(a, "%s-%s.held", suite, x->name));
    jout_pair_i64(j, "witnesses", (int64_t)x->witnesses);
    jout_pair_bool(j, "accepted", x->expected == LOG_FAULT_NONE);
    jout_pair(j, "fault", str_of(log_fault_name(x->expected)));
    if (x->index >= 0)
        jout_pair_i64(j, "index", x->index);
    jout_end_object(j);
}

static err_t write_all(struct jout *j, const char *dir, const char *suite, struct arena *a,
                       struct err *e)
{
    struct attack_list list = attacks_make(suite, a);
    err_t rc = OK;
    for (size_t i = 0; i < list.count && rc == OK; i++) {
        const struct attack *x = &list.items[i];
        describe(j, suite, x, a);
        rc = write_file(dir, suite, x->name, x->receipt ? ".receipt" : ".bundle", x->text, a, e);
        if (rc == OK && x->held.len > 0)
            rc = write_file(dir, suite, x->name, ".held", x->held, a, e);
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct buf b;
    struct jout j;
    struct err e;
    if (argc != 2) {
        fputs("usage: log_vectors DIR\n", stderr);
        return 2;
    }
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_array(&j);
    err_t rc = fs_make_dirs(&fs_system, argv[1], &e);
    if (rc == OK)
        rc = write_all(&j, argv[1], "sha256-ed25519", a, &e);
    if (rc == OK)
        rc = write_all(&j, argv[1], "sm3-sm2", a, &e);
    jout_end_array(&j);
    buf_addc(&b, '\n');
    if (rc == OK)
        rc = fs_write_synced(&fs_system, arena_printf(a, "%s/manifest.json", argv[1]).ptr,
                             str_bytes(buf_str(&b)), &e);
    if (rc != OK)
        fprintf(stderr, "log_vectors: %s\n", e.text);
    buf_clear(&b);
    arena_free(a);
    return rc == OK ? 0 : 1;
}
