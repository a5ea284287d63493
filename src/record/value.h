/* Values of fields: JSON from a stranger → one canonical value → columns → JSON
 * again. What differs between the types of fields stands in one table (value.c):
 * a new type is one line there with its two functions.
 *
 * Canonical: text in NFC, without blanks around it; money and percent with two
 * places, decimals with theirs; dates ISO; codes upper case. Writing what was
 * read gives the same columns. Empty text, null and an empty list are no value.
 *
 * Columns (the DDL of ddl.c asks value_columns): a single value lies in the
 * type's table, or in the table of its table field, as <name> and for some types
 * <name>_<suffix>; several values (enum with `many`, refs, texts, patents, files)
 * lie in a child table with record_id, position, and the columns of one value
 * with `value` for <name>; rows of a table field in a child table with record_id,
 * position, and the columns of its fields. */
#ifndef RECORD_VALUE_H
#define RECORD_VALUE_H
#include "db/db.h"
#include "record/type.h"
#include "text/json.h"

struct fault_list;
struct seal_key;

#define VALUE_COLUMNS_MAX 2
#define VALUE_ITEMS_MAX 2000 /* values of one field, rows of one table: a step takes ≤ 5 ms */
#define VALUE_FIELDS_MAX 128 /* fields of a type, or of a table field */

struct column {
    struct str name;
    bool integer; /* INTEGER, else TEXT */
};

/* How values of a type are compared by filters and sorted. */
enum value_order {
    ORDER_NUMBER,  /* integers, scaled ones too */
    ORDER_TEXT,    /* = exact, ~ contains, trailing * begins */
    ORDER_DATE,    /* a year or month stands for all its days */
    ORDER_INSTANT, /* milliseconds in the second column */
    ORDER_PERIOD,  /* first and last day in the two columns */
    ORDER_CODE,    /* one of given values: = and != */
    ORDER_BLIND    /* = alone, by the blind index in the second column */
};

bool value_is_list(const struct field *f); /* several values, in a child table */
bool value_merges(const struct field *f);  /* an object: a patch changes its members one by one */
enum value_order value_order(const struct field *f);
bool value_is_integer(const struct field *f); /* a computed field's result is an integer */
/* Which column filters and sorting look at, of those of one value. */
size_t value_order_column(const struct field *f);

/* The columns of one value (of one item of a list); 0 for table and computed. */
size_t value_columns(struct column out[VALUE_COLUMNS_MAX], const struct field *f, struct arena *a);
/* All columns of a field's child table after record_id, position; 0: it has none. */
size_t value_child_columns(const struct column **out, const struct field *f, struct arena *a);

/* Where the ordering column of field `name` stands in a row of table field `f`;
 * SIZE_MAX: it has no such field. */
size_t value_part_column(const struct field *f, struct str name);

/* Patterns of text fields, compiled once per type. */
struct value_patterns;
struct value_patterns *value_patterns_new(const struct record_type *t);
void value_patterns_free(struct value_patterns *p); /* accepts NULL */

/* One field's value. */
struct field_value {
    bool given;
    struct str json;                      /* canonical text; empty when not given */
    struct value cols[VALUE_COLUMNS_MAX]; /* a single value */
    const struct value *rows;             /* several: row_count times row_width, by child column */
    size_t row_count, row_width;
};

/* Of a table whose rows stay: the number, from 0, of the first row of `before` that `now` has no more, by the
 * key of its rows, else by their first field; SIZE_MAX: all are there. */
size_t value_row_lost(const struct field *f, const struct field_value *before,
                      const struct field_value *now);

/* One column of two values. */
bool value_same(const struct value *x, const struct value *y);

/* What reading needs, and why it failed. */
struct value_reader {
    struct arena *a;
    struct str today;            /* business date, ISO */
    const struct seal_key *keys; /* NULL: persons cannot be read */
    const struct value_patterns *patterns;
    const struct field_value *before; /* what the record holds now; NULL: nothing */
    struct fault_list *faults;
};

/* JSON → value. False: faults say why, under `path` and below. `f` is no
 * computed field. */
MUST_CHECK bool value_read(struct field_value *out, struct value_reader *r, const struct field *f,
                           struct str path, const struct jvalue *v);

enum value_view {
    VIEW_CANONICAL, /* for content, commitments: persons as their sealed text */
    VIEW_MASKED,
    VIEW_PLAIN
};

struct value_writer {
    enum value_view view;
    const struct seal_key *keys;
    err_t rc; /* E_CORRUPT: a sealed value does not open; the first error stays */
    struct err *e;
};

/* Columns → JSON; NULL in the first column is null. */
void value_write(struct jout *j, struct value_writer *w, const struct field *f,
                 const struct value *cols);
/* Rows of a child table → a JSON array. */
void value_write_rows(struct jout *j, struct value_writer *w, const struct field *f,
                      const struct value *rows, size_t row_count, size_t row_width);
/* Fill `json` from the columns or rows of `v`; given says whether there is any. */
void value_finish(struct field_value *v, struct value_writer *w, const struct field *f,
                  struct arena *a);

/* One operand of a filter: the value(s) that `text` stands for in the ordering
 * column. low and high differ for dates ("2024": its days) and instants. False:
 * faults (in r) say why. */
MUST_CHECK bool value_operand(struct value *low, struct value *high, struct value_reader *r,
                              const struct field *f, struct str text);

/* A number of the field as its JSON writes it, without quotes: "12.50". */
struct str value_number_text(const struct field *f, int64_t n, struct arena *a);

/* What its writings have in common, in the arena: its key (written_key), and where it says
 * nothing all of it. */
struct str value_number_key(struct str written, struct arena *a);

/* What words of a text are compared by, in the arena: letters and digits alone, width, case, traditional forms and
 * rare forms of 国 aside, so that "國 家（級）" is "国家级". */
struct str value_word_key(struct str written, struct arena *a);

/* As value_word_key, and each dash of whatever shape as "-": what names are compared by. */
struct str value_name_key(struct str written, struct arena *a);

/* What every writing with this key is LIKE, in the arena: its Han characters that are written in one way alone, in
 * their order. So that a store gives few texts of which the keys are compared. */
struct str value_word_like(struct str key, struct arena *a);

/* Text as it is kept: NFC, trimmed (ASCII blanks, NBSP, ideographic space,
 * zero-width space, BOM), CR LF and CR as LF. Of which nothing can be seen is none. */
struct str value_clean(struct str written, struct arena *a);
#endif
