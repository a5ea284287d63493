/* An uploaded file under the eyes of what would read it, and of the administrator's command. */
#include "api/file_scan.h"
#include "base/child.h"
#include "base/log.h"
#include "model/file_text.h"

#define SCAN_MS (INT64_C(120) * 1000)
#define SCAN_WORDS_MAX 32

struct scanning {
    struct file_get *get;
};

static err_t feed_scan(struct bytes *piece, void *arg, struct err *e)
{
    return file_get_next(piece, ((struct scanning *)arg)->get, e);
}

static err_t scan(const struct request *r, const struct file_row *row, struct err *e)
{
    const char *argv[SCAN_WORDS_MAX + 1] = {NULL}, *path = getenv("PATH");
    struct str rest = str_of(r->api->file_scan);
    struct scanning s = {NULL};
    struct buf said;
    int status = 0;
    size_t n = 0;
    err_t rc;
    if (!r->api->file_scan)
        return OK;
    while (rest.ptr && n < SCAN_WORDS_MAX) {
        struct str word = str_split(&rest, STR(" "));
        if (word.len > 0)
            argv[n++] = arena_cstr(r->arena, word);
    }
    if (path) /* the scanner is the administrator's: it may start others, which are found by it */
        path = arena_printf(r->arena, "PATH=%s", path).ptr;
    if ((rc = file_get_open(&s.get, r->api->files, row, 0, -1, e)) != OK)
        return rc;
    buf_init(&said, 4096);
    const char *const env[] = {path, NULL};
    struct child c = {.argv = argv,
                      .env = path ? env : NULL,
                      .feed = feed_scan,
                      .arg = &s,
                      .said = &said,
                      .time_ms = SCAN_MS};
    rc = child_run(&status, &c, e);
    file_get_close(s.get);
    if (rc != OK || status == 126 || status == 127) {
        log_line(LOG_ERROR, "the look-over of uploaded files failed (%s): %s", argv[0],
                 rc != OK && e ? e->text : "it could not be started");
        rc = err_set(e, E_IO, "the file could not be looked over and is not taken");
    } else if (status != 0) {
        log_line(LOG_WARN, "file %.*s was refused by %s (%d)", STR_ARG(row->digest), argv[0],
                 status);
        rc = err_set(e, E_INVALID, "the file was refused by this server's virus scanner");
    }
    buf_clear(&said);
    return rc;
}

err_t file_admit(const struct file_kind **kind, const struct request *r, const struct file_row *row,
                 struct str name, struct err *e)
{
    struct file_viewer *v = file_view_new(r->api->files, row);
    err_t rc = file_check(kind, file_view_of(v), name, r->api->pdf_program, r->arena, e);
    file_view_free(v);
    return rc == OK ? scan(r, row, e) : rc;
}
