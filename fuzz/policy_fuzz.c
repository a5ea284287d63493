/* Policies: facts (a document and what a shipped pack says of it), pack (pack.yaml with all
 * its findings) and pack-expr (a test of a criterion). */
#include "base/buf.h"
#include "fuzz.h"
#include "policy/lint.h"
#include "policy/pack_priv.h"
#include "policy/pack_verdict.h"

static struct packs *shipped(void)
{
    static struct packs *packs;
    struct err e;
    if (!packs && packs_open(&packs, NULL, &e) != OK)
        abort();
    return packs;
}

/* --- facts ----------------------------------------------------------------------------- */

static void judge(struct buf *out, struct str text, struct arena *a)
{
    static const char *const ids[] = {"sc-yunying-2025", "sx-yunying-draft", "sc-yucheng-2025"};
    const struct yvalue *document;
    struct err e = {0};
    struct jout j;
    jout_init(&j, out);
    err_t rc = facts_parse(&document, text, a, &e);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(ids); i++) {
        const struct pack *p;
        struct pack_verdict v;
        if (packs_get(&p, shipped(), str_of(ids[i]), &e) != OK)
            abort();
        rc = pack_verdict_check(&v, p, document, STR_NONE, a, &e);
        if (rc == OK)
            pack_verdict_json(&j, &v, a);
    }
    FUZZ_ASSERT(rc == OK || rc == E_INVALID || rc == E_LIMIT);
    FUZZ_ASSERT(rc == OK || (e.text[0] && fuzz_is_utf8(str_of(e.text))));
    if (rc != OK)
        buf_addz(out, e.text);
}

static void check_facts(struct bytes input, struct arena *a)
{
    struct buf once, twice;
    buf_init(&once, 0);
    buf_init(&twice, 0);
    judge(&once, bytes_str(input), a);
    judge(&twice, bytes_str(input), a);
    FUZZ_ASSERT(str_eq(buf_str(&once), buf_str(&twice)));
    FUZZ_ASSERT(fuzz_is_utf8(buf_str(&once)));
    buf_clear(&once);
    buf_clear(&twice);
}

/* --- pack ------------------------------------------------------------------------------- */

/* The file as its own source text: every sentence and number is covered or missing, at a line. */
static void check_share(const struct share *s)
{
    FUZZ_ASSERT(s->covered + s->missing_count == s->total);
    for (size_t i = 0; i < s->missing_count; i++)
        FUZZ_ASSERT(s->missing[i].line >= 0);
}

static void cover(struct pack *pack, struct str text)
{
    struct coverage c;
    pack->source = text;
    pack_coverage(&c, pack, pack->arena);
    check_share(&c.articles);
    check_share(&c.sentences);
    check_share(&c.quotes);
    check_share(&c.numbers);
}

static void read_pack(struct buf *out, struct str text, struct arena *a)
{
    struct pack pack = {.arena = a, .id = STR("mini"), .file = STR("mini/pack.yaml")};
    struct pack_findings found = {.arena = a};
    struct pack_reader r = {
        .arena = a, .findings = &found, .file = pack.file, .packs = shipped(), .pack = &pack};
    struct err e;
    if (packs_get(&pack.parent, shipped(), STR("common"), &e) != OK)
        abort();
    pack_parse(&r, text);
    for (size_t i = 0; i < found.list.len; i++) {
        const struct pack_finding *f = &found.list.ptr[i];
        FUZZ_ASSERT(f->line >= 1 && f->reason.len && fuzz_is_utf8(f->reason));
        buf_addf(out, "%d:%d %.*s\n", f->line, f->column, STR_ARG(f->reason));
    }
    buf_addf(out, "%zu %zu\n", pack.criteria.len, pack.deadlines.len);
    cover(&pack, text);
}

static void check_pack(struct bytes input, struct arena *a)
{
    struct buf once, twice;
    buf_init(&once, 0);
    buf_init(&twice, 0);
    read_pack(&once, bytes_str(input), a);
    read_pack(&twice, bytes_str(input), a);
    FUZZ_ASSERT(str_eq(buf_str(&once), buf_str(&twice)));
    buf_clear(&once);
    buf_clear(&twice);
}

/* --- pack-expr ----------------------------------------------------------------------------- */

static bool find_indicator(size_t *index, bool *is_truth, struct str *unit, const void *pack,
                           struct str name)
{
    const struct pack *p = pack;
    if (!pack_find_indicator(index, p, name))
        return false;
    *is_truth = fold_is_truth(p->indicators.ptr[*index].fold);
    *unit = p->indicators.ptr[*index].unit;
    return true;
}

static bool find_criterion(size_t *index, const void *pack, struct str name)
{
    return pack_find_criterion(index, pack, name);
}

static void walk(const struct expr *x, int depth)
{
    FUZZ_ASSERT(depth < 64 && x->line >= 1 && x->column >= 1 && x->number >= 0);
    FUZZ_ASSERT(x->kind != EX_AT_LEAST || (x->at_least >= 1 && (size_t)x->at_least <= x->count));
    for (size_t i = 0; i < x->count; i++)
        walk(&x->children[i], depth + 1);
}

static void check_expr(struct bytes input, struct arena *a)
{
    const struct pack *p;
    struct expr *x;
    struct err e = {0};
    int column = 0;
    if (packs_get(&p, shipped(), STR("sx-yunying-draft"), &e) != OK)
        abort();
    struct expr_names names = {p, find_indicator, find_criterion};
    err_t rc = expr_parse(&x, &column, bytes_str(input), 1, 1, &names, a, &e);
    FUZZ_ASSERT((rc == OK) == (x != NULL) && column >= 1);
    FUZZ_ASSERT(rc == OK || (rc == E_INVALID && e.text[0]));
    if (x)
        walk(x, 0);
}

static const struct fuzz_target targets[] = {
    {"facts", check_facts}, {"pack", check_pack}, {"pack-expr", check_expr}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_one_of(targets, ARRAY_LEN(targets), data, size);
}
