/* What a paper says beside words of its source that are broken or wrong: the words stay as they stand there,
 * and under the paper is told how they are read (`noted` of an ambiguity of the pack). */
#ifndef PROGRAMME_NOTE_FILL_H
#define PROGRAMME_NOTE_FILL_H
#include "programme/criteria_fill.h"

/* "三：成效一节编号为1、2、3、3；办理时：引作…", each once, in the order of the pack: of the ambiguities that `of` (a
 * form or a paper) or its process names, that a printed criterion names, or whose words the step's quote has.
 * said, step may be NULL. */
size_t notes_fill(const struct str **out, const struct pack *p, const struct part *of,
                  const struct process_step *step, const struct criteria_said *said,
                  struct arena *a);
#endif
