/* A workbook as a download, streamed from an unlinked file. */
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

err_t reply_book(struct reply *out, const struct request *r, const char *path, struct str name,
                 struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        err_t rc = err_errno(e, errno, "cannot read %s", path);
        if (fd >= 0)
            close(fd);
        unlink(path);
        return rc;
    }
    unlink(path);
    bool csv = str_ends(str_of(path), STR(".csv"));
    out->content_type = csv ? CSV_TYPE : XLSX_TYPE;
    out->stream = (struct stream_source){read_file, close_file, (void *)(intptr_t)fd, st.st_size};
    reply_header(out, "Content-Disposition",
                 arena_printf(r->arena, "attachment; filename=\"%.*s.%s\"", STR_ARG(name),
                              csv ? "csv" : "xlsx")
                     .ptr);
    return OK;
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
