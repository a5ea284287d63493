/* A small instance in a temporary folder: records in, index follows, searches,
 * matches and landscapes out, each against what the records themselves say. */
#include "test.h"

#include "base/fs.h"
#include "base/map.h"
#include "base/msg.h"
#include "base/rand.h"
#include "db/scratch.h"
#include "index/writer.h"
#include "model/patent_store.h"
#include "search/document.h"
#include "search/search.h"
#include "search/stopwords.h"
#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct instance {
    char index[280];
    struct store *store;
    struct indexer *indexer;
    struct searcher *searcher;
    struct arena *a;
};

/* Every file of the folder holds the word "damaged". */
static void damage_files(const char *dir)
{
    char path[600];
    DIR *d = opendir(dir);
    size_t damaged = 0;
    struct err e;
    assert_non_null(d);
    for (const struct dirent *f; (f = readdir(d)) != NULL;) {
        if (f->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", dir, f->d_name);
        assert_ok(fs_write_synced(&fs_system, path, str_bytes(STR("damaged")), &e), &e);
        damaged++;
    }
    closedir(d);
    assert_true(damaged > 0);
}

static struct instance *open_instance(void)
{
    struct instance *x = calloc(1, sizeof(*x));
    struct err e = {0};
    x->a = arena_new();
    const char *dir = scratch_dir(x->a);
    snprintf(x->index, sizeof(x->index), "%s/index", dir);
    assert_ok(store_open(&x->store, scratch_url(x->a, dir, "store.db"), true, &e), &e);
    assert_ok(indexer_open(&x->indexer, x->store, x->index, INDEX_FULL, &e), &e);
    assert_ok(searcher_open(&x->searcher, x->store, x->index, &clock_system, &e), &e);
    return x;
}

static void close_instance(struct instance *x)
{
    searcher_close(x->searcher);
    indexer_close(x->indexer);
    store_close(x->store);
    arena_free(x->a);
    free(x);
}

static err_t put_one(struct db *db, void *arg, struct err *e)
{
    enum put_result result;
    struct arena *a = arena_new();
    err_t rc = patent_put(&result, db, arg, a, e);
    arena_free(a);
    return rc;
}

static void put(struct instance *x, struct patent *p)
{
    struct err e = {0};
    patent_finish(p, x->a);
    assert_ok(store_write(x->store, put_one, p, &e), &e);
}

static uint64_t follow(struct instance *x)
{
    struct err e = {0};
    uint64_t done = 0;
    assert_ok(indexer_follow(x->indexer, &done, &e), &e);
    return done;
}

/* --- records ----------------------------------------------------------------- */

struct sample {
    const char *number, *title, *abstract, *claims, *applicant, *inventor, *ipc, *date, *region,
        *status;
};

static const struct sample samples[] = {
    {"CN110000001A", "一种AR眼镜光波导显示装置", "本发明公开了一种增强现实眼镜，采用衍射光波导。",
     "1.一种AR眼镜，其特征在于，包括光波导。", "歌尔股份有限公司", "王明", "G02B27/01;G02B6/00",
     "2019-03-05", "370700", "有效"},
    {"CN110000002B", "鋰離子電池正極材料", "本發明涉及鋰離子電池的正極材料及其製備方法。", NULL,
     "宁德时代新能源科技股份有限公司", "李雷;王明", "H01M10/0525;H01M4/36", "2020-07-21", "350900",
     "失效"},
    {"US2021123456A1", "Waveguide displays for augmented reality glasses",
     "A waveguide couples light of a projector into the eye. The glasses have batteries.",
     "1. A display comprising a waveguide.", "Meta Platforms, Inc.", "Smith John", "G02B27/01",
     "2021-04-22", NULL, NULL},
    {"CN110000004U", "固态电池模组", "本实用新型涉及固态电池。", NULL, "四川电池有限公司", "赵六",
     "H01M10/052", "2022-01-01", "510100", "审中"},
    {"CN110000005A", "一种电动汽车热管理系统", "电池包的热管理。", NULL, "四川电池有限公司", NULL,
     "B60L58/26;H01M10/613", "2022-11-11", "510100", "有效"},
};

static void add_list(struct patent *p, enum party_role role, const char *names, struct arena *a)
{
    struct str rest = str_of(names);
    while (rest.ptr) {
        struct party party = {.role = role, .name = str_split(&rest, STR(";"))};
        VEC_PUSH(a, &p->parties, party);
    }
}

static void add_text(struct patent *p, enum text_part part, const char *text, struct arena *a)
{
    struct patent_text t = {.part = part, .content = str_of(text)};
    if (text)
        VEC_PUSH(a, &p->texts, t);
}

static struct patent *patent_of(const struct sample *s, struct arena *a)
{
    struct patent *p = arena_alloc(a, sizeof(*p));
    patent_init(p);
    p->source = STR("test");
    p->file = STR("test.csv");
    assert_true(number_parse(&p->publication, str_of(s->number), NUMBER_PUBLICATION, STR_NONE, a));
    add_text(p, TEXT_TITLE, s->title, a);
    add_text(p, TEXT_ABSTRACT, s->abstract, a);
    add_text(p, TEXT_CLAIMS, s->claims, a);
    add_list(p, PARTY_APPLICANT, s->applicant, a);
    add_list(p, PARTY_INVENTOR, s->inventor, a);
    struct str rest = str_of(s->ipc);
    while (rest.ptr) {
        struct classification c = {.scheme = CLASS_IPC};
        assert_true(class_parse(&c.symbol, str_split(&rest, STR(";")), CLASS_IPC, a));
        VEC_PUSH(a, &p->classes, c);
    }
    assert_true(s->date == NULL || date_parse(&p->publication_date, str_of(s->date)));
    p->region = str_of(s->region);
    p->status_written = str_of(s->status);
    return p;
}

static struct instance *sample_instance(void)
{
    struct instance *x = open_instance();
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        put(x, patent_of(&samples[i], x->a));
    assert_int_equal(follow(x), ARRAY_LEN(samples));
    return x;
}

/* Digits of the hits' numbers, the last one of each, sorted: "135". */
static void check_found(struct instance *x, const char *query, const char *filter,
                        const char *expected)
{
    struct str filters[] = {str_of(filter)};
    struct search_request q = {
        .query = str_of(query), .filters = filters, .filter_count = filter != NULL};
    struct search_reply r;
    struct err e = {0};
    char got[32] = "";
    size_t len = 0;
    if (search_run(&r, x->searcher, &q, x->a, &e) != OK)
        fail_msg("%s %s: %s", query, filter ? filter : "", e.text);
    for (int digit = '0'; digit <= '9'; digit++)
        for (size_t i = 0; i < r.hit_count; i++) {
            struct str n = r.hits[i].number;
            size_t last = n.len;
            /* CN110000001A: the digit before the kind; the US one counts as 3 */
            while (last > 0 && (n.ptr[last - 1] < '0' || n.ptr[last - 1] > '9'))
                last--;
            char own = str_starts(n, STR("US")) ? '3' : n.ptr[last - 1];
            if (own == digit)
                got[len++] = (char)digit;
        }
    if (strcmp(got, expected) != 0 || r.total != strlen(expected))
        fail_msg("%s %s: found %s (total %llu), expected %s", query, filter ? filter : "", got,
                 (unsigned long long)r.total, expected);
}

static void queries_find_what_the_records_say(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    check_found(x, "", NULL, "12345");
    check_found(x, "电池", NULL, "245");
    check_found(x, "電池", NULL, "245");
    check_found(x, "锂离子电池", NULL, "2");
    check_found(x, "AR眼镜 波导", NULL, "1");
    check_found(x, "waveguides", NULL, "3");
    check_found(x, "battery", NULL, "3");
    check_found(x, "镜", NULL, "1");
    check_found(x, "title:电池", NULL, "24");
    check_found(x, "\"固态电池\"", NULL, "4");
    check_found(x, "\"augmented reality\"", NULL, "3");
    check_found(x, "\"reality augmented\"", NULL, "");
    check_found(x, "电池 NOT 固态", NULL, "25");
    check_found(x, "波导 OR waveguide", NULL, "13");
    check_found(x, "ipc:H01M", NULL, "245");
    check_found(x, "ipc:H01M10", NULL, "245");
    check_found(x, "ipc:H01M10/052", NULL, "4");
    check_found(x, "ipc:H01M1*", NULL, "245");
    check_found(x, "G02B27/01", NULL, "13");
    check_found(x, "wave*", NULL, "3");
    check_found(x, "bat*", NULL, "3");
    check_found(x, "title:wave*", NULL, "3");
    check_found(x, "title:bat*", NULL, "");
    check_found(x, "abstract:bat*", NULL, "3");
    check_found(x, "applicant:met*", NULL, "3");
    check_found(x, "NOT title:wave*", NULL, "1245");
    check_found(x, "申请人:四川", NULL, "45");
    check_found(x, "inventor:王明", NULL, "12");
    check_found(x, "申请人:*川电池*", NULL, "45");
    check_found(x, "申请人:川电池*", NULL, "45");
    check_found(x, "发明人:*明", NULL, "12");
    check_found(x, "发明人:*雷", NULL, "2");
    check_found(x, "发明人:*王", NULL, "");
    check_found(x, "claims:波导 OR claims:waveguide", NULL, "13");
    check_found(x, "date:2019..2020", NULL, "12");
    check_found(x, "year:2022", NULL, "45");
    check_found(x, "type:发明 OR type:utility", NULL, "12345");
    check_found(x, "type:utility", NULL, "4");
    check_found(x, "显示 四川", NULL, "");
    close_instance(x);
}

static void records_that_nothing_ranks_come_newest_first(void **state)
{
    (void)state;
    static const char *const queries[] = {"", "office:CN", "申请人:有限公司"};
    struct instance *x = sample_instance();
    struct err e = {0};
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct search_request q = {.query = str_of(queries[i])};
        struct search_reply r;
        assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
        assert_true(r.hit_count >= 4);
        assert_str(r.hits[0].date, "2022-11-11");
        for (size_t k = 1; k < r.hit_count; k++)
            assert_true(str_cmp(r.hits[k - 1].date, r.hits[k].date) >= 0);
    }
    close_instance(x);
}

/* The whole list by pages of two: every record once, in the order of its date. */
static void check_pages(struct instance *x, const char *query, enum search_sort sort)
{
    struct search_request q = {.query = str_of(query), .sort = sort, .k = 2};
    struct search_reply r;
    struct err e = {0};
    struct found last = {0};
    size_t seen = 0;
    do {
        q.offset = seen;
        assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
        for (size_t i = 0; i < r.hit_count; i++, seen++) {
            const struct found *f = &r.hits[i];
            int order = str_cmp(last.date, f->date);
            if (seen > 0 && sort != SORT_RELEVANCE && f->date.len > 0)
                assert_true(sort == SORT_OLDEST ? order <= 0 : order >= 0);
            assert_true(seen == 0 || sort == SORT_RELEVANCE || last.date.len > 0 ||
                        f->date.len == 0);
            if (seen > 0 && sort != SORT_RELEVANCE && order == 0)
                assert_true(last.id < f->id);
            last = *f;
        }
    } while (r.hit_count > 0);
    assert_int_equal(seen, r.total);
}

static void hits_come_by_date_where_asked_and_page_by_page_to_the_last(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct sample more = samples[0];
    enum search_sort sort;
    struct err e = {0};
    more.number = "CN110000006A";
    put(x, patent_of(&more, x->a)); /* on the day of another */
    more.number = "CN110000007A";
    more.date = NULL;
    put(x, patent_of(&more, x->a));
    follow(x);
    for (sort = SORT_RELEVANCE; sort <= SORT_NEWEST; sort++) {
        check_pages(x, "", sort);
        check_pages(x, "显示 OR 电池 OR waveguide", sort);
    }
    struct search_request q = {.query = STR("电池"), .k = 10, .sort = SORT_OLDEST};
    struct search_reply by_date, ranked;
    assert_ok(search_run(&by_date, x->searcher, &q, x->a, &e), &e);
    q.sort = SORT_RELEVANCE;
    assert_ok(search_run(&ranked, x->searcher, &q, x->a, &e), &e);
    for (size_t i = 0; i < ranked.hit_count; i++)
        for (size_t k = 0; k < by_date.hit_count; k++)
            if (ranked.hits[i].id == by_date.hits[k].id)
                assert_true(ranked.hits[i].score == by_date.hits[k].score);
    assert_ok(search_sort_parse(&sort, STR("-date"), &e), &e);
    assert_int_equal(sort, SORT_NEWEST);
    assert_int_equal(search_sort_parse(&sort, STR("-title"), &e), E_INVALID);
    close_instance(x);
}

static void the_stop_list_is_in_the_order_that_its_search_needs(void **state)
{
    (void)state;
    assert_true(stop_words_are_sorted());
    assert_true(is_stop_word(STR("the")) && is_stop_word(STR("本发")));
    assert_false(is_stop_word(STR("battery")));
}

static void numbers_typed_bare_find_their_document(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    check_found(x, "CN110000001A", NULL, "1");
    check_found(x, "cn110000001", NULL, "1");
    check_found(x, "CN 110000001 A", NULL, "1");
    check_found(x, "US 2021/0123456 A1", NULL, "3");
    check_found(x, "US20210123456A1", NULL, "3");
    check_found(x, "number:CN110000004U", NULL, "4");
    check_found(x, "ＣＮ１１００００００１Ａ", NULL, "1");
    check_found(x, "ＣＮ　１１００００００１　Ａ", NULL, "1");
    check_found(x, "ｃｎ１１００００００１", NULL, "1");
    check_found(x, "ＵＳ２０２１／０１２３４５６Ａ１", NULL, "3");
    check_found(x, "Ｇ０２Ｂ２７／０１", NULL, "13");
    check_found(x, "ipc:Ｇ０２Ｂ２７／０１", NULL, "13");
    check_found(x, "number:ＣＮ１１００００００１Ａ", NULL, "1");
    check_found(x, "", "number=CN110000001", "1");
    check_found(x, "", "number!=CN110000001A", "2345");
    close_instance(x);
}

static void filters_are_exact(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    check_found(x, "", "office=CN", "1245");
    check_found(x, "", "office=美国", "3");
    check_found(x, "", "office=CN,US", "12345");
    check_found(x, "", "office!=US", "1245");
    check_found(x, "", "ipc=H01M10/052", "4");
    check_found(x, "", "ipc=H01M4,B60L", "25");
    check_found(x, "", "分类号=G02B 6/00", "1");
    check_found(x, "", "applicant=四川电池有限公司", "45");
    check_found(x, "", "applicant=四川电池", "");
    check_found(x, "", "applicant=四川*", "45");
    check_found(x, "", "applicant=*有限公司", "1245");
    check_found(x, "", "applicant=＊有限公司", "1245");
    check_found(x, "", "applicant=＊电池＊", "45");
    check_found(x, "", "applicant=meta platforms inc", "3");
    check_found(x, "", "inventor=王明", "12");
    check_found(x, "", "region=四川", "45");
    check_found(x, "", "region=510000", "45");
    check_found(x, "", "region=510100", "45");
    check_found(x, "", "region=成都", "45");
    check_found(x, "", "地区=山东", "1");
    check_found(x, "", "date=2019..2020", "12");
    check_found(x, "", "date=2019-2020", "12");
    check_found(x, "", "date=2022-01-01", "4");
    check_found(x, "", "date=2022-01", "4");
    check_found(x, "", "date=20220102..", "5");
    check_found(x, "", "date=>2021", "45");
    check_found(x, "", "date=>=2021", "345");
    check_found(x, "", "date=<2020", "1");
    check_found(x, "", "date=..2020", "12");
    check_found(x, "", "status=有效", "15");
    check_found(x, "", "status=inactive", "2");
    check_found(x, "", "status=未知", "3");
    check_found(x, "", "type=实用新型", "4");
    check_found(x, "电池", "status=有效", "5");
    close_instance(x);
}

static void put_dates(struct instance *x, size_t sample, struct date published, struct date granted,
                      struct date applied)
{
    struct patent *p = patent_of(&samples[sample], x->a);
    p->publication_date = published;
    p->grant_date = granted;
    p->application_date = applied;
    put(x, p);
}

/* 1: application year alone. 2: publication month. 4: publication day, application
 * year. 5: grant day, application day. 3 (US): nothing. */
static struct instance *dates_instance(void)
{
    static const struct date none = {0};
    struct instance *x = open_instance();
    put_dates(x, 0, none, none, (struct date){2020, 0, 0});
    put_dates(x, 1, (struct date){2020, 2, 0}, none, none);
    put_dates(x, 2, none, none, none);
    put_dates(x, 3, (struct date){2020, 3, 31}, none, (struct date){2018, 0, 0});
    put_dates(x, 4, none, (struct date){2021, 7, 1}, (struct date){2019, 12, 31});
    follow(x);
    return x;
}

static void a_date_known_in_part_is_inside_a_range_when_all_its_days_are(void **state)
{
    (void)state;
    struct instance *x = dates_instance();
    check_found(x, "", "date=2020", "124");
    check_found(x, "", "date=2020-01..2020-03", "24");
    check_found(x, "", "date=2020-07..2020-12", "");
    check_found(x, "", "date=2020-01-02..2020-12-31", "24");
    check_found(x, "", "date=2020-01-01..2020-12-30", "24");
    check_found(x, "", "date=2020-01-01..2020-12-31", "124");
    check_found(x, "", "date=2020-02-01..2020-02-29", "2");
    check_found(x, "", "date=2020-02-01..2020-02-28", "");
    check_found(x, "", "date=2020-02", "2");
    check_found(x, "", "date=>=2020", "1245");
    check_found(x, "", "date=>2020", "5");
    check_found(x, "", "date=<2020-06", "24");
    check_found(x, "", "date=2019..2024", "1245");
    check_found(x, "", "date=２０２０．．２０２４", "1245");
    check_found(x, "", "date=2020至2020", "124");
    check_found(x, "date:2020-01..2020-03", NULL, "24");
    check_found(x, "", "date=未知", "3");
    check_found(x, "", "year=2020", "124");
    check_found(x, "", "year=未知", "3");
    check_found(x, "", "date!=2020-01..2020-03", "135");
    close_instance(x);
}

static void each_date_answers_for_itself_alone(void **state)
{
    (void)state;
    struct instance *x = dates_instance();
    check_found(x, "", "published=2020", "24");
    check_found(x, "", "公开日=2020", "24");
    check_found(x, "公开日:2020", NULL, "24");
    check_found(x, "公告日:2021 OR 公开公告日:2021 OR pd:2021 OR 公开年:2021", NULL, "");
    check_found(x, "", "published=未知", "135");
    check_found(x, "", "published=2020-03", "4");
    check_found(x, "", "applied=2018", "4");
    check_found(x, "", "申请日=2018-01..2018-06", "");
    check_found(x, "", "applied=2019..2020", "15");
    check_found(x, "", "applied=未知", "23");
    check_found(x, "", "granted=2021-07-01", "5");
    check_found(x, "", "granted=未知", "1234");
    close_instance(x);
}

static struct date date_in(int year, unsigned how, struct rand *r)
{
    struct date d = {year, 0, 0};
    if (how > 0)
        d.month = 1 + (int)rand_below(r, 12);
    if (how > 1)
        d.day = 1 + (int)rand_below(r, 28);
    return d;
}

/* Whether every day of 2019..2021 on which `d` may lie is in [low, high]: day by day. */
static bool all_inside(struct date d, struct date low, struct date high)
{
    bool some = false;
    for (int32_t day = date_to_days((struct date){2019, 1, 1});
         day <= date_to_days((struct date){2021, 12, 31}); day++) {
        struct date t = date_from_days(day);
        if (t.year != d.year || (d.month > 0 && t.month != d.month) ||
            (d.day > 0 && t.day != d.day))
            continue;
        some = true;
        if (day < date_to_days(low) || day > date_to_days(high))
            return false;
    }
    return some;
}

static void date_ranges_equal_a_naive_count(void **state)
{
    (void)state;
    struct rand r = {test_seed(11)};
    struct instance *x = open_instance();
    struct date published[150], applied[150];
    for (unsigned i = 0; i < 150; i++) {
        char number[32];
        struct sample s = samples[0];
        snprintf(number, sizeof(number), "CN12%07uA", i);
        s.number = number;
        struct patent *p = patent_of(&s, x->a);
        published[i] = rand_below(&r, 4)
                           ? date_in(2019 + (int)rand_below(&r, 3), rand_below(&r, 3), &r)
                           : (struct date){0};
        applied[i] = date_in(2019 + (int)rand_below(&r, 3), rand_below(&r, 3), &r);
        p->publication_date = published[i];
        p->application_date = applied[i];
        put(x, p);
    }
    follow(x);
    for (unsigned round = 0; round < 60; round++) {
        struct date low = date_in(2019 + (int)rand_below(&r, 3), 2, &r);
        struct date high = date_in(2019 + (int)rand_below(&r, 3), 2, &r);
        if (date_to_days(low) > date_to_days(high))
            continue;
        uint64_t naive[3] = {0};
        for (unsigned i = 0; i < 150; i++) {
            struct date by = published[i].year ? published[i] : applied[i];
            naive[0] += all_inside(by, low, high);
            naive[1] += all_inside(published[i], low, high);
            naive[2] += all_inside(applied[i], low, high);
        }
        static const char *const names[] = {"date", "published", "applied"};
        for (unsigned k = 0; k < 3; k++) {
            struct str filter =
                arena_printf(x->a, "%s=%04d-%02d-%02d..%04d-%02d-%02d", names[k], low.year,
                             low.month, low.day, high.year, high.month, high.day);
            struct search_request q = {.filters = &filter, .filter_count = 1};
            struct search_reply reply;
            struct err e = {0};
            assert_ok(search_run(&reply, x->searcher, &q, x->a, &e), &e);
            if (reply.total != naive[k])
                fail_msg("%.*s: %llu, by hand %llu", STR_ARG(filter),
                         (unsigned long long)reply.total, (unsigned long long)naive[k]);
        }
    }
    close_instance(x);
}

static uint64_t found_with(struct instance *x, const char *filter,
                           const struct search_topic *topics, size_t topic_count)
{
    struct str filters[] = {str_of(filter)};
    struct search_request q = {.filters = filters,
                               .filter_count = 1,
                               .records = {.topics = topics, .topic_count = topic_count},
                               .facets = true};
    struct landscape_request by = {.filters = filters,
                                   .filter_count = 1,
                                   .records = {.topics = topics, .topic_count = topic_count},
                                   .by = (struct str[]){STR("office")},
                                   .by_count = 1};
    struct search_reply r;
    struct landscape_reply cells;
    struct err e = {0};
    uint64_t facet = 0, cell = 0;
    if (search_run(&r, x->searcher, &q, x->a, &e) != OK)
        fail_msg("%s: %s", filter, e.text);
    assert_ok(landscape_run(&cells, x->searcher, &by, x->a, &e), &e);
    for (size_t i = 0; i < r.facet_count; i++)
        for (size_t k = 0; str_is(r.facets[i].name, "office") && k < r.facets[i].count; k++)
            facet += r.facets[i].values[k].count;
    for (size_t i = 0; i < cells.cell_count; i++)
        cell += cells.cells[i].count;
    assert_int_equal(r.hit_count, r.total);
    assert_int_equal(facet, r.total);
    assert_int_equal(cell, r.total);
    /* In braces, in a query, the same. */
    struct search_request braces = {.query = arena_printf(x->a, "NOT (NOT {%s})", filter),
                                    .records = {.topics = topics, .topic_count = topic_count}};
    uint64_t total = r.total;
    assert_ok(search_run(&r, x->searcher, &braces, x->a, &e), &e);
    assert_int_equal(r.total, total);
    return total;
}

/* What the asker handed in and no more: hits, totals, facets and cells. */
static void a_topic_is_the_numbers_that_the_asker_may_read(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct search_request all = {.k = 10};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &all, x->a, &e), &e);
    assert_int_equal(r.total, ARRAY_LEN(samples));
    struct str numbers[] = {r.hits[0].number, r.hits[2].number, STR("CN999999999A"), STR("none")};
    struct search_topic topics[] = {
        {STR("波导"), numbers, 4}, {STR("7"), numbers + 1, 1}, {STR("leer"), NULL, 0}};
    assert_int_equal(found_with(x, "topic=波导", topics, 3), 2);
    assert_int_equal(found_with(x, "专题库=7", topics, 3), 1);
    assert_int_equal(found_with(x, "topic=\"波导\",7", topics, 3), 2);
    assert_int_equal(found_with(x, "topic=leer", topics, 3), 0);
    assert_int_equal(found_with(x, "topic!=7", topics, 3), ARRAY_LEN(samples) - 1);
    struct str filter = STR("topic=8"), words = STR("topic=a, b ,a");
    struct search_request other = {
        .filters = &filter, .filter_count = 1, .records = {topics, 3, NULL, 0}};
    assert_int_equal(search_run(&r, x->searcher, &other, x->a, &e), E_INVALID);
    assert_true(str_contains(str_of(e.text), STR("no topic database \"8\" that you may read")));
    const struct str *names;
    assert_int_equal(
        search_topic_names(&names, STR("x {topic=\"b\"} {office=CN} {topic!=c}"), &words, 1, x->a),
        3);
    assert_str(names[1], "b");
    assert_str(names[2], "c");
    close_instance(x);
}

/* Total of a filter, by its name and in a query, of which both must be the same. */
static uint64_t total_with(struct instance *x, const char *filter, struct search_records records)
{
    struct str filters[] = {str_of(filter)};
    struct search_request q = {.filters = filters, .filter_count = 1, .records = records};
    struct search_request braces = {.query = arena_printf(x->a, "{%s}", filter),
                                    .records = records};
    struct search_reply r, b;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_ok(search_run(&b, x->searcher, &braces, x->a, &e), &e);
    assert_int_equal(r.total, b.total);
    return r.total;
}

/* Every row of the facet, and every cell, of records and of families, used as a filter. */
static void check_standard(struct instance *x, struct search_records records)
{
    struct search_request q = {.facets = true, .records = records};
    struct str by = STR("标准申请人");
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    for (size_t i = 0; i < r.facet_count; i++)
        for (size_t k = 0; str_is(r.facets[i].name, "applicant") && k < r.facets[i].count; k++) {
            const struct facet_row *row = &r.facets[i].values[k];
            const char *filter =
                arena_printf(x->a, "%.*s=%.*s", STR_ARG(r.facets[i].filter), STR_ARG(row->value))
                    .ptr;
            if (total_with(x, filter, records) != row->count)
                fail_msg("%s: not %llu", filter, (unsigned long long)row->count);
        }
    for (int families = 0; families < 2; families++) {
        struct landscape_request l = {
            .by = &by, .by_count = 1, .records = records, .families = families};
        struct landscape_reply cells;
        assert_ok(landscape_run(&cells, x->searcher, &l, x->a, &e), &e);
        for (size_t i = 0; i < cells.cell_count; i++) {
            struct str filters[] = {
                arena_printf(x->a, "ans=\"%.*s\"", STR_ARG(name_key(cells.cells[i].key[0], x->a)))};
            struct search_request one = {
                .filters = filters, .filter_count = 1, .records = records, .families = families};
            assert_ok(search_run(&r, x->searcher, &one, x->a, &e), &e);
            if ((families ? r.families : r.total) != cells.cells[i].count)
                fail_msg("%.*s: not %llu", STR_ARG(filters[0]),
                         (unsigned long long)cells.cells[i].count);
        }
    }
}

static const struct facet_row *applicant_row(struct instance *x, struct search_records records,
                                             const char *label)
{
    struct search_request q = {.facets = true, .records = records};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    for (size_t i = 0; i < r.facet_count; i++)
        for (size_t k = 0; str_is(r.facets[i].name, "applicant") && k < r.facets[i].count; k++)
            if (str_is(r.facets[i].values[k].label, label))
                return &r.facets[i].values[k];
    return NULL;
}

static void applicants_are_unified_by_rule_and_by_hand(void **state)
{
    (void)state;
    static const char *const names[] = {"四川电池股份有限公司",
                                        "四川电池",
                                        "Meta Platforms LLC",
                                        "META PLATFORMS",
                                        "歌尔光学",
                                        "四川电池有限公司;四川电池股份有限公司",
                                        "歌尔股份有限公司;\"某\"* 公司"};
    struct instance *x = sample_instance();
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct sample more = samples[3];
        more.number = arena_printf(x->a, "CN11000010%zuA", i).ptr;
        more.applicant = names[i];
        struct patent *p = patent_of(&more, x->a);
        p->family = STR("same");
        put(x, p);
    }
    follow(x);

    /* By rule; the exact name is still there. */
    struct search_records none = {0};
    const struct facet_row *row = applicant_row(x, none, "四川电池股份有限公司");
    assert_int_equal(row->count, 5);
    assert_int_equal(row->name_count, 3);
    assert_int_equal(row->group_count, 0);
    assert_str(row->names[0], "四川电池");
    assert_int_equal(total_with(x, "standard_applicant=四川电池", none), 5);
    assert_int_equal(total_with(x, "ans=四川电池有限责任公司", none), 5);
    assert_int_equal(total_with(x, "ans!=四川电池", none), 7);
    assert_int_equal(total_with(x, "ans=*电池*", none), 5);
    assert_int_equal(total_with(x, "ans=meta platforms,歌尔光学,未知", none), 4);
    assert_int_equal(total_with(x, "applicant=四川电池有限公司", none), 3);
    assert_int_equal(total_with(x, "applicant=四川电池", none), 1);
    assert_int_equal(applicant_row(x, none, "歌尔股份有限公司")->name_count, 0);
    check_found(x, "ans:四川电池 标准化申请人:四川电池有限公司 date:2022-11", NULL, "5");
    check_found(x, "ans:*川电* date:2022-11", NULL, "5");
    check_standard(x, none);

    /* By hand: the group has the names of the same stems; the first group of a name counts. */
    struct str goer[] = {STR("歌尔光学有限公司"), STR("歌尔股份有限公司")};
    struct str both[] = {STR("META PLATFORMS"), STR("歌尔光学")};
    struct search_group groups[] = {{7, STR("歌尔"), goer, 2, false},
                                    {6, STR("Meta"), both, 2, false},
                                    {5, STR("歌尔"), &STR("某公司"), 1, false}};
    struct search_records hand = {NULL, 0, groups, 3};
    row = applicant_row(x, hand, "歌尔");
    assert_int_equal(row->count, 3);
    assert_int_equal(row->name_count, 3);
    assert_int_equal(row->group_count, 2);
    assert_true(row->groups[0] == 7 && row->groups[1] == 5);
    assert_int_equal(total_with(x, "ans=歌尔", hand), 3);
    assert_int_equal(total_with(x, "ans=歌尔光学", hand), 3);
    assert_int_equal(total_with(x, "ans=Meta", hand), 3);
    assert_int_equal(total_with(x, "applicant=歌尔光学", hand), 1);
    check_standard(x, hand);

    /* Apart: the rule does not unite these names. */
    struct str apart[] = {STR("四川电池有限公司"), STR("四川电池")};
    groups[2] = (struct search_group){5, STR("四川电池"), apart, 2, true};
    assert_int_equal(total_with(x, "ans=四川电池有限公司", hand), 3);
    assert_int_equal(total_with(x, "ans=四川电池", hand), 1);
    assert_int_equal(total_with(x, "ans=四川电池股份有限公司", hand), 2);
    assert_int_equal(applicant_row(x, hand, "四川电池有限公司")->name_count, 0);
    check_standard(x, hand);

    /* A name that is another's, and names that no filter can say, still find their cells. */
    groups[0].name = STR("META PLATFORMS");
    groups[1].name = STR("***");
    groups[2].apart = false;
    groups[2].name = STR("未知");
    check_standard(x, hand);
    close_instance(x);
}

static void a_date_known_to_the_year_counts_as_that_year(void **state)
{
    (void)state;
    struct instance *x = open_instance();
    struct patent *p = patent_of(&samples[0], x->a);
    p->publication_date = (struct date){0};
    p->application_date = (struct date){2017, 0, 0};
    put(x, p);
    p = patent_of(&samples[1], x->a);
    p->publication_date = (struct date){0};
    put(x, p);
    follow(x);
    check_found(x, "", "year=2017", "1");
    check_found(x, "", "date=2017..2018", "1");
    check_found(x, "", "applied=2017", "1");
    check_found(x, "", "date=2017-02..", "");
    check_found(x, "", "year=..2020", "1");
    check_found(x, "", "year=未知", "2");
    check_found(x, "", "date=未知", "2");
    struct search_request q = {.filters = (struct str[]){STR("year=2017")}, .filter_count = 1};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_str(r.hits[0].date, "2017");
    close_instance(x);
}

static void check_refused(struct instance *x, const char *filter, const char *part)
{
    struct str filters[] = {str_of(filter)};
    struct search_request q = {.filters = filters, .filter_count = 1};
    struct search_reply r;
    struct err e = {0};
    err_t rc = search_run(&r, x->searcher, &q, x->a, &e);
    if (rc != E_INVALID || !str_contains(str_of(e.text), str_of(part)))
        fail_msg("%s: %s, expected %s", filter, e.text, part);
}

static void a_wrong_filter_says_what_is_expected(void **state)
{
    (void)state;
    struct instance *x = open_instance();
    check_refused(x, "colour=red", "there is no filter \"colour\"");
    check_refused(x, "ipc", "write name=value");
    check_refused(x, "=x", "there is no filter \"\"");
    check_refused(x, "ipc=", "ipc needs a value");
    check_refused(x, "ipc=H01M,", "ipc needs a value");
    check_refused(x, "date=soon", "is no date or range");
    check_refused(x, "date=2024..2019", "holds no day");
    check_refused(x, "date=2019-02-30", "is no date or range");
    check_refused(x, "status=maybe", "active 有效");
    check_refused(x, "type=maybe", "invention 发明");
    check_refused(x, "region=亚特兰蒂斯", "GB/T 2260");
    check_refused(x, "office=??", "ST.3");
    check_refused(x, "title=电池", "search for title:");
    check_refused(x, "number=abc", "is no patent number");
    close_instance(x);
}

/* --- replies ----------------------------------------------------------------- */

static void highlights_mark_the_text_as_written(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct search_request q = {.query = STR("锂离子 正极")};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(r.hit_count, 1);
    assert_int_equal(r.hits[0].highlight_count, 2);
    const struct highlight *h = &r.hits[0].highlights[0];
    assert_str(h->field, "title");
    assert_str(h->text, "鋰離子電池正極材料");
    assert_int_equal(h->mark_count, 2);
    assert_str(str_range(h->text.ptr + h->marks[0].from, h->text.ptr + h->marks[0].to), "鋰離子");
    assert_str(str_range(h->text.ptr + h->marks[1].from, h->text.ptr + h->marks[1].to), "正極");
    assert_str(r.hits[0].highlights[1].field, "abstract");

    q.query = STR("battery");
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    h = &r.hits[0].highlights[0];
    assert_str(h->field, "abstract");
    assert_str(str_range(h->text.ptr + h->marks[0].from, h->text.ptr + h->marks[0].to),
               "batteries");
    assert_str(r.hits[0].number, "US20210123456A1");
    assert_str(r.hits[0].date, "2021-04-22");
    assert_str(r.hits[0].ipc, "G02B27/01");
    assert_str(r.hits[0].status_label, "未知");
    assert_str(r.hits[0].status_date, "");
    assert_str(r.hits[0].type_label, "发明");
    assert_str(r.hits[0].office_label, "美国");
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    search_reply_json(&j, &r, false);
    assert_true(str_contains(
        buf_str(&b), STR("\"field\":\"abstract\",\"field_label\":\"摘要\",\"runs\":[{\"text\":\"A "
                         "waveguide couples light of a projector into the eye. The glasses have "
                         "\",\"marked\":false},{\"text\":\"batteries\",\"marked\":true},"
                         "{\"text\":\".\",\"marked\":false}]")));
    assert_true(str_contains(buf_str(&b), STR("\"status_date\":null")));
    buf_clear(&b);
    close_instance(x);
}

static void a_long_text_is_cut_around_its_marks(void **state)
{
    (void)state;
    struct instance *x = open_instance();
    struct patent *p = patent_of(&samples[0], x->a);
    struct buf b;
    struct err e = {0};
    buf_init(&b, 0);
    for (int i = 0; i < 300; i++)
        buf_addz(&b, "本段与所找的内容没有关系。");
    buf_addz(&b, "这里有一个罕见的齿轮箱。");
    for (int i = 0; i < 300; i++)
        buf_addz(&b, "后面也没有关系。");
    p->texts.ptr[1].content = buf_str(&b);
    put(x, p);
    follow(x);
    struct search_request q = {.query = STR("齿轮箱")};
    struct search_reply r;
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(r.total, 1);
    const struct highlight *h = &r.hits[0].highlights[0];
    assert_true(h->text.len < 400 && str_starts(h->text, STR("…")) && str_ends(h->text, STR("…")));
    assert_int_equal(h->mark_count, 1);
    assert_str(str_range(h->text.ptr + h->marks[0].from, h->text.ptr + h->marks[0].to), "齿轮箱");
    buf_clear(&b);
    close_instance(x);
}

static uint64_t facet_count(const struct search_reply *r, const char *name, const char *value)
{
    for (size_t i = 0; i < r->facet_count; i++)
        for (size_t k = 0; k < r->facets[i].count && str_is(r->facets[i].name, name); k++)
            if (str_is(r->facets[i].values[k].value, value))
                return r->facets[i].values[k].count;
    return 0;
}

static void facets_count_all_matches(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct search_request q = {.k = 1, .facets = true};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(r.hit_count, 1);
    assert_int_equal(r.total, 5);
    assert_int_equal(facet_count(&r, "office", "CN"), 4);
    assert_int_equal(facet_count(&r, "ipc3", "H01"), 3);
    assert_int_equal(facet_count(&r, "ipc4", "G02B"), 2);
    assert_int_equal(facet_count(&r, "year", "2022"), 2);
    assert_int_equal(facet_count(&r, "status", "active"), 2);
    assert_int_equal(facet_count(&r, "applicant", "四川电池有限公司"), 2);
    assert_int_equal(facet_count(&r, "inventor", "王明"), 2);
    assert_int_equal(facet_count(&r, "region", "510000"), 2);
    assert_int_equal(facet_count(&r, "region", "未知"), 1);
    close_instance(x);
}

/* Every value of every facet, as a filter beside the search: as many as it says. */
static void check_facets(struct instance *x, const char *query, const char *filter)
{
    struct str filters[2] = {str_of(filter)};
    size_t given = filter != NULL, values = 0;
    struct search_request q = {
        .query = str_of(query), .filters = filters, .filter_count = given, .facets = true};
    struct search_reply all, one;
    struct err e = {0};
    assert_ok(search_run(&all, x->searcher, &q, x->a, &e), &e);
    q.facets = false;
    q.filter_count = given + 1;
    for (size_t i = 0; i < all.facet_count; i++)
        for (size_t k = 0; k < all.facets[i].count; k++, values++) {
            const struct facet *f = &all.facets[i];
            filters[given] =
                arena_printf(x->a, "%.*s=%.*s", STR_ARG(f->filter), STR_ARG(f->values[k].value));
            assert_ok(search_run(&one, x->searcher, &q, x->a, &e), &e);
            if (one.total != f->values[k].count)
                fail_msg("%.*s: %llu, not %llu", STR_ARG(filters[given]),
                         (unsigned long long)one.total, (unsigned long long)f->values[k].count);
            assert_true(f->values[k].label.len > 0 && !str_eq(f->name, search_label(f->name)));
        }
    assert_true(values >= all.facet_count);
}

static void a_facets_value_as_its_filter_finds_its_count(void **state)
{
    (void)state;
    static const struct sample more[] = {
        {"CN110000006B1", "电池", NULL, NULL, "Smith, John", "某,人", "H01", NULL, "510100",
         "有效"},
        {"CN110000007B2", "电池", NULL, NULL, "北京\"某\"公司", "王*", "H", NULL, NULL, NULL},
        {"US2021123457A", "电池", NULL, NULL, "Acme，Inc. *", NULL, "G02B", NULL, NULL, NULL},
    };
    struct instance *x = sample_instance();
    for (size_t i = 0; i < ARRAY_LEN(more); i++) {
        struct patent *p = patent_of(&more[i], x->a);
        p->publication_date = (struct date){i < 2 ? 2019 : 0, i == 1 ? 5 : 0, 0};
        put(x, p);
    }
    struct patent *bare = patent_of(&samples[3], x->a); /* says next to nothing */
    bare->publication = (struct number){0};
    bare->publication_date = (struct date){0};
    bare->source_id = STR("1");
    bare->parties.len = bare->classes.len = 0;
    bare->region = bare->status_written = STR_NONE;
    put(x, bare);
    follow(x);
    check_facets(x, "", NULL);
    check_facets(x, "电池 OR waveguide", "office=CN,US");
    close_instance(x);
}

static void check_hint(const struct search_hint *h, const char *text, uint64_t count)
{
    assert_str(h->text, text);
    assert_int_equal(h->count, count);
}

static void a_search_without_hits_says_which_word_and_which_filter_is_to_blame(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct str filters[] = {STR("office=CN"), STR("date=1999")};
    struct search_request q = {.query = STR("显示 四川 NOT 电池"), .filters = filters};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(r.total, 0);
    assert_int_equal(r.word_count, 2);
    check_hint(&r.words[0], "显示", 1);
    check_hint(&r.words[1], "四川", 2);
    q.query = STR("ipc:H01M 电池");
    q.filter_count = 2;
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    check_hint(&r.words[0], "ipc:H01M", 3);
    assert_int_equal(r.filter_count, 2);
    check_hint(&r.filters[0], "office=CN", 0);
    check_hint(&r.filters[1], "date=1999", 3);
    q.filter_count = 1;
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_true(r.total == 3 && r.word_count == 0 && r.filter_count == 0);
    close_instance(x);
}

static bool has_reason(const struct found *f, const char *kind, const char *value)
{
    for (size_t i = 0; i < f->reason_count; i++)
        if (str_is(f->reasons[i].kind, kind) && str_is(f->reasons[i].value, value))
            return true;
    return false;
}

static size_t count_titled(const struct search_reply *r, const char *title)
{
    size_t count = 0;
    for (size_t i = 0; i < r->hit_count; i++)
        count += str_is(r->hits[i].title, title);
    return count;
}

static bool any_reason(const struct search_reply *r, const char *kind, const char *part)
{
    for (size_t i = 0; i < r->hit_count; i++)
        for (size_t k = 0; k < r->hits[i].reason_count; k++) {
            const struct reason *reason = &r->hits[i].reasons[k];
            if (str_is(reason->kind, kind) && str_contains(reason->value, str_of(part)))
                return true;
        }
    return false;
}

static void similar_records_are_those_that_its_text_matches_without_itself(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct search_request q = {.query = STR("number:CN110000004U")};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(r.hit_count, 1);
    int64_t id = r.hits[0].id;
    struct search_request all = {.k = 10, .before = STR(SEARCH_ANY_DATE)}, one = {.k = 1};
    one.before = all.before;
    assert_ok(search_similar(&r, x->searcher, &all, id, x->a, &e), &e);
    assert_int_equal(r.hit_count, r.total);
    assert_true(r.total >= 2);
    for (size_t i = 0; i < r.hit_count; i++)
        assert_true(r.hits[i].id != id &&
                    (r.hits[i].reason_count > 0 || r.hits[i].similarity <= 0));
    assert_true(r.hits[0].reason_count > 0);
    assert_ok(search_similar(&r, x->searcher, &one, id, x->a, &e), &e);
    assert_int_equal(r.hit_count, 1);
    one = (struct search_request){.k = 1};
    assert_int_equal(search_similar(&r, x->searcher, &one, 999999, x->a, &e), E_NOTFOUND);
    close_instance(x);
}

static void similar_records_are_older_unless_all_are_asked_for(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    static const char *const applied[] = {"", "2020-03-01", "2020-03-02", ""};
    static const char *const published[] = {"2016-05-05", "2021-06-01", "2020-03-01", ""};
    struct patent *first = NULL;
    struct err e = {0};
    for (size_t i = 0; i < ARRAY_LEN(applied); i++) {
        struct sample one = {.number = (const char *[]){"CN120000001A", "CN120000002A",
                                                        "CN120000003A", "CN120000004A"}[i],
                             .title = "石墨烯散热薄膜的卷绕",
                             .abstract = "石墨烯散热薄膜的卷绕装置。",
                             .applicant = "四川薄膜有限公司",
                             .ipc = i == 1 ? "F28F21/02" : "C01B32/182"};
        struct patent *p = patent_of(&one, x->a);
        p->family = i < 2 ? STR("docdb:7") : STR_NONE;
        p->publication_date = p->application_date = (struct date){0};
        assert_true(!*published[i] || date_parse(&p->publication_date, str_of(published[i])));
        assert_true(!*applied[i] || date_parse(&p->application_date, str_of(applied[i])));
        put(x, p);
        if (i == 1)
            first = p;
    }
    (void)follow(x);
    struct search_request dated = {.k = 10}, all = {.k = 10, .before = STR(SEARCH_ANY_DATE)};
    struct search_reply r;
    assert_ok(search_similar(&r, x->searcher, &dated, first->id, x->a, &e), &e);
    assert_str(r.before, "2020-03-01");
    assert_int_equal(count_titled(&r, "石墨烯散热薄膜的卷绕"), 2); /* 2016, and no date */
    assert_true(any_reason(&r, "family", "CN120000002A"));
    assert_false(any_reason(&r, "class", "C01B")); /* those of others; its own count */
    assert_ok(search_similar(&r, x->searcher, &all, first->id, x->a, &e), &e);
    assert_int_equal(count_titled(&r, "石墨烯散热薄膜的卷绕"), 3);
    assert_int_equal(r.before.len, 0);
    close_instance(x);
}

static void a_similarity_means_the_same_for_all_texts(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    static const char *const unrelated[] = {"白日依山尽，黄河入海流。欲穷千里目，更上一层楼。",
                                            "xkcd flurb wuggle snorp blimfen quazzle dritch"};
    struct search_reply r;
    struct err e = {0};
    for (size_t i = 0; i < ARRAY_LEN(unrelated); i++) {
        struct search_request q = {.text = str_of(unrelated[i]), .reasons = true};
        assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
        assert_int_equal(r.nothing_near, r.hit_count > 0);
        for (size_t k = 0; k < r.hit_count; k++)
            assert_true(r.hits[k].similarity >= 0 && r.hits[k].similarity < 0.47);
        for (size_t k = 0; k < r.hit_count; k++)
            for (size_t n = 0; n < r.hits[k].reason_count; n++)
                assert_true(!str_is(r.hits[k].reasons[n].kind, "term") ||
                            r.hits[k].reasons[n].value.len > strlen("日"));
    }
    struct search_request q = {.query = STR("number:CN110000004U")};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    q = (struct search_request){.text = r.hits[0].title};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_str(r.hits[0].number, "CN110000004U");
    assert_true(fabs(r.hits[0].similarity - 1) < 1e-6);
    assert_false(r.nothing_near);
    close_instance(x);
}

/* CN170000000A, CN170000001A … */
static void put_titles(struct instance *x, const char *const *titles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sample one = {.number = arena_cstr(x->a, arena_printf(x->a, "CN17000000%zuA", i)),
                             .title = titles[i],
                             .abstract = "",
                             .applicant = "四川整词有限公司",
                             .ipc = "B60L58/26"};
        put(x, patent_of(&one, x->a));
    }
    (void)follow(x);
}

static void a_reason_is_a_whole_word_that_the_record_holds(void **state)
{
    (void)state;
    static const char *const titles[] = {"低温下钠离子电池的冷却装置及其制备方法",
                                         "燃料电池低压放电装置"};
    struct instance *x = sample_instance();
    struct err e = {0};
    put_titles(x, titles, ARRAY_LEN(titles));
    struct search_request q = {.text = STR("一种解决低温下锂离子电池放电的装置，其制备方便"),
                               .reasons = true};
    struct search_reply r;
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    for (size_t i = 0; i < r.hit_count; i++) {
        const struct found *f = &r.hits[i];
        for (size_t k = 0; k < f->reason_count; k++) {
            const struct reason *reason = &f->reasons[k];
            bool same = k > 0 && str_eq(reason->kind, f->reasons[k - 1].kind);
            assert_true(!same || reason->weight <= f->reasons[k - 1].weight);
            assert_true(!str_is(reason->kind, "term") || str_contains(q.text, reason->value));
        }
    }
    /* Joined where the record joins them, and cut at the words inside where it lacks the whole. */
    assert_true(any_reason(&r, "term", "离子电池") && any_reason(&r, "term", "低温"));
    assert_true(any_reason(&r, "term", "放电") && any_reason(&r, "term", "制备"));
    assert_false(any_reason(&r, "term", "其") || any_reason(&r, "term", "制备方") ||
                 any_reason(&r, "term", "解决低"));
    close_instance(x);
}

static void a_page_of_text_finds_patents_with_reasons(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct search_request q = {
        .text =
            STR("成都一家企业需要固态电池模组的技术，类似于四川电池有限公司的产品，H01M10/052。"),
        .reasons = true};
    struct search_reply r, again;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_true(r.hit_count >= 2);
    const struct found *f = &r.hits[0];
    assert_str(f->number, "CN110000004U");
    assert_true(has_reason(f, "class", "H01M10/052"));
    assert_true(has_reason(f, "applicant", "四川电池有限公司"));
    assert_true(has_reason(f, "region", "四川省成都市"));
    double sum = 0;
    bool battery = false;
    for (size_t i = 0; i < f->reason_count; i++) {
        sum += f->reasons[i].weight;
        battery |= str_is(f->reasons[i].kind, "term") &&
                   str_contains(f->reasons[i].value, STR("固态电池"));
    }
    assert_true(battery);
    assert_true(sum > 0.3 && sum < 1.0001);

    assert_ok(search_run(&again, x->searcher, &q, x->a, &e), &e);
    for (size_t i = 0; i < r.hit_count; i++)
        assert_true(again.hits[i].id == r.hits[i].id && again.hits[i].score == r.hits[i].score);
    q.text = STR(" ，。 ");
    assert_int_equal(search_run(&r, x->searcher, &q, x->a, &e), E_INVALID);
    close_instance(x);
}

static void words_and_classes_are_taken_out_of_a_match_and_put_in(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct str dropped[] = {STR("固态电池"), STR("H01M 10/052"), STR("glasses")};
    struct str added[] = {STR("热管理"), STR("B60L58/26")};
    struct search_request q = {.text = STR("固态电池的模组，H01M10/052。Waveguide for glass."),
                               .reasons = true};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_str(r.hits[0].number, "CN110000004U");
    assert_true(any_reason(&r, "term", "固态电池") && any_reason(&r, "class", "H01M10/052") &&
                any_reason(&r, "term", "glass"));
    assert_false(any_reason(&r, "class", "B60L58/26"));

    q.dropped = dropped;
    q.dropped_count = ARRAY_LEN(dropped);
    q.added = added;
    q.added_count = ARRAY_LEN(added);
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_str(r.hits[0].number, "CN110000005A");
    assert_true(has_reason(&r.hits[0], "class", "B60L58/26"));
    assert_true(any_reason(&r, "term", "热管理") && any_reason(&r, "term", "Waveguide"));
    assert_false(any_reason(&r, "term", "电池") || any_reason(&r, "class", "H01M10/052") ||
                 any_reason(&r, "term", "glass") || any_reason(&r, "related", "glass"));
    close_instance(x);
}

static const struct found *hit_of(const struct search_reply *r, const char *number)
{
    for (size_t i = 0; i < r->hit_count; i++)
        if (str_is(r->hits[i].number, number))
            return &r->hits[i];
    fail_msg("%s is no hit", number);
    return NULL;
}

static double score_of(const struct search_reply *r, const char *number)
{
    return hit_of(r, number)->score;
}

static size_t count_found(struct instance *x, const char *query, const char *filter)
{
    struct str filters[] = {str_of(filter)};
    struct search_request q = {
        .query = str_of(query), .filters = filters, .filter_count = *filter != 0};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    return r.total;
}

static void citations_are_found_both_ways_counted_and_sorted(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    static const int64_t times[] = {-1, 0, 7, 50};
    static const char *const cited[] = {"", "CN150000000A", "CN150000000B", "CN150000001A"};
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        struct sample one = {.number = arena_cstr(x->a, arena_printf(x->a, "CN15000000%zuA", i)),
                             .title = "引证检索的样本",
                             .abstract = "",
                             .applicant = "四川引证有限公司",
                             .ipc = "B60L58/26"};
        struct patent *p = patent_of(&one, x->a);
        struct citation c = {0};
        p->times_cited = times[i];
        if (*cited[i]) {
            assert_true(
                number_parse(&c.number, str_of(cited[i]), NUMBER_PUBLICATION, STR_NONE, x->a));
            VEC_PUSH(x->a, &p->citations, c);
        }
        put(x, p);
    }
    (void)follow(x);
    assert_int_equal(count_found(x, "cites:CN150000000A", ""), 2); /* in any kind */
    assert_int_equal(count_found(x, "", "cites=CN150000001A"), 1);
    assert_int_equal(count_found(x, "", "cites=CN150000003A"), 0);
    assert_int_equal(count_found(x, "citedby:CN150000002A", ""), 1);
    assert_int_equal(count_found(x, "", "citedby=CN150000003A"), 1);
    assert_int_equal(count_found(x, "", "citedby=CN150000000A"), 0);
    assert_int_equal(count_found(x, "引证检索", "cited=>=7"), 2);
    assert_int_equal(count_found(x, "引证检索", "cited=0..7"), 2);
    assert_int_equal(count_found(x, "引证检索", "cited=未知"), 1);

    struct search_request q = {.query = STR("引证检索"), .sort = SORT_CITED};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(r.hit_count, 4);
    assert_str(r.hits[0].number, "CN150000003A");
    assert_str(r.hits[1].number, "CN150000002A");
    assert_str(r.hits[2].number, "CN150000001A");
    assert_int_equal(r.hits[3].times_cited, -1);
    close_instance(x);
}

static void words_of_another_language_are_learnt_from_the_records(void **state)
{
    (void)state;
    static const char *const words[][2] = {
        {"zircaloy", "锆锡"}, {"membrane", "隔膜"}, {"sensor", "探头"}, {"wheel", "车轮"},
        {"pump", "水泵"},     {"valve", "阀门"},    {"motor", "电机"},  {"mirror", "镜片"},
        {"furnace", "熔炉"},  {"gear", "齿轮"}};
    struct instance *x = sample_instance();
    struct search_reply r;
    struct err e = {0};
    for (size_t i = 0; i < 40; i++) {
        struct str zh = STR_NONE, en = STR_NONE;
        for (size_t k = 0; k < 3; k++) {
            const char *const *word =
                words[(i * (i + 3) / 2 + k * k + i / 7 * k) % ARRAY_LEN(words)];
            zh = arena_printf(x->a, "%.*s，%s", STR_ARG(zh), word[1]);
            en = arena_printf(x->a, "%.*s %s", STR_ARG(en), word[0]);
        }
        struct sample one = {.number = arena_cstr(x->a, arena_printf(x->a, "CN1300000%02zuA", i)),
                             .title = arena_cstr(x->a, zh),
                             .abstract = "",
                             .applicant = "四川双语有限公司",
                             .ipc = "B60L58/26"};
        struct patent *p = patent_of(&one, x->a);
        struct patent_text english = {.part = TEXT_TITLE, .lang = STR("en"), .content = en};
        VEC_PUSH(x->a, &p->texts, english);
        put(x, p);
    }
    struct sample alone = {.number = "CN140000001A",
                           .title = "熔炉用锆锡和阀门",
                           .abstract = "",
                           .applicant = "四川单语有限公司",
                           .ipc = "B60L58/26"};
    put(x, patent_of(&alone, x->a));
    (void)follow(x);

    struct search_request q = {.text = STR("A furnace with a zircaloy and a valve"),
                               .reasons = true};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_true(score_of(&r, "CN140000001A") > 0);
    assert_true(any_reason(&r, "translation", "zircaloy → 锆锡"));
    q.evidence = MATCH_ALL & ~(unsigned)MATCH_TRANSLATIONS;
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    for (size_t i = 0; i < r.hit_count; i++)
        assert_false(str_is(r.hits[i].number, "CN140000001A"));
    assert_false(any_reason(&r, "translation", ""));
    close_instance(x);
}

static void a_text_finds_records_in_the_other_language_alone(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct search_request q = {.text = STR("solid battery module"), .reasons = true};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_true(score_of(&r, "CN110000004U") > 0);
    assert_true(any_reason(&r, "translation", "battery → 电池"));
    q.text = STR("electrically"); /* no record has the word itself */
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_true(score_of(&r, "CN110000005A") > 0);
    close_instance(x);
}

static void whole_words_are_translated_and_marked(void **state)
{
    (void)state;
    static const char *const titles[] = {"处理器的外壳", "处理台", "Fuel cell with cooling",
                                         "电池的冷却", "变压台"};
    struct instance *x = sample_instance();
    struct search_request q = {.text = STR("A processor for an ionizer"), .reasons = true};
    struct search_reply r;
    struct err e = {0};
    put_titles(x, titles, ARRAY_LEN(titles));
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_true(has_reason(hit_of(&r, "CN170000000A"), "translation", "processor → 处理器"));
    /* It holds a bigram of the word, not the word. */
    const struct found *piece = hit_of(&r, "CN170000001A");
    for (size_t i = 0; i < piece->reason_count; i++)
        assert_false(str_starts(piece->reasons[i].value, STR("processor")));

    q.text = STR("transformer"); /* 变压器: no record holds 压器 */
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(r.hit_count, 0);

    q.text = STR("燃料电池的冷却");
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    const struct found *english = hit_of(&r, "CN170000002A");
    assert_true(has_reason(english, "translation", "燃料电池 → fuel"));
    assert_true(has_reason(english, "translation", "冷却 → cooling"));
    for (size_t i = 0; i < english->reason_count; i++)
        assert_true(!str_is(english->reasons[i].kind, "translation") ||
                    str_starts(english->reasons[i].value, STR("燃料电池")) ||
                    str_starts(english->reasons[i].value, STR("冷却")));
    const struct highlight *h = &hit_of(&r, "CN170000003A")->highlights[0];
    assert_int_equal(h->mark_count, 2); /* 电池, 冷却; 的 is of neither */
    assert_int_equal(h->marks[0].to, 6);
    assert_int_equal(h->marks[1].from, 9);
    close_instance(x);
}

static void what_good_hits_cite_gains_a_part_of_their_scores(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct sample citing = {.number = "CN110000006A",
                            .title = "固态电池模组的冷却",
                            .abstract = "固态电池的模组。",
                            .applicant = "四川电池有限公司",
                            .ipc = "H01M10/613"};
    static const char *const numbers[] = {"CN110000005B", "CN 110000005 A", "CN110000006A",
                                          "US9999999B2"};
    struct patent *p = patent_of(&citing, x->a);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) { /* another kind, twice, itself, not held */
        struct citation c = {0};
        assert_true(
            number_parse(&c.number, str_of(numbers[i]), NUMBER_PUBLICATION, STR_NONE, x->a));
        VEC_PUSH(x->a, &p->citations, c);
    }
    put(x, p);
    (void)follow(x);

    struct search_request q = {.text = STR("固态电池模组的冷却，电池包"),
                               .reasons = true,
                               .evidence = MATCH_ALL & ~(unsigned)MATCH_TRANSLATIONS};
    struct search_request without = q, own = q, late = q;
    struct search_reply with, base;
    struct err e = {0};
    without.evidence = MATCH_CLASSES | MATCH_WEIGHTS;
    own.own = p;
    late.offset = 1;
    late.k = 1;
    assert_ok(search_run(&with, x->searcher, &q, x->a, &e), &e);
    assert_ok(search_run(&base, x->searcher, &without, x->a, &e), &e);
    double citer = score_of(&base, "CN110000006A");
    assert_true(citer > 0);
    double gained = score_of(&with, "CN110000005A") - score_of(&base, "CN110000005A");
    assert_true(fabs(gained - 0.6 * citer) < 1e-4);
    assert_true(fabs(score_of(&with, "CN110000006A") - citer) < 1e-6);
    assert_true(any_reason(&with, "citer", "CN110000006A"));
    assert_ok(search_run(&base, x->searcher, &late, x->a, &e), &e);
    assert_int_equal(base.hit_count, 1);
    assert_true(base.hits[0].id == with.hits[1].id);
    assert_ok(search_run(&with, x->searcher, &own, x->a, &e), &e);
    assert_false(any_reason(&with, "citer", "CN110000006A"));
    close_instance(x);
}

/* --- landscapes -------------------------------------------------------------- */

static uint64_t cell(const struct landscape_reply *r, const char *k0, const char *k1)
{
    for (size_t i = 0; i < r->cell_count; i++)
        if (str_is(r->cells[i].key[0], k0) && (!k1 || str_is(r->cells[i].key[1], k1)))
            return r->cells[i].count;
    return 0;
}

static struct landscape_reply landscape(struct instance *x, const char *query, const char *d0,
                                        const char *d1)
{
    struct str by[] = {str_of(d0), str_of(d1)};
    struct landscape_request q = {.query = str_of(query), .by = by, .by_count = d1 ? 2 : 1};
    struct landscape_reply r;
    struct err e = {0};
    assert_ok(landscape_run(&r, x->searcher, &q, x->a, &e), &e);
    return r;
}

static void class_symbols_are_shown_with_their_titles_in_chinese(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    enum lang before = msg_lang();

    msg_set_lang(LANG_ZH);
    struct landscape_reply r = landscape(x, "", "ipc1", NULL);
    assert_str(r.cells[0].key[0], "H");
    assert_str(r.cells[0].label[0], "H 电学");
    r = landscape(x, "电池", "ipc7", NULL);
    assert_str(r.cells[0].label[0], "H01M10"); /* no titles of groups are held */
    msg_set_lang(LANG_EN);
    r = landscape(x, "", "ipc1", NULL);
    assert_str(r.cells[0].label[0], "H");
    msg_set_lang(before);
    close_instance(x);
}

static void landscapes_count_each_record_once_per_cell(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct landscape_reply r = landscape(x, "", "ipc3", NULL);
    assert_int_equal(r.total, 5);
    assert_int_equal(cell(&r, "H01", NULL), 3); /* CN…2 has two H01M symbols, counted once */
    assert_int_equal(cell(&r, "G02", NULL), 2);
    assert_str(r.cells[0].key[0], "H01");
    r = landscape(x, "", "year", "region");
    assert_int_equal(cell(&r, "2022", "510000"), 2);
    assert_int_equal(cell(&r, "2021", "未知"), 1);
    assert_str(r.cells[0].key[0], "2019"); /* with year first: by year */
    r = landscape(x, "电池", "ipc7", NULL);
    assert_int_equal(r.total, 3);
    assert_int_equal(cell(&r, "H01M10", NULL), 3);
    r = landscape(x, "", "inventor", NULL);
    assert_int_equal(cell(&r, "王明", NULL), 2);
    assert_int_equal(cell(&r, "未知", NULL), 1);
    r = landscape(x, "", "sei", NULL);
    assert_int_equal(cell(&r, "未知", NULL), 5);
    r = landscape(x, "", "city", NULL);
    assert_int_equal(cell(&r, "510100", NULL), 2);
    r = landscape(x, "", "申请人", "状态");
    assert_int_equal(cell(&r, "四川电池有限公司", "active"), 1);
    r = landscape(x, "", "status", NULL);
    assert_int_equal(cell(&r, "未知", NULL), 1);

    struct str by[] = {STR("shape")};
    struct landscape_request q = {.by = by, .by_count = 1};
    struct err e = {0};
    assert_int_equal(landscape_run(&r, x->searcher, &q, x->a, &e), E_INVALID);
    q.by_count = 0;
    assert_int_equal(landscape_run(&r, x->searcher, &q, x->a, &e), E_INVALID);
    close_instance(x);
}

static uint64_t found_of(struct instance *x, const char *name, struct str key)
{
    struct str filter = arena_printf(x->a, "%s=%.*s", name, STR_ARG(key));
    struct search_request q = {.filters = &filter, .filter_count = 1};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    return r.total;
}

/* A place that is known to the province alone, or not at all, has a row: the rows are all records, each once. */
static void regions_and_cities_add_up_to_all_records(void **state)
{
    (void)state;
    static const char *const regions[] = {"510000", "110105", "429004", "810000", "130171",
                                          "710000", "510104", "510100", NULL};
    static const char *const by[] = {"region", "city"};
    struct instance *x = open_instance();
    for (size_t i = 0; i < ARRAY_LEN(regions); i++) {
        struct sample s = samples[0];
        s.number = arena_printf(x->a, "CN%zuA", 110000100 + i).ptr;
        s.region = regions[i];
        put(x, patent_of(&s, x->a));
    }
    follow(x);
    for (size_t d = 0; d < ARRAY_LEN(by); d++) {
        struct landscape_reply r = landscape(x, "", by[d], NULL);
        uint64_t sum = 0;
        for (size_t i = 0; i < r.cell_count; i++) {
            sum += r.cells[i].count;
            assert_int_equal(found_of(x, by[d], r.cells[i].key[0]), r.cells[i].count);
        }
        assert_int_equal(r.total, ARRAY_LEN(regions));
        assert_int_equal(sum, ARRAY_LEN(regions));
        assert_int_equal(cell(&r, "未知", NULL), d == 0 ? 1 : 3);
        if (d == 0)
            continue;
        assert_int_equal(cell(&r, "110000", NULL), 1);
        assert_int_equal(cell(&r, "429004", NULL), 1);
        assert_int_equal(cell(&r, "130100", NULL), 1);
        assert_int_equal(cell(&r, "510100", NULL), 2);
    }
    assert_int_equal(found_of(x, "region", STR("四川")), 3);
    assert_int_equal(found_of(x, "city", STR("成都")), 2);
    close_instance(x);
}

/* Names in traditional characters and of former times find the place of today. */
static void regions_are_found_by_names_in_other_characters_and_of_other_times(void **state)
{
    (void)state;
    static const struct {
        const char *region, *written;
    } c[] = {{"710000", "臺灣"},   {"710000", "台灣省"}, {"440000", "廣東省"}, {"440300", "深圳"},
             {"510116", "雙流縣"}, {"610124", "周至縣"}, {"610424", "乾县"},   {"310106", "閘北區"},
             {"430100", "長沙"},   {"430100", "长沙"}};
    struct instance *x = open_instance();
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        struct sample s = samples[0];
        s.number = arena_printf(x->a, "CN%zuA", 110000100 + i).ptr;
        s.region = c[i].region;
        put(x, patent_of(&s, x->a));
    }
    follow(x);
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        uint64_t same = 0;
        for (size_t k = 0; k < ARRAY_LEN(c); k++)
            same += strcmp(c[k].region, c[i].region) == 0 ||
                    (strcmp(c[i].region, "440000") == 0 && memcmp(c[k].region, "44", 2) == 0);
        if (found_of(x, "region", str_of(c[i].written)) != same)
            fail_msg("%s", c[i].written);
    }
    close_instance(x);
}

static void holders_agencies_countries_and_cpc_are_counted_and_found(void **state)
{
    (void)state;
    struct instance *x = open_instance();
    struct patent *p[2] = {patent_of(&samples[1], x->a), patent_of(&samples[2], x->a)};
    struct classification class = {.scheme = CLASS_CPC};
    const struct party more[] = {
        {.role = PARTY_ASSIGNEE, .name = STR("成都某某电池有限公司")},
        {.role = PARTY_AGENT, .name = STR("北京三友知识产权代理有限公司")},
        {.role = PARTY_AGENT, .name = STR("党晓林")},
    };
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        VEC_PUSH(x->a, &p[0]->parties, more[i]);
    assert_true(class_parse(&class.symbol, STR("Y02E60/10"), CLASS_CPC, x->a));
    VEC_PUSH(x->a, &p[0]->classes, class);
    p[1]->parties.ptr[0].country = STR("US");
    put(x, p[0]);
    put(x, p[1]);
    assert_int_equal(follow(x), 2);

    struct landscape_reply r = landscape(x, "", "assignee", "country");
    assert_int_equal(cell(&r, "成都某某电池有限公司", "CN"), 1);
    assert_int_equal(cell(&r, "未知", "US"), 1);
    r = landscape(x, "", "agency", "cpc7");
    assert_int_equal(cell(&r, "北京三友知识产权代理有限公司", "Y02E60"), 1);
    assert_int_equal(cell(&r, "未知", "未知"), 1);
    r = landscape(x, "", "cpc4", "applicant");
    assert_int_equal(cell(&r, "Y02E", "宁德时代新能源科技股份有限公司"), 1);

    check_found(x, "", "assignee=成都某某电池有限公司", "2");
    check_found(x, "", "assignee=宁德时代新能源科技股份有限公司", "");
    check_found(x, "assignee:某某电池", NULL, "2"); /* a part of the name */
    check_found(x, "assignee:未知", NULL, "3");
    check_found(x, "", "agency=北京三友知识产权代理有限公司", "2");
    check_found(x, "代理机构:三友", NULL, "2");
    check_found(x, "代理机构:党晓林", NULL, "2"); /* as it was: agents' words */
    check_found(x, "", "country=美国", "3");
    check_found(x, "", "country=CN", "2");
    check_found(x, "", "国别=CN", "2"); /* the office's */
    check_found(x, "", "cpc=Y02E", "2");
    check_found(x, "", "cpc=未知", "3");
    check_found(x, "专利权人:宁德", NULL, "2");
    close_instance(x);
}

static void kinds_and_stages_of_inventions_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        struct date granted;
    } documents[] = {
        {"CN110000001A", {0}},          {"CN110000002B", {0}},          {"US10000003B2", {0}},
        {"CN110000004U", {2020, 1, 1}}, {"CN110000005A", {2020, 1, 0}}, {"CN110000006C", {0}},
        {"CN110000007", {0}},           {"CN110000008", {2021, 0, 0}},  {"US20210000009A1", {0}},
    };
    struct instance *x = open_instance();
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        struct sample s = samples[0];
        s.number = documents[i].number;
        struct patent *p = patent_of(&s, x->a);
        p->grant_date = documents[i].granted;
        if (i == 6 || i == 7)
            p->type = TYPE_INVENTION;
        put(x, p);
    }
    follow(x);
    /* check_found reads the US grant by its office: 3 twice. */
    check_found(x, "office:CN", "kind=A", "15");
    check_found(x, "", "kind=B", "23");
    check_found(x, "", "kind=b2", "3");
    check_found(x, "", "kind=B1", "");
    check_found(x, "", "kind=Ｕ", "4");
    check_found(x, "", "文献种类=A1", "3");
    check_found(x, "", "种类代码=未知", "78");
    check_found(x, "kind:B office:CN", NULL, "2");
    check_found(x, "kind:(B OR U)", NULL, "234");
    check_found(x, "office:CN", "kind!=A", "24678");
    check_found(x, "office:CN", "type=invention", "125678");
    check_found(x, "office:CN", "type=授权发明", "2568");
    check_found(x, "office:CN", "type=发明授权", "2568");
    check_found(x, "office:CN", "type=發明授權", "2568");
    check_found(x, "office:CN", "type=发明申请", "1");
    check_found(x, "office:CN", "type=发明公开", "1");
    check_found(x, "type:授权发明 office:US", NULL, "3");
    check_found(x, "", "type=发明申请,实用新型", "134");
    struct search_request q = {.facets = true};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(facet_count(&r, "kind", "\"A\""), 2);
    assert_int_equal(facet_count(&r, "kind", "B2"), 1);
    assert_int_equal(facet_count(&r, "kind", "未知"), 2);
    struct landscape_reply l = landscape(x, "", "kind", "office");
    assert_int_equal(cell(&l, "A", "CN"), 2);
    assert_int_equal(cell(&l, "A1", "US"), 1);
    assert_int_equal(cell(&l, "未知", "CN"), 2);
    check_refused(x, "kind=授权", "is no kind code of ST.16");
    check_refused(x, "kind=B12", "is no kind code of ST.16");
    close_instance(x);
}

static void landscapes_say_which_year_they_count_by(void **state)
{
    (void)state;
    struct instance *x = dates_instance();
    struct landscape_reply r = landscape(x, "", "year", NULL);
    assert_int_equal(cell(&r, "2020", NULL), 3);
    assert_int_equal(cell(&r, "2021", NULL), 1);
    assert_int_equal(cell(&r, "未知", NULL), 1);
    assert_str(r.note, "year: the publication date of 2 records is not known; 1 are counted by "
                       "their grant year, 1 by their application year");
    r = landscape(x, "applied:2020", "office", "year");
    assert_str(r.note, "year: the publication date of 1 records is not known; 0 are counted by "
                       "their grant year, 1 by their application year");
    r = landscape(x, "published:2020", "year", NULL);
    assert_str(r.note, "");
    r = landscape(x, "", "公开年", NULL);
    assert_str(r.note, "");
    assert_str(r.by[0], "published");
    assert_int_equal(cell(&r, "2020", NULL), 2);
    assert_int_equal(cell(&r, "未知", NULL), 3);
    assert_str(r.cells[0].key[0], "2020");
    r = landscape(x, "", "申请年", NULL);
    assert_int_equal(cell(&r, "2018", NULL), 1);
    assert_int_equal(cell(&r, "未知", NULL), 2);
    assert_int_equal(r.open_from, 2019); /* the last publication is of 2020 */
    assert_str(r.note, "filings of 2019 and later are not all published yet (publication comes 18 "
                       "months after filing); a lower count is no decline");
    r = landscape(x, "applied:2018", "申请年", NULL);
    assert_str(r.note, "");
    r = landscape(x, "", "授权年", NULL);
    assert_int_equal(cell(&r, "2021", NULL), 1);

    struct str filters[] = {STR("applied=2020")};
    struct str by[] = {STR("year")};
    struct landscape_request q = {.filters = filters, .filter_count = 1, .by = by, .by_count = 1};
    struct err e = {0};
    assert_ok(landscape_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_str(r.note, "year: the publication date of 1 records is not known; 0 are counted by "
                       "their grant year, 1 by their application year");

    /* The index's own note stands behind it. */
    put(x, patent_of(&samples[0], x->a));
    assert_ok(landscape_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_true(str_ends(r.note, STR("application year; the index is 1 changes behind the store")));

    struct str twice[] = {STR("year"), STR("office"), STR("年份")};
    q = (struct landscape_request){.by = twice, .by_count = 3};
    assert_int_equal(landscape_run(&r, x->searcher, &q, x->a, &e), E_INVALID);
    assert_true(str_contains(str_of(e.text), STR("the dimension year is named twice")));
    close_instance(x);
}

/* Random records against a count by hand. */
static void landscapes_name_the_classes_that_have_no_technology_field(void **state)
{
    static const struct sample made[] = {
        {"CN110000001A", "甲", NULL, NULL, NULL, NULL, "H10K50/11;G06V10/82", NULL, NULL, NULL},
        {"CN110000002A", "乙", NULL, NULL, NULL, NULL, "H04N33/00;B77B1/00", NULL, NULL, NULL},
        {"CN110000003A", "丙", NULL, NULL, NULL, NULL, "B77B3/02", "2020-01-02", NULL, NULL},
        {"CN110000004A", "丁", NULL, NULL, NULL, NULL, "B77B3/02;H04N23/55", NULL, NULL, NULL},
        {"CN110000005A", "戊", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
    };
    struct instance *x = open_instance();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(made); i++)
        put(x, patent_of(&made[i], x->a));
    follow(x);
    struct landscape_reply r = landscape(x, "", "wipo35", NULL);
    assert_int_equal(cell(&r, "8", NULL), 1);
    assert_int_equal(cell(&r, "6", NULL), 1);
    assert_int_equal(cell(&r, "2", NULL), 1);
    assert_int_equal(cell(&r, "未知", NULL), 3);
    assert_str(r.note, "technology field: 2 records have none, as their IPC subclasses have none: "
                       "B77B (2), H04N (1)");
    r = landscape(x, "丙", "wipo35", "office");
    assert_str(r.note, "technology field: 1 records have none, as their IPC subclasses have none: "
                       "B77B (1)");
    r = landscape(x, "甲 OR 丁 OR 戊", "wipo35", NULL);
    assert_str(r.note, "");
    r = landscape(x, "", "office", "year");
    assert_str(r.note, "");
    close_instance(x);
}

static void landscape_cells_equal_a_naive_count(void **state)
{
    (void)state;
    static const char *const symbols[] = {"H01M10/052", "H01M10/0525", "H01M4/36",
                                          "G02B27/01",  "B60L58/26",   "A61K31/00"};
    static const char *const years[] = {"2018", "2019", "2020"};
    struct rand r = {test_seed(9)};
    struct instance *x = open_instance();
    uint64_t naive[3][3] = {{0}}; /* year × subclass of H01M, G02B, B60L */
    for (unsigned i = 0; i < 400; i++) {
        char number[32], date[16];
        struct sample s = samples[0];
        bool has[3] = {false};
        snprintf(number, sizeof(number), "CN12%07uA", i);
        unsigned year = rand_below(&r, 3);
        snprintf(date, sizeof(date), "%s-%02u-11", years[year], 1 + rand_below(&r, 12));
        s.number = number;
        s.date = date;
        struct patent *p = patent_of(&s, x->a);
        p->classes.len = 0;
        for (unsigned n = rand_below(&r, 5); n > 0; n--) {
            unsigned which = rand_below(&r, ARRAY_LEN(symbols));
            struct classification c = {.scheme = CLASS_IPC};
            assert_true(class_parse(&c.symbol, str_of(symbols[which]), CLASS_IPC, x->a));
            VEC_PUSH(x->a, &p->classes, c);
            if (which < 5)
                has[which < 3 ? 0 : which - 2] = true;
        }
        for (unsigned c = 0; c < 3; c++)
            naive[year][c] += has[c];
        put(x, p);
    }
    follow(x);
    struct landscape_reply l = landscape(x, "", "year", "ipc4");
    static const char *const subclasses[] = {"H01M", "G02B", "B60L"};
    assert_int_equal(l.total, 400);
    for (unsigned y = 0; y < 3; y++)
        for (unsigned c = 0; c < 3; c++)
            assert_int_equal(cell(&l, years[y], subclasses[c]), naive[y][c]);
    close_instance(x);
}

/* --- families ---------------------------------------------------------------- */

#define KIN 1400 /* half of them one family: what is ranked first is lengthened again and again */

struct kin {
    int64_t id;
    struct str key; /* family id, else application number, else the publication's own */
    unsigned year;
    bool cold; /* has the word 冷却 */
};

static struct kin *kin_put(struct instance *x, struct rand *r)
{
    struct kin *all = arena_array(x->a, KIN, sizeof(*all));
    for (unsigned i = 0; i < KIN; i++) {
        struct sample s = samples[3];
        struct kin *k = &all[i];
        unsigned family = rand_below(r, 2) ? 0 : rand_below(r, 60);
        k->year = 2018 + rand_below(r, 4);
        k->cold = rand_below(r, 3) > 0;
        s.number = arena_printf(x->a, "CN12%07uA", i).ptr;
        s.title = k->cold ? "固态电池模组的冷却" : "固态电池模组";
        s.date = arena_printf(x->a, "%u-%02u-11", k->year, 1 + rand_below(r, 12)).ptr;
        struct patent *p = patent_of(&s, x->a);
        k->key = p->publication.key;
        struct str application = arena_printf(x->a, "CN2015%08u", 10000000 + family);
        if (family % 3 != 1)
            assert_true(
                number_parse(&p->application, application, NUMBER_APPLICATION, STR_NONE, x->a));
        if (p->application.key.len)
            k->key = p->application.key;
        if (family % 3 == 0)
            k->key = p->family = arena_printf(x->a, "docdb:%u", family);
        struct citation c = {0};
        assert_true(number_parse(&c.number, arena_printf(x->a, "CN12%07uA", rand_below(r, KIN)),
                                 NUMBER_PUBLICATION, STR_NONE, x->a));
        VEC_PUSH(x->a, &p->citations, c);
        put(x, p);
        k->id = p->id;
    }
    (void)follow(x);
    return all;
}

static const struct kin *kin_of(const struct kin *all, int64_t id)
{
    while (all->id != id)
        all++;
    return all;
}

static uint64_t kin_size(const struct kin *all, struct str key, const char *word)
{
    uint64_t n = 0;
    for (size_t i = 0; i < KIN; i++)
        n += str_eq(all[i].key, key) && (all[i].cold || !word);
    return n;
}

/* The first of each family in the order that the same request without families gives, page by page. */
static void check_families(struct instance *x, const struct kin *all, struct search_request q,
                           const char *word)
{
    struct search_reply each, page;
    struct map *seen = map_in(x->a);
    struct err e = {0};
    size_t at = 0;
    q.ids_only = true;
    q.k = KIN;
    assert_ok(search_run(&each, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(each.hit_count, each.total);
    q.families = true;
    q.k = 7;
    page.hit_count = 0;
    for (size_t i = 0; i < each.hit_count; i++) {
        struct str key = kin_of(all, each.hits[i].id)->key;
        bool added;
        map_put(seen, key, &added);
        if (!added)
            continue;
        if (at % q.k == 0) {
            q.offset = at;
            assert_ok(search_run(&page, x->searcher, &q, x->a, &e), &e);
            assert_int_equal(page.total, each.total);
        }
        assert_true(at % q.k < page.hit_count);
        const struct found *f = &page.hits[at++ % q.k];
        assert_int_equal(f->id, each.hits[i].id);
        assert_true(f->score == each.hits[i].score);
        assert_int_equal(f->others + 1, kin_size(all, key, word));
    }
    assert_int_equal(page.families, map_count(seen));
    q.offset = at;
    assert_ok(search_run(&page, x->searcher, &q, x->a, &e), &e);
    assert_int_equal(page.hit_count, 0);
    assert_int_equal(page.families, at);
}

static void hits_by_family_are_the_first_of_each_in_any_order_to_the_last_page(void **state)
{
    (void)state;
    struct rand r = {test_seed(31)};
    struct instance *x = open_instance();
    struct kin *all = kin_put(x, &r);
    static const enum search_sort sorts[] = {SORT_RELEVANCE, SORT_OLDEST, SORT_NEWEST};
    for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
        check_families(x, all, (struct search_request){.sort = sorts[i]}, NULL);
        check_families(x, all, (struct search_request){.query = STR("冷却"), .sort = sorts[i]},
                       "冷却");
    }
    check_families(x, all, (struct search_request){.text = STR("固态电池模组的冷却")}, NULL);
    struct str cold = STR("ipc=H01M");
    check_families(
        x, all,
        (struct search_request){.text = STR("固态电池"), .filters = &cold, .filter_count = 1},
        NULL);
    close_instance(x);
}

static void a_familys_filter_finds_its_members_and_a_cell_counts_it_once(void **state)
{
    (void)state;
    struct rand r = {test_seed(32)};
    struct instance *x = open_instance();
    struct kin *all = kin_put(x, &r);
    struct search_reply reply;
    struct err e = {0};
    for (unsigned i = 0; i < KIN; i += 23) {
        struct str number = arena_printf(x->a, "CN12%07uA", i);
        struct str filter = arena_printf(x->a, "family=%.*s", STR_ARG(number));
        struct search_request q = {.filters = &filter, .filter_count = 1, .ids_only = true};
        q.k = KIN;
        assert_ok(search_run(&reply, x->searcher, &q, x->a, &e), &e);
        assert_int_equal(reply.total, kin_size(all, all[i].key, NULL));
        for (size_t k = 0; k < reply.hit_count; k++)
            assert_true(str_eq(kin_of(all, reply.hits[k].id)->key, all[i].key));
        q = (struct search_request){.query = arena_printf(x->a, "冷却 同族:%.*s", STR_ARG(number))};
        assert_ok(search_run(&reply, x->searcher, &q, x->a, &e), &e);
        assert_int_equal(reply.total, kin_size(all, all[i].key, "冷却"));
    }
    assert_int_equal(found_with(x, "family=CN999999999A", NULL, 0), 0);
    struct str by[] = {STR("year")}, wrong = STR("family=none");
    struct landscape_request q = {.query = STR("冷却"), .by = by, .by_count = 1, .families = true};
    struct landscape_reply l;
    struct map *whole = map_in(x->a);
    size_t total = 0;
    assert_ok(landscape_run(&l, x->searcher, &q, x->a, &e), &e);
    for (unsigned year = 2018; year < 2022; year++) {
        struct map *seen = map_in(x->a);
        for (size_t i = 0; i < KIN; i++)
            if (all[i].cold && all[i].year == year) {
                map_put(seen, all[i].key, NULL);
                map_put(whole, all[i].key, NULL);
                total++;
            }
        assert_int_equal(cell(&l, arena_printf(x->a, "%u", year).ptr, NULL), map_count(seen));
    }
    assert_int_equal(l.families, map_count(whole));
    assert_int_equal(l.total, total);
    struct search_request refused = {.filters = &wrong, .filter_count = 1};
    assert_int_equal(search_run(&reply, x->searcher, &refused, x->a, &e), E_INVALID);
    close_instance(x);
}

/* --- following --------------------------------------------------------------- */

static uint64_t total_of(struct instance *x, const char *query)
{
    struct search_request q = {.query = str_of(query)};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    return r.total;
}

static void the_index_follows_the_store_and_says_when_it_is_behind(void **state)
{
    (void)state;
    struct instance *x = open_instance();
    struct search_reply r;
    struct err e = {0};
    struct search_request all = {0};
    assert_ok(search_run(&r, x->searcher, &all, x->a, &e), &e);
    assert_int_equal(r.total, 0);
    put(x, patent_of(&samples[0], x->a));
    put(x, patent_of(&samples[1], x->a));
    assert_int_equal(follow(x), 2);
    assert_int_equal(follow(x), 0);
    assert_int_equal(total_of(x, ""), 2);

    struct sample changed = samples[0];
    changed.title = "一种头戴显示装置及其中的光学镜片组件"; /* the longer text wins */
    put(x, patent_of(&changed, x->a));
    assert_ok(search_run(&r, x->searcher, &all, x->a, &e), &e);
    assert_str(r.note, "the index is 1 changes behind the store");
    assert_int_equal(follow(x), 1);
    assert_int_equal(total_of(x, ""), 2);
    assert_int_equal(total_of(x, "title:头戴"), 1);
    assert_int_equal(total_of(x, "title:光波导"), 0);
    close_instance(x);
}

static void records_taken_in_while_the_store_fills_are_found_at_its_end(void **state)
{
    (void)state;
    struct instance *x = open_instance();
    struct err e = {0};
    uint64_t done = 0;
    bool whole = true;
    int64_t last = 0;
    put(x, patent_of(&samples[0], x->a));
    assert_ok(indexer_follow_filling(x->indexer, &done, &e), &e);
    assert_int_equal(done, 1);
    put(x, patent_of(&samples[1], x->a));
    assert_ok(indexer_follow_filling(x->indexer, &done, &e), &e);
    assert_int_equal(done, 1); /* the first is not read again */
    assert_ok(indexer_last_change(&last, x->store, &e), &e);
    assert_int_equal(last, 2);
    assert_ok(indexer_holds(&whole, x->index, last, &e), &e);
    assert_false(whole);
    assert_int_equal(follow(x), 0);
    assert_ok(indexer_holds(&whole, x->index, last, &e), &e);
    assert_true(whole);
    assert_int_equal(total_of(x, ""), 2);

    /* What was taken in and never committed is taken in by whoever comes next. */
    put(x, patent_of(&samples[2], x->a));
    assert_ok(indexer_follow_filling(x->indexer, &done, &e), &e);
    indexer_close(x->indexer);
    assert_ok(indexer_open(&x->indexer, x->store, x->index, INDEX_FULL, &e), &e);
    assert_int_equal(follow(x), 1);
    assert_int_equal(total_of(x, ""), 3);
    close_instance(x);
}

static void an_index_that_is_damaged_foreign_or_ahead_is_rebuilt(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct err e = {0};

    /* Another schema. */
    indexer_close(x->indexer);
    assert_ok(indexer_open(&x->indexer, x->store, x->index, INDEX_PLAIN, &e), &e);
    assert_int_equal(follow(x), ARRAY_LEN(samples));
    assert_int_equal(total_of(x, "电池"), 3);

    /* A manifest that does not read back. */
    indexer_close(x->indexer);
    damage_files(x->index);
    assert_ok(indexer_open(&x->indexer, x->store, x->index, INDEX_FULL, &e), &e);
    assert_int_equal(follow(x), ARRAY_LEN(samples));
    searcher_close(x->searcher);
    assert_ok(searcher_open(&x->searcher, x->store, x->index, &clock_system, &e), &e);
    assert_int_equal(total_of(x, "电池"), 3);

    /* Ahead of the store. */
    indexer_close(x->indexer);
    struct index_writer *w;
    assert_ok(index_writer_open(&w, &fs_system, x->index, &patent_schema, NULL, &e), &e);
    assert_ok(index_commit(w, 1000000, &e), &e);
    index_writer_close(w);
    assert_ok(indexer_open(&x->indexer, x->store, x->index, INDEX_FULL, &e), &e);
    assert_int_equal(follow(x), ARRAY_LEN(samples));
    assert_int_equal(total_of(x, ""), ARRAY_LEN(samples));

    uint64_t done = 0;
    assert_ok(indexer_rebuild(x->indexer, &done, &e), &e);
    assert_int_equal(done, ARRAY_LEN(samples));
    assert_ok(indexer_optimise(x->indexer, &e), &e);
    assert_int_equal(total_of(x, ""), ARRAY_LEN(samples));
    close_instance(x);
}

static void an_index_of_another_version_is_not_read(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct index_schema other = patent_schema;
    struct search_request q = {0};
    struct search_reply r;
    struct err e = {0};
    other.column_count--;
    indexer_close(x->indexer);
    x->indexer = NULL;
    assert_ok(index_destroy(&fs_system, x->index, &e), &e);
    struct index_writer *w;
    assert_ok(index_writer_open(&w, &fs_system, x->index, &other, NULL, &e), &e);
    assert_ok(index_commit(w, 1, &e), &e);
    index_writer_close(w);
    searcher_close(x->searcher);
    assert_ok(searcher_open(&x->searcher, x->store, x->index, &clock_system, &e), &e);
    assert_int_equal(search_run(&r, x->searcher, &q, x->a, &e), E_CONFLICT);
    assert_true(str_contains(str_of(e.text), STR("reindex")));
    close_instance(x);
}

static void a_name_that_nobody_bears_is_explained(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct str filters[] = {STR("applicant=四川电池")};
    struct search_request q = {.filters = filters, .filter_count = 1};
    struct search_reply r;
    struct err e = {0};
    assert_ok(search_run(&r, x->searcher, &q, x->a, &e), &e);
    assert_str(r.note,
               "no applicant has exactly this name; applicant=*四川电池* finds names with it");
    close_instance(x);
}

struct seeker {
    struct searcher *searcher;
    atomic_bool *stop;
    atomic_uint searches;
    bool fell; /* a later search saw fewer records, or one failed */
};

static void *seek_on(void *arg)
{
    struct seeker *seeker = arg;
    struct arena *a = arena_new();
    uint64_t seen = 0;
    while (!atomic_load(seeker->stop)) {
        struct search_request q = {.query = STR("显示 OR 电池"), .facets = true};
        struct search_reply r;
        struct err e = {0};
        if (search_run(&r, seeker->searcher, &q, a, &e) != OK || r.total < seen)
            seeker->fell = true;
        seen = r.total;
        atomic_fetch_add(&seeker->searches, 1);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static void searches_go_on_while_the_index_follows(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    atomic_bool stop = false;
    struct seeker seekers[2] = {{x->searcher, &stop, 0, false}, {x->searcher, &stop, 0, false}};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, seek_on, &seekers[i]), 0);
    for (size_t i = 0; i < 2; i++) /* a busy machine may start a thread late */
        while (atomic_load(&seekers[i].searches) == 0)
            sched_yield();
    for (unsigned i = 0; i < 30; i++) {
        char number[32];
        struct sample s = samples[i % 2];
        snprintf(number, sizeof(number), "CN13%07uA", i);
        s.number = number;
        put(x, patent_of(&s, x->a));
        follow(x);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_false(seekers[i].fell);
    }
    assert_int_equal(total_of(x, "显示 OR 电池"), 34);
    close_instance(x);
}

static void only_one_process_follows(void **state)
{
    (void)state;
    struct instance *x = sample_instance();
    struct indexer *second = NULL;
    struct err e = {0};
    assert_int_equal(indexer_open(&second, x->store, x->index, INDEX_FULL, &e), E_BUSY);
    assert_null(second);
    close_instance(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_find_what_the_records_say),
        cmocka_unit_test(records_that_nothing_ranks_come_newest_first),
        cmocka_unit_test(the_stop_list_is_in_the_order_that_its_search_needs),
        cmocka_unit_test(numbers_typed_bare_find_their_document),
        cmocka_unit_test(filters_are_exact),
        cmocka_unit_test(a_topic_is_the_numbers_that_the_asker_may_read),
        cmocka_unit_test(applicants_are_unified_by_rule_and_by_hand),
        cmocka_unit_test(a_date_known_to_the_year_counts_as_that_year),
        cmocka_unit_test(a_date_known_in_part_is_inside_a_range_when_all_its_days_are),
        cmocka_unit_test(each_date_answers_for_itself_alone),
        cmocka_unit_test(date_ranges_equal_a_naive_count),
        cmocka_unit_test(kinds_and_stages_of_inventions_are_told_apart),
        cmocka_unit_test(landscapes_say_which_year_they_count_by),
        cmocka_unit_test(a_wrong_filter_says_what_is_expected),
        cmocka_unit_test(hits_come_by_date_where_asked_and_page_by_page_to_the_last),
        cmocka_unit_test(highlights_mark_the_text_as_written),
        cmocka_unit_test(a_long_text_is_cut_around_its_marks),
        cmocka_unit_test(facets_count_all_matches),
        cmocka_unit_test(a_facets_value_as_its_filter_finds_its_count),
        cmocka_unit_test(a_search_without_hits_says_which_word_and_which_filter_is_to_blame),
        cmocka_unit_test(a_reason_is_a_whole_word_that_the_record_holds),
        cmocka_unit_test(a_page_of_text_finds_patents_with_reasons),
        cmocka_unit_test(words_and_classes_are_taken_out_of_a_match_and_put_in),
        cmocka_unit_test(whole_words_are_translated_and_marked),
        cmocka_unit_test(what_good_hits_cite_gains_a_part_of_their_scores),
        cmocka_unit_test(similar_records_are_those_that_its_text_matches_without_itself),
        cmocka_unit_test(similar_records_are_older_unless_all_are_asked_for),
        cmocka_unit_test(citations_are_found_both_ways_counted_and_sorted),
        cmocka_unit_test(words_of_another_language_are_learnt_from_the_records),
        cmocka_unit_test(a_text_finds_records_in_the_other_language_alone),
        cmocka_unit_test(a_similarity_means_the_same_for_all_texts),
        cmocka_unit_test(class_symbols_are_shown_with_their_titles_in_chinese),
        cmocka_unit_test(landscapes_count_each_record_once_per_cell),
        cmocka_unit_test(regions_and_cities_add_up_to_all_records),
        cmocka_unit_test(regions_are_found_by_names_in_other_characters_and_of_other_times),
        cmocka_unit_test(holders_agencies_countries_and_cpc_are_counted_and_found),
        cmocka_unit_test(landscapes_name_the_classes_that_have_no_technology_field),
        cmocka_unit_test(landscape_cells_equal_a_naive_count),
        cmocka_unit_test(hits_by_family_are_the_first_of_each_in_any_order_to_the_last_page),
        cmocka_unit_test(a_familys_filter_finds_its_members_and_a_cell_counts_it_once),
        cmocka_unit_test(the_index_follows_the_store_and_says_when_it_is_behind),
        cmocka_unit_test(records_taken_in_while_the_store_fills_are_found_at_its_end),
        cmocka_unit_test(an_index_that_is_damaged_foreign_or_ahead_is_rebuilt),
        cmocka_unit_test(an_index_of_another_version_is_not_read),
        cmocka_unit_test(a_name_that_nobody_bears_is_explained),
        cmocka_unit_test(searches_go_on_while_the_index_follows),
        cmocka_unit_test(only_one_process_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
