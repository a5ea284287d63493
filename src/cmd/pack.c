/* zhiyun pack: the policies there are, what is wrong with one, whether its cases hold, and
 * how much of its source it answers. */
#include "base/msg.h"
#include "cmd/policy.h"
#include "judge/names.h"
#include "policy/case.h"
#include "policy/consistency.h"
#include "policy/pack_diff.h"
#include "policy/pack_show.h"
#include "record/type.h"
#include <stdio.h>

struct asking {
    struct app *app;
    struct packs *packs;
    const struct str *ids; /* those that were named, else all */
    size_t count;
    const char *cases;                 /* --cases DIR: further cases, one folder for each pack */
    VEC(struct pack_finding) findings; /* of those that could not be used */
};

static void begin(struct jout *j, struct buf *b, const char *list)
{
    jout_begin(j, b);
    jout_pair_array(j, list);
}

static int end(const struct app *app, struct jout *j, struct buf *b)
{
    jout_end_object(j);
    return print_json(app, b);
}

static void say_finding(const struct asking *k, FILE *to, const struct pack_finding *f)
{
    if (!k->app->json)
        say(to, "%.*s:%d: %.*s\n", STR_ARG(f->file), f->line, STR_ARG(f->reason));
}

/* One pack of several. NULL: its files have faults, which are told, and the others go on. */
static err_t take(const struct pack **out, struct asking *k, struct str id, struct err *e)
{
    const struct pack_finding *f;
    err_t rc = packs_get(out, k->packs, id, e);
    size_t count = packs_findings(&f, k->packs, id);
    if (count == 0)
        return rc;
    for (size_t i = 0; i < count; i++) {
        VEC_PUSH(k->app->arena, &k->findings, f[i]);
        say_finding(k, stderr, &f[i]);
    }
    return OK;
}

/* With what was found; exit 1 when there is any. */
static int end_taken(const struct asking *k, struct jout *j, struct buf *b)
{
    int code = EXIT_DONE;
    if (k->app->json) {
        pack_findings_json(j, k->findings.ptr, k->findings.len);
        code = end(k->app, j, b);
    } else {
        buf_clear(b);
    }
    return code == EXIT_DONE && k->findings.len ? EXIT_FAULT_FOUND : code;
}

/* --- list, show ------------------------------------------------------------------------ */

static struct str today(const struct asking *k)
{
    return business_date(clock_now_ms(k->app->clock), k->app->arena);
}

static int say_each(struct asking *k,
                    void (*one)(struct jout *j, struct asking *k, const struct pack *p))
{
    struct buf b;
    struct jout j;
    struct err e;
    begin(&j, &b, "packs");
    for (size_t i = 0; i < k->count; i++) {
        const struct pack *p;
        if (take(&p, k, k->ids[i], &e) != OK) {
            buf_clear(&b);
            return fail(k->app, &e);
        }
        if (p)
            one(&j, k, p);
    }
    jout_end_array(&j);
    return end_taken(k, &j, &b);
}

static void list_one(struct jout *j, struct asking *k, const struct pack *p)
{
    if (p->document.standing == PACK_LIBRARY)
        return;
    pack_head_json(j, p, today(k));
    if (!k->app->json)
        say(stdout, "%-18.*s %-12s %.*s %.*s\n", STR_ARG(p->id),
            pack_standing_text(p->document.standing), STR_ARG(p->document.title),
            STR_ARG(p->document.number));
}

/* As text: its files, as they are written, but the cases and the document's own text. */
static void show_one(struct jout *j, struct asking *k, const struct pack *p)
{
    const struct document *d = &p->document;
    const struct pack_text *files;
    if (k->app->json) {
        pack_show_json(j, p, today(k), k->app->arena);
        return;
    }
    size_t count = packs_files(&files, k->packs, p->id, "", k->app->arena);
    for (size_t i = 0; i < d->basis_count; i++)
        if (pack_basis_is_over(d, d->basis[i], today(k)))
            say(stdout, msg("# basis that is over: %.*s\n"), STR_ARG(d->basis[i]));
    for (size_t i = 0; i < count; i++)
        if (str_ends(files[i].name, STR(".yaml")) &&
            !memchr(files[i].name.ptr, '/', files[i].name.len))
            say(stdout, "# %.*s/%.*s\n%.*s\n", STR_ARG(p->id), STR_ARG(files[i].name),
                STR_ARG(files[i].text));
}

static int list(struct asking *k)
{
    return say_each(k, list_one);
}

static int show(struct asking *k)
{
    return say_each(k, show_one);
}

/* --- lint ------------------------------------------------------------------------------- */

/* Which format a pack of a former one is of, and what it says otherwise than it is written now. */
static void say_changes(struct asking *k, struct str id)
{
    const struct pack *p = NULL;
    struct err e;
    if (k->app->json || take(&p, k, id, &e) != OK || !p || p->format == PACK_FORMAT)
        return;
    if (p->changes.len)
        say(stdout, msg("%.*s: written in format %d; format %d says it so:\n"), STR_ARG(p->file),
            p->format, PACK_FORMAT);
    else
        say(stdout,
            msg("%.*s: it names no format, so it is read as one of format 1; nothing in it is "
                "written otherwise now\n"),
            STR_ARG(p->file));
    for (size_t i = 0; i < p->changes.len; i++) {
        const struct pack_change *c = &p->changes.ptr[i];
        say(stdout, "%.*s:%d: \"%.*s\": %s\n", STR_ARG(c->file), c->line, STR_ARG(c->was),
            msg(c->mend));
    }
    say(stdout, msg("%.*s: then write format: %d below its version\n"), STR_ARG(p->file),
        PACK_FORMAT);
}

static int lint_packs(struct asking *k, const struct record_names *names)
{
    struct jout j;
    struct err e;
    for (size_t i = 0; i < k->count; i++) {
        const struct pack_finding *f;
        size_t count;
        if (pack_lint(&f, &count, k->packs, k->ids[i], names, k->app->arena, &e) != OK)
            return fail(k->app, &e);
        for (size_t n = 0; n < count; n++) {
            VEC_PUSH(k->app->arena, &k->findings, f[n]);
            say_finding(k, stdout, &f[n]);
        }
        say_changes(k, k->ids[i]);
    }
    if (!k->app->json && k->findings.len == 0)
        say(stdout, msg("%zu packs, no fault\n"), k->count);
    jout_open(&j);
    return end_taken(k, &j, j.to);
}

static err_t load_types(struct record_types **out, const struct app *app, struct err *e)
{
    const struct type_finding *f;
    size_t count;
    return record_types_load(out, instance_types_folder(app), &f, &count, app->arena, e);
}

static int lint(struct asking *k)
{
    struct record_types *types = NULL;
    struct err e;
    bool loaded = load_types(&types, k->app, &e) == OK;
    struct record_names names = judge_names(types);
    int code = loaded ? lint_packs(k, &names) : fail(k->app, &e);
    record_types_free(types);
    return code;
}

/* --- test --------------------------------------------------------------------------------- */

struct tally {
    size_t cases, failed;
};

static void one_case(struct tally *t, struct jout *j, struct asking *k, const struct pack *p,
                     struct str file, struct str text)
{
    struct case_result r;
    struct arena *a = arena_new();
    case_run(&r, p, k->packs, file, text, a);
    t->cases++;
    if (r.wrong.len) {
        t->failed++;
        jout_object(j);
        jout_pair(j, "pack", p->id);
        jout_pair(j, "file", file);
        jout_pair(j, "name", r.name);
        jout_pair(j, "reason", r.wrong);
        jout_end_object(j);
        if (!k->app->json)
            say(stdout, "%.*s/%.*s: %.*s\n", STR_ARG(p->id), STR_ARG(file), STR_ARG(r.wrong));
    }
    arena_free(a);
}

static err_t cases_of(struct tally *t, struct jout *j, struct asking *k, struct str id,
                      struct err *e)
{
    const struct pack_text *files;
    const struct pack *p;
    struct packs *further;
    err_t rc = take(&p, k, id, e);
    if (rc != OK || !p)
        return rc;
    size_t count = packs_files(&files, k->packs, id, "cases/", k->app->arena);
    for (size_t i = 0; i < count; i++)
        one_case(t, j, k, p, files[i].name, files[i].text);
    if (!k->cases)
        return OK;
    further = packs_open_cases(k->cases, id);
    count = packs_files(&files, further, id, "", k->app->arena);
    const struct pack_finding *f;
    if (packs_findings(&f, further, id) > 0)
        rc = err_set(e, E_INVALID, "%.*s", STR_ARG(f->reason));
    for (size_t i = 0; rc == OK && i < count; i++)
        one_case(t, j, k, p, files[i].name, files[i].text);
    packs_close(further);
    return rc;
}

static int test(struct asking *k)
{
    struct tally t = {0};
    struct buf b;
    struct jout j;
    struct err e;
    begin(&j, &b, "failures");
    for (size_t i = 0; i < k->count; i++)
        if (cases_of(&t, &j, k, k->ids[i], &e) != OK) {
            buf_clear(&b);
            return fail(k->app, &e);
        }
    jout_end_array(&j);
    jout_pair_i64(&j, "cases", (int64_t)t.cases);
    jout_pair_i64(&j, "failed", (int64_t)t.failed);
    if (!k->app->json)
        say(stdout, msg("%zu cases, %zu do not hold\n"), t.cases, t.failed);
    int code = end_taken(k, &j, &b);
    return code == EXIT_DONE && t.failed ? EXIT_FAULT_FOUND : code;
}

/* --- coverage ------------------------------------------------------------------------------- */

static void add_share(struct jout *j, const char *name, const struct share *s,
                      const struct app *app, const char *label)
{
    pack_share_json(j, name, s);
    if (app->json)
        return;
    say(stdout, "  %s %zu/%zu\n", label, s->covered, s->total);
    for (size_t i = 0; i < s->missing_count; i++)
        say(stdout, "    %d: %.*s…\n", s->missing[i].line, STR_ARG(s->missing[i].text));
}

static bool is_whole(const struct coverage *c)
{
    return c->articles.covered == c->articles.total && c->quotes.covered == c->quotes.total &&
           c->sentences.covered == c->sentences.total && c->numbers.covered == c->numbers.total;
}

static void add_coverage(struct jout *j, const struct coverage *c, const struct app *app)
{
    add_share(j, "articles", &c->articles, app, msg("articles"));
    add_share(j, "sentences", &c->sentences, app, msg("sentences"));
    add_share(j, "quotes", &c->quotes, app, msg("quotes"));
    add_share(j, "numbers", &c->numbers, app, msg("numbers"));
}

/* Clauses of which nothing is asked for one and the same reason: each should have its own. */
static void add_reasons(struct jout *j, const struct pack *p, const struct app *app)
{
    jout_pair_array(j, "shared_reasons");
    for (size_t i = 0; i < p->clauses.len; i++) {
        struct str reason = p->clauses.ptr[i].reason;
        size_t count = 0, first = i;
        for (size_t k = 0; reason.len && k < p->clauses.len; k++)
            if (str_eq(p->clauses.ptr[k].reason, reason)) {
                first = k < first ? k : first;
                count++;
            }
        if (count < 2 || first < i)
            continue;
        jout_object(j);
        jout_pair(j, "reason", reason);
        jout_pair_i64(j, "clauses", (int64_t)count);
        jout_end_object(j);
        if (!app->json)
            say(stdout, msg("  %zu of %zu clauses have one reason: %.*s\n"), count, p->clauses.len,
                STR_ARG(reason));
    }
    jout_end_array(j);
}

static void sum_share(struct share *to, const struct share *s, struct arena *a)
{
    struct uncovered *all = arena_array(a, to->missing_count + s->missing_count + 1, sizeof(*all));
    for (size_t i = 0; i < to->missing_count; i++)
        all[i] = to->missing[i];
    for (size_t i = 0; i < s->missing_count; i++)
        all[to->missing_count + i] = s->missing[i];
    to->covered += s->covered;
    to->total += s->total;
    to->missing = all;
    to->missing_count += s->missing_count;
}

/* Each pack under its id, and all of them together. */
static int coverage(struct asking *k)
{
    struct coverage sum = {0};
    struct app quiet = *k->app;
    struct buf b;
    struct jout j;
    struct err e;
    begin(&j, &b, "packs");
    for (size_t i = 0; i < k->count; i++) {
        const struct pack *p;
        struct coverage c;
        if (take(&p, k, k->ids[i], &e) != OK) {
            buf_clear(&b);
            return fail(k->app, &e);
        }
        if (!p || p->document.standing == PACK_LIBRARY)
            continue;
        pack_coverage(&c, p, k->app->arena);
        sum_share(&sum.articles, &c.articles, k->app->arena);
        sum_share(&sum.sentences, &c.sentences, k->app->arena);
        sum_share(&sum.quotes, &c.quotes, k->app->arena);
        sum_share(&sum.numbers, &c.numbers, k->app->arena);
        if (!k->app->json)
            say(stdout, "%.*s\n", STR_ARG(p->id));
        jout_object(&j);
        jout_pair(&j, "id", p->id);
        add_coverage(&j, &c, k->app);
        add_reasons(&j, p, k->app);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    quiet.json = true; /* people have seen them pack by pack */
    add_coverage(&j, &sum, &quiet);
    int code = end_taken(k, &j, &b);
    return code == EXIT_DONE && !is_whole(&sum) ? EXIT_FAULT_FOUND : code;
}

/* --- diff ----------------------------------------------------------------------------- */

static void say_difference(const struct pack_difference *d)
{
    say(stdout, "%-10s %.*s\n", d->part, STR_ARG(d->id));
    say(stdout, "  - %.*s\n", STR_ARG(d->one));
    say(stdout, "  + %.*s\n", STR_ARG(d->two));
}

static int diff(struct asking *k)
{
    const struct pack_difference *d;
    const struct pack *one, *two;
    struct buf b;
    struct jout j;
    struct err e;
    if (k->count != 2)
        return usage_error("pack", "diff compares two policies: say which");
    if (packs_get(&one, k->packs, k->ids[0], &e) != OK ||
        packs_get(&two, k->packs, k->ids[1], &e) != OK)
        return fail(k->app, &e);
    size_t count = pack_diff(&d, one, two, k->app->arena);
    begin(&j, &b, "differences");
    pack_differences_json(&j, d, count);
    for (size_t i = 0; !k->app->json && i < count; i++)
        say_difference(&d[i]);
    jout_end_array(&j);
    if (k->app->json)
        return end(k->app, &j, &b);
    buf_clear(&b);
    return EXIT_DONE;
}

/* --- consistency ----------------------------------------------------------------------- */

static int consistency(struct asking *k)
{
    struct consistency c;
    const struct pack *of;
    struct buf b;
    struct jout j;
    struct err e;
    if (k->count != 1)
        return usage_error("pack", "consistency takes the id of one interpretation");
    if (packs_get(&of, k->packs, k->ids[0], &e) != OK ||
        consistency_make(&c, k->packs, of, k->app->arena, &e) != OK)
        return fail(k->app, &e);
    buf_init(&b, 0);
    if (k->app->json) {
        jout_init(&j, &b);
        consistency_json(&j, &c);
        int code = print_json(k->app, &b);
        buf_clear(&b);
        return code == EXIT_DONE && c.finding_count ? EXIT_FAULT_FOUND : code;
    }
    consistency_text(&b, &c);
    say(stdout, "%.*s", STR_ARG(buf_str(&b)));
    buf_clear(&b);
    for (size_t i = 0; i < c.finding_count; i++)
        say_finding(k, stderr, &c.findings[i]);
    return c.finding_count ? EXIT_FAULT_FOUND : EXIT_DONE;
}

/* --- the command ---------------------------------------------------------------------------- */

static int source(struct asking *k)
{
    if (k->count != 2)
        return usage_error("pack", "source takes the id of the policy and the FILE with its text");
    return pack_source(k->app, k->packs, k->ids[0], arena_cstr(k->app->arena, k->ids[1]));
}

static int amend(struct asking *k)
{
    return k->count == 1 ? pack_amend(k->app, k->packs, k->ids[0])
                         : usage_error("pack", "amend takes the id of one policy");
}

static int sign(struct asking *k)
{
    return k->count == 1 ? pack_sign_files(k->app, k->packs, k->ids[0])
                         : usage_error("pack", "sign takes the id of one policy");
}

static const struct {
    const char *name;
    int (*run)(struct asking *k);
    bool in_force; /* of versions in force; the others look at what is in the folder */
} actions[] = {{"list", list, true},
               {"show", show, true},
               {"lint", lint},
               {"test", test},
               {"coverage", coverage},
               {"diff", diff},
               {"consistency", consistency},
               {"source", source},
               {"amend", amend},
               {"sign", sign}};

static int run_on(struct asking *k, size_t action, const char *folder)
{
    struct err e;
    bool in_force = actions[action].in_force;
    err_t rc = folder     ? packs_open_folder(&k->packs, folder, &e)
               : in_force ? policy_packs_counting(&k->packs, k->app, &e)
                          : policy_packs(&k->packs, k->app, &e);
    if (rc != OK)
        return fail(k->app, &e);
    if (folder)
        packs_close_with(k->packs, k->app->arena);
    if (k->count == 0)
        k->count = packs_ids(&k->ids, k->packs);
    for (size_t i = 0; !in_force && !k->app->json && i < k->count; i++)
        if (packs_take_place(k->packs, k->ids[i]))
            say(stderr, msg("%.*s: the version in the folder packs is read, in force or not\n"),
                STR_ARG(k->ids[i]));
    return actions[action].run(k);
}

static int run_pack(struct app *app, int argc, char **argv)
{
    struct asking k = {.app = app};
    struct str *ids = arena_array(app->arena, (size_t)argc + 1, sizeof(*ids));
    const char *what = NULL, *folder = NULL;
    size_t action = 0;
    struct args args;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args_is(&args, "--folder", NULL)) {
            if (!(folder = args_value(&args, "pack")))
                return EXIT_USAGE;
        } else if (args_is(&args, "--cases", NULL)) {
            if (!(k.cases = args_value(&args, "pack")))
                return EXIT_USAGE;
        } else if (args.name) {
            return usage_unknown(&args, "pack");
        } else if (!what) {
            what = args.value;
        } else {
            ids[k.count++] = str_of(args.value);
        }
    }
    while (what && action < ARRAY_LEN(actions) && strcmp(what, actions[action].name) != 0)
        action++;
    if (!what || action == ARRAY_LEN(actions))
        return usage_error("pack", "say what: list, show, lint, test, coverage, diff, consistency, "
                                   "source, amend or sign");
    k.ids = ids;
    return run_on(&k, action, folder);
}

const struct command command_pack = {
    "pack",
    N_("list | show | lint | test | coverage [PACK…] | diff PACK PACK | consistency PACK |\n"
       "source PACK FILE | amend PACK | sign PACK"),
    N_("the policies as data: what they say, whether they are sound, whether their cases hold"),
    run_pack,
    N_("  list          the policies; exit 1 when one has faults, which are told\n"
       "  show          the files of a policy as they are written; with --json what was read of "
       "them\n"
       "  lint          what is wrong with a pack, with file and line; exit 1 when there is "
       "anything\n"
       "  test          runs the cases of a pack; exit 1 when one does not hold\n"
       "  coverage      articles, sentences, quotes and numbers of the source text that the pack\n"
       "                answers; exit 1 when one is missing\n"
       "  diff          what decides differently in two policies\n"
       "  consistency   what an interpretation asks, clause by clause, and what each policy that "
       "it\n"
       "                explains says beside it, or that nobody compared them\n"
       "  source        loads the text of a document that did not come with its pack; its quotes "
       "are\n"
       "                shown, and decisions may cite it, only once they are found in that text\n"
       "  amend         what each decision made by another version would be by this one\n"
       "  sign          signs the files of an instance's own pack, so that they can be activated\n"
       "  --folder DIR  the packs of that folder alone, none of the program\n"
       "  --cases DIR   test: the cases in DIR/PACK too\n"
       "Without PACK all of them; an instance's own lie in its folder packs.\n"),
    NULL};
