/* Running a case and saying what differs from what it expects. */
#include "policy/case.h"
#include "base/msg.h"
#include "policy/case_said.h"
#include "policy/head_schema.h"
#include "policy/life.h"
#include "policy/pack_priv.h"

size_t case_read(const struct yvalue **out, const struct pack_finding **faults, struct str file,
                 struct str text, struct arena *a)
{
    struct pack_findings found = {.arena = a};
    struct pack_reader r = {.arena = a, .findings = &found, .file = file};
    const struct yvalue *root = NULL;
    const struct yfault *wrong;
    size_t count;
    if (yin_parse(&root, &wrong, &count, text, a, NULL) != OK)
        for (size_t i = 0; i < count; i++)
            pack_fault_at(&r, file, wrong[i].line, wrong[i].column, "%.*s",
                          STR_ARG(wrong[i].reason));
    else if (root->type != Y_MAP)
        pack_fault(&r, root, "a case has facts and what is expected of them");
    else
        pack_shape(&r, root, case_keys);
    *out = found.list.len ? NULL : root;
    *faults = found.list.ptr;
    return found.list.len;
}

/* Appends a difference, separated by a semicolon. */
static void differs(struct case_result *r, struct arena *a, struct str what, struct str wanted,
                    struct str got)
{
    struct str one = arena_printf(a, msg("%.*s: expected %.*s, got %.*s"), STR_ARG(what),
                                  STR_ARG(wanted), STR_ARG(got));
    r->wrong = r->wrong.len ? arena_printf(a, "%.*s; %.*s", STR_ARG(r->wrong), STR_ARG(one)) : one;
}

static void expect_text(struct case_result *r, const struct yvalue *expect, const char *key,
                        const char *got, struct arena *a)
{
    const struct yvalue *v = pack_take(expect, key);
    if (v && !str_is(v->text, got))
        differs(r, a, str_of(key), v->text, str_of(got));
}

static const char *truth_name(enum truth t)
{
    static const char *const names[] = {[NO] = "false", [YES] = "true", [UNKNOWN] = "null"};
    return names[t];
}

static void expect_criteria(struct case_result *r, const struct yvalue *map, struct arena *a)
{
    const struct pack_verdict *v = &r->verdict;
    for (size_t i = 0; map && i < map->count; i++) {
        bool found = false;
        for (size_t k = 0; k < v->result_count; k++)
            found |= str_eq(v->results[k].criterion->id, map->names[i].text);
        if (!found)
            differs(r, a, map->names[i].text, STR("a criterion"), STR("none"));
    }
    for (size_t k = 0; k < v->result_count; k++) {
        const char *id = arena_cstr(a, v->results[k].criterion->id);
        const struct yvalue *wanted = map ? yin_get(map, id) : NULL;
        struct str text = !wanted ? STR("true") : yin_is_null(wanted) ? STR("null") : wanted->text;
        if (!str_is(text, truth_name(v->results[k].pass)))
            differs(r, a, str_of(id), text, str_of(truth_name(v->results[k].pass)));
    }
}

static const struct criterion_result *result_named(const struct pack_verdict *v, struct str id)
{
    for (size_t k = 0; k < v->result_count; k++)
        if (str_eq(v->results[k].criterion->id, id))
            return &v->results[k];
    return NULL;
}

static struct str range_text(const struct criterion_result *r, struct arena *a)
{
    if (!r->has_value)
        return STR("null");
    if (value_is_exact(r))
        return value_low_text(r, a);
    struct str high = r->value.open ? STR("null") : value_high_text(r, a);
    return arena_printf(a, "%.*s..%.*s", STR_ARG(value_low_text(r, a)), STR_ARG(high));
}

static struct str wanted_range(const struct yvalue *v, struct arena *a)
{
    const struct yvalue *low, *high;
    if (v->type == Y_TEXT)
        return yin_is_null(v) ? STR("null") : v->text;
    low = pack_take(v, "at_least");
    high = pack_take(v, "at_most");
    return arena_printf(a, "%.*s..%.*s", STR_ARG(low ? low->text : STR("0")),
                        STR_ARG(high ? high->text : STR("null")));
}

static void expect_values(struct case_result *r, const struct yvalue *map, struct arena *a)
{
    for (size_t i = 0; map && i < map->count; i++) {
        const struct criterion_result *c = result_named(&r->verdict, map->names[i].text);
        struct str got = c ? range_text(c, a) : STR("none");
        struct str wanted = wanted_range(&map->items[i], a);
        if (!str_eq(wanted, got))
            differs(r, a, map->names[i].text, wanted, got);
    }
}

static void expect_ambiguities(struct case_result *r, const struct yvalue *list, struct arena *a)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (!str_among(list->items[i].text, r->verdict.ambiguities, r->verdict.ambiguity_count))
            differs(r, a, STR("ambiguities"), list->items[i].text, STR("none"));
}

/* Those that are raised, and no other. */
static void expect_flags(struct case_result *r, const struct yvalue *list, struct arena *a)
{
    const struct pack_verdict *v = &r->verdict;
    for (size_t i = 0; list && i < list->count; i++) {
        if (!FIND_BY(v->flags, v->flag_count, id, list->items[i].text))
            differs(r, a, STR("flags"), list->items[i].text, STR("none"));
    }
    for (size_t k = 0; list && k < v->flag_count; k++) {
        if (!FIND_BY(list->items, list->count, text, v->flags[k].id))
            differs(r, a, STR("flags"), STR("none"), v->flags[k].id);
    }
}

/* Those that do not apply, and no other: such a one is met, and nothing was looked at. */
static void expect_not_applicable(struct case_result *r, const struct yvalue *list, struct arena *a)
{
    const struct pack_verdict *v = &r->verdict;
    for (size_t i = 0; list && i < list->count; i++)
        if (!result_named(v, list->items[i].text))
            differs(r, a, STR("not_applicable"), list->items[i].text, STR("none"));
    for (size_t k = 0; list && k < v->result_count; k++)
        if ((FIND_BY(list->items, list->count, text, v->results[k].criterion->id) != NULL) ==
            v->results[k].applicable)
            differs(r, a, STR("not_applicable"),
                    v->results[k].applicable ? v->results[k].criterion->id : STR("none"),
                    v->results[k].applicable ? STR("none") : v->results[k].criterion->id);
}

static void compare(struct case_result *r, const struct yvalue *expect, struct arena *a)
{
    expect_text(r, expect, "verdict", pack_verdict_name(r->verdict.verdict), a);
    expect_text(r, expect, "status", status_name(r->verdict.status), a);
    expect_text(r, expect, "binding", r->verdict.binding ? "true" : "false", a);
    expect_criteria(r, pack_take(expect, "criteria"), a);
    expect_values(r, pack_take(expect, "values"), a);
    expect_ambiguities(r, pack_take(expect, "ambiguities"), a);
    expect_flags(r, pack_take(expect, "flags"), a);
    expect_not_applicable(r, pack_take(expect, "not_applicable"), a);
}

/* "SCYY-066.2" is a check of the row SCYY-066. */
static void take_rows(struct case_result *out, const struct yvalue *list, struct arena *a)
{
    struct str *rows = arena_array(a, list->count + 1, sizeof(*rows));
    for (size_t i = 0; list->type == Y_LIST && i < list->count; i++) {
        struct str tag = list->items[i].text;
        rows[out->row_count++] = (struct str){tag.ptr, str_find(tag, str_of("."), 0)};
    }
    out->rows = rows;
}

static void case_run_parsed(struct case_result *out, const struct pack *p,
                            const struct yvalue *root, struct arena *a)
{
    const struct yvalue *facts = pack_take(root, "facts"), *expect = pack_take(root, "expect");
    const struct yvalue *name = pack_take(root, "name"), *rows = pack_take(root, "rows");
    struct err e;
    out->name = name ? name->text : out->file;
    if (rows)
        take_rows(out, rows, a);
    if (case_has_checks(root)) {
        case_said(&out->wrong, &out->trace, p, root, a);
        if (!expect)
            return;
    }
    if (!facts || !expect) {
        out->wrong = str_of(msg("a case has facts and what is expected of them"));
        return;
    }
    out->is_refusal = pack_take(expect, "exit") != NULL;
    err_t rc = pack_verdict_check(&out->verdict, p, facts, STR_NONE, a, &e);
    out->has_verdict = rc == OK;
    if (rc != OK && !out->is_refusal) {
        out->wrong = arena_dup(a, str_of(e.text));
        out->line = e.line;
    } else if (rc == OK && out->is_refusal)
        differs(out, a, STR("exit"), pack_take(expect, "exit")->text,
                str_of(pack_verdict_name(out->verdict.verdict)));
    else if (rc == OK)
        compare(out, expect, a);
}

/* --- reading ---------------------------------------------------------------------------- */

#define LIKE_MAX 4 /* cases that are like one that is like … */

static const struct yvalue *parse(struct case_result *out, struct str file, struct str text,
                                  struct arena *a)
{
    const struct yvalue *root = NULL;
    const struct pack_finding *faults;
    if (case_read(&root, &faults, file, text, a)) {
        out->line = faults->line;
        out->wrong = arena_printf(a, msg("row %d: %.*s"), faults->line, STR_ARG(faults->reason));
    }
    return root;
}

const struct yvalue *case_merged(const struct yvalue *under, const struct yvalue *over,
                                 struct arena *a)
{
    struct yvalue *out = arena_alloc(a, sizeof(*out));
    size_t most = under->count + over->count + 1, n = 0;
    struct yvalue *items = arena_array(a, most, sizeof(*items));
    struct yvalue *names = arena_array(a, most, sizeof(*names));
    for (size_t i = 0; i < under->count; i++)
        if (!yin_get(over, arena_cstr(a, under->names[i].text))) {
            names[n] = under->names[i];
            items[n++] = under->items[i];
        }
    for (size_t i = 0; i < over->count; i++) {
        names[n] = over->names[i];
        items[n++] = over->items[i];
    }
    *out = *over;
    out->count = n;
    out->items = items;
    out->names = names;
    return out;
}

static const struct yvalue *with_facts(const struct yvalue *root, const struct yvalue *facts,
                                       struct arena *a)
{
    static const struct yvalue name = {.type = Y_TEXT, .text = {"facts", 5}};
    struct yvalue *over = arena_alloc(a, sizeof(*over));
    *over = (struct yvalue){.type = Y_MAP, .count = 1, .items = facts, .names = &name};
    return case_merged(root, over, a);
}

static const struct yvalue *facts_like(struct case_result *out, const struct pack *p,
                                       struct packs *packs, const struct yvalue *root, int depth,
                                       struct arena *a)
{
    const struct yvalue *like = pack_take(root, "like"), *own = pack_take(root, "facts"), *other;
    if (!like)
        return own;
    const char *name = arena_printf(a, "cases/%.*s", STR_ARG(like->text)).ptr;
    struct str text = packs && depth < LIKE_MAX ? pack_file_text(packs, p->id, name) : STR_NONE;
    if (!text.ptr) {
        out->wrong = arena_printf(a, msg("there is no case %.*s to be like"), STR_ARG(like->text));
        return NULL;
    }
    if (!(other = parse(out, like->text, text, a)) ||
        !(other = facts_like(out, p, packs, other, depth + 1, a)))
        return NULL;
    return own ? case_merged(other, own, a) : other;
}

const struct yvalue *case_parse(struct case_result *out, const struct pack *p, struct packs *packs,
                                struct str file, struct str text, struct arena *a)
{
    *out = (struct case_result){.file = file, .name = file};
    const struct yvalue *root = parse(out, file, text, a);
    if (!root || !pack_take(root, "like"))
        return root;
    const struct yvalue *facts = facts_like(out, p, packs, root, 0, a);
    return facts ? with_facts(root, facts, a) : NULL;
}

void case_run(struct case_result *out, const struct pack *p, struct packs *packs, struct str file,
              struct str text, struct arena *a)
{
    const struct yvalue *root = case_parse(out, p, packs, file, text, a);
    if (root)
        case_run_parsed(out, p, root, a);
}
