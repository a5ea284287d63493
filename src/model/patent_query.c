/* Reading publications: documents, sources, what followers and imports keep. */
#include "model/patent_store_priv.h"
#include "text/json.h"
#include <stdlib.h>

/* --- documents ---------------------------------------------------------------- */

static err_t no_such(int64_t id, struct err *e)
{
    return err_set(e, E_NOTFOUND, "there is no patent with id %lld", (long long)id);
}

err_t document_merged_text(struct str *out, struct db *db, int64_t id, struct arena *a,
                           struct err *e)
{
    return db_text(out, db, "SELECT content FROM publication_document WHERE publication_id = ?1",
                   VALUES(v_i64(id)), a, e);
}

err_t patent_get_json(struct str *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    err_t rc = db_text(out, db,
                       "SELECT coalesce((SELECT content FROM publication_document WHERE"
                       " publication_id = ?1), (SELECT content FROM publication_source WHERE"
                       " publication_id = ?1 ORDER BY ordinal NULLS LAST LIMIT 1))",
                       VALUES(v_i64(id)), a, e);
    return rc == OK && out->len == 0 ? no_such(id, e) : rc;
}

err_t patent_get(struct patent *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    struct str json;
    err_t rc = patent_get_json(&json, db, id, a, e);
    if (rc != OK)
        return rc;
    if (patent_from_json(out, json, a, e) != OK) {
        err_note(e, "patent %lld as stored", (long long)id);
        if (e)
            e->kind = E_CORRUPT;
        return E_CORRUPT;
    }
    out->id = id;
    return OK;
}

err_t patent_number(struct str *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    struct str json = STR_NONE;
    struct patent p;
    err_t rc =
        db_text(out, db, "SELECT number FROM publication WHERE id = ?1", VALUES(v_i64(id)), a, e);
    if (rc == OK && out->len == 0)
        rc = db_text(&json, db,
                     "SELECT content FROM publication_withdrawn WHERE publication_id = ?1"
                     " ORDER BY withdrawn_batch DESC NULLS LAST LIMIT 1",
                     VALUES(v_i64(id)), a, e);
    if (rc == OK && json.len && (rc = patent_head_from_json(&p, json, a, e)) == OK)
        *out = patent_shown_number(&p);
    return rc;
}

err_t patent_printings(const struct patent_printing **out, size_t *count, struct db *db, int64_t id,
                       struct arena *a, struct err *e)
{
    struct keyed_list held = {0};
    struct str key = STR_NONE;
    err_t rc = db_text(&key, db, "SELECT number_key FROM publication WHERE id = ?1",
                       VALUES(v_i64(id)), a, e);
    if (rc == OK && key_is_published(key))
        rc = documents_of_key(&held, db, key_group(key), a, e);
    struct patent_printing *list = arena_array(a, held.docs.len + 1, sizeof(*list));
    for (size_t i = 0; rc == OK && i < held.docs.len; i++) {
        list[i].id = held.docs.ptr[i].id;
        rc = db_row(NULL, db, "SELECT number, publication_date FROM publication WHERE id = ?1",
                    VALUES(v_i64(list[i].id)),
                    INTO(into_str(&list[i].number), into_str(&list[i].date)), a, e);
    }
    *out = list;
    *count = held.docs.len;
    return rc;
}

err_t source_rows_read(struct source_rows *out, struct db *db, int64_t id, struct arena *a,
                       struct err *e)
{
    struct source_row r = {0};
    return db_rows(ROWS(&out->rows, r), db,
                   "SELECT ordinal, digest, source, source_id, file_name, file_row,"
                   " received_ms, content, file_number, batch, import_number, unit,"
                   " CASE WHEN unit <> 0 AND unit NOT IN (SELECT id FROM unit WHERE kind IN"
                   " ('province_office', 'province_ip_centre')) THEN 1 ELSE 0 END"
                   " FROM publication_source"
                   " WHERE publication_id = ?1"
                   " ORDER BY ordinal NULLS LAST",
                   VALUES(v_i64(id)),
                   INTO(into_i64(&r.ordinal), into_bytes(&r.digest), into_str(&r.about.source),
                        into_str(&r.about.source_id), into_str(&r.about.file),
                        into_i64(&r.about.row), into_i64(&r.about.received_ms),
                        into_str(&r.content), into_i64(&r.file_number), into_i64(&r.batch),
                        into_i64(&r.import_number), into_i64(&r.unit), into_i64(&r.by_party)),
                   a, e);
}

/* Whatever moved between documents meanwhile, the order is that in which they came. */
static int came_cmp(const void *left, const void *right)
{
    const struct source_row *a = left, *b = right;
    if (a->about.received_ms != b->about.received_ms)
        return a->about.received_ms < b->about.received_ms ? -1 : 1;
    return str_cmp(bytes_str(a->digest), bytes_str(b->digest));
}

err_t patent_sources(const struct patent_source **out, size_t *count, struct db *db, int64_t id,
                     struct arena *a, struct err *e)
{
    struct source_rows s = {0};
    err_t rc = source_rows_read(&s, db, id, a, e);
    if (rc != OK)
        return rc;
    struct patent_source *list = arena_array(a, s.rows.len, sizeof(*list));
    if (s.rows.len > 1)
        qsort(s.rows.ptr, s.rows.len, sizeof(*s.rows.ptr), came_cmp);
    for (size_t i = 0; i < s.rows.len; i++) {
        list[i] = s.rows.ptr[i].about;
        list[i].content = s.rows.ptr[i].content;
    }
    *out = list;
    *count = s.rows.len;
    return s.rows.len ? OK : no_such(id, e);
}

err_t patent_count(int64_t *out, struct db *db, struct err *e)
{
    *out = 0;
    return db_row(NULL, db, "SELECT count(*) FROM publication_key", NULL, 0, INTO(into_i64(out)),
                  NULL, e);
}

/* --- finding by number --------------------------------------------------------- */

err_t documents_of_key(struct keyed_list *out, struct db *db, struct str key, struct arena *a,
                       struct err *e)
{
    struct keyed d;
    struct str after = arena_dup(a, key);
    bool kindless = key_has_no_kind(key);
    if (kindless)
        ((char *)after.ptr)[key.len - 1] =
            '/' + 1; /* the first text after all that begin with `key` */
    return db_rows(ROWS(&out->docs, d), db,
                   kindless ? "SELECT publication_id, number_key FROM publication_key"
                              " WHERE number_key >= ?1 AND number_key < ?2"
                              " ORDER BY number_key NULLS LAST"
                            : "SELECT publication_id, number_key FROM publication_key"
                              " WHERE number_key = ?1",
                   (const struct value[]){v_str(key), v_str(after)}, kindless ? 2 : 1,
                   INTO(into_i64(&d.id), into_str(&d.key)), a, e);
}

/* --- changes -------------------------------------------------------------------- */

err_t changes_read(struct change *out, size_t *count, size_t cap, struct db *db, int64_t after,
                   struct err *e)
{
    err_t rc = OK;
    *count = 0;
    EACH_ROW(st, rc, e, db,
             "SELECT seq, publication_id, removed FROM change WHERE seq > ?1"
             " ORDER BY seq NULLS LAST LIMIT ?2",
             VALUES(v_i64(after), v_i64((int64_t)cap)))
        out[(*count)++] = (struct change){stmt_i64(st, 0), stmt_i64(st, 1), stmt_i64(st, 2) != 0};
    return rc;
}

err_t changes_last(int64_t *out, struct db *db, struct err *e)
{
    *out = 0;
    return db_row(NULL, db, "SELECT max(seq) FROM change", NULL, 0, INTO(into_i64(out)), NULL, e);
}

/* --- files being imported ------------------------------------------------------- */

/* The column takes no empty text. */
static struct str options_text(struct str options)
{
    return options.len ? options : STR("-");
}

err_t import_file_get(struct import_file *out, bool *found, struct db *db, struct str digest,
                      struct str options, struct arena *a, struct err *e)
{
    *found = false;
    *out = (struct import_file){0};
    return db_row(found, db,
                  "SELECT digest, name, format, records_done, finished, number"
                  " FROM import_file"
                  " WHERE digest = ?1 AND options = ?2",
                  VALUES(v_str(digest), v_str(options_text(options))),
                  INTO(into_str(&out->digest), into_str(&out->name), into_str(&out->format),
                       into_i64(&out->records_done), into_bool(&out->finished),
                       into_i64(&out->number)),
                  a, e);
}

err_t import_file_put(struct db *db, const struct import_file *f, struct str options, struct err *e)
{
    static const struct upsert file = {.table = "import_file",
                                       .keys = "digest, options",
                                       .columns = "name, format, records_done, finished, number"};
    return db_upsert(db, &file,
                     VALUES(v_str(f->digest), v_str(options_text(options)), v_str(f->name),
                            v_str(f->format), v_i64(f->records_done), v_i64(f->finished),
                            v_i64(f->number)),
                     e);
}

err_t import_file_next_number(int64_t *out, struct db *db, struct err *e)
{
    *out = 0;
    return db_row(NULL, db,
                  "SELECT coalesce(max(n), 0) + 1 FROM (SELECT max(number) AS n FROM import_file"
                  " UNION ALL SELECT max(id) FROM publication_import) AS numbers",
                  NULL, 0, INTO(into_i64(out)), NULL, e);
}

/* --- comparing stores ------------------------------------------------------------ */

struct dump {
    struct db *db;
    bool (*line)(void *arg, struct str json);
    void *arg;
    struct buf text;
    bool stopped;
};

static err_t dump_line(struct dump *d, struct err *e)
{
    if (!buf_ok(&d->text))
        return err_set(e, E_LIMIT, "a line of the dump is larger than %zu bytes", BUF_DEFAULT_MAX);
    d->stopped = !d->line(d->arg, buf_str(&d->text));
    buf_reset(&d->text);
    return OK;
}

static int digest_cmp(const void *left, const void *right)
{
    const struct source_row *a = left, *b = right;
    return str_cmp(bytes_str(a->digest), bytes_str(b->digest));
}

static err_t dump_document(struct dump *d, int64_t id, struct str key, struct arena *a,
                           struct err *e)
{
    struct source_rows sources = {0};
    struct str document = STR_NONE;
    struct jout j;
    err_t rc;
    if ((rc = patent_get_json(&document, d->db, id, a, e)) != OK ||
        (rc = source_rows_read(&sources, d->db, id, a, e)) != OK)
        return rc;
    qsort(sources.rows.ptr, sources.rows.len, sizeof(*sources.rows.ptr), digest_cmp);
    jout_init(&j, &d->text);
    jout_object(&j);
    jout_pair(&j, "key", key);
    jout_pair_raw(&j, "document", document);
    jout_pair_array(&j, "sources");
    for (size_t i = 0; i < sources.rows.len; i++)
        jout_raw(&j, sources.rows.ptr[i].content);
    jout_end_array(&j);
    jout_end_object(&j);
    return dump_line(d, e);
}

static err_t dump_documents(struct dump *d, struct err *e)
{
    struct arena *a = arena_new();
    err_t rc = OK;
    ROWS_WHILE(!d->stopped, st, rc, e, d->db,
               "SELECT publication_id, number_key FROM publication_key"
               " ORDER BY number_key NULLS LAST",
               NULL, 0) {
        rc = dump_document(d, stmt_i64(st, 0), stmt_str(st, 1), a, e);
        arena_reset(a);
    }
    arena_free(a);
    return rc;
}

err_t patent_dump(struct db *db, bool (*line)(void *arg, struct str json), void *arg, struct err *e)
{
    struct dump d = {.db = db, .line = line, .arg = arg};
    buf_init(&d.text, 0);
    err_t rc = dump_documents(&d, e);
    buf_clear(&d.text);
    return rc;
}

/* --- batches ---------------------------------------------------------------------------- */

#define WALK_BATCHES 32 /* of 1,000 records at most: PostgreSQL holds a result in memory whole */

static void begin_rows(struct hasher *h)
{
    hasher_begin(h);
    hasher_add(h, str_bytes(STR("zhiyun-rows/1\n")));
}

err_t patent_batch_rows(struct digest *out, int64_t *count, struct db *db, int64_t batch,
                        struct hasher *h, struct err *e)
{
    err_t rc = OK;
    *count = 0;
    begin_rows(h);
    EACH_ROW(st, rc, e, db,
             "SELECT digest FROM publication_source WHERE batch = ?1"
             " UNION ALL SELECT digest FROM publication_withdrawn WHERE batch = ?1"
             " UNION ALL SELECT digest FROM publication_withdrawn"
             " WHERE withdrawn_batch = ?1"
             " ORDER BY digest NULLS LAST",
             VALUES(v_i64(batch))) {
        hasher_add(h, stmt_bytes(st, 0));
        ++*count;
    }
    *out = hasher_end(h);
    return rc;
}

/* The first number that is left for the next look. */
static err_t walk_end(int64_t *to, struct db *db, int64_t from, struct err *e)
{
    *to = INT64_MAX;
    return db_row(NULL, db,
                  "SELECT first_change FROM import_batch WHERE first_change > ?1"
                  " ORDER BY first_change LIMIT 1 OFFSET ?2",
                  VALUES(v_i64(from), v_i64(WALK_BATCHES - 1)), INTO(into_i64(to)), NULL, e);
}

struct batch_sum { /* of the records of one batch, as they come */
    int64_t batch, count;
    bool good;
};

static void end_batch(struct batch_sum *b, struct hasher *h, patent_batch_fn fn, void *arg)
{
    if (b->count == 0)
        return;
    struct digest rows = hasher_end(h);
    fn(arg, b->batch, &rows, b->count, b->good);
}

/* A row: batch, digest, content (NULL: who takes it back says nothing of it). */
static void add_record(struct batch_sum *b, struct stmt *st, struct hasher *h)
{
    struct bytes said = stmt_bytes(st, 1);
    hasher_add(h, said);
    b->count++;
    if (stmt_is_null(st, 2))
        return;
    struct digest d = sha256_of(str_bytes(stmt_str(st, 2)));
    b->good &= said.len == SHA256_LEN && memcmp(said.ptr, d.byte, SHA256_LEN) == 0;
}

err_t patent_batches_walk(int64_t *to, struct db *db, int64_t from, struct hasher *h,
                          patent_batch_fn fn, void *arg, struct err *e)
{
    struct batch_sum b = {0};
    err_t rc = walk_end(to, db, from, e);
    EACH_ROW(st, rc, e, db,
             "SELECT batch, digest, content FROM publication_source"
             " WHERE batch >= ?1 AND batch < ?2"
             " UNION ALL SELECT batch, digest, content FROM publication_withdrawn"
             " WHERE batch >= ?1 AND batch < ?2"
             " UNION ALL SELECT withdrawn_batch, digest, NULL FROM publication_withdrawn"
             " WHERE withdrawn_batch >= ?1 AND withdrawn_batch < ?2"
             " ORDER BY 1, 2 NULLS LAST",
             VALUES(v_i64(from), v_i64(*to))) {
        if (b.count == 0 || b.batch != stmt_i64(st, 0)) {
            end_batch(&b, h, fn, arg);
            b = (struct batch_sum){.batch = stmt_i64(st, 0), .good = true};
            begin_rows(h);
        }
        add_record(&b, st, h);
    }
    if (rc == OK)
        end_batch(&b, h, fn, arg);
    return rc;
}

err_t patent_source_count(int64_t *out, struct db *db, struct err *e)
{
    return db_row(NULL, db,
                  "SELECT (SELECT count(*) FROM publication_source)"
                  " + (SELECT count(*) FROM publication_withdrawn WHERE batch IS NOT NULL)"
                  " + (SELECT count(*) FROM publication_withdrawn)",
                  NULL, 0, INTO(into_i64(out)), NULL, e);
}

err_t patent_batch_put(struct db *db, int64_t first, int64_t last, struct str entry, struct err *e)
{
    return db_run(db,
                  "INSERT INTO import_batch (first_change, last_change, entry) VALUES (?1, ?2, ?3)",
                  VALUES(v_i64(first), v_i64(last), v_str(entry)), e);
}
