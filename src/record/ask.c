/* Asks. Their rows and versions are those of assignments; the answer is a version of the record too. */
#include "record/ask.h"
#include "base/msg.h"
#include "record/show.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)

struct ask {
    const struct record_call *call;
    struct db *db;
    struct assignment a;
    const struct type_plan *p;
    const struct ask_rule *rule;
    struct row row;
    const struct grant *as;
};

bool ask_is_for(const struct grant **as, const struct assignment *a, const struct ask_rule *rule,
                const struct subject *s)
{
    bool his = a->account ? a->account == s->account : a->unit && a->unit == s->unit;
    *as = NULL;
    for (size_t i = 0; his && s->account && i < s->grant_count && !*as; i++) {
        const struct role *r = s->grants[i].role;
        bool any = rule->roles.count == 0 && !r->administrator && !str_is(r->name, "public");
        if (any || str_list_has(&rule->roles, r->name))
            *as = &s->grants[i];
    }
    return *as != NULL;
}

/* --- the page ------------------------------------------------------------------------------- */

/* The row is read as the program does: who is asked may not read it. */
static err_t find(struct ask *out, struct db *db, const struct record_call *c, struct str link,
                  struct err *e)
{
    const struct record_type *t = NULL;
    char digest[HASH_HEX_LEN + 1];
    bool his = false;
    *out = (struct ask){.call = c, .db = db};
    err_t rc = assignment_get(&out->a, db, c->id, c->arena, e);
    if (rc == OK && (t = record_type_find(c->kernel->types, out->a.type)))
        out->rule = record_ask_rule(t, out->a.ask);
    bearer_digest(digest, c->kernel->suite->hash, link);
    if (out->rule && link.len)
        rc = db_any(
            &his, db, "SELECT 1 FROM assignment WHERE id = ?1 AND link = ?2 AND link_until > ?3",
            VALUES(v_i64(c->id), v_str(str_of(digest)), v_i64(clock_now_ms(c->kernel->clock))), e);
    else if (out->rule)
        his = ask_is_for(&out->as, &out->a, out->rule, c->subject);
    if (rc == E_NOTFOUND || (rc == OK && (!his || out->a.to_ms)))
        return err_set(e, E_NOTFOUND, "nothing is asked of you here, or not any more");
    if (rc != OK)
        return rc;
    out->p = plan_of(c->kernel, t);
    return row_load(&out->row, db, out->p, out->a.record_id, c->arena, e);
}

/* {field: value} */
static err_t values_json(struct jout *j, struct ask *k, const struct str_list *names, struct err *e)
{
    struct value_writer w = {.keys = k->call->kernel->keys, .e = e};
    err_t rc = OK;
    jout_object(j);
    for (size_t i = 0; rc == OK && i < names->count; i++) {
        size_t at = plan_field(k->p, names->items[i]);
        const struct field_plan *f = &k->p->fields[at];
        if (f->field->type == FIELD_COMPUTED)
            rc = row_computed(&k->row.values[at], k->db, f, k->a.record_id, k->call->arena, e);
        if (rc == OK)
            show_field(j, &w, f, &k->row.values[at], false);
    }
    jout_end_object(j);
    return rc == OK ? w.rc : rc;
}

static void fields_json(struct jout *j, const char *name, const struct ask *k,
                        const struct str_list *names)
{
    jout_pair_array(j, name);
    for (size_t i = 0; i < names->count; i++)
        record_field_json(j, record_field(k->p->type, names->items[i]));
    jout_end_array(j);
}

/* Where the record itself stands, for who may read it besides. */
static void record_json(struct jout *j, const struct ask *k)
{
    const struct record_call *c = k->call;
    struct decision seen = {0};
    if (access_decide(&seen, k->db, c->subject, &k->p->policy, ACCESS_READ, STR_NONE,
                      &k->row.labels, c->arena, NULL) != OK ||
        !seen.allowed)
        return;
    jout_pair(j, "type", k->p->type->name);
    jout_pair_i64(j, "record", k->a.record_id);
}

static err_t page_json(struct jout *j, struct ask *k, struct err *e)
{
    struct str unit;
    err_t rc = db_text(&unit, k->db, "SELECT name FROM unit WHERE id = ?1",
                       VALUES(v_i64(k->row.labels.owner_unit)), k->call->arena, e);
    jout_object(j);
    jout_pair(j, "label", label_shown(k->rule->label));
    jout_pair(j, "type_label", record_type_label(k->p->type));
    jout_pair(j, "unit", unit);
    jout_pair(j, "due", k->a.due.date);
    jout_pair(j, "answer", k->a.answer);
    jout_pair_id(j, "done_ms", k->a.done_ms);
    record_json(j, k);
    fields_json(j, "sees", k, &k->rule->sees);
    fields_json(j, "fills", k, &k->rule->fills);
    jout_name(j, "seen");
    if (k->a.seen.len)
        jout_raw(j, k->a.seen);
    else if (rc == OK)
        rc = values_json(j, k, &k->rule->sees, e);
    jout_name(j, "filled");
    if (rc == OK)
        rc = values_json(j, k, &k->rule->fills, e);
    jout_end_object(j);
    return rc;
}

err_t ask_page(struct buf *out, const struct record_call *c, struct str link, struct err *e)
{
    struct ask k;
    struct jout j;
    jout_init(&j, out);
    return STORE_READ(db, c->kernel->store, e,
                      db_begin_read(db, e) ?: (find(&k, db, c, link, e) ?: page_json(&j, &k, e)));
}

/* --- the answer ------------------------------------------------------------------------------ */

struct answering {
    struct written *out;
    const struct record_call *c;
    struct str link;
    const struct ask_said *said;
};

static err_t check(const struct answering *x, const struct ask *k, struct err *e)
{
    const struct jvalue *fields = x->said->fields;
    const struct subject *s = x->c->subject;
    if (k->a.done_ms)
        return err_set(e, E_CONFLICT, "this was answered already, on %.*s",
                       STR_ARG(business_date(k->a.done_ms, x->c->arena)));
    if (x->link.len && s->unit && s->unit == k->row.labels.owner_unit)
        return err_set(e, E_DENIED, "your own unit asks this: the link is for whom it asks");
    for (size_t i = 0; fields && i < fields->count; i++)
        if (!str_list_has(&k->rule->fills, fields->names[i]))
            return err_set(e, E_INVALID, "fields: %.*s is not asked for",
                           STR_ARG(fields->names[i]));
    return OK;
}

static err_t answer_step(struct db *db, void *arg, struct err *e)
{
    static const struct jvalue nothing = {.type = J_OBJECT};
    const struct answering *x = arg;
    struct subject program;
    struct record_call c = *x->c;
    struct ask k;
    struct jout j;
    err_t rc = find(&k, db, &c, x->link, e);
    if (rc != OK || (rc = check(x, &k, e)) != OK)
        return rc;
    bool given = x->said->refusal.len == 0;
    struct str reason = x->said->refusal;
    if (x->link.len) {
        subject_program(&program, c.subject->today);
        c.subject = &program;
        reason = arena_printf(c.arena, "%s：%.*s%s%.*s", msg_in(LANG_ZH, N_("answered by a link")),
                              STR_ARG(x->said->who), given ? "" : "；", STR_ARG(reason));
    }
    /* The reason, which may name a person, stands with the record's version alone. */
    const struct deed d = {c.kernel->suite, c.kernel->clock, c.subject, k.as, STR_NONE, c.arena};
    const struct write_options o = {.reason = reason,
                                    .as = k.as,
                                    .action = arena_printf(c.arena, "%s%.*s",
                                                           given ? ASK_ANSWER : ASK_REFUSE,
                                                           STR_ARG(k.rule->name))};
    jout_own(&j);
    rc = values_json(&j, &k, &k.rule->sees, e);
    k.a.seen = buf_take(j.to, c.arena);
    k.a.answer = given ? STR("given") : STR("refused");
    if (rc == OK)
        rc = assignment_answer(db, &d, &k.a, e);
    c.type = k.p->type;
    c.id = k.a.record_id;
    return rc == OK ? record_put(x->out, db, &c,
                                 given && x->said->fields ? x->said->fields : &nothing, &o, e)
                    : rc;
}

err_t ask_answer(struct written *out, const struct record_call *c, struct str link,
                 const struct ask_said *said, struct err *e)
{
    struct answering x = {out, c, link, said};
    *out = (struct written){0};
    return store_write(c->kernel->store, answer_step, &x, e);
}

/* --- for who asks ---------------------------------------------------------------------------- */

/* A record that asks, within a step. */
struct asking {
    struct db *db;
    const struct record_call *c;
    const struct ask_rule *rule;
    const struct deed *d;
};

/* The ask that is open or answered; out->id 0: there is none. */
static err_t find_lasting(struct assignment *out, const struct asking *x, struct err *e)
{
    int64_t id = 0;
    *out = (struct assignment){.ask = x->rule->name}; /* for a step that runs again */
    err_t rc = db_i64(&id, x->db,
                      "SELECT id FROM assignment WHERE type = ?1 AND record_id = ?2 AND ask = ?3"
                      " AND to_ms IS NULL AND coalesce(answer, 'given') = 'given'",
                      VALUES(v_str(x->c->type->name), v_i64(x->c->id), v_str(x->rule->name)), e);
    return rc == OK && id ? assignment_get(out, x->db, id, x->c->arena, e) : rc;
}

/* To the account, or the unit of the register that has one to answer by; neither: a link is left. */
static err_t give(struct assignment *a, const struct asking *x, const struct field_value *who,
                  struct err *e)
{
    const struct ask_rule *rule = x->rule;
    bool person = record_field(x->c->type, rule->who)->type == FIELD_REF;
    struct date day =
        date_from_ms(deed_now_ms(x->d) + rule->days * DAY_MS + DAY_MS / 3); /* UTC+8 */
    *a = (struct assignment){.type = x->c->type->name,
                             .record_id = x->c->id,
                             .kind = STR("do"),
                             .note = rule->label.zh,
                             .due.date = date_text(day, x->c->arena),
                             .ask = rule->name};
    err_t rc = db_i64(person ? &a->account : &a->unit, x->db,
                      person ? "SELECT id FROM account WHERE id = ?1 AND state = 'active'"
                             : "SELECT u.id FROM unit u WHERE u.credit_code = ?1 AND u.state ="
                               " 'active' AND EXISTS (SELECT 1 FROM account p WHERE p.owner_unit"
                               " = u.id AND p.state = 'active')",
                      who->cols, 1, e);
    return rc == OK ? assignment_give(a, x->db, x->d, e) : rc;
}

static err_t make_link(char link[BEARER_LEN + 1], const struct assignment *a,
                       const struct asking *x, struct err *e)
{
    char digest[HASH_HEX_LEN + 1];
    int64_t until_ms = deed_now_ms(x->d) + x->rule->days * DAY_MS;
    bearer_make(link);
    bearer_digest(digest, x->d->suite->hash, str_of(link));
    err_t rc = db_run(x->db, "UPDATE assignment SET link = ?2, link_until = ?3 WHERE id = ?1",
                      VALUES(v_i64(a->id), v_str(str_of(digest)), v_i64(until_ms)), e);
    return rc == OK ? deed_note(x->d, x->db, "make_link", "assignment", a->id, 0, e) : rc;
}

static err_t open_new(struct assignment *a, bool link, const struct asking *x, struct err *e)
{
    const struct record_call *c = x->c;
    const struct ask_rule *rule = x->rule;
    const struct type_plan *p = plan_of(c->kernel, c->type);
    struct row row;
    err_t rc = row_load(&row, x->db, p, c->id, c->arena, e);
    const struct validation v = {.plan = p};
    if (rc == OK && (row.ended_ms || !validate_when(&v, &(struct body){.values = row.values},
                                                    row.labels.state, &rule->when)))
        return err_set(e, E_CONFLICT, "the record does not ask this now");
    const struct field_value *who = rc == OK ? &row.values[plan_field(p, rule->who)] : NULL;
    if (who && !who->given)
        return err_set(e, E_INVALID, "%.*s: say first who is asked",
                       STR_ARG(label_shown(record_field(c->type, rule->who)->label)));
    if (rc == OK && (rc = give(a, x, who, e)) == OK && !a->account && !a->unit && !link)
        return err_set(e, E_INVALID, "who is asked has no account here: make a link");
    return rc;
}

err_t ask_open(struct assignment *a, char link[BEARER_LEN + 1], struct db *db,
               const struct record_call *c, const struct deed *d, struct err *e)
{
    const struct ask_rule *rule = record_ask_rule(c->type, a->ask);
    if (!rule || (link && !rule->link))
        return err_set(e, E_NOTFOUND, "these records ask no \"%.*s\", or not by a link",
                       STR_ARG(a->ask));
    const struct asking x = {db, c, rule, d};
    err_t rc = find_lasting(a, &x, e);
    bool was_open = rc == OK && a->id;
    if (was_open && a->done_ms)
        return err_set(e, E_CONFLICT, "this was answered already, on %.*s",
                       STR_ARG(business_date(a->done_ms, c->arena)));
    if (rc == OK && !was_open)
        rc = open_new(a, link != NULL, &x, e);
    if (rc == OK && link)
        return make_link(link, a, &x, e);
    if (rc != OK || !was_open)
        return rc;
    rc = db_run(db, "UPDATE assignment SET untold = 1 WHERE id = ?1", VALUES(v_i64(a->id)), e);
    return rc == OK ? deed_note(d, db, "urge", "assignment", a->id, 0, e) : rc;
}

err_t ask_withdraw(const struct assignment *a, struct db *db, const struct record_call *c,
                   const struct deed *d, struct err *e)
{
    const struct ask_rule *rule = record_ask_rule(c->type, a->ask);
    struct jout j;
    struct written w;
    const struct write_options o = {
        .as = d->as, .action = arena_printf(c->arena, ASK_WITHDRAW "%.*s", STR_ARG(a->ask))};
    err_t rc = assignment_end(db, d, a->id, e);
    if (rc != OK || !rule || !str_is(a->answer, "given"))
        return rc;
    jout_init_values(&j, c->arena);
    jout_object(&j);
    for (size_t i = 0; i < rule->fills.count; i++) {
        jout_name_str(&j, rule->fills.items[i]);
        jout_null(&j);
    }
    jout_end_object(&j);
    return record_put(&w, db, c, jout_made(&j), &o, e);
}

/* --- within a write ---------------------------------------------------------------------------- */

static bool is_held(const struct ask_rule *rule, struct str field)
{
    return str_eq(rule->who, field) || str_list_has(&rule->sees, field) ||
           str_list_has(&rule->fills, field);
}

err_t ask_hold(struct db *db, struct write *w, struct err *e)
{
    const struct record_type *t = w->plan->type;
    const struct record_call c = {w->kernel, w->subject, t, w->id, w->arena};
    struct assignment a;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < t->ask_count && !w->options->action.len; i++) {
        rc = find_lasting(&a, &(struct asking){db, &c, &t->asks[i], NULL}, e);
        for (size_t k = 0; rc == OK && a.id && k < t->field_count; k++)
            if (w->body.changed[k] && is_held(&t->asks[i], t->fields[k].name)) {
                fault_add(&w->faults, t->fields[k].name, "asked",
                          N_("belongs to what others are asked or have answered (%s): withdraw "
                             "that first"),
                          FAULT_ARGS(t->asks[i].label));
                w->outcome = WRITE_FAULTY;
            }
    }
    return rc;
}

static err_t follow(struct db *db, struct write *w, const struct ask_rule *rule, struct err *e)
{
    const struct validation v = {.plan = w->plan};
    const struct body before = {.values = w->before ? w->before->values : NULL};
    bool was = w->before && validate_when(&v, &before, w->before->labels.state, &rule->when);
    bool is = !w->ends && validate_when(&v, &w->body, w->labels.state, &rule->when);
    const struct field_value *who = &w->body.values[plan_field(w->plan, rule->who)];
    const struct deed d = {.suite = w->kernel->suite,
                           .clock = w->kernel->clock,
                           .by = w->subject,
                           .as = w->decision.grant,
                           .arena = w->arena};
    const struct record_call c = {w->kernel, w->subject, w->plan->type, w->id, w->arena};
    const struct asking x = {db, &c, rule, &d};
    struct assignment a;
    err_t rc = find_lasting(&a, &x, e);
    if (rc == OK && a.id && !a.done_ms && !is)
        return assignment_end(db, &d, a.id, e);
    bool opens = rule->when.count && is && !was && who->given && !w->options->import_id;
    return rc == OK && !a.id && opens ? give(&a, &x, who, e) : rc;
}

err_t ask_follow(struct db *db, struct write *w, struct err *e)
{
    const struct record_type *t = w->plan->type;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < t->ask_count; i++)
        rc = follow(db, w, &t->asks[i], e);
    return rc;
}
