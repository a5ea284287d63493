/* Within facts*.c: what is gathered of some parties before it becomes documents. */
#ifndef RECORD_FACTS_PRIV_H
#define RECORD_FACTS_PRIV_H
#include "model/normal.h"
#include "record/facts.h"
#include "record/show.h"
#include "record/type_priv.h"
#include "record/value_person.h"

struct row_source {
    const struct type_plan *plan;
    int64_t id, version;
    struct shown shown; /* fields NULL: all */
};

struct held_row { /* a row that was taken; its lists are put in afterwards */
    int64_t id;
    size_t party;
    struct yvalue *items;
    struct shown shown;
};

struct pile { /* the rows of one list of one party */
    VEC(struct yvalue) rows;
    VEC(struct row_source) sources;
    bool stated;      /* a list statement covers the day */
    bool partly_read; /* records of it could be hidden from who asks */
};

struct top_fact {
    struct str name;
    struct yvalue value;
};
struct top_list {
    VEC(struct top_fact) list;
};
struct person_list { /* blind indexes, in the order in which they came */
    VEC(struct str) list;
};

/* One type and one party; `hidden` and `masked` are indexed by the type's fields, NULL: none. */
struct type_read {
    int64_t records;
    bool *hidden, *masked;
    bool partly; /* records of it could be hidden from who asks */
};

struct gathering {
    struct kernel *kernel;
    struct db *db;
    const struct facts_request *request;
    const struct type_references *references;
    struct party_facts *parties; /* by unit */
    size_t count;
    bool program;            /* the program asks: all is read */
    struct pile *piles;      /* party by party, list by list */
    struct type_read *reads; /* party by party, type by type, as record_type_at numbers them */
    size_t type_count;
    struct top_list *tops; /* by party */
    struct person_list *persons;
    size_t party;                 /* that the row under way is of */
    size_t programme_at, case_at; /* columns of the statement under way */
    struct arena *arena;
    struct err *e;
};

/* Text of statements: records of this type whose facts are those of units ?1 to ?2. */
void facts_add_from(struct buf *sql, const struct type_plan *p);
const char *facts_unit_column(const struct record_type *t); /* the unit */

/* Whether the subject may read the record, and which part of it. For the program `shown` is not
 * set. */
MUST_CHECK err_t facts_may_read(bool *out, struct shown *shown, struct gathering *x,
                                const struct type_plan *p, const struct labels *l);

bool facts_is_wanted(const struct gathering *x, size_t list);
/* Notes a record of the type that is used, with the visible part (NULL: all); `gives`: by field,
 * whether it is a fact. */
void facts_note_read(struct gathering *x, size_t type, const struct shown *shown,
                     const bool *gives);
/* parties[party].read. */
void facts_make_read(struct gathering *x, size_t party);

/* The complete lists, and those of them that the subject may read entirely. */
MUST_CHECK err_t facts_take_statements(struct gathering *x);
#endif
