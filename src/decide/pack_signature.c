/* Its first line tells the note from a checkpoint of the log, whose first line is the log's name. */
#include "decide/pack_signature.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include <assert.h>

#define FIRST_LINE "zhiyun policy pack\n"
#define DASH "\xE2\x80\x94 "
#define KEYS_BYTES_MAX ((size_t)64 << 10)

static struct str text_of(const struct pack *p, struct arena *a)
{
    return arena_printf(a, FIRST_LINE "%.*s\n%.*s\n%.*s\n", STR_ARG(p->id), STR_ARG(p->version),
                        STR_ARG(p->digest));
}

struct str pack_sign(const struct note_signer *signer, const struct pack *p, struct arena *a)
{
    struct str text = text_of(p, a);
    struct buf b = {0};
    buf_add(&b, text);
    buf_add(&b, STR("\n"));
    note_sign(&b, signer, text);
    return buf_take(&b, a);
}

/* --- keys ---------------------------------------------------------------------------------- */

static err_t write_line(const struct fs *fs, const char *path, struct str line, struct arena *a,
                        struct err *e)
{
    const char *temporary = arena_printf(a, "%s.new", path).ptr;
    err_t rc = fs_write_synced(fs, temporary, str_bytes(arena_join(a, line, STR("\n"))), e);
    return rc == OK ? fs_publish(fs, temporary, path, e) : rc;
}

static err_t make_key(struct note_signer *out, const struct fs *fs, const char *dir,
                      enum sign_kind kind, struct arena *a, struct err *e)
{
    uint8_t random[8];
    char hex[17];
    random_bytes(random, sizeof(random));
    hex_write(hex, (struct bytes){random, sizeof(random)});
    note_signer_make(out, arena_printf(a, "zhiyun-packs/%s", hex), NOTE_LOG, kind);
    err_t rc = fs_make_dirs(fs, dir, e);
    if (rc == OK)
        rc =
            write_line(fs, arena_printf(a, "%s/pack.key", dir).ptr, note_signer_text(out, a), a, e);
    if (rc == OK)
        rc = write_line(fs, arena_printf(a, "%s/pack.vkey", dir).ptr, note_key_text(&out->key, a),
                        a, e);
    if (rc != OK)
        note_signer_clear(out);
    return rc;
}

err_t pack_signer_open(struct note_signer *out, const struct fs *fs, const char *dir,
                       enum sign_kind kind, struct err *e)
{
    struct arena *a = arena_new();
    struct bytes text;
    const char *path = arena_printf(a, "%s/pack.key", dir).ptr;
    *out = (struct note_signer){.secret = NULL};
    err_t rc = fs_read(&text, fs, path, KEYS_BYTES_MAX, a, e);
    if (rc == E_NOTFOUND)
        rc = make_key(out, fs, dir, kind, a, e);
    else if (rc == OK && (rc = note_signer_parse(out, str_trim(bytes_str(text)), e)) != OK)
        err_note(e, "%s", path);
    arena_free(a);
    return rc;
}

err_t pack_sign_put(const char **path, struct note_signer *signer, const struct fs *fs,
                    const char *data, enum sign_kind kind, const struct pack *p, struct arena *a,
                    struct err *e)
{
    err_t rc = pack_signer_open(signer, fs, arena_printf(a, "%s/keys", data).ptr, kind, e);
    if (rc != OK)
        return rc;
    *path = arena_printf(a, "%s/packs/%.*s/pack.sig", data, STR_ARG(p->id)).ptr;
    const char *temporary = arena_printf(a, "%s.new", *path).ptr;
    rc = fs_write_synced(fs, temporary, str_bytes(pack_sign(signer, p, a)), e);
    return rc == OK ? fs_publish(fs, temporary, *path, e) : rc;
}

struct key_list {
    VEC(struct note_key) keys;
};

static err_t add_keys(struct key_list *to, const struct fs *fs, const char *path, struct arena *a,
                      struct err *e)
{
    struct bytes text;
    err_t rc = fs_read(&text, fs, path, KEYS_BYTES_MAX, a, e);
    if (rc == E_NOTFOUND)
        return OK;
    for (struct str rest = rc == OK ? bytes_str(text) : STR_NONE; rc == OK && rest.ptr;) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        struct note_key key;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if ((rc = note_key_parse(&key, line, e)) == OK)
            VEC_PUSH(a, &to->keys, key);
        else
            err_note(e, "%s", path);
    }
    return rc;
}

err_t pack_trusted(const struct note_key **out, size_t *count, const struct fs *fs, const char *dir,
                   struct arena *a, struct err *e)
{
    struct key_list all = {0};
    err_t rc = add_keys(&all, fs, arena_printf(a, "%s/pack.vkey", dir).ptr, a, e);
    if (rc == OK)
        rc = add_keys(&all, fs, arena_printf(a, "%s/pack.trusted", dir).ptr, a, e);
    *out = all.keys.ptr;
    *count = all.keys.len;
    return rc;
}

/* --- checking ------------------------------------------------------------------------------- */

static bool signed_by(const struct note_key *k, struct str line, struct str text)
{
    uint8_t bytes[NOTE_SIGNATURE_MAX];
    size_t len;
    struct str rest = line, name = str_split(&rest, STR(" "));
    assert(k);
    return rest.ptr && str_is(name, k->name) && base64_read(bytes, &len, sizeof(bytes), rest) &&
           len > NOTE_ID_LEN && memcmp(bytes, k->id, NOTE_ID_LEN) == 0 &&
           note_check(k, (struct bytes){bytes + NOTE_ID_LEN, len - NOTE_ID_LEN}, text, NULL);
}

err_t pack_signature_check(struct str *signer, struct str note, const struct pack *p,
                           const struct note_key *keys, size_t count, struct arena *a,
                           struct err *e)
{
    struct str text = text_of(p, a), dash = STR(DASH);
    if (!str_starts(note, STR(FIRST_LINE)))
        return err_set(e, E_INVALID, "the signature of %.*s cannot be read", STR_ARG(p->id));
    if (!str_starts(note, text))
        return err_set(e, E_INVALID,
                       "the signature of %.*s is of other files; sign it again once they are right",
                       STR_ARG(p->id));
    struct str rest = {note.ptr + text.len, note.len - text.len};
    while (rest.ptr) {
        struct str line = str_split(&rest, STR("\n"));
        if (!str_starts(line, dash))
            continue;
        line = (struct str){line.ptr + dash.len, line.len - dash.len};
        for (size_t i = 0; i < count; i++)
            if (signed_by(&keys[i], line, text)) {
                *signer = arena_dup(a, str_of(keys[i].name));
                return OK;
            }
    }
    return err_set(e, E_INVALID,
                   "%.*s is not signed with a trusted key (keys/pack.vkey, keys/pack.trusted)",
                   STR_ARG(p->id));
}
