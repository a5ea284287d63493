/* What patent_store.c (writing) and patent_query.c (reading) share; together
 * they are the only files that know the tables of publications. */
#ifndef MODEL_PATENT_STORE_PRIV_H
#define MODEL_PATENT_STORE_PRIV_H
#include "model/patent_store.h"

/* One row of publication_source. */
struct source_row {
    int64_t ordinal;
    struct bytes digest;
    struct patent_source about;
    struct str content;
    int64_t file_number;          /* 0: none */
    int64_t batch, import_number; /* likewise */
    int64_t unit;                 /* likewise */
    int64_t by_party;             /* 1: that unit is no office of the province */
};

struct source_rows {
    VEC(struct source_row) rows;
};

/* All sources of a document by ordinal, in the arena. */
MUST_CHECK err_t source_rows_read(struct source_rows *out, struct db *db, int64_t id,
                                  struct arena *a, struct err *e);

/* The record of a source, of the document `id`. E_CORRUPT: it does not read back. */
MUST_CHECK err_t source_parse(struct patent *out, int64_t id, const struct source_row *row,
                              struct arena *a, struct err *e);

/* The merged JSON; empty for a document of one source. */
MUST_CHECK err_t document_merged_text(struct str *out, struct db *db, int64_t id, struct arena *a,
                                      struct err *e);

/* A document and its identity key. */
struct keyed {
    int64_t id;
    struct str key;
};
struct keyed_list {
    VEC(struct keyed) docs;
};

/* Documents whose identity key is `key` or, when it ends in '/' (a publication
 * number without kind), begins with it; by key. */
MUST_CHECK err_t documents_of_key(struct keyed_list *out, struct db *db, struct str key,
                                  struct arena *a, struct err *e);

/* From one document to another, under that ordinal; both are to be rebuilt. */
MUST_CHECK err_t source_move(struct db *db, int64_t from, int64_t to, struct source_row row,
                             int64_t ordinal, struct err *e);

/* Makes a document anew from all its sources, of which it has one at least. `key` is its identity. */
MUST_CHECK err_t document_rebuild(struct db *db, int64_t id, struct str key, struct arena *a,
                                  struct err *e);
/* The same where another document than the stored one comes out, or `always`. *otherwise: what readers see of it changed;
 * the names of its sources do not count. */
MUST_CHECK err_t document_renew(bool *otherwise, struct db *db, const struct keyed *d, bool always,
                                struct arena *a, struct err *e);
MUST_CHECK err_t document_rekey(struct db *db, int64_t id, struct str from, struct str to,
                                struct err *e);
/* The columns that lists show. */
MUST_CHECK err_t publication_update(struct db *db, int64_t id, struct str key,
                                    const struct patent *p, struct arena *a, struct err *e);
MUST_CHECK err_t change_note(struct db *db, int64_t id, bool removed, struct err *e);

/* The number that lists show. Borrowed. */
struct str patent_shown_number(const struct patent *p);

/* The documents of the office and serial of a key as their records make them: moves records, gives documents
 * another key, makes and removes some. Rebuilds those that it changed, and the document `changed` (0: none). */
MUST_CHECK err_t documents_regroup(struct db *db, struct str key, int64_t changed, struct arena *a,
                                   struct err *e);
/* *out: each record of these documents has the key of its document. */
MUST_CHECK err_t documents_are_settled(bool *out, struct db *db, const struct keyed_list *held,
                                       struct arena *a, struct err *e);
/* Where a record belongs beside documents or records of these keys: its own key, or, if that leaves something of the
 * kind open, the only key that fits. Borrowed. */
struct str key_place(struct str key, const struct str *keys, size_t count);
/* A row without sources and its key. */
MUST_CHECK err_t publication_insert(int64_t *id, struct db *db, struct str key,
                                    const struct patent *p, struct arena *a, struct err *e);
/* Its row stays, empty, so that its id is not given out again. */
MUST_CHECK err_t document_remove(struct db *db, int64_t id, struct str key, struct arena *a,
                                 struct err *e);

/* "CN/108192973/A" → "CN/108192973/"; other keys as they are. */
struct str key_without_kind(struct str publication_key);
bool key_has_no_kind(struct str publication_key);
/* "EP/1234567/" of a publication's key, else the key itself. */
struct str key_group(struct str key);
/* True if the document key comes from a publication number (else from an application number or an id). */
bool key_is_published(struct str key);
#endif
