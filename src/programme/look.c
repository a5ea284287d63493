/* Obstacles to a step from its policy: required field values, criteria, questions, the name. */
#include "base/msg.h"
#include "judge/stored.h"
#include "policy/naming.h"
#include "programme/against.h"
#include "programme/call.h"
#include "programme/cleared.h"
#include "programme/earlier.h"
#include "programme/fact_name.h"
#include "programme/form_paper.h"
#include "programme/lapse.h"
#include "programme/publicity.h"
#include "programme/publicity_priv.h"
#include "programme/review.h"
#include "programme/service.h"
#include "programme/standing.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define CHINA_MS (INT64_C(8) * 3600 * 1000) /* that its midnight is before that of UTC */
#define CASES_DEEP 8 /* a case, and those that brought it about, one after the other */

/* --- facts ---------------------------------------------------------------------------------- */

struct prepared *programme_prepared(struct flow_call *x)
{
    if (!x->prepared)
        x->prepared = arena_alloc(x->arena, sizeof(struct prepared));
    return x->prepared;
}

err_t programme_party_code(struct str *out, struct programme *p, int64_t unit, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = db_row(NULL, db, "SELECT credit_code FROM unit WHERE id = ?1", VALUES(v_i64(unit)),
                    INTO(into_str(out)), p->arena, e);
    store_reader_put(p->kernel->store, db);
    return rc;
}

static err_t party_code(struct str *code, struct programme *p, int64_t unit, struct err *e)
{
    err_t rc = programme_party_code(code, p, unit, e);
    if (rc == OK && code->len == 0)
        rc = err_set(e, E_INVALID,
                     "the party has no unified social credit code; enter it with the unit");
    return rc;
}

err_t programme_cases(const struct facts_case **out, size_t *count, struct db *db,
                      const struct flow_call *x, struct err *e)
{
    struct facts_case *cases = arena_array(x->arena, CASES_DEEP, sizeof(*cases));
    struct flow_case c = x->c;
    err_t rc = OK;
    *out = cases;
    *count = 0;
    cases[(*count)++] = (struct facts_case){c.number, c.type, c.record_id};
    while (c.parent && *count < CASES_DEEP &&
           (rc = flow_case_read(&c, db, c.parent, x->arena, e)) == OK)
        cases[(*count)++] = (struct facts_case){c.number, c.type, c.record_id};
    return rc;
}

/* A case that manages a party belongs to the time of its recognition, even if it was opened after
 * the document lapsed. */
static err_t find_origin(struct flow_case *origin, struct str *entered, struct step_view *g,
                         const struct pack *pack)
{
    struct flow_case c = g->x->c;
    err_t rc = OK;
    while (c.parent && (rc = flow_case_read(&c, g->db, c.parent, g->x->arena, g->e)) == OK)
        continue;
    *origin = c;
    *entered = STR_NONE;
    const struct process *p = rc == OK ? pack_process(pack, c.process) : NULL;
    if (p && programme_lapsed(pack, business_date(c.opened_ms, g->x->arena)) &&
        lapse_manages(pack, p))
        rc = lapse_entered(entered, g->db, pack, c.unit, g->x->arena, g->e);
    return rc;
}

err_t programme_begin_time(int64_t *ms, struct db *db, const struct flow_call *x,
                           const struct pack *pack, struct err *e)
{
    struct step_view g = {.db = db, .x = x, .e = e};
    struct flow_case origin;
    struct str entered;
    struct date day;
    struct call_version v = {0};
    err_t rc = find_origin(&origin, &entered, &g, pack);
    *ms = origin.opened_ms;
    if (rc == OK && origin.call) /* by the version that counted when its call opened */
        rc = call_version(&v, db, origin.call, pack->id, pack->digest, x->arena, e);
    if (v.opened_ms)
        *ms = v.opened_ms;
    if (rc == OK && date_parse(&day, entered))
        *ms = (int64_t)(date_to_days(day) + 1) * DAY_MS - CHINA_MS - 1; /* its last moment */
    return rc;
}

/* The day by which the matter counts: it was handed in, or managed a party since. */
static err_t find_handed_in(struct str *day, struct step_view *g, const struct pack *pack)
{
    struct flow_case origin;
    err_t rc = find_origin(&origin, day, g, pack);
    return rc == OK && day->len == 0 ? lapse_handed_in(day, g->db, origin.id, g->x->arena, g->e)
                                     : rc;
}

/* Whether the step is the party's from the start, and leads on. */
static bool leads_from_start(const struct process *p, const struct process_step *s)
{
    return process_leaves(s, p->start) && !s->stays && process_is_partys(s) &&
           !p->states[s->to].end;
}

/* A submission states that the party's lists are complete, so no further statements are needed. */
bool programme_is_submitted(const struct flow_call *x)
{
    bool handed_in = false;
    if (process_state_at(x->process, x->c.stage) == x->process->start)
        return x->step && leads_from_start(x->process, x->step);
    for (size_t i = 0; i < x->process->step_count; i++)
        handed_in |= leads_from_start(x->process, &x->process->steps[i]);
    return handed_in;
}

err_t programme_report_day(bool *reports, struct str *day, struct db *db, struct kernel *k,
                           const struct pack *pack, const struct flow_case *c, struct arena *a,
                           struct err *e)
{
    const struct record_type *t = record_type_find(k->types, c->type);
    const struct process *process = pack_process(pack, c->process);
    const struct jvalue *year = NULL;
    err_t rc = OK;
    *reports = false;
    for (size_t i = 0; t && record_field(t, STR("year")) && process && i < process->step_count; i++)
        *reports |= process_step_has(&process->steps[i], EFFECT_HAND_IN);
    if (*reports)
        rc = record_value(&year, db, k, t, c->record_id, STR("year"), a, e);
    struct str last = year ? arena_printf(a, "%.*s-12-31", STR_ARG(year->text)) : STR_NONE;
    if (last.len && str_cmp(last, *day) < 0)
        *day = last;
    return rc;
}

/* The facts of the case as the program reads them: who judges sees all that the rules are about. */
static err_t read_facts(struct stored_facts *facts, struct str *as_of, struct flow_call *x,
                        struct programme *p, bool for_report, struct err *e)
{
    struct step_view g = {.x = x, .e = e};
    struct subject all;
    struct party_facts party;
    struct str code = STR_NONE;
    bool reports = false;
    struct facts_request r = {.as_of = x->today,
                              .programme = p->pack->id,
                              .subject = &all,
                              .with_sources = programme_prepared(x)->with_sources,
                              .handed_in_whole = programme_is_submitted(x)};
    subject_program(&all, x->today);
    err_t rc = party_code(&code, p, x->c.unit, e);
    if (rc == OK && (rc = store_reader_get(&g.db, p->kernel->store, e)) == OK) {
        rc = record_party(&party, p->kernel, g.db, &all, code, x->arena, e);
        if (rc == OK)
            rc = programme_cases(&r.cases, &r.case_count, g.db, x, e);
        if (rc == OK)
            rc = find_handed_in(&r.handed_in, &g, p->pack);
        if (rc == OK)
            rc = programme_report_day(&reports, &r.as_of, g.db, p->kernel, p->pack, &x->c, x->arena,
                                      e);
        store_reader_put(p->kernel->store, g.db);
    }
    r.for_report = for_report || reports;
    *as_of = r.as_of;
    return rc == OK ? facts_from_store(facts, &party, p->pack, p->kernel, &r, x->arena, e) : rc;
}

static err_t load_facts(struct flow_call *x, struct programme *p, struct err *e)
{
    struct prepared *ready = programme_prepared(x);
    struct stored_facts facts;
    if (ready->facts.len)
        return OK;
    err_t rc = read_facts(&facts, &ready->as_of, x, p, false, e);
    if (rc != OK)
        return rc;
    ready->facts = facts.canonical;
    ready->document = facts.party.document;
    stored_sources(&ready->sources, &facts.party, x->arena);
    return OK;
}

err_t programme_facts(const struct yvalue **out, struct flow_call *x, struct programme *p,
                      struct err *e)
{
    err_t rc = load_facts(x, p, e);
    const struct prepared *ready = x->prepared;
    *out = rc == OK ? ready->document : NULL;
    return rc;
}

err_t programme_report_facts(const struct yvalue **out, struct flow_call *x, struct programme *p,
                             struct err *e)
{
    struct stored_facts facts;
    struct str as_of;
    err_t rc = read_facts(&facts, &as_of, x, p, true, e);
    *out = rc == OK ? facts.party.document : NULL;
    return rc;
}

/* --- fields ------------------------------------------------------------------------------------ */

err_t programme_field(const struct record_type **t, struct str *field, const struct programme *p,
                      struct str path, struct err *e)
{
    struct str rest = path, type = str_split(&rest, STR("."));
    *t = record_type_find(p->kernel->types, type);
    *field = rest;
    return *t ? OK
              : err_set(e, E_INTERNAL, "the policy names %.*s, and there is no such record type",
                        STR_ARG(path));
}

err_t programme_record(int64_t *id, struct step_view *g, const struct record_type *t)
{
    const struct prepared *ready = g->x->prepared;
    *id = 0;
    if (str_is(t->name, "case") || str_is(t->name, "call")) { /* its own, not its party's latest */
        *id = str_is(t->name, "case") ? g->x->c.id : g->x->c.call;
        return OK;
    }
    for (size_t i = ready ? ready->records.len : 0; *id == 0 && i > 0; i--)
        if (str_eq(ready->records.ptr[i - 1].type, t->name))
            *id = ready->records.ptr[i - 1].id;
    const struct facts_case *cases;
    size_t count = 0;
    err_t rc = *id ? OK : programme_cases(&cases, &count, g->db, g->x, g->e);
    for (size_t i = 0; *id == 0 && i < count; i++)
        if (str_eq(t->name, cases[i].type))
            *id = cases[i].record_id;
    return *id || rc != OK ? rc
                           : record_latest(id, g->db, g->p->kernel, t, g->x->c.unit, g->x->c.pack,
                                           g->x->c.number, g->x->arena, g->e);
}

struct str programme_condition_text(const struct jvalue *v)
{
    if (v && (v->type == J_TRUE || v->type == J_FALSE))
        return v->type == J_TRUE ? STR("true") : STR("false");
    return v ? v->text : STR_NONE;
}

bool programme_stands(const struct jvalue *v)
{
    return v && v->type != J_NULL && !(v->type == J_ARRAY && v->count == 0);
}

err_t programme_field_text(struct str *out, struct step_view *g, struct str path)
{
    const struct record_type *t;
    const struct jvalue *v = NULL;
    struct str field;
    int64_t id = 0;
    err_t rc = programme_field(&t, &field, g->p, path, g->e);
    if (rc == OK)
        rc = programme_record(&id, g, t);
    if (rc == OK && id)
        rc = record_value(&v, g->db, g->p->kernel, t, id, field, g->x->arena, g->e);
    *out = programme_condition_text(v);
    return rc;
}

/* The party's identity and the route named by a record are settled; counted or ticked values of
 * the case can still change. */
static err_t is_settled(bool *out, struct step_view *g, struct str path)
{
    const struct facts_case *cases;
    const struct record_type *t;
    struct str field;
    size_t count = 0;
    err_t rc = programme_field(&t, &field, g->p, path, g->e);
    if (rc == OK)
        rc = programme_cases(&cases, &count, g->db, g->x, g->e);
    if (rc != OK)
        return rc;
    const struct field *f = record_field(t, field);
    *out = true;
    for (size_t i = 0; i < count; i++)
        if (str_eq(t->name, cases[i].type))
            *out = f && (f->type == FIELD_ENUM || f->choices);
    return OK;
}

err_t programme_conditions_false(bool *out, struct step_view *g, const struct process_value *when,
                                 size_t count)
{
    err_t rc = OK;
    *out = false;
    for (size_t i = 0; rc == OK && !*out && i < count; i++) {
        struct str is;
        bool settled = false;
        rc = is_settled(&settled, g, when[i].name);
        if (rc == OK && settled && (rc = programme_field_text(&is, g, when[i].name)) == OK)
            *out = process_holds(&when[i], is) == HOLDS_NOT;
    }
    return rc;
}

err_t programme_is_inapplicable(bool *out, struct db *db, struct flow_call *x,
                                const struct process_step *step, void *arg, struct err *e)
{
    return programme_conditions_false(out, &(struct step_view){NULL, db, x, arg, e}, step->when,
                                      step->when_count);
}

/* Evaluates the conditions; *holds: all are true. False ones are reported if `told`. */
static err_t check_conditions(bool *holds, bool told, struct step_view *g,
                              const struct process_value *when, size_t count)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct process_value *w = &when[i];
        const struct record_type *t;
        struct str field, is = STR_NONE;
        if ((rc = programme_field_text(&is, g, w->name)) != OK ||
            (rc = programme_field(&t, &field, g->p, w->name, g->e)) != OK)
            break;
        const struct field *f = field_in_pack(record_field(t, field), g->p->pack, g->x->arena);
        struct label label =
            f ? programme_field_label(g->p, t, f) : (struct label){.zh = w->name, .en = w->name};
        struct label value = fact_value_label(&(struct fact_name){t, f}, w->value);
        enum process_holds now = process_holds(w, is);
        *holds &= now == HOLDS;
        if (now == HOLDS_UNKNOWN)
            flow_obstacle_add_in(g->to, "when", w->name, &g->x->step->citation,
                                 N_("it depends on \"%s\", which is not entered yet"),
                                 (struct str[]){label.zh}, (struct str[]){label.en}, 1);
        else if (now == HOLDS_NOT && told)
            flow_obstacle_add_in(g->to, "when", w->name, &g->x->step->citation,
                                 w->other ? N_("it is only where \"%s\" is not %s")
                                          : N_("it is only where \"%s\" is %s"),
                                 (struct str[]){label.zh, value.zh},
                                 (struct str[]){label.en, value.en}, 2);
    }
    return rc;
}

err_t programme_check_when(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                           struct err *e)
{
    struct step_view g = {.to = to, .x = x, .p = p, .e = e};
    bool holds = true;
    if (x->step->when_count == 0)
        return OK;
    err_t rc = store_reader_get(&g.db, p->kernel->store, e);
    if (rc == OK)
        rc = check_conditions(&holds, true, &g, x->step->when, x->step->when_count);
    store_reader_put(p->kernel->store, g.db);
    return rc;
}

/* --- criteria and questions --------------------------------------------------------------------- */

static const struct criterion_result *result_of(const struct pack_verdict *v, struct str criterion)
{
    for (size_t i = 0; i < v->result_count; i++)
        if (str_eq(v->results[i].criterion->id, criterion))
            return &v->results[i];
    return NULL;
}

/* The question that asks a criterion; NULL: none does. */
static const struct question *asking(const struct pack *p, struct str criterion)
{
    for (size_t i = 0; i < p->questions.len; i++)
        if (str_among(criterion, p->questions.ptr[i].names, p->questions.ptr[i].count))
            return &p->questions.ptr[i];
    return NULL;
}

bool programme_any_is_enough(const struct criterion *c)
{
    return c->test.tree && c->test.tree->kind == EX_ANY;
}

void programme_note_unknown(struct flow_obstacles *to, const struct criterion_result *r)
{
    struct flow_missing *m = &to->ptr[to->len - 1].missing;
    if (r->pass == UNKNOWN)
        m->fact_count = missing_of(&m->facts, r);
    m->any = programme_any_is_enough(r->criterion);
}

static void say_criterion(struct flow_obstacles *to, const struct criterion_result *r)
{
    struct str advice = r->advice.len ? r->advice : r->criterion->citation.quote;
    flow_obstacle_add(to, "criterion", r->criterion->id, &r->criterion->citation,
                      r->pass == NO ? N_("not met: %s") : N_("not known: %s"),
                      FLOW_ARGS(advice.len ? advice : r->criterion->id));
    programme_note_unknown(to, r);
}

err_t programme_verdict(const struct pack_verdict **out, struct str *wrong, struct step_run *g,
                        struct str question)
{
    struct err why;
    struct judged *j = NULL;
    err_t rc = load_facts(g->x, g->p, g->e);
    struct prepared *ready = g->x->prepared;
    *out = NULL;
    *wrong = STR_NONE;
    if (rc != OK)
        return rc;
    for (size_t i = 0; !j && i < ready->judged.len; i++)
        if (str_eq(ready->judged.ptr[i]->question, question))
            j = ready->judged.ptr[i];
    if (!j) {
        j = arena_alloc(g->x->arena, sizeof(*j));
        *j = (struct judged){.question = question};
        rc = pack_verdict_check(&j->verdict, g->p->pack, ready->document, question, g->x->arena,
                                &why);
        if (rc != OK && rc != E_INVALID) {
            if (g->e)
                *g->e = why;
            return rc;
        }
        if (rc == E_INVALID)
            j->wrong = arena_dup(g->x->arena, str_of(why.text));
        VEC_PUSH(g->x->arena, &ready->judged, j);
    }
    *wrong = j->wrong;
    *out = j->wrong.len ? NULL : &j->verdict;
    return OK;
}

/* Records that allow no verdict (an end before the beginning) are an obstacle that names them; *v
 * is then NULL. */
static err_t ask(const struct pack_verdict **v, struct step_run *g, struct str question)
{
    struct str wrong;
    err_t rc = programme_verdict(v, &wrong, g, question);
    if (rc == OK && !*v)
        flow_obstacle_add(g->to, "facts", question, &g->x->step->citation,
                          N_("these records allow no verdict; correct them: %s"), FLOW_ARGS(wrong));
    return rc;
}

/* The result of a criterion on the facts of the case; NULL: the records allow no verdict, and *to
 * has the obstacle. */
static err_t programme_criterion(const struct criterion_result **out, struct step_run *g,
                                 struct str criterion)
{
    const struct question *q = asking(g->p->pack, criterion);
    const struct pack_verdict *v = NULL;
    *out = NULL;
    if (!q)
        return err_set(g->e, E_INTERNAL, "no question of the policy asks %.*s", STR_ARG(criterion));
    err_t rc = ask(&v, g, q->id);
    if (rc == OK && v)
        *out = result_of(v, criterion);
    return rc;
}

static err_t check_needs(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                         struct err *e)
{
    const struct criterion_result *r;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < x->step->need_count; i++)
        if ((rc = programme_criterion(&r, &(struct step_run){to, NULL, x, p, e},
                                      x->step->needs[i])) == OK &&
            r && r->applicable && r->pass != YES)
            say_criterion(to, r);
    return rc;
}

/* Requires criteria to be known as unmet: unknown and inapplicable ones are no ground. */
static err_t check_fails(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                         struct err *e)
{
    const struct criterion_result *r;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < x->step->fail_count; i++) {
        rc = programme_criterion(&r, &(struct step_run){to, NULL, x, p, e}, x->step->fails[i]);
        if (rc != OK || !r || (r->applicable && r->pass == NO))
            continue;
        struct str what = r->criterion->citation.quote;
        flow_obstacle_add(to, "criterion", r->criterion->id, &r->criterion->citation,
                          r->pass == UNKNOWN
                              ? N_("it is only where this is not met, and that is not known: %s")
                              : N_("it is only where this is not met, and it is met: %s"),
                          FLOW_ARGS(what.len ? what : r->criterion->id));
        programme_note_unknown(to, r);
    }
    return rc;
}

static void say_verdict(struct flow_obstacles *to, const struct pack_verdict *v, bool must_pass)
{
    for (size_t i = 0; i < v->result_count; i++) {
        const struct criterion_result *r = &v->results[i];
        if (!r->applicable || r->criterion->part || r->criterion->advisory || r->pass == YES ||
            (r->pass == UNKNOWN && !must_pass))
            continue;
        say_criterion(to, r);
    }
}

/* Stores a decision with the facts it rests on. */
static err_t keep_decision(struct flow_call *x, struct programme *p, struct str question,
                           struct err *e)
{
    struct prepared *ready = x->prepared;
    struct kept_decision d;
    struct str code = STR_NONE;
    struct db *db = NULL;
    int64_t began_ms = 0;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = programme_begin_time(&began_ms, db, x, p->pack, e);
    store_reader_put(p->kernel->store, db);
    if (rc == OK)
        rc = party_code(&code, p, x->c.unit, e);
    const struct decision_new n = {.packs = p->packs,
                                   .pack = p->pack,
                                   .party = code,
                                   .type = STR("case"),
                                   .record_id = x->c.id,
                                   .began_ms = began_ms,
                                   .question = question,
                                   .facts = ready->facts};
    if (rc == OK && (rc = decision_prepare(&d, &n, x->arena, e)) == OK)
        VEC_PUSH(x->arena, &ready->decisions, d);
    return rc;
}

static bool hands_in(const struct flow_call *x)
{
    return x->step && str_is(x->step->actor, "applicant") && leads_from_start(x->process, x->step);
}

/* Whether a condition is open for want of a word of the party's own. */
static bool lacks_partys_word(const struct criterion_result *r)
{
    const struct str *missing;
    size_t count = missing_of(&missing, r);
    for (size_t i = 0; i < count; i++) {
        struct str key = missing[i], record = str_split(&key, STR("."));
        record = str_split(&record, STR("["));
        for (size_t k = 0; k < r->words.count; k++) {
            struct str of = r->words.items[k].fact, its = str_split(&of, STR("."));
            if (fact_word_is_partys(&r->words.items[k]) && str_eq(its, record) &&
                (key.len == 0 || str_eq(of, key)))
                return true;
        }
    }
    return false;
}

/* A case is handed in with what the party has to say of it: no condition is left open that its own word settles. */
static err_t check_known(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                         struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && hands_in(x) && i < x->step->ask_count; i++) {
        const struct pack_verdict *v = NULL;
        struct str wrong;
        rc = programme_verdict(&v, &wrong, &(struct step_run){NULL, NULL, x, p, e},
                               x->step->asks[i]);
        for (size_t k = 0; rc == OK && v && k < v->result_count; k++) {
            const struct criterion_result *r = &v->results[k];
            const struct criterion *c = r->criterion;
            if (r->applicable && !c->part && !c->advisory && !c->judged && r->pass == UNKNOWN &&
                lacks_partys_word(r))
                say_criterion(to, r);
        }
    }
    return rc;
}

static err_t check_questions(struct step_run *g, const struct str *ids, size_t count,
                             bool must_pass)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct pack_verdict *v = NULL;
        rc = ask(&v, g, ids[i]);
        if (rc != OK || !v)
            continue;
        if (v->verdict == NO || (must_pass && v->verdict != YES))
            say_verdict(g->to, v, must_pass);
        else if (!g->x->looking)
            rc = keep_decision(g->x, g->p, ids[i], g->e);
    }
    return rc;
}

/* --- the name --------------------------------------------------------------------------------------- */

static err_t form_name(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                       struct err *e)
{
    struct err why;
    if (!process_step_has(x->step, EFFECT_NAME))
        return OK;
    err_t rc = load_facts(x, p, e);
    if (rc != OK)
        return rc;
    struct prepared *ready = x->prepared;
    const struct yvalue *name = yin_get(yin_get(ready->document, "industry"), "name");
    if (!name || name->type != Y_TEXT)
        flow_obstacle_add(to, "object", STR("industry.name"), &p->pack->naming.citation,
                          N_("the name is formed from the industry, which is not known"), NULL, 0);
    else if ((rc = pack_name(&ready->name, p->pack, pack_naming_level(p->pack, x->process),
                             name->text, x->arena, &why)) == E_INVALID)
        flow_obstacle_add(to, "object", STR("industry.name"), &p->pack->naming.citation,
                          N_("the industry gives no name: %s"), FLOW_ARGS(str_of(why.text)));
    if (rc == OK || rc == E_INVALID)
        return OK;
    return err_pass(e, rc, &why);
}

/* --- what is said --------------------------------------------------------------------------- */

/* Rejects input that is another body's to state. */
static void check_whose(struct flow_obstacles *to, const struct flow_call *x,
                        const struct record_type *t, const struct jvalue *said)
{
    for (size_t i = 0; t && said->type == J_OBJECT && i < said->count; i++) {
        const struct field *f = record_field(t, said->names[i]);
        if (f)
            (void)programme_check_fact_source(to, x, f);
    }
}

static void say_unwritten(struct flow_obstacles *to, const struct flow_call *x,
                          const struct programme *p, struct str type)
{
    const struct record_type *t = record_type_find(p->kernel->types, type);
    const struct label label = t ? programme_type_label(p, t) : (struct label){type, type};
    flow_obstacle_add_in(to, "object", type, &x->step->citation,
                         N_("the step writes no record of the kind \"%s\""), &label.zh, &label.en,
                         1);
}

/* Reports input for records that no effect of the step writes. */
static void check_said(struct flow_obstacles *to, const struct flow_call *x,
                       const struct programme *p)
{
    const struct jvalue *said = x->arguments ? jin_get(x->arguments, "records") : NULL;
    for (size_t i = 0; said && said->type == J_OBJECT && i < said->count; i++) {
        bool writes = false;
        for (size_t k = 0; !writes && k < x->step->effect_count; k++) {
            const struct process_effect *f = &x->step->effects[k];
            const struct process *next =
                f->kind == EFFECT_START ? pack_process(p->pack, f->object) : NULL;
            writes = ((f->kind == EFFECT_RECORD || f->kind == EFFECT_CHANGE) &&
                      str_eq(f->object, said->names[i])) ||
                     (next && str_eq(next->subject, said->names[i]));
        }
        if (writes)
            check_whose(to, x, record_type_find(p->kernel->types, said->names[i]), &said->items[i]);
        else
            say_unwritten(to, x, p, said->names[i]);
    }
}

/* A step of the process is taken only where the field says so ("when"). */
static bool decides_the_way(const struct process *p, struct str path)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (FIND_BY(p->steps[i].when, p->steps[i].when_count, name, path))
            return true;
    return false;
}

/* Fields that decide the route of the case must be entered in this step at the latest, because no
 * later step enters them. */
static err_t check_ways(struct step_view *g, const struct process_effect *f)
{
    const struct jvalue *records;
    err_t rc = review_argument(&records, g->x, g->p, "records", g->e);
    const struct jvalue *said =
        rc == OK && records ? jin_get(records, arena_cstr(g->x->arena, f->object)) : NULL;
    for (size_t i = 0; rc == OK && i < f->enter_count; i++) {
        struct str stands, path = arena_printf(g->x->arena, "%.*s.%.*s", STR_ARG(f->object),
                                               STR_ARG(f->enters[i]));
        const struct jvalue *value =
            said ? jin_get(said, arena_cstr(g->x->arena, f->enters[i])) : NULL;
        if (!decides_the_way(g->x->process, path) || (value && value->type != J_NULL))
            continue;
        rc = programme_field_text(&stands, g, path);
        const struct record_type *t = record_type_find(g->p->kernel->types, f->object);
        if (rc != OK || stands.len || !t)
            continue;
        const struct label name = programme_field_label(g->p, t, record_field(t, f->enters[i]));
        flow_obstacle_add_in(
            g->to, "object", arena_printf(g->x->arena, "records.%.*s", STR_ARG(path)),
            &g->x->step->citation,
            N_("enter \"%s\" in this step at the latest: it decides how the case continues"),
            (struct str[]){name.zh}, (struct str[]){name.en}, 1);
    }
    return rc;
}

static err_t check_said_in_time(struct flow_obstacles *to, struct flow_call *x,
                                const struct programme *p, struct err *e)
{
    struct db *db = NULL;
    if (x->looking)
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    for (size_t i = 0; rc == OK && i < x->step->effect_count; i++)
        if (x->step->effects[i].kind == EFFECT_CHANGE &&
            str_eq(x->step->effects[i].object, x->process->subject))
            rc = check_ways(&(struct step_view){to, db, x, p, e}, &x->step->effects[i]);
    store_reader_put(p->kernel->store, db);
    return rc;
}

/* --- experts ---------------------------------------------------------------------------------- */

/* The panel of experts that the step rests on: closed, with this case in its report. */
static err_t check_panel(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                         struct err *e)
{
    const struct process_value *asked = &x->step->panel;
    const struct part *evaluation = part_named(p->pack, PART_EVALUATIONS, asked->name);
    struct panel_review *r = &programme_prepared(x)->review;
    struct db *db = NULL;
    if (!evaluation)
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = panel_review_of(r, db, x->c.id, asked->name, x->arena, e);
    store_reader_put(p->kernel->store, db);
    if (rc != OK)
        return rc;
    struct str label = part_text(evaluation, "label");
    if (r->panel == 0)
        flow_obstacle_add(to, "panel", asked->name, &x->step->citation,
                          N_("no panel of experts for \"%s\" has this case: form one with it"),
                          FLOW_ARGS(label));
    else if (r->earlier)
        flow_obstacle_add(to, "panel", asked->name, &x->step->citation,
                          N_("the panel of experts \"%s\" judged what was handed in before; the "
                             "case was handed in again since: form another with it"),
                          FLOW_ARGS(r->title));
    else if (!r->closed) /* no field: there is a panel, none is to be formed */
        flow_obstacle_add(to, "panel", STR_NONE, &x->step->citation,
                          N_("the panel of experts \"%s\" is not closed yet, so it has no report"),
                          FLOW_ARGS(r->title));
    else if (r->result.len == 0)
        flow_obstacle_add(to, "panel", asked->name, &x->step->citation,
                          N_("the panel of experts \"%s\" was closed without a result of this "
                             "case: form another with it"),
                          FLOW_ARGS(r->title));
    else if (!str_eq(r->result, asked->value))
        flow_obstacle_add(to, "panel", STR_NONE, &x->step->citation,
                          str_is(r->result, "fail")
                              ? N_("by the panel of experts \"%s\" this case does not pass: %s")
                              : N_("by the panel of experts \"%s\" this case passes: %s"),
                          FLOW_ARGS(r->title, r->result_reason));
    return OK;
}

/* Input for secret records (an objection) is left out of the history. */
static void note_untold(struct flow_call *x, const struct programme *p)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    for (size_t i = 0; records && records->type == J_OBJECT && i < records->count; i++) {
        const struct record_type *t = record_type_find(p->kernel->types, records->names[i]);
        if (t && t->secrecy >= SECRECY_SECRET)
            x->untold = t->name;
    }
}

void programme_note(struct flow_call *x, void *arg)
{
    struct prepared *ready = x->prepared;
    note_untold(x, arg);
    if (!ready)
        return;
    ready->records.len = 0; /* a store step may be run again: what it wrote before was undone */
    ready->commitment_noted = false;
    review_note(x);
    against_note(x);
    cleared_note(x);
    if (ready->review.panel == 0)
        return;
    jout_pair_i64(x->result, "panel", ready->review.panel);
    jout_pair(x->result, "panel_report", ready->review.report_digest);
}

/* --- what can change under way --------------------------------------------------------------- */

/* A party's statement that differs from the register must be corrected before submission, because
 * the verdict counts it as absent. */
static err_t check_register(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                            struct err *e)
{
    const struct pack_verdict *v;
    struct str code = STR_NONE, wrong;
    if (!hands_in(x) || p->pack->questions.len == 0)
        return OK;
    err_t rc = programme_party_code(&code, p, x->c.unit, e);
    if (rc != OK || code.len == 0) /* no entry: nothing that it could be held to */
        return rc;
    rc = programme_verdict(&v, &wrong, &(struct step_run){NULL, NULL, x, p, e},
                           p->pack->questions.ptr[0].id);
    if (rc != OK || !v) /* no verdict at all: told where the step asks for one */
        return rc;
    const struct prepared *ready = x->prepared;
    for (size_t i = 0; i < v->flag_count; i++)
        for (size_t k = 0; str_is(v->flags[i].id, "register") && k < v->flags[i].record_count;
             k++) {
            struct str fact = v->flags[i].records[k], key = fact;
            const struct fact_name n = fact_name_of(p->kernel->types, fact);
            const struct label label = fact_label(&n, fact);
            (void)str_split(&key, STR("."));
            const struct yvalue *has =
                yin_get(yin_get(ready->document, "register"), arena_cstr(x->arena, key));
            struct str registered = has ? has->text : STR_NONE;
            flow_obstacle_add_in(to, "register", fact, &x->step->citation,
                                 N_("\"%s\" is not as the register of organisations has it (%s)"),
                                 (struct str[]){label.zh, registered},
                                 (struct str[]){label.en, registered}, 2);
        }
    return OK;
}

/* After a ban begins, the party's earlier submissions cannot move on by the party's steps. */
static err_t check_barred(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                          const struct programme *p, struct err *e)
{
    struct ban ban;
    if (!hands_in(x))
        return OK;
    err_t rc = programme_find_ban(&ban, &(struct step_view){NULL, db, x, p, e}, x->c.unit);
    if (rc == OK && ban.bars)
        flow_obstacle_add_in(to, "barred", x->process->id, &ban.citation, ban.sentence, ban.zh,
                             ban.en, ban.count);
    return rc;
}

/* An office decides nothing under a policy of another place. */
static void check_jurisdiction(struct flow_obstacles *to, const struct flow_call *x,
                               const struct programme *p)
{
    const struct document *d = &p->pack->document;
    if (x->step && process_is_offices(x->step) && !str_is(x->step->actor, "public") &&
        d->jurisdiction.len && !programme_covers_region(p->pack, x->c.city, x->c.province))
        flow_obstacle_add(to, "object", STR("unit"), &x->step->citation,
                          N_("%s is a policy of %s, and the unit of this case is of another place"),
                          FLOW_ARGS(d->title, d->issuer));
}

/* The office of the party's own city; a unit of a province has none. */
static err_t check_office_city(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                               const struct programme *p, struct err *e)
{
    struct str city = STR_NONE;
    /* A criterion of the document on the same fact comes first. */
    if (to->len || !hands_in(x) || !str_is(x->c.type, "application") || x->c.city.len != 4)
        return OK;
    err_t rc = programme_field_text(&city, &(struct step_view){NULL, db, x, p, e},
                                    STR("application.office_city"));
    if (rc == OK && city.len && !str_eq(region_city_prefix(city), x->c.city))
        flow_obstacle_add(to, "object", STR("office_city"), &x->step->citation,
                          N_("the application goes to the office of the city where the unit is "
                             "(office_city), and not to that of another"),
                          NULL, 0);
    return rc;
}

err_t programme_guard(struct flow_obstacles *to, struct db *db, struct flow_call *x, void *arg,
                      struct err *e)
{
    const struct programme *p = arg;
    err_t rc = check_office_city(to, db, x, p, e);
    check_jurisdiction(to, x, p);
    if (rc == OK && hands_in(x))
        rc = call_only_one(&(struct step_view){to, db, x, p, e}, x->c.call);
    if (rc == OK)
        rc = call_recognised(&(struct step_view){to, db, x, p, e}, hands_in(x));
    if (rc == OK && hands_in(x))
        rc = call_check_submission(to, db, x, p, e);
    if (rc == OK)
        rc = check_barred(to, db, x, arg, e);
    if (rc == OK)
        rc = standing_check(to, db, x, p, e);
    if (rc == OK && hands_in(x))
        rc = lapse_check_submission(to, db, x, arg, e);
    if (rc == OK)
        rc = earlier_check(to, db, x, p, e);
    return rc == OK ? publicity_check(to, db, x, arg, e) : rc;
}

/* Taking a step, the store step asks the guards. Before it they are asked only where that tells more: while the step is
 * looked at, where it is refused anyway, and of each of several cases. */
static err_t check_changing(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                            struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = programme_guard(to, db, x, p, e);
    store_reader_put(p->kernel->store, db);
    return rc;
}

/* The step is refused before its store step, so the obstacles of guards are added here. */
static err_t put_guards_first(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                              struct err *e)
{
    struct flow_obstacles all = {.arena = to->arena};
    err_t rc = check_changing(&all, x, p, e);
    for (size_t i = 0; i < to->len; i++)
        VEC_PUSH(to->arena, &all, to->ptr[i]);
    *to = all;
    return rc;
}

/* A paper that was served stays so: it is asked once, before the step. */
static err_t check_served(struct flow_obstacles *to, const struct flow_call *x,
                          const struct programme *p, struct err *e)
{
    struct db *db = NULL;
    if (x->step->served_count == 0)
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = service_check(to, db, x, p, e);
    store_reader_put(p->kernel->store, db);
    return rc;
}

/* Effects under a condition that does not hold are none of this step: from here on it is the step
 * without them. A condition on what is not known keeps it closed. */
static err_t settle_effects(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                            struct err *e)
{
    struct step_view g = {.to = to, .x = x, .p = p, .e = e};
    const struct process_step *s = process_step_find(x->process, x->step->id);
    struct process_step *mine = arena_alloc(x->arena, sizeof(*mine));
    struct process_effect *left = arena_array(x->arena, s->effect_count + 1, sizeof(*left));
    err_t rc = store_reader_get(&g.db, p->kernel->store, e);
    *mine = *s;
    mine->effects = left;
    mine->effect_count = 0;
    for (size_t i = 0; rc == OK && i < s->effect_count; i++) {
        bool holds = true;
        rc = check_conditions(&holds, false, &g, s->effects[i].when, s->effects[i].when_count);
        if (holds)
            left[mine->effect_count++] = s->effects[i];
    }
    store_reader_put(p->kernel->store, g.db);
    x->step = mine;
    return rc;
}

/* Whether only texts (reason, basis …) are missing; then missing values of papers are reported at
 * once too. */
static bool lacks_words_alone(const struct flow_obstacles *to)
{
    static const struct str codes[] = {STR("reason"), STR("basis"), STR("commitment"),
                                       STR("against")};
    for (size_t i = 0; i < to->len; i++)
        if (!str_among(str_of(to->ptr[i].code), codes, ARRAY_LEN(codes)))
            return false;
    return true;
}

err_t programme_look(struct flow_obstacles *to, struct flow_call *x, void *arg, struct err *e)
{
    struct programme *p = arg;
    struct step_run g = {.to = to, .x = x, .p = p, .e = e};
    x->prepared = NULL;
    (void)programme_prepared(x);
    size_t had = to->len;
    err_t rc = programme_check_when(to, x, p, e);
    if (rc != OK || to->len > had) /* a step that is not this party's is not judged */
        return rc;
    if ((rc = check_served(to, x, p, e)) != OK)
        return rc;
    if (!lacks_words_alone(
            to)) /* nor one before its day; what changed since a review is shown all the while */
        return review_check(to, x, p, e);
    if ((rc = settle_effects(to, x, p, e)) != OK)
        return rc;
    const struct process_step *s = x->step;
    check_said(to, x, p);
    rc = check_said_in_time(to, x, p, e);
    if (rc == OK)
        rc = check_panel(to, x, p, e);
    if (rc == OK)
        rc = check_needs(to, x, p, e);
    if (rc == OK)
        rc = check_fails(to, x, p, e);
    if (rc == OK)
        rc = check_questions(&g, s->asks, s->ask_count, false);
    if (rc == OK)
        rc = check_questions(&g, s->passes, s->pass_count, true);
    if (rc == OK)
        rc = check_register(to, x, p, e);
    bool guarded = x->looking || to->len || x->joint_count;
    if (rc == OK && guarded)
        rc = check_changing(to, x, p, e);
    if (rc == OK)
        rc = check_known(to, x, p, e);
    if (rc == OK)
        rc = review_judge(x, p, e);
    if (rc == OK)
        rc = review_check(to, x, p, e);
    if (rc == OK)
        rc = against_check(to, x, p, e);
    if (rc == OK)
        rc = cleared_look(to, x, p, e);
    if (rc == OK)
        rc = programme_check_submission(to, x, p, e);
    if (rc == OK)
        rc = form_name(to, x, p, e);
    if (rc == OK && lacks_words_alone(to))
        rc = programme_papers(to, x, p, e);
    return rc == OK && to->len && !guarded ? put_guards_first(to, x, p, e) : rc;
}
