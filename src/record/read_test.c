/* Reading one record and lists: what is shown to whom, in which order, how many. */
#include "test.h"

#include "base/rand.h"
#include "db/scratch.h"
#include "record/fixture.h"

static struct fixture f;

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static struct str get(int64_t account, const char *type, int64_t id)
{
    struct subject s = fixture_subject(&f, account);
    struct buf out;
    struct err e;
    int64_t version;
    buf_init(&out, 0);
    err_t rc = record_get(&out, &version,
                          &(struct record_call){&f.k, &s, fixture_type(&f, type), id, f.a}, &e);
    struct str text = arena_dup(f.a, buf_str(&out));
    buf_clear(&out);
    return rc == OK ? text : str_of(err_kind_name(rc));
}

static struct str list_with(int64_t account, const char *type, const struct list_request *r)
{
    struct subject s = fixture_subject(&f, account);
    struct buf out;
    struct err e;
    buf_init(&out, 0);
    err_t rc =
        record_list(&out, &(struct record_call){&f.k, &s, fixture_type(&f, type), 0, f.a}, r, &e);
    struct str text = arena_dup(f.a, rc == OK ? buf_str(&out) : str_of(e.text));
    buf_clear(&out);
    return text;
}

/* "one two three | 3": the names of a page and the total; or the error. */
static struct str names_with(int64_t account, const struct list_request *r, const char *field)
{
    struct str json = list_with(account, "thing", r), names = STR("");
    const struct jvalue *v = NULL;
    int64_t total = -1;
    if (jin_parse(&v, json, f.a, NULL) != OK)
        return json;
    const struct jvalue *items = jin_get(v, "items");
    for (size_t i = 0; i < items->count; i++) {
        struct str name = jin_text(&items->items[i], field);
        names = arena_printf(f.a, "%.*s%.*s ", STR_ARG(names), STR_ARG(name));
    }
    assert_true(jin_i64(&total, v, "total"));
    return arena_printf(f.a, "%.*s| %lld", STR_ARG(names), (long long)total);
}

static struct str names(int64_t account, const char *filter, const char *sort)
{
    struct list_request r = {.filter = str_of(filter), .sort = str_of(sort)};
    return names_with(account, &r, "name");
}

/* --- one record ---------------------------------------------------------------------- */

static void a_record_is_shown_whole_with_what_may_be_done(void **state)
{
    (void)state;
    int64_t id = fixture_create(
        &f, f.staff, "thing",
        "{\"name\":\"一\",\"amount\":\"12.5\",\"seen\":\"2026-11-20T09:30Z\",\"marks\":[\"red\"],"
        "\"term\":{\"from\":\"2026-01-01\"},\"filed\":false,\"done\":true,"
        "\"shares\":[{\"who\":\"x\",\"percent\":\"100\"}]}");
    struct str expected = arena_printf(
        f.a,
        "{\"id\":1,\"version\":1,\"state\":\"active\",\"owner_unit\":%lld,\"owner_city\":\"5101\","
        "\"owner_province\":\"51\",\"secrecy\":\"internal\",\"published\":false,"
        "\"created_ms\":1795173753123,\"created_by\":%lld,\"changed_ms\":1795173753123,"
        "\"changed_by\":%lld,\"ended_ms\":null,\"import_id\":null,\"name\":\"一\",\"story\":null,"
        "\"count\":null,\"weight\":null,\"amount\":\"12.50\",\"rate\":null,\"signed\":null,"
        "\"filed\":false,\"seen\":\"2026-11-20T09:30:00+00:00\",\"term\":{\"from\":\"2026-01-01\"},"
        "\"kind\":\"plain\",\"marks\":[\"red\"],\"done\":true,\"parent\":null,\"others\":[],"
        "\"maker\":null,\"buyer\":null,\"person\":null,\"phone\":null,\"email\":null,"
        "\"page\":null,\"place\":null,\"symbol\":null,\"patent\":null,\"patents\":[],"
        "\"words\":[],\"paper\":null,\"papers\":[],"
        "\"shares\":[{\"percent\":\"100.00\",\"who\":\"x\"}],\"parts\":1,\"_may\":[\"change\"]}",
        (long long)f.centre, (long long)f.staff, (long long)f.staff);
    assert_str(get(f.staff, "thing", id), expected.ptr);
}

static void a_record_is_cut_to_what_a_rule_shows(void **state)
{
    (void)state;
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\",\"amount\":\"1\"}");
    assert_true(
        str_contains(get(f.city_officer, "thing", id), STR("\"name\":\"one\",\"signed\":null,"
                                                           "\"kind\":\"plain\",\"_may\":")));
    assert_false(str_contains(get(f.city_officer, "thing", id), STR("amount")));
    assert_true(str_contains(get(f.officer, "thing", id), STR("\"amount\":\"1.00\"")));
    assert_str(get(f.stranger, "thing", id), "not found");
    assert_str(get(f.other_staff, "thing", id), "not found");
    assert_str(get(0, "thing", id), "not found");
    assert_str(get(f.staff, "thing", 999), "not found");
}

static void a_personal_number_is_masked_and_nowhere_in_plain(void **state)
{
    (void)state;
    int64_t id = fixture_create(&f, f.staff, "thing",
                                "{\"name\":\"one\",\"person\":\"11010519491231002X\"}");
    assert_true(str_contains(get(f.staff, "thing", id), STR("\"person\":\"110***********002X\"")));
    /* `unmasked` stands with the rule that ends records, not with one that reads */
    assert_true(
        str_contains(get(f.manager, "thing", id), STR("\"person\":\"110***********002X\"")));
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_thing WHERE person LIKE "
                                        "'%19491231%' OR person_index LIKE '%19491231%'"),
                     0);
    assert_int_equal(
        fixture_number(&f, "SELECT count(*) FROM record_version WHERE content LIKE '%19491231%'"),
        0);
    /* the same number again changes nothing; another does */
    struct subject s = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    assert_ok(record_change(&out,
                            &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                            fixture_json(&f, "{\"person\":\"11010519491231002x\"}"), NULL, &e),
              &e);
    assert_int_equal(out.version, 1);
    struct list_request r = {.filter = STR("person=11010519491231002X")};
    assert_str(names_with(f.staff, &r, "name"),
               "filter: at character 1: there is no field person to filter by");
}

static void what_waits_for_a_second_person_is_told_to_who_may_confirm(void **state)
{
    (void)state;
    struct subject s = fixture_subject(&f, f.officer);
    struct written out;
    struct err e;
    int64_t id = fixture_create(
        &f, f.staff, "step", "{\"title\":\"t\",\"known\":\"2026-01-01\",\"paid\":\"2026-01-01\"}");
    const struct record_type *t = fixture_type(&f, "step");
    for (size_t i = 0; i < 2; i++)
        assert_ok(record_act(&out, &(struct record_call){&f.k, &s, t, id, f.a},
                             i == 0 ? STR("submit") : STR("finish"), NULL, NULL, &e),
                  &e);
    struct write_options o = {.reason = STR("fraud")};
    assert_ok(
        record_act(&out, &(struct record_call){&f.k, &s, t, id, f.a}, STR("revoke"), NULL, &o, &e),
        &e);
    assert_true(str_contains(get(f.officer, "step", id),
                             STR("\"reason\":\"fraud\",\"arguments\":null,\"yours\":true")));
    assert_true(str_contains(get(f.officer2, "step", id), STR("\"yours\":false")));
    assert_false(str_contains(get(f.staff, "step", id), STR("_proposals")));
    assert_true(str_contains(get(f.staff, "step", id), STR("\"_may\":[\"change\",\"close\"]")));
}

/* --- lists ------------------------------------------------------------------------------ */

static void some_things(void)
{
    fixture_create(
        &f, f.staff, "thing",
        "{\"name\":\"a\",\"amount\":\"10\",\"signed\":\"2024-05-01\",\"kind\":\"plain\"}");
    fixture_create(
        &f, f.staff, "thing",
        "{\"name\":\"b\",\"amount\":\"20\",\"signed\":\"2025-05-01\",\"kind\":\"licence\"}");
    fixture_create(&f, f.staff, "thing", "{\"name\":\"c\",\"kind\":\"plain\"}");
    fixture_create(
        &f, f.other_staff, "thing",
        "{\"name\":\"d\",\"amount\":\"40\",\"signed\":\"2024-12-31\",\"kind\":\"plain\"}");
    fixture_create(
        &f, f.staff, "thing",
        "{\"name\":\"e\",\"amount\":\"10\",\"signed\":\"2024-05-01\",\"kind\":\"plain\"}");
}

static void a_list_holds_what_may_be_read_in_its_order(void **state)
{
    (void)state;
    some_things();
    assert_str(names(f.staff, "", ""), "b e a c | 4"); /* -signed, empty ones last, -id */
    assert_str(names(f.staff, "", "signed"), "a e b c | 4");
    assert_str(names(f.staff, "", "amount,-name"), "e a b c | 4");
    assert_str(names(f.staff, "", "-id"), "e c b a | 4");
    assert_str(names(f.officer, "", ""), "b d e a c | 5");
    assert_str(names(f.other_staff, "", ""), "d | 1");
    assert_str(names(f.stranger, "", ""), "| 0");
    assert_str(names(f.staff, "", "colour"), "sort: there is no field colour to sort by");
    assert_str(names(f.staff, "", "words"), "sort: there is no field words to sort by");
    struct list_request r = {.limit = 1};
    assert_true(str_starts(list_with(f.staff, "thing", &r),
                           STR("{\"items\":[{\"id\":2,\"version\":1,\"state\":\"active\","
                               "\"name\":\"b\",\"amount\":\"20.00\",\"signed\":\"2025-05-01\","
                               "\"kind\":\"licence\"}],\"total\":4,\"next\":\"")));
}

static void a_list_shows_the_fields_that_are_asked(void **state)
{
    (void)state;
    fixture_create(&f, f.staff, "thing",
                   "{\"name\":\"a\",\"words\":[\"x\",\"y\"],\"shares\":[{\"who\":\"p\",\"percent\":"
                   "\"100\"}],\"term\":{\"from\":\"2026-01-01\"}}");
    struct list_request r = {.fields = STR("words, parts,term,owner_city,shares,weight")};
    assert_str(list_with(f.staff, "thing", &r),
               "{\"items\":[{\"id\":1,\"version\":1,\"state\":\"active\",\"words\":[\"x\",\"y\"],"
               "\"parts\":1,\"term\":{\"from\":\"2026-01-01\"},\"owner_city\":\"5101\",\"shares\":"
               "[{\"percent\":\"100.00\",\"who\":\"p\"}],\"weight\":null}],\"total\":1,"
               "\"next\":null}");
    r.fields = STR("name,colour");
    assert_str(list_with(f.staff, "thing", &r), "fields: there is no field colour");
    r = (struct list_request){
        .fields = STR("parts"), .filter = STR("parts>=1"), .sort = STR("-parts")};
    assert_str(list_with(f.staff, "thing", &r),
               "{\"items\":[{\"id\":1,\"version\":1,\"state\":\"active\",\"parts\":1}],\"total\":1,"
               "\"next\":null}");
}

/* What a subject does not see it cannot ask for by filter, order, field or word. */
static void hidden_fields_are_told_by_nothing(void **state)
{
    (void)state;
    some_things();
    assert_str(names(f.city_officer, "", ""), "b e a c | 4");
    assert_str(names(f.city_officer, "amount>5", ""),
               "filter: at character 1: there is no field amount to filter by");
    assert_str(names(f.city_officer, "", "amount"), "sort: there is no field amount to sort by");
    struct list_request r = {.fields = STR("name,amount")};
    assert_str(names_with(f.city_officer, &r, "name"), "fields: there is no field amount");
    r = (struct list_request){.words = STR("a")};
    assert_str(names_with(f.city_officer, &r, "name"), "| 0"); /* it would read the story too */
    assert_str(names_with(f.staff, &r, "name"), "a | 1");
}

static const struct fixture_type mixed[] = {
    {"mixed", "name: mixed\n"
              "label: {zh: 混合, en: Mixed}\n"
              "list: [name]\n"
              "search: [name, note]\n"
              "fields:\n"
              "  - {name: name, type: text, required: true, label: {zh: 名称, en: Name}}\n"
              "  - {name: amount, type: money, label: {zh: 金额, en: Amount}}\n"
              "  - {name: note, type: text, secrecy: secret, label: {zh: 备注, en: Note}}\n"
              "  - {name: person, type: person, label: {zh: 身份证号, en: Person}}\n"
              "states:\n"
              "  initial: open\n"
              "  list:\n"
              "    - {name: open, label: {zh: 公开, en: Open}, public: true}\n"
              "access:\n"
              "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create, change], "
              "unmasked: [person], secrecy: secret}\n"
              "  - {roles: [public], relation: published, verbs: [read], fields: [name, note]}\n"}};

static int set_up_mixed(void **state)
{
    (void)state;
    fixture_open(&f, mixed, 1);
    return 0;
}

static struct str mixed_names(int64_t account, const char *filter, const char *sort,
                              const char *words)
{
    struct list_request r = {
        .filter = str_of(filter), .sort = str_of(sort), .words = str_of(words)};
    struct str json = list_with(account, "mixed", &r), all = STR("");
    const struct jvalue *v = NULL;
    int64_t total = 0;
    if (jin_parse(&v, json, f.a, NULL) != OK)
        return json;
    for (size_t i = 0; i < jin_get(v, "items")->count; i++)
        all = arena_join(f.a, all, jin_text(&jin_get(v, "items")->items[i], "name"));
    assert_true(jin_i64(&total, v, "total"));
    return arena_printf(f.a, "%.*s %lld", STR_ARG(all), (long long)total);
}

/* Own records are seen whole, others' published ones by name alone: in one list. */
static void a_field_hidden_in_some_records_is_empty_there_for_every_question(void **state)
{
    (void)state;
    fixture_create(&f, f.staff, "mixed",
                   "{\"name\":\"a\",\"amount\":\"3\",\"note\":\"secret\","
                   "\"person\":\"11010519491231002X\"}");
    fixture_create(&f, f.other_staff, "mixed",
                   "{\"name\":\"b\",\"amount\":\"5\",\"note\":\"hidden\","
                   "\"person\":\"11010519491231002X\"}");
    fixture_create(&f, f.other_staff, "mixed", "{\"name\":\"c\",\"amount\":\"1\"}");
    assert_str(mixed_names(f.staff, "", "", ""), "abc 3");
    assert_str(mixed_names(f.staff, "amount>0", "", ""), "a 1");
    assert_str(mixed_names(f.staff, "not amount>4", "", ""), "a 1");
    assert_str(mixed_names(f.staff, "not (amount>4 or name=zz)", "", ""), "a 1");
    assert_str(mixed_names(f.staff, "amount is empty", "", ""), " 0");
    assert_str(mixed_names(f.staff, "amount is not empty", "", ""), "a 1");
    assert_str(mixed_names(f.staff, "not amount is empty", "", ""), "a 1");
    assert_str(mixed_names(f.staff, "", "amount", ""), "abc 3");  /* not cab */
    assert_str(mixed_names(f.staff, "", "-amount", ""), "acb 3"); /* not bac */
    assert_str(mixed_names(f.staff, "person=11010519491231002X", "", ""), "a 1");
    assert_str(mixed_names(f.staff, "", "", "hidden"), " 0");
    assert_str(mixed_names(f.staff, "", "", "secret"), "a 1");
    assert_str(mixed_names(0, "", "", ""), "abc 3");
    assert_str(mixed_names(0, "", "", "b"), " 0");
    /* note is secret, and the public rule reaches internal records alone */
    assert_str(mixed_names(0, "note=hidden", "", ""),
               "filter: at character 1: there is no field note to filter by");
    struct list_request r = {.fields = STR("name,amount,person")};
    struct str json = list_with(f.staff, "mixed", &r);
    assert_true(str_contains(json, STR("\"name\":\"a\",\"amount\":\"3.00\",\"person\":"
                                       "\"11010519491231002X\"}")));
    assert_true(str_contains(json, STR("\"name\":\"b\"},")));
    assert_true(str_contains(get(0, "mixed", 1), STR("\"name\":\"a\",\"_may\":[]")));
}

static void pages_by_cursor_hold_every_record_once(void **state)
{
    (void)state;
    struct rand r = {test_seed(7)};
    static const char *const sorts[] = {"",
                                        "amount",
                                        "-amount,kind",
                                        "kind,-signed",
                                        "-done,count",
                                        "-id",
                                        "place,amount,-signed,count"};
    static const char *const kinds[] = {"plain", "licence"};
    enum { COUNT = 60 };
    for (int i = 0; i < COUNT; i++) {
        struct str json =
            arena_printf(f.a, "{\"name\":\"n%d\",\"kind\":\"%s\"", i, kinds[rand_below(&r, 2)]);
        if (rand_below(&r, 3))
            json = arena_printf(f.a, "%.*s,\"amount\":\"%u\"", STR_ARG(json), rand_below(&r, 4));
        if (rand_below(&r, 2))
            json = arena_printf(f.a, "%.*s,\"signed\":\"2026-01-0%u\"", STR_ARG(json),
                                1 + rand_below(&r, 4));
        if (rand_below(&r, 2))
            json = arena_printf(f.a, "%.*s,\"done\":%s", STR_ARG(json),
                                rand_below(&r, 2) ? "true" : "false");
        if (rand_below(&r, 2))
            json = arena_printf(f.a, "%.*s,\"place\":\"510%u00\"", STR_ARG(json),
                                1 + 2 * rand_below(&r, 2));
        fixture_create(&f, f.staff, "thing", arena_printf(f.a, "%.*s}", STR_ARG(json)).ptr);
    }
    for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
        struct list_request whole = {.sort = str_of(sorts[i]), .limit = 500};
        struct str all = names_with(f.staff, &whole, "name"), got = STR("");
        struct list_request page = {.sort = str_of(sorts[i]), .limit = 1 + rand_below(&r, 9)};
        size_t pages = 0;
        for (;;) {
            const struct jvalue *v = NULL;
            struct str json = list_with(f.staff, "thing", &page);
            if (jin_parse(&v, json, f.a, NULL) != OK)
                fail_msg("%.*s", STR_ARG(json));
            for (size_t n = 0; n < jin_get(v, "items")->count; n++) {
                struct str name = jin_text(&jin_get(v, "items")->items[n], "name");
                got = arena_printf(f.a, "%.*s%.*s ", STR_ARG(got), STR_ARG(name));
            }
            if (++pages > COUNT)
                fail_msg("%s: the pages have no end", sorts[i]);
            page.cursor = jin_text(v, "next");
            if (page.cursor.len == 0)
                break;
        }
        got = arena_printf(f.a, "%.*s| %d", STR_ARG(got), COUNT);
        if (!str_eq(got, all))
            fail_msg("%s by %lld: %.*s instead of %.*s", sorts[i], (long long)page.limit,
                     STR_ARG(got), STR_ARG(all));
        assert_int_equal(pages, (COUNT + page.limit - 1) / page.limit);
        /* and by page */
        struct str by_page = STR("");
        page.cursor = STR_NONE;
        for (page.page = 1; page.page <= (int64_t)pages; page.page++) {
            struct str some = names_with(f.staff, &page, "name");
            some.len = str_find(some, STR("|"), 0);
            by_page = arena_join(f.a, by_page, some);
        }
        assert_true(str_starts(all, by_page) && by_page.len + strlen("| 60") == all.len);
    }
}

static void a_foreign_cursor_is_refused(void **state)
{
    (void)state;
    some_things();
    struct list_request r = {.limit = 2};
    const struct jvalue *v = NULL;
    assert_int_equal(jin_parse(&v, list_with(f.staff, "thing", &r), f.a, NULL), OK);
    r.cursor = jin_text(v, "next");
    assert_str(names_with(f.staff, &r, "name"), "a c | 4");
    static const char refused[] =
        "cursor: it does not belong to this list; begin at its first page";
    struct list_request other = r;
    other.sort = STR("name");
    assert_str(names_with(f.staff, &other, "name"), refused);
    other = r;
    other.filter = STR("amount>1");
    assert_str(names_with(f.staff, &other, "name"), refused);
    other = r;
    other.cursor = STR("AAAA");
    assert_str(names_with(f.staff, &other, "name"), refused);
    other.cursor = STR("%%%");
    assert_str(names_with(f.staff, &other, "name"), refused);
    other = (struct list_request){.limit = 501};
    assert_str(names_with(f.staff, &other, "name"), "limit: a page has 1 to 500 records");
}

static void ended_records_are_listed_when_they_are_asked_for(void **state)
{
    (void)state;
    some_things();
    struct subject s = fixture_subject(&f, f.manager);
    struct written out;
    struct err e;
    struct list_request r = {.ended = true};
    assert_ok(record_act(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), 2, f.a},
                         STR("end"), NULL, NULL, &e),
              &e);
    assert_str(names(f.staff, "", ""), "e a c | 3");
    assert_str(names_with(f.staff, &r, "name"), "b e a c | 4");
    r.filter = STR("ended_ms is not empty");
    assert_str(names_with(f.staff, &r, "name"), "b | 1");
}

static void words_are_found_in_any_spelling(void **state)
{
    (void)state;
    fixture_create(
        &f, f.staff, "thing",
        "{\"name\":\"光波导\",\"story\":\"ＡＲ眼镜\\n100%% 國產\",\"words\":[\"Glass\"]}");
    fixture_create(&f, f.staff, "thing", "{\"name\":\"石墨烯\"}");
    static const struct {
        const char *words, *found;
    } cases[] = {{"波导", "光波导 | 1"}, {"ar 波导", "光波导 | 1"},   {"GLASS", "光波导 | 1"},
                 {"国产", "光波导 | 1"}, {"石墨 波导", "| 0"},        {"100%", "光波导 | 1"},
                 {"100_", "| 0"},        {"  ", "石墨烯 光波导 | 2"}, {"眼镜\n100", "| 0"}};
    for (size_t i = 0; i + 1 < ARRAY_LEN(cases); i++) {
        struct list_request r = {.words = str_of(cases[i].words), .sort = STR("-id")};
        assert_str(names_with(f.staff, &r, "name"), cases[i].found);
    }
}

static void an_answer_is_never_older_than_the_last_write(void **state)
{
    (void)state;
    struct subject s = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    for (int i = 0; i < 50; i++) {
        struct str json = arena_printf(f.a, "{\"name\":\"n%d\",\"count\":0}", i);
        int64_t id = fixture_create(&f, f.staff, "thing", json.ptr);
        struct str expected = arena_printf(f.a, "| %d", i + 1);
        assert_true(str_ends(names(f.staff, "", ""), expected));
        assert_true(str_ends(names(f.staff, "", ""), expected)); /* the kept one */
        assert_str(names(f.staff, "count>0", ""), "| 0");
        assert_ok(record_change(&out,
                                &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                                fixture_json(&f, "{\"count\":1}"), NULL, &e),
                  &e);
        assert_true(str_ends(names(f.staff, "count>0", ""), STR("| 1")));
        assert_ok(record_change(&out,
                                &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                                fixture_json(&f, "{\"count\":0}"), NULL, &e),
                  &e);
    }
    /* another subject's answer is another, to the same question at the same moment */
    assert_true(str_ends(names(f.staff, "", ""), STR("| 50")));
    assert_str(names(f.other_staff, "", ""), "| 0");
    assert_str(names(f.stranger, "", ""), "| 0");
    assert_str(names(f.neighbour, "", ""), "| 0");
}

/* Whether the answer to all things is kept; it is worked out where not. */
static bool was_kept(const char *type)
{
    struct subject s = fixture_subject(&f, f.officer);
    struct list_request r = {.limit = 20};
    struct buf out;
    buf_init(&out, 0);
    bool kept =
        record_list_kept(&out, &(struct record_call){&f.k, &s, fixture_type(&f, type), 0, f.a}, &r);
    struct str worked_out = list_with(f.officer, type, &r);
    if (kept)
        assert_true(str_eq(buf_str(&out), worked_out));
    else
        assert_int_equal(out.len, 0);
    buf_clear(&out);
    return kept;
}

static void an_answer_is_kept_until_its_own_type_is_written_or_what_rights_stand_on(void **state)
{
    (void)state;
    if (scratch_is_postgres()) {
        assert_false(was_kept("thing"));
        assert_false(was_kept("thing"));
        return;
    }
    fixture_create(&f, f.staff, "thing", "{\"name\":\"a\"}");
    (void)was_kept("thing");
    (void)was_kept("step");
    assert_true(was_kept("thing"));
    fixture_create(&f, f.staff, "step", "{\"title\":\"s\"}");
    (void)was_kept("step"); /* somebody looks at what has come */
    assert_true(was_kept("thing"));
    fixture_create(&f, f.staff, "thing", "{\"name\":\"b\"}");
    assert_true(was_kept("step") || was_kept("step"));
    assert_false(was_kept("thing"));
    assert_true(was_kept("thing"));
    /* An entry of no plain type: an office, a grant, a setting, what is not known yet. */
    static const char *const others[] = {"office", "role_grant", "setting", "unheard_of"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        fixture_run(&f, arena_printf(f.a,
                                     "INSERT INTO log_entry (uid, at_ms, body) VALUES ('u%zu', 1, "
                                     "'{\"v\":1,\"do\":\"x\",\"type\":\"%s\",\"id\":1}')",
                                     i, others[i])
                            .ptr);
        (void)was_kept("step"); /* somebody looks at what has come */
        assert_false(was_kept("thing"));
        assert_true(was_kept("thing"));
    }
}

static void more_entries_than_are_looked_at_drop_every_answer(void **state)
{
    (void)state;
    if (scratch_is_postgres())
        return;
    fixture_create(&f, f.staff, "thing", "{\"name\":\"a\"}");
    (void)was_kept("thing");
    assert_true(was_kept("thing"));
    fixture_run(&f, "INSERT INTO log_entry (uid, at_ms, body) WITH RECURSIVE i (n) AS (SELECT 1 "
                    "UNION ALL SELECT n + 1 FROM i WHERE n < 5000) SELECT 'm' || n, 1, "
                    "'{\"type\":\"step\"}' FROM i");
    (void)was_kept("step");
    assert_false(was_kept("thing"));
    assert_true(was_kept("thing"));
}

/* How many statements the list of all things takes. */
static int statements_of_a_list(void)
{
    struct list_request r = {.limit = 20};
    uint64_t before = db_statements();
    (void)list_with(f.officer, "thing", &r);
    return (int)(db_statements() - before);
}

static void numbering_an_entry_drops_no_answer(void **state)
{
    (void)state;
    fixture_create(&f, f.staff, "thing", "{\"name\":\"a\"}");
    fixture_create(&f, f.staff, "thing", "{\"name\":\"b\"}");
    int first = statements_of_a_list(), kept = statements_of_a_list();
    assert_true(kept < first);
    for (int i = 0; i < 2; i++) {
        fixture_run(&f,
                    "UPDATE log_entry SET leaf = (SELECT count(*) FROM log_entry WHERE leaf IS NOT "
                    "NULL) WHERE id = (SELECT min(id) FROM log_entry WHERE leaf IS NULL)");
        assert_int_equal(statements_of_a_list(), kept);
    }
    fixture_create(&f, f.staff, "thing", "{\"name\":\"c\"}");
    assert_true(statements_of_a_list() > kept);
    assert_int_equal(statements_of_a_list(), kept);
}

static const struct fixture_type counting[] = {
    {"counter", "name: counter\nlabel: {zh: 计, en: Counter}\nowner: unit\nfields:\n"
                "  - {name: name, type: text, label: {zh: 名, en: Name}}\n"
                "  - {name: things, type: computed, label: {zh: 数, en: Things}, result: int, sql: "
                "\"SELECT count(*) FROM record_thing WHERE id > 0 OR id = ?1\"}\n"
                "list: [name, things]\n"
                "access:\n  - {roles: [province_officer], relation: own_province, verbs: [read]}\n"
                "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create]}\n"}};

static int set_up_counting(void **state)
{
    (void)state;
    fixture_open(&f, counting, ARRAY_LEN(counting));
    return 0;
}

static void an_answer_that_counts_other_records_goes_with_them(void **state)
{
    (void)state;
    fixture_create(&f, f.staff, "counter", "{\"name\":\"c\"}");
    struct list_request r = {0};
    assert_true(str_contains(list_with(f.officer, "counter", &r), STR("\"things\":0")));
    fixture_create(&f, f.staff, "thing", "{\"name\":\"a\"}");
    assert_true(str_contains(list_with(f.officer, "counter", &r), STR("\"things\":1")));
}

/* Alone, in its history, in lists and in totals; by whoever imports it, too. */
static void what_an_import_brings_is_seen_once_all_of_it_is_there(void **state)
{
    (void)state;
    struct subject s = fixture_subject(&f, f.staff);
    int64_t id = fixture_create(&f, f.staff, "thing", "{\"name\":\"one\"}"), version;
    struct buf b;
    struct err e;
    fixture_run(&f,
                "INSERT INTO record_import (id, type, state, account, unit, file_name, file_digest,"
                " whole, started_ms, created, changed, unchanged, rejected, kept) VALUES (7,"
                " 'thing', 'running', 1, 1, 'a.xlsx', 'x', 0, 1, 0, 0, 0, 0, 0)");
    fixture_run(&f, "UPDATE record_thing SET import_id = 7");
    buf_init(&b, 0);
    assert_int_equal(record_get(&b, &version,
                                &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                                &e),
                     E_NOTFOUND);
    assert_int_equal(
        record_history(&b, &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                       NULL, &e),
        E_NOTFOUND);
    assert_str(names(f.staff, "", ""), "| 0");
    /* Nor is it written to, by id or by name: as if it were not there. */
    struct written w;
    const struct record_type *thing = fixture_type(&f, "thing");
    struct subject boss = fixture_subject(&f, f.manager);
    assert_int_equal(record_change(&w, &(struct record_call){&f.k, &s, thing, id, f.a},
                                   fixture_json(&f, "{\"name\":\"other\"}"), NULL, &e),
                     E_NOTFOUND);
    assert_int_equal(record_act(&w, &(struct record_call){&f.k, &boss, thing, id, f.a}, STR("end"),
                                NULL, NULL, &e),
                     E_NOTFOUND);
    struct assignment given = {.kind = STR("do"), .account = f.other_staff};
    assert_int_equal(record_give(&given, &(struct record_call){&f.k, &s, thing, id, f.a}, &e),
                     E_NOTFOUND);
    assert_int_equal(fixture_number(&f, "SELECT version FROM record_thing"), 1);
    /* But the import itself goes on with it. */
    const struct write_options own = {.import_id = 7};
    struct subject program;
    subject_program(&program, STR("2026-11-20"));
    assert_ok(record_change(&w, &(struct record_call){&f.k, &program, thing, id, f.a},
                            fixture_json(&f, "{\"name\":\"one\"}"), &own, &e),
              &e);
    fixture_run(&f, "UPDATE record_import SET state = 'finished' WHERE id = 7");
    assert_ok(record_get(&b, &version,
                         &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a}, &e),
              &e);
    (void)fixture_create(&f, f.staff, "thing",
                         "{\"name\":\"two\"}"); /* answers are kept until then */
    assert_str(names(f.staff, "", "id"), "one two | 2");
    buf_clear(&b);
}

static void who_reads_none_of_a_kind_is_told_so(void **state)
{
    (void)state;
    struct list_request r = {0};
    assert_str(list_with(0, "thing", &r), "you may not read: 物件");
}

static void what_is_known_not_to_be_is_the_last_of_days(void **state)
{
    (void)state;
    (void)fixture_create(&f, f.staff, "thing", "{\"name\":\"no\",\"filed\":false}");
    (void)fixture_create(&f, f.staff, "thing", "{\"name\":\"unknown\"}");
    (void)fixture_create(&f, f.staff, "thing", "{\"name\":\"late\",\"filed\":\"2026-03-01\"}");
    (void)fixture_create(&f, f.staff, "thing", "{\"name\":\"early\",\"filed\":\"2025-03-01\"}");
    assert_str(names(f.staff, "", "-filed"), "no late early unknown | 4");
    assert_str(names(f.staff, "", "filed"), "early late no unknown | 4");
    /* by pages of one, too */
    struct list_request q = {.sort = STR("-filed"), .limit = 1};
    static const char *const expected[] = {"no", "late", "early", "unknown"};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        const struct jvalue *v = NULL;
        assert_int_equal(jin_parse(&v, list_with(f.staff, "thing", &q), f.a, NULL), OK);
        assert_str(jin_text(&jin_get(v, "items")->items[0], "name"), expected[i]);
        q.cursor = jin_text(v, "next");
    }
    assert_int_equal(q.cursor.len, 0);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_known_not_to_be_is_the_last_of_days),
        TEST(a_record_is_shown_whole_with_what_may_be_done),
        TEST(a_record_is_cut_to_what_a_rule_shows),
        TEST(a_personal_number_is_masked_and_nowhere_in_plain),
        TEST(what_waits_for_a_second_person_is_told_to_who_may_confirm),
        TEST(a_list_holds_what_may_be_read_in_its_order),
        TEST(a_list_shows_the_fields_that_are_asked),
        TEST(hidden_fields_are_told_by_nothing),
        cmocka_unit_test_setup_teardown(
            a_field_hidden_in_some_records_is_empty_there_for_every_question, set_up_mixed,
            tear_down),
        TEST(pages_by_cursor_hold_every_record_once),
        TEST(a_foreign_cursor_is_refused),
        TEST(ended_records_are_listed_when_they_are_asked_for),
        TEST(words_are_found_in_any_spelling),
        TEST(an_answer_is_never_older_than_the_last_write),
        TEST(an_answer_is_kept_until_its_own_type_is_written_or_what_rights_stand_on),
        TEST(more_entries_than_are_looked_at_drop_every_answer),
        TEST(numbering_an_entry_drops_no_answer),
        cmocka_unit_test_setup_teardown(an_answer_that_counts_other_records_goes_with_them,
                                        set_up_counting, tear_down),
        TEST(what_an_import_brings_is_seen_once_all_of_it_is_there),
        TEST(who_reads_none_of_a_kind_is_told_so),
    };
    return cmocka_run_group_tests_name("record/read", tests, NULL, NULL);
}
