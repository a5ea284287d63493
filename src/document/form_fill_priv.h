/* Between the files of form_fill. */
#ifndef DOCUMENT_FORM_FILL_PRIV_H
#define DOCUMENT_FORM_FILL_PRIV_H
#include "document/form_fill.h"

#define FORM_CELLS_MAX 24 /* of a line or row */

/* A form while it is filled. */
struct filling {
    const struct form_source *s;
    const struct part *form;
    struct paper_build *build;
    struct str group; /* label of the section */
    const struct part *section;
    struct arena *a;
    struct err *e;
    VEC(struct str) missing;
    VEC(const struct part *) missing_in; /* NULL: a material */
    VEC(struct form_gap) gaps;
    VEC(struct form_cell) cells; /* the last is the one that is being filled */
    VEC(struct str) ids;         /* of the form's indicators, and what each is */
    struct str *numbers;
    struct proofs *proofs;
    struct str commitment;
};

static inline struct form_cell *cell_now(struct filling *f)
{
    return &f->cells.ptr[f->cells.len - 1];
}

static inline void cell_note_row(struct filling *f, const struct form_rows *rows,
                                 const struct jvalue *record, const struct str *cells)
{
    VEC_PUSH(f->a, &cell_now(f)->rows, ((struct form_row){rows, record, cells}));
}

static inline void cell_note_column(struct filling *f, struct str label, int width)
{
    VEC_PUSH(f->a, &cell_now(f)->columns, ((struct form_column){label, width}));
}

void cell_begin(struct filling *f, const struct part *cell);

/* Reports the label of a required cell, or of a material (cell NULL), as missing. */
void cell_miss(struct filling *f, struct str label, const struct part *cell);

/* The cell wants the field of that record; NULL: of one that is not there. */
void cell_gap(struct filling *f, const struct part *cell, const struct form_rows *rows,
              const struct jvalue *record, struct str path);

/* The record and its field become a source of the cell. */
void cell_note_from(struct filling *f, const struct form_rows *rows, const struct jvalue *record,
                    struct str field);

/* The value of the record for the cell, which is then one of its sources. */
struct str cell_take_value(struct filling *f, struct form_at at, const struct form_path *path,
                           const struct part *dictionary);

void cell_add_piece(struct str *all, struct str piece, const char *between, struct arena *a);

const struct part *cell_dictionary(const struct filling *f, const struct part *cell);

/* The number of fields of one type, or of one table in it, that share a line of a list. */
size_t cell_same_list(const struct part_value *fill, size_t from);

/* True if the filter of the cell (`where`) admits the row of a table; row NULL: the record. */
bool cell_admits(const struct filling *f, const struct part *cell, const struct form_path *path,
                 const struct jvalue *record, const struct jvalue *row);

struct str cell_list_text(struct filling *f, const struct part *cell);

/* The text to print: the document's, or the pack's replacement if the document's is not printable. */
struct str cell_printed(const struct filling *f, const struct part *of);

/* The label, with the guide that the document prints in brackets after it. */
struct str cell_label_text(struct filling *f, const struct part *cell);

/* All numbers of the form at once: the facts are laid out for each question anew. */
MUST_CHECK err_t cell_count_numbers(struct filling *f);

/* Adds the cell's label and value, or its value alone, to the cells of a line. */
void cell_add(struct paper_cell *cells, size_t *count, struct filling *f, const struct part *cell,
              int width);
#endif
