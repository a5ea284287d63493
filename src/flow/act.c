/* Opening cases and taking their steps. */
#include "access/assignment.h"
#include "access/two_person.h"
#include "base/buf.h"
#include "base/msg.h"
#include "flow/case_priv.h"
#include "flow/timer.h"

struct deed flow_deed(const struct flow_call *x, const struct flow *f)
{
    return (struct deed){.suite = f->suite,
                         .clock = f->clock,
                         .by = x->by,
                         .as = x->as,
                         .reason = x->reason,
                         .arena = x->arena};
}

/* --- rows ------------------------------------------------------------------------------------ */

static err_t write_case(struct db *db, const struct flow_call *x, int64_t now_ms, struct err *e)
{
    const struct flow_case *c = &x->c;
    struct stmt *st = NULL;
    bool found = false;
    err_t rc = db_query(
        &st, db,
        "UPDATE flow_case SET version = ?2, state = ?3, stage = ?4, stage_label = ?5, stage_on ="
        " ?6, closed_on = ?7, changed_ms = ?8, changed_by = ?9, stream = ?10 WHERE id = ?1 AND "
        "version = ?2 - 1"
        " RETURNING id",
        VALUES(v_i64(c->id), v_i64(c->version), v_str(c->open ? STR("running") : STR("over")),
               v_str(c->stage), v_str(c->stage_label), v_str(c->stage_on), v_str(c->closed_on),
               v_i64(now_ms), v_i64(x->by->account), v_str(c->stream)),
        e);
    if (rc == OK)
        rc = stmt_next(&found, st, e);
    stmt_free(st);
    return rc == OK && !found ? flow_moved(db, x, e) : rc;
}

/* The version's entry; its name into x->entry. */
static err_t write_version(struct db *db, struct flow_call *x, const struct flow *f,
                           const struct flow_line *line, struct err *e)
{
    const struct flow_case *c = &x->c;
    const struct deed d = flow_deed(x, f);
    struct str action = line->step.len
                            ? arena_printf(x->arena, "%s %.*s", line->kind, STR_ARG(line->step))
                            : str_of(line->kind);
    const struct deed_field fields[] = {
        {"arguments", v_str(line->arguments)},  {"basis", v_str(x->basis)},
        {"number", v_str(c->number)},           {"pack", v_str(c->pack)},
        {"pack_digest", v_str(c->pack_digest)}, {"process", v_str(c->process)},
        {"record", v_i64(c->record_id)},        {"record_type", v_str(c->type)},
        {"result", v_str(line->result)},        {"stage", v_str(c->stage)},
        {"stream", v_str(c->stream)},           {"trial", v_i64(c->trial)}};
    struct stmt *st = NULL;
    bool found = false;
    err_t rc = deed_version(&d, db, "case", c->id, c->version, arena_cstr(x->arena, action), fields,
                            sizeof(fields) / sizeof(*fields), e);
    if (rc == OK)
        rc = db_query(&st, db,
                      "SELECT entry FROM record_version WHERE type = 'case' AND record_id = ?1 AND"
                      " version = ?2",
                      VALUES(v_i64(c->id), v_i64(c->version)), e);
    if (rc == OK && (rc = stmt_next(&found, st, e)) == OK && found) {
        struct str uid = stmt_str(st, 0);
        memcpy(x->entry, uid.ptr, uid.len < LOG_UID_LEN ? uid.len : LOG_UID_LEN);
    }
    stmt_free(st);
    return rc;
}

static err_t write_line(struct db *db, struct flow_call *x, const struct flow *f,
                        const struct flow_line *line, struct err *e)
{
    const struct grant *g = x->as;
    err_t rc = db_run(
        db,
        "INSERT INTO flow_step (case_id, version, kind, step, label, from_stage, to_stage, at_ms,"
        " date, account, on_behalf_of, role, unit, reason, basis, arguments, result, clause, late,"
        " entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
        " ?17, ?18, ?19, ?20)",
        VALUES(v_i64(x->c.id), v_i64(x->c.version), v_str(str_of(line->kind)),
               v_str(line->step.len ? line->step : str_of(line->kind)), v_str(line->label),
               v_str(line->from), v_str(line->to), v_i64(clock_now_ms(f->clock)), v_str(x->today),
               v_i64(x->by->account), v_id(g ? g->on_behalf_of : 0),
               v_str(g ? g->role->name : STR_NONE), v_id(x->by->unit), v_str(x->reason),
               v_str(x->basis), v_str(line->arguments), v_str(line->result),
               v_str(line->citation ? line->citation->clause : STR_NONE), v_i64(x->late),
               v_str(str_of(x->entry))),
        e);
    x->step_id = db_last_id(db);
    return rc;
}

err_t flow_put(struct db *db, struct flow_call *x, const struct flow *f,
               const struct flow_line *line, struct err *e)
{
    x->c.version++;
    memset(x->entry, 0, sizeof(x->entry));
    err_t rc = write_case(db, x, clock_now_ms(f->clock), e);
    if (rc == OK)
        rc = write_version(db, x, f, line, e);
    return rc == OK ? write_line(db, x, f, line, e) : rc;
}

/* --- who holds it ------------------------------------------------------------------------------ */

static err_t end_holding(struct db *db, const struct flow_call *x, const struct flow *f,
                         struct err *e)
{
    struct deed d = flow_deed(x, f);
    struct assignment g;
    struct stmt *st = NULL;
    bool has_row = false;
    int64_t id = 0;
    err_t rc = db_query(&st, db, "SELECT holder_assignment FROM flow_case WHERE id = ?1",
                        VALUES(v_i64(x->c.id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        id = stmt_i64(st, 0);
    stmt_free(st);
    if (rc != OK || id == 0 || (rc = assignment_get(&g, db, id, x->arena, e)) != OK)
        return rc;
    d.reason = STR_NONE;
    if (g.to_ms == 0 && g.done_ms == 0)
        rc = g.unit == x->by->unit && x->by->account ? assignment_done(db, &d, id, e)
                                                     : assignment_end(db, &d, id, e);
    return rc;
}

/* To who takes `main`; `words`: all that he may do there. */
static err_t give_holding(struct db *db, const struct flow_call *x, const struct flow *f,
                          const struct process_step *main, struct str words, struct err *e)
{
    struct deed d = flow_deed(x, f);
    struct assignment g = {.type = STR("case"), .record_id = x->c.id, .kind = STR("do")};
    err_t rc = OK;
    d.reason = STR_NONE;
    if (main && main->role_count)
        rc = flow_unit_of(&g.unit, db, &x->c, main->roles[0], x->today, e);
    if (rc == OK && g.unit) {
        g.note = words;
        rc = assignment_give(&g, db, &d, e);
    }
    if (rc == OK)
        rc = db_run(db, "UPDATE flow_case SET holder_assignment = ?2 WHERE id = ?1",
                    VALUES(v_i64(x->c.id), v_id(g.id)), e);
    return rc;
}

static struct str joined(const struct str *words, size_t count, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < count; i++)
        buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(words[i]));
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

/* "application.to=city", one on a line: as case.c reads it. */
static struct str conditions_of(const struct process_step *s, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < s->when_count; i++)
        buf_addf(&b, "%s%.*s%s=%.*s", i ? "\n" : "", STR_ARG(s->when[i].name),
                 s->when[i].other ? "!" : "", STR_ARG(s->when[i].value));
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

static err_t write_open(struct db *db, const struct flow_call *x, const struct process_step *s,
                        bool holds, struct err *e)
{
    return db_run_later(
        db,
        "INSERT INTO flow_open (case_id, position, step, label, roles, holds,"
        " clause, conditions, opens) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        VALUES(v_i64(x->c.id), v_i64((int64_t)(s - x->process->steps)), v_str(s->id),
               v_str(s->label), v_str(joined(s->roles, s->role_count, x->arena)), v_i64(holds),
               v_str(s->citation.clause), v_str(conditions_of(s, x->arena)), v_i64(s->after_due)),
        e);
}

/* The first step that leads on and is this party's as far as is known decides who holds the case;
 * *words: what he may do there. */
static err_t find_main(const struct process_step **main, struct str *words, struct db *db,
                       struct flow_call *x, const struct flow *f, struct err *e)
{
    const struct process *p = x->process;
    struct buf b;
    err_t rc = OK;
    *main = NULL;
    buf_init(&b, 0);
    for (size_t i = 0; rc == OK && i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        bool not_its = false;
        if (!flow_step_opens_in(p, s, x->c.stage) || s->role_count == 0 ||
            (*main ? !str_eq((*main)->actor, s->actor) : s->stays))
            continue;
        if ((rc = f->host->anothers(&not_its, db, x, s, f->host->arg, e)) != OK || not_its)
            continue;
        buf_addf(&b, "%s%.*s", *main ? "、" : "", STR_ARG(s->label));
        if (!*main)
            *main = s;
    }
    *words = arena_dup(x->arena, buf_str(&b));
    buf_clear(&b);
    return rc;
}

err_t flow_hold(struct db *db, struct flow_call *x, const struct flow *f, struct err *e)
{
    const struct process *p = x->process;
    const struct process_step *main = NULL;
    struct str words = STR_NONE;
    err_t rc = end_holding(db, x, f, e);
    if (rc == OK)
        rc = db_run(db, "DELETE FROM flow_open WHERE case_id = ?1", VALUES(v_i64(x->c.id)), e);
    if (rc == OK && x->c.open)
        rc = find_main(&main, &words, db, x, f, e);
    for (size_t i = 0; rc == OK && x->c.open && i < p->step_count; i++)
        if (flow_step_opens_in(p, &p->steps[i], x->c.stage) && p->steps[i].role_count)
            rc = write_open(db, x, &p->steps[i], main && str_eq(main->actor, p->steps[i].actor), e);
    return rc == OK ? give_holding(db, x, f, main, words, e) : rc;
}

/* --- opening ------------------------------------------------------------------------------------- */

static err_t insert_case(struct db *db, struct flow_call *x, const struct flow *f,
                         const struct flow_new *n, struct err *e)
{
    int64_t now_ms = clock_now_ms(f->clock);
    struct flow_case *c = &x->c;
    err_t rc = db_run(
        db,
        "INSERT INTO flow_case (version, state, owner_unit, owner_city, owner_province, secrecy,"
        " published, created_ms, created_by, changed_ms, changed_by, number, title, programme,"
        " pack_version, pack_digest, process, stage, stage_label, stage_on, trial, call,"
        " record_type, record_id, parent) VALUES (0, 'running', ?1, ?2, ?3, 1, 0, ?4, ?5, ?4, ?5,"
        " NULL, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        VALUES(v_i64(c->unit), v_str(c->city), v_str(c->province), v_i64(now_ms),
               v_i64(x->by->account), v_str(c->title), v_str(c->pack), v_str(c->pack_version),
               v_str(c->pack_digest), v_str(c->process), v_str(c->stage), v_str(c->stage_label),
               v_str(c->stage_on), v_i64(c->trial), v_id(n->call), v_str(c->type),
               v_i64(c->record_id), v_id(n->parent)),
        e);
    if (rc != OK)
        return rc;
    c->id = db_last_id(db);
    c->number =
        arena_printf(x->arena, "%.4s-%06lld", arena_cstr(x->arena, x->today), (long long)c->id);
    return db_run(db, "UPDATE flow_case SET number = ?2 WHERE id = ?1",
                  VALUES(v_i64(c->id), v_str(c->number)), e);
}

static void take_result(struct flow_taken *out, const struct flow_call *x, struct buf *b)
{
    out->case_id = x->c.id;
    out->version = x->c.version;
    out->stage = x->c.stage;
    out->stage_label = x->c.stage_label;
    memcpy(out->entry, x->entry, sizeof(out->entry));
    if (b)
        out->result = arena_dup(x->arena, buf_str(b));
}

err_t flow_begin(struct flow_taken *out, struct db *db, const struct flow *f, struct flow_call *x,
                 const struct flow_new *n, struct err *e)
{
    const struct process_state *start = &n->process->states[n->process->start];
    x->process = n->process;
    x->step = NULL;
    x->c = (struct flow_case){.open = true,
                              .trial = n->trial,
                              .title = n->title,
                              .pack = n->pack,
                              .pack_version = n->pack_version,
                              .pack_digest = n->pack_digest,
                              .process = n->process->id,
                              .stage = start->id,
                              .stage_label = start->label,
                              .stage_on = x->today,
                              .type = n->type,
                              .record_id = n->record_id,
                              .unit = n->unit,
                              .city = region_city_prefix(n->region),
                              .province = region_province_prefix(n->region),
                              .call = n->call,
                              .parent = n->parent,
                              .opened_by = x->by->account};
    const struct flow_line line = {.kind = "open",
                                   .label = n->process->label,
                                   .to = start->id,
                                   .citation = &n->process->citation};
    err_t rc = insert_case(db, x, f, n, e);
    if (rc == OK)
        rc = flow_put(db, x, f, &line, e);
    if (rc == OK)
        rc = flow_hold(db, x, f, e);
    if (rc == OK)
        rc = flow_timers_set(db, x, f, e);
    *out = (struct flow_taken){0};
    take_result(out, x, NULL);
    return rc;
}

/* --- two persons ------------------------------------------------------------------------------------ */

static struct str text_of(const struct flow_call *x, const struct jvalue *arguments)
{
    struct buf b;
    struct jout j;
    if (!arguments || arguments->count == 0)
        return STR("null");
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_value_ordered(&j, arguments, x->arena);
    struct str out = arena_dup(x->arena, buf_str(&b));
    buf_clear(&b);
    return out;
}

static struct str arguments_text(const struct flow_call *x)
{
    return text_of(x, x->arguments);
}

/* The object with another value of a member that it has. */
static const struct jvalue *with(const struct jvalue *v, struct str name,
                                 const struct jvalue *value, struct arena *a)
{
    struct jvalue *items = arena_array(a, v->count, sizeof(*items));
    struct jvalue *out = arena_alloc(a, sizeof(*out));
    for (size_t i = 0; i < v->count; i++)
        items[i] = str_eq(v->names[i], name) ? *value : v->items[i];
    *out = *v;
    out->items = items;
    return out;
}

static const struct jvalue *id_alone(const struct jvalue *said, struct arena *a)
{
    const struct jvalue *id = jin_get(said, "id");
    struct str *name = arena_alloc(a, sizeof(*name));
    struct jvalue *out = arena_alloc(a, sizeof(*out));
    *name = STR("id");
    *out = (struct jvalue){.type = J_OBJECT, .count = id != NULL, .items = id, .names = name};
    return out;
}

/* What the public says, and what is said of secret records, stands in the records, whose readers are
 * few; the history is read by all who read the case, and goes into its archive. */
static struct str told_arguments(const struct flow_call *x)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    const struct jvalue *said =
        records && x->untold.len ? jin_get(records, arena_cstr(x->arena, x->untold)) : NULL;
    if (str_is(x->step->actor, "public"))
        return STR("null");
    if (!said)
        return arguments_text(x);
    records = with(records, x->untold, id_alone(said, x->arena), x->arena);
    return text_of(x, with(x->arguments, STR("records"), records, x->arena));
}

/* …with the basis: what a proposal keeps. */
static struct str asked_text(const struct flow_call *x)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "arguments");
    jout_raw(&j, arguments_text(x));
    jout_pair(&j, "basis", x->basis);
    jout_end_object(&j);
    struct str out = arena_dup(x->arena, buf_str(&b));
    buf_clear(&b);
    return out;
}

/* What both persons see: the case as it stands, what is asked, why, on what basis. */
static struct str digest_of(const struct flow_call *x, struct str asked, struct str reason)
{
    const struct str parts[] = {x->c.number,
                                arena_printf(x->arena, "%lld", (long long)x->c.version),
                                x->step->id, asked, reason};
    return proposal_digest(parts, sizeof(parts) / sizeof(*parts), x->arena);
}

static err_t propose(struct flow_taken *out, struct db *db, struct flow_call *x,
                     const struct flow *f, struct err *e)
{
    struct str asked = asked_text(x);
    int64_t now_ms = clock_now_ms(f->clock);
    const struct grant *g = x->as;
    struct flow_line line = {.kind = "propose",
                             .step = x->step->id,
                             .label = x->step->label,
                             .from = x->c.stage,
                             .to = x->c.stage,
                             .arguments = arguments_text(x),
                             .citation = &x->step->citation};
    err_t rc = flow_put(db, x, f, &line, e); /* the proposal is bound to this version */
    struct proposal p = {.action = x->step->id,
                         .type = STR("case"),
                         .record_id = x->c.id,
                         .arguments = asked,
                         .digest = digest_of(x, asked, x->reason),
                         .reason = x->reason,
                         .proposed_by = x->by->account,
                         .proposed_for = g ? g->on_behalf_of : 0,
                         .unit = x->by->unit,
                         .role = g ? g->role->name : STR_NONE,
                         .proposed_ms = now_ms,
                         .expires_ms = now_ms + PROPOSAL_LIFE_MS};
    if (rc == OK)
        rc = proposal_make(&p, db, e);
    out->proposal = p.id;
    return rc;
}

/* Does this request ask for what is proposed, for the same reason? With nothing said it does. */
static bool asks_the_same(const struct flow_call *x, const struct proposal *p)
{
    bool nothing = (!x->arguments || x->arguments->count == 0) && x->basis.len == 0;
    if (x->reason.len && !str_eq(x->reason, p->reason))
        return false;
    return nothing || str_eq(asked_text(x), p->arguments);
}

static err_t take_over(struct flow_call *x, const struct proposal *p, struct err *e)
{
    const struct jvalue *asked;
    err_t rc = jin_parse(&asked, p->arguments, JIN_REFUSE_DUPLICATES, NULL, x->arena, e);
    if (rc != OK)
        return rc;
    const struct jvalue *arguments = jin_get(asked, "arguments");
    x->arguments = arguments && arguments->type == J_OBJECT ? arguments : NULL;
    x->basis = jin_text(asked, "basis");
    x->reason = p->reason;
    return OK;
}

static bool takes_two(const struct flow_call *x)
{
    return x->step->two_persons && !subject_is_program(x->by);
}

/* What is proposed of this step now; p->id 0: nothing. *over: what was, counts no more. */
static err_t standing(struct proposal *p, int64_t *over, struct db *db, const struct flow_call *x,
                      const struct flow *f, struct err *e)
{
    *over = 0;
    err_t rc = proposal_find(p, db, STR("case"), x->c.id, x->step->id, x->arena, e);
    /* Whatever the case went through since then, this was not what it said yes to. */
    if (rc == OK && p->id &&
        (p->expires_ms <= clock_now_ms(f->clock) ||
         !str_eq(p->digest, digest_of(x, p->arguments, p->reason)))) {
        *over = p->id;
        p->id = 0;
    }
    return rc;
}

err_t flow_proposed(struct proposal *out, const struct flow_call *x, const struct flow *f,
                    struct err *e)
{
    int64_t over;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, f->store, e);
    if (rc == OK)
        rc = standing(out, &over, db, x, f, e);
    store_reader_put(f->store, db);
    return rc;
}

/* Somebody proposed the step with other words: who and when, and what can be done. */
static err_t add_other(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                       const struct proposal *p, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db, "SELECT display_name FROM account WHERE id = ?1",
                        VALUES(v_i64(p->proposed_by)), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK)
        flow_obstacle_add(to, "second", STR_NONE, &x->step->citation,
                          N_("%s proposed it at %s with something else in it: confirm that by sending "
                             "nothing, or refuse it first"),
                          FLOW_ARGS(has_row ? arena_dup(x->arena, stmt_str(st, 0)) : STR("?"),
                                    business_time(p->proposed_ms, x->arena)));
    stmt_free(st);
    return rc;
}

/* The open proposal, where this request can confirm it; *go: take the step now. */
static err_t pair(bool *go, struct flow_taken *out, struct flow_obstacles *to, struct db *db,
                  struct flow_call *x, const struct flow *f, struct err *e)
{
    int64_t now_ms = clock_now_ms(f->clock);
    struct proposal p;
    int64_t over;
    *go = false;
    err_t rc = standing(&p, &over, db, x, f, e);
    if (rc == OK && over)
        rc = proposal_close(db, over, PROPOSAL_EXPIRED, 0, now_ms, STR_NONE, e);
    if (rc != OK)
        return rc;
    if (!p.id) {
        flow_check_words(to, x);
        return to->len ? OK : propose(out, db, x, f, e);
    }
    if (!proposal_may_confirm(&p, x->by, x->as)) {
        flow_obstacle_add(to, "second", STR_NONE, &x->step->citation, proposal_not_by(&p, x->by),
                          NULL, 0);
        return OK;
    }
    if (!asks_the_same(x, &p))
        return add_other(to, db, x, &p, e);
    if ((rc = take_over(x, &p, e)) == OK)
        rc = proposal_close(db, p.id, PROPOSAL_CONFIRMED, x->by->account, now_ms, x->reason, e);
    *go = rc == OK;
    return rc;
}

/* --- the step ------------------------------------------------------------------------------------------ */

struct taking {
    struct flow_taken *out;
    struct flow_obstacles *to;
    struct flow_call *x;
    const struct flow *f;
    int64_t version;     /* that was looked at */
    bool trying, passed; /* trying: nothing of it is kept; passed: it would be taken */
};

static void move(struct flow_call *x)
{
    const struct process_step *s = x->step;
    if (s->stays)
        return;
    const struct process_state *to = &x->process->states[s->to];
    if (s->stream.len)
        x->c.stream = s->stream;
    if (!str_eq(x->c.stage, to->id))
        x->c.stage_on = x->today;
    x->c.stage = to->id;
    x->c.stage_label = to->label;
    if (to->end) {
        x->c.open = false;
        x->c.closed_on = x->today;
    }
}

static err_t run_effects(struct taking *t, struct db *db, struct err *e)
{
    const struct process_step *s = t->x->step;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && t->to->len == 0 && i < s->effect_count; i++)
        rc = t->f->host->effect(t->to, db, t->x, &s->effects[i], t->f->host->arg, e);
    return rc;
}

/* What it brought about, the stage, the history: one version of the case. */
static err_t settle(struct taking *t, struct db *db, struct buf *b, struct str from, struct err *e)
{
    struct flow_call *x = t->x;
    jout_end_object(x->result);
    const struct flow_line line = {.kind = "step",
                                   .step = x->step->id,
                                   .label = x->step->label,
                                   .from = from,
                                   .to = x->c.stage,
                                   .arguments = told_arguments(x),
                                   .result = buf_str(b).len > 2 ? buf_str(b) : STR_NONE,
                                   .citation = &x->step->citation};
    err_t rc = flow_put(db, x, t->f, &line, e);
    if (rc == OK && !x->step->stays)
        rc = flow_hold(db, x, t->f, e);
    if (rc == OK)
        rc = flow_timers_set(db, x, t->f, e);
    if (rc == OK && t->f->host->settled)
        rc = t->f->host->settled(db, x, t->f->host->arg, e);
    return rc;
}

static err_t take_all(struct taking *t, struct db *db, struct err *e)
{
    struct flow_call *x = t->x;
    struct buf b;
    struct jout j;
    struct str from = x->c.stage;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    x->result = &j;
    if (t->f->host->note)
        t->f->host->note(x, t->f->host->arg);
    err_t rc = run_effects(t, db, e);
    if (rc == OK && t->to->len == 0) {
        move(x);
        rc = settle(t, db, &b, from, e);
        take_result(t->out, x, &b);
    }
    buf_clear(&b);
    if (rc == OK && t->to->len)
        rc = err_set(e, E_INVALID, "refused"); /* the step is undone; flow_take says why */
    return rc;
}

static err_t take_step(struct db *db, void *arg, struct err *e)
{
    struct taking *t = arg;
    struct flow_call *x = t->x;
    bool go = true;
    t->to->len = 0;
    *t->out = (struct flow_taken){0};
    err_t rc = flow_case_read(&x->c, db, x->c.id, x->arena, e);
    if (rc == OK && x->c.version != t->version)
        rc = flow_moved(db, x, e);
    if (rc == OK)
        rc = flow_check(t->to, db, x, e);
    if (rc == OK && t->to->len == 0 && t->f->host->guard)
        rc = t->f->host->guard(t->to, db, x, t->f->host->arg, e);
    if (rc == OK && t->to->len == 0 && !t->trying && takes_two(x))
        rc = pair(&go, t->out, t->to, db, x, t->f, e);
    if (rc != OK)
        return rc;
    if (t->to->len)
        return err_set(e, E_INVALID, "refused");
    if (go && t->trying) {
        rc = take_all(t, db, e);
        t->passed = rc == OK;
        return rc == OK ? err_set(e, E_INVALID, "refused") : rc; /* undone */
    }
    if (go)
        return take_all(t, db, e);
    int64_t proposal = t->out->proposal;
    take_result(t->out, x, NULL);
    t->out->proposal = proposal;
    return OK;
}

/* Who proposes hears at once what the step would be refused for, not the second person days later:
 * it is taken, and undone. */
static err_t rehearse(struct taking *t, struct err *e)
{
    struct proposal p;
    err_t rc = flow_proposed(&p, t->x, t->f, e);
    if (rc != OK || p.id)
        return rc;
    struct err why = {0};
    t->trying = true;
    t->passed = false;
    rc = store_write(t->f->store, take_step, t, &why);
    t->trying = false;
    if (t->passed)
        return OK;
    if (e)
        *e = why;
    return rc;
}

err_t flow_take(struct flow_taken *out, struct flow_call *x, const struct flow *f, struct err *e)
{
    struct flow_obstacles o = {.arena = x->arena};
    struct taking t = {.out = out, .to = &o, .x = x, .f = f, .version = x->c.version};
    struct db *db = NULL;
    *out = (struct flow_taken){0};
    x->looking = false;
    err_t rc = store_reader_get(&db, f->store, e);
    if (rc == OK)
        rc = flow_check(&o, db, x, e);
    store_reader_put(f->store, db);
    /* With words missing, what else is missing is told at once. */
    if (rc == OK && (o.len == 0 ||
                     (strcmp(o.ptr[0].code, "stage") != 0 && strcmp(o.ptr[0].code, "actor") != 0)))
        rc = f->host->look(&o, x, f->host->arg, e);
    if (rc != OK)
        return rc;
    if (o.len)
        return flow_refused(out, &o, e);
    if (takes_two(x))
        rc = rehearse(&t, e);
    if (rc == OK)
        rc = store_write(f->store, take_step, &t, e);
    if (rc != OK && o.len)
        rc = flow_refused(out, &o, e);
    return rc;
}

struct unproposing {
    struct flow_taken *out;
    struct flow_call *x;
    const struct flow *f;
};

static err_t unpropose_step(struct db *db, void *arg, struct err *e)
{
    struct unproposing *u = arg;
    struct flow_call *x = u->x;
    struct proposal p;
    struct decision d = {0};
    err_t rc = flow_case_read(&x->c, db, x->c.id, x->arena, e);
    if (rc == OK)
        rc = flow_allows(&d, db, x->by, &x->c, x->step->roles, x->step->role_count, x->step->id,
                         x->arena, e);
    if (rc == OK && !d.allowed)
        rc = err_set(e, E_DENIED, "\"%.*s\" is for others to do, and so is refusing it",
                     STR_ARG(x->step->label));
    if (rc == OK)
        rc = proposal_find(&p, db, STR("case"), x->c.id, x->step->id, x->arena, e);
    if (rc == OK && p.id == 0)
        rc = err_set(e, E_NOTFOUND, "no proposal of \"%.*s\" waits in the case %.*s",
                     STR_ARG(x->step->label), STR_ARG(x->c.number));
    if (rc != OK)
        return rc;
    x->as = d.grant;
    bool own = p.proposed_by == x->by->account;
    const struct flow_line line = {.kind = own ? "withdraw" : "refuse",
                                   .step = x->step->id,
                                   .label = x->step->label,
                                   .from = x->c.stage,
                                   .to = x->c.stage,
                                   .citation = &x->step->citation};
    rc = proposal_close(db, p.id, own ? PROPOSAL_WITHDRAWN : PROPOSAL_REFUSED, x->by->account,
                        clock_now_ms(u->f->clock), x->reason, e);
    if (rc == OK)
        rc = flow_put(db, x, u->f, &line, e);
    if (rc == OK)
        take_result(u->out, x, NULL);
    return rc;
}

err_t flow_unpropose(struct flow_taken *out, struct flow_call *x, const struct flow *f,
                     struct err *e)
{
    struct unproposing u = {out, x, f};
    *out = (struct flow_taken){0};
    return store_write(f->store, unpropose_step, &u, e);
}
