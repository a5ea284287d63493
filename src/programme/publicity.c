/* What is done to a list that is made public, and what stands against a decision because of it. */
#include "programme/publicity.h"
#include "base/msg.h"
#include "flow/timer.h"
#include "policy/calendar.h"
#include "programme/programme_priv.h"

#define MINUTE_MS INT64_C(60000) /* people note times by the minute */

struct work {
    struct flow_obstacles *to;
    struct db *db;
    struct flow_call *x;
    struct programme *p;
    const struct jvalue *said, *sites; /* sites: of the record as it stands */
    int64_t id, now_ms;
    struct jout *j; /* the body, open */
    struct err *e;
};

struct str publicity_how(const struct process_effect *f)
{
    for (size_t i = 0; str_is(f->object, PUBLICITY_TYPE) && i < f->value_count; i++)
        if (str_is(f->values[i].name, "how"))
            return f->values[i].value;
    return STR_NONE;
}

const char *const *publicity_members(struct str how)
{
    static const char *const none[] = {NULL};
    static const struct {
        const char *how, *members[4];
    } known[] = {{"first", {"title", "note", "sites"}}, {"again", {"title", "note", "sites"}},
                 {"corrected", {"title", "note"}},      {"place_added", {"sites"}},
                 {"taken_down", {"site", "down_at"}},   {"goes_on", {NULL}}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_is(how, known[i].how))
            return known[i].members;
    return none;
}

/* --- shared --------------------------------------------------------------------------------- */

static void stand_against(struct work *w, struct str part, const char *sentence,
                          const struct str *args, size_t count)
{
    flow_obstacle_add(w->to, "object",
                      arena_printf(w->x->arena, "records.publicity.%.*s", STR_ARG(part)),
                      &w->x->step->citation, sentence, args, count);
}

/* 2026-09-30T09:00:00+08:00 */
static struct str time_text(int64_t ms, struct arena *a)
{
    struct str t = business_time(ms, a);
    return arena_printf(a, "%.10sT%s+08:00", t.ptr, t.ptr + 11);
}

static int64_t minute_of(int64_t ms)
{
    return ms - ms % MINUTE_MS;
}

static bool time_of(int64_t *ms, const struct jvalue *v, const char *name)
{
    char text[TIME_TEXT_LEN + 1];
    return time_parse(text, ms, jin_text(v, name));
}

static bool is_official(const struct jvalue *site)
{
    return !str_is(jin_text(site, "kind"), "reprint");
}

static bool is_down(const struct jvalue *site)
{
    return jin_text(site, "down_at").len > 0;
}

/* A reprint comes and goes as others please. */
static bool is_fault(const struct jvalue *site)
{
    return is_down(site) && is_official(site) && jin_text(site, "settled_on").len == 0;
}

static size_t count_of(const struct jvalue *list)
{
    return list && list->type == J_ARRAY ? list->count : 0;
}

static err_t read_json(const struct jvalue **out, struct db *db, struct programme *p, int64_t id,
                       const char *field, struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, STR(PUBLICITY_TYPE));
    struct str json = STR_NONE;
    *out = NULL;
    err_t rc = record_value(&json, db, p->kernel, t, id, str_of(field), p->arena, e);
    if (rc == OK && json.len)
        rc = jin_parse(out, json, JIN_REFUSE_DUPLICATES, NULL, p->arena, e);
    return rc;
}

static err_t read_text(struct str *out, struct db *db, struct programme *p, int64_t id,
                       const char *field, struct err *e)
{
    const struct jvalue *v;
    err_t rc = read_json(&v, db, p, id, field, e);
    *out = rc == OK && v ? v->text : STR_NONE;
    return rc;
}

/* What follows from the step is nobody's to say. */
static void check_members(struct work *w, const struct jvalue *v, struct str of,
                          const char *const *allowed)
{
    for (size_t i = 0; v && v->type == J_OBJECT && i < v->count; i++) {
        bool known = str_is(v->names[i], "id");
        for (size_t k = 0; !known && allowed[k]; k++)
            known = str_is(v->names[i], allowed[k]);
        if (!known)
            stand_against(
                w, arena_printf(w->x->arena, "%.*s%.*s", STR_ARG(of), STR_ARG(v->names[i])),
                N_("\"%s\" follows from the step and is not entered"), FLOW_ARGS(v->names[i]));
    }
}

/* --- the days ------------------------------------------------------------------------------- */

/* The moment when the list was there to be made public: the case came to the stage in which it is. */
static err_t decided_ms(int64_t *out, struct work *w)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, w->db,
                        "SELECT max(at_ms) FROM flow_step WHERE case_id = ?1 AND to_stage = ?2 AND"
                        " (from_stage IS NULL OR from_stage <> to_stage)",
                        VALUES(v_i64(w->x->c.id), v_str(w->x->c.stage)), w->e);
    *out = w->x->c.opened_ms;
    if (rc == OK && (rc = stmt_next(&has_row, st, w->e)) == OK && has_row && stmt_i64(st, 0))
        *out = stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}

/* The last list, or its taking down: what is made public again comes after. */
static err_t last_ms(int64_t *out, struct work *w)
{
    char text[TIME_TEXT_LEN + 1];
    struct str frozen;
    int64_t down;
    err_t rc = read_text(&frozen, w->db, w->p, w->id, "frozen_at", w->e);
    if (rc != OK || !time_parse(text, out, frozen))
        return rc == OK ? decided_ms(out, w) : rc;
    for (size_t i = 0; i < count_of(w->sites); i++)
        if (time_of(&down, &w->sites->items[i], "down_at") && down > *out)
            *out = down;
    return OK;
}

/* Of a rule that counts working days through a year without table the day is not known yet. */
static err_t pair_last_day(struct work *w, struct date from)
{
    const struct counting how = {.calendar = w->p->calendar};
    const struct deadline_rule *rule = NULL;
    char text[DATE_TEXT_LEN + 1];
    struct due due;
    for (size_t i = 0; !rule && i < w->x->process->step_count; i++)
        if (str_starts(w->x->process->steps[i].counted, STR(PUBLICITY_TYPE ".")))
            rule = pack_deadline(w->p->pack, w->x->process->steps[i].due);
    if (!rule)
        return OK;
    err_t rc = due_of(&due, rule, from, &how, w->e);
    if (rc != OK || due.state != DUE_KNOWN || due.provisional)
        return rc;
    date_format(text, due.date);
    jout_pair(w->j, "last_day", str_of(text));
    return OK;
}

/* Empty: not known yet. *provisional: it may still move. */
static err_t last_day(struct str *out, bool *provisional, struct work *w)
{
    const struct flow_timer *timers;
    size_t count = 0;
    *out = STR_NONE;
    *provisional = false;
    err_t rc = flow_timers(&timers, &count, w->db, w->x->c.id, w->x->arena, w->e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (timers[i].opens) {
            *out = timers[i].due_date;
            *provisional = timers[i].count_by.len > 0;
        }
    return rc;
}

/* --- places --------------------------------------------------------------------------------- */

static const char *const site_members[] = {"kind", "title", "url", "published_at", "capture", NULL};

/* New places: each between `from` and now. *begins: the earliest official one; 0: there is none whose
 * time is known. */
static void check_sites(struct work *w, const struct jvalue *sites, int64_t from, int64_t *begins)
{
    struct arena *a = w->x->arena;
    int64_t at;
    *begins = 0;
    for (size_t i = 0; i < count_of(sites); i++) {
        const struct jvalue *site = &sites->items[i];
        struct str of = arena_printf(a, "sites[%zu].", i);
        check_members(w, site, of, site_members);
        struct str part = arena_printf(a, "%.*spublished_at", STR_ARG(of));
        if (!time_of(&at, site, "published_at")) {
            stand_against(w, part,
                          N_("must be a time with its offset, like 2026-11-20T09:30:00+08:00"),
                          NULL, 0);
            continue;
        }
        if (at > w->now_ms + MINUTE_MS) /* a clock may be a minute ahead */
            stand_against(w, part, N_("%s is still to come: enter it when it is published"),
                          FLOW_ARGS(jin_text(site, "published_at")));
        else if (at < minute_of(from))
            stand_against(w, part, N_("%s is before the list was decided on: %s"),
                          FLOW_ARGS(jin_text(site, "published_at"), time_text(from, a)));
        if (is_official(site) && (*begins == 0 || at < *begins))
            *begins = at;
    }
}

static void write_site(struct jout *j, const struct jvalue *site)
{
    for (size_t i = 0; site->type == J_OBJECT && i < site->count; i++) {
        if (site->items[i].type == J_NULL)
            continue;
        jout_name_str(j, site->names[i]);
        jout_value(j, &site->items[i]);
    }
}

/* The places as they are, open for more. */
static void write_sites(struct work *w)
{
    jout_name(w->j, "sites");
    jout_array(w->j);
    for (size_t i = 0; i < count_of(w->sites); i++) {
        jout_object(w->j);
        write_site(w->j, &w->sites->items[i]);
        jout_end_object(w->j);
    }
}

static int64_t earliest(const struct work *w)
{
    int64_t first = 0, at;
    for (size_t i = 0; i < count_of(w->sites); i++)
        if (is_official(&w->sites->items[i]) && time_of(&at, &w->sites->items[i], "published_at") &&
            (first == 0 || at < first))
            first = at;
    return first;
}

/* --- the list ------------------------------------------------------------------------------- */

static struct str said_or(const struct work *w, const char *name, struct str else_)
{
    const struct jvalue *v = w->said ? jin_get(w->said, name) : NULL;
    return v && v->type == J_STRING ? str_trim(v->text) : else_;
}

static err_t make_list(struct str *list, struct work *w, struct str title, struct str note)
{
    const struct listing what = {.title = title, .note = note, .cases = &w->x->c.id, .count = 1};
    return publicity_list(list, w->db, w->p, &what, w->e);
}

static void write_list(struct work *w, struct str list, struct str title, struct str note)
{
    struct str digest = publicity_digest(list, w->x->arena);
    jout_pair(w->j, "title", title);
    pair_if(w->j, "note", note);
    jout_pair(w->j, "list", list);
    jout_pair(w->j, "list_digest", digest);
    jout_pair(w->x->result, "list_digest", digest);
}

/* The day on which an objection against the case was upheld; empty: none was. */
static err_t upheld_on(struct str *out, struct db *db, const struct flow_call *x, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = STR_NONE;
    err_t rc = db_query(&st, db,
                        "SELECT min(settled_on) FROM record_objection WHERE owner_unit = ?1 AND"
                        " case_number = ?2 AND upheld = 1 AND ended_ms IS NULL",
                        VALUES(v_i64(x->c.unit), v_str(x->c.number)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = arena_dup(x->arena, stmt_str(st, 0));
    stmt_free(st);
    return rc;
}

/* --- what is done --------------------------------------------------------------------------- */

/* Made public again its period would begin after that objection, and leave it behind. */
static err_t check_not_removed(struct work *w)
{
    struct str day;
    err_t rc = upheld_on(&day, w->db, w->x, w->e);
    if (day.len)
        stand_against(w, STR("list"),
                      N_("an objection was upheld on %s: the party is off the list"),
                      FLOW_ARGS(day));
    return rc;
}

static err_t publish(struct work *w, bool again)
{
    const struct jvalue *sites = w->said ? jin_get(w->said, "sites") : NULL;
    struct arena *a = w->x->arena;
    int64_t decided = 0, begins;
    struct str title, list, note = said_or(w, "note", STR_NONE);
    struct date from;
    err_t rc = again ? last_ms(&decided, w) : decided_ms(&decided, w);
    if (rc == OK)
        rc = check_not_removed(w);
    if (rc != OK)
        return rc;
    check_members(w, w->said, STR_NONE, publicity_members(STR("first")));
    check_sites(w, sites, decided, &begins);
    if (begins == 0 && w->to->len == 0)
        stand_against(w, STR("sites"),
                      N_("a list is made public at an official place: its address, title, time of "
                         "publication and captured notice"),
                      NULL, 0);
    title = said_or(w, "title", STR_NONE);
    if (title.len == 0)
        title = arena_printf(a, "《%.*s》拟认定名单", STR_ARG(w->p->pack->document.title));
    if (w->to->len == 0)
        rc = make_list(&list, w, title, note);
    if (rc != OK || w->to->len)
        return rc;
    struct str day = business_date(begins, a);
    jout_pair(w->j, "published_on", day);
    if (date_parse(&from, day))
        rc = pair_last_day(w, from);
    jout_pair(w->j, "decided_at", time_text(decided, a));
    jout_pair(w->j, "frozen_at", time_text(w->now_ms, a));
    write_list(w, list, title, note);
    jout_name(w->j, "sites");
    jout_value(w->j, sites);
    return rc;
}

/* That it is no more than clerical stands against the step itself (publicity_check). */
static err_t correct(struct work *w)
{
    struct str had, list, title, note;
    err_t rc = read_text(&had, w->db, w->p, w->id, "list", w->e);
    if (rc == OK)
        rc = read_text(&title, w->db, w->p, w->id, "title", w->e);
    if (rc == OK)
        rc = read_text(&note, w->db, w->p, w->id, "note", w->e);
    if (rc != OK)
        return rc;
    check_members(w, w->said, STR_NONE, publicity_members(STR("corrected")));
    title = said_or(w, "title", title);
    note = said_or(w, "note", note);
    rc = make_list(&list, w, title, note);
    if (rc == OK && str_eq(had, list))
        stand_against(w, STR("list"), N_("nothing on the list has changed"), NULL, 0);
    if (rc == OK && w->to->len == 0)
        write_list(w, list, title, note);
    return rc;
}

/* What is announced is not made shorter: a place that comes later begins no earlier. */
static err_t add_places(struct work *w)
{
    const struct jvalue *more = w->said ? jin_get(w->said, "sites") : NULL;
    int64_t begins, since = earliest(w);
    check_members(w, w->said, STR_NONE, publicity_members(STR("place_added")));
    if (count_of(more) == 0)
        stand_against(w, STR("sites"), N_("enter the place that is added"), NULL, 0);
    check_sites(w, more, since, &begins);
    if (w->to->len)
        return OK;
    write_sites(w);
    for (size_t i = 0; i < more->count; i++)
        jout_value(w->j, &more->items[i]);
    jout_end_array(w->j);
    return OK;
}

/* The place that is said by its address; NULL: there is none. */
static const struct jvalue *site_said(const struct work *w)
{
    struct str url = w->said ? str_trim(jin_text(w->said, "site")) : STR_NONE;
    for (size_t i = 0; url.len && i < count_of(w->sites); i++)
        if (str_eq(jin_text(&w->sites->items[i], "url"), url))
            return &w->sites->items[i];
    return NULL;
}

static void check_down(struct work *w, const struct jvalue *site, struct str until)
{
    int64_t at, published = 0;
    struct arena *a = w->x->arena;
    if (!time_of(&at, w->said, "down_at"))
        stand_against(w, STR("down_at"),
                      N_("must be a time with its offset, like 2026-11-20T09:30:00+08:00"), NULL,
                      0);
    else if (at > w->now_ms + MINUTE_MS)
        stand_against(w, STR("down_at"), N_("%s is still to come"),
                      FLOW_ARGS(jin_text(w->said, "down_at")));
    else if (time_of(&published, site, "published_at") && at < published)
        stand_against(w, STR("down_at"), N_("it was published after that, at %s"),
                      FLOW_ARGS(jin_text(site, "published_at")));
    else if (until.len && str_cmp(business_date(at, a), until) > 0)
        stand_against(w, STR("down_at"), N_("the period was over: its last day was %s"),
                      FLOW_ARGS(until));
    if (is_down(site))
        stand_against(w, STR("site"), N_("it is noted already that it was taken down, at %s"),
                      FLOW_ARGS(jin_text(site, "down_at")));
}

/* Working days of the period on which the place did not show the list to their end. Day 0, on which it
 * was published, is none of them. */
static err_t pair_days_missing(struct work *w, struct str until)
{
    struct date first, last, down;
    struct str published;
    int64_t at = 0;
    err_t rc = read_text(&published, w->db, w->p, w->id, "published_on", w->e);
    if (rc != OK || !time_of(&at, w->said, "down_at") || !date_parse(&first, published) ||
        !date_parse(&last, until) || !date_parse(&down, business_date(at, w->x->arena)))
        return rc;
    struct date before = date_from_days(date_to_days(down) - 1);
    if (date_to_days(before) > date_to_days(first))
        first = before;
    jout_pair_i64(w->j, "days_missing", calendar_workdays(w->p->calendar, first, last));
    return OK;
}

static err_t take_down(struct work *w)
{
    const struct jvalue *site = site_said(w);
    struct str until;
    bool provisional;
    err_t rc = last_day(&until, &provisional, w);
    if (rc != OK)
        return rc;
    check_members(w, w->said, STR_NONE, publicity_members(STR("taken_down")));
    if (!site)
        stand_against(w, STR("site"), N_("enter the address of a place of this list"), NULL, 0);
    else
        check_down(w, site, until);
    if (w->to->len)
        return OK;
    jout_name(w->j, "sites");
    jout_array(w->j);
    for (size_t i = 0; rc == OK && i < count_of(w->sites); i++) {
        jout_object(w->j);
        write_site(w->j, &w->sites->items[i]);
        if (&w->sites->items[i] == site) {
            jout_pair(w->j, "down_at", jin_text(w->said, "down_at"));
            jout_pair(w->j, "noted_at", time_text(w->now_ms, w->x->arena));
            jout_pair(w->j, "noted_by", w->x->by->display_name);
            if (!provisional)
                rc = pair_days_missing(w, until);
        }
        jout_end_object(w->j);
    }
    jout_end_array(w->j);
    return rc;
}

/* Another official place that showed the list when this one was taken down, and shows it still. */
static bool goes_on_elsewhere(const struct work *w, const struct jvalue *fault)
{
    int64_t down = 0, since;
    if (!time_of(&down, fault, "down_at"))
        return false;
    for (size_t i = 0; i < count_of(w->sites); i++) {
        const struct jvalue *other = &w->sites->items[i];
        if (other != fault && is_official(other) && !is_down(other) &&
            time_of(&since, other, "published_at") && since <= down)
            return true;
    }
    return false;
}

static err_t go_on(struct work *w)
{
    size_t faults = 0;
    check_members(w, w->said, STR_NONE, publicity_members(STR("goes_on")));
    for (size_t i = 0; i < count_of(w->sites); i++) {
        const struct jvalue *site = &w->sites->items[i];
        if (!is_fault(site))
            continue;
        faults++;
        if (!goes_on_elsewhere(w, site))
            stand_against(w, STR("sites"),
                          N_("no other official place showed the list when \"%s\" was taken down, "
                             "and shows it still: make it public again"),
                          FLOW_ARGS(jin_text(site, "title")));
    }
    if (faults == 0)
        stand_against(w, STR("sites"), N_("no place was taken down that is not settled"), NULL, 0);
    if (w->to->len)
        return OK;
    jout_name(w->j, "sites");
    jout_array(w->j);
    for (size_t i = 0; i < count_of(w->sites); i++) {
        const struct jvalue *site = &w->sites->items[i];
        jout_object(w->j);
        write_site(w->j, site);
        if (is_fault(site)) {
            jout_pair(w->j, "settled_on", w->x->today);
            jout_pair(w->j, "settled_by", w->x->by->display_name);
            pair_if(w->j, "settled_basis", w->x->basis);
        }
        jout_end_object(w->j);
    }
    jout_end_array(w->j);
    return OK;
}

static err_t do_it(struct work *w, struct str how)
{
    if (str_is(how, "first") || str_is(how, "again"))
        return publish(w, str_is(how, "again"));
    if (str_is(how, "corrected"))
        return correct(w);
    if (str_is(how, "place_added"))
        return add_places(w);
    if (str_is(how, "taken_down"))
        return take_down(w);
    if (str_is(how, "goes_on"))
        return go_on(w);
    return err_set(w->e, E_INTERNAL, "a list is not \"%.*s\"", STR_ARG(how));
}

err_t publicity_body(const struct jvalue **body, struct flow_obstacles *to, struct db *db,
                     struct flow_call *x, struct programme *p, struct str how, int64_t id,
                     const struct jvalue *said, struct err *e)
{
    struct buf b;
    struct jout j;
    struct work w = {.to = to,
                     .db = db,
                     .x = x,
                     .p = p,
                     .said = said,
                     .id = id,
                     .now_ms = clock_now_ms(p->kernel->clock),
                     .j = &j,
                     .e = e};
    err_t rc = id ? read_json(&w.sites, db, p, id, "sites", e) : OK;
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    rc = do_it(&w, how);
    jout_end_object(&j);
    if (rc == OK && to->len == 0)
        rc = jin_parse(body, arena_dup(x->arena, buf_str(&b)), JIN_REFUSE_DUPLICATES, NULL,
                       x->arena, e);
    buf_clear(&b);
    return rc;
}

/* --- what stands against a decision --------------------------------------------------------- */

/* Who is refused or sent back is judged as who is recognised: an objection is settled before, or who
 * raised it never gets an answer. What the party itself ends (撤回) is no decision. */
static bool leads_away(const struct flow_call *x)
{
    return !x->step || (!x->step->stays && !str_is(x->step->actor, "applicant"));
}

static const struct citation *clause_of(const struct flow_call *x)
{
    return x->step ? &x->step->citation : NULL;
}

static err_t look_at_open_objections(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                                     struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT count(*) FROM record_objection WHERE owner_unit = ?1 AND"
                        " case_number = ?2 AND state = 'open' AND ended_ms IS NULL",
                        VALUES(v_i64(x->c.unit), v_str(x->c.number)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && stmt_i64(st, 0) > 0)
        flow_obstacle_add(to, "publicity", STR("objections"), clause_of(x),
                          N_("%s objections are not settled"),
                          FLOW_ARGS(arena_printf(x->arena, "%lld", (long long)stmt_i64(st, 0))));
    stmt_free(st);
    return rc;
}

static err_t look_at_upheld(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                            struct err *e)
{
    struct str day = STR_NONE;
    err_t rc = upheld_on(&day, db, x, e);
    if (day.len)
        flow_obstacle_add(to, "publicity", STR("objections"), &x->step->citation,
                          N_("an objection was upheld on %s: the party is off the list"),
                          FLOW_ARGS(day));
    return rc;
}

/* `site` was taken down, and nobody has settled that yet. */
static void stands_interrupted(struct flow_obstacles *to, struct flow_call *x,
                               const struct jvalue *site)
{
    struct str title = jin_text(site, "title"), at = jin_text(site, "down_at");
    int64_t missing;
    if (jin_i64(&missing, site, "days_missing"))
        flow_obstacle_add(
            to, "publicity", STR("sites"), &x->step->citation,
            N_("the period is not over: \"%s\" was taken down at %s, %s working days are missing; "
               "the list is made public again for its whole time, or an official place that showed "
               "it "
               "throughout is named"),
            FLOW_ARGS(title, at, arena_printf(x->arena, "%lld", (long long)missing)));
    else
        flow_obstacle_add(
            to, "publicity", STR("sites"), &x->step->citation,
            N_("the period is not over: \"%s\" was taken down at %s; the list is made "
               "public again for its whole time, or an official place that showed it "
               "throughout is named"),
            FLOW_ARGS(title, at));
}

static err_t look_at_list(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                          struct programme *p, int64_t id, bool correcting, struct err *e)
{
    struct work w = {.to = to, .db = db, .x = x, .p = p, .id = id, .e = e};
    struct str had, now, title, note;
    bool same = false;
    err_t rc = read_text(&had, db, p, id, "list", e);
    if (rc != OK || had.len == 0) /* published before lists were frozen */
        return rc;
    if ((rc = read_json(&w.sites, db, p, id, "sites", e)) != OK ||
        (rc = read_text(&title, db, p, id, "title", e)) != OK ||
        (rc = read_text(&note, db, p, id, "note", e)) != OK ||
        (rc = make_list(&now, &w, title, note)) != OK ||
        (rc = publicity_same(&same, had, now, x->arena, e)) != OK)
        return rc;
    if (!same)
        flow_obstacle_add(
            to, "publicity", STR("list"), &x->step->citation,
            correcting ? N_("a name, a party or a number on the list has changed: that is no "
                            "clerical correction; the list is made public again")
                       : N_("a name, a party or a number is not as on the list that was "
                            "made public: make it public again"),
            NULL, 0);
    for (size_t i = 0; !correcting && i < count_of(w.sites); i++)
        if (is_fault(&w.sites->items[i]))
            stands_interrupted(to, x, &w.sites->items[i]);
    return OK;
}

err_t publicity_check(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                      struct programme *p, struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, STR(PUBLICITY_TYPE));
    bool decides =
        x->step && x->step->after_due && str_starts(x->step->counted, STR(PUBLICITY_TYPE "."));
    bool corrects = false, answers = decides || leads_away(x);
    int64_t id = 0;
    for (size_t i = 0; x->step && i < x->step->effect_count; i++)
        corrects |= str_is(publicity_how(&x->step->effects[i]), "corrected");
    if (!t || (!answers && !corrects))
        return OK;
    err_t rc = answers ? look_at_open_objections(to, db, x, e) : OK;
    if (rc == OK && decides)
        rc = look_at_upheld(to, db, x, e);
    if (rc == OK && (decides || corrects))
        rc = programme_record(&id, db, x, p, t, e);
    return rc == OK && id ? look_at_list(to, db, x, p, id, corrects, e) : rc;
}

/* --- the lists of a case -------------------------------------------------------------------- */

static void write_shown_site(struct jout *j, const struct jvalue *site, bool names)
{
    static const char *const people[] = {"noted_by", "settled_by", "settled_basis", NULL};
    jout_object(j);
    for (size_t i = 0; site->type == J_OBJECT && i < site->count; i++) {
        bool private = false;
        for (size_t k = 0; people[k]; k++)
        private |= str_is(site->names[i], people[k]);
        if (site->items[i].type == J_NULL || (private && !names))
            continue;
        jout_name_str(j, site->names[i]);
        jout_value(j, &site->items[i]);
    }
    jout_end_object(j);
}

/* A list that was made public again is settled by that. */
static void write_shown_sites(struct jout *j, const struct jvalue *sites, bool latest, bool names)
{
    size_t unsettled = 0, faults = 0;
    jout_name(j, "sites");
    jout_array(j);
    for (size_t i = 0; i < count_of(sites); i++) {
        faults += is_down(&sites->items[i]) && is_official(&sites->items[i]);
        unsettled += latest && is_fault(&sites->items[i]);
        write_shown_site(j, &sites->items[i], names);
    }
    jout_end_array(j);
    jout_pair_i64(j, "faults", (int64_t)faults);
    jout_pair_i64(j, "unsettled", (int64_t)unsettled);
}

static err_t write_shown_list(struct jout *j, struct db *db, struct programme *p, int64_t id,
                              struct str entry, bool latest, bool names, struct err *e)
{
    static const char *const fields[] = {"how",        "title",     "note",        "published_on",
                                         "decided_at", "frozen_at", "list_digest", "last_day"};
    const struct jvalue *sites;
    struct str value, list;
    err_t rc = OK;
    jout_object(j);
    jout_pair_i64(j, "id", id);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(fields); i++)
        if ((rc = read_text(&value, db, p, id, fields[i], e)) == OK)
            pair_if(j, fields[i], value);
    if (rc == OK && names && (rc = read_text(&value, db, p, id, "why", e)) == OK)
        pair_if(j, "why", value);
    if (rc == OK && (rc = read_text(&list, db, p, id, "list", e)) == OK && list.len) {
        jout_name(j, "list");
        jout_raw(j, list);
    }
    jout_pair(j, "entry", entry);
    if (rc == OK && (rc = read_json(&sites, db, p, id, "sites", e)) == OK)
        write_shown_sites(j, sites, latest, names);
    jout_end_object(j);
    return rc;
}

struct frozen {
    int64_t id;
    struct str entry; /* of its latest version */
};

err_t publicity_json(struct jout *j, struct db *db, struct programme *p, int64_t unit,
                     struct str case_number, bool names, struct err *e)
{
    VEC(struct frozen) lists = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT r.id, v.entry FROM record_publicity r JOIN record_version v ON"
                        " v.type = 'publicity' AND v.record_id = r.id AND v.version = r.version"
                        " WHERE r.owner_unit = ?1 AND r.case_number = ?2 AND r.ended_ms IS NULL"
                        " ORDER BY r.id DESC NULLS LAST",
                        VALUES(v_i64(unit), v_str(case_number)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct frozen one = {stmt_i64(st, 0), arena_dup(p->arena, stmt_str(st, 1))};
        VEC_PUSH(p->arena, &lists, one);
    }
    stmt_free(st);
    for (size_t i = 0; rc == OK && i < lists.len; i++)
        rc = write_shown_list(j, db, p, lists.ptr[i].id, lists.ptr[i].entry, i == 0, names, e);
    return rc;
}

err_t publicity_rows_json(struct jout *j, int64_t *count, struct db *db, struct programme *p,
                          int64_t unit, struct str case_number, struct err *e)
{
    const struct jvalue *list, *rows = NULL;
    struct stmt *st = NULL;
    struct str text = STR_NONE;
    bool has_row = false;
    int64_t id = 0;
    err_t rc = db_query(&st, db,
                        "SELECT max(id) FROM record_publicity WHERE owner_unit = ?1 AND case_number"
                        " = ?2 AND ended_ms IS NULL",
                        VALUES(v_i64(unit), v_str(case_number)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        id = stmt_i64(st, 0);
    stmt_free(st);
    if (rc == OK && id)
        rc = read_text(&text, db, p, id, "list", e);
    if (rc == OK && text.len &&
        (rc = jin_parse(&list, text, JIN_REFUSE_DUPLICATES, NULL, p->arena, e)) == OK)
        rows = jin_get(list, "rows");
    for (size_t i = 0; rc == OK && i < count_of(rows); i++)
        jout_value(j, &rows->items[i]);
    *count = (int64_t)count_of(rows);
    return rc;
}
