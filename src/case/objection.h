/* Objections (异议) by the public, without an account: named or anonymous. The objector gets a
 * number, a code and the log entry; number and code allow adding files, asking for the state and
 * reading the conclusion. Only the digest of the code is stored. The objector's personal data and
 * files are secret: only the province reads them. */
#ifndef CASE_OBJECTION_H
#define CASE_OBJECTION_H
#include "case/case.h"

#define OBJECTION_FILES_MAX 5 /* of one objection */

/* Bytes of one file; a request holds at most 8 MiB. */
#define OBJECTION_FILE_BYTES (INT64_C(5) << 20)

/* For one case in 24 hours. A limit per sender is not possible, because no addresses are stored.
 */
#define OBJECTIONS_DAY_MAX 500

/* Limit per office in 24 hours, from anybody. */
#define OBJECTION_DAY_BYTES (INT64_C(2048) << 20)

struct objection {
    bool named;
    struct str ground, content, objector, contact, complains_of;
    bool first; /* of where it comes from: no flood of others refuses it */
};

struct objection_taken {
    struct str number; /* "2026-000012" */
    struct str code;   /* with it its state is told; only its digest is kept */
    struct str entry;  /* of the objection itself: its receipt is the objector's proof */
    int64_t later_ms;  /* E_LIMIT: after it the first of a day makes room */
    struct flow_taken step;
};

/* Takes the step by which the public objects. x->c is the case, x->by an anonymous subject.
 * E_INVALID: a required statement is missing, or there are obstacles (out->step.obstacles).
 * E_LIMIT: too many objections in a day. */
MUST_CHECK err_t objection_make(struct objection_taken *out, struct step *g,
                                const struct objection *o);

/* A new code: 12 letters and digits without look-alikes, 59 bits. In the arena. */
struct str objection_code(struct arena *a);

/* Does the policy take objections in one's own name only: "record objection … named=true"? */
bool objection_needs_name(const struct process *process);

struct objection_known {
    int64_t id;
    bool open;
    bool has_upheld, upheld;
    struct str number, case_number, received, conclusion, settled_on;
    struct str entry;           /* by which it was received */
    const struct jvalue *files; /* [{"digest","name"}] or NULL */
    int64_t office;             /* the province's, which deals with it, and its region: once */
    struct str province;        /* objection_room has answered */
    int64_t later_ms; /* E_LIMIT of a day: after it the first file of the day makes room */
};

/* E_NOTFOUND: no such number, or another code. */
MUST_CHECK err_t objection_find(struct objection_known *out, struct db *db, struct programme *p,
                                struct str number, struct str code, struct err *e);

/* Its state, the files that were received, the conclusion: an object. */
void objection_json(struct jout *j, const struct objection_known *o);

/* May one more file come? E_CONFLICT: it is settled; E_LIMIT: it has as many as it may, or the office
 * took in as much as it does in a day. */
MUST_CHECK err_t objection_room(struct objection_known *o, struct db *db, struct programme *p,
                                struct err *e);

/* Adds a file of the office to the objection, in its own store step; a file it already has changes
 * nothing. Errors as objection_room. */
MUST_CHECK err_t objection_add_file(const struct objection_known *o, struct programme *p,
                                    struct str digest, struct str name, struct err *e);
#endif
