/* Tells people what waits for them: records that were given to them, proposals that they
 * may confirm, days that come near, jobs of theirs that ended. What is yet to be told is
 * marked in the rows themselves, in the step that made it so (access/assignment.c,
 * access/two_person.c, model/job.c); a step here posts the messages and moves the mark.
 * So each is told once however often a worker is killed, and whoever was not there hears
 * of it after a restart.
 *
 * The mark of a row with many receivers is the account to go on with: a step tells some.
 * Rejected: posting in the step that gives (src/record may not know of messages, and who
 * may confirm a proposal is a question to every account). */
#include "access/assignment.h"
#include "access/two_person.h"
#include "base/vec.h"
#include "notify/notification.h"
#include "notify/notify.h"

#define LOOKED_AT_MAX 100 /* accounts, for one row and step */
#define TOLD_MAX 20       /* messages a step: it takes 5 ms */
#define JOBS_A_STEP 20

struct receiver {
    int64_t account;
    struct str title;
};

/* A row, the messages of one step, and where the next goes on. */
struct telling {
    const char *kind; /* of message */
    enum { ASSIGNED, REMINDED, PROPOSED } what;
    struct assignment assignment;
    struct proposal proposal;
    struct str type;
    int64_t record, from, next; /* next 0: it was the last */
    bool over;                  /* nobody is told any more */
    int64_t now_ms, remind_ms;
    struct str date;
    VEC(struct receiver) receivers;
};

static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    (void)parts;
    return db_any(out, db,
                  "SELECT 1 FROM assignment WHERE untold IS NOT NULL"
                  " UNION ALL SELECT 1 FROM assignment WHERE remind_ms <= ?1"
                  " UNION ALL SELECT 1 FROM proposal WHERE untold IS NOT NULL"
                  " UNION ALL SELECT 1 FROM job WHERE untold IS NOT NULL"
                  " UNION ALL SELECT 1 FROM record_import WHERE untold IS NOT NULL LIMIT 1",
                  VALUES(v_i64(now_ms)), e);
}

/* --- whom ---------------------------------------------------------------------------- */

/* Accounts that come into question, from t->from on. */
static err_t candidates(struct ids *out, struct db *db, const struct telling *t, struct arena *a,
                        struct err *e)
{
    const struct value values[] = {
        v_i64(t->from), v_i64(LOOKED_AT_MAX),
        v_i64(t->assignment.account ? t->assignment.account : t->assignment.unit)};
    const char *sql =
        t->what == PROPOSED
            ? "SELECT id FROM account WHERE id >= ?1 AND state = 'active' AND EXISTS"
              " (SELECT 1 FROM role_grant g WHERE g.account = account.id AND g.state = 'active')"
              " ORDER BY id NULLS LAST LIMIT ?2"
        : t->assignment.account ? "SELECT id FROM account WHERE id >= ?1 AND state = 'active'"
                                  " AND id = ?3 ORDER BY id NULLS LAST LIMIT ?2"
                                : "SELECT id FROM account WHERE id >= ?1 AND state = 'active'"
                                  " AND owner_unit = ?3 ORDER BY id NULLS LAST LIMIT ?2";
    return db_ids(out, db, sql, values, t->what == PROPOSED ? 2 : 3, a, e);
}

/* Does it wait for this account? Then it is a receiver. */
static err_t look_at(struct telling *t, const struct notify *n, struct db *db, int64_t account,
                     struct arena *a, struct err *e)
{
    struct subject s;
    struct str title = STR_NONE;
    bool waits = false;
    struct err why = {0};
    err_t rc = subject_load(&s, db, account, business_date(t->now_ms, a), t->now_ms, a, &why);
    if (rc == E_NOTFOUND || rc == E_DENIED)
        return OK;
    if (rc == OK && n->waits)
        rc = n->waits(&waits, &title, n->waits_arg, db, &s, t->type, t->record,
                      t->what == PROPOSED ? NULL : &t->assignment,
                      t->what == PROPOSED ? &t->proposal : NULL, a, &why);
    if (rc == OK && waits)
        VEC_PUSH(a, &t->receivers, ((struct receiver){account, title}));
    return err_pass(e, rc, &why);
}

static err_t find_receivers(struct telling *t, const struct notify *n, struct db *db,
                            struct arena *a, struct err *e)
{
    struct ids ids = {0};
    err_t rc = candidates(&ids, db, t, a, e);
    t->next = ids.len == LOOKED_AT_MAX ? ids.ptr[ids.len - 1] + 1 : 0;
    for (size_t i = 0; rc == OK && i < ids.len; i++) {
        rc = look_at(t, n, db, ids.ptr[i], a, e);
        if (t->receivers.len == TOLD_MAX && i + 1 < ids.len) {
            t->next = ids.ptr[i] + 1;
            break;
        }
    }
    return rc;
}

/* --- telling ------------------------------------------------------------------------- */

static struct str arguments(const struct telling *t, struct str title, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "title", title);
    jout_pair(&j, "date", t->date);
    return jout_take(&j, a);
}

/* Move the mark; *moved false: another has, or it waits no more. */
static err_t move_mark(bool *moved, struct db *db, const struct telling *t, struct err *e)
{
    switch (t->what) {
    case ASSIGNED:
        return db_any(moved, db,
                      "UPDATE assignment SET untold = ?3 WHERE id = ?1 AND untold = ?2"
                      " RETURNING id",
                      VALUES(v_i64(t->assignment.id), v_i64(t->from), v_id(t->next)), e);
    case REMINDED:
        return db_any(moved, db,
                      "UPDATE assignment SET remind_next = ?3,"
                      " remind_ms = CASE WHEN ?4 = 0 THEN ?5 ELSE remind_ms END"
                      " WHERE id = ?1 AND coalesce(remind_next, 1) = ?2 AND remind_ms <= ?6"
                      " RETURNING id",
                      VALUES(v_i64(t->assignment.id), v_i64(t->from), v_id(t->next), v_i64(t->next),
                             v_id(t->remind_ms), v_i64(t->now_ms)),
                      e);
    case PROPOSED:
        return db_any(moved, db,
                      "UPDATE proposal SET untold = ?3 WHERE id = ?1 AND untold = ?2"
                      " RETURNING id",
                      VALUES(v_i64(t->proposal.id), v_i64(t->from), v_id(t->next)), e);
    }
    *moved = false;
    return OK;
}

/* The same of many cases is told once. */
static struct str gathered_as(const struct telling *t, struct arena *a)
{
    if (!str_is(t->type, "case") || t->what == REMINDED)
        return STR_NONE;
    return t->what == PROPOSED ? arena_printf(a, "confirm/%.*s", STR_ARG(t->proposal.action))
                               : arena_printf(a, "do/%.*s", STR_ARG(t->assignment.note));
}

static err_t tell_step(struct db *db, void *arg, struct err *e)
{
    struct telling *t = arg;
    struct arena *a = arena_new();
    bool moved;
    err_t rc = move_mark(&moved, db, t, e);
    for (size_t i = 0; rc == OK && moved && i < t->receivers.len; i++) {
        const struct receiver *r = &t->receivers.ptr[i];
        int64_t id;
        const struct notification_draft d = {
            .account = r->account,
            .kind = t->kind,
            .arguments = arguments(t, r->title, a),
            .gather = gathered_as(t, a),
            .link =
                t->what == PROPOSED ? arena_printf(a, "/confirm/%lld", (long long)t->proposal.id)
                : t->assignment.ask.len ? arena_printf(a, "/asks/%lld", (long long)t->assignment.id)
                                        : arena_printf(a, "/records/%.*s/%lld", STR_ARG(t->type),
                                                       (long long)t->record)};
        rc = notification_post(&id, db, &d, t->now_ms, e);
    }
    arena_free(a);
    return rc;
}

static err_t tell(struct job_run *run, struct telling *t, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    const struct notify *n = job_run_parts(run);
    err_t rc = store_reader_get(&db, job_run_store(run), e);
    if (rc == OK && !t->over)
        rc = find_receivers(t, n, db, a, e);
    store_reader_put(job_run_store(run), db);
    return rc == OK ? job_run_step(run, tell_step, t, STR_NONE, e) : rc;
}

/* --- the next row -------------------------------------------------------------------- */

#define ASSIGNMENT(where)                                                                          \
    "SELECT " ASSIGNMENT_COLUMNS ", untold, remind_next FROM assignment WHERE " where

static err_t next_assignment(bool *found, struct telling *t, struct db *db, struct arena *a,
                             struct err *e)
{
    struct stmt *st = NULL;
    bool remind = t->what == REMINDED;
    err_t rc =
        remind
            ? db_query(&st, db,
                       ASSIGNMENT("remind_ms <= ?1 ORDER BY remind_ms NULLS LAST, id LIMIT 1"),
                       VALUES(v_i64(t->now_ms)), e)
            : db_query(&st, db, ASSIGNMENT("untold IS NOT NULL ORDER BY id LIMIT 1"), NULL, 0, e);
    if (rc == OK)
        rc = stmt_next(found, st, e);
    if (rc == OK && *found) {
        assignment_row(&t->assignment, st, a);
        int64_t at = stmt_i64(st, ASSIGNMENT_COLUMN_COUNT + remind);
        t->from = at ? at : 1;
        t->type = t->assignment.type;
        t->record = t->assignment.record_id;
        t->date = due_day_text(t->assignment.due, LANG_ZH, a);
        t->remind_ms = assignment_reminder_ms(t->assignment.due.date, t->now_ms);
        t->kind = remind ? "due" : str_is(t->assignment.kind, "do") ? "todo" : "news";
    }
    stmt_free(st);
    return rc;
}

static err_t next_proposal(bool *found, struct telling *t, struct db *db, struct arena *a,
                           struct err *e)
{
    struct proposal *p = &t->proposal;
    *p = (struct proposal){0};
    err_t rc =
        db_row(found, db,
               "SELECT id, action, type, record_id, proposed_by, proposed_for, untold, CASE state "
               "WHEN 'open' THEN 0 ELSE 1 END FROM proposal WHERE untold IS NOT NULL"
               " ORDER BY id LIMIT 1",
               NULL, 0,
               INTO(into_i64(&p->id), into_str(&p->action), into_str(&p->type),
                    into_i64(&p->record_id), into_i64(&p->proposed_by), into_i64(&p->proposed_for),
                    into_i64(&t->from), into_bool(&t->over)),
               a, e);
    t->type = p->type;
    t->record = p->record_id;
    t->kind = "todo";
    return rc;
}

/* One row's next receivers; *found false: no such row. */
static err_t tell_next(bool *found, struct job_run *run, int what, int64_t now_ms, struct err *e)
{
    struct arena *a = arena_new();
    struct telling t = {.what = what, .now_ms = now_ms};
    *found = false;
    err_t rc = STORE_READ(db, job_run_store(run), e,
                          what == PROPOSED ? next_proposal(found, &t, db, a, e)
                                           : next_assignment(found, &t, db, a, e));
    if (rc == OK && *found)
        rc = tell(run, &t, a, e);
    arena_free(a);
    return rc;
}

/* --- jobs ---------------------------------------------------------------------------- */

struct ended {
    const struct notify *parts;
    int64_t now_ms;
    size_t count;
};

static const char *title_of(const struct notify *n, struct str kind)
{
    for (const struct job_use *u = n->job_kinds; u && u->kind; u++)
        if (str_is(kind, u->kind->name))
            return u->kind->title;
    return NULL;
}

struct ended_row { /* of a job, or of an import that was taken back */
    int64_t id, owner, rows;
    struct str kind, state, arguments, result, file;
};

static err_t post(struct db *db, const struct ended *x, const struct ended_row *row,
                  const char *kind, struct str link, struct arena *a, struct err *e)
{
    const char *title = title_of(x->parts, row->kind);
    struct jout j;
    int64_t posted;
    jout_open(&j);
    jout_pair(&j, "job", title ? str_of(title) : row->kind);
    jout_pair(&j, "file", row->file);
    jout_pair(&j, "rows", arena_printf(a, "%lld", (long long)row->rows));
    jout_end_object(&j);
    const struct notification_draft d = {.account = row->owner,
                                         .kind = kind,
                                         .arguments = arena_dup(a, buf_str(j.to)),
                                         .link = link};
    buf_clear(j.to);
    return notification_post(&posted, db, &d, x->now_ms, e);
}

/* A file of which rows are in and a part could not be read: its job is done, yet not all of it. */
static bool is_cut(struct ended_row *job, struct arena *a)
{
    const struct jvalue *v = NULL;
    int64_t refused = 0;
    if (jin_parse(&v, job->arguments, a, NULL) == OK)
        job->file = jin_text(v, "name");
    return str_is(job->state, "done") && job->result.len &&
           jin_parse(&v, job->result, a, NULL) == OK && jin_i64(&refused, v, "refused_files") &&
           refused > 0 && jin_i64(&job->rows, v, "records") && job->rows > 0;
}

static err_t jobs_step(struct db *db, void *arg, struct err *e)
{
    struct ended *x = arg;
    struct arena *a = arena_new();
    struct ended_row row = {0};
    VEC(struct ended_row) rows = {0}, cut = {0};
    err_t rc = db_rows(ROWS(&rows, row), db,
                       "UPDATE job SET untold = NULL WHERE id IN (SELECT id FROM job"
                       " WHERE untold IS NOT NULL ORDER BY id LIMIT ?1)"
                       " RETURNING id, owner, kind, state, arguments, result",
                       VALUES(v_i64(JOBS_A_STEP)),
                       INTO(into_i64(&row.id), into_i64(&row.owner), into_str(&row.kind),
                            into_str(&row.state), into_str(&row.arguments), into_str(&row.result)),
                       a, e);
    for (size_t i = 0; rc == OK && i < rows.len; i++) {
        struct ended_row *job = &rows.ptr[i];
        rc = post(db, x, job,
                  is_cut(job, a)               ? "job_cut"
                  : str_is(job->state, "done") ? "job_done"
                                               : "job_failed",
                  arena_printf(a, "/jobs/%lld", (long long)job->id), a, e);
    }
    if (rc == OK)
        rc = db_rows(ROWS(&cut, row), db,
                     "UPDATE record_import SET untold = NULL WHERE id IN (SELECT id FROM "
                     "record_import WHERE untold IS NOT NULL ORDER BY id LIMIT ?1)"
                     " RETURNING id, account, type, file_name, (SELECT count(*) FROM"
                     " record_import_row r WHERE r.import_id = record_import.id AND r.undone IS"
                     " NOT NULL)",
                     VALUES(v_i64(JOBS_A_STEP)),
                     INTO(into_i64(&row.id), into_i64(&row.owner), into_str(&row.kind),
                          into_str(&row.file), into_i64(&row.rows)),
                     a, e);
    for (size_t i = 0; rc == OK && i < cut.len; i++)
        rc = post(db, x, &cut.ptr[i], "import_cut",
                  arena_printf(a, "/records/%.*s/imports", STR_ARG(cut.ptr[i].kind)), a, e);
    x->count = rows.len + cut.len;
    arena_free(a);
    return rc;
}

/* --- the job ------------------------------------------------------------------------- */

static err_t run(struct job_run *r, struct err *e)
{
    err_t rc = OK;
    bool more = true;
    while (rc == OK && more) {
        int64_t now_ms = clock_now_ms(job_run_clock(r));
        struct ended jobs = {.parts = job_run_parts(r), .now_ms = now_ms};
        more = false;
        for (int what = ASSIGNED; rc == OK && what <= PROPOSED; what++) {
            bool found;
            rc = tell_next(&found, r, what, now_ms, e);
            more |= found;
        }
        if (rc == OK)
            rc = job_run_step(r, jobs_step, &jobs, STR_NONE, e);
        more |= jobs.count > 0;
        if (rc == OK && more && job_run_stops(r))
            rc = job_run_stopped(e);
    }
    return rc;
}

const struct job_kind job_notices = {
    .name = "notices",
    .title = N_("telling people what waits for them"),
    .run = run,
    .due = due,
};
