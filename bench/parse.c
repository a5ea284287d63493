/* parse FILE: reads a file as an import does, writes nothing, prints records,
 * refused rows and seconds as JSON. */
#include "base/clock.h"
#include "base/mem.h"
#include "ingest/columns.h"
#include "ingest/producer.h"
#include <stdio.h>
#include <stdlib.h>

struct count {
    struct batch *b;
    int64_t records, rejected;
    struct err first; /* what was wrong with a source */
};

static err_t count_fresh(struct batch **out, void *arg, struct err *e)
{
    struct count *c = arg;
    (void)e;
    arena_reset(c->b->a);
    c->b->count = 0;
    c->b->last = false;
    *out = c->b;
    return OK;
}

static err_t count_give(void *arg, struct batch *b, struct err *e)
{
    struct count *c = arg;
    (void)e;
    for (size_t i = 0; i < b->count; i++) {
        c->records += b->items[i].kind == ITEM_RECORD;
        c->rejected += b->items[i].kind == ITEM_REJECT;
    }
    if (!b->last)
        return OK;
    if (b->source->ended.kind != OK && c->first.kind == OK)
        c->first = b->source->ended;
    source_free(b->source);
    return OK;
}

static void count_settle(void *arg)
{
    (void)arg;
}

static void count_abandon(void *arg, struct source *s)
{
    (void)arg;
    source_free(s);
}

static err_t parse(struct count *c, const char *file, struct err *e)
{
    struct column_map *columns = NULL;
    err_t rc = column_map_new(&columns, NULL, 0, e);
    if (rc != OK)
        return rc;
    c->b = mem_zalloc(sizeof(*c->b));
    c->b->a = arena_new();
    const char *tmpdir = getenv("TMPDIR");
    struct producer p = {.fresh = count_fresh,
                         .give = count_give,
                         .settle = count_settle,
                         .abandon = count_abandon,
                         .arg = c,
                         .columns = columns,
                         .tmpdir = tmpdir ? tmpdir : "/tmp",
                         .fs = &fs_system};
    rc = produce_file(&p, file, e);
    if (rc == OK && c->first.kind != OK) {
        rc = c->first.kind;
        *e = c->first;
    }
    arena_free(c->b->a);
    free(c->b);
    column_map_free(columns);
    return rc;
}

int main(int argc, char **argv)
{
    struct count c = {0};
    struct err e;
    if (argc != 2) {
        fputs("usage: parse FILE\n", stderr);
        return 2;
    }
    int64_t start = clock_monotonic_us(&clock_system);
    if (parse(&c, argv[1], &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return 3;
    }
    printf("{\"records\":%lld,\"rejected\":%lld,\"seconds\":%.6f}\n", (long long)c.records,
           (long long)c.rejected, (double)(clock_monotonic_us(&clock_system) - start) / 1e6);
    return 0;
}
