/* What is kept of an uploaded file for finding its twins: a sketch of its text and its first
 * pages as grids of ink. Made once per content, kept in file_print; of secret files nothing is
 * kept, so these are known by their digest alone. */
#ifndef INTEGRITY_PRINT_H
#define INTEGRITY_PRINT_H
#include "integrity/page.h"
#include "integrity/sketch.h"
#include "model/file.h"
#include "record/record.h"

#define PRINT_PAGES_MAX 4

struct print {
    struct str digest;
    struct sketch sketch; /* count 0: it has no text */
    const uint8_t *pages; /* PAGE_BYTES each */
    size_t page_count;
};

/* Made from the content. A file that nobody can read gives an empty one. pdf_program: NULL,
 * there is none, and only texts of other kinds are read. */
MUST_CHECK err_t print_make(struct print *out, const struct file_place *place,
                            const struct file_row *row, const char *pdf_program, struct arena *a,
                            struct err *e);

#endif
