/* Conflicts of interest of experts, and unknown facts about them.
 *
 * The policies do not define conflicts. The office works by these grounds (panel.basis); each conflict
 * names the rows it was found in:
 *
 *   own_unit      employed by the party: by the expert's record, the party's staff (blind index of the
 *                 identity number) or the unit of the account
 *   employment    employed there within three years, or with an unknown end
 *   same_group    the employer and the party belong to one group
 *   declared      declared by the expert or an officer
 *   co_applicant  the expert or the employer is applicant or holder of a patent together with the party
 *   co_inventor   inventor of a patent of the party. Names are compared by name_key (model/normal.h);
 *                 namesakes count as the same person
 *
 * Unknown facts are reported as unknown, never as "no conflict". */
#ifndef PANEL_CONFLICT_H
#define PANEL_CONFLICT_H
#include "base/date.h"
#include "panel/pool.h"

#define CONFLICT_YEARS 3

enum conflict_kind {
    CONFLICT_TIE,    /* with the party of a case: not drawn, no access to it */
    CONFLICT_PERSON, /* cannot be drawn for any panel, or for this one */
    CONFLICT_UNKNOWN /* shown to the officer, who may exclude the expert */
};

struct conflict {
    enum conflict_kind kind;
    int64_t expert;     /* 0: of a party alone */
    int64_t panel_case; /* 0: of an expert alone */
    struct str reason;
    struct str rows; /* sources separated by blanks; empty: a row is missing */
};

/* --- patents ------------------------------------------------------------------------------- */

/* Co-applicants and inventors by name, for the parties of a panel. */
struct co_names;
struct co_names *co_names_new(void);
void co_names_free(struct co_names *c); /* accepts NULL */
/* Adds documents found by a search for the party; those that do not name it are ignored. An empty list
 * means that the search found nothing. */
MUST_CHECK err_t co_names_add(struct co_names *c, struct db *db, struct str party_name,
                              const int64_t *ids, size_t count, struct err *e);

/* --- finding ---------------------------------------------------------------------------------- */

/* p->conflicts, by expert, case and reason. `patents` NULL: not searched, which is reported as unknown. */
MUST_CHECK err_t conflicts_find(struct pool *p, const struct co_names *patents, struct date today,
                                struct arena *a, struct err *e);
/* Conflict of one expert with one party, without patents. */
bool conflict_now(const struct pool_expert *x, const struct pool_party *p, struct date today);

/* The message for a reason. */
const char *conflict_label(struct str reason);
#endif
