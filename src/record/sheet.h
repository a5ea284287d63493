/* A record type as sheets of a workbook: the main sheet has a row per record, each table field its
 * own sheet. Defines the columns, the cell of a value and the value of a cell. Text stays text:
 * 18-digit codes, leading zeros, line breaks.
 *
 * Cells: enum values and booleans by their label (codes are accepted too), several values one per
 * line (as a JSON list if one of them has lines itself), files as "name sha256:<hex>", a period in
 * two columns, references by name (ref_names.h) and by "#id". A masked number (with *) is ignored and changes nothing. */
#ifndef RECORD_SHEET_H
#define RECORD_SHEET_H
#include "base/msg.h"
#include "record/type.h"
#include "text/json.h"

static inline struct str sheet_label(struct label l, enum lang lang)
{
    return lang == LANG_EN ? l.en : l.zh;
}

enum sheet_part {
    SHEET_VALUE, /* the whole value of `field` */
    SHEET_FROM,  /* of a period */
    SHEET_TO,
    SHEET_ID, /* system columns: field is NULL */
    SHEET_VERSION,
    SHEET_STATE,
    SHEET_TERM,  /* a period in one cell; of a register alone */
    SHEET_RECORD /* on the sheet of a table: which record the row belongs to */
};

struct sheet_column {
    enum sheet_part part;
    const struct field *field;
    struct str header;
    /* sheet_of_registers alone sets these. */
    struct str other;          /* the header in the other language */
    struct str path;           /* "sides[taker].name" */
    const struct field *table; /* NULL: of no table */
    struct str row; /* of the table: the code of its first enum, else its number from 1 */
};

struct sheet {
    const struct field *table; /* NULL: the main sheet */
    struct str name;           /* fit for a tab: 31 characters, none of []:*?/\ */
    const struct sheet_column *columns;
    size_t column_count;
};

/* The sheets of a type, main one first. Computed fields have no column; of fields
 * with the same label each header also has the field's name. `system`: with id,
 * version and state (exports), else without (templates). */
size_t sheets_of(const struct sheet **out, const struct record_type *t, enum lang lang, bool system,
                 struct arena *a);

/* The further columns that a register may have on its one sheet: a period in one cell, and the cells of
 * rows of a table. A table has a row for each value of its first enum ("受让方、被许可方 名称"), else three. */
struct sheet sheet_of_registers(const struct record_type *t, enum lang lang, struct arena *a);

/* The enum that tells the rows of a table apart: its first of one value; NULL: none. */
const struct field *sheet_role(const struct field *table);

/* The column a header names (its label in either language, its name, or the header
 * as sheets_of writes it); NULL: none. `sheet` as sheets_of made it. */
const struct sheet_column *sheet_find(const struct sheet *sheet, struct str header);

/* The unit of money that a text begins with, folded: of "（万元）", "/千元", "：人民币万元 制表日期…" 万元, 千元, 人民币万元;
 * empty: none. `ends`: nothing but a closing bracket, and words before it, may follow. */
struct str sheet_unit(struct str text, bool ends, struct arena *a);
/* The column of money that a header with such a unit names: "合同金额（万元）"; NULL: none. */
const struct sheet_column *sheet_find_amount(struct str *unit, const struct sheet *sheet,
                                             struct str header, struct arena *a);

/* Append what the cell shows of `value` (a member of the JSON of a record of `programme`; NULL: none). */
void sheet_cell(struct buf *to, const struct sheet_column *c, const struct jvalue *value,
                enum lang lang, struct str programme);

/* The value of a cell as JSON. A cell that cannot be parsed is passed on as text and rejected by
 * the type's check. False: the cell is ignored (a masked number). An empty cell is null. */
bool sheet_value(struct jout *to, const struct sheet_column *c, struct str cell, struct arena *a);

/* The code of a list's word for a cell, by its code or label, else by what both say; else the cell. */
struct str sheet_word(const struct field *f, struct str cell);
/* "2026.1.1-2028.12.31" as a period; what is none is passed on as text. */
void sheet_term(struct jout *to, struct str cell, struct arena *a);

/* Two columns make one value: the JSON object of a period from its two cells. */
void sheet_period(struct jout *to, struct str from, struct str until);
#endif
