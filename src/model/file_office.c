/* Every part that is XML goes through the reader of text/xml.h: entities, CDATA and encodings are undone there. Of
 * fields the name counts, which may lie in any number of runs. */
#include "model/file_office.h"
#include "base/msg.h"
#include "base/vec.h"
#include "text/xml.h"
#include <stdlib.h>

#define HEAD_BYTES ((size_t)64 << 10)
#define L_MACROS N_("it is a document with macros")
#define L_DDE N_("it calls another program (DDE)")
#define L_FETCHES N_("it fetches data from elsewhere")

static err_t refuse(const char *reason, struct err *e)
{
    return err_set(e, E_INVALID, "the file is refused: %s", msg(reason));
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool starts_nocase(struct str s, struct str with)
{
    return s.len >= with.len && str_eq_nocase((struct str){s.ptr, with.len}, with);
}

static bool ends_nocase(struct str s, struct str with)
{
    return s.len >= with.len &&
           str_eq_nocase((struct str){s.ptr + s.len - with.len, with.len}, with);
}

static bool contains_nocase(struct str s, struct str part)
{
    for (size_t i = 0; i + part.len <= s.len; i++)
        if (starts_nocase((struct str){s.ptr + i, s.len - i}, part))
            return true;
    return false;
}

/* --- fields ---------------------------------------------------------------------------- */

/* A field of Word is called by its first word; what follows are its arguments. */
struct field {
    char name[4]; /* its first letters, lower case */
    size_t len;
    bool in_code; /* its result has not begun */
    bool named;   /* the name is at its end */
};

#define DDE "dde" /* DDE, DDEAUTO: no other name begins so */

struct fields {
    VEC(struct field) open; /* outermost first */
    bool calls;             /* one calls another program, or hides what it is called */
    struct arena *a, *scratch;
};

static void field_text(struct field *f, struct str text)
{
    for (size_t i = 0; i < text.len && !f->named; i++) {
        char c = text.ptr[i];
        bool blank = (unsigned char)c <= ' ' || c == '"';
        if (blank)
            f->named = f->len > 0;
        else if (f->len < sizeof(f->name) - 1)
            f->name[f->len++] = lower(c);
        else
            f->named = true;
    }
}

static bool calls(const struct field *f)
{
    return f->len == sizeof(DDE) - 1 && memcmp(f->name, DDE, f->len) == 0;
}

static void code_text(struct fields *x, struct str text)
{
    struct field *f = x->open.len ? &x->open.ptr[x->open.len - 1] : NULL;
    if (!f || !f->in_code)
        return;
    field_text(f, text);
    x->calls = x->calls || calls(f);
}

/* A field whose name another one is to complete (QUOTE 68 68 69) may become any. */
static void field_begin(struct fields *x)
{
    const struct field *f = x->open.len ? &x->open.ptr[x->open.len - 1] : NULL;
    if (f && f->in_code && !f->named && memcmp(f->name, DDE, f->len) == 0)
        x->calls = true;
    VEC_PUSH(x->a, &x->open, ((struct field){.in_code = true}));
}

static void see_field(struct fields *x, const struct xml_node *n)
{
    if (xml_is(n, "fldChar")) {
        struct str type = xml_attr(n, "fldCharType");
        if (str_eq_nocase(type, STR("begin")))
            field_begin(x);
        else if (x->open.len && str_eq_nocase(type, STR("separate")))
            x->open.ptr[x->open.len - 1].in_code = false;
        else if (x->open.len && str_eq_nocase(type, STR("end")))
            x->open.len--;
    } else if (xml_is(n, "fldSimple")) {
        field_begin(x);
        code_text(x, xml_attr(n, "instr"));
        x->open.len--;
    } else {
        for (const struct xml_node *c = n->first; c; c = c->next)
            if (c->name.len == 0)
                code_text(x, c->text);
    }
}

/* --- formulas -------------------------------------------------------------------------- */

/* Without texts and quoted names. */
static struct str bare_formula(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, s.len + 1), quote = '\0';
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else
            to[len++] = c;
    }
    return (struct str){to, len};
}

/* A formula has no bar but in program|topic!item. Its text is its own: a fraction in Word is called the same. */
static const char *formula_reason(const struct xml_node *n, struct arena *a)
{
    struct str formula = STR_NONE;
    for (const struct xml_node *c = n->first; c; c = c->next)
        if (c->name.len == 0)
            formula = arena_join(a, formula, c->text);
    struct str bare = bare_formula(formula, a);
    if (memchr(bare.ptr, '|', bare.len) || contains_nocase(bare, STR("RTD(")))
        return L_DDE;
    return contains_nocase(bare, STR("WEBSERVICE(")) || contains_nocase(bare, STR(".IMAGE("))
               ? L_FETCHES
               : NULL;
}

static bool is_formula(const struct xml_node *n)
{
    static const char *const names[] = {"f", "definedName", "formula", "formula1", "formula2"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (xml_is(n, names[i]))
            return true;
    return false;
}

/* Another machine, not a file beside this one or on a disk. */
static bool names_host(struct str target, struct arena *a)
{
    struct str s = arena_decoded(a, str_trim(target), false);
    bool file = starts_nocase(s, STR("file:"));
    size_t slashes = 0;
    if (file)
        s = (struct str){s.ptr + 5, s.len - 5};
    while (slashes < s.len && (s.ptr[slashes] == '/' || s.ptr[slashes] == '\\'))
        slashes++;
    if (slashes == 2)
        return !starts_nocase((struct str){s.ptr + 2, s.len - 2}, STR("localhost/"));
    return slashes > 3 || (!file && str_contains(s, STR("://")));
}

/* --- what parts say -------------------------------------------------------------------- */

static const char *type_reason(struct str content_type)
{
    static const char *const macros[] = {"macroEnabled", "vbaProject", "ms-excel.macrosheet",
                                         "ms-excel.intlmacrosheet"};
    for (size_t i = 0; i < ARRAY_LEN(macros); i++)
        if (contains_nocase(content_type, str_of(macros[i])))
            return L_MACROS;
    return NULL;
}

/* By the last word of its type, which two namespaces share. */
static const char *relation_reason(struct str type, struct str mode, struct str target,
                                   struct arena *a)
{
    static const struct {
        const char *ending;
        enum {
            ALWAYS,
            OUTWARD,
            HOST
        } when; /* whatever; it leads out of the file; to another machine */
        const char *reason;
    } refused[] = {
        {"/vbaProject", ALWAYS, L_MACROS},
        {"/xlMacrosheet", ALWAYS, L_MACROS},
        {"/xlIntlMacrosheet", ALWAYS, L_MACROS},
        {"/attachedTemplate", OUTWARD, N_("it fetches a template from elsewhere")},
        {"/oleObject", OUTWARD, N_("it fetches a part from elsewhere")},
        {"/aFChunk", OUTWARD, N_("it fetches a part from elsewhere")},
        {"/frame", OUTWARD, N_("it fetches a part from elsewhere")},
        {"/subDocument", OUTWARD, N_("it fetches a part from elsewhere")},
        {"/externalLinkPath", HOST, L_FETCHES},
    };
    bool outward = str_eq_nocase(str_trim(mode), STR("External")), host = names_host(target, a);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if ((refused[i].when == ALWAYS || (refused[i].when == OUTWARD && outward) ||
             (refused[i].when == HOST && host)) &&
            ends_nocase(str_trim(type), str_of(refused[i].ending)))
            return refused[i].reason;
    return NULL;
}

static const char *node_reason(struct fields *x, const struct xml_node *n)
{
    if (xml_is(n, "Override") || xml_is(n, "Default"))
        return type_reason(xml_attr(n, "ContentType"));
    if (xml_is(n, "Relationship"))
        return relation_reason(xml_attr(n, "Type"), xml_attr(n, "TargetMode"),
                               xml_attr(n, "Target"), x->scratch);
    if (xml_is(n, "webPr"))
        return L_FETCHES;
    if (is_formula(n))
        return formula_reason(n, x->scratch);
    if (xml_is(n, "ddeLink"))
        return L_DDE;
    see_field(x, n);
    return x->calls ? L_DDE : NULL;
}

static const char *tree_reason(struct fields *x, const struct xml_node *top)
{
    const char *reason = node_reason(x, top);
    for (const struct xml_node *n = xml_first(top); n && !reason; n = xml_after(n))
        reason = tree_reason(x, n);
    return reason;
}

/* What is not well-formed no program opens: it is passed over, and what follows is looked at. */
static err_t check_xml(const struct zip *z, size_t i, bool word, struct arena *a, struct err *e)
{
    static const char *const of_word[] = {
        "Override",  "Default",  "Relationship", "ddeLink", "fldSimple", "fldChar",
        "instrText", "t",        "delInstrText", "delText", "f",         "definedName",
        "formula",   "formula1", "formula2",     "webPr",   NULL};
    static const char *const of_others[] = {
        "Override", "Default",  "Relationship", "ddeLink", "f", "definedName",
        "formula",  "formula1", "formula2",     "webPr",   NULL};
    struct stream *in = NULL;
    struct xml_reader *r = NULL;
    struct xml_node *n = NULL;
    struct arena *scratch = arena_new();
    struct fields x = {.a = a, .scratch = scratch};
    const char *reason = NULL;
    err_t rc = zip_open_member(&in, z, i, e);
    if (rc == OK)
        rc = xml_open(&r, in, word ? of_word : of_others, e);
    while (rc == OK && !reason) {
        arena_reset(scratch);
        rc = xml_next(&n, r, scratch, e);
        if (rc == E_INVALID)
            rc = OK;
        else if (rc == OK && !n)
            break;
        else if (rc == OK)
            reason = tree_reason(&x, n);
    }
    xml_close(r);
    stream_close(in);
    arena_free(scratch);
    return rc == OK && reason ? refuse(reason, e) : rc;
}

bool file_named_as_xml(struct str name)
{
    return ends_nocase(name, STR(".xml")) || ends_nocase(name, STR(".rels"));
}

bool file_begins_as_xml(struct bytes piece)
{
    size_t at = 0;
    while (at < piece.len && (piece.ptr[at] >= 0xEF || piece.ptr[at] == 0xBB ||
                              piece.ptr[at] == 0xBF || piece.ptr[at] <= ' '))
        at++; /* a mark of the order of bytes, blanks, halves of letters */
    return at < piece.len && piece.ptr[at] == '<';
}

static err_t is_xml(bool *is, const struct zip *z, size_t i, struct err *e)
{
    struct stream *in = NULL;
    struct bytes head = {0};
    err_t rc = zip_open_member(&in, z, i, e);
    if (rc == OK)
        rc = stream_peek(&head, in, HEAD_BYTES, e);
    *is = rc == OK && (file_named_as_xml(zip_get(z, i)->name) || file_begins_as_xml(head));
    stream_close(in);
    return rc;
}

err_t file_office_check(const struct zip *z, bool word, struct arena *a, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < zip_count(z); i++) {
        struct str name = zip_get(z, i)->name;
        bool xml = false;
        if (ends_nocase(name, STR("vbaProject.bin")))
            return refuse(L_MACROS, e);
        if (contains_nocase(name, STR("/activeX/")))
            return refuse(N_("it holds ActiveX controls"), e);
        if (!zip_get(z, i)->folder && (rc = is_xml(&xml, z, i, e)) == OK && xml)
            rc = check_xml(z, i, word, a, e);
    }
    return rc;
}

/* --- programs -------------------------------------------------------------------------- */

#define OBJECT_BYTES ((size_t)4 << 20) /* of an embedded object: its program begins there */

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool begins(struct bytes b, const char *with, size_t len)
{
    return b.len >= len && memcmp(b.ptr, with, len) == 0;
}

#define STUB_BYTES ((size_t)64) /* of a program for Windows: where its head is, stands at the end */

/* By its beginning. A text may begin with MZ, but holds no zero bytes. */
static bool is_program(struct bytes head)
{
    return begins(head,
                  "\x7F"
                  "ELF",
                  4) ||
           (begins(head, "MZ", 2) && memchr(head.ptr, '\0', head.len));
}

/* Anywhere in an object: the head of a program for Windows, which leads to another. */
static bool holds_program(struct bytes b)
{
    for (size_t i = 0; i + STUB_BYTES <= b.len; i++) {
        if (b.ptr[i] != 'M' || b.ptr[i + 1] != 'Z')
            continue;
        size_t to = i + le32(b.ptr + i + 0x3C);
        if (to > i && to + 4 <= b.len && memcmp(b.ptr + to, "PE\0\0", 4) == 0)
            return true;
    }
    return false;
}

err_t file_read_member(struct bytes *out, const struct zip *z, size_t i, size_t most,
                       struct arena *a, struct err *e)
{
    struct stream *in = NULL;
    uint64_t size = zip_get(z, i)->size;
    size_t cap = size < most ? (size_t)size : most, len = 0, got = 1;
    uint8_t *to = arena_alloc(a, cap + 1);
    err_t rc = zip_open_member(&in, z, i, e);
    while (rc == OK && got > 0 && len < cap)
        if ((rc = stream_read(&got, in, to + len, cap - len, e)) == OK)
            len += got;
    stream_close(in);
    *out = (struct bytes){to, len};
    return rc;
}

static bool is_program_name(struct str name)
{
    static const char *const endings[] = {".exe", ".scr", ".pif", ".dll",
                                          ".msi", ".lnk", ".hta", ".cpl"};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (ends_nocase(name, str_of(endings[i])))
            return true;
    return false;
}

err_t file_programs_check(const struct zip *z, struct err *e)
{
    struct arena *scratch = arena_new();
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < zip_count(z); i++) {
        const struct zip_member *m = zip_get(z, i);
        struct bytes head;
        if (m->folder)
            continue;
        arena_reset(scratch);
        bool program = is_program_name(m->name);
        if (!program && (rc = file_read_member(&head, z, i, HEAD_BYTES, scratch, e)) == OK)
            program = is_program(head);
        if (rc == OK && !program && begins(head, "\xD0\xCF\x11\xE0", 4) &&
            (rc = file_read_member(&head, z, i, OBJECT_BYTES, scratch, e)) == OK)
            program = holds_program(head);
        if (rc == OK && program)
            rc = err_set(e, E_INVALID, "the file is refused: %.*s in it is a program",
                         STR_ARG(m->name));
    }
    arena_free(scratch);
    return rc;
}
