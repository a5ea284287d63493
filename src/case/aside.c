/* Actions every case allows besides the steps of its process. They are no rules of a document, so
 * the person who sends a case back enters the basis. */
#include "access/assignment.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "base/vec.h"
#include "case/call.h"
#include "text/unicode.h"

struct aside {
    struct step g;
    struct flow_taken *out;
    const struct flow_aside *what;
    int64_t version;
    bool by_office; /* holds the case by a step of an office */
    struct flow_line line;
};

static void stand_against(struct aside *a, enum why why)
{
    obstacle_add(a->g.to, why, STR_NONE, NULL, NULL, 0);
}

static void stand_against_with(struct aside *a, enum why why, struct str word)
{
    obstacle_add(a->g.to, why, STR_NONE, NULL, &word, 1);
}

/* Does the subject hold the case: may he take the step that leads on? */
static err_t check_holder(bool *holds, struct aside *a)
{
    const struct flow_open_step *open;
    struct flow_call *x = a->g.x;
    size_t count;
    *holds = subject_is_program(x->by);
    err_t rc = flow_open_steps(&open, &count, a->g.db, x->c.id, x->arena, a->g.e);
    for (size_t i = 0; rc == OK && !*holds && i < count; i++) {
        struct decision d = {0};
        if (!open[i].holds)
            continue;
        rc = flow_allows(&d, a->g.db, x->by, &x->c, open[i].roles, open[i].role_count, open[i].step,
                         x->arena, a->g.e);
        *holds = d.allowed;
        if (d.allowed) {
            const struct process_step *s = process_step_find(x->process, open[i].step);
            x->as = d.grant;
            a->by_office = s && process_is_offices(s);
        }
    }
    return rc;
}

/* The unit that holds the case, and what it may do there; empty: none does. */
static err_t find_holder(struct str *out, struct aside *a)
{
    return db_text(
        out, a->g.db,
        "SELECT u.name || ' (' || coalesce(g.note, '') || ')' FROM flow_case c JOIN assignment g"
        " ON g.id = c.holder_assignment JOIN unit u ON u.id = g.unit WHERE c.id = ?1",
        VALUES(v_i64(a->g.x->c.id)), a->g.x->arena, a->g.e);
}

static err_t need_holder(struct aside *a)
{
    struct str holder = STR_NONE;
    bool holds = false;
    err_t rc = check_holder(&holds, a);
    if (rc != OK || holds)
        return rc;
    if ((rc = find_holder(&holder, a)) != OK)
        return rc;
    if (!a->g.x->c.open)
        stand_against_with(a, WHY_HOLDS_NOBODY, a->g.x->c.closed_on);
    else if (holder.len)
        stand_against_with(a, WHY_HELD_BY, holder);
    else
        stand_against(a, WHY_HELD_BY_OTHERS);
    return OK;
}

/* The stages on the way to where the case stands, that one last: coming back to a stage drops those after it. */
struct way {
    struct str *stages;
    size_t len;
};

static struct way way_here(const struct flow_done *all, size_t count, struct arena *a)
{
    struct way w = {arena_array(a, count + 1, sizeof(*w.stages)), 0};
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        if (str_eq(all[i].from, all[i].to))
            continue;
        while (at < w.len && !str_eq(w.stages[at], all[i].to))
            at++;
        w.stages[at] = all[i].to;
        w.len = at + 1;
    }
    return w;
}

static bool is_earlier(const struct way *w, struct str stage)
{
    for (size_t i = 0; i + 1 < w->len; i++)
        if (str_eq(w->stages[i], stage))
            return true;
    return false;
}

/* The possible values of `target`, with labels. */
static struct str earlier_stages(const struct flow_call *x, const struct way *w)
{
    struct buf b = {0};
    for (size_t i = 0; i < x->process->state_count; i++) {
        const struct process_state *s = &x->process->states[i];
        if (is_earlier(w, s->id))
            buf_addf(&b, "%s%.*s (%.*s)", b.len ? ", " : "", STR_ARG(s->id),
                     STR_ARG(msg_lang() == LANG_EN && s->label_en.len ? s->label_en : s->label));
    }
    struct str out = arena_dup(x->arena, b.len ? buf_str(&b) : STR("-"));
    buf_clear(&b);
    return out;
}

static const struct process_state *state_named(const struct process *p, struct str id)
{
    size_t at = process_state_at(p, id);
    return at < p->state_count ? &p->states[at] : NULL;
}

/* --- back --------------------------------------------------------------------------------------- */

static err_t go_back(struct aside *a)
{
    const struct process_state *to = state_named(a->g.x->process, a->what->target);
    const struct flow_done *all;
    size_t count = 0;
    err_t rc = need_holder(a);
    if (rc == OK)
        rc = flow_history(&all, &count, a->g.db, a->g.x->c.id, a->g.x->arena, a->g.e);
    if (rc != OK || a->g.to->len)
        return rc;
    if (!a->by_office && !subject_is_program(a->g.x->by)) {
        stand_against(a, WHY_BACK_BY_OFFICE);
        return OK;
    }
    const struct way way = way_here(all, count, a->g.x->arena);
    if (!to || !is_earlier(&way, to->id))
        stand_against_with(a, WHY_BACK_WHERE, earlier_stages(a->g.x, &way));
    if (!unicode_says(a->g.x->reason))
        stand_against(a, WHY_REASON);
    if (!unicode_says(a->g.x->basis))
        stand_against(a, WHY_ASIDE_BASIS);
    rc = publicity_check(&a->g);
    if (rc != OK || a->g.to->len)
        return rc;
    a->line.label = str_of(N_("sent back"));
    rc = programme_back(&a->g, all, count, to->id);
    return rc == OK ? flow_enter(&a->g, &a->line, to) : rc;
}

/* Records that a step wrote outside the case cannot be reverted: then only the holder can send it
 * back. */
static bool leaves_traces(const struct process_step *s)
{
    for (size_t i = 0; i < s->effect_count; i++)
        switch (s->effects[i].kind) {
        case EFFECT_DATE:
        case EFFECT_RECORD:
        case EFFECT_CHANGE:
        case EFFECT_NAME:
        case EFFECT_START:
        case EFFECT_END:
            return true;
        case EFFECT_HAND_IN:
        case EFFECT_PAPER:
        case EFFECT_RECEIPT:
        case EFFECT_NOTIFY:
        case EFFECT_COPY:
            break;
        }
    return s->two_persons;
}

/* *to: the stage from which the last step brought the case; a->g.to gets the obstacles to going
 * there. */
static void check_recall(const struct process_state **to, struct aside *a,
                         const struct flow_done *all, size_t count)
{
    struct flow_call *x = a->g.x;
    const struct flow_done *last = count ? &all[count - 1] : NULL;
    const struct process_step *s = last ? process_step_find(x->process, last->step) : NULL;
    *to = last ? state_named(x->process, last->from) : NULL;
    if (!s || !*to || !str_is(last->kind, "step") || str_eq(last->from, last->to)) {
        stand_against(a, WHY_RECALL_NOTHING);
        return;
    }
    if (last->account != x->by->account && !access_off(STR("cases"), "sender"))
        stand_against_with(a, WHY_RECALL_BY,
                           last->name.len ? last->name : str_of(msg("the program")));
    else if (!x->c.open || leaves_traces(s))
        stand_against(a, WHY_RECALL_TRACES);
}

static err_t recall(struct aside *a)
{
    const struct process_state *to;
    const struct flow_done *all;
    size_t count = 0;
    err_t rc = flow_history(&all, &count, a->g.db, a->g.x->c.id, a->g.x->arena, a->g.e);
    if (rc != OK)
        return rc;
    check_recall(&to, a, all, count);
    if (a->g.to->len)
        return OK;
    a->line.label = str_of(N_("taken back"));
    return flow_enter(&a->g, &a->line, to);
}

/* --- others ---------------------------------------------------------------------------------------- */

static err_t note_line(struct aside *a)
{
    a->line.from = a->line.to = a->g.x->c.stage;
    return flow_put(&a->g, &a->line);
}

static err_t give(int64_t *id, struct aside *a, const char *kind, const char *note)
{
    struct deed d = flow_deed(&a->g);
    struct assignment g = {.type = STR("case"),
                           .record_id = a->g.x->c.id,
                           .kind = str_of(kind),
                           .account = a->what->account,
                           .unit = a->what->unit,
                           .due.date = a->what->due_date};
    const char *kept = msg_in(LANG_ZH, note); /* as the labels of stages and steps are kept */
    g.note = a->g.x->reason.len
                 ? arena_printf(a->g.x->arena, "%s：%.*s", kept, STR_ARG(a->g.x->reason))
                 : str_of(kept);
    d.reason = STR_NONE;
    err_t rc = assignment_give(&g, a->g.db, &d, a->g.e);
    *id = g.id;
    return rc;
}

/* A person who cannot read the case cannot give an opinion. */
static err_t need_reader(struct aside *a)
{
    bool reads = true;
    err_t rc = need_holder(a);
    if (rc == OK)
        rc = programme_reads(&reads, &a->g, a->what->account, a->what->unit);
    if (!reads)
        stand_against(a, WHY_RECIPIENT_READS_NOT);
    return rc;
}

static err_t ask_opinion(struct aside *a)
{
    int64_t id = 0;
    err_t rc = need_reader(a);
    if (rc != OK || a->g.to->len)
        return rc;
    a->line.label = str_of(N_("opinion asked"));
    if ((rc = give(&id, a, "do", N_("opinion asked"))) == OK)
        rc = db_run(a->g.db,
                    "INSERT INTO flow_opinion (assignment, case_id, stage, state)"
                    " VALUES (?1, ?2, ?3, 'asked')",
                    VALUES(v_i64(id), v_i64(a->g.x->c.id), v_str(a->g.x->c.stage)), a->g.e);
    return rc == OK ? note_line(a) : rc;
}

/* *asked: it is an unanswered request for an opinion (会签, 加签) on this case. */
static err_t find_opinion(struct assignment *g, bool *asked, struct aside *a)
{
    *asked = false;
    err_t rc = db_any(asked, a->g.db,
                      "SELECT 1 FROM flow_opinion WHERE assignment = ?1 AND state = 'asked'",
                      VALUES(v_i64(a->what->assignment)), a->g.e);
    if (rc == OK && *asked)
        rc = assignment_get(g, a->g.db, a->what->assignment, a->g.x->arena, a->g.e);
    if (rc == OK && *asked)
        *asked = str_is(g->type, "case") && g->record_id == a->g.x->c.id;
    return rc;
}

static err_t end_opinion(struct aside *a, const char *state)
{
    err_t rc = db_run(a->g.db, "UPDATE flow_opinion SET state = ?2 WHERE assignment = ?1",
                      VALUES(v_i64(a->what->assignment), v_str(str_of(state))), a->g.e);
    return rc == OK ? note_line(a) : rc;
}

static err_t answer_opinion(struct aside *a)
{
    struct deed d = flow_deed(&a->g);
    struct assignment g = {0};
    bool asked = false;
    err_t rc = find_opinion(&g, &asked, a);
    if (rc != OK)
        return rc;
    if (!asked ||
        (g.account != a->g.x->by->account && (g.unit == 0 || g.unit != a->g.x->by->unit) &&
         !access_off(STR("cases"), "asked")))
        stand_against(a, WHY_OPINION_NOT_ASKED);
    if (!unicode_says(a->g.x->reason))
        stand_against(a, WHY_OPINION_EMPTY);
    if (a->g.to->len)
        return OK;
    a->line.label = str_of(N_("opinion given"));
    d.reason = STR_NONE;
    if ((rc = assignment_done(a->g.db, &d, g.id, a->g.e)) == OK)
        rc = end_opinion(a, "given");
    return rc;
}

static err_t release_opinion(struct aside *a)
{
    struct deed d = flow_deed(&a->g);
    struct assignment g = {0};
    bool asked = false;
    err_t rc = need_holder(a);
    if (rc == OK)
        rc = find_opinion(&g, &asked, a);
    if (rc == OK && !asked)
        stand_against(a, WHY_OPINION_NOT_AWAITED);
    if (rc == OK && !unicode_says(a->g.x->reason))
        stand_against(a, WHY_REASON);
    if (rc != OK || a->g.to->len)
        return rc;
    a->line.label = str_of(N_("opinion released"));
    if ((rc = assignment_end(a->g.db, &d, g.id, a->g.e)) == OK)
        rc = end_opinion(a, "released");
    return rc;
}

/* Whether the recipient can go on with the case: a person with other tasks (accounting, auditing)
 * would only delay it. */
static err_t check_can(bool *can, struct aside *a)
{
    struct subject to;
    struct err why = {0};
    err_t rc = subject_load(&to, a->g.db, a->what->account, a->g.x->today,
                            clock_now_ms(a->g.p->kernel->clock), a->g.x->arena, &why);
    struct flow_call x = *a->g.x;
    struct aside as_to = *a;
    x.by = &to;
    as_to.g.x = &x;
    *can = false;
    if (rc == OK)
        return check_holder(can, &as_to);
    if (rc == E_NOTFOUND || rc == E_DENIED)
        return OK;
    return err_pass(a->g.e, rc, &why);
}

static err_t forward(struct aside *a)
{
    bool within = false, can = false;
    int64_t id;
    err_t rc = need_holder(a);
    if (rc == OK)
        rc = db_any(&within, a->g.db,
                    "SELECT 1 FROM account WHERE id = ?1 AND owner_unit = ?2 AND state = 'active'",
                    VALUES(v_i64(a->what->account), v_i64(a->g.x->by->unit)), a->g.e);
    if (rc == OK && !within && !access_off(STR("cases"), "within"))
        stand_against(a, WHY_FORWARD_OTHER_UNIT);
    if (rc == OK && within)
        rc = check_can(&can, a);
    if (rc == OK && within && !can)
        stand_against(a, WHY_FORWARD_NO_ROLE);
    if (rc != OK || a->g.to->len)
        return rc;
    a->line.label = str_of(N_("handed on"));
    rc = give(&id, a, "do", N_("handed on"));
    return rc == OK ? note_line(a) : rc;
}

/* --- who may be named ------------------------------------------------------------------------------- */

#define PEOPLE_MAX 500

struct people {
    struct subject *ptr;
    size_t len, cap;
};

/* Those of his own unit, or of any office; a copy goes to the party as well. */
static err_t find_candidates(int64_t **out, size_t *count, struct step *g, bool own, bool party)
{
    struct ids all = {0};
    err_t rc = db_ids(&all, g->db,
                      "SELECT c.id FROM account c JOIN unit u ON u.id = c.owner_unit WHERE"
                      " c.state = 'active' AND c.id <> ?1 AND (u.id = ?2 OR (?3 = 0 AND u.kind <>"
                      " 'party' AND u.owner_province = ?4) OR (?5 = 1 AND u.id = ?6))"
                      " ORDER BY u.id <> ?2, u.id, c.display_name, c.id LIMIT ?7",
                      VALUES(v_i64(g->x->by->account), v_i64(g->x->by->unit), v_i64(own),
                             v_str(g->x->c.province), v_i64(party), v_i64(g->x->c.unit),
                             v_i64(PEOPLE_MAX)),
                      g->x->arena, g->e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

static err_t add_person(struct people *to, struct aside *a, int64_t account, bool own)
{
    const struct flow_aside what = {.account = account};
    struct aside as = *a;
    struct subject who;
    struct err why = {0};
    bool may = true;
    err_t rc = OK;
    as.what = &what;
    if (own)
        rc = check_can(&may, &as);
    else
        rc = programme_reads(&may, &a->g, account, 0);
    if (rc != OK || !may)
        return rc;
    rc = subject_load(&who, a->g.db, account, a->g.x->today, clock_now_ms(a->g.p->kernel->clock),
                      a->g.x->arena, &why);
    if (rc == OK)
        VEC_PUSH(a->g.x->arena, to, who);
    return rc == E_NOTFOUND || rc == E_DENIED ? OK : err_pass(a->g.e, rc, &why);
}

err_t flow_action_recipients(const struct subject **out, size_t *count, struct step *g,
                             struct str kind)
{
    struct flow_obstacles none = {.arena = g->x->arena};
    struct aside a = {0};
    struct people found = {0};
    int64_t *all = NULL;
    size_t many = 0;
    bool holds = false, own = str_is(kind, "forward");
    err_t rc = step_reader(g);
    a.g = *g;
    a.g.to = &none;
    if (rc == OK)
        rc = check_holder(&holds, &a);
    if (rc == OK && holds)
        rc = find_candidates(&all, &many, g, own, str_is(kind, "copy"));
    for (size_t i = 0; rc == OK && i < many; i++)
        rc = add_person(&found, &a, all[i], own);
    step_reader_end(g);
    *out = found.ptr;
    *count = found.len;
    return rc;
}

static err_t copy_to(struct aside *a)
{
    int64_t id;
    err_t rc = need_reader(a);
    if (rc != OK || a->g.to->len)
        return rc;
    a->line.label = str_of(N_("copied"));
    rc = give(&id, a, "copy", N_("copied"));
    return rc == OK ? note_line(a) : rc;
}

static err_t into_call(struct aside *a)
{
    struct flow_call *x = a->g.x;
    if (!unicode_says(x->reason))
        stand_against(a, WHY_REASON);
    err_t rc = call_check_admission(&a->g, a->what->call);
    if (rc != OK || a->g.to->len)
        return rc;
    a->line.label = str_of(N_("taken into a call"));
    a->line.arguments = arena_printf(x->arena, "{\"call\":%lld}", (long long)a->what->call);
    x->c.call = a->what->call;
    rc = db_run(a->g.db, "UPDATE flow_case SET call = ?2 WHERE id = ?1",
                VALUES(v_i64(x->c.id), v_i64(x->c.call)), a->g.e);
    return rc == OK ? note_line(a) : rc;
}

static bool is_partys_or_offices(const struct process_step *s)
{
    return process_is_partys(s) || process_is_offices(s);
}

/* Allows the officers of each office that a step of the process notifies: a party files with it, and it takes no step. */
static err_t check_notified(struct decision *out, struct aside *a)
{
    static const struct {
        struct str actor, roles[2];
    } offices[] = {{STR("city"), {STR("city_officer"), STR("city_leader")}},
                   {STR("province"), {STR("province_officer"), STR("province_leader")}}};
    struct flow_call *x = a->g.x;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && !out->allowed && i < ARRAY_LEN(offices); i++)
        if (process_effect(x->process, EFFECT_NOTIFY, offices[i].actor))
            rc = flow_allows(out, a->g.db, x->by, &x->c, offices[i].roles,
                             ARRAY_LEN(offices[i].roles), STR("urge"), x->arena, a->g.e);
    return rc;
}

/* Whether the subject has a part in the case: the party, an office that takes a step in any stage, or an office that a
 * step notifies. An office that only reads the case (审计, 财政) has none. */
static err_t check_part(bool *has, struct aside *a)
{
    struct flow_call *x = a->g.x;
    struct decision d;
    *has = subject_is_program(x->by);
    if (*has)
        return OK;
    err_t rc = flow_takes_any(&d, &a->g, is_partys_or_offices);
    if (rc == OK && !d.allowed)
        rc = check_notified(&d, a);
    *has = d.allowed;
    if (d.allowed)
        x->as = d.grant;
    return rc;
}

/* Notifies the holder again. */
static err_t urge(struct aside *a)
{
    bool has = false;
    err_t rc = check_part(&has, a);
    if (rc != OK)
        return rc;
    if (!has)
        stand_against(a, WHY_URGE_BY);
    if (!a->g.x->c.open)
        stand_against(a, WHY_URGE_NOTHING);
    if (a->g.to->len)
        return OK;
    a->line.label = str_of(N_("urged"));
    rc = note_line(a);
    if (rc == OK)
        rc = programme_settled(&a->g);
    return rc;
}

static const struct {
    const char *kind;
    err_t (*run)(struct aside *a);
} asides[] = {{"back", go_back},          {"recall", recall},           {"opinion", ask_opinion},
              {"answer", answer_opinion}, {"release", release_opinion}, {"forward", forward},
              {"copy", copy_to},          {"call", into_call},          {"urge", urge}};

static err_t aside_step(struct db *db, void *arg, struct err *e)
{
    struct aside *a = arg;
    struct flow_call *x = a->g.x;
    a->g.db = db;
    a->g.e = e;
    a->g.to->len = 0;
    *a->out = (struct flow_taken){0};
    a->line = (struct flow_line){.kind = a->what->kind};
    err_t rc = flow_case_read(&x->c, db, x->c.id, x->arena, e);
    if (rc == OK && x->c.version != a->version)
        rc = flow_conflict_error(&a->g);
    for (size_t i = 0; rc == OK && a->g.to->len == 0 && i < ARRAY_LEN(asides); i++)
        if (strcmp(asides[i].kind, a->what->kind) == 0)
            rc = asides[i].run(a);
    if (rc == OK && a->g.to->len)
        return err_set(e, E_INVALID, "refused");
    if (rc == OK)
        flow_result(a->out, x, NULL);
    return rc;
}

err_t flow_take_general_action(struct flow_taken *out, struct step *g,
                               const struct flow_aside *what)
{
    struct flow_obstacles o = {.arena = g->x->arena};
    struct aside a = {.g = *g, .out = out, .what = what, .version = g->x->c.version};
    struct step own = *g;
    own.to = a.g.to = &o;
    g->x->step = NULL;
    err_t rc = store_write(g->p->kernel->store, aside_step, &a, g->e);
    if (rc == OK || o.len == 0)
        return rc;
    rc = programme_name_missing(&own);
    return rc == OK ? flow_obstacle_error(out, &o, g->e) : rc;
}

/* --- which are open ------------------------------------------------------------------------------- */

struct offering {
    struct aside a;
    struct flow_obstacles to; /* against one of them */
    const struct flow_done *done;
    size_t done_count;
    VEC(struct flow_open_aside) all;
};

static void offer(struct offering *o, struct flow_open_aside one)
{
    VEC_PUSH(o->a.g.x->arena, &o->all, one);
}

static err_t offer_back(struct offering *o)
{
    struct flow_call *x = o->a.g.x;
    size_t n = 0;
    err_t rc = publicity_check(&o->a.g);
    if (rc != OK || o->to.len)
        return rc;
    const struct way way = way_here(o->done, o->done_count, x->arena);
    const struct process_state **targets =
        arena_array(x->arena, x->process->state_count, sizeof(struct process_state *));
    for (size_t i = 0; i < x->process->state_count; i++)
        if (is_earlier(&way, x->process->states[i].id))
            targets[n++] = &x->process->states[i];
    if (n)
        offer(o, (struct flow_open_aside){.kind = "back",
                                          .label = N_("Send back"),
                                          .reason = true,
                                          .basis = true,
                                          .targets = targets,
                                          .target_count = n});
    return OK;
}

/* By who holds the case: that which goes to somebody else. */
static void offer_to_others(struct offering *o)
{
    offer(o, (struct flow_open_aside){
                 .kind = "opinion", .label = N_("Ask an opinion"), .people = "opinion"});
    offer(o,
          (struct flow_open_aside){.kind = "forward", .label = N_("Hand on"), .people = "forward"});
    offer(o, (struct flow_open_aside){.kind = "copy", .label = N_("Copy"), .people = "copy"});
}

/* `mine`: those that x->by is asked for; else all of the case. */
static err_t offer_opinions(struct offering *o, bool mine)
{
    struct flow_call *x = o->a.g.x;
    VEC(struct flow_waiting) all = {0};
    struct flow_waiting one;
    err_t rc =
        db_rows(ROWS(&all, one), o->a.g.db,
                "SELECT g.id, coalesce(u.name, r.display_name, '') || '  ' || coalesce(g.note, '') "
                "FROM flow_opinion p"
                " JOIN assignment g ON g.id = p.assignment LEFT JOIN unit u ON u.id ="
                " g.unit LEFT JOIN account r ON r.id = g.account WHERE p.case_id = ?1 AND"
                " p.state = 'asked' AND (?2 = 0 OR g.account = ?3 OR g.unit = ?4)"
                " ORDER BY g.id",
                VALUES(v_i64(x->c.id), v_i64(mine), v_i64(x->by->account), v_id(x->by->unit)),
                INTO(into_i64(&one.assignment), into_str(&one.label)), x->arena, o->a.g.e);
    if (rc == OK && all.len)
        offer(o, (struct flow_open_aside){.kind = mine ? "answer" : "release",
                                          .label = mine ? N_("Give the opinion")
                                                        : N_("Go on without the opinion"),
                                          .reason = true,
                                          .assignments = all.ptr,
                                          .assignment_count = all.len});
    return rc;
}

static err_t offer_urge(struct offering *o)
{
    bool has = false;
    err_t rc = check_part(&has, &o->a);
    if (rc == OK && has && o->a.g.x->c.open)
        offer(o, (struct flow_open_aside){.kind = "urge", .label = N_("Urge")});
    return rc;
}

static void offer_recall(struct offering *o)
{
    const struct process_state *to;
    check_recall(&to, &o->a, o->done, o->done_count);
    if (o->to.len == 0)
        offer(o, (struct flow_open_aside){.kind = "recall", .label = N_("Take back")});
    o->to.len = 0;
}

err_t flow_general_actions(const struct flow_open_aside **out, size_t *count, struct step *g)
{
    struct offering o = {.a = {.g = *g}, .to = {.arena = g->x->arena}};
    bool holds = false;
    o.a.g.to = &o.to;
    g->x->step = NULL;
    err_t rc = offer_opinions(&o, true);
    if (rc == OK)
        rc = check_holder(&holds, &o.a);
    holds = holds && g->x->c.open;
    if (rc == OK)
        rc = flow_history(&o.done, &o.done_count, g->db, g->x->c.id, g->x->arena, g->e);
    if (rc == OK)
        offer_recall(&o);
    if (rc == OK && holds && o.a.by_office)
        rc = offer_back(&o);
    if (rc == OK && holds) {
        offer_to_others(&o);
        rc = offer_opinions(&o, false);
    }
    if (rc == OK && !holds)
        rc = offer_urge(&o);
    *out = o.all.ptr;
    *count = o.all.len;
    return rc;
}
