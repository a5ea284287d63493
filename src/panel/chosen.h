/* Experts chosen by the office without a draw, and reviews held as a meeting.
 *
 * The policy documents do not say how experts are found or how they meet. The office chooses and
 * may record the results of a meeting, unless the call prescribes otherwise (types/call.yaml:
 * experts, expert_review). Conflicts of interest are checked as before a draw: an expert with a
 * conflict neither sees nor scores the party's case. */
#ifndef PANEL_CHOSEN_H
#define PANEL_CHOSEN_H
#include "panel/draw.h"
#include "panel/member.h"
#include "panel/review.h"

/* Who chooses whom, inside a store step. */
struct choosing {
    struct db *db;
    const struct deed *deed;
    struct panel *panel;
    const int64_t *experts;
    size_t count;
    const struct co_names *patents;
    /* panel_choose and panel_meet set the rest. */
    const struct str *files; /* NULL: they score online */
    const struct pool *pool;
    bool meeting; /* its experts need no account */
};
/* Invites the experts, who score online; while the panel is at work, further
 * experts can be added. E_CONFLICT: the call prescribes a draw, or an expert cannot judge, with
 * name and reason. */
MUST_CHECK err_t panel_choose(struct draw *out, struct choosing *c, struct err *e);

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
/* c->panel as for panel_form, with held_on set, its experts, their sheets and the result of
 * each case, created and closed in one step. E_CONFLICT: a sheet of an expert with a conflict, a
 * missing sheet, or the call prescribes online scoring; E_INVALID; E_DENIED. */
MUST_CHECK err_t panel_meet(struct choosing *c, const struct pack *pack, struct str evaluation,
                            const struct meeting *m, struct err *e);
#endif
