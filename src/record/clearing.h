/* The disclosure check of a record before it leaves the instance (model/sensitive.h), over all its
 * texts, rows of tables and the text of its files. Every place found needs an answer with its own
 * reason from the person clearing it; one reason for all is refused. A file whose text is
 * unavailable (a scan, a secret file) or longer than the part read is a place too: somebody must
 * have looked through it.
 *
 * Used by a record's own transition (`function: scan_sensitive`) and by the step of a case that
 * moves the record to the state of such a transition (matter/cleared.c). */
#ifndef RECORD_CLEARING_H
#define RECORD_CLEARING_H
#include "record/faults.h"

struct clearing_place {
    struct str field;  /* "sections[0].text", "report_file" */
    size_t character;  /* from 1, in that text or the file's; 0: the file as a whole */
    struct label what; /* "a phone number" */
    struct str kind, text; /* as sensitive_kinds names it, and what is there; empty: the file as a whole */
    struct str answer; /* why it may stay; empty: nothing was said */
};
struct clearing {
    struct kernel *kernel;
    VEC(struct clearing_place) places;
    struct arena *arena;
};

/* Whether the transition asks for it. */
bool clearing_is_asked(const struct transition *t);
/* Adds what is found in the value of a field. Reads files of the kernel's place. */
MUST_CHECK err_t clearing_scan(struct clearing *c, struct db *db, struct str field,
                               const struct jvalue *value, struct err *e);
/* `said`: [{"field":…,"character":…,"reason":…}], without character for a whole file; NULL: none.
 */
void clearing_answer(struct clearing *c, const struct jvalue *said);
/* Reports places without an answer: one fault per field, which lists its places. */
void clearing_tell(struct fault_list *to, const struct clearing *c);
/* The answers as an array of {"field","character","what","reason"}; `found`: instead of the reason what is there. */
void clearing_json(struct jout *j, const struct clearing *c, bool found);
#endif
