/* Facts documents (docs/facts.md lists their keys): parsed, checked and stored as tables fact_*
 * of a private in-memory database, on which the SQL of packs runs.
 *
 * A record is a table fact_NAME with its keys as columns, `subject` and `record_id` ("staff[2]",
 * counted from 1). A list inside it is fact_NAME_KEY with the record's id; the column of that name
 * in the record is 1 if the list is known. A record that is no list always has one row, all NULL
 * if it is absent. fact_list has the complete lists: those that are given and not named in `open`.
 * Columns: money in fen; numbers in millionths; a date known not to have happened is 'never',
 * which sorts after every date; a text known to be none (`false`) is 'none'; a key whose absence
 * means none (° in docs/facts.md) has that value: 'never', 'CNY', and for `from` '0001-01-01'. */
#ifndef POLICY_FACTS_H
#define POLICY_FACTS_H
#include "base/arena.h"
#include "base/buf.h"
#include "db/db.h"
#include "text/yaml.h"

struct judgement {
    struct str id, by, reason;
    int result; /* 1 pass, 0 fail, -1 not said */
};

struct chosen_reading {
    struct str id, reading, reason;
    int line, column;
};

/* A fact whose word is the register's (model/fact_word.h), that the document and its `register` both give. */
struct held_fact {
    struct str fact; /* "applicant.city" */
    bool agrees;     /* false: it counts as absent */
};

/* A record of the party that an office has checked (`checked` of the document). The store writes
 * it as long as the party's statement is unchanged (judge/stored.h). */
struct checked_record {
    struct str record; /* "staff" */
    struct str by, role, on, case_number;
};

/* Parts of the document that are not in tables. */
struct facts {
    struct str as_of;     /* YYYY-MM-DD */
    struct str handed_in; /* of an application under way: the day from which it counts; or empty */
    struct str programme; /* empty: not said */
    struct str question;  /* empty: not said */
    const struct judgement *judgements;
    size_t judgement_count;
    const struct chosen_reading *readings;
    size_t reading_count;
    const struct str *ignored_codes; /* credit codes whose check digit is wrong */
    size_t ignored_code_count;
    const struct held_fact *held; /* to what the document says under `register` */
    size_t held_count;
    const struct checked_record *checked;
    size_t checked_count;
    int programme_line;
};

/* Text of a file to its tree: YAML, or JSON (which is read as YAML where it can be, so
 * that faults have places). E_INVALID with row and column; E_LIMIT. */
MUST_CHECK err_t facts_parse(const struct yvalue **out, struct str text, struct arena *a,
                             struct err *e);

/* Make the tables. `many`: with indexes, for thousands of subjects. */
MUST_CHECK err_t facts_create(struct db *db, bool many, struct err *e);

/* Checks one document and inserts its records as subject 1. E_INVALID: "row 3, column 7: …", and
 * nothing is inserted. Also if two values of a record are in an impossible order (granted
 * before filed); the error names both. */
MUST_CHECK err_t facts_load(struct facts *out, struct db *db, const struct yvalue *document,
                            struct arena *a, struct err *e);

/* The same for many documents in one transaction. After an error of add nothing of them
 * counts: drop. Commit and drop end the loader; drop accepts NULL. */
struct facts_loader;
MUST_CHECK err_t facts_loader_open(struct facts_loader **out, struct db *db, struct err *e);
MUST_CHECK err_t facts_loader_add(struct facts *out, struct facts_loader *l, int64_t subject,
                                  const struct yvalue *document, struct arena *a, struct err *e);
MUST_CHECK err_t facts_loader_commit(struct facts_loader *l, struct err *e);
void facts_loader_drop(struct facts_loader *l);

/* A document that facts_load takes, in its one spelling, as JSON: records and keys in the
 * order of docs/facts.md, keys half-width and in capitals, money with two places, sets in
 * order; what means the same as its absence is left out. Equal facts give equal bytes. E_INVALID as facts_load. */
MUST_CHECK err_t facts_canonical(struct buf *out, const struct yvalue *document, struct arena *a,
                                 struct err *e);

/* Whether a table of that name is made from facts documents, and is a list. */
bool facts_has_list(struct str name);
#endif
