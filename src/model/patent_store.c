/* Writing publications.
 *
 * The fast path is a record that is new, or held already: one look at the keys
 * of its office and serial, then either four inserts or a comparison of digests;
 * no JSON is read. Everything else (a second source, a second kind) rebuilds the
 * documents concerned from all their sources: rarer, and then simply right. */
#include "base/clock.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "model/patent_store_priv.h"

#define BRIEF_BYTES_MAX ((size_t)2000) /* of a title in a list; the document has it whole */

/* One record on its way in. */
struct put {
    struct db *db;
    struct patent *p;
    struct arena *a;
    struct str key, content;
    struct digest digest;
};

/* --- the row that lists read ------------------------------------------------- */

/* Lists show one line: no control characters (PostgreSQL refuses NUL), and no
 * novel where a title should be. */
static struct str one_line(struct str s, struct arena *a)
{
    s = utf8_cut(str_trim(s), BRIEF_BYTES_MAX);
    bool clean = true;
    for (size_t i = 0; i < s.len && clean; i++)
        clean = (unsigned char)s.ptr[i] >= 0x20;
    if (clean)
        return s;
    struct str copy = arena_dup(a, s);
    char *p = (char *)copy.ptr; /* our own copy */
    for (size_t i = 0; i < copy.len; i++)
        if ((unsigned char)p[i] < 0x20)
            p[i] = ' ';
    return copy;
}

/* The main IPC symbol, else the first of IPC, CPC or Locarno. */
static struct str first_class(const struct patent *p)
{
    static const enum class_scheme wanted[] = {CLASS_IPC, CLASS_CPC, CLASS_LOCARNO};
    for (size_t w = 0; w < ARRAY_LEN(wanted); w++) {
        struct str first = STR_NONE;
        for (size_t i = 0; i < p->classes.len; i++) {
            const struct classification *c = &p->classes.ptr[i];
            if (c->scheme != wanted[w])
                continue;
            if (c->symbol.position == 'F')
                return c->symbol.symbol;
            first = first.len ? first : c->symbol.symbol;
        }
        if (first.len)
            return first;
    }
    return STR_NONE;
}

struct str patent_shown_number(const struct patent *p)
{
    const struct number *n = p->publication.key.len ? &p->publication : &p->application;
    return n->display.len ? n->display : n->written;
}

/* Parameters 1…11 of the statements below. */
static err_t bind_brief(struct stmt *st, struct str key, const struct patent *p, struct arena *a,
                        struct err *e)
{
    const struct number *n = p->publication.key.len ? &p->publication : &p->application;
    const struct party *first = patent_party(p, PARTY_APPLICANT, 0);
    const struct str values[] = {
        key,
        one_line(patent_shown_number(p), a),
        n->office.len ? n->office : p->publication.office,
        one_line(n->kind, a),
        one_line(patent_title(p, NULL), a),
        one_line(first ? first->name : STR_NONE, a),
        one_line(first_class(p), a),
        date_text(p->publication_date, a),
        date_text(p->application_date, a),
        p->type == TYPE_UNKNOWN ? STR_NONE : str_of(patent_type_name(p->type)),
        p->status == STATUS_UNKNOWN ? STR_NONE : str_of(patent_status_name(p->status)),
    };
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(values); i++)
        rc = stmt_bind_str(st, (int)i + 1, values[i], e);
    return rc;
}

static err_t write_codes(struct db *db, const struct patent *p, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->parties.len; i++) {
        const struct party *x = &p->parties.ptr[i];
        if (x->role <= PARTY_ASSIGNEE && x->identifier.len == 6 &&
            str_ends(x->identifier, STR(DERWENT_STANDARD)))
            rc = db_run(
                db, "INSERT INTO party_code (code, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                VALUES(v_str(x->identifier), v_str(x->name)), e);
    }
    return rc;
}

err_t patent_party_codes(struct party_codes *out, struct db *db, struct arena *a, struct err *e)
{
    struct party_code one;
    return db_rows(ROWS(&out->list, one), db,
                   "SELECT code, name FROM party_code x WHERE EXISTS (SELECT 1 FROM party_code y"
                   " WHERE y.code = x.code AND y.name <> x.name) ORDER BY code, name",
                   NULL, 0, INTO(into_str(&one.code), into_str(&one.name)), a, e);
}

err_t publication_insert(int64_t *id, struct db *db, struct str key, const struct patent *p,
                         struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc;
    if ((rc = db_prepare(&st, db,
                         "INSERT INTO publication (number_key, number, office, kind, title,"
                         " applicant, first_class, publication_date, application_date, type,"
                         " status) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                         e)) != OK)
        return rc;
    if ((rc = bind_brief(st, key, p, a, e)) == OK)
        rc = stmt_run(st, e);
    stmt_free(st);
    if (rc != OK)
        return rc;
    *id = db_last_id(db);
    if ((rc = write_codes(db, p, e)) != OK)
        return rc;
    return db_run_later(db,
                        "INSERT INTO publication_key (number_key, publication_id) VALUES (?1, ?2)",
                        VALUES(v_str(key), v_i64(*id)), e);
}

err_t publication_update(struct db *db, int64_t id, struct str key, const struct patent *p,
                         struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc;
    if ((rc = db_prepare(&st, db,
                         "UPDATE publication SET number_key = ?1, number = ?2, office = ?3,"
                         " kind = ?4, title = ?5, applicant = ?6, first_class = ?7,"
                         " publication_date = ?8, application_date = ?9, type = ?10,"
                         " status = ?11 WHERE id = ?12",
                         e)) != OK)
        return rc;
    if ((rc = bind_brief(st, key, p, a, e)) == OK && (rc = stmt_bind_i64(st, 12, id, e)) == OK)
        rc = stmt_run(st, e);
    stmt_free(st);
    return rc == OK ? write_codes(db, p, e) : rc;
}

/* --- sources and documents ---------------------------------------------------- */

static err_t source_insert(struct db *db, int64_t id, const struct source_row *s, struct err *e)
{
    return db_run_later(db,
                        "INSERT INTO publication_source (publication_id, ordinal, digest, source,"
                        " source_id, file_name, file_row, received_ms, content, file_number, batch,"
                        " import_number, unit)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                        VALUES(v_i64(id), v_i64(s->ordinal), v_bytes(s->digest),
                               v_str(s->about.source), v_str(s->about.source_id),
                               v_str(s->about.file), v_id(s->about.row),
                               v_i64(s->about.received_ms), v_str(s->content), v_id(s->file_number),
                               v_id(s->batch), v_id(s->import_number), v_id(s->unit)),
                        e);
}

static struct source_row row_of_put(const struct put *put, int64_t ordinal)
{
    const struct patent *p = put->p;
    int64_t now = p->received_ms ? p->received_ms : clock_now_ms(&clock_system);
    return (struct source_row){
        .ordinal = ordinal,
        .digest = {put->digest.byte, SHA256_LEN},
        .about = {one_line(p->source, put->a), one_line(p->source_id, put->a),
                  one_line(p->file, put->a), p->row, now},
        .content = put->content,
        .file_number = p->file_number,
        .batch = p->batch,
        .import_number = p->import_number,
        .unit = p->unit,
    };
}

err_t change_note(struct db *db, int64_t id, bool removed, struct err *e)
{
    return db_run_later(db,
                        "INSERT INTO change (seq, publication_id, removed)"
                        " SELECT coalesce(max(seq), 0) + 1, ?1, ?2 FROM change",
                        VALUES(v_i64(id), v_i64(removed)), e);
}

static err_t write_document(struct db *db, int64_t id, const struct patent *merged, struct err *e)
{
    static const struct upsert document = {
        .table = "publication_document", .keys = "publication_id", .columns = "content"};
    struct buf json = {0};
    err_t rc;
    patent_to_json(&json, merged);
    if (!buf_ok(&json))
        rc = err_set(e, E_LIMIT, "the merged record is larger than %zu bytes", BUF_DEFAULT_MAX);
    else
        rc = db_upsert(db, &document, VALUES(v_i64(id), v_str(buf_str(&json))), e);
    buf_clear(&json);
    return rc;
}

/* Reads a stored record. One that does not read back is damage in the store (E_CORRUPT), not a fault of the record
 * that comes in. */
err_t source_parse(struct patent *out, int64_t id, const struct source_row *row, struct arena *a,
                   struct err *e)
{
    if (patent_from_json(out, row->content, a, e) == OK) {
        out->file_number = row->file_number;
        out->import_number = row->import_number;
        out->unit = row->unit;
        out->by_party = row->by_party;
        return OK;
    }
    err_note(e, "patent %lld as stored", (long long)id);
    if (e)
        e->kind = E_CORRUPT;
    return E_CORRUPT;
}

/* The merge of all sources of a document. */
struct merged {
    struct patent patent;
    size_t count; /* of sources */
};

static err_t merge_sources(struct merged *out, struct db *db, const struct keyed *d,
                           struct arena *a, struct err *e)
{
    struct source_rows sources = {0};
    err_t rc = source_rows_read(&sources, db, d->id, a, e);

    if (rc != OK)
        return rc;
    size_t n = sources.rows.len;
    struct patent *parts = arena_array(a, n, sizeof(*parts));
    const struct patent **list = arena_array(a, n, sizeof(const struct patent *));
    for (size_t i = 0; i < n; i++) {
        if ((rc = source_parse(&parts[i], d->id, &sources.rows.ptr[i], a, e)) != OK)
            return rc;
        list[i] = &parts[i];
    }
    patent_merge(&out->patent, list, n, a);
    patent_region_read(&out->patent);
    out->count = n;
    return OK;
}

/* Whether `now` differs from the stored text in more than the names of its sources. */
static bool reads_otherwise(struct str stored, struct patent now, struct arena *a)
{
    struct patent before;
    struct buf b = {0};
    if (patent_from_json(&before, stored, a, NULL) != OK)
        return true;
    now.source = before.source;
    now.source_id = before.source_id;
    patent_to_json(&b, &now);
    bool otherwise = !str_eq(stored, buf_str(&b));
    buf_clear(&b);
    return otherwise;
}

static err_t write_merged(struct db *db, const struct keyed *d, const struct merged *m,
                          struct arena *a, struct err *e)
{
    err_t rc = m->count > 1
                   ? write_document(db, d->id, &m->patent, e)
                   : db_run(db, "DELETE FROM publication_document WHERE publication_id = ?1",
                            VALUES(v_i64(d->id)), e);
    if (rc == OK)
        rc = publication_update(db, d->id, d->key, &m->patent, a, e);
    return rc == OK ? change_note(db, d->id, false, e) : rc;
}

err_t document_rebuild(struct db *db, int64_t id, struct str key, struct arena *a, struct err *e)
{
    struct merged m = {.count = 0};
    struct keyed d = {id, key};
    err_t rc = merge_sources(&m, db, &d, a, e);
    return rc == OK ? write_merged(db, &d, &m, a, e) : rc;
}

err_t document_renew(bool *otherwise, struct db *db, const struct keyed *d, bool always,
                     struct arena *a, struct err *e)
{
    struct merged m = {.count = 0};
    struct str stored = STR_NONE;
    struct buf b = {0};
    *otherwise = false;
    err_t rc = merge_sources(&m, db, d, a, e);
    if (rc == OK)
        rc = patent_get_json(&stored, db, d->id, a, e);
    if (rc != OK)
        return rc;
    patent_to_json(&b, &m.patent);
    bool same = str_eq(stored, buf_str(&b));
    buf_clear(&b);
    if (!same)
        *otherwise = reads_otherwise(stored, m.patent, a);
    return same && !always ? write_codes(db, &m.patent, e) : write_merged(db, d, &m, a, e);
}

/* --- which document a record belongs to --------------------------------------- */

struct place {
    struct keyed at; /* id 0: a new document */
    struct str
        group; /* the documents of this key are to be regrouped: the record's key is new to them; empty: no */
};

static err_t find_place(struct place *out, struct put *put, struct err *e)
{
    struct keyed_list held = {0};
    bool settled = false;
    err_t rc = documents_of_key(&held, put->db, key_group(put->key), put->a, e);
    size_t n = held.docs.len;
    struct str *keys = arena_array(put->a, n + 1, sizeof(*keys));
    *out = (struct place){0};
    for (size_t i = 0; i < n; i++)
        keys[i] = held.docs.ptr[i].key;
    struct str place = key_place(put->key, keys, n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(keys[i], place))
            out->at = held.docs.ptr[i];
    if (rc != OK || out->at.id || n == 0)
        return rc;
    out->group = put->key;
    for (size_t i = 0; i < n; i++) /* perhaps it was this document all along */
        if (keys[i].len >= out->at.key.len && str_starts(put->key, keys[i]))
            out->at = held.docs.ptr[i];
    if (out->at.id == 0)
        rc = documents_are_settled(&settled, put->db, &held, put->a, e);
    if (settled) /* no key of theirs begins this one, so that it draws no record */
        out->group = STR_NONE;
    return rc;
}

/* What a document holds of a record that comes. */
struct held {
    bool held;                          /* this very record, of the same unit */
    int64_t ordinal;                    /* its own; else the next */
    int64_t file_number, import_number; /* of the held record */
};

static err_t look_at_sources(struct held *out, struct put *put, int64_t id, struct err *e)
{
    err_t rc = OK;
    *out = (struct held){.ordinal = 1};
    ROWS_WHILE(!out->held, st, rc, e, put->db,
               "SELECT ordinal, digest, file_number, import_number, unit FROM publication_source"
               " WHERE publication_id = ?1"
               " ORDER BY ordinal NULLS LAST",
               VALUES(v_i64(id))) {
        struct bytes digest = stmt_bytes(st, 1);
        out->held = digest.len == SHA256_LEN && stmt_i64(st, 4) == put->p->unit &&
                    memcmp(digest.ptr, put->digest.byte, SHA256_LEN) == 0;
        out->ordinal = stmt_i64(st, 0) + !out->held;
        out->file_number = stmt_i64(st, 2);
        out->import_number = stmt_i64(st, 3);
    }
    return rc;
}

static err_t insert_new(struct put *put, struct err *e)
{
    int64_t id = 0;
    err_t rc;
    if ((rc = publication_insert(&id, put->db, put->key, put->p, put->a, e)) != OK)
        return rc;
    struct source_row row = row_of_put(put, 1);
    if ((rc = source_insert(put->db, id, &row, e)) == OK)
        rc = change_note(put->db, id, false, e);
    put->p->id = id;
    put->p->stored = rc == OK;
    return rc;
}

err_t document_remove(struct db *db, int64_t id, struct str key, struct arena *a, struct err *e)
{
    struct patent nothing = {0};
    patent_init(&nothing);
    err_t rc = db_run(db, "DELETE FROM publication_document WHERE publication_id = ?1",
                      VALUES(v_i64(id)), e);
    if (rc == OK)
        rc = db_run(db, "DELETE FROM publication_key WHERE number_key = ?1", VALUES(v_str(key)), e);
    if (rc == OK)
        rc = publication_update(db, id, key, &nothing, a, e);
    return rc == OK ? change_note(db, id, true, e) : rc;
}

err_t document_rekey(struct db *db, int64_t id, struct str from, struct str to, struct err *e)
{
    err_t rc =
        db_run(db, "DELETE FROM publication_key WHERE number_key = ?1", VALUES(v_str(from)), e);
    if (rc != OK)
        return rc;
    return db_run(db, "INSERT INTO publication_key (number_key, publication_id) VALUES (?1, ?2)",
                  VALUES(v_str(to), v_i64(id)), e);
}

/* The further imports that state a record go with it. */
static err_t move_again(struct db *db, int64_t from, int64_t ordinal, int64_t to,
                        int64_t to_ordinal, struct err *e)
{
    err_t rc = db_run(db,
                      "INSERT INTO publication_again (publication_id, ordinal, import_number)"
                      " SELECT ?3, ?4, import_number FROM publication_again"
                      " WHERE publication_id = ?1 AND ordinal = ?2",
                      VALUES(v_i64(from), v_i64(ordinal), v_i64(to), v_i64(to_ordinal)), e);
    if (rc != OK)
        return rc;
    return db_run(db, "DELETE FROM publication_again WHERE publication_id = ?1 AND ordinal = ?2",
                  VALUES(v_i64(from), v_i64(ordinal)), e);
}

err_t source_move(struct db *db, int64_t from, int64_t to, struct source_row row, int64_t ordinal,
                  struct err *e)
{
    err_t rc = move_again(db, from, row.ordinal, to, ordinal, e);
    if (rc != OK)
        return rc;
    rc = db_run(db, "DELETE FROM publication_source WHERE publication_id = ?1 AND ordinal = ?2",
                VALUES(v_i64(from), v_i64(row.ordinal)), e);
    row.ordinal = ordinal;
    return rc == OK ? source_insert(db, to, &row, e) : rc;
}

/* --- the one way in ------------------------------------------------------------ */

/* A held record that another import states as well: it stays when either is taken back. */
static err_t note_again(struct put *put, const struct place *at, const struct held *held,
                        struct err *e)
{
    struct value key[] = {v_i64(at->at.id), v_i64(held->ordinal), v_i64(put->p->import_number)};
    bool there = false;
    if (put->p->import_number == 0 || put->p->import_number == held->import_number)
        return OK;
    err_t rc = db_any(&there, put->db,
                      "SELECT 1 FROM publication_again WHERE publication_id = ?1"
                      " AND ordinal = ?2 AND import_number = ?3",
                      key, ARRAY_LEN(key), e);
    if (rc != OK || there)
        return rc;
    return db_run(put->db,
                  "INSERT INTO publication_again (publication_id, ordinal, import_number)"
                  " VALUES (?1, ?2, ?3)",
                  key, ARRAY_LEN(key), e);
}

/* A held record stands in a later file: from now on it is that file's. Most
 * often that changes nothing that is shown, and then no follower hears of it. */
static err_t state_again(bool *otherwise, struct put *put, const struct place *at,
                         const struct held *held, struct err *e)
{
    struct keyed d = at->at;
    struct str merged = STR_NONE;
    err_t rc = db_run(put->db,
                      "UPDATE publication_source SET file_number = ?3"
                      " WHERE publication_id = ?1 AND ordinal = ?2",
                      VALUES(v_i64(d.id), v_i64(held->ordinal), v_i64(put->p->file_number)), e);
    if (rc == OK)
        rc = document_merged_text(&merged, put->db, d.id, put->a, e);
    if (rc != OK || merged.len == 0) /* its only record */
        return rc;
    return document_renew(otherwise, put->db, &d, false, put->a, e);
}

static err_t put_held(bool *otherwise, struct put *put, const struct place *at,
                      const struct held *held, struct err *e)
{
    err_t rc = note_again(put, at, held, e);
    return rc == OK && put->p->file_number > held->file_number
               ? state_again(otherwise, put, at, held, e)
               : rc;
}

static err_t put_further(enum put_result *out, struct put *put, const struct place *at,
                         const struct held *held, struct err *e)
{
    struct source_row row = row_of_put(put, held->ordinal);
    struct keyed_list own = {0};
    bool otherwise = false;
    err_t rc = source_insert(put->db, at->at.id, &row, e);
    put->p->stored = rc == OK;
    if (rc == OK && at->group.len == 0) {
        rc = document_renew(&otherwise, put->db, &at->at, true, put->a, e);
        *out = otherwise ? PUT_UPDATED : PUT_UNCHANGED;
        return rc;
    }
    if (rc == OK)
        rc = documents_regroup(put->db, at->group, at->at.id, put->a, e);
    if (rc == OK)
        rc = documents_of_key(&own, put->db, put->key, put->a, e);
    if (rc == OK)
        put->p->id = own.docs.ptr[0].id;
    *out = put->p->id == at->at.id ? PUT_UPDATED : PUT_INSERTED;
    return rc;
}

static err_t put_at(enum put_result *out, struct put *put, const struct place *at, struct err *e)
{
    struct held held;
    bool otherwise = false;
    err_t rc;

    if (at->at.id == 0) {
        *out = PUT_INSERTED;
        rc = insert_new(put, e);
        return rc == OK && at->group.len ? documents_regroup(put->db, at->group, 0, put->a, e) : rc;
    }
    put->p->id = at->at.id;
    if ((rc = look_at_sources(&held, put, at->at.id, e)) != OK)
        return rc;
    if (!held.held)
        return put_further(out, put, at, &held, e);
    rc = put_held(&otherwise, put, at, &held, e);
    *out = otherwise ? PUT_UPDATED : PUT_UNCHANGED;
    return rc;
}

err_t patent_put(enum put_result *out, struct db *db, struct patent *p, struct arena *a,
                 struct err *e)
{
    struct put put = {.db = db, .p = p, .a = a};
    struct place at;
    struct buf json = {0};
    err_t rc;

    (void)buf_reserve(&json, 4096);
    if ((rc = patent_key(&put.key, p, a, e)) != OK)
        goto done;
    if (put.key.len > BRIEF_BYTES_MAX || memchr(put.key.ptr, '\0', put.key.len)) {
        rc = err_set(e, E_INVALID, "the number or id of this record is no text that names it");
        goto done;
    }
    patent_to_json(&json, p);
    if (!buf_ok(&json)) {
        rc = err_set(e, E_LIMIT, "the record is larger than %zu bytes", BUF_DEFAULT_MAX);
        goto done;
    }
    put.content = buf_str(&json);
    put.digest = sha256_of(str_bytes(put.content));
    p->digest = put.digest;
    p->stored = false;
    if ((rc = find_place(&at, &put, e)) == OK)
        rc = put_at(out, &put, &at, e);
done:
    buf_clear(&json);
    return rc;
}
