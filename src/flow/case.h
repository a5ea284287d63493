/* A case (事项) as its rows: flow_case, flow_step, flow_open. */
#ifndef FLOW_CASE_H
#define FLOW_CASE_H
#include "access/deed.h"
#include "access/policy.h"
#include "model/due_day.h"
#include "model/process.h"

struct flow_case {
    int64_t id, version;
    bool open;
    bool trial; /* the document is a draft: nothing that is decided binds */
    struct str number, title;
    struct str pack, pack_version, pack_digest; /* that it began under */
    struct str process, stage, stage_label;
    struct str stage_on;          /* business date on which it came there */
    struct str type;              /* of its subject record … */
    int64_t record_id;            /* … */
    int64_t unit;                 /* whose matter it is */
    struct str city, province;    /* prefixes of its region: 4 digits (empty: none), 2 */
    int64_t call, parent;         /* 0: none */
    int64_t opened_ms, opened_by; /* by 0: the program */
    struct due_day due;           /* the nearest */
    struct str closed_on;
    struct str stream; /* on which way it came; empty: its process tells none apart */
};

/* E_NOTFOUND. Texts in the arena. */
MUST_CHECK err_t flow_case_read(struct flow_case *out, struct db *db, int64_t id, struct arena *a,
                                struct err *e);
/* The case of a record, the latest; id 0: none. */
MUST_CHECK err_t flow_case_of(struct flow_case *out, struct db *db, struct str type, int64_t id,
                              struct arena *a, struct err *e);
struct labels flow_labels(const struct flow_case *c);

/* What was done. */
struct flow_done {
    int64_t id, version, at_ms, account, on_behalf_of, unit;
    struct str kind; /* "open", "step", "propose", "withdraw", "refuse", "back", "opinion" … */
    struct str step, label, from, to, date, role, reason, basis, arguments, result, clause, entry;
    struct str name, unit_name; /* of who did it; empty: the program */
    bool late;
};
/* In order. */
MUST_CHECK err_t flow_history(const struct flow_done **out, size_t *count, struct db *db,
                              int64_t case_id, struct arena *a, struct err *e);

/* A step that was taken and stands: the case was not brought back since to where it stood then, or before. */
struct flow_stands {
    int64_t id, at_ms; /* of its line; id 0: none of them stands */
    struct str step, date;
};
/* Of these steps the one that was taken last and stands. `but`: a line that counts for nothing (the step that
 * is taken now); 0: none. Texts in the arena. */
MUST_CHECK err_t flow_step_stands(struct flow_stands *out, struct db *db, int64_t case_id,
                                  const struct str *steps, size_t count, int64_t but,
                                  struct arena *a, struct err *e);

/* Steps that lead on from where it stands. */
struct flow_open_step {
    struct str step, label, clause;
    const struct str *roles;
    size_t role_count;
    const struct process_value *when; /* as the process has it */
    size_t when_count;
    bool holds;
    bool calls; /* something is to be done by it */
    bool opens; /* when its day is over */
};
MUST_CHECK err_t flow_open_steps(const struct flow_open_step **out, size_t *count, struct db *db,
                                 int64_t case_id, struct arena *a, struct err *e);

/* Whether that assignment asks for an opinion that was not given yet (会签, 加签). */
MUST_CHECK err_t flow_opinion_asked(bool *out, struct db *db, int64_t assignment, struct err *e);
/* Who acts in such roles on a case: the party itself, its city, its province, who was given it. */
struct access_rule flow_rule(const struct str *roles, size_t count, const struct str *action);
/* May the subject take a step open to these roles? out->grant: by which. */
MUST_CHECK err_t flow_allows(struct decision *out, struct db *db, const struct subject *s,
                             const struct flow_case *c, const struct str *roles, size_t count,
                             struct str action, struct arena *a, struct err *e);

/* The unit that acts in a role on a case: its party, or the office of its city or province (of
 * several the one to which the programme is entrusted on the day, by rows of `authority`); 0:
 * there is none (the public, experts, an office that is not in the unit tree). */
MUST_CHECK err_t flow_unit_of(int64_t *unit, struct db *db, const struct flow_case *c,
                              struct str role, struct str today, struct err *e);

/* What the roles are called, as a list. */
struct str flow_role_words(enum lang lang, const struct str *roles, size_t count, struct arena *a);
#endif
