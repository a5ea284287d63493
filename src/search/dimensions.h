/* Dimensions of a landscape: a column with a map that cuts or renames its values. The table in
 * dimensions.c gives names, help, refusals and heads. HACKING.md lists what else a new one needs. */
#ifndef SEARCH_DIMENSIONS_H
#define SEARCH_DIMENSIONS_H
#include "search/fields.h"
#include "search/names.h"

enum dimension_map { MAP_NONE, MAP_YEAR, MAP_LEVEL, MAP_NAME, MAP_STANDARD };

struct dimension {
    const char *name;
    const char *aliases; /* blank-separated */
    enum column column;
    enum dimension_map map;
    size_t level; /* MAP_LEVEL: of class_ancestors */
    const char *zh, *en;
};

/* By name or alias, in any case or width; NULL when there is none. */
const struct dimension *dimension_find(struct str name);
struct str dimension_label(const struct dimension *d);
bool dimension_is_time(struct str name);

/* `names` learns the spellings of a MAP_NAME or MAP_STANDARD. */
struct cell_axis dimension_axis(const struct dimension *d, struct names *names, struct arena *a);
#endif
