/* zhiyun demo: fills an instance with generated, plainly fictional patents and
 * writes need texts for `match --text`. The same seed gives the same data. */
#include "base/date.h"
#include "base/msg.h"
#include "base/rand.h"
#include "cmd/demo_making.h"
#include "cmd/demo_story.h"
#include "demo_technologies_yaml.h"
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
#define DEMO_WORDS 6   /* of each list of a technology, but scenes and symbols … */
#define DEMO_FIELDS 20 /* … of which there are so many */

/* The words drawn for one patent. Texts of reference/demo/technologies.yaml refer to them by these names. */
#define DRAWN_MAX 24
struct drawing {
    const struct yvalue *all, *field; /* the file; the technology */
    struct yvalue names[DRAWN_MAX], items[DRAWN_MAX], map;
    struct rand *rand;
    struct arena *a;
    struct err *e;
    err_t rc; /* the first error of a text */
};

static void begin_drawing(struct drawing *d, unsigned field)
{
    d->field = &yin_get(d->all, "fields")->items[field];
    d->map = (struct yvalue){.type = Y_MAP, .items = d->items, .names = d->names};
}

/* A word that the texts may hold from now on. */
static void put(struct drawing *d, const char *name, struct str word)
{
    d->names[d->map.count].text = str_of(name);
    d->items[d->map.count++].text = word;
}

static struct str at(const struct yvalue *map, const char *list, size_t i)
{
    return yin_get(map, list)->items[i].text;
}

static struct str any(struct drawing *d, const struct yvalue *map, const char *list)
{
    return at(map, list, rand_below(d->rand, (uint32_t)yin_get(map, list)->count));
}

/* `count` different ones of a list, called …_a, …_b and so on; and those of the same place in `beside`. */
static void put_different(struct drawing *d, const char *list, const char *name, unsigned count,
                          const char *beside, const char *beside_name)
{
    unsigned pool[DEMO_WORDS];
    for (unsigned i = 0; i < DEMO_WORDS; i++)
        pool[i] = i;
    for (unsigned i = 0; i < count; i++) {
        unsigned from = i + rand_below(d->rand, DEMO_WORDS - i), swap = pool[i];
        pool[i] = pool[from];
        pool[from] = swap;
        put(d, arena_printf(d->a, "%s_%c", name, 'a' + i).ptr, at(d->field, list, pool[i]));
        if (beside)
            put(d, arena_printf(d->a, "%s_%c", beside_name, 'a' + i).ptr,
                at(d->field, beside, pool[i]));
    }
}

static struct str fill_in(struct drawing *d, const struct yvalue *text)
{
    struct demo_party party = {.map = &d->map};
    const struct demo_story story = {.parties = &party};
    const struct demo_event event = {.step = text};
    struct demo_words w = {.story = &story, .event = &event, .rc = d->rc, .e = d->e};
    struct str out = demo_text(&w, text->text, d->a);
    d->rc = w.rc;
    return out;
}

static void add_text(struct patent *p, enum text_part part, struct drawing *d, const char *text)
{
    struct str content = fill_in(d, yin_get(d->all, text));
    VEC_PUSH(d->a, &p->texts,
             ((struct patent_text){.part = part, .lang = STR("zh"), .content = content}));
}

static void add_texts(struct patent *p, struct drawing *d, bool utility)
{
    unsigned problem = rand_below(d->rand, DEMO_WORDS);
    put(d, "what", utility ? STR("本实用新型") : STR("本发明"));
    put(d, "thing", any(d, d->field, "things"));
    put(d, "scene", any(d, d->field, "scenes"));
    put(d, "problem", at(d->field, "problems", problem));
    put(d, "effect", at(d->field, "effects", problem));
    put_different(d, "parts", "part", 4, NULL, NULL);
    put_different(d, "means", "means", 3, NULL, NULL);
    put(d, "suffix", utility ? STR_NONE : any(d, d->all, "suffixes"));
    put(d, "named", fill_in(d, &yin_get(d->all, "names")->items[rand_below(d->rand, 3)]));
    put(d, "thicker", arena_printf(d->a, "%u", 6 + rand_below(d->rand, 30)));
    unsigned tenths = 1 + rand_below(d->rand, 9);
    put(d, "thick", arena_printf(d->a, "%u.%u", rand_below(d->rand, 5), tenths));
    add_text(p, TEXT_TITLE, d, "title");
    add_text(p, TEXT_ABSTRACT, d, "abstract");
    add_text(p, TEXT_CLAIMS, d, "claims");
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

static void add_parties(struct patent *p, struct drawing *d)
{
    const struct yvalue *cities = yin_get(d->all, "cities");
    const struct yvalue *city = &cities->items[rand_below(d->rand, (uint32_t)cities->count)];
    put(d, "field", yin_get(d->field, "name")->text);
    put(d, "city", city->items[0].text);
    const char *kind = rand_below(d->rand, 5) == 0 ? "university" : "company";
    put(d, "syllable", any(d, d->all, "syllables"));
    VEC_PUSH(d->a, &p->parties,
             ((struct party){.role = PARTY_APPLICANT,
                             .name = fill_in(d, yin_get(d->all, kind)),
                             .country = STR("CN")}));
    p->region = city->items[1].text;
    for (uint32_t i = 0, count = 1 + rand_below(d->rand, 4); i < count; i++) {
        struct str branch = any(d, d->all, "branches"), stem = any(d, d->all, "stems");
        struct str surname = any(d, d->all, "surnames");
        VEC_PUSH(d->a, &p->parties,
                 ((struct party){.role = PARTY_INVENTOR,
                                 .name = arena_printf(d->a, "%.*s%.*s%.*s", STR_ARG(surname),
                                                      STR_ARG(stem), STR_ARG(branch))}));
    }
}

static err_t make_patent(struct patent *p, const struct yvalue *all, unsigned n, struct rand *r,
                         struct arena *a, struct err *e)
{
    struct drawing d = {.all = all, .rand = r, .a = a, .e = e};
    begin_drawing(&d, rand_below(r, DEMO_FIELDS));
    bool utility = rand_below(r, 3) == 0;
    patent_init(p);
    p->source = STR("demo");
    p->source_id = arena_printf(a, "demo-%06u", n);
    add_numbers(p, n, utility, r, a);
    add_parties(p, &d);
    add_texts(p, &d, utility);
    for (uint32_t i = 0, count = 1 + rand_below(r, 3); i < count; i++) {
        struct classification c = {.scheme = CLASS_IPC};
        if (class_parse(&c.symbol, at(d.field, "ipc", i), CLASS_IPC, a))
            VEC_PUSH(a, &p->classes, c);
    }
    patent_finish(p, a);
    return d.rc;
}

/* --- needs -------------------------------------------------------------------------- */

static err_t write_needs(const struct app *app, const struct yvalue *all, struct rand *r,
                         struct err *e)
{
    struct str folder = arena_printf(app->arena, "%s/demo/needs", app->data);
    err_t rc = fs_make_dirs(app->fs, folder.ptr, e);
    for (unsigned n = 0; n < DEMO_NEEDS && rc == OK; n++) {
        struct drawing d = {.all = all, .rand = r, .a = app->arena, .e = e};
        begin_drawing(&d, n % DEMO_FIELDS);
        put(&d, "means", any(&d, d.field, "means"));
        put(&d, "thing", any(&d, d.field, "things"));
        put(&d, "scene", at(d.field, "scenes", n / DEMO_FIELDS % 3));
        put_different(&d, "problems", "problem", 2, "effects", "effect");
        put(&d, "other", any(&d, d.field, "parts"));
        put(&d, "one", any(&d, d.field, "parts"));
        struct str text = fill_in(&d, yin_get(all, "need"));
        struct str path = arena_printf(app->arena, "%s/%02u-%s.txt", folder.ptr, n + 1,
                                       yin_get(d.field, "name")->text.ptr);
        rc = d.rc == OK ? fs_write_synced(app->fs, path.ptr, str_bytes(text), e) : d.rc;
    }
    return rc;
}

/* --- a list to import -------------------------------------------------------------------- */

/* What a tool for patents hands out: some rows have a remark where the number should be. */
static err_t write_list(const struct app *app, const struct yvalue *all, uint64_t seed,
                        struct err *e)
{
    const char *path = arena_printf(app->arena, "%s/demo/import/专利清单.csv", app->data).ptr;
    struct rand r = {seed};
    struct buf b;
    err_t rc = fs_make_dirs(app->fs, arena_printf(app->arena, "%s/demo/import", app->data).ptr, e);
    buf_init(&b, 0);
    buf_add(&b, STR("公开（公告）号,标题,申请人,公开日,IPC分类号\n"));
    for (unsigned n = 1; n <= DEMO_LIST; n++) {
        struct drawing d = {.all = all, .rand = &r};
        begin_drawing(&d, n % DEMO_FIELDS);
        int month = 1 + (int)rand_below(&r, 12), year = 2010 + (int)rand_below(&r, 15);
        struct str syllable = any(&d, all, "syllables"), thing = any(&d, d.field, "things");
        if (n % (DEMO_LIST / DEMO_LIST_BAD) == 0)
            buf_add(&b, STR("见附件"));
        else
            buf_addf(&b, "CN1980%05uA", n);
        buf_addf(&b, ",一种%s（演示%u）,%s%s有限公司（演示）,%d-%02d-15,%s\n", thing.ptr, n,
                 syllable.ptr, yin_get(d.field, "name")->text.ptr, year, month,
                 at(d.field, "ipc", 0).ptr);
    }
    if (rc == OK)
        rc = fs_write_synced(app->fs, path, str_bytes(buf_str(&b)), e);
    buf_clear(&b);
    return rc;
}

/* --- the command ---------------------------------------------------------------------- */

struct batch {
    const struct yvalue *all; /* technologies.yaml */
    unsigned from;
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
    err_t rc = batch_log_begin(&log, db, &b->by, e);
    for (unsigned n = b->from; n < b->from + BATCH && rc == OK; n++) {
        struct patent p = {0};
        enum put_result result;
        arena_reset(b->arena);
        rc = make_patent(&p, b->all, n, &r, b->arena, e);
        p.batch = log.first;
        if (rc == OK && (rc = patent_put(&result, db, &p, b->arena, e)) == OK)
            batch_log_add(&log, &p);
    }
    struct digest digest = sha256_of(str_bytes(STR("zhiyun demo")));
    sha256_hex(made, &digest);
    return rc == OK ? batch_log_end(&log, db, str_of(made), STR("demo"), b->arena, e) : rc;
}

static err_t fill(const struct app *app, struct store *store, const struct yvalue *all,
                  uint64_t seed, struct err *e)
{
    struct log_suite suite;
    const struct clock then = clock_fixed(DEMO_FIRST_MS);
    struct batch b = {.all = all, .arena = arena_new(), .by = {.suite = &suite, .clock = &then}};
    struct indexer *x = NULL;
    err_t rc = instance_log(&suite, app, store, NULL, e);
    for (b.from = 1; b.from <= DEMO_PATENTS && rc == OK; b.from += BATCH) {
        b.rand.state = seed + b.from;
        rc = store_write(store, put_batch, &b, e);
    }
    arena_free(b.arena);
    struct sequencer_options o = instance_sequencer(app, store, &suite);
    if (rc == OK)
        rc = log_sequence_now(&o, e);
    if (rc != OK)
        return rc;
    if ((rc = indexer_open(&x, store, app->index_dir, INDEX_FULL, e)) == OK)
        rc = indexer_follow(x, NULL, e);
    indexer_close(x);
    return rc;
}

static const char *in_demo(const struct app *app, const char *name)
{
    return arena_printf(app->arena, "%s/demo/%s", app->data, name).ptr;
}

static err_t read_kept(struct str *out, const struct app *app, const char *name, struct err *e)
{
    struct bytes kept = {NULL, 0};
    err_t rc = fs_read(&kept, app->fs, in_demo(app, name), 200, app->arena, e);
    *out = str_trim(bytes_str(kept));
    return rc;
}

/* Reads the counts of a demo that is complete, from the file that its making wrote last. */
static err_t read_complete(struct demo_count *c, const struct app *app, size_t seed, struct err *e)
{
    struct str of, said;
    uint64_t n[3] = {0};
    bool good = true;
    err_t rc = read_kept(&of, app, "seed", e);
    if (rc != OK || (rc = read_kept(&said, app, "complete", e)) != OK)
        return rc;
    if (!str_eq(of, arena_printf(app->arena, "%zu", seed)))
        return err_set(e, E_CONFLICT,
                       "the demo in %s is of the seed %.*s; give another folder with --data",
                       app->data, STR_ARG(of));
    for (size_t i = 0; i < ARRAY_LEN(n); i++)
        good &= str_to_u64(&n[i], str_split(&said, STR(" ")));
    *c = (struct demo_count){n[0], n[1], n[2]};
    return good ? OK : err_set(e, E_CORRUPT, "%s says nothing", in_demo(app, "complete"));
}

static err_t write_complete(const struct app *app, const struct demo_count *c, struct err *e)
{
    struct str said = arena_printf(app->arena, "%zu %zu %zu\n", c->parties, c->cases, c->records);
    const char *part = in_demo(app, "complete.part");
    err_t rc = fs_write_synced(app->fs, part, str_bytes(said), e);
    return rc == OK ? fs_publish(app->fs, part, in_demo(app, "complete"), e) : rc;
}

/* Everything but the moments around it (demo_making.h): patents, texts, and two years of cases. */
static err_t make_all(struct demo_count *c, struct app *app, size_t seed, struct err *e)
{
    struct store *store = NULL;
    const struct yfault *faults;
    const struct yvalue *all;
    size_t count;
    struct rand r = {seed};
    err_t rc = yin_parse(&all, &faults, &count, str_of(demo_technologies_yaml), app->arena, e);
    if (rc == OK)
        rc = instance_open(&store, app, true, e);
    if (rc == OK)
        rc = fill(app, store, all, seed, e);
    store_close(store);
    if (rc == OK && (rc = write_needs(app, all, &r, e)) == OK &&
        (rc = write_list(app, all, seed, e)) == OK)
        rc = demo_live(c, app, seed, e);
    return rc;
}

/* The demo goes into an instance without records of its own, and only once. */
static err_t make_once(struct demo_count *c, struct app *app, size_t seed, struct err *e)
{
    struct demo_making m;
    if (access(in_demo(app, "complete"), F_OK) == 0) {
        err_t rc = read_complete(c, app, seed, e);
        return rc == OK ? demo_making_tidy(app, e) : rc;
    }
    struct str said = arena_printf(app->arena, "%zu\n", seed);
    err_t rc = demo_making_begin(&m, app, e);
    if (rc == OK &&
        (rc = fs_write_synced(app->fs, in_demo(app, "seed"), str_bytes(said), e)) == OK &&
        (rc = make_all(c, app, seed, e)) == OK && (rc = demo_making_sync(&m, e)) == OK &&
        (rc = write_complete(app, c, e)) == OK)
        rc = demo_making_tidy(app, e);
    demo_making_end(&m);
    return rc;
}

static int print_counts(const struct app *app, const struct demo_count *c)
{
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
    jout_open(&j);
    jout_pair_i64(&j, "patents", DEMO_PATENTS);
    jout_pair_i64(&j, "needs", DEMO_NEEDS);
    jout_pair_i64(&j, "parties", (int64_t)c->parties);
    jout_pair_i64(&j, "cases", (int64_t)c->cases);
    jout_pair_i64(&j, "records", (int64_t)c->records);
    jout_pair_z(&j, "data", app->data);
    jout_end_object(&j);
    return print_json(app, j.to);
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
