/* The job: each province by itself, since no province hears of another. */
#include "integrity/check.h"
#include "integrity/suspect.h"

#define PAUSE_MS (60 * 60 * 1000) /* between two that begin by themselves, and before the first */

err_t checking_raise(struct checking *c, const struct flag_draft *draft, struct err *e)
{
    bool raised;
    err_t rc = flag_raise(&raised, c->flags, draft, c->arena, e);
    c->found++;
    c->raised += rc == OK && raised;
    return rc;
}

struct flagged_record checking_record(const struct claim *c)
{
    return (struct flagged_record){.type = c->type->name,
                                   .id = c->id,
                                   .version = c->version,
                                   .party = c->owner,
                                   .number = c->number.len ? c->number : c->title};
}

/* --- the job ------------------------------------------------------------------------------ */

struct checked {
    int64_t claims, found, raised;
};

static err_t load(struct checking *c, struct str **provinces, size_t *count, struct err *e)
{
    struct kernel *k = c->kernel;
    struct arena *a = c->arena;
    struct texts list = {0};
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc != OK)
        return rc;
    rc = db_texts(&list, db,
                  "SELECT DISTINCT owner_province FROM unit WHERE kind = 'province_office'"
                  " AND ended_ms IS NULL ORDER BY owner_province",
                  NULL, 0, a, e);
    if (rc == OK)
        rc = flags_load(&c->flags, k, db, a, e);
    store_reader_put(k->store, db);
    *provinces = list.ptr;
    *count = list.len;
    return rc;
}

/* A flag is read by more people than a secret record: it is not compared. */
static void take_open(struct checking *c, const struct claims *all)
{
    struct claim *open = arena_array(c->arena, all->count + 1, sizeof(*open));
    c->claims = open;
    for (size_t i = 0; i < all->count; i++)
        if (!all->list[i].secret)
            open[c->claim_count++] = all->list[i];
}

static err_t load_claims(struct checking *c, struct err *e)
{
    struct claims all = {0};
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc != OK)
        return rc;
    if ((rc = db_begin_read(db, e)) == OK) {
        rc = claims_load(&all, &(struct claim_source){c->kernel, db, c->arena}, STR_NONE,
                         c->province, e);
        db_rollback(db);
    }
    store_reader_put(c->kernel->store, db);
    if (rc == OK)
        take_open(c, &all);
    return rc;
}

static err_t check_province(struct checked *all, struct job_run *r, struct checking *c,
                            struct err *e)
{
    err_t rc = load_claims(c, e);
    for (size_t i = 0; rc == OK && suspects[i]; i++)
        rc = job_run_stops(r) ? job_run_stopped(e) : suspects[i](c, e);
    all->claims += (int64_t)c->claim_count;
    all->found += c->found;
    all->raised += c->raised;
    return rc;
}

static err_t run(struct job_run *r, struct err *e)
{
    struct kernel *kernel = job_run_parts(r);
    struct arena *a = job_run_arena(r);
    struct checking whole = {.kernel = kernel, .arena = a};
    struct checked *all = arena_alloc(a, sizeof(*all));
    struct str *provinces;
    size_t count;
    *all = (struct checked){0};
    err_t rc = load(&whole, &provinces, &count, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct checking c = {
            .kernel = kernel, .flags = whole.flags, .province = provinces[i], .arena = arena_new()};
        rc = check_province(all, r, &c, e);
        arena_free(c.arena);
    }
    if (rc != OK)
        return rc;
    job_run_result(r, arena_printf(a, "{\"claims\":%lld,\"found\":%lld,\"raised\":%lld}",
                                   (long long)all->claims, (long long)all->found,
                                   (long long)all->raised));
    return OK;
}

/* Something was written since the last one began, and that was a while ago. Its own flags
 * count too, once: then nothing new is found. */
static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    (void)parts;
    *out = false;
    return db_any(out, db,
                  "SELECT 1 FROM log_entry WHERE leaf = (SELECT max(leaf) FROM log_entry"
                  " WHERE leaf IS NOT NULL) AND (SELECT min(created_ms) FROM unit) <= ?1"
                  " AND at_ms > coalesce((SELECT max(created_ms) FROM job WHERE kind = ?2),"
                  " 0) AND NOT EXISTS (SELECT 1 FROM job WHERE kind = ?2 AND"
                  " changed_ms > ?1)",
                  VALUES(v_i64(now_ms - PAUSE_MS), v_str(str_of(integrity_check_kind.name))), e);
}

const struct job_kind integrity_check_kind = {.name = "integrity_check",
                                              .title = N_("looking for what was claimed twice"),
                                              .run = run,
                                              .due = due};
