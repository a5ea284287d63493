/* The effects of a step, executed in its store step. */
#include "access/assignment.h"
#include "base/msg.h"
#include "case/content.h"
#include "document/correction.h"
#include "matter/publicity.h"
#include "record/diff.h"

/* The process that the step begins about a record of the type; NULL: none. */
static const struct process *begun_about(struct step *g, const struct record_type *t)
{
    for (size_t i = 0; i < g->x->step->effect_count; i++) {
        const struct process *o = g->x->step->effects[i].kind == EFFECT_START
                                      ? pack_process(g->p->pack, g->x->step->effects[i].object)
                                      : NULL;
        if (o && str_eq(o->subject, t->name))
            return o;
    }
    return NULL;
}

/* A record whose case has ended begins no second one: another project needs its own record. */
static err_t check_fresh(struct step *g, const struct record_type *t, int64_t record)
{
    const struct process *process = begun_about(g, t);
    struct str number;
    if (!process || !record)
        return OK;
    struct label type = programme_type_label(g->p, t);
    err_t rc =
        db_text(&number, g->db,
                "SELECT number FROM flow_case WHERE record_type = ?1 AND record_id = ?2 AND"
                " process = ?3 ORDER BY id LIMIT 1",
                VALUES(v_str(t->name), v_i64(record), v_str(process->id)), g->x->arena, g->e);
    if (number.len)
        obstacle_add_in(g->to, WHY_RECORD_OF_OTHER_CASE, t->name, &g->x->step->citation,
                        (struct str[]){type.zh, number, process->label},
                        (struct str[]){type.en, number, process->label_en}, 3);
    return rc;
}

static err_t write_date(struct step *g, const struct process_effect *f)
{
    const struct record_type *t;
    struct str field;
    int64_t id = 0;
    err_t rc = programme_field(&t, &field, g->p, f->object, g->e);
    if (rc == OK)
        rc = programme_record(&id, g, t);
    if (rc == OK)
        rc = check_fresh(g, t, id);
    if (rc != OK || g->to->len)
        return rc;
    const struct process_value today = {field, STR("today")};
    const struct content c = {.type = t, .values = &today, .value_count = 1, .is_new = id == 0};
    return content_put(&id, g, &c, id, STR_NONE);
}

/* Computes the content of a published list; *said becomes it. `id`: the current list; for a
 * republication the one before it. */
static err_t of_a_list(const struct jvalue **said, struct step *g, const struct process_effect *f,
                       int64_t id)
{
    struct str how = publicity_how(g->x->step, f);
    err_t rc = OK;
    if (how.len == 0)
        return OK;
    const struct record_type *t = record_type_find(g->p->kernel->types, f->object);
    if (id == 0)
        rc = programme_record(&id, g, t);
    return rc == OK ? publicity_body(said, g, how, id, *said) : rc;
}

/* Continues the party's register row: the values that the step fixes for a new row (the day of its
 * entry) are updated in it. */
static err_t going_on(struct content *c, struct step *g, int64_t id)
{
    struct process_value *left = arena_array(g->x->arena, c->value_count + 1, sizeof(*left));
    size_t count = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < c->value_count; i++) {
        const struct jvalue *stands = NULL;
        rc = record_value(&stands, g->db, g->p->kernel, c->type, id, c->values[i].name, g->x->arena,
                          g->e);
        if (!stands)
            left[count++] = c->values[i];
    }
    c->values = left;
    c->value_count = count;
    c->is_new = false;
    return rc;
}

/* --- corrections ------------------------------------------------------------------------ */

/* The record says the whole decision: what is not corrected stays as it was. */
static void say_whole(struct content *c, struct step *g, const struct correction *was)
{
    struct arena *a = g->x->arena;
    struct process_value *all = arena_array(a, c->value_count + CORRECTED_COUNT + 2, sizeof(*all));
    struct str changes = STR_NONE;
    size_t n = c->value_count;
    const struct process_value *kind = FIND_BY(c->values, n, name, STR("kind"));
    bool asks_name = kind && str_is(kind->value, "renamed");
    for (size_t i = 0; i < n; i++)
        all[i] = c->values[i];
    for (size_t i = 0; i < CORRECTED_COUNT; i++) {
        const struct field *f = record_field(c->type, str_of(correction_fields[i]));
        struct str is = c->said ? str_trim(jin_text(c->said, correction_fields[i])) : STR_NONE;
        if (is.len == 0 && was->said[i].len && !(i == CORRECTED_NAME && asks_name))
            all[n++] = (struct process_value){.name = f->name, .value = was->said[i]};
        else if (is.len && !str_eq(is, was->said[i]))
            changes = arena_printf(a, "%.*s%s%.*s：“%.*s”改为“%.*s”", STR_ARG(changes),
                                   changes.len ? "；" : "", STR_ARG(f->label.zh),
                                   STR_ARG(was->said[i]), STR_ARG(is));
    }
    all[n++] = (struct process_value){.name = STR("former"), .value = was->said[CORRECTED_NAME]};
    all[n++] = (struct process_value){.name = STR("changes"), .value = changes};
    c->values = all;
    c->value_count = n;
}

static err_t put_corrected(struct step *g, const char *type, int64_t id,
                           const struct correction *was, const struct correction *is,
                           const char *const *fields)
{
    struct content c = {.type = record_type_find(g->p->kernel->types, str_of(type))};
    struct jout j;
    jout_init_values(&j, g->x->arena);
    for (size_t i = 0; i < CORRECTED_COUNT; i++)
        if (fields[i] && !str_eq(was->said[i], is->said[i]))
            jout_pair(&j, fields[i], is->said[i]);
    if (!str_eq(was->former, is->former))
        jout_pair(&j, "former", is->former);
    c.said = jout_made(&j);
    return id && c.said->count ? content_put(&id, g, &c, id, STR_NONE) : OK;
}

/* Recognition and register follow: of a process that enters centres, name, party and day; of a decision by which the party
 * left on that day, the day. A recognition keeps the name that it gave where the centre has another one since. */
static err_t follow_correction(struct step *g, const struct correction *was)
{
    static const char *const recognition[] = {"name", NULL, "party_code", "date"},
                             *const centre[] = {"name", "party", "credit_code", "entered"},
                             *const exit[] = {NULL, NULL, NULL, "left"};
    bool enters = process_effect(g->x->process, EFFECT_RECORD, STR("centre")) != NULL;
    bool leaves = was->left.len && str_eq(was->left, was->said[CORRECTED_DAY]);
    struct correction is;
    size_t issued = 0;
    err_t rc = correction_read(&is, g);
    if (rc == OK)
        rc = correction_issue(&issued, g, was, &is);
    bool renames = is.rename_no.len > 0, stands = was->centre && was->left.len == 0;
    if (rc == OK &&
        (is.changes.len == 0 || (renames ? !stands : issued == 0 && was->recognition == 0)))
        obstacle_add(g->to, WHY_NOTHING_CORRECTED, STR_NONE, &g->x->step->citation, NULL, 0);
    if (rc != OK || g->to->len)
        return rc;
    if (renames)
        is.former = arena_printf(g->x->arena, "%.*s%s%.*s（至%.*s，%.*s）", STR_ARG(was->former),
                                 was->former.len ? "；" : "", STR_ARG(was->said[CORRECTED_NAME]),
                                 STR_ARG(is.renamed_on), STR_ARG(is.rename_no));
    else
        rc = put_corrected(g, "recognition", was->recognition, was, &is, recognition);
    return rc == OK && (enters || leaves)
               ? put_corrected(g, "centre", was->centre, was, &is, enters ? centre : exit)
               : rc;
}

static err_t make_record(struct step *g, const struct process_effect *f)
{
    bool corrects = str_is(f->object, CORRECTION_TYPE);
    struct correction was;
    const struct record_type *t = record_type_find(g->p->kernel->types, f->object);
    int64_t id = 0;
    if (!t)
        return err_set(g->e, E_INTERNAL, "there is no record type %.*s", STR_ARG(f->object));
    struct content c = {.type = t,
                        .values = f->values,
                        .value_count = f->value_count,
                        .said = content_said(g->x, t->name),
                        .is_new = true};
    err_t rc = content_check_entered(g, t, 0, c.said);
    if (rc == OK && g->to->len == 0 && str_is(t->name, "centre") && (rc = call_row(&id, g)) == OK &&
        id)
        rc = going_on(&c, g, id);
    if (rc == OK && g->to->len == 0)
        rc = of_a_list(&c.said, g, f, 0);
    if (rc == OK && g->to->len == 0 && corrects && (rc = correction_read(&was, g)) == OK)
        say_whole(&c, g, &was);
    if (rc == OK && g->to->len == 0)
        rc = content_put(&id, g, &c, id, process_writes(f, STR("state")));
    if (rc == OK && g->to->len == 0 && corrects)
        rc = follow_correction(g, &was);
    if (rc == OK && g->to->len == 0)
        content_note(g->x, t->name, id);
    return rc;
}

/* For a record other than the case's own: it cannot enter a state twice or return to one it has
 * left (a payment is made once). */
static err_t check_state(struct step *g, const struct record_type *t, int64_t id, struct str state)
{
    struct str has;
    bool found;
    if (state.len == 0 || str_eq(t->name, g->x->c.type))
        return OK;
    struct str sql =
        arena_printf(g->x->arena, "SELECT state FROM %.*s WHERE id = ?1", STR_ARG(t->table));
    err_t rc = db_row_once(&found, g->db, sql.ptr, VALUES(v_i64(id)), INTO(into_str(&has)),
                           g->x->arena, g->e);
    if (found) {
        const struct state *now = record_state(t, has);
        bool past = now && str_eq(now->name, state);
        for (size_t i = 0; now && i < t->transition_count; i++)
            past |= str_eq(t->transitions[i].to, now->name) &&
                    str_among(state, t->transitions[i].from, t->transitions[i].from_count);
        struct str number = arena_printf(g->x->arena, "%lld", (long long)id);
        struct label type = programme_type_label(g->p, t);
        if (past)
            obstacle_add_in(g->to, WHY_STATE_ALREADY, t->name, &g->x->step->citation,
                            (struct str[]){type.zh, number, now->label.zh},
                            (struct str[]){type.en, number, now->label.en}, 3);
    }
    return rc;
}

/* In a record other than the case's own, and in a party's entries when an office takes the step,
 * existing values were stated by others (an objector, a party) or decided before: the step only
 * fills empty fields. */
static err_t check_kept(struct step *g, const struct record_type *t, int64_t id,
                        const struct jvalue *said)
{
    err_t rc = OK;
    bool own = str_eq(t->name, g->x->c.type) &&
               !(programme_is_partys(t) && programme_is_office(g->x->by)) &&
               !(t->kept_by_case &&
                 !str_eq(g->x->c.stage, g->x->process->states[g->x->process->start].id));
    if (own || !said || said->type != J_OBJECT)
        return OK;
    for (size_t i = 0; rc == OK && i < said->count; i++) {
        const struct field *f = record_field(t, said->names[i]);
        const struct jvalue *stands = NULL;
        if (!f)
            continue;
        const struct label name = programme_field_label(g->p, t, f);
        rc = record_value(&stands, g->db, g->p->kernel, t, id, said->names[i], g->x->arena, g->e);
        if (rc == OK && programme_stands(stands) && !diff_equal(stands, &said->items[i]))
            obstacle_add_in(g->to, WHY_VALUE_ALREADY, said->names[i], &g->x->step->citation,
                            &name.zh, &name.en, 1);
    }
    return rc;
}

/* The record that who takes the step names, else the one that it is about; 0: there is none. */
static err_t changed_here(int64_t *id, struct step *g, const struct record_type *t)
{
    const struct jvalue *said = content_said(g->x, t->name);
    if (!str_eq(t->name, g->x->c.type) && said && jin_i64(id, said, "id"))
        return programme_check_owner(g, t, *id);
    return programme_record(id, g, t);
}

static err_t change_one(int64_t id, struct step *g, const struct process_effect *f,
                        const struct record_type *t)
{
    const struct jvalue *said = content_said(g->x, f->object);
    struct label type = programme_type_label(g->p, t);
    err_t rc = OK;
    if (id == 0)
        obstacle_add_in(g->to, WHY_NOTHING_TO_CHANGE, t->name, &g->x->step->citation, &type.zh,
                        &type.en, 1);
    if (g->to->len == 0)
        rc = check_state(g, t, id, process_writes(f, STR("state")));
    if (rc == OK && g->to->len == 0 && publicity_how(g->x->step, f).len == 0)
        rc = check_kept(g, t, id, said);
    if (rc == OK && g->to->len == 0)
        rc = content_check_entered(g, t, id, said);
    if (rc == OK && g->to->len == 0)
        rc = of_a_list(&said, g, f, id);
    if (rc != OK || g->to->len)
        return rc;
    const struct content c = {
        .type = t, .values = f->values, .value_count = f->value_count, .said = said};
    rc = content_put(&id, g, &c, id, process_writes(f, STR("state")));
    if (rc == OK && g->to->len == 0)
        content_note(g->x, t->name, id);
    return rc == OK && g->to->len == 0 && str_is(t->name, "centre") ? standing_end_cases(g) : rc;
}

static err_t change_record(struct step *g, const struct process_effect *f)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, f->object);
    int64_t id = 0;
    if (!t)
        return err_set(g->e, E_INTERNAL, "there is no record type %.*s", STR_ARG(f->object));
    bool recused = false;
    err_t rc = changed_here(&id, g, t);
    if (rc == OK && id)
        rc = access_recused(&recused, g->db, g->x->by, &t->access, id, g->e);
    if (recused)
        obstacle_add_in(g->to, WHY_NAMES_YOU, t->name, &g->x->step->citation, &t->label.zh,
                        &t->label.en, 1);
    return rc == OK ? change_one(id, g, f, t) : rc;
}

/* The case's own record: what began by mistake is no fact. */
static err_t end_record(struct step *g)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, g->x->c.type);
    static const struct jvalue nothing = {.type = J_OBJECT};
    struct written w = {0};
    const struct write_options o = {.ends = true,
                                    .as = g->x->as,
                                    .date = g->x->today,
                                    .reason = arena_printf(g->x->arena, "%.*s %.*s",
                                                           STR_ARG(g->x->c.number),
                                                           STR_ARG(g->x->step->label))};
    if (!t)
        return err_set(g->e, E_INTERNAL, "there is no record type %.*s", STR_ARG(g->x->c.type));
    err_t rc = record_put(
        &w, g->db, &(struct record_call){g->p->kernel, g->x->by, t, g->x->c.record_id, g->x->arena},
        &nothing, &o, g->e);
    if ((rc == E_INVALID || rc == E_CONFLICT) && w.faults.count) {
        content_tell_faults(g->to, g->p, t, &w.faults);
        return OK;
    }
    return rc;
}

static err_t form_name(struct step *g)
{
    const struct prepared *ready = g->x->prepared;
    const struct record_type *t = content_register(g);
    int64_t id = 0;
    jout_pair(g->x->result, "name", ready->name);
    if (!t)
        return OK;
    /* A second centre of the same name is reported, not refused. */
    struct str sql = arena_printf(g->x->arena,
                                  "SELECT id FROM %.*s WHERE name = ?1 AND ended_ms IS NULL AND"
                                  " owner_province = ?2 ORDER BY id LIMIT 1",
                                  STR_ARG(t->table));
    err_t rc =
        db_row_once(NULL, g->db, sql.ptr, VALUES(v_str(ready->name), v_str(g->x->c.province)),
                    INTO(into_i64(&id)), NULL, g->e);
    if (id)
        jout_pair_i64(g->x->result, "same_name", id);
    return rc;
}

static err_t copy_to(struct step *g, struct str actor)
{
    struct deed d = programme_deed(g);
    const struct str *roles;
    size_t count = pack_actor_roles(&roles, g->p->pack, actor, g->x->arena);
    err_t rc = OK;
    struct assignment given = {.type = STR("case"),
                               .record_id = g->x->c.id,
                               .kind = STR("copy"),
                               .note = g->x->step->label};
    if (count)
        rc = flow_unit_of(&given.unit, g->db, &g->x->c, roles[0], g->x->today, g->e);
    return rc == OK && given.unit ? assignment_give(&given, g->db, &d, g->e) : rc;
}

/* Another process of the pack begins, about a record of its own, or one that this step wrote. */
static err_t start(struct step *g, struct str process)
{
    const struct prepared *ready = g->x->prepared;
    struct flow_call next = {
        .by = g->x->by, .as = g->x->as, .today = g->x->today, .arena = g->x->arena};
    struct flow_taken taken;
    next.process = pack_process(g->p->pack, process);
    const struct record_type *t = record_type_find(g->p->kernel->types, next.process->subject);
    struct programme_new n = {
        .pack = g->p->pack->id, .process = process, .unit = g->x->c.unit, .parent = g->x->c.id};
    for (size_t i = 0; t && ready && i < ready->records.len; i++)
        if (str_eq(ready->records.ptr[i].type, t->name))
            n.record_id = ready->records.ptr[i].id;
    n.record = content_said(g->x, next.process->subject);
    err_t rc = programme_begin_in(&taken, &(struct step){NULL, g->db, &next, g->p, g->e}, &n);
    if ((rc == E_INVALID || rc == E_CONFLICT) && g->p->faults.count && t) {
        content_tell_faults(g->to, g->p, t, &g->p->faults);
        return OK;
    }
    if (rc == OK)
        jout_pair_i64(g->x->result, arena_printf(g->x->arena, "case_%.*s", STR_ARG(process)).ptr,
                      taken.case_id);
    return rc;
}

/* Words and digest, with who accepted them: the moment is the step's. Of several forms one has it. */
static void note_commitment(struct flow_call *x)
{
    struct prepared *ready = x->prepared;
    if (!ready || ready->commitment.len == 0 || ready->commitment_noted)
        return;
    jout_pair_object(x->result, "commitment");
    jout_pair(x->result, "digest", ready->commitment_digest);
    jout_pair(x->result, "text", ready->commitment);
    jout_pair(x->result, "name", x->by->display_name);
    jout_pair(x->result, "role", ready->commitment_role);
    jout_end_object(x->result);
    ready->commitment_noted = true;
}

err_t programme_effect(struct step *g, const struct process_effect *f)
{
    if (g->p->stand_in)
        return OK;
    switch (f->kind) {
    case EFFECT_DATE:
        return write_date(g, f);
    case EFFECT_RECORD:
        return make_record(g, f);
    case EFFECT_CHANGE:
        return change_record(g, f);
    case EFFECT_NAME:
        return form_name(g);
    case EFFECT_NOTIFY:
        return programme_notify_actor(g, f->object);
    case EFFECT_COPY:
        return copy_to(g, f->object);
    case EFFECT_START:
        return start(g, f->object);
    case EFFECT_HAND_IN: /* was looked at before; what was accepted stands in the history */
        note_commitment(g->x);
        return OK;
    case EFFECT_PAPER: /* a form: its records are fixed by this step; papers: document/step_paper.h */
        return OK;
    case EFFECT_RECEIPT: /* the entry of the step is the receipt's */
        jout_pair(g->x->result, "receipt", f->object);
        return OK;
    case EFFECT_END:
        return end_record(g);
    }
    return OK;
}
