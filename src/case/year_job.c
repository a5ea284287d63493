/* Yearly work, checked once a day and when a centre has left the register: cases of a centre whose
 * date is known before there is a case (a report's year, three years from recognition), yearly
 * duties of an office (a round of expert reviews), lapsing documents, a missing table of working
 * days.
 *
 * The cases follow from the process: a step of its start has a deadline with reminders, counted
 * from the year of the subject record or from a date of the party; the case opens with the first
 * reminder. One case per party, process and year, checked in the step that opens it, so an
 * interrupted run can start over. Of past years only the latest is opened: earlier duties precede
 * the program. */
#include "base/date.h"
#include "base/log.h"
#include "base/msg.h"
#include "case/call.h"
#include "case/case.h"
#include "case/timer_job.h"
#include "decide/activation.h"
#include "decide/reading.h"
#include "matter/lapse.h"
#include "matter/standing.h"

#define AGAIN_MS ((int64_t)3600 * 1000) /* after a look that failed */

static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    struct arena *a = arena_new();
    bool done = false;
    (void)parts;
    err_t rc =
        db_any(&done, db,
               "SELECT 1 FROM programme_told WHERE what = 'look' AND day >= ?1 AND NOT EXISTS"
               " (SELECT 1 FROM record_centre WHERE (state <> 'active' OR ended_ms IS NOT"
               " NULL) AND changed_ms > (SELECT max(created_ms) FROM job WHERE kind ="
               " 'year'))",
               VALUES(v_str(business_date(now_ms, a))), e);
    if (rc == OK && !done)
        rc = db_any(&done, db,
                    "SELECT 1 FROM job WHERE ended_ms > ?1 AND state = 'failed' AND kind = 'year'",
                    VALUES(v_i64(now_ms - AGAIN_MS)), e);
    *out = !done;
    arena_free(a);
    return rc;
}

/* --- a look --------------------------------------------------------------------------------- */

struct look {
    struct job_run *run;
    struct kernel *kernel;
    struct packs *packs;
    const struct calendar *calendar;
    struct subject program;
    struct str today;
    struct date day;
    struct arena *a;
};

/* A matter that the year brings to a party. */
struct matter {
    const struct pack *pack;
    const struct process *process;
    const struct process_step *step;
    const struct deadline_rule *rule;
    const struct record_type *type, *counted;
    struct str field; /* of `counted` */
    int64_t unit;
    struct str entered; /* since when the party belongs to it; empty: not known */
    struct counting how;
    int year;
};

/* --- one case ------------------------------------------------------------------------------- */

struct opening {
    struct look *look;
    const struct matter *m;
};

static err_t has_case(bool *out, struct db *db, const struct matter *m, struct arena *a,
                      struct err *e)
{
    struct str sql = arena_printf(
        a,
        "SELECT 1 FROM flow_case c JOIN %.*s r ON r.id = c.record_id WHERE c.record_type = ?1 AND"
        " c.programme = ?2 AND c.process = ?3 AND c.owner_unit = ?4 AND r.year = ?5"
        " AND r.ended_ms IS NULL", /* what was called off is none */
        STR_ARG(m->type->table));
    return db_row_once(out, db, sql.ptr,
                       VALUES(v_str(m->type->name), v_str(m->pack->id), v_str(m->process->id),
                              v_i64(m->unit), v_i64(m->year)),
                       NULL, 0, NULL, e);
}

/* The party's own record of that year, where it has begun one; *done: it has handed it in. One that has a
 * case is another matter's (a centre that is a base as well has two records of a year). */
static err_t find_record(int64_t *id, bool *done, struct db *db, const struct matter *m,
                         struct arena *a, struct err *e)
{
    struct value values[8] = {v_i64(m->unit), v_i64(m->year), v_str(m->type->name)};
    size_t count = 3;
    struct str state;
    struct buf b = {0};
    buf_addf(&b,
             "SELECT id, state FROM %.*s WHERE owner_unit = ?1 AND year = ?2 AND ended_ms IS NULL"
             " AND NOT EXISTS (SELECT 1 FROM flow_case c WHERE c.record_type = ?3 AND c.record_id ="
             " %.*s.id)",
             STR_ARG(m->type->table), STR_ARG(m->type->table));
    for (size_t i = 0; i < m->process->begin_count && count < ARRAY_LEN(values); i++) {
        values[count++] = v_str(m->process->begins[i].value);
        buf_addf(&b, " AND %.*s = ?%zu", STR_ARG(m->process->begins[i].name), count);
    }
    if (record_field(m->type, STR("programme")) && count < ARRAY_LEN(values)) {
        values[count++] = v_str(m->pack->id);
        buf_addf(&b, " AND programme = ?%zu", count);
    }
    buf_addz(&b, " ORDER BY id DESC NULLS LAST LIMIT 1");
    struct str sql = buf_take(&b, a);
    *id = 0;
    err_t rc =
        db_row_once(NULL, db, sql.ptr, values, count, INTO(into_i64(id), into_str(&state)), a, e);
    *done = *id && !str_eq(state, m->type->initial);
    return rc;
}

static const struct jvalue *year_body(int year, struct arena *a)
{
    struct jout j;
    jout_init_values(&j, a);
    jout_pair_i64(&j, "year", year);
    return jout_made(&j);
}

static err_t open_step(struct db *db, void *arg, struct err *e)
{
    const struct opening *o = arg;
    const struct matter *m = o->m;
    struct arena *a = arena_new();
    struct programme p = {0};
    struct flow_taken taken;
    struct programme_new n = {.pack = m->pack->id, .process = m->process->id, .unit = m->unit};
    struct flow_call x = {
        .process = m->process, .by = &o->look->program, .today = o->look->today, .arena = a};
    bool there = false, done = false;
    programme_init(&p, o->look->kernel, o->look->packs, o->look->calendar, a);
    p.pack = m->pack;
    n.record = year_body(m->year, a);
    err_t rc = has_case(&there, db, m, a, e);
    if (rc == OK && !there)
        rc = find_record(&n.record_id, &done, db, m, a, e);
    if (rc == OK && !there && !done)
        rc = programme_begin_in(&taken, &(struct step){NULL, db, &x, &p, e}, &n);
    if (rc == E_INVALID && p.faults.count)
        rc = err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(p.faults.items[0].field),
                     STR_ARG(p.faults.items[0].message_en));
    arena_free(a);
    return rc;
}

/* One party's fault keeps no other from its case. */
static err_t open_case(struct look *l, const struct matter *m, struct err *e)
{
    struct opening o = {l, m};
    struct err why = {0};
    err_t rc = job_run_step(l->run, open_step, &o, STR_NONE, &why);
    if (rc == E_INVALID || rc == E_CONFLICT || rc == E_NOTFOUND) {
        log_line(LOG_WARN, "%.*s %.*s %d of unit %lld is not opened: %s", STR_ARG(m->pack->id),
                 STR_ARG(m->process->id), m->year, (long long)m->unit, why.text);
        return OK;
    }
    return err_pass(e, rc, &why);
}

/* --- which year ------------------------------------------------------------------------------ */

/* Has the moment come at which the case opens: the first reminder. */
static err_t has_come(bool *out, struct date *last, const struct look *l, const struct matter *m,
                      struct date from, struct err *e)
{
    struct due due;
    err_t rc = due_of(&due, m->rule, from, &m->how, e);
    *last = due.date;
    *out = rc == OK && due.state == DUE_KNOWN &&
           date_to_days(due.date) - m->step->remind[0] <= date_to_days(l->day);
    return rc;
}

/* For the subject's year: the latest one that has begun; 0: none. */
static err_t year_of_subject(int *year, const struct look *l, const struct matter *m, struct err *e)
{
    err_t rc = OK;
    bool come = false;
    struct date last = {0};
    int y = l->day.year + 2;
    while (rc == OK && !come && --y >= l->day.year - 1)
        rc = has_come(&come, &last, l, m, (struct date){y, 1, 1}, e);
    bool belongs = m->entered.len == 0 || str_cmp(m->entered, date_text(last, l->a)) <= 0;
    *year = come && belongs ? y : 0;
    return rc;
}

static err_t party_day(struct date *out, struct db *db, const struct look *l,
                       const struct matter *m, struct err *e)
{
    const struct jvalue *v = NULL;
    int64_t id = 0;
    *out = (struct date){0};
    err_t rc =
        record_latest(&id, db, l->kernel, m->counted, m->unit, m->pack->id, STR_NONE, l->a, e);
    if (rc == OK && id)
        rc = record_value(&v, db, l->kernel, m->counted, id, m->field, l->a, e);
    if (v && (v->type != J_STRING || !date_parse(out, v->text)))
        *out = (struct date){0};
    return rc;
}

/* For a date of the party: the year in which the latest period that has begun ends; 0: none. */
static err_t year_of_party(int *year, struct db *db, const struct look *l, const struct matter *m,
                           struct err *e)
{
    struct date from, last;
    bool come = true;
    *year = 0;
    err_t rc = party_day(&from, db, l, m, e);
    if (rc != OK || from.year == 0)
        return rc;
    for (int k = 0; rc == OK && come; k++) {
        struct date begin = from;
        if (!step_day_cycle(&begin, m->rule, k))
            break;
        rc = has_come(&come, &last, l, m, begin, e);
        if (rc == OK && come)
            *year = last.year;
    }
    return rc;
}

/* --- which matters --------------------------------------------------------------------------- */

/* Whether an office receives the result of the step (notify, copy); without one there is no duty.
 * `unit`: the party. */
static err_t is_received(bool *out, const struct look *l, const struct matter *m, struct err *e)
{
    struct flow_case c = {.pack = m->pack->id, .unit = m->unit};
    struct db *db = NULL;
    size_t told = 0;
    int64_t office = 0;
    err_t rc = store_reader_get(&db, l->kernel->store, e);
    if (rc == OK)
        rc =
            db_row(NULL, db, "SELECT owner_city, owner_province FROM unit WHERE id = ?1",
                   VALUES(v_i64(m->unit)), INTO(into_str(&c.city), into_str(&c.province)), l->a, e);
    for (size_t i = 0; rc == OK && office == 0 && i < m->step->effect_count; i++) {
        const struct process_effect *f = &m->step->effects[i];
        const struct str *roles;
        if ((f->kind != EFFECT_NOTIFY && f->kind != EFFECT_COPY) ||
            !part_named(m->pack, PART_AUTHORITIES, f->object) ||
            pack_actor_roles(&roles, m->pack, f->object, l->a) == 0)
            continue;
        told++;
        rc = flow_unit_of(&office, db, &c, roles[0], l->today, e);
    }
    store_reader_put(l->kernel->store, db);
    *out = told == 0 || office != 0;
    return rc;
}

/* The step of the start whose day can be counted without a case; false: the process has none. */
static bool find_step(struct matter *m, const struct look *l)
{
    const struct process *p = m->process;
    m->type = record_type_find(l->kernel->types, p->subject);
    if (!m->type || m->type->owner == OWNER_ACCOUNT || !programme_year_field(m->type))
        return false;
    for (size_t i = 0; i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        struct str rest = s->counted, type = str_split(&rest, STR("."));
        m->counted = record_type_find(l->kernel->types, type);
        m->rule = pack_deadline(m->pack, s->due);
        m->field = rest;
        m->step = s;
        bool own = m->counted == m->type;
        if (process_leaves(s, p->start) && s->remind_count && m->rule && m->counted &&
            (!own || str_eq(rest, programme_year_field(m->type)->name)))
            return true;
    }
    return false;
}

static err_t open_of_party(struct look *l, struct matter *m, struct err *e)
{
    bool there = false;
    err_t rc = m->counted == m->type
                   ? year_of_subject(&m->year, l, m, e)
                   : STORE_READ(db, l->kernel->store, e, year_of_party(&m->year, db, l, m, e));
    if (rc == OK && m->year)
        rc = STORE_READ(db, l->kernel->store, e, has_case(&there, db, m, l->a, e));
    return rc == OK && m->year && !there ? open_case(l, m, e) : rc;
}

/* The office that owes a matter which is no party's. It owes none of a day that was over before
 * the program looked. */
static err_t open_of_office(struct look *l, struct matter *m, struct err *e)
{
    const struct flow_case place = {
        .pack = m->pack->id, .province = region_province_prefix(m->pack->document.jurisdiction)};
    err_t rc = OK;
    if (m->step->role_count)
        rc = STORE_READ(db, l->kernel->store, e,
                        flow_unit_of(&m->unit, db, &place, m->step->roles[0], l->today, e));
    m->entered = l->today;
    return rc == OK && m->unit ? open_of_party(l, m, e) : rc;
}

static err_t open_cases(struct look *l, const struct pack *pack, struct err *e)
{
    struct parties parties = {0};
    struct counting how = {0};
    bool lapsed = programme_lapsed(pack, l->today);
    err_t rc = STORE_READ(db, l->kernel->store, e,
                          standing_parties(&parties, db, pack->id, l->a, e)
                              ?: reading_counting(&how, db, pack, l->calendar, l->a, e));
    for (size_t i = 0; rc == OK && i < pack->process_count; i++) {
        struct matter m = {.pack = pack, .process = &pack->processes[i], .how = how};
        if (!find_step(&m, l) || (lapsed && !lapse_manages(pack, m.process)))
            continue;
        /* Under a lapsed document an office's duties cover only the parties recognised by it. */
        if (m.type->owner == OWNER_OFFICE && (!lapsed || parties.len))
            rc = open_of_office(l, &m, e);
        for (size_t k = 0; rc == OK && m.type->owner == OWNER_UNIT && k < parties.len; k++) {
            m.unit = parties.ptr[k].unit;
            m.entered = parties.ptr[k].entered;
            bool received = true;
            if (lapsed)
                rc = is_received(&received, l, &m, e);
            if (rc == OK && received)
                rc = open_of_party(l, &m, e);
            if (rc == OK && job_run_stops(l->run))
                rc = job_run_stopped(e);
        }
    }
    return rc;
}

/* --- what the offices should know ------------------------------------------------------------- */

struct warning {
    const struct look *look;
    struct str what, province, arguments, link;
    const char *kind;
};

static err_t warn_step(struct db *db, void *arg, struct err *e)
{
    const struct warning *w = arg;
    struct arena *a = arena_new();
    bool told = false;
    struct told t = {.db = db,
                     .e = e,
                     .today = w->look->today,
                     .now_ms = clock_now_ms(job_run_clock(w->look->run)),
                     .arena = a};
    err_t rc = db_any(&told, db, "SELECT 1 FROM programme_told WHERE what = ?1",
                      VALUES(v_str(w->what)), e);
    if (rc == OK && !told)
        rc = db_run(db, "INSERT INTO programme_told (what, day) VALUES (?1, ?2)",
                    VALUES(v_str(w->what), v_str(w->look->today)), e);
    if (rc == OK && !told)
        rc = programme_notify_offices(&t, w->province,
                                      &(struct notification_draft){.kind = w->kind,
                                                                   .arguments = w->arguments,
                                                                   .link = w->link});
    arena_free(a);
    return rc;
}

static struct str object_of(const char *const names[], const struct str values[], size_t count,
                            struct arena *a)
{
    struct jout j;
    jout_open(&j);
    for (size_t i = 0; i < count; i++)
        jout_pair(&j, names[i], values[i]);
    return jout_take(&j, a);
}

/* Notifies the province 180, 90 and 30 days before a document's last day, and on it; after an
 * interruption once, with the remaining days. */
static err_t warn_of_lapse(struct look *l, const struct pack *pack, struct err *e)
{
    static const int before[] = {0, 30, 90, 180};
    static const char *const names[] = {"title", "date", "days"};
    struct date last;
    if (!date_parse(&last, pack->document.expires))
        return OK;
    int left = date_to_days(last) - date_to_days(l->day);
    for (size_t i = 0; left >= 0 && i < ARRAY_LEN(before); i++) {
        if (left > before[i])
            continue;
        const struct str values[] = {pack->document.title, pack->document.expires,
                                     arena_printf(l->a, "%d", left)};
        struct warning w = {.look = l,
                            .what = arena_printf(l->a, "lapse %.*s %.*s %d", STR_ARG(pack->id),
                                                 STR_ARG(pack->version), before[i]),
                            .province = region_province_prefix(pack->document.jurisdiction),
                            .arguments = object_of(names, values, ARRAY_LEN(values), l->a),
                            .link = arena_printf(l->a, "/packs/%.*s", STR_ARG(pack->id)),
                            .kind = "pack_lapses"};
        return job_run_step(l->run, warn_step, &w, STR_NONE, e);
    }
    return OK;
}

/* The State Council usually announces the next year's days in November: while they are missing,
 * offices are notified in November and December. */
static err_t warn_of_days(struct look *l, struct err *e)
{
    static const char *const names[] = {"year"};
    struct texts provinces = {0};
    const struct str year = arena_printf(l->a, "%d", l->day.year + 1);
    if (l->day.month < 11 || calendar_last_year(l->calendar) > l->day.year)
        return OK;
    err_t rc = STORE_READ(
        db, l->kernel->store, e,
        db_texts(&provinces, db,
                 "SELECT DISTINCT owner_province FROM unit WHERE kind = 'province_office' AND"
                 " ended_ms IS NULL ORDER BY owner_province",
                 NULL, 0, l->a, e));
    for (size_t i = 0; rc == OK && i < provinces.len; i++) {
        struct warning w = {.look = l,
                            .what = arena_printf(l->a, "days %.*s-%d %.*s", STR_ARG(year),
                                                 l->day.month, STR_ARG(provinces.ptr[i])),
                            .province = provinces.ptr[i],
                            .arguments = object_of(names, &year, 1, l->a),
                            .kind = "days_missing"};
        rc = job_run_step(l->run, warn_step, &w, STR_NONE, e);
    }
    return rc;
}

/* --- the job ----------------------------------------------------------------------------------- */

static err_t begin_look(struct look *l, struct job_run *r, struct err *e)
{
    const struct programme_parts *parts = job_run_parts(r);
    struct arena *a = job_run_arena(r);
    *l = (struct look){.run = r, .kernel = parts->kernel, .a = a};
    l->today = business_date(clock_now_ms(job_run_clock(r)), a);
    subject_program(&l->program, l->today);
    if (!date_parse(&l->day, l->today))
        return err_set(e, E_INTERNAL, "no date");
    return STORE_READ(db, l->kernel->store, e,
                      packs_in_force(&l->packs, &l->calendar, db,
                                     arena_printf(a, "%s/packs", parts->data_dir).ptr, a, e));
}

/* Does it count here: a draft in trial, a document while its office has made it count. */
static err_t counts_here(bool *out, const struct look *l, const struct pack *pack, struct err *e)
{
    struct activation now = {0};
    *out = pack->document.standing == PACK_DRAFT;
    if (pack->document.standing != PACK_IN_FORCE)
        return OK;
    err_t rc = STORE_READ(db, l->kernel->store, e, pack_active(&now, db, pack->id, l->a, e));
    *out = rc == OK && now.id && str_eq(now.digest, pack->digest);
    return rc;
}

/* In the version that counts here. A document that has lapsed stays with who was recognised under
 * it: what it asks of the year is shown, with the mark of that. */
static err_t look_at(struct look *l, struct str id, struct err *e)
{
    struct programme p;
    struct err why = {0};
    bool counts = false;
    programme_init(&p, l->kernel, l->packs, l->calendar, l->a);
    err_t rc = programme_version(&(struct step){.p = &p, .e = &why}, id);
    if (rc == E_INVALID || rc == E_NOTFOUND || rc == E_CORRUPT) { /* the others are looked at */
        log_line(LOG_WARN, "the policy %.*s is not looked at: %s", STR_ARG(id), why.text);
        return OK;
    }
    if (rc != OK)
        return err_pass(e, rc, &why);
    rc = counts_here(&counts, l, p.pack, e);
    if (rc == OK && counts)
        rc = open_cases(l, p.pack, e);
    if (rc == OK && counts)
        rc = watch_raise(&p, l->today, e);
    return rc == OK && counts ? warn_of_lapse(l, p.pack, e) : rc;
}

static err_t end_step(struct db *db, void *arg, struct err *e)
{
    static const struct upsert u = {"programme_told", "what", "day"};
    const struct look *l = arg;
    return db_upsert(db, &u, VALUES(v_str(STR("look")), v_str(l->today)), e);
}

/* 已截止: a call whose last day is over is closed; so are cases of who left by an act on the register, or before an older
 * program was replaced. */
static err_t close_over(struct db *db, void *arg, struct err *e)
{
    const struct look *l = arg;
    struct arena *a = arena_new();
    struct programme p;
    struct flow_call x = {.by = &l->program, .today = l->today, .arena = a};
    programme_init(&p, l->kernel, l->packs, l->calendar, a);
    err_t rc = call_close_over(db, &p, &l->program, l->today, e);
    if (rc == OK)
        rc = standing_end_cases(&(struct step){NULL, db, &x, &p, e});
    arena_free(a);
    return rc;
}

static err_t run(struct job_run *r, struct err *e)
{
    struct look l;
    const struct str *ids = NULL;
    err_t rc = begin_look(&l, r, e);
    if (rc == OK)
        rc = job_run_step(r, close_over, &l, STR_NONE, e);
    size_t count = rc == OK ? packs_ids(&ids, l.packs) : 0;
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = look_at(&l, ids[i], e);
    if (rc == OK)
        rc = warn_of_days(&l, e);
    return rc == OK ? job_run_step(r, end_step, &l, STR_NONE, e) : rc;
}

const struct job_kind job_year = {
    .name = "year",
    .title = N_("opening the cases that the year brings"),
    .run = run,
    .due = due,
};
