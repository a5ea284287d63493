/* Workbooks, other files and long JSON, streamed from unlinked files. */
#include "api/reply_book.h"
#include "api/taken.h"
#include "db/blob_file.h"
#include "record/record.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The descriptor travels in the pointer: a stream may outlive its request's arena. */
static int descriptor(void *arg)
{
    return (int)(intptr_t)arg;
}

static ssize_t read_file(void *arg, struct stream *stream, char *to, size_t max)
{
    (void)stream;
    for (;;) {
        ssize_t got = read(descriptor(arg), to, max);
        if (got < 0 && errno == EINTR)
            continue;
        return got < 0 ? STREAM_BROKEN : got == 0 ? STREAM_END : got;
    }
}

static void close_file(void *arg)
{
    close(descriptor(arg));
}

err_t reply_book_path(const char **out, const struct request *r, struct err *e)
{
    return reply_file_path(out, r, ".xlsx", e);
}

err_t reply_file_path(const char **out, const struct request *r, const char *ending, struct err *e)
{
    return temp_file_new(out, r->api->data_dir, ending, r->arena, e);
}

static err_t send_file(struct reply *out, const char *path, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    err_t rc = fd < 0 || fstat(fd, &st) != 0 ? err_errno(e, errno, "cannot read %s", path) : OK;
    unlink(path);
    if (rc == OK)
        out->stream =
            (struct stream_source){read_file, close_file, (void *)(intptr_t)fd, st.st_size};
    else if (fd >= 0)
        close(fd);
    return rc;
}

err_t reply_book(struct reply *out, const struct request *r, const char *path, struct str name,
                 struct err *e)
{
    const char *ending = strrchr(path, '.') + 1;
    out->content_type = strcmp(ending, "xlsx") == 0  ? XLSX_TYPE
                        : strcmp(ending, "csv") == 0 ? CSV_TYPE
                                                     : "text/plain; charset=utf-8";
    reply_header(
        out, "Content-Disposition",
        arena_printf(r->arena, "attachment; filename=\"%.*s.%s\"", STR_ARG(name), ending).ptr);
    return send_file(out, path, e);
}

err_t reply_export(struct reply *out, const struct request *r, const char *path, struct str name,
                   int64_t count, struct err *e)
{
    err_t rc = taken_note(r, arena_printf(r->arena, "export %lld", (long long)count).ptr,
                          arena_cstr(r->arena, name), 0, e);
    if (rc != OK)
        unlink(path);
    return rc == OK ? reply_book(out, r, path, name, e) : rc;
}

/* --- long JSON ------------------------------------------------------------------- */

static void take_part(void *arg, struct buf *text)
{
    struct long_json *x = arg;
    if (x->rc == OK && !x->path && (x->rc = reply_file_path(&x->path, x->r, ".json", x->e)) == OK) {
        x->file = gzopen(x->path, request_takes_gzip(x->r) ? "wbe4" : "wbeT"); /* T: as it is */
        x->rc = x->file ? OK : err_errno(x->e, errno, "cannot write %s", x->path);
    }
    if (x->rc == OK && gzwrite(x->file, text->ptr, (unsigned)text->len) != (int)text->len)
        x->rc = err_errno(x->e, errno, "cannot write %s", x->path);
    buf_reset(text);
}

void long_json_begin(struct long_json *x, const struct request *r, struct err *e)
{
    *x = (struct long_json){.r = r, .e = e};
    jout_init(&x->json, &x->text);
    x->json.take_part = take_part;
    x->json.part_arg = x;
}

err_t long_json_end(struct reply *out, struct long_json *x)
{
    if (x->rc == OK && !x->path)
        return reply_json(out, x->r, &x->text, x->e);
    take_part(x, &x->text);
    buf_clear(&x->text);
    if (x->file && gzclose(x->file) != Z_OK && x->rc == OK)
        x->rc = err_errno(x->e, errno, "cannot write %s", x->path);
    if (x->rc == OK && request_takes_gzip(x->r))
        reply_header(out, "Content-Encoding", "gzip");
    if (x->rc == OK)
        return send_file(out, x->path, x->e);
    if (x->path)
        unlink(x->path);
    return x->rc;
}
