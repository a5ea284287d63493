/* Transitions, named actions, and ending a record.
 *
 * A transition without function is a change with a state: its arguments are a
 * merge patch of fields. A function looks at the record as it was read, with
 * arguments of its own; it refuses, or adds to the reason. */
#include "base/msg.h"
#include "crypto/hash.h"
#include "record/conflict.h"
#include "record/type_priv.h"
#include "record/write_priv.h"
#include "text/unicode.h"

static const struct action_function *function_named(struct str name)
{
    for (size_t i = 0; action_functions[i]; i++)
        if (str_is(name, action_functions[i]->name))
            return action_functions[i];
    return NULL;
}

bool act_runs_function(const struct write *w)
{
    return w->transition && w->transition->function.len > 0;
}

bool act_by_two(const struct write *w)
{
    return w->transition && w->transition->two_persons;
}

/* A reason that was not required is stored like any other. */
static void check_reason(struct write *w)
{
    if (w->transition->reason == REASON_REQUIRED && !unicode_says(w->reason))
        fault_add(&w->faults, STR("reason"), "required",
                  N_("a reason is required: at least one letter, digit or Chinese character"), NULL,
                  0);
}

/* --- functions ------------------------------------------------------------------------- */

static const struct jvalue *record_now(const struct write *w)
{
    struct jout j;
    jout_init_values(&j, w->arena);
    jout_pair_i64(&j, "id", w->id);
    jout_pair_i64(&j, "version", w->before->version);
    jout_pair(&j, "state", w->before->labels.state);
    jout_pair_i64(&j, "owner_unit", w->before->labels.owner_unit);
    row_values(&j, w->before, w->plan, w->arena);
    return jout_made(&j);
}

/* The faults found by the function, and its addition to the reason. */
static err_t run_function(struct db *db, struct write *w, struct err *e)
{
    const struct action_function *f = function_named(w->transition->function);
    struct action_call c = {.kernel = w->kernel,
                            .db = db,
                            .subject = w->subject,
                            .type = w->plan->type,
                            .id = w->id,
                            .before = record_now(w),
                            .arguments = w->patch,
                            .reason = w->reason,
                            .arena = w->arena};
    struct faults refused = {0};
    if (!f)
        return err_set(e, E_INTERNAL, "%.*s.%.*s: this program has no function %.*s",
                       STR_ARG(w->plan->type->name), STR_ARG(w->transition->name),
                       STR_ARG(w->transition->function));
    err_t rc = f->look(&w->reason, &refused, &c, e);
    for (size_t i = 0; rc == OK && i < refused.count; i++)
        VEC_PUSH(w->faults.a, &w->faults, refused.items[i]);
    return rc;
}

/* An action can write the fields it names, and others only if the person could change them without
 * it. Steps of a case have their own list. */
static err_t check_named(struct write *w, struct db *db, const struct str *open, size_t open_count,
                         struct err *e)
{
    struct decision change = {0};
    if (w->options->allowed || act_runs_function(w))
        return OK;
    err_t rc = access_decide(&change, db, w->subject, &w->plan->policy, ACCESS_CHANGE, STR_NONE,
                             &w->before->labels, w->arena, e);
    for (size_t i = 0; rc == OK && i < w->plan->field_count; i++) {
        struct str name = w->plan->fields[i].field->name;
        bool his = change.allowed && str_list_has(&change.fields, name);
        if (w->body.changed[i] && !his && !str_among(name, open, open_count))
            fault_add(&w->faults, name, "not_writable",
                      N_("is not among what this action (%s) writes, and not yours to change"),
                      FAULT_ARGS(w->transition->label));
    }
    return rc;
}

static struct str arguments_text(const struct write *w)
{
    if (!w->arguments || (w->arguments->type == J_OBJECT && w->arguments->count == 0))
        return STR("null");
    return jvalue_json_ordered(w->arguments, w->arena);
}

static err_t refuse_confirming(struct write *w, const char *sentence)
{
    fault_add(&w->faults, STR_NONE, "two_persons", sentence, NULL, 0);
    w->outcome = WRITE_CONFLICT;
    return OK;
}

/* A decision that keeps the record in its state (a further recovery) must write something new. */
static void check_says_something(struct write *w)
{
    const struct transition *t = w->transition;
    bool says = false;
    for (size_t i = 0; i < w->plan->field_count; i++)
        says |= w->body.changed[i];
    if (!says && !t->ends && t->need_count && !act_runs_function(w) &&
        str_eq(t->to, w->before->labels.state))
        fault_add(&w->faults, t->need[0], "nothing",
                  N_("the value is unchanged: enter the new value"), NULL, 0);
}

err_t act_check(struct write *w, struct validation *v, struct db *db, struct err *e)
{
    const struct transition *t = w->transition;
    if (!transition_leaves(t, w->before->labels.state))
        return conflict_of_state(w, db, e);
    err_t rc = conflict_of_step(w, db, e);
    if (rc != OK || w->outcome == WRITE_CONFLICT)
        return rc;
    check_reason(w);
    struct str *open =
        arena_array(w->arena, t->need_count + t->amend_count + t->take_count + 1, sizeof(*open));
    size_t open_count = 0;
    for (size_t i = 0; i < t->need_count; i++)
        open[open_count++] = t->need[i];
    for (size_t i = 0; i < t->amend_count; i++)
        open[open_count++] = t->amends[i];
    for (size_t i = 0; i < t->take_count; i++)
        open[open_count++] = t->takes[i];
    validate_locked(v, &w->body, w->before->labels.state, open, open_count);
    write_check_fixed(w);
    if ((rc = check_named(w, db, open, open_count, e)) != OK)
        return rc;
    check_says_something(w);
    validate_set_by(&w->body, v, t->name, w->subject->account);
    validate_need(v, &w->body, t->need, t->need_count);
    validate_ahead(v, &w->body, t->ahead, t->ahead_count);
    if (t->to.len > 0)
        w->labels.state = t->to;
    w->ends = t->ends;
    if (act_runs_function(w) && w->faults.len == 0) {
        if (!t->two_persons) /* of a record that moved what was added last time goes */
            w->reason = value_clean(w->options->reason, w->arena);
        rc = run_function(db, w, e);
    }
    return rc;
}

/* --- two persons ----------------------------------------------------------------------------- */

/* The digest that both persons confirm: of the record's version, the request and the reason. */
static struct str digest_of(const struct write *w, struct str arguments, struct str reason)
{
    char hex[SHA256_HEX_LEN + 1];
    struct jout j;
    jout_own(&j);
    jout_array(&j);
    jout_str(&j, w->plan->type->name);
    jout_i64(&j, w->id);
    jout_i64(&j, w->before->version);
    jout_str(&j, w->action);
    jout_raw(&j, arguments);
    jout_str(&j, reason);
    jout_end_array(&j);
    struct digest d = sha256_of(str_bytes(buf_str(j.to)));
    sha256_hex(hex, &d);
    buf_clear(j.to);
    return arena_dup(w->arena, str_of(hex));
}

err_t act_find_proposal(struct write *w, struct db *db, struct err *e)
{
    struct proposal *p = &w->proposal;
    struct str given = arguments_text(w);
    const struct jvalue *stored = NULL;
    err_t rc;
    w->proposes = false;
    w->reason = value_clean(w->options->reason, w->arena);
    if (clock_is_doubted(w->kernel->clock))
        return refuse_confirming(w, clock_in_doubt);
    if ((rc = proposal_find(p, db, w->plan->type->name, w->id, w->action, w->arena, e)) != OK)
        return rc;
    bool counts = p->id != 0 && p->expires_ms > w->now_ms &&
                  str_eq(p->digest, digest_of(w, p->arguments, p->reason));
    if (!counts) {
        const char *why = NULL;
        const struct proposal asked = {.type = w->plan->type->name,
                                       .record_id = w->id,
                                       .action = w->action,
                                       .arguments = str_is(given, "null") ? STR_NONE : given,
                                       .reason = w->reason};
        rc = proposal_lapsed(&why, db, &asked, w->subject, w->now_ms, e);
        /* He gives none of the arguments that the other gave. */
        bool same =
            asked.arguments.len == 0 &&
            (w->reason.len == 0 || (str_eq(w->reason, p->reason) && !str_is(p->arguments, "null")));
        if (rc == OK && !why && p->id != 0 && p->proposed_by != w->subject->account && same)
            why = proposal_outrun; /* of the record as it was */
        if (rc != OK || why)
            return rc == OK ? refuse_confirming(w, why) : rc;
        w->proposes = true;
        return OK;
    }
    if (!proposal_may_confirm(p, w->subject, w->decision.grant))
        return refuse_confirming(w, proposal_not_by(p, w->subject));
    if (!str_is(given, "null") && !str_eq(given, p->arguments))
        return refuse_confirming(w, proposal_other);
    if ((rc = jin_parse(&stored, p->arguments, w->arena, e)) != OK)
        return rc;
    w->patch = stored->type == J_NULL ? NULL : stored;
    w->reason = p->reason;
    return OK;
}

/* The first person could still do it himself at this moment. */
static err_t may_still(bool *out, struct db *db, struct write *w, struct err *e)
{
    struct subject first;
    struct decision d = {0};
    bool there = false;
    err_t rc =
        proposal_first(&first, &there, &w->proposal, db, w->subject->today, w->now_ms, w->arena, e);
    if (rc == OK && there)
        rc = access_allow(&d, db, &first, &w->plan->policy, ACCESS_ACT, w->action,
                          &w->before->labels, w->arena, e);
    *out = d.allowed;
    return rc;
}

static err_t propose(struct db *db, struct write *w, struct err *e)
{
    const struct grant *g = w->decision.grant;
    struct str given = arguments_text(w);
    struct proposal p = {.action = w->action,
                         .type = w->plan->type->name,
                         .record_id = w->id,
                         .arguments = given,
                         .digest = digest_of(w, given, w->reason),
                         .reason = w->reason,
                         .proposed_by = w->subject->account,
                         .proposed_for = grant_lender(g),
                         .unit = w->subject->unit,
                         .role = g ? g->role->name : STR("program"),
                         .proposed_ms = w->now_ms,
                         .expires_ms = w->now_ms + PROPOSAL_LIFE_MS};
    struct proposal now;
    err_t rc = proposal_find(&now, db, p.type, w->id, w->action, w->arena, e);
    if (rc == OK && now.id != w->proposal.id) { /* another was first: his is the one to look at */
        w->outcome = WRITE_MOVED;
        return OK;
    }
    if (rc == OK && now.id != 0) /* its time is over, or the record is another */
        rc = proposal_close(db, now.id, PROPOSAL_EXPIRED, 0, w->now_ms, STR_NONE, e);
    if (rc == OK)
        rc = proposal_make(&p, db, e);
    *w->out = (struct written){.id = w->id,
                               .version = w->before->version,
                               .state = w->before->labels.state,
                               .proposal = p.id};
    if (rc == OK)
        rc = write_note(db, w, "propose", e);
    if (rc == OK)
        rc = write_request_done(db, w, e);
    w->outcome = WRITE_PROPOSED;
    return rc;
}

static err_t confirm(struct db *db, struct write *w, struct err *e)
{
    struct proposal now;
    bool still;
    err_t rc = proposal_find(&now, db, w->plan->type->name, w->id, w->action, w->arena, e);
    if (rc == OK)
        rc = may_still(&still, db, w, e);
    if (rc != OK)
        return rc;
    if (now.id != w->proposal.id || !str_eq(now.digest, w->proposal.digest))
        return refuse_confirming(w, N_("the proposal was taken back or decided meanwhile"));
    if (!still)
        return refuse_confirming(w, N_("who proposed it may not do this any more"));
    return proposal_close(db, now.id, PROPOSAL_CONFIRMED, w->subject->account, w->now_ms,
                          value_clean(w->options->reason, w->arena), e);
}

static err_t close_step(struct db *db, void *arg, struct err *e)
{
    struct write *w = arg;
    struct row now;
    struct err why = {0};
    bool arriving = false;
    err_t rc = row_labels(&now, db, w->plan, w->id, w->arena, &why);
    w->outcome = WRITE_DONE;
    if (rc == OK && (rc = row_arriving(&arriving, db, &now, &why)) == OK && !arriving)
        rc = access_decide(&w->decision, db, w->subject, &w->plan->policy, ACCESS_ACT, w->action,
                           &now.labels, w->arena, &why);
    if (rc != OK && rc != E_NOTFOUND && e)
        *e = why;
    if (rc != OK && rc != E_NOTFOUND)
        return rc;
    if (rc == E_NOTFOUND || !w->decision.allowed) {
        w->outcome = WRITE_DENIED;
        return write_refused(db, w, e);
    }
    if ((rc = proposal_find(&w->proposal, db, w->plan->type->name, w->id, w->action, w->arena,
                            e)) != OK)
        return rc;
    if (w->proposal.id == 0)
        return err_set(e, E_NOTFOUND, "nothing is proposed here");
    bool own = w->subject->account == w->proposal.proposed_by;
    if (!own && !proposal_may_confirm(&w->proposal, w->subject, w->decision.grant)) {
        w->outcome = WRITE_DENIED;
        return write_refused(db, w, e);
    }
    rc = proposal_close(db, w->proposal.id, own ? PROPOSAL_WITHDRAWN : PROPOSAL_REFUSED,
                        w->subject->account, w->now_ms, w->reason, e);
    *w->out = (struct written){
        .id = w->id, .version = now.version, .state = now.labels.state, .proposal = w->proposal.id};
    if (rc == OK)
        rc = write_note(db, w, own ? "withdraw" : "refuse", e);
    return rc;
}

err_t record_unpropose(struct written *out, const struct record_call *c, struct str action,
                       const struct write_options *o, struct err *e)
{
    struct write w;
    write_begin(&w, out, c, o);
    w.verb = ACCESS_ACT;
    w.action = action;
    err_t rc = store_write(c->kernel->store, close_step, &w, e);
    return rc == OK ? write_answer(&w, e) : rc;
}

/* --- the two kinds ------------------------------------------------------------------------ */

/* True if an open record of `t` refers to this record by field `f`, or by column `f` of table `of`. */
static err_t is_named_by(bool *out, struct db *db, const struct write *w,
                         const struct record_type *t, const struct field *f, const struct field *of,
                         struct err *e)
{
    *out = false;
    if (!str_eq(f->to, w->plan->type->name) || (f->type != FIELD_REF && f->type != FIELD_REFS))
        return OK;
    bool own = f->type == FIELD_REF && !of;
    struct str child = of ? of->child : f->child, table = t->table;
    struct str column = f->type == FIELD_REF ? f->column : STR("value");
    struct str sql =
        own ? arena_printf(w->arena,
                           "SELECT 1 FROM %.*s x WHERE x.%.*s = ?1 AND x.ended_ms IS NULL",
                           STR_ARG(table), STR_ARG(column))
            : arena_printf(w->arena,
                           "SELECT 1 FROM %.*s c JOIN %.*s x ON x.id = c.record_id WHERE c.%.*s = "
                           "?1 AND x.ended_ms IS NULL",
                           STR_ARG(child), STR_ARG(table), STR_ARG(column));
    return db_any(out, db, sql.ptr, VALUES(v_i64(w->id)), e);
}

/* A subject whose only right to end the record is that he entered it cannot end it while others refer to it. */
static err_t check_unused(struct db *db, struct write *w, struct err *e)
{
    const struct record_types *set = w->kernel->types;
    struct access_policy others = w->plan->policy;
    struct access_rule *rules = arena_array(w->arena, others.rule_count + 1, sizeof(*rules));
    struct decision d = {0};
    size_t count = 0;
    for (size_t i = 0; i < others.rule_count; i++)
        if (others.rules[i].relation != RELATION_OWN)
            rules[count++] = others.rules[i];
    others.rules = rules;
    others.rule_count = count;
    err_t rc = access_allow(&d, db, w->subject, &others, ACCESS_END, STR_NONE, &w->before->labels,
                            w->arena, e);
    for (size_t i = 0; rc == OK && !d.allowed && i < set->types.len; i++) {
        const struct record_type *t = set->types.ptr[i];
        for (size_t k = 0; rc == OK && !t->core && k < t->field_count; k++) {
            const struct field *f = &t->fields[k];
            bool named = false;
            rc = is_named_by(&named, db, w, t, f, NULL, e);
            for (size_t n = 0; rc == OK && !named && n < f->field_count; n++)
                rc = is_named_by(&named, db, w, t, &f->fields[n], f, e);
            if (!named)
                continue;
            fault_add(&w->faults, STR_NONE, "used", N_("a record of this type rests on it: %s"),
                      FAULT_ARGS(t->label));
            w->outcome = WRITE_FAULTY;
            return rc;
        }
    }
    return rc;
}

err_t act_step(struct db *db, struct write *w, struct err *e)
{
    if (w->verb == ACCESS_END)
        return check_unused(db, w, e);
    if (!act_by_two(w))
        return OK;
    return w->proposes ? propose(db, w, e) : confirm(db, w, e);
}

err_t record_act(struct written *out, const struct record_call *c, struct str action,
                 const struct jvalue *arguments, const struct write_options *o, struct err *e)
{
    struct write w;
    write_begin(&w, out, c, o);
    w.action = action;
    w.arguments = arguments;
    w.transition = record_transition(c->type, action);
    w.verb = w.transition ? ACCESS_ACT : ACCESS_END;
    w.ends = !w.transition;
    if (!w.transition && !str_is(action, "end")) {
        struct str label = record_type_label(c->type);
        return err_set(e, E_NOTFOUND, "%.*s has no action %.*s", STR_ARG(label), STR_ARG(action));
    }
    return write_change(&w, e);
}
