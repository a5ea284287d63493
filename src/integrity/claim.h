/* What records claim: a contract, project, patent, product filing or invoice, with all by
 * which two records of one thing are known again. Which field says what stands in the
 * files of the types (`claim:`); no type is named here. Derived from the records, so there
 * is nothing to keep in step. */
#ifndef INTEGRITY_CLAIM_H
#define INTEGRITY_CLAIM_H
#include "record/record.h"

struct claim {
    const struct record_type *type;
    int64_t id, version, unit;
    struct str city, province; /* of the owner; city empty: it is in none */
    struct str owner;          /* its name */
    struct str what;           /* "contract" … */
    struct str number, title;  /* as written */
    struct str number_key;     /* NFKC, case folded, letters and digits alone; of a patent
                                        its canonical key */
    struct str title_key;      /* likewise */
    int64_t fen;               /* of amount, in its currency; 0: not known */
    struct str currency;       /* as written; empty: yuan */
    int64_t yuan_fen;          /* what it is worth in yuan; 0: not known */
    int32_t day;               /* of the date, since 1970; 0: not known */
    struct str kind;           /* empty: none */
    bool secret;               /* the record is: only that it is there may be told */
    bool repeats;              /* that kind lawfully comes again each year */
    const struct str *parties; /* keys of their names, sorted */
    const struct str *patents; /* keys, sorted */
    const struct str *files;   /* digests, sorted */
    size_t party_count, patent_count, file_count;
};

/* Where claims are read. */
struct claim_source {
    const struct kernel *kernel;
    struct db *db; /* within a read transaction: all of one moment */
    struct arena *arena;
};

struct claims {
    const struct claim *list;
    size_t count;
};

/* All claims to `what` (empty: to anything) of a province (empty: of all), by what, type and id. */
MUST_CHECK err_t claims_load(struct claims *out, const struct claim_source *s, struct str what,
                             struct str province, struct err *e);

/* Of a patent's number: its canonical key, or written_key (model/normal.h) of what is none. */
struct str claim_patent_key(struct str written, struct arena *a);
#endif
