/* Words for people over the columns of a list (list_book.h). */
#ifndef API_LIST_LABEL_H
#define API_LIST_LABEL_H
#include "base/str.h"

/* Of a member, by its path ("document.title"); one that has none stands for itself. */
struct str list_label(struct str path);
#endif
