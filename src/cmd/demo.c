/* zhiyun demo: fills an instance with generated, plainly fictional patents and
 * writes need texts for `match --text`. The same seed gives the same data. */
#include "base/date.h"
#include "base/msg.h"
#include "base/rand.h"
#include "cmd/cmd.h"
#include "cmd/demo_life.h"
#include "cmd/demo_making.h"
#include "cmd/demo_text.h"
#include "ingest/batch_log.h"
#include "model/patent_store.h"
#include "search/search.h"
#include <stdio.h>
#include <unistd.h>

#define DEMO_SEED 20240601
#define DEMO_FIRST_MS                                                                              \
    INT64_C(1730419200000) /* 2024-11-01 08:00 in China: before anybody is there */
#define DEMO_PATENTS 3600
#define DEMO_NEEDS 60
#define DEMO_LIST 17113 /* rows to import, of which … */
#define DEMO_LIST_BAD 12
#define BATCH 200

static const char *const cities[][3] = {
    {"成都", "510100", "四川"},   {"绵阳", "510700", "四川"}, {"德阳", "510600", "四川"},
    {"攀枝花", "510400", "四川"}, {"宜宾", "511500", "四川"}, {"太原", "140100", "山西"},
    {"大同", "140200", "山西"},   {"长治", "140400", "山西"},
};
static const char *const syllables[] = {"青岚", "云栖", "岷川", "锦朔", "汾泽", "雁行",
                                        "蜀光", "恒岳", "澄观", "砺成", "启衡", "远瓴"};
static const char *const surnames[] = {"赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈"};
static const char *const stems[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
static const char *const branches[] = {"子", "丑", "寅", "卯", "辰", "巳",
                                       "午", "未", "申", "酉", "戌", "亥"};

#define PICK(r, array) ((array)[rand_below((r), ARRAY_LEN(array))])

/* `count` different numbers below DEMO_WORDS. */
static void pick_different(unsigned *out, unsigned count, struct rand *r)
{
    unsigned pool[DEMO_WORDS];
    for (unsigned i = 0; i < DEMO_WORDS; i++)
        pool[i] = i;
    for (unsigned i = 0; i < count; i++) {
        unsigned at = i + rand_below(r, DEMO_WORDS - i), swap = pool[i];
        pool[i] = pool[at];
        pool[at] = swap;
        out[i] = pool[i];
    }
}

static struct str applicant_name(const struct demo_field *f, unsigned city, struct rand *r,
                                 struct arena *a)
{
    if (rand_below(r, 5) == 0)
        return arena_printf(a, "%s%s大学（演示）", cities[city][0], PICK(r, syllables));
    return arena_printf(a, "%s%s%s有限公司（演示）", cities[city][0], PICK(r, syllables), f->name);
}

static void add_text(struct patent *p, enum text_part part, struct str content, struct arena *a)
{
    VEC_PUSH(a, &p->texts,
             ((struct patent_text){.part = part, .lang = STR("zh"), .content = content}));
}

static void add_texts(struct patent *p, const struct demo_field *f, bool utility, struct rand *r,
                      struct arena *a)
{
    unsigned part[4], means[3], problem = rand_below(r, DEMO_WORDS);
    const char *what = utility ? "本实用新型" : "本发明";
    const char *thing = PICK(r, f->things), *effect = f->effects[problem];
    const char *scene = PICK(r, f->scenes);
    pick_different(part, 4, r);
    pick_different(means, 3, r);
    static const char *const suffixes[] = {"", "及其制备方法", "及其控制方法", "及使用方法"};
    const char *suffix = utility ? "" : PICK(r, suffixes);
    struct str name;
    switch (rand_below(r, 3)) {
    case 0:
        name = arena_printf(a, "%s的%s", effect, thing);
        break;
    case 1:
        name = arena_printf(a, "基于%s的%s", f->means[means[0]], thing);
        break;
    default:
        name = arena_printf(a, "带%s和%s的%s", f->parts[part[0]], f->parts[part[3]], thing);
        break;
    }

    add_text(p, TEXT_TITLE, arena_printf(a, "一种%.*s%s", STR_ARG(name), suffix), a);
    add_text(p, TEXT_ABSTRACT,
             arena_printf(a,
                          "%s公开了一种%.*s%s，属于%s技术领域。该%s包括%s、%s和%s，所述%s采用%s，"
                          "并与%s配合设置。针对现有技术在%s中%s的问题，%s通过%s与%s相结合，使%s的"
                          "工作参数可随工况调节。试验表明其%s，结构可靠，适于推广。",
                          what, STR_ARG(name), suffix, f->name, thing, f->parts[part[0]],
                          f->parts[part[1]], f->parts[part[2]], f->parts[part[0]],
                          f->means[means[0]], f->parts[part[3]], scene, f->problems[problem], what,
                          f->means[means[1]], f->means[means[2]], f->parts[part[1]], effect),
             a);
    add_text(p, TEXT_CLAIMS,
             arena_printf(
                 a,
                 "1. 一种%.*s，其特征在于，包括%s、%s和%s，所述%s采用%s。\n"
                 "2. 根据权利要求1所述的%s，其特征在于，所述%s与%s之间设有%s。\n"
                 "3. 根据权利要求1所述的%s，其特征在于，还采用%s，用于解决%s的问题。\n"
                 "4. 根据权利要求2或3所述的%s，其特征在于，所述%s的厚度为%u.%u毫米至%u毫米。\n",
                 STR_ARG(name), f->parts[part[0]], f->parts[part[1]], f->parts[part[2]],
                 f->parts[part[0]], f->means[means[0]], thing, f->parts[part[0]], f->parts[part[1]],
                 f->parts[part[3]], thing, f->means[means[1]], f->problems[problem], thing,
                 f->parts[part[2]], rand_below(r, 5), 1 + rand_below(r, 9), 6 + rand_below(r, 30)),
             a);
}

static struct date random_day(struct rand *r)
{
    int32_t from = date_to_days((struct date){2008, 1, 1}),
            to = date_to_days((struct date){2022, 12, 31});
    return date_from_days(from + (int32_t)rand_below(r, (uint32_t)(to - from)));
}

static void add_numbers(struct patent *p, unsigned n, bool utility, struct rand *r, struct arena *a)
{
    struct date filed = random_day(r);
    bool granted = !utility && rand_below(r, 10) < 4;
    int32_t wait = utility ? 200 : granted ? 900 : 540;
    /* 12 digits: year, kind, serial in the 9,000,000s, which no office has reached. */
    struct str serial = arena_printf(a, "%04d%c9%06u", filed.year, utility ? '2' : '1', n);
    struct str application =
        arena_printf(a, "CN%.*s.%c", STR_ARG(serial), number_cn_check_digit(serial));
    struct str publication = arena_printf(a, "CN%c99%06u%s", utility ? '2' : '1', n,
                                          utility   ? "U"
                                          : granted ? "B"
                                                    : "A");
    (void)number_parse(&p->application, application, NUMBER_APPLICATION, STR("CN"), a);
    (void)number_parse(&p->publication, publication, NUMBER_PUBLICATION, STR("CN"), a);
    p->application_date = filed;
    p->publication_date = date_from_days(date_to_days(filed) + wait + (int32_t)rand_below(r, 90));
    if (granted || utility)
        p->grant_date = p->publication_date;
    p->type = utility ? TYPE_UTILITY_MODEL : TYPE_INVENTION;
    p->status = !granted && !utility    ? STATUS_PENDING
                : rand_below(r, 10) < 7 ? STATUS_ACTIVE
                                        : STATUS_INACTIVE;
}

static void add_parties(struct patent *p, const struct demo_field *f, struct rand *r,
                        struct arena *a)
{
    unsigned city = rand_below(r, ARRAY_LEN(cities));
    VEC_PUSH(a, &p->parties,
             ((struct party){.role = PARTY_APPLICANT,
                             .name = applicant_name(f, city, r, a),
                             .country = STR("CN")}));
    p->region = str_of(cities[city][1]);
    for (uint32_t i = 0, count = 1 + rand_below(r, 4); i < count; i++)
        VEC_PUSH(a, &p->parties,
                 ((struct party){.role = PARTY_INVENTOR,
                                 .name = arena_printf(a, "%s%s%s", PICK(r, surnames),
                                                      PICK(r, stems), PICK(r, branches))}));
}

static void make_patent(struct patent *p, const struct demo_field *fields, unsigned n,
                        struct rand *r, struct arena *a)
{
    const struct demo_field *f = &fields[rand_below(r, DEMO_FIELDS)];
    bool utility = rand_below(r, 3) == 0;
    patent_init(p);
    p->source = STR("demo");
    p->source_id = arena_printf(a, "demo-%06u", n);
    add_numbers(p, n, utility, r, a);
    add_parties(p, f, r, a);
    add_texts(p, f, utility, r, a);
    for (uint32_t i = 0, count = 1 + rand_below(r, 3); i < count; i++) {
        struct classification c = {.scheme = CLASS_IPC};
        if (class_parse(&c.symbol, str_of(f->ipc[i]), CLASS_IPC, a))
            VEC_PUSH(a, &p->classes, c);
    }
    patent_finish(p, a);
}

/* --- needs -------------------------------------------------------------------------- */

static struct str make_need(const struct demo_field *fields, unsigned n, struct rand *r,
                            struct arena *a)
{
    const struct demo_field *f = &fields[n % DEMO_FIELDS];
    unsigned problem[2], means = rand_below(r, DEMO_WORDS);
    const char *thing = PICK(r, f->things), *scene = f->scenes[n / DEMO_FIELDS % 3];
    pick_different(problem, 2, r);
    return arena_printf(a,
                        "技术需求（演示数据，内容虚构）\n\n需求名称：用于%s的%s改进\n\n"
                        "一、背景\n我单位在%s中使用%s。目前的主要困难是%s，同时%s，影响交付。"
                        "曾尝试更换供应商并调整工艺，效果不明显。\n\n"
                        "二、需要解决的问题\n1. 解决%s的问题；\n2. 改善%s的情况；\n"
                        "3. 对%s、%s等部件的改动不宜过大，便于现有产线实施。\n\n"
                        "三、期望指标\n达到%s、%s。优先考虑采用%s的方案，其他路线亦可。\n\n"
                        "四、合作方式\n可以许可、转让或联合开发，期限十二个月。\n",
                        scene, thing, scene, thing, f->problems[problem[0]],
                        f->problems[problem[1]], f->problems[problem[0]], f->problems[problem[1]],
                        PICK(r, f->parts), PICK(r, f->parts), f->effects[problem[0]],
                        f->effects[problem[1]], f->means[means]);
}

static err_t write_needs(const struct app *app, const struct demo_field *fields, struct rand *r,
                         struct err *e)
{
    struct str folder = arena_printf(app->arena, "%s/demo/needs", app->data);
    err_t rc = fs_make_dirs(app->fs, folder.ptr, e);
    for (unsigned n = 0; n < DEMO_NEEDS && rc == OK; n++) {
        struct str path = arena_printf(app->arena, "%s/%02u-%s.txt", folder.ptr, n + 1,
                                       fields[n % DEMO_FIELDS].name);
        rc = fs_write_synced(app->fs, path.ptr, str_bytes(make_need(fields, n, r, app->arena)), e);
    }
    return rc;
}

/* --- a list to import -------------------------------------------------------------------- */

/* What a tool for patents hands out: some rows have a remark where the number should be. */
static err_t write_list(const struct app *app, const struct demo_field *fields, uint64_t seed,
                        struct err *e)
{
    struct str folder = arena_printf(app->arena, "%s/demo/import", app->data);
    struct rand r = {seed};
    struct buf b;
    err_t rc = fs_make_dirs(app->fs, folder.ptr, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    buf_add(&b, STR("公开（公告）号,标题,申请人,公开日,IPC分类号\n"));
    for (unsigned n = 1; n <= DEMO_LIST; n++) {
        const struct demo_field *f = &fields[n % DEMO_FIELDS];
        if (n % (DEMO_LIST / DEMO_LIST_BAD) == 0)
            buf_add(&b, STR("见附件"));
        else
            buf_addf(&b, "CN1980%05uA", n);
        buf_addf(&b, ",一种%s（演示%u）,%s%s有限公司（演示）,%d-%02d-15,%s\n", PICK(&r, f->things),
                 n, PICK(&r, syllables), f->name, 2010 + (int)rand_below(&r, 15),
                 1 + (int)rand_below(&r, 12), f->ipc[0]);
    }
    rc =
        fs_write_synced(app->fs, arena_printf(app->arena, "%.*s/专利清单.csv", STR_ARG(folder)).ptr,
                        str_bytes(buf_str(&b)), e);
    buf_clear(&b);
    return rc;
}

/* --- the command ---------------------------------------------------------------------- */

struct batch {
    const struct demo_field *fields;
    unsigned from, count;
    struct rand rand; /* state at its start: a step may run again */
    struct arena *arena;
    struct import_by by;
};

static err_t put_batch(struct db *db, void *arg, struct err *e)
{
    struct batch *b = arg;
    struct rand r = b->rand;
    struct batch_log log;
    char made[SHA256_HEX_LEN + 1]; /* these have no file */
    err_t rc = patents_lock(db, e);
    if (rc == OK)
        rc = batch_log_begin(&log, db, &b->by, e);
    for (unsigned n = b->from; n < b->from + b->count && rc == OK; n++) {
        struct patent p = {0};
        enum put_result result;
        arena_reset(b->arena);
        make_patent(&p, b->fields, n, &r, b->arena);
        p.batch = log.first;
        if ((rc = patent_put(&result, db, &p, b->arena, e)) == OK)
            batch_log_add(&log, &p);
    }
    struct digest digest = sha256_of(str_bytes(STR("zhiyun demo")));
    sha256_hex(made, &digest);
    return rc == OK ? batch_log_end(&log, db, str_of(made), STR("demo"), b->arena, e) : rc;
}

static err_t fill(const struct app *app, struct store *store, const struct demo_field *fields,
                  uint64_t seed, struct err *e)
{
    struct log_suite suite;
    const struct clock then = clock_fixed(DEMO_FIRST_MS);
    struct batch b = {
        .fields = fields, .arena = arena_new(), .by = {.suite = &suite, .clock = &then}};
    struct indexer *x = NULL;
    err_t rc = instance_log(&suite, app, store, NULL, e);
    for (b.from = 1; b.from <= DEMO_PATENTS && rc == OK; b.from += BATCH) {
        b.count = BATCH;
        b.rand.state = seed + b.from;
        rc = store_write(store, put_batch, &b, e);
    }
    arena_free(b.arena);
    struct sequencer_options o = instance_sequencer(app, store, &suite);
    if (rc == OK)
        rc = log_sequence_now(&o, e);
    if (rc != OK)
        return rc;
    rc = indexer_open(&x, store, app->index_dir, INDEX_FULL, e);
    if (rc == E_BUSY)
        return OK; /* a running server takes them in */
    if (rc == OK)
        rc = indexer_follow(x, NULL, e);
    indexer_close(x);
    return rc;
}

static const char *in_demo(const struct app *app, const char *name)
{
    return arena_printf(app->arena, "%s/demo/%s", app->data, name).ptr;
}

/* <data>/demo/seed: of which seed the demo is. */
static err_t keep_seed(const struct app *app, size_t seed, struct err *e)
{
    return fs_write_synced(app->fs, in_demo(app, "seed"),
                           str_bytes(arena_printf(app->arena, "%zu\n", seed)), e);
}

static err_t check_seed(const struct app *app, size_t seed, struct err *e)
{
    struct bytes kept;
    err_t rc = fs_read(&kept, app->fs, in_demo(app, "seed"), 200, app->arena, e);
    if (rc == OK && !str_eq(str_trim(bytes_str(kept)), arena_printf(app->arena, "%zu", seed)))
        rc = err_set(e, E_CONFLICT,
                     "the demo in %s is of the seed %.*s; give another folder with --data",
                     app->data, STR_ARG(str_trim(bytes_str(kept))));
    return rc;
}

static err_t read_complete(struct demo_count *c, const struct app *app, struct err *e)
{
    size_t *const numbers[] = {&c->parties, &c->cases, &c->records, &c->days};
    struct bytes kept;
    err_t rc = fs_read(&kept, app->fs, in_demo(app, "complete"), 200, app->arena, e);
    struct str rest = rc == OK ? str_trim(bytes_str(kept)) : STR_NONE;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(numbers); i++) {
        uint64_t n = 0;
        if (!str_to_u64(&n, str_split(&rest, STR(" "))))
            rc = err_set(e, E_CORRUPT, "%s says nothing", in_demo(app, "complete"));
        *numbers[i] = (size_t)n;
    }
    return rc;
}

static err_t write_complete(const struct app *app, const struct demo_count *c, struct err *e)
{
    struct str said =
        arena_printf(app->arena, "%zu %zu %zu %zu\n", c->parties, c->cases, c->records, c->days);
    const char *part = in_demo(app, "complete.part");
    err_t rc = fs_write_synced(app->fs, part, str_bytes(said), e);
    return rc == OK ? fs_publish(app->fs, part, in_demo(app, "complete"), e) : rc;
}

/* Everything but the moments around it (demo_making.h): patents, texts, and two years of cases. */
static err_t make_all(struct demo_count *c, struct app *app, size_t seed, struct err *e)
{
    struct store *store = NULL;
    struct demo_field fields[DEMO_FIELDS];
    struct rand r = {seed};
    err_t rc = demo_fields_read(fields, app->arena, e);
    if (rc == OK)
        rc = instance_open(&store, app, true, e);
    if (rc == OK)
        rc = fill(app, store, fields, seed, e);
    store_close(store);
    if (rc == OK && (rc = write_needs(app, fields, &r, e)) == OK &&
        (rc = write_list(app, fields, seed, e)) == OK)
        rc = demo_live(c, app, seed, e);
    return rc;
}

/* The demo goes into an instance without records of its own, and only once. */
static err_t make_once(struct demo_count *c, struct app *app, size_t seed, struct err *e)
{
    struct demo_making m;
    if (access(in_demo(app, "complete"), F_OK) == 0) {
        err_t rc = check_seed(app, seed, e);
        return rc == OK && (rc = demo_making_tidy(app, e)) == OK ? read_complete(c, app, e) : rc;
    }
    err_t rc = demo_making_begin(&m, app, e);
    if (rc == OK && (rc = keep_seed(app, seed, e)) == OK &&
        (rc = make_all(c, app, seed, e)) == OK && (rc = demo_making_sync(&m, e)) == OK &&
        (rc = write_complete(app, c, e)) == OK)
        rc = demo_making_tidy(app, e);
    demo_making_end(&m);
    return rc;
}

static int print_counts(const struct app *app, const struct demo_count *c)
{
    struct buf b;
    struct jout j;
    if (!app->json) {
        say(stdout, msg("%u fictional patents in %s, %u needs in %s/demo/needs\n"), DEMO_PATENTS,
            app->data, DEMO_NEEDS, app->data);
        say(stdout, msg("%zu fictional parties, %zu cases, %zu records of two years\n"), c->parties,
            c->cases, c->records);
        say(stdout,
            msg("nobody has a password: `zhiyun user link NAME` gives a link to sign in once\n"));
        return EXIT_DONE;
    }
    jout_begin(&j, &b);
    jout_pair_i64(&j, "patents", DEMO_PATENTS);
    jout_pair_i64(&j, "needs", DEMO_NEEDS);
    jout_pair_i64(&j, "parties", (int64_t)c->parties);
    jout_pair_i64(&j, "cases", (int64_t)c->cases);
    jout_pair_i64(&j, "records", (int64_t)c->records);
    jout_pair_z(&j, "data", app->data);
    jout_end_object(&j);
    return print_json(app, &b);
}

static int run_demo(struct app *app, int argc, char **argv)
{
    struct args args;
    struct err e;
    size_t seed = DEMO_SEED;
    struct demo_count count = {0};

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (!args_is(&args, "--seed", NULL))
            return usage_unknown(&args, "demo");
        if (!args_number(&seed, &args, "demo", 1, 1000000000))
            return EXIT_USAGE;
    }
    return make_once(&count, app, seed, &e) == OK ? print_counts(app, &count) : fail(app, &e);
}

const struct command command_demo = {
    "demo",
    "[--seed N]",
    N_("fills an instance with generated, fictional patents, needs, and two years of cases"),
    run_demo,
    N_("  --seed N   what chance is made of; else always the same\n"
       "Only an instance without records of its own is filled, and only once; one that was cut\n"
       "off is begun again.\n"),
    NULL};
