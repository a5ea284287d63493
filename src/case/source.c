/* The remedy of an obstacle: the record and field, who enters it, and by which step or request.
 * Derived from the process, the types and the SQL of indicators; no policy is named here. */
#include "access/role.h"
#include "base/msg.h"
#include "case/case.h"
#include "matter/fact_name.h"
#include <assert.h>

#define FACTS_NAMED 4 /* of one criterion: who mends these looks again */

/* --- who ---------------------------------------------------------------------------------------- */

static void take_roles(struct flow_missing *m, const struct str *roles, size_t count,
                       struct arena *a)
{
    m->who_zh = flow_role_words(LANG_ZH, roles, count, a);
    m->who_en = flow_role_words(LANG_EN, roles, count, a);
}

/* An office by its name in the pack, else the roles that act. */
static void take_actor(struct flow_missing *m, struct step *g, const struct process_step *step)
{
    const struct part *office = part_named(g->p->pack, PART_AUTHORITIES, step->actor);
    if (office) {
        m->who_zh = part_text(office, "label");
        m->who_en = pack_label_en(g->p->pack, m->who_zh, g->x->arena);
    } else if (step->role_count) {
        take_roles(m, step->roles, step->role_count, g->x->arena);
    } else if (str_is(step->actor, "public")) {
        m->who_zh = STR("社会公众");
        m->who_en = STR("anybody");
    } else {
        m->who_zh = STR("系统");
        m->who_en = STR("the program");
    }
}

static void take_step(struct flow_missing *m, struct step *g, const struct process *of,
                      const struct process_step *step)
{
    m->process = of->id;
    m->step = step->id;
    m->step_zh = step->label;
    m->step_en = step->label_en;
    take_actor(m, g, step);
}

/* --- which record ------------------------------------------------------------------------------- */

static void take_type(struct flow_missing *m, const struct record_type *t, struct str field)
{
    const struct field *f = field.len ? record_field(t, field) : NULL;
    m->type = t->name;
    m->type_zh = t->label.zh;
    m->type_en = t->label.en;
    m->field = field;
    m->field_zh = f ? f->label.zh : STR_NONE;
    m->field_en = f ? f->label.en : STR_NONE;
}

/* How well an effect answers for a field: 3 it writes it, 2 it makes the record, in which who takes the
 * step says it, 1 it changes the record. */
static int writes(const struct process_effect *f, struct str type, struct str field,
                  struct arena *a)
{
    if (f->kind == EFFECT_DATE)
        return str_eq(f->object, arena_printf(a, "%.*s.%.*s", STR_ARG(type), STR_ARG(field))) ? 3
                                                                                              : 0;
    if ((f->kind != EFFECT_RECORD && f->kind != EFFECT_CHANGE) || !str_eq(f->object, type))
        return 0;
    if (process_writes(f, field).len)
        return 3;
    return f->kind == EFFECT_RECORD ? 2 : 1;
}

static const struct process_step *find_step(const struct process **of, struct step *g,
                                            struct str type, struct str field)
{
    const struct process_step *found = NULL;
    int best = 0;
    for (size_t i = 0; i <= g->p->pack->process_count; i++) {
        /* The process at hand goes before the others of the pack. */
        const struct process *p = i == 0 ? g->x->process : &g->p->pack->processes[i - 1];
        for (size_t k = 0; k < p->step_count; k++)
            for (size_t n = 0; n < p->steps[k].effect_count; n++) {
                int how = writes(&p->steps[k].effects[n], type, field, g->x->arena);
                if (how > best) {
                    best = how;
                    found = &p->steps[k];
                    *of = p;
                }
            }
        if (found && i == 0)
            break;
    }
    return found;
}

/* For a field that only an action of the record sets (an approved sum): the action and its actors.
 */
static bool take_action(struct flow_missing *m, struct step *g, const struct record_type *t,
                        const struct field *f, struct str state)
{
    const struct access_policy *p = &t->access;
    for (size_t i = 0; i < p->rule_count; i++)
        if ((p->rules[i].verbs & ACCESS_CHANGE) &&
            (p->rules[i].fields.all || p->rules[i].fields.count == 0 ||
             str_among(f->name, p->rules[i].fields.items, p->rules[i].fields.count)))
            return false;
    for (size_t k = 0; k < t->transition_count; k++) {
        const struct transition *by = &t->transitions[k];
        if (!str_among(f->name, by->need, by->need_count) ||
            !str_among(state, by->from, by->from_count))
            continue;
        for (size_t i = 0; i < p->rule_count; i++)
            if (!p->rules[i].roles.all &&
                str_among(by->name, p->rules[i].actions.items, p->rules[i].actions.count)) {
                take_roles(m, p->rules[i].roles.items, p->rules[i].roles.count, g->x->arena);
                m->by = arena_printf(g->x->arena, "POST /api/v1/records/%.*s/%lld/actions/%.*s",
                                     STR_ARG(t->name), (long long)m->id, STR_ARG(by->name));
                return true;
            }
    }
    return false;
}

/* Whoever may enter or change records of the type by hand; of what another than its party establishes, who may
 * change that field. */
static void take_entry(struct flow_missing *m, struct step *g, const struct record_type *t,
                       const struct field *f)
{
    const struct access_policy *p = &t->access;
    unsigned verb = m->id ? ACCESS_CHANGE : ACCESS_CREATE;
    bool anothers = f && f->has_word && !fact_word_may(f->word.kind, STR_NONE);
    for (size_t i = 0; anothers && i < p->rule_count && m->who_zh.len == 0; i++)
        if ((p->rules[i].verbs & ACCESS_CHANGE) && !p->rules[i].roles.all &&
            str_among(f->name, p->rules[i].fields.items, p->rules[i].fields.count))
            take_roles(m, p->rules[i].roles.items, p->rules[i].roles.count, g->x->arena);
    for (size_t i = 0; i < p->rule_count && m->who_zh.len == 0; i++)
        if ((p->rules[i].verbs & verb) && !p->rules[i].roles.all)
            take_roles(m, p->rules[i].roles.items, p->rules[i].roles.count, g->x->arena);
    m->by = m->id ? arena_printf(g->x->arena, "PATCH /api/v1/records/%.*s/%lld", STR_ARG(t->name),
                                 (long long)m->id)
                  : arena_printf(g->x->arena, "POST /api/v1/records/%.*s", STR_ARG(t->name));
}

static err_t state_of(struct str *out, struct step *g, const struct record_type *t, int64_t id)
{
    struct str sql =
        arena_printf(g->x->arena, "SELECT state FROM %.*s WHERE id = ?1", STR_ARG(t->table));
    *out = STR_NONE;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = db_row_once(NULL, g->db, sql.ptr, VALUES(v_i64(id)), INTO(into_str(out)), g->x->arena,
                         g->e);
    step_reader_end(g);
    return rc;
}

/* The party's latest record of the type, of this case or of none. */
static err_t find_record(int64_t *id, struct step *g, const struct record_type *t)
{
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = programme_record(id, g, t);
    step_reader_end(g);
    return rc;
}

/* To who asks, the record by its title, and whether it is his to fill in. */
static err_t take_reader(struct flow_missing *m, struct step *g, const struct record_type *t)
{
    const struct record_call c = {g->p->kernel, g->x->by, t, m->id, g->x->arena};
    const struct jvalue *record = NULL;
    struct writable w;
    if (!c.subject)
        return OK;
    err_t rc = m->id ? record_seen(&record, &c, g->e) : OK;
    if (rc == E_DENIED || rc == E_NOTFOUND)
        return OK;
    if (record && t->title.len)
        m->title = jin_text(record, arena_cstr(g->x->arena, t->title));
    if (record && m->title.len == 0)
        m->title = msg_lang() == LANG_EN ? m->type_en : m->type_zh;
    if (rc != OK || (rc = step_reader(g)) != OK)
        return rc;
    rc = record_writable(&w, g->db, &c, g->e);
    step_reader_end(g);
    m->may = rc == OK && m->by.len && w.allowed && writable_has(&w, m->field);
    return rc;
}

/* In the record named by `known`; else in the party's latest, unless a new one is needed. */
static err_t source_in(struct flow_missing *out, struct step *g, struct str path,
                       const struct flow_missing *known)
{
    int64_t id = known->id;
    bool looked_for = id == 0 && !known->is_new;
    struct form_path of = form_path_of(path);
    const struct record_type *t = record_type_find(g->p->kernel->types, of.type);
    const struct process *process = NULL;
    *out = (struct flow_missing){.type = of.type, .type_zh = of.type, .type_en = of.type};
    if (!t)
        return OK;
    take_type(out, t, of.field);
    const struct field *f = record_field(t, of.field);
    const struct process_step *step = find_step(&process, g, of.type, of.field);
    err_t rc = looked_for ? find_record(&id, g, t) : OK;
    out->id = id;
    bool by_hand = !t->by_actions_only && (!f || (field_is_given(f) && !f->by_cases));
    struct str state = STR_NONE;
    if (rc == OK && by_hand && f && id && t->transition_count)
        rc = state_of(&state, g, t, id);
    if (rc != OK)
        return rc;
    if (by_hand && !(state.len && take_action(out, g, t, f, state)))
        take_entry(out, g, t, f);
    if (step && (!by_hand || out->who_zh.len == 0)) {
        out->by = STR_NONE;
        take_step(out, g, process, step);
    }
    return take_reader(out, g, t);
}

err_t programme_find_source(struct flow_missing *out, struct step *g, struct str path)
{
    return source_in(out, g, path, &(const struct flow_missing){.id = 0});
}

/* --- of a criterion ------------------------------------------------------------------------------ */

static bool has_word(const char *sql, struct str word)
{
    size_t len = strlen(sql);
    for (size_t at = 0; word.len && at + word.len <= len; at++) {
        char before = at ? sql[at - 1] : ' ', after = sql[at + word.len];
        bool in = (before >= 'a' && before <= 'z') || (before >= '0' && before <= '9') ||
                  before == '_' || (after >= 'a' && after <= 'z') ||
                  (after >= '0' && after <= '9') || after == '_';
        if (!in && memcmp(sql + at, word.ptr, word.len) == 0)
            return true;
    }
    return false;
}

/* The first field of the type that the SQL reads; empty: none. */
static struct str field_of_sql(struct step *g, const struct record_type *t, const char *sql)
{
    for (size_t k = 0; k < t->field_count; k++) {
        struct str key = record_field_fact(&t->fields[k]);
        bool whole = key.len && key.ptr[0] == '/';
        struct str name = whole ? (struct str){key.ptr + 1, key.len - 1} : t->facts;
        if (name.len && has_word(sql, arena_printf(g->x->arena, "fact_%.*s", STR_ARG(name))) &&
            (whole || has_word(sql, key)))
            return arena_printf(g->x->arena, "%.*s.%.*s", STR_ARG(t->name),
                                STR_ARG(t->fields[k].name));
    }
    return STR_NONE;
}

/* A field of the submission, which may differ from the register; else of the first type that the
 * SQL reads. */
static struct str path_of_sql(struct step *g, const char *sql)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, g->x->c.type);
    struct str found = t ? field_of_sql(g, t, sql) : STR_NONE;
    for (size_t i = 0; found.len == 0 && (t = record_type_at(g->p->kernel->types, i)); i++)
        found = field_of_sql(g, t, sql);
    for (size_t i = 0; found.len == 0 && (t = record_type_at(g->p->kernel->types, i)); i++)
        if (t->facts.len &&
            has_word(sql, arena_printf(g->x->arena, "fact_%.*s", STR_ARG(t->facts))))
            found = t->name;
    return found;
}

/* For a count, a record of the indicator's list; for a value, the first field its SQL reads. */
static struct str path_of_indicator(struct step *g, const struct indicator *x)
{
    const struct record_type *t;
    for (size_t i = 0;
         x->fold == FOLD_COUNT && x->list_count && (t = record_type_at(g->p->kernel->types, i));
         i++)
        if (str_eq(t->facts, x->lists[0]))
            return t->name;
    return path_of_sql(g, x->sql);
}

/* The criterion's result in the verdict; NULL: it was not evaluated. */
static const struct criterion_result *result_of(struct step *g, struct str id)
{
    const struct prepared *ready = g->x->prepared;
    for (size_t i = 0; ready && i < ready->judged.len; i++) {
        const struct pack_verdict *v = &ready->judged.ptr[i]->verdict;
        for (size_t k = 0; ready->judged.ptr[i]->wrong.len == 0 && k < v->result_count; k++)
            if (str_eq(v->results[k].criterion->id, id))
                return &v->results[k];
    }
    return NULL;
}

/* The result of an indicator of the criterion; NULL: no such indicator, or unknown. */
static const struct outcome *outcome_of(struct step *g, const struct expr *x,
                                        const struct criterion_result *r)
{
    for (size_t i = 0; r && x->kind == EX_INDICATOR && i < r->evidence_count; i++)
        if (str_eq(r->evidence[i].indicator->id, g->p->pack->indicators.ptr[x->index].id))
            return r->evidence[i].outcome;
    return NULL;
}

/* A condition among several that is met: what is wrong lies with the others. */
static bool is_met(struct step *g, const struct expr *x, const struct criterion_result *r)
{
    bool compares = x->kind == EX_COMPARE && x->children[1].kind == EX_NUMBER;
    const struct expr *of = compares || x->kind == EX_NOT ? &x->children[0] : x;
    const struct outcome *came = outcome_of(g, of, r);
    if (!came)
        return false;
    if (compares) {
        const struct range number = range_exact(x->children[1].number);
        return range_compare(&came->range, x->compare, &number) == YES;
    }
    enum fold fold = g->p->pack->indicators.ptr[of->index].fold;
    return (fold == FOLD_EXISTS || fold == FOLD_EVERY) &&
           came->truth == (x->kind == EX_NOT ? NO : YES);
}

static struct str path_of_test(struct step *g, const struct expr *x,
                               const struct criterion_result *r)
{
    const struct pack *pack = g->p->pack;
    struct str found = STR_NONE;
    if (!x)
        return found;
    if (x->kind == EX_INDICATOR)
        found = path_of_indicator(g, &pack->indicators.ptr[x->index]);
    if (x->kind == EX_CRITERION)
        found = path_of_test(g, pack->criteria.ptr[x->index].test.tree, NULL);
    for (size_t i = 0; i < x->count && found.len == 0; i++)
        if (x->kind != EX_ALL || !is_met(g, &x->children[i], r))
            found = path_of_test(g, &x->children[i], r);
    return found;
}

/* Whether what the criterion counts are records: one more of them is wanted, not another value in one. */
static bool counts_records(struct step *g, const struct expr *x)
{
    const struct pack *pack = g->p->pack;
    if (!x)
        return false;
    if (x->kind == EX_INDICATOR)
        return pack->indicators.ptr[x->index].fold == FOLD_COUNT;
    if (x->kind == EX_CRITERION)
        return counts_records(g, pack->criteria.ptr[x->index].test.tree);
    for (size_t i = 0; i < x->count; i++)
        if (x->children[i].kind == EX_INDICATOR || x->children[i].count)
            return counts_records(g, &x->children[i]);
    return false;
}

/* A rule that rests on no record rests on the document: its days. */
static void take_document(struct flow_missing *m, struct step *g)
{
    const struct document *d = &g->p->pack->document;
    *m = (struct flow_missing){
        .type = STR("pack"),
        .type_zh = d->title,
        .type_en = d->title,
        .field = STR("document.expires"),
        .field_zh = STR("有效期"),
        .field_en = STR("days in force"),
        .who_zh = d->issuer,
        .who_en = d->issuer,
        .by = arena_printf(g->x->arena, "zhiyun pack show %.*s", STR_ARG(g->p->pack->id))};
}

/* A judged criterion is entered by a step that writes it, else by the experts. */
static err_t take_judgement(struct flow_missing *m, struct step *g, struct str criterion)
{
    const struct process *p = g->x->process;
    err_t rc = programme_find_source(m, g, STR("judgement.result"));
    m->step = m->process = m->step_zh = m->step_en = STR_NONE;
    for (size_t i = 0; i < p->step_count; i++)
        if (process_judges(&p->steps[i], criterion)) {
            m->by = STR_NONE;
            take_step(m, g, p, &p->steps[i]);
            return rc;
        }
    m->id = 0; /* that of another criterion is no use */
    m->who_zh = STR("专家评审组");
    m->who_en = STR("the panel of experts");
    m->by = STR("POST /api/v1/panels");
    return rc;
}

/* A list that may hold more than is known waits for who states that it is complete: its party, or the office
 * that keeps it. */
static void of_list(struct flow_missing *m, struct step *g, const struct record_type *t,
                    struct str list)
{
    const struct record_type *of = fact_name_of(g->p->kernel->types, list).type;
    const struct field *f = record_field(t, t->completes);
    bool kept = of && (of->owner == OWNER_OFFICE || of->by_actions_only);
    take_type(m, t, t->completes);
    const struct enum_value *value = f ? field_value(f, list) : NULL;
    if (value) {
        m->field_zh = value->label.zh;
        m->field_en = value->label.en;
    }
    for (size_t i = 0; i < t->access.rule_count; i++) {
        const struct access_rule *rule = &t->access.rules[i];
        const struct role *first = rule->roles.count ? role_find(rule->roles.items[0]) : NULL;
        if (!first || !(rule->verbs & ACCESS_CREATE) ||
            kept !=
                (role_fits(first, STR("province_office")) || role_fits(first, STR("city_office"))))
            continue;
        if (m->who_zh.len == 0)
            take_roles(m, rule->roles.items, rule->roles.count, g->x->arena);
        m->may |= g->x->by && access_rule_reaches(rule, g->x->by);
    }
    m->by = arena_printf(g->x->arena, "POST /api/v1/records/%.*s", STR_ARG(t->name));
}

/* "awards[2].amount": the field that gives it; "awards": the statement that there are no more. */
static err_t of_fact(struct flow_missing *m, struct step *g, struct str fact)
{
    struct str key = fact, record = str_split(&key, STR(".")), path;
    size_t row = str_find(record, STR("["), 0);
    bool whole = key.len == 0 && row == record.len;
    const struct record_type *t;
    record.len = row;
    for (size_t i = 0; whole && (t = record_type_at(g->p->kernel->types, i)); i++) {
        const struct field *f = t->completes.len ? record_field(t, t->completes) : NULL;
        if (f && field_value(f, record)) {
            *m = (struct flow_missing){.id = 0};
            of_list(m, g, t, record);
            return OK;
        }
    }
    path = key.len ? arena_printf(g->x->arena, "%.*s.%.*s", STR_ARG(record), STR_ARG(key)) : record;
    struct fact_name n = fact_name_of(g->p->kernel->types, path);
    if (!n.type)
        return OK;
    return programme_find_source(
        m, g,
        n.field
            ? arena_printf(g->x->arena, "%.*s.%.*s", STR_ARG(n.type->name), STR_ARG(n.field->name))
            : n.type->name);
}

/* For a step of the route to a city (application.to=city) the condition itself is no fault: the
 * missing city is named instead. */
static struct str beside_way(struct step *g, struct str path)
{
    const struct process_step *step = g->x->step;
    for (size_t i = 0; step && str_is(path, "application.to") && i < step->when_count; i++)
        if (str_eq(step->when[i].name, path) && str_is(step->when[i].value, "city"))
            return STR("application.office_city");
    return path;
}

static err_t of_criterion(struct flow_missing *m, struct step *g, struct str id)
{
    const struct pack *pack = g->p->pack;
    const struct criterion *c = FIND_BY(pack->criteria.ptr, pack->criteria.len, id, id);
    if (!c)
        return OK;
    if (c->judged)
        return take_judgement(m, g, id);
    struct str path = beside_way(g, path_of_test(g, c->test.tree, result_of(g, id)));
    if (path.len) {
        const struct flow_missing known = {.is_new = counts_records(g, c->test.tree)};
        return source_in(m, g, path, &known);
    }
    take_document(m, g);
    return OK;
}

/* A list of which a value is wanted: one more record has it, and no statement that there are no more. */
static bool wants_value(const struct criterion_result *r, struct str list)
{
    for (size_t i = 0; i < r->evidence_count; i++)
        if (r->evidence[i].indicator->fold == FOLD_VALUE && r->evidence[i].indicator->list_count &&
            str_eq(r->evidence[i].indicator->lists[0], list))
            return true;
    return false;
}

err_t programme_find_remedies(struct flow_missing *out, size_t max, size_t *count, struct step *g,
                              const struct criterion_result *r)
{
    const struct str *facts = NULL;
    size_t facts_count = r->pass == UNKNOWN ? missing_of(&facts, r) : 0;
    err_t rc = OK;
    *count = 0;
    for (size_t i = 0; rc == OK && i < facts_count && *count < max; i++) {
        struct flow_missing one = {.id = 0};
        bool before = false;
        rc = wants_value(r, facts[i])
                 ? source_in(&one, g, fact_name_of(g->p->kernel->types, facts[i]).type->name,
                             &(const struct flow_missing){.is_new = true})
                 : of_fact(&one, g, facts[i]);
        for (size_t k = 0; k < *count; k++)
            before |= str_eq(out[k].type, one.type) && str_eq(out[k].field_zh, one.field_zh);
        if (one.type.len && !before)
            out[(*count)++] = one;
    }
    if (rc == OK && *count == 0 && max) {
        out[0] = (struct flow_missing){.id = 0};
        rc = of_criterion(&out[0], g, r->criterion->id);
        *count = out[0].type.len > 0;
    }
    return rc;
}

/* --- of the rest -------------------------------------------------------------------------------- */

/* A member of the request as people call it: one that a record has is named like there; else it is the step's. */
static struct label request_label(struct step *g, struct str field)
{
    static const struct {
        const char *name, *zh, *en;
    } own[] = {{"reason", "理由", "reason"},
               {"basis", "依据", "basis"},
               {"commitment", "承诺", "commitment"}};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (str_is(field, own[i].name))
            return (struct label){str_of(own[i].zh), str_of(own[i].en)};
    if (str_starts(field, STR("records.")))
        (void)str_split(&field, STR("."));
    struct form_path of = form_path_of(field);
    const struct record_type *t = record_type_find(g->p->kernel->types, of.type);
    const struct field *f = t ? record_field(t, of.field) : NULL;
    return f   ? programme_field_label(g->p, t, f)
           : t ? programme_type_label(g->p, t)
               : (struct label){g->x->step->label, g->x->step->label_en};
}

/* The input that the person taking the step sends with it. */
static void own_request(struct flow_missing *m, struct step *g, struct str field)
{
    const struct label label = request_label(g, field);
    *m = (struct flow_missing){.type = STR("case"),
                               .type_zh = STR("办理请求"),
                               .type_en = STR("the request of the step"),
                               .field = field,
                               .field_zh = label.zh,
                               .field_en = label.en,
                               .id = g->x->c.id,
                               .by =
                                   arena_printf(g->x->arena, "POST /api/v1/cases/%lld/actions/%.*s",
                                                (long long)g->x->c.id, STR_ARG(g->x->step->id))};
    take_step(m, g, g->x->process, g->x->step);
}

/* A step that leads on from where the case stands. */
static void of_stage(struct flow_missing *m, struct step *g)
{
    const struct process *p = g->x->process;
    own_request(m, g, STR("stage"));
    m->field_zh = STR("办理阶段");
    m->field_en = STR("stage");
    m->by = arena_printf(g->x->arena, "GET /api/v1/cases/%lld/actions", (long long)g->x->c.id);
    for (size_t i = 0; g->x->c.open && i < p->step_count; i++)
        if (!p->steps[i].stays && process_opens_in(p, &p->steps[i], g->x->c.stage)) {
            take_step(m, g, p, &p->steps[i]);
            return;
        }
}

static err_t of_days(struct flow_missing *m, struct step *g)
{
    const struct flow_timer *timers;
    size_t count = 0;
    assert(g->x->step); /* days are asked of steps alone */
    err_t rc = programme_find_source(m, g, g->x->step->counted);
    if (rc != OK || (rc = step_reader(g)) != OK)
        return rc;
    rc = flow_timers(&timers, &count, g->db, g->x->c.id, g->x->arena, g->e);
    step_reader_end(g);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (str_eq(timers[i].step, g->x->step->id)) {
            m->said = true; /* its day is, in the sentence */
            if (timers[i].due.count_by.len == 0)
                continue;
            *m = (struct flow_missing){.type = STR("calendar"),
                                       .type_zh = STR("工作日安排"),
                                       .type_en = STR("table of working days"),
                                       .field = (struct str){timers[i].due.count_by.ptr, 4},
                                       .who_zh = STR("系统管理员"),
                                       .who_en = STR("the administrator"),
                                       .by = STR("zhiyun calendar import FILE"),
                                       .said = true};
            m->field_zh = m->field_en = m->field;
        }
    return rc;
}

static void of_panel(struct flow_missing *m, struct step *g)
{
    *m = (struct flow_missing){.type = STR("panel"),
                               .type_zh = STR("专家评审组"),
                               .type_en = STR("panel of experts"),
                               .field = g->x->step->panel.name,
                               .by = STR("POST /api/v1/panels")};
    const struct part *evaluation = part_named(g->p->pack, PART_EVALUATIONS, m->field);
    m->field_zh = evaluation ? part_text(evaluation, "label") : m->type_zh;
    m->field_en = evaluation ? pack_label_en(g->p->pack, m->field_zh, g->x->arena) : m->type_en;
    take_actor(m, g, g->x->step);
}

/* If the record's value is established and another open step exists for it, names that step
 * instead of a way to change the record. */
static err_t of_condition(struct flow_missing *m, struct step *g, struct str path)
{
    const struct process *p = g->x->process;
    struct str now = STR_NONE;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = programme_field_text(&now, g, path);
    step_reader_end(g);
    for (size_t i = 0; rc == OK && now.len && i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].when_count; k++) {
            const struct process_value *v = &p->steps[i].when[k];
            if (&p->steps[i] == process_step_find(p, g->x->step->id) || p->steps[i].stays ||
                !str_eq(v->name, path) || process_holds(v, now) != HOLDS ||
                !process_opens_in(p, &p->steps[i], g->x->c.stage))
                continue;
            own_request(m, g, path);
            m->by = arena_printf(g->x->arena, "POST /api/v1/cases/%lld/actions/%.*s",
                                 (long long)g->x->c.id, STR_ARG(p->steps[i].id));
            take_step(m, g, p, &p->steps[i]);
            m->instead = true;
            return OK;
        }
    return rc == OK ? programme_find_source(m, g, path) : rc;
}

static err_t name_one(struct flow_missing *m, const struct flow_obstacle *o, struct step *g)
{
    static const struct {
        const char *subject, *path;
    } lists[] = {{"objections", "objection.settled_on"},
                 {"sites", "publicity.sites"},
                 {"list", "publicity.list"}};
    struct str rest = o->subject, first = str_split(&rest, STR("."));
    if (m->path.len) {
        const struct flow_missing known = *m;
        return source_in(m, g, known.path, &known);
    }
    if (strcmp(o->code, "criterion") == 0 || strcmp(o->code, "against") == 0)
        return of_criterion(m, g, o->subject);
    if (strcmp(o->code, "when") == 0)
        return of_condition(m, g, o->subject);
    if (strcmp(o->code, "early") == 0 || strcmp(o->code, "late") == 0)
        return of_days(m, g);
    for (size_t i = 0; strcmp(o->code, "publicity") == 0 && i < ARRAY_LEN(lists); i++)
        if (str_is(o->subject, lists[i].subject))
            return programme_find_source(m, g, str_of(lists[i].path));
    if (strcmp(o->code, "panel") == 0)
        of_panel(m, g);
    else if (strcmp(o->code, "lapsed") == 0)
        take_document(m, g);
    else if (strcmp(o->code, "stage") == 0)
        of_stage(m, g);
    else if (strcmp(o->code, "object") == 0 && str_is(first, "industry"))
        return programme_find_source(m, g, o->subject);
    else
        own_request(m, g, o->subject.len ? o->subject : str_of(o->code));
    return OK;
}

/* --- the sentence ---------------------------------------------------------------------------------- */

static struct str named(struct str label, struct str field, const char *between, struct arena *a)
{
    return field.len ? arena_printf(a, "%.*s%s%.*s", STR_ARG(label), between, STR_ARG(field))
                     : label;
}

/* Does not repeat what the message already says: the actor, the input. */
static void say(struct flow_obstacle *o, const struct flow_missing *m, struct arena *a)
{
    struct str zh = named(m->type_zh, m->field_zh, "·", a);
    struct str en = named(m->type_en, m->field_en, ", ", a);
    if (m->instead) {
        const char *other = N_("; the step \"%s\" is for that");
        o->zh =
            arena_printf(a, "%.*s%.*s", STR_ARG(o->zh),
                         STR_ARG(flow_fill_sentence(msg_in(LANG_ZH, other), &m->step_zh, 1, a)));
        o->en =
            arena_printf(a, "%.*s%.*s", STR_ARG(o->en),
                         STR_ARG(flow_fill_sentence(msg_in(LANG_EN, other), &m->step_en, 1, a)));
        return;
    }
    if (str_is(m->type, "case") || str_is(m->type, "pack") || str_is(m->type, "panel") ||
        m->type.len == 0)
        return;
    const struct str words_zh[] = {zh, m->who_zh, m->step_zh};
    const struct str words_en[] = {en, m->who_en, m->step_en};
    size_t count = m->step.len ? 3 : 2;
    const char *sentence = m->who_zh.len == 0 ? N_("; \"%s\" follows from other records")
                           : m->step.len ? N_("; \"%s\" is made by: %s, in the step \"%s\"")
                           : m->any    ? N_("; or \"%s\" is entered by: %s")
                                       : N_("; \"%s\" is entered by: %s");
    o->zh =
        arena_printf(a, "%.*s%.*s", STR_ARG(o->zh),
                     STR_ARG(flow_fill_sentence(msg_in(LANG_ZH, sentence), words_zh, count, a)));
    o->en =
        arena_printf(a, "%.*s%.*s", STR_ARG(o->en),
                     STR_ARG(flow_fill_sentence(msg_in(LANG_EN, sentence), words_en, count, a)));
}

/* Names each fact missing for a verdict, one field of several records once; the first represents
 * all. */
static err_t name_facts(struct flow_obstacle *o, struct step *g)
{
    struct flow_missing told[FACTS_NAMED], first = {.id = 0};
    size_t count = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < o->missing.fact_count && count < FACTS_NAMED; i++) {
        struct flow_missing one = {.id = 0};
        bool before = false;
        rc = of_fact(&one, g, o->missing.facts[i]);
        for (size_t k = 0; k < count; k++)
            before |= str_eq(told[k].type, one.type) && str_eq(told[k].field_zh, one.field_zh);
        if (rc != OK || one.type.len == 0 || before)
            continue;
        one.any = o->missing.any && count;
        say(o, &one, g->x->arena);
        told[count++] = one;
    }
    if (rc == OK && count == 0 && (rc = name_one(&first, o, g)) == OK &&
        strcmp(o->code, "late") != 0) /* what is over is mended by no entry */
        say(o, &first, g->x->arena);
    o->missing = count ? told[0] : first;
    return rc;
}

err_t programme_name_missing(struct step *g)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < g->to->len && !g->p->stand_in; i++) {
        struct flow_obstacle *o = &g->to->ptr[i];
        /* Actions of every case (sending back …) are not steps: they list their own inputs. */
        bool of_records = strcmp(o->code, "publicity") == 0 || o->missing.path.len;
        if (o->missing.said || (!g->x->step && !of_records))
            continue;
        if (o->missing.fact_count)
            rc = name_facts(o, g);
        else if ((rc = name_one(&o->missing, o, g)) == OK && !o->missing.said)
            say(o, &o->missing, g->to->arena);
        o->missing.said = true;
    }
    return rc;
}
