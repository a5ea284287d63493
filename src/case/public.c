/* The public side of cases. */
#include "case/public.h"
#include "base/date.h"
#include "base/msg.h"
#include "case/objection.h"
#include "matter/publicity.h"
#include "policy/calendar.h"

/* --- publicity ------------------------------------------------------------------------------ */

struct shown {
    int64_t id;
    struct str number, name, programme, stage_label, title, published_on, last_day, count_by,
        digest, state, removed_on; /* removed_on: an objection was upheld */
    int64_t unit;
    bool trial, taken; /* taken: objections are */
};

/* ?1: today. The latest publication of a case counts: a changed list starts the period again.
 * Where the stage has no step of the public any more, all is decided; a list that was taken down early
 * at every official place keeps the period from being over. */
#define LAST_DAY PUBLICITY_TIMER("due_date")
#define COUNT_BY PUBLICITY_TIMER("count_by")
#define SHOWN                                                                                      \
    "WITH latest AS (SELECT max(q.id) AS id FROM record_publicity q WHERE q.ended_ms IS NULL"      \
    " AND q.case_number IS NOT NULL GROUP BY q.owner_unit, q.case_number), shown AS (SELECT"       \
    " c.id AS id, c.number AS number, u.name AS name, c.programme AS programme, c.stage_label"     \
    " AS stage, p.title AS title, p.published_on AS published_on, u.id AS unit, p.list_digest AS"  \
    " digest,"                                                                                     \
    " c.trial AS trial, " LAST_DAY " AS last_day, " COUNT_BY                                       \
    " AS count_by, (SELECT count(*) FROM flow_open o WHERE o.case_id = c.id AND o.roles ="         \
    " 'public') AS waits, (SELECT CASE WHEN count(*) = count(s.down_at) THEN count(*) ELSE 0 END"  \
    " FROM record_publicity_sites s WHERE s.record_id = p.id AND s.kind <> 'reprint') AS"          \
    " faults, (SELECT min(o.settled_on) FROM record_objection o WHERE o.owner_unit ="              \
    " c.owner_unit AND o.case_number = c.number AND o.upheld = 1 AND o.ended_ms IS NULL) AS"       \
    " removed_on FROM latest l JOIN record_publicity p ON p.id = l.id JOIN flow_case c ON"         \
    " c.number = p.case_number AND c.owner_unit = p.owner_unit JOIN unit u ON u.id ="              \
    " c.owner_unit), told AS (SELECT shown.*, CASE WHEN waits = 0 THEN 'closed' WHEN"              \
    " removed_on IS NOT NULL THEN 'removed' WHEN faults > 0 THEN 'interrupted' WHEN last_day"      \
    " < ?1 AND count_by IS NULL THEN 'over' ELSE 'running' END AS state, CASE WHEN waits > 0 AND " \
    "(last_day IS NULL"                                                                            \
    " OR last_day >= ?1 OR count_by IS NOT NULL) THEN 1 ELSE 0 END AS taken FROM shown) "

#define COLUMNS                                                                                    \
    "SELECT id, number, name, programme, stage, published_on, unit, last_day, count_by, digest,"   \
    " trial, state, taken, removed_on, title FROM told"

#define INTO_SHOWN(s)                                                                              \
    INTO(into_i64(&(s)->id), into_str(&(s)->number), into_str(&(s)->name),                         \
         into_str(&(s)->programme), into_str(&(s)->stage_label), into_str(&(s)->published_on),     \
         into_i64(&(s)->unit), into_str(&(s)->last_day), into_str(&(s)->count_by),                 \
         into_str(&(s)->digest), into_bool(&(s)->trial), into_str(&(s)->state),                    \
         into_bool(&(s)->taken), into_str(&(s)->removed_on), into_str(&(s)->title))

/* The day of publication is day 0. */
static void write_days(struct jout *j, const struct shown *s, const struct programme *p,
                       struct str today)
{
    struct date from, to, now;
    if (!date_parse(&from, s->published_on) || !date_parse(&to, s->last_day) ||
        !date_parse(&now, today))
        return;
    int64_t of = calendar_workdays(p->calendar, from, to);
    int64_t day = str_cmp(today, s->last_day) > 0 ? of : calendar_workdays(p->calendar, from, now);
    jout_pair_i64(j, "day", day);
    jout_pair_i64(j, "days", of);
    jout_pair_array(j, "working_days");
    for (int32_t d = date_to_days(from) + 1; d <= date_to_days(to); d++)
        if (calendar_is_workday(p->calendar, date_from_days(d)))
            jout_str(j, date_text(date_from_days(d), p->arena));
    jout_end_array(j);
}

static void write_document(struct jout *j, const struct pack *pack)
{
    jout_pair_object(j, "document");
    jout_pair(j, "title", pack->document.title);
    jout_pair(j, "number", pack->document.number);
    jout_pair(j, "issuer", pack->document.issuer);
    jout_end_object(j);
}

/* Members of an open object. */
static err_t write_shown(struct jout *j, const struct shown *s, struct programme *p,
                         struct str today, struct err *e)
{
    const struct pack *pack;
    err_t rc = packs_get(&pack, p->packs, s->programme, e);
    if (rc != OK)
        return rc;
    jout_pair_i64(j, "id", s->id);
    jout_pair(j, "number", s->number);
    jout_pair(j, "name", s->name);
    jout_pair(j, "title", s->title);
    jout_pair(j, "programme", s->programme);
    write_document(j, pack);
    jout_pair_bool(j, "trial", s->trial);
    jout_pair(j, "state", s->state);
    jout_pair(j, "stage", s->stage_label);
    jout_pair(j, "removed_on", s->removed_on);
    jout_pair(j, "published_on", s->published_on);
    jout_pair(j, "last_day", s->last_day);
    jout_pair_bool(j, "provisional", s->count_by.len > 0);
    write_days(j, s, p, today);
    jout_pair(j, "list_digest", s->digest);
    for (size_t i = 0; i < pack->process_count; i++)
        if (objection_needs_name(&pack->processes[i]))
            jout_pair_bool(j, "named_only", true);
    if (s->taken)
        jout_pair(
            j, "objections",
            arena_printf(p->arena, "/api/v1/public/publicity/%lld/objections", (long long)s->id));
    return rc;
}

static err_t find_shown(struct shown *s, struct db *db, struct programme *p, int64_t id,
                        struct str today, struct err *e)
{
    err_t rc = db_row(NULL, db, SHOWN COLUMNS " WHERE id = ?2", VALUES(v_str(today), v_i64(id)),
                      INTO_SHOWN(s), p->arena, e);
    return rc == OK && s->id == 0
               ? err_set(e, E_NOTFOUND, "there is no case %lld that was made public", (long long)id)
               : rc;
}

err_t public_rows_json(struct jout *j, int64_t *count, struct db *db, struct programme *p,
                       int64_t id, struct str today, struct err *e)
{
    struct shown s = {0};
    err_t rc = find_shown(&s, db, p, id, today, e);
    return rc == OK ? publicity_rows_json(j, count, &(struct step){.db = db, .p = p, .e = e},
                                          s.unit, s.number)
                    : rc;
}

/* To whom and how one objects, as the office says it in the notice that it issued last. */
static err_t write_contact(struct jout *j, struct db *db, int64_t id, struct arena *a,
                           struct err *e)
{
    const struct jvalue *said = NULL;
    struct str entered;
    err_t rc = db_text(&entered, db,
                       "SELECT entered FROM case_paper WHERE (case_id = ?1 OR id IN (SELECT paper"
                       " FROM case_paper_joint WHERE case_id = ?1)) AND entered LIKE"
                       " '%\"publicity.contact\"%' ORDER BY id DESC LIMIT 1",
                       VALUES(v_i64(id)), a, e);
    if (rc == OK && entered.len)
        rc = jin_parse(&said, entered, a, e);
    if (said)
        jout_pair(j, "contact", jin_text(said, "publicity.contact"));
    return rc;
}

err_t public_case_json(struct jout *j, struct db *db, struct programme *p, int64_t id,
                       struct str today, struct err *e)
{
    struct shown s = {0};
    err_t rc = find_shown(&s, db, p, id, today, e);
    if (rc != OK)
        return rc;
    jout_object(j);
    rc = write_shown(j, &s, p, today, e);
    if (rc == OK)
        rc = write_contact(j, db, id, p->arena, e);
    jout_pair_array(j, "lists");
    if (rc == OK)
        rc = publicity_json(j, &(struct step){.db = db, .p = p, .e = e}, s.unit, s.number,
                            PUBLICITY_FOR_ALL);
    jout_end_array(j);
    jout_end_object(j);
    return rc;
}

/* ?2: a state; ?3: a pattern. */
#define ASKED                                                                                      \
    " WHERE (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR lower(name) LIKE lower(?3) ESCAPE '\\'"  \
    " OR lower(title) LIKE lower(?3) ESCAPE '\\')"

err_t public_cases_json(struct jout *j, int64_t *total, struct db *db, struct programme *p,
                        const struct cases_asked *asked, struct str today, struct err *e)
{
    struct str words = asked->words.len ? db_like(asked->words, true, p->arena) : STR_NONE;
    const struct value values[] = {v_str(today), v_str(asked->state), v_str(words),
                                   v_i64(asked->limit), v_i64((asked->page - 1) * asked->limit)};
    VEC(struct shown) all = {0};
    struct shown one;
    err_t rc = db_i64(total, db, SHOWN "SELECT count(*) FROM told" ASKED, values, 3, e);
    if (rc == OK)
        rc = db_rows(ROWS(&all, one), db,
                     SHOWN COLUMNS ASKED " ORDER BY id DESC NULLS LAST LIMIT ?4 OFFSET ?5", values,
                     ARRAY_LEN(values), INTO_SHOWN(&one), p->arena, e);
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        jout_object(j);
        rc = write_shown(j, &all.ptr[i], p, today, e);
        jout_end_object(j);
    }
    return rc;
}
