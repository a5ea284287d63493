/* The job that reruns saved searches and topic databases, and the list of changes. */
#include "api/alerts.h"
#include "api/search_records.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/normal.h"
#include "model/patent_store.h"
#include "notify/notification.h"
#include <stdlib.h>

static const char *const types[] = {"saved_search", "topic_database"};
#define SAVED_SEARCH 0

#define AGAIN_MS ((int64_t)3600 * 1000) /* after a job that failed */
#define LISTED_MAX 1000 /* changes of one kind that a run lists; the message counts all */
#define PART_IDS 4096   /* publication ids of a part of what was found */
#define TOUCHED_MAX                                                                                \
    100000 /* changed publications to which a search is limited; of more it is run whole */

/* A publication in the results of a record. */
struct finding {
    int64_t id;
    enum patent_status status;
    bool found, member; /* by the query; in the topic database */
};

struct findings {
    struct finding *ptr;
    size_t len, cap;
};

struct touched {
    int64_t id;
    struct str key; /* empty: it is gone */
};

struct found_part {
    int64_t number;
    struct str text;
};

/* One record that is rerun. */
struct alert {
    struct job_run *run;
    struct api *api;
    struct arena *a;
    const char *type;
    int64_t record, account, version, last;
    int64_t looked; /* change of the last look; -1: none */
    int64_t seen;   /* change of the last look at this version; -1: none, the search is run whole */
    int64_t changed_ms;     /* when the record was saved */
    struct subject subject; /* the record's creator: searches run with its rights */
    struct str title, asked;
    struct str query;
    VEC(struct str) filters;
    struct findings now, before;
    VEC(struct found_part) kept; /* what is before, as it is stored */
    VEC(struct touched) touched; /* seen >= 0: publications that changed since, by id */
    bool first;                  /* no earlier results of this query */
    size_t fresh; /* of a first look: from here on `now` came after the record was saved */
    size_t added, changed, removed;
};

/* --- what is found --------------------------------------------------------------------------- */

static bool is_touched(const struct alert *x, int64_t id)
{
    return x->touched.len > 0 && bsearch(&(struct touched){id, STR_NONE}, x->touched.ptr,
                                         x->touched.len, sizeof(*x->touched.ptr), i64_cmp_first);
}

/* Search once for each legal status, so that the results carry it without a read of the store. */
static err_t find_by_status(struct alert *x, struct str query, const struct str *filters,
                            size_t filter_count, bool member, struct err *e)
{
    struct str *all = arena_array(x->a, filter_count + 1, sizeof(*all));
    struct search_request q = {
        .query = query, .filters = all, .filter_count = filter_count + 1, .ids_only = true};
    struct str *keys = arena_array(x->a, x->touched.len + 1, sizeof(*keys));
    for (size_t i = 0; i < x->touched.len; i++)
        if (x->touched.ptr[i].key.len)
            keys[q.key_count++] = x->touched.ptr[i].key;
    if (x->seen >= 0 && q.key_count == 0)
        return OK;
    q.keys = keys;
    struct search_reply found;
    err_t rc = search_records_read(&q.records, x->api->kernel, &x->subject, query, filters,
                                   filter_count, x->a, e);
    for (size_t i = 0; i < filter_count; i++)
        all[i] = filters[i];
    for (int s = STATUS_UNKNOWN; rc == OK && s <= STATUS_INACTIVE; s++) {
        enum patent_status status = (enum patent_status)s;
        all[filter_count] = arena_printf(x->a, "status=%s", patent_status_name(status));
        q.k = 1;
        if ((rc = search_run(&found, x->api->searcher, &q, x->a, e)) == OK && found.total > 1) {
            q.k = found.total;
            rc = search_run(&found, x->api->searcher, &q, x->a, e);
        }
        for (size_t i = 0; rc == OK && i < found.hit_count; i++)
            if (x->seen < 0 || is_touched(x, found.hits[i].id))
                VEC_PUSH(x->a, &x->now,
                         ((struct finding){found.hits[i].id, status, !member, member}));
    }
    return rc;
}

/* Merge findings of the same publication. */
static void findings_join(struct findings *all)
{
    size_t len = 0;
    if (all->len > 1)
        qsort(all->ptr, all->len, sizeof(*all->ptr), i64_cmp_first);
    for (size_t i = 0; i < all->len; i++) {
        struct finding *one = &all->ptr[i];
        if (len > 0 && all->ptr[len - 1].id == one->id) {
            all->ptr[len - 1].found |= one->found;
            all->ptr[len - 1].member |= one->member;
        } else {
            all->ptr[len++] = *one;
        }
    }
    all->len = len;
}

static err_t find_all(struct alert *x, struct err *e)
{
    struct str topic = arena_printf(x->a, "topic=%lld", (long long)x->record);
    bool of_topic = x->type != types[SAVED_SEARCH];
    err_t rc = OK;
    for (size_t i = 0; x->seen >= 0 && i < x->before.len; i++)
        if (!is_touched(x, x->before.ptr[i].id))
            VEC_PUSH(x->a, &x->now, x->before.ptr[i]);
    if (x->asked.len > 0)
        rc = find_by_status(x, x->query, x->filters.ptr, x->filters.len, false, e);
    if (rc == OK && of_topic)
        rc = find_by_status(x, STR_NONE, &topic, 1, true, e);
    findings_join(&x->now);
    return rc;
}

/* --- what was found before ------------------------------------------------------------------- */

/* The part that begins at *i, which is moved behind it. */
static struct found_part findings_part(const struct findings *all, size_t *i, struct arena *a)
{
    struct buf b = {0};
    struct found_part part = {.number = all->ptr[*i].id / PART_IDS};
    for (; *i < all->len && all->ptr[*i].id / PART_IDS == part.number; ++*i) {
        const struct finding *one = &all->ptr[*i];
        buf_addf(&b, "%03x%x", (unsigned)(one->id % PART_IDS),
                 (unsigned)one->status | (unsigned)one->found << 2 | (unsigned)one->member << 3);
    }
    part.text = buf_take(&b, a);
    return part;
}

/* Writes the parts that differ from those that are kept; both are in the order of their numbers. */
static err_t findings_keep(struct alert *x, struct db *db, struct err *e)
{
    err_t rc = OK;
    size_t k = 0;
    for (size_t i = 0; rc == OK && (i < x->now.len || k < x->kept.len);) {
        int64_t next = i < x->now.len ? x->now.ptr[i].id / PART_IDS : INT64_MAX;
        if (k < x->kept.len && x->kept.ptr[k].number < next) {
            rc = db_run(
                db,
                "DELETE FROM search_alert_part WHERE type = ?1 AND record_id = ?2 AND part"
                " = ?3",
                VALUES(v_str(str_of(x->type)), v_i64(x->record), v_i64(x->kept.ptr[k++].number)),
                e);
            continue;
        }
        struct found_part part = findings_part(&x->now, &i, x->a);
        bool there = k < x->kept.len && x->kept.ptr[k].number == part.number;
        if (there && str_eq(x->kept.ptr[k++].text, part.text))
            continue;
        rc = db_run(
            db,
            "INSERT INTO search_alert_part (type, record_id, part, found) VALUES (?1, ?2,"
            " ?3, ?4) ON CONFLICT (type, record_id, part) DO UPDATE SET found = ?4",
            VALUES(v_str(str_of(x->type)), v_i64(x->record), v_i64(part.number), v_str(part.text)),
            e);
    }
    return rc;
}

static void findings_read(struct findings *out, const struct found_part *part, struct arena *a)
{
    for (size_t i = 0; i + 4 <= part->text.len; i += 4) {
        unsigned n = 0;
        for (size_t k = i; k < i + 4; k++)
            n = n * 16 + (unsigned)(part->text.ptr[k] - (part->text.ptr[k] < 'a' ? '0' : 'a' - 10));
        VEC_PUSH(a, out,
                 ((struct finding){part->number * PART_IDS + n / 16, (enum patent_status)(n & 3),
                                   n & 4, n & 8}));
    }
}

/* Finds the publications that came after the record was saved and after the last look: they are new although this is
 * the first look at this question. Ids rise as publications arrive. */
static err_t findings_fresh(struct alert *x, struct db *db, struct err *e)
{
    int64_t newest = 0;
    err_t rc =
        db_row(NULL, db, "SELECT coalesce(max(publication_id), 0) FROM change WHERE seq <= ?1",
               VALUES(v_i64(x->looked)), INTO(into_i64(&newest)), x->a, e);
    for (x->fresh = x->now.len; rc == OK && x->fresh > 0; x->fresh--) {
        int64_t received_ms = 0;
        if (x->now.ptr[x->fresh - 1].id <= newest)
            break;
        rc = db_row(NULL, db,
                    "SELECT received_ms FROM publication_source WHERE publication_id = ?1 ORDER BY"
                    " ordinal LIMIT 1",
                    VALUES(v_i64(x->now.ptr[x->fresh - 1].id)), INTO(into_i64(&received_ms)), x->a,
                    e);
        if (received_ms <= x->changed_ms)
            break;
    }
    return rc;
}

/* "new", "status" or "removed"; NULL: no change. */
static const char *change_of(const struct alert *x, const struct finding *before,
                             const struct finding *now)
{
    bool of_topic = x->type != types[SAVED_SEARCH];
    if (!before)
        return now->found && !now->member ? "new" : NULL;
    if (!now)
        return !of_topic || before->member ? "removed" : NULL;
    if (now->found && !before->found && !now->member && !before->member)
        return "new";
    if (before->found && !now->found && now->member)
        return "removed";
    return before->status != now->status && (!of_topic || now->member) ? "status" : NULL;
}

/* --- a run ----------------------------------------------------------------------------------- */

static err_t add_change(struct alert *x, struct db *db, const char *what,
                        const struct finding *before, const struct finding *now, int64_t at_ms,
                        struct err *e)
{
    size_t *count = str_is(str_of(what), "new")      ? &x->added
                    : str_is(str_of(what), "status") ? &x->changed
                                                     : &x->removed;
    int64_t id = now ? now->id : before->id;
    struct str number = STR_NONE;
    if (++*count > LISTED_MAX)
        return OK;
    err_t rc = patent_number(&number, db, id, x->a, e);
    if (rc != OK)
        return rc;
    return db_run_later(
        db,
        "INSERT INTO search_alert_change (type, record_id, at_ms, what, publication_id, number,"
        " before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        VALUES(v_str(str_of(x->type)), v_i64(x->record), v_i64(at_ms), v_str(str_of(what)),
               v_i64(id), v_str(number),
               v_str(before ? str_of(patent_status_name(before->status)) : STR_NONE),
               v_str(now ? str_of(patent_status_name(now->status)) : STR_NONE)),
        e);
}

static err_t list_changes(struct alert *x, struct db *db, int64_t at_ms, struct err *e)
{
    err_t rc = OK;
    size_t i = 0, k = 0;
    if (x->first)
        k = x->fresh;
    while (rc == OK && (i < x->before.len || k < x->now.len)) {
        const struct finding *before = i < x->before.len ? &x->before.ptr[i] : NULL;
        const struct finding *now = k < x->now.len ? &x->now.ptr[k] : NULL;
        if (before && now && before->id != now->id) {
            if (before->id < now->id)
                now = NULL;
            else
                before = NULL;
        }
        i += before != NULL;
        k += now != NULL;
        const char *what = change_of(x, before, now);
        if (what)
            rc = add_change(x, db, what, before, now, at_ms, e);
    }
    return rc;
}

static err_t tell(struct alert *x, struct db *db, int64_t at_ms, struct err *e)
{
    struct jout j;
    int64_t id;
    jout_open(&j);
    jout_pair(&j, "title", x->title);
    jout_pair(&j, "new", arena_printf(x->a, "%zu", x->added));
    jout_pair(&j, "status", arena_printf(x->a, "%zu", x->changed));
    jout_pair(&j, "removed", arena_printf(x->a, "%zu", x->removed));
    jout_end_object(&j);
    const struct notification_draft d = {
        .account = x->account,
        .kind = "search_alert",
        .arguments = arena_dup(x->a, buf_str(j.to)),
        .link = arena_printf(x->a, "/records/%s/%lld", x->type, (long long)x->record)};
    buf_clear(j.to);
    return notification_post(&id, db, &d, at_ms, e);
}

static err_t keep_step(struct db *db, void *arg, struct err *e)
{
    struct alert *x = arg;
    int64_t now_ms = clock_now_ms(job_run_clock(x->run)), last;
    err_t rc = changes_last(&last, db, e);
    if (rc != OK || last != x->last) /* the searches may have seen different states: run again */
        return rc;
    rc = db_run(db,
                "INSERT INTO search_alert (type, record_id, version, change, asked)"
                " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (type, record_id) DO UPDATE SET"
                " version = ?3, change = ?4, asked = ?5",
                VALUES(v_str(str_of(x->type)), v_i64(x->record), v_i64(x->version), v_i64(x->last),
                       v_str(x->asked)),
                e);
    if (rc == OK)
        rc = findings_keep(x, db, e);
    x->added = x->changed = x->removed = 0; /* the step may be retried */
    if (rc == OK)
        rc = list_changes(x, db, now_ms, e);
    return rc == OK && x->added + x->changed + x->removed > 0 ? tell(x, db, now_ms, e) : rc;
}

/* Query and filters of a saved search; of a topic database its query. */
static void read_question(struct alert *x, const struct jvalue *record)
{
    const struct jvalue *filters = jin_get(record, "filters");
    struct buf b = {0};
    x->query = jin_text(record, "query");
    for (size_t i = 0; filters && i < filters->count; i++)
        VEC_PUSH(x->a, &x->filters, filters->items[i].text);
    buf_add(&b, x->query);
    for (size_t i = 0; i < x->filters.len; i++)
        buf_addf(&b, "\n%.*s", STR_ARG(x->filters.ptr[i]));
    x->asked = buf_take(&b, x->a);
}

/* Read the record with its creator's rights. E_DENIED, E_NOTFOUND: the creator may no longer read it. */
static err_t read_record(struct alert *x, struct db *db, struct err *e)
{
    struct kernel *k = x->api->kernel;
    const struct record_type *t = record_type_find(k->types, str_of(x->type));
    int64_t now_ms = clock_now_ms(job_run_clock(x->run));
    const struct jvalue *record = NULL;
    err_t rc =
        subject_load(&x->subject, db, x->account, business_date(now_ms, x->a), now_ms, x->a, e);
    if (rc == OK)
        rc = record_seen(&record, &(struct record_call){k, &x->subject, t, x->record, x->a}, e);
    if (rc == OK) {
        x->version = record_seen_version(record);
        x->title = jin_text(record, "name");
        read_question(x, record);
    }
    return rc;
}

/* Reads the publications that changed since the last look. A search is rerun whole if they are too many, or if it
 * depends on a topic database, whose members change as well. */
static err_t read_touched(struct alert *x, struct db *db, struct err *e)
{
    const struct str *names;
    struct touched one;
    if (x->type != types[SAVED_SEARCH] ||
        search_topic_names(&names, x->query, x->filters.ptr, x->filters.len, x->a) > 0)
        x->seen = -1;
    if (x->seen < 0)
        return OK;
    err_t rc = db_rows(ROWS(&x->touched, one), db,
                       "SELECT DISTINCT c.publication_id, k.number_key FROM change c LEFT JOIN"
                       " publication_key k ON k.publication_id = c.publication_id"
                       " WHERE c.seq > ?1 AND c.seq <= ?2 ORDER BY c.publication_id LIMIT ?3",
                       VALUES(v_i64(x->seen), v_i64(x->last), v_i64(TOUCHED_MAX + 1)),
                       INTO(into_i64(&one.id), into_str(&one.key)), x->a, e);
    if (x->touched.len > TOUCHED_MAX) {
        x->seen = -1;
        x->touched.len = 0;
    }
    return rc;
}

static err_t read_before(struct alert *x, struct db *db, struct err *e)
{
    struct found_part one;
    bool same = false;
    err_t rc = db_any(&same, db,
                      "SELECT 1 FROM search_alert WHERE type = ?1 AND record_id = ?2"
                      " AND coalesce(asked, '') = coalesce(?3, '')",
                      VALUES(v_str(str_of(x->type)), v_i64(x->record), v_str(x->asked)), e);
    if (rc == OK)
        rc = db_rows(ROWS(&x->kept, one), db,
                     "SELECT part, found FROM search_alert_part WHERE type = ?1 AND record_id = ?2"
                     " AND (?3 < 0 OR part IN (SELECT publication_id / ?5 FROM change WHERE"
                     " seq > ?3 AND seq <= ?4)) ORDER BY part",
                     VALUES(v_str(str_of(x->type)), v_i64(x->record), v_i64(x->seen),
                            v_i64(x->last), v_i64(PART_IDS)),
                     INTO(into_i64(&one.number), into_str(&one.text)), x->a, e);
    for (size_t i = 0; rc == OK && same && i < x->kept.len; i++)
        findings_read(&x->before, &x->kept.ptr[i], x->a);
    x->first = !same;
    return rc;
}

static err_t alert_run(struct alert *x, struct err *e)
{
    struct store *store = job_run_store(x->run);
    struct db *db = NULL;
    struct err why = {0};
    err_t rc = store_reader_get(&db, store, e);
    if (rc == OK)
        rc = read_record(x, db, &why);
    if (rc == OK)
        rc = read_touched(x, db, &why);
    if (rc == OK)
        rc = read_before(x, db, &why);
    if (rc == OK)
        rc = find_all(x, &why);
    if (rc == OK && x->first)
        rc = findings_fresh(x, db, &why);
    store_reader_put(store, db);
    /* An invalid query, or a record that its creator may no longer read, has no results until it is changed. */
    bool none = rc == E_INVALID || rc == E_DENIED || rc == E_NOTFOUND;
    if (none) {
        x->now.len = x->before.len = x->fresh = 0;
        x->first = true;
        x->asked = STR_NONE;
    } else if (rc != OK) {
        return err_pass(e, rc, &why);
    }
    return job_run_step(x->run, keep_step, x, STR_NONE, e);
}

/* --- the job --------------------------------------------------------------------------------- */

/* Searches run in the order of their last run, oldest first, so that a person with many searches does not block others. */
#define WAITING(type)                                                                              \
    "SELECT r.id, r.created_by, r.version, '" type "', r.changed_ms, coalesce(s.change, -1),"      \
    " CASE WHEN s.version = r.version AND s.asked IS NOT NULL THEN s.change ELSE -1 END FROM"      \
    " record_" type " r LEFT JOIN"                                                                 \
    " search_alert s ON s.type = '" type "' AND s.record_id = r.id WHERE r.ended_ms IS NULL AND"   \
    " (s.record_id IS NULL OR s.version <> r.version OR s.change < ?1)"

static err_t next_waiting(bool *found, struct alert *x, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    *found = false;
    err_t rc = db_query(
        &st, db,
        WAITING("saved_search") " UNION ALL " WAITING("topic_database") " ORDER BY 6, 4, 1 LIMIT 1",
        VALUES(v_i64(x->last)), e);
    if (rc == OK && (rc = stmt_next(found, st, e)) == OK && *found) {
        x->record = stmt_i64(st, 0);
        x->account = stmt_i64(st, 1);
        x->version = stmt_i64(st, 2);
        x->type = types[!str_is(stmt_str(st, 3), types[SAVED_SEARCH])];
        x->changed_ms = stmt_i64(st, 4);
        x->looked = stmt_i64(st, 5);
        x->seen = stmt_i64(st, 6);
    }
    stmt_free(st);
    return rc;
}

static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    struct api *api = parts;
    struct alert x = {0};
    bool failed = false;
    *out = false;
    err_t rc = changes_last(&x.last, db, e);
    if (rc == OK)
        rc = next_waiting(out, &x, db, e);
    if (rc == OK && *out && x.last > 0)
        rc = searcher_holds(out, api->searcher, x.last, e);
    if (rc == OK && *out)
        rc =
            db_any(&failed, db,
                   "SELECT 1 FROM job WHERE ended_ms > ?1 AND state = 'failed' AND kind = 'alerts'",
                   VALUES(v_i64(now_ms - AGAIN_MS)), e);
    *out = *out && !failed;
    return rc;
}

static err_t run(struct job_run *r, struct err *e)
{
    struct api *api = job_run_parts(r);
    struct store *store = job_run_store(r);
    bool found = true;
    err_t rc = OK;
    while (rc == OK && found) {
        struct alert x = {.run = r, .api = api, .a = arena_new()};
        struct db *db = NULL;
        bool holds = true;
        rc = store_reader_get(&db, store, e);
        if (rc == OK)
            rc = changes_last(&x.last, db, e);
        if (rc == OK)
            rc = next_waiting(&found, &x, db, e);
        store_reader_put(store, db);
        if (rc == OK && found && x.last > 0)
            rc = searcher_holds(&holds, api->searcher, x.last, e);
        found = found && holds; /* else the job is due again once the index has caught up */
        if (rc == OK && found)
            rc = alert_run(&x, e);
        arena_free(x.a);
        if (rc == OK && found && job_run_stops(r))
            rc = job_run_stopped(e);
    }
    return rc;
}

const struct job_kind job_alerts = {
    .name = "alerts",
    .title = N_("rerunning saved searches and topic databases"),
    .run = run,
    .due = due,
    .timeless = true,
};

/* --- the list -------------------------------------------------------------------------------- */

err_t alerts_json(struct jout *j, struct db *db, struct str type, int64_t record, struct err *e)
{
    err_t rc = OK;
    jout_object(j);
    jout_pair_array(j, "items");
    EACH_ROW(st, rc, e, db,
             "SELECT at_ms, what, publication_id, number, before, after"
             " FROM search_alert_change WHERE type = ?1 AND record_id = ?2"
             " ORDER BY id DESC NULLS LAST LIMIT ?3",
             VALUES(v_str(type), v_i64(record), v_i64(ALERT_CHANGES_MAX))) {
        jout_object(j);
        jout_pair_i64(j, "at_ms", stmt_i64(st, 0));
        jout_pair(j, "what", stmt_str(st, 1));
        jout_pair_i64(j, "patent", stmt_i64(st, 2));
        jout_pair(j, "number", stmt_str(st, 3));
        jout_pair(j, "before", stmt_str(st, 4));
        jout_pair(j, "after", stmt_str(st, 5));
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
    return rc;
}
