/* Which document of its office and serial a record belongs to.
 *
 * A key is whole ("EP/1234567/A2", "CN/108192973/A") or open: it leaves the digit of the kind open
 * ("EP/1234567/A") or the kind itself ("EP/1234567/"). A record whose key is open belongs to the only
 * document that fits, else to one of its own. So the documents follow from the set of records alone. */
#include "model/patent_store_priv.h"

/* --- keys ------------------------------------------------------------------------ */

struct str key_without_kind(struct str key)
{
    while (key.len > 0 && key.ptr[key.len - 1] != '/')
        key.len--;
    return key;
}

bool key_has_no_kind(struct str key)
{
    return key.len > 0 && key.ptr[key.len - 1] == '/';
}

bool key_is_published(struct str key)
{
    return !patent_key_is_numberless(key) && !str_contains(key, STR("/app/"));
}

struct str key_group(struct str key)
{
    return key_is_published(key) ? key_without_kind(key) : key;
}

/* Offices that print this letter without a digit. Others print one, so a source that gives the letter alone
 * left the digit out. */
static bool is_printed_alone(struct str key, char letter)
{
    static const char *const offices[] = {"CN/", "GB/", "JP/", "KR/", "TW/"};
    for (size_t i = 0; i < ARRAY_LEN(offices); i++)
        if (str_starts(key, str_of(offices[i])))
            return letter != 'B' || i == 0 || i == 1; /* JP, KR and TW: B1, B2 */
    /* Grants until 2001 are of kind A; applications, of eleven digits, of A1, A2 and A9. */
    return letter == 'A' && str_starts(key, STR("US/")) && key.len <= strlen("US/12345678/A");
}

static bool is_open(struct str key)
{
    struct str bare = key_without_kind(key);
    if (!key_is_published(key))
        return false;
    return key.len == bare.len ||
           (key.len == bare.len + 1 && !is_printed_alone(key, key.ptr[bare.len]));
}

/* A publication of level 8 or 9, which corrects another (ST.16, 5). */
static bool is_correction(struct str key)
{
    char level = key.len ? key.ptr[key.len - 1] : '\0';
    return key.len == key_without_kind(key).len + 2 && (level == '8' || level == '9');
}

/* A0, A3 and A4 are filings noted and search reports published apart (ST.16): the letter alone never means them. */
static bool is_beside(struct str key, struct str letter)
{
    return !key_has_no_kind(letter) && letter.ptr[letter.len - 1] == 'A' &&
           strchr("034", key.ptr[letter.len]);
}

struct str key_place(struct str key, const struct str *keys, size_t count)
{
    struct str only = STR_NONE;
    if (!is_open(key))
        return key;
    for (size_t i = 0; i < count; i++) {
        if (keys[i].len <= key.len || !str_starts(keys[i], key) || is_correction(keys[i]))
            continue;
        struct str place = key_place(keys[i], keys, count);
        if (only.len && !str_eq(only, place))
            return key;
        only = place;
    }
    return only.len && !is_beside(only, key) ? only : key;
}

/* --- documents of one office and serial --------------------------------------------- */

struct group_document {
    struct keyed is;
    struct str place; /* its key from now on; empty: it loses all its records */
    int64_t last;     /* ordinal */
    size_t records;
    bool changed;
};

struct group_record {
    struct source_row row;
    struct patent patent; /* its head */
    size_t document;      /* in the group */
    struct str place;
};

struct group {
    struct db *db;
    struct arena *a;
    VEC(struct str) keys; /* of which the documents were read, without kind */
    VEC(struct group_document) documents;
    VEC(struct group_record) records;
};

static err_t read_records(struct group *g, const struct keyed *of, struct err *e)
{
    struct group_document d = {.is = *of, .place = STR_NONE};
    struct source_rows sources = {0};
    err_t rc = source_rows_read(&sources, g->db, of->id, g->a, e);
    for (size_t i = 0; rc == OK && i < sources.rows.len; i++) {
        struct group_record r = {.row = sources.rows.ptr[i], .document = g->documents.len};
        if ((rc = patent_head_from_json(&r.patent, r.row.content, g->a, e)) == OK)
            rc = patent_key(&r.place, &r.patent, g->a, e);
        d.last = r.row.ordinal;
        d.records++;
        VEC_PUSH(g->a, &g->records, r);
    }
    VEC_PUSH(g->a, &g->documents, d);
    return rc;
}

static err_t read_documents(struct group *g, struct str key, struct err *e)
{
    struct keyed_list held = {0};
    if (str_among(key, g->keys.ptr, g->keys.len))
        return OK;
    VEC_PUSH(g->a, &g->keys, key);
    err_t rc = documents_of_key(&held, g->db, key, g->a, e);
    for (size_t i = 0; rc == OK && i < held.docs.len; i++)
        rc = read_records(g, &held.docs.ptr[i], e);
    return rc;
}

err_t documents_are_settled(bool *out, struct db *db, const struct keyed_list *held,
                            struct arena *a, struct err *e)
{
    struct group g = {.db = db, .a = a};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < held->docs.len; i++)
        rc = read_records(&g, &held->docs.ptr[i], e);
    *out = rc == OK;
    for (size_t i = 0; i < g.records.len; i++)
        *out &= str_eq(g.records.ptr[i].place, held->docs.ptr[g.records.ptr[i].document].key);
    return rc;
}

/* Finds the place of each record. A document keeps its key if records belong there; otherwise it takes the key of one
 * of its records (make_place), so that its id is kept. */
static void find_places(struct group *g)
{
    struct str *keys = arena_array(g->a, g->records.len + 1, sizeof(*keys));
    for (size_t i = 0; i < g->records.len; i++)
        keys[i] = g->records.ptr[i].place;
    for (size_t i = 0; i < g->records.len; i++) {
        struct group_record *r = &g->records.ptr[i];
        r->place = key_place(keys[i], keys, g->records.len);
        for (size_t k = 0; k < g->documents.len; k++)
            if (str_eq(g->documents.ptr[k].is.key, r->place))
                g->documents.ptr[k].place = r->place;
    }
}

/* The document at a place; SIZE_MAX: none yet. */
static size_t document_at(const struct group *g, struct str place)
{
    size_t i = 0;
    while (i < g->documents.len && !str_eq(g->documents.ptr[i].place, place))
        i++;
    return i < g->documents.len ? i : SIZE_MAX;
}

static err_t make_place(size_t *out, struct group *g, const struct group_record *r, struct err *e)
{
    struct group_document *own = &g->documents.ptr[r->document];
    struct group_document made = {.is.key = r->place, .place = r->place};
    *out = r->document;
    if (own->place.len == 0) {
        own->place = r->place;
        own->changed = true;
        return OK;
    }
    *out = g->documents.len;
    err_t rc = publication_insert(&made.is.id, g->db, r->place, &r->patent, g->a, e);
    VEC_PUSH(g->a, &g->documents, made);
    return rc;
}

static err_t move_record(struct group *g, const struct group_record *r, struct err *e)
{
    size_t at = document_at(g, r->place);
    err_t rc = at == SIZE_MAX ? make_place(&at, g, r, e) : OK;
    if (rc != OK || at == r->document)
        return rc;
    struct group_document *from = &g->documents.ptr[r->document], *to = &g->documents.ptr[at];
    from->records--;
    to->records++;
    from->changed = to->changed = true;
    return source_move(g->db, from->is.id, to->is.id, r->row, ++to->last, e);
}

err_t documents_regroup(struct db *db, struct str key, int64_t changed, struct arena *a,
                        struct err *e)
{
    struct group g = {.db = db, .a = a};
    err_t rc = read_documents(&g, key_group(key), e);
    for (size_t i = 0; rc == OK && i < g.records.len;
         i++) /* an older program read the number otherwise */
        rc = read_documents(&g, key_group(g.records.ptr[i].place), e);
    if (rc != OK)
        return rc;
    find_places(&g);
    for (size_t i = 0; rc == OK && i < g.records.len; i++)
        rc = move_record(&g, &g.records.ptr[i], e);
    for (size_t i = 0; rc == OK && i < g.documents.len; i++) {
        struct group_document *d = &g.documents.ptr[i];
        if (d->records == 0) {
            rc = document_remove(db, d->is.id, d->is.key, a, e);
            continue;
        }
        if (!str_eq(d->is.key, d->place))
            rc = document_rekey(db, d->is.id, d->is.key, d->place, e);
        if (rc == OK && (d->changed || d->is.id == changed))
            rc = document_rebuild(db, d->is.id, d->place, a, e);
    }
    return rc;
}
