/* zhiyun requirements: each row of the requirements, where a pack says it, and the tests that
 * assert each check of it. A row is met when a clause carries it and each of its checks has a
 * test; nothing here can be typed: the tags stand on the tests themselves
 * (tools/requirement_tests.py). A check that wants a page has one where a test of a page asserts
 * it; until then its answer may be asserted, and the page is said to be missing. */
#include "base/msg.h"
#include "cmd/policy.h"
#include "requirement_rows.h"
#include "requirement_tests.h"
#include <stdio.h>

typedef const char *const requirement_test[4];

struct requirement {
    struct str id, pack, force;
    struct str part;               /* of the program: "programmes" or "workbench" */
    size_t check_count;            /* sentences of its acceptance check */
    struct str pages;              /* those that want a page: "1+2" */
    struct str where;              /* clauses that carry it; empty: none */
    const requirement_test *tests; /* those that assert it, together in the table */
    size_t test_count;
};

enum { ROW_ID, ROW_PACK, ROW_FORCE, ROW_PART, ROW_CHECKS, ROW_PAGES }; /* of requirement_rows */
enum { TEST_ROW, TEST_CHECK, TEST_FILE, TEST_ASSERTION };              /* of requirement_tests */

enum check_state { NOT_ASSERTED, PAGE_NOT_BUILT, ASSERTED };

/* --- where it is met -------------------------------------------------------------------- */

static void add_words(struct buf *b, const struct str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_addf(b, " %.*s", STR_ARG(words[i]));
}

/* "五3: staff-count team /case/:id/check" for each clause, after a semicolon. */
static struct str where_of(const struct pack *p, struct str row, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < p->clauses.len; i++) {
        const struct clause *c = &p->clauses.ptr[i];
        if (!str_among(row, c->rows, c->row_count))
            continue;
        buf_addf(&b, "%s%.*s:", buf_str(&b).len ? "; " : "", STR_ARG(c->id));
        add_words(&b, c->by, c->by_count);
        add_words(&b, &c->reason, c->reason.len > 0);
        add_words(&b, c->screens, c->screen_count);
    }
    return buf_take(&b, a);
}

static void find_tests(struct requirement *r)
{
    size_t at = 0;
    while (requirement_tests[at][TEST_ROW] && !str_is(r->id, requirement_tests[at][TEST_ROW]))
        at++;
    r->tests = &requirement_tests[at];
    while (requirement_tests[at + r->test_count][TEST_ROW] &&
           str_is(r->id, requirement_tests[at + r->test_count][TEST_ROW]))
        r->test_count++;
}

static size_t number_of(struct str digits) /* 0: it is none */
{
    uint64_t number;
    return str_to_u64(&number, digits) ? (size_t)number : 0;
}

static bool is_of(const requirement_test *test, size_t check)
{
    return number_of(str_of((*test)[TEST_CHECK])) == check;
}

static bool wants_page(const struct requirement *r, size_t check)
{
    for (size_t from = 0, to; from < r->pages.len; from = to + 1) {
        to = str_find(r->pages, str_of("+"), from);
        if (number_of((struct str){r->pages.ptr + from, to - from}) == check)
            return true;
    }
    return false;
}

/* Of a check that wants a page and has none PAGE_NOT_BUILT, if a test asserts its answer. */
static enum check_state state_of(const struct requirement *r, size_t check)
{
    enum check_state out = NOT_ASSERTED;
    for (size_t i = 0; i < r->test_count && out != ASSERTED; i++) {
        bool of_page = str_starts(str_of(r->tests[i][TEST_FILE]), str_of("web/"));
        if (is_of(&r->tests[i], check))
            out = of_page || !wants_page(r, check) ? ASSERTED : PAGE_NOT_BUILT;
    }
    return out;
}

static size_t count_state(const struct requirement *r, enum check_state state)
{
    size_t count = 0;
    for (size_t check = 1; check <= r->check_count; check++)
        count += state_of(r, check) == state;
    return count;
}

static err_t find_requirement(struct requirement *out, size_t row, struct packs *packs,
                              struct arena *a, struct err *e)
{
    const char *const *columns = requirement_rows[row];
    const struct pack *p;
    *out = (struct requirement){.id = str_of(columns[ROW_ID]),
                                .pack = str_of(columns[ROW_PACK]),
                                .force = str_of(columns[ROW_FORCE]),
                                .part = str_of(columns[ROW_PART]),
                                .check_count = number_of(str_of(columns[ROW_CHECKS])),
                                .pages = str_of(columns[ROW_PAGES])};
    err_t rc = packs_get(&p, packs, out->pack, e);
    if (rc != OK)
        return rc;
    out->where = where_of(p, out->id, a);
    find_tests(out);
    return OK;
}

static bool is_met(const struct requirement *r)
{
    return r->where.len > 0 && count_state(r, NOT_ASSERTED) == 0;
}

/* --- saying it -------------------------------------------------------------------------- */

static void test_json(struct jout *j, const requirement_test *test)
{
    jout_object(j);
    jout_pair_i64(j, "check", (int64_t)number_of(str_of((*test)[TEST_CHECK])));
    jout_pair(j, "test", str_of((*test)[TEST_FILE]));
    jout_pair(j, "assertion", str_of((*test)[TEST_ASSERTION]));
    jout_end_object(j);
}

static void checks_json(struct jout *j, const struct requirement *r)
{
    static const char *const names[] = {"not_asserted", "page_not_built", "asserted"};
    jout_pair_array(j, "checks");
    for (size_t check = 1; check <= r->check_count; check++)
        jout_str(j, str_of(names[state_of(r, check)]));
    jout_end_array(j);
}

static void requirement_json(struct jout *j, const struct requirement *r)
{
    jout_object(j);
    jout_pair(j, "id", r->id);
    jout_pair(j, "force", r->force);
    jout_pair(j, "pack", r->pack);
    jout_pair(j, "part", r->part);
    jout_pair_or_null(j, "where", r->where);
    jout_pair_z(j, "test", r->test_count ? r->tests[0][TEST_FILE] : NULL);
    jout_pair_z(j, "assertion", r->test_count ? r->tests[0][TEST_ASSERTION] : NULL);
    jout_pair_array(j, "tests");
    for (size_t i = 0; i < r->test_count; i++)
        test_json(j, &r->tests[i]);
    jout_end_array(j);
    checks_json(j, r);
    jout_pair_bool(j, "met", is_met(r));
    jout_end_object(j);
}

static const char *say_state(enum check_state state)
{
    switch (state) {
    case ASSERTED:
        return msg("asserted");
    case PAGE_NOT_BUILT:
        return msg("page not built");
    case NOT_ASSERTED:
        break;
    }
    return msg("not asserted");
}

static void say_requirement(const struct requirement *r)
{
    size_t lacking = count_state(r, NOT_ASSERTED);
    say(stdout, "%.*s %.*s %s %zu/%zu  %.*s\n", STR_ARG(r->id), STR_ARG(r->force),
        is_met(r) ? msg("asserted") : msg("not asserted"), r->check_count - lacking, r->check_count,
        STR_ARG(r->where));
    for (size_t check = 1; check <= r->check_count; check++) {
        enum check_state state = state_of(r, check);
        if (r->check_count > 1 || state == PAGE_NOT_BUILT)
            say(stdout, "  .%zu %s\n", check, say_state(state));
        for (size_t i = 0; i < r->test_count; i++)
            if (is_of(&r->tests[i], check))
                say(stdout, "    %s: %s\n", r->tests[i][TEST_FILE], r->tests[i][TEST_ASSERTION]);
    }
}

/* The two parts of the program bring their rows apart: those of the programmes and all. */
struct tally {
    size_t total, met, must, must_met;
    size_t checks, asserted, no_page; /* of all rows; no_page: asserted but for the page */
};

static void count(struct tally *t, const struct requirement *r)
{
    t->total++;
    t->met += is_met(r);
    t->must += str_is(r->force, "M");
    t->must_met += str_is(r->force, "M") && is_met(r);
    t->checks += r->check_count;
    t->asserted += count_state(r, ASSERTED);
    t->no_page += count_state(r, PAGE_NOT_BUILT);
}

static void tally_json(struct jout *j, const char *name, const struct tally *t)
{
    jout_pair_object(j, name);
    jout_pair_i64(j, "total", (int64_t)t->total);
    jout_pair_i64(j, "met", (int64_t)t->met);
    jout_pair_i64(j, "must", (int64_t)t->must);
    jout_pair_i64(j, "must_met", (int64_t)t->must_met);
    jout_pair_i64(j, "checks", (int64_t)t->checks);
    jout_pair_i64(j, "asserted", (int64_t)t->asserted);
    jout_pair_i64(j, "page_not_built", (int64_t)t->no_page);
    jout_end_object(j);
}

static int requirements(const struct app *app, struct packs *packs)
{
    struct tally all = {0}, programmes = {0}, workbench = {0};
    struct jout j;
    struct err e;
    err_t rc = OK;
    jout_open(&j);
    jout_pair_array(&j, "rows");
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(requirement_rows); i++) {
        struct requirement r;
        if ((rc = find_requirement(&r, i, packs, app->arena, &e)) != OK)
            break;
        count(&all, &r);
        count(str_is(r.part, "workbench") ? &workbench : &programmes, &r);
        requirement_json(&j, &r);
        if (!app->json)
            say_requirement(&r);
    }
    jout_end_array(&j);
    jout_pair_i64(&j, "total", (int64_t)all.total);
    jout_pair_i64(&j, "met", (int64_t)all.met);
    tally_json(&j, "programmes", &programmes);
    tally_json(&j, "workbench", &workbench);
    jout_end_object(&j);
    int code = rc != OK ? fail(app, &e) : app->json ? print_json(app, j.to) : EXIT_DONE;
    buf_clear(j.to);
    if (rc == OK && !app->json) {
        say(stdout,
            msg("%zu rows, %zu met; of the programmes %zu of %zu (must: %zu of %zu), of the "
                "workbench %zu of %zu\n"),
            all.total, all.met, programmes.met, programmes.total, programmes.must_met,
            programmes.must, workbench.met, workbench.total);
        say(stdout, msg("%zu checks, %zu asserted; of %zu more the answer, but no page shows it\n"),
            all.checks, all.asserted, all.no_page);
    }
    return code;
}

static int run_requirements(struct app *app, int argc, char **argv)
{
    struct packs *packs = NULL;
    struct args args;
    struct err e;
    args_init(&args, argc, argv);
    if (args_next(&args))
        return usage_unknown(&args, "requirements");
    if (policy_packs(&packs, app, &e) != OK)
        return fail(app, &e);
    return requirements(app, packs);
}

const struct command command_requirements = {
    "requirements",
    "",
    N_("each row of the requirements: the clause that says it, and the test that asserts it"),
    run_requirements,
    N_("A row is met when a clause of its policy carries it and a test asserts the figure or the\n"
       "refusal that it asks for: each of its checks, where it asks for several.\n"),
    NULL};
