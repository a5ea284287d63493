/* Answers that were given, kept until something is written that could change them: the same
 * question of the same scope has the same answer as long as the change number stands.
 *
 * Bounded in number and bytes; what was not asked for longest goes first. Shared by
 * threads. An answer is never older than the change number it is kept under. */
#ifndef RECORD_ANSWERS_H
#define RECORD_ANSWERS_H
#include "base/buf.h"

struct answers;
struct answers *answers_new(size_t bytes_max);
void answers_free(struct answers *s); /* accepts NULL */

/* Append the answer to `question` to `out`. n: which writes it has seen (changed.h); equal numbers, equal
 * answers. False: none is kept for this number. */
bool answers_find(struct buf *out, struct answers *s, struct str question, int64_t n);

/* As answers_find; but where it is false whoever asks works it out and calls answers_end; others who ask the same meanwhile
 * wait for that instead of doing it too. */
bool answers_begin(struct buf *out, struct answers *s, struct str question, int64_t n);
/* With the answer, or with none (length 0) where it could not be had. */
void answers_end(struct answers *s, struct str question, int64_t n, struct str answer);
#endif
