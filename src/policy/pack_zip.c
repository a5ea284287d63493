/* Names are checked before anything is written; a member is unpacked only up to the size of a file
 * of a pack. */
#include "policy/pack_zip.h"
#include "base/limits.h"
#include "base/msg.h"
#include "crypto/random.h"
#include "policy/pack_form.h"
#include "policy/pack_priv.h"
#include "text/yaml.h"
#include "text/zip.h"
#include <errno.h>

#define FILES_MAX 2000

static bool is_hidden(struct str name)
{
    for (struct str rest = name; rest.ptr;) {
        struct str part = str_split(&rest, STR("/"));
        if ((part.len > 1 && part.ptr[0] == '.' && !str_is(part, "..")) || str_is(part, "__MACOSX"))
            return true;
    }
    return false;
}

static bool is_safe(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < ' ' || strchr(":*?\"<>|\x7f", name.ptr[i]))
            return false;
    for (struct str rest = name; rest.ptr;) {
        struct str part = str_split(&rest, STR("/"));
        if (part.len == 0 || str_is(part, ".") || str_is(part, ".."))
            return false;
    }
    return true;
}

static err_t check_member(const struct zip_member *m, struct err *e)
{
    if (!is_safe(m->name))
        return err_set(e, E_INVALID,
                       "the ZIP archive has a file named \"%.*s\", which no folder may hold",
                       STR_ARG(m->name));
    if (m->link || m->encrypted)
        return err_set(e, E_INVALID, "%.*s is a link or has a password; a pack has plain files",
                       STR_ARG(m->name));
    if (m->size > YAML_BYTES_MAX)
        return err_set(e, E_INVALID, "%.*s is over %zu bytes, which no file of a pack is",
                       STR_ARG(m->name), YAML_BYTES_MAX);
    return OK;
}

static err_t read_member(struct bytes *out, const struct zip *z, size_t i, struct arena *a,
                         struct err *e)
{
    struct stream *s = NULL;
    size_t size = (size_t)zip_get(z, i)->size, at = 0, got = 1;
    uint8_t *to = arena_array(a, size + 1, 1);
    err_t rc = zip_open_member(&s, z, i, e);
    while (rc == OK && got && at <= size &&
           (rc = stream_read(&got, s, to + at, size + 1 - at, e)) == OK)
        at += got;
    stream_close(s);
    *out = (struct bytes){to, at};
    return rc;
}

/* Index of the pack.yaml nearest to the top; zip_count: there is none. */
static size_t find_head(const struct zip *z)
{
    size_t found = zip_count(z);
    for (size_t i = 0; i < zip_count(z); i++) {
        struct str name = zip_get(z, i)->name;
        bool is = str_is(name, "pack.yaml") || str_ends(name, STR("/pack.yaml"));
        if (is && !is_hidden(name) &&
            (found == zip_count(z) || name.len < zip_get(z, found)->name.len))
            found = i;
    }
    return found;
}

/* A value of pack.yaml; empty: it has none. */
static struct str value_of(struct bytes head, const char *key, struct arena *a)
{
    const struct yvalue *top = NULL, *value;
    const struct yfault *faults;
    size_t count;
    if (yin_parse(&top, &faults, &count, bytes_str(head), a, NULL) != OK)
        return STR_NONE;
    value = yin_get(top, key);
    return value && value->type == Y_TEXT ? value->text : STR_NONE;
}

static bool is_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", id.ptr[i]))
            return false;
    return id.len > 0 && id.len <= 60 && id.ptr[0] != '-';
}

static err_t unpack(const struct pack_zip *p, const struct zip *z, struct str prefix,
                    const char *to, struct arena *a, struct err *e)
{
    err_t rc = zip_count(z) > FILES_MAX
                   ? err_set(e, E_INVALID, "the ZIP archive has over %d files", FILES_MAX)
                   : OK;
    for (size_t i = 0; rc == OK && i < zip_count(z); i++) {
        const struct zip_member *m = zip_get(z, i);
        struct str name = m->name;
        struct bytes text;
        if (m->folder && is_safe((struct str){name.ptr, name.len - 1}))
            continue;
        rc = check_member(m, e);
        if (rc != OK || is_hidden(name))
            continue;
        if (!str_starts(name, prefix)) {
            rc = err_set(e, E_INVALID, "%.*s stands beside the folder of pack.yaml", STR_ARG(name));
            continue;
        }
        name = (struct str){name.ptr + prefix.len, name.len - prefix.len};
        const char *file = arena_printf(a, "%s/%.*s", to, STR_ARG(name)).ptr;
        rc = fs_make_dirs(p->fs,
                          arena_printf(a, "%.*s", (int)(strrchr(file, '/') - file), file).ptr, e);
        if (rc == OK)
            rc = read_member(&text, z, i, a, e);
        if (rc == OK)
            rc = fs_write_synced(p->fs, file, text, e);
    }
    return rc;
}

static err_t unpack_all(struct str *id, const struct pack_zip *p, const struct zip *z,
                        struct arena *a, struct err *e)
{
    struct bytes head;
    size_t at = find_head(z);
    if (at == zip_count(z))
        return err_set(e, E_INVALID, "the ZIP archive has no pack.yaml");
    struct str prefix = zip_get(z, at)->name;
    prefix.len -= strlen("pack.yaml");
    err_t rc = check_member(zip_get(z, at), e);
    if (rc == OK)
        rc = read_member(&head, z, at, a, e);
    if (rc != OK)
        return rc;
    *id = value_of(head, "id", a);
    if (!is_id(*id))
        return err_set(e, E_INVALID,
                       "pack.yaml has no `id` of small letters, digits and - (up to 60)");
    rc = unpack(p, z, prefix, arena_printf(a, "%s/%.*s", p->trial, STR_ARG(*id)).ptr, a, e);
    /* A pack of the instance that this pack extends is read with it. */
    const struct pack *of = NULL;
    struct str parent = value_of(head, "extends", a);
    if (rc == OK && parent.len && packs_get(&of, p->packs, parent, NULL) != OK)
        of = NULL; /* lint tells */
    for (; rc == OK && of; of = of->parent)
        if (!packs_are_shipped(p->packs, of->id) && !str_eq(of->id, *id))
            rc = pack_files_copy(p->fs, p->packs, of, p->trial, a, e);
    return rc;
}

err_t pack_zip_try(struct pack_zip *z, struct arena *a, struct err *e)
{
    struct zip *zip = NULL;
    struct str id;
    uint64_t mark;
    random_bytes(&mark, sizeof(mark));
    err_t rc = zip_open(&zip, z->file, e);
    if (rc != OK)
        return rc;
    z->trial = arena_printf(a, "%s/.trial-%016llx", z->folder, (unsigned long long)mark).ptr;
    if ((rc = fs_make_dirs(z->fs, z->trial, e)) == OK)
        rc = unpack_all(&id, z, zip, a, e);
    zip_close(zip);
    if (rc == OK)
        rc = packs_open(&z->tried, z->trial, e);
    if (rc == OK)
        rc = pack_lint(&z->findings, &z->count, z->tried, id, z->names, a, e);
    return rc == OK && z->count == 0 ? packs_get(&z->pack, z->tried, id, e) : rc;
}

void pack_zip_end(struct pack_zip *z)
{
    struct err ignored;
    packs_close(z->tried);
    if (z->trial && fs_remove_tree(z->fs, z->trial, &ignored) != OK)
        z->trial = NULL; /* its name begins with a dot: it is never read as a pack */
}
