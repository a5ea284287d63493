/* Imports as rows, and how their statements are withdrawn. */
#include "model/patent_undo.h"
#include "model/patent_store_priv.h"

/* --- imports as rows --------------------------------------------------------------------- */

err_t publication_import_begin(struct db *db, const struct publication_import *i, struct err *e)
{
    return db_run(db,
                  "INSERT INTO publication_import (id, state, digest, name, source, account, unit,"
                  " begun_ms) VALUES (?1, 'held', ?2, ?3, ?4, ?5, ?6, ?7)",
                  VALUES(v_i64(i->id), v_str(i->digest), v_str(i->name), v_str(i->source),
                         v_i64(i->account), v_i64(i->unit), v_i64(i->begun_ms)),
                  e);
}

err_t publication_import_note(struct db *db, int64_t id, struct str entry, struct err *e)
{
    return db_run(db, "UPDATE publication_import SET entry = ?2 WHERE id = ?1 AND entry IS NULL",
                  VALUES(v_i64(id), v_str(entry)), e);
}

#define IMPORT_COLUMNS                                                                             \
    "i.id, i.state, i.digest, i.name, i.source, i.account, i.unit, i.begun_ms,"                    \
    " coalesce(i.records, (SELECT CAST(sum(f.records_done) AS BIGINT) FROM import_file f"          \
    " WHERE f.number = i.id), 0),"                                                                 \
    " CASE WHEN EXISTS (SELECT 1 FROM import_file f WHERE f.number = i.id AND f.finished = 0)"     \
    " THEN 0 ELSE 1 END,"                                                                          \
    " i.entry, i.undone_ms, i.undone_by, i.undone_entry"
#define INTO_IMPORT(i)                                                                             \
    INTO(into_i64(&(i)->id), into_str(&(i)->state), into_str(&(i)->digest), into_str(&(i)->name),  \
         into_str(&(i)->source), into_i64(&(i)->account), into_i64(&(i)->unit),                    \
         into_i64(&(i)->begun_ms), into_i64(&(i)->records), into_bool(&(i)->finished),             \
         into_str(&(i)->entry), into_i64(&(i)->undone_ms), into_i64(&(i)->undone_by),              \
         into_str(&(i)->undone_entry))

/* Parameters 1…4 (REACH_VALUES): whom an import may be told. */
#define REACHED                                                                                    \
    "(?1 = 1 OR i.unit = ?2 OR ?3 = 1 AND (i.unit = 0 OR EXISTS (SELECT 1 FROM unit u WHERE"       \
    " u.id = i.unit AND length(u.region) = 6 AND substr(u.region, 1, 2) = ?4)))"
#define REACH_VALUES(who)                                                                          \
    v_i64((who)->all), v_id((who)->unit), v_i64((who)->of_province), v_str((who)->province)

err_t publication_import_reached(struct publication_import *out, struct db *db,
                                 const struct publication_reach *who, struct arena *a,
                                 struct err *e)
{
    bool found = false;
    err_t rc = db_row(&found, db,
                      "SELECT " IMPORT_COLUMNS " FROM publication_import i WHERE " REACHED
                      " AND i.id = ?5",
                      VALUES(REACH_VALUES(who), v_i64(who->id)), INTO_IMPORT(out), a, e);
    return rc == OK && !found
               ? err_set(e, E_NOTFOUND, "there is no import %lld", (long long)who->id)
               : rc;
}

err_t publication_import_get(struct publication_import *out, struct db *db, int64_t id,
                             struct arena *a, struct err *e)
{
    return publication_import_reached(out, db, &(struct publication_reach){.id = id, .all = true},
                                      a, e);
}

err_t publication_import_list(struct publication_imports *out, struct db *db,
                              const struct publication_reach *who, int64_t limit, struct arena *a,
                              struct err *e)
{
    VEC(struct publication_import) list = {0};
    struct publication_import i = {0};
    *out = (struct publication_imports){0};
    err_t rc = db_row(NULL, db, "SELECT count(*) FROM publication_import i WHERE " REACHED,
                      VALUES(REACH_VALUES(who)), INTO(into_i64(&out->total)), NULL, e);
    if (rc == OK)
        rc = db_rows(ROWS(&list, i), db,
                     "SELECT " IMPORT_COLUMNS " FROM publication_import i WHERE " REACHED
                     " AND i.id < ?5 ORDER BY i.id DESC NULLS LAST LIMIT ?6",
                     VALUES(REACH_VALUES(who), v_i64(who->id), v_i64(limit + 1)), INTO_IMPORT(&i),
                     a, e);
    out->more = (int64_t)list.len > limit;
    out->list = list.ptr;
    out->count = out->more ? (size_t)limit : list.len;
    return rc;
}

/* The file may be imported again: it is then another import. */
err_t publication_import_undo(struct db *db, const struct publication_import *i, struct err *e)
{
    err_t rc = db_run(db,
                      "UPDATE publication_import SET state = 'undoing', records = ?2,"
                      " undone_ms = ?3, undone_by = ?4, undone_entry = ?5 WHERE id = ?1",
                      VALUES(v_i64(i->id), v_i64(i->records), v_i64(i->undone_ms),
                             v_i64(i->undone_by), v_str(i->undone_entry)),
                      e);
    return rc == OK
               ? db_run(db, "DELETE FROM import_file WHERE number = ?1", VALUES(v_i64(i->id)), e)
               : rc;
}

err_t publication_import_undone(struct db *db, int64_t id, struct err *e)
{
    return db_run(db, "UPDATE publication_import SET state = 'undone' WHERE id = ?1",
                  VALUES(v_i64(id)), e);
}

/* --- which imports state a record --------------------------------------------------------- */

/* What is left of a record's statements without those of one import. */
struct left {
    bool stated;                        /* by another import */
    int64_t import_number, file_number; /* then */
};

static err_t without_import(struct left *out, const struct withdrawing *w, int64_t publication,
                            const struct source_row *row, struct err *e)
{
    bool first = row->import_number == w->id;
    int64_t earliest = 0, last = 0; /* of the further imports that state it; 0: none */
    err_t rc = db_row(NULL, w->db,
                      "SELECT min(import_number), max(import_number) FROM publication_again"
                      " WHERE publication_id = ?1 AND ordinal = ?2 AND import_number <> ?3",
                      VALUES(v_i64(publication), v_i64(row->ordinal), v_i64(w->id)),
                      INTO(into_i64(&earliest), into_i64(&last)), NULL, e);
    if (!first && row->import_number > last)
        last = row->import_number;
    *out = (struct left){.stated = !first || earliest != 0,
                         .import_number = first ? earliest : row->import_number,
                         .file_number = row->file_number ? last : 0};
    return rc;
}

/* --- documents without some of their records ----------------------------------------------- */

static err_t identity_of(struct str *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    return db_text(out, db, "SELECT number_key FROM publication WHERE id = ?1", VALUES(v_i64(id)),
                   a, e);
}

/* A document that lost a record. */
static err_t settle(struct withdrawing *w, int64_t id, struct str key, struct err *e)
{
    bool any = false;
    if (!patent_key_is_numberless(key))
        return documents_regroup(w->db, key, id, w->a, e);
    err_t rc = db_any(&any, w->db, "SELECT 1 FROM publication_source WHERE publication_id = ?1",
                      VALUES(v_i64(id)), e);
    if (rc != OK)
        return rc;
    return any ? document_rebuild(w->db, id, key, w->a, e)
               : document_remove(w->db, id, key, w->a, e);
}

/* --- withdrawing ---------------------------------------------------------------------------- */

static err_t put_aside(struct withdrawing *w, int64_t publication, const struct source_row *row,
                       struct err *e)
{
    err_t rc = db_run(w->db,
                      "INSERT INTO publication_withdrawn (publication_id, ordinal, digest, content,"
                      " import_number, batch, withdrawn_batch)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                      VALUES(v_i64(publication), v_i64(row->ordinal), v_bytes(row->digest),
                             v_str(row->content), v_i64(w->id), v_id(row->batch), v_i64(w->batch)),
                      e);
    return rc == OK
               ? db_run(w->db,
                        "DELETE FROM publication_source WHERE publication_id = ?1 AND ordinal = ?2",
                        VALUES(v_i64(publication), v_i64(row->ordinal)), e)
               : rc;
}

static err_t withdraw_record(struct withdrawing *w, int64_t publication,
                             const struct source_row *row, struct str key, struct err *e)
{
    err_t rc = put_aside(w, publication, row, e);
    return rc == OK ? settle(w, publication, key, e) : rc;
}

/* Another import states it as well. */
static err_t leave_to_others(struct withdrawing *w, const struct keyed *of,
                             const struct source_row *row, const struct left *left, struct err *e)
{
    err_t rc = db_run(w->db,
                      "UPDATE publication_source SET import_number = ?3, file_number = ?4"
                      " WHERE publication_id = ?1 AND ordinal = ?2",
                      VALUES(v_i64(of->id), v_i64(row->ordinal), v_i64(left->import_number),
                             v_id(left->file_number)),
                      e);
    if (rc == OK)
        rc = db_run(
            w->db,
            "DELETE FROM publication_again WHERE publication_id = ?1 AND ordinal = ?2"
            " AND import_number IN (?3, ?4)",
            VALUES(v_i64(of->id), v_i64(row->ordinal), v_i64(w->id), v_i64(left->import_number)),
            e);
    return rc == OK ? document_rebuild(w->db, of->id, of->key, w->a, e) : rc;
}

static err_t withdraw_one(struct withdrawing *w, int64_t publication, int64_t ordinal,
                          struct err *e)
{
    struct source_rows sources = {0};
    struct str key = STR_NONE;
    struct left left;
    size_t at = 0;
    err_t rc;
    if ((rc = source_rows_read(&sources, w->db, publication, w->a, e)) != OK ||
        (rc = identity_of(&key, w->db, publication, w->a, e)) != OK)
        return rc;
    while (at < sources.rows.len && sources.rows.ptr[at].ordinal != ordinal)
        at++;
    if (at == sources.rows.len) /* it moved with an earlier one of this step */
        return OK;
    const struct source_row *row = &sources.rows.ptr[at];
    if ((rc = without_import(&left, w, publication, row, e)) != OK)
        return rc;
    return left.stated ? leave_to_others(w, &(struct keyed){publication, key}, row, &left, e)
                       : withdraw_record(w, publication, row, key, e);
}

struct statement {
    int64_t publication, ordinal;
};

err_t patent_withdraw(size_t *taken, struct withdrawing *w, size_t cap, struct err *e)
{
    VEC(struct statement) all = {0};
    struct statement s;
    err_t rc = db_rows(ROWS(&all, s), w->db,
                       "SELECT publication_id, ordinal FROM publication_source"
                       " WHERE import_number = ?1"
                       " UNION ALL SELECT publication_id, ordinal FROM publication_again"
                       " WHERE import_number = ?1 LIMIT ?2",
                       VALUES(v_i64(w->id), v_i64((int64_t)cap)),
                       INTO(into_i64(&s.publication), into_i64(&s.ordinal)), w->a, e);
    *taken = all.len;
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = withdraw_one(w, all.ptr[i].publication, all.ptr[i].ordinal, e);
    return rc;
}
