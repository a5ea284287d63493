/* Is a person named in a text? By it an officer of whom an objection complains reads nothing of that objection. */
#ifndef ACCESS_NAMED_H
#define ACCESS_NAMED_H
#include "access/subject.h"

#define NAMED_TYPE "objection" /* records that complain of people */

/* Does the text, in which an objector wrote whom he complains of, name this person, by his name or his login as a whole
 * word? In any width, case and script, with or without blanks within a Chinese name, with his title after it; also
 * without what his account's name has beside his own (张三（专利处）). A name within another's (王某 in 王某某) is not
 * meant, nor a login within a longer word. */
MUST_CHECK err_t named_in(bool *out, struct db *db, struct str text, struct str name,
                          struct str login, struct arena *a, struct err *e);

/* The name stands in the text as a whole one: no letter or digit goes on a Latin one, no single Han character makes
 * another of a Chinese one. Nobody is looked up. */
bool named_whole(struct str text, struct str name);

/* Sets s->kept: the records that complain of him. */
MUST_CHECK err_t named_kept_from(struct subject *s, struct db *db, struct arena *a, struct err *e);
#endif
