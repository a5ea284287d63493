/* Golden files: tests/golden/ingest/FORMAT/NAME.in → NAME.out, what the format
 * makes of it: a canonical JSON line a record, refused rows, warnings and
 * notes. UPDATE_GOLDEN=1 rewrites the .out files; the change is then reviewed. */
#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include "db/scratch.h"
#include "ingest/producer.h"
#include "test.h"
#include "text/xlsx_out.h"
#include <dirent.h>

struct collected {
    struct batch *b;
    struct buf out;
};

static err_t fresh(struct batch **out, void *arg, struct err *e)
{
    struct collected *c = arg;
    (void)e;
    arena_reset(c->b->a);
    c->b->count = 0;
    c->b->last = false;
    *out = c->b;
    return OK;
}

static void write_item(struct buf *out, const struct item *item)
{
    if (item->kind == ITEM_RECORD) {
        buf_addf(out, "record %lld ", (long long)item->row);
        patent_to_json(out, item->patent);
        buf_addc(out, '\n');
    } else {
        buf_addf(out, "refused %lld [%.*s] \"%.*s\": %.*s\n", (long long)item->row,
                 STR_ARG(item->column), STR_ARG(item->value), STR_ARG(item->reason));
    }
    for (size_t i = 0; i < item->warnings.len; i++) {
        const struct warning *w = &item->warnings.ptr[i];
        buf_addf(out, "  warning [%.*s] \"%.*s\": %s\n", STR_ARG(w->column), STR_ARG(w->value),
                 w->kind);
    }
}

static void write_end(struct buf *out, const struct source *s)
{
    if (!s->format)
        buf_addf(out, "no format\n");
    else
        buf_addf(out, "format %s\n", s->format->name);
    if (s->table.len)
        buf_addf(out, "table %.*s\n", STR_ARG(s->table));
    for (size_t i = 0; i < s->notes.guesses.len; i++) {
        const struct import_guess *g = &s->notes.guesses.ptr[i];
        buf_addf(out, "proposal %.*s = %.*s (%.*s)\n", STR_ARG(g->column), STR_ARG(g->field),
                 STR_ARG(g->values));
    }
    for (size_t i = 0; i < s->notes.unknown_columns.len; i++)
        buf_addf(out, "unknown column %.*s\n", STR_ARG(s->notes.unknown_columns.ptr[i]));
    for (size_t i = 0; i < s->notes.remarks.len; i++)
        buf_addf(out, "remark %.*s\n", STR_ARG(s->notes.remarks.ptr[i]));
    if (s->ended.kind != OK)
        buf_addf(out, "ended by %s: %s\n", err_kind_name(s->ended.kind), s->ended.text);
}

static err_t give(void *arg, struct batch *b, struct err *e)
{
    struct collected *c = arg;
    (void)e;
    for (size_t i = 0; i < b->count; i++)
        write_item(&c->out, &b->items[i]);
    if (b->last) {
        write_end(&c->out, b->source);
        source_free(b->source);
    }
    return OK;
}

static void settle(void *arg)
{
    (void)arg;
}

static void abandon(void *arg, struct source *s)
{
    (void)arg;
    source_free(s);
}

static void render(struct collected *c, const char *path, const struct column_map *columns)
{
    struct err e = {0};
    struct producer p = {.fresh = fresh,
                         .give = give,
                         .settle = settle,
                         .abandon = abandon,
                         .arg = c,
                         .columns = columns,
                         .source_name = STR("golden"),
                         .tmpdir = "/tmp",
                         .fs = &fs_system};
    c->b = mem_zalloc(sizeof(*c->b));
    c->b->a = arena_new();
    buf_init(&c->out, 0);
    assert_ok(produce_file(&p, path, &e), &e);
    arena_free(c->b->a);
    free(c->b);
}

static void write_out(const char *path, struct str text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
    assert_int_equal(fclose(f), 0);
}

static void check_one(const char *in, const struct column_map *columns, const char *folder)
{
    struct collected c;
    struct arena *a = arena_new();
    struct bytes expected = {0};
    struct err e = {0};
    const char *out = arena_printf(a, "%.*s.out", (int)(strlen(in) - 3), in).ptr;

    render(&c, in, columns);
    /* Refused containers name the path; goldens hold none. */
    if (getenv("UPDATE_GOLDEN"))
        write_out(out, buf_str(&c.out));
    assert_ok(fs_read(&expected, &fs_system, out, (size_t)64 << 20, a, &e), &e);
    if (!str_eq(bytes_str(expected), buf_str(&c.out)))
        fail_msg("%s (%s) differs; now:\n%.*s", in, folder, STR_ARG(buf_str(&c.out)));
    buf_clear(&c.out);
    arena_free(a);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t check_folder(const char *folder, const struct column_map *columns)
{
    struct arena *a = arena_new();
    struct {
        const char **ptr;
        size_t len, cap;
    } names = {0};
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL)
        if (str_ends(str_of(entry->d_name), STR(".in")))
            VEC_PUSH(a, &names, arena_printf(a, "%s/%s", folder, entry->d_name).ptr);
    if (dir)
        closedir(dir);
    if (names.len)
        qsort(names.ptr, names.len, sizeof(*names.ptr), by_name);
    for (size_t i = 0; i < names.len; i++)
        check_one(names.ptr[i], columns, folder);
    size_t count = names.len;
    arena_free(a);
    return count;
}

static void every_format_makes_of_its_goldens_what_stands_beside_them(void **state)
{
    const struct str no_names = STR("-=applicant"); /* most are cut down to a few columns */
    struct column_map *columns = NULL;
    struct err e = {0};
    size_t count = 0;
    const char *root = getenv("MESON_SOURCE_ROOT");

    (void)state;
    assert_ok(column_map_new(&columns, &no_names, 1, &e), &e);
    for (size_t i = 0; formats[i]; i++) {
        char folder[1024];
        snprintf(folder, sizeof(folder), "%s/tests/golden/ingest/%s", root ? root : ".",
                 formats[i]->name);
        count += check_folder(folder, columns);
    }
    column_map_free(columns);
    assert_true(count >= 10);
}

/* --- how far a reading is ---------------------------------------------------- */

struct offsets {
    struct batch *b;
    uint64_t seen[16];
    size_t count;
};

static err_t next_batch(struct batch **out, void *arg, struct err *e)
{
    struct offsets *o = arg;
    (void)e;
    arena_reset(o->b->a);
    o->b->count = 0;
    o->b->last = false;
    *out = o->b;
    return OK;
}

static err_t note_offset(void *arg, struct batch *b, struct err *e)
{
    struct offsets *o = arg;
    (void)e;
    assert_true(o->count < ARRAY_LEN(o->seen));
    o->seen[o->count++] = b->raw_offset;
    if (b->last)
        source_free(b->source);
    return OK;
}

/* A workbook lies in memory as a whole before its first row is read. */
static void the_offset_of_a_workbook_rises_with_its_rows(void **state)
{
    struct offsets o = {.b = mem_zalloc(sizeof(*o.b))};
    struct arena *a = arena_new();
    struct column_map *columns = NULL;
    struct xlsx_out *x = NULL;
    struct bytes file = {0};
    struct err e = {0};
    const char *path = arena_printf(a, "%s/rows.xlsx", scratch_dir(a)).ptr;
    const struct str head[] = {STR("公开号"), STR("标题"), STR("申请人")};

    (void)state;
    assert_ok(xlsx_out_open(&x, path, "1", "/tmp", &e), &e);
    xlsx_out_row(x, head, 3, true);
    for (int i = 0; i < 4 * BATCH_ITEMS; i++) {
        const struct str row[] = {arena_printf(a, "CN29%07dA", i), arena_printf(a, "装置%d", i),
                                  STR("某公司")};
        xlsx_out_row(x, row, 3, false);
    }
    assert_ok(xlsx_out_finish(x, NULL, &e), &e);
    assert_ok(fs_read(&file, &fs_system, path, 1 << 20, a, &e), &e);
    assert_ok(column_map_new(&columns, NULL, 0, &e), &e);
    o.b->a = arena_new();
    const struct producer p = {.fresh = next_batch,
                               .give = note_offset,
                               .settle = settle,
                               .abandon = abandon,
                               .arg = &o,
                               .columns = columns,
                               .tmpdir = "/tmp",
                               .fs = &fs_system};
    assert_ok(produce_file(&p, path, &e), &e);
    assert_int_equal(o.count, 5);
    for (size_t i = 1; i < o.count; i++)
        assert_true(o.seen[i] >= o.seen[i - 1]);
    assert_true(o.seen[0] > 0 && o.seen[0] < file.len / 2 && o.seen[1] > o.seen[0]);
    assert_int_equal(o.seen[4], file.len);
    column_map_free(columns);
    arena_free(o.b->a);
    free(o.b);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_offset_of_a_workbook_rises_with_its_rows),
        cmocka_unit_test(every_format_makes_of_its_goldens_what_stands_beside_them),
    };
    msg_set_lang(LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
