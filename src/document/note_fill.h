/* Notes of a paper on wording of its source that is broken or wrong: the quoted text is unchanged,
 * and a note below states how it is read (`noted` of an ambiguity of the pack). */
#ifndef DOCUMENT_NOTE_FILL_H
#define DOCUMENT_NOTE_FILL_H
#include "document/criteria_fill.h"

/* "三：成效一节编号为1、2、3、3；办理时：引作…", each once, in the order of the pack: for the ambiguities that `of`
 * (a form or a paper) or its process names, that a printed criterion names, or whose text the
 * quote of the step contains. said and step may be NULL. */
size_t notes_fill(const struct str **out, const struct pack *p, const struct part *of,
                  const struct process_step *step, const struct criteria_said *said,
                  struct arena *a);
#endif
