/* Peeling goes by magic bytes, never by name: a ".csv" that is gzip inside is
 * gzip. A spreadsheet in a ZIP package (XLSX, ODS, DOCX) is not an archive of
 * inputs; it is left whole for the formats to tell. Folders, the resource forks
 * that macOS adds and empty members are passed over. */
#include "ingest/container.h"
#include "base/limits.h"
#include "base/msg.h"
#include "text/markup.h"
#include "text/zip.h"

/* Remembers the first damage that reading the unpacked content met. Readers see
 * E_IO: after E_INVALID a reader of rows would look for the next row, and there
 * is none. */
struct guard {
    struct stream *inner;
    struct err damage;
};

static err_t guard_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct guard *g = state;
    struct err local = {0};
    err_t rc = stream_read(got, g->inner, to, cap, &local);

    if (rc != OK) {
        if (g->damage.kind == OK)
            g->damage = local;
        return rc == E_IO ? err_pass(e, rc, &local) : err_set(e, E_IO, "%s", local.text);
    }
    return rc;
}

static uint64_t guard_raw_offset(const void *state)
{
    return stream_raw_offset(((const struct guard *)state)->inner);
}

static void guard_close(void *state)
{
    stream_close(((struct guard *)state)->inner);
}

static const struct stream_ops guard_ops = {guard_read, guard_raw_offset, guard_close};

enum wrapping { WRAP_NONE, WRAP_GZIP, WRAP_ZSTD, WRAP_ZIP };

static bool is_office_package(struct bytes head)
{
    static const char *const parts[] = {"[Content_Types].xml", "xl/",   "_rels/", "docProps/",
                                        "customXml/",          "word/", "ppt/",   "mimetype"};
    if (head.len < 60)
        return false;
    struct str name = {(const char *)head.ptr + 30, head.len - 30};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (str_starts(name, str_of(parts[i])))
            return true;
    return markup_is(head) > 0;
}

static enum wrapping wrapping_of(struct bytes h)
{
    if (h.len >= 3 && h.ptr[0] == 0x1f && h.ptr[1] == 0x8b && h.ptr[2] == 8)
        return WRAP_GZIP;
    if (h.len >= 4 && h.ptr[1] == 0xb5 && h.ptr[0] == 0x28 && h.ptr[2] == 0x2f && h.ptr[3] == 0xfd)
        return WRAP_ZSTD;
    if (h.len >= 4 && (h.ptr[0] & 0xf0) == 0x50 && h.ptr[1] == 0x2a && h.ptr[2] == 0x4d &&
        h.ptr[3] == 0x18) /* a skippable frame before the first */
        return WRAP_ZSTD;
    if (zip_is(h) && !is_office_package(h))
        return WRAP_ZIP;
    return WRAP_NONE;
}

static err_t peel(const struct unpacker *u, struct stream *s, const char *name, bool member,
                  int depth, struct err *e);

static bool is_junk(const struct zip_member *m)
{
    return m->folder || m->size == 0 || str_starts(m->name, STR("__MACOSX/")) ||
           str_ends(m->name, STR(".DS_Store")) || str_ends(m->name, STR("Thumbs.db"));
}

static err_t open_member(const struct unpacker *u, const struct zip *z, size_t i, const char *name,
                         int depth, struct err *e)
{
    const struct zip_member *m = zip_get(z, i);
    struct arena *a = arena_new();
    const char *full = arena_printf(a, "%s/%.*s", name, STR_ARG(m->name)).ptr;
    struct stream *s = NULL;
    struct err local = {0};
    err_t rc;

    if (m->encrypted)
        rc = u->failed(
            u->arg, full, E_INVALID,
            str_of(msg("it is locked with a password; unpack it and import the content")), e);
    else if ((rc = zip_open_member(&s, z, i, &local)) != OK)
        rc = rc == E_IO || rc == E_BUSY ? err_pass(e, rc, &local)
                                        : u->failed(u->arg, full, rc, str_of(local.text), e);
    else
        rc = peel(u, s, full, true, depth, e);
    arena_free(a);
    return rc;
}

static err_t walk_zip(const struct unpacker *u, struct stream *s, const char *name, int depth,
                      struct err *e)
{
    struct zip *z = NULL;
    struct bytes file;
    err_t rc = stream_map(&file, s, u->tmpdir, e);

    if (rc == OK)
        rc = zip_open(&z, file, e);
    for (size_t i = 0; rc == OK && i < zip_count(z); i++)
        if (!is_junk(zip_get(z, i)))
            rc = open_member(u, z, i, name, depth + 1, e);
    zip_close(z);
    stream_close(s);
    return rc;
}

static err_t give_content(const struct unpacker *u, struct stream *s, const char *name, bool member,
                          bool wrapped, struct err *e)
{
    struct guard g = {.inner = s};
    struct unpacked content = {.name = name, .stream = s, .member = member};

    if (wrapped) {
        content.stream = stream_new(&guard_ops, &g);
        content.damage = &g.damage;
    }
    err_t rc = u->content(u->arg, &content, e);
    stream_close(content.stream);
    return rc;
}

/* An error of the content is the member's own when it lies in an archive. */
static err_t peel(const struct unpacker *u, struct stream *s, const char *name, bool member,
                  int depth, struct err *e)
{
    struct bytes head;
    struct err local = {0};
    err_t rc;

    for (;;) {
        if ((rc = stream_peek(&head, s, SNIFF_BYTES, &local)) != OK)
            break;
        enum wrapping w = wrapping_of(head);
        if (w == WRAP_NONE) {
            return give_content(u, s, name, member, depth > 0, e);
        }
        if (depth >= ARCHIVE_DEPTH_MAX) {
            rc = err_set(&local, E_LIMIT,
                         "it is packed more than %d times over; unpack it and import the content",
                         ARCHIVE_DEPTH_MAX);
            break;
        }
        if (w == WRAP_ZIP) {
            rc = walk_zip(u, s, name, depth, &local);
            s = NULL;
            break;
        }
        struct stream *inner = s;
        s = NULL;
        rc = w == WRAP_GZIP ? stream_open_gzip(&s, inner, &local)
                            : stream_open_zstd(&s, inner, &local);
        if (rc != OK)
            break;
        depth++;
    }
    stream_close(s);
    if (rc == OK)
        return OK;
    if (member && (rc == E_INVALID || rc == E_LIMIT))
        return u->failed(u->arg, name, rc, str_of(local.text), e);
    return err_pass(e, rc, &local);
}

err_t unpack(const struct unpacker *u, struct stream *s, const char *name, struct err *e)
{
    return peel(u, s, name, false, 0, e);
}
