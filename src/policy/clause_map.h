/* The positions of articles, items and sections in a source text, and those that the label of a
 * clause refers to: "五3", "第五条（一）", "七(三)", "四.1", "三(第二部分)", "民法典200". A label without a number
 * (文首, 附件, 末) refers to the unnumbered text before the first article or after the last one. */
#ifndef POLICY_CLAUSE_MAP_H
#define POLICY_CLAUSE_MAP_H
#include "policy/lint.h"

struct clause_map;

/* Builds the map of a source text; everything in the arena. */
const struct clause_map *clause_map_make(struct str source, struct arena *a);
/* The text without blanks; spans are positions in it. */
struct str clause_map_text(const struct clause_map *m);
/* The pieces that the label names (`article`: the articles in which they are); a label with a part that names a
 * list in words (成效第二个3) names the items of that number of the lists whose first sentence has these words, or,
 * where none has, each item of that number. 0: the text has no such clause. */
size_t clause_map_find(const struct source_span **out, const struct clause_map *m, struct str label,
                       bool article, struct arena *a);
/* Whether a piece contains the words (ignoring blanks). */
bool clause_map_has(const struct clause_map *m, const struct source_span *pieces, size_t count,
                    struct str words, struct arena *a);
#endif
