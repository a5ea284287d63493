/* The index follows the store's change table. It holds what was committed up to
 * one change number, and says which (index_followed); after a crash it goes on
 * from there, so a change may be taken in twice but never lost: adding a record
 * again replaces it.
 *
 * Each batch is read in one read transaction, so the records are those of the
 * store at one moment, at or after the changes named. */
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include "index/snapshot.h"
#include "index/writer.h"
#include "model/patent_store.h"
#include "search/document.h"
#include "search/search.h"
#include <stdlib.h>

#define BATCH 1000                     /* changes read in one transaction */
#define COMMIT_EVERY ((uint64_t)50000) /* changes; a crash repeats at most this much work */

struct indexer {
    struct store *store;
    struct index_writer *writer;
    struct arena *a, *record;
    enum index_kind kind;
    char dir[];
};

static err_t writer_open(struct indexer *x, struct err *e)
{
    return index_writer_open(&x->writer, &fs_system, x->dir, schema_of(x->kind), NULL, e);
}

/* Throw the index away; following then starts with the first change. */
static err_t start_again(struct indexer *x, const char *why, struct err *e)
{
    err_t rc;
    log_line(LOG_WARN, "index %s: %s; it is rebuilt from the store", x->dir, why);
    index_writer_close(x->writer);
    x->writer = NULL;
    if ((rc = index_destroy(&fs_system, x->dir, e)) != OK)
        return rc;
    return writer_open(x, e);
}

static err_t last_change(int64_t *out, struct store *store, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, store, e);
    if (rc == OK) {
        rc = changes_last(out, db, e);
        store_reader_put(store, db);
    }
    return rc;
}

err_t indexer_is_current(bool *is, struct store *store, const char *index_dir, struct err *e)
{
    struct index_reader *r = NULL;
    int64_t last = 0;
    err_t rc = last_change(&last, store, e);

    *is = false;
    if (rc != OK)
        return rc;
    rc = index_reader_open(&r, &fs_system, index_dir, e);
    if (rc == OK) {
        struct snapshot *s = snapshot_get(r);
        *is = snapshot_followed(s) >= (uint64_t)last;
        snapshot_put(s);
        index_reader_close(r);
    }
    /* Without an index, or with one that is being made again, it is not. */
    return rc == E_NOTFOUND || rc == E_CORRUPT || rc == E_CONFLICT ? OK : rc;
}

err_t indexer_open(struct indexer **out, struct store *store, const char *index_dir,
                   enum index_kind kind, struct err *e)
{
    size_t len = strlen(index_dir);
    struct indexer *x = mem_zalloc(sizeof(*x) + len + 1);
    struct err why = {0};
    int64_t last = 0;
    err_t rc;

    memcpy(x->dir, index_dir, len + 1);
    x->store = store;
    x->kind = kind;
    x->a = arena_new();
    x->record = arena_new();
    if ((rc = fs_make_dirs(&fs_system, x->dir, e)) != OK)
        goto done;
    rc = writer_open(x, &why);
    if (rc == E_CONFLICT || rc == E_CORRUPT)
        rc = start_again(x, why.text, e);
    else if (rc != OK)
        rc = err_set(e, rc, "%s", why.text);
    if (rc != OK || (rc = last_change(&last, x->store, e)) != OK)
        goto done;
    if (index_followed(x->writer) > (uint64_t)last)
        rc = start_again(x, msg("it holds changes that the store does not have"), e);
done:
    if (rc != OK) {
        indexer_close(x);
        x = NULL;
    }
    *out = x;
    return rc;
}

void indexer_close(struct indexer *x)
{
    if (!x)
        return;
    index_writer_close(x->writer);
    arena_free(x->a);
    arena_free(x->record);
    free(x);
}

static err_t take_in(struct indexer *x, struct db *db, const struct change *c, struct err *e)
{
    struct patent p;
    struct index_doc doc;
    struct err missing = {0};

    if (c->removed)
        return index_remove(x->writer, (uint64_t)c->id, e);
    arena_reset(x->record);
    err_t rc = patent_get(&p, db, c->id, x->record, &missing);
    if (rc == E_NOTFOUND) /* removed by a later change */
        return index_remove(x->writer, (uint64_t)c->id, e);
    if (rc != OK)
        return err_set(e, rc, "%s", missing.text);
    document_make(&doc, &p, x->kind, x->record);
    return index_add(x->writer, &doc, e);
}

static int by_id_then_seq(const void *l, const void *r)
{
    const struct change *x = l, *y = r;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The latest change of each record, by id: rows then come in table order. */
static size_t keep_latest(struct change *changes, size_t count)
{
    size_t kept = 0;
    qsort(changes, count, sizeof(*changes), by_id_then_seq);
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || changes[i + 1].id != changes[i].id)
            changes[kept++] = changes[i];
    return kept;
}

/* One batch after *at; *count is how many changes there were. */
static err_t follow_batch(int64_t *at, size_t *count, struct indexer *x, struct db *db,
                          struct err *e)
{
    struct change *changes;
    err_t rc;

    arena_reset(x->a);
    changes = arena_array(x->a, BATCH, sizeof(*changes));
    *count = 0;
    if ((rc = db_begin_read(db, e)) != OK)
        return rc;
    if ((rc = changes_read(changes, count, BATCH, db, *at, e)) == OK && *count > 0) {
        int64_t last = changes[*count - 1].seq;
        size_t latest = keep_latest(changes, *count);
        for (size_t i = 0; i < latest && rc == OK; i++)
            rc = take_in(x, db, &changes[i], e);
        if (rc == OK)
            *at = last;
    }
    db_rollback(db); /* nothing was written */
    return rc;
}

static err_t follow(struct indexer *x, uint64_t *done, struct err *e)
{
    /* Without a writer after a rebuild that failed half way: try again. */
    err_t opened = x->writer ? OK : writer_open(x, e);
    if (opened != OK)
        return opened;
    int64_t at = (int64_t)index_followed(x->writer), committed = at;
    struct db *db = NULL;
    size_t count = 0;
    err_t rc = store_reader_get(&db, x->store, e);

    if (rc != OK)
        return rc;
    do {
        if ((rc = follow_batch(&at, &count, x, db, e)) != OK)
            break;
        *done += count;
        bool end = count < BATCH;
        if (at > committed && (end || (uint64_t)(at - committed) >= COMMIT_EVERY)) {
            if ((rc = index_commit(x->writer, (uint64_t)at, e)) != OK)
                break;
            committed = at;
        }
    } while (count == BATCH);
    store_reader_put(x->store, db);
    return rc;
}

err_t indexer_follow(struct indexer *x, uint64_t *done, struct err *e)
{
    struct err why = {0};
    uint64_t count = 0;
    err_t rc = follow(x, &count, &why);

    if (rc == E_CORRUPT) { /* damage met while writing: the store has everything */
        count = 0;
        if ((rc = start_again(x, why.text, e)) == OK)
            rc = follow(x, &count, e);
    } else if (rc != OK) {
        rc = err_set(e, rc, "%s", why.text);
    }
    if (done)
        *done = count;
    return rc;
}

err_t indexer_rebuild(struct indexer *x, uint64_t *done, struct err *e)
{
    err_t rc = start_again(x, msg("a rebuild was asked for"), e);
    return rc == OK ? indexer_follow(x, done, e) : rc;
}

err_t indexer_optimise(struct indexer *x, struct err *e)
{
    err_t rc = x->writer ? OK : writer_open(x, e);
    return rc == OK ? index_merge_all(x->writer, e) : rc;
}
