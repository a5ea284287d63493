/* Operations on published lists. */
#include "matter/publicity.h"
#include "base/msg.h"
#include "matter/publicity_priv.h"
#include "matter/timers.h"
#include "policy/calendar.h"

#define MINUTE_MS INT64_C(60000) /* people note times by the minute */

struct work {
    struct step g;
    const struct jvalue *said, *sites; /* sites: of the record as it stands */
    int64_t id, now_ms;
    struct jout *j; /* the body, open */
};

struct str publicity_how(const struct process_step *s, const struct process_effect *f)
{
    if (f->kind == EFFECT_RECORD && str_is(f->object, PUBLICITY_TYPE))
        return s->stays ? STR("again") : STR("first");
    return f->list;
}

const char *const *publicity_members(struct str how)
{
    static const char *const none[] = {NULL};
    static const struct {
        const char *how, *members[4];
    } known[] = {{"first", {"title", "note", "sites"}},
                 {"again", {"title", "note", "sites"}},
                 {"corrected", {"title", "note"}},
                 {"taken_down", {"site", "down_at"}}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_is(how, known[i].how))
            return known[i].members;
    return none;
}

/* --- shared --------------------------------------------------------------------------------- */

static void stand_against(struct work *w, struct str part, enum why why, const struct str *args,
                          size_t count)
{
    obstacle_add(w->g.to, why, arena_printf(w->g.x->arena, "records.publicity.%.*s", STR_ARG(part)),
                 &w->g.x->step->citation, args, count);
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

static const struct field *field_of_list(const struct work *w, struct str name)
{
    const struct record_type *t = record_type_find(w->g.p->kernel->types, STR("publicity"));
    return t ? record_field(t, name) : NULL;
}

/* Rejects input for values that follow from the step. */
static void check_members(struct work *w, const struct jvalue *v, struct str of,
                          const char *const *allowed)
{
    for (size_t i = 0; v && v->type == J_OBJECT && i < v->count; i++) {
        bool known = str_is(v->names[i], "id");
        for (size_t k = 0; !known && allowed[k]; k++)
            known = str_is(v->names[i], allowed[k]);
        if (known)
            continue;
        const struct field *f = of.len ? NULL : field_of_list(w, v->names[i]);
        obstacle_add_in(w->g.to, WHY_FOLLOWS_FROM_STEP,
                        arena_printf(w->g.x->arena, "records.publicity.%.*s%.*s", STR_ARG(of),
                                     STR_ARG(v->names[i])),
                        &w->g.x->step->citation, f ? &f->label.zh : &v->names[i],
                        f ? &f->label.en : &v->names[i], 1);
    }
}

/* --- the days ------------------------------------------------------------------------------- */

/* The moment when the list was there to be made public: the case came to the stage in which it is. */
static err_t decided_ms(int64_t *out, struct work *w)
{
    int64_t came_ms;
    err_t rc = db_i64(&came_ms, w->g.db,
                      "SELECT max(at_ms) FROM flow_step WHERE case_id = ?1 AND to_stage = ?2 AND"
                      " (from_stage IS NULL OR from_stage <> to_stage)",
                      VALUES(v_i64(w->g.x->c.id), v_str(w->g.x->c.stage)), w->g.e);
    *out = came_ms ? came_ms : w->g.x->c.opened_ms;
    return rc;
}

/* The last list, or its taking down: what is made public again comes after. */
static err_t last_ms(int64_t *out, struct work *w)
{
    char text[TIME_TEXT_LEN + 1];
    struct str frozen;
    int64_t down;
    err_t rc = publicity_text(&frozen, &w->g, w->id, "frozen_at");
    if (rc != OK || !time_parse(text, out, frozen))
        return rc == OK ? decided_ms(out, w) : rc;
    for (size_t i = 0; i < list_count(w->sites); i++)
        if (time_of(&down, &w->sites->items[i], "down_at") && down > *out)
            *out = down;
    return OK;
}

err_t publicity_period(struct due *out, bool *known, struct step *g, struct date from)
{
    const struct process *process = g->x->process;
    const struct process_step *counts = NULL;
    *known = false;
    for (size_t i = 0; i < process->step_count; i++) {
        const struct process_step *s = &process->steps[i];
        if (!str_starts(s->counted, STR(PUBLICITY_TYPE ".")))
            continue;
        if (str_is(s->due, PUBLICITY_RULE) || (!counts && s->after_due))
            counts = s;
        if (str_is(s->due, PUBLICITY_RULE))
            break;
    }
    err_t rc = counts ? programme_day_of(out, g, counts, from) : OK;
    *known = rc == OK && counts && out->state == DUE_KNOWN;
    return rc;
}

/* Empty: not known yet. */
static err_t last_day(struct str *out, struct work *w)
{
    const struct flow_timer *timers;
    size_t count = 0;
    *out = STR_NONE;
    bool of_rule = false;
    err_t rc = flow_timers(&timers, &count, w->g.db, w->g.x->c.id, w->g.x->arena, w->g.e);
    for (size_t i = 0; rc == OK && !of_rule && i < count; i++) {
        of_rule = str_is(timers[i].rule, PUBLICITY_RULE);
        if (of_rule || timers[i].opens)
            *out = timers[i].due.date;
    }
    return rc;
}

/* --- places --------------------------------------------------------------------------------- */

static const char *const site_members[] = {"kind", "title", "url", "published_at", "capture", NULL};

const char *const *publicity_site_members(void)
{
    return site_members;
}

/* New places: each between `from` and now. *begins: the earliest official one; 0: there is none whose
 * time is known. */
static void check_sites(struct work *w, const struct jvalue *sites, int64_t from, int64_t *begins)
{
    struct arena *a = w->g.x->arena;
    int64_t at;
    *begins = 0;
    for (size_t i = 0; i < list_count(sites); i++) {
        const struct jvalue *site = &sites->items[i];
        struct str of = arena_printf(a, "sites[%zu].", i);
        check_members(w, site, of, site_members);
        struct str part = arena_printf(a, "%.*spublished_at", STR_ARG(of));
        if (!time_of(&at, site, "published_at")) {
            stand_against(w, part, WHY_TIME_WRITTEN, NULL, 0);
            continue;
        }
        if (at > w->now_ms + MINUTE_MS) /* a clock may be a minute ahead */
            stand_against(w, part, WHY_SITE_TO_COME, FLOW_ARGS(jin_text(site, "published_at")));
        else if (at < minute_of(from))
            stand_against(w, part, WHY_SITE_BEFORE_DECISION,
                          FLOW_ARGS(jin_text(site, "published_at"), time_text(from, a)));
        if (site_is_official(site) && (*begins == 0 || at < *begins))
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

/* --- the list ------------------------------------------------------------------------------- */

static struct str said_or(const struct work *w, const char *name, struct str else_)
{
    const struct jvalue *v = w->said ? jin_get(w->said, name) : NULL;
    return v && v->type == J_STRING ? str_trim(v->text) : else_;
}

static void write_list(struct work *w, struct str list, struct str title, struct str note)
{
    struct str digest = text_digest(list, w->g.x->arena);
    jout_pair(w->j, "title", title);
    jout_pair(w->j, "note", note);
    jout_pair(w->j, "list", list);
    jout_pair(w->j, "list_digest", digest);
    jout_pair(w->g.x->result, "list_digest", digest);
}

/* --- what is done --------------------------------------------------------------------------- */

/* Made public again its period would begin after that objection, and leave it behind. */
static err_t check_not_removed(struct work *w)
{
    struct str day;
    err_t rc = publicity_upheld(&day, &w->g);
    if (day.len)
        stand_against(w, STR("list"), WHY_LIST_HAS_UPHELD, FLOW_ARGS(day));
    return rc;
}

/* The period that begins with the earliest place. */
struct period {
    struct str day, last; /* last empty: not known */
    bool provisional;     /* its last day may still move */
};

static err_t period_of(struct period *out, struct work *w, int64_t begins)
{
    struct date from;
    struct due due;
    bool known = false;
    *out = (struct period){.day = begins ? business_date(begins, w->g.x->arena) : STR_NONE};
    if (!date_parse(&from, out->day))
        return OK;
    err_t rc = publicity_period(&due, &known, &w->g, from);
    if (rc == OK && known) {
        out->last = date_text(due.date, w->g.x->arena);
        out->provisional = due.provisional;
    }
    return rc;
}

#define ENTERED_WITHIN 1 /* working days: who publishes on a Friday enters it on Monday */

/* A list is also published here, where objections are received, for the whole period (own rule,
 * 文件未规定). */
static void check_entered(struct work *w, const struct period *period)
{
    struct date from, today;
    if (!date_parse(&from, period->day) || !date_parse(&today, w->g.x->today) ||
        calendar_workdays(w->g.p->calendar, from, today) <= ENTERED_WITHIN)
        return;
    stand_against(w, STR("sites"), WHY_LIST_ENTERED_LATE, FLOW_ARGS(period->day, w->g.x->today));
}

/* Objections come in here while the period runs: a list that is entered when it is over had no such days. */
static void check_not_over(struct work *w, const struct period *period)
{
    if (period->last.len && str_cmp(period->last, w->g.x->today) < 0)
        stand_against(w, STR("sites"), WHY_LIST_ENTERED_AFTER,
                      FLOW_ARGS(period->day, period->last));
    else
        check_entered(w, period);
}

struct str publicity_title(const struct programme *p, struct arena *a)
{
    return arena_printf(a, "《%.*s》拟认定名单", STR_ARG(p->pack->document.title));
}

static err_t publish(struct work *w, bool again)
{
    const struct jvalue *sites = w->said ? jin_get(w->said, "sites") : NULL;
    struct arena *a = w->g.x->arena;
    int64_t decided = 0, begins;
    struct str title, list, note = said_or(w, "note", STR_NONE);
    struct period period = {0};
    err_t rc = again ? last_ms(&decided, w) : decided_ms(&decided, w);
    if (rc == OK)
        rc = check_not_removed(w);
    if (rc != OK)
        return rc;
    check_members(w, w->said, STR_NONE, publicity_members(STR("first")));
    check_sites(w, sites, decided, &begins);
    if (begins == 0 && w->g.to->len == 0)
        stand_against(w, STR("sites"), WHY_SITE_NOT_OFFICIAL, NULL, 0);
    if (w->g.to->len == 0 && (rc = period_of(&period, w, begins)) == OK)
        check_not_over(w, &period);
    if (rc != OK)
        return rc;
    title = said_or(w, "title", STR_NONE);
    if (title.len == 0)
        title = publicity_title(w->g.p, a);
    const struct listing what = {.title = title, .note = note};
    if (w->g.to->len == 0)
        rc = publicity_list(&list, &w->g, &what);
    if (rc != OK || w->g.to->len)
        return rc;
    jout_pair(w->j, "how", again ? STR("again") : STR("first"));
    jout_pair(w->j, "published_on", period.day);
    /* A provisional day is not kept with the list: its timer has it until it is final. */
    jout_pair(w->j, "last_day", period.provisional ? STR_NONE : period.last);
    jout_pair(w->j, "decided_at", time_text(decided, a));
    jout_pair(w->j, "frozen_at", time_text(w->now_ms, a));
    write_list(w, list, title, note);
    jout_name(w->j, "sites");
    jout_value(w->j, sites);
    return rc;
}

static bool is_listed(const struct jvalue *rows, struct str unit)
{
    for (size_t i = 0; i < list_count(rows); i++)
        if (str_contains(jin_text(&rows->items[i], "party"), unit) ||
            str_eq(jin_text(&rows->items[i], "code"), unit))
            return true;
    return false;
}

/* The words of a corrected list name no unit that is not on it: that would be another list. */
static err_t check_named(struct work *w, const char *part, struct str text, struct str had,
                         const struct jvalue *rows)
{
    err_t rc = OK;
    EACH_ROW(st, rc, w->g.e, w->g.db,
             "SELECT name, coalesce(credit_code, '') FROM unit WHERE kind IN ('party',"
             " 'service_org') AND (?1 LIKE '%' || name || '%' OR ?1 LIKE '%' ||"
             " credit_code || '%')",
             VALUES(v_str(text)))
        for (int i = 0; i < 2; i++) {
            struct str unit = stmt_str(st, i);
            if (unit.len && str_contains(text, unit) && !str_contains(had, unit) &&
                !is_listed(rows, unit))
                stand_against(w, str_of(part), WHY_CORRECTION_OTHER_UNIT,
                              FLOW_ARGS(arena_dup(w->g.x->arena, unit)));
        }
    return rc;
}

/* That the change is only clerical is checked for the step itself (publicity_check). */
static err_t correct(struct work *w)
{
    struct str had, list, title, note;
    err_t rc = publicity_text(&had, &w->g, w->id, "list");
    if (rc == OK)
        rc = publicity_text(&title, &w->g, w->id, "title");
    if (rc == OK)
        rc = publicity_text(&note, &w->g, w->id, "note");
    if (rc != OK)
        return rc;
    check_members(w, w->said, STR_NONE, publicity_members(STR("corrected")));
    struct listing what = {.title = said_or(w, "title", title), .note = said_or(w, "note", note)};
    if ((rc = publicity_rows(&what.rows, had, w->g.x->arena, w->g.e)) == OK)
        rc = check_named(w, "title", what.title, title, what.rows);
    if (rc == OK)
        rc = check_named(w, "note", what.note, note, what.rows);
    if (rc == OK)
        rc = publicity_list(&list, &w->g, &what);
    if (rc == OK && str_eq(had, list))
        stand_against(w, STR("list"), WHY_LIST_UNCHANGED, NULL, 0);
    if (rc == OK && w->g.to->len == 0)
        write_list(w, list, what.title, what.note);
    return rc;
}

/* The place that is said by its address; NULL: there is none. */
static const struct jvalue *site_said(const struct work *w)
{
    struct str url = w->said ? str_trim(jin_text(w->said, "site")) : STR_NONE;
    for (size_t i = 0; url.len && i < list_count(w->sites); i++)
        if (str_eq(jin_text(&w->sites->items[i], "url"), url))
            return &w->sites->items[i];
    return NULL;
}

/* site NULL: it is not known, and the time is asked for with it. */
static void check_down(struct work *w, const struct jvalue *site, struct str until)
{
    int64_t at, published = 0;
    struct arena *a = w->g.x->arena;
    if (!time_of(&at, w->said, "down_at"))
        stand_against(w, STR("down_at"), WHY_TIME_WRITTEN, NULL, 0);
    else if (at > w->now_ms + MINUTE_MS)
        stand_against(w, STR("down_at"), WHY_DOWN_TO_COME, FLOW_ARGS(jin_text(w->said, "down_at")));
    else if (site && time_of(&published, site, "published_at") && at < published)
        stand_against(w, STR("down_at"), WHY_DOWN_BEFORE_UP,
                      FLOW_ARGS(jin_text(site, "published_at")));
    else if (until.len && str_cmp(business_date(at, a), until) > 0)
        stand_against(w, STR("down_at"), WHY_DOWN_AFTER_PERIOD, FLOW_ARGS(until));
    if (site && site_is_down(site))
        stand_against(w, STR("site"), WHY_DOWN_ALREADY, FLOW_ARGS(jin_text(site, "down_at")));
}

static err_t take_down(struct work *w)
{
    const struct jvalue *site = site_said(w);
    struct str until;
    err_t rc = last_day(&until, w);
    if (rc != OK)
        return rc;
    check_members(w, w->said, STR_NONE, publicity_members(STR("taken_down")));
    if (!site)
        stand_against(w, STR("site"), WHY_SITE_UNKNOWN, NULL, 0);
    check_down(w, site, until);
    if (w->g.to->len)
        return OK;
    jout_pair_array(w->j, "sites");
    for (size_t i = 0; i < list_count(w->sites); i++) {
        jout_object(w->j);
        write_site(w->j, &w->sites->items[i]);
        if (&w->sites->items[i] == site) {
            jout_pair(w->j, "down_at", jin_text(w->said, "down_at"));
            jout_pair(w->j, "noted_at", time_text(w->now_ms, w->g.x->arena));
            jout_pair(w->j, "noted_by", w->g.x->by->display_name);
        }
        jout_end_object(w->j);
    }
    jout_end_array(w->j);
    return OK;
}

/* A list is one: what is done to it is done for all whom it still makes public. */
static err_t check_whole(struct work *w)
{
    struct str list, number = STR_NONE;
    err_t rc = publicity_text(&list, &w->g, w->id, "list");
    if (rc == OK && list.len)
        rc = publicity_left_out(&number, &w->g, list);
    if (number.len)
        stand_against(w, STR("list"), WHY_LIST_OF_SEVERAL, FLOW_ARGS(number));
    return rc;
}

static err_t do_it(struct work *w, struct str how)
{
    err_t rc = w->id && !str_is(how, "first") ? check_whole(w) : OK;
    if (rc != OK || w->g.to->len)
        return rc;
    if (str_is(how, "first") || str_is(how, "again"))
        return publish(w, str_is(how, "again"));
    jout_pair(w->j, "how", how);
    if (str_is(how, "corrected"))
        return correct(w);
    if (str_is(how, "taken_down"))
        return take_down(w);
    return err_set(w->g.e, E_INTERNAL, "a list is not \"%.*s\"", STR_ARG(how));
}

err_t publicity_body(const struct jvalue **body, struct step *g, struct str how, int64_t id,
                     const struct jvalue *said)
{
    struct jout j;
    struct work w = {
        .g = *g, .said = said, .id = id, .now_ms = clock_now_ms(g->p->kernel->clock), .j = &j};
    err_t rc = id ? publicity_field(&w.sites, g, id, "sites") : OK;
    if (rc != OK)
        return rc;
    jout_init_values(&j, g->x->arena);
    rc = do_it(&w, how);
    if (rc == OK && g->to->len == 0)
        *body = jout_made(&j);
    return rc;
}
