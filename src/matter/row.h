/* A case (事项) as its rows: flow_case, flow_step, flow_open. */
#ifndef MATTER_ROW_H
#define MATTER_ROW_H
#include "access/deed.h"
#include "access/policy.h"
#include "model/due_day.h"
#include "model/process.h"

struct flow_case {
    int64_t id, version;
    bool open;
    bool unseen; /* by its party: its level is secret, which rules of offices alone reach */
    bool trial;  /* under a draft policy: decisions do not bind */
    struct str number, title;
    struct str pack, pack_version, pack_digest; /* under which it began */
    struct str process, stage, stage_label;
    struct str stage_on;          /* business date of entering the stage */
    struct str type;              /* of its subject record */
    int64_t record_id;            /* its subject record */
    int64_t unit;                 /* the party */
    struct str city, province;    /* prefixes of its region: 4 digits (empty: none), 2 */
    int64_t call, parent;         /* 0: none */
    int64_t opened_ms, opened_by; /* by 0: the program */
    struct due_day due;           /* the nearest */
    struct str closed_on;
    struct str stream; /* path taken through the process; empty: the process has only one */
};

/* E_NOTFOUND. Texts in the arena. */
MUST_CHECK err_t flow_case_read(struct flow_case *out, struct db *db, int64_t id, struct arena *a,
                                struct err *e);

/* The latest case of a record; id 0: none. */
MUST_CHECK err_t flow_case_of(struct flow_case *out, struct db *db, struct str type, int64_t id,
                              struct arena *a, struct err *e);

struct labels flow_labels(const struct flow_case *c);

/* A line of the history. */
struct flow_done {
    int64_t id, version, at_ms, account, on_behalf_of, unit;
    struct str kind; /* "open", "step", "propose", "withdraw", "refuse", "back", "opinion" … */
    struct str step, label, from, to, date, role, reason, basis, arguments, result, clause, entry;
    struct str name, unit_name; /* of the person, with behalf_name; empty: the program */
    struct str behalf_name;     /* of the represented person, if the role is delegated */
    bool late;
};

/* In order. */
MUST_CHECK err_t flow_history(const struct flow_done **out, size_t *count, struct db *db,
                              int64_t case_id, struct arena *a, struct err *e);

/* A step that was taken and is in effect: the case has not been sent back to or before that stage since. */
struct flow_stands {
    int64_t id, at_ms; /* of its history line; id 0: none is in effect */
    struct str step, date;
};

/* The steps of the current stage. */
struct flow_open_step {
    struct str step, label, clause;
    const struct str *roles;
    size_t role_count;
    const struct process_value *when; /* conditions of the process */
    size_t when_count;
    bool holds; /* its actor holds the case */
    bool calls; /* an open item */
    bool opens; /* after its date */
};

MUST_CHECK err_t flow_open_steps(const struct flow_open_step **out, size_t *count, struct db *db,
                                 int64_t case_id, struct arena *a, struct err *e);

/* Whether the subject may take a step of these roles; out->grant: the grant that allows it. */
MUST_CHECK err_t flow_allows(struct decision *out, struct db *db, const struct subject *s,
                             const struct flow_case *c, const struct str *roles, size_t count,
                             struct str action, struct arena *a, struct err *e);

/* The unit that acts in a role on a case: the party, or the office of its city or province (of several, the one with
 * the programme's authority on that day, by rows of `authority`); 0: none (the public, experts, an unregistered
 * office). */
MUST_CHECK err_t flow_unit_of(int64_t *unit, struct db *db, const struct flow_case *c,
                              struct str role, struct str today, struct err *e);
#endif
