/* Suites, and the two key files of a log. A private key is written before its
 * public half: without the latter there is no log yet, and the next try makes
 * both anew. */
/* The table of suites. A suite is chosen whole, by one name: hash and signature in
 * two settings could be combined in ways that no verifier knows. */
#include "audit/suite.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include <fcntl.h>
#include <unistd.h>

static const struct {
    const char *name;
    enum hash_kind hash;
    enum sign_kind sign;
} suites[] = {
    {"sha256-ed25519", HASH_SHA256, SIGN_ED25519},
    {"sm3-sm2", HASH_SM3, SIGN_SM2},
};

err_t log_suite_init(struct log_suite *out, struct str name, struct str origin, struct err *e)
{
    if (!note_name_valid(origin))
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no name of a log: 3 to 100 characters of a-z 0-9 . - /",
                       STR_ARG(origin));
    for (size_t i = 0; i < ARRAY_LEN(suites); i++)
        if (str_is(name, suites[i].name)) {
            *out = (struct log_suite){
                .name = suites[i].name, .hash = suites[i].hash, .sign = suites[i].sign};
            memcpy(out->origin, origin.ptr, origin.len);
            return OK;
        }
    return err_set(e, E_INVALID, "there is no suite \"%.*s\": sha256-ed25519 or sm3-sm2",
                   STR_ARG(name));
}

err_t log_suite_of(struct log_suite *out, const struct note_key *key, struct err *e)
{
    if (key->use != NOTE_LOG)
        return err_set(e, E_INVALID, "the key of %s is a witness's, not a log's", key->name);
    for (size_t i = 0; i < ARRAY_LEN(suites); i++)
        if (suites[i].sign == key->public.kind) {
            err_t rc = log_suite_init(out, str_of(suites[i].name), str_of(key->name), e);
            out->key = *key;
            return rc;
        }
    return err_set(e, E_INTERNAL, "the key of %s is of no suite", key->name);
}

/* --- key files ------------------------------------------------------------------------ */
#define KEY_FILE_BYTES_MAX ((size_t)1024)

/* One line; the file appears whole or not at all. */
static err_t write_key(const struct fs *fs, const char *path, struct str text, struct arena *a,
                       struct err *e)
{
    const char *temporary = arena_printf(a, "%s.new", path).ptr;
    err_t rc = fs_write_synced(fs, temporary, str_bytes(arena_join(a, text, STR("\n"))), e);
    return rc == OK ? fs_publish(fs, temporary, path, e) : rc;
}

static err_t read_key(struct str *out, const struct fs *fs, const char *path, struct arena *a,
                      struct err *e)
{
    struct bytes content = {NULL, 0};
    err_t rc = fs_read(&content, fs, path, KEY_FILE_BYTES_MAX, a, e);
    *out = bytes_str(content);
    if (rc == OK && !str_ends(*out, STR("\n")))
        return err_set(e, E_CORRUPT, "%s: a key file is one line", path);
    if (rc == OK)
        out->len--;
    return rc;
}

err_t log_keys_make(const struct fs *fs, const char *dir, struct str suite, struct err *e)
{
    struct arena *a = arena_new_secret();
    const char *public = arena_printf(a, "%s/log.vkey", dir).ptr;
    const char *private = arena_printf(a, "%s/log.key", dir).ptr;
    struct note_signer signer = {.secret = NULL};
    struct log_suite s;
    uint8_t random[8];
    char hex[17];
    err_t rc;

    random_bytes(random, sizeof(random));
    hex_write(hex, (struct bytes){random, sizeof(random)});
    if ((rc = log_suite_init(&s, suite, arena_printf(a, "zhiyun/%s", hex), e)) != OK)
        goto done;
    if (access(public, F_OK) == 0) {
        rc = err_set(e, E_CONFLICT, "%s: this instance has a log and keeps it", public);
        goto done;
    }
    if ((rc = fs_make_dirs(fs, dir, e)) != OK)
        goto done;
    note_signer_make(&signer, str_of(s.origin), NOTE_LOG, s.sign);
    if ((rc = write_key(fs, private, note_signer_text(&signer, a), a, e)) == OK)
        rc = write_key(fs, public, note_key_text(&signer.key, a), a, e);
done:
    note_signer_clear(&signer);
    arena_free(a);
    return rc;
}

err_t log_suite_open(struct log_suite *out, const struct fs *fs, const char *dir, struct err *e)
{
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/log.vkey", dir).ptr;
    struct note_key key;
    struct str text;
    err_t rc = read_key(&text, fs, path, a, e);
    if (rc == OK && (rc = note_key_parse(&key, text, e)) == OK)
        rc = log_suite_of(out, &key, e);
    if (rc != OK && rc != E_NOTFOUND)
        err_note(e, "%s", path);
    arena_free(a);
    return rc;
}

err_t log_signer_open(struct note_signer *out, const struct log_suite *suite, const struct fs *fs,
                      const char *dir, struct err *e)
{
    struct arena *a = arena_new_secret();
    const char *path = arena_printf(a, "%s/log.key", dir).ptr;
    struct str text;
    *out = (struct note_signer){.secret = NULL};
    err_t rc = read_key(&text, fs, path, a, e);
    if (rc == OK && (rc = note_signer_parse(out, text, e)) == OK &&
        !note_key_eq(&out->key, &suite->key)) {
        note_signer_clear(out);
        rc = err_set(e, E_INVALID, "%s: this key is not that of the log %s", path, suite->origin);
    }
    arena_free(a);
    return rc;
}
