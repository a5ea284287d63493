/* Workbook, relations, styles and shared strings of an XLSX file. */
#include "base/map.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/cell_text.h"
#include "text/stream_ahead.h"
#include "text/xlsx_priv.h"
#include "text/xml.h"
#include <stdlib.h>

#define PART_CHUNK (32 << 10)
#define AHEAD_FROM_BYTES (1 << 20) /* below, starting a thread costs what it gains */
#define SHEETS_MAX 10000
#define STYLES_MAX 100000 /* Excel: 65,490 */

/* --- parts --------------------------------------------------------------- */

const char *xlsx_attr(const char **attrs, const char *name)
{
    for (; *attrs; attrs += 2) {
        if (strcmp(xlsx_local(attrs[0]), name) == 0)
            return attrs[1];
    }
    return NULL;
}

bool xlsx_true(const char *flag)
{
    return flag && (strcmp(flag, "1") == 0 || strcmp(flag, "true") == 0);
}

static void refuse_doctype(void *data, const char *name, const char *sysid, const char *pubid,
                           int has_subset)
{
    const struct xlsx_part *p = data;
    (void)name, (void)sysid, (void)pubid, (void)has_subset;
    XML_StopParser(p->parser, XML_FALSE);
}

err_t xlsx_part_open(struct xlsx_part *p, const struct zip *zip, struct str name,
                     XML_StartElementHandler start, XML_EndElementHandler end,
                     XML_CharacterDataHandler text, void *arg, struct err *e)
{
    size_t i = zip_find(zip, name);
    *p = (struct xlsx_part){.name = name, .arg = arg};
    if (i == zip_count(zip))
        return err_set(e, E_INVALID, "the workbook lacks its part %.*s", STR_ARG(name));
    err_t rc = zip_open_member(&p->in, zip, i, e);
    if (rc != OK)
        return rc;
    if (zip_get(zip, i)->size >= AHEAD_FROM_BYTES)
        p->in = stream_ahead(p->in);
    p->parser = XML_ParserCreate(NULL);
    if (!p->parser)
        abort(); /* out of memory, as mem_alloc */
    XML_SetBillionLaughsAttackProtectionActivationThreshold(p->parser, XML_AMPLIFICATION_FROM);
    XML_SetUserData(p->parser, p);
    XML_SetStartDoctypeDeclHandler(p->parser, refuse_doctype);
    XML_SetElementHandler(p->parser, start, end);
    XML_SetCharacterDataHandler(p->parser, text);
    return OK;
}

void xlsx_part_close(struct xlsx_part *p)
{
    if (p->parser)
        XML_ParserFree(p->parser);
    stream_close(p->in);
    *p = (struct xlsx_part){0};
}

static err_t part_failed(struct xlsx_part *p, struct err *e)
{
    enum XML_Error why = XML_GetErrorCode(p->parser);
    if (p->rc != OK)
        return p->rc;
    return err_set(e, E_INVALID, "%.*s, line %llu, column %llu: not well-formed XML: %s",
                   STR_ARG(p->name), (unsigned long long)XML_GetCurrentLineNumber(p->parser),
                   (unsigned long long)XML_GetCurrentColumnNumber(p->parser) + 1,
                   why == XML_ERROR_ABORTED ? msg("a DOCTYPE has no place in a workbook")
                                            : xml_fault_text((int)why));
}

err_t xlsx_part_run(struct xlsx_part *p, struct err *e)
{
    p->e = e;
    for (;;) {
        enum XML_Status status;
        if (p->suspended) {
            p->suspended = false;
            status = XML_ResumeParser(p->parser);
        } else if (p->final) {
            return OK;
        } else {
            size_t got = 0;
            void *to = XML_GetBuffer(p->parser, PART_CHUNK);
            if (!to)
                abort();
            err_t rc = stream_read(&got, p->in, to, PART_CHUNK, e);
            if (rc != OK)
                return rc;
            p->final = got == 0;
            status = XML_ParseBuffer(p->parser, (int)got, p->final);
        }
        if (status == XML_STATUS_ERROR)
            return part_failed(p, e);
        if (status == XML_STATUS_SUSPENDED) {
            p->suspended = true;
            return p->rc;
        }
        if (p->rc != OK)
            return p->rc;
    }
}

/* --- small texts --------------------------------------------------------- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void xlsx_unescape(struct buf *to, struct str s)
{
    for (;;) {
        size_t at = 0;
        uint32_t c = 0;
        bool found = false;
        for (; at + 7 <= s.len && !found; at++) {
            const char *p = memchr(s.ptr + at, '_', s.len - at - 6);
            if (!p)
                break;
            at = (size_t)(p - s.ptr);
            found = p[1] == 'x' && p[6] == '_';
            for (int i = 2; i < 6 && found; i++) {
                found = hex_value(p[i]) >= 0;
                c = c << 4 | (uint32_t)(hex_value(p[i]) & 15);
            }
            if (found)
                break;
            c = 0;
        }
        if (!found) {
            buf_add(to, s);
            return;
        }
        char utf8[4];
        buf_add(to, (struct str){s.ptr, at});
        buf_add(to, (struct str){utf8, utf8_put(utf8, c)});
        s = (struct str){s.ptr + at + 7, s.len - at - 7};
    }
}

/* A target as written in the relations of `part`: "../media/x" beside
 * "xl/worksheets/one.xml" is "xl/media/x"; "/xl/x" counts from the root. */
static struct str resolve(struct arena *a, struct str part, struct str target)
{
    size_t slash = part.len, len = 0;
    while (slash > 0 && part.ptr[slash - 1] != '/')
        slash--;
    struct str rest = arena_join(a, (struct str){part.ptr, slash}, target);
    if (str_starts(target, STR("/")))
        rest = target;
    char *path = arena_alloc(a, rest.len + 1);
    while (rest.ptr) {
        struct str step = str_split(&rest, STR("/"));
        if (str_is(step, "..")) {
            while (len > 0 && path[--len] != '/')
                ;
        } else if (step.len > 0 && !str_is(step, ".")) {
            if (len > 0)
                path[len++] = '/';
            memcpy(path + len, step.ptr, step.len);
            len += step.len;
        }
    }
    return (struct str){path, len};
}

/* --- relations ----------------------------------------------------------- */

struct relations {
    struct str part;
    struct arena *a;
    void (*fn)(void *arg, const struct xlsx_relation *r);
    void *arg;
};

static void relation_start(void *data, const char *name, const char **attrs)
{
    struct relations *rs = xlsx_arg(data);
    const char *id = xlsx_attr(attrs, "Id"), *type = xlsx_attr(attrs, "Type");
    const char *target = xlsx_attr(attrs, "Target"), *mode = xlsx_attr(attrs, "TargetMode");
    if (strcmp(xlsx_local(name), "Relationship") != 0 || !id || !type || !target)
        return;
    const char *slash = strrchr(type, '/');
    struct xlsx_relation r = {str_of(id), str_of(slash ? slash + 1 : type), str_of(target),
                              mode && strcmp(mode, "External") == 0};
    if (!r.external)
        r.target = resolve(rs->a, rs->part, r.target);
    rs->fn(rs->arg, &r);
    arena_reset(rs->a);
}

static err_t xlsx_relations(const struct zip *zip, struct str part,
                            void (*fn)(void *arg, const struct xlsx_relation *r), void *arg,
                            struct err *e)
{
    struct relations rs = {part, arena_new(), fn, arg};
    struct arena *a = arena_new();
    struct xlsx_part p = {0};
    size_t slash = part.len;
    while (slash > 0 && part.ptr[slash - 1] != '/')
        slash--;
    struct str name = arena_printf(a, "%.*s_rels/%.*s.rels", (int)slash, part.ptr,
                                   (int)(part.len - slash), part.ptr + slash);
    err_t rc = OK;
    if (zip_find(zip, name) < zip_count(zip)) {
        rc = xlsx_part_open(&p, zip, name, relation_start, NULL, NULL, &rs, e);
        if (rc == OK)
            rc = xlsx_part_run(&p, e);
    }
    xlsx_part_close(&p);
    arena_free(rs.a);
    arena_free(a);
    return rc;
}

/* --- workbook ------------------------------------------------------------ */

struct found_sheet {
    struct str name, relation;
    bool hidden;
};

struct workbook {
    struct xlsx_book *b;
    struct arena *a;
    VEC(struct found_sheet) sheets;
    struct str part, shared, styles;
    struct map *targets; /* relation id → index of parts, +1 */
    VEC(struct str) parts;
};

static void find_workbook(void *arg, const struct xlsx_relation *r)
{
    struct workbook *w = arg;
    if (str_is(r->type, "officeDocument") && w->part.len == 0)
        w->part = arena_dup(w->a, r->target);
}

static void workbook_start(void *data, const char *name, const char **attrs)
{
    struct workbook *w = xlsx_arg(data);
    name = xlsx_local(name);
    if (strcmp(name, "workbookPr") == 0) {
        w->b->from_1904 = xlsx_true(xlsx_attr(attrs, "date1904"));
    }
    const char *title = xlsx_attr(attrs, "name"), *id = xlsx_attr(attrs, "id"),
               *state = xlsx_attr(attrs, "state"); /* visible, hidden, veryHidden */
    if (strcmp(name, "sheet") == 0 && id && w->sheets.len < SHEETS_MAX) {
        struct found_sheet s = {arena_dup(w->b->a, str_of(title)), arena_dup(w->a, str_of(id)),
                                state && strcmp(state, "visible") != 0};
        VEC_PUSH(w->a, &w->sheets, s);
    }
}

static void workbook_relation(void *arg, const struct xlsx_relation *r)
{
    struct workbook *w = arg;
    bool added;
    if (str_is(r->type, "sharedStrings"))
        w->shared = arena_dup(w->a, r->target);
    else if (str_is(r->type, "styles"))
        w->styles = arena_dup(w->a, r->target);
    if (!str_is(r->type, "worksheet"))
        return;
    VEC_PUSH(w->a, &w->parts, arena_dup(w->b->a, r->target));
    *map_put(w->targets, r->id, &added) = w->parts.len;
}

static err_t run_whole(const struct zip *zip, struct str name, XML_StartElementHandler start,
                       XML_EndElementHandler end, XML_CharacterDataHandler text, void *arg,
                       struct err *e)
{
    struct xlsx_part p;
    err_t rc = xlsx_part_open(&p, zip, name, start, end, text, arg, e);
    if (rc == OK)
        rc = xlsx_part_run(&p, e);
    xlsx_part_close(&p);
    return rc;
}

/* --- styles -------------------------------------------------------------- */

struct styles {
    struct xlsx_book *b;
    struct map *formats; /* id of a custom format → 1 other, 2 date */
    bool in_cell_xfs;
};

static bool is_date_style(const struct styles *s, const char *id)
{
    uint64_t *custom = map_get(s->formats, str_of(id));
    if (custom)
        return *custom == 2;
    unsigned long n = strtoul(id, NULL, 10);
    return n < 164 && cell_format_id_is_date((unsigned)n);
}

static void styles_start(void *data, const char *name, const char **attrs)
{
    struct styles *s = xlsx_arg(data);
    bool added;
    name = xlsx_local(name);
    if (strcmp(name, "cellXfs") == 0)
        s->in_cell_xfs = true;
    const char *id = xlsx_attr(attrs, "numFmtId"), *code = xlsx_attr(attrs, "formatCode");
    if (strcmp(name, "numFmt") == 0 && id && code && map_count(s->formats) < STYLES_MAX)
        *map_put(s->formats, str_of(id), &added) = cell_format_is_date(str_of(code)) ? 2 : 1;
    if (strcmp(name, "xf") == 0 && s->in_cell_xfs && s->b->date_styles.len < STYLES_MAX)
        VEC_PUSH(s->b->a, &s->b->date_styles, id && is_date_style(s, id));
}

static void styles_end(void *data, const char *name)
{
    struct styles *s = xlsx_arg(data);
    if (strcmp(xlsx_local(name), "cellXfs") == 0)
        s->in_cell_xfs = false;
}

/* --- shared strings ------------------------------------------------------ */

struct shared {
    struct xlsx_book *b;
    struct buf text; /* of the item being read */
    bool in_text;
    int phonetic; /* depth inside <rPh>: a reading aid, no text */
};

static void refuse_shared(struct xlsx_part *p)
{
    const struct shared *s = p->arg;
    if (!buf_ok(&s->text))
        p->rc = err_set(p->e, E_LIMIT, "a cell of the workbook is longer than %zu bytes",
                        FIELD_BYTES_MAX);
    else
        p->rc = err_set(p->e, E_LIMIT,
                        "the texts that the cells of the workbook share are larger than %zu MB; "
                        "save it as CSV, or in parts",
                        XLSX_SHARED_BYTES_MAX >> 20);
    XML_StopParser(p->parser, XML_FALSE);
}

static void shared_start(void *data, const char *name, const char **attrs)
{
    struct shared *s = xlsx_arg(data);
    (void)attrs;
    name = xlsx_local(name);
    if (strcmp(name, "rPh") == 0)
        s->phonetic++;
    s->in_text = strcmp(name, "t") == 0 && s->phonetic == 0;
}

static void shared_end(void *data, const char *name)
{
    struct shared *s = xlsx_arg(data);
    struct xlsx_book *b = s->b;
    name = xlsx_local(name);
    s->in_text = false;
    if (strcmp(name, "rPh") == 0 && s->phonetic > 0)
        s->phonetic--;
    if (strcmp(name, "si") != 0)
        return;
    xlsx_unescape(&b->shared, buf_str(&s->text));
    if (!buf_ok(&s->text) || !buf_ok(&b->shared) ||
        b->shared.len + b->shared_end.len * sizeof(uint64_t) > XLSX_SHARED_BYTES_MAX) {
        refuse_shared(data);
        return;
    }
    buf_reset(&s->text);
    if (b->shared_end.len == b->shared_end.cap) {
        b->shared_end.cap = b->shared_end.cap ? b->shared_end.cap * 2 : 1024;
        b->shared_end.ptr = mem_grow(b->shared_end.ptr, b->shared_end.cap * sizeof(uint64_t));
    }
    b->shared_end.ptr[b->shared_end.len++] = b->shared.len;
}

static void shared_text(void *data, const char *text, int len)
{
    struct shared *s = xlsx_arg(data);
    if (s->in_text)
        buf_add(&s->text, (struct str){text, (size_t)len});
}

bool xlsx_shared(struct str *out, const struct xlsx_book *b, size_t i)
{
    if (i >= b->shared_end.len)
        return false;
    uint64_t from = i ? b->shared_end.ptr[i - 1] : 0;
    *out = (struct str){b->shared.ptr + from, (size_t)(b->shared_end.ptr[i] - from)};
    return true;
}

/* --- together ------------------------------------------------------------ */

static err_t read_styles(struct xlsx_book *b, struct str part, struct err *e)
{
    struct styles s = {.b = b, .formats = map_new(1)};
    err_t rc = run_whole(b->zip, part, styles_start, styles_end, NULL, &s, e);
    map_free(s.formats);
    return rc;
}

static err_t read_shared(struct xlsx_book *b, struct str part, struct err *e)
{
    struct shared s = {.b = b};
    buf_init(&s.text, FIELD_BYTES_MAX);
    buf_init(&b->shared, XLSX_SHARED_BYTES_MAX);
    err_t rc = run_whole(b->zip, part, shared_start, shared_end, shared_text, &s, e);
    buf_clear(&s.text);
    return rc;
}

static err_t read_workbook(struct workbook *w, struct err *e)
{
    struct xlsx_book *b = w->b;
    err_t rc;
    if ((rc = xlsx_relations(b->zip, STR_NONE, find_workbook, w, e)) != OK)
        return rc;
    if (w->part.len == 0)
        w->part = STR("xl/workbook.xml");
    if (str_ends(w->part, STR(".bin")))
        return err_set(e, E_INVALID,
                       "the workbook is of the binary kind (.xlsb); save it as .xlsx");
    if ((rc = run_whole(b->zip, w->part, workbook_start, NULL, NULL, w, e)) != OK)
        return rc;
    if ((rc = xlsx_relations(b->zip, w->part, workbook_relation, w, e)) != OK)
        return rc;
    for (size_t i = 0; i < w->sheets.len; i++) {
        uint64_t *target = map_get(w->targets, w->sheets.ptr[i].relation);
        if (target && *target > 0) {
            struct xlsx_sheet s = {w->sheets.ptr[i].name, w->parts.ptr[*target - 1],
                                   w->sheets.ptr[i].hidden};
            VEC_PUSH(b->a, &b->sheets, s);
        }
    }
    if (b->sheets.len == 0)
        return err_set(e, E_INVALID, "the workbook has no sheet with cells");
    /* Programs leave these two out where they have nothing to say. */
    if (zip_find(b->zip, w->styles) < zip_count(b->zip) &&
        (rc = read_styles(b, w->styles, e)) != OK)
        return rc;
    if (zip_find(b->zip, w->shared) < zip_count(b->zip))
        rc = read_shared(b, w->shared, e);
    return rc;
}

err_t xlsx_book_open(struct xlsx_book *b, struct bytes file, struct err *e)
{
    *b = (struct xlsx_book){0};
    err_t rc = zip_open(&b->zip, file, e);
    if (rc != OK)
        return rc;
    b->a = arena_new();
    struct workbook w = {.b = b, .a = arena_new(), .targets = map_new(1)};
    rc = read_workbook(&w, e);
    map_free(w.targets);
    arena_free(w.a);
    if (rc != OK)
        xlsx_book_close(b);
    return rc;
}

void xlsx_book_close(struct xlsx_book *b)
{
    buf_clear(&b->shared);
    free(b->shared_end.ptr);
    arena_free(b->a);
    zip_close(b->zip);
    *b = (struct xlsx_book){0};
}
