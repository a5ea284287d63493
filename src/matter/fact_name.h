/* Names of facts: the label of the field that supplies it, and of its record type. */
#ifndef MATTER_FACT_NAME_H
#define MATTER_FACT_NAME_H
#include "policy/pack.h"
#include "record/record.h"

struct fact_name {
    const struct record_type *type; /* NULL: no type gives facts of that record */
    const struct field *field;      /* NULL: of the record as a whole, or no field gives it */
};

/* "staff.from"; "staff" or "ip_body": the record, or a value of the document itself. A type whose facts are
 * its owner's comes before others. */
struct fact_name fact_name_of(const struct record_types *types, struct str fact);

/* The field's label; for a state, its entry in the table of words; else the type's label, or the
 * fact itself. */
struct label fact_label(const struct fact_name *n, struct str fact);

/* The field with the words of the pack for its codes (`choices`); else the field itself. */
const struct field *field_in_pack(const struct field *f, const struct pack *p, struct arena *a);

/* A value as a facts document writes it: labels of codes; yes, no, none. */
struct label fact_value_label(const struct fact_name *n, struct str value);
#endif
