/* Fills a form of a pack from records: labels, order and widths come from the form, values from
 * records, numbers from the pack's indicators on the facts. Nothing can be typed in.
 *
 * Below the table are the materials of the form's process with their files, each with its digest,
 * so the digest of the paper covers everything submitted.
 *
 * A required cell without a value shows 待补 and is listed in `missing`; an erased value shows
 * 已依法删除. Under a draft (征求意见稿) each page is marked 征求意见稿·试运行. */
#ifndef DOCUMENT_FORM_FILL_H
#define DOCUMENT_FORM_FILL_H
#include "base/vec.h"
#include "document/form_material.h"
#include "paper/paper.h"

/* The record and field that a cell reads; field empty: the record is a row. */
struct form_from {
    const struct form_rows *rows;
    const struct jvalue *record;
    struct str field;
};

struct form_row { /* of a table, or of a list of several fields */
    const struct form_rows *rows;
    const struct jvalue *record;
    const struct str *cells;
};

struct form_column {
    struct str label;
    int width; /* percent */
};

/* A cell of the form, as it is filled: what the paper prints, and where it comes from. */
struct form_cell {
    const struct part *section, *cell;
    struct str label;     /* as it is printed */
    struct str value;     /* empty: nothing is there */
    bool missing;         /* it is required, and something lacks; what, say the gaps of the cell */
    bool unknown;         /* a number of which records are missing: the value names them */
    struct proofs proofs; /* of a number; none where the source has no sources of rows */
    VEC(struct form_column) columns;
    VEC(struct form_row) rows;
    VEC(struct form_from) from;
};

struct form_filled {
    struct paper paper;        /* number and version are the caller's to set */
    const struct str *missing; /* labels of required cells without value, in the form's order; then
                                  those of required materials without a file */
    const struct part *const *missing_in; /* the cells that these labels are of */
    size_t missing_count, missing_cells;  /* of them, the cells */
    const struct form_cell *cells;        /* all of the form, in its order */
    size_t cell_count;
    const struct form_gap *gaps; /* what the cells lack, each by its record and field */
    size_t gap_count;
    const struct form_material *materials; /* of the form's process */
    size_t material_count;
    struct str commitment; /* the words that who hands it in accepts, as they stand on the paper;
                              empty: the form has none */
};

/* E_INVALID: the document lays the form out nowhere (layout: own, without sections). */
MUST_CHECK err_t form_fill(struct form_filled *out, const struct part *form,
                           const struct form_source *s, struct arena *a, struct err *e);

/* Whether a cell names the party or the document lays the form out. Other forms name the party
 * below their title, with the date of the facts. */
bool form_names_party(const struct part *form);

/* 草稿 and 征求意见稿·试运行, as they apply. */
void form_marks(struct paper_build *b, const struct pack *p, bool draft);
#endif
