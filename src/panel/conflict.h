/* Why an expert may not judge a case, and what is not known of it.
 *
 * No document held says what a conflict is; these are the grounds that the office works by
 * (panel.basis), each found in rows that it names:
 *
 *   own_unit      he works at the party: his record, the party's staff (by the blind index of the
 *                 identity number), the unit of his account
 *   employment    he worked there within three years, or it is not known until when
 *   same_group    his employer and the party belong to one group
 *   declared      he, or an officer, said so beforehand
 *   co_applicant  his employer, or he, stands beside the party as applicant or holder of a patent
 *   co_inventor   he stands as inventor on a patent of the party. Names are compared
 *                 (model/normal.h: name_key): who bears the same name counts as the same
 *
 * What is not known is told as such, never taken for "no conflict". */
#ifndef PANEL_CONFLICT_H
#define PANEL_CONFLICT_H
#include "base/date.h"
#include "panel/pool.h"

#define CONFLICT_YEARS 3

enum conflict_kind {
    CONFLICT_TIE,    /* with the party of a case: not drawn, sees nothing of it */
    CONFLICT_PERSON, /* he cannot be drawn for any panel, or not for this one */
    CONFLICT_UNKNOWN /* shown to the officer, who may leave him out */
};

struct conflict {
    enum conflict_kind kind;
    int64_t expert;     /* 0: of a party alone */
    int64_t panel_case; /* 0: of an expert alone */
    struct str reason;
    struct str
        rows; /* what it rests on, with blanks between; empty: nothing but the lack of a row */
};

/* --- patents ------------------------------------------------------------------------------- */

/* Who stands beside which name on patents: filled for the parties of a panel. */
struct co_names;
struct co_names *co_names_new(void);
void co_names_free(struct co_names *c); /* accepts NULL */
/* Documents that may name the party, by whichever search; those that do are taken in. An empty
 * list says that it was looked for and nothing found. */
MUST_CHECK err_t co_names_add(struct co_names *c, struct db *db, struct str party_name,
                              const int64_t *ids, size_t count, struct err *e);

/* --- finding ---------------------------------------------------------------------------------- */

/* By expert, then case, then reason. `patents` NULL: they were not looked through, which is then
 * told. */
MUST_CHECK err_t conflicts_find(const struct conflict **out, size_t *count, const struct pool *p,
                                const struct co_names *patents, struct date today, struct arena *a,
                                struct err *e);
/* Of somebody with one party: what can be said without patents. */
bool conflict_now(const struct pool_expert *x, const struct pool_party *p, struct date today);

/* A sentence of the catalogue for a reason. */
const char *conflict_label(struct str reason);
#endif
