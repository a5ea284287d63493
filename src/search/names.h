/* Names of a column (search/fields.h: key and name as written) counted by key, shown as one of their
 * spellings; and names of applicants that are one: by hand (struct search_group), else by their stem
 * (name_stem). A name that is listed `apart` is one of its own. */
#ifndef SEARCH_NAMES_H
#define SEARCH_NAMES_H
#include "search/search.h"

struct applicants;

struct applicants *applicants_new(const struct search_group *groups, size_t count, struct arena *a);

/* For QUERY_STRINGS (arg: struct applicants): column value → key of its applicant. */
size_t applicants_map(char *out, size_t cap, struct str value, uint32_t number, void *arg);
/* The same key of a name_key. */
struct str applicants_key(const struct applicants *x, struct str key, struct arena *a);
/* Keys by stem alone (x: NULL) for which the groups may say otherwise. */
const struct str *applicants_moved(size_t *count, const struct applicants *x);

struct names;

/* x: names of one applicant have one key; NULL: each its own. */
struct names *names_new(const struct applicants *x, struct arena *a);

/* For struct cell_axis: column value → key; remembers the spelling. arg NULL: the key of no applicants. */
size_t names_map(char *out, size_t cap, struct str value, uint32_t number, void *arg);

/* The name to show for a key, which as a filter finds that key: the group's, else a spelling, of
 * several the last by bytes, which is mixed case before capitals; the key itself where none is known. */
struct str names_shown(const struct names *n, struct str key);

/* Fills names and groups of a row if the key is of several names or of a group. */
void names_united(struct facet_row *out, const struct names *n, struct str key);
#endif
