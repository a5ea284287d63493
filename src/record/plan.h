/* A record type as prepared at the start of the program: its SQL statements, the order of its
 * content, the fields required in each state, compiled patterns. Made once per type, immutable,
 * shared by threads. Connections cache the statements by content. */
#ifndef RECORD_PLAN_H
#define RECORD_PLAN_H
#include "record/record.h"
#include "record/value.h"

/* The system columns in the order in which every statement names them. */
enum system_column {
    SYS_ID,
    SYS_VERSION,
    SYS_STATE,
    SYS_OWNER_UNIT,
    SYS_OWNER_CITY,
    SYS_OWNER_PROVINCE,
    SYS_SECRECY,
    SYS_PUBLISHED,
    SYS_CREATED_MS,
    SYS_CREATED_BY,
    SYS_CHANGED_MS,
    SYS_CHANGED_BY,
    SYS_ENDED_MS,
    SYS_IMPORT_ID,
    SYS_COUNT
};
const char *system_column_name(enum system_column c);
enum system_column system_column_named(struct str name); /* SYS_COUNT: it is none */

struct field_plan {
    const struct field *field;
    const struct column *columns; /* in the type's table, or of one row of the child table */
    size_t column_count;
    size_t at;                     /* first column in select_row; SIZE_MAX: none there */
    bool child;                    /* its values lie in a table of their own */
    const char *child_select;      /* ?1 record: the columns, by position */
    const char *child_insert;      /* ?1 record, ?2 position, then the columns */
    const char *child_delete;      /* ?1 record */
    const struct jvalue *fallback; /* value of a new record; NULL: none */
    struct str shown;     /* computed, over alias r, also from rows that who asks may not read */
    const char *shown_of; /* "SELECT … ?1": of one record */
};

/* One member of a version's content. */
struct content_item {
    struct str name;
    const struct field_plan *field; /* NULL: a member of the kernel, by name */
};

struct type_plan {
    const struct record_type *type;
    const struct field_plan *fields; /* as type->fields */
    size_t field_count;
    const struct content_item *content; /* sorted by name (bytes) */
    size_t content_count;
    const bool *needed; /* [state][field]: required in that state */
    struct value_patterns *patterns;
    struct access_policy policy;          /* with fields above a rule's secrecy taken out of it */
    const struct field_plan *programme;   /* the label `programme`; NULL: none */
    const struct field_plan *case_number; /* whose case it is of; NULL: the type does not say it */
    bool owns_itself; /* rows of the unit tree: owner_unit is the row's own id */

    const char *select_row;    /* ?1 id (and the core table's values): system columns, fields */
    const char *select_labels; /* …: version, state, labels, programme, ended_ms */
    const char *insert;        /* system columns but id, then fields, then the core column */
    size_t column_count;       /* of select_row */
    const struct value *where; /* the core table's values, ?2 … */
    size_t where_count;
    struct arena *arena;
    size_t number;     /* among the kernel's plans */
    bool reads_others; /* a computed field reads another type's records */
};

struct type_plan *plan_new(const struct record_type *t);
void plan_free(struct type_plan *p); /* accepts NULL */

/* The plan of a type of the kernel; the type is one of k->types. */
const struct type_plan *plan_of(const struct kernel *k, const struct record_type *t);
size_t plan_state(const struct type_plan *p, struct str state); /* index; 0 when unknown */
size_t plan_field(const struct type_plan *p, struct str name);  /* index; SIZE_MAX: none */
bool plan_needs(const struct type_plan *p, struct str state, size_t field);

/* Answers to lists that are kept, and when they became others. */
struct answers;
struct answers *kernel_answers(const struct kernel *k);
struct changed;
struct changed *kernel_changed(const struct kernel *k);
struct list_columns;
struct list_columns *kernel_columns(const struct kernel *k);

/* "r.id, r.version, …": what select_row selects, column_count of them. */
void plan_add_columns(struct buf *sql, const struct type_plan *p);
/* " AND r.kind IN (?2, ?3)", its values from parameter *next_param on. */
void plan_add_where(struct buf *sql, const struct type_plan *p, int *next_param);
#endif
