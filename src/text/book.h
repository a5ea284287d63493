/* A workbook as rows, read here, or by a program that gives up its rights first (src/pdf): who must not parse what a
 * stranger sent hears the rows from it. What that program says is checked as if it were the stranger's. */
#ifndef TEXT_BOOK_H
#define TEXT_BOOK_H
#include "text/rows.h"

enum book_kind {
    BOOK_XLSX,
    BOOK_XLSX_MERGED, /* xlsx_open_merged */
    BOOK_XLS_MERGED,  /* xls_open_merged */
    BOOK_MARKUP,      /* markup_open */
};

/* reader: the program; NULL: it is read here. `file` and `reader` outlive the rows. Errors and what follows them as of
 * xlsx.h, xls.h and markup.h. */
MUST_CHECK err_t book_open(struct rows *out, enum book_kind kind, struct bytes file,
                           const char *reader, struct err *e);

/* The program's part: the rows of `file`, read as the word says that book_open gave it, on its standard output. False: the
 * word is none, or nobody listens. */
bool book_say(const char *word, struct bytes file);
#endif
