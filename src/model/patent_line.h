/* A patent as one line of a list. */
#ifndef MODEL_PATENT_LINE_H
#define MODEL_PATENT_LINE_H
#include "db/db.h"

struct patent_line {
    int64_t id; /* 0: the store has none of this number */
    struct str title, applicant;
};
/* The latest document of a number, in any of its forms. */
MUST_CHECK err_t patent_line_read(struct patent_line *out, struct db *db, struct str number,
                                  struct arena *a, struct err *e);
#endif
