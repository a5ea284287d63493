/* The index follows the store's change table. It holds what was committed up to
 * one change number, and says which (index_followed); after a crash it goes on
 * from there, so a change may be taken in twice but never lost: adding a record
 * again replaces it.
 *
 * Each batch is read in one read transaction, so the records are those of the
 * store at one moment, at or after the changes named. Texts are copied out and
 * parsed after it: a reader that stays would keep the store's log from being
 * copied back, and the log would grow as long as an import runs beside. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include "index/snapshot.h"
#include "index/writer.h"
#include "model/patent_store.h"
#include "search/document.h"
#include "search/search.h"
#include "search/translate.h"
#include "search/words.h"
#include "text/handover.h"
#include <stdlib.h>

#define BATCH 1000                         /* changes read in one transaction */
#define BATCH_TEXT_BYTES ((size_t)4 << 20) /* of records that wait to be parsed */
#define AHEAD 8          /* slots of documents that a thread makes ahead of the writer */
#define SLOT_DOCUMENTS 8 /* and at most SLOT_BYTES behind the last but one */
#define SLOT_BYTES ((size_t)1 << 18)
#define COMMIT_EVERY 50000 /* changes; a crash repeats at most this much work */
#define COMMIT_US 5000000  /* a search beside an import is this much behind, no more */

struct slot {
    struct arena *a;
    struct index_doc docs[SLOT_DOCUMENTS]; /* without numbers: to be removed */
    size_t count, bytes;
    err_t rc; /* behind the last of them */
    struct err why;
};

struct indexer {
    struct store *store;
    struct index_writer *writer;
    struct arena *a, *texts; /* of a batch, of a turn of it */
    struct slot slots[AHEAD];
    int64_t at; /* the last change taken in; those after index_followed are not committed */
    int64_t uncommitted_us; /* since when the first of them waits */
    enum index_kind kind;
    bool untaught; /* records were taken in since words and terms were learnt (learnt.h) */
    bool renewing; /* the index before is found until this one has everything */
    char dir[];
};

static err_t writer_open(struct indexer *x, struct err *e)
{
    err_t rc = index_writer_open(&x->writer, &fs_system, x->dir, schema_of(x->kind), NULL, e);
    x->at = rc == OK ? (int64_t)index_followed(x->writer) : 0;
    x->uncommitted_us = clock_monotonic_us(&clock_system);
    return rc;
}

/* Throw the index away; following then starts with the first change. Searches find
 * the old one until the new one is whole, unless it cannot even be opened. */
static err_t start_again(struct indexer *x, const char *why, struct err *e)
{
    err_t rc;
    log_line(LOG_WARN, "index %s: %s; it is rebuilt from the store", x->dir, why);
    if (x->writer) {
        index_clear(x->writer);
        x->at = 0;
        x->renewing = true;
        return OK;
    }
    if ((rc = index_destroy(&fs_system, x->dir, e)) != OK)
        return rc;
    return writer_open(x, e);
}

err_t indexer_last_change(int64_t *out, struct store *store, struct err *e)
{
    return STORE_READ(db, store, e, changes_last(out, db, e));
}

err_t indexer_followed(int64_t *change, const char *index_dir, struct err *e)
{
    struct index_reader *r = NULL;
    err_t rc = index_reader_open(&r, &fs_system, index_dir, e);

    *change = -1;
    if (rc == OK) {
        struct snapshot *s = snapshot_get(r);
        *change = (int64_t)snapshot_followed(s);
        snapshot_put(s);
        index_reader_close(r);
    }
    return rc == E_NOTFOUND || rc == E_CORRUPT || rc == E_CONFLICT ? OK : rc;
}

err_t indexer_holds(bool *is, const char *index_dir, int64_t change, struct err *e)
{
    int64_t followed;
    err_t rc = indexer_followed(&followed, index_dir, e);
    *is = rc == OK && followed >= change;
    return rc;
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
    x->texts = arena_new();
    for (size_t i = 0; i < AHEAD; i++)
        x->slots[i].a = arena_new();
    if ((rc = fs_make_dirs(&fs_system, x->dir, e)) != OK)
        goto done;
    rc = writer_open(x, &why);
    if (rc == E_CONFLICT || rc == E_CORRUPT)
        rc = start_again(x, why.text, e);
    else if (rc != OK)
        rc = err_pass(e, rc, &why);
    if (rc != OK || (rc = indexer_last_change(&last, x->store, e)) != OK)
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
    arena_free(x->texts);
    for (size_t i = 0; i < AHEAD; i++)
        arena_free(x->slots[i].a);
    free(x);
}

/* One change, with the record as JSON; no JSON: the record is gone. */
struct taken {
    int64_t id;
    struct str json;
};

static err_t read_record(struct taken *out, struct indexer *x, struct db *db,
                         const struct change *c, struct err *e)
{
    struct err missing = {0};
    *out = (struct taken){.id = c->id};
    if (c->removed)
        return OK;
    err_t rc = patent_get_json(&out->json, db, c->id, x->texts, &missing);
    if (rc == E_NOTFOUND) /* removed by a later change */
        return OK;
    return err_pass(e, rc, &missing);
}

static err_t make_one(struct index_doc *doc, const struct taken *t, enum index_kind kind,
                      struct arena *a, struct err *e)
{
    struct patent p;

    *doc = (struct index_doc){.id = (uint64_t)t->id};
    if (t->json.len == 0)
        return OK;
    if (patent_head_from_json(&p, t->json, a, e) != OK) {
        err_note(e, "patent %lld as stored", (long long)t->id);
        return E_CORRUPT;
    }
    p.id = t->id;
    document_make(doc, &p, t->json, kind, a);
    return OK;
}

/* Records of a turn that wait to become documents. */
struct making {
    struct indexer *x;
    const struct taken *next, *end;
};

static bool make_slot(size_t *bytes, void *arg, size_t slot)
{
    struct making *m = arg;
    struct slot *s = &m->x->slots[slot];
    arena_reset(s->a);
    s->why = (struct err){0};
    s->rc = OK;
    s->count = 0;
    while (m->next < m->end && s->count < SLOT_DOCUMENTS && arena_used(s->a) < SLOT_BYTES &&
           (s->rc = make_one(&s->docs[s->count], m->next, m->x->kind, s->a, &s->why)) == OK) {
        s->count++;
        m->next++;
    }
    *bytes = s->bytes = arena_used(s->a);
    return s->rc != OK || m->next == m->end;
}

static err_t add_slot(struct indexer *x, const struct slot *s, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < s->count; i++)
        rc = s->docs[i].numbers ? index_add(x->writer, &s->docs[i], e)
                                : index_remove(x->writer, s->docs[i].id, e);
    return rc == OK ? err_pass(e, s->rc, &s->why) : rc;
}

/* One thread makes documents while this one adds them; a few are not worth a thread. */
static err_t take_in(struct indexer *x, const struct taken *taken, size_t count, struct err *e)
{
    struct making m = {x, taken, taken + count};
    struct handover ahead;
    bool two = count > SLOT_DOCUMENTS &&
               handover_start(&ahead, AHEAD, AHEAD * SLOT_BYTES / 2, make_slot, &m);
    err_t rc = OK;

    for (size_t done = 0, bytes; rc == OK && done < count;) {
        size_t slot = two ? handover_take(&ahead) : 0;
        struct slot *s = &x->slots[slot];
        if (!two)
            make_slot(&bytes, &m, slot);
        rc = add_slot(x, s, e);
        done += s->count;
        if (two)
            handover_give_back(&ahead, s->bytes);
    }
    if (two)
        handover_end(&ahead);
    return rc;
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

/* Changes of one batch with their records, read and taken in by turns of at most
 * BATCH_TEXT_BYTES; the transaction ends when the last is read. */
static err_t take_in_all(struct indexer *x, struct db *db, const struct change *changes,
                         size_t count, struct err *e)
{
    struct taken *taken = arena_array(x->a, count, sizeof(*taken));
    err_t rc = OK;

    for (size_t from = 0, to = 0; rc == OK && from < count; from = to) {
        size_t bytes = 0;
        arena_reset(x->texts);
        for (; rc == OK && to < count && bytes < BATCH_TEXT_BYTES; to++) {
            rc = read_record(&taken[to], x, db, &changes[to], e);
            bytes += taken[to].json.len;
        }
        if (to == count)
            db_rollback(db); /* nothing was written */
        if (rc == OK)
            rc = take_in(x, taken + from, to - from, e);
    }
    return rc;
}

/* One batch after x->at; *count is how many changes there were. */
static err_t follow_batch(size_t *count, struct indexer *x, struct db *db, struct err *e)
{
    struct change *changes;
    err_t rc;

    arena_reset(x->a);
    changes = arena_array(x->a, BATCH, sizeof(*changes));
    *count = 0;
    if ((rc = db_begin_read(db, e)) != OK)
        return rc;
    if ((rc = changes_read(changes, count, BATCH, db, x->at, e)) == OK && *count > 0) {
        int64_t last = changes[*count - 1].seq;
        rc = take_in_all(x, db, changes, keep_latest(changes, *count), e);
        if (rc == OK)
            x->at = last;
    }
    db_rollback(db);
    return rc;
}

/* `end`: the last change there is was taken in. A renewed index is committed then
 * only, so that it is never found half. */
static err_t commit_if_due(struct indexer *x, bool end, bool to_end, struct err *e)
{
    int64_t behind = x->at - (int64_t)index_followed(x->writer);
    int64_t us = clock_monotonic_us(&clock_system);
    bool now = end && (to_end || x->renewing);

    if (behind <= 0 && !(now && x->renewing)) {
        x->uncommitted_us = us;
        return OK;
    }
    if (!now && (x->renewing || (behind < COMMIT_EVERY && us - x->uncommitted_us < COMMIT_US)))
        return OK;
    x->uncommitted_us = us;
    err_t rc = index_commit(x->writer, (uint64_t)x->at, e);
    x->renewing &= rc != OK;
    return rc;
}

static err_t follow(struct indexer *x, bool to_end, uint64_t *done, struct err *e)
{
    /* Without a writer where the folder could not be made anew: try again. */
    err_t opened = x->writer ? OK : writer_open(x, e);
    if (opened != OK)
        return opened;
    struct db *db = NULL;
    size_t count = BATCH;
    err_t rc = store_reader_get(&db, x->store, e);

    if (rc != OK)
        return rc;
    while (rc == OK && count == BATCH) {
        if ((rc = follow_batch(&count, x, db, e)) == OK)
            rc = commit_if_due(x, count < BATCH, to_end, e);
        *done += rc == OK ? count : 0;
    }
    store_reader_put(x->store, db);
    return rc;
}

static err_t follow_or_rebuild(struct indexer *x, bool to_end, uint64_t *done, struct err *e)
{
    struct err why = {0};
    uint64_t count = 0;
    err_t rc = follow(x, to_end, &count, &why);

    if (rc == E_CORRUPT) { /* damage met while writing: the store has everything */
        count = 0;
        if ((rc = start_again(x, why.text, e)) == OK)
            rc = follow(x, to_end, &count, e);
    } else if (rc != OK) {
        rc = err_pass(e, rc, &why);
    }
    if (done)
        *done = count;
    x->untaught |= count > 0 && x->kind == INDEX_FULL;
    return rc;
}

err_t indexer_follow(struct indexer *x, uint64_t *done, struct err *e)
{
    err_t rc = follow_or_rebuild(x, true, done, e);
    if (rc != OK || !x->untaught)
        return rc;
    if ((rc = words_follow(x->store, x->dir, e)) == OK &&
        (rc = translations_follow(x->store, x->dir, e)) == OK)
        x->untaught = false;
    return rc;
}

err_t indexer_follow_filling(struct indexer *x, uint64_t *done, struct err *e)
{
    return follow_or_rebuild(x, false, done, e);
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
