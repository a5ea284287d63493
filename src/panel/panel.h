/* A panel: its cases, its scoring heads, and the number of experts per field.
 *
 * It belongs to the office that formed it. The policies require expert review but do not say how
 * experts are chosen, what a conflict is or how scores are weighted: the office states its own rule
 * (`basis`), and each head and weight says whether the policy gives it. */
#ifndef PANEL_PANEL_H
#define PANEL_PANEL_H
#include "access/deed.h"
#include "base/limits.h"
#include "model/store_read.h"

struct pack;

#define PANEL_WEIGHT_ALL 10000 /* hundredths of a percent */
#define PANEL_POINTS_MAX 10000 /* hundredths of a point */

struct record_type;

struct panel_field {
    struct str field; /* code of the dictionary `expertise` */
    int64_t seats;
    struct str label; /* empty: not looked up */
};

struct panel_head {
    struct str head, label;
    int64_t weight; /* hundredths of a percent; 0 of all: none is given, each counts alike */
    bool from_pack, weight_from_pack; /* false: the office's own, by its basis */
    bool has_least;                   /* the policy gives a minimum */
    int64_t least;                    /* the minimum, in hundredths of a point of the mean */
    struct str least_clause;
};

struct panel_case {
    int64_t id;      /* id of the panel's row */
    int64_t case_id; /* flow_case.id */
    struct str number;
    int64_t unit;                     /* the party */
    struct str name;                  /* the party's name, as read */
    struct str result, result_reason; /* "pass", "fail"; empty: none */
};

struct panel {
    int64_t id, version;
    struct str state; /* draft, frozen, drawn, closed */
    int64_t owner_unit;
    struct str owner_province, title, pack, pack_version, evaluation, basis, mode;
    int64_t outlier, year;
    int64_t trimmed; /* number of highest and of lowest totals excluded from the mean */
    bool has_least;  /* the policy gives a minimum mean for passing */
    int64_t least;   /* the minimum, in hundredths of a point */
    struct str least_clause;
    int64_t created_ms, created_by, closed_ms, closed_by;
    struct str report, report_digest; /* empty: not closed */
    struct str held_on;               /* date of a recorded meeting; empty: scored online */
    struct str due_on; /* the day by which sheets are handed in; empty: none is set */
    bool marks;        /* points are given out of the weight of their head, as 26 of 30 */
    bool trial; /* a case is under a draft policy: results do not bind. Always false for subjects
                   that may not read the cases */
    const struct panel_field *fields;
    size_t field_count;
    const struct panel_head *heads;
    size_t head_count;
    const struct panel_case *cases;
    size_t case_count;
};

/* A panel and what is done to it, inside a store step. */
struct panel_deed {
    struct db *db;
    const struct deed *deed;
    struct panel *panel;
};

/* Inside a store step. p->title, basis, mode, outlier, fields (none: its experts are chosen), heads (with their weights), held_on, due_on,
 * marks, the cases' case_id;
 * pack and evaluation from `pack` and `evaluation`, whose heads, where it has some, are the
 * panel's. The rest is set. E_INVALID: what is wrong; E_DENIED: not an officer. */
MUST_CHECK err_t panel_form(const struct panel_deed *act, const struct pack *pack,
                            struct str evaluation, struct err *e);

/* With all that belongs to it. E_NOTFOUND. */
MUST_CHECK err_t panel_read(struct panel *out, struct db *db, int64_t id, struct arena *a,
                            struct err *e);
/* For officers of the office that formed it; E_NOTFOUND for everybody else. */
MUST_CHECK err_t panel_of_office(struct panel *out, struct db *db, const struct subject *s,
                                 int64_t id, struct arena *a, struct err *e);
/* The same, and for auditors of its province. */
MUST_CHECK err_t panel_for_reader(struct panel *out, struct db *db, const struct subject *s,
                                  int64_t id, struct arena *a, struct err *e);
/* Whether s may form panels: an officer or a delegate. */
bool panel_officer(const struct subject *s);
/* The grant behind panel_owner, an own one before a delegated one; NULL: none. Borrowed. */
const struct grant *panel_owner_grant(const struct subject *s);

/* Panels of s: of its office, for auditors of the province, for experts those they were drawn for; latest first, without
 * fields, heads and cases. */
MUST_CHECK err_t panel_list(const struct panel **out, size_t *count, struct db *db,
                            const struct subject *s, struct arena *a, struct err *e);

/* Full marks of a head, in hundredths of a point. */
int64_t panel_full(const struct panel *p, size_t head);

/* Called when a record of any type ends. E_CONFLICT: an expert drawn for an open panel, or in a pool frozen for a draw:
 * the record and its ties are still needed. */
MUST_CHECK err_t panel_expert_stays(struct db *db, const struct record_type *t, int64_t id,
                                    struct err *e);
/* Label of a state in the current language. */
const char *panel_state_word(struct str state);

/* Changes the state and writes a version; E_CONFLICT: the state is none of `from` ("draft frozen"). */
MUST_CHECK err_t panel_move(const struct panel_deed *act, const char *from, const char *to,
                            const char *action, struct err *e);

/* --- interface for other folders -------------------------------------------------------------------- */

/* SQL condition on panel p and case c (panel_case): the party moved the case after the panel was formed, so the panel has
 * not judged the present submission. */
#define PANEL_HANDED_IN_SINCE                                                                      \
    "EXISTS (SELECT 1 FROM flow_step h WHERE h.case_id = c.case_id AND h.kind = 'step' AND h.unit" \
    " = c.unit AND h.to_stage <> h.from_stage AND h.at_ms > p.created_ms)"

/* The result of a panel on a case. Of the panels on the latest submission (else of all), the latest closed one, else the
 * latest. */
struct panel_review {
    int64_t panel; /* 0: no panel has the case */
    bool closed;
    /* The panel judged an earlier submission. */
    bool earlier;
    struct str title, report_digest;  /* of the panel; empty digest: not closed */
    struct str result, result_reason; /* of the case: "pass", "fail"; empty: not said */
};
/* `evaluation` of the case's policy (SCSF-002: no recognition without it); empty: any. */
MUST_CHECK err_t panel_review_of(struct panel_review *out, struct db *db, int64_t case_id,
                                 struct str evaluation, struct arena *a, struct err *e);
/* The stored report of a closed panel (report.h), in the arena. E_NOTFOUND: no such panel. */
MUST_CHECK err_t panel_report_text(struct str *out, struct db *db, int64_t panel, struct arena *a,
                                   struct err *e);
/* Failed reviews of this kind in closed panels (SCYC-062: shown in later calls): "panel:3 panel:9"; empty: none. */
MUST_CHECK err_t panel_failed(struct str *out, struct db *db, int64_t unit, struct str pack,
                              struct str evaluation, struct arena *a, struct err *e);
/* Number of panels of an evaluation closed in a year (SCYC-057). */
MUST_CHECK err_t panel_rounds(int64_t *out, struct db *db, int64_t owner_unit, struct str pack,
                              struct str evaluation, int64_t year, struct err *e);
#endif
