/* Rows of `panel`, panel_field, panel_head, panel_case. */
#include "panel/panel.h"
#include "access/mutation.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "policy/pack.h"
#include "record/type.h"
#include <stdio.h>

#define COLUMNS                                                                                    \
    "id, version, state, owner_unit, owner_province, title, pack, pack_version, evaluation, "      \
    "basis, mode, outlier, year, created_ms, created_by, closed_ms, closed_by, report, "           \
    "report_digest, trimmed, CASE WHEN least IS NULL THEN 0 ELSE 1 END, least, least_clause, "     \
    "held_on, due_on, marks"
#define INTO_PANEL(p)                                                                              \
    INTO(into_i64(&(p)->id), into_i64(&(p)->version), into_str(&(p)->state),                       \
         into_i64(&(p)->owner_unit), into_str(&(p)->owner_province), into_str(&(p)->title),        \
         into_str(&(p)->pack), into_str(&(p)->pack_version), into_str(&(p)->evaluation),           \
         into_str(&(p)->basis), into_str(&(p)->mode), into_i64(&(p)->outlier),                     \
         into_i64(&(p)->year), into_i64(&(p)->created_ms), into_i64(&(p)->created_by),             \
         into_i64(&(p)->closed_ms), into_i64(&(p)->closed_by), into_str(&(p)->report),             \
         into_str(&(p)->report_digest), into_i64(&(p)->trimmed), into_bool(&(p)->has_least),       \
         into_i64(&(p)->least), into_str(&(p)->least_clause), into_str(&(p)->held_on),             \
         into_str(&(p)->due_on), into_bool(&(p)->marks))

#define PANELS STR("panels") /* names the checks (access/mutation.h) */

static const char *const officer_roles[] = {"province_officer", "province_leader",
                                            "ip_centre_officer"};
static const char *const city_roles[] = {"city_officer", "city_leader"};

static const char *const auditor_roles[] = {"auditor"};

/* By which he has a role among these, his own before a lent one; NULL: none. */
static const struct grant *grant_among(const struct subject *s, const char *const *roles,
                                       size_t count)
{
    for (size_t i = 0; i < s->grant_count; i++)
        if (word_index(s->grants[i].role->name, roles, count) < count &&
            s->grants[i].programmes.len == 0)
            return &s->grants[i];
    return NULL;
}

bool panel_officer(const struct subject *s)
{
    return grant_among(s, officer_roles, ARRAY_LEN(officer_roles)) != NULL;
}

const struct grant *panel_owner_grant(const struct subject *s)
{
    const struct grant *g = grant_among(s, officer_roles, ARRAY_LEN(officer_roles));
    return g ? g : grant_among(s, city_roles, ARRAY_LEN(city_roles));
}

/* Whether s may form panels, or is a city officer: for panels of its own office, on evaluations that the policy gives to the city. */
static bool panel_owner(const struct subject *s)
{
    return panel_owner_grant(s) != NULL;
}

/* Whether the evaluation belongs to the office: a city's office forms panels for its own
 * evaluations only. */
static bool evaluates(const struct pack *p, const struct part *evaluation, const struct subject *s)
{
    const struct part *by = part_named(p, PART_AUTHORITIES, part_text(evaluation, "by"));
    const struct part_value *roles = by ? part_value(by, "roles") : NULL;
    for (size_t i = 0; roles && i < s->grant_count; i++)
        if (str_among(s->grants[i].role->name, roles->words, roles->word_count) &&
            grant_is_for(&s->grants[i], p->id))
            return true;
    return false;
}

const char *panel_state_word(struct str state)
{
    static const char *const words[][2] = {{"draft", N_("being formed")},
                                           {"frozen", N_("frozen, not drawn yet")},
                                           {"drawn", N_("drawn, at work")},
                                           {"closed", N_("over, its result is there")}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(state, words[i][0]))
            return msg(words[i][1]);
    return "?";
}

/* --- reading --------------------------------------------------------------------------- */

static err_t read_fields(struct panel *p, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct panel_field) all = {0};
    struct panel_field one;
    err_t rc =
        db_rows(ROWS(&all, one), db,
                "SELECT field, seats FROM panel_field WHERE panel = ?1 ORDER BY position",
                VALUES(v_i64(p->id)), INTO(into_str(&one.field), into_i64(&one.seats)), a, e);
    p->fields = all.ptr;
    p->field_count = all.len;
    return rc;
}

static err_t read_heads(struct panel *p, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct panel_head) all = {0};
    struct panel_head h;
    err_t rc = db_rows(
        ROWS(&all, h), db,
        "SELECT head, label, weight, from_pack, weight_from_pack, CASE WHEN least IS NULL THEN 0"
        " ELSE 1 END, least, least_clause FROM panel_head WHERE panel = ?1 ORDER BY position",
        VALUES(v_i64(p->id)),
        INTO(into_str(&h.head), into_str(&h.label), into_i64(&h.weight), into_bool(&h.from_pack),
             into_bool(&h.weight_from_pack), into_bool(&h.has_least), into_i64(&h.least),
             into_str(&h.least_clause)),
        a, e);
    p->heads = all.ptr;
    p->head_count = all.len;
    return rc;
}

static err_t read_cases(struct panel *p, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct panel_case) all = {0};
    struct panel_case c;
    bool trial = false;
    err_t rc =
        db_rows(ROWS(&all, c), db,
                "SELECT c.id, c.case_id, c.number, c.unit, u.name, c.result,"
                " c.result_reason FROM panel_case c JOIN unit u ON u.id = c.unit WHERE c.panel = ?1"
                " ORDER BY c.position",
                VALUES(v_i64(p->id)),
                INTO(into_i64(&c.id), into_i64(&c.case_id), into_str(&c.number), into_i64(&c.unit),
                     into_str(&c.name), into_str(&c.result), into_str(&c.result_reason)),
                a, e);
    if (rc == OK)
        rc = db_any(&trial, db,
                    "SELECT 1 FROM panel_case c JOIN flow_case f ON f.id = c.case_id WHERE c.panel "
                    "= ?1 AND f.trial <> 0",
                    VALUES(v_i64(p->id)), e);
    p->trial = trial;
    p->cases = all.ptr;
    p->case_count = all.len;
    return rc;
}

err_t panel_read(struct panel *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    bool found = false;
    *out = (struct panel){0};
    err_t rc = db_row(&found, db, "SELECT " COLUMNS " FROM panel WHERE id = ?1", VALUES(v_i64(id)),
                      INTO_PANEL(out), a, e);
    if (rc == OK && !found)
        rc = err_set(e, E_NOTFOUND, "there is no panel %lld", (long long)id);
    if (rc == OK)
        rc = read_fields(out, db, a, e);
    if (rc == OK)
        rc = read_heads(out, db, a, e);
    return rc == OK ? read_cases(out, db, a, e) : rc;
}

err_t panel_of_office(struct panel *out, struct db *db, const struct subject *s, int64_t id,
                      struct arena *a, struct err *e)
{
    err_t rc = panel_read(out, db, id, a, e);
    if (rc == OK && !((panel_owner(s) || access_off(PANELS, "officer")) &&
                      (s->unit == out->owner_unit || access_off(PANELS, "office"))))
        rc = err_set(e, E_NOTFOUND, "there is no panel %lld", (long long)id);
    return rc;
}

static bool audits(const struct subject *s)
{
    return s->province.len > 0 && grant_among(s, auditor_roles, ARRAY_LEN(auditor_roles));
}

err_t panel_for_reader(struct panel *out, struct db *db, const struct subject *s, int64_t id,
                       struct arena *a, struct err *e)
{
    struct err none;
    err_t rc = panel_of_office(out, db, s, id, a, e);
    if (rc != E_NOTFOUND || !audits(s) || panel_read(out, db, id, a, &none) != OK)
        return rc;
    return str_eq(out->owner_province, s->province) || access_off(PANELS, "province") ? OK : rc;
}

err_t panel_list(const struct panel **out, size_t *count, struct db *db, const struct subject *s,
                 struct arena *a, struct err *e)
{
    VEC(struct panel) all = {0};
    struct panel p = {0};
    err_t rc =
        db_rows(ROWS(&all, p), db,
                "SELECT " COLUMNS " FROM panel WHERE (?1 = 1 AND owner_unit = ?2) OR"
                " id IN (SELECT panel FROM panel_member WHERE account = ?3 AND state IN"
                " ('invited', 'accepted')) OR ?4 = 1 OR (?5 = 1 AND owner_province = ?6)"
                " ORDER BY id DESC",
                VALUES(v_i64(panel_owner(s)), v_i64(s->unit), v_i64(s->account),
                       v_i64(access_off(PANELS, "listed")), v_i64(audits(s)), v_str(s->province)),
                INTO_PANEL(&p), a, e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* --- forming --------------------------------------------------------------------------- */

static err_t check_texts(const struct panel *p, struct err *e)
{
    struct date day;
    if (p->title.len == 0 || utf8_length(p->title) > LINE_CHARACTERS_MAX)
        return err_set(e, E_INVALID, "title: a panel has a name of at most %d characters",
                       LINE_CHARACTERS_MAX);
    if (p->basis.len == 0 || utf8_length(p->basis) > REASON_CHARACTERS_MAX)
        return err_set(e, E_INVALID,
                       "basis: by which rule of the office does the panel work so? "
                       "the document does not say it");
    if (!str_is(p->mode, "blind") && !str_is(p->mode, "open"))
        return err_set(e, E_INVALID, "mode: blind or open, not '%.*s'", STR_ARG(p->mode));
    if (p->due_on.len && !date_parse(&day, p->due_on))
        return err_set(e, E_INVALID, "due_on: a day as 2026-03-09");
    if (p->outlier < 0 || p->outlier > PANEL_POINTS_MAX)
        return err_set(e, E_INVALID, "outlier: from 0 to 100 points");
    return OK;
}

static err_t check_fields(const struct panel *p, struct err *e)
{
    if (p->field_count > PANEL_FIELDS_MAX)
        return err_set(e, E_INVALID, "fields: at most %d", PANEL_FIELDS_MAX);
    for (size_t i = 0; i < p->field_count; i++) {
        const struct panel_field *f = &p->fields[i];
        if (f->seats < 1 || f->seats > PANEL_SEATS_MAX)
            return err_set(e, E_INVALID, "fields[%zu].seats: one to %d", i, PANEL_SEATS_MAX);
        if (FIND_BY(p->fields, i, field, f->field))
            return err_set(e, E_INVALID, "fields[%zu].field: %.*s is listed twice", i,
                           STR_ARG(f->field));
    }
    return OK;
}

int64_t panel_full(const struct panel *p, size_t head)
{
    return p->marks ? p->heads[head].weight : PANEL_POINTS_MAX;
}

/* The document's heads are the panel's; their weights, where it gives them, too. */
static err_t take_heads(struct panel *p, const struct part *evaluation, struct arena *a,
                        struct err *e)
{
    const struct part_value *said = part_value(evaluation, "heads");
    struct panel_head *heads = arena_array(a, p->head_count + 1, sizeof(*heads));
    int64_t weight = 0;
    size_t none = p->head_count;
    if (p->head_count == 0 || p->head_count > PANEL_HEADS_MAX)
        return err_set(e, E_INVALID, "heads: one to %d, each with its weight", PANEL_HEADS_MAX);
    if (said->given && said->item_count != p->head_count)
        return err_set(e, E_INVALID, "heads: the document names %zu, not %zu", said->item_count,
                       p->head_count);
    for (size_t i = 0; i < p->head_count; i++) {
        const struct panel_head *h = &p->heads[i];
        const struct part *item =
            said->given ? part_among(said->items, said->item_count, h->head) : NULL;
        if (said->given && !item)
            return err_set(e, E_INVALID, "heads[%zu].head: the document has no '%.*s'", i,
                           STR_ARG(h->head));
        if (h->head.len == 0 || (!item && h->label.len == 0))
            return err_set(e, E_INVALID, "heads[%zu]: each has an id and a label", i);
        heads[i] = *h;
        heads[i].from_pack = item != NULL;
        if (item)
            heads[i].label = part_text(item, "label");
        if (item && part_value(item, "weight")->given) {
            heads[i].weight = (int64_t)part_int(item, "weight") * 100;
            heads[i].weight_from_pack = true;
        }
        if (item && part_value(item, "least")->given) {
            heads[i].has_least = true;
            heads[i].least = (int64_t)part_int(item, "least") * 100;
            heads[i].least_clause = part_text(evaluation, "clause");
        }
        if (FIND_BY(heads, i, head, h->head))
            return err_set(e, E_INVALID, "heads[%zu].head: '%.*s' is listed twice", i,
                           STR_ARG(h->head));
        if (heads[i].weight < 0 || heads[i].weight > PANEL_WEIGHT_ALL)
            return err_set(e, E_INVALID, "heads[%zu].weight: from 0 to 100", i);
        none = heads[i].weight == 0 ? i : none;
        weight += heads[i].weight;
    }
    if (weight && none < p->head_count)
        return err_set(e, E_INVALID, "heads[%zu].weight: '%.*s' has none", none,
                       STR_ARG(heads[none].head));
    if (weight ? weight != PANEL_WEIGHT_ALL : p->marks)
        return err_set(e, E_INVALID, "heads: the weights come to %lld.%02lld %%, not to 100",
                       (long long)(weight / 100), (long long)(weight % 100));
    p->heads = heads;
    return OK;
}

/* The document's rule on the mean of totals; checks that there are enough experts for it. */
static err_t take_least(struct panel *p, const struct part *evaluation, struct err *e)
{
    int64_t seats = 0;
    p->trimmed = part_int(evaluation, "trimmed");
    p->has_least = part_value(evaluation, "least")->given;
    p->least = (int64_t)part_int(evaluation, "least") * 100;
    p->least_clause = p->has_least ? part_text(evaluation, "clause") : STR_NONE;
    for (size_t i = 0; i < p->field_count; i++)
        seats += p->fields[i].seats;
    return p->field_count == 0 || seats > 2 * p->trimmed
               ? OK
               : err_set(e, E_INVALID,
                         "fields: %lld seats are too few: the mean leaves out the %lld highest and "
                         "the %lld lowest totals (%.*s)",
                         (long long)seats, (long long)p->trimmed, (long long)p->trimmed,
                         STR_ARG(part_text(evaluation, "clause")));
}

/* Running matters of the programme and the province, of a city's office (`city`) of its city, each with its number and whose it is. */
static err_t take_cases(struct panel *p, struct db *db, struct str city, struct arena *a,
                        struct err *e)
{
    struct panel_case *cases = arena_array(a, p->case_count + 1, sizeof(*cases));
    err_t rc = OK;
    if (p->case_count == 0 || p->case_count > PANEL_CASES_MAX)
        return err_set(e, E_INVALID, "cases: one to %d", PANEL_CASES_MAX);
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        bool found = false;
        cases[i].case_id = p->cases[i].case_id;
        for (size_t k = 0; k < i; k++)
            if (cases[k].case_id == cases[i].case_id)
                return err_set(e, E_INVALID, "cases[%zu]: %lld is listed twice", i,
                               (long long)cases[i].case_id);
        rc = db_row(
            &found, db,
            "SELECT number, owner_unit FROM flow_case WHERE id = ?1 AND programme = ?2 AND"
            " owner_province = ?3 AND state = 'running' AND (?4 IS NULL OR owner_city = ?4)",
            VALUES(v_i64(cases[i].case_id), v_str(p->pack), v_str(p->owner_province), v_str(city)),
            INTO(into_str(&cases[i].number), into_i64(&cases[i].unit)), a, e);
        if (rc == OK && !found)
            rc = err_set(e, E_INVALID,
                         "cases[%zu]: %lld is no running case of this policy and province", i,
                         (long long)cases[i].case_id);
    }
    p->cases = cases;
    return rc;
}

/* --- one panel a case ------------------------------------------------------------------ */

/* Else a case is judged until one panel passes it, or by two at once. What was handed in again may have another. */
static err_t check_alone(const struct panel *p, struct db *db, struct err *e)
{
    static const char others[] =
        "SELECT max(p.id) FROM panel_case c JOIN panel p ON p.id = c.panel WHERE c.case_id = ?1 AND"
        " p.evaluation = ?2 AND p.id <> ?3 AND (p.state IN ('frozen', 'drawn') OR p.state ="
        " 'closed' AND NOT " PANEL_HANDED_IN_SINCE ")";
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        int64_t other = 0;
        rc = db_i64(&other, db, others,
                    VALUES(v_i64(p->cases[i].case_id), v_str(p->evaluation), v_i64(p->id)), e);
        if (rc == OK && other)
            rc = err_set(e, E_CONFLICT,
                         "cases[%zu]: the panel %lld has the case %.*s: one panel judges what was "
                         "handed in",
                         i, (long long)other, STR_ARG(p->cases[i].number));
    }
    return rc;
}

/* A case in its start state was not submitted, or was sent back: there is no text to judge yet. */
static err_t check_handed_in(const struct panel *p, struct db *db, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        int64_t at_start = 0;
        rc = db_i64(&at_start, db,
                    "SELECT count(*) FROM flow_case c JOIN flow_step o ON o.case_id = c.id AND"
                    " o.kind = 'open' WHERE c.id = ?1 AND o.to_stage = c.stage",
                    VALUES(v_i64(p->cases[i].case_id)), e);
        if (rc == OK && at_start)
            rc = err_set(
                e, E_CONFLICT,
                "cases[%zu]: case %.*s is still a draft: a panel judges only submitted cases", i,
                STR_ARG(p->cases[i].number));
    }
    return rc;
}

/* The label of the first stage from which a step rests on this evaluation; empty: none does, or one does from
 * `stage`. */
static struct str judged_from(const struct process *process, struct str evaluation,
                              struct str stage)
{
    struct str first = STR_NONE;
    for (size_t i = 0; process && i < process->step_count; i++) {
        const struct process_step *s = &process->steps[i];
        for (size_t k = 0; str_eq(s->panel.name, evaluation) && k < s->from_count; k++) {
            if (str_eq(process->states[s->from[k]].id, stage))
                return STR_NONE;
            if (first.len == 0)
                first = process->states[s->from[k]].label;
        }
    }
    return first;
}

/* Experts judge what offices have checked: a case that has not come so far, or has gone on, has no panel formed. */
static err_t check_come(const struct panel *p, struct db *db, const struct pack *pack,
                        struct arena *a, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        struct str process = STR_NONE, stage = STR_NONE, label = STR_NONE;
        rc = db_row(NULL, db, "SELECT process, stage, stage_label FROM flow_case WHERE id = ?1",
                    VALUES(v_i64(p->cases[i].case_id)),
                    INTO(into_str(&process), into_str(&stage), into_str(&label)), a, e);
        struct str from = judged_from(pack_process(pack, process), p->evaluation, stage);
        if (rc == OK && from.len)
            rc = err_set(e, E_CONFLICT,
                         "cases[%zu]: case %.*s is at \"%.*s\"; a panel judges it at \"%.*s\"", i,
                         STR_ARG(p->cases[i].number), STR_ARG(label), STR_ARG(from));
    }
    return rc;
}

static err_t put_parts(struct panel *p, struct db *db, struct arena *a, struct err *e)
{
    struct panel_case *cases = arena_array(a, p->case_count, sizeof(*cases));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->field_count; i++)
        rc = db_run(
            db, "INSERT INTO panel_field (panel, position, field, seats) VALUES (?1, ?2, ?3, ?4)",
            VALUES(v_i64(p->id), v_i64((int64_t)i), v_str(p->fields[i].field),
                   v_i64(p->fields[i].seats)),
            e);
    for (size_t i = 0; rc == OK && i < p->head_count; i++)
        rc = db_run(db,
                    "INSERT INTO panel_head (panel, position, head, label, weight, from_pack,"
                    " weight_from_pack, least, least_clause)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    VALUES(v_i64(p->id), v_i64((int64_t)i), v_str(p->heads[i].head),
                           v_str(p->heads[i].label), v_i64(p->heads[i].weight),
                           v_i64(p->heads[i].from_pack), v_i64(p->heads[i].weight_from_pack),
                           v_id(p->heads[i].least), v_str(p->heads[i].least_clause)),
                    e);
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        cases[i] = p->cases[i];
        rc = db_run(db,
                    "INSERT INTO panel_case (panel, position, case_id, number, unit)"
                    " VALUES (?1, ?2, ?3, ?4, ?5)",
                    VALUES(v_i64(p->id), v_i64((int64_t)i), v_i64(cases[i].case_id),
                           v_str(cases[i].number), v_i64(cases[i].unit)),
                    e);
        cases[i].id = rc == OK ? db_last_id(db) : 0;
    }
    p->cases = cases;
    return rc;
}

static err_t put_version(const struct panel *p, struct db *db, const struct deed *d,
                         const char *action, struct err *e)
{
    const struct deed_field fields[] = {
        {"basis", v_str(p->basis)},
        {"cases", v_i64((int64_t)p->case_count)},
        {"due_on", v_str(p->due_on)},
        {"evaluation", v_str(p->evaluation)},
        {"held_on", v_str(p->held_on)},
        {"marks", v_id(p->marks)},
        {"mode", v_str(p->mode)},
        {"pack", v_str(p->pack)},
        {"pack_version", v_str(p->pack_version)},
        {"report_digest", v_str(p->report_digest)},
        {"state", v_str(p->state)},
        {"title", v_str(p->title)},
        {"year", v_i64(p->year)},
    };
    return deed_version(d, db, "panel", p->id, p->version, action, fields,
                        sizeof(fields) / sizeof(*fields), e);
}

static err_t put_row(struct panel *p, struct db *db, const struct deed *d, struct err *e)
{
    uint64_t year = 0;
    if (!str_to_u64(&year, (struct str){d->by->today.ptr, 4}))
        return err_set(e, E_INTERNAL, "the day of this request is no day");
    p->version = 1;
    p->state = STR("draft");
    p->year = (int64_t)year;
    p->created_ms = deed_now_ms(d);
    p->created_by = d->by->account;
    err_t rc = db_run(
        db,
        "INSERT INTO panel (version, state, owner_unit, owner_province, title, pack, pack_version,"
        " evaluation, basis, mode, outlier, year, created_ms, created_by, trimmed, least,"
        " least_clause, held_on, due_on, marks)"
        " VALUES (1, 'draft', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
        " ?16, ?17, ?18)",
        VALUES(v_i64(p->owner_unit), v_str(p->owner_province), v_str(p->title), v_str(p->pack),
               v_str(p->pack_version), v_str(p->evaluation), v_str(p->basis), v_str(p->mode),
               v_i64(p->outlier), v_i64(p->year), v_i64(p->created_ms), v_i64(p->created_by),
               v_i64(p->trimmed), v_id(p->least), v_str(p->least_clause), v_str(p->held_on),
               v_str(p->due_on), v_i64(p->marks)),
        e);
    p->id = rc == OK ? db_last_id(db) : 0;
    return rc;
}

/* The evaluations that the policy gives to experts: "专家评审（review）". */
static struct str all_evaluations(const struct pack *pack, struct arena *a)
{
    const struct part_list *all = &pack->parts[PART_EVALUATIONS];
    bool zh = msg_lang() == LANG_ZH;
    struct str out = STR_NONE;
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part *one = &all->list.ptr[i];
        struct str label = part_text(one, "label");
        label = zh ? label : pack_label_en(pack, label, a);
        out = arena_printf(a, "%.*s%s%.*s%s%.*s%s", STR_ARG(out),
                           i == 0 ? ""
                           : zh   ? "、"
                                  : ", ",
                           STR_ARG(label), zh ? "（" : " (", STR_ARG(one->id), zh ? "）" : ")");
    }
    return out;
}

err_t panel_form(const struct panel_deed *act, const struct pack *pack, struct str evaluation,
                 struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    const struct part *judged = part_named(pack, PART_EVALUATIONS, evaluation);
    if (!panel_owner(d->by) && !access_off(PANELS, "former"))
        return err_set(e, E_DENIED, "a panel is formed by an officer of the province");
    if (!judged)
        return err_set(e, E_INVALID, "%.*s has no review by experts called \"%.*s\": it has %.*s",
                       STR_ARG(pack->document.title), STR_ARG(evaluation),
                       STR_ARG(all_evaluations(pack, d->arena)));
    if (!panel_officer(d->by) && !evaluates(pack, judged, d->by) && !access_off(PANELS, "former")) {
        const struct part *by = part_named(pack, PART_AUTHORITIES, part_text(judged, "by"));
        return err_set(e, E_DENIED, "by the document another office evaluates: %.*s",
                       STR_ARG(by ? part_text(by, "label") : part_text(judged, "by")));
    }
    p->owner_unit = d->by->unit;
    p->owner_province = d->by->province;
    p->pack = pack->id;
    p->pack_version = pack->version;
    p->evaluation = evaluation;
    err_t rc = check_texts(p, e);
    if (rc == OK)
        rc = check_fields(p, e);
    if (rc == OK)
        rc = take_heads(p, judged, d->arena, e);
    if (rc == OK)
        rc = take_least(p, judged, e);
    if (rc == OK)
        rc = take_cases(p, act->db, panel_officer(d->by) ? STR_NONE : d->by->city, d->arena, e);
    if (rc == OK)
        rc = check_handed_in(p, act->db, e);
    if (rc == OK)
        rc = check_come(p, act->db, pack, d->arena, e);
    if (rc == OK)
        rc = check_alone(p, act->db, e);
    if (rc == OK)
        rc = put_row(p, act->db, d, e);
    if (rc == OK)
        rc = put_parts(p, act->db, d->arena, e);
    return rc == OK ? put_version(p, act->db, d, "form", e) : rc;
}

/* Refuses a draw if a text was submitted after the panel was formed: its result would not count.
 */
static err_t check_text(const struct panel *p, struct db *db, struct arena *a, struct err *e)
{
    struct str number;
    err_t rc =
        db_text(&number, db,
                "SELECT c.number FROM panel_case c JOIN panel p ON p.id = c.panel WHERE p.id ="
                " ?1 AND " PANEL_HANDED_IN_SINCE " ORDER BY c.id LIMIT 1",
                VALUES(v_i64(p->id)), a, e);
    return rc == OK && number.len
               ? err_set(
                     e, E_CONFLICT,
                     "the case %.*s was handed in again since the panel was formed: form another",
                     STR_ARG(number))
               : rc;
}

/* Whether the state comes after all of these ("draft frozen"). */
static bool is_past(struct str state, struct str states)
{
    static const char *const order[] = {"draft", "frozen", "drawn", "closed"};
    for (size_t i = ARRAY_LEN(order); i > 0 && !str_is(state, order[i - 1]); i--)
        if (str_contains(states, str_of(order[i - 1])))
            return false;
    return true;
}

err_t panel_move(const struct panel_deed *act, const char *from, const char *to, const char *action,
                 struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    struct str rest = str_of(from);
    bool fits = false;
    while (rest.ptr && !fits)
        fits = str_eq(str_split(&rest, STR(" ")), p->state);
    if (!fits)
        return err_set(e, E_CONFLICT,
                       is_past(p->state, str_of(from))
                           ? N_("the panel is %s: this cannot be done any more")
                           : N_("the panel is %s: this cannot be done yet"),
                       panel_state_word(p->state));
    bool begins = strcmp(to, "frozen") == 0 || strcmp(to, "drawn") == 0;
    err_t rc = begins ? check_handed_in(p, act->db, e) : OK;
    if (rc == OK && begins)
        rc = check_text(p, act->db, d->arena, e);
    if (rc == OK && begins)
        rc = check_alone(p, act->db, e);
    if (rc != OK)
        return rc;
    p->state = str_of(to);
    p->version++;
    rc = db_run(
        act->db,
        "UPDATE panel SET version = ?2, state = ?3, closed_ms = ?4, closed_by = ?5, report = ?6,"
        " report_digest = ?7 WHERE id = ?1",
        VALUES(v_i64(p->id), v_i64(p->version), v_str(p->state), v_id(p->closed_ms),
               v_id(p->closed_by), v_str(p->report), v_str(p->report_digest)),
        e);
    return rc == OK ? put_version(p, act->db, d, action, e) : rc;
}

/* --- what other parts ask ------------------------------------------------------------------ */

err_t panel_review_of(struct panel_review *out, struct db *db, int64_t case_id,
                      struct str evaluation, struct arena *a, struct err *e)
{
    *out = (struct panel_review){0};
    return db_row(NULL, db,
                  "SELECT p.id, CASE p.state WHEN 'closed' THEN 1 ELSE 0 END AS closed, "
                  "p.title, p.report_digest, c.result,"
                  " c.result_reason, CASE WHEN " PANEL_HANDED_IN_SINCE
                  " THEN 1 ELSE 0 END AS earlier FROM panel_case c JOIN panel p ON p.id ="
                  " c.panel WHERE c.case_id = ?1 AND (?2 IS NULL OR p.evaluation = ?2)"
                  " ORDER BY earlier, closed DESC, p.id DESC LIMIT 1",
                  VALUES(v_i64(case_id), v_str(evaluation)),
                  INTO(into_i64(&out->panel), into_bool(&out->closed), into_str(&out->title),
                       into_str(&out->report_digest), into_str(&out->result),
                       into_str(&out->result_reason), into_bool(&out->earlier)),
                  a, e);
}

err_t panel_report_text(struct str *out, struct db *db, int64_t panel, struct arena *a,
                        struct err *e)
{
    bool found = false;
    err_t rc = db_row(&found, db, "SELECT report FROM panel WHERE id = ?1", VALUES(v_i64(panel)),
                      INTO(into_str(out)), a, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no panel %lld", (long long)panel)
                              : rc;
}

err_t panel_failed(struct str *out, struct db *db, int64_t unit, struct str pack,
                   struct str evaluation, struct arena *a, struct err *e)
{
    err_t rc = OK;
    *out = STR_NONE;
    EACH_ROW(st, rc, e, db,
             "SELECT DISTINCT p.id FROM panel_case c JOIN panel p ON p.id = c.panel"
             " WHERE c.unit = ?1 AND p.pack = ?2 AND p.evaluation = ?3 AND p.state ="
             " 'closed' AND c.result = 'fail' ORDER BY p.id",
             VALUES(v_i64(unit), v_str(pack), v_str(evaluation)))
        *out = arena_printf(a, out->len ? "%.*s panel:%lld" : "%.*spanel:%lld", STR_ARG(*out),
                            (long long)stmt_i64(st, 0));
    return rc;
}

err_t panel_rounds(int64_t *out, struct db *db, int64_t owner_unit, struct str pack,
                   struct str evaluation, int64_t year, struct err *e)
{
    return db_i64(out, db,
                  "SELECT count(*) FROM panel WHERE owner_unit = ?1 AND pack = ?2 AND"
                  " evaluation = ?3 AND year = ?4 AND state = 'closed'",
                  VALUES(v_i64(owner_unit), v_str(pack), v_str(evaluation), v_i64(year)), e);
}

/* --- experts who sit ---------------------------------------------------------------------- */

err_t panel_expert_stays(struct db *db, const struct record_type *t, int64_t id, struct err *e)
{
    struct stmt *st = NULL;
    char more[48], last[48]; /* as the frozen pool names him */
    if (!str_is(t->name, "expert"))
        return OK;
    (void)snprintf(more, sizeof(more), "%%\"expert\":%lld,%%", (long long)id);
    (void)snprintf(last, sizeof(last), "%%\"expert\":%lld}%%", (long long)id);
    err_t rc =
        db_query(&st, db,
                 "SELECT p.title FROM panel p WHERE (p.state = 'frozen' AND p.id IN (SELECT"
                 " d.panel FROM panel_draw d WHERE d.state = 'frozen' AND (d.frozen LIKE ?2 OR"
                 " d.frozen LIKE ?3))) OR"
                 " (p.state = 'drawn' AND p.id IN (SELECT m.panel FROM panel_member m WHERE"
                 " m.expert = ?1 AND m.state IN ('invited', 'accepted'))) ORDER BY p.id"
                 " LIMIT 1",
                 VALUES(v_i64(id), v_str(str_of(more)), v_str(str_of(last))), e);
    if (stmt_row(&rc, st, e))
        rc = err_set(e, E_CONFLICT,
                     "an expert cannot leave the pool during a draw or as member of a panel "
                     "(%.*s): suspend the expert, with a reason, or replace the member",
                     STR_ARG(stmt_str(st, 0)));
    stmt_free(st);
    return rc;
}
