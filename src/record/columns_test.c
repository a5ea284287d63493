/* Lists out of columns against the same lists out of SQL: two kernels over one store, one
 * that makes columns of everything and one that makes none, asked the same questions by
 * the same people while records are written in between. Their answers must be equal byte
 * for byte: the items, their order, the total, the cursor, the sentence of a refusal.
 *
 * SEED repeats a run, QUESTIONS says how many there are. */
#include "test.h"

#include "base/rand.h"
#include "record/columns.h"
#include "record/fixture.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define RECORDS 150 /* of each type, to begin with */

/* Every relation, fields that are hidden in some records, states that some do not read,
 * levels of secrecy, numbers of persons that some see in plain. */
static const char bid_yaml[] =
    "name: bid\n"
    "label: {zh: 投标, en: Bid}\n"
    "title: title\n"
    "list: [title, amount, due, programme]\n"
    "sort: \"-due\"\n"
    "search: [title]\n"
    "fields:\n"
    "  - {name: title, type: text, required: true, label: {zh: 标题, en: Title}}\n"
    "  - {name: programme, type: text, label: {zh: 项目类别, en: Programme}}\n"
    "  - {name: amount, type: money, label: {zh: 金额, en: Amount}}\n"
    "  - {name: due, type: known_date, label: {zh: 期限, en: Due}}\n"
    "  - {name: run, type: period, label: {zh: 期间, en: Run}}\n"
    "  - {name: person, type: person, label: {zh: 身份证号, en: Person}}\n"
    "  - name: grade\n"
    "    type: enum\n"
    "    label: {zh: 等级, en: Grade}\n"
    "    values:\n"
    "      - {code: a, zh: 甲, en: First}\n"
    "      - {code: b, zh: 乙, en: Second}\n"
    "states:\n"
    "  initial: draft\n"
    "  list:\n"
    "    - {name: draft, label: {zh: 草稿, en: Draft}}\n"
    "    - {name: open, label: {zh: 公开, en: Open}, public: true}\n"
    "    - {name: done, label: {zh: 完成, en: Done}}\n"
    "  transitions:\n"
    "    - {name: submit, label: {zh: 提交, en: Submit}, from: [draft], to: open, reason: none}\n"
    "    - {name: finish, label: {zh: 办结, en: Finish}, from: [open], to: done, reason: none}\n"
    "access:\n"
    "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create, change, end], actions: "
    "[submit, finish]}\n"
    "  - {roles: [centre_staff], relation: own, verbs: [export]}\n"
    "  - {roles: [centre_manager], relation: own_unit, states: [open, done], verbs: [read, "
    "export], "
    "unmasked: [person]}\n"
    "  - {roles: [city_officer], relation: authority, function: accept, verbs: [read]}\n"
    "  - {roles: [city_officer], relation: own_city, states: [done], verbs: [read], fields: "
    "[title, "
    "due]}\n"
    "  - {roles: [province_officer], relation: own_province, verbs: [read, export], fields: "
    "[title, "
    "amount, programme]}\n"
    "  - {roles: [expert], relation: assigned, verbs: [read]}\n"
    "  - {roles: [public], relation: published, verbs: [read], fields: [title, due]}\n";

static struct fixture f;
static struct kernel by_columns;
static struct rand r;
static int64_t things[4000], bids[4000];
static size_t thing_count, bid_count;

static int set_up(void **state)
{
    static const struct fixture_type types[] = {{"bid", bid_yaml}};
    const char *seed = getenv("SEED");
    (void)state;
    r.state = seed ? strtoull(seed, NULL, 10) : 11;
    thing_count = bid_count = 0;
    fixture_open(&f, types, 1);
    by_columns = f.k;
    by_columns.columns_from = 1;
    kernel_init(&by_columns);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kernel_clear(&by_columns);
    fixture_close(&f);
    return 0;
}

static struct columns_state state_of(const char *type)
{
    return columns_state(kernel_columns(&by_columns), plan_of(&by_columns, fixture_type(&f, type)));
}

/* --- random records ------------------------------------------------------------------- */

static uint32_t below(uint32_t n)
{
    return rand_below(&r, n);
}

static struct str some_day(void)
{
    return arena_printf(f.a, "20%02u-%02u-%02u", 20 + below(6), 1 + below(12), 1 + below(28));
}

/* ,"name":value, most times. */
static void maybe(struct buf *b, const char *name, struct str value)
{
    if (below(4) > 0)
        buf_addf(b, ",\"%s\":%.*s", name, STR_ARG(value));
}

static struct str quoted(struct str s)
{
    return arena_printf(f.a, "\"%.*s\"", STR_ARG(s));
}

static struct str one_of(const char *const *list, size_t count)
{
    return str_of(list[below((uint32_t)count)]);
}
#define ONE_OF(...)                                                                                \
    one_of((const char *const[]){__VA_ARGS__},                                                     \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static struct str person(void)
{
    return ONE_OF("\"11010519491231002X\"", "\"440524188001010014\"");
}

static struct str some_period(void)
{
    struct str day = some_day();
    if (below(3) == 0)
        return arena_printf(f.a, "{\"from\":\"%.*s\"}", STR_ARG(day));
    return arena_printf(f.a, "{\"from\":\"%.*s\",\"to\":\"2026-%02u-01\"}", STR_ARG(day),
                        1 + below(12));
}

static void thing_fields(struct buf *b)
{
    static const char *const words[] = {"\"波导\"", "\"WAVE guide\"", "\"a%b_c\"", "\"光 栅\""};
    struct str known = below(3) ? quoted(STR("2026-03-04")) : STR("false");
    maybe(b, "story", one_of(words, ARRAY_LEN(words)));
    maybe(b, "count", arena_printf(f.a, "%u", below(9)));
    maybe(b, "weight", arena_printf(f.a, "\"%s%u.%03u\"", below(2) ? "-" : "", below(4), below(5)));
    buf_addf(b, ",\"amount\":\"%u.%02u\"", below(2000), below(3));
    if (below(3))
        buf_addf(b, ",\"signed\":\"%.*s\"", STR_ARG(some_day()));
    maybe(b, "filed", known);
    maybe(b, "seen", arena_printf(f.a, "\"%.*sT0%u:30:00+08:00\"", STR_ARG(some_day()), below(9)));
    maybe(b, "term", some_period());
    maybe(b, "kind", ONE_OF("\"plain\"", "\"pledge\"", "\"licence\""));
    maybe(b, "marks", ONE_OF("[\"red\"]", "[\"green\",\"red\"]", "[]"));
    maybe(b, "done", ONE_OF("true", "false"));
    if (thing_count > 0)
        maybe(b, "parent",
              arena_printf(f.a, "%lld", (long long)things[below((uint32_t)thing_count)]));
    maybe(b, "person", person());
    maybe(b, "place", ONE_OF("\"510104\"", "\"510300\"", "\"140105\""));
    maybe(b, "symbol", ONE_OF("\"H01M10/052\"", "\"A61K\"", "\"H01M\""));
    maybe(b, "words", ONE_OF("[\"x\",\"Y\"]", "[\"y\"]", "[]"));
    maybe(b, "shares",
          ONE_OF("[{\"who\":\"x\",\"percent\":\"100\"}]", "[]",
                 "[{\"who\":\"x\",\"percent\":\"40\"},{\"who\":\"z\",\"percent\":\"60\"}]"));
}

static void bid_fields(struct buf *b)
{
    maybe(b, "programme", ONE_OF("\"centre\"", "\"pool\"", "\"other\""));
    maybe(b, "amount", arena_printf(f.a, "\"%u.00\"", below(50)));
    maybe(b, "due", below(4) ? quoted(some_day()) : STR("false"));
    maybe(b, "run", some_period());
    maybe(b, "person", person());
    maybe(b, "grade", ONE_OF("\"a\"", "\"b\""));
}

static const struct jvalue *body_of(bool thing, bool fresh)
{
    static unsigned number;
    struct buf b;
    buf_init(&b, 0);
    buf_addf(&b, "{\"%s\":\"%s%u\"", thing ? "name" : "title",
             (const char *const[]){"n", "合同 ", "HT-"}[below(3)], fresh ? number++ : below(99999));
    if (thing)
        thing_fields(&b);
    else
        bid_fields(&b);
    buf_addc(&b, '}');
    buf_addc(&b, '\0');
    const struct jvalue *v = fixture_json(&f, arena_dup(f.a, buf_str(&b)).ptr);
    buf_clear(&b);
    return v;
}

static struct subject some_writer(void)
{
    const int64_t people[] = {f.staff, f.other_staff, f.stranger, f.neighbour};
    return fixture_subject(&f, people[below(ARRAY_LEN(people))]);
}

static void create(bool thing)
{
    struct subject s = some_writer();
    struct written out;
    struct err e;
    err_t rc = record_create(
        &out, &(struct record_call){&f.k, &s, fixture_type(&f, thing ? "thing" : "bid"), 0, f.a},
        body_of(thing, true), NULL, &e);
    if (rc == E_INVALID)
        return; /* what one field forbids of another */
    assert_ok(rc, &e);
    if (thing && thing_count < ARRAY_LEN(things))
        things[thing_count++] = out.id;
    else if (!thing && bid_count < ARRAY_LEN(bids))
        bids[bid_count++] = out.id;
}

/* Change, end, submit or finish some record, as the program: most such writes are done. */
static void touch(bool thing)
{
    const struct record_type *t = fixture_type(&f, thing ? "thing" : "bid");
    int64_t id = thing ? things[below((uint32_t)thing_count)] : bids[below((uint32_t)bid_count)];
    struct write_options o = {.reason = STR("因为")};
    struct subject s;
    struct written out;
    struct err e;
    err_t rc;
    subject_program(&s, STR("2026-11-20"));
    switch (below(thing ? 8 : 4)) {
    case 0:
        rc =
            record_act(&out, &(struct record_call){&f.k, &s, t, id, f.a}, STR("end"), NULL, &o, &e);
        break;
    case 1:
    case 2:
        if (!thing) {
            rc = record_act(&out, &(struct record_call){&f.k, &s, t, id, f.a},
                            below(2) ? STR("submit") : STR("finish"), NULL, &o, &e);
            break;
        } /* fallthrough */
    default:
        rc = record_change(&out, &(struct record_call){&f.k, &s, t, id, f.a}, body_of(thing, false),
                           &o, &e);
        break;
    }
    if (rc != E_INVALID && rc != E_CONFLICT && rc != E_NOTFOUND)
        assert_ok(rc, &e);
}

/* --- random questions ------------------------------------------------------------------ */

static struct str thing_condition(void)
{
    switch (below(26)) {
    case 0:
        return arena_printf(f.a, "count%s%u",
                            (const char *const[]){"=", "!=", "<", ">=", ">"}[below(5)], below(9));
    case 1:
        return arena_printf(f.a, "amount>=%u", below(2000));
    case 2:
        return arena_printf(f.a, "amount=%u..%u", below(1000), 500 + below(1500));
    case 3:
        return arena_printf(f.a, "weight<=-%u.%03u", below(3), below(5));
    case 4:
        return arena_printf(f.a, "signed%s202%u",
                            (const char *const[]){"=", "!=", "<", ">", ">=", "<="}[below(6)],
                            below(6));
    case 5:
        return arena_printf(f.a, "signed=202%u-%02u..%.*s", below(4), 1 + below(12),
                            STR_ARG(some_day()));
    case 6:
        return ONE_OF("filed=no", "filed!=no", "filed=2026", "not filed=2026-03", "filed>2025",
                      "filed is empty");
    case 7:
        return arena_printf(f.a, "seen%s202%u",
                            (const char *const[]){"=", "!=", "<", ">="}[below(4)], below(6));
    case 8:
        return arena_printf(f.a, "term=%.*s", STR_ARG(some_day()));
    case 9:
        return ONE_OF("term!=2024", "not term=2024..2025", "term>2024", "term<=2025-05",
                      "term is empty", "term is not empty", "not term>2022");
    case 10:
        return ONE_OF("kind=plain", "kind!=plain,pledge", "kind=许可", "kind=Licence,plain",
                      "kind is empty");
    case 11:
        return ONE_OF("done=true", "done!=true", "done is not empty", "done=false");
    case 12:
        return arena_printf(f.a, "name~\"%s%u\"",
                            (const char *const[]){"N", "ht-", "同 "}[below(3)], below(9));
    case 13:
        return ONE_OF("name=n*", "name=HT-1*", "name!=n*", "name=合*");
    case 14:
        return arena_printf(f.a, "place%s",
                            (const char *const[]){"=51*", "=510104", "!=51*", " is empty",
                                                  "=14*,510300"}[below(5)]);
    case 15:
        return ONE_OF("symbol=H01M*", "symbol=A61K", "symbol~m10", "symbol!=H01M");
    case 16:
        return arena_printf(f.a, "parent=%llu",
                            (unsigned long long)things[below((uint32_t)thing_count)]);
    case 17:
        return ONE_OF("state=active", "state!=active", "owner_city=5101", "owner_province=14",
                      "version>1", "secrecy=internal", "published=false", "ended_ms is empty",
                      "owner_city is empty");
    case 18:
        return arena_printf(f.a, "id%s%u", (const char *const[]){">", "=", "<=", "!="}[below(4)],
                            below(300));
    case 19:
        return arena_printf(f.a, "created_by=%lld", (long long)(below(2) ? f.staff : f.stranger));
    case 20:
        return ONE_OF("marks=red", "marks!=green", "marks is empty", "words=y", "words~Y",
                      "words is not empty");
    case 21:
        return ONE_OF("shares.percent>50", "shares.who=x", "shares.who!=z", "shares is empty");
    case 22:
        return ONE_OF("parts=1", "story~wave", "story~\"a%b_\"", "nothing=1", "count~3",
                      "kind=purple");
    case 23:
        return ONE_OF("person=11010519491231002X", "person is empty", "owner_unit=3,4",
                      "changed_ms>=2026");
    case 24:
        return arena_printf(f.a, "rate is empty");
    default:
        return ONE_OF("weight is empty", "weight=0", "count is not empty", "parent is empty",
                      "seen is empty");
    }
}

static struct str bid_condition(void)
{
    switch (below(10)) {
    case 0:
        return ONE_OF("programme=centre", "programme!=pool", "programme is empty", "programme=c*",
                      "programme~OOL");
    case 1:
        return arena_printf(f.a, "amount%s%u",
                            (const char *const[]){"=", "!=", "<", ">="}[below(4)], below(50));
    case 2:
        return ONE_OF("due=2024", "due=no", "due!=2024", "due<2023-05", "due>=2024", "due is empty",
                      "not due>2022");
    case 3:
        return ONE_OF("run=2024", "run!=2026", "run is empty", "run<2023", "not run=2024..2025");
    case 4:
        return ONE_OF("person=11010519491231002X", "person!=11010519491231002X",
                      "person is not empty");
    case 5:
        return ONE_OF("grade=甲", "grade=b", "grade!=First", "grade is empty");
    case 6:
        return ONE_OF("state=open", "state=草稿", "state!=done", "published=true",
                      "published=false");
    case 7:
        return ONE_OF("title~1", "title=合*", "title!=n*", "title=HT*");
    case 8:
        return ONE_OF("owner_city=5101", "owner_city!=5101", "owner_province=51", "version=1",
                      "version>=2");
    default:
        return arena_printf(f.a, "id>=%u", below(300));
    }
}

static struct str some_filter(bool thing, int depth)
{
    if (depth == 0 || below(3) == 0)
        return thing ? thing_condition() : bid_condition();
    struct str x = some_filter(thing, depth - 1), y = some_filter(thing, depth - 1);
    switch (below(4)) {
    case 0:
        return arena_printf(f.a, "not (%.*s)", STR_ARG(x));
    case 1:
        return arena_printf(f.a, "(%.*s or %.*s)", STR_ARG(x), STR_ARG(y));
    case 2:
        return arena_printf(f.a, "not (%.*s or %.*s)", STR_ARG(x), STR_ARG(y));
    default:
        return arena_printf(f.a, "%.*s and %.*s", STR_ARG(x), STR_ARG(y));
    }
}

static struct str some_sort(bool thing)
{
    static const char *const of_thing[] = {
        "name",  "count",      "weight",     "amount", "signed",  "filed", "seen",
        "kind",  "done",       "parent",     "place",  "symbol",  "term",  "id",
        "state", "created_ms", "owner_unit", "rate",   "version", "story", "parts"};
    static const char *const of_bid[] = {"title",      "programme",  "amount",   "due",
                                         "run",        "grade",      "id",       "state",
                                         "changed_ms", "owner_city", "published"};
    struct str s = STR("");
    for (uint32_t n = below(4); n > 0; n--)
        s = arena_printf(f.a, "%.*s%s%s%.*s", STR_ARG(s), s.len ? "," : "", below(2) ? "-" : "",
                         STR_ARG(thing ? one_of(of_thing, ARRAY_LEN(of_thing) - (below(9) ? 2 : 0))
                                       : one_of(of_bid, ARRAY_LEN(of_bid))));
    return s;
}

static int64_t some_reader(void)
{
    const int64_t people[] = {f.staff,        f.manager,   f.other_staff,
                              f.city_officer, f.officer,   f.officer2,
                              f.stranger,     f.neighbour, 0};
    return people[below(ARRAY_LEN(people))];
}

/* The list as JSON, or why there is none. */
static struct str asked(struct kernel *k, const struct subject *s, const char *type,
                        const struct list_request *q)
{
    struct buf out;
    struct err e;
    buf_init(&out, 0);
    err_t rc =
        record_list(&out, &(struct record_call){k, s, fixture_type(&f, type), 0, f.a}, q, &e);
    struct str text = arena_dup(f.a, rc == OK ? buf_str(&out) : str_of(e.text));
    buf_clear(&out);
    return text;
}

/* The same by columns and by SQL; its text. */
static struct str same(const struct subject *s, const char *type, const struct list_request *q)
{
    struct str columns = asked(&by_columns, s, type, q), sql = asked(&f.k, s, type, q);
    if (!str_eq(columns, sql))
        fail_msg("%s, account %lld, filter %.*s, sort %.*s, ended %d, page %lld:\ncolumns "
                 "%.*s\nSQL     %.*s",
                 type, (long long)s->account, STR_ARG(q->filter), STR_ARG(q->sort), q->ended,
                 (long long)q->page, STR_ARG(columns), STR_ARG(sql));
    return columns;
}

/* A question; then its further pages, by cursor. */
static void ask(int *pages)
{
    bool thing = below(2);
    const char *type = thing ? "thing" : "bid";
    struct subject s = fixture_subject(&f, some_reader());
    struct list_request q = {.sort = some_sort(thing),
                             .fields = below(3) ? STR("id,version") : STR(""),
                             .limit = 1 + below(below(3) ? 12 : 300),
                             .ended = below(4) == 0,
                             .without_total = below(20) == 0,
                             .verb = below(6) ? 0 : ACCESS_EXPORT};
    if (below(5))
        q.filter = some_filter(thing, (int)below(4));
    if (below(20) == 0)
        q.words = STR("合同");
    if (below(6) == 0)
        q.page = 1 + below(5);
    struct str text = same(&s, type, &q);
    q.page = 0;
    for (int i = 0; i < 3; i++) {
        const struct jvalue *v = NULL;
        ++*pages;
        if (jin_parse(&v, text, f.a, NULL) != OK)
            return;
        q.cursor = jin_text(v, "next");
        if (q.cursor.len == 0)
            return;
        if (below(4) == 0) /* what is written between two pages is behind the cursor or not */
            touch(thing);
        text = same(&s, type, &q);
    }
}

static void give_roles(void)
{
    fixture_run(&f, arena_printf(f.a,
                                 "INSERT INTO authority (version, state, owner_unit, owner_city, "
                                 "owner_province, secrecy,"
                                 " published, created_ms, created_by, changed_ms, changed_by, "
                                 "programme, function, region,"
                                 " from_date) VALUES"
                                 " (1, 'active', %lld, '5101', '51', 1, 0, 0, 0, 0, 0, 'centre', "
                                 "'accept', '510100', '2020-01-01'),"
                                 " (1, 'active', %lld, '5101', '51', 1, 0, 0, 0, 0, 0, 'pool', "
                                 "'accept', '510000', '2020-01-01'),"
                                 " (1, 'active', %lld, '5101', '51', 1, 0, 0, 0, 0, 0, 'other', "
                                 "'manage', '510100', '2020-01-01')",
                                 (long long)f.city, (long long)f.city, (long long)f.city)
                        .ptr);
    fixture_run(
        &f,
        arena_printf(
            f.a,
            "INSERT INTO role_grant (version, state, owner_unit, owner_city, owner_province, "
            "secrecy,"
            " published, created_ms, created_by, changed_ms, changed_by, account, role, from_date)"
            " SELECT 1, 'active', owner_unit, owner_city, owner_province, 1, 0, 0, 0, 0, 0, id, "
            "'expert',"
            " '2020-01-01' FROM account WHERE id = %lld",
            (long long)f.neighbour)
            .ptr);
}

static void assign(int64_t id)
{
    fixture_run(&f, arena_printf(f.a,
                                 "INSERT INTO assignment (type, record_id, account, from_ms)"
                                 " VALUES ('bid', %lld, %lld, 0)",
                                 (long long)id, (long long)f.neighbour)
                        .ptr);
}

static void columns_and_sql_give_the_same_lists(void **state)
{
    const char *questions = getenv("QUESTIONS");
    const char *engine = getenv("DB"); /* a server's round trips take the longer */
    int wanted = questions                                   ? (int)strtol(questions, NULL, 10)
                 : engine && strcmp(engine, "postgres") == 0 ? 200
                                                             : 1200,
        pages = 0;
    (void)state;
    printf("# SEED=%llu QUESTIONS=%d\n", (unsigned long long)r.state, wanted);
    give_roles();
    for (int i = 0; i < RECORDS; i++) {
        create(true);
        create(false);
    }
    fixture_run(&f, "UPDATE record_bid SET secrecy = id % 3");
    for (int i = 0; i < 40; i++) {
        touch(true);
        touch(false);
        assign(bids[below((uint32_t)bid_count)]);
    }
    for (int i = 0; i < wanted; i++) {
        if (below(8) == 0)
            create(below(2));
        if (below(5) == 0)
            touch(below(2));
        if (below(20) == 0) /* as the sequencer does, some time after a commit */
            fixture_run(&f, "UPDATE log_entry SET leaf = id WHERE leaf IS NULL");
        ask(&pages);
    }
    struct columns_state thing = state_of("thing"), bid = state_of("bid");
    printf("# %d pages; out of columns %llu of things, %llu of bids; %llu records read again\n",
           pages, (unsigned long long)thing.answers, (unsigned long long)bid.answers,
           (unsigned long long)(thing.followed + bid.followed));
    /* Most are answered by columns, and these were made once. */
    assert_true(bid.answers > (uint64_t)wanted / 4 && thing.answers > (uint64_t)wanted / 8);
    assert_int_equal(thing.made, 1);
    assert_int_equal(bid.made, 1);
    assert_true(thing.followed > 0 && bid.followed > 0);
}

/* --- by itself ---------------------------------------------------------------------------- */

static int64_t total_of(const struct subject *s, const char *type, const char *filter)
{
    struct list_request q = {.filter = str_of(filter), .limit = 1};
    const struct jvalue *v = NULL;
    int64_t total = -1;
    struct str text = asked(&by_columns, s, type, &q);
    assert_int_equal(jin_parse(&v, text, f.a, NULL), OK);
    assert_true(jin_i64(&total, v, "total"));
    return total;
}

static void what_was_written_is_in_the_next_list_and_what_was_revoked_in_none(void **state)
{
    struct subject staff = fixture_subject(&f, f.staff), expert = fixture_subject(&f, f.neighbour);
    (void)state;
    give_roles();
    expert = fixture_subject(&f, f.neighbour);
    for (int i = 1; i <= 5; i++) {
        int64_t id = fixture_create(&f, f.staff, "bid", "{\"title\":\"one\"}");
        assert_int_equal(total_of(&staff, "bid", "title=one"), i);
        assert_int_equal(total_of(&expert, "bid", ""), i - 1);
        assign(id);
        assert_int_equal(total_of(&expert, "bid", ""), i);
    }
    assert_int_equal(state_of("bid").answers, 15);
    fixture_run(&f, "UPDATE assignment SET to_ms = 1");
    assert_int_equal(total_of(&expert, "bid", ""), 0);
    fixture_run(
        &f,
        arena_printf(
            f.a,
            "UPDATE role_grant SET state = 'ended', to_date = '2020-01-02' WHERE account = %lld",
            (long long)f.staff)
            .ptr);
    staff = fixture_subject(&f, f.staff);
    assert_int_equal(total_of(&staff, "bid", ""), 0);
    assert_int_equal(state_of("bid").answers, 17);
}

static void a_record_by_its_key_is_left_to_sql_where_units_are_read(void **state)
{
    struct subject staff = fixture_subject(&f, f.staff), officer = fixture_subject(&f, f.officer);
    (void)state;
    (void)fixture_create(&f, f.staff, "thing", "{\"name\":\"one\"}");
    assert_int_equal(total_of(&staff, "thing", "name=one,two"), 1);
    assert_int_equal(total_of(&staff, "thing", "name!=one"), 0);
    assert_int_equal(total_of(&staff, "thing", "name=one or count=7"), 1);
    assert_int_equal(total_of(&officer, "thing", "name=one"), 1);
    assert_int_equal(state_of("thing").answers, 4);
    assert_int_equal(total_of(&staff, "thing", "name=one"), 1);
    assert_int_equal(total_of(&staff, "thing", "count is empty and name=one"), 1);
    assert_int_equal(state_of("thing").answers, 4);
}

/* --- beside writers -------------------------------------------------------------------- */

#define WRITERS 3
#define WRITES 40

struct writer {
    pthread_t thread;
    struct subject staff;
    int number, missed, failed;
};

/* One record after the other; each is in the list that is asked for next. */
static void *write_and_look(void *arg)
{
    struct writer *w = arg;
    struct arena *a = arena_new();
    const struct record_type *t = record_type_find(f.types, STR("bid"));
    struct buf out;
    buf_init(&out, 0);
    for (int i = 0; i < WRITES; i++) {
        const struct jvalue *body = NULL;
        struct written done;
        struct err e;
        arena_reset(a);
        buf_reset(&out);
        struct list_request q = {.filter = arena_printf(a, "title=w%d-%d", w->number, i)};
        struct str json = arena_printf(a, "{\"title\":\"w%d-%d\"}", w->number, i);
        if (jin_parse(&body, json, a, &e) != OK ||
            record_create(&done, &(struct record_call){&f.k, &w->staff, t, 0, a}, body, NULL, &e) !=
                OK ||
            record_list(&out, &(struct record_call){&by_columns, &w->staff, t, 0, a}, &q, &e) != OK)
            w->failed++;
        else if (!str_contains(buf_str(&out), STR("\"total\":1,")))
            w->missed++;
    }
    buf_clear(&out);
    arena_free(a);
    return NULL;
}

static void whoever_writes_finds_it_in_the_next_list_whoever_else_writes(void **state)
{
    struct writer writers[WRITERS] = {{0}};
    struct subject staff = fixture_subject(&f, f.staff);
    (void)state;
    assert_int_equal(total_of(&staff, "bid", ""), 0);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.staff = fixture_subject(&f, f.staff), .number = i};
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_and_look, &writers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
        assert_int_equal(writers[i].failed, 0);
        assert_int_equal(writers[i].missed, 0);
    }
    struct list_request q = {.limit = 500, .sort = STR("title,-id")};
    assert_true(str_contains(same(&staff, "bid", &q),
                             arena_printf(f.a, "\"total\":%d,", WRITERS * WRITES)));
    assert_int_equal(state_of("bid").answers >= WRITERS * WRITES, 1);
}

/* An erased value is in no dictionary: the columns are made again without it. */
static void an_erased_value_leaves_the_columns(void **state)
{
    static const struct str phone = {"phone", 5};
    const struct erase_request by_court = {&phone, 1, STR("court_order"), STR("虚构判决"), true};
    (void)state;
    struct str reason = STR("依法");
    struct subject staff = fixture_subject(&f, f.staff), program;
    int64_t id =
        fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"phone\":\"13800138000\"}");
    struct str field = STR("phone");
    struct erase_request what = {.fields = &field, .field_count = 1};
    struct write_options o = {.reason = reason};
    struct written out;
    struct err e;
    assert_int_equal(total_of(&staff, "thing", "phone=13800138000"), 1);
    assert_int_equal(state_of("thing").made, 1);
    subject_program(&program, STR("2026-11-20"));
    assert_ok(record_erase(
                  &out, &(struct record_call){&f.k, &program, fixture_type(&f, "thing"), id, f.a},
                  &what, &o, &e),
              &e);
    assert_int_equal(total_of(&staff, "thing", "phone is empty"), 1);
    assert_int_equal(state_of("thing").made, 2);
    /* …also where two persons erase it, whose entry names the ground */
    id = fixture_create(&f, f.staff, "thing", "{\"name\":\"two\",\"phone\":\"13800138001\"}");
    assert_int_equal(total_of(&staff, "thing", "phone=13800138001"), 1);
    assert_int_equal(state_of("thing").made, 2);
    fixture_run(&f, "UPDATE role_grant SET role = 'security_administrator' WHERE role ="
                    " 'province_officer'");
    const int64_t guardians[] = {f.officer, f.officer2};
    for (size_t i = 0; i < ARRAY_LEN(guardians); i++) {
        struct subject s = fixture_subject(&f, guardians[i]);
        assert_ok(record_erase(&out,
                               &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                               &by_court, &o, &e),
                  &e);
    }
    assert_int_equal(total_of(&staff, "thing", "phone is empty"), 2);
    assert_int_equal(state_of("thing").made, 3);
}

/* A row that no entry of the log names is never shown in another's place. */
static void columns_that_disagree_with_the_store_are_made_again(void **state)
{
    (void)state;
    struct subject staff = fixture_subject(&f, f.staff);
    for (int i = 0; i < 5; i++)
        (void)fixture_create(&f, f.staff, "bid", "{\"title\":\"one\"}");
    assert_int_equal(total_of(&staff, "bid", ""), 5);
    /* By hand, past the kernel: of another unit now. */
    fixture_run(&f, arena_printf(f.a, "UPDATE record_bid SET owner_unit = %lld WHERE id = 1",
                                 (long long)f.elsewhere)
                        .ptr);
    struct list_request q = {.limit = 50, .filter = STR("id<=5")};
    assert_true(str_contains(asked(&by_columns, &staff, "bid", &q), STR("\"total\":4")));
    q.filter = STR("id<=6");
    (void)same(&staff, "bid", &q);
    assert_int_equal(state_of("bid").made, 2);
}

/* Its records have no entries of their own: that of the unit tells of them. */
static void records_that_moved_with_their_unit_are_listed_where_they_are(void **state)
{
    (void)state;
    struct subject staff = fixture_subject(&f, f.staff), program;
    struct written out;
    struct err e;
    for (int i = 0; i < 3; i++)
        (void)fixture_create(&f, f.staff, "bid", "{\"title\":\"one\"}");
    assert_int_equal(total_of(&staff, "bid", "owner_city=5101"), 3);
    subject_program(&program, STR("2026-11-20"));
    assert_ok(record_change(
                  &out,
                  &(struct record_call){&f.k, &program, fixture_type(&f, "party"), f.centre, f.a},
                  fixture_json(&f, "{\"region\":\"510703\"}"), NULL, &e),
              &e);
    staff = fixture_subject(&f, f.staff);
    assert_int_equal(total_of(&staff, "bid", "owner_city=5107"), 3);
    assert_int_equal(total_of(&staff, "bid", "owner_city=5101"), 0);
    assert_int_equal(state_of("bid").made, 1);
}

/* Columns come with as many records as are said, and not before. */
static void few_columns_are_made_for_few_records(void **state)
{
    (void)state;
    struct subject staff = fixture_subject(&f, f.staff);
    struct kernel k = f.k;
    k.columns_from = 4;
    kernel_init(&k);
    struct list_request q = {.limit = 5};
    for (int i = 0; i < 6; i++) {
        (void)fixture_create(&f, f.staff, "bid", "{\"title\":\"one\"}");
        (void)asked(&k, &staff, "bid", &q);
        struct columns_state s =
            columns_state(kernel_columns(&k), plan_of(&k, fixture_type(&f, "bid")));
        assert_int_equal(s.there, i >= 3);
        assert_int_equal(s.rows, i >= 3 ? i + 1 : 0);
    }
    kernel_clear(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(columns_and_sql_give_the_same_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_was_written_is_in_the_next_list_and_what_was_revoked_in_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            whoever_writes_finds_it_in_the_next_list_whoever_else_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_by_its_key_is_left_to_sql_where_units_are_read,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_erased_value_leaves_the_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_that_disagree_with_the_store_are_made_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            records_that_moved_with_their_unit_are_listed_where_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(few_columns_are_made_for_few_records, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
