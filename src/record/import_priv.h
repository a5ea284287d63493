/* What the files of an import share: a workbook as it was read (import_read.c), and the rows
 * of the tables record_import and record_import_row (import.c, import_undo.c,
 * import_rejects.c). */
#ifndef RECORD_IMPORT_PRIV_H
#define RECORD_IMPORT_PRIV_H
#include "base/map.h"
#include "base/vec.h"
#include "record/import.h"
#include "record/sheet.h"

#define IMPORT_THREADS 16 /* rows under way at once */

enum outcome { ROW_OPEN, ROW_CREATED, ROW_CHANGED, ROW_UNCHANGED, ROW_REJECTED };

/* One row of the main sheet, with the rows of its tables. */
struct item {
    struct str sheet;
    int64_t row;
    struct str *cells; /* as read */
    size_t cell_count;
    int64_t id, version;      /* from the system columns; 0: not given */
    struct str key;           /* natural key of one field, as written; empty: none */
    struct str body;          /* JSON object without its brackets */
    VEC(struct str) * tables; /* by sheet: JSON objects */
    enum outcome outcome;
    struct str reason;
    int64_t record_id, before, after;
};

struct orphan { /* a row of a table's sheet that belongs to no row of the main sheet */
    struct sheet_reject reject;
    struct str *cells;
    size_t cell_count;
};

struct header { /* as the file has it, for giving refused rows back under it */
    struct str sheet;
    struct str *cells;
    size_t count;
};

struct reading {
    const struct record_type *type;
    const struct sheet *sheets;
    size_t sheet_count;
    bool *seen; /* by sheet */
    VEC(struct item) items;
    VEC(struct orphan) orphans;
    VEC(struct header) headers;
    struct map *names; /* of records, for the rows of their tables: index in items */
    struct arena *a;
    enum lang lang;
    /* The sheet at hand. */
    size_t at;
    struct str name;
    const struct sheet_column **columns; /* by column of the file; NULL: empty header */
    size_t column_count;
};

void import_reading_init(struct reading *r, const struct record_type *t, enum lang lang,
                         struct arena *a);
void import_reading_clear(struct reading *r);
/* E_INVALID: no workbook, no sheet or header of the type, an unknown column. */
MUST_CHECK err_t import_reading_take(struct reading *r, struct bytes file, struct err *e);
/* The body of a row with its tables, as JSON text. */
struct str import_reading_body(const struct reading *r, const struct item *item, struct arena *a);

/* What people call the type. */
struct str import_label(const struct record_type *t);
/* *state in the arena. E_NOTFOUND: the account has no such import. */
MUST_CHECK err_t import_find(struct str *state, struct db *db, const struct subject *s,
                             const struct record_type *t, int64_t id, struct arena *a,
                             struct err *e);
#endif
