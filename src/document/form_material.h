/* The files that a process requires besides its form (materials of the pack), and the records that
 * have them. */
#ifndef DOCUMENT_FORM_MATERIAL_H
#define DOCUMENT_FORM_MATERIAL_H
#include "document/form_value.h"

struct form_file {
    struct str name, digest;
};

/* A missing input of a required cell or material: one field of one record. */
struct form_gap {
    const struct part *of; /* the cell, or the material */
    struct str type;       /* of the record */
    int64_t id;            /* of the record; 0: there is none yet */
    struct str title;      /* of the record; empty: it has none, or there is no record */
    struct str field,
        inner; /* of a field that is a table, the field of its rows; empty: the whole field */
    struct str label; /* what the field is called, in Chinese */
};

struct form_gap form_gap_of(const struct part *of, const struct form_rows *rows,
                            const struct jvalue *record, const struct form_path *path,
                            struct arena *a); /* rows, record: NULL where there is none */

struct form_material {
    const struct part *material; /* of the pack; its proof is files of records, or words in them */
    bool asked;    /* where it depends on something (when), that is so or is not known */
    bool required; /* asked, and by the document or the notice of the call */
    bool listed;   /* by that notice alone */
    const struct form_file *files;
    size_t file_count;
    size_t wanted,
        lacking; /* records that are to have a file (once: 1), and those that have none */
    const struct str *lacks; /* titles of these, "1", "2" … where they have none */
    const struct form_gap
        *gaps;       /* one for each of these: the first of its fields that would prove it */
    size_t unnamed;  /* files in its fields that say by no name, nor their record by its title,
                                which of several materials they are: they prove none */
    struct str ends; /* the first day on which one ends, within the months of the pack; or empty */
};

/* Those of the process, in the order of the pack; source as form_fill. One for each person or case
 * counts each record of the types that its proof names. */
MUST_CHECK err_t form_materials(const struct form_material **out, size_t *count,
                                const struct form_source *s, struct str process, struct arena *a,
                                struct err *e);
#endif
