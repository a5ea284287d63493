/* Data files: yaml (the plain subset as a tree) and record-type (a type's file
 * with all its findings). */
#include "base/buf.h"
#include "fuzz.h"
#include "record/type_priv.h"

/* --- yaml ------------------------------------------------------------------------ */

static void write_tree(struct buf *out, const struct yvalue *v)
{
    FUZZ_ASSERT(v->line >= 1 && v->column >= 1);
    FUZZ_ASSERT(v->type != Y_TEXT || (v->count == 0 && fuzz_is_utf8(v->text)));
    buf_addf(out, "%d %d:%d ", v->type, v->line, v->column);
    buf_add(out, v->text);
    for (size_t i = 0; i < v->count; i++) {
        if (v->type == Y_MAP) {
            FUZZ_ASSERT(v->names[i].type == Y_TEXT);
            for (size_t k = 0; k < i; k++) /* the first of two keys alone is there */
                FUZZ_ASSERT(!str_eq(v->names[k].text, v->names[i].text));
            write_tree(out, &v->names[i]);
        }
        write_tree(out, &v->items[i]);
    }
    buf_addc(out, '\n');
}

static bool read_tree(struct buf *out, struct str text, struct arena *a)
{
    const struct yvalue *v;
    const struct yfault *faults;
    size_t count;
    struct err e = {0};
    err_t rc = yin_parse(&v, &faults, &count, text, a, &e);
    FUZZ_ASSERT((rc == OK) == (count == 0) && (rc == OK || rc == E_INVALID));
    FUZZ_ASSERT(rc == OK || (e.text[0] && fuzz_is_utf8(str_of(e.text))));
    FUZZ_ASSERT(rc != OK || v);
    for (size_t i = 0; i < count; i++) {
        FUZZ_ASSERT(faults[i].line >= 1 && faults[i].reason.len && fuzz_is_utf8(faults[i].reason));
        FUZZ_ASSERT(i == 0 || faults[i - 1].line <= faults[i].line);
        buf_addf(out, "%d:%d %.*s\n", faults[i].line, faults[i].column, STR_ARG(faults[i].reason));
    }
    if (v)
        write_tree(out, v);
    return rc == OK;
}

static void check_yaml(struct bytes input, struct arena *a)
{
    struct buf once, twice;
    buf_init(&once, 0);
    buf_init(&twice, 0);
    bool good = read_tree(&once, bytes_str(input), a);
    FUZZ_ASSERT(read_tree(&twice, bytes_str(input), a) == good);
    FUZZ_ASSERT(str_eq(buf_str(&once), buf_str(&twice)));
    buf_clear(&once);
    buf_clear(&twice);
}

/* --- record-type -------------------------------------------------------------------- */

/* One other type to refer to: making the tables of all takes 30 ms each time. */
static const struct record_types *small_set(void)
{
    static struct record_types *all, small;
    const struct type_finding *findings;
    size_t count;
    if (all)
        return &small;
    struct arena *a = arena_new();
    if (record_types_load(&all, NULL, &findings, &count, a, NULL) != OK)
        abort();
    arena_free(a);
    small = (struct record_types){.arena = all->arena, .references = all->references};
    type_set_add(&small, record_type_find(all, STR("deal")));
    return &small;
}

static void write_findings(struct buf *out, struct str text, struct arena *a)
{
    const struct type_finding *f;
    size_t count;
    struct err e = {0};
    err_t rc = record_types_lint(&f, &count, &(struct type_text){"example.yaml", text}, 1,
                                 small_set(), a, &e);
    size_t faults = 0;
    FUZZ_ASSERT(rc == OK || rc == E_INVALID);
    for (size_t i = 0; i < count; i++)
        faults += !f[i].advice;
    FUZZ_ASSERT((rc == E_INVALID) == (faults > 0));
    for (size_t i = 0; i < count; i++) {
        FUZZ_ASSERT(f[i].line >= 1 && f[i].reason.len && fuzz_is_utf8(f[i].reason));
        FUZZ_ASSERT(i == 0 || f[i - 1].line <= f[i].line);
        buf_addf(out, "%d %.*s\n", f[i].line, STR_ARG(f[i].reason));
    }
}

static void check_type(struct bytes input, struct arena *a)
{
    struct buf once, twice;
    buf_init(&once, 0);
    buf_init(&twice, 0);
    write_findings(&once, bytes_str(input), a);
    write_findings(&twice, bytes_str(input), a);
    FUZZ_ASSERT(str_eq(buf_str(&once), buf_str(&twice)));
    buf_clear(&once);
    buf_clear(&twice);
}

static const struct fuzz_target targets[] = {{"yaml", check_yaml}, {"record-type", check_type}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_one_of(targets, ARRAY_LEN(targets), data, size);
}
