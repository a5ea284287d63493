/* The values a step provides for its papers: date, reason, log entry, current values of its
 * records, recipients. A paper issued later gets the same. */
#include "base/date.h"
#include "base/msg.h"
#include "document/case_paper_priv.h"
#include "document/step_paper.h"
#include "matter/fact_name.h"
#include "matter/publicity.h"

/* --- the line in the history ----------------------------------------------------------- */

/* Receipts state a late submission, the number of days and the consequence. */
static err_t read_late(struct case_paper_known *k, int64_t at_ms)
{
    struct flow_due due;
    struct date last, day;
    err_t rc = programme_due(&due, &k->g, k->step);
    if (rc != OK || !due.known || !date_parse(&last, due.day.date) ||
        !date_parse(&day, business_date(at_ms, k->a)))
        return rc;
    int64_t over = date_to_days(day) - date_to_days(last);
    if (over > 0)
        paper_value_add(
            &k->values, "receipt.late",
            arena_printf(k->a,
                         msg_in(LANG_ZH, N_("last day %.*s, received %lld days after it; it "
                                            "was received all the same, and this receipt "
                                            "proves that alone: whether it is in time and "
                                            "enough the office decides")),
                         STR_ARG(form_date(due.day.date, k->a)), (long long)over),
            k->a);
    return OK;
}

static err_t read_line(struct case_paper_known *k)
{
    struct stmt *st = NULL;
    int64_t late_ms = 0;
    err_t rc =
        db_query(&st, k->g.db,
                 "SELECT at_ms, reason, basis, entry, late FROM flow_step WHERE case_id = ?1 AND"
                 " kind = 'step' AND step = ?2 ORDER BY id DESC NULLS LAST LIMIT 1",
                 VALUES(v_i64(k->g.x->c.id), v_str(k->step->id)), k->g.e);
    if (stmt_row(&rc, st, k->g.e)) {
        paper_value_add(&k->values, "receipt.time",
                        form_date(business_time(stmt_i64(st, 0), k->a), k->a), k->a);
        paper_value_add(&k->values, "receipt.entry", arena_dup(k->a, stmt_str(st, 3)), k->a);
        paper_value_add(&k->defaults, "decision.reason", arena_dup(k->a, stmt_str(st, 1)), k->a);
        paper_value_add(&k->defaults, "evaluation.opinion", arena_dup(k->a, stmt_str(st, 1)), k->a);
        paper_value_add(&k->defaults, "decision.basis", arena_dup(k->a, stmt_str(st, 2)), k->a);
        late_ms = stmt_i64(st, 4) ? stmt_i64(st, 0) : 0;
    }
    stmt_free(st);
    return rc == OK && late_ms ? read_late(k, late_ms) : rc;
}

/* --- what was received --------------------------------------------------------------------- */

/* The digest of the subject record's version, as its entry's commitments were made of it. */
static err_t read_received(struct case_paper_known *k)
{
    const struct flow_case *c = &k->g.x->c;
    const struct record_type *t = record_type_find(k->g.p->kernel->types, c->type);
    struct stmt *st = NULL;
    err_t rc = db_query(&st, k->g.db,
                        "SELECT version, content FROM record_version WHERE type = ?1 AND record_id"
                        " = ?2 ORDER BY version DESC NULLS LAST LIMIT 1",
                        VALUES(v_str(c->type), v_i64(c->record_id)), k->g.e);
    if (rc == OK && t && stmt_row(&rc, st, k->g.e)) {
        paper_value_add(&k->values, "receipt.digest", text_digest(stmt_str(st, 1), k->a), k->a);
        paper_value_add(&k->defaults, "receipt.subject",
                        arena_printf(k->a, "%.*s（第%lld版）", STR_ARG(t->label.zh),
                                     (long long)stmt_i64(st, 0)),
                        k->a);
    }
    stmt_free(st);
    return rc;
}

struct files {
    struct paper_row_values *ptr;
    size_t len, cap;
};

static void add_file(struct files *to, const struct jvalue *file, struct arena *a)
{
    struct paper_value *v = arena_array(a, 2, sizeof(*v));
    v[0] = (struct paper_value){"materials.name", jin_text(file, "name")};
    v[1] = (struct paper_value){"materials.digest", jin_text(file, "digest")};
    for (size_t i = 0; i < to->len; i++) /* one that two fields name was received once */
        if (str_eq(to->ptr[i].values[0].text, v[0].text) &&
            str_eq(to->ptr[i].values[1].text, v[1].text))
            return;
    if (v[1].text.len)
        VEC_PUSH(a, to, ((struct paper_row_values){v, 2}));
}

/* The files of the subject record. */
static err_t read_materials(struct case_paper_known *k)
{
    const struct flow_case *c = &k->g.x->c;
    const struct record_type *t = record_type_find(k->g.p->kernel->types, c->type);
    struct files files = {0};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && t && i < t->field_count; i++) {
        const struct jvalue *v = NULL;
        if (t->fields[i].type != FIELD_FILE && t->fields[i].type != FIELD_FILES)
            continue;
        rc = record_value(&v, k->g.db, k->g.p->kernel, t, c->record_id, t->fields[i].name, k->a,
                          k->g.e);
        if (rc == OK && v && v->type == J_OBJECT)
            add_file(&files, v, k->a);
        for (size_t n = 0; rc == OK && v && v->type == J_ARRAY && n < v->count; n++)
            add_file(&files, &v->items[n], k->a);
    }
    VEC_PUSH(k->a, &k->lists, ((struct paper_list){"materials", files.ptr, files.len}));
    return rc;
}

/* --- what its records say ---------------------------------------------------------------------- */

static const struct {
    const char *name, *path;
} said[] = {
    {"centre.number", "recognition.recognition_no"},
    {"centre.recognised", "recognition.date"},
    {"publicity.from", "publicity.published_on"},
    {"rectification.grounds", "rectification.grounds"},
    {"rectification.due", "rectification.due"},
    {"rectification.evidence", "rectification.evidence"},
    {"evaluation.grade", "evaluation.grade"},
    {"report.year", "annual_report.year"},
};

/* As a paper says it: labels of codes, dates in Chinese. */
static struct str as_words(const struct field *f, const struct jvalue *v, struct arena *a)
{
    struct str all = STR_NONE;
    if (v->type == J_STRING || v->type == J_NUMBER)
        return form_date(field_word(f, v->text, STR_NONE).zh, a);
    for (size_t i = 0; v->type == J_ARRAY && i < v->count; i++)
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? "；" : "",
                           STR_ARG(field_word(f, v->items[i].text, STR_NONE).zh));
    return all;
}

/* The input of the issuing step for the record that it is about to write. */
static const struct jvalue *said_now(const struct flow_call *x, struct str type, struct str field)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    const struct jvalue *one = records ? jin_get(records, arena_cstr(x->arena, type)) : NULL;
    return one && one->type == J_OBJECT ? jin_get(one, arena_cstr(x->arena, field)) : NULL;
}

static err_t read_said(struct case_paper_known *k, const char *name, const char *path)
{
    struct str rest = str_of(path), type = str_split(&rest, STR("."));
    const struct record_type *t = record_type_find(k->g.p->kernel->types, type);
    const struct jvalue *v = NULL;
    int64_t id = 0;
    const struct field *f = t ? field_in_pack(record_field(t, rest), k->g.p->pack, k->a) : NULL;
    if (!f || !case_paper_prints(k, name))
        return OK;
    err_t rc = programme_record(&id, &k->g, t);
    if (rc == OK && id)
        rc = record_value(&v, k->g.db, k->g.p->kernel, t, id, rest, k->a, k->g.e);
    const struct jvalue *now = said_now(k->g.x, type, rest);
    if (now)
        v = now;
    if (rc == OK && v)
        paper_value_add(&k->defaults, name, as_words(f, v, k->a), k->a);
    return rc;
}

/* Counted from the first day that was entered (a notice issued beforehand), else from that of the list. Of
 * a last day that is not final the paper says the day as it is counted now, and that. */
static err_t read_last_day(struct case_paper_known *k)
{
    struct str published = k->n->values ? jin_text(k->n->values, "publicity.from") : STR_NONE;
    struct date from;
    struct due due;
    bool known = false;
    err_t rc = OK;
    if (published.len == 0)
        rc = programme_field_text(&published, &k->g, STR("publicity.published_on"));
    if (rc == OK && date_parse(&from, published))
        rc = publicity_period(&due, &known, &k->g, from);
    if (rc != OK || !known)
        return rc;
    struct str day = form_date(date_text(due.date, k->a), k->a);
    if (due.provisional)
        day = arena_printf(
            k->a,
            msg_in(LANG_ZH,
                   N_("%.*s (expected; counted again once the working days of %d are announced)")),
            STR_ARG(day), due.count_by.year);
    paper_value_add(&k->defaults, "publicity.until", day, k->a);
    return OK;
}

/* --- whom it tells ---------------------------------------------------------------------------------- */

static bool is_office(struct str kind)
{
    return str_contains(kind, STR("office")) || str_is(kind, "province_ip_centre");
}

static err_t unit_name(struct str *name, bool *office, struct step *g, int64_t unit)
{
    struct str kind = STR_NONE;
    err_t rc = db_row(NULL, g->db, "SELECT name, kind FROM unit WHERE id = ?1", VALUES(v_i64(unit)),
                      INTO(into_str(name), into_str(&kind)), g->x->arena, g->e);
    *office = is_office(kind);
    return rc;
}

struct told_units {
    struct str to, copies, first_office; /* names; of others than who issues it */
};

static err_t add_told(struct told_units *t, struct case_paper_known *k, struct str actor)
{
    const struct str *roles;
    size_t count = pack_actor_roles(&roles, k->g.p->pack, actor, k->a);
    struct str name = STR_NONE;
    bool office = false;
    int64_t unit = 0;
    err_t rc =
        count ? flow_unit_of(&unit, k->g.db, &k->g.x->c, roles[0], k->g.x->today, k->g.e) : OK;
    if (rc == OK && unit && unit != k->g.x->by->unit)
        rc = unit_name(&name, &office, &k->g, unit);
    if (rc != OK || name.len == 0)
        return rc;
    if (office && t->first_office.len == 0)
        t->first_office = name;
    if (t->to.len == 0)
        t->to = name;
    else if (office && !str_eq(t->to, name) && !str_contains(t->copies, name))
        t->copies = arena_printf(k->a, "%.*s%s%.*s", STR_ARG(t->copies), t->copies.len ? "，" : "",
                                 STR_ARG(name));
    return rc;
}

/* The remedies against the decision, as stated by the issuing office. */
static err_t read_remedies(struct case_paper_known *k)
{
    static const char *const names[] = {"remedy.organ", "remedy.period", "remedy.court",
                                        "remedy.court_period"};
    struct stmt *st = NULL;
    err_t rc = db_query(&st, k->g.db,
                        "SELECT remedy_organ, remedy_period, remedy_court, remedy_court_period FROM"
                        " unit WHERE id = ?1",
                        VALUES(v_i64(k->g.x->by->unit)), k->g.e);
    if (stmt_row(&rc, st, k->g.e))
        for (int i = 0; i < (int)ARRAY_LEN(names); i++)
            paper_value_add(&k->defaults, names[i], arena_dup(k->a, stmt_str(st, i)), k->a);
    stmt_free(st);
    return rc;
}

/* An office issues its own papers. The recipient of a party's submission is the notified office.
 */
static err_t read_told(struct case_paper_known *k)
{
    struct told_units t = {0};
    struct str own = STR_NONE;
    bool office = false;
    err_t rc = unit_name(&own, &office, &k->g, k->g.x->by->unit);
    for (size_t i = 0; rc == OK && i < k->step->effect_count; i++) {
        const struct process_effect *f = &k->step->effects[i];
        if (f->kind == EFFECT_NOTIFY || f->kind == EFFECT_COPY)
            rc = add_told(&t, k, f->object);
    }
    paper_value_add(&k->defaults, "paper.issuer", office ? own : t.first_office, k->a);
    if (k->cases) { /* whom a paper of several cases is for, who issues it may say */
        paper_value_add(&k->defaults, "paper.to", STR("各有关单位"), k->a);
        return rc;
    }
    struct str to = part_text(k->paper, "to"), copies = t.copies;
    if (to.len && t.to.len) /* the step tells those who get a copy */
        copies = arena_printf(k->a, "%.*s%s%.*s", STR_ARG(t.to), copies.len ? "，" : "",
                              STR_ARG(copies));
    paper_value_add(&k->defaults, "paper.to", to.len ? to : t.to.len ? t.to : k->name, k->a);
    paper_value_add(&k->defaults, "paper.copies", copies, k->a);
    return rc;
}

err_t case_paper_read_step(struct case_paper_known *k)
{
    err_t rc = OK;
    paper_value_add(&k->defaults, "paper.date", form_date(k->g.x->today, k->a), k->a);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(said); i++)
        rc = read_said(k, said[i].name, said[i].path);
    if (rc == OK && case_paper_prints(k, "publicity.until"))
        rc = read_last_day(k);
    if (rc == OK && k->step)
        rc = read_line(k);
    if (rc == OK && k->step)
        rc = read_told(k);
    if (rc == OK && part_true(k->paper, "remedy"))
        rc = read_remedies(k);
    if (rc == OK && case_paper_prints(k, "receipt."))
        rc = read_received(k);
    return rc == OK && case_paper_prints(k, "materials") ? read_materials(k) : rc;
}

/* --- what is not his to say otherwise ----------------------------------------------------------- */

/* "2026年1月5日", "2026-01-05". */
static bool written_date(struct date *out, struct str text, struct arena *a)
{
    struct str iso = STR_NONE;
    int64_t n[3] = {0};
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        bool first = digit && (i == 0 || text.ptr[i - 1] < '0' || text.ptr[i - 1] > '9');
        if (first && count == ARRAY_LEN(n))
            return false;
        count += first;
        if (digit && n[count - 1] < 10000)
            n[count - 1] = n[count - 1] * 10 + (text.ptr[i] - '0');
    }
    if (count == ARRAY_LEN(n))
        iso = arena_printf(a, "%04lld-%02lld-%02lld", (long long)n[0], (long long)n[1],
                           (long long)n[2]);
    return count == ARRAY_LEN(n) && date_parse(out, iso);
}

static struct str value_of(const struct paper_values *values, const char *name)
{
    for (size_t i = 0; i < values->len; i++)
        if (strcmp(values->ptr[i].name, name) == 0)
            return values->ptr[i].text;
    return STR_NONE;
}

static bool needed(const struct part *p, const char *name)
{
    const struct part_value *needs = part_value(p, "needs");
    return str_among(str_of(name), needs->words, needs->word_count);
}

const char *case_paper_expired_value(struct str *ends, struct str *day,
                                     const struct case_paper_known *k)
{
    static const char name[] = "rectification.due";
    struct date of, last;
    *day = value_of(&k->values, "paper.date");
    if (!written_date(&of, *day, k->a))
        return NULL;
    *ends = value_of(&k->values, name);
    return (needed(k->paper, name) || needed(k->from, name)) && written_date(&last, *ends, k->a) &&
                   date_to_days(last) < date_to_days(of)
               ? name
               : NULL;
}

/* It may name others beside itself. */
static bool is_issuer(struct str issuer, struct str own)
{
    return issuer.len == 0 || str_contains(issuer, own) || str_starts(own, issuer);
}

err_t case_paper_issuer(struct case_paper_known *k)
{
    const struct jvalue *values = k->n->values;
    struct str issuer = values ? str_trim(jin_text(values, "paper.issuer")) : STR_NONE;
    struct str own = STR_NONE;
    bool office = false;
    err_t rc = unit_name(&own, &office, &k->g, k->g.x->by->unit);
    return rc != OK || !office || is_issuer(issuer, own)
               ? rc
               : err_set(k->g.e, E_INVALID,
                         "paper.issuer: \"%.*s\" is issued by your own office (%.*s), not by %.*s",
                         STR_ARG(part_text(k->paper, "label")), STR_ARG(own), STR_ARG(issuer));
}

err_t case_paper_check_issuer(struct step *g, const struct part *paper, const struct jvalue *values)
{
    struct str issuer = values ? str_trim(jin_text(values, "paper.issuer")) : STR_NONE;
    struct str label = part_text(paper, "label"), own = STR_NONE;
    bool office = false;
    err_t rc = unit_name(&own, &office, g, g->x->by->unit);
    if (rc != OK || !office)
        return rc;
    if (!is_issuer(issuer, own))
        obstacle_add(g->to, WHY_ISSUED_BY_OTHER,
                     paper_value_pointer(paper, STR("paper.issuer"), g->x->arena),
                     &g->x->step->citation, FLOW_ARGS(label, own, issuer));
    return OK;
}
