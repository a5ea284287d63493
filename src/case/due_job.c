/* Dues of records whose moment has come, once their index is that of the types. */
#include "base/msg.h"
#include "case/timer_job.h"
#include "notify/notification.h"
#include "record/dues.h"
#include "record/show.h"

#define TOLD_A_STEP 20
/* Dues that are to be told now; those of an import wait until the import is finished. */
#define UNTOLD                                                                                     \
    "d.next_ms IS NOT NULL AND d.next_ms <= ?1 AND NOT EXISTS (SELECT 1 FROM record_import i"      \
    " WHERE i.id = d.import_id AND i.state IN ('running', 'removing'))"

static err_t due(bool *out, struct db *db, int64_t now_ms, void *arg, struct err *e)
{
    const struct programme_parts *parts = arg;
    bool current = false;
    err_t rc = dues_current(&current, db, parts->kernel->types, e);
    *out = rc == OK && !current;
    return *out || rc != OK ? rc
                            : db_any(out, db, "SELECT 1 FROM record_due d WHERE " UNTOLD " LIMIT 1",
                                     VALUES(v_i64(now_ms)), e);
}

struct telling {
    struct kernel *kernel;
    int64_t now_ms;
    size_t count;
};

static struct str arguments(const struct record_due *d, struct str title, struct arena *a)
{
    bool secret = due_is_secret(d);
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "title", secret ? d->type->label.zh : title);
    jout_pair(&j, "due",
              d->imported ? arena_printf(a, msg_in(LANG_ZH, N_("of %lld imported records")),
                                         (long long)d->imported)
              : secret    ? str_of(msg_in(LANG_ZH, N_("something is due")))
                          : d->rule->label.zh);
    jout_pair(&j, "date", d->date);
    return jout_take(&j, a);
}

static err_t tell(const struct telling *x, const struct record_due *d, struct db *db,
                  int64_t account, struct arena *a, struct err *e)
{
    struct subject s;
    const struct record_call c = {x->kernel, &s, NULL, 0, a};
    struct decision read;
    struct row row;
    struct err why = {0};
    bool seen = false;
    int64_t id;
    err_t rc = subject_load(&s, db, account, business_date(x->now_ms, a), x->now_ms, a, &why);
    if (rc == E_NOTFOUND || rc == E_DENIED)
        return OK;
    if (rc == OK)
        rc = due_seen(&seen, &row, &read, &c, db, d, &why);
    if (rc != OK || !seen)
        return err_pass(e, rc, &why);
    const struct notification_draft draft = {
        .account = account,
        .kind = "record_due",
        .arguments = arguments(d, show_title_text(plan_of(x->kernel, d->type), &row, &read, a), a),
        .link = arena_printf(a, "/records/%.*s/%lld", STR_ARG(d->type_name), (long long)d->record),
        .gather = d->imported
                      ? arena_printf(a, "due/import/%lld", (long long)d->import_id)
                      : arena_printf(a, "due/%.*s/%.*s", STR_ARG(d->type_name), STR_ARG(d->name))};
    return notification_post(&id, db, &draft, x->now_ms, e);
}

/* Tells some, and notes when they are told next. A due whose rule no longer exists is skipped; dues_remake_step removes
 * it. */
static err_t tell_step(struct db *db, void *arg, struct err *e)
{
    struct telling *x = arg;
    struct arena *a = arena_new();
    struct dues all = {0};
    err_t rc = dues_read(&all, db, x->kernel->types,
                         DUE_SELECT UNTOLD
                         " ORDER BY d.next_ms, d.type, d.record_id, d.due, d.row LIMIT ?2",
                         VALUES(v_i64(x->now_ms), v_i64(TOLD_A_STEP)), a, e);
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        const struct record_due *d = &all.ptr[i];
        struct ids people = {0};
        rc = d->type ? due_people(&people, db, d, a, e) : OK;
        for (size_t k = 0; rc == OK && k < people.len; k++)
            rc = tell(x, d, db, people.ptr[k], a, e);
        if (rc == OK)
            rc = db_run(db,
                        "UPDATE record_due SET next_ms = ?5, import_id = NULL WHERE type = ?1 AND"
                        " record_id = ?2 AND due = ?3 AND row = ?4",
                        VALUES(v_str(d->type_name), v_i64(d->record), v_str(d->name), v_i64(d->row),
                               v_id(d->type ? due_warning_ms(d, x->now_ms) : 0)),
                        e);
    }
    x->count = all.len;
    arena_free(a);
    return rc;
}

/* First the index, from the first record again if it was killed: what was made stays as it is. */
static err_t run(struct job_run *r, struct err *e)
{
    const struct programme_parts *parts = job_run_parts(r);
    struct telling x = {.kernel = parts->kernel, .count = 1};
    struct dues_remaking made = {.kernel = parts->kernel, .more = true};
    err_t rc = OK;
    for (; rc == OK && (made.more || x.count); made.at = made.next) {
        x.now_ms = made.now_ms = clock_now_ms(job_run_clock(r));
        rc = job_run_stops(r) ? job_run_stopped(e)
             : made.more      ? job_run_step(r, dues_remake_step, &made, STR_NONE, e)
                              : job_run_step(r, tell_step, &x, STR_NONE, e);
    }
    return rc;
}

const struct job_kind job_dues = {
    .name = "dues",
    .title = N_("telling people what is due of their records"),
    .run = run,
    .due = due,
};
