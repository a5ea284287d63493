/* What is asked about files that are no pages: whether they are taken, what text stands in them, their rows. */
#ifndef PDF_OFFICE_H
#define PDF_OFFICE_H
#include "base/str.h"

#define OFFICE_REFUSED                                                                             \
    4 /* what the program exits with: why stands on its standard error, in words */

/* Before the cage: what libraries open when they first need it. */
void office_prepare(void);

/* Each returns what the program exits with. `word`: of check the name of the file, of text an extension (.docx …), of rows
 * a word of text/book.h. */
int office_check(struct bytes file, const char *word);
int office_text(struct bytes file, const char *word);
int office_rows(struct bytes file, const char *word);

/* Of a PDF that does what the name says. */
int office_refuse(const char *found);
#endif
