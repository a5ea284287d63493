/* Lists made public (公示): what the steps of a case write into its record `publicity`, and what stands
 * against a decision because of it. The value `how` of an effect on that type says what is done
 * (types/publicity.yaml); everything else that the record then holds is worked out here, from the records
 * of the parties, from the places that an officer names, and from the clock. An effect without `how`
 * (policies of before) is a record like any other.
 *
 * A list is frozen when it is made public: its rows as canonical JSON, and the SHA-256 of that, both in
 * the version of the record and so in the evidence log. */
#ifndef PROGRAMME_PUBLICITY_H
#define PROGRAMME_PUBLICITY_H
#include "programme/programme_priv.h"

#define PUBLICITY_TYPE "publicity"

/* How an effect does it ("first", "again", "corrected", …); empty: it is no effect on a list. */
struct str publicity_how(const struct process_effect *f);
/* What who takes the step says of the list, done so; ends with NULL. */
const char *const *publicity_members(struct str how);
/* In the store step: the body that follows from what who takes the step says (NULL: nothing). `id`: the
 * record that the step changes; 0: a new one is made. What is said that cannot be stands in *to. */
MUST_CHECK err_t publicity_body(const struct jvalue **body, struct flow_obstacles *to,
                                struct db *db, struct flow_call *x, struct programme *p,
                                struct str how, int64_t id, const struct jvalue *said,
                                struct err *e);
/* What stands against a step that opens when a publicity is over: a place taken down early that nobody
 * settled, an open objection of the case, a list that is not what the records say any more; the last
 * also against a clerical correction, and an open objection against whatever an office moves the case on
 * or back with (x->step NULL: back). Asked before the step, and again in it. */
MUST_CHECK err_t publicity_check(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                                 struct programme *p, struct err *e);
/* The lists of a case, the latest first, as items of an open array; `names`: with who noted and
 * settled what. */
MUST_CHECK err_t publicity_json(struct jout *j, struct db *db, struct programme *p, int64_t unit,
                                struct str case_number, bool names, struct err *e);

/* The rows of the latest list of a case, as items of an open array. */
MUST_CHECK err_t publicity_rows_json(struct jout *j, int64_t *count, struct db *db,
                                     struct programme *p, int64_t unit, struct str case_number,
                                     struct err *e);

/* --- the list (publicity_list.c) ------------------------------------------------------------ */

/* {"note","programme","rows":[{"case","city","code","industry","name","number","party"}],"title"} as
 * canonical JSON: what the records say of the cases now. A party that has no name by the rule of the
 * pack yet is listed without. */
struct listing {
    struct str title, note;
    const int64_t *cases;
    size_t count;
};
MUST_CHECK err_t publicity_list(struct str *out, struct db *db, struct programme *p,
                                const struct listing *what, struct err *e);
/* The same number, case, party, code and name in every row: what is not clerical. */
MUST_CHECK err_t publicity_same(bool *out, struct str list, struct str other, struct arena *a,
                                struct err *e);
struct str publicity_digest(struct str list, struct arena *a);
#endif
