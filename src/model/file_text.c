/* One function a kind; each stops when the text is long enough. */
#include "model/file_text.h"
#include "base/child.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/encoding.h"
#include "text/xls.h"
#include "text/xlsx.h"
#include "text/xml.h"
#include "text/zip.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define READER_HANGS_MS 300000 /* by the wall: one that does nothing any more */
#define READER_PIECE ((size_t)256 << 10)
#define READER_REFUSES 4               /* what it exits with; it says why */
#define READER_FED ((int64_t)64 << 20) /* what is larger is no longer fed into its memory */

struct reading {
    struct buf *text; /* of FILE_TEXT_MAX and a little more */
    const struct file_view *view;
};

static bool is_enough(const struct reading *r)
{
    return r->text->len > FILE_TEXT_MAX;
}

/* What is beyond the limit is cut later; here only as much as shows that there is more. */
static void add(struct reading *r, struct str s)
{
    size_t room = FILE_TEXT_MAX + 8 - (r->text->len < FILE_TEXT_MAX + 8 ? r->text->len : 0);
    if (r->text->len >= FILE_TEXT_MAX + 8)
        return;
    buf_add(r->text, s.len <= room ? s : (struct str){s.ptr, room});
}

/* --- Office, by XML -------------------------------------------------------------------- */

/* Paragraphs of one part. */
static err_t add_part(struct reading *r, const struct zip *z, size_t i, const char *const *records,
                      struct err *e)
{
    static const char *const not_text[] = {"instrText", "delText", "fallback", "Fallback", NULL};
    struct stream *in = NULL;
    struct xml_reader *x = NULL;
    struct xml_node *n = NULL;
    struct arena *a = arena_new();
    err_t rc = zip_open_member(&in, z, i, e);
    if (rc == OK)
        rc = xml_open(&x, in, records, e);
    while (rc == OK && !is_enough(r) && (rc = xml_next(&n, x, a, e)) == OK && n) {
        add(r, xml_text_without(n, not_text, a));
        add(r, STR("\n"));
        arena_reset(a);
    }
    xml_close(x);
    stream_close(in);
    arena_free(a);
    return rc;
}

static bool is_part(struct str name, const char *kind)
{
    if (strcmp(kind, "docx") == 0)
        return str_eq_nocase(name, STR("word/document.xml"));
    if (strcmp(kind, "pptx") == 0)
        return str_starts(name, STR("ppt/slides/slide")) && str_ends(name, STR(".xml"));
    return str_ends(name, STR("/Content.xml")); /* ofd */
}

static err_t read_office(struct reading *r, const struct file_kind *kind, struct err *e)
{
    static const char *const paragraphs[] = {"p", NULL};
    static const char *const codes[] = {"TextCode", NULL};
    bool ofd = strcmp(kind->extension, "ofd") == 0;
    struct bytes all;
    struct zip *z = NULL;
    err_t rc = r->view->map(&all, r->view->arg, e);
    if (rc == OK)
        rc = zip_open(&z, all, e);
    for (size_t i = 0; rc == OK && i < zip_count(z) && !is_enough(r); i++)
        if (is_part(zip_get(z, i)->name, kind->extension))
            rc = add_part(r, z, i, ofd ? codes : paragraphs, e);
    zip_close(z);
    return rc;
}

/* --- workbooks ------------------------------------------------------------------------- */

static void add_row(struct reading *r, const struct row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            add(r, STR("\t"));
        add(r, row->cells[i].text);
    }
    add(r, STR("\n"));
}

static err_t read_book(struct reading *r, const struct file_kind *kind, struct err *e)
{
    bool old = strcmp(kind->extension, "xlsx") != 0;
    struct bytes all;
    struct rows rows = {0};
    struct row row;
    struct arena *a = arena_new();
    char sheet[128] = "";
    bool has_row = true;
    err_t rc = r->view->map(&all, r->view->arg, e);
    if (rc == OK)
        rc = old ? xls_open(&rows, all, e) : xlsx_open(&rows, all, e);
    while (rc == OK && has_row && !is_enough(r)) {
        if ((rc = rows_next(&has_row, &row, &rows, a, e)) != OK || !has_row)
            break;
        struct str name = utf8_cut(row.sheet, sizeof(sheet) - 1);
        if (!str_is(name, sheet)) {
            memcpy(sheet, name.ptr, name.len);
            sheet[name.len] = '\0';
            add(r, STR("# "));
            add(r, name);
            add(r, STR("\n"));
        }
        add_row(r, &row);
        arena_reset(a);
    }
    rows_close(&rows);
    arena_free(a);
    return rc;
}

/* --- plain text ------------------------------------------------------------------------ */

static err_t read_plain(struct reading *r, const struct file_kind *kind, struct err *e)
{
    /* In UTF-32, four bytes a character of ours at most. */
    size_t len = 4 * (FILE_TEXT_MAX + 8), got = 1;
    struct stream *in = NULL;
    char piece[4096];
    (void)kind;
    len = (int64_t)len < r->view->bytes ? len : (size_t)r->view->bytes;
    uint8_t *head = mem_alloc(len + 1);
    err_t rc = r->view->read(r->view->arg, 0, head, len, e);
    if (rc == OK)
        rc = encoding_open(&in, stream_open_memory((struct bytes){head, len}), ENCODING_REPLACE,
                           NULL, e);
    while (rc == OK && got > 0 && !is_enough(r))
        if ((rc = stream_read(&got, in, piece, sizeof(piece), e)) == OK)
            add(r, (struct str){piece, got});
    stream_close(in);
    free(head);
    return rc;
}

/* --- by the reader, in its cage ---------------------------------------------------------- */

struct feeding {
    const struct file_view *view;
    uint8_t *piece;
    int64_t at;
};

static err_t feed_view(struct bytes *piece, void *arg, struct err *e)
{
    struct feeding *f = arg;
    size_t len = f->view->bytes - f->at < (int64_t)READER_PIECE ? (size_t)(f->view->bytes - f->at)
                                                                : READER_PIECE;
    *piece = (struct bytes){f->piece, len};
    if (len == 0)
        return OK;
    f->at += (int64_t)len;
    return f->view->read(f->view->arg, f->at - (int64_t)len, f->piece, len, e);
}

enum reader_end {
    READER_READ,
    READER_UNREADABLE, /* damaged, or with a password */
    READER_REFUSED,    /* it said why */
    READER_HARMED      /* it was ended by the file: memory, rights */
};

/* Begins as a copy of the reader that stays. What ends it says something of the file only where the file
 * did it: its processor time is bounded in its cage, so that a busy machine refuses nothing. `out`, `said`: what it
 * says and why it refuses; NULL: not asked. `seconds`: its processor time; E_INVALID says that it was used up. E_BUSY:
 * nothing is known of the file. */
static err_t run_reader(enum reader_end *end, struct buf *out, struct buf *said,
                        const struct file_view *v, const char *const *argv, int seconds,
                        struct err *e)
{
    struct feeding f = {.view = v, .piece = mem_alloc(READER_PIECE)};
    struct child c = {.argv = argv,
                      .stays = true,
                      .feed = feed_view,
                      .arg = &f,
                      .out = out,
                      .said = said,
                      .time_ms = READER_HANGS_MS};
    int status = 0, fd = 0;
    err_t rc = v->open && v->bytes > READER_FED ? v->open(&fd, v->arg, e) : OK;
    c.input = fd;
    if (rc == OK)
        rc = child_run(&status, &c, e);
    if (fd > 0)
        close(fd);
    free(f.piece);
    if (rc == E_LIMIT && out && !buf_ok(out))
        return err_set(e, E_INVALID, "the PDF says more than is read of one");
    if (rc == E_LIMIT || (rc == OK && status == 128 + SIGKILL))
        return err_set(
            e, E_BUSY,
            "the file could not be read to its end just now: this server has too much to "
            "do; try again later");
    if (rc == OK && status == 128 + SIGXCPU)
        return err_set(
            e, E_INVALID,
            "looking into the file was stopped: it takes more than %d seconds of processor time, "
            "as much as one look may; print it to a new PDF, and use that",
            seconds);
    *end = status > 128               ? READER_HARMED
           : status == READER_REFUSES ? READER_REFUSED
           : status                   ? READER_UNREADABLE
                                      : READER_READ;
    return rc;
}

static err_t get_pdf(struct buf *out, const struct file_view *v, const char *const *argv,
                     struct err *e)
{
    enum reader_end end = READER_READ;
    err_t rc = run_reader(&end, out, NULL, v, argv, FILE_LOOK_SECONDS, e);
    if (rc != OK || end == READER_READ)
        return rc;
    return err_set(e, E_INVALID, "the PDF cannot be read: it is damaged, or has a password");
}

/* A file that is no page, or is to be looked at: the sentence is the reader's. */
static err_t ask_reader(struct buf *out, const struct file_view *v, const char *pdf_program,
                        const char *verb, const char *word, struct err *e)
{
    char size[24];
    const char *const argv[] = {pdf_program, verb, msg_lang() == LANG_EN ? "en" : "zh",
                                size,        word, NULL};
    enum reader_end end = READER_READ;
    struct buf said;
    (void)snprintf(size, sizeof(size), "%lld", (long long)v->bytes);
    buf_init(&said, ERR_TEXT_MAX);
    err_t rc = run_reader(&end, out, &said, v, argv, FILE_LOOK_SECONDS + (int)(v->bytes >> 20), e);
    if (rc == OK && end == READER_REFUSED)
        rc = err_set(e, E_INVALID, "%.*s", STR_ARG(utf8_cut(buf_str(&said), ERR_TEXT_MAX)));
    else if (rc == OK && end != READER_READ)
        rc = err_set(e, E_INVALID,
                     "the file is refused: to read it takes more memory or rights than any "
                     "document needs; print it to a PDF, or save it anew, and upload that");
    buf_clear(&said);
    return rc;
}

err_t file_check(const struct file_kind **out, const struct file_view *v, struct str name,
                 const char *pdf_program, struct arena *a, struct err *e)
{
    const struct file_kind *named = file_kind_of_name(name);
    *out = NULL;
    if (!pdf_program || !named || !file_kind_is_packed(named) || v->bytes == 0)
        return file_kind_check(out, v, name, a, e);
    if (v->bytes > READER_FED && !v->open && strcmp(named->extension, "pdf") != 0)
        return err_set(e, E_INVALID, "a secret archive or Office file may have up to %lld bytes",
                       (long long)READER_FED);
    err_t rc = file_name_check(name, e);
    if (rc == OK)
        rc = ask_reader(NULL, v, pdf_program, "check", arena_cstr(a, name), e);
    if (rc == OK)
        *out = named;
    return rc;
}

err_t file_pdf_mark(struct buf *out, const struct file_view *v, struct str line,
                    const char *pdf_program, struct arena *a, struct err *e)
{
    const char *const argv[] = {pdf_program, "mark", arena_cstr(a, line), NULL};
    if (!pdf_program)
        return err_set(e, E_INVALID, "the reader of PDF is not installed here");
    return get_pdf(out, v, argv, e);
}

err_t file_page(struct str *png, int *pages, struct buf *out, const struct file_view *v, int n,
                int width, struct str line, const char *pdf_program, struct arena *a, struct err *e)
{
    char page[16], wide[16];
    const char *const argv[] = {pdf_program, "page", page, wide, arena_cstr(a, line), NULL};
    int64_t count = 0;
    (void)snprintf(page, sizeof(page), "%d", n);
    (void)snprintf(wide, sizeof(wide), "%d", width);
    if (!pdf_program)
        return err_set(e, E_INVALID, "the reader of PDF is not installed here");
    err_t rc = get_pdf(out, v, argv, e);
    if (rc != OK)
        return rc;
    struct str rest = buf_str(out), head = str_split(&rest, STR("\n"));
    if (!str_to_i64(&count, head))
        return err_set(e, E_INTERNAL, "%s", "zhiyun-pdf says nothing that can be read");
    *pages = (int)count;
    *png = rest;
    return n <= *pages
               ? OK
               : err_set(e, E_NOTFOUND, "there is no page %d: the last one is page %d", n, *pages);
}

static err_t read_bytes(void *arg, int64_t from, void *to, size_t len, struct err *e)
{
    const struct bytes *of = arg;
    (void)e;
    memcpy(to, of->ptr + from, len);
    return OK;
}

struct file_view file_view_bytes(const struct bytes *of)
{
    return (struct file_view){
        .bytes = (int64_t)of->len, .read = read_bytes, .arg = (void *)(uintptr_t)of};
}

/* --- the table ------------------------------------------------------------------------- */

static const struct {
    const char *extension;
    err_t (*read)(struct reading *r, const struct file_kind *kind, struct err *e);
} readers[] = {
    {"docx", read_office}, {"pptx", read_office}, {"ofd", read_office}, {"xlsx", read_book},
    {"xls", read_book},    {"et", read_book},     {"txt", read_plain},  {"csv", read_plain},
};

err_t file_text_add(struct buf *to, const struct file_view *v, const struct file_kind *kind,
                    struct err *e)
{
    struct reading r = {.text = to, .view = v};
    for (size_t i = 0; i < ARRAY_LEN(readers); i++)
        if (strcmp(readers[i].extension, kind->extension) == 0)
            return readers[i].read(&r, kind, e);
    return err_set(e, E_INVALID, "there is no text to show of files of this kind (.%s)",
                   kind->extension);
}

/* Control characters become blanks; what follows the limit is cut between characters. */
static void finish(struct file_text *out, struct str s, struct arena *a)
{
    struct str cut = utf8_cut(s, FILE_TEXT_MAX);
    char *to = arena_alloc(a, cut.len * 3 + 1);
    size_t n = 0;
    for (size_t at = 0; at < cut.len;) {
        uint32_t c = utf8_next(cut, &at);
        if (c == '\r' || c == '\f')
            c = '\n';
        else if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0))
            c = ' ';
        n += utf8_put(to + n, c == UTF8_BAD ? UTF8_REPLACEMENT : c);
    }
    *out = (struct file_text){{to, n}, cut.len == s.len};
}

static err_t read_pdf(struct buf *to, const struct file_view *v, const char *pdf_program,
                      struct err *e)
{
    const char *const argv[] = {pdf_program, "text", NULL};
    if (!pdf_program)
        return err_set(e, E_INVALID, "the reader of PDF is not installed here");
    return get_pdf(to, v, argv, e);
}

err_t file_text_read(struct file_text *out, const struct file_view *v, const struct file_kind *kind,
                     const char *pdf_program, struct arena *a, struct err *e)
{
    struct buf text;
    err_t rc;
    *out = (struct file_text){0};
    buf_init(&text, (size_t)1 << 20);
    if (strcmp(kind->extension, "pdf") == 0)
        rc = read_pdf(&text, v, pdf_program, e);
    else if (pdf_program && strcmp(kind->extension, "txt") != 0 &&
             strcmp(kind->extension, "csv") != 0)
        rc = ask_reader(&text, v, pdf_program, "text", kind->extension, e);
    else
        rc = file_text_add(&text, v, kind, e);
    if (rc == E_LIMIT) { /* a bomb: what was read before it is not shown either */
        if (e)
            e->kind = E_INVALID;
        rc = E_INVALID;
    }
    if (rc == OK)
        finish(out, buf_str(&text), a);
    buf_clear(&text);
    return rc;
}
