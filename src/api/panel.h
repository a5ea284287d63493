/* Shared by the resources on panels. */
#ifndef API_PANEL_H
#define API_PANEL_H
#include "api/resource.h"
#include "panel/draw.h"
#include "panel/member.h"
#include "panel/review.h"

/* Reads as the program, in one snapshot: src/panel checks the permissions, for which it needs rows
 * of the pool that the subject may not see. Each get has its put. */
MUST_CHECK err_t panel_reader_get(struct db **out, const struct request *r, struct err *e);
void panel_reader_put(struct db *db, const struct request *r);

/* The co-applicants and co-inventors of the parties on patents, by searching the instance. A party
 * that could not be searched completely is left out, so that it is reported as unknown. */
MUST_CHECK err_t panel_find_co_names(struct co_names **out, const struct panel *p,
                                     const struct request *r, struct err *e);

/* The panel that the path names, for an officer of its office. */
MUST_CHECK err_t panel_read_own(struct panel *p, const struct request *r, struct err *e);

/* The resource's `panel_act` about the panel that the path names: for an officer of its office, or for
 * who was drawn where the resource is for `panel_experts`; then what it is by now is answered:
 * {"panel","state","version", …}. */
struct packs;
struct panel_step {
    const struct request *request;
    struct panel panel;
    const struct co_names *patents;
    struct packs *packs; /* only where the act asks a policy */
    struct draw draw;
    struct member member;
    struct sheet sheet;
    bool witnessed; /* where a value is revealed: a witness is known */
};
MUST_CHECK err_t panel_act(struct reply *out, struct panel_step *x, const struct request *r,
                           struct err *e);
/* The same as a handler. */
MUST_CHECK err_t panel_post(struct reply *out, const struct request *r, struct err *e);

/* Heads and cases of a panel that is formed: members `heads` and `cases` of the body. E_INVALID. */
MUST_CHECK err_t panel_heads_read(struct panel *p, const struct request *r, struct err *e);
MUST_CHECK err_t panel_cases_read(struct panel *p, const struct request *r, struct err *e);
/* [{unit, reason}] of `path`; NULL or empty: no conflict with any party. E_INVALID. */
MUST_CHECK err_t panel_recusals_read(struct recusal **out, size_t *count, const struct jvalue *list,
                                     const char *path, const struct request *r, struct err *e);
/* The schemas of those members. */
extern const struct schema schema_panel_heads, schema_panel_cases, schema_panel_recusals,
    schema_panel_scores;

/* panel_post for an officer, with x->patents: the co-applicants and co-inventors of this panel's
 * parties. */
MUST_CHECK err_t panel_post_with_co_names(struct reply *out, const struct request *r,
                                          struct err *e);
/* 201 {"panel","state","version"}: a panel that was made. */
MUST_CHECK err_t panel_made(struct reply *out, const struct panel *p, const struct request *r,
                            struct err *e);

/* The member `name`, "85.50" or 85.5, as hundredths; no sign. E_INVALID with `path`
 * ("scores[2].points"). */
MUST_CHECK err_t panel_hundredths(int64_t *out, const struct jvalue *of, const char *name,
                                  const char *path, struct err *e);
void jout_hundredths(struct jout *j, const char *name, int64_t n);

extern const struct schema schema_panel_done;

/* The roles on panels: officers of the office that formed it (office_roles), drawn experts, both. */
extern const char *const panel_experts[];
extern const struct may panel_owners[], panel_drawn[], panel_scored_by[], panel_involved[];
/* …and who reads over draws: these officers, and auditors of the province, who change nothing. */
extern const char *const panel_readers[];
extern const struct may panel_read_by[];

/* Common parameters and members of their resources. */
#define PANEL_REASON                                                                               \
    {                                                                                              \
        "reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")               \
    }
#define PANEL_ROLE_AMONG(list, of) ROLE_AMONG(list), .may = (of), .hides = true, .scope = "panels"
#define PANEL_ACT(how, act) PANEL_STEP, .handle = (how), .panel_act = (act)
#define PANEL_STEP .body = BODY_JSON, .reply = &schema_panel_done
#endif
