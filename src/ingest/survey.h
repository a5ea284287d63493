/* What the columns of an input hold, over all its values, before the first record of it is
 * given: whether its number column is sure, in which order its dates have day and month, whether
 * a column "id" holds numbers. Where it is not sure, the import asks instead of guessing.
 *
 * An input of a format whose columns are named by its writer (struct format.surveyed) is read
 * twice: once to see, once to give. The names are bound anew each time (header_bind), the columns
 * here stay. */
#ifndef INGEST_SURVEY_H
#define INGEST_SURVEY_H
#include "ingest/format.h"

struct survey;
struct survey_column;
struct field;

struct survey *survey_new(const struct column_map *m);
void survey_free(struct survey *s); /* accepts NULL */

/* The column of that name in that sheet, as it is bound: `field` NULL when the name is not known. */
struct survey_column *survey_column(struct survey *s, struct str sheet, struct str name,
                                    const struct field *field, bool by_caller);

/* One value of it, and the office that its row names; nothing once survey_end was called. */
void survey_value(struct survey_column *c, struct str value, struct str office);

/* What became of a row. */
void survey_item(struct survey *s, const struct item *item);

/* All was seen. False: *question says what is not known and how to answer, and `proposals` are
 * what the values themselves say of the columns; both in notes->a. What was decided is
 * remarked. */
bool survey_end(struct survey *s, struct str *question, struct notes *notes);

/* After survey_end: what the column is read as (its own field, unless an id holds numbers),
 * how its dates are, and the office of a number that names none, empty where it is not sure. */
const struct field *survey_field(const struct survey_column *c);
enum day_order survey_day_order(const struct survey_column *c);
struct str survey_office(const struct survey_column *c, struct str value);
unsigned survey_skip(
    const struct survey_column *c); /* separators that stand inside its names (split_list) */
#endif
