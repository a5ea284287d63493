/* The pack of a case, and how a case begins. */
#include "base/msg.h"
#include "case/call.h"
#include "decide/activation.h"
#include "matter/lapse.h"
#include "matter/matter.h"
#include "matter/standing.h"

/* --- who begins -------------------------------------------------------------------------------- */

/* The labels of a step's roles, each once. */
static struct str add_roles(struct str before, const struct process_step *s, struct arena *a)
{
    for (size_t i = 0; i < s->role_count; i++) {
        const struct role *r = role_find(s->roles[i]);
        struct str label = r ? role_label(r) : STR_NONE;
        if (label.len && str_find(before, label, 0) == before.len)
            before = arena_printf(a, "%.*s%s%.*s", STR_ARG(before), before.len ? "、" : "",
                                  STR_ARG(label));
    }
    return before;
}

/* Whoever may take a step that leads on from the start. */
static err_t check_begins(struct step *g, const struct flow_case *as_it_would_be)
{
    struct str start = g->x->process->states[g->x->process->start].id;
    bool may = subject_is_program(g->x->by);
    struct str others = STR_NONE;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && !may && i < g->x->process->step_count; i++) {
        const struct process_step *s = &g->x->process->steps[i];
        struct decision d = {0};
        if (s->stays || !process_opens_in(g->x->process, s, start) || s->role_count == 0)
            continue;
        rc = flow_allows(&d, g->db, g->x->by, as_it_would_be, s->roles, s->role_count, s->id,
                         g->x->arena, g->e);
        may = d.allowed;
        if (may)
            g->x->as = d.grant;
        others = add_roles(others, s, g->x->arena);
    }
    if (rc == OK && !may)
        rc = err_set(g->e, E_DENIED, "the case \"%.*s\" is for others to begin: %.*s",
                     STR_ARG(process_name(g->x->process)), STR_ARG(others));
    return rc;
}

struct party {
    struct str name, region, kind;
};

static err_t read_party(struct party *out, struct db *db, int64_t unit, struct arena *a,
                        struct err *e)
{
    bool has_row = false;
    err_t rc = db_row(
        &has_row, db, "SELECT name, region, kind FROM unit WHERE id = ?1 AND ended_ms IS NULL",
        VALUES(v_i64(unit)),
        INTO(into_str(&out->name), into_str(&out->region), into_str(&out->kind)), a, e);
    return rc == OK && !has_row ? err_set(e, E_INVALID, "name the unit this is for") : rc;
}

/* --- beginning ------------------------------------------------------------------------------------ */

/* In the language of who is answered. */
static err_t is_there(struct flow_taken *out, const struct record_type *t,
                      const struct flow_case *had, struct err *e)
{
    out->case_id = had->id;
    return err_set(e, E_CONFLICT, "this record of the kind \"%.*s\" has the case %.*s already",
                   STR_ARG(label_shown(t->label)), STR_ARG(had->number));
}

/* The existing record's running case is reported. Read outside of the step, whose transaction may
 * have failed. */
static err_t held_by(struct flow_taken *out, struct step *g, const struct record_type *t,
                     int64_t holder)
{
    struct flow_case had = {0};
    struct db *db = NULL;
    if (holder == 0)
        return E_CONFLICT;
    if (store_reader_get(&db, g->p->kernel->store, NULL) != OK)
        return E_CONFLICT; /* what is told already stands */
    err_t rc = flow_case_of(&had, db, t->name, holder, g->x->arena, NULL);
    store_reader_put(g->p->kernel->store, db);
    if (rc != OK || had.id == 0 || !had.open)
        return E_CONFLICT;
    g->p->faults = (struct faults){0};
    return is_there(out, t, &had, g->e);
}

static err_t find_record(int64_t *id, struct flow_taken *out, struct step *g,
                         const struct programme_new *n, const struct record_type *t, int64_t unit)
{
    static const struct jvalue nothing = {.type = J_OBJECT};
    struct flow_case had;
    struct written w = {0};
    *id = n->record_id;
    if (*id == 0) {
        const struct jvalue *body = n->record ? n->record : &nothing;
        struct write_options o = {
            .owner_unit = t->owner == OWNER_OFFICE && g->x->by->unit ? g->x->by->unit : unit,
            .as = g->x->as};
        err_t rc = programme_body(&body, g, t, unit, body);
        if (rc == OK)
            rc = record_put(&w, g->db,
                            &(struct record_call){g->p->kernel, g->x->by, t, 0, g->x->arena}, body,
                            &o, g->e);
        *id = w.id;
        g->p->faults = w.faults;
        return rc == E_CONFLICT ? held_by(out, g, t, w.holder) : rc;
    }
    err_t rc = flow_case_of(&had, g->db, t->name, *id, g->x->arena, g->e);
    if (rc == OK && had.id && had.open && had.id != n->parent) /* that one ends by this step */
        rc = is_there(out, t, &had, g->e);
    return rc;
}

/* A record that is named must be the party's. */
static err_t check_record(struct db *db, const struct record_type *t, int64_t id, int64_t unit,
                          struct arena *a, struct err *e)
{
    int64_t owner;
    bool found;
    struct str sql = arena_printf(
        a, "SELECT owner_unit FROM %.*s WHERE id = ?1 AND ended_ms IS NULL", STR_ARG(t->table));
    err_t rc = db_row_once(&found, db, sql.ptr, VALUES(v_i64(id)), INTO(into_i64(&owner)), NULL, e);
    found = found && (t->owner == OWNER_OFFICE || owner == unit);
    return rc == OK && !found
               ? err_set(e, E_NOTFOUND, "there is no record \"%.*s\" %lld of this party",
                         STR_ARG(label_shown(t->label)), (long long)id)
               : rc;
}

/* A case that continues from a record begins only if the record has that value
 * ("rectification.recheck" "fail"). */
static err_t check_goes_on(struct step *g, const struct record_type *t, int64_t record)
{
    const struct process *process = g->x->process;
    const struct label kind = programme_type_label(g->p, t);
    err_t rc = OK;
    if (!programme_continues_record(g->p->pack, process))
        return OK;
    if (record == 0)
        return err_set(g->e, E_INVALID,
                       "the case \"%.*s\" continues from a record of the type \"%.*s\": name it "
                       "(record; %.*s)",
                       STR_ARG(process_name(process)), STR_ARG(label_shown(kind)),
                       STR_ARG(process->citation.clause));
    for (size_t i = 0; rc == OK && i < process->step_count; i++)
        for (size_t k = 0; rc == OK && k < process->steps[i].when_count; k++) {
            const struct process_value *w = &process->steps[i].when[k];
            const struct record_type *of;
            const struct jvalue *is = NULL;
            struct str field;
            rc = programme_field(&of, &field, g->p, w->name, g->e);
            if (rc != OK || of != t)
                continue;
            const struct label name = programme_field_label(g->p, t, record_field(t, field));
            rc = record_value(&is, g->db, g->p->kernel, t, record, field, g->x->arena, g->e);
            if (rc == OK && process_holds(w, programme_condition_text(is)) != HOLDS)
                rc = err_set(g->e, E_INVALID,
                             "the case \"%.*s\" is of a record whose \"%.*s\" says so, and "
                             "that of the \"%.*s\" named does not (%.*s)",
                             STR_ARG(process_name(process)), STR_ARG(label_shown(name)),
                             STR_ARG(label_shown(kind)), STR_ARG(process->citation.clause));
        }
    return rc;
}

static err_t check_ban(struct step *g, int64_t unit)
{
    struct flow_obstacles told = {.arena = g->x->arena};
    struct ban ban;
    err_t rc = programme_find_ban(&ban, &(struct step){NULL, g->db, g->x, g->p, g->e}, unit);
    if (rc != OK || !ban.bars)
        return rc;
    obstacle_add_in(&told, ban.why, g->x->process->id, &ban.citation, ban.zh, ban.en, ban.count);
    return err_set(g->e, E_INVALID, "%.*s (%.*s)",
                   STR_ARG(msg_lang() == LANG_ZH ? told.ptr->zh : told.ptr->en),
                   STR_ARG(ban.citation.clause));
}

/* A policy is of its own province or city: of no other's parties, and no other's offices begin a case of it. */
static err_t check_jurisdiction(struct step *g, const struct party *party)
{
    const struct document *d = &g->p->pack->document;
    if (d->jurisdiction.len == 0) /* it does not say */
        return OK;
    if (!programme_covers_region(g->p->pack, region_city_prefix(party->region),
                                 region_province_prefix(party->region)))
        return err_set(
            g->e, E_INVALID,
            "unit: %.*s is of another place than %.*s, which is a policy of %.*s: no case "
            "of it begins for this unit",
            STR_ARG(party->name), STR_ARG(d->title), STR_ARG(d->issuer));
    return programme_is_office(g->x->by) &&
                   !str_eq(region_province_prefix(d->jurisdiction), g->x->by->province) &&
                   !str_is(d->jurisdiction, "000000")
               ? err_set(g->e, E_DENIED,
                         "%.*s is a policy of %.*s, over which your office has no authority",
                         STR_ARG(d->title), STR_ARG(d->issuer))
               : OK;
}

/* Processes for recognised parties begin only for them; under a draft, for parties recognised in
 * trial. */
static err_t check_recognised(struct step *g, const struct process *process, int64_t unit)
{
    bool in = false;
    if (!lapse_of_centres(g->p->pack, process) && !lapse_follows_entry(g->p->pack, process))
        return OK;
    err_t rc = standing_in_register(&in, g, unit);
    return rc == OK && !in
               ? err_set(g->e, E_INVALID,
                         "only units recognised under the policy may begin \"%.*s\" (%.*s, %.*s); "
                         "this unit is not in the register",
                         STR_ARG(process_name(process)), STR_ARG(g->p->pack->document.title),
                         STR_ARG(process->citation.clause))
               : rc;
}

/* Some step of the process enters a party in the register, and none is the party's: the office takes it over. */
static bool takes_over(const struct process *process)
{
    bool partys = false;
    for (size_t i = 0; i < process->step_count; i++)
        partys |= process_is_partys(&process->steps[i]);
    return !partys && process_effect(process, EFFECT_RECORD, STR("centre"));
}

/* A role in which its people act for a centre can be held there. */
static bool can_be_centre(const struct programme *p, const struct party *party)
{
    const struct str *roles;
    size_t count = pack_actor_roles(&roles, p->pack, STR("centre"), p->arena);
    bool out = false;
    for (size_t i = 0; i < count; i++) {
        const struct role *r = role_find(roles[i]);
        out |= r && (r->unit_kind_count == 0 ||
                     str_among(party->kind, r->unit_kinds, r->unit_kind_count));
    }
    return out;
}

/* A registered party is not taken over again; neither is a unit that is no party (a bank). */
static err_t check_taken_over(struct step *g, const struct process *process, int64_t unit,
                              const struct party *party)
{
    struct register_row row;
    if (!takes_over(process))
        return OK;
    if (!can_be_centre(g->p, party))
        return err_set(g->e, E_INVALID,
                       "unit: %.*s is no organisation that can be a centre or base (by the kind of "
                       "unit that it is registered as)",
                       STR_ARG(party->name));
    err_t rc = standing_row(&row, g, g->p->pack->id, unit);
    return rc == OK && row.in_force
               ? err_set(g->e, E_INVALID,
                         "unit: it is registered under this policy already (%.*s, entered on %.*s)",
                         STR_ARG(row.name), STR_ARG(row.entered))
               : rc;
}

/* A case that a decision on an application starts can be begun by hand only for a party recognised
 * before cases were stored here, and once: a further one belongs to another application. */
static err_t check_first(struct step *g, int64_t unit)
{
    struct stmt *st = NULL;
    if (!lapse_follows_entry(g->p->pack, g->x->process))
        return OK;
    err_t rc = db_query(&st, g->db,
                        "SELECT number, stage, stage_label FROM flow_case WHERE owner_unit = ?1 AND"
                        " programme = ?2 AND process = ?3 AND ended_ms IS NULL ORDER BY id DESC"
                        " LIMIT 1",
                        VALUES(v_i64(unit), v_str(g->p->pack->id), v_str(g->x->process->id)), g->e);
    if (stmt_row(&rc, st, g->e)) {
        struct str en = flow_stage_label_en(g->x->process, stmt_str(st, 1));
        struct str stage = msg_lang() == LANG_ZH || en.len == 0 ? stmt_str(st, 2) : en;
        rc =
            err_set(g->e, E_INVALID,
                    "this unit has the case %.*s of \"%.*s\" already (at \"%.*s\"): another begins "
                    "only by the decision on another application (%.*s)",
                    STR_ARG(stmt_str(st, 0)), STR_ARG(process_name(g->x->process)), STR_ARG(stage),
                    STR_ARG(g->x->process->citation.clause));
    }
    stmt_free(st);
    return rc;
}

/* The step that begins a case of the process: another's, about another kind of record. */
static const struct process_step *ordered_by(const struct process **by, const struct pack *pack,
                                             const struct process *process)
{
    for (size_t i = 0; i < pack->process_count; i++)
        for (size_t k = 0; k < pack->processes[i].step_count; k++)
            for (size_t n = 0; n < pack->processes[i].steps[k].effect_count; n++) {
                const struct process_effect *f = &pack->processes[i].steps[k].effects[n];
                if (f->kind != EFFECT_START || !str_eq(f->object, process->id))
                    continue;
                *by = &pack->processes[i];
                return &pack->processes[i].steps[k];
            }
    return NULL;
}

static bool was_called_off(const struct process *process, struct str stage)
{
    for (size_t i = 0; i < process->step_count; i++)
        if (process_step_has(&process->steps[i], EFFECT_END) &&
            str_eq(process->states[process->steps[i].to].id, stage))
            return true;
    return false;
}

/* A case that follows from an evaluation of a recognised party (整改) is ordered by the step that
 * ends the evaluation, and can be begun by hand only if the ordered case was called off. A case
 * based on a record that people create (a finding) begins on that record. Under a draft an office
 * can try everything. */
static err_t check_ordered(struct step *g, const struct record_type *t, int64_t unit)
{
    const struct process *by = NULL;
    const struct process_step *s = ordered_by(&by, g->p->pack, g->x->process);
    struct str stage;
    if (!s || !t->by_actions_only || g->p->pack->document.standing != PACK_IN_FORCE ||
        !lapse_of_centres(g->p->pack, g->x->process) ||
        programme_continues_record(g->p->pack, g->x->process))
        return OK;
    err_t rc = db_text(&stage, g->db,
                       "SELECT stage FROM flow_case WHERE owner_unit = ?1 AND programme = ?2 AND"
                       " process = ?3 AND ended_ms IS NULL ORDER BY id DESC LIMIT 1",
                       VALUES(v_i64(unit), v_str(g->p->pack->id), v_str(g->x->process->id)),
                       g->x->arena, g->e);
    bool again = stage.len && was_called_off(g->x->process, stage);
    return rc == OK && !again
               ? err_set(
                     g->e, E_INVALID,
                     "the case \"%.*s\" is begun by the step \"%.*s\" of \"%.*s\" (%.*s), which "
                     "orders it; by hand it begins again only after one that was ordered was "
                     "called off",
                     STR_ARG(process_name(g->x->process)),
                     STR_ARG(msg_lang() == LANG_ZH ? s->label : s->label_en),
                     STR_ARG(process_name(by)), STR_ARG(s->citation.clause))
               : rc;
}

static struct flow_case case_to_be(const struct programme *p, int64_t unit,
                                   const struct party *party)
{
    return (struct flow_case){.open = true,
                              .pack = p->pack->id,
                              .unit = unit,
                              .city = region_city_prefix(party->region),
                              .province = region_province_prefix(party->region)};
}

/* By role and place. */
static err_t check_beginner(struct step *g, int64_t unit, const struct party *party)
{
    const struct flow_case would_be = case_to_be(g->p, unit, party);
    err_t rc = check_begins(g, &would_be);
    return rc == OK && !subject_is_program(g->x->by) ? check_jurisdiction(g, party) : rc;
}

/* Checks of the policy, its calls and earlier cases on the party. */
static err_t check_beginning(struct step *g, const struct programme_new *n, int64_t unit,
                             const struct party *party)
{
    const struct process *process = g->x->process;
    const struct record_type *t = record_type_find(g->p->kernel->types, process->subject);
    bool by_person = !subject_is_program(g->x->by);
    err_t rc = check_ban(g, unit);
    if (rc == OK && by_person)
        rc = lapse_check(g, g->p->later ? g->p->later : g->p->pack, process, unit);
    if (rc == OK && by_person)
        rc = check_recognised(g, process, unit);
    if (rc == OK)
        rc = check_taken_over(g, process, unit, party);
    if (rc == OK)
        rc = check_first(g, unit);
    if (rc == OK && by_person)
        rc = call_begins(g, n->call, unit, region_province_prefix(party->region));
    if (rc == OK && n->record_id)
        rc = check_record(g->db, t, n->record_id, unit, g->x->arena, g->e);
    if (rc == OK)
        rc = check_goes_on(g, t, n->record_id);
    return rc == OK && by_person ? check_ordered(g, t, unit) : rc;
}

err_t programme_begins_here(struct step *g, int64_t unit)
{
    struct party party = {0};
    err_t rc = read_party(&party, g->db, unit, g->x->arena, g->e);
    return rc == OK ? check_beginner(g, unit, &party) : rc;
}

err_t programme_may_begin(struct step *g, const struct programme_new *n)
{
    struct party party = {0};
    err_t rc = read_party(&party, g->db, n->unit, g->x->arena, g->e);
    return rc == OK ? check_beginning(g, n, n->unit, &party) : rc;
}

err_t programme_begin_in(struct flow_taken *out, struct step *g, const struct programme_new *n)
{
    int64_t unit = n->unit ? n->unit : g->x->by->unit, record = 0;
    const struct process *process = g->x->process;
    const struct record_type *t = record_type_find(g->p->kernel->types, process->subject);
    struct party party = {0};
    g->p->faults = (struct faults){0};
    out->case_id = 0;
    if (!t)
        return err_set(g->e, E_INTERNAL, "there is no record type %.*s", STR_ARG(process->subject));
    err_t rc = read_party(&party, g->db, unit, g->x->arena, g->e);
    if (rc == OK && n->parent == 0)
        rc = check_beginner(g, unit, &party);
    if (rc == OK && n->parent == 0)
        rc = check_beginning(g, n, unit, &party);
    if (rc == OK && n->parent && n->record_id)
        rc = check_record(g->db, t, n->record_id, unit, g->x->arena, g->e);
    if (rc == OK)
        rc = find_record(&record, out, g, n, t, unit);
    if (rc == OK && n->parent == 0)
        rc = earlier_begins(g, t, record);
    if (rc == OK && n->parent == 0 &&
        !g->p->later) /* else they are kept with the case whose step this is, or the call */
        rc = pack_files_keep(g->db, g->p->pack, packs_archive(g->p->packs, g->p->pack, g->x->arena),
                             clock_now_ms(g->p->kernel->clock), g->e);
    if (rc != OK)
        return rc;
    g->x->c =
        (struct flow_case){.title = arena_printf(g->x->arena, "%.*s：%.*s", STR_ARG(party.name),
                                                 STR_ARG(process->label)),
                           .record_id = record,
                           .unit = unit,
                           .city = region_city_prefix(party.region),
                           .province = region_province_prefix(party.region),
                           .call = n->call,
                           .parent = n->parent};
    return flow_begin(out, g);
}

struct beginning {
    struct step step;
    struct flow_taken *out;
    const struct programme_new *n;
};

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    struct beginning *b = arg;
    struct step *g = &b->step;
    g->db = db;
    g->e = e;
    g->x->c = (struct flow_case){0}; /* a step that is run again begins another case than it did */
    g->x->process = pack_process(g->p->pack, b->n->process);
    return programme_begin_in(b->out, g, b->n);
}

err_t programme_begin(struct flow_taken *out, struct step *g, const struct programme_new *n)
{
    struct beginning b = {*g, out, n};
    g->p->faults = (struct faults){0};
    err_t rc = programme_version(g, n->pack);
    if (rc == OK && n->call)
        rc = programme_call_version(g, n->call);
    if (rc != OK)
        return rc;
    if (!pack_process(g->p->pack, n->process))
        return err_set(g->e, E_INVALID, "process: the policy %.*s has no process \"%.*s\"",
                       STR_ARG(n->pack), STR_ARG(n->process));
    return store_write(g->p->kernel->store, begin_step, &b, g->e);
}
