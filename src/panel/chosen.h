/* Experts whom the office chooses without a draw, and a review that was held as a meeting.
 *
 * No document held says how experts are found or how they meet. The office chooses and may record what was decided at
 * a table; the call may say otherwise (types/call.yaml: experts, expert_review), and then that counts. Conflicts of
 * interest are looked for as before a draw: who has one with a party neither sees nor scores its case. */
#ifndef PANEL_CHOSEN_H
#define PANEL_CHOSEN_H
#include "panel/draw.h"
#include "panel/member.h"
#include "panel/review.h"

/* Inside a store step. The experts are invited, and score online; again while the panel is at work: these come to those
 * chosen before. E_CONFLICT: the call says that experts are drawn, or one of them cannot judge, by his name and why. */
MUST_CHECK err_t panel_choose(struct draw *out, struct db *db, const struct deed *d,
                              struct panel *p, const int64_t *experts, size_t count,
                              const struct co_names *patents, struct err *e);

struct meeting_expert {
    int64_t expert;
    struct str file; /* SHA-256 of the file of his signed sheets, hex */
    const struct recusal *recusals;
    size_t recusal_count;
};
struct meeting_sheet {
    int64_t case_id; /* flow_case.id */
    int64_t expert;
    struct str opinion, result; /* as in struct sheet */
    const struct str *heads;    /* of `points`, by their ids */
    const int64_t *points;      /* hundredths */
    size_t count;
};
struct meeting_result {
    int64_t case_id; /* flow_case.id */
    struct str result, reason;
};
struct meeting {
    const struct meeting_expert *experts;
    size_t expert_count;
    const struct meeting_sheet *sheets;
    size_t sheet_count;
    const struct meeting_result *results;
    size_t result_count;
};
/* The panel as panel_form takes it, p->held_on set, with its experts, their sheets and what it came to of each case, closed in one
 * step. E_CONFLICT: a sheet of an expert with a conflict, a sheet that is missing, the call says that experts score
 * online; E_INVALID; E_DENIED. */
MUST_CHECK err_t panel_meet(struct panel *p, struct db *db, const struct deed *d,
                            const struct pack *pack, struct str evaluation, const struct meeting *m,
                            const struct co_names *patents, struct err *e);
#endif
