/* Trial puts: a database of this process's own, with the records of the groups that were put. */
#include "db/store.h"
#include "model/patent_store_priv.h"

err_t patent_trial_open(struct db **trial, struct db *from, struct arena *a, struct err *e)
{
    struct ids offices = {0};
    err_t rc = db_open(trial, "sqlite::memory:", &(struct db_options){.spills = true}, e);
    if (rc == OK)
        rc = db_begin_write(*trial, e);
    for (size_t i = 0; rc == OK && i < migration_count; i++)
        rc = db_exec(*trial, migrations[i].sql, e);
    if (rc == OK) /* hides the other from source_rows_read */
        rc = db_exec(*trial, "CREATE TEMP TABLE unit (id INTEGER PRIMARY KEY, kind TEXT)", e);
    if (rc == OK)
        rc = db_ids(&offices, from,
                    "SELECT id FROM unit WHERE kind IN ('province_office', 'province_ip_centre')",
                    NULL, 0, a, e);
    for (size_t i = 0; rc == OK && i < offices.len; i++)
        rc = db_run(*trial, "INSERT INTO unit (id, kind) VALUES (?1, 'province_office')",
                    VALUES(v_i64(offices.ptr[i])), e);
    return rc;
}

/* Documents follow from the set of records (patent_place.c). So the store's records of a group are put before the first
 * record of the trial in that group. */
err_t patent_trial_put(enum put_result *out, struct db *trial, struct db *from, struct patent *p,
                       struct arena *a, struct err *e)
{
    struct keyed_list copied = {0}, held = {0};
    struct source_rows sources = {0};
    struct patent one;
    struct str key;
    err_t rc = patent_key(&key, p, a, e);
    if (rc == OK)
        rc = documents_of_key(&copied, trial, key_group(key), a, e);
    if (rc == OK && copied.docs.len == 0)
        rc = documents_of_key(&held, from, key_group(key), a, e);
    for (size_t i = 0; rc == OK && i < held.docs.len; i++)
        rc = source_rows_read(&sources, from, held.docs.ptr[i].id, a, e);
    for (size_t i = 0; rc == OK && i < sources.rows.len; i++)
        if ((rc = source_parse(&one, 0, &sources.rows.ptr[i], a, e)) == OK)
            rc = patent_put(out, trial, &one, a, e);
    return rc == OK ? patent_put(out, trial, p, a, e) : rc;
}
