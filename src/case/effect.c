/* The effects of a step, executed in its store step. */
#include "access/assignment.h"
#include "base/date.h"
#include "base/msg.h"
#include "case/case.h"
#include "document/document_number.h"
#include "matter/publicity.h"
#include "record/diff.h"

/* --- what a record holds -------------------------------------------------------------------------- */

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

/* The entered values for records of a type: arguments.records.TYPE. */
static const struct jvalue *said_of(const struct flow_call *x, struct str type)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    return records ? jin_get(records, arena_cstr(x->arena, type)) : NULL;
}

/* The register that the name goes into: what an office keeps, written by the same step. */
static const struct record_type *register_of(struct step *g)
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
    const struct record_type *t = g->x->step ? register_of(g) : NULL;
    const struct jvalue *said = t ? said_of(g->x, t->name) : NULL;
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
    flow_obstacle_add_in(g->to, "object", path, &g->x->step->citation,
                         N_("\"%s\" has to be entered before \"%s\""),
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
        flow_obstacle_add(g->to, "object", STR("document_mark"), &g->x->step->citation,
                          N_("your office has entered no mark for certificates: its leader enters "
                             "one under issuing marks (document_mark, used_for certificates)"),
                          NULL, 0);
    *out = n.written;
    return rc;
}

struct content {
    const struct record_type *type;
    const struct process_value *values; /* of the effect */
    size_t value_count;
    const struct jvalue *said; /* of who takes the step; NULL: nothing */
    bool is_new;
    int64_t id; /* of the record that there is */
};

/* The number of the document by which something is decided in this step is one of the office's register.
 * What a step only takes note of (a recognition by another authority) has that one's. */
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
        flow_obstacle_add(
            g->to, "object",
            arena_printf(g->x->arena, "records.%.*s.document_no", STR_ARG(c->type->name)),
            &g->x->step->citation, N_("the document number cannot be used: %s"),
            FLOW_ARGS(str_of(why.text)));
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
    flow_obstacle_add_in(to, "object", f->name, &s->citation,
                         in ? N_("\"%s\" is entered in the step \"%s\", and not here")
                            : N_("\"%s\" is not entered by the step \"%s\""),
                         (struct str[]){f->label.zh, name.zh}, (struct str[]){f->label.en, name.en},
                         2);
}

/* Rejects fields of the case's own record that another step enters, and fields that the step
 * (NULL: the beginning of the case) does not enter, unless the input equals the stored value (id
 * 0: there is none). */
static err_t check_entered(struct step *g, const struct record_type *t, int64_t id,
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
            flow_obstacle_add_in(g->to, "object", c->said->names[i],
                                 g->x->step ? &g->x->step->citation : &g->x->process->citation,
                                 N_("\"%s\" follows from the step and is not entered"),
                                 f ? &f->label.zh : &c->said->names[i],
                                 f ? &f->label.en : &c->said->names[i], 1);
            continue;
        }
        if (f && !programme_check_fact_source(g->to, g->x, f))
            continue;
        if (follows(c, f, g->p, &about, g->x->arena)) {
            flow_obstacle_add_in(g->to, "object", c->said->names[i],
                                 g->x->step ? &g->x->step->citation : &g->x->process->citation,
                                 N_("\"%s\" follows from the case and is not entered"),
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

static void tell_faults(struct flow_obstacles *to, const struct programme *p,
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
                flow_obstacle_add_in(g->to, "object",
                                     arena_printf(g->to->arena, "records.%.*s.%.*s",
                                                  STR_ARG(t->name), STR_ARG(f->name)),
                                     &g->x->step->citation,
                                     N_("\"%s\" has to be entered before \"%s\""),
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
        flow_obstacle_add_in(
            g->to, "object",
            arena_printf(g->to->arena, "records.%.*s.%.*s", STR_ARG(t->name), STR_ARG(f->name)),
            &g->x->step->citation, N_("\"%s\" is %s, and this case is about %s"),
            (struct str[]){f->label.zh, theirs, ours}, (struct str[]){f->label.en, theirs, ours},
            3);
    return rc;
}

/* Writes the record; its faults become obstacles. */
static err_t put(int64_t *out, struct step *g, const struct content *c, int64_t id,
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
        tell_faults(g->to, g->p, c->type, &w.faults);
        return OK;
    }
    if (rc == OK && ready)
        VEC_PUSH(g->x->arena, &ready->records, ((struct made){c->type->name, w.id}));
    *out = w.id;
    return rc == OK ? check_needed(g, c->type, w.id, state) : rc;
}

/* The first of its type that the step wrote. */
static void note_record(struct flow_call *x, struct str type, int64_t id)
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
    err_t rc = check_entered(&own, t, 0, said);
    if (rc == OK)
        rc = make_body(out, &own, &c);
    g->x->c.unit = had;
    return rc == OK && none.len
               ? err_set(g->e, E_INVALID, "%.*s",
                         STR_ARG(msg_lang() == LANG_ZH ? none.ptr[0].zh : none.ptr[0].en))
               : rc;
}

/* --- effects ------------------------------------------------------------------------------------------- */

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
        flow_obstacle_add_in(
            g->to, "object", t->name, &g->x->step->citation,
            N_("the party's latest record \"%s\" is that of the case %s (\"%s\"): the party enters "
               "another one for this case first"),
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
    return put(&id, g, &c, id, STR_NONE);
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

static err_t make_record(struct step *g, const struct process_effect *f)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, f->object);
    int64_t id = 0;
    if (!t)
        return err_set(g->e, E_INTERNAL, "there is no record type %.*s", STR_ARG(f->object));
    struct content c = {.type = t,
                        .values = f->values,
                        .value_count = f->value_count,
                        .said = said_of(g->x, t->name),
                        .is_new = true};
    err_t rc = check_entered(g, t, 0, c.said);
    if (rc == OK && g->to->len == 0 && str_is(t->name, "centre") && (rc = call_row(&id, g)) == OK &&
        id)
        rc = going_on(&c, g, id);
    if (rc == OK && g->to->len == 0)
        rc = of_a_list(&c.said, g, f, 0);
    if (rc == OK && g->to->len == 0)
        rc = put(&id, g, &c, id, process_writes(f, STR("state")));
    if (rc == OK && g->to->len == 0)
        note_record(g->x, t->name, id);
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
            flow_obstacle_add_in(g->to, "object", t->name, &g->x->step->citation,
                                 N_("the record \"%s\" %s is in the state \"%s\" already"),
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
            flow_obstacle_add_in(g->to, "object", said->names[i], &g->x->step->citation,
                                 N_("\"%s\" has a value already, and this step does not change it"),
                                 &name.zh, &name.en, 1);
    }
    return rc;
}

/* The record that who takes the step names, else the one that it is about; 0: there is none. */
static err_t changed_here(int64_t *id, struct step *g, const struct record_type *t)
{
    const struct jvalue *said = said_of(g->x, t->name);
    if (!str_eq(t->name, g->x->c.type) && said && jin_i64(id, said, "id"))
        return programme_check_owner(g, t, *id);
    return programme_record(id, g, t);
}

static err_t change_one(int64_t id, struct step *g, const struct process_effect *f,
                        const struct record_type *t)
{
    const struct jvalue *said = said_of(g->x, f->object);
    struct label type = programme_type_label(g->p, t);
    err_t rc = OK;
    if (id == 0)
        flow_obstacle_add_in(g->to, "object", t->name, &g->x->step->citation,
                             N_("there is no record of the kind \"%s\" to change"), &type.zh,
                             &type.en, 1);
    if (g->to->len == 0)
        rc = check_state(g, t, id, process_writes(f, STR("state")));
    if (rc == OK && g->to->len == 0 && publicity_how(g->x->step, f).len == 0)
        rc = check_kept(g, t, id, said);
    if (rc == OK && g->to->len == 0)
        rc = check_entered(g, t, id, said);
    if (rc == OK && g->to->len == 0)
        rc = of_a_list(&said, g, f, id);
    if (rc != OK || g->to->len)
        return rc;
    const struct content c = {
        .type = t, .values = f->values, .value_count = f->value_count, .said = said};
    rc = put(&id, g, &c, id, process_writes(f, STR("state")));
    if (rc == OK && g->to->len == 0)
        note_record(g->x, t->name, id);
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
        flow_obstacle_add_in(g->to, "object", t->name, &g->x->step->citation,
                             N_("this %s names you: another person of the office takes the step"),
                             &t->label.zh, &t->label.en, 1);
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
        tell_faults(g->to, g->p, t, &w.faults);
        return OK;
    }
    return rc;
}

static err_t form_name(struct step *g)
{
    const struct prepared *ready = g->x->prepared;
    const struct record_type *t = register_of(g);
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
    n.record = said_of(g->x, next.process->subject);
    err_t rc = programme_begin_in(&taken, &(struct step){NULL, g->db, &next, g->p, g->e}, &n);
    if ((rc == E_INVALID || rc == E_CONFLICT) && g->p->faults.count && t) {
        tell_faults(g->to, g->p, t, &g->p->faults);
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
