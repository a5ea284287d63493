/* One table of kinds, each with the function that looks at content which claims to be
 * of it. Nothing here decodes: headers, markers and directories are walked, and bytes
 * are searched; so a hostile file costs one pass over it. */
#include "model/file_kind.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "model/file_office.h"
#include "model/file_pdf.h"
#include "text/unicode.h"
#include "text/zip.h"
#include <stdlib.h>
#include <string.h>

#define WINDOW ((size_t)1 << 20)
#define OVERLAP ((size_t)64)             /* longer than any needle */
#define EDGE ((size_t)4096)              /* of head and tail, where other kinds would show */
#define EOCD_LEN 22                      /* end record of a ZIP archive, without its comment */
#define PART_MAX ((size_t)4 << 20)       /* of one part of an Office file that is searched */
#define XML_MAX ((uint64_t)1 << 30)      /* of all of its parts that are text */
#define INSIDE_MAX ((uint64_t)256 << 20) /* of one document or archive within an archive */

struct look {
    const struct file_view *v;
    const struct file_kind *kind;
    struct arena *a;
    struct bytes head; /* first EDGE bytes */
    struct bytes tail; /* last EDGE bytes */
};

static uint32_t le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const uint8_t *p)
{
    return le16(p) | le16(p + 2) << 16;
}

static uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t be32(const uint8_t *p)
{
    return be16(p) << 16 | be16(p + 2);
}

static bool has(struct bytes in, struct bytes what)
{
    return what.len <= in.len && memmem(in.ptr, in.len, what.ptr, what.len);
}

static bool begins(struct bytes in, struct bytes what)
{
    return what.len <= in.len && memcmp(in.ptr, what.ptr, what.len) == 0;
}

#define BYTES_OF(literal)                                                                          \
    {                                                                                              \
        (const uint8_t *)("" literal), sizeof(literal) - 1                                         \
    }
#define BYTES(literal) ((struct bytes)BYTES_OF(literal))
#define OLE_MACROS BYTES("_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0") /* UTF-16 */

/* ASCII letters alike in either case. `what` is lower case. */
static bool has_nocase(struct bytes in, const char *what)
{
    size_t len = strlen(what);
    for (size_t i = 0; i + len <= in.len; i++)
        if (str_eq_nocase((struct str){(const char *)in.ptr + i, len}, (struct str){what, len}))
            return true;
    return false;
}

/* Every byte once, in pieces that begin with the end of the one before: a needle of up
 * to OVERLAP bytes lies in one of them whole. `see` returns false to end it. */
static err_t pass(const struct file_view *v, bool (*see)(void *arg, struct bytes piece, bool first),
                  void *arg, struct err *e)
{
    uint8_t *piece = mem_alloc(OVERLAP + WINDOW);
    size_t kept = 0;
    err_t rc = OK;
    for (int64_t at = 0; at < v->bytes;) {
        size_t len = v->bytes - at < (int64_t)WINDOW ? (size_t)(v->bytes - at) : WINDOW;
        if ((rc = v->read(v->arg, at, piece + kept, len, e)) != OK ||
            !see(arg, (struct bytes){piece, kept + len}, at == 0))
            break;
        at += (int64_t)len;
        len += kept;
        kept = len < OVERLAP ? len : OVERLAP;
        memmove(piece, piece + len - kept, kept);
    }
    free(piece);
    return rc;
}

/* --- what no kind but its own may hold ------------------------------------------------ */

/* Whether the file ends as a ZIP archive does: an end record whose directory lies
 * before it. *comment_end: where the archive says that it ends. */
static err_t ends_as_zip(bool *is, int64_t *end, const struct file_view *v, struct err *e)
{
    size_t len = v->bytes < 65535 + EOCD_LEN ? (size_t)v->bytes : 65535 + EOCD_LEN;
    int64_t from = v->bytes - (int64_t)len;
    uint8_t *tail = mem_alloc(len + 1), mark[4];
    err_t rc = v->read(v->arg, from, tail, len, e);
    *is = false;
    for (size_t i = len; rc == OK && !*is && i-- >= EOCD_LEN;) {
        const uint8_t *at = tail + i + 1 - EOCD_LEN;
        if (memcmp(at, "PK\5\6", 4) != 0)
            continue;
        int64_t place = from + (at - tail), directory = place - (int64_t)le32(at + 12);
        *end = place + EOCD_LEN + (int64_t)le16(at + 20);
        if (le16(at + 10) == 0 && place == 0)
            *is = true; /* an empty archive */
        else if (directory >= 0 && directory + 4 <= place) {
            rc = v->read(v->arg, directory, mark, 4, e);
            *is = rc == OK && memcmp(mark, "PK\1\2", 4) == 0;
        }
    }
    free(tail);
    return rc;
}

static err_t check_no_other_kind(const struct look *l, struct err *e)
{
    static const char *const pages[] = {"<script", "<html", "<svg", "<?php", "<!doctype html"};
    bool is_zip = false;
    int64_t end = 0;
    err_t rc = ends_as_zip(&is_zip, &end, l->v, e);
    if (rc == OK && is_zip)
        return err_set(e, E_INVALID, "the file is %s and a ZIP archive at once",
                       msg(l->kind->label));
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(pages); i++)
        if (has_nocase(l->head, pages[i]) || has_nocase(l->tail, pages[i]))
            rc = err_set(e, E_INVALID, "the file is %s and a web page at once (%s)",
                         msg(l->kind->label), pages[i]);
    if (rc == OK && !begins(l->head, BYTES("%PDF-")) &&
        (has(l->head, BYTES("%PDF-1.")) || has(l->head, BYTES("%PDF-2."))))
        rc = err_set(e, E_INVALID, "the file is %s and a PDF at once", msg(l->kind->label));
    return rc;
}

static err_t wrong_content(const struct look *l, struct err *e)
{
    const char *what = NULL;
    if (begins(l->head, BYTES("%PDF-")))
        what = "PDF";
    else if (begins(l->head, BYTES("PK\3\4")))
        what = "ZIP, OOXML";
    else if (begins(l->head, BYTES("\xD0\xCF\x11\xE0")))
        what = "OLE (doc, xls)";
    else if (begins(l->head, BYTES("\x89PNG")))
        what = "PNG";
    else if (begins(l->head, BYTES("\xFF\xD8\xFF")))
        what = "JPEG";
    else if (begins(l->head, BYTES("MZ")) || begins(l->head, BYTES("\x7F"
                                                                   "ELF")))
        return err_set(e, E_INVALID, "the name says .%s, but the file is a program",
                       l->kind->extension);
    if (what)
        return err_set(e, E_INVALID, "the name says .%s, but the content is %s", l->kind->extension,
                       what);
    return err_set(e, E_INVALID, "the name says .%s, but the content is not %s", l->kind->extension,
                   msg(l->kind->label));
}

/* --- PDF ------------------------------------------------------------------------------ */

static bool see_pdf(void *arg, struct bytes piece, bool first)
{
    struct pdf_search *x = arg;
    size_t seen = first ? 0 : OVERLAP;
    pdf_search_add(x, (struct bytes){piece.ptr + seen, piece.len - seen});
    return !x->found;
}

static err_t check_pdf(const struct look *l, struct err *e)
{
    struct pdf_search x = {0};
    struct bytes all;
    size_t end = l->tail.len;
    if (!begins(l->head, BYTES("%PDF-")))
        return wrong_content(l, e);
    while (end > 0 && (l->tail.ptr[end - 1] <= 0x20))
        end--;
    if (end < 5 || memcmp(l->tail.ptr + end - 5, "%%EOF", 5) != 0)
        return err_set(e, E_INVALID, "the PDF is cut off, or something follows its end (%%%%EOF)");
    err_t rc = pass(l->v, see_pdf, &x, e);
    if (rc == OK && !x.found && (rc = l->v->map(&all, l->v->arg, e)) == OK)
        rc = pdf_search_packed(&x, all, e);
    const char *found = pdf_search_end(&x);
    if (rc == OK && found)
        return pdf_refuse(found, e);
    return rc == OK ? check_no_other_kind(l, e) : rc;
}

/* --- archives and Office -------------------------------------------------------------- */

static bool is_bad_member_name(struct str name)
{
    struct str rest = name;
    if (name.len == 0 || name.ptr[0] == '/' || memchr(name.ptr, '\\', name.len) ||
        memchr(name.ptr, '\0', name.len) || (name.len > 1 && name.ptr[1] == ':'))
        return true;
    while (rest.ptr)
        if (str_is(str_split(&rest, STR("/")), ".."))
            return true;
    return false;
}

static err_t check_members(const struct zip *z, uint64_t packed, struct err *e)
{
    size_t count = zip_count(z);
    uint64_t unpacked = 0;
    if (count > FILE_MEMBERS_MAX)
        return err_set(e, E_INVALID, "the archive has %zu members; up to %d are taken", count,
                       FILE_MEMBERS_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct zip_member *m = zip_get(z, i);
        unpacked += m->size;
        if (is_bad_member_name(m->name))
            return err_set(e, E_INVALID, "the archive names a file outside of itself: %.*s",
                           STR_ARG(m->name));
        if (m->encrypted)
            return err_set(e, E_INVALID, "%.*s in the archive is encrypted and cannot be looked at",
                           STR_ARG(m->name));
    }
    if (unpacked > UNPACKED_BYTES_MAX ||
        (unpacked > UNPACK_RATIO_FROM && unpacked / (packed + 1) > UNPACK_RATIO_MAX))
        return err_set(e, E_INVALID, "the archive unpacks to %llu bytes, %llu times its size",
                       (unsigned long long)unpacked, (unsigned long long)(unpacked / (packed + 1)));
    return OK;
}

/* Declarations of a document type, in the encodings that parts are written in: entities that grow when they are read. No
 * such format has them. */
static bool declares(struct bytes piece)
{
    static const struct bytes words[] = {{(const uint8_t *)"<!DOCTYPE", 9},
                                         {(const uint8_t *)"<!ENTITY", 8},
                                         {(const uint8_t *)"<\0!\0D\0O\0C\0T\0Y\0P\0E\0", 18},
                                         {(const uint8_t *)"\0<\0!\0D\0O\0C\0T\0Y\0P\0E", 18}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (has(piece, words[i]))
            return true;
    return false;
}

/* All of a part as it unpacks: that its size and sum are what the archive says, and that it declares nothing. Of what is
 * no XML the beginning. */
static err_t check_xml(const struct zip *z, size_t i, struct err *e)
{
    struct stream *in = NULL;
    uint8_t *piece = mem_alloc(OVERLAP + WINDOW);
    size_t kept = 0, got = 1;
    err_t rc = zip_open_member(&in, z, i, e);
    while (rc == OK && got > 0) {
        if ((rc = stream_read(&got, in, piece + kept, WINDOW, e)) != OK)
            break;
        size_t len = kept + got;
        if (kept == 0 && !file_named_as_xml(zip_get(z, i)->name) &&
            !file_begins_as_xml((struct bytes){piece, len}))
            break;
        if (declares((struct bytes){piece, len}))
            rc = err_set(e, E_INVALID,
                         "the file is refused: %.*s in it declares a document type, whose entities "
                         "could fill the memory; save it anew from the program that made it",
                         STR_ARG(zip_get(z, i)->name));
        kept = len < OVERLAP ? len : OVERLAP;
        memmove(piece, piece + len - kept, kept);
    }
    stream_close(in);
    free(piece);
    return rc;
}

static err_t check_parts(const struct zip *z, struct err *e)
{
    uint64_t all = 0;
    err_t rc = OK;
    for (size_t i = 0; i < zip_count(z); i++)
        if (file_named_as_xml(zip_get(z, i)->name))
            all += zip_get(z, i)->size;
    if (all > XML_MAX)
        return err_set(e, E_INVALID,
                       "the text of the file unpacks to %llu bytes; split it into several files",
                       (unsigned long long)all);
    for (size_t i = 0; rc == OK && i < zip_count(z); i++)
        rc = check_xml(z, i, e);
    return rc;
}

static err_t another_archive(const struct look *l, struct err *e)
{
    return err_set(e, E_INVALID, "the name says .%s, but the content is another kind of archive",
                   l->kind->extension);
}

static err_t check_office(const struct look *l, const struct zip *z, const char *main_type,
                          struct err *e)
{
    struct bytes types;
    size_t at = zip_find(z, STR("[Content_Types].xml"));
    err_t rc;
    if (at == zip_count(z))
        return another_archive(l, e);
    if ((rc = check_parts(z, e)) != OK ||
        (rc = file_office_check(z, strcmp(l->kind->extension, "docx") == 0, l->a, e)) != OK ||
        (rc = file_read_member(&types, z, at, PART_MAX, l->a, e)) != OK)
        return rc;
    if (!has(types, str_bytes(str_of(main_type))))
        return another_archive(l, e);
    return OK;
}

/* --- what lies in an archive ------------------------------------------------------------- */

static err_t check_inside(const struct zip *z, int depth, struct err *e);

static err_t check_inner_pdf(struct bytes all, struct err *e)
{
    struct pdf_search x = {0};
    pdf_search_add(&x, all);
    err_t rc = x.found ? OK : pdf_search_packed(&x, all, e);
    const char *found = pdf_search_end(&x);
    return rc == OK && found ? pdf_refuse(found, e) : rc;
}

static err_t check_inner_archive(struct bytes all, int depth, struct arena *a, struct err *e)
{
    struct zip *z = NULL;
    if (depth >= ARCHIVE_DEPTH_MAX)
        return err_set(e, E_INVALID, "archives lie in it more than %d deep; unpack them",
                       ARCHIVE_DEPTH_MAX);
    err_t rc = zip_open(&z, all, e);
    if (rc == OK)
        rc = check_members(z, all.len, e);
    if (rc == OK && zip_find(z, STR("[Content_Types].xml")) != zip_count(z) &&
        (rc = check_parts(z, e)) == OK)
        rc = file_office_check(z, true, a, e);
    if (rc == OK)
        rc = file_programs_check(z, e);
    if (rc == OK)
        rc = check_inside(z, depth + 1, e);
    zip_close(z);
    return rc;
}

enum inside { INSIDE_PLAIN, INSIDE_PDF, INSIDE_ZIP, INSIDE_OLE, INSIDE_UNSEEN };

static enum inside inside_of(struct bytes head)
{
    static const struct {
        struct bytes begins;
        enum inside is;
    } kinds_inside[] = {{BYTES_OF("%PDF-"), INSIDE_PDF},
                        {BYTES_OF("PK\3\4"), INSIDE_ZIP},
                        {BYTES_OF("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), INSIDE_OLE},
                        {BYTES_OF("7z\xBC\xAF\x27\x1C"), INSIDE_UNSEEN},
                        {BYTES_OF("Rar!\x1A\7"), INSIDE_UNSEEN},
                        {BYTES_OF("\x1F\x8B\x08"), INSIDE_UNSEEN},
                        {BYTES_OF("\xFD"
                                  "7zXZ"),
                         INSIDE_UNSEEN},
                        {BYTES_OF("BZh"), INSIDE_UNSEEN},
                        {BYTES_OF("MSCF"), INSIDE_UNSEEN}};
    for (size_t i = 0; i < ARRAY_LEN(kinds_inside); i++)
        if (begins(head, kinds_inside[i].begins))
            return kinds_inside[i].is;
    return INSIDE_PLAIN;
}

static err_t check_inner(enum inside is, struct bytes all, int depth, struct arena *a,
                         struct err *e)
{
    if (is == INSIDE_PDF)
        return check_inner_pdf(all, e);
    if (is == INSIDE_ZIP)
        return check_inner_archive(all, depth, a, e);
    return has(all, OLE_MACROS) ? err_set(e, E_INVALID, "the file is refused: %s",
                                          msg(N_("it is a document with macros")))
                                : OK;
}

static err_t check_member(const struct zip *z, size_t i, int depth, struct arena *a, struct err *e)
{
    struct bytes all;
    err_t rc = file_read_member(&all, z, i, EDGE, a, e);
    enum inside is = rc == OK ? inside_of(all) : INSIDE_PLAIN;
    if (is == INSIDE_PLAIN)
        return rc;
    if (is == INSIDE_UNSEEN)
        return err_set(e, E_INVALID,
                       "it is an archive that nobody can look into here; pack it as .zip");
    if (zip_get(z, i)->size > INSIDE_MAX)
        return err_set(e, E_INVALID, "it is larger than %llu MiB; upload it by itself",
                       (unsigned long long)(INSIDE_MAX >> 20));
    rc = file_read_member(&all, z, i, INSIDE_MAX, a, e);
    return rc == OK ? check_inner(is, all, depth, a, e) : rc;
}

static err_t check_inside(const struct zip *z, int depth, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < zip_count(z); i++) {
        struct arena *a = arena_new();
        if (!zip_get(z, i)->folder && (rc = check_member(z, i, depth, a, e)) != OK)
            err_note(e, msg("%.*s in the archive"), STR_ARG(zip_get(z, i)->name));
        arena_free(a);
    }
    return rc;
}

static err_t check_archive(const struct look *l, struct err *e)
{
    static const struct {
        const char *extension, *main_type;
    } offices[] = {{"docx", "wordprocessingml.document.main+xml"},
                   {"xlsx", "spreadsheetml.sheet.main+xml"},
                   {"pptx", "presentationml.presentation.main+xml"}};
    struct bytes all;
    struct zip *z = NULL;
    bool is_zip = false;
    int64_t end = 0;
    err_t rc;
    if (!begins(l->head, BYTES("PK\3\4")))
        return wrong_content(l, e);
    if ((rc = ends_as_zip(&is_zip, &end, l->v, e)) != OK)
        return rc;
    if (!is_zip || end != l->v->bytes)
        return err_set(e, E_INVALID, "the archive is cut off, or something follows its end");
    if ((rc = l->v->map(&all, l->v->arg, e)) != OK || (rc = zip_open(&z, all, e)) != OK ||
        (rc = check_members(z, all.len, e)) != OK)
        goto done;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(offices); i++)
        if (strcmp(offices[i].extension, l->kind->extension) == 0)
            rc = check_office(l, z, offices[i].main_type, e);
    if (rc == OK && strcmp(l->kind->extension, "ofd") == 0 &&
        zip_find(z, STR("OFD.xml")) == zip_count(z))
        rc = another_archive(l, e);
    if (rc == OK && strcmp(l->kind->extension, "ofd") == 0)
        rc = check_parts(z, e);
    if (rc == OK)
        rc = file_programs_check(z, e);
    if (rc == OK)
        rc = check_inside(z, 1, e);
    /* A document with macros is one under the name .zip as well. */
    if (rc == OK && strcmp(l->kind->extension, "zip") == 0 &&
        zip_find(z, STR("[Content_Types].xml")) != zip_count(z))
        rc = err_set(e, E_INVALID, "the name says .zip, but the content is an Office document");
done:
    zip_close(z);
    if (rc == E_LIMIT || rc == E_CORRUPT) {
        if (e)
            e->kind = E_INVALID;
        rc = E_INVALID;
    }
    return rc;
}

/* --- the binary Office formats --------------------------------------------------------- */

struct ole_search {
    struct bytes stream; /* name of the main stream, UTF-16 */
    bool has_stream, has_macros;
};

static bool see_ole(void *arg, struct bytes piece, bool first)
{
    struct ole_search *s = arg;
    (void)first;
    s->has_stream = s->has_stream || has(piece, s->stream);
    s->has_macros = s->has_macros || has(piece, OLE_MACROS);
    return !s->has_macros;
}

static err_t check_ole(const struct look *l, struct err *e)
{
    bool book = strcmp(l->kind->extension, "xls") == 0 || strcmp(l->kind->extension, "et") == 0;
    struct ole_search s = {.stream = book ? BYTES("B\0o\0o\0k\0") : BYTES("W\0o\0r\0d\0D\0o\0c\0")};
    struct bytes small = BYTES("b\0o\0o\0k\0"); /* "Workbook", of Excel 97 and later */
    err_t rc;
    if (!begins(l->head, BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")))
        return wrong_content(l, e);
    rc = pass(l->v, see_ole, &s, e);
    if (rc == OK && !s.has_macros && book && !s.has_stream) {
        s.stream = small;
        rc = pass(l->v, see_ole, &s, e);
    }
    if (rc == OK && s.has_macros)
        return err_set(e, E_INVALID, "the file is refused: %s",
                       msg(N_("it is a document with macros")));
    if (rc == OK && !s.has_stream)
        return wrong_content(l, e);
    return rc == OK ? check_no_other_kind(l, e) : rc;
}

/* --- images ---------------------------------------------------------------------------- */

static err_t check_pixels(const struct look *l, uint64_t width, uint64_t height, struct err *e)
{
    if (width == 0 || height == 0 || width > FILE_PIXELS_MAX || height > FILE_PIXELS_MAX ||
        width * height > FILE_PIXELS_MAX)
        return err_set(e, E_INVALID, "the image says that it has %llu × %llu pixels",
                       (unsigned long long)width, (unsigned long long)height);
    return check_no_other_kind(l, e);
}

static err_t check_png(const struct look *l, struct err *e)
{
    uint8_t box[8];
    int64_t at = 8;
    err_t rc;
    if (!begins(l->head, BYTES("\x89PNG\r\n\x1A\n")) || l->head.len < 33)
        return wrong_content(l, e);
    for (bool end = false; !end;) {
        if (at + 12 > l->v->bytes)
            return err_set(e, E_INVALID, "the PNG image is cut off");
        if ((rc = l->v->read(l->v->arg, at, box, sizeof(box), e)) != OK)
            return rc;
        at += 12 + (int64_t)be32(box);
        end = memcmp(box + 4, "IEND", 4) == 0;
    }
    if (at != l->v->bytes)
        return err_set(e, E_INVALID, "something follows the end of the image");
    return check_pixels(l, be32(l->head.ptr + 16), be32(l->head.ptr + 20), e);
}

static err_t check_jpeg(const struct look *l, struct err *e)
{
    uint8_t segment[9];
    int64_t at = 2;
    err_t rc;
    if (!begins(l->head, BYTES("\xFF\xD8\xFF")))
        return wrong_content(l, e);
    while (at + (int64_t)sizeof(segment) <= l->v->bytes) {
        if ((rc = l->v->read(l->v->arg, at, segment, sizeof(segment), e)) != OK)
            return rc;
        uint8_t mark = segment[1];
        if (segment[0] != 0xFF || mark == 0xDA)
            break;
        if (mark == 0xFF) {
            at++;
        } else if (mark >= 0xC0 && mark <= 0xCF && mark != 0xC4 && mark != 0xC8 && mark != 0xCC) {
            return check_pixels(l, be16(segment + 7), be16(segment + 5), e);
        } else {
            at += 2 + (int64_t)be16(segment + 2);
        }
    }
    return wrong_content(l, e);
}

static err_t check_gif(const struct look *l, struct err *e)
{
    if ((!begins(l->head, BYTES("GIF87a")) && !begins(l->head, BYTES("GIF89a"))) ||
        l->head.len < 14)
        return wrong_content(l, e);
    if (l->tail.ptr[l->tail.len - 1] != 0x3B)
        return err_set(e, E_INVALID, "something follows the end of the image");
    return check_pixels(l, le16(l->head.ptr + 6), le16(l->head.ptr + 8), e);
}

static err_t check_tiff(const struct look *l, struct err *e)
{
    if (!begins(l->head, BYTES("II*\0")) && !begins(l->head, BYTES("MM\0*")))
        return wrong_content(l, e);
    return check_no_other_kind(l, e);
}

/* --- text ------------------------------------------------------------------------------ */

struct text_search {
    bool wide; /* UTF-16 */
    bool bad;  /* a control character that texts do not have */
};

static bool see_text(void *arg, struct bytes piece, bool first)
{
    struct text_search *s = arg;
    if (first)
        s->wide = begins(piece, BYTES("\xFF\xFE")) || begins(piece, BYTES("\xFE\xFF"));
    for (size_t i = 0; i < piece.len && !s->wide; i++)
        s->bad = s->bad || (piece.ptr[i] < 0x20 && !memchr("\t\n\r\f", piece.ptr[i], 4));
    return !s->bad && !s->wide;
}

static err_t check_text(const struct look *l, struct err *e)
{
    static const char *const pages[] = {"<!doctype", "<html", "<head", "<body",  "<script",
                                        "<svg",      "<?xml", "<?php", "<iframe"};
    struct text_search s = {0};
    err_t rc;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        if (has_nocase(l->head, pages[i]))
            return err_set(e, E_INVALID, "the name says .%s, but the content is a web page (%s)",
                           l->kind->extension, pages[i]);
    if (begins(l->head, BYTES("%PDF-")))
        return wrong_content(l, e);
    rc = pass(l->v, see_text, &s, e);
    if (rc == OK && s.bad)
        return wrong_content(l, e);
    return rc == OK ? check_no_other_kind(l, e) : rc;
}

/* --- the table ------------------------------------------------------------------------- */

#define OOXML "application/vnd.openxmlformats-officedocument."
#define L_WORD N_("a Word document")
#define L_BOOK N_("an Excel workbook")
#define L_TEXT N_("text")
#define L_IMAGE N_("an image")

static const struct checked_kind {
    struct file_kind kind;
    err_t (*check)(const struct look *l, struct err *e);
} kinds[] = {
    {{"pdf", "application/pdf", N_("a PDF")}, check_pdf},
    {{"docx", OOXML "wordprocessingml.document", L_WORD}, check_archive},
    {{"xlsx", OOXML "spreadsheetml.sheet", L_BOOK}, check_archive},
    {{"pptx", OOXML "presentationml.presentation", N_("a presentation")}, check_archive},
    {{"ofd", "application/ofd", N_("an OFD document")}, check_archive},
    {{"zip", "application/zip", N_("a ZIP archive")}, check_archive},
    {{"doc", "application/msword", L_WORD}, check_ole},
    {{"wps", "application/msword", L_WORD}, check_ole},
    {{"xls", "application/vnd.ms-excel", L_BOOK}, check_ole},
    {{"et", "application/vnd.ms-excel", L_BOOK}, check_ole},
    {{"png", "image/png", L_IMAGE}, check_png},
    {{"jpg", "image/jpeg", L_IMAGE}, check_jpeg},
    {{"jpeg", "image/jpeg", L_IMAGE}, check_jpeg},
    {{"gif", "image/gif", L_IMAGE}, check_gif},
    {{"tif", "image/tiff", L_IMAGE}, check_tiff},
    {{"tiff", "image/tiff", L_IMAGE}, check_tiff},
    {{"txt", "text/plain", L_TEXT}, check_text},
    {{"csv", "text/csv", L_TEXT}, check_text},
};

const struct file_kind *file_kind_find(struct str extension)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_eq_nocase(extension, str_of(kinds[i].kind.extension)))
            return &kinds[i].kind;
    return NULL;
}

const struct file_kind *file_kind_of_name(struct str name)
{
    for (size_t i = name.len; i > 1; i--)
        if (name.ptr[i - 1] == '.')
            return file_kind_find((struct str){name.ptr + i, name.len - i});
    return NULL;
}

bool file_kind_is_packed(const struct file_kind *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (&kinds[i].kind == kind)
            return kinds[i].check == check_archive || kinds[i].check == check_pdf;
    return false;
}

struct str file_kinds(struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        all = arena_printf(a, "%.*s%s%s", STR_ARG(all), i ? ", " : "", kinds[i].kind.extension);
    return all;
}

/* U+061C, U+200E, U+200F turn nothing in a line, but stand between a name and its ending. */
static bool has_hidden_mark(struct str s)
{
    return str_contains(s, STR("\xD8\x9C")) || str_contains(s, STR("\xE2\x80\x8E")) ||
           str_contains(s, STR("\xE2\x80\x8F"));
}

err_t file_name_check(struct str name, struct err *e)
{
    if (name.len == 0)
        return err_set(e, E_INVALID, "the file needs a name");
    if (name.len > FILE_NAME_MAX_BYTES)
        return err_set(e, E_INVALID, "the name of the file is longer than %d bytes",
                       FILE_NAME_MAX_BYTES);
    if (memchr(name.ptr, '/', name.len) || memchr(name.ptr, '\\', name.len))
        return err_set(e, E_INVALID, "give the name of the file without folders");
    if (utf8_check(name) != name.len || has_hidden_mark(name))
        return err_set(e, E_INVALID, "the name of the file is not plain text");
    const char *torn = unicode_torn(name, false);
    if (torn)
        return err_set(e, E_INVALID, "the name of the file %s", msg(torn));
    return OK;
}

static err_t edge(struct bytes *out, const struct look *l, int64_t from, size_t len, struct err *e)
{
    uint8_t *to = arena_alloc(l->a, len + 1);
    *out = (struct bytes){to, len};
    return l->v->read(l->v->arg, from, to, len, e);
}

err_t file_kind_check(const struct file_kind **out, const struct file_view *v, struct str name,
                      struct arena *a, struct err *e)
{
    struct look l = {.v = v, .kind = file_kind_of_name(name), .a = a};
    size_t len = v->bytes < (int64_t)EDGE ? (size_t)v->bytes : EDGE;
    err_t rc = file_name_check(name, e);
    *out = NULL;
    if (rc != OK)
        return rc;
    if (!l.kind)
        return err_set(e, E_INVALID, "files of this kind are not taken; these are: %.*s",
                       STR_ARG(file_kinds(a)));
    if (v->bytes == 0)
        return err_set(e, E_INVALID, "the file is empty");
    if ((rc = edge(&l.head, &l, 0, len, e)) != OK ||
        (rc = edge(&l.tail, &l, v->bytes - (int64_t)len, len, e)) != OK)
        return rc;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (&kinds[i].kind == l.kind)
            rc = kinds[i].check(&l, e);
    if (rc == OK)
        *out = l.kind;
    return rc;
}
