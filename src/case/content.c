/* The body of a record that a step writes, and the writing of it. */
#include "case/content.h"
#include "base/date.h"
#include "base/msg.h"
#include "document/document_number.h"
#include "record/diff.h"

struct about { /* the party of the case */
    struct str name, code, region, industry;
    struct str number; /* of the case */
    struct str year;   /* of its subject; empty: it has none */
};

static err_t read_about(struct about *out, struct db *db, int64_t unit, struct arena *a,
                        struct err *e)
{
    *out = (struct about){0};
    return db_row(NULL, db, "SELECT name, credit_code, region FROM unit WHERE id = ?1",
                  VALUES(v_i64(unit)),
                  INTO(into_str(&out->name), into_str(&out->code), into_str(&out->region)), a, e);
}

static struct str city_code(struct str region, struct arena *a)
{
    struct str city = region_city_prefix(region);
    return city.len == 4 ? arena_printf(a, "%.*s00", STR_ARG(city)) : region;
}

/* The last day of a deadline of the pack that begins today: "due:construction-cycle". Empty where
 * the text leaves the day to an officer, or it is not final: nothing would count it again there. */
static err_t last_day(struct str *out, struct str rule, struct step *g)
{
    const struct deadline_rule *r = pack_deadline(g->p->pack, rule);
    struct counting how;
    struct date today;
    struct due due;
    struct err none;
    *out = STR_NONE;
    err_t rc = programme_counting(&how, g->db, g->p, g->e);
    if (rc == OK && r && date_parse(&today, g->x->today) &&
        due_of(&due, r, today, &how, &none) == OK && due.state == DUE_KNOWN && !due.provisional)
        *out = date_text(due.date, g->x->arena);
    return rc;
}

const struct jvalue *content_said(const struct flow_call *x, struct str type)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    return records ? jin_get(records, arena_cstr(x->arena, type)) : NULL;
}

const struct record_type *content_register(struct step *g)
{
    for (size_t i = 0; i < g->x->step->effect_count; i++) {
        const struct process_effect *f = &g->x->step->effects[i];
        const struct record_type *t =
            f->kind == EFFECT_RECORD ? record_type_find(g->p->kernel->types, f->object) : NULL;
        if (t && t->owner == OWNER_OFFICE && record_field(t, STR("name")))
            return t;
    }
    return NULL;
}

/* The name formed by the rule of the pack; without a rule, the name entered for the register. */
static struct str name_given(struct step *g)
{
    const struct prepared *ready = g->x->prepared;
    const struct record_type *t = g->x->step ? content_register(g) : NULL;
    const struct jvalue *said = t ? content_said(g->x, t->name) : NULL;
    return ready && ready->name.len ? ready->name
           : said                   ? str_trim(jin_text(said, "name"))
                                    : STR_NONE;
}

/* The value of a record of the case: "of:award_proposal.amount". Without a value, nothing is
 * written. */
static err_t held(struct str *out, struct step *g, struct str path)
{
    const struct record_type *t = NULL;
    struct str name;
    err_t rc = programme_field(&t, &name, g->p, path, g->e);
    if (rc == OK)
        rc = programme_field_text(out, g, path);
    if (rc != OK || out->len)
        return rc;
    const struct field *f = record_field(t, name);
    struct label label =
        f ? programme_field_label(g->p, t, f) : (struct label){.zh = path, .en = path};
    obstacle_add_in(g->to, WHY_NEEDS_VALUE, path, &g->x->step->citation,
                    (struct str[]){label.zh, g->x->step->label},
                    (struct str[]){label.en, g->x->step->label_en}, 2);
    return OK;
}

/* Resolves words for current values (today, now, actor …). */
static err_t meant(struct str *out, struct step *g, const struct process_value *v)
{
    struct str t = business_time(clock_now_ms(g->p->kernel->clock), g->x->arena), word = v->value;
    if (str_starts(word, STR("due:")))
        return last_day(out, (struct str){word.ptr + 4, word.len - 4}, g);
    if (g->x->step && process_value_of(v).len)
        return held(out, g, process_value_of(v));
    *out = str_is(word, "today")    ? g->x->today
           : str_is(word, "now")    ? arena_printf(g->x->arena, "%.10sT%s+08:00", t.ptr, t.ptr + 11)
           : str_is(word, "name")   ? name_given(g)
           : str_is(word, "reason") ? g->x->reason
           : str_is(word, "actor")  ? g->x->by->display_name
                                    : word;
    return OK;
}

static void write_typed(struct jout *j, const struct field *f, struct str value)
{
    int64_t n;
    jout_name_str(j, f->name);
    if (f->type == FIELD_BOOL || (f->type == FIELD_KNOWN_DATE && str_is(value, "false")))
        jout_bool(j, str_is(value, "true"));
    else if (f->type == FIELD_INT && str_to_i64(&n, value))
        jout_i64(j, n);
    else if (f->type == FIELD_ENUM && f->many) {
        jout_array(j);
        jout_str(j, value);
        jout_end_array(j);
    } else
        jout_str(j, value);
}

/* The default value of a field that nobody entered; a certificate's number is drawn
 * (certificate_number). */
static struct str of_itself(const struct record_type *t, const struct field *f,
                            const struct programme *p, const struct about *about, struct arena *a)
{
    switch (programme_derivation_of(t, f)) {
    case FOLLOWS_PROGRAMME:
        return p->pack->id;
    case FOLLOWS_CASE:
        return about->number;
    case FOLLOWS_INDUSTRY:
        return about->industry;
    case FOLLOWS_YEAR:
        return about->year;
    case FOLLOWS_PARTY:
        return about->code;
    case FOLLOWS_REGION:
        return city_code(about->region, a);
    case FOLLOWS_CERTIFICATE:
    case FOLLOWS_NOTHING:
        break;
    }
    return STR_NONE;
}

/* The year that the case is about. */
static err_t read_year(struct about *out, struct step *g)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, g->x->c.type);
    if (!t || g->x->c.record_id == 0 || !programme_year_field(t))
        return OK;
    const struct jvalue *year;
    err_t rc = record_value(&year, g->db, g->p->kernel, t, g->x->c.record_id, STR("year"),
                            g->x->arena, g->e);
    out->year = programme_condition_text(year);
    return rc;
}

static struct document_use use_of(struct step *g)
{
    return (struct document_use){.kernel = g->p->kernel,
                                 .db = g->db,
                                 .by = g->x->by,
                                 .as = g->x->as,
                                 .today = g->x->today,
                                 .case_number = g->x->c.number,
                                 .arena = g->x->arena};
}

/* For a decision on several cases: the case that stores its paper (document/step_paper.h). */
static struct str document_case(const struct flow_call *x)
{
    return x->joint_count ? x->joint[x->joint_count - 1].c.number : x->c.number;
}

/* The paper of the step that prints the certificate's number; NULL: none does. */
static const struct part *certificate_of(struct step *g)
{
    const struct part_list *papers = &g->p->pack->parts[PART_PAPERS];
    for (size_t i = 0; g->x->step && i < papers->list.len; i++) {
        const struct part *one = &papers->list.ptr[i];
        const struct part *like = part_named(g->p->pack, PART_PAPERS, part_text(one, "like"));
        const struct part_value *needs = part_value(like ? like : one, "needs");
        const struct part_value *steps = part_value(one, "steps");
        if (str_eq(part_text(one, "process"), g->x->process->id) &&
            str_among(g->x->step->id, steps->words, steps->word_count) &&
            str_among(STR("centre.number"), needs->words, needs->word_count))
            return one;
    }
    return NULL;
}

/* No document says how certificates are numbered: as an office numbers them, by its own register, where it has one
 * for them; else by the policy's usual mark. Where no certificate is issued there is no number. A trial uses up
 * none: its case's stands behind 试. */
static err_t certificate_number(struct str *out, struct step *g)
{
    struct document_use use = use_of(g);
    struct document_number n = {0};
    const struct part *certificate = certificate_of(g);
    struct str serial = g->x->c.number, year = str_split(&serial, STR("-")), mark = STR_NONE;
    int64_t of_case = 0;
    use.paper = g->x->step ? g->x->step->label : g->x->process->label;
    *out = STR_NONE;
    if (!certificate)
        return OK;
    if (g->x->c.trial && str_to_i64(&of_case, serial)) {
        *out = arena_printf(g->x->arena, "试〔%.*s〕%lld号", STR_ARG(year), (long long)of_case);
        return OK;
    }
    err_t rc = document_mark_certificates(&mark, g->db, g->x->by->unit, g->x->arena, g->e);
    struct str usual = part_text(certificate, "mark");
    if (rc == OK && mark.len)
        rc = document_number_draw(&n, &use, mark, g->e);
    else if (rc == OK && usual.len)
        rc = document_number_usual(&n, &use, usual, g->e);
    else if (rc == OK)
        obstacle_add(g->to, WHY_CERTIFICATE_MARK, STR("document_mark"), &g->x->step->citation, NULL,
                     0);
    *out = n.written;
    return rc;
}

/* The document by which this step decides has a number of the office's register. A recognition by another
 * authority, of which the step takes note, has that authority's number and is not checked. */
static err_t cite_document(struct step *g, const struct content *c)
{
    struct document_use use = use_of(g);
    struct document_number n;
    struct err why = {0};
    use.case_number = document_case(g->x);
    struct str written = c->said ? str_trim(jin_text(c->said, "document_no")) : STR_NONE;
    if (!g->x->step || !c->is_new || !c->type->by_actions_only || written.len == 0)
        return OK;
    err_t rc = g->x->c.trial
                   ? err_set(&why, E_INVALID,
                             "nothing is decided under a draft: there is no document number")
                   : document_number_cite(&n, &use, written, &why);
    if (rc == E_INVALID || rc == E_CONFLICT || rc == E_DENIED) {
        obstacle_add(g->to, WHY_DOCUMENT_NUMBER,
                     arena_printf(g->x->arena, "records.%.*s.document_no", STR_ARG(c->type->name)),
                     &g->x->step->citation, FLOW_ARGS(str_of(why.text)));
        return OK;
    }
    if (rc != OK && g->e)
        *g->e = why;
    return rc;
}

/* A new record says it of itself (of_itself), or its number is drawn for it. */
static bool follows(const struct content *c, const struct field *f, const struct programme *p,
                    const struct about *about, struct arena *a)
{
    return c->is_new && f &&
           (of_itself(c->type, f, p, about, a).len ||
            (programme_derivation_of(c->type, f) == FOLLOWS_CERTIFICATE && about->number.len));
}

static err_t stands_as_said(bool *out, struct step *g, const struct record_type *t, int64_t id,
                            const struct field *f, const struct jvalue *said)
{
    const struct jvalue *stands = NULL;
    err_t rc =
        id ? record_value(&stands, g->db, g->p->kernel, t, id, f->name, g->x->arena, g->e) : OK;
    *out = programme_stands(stands) && diff_equal(stands, said);
    return rc;
}

/* For a step of another process, includes the process. */
static struct label step_name(const struct flow_call *x, const struct pack *p,
                              const struct process_step *s)
{
    for (size_t i = 0; i < p->process_count; i++) {
        const struct process *of = &p->processes[i];
        if (s >= of->steps && s < of->steps + of->step_count && !str_eq(of->id, x->process->id))
            return (struct label){
                arena_printf(x->arena, "%.*s：%.*s", STR_ARG(of->label), STR_ARG(s->label)),
                arena_printf(x->arena, "%.*s: %.*s", STR_ARG(of->label_en), STR_ARG(s->label_en))};
    }
    return (struct label){s->label, s->label_en};
}

/* Names the step in which it is entered, where there is one. */
static void say_elsewhere(struct flow_obstacles *to, const struct flow_call *x,
                          const struct pack *p, const struct process_step *in,
                          const struct field *f)
{
    const struct process_step *s = in ? in : x->step;
    struct label name = step_name(x, p, s);
    obstacle_add_in(to, in ? WHY_ENTERED_ELSEWHERE : WHY_ENTERED_NOT_HERE, f->name, &s->citation,
                    (struct str[]){f->label.zh, name.zh}, (struct str[]){f->label.en, name.en}, 2);
}

err_t content_check_entered(struct step *g, const struct record_type *t, int64_t id,
                            const struct jvalue *said)
{
    bool own = str_eq(g->x->process->subject, t->name) && (!g->x->step || id);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && said && said->type == J_OBJECT && i < said->count; i++) {
        const struct field *f = record_field(t, said->names[i]);
        bool stands = false;
        if (!f)
            continue;
        const struct process_step *in = programme_entered_in(g->p->pack, t, f, g->x->step);
        bool elsewhere = own && in;
        if (!elsewhere && (!g->x->step || programme_enters(g->x->step, t, f->name)))
            continue;
        if (!elsewhere)
            rc = stands_as_said(&stands, g, t, id, f, &said->items[i]);
        if (rc == OK && !stands)
            say_elsewhere(g->to, g->x, g->p->pack, in, f);
    }
    return rc;
}

/* The industry that the unit has named last; empty: none. */
static err_t industry_of(struct str *out, struct db *db, const struct programme *p, int64_t unit,
                         struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, STR("industry"));
    const struct jvalue *v = NULL;
    int64_t id = 0;
    err_t rc = t ? record_latest(&id, db, p->kernel, t, unit, STR_NONE, STR_NONE, p->arena, e) : OK;
    if (rc == OK && id)
        rc = record_value(&v, db, p->kernel, t, id, STR("name"), p->arena, e);
    *out = programme_condition_text(v);
    return rc;
}

/* The body of a record: values fixed by the process, entered values, derived values. Nobody can
 * enter another value for a fixed or derived field. */
static err_t make_body(const struct jvalue **out, struct step *g, const struct content *c)
{
    struct about about;
    struct jout j;
    err_t rc = read_about(&about, g->db, g->x->c.unit, g->x->arena, g->e);
    if (rc == OK)
        rc = read_year(&about, g);
    if (rc == OK && c->is_new && c->type->owner == OWNER_OFFICE)
        rc = industry_of(&about.industry, g->db, g->p, g->x->c.unit, g->e);
    if (rc == OK)
        rc = cite_document(g, c);
    if (rc != OK)
        return rc;
    about.number = g->x->c.number;
    jout_init_values(&j, g->x->arena);
    for (size_t i = 0; c->said && c->said->type == J_OBJECT && i < c->said->count; i++) {
        if (str_is(c->said->names[i], "id"))
            continue;
        const struct field *f = record_field(c->type, c->said->names[i]);
        if (FIND_BY(c->values, c->value_count, name, c->said->names[i]) ||
            (f && !field_is_given(f))) {
            obstacle_add_in(g->to, WHY_FOLLOWS_FROM_STEP, c->said->names[i],
                            g->x->step ? &g->x->step->citation : &g->x->process->citation,
                            f ? &f->label.zh : &c->said->names[i],
                            f ? &f->label.en : &c->said->names[i], 1);
            continue;
        }
        if (f && !programme_check_fact_source(g->to, g->x, f))
            continue;
        if (follows(c, f, g->p, &about, g->x->arena)) {
            obstacle_add_in(g->to, WHY_FOLLOWS_FROM_CASE, c->said->names[i],
                            g->x->step ? &g->x->step->citation : &g->x->process->citation,
                            &f->label.zh, &f->label.en, 1);
            continue;
        }
        jout_name_str(&j, c->said->names[i]);
        jout_value(&j, &c->said->items[i]);
    }
    for (size_t i = 0; rc == OK && i < c->value_count; i++) {
        const struct field *f = record_field(c->type, c->values[i].name);
        struct str value;
        if ((rc = meant(&value, g, &c->values[i])) != OK)
            break;
        if (f && value.len && f->type == FIELD_REF && str_is(c->values[i].value, "actor"))
            jout_pair_i64(&j, arena_cstr(g->x->arena, f->name), g->x->by->account);
        else if (f && value.len)
            write_typed(&j, f, value);
    }
    for (size_t i = 0; rc == OK && c->is_new && i < c->type->field_count; i++) {
        const struct field *f = &c->type->fields[i];
        struct str value = of_itself(c->type, f, g->p, &about, g->x->arena);
        if (FIND_BY(c->values, c->value_count, name, f->name) ||
            (c->said && jin_get(c->said, arena_cstr(g->x->arena, f->name))))
            continue;
        if (programme_derivation_of(c->type, f) == FOLLOWS_CERTIFICATE && about.number.len)
            rc = certificate_number(&value, g);
        if (value.len)
            write_typed(&j, f, value);
    }
    *out = jout_made(&j);
    return rc;
}

/* As people see it: "invoice_no" is “发票号码”, "targets[0].unit" “绩效目标”第1行“单位”. */
static struct label place_of(const struct programme *p, const struct record_type *t,
                             struct str field, struct arena *a)
{
    struct str rest = field, name = str_split(&rest, STR("."));
    struct str row = name, top = str_split(&row, STR("["));
    const struct field *f = record_field(t, top), *in = NULL;
    int64_t n = 0;
    if (!f)
        return (struct label){field, field};
    struct label out = programme_field_label(p, t, f);
    out.zh = arena_printf(a, "“%.*s”", STR_ARG(out.zh));
    out.en = arena_printf(a, "\"%.*s\"", STR_ARG(out.en));
    if (row.ptr && row.len > 1 && str_to_i64(&n, (struct str){row.ptr, row.len - 1})) {
        out.zh = arena_printf(a, "%.*s第%lld行", STR_ARG(out.zh), (long long)n + 1);
        out.en = arena_printf(a, "%.*s row %lld", STR_ARG(out.en), (long long)n + 1);
    }
    if (rest.ptr && (in = record_row_field(f, rest))) {
        out.zh = arena_printf(a, "%.*s“%.*s”", STR_ARG(out.zh), STR_ARG(in->label.zh));
        out.en = arena_printf(a, "%.*s \"%.*s\"", STR_ARG(out.en), STR_ARG(in->label.en));
    }
    return out;
}

void content_tell_faults(struct flow_obstacles *to, const struct programme *p,
                         const struct record_type *t, const struct faults *faults)
{
    struct label type = programme_type_label(p, t);
    for (size_t i = 0; i < faults->count; i++) {
        const struct label place = place_of(p, t, faults->items[i].field, to->arena);
        struct flow_obstacle o = {
            .code = "object",
            .subject = arena_printf(to->arena, "records.%.*s.%.*s", STR_ARG(t->name),
                                    STR_ARG(faults->items[i].field)),
            .zh = arena_printf(to->arena, "%.*s%.*s：%.*s", STR_ARG(type.zh), STR_ARG(place.zh),
                               STR_ARG(faults->items[i].message_zh)),
            .en = arena_printf(to->arena, "%.*s%s%.*s: %.*s", STR_ARG(type.en),
                               place.en.len ? ", " : "", STR_ARG(place.en),
                               STR_ARG(faults->items[i].message_en))};
        VEC_PUSH(to->arena, to, o);
    }
}

/* The office that keeps a record for offices: the actor's own, or the province's. */
static err_t owner_of(int64_t *unit, struct step *g, const struct record_type *t)
{
    *unit = g->x->c.unit;
    if (t->owner != OWNER_OFFICE)
        return OK;
    *unit = g->x->by->unit;
    return programme_is_office(g->x->by)
               ? OK
               : flow_unit_of(unit, g->db, &g->x->c, STR("province_officer"), g->x->today, g->e);
}

/* If an action of the record needs two persons (confirming a finding, with its evidence), a step
 * with the same effect has the same requirements. */
static err_t check_needed(struct step *g, const struct record_type *t, int64_t id, struct str state)
{
    err_t rc = OK;
    for (size_t i = 0; state.len && t->owner == OWNER_OFFICE && i < t->transition_count; i++)
        for (size_t k = 0; rc == OK && t->transitions[i].two_persons &&
                           str_eq(t->transitions[i].to, state) && k < t->transitions[i].need_count;
             k++) {
            const struct field *f = record_field(t, t->transitions[i].need[k]);
            const struct jvalue *v = NULL;
            if (!f || (rc = record_value(&v, g->db, g->p->kernel, t, id, f->name, g->x->arena,
                                         g->e)) != OK)
                continue;
            if (!programme_stands(v))
                obstacle_add_in(g->to, WHY_NEEDS_VALUE,
                                arena_printf(g->to->arena, "records.%.*s.%.*s", STR_ARG(t->name),
                                             STR_ARG(f->name)),
                                &g->x->step->citation,
                                (struct str[]){f->label.zh, g->x->step->label},
                                (struct str[]){f->label.en, g->x->step->label_en}, 2);
        }
    return rc;
}

/* A record that names what cases are about by its key (project_no) is of this case if it names what this one is about. */
static err_t check_matter(struct step *g, const struct record_type *t, int64_t id,
                          const struct jvalue *body)
{
    const struct record_type *of = record_type_find(g->p->kernel->types, g->x->c.type);
    const struct jvalue *matter = NULL;
    if (!of || !g->x->c.record_id || !record_type_names(t, of))
        return OK;
    const struct field *f = record_field(t, of->key[0]);
    const struct jvalue *said = jin_get(body, arena_cstr(g->x->arena, f->name));
    err_t rc = record_value(&matter, g->db, g->p->kernel, of, g->x->c.record_id, of->key[0],
                            g->x->arena, g->e);
    if (rc == OK && !said && id)
        rc = record_value(&said, g->db, g->p->kernel, t, id, f->name, g->x->arena, g->e);
    struct str ours = programme_condition_text(matter);
    struct str theirs = str_trim(programme_condition_text(said));
    if (rc == OK && theirs.len && !str_eq(theirs, ours))
        obstacle_add_in(
            g->to, WHY_ABOUT_ANOTHER,
            arena_printf(g->to->arena, "records.%.*s.%.*s", STR_ARG(t->name), STR_ARG(f->name)),
            &g->x->step->citation, (struct str[]){f->label.zh, theirs, ours},
            (struct str[]){f->label.en, theirs, ours}, 3);
    return rc;
}

err_t content_put(int64_t *out, struct step *g, const struct content *c, int64_t id,
                  struct str state)
{
    struct prepared *ready = g->x->prepared;
    const struct jvalue *body;
    struct written w = {0};
    struct write_options o = {.state = state, .as = g->x->as, .date = g->x->today};
    struct content of = *c;
    of.id = id;
    err_t rc = make_body(&body, g, &of);
    if (rc == OK)
        rc = check_matter(g, c->type, id, body);
    if (rc == OK)
        rc = owner_of(&o.owner_unit, g, c->type);
    if (rc != OK || g->to->len)
        return rc;
    o.reason =
        arena_printf(g->x->arena, "%.*s %.*s", STR_ARG(g->x->c.number), STR_ARG(g->x->step->label));
    rc = record_put(&w, g->db,
                    &(struct record_call){g->p->kernel, g->x->by, c->type, id, g->x->arena}, body,
                    &o, g->e);
    if ((rc == E_INVALID || rc == E_CONFLICT) && w.faults.count) {
        content_tell_faults(g->to, g->p, c->type, &w.faults);
        return OK;
    }
    if (rc == OK && ready)
        VEC_PUSH(g->x->arena, &ready->records, ((struct made){c->type->name, w.id}));
    *out = w.id;
    return rc == OK ? check_needed(g, c->type, w.id, state) : rc;
}

void content_note(struct flow_call *x, struct str type, int64_t id)
{
    const struct prepared *ready = x->prepared;
    for (size_t i = 0; ready && i + 1 < ready->records.len; i++)
        if (str_eq(ready->records.ptr[i].type, type))
            return;
    jout_name_str(x->result, arena_printf(x->arena, "%.*s_id", STR_ARG(type)));
    jout_i64(x->result, id);
}

err_t programme_body(const struct jvalue **out, struct step *g, const struct record_type *t,
                     int64_t unit, const struct jvalue *said)
{
    struct flow_obstacles none = {.arena = g->x->arena};
    struct step own = {.to = &none, .db = g->db, .x = g->x, .p = g->p, .e = g->e};
    const struct content c = {.type = t,
                              .values = g->x->process->begins,
                              .value_count = g->x->process->begin_count,
                              .said = said,
                              .is_new = true};
    int64_t had = g->x->c.unit;
    g->x->c.unit = unit;
    err_t rc = content_check_entered(&own, t, 0, said);
    if (rc == OK)
        rc = make_body(out, &own, &c);
    g->x->c.unit = had;
    return rc == OK && none.len
               ? err_set(g->e, E_INVALID, "%.*s",
                         STR_ARG(msg_lang() == LANG_ZH ? none.ptr[0].zh : none.ptr[0].en))
               : rc;
}
