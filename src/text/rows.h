/* What every tabular reader (CSV, XLSX, XLS, SQL dump) gives: rows of cells, in
 * file order, as text. Numbers that a spreadsheet stores as binary floats are
 * given in the shortest decimal form without exponent ("201410001234", never
 * "2.01E+11"); dates of a cell with a date format as YYYY-MM-DD. */
#ifndef TEXT_ROWS_H
#define TEXT_ROWS_H
#include "base/arena.h"
#include "base/err.h"

struct cell {
    struct str text; /* empty: no value */
    /* What a person should know of this cell; the text is still the best value. */
    enum cell_flag {
        CELL_PLAIN,
        CELL_FORMULA,       /* the cached result of a formula (shown in the report) */
        CELL_FORMULA_EMPTY, /* a formula without cached result: value unknown */
        CELL_LOSSY_NUMBER, /* a float of more than 15 digits: the program that saved it lost digits */
        CELL_ERROR,        /* #N/A, #REF! … */
        CELL_MERGED,       /* merged with the cell above, whose value it shows */
        CELL_BAD_BYTES,    /* bytes that are not in the file's encoding, shown as U+FFFD */
    } flag;
    bool hidden; /* its column is, in the program that shows the workbook */
    bool
        across; /* merged with cells beside it, which have no value of their own; where merges are read */
};

struct row {
    int64_t number;   /* 1-based row of the sheet or record of the CSV, as a person counts */
    int64_t line;     /* 1-based physical line it starts on; 0 where there are no lines */
    struct str sheet; /* name of the sheet or table; empty for CSV */
    bool hidden, sheet_hidden; /* in the program that shows the workbook */
    const struct cell *cells;
    size_t count; /* trailing empty cells may be left out */
    double done;  /* part of the file read with it, 0 … 1; 0 where the reader does not know */
};

/* A reader is opened by its own header (csv.h, xlsx.h, xls.h). */
struct rows_ops {
    err_t (*next)(bool *has_row, struct row *out, void *state, struct arena *a, struct err *e);
    void (*close)(void *state);
};

struct rows {
    const struct rows_ops *ops;
    void *state;
};

/* The next row, its cells in `a`; *has_row false at the end. Damage is
 * E_INVALID with the place in the text, too long a row E_LIMIT; out->number,
 * line and sheet then tell where. A further call goes on with the next row that
 * can be found (csv.h, xlsx.h and xls.h say which), else gives the end. */
MUST_CHECK static inline err_t rows_next(bool *has_row, struct row *out, struct rows *r,
                                         struct arena *a, struct err *e)
{
    return r->ops->next(has_row, out, r->state, a, e);
}

static inline void rows_close(struct rows *r)
{
    if (r->ops)
        r->ops->close(r->state);
    *r = (struct rows){0};
}
#endif
