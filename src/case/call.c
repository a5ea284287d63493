/* Rounds: opened, run, over. */
#include "case/call.h"
#include "base/msg.h"
#include "decide/activation.h"
#include "document/listed.h"
#include "matter/lapse.h"
#include "matter/standing.h"
#include "record/faults.h"

/* A round as one party meets it. */
struct call {
    struct str title, programme, opens, closes, state;
    struct str last; /* its last day: the notice's, or a later one for all */
    struct str own;  /* …for this party alone, by two persons; empty: none */
    int64_t owner;   /* the office */
};

bool call_applies(const struct process *p)
{
    return str_is(p->subject, "application");
}

/* --- its days ------------------------------------------------------------------------------------ */

static void take_later(struct str *day, struct str other)
{
    if (str_cmp(other, *day) > 0)
        *day = other;
}

static void take_extensions(struct str *last, const struct jvalue *rows)
{
    for (size_t i = 0; rows && rows->type == J_ARRAY && i < rows->count; i++)
        take_later(last, jin_text(&rows->items[i], "closes_on"));
}

/* Its last day as the version before said it; empty: there is none. */
static err_t last_before(struct str *out, struct db *db, int64_t call, int64_t version,
                         struct arena *a, struct err *e)
{
    const struct jvalue *content = NULL;
    struct str text;
    *out = STR_NONE;
    err_t rc = db_text(&text, db,
                       "SELECT content FROM record_version WHERE type = 'call' AND record_id = ?1"
                       " AND version < ?2 ORDER BY version DESC LIMIT 1",
                       VALUES(v_i64(call), v_i64(version)), a, e);
    if (text.len && (rc = jin_parse(&content, text, a, e)) == OK) {
        *out = jin_text(content, "closes_on");
        take_extensions(out, jin_get(content, "extensions"));
    }
    return rc;
}

/* By two persons of the office whose round it is. */
static err_t read_admission(struct call *c, struct db *db, int64_t call, int64_t unit,
                            struct arena *a, struct err *e)
{
    struct str until;
    err_t rc = db_text(&until, db,
                       "SELECT max(a.until) FROM record_call_admission a WHERE a.call = ?1 AND"
                       " a.party = ?2 AND a.kind = 'late' AND a.state = 'admitted' AND"
                       " a.ended_ms IS NULL AND a.owner_unit = ?3",
                       VALUES(v_i64(call), v_i64(unit), v_i64(c->owner)), a, e);
    take_later(&c->own, until);
    return rc;
}

/* unit 0: of no party. E_INVALID: there is none. */
static err_t read_call(struct call *c, struct step *g, int64_t call, int64_t unit, struct arena *a)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, STR("call"));
    const struct jvalue *extensions = NULL;
    bool has_row = false;
    err_t rc = t ? OK : err_set(g->e, E_INTERNAL, "there is no record type call");
    *c = (struct call){0};
    if (rc == OK)
        rc = db_row(&has_row, g->db,
                    "SELECT title, programme, opens_on, closes_on, state, owner_unit FROM"
                    " record_call WHERE id = ?1 AND ended_ms IS NULL",
                    VALUES(v_i64(call)),
                    INTO(into_str(&c->title), into_str(&c->programme), into_str(&c->opens),
                         into_str(&c->closes), into_str(&c->state), into_i64(&c->owner)),
                    a, g->e);
    if (rc == OK && !has_row)
        rc = err_set(g->e, E_NOTFOUND, "there is no call %lld", (long long)call);
    c->last = c->closes;
    if (rc == OK)
        rc = record_value(&extensions, g->db, g->p->kernel, t, call, STR("extensions"), a, g->e);
    take_extensions(&c->last, extensions);
    return rc == OK ? read_admission(c, g->db, call, unit, a, g->e) : rc;
}

/* Its last day for the party. */
static struct str last_day(const struct call *c)
{
    return str_cmp(c->own, c->last) > 0 ? c->own : c->last;
}

/* An office may close it before its last day; who was let in by himself still is. */
static bool is_over(const struct call *c, struct str on)
{
    if (c->own.len && str_cmp(on, c->own) <= 0)
        return false;
    return str_is(c->state, "closed") || str_cmp(on, c->last) > 0;
}

/* --- the office's notice that binds ---------------------------------------------------------------- */

/* The latest round of the policy there that has begun, if it takes applications alone; *id 0: none does. Until a
 * later one begins what it says holds, also when it is over. */
static err_t find_binding(int64_t *id, struct db *db, struct str pack, struct str province,
                          struct str today, struct err *e)
{
    bool binds = false;
    err_t rc = db_row(NULL, db,
                      "SELECT id, binding FROM record_call WHERE programme = ?1 AND"
                      " owner_province = ?2 AND ended_ms IS NULL AND state IN ('open', 'closed')"
                      " AND opens_on <= ?3 ORDER BY opens_on DESC, id DESC LIMIT 1",
                      VALUES(v_str(pack), v_str(province), v_str(today)),
                      INTO(into_i64(id), into_bool(&binds)), NULL, e);
    if (!binds)
        *id = 0;
    return rc;
}

/* Why nothing is handed in without it; no sentence: nothing binds. */
static err_t look_bound(struct step *g, int64_t unit, struct str province)
{
    struct call c;
    int64_t id = 0;
    err_t rc = find_binding(&id, g->db, g->p->pack->id, province, g->x->today, g->e);
    if (rc != OK || id == 0 || (rc = read_call(&c, g, id, unit, g->x->arena)) != OK)
        return rc;
    struct str number = arena_printf(g->x->arena, "%lld", (long long)id);
    if (is_over(&c, g->x->today))
        obstacle_add(g->to, WHY_CALL_ALONE_CLOSED, STR("call"), NULL,
                     FLOW_ARGS(c.title, last_day(&c)));
    else
        obstacle_add(g->to, WHY_CALL_ALONE_OPEN, STR("call"), NULL,
                     FLOW_ARGS(c.title, last_day(&c), number));
    return OK;
}

static void say_closed(struct flow_obstacles *to, const struct call *c, struct str today)
{
    bool by_office = str_cmp(today, last_day(c)) <= 0;
    obstacle_add(to, by_office ? WHY_CALL_CLOSED_EARLY : WHY_CALL_CLOSED, STR("call"), NULL,
                 FLOW_ARGS(c->title, last_day(c)));
}

/* --- beginning and handing in ------------------------------------------------------------------------ */

static err_t refuse(const struct flow_obstacles *why, struct err *e)
{
    return why->len == 0 ? OK
                         : err_set(e, E_INVALID, "call: %.*s",
                                   STR_ARG(msg_lang() == LANG_ZH ? why->ptr->zh : why->ptr->en));
}

static err_t check_caller(struct db *db, int64_t call, const struct pack *p, struct arena *a,
                          struct err *e);

err_t call_begins(struct step *g, int64_t call, int64_t unit, struct str province)
{
    struct flow_obstacles why = {.arena = g->x->arena};
    struct step own = {.to = &why, .db = g->db, .x = g->x, .p = g->p, .e = g->e};
    struct call c;
    err_t rc = OK;
    if (call == 0) {
        rc = call_applies(g->x->process) ? look_bound(&own, unit, province) : OK;
        return rc == OK ? refuse(&why, g->e) : rc;
    }
    if ((rc = read_call(&c, &own, call, unit, g->x->arena)) != OK)
        return rc;
    if (!str_eq(c.programme, g->p->pack->id))
        return err_set(g->e, E_INVALID, "call: it is of the programme %.*s", STR_ARG(c.programme));
    if ((rc = check_caller(g->db, call, g->p->pack, g->x->arena, g->e)) != OK)
        return rc;
    if (str_is(c.state, "draft"))
        return err_set(g->e, E_INVALID, "call: it is not open yet");
    if (is_over(&c, g->x->today))
        say_closed(&why, &c, g->x->today);
    return refuse(&why, g->e);
}

err_t call_check_submission(struct step *g)
{
    struct str handed_in = STR_NONE;
    struct call c;
    if (!call_applies(g->x->process))
        return OK;
    err_t rc = lapse_handed_in(&handed_in, g->db, g->x->c.id, g->x->arena, g->e);
    if (rc != OK || handed_in.len)
        return rc;
    if (g->x->c.call == 0)
        return look_bound(g, g->x->c.unit, g->x->c.province);
    if ((rc = read_call(&c, g, g->x->c.call, g->x->c.unit, g->x->arena)) != OK)
        return rc;
    if (str_cmp(g->x->today, c.opens) < 0)
        obstacle_add(g->to, WHY_CALL_NOT_OPEN_YET, STR("call"), NULL, FLOW_ARGS(c.title, c.opens));
    else if (is_over(&c, g->x->today))
        say_closed(g->to, &c, g->x->today);
    return OK;
}

/* --- one open application --------------------------------------------------------------------------- */

/* The item of `not_said` by which a party has one open case of this process; NULL: the policy's pack chooses
 * otherwise. */
static const struct part *limit_of(const struct pack *pack, struct str process)
{
    const struct part_list *all = &pack->parts[PART_NOT_SAID];
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part_value *of = part_value(&all->list.ptr[i], "one_open");
        if (str_among(process, of->words, of->word_count))
            return &all->list.ptr[i];
    }
    return NULL;
}

static err_t count_admitted(int64_t *out, struct step *g, int64_t call)
{
    return db_i64(
        out, g->db,
        "SELECT count(*) FROM record_call_admission WHERE programme = ?1 AND"
        " coalesce(call, 0) = ?2 AND party = ?3 AND kind = 'another' AND state ="
        " 'admitted' AND ended_ms IS NULL AND owner_province = ?4",
        VALUES(v_str(g->x->c.pack), v_i64(call), v_i64(g->x->c.unit), v_str(g->x->c.province)),
        g->e);
}

/* The party itself ends it from where it stands. */
static bool can_withdraw(const struct process *of, struct str stage)
{
    for (size_t i = 0; of && i < of->step_count; i++)
        if (str_is(of->steps[i].actor, "applicant") && !of->steps[i].stays &&
            of->states[of->steps[i].to].end && process_opens_in(of, &of->steps[i], stage))
            return true;
    return false;
}

/* Others of the party that are open in the same round, or one of both outside of rounds: handed in, perhaps sent back since, and not at their end (withdrawn,
 * refused, not recommended, decided). */
static err_t count_open(size_t *out, struct str *number, struct str *stage, bool *back,
                        struct step *g, const struct part_value *of, int64_t call)
{
    *out = 0;
    err_t rc = OK;
    EACH_ROW(st, rc, g->e, g->db,
             "SELECT c.number, c.stage_label, c.process, c.stage FROM flow_case c WHERE "
             "c.owner_unit = ?1"
             " AND (?2 = 0 OR coalesce(c.call, 0) IN (0, ?2)) AND c.programme = ?3 AND c.state "
             "= 'running' "
             "AND c.id <> ?4 AND"
             " EXISTS (SELECT 1 FROM flow_step s WHERE s.case_id = c.id AND s.kind = 'step' AND"
             " s.from_stage <> s.to_stage) ORDER BY c.id",
             VALUES(v_i64(g->x->c.unit), v_i64(call), v_str(g->x->c.pack), v_i64(g->x->c.id)))
        if (str_among(stmt_str(st, 2), of->words, of->word_count) && (*out)++ == 0) {
            *number = arena_dup(g->x->arena, stmt_str(st, 0));
            *stage = arena_dup(g->x->arena, stmt_str(st, 1));
            *back = can_withdraw(pack_process(g->p->pack, stmt_str(st, 2)), stmt_str(st, 3));
        }
    return rc;
}

/* `call`: the round that the case is in, or comes into. */
static err_t check_one_open(struct step *g, int64_t call)
{
    const struct part *limit = limit_of(g->p->pack, g->x->process->id);
    struct str number = STR_NONE, stage = STR_NONE;
    int64_t admitted = 0;
    size_t others = 0;
    bool back = true;
    if (!limit)
        return OK;
    err_t rc = count_open(&others, &number, &stage, &back, g, part_value(limit, "one_open"), call);
    if (rc == OK && others)
        rc = count_admitted(&admitted, g, call);
    if (rc == OK && (int64_t)others > admitted)
        obstacle_add(g->to, back ? WHY_ONE_OPEN : WHY_ONE_OPEN_DECIDED_FIRST, STR("call"), NULL,
                     FLOW_ARGS(number, stage));
    return rc;
}

err_t call_check_one_open(struct step *g)
{
    return check_one_open(g, g->x->c.call);
}

/* One of these that runs of the party. */
static err_t look_under_way(struct step *g, const struct part_value *of)
{
    bool told = false;
    err_t rc = OK;
    ROWS_WHILE(!told, st, rc, g->e, g->db,
               "SELECT c.process, c.number, c.stage, c.stage_label FROM flow_case c WHERE"
               " c.owner_unit = ?1 AND c.programme = ?2 AND c.owner_province = ?3 AND"
               " c.state = 'running' AND c.ended_ms IS NULL AND c.id <> ?4 ORDER BY c.id",
               VALUES(v_i64(g->x->c.unit), v_str(g->x->c.pack), v_str(g->x->c.province),
                      v_i64(g->x->c.id))) {
        const struct process *other = pack_process(g->p->pack, stmt_str(st, 0));
        if (!other || !str_among(other->id, of->words, of->word_count))
            continue;
        size_t at = process_state_at(other, stmt_str(st, 2));
        struct str number = arena_dup(g->x->arena, stmt_str(st, 1)),
                   stage = arena_dup(g->x->arena, stmt_str(st, 3));
        obstacle_add_in(
            g->to, WHY_RECOGNISED_UNDER_WAY, STR("centre"), NULL,
            (struct str[]){other->label, number, stage},
            (struct str[]){other->label_en, number,
                           at < other->state_count ? other->states[at].label_en : stage},
            3);
        told = true;
    }
    return rc;
}

static err_t look_registered(struct step *g)
{
    struct register_row row;
    err_t rc = standing_row(&row, g, g->x->c.pack, g->x->c.unit);
    if (rc == OK && row.in_force)
        obstacle_add(g->to, WHY_RECOGNISED_ALREADY, STR("centre"), NULL,
                     FLOW_ARGS(row.name, row.entered));
    return rc;
}

err_t call_check_recognised(struct step *g)
{
    const struct part_value *again = call_again_after(g->p->pack, g->x->process);
    const struct process_step *s = g->x->step;
    if (!process_effect(g->x->process, EFFECT_RECORD, STR("centre")))
        return OK;
    bool lists = !s->stays && process_step_effect(s, EFFECT_RECORD, STR("publicity"));
    if (!((programme_hands_in(g->x) && call_applies(g->x->process)) || lists ||
          process_step_effect(s, EFFECT_RECORD, STR("centre"))))
        return OK;
    return again ? look_under_way(g, again) : look_registered(g);
}

err_t call_look_ahead(struct step *g)
{
    const struct part_value *again = call_again_after(g->p->pack, g->x->process);
    bool applies = call_applies(g->x->process);
    err_t rc = applies ? call_check_one_open(g) : OK;
    if (rc == OK && applies && process_effect(g->x->process, EFFECT_RECORD, STR("centre")))
        rc = again ? look_under_way(g, again) : look_registered(g);
    return rc;
}

/* --- into a round -------------------------------------------------------------------------------------- */

/* An officer of the office whose round it is. */
static err_t check_owner(struct step *g, const struct call *c)
{
    static const struct str roles[] = {STR("province_officer"), STR("province_leader"),
                                       STR("ip_centre_officer")};
    struct decision d = {0};
    err_t rc = flow_allows(&d, g->db, g->x->by, &g->x->c, roles, ARRAY_LEN(roles), STR("call"),
                           g->x->arena, g->e);
    if (rc == OK && d.allowed && g->x->by->unit == c->owner)
        g->x->as = d.grant;
    else if (rc == OK)
        obstacle_add(g->to, WHY_ADMITTED_BY_OTHERS, STR("call"), NULL, NULL, 0);
    return rc;
}

static err_t check_same_version(struct step *g, int64_t call)
{
    struct call_version v;
    err_t rc = call_version(&v, g, call, g->x->c.pack, STR_NONE);
    if (rc == OK && v.digest.len && !str_eq(v.digest, g->x->c.pack_digest))
        obstacle_add(g->to, WHY_ADMITTED_OTHER_VERSION, STR("call"), NULL,
                     FLOW_ARGS(g->x->c.pack_version));
    return rc;
}

static void check_days(struct flow_obstacles *to, const struct flow_call *x, const struct call *c)
{
    if (str_cmp(x->today, c->opens) < 0)
        obstacle_add(to, WHY_ADMITTED_EARLY, STR("call"), NULL, FLOW_ARGS(c->title, c->opens));
    else if (is_over(c, x->today))
        say_closed(to, c, x->today);
}

err_t call_check_admission(struct step *g, int64_t call)
{
    struct str day = STR_NONE;
    struct call c;
    err_t rc = read_call(&c, g, call, g->x->c.unit, g->x->arena);
    if (rc == OK)
        rc = check_owner(g, &c);
    if (rc == OK && g->to->len == 0)
        rc = check_same_version(g, call);
    if (rc == OK)
        rc = lapse_handed_in(&day, g->db, g->x->c.id, g->x->arena, g->e);
    if (rc != OK || g->to->len)
        return rc;
    if (!g->x->c.open || !call_applies(g->x->process) || !str_eq(c.programme, g->x->c.pack) ||
        g->x->c.call == call || str_is(c.state, "draft"))
        obstacle_add(g->to, WHY_ADMITTED_NOT, STR("call"), NULL, FLOW_ARGS(c.title));
    else
        check_days(g->to, g->x, &c);
    return g->to->len == 0 && day.len ? check_one_open(g, call) : OK;
}

/* --- what reviewers see --------------------------------------------------------------------------------- */

err_t call_admissions_json(struct jout *j, struct db *db, const struct flow_case *c, struct err *e)
{
    jout_pair_array(j, "call_admissions");
    err_t rc = OK;
    EACH_ROW(
        st, rc, e, db,
        "SELECT kind, until, reason, basis FROM record_call_admission WHERE programme = ?1 AND"
        " coalesce(call, 0) = ?2 AND party = ?3 AND state = 'admitted' AND ended_ms IS NULL AND"
        " owner_province = ?4 ORDER BY id",
        VALUES(v_str(c->pack), v_i64(c->call), v_i64(c->unit), v_str(c->province))) {
        jout_object(j);
        jout_pair(j, "kind", stmt_str(st, 0));
        jout_pair(j, "until", stmt_str(st, 1));
        jout_pair(j, "reason", stmt_str(st, 2));
        jout_pair(j, "basis", stmt_str(st, 3));
        jout_end_object(j);
    }
    jout_end_array(j);
    return rc;
}

/* --- over ------------------------------------------------------------------------------------------------- */

static err_t close_one(struct db *db, struct programme *p, const struct subject *program,
                       int64_t call, struct str today, struct err *e)
{
    struct step g = {.db = db, .p = p, .e = e};
    static const struct jvalue nothing = {.type = J_OBJECT};
    const struct write_options o = {.state = STR("closed"),
                                    .reason = str_of(msg_in(LANG_ZH, N_("its last day is over")))};
    struct written w = {0};
    struct call c;
    err_t rc = read_call(&c, &g, call, 0, p->arena);
    if (rc != OK || str_cmp(today, c.last) <= 0)
        return rc;
    return record_put(&w, db,
                      &(struct record_call){p->kernel, program,
                                            record_type_find(p->kernel->types, STR("call")), call,
                                            p->arena},
                      &nothing, &o, e);
}

err_t call_close_over(struct db *db, struct programme *p, const struct subject *program,
                      struct str today, struct err *e)
{
    struct ids all = {0};
    err_t rc = db_ids(&all, db,
                      "SELECT id FROM record_call WHERE state = 'open' AND closes_on < ?1 AND"
                      " ended_ms IS NULL ORDER BY id",
                      VALUES(v_str(today)), p->arena, e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = close_one(db, p, program, all.ptr[i], today, e);
    return rc;
}

/* Whether a unit of that kind can have a role of the authority. */
static bool is_played_by(const struct part *x, struct str kind)
{
    const struct part_value *roles = part_value(x, "roles");
    for (size_t i = 0; i < roles->word_count; i++) {
        const struct role *r = role_find(roles->words[i]);
        if (r && role_fits(r, kind))
            return true;
    }
    return false;
}

err_t programme_has_function(bool *out, struct str *whose, struct packs *packs,
                             struct str programme, struct str function,
                             const struct unit_place *unit, struct arena *a, struct err *e)
{
    const struct pack *p = NULL;
    struct err why = {0};
    bool here = false, named = false;
    err_t rc = packs_get(&p, packs, programme, &why);
    *out = true;
    *whose = STR_NONE;
    if (rc == E_NOTFOUND)
        return OK;
    if (rc != OK)
        return err_pass(e, rc, &why);
    here = programme_covers_region(p, unit->city, unit->province);
    *out = false;
    for (size_t i = 0; i < p->parts[PART_AUTHORITIES].list.len; i++) {
        const struct part *x = &p->parts[PART_AUTHORITIES].list.ptr[i];
        const struct part_value *functions = part_value(x, "functions");
        if (!str_among(function, functions->words, functions->word_count))
            continue;
        named = true;
        *out = *out || (here && is_played_by(x, unit->kind));
        *whose = arena_printf(a, "%.*s%s%.*s", STR_ARG(*whose), whose->len ? "、" : "",
                              STR_ARG(part_text(x, "name")));
    }
    if (!named && !here)
        *whose = arena_dup(a, p->document.issuer);
    *out = *out || (!named && here);
    return OK;
}

/* Whether an office of that kind and place plays an authority of the policy. */
static bool plays_authority(const struct pack *p, struct str kind, struct str city,
                            struct str province)
{
    const struct part_list *all = &p->parts[PART_AUTHORITIES];
    if (!programme_covers_region(p, city, province))
        return false;
    for (size_t i = 0; i < all->list.len; i++)
        if (is_played_by(&all->list.ptr[i], kind))
            return true;
    return false;
}

struct caller {
    struct str name, kind, city, province;
};

static err_t read_caller(struct caller *out, struct db *db, int64_t call, struct arena *a,
                         struct err *e)
{
    bool has_row = false;
    err_t rc = db_row(&has_row, db,
                      "SELECT u.name, u.kind, u.owner_city, u.owner_province FROM record_call c"
                      " JOIN unit u ON u.id = c.owner_unit WHERE c.id = ?1",
                      VALUES(v_i64(call)),
                      INTO(into_str(&out->name), into_str(&out->kind), into_str(&out->city),
                           into_str(&out->province)),
                      a, e);
    return rc == OK && !has_row ? err_set(e, E_NOTFOUND, "there is no call %lld", (long long)call)
                                : rc;
}

/* A call is its authority's: another office could take no step of the cases in it. */
static err_t check_caller(struct db *db, int64_t call, const struct pack *p, struct arena *a,
                          struct err *e)
{
    struct caller by;
    err_t rc = read_caller(&by, db, call, a, e);
    return rc == OK && !plays_authority(p, by.kind, by.city, by.province)
               ? err_set(e, E_INVALID,
                         "call: it was opened by %.*s, which is no authority of %.*s (%.*s)",
                         STR_ARG(by.name), STR_ARG(p->document.title), STR_ARG(p->document.issuer))
               : rc;
}

/* A draft has no days, and nothing of it is decided: it is tried without being activated. */
static err_t check_version_and_days(struct fault_list *wrong, struct db *db, struct programme *p,
                                    const struct pack *pack, const struct call *c, struct err *e)
{
    const struct document *d = &pack->document;
    struct str last = pack_last_day(pack);
    struct activation now = {0};
    err_t rc = d->standing == PACK_IN_FORCE ? pack_active(&now, db, pack->id, p->arena, e) : OK;
    if (rc != OK || d->standing != PACK_IN_FORCE)
        return rc;
    if (now.id == 0)
        fault_add(wrong, STR("programme"), "activation",
                  N_("%s is not activated here: two officers of its province make it count first, "
                     "on the page of the policy; then a call of it is opened"),
                  FAULT_ARGS(both(d->title)));
    if (d->effective.len && str_cmp(c->opens, d->effective) < 0)
        fault_add(wrong, STR("opens_on"), "range",
                  N_("%s counts from %s on: a call of it takes nothing before"),
                  FAULT_ARGS(both(d->title), both(d->effective)));
    if (last.len && str_cmp(c->last, last) > 0)
        fault_add(wrong, STR("closes_on"), "range",
                  N_("the last day of %s is %s: a call of it takes nothing after"),
                  FAULT_ARGS(both(d->title), both(last)));
    return OK;
}

/* A call that is over takes no cases and cannot be extended. */
static err_t check_not_over(struct fault_list *wrong, struct db *db, const struct call *c,
                            int64_t call, int64_t version, struct str today, struct err *e)
{
    struct str before;
    err_t rc = last_before(&before, db, call, version, wrong->a, e);
    if (rc == OK && before.len && str_cmp(c->last, before) > 0 && str_cmp(today, before) > 0)
        fault_add(wrong, STR("extensions"), "over",
                  N_("the call ended on %s; a late application needs an admission by two persons "
                     "(call_admission)"),
                  FAULT_ARGS(both(before)));
    return rc;
}

err_t programme_call_check(struct db *db, struct programme *p, int64_t call, int64_t version,
                           struct err *e)
{
    struct step g = {.db = db, .p = p, .e = e};
    struct fault_list wrong = {.a = p->arena};
    const struct pack *pack = NULL;
    struct str today = business_date(clock_now_ms(p->kernel->clock), p->arena);
    struct caller by;
    struct call c;
    err_t rc = read_call(&c, &g, call, 0, p->arena);
    struct str id = c.programme;
    if (rc == OK && (rc = read_caller(&by, db, call, p->arena, e)) == OK) {
        rc = packs_get(&pack, p->packs, id, e);
        if (rc == E_NOTFOUND || (rc == OK && (pack->process_count == 0 || !str_eq(pack->id, id)))) {
            fault_add(&wrong, STR("programme"), "unknown",
                      N_("\"%s\" is no policy with a process; the id of one is wanted"),
                      FAULT_ARGS(both(id)));
            rc = OK;
        } else if (rc == OK && programme_lapsed(pack, today)) {
            fault_add(
                &wrong, STR("programme"), "lapsed",
                N_("%s has lapsed, its last day was %s (%s): no call of it is opened any more"),
                FAULT_ARGS(both(pack->document.title), both(pack_last_day(pack)),
                           both(lapse_citation(pack).clause)));
        } else if (rc == OK && pack->document.jurisdiction.len == 0) {
            fault_add(&wrong, STR("programme"), "authority",
                      N_("%s has no jurisdiction (document.jurisdiction in its pack.yaml), so no "
                         "office has authority over it; add it before opening a call"),
                      FAULT_ARGS(both(pack->document.title)));
        } else if (rc == OK && !plays_authority(pack, by.kind, by.city, by.province)) {
            fault_add(
                &wrong, STR("programme"), "authority",
                N_("%s is a policy of %s, over which %s has no authority: it cannot open its "
                   "calls"),
                FAULT_ARGS(both(pack->document.title), both(pack->document.issuer), both(by.name)));
        } else if (rc == OK) {
            rc = check_version_and_days(&wrong, db, p, pack, &c, e);
        }
    }
    if (rc == OK)
        rc = check_not_over(&wrong, db, &c, call, version, today, e);
    if (rc == OK && wrong.len == 0)
        rc = listed_check(&wrong, &(struct step){.db = db, .p = p, .e = e}, pack, call);
    p->faults = faults_of(&wrong);
    return rc == OK && wrong.len ? err_set(e, E_INVALID, "the call cannot take applications so")
                                 : rc;
}
