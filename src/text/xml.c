/* bytes → iconv (when not UTF-8) → xml_filter → expat → trees.
 *
 * Expat is fed pieces that end behind a '>', so every tag lies whole in the
 * piece at hand and a place reported by expat can be found in it again. That is
 * what lets a damaged document be left: the piece is searched for the next
 * document or record, and a fresh parser goes on there, under the same outer
 * elements. XML_StopParser(resumable) hands out one record at a time. */
#include "text/xml.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include "text/xml_filter.h"
#include "text/xml_priv.h"
#include <errno.h>
#include <expat.h>
#include <iconv.h>

#define PIECE_BYTES ((size_t)256 << 10)
#define CHUNK_BYTES ((size_t)64 << 10)
#define NAMES_MAX 4096 /* distinct element names kept; schemas have some hundred */

struct name {
    struct str raw, local; /* "exch:citation", "citation" */
    bool record;
    enum xml_flow flow;
};

enum stop { STOP_NONE, STOP_DOCUMENT, STOP_LIMIT, STOP_DEPTH };

struct xml_reader {
    struct stream *in;
    const char *const *records;
    XML_Parser parser;
    struct arena *keep;    /* names: bounded by NAMES_MAX */
    struct arena *root_of; /* the root of the current document */
    struct map *name_of;
    VEC(struct name) names;

    /* bytes */
    iconv_t convert;
    bool converts, at_end;
    size_t unit; /* bytes to leave out at a bad sequence: 2 in UTF-16 */
    char *chunk; /* undecoded bytes */
    size_t chunk_len;
    char *piece; /* decoded, not yet filtered */
    size_t piece_len;
    struct xml_filter filter;
    struct buf clean; /* filtered; expat has had [0, at) */
    size_t at;
    size_t fed_from, fed_index; /* clean.ptr[fed_from] is byte fed_index of the parser */
    int64_t line;               /* of clean.ptr[line_at] */
    size_t line_at;

    /* the document */
    size_t documents;
    size_t stray_ends, strays_before; /* end tags left out; of them before the record at hand */
    int64_t stray_line;               /* of its first one */
    size_t stray_column;
    bool open, suspended, lost, finished;
    int depth;
    struct name path[XML_DEPTH_MAX]; /* the `depth` open elements */
    int path_len;                    /* of them outside of records */
    int reopen;                      /* start tags fed again after a damage still to be ignored */
    enum stop stop;
    struct xml_node root;
    bool has_root;

    /* the record */
    struct arena *a;
    size_t a_start;
    struct xml_node *record, *here, *done;
    struct buf text;
};

/* --- decoding --------------------------------------------------------------- */

/* What the XML declaration at the start of `head` says of the encoding. */
static struct str declared_encoding(struct str head)
{
    size_t end = str_find(head, STR("?>"), 0);
    struct str declaration = {head.ptr, end};
    size_t at = str_find(declaration, STR("encoding"), 0);

    if (!str_starts(head, STR("<?xml")) || end == head.len || at == declaration.len)
        return STR_NONE;
    while (at < end && declaration.ptr[at] != '"' && declaration.ptr[at] != '\'')
        at++;
    if (at >= end)
        return STR_NONE;
    const char *close = memchr(head.ptr + at + 1, head.ptr[at], end - at - 1);
    return close ? str_range(head.ptr + at + 1, close) : STR_NONE;
}

/* Name for iconv; NULL: UTF-8, nothing to convert. */
static const char *encoding_of(struct bytes head, char name[64])
{
    const uint8_t *p = head.ptr;

    if (head.len >= 2 && ((p[0] == 0xFE && p[1] == 0xFF) || (p[0] == 0 && p[1] == '<')))
        return "UTF-16BE";
    if (head.len >= 2 && ((p[0] == 0xFF && p[1] == 0xFE) || (p[0] == '<' && p[1] == 0)))
        return "UTF-16LE";
    if (head.len >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF)
        return NULL;
    struct str said = declared_encoding(str_trim(bytes_str(head)));
    if (said.len == 0 || said.len >= 64 || str_eq_nocase(said, STR("utf-8")) ||
        str_eq_nocase(said, STR("utf8")) || str_eq_nocase(said, STR("us-ascii")) ||
        str_starts(said, STR("UTF-16")) || str_starts(said, STR("utf-16")))
        return NULL; /* the bytes are no UTF-16, whatever they say of themselves */
    if (str_eq_nocase(said, STR("gbk")) || str_eq_nocase(said, STR("gb2312")))
        return "GB18030"; /* their superset */
    memcpy(name, said.ptr, said.len);
    name[said.len] = '\0';
    return name;
}

/* Decode the chunk into the piece; what is left of the chunk is a cut sequence. */
static void decode_chunk(struct xml_reader *r, bool last)
{
    char *from = r->chunk, *to = r->piece + r->piece_len;
    size_t from_left = r->chunk_len, to_left = PIECE_BYTES - r->piece_len;

    while (from_left > 0 && iconv(r->convert, &from, &from_left, &to, &to_left) == (size_t)-1) {
        if (errno == E2BIG || to_left < 8 || (errno == EINVAL && !last))
            break;          /* no room, or a sequence that goes on in the next chunk */
        *to++ = (char)0xFF; /* becomes U+FFFD in the filter, and is counted there */
        to_left--;
        size_t skip = from_left < r->unit ? from_left : r->unit;
        from += skip;
        from_left -= skip;
    }
    memmove(r->chunk, from, from_left);
    r->chunk_len = from_left;
    r->piece_len = (size_t)(to - r->piece);
}

/* Fill the piece as far as the stream goes. */
static err_t fill_piece(struct xml_reader *r, struct err *e)
{
    while (!r->at_end && PIECE_BYTES - r->piece_len > CHUNK_BYTES * 3) {
        size_t got = 0;
        char *to = r->converts ? r->chunk + r->chunk_len : r->piece + r->piece_len;
        size_t cap = r->converts ? CHUNK_BYTES - r->chunk_len : CHUNK_BYTES;
        err_t rc = stream_read(&got, r->in, to, cap, e);
        if (rc != OK)
            return rc;
        r->at_end = got == 0;
        if (r->converts) {
            r->chunk_len += got;
            decode_chunk(r, r->at_end);
        } else {
            r->piece_len += got;
        }
    }
    return OK;
}

/* How much of the piece may go on: up to its last '>', so that no tag is cut;
 * where there is none, up to the last blank, for no reference is cut then. */
static size_t cut_piece(const struct xml_reader *r)
{
    const char *p = memrchr(r->piece, '>', r->piece_len);

    if (r->at_end)
        return r->piece_len;
    if (!p)
        p = memrchr(r->piece, ' ', r->piece_len);
    if (p)
        return (size_t)(p - r->piece) + 1;
    size_t cut = r->piece_len;
    while (cut > 0 && ((unsigned char)r->piece[cut - 1] & 0x80) && r->piece_len - cut < 8)
        cut--;
    return cut;
}

static void count_lines_to(struct xml_reader *r, size_t offset)
{
    while (r->line_at < offset) {
        const char *nl = memchr(r->clean.ptr + r->line_at, '\n', offset - r->line_at);
        if (!nl)
            break;
        r->line++;
        r->line_at = (size_t)(nl - r->clean.ptr) + 1;
    }
    if (offset > r->line_at)
        r->line_at = offset;
}

/* The next clean piece; *more false at the end of the stream. */
static err_t refill(bool *more, struct xml_reader *r, struct err *e)
{
    err_t rc = fill_piece(r, e);

    if (rc != OK) {
        r->finished = true;
        return rc;
    }
    count_lines_to(r, r->clean.len);
    xml_filter_settle(&r->filter, SIZE_MAX);
    buf_reset(&r->clean);
    r->at = r->line_at = 0;
    size_t cut = cut_piece(r);
    xml_filter_run(&r->filter, (struct str){r->piece, cut}, &r->clean);
    memmove(r->piece, r->piece + cut, r->piece_len - cut);
    r->piece_len -= cut;
    *more = cut > 0;
    return OK;
}

/* --- names ------------------------------------------------------------------ */

static struct str local_part(struct str raw)
{
    const char *colon = raw.len ? memchr(raw.ptr, ':', raw.len) : NULL;
    return colon ? str_range(colon + 1, raw.ptr + raw.len) : raw;
}

static bool is_record(const struct xml_reader *r, struct str local)
{
    for (size_t i = 0; r->records[i]; i++)
        if (str_is(local, r->records[i]))
            return true;
    return false;
}

static struct name name_made(const struct xml_reader *r, struct str raw)
{
    struct str local = local_part(raw);
    return (struct name){raw, local, is_record(r, local), xml_flow_of(local)};
}

/* The kept form of an element name. Past NAMES_MAX a hostile file gets names
 * in the record's arena; outside of records it has none. */
static struct name name_of(struct xml_reader *r, const char *z)
{
    struct str raw = str_of(z);
    uint64_t *index = map_get(r->name_of, raw);

    if (index)
        return r->names.ptr[*index];
    if (r->names.len >= NAMES_MAX)
        return name_made(r, r->record ? arena_dup(r->a, raw) : STR("x"));
    bool added;
    index = map_put(r->name_of, raw, &added);
    *index = r->names.len;
    VEC_PUSH(r->keep, &r->names, name_made(r, arena_dup(r->keep, raw)));
    return r->names.ptr[r->names.len - 1];
}

/* --- events ----------------------------------------------------------------- */

static size_t event_offset(const struct xml_reader *r)
{
    XML_Index index = XML_GetCurrentByteIndex(r->parser);
    size_t offset = r->fed_from;

    if (index > (XML_Index)r->fed_index)
        offset += (size_t)index - r->fed_index;
    return offset < r->clean.len ? offset : r->clean.len;
}

static void halt(struct xml_reader *r, enum stop why)
{
    if (r->stop == STOP_NONE) {
        r->stop = why;
        (void)XML_StopParser(r->parser, XML_FALSE);
    }
}

static void set_attrs(struct xml_node *n, const char **atts, struct arena *a)
{
    size_t count = 0;

    while (atts[count * 2])
        count++;
    if (count == 0)
        return;
    struct xml_attr *list = arena_array(a, count, sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        struct str name = str_of(atts[i * 2]);
        if (str_starts(name, STR("xmlns")))
            continue;
        list[n->attr_count].name = arena_dup(a, local_part(name));
        list[n->attr_count++].value = arena_dup(a, str_of(atts[i * 2 + 1]));
    }
    n->attrs = list;
}

static bool is_blank(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] > ' ')
            return false;
    return true;
}

static void flush_text(struct xml_reader *r)
{
    struct str s = buf_str(&r->text);

    if (s.len == 0)
        return;
    struct xml_node *n = arena_alloc(r->a, sizeof(*n));
    n->text = is_blank(s) ? STR(" ") : arena_dup(r->a, s);
    xml_append(r->here, n);
    buf_reset(&r->text);
}

static bool too_large(const struct xml_reader *r)
{
    return arena_used(r->a) - r->a_start > XML_RECORD_BYTES_MAX;
}

static void new_root(struct xml_reader *r, const char *z, const char **atts)
{
    arena_reset(r->root_of);
    r->root = (struct xml_node){.name = arena_dup(r->root_of, local_part(str_of(z)))};
    set_attrs(&r->root, atts, r->root_of);
    r->has_root = true;
    r->documents++;
}

static void on_start(void *arg, const char *z, const char **atts)
{
    struct xml_reader *r = arg;

    if (r->stop != STOP_NONE)
        return;
    if (r->reopen > 0) { /* an outer element fed again after a damage */
        r->reopen--;
        r->depth++;
        return;
    }
    if (r->depth >= XML_DEPTH_MAX) {
        halt(r, STOP_DEPTH);
        return;
    }
    if (r->depth == 0)
        new_root(r, z, atts);
    struct name name = name_of(r, z);
    r->path[r->depth++] = name;
    if (!r->record && !name.record) {
        r->path_len++;
        return;
    }
    struct xml_node *n = arena_alloc(r->a, sizeof(*n));
    n->name = name.local;
    n->flow = name.flow;
    count_lines_to(r, event_offset(r));
    n->line = r->line;
    set_attrs(n, atts, r->a);
    if (r->record) {
        flush_text(r);
        xml_append(r->here, n);
    } else {
        r->record = n;
    }
    r->here = n;
    if (too_large(r))
        halt(r, STOP_LIMIT);
}

static void on_end(void *arg, const char *z)
{
    struct xml_reader *r = arg;

    (void)z;
    if (r->stop != STOP_NONE)
        return;
    r->depth--;
    if (r->record) {
        flush_text(r);
        if (r->here == r->record) {
            r->done = r->record;
            r->strays_before = r->stray_ends;
            xml_filter_settle(&r->filter, event_offset(r));
            r->record = r->here = NULL;
        } else {
            r->here = r->here->parent;
        }
    } else if (r->path_len > 0) {
        r->path_len--;
    }
    if (r->depth == 0) {
        r->at = event_offset(r) + (size_t)XML_GetCurrentByteCount(r->parser);
        halt(r, STOP_DOCUMENT);
    } else if (r->done) {
        (void)XML_StopParser(r->parser, XML_TRUE);
    }
}

static void on_text(void *arg, const char *s, int len)
{
    struct xml_reader *r = arg;

    if (!r->record || len <= 0)
        return;
    buf_add(&r->text, (struct str){s, (size_t)len});
    if (!buf_ok(&r->text))
        halt(r, STOP_LIMIT);
}

/* An entity that an own DTD part declares which is never opened: its name. */
static void on_skipped(void *arg, const char *name, int is_parameter)
{
    struct xml_reader *r = arg;

    if (is_parameter)
        return;
    r->filter.unknown++;
    on_text(arg, name, (int)strlen(name));
}

static int on_external(XML_Parser p, const char *context, const char *base, const char *system_id,
                       const char *public_id)
{
    (void)p, (void)context, (void)base, (void)system_id, (void)public_id;
    return XML_STATUS_OK; /* never opened */
}

/* --- documents -------------------------------------------------------------- */

static void arm(struct xml_reader *r)
{
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetSkippedEntityHandler(r->parser, on_skipped);
    XML_SetParamEntityParsing(r->parser, XML_PARAM_ENTITY_PARSING_ALWAYS);
    (void)XML_UseForeignDTD(r->parser, XML_TRUE); /* makes unknown names skippable, not fatal */
    XML_SetExternalEntityRefHandler(r->parser, on_external);
    (void)XML_SetBillionLaughsAttackProtectionActivationThreshold(r->parser,
                                                                  XML_AMPLIFICATION_FROM);
}

static void start_document(struct xml_reader *r)
{
    (void)XML_ParserReset(r->parser, "UTF-8");
    arm(r);
    r->depth = r->path_len = r->reopen = 0;
    r->fed_index = 0;
    r->fed_from = r->at;
    r->open = true;
    r->suspended = false;
    r->stop = STOP_NONE;
    r->record = r->here = NULL;
    buf_reset(&r->text);
}

/* A parser that stands at `at` inside the first `depth` open elements. */
static void reopen_document(struct xml_reader *r, int depth)
{
    struct buf tags = {0};
    int outer = r->path_len;

    for (int i = 0; i < depth; i++)
        buf_addf(&tags, "<%.*s>", STR_ARG(r->path[i].raw));
    start_document(r);
    r->path_len = outer;
    r->reopen = depth;
    (void)XML_Parse(r->parser, tags.ptr, (int)tags.len, XML_FALSE);
    r->fed_index = tags.len;
    buf_clear(&tags);
}

/* A '<' at clean.ptr[at] that begins a record: "<name" or "<prefix:name" and a
 * blank, '/' or '>'. */
static bool begins_record(const struct xml_reader *r, size_t at)
{
    size_t end = at + 1;

    while (end < r->clean.len && !strchr(" \t\r\n/>", r->clean.ptr[end]))
        end++;
    if (end == r->clean.len || end - at > 128)
        return false;
    return is_record(r, local_part(str_range(r->clean.ptr + at + 1, r->clean.ptr + end)));
}

/* After a damage: find where reading can go on. */
static err_t find_start(struct xml_reader *r, struct err *e)
{
    bool more = true;

    for (;;) {
        const char *p =
            r->at < r->clean.len ? memchr(r->clean.ptr + r->at, '<', r->clean.len - r->at) : NULL;
        if (!p) {
            err_t rc = refill(&more, r, e);
            if (rc != OK)
                return rc;
            if (more)
                continue;
            r->finished = true;
            return OK;
        }
        r->at = (size_t)(p - r->clean.ptr);
        struct str rest = str_range(p, r->clean.ptr + r->clean.len);
        if (str_starts(rest, STR("<?xml ")) || str_starts(rest, STR("<!DOCTYPE "))) {
            start_document(r);
            break;
        }
        if (begins_record(r, r->at)) {
            reopen_document(r, r->path_len);
            break;
        }
        r->at++;
    }
    r->lost = false;
    return OK;
}

/* Between documents: blanks, marks and stray text up to the next '<'. */
static err_t next_document(struct xml_reader *r, struct err *e)
{
    bool more = true;

    for (;;) {
        while (r->at < r->clean.len && r->clean.ptr[r->at] != '<' &&
               (r->documents > 0 || (unsigned char)r->clean.ptr[r->at] <= ' ' ||
                memchr("\xEF\xBB\xBF", r->clean.ptr[r->at], 3)))
            r->at++;
        if (r->at < r->clean.len) {
            start_document(r);
            return OK;
        }
        err_t rc = refill(&more, r, e);
        if (rc != OK)
            return rc;
        if (!more) {
            r->finished = true;
            return OK;
        }
    }
}

const char *xml_fault_text(int expat_code)
{
    static const char *const said[] = {
        [XML_ERROR_NO_ELEMENTS] = N_("no element found"),
        [XML_ERROR_INVALID_TOKEN] = N_("a character has no place here"),
        [XML_ERROR_UNCLOSED_TOKEN] = N_("a tag or reference is not closed"),
        [XML_ERROR_PARTIAL_CHAR] = N_("a character is cut off"),
        [XML_ERROR_TAG_MISMATCH] = N_("an end tag does not fit its start tag"),
        [XML_ERROR_DUPLICATE_ATTRIBUTE] = N_("an attribute stands twice"),
        [XML_ERROR_JUNK_AFTER_DOC_ELEMENT] = N_("more follows after the end of the document"),
        [XML_ERROR_UNDEFINED_ENTITY] = N_("an entity is not defined"),
        [XML_ERROR_BAD_CHAR_REF] = N_("a character reference names no character"),
        [XML_ERROR_MISPLACED_XML_PI] = N_("an XML declaration stands inside the text"),
        [XML_ERROR_UNKNOWN_ENCODING] = N_("the declared encoding is not known or not right"),
        [XML_ERROR_INCORRECT_ENCODING] = N_("the declared encoding is not known or not right"),
        [XML_ERROR_UNCLOSED_CDATA_SECTION] = N_("a CDATA section is not closed"),
        [XML_ERROR_AMPLIFICATION_LIMIT_BREACH] =
            N_("its entities grow beyond the limit of amplification"),
        [XML_ERROR_UNBOUND_PREFIX] = N_("a name has an undeclared prefix"),
    };
    bool known = expat_code >= 0 && expat_code < (int)ARRAY_LEN(said) && said[expat_code];
    return known ? msg(said[expat_code]) : msg("the syntax is wrong");
}

/* Column of an offset in the clean piece; r->line becomes its line. */
static size_t column_of(struct xml_reader *r, size_t offset)
{
    size_t start = offset;

    count_lines_to(r, offset);
    while (start > 0 && r->clean.ptr[start - 1] != '\n')
        start--;
    return offset - start + 1;
}

/* Leave a damaged place; the sentence names it, or the first end tag left out before it: that
 * was the misspelt one. */
static err_t damage(struct xml_reader *r, enum XML_Error code, struct err *e)
{
    size_t offset = event_offset(r), column = column_of(r, offset);
    bool stray = r->stray_ends > r->strays_before;
    enum stop why = r->stop;

    xml_filter_settle(&r->filter, offset);
    r->stray_ends = r->strays_before;
    r->at = offset;
    /* a declaration in the midst of a document begins the next one itself */
    if (code != XML_ERROR_MISPLACED_XML_PI && r->at < r->clean.len)
        r->at++;
    r->open = false;
    r->lost = true;
    r->record = r->here = NULL;
    if (why == STOP_DEPTH)
        return err_set(e, E_LIMIT,
                       "line %lld: elements are nested deeper than %d; this document is "
                       "left out",
                       (long long)r->line, XML_DEPTH_MAX);
    if (why == STOP_LIMIT)
        return err_set(e, E_LIMIT, "line %lld: one record is larger than %zu MB; it is left out",
                       (long long)r->line, XML_RECORD_BYTES_MAX >> 20);
    return err_set(e, E_INVALID, "line %lld, column %zu: not well-formed XML (%s)",
                   (long long)(stray ? r->stray_line : r->line), stray ? r->stray_column : column,
                   xml_fault_text((int)code));
}

/* The stream ended inside a document. */
static err_t at_stream_end(struct xml_reader *r, struct err *e)
{
    bool inside = r->depth > 0;

    r->finished = true;
    r->open = false;
    r->record = r->here = NULL;
    if (!inside)
        return OK; /* comments and blanks behind the last document */
    return err_set(e, E_INVALID, "line %lld: the file ends inside a document; it was cut off",
                   (long long)r->line);
}

/* Skip an end tag of which no element is open; false: the tag at fault is another. */
static bool skip_stray_end(struct xml_reader *r)
{
    size_t at = event_offset(r);
    const char *close = memchr(r->clean.ptr + at, '>', r->clean.len - at);
    struct xml_node *record = r->record, *here = r->here;

    if (at < 2 || !close || memcmp(r->clean.ptr + at - 2, "</", 2) != 0)
        return false;
    struct str name = str_trim(str_range(r->clean.ptr + at, close));
    if (FIND_BY(r->path, r->depth, raw, name))
        return false;
    if (record)
        flush_text(r);
    if (r->stray_ends++ == r->strays_before) {
        r->stray_column = column_of(r, at);
        r->stray_line = r->line;
    }
    r->at = (size_t)(close - r->clean.ptr) + 1;
    reopen_document(r, r->depth);
    r->record = record;
    r->here = here;
    return true;
}

static enum XML_Status parse_more(struct xml_reader *r)
{
    if (r->suspended) {
        r->suspended = false;
        return XML_ResumeParser(r->parser);
    }
    r->fed_index += r->at - r->fed_from;
    r->fed_from = r->at;
    r->at = r->clean.len;
    return XML_Parse(r->parser, r->clean.ptr + r->fed_from, (int)(r->clean.len - r->fed_from),
                     XML_FALSE);
}

/* Parse until a record is done, the document ends or the input does. */
static err_t advance(struct xml_reader *r, struct err *e)
{
    bool more = true;

    if (!r->suspended && r->at >= r->clean.len) {
        size_t fed = r->fed_index + (r->clean.len - r->fed_from);
        err_t rc = refill(&more, r, e);
        if (rc != OK)
            return rc;
        if (!more)
            return at_stream_end(r, e);
        r->fed_index = fed;
        r->fed_from = 0;
    }
    switch (parse_more(r)) {
    case XML_STATUS_OK:
        return OK;
    case XML_STATUS_SUSPENDED:
        r->suspended = true;
        return OK;
    case XML_STATUS_ERROR:
        break;
    }
    if (r->stop == STOP_DOCUMENT) {
        r->open = false;
        return OK;
    }
    enum XML_Error code = XML_GetErrorCode(r->parser);
    if (code == XML_ERROR_MISPLACED_XML_PI && r->depth == 0) {
        r->at = event_offset(r); /* a comment stood before the declaration */
        r->open = false;
        return OK;
    }
    if (code == XML_ERROR_TAG_MISMATCH && skip_stray_end(r))
        return OK;
    return damage(r, code, e);
}

/* --- the reader ------------------------------------------------------------- */

err_t xml_open(struct xml_reader **out, struct stream *in, const char *const *records,
               struct err *e)
{
    struct bytes head = {0};
    char name[64];
    err_t rc = stream_peek(&head, in, 1024, e);

    if (rc != OK)
        return rc;
    const char *encoding = encoding_of(head, name);
    iconv_t convert = (iconv_t)-1;
    if (encoding && (convert = iconv_open("UTF-8", encoding)) == (iconv_t)-1)
        return err_set(
            e, E_INVALID,
            "the XML declaration names the encoding \"%s\", which is not known; save the "
            "file as UTF-8",
            encoding);
    struct xml_reader *r = mem_zalloc(sizeof(*r));
    r->in = in;
    r->records = records;
    r->convert = convert;
    r->converts = encoding != NULL;
    r->unit = encoding && str_starts(str_of(encoding), STR("UTF-16")) ? 2 : 1;
    r->chunk = r->converts ? mem_alloc(CHUNK_BYTES) : NULL;
    r->piece = mem_alloc(PIECE_BYTES);
    r->parser = XML_ParserCreate("UTF-8");
    r->keep = arena_new();
    r->root_of = arena_new();
    r->name_of = map_new(0);
    r->line = 1;
    buf_init(&r->clean, 0);
    buf_init(&r->text, FIELD_BYTES_MAX);
    buf_init(&r->filter.mended, 0);
    *out = r;
    return OK;
}

err_t xml_next(struct xml_node **out, struct xml_reader *r, struct arena *a, struct err *e)
{
    err_t rc = OK;

    *out = NULL;
    r->a = a;
    r->a_start = arena_used(a);
    r->done = NULL;
    while (rc == OK && !r->done && !r->finished) {
        if (r->lost)
            rc = find_start(r, e);
        else if (!r->open)
            rc = next_document(r, e);
        else
            rc = advance(r, e);
    }
    *out = rc == OK ? r->done : NULL;
    return rc;
}

const struct xml_node *xml_root(const struct xml_reader *r)
{
    return r->has_root ? &r->root : NULL;
}

size_t xml_unknown_entities(const struct xml_reader *r)
{
    return r->filter.unknown;
}

size_t xml_bare_ampersands(const struct xml_reader *r)
{
    return r->filter.bare;
}

size_t xml_bad_characters(const struct xml_reader *r)
{
    return r->filter.bad;
}

size_t xml_stray_ends(const struct xml_reader *r)
{
    return r->stray_ends;
}

void xml_close(struct xml_reader *r)
{
    if (!r)
        return;
    if (r->converts)
        (void)iconv_close(r->convert);
    if (r->parser)
        XML_ParserFree(r->parser);
    free(r->chunk);
    free(r->piece);
    xml_filter_clear(&r->filter);
    buf_clear(&r->clean);
    buf_clear(&r->text);
    map_free(r->name_of);
    arena_free(r->keep);
    arena_free(r->root_of);
    free(r);
}
