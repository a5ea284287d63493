/* What in a PDF would run, start or reach something: found in its bytes, piece by piece. Names are read with #xx undone,
 * strings with their escapes. Of what lies in object streams of an encrypted one
 * its reader tells scripts and what links start (src/pdf). */
#ifndef MODEL_FILE_PDF_H
#define MODEL_FILE_PDF_H
#include "base/err.h"
#include "base/str.h"

struct pdf_search {
    char name[16];
    size_t len;
    bool in_name;
    int hex; /* digits of #xx still wanted */
    char digits[3];
    /* The string that names a file: behind a name of file specifications, or an object of its own. */
    bool file_next;    /* blanks alone since */
    size_t object;     /* letters of "obj" read */
    char string_end;   /* ')' or '>'; 0: in none */
    int escape;        /* of \ddd: digits read, from 1; -1: a \ was read */
    unsigned code;     /* of \ddd or of two hex digits */
    bool half;         /* one of them was read */
    size_t slashes;    /* that the string begins with */
    bool elsewhere;    /* an action goes to another file */
    bool host;         /* a file is named by its host */
    const char *found; /* the name of what is refused */
};

/* Bytes that follow those before; all zero at first. */
void pdf_search_add(struct pdf_search *x, struct bytes piece);
/* All of the file: what its object streams say is added as well. E_INVALID: one is packed otherwise than deflated, so that
 * nobody can look at it here; E_LIMIT: made to burst. */
MUST_CHECK err_t pdf_search_packed(struct pdf_search *x, struct bytes all, struct err *e);
/* No more follows: the name of what is refused, or NULL. Static storage. */
const char *pdf_search_end(struct pdf_search *x);
/* E_INVALID, with that name. */
err_t pdf_refuse(const char *found, struct err *e);
#endif
