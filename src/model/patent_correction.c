/* One row for each unit and number that it was made under. */
#include "model/patent_correction.h"
#include "model/patent_store_priv.h"

/* --- to which document one belongs ------------------------------------------------------------ */

/* Documents of one office and serial; of what is known by no publication number, the document alone. */
struct serial {
    struct str first, last; /* keys of all of them lie between */
    struct keyed_list held;
};

static err_t serial_of(struct serial *out, struct db *db, struct str key, struct arena *a,
                       struct err *e)
{
    *out = (struct serial){.first = key, .last = key};
    if (key_is_published(key)) {
        out->first = key_without_kind(key);
        out->last = arena_join(a, out->first, STR("~")); /* after every letter */
    }
    return documents_of_key(&out->held, db, out->first, a, e);
}

/* Publications of two kinds: what is said of one is not said of the other. */
static bool of_other_kind(struct str x, struct str y)
{
    return !str_starts(x, y) && !str_starts(y, x);
}

/* The document of its number, or each of which its key leaves the digit of the kind open; else, without another kind,
 * the one it was made on, or the only one there is. */
static bool belongs(const struct patent_correction *c, int64_t publication,
                    const struct serial *serial)
{
    int64_t same = 0, made_on = 0, only = 0;
    for (size_t i = 0; i < serial->held.docs.len; i++) {
        const struct keyed *d = &serial->held.docs.ptr[i];
        if (str_eq(d->key, c->number_key) ||
            (d->id == publication && !key_has_no_kind(c->number_key) &&
             str_starts(d->key, c->number_key)))
            same = d->id;
        if (of_other_kind(d->key, c->number_key))
            continue;
        made_on = d->id == c->publication ? d->id : made_on;
        only = serial->held.docs.len == 1 ? d->id : 0;
    }
    return publication == (same ? same : made_on ? made_on : only);
}

static bool belongs_to_others(const struct patent_correction *c, int64_t publication,
                              const struct serial *serial)
{
    bool any = false;
    for (size_t i = 0; i < serial->held.docs.len && !any; i++)
        any = serial->held.docs.ptr[i].id != publication &&
              belongs(c, serial->held.docs.ptr[i].id, serial);
    return any;
}

/* --- reading ------------------------------------------------------------------------------------ */

static err_t own_key(struct str *out, struct db *db, int64_t publication, struct arena *a,
                     struct err *e)
{
    err_t rc = db_text(out, db,
                       "SELECT p.number_key FROM publication p JOIN publication_key k"
                       " ON k.number_key = p.number_key AND k.publication_id = p.id"
                       " WHERE p.id = ?1",
                       VALUES(v_i64(publication)), a, e);
    return rc == OK && out->len == 0
               ? err_set(e, E_NOTFOUND, "there is no patent with id %lld", (long long)publication)
               : rc;
}

typedef VEC(struct patent_correction) correction_list;

/* A correction of the document alone replaces earlier ones of several documents. */
static void add_correction(correction_list *to, const struct patent_correction *c, struct str key,
                           struct arena *a)
{
    size_t count = 0;
    for (size_t i = 0; i < to->len; i++)
        if (!to->ptr[i].shared || !str_eq(c->number_key, key))
            to->ptr[count++] = to->ptr[i];
    to->len = count;
    VEC_PUSH(a, to, *c);
}

err_t patent_corrections(const struct patent_correction **out, size_t *count, struct str *key,
                         struct db *db, int64_t unit, int64_t publication, struct arena *a,
                         struct err *e)
{
    correction_list all = {0}, list = {0};
    struct patent_correction c = {0};
    struct serial serial = {.first = STR_NONE};
    err_t rc = own_key(key, db, publication, a, e);
    if (rc == OK)
        rc = serial_of(&serial, db, *key, a, e);
    if (rc == OK)
        rc = db_rows(ROWS(&all, c), db,
                     "SELECT id, version, number_key, publication_id, content, changed_ms,"
                     " changed_by FROM patent_correction WHERE unit = ?1 AND number_key >= ?2 AND"
                     " number_key <= ?3 ORDER BY changed_ms NULLS LAST, id NULLS LAST",
                     VALUES(v_i64(unit), v_str(serial.first), v_str(serial.last)),
                     INTO(into_i64(&c.id), into_i64(&c.version), into_str(&c.number_key),
                          into_i64(&c.publication), into_str(&c.content), into_i64(&c.changed_ms),
                          into_i64(&c.changed_by)),
                     a, e);
    for (size_t i = 0; i < all.len; i++) {
        struct patent_correction *one = &all.ptr[i];
        one->shared = belongs_to_others(one, publication, &serial);
        if (belongs(one, publication, &serial))
            add_correction(&list, one, *key, a);
    }
    *out = list.ptr;
    *count = list.len;
    return rc;
}

/* --- several as one ------------------------------------------------------------------------------ */

static err_t lay_over(struct patent_correction *out, const struct patent_correction *above,
                      struct arena *a, struct err *e)
{
    struct patent top, base, both;
    struct buf b = {0};
    err_t rc = patent_from_json(&base, out->content, a, e);
    if (rc == OK)
        rc = patent_from_json(&top, above->content, a, e);
    if (rc != OK)
        return rc;
    patent_overlay(&both, &top, &base, a);
    patent_to_json(&b, &both);
    *out = *above;
    out->content = buf_take(&b, a);
    return OK;
}

err_t patent_correction_joined(struct patent_correction *out, const struct patent_correction *list,
                               size_t count, struct arena *a, struct err *e)
{
    err_t rc = OK;
    *out = (struct patent_correction){0};
    for (size_t i = 0; rc == OK && i < count; i++) {
        if (list[i].content.len && out->content.len)
            rc = lay_over(out, &list[i], a, e);
        else if (list[i].content.len)
            *out = list[i];
    }
    return rc;
}

/* --- writing ------------------------------------------------------------------------------------- */

err_t patent_correction_put(struct patent_correction *c, struct db *db, int64_t unit, struct err *e)
{
    if (c->id)
        return db_run(db,
                      "UPDATE patent_correction SET version = ?2, content = ?3, changed_ms = ?4,"
                      " changed_by = ?5, publication_id = ?6 WHERE id = ?1",
                      VALUES(v_i64(c->id), v_i64(c->version), v_str(c->content),
                             v_i64(c->changed_ms), v_i64(c->changed_by), v_id(c->publication)),
                      e);
    err_t rc =
        db_run(db,
               "INSERT INTO patent_correction (version, unit, number_key, content,"
               " changed_ms, changed_by, publication_id)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               VALUES(v_i64(c->version), v_i64(unit), v_str(c->number_key), v_str(c->content),
                      v_i64(c->changed_ms), v_i64(c->changed_by), v_id(c->publication)),
               e);
    c->id = db_last_id(db);
    return rc;
}
