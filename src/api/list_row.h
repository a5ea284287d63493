/* An item of a list as cells for people: every code in words, what is nested as readable text. */
#ifndef API_LIST_ROW_H
#define API_LIST_ROW_H
#include "api/list_word.h"
#include "base/vec.h"
#include "text/xlsx_out.h"

struct list_cell {
    struct str column; /* the member, of objects in objects "a.b" */
    struct xlsx_cell cell;
};
struct list_row {
    VEC(struct list_cell) cells; /* in the order of the members */
};

/* A member that another one says in words ("stage" beside "stage_label") gives way to it. */
void list_row(struct list_row *out, struct list_words *w, const struct jvalue *item);
#endif
