/* Outward calls: sixty ways to name an address that must not be called, and what
 * an allowed call does and does not do. */
#include "test.h"

#include "base/arena.h"
#include "notify/http_client.h"
#include "notify/peer.h"

/* --- names and connections, under the test's eye ------------------------------------ */

/* What a name means: addresses with a space between; after "then" at the second
 * question. NULL: there is no such name. */
static const char *meaning;
static int questions;
static atomic_int connections; /* that the client was about to make */
static bool let_through;

static err_t resolve(void *arg, struct net_address *out, size_t *count, size_t max,
                     const char *host, uint16_t port, struct err *e)
{
    (void)arg;
    questions++;
    *count = 0;
    if (!meaning)
        return err_set(e, E_IO, "no name %s", host);
    struct str rest = str_of(meaning), then = STR(" then ");
    size_t at = str_find(rest, then, 0);
    if (at < rest.len)
        rest = questions == 1 ? (struct str){rest.ptr, at}
                              : (struct str){rest.ptr + at + then.len, rest.len - at - then.len};
    while (rest.ptr && *count < max) {
        char text[64];
        struct str one = str_split(&rest, STR(" "));
        assert_true(one.len < sizeof(text));
        memcpy(text, one.ptr, one.len);
        text[one.len] = '\0';
        assert_true(peer_address(&out[(*count)++], text, port));
    }
    return OK;
}

static bool connecting(void *arg, const struct sockaddr *to)
{
    (void)arg;
    (void)to;
    connections++;
    return let_through;
}

static struct http_client *client(void)
{
    let_through = false;
    connections = 0;
    questions = 0;
    return http_client_new(&(struct http_client_options){
        .timeout_ms = 3000, .resolve = resolve, .connecting = connecting});
}

static err_t call(struct http_client *c, struct http_answer *answer, const char *url,
                  const char *host, uint16_t port, bool inside, struct arena *a, struct err *e)
{
    struct allowed_host line = {str_of(host), port, inside};
    return http_call(answer, c,
                     &(struct http_call){.allowed = &(struct allowed_hosts){&line, host ? 1 : 0},
                                         .method = "GET",
                                         .url = str_of(url)},
                     a, e);
}

/* --- sixty forms ------------------------------------------------------------------- */

/* The URL; the host and port that stand on the list besides, so that the list is
 * not what stops it; what the name means. */
static const struct form {
    const char *url, *host;
    uint16_t port;
    const char *meaning;
} forms[] = {
    /* spellings of loopback */
    {"http://127.0.0.1/", "127.0.0.1", 80, NULL},
    {"http://127.0.0.1:8420/", "127.0.0.1", 8420, NULL},
    {"http://127.1/", "127.1", 80, "127.0.0.1"},
    {"http://127.0.1/", "127.0.1", 80, "127.0.0.1"},
    {"http://2130706433/", "2130706433", 80, "127.0.0.1"},
    {"http://017700000001/", "017700000001", 80, "127.0.0.1"},
    {"http://0x7f000001/", "0x7f000001", 80, "127.0.0.1"},
    {"http://0x7f.0.0.1/", "0x7f.0.0.1", 80, "127.0.0.1"},
    {"http://0177.0.0.1/", "0177.0.0.1", 80, "127.0.0.1"},
    {"http://127.0.0.0x1/", "127.0.0.0x1", 80, "127.0.0.1"},
    {"http://127.000.000.001/", "127.000.000.001", 80, "127.0.0.1"},
    {"http://127.0.0.1./", "127.0.0.1.", 80, "127.0.0.1"},
    {"http://127.255.255.254/", "127.255.255.254", 80, NULL},
    {"http://localhost/", "localhost", 80, "127.0.0.1"},
    {"http://localhost./", "localhost.", 80, "127.0.0.1"},
    {"http://LOCALHOST/", "localhost", 80, "::1"},
    {"http://localhost.localdomain/", "localhost.localdomain", 80, "127.0.0.1"},
    {"http://loop.example.org/", "loop.example.org", 80, "127.0.0.1"},
    {"http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/", "127.0.0.1", 80, NULL},
    {"http://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1/", "127.0.0.1", 80, NULL},
    {"http://127\xe3\x80\x82"
     "0.0.1/",
     "127.0.0.1", 80, NULL},
    {"http://%31%32%37.0.0.1/", "127.0.0.1", 80, NULL},
    /* the unspecified address, broadcast */
    {"http://0.0.0.0/", "0.0.0.0", 80, NULL},
    {"http://0/", "0", 80, "0.0.0.0"},
    {"http://255.255.255.255/", "255.255.255.255", 80, NULL},
    {"http://[::]/", "::", 80, NULL},
    /* IPv6, and IPv4 inside it */
    {"http://[::1]/", "::1", 80, NULL},
    {"http://[0:0:0:0:0:0:0:1]/", "::1", 80, NULL},
    {"http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", 80, NULL},
    {"http://[::ffff:7f00:1]/", "::ffff:127.0.0.1", 80, NULL},
    {"http://[::ffff:169.254.169.254]/", "::ffff:169.254.169.254", 80, NULL},
    {"http://[::127.0.0.1]/", "::127.0.0.1", 80, NULL},
    {"http://[64:ff9b::7f00:1]/", "64:ff9b::7f00:1", 80, NULL},
    {"http://[64:ff9b:1::a00:1]/", "64:ff9b:1::a00:1", 80, NULL},
    {"http://[2002:7f00:1::]/", "2002:7f00:1::", 80, NULL},
    {"http://[2001:0:7f00:1::]/", "2001:0:7f00:1::", 80, NULL},
    {"http://[fe80::1]/", "fe80::1", 80, NULL},
    {"http://[fe80::1%25eth0]/", "fe80::1", 80, NULL},
    {"http://[fc00::1]/", "fc00::1", 80, NULL},
    {"http://[ff02::1]/", "ff02::1", 80, NULL},
    {"http://[fd00:ec2::254]/latest/meta-data/", "fd00:ec2::254", 80, NULL},
    {"http://mapped.example.org/", "mapped.example.org", 80, "::ffff:10.0.0.1"},
    /* private networks, metadata of clouds */
    {"http://10.0.0.1/", "10.0.0.1", 80, NULL},
    {"http://172.16.0.1/", "172.16.0.1", 80, NULL},
    {"http://192.168.1.1/", "192.168.1.1", 80, NULL},
    {"http://100.64.0.1/", "100.64.0.1", 80, NULL},
    {"http://169.254.169.254/latest/meta-data/", "169.254.169.254", 80, NULL},
    {"http://100.100.100.200/latest/meta-data/", "100.100.100.200", 80, NULL},
    {"http://metadata.example.org/", "metadata.example.org", 80, "169.254.169.254"},
    {"http://224.0.0.1/", "224.0.0.1", 80, NULL},
    /* what one name means */
    {"http://mixed.example.org/", "mixed.example.org", 80, "93.184.216.34 127.0.0.1"},
    {"http://mixed.example.org/", "mixed.example.org", 80, "2606:2800:220:1::1 ::1"},
    {"http://nowhere.example.org/", "nowhere.example.org", 80, NULL},
    /* two readers of one address */
    {"http://good.example.org@127.0.0.1/", "good.example.org", 80, "93.184.216.34"},
    {"http://user:word@good.example.org/", "good.example.org", 80, "93.184.216.34"},
    {"http://127.0.0.1#@good.example.org/", "good.example.org", 80, "93.184.216.34"},
    {"http://127.0.0.1\\@good.example.org/", "good.example.org", 80, "93.184.216.34"},
    {"http://good.example.org:80:8420/", "good.example.org", 80, "93.184.216.34"},
    {"http://good.example.org:0/", "good.example.org", 0, "93.184.216.34"},
    {"http://good.example.org:65616/", "good.example.org", 80, "93.184.216.34"},
    {"http:///good.example.org/", "good.example.org", 80, "93.184.216.34"},
    {"http://good.example.org /", "good.example.org", 80, "93.184.216.34"},
    {"http://good.example.org/a\r\nHost: b", "good.example.org", 80, "93.184.216.34"},
    {"http://good..example.org/", "good..example.org", 80, "93.184.216.34"},
    /* other schemes */
    {"file:///etc/passwd", "etc", 80, "127.0.0.1"},
    {"gopher://good.example.org/", "good.example.org", 70, "127.0.0.1"},
    {"ftp://good.example.org/", "good.example.org", 21, "127.0.0.1"},
    {"dict://good.example.org:11211/", "good.example.org", 11211, "127.0.0.1"},
    {"//good.example.org/", "good.example.org", 80, "127.0.0.1"},
    {"", "good.example.org", 80, "127.0.0.1"},
};

static void no_form_of_an_inside_address_is_called(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct http_answer answer;
    struct err e;
    assert_true(ARRAY_LEN(forms) >= 60);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        const struct form *f = &forms[i];
        struct http_client *c = client();
        meaning = f->meaning;
        err_t listed = call(c, &answer, f->url, f->host, f->port, false, a, &e);
        err_t unlisted = call(c, &answer, f->url, NULL, 0, false, a, &e);
        if (listed == OK || unlisted == OK || connections != 0)
            fail_msg("%s: %d connections", f->url, connections);
        if (listed != E_INVALID && listed != E_DENIED &&
            !(listed == E_IO && !f->meaning && questions > 0))
            fail_msg("%s: %s", f->url, e.text);
        http_client_free(c);
    }
    print_message("# %zu forms, 0 connections\n", ARRAY_LEN(forms));
    arena_free(a);
}

/* The fence behind the fence: a host that may be inside still never reaches these. */
static void even_an_inside_host_has_addresses_that_are_never_called(void **state)
{
    (void)state;
    static const char *const never[] = {
        "169.254.169.254",  "100.100.100.200", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fe80::1", "ff02::1",   "::",
        "fd00:ec2::254",    "2002:7f00:1::"};
    struct arena *a = arena_new();
    struct http_answer answer;
    struct err e;
    struct http_client *c = client();
    for (size_t i = 0; i < ARRAY_LEN(never); i++) {
        meaning = never[i];
        assert_int_equal(
            call(c, &answer, "http://in.example.org/", "in.example.org", 80, true, a, &e),
            E_DENIED);
    }
    assert_int_equal(connections, 0);
    http_client_free(c);
    arena_free(a);
}

static void only_the_listed_host_and_port_are_called(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct http_answer answer;
    struct err e;
    struct http_client *c = client();
    meaning = "93.184.216.34";
    assert_int_equal(call(c, &answer, "https://a.example.org/", "b.example.org", 443, 0, a, &e),
                     E_DENIED);
    assert_int_equal(
        call(c, &answer, "https://a.example.org:8443/", "a.example.org", 443, 0, a, &e), E_DENIED);
    assert_int_equal(call(c, &answer, "http://a.example.org/", "a.example.org", 443, 0, a, &e),
                     E_DENIED);
    assert_int_equal(call(c, &answer, "https://x.a.example.org/", "a.example.org", 443, 0, a, &e),
                     E_DENIED);
    assert_int_equal(questions, 0); /* nor is anybody told that we know the name */
    assert_int_equal(connections, 0);
    assert_int_equal(call(c, &answer, "https://A.example.org/", "a.example.org", 443, 0, a, &e),
                     E_IO); /* the test lets no connection through */
    assert_int_equal(connections, 1);
    http_client_free(c);
    arena_free(a);
}

static void the_name_is_resolved_once_and_what_was_checked_is_called(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct http_answer answer;
    struct err e;
    struct http_client *c = client();
    meaning = "93.184.216.34 then 127.0.0.1";
    assert_int_equal(call(c, &answer, "http://a.example.org/", "a.example.org", 80, false, a, &e),
                     E_IO);
    assert_int_equal(questions, 1);
    assert_int_equal(connections, 1);
    /* The next call asks anew: nothing is kept from the last one. */
    assert_int_equal(call(c, &answer, "http://a.example.org/", "a.example.org", 80, false, a, &e),
                     E_DENIED);
    assert_int_equal(questions, 2);
    assert_int_equal(connections, 1);
    http_client_free(c);
    arena_free(a);
}

/* --- against a server on this machine ------------------------------------------------ */

static void an_allowed_call_sends_what_was_asked_and_nothing_more(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct peer s;
    struct http_answer answer;
    struct err e;
    struct http_client *c = client();
    let_through = true;
    meaning = "127.0.0.1";
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0); /* must not matter */
    assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
    peer_start(&s, "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok");
    struct allowed_host line = {STR("hook.example.org"), s.port, true};
    struct http_header headers[] = {{"Content-Type", STR("application/json")},
                                    {"webhook-id", STR("m1")}};
    assert_ok(http_call(&answer, c,
                        &(struct http_call){
                            .allowed = &(struct allowed_hosts){&line, 1},
                            .method = "POST",
                            .url = arena_printf(a, "http://hook.example.org:%u/in?x=1", s.port),
                            .headers = headers,
                            .header_count = 2,
                            .body = STR("{\"n\":1}")},
                        a, &e),
              &e);
    assert_int_equal(answer.status, 200);
    assert_str(answer.body, "ok");
    peer_stop(&s);
    http_client_free(c);
    arena_free(a);
}

static void a_request_reads_as_expected(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct peer s;
    struct http_answer answer;
    struct err e;
    struct http_client *c = client();
    let_through = true;
    meaning = "127.0.0.1";
    peer_start(&s, "HTTP/1.1 204 No Content\r\n\r\n");
    assert_ok(call(c, &answer, arena_printf(a, "http://hook.example.org:%u?x=1", s.port).ptr,
                   "hook.example.org", s.port, true, a, &e),
              &e);
    assert_int_equal(answer.status, 204);
    struct str expected =
        arena_printf(a,
                     "GET /?x=1 HTTP/1.1\r\nHost: hook.example.org:%u\r\n"
                     "User-Agent: zhiyun/" ZHIYUN_VERSION "\r\nAccept: */*\r\n\r\n",
                     s.port);
    assert_str(peer_take(&s, a), expected.ptr);
    peer_stop(&s);
    http_client_free(c);
    arena_free(a);
}

static void a_host_that_is_an_ipv6_address_is_called(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct peer s;
    struct http_answer answer;
    struct err e;
    struct http_client *c = client();
    let_through = true;
    if (!peer_start_at(&s, "::1", "HTTP/1.1 204 No Content\r\n\r\n"))
        skip(); /* a machine without IPv6 */
    assert_ok(call(c, &answer, arena_printf(a, "http://[::1]:%u/", s.port).ptr, "::1", s.port, true,
                   a, &e),
              &e);
    assert_int_equal(answer.status, 204);
    assert_int_equal(questions, 0);
    peer_stop(&s);
    http_client_free(c);
    arena_free(a);
}

static void a_redirect_is_an_answer_and_is_not_followed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct peer other, s;
    struct http_answer answer;
    struct err e;
    struct http_client *c = client();
    let_through = true;
    meaning = "127.0.0.1";
    peer_start(&other, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    peer_start(&s, arena_printf(a,
                                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/\r\n"
                                "Content-Length: 0\r\n\r\n",
                                other.port)
                       .ptr);
    assert_ok(call(c, &answer, arena_printf(a, "http://hook.example.org:%u/", s.port).ptr,
                   "hook.example.org", s.port, true, a, &e),
              &e);
    assert_int_equal(answer.status, 302);
    assert_int_equal(connections, 1);
    peer_stop(&s);
    peer_stop(&other);
    assert_int_equal(s.accepted, 1);
    assert_int_equal(other.accepted, 0);
    http_client_free(c);
    arena_free(a);
}

static void size_and_time_have_limits(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct peer s;
    struct http_answer answer;
    struct err e;
    struct buf large;
    struct http_client *c = client();
    let_through = true;
    meaning = "127.0.0.1";
    buf_init(&large, 0);
    buf_addz(&large, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 70000; i++)
        buf_addc(&large, 'x');
    buf_addc(&large, '\0');
    peer_start(&s, large.ptr);
    assert_int_equal(call(c, &answer, arena_printf(a, "http://h.example.org:%u/", s.port).ptr,
                          "h.example.org", s.port, true, a, &e),
                     E_LIMIT);
    peer_stop(&s);
    http_client_free(c);
    buf_clear(&large);

    c = http_client_new(&(struct http_client_options){.timeout_ms = 300, .resolve = resolve});
    peer_start(&s, PEER_SILENT);
    assert_int_equal(call(c, &answer, arena_printf(a, "http://h.example.org:%u/", s.port).ptr,
                          "h.example.org", s.port, true, a, &e),
                     E_IO);
    peer_stop(&s);
    http_client_free(c);
    arena_free(a);
}

static void a_header_cannot_bring_another_one(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct http_answer answer;
    struct err e;
    struct http_client *c = client();
    struct allowed_host line = {STR("a.example.org"), 80, false};
    struct http_header h = {"X", STR("a\r\nHost: b")};
    meaning = "93.184.216.34";
    assert_int_equal(http_call(&answer, c,
                               &(struct http_call){.allowed = &(struct allowed_hosts){&line, 1},
                                                   .method = "GET",
                                                   .url = STR("http://a.example.org/"),
                                                   .headers = &h,
                                                   .header_count = 1},
                               a, &e),
                     E_INVALID);
    assert_int_equal(connections, 0);
    http_client_free(c);
    arena_free(a);
}

static void mail_is_handed_over(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct peer s;
    struct err e;
    struct http_client *c = client();
    let_through = true;
    meaning = "127.0.0.1";
    peer_start(&s, PEER_MAIL);
    struct allowed_host line = {STR("mail.example.org"), s.port, true};
    struct allowed_hosts hosts = {&line, 1};
    struct mail m = {.allowed = &hosts,
                     .url = arena_printf(a, "smtp://mail.example.org:%u", s.port),
                     .plain = true,
                     .from = STR("zhiyun@example.org"),
                     .to = STR("a@example.org"),
                     .message = STR("Subject: x\r\n\r\nbody\r\n.dot\r\n")};
    assert_ok(mail_send(c, &m, a, &e), &e);
    struct str got = peer_take(&s, a);
    assert_true(str_contains(got, STR("MAIL FROM:<zhiyun@example.org>")));
    assert_true(str_contains(got, STR("RCPT TO:<a@example.org>\r\n")));
    assert_true(str_contains(got, STR("\r\nSubject: x\r\n\r\nbody\r\n..dot\r\n.\r\n")));
    m.to = STR("refused@example.org");
    assert_int_equal(mail_send(c, &m, a, &e), E_INVALID); /* for good: not tried again */
    int before = s.accepted;
    m.to = STR("a@example.org");
    m.plain = false; /* this server knows no STARTTLS: nothing goes out in clear */
    assert_int_equal(mail_send(c, &m, a, &e), E_IO);
    assert_int_equal(s.accepted, before + 1);
    line.inside = false;
    m.plain = true;
    meaning = "93.184.216.34";
    assert_int_equal(mail_send(c, &m, a, &e), E_DENIED);
    m.plain = false;
    m.to = STR("a@example.org>\r\nRCPT TO:<b@example.org");
    assert_int_equal(mail_send(c, &m, a, &e), E_INVALID);
    peer_stop(&s);
    http_client_free(c);
    arena_free(a);
}

/* --- parts --------------------------------------------------------------------------- */

static void addresses_reach_as_the_registries_say(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        enum reach reach;
    } cases[] = {{"8.8.8.8", REACH_PUBLIC},
                 {"9.255.255.255", REACH_PUBLIC},
                 {"10.0.0.0", REACH_INSIDE},
                 {"10.255.255.255", REACH_INSIDE},
                 {"11.0.0.0", REACH_PUBLIC},
                 {"100.63.255.255", REACH_PUBLIC},
                 {"100.64.0.0", REACH_INSIDE},
                 {"100.127.255.255", REACH_INSIDE},
                 {"100.128.0.0", REACH_PUBLIC},
                 {"126.255.255.255", REACH_PUBLIC},
                 {"127.0.0.0", REACH_INSIDE},
                 {"128.0.0.0", REACH_PUBLIC},
                 {"169.253.255.255", REACH_PUBLIC},
                 {"169.254.0.0", REACH_NEVER},
                 {"169.255.0.0", REACH_PUBLIC},
                 {"172.15.255.255", REACH_PUBLIC},
                 {"172.16.0.0", REACH_INSIDE},
                 {"172.31.255.255", REACH_INSIDE},
                 {"172.32.0.0", REACH_PUBLIC},
                 {"192.0.2.1", REACH_NEVER},
                 {"192.167.255.255", REACH_PUBLIC},
                 {"192.168.0.0", REACH_INSIDE},
                 {"192.169.0.0", REACH_PUBLIC},
                 {"198.17.255.255", REACH_PUBLIC},
                 {"198.18.0.0", REACH_NEVER},
                 {"198.20.0.0", REACH_PUBLIC},
                 {"223.255.255.255", REACH_PUBLIC},
                 {"224.0.0.0", REACH_NEVER},
                 {"240.0.0.1", REACH_NEVER},
                 {"2606:2800:220:1::1", REACH_PUBLIC},
                 {"240e::1", REACH_PUBLIC},
                 {"2001:1ff::1", REACH_NEVER},
                 {"2001:200::1", REACH_PUBLIC},
                 {"2001:db8::1", REACH_NEVER},
                 {"2002::1", REACH_NEVER},
                 {"2003::1", REACH_PUBLIC},
                 {"3fff:fff::1", REACH_NEVER},
                 {"3fff:1000::1", REACH_PUBLIC},
                 {"4000::1", REACH_NEVER},
                 {"1fff::1", REACH_NEVER},
                 {"fc00::1", REACH_INSIDE},
                 {"fdff::1", REACH_INSIDE},
                 {"fe00::1", REACH_NEVER},
                 {"::1", REACH_INSIDE},
                 {"::2", REACH_NEVER}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct net_address n;
        assert_true(peer_address(&n, cases[i].address, 1));
        if (address_reach((const struct sockaddr *)&n.at) != cases[i].reach)
            fail_msg("%s", cases[i].address);
    }
}

static void a_clean_address_is_written_anew_from_its_parts(void **state)
{
    (void)state;
    static const struct {
        const char *given, *text;
    } cases[] = {{"https://Example.ORG", "https://example.org:443/"},
                 {"http://example.org?a=b%20c", "http://example.org:80/?a=b%20c"},
                 {"https://example.org:8443/a/../b", "https://example.org:8443/a/../b"},
                 {"https://[2606:2800:220:0001::1]/x", "https://[2606:2800:220:1::1]:443/x"},
                 {"http://8.8.8.8:1/", "http://8.8.8.8:1/"},
                 {"https://xn--fiqs8s/", "https://xn--fiqs8s:443/"}};
    struct arena *a = arena_new();
    struct err e;
    struct url u;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_ok(url_parse(&u, str_of(cases[i].given), "http", a, &e), &e);
        assert_str(u.text, cases[i].text);
    }
    static const char *const bad[] = {"smtp://example.org", "http://example.org/%",
                                      "http://example.org/%2", "http://example.org/%2z"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(url_parse(&u, str_of(bad[i]), "http", a, &e), E_INVALID);
    assert_ok(url_parse(&u, STR("smtps://example.org"), "smtp", a, &e), &e);
    assert_int_equal(u.port, 465);
    assert_true(u.tls);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_form_of_an_inside_address_is_called),
        cmocka_unit_test(even_an_inside_host_has_addresses_that_are_never_called),
        cmocka_unit_test(only_the_listed_host_and_port_are_called),
        cmocka_unit_test(the_name_is_resolved_once_and_what_was_checked_is_called),
        cmocka_unit_test(a_host_that_is_an_ipv6_address_is_called),
        cmocka_unit_test(an_allowed_call_sends_what_was_asked_and_nothing_more),
        cmocka_unit_test(a_request_reads_as_expected),
        cmocka_unit_test(a_redirect_is_an_answer_and_is_not_followed),
        cmocka_unit_test(size_and_time_have_limits),
        cmocka_unit_test(a_header_cannot_bring_another_one),
        cmocka_unit_test(mail_is_handed_over),
        cmocka_unit_test(addresses_reach_as_the_registries_say),
        cmocka_unit_test(a_clean_address_is_written_anew_from_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
