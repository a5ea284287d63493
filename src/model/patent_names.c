/* Each publication is read and merged anew; where that gives what is stored, nothing is written. */
#include "model/patent_names.h"
#include "model/patent_store_priv.h"

/* The version of the rules that make documents: names, merging (patent_merge.c), places (patent_place.c), codes, regions
 * (region.c and its tables). */
#define RULE NAME_RULE ".4"
#define STEP_DOCUMENTS 500 /* of a step at start, when nobody else waits */

/* *done: the publication after which to go on; *other: they were made by another rule. */
static err_t read_state(bool *other, int64_t *done, struct db *db, struct err *e)
{
    return db_row(other, db, "SELECT done FROM publication_name_rule WHERE id = 1 AND rule <> ?1",
                  VALUES(v_str(STR(RULE))), INTO(into_i64(done)), NULL, e);
}

static err_t next_documents(struct keyed_list *out, struct db *db, int64_t after, struct arena *a,
                            struct err *e)
{
    struct keyed d;
    return db_rows(ROWS(&out->docs, d), db,
                   "SELECT p.id, p.number_key FROM publication p JOIN publication_key k"
                   " ON k.number_key = p.number_key AND k.publication_id = p.id"
                   " WHERE p.id > ?1 ORDER BY p.id NULLS LAST LIMIT ?2",
                   VALUES(v_i64(after), v_i64(STEP_DOCUMENTS)),
                   INTO(into_i64(&d.id), into_str(&d.key)), a, e);
}

static err_t regroup(struct db *db, const struct keyed *d, struct err *e)
{
    struct arena *a = arena_new();
    err_t rc = patent_key_is_numberless(d->key) ? OK : documents_regroup(db, d->key, 0, a, e);
    arena_free(a);
    return rc;
}

static err_t renew(struct db *db, const struct keyed *d, struct err *e)
{
    struct arena *a = arena_new();
    bool otherwise;
    err_t rc = document_renew(&otherwise, db, d, false, a, e);
    arena_free(a);
    return rc;
}

err_t patent_names_wait(bool *out, int64_t *count, struct db *db, struct err *e)
{
    int64_t done = 0;
    err_t rc = read_state(out, &done, db, e);
    return rc == OK ? patent_count(count, db, e) : rc;
}

err_t patent_names_step(bool *more, struct db *db, struct arena *a, struct err *e)
{
    struct keyed_list list = {0}, grouped = {0};
    bool other = false;
    int64_t done = 0;
    err_t rc = read_state(&other, &done, db, e);
    *more = false;
    if (rc != OK || !other)
        return rc;
    rc = next_documents(&list, db, done, a, e);
    for (size_t i = 0; rc == OK && i < list.docs.len; i++)
        rc = regroup(db, &list.docs.ptr[i], e);
    if (rc == OK)
        rc = next_documents(&grouped, db, done, a, e);
    if (list.docs.len > 0)
        done = list.docs.ptr[list.docs.len - 1].id;
    for (size_t i = 0; rc == OK && i < grouped.docs.len && grouped.docs.ptr[i].id <= done; i++)
        rc = renew(db, &grouped.docs.ptr[i], e);
    if (rc != OK)
        return rc;
    *more = list.docs.len == STEP_DOCUMENTS;
    return *more ? db_run(db, "UPDATE publication_name_rule SET done = ?1 WHERE id = 1",
                          VALUES(v_i64(done)), e)
                 : db_run(db, "UPDATE publication_name_rule SET rule = ?1, done = 0 WHERE id = 1",
                          VALUES(v_str(STR(RULE))), e);
}
