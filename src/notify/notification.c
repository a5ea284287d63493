/* Messages, the choices of people, and what is put into the outbox for them. */
#include "notify/notification.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "crypto/random.h"

const struct notification_kind notification_kinds[] = {
    {"case_due", N_("deadlines of cases"), N_("{title}: {step} is due on {date}"), "now"},
    {"case_opens", N_("periods of cases that are over"),
     N_("{title}: {step} is open now, the last day of the period was {date}"), "now"},
    {"case_over", N_("deadlines of cases that are over"),
     N_("{title}: {step}, the last day was {date}"), "now"},
    {"case_step", N_("steps of cases"), N_("{title}: {step}"), "now",
     N_("{title} and others, {count} in all: {step}")},
    {"case_urged", N_("cases that are urged"), N_("{by} urges: {title}: {step}"), "now"},
    {"clock_doubted", N_("a clock in doubt"),
     N_("The server's clock showed {shown} after {due}: standing work and the signing of the log "
        "stand still until the time is confirmed"),
     "now"},
    {"days_missing", N_("tables of working days that are missing"),
     N_("The State Council's working days of {year} are not known here yet: days in it are "
        "provisional"),
     "now"},
    {"deadline_certain", N_("provisional deadlines that are certain now"),
     N_("{title}: {date} is certain now"), "now"},
    {"deadline_moved", N_("deadlines that moved"),
     N_("{title}: due on {date} now, no longer on {before}"), "now"},
    {"due", N_("deadlines"), N_("{title} is due on {date}"), "now"},
    {"job_done", N_("jobs that are done"), N_("The job “{job}” is done"), "off"},
    {"import_cut", N_("imports that came to no end"),
     N_("The import of {file} came to no end and was taken back, {rows} rows: import the file "
        "again"),
     "now"},
    {"job_cut", N_("files that could not be read to their end"),
     N_("{file} could not be read to its end; {rows} rows are in. Import the whole file: what is "
        "in comes in no second time"),
     "now"},
    {"job_failed", N_("jobs that failed"), N_("The job “{job}” has failed"), "now"},
    {"news", N_("things to take note of"), N_("{title}"), "daily"},
    {"pack_lapses", N_("documents that lapse"),
     N_("{title} is in force until {date}: {days} days are left"), "now"},
    {"paper_not_made", N_("issued papers whose PDF cannot be made"),
     N_("{title} is issued, and its PDF cannot be made yet: {why}"), "now"},
    {"record_due", N_("what is due of records"), N_("{title}: {due}, {date}"), "now",
     N_("{due}: {title} and others, {count} in all")},
    {"search_alert", N_("changes in saved searches and topic databases"),
     N_("{title}: {new} new, {status} with another legal status, {removed} removed"), "daily"},
    {"todo", N_("things to do"), N_("{title} waits for you"), "now",
     N_("{title} and others, {count} in all, wait for you")},
    {"webhook_disabled", N_("webhooks that were switched off"),
     N_("Calls to {host} failed again and again; the webhook is switched off"), "now"},
};
const size_t notification_kind_count = ARRAY_LEN(notification_kinds);

/* NULL: none. */
static const struct notification_kind *notification_kind_find(struct str name)
{
    return FIND_BY(notification_kinds, notification_kind_count, name, name);
}

/* --- the sentence ----------------------------------------------------------------- */

struct str notification_title(enum lang lang, struct str kind, struct str arguments,
                              struct arena *a)
{
    const struct notification_kind *k = notification_kind_find(kind);
    const struct jvalue *values = NULL;
    struct buf b = {0};
    /* A kind of a newer program: its name is better than nothing. */
    if (!k || jin_parse(&values, arguments, a, NULL) != OK)
        return arena_dup(a, kind);
    bool many = k->many && jin_text(values, "count").len;
    struct str rest = str_of(msg_in(lang, many ? k->many : k->title));
    while (rest.len > 0) {
        size_t open = str_find(rest, STR("{"), 0), close = str_find(rest, STR("}"), open);
        buf_add(&b, (struct str){rest.ptr, open});
        if (close == rest.len)
            break;
        struct str name = {rest.ptr + open + 1, close - open - 1};
        struct str value = jin_text(values, arena_cstr(a, name));
        /* What a job is called is a sentence of the program's own. */
        buf_add(&b, str_is(name, "job") ? str_of(msg_in(lang, arena_cstr(a, value))) : value);
        rest = (struct str){rest.ptr + close + 1, rest.len - close - 1};
    }
    return buf_take(&b, a);
}

/* --- choices ---------------------------------------------------------------------- */

static const char *const timings[] = {"now", "daily", "off"};

static const char *timing_of(struct str s)
{
    for (size_t i = 0; i < ARRAY_LEN(timings); i++)
        if (str_is(s, timings[i]))
            return timings[i];
    return NULL;
}

err_t choice_get(const char **timing, struct db *db, int64_t account,
                 const struct notification_kind *kind, struct str channel, struct err *e)
{
    struct arena *a = arena_new();
    struct str kept;
    err_t rc = db_text(&kept, db,
                       "SELECT timing FROM notification_choice"
                       " WHERE account = ?1 AND kind = ?2 AND channel = ?3",
                       VALUES(v_i64(account), v_str(str_of(kind->name)), v_str(channel)), a, e);
    *timing = kept.len ? timing_of(kept) : NULL;
    /* A gateway reaches people at night and costs money: only who asks for it. */
    if (!*timing)
        *timing = str_is(channel, "mail") ? kind->mail : "off";
    arena_free(a);
    return rc;
}

err_t channel_names(const struct str **out, size_t *count, struct db *db, struct arena *a,
                    struct err *e)
{
    struct texts names = {0};
    err_t rc =
        db_texts(&names, db, "SELECT name FROM channel ORDER BY name NULLS LAST", NULL, 0, a, e);
    *out = names.ptr;
    *count = names.len;
    return rc;
}

err_t choice_put(struct db *db, int64_t account, struct str kind, struct str channel,
                 struct str timing, struct err *e)
{
    static const struct upsert u = {"notification_choice", "account, kind, channel", "timing"};
    struct arena *a = arena_new();
    const struct str *names;
    size_t count;
    err_t rc = channel_names(&names, &count, db, a, e);
    if (rc == OK && !notification_kind_find(kind))
        rc = err_set(e, E_INVALID, "there is no kind of message \"%.*s\"", STR_ARG(kind));
    if (rc == OK && !str_among(channel, names, count))
        rc =
            err_set(e, E_INVALID, "there is no channel \"%.*s\"; a system administrator sets it up",
                    STR_ARG(channel));
    if (rc == OK && !timing_of(timing))
        rc = err_set(e, E_INVALID, "timing is now, daily or off, not \"%.*s\"", STR_ARG(timing));
    if (rc == OK)
        rc = db_upsert(db, &u, VALUES(v_i64(account), v_str(kind), v_str(channel), v_str(timing)),
                       e);
    arena_free(a);
    return rc;
}

int64_t daily_moment(int64_t now_ms)
{
    /* 8 o'clock in China is midnight UTC. */
    const int64_t day = 24 * 3600000;
    return (now_ms / day + 1) * day;
}

/* --- posting ------------------------------------------------------------------------ */

static err_t is_active(bool *out, struct db *db, int64_t account, struct err *e)
{
    *out = false;
    return db_any(out, db, "SELECT 1 FROM account WHERE id = ?1 AND state = 'active'",
                  VALUES(v_i64(account)), e);
}

static err_t put_into_outbox(struct db *db, const struct notification *n, struct str channel,
                             bool daily, struct err *e)
{
    int64_t now_ms = n->created_ms;
    uint8_t random[16];
    char uid[2 * sizeof(random) + 1];
    random_bytes(random, sizeof(random));
    hex_write(uid, (struct bytes){random, sizeof(random)});
    return db_run(
        db,
        "INSERT INTO outbox (uid, channel, state, account, notification, daily,"
        " attempts, due_ms, created_ms) VALUES (?1, ?2, 'waiting', ?3, ?4, ?5, 0, ?6, ?7)",
        VALUES(v_str(str_of(uid)), v_str(channel), v_i64(n->account), v_i64(n->id), v_i64(daily),
               v_i64(daily ? daily_moment(now_ms) : now_ms), v_i64(now_ms)),
        e);
}

#define GATHERED_MS (INT64_C(24) * 3600000)

/* …with "count". */
static err_t counted(struct str *out, struct str arguments, int64_t count, struct arena *a,
                     struct err *e)
{
    const struct jvalue *values;
    struct jout j;
    err_t rc = jin_parse(&values, arguments, a, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    for (size_t i = 0; i < values->count; i++) {
        jout_name_str(&j, values->names[i]);
        jout_value(&j, &values->items[i]);
    }
    jout_pair(&j, "count", arena_printf(a, "%lld", (long long)count));
    *out = jout_take(&j, a);
    return OK;
}

/* One of the same that he has not read yet becomes this one too; *id 0: there is none. Who was told of it is not
 * told again outside of the app. */
static err_t join(int64_t *id, struct db *db, const struct notification_draft *d, int64_t now_ms,
                  struct arena *a, struct err *e)
{
    struct str arguments = STR_NONE;
    int64_t count = 0;
    *id = 0;
    if (d->gather.len == 0)
        return OK;
    err_t rc = db_row(NULL, db,
                      "SELECT id, gathered + 1 FROM notification WHERE account = ?1 AND read_ms IS"
                      " NULL AND kind = ?2 AND gather = ?3 AND created_ms > ?4 ORDER BY id DESC"
                      " LIMIT 1",
                      VALUES(v_i64(d->account), v_str(str_of(d->kind)), v_str(d->gather),
                             v_i64(now_ms - GATHERED_MS)),
                      INTO(into_i64(id), into_i64(&count)), NULL, e);
    if (rc == OK && *id)
        rc = counted(&arguments, d->arguments, count, a, e);
    return rc == OK && *id
               ? db_run(db,
                        "UPDATE notification SET arguments = ?2, gathered = ?3, link = '/todo'"
                        " WHERE id = ?1",
                        VALUES(v_i64(*id), v_str(arguments), v_i64(count)), e)
               : rc;
}

err_t notification_post(int64_t *id, struct db *db, const struct notification_draft *d,
                        int64_t now_ms, struct err *e)
{
    const struct notification_kind *kind = notification_kind_find(str_of(d->kind));
    struct arena *a = arena_new();
    const struct str *channels = NULL;
    size_t count = 0;
    bool active = false;
    err_t rc = OK;

    if (!kind) {
        rc = err_set(e, E_INTERNAL, "there is no kind of message \"%s\"", d->kind);
        goto done;
    }
    if ((rc = join(id, db, d, now_ms, a, e)) != OK || *id)
        goto done;
    if ((rc = db_run(db,
                     "INSERT INTO notification (account, kind, arguments, link, created_ms, gather)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     VALUES(v_i64(d->account), v_str(str_of(d->kind)),
                            v_str(d->arguments.len ? d->arguments : STR("{}")), v_str(d->link),
                            v_i64(now_ms), v_str(d->gather)),
                     e)) != OK)
        goto done;
    *id = db_last_id(db);
    if ((rc = is_active(&active, db, d->account, e)) != OK || !active)
        goto done;
    const struct notification n = {.id = *id, .account = d->account, .created_ms = now_ms};
    rc = channel_names(&channels, &count, db, a, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const char *timing;
        rc = choice_get(&timing, db, d->account, kind, channels[i], e);
        if (rc == OK && strcmp(timing, "off") != 0)
            rc = put_into_outbox(db, &n, channels[i], strcmp(timing, "daily") == 0, e);
    }
done:
    arena_free(a);
    return rc;
}

/* --- reading ------------------------------------------------------------------------ */

err_t notification_list(const struct notification **out, size_t *count, struct db *db,
                        int64_t account, bool unread, int64_t before, int64_t limit,
                        struct arena *a, struct err *e)
{
    VEC(struct notification) list = {0};
    struct notification n = {.account = account};
    err_t rc = db_rows(
        ROWS(&list, n), db,
        "SELECT id, kind, arguments, link, created_ms, read_ms FROM notification"
        " WHERE account = ?1 AND id < ?2 AND (?3 = 0 OR read_ms IS NULL)"
        " ORDER BY id DESC NULLS LAST LIMIT ?4",
        VALUES(v_i64(account), v_i64(before ? before : INT64_MAX), v_i64(unread), v_i64(limit)),
        INTO(into_i64(&n.id), into_str(&n.kind), into_str(&n.arguments), into_str(&n.link),
             into_i64(&n.created_ms), into_i64(&n.read_ms)),
        a, e);
    *out = list.ptr;
    *count = list.len;
    return rc;
}

err_t notification_count(int64_t *all, int64_t *unread, struct db *db, int64_t account,
                         struct err *e)
{
    return db_row(NULL, db,
                  "SELECT count(*), count(*) - count(read_ms) FROM notification"
                  " WHERE account = ?1",
                  VALUES(v_i64(account)), INTO(into_i64(all), into_i64(unread)), NULL, e);
}

err_t notification_read(struct db *db, int64_t account, const int64_t *ids, size_t count,
                        int64_t through, int64_t now_ms, struct err *e)
{
    err_t rc = OK;
    if (through > 0)
        rc = db_run(db,
                    "UPDATE notification SET read_ms = ?3"
                    " WHERE account = ?1 AND id <= ?2 AND read_ms IS NULL",
                    VALUES(v_i64(account), v_i64(through), v_i64(now_ms)), e);
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = db_run(db,
                    "UPDATE notification SET read_ms = ?3"
                    " WHERE account = ?1 AND id = ?2 AND read_ms IS NULL",
                    VALUES(v_i64(account), v_i64(ids[i]), v_i64(now_ms)), e);
    return rc;
}

static void write_subject(struct jout *j, struct str type, struct str id)
{
    int64_t number;
    jout_object(j);
    jout_pair(j, "type", type);
    if (str_to_i64(&number, id))
        jout_pair_i64(j, "id", number);
    else
        jout_pair(j, "id", id);
    jout_end_object(j);
}

void notification_subject_json(struct jout *j, struct str link)
{
    static const struct {
        const char *before, *type; /* type NULL: it follows */
    } places[] = {{"/records/", NULL},
                  {"/case/", "case"},
                  {"/jobs/", "job"},
                  {"/packs/", "pack"},
                  {"/confirm/", "proposal"}};
    jout_name(j, "subject");
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct str before = str_of(places[i].before);
        if (!str_starts(link, before))
            continue;
        struct str rest = {link.ptr + before.len, link.len - before.len};
        struct str type = places[i].type ? str_of(places[i].type) : str_split(&rest, STR("/"));
        write_subject(j, type, rest);
        return;
    }
    jout_null(j);
}

struct str notification_page(struct str link, struct arena *a)
{
    return str_starts(link, STR("/confirm/")) ? arena_printf(a, "/w%.*s", STR_ARG(link))
                                              : STR("/w/messages");
}
