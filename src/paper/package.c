/* libarchive writes it. No member has a time: ZIP then says 1980, in every time zone. */
#include "paper/package.h"
#include "base/mem.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

struct package {
    struct archive *archive;
    struct buf bytes;
    err_t (*take)(void *arg, struct bytes piece, struct err *e); /* NULL: into `bytes` */
    void *arg;
    bool failed;
    err_t taking; /* of `take` */
    struct err why_not;
    char why[256];
};

static la_ssize_t take_bytes(struct archive *a, void *arg, const void *data, size_t len)
{
    struct package *p = arg;
    if (p->taking != OK)
        return -1;
    if (p->take) {
        p->taking = p->take(p->arg, (struct bytes){data, len}, &p->why_not);
        if (p->taking == OK)
            return (la_ssize_t)len;
        archive_set_error(a, EIO, "%s", p->why_not.text);
        return -1;
    }
    buf_add(&p->bytes, (struct str){data, len});
    if (buf_ok(&p->bytes))
        return (la_ssize_t)len;
    archive_set_error(a, ENOMEM, "too long");
    return -1;
}

static void check(struct package *p, int status)
{
    if (status >= ARCHIVE_OK || p->failed)
        return;
    p->failed = true;
    const char *why = archive_error_string(p->archive);
    size_t len = why ? strlen(why) : 0;
    len = len < sizeof(p->why) - 1 ? len : sizeof(p->why) - 1;
    memcpy(p->why, why ? why : "", len);
}

struct package *package_new(void)
{
    struct package *p = mem_alloc(sizeof(*p));
    memset(p, 0, sizeof(*p));
    buf_init(&p->bytes, 0);
    p->archive = archive_write_new();
    if (!p->archive)
        abort(); /* out of memory, as everywhere */
    check(p, archive_write_set_format_zip(p->archive));
    check(p, archive_write_set_bytes_in_last_block(p->archive, 1));
    check(p, archive_write_open(p->archive, p, NULL, take_bytes, NULL));
    return p;
}

struct package *package_new_plain(err_t (*take)(void *arg, struct bytes piece, struct err *e),
                                  void *arg)
{
    struct package *p = package_new();
    p->take = take;
    p->arg = arg;
    check(p, archive_write_zip_set_compression_store(p->archive));
    return p;
}

void package_begin(struct package *p, const char *name, int64_t bytes)
{
    struct archive_entry *entry = archive_entry_new();
    if (!entry)
        abort();
    if (!p->failed) {
        archive_entry_set_pathname(entry, name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)bytes);
        check(p, archive_write_header(p->archive, entry));
    }
    archive_entry_free(entry);
}

void package_piece(struct package *p, struct bytes piece)
{
    if (!p->failed && piece.len &&
        archive_write_data(p->archive, piece.ptr, piece.len) != (la_ssize_t)piece.len)
        check(p, ARCHIVE_FATAL);
}

void package_add(struct package *p, const char *name, struct str content)
{
    package_begin(p, name, (int64_t)content.len);
    package_piece(p, str_bytes(content));
}

err_t package_end(struct package *p, struct buf *out, struct err *e)
{
    err_t rc = OK;
    if (!p->failed)
        check(p, archive_write_close(p->archive));
    if (p->taking != OK) {
        rc = p->taking;
        if (e)
            *e = p->why_not;
    } else if (p->failed)
        rc = err_set(e, E_INTERNAL, "the file cannot be packed: %s", p->why);
    else if (out)
        buf_add(out, buf_str(&p->bytes));
    if (rc == OK && out && !buf_ok(out))
        rc = err_set(e, E_LIMIT,
                     "the paper is too long to be made: give the long text as an attachment");
    archive_write_free(p->archive);
    buf_clear(&p->bytes);
    free(p);
    return rc;
}
