#include "test.h"

#include "base/rand.h"
#include "model/patent_random.h"
#include <stdlib.h>

static struct str json_of(const struct patent *p, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    patent_to_json(&b, p);
    assert_true(buf_ok(&b));
    struct str s = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return s;
}

static void writing_what_was_read_gives_the_same_bytes(void **state)
{
    (void)state;
    struct rand r = {test_seed(20261120)};
    struct arena *a = arena_new();
    for (int i = 0; i < 3000; i++) {
        struct patent p, back;
        struct err e;
        patent_random(&p, &r, 1000, a);
        struct str once = json_of(&p, a);
        assert_ok(patent_from_json(&back, once, a, &e), &e);
        struct str twice = json_of(&back, a);
        if (!str_eq(once, twice))
            fail_msg("once:\n%.*s\ntwice:\n%.*s", STR_ARG(once), STR_ARG(twice));
        arena_reset(a);
    }
    arena_free(a);
}

/* Texts that look like the lists behind them, and each list alone. */
static void the_head_is_all_but_the_lists_behind_it(void **state)
{
    (void)state;
    struct rand r = {test_seed(20261120)};
    struct arena *a = arena_new();
    for (int i = 0; i < 3000; i++) {
        struct patent p, head;
        struct err e;
        patent_random(&p, &r, 1000, a);
        if (i % 3 == 0)
            p.source = p.status_written = STR("priorities\":[{},\"vendor\":[\\");
        if (i % 5 == 0) {
            unsigned kept = (unsigned)(i / 5 % 5);
            p.priorities.len *= kept == 0;
            p.family_members.len *= kept == 1;
            p.citations.len *= kept == 2;
            p.events.len *= kept == 3;
            p.vendor.len *= kept == 4;
        }
        assert_ok(patent_head_from_json(&head, json_of(&p, a), a, &e), &e);
        p.priorities.len = p.family_members.len = p.citations.len = p.events.len = p.vendor.len = 0;
        struct str wanted = json_of(&p, a), got = json_of(&head, a);
        if (!str_eq(wanted, got))
            fail_msg("wanted:\n%.*s\ngot:\n%.*s", STR_ARG(wanted), STR_ARG(got));
        arena_reset(a);
    }
    struct patent p;
    struct err e;
    assert_ok(patent_head_from_json(&p, STR("{\"vendor\":[{\"name\":"), a, &e), &e);
    assert_int_equal(p.vendor.len, 0);
    assert_int_equal(patent_head_from_json(&p, STR("{\"source\":\"a"), a, &e), E_INVALID);
    assert_int_equal(patent_head_from_json(&p, STR("\"vendor\":["), a, &e), E_INVALID);
    arena_free(a);
}

static void every_member_comes_back(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent p, q;
    struct err e;
    struct rand r = {5};
    for (int i = 0; i < 500; i++) {
        patent_random(&p, &r, 1000, a);
        assert_ok(patent_from_json(&q, json_of(&p, a), a, &e), &e);
        assert_true(str_eq(p.source, q.source) && str_eq(p.source_id, q.source_id));
        assert_true(str_eq(p.publication.key, q.publication.key));
        assert_true(str_eq(p.publication.written, q.publication.written));
        assert_true(str_eq(p.application.key, q.application.key));
        assert_int_equal(p.application.check, q.application.check);
        assert_memory_equal(&p.publication_date, &q.publication_date, sizeof(struct date));
        assert_int_equal(p.texts.len, q.texts.len);
        for (size_t k = 0; k < p.texts.len; k++) {
            assert_true(str_eq(p.texts.ptr[k].content, q.texts.ptr[k].content));
            assert_int_equal(p.texts.ptr[k].translated, q.texts.ptr[k].translated);
        }
        assert_int_equal(p.parties.len, q.parties.len);
        for (size_t k = 0; k < p.parties.len; k++)
            assert_true(str_eq(p.parties.ptr[k].name_key, q.parties.ptr[k].name_key));
        assert_int_equal(p.classes.len, q.classes.len);
        assert_int_equal(p.citations.len, q.citations.len);
        assert_int_equal(p.events.len, q.events.len);
        assert_int_equal(p.priorities.len, q.priorities.len);
        assert_int_equal(p.vendor.len, q.vendor.len);
        assert_true(p.type == q.type && p.status == q.status && p.times_cited == q.times_cited);
        arena_reset(a);
    }
    arena_free(a);
}

static void a_plain_record_is_written_without_what_can_be_computed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent p = {0};
    patent_init(&p);
    assert_true(number_parse(&p.publication, STR("CN108192973A"), NUMBER_PUBLICATION, STR_NONE, a));
    p.publication_date = (struct date){2018, 6, 0};
    VEC_PUSH(a, &p.texts,
             (struct patent_text){.part = TEXT_TITLE, .lang = STR("zh"), .content = STR("电池")});
    assert_str(json_of(&p, a),
               "{\"publication\":{\"office\":\"CN\",\"serial\":\"108192973\",\"kind\":\"A\","
               "\"display\":\"CN108192973A\"},\"publication_date\":\"2018-06\","
               "\"texts\":[{\"part\":\"title\",\"lang\":\"zh\",\"content\":\"电池\"}]}");
    arena_free(a);
}

static void damaged_json_is_refused_by_name(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *bad[] = {"",
                         "[]",
                         "{\"publication_date\":\"20180601\"}",
                         "{\"publication_date\":\"2018-6-1\"}",
                         "{\"type\":\"spaceship\"}",
                         "{\"texts\":{}}",
                         "{\"parties\":[{\"role\":\"king\"}]}",
                         "{\"times_cited\":\"many\"}",
                         "{\"source\":\"a\",\"source\":\"b\"}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct patent p;
        struct err e;
        if (patent_from_json(&p, str_of(bad[i]), a, &e) != E_INVALID)
            fail_msg("accepted: %s", bad[i]);
    }
    arena_free(a);
}

static struct str key_of(const struct patent *p, struct arena *a)
{
    struct str key = STR_NONE;
    struct err e;
    assert_ok(patent_key(&key, p, a, &e), &e);
    return key;
}

static void the_key_is_the_best_thing_that_identifies(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent p = {0};
    struct str key;
    struct err e;
    patent_init(&p);
    assert_int_equal(patent_key(&key, &p, a, &e), E_INVALID);
    VEC_PUSH(a, &p.texts, (struct patent_text){.part = TEXT_TITLE, .content = STR("电池")});
    struct str digest = key_of(&p, a);
    assert_true(str_starts(digest, STR("无号/sha256/")));
    assert_true(patent_key_is_numberless(digest));
    assert_true(str_eq(key_of(&p, a), digest));
    VEC_PUSH(a, &p.vendor, (struct vendor_field){.name = STR("编号"), .value = STR("1")});
    assert_false(str_eq(key_of(&p, a), digest)); /* equal titles are not one record */
    p.vendor.len = 0;
    p.source = STR("table:b.csv");
    assert_false(str_eq(key_of(&p, a), digest)); /* nor are equal rows of two sources */
    VEC_PUSH(a, &p.texts, (struct patent_text){.part = TEXT_ABSTRACT, .content = STR("一种")});
    assert_false(str_eq(key_of(&p, a), digest));
    p.source = STR("table:a.csv");
    p.source_id = STR("17");
    assert_str(key_of(&p, a), "无号/table:a.csv/17");
    p.application.key = STR("CN/app/201410001234");
    assert_str(key_of(&p, a), "CN/app/201410001234");
    assert_false(patent_key_is_numberless(key_of(&p, a)));
    p.publication.key = STR("CN/108192973/A");
    assert_str(key_of(&p, a), "CN/108192973/A");
    arena_free(a);
}

static void a_text_is_given_in_the_wanted_language_and_own_words_first(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent p = {0};
    const struct patent_text texts[] = {
        {TEXT_TITLE, STR("de"), STR("Batterie"), false},
        {TEXT_TITLE, STR("en"), STR("battery, translated"), true},
        {TEXT_TITLE, STR("en"), STR("battery"), false},
        {TEXT_ABSTRACT, STR("ja"), STR("電池"), false},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        VEC_PUSH(a, &p.texts, texts[i]);
    assert_str(patent_title(&p, "de"), "Batterie");
    assert_str(patent_title(&p, "en"), "battery");
    assert_str(patent_title(&p, "zh"), "battery");
    assert_str(patent_title(&p, NULL), "battery");
    assert_str(patent_text(&p, TEXT_ABSTRACT, "zh"), "電池");
    assert_int_equal(patent_text(&p, TEXT_CLAIMS, "zh").len, 0);
    VEC_PUSH(a, &p.texts,
             (struct patent_text){.part = TEXT_TITLE, .lang = STR("zh"), .content = STR("电池")});
    assert_str(patent_title(&p, "fr"), "电池");
    arena_free(a);
}

static void merging_gives_the_same_whatever_the_order(void **state)
{
    (void)state;
    struct rand r = {test_seed(20261120)};
    struct arena *a = arena_new();
    for (int round = 0; round < 500; round++) {
        struct patent parts[5], merged;
        const struct patent *list[5];
        size_t n = 2 + rand_below(&r, 4);
        for (size_t i = 0; i < n; i++) {
            patent_random(&parts[i], &r, 2, a);
            list[i] = &parts[i];
        }
        patent_merge(&merged, list, n, a);
        struct str expected = json_of(&merged, a);
        for (int shuffle = 0; shuffle < 5; shuffle++) {
            for (size_t i = n - 1; i > 0; i--) {
                size_t k = rand_below(&r, (uint32_t)i + 1);
                const struct patent *t = list[i];
                list[i] = list[k];
                list[k] = t;
            }
            patent_merge(&merged, list, n, a);
            struct str got = json_of(&merged, a);
            if (!str_eq(got, expected))
                fail_msg("one order:\n%.*s\nanother:\n%.*s", STR_ARG(expected), STR_ARG(got));
        }
        arena_reset(a);
    }
    arena_free(a);
}

static struct patent *part(const char *source, struct arena *a)
{
    struct patent *p = arena_alloc(a, sizeof(*p));
    patent_init(p);
    p->source = str_of(source);
    p->publication.key = STR("CN/1/A");
    return p;
}

static void an_office_is_believed_before_a_vendor_and_gaps_are_filled(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *office = part("docdb", a), *vendor = part("table:x.xlsx", a), m;
    const struct patent *both[] = {vendor, office};
    office->publication_date = (struct date){2018, 0, 0};
    office->application_date = (struct date){2017, 1, 2};
    vendor->publication_date = (struct date){2018, 6, 1};
    vendor->application_date = (struct date){2016, 1, 1};
    vendor->status = STATUS_ACTIVE;
    vendor->status_written = STR("有效");
    VEC_PUSH(a, &office->texts,
             (struct patent_text){.part = TEXT_TITLE, .lang = STR("en"), .content = STR("cell")});
    VEC_PUSH(
        a, &vendor->texts,
        (struct patent_text){.part = TEXT_TITLE, .lang = STR("en"), .content = STR("battery")});
    VEC_PUSH(a, &vendor->texts,
             (struct patent_text){.part = TEXT_TITLE, .lang = STR("zh"), .content = STR("电池")});
    VEC_PUSH(a, &office->parties, (struct party){.name = STR("HUAWEI"), .name_key = STR("huawei")});
    VEC_PUSH(
        a, &vendor->parties,
        (struct party){.name = STR("Huawei"), .name_key = STR("huawei"), .country = STR("CN")});
    patent_merge(&m, both, 2, a);
    assert_str(m.source, "docdb + table:x.xlsx");
    assert_int_equal(m.publication_date.day, 1); /* a full date before a partial one */
    assert_int_equal(m.application_date.year, 2017);
    assert_int_equal(m.status, STATUS_ACTIVE);
    assert_str(patent_title(&m, "en"), "cell");
    assert_str(patent_title(&m, "zh"), "电池");
    assert_int_equal(m.parties.len, 1);
    assert_str(m.parties.ptr[0].name, "HUAWEI");
    assert_str(m.parties.ptr[0].country, "CN");
    arena_free(a);
}

static void a_right_check_digit_is_believed_before_a_wrong_one(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *office = part("docdb", a), *vendor = part("table:x.xlsx", a), m;
    const struct patent *both[] = {office, vendor};
    assert_true(number_parse(&office->application, STR("CN201410001234.1"), NUMBER_APPLICATION,
                             STR_NONE, a));
    struct str serial = STR("201410001234");
    struct str right = arena_printf(a, "%.*s.%c", STR_ARG(serial), number_cn_check_digit(serial));
    assert_true(number_parse(&vendor->application, right, NUMBER_APPLICATION, STR("CN"), a));
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.application.check, CHECK_RIGHT);
    arena_free(a);
}

static void a_later_exchange_of_the_same_record_supersedes_the_earlier(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *old = part("docdb", a), *new = part("docdb", a), m;
    const struct patent *both[] = {old, new};
    old->source_id = new->source_id = STR("77");
    old->as_of = (struct date){2020, 1, 1};
    new->as_of = (struct date){2021, 1, 1};
    VEC_PUSH(a, &old->parties, (struct party){.name = STR("MISSPELT")});
    VEC_PUSH(a, &new->parties, (struct party){.name = STR("SPELT")});
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.parties.len, 1);
    assert_str(m.parties.ptr[0].name, "SPELT");
    new->as_of = old->as_of; /* of one day: nothing says which is right */
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.parties.len, 2);
    arena_free(a);
}

static struct patent *export(int64_t file_number, const char *title, const char *holder,
                             struct arena *a)
{
    struct patent *p = part("list.csv", a);
    p->file_number = file_number;
    if (title)
        VEC_PUSH(
            a, &p->texts,
            (struct patent_text){.part = TEXT_TITLE, .lang = STR("zh"), .content = str_of(title)});
    if (holder)
        VEC_PUSH(a, &p->parties,
                 (struct party){
                     .role = PARTY_ASSIGNEE, .name = str_of(holder), .name_key = str_of(holder)});
    return p;
}

static void add_class(struct patent *p, enum class_scheme scheme, const char *symbol,
                      struct arena *a)
{
    VEC_PUSH(a, &p->classes, (struct classification){scheme, {.symbol = str_of(symbol)}});
}

static void a_later_file_of_the_same_source_states_the_facts_anew(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *old = export(1, "一种很长的电池", "张三公司", a),
                  *new = export(2, "电池", "李四公司", a);
    struct patent m;
    const struct patent *both[] = {old, new};
    old->publication_date = (struct date){2024, 5, 1};
    new->publication_date = (struct date){2024, 4, 0};
    old->status = STATUS_INACTIVE; /* further on, yet the older statement */
    new->status = STATUS_ACTIVE;
    old->times_cited = 9;
    new->times_cited = 0;
    add_class(old, CLASS_IPC, "H01M4/00", a);
    add_class(old, CLASS_CPC, "Y02E60/10", a);
    add_class(new, CLASS_IPC, "G02B27/01", a);
    VEC_PUSH(a, &old->sei, STR("新能源"));
    VEC_PUSH(a, &new->sei, STR("新材料"));
    VEC_PUSH(a, &old->priorities, (struct priority){.number = {.key = STR("CN/app/1")}});
    VEC_PUSH(a, &new->priorities, (struct priority){.number = {.key = STR("CN/app/2")}});
    VEC_PUSH(a, &old->vendor, (struct vendor_field){STR("权利要求数量"), STR("5")});
    VEC_PUSH(a, &old->vendor, (struct vendor_field){STR("备注"), STR("甲")});
    VEC_PUSH(a, &new->vendor, (struct vendor_field){STR("权利要求数量"), STR("3")});
    for (int order = 0; order < 2; order++) {
        patent_merge(&m, both, 2, a);
        assert_str(m.source, "list.csv");
        assert_int_equal(m.texts.len, 1);
        assert_str(patent_title(&m, "zh"), "电池");
        assert_int_equal(m.parties.len, 1);
        assert_str(m.parties.ptr[0].name, "李四公司");
        assert_int_equal(m.publication_date.month, 4);
        assert_int_equal(m.publication_date.day, 0);
        assert_int_equal(m.status, STATUS_ACTIVE);
        assert_int_equal(m.times_cited, 0);
        assert_int_equal(m.classes.len, 2); /* IPC anew; of CPC the later file says nothing */
        assert_str(m.classes.ptr[0].symbol.symbol, "G02B27/01");
        assert_str(m.classes.ptr[1].symbol.symbol, "Y02E60/10");
        assert_int_equal(m.sei.len, 1);
        assert_str(m.sei.ptr[0], "新材料");
        assert_int_equal(m.priorities.len, 1);
        assert_int_equal(m.vendor.len, 2);
        assert_str(m.vendor.ptr[0].value, "3");
        both[0] = new;
        both[1] = old;
    }
    arena_free(a);
}

static void what_a_later_file_does_not_state_stays(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *old = export(1, "电池", "张三公司", a), *new = export(2, NULL, "张三公司", a), m;
    const struct patent *both[] = {old, new};
    VEC_PUSH(
        a, &old->texts,
        (struct patent_text){.part = TEXT_ABSTRACT, .lang = STR("zh"), .content = STR("摘要")});
    VEC_PUSH(a, &old->parties,
             (struct party){.role = PARTY_APPLICANT, .name = STR("甲"), .name_key = STR("甲")});
    VEC_PUSH(a, &new->parties,
             (struct party){.role = PARTY_APPLICANT, .name = STR("甲"), .name_key = STR("甲")});
    old->parties.ptr[1].address = STR("四川省成都市");
    old->region = STR("510100");
    old->application_date = (struct date){2020, 3, 4};
    new->application_date = (struct date){2020, 0, 0}; /* the same, less exactly */
    old->status = STATUS_ACTIVE;
    patent_merge(&m, both, 2, a);
    assert_str(patent_title(&m, "zh"), "电池");
    assert_str(patent_text(&m, TEXT_ABSTRACT, "zh"), "摘要");
    assert_int_equal(m.parties.len, 2);
    assert_str(m.parties.ptr[1].address, "四川省成都市");
    assert_str(m.region, "510100");
    assert_int_equal(m.application_date.day, 4);
    assert_int_equal(m.status, STATUS_ACTIVE);
    new->parties.ptr[1].name = new->parties.ptr[1].name_key = STR("乙");
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.region.len, 0); /* the region was that of another applicant */
    arena_free(a);
}

static void rows_of_one_file_are_united_whatever_other_files_say(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *old = export(1, "旧", "旧公司", a), *one = export(2, "电池", "张三公司", a),
                  *two = export(2, "一种电池", "李四公司", a), m;
    const struct patent *all[] = {old, one, two};
    patent_merge(&m, all, 3, a);
    assert_str(patent_title(&m, "zh"), "一种电池");
    assert_int_equal(m.parties.len, 2);
    old->as_of = (struct date){2025, 1, 1}; /* a day that a file names comes first */
    patent_merge(&m, all, 3, a);
    assert_str(patent_title(&m, "zh"), "旧");
    assert_int_equal(m.parties.len, 1);
    arena_free(a);
}

static void of_two_days_without_a_kind_the_first_counts(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *early = part("lens", a), *late = part("lens", a), *named = part("lens", a), m;
    const struct patent *all[] = {late, early, named}, *turned[] = {named, early, late};
    early->publication_date = (struct date){2010, 4, 14};
    late->publication_date = (struct date){2011, 6, 22};
    named->publication_date = (struct date){2010, 9, 1};
    patent_merge(&m, all, 2, a);
    assert_int_equal(date_cmp(m.publication_date, early->publication_date), 0);
    patent_merge(&m, turned + 1, 2, a);
    assert_int_equal(date_cmp(m.publication_date, early->publication_date), 0);
    named->publication.kind = STR("A1"); /* the record with the kind says its day */
    patent_merge(&m, all, 3, a);
    assert_int_equal(date_cmp(m.publication_date, named->publication_date), 0);
    patent_merge(&m, turned, 3, a);
    assert_int_equal(date_cmp(m.publication_date, named->publication_date), 0);
    arena_free(a);
}

static void files_of_an_office_describe_parts_of_one_document(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *one = export(1, NULL, "张三公司", a), *two = export(2, NULL, "李四公司", a), m;
    const struct patent *both[] = {one, two};
    one->source = two->source = STR("docdb");
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.parties.len, 2);
    arena_free(a);
}

static void merged_lists_have_one_first_class(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *office = part("docdb", a), *vendor = part("uspto", a), m;
    const struct patent *both[] = {vendor, office};
    office->as_of = (struct date){2024, 1, 1};
    VEC_PUSH(a, &office->classes,
             (struct classification){CLASS_IPC, {.symbol = STR("H01M10/052"), .position = 'F'}});
    VEC_PUSH(a, &vendor->classes,
             (struct classification){CLASS_IPC, {.symbol = STR("G02B27/01"), .position = 'F'}});
    VEC_PUSH(a, &vendor->classes,
             (struct classification){CLASS_CPC, {.symbol = STR("G02B27/01"), .position = 'F'}});
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.classes.len, 3);
    assert_int_equal(m.classes.ptr[0].symbol.position, 'F');
    assert_int_equal(m.classes.ptr[1].symbol.position, 'L');
    assert_int_equal(m.classes.ptr[2].symbol.position, 'F');
    vendor->source = STR("patsnap"); /* a list that an office states is not added to */
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.classes.len, 2);
    assert_str(m.classes.ptr[0].symbol.symbol, "H01M10/052");
    assert_int_equal(m.classes.ptr[1].scheme, CLASS_CPC);
    arena_free(a);
}

/* Also of what was written and read again. */
static void check_status_day(const struct patent *p, const char *day, struct arena *a)
{
    struct patent again;
    struct buf json;
    struct err e;
    assert_str(date_text(patent_status_day(p), a), day);
    buf_init(&json, 0);
    patent_to_json(&json, p);
    assert_ok(patent_from_json(&again, arena_dup(a, buf_str(&json)), a, &e), &e);
    assert_str(date_text(patent_status_day(&again), a), day);
    buf_clear(&json);
}

/* The legal status goes by the date of the data, then by rank; all else by rank. */
static void the_latest_data_decide_the_status_and_the_rank_all_else(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *office = part("docdb", a), *list = part("file:ab", a), m;
    const struct patent *both[] = {list, office};
    office->as_of = (struct date){2024, 1, 1};
    office->status = STATUS_ACTIVE;
    office->application_date = (struct date){2017, 1, 2};
    list->status = STATUS_INACTIVE;
    list->application_date = (struct date){2018, 1, 2};
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.status, STATUS_ACTIVE); /* a day that is not known is older than any */
    check_status_day(&m, "2024-01-01", a);
    list->as_of = (struct date){2024, 1, 2};
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.status, STATUS_INACTIVE);
    assert_int_equal(m.application_date.year, 2017);
    check_status_day(&m, "2024-01-02", a);
    list->as_of = (struct date){0};
    office->status = STATUS_UNKNOWN; /* the only status is of data of no known day */
    patent_merge(&m, both, 2, a);
    assert_str(date_text(m.as_of, a), "2024-01-01");
    check_status_day(&m, "", a);
    office->status = STATUS_ACTIVE;
    list->as_of = office->as_of;
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.status, STATUS_ACTIVE);
    arena_free(a);
}

static void an_office_without_a_number_is_kept_until_a_number_names_one(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent *numberless = part("table:x.csv", a), *other = part("lens", a), m, read;
    const struct patent *both[] = {numberless, other};
    struct err e = {0};
    numberless->publication = (struct number){.office = STR("US")};
    other->publication = (struct number){0};
    patent_merge(&m, both, 2, a);
    struct str json = json_of(&m, a);
    assert_true(str_contains(json, STR("\"publication\":{\"office\":\"US\"}")));
    assert_ok(patent_from_json(&read, json, a, &e), &e);
    assert_str(read.publication.office, "US");
    assert_int_equal(read.publication.key.len, 0);
    assert_true(str_eq(json_of(&read, a), json));
    other->publication = (struct number){.key = STR("/1/"), .serial = STR("1")};
    patent_merge(&m, both, 2, a);
    assert_int_equal(m.publication.office.len, 0);
    arena_free(a);
}

static void finishing_derives_what_the_record_decides(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent p = {0};
    patent_init(&p);
    assert_true(number_parse(&p.publication, STR("CN209873654U"), NUMBER_PUBLICATION, STR_NONE, a));
    VEC_PUSH(a, &p.texts, (struct patent_text){.part = TEXT_TITLE, .content = STR("电池")});
    VEC_PUSH(a, &p.texts, (struct patent_text){.part = TEXT_TITLE, .content = STR("Battery")});
    VEC_PUSH(a, &p.parties,
             (struct party){.role = PARTY_APPLICANT,
                            .name = STR("某某 有限公司"),
                            .address = STR("510000 四川省成都市高新区天府大道1号")});
    VEC_PUSH(a, &p.classes, (struct classification){CLASS_IPC, {.symbol = STR("H01M4/00")}});
    VEC_PUSH(a, &p.classes, (struct classification){CLASS_IPC, {.symbol = STR("H01M2/00")}});
    p.status_written = STR("有效");
    patent_finish(&p, a);
    assert_int_equal(p.type, TYPE_UTILITY_MODEL);
    assert_int_equal(p.status, STATUS_ACTIVE);
    assert_str(p.texts.ptr[0].lang, "zh");
    assert_str(p.texts.ptr[1].lang, "");
    assert_true(p.parties.ptr[0].name_key.len > 0);
    assert_int_equal(p.classes.ptr[0].symbol.position, 'F');
    assert_int_equal(p.classes.ptr[1].symbol.position, 0);
    assert_true(str_starts(p.region, STR("5101")));
    struct str once = json_of(&p, a);
    patent_finish(&p, a);
    assert_true(str_eq(json_of(&p, a), once)); /* a second time changes nothing */
    arena_free(a);
}

static struct patent *dated(const char *number, struct date published, struct date granted,
                            struct arena *a)
{
    struct patent *p = arena_alloc(a, sizeof(*p));
    patent_init(p);
    assert_true(number_parse(&p->publication, str_of(number), NUMBER_PUBLICATION, STR_NONE, a));
    p->publication_date = published;
    p->grant_date = granted;
    patent_finish(p, a);
    return p;
}

static void a_chinese_grant_is_published_on_its_grant_date(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct date early = {2023, 3, 31}, grant = {2024, 4, 5}, none = {0};
    struct patent *p = dated("CN115883397B", early, grant, a);
    assert_int_equal(p->publication_date.year, 2024);
    assert_int_equal(p->publication_date.day, 5);
    assert_int_equal(p->vendor.len, 1);
    assert_str(p->vendor.ptr[0].name, "first_publication_date");
    assert_str(p->vendor.ptr[0].value, "2023-03-31");
    patent_finish(p, a);
    assert_int_equal(p->vendor.len, 1);
    const char *grants[] = {"CN2099882154U", "CN301234567S", "CN100123456C", "CN2345678Y"};
    for (size_t i = 0; i < ARRAY_LEN(grants); i++)
        assert_int_equal(dated(grants[i], none, grant, a)->publication_date.month, 4);
    assert_int_equal(dated("CN115883397B", early, none, a)->publication_date.year, 2023);
    p = dated("CN115883397B", (struct date){2024, 0, 0}, grant, a); /* the same, less exactly */
    assert_int_equal(p->publication_date.day, 5);
    assert_int_equal(p->vendor.len, 0);
    /* Not a grant's number, a corrected edition, a publication for opposition, another office. */
    assert_int_equal(dated("CN115883397A", early, grant, a)->publication_date.year, 2023);
    p = dated("CN115883397B8", (struct date){2025, 1, 2}, grant, a);
    assert_int_equal(p->publication_date.year, 2025);
    p = dated("CN85100001B", (struct date){1987, 1, 7}, (struct date){1987, 8, 1}, a);
    assert_int_equal(p->publication_date.month, 1);
    assert_int_equal(dated("US20140012345A1", early, grant, a)->publication_date.year, 2023);
    arena_free(a);
}

static void finishing_guesses_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct patent p = {0};
    patent_init(&p);
    assert_true(number_parse(&p.earliest, STR("US2014012345A1"), NUMBER_PUBLICATION, STR_NONE, a));
    VEC_PUSH(a, &p.texts, (struct patent_text){.part = TEXT_TITLE, .content = STR("Battery")});
    VEC_PUSH(a, &p.parties,
             (struct party){.role = PARTY_APPLICANT, .name = STR("X"), .address = STR("北京路1")});
    VEC_PUSH(a, &p.classes,
             (struct classification){CLASS_IPC, {.symbol = STR("H01M4/00"), .position = 'L'}});
    patent_finish(&p, a);
    assert_true(p.publication.key.len > 0 && p.earliest.key.len == 0);
    assert_str(p.texts.ptr[0].lang, "en"); /* that office writes nothing else */
    assert_int_equal(p.region.len, 0);
    assert_int_equal(p.classes.ptr[0].symbol.position, 'L');
    assert_int_equal(p.status, STATUS_UNKNOWN);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writing_what_was_read_gives_the_same_bytes),
        cmocka_unit_test(the_head_is_all_but_the_lists_behind_it),
        cmocka_unit_test(every_member_comes_back),
        cmocka_unit_test(a_plain_record_is_written_without_what_can_be_computed),
        cmocka_unit_test(damaged_json_is_refused_by_name),
        cmocka_unit_test(the_key_is_the_best_thing_that_identifies),
        cmocka_unit_test(a_text_is_given_in_the_wanted_language_and_own_words_first),
        cmocka_unit_test(an_office_without_a_number_is_kept_until_a_number_names_one),
        cmocka_unit_test(finishing_derives_what_the_record_decides),
        cmocka_unit_test(a_chinese_grant_is_published_on_its_grant_date),
        cmocka_unit_test(finishing_guesses_nothing),
        cmocka_unit_test(merging_gives_the_same_whatever_the_order),
        cmocka_unit_test(an_office_is_believed_before_a_vendor_and_gaps_are_filled),
        cmocka_unit_test(a_right_check_digit_is_believed_before_a_wrong_one),
        cmocka_unit_test(a_later_exchange_of_the_same_record_supersedes_the_earlier),
        cmocka_unit_test(merged_lists_have_one_first_class),
        cmocka_unit_test(the_latest_data_decide_the_status_and_the_rank_all_else),
        cmocka_unit_test(a_later_file_of_the_same_source_states_the_facts_anew),
        cmocka_unit_test(what_a_later_file_does_not_state_stays),
        cmocka_unit_test(rows_of_one_file_are_united_whatever_other_files_say),
        cmocka_unit_test(of_two_days_without_a_kind_the_first_counts),
        cmocka_unit_test(files_of_an_office_describe_parts_of_one_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
