/* The types of the log's entries are read out of their lines, whose spelling is fixed
 * (audit/log.c). A column beside the line was rejected: what concerns whom is this
 * folder's to say, and the sequencer's order would not follow it. */
#include "record/changed.h"
#include "audit/entry.h"
#include "base/mem.h"
#include <pthread.h>
#include <stdlib.h>

#define LOOKED_AT_MAX 4096 /* after more entries than that at once, all lists count as changed */
#define LATEST "SELECT id FROM log_entry ORDER BY id DESC LIMIT 1"

struct changed {
    const struct kernel *kernel;
    struct store_number latest;
    pthread_mutex_t lock; /* guards what follows; held while new entries are read */
    int64_t looked_at;    /* id of the last entry that was */
    int64_t all;          /* of the last one that concerns all lists */
    int64_t types[];      /* of the last one of a type, by type_plan.number */
};

struct changed *changed_new(const struct kernel *k, size_t plans)
{
    struct changed *c = mem_zalloc(sizeof(*c) + plans * sizeof(int64_t));
    c->kernel = k;
    c->latest.sql = LATEST;
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void changed_free(struct changed *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void look_at(struct changed *c, int64_t id, struct str line)
{
    struct entry entry;
    entry_guess(&entry, line);
    const struct record_type *t = record_type_find(c->kernel->types, entry.type);
    if (t && !t->core)
        c->types[plan_of(c->kernel, t)->number] = id;
    else
        c->all = id;
    c->looked_at = id;
}

static err_t look_on(struct changed *c, struct db *db, int64_t latest, struct err *e)
{
    if (latest <= c->looked_at)
        return OK;
    if (c->looked_at == 0 || latest - c->looked_at > LOOKED_AT_MAX) {
        c->looked_at = c->all = latest;
        return OK;
    }
    err_t rc = OK;
    EACH_ROW(st, rc, e, db, "SELECT id, body FROM log_entry WHERE id > ?1 AND id <= ?2 ORDER BY id",
             VALUES(v_i64(c->looked_at), v_i64(latest)))
        look_at(c, stmt_i64(st, 0), stmt_str(st, 1));
    return rc;
}

static int64_t number_of(const struct changed *c, const struct type_plan *p)
{
    int64_t n = p->reads_others ? c->looked_at : c->types[p->number];
    return (n > c->all ? n : c->all) + 1;
}

err_t changed_read(int64_t *out, struct changed *c, struct db *db, const struct type_plan *p,
                   struct err *e)
{
    int64_t latest;
    *out = 0;
    err_t rc = db_i64(&latest, db, LATEST, NULL, 0, e);
    if (rc != OK)
        return rc;
    pthread_mutex_lock(&c->lock);
    if ((rc = look_on(c, db, latest, e)) == OK)
        *out = number_of(c, p);
    pthread_mutex_unlock(&c->lock);
    return rc;
}

bool changed_known(int64_t *out, struct changed *c, const struct type_plan *p)
{
    int64_t latest = 0;
    if (!store_is_near(c->kernel->store) ||
        store_number(&latest, c->kernel->store, &c->latest, NULL) != OK)
        return false;
    pthread_mutex_lock(&c->lock);
    bool known = latest > 0 && latest <= c->looked_at;
    *out = number_of(c, p);
    pthread_mutex_unlock(&c->lock);
    return known;
}
