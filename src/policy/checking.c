/* Databases for checks, kept by their pack. */
#include "policy/checking.h"
#include "base/mem.h"
#include "policy/narrow.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#define IDLE_MAX 4 /* of a pack: a megabyte each */

struct checkings {
    const struct pack *of; /* a copy of the pack has the pointer, too: its numbers are others */
    pthread_mutex_t lock;
    struct checking *idle;
    size_t idle_count;
    struct arena *arena;      /* of the words */
    struct fact_words *words; /* of each criterion, and behind them of all; where `known` */
    bool *known;
};

static void drop(struct checking *c)
{
    facts_loader_drop(c->loader);
    db_close(c->db);
    free(c);
}

static void end_all(void *arg)
{
    struct checkings *all = arg;
    for (struct checking *c = all->idle, *next; c; c = next) {
        next = c->next;
        drop(c);
    }
    arena_free(all->arena);
    pthread_mutex_destroy(&all->lock);
}

struct checkings *checkings_new(const struct pack *p, struct arena *a)
{
    struct checkings *all = arena_alloc(a, sizeof(*all));
    all->of = p;
    all->arena = arena_new();
    all->words = arena_array(a, p->criteria.len + 1, sizeof(*all->words));
    all->known = arena_array(a, p->criteria.len + 1, sizeof(*all->known));
    pthread_mutex_init(&all->lock, NULL);
    arena_cleanup(a, end_all, all);
    return all;
}

static struct checkings *kept_by(const struct pack *p)
{
    return p->checkings && p->checkings->of == p ? p->checkings : NULL;
}

static struct checking *take_idle(struct checkings *all)
{
    if (!all)
        return NULL;
    pthread_mutex_lock(&all->lock);
    struct checking *c = all->idle;
    if (c) {
        all->idle = c->next;
        all->idle_count--;
    }
    pthread_mutex_unlock(&all->lock);
    return c;
}

static err_t make(struct checking **out, const struct pack *p, struct err *e)
{
    struct checking *c = mem_zalloc(sizeof(*c));
    c->pack = p;
    c->rules = pack_sandbox(&c->functions, p);
    err_t rc = sandbox_open(&c->db, e);
    if (rc == OK)
        rc = facts_create(c->db, false, e);
    if (rc == OK)
        rc = sandbox_confine(c->db, &c->rules, e);
    if (rc != OK)
        drop(c);
    *out = rc == OK ? c : NULL;
    return rc;
}

/* The transaction of the loader stays open: what it wrote is taken back at the end. */
static err_t load(struct checking *c, const struct yvalue *document, struct arena *a, struct err *e)
{
    sandbox_pause(c->db, true);
    err_t rc = facts_loader_open(&c->loader, c->db, e);
    if (rc == OK)
        rc = facts_loader_add(&c->facts, c->loader, 1, facts_narrowed(document, c->pack, a), a, e);
    sandbox_pause(c->db, false);
    return rc;
}

err_t checking_begin(struct checking **out, const struct pack *p, const struct yvalue *document,
                     struct arena *a, struct err *e)
{
    struct checking *c = take_idle(kept_by(p));
    err_t rc = c ? OK : make(&c, p, e);
    if (rc != OK)
        return rc;
    c->functions = (struct pack_functions){.pack = p};
    rc = load(c, document, a, e);
    if (rc == OK)
        pack_functions_read(&c->functions, &c->facts);
    else
        checking_end(c, rc);
    *out = rc == OK ? c : NULL;
    return rc;
}

void checking_end(struct checking *c, err_t rc)
{
    struct checkings *all = rc == OK ? kept_by(c->pack) : NULL;
    sandbox_pause(c->db, true);
    facts_loader_drop(c->loader);
    sandbox_pause(c->db, false);
    c->loader = NULL;
    if (all) {
        pthread_mutex_lock(&all->lock);
        if (all->idle_count < IDLE_MAX) {
            c->next = all->idle;
            all->idle = c;
            all->idle_count++;
            c = NULL;
        }
        pthread_mutex_unlock(&all->lock);
    }
    if (c)
        drop(c);
}

err_t checking_words(struct fact_words *out, struct checking *c, const struct criterion *criterion,
                     struct arena *a, struct err *e)
{
    struct checkings *all = kept_by(c->pack);
    err_t rc = OK;
    if (!all)
        return criterion_words(out, c->pack, criterion, c->db, a, e);
    size_t i = (size_t)(criterion - c->pack->criteria.ptr);
    assert(i < c->pack->criteria.len);
    pthread_mutex_lock(&all->lock);
    if (!all->known[i])
        rc = criterion_words(&all->words[i], c->pack, criterion, c->db, all->arena, e);
    all->known[i] = rc == OK;
    *out = all->words[i];
    pthread_mutex_unlock(&all->lock);
    return rc;
}

err_t checking_pack_words(struct fact_words *out, const struct pack *p, struct arena *a,
                          struct err *e)
{
    struct checkings *all = kept_by(p);
    err_t rc = OK;
    if (!all)
        return pack_fact_words(out, p, a, e);
    size_t last = p->criteria.len;
    pthread_mutex_lock(&all->lock);
    if (!all->known[last])
        rc = pack_fact_words(&all->words[last], p, all->arena, e);
    all->known[last] = rc == OK;
    *out = all->words[last];
    pthread_mutex_unlock(&all->lock);
    return rc;
}
