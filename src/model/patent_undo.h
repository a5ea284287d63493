/* Imports of publications, and taking one back.
 *
 * A record is stated by each import whose file holds it. Taking an import back withdraws its
 * statements: a record that another import states stays, one that none states any more is kept aside
 * (publication_withdrawn) for what the log commits to, and its document becomes what the others say; a
 * document of which nobody speaks any more is gone. What is there afterwards is what would be there had
 * the import never been. */
#ifndef MODEL_PATENT_UNDO_H
#define MODEL_PATENT_UNDO_H
#include "model/patent_store.h"

struct publication_import {
    int64_t id; /* struct import_file.number */
    struct str
        state; /* held, undoing, undone; earlier: from before it was known what an import states */
    struct str digest;     /* of its file, hex */
    struct str name;       /* of its file, without a path */
    struct str source;     /* office or vendor that was named; empty: the file itself */
    int64_t account, unit; /* whose it is; 0: the program itself, none */
    int64_t begun_ms;      /* 0: not known */
    int64_t records;       /* items read, refused ones too */
    bool finished;         /* its file was read to its end */
    struct str entry;      /* of its first batch in the evidence log; empty: nothing was stored */
    int64_t undone_ms, undone_by;
    struct str undone_entry;
};

/* Inside the step that writes its first records. */
MUST_CHECK err_t publication_import_begin(struct db *db, const struct publication_import *i,
                                          struct err *e);
/* The entry of a batch of it: the first is kept. */
MUST_CHECK err_t publication_import_note(struct db *db, int64_t id, struct str entry,
                                         struct err *e);
/* E_NOTFOUND. */
MUST_CHECK err_t publication_import_get(struct publication_import *out, struct db *db, int64_t id,
                                        struct arena *a, struct err *e);
/* Who is told of which imports. */
struct publication_reach {
    int64_t id; /* of which one is asked; of a list: older ones alone */
    bool all;
    int64_t unit;        /* whose are his own; 0: none */
    bool of_province;    /* those of all units there, and the program's */
    struct str province; /* first 2 digits */
};

/* As publication_import_get of who->id, where it reaches that far; else E_NOTFOUND. */
MUST_CHECK err_t publication_import_reached(struct publication_import *out, struct db *db,
                                            const struct publication_reach *who, struct arena *a,
                                            struct err *e);

struct publication_imports {
    const struct publication_import *list;
    size_t count;
    int64_t total; /* of all pages */
    bool more;     /* older ones follow */
};

/* One page of them, the latest first: those with a number below who->id. */
MUST_CHECK err_t publication_import_list(struct publication_imports *out, struct db *db,
                                         const struct publication_reach *who, int64_t limit,
                                         struct arena *a, struct err *e);

/* Begins to take it back, or goes on with that: its file counts as never read from now on. */
MUST_CHECK err_t publication_import_undo(struct db *db, const struct publication_import *i,
                                         struct err *e);
MUST_CHECK err_t publication_import_undone(struct db *db, int64_t id, struct err *e);
/* An import that is withdrawn in a step; batch: the number of the step's first change. */
struct withdrawing {
    struct db *db;
    int64_t id, batch;
    struct arena *a;
};
/* Withdraws up to `cap` of its statements. *taken 0: none is left. */
MUST_CHECK err_t patent_withdraw(size_t *taken, struct withdrawing *w, size_t cap, struct err *e);
#endif
