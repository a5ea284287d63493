/* The order of things in one attempt:
 *
 *   read     account, device, delays           (a reader; refuses cheaply)
 *   queue    a place before the hash
 *   charge   a failure for each scope          (step; refuses if a delay began meanwhile)
 *   compare  25 ms or more                     (this thread, no lock, no transaction)
 *   settle   refund and session, or an entry   (step)
 *
 * Charging first makes the count hold against any number of attempts at once: the
 * right password pays back what it was charged. */
#include "access/login.h"
#include "access/account.h"
#include "access/credential.h"
#include "access/hash_queue.h"
#include "access/link.h"
#include "access/mutation.h"
#include "access/second_factor.h"
#include "base/mem.h"
#include "db/row_mac.h"
#include <arpa/inet.h>
#include <stdatomic.h>

#define SECOND_MS 1000
#define DELAY_MAX_MS (15 * 60 * SECOND_MS)
#define DAY_MS ((int64_t)24 * 3600 * SECOND_MS)
#define HOUR_MS ((int64_t)3600 * SECOND_MS)

struct login {
    struct login_parts parts;
    struct hash_queue *queue;
    atomic_uint_fast64_t checks;
};

struct login *login_new(const struct login_parts *parts)
{
    struct login *l = mem_zalloc(sizeof(*l));
    l->parts = *parts;
    l->queue = hash_queue_new();
    return l;
}

void login_free(struct login *l)
{
    if (!l)
        return;
    hash_queue_free(l->queue);
    free(l);
}

struct login_counts login_counts(const struct login *l)
{
    return (struct login_counts){.checks = atomic_load(&l->checks),
                                 .waiting = hash_queue_waiting(l->queue)};
}

/* --- scopes of failures ----------------------------------------------------------------- */

struct scope {
    const char *name;
    struct str subject;
    int free_failures;
    int64_t forget_ms;
};

struct scopes {
    struct scope of[3];
    size_t count;
};

/* The /24 or /48 of an address; the address itself where it is neither. */
static struct str network_of(struct str address, struct arena *a)
{
    uint8_t byte[16];
    const char *z = arena_cstr(a, address);
    if (inet_pton(AF_INET, z, byte) == 1)
        return arena_printf(a, "%u.%u.%u.0/24", byte[0], byte[1], byte[2]);
    if (inet_pton(AF_INET6, z, byte) == 1)
        return arena_printf(a, "%02x%02x:%02x%02x:%02x%02x::/48", byte[0], byte[1], byte[2],
                            byte[3], byte[4], byte[5]);
    return address;
}

static struct scopes scopes_of(const struct login *l, struct str folded_name, int64_t device,
                               struct str address, struct arena *a)
{
    if (device != 0)
        return (struct scopes){
            .of = {{"device", arena_printf(a, "%lld", (long long)device), 5, DAY_MS}}, .count = 1};
    char *digest = arena_alloc(a, HASH_HEX_LEN + 1);
    bearer_digest(digest, l->parts.suite->hash, arena_join(a, STR("name "), folded_name));
    struct scopes s = {.of = {{"name", str_of(digest), 5, DAY_MS}}, .count = 1};
    if (address.len > 0) {
        s.of[s.count++] = (struct scope){"address", address, 20, HOUR_MS};
        s.of[s.count++] = (struct scope){"network", network_of(address, a), 100, HOUR_MS};
    }
    return s;
}

struct failure_row {
    int64_t failures, last_ms, open_ms;
};

static err_t read_failures(struct failure_row *out, struct db *db, const struct scope *s,
                           int64_t now_ms, struct err *e)
{
    *out = (struct failure_row){0};
    err_t rc = db_row(
        NULL, db,
        "SELECT failures, last_ms, open_ms FROM sign_in_failure WHERE scope = ?1"
        " AND subject = ?2",
        VALUES(v_str(str_of(s->name)), v_str(s->subject)),
        INTO(into_i64(&out->failures), into_i64(&out->last_ms), into_i64(&out->open_ms)), NULL, e);
    if (now_ms - out->last_ms > s->forget_ms)
        *out = (struct failure_row){0};
    return rc;
}

/* How long until all scopes are open; 0: now. A clock that went back does not lock for
 * longer than a delay lasts. */
static err_t time_closed(int64_t *out, struct db *db, const struct scopes *scopes, int64_t now_ms,
                         struct err *e)
{
    *out = 0;
    for (size_t i = 0; i < scopes->count; i++) {
        struct failure_row row;
        err_t rc = read_failures(&row, db, &scopes->of[i], now_ms, e);
        if (rc != OK)
            return rc;
        int64_t wait = row.open_ms - now_ms;
        if (wait > DELAY_MAX_MS)
            wait = DELAY_MAX_MS;
        if (wait > *out)
            *out = wait;
    }
    return OK;
}

/* 1 s after the first failure past the free ones, doubling. */
static int64_t delay_after(int64_t failures, int free_failures)
{
    int64_t past = failures - free_failures;
    if (past < 0)
        return 0;
    return past >= 10 ? DELAY_MAX_MS : (int64_t)SECOND_MS << past;
}

static err_t write_failures(struct db *db, const struct scope *s, const struct failure_row *row,
                            struct err *e)
{
    static const struct upsert upsert = {"sign_in_failure", "scope, subject",
                                         "failures, last_ms, open_ms"};
    return db_upsert(db, &upsert,
                     VALUES(v_str(str_of(s->name)), v_str(s->subject), v_i64(row->failures),
                            v_i64(row->last_ms), v_i64(row->open_ms)),
                     e);
}

/* One failure more for each, paid back when the password is right. */
static err_t charge(struct db *db, const struct scopes *scopes, int64_t now_ms, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < scopes->count; i++) {
        const struct scope *s = &scopes->of[i];
        struct failure_row row;
        if ((rc = read_failures(&row, db, s, now_ms, e)) != OK)
            break;
        row.failures++;
        row.last_ms = now_ms;
        row.open_ms = now_ms + delay_after(row.failures, s->free_failures);
        rc = write_failures(db, s, &row, e);
    }
    return rc;
}

/* The name or device starts afresh; an address gets back the one failure only, since
 * whoever guesses may own an account too. */
static err_t pay_back(struct db *db, const struct scopes *scopes, bool forget, int64_t now_ms,
                      struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < scopes->count; i++) {
        struct failure_row row;
        if ((rc = read_failures(&row, db, &scopes->of[i], now_ms, e)) != OK)
            break;
        row.failures = (i == 0 && forget) || row.failures == 0 ? 0 : row.failures - 1;
        row.open_ms = now_ms;
        rc = write_failures(db, &scopes->of[i], &row, e);
    }
    return rc;
}

/* --- one attempt ------------------------------------------------------------------------- */

struct attempt {
    struct login *login;
    const struct login_attempt *given;
    const struct session *session; /* stepping up; NULL: signing in */
    struct arena *arena;
    struct access_settings settings;
    struct scopes scopes;
    int64_t account, device; /* 0: none */
    struct str hash;         /* empty: none */
    bool has_code, right;    /* right: the password was */
    int64_t now_ms;
    struct login_result *out;
};

static err_t read_account(struct attempt *t, struct db *db, struct str folded, struct err *e)
{
    static const char sql[] =
        "SELECT a.id, c.password, c.totp_confirmed FROM account a JOIN unit u ON u.id ="
        " a.owner_unit LEFT JOIN credential c ON c.account = a.id WHERE a.name = ?1"
        " AND a.state <> 'disabled' AND u.state = 'active'";
    err_t rc = db_row(NULL, db, sql, VALUES(v_str(folded)),
                      INTO(into_i64(&t->account), into_str(&t->hash), into_bool(&t->has_code)),
                      t->arena, e);
    return rc == OK ? row_mac_require(e, db, "credential", "%lld", (long long)t->account) : rc;
}

/* All that is read before anything is done; retry_ms is set where a delay runs. */
static err_t look(struct attempt *t, struct err *e)
{
    struct login *l = t->login;
    struct str folded = account_name_fold(t->given->name, t->arena);
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, l->parts.store, e);

    if (rc == OK && (rc = access_settings_load(&t->settings, db, e)) == OK &&
        (rc = read_account(t, db, folded, e)) == OK &&
        (rc = device_find(&t->device, db, t->account, l->parts.suite->hash,
                          t->given->visitor.device, e)) == OK) {
        t->scopes = scopes_of(l, folded, t->device, t->given->visitor.address, t->arena);
        rc = time_closed(&t->out->retry_ms, db, &t->scopes, t->now_ms, e);
    }
    store_reader_put(l->parts.store, db);
    return rc;
}

static err_t charge_step(struct db *db, void *arg, struct err *e)
{
    struct attempt *t = arg;
    err_t rc = time_closed(&t->out->retry_ms, db, &t->scopes, t->now_ms, e);
    return rc == OK && t->out->retry_ms == 0 ? charge(db, &t->scopes, t->now_ms, e) : rc;
}

static bool compare(struct attempt *t)
{
    enum password_kind kind = password_kind_of(&t->settings);
    struct str password = t->given->password;
    atomic_fetch_add(&t->login->checks, 1);
    if (password.len > PASSWORD_BYTES_MAX)
        password.len = 0; /* none is so long */
    if (t->hash.len > 0)
        return password_check(t->hash, password);
    password_check_nobody(kind, password);
    return false;
}

static struct deed deed_of(const struct attempt *t, const struct subject *by)
{
    return (struct deed){.suite = t->login->parts.suite,
                         .clock = t->login->parts.clock,
                         .by = by,
                         .arena = t->arena};
}

static err_t note_refusal(struct db *db, const struct attempt *t, struct err *e)
{
    struct subject nobody;
    subject_public(&nobody, business_date(t->now_ms, t->arena), t->arena);
    struct deed d = deed_of(t, &nobody);
    return deed_note(&d, db, "refused", "account", t->account, 401, e);
}

/* A session for who has proved himself; or more proof for the one there is. */
static err_t let_in(struct db *db, const struct attempt *t, const char *means, struct err *e)
{
    struct subject s;
    struct str today = business_date(t->now_ms, t->arena);
    err_t rc;

    subject_program(&s, today);
    struct deed d = deed_of(t, &s);
    if ((rc = account_activate(db, &d, t->account, e)) != OK ||
        (rc = subject_load(&s, db, t->account, today, t->now_ms, t->arena, e)) != OK)
        return rc;
    t->out->account = t->account;
    if (t->session)
        return session_rotate(&t->out->ticket, db, &d, t->session->id, means, e);
    return session_begin(&t->out->ticket, db, &d, &t->given->visitor, means, e);
}

static err_t settle_step(struct db *db, void *arg, struct err *e)
{
    struct attempt *t = arg;
    struct subject nobody;
    bool code_right = !t->has_code;
    err_t rc;

    t->out->outcome = LOGIN_WRONG;
    if (!t->right)
        return note_refusal(db, t, e);
    if (t->has_code && t->given->code.len == 0) {
        t->out->outcome = LOGIN_NEEDS_CODE;
        return pay_back(db, &t->scopes, false, t->now_ms, e);
    }
    if (t->has_code) {
        subject_public(&nobody, business_date(t->now_ms, t->arena), t->arena);
        struct deed d = deed_of(t, &nobody);
        const struct factor f = {db, &d, t->login->parts.keys, &t->settings, t->account};
        if ((rc = second_factor_take(&code_right, &f, t->given->code, e)) != OK)
            return rc;
    }
    if (!code_right)
        return note_refusal(db, t, e);
    if ((rc = pay_back(db, &t->scopes, true, t->now_ms, e)) != OK)
        return rc;
    t->out->outcome = LOGIN_DONE;
    return let_in(db, t, t->has_code ? "password+code" : "password", e);
}

/* In the queue: charge, compare. */
static err_t check(struct attempt *t, struct err *e)
{
    struct login *l = t->login;
    err_t rc = hash_queue_enter(l->queue, t->device != 0, e);
    if (rc != OK)
        return rc;
    rc = store_write(l->parts.store, charge_step, t, e);
    if (rc == OK && t->out->retry_ms == 0)
        t->right = compare(t);
    hash_queue_leave(l->queue);
    return rc;
}

static err_t run(struct attempt *t, struct err *e)
{
    err_t rc;
    if ((rc = look(t, e)) != OK)
        return rc;
    if (t->session && t->session->account != t->account) {
        t->hash = STR_NONE; /* another's name in one's own session: like a wrong one */
        t->has_code = false;
    }
    if (t->out->retry_ms == 0 && (rc = check(t, e)) != OK)
        return rc;
    if (t->out->retry_ms > 0) {
        t->out->outcome = LOGIN_LATER;
        return OK;
    }
    return store_write(t->login->parts.store, settle_step, t, e);
}

err_t login_try(struct login_result *out, struct login *l, const struct login_attempt *given,
                struct arena *a, struct err *e)
{
    *out = (struct login_result){0};
    struct attempt t = {
        .login = l, .given = given, .arena = a, .now_ms = clock_now_ms(l->parts.clock), .out = out};
    return run(&t, e);
}

err_t login_step_up(struct login_result *out, struct login *l, const struct session *s,
                    const struct login_attempt *given, struct arena *a, struct err *e)
{
    *out = (struct login_result){0};
    struct attempt t = {.login = l,
                        .given = given,
                        .session = s,
                        .arena = a,
                        .now_ms = clock_now_ms(l->parts.clock),
                        .out = out};
    return run(&t, e);
}

/* --- links --------------------------------------------------------------------------------- */

struct by_link {
    struct attempt attempt;
    struct str link;
};

static err_t link_step(struct db *db, void *arg, struct err *e)
{
    struct by_link *b = arg;
    struct attempt *t = &b->attempt;
    struct subject program;
    err_t rc;

    subject_program(&program, business_date(t->now_ms, t->arena));
    struct deed d = deed_of(t, &program);
    if ((rc = link_use(&t->account, db, &d, b->link, e)) != OK)
        return rc;
    if (t->account == 0)
        return err_set(e, E_DENIED, "this link sets the instance up; open its page");
    t->out->outcome = LOGIN_DONE;
    return let_in(db, t, "link", e);
}

err_t login_by_link(struct login_result *out, struct login *l, struct str link,
                    const struct visitor *v, struct arena *a, struct err *e)
{
    struct login_attempt given = {.visitor = *v};
    *out = (struct login_result){0};
    struct by_link b = {.attempt = {.login = l,
                                    .given = &given,
                                    .arena = a,
                                    .now_ms = clock_now_ms(l->parts.clock),
                                    .out = out},
                        .link = link};
    return store_write(l->parts.store, link_step, &b, e);
}

/* --- another system's word ------------------------------------------------------------------- */

struct by_word {
    struct attempt attempt;
    const struct outside_word *word;
};

static err_t word_step(struct db *db, void *arg, struct err *e)
{
    static const char sql[] =
        "SELECT a.id, u.credit_code FROM outside_identity i JOIN account a ON a.id = i.account"
        " JOIN unit u ON u.id = a.owner_unit WHERE i.provider = ?1 AND i.outside_subject = ?2"
        " AND a.state <> 'disabled' AND u.state = 'active'";
    struct by_word *b = arg;
    struct attempt *t = &b->attempt;
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, sql, VALUES(v_str(b->word->provider), v_str(b->word->subject)), e);

    t->account = 0;
    t->out->outcome = LOGIN_WRONG;
    if (stmt_row(&rc, st, e) &&
        (b->word->unit_code.len == 0 || str_eq(b->word->unit_code, stmt_str(st, 1))))
        t->account = stmt_i64(st, 0);
    stmt_free(st);
    if (rc == OK)
        rc = row_mac_require(e, db, "outside_identity", "%.*s" ROW_KEY_SEPARATOR "%.*s",
                             STR_ARG(b->word->provider), STR_ARG(b->word->subject));
    if (rc != OK)
        return rc;
    if (t->account == 0)
        return note_refusal(db, t, e);
    t->out->outcome = LOGIN_DONE;
    return let_in(db, t, b->word->means, e);
}

err_t login_by_word(struct login_result *out, struct login *l, const struct outside_word *w,
                    struct arena *a, struct err *e)
{
    struct login_attempt given = {.visitor = w->visitor};
    *out = (struct login_result){0};
    struct by_word b = {.attempt = {.login = l,
                                    .given = &given,
                                    .arena = a,
                                    .now_ms = clock_now_ms(l->parts.clock),
                                    .out = out},
                        .word = w};
    return store_write(l->parts.store, word_step, &b, e);
}

const struct login_parts *login_parts_of(const struct login *l)
{
    return &l->parts;
}

/* --- changing the password -------------------------------------------------------------------- */

struct change {
    struct login *login;
    const struct session *session;
    struct new_password made;
    struct arena *arena;
};

static err_t password_step(struct db *db, void *arg, struct err *e)
{
    struct change *c = arg;
    struct subject s;
    int64_t now_ms = clock_now_ms(c->login->parts.clock);
    err_t rc = subject_load(&s, db, c->session->account, business_date(now_ms, c->arena), now_ms,
                            c->arena, e);
    if (rc != OK)
        return rc;
    struct deed d = {.suite = c->login->parts.suite,
                     .clock = c->login->parts.clock,
                     .by = &s,
                     .arena = c->arena};
    return password_store(db, &d, s.account, &c->made, c->session->id, e);
}

static err_t check_proof(const struct change *c, struct db *db, struct err *e)
{
    const struct session *s = c->session;
    bool own = str_starts(s->means, STR("password")) || str_is(s->means, "link");
    struct str hash;
    err_t rc = password_read(&hash, db, s->account, c->arena, e);

    if (rc != OK)
        return rc;
    bool fresh = session_is_fresh(s, clock_now_ms(c->login->parts.clock),
                                  hash.len > 0 ? SESSION_FRESH_MS : FIRST_PASSWORD_MS);
    if ((!own || !fresh) && !access_off(STR("session"), "proved"))
        return err_set(e, E_DENIED, "prove yourself once more before you set a password");
    return OK;
}

/* The reader is held while hashing: two at a time at most. */
static err_t prepare_change(struct change *c, struct str password, struct err *e)
{
    struct login *l = c->login;
    struct access_settings settings;
    struct account_row r;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, l->parts.store, e);

    if (rc == OK && (rc = check_proof(c, db, e)) == OK &&
        (rc = access_settings_load(&settings, db, e)) == OK &&
        (rc = account_read(&r, db, c->session->account, c->arena, e)) == OK) {
        struct password_owner owner = {r.id, r.name, r.display_name};
        rc = password_prepare(&c->made, db, &settings, &owner, password, e);
    }
    store_reader_put(l->parts.store, db);
    return rc;
}

err_t login_set_password(struct login *l, const struct session *s, struct str password,
                         struct arena *a, struct err *e)
{
    struct change c = {.login = l, .session = s, .arena = a};
    err_t rc = hash_queue_enter(l->queue, true, e);

    if (rc != OK)
        return rc;
    rc = prepare_change(&c, password, e);
    hash_queue_leave(l->queue);
    return rc == OK ? store_write(l->parts.store, password_step, &c, e) : rc;
}

static err_t sweep_step(struct db *db, void *arg, struct err *e)
{
    const int64_t *now_ms = arg;
    return db_run(db, "DELETE FROM sign_in_failure WHERE last_ms < ?1",
                  VALUES(v_i64(*now_ms - DAY_MS)), e);
}

err_t login_sweep(struct login *l, struct err *e)
{
    int64_t now_ms = clock_now_ms(l->parts.clock);
    return store_write(l->parts.store, sweep_step, &now_ms, e);
}
