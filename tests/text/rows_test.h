/* Test helper of the readers of tables: a stream that comes in small pieces, rows
 * as one line of text, and real files read to their end. */
#ifndef TEXT_ROWS_TEST_H
#define TEXT_ROWS_TEST_H
#include "base/buf.h"
#include "base/mem.h"
#include "base/rand.h"
#include "text/rows.h"
#include "text/shared_files.h"

struct pieces {
    struct str text;
    size_t at;
    struct rand r;
    uint32_t most;
};

static inline err_t pieces_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct pieces *p = state;
    size_t n = 1 + rand_below(&p->r, p->most);
    (void)e;
    n = n < cap ? n : cap;
    n = n < p->text.len - p->at ? n : p->text.len - p->at;
    if (n)
        memcpy(to, p->text.ptr + p->at, n);
    p->at += n;
    *got = n;
    return OK;
}

/* Hands out `text` in random pieces of 1 to `most` bytes. */
static inline struct stream *in_pieces(struct str text, uint64_t seed, uint32_t most)
{
    static const struct stream_ops ops = {pieces_read, NULL, free};
    struct pieces *p = mem_zalloc(sizeof(*p));
    *p = (struct pieces){text, 0, {seed}, most};
    return stream_new(&ops, p);
}

/* Every row as "sheet/row[cell]…", with a letter for a cell's flag behind '|', an
 * error as "!text"; closes the rows. */
static inline void outline_rows(struct buf *to, struct rows *rows)
{
    static const char flags[] = {' ', 'f', '?', 'l', 'e', 'm', 'b'};
    struct arena *a = arena_new();
    struct row row;
    struct err e;
    bool has = true;
    while (has) {
        err_t rc = rows_next(&has, &row, rows, a, &e);
        if (rc != OK)
            buf_addf(to, "!%s ", e.text);
        else if (has)
            buf_addf(to, "%.*s/%lld", STR_ARG(row.sheet), (long long)row.number);
        for (size_t i = 0; rc == OK && has && i < row.count; i++) {
            const struct cell *c = &row.cells[i];
            buf_addf(to, "[%.*s", STR_ARG(c->text));
            if (c->flag)
                buf_addf(to, "|%c", flags[c->flag]);
            buf_addc(to, ']');
        }
        buf_addc(to, '\n');
        has |= rc != OK;
        arena_reset(a);
    }
    rows_close(rows);
    arena_free(a);
}

struct table_size {
    const char *name; /* of a sample file */
    size_t rows;
    size_t columns; /* of the first row; all have as many. 0: not looked at */
    size_t filled;  /* cells that are not empty; 0: not looked at */
};

/* Reads each sample file that is there and compares; says so where none is. */
static inline void expect_sizes(const struct table_size *files, size_t count,
                                err_t (*open)(struct rows *rows, struct stream *in, struct err *e))
{
    struct arena *a = arena_new(), *names = arena_new();
    size_t read = 0;
    for (size_t f = 0; f < count; f++) {
        const char *path = shared_file(names, files[f].name);
        struct table_size got = {.name = path};
        struct stream *in;
        struct rows rows;
        struct row row;
        struct err e;
        bool has = true;
        if (!path)
            continue;
        assert_ok(shared_open(&in, path, &e), &e);
        assert_ok(open(&rows, in, &e), &e);
        for (;; got.rows++) {
            assert_ok(rows_next(&has, &row, &rows, a, &e), &e);
            if (!has)
                break;
            if (got.rows == 0)
                got.columns = row.count;
            if (files[f].columns && row.count != got.columns)
                fail_msg("%s line %lld: %zu cells", path, (long long)row.line, row.count);
            for (size_t i = 0; i < row.count; i++)
                got.filled += row.cells[i].text.len > 0;
            arena_reset(a);
        }
        if (got.rows != files[f].rows || (files[f].columns && got.columns != files[f].columns) ||
            (files[f].filled && got.filled != files[f].filled))
            fail_msg("%s: %zu rows, %zu columns, %zu cells", path, got.rows, got.columns,
                     got.filled);
        rows_close(&rows);
        stream_close(in);
        read++;
    }
    arena_free(a);
    arena_free(names);
    if (read == 0)
        shared_absent();
}
#endif
