/* paper_samples: without arguments, every paper with each value that it can have taken away, one line of JSON
 * about each: by which name it is refused, else what it says.
 * paper_samples OUT PRESS FONTS [CHARACTERS [PACK.ID…]]: every form and every paper of all shipped packs from
 * made-up records and values, as OUT/PACK.ID.json, .pdf and .docx; one line of JSON about each on
 * standard output. CHARACTERS: so many of them in each long text. PACK.ID: these alone. The same values each
 * time.
 * paper_samples word: the Word file, on standard output, of the content on standard input. */
#include "base/buf.h"
#include "base/catalogue.h"
#include "base/fs.h"
#include "base/msg.h"
#include "base/vec.h"
#include "document/paper_fill.h"
#include "policy/facts.h"
#include "policy/packs.h"
#include "policy/paper_value.h"
#include <signal.h>
#include <stdio.h>

#define RECORDS 3

static const char facts_text[] =
    "as_of: 2026-06-01\n"
    "applicant: {kind: enterprise, city: 成都市}\n"
    "projects:\n"
    "  - {id: P1, started: 2025-01-01}\n"
    "deals:\n"
    "  - {contract_no: H-1, type: licence, state: signed, signed: 2025-03-01, amount: "
    "\"1250000.50\"}\n";

struct sampling {
    struct arena *a;
    const char *out;
    struct paper_press press;
    struct packs *packs;
    struct record_types *types;
    const struct yvalue *facts;
    size_t characters;
    char *const *only; /* PACK.ID, then NULL; none: all */
    struct err e;
    size_t made;
};

static void fail(const struct sampling *s, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, s->e.text);
    exit(1);
}

/* --- records ---------------------------------------------------------------------------- */

static struct str long_text(const struct sampling *s, struct str label)
{
    struct buf text;
    buf_init(&text, 0);
    for (size_t n = 0; n < (s->characters ? s->characters : 60); n += 10)
        buf_addf(&text, "%.*s第%04zu段示例文字。", (int)(n == 0 ? label.len : 0), label.ptr,
                 n / 10);
    struct str all = arena_dup(s->a, buf_str(&text));
    buf_clear(&text);
    return all;
}

static void put_value(struct jout *j, const struct sampling *s, const struct field *f, int n);

static void put_row(struct jout *j, const struct sampling *s, const struct field *fields,
                    size_t count, int n)
{
    jout_object(j);
    for (size_t i = 0; i < count; i++) {
        jout_name_str(j, fields[i].name);
        put_value(j, s, &fields[i], n);
    }
    jout_end_object(j);
}

static void put_file(struct jout *j, const struct sampling *s, const struct field *f, int n)
{
    if (f->type == FIELD_FILES)
        jout_array(j);
    jout_object(j);
    jout_pair(j, "digest", STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
    jout_pair(j, "name", arena_printf(s->a, "%.*s-%d.pdf", STR_ARG(f->label.zh), n));
    jout_end_object(j);
    if (f->type == FIELD_FILES)
        jout_end_array(j);
}

static void put_words(struct jout *j, const struct sampling *s, const struct field *f, int n)
{
    jout_array(j);
    for (int i = 1; i <= 2; i++)
        if (f->type == FIELD_TABLE)
            put_row(j, s, f->fields, f->field_count, i);
        else
            jout_str(j, arena_printf(s->a, "%.*s%d之%d", STR_ARG(f->label.zh), n, i));
    jout_end_array(j);
}

static void put_value(struct jout *j, const struct sampling *s, const struct field *f, int n)
{
    enum field_type type = f->type == FIELD_COMPUTED ? f->result : f->type;
    if (type == FIELD_BOOL)
        jout_bool(j, true);
    else if (type == FIELD_INT)
        jout_i64(j, 10 + n);
    else if (type == FIELD_MONEY || type == FIELD_DECIMAL || type == FIELD_PERCENT)
        jout_str(j, arena_printf(s->a, "%d.50", 1000 + n));
    else if (type == FIELD_DATE || type == FIELD_KNOWN_DATE)
        jout_str(j, arena_printf(s->a, "2026-01-%02d", n));
    else if (type == FIELD_ENUM && f->value_count && !f->many)
        jout_str(j, f->values[0].code);
    else if (type == FIELD_ENUM && f->value_count) {
        jout_array(j);
        jout_str(j, f->values[0].code);
        jout_end_array(j);
    } else if (type == FIELD_REGION)
        jout_z(j, "510100");
    else if (type == FIELD_LONG_TEXT)
        jout_str(j, long_text(s, f->label.zh));
    else if (type == FIELD_TEXTS || type == FIELD_TABLE)
        put_words(j, s, f, n);
    else if (type == FIELD_FILE || type == FIELD_FILES)
        put_file(j, s, f, n);
    else if (type == FIELD_REFS || type == FIELD_PATENTS || type == FIELD_PERIOD ||
             type == FIELD_REF)
        jout_null(j);
    else
        jout_str(j, arena_printf(s->a, "%.*s%d", STR_ARG(f->label.zh), n));
}

static struct form_rows sample_rows(struct sampling *s, const struct record_type *t)
{
    const struct jvalue *v = NULL;
    struct buf text;
    struct jout j;
    buf_init(&text, 0);
    jout_init(&j, &text);
    jout_array(&j);
    for (int n = 1; n <= (t->facts_object ? 1 : RECORDS); n++)
        put_row(&j, s, t->fields, t->field_count, n);
    jout_end_array(&j);
    if (jin_parse(&v, arena_dup(s->a, buf_str(&text)), s->a, &s->e) != OK)
        fail(s, "sample records");
    buf_clear(&text);
    return (struct form_rows){.type = t, .items = v->items, .count = v->count};
}

static struct form_source source_of(struct sampling *s, const struct pack *p)
{
    VEC(struct form_rows) rows = {0};
    for (size_t i = 0; record_type_at(s->types, i); i++)
        VEC_PUSH(s->a, &rows, sample_rows(s, record_type_at(s->types, i)));
    return (struct form_source){.pack = p,
                                .document = s->facts,
                                .types = s->types,
                                .rows = rows.ptr,
                                .row_count = rows.len};
}

/* --- values of papers ---------------------------------------------------------------------- */

struct samples {
    VEC(struct paper_value) values;
    VEC(struct paper_list) lists;
};

static void add_list(struct samples *to, struct sampling *s, struct str list)
{
    struct paper_row_values *rows = arena_array(s->a, RECORDS, sizeof(*rows));
    for (size_t i = 0; i < to->lists.len; i++)
        if (str_is(list, to->lists.ptr[i].name))
            return;
    for (int n = 0; n < RECORDS; n++) {
        VEC(struct paper_value) values = {0};
        for (const struct paper_value_name *v = paper_value_names; v->name; v++)
            if (v->list && str_starts(str_of(v->name), list) && v->name[list.len] == '.')
                VEC_PUSH(
                    s->a, &values,
                    ((struct paper_value){v->name, arena_printf(s->a, "<%s-%d>", v->name, n + 1)}));
        rows[n] = (struct paper_row_values){values.ptr, values.len};
    }
    VEC_PUSH(s->a, &to->lists, ((struct paper_list){arena_cstr(s->a, list), rows, RECORDS}));
}

static struct samples sample_values(struct sampling *s)
{
    struct samples out = {0};
    for (const struct paper_value_name *v = paper_value_names; v->name; v++) {
        struct str name = str_of(v->name);
        if (v->list)
            add_list(&out, s, (struct str){name.ptr, str_find(name, STR("."), 0)});
        else
            VEC_PUSH(s->a, &out.values,
                     ((struct paper_value){v->name, arena_printf(s->a, "<%s>", v->name)}));
    }
    return out;
}

/* The name in a block's text that takes a long text; empty: none. Such as an officer enters first. */
static struct str long_name(const struct part *block, bool entered)
{
    struct str rest = part_text(block, "text"), text, name;
    if (entered && !str_is(part_text(block, "role"), "text"))
        return STR_NONE;
    while (rest.ptr && paper_text_next(&rest, &text, &name)) {
        const struct paper_value_name *v = paper_value_name(name);
        if (v && !v->list && !str_starts(name, STR("policy.")) && !str_starts(name, STR("step.")) &&
            !str_is(name, "paper.label") && !(entered && v->known))
            return name;
    }
    return STR_NONE;
}

/* One value of each paper is as long as was asked. */
static struct samples with_long_value(const struct samples *from, struct sampling *s,
                                      const struct part *paper, const struct pack *p)
{
    struct samples out = {.lists = from->lists};
    const struct part *like = part_named(p, PART_PAPERS, part_text(paper, "like"));
    const struct part_value *blocks = part_value(like ? like : paper, "blocks");
    struct str name = STR_NONE;
    for (size_t i = 0; name.len == 0 && i < 2 * blocks->item_count; i++)
        name = long_name(&blocks->items[i % blocks->item_count], i < blocks->item_count);
    for (size_t i = 0; i < from->values.len; i++) {
        struct paper_value v = from->values.ptr[i];
        if (s->characters && str_is(name, v.name))
            v.text = long_text(s, v.text);
        VEC_PUSH(s->a, &out.values, v);
    }
    return out;
}

/* --- out ---------------------------------------------------------------------------------- */

static void write_file(struct sampling *s, const struct paper *p, const char *end,
                       const struct buf *from)
{
    const char *path = arena_cstr(
        s->a, arena_printf(s->a, "%s/%.*s.%.*s.%s", s->out, STR_ARG(p->pack), STR_ARG(p->id), end));
    if (fs_write_synced(&fs_system, path, str_bytes(buf_str(from)), &s->e) != OK)
        fail(s, path);
}

static void tell(const char *kind, const struct paper *p, const struct str *missing,
                 size_t missing_count, const struct paper_pdf *pdf)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest digest = paper_digest(p);
    struct buf line;
    struct jout j;
    sha256_hex(hex, &digest);
    buf_init(&line, 0);
    jout_init(&j, &line);
    jout_object(&j);
    jout_pair(&j, "kind", str_of(kind));
    jout_pair(&j, "pack", p->pack);
    jout_pair(&j, "id", p->id);
    jout_pair(&j, "digest", str_of(hex));
    jout_pair_i64(&j, "pages", pdf->pages);
    jout_pair_i64(&j, "substitutions", (int64_t)pdf->substitution_count);
    jout_name(&j, "missing");
    jout_array(&j);
    for (size_t i = 0; i < missing_count; i++)
        jout_str(&j, missing[i]);
    jout_end_array(&j);
    jout_end_object(&j);
    printf("%.*s\n", STR_ARG(buf_str(&line)));
    buf_clear(&line);
}

static bool is_wanted(const struct sampling *s, const struct paper *p)
{
    struct str name = arena_printf(s->a, "%.*s.%.*s", STR_ARG(p->pack), STR_ARG(p->id));
    bool wanted = !s->only[0];
    for (size_t i = 0; s->only[i]; i++)
        wanted |= str_is(name, s->only[i]);
    return wanted;
}

static void make(struct sampling *s, const char *kind, struct paper *p, const struct str *missing,
                 size_t missing_count)
{
    struct paper_stamp stamp = {
        .entry = STR("00112233445566778899aabbccddeeff"),
        .check_url = STR("https://zhiyun.example.cn/check/00112233445566778899aabbccddeeff")};
    struct paper_pdf pdf = {0};
    struct buf out;
    if (!is_wanted(s, p))
        return;
    p->number = STR("示例〔2026〕1号");
    p->version = STR("1");
    buf_init(&out, 0);
    paper_canonical(&out, p);
    write_file(s, p, "json", &out);
    buf_reset(&out);
    if (paper_docx(&out, p, &stamp, s->a, &s->e) != OK)
        fail(s, "docx");
    write_file(s, p, "docx", &out);
    buf_reset(&out);
    if (paper_pdf(&out, &pdf, p, &stamp, &s->press, s->a, &s->e) != OK)
        fail(s, "pdf");
    write_file(s, p, "pdf", &out);
    buf_clear(&out);
    tell(kind, p, missing, missing_count, &pdf);
    s->made++;
}

static const struct process_step *step_of(const struct pack *p, const struct part *paper)
{
    const struct process *process = pack_process(p, part_text(paper, "process"));
    const struct part_value *steps = part_value(paper, "steps");
    for (size_t i = 0; process && steps->word_count && i < process->step_count; i++)
        if (str_eq(process->steps[i].id, steps->words[0]))
            return &process->steps[i];
    return NULL;
}

static void make_all(struct sampling *s, const struct pack *p)
{
    struct form_source source = source_of(s, p);
    struct samples samples = sample_values(s);
    const struct part_list *forms = &p->parts[PART_FORMS], *papers = &p->parts[PART_PAPERS];
    for (size_t i = 0; i < forms->list.len; i++) {
        struct form_filled f;
        if (part_value(&forms->list.ptr[i], "sections")->item_count == 0)
            continue;
        if (form_fill(&f, &forms->list.ptr[i], &source, s->a, &s->e) != OK)
            fail(s, "form");
        make(s, "form", &f.paper, f.missing, f.missing_count);
    }
    for (size_t i = 0; i < papers->list.len; i++) {
        const struct part *one = &papers->list.ptr[i];
        struct paper_filled f;
        if (one->from != p) /* a library's template */
            continue;
        struct samples of = with_long_value(&samples, s, one, p);
        struct paper_facts facts = {.source = &source,
                                    .step = step_of(p, one),
                                    .values = of.values.ptr,
                                    .value_count = of.values.len,
                                    .lists = of.lists.ptr,
                                    .list_count = of.lists.len};
        if (paper_fill(&f, one->id, &facts, s->a, &s->e) != OK)
            fail(s, "paper");
        make(s, "paper", &f.paper, f.missing, f.missing_count);
    }
}

/* --- without a value ------------------------------------------------------------------------ */

static struct samples without(const struct samples *from, struct sampling *s, const char *name)
{
    struct samples out = {0};
    for (size_t i = 0; i < from->values.len; i++)
        if (strcmp(from->values.ptr[i].name, name) != 0)
            VEC_PUSH(s->a, &out.values, from->values.ptr[i]);
    for (size_t i = 0; i < from->lists.len; i++) {
        struct paper_row_values *rows = arena_array(s->a, RECORDS, sizeof(*rows));
        for (size_t n = 0; n < RECORDS; n++) {
            VEC(struct paper_value) values = {0};
            const struct paper_row_values *row = &from->lists.ptr[i].rows[n];
            for (size_t k = 0; k < row->count; k++)
                if (strcmp(row->values[k].name, name) != 0)
                    VEC_PUSH(s->a, &values, row->values[k]);
            rows[n] = (struct paper_row_values){values.ptr, values.len};
        }
        VEC_PUSH(s->a, &out.lists, ((struct paper_list){from->lists.ptr[i].name, rows, RECORDS}));
    }
    return out;
}

static void try_without(struct sampling *s, const struct pack *p, const struct part *one,
                        const struct form_source *source, const struct samples *all,
                        const char *name)
{
    struct samples of = without(all, s, name);
    struct paper_facts facts = {.source = source,
                                .step = step_of(p, one),
                                .values = of.values.ptr,
                                .value_count = of.values.len,
                                .lists = of.lists.ptr,
                                .list_count = of.lists.len};
    struct paper_filled f = {0};
    struct buf line;
    struct jout j;
    err_t rc = paper_fill(&f, one->id, &facts, s->a, &s->e);
    if (rc != OK && rc != E_INVALID)
        fail(s, name);
    buf_init(&line, 0);
    jout_init(&j, &line);
    jout_object(&j);
    jout_pair(&j, "pack", p->id);
    jout_pair(&j, "id", one->id);
    jout_pair(&j, "without", str_of(name));
    if (rc == E_INVALID) {
        jout_pair(&j, "refused", str_of(s->e.text));
    } else {
        struct buf content;
        buf_init(&content, 0);
        paper_canonical(&content, &f.paper);
        jout_name(&j, "content");
        jout_raw(&j, buf_str(&content));
        buf_clear(&content);
    }
    jout_end_object(&j);
    printf("%.*s\n", STR_ARG(buf_str(&line)));
    buf_clear(&line);
    s->made++;
}

/* With all of them as well: the name "". */
static void try_all_without(struct sampling *s, const struct pack *p)
{
    struct form_source source = source_of(s, p);
    struct samples samples = sample_values(s);
    const struct part_list *papers = &p->parts[PART_PAPERS];
    for (size_t i = 0; i < papers->list.len; i++) {
        if (papers->list.ptr[i].from != p)
            continue;
        try_without(s, p, &papers->list.ptr[i], &source, &samples, "");
        for (const struct paper_value_name *v = paper_value_names; v->name; v++)
            try_without(s, p, &papers->list.ptr[i], &source, &samples, v->name);
    }
}

static int make_word(struct arena *a)
{
    const struct jvalue *v = NULL;
    struct paper p;
    struct paper_stamp stamp = {.entry = STR("00112233445566778899aabbccddeeff")};
    struct buf in, out;
    struct err e;
    char piece[65536];
    buf_init(&in, 0);
    buf_init(&out, 0);
    for (size_t n; (n = fread(piece, 1, sizeof(piece), stdin)) > 0;)
        buf_add(&in, (struct str){piece, n});
    if (jin_parse(&v, buf_str(&in), a, &e) != OK || paper_read(&p, v, a, &e) != OK ||
        paper_docx(&out, &p, &stamp, a, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    bool written = fwrite(out.ptr, 1, out.len, stdout) == out.len;
    buf_clear(&in);
    buf_clear(&out);
    return written ? 0 : 1;
}

int main(int argc, char **argv)
{
    msg_set_table(catalogue_zh, catalogue_zh_count);
    struct sampling s = {.a = arena_new()};
    const struct type_finding *findings;
    const struct str *ids;
    const struct pack *p;
    size_t finding_count;
    uint64_t characters = 0;
    if (argc == 2 && strcmp(argv[1], "word") == 0) {
        int status = make_word(s.a);
        arena_free(s.a);
        return status;
    }
    if ((argc > 1 && argc < 4) || (argc > 4 && !str_to_u64(&characters, str_of(argv[4])))) {
        fputs("usage: paper_samples [word | OUT PRESS FONTS [CHARACTERS [PACK.ID…]]]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    if (argc > 1) {
        s.out = argv[1];
        s.press = (struct paper_press){.program = argv[2], .fonts = argv[3]};
    }
    s.characters = (size_t)characters;
    s.only = argv + (argc > 5 ? 5 : argc);
    if (record_types_load(&s.types, NULL, &findings, &finding_count, s.a, &s.e) != OK ||
        packs_open(&s.packs, NULL, &s.e) != OK ||
        facts_parse(&s.facts, str_of(facts_text), s.a, &s.e) != OK)
        fail(&s, "set up");
    size_t count = packs_ids(&ids, s.packs);
    for (size_t i = 0; i < count; i++) {
        if (packs_get(&p, s.packs, ids[i], &s.e) != OK)
            fail(&s, "pack");
        if (p->document.standing != PACK_LIBRARY)
            argc > 1 ? make_all(&s, p) : try_all_without(&s, p);
    }
    packs_close(s.packs);
    record_types_free(s.types);
    arena_free(s.a);
    return s.made == 0;
}
