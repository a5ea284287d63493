/* What people and programs carry: sessions, devices, API tokens, links; how long each
 * lets in, and that the store never holds it. */
#include "test.h"

#include "access/account.h"
#include "access/link.h"
#include "access/session.h"
#include "access/token.h"
#include "access/world.h"
#include "base/map.h"
#include "crypto/encode.h"

static int hours; /* of the latest link */

#define MINUTE ((int64_t)60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static struct world w;
static int64_t office, centre, officer, staff, guardian;
static const struct visitor browser = {.address = {"192.0.2.7", 9}, .agent = {"Firefox", 7}};

static int open_world(void **state)
{
    (void)state;
    world_open(&w);
    office = world_unit(&w, "province_office", "510000");
    centre = world_unit(&w, "party", "510104");
    officer = world_account(&w, "officer", office);
    staff = world_account(&w, "staff", centre);
    guardian = world_account(&w, "guardian", centre);
    world_grant(&w, guardian, centre, "security_administrator", "2026-01-01", "", 0);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static struct session_ticket begin(int64_t account, const char *means)
{
    struct err e;
    struct session_ticket t;
    struct deed d = world_deed(&w, world_subject(&w, account));
    assert_ok(session_begin(&t, w.db, &d, &browser, means, &e), &e);
    return t;
}

static struct session find(const char *token)
{
    struct err e;
    struct session s;
    struct access_settings t;
    assert_ok(access_settings_load(&t, w.db, &e), &e);
    assert_ok(session_find(&s, w.db, &t, w.suite.hash, str_of(token), clock_now_ms(&w.clock),
                           w.arena, &e),
              &e);
    return s;
}

/* --- secrets ------------------------------------------------------------------------- */

static void a_million_tokens_have_no_twin_and_every_bit_varies(void **state)
{
    (void)state;
    struct map *seen = map_new(1);
    size_t ones[BEARER_LEN / 2 * 8] = {0};
    for (int i = 0; i < 1000000; i++) {
        char token[BEARER_LEN + 1];
        uint8_t byte[BEARER_LEN / 2];
        bool added = false;
        bearer_make(token);
        (void)map_put(seen, str_of(token), &added);
        if (!added)
            fail_msg("token %d was made before", i);
        if (i >= 20000)
            continue;
        assert_true(hex_read(byte, sizeof(byte), str_of(token)));
        for (size_t bit = 0; bit < ARRAY_LEN(ones); bit++)
            ones[bit] += byte[bit / 8] >> bit % 8 & 1;
    }
    map_free(seen);
    for (size_t bit = 0; bit < ARRAY_LEN(ones); bit++) /* 10,000 ± 8 standard deviations */
        assert_in_range(ones[bit], 9434, 10566);
}

static void the_store_holds_no_secret_that_is_carried(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, staff)), program = world_deed(&w, NULL);
    char token[API_TOKEN_MAX], link[BEARER_LEN + 1];
    int64_t id;
    struct session_ticket t = begin(staff, "password");
    assert_ok(api_token_make(token, &id, w.db, &d, &(struct new_token){.account = staff}, &e), &e);
    assert_ok(link_make(link, &hours, w.db, &program, staff, &e), &e);
    const char *const secrets[] = {t.token, t.device, t.csrf,
                                   token,   link,     token + strlen(API_TOKEN_PREFIX)};
    static const char *const sql[] = {
        "SELECT count(*) FROM session WHERE digest = ?1 OR means = ?1 OR address = ?1",
        "SELECT count(*) FROM known_device WHERE digest = ?1 OR label = ?1",
        "SELECT count(*) FROM api_token WHERE digest = ?1 OR label = ?1 OR scopes = ?1",
        "SELECT count(*) FROM sign_in_link WHERE digest = ?1",
        "SELECT count(*) FROM log_entry WHERE body LIKE '%' || ?1 || '%'"};
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        for (size_t q = 0; q < ARRAY_LEN(sql); q++) {
            assert_true(strlen(secrets[i]) >= 32);
            assert_int_equal(world_number(&w, sql[q], VALUES(v_str(str_of(secrets[i])))), 0);
        }
}

/* --- how long a session lives ----------------------------------------------------------- */

static void a_session_is_found_by_its_token_alone(void **state)
{
    (void)state;
    struct session_ticket t = begin(staff, "password");
    struct session s = find(t.token);
    assert_int_equal(s.account, staff);
    assert_int_equal(s.id, t.id);
    assert_str(s.means, "password");
    assert_false(s.regulator);
    assert_int_equal(s.needs, 0);
    assert_int_equal(find("").account, 0);
    assert_int_equal(find("0").account, 0);
    t.token[0] = t.token[0] == '0' ? '1' : '0';
    assert_int_equal(find(t.token).account, 0);
}

static void idle_for_thirty_minutes_is_the_end(void **state)
{
    (void)state;
    struct err e;
    struct session_ticket t = begin(staff, "password");
    w.clock.fixed_ms += 30 * MINUTE;
    assert_int_equal(find(t.token).account, staff);
    w.clock.fixed_ms += 1;
    assert_int_equal(find(t.token).account, 0);
    w.clock.fixed_ms -= 1;
    assert_ok(session_seen(w.db, t.id, clock_now_ms(&w.clock), &e), &e);
    w.clock.fixed_ms += 30 * MINUTE;
    assert_int_equal(find(t.token).account, staff);
}

static void offices_and_administrators_have_fifteen(void **state)
{
    (void)state;
    struct session_ticket of_office = begin(officer, "password"),
                          of_guardian = begin(guardian, "link");
    assert_true(find(of_office.token).regulator && find(of_guardian.token).regulator);
    w.clock.fixed_ms += 15 * MINUTE;
    assert_int_equal(find(of_office.token).account, officer);
    assert_int_equal(find(of_guardian.token).account, guardian);
    w.clock.fixed_ms += 1;
    assert_int_equal(find(of_office.token).account, 0);
    assert_int_equal(find(of_guardian.token).account, 0);
}

static void twelve_hours_are_the_end_however_busy(void **state)
{
    (void)state;
    struct err e;
    struct session_ticket t = begin(staff, "password");
    for (int i = 0; i < 12 * 6; i++) {
        w.clock.fixed_ms += 10 * MINUTE;
        assert_int_equal(find(t.token).account, staff);
        assert_ok(session_seen(w.db, t.id, clock_now_ms(&w.clock), &e), &e);
    }
    w.clock.fixed_ms += 1;
    assert_int_equal(find(t.token).account, 0);
}

static void a_request_is_written_down_once_a_minute(void **state)
{
    (void)state;
    struct session_ticket t = begin(staff, "password");
    assert_false(find(t.token).unseen);
    w.clock.fixed_ms += 59999;
    assert_false(find(t.token).unseen);
    w.clock.fixed_ms += 1;
    assert_true(find(t.token).unseen);
}

static void a_clock_set_back_wakes_no_session(void **state)
{
    (void)state;
    struct err e;
    struct access_settings settings = access_settings_default();
    struct session_ticket old = begin(staff, "password"), office_one = begin(officer, "password");
    w.clock.fixed_ms += 20 * MINUTE;
    assert_ok(session_sweep(w.db, &settings, clock_now_ms(&w.clock), &e), &e);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM session", NULL, 0), 1);
    struct session_ticket fresh = begin(staff, "password");
    w.clock.fixed_ms += 20 * MINUTE;
    assert_ok(session_sweep(w.db, &settings, clock_now_ms(&w.clock), &e), &e);
    w.clock.fixed_ms -= 35 * MINUTE;
    assert_int_equal(find(old.token).account, 0);
    assert_int_equal(find(office_one.token).account, 0);
    assert_int_equal(find(fresh.token).account, 0); /* it has not begun yet */
}

/* --- turning and ending -------------------------------------------------------------------- */

static void a_token_that_was_turned_is_refused(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, staff));
    struct session_ticket t = begin(staff, "password"), next;
    for (int i = 0; i < 100; i++) {
        w.clock.fixed_ms += MINUTE;
        assert_ok(session_rotate(&next, w.db, &d, t.id, "password+code", &e), &e);
        assert_int_equal(find(t.token).account, 0);
        struct session s = find(next.token);
        assert_int_equal(s.account, staff);
        assert_int_equal(s.proved_ms, clock_now_ms(&w.clock));
        assert_false(session_csrf_fits(w.suite.hash, str_of(next.token), str_of(t.csrf)));
        t = next;
    }
    assert_true(session_is_fresh(&(struct session){.proved_ms = 1000}, 2000, 1000));
    assert_false(session_is_fresh(&(struct session){.proved_ms = 1000}, 2001, 1000));
    assert_false(session_is_fresh(&(struct session){.proved_ms = 100 * MINUTE}, 0, 1000));
}

static void signing_out_ends_ones_own_session_only(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, staff));
    struct deed other = world_deed(&w, world_subject(&w, officer));
    struct session_ticket t = begin(staff, "password");
    struct session_ticket turned;
    int64_t before = world_entries(&w);
    assert_int_equal(session_end(w.db, &other, t.id, &e), E_NOTFOUND);
    assert_int_equal(session_rotate(&turned, w.db, &other, t.id, "password", &e), E_NOTFOUND);
    assert_int_equal(find(t.token).account, staff);
    assert_ok(session_end(w.db, &d, t.id, &e), &e);
    assert_int_equal(find(t.token).account, 0);
    assert_int_equal(session_end(w.db, &d, t.id, &e), E_NOTFOUND);
    assert_int_equal(session_rotate(&turned, w.db, &d, t.id, "password", &e), E_NOTFOUND);
    assert_str(world_actions(&w, before), "logout");
}

static void a_disabled_person_has_no_session_even_with_a_row(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    struct session_ticket t = begin(staff, "password");
    world_run(&w, "UPDATE account SET state = 'disabled' WHERE id = ?1", VALUES(v_i64(staff)));
    assert_int_equal(find(t.token).account, 0);
    world_run(&w, "UPDATE account SET state = 'active' WHERE id = ?1", VALUES(v_i64(staff)));
    assert_int_equal(find(t.token).account, staff);
    assert_ok(account_disable(w.db, &d, staff, 0, &e), &e);
    assert_ok(account_enable(w.db, &d, staff, &e), &e);
    assert_int_equal(find(t.token).account, 0); /* it does not come back */
    t = begin(officer, "password");
    world_run(&w, "UPDATE unit SET state = 'ended' WHERE id = ?1", VALUES(v_i64(office)));
    assert_int_equal(find(t.token).account, 0);
}

static void the_longest_unused_session_gives_way(void **state)
{
    (void)state;
    struct session_ticket first = begin(staff, "password"), last = first;
    for (int i = 0; i < SESSIONS_PER_ACCOUNT; i++) {
        w.clock.fixed_ms += 1000;
        last = begin(staff, "password");
    }
    assert_int_equal(find(first.token).account, 0);
    assert_int_equal(find(last.token).account, staff);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM session", NULL, 0),
                     SESSIONS_PER_ACCOUNT);
}

/* --- CSRF ------------------------------------------------------------------------------------ */

static void a_csrf_token_is_its_own_sessions(void **state)
{
    (void)state;
    struct session_ticket a = begin(staff, "password"), b = begin(officer, "password");
    assert_true(session_csrf_fits(w.suite.hash, str_of(a.token), str_of(a.csrf)));
    assert_false(session_csrf_fits(w.suite.hash, str_of(a.token), str_of(b.csrf)));
    assert_false(session_csrf_fits(w.suite.hash, str_of(a.token), STR_NONE));
    assert_false(session_csrf_fits(w.suite.hash, str_of(a.token), str_of(a.token)));
    assert_false(session_csrf_fits(HASH_SM3, str_of(a.token), str_of(a.csrf)));
    assert_int_equal(find(a.csrf).account, 0); /* and is no session */
}

/* --- what a session lacks --------------------------------------------------------------------- */

static void set(const char *name, const char *value)
{
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    assert_ok(access_setting_set(w.db, &d, str_of(name), str_of(value), &e), &e);
}

static void an_administrator_must_enrol_a_code(void **state)
{
    (void)state;
    struct session_ticket t = begin(guardian, "password");
    assert_int_equal(find(t.token).needs, SESSION_NEEDS_CODE);
    assert_int_equal(find(begin(guardian, "password+code").token).needs, 0);
    assert_int_equal(find(begin(guardian, "link").token).needs, 0);
    assert_int_equal(find(begin(officer, "password").token).needs, 0);
    set("second_factor", "regulators");
    assert_int_equal(find(begin(officer, "password").token).needs, SESSION_NEEDS_CODE);
    assert_int_equal(find(begin(staff, "password").token).needs, 0);
    set("second_factor", "all");
    assert_int_equal(find(begin(staff, "password").token).needs, SESSION_NEEDS_CODE);
    set("second_factor", "nobody");
    assert_int_equal(find(t.token).needs, 0);
}

static void a_temporary_or_old_password_must_be_changed(void **state)
{
    (void)state;
    world_run(&w,
              "INSERT INTO credential (account, password, password_ms, password_temporary,"
              " totp_confirmed) VALUES (?1, 'x', ?2, 1, 0)",
              VALUES(v_i64(staff), v_i64(clock_now_ms(&w.clock))));
    assert_int_equal(find(begin(staff, "password").token).needs, SESSION_NEEDS_PASSWORD);
    world_run(&w, "UPDATE credential SET password_temporary = 0", NULL, 0);
    assert_int_equal(find(begin(staff, "password").token).needs, 0);
    w.clock.fixed_ms += 91 * DAY;
    assert_int_equal(find(begin(staff, "password").token).needs, 0); /* ASVS: no rotation */
    set("passwords", "dengbao");
    assert_int_equal(find(begin(staff, "password").token).needs, SESSION_NEEDS_PASSWORD);
    assert_int_equal(find(begin(staff, "link").token).needs, 0);
}

static void settings_cannot_be_set_weaker_or_by_anybody(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    static const char *const bad[][2] = {{"idle_minutes", "31"},   {"regulator_idle_minutes", "16"},
                                         {"absolute_hours", "13"}, {"idle_minutes", "0"},
                                         {"idle_minutes", "-1"},   {"idle_minutes", "many"},
                                         {"passwords", "none"},    {"second_factor", ""},
                                         {"no_such", "yes"},       {"national", "perhaps"},
                                         {"absolute_hours", "1.5"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(access_setting_set(w.db, &d, str_of(bad[i][0]), str_of(bad[i][1]), &e),
                         E_INVALID);
    int64_t before = world_entries(&w);
    set("idle_minutes", "5");
    set("idle_minutes", "6");
    assert_str(world_actions(&w, before),
               "set access.idle_minutes 5 (alone) set access.idle_minutes 6 (alone)");
    struct session_ticket t = begin(staff, "password");
    w.clock.fixed_ms += 6 * MINUTE + 1;
    assert_int_equal(find(t.token).account, 0);
    d = world_deed(&w, world_subject(&w, officer));
    assert_int_equal(access_setting_set(w.db, &d, STR("idle_minutes"), STR("5"), &e), E_DENIED);
    struct access_settings settings;
    world_run(&w, "UPDATE setting SET value = '99' WHERE name = 'access.idle_minutes'", NULL, 0);
    assert_int_equal(access_settings_load(&settings, w.db, &e), E_CORRUPT);
}

/* --- devices ------------------------------------------------------------------------------------ */

static int64_t device_of(int64_t account, const char *cookie)
{
    struct err e;
    int64_t id;
    assert_ok(device_find(&id, w.db, account, w.suite.hash, str_of(cookie), &e), &e);
    return id;
}

static void a_browser_is_known_after_its_first_sign_in(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, staff));
    struct session_ticket first = begin(staff, "password"), again;
    assert_int_equal(strlen(first.device), BEARER_LEN);
    assert_true(device_of(staff, first.device) != 0);
    assert_int_equal(device_of(officer, first.device), 0);
    assert_int_equal(device_of(staff, "0"), 0);
    struct visitor v = {.device = str_of(first.device)};
    assert_ok(session_begin(&again, w.db, &d, &v, "password", &e), &e);
    assert_int_equal(strlen(again.device), 0); /* it has its cookie */
    assert_int_equal(world_number(&w, "SELECT count(*) FROM known_device", NULL, 0), 1);
    d = world_deed(&w, world_subject(&w, officer)); /* a shared machine */
    assert_ok(session_begin(&again, w.db, &d, &v, "password", &e), &e);
    assert_int_equal(strlen(again.device), 0);
    assert_true(device_of(officer, first.device) != 0);
    assert_true(device_of(staff, first.device) != device_of(officer, first.device));
}

static void ten_devices_are_kept_and_labels_are_clean(void **state)
{
    (void)state;
    struct err e;
    struct session_ticket t;
    struct deed d = world_deed(&w, world_subject(&w, staff));
    struct session_ticket first = begin(staff, "password");
    for (int i = 0; i < DEVICES_PER_ACCOUNT; i++) {
        w.clock.fixed_ms += 1000;
        (void)begin(staff, "password");
    }
    assert_int_equal(device_of(staff, first.device), 0);
    char agent[301];
    memset(agent, 'x', 300);
    memcpy(agent + 198, "知运", 6);
    agent[300] = '\0';
    static const char broken[] = "\xff\xfe";
    struct visitor v = {.agent = str_of(agent)}, odd = {.agent = str_of(broken)};
    assert_ok(session_begin(&t, w.db, &d, &v, "password", &e), &e);
    assert_ok(session_begin(&t, w.db, &d, &odd, "password", &e), &e);
    assert_int_equal(
        world_number(&w, "SELECT count(*) FROM known_device WHERE length(label) > 200", NULL, 0),
        0);
}

/* --- API tokens ------------------------------------------------------------------------------------ */

static struct api_token find_token(const char *token)
{
    struct err e;
    struct api_token t;
    struct stored_token row;
    char digest[HASH_HEX_LEN + 1];
    bearer_digest(digest, w.suite.hash, str_of(token));
    assert_ok(api_token_read(&row, w.db, str_of(digest), w.arena, &e), &e);
    api_token_judge(&t, &row, clock_now_ms(&w.clock));
    return t;
}

static void a_token_acts_for_its_account_within_its_scopes(void **state)
{
    (void)state;
    struct err e;
    char all[API_TOKEN_MAX], some[API_TOKEN_MAX];
    int64_t id, before = world_entries(&w);
    struct deed d = world_deed(&w, world_subject(&w, staff));
    assert_ok(api_token_make(all, &id, w.db, &d, &(struct new_token){.account = staff}, &e), &e);
    assert_true(str_starts(str_of(all), STR("zhiyun_")));
    struct new_token n = {.account = staff, .scopes = STR(" search  records:read ")};
    assert_ok(api_token_make(some, &id, w.db, &d, &n, &e), &e);
    assert_str(world_actions(&w, before), "make_token make_token");

    assert_int_equal(find_token(all).account, staff);
    assert_null(find_token(all).scopes);
    struct api_token t = find_token(some);
    assert_int_equal(t.scope_count, 2);
    struct subject *s = world_subject(&w, staff);
    s->scopes = t.scopes;
    s->scope_count = t.scope_count;
    assert_true(subject_in_scope(s, "search"));
    assert_true(subject_in_scope(s, "records"));
    assert_true(subject_in_scope(s, "records:read"));
    assert_false(subject_in_scope(s, "records:write"));
    assert_false(subject_in_scope(s, "log"));
    assert_false(subject_in_scope(s, "record"));

    assert_ok(api_token_end(w.db, &d, id, &e), &e);
    assert_int_equal(find_token(some).account, 0);
    assert_int_equal(api_token_end(w.db, &d, id, &e), E_NOTFOUND);
    assert_int_equal(find_token("zhiyun_").account, 0);
}

static void a_token_ends_with_its_days(void **state)
{
    (void)state;
    struct err e;
    char token[API_TOKEN_MAX];
    int64_t id;
    struct deed d = world_deed(&w, world_subject(&w, staff));
    struct new_token n = {.account = staff, .days = 7};
    assert_ok(api_token_make(token, &id, w.db, &d, &n, &e), &e);
    w.clock.fixed_ms += 7 * DAY - 1;
    assert_int_equal(find_token(token).account, staff);
    w.clock.fixed_ms += 1;
    assert_int_equal(find_token(token).account, 0);
    w.clock.fixed_ms -= 8 * DAY;
    assert_int_equal(find_token(token).account, 0); /* not made yet */
}

static void tokens_are_made_for_oneself_and_not_by_tokens(void **state)
{
    (void)state;
    struct err e;
    char token[API_TOKEN_MAX];
    int64_t id;
    struct new_token n = {.account = staff};
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    assert_int_equal(api_token_make(token, &id, w.db, &d, &n, &e), E_DENIED);
    struct subject *s = world_subject(&w, staff);
    struct str scope = STR("records");
    s->scopes = &scope;
    s->scope_count = 1;
    d = world_deed(&w, s);
    assert_int_equal(api_token_make(token, &id, w.db, &d, &n, &e), E_DENIED);
    d = world_deed(&w, world_subject(&w, staff));
    n.days = API_TOKEN_DAYS_MAX + 1;
    assert_int_equal(api_token_make(token, &id, w.db, &d, &n, &e), E_INVALID);
    n = (struct new_token){.account = staff, .scopes = STR("Records")};
    assert_int_equal(api_token_make(token, &id, w.db, &d, &n, &e), E_INVALID);
    n.scopes = STR("records;");
    assert_int_equal(api_token_make(token, &id, w.db, &d, &n, &e), E_INVALID);
    n.scopes = STR_NONE;
    for (int i = 0; i < API_TOKENS_PER_ACCOUNT; i++)
        assert_ok(api_token_make(token, &id, w.db, &d, &n, &e), &e);
    assert_int_equal(api_token_make(token, &id, w.db, &d, &n, &e), E_LIMIT);
    struct deed other = world_deed(&w, world_subject(&w, officer));
    assert_int_equal(api_token_end(w.db, &other, id, &e), E_NOTFOUND);
    other = world_deed(&w, world_subject(&w, guardian));
    assert_ok(api_token_end(w.db, &other, id, &e), &e); /* a guardian ends any */
}

/* --- links ------------------------------------------------------------------------------------------ */

static err_t use(const char *link, int64_t *account, struct err *e)
{
    struct deed d = world_deed(&w, NULL);
    return link_use(account, w.db, &d, str_of(link), e);
}

/* Who signs in as another administrator could be two persons. */
static void a_link_of_an_administrator_is_made_by_two(void **state)
{
    (void)state;
    struct err e;
    char link[BEARER_LEN + 1];
    int64_t waits = 0;
    int64_t unit =
        world_number(&w, "SELECT owner_unit FROM account WHERE id = ?1", VALUES(v_i64(guardian)));
    int64_t other = world_account(&w, "other", unit), third = world_account(&w, "third", unit);
    world_grant(&w, other, unit, "security_administrator", "2026-01-01", "", 0);
    world_grant(&w, third, unit, "security_administrator", "2026-01-01", "", 0);
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    d.reason = STR("忘了口令");
    d.waits = &waits;
    assert_ok(link_make(link, &hours, w.db, &d, other, &e), &e);
    assert_true(waits > 0 && link[0] == '\0');
    assert_int_equal(link_make(link, &hours, w.db, &d, other, &e), E_CONFLICT);
    struct deed second = world_deed(&w, world_subject(&w, third));
    second.waits = &waits;
    assert_ok(link_make(link, &hours, w.db, &second, other, &e), &e);
    assert_true(waits == 0 && link[0] != '\0');
}

static void a_link_works_once_and_for_a_day(void **state)
{
    (void)state;
    struct err e;
    char one[BEARER_LEN + 1], two[BEARER_LEN + 1];
    int64_t account;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    assert_ok(link_make(one, &hours, w.db, &d, staff, &e), &e);
    assert_ok(link_make(two, &hours, w.db, &d, staff, &e), &e);
    assert_int_equal(use(one, &account, &e), E_DENIED); /* the later one took its place */
    assert_ok(use(two, &account, &e), &e);
    assert_int_equal(account, staff);
    assert_int_equal(use(two, &account, &e), E_DENIED);
    assert_ok(link_make(one, &hours, w.db, &d, staff, &e), &e);
    w.clock.fixed_ms += DAY;
    assert_int_equal(use(one, &account, &e), E_DENIED);
    assert_int_equal(link_make(one, &hours, w.db, &d, guardian, &e), E_DENIED); /* for himself */
    d = world_deed(&w, world_subject(&w, staff));
    assert_int_equal(link_make(one, &hours, w.db, &d, officer, &e), E_DENIED);
    d = world_deed(&w, NULL);
    assert_int_equal(link_make(one, &hours, w.db, &d, 999, &e), E_NOTFOUND);
}

static void an_instance_is_set_up_once(void **state)
{
    (void)state;
    struct err e;
    char link[BEARER_LEN + 1], later[BEARER_LEN + 1];
    int64_t account;
    bool any;
    struct deed d = world_deed(&w, NULL);
    assert_int_equal(link_make_set_up(link, w.db, &d, &e), E_CONFLICT);
    world_run(&w, "UPDATE account SET state = 'disabled'", NULL, 0);
    assert_ok(has_any_account(&any, w.db, &e), &e);
    assert_false(any);
    assert_ok(link_make_set_up(link, w.db, &d, &e), &e);
    assert_ok(link_make_set_up(later, w.db, &d, &e), &e);
    assert_int_equal(use(link, &account, &e), E_DENIED);
    assert_ok(use(later, &account, &e), &e);
    assert_int_equal(account, 0);
    struct first_administrator f = {.name = STR("Anquan"), .display_name = STR("安全员")};
    assert_ok(make_first_administrator(&account, w.db, &d, &f, &e), &e);
    struct subject *s = world_subject(&w, account);
    assert_true(subject_has_role(s, "security_administrator"));
    assert_str(s->name, "anquan");
    f.name = STR("second");
    assert_int_equal(make_first_administrator(&account, w.db, &d, &f, &e), E_CONFLICT);
    assert_int_equal(link_make_set_up(link, w.db, &d, &e), E_CONFLICT);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_tokens_have_no_twin_and_every_bit_varies),
        WITH_WORLD(the_store_holds_no_secret_that_is_carried),
        WITH_WORLD(a_session_is_found_by_its_token_alone),
        WITH_WORLD(idle_for_thirty_minutes_is_the_end),
        WITH_WORLD(offices_and_administrators_have_fifteen),
        WITH_WORLD(twelve_hours_are_the_end_however_busy),
        WITH_WORLD(a_request_is_written_down_once_a_minute),
        WITH_WORLD(a_clock_set_back_wakes_no_session),
        WITH_WORLD(a_token_that_was_turned_is_refused),
        WITH_WORLD(signing_out_ends_ones_own_session_only),
        WITH_WORLD(a_disabled_person_has_no_session_even_with_a_row),
        WITH_WORLD(the_longest_unused_session_gives_way),
        WITH_WORLD(a_csrf_token_is_its_own_sessions),
        WITH_WORLD(an_administrator_must_enrol_a_code),
        WITH_WORLD(a_temporary_or_old_password_must_be_changed),
        WITH_WORLD(settings_cannot_be_set_weaker_or_by_anybody),
        WITH_WORLD(a_browser_is_known_after_its_first_sign_in),
        WITH_WORLD(ten_devices_are_kept_and_labels_are_clean),
        WITH_WORLD(a_token_acts_for_its_account_within_its_scopes),
        WITH_WORLD(a_token_ends_with_its_days),
        WITH_WORLD(tokens_are_made_for_oneself_and_not_by_tokens),
        WITH_WORLD(a_link_works_once_and_for_a_day),
        WITH_WORLD(a_link_of_an_administrator_is_made_by_two),
        WITH_WORLD(an_instance_is_set_up_once),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
