/* Parties recognised before a document existed are entered in its register on the strength of the
 * earlier recognition: its document number, its file and its date, which must precede the first
 * day of the new document. No text prescribes the procedure; the program only asks for this
 * evidence. For steps with the effect `record centre entered=of:TYPE.FIELD` whose case moves the
 * record of that type. */
#ifndef MATTER_EARLIER_H
#define MATTER_EARLIER_H
#include "matter/matter.h"

/* Missing inputs of x->step; none for other kinds of step. */
MUST_CHECK err_t earlier_check(struct step *g);

/* The same where a case of such a process begins about the record: E_INVALID. Nobody could add it later. */
MUST_CHECK err_t earlier_begins(struct step *g, const struct record_type *t, int64_t record);
#endif
