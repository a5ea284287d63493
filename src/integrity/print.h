/* What is kept of an uploaded file for finding its twins: a sketch of its text and its first
 * pages as grids of ink. Made once per content and kept in file_print; of secret files none is
 * made: these are known by their digest alone. */
#ifndef INTEGRITY_PRINT_H
#define INTEGRITY_PRINT_H
#include "integrity/page.h"
#include "integrity/sketch.h"
#include "model/file.h"
#include "record/record.h"

#define PRINT_PAGES_MAX 4
#define PRINT_METHOD 1 /* one more when a sketch or page is made otherwise: all are made again */

struct print {
    struct str digest;
    struct sketch sketch; /* count 0: it has no text */
    const uint8_t *pages; /* PAGE_BYTES each */
    size_t page_count;
};

/* The print of a digest that the store has; *found false: none yet, or by another method. */
MUST_CHECK err_t print_find(bool *found, struct print *out, struct db *db, struct str digest,
                            struct arena *a, struct err *e);
/* Inside a store step. */
MUST_CHECK err_t print_keep(struct db *db, const struct print *p, struct err *e);
/* Inside a store step: of files that are gone, up to some hundreds. */
MUST_CHECK err_t print_sweep(struct db *db, struct err *e);

/* Made from the content. A file that nobody can read gives an empty one. pdf_program: NULL,
 * there is none, and only texts of other kinds are read. */
MUST_CHECK err_t print_make(struct print *out, const struct file_place *place,
                            const struct file_row *row, const char *pdf_program, struct arena *a,
                            struct err *e);

#endif
