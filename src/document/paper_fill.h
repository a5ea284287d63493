/* A paper of the process (section `papers` of a pack) out of named values: what the pack and the
 * step say of themselves, what the caller gives, and fields of records. */
#ifndef DOCUMENT_PAPER_FILL_H
#define DOCUMENT_PAPER_FILL_H
#include "document/form_fill.h"

struct paper_value { /* policy/paper_value.h has the names */
    const char *name;
    struct str text;
};

struct paper_row_values {
    const struct paper_value *values; /* "parties.name" … */
    size_t count;
    struct str source; /* of a patent: its id in the library */
};

struct paper_list {
    const char *name; /* "parties" */
    const struct paper_row_values *rows;
    size_t count;
};

struct paper_facts {
    const struct form_source *source; /* pack and records; its rows may be none */
    const struct process_step *step;  /* at which it is drawn up; NULL: at none */
    const struct paper_value *values;
    size_t value_count;
    const struct paper_list *lists;
    size_t list_count;
    struct str number, version; /* of the paper */
    bool draft;                 /* not issued yet: marked 草稿, and values may lack */
    struct jout *
        places; /* of a paper of a record, which is marked while it lacks something: each value with where it is
                            from goes into this array; NULL: it is a case's */
};

struct paper_filled {
    struct paper paper;
    const struct str *missing; /* names without value, each once; they show 待补 */
    size_t missing_count;
    struct str certificate; /* the number that it needs as a certificate; empty: it is none */
};

/* E_NOTFOUND: the pack has no such paper. E_INVALID: it is to be issued and values are missing;
 * the error names all of them, and *out is filled nevertheless. Values under a `when` may be
 * missing. */
MUST_CHECK err_t paper_fill(struct paper_filled *out, struct str id, const struct paper_facts *f,
                            struct arena *a, struct err *e);

/* Display name of a value of a paper: its label, or the type's and the field's for a record (types
 * may be NULL); else the name. */
struct label paper_value_label(struct str name, const struct record_types *types, struct arena *a);

/* Whether the paper is issued in its step, which cannot be taken without it. */
bool paper_issued_with_step(const struct part *paper);

/* Papers that the pack has for a step of a process, in its order; at most `max`. */
size_t papers_of_step(const struct part **out, size_t max, const struct pack *p, struct str process,
                      struct str step);
#endif
