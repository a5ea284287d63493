/* The text that `zhiyun match --text` is given: plain, or of a document. */
#include "base/limits.h"
#include "cmd/cmd.h"
#include "model/file_text.h"
#include "text/encoding.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define READ_BYTES ((size_t)64 << 10)
#define DOCUMENT_BYTES_MAX ((size_t)64 << 20)

static err_t read_part(void *arg, int64_t from, void *to, size_t len, struct err *e)
{
    const struct buf *b = arg;
    (void)e;
    memcpy(to, b->ptr + from, len);
    return OK;
}

static err_t map_all(struct bytes *out, void *arg, struct err *e)
{
    const struct buf *b = arg;
    (void)e;
    *out = str_bytes(buf_str(b));
    return OK;
}

static err_t read_file(struct buf *b, const char *path, struct err *e)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *from = standard ? stdin : fopen(path, "rbe");
    err_t rc = OK;
    if (!from)
        return errno == ENOENT || errno == EACCES
                   ? err_set(e, E_NOTFOUND,
                             "cannot open %s; is the name right, and may you read it?", path)
                   : err_errno(e, errno, "cannot open %s", path);
    for (size_t n = 1; n > 0 && b->len <= DOCUMENT_BYTES_MAX; b->len += n) {
        char *to = buf_reserve(b, READ_BYTES);
        n = to ? fread(to, 1, READ_BYTES, from) : 0;
    }
    if (ferror(from) && errno == EISDIR)
        rc = err_set(e, E_INVALID, "%s is a folder; name a file", path);
    else if (ferror(from))
        rc = err_errno(e, errno, "cannot read %s", standard ? "standard input" : path);
    else if (b->len > DOCUMENT_BYTES_MAX)
        rc = err_set(e, E_LIMIT, "%s has more than %zu bytes", path, DOCUMENT_BYTES_MAX);
    if (!standard)
        fclose(from);
    return rc;
}

/* What it begins as, whatever it is called; text where it begins as no document. */
static struct str name_as(struct str content, const char *path, struct arena *a)
{
    const char *slash = strrchr(path, '/');
    struct str name = str_of(slash ? slash + 1 : path);
    if (str_starts(content, STR("%PDF-")))
        return STR("text.pdf");
    if (!str_starts(content, STR("PK\x03\x04")))
        return STR("text.txt");
    const struct file_kind *kind = file_kind_of_name(name);
    return arena_printf(a, "text.%s",
                        kind && strcmp(kind->extension, "txt") ? kind->extension : "docx");
}

static err_t read_document(struct str *out, const struct file_view *v, const struct file_kind *kind,
                           const char *path, const char *reader, struct arena *a, struct err *e)
{
    struct file_text text;
    struct err why = {0};
    err_t rc = file_text_read(&text, v, kind, reader, a, &why);
    if (rc != OK)
        return err_set(e, rc, "%s: %s", path, why.text);
    if (!text.whole)
        return err_set(e, E_LIMIT,
                       "%s: the text of this document is longer than %zu bytes; give the part of "
                       "it that is to be matched",
                       path, FILE_TEXT_MAX);
    if (str_trim(text.text).len == 0)
        return err_set(e, E_INVALID,
                       "%s: the document holds no text, only pictures perhaps; copy the text into "
                       "a file of its own",
                       path);
    *out = text.text;
    return OK;
}

/* Notepad writes GBK and UTF-16. */
static err_t read_plain(struct str *out, struct buf *b, const char *path, struct arena *a,
                        struct err *e)
{
    if (b->len > MATCH_TEXT_BYTES_MAX)
        return err_set(e, E_LIMIT, "the text is longer than %zu bytes", MATCH_TEXT_BYTES_MAX);
    *out = encoding_to_utf8(buf_str(b), a);
    return str_trim(*out).len ? OK : err_set(e, E_INVALID, "%s: the text is empty", path);
}

static err_t text_of(struct str *out, struct buf *b, const char *path, struct arena *a,
                     struct err *e)
{
    const char *reader = program_beside_us(a, "zhiyun-pdf");
    const struct file_kind *kind;
    struct err why = {0};
    const struct file_view v = {
        .bytes = (int64_t)b->len, .read = read_part, .map = map_all, .arg = b};
    err_t rc = b->len == 0 ? err_set(e, E_INVALID, "%s: the text is empty", path)
                           : file_check(&kind, &v, name_as(buf_str(b), path, a), reader, a, &why);
    if (b->len == 0)
        return rc;
    if (rc != OK)
        return err_set(e, rc,
                       "%s: this is no text, nor a .docx or .pdf that can be read (%s); give plain "
                       "text, a .docx or a .pdf",
                       path, why.text);
    return strcmp(kind->extension, "txt") == 0 ? read_plain(out, b, path, a, e)
                                               : read_document(out, &v, kind, path, reader, a, e);
}

err_t match_text(struct str *out, const char *path, struct arena *a, struct err *e)
{
    struct buf b;
    buf_init(&b, DOCUMENT_BYTES_MAX + READ_BYTES);
    *out = STR_NONE;
    err_t rc = read_file(&b, path, e);
    if (rc == OK)
        rc = text_of(out, &b, path, a, e);
    buf_clear(&b);
    return rc;
}
