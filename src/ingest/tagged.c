/* Lines with tags → (tag, value) pairs, and a mapped file of such records. Nothing is
 * known here of what a tag means: the formats share the layout and no more. */
#include "ingest/tagged.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/encoding.h"
#include <sys/mman.h>

/* Latin-1 bytes of the old tapes become UTF-8. */
static struct str mend(struct str s, struct arena *a)
{
    size_t good = utf8_check(s), len = good;

    if (good == s.len)
        return s;
    char *to = arena_alloc(a, s.len * 2 + 1);
    memcpy(to, s.ptr, good);
    for (size_t i = good; i < s.len; i++)
        len += utf8_put(to + len, (unsigned char)s.ptr[i]);
    return (struct str){to, len};
}

/* Length of the tag that begins `line`, 0 when it begins with none. */
static size_t tag_length(struct str line, size_t width)
{
    size_t n = 0;

    while (
        n < line.len && n < width + 1 &&
        ((line.ptr[n] >= 'A' && line.ptr[n] <= 'Z') || (line.ptr[n] >= '0' && line.ptr[n] <= '9')))
        n++;
    bool ends = n == line.len || line.ptr[n] == ' ' || line.ptr[n] == '\t' || line.ptr[n] == '\r';
    return n >= 2 && n <= width && ends && line.ptr[0] >= 'A' ? n : 0;
}

static struct str right_trim(struct str s)
{
    while (s.len > 0 && (unsigned char)s.ptr[s.len - 1] <= ' ')
        s.len--;
    return s;
}

/* The value of a tag: its first line from one blank behind the tag on, and the
 * indented lines below. *at: behind the first line; moves behind the last. */
static struct str value_of(struct str first, struct str text, size_t *at, char joint,
                           struct arena *a)
{
    size_t from = *at, end = from, lines = 0;

    while (end < text.len && (unsigned char)text.ptr[end] <= ' ') { /* blank lines of tables too */
        const char *nl = memchr(text.ptr + end, '\n', text.len - end);
        end = nl ? (size_t)(nl - text.ptr) + 1 : text.len;
        lines++;
    }
    *at = end;
    first = right_trim(first);
    if (lines == 0)
        return mend(first, a);
    char *to = arena_alloc(a, first.len + (end - from) + lines + 1);
    size_t len = first.len;
    memcpy(to, first.ptr ? first.ptr : "", first.len);
    struct str rest = {text.ptr + from, end - from};
    while (rest.ptr) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        if (line.len == 0)
            continue;
        if (len > 0)
            to[len++] = joint;
        memcpy(to + len, line.ptr, line.len);
        len += line.len;
    }
    return mend((struct str){to, len}, a);
}

struct tagged_list tagged_read(struct str text, size_t width, char joint, struct arena *a)
{
    VEC(struct tagged) list = {0};
    size_t at = 0;

    /* Records are written after their file was closed and unmapped. */
    text = arena_dup(a, text);
    while (at < text.len) {
        const char *nl = memchr(text.ptr + at, '\n', text.len - at);
        size_t end = nl ? (size_t)(nl - text.ptr) : text.len;
        struct str line = {text.ptr + at, end - at};
        at = nl ? end + 1 : end;
        size_t tag = tag_length(line, width);
        if (tag == 0)
            continue; /* a blank line, or text that belongs to nothing */
        struct str value = {line.ptr + tag, line.len - tag};
        /* the value's column: one blank behind a tag of full width */
        size_t skip = width + 1 > tag ? width + 1 - tag : 1;
        while (skip > 0 && value.len > 0 && (value.ptr[0] == ' ' || value.ptr[0] == '\t')) {
            value = (struct str){value.ptr + 1, value.len - 1};
            skip--;
        }
        value = value_of(value, text, &at, joint, a);
        VEC_PUSH(a, &list, (struct tagged){{line.ptr, tag}, value});
    }
    return (struct tagged_list){list.ptr, list.len};
}

struct str tagged_line(struct str value, struct arena *a)
{
    char *to = arena_alloc(a, value.len + 1);

    for (size_t i = 0; i < value.len; i++)
        to[i] = value.ptr[i] == '\n' ? ' ' : value.ptr[i];
    return (struct str){to, value.len};
}

#define DONE_STEP ((size_t)16 << 20) /* one system call for so many bytes */
#define PAGE ((uintptr_t)4096)

/* MADV_PAGEOUT, not MADV_DONTNEED: it never loses bytes, whatever lies there. */
void mapped_done(struct str all, size_t *done, size_t end)
{
    if (end < *done + DONE_STEP)
        return;
    uintptr_t from = ((uintptr_t)all.ptr + *done + PAGE - 1) & ~(PAGE - 1);
    uintptr_t to = ((uintptr_t)all.ptr + end) & ~(PAGE - 1);
    if (to > from)
        (void)madvise((void *)from, to - from, MADV_PAGEOUT);
    *done = end;
}

/* --- the frame ---------------------------------------------------------------- */

struct tagged_state {
    const struct tagged_format *format;
    struct stream *text; /* of any encoding as UTF-8; NULL: the file itself */
    struct str all;
    size_t at;   /* of the next record; all.len at the end */
    size_t done; /* mapped_done */
    int64_t row;
};

err_t tagged_open(void **state, struct input *in, struct err *e)
{
    const struct tagged_format *format = in->frame;
    struct bytes map = {0};
    struct stream *text = NULL;
    err_t rc = OK;

    if (format->any_encoding)
        rc = encoding_open(&text, stream_borrow(in->stream), ENCODING_REPLACE, NULL, e);
    if (rc == OK)
        rc = stream_map(&map, text ? text : in->stream, in->tmpdir, e);
    if (rc != OK) {
        stream_close(text);
        return rc;
    }
    struct tagged_state *s = mem_zalloc(sizeof(*s));
    *s = (struct tagged_state){.format = format, .text = text, .all = bytes_str(map)};
    s->at = format->first(s->all);
    *state = s;
    return OK;
}

err_t tagged_next(struct item *out, void *state, struct arena *a, struct err *e)
{
    struct tagged_state *s = state;
    struct doc f;

    *out = (struct item){.row = ++s->row};
    mapped_done(s->all, &s->done, s->at);
    if (s->at >= s->all.len) {
        if (s->row == 1)
            return err_set(e, E_INVALID, "%s", msg(s->format->none));
        out->kind = ITEM_END;
        return OK;
    }
    struct str text = s->format->cut(s->all, &s->at);
    doc_begin(&f, out, s->format->source, s->format->office, a);
    if (text.len > RECORD_BYTES_MAX || !s->format->read(&f, text)) {
        out->kind = ITEM_REJECT;
        out->patent = NULL;
        if (out->reason.len == 0)
            out->reason = str_of(msg("one patent is larger than 128 MB; it is left out"));
    }
    return OK;
}

void tagged_close(void *state)
{
    struct tagged_state *s = state;
    if (s)
        stream_close(s->text);
    free(s);
}
