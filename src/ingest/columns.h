/* Column names of patent exports → fields of the model, as data:
 * reference/columns.csv (vendor, column name, field). Names are compared folded
 * and by their letters and digits alone, so "公开（公告）号", "公开(公告)号" and
 * "公开公告号", or "Publication Number" and "publication_number", are one name. What
 * a field does with a value (how it splits, parses, where it goes) stands in
 * fields.c, one line a field. */
#ifndef INGEST_COLUMNS_H
#define INGEST_COLUMNS_H
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "model/patent.h"
#include "text/rows.h"

struct column_map;

/* The built-in table, then `maps` ("列名=field") on top, which must outlive it. E_INVALID names the
 * entry that is no field, and lists the nearest field names. */
MUST_CHECK err_t column_map_new(struct column_map **out, const struct str *maps, size_t count,
                                struct err *e);
void column_map_free(struct column_map *m);

/* Which of `maps` named a column of a header that was bound. A map is for one
 * reading thread: the headers bound note it there.
 * column_map_begin: a new input begins; column_map_used: the entries that named
 * a column of it so far, each as " map=ENTRY", in the order given, and that none is the number;
 * column_map_unused: the next entry from *at on that named none of any input. */
void column_map_begin(const struct column_map *m);
struct str column_map_used(const struct column_map *m, struct arena *a);
bool column_map_unused(struct str *entry, size_t *at, const struct column_map *m);

/* Answers of the caller: "-=FIELD" says that no column is of that kind; ":day-first", ":month-first" or
 * ":year-first" behind a field of a date says how the column's dates are. */
enum field_fact { FACT_OTHER, FACT_NUMBER, FACT_ID, FACT_DATE, FACT_NAME, FACT_CLASS, FACTS };
bool column_map_has_none(const struct column_map *m, enum field_fact fact);
enum day_order column_map_day_order(const struct column_map *m, struct str name);

/* Whether a row looks like a header: how many of its cells are known names. */
size_t column_map_score(const struct column_map *m, const struct row *row);

bool column_map_knows(const struct column_map *m, struct str name);

/* Whether the name leads to a field of which a patent has many: parties,
 * classes, citations, priorities, family members. */
bool column_map_is_list(const struct column_map *m, struct str name);

/* A header bound to the map: what each column means. Records read through it
 * borrow its column names: `a` must outlive them. A survey sees the values, or says
 * what it found of them (survey.h); NULL: none. */
struct header;
struct survey;
MUST_CHECK err_t header_bind(struct header **out, const struct column_map *m, struct survey *survey,
                             const struct row *row, struct arena *a, struct err *e);

/* Names of the columns without a field that held a value so far (kept as
 * vendor fields), for the report; the array is in `a`. */
size_t header_unknown(const struct header *h, const struct str **names, struct arena *a);

/* The column at `cell` of the header; false: it has no name. */
struct header_column {
    struct str name;
    const char *field, *title; /* as field_doc says */
    bool known;                /* its name, or the caller, says what it is */
};
bool header_column(struct header_column *out, const struct header *h, size_t cell);

/* A row's outcome besides the record. */
struct warning {
    const char *kind; /* constant sentence */
    struct str column, value;
};
struct warnings {
    struct warning *ptr;
    size_t len, cap;
};
struct reading {
    bool blank;                       /* every cell was empty: no record, nothing refused */
    struct str column, value, reason; /* set when the row is refused */
    struct warnings warnings;
};

/* One data row → one record (*out is initialised here). False: refused,
 * or blank. All strs in `a` or borrowed from the row. */
bool header_read(struct patent *out, struct reading *how, const struct header *h,
                 const struct row *row, struct arena *a);

/* Whether rows under this header can be patents: a number or a title, and at
 * least one fact more, or a column that the caller mapped. */
bool header_is_patents(const struct header *h);

/* Whose exports alone have two of these names and more, as --source takes it; NULL: nobody's, or several's. */
const char *header_source(const struct header *h);

/* The documented fields, for --map and help: name and English title of the
 * i-th; NULL past the last. Static storage. */
const char *field_doc(size_t i, const char **title);
#endif
