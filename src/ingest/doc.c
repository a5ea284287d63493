/* What the readers of office formats put into a patent. One place decides what is
 * left out, what is kept as a vendor field and how texts of one part join, so that
 * the same document from two formats gives the same record. */
#include "ingest/doc.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"

void doc_begin(struct doc *f, struct item *item, const char *source, const char *office,
               struct arena *a)
{
    *f = (struct doc){.p = arena_alloc(a, sizeof(*f->p)), .a = a, .item = item, .office = office};
    patent_init(f->p);
    f->p->source = str_of(source);
    item->kind = ITEM_RECORD;
    item->patent = f->p;
}

/* --- numbers and dates ------------------------------------------------------ */

bool doc_number(struct number *out, struct doc *f, struct str country, struct str number,
                struct str kind, enum number_use use)
{
    struct number n;

    country = str_trim(country);
    number = str_trim(number);
    if (country.len != 2)
        country = str_of(f->office);
    /* "EP3404678", "PCT/NO98/00107" carry their own office */
    bool whole =
        str_starts(number, STR("PCT")) || (country.len > 0 && str_starts(number, country) &&
                                           number.len > 2 && !ascii_is_letter(number.ptr[2]));
    struct str written = whole ? number : arena_join(f->a, country, number);
    written = arena_join(f->a, written, str_trim(kind));
    if (!number_parse(&n, written, use, country, f->a))
        return false;
    *out = n;
    return true;
}

/* "00000000", "0000-00-00": there is none. */
static bool says_nothing(struct str s)
{
    size_t at = 0;
    while (at < s.len && (s.ptr[at] == '0' || s.ptr[at] == '-'))
        at++;
    return at == s.len;
}

void doc_date(struct doc *f, struct date *out, struct str written)
{
    struct date d = {0};

    written = str_trim(written);
    if (out->year || says_nothing(written))
        return;
    if (foreign_date_parse(&d, written))
        *out = d;
    else
        item_warn(f->item, f->a, "this is no date; it was left out", written);
}

void doc_as_of(struct doc *f, struct str written)
{
    struct date d = {0};

    if (f->p->as_of.year || written.len == 0)
        return;
    if (foreign_date_parse(&d, str_trim(written)) && date_valid(d))
        f->p->as_of = d;
    else
        item_warn(f->item, f->a,
                  "what the file gives as its own date is no day: of what day the data are is "
                  "not known",
                  written);
}

void doc_priority_add(struct doc *f, const struct priority *p)
{
    for (size_t i = 0; i < f->p->priorities.len && i < DOC_REPEATS_MAX; i++)
        if (str_eq(f->p->priorities.ptr[i].number.key, p->number.key))
            return;
    VEC_PUSH(f->a, &f->p->priorities, *p);
}

void doc_priority(struct doc *f, struct str country, struct str number, struct str date)
{
    struct priority pr = {.country = str_trim(country)};

    (void)doc_number(&pr.number, f, country, number, STR_NONE, NUMBER_APPLICATION);
    doc_date(f, &pr.date, date);
    if (pr.number.key.len > 0 || pr.date.year > 0)
        doc_priority_add(f, &pr);
}

void doc_family_member(struct doc *f, struct str country, struct str number, struct str kind)
{
    struct number n;

    if (!doc_number(&n, f, country, number, kind, NUMBER_PUBLICATION))
        return;
    for (size_t i = 0; i < f->p->family_members.len && i < DOC_REPEATS_MAX; i++)
        if (str_eq(f->p->family_members.ptr[i].key, n.key))
            return;
    VEC_PUSH(f->a, &f->p->family_members, n);
}

/* --- parties ----------------------------------------------------------------- */

/* Words that the offices' files hold where nothing is known. */
static struct str known(struct str s)
{
    static const char *const nothing[] = {"unknown", "omitted", "N/A",          "NA",
                                          "NULL",    "none",    "NOT PROVIDED", "-"};

    s = str_trim(s);
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
        if (str_eq_nocase(s, str_of(nothing[i])))
            return STR_NONE;
    return s;
}

struct str doc_person(struct doc *f, struct str last, struct str first)
{
    last = known(last);
    first = known(first);
    if (last.len == 0 || first.len == 0)
        return last.len ? last : first;
    return arena_printf(f->a, "%.*s, %.*s", STR_ARG(last), STR_ARG(first));
}

struct str doc_join(struct doc *f, const struct str *parts, size_t count)
{
    struct str s = STR_NONE;

    for (size_t i = 0; i < count; i++) {
        struct str part = known(parts[i]);
        if (part.len == 0)
            continue;
        s = s.len == 0 ? part : arena_printf(f->a, "%.*s, %.*s", STR_ARG(s), STR_ARG(part));
    }
    return s;
}

void doc_party(struct doc *f, enum party_role role, struct str name, struct str country,
               struct str address, struct str identifier)
{
    struct party party = {.role = role,
                          .name = known(name),
                          .country = office_code(known(country)),
                          .address = known(address),
                          .identifier = known(identifier)};

    if (party.name.len == 0)
        return;
    for (size_t i = 0; i < f->p->parties.len && i < DOC_REPEATS_MAX; i++) {
        struct party *old = &f->p->parties.ptr[i];
        if (old->role == role && str_eq(old->name, party.name)) {
            if (old->address.len == 0)
                old->address = party.address;
            if (old->country.len == 0)
                old->country = party.country;
            return;
        }
    }
    VEC_PUSH(f->a, &f->p->parties, party);
}

static void copy_role(struct doc *f, enum party_role from)
{
    for (size_t i = 0, n = f->p->parties.len; i < n; i++) {
        struct party p = f->p->parties.ptr[i];
        if (p.role == from)
            doc_party(f, PARTY_APPLICANT, p.name, p.country, p.address, p.identifier);
    }
}

void doc_holder_applicants(struct doc *f)
{
    if (!patent_party(f->p, PARTY_APPLICANT, 0))
        copy_role(f, PARTY_ASSIGNEE);
}

void doc_us_applicants(struct doc *f)
{
    doc_holder_applicants(f);
    if (!patent_party(f->p, PARTY_APPLICANT, 0))
        copy_role(f, PARTY_INVENTOR);
}

/* --- classes ----------------------------------------------------------------- */

static void add_class(struct doc *f, enum class_scheme scheme, const struct class_symbol *s)
{
    for (size_t i = 0; i < f->p->classes.len && i < DOC_REPEATS_MAX; i++) {
        struct classification *old = &f->p->classes.ptr[i];
        if (old->scheme == scheme && str_eq(old->symbol.symbol, s->symbol))
            return;
    }
    VEC_PUSH(f->a, &f->p->classes, (struct classification){scheme, *s});
}

void doc_class(struct doc *f, enum class_scheme scheme, struct str written)
{
    struct class_symbol s = {0};

    written = known(written);
    if (written.len == 0)
        return;
    if (class_parse(&s, written, scheme, f->a))
        add_class(f, scheme, &s);
    else
        doc_extra(f, class_scheme_name(scheme), written);
}

/* "20130101" and "2013-01-01" → "2013.01" */
static struct str version_of(struct doc *f, struct str written)
{
    struct date d = {0};

    if (!foreign_date_parse(&d, str_trim(written)) || d.year == 0)
        return STR_NONE;
    return arena_printf(f->a, "%04d.%02d", d.year, d.month ? d.month : 1);
}

static char letter_of(struct str s, const char *allowed)
{
    s = str_trim(s);
    return s.len == 1 && strchr(allowed, s.ptr[0]) ? s.ptr[0] : 0;
}

void doc_class_parts(struct doc *f, enum class_scheme scheme, const struct class_parts *parts)
{
    struct class_symbol s = {0};
    struct str subgroup = str_trim(parts->subgroup);
    struct str written =
        arena_printf(f->a, "%.*s%.*s%.*s%.*s%s%.*s", STR_ARG(str_trim(parts->section)),
                     STR_ARG(str_trim(parts->klass)), STR_ARG(str_trim(parts->subclass)),
                     STR_ARG(str_trim(parts->group)), subgroup.len ? "/" : "", STR_ARG(subgroup));

    if (written.len == 0)
        return;
    if (!class_parse(&s, written, scheme, f->a)) {
        doc_extra(f, class_scheme_name(scheme), written);
        return;
    }
    s.version = version_of(f, parts->version);
    s.position = letter_of(parts->position, "FL");
    s.value = letter_of(parts->value, "IAN");
    if (s.value == 'A')
        s.value = 'N'; /* "additional" of the offices' files is ST.8's N */
    add_class(f, scheme, &s);
}

static struct str without_blanks(struct doc *f, struct str s)
{
    char *to = arena_alloc(f->a, s.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ')
            to[len++] = s.ptr[i];
    return (struct str){to, len};
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!ascii_is_digit(s.ptr[i]))
            return false;
    return s.len > 0;
}

struct str doc_unpadded(struct str s)
{
    s = str_trim(s);
    while (s.len > 1 && s.ptr[0] == '0')
        s = (struct str){s.ptr + 1, s.len - 1};
    return s;
}

void doc_ipcr(struct doc *f, enum class_scheme scheme, struct str written)
{
    struct str s = str_trim(written);
    size_t slash = str_find(s, STR("/"), 0), at = slash + 1;
    struct class_parts parts = {0};

    if (slash == s.len || slash < 5 || !ascii_is_letter(s.ptr[0])) {
        doc_class(f, scheme, s);
        return;
    }
    parts.section = (struct str){s.ptr, 1};
    parts.klass = (struct str){s.ptr + 1, 2};
    parts.subclass = (struct str){s.ptr + 3, 1};
    parts.group = doc_unpadded((struct str){s.ptr + 4, slash - 4});
    while (at < s.len && s.ptr[at] == ' ')
        at++;
    size_t from = at;
    while (at < s.len && ascii_is_digit(s.ptr[at]) && at - from < 6)
        at++;
    parts.subgroup = (struct str){s.ptr + from, at - from};
    while (at < s.len && s.ptr[at] == ' ')
        at++;
    /* version, level A C S or blank (CPC), position F L or blank, value I N A */
    if (s.len - at >= 8 && all_digits((struct str){s.ptr + at, 8})) {
        parts.version = (struct str){s.ptr + at, 8};
        at += 8;
    } else if (at == s.len || !ascii_is_letter(s.ptr[at])) {
        at = s.len;
    }
    if (at + 1 < s.len)
        parts.position = (struct str){s.ptr + at + 1, 1};
    if (at + 2 < s.len)
        parts.value = (struct str){s.ptr + at + 2, 1};
    doc_class_parts(f, scheme, &parts);
}

void doc_ipc_old(struct doc *f, struct str written)
{
    struct str s = str_trim(written);

    if (s.len > 0 && ascii_is_digit(s.ptr[0])) /* the edition */
        s = str_trim((struct str){s.ptr + 1, s.len - 1});
    if (s.len > 2 && s.ptr[s.len - 2] == ' ' &&
        (ascii_is_letter(s.ptr[s.len - 1]) || s.ptr[s.len - 1] == '-'))
        s.len -= 2; /* A invention, B additional … */
    doc_ipcr(f, CLASS_IPC, without_blanks(f, s));
}

/* Class or subclass without the zeros and blanks that fill its columns. */
static struct str bare(struct str s)
{
    s = str_trim(s);
    while (s.len > 1 && s.ptr[0] == '0' && ascii_is_digit(s.ptr[1]))
        s = (struct str){s.ptr + 1, s.len - 1};
    return s;
}

void doc_uspc(struct doc *f, struct str klass, struct str subclass)
{
    klass = bare(without_blanks(f, klass));
    subclass = bare(without_blanks(f, subclass));
    if (klass.len == 0)
        return;
    struct str symbol =
        subclass.len ? arena_printf(f->a, "%.*s/%.*s", STR_ARG(klass), STR_ARG(subclass)) : klass;
    struct class_symbol s = {.symbol = symbol};
    (void)class_parse(&s, symbol, CLASS_USPC, f->a);
    if (s.symbol.len == 0)
        s.symbol = symbol;
    add_class(f, CLASS_USPC, &s);
}

/* Columns 1–3 class, 4–6 subclass, then its decimals or letters ("179 90K",
 * "340172.5", "224 4207" = 224/42.07, "D 6396", "257E21219" = 257/E21.219; in
 * 2001–2005 six digits with zeros, "709204000"): the Green Book and its heirs. */
void doc_uspc_packed(struct doc *f, struct str packed)
{
    struct str s = packed;

    while (s.len > 0 && (unsigned char)s.ptr[s.len - 1] <= ' ')
        s.len--;
    if (s.len <= 3) {
        doc_uspc(f, s, STR_NONE);
        return;
    }
    struct str klass = {s.ptr, 3}, sub = {s.ptr + 3, s.len - 3};
    if (sub.len > 3 && ascii_is_digit(sub.ptr[2]) && ascii_is_digit(sub.ptr[3])) {
        struct str whole = {sub.ptr, 3}, part = {sub.ptr + 3, sub.len - 3};
        while (sub.len >= 6 && part.len > 0 && part.ptr[part.len - 1] == '0')
            part.len--;
        sub = part.len ? arena_printf(f->a, "%.*s.%.*s", STR_ARG(whole), STR_ARG(part)) : whole;
    }
    doc_uspc(f, klass, sub);
}

/* --- texts -------------------------------------------------------------------- */

static struct str lang_of(struct doc *f, struct str written)
{
    static const char *const three[][2] = {
        {"eng", "en"}, {"ger", "de"}, {"deu", "de"}, {"fre", "fr"}, {"fra", "fr"}, {"jpn", "ja"},
        {"chi", "zh"}, {"zho", "zh"}, {"kor", "ko"}, {"spa", "es"}, {"rus", "ru"}, {"ita", "it"}};

    written = str_trim(written);
    for (size_t i = 0; written.len == 3 && i < ARRAY_LEN(three); i++)
        if (str_eq_nocase(written, str_of(three[i][0])))
            return str_of(three[i][1]);
    if (written.len < 2 || !ascii_is_letter(written.ptr[0]) || !ascii_is_letter(written.ptr[1]) ||
        (written.len > 2 && ascii_is_letter(written.ptr[2])))
        return STR_NONE;
    char *to = arena_alloc(f->a, 3);
    to[0] = (char)(written.ptr[0] | 0x20);
    to[1] = (char)(written.ptr[1] | 0x20);
    return (struct str){to, 2};
}

/* `more` at the end of text `i`, whose room doubles: a record may have a hundred
 * thousand paragraphs of one language. */
static void append(struct doc *f, size_t i, struct str more)
{
    struct str *s = &f->p->texts.ptr[i].content;
    size_t len = s->len + more.len;
    while (f->room.len <= i)
        VEC_PUSH(f->a, &f->room, 0);
    if (f->room.ptr[i] < len) {
        char *wider = arena_alloc(f->a, 2 * len + 1);
        memcpy(wider, s->ptr, s->len);
        s->ptr = wider;
        f->room.ptr[i] = 2 * len;
    }
    memcpy((char *)(uintptr_t)s->ptr + s->len, more.ptr, more.len);
    s->len = len;
}

void doc_text(struct doc *f, enum text_part part, struct str lang, struct str content,
              bool translated)
{
    content = str_trim(content);
    if (content.len == 0)
        return;
    lang = lang_of(f, lang);
    if (part != TEXT_TITLE)
        content = arena_join(f->a, content, STR("\n"));
    for (size_t i = 0; i < f->p->texts.len; i++) {
        struct patent_text *old = &f->p->texts.ptr[i];
        if (old->part != part || !str_eq(old->lang, lang))
            continue;
        if (part != TEXT_TITLE && part != TEXT_FIRST_CLAIM && !str_eq(old->content, content))
            append(f, i, content);
        return;
    }
    VEC_PUSH(f->a, &f->p->texts, (struct patent_text){part, lang, content, translated});
}

void claims_begin(struct claims *c)
{
    *c = (struct claims){0};
    buf_init(&c->text, RECORD_BYTES_MAX);
}

void claims_add(struct claims *c, struct doc *f, struct str number, struct str claim)
{
    claim = str_trim(claim);
    if (claim.len == 0)
        return;
    size_t from = c->text.len, digits = 0;
    uint64_t n = 0, own = 0;
    c->count++;
    number = str_trim(number);
    if (!str_to_u64(&n, number))
        n = c->count;
    while (digits < claim.len && ascii_is_digit(claim.ptr[digits]))
        digits++;
    /* "1. A …" stays, "1 . A …" (a number in bold of its own) is mended; "1 A …" too
     * may be a claim's own number, so nothing is put before it */
    bool numbered = str_to_u64(&own, (struct str){claim.ptr, digits}) && own == n;
    size_t dot = digits;
    while (numbered && dot < claim.len && claim.ptr[dot] == ' ')
        dot++;
    bool apart = numbered && dot > digits && dot < claim.len && claim.ptr[dot] == '.';
    if (apart)
        claim = str_trim((struct str){claim.ptr + dot + 1, claim.len - dot - 1});
    if (!numbered || apart)
        buf_addf(&c->text, "%llu. ", (unsigned long long)n);
    buf_add(&c->text, claim);
    if (c->first.len == 0 && buf_ok(&c->text))
        c->first = arena_dup(f->a, (struct str){c->text.ptr + from, c->text.len - from});
    buf_addc(&c->text, '\n');
}

void claims_end(struct claims *c, struct doc *f, struct str lang, bool translated)
{
    doc_text(f, TEXT_CLAIMS, lang, arena_dup(f->a, buf_str(&c->text)), translated);
    doc_text(f, TEXT_FIRST_CLAIM, lang, c->first, translated);
    buf_clear(&c->text);
}

void doc_claims(struct doc *f, const struct xml_node *claims, const char *name, struct str lang,
                bool translated)
{
    struct claims c;

    claims_begin(&c);
    for (const struct xml_node *n = xml_find(claims, name); n; n = xml_same(n))
        claims_add(&c, f, xml_attr(n, "num"), xml_text(n, f->a));
    if (c.count == 0 && claims) /* a text without marked claims */
        claims_add(&c, f, STR_NONE, xml_text(claims, f->a));
    claims_end(&c, f, lang, translated);
}

/* --- citations, events, the rest --------------------------------------------- */

void doc_cited(struct doc *f, const struct cited *c)
{
    struct citation cit = {.category = known(c->category), .origin = known(c->origin)};
    struct str parts[] = {known(c->country), known(c->number), known(c->kind)};

    if (!doc_number(&cit.number, f, parts[0], parts[1], parts[2], NUMBER_PUBLICATION) &&
        c->text.len == 0)
        return;
    cit.text = str_trim(c->text);
    for (size_t i = 0; i < f->p->citations.len && i < DOC_REPEATS_MAX; i++) {
        struct citation *old = &f->p->citations.ptr[i];
        if (old->number.key.len > 0 && str_eq(old->number.key, cit.number.key)) {
            if (old->category.len == 0)
                old->category = cit.category;
            return;
        }
    }
    VEC_PUSH(f->a, &f->p->citations, cit);
}

void doc_npl(struct doc *f, struct str text, struct str category, struct str origin)
{
    text = known(text);
    if (text.len == 0)
        return;
    VEC_PUSH(f->a, &f->p->citations,
             (struct citation){.text = text, .category = known(category), .origin = known(origin)});
}

void doc_event(struct doc *f, struct str date, struct str office, struct str code, struct str text)
{
    struct legal_event ev = {
        .office = office_code(known(office)), .code = known(code), .text = known(text)};

    doc_date(f, &ev.date, date);
    if (ev.code.len > 0 || ev.text.len > 0)
        VEC_PUSH(f->a, &f->p->events, ev);
}

void doc_extra_str(struct doc *f, struct str name, struct str value)
{
    value = known(value);
    if (value.len > 0)
        VEC_PUSH(f->a, &f->p->vendor, (struct vendor_field){name, value});
}

void doc_extra(struct doc *f, const char *name, struct str value)
{
    doc_extra_str(f, str_of(name), value);
}

/* --- XML ------------------------------------------------------------------------ */

static void flatten(struct buf *to, const struct xml_node *n, struct arena *a)
{
    bool leaf = true;

    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        flatten(to, c, a); /* as deep as XML_DEPTH_MAX */
        leaf = false;
    }
    struct str s = leaf ? xml_text(n, a) : STR_NONE;
    if (s.len > 0 && to->len > 0)
        buf_addc(to, ' ');
    buf_add(to, s);
}

struct str doc_flat(const struct xml_node *n, struct arena *a)
{
    struct buf b;

    if (!n)
        return STR_NONE;
    buf_init(&b, FIELD_BYTES_MAX);
    flatten(&b, n, a);
    return buf_take(&b, a);
}

struct str doc_raw(const struct xml_node *n)
{
    return n && n->first && !n->first->next ? n->first->text : STR_NONE;
}

struct str doc_at(struct doc *f, const struct xml_node *n, const char *path)
{
    return xml_text_at(n, path, f->a);
}

void doc_children(struct doc *f, const struct xml_node *n, const struct doc_rule *rules)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        const struct doc_rule *r = rules;
        while (r->name && !str_is(c->name, r->name))
            r++;
        if (!r->name)
            doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
        else if (r->fn)
            r->fn(f, c);
    }
}

#define XML_MENDS 4 /* kinds of places that the XML reader mends */

struct xml_state {
    struct xml_reader *reader;
    const struct xml_format *format;
    struct input *in;
    struct arena *keep;          /* formats with `part`: the record whose parts are given */
    struct xml_node *record;     /* in keep; NULL: read the next */
    const struct xml_node *part; /* the latest one given */
    size_t part_number;          /* of the next one */
    int64_t row;
    bool said;                /* a record, a reject or a table was given */
    size_t mended[XML_MENDS]; /* of each kind, so far */
};

err_t xml_format_open(void **state, struct input *in, struct err *e)
{
    const struct xml_format *format = in->frame;
    struct xml_reader *reader = NULL;
    err_t rc = xml_open(&reader, in->stream, format->records, e);

    if (rc != OK)
        return rc;
    struct xml_state *s = mem_zalloc(sizeof(*s));
    *s = (struct xml_state){.reader = reader, .format = format, .in = in};
    *state = s;
    return OK;
}

static void warn_mended(struct xml_state *s, struct item *out, struct arena *a)
{
    static const struct {
        size_t (*count)(const struct xml_reader *r);
        const char *sentence;
    } mends[XML_MENDS] = {
        {xml_unknown_entities, N_("an unknown entity stands as its name in the text")},
        {xml_bare_ampersands, N_("an '&' that begins no reference was read as '&'")},
        {xml_bad_characters, N_("a byte that is no character stands as U+FFFD in the text")},
        {xml_stray_ends, N_("an end tag of which no element is open was left out")}};

    for (size_t i = 0; i < XML_MENDS; i++) {
        size_t count = mends[i].count(s->reader);
        if (count > s->mended[i])
            item_warn(out, a, mends[i].sentence, arena_printf(a, "%zu", count - s->mended[i]));
        s->mended[i] = count;
    }
}

/* The next part of the record at hand, copied into `a` so that nothing outlives
 * the record; NULL when it has no more. */
static struct xml_node *next_part(struct xml_state *s, struct arena *a)
{
    if (!s->record)
        return NULL;
    s->part = s->format->part(s->record, s->part);
    if (s->part) {
        s->part_number++;
        return xml_copy(s->part, a);
    }
    s->record = NULL;
    return NULL;
}

/* The next record, or part of one, into *n; NULL at the end. */
static err_t next_node(struct xml_node **n, struct xml_state *s, struct arena *a, struct err *e)
{
    if (!s->format->part)
        return xml_next(n, s->reader, a, e);
    while ((*n = next_part(s, a)) == NULL) {
        if (!s->keep)
            s->keep = arena_new();
        arena_reset(s->keep);
        err_t rc = xml_next(&s->record, s->reader, s->keep, e);
        s->part = NULL;
        s->part_number = 0;
        if (rc != OK || !s->record)
            return rc;
        s->said = true; /* understood, also when it is an empty list */
    }
    return OK;
}

err_t xml_format_next(struct item *out, void *state, struct arena *a, struct err *e)
{
    struct xml_state *s = state;
    struct xml_node *n = NULL;
    struct err damage = {0};
    err_t rc = next_node(&n, s, a, &damage);

    *out = (struct item){.row = ++s->row};
    if (rc == E_INVALID || rc == E_LIMIT) {
        s->said = true;
        out->kind = ITEM_REJECT;
        out->reason = arena_dup(a, str_of(damage.text));
        return OK;
    }
    if (rc != OK)
        return err_pass(e, rc, &damage);
    if (!n) {
        out->kind = ITEM_END;
        if (!s->said)
            return err_set(e, E_INVALID,
                           "no <%s> element in this XML file; name its format with --format",
                           s->format->records[0]);
        return OK;
    }
    struct doc f;
    s->said = true;
    doc_begin(&f, out, s->format->source, s->format->office, a);
    f.whole = s->record;
    f.part = s->part_number - (s->record != NULL);
    if (!s->format->read(&f, n, xml_root(s->reader))) {
        if (out->kind == ITEM_RECORD)
            out->kind = ITEM_REJECT;
        out->patent = NULL;
    }
    warn_mended(s, out, a);
    return OK;
}

void xml_format_close(void *state)
{
    struct xml_state *s = state;

    if (!s)
        return;
    xml_close(s->reader);
    arena_free(s->keep);
    free(s);
}

int xml_format_sniff(struct bytes head, const char *const *roots)
{
    struct xml_head h;

    if (!xml_head(&h, head))
        return 0;
    for (size_t i = 0; roots[i]; i++)
        if (str_eq(str_of(h.root), str_of(roots[i])) || str_eq(str_of(h.doctype), str_of(roots[i])))
            return 100;
    return 0;
}
