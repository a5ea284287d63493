/* Signing in by another system's word, against tests/outside/provider.py: who is named
 * gets in, and every way of that provider to be wrong does not. */
#include "test.h"

#include "access/outside.h"
#include "access/outside_priv.h"
#include "access/world.h"
#include "text/json.h"
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CODE "91350100M000100Y43"
#define ISSUED_BY "CN=省级电子政务 CA,O=示例,C=CN"

static struct world w;
static struct login *login;
static struct seal_key *keys;
static int64_t centre, zhang, guardian;
static int port;
static pid_t provider_pid;
static int provider_stdin;

/* --- the provider, and a browser --------------------------------------------------------- */

/* One for all tests: it makes keys at start. */
static int start_provider(void **state)
{
    int in[2], out[2];
    struct arena *a = arena_new();
    (void)state;
    const char *script =
        arena_printf(a, "%s/tests/outside/provider.py", getenv("MESON_SOURCE_ROOT")).ptr;
    char line[16] = "";
    if (pipe(in) != 0 || pipe(out) != 0)
        fail_msg("no pipes");
    provider_pid = fork();
    if (provider_pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execlp("python3", "python3", script, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    provider_stdin = in[1];
    FILE *said = fdopen(out[0], "r");
    assert_non_null(fgets(line, sizeof(line), said));
    fclose(said);
    uint64_t n;
    assert_true(str_to_u64(&n, str_trim(str_of(line))));
    port = (int)n;
    arena_free(a);
    return 0;
}

static int stop_provider(void **state)
{
    (void)state;
    close(provider_stdin); /* it ends with its standard input */
    assert_int_equal(waitpid(provider_pid, NULL, 0), provider_pid);
    return 0;
}

/* One request; the whole answer with its head. */
static struct str exchange(const struct outward_call *call, struct arena *a)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct str here = arena_printf(a, "http://127.0.0.1:%d", port);
    char part[4096];
    struct buf b;
    ssize_t n;

    assert_true(str_starts(call->url, here)); /* nothing else is called */
    struct str target = {call->url.ptr + here.len, call->url.len - here.len};
    struct str line = call->authorization.len
                          ? arena_printf(a, "Authorization: %.*s\r\n", STR_ARG(call->authorization))
                          : STR_NONE;
    struct str request = arena_printf(
        a, "%s %.*s HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n%.*sContent-Length: %zu\r\n\r\n%.*s",
        call->method, STR_ARG(target), port, STR_ARG(line), call->body.len, STR_ARG(call->body));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
    assert_int_equal(write(fd, request.ptr, request.len), request.len);
    buf_init(&b, 0);
    while ((n = read(fd, part, sizeof(part))) > 0)
        buf_add(&b, (struct str){part, (size_t)n});
    close(fd);
    struct str all = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return all;
}

static err_t call_out(void *arg, struct outward_answer *out, const struct outward_call *call,
                      struct arena *a, struct err *e)
{
    (void)arg;
    (void)e;
    uint64_t status = 0;
    struct str all = exchange(call, a);
    size_t head = str_find(all, STR("\r\n\r\n"), 0);
    assert_true(head < all.len && str_to_u64(&status, (struct str){all.ptr + 9, 3}));
    out->status = (int)status;
    out->body = (struct str){all.ptr + head + 4, all.len - head - 4};
    return OK;
}

static err_t no_answer(void *arg, struct outward_answer *out, const struct outward_call *call,
                       struct arena *a, struct err *e)
{
    (void)arg;
    (void)out;
    (void)call;
    (void)a;
    return err_set(e, E_IO, "the host does not answer");
}

static const struct outward outward = {.call = call_out};

static struct str get(const char *path)
{
    struct outward_call call = {.method = "GET",
                                .url = arena_printf(w.arena, "http://127.0.0.1:%d%s", port, path)};
    return exchange(&call, w.arena);
}

static void fault(const char *name)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addz(&b, "/fault?");
    percent_add(&b, str_of(name), KEPT);
    (void)get(arena_cstr(w.arena, buf_str(&b)));
    buf_clear(&b);
}

/* How often a place of the provider was asked. */
static int64_t times_asked(const char *place)
{
    struct err e;
    const struct jvalue *v;
    struct str all = get("/counts");
    size_t head = str_find(all, STR("\r\n\r\n"), 0) + 4;
    int64_t n = 0;
    assert_ok(jin_parse(&v, (struct str){all.ptr + head, all.len - head}, w.arena, &e), &e);
    return jin_i64(&n, v, place) ? n : 0;
}

/* Where the provider sends the browser: the address of a 302. */
static struct str follow(struct str url)
{
    struct outward_call call = {.method = "GET", .url = url};
    struct str all = exchange(&call, w.arena), mark = STR("Location: ");
    size_t at = str_find(all, mark, 0);
    if (at == all.len)
        fail_msg("no redirect: %.*s", STR_ARG(all));
    size_t end = str_find(all, STR("\r\n"), at);
    return (struct str){all.ptr + at + mark.len, end - at - mark.len};
}

static int hex(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
}

/* A parameter of an address, unescaped. */
static struct str parameter(struct str url, const char *name)
{
    struct str mark = arena_printf(w.arena, "%s=", name);
    for (size_t at = str_find(url, mark, 0); at < url.len; at = str_find(url, mark, at + 1)) {
        if (url.ptr[at - 1] != '?' && url.ptr[at - 1] != '&')
            continue;
        char *out = arena_alloc(w.arena, url.len);
        size_t len = 0;
        for (size_t i = at + mark.len; i < url.len && url.ptr[i] != '&'; i++)
            if (url.ptr[i] == '%') {
                out[len++] = (char)(hex(url.ptr[i + 1]) << 4 | hex(url.ptr[i + 2]));
                i += 2;
            } else {
                out[len++] = url.ptr[i];
            }
        return (struct str){out, len};
    }
    return STR_NONE;
}

/* --- the world --------------------------------------------------------------------------- */

static err_t put(const char *name, struct str json, struct err *e)
{
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    return outside_set(w.db, &d, keys, str_of(name), json, e);
}

static struct str oidc_json(const char *more)
{
    return arena_printf(w.arena,
                        "{\"kind\":\"oidc\",\"label_zh\":\"统一身份认证\",\"label_en\":\"SSO\","
                        "\"issuer\":\"http://127.0.0.1:%d\",\"client_id\":\"zhiyun client\","
                        "\"client_secret\":\"s:e%%cret/+ü\","
                        "\"redirect\":\"https://zhiyun.example/back\"%s}",
                        port, more);
}

static struct str cas_json(const char *more)
{
    return arena_printf(w.arena,
                        "{\"kind\":\"cas\",\"label_zh\":\"校园统一认证\",\"label_en\":\"CAS\","
                        "\"server\":\"http://127.0.0.1:%d/cas\","
                        "\"service\":\"https://zhiyun.example/cas?x=1\"%s}",
                        port, more);
}

static void name_person(const char *provider, const char *subject, int64_t account)
{
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    assert_ok(outside_identity_add(w.db, &d, str_of(provider), str_of(subject), account, &e), &e);
}

static int open_world(void **state)
{
    struct err e;
    (void)state;
    world_open_store(&w);
    w.clock.fixed_ms = clock_now_ms(&clock_system); /* the provider's own clock is real */
    centre = world_unit(&w, "party", "510104");
    world_run(&w, "UPDATE unit SET credit_code = ?1", VALUES(v_str(STR(CODE))));
    zhang = world_account(&w, "zhang", centre);
    guardian = world_account(&w, "guardian", centre);
    world_grant(&w, guardian, centre, "security_administrator", "2020-01-01", "", 0);
    keys = seal_key_new(SEAL_AES_256_GCM);
    login = login_new(&(struct login_parts){w.store, &w.suite, &w.clock, keys});
    fault("");
    assert_ok(put("sso", oidc_json(""), &e), &e);
    assert_ok(put("campus", cas_json(""), &e), &e);
    name_person("sso", "248289761001", zhang);
    name_person("campus", "zhang.san", zhang);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    login_free(login);
    seal_key_free(keys);
    world_close(&w);
    return 0;
}

static struct outside_provider provider(const char *name)
{
    struct err e;
    struct outside_provider p;
    assert_ok(outside_find(&p, w.db, keys, str_of(name), w.arena, &e), &e);
    return p;
}

/* The way there and back; *back is what the browser brings. */
static err_t travel(struct outside_return *back, const struct outside_provider *p, struct err *e)
{
    struct outside_start start;
    err_t rc = outside_begin(&start, login, p, &outward, w.arena, e);
    if (rc != OK)
        return rc;
    struct str url = follow(start.redirect);
    *back = (struct outside_return){.state = parameter(url, "state"),
                                    .code = parameter(url, "code"),
                                    .iss = parameter(url, "iss"),
                                    .error = parameter(url, "error"),
                                    .ticket = parameter(url, "ticket"),
                                    .cookie = arena_dup(w.arena, str_of(start.cookie)),
                                    .visitor = {.address = STR("192.0.2.7")}};
    return OK;
}

static err_t sign_in(struct login_result *out, const char *name, struct err *e)
{
    struct outside_provider p = provider(name);
    struct outside_return back;
    err_t rc = travel(&back, &p, e);
    return rc == OK ? outside_finish(out, login, &p, &outward, &back, w.arena, e) : rc;
}

static int64_t sessions(void)
{
    return world_number(&w, "SELECT count(*) FROM session", NULL, 0);
}

/* --- OpenID Connect ------------------------------------------------------------------------ */

static void who_is_named_gets_in(void **state)
{
    (void)state;
    static const char *const fine[] = {"", "curve", "no key named", "list of one",
                                       "two audiences, for us"};
    struct err e;
    struct login_result r;
    for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
        fault(fine[i]);
        int64_t before = world_entries(&w);
        assert_ok(sign_in(&r, "sso", &e), &e);
        assert_int_equal(r.outcome, LOGIN_DONE);
        assert_int_equal(r.account, zhang);
        assert_str(world_actions(&w, before), "login");
    }
    assert_int_equal(world_number(&w, "SELECT count(*) FROM session WHERE means = 'oidc'", NULL, 0),
                     ARRAY_LEN(fine));
}

static void a_token_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"other issuer",
                                        "other audience",
                                        "two audiences",
                                        "for another",
                                        "other nonce",
                                        "no nonce",
                                        "expired",
                                        "no expiry",
                                        "long ago",
                                        "of tomorrow",
                                        "nobody",
                                        "no subject",
                                        "number for subject",
                                        "other key",
                                        "key of another algorithm",
                                        "unknown key",
                                        "asks for more",
                                        "unsigned",
                                        "keyed hash",
                                        "key of another padding",
                                        "key for encryption",
                                        "claim twice",
                                        "changed",
                                        "four parts",
                                        "two parts",
                                        "no token",
                                        "token fails",
                                        "no JSON",
                                        "no keys",
                                        "keys fail",
                                        "denied",
                                        "silent issuer",
                                        "mixed up",
                                        "far future",
                                        "far past",
                                        "expiry in words",
                                        "expiry beyond numbers",
                                        "audience in a list in a list",
                                        "audience in an object",
                                        "audience that begins like ours",
                                        "issuer with a slash",
                                        "issuer in capitals",
                                        "list for nonce",
                                        "nonce that goes on",
                                        "list for subject",
                                        "algorithm None",
                                        "algorithm rs256",
                                        "algorithm RS256\n",
                                        "algorithm ",
                                        "key in the token",
                                        "signature of zeros",
                                        "signature of nothing",
                                        "header twice",
                                        "padded"};
    struct err e;
    struct login_result r;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        fault(wrong[i]);
        err_t rc = sign_in(&r, "sso", &e);
        if (rc != E_DENIED)
            fail_msg("%s: %s", wrong[i], err_kind_name(rc));
    }
    assert_int_equal(sessions(), 0);
    fault("");
    assert_ok(sign_in(&r, "sso", &e), &e);
}

static void a_provider_that_is_another_is_not_asked(void **state)
{
    (void)state;
    static const char *const wrong[] = {"another name", "no places", "script for a place"};
    struct err e;
    struct login_result r;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        fault(wrong[i]);
        assert_int_equal(sign_in(&r, "sso", &e), E_DENIED);
    }
    struct outside_provider p = provider("sso");
    struct outside_start start;
    struct outward mute = {.call = no_answer};
    assert_int_equal(outside_begin(&start, login, &p, &mute, w.arena, &e), E_IO);
    fault("");
    struct outside_return back;
    assert_ok(travel(&back, &p, &e), &e);
    assert_int_equal(outside_finish(&r, login, &p, &mute, &back, w.arena, &e), E_IO);
}

/* A name that looks like another's is another name. */
static void who_is_named_almost_so_does_not_get_in(void **state)
{
    (void)state;
    static const char *const almost[][2] = {{"sso", "blank behind"}, {"sso", "wide digits"},
                                            {"sso", "NUL behind"},   {"sso", "joiner inside"},
                                            {"campus", "capitals"},  {"campus", "wide letters"}};
    struct err e;
    struct login_result r;
    for (size_t i = 0; i < ARRAY_LEN(almost); i++) {
        fault(almost[i][1]);
        err_t rc = sign_in(&r, almost[i][0], &e);
        if (rc != E_DENIED && (rc != OK || r.outcome != LOGIN_WRONG))
            fail_msg("%s: %s", almost[i][1], err_kind_name(rc));
    }
    assert_int_equal(sessions(), 0);
}

static void who_is_not_named_does_not_get_in_and_gets_no_right(void **state)
{
    (void)state;
    struct err e;
    struct login_result r;
    fault("someone else");
    int64_t before = world_entries(&w);
    assert_ok(sign_in(&r, "sso", &e), &e);
    assert_int_equal(r.outcome, LOGIN_WRONG);
    assert_str(world_actions(&w, before), "refused");
    assert_int_equal(world_number(&w, "SELECT count(*) FROM account", NULL, 0), 2);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM role_grant", NULL, 0), 1);
    fault("");
    world_run(&w, "UPDATE account SET state = 'disabled' WHERE id = ?1", VALUES(v_i64(zhang)));
    assert_ok(sign_in(&r, "sso", &e), &e);
    assert_int_equal(r.outcome, LOGIN_WRONG);
    assert_int_equal(sessions(), 0);
}

static void the_units_code_must_be_the_accounts(void **state)
{
    (void)state;
    struct err e;
    struct login_result r;
    assert_ok(put("sso", oidc_json(",\"unit\":\"credit_code\""), &e), &e);
    assert_ok(sign_in(&r, "sso", &e), &e);
    assert_int_equal(r.outcome, LOGIN_DONE);
    fault("other unit");
    assert_ok(sign_in(&r, "sso", &e), &e);
    assert_int_equal(r.outcome, LOGIN_WRONG);
    fault("no unit");
    assert_int_equal(sign_in(&r, "sso", &e), E_DENIED);
    fault("");
    world_run(&w, "UPDATE unit SET credit_code = NULL", NULL, 0);
    assert_ok(sign_in(&r, "sso", &e), &e);
    assert_int_equal(r.outcome, LOGIN_WRONG);
}

static void several_claims_name_a_person_together(void **state)
{
    (void)state;
    struct err e;
    struct login_result r;
    assert_ok(put("sso", oidc_json(",\"identify\":\"credit_code/preferred_username\""), &e), &e);
    assert_ok(sign_in(&r, "sso", &e), &e);
    assert_int_equal(r.outcome, LOGIN_WRONG);
    name_person("sso", CODE "/zhang.san", zhang);
    assert_ok(sign_in(&r, "sso", &e), &e);
    assert_int_equal(r.outcome, LOGIN_DONE);
    fault("no subject"); /* a token without one is none, whatever names the person */
    assert_int_equal(sign_in(&r, "sso", &e), E_DENIED);
    fault("");
    assert_ok(put("sso", oidc_json(",\"identify\":\"credit_code/no_such\""), &e), &e);
    assert_int_equal(sign_in(&r, "sso", &e), E_DENIED);
}

static void an_answer_is_good_for_one_browser_and_once(void **state)
{
    (void)state;
    struct err e;
    struct login_result r;
    struct outside_provider p = provider("sso"), campus = provider("campus");
    struct outside_return mine, theirs, back;

    assert_ok(travel(&mine, &p, &e), &e);
    assert_ok(travel(&theirs, &p, &e), &e);
    back = theirs; /* an attacker's answer in my browser */
    back.cookie = mine.cookie;
    assert_int_equal(outside_finish(&r, login, &p, &outward, &back, w.arena, &e), E_DENIED);
    back = mine; /* his code with my state */
    back.code = theirs.code;
    assert_int_equal(outside_finish(&r, login, &p, &outward, &back, w.arena, &e), E_DENIED);
    assert_int_equal(outside_finish(&r, login, &p, &outward, &mine, w.arena, &e), E_DENIED);

    assert_ok(travel(&mine, &p, &e), &e);
    back = mine;
    back.state = STR_NONE;
    assert_int_equal(outside_finish(&r, login, &p, &outward, &back, w.arena, &e), E_DENIED);
    back = mine;
    back.cookie = STR_NONE;
    assert_int_equal(outside_finish(&r, login, &p, &outward, &back, w.arena, &e), E_DENIED);
    assert_int_equal(outside_finish(&r, login, &campus, &outward, &mine, w.arena, &e), E_DENIED);
    assert_ok(outside_finish(&r, login, &p, &outward, &mine, w.arena, &e), &e);
    assert_int_equal(r.outcome, LOGIN_DONE);
    assert_int_equal(outside_finish(&r, login, &p, &outward, &mine, w.arena, &e), E_DENIED);

    assert_ok(travel(&mine, &p, &e), &e);
    w.clock.fixed_ms += OUTSIDE_MINUTES * 60000;
    assert_int_equal(outside_finish(&r, login, &p, &outward, &mine, w.arena, &e), E_DENIED);
    assert_ok(travel(&mine, &p, &e), &e); /* old ones are swept */
    assert_int_equal(world_number(&w, "SELECT count(*) FROM outside_sign_in", NULL, 0), 1);
}

/* --- CAS ------------------------------------------------------------------------------------- */

static void a_ticket_gets_its_person_in(void **state)
{
    (void)state;
    struct err e;
    struct login_result r;
    assert_ok(sign_in(&r, "campus", &e), &e);
    assert_int_equal(r.outcome, LOGIN_DONE);
    assert_int_equal(r.account, zhang);
    assert_ok(put("campus", cas_json(",\"version\":2,\"unit\":\"creditCode\""), &e), &e);
    assert_ok(sign_in(&r, "campus", &e), &e);
    assert_int_equal(r.outcome, LOGIN_DONE);
    assert_int_equal(times_asked("/cas/serviceValidate"), 1);
    fault("user in attributes");
    assert_ok(sign_in(&r, "campus", &e), &e);
    assert_int_equal(r.account, zhang);
    fault("comment"); /* a comment hides no half of a name */
    assert_ok(sign_in(&r, "campus", &e), &e);
    assert_int_equal(r.account, zhang);
}

static void a_ticket_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"refused",
                                        "no user",
                                        "both",
                                        "cut",
                                        "no XML",
                                        "fails",
                                        "two users",
                                        "user of another namespace",
                                        "user in a CDATA section in a user",
                                        "element in a name",
                                        "two successes",
                                        "success in a failure",
                                        "other namespace",
                                        "no namespace",
                                        "answer in a page",
                                        "answer twice",
                                        "own entity",
                                        "outer entity",
                                        "unknown entity",
                                        "bare ampersand",
                                        "control character"};
    struct err e;
    struct login_result r;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        fault(wrong[i]);
        err_t rc = sign_in(&r, "campus", &e);
        if (rc != E_DENIED)
            fail_msg("%s: %s", wrong[i], err_kind_name(rc));
    }
    fault("someone else");
    assert_ok(sign_in(&r, "campus", &e), &e);
    assert_int_equal(r.outcome, LOGIN_WRONG);
    assert_ok(put("campus", cas_json(",\"unit\":\"creditCode\""), &e), &e);
    fault("no unit");
    assert_int_equal(sign_in(&r, "campus", &e), E_DENIED);
    fault("two units"); /* nobody could say which */
    assert_int_equal(sign_in(&r, "campus", &e), E_DENIED);
    fault("");
    struct outside_provider p = provider("campus");
    struct outside_return mine, theirs;
    assert_ok(travel(&mine, &p, &e), &e);
    assert_ok(travel(&theirs, &p, &e), &e);
    mine.ticket = theirs.ticket; /* made for another address */
    assert_int_equal(outside_finish(&r, login, &p, &outward, &mine, w.arena, &e), E_DENIED);
    int64_t asked = times_asked("/cas/p3/serviceValidate");
    static const char *const tickets[] = {"", "ST", "PT-1", "ST-a&x=1", "ST-a b", "ST-\r\nX: 1"};
    for (size_t i = 0; i < ARRAY_LEN(tickets); i++) {
        assert_ok(travel(&mine, &p, &e), &e);
        mine.ticket = str_of(tickets[i]);
        assert_int_equal(outside_finish(&r, login, &p, &outward, &mine, w.arena, &e), E_DENIED);
    }
    assert_int_equal(times_asked("/cas/p3/serviceValidate"), asked);
    assert_int_equal(sessions(), 0);
}

/* --- certificates ------------------------------------------------------------------------------ */

static struct certificate_name name_of(const char *dn)
{
    struct claims parts = {0};
    assert_true(*dn == '\0' || dn_parse(&parts, str_of(dn), w.arena));
    struct certificate_part *out = arena_array(w.arena, parts.count + 1, sizeof(*out));
    for (size_t i = 0; i < parts.count; i++)
        out[i] = (struct certificate_part){parts.items[i].name, parts.items[i].value};
    return (struct certificate_name){out, parts.count};
}

/* A certificate that holds from a day ago for `days`, with the number 0A1B. */
static err_t show_for(struct login_result *r, int days, const char *verified, const char *subject,
                      const char *issuer, struct err *e)
{
    struct outside_provider p = provider("gateway");
    const int64_t day_ms = INT64_C(24) * 3600 * 1000;
    int64_t now_ms = clock_now_ms(login_parts_of(login)->clock);
    struct certificate shown = {.subject = name_of(subject),
                                .issuer = name_of(issuer),
                                .serial = STR("0A1B"),
                                .not_before_ms = now_ms - day_ms,
                                .not_after_ms = now_ms - day_ms + days * day_ms};
    struct outside_certificate c = {.verified = str_of(verified), .certificate = &shown};
    return outside_certificate(r, login, &p, &c, w.arena, e);
}

static err_t show(struct login_result *r, const char *verified, const char *subject,
                  const char *issuer, struct err *e)
{
    return show_for(r, 2, verified, subject, issuer, e);
}

static void a_certificate_gets_its_person_in(void **state)
{
    (void)state;
    struct err e;
    struct login_result r;
    struct str json =
        STR("{\"kind\":\"certificate\",\"label_zh\":\"证书\",\"label_en\":\"Certificate\","
            "\"issuer\":\"" ISSUED_BY "\",\"unit\":\"OU\"}");
    assert_ok(put("gateway", json, &e), &e);
    name_person("gateway", CODE "/张三", zhang);
    assert_ok(show(&r, "SUCCESS", "CN=张三,OU=" CODE ",O=示例公司", ISSUED_BY, &e), &e);
    assert_int_equal(r.outcome, LOGIN_DONE);
    assert_int_equal(r.account, zhang);
    assert_ok(show(&r, "SUCCESS", "CN=李四,OU=" CODE ",O=示例公司", ISSUED_BY, &e), &e);
    assert_int_equal(r.outcome, LOGIN_WRONG);
    static const char *const wrong[][3] = {{"FAILED:expired", "CN=张三,OU=" CODE, ISSUED_BY},
                                           {"", "CN=张三,OU=" CODE, ISSUED_BY},
                                           {"SUCCESS", "CN=张三,OU=" CODE, "CN=我自己"},
                                           {"SUCCESS", "CN=张三,OU=" CODE, ""},
                                           {"SUCCESS", "CN=张三", ISSUED_BY},
                                           {"SUCCESS", "", ISSUED_BY},
                                           {"SUCCESS", "CN=李四,OU=x,CN=张三,OU=" CODE, ISSUED_BY},
                                           {"SUCCESS", "CN=" CODE "/张三,OU=" CODE, ISSUED_BY}};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (show(&r, wrong[i][0], wrong[i][1], wrong[i][2], &e) != E_DENIED)
            fail_msg("%s %s %s", wrong[i][0], wrong[i][1], wrong[i][2]);
    /* Its time is over, or has not come. */
    assert_int_equal(show_for(&r, 0, "SUCCESS", "CN=张三,OU=" CODE, ISSUED_BY, &e), E_DENIED);
    assert_int_equal(show_for(&r, -1, "SUCCESS", "CN=张三,OU=" CODE, ISSUED_BY, &e), E_DENIED);
    /* A part that names nobody may be there twice. */
    assert_ok(show(&r, "SUCCESS", "CN=张三,O=a,O=b,OU=" CODE, ISSUED_BY, &e), &e);
    assert_int_equal(r.account, zhang);
    /* A comma inside a name is no next part. */
    int64_t odd = world_account(&w, "odd", centre);
    name_person("gateway", CODE "/李四,CN=张三", odd);
    assert_ok(show(&r, "SUCCESS", "CN=李四\\,CN=张三,OU=" CODE, ISSUED_BY, &e), &e);
    assert_int_equal(r.account, odd);
    /* By its own number. */
    assert_ok(
        put("gateway",
            STR("{\"kind\":\"certificate\",\"label_zh\":\"证书\",\"label_en\":\"Certificate\","
                "\"issuer\":\"" ISSUED_BY "\",\"identify\":\"serial\"}"),
            &e),
        &e);
    name_person("gateway", "0A1B", odd);
    assert_ok(show(&r, "SUCCESS", "CN=whoever", ISSUED_BY, &e), &e);
    assert_int_equal(r.account, odd);
}

/* --- providers and names ----------------------------------------------------------------------- */

static void a_providers_secret_is_sealed_and_listed_nowhere(void **state)
{
    (void)state;
    struct err e;
    const struct outside_provider *list;
    size_t count;
    assert_str(provider("sso").client_secret, "s:e%cret/+ü");
    assert_int_equal(
        world_number(&w, "SELECT count(*) FROM setting WHERE value LIKE '%cret/%'", NULL, 0), 0);
    assert_ok(outside_list(&list, &count, w.db, w.arena, &e), &e);
    assert_int_equal(count, 2);
    assert_str(list[0].name, "campus");
    assert_str(list[1].label_zh, "统一身份认证");
    assert_int_equal(list[1].client_secret.len, 0);
    /* Without a new one the old one stays. */
    struct str json = oidc_json("");
    size_t at = str_find(json, STR("\"client_secret\""), 0),
           end = str_find(json, STR("\"redirect"), 0);
    struct str without =
        arena_printf(w.arena, "%.*s%.*s", (int)at, json.ptr, (int)(json.len - end), json.ptr + end);
    assert_ok(put("sso", without, &e), &e);
    assert_str(provider("sso").client_secret, "s:e%cret/+ü");
    assert_int_equal(put("new", without, &e), E_INVALID);
    /* …but is not sent to another address. */
    struct str elsewhere = arena_printf(w.arena, "%.*s,\"token\":\"https://other.example/token\"}",
                                        (int)without.len - 1, without.ptr);
    assert_int_equal(put("sso", elsewhere, &e), E_INVALID);
    assert_str(provider("sso").client_secret, "s:e%cret/+ü");
}

static void what_is_no_provider_is_refused(void **state)
{
    (void)state;
    struct err e;
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"kind\":\"oidc\"}",
        "{\"kind\":\"saml\",\"label_zh\":\"a\",\"label_en\":\"b\"}",
        "{\"kind\":\"certificate\",\"label_zh\":\"a\",\"label_en\":\"b\"}",
        "{\"kind\":\"certificate\",\"label_zh\":\"a\",\"label_en\":\"b\",\"issuer\":\"no name\"}",
        "{\"kind\":\"cas\",\"label_zh\":\"a\",\"label_en\":\"b\",\"server\":\"http://cas.example\","
        "\"service\":\"https://z.example\"}",
        "{\"kind\":\"cas\",\"label_zh\":\"a\",\"label_en\":\"b\",\"server\":\"https://"
        "cas.example\","
        "\"service\":\"https://z.example\",\"version\":1}",
        "{\"kind\":\"cas\",\"label_zh\":\"a\",\"label_en\":\"b\",\"server\":\"https://"
        "cas.example\","
        "\"service\":\"https://z.example\",\"roles\":\"all\"}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (put("new", str_of(bad[i]), &e) != E_INVALID)
            fail_msg("%s", bad[i]);
    assert_int_equal(put("New", oidc_json(""), &e), E_INVALID);
    assert_int_equal(put("", oidc_json(""), &e), E_INVALID);
    assert_int_equal(put("new", oidc_json(",\"authorize\":\"javascript:x\""), &e), E_INVALID);
    assert_int_equal(put("new", oidc_json(",\"iss_required\":\"maybe\""), &e), E_INVALID);
    struct deed d = world_deed(&w, world_subject(&w, zhang));
    assert_int_equal(outside_set(w.db, &d, keys, STR("new"), oidc_json(""), &e), E_DENIED);
    assert_int_equal(outside_remove(w.db, &d, STR("sso"), &e), E_DENIED);
}

static void names_are_given_by_a_guardian_to_others(void **state)
{
    (void)state;
    struct err e;
    struct login_result r;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    struct deed mine = world_deed(&w, world_subject(&w, zhang));
    int64_t before = world_entries(&w);
    assert_int_equal(outside_identity_add(w.db, &d, STR("sso"), STR("x"), guardian, &e), E_DENIED);
    assert_int_equal(outside_identity_add(w.db, &mine, STR("sso"), STR("x"), guardian, &e),
                     E_DENIED);
    assert_int_equal(outside_identity_add(w.db, &d, STR("none"), STR("x"), zhang, &e), E_NOTFOUND);
    assert_int_equal(outside_identity_add(w.db, &d, STR("sso"), STR("x"), 999, &e), E_NOTFOUND);
    assert_int_equal(outside_identity_add(w.db, &d, STR("sso"), STR_NONE, zhang, &e), E_INVALID);
    assert_int_equal(outside_identity_add(w.db, &d, STR("sso"), STR("248289761001"), zhang, &e),
                     E_CONFLICT);
    assert_int_equal(outside_identity_end(w.db, &mine, STR("sso"), STR("248289761001"), &e),
                     E_DENIED);
    assert_ok(outside_identity_end(w.db, &d, STR("sso"), STR("248289761001"), &e), &e);
    assert_int_equal(outside_identity_end(w.db, &d, STR("sso"), STR("248289761001"), &e),
                     E_NOTFOUND);
    assert_str(world_actions(&w, before), "unname_outside");
    assert_ok(sign_in(&r, "sso", &e), &e);
    assert_int_equal(r.outcome, LOGIN_WRONG);
    assert_ok(outside_remove(w.db, &d, STR("campus"), &e), &e);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM outside_identity", NULL, 0), 0);
    struct outside_provider p;
    assert_int_equal(outside_find(&p, w.db, keys, STR("campus"), w.arena, &e), E_NOTFOUND);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(who_is_named_gets_in),
        WITH_WORLD(a_token_that_does_not_fit_is_refused),
        WITH_WORLD(a_provider_that_is_another_is_not_asked),
        WITH_WORLD(who_is_named_almost_so_does_not_get_in),
        WITH_WORLD(who_is_not_named_does_not_get_in_and_gets_no_right),
        WITH_WORLD(the_units_code_must_be_the_accounts),
        WITH_WORLD(several_claims_name_a_person_together),
        WITH_WORLD(an_answer_is_good_for_one_browser_and_once),
        WITH_WORLD(a_ticket_gets_its_person_in),
        WITH_WORLD(a_ticket_that_does_not_fit_is_refused),
        WITH_WORLD(a_certificate_gets_its_person_in),
        WITH_WORLD(a_providers_secret_is_sealed_and_listed_nowhere),
        WITH_WORLD(what_is_no_provider_is_refused),
        WITH_WORLD(names_are_given_by_a_guardian_to_others),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("outside", tests, start_provider, stop_provider);
}
