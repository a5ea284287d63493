/* A panel: the cases it judges, the heads it scores them by, and the experts it needs of each field.
 *
 * It belongs to the office that formed it. The documents held say that experts review, not how
 * they are chosen, how conflicts are told or how scores are weighed: the office says by which rule
 * of its own it works so (`basis`), and every head and weight says whether the document gives it. */
#ifndef PANEL_PANEL_H
#define PANEL_PANEL_H
#include "access/deed.h"
#include "base/limits.h"

struct pack;

#define PANEL_WEIGHT_ALL 10000 /* hundredths of a percent */
#define PANEL_POINTS_MAX 10000 /* hundredths of a point */

struct record_type;

struct panel_field {
    struct str field; /* code of the dictionary `expertise` */
    int64_t seats;
    struct str label; /* as people call it; empty: nobody looked */
};

struct panel_head {
    struct str head, label;
    int64_t weight;                   /* hundredths of a percent */
    bool from_pack, weight_from_pack; /* false: the office's own, by its basis */
    bool has_least;                   /* the document says a least for it … */
    int64_t least;                    /* … hundredths of a point, of the mean of its sheets */
    struct str least_clause;
};

struct panel_case {
    int64_t id;      /* of the panel's own row; made when it is formed */
    int64_t case_id; /* flow_case.id */
    struct str number;
    int64_t unit;                     /* the party */
    struct str name;                  /* the party's; read */
    struct str result, result_reason; /* "pass", "fail"; empty: not said */
};

struct panel {
    int64_t id, version;
    struct str state; /* draft, frozen, drawn, closed */
    int64_t owner_unit;
    struct str owner_province, title, pack, pack_version, evaluation, basis, mode;
    int64_t outlier, year;
    int64_t trimmed; /* so many of the highest and of the lowest totals are left out of the mean */
    bool has_least;  /* the document says a least for the mean of who passes … */
    int64_t least;   /* … hundredths of a point */
    struct str least_clause;
    int64_t created_ms, created_by, closed_ms, closed_by;
    struct str report, report_digest; /* empty: it is not closed */
    struct str held_on; /* day of the meeting that the office recorded; empty: scored online */
    bool trial; /* a case of it began under a draft: nothing it comes to binds. To who may not read
                   its cases always false */
    const struct panel_field *fields;
    size_t field_count;
    const struct panel_head *heads;
    size_t head_count;
    const struct panel_case *cases;
    size_t case_count;
};

/* Inside a store step. p->title, basis, mode, outlier, fields (none: its experts are chosen), heads (with their weights), held_on, the cases'
 * case_id;
 * pack and evaluation from `pack` and `evaluation`, whose heads, where it has some, are the
 * panel's. The rest is set. E_INVALID: what is wrong; E_DENIED: not an officer. */
MUST_CHECK err_t panel_form(struct panel *p, struct db *db, const struct deed *d,
                            const struct pack *pack, struct str evaluation, struct err *e);

/* With all that belongs to it. E_NOTFOUND. */
MUST_CHECK err_t panel_read(struct panel *out, struct db *db, int64_t id, struct arena *a,
                            struct err *e);
/* For officers of the office that formed it. E_NOTFOUND: also for everybody else. */
MUST_CHECK err_t panel_of_office(struct panel *out, struct db *db, const struct subject *s,
                                 int64_t id, struct arena *a, struct err *e);
/* Likewise, and for auditors of its province. */
MUST_CHECK err_t panel_for_reader(struct panel *out, struct db *db, const struct subject *s,
                                  int64_t id, struct arena *a, struct err *e);
/* May form panels: an officer, or who acts for one. */
bool panel_officer(const struct subject *s);
/* The same, or an officer of a city: of his own office's panels, of evaluations that are his by the
 * document. */
bool panel_owner(const struct subject *s);
/* By which grant he is that, his own before one that was lent to him; NULL: he is not. Borrowed. */
const struct grant *panel_owner_grant(const struct subject *s);

/* Those of his office, an auditor's those of his province, or those he was drawn for, latest first; without what belongs to them. */
MUST_CHECK err_t panel_list(const struct panel **out, size_t *count, struct db *db,
                            const struct subject *s, struct arena *a, struct err *e);

/* Of a record that ends, of any type: E_CONFLICT, an expert who is drawn in a panel that is not closed, or is in a pool
 * that is frozen for a draw, does not end meanwhile; what ties him would go with him. */
MUST_CHECK err_t panel_expert_stays(struct db *db, const struct record_type *t, int64_t id,
                                    struct err *e);
/* What people call the state, in the language of who asks. */
const char *panel_state_word(struct str state);

/* Move its state, with a version; E_CONFLICT: it is in none of `from` ("draft frozen"). */
MUST_CHECK err_t panel_move(struct panel *p, struct db *db, const struct deed *d, const char *from,
                            const char *to, const char *action, struct err *e);

/* --- what other parts ask -------------------------------------------------------------------- */

/* The party moved the case since the panel p of it was formed: what it handed in then no panel has judged. Of a case
 * c (panel_case). */
#define PANEL_HANDED_IN_SINCE                                                                      \
    "EXISTS (SELECT 1 FROM flow_step h WHERE h.case_id = c.case_id AND h.kind = 'step' AND h.unit" \
    " = c.unit AND h.to_stage <> h.from_stage AND h.at_ms > p.created_ms)"

/* What a panel came to of a case: of those that judge what it handed in last, else of all, the latest that is closed,
 * else the latest. */
struct panel_review {
    int64_t panel; /* 0: none has the case among its own */
    bool closed;
    /* The party handed the case in again since it was formed: it judged another text. */
    bool earlier;
    struct str title, report_digest;  /* of the panel; the digest empty: it is not closed */
    struct str result, result_reason; /* of the case: "pass", "fail"; empty: not said */
};
/* `evaluation` of the case's policy (SCSF-002: no recognition without it); empty: any. */
MUST_CHECK err_t panel_review_of(struct panel_review *out, struct db *db, int64_t case_id,
                                 struct str evaluation, struct arena *a, struct err *e);
/* What a closed panel came to (report.h), as it was kept; in the arena. E_NOTFOUND: there is no such panel. */
MUST_CHECK err_t panel_report_text(struct str *out, struct db *db, int64_t panel, struct arena *a,
                                   struct err *e);
/* Reviews of this kind that the party did not pass, in closed panels (SCYC-062: shown in later
 * calls): "panel:3 panel:9"; empty: none. */
MUST_CHECK err_t panel_failed(struct str *out, struct db *db, int64_t unit, struct str pack,
                              struct str evaluation, struct arena *a, struct err *e);
/* How many panels of an evaluation were closed in a year (SCYC-057). */
MUST_CHECK err_t panel_rounds(int64_t *out, struct db *db, int64_t owner_unit, struct str pack,
                              struct str evaluation, int64_t year, struct err *e);
#endif
