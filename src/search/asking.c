/* The searcher keeps one reader of the index for the process. A search pins the
 * newest snapshot, so a commit in between disturbs nobody; the lock is held for
 * looking at the manifest only. Working memory goes from one search to the next:
 * there is one for each search that ever ran at the same time as others. */
#include "search/asking.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/msg.h"
#include "index/manifest.h"
#include "model/patent_store.h"
#include "search/learnt.h"
#include "search/translate.h"
#include "search/words.h"
#include <pthread.h>
#include <stdlib.h>

#define IDLE_MAX 16 /* more searches at once than a server has threads for */

struct searcher {
    struct store *store;
    const struct clock *clock;
    pthread_mutex_t lock; /* guards what follows */
    struct index_reader *reader;
    struct search_scratch *idle[IDLE_MAX];
    size_t idle_count;
    bool damage; /* or a rebuild was asked for */
    uint64_t rebuilds;
    char dir[];
};

err_t searcher_open(struct searcher **out, struct store *store, const char *index_dir,
                    const struct clock *clock, struct err *e)
{
    size_t len = strlen(index_dir);
    struct searcher *s = mem_zalloc(sizeof(*s) + len + 1);

    memcpy(s->dir, index_dir, len + 1);
    s->store = store;
    s->clock = clock;
    if (pthread_mutex_init(&s->lock, NULL) != 0) {
        free(s);
        *out = NULL;
        return err_set(e, E_INTERNAL, "a lock for searching could not be made");
    }
    *out = s;
    return OK;
}

void searcher_close(struct searcher *s)
{
    if (!s)
        return;
    if (s->reader)
        index_reader_close(s->reader);
    for (size_t i = 0; i < s->idle_count; i++)
        search_scratch_free(s->idle[i]);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* Columns and fields are addressed by number, so another program's index must not
 * be read at all. */
static err_t check_schema(const struct asking *x, struct err *e)
{
    const struct index_schema *schema = snapshot_schema(x->snapshot);
    if (schema_equal(schema, &patent_schema) || schema_equal(schema, &patent_schema_plain))
        return OK;
    return err_set(e, E_CONFLICT,
                   "the index was made by another version of this program; run zhiyun reindex");
}

/* No index over a store of records is no empty answer. */
static err_t check_missing(struct asking *x, struct err *e)
{
    int64_t last = 0;
    err_t rc = asking_db(x, e);

    if (rc == OK)
        rc = changes_last(&last, x->db, e);
    if (rc != OK || last == 0)
        return rc;
    return err_set(e, E_CORRUPT,
                   "the index is missing: a running import or server makes it again, else "
                   "zhiyun reindex");
}

err_t asking_outcome(struct asking *x, err_t rc)
{
    if (rc != E_CORRUPT)
        return rc;
    searcher_ask_rebuild(x->searcher);
    return rc;
}

bool searcher_met_damage(struct searcher *s)
{
    pthread_mutex_lock(&s->lock);
    bool met = s->damage;
    s->damage = false;
    pthread_mutex_unlock(&s->lock);
    return met;
}

void searcher_ask_rebuild(struct searcher *s)
{
    pthread_mutex_lock(&s->lock);
    s->damage = true;
    pthread_mutex_unlock(&s->lock);
}

void searcher_note_rebuild(struct searcher *s)
{
    pthread_mutex_lock(&s->lock);
    s->rebuilds++;
    pthread_mutex_unlock(&s->lock);
}

uint64_t searcher_rebuilds(struct searcher *s)
{
    pthread_mutex_lock(&s->lock);
    uint64_t n = s->rebuilds;
    pthread_mutex_unlock(&s->lock);
    return n;
}

err_t searcher_followed(int64_t *change, struct searcher *s, struct err *e)
{
    return indexer_followed(change, s->dir, e);
}

err_t searcher_holds(bool *is, struct searcher *s, int64_t change, struct err *e)
{
    return indexer_holds(is, s->dir, change, e);
}

err_t searcher_mend(struct searcher *s, struct err *e)
{
    struct indexer *x = NULL;
    struct err why = {0};
    err_t rc = indexer_open(&x, s->store, s->dir, INDEX_FULL, &why);

    if (rc == OK)
        rc = indexer_rebuild(x, NULL, &why);
    indexer_close(x);
    if (rc == E_BUSY)
        return err_set(e, rc,
                       "the index is missing or damaged, and another process has it in hand; "
                       "search again when that is done, or run zhiyun reindex");
    if (rc != OK)
        return err_pass(e, rc, &why);
    if (s->reader)
        index_reader_close(s->reader);
    s->reader = NULL;
    s->damage = false;
    return OK;
}

err_t asking_begin(struct asking *out, struct searcher *s, struct err *e)
{
    err_t rc = OK;

    *out = (struct asking){.searcher = s, .started_us = clock_monotonic_us(s->clock)};
    pthread_mutex_lock(&s->lock);
    if (!s->reader)
        rc = index_reader_open(&s->reader, &fs_system, s->dir, e);
    else
        rc = index_reader_refresh(s->reader, e);
    if (rc == OK)
        out->snapshot = snapshot_get(s->reader);
    if (s->idle_count > 0)
        out->scratch = s->idle[--s->idle_count];
    pthread_mutex_unlock(&s->lock);
    if (!out->scratch)
        out->scratch = search_scratch_new();
    if (rc == OK)
        rc = check_schema(out, e);
    return asking_outcome(out, rc == E_NOTFOUND ? check_missing(out, e) : rc);
}

err_t asking_db(struct asking *x, struct err *e)
{
    if (x->db)
        return OK;
    err_t rc = store_reader_get(&x->db, x->searcher->store, e);
    return rc == OK ? db_begin_read(x->db, e) : rc; /* SQLite locks once, not for each record */
}

struct bytes asking_translations(struct asking *x)
{
    if (!x->translations.ptr)
        x->translations = learnt_map(x->searcher->dir, TRANSLATIONS_FILE);
    return x->translations;
}

const struct words_list *asking_words(struct asking *x)
{
    if (!x->words_list) {
        x->words = learnt_map(x->searcher->dir, WORDS_FILE);
        x->words_list = mem_alloc(sizeof(*x->words_list));
        words_list_make(x->words_list, x->words);
    }
    return x->words_list;
}

void asking_db_put(struct asking *x)
{
    if (x->db)
        store_reader_put(x->searcher->store, x->db);
    x->db = NULL;
}

double asking_ms(const struct asking *x)
{
    return (double)(clock_monotonic_us(x->searcher->clock) - x->started_us) / 1000.0;
}

struct str asking_note(struct asking *x, struct arena *a)
{
    int64_t last = 0;

    if (!x->snapshot)
        return str_of(msg("there is no index yet; import records, or run zhiyun reindex"));
    if (asking_db(x, NULL) != OK || changes_last(&last, x->db, NULL) != OK)
        return STR_NONE;
    int64_t behind = last - (int64_t)snapshot_followed(x->snapshot);
    if (behind > 0)
        return arena_printf(a, msg("the index is %lld changes behind the store"),
                            (long long)behind);
    return STR_NONE;
}

void asking_end(struct asking *x)
{
    asking_db_put(x);
    fs_unmap(x->translations);
    fs_unmap(x->words);
    free(x->words_list);
    snapshot_put(x->snapshot);
    struct searcher *s = x->searcher;
    if (x->scratch) {
        search_scratch_forget(x->scratch);
        pthread_mutex_lock(&s->lock);
        if (s->idle_count < IDLE_MAX) {
            s->idle[s->idle_count++] = x->scratch;
            x->scratch = NULL;
        }
        pthread_mutex_unlock(&s->lock);
    }
    search_scratch_free(x->scratch);
    *x = (struct asking){0};
}
