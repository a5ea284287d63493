/* The same code that reads these files where there is no cage, on bytes that lie in memory. */
#include "pdf/office.h"
#include "model/file_pdf.h"
#include "model/file_text.h"
#include "text/book.h"
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Their modules are files, which the cage has none of. UTF-8 needs none. */
void office_prepare(void)
{
    static const char *const encodings[] = {"GB18030", "UTF-16",     "UTF-32",   "CP1252", "CP1250",
                                            "CP1251",  "CP1253",     "CP1254",   "CP1255", "CP1256",
                                            "CP1257",  "CP874",      "CP932",    "CP949",  "CP950",
                                            "BIG5",    "ISO-8859-1", "MACINTOSH"};
    for (size_t i = 0; i < ARRAY_LEN(encodings); i++)
        (void)iconv_open("UTF-8",
                         encodings[i]); /* kept open: a module is unloaded with its last user */
}

static err_t view_read(void *arg, int64_t from, void *to, size_t len, struct err *e)
{
    (void)e;
    memcpy(to, ((const struct bytes *)arg)->ptr + from, len);
    return OK;
}

static err_t view_map(struct bytes *out, void *arg, struct err *e)
{
    (void)e;
    *out = *(struct bytes *)arg;
    return OK;
}

static struct file_view view_of(struct bytes *file)
{
    return (struct file_view){
        .bytes = (int64_t)file->len, .read = view_read, .map = view_map, .arg = file};
}

static int refused(const struct err *e)
{
    (void)!write(STDERR_FILENO, e->text, strlen(e->text));
    return OFFICE_REFUSED;
}

int office_check(struct bytes file, const char *word)
{
    const struct file_view v = view_of(&file);
    const struct file_kind *kind;
    struct arena *a = arena_new();
    struct err e;
    err_t rc = file_kind_check(&kind, &v, str_of(word), a, &e);
    arena_free(a);
    return rc == OK ? 0 : refused(&e);
}

int office_text(struct bytes file, const char *word)
{
    const struct file_view v = view_of(&file);
    const struct file_kind *kind = file_kind_find(str_of(word));
    struct buf text = {0};
    struct err e;
    if (!kind)
        return 1;
    err_t rc = file_text_add(&text, &v, kind, &e);
    int how = rc != OK ? refused(&e)
                       : fwrite(text.ptr, 1, text.len, stdout) != text.len || fflush(stdout) != 0;
    buf_clear(&text);
    return how;
}

int office_rows(struct bytes file, const char *word)
{
    return book_say(word, file) ? 0 : 1;
}

int office_refuse(const char *found)
{
    struct err e;
    (void)pdf_refuse(found, &e);
    return refused(&e);
}
