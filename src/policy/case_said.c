/* Rows of a case, each one question to the pack: {rule, from, due}, {industry, name}, {fund, …}, {of, values}, {bars,
 * step, until}. */
#include "policy/case_said.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/msg.h"
#include "policy/ban.h"
#include "policy/calendar.h"
#include "policy/life.h"
#include "policy/naming.h"
#include "policy/pack_priv.h"
#include "policy/record_demand.h"

struct saying {
    const struct pack *pack;
    struct str wrong;
    struct buf trace;
    struct arena *arena;
};

static void differs(struct saying *s, const struct yvalue *row, struct str what, struct str wanted,
                    struct str got)
{
    struct str one = arena_printf(s->arena, msg("row %d, %.*s: expected %.*s, got %.*s"), row->line,
                                  STR_ARG(what), STR_ARG(wanted), STR_ARG(got));
    s->wrong =
        s->wrong.len ? arena_printf(s->arena, "%.*s; %.*s", STR_ARG(s->wrong), STR_ARG(one)) : one;
}

static struct str text_of(const struct yvalue *row, const char *key)
{
    const struct yvalue *v = yin_get(row, key);
    return v && v->type == Y_TEXT && !yin_is_null(v) ? v->text : STR_NONE;
}

static void compare(struct saying *s, const struct yvalue *row, struct str what, struct str wanted,
                    struct str got)
{
    buf_addf(&s->trace, "%.*s: %.*s\n", STR_ARG(what), STR_ARG(got));
    if (!str_eq(wanted, got))
        differs(s, row, what, wanted, got);
}

/* --- days --------------------------------------------------------------------------------- */

static struct str due_text(const struct due *due, struct arena *a)
{
    switch (due->state) {
    case DUE_UNSAID:
        return STR("null");
    case DUE_RANGED:
        return arena_printf(a, "%.*s..%.*s", STR_ARG(date_text(due->date, a)),
                            STR_ARG(date_text(due->last, a)));
    case DUE_KNOWN:
        break;
    }
    return date_text(due->date, a);
}

/* "2026-03-09", with ", provisional"; "exit 2": there is no such rule; "exit 3": the day does not fit. */
static struct str day_given(const struct saying *s, const struct yvalue *row)
{
    const struct deadline_rule *rule = pack_deadline(s->pack, text_of(row, "rule"));
    const struct counting how = {.calendar = s->pack->calendar};
    struct str chosen = text_of(row, "entered");
    struct date from, entered;
    struct due due;
    struct err e;
    if (!rule)
        return STR("exit 2");
    if (!date_parse(&from, text_of(row, "from")) || (chosen.len && !date_parse(&entered, chosen)))
        return STR("exit 3");
    err_t rc = chosen.len ? due_entered(&due, rule, from, entered, &how, &e)
                          : due_of(&due, rule, from, &how, &e);
    if (rc != OK)
        return STR("exit 3");
    struct str text = due_text(&due, s->arena);
    return due.provisional ? arena_printf(s->arena, "%.*s, provisional", STR_ARG(text)) : text;
}

static void check_deadline(struct saying *s, const struct yvalue *row)
{
    struct str exit = text_of(row, "exit"), due = text_of(row, "due");
    struct str wanted = exit.len  ? arena_printf(s->arena, "exit %.*s", STR_ARG(exit))
                        : due.len ? due
                                  : STR("null");
    if (str_is(text_of(row, "provisional"), "true"))
        wanted = arena_printf(s->arena, "%.*s, provisional", STR_ARG(wanted));
    compare(s, row, text_of(row, "rule"), wanted, day_given(s, row));
}

/* --- names ---------------------------------------------------------------------------------- */

static void check_name(struct saying *s, const struct yvalue *row)
{
    struct str name, exit = text_of(row, "exit"), industry = text_of(row, "industry");
    struct err e;
    bool given = pack_name(&name, s->pack, text_of(row, "level"), industry, s->arena, &e) == OK;
    struct str wanted =
        exit.len ? arena_printf(s->arena, "exit %.*s", STR_ARG(exit)) : text_of(row, "name");
    compare(s, row, industry, wanted, given ? name : STR("exit 3"));
}

/* --- funds ---------------------------------------------------------------------------------- */

static const char *const fund_keys[] = {"kind",  "amount",    "once",   "tied",
                                        "payer", "criterion", "policy", NULL};

static struct str fund_words(struct str (*value)(const void *of, const char *key), const void *of,
                             struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; fund_keys[i]; i++) {
        struct str v = value(of, fund_keys[i]);
        if (v.len)
            all = arena_printf(a, "%.*s%s%s=%.*s", STR_ARG(all), all.len ? " " : "", fund_keys[i],
                               STR_ARG(v));
    }
    return all;
}

static struct str value_of_part(const void *of, const char *key)
{
    return part_value(of, key)->text;
}

static struct str value_of_row(const void *of, const char *key)
{
    return text_of(of, key);
}

/* "60万元 once …": a fund as its keys say it, for comparison. */
static struct str fund_text(const struct part *fund, struct arena *a)
{
    return fund_words(value_of_part, fund, a);
}

static void check_fund(struct saying *s, const struct yvalue *row)
{
    struct str id = text_of(row, "fund");
    const struct part *fund = part_named(s->pack, PART_FUNDS, id);
    compare(s, row, id, fund_words(value_of_row, row, s->arena),
            fund ? fund_text(fund, s->arena) : STR("none"));
}

/* --- what records hold ----------------------------------------------------------------------- */

static struct str listed(struct str all, struct str one, struct arena *a)
{
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.len ? ", " : "", STR_ARG(one));
}

/* Both in the order of the pack: what is named and is no item of the type stands behind. */
static void check_record(struct saying *s, const struct yvalue *row)
{
    const struct part_list *items = &s->pack->parts[PART_RECORDS];
    const struct yvalue *lacks = yin_get(row, "lacks"), *values = yin_get(row, "values");
    size_t count = lacks && lacks->type == Y_LIST ? lacks->count : 0, found = 0, of = 0;
    struct str type = text_of(row, "of"), wanted = STR_NONE, got = STR_NONE;
    for (size_t i = 0; i < items->list.len; i++) {
        const struct part *one = &items->list.ptr[i];
        if (!str_eq(part_text(one, "of"), type))
            continue;
        of++;
        for (size_t k = 0; k < count; k++)
            if (str_eq(lacks->items[k].text, one->id)) {
                wanted = listed(wanted, one->id, s->arena);
                found++;
            }
        if (record_demand_lacks(one, values, s->arena))
            got = listed(got, one->id, s->arena);
    }
    if (found < count || of == 0)
        differs(s, row, type, str_of(msg("items of records that are of this type")), got);
    else
        compare(s, row, type, wanted, got);
}

/* --- bans ----------------------------------------------------------------------------------- */

static struct str ban_words(struct str until, struct str clause, bool unsure, struct arena *a)
{
    return until.len ? arena_printf(a, "%.*s (%.*s)%s", STR_ARG(until), STR_ARG(clause),
                                    unsure ? ", unsure" : "")
                     : STR("none");
}

/* The first that bars, as an instance tells it (matter/ban.c). */
static struct str ban_given(const struct saying *s, const struct yvalue *row)
{
    const struct part_list *all = &s->pack->parts[PART_PROHIBITIONS];
    const struct counting how = {.calendar = s->pack->calendar};
    struct date taken;
    struct err e;
    if (!date_parse(&taken, text_of(row, "on")))
        return STR("exit 3");
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part *one = &all->list.ptr[i];
        const struct part_value *to = part_value(one, "consequences");
        bool known = true, its = ban_is_for(&known, one, text_of(row, "ground"));
        for (size_t k = 0; its && k < to->item_count; k++) {
            const struct part *c = &to->items[k];
            struct str until = STR_NONE;
            if (str_eq(part_text(c, "bars"), text_of(row, "bars")) &&
                str_eq(part_text(c, "counted"), text_of(row, "step")) &&
                ban_until(&until, s->pack, c, taken, text_of(row, "today"), &how, s->arena, &e) ==
                    OK &&
                until.len)
                return ban_words(until, ban_clause(one, c), !known, s->arena);
        }
    }
    return STR("none");
}

static void check_ban(struct saying *s, const struct yvalue *row)
{
    struct str wanted = ban_words(text_of(row, "until"), text_of(row, "clause"),
                                  str_is(text_of(row, "unsure"), "true"), s->arena);
    compare(s, row, text_of(row, "step"), wanted, ban_given(s, row));
}

/* --- lives ---------------------------------------------------------------------------------- */

static void check_life(struct saying *s, const struct yvalue *life, const struct yvalue *facts)
{
    struct life_result r;
    life_run(&r, s->pack, life, facts, s->arena);
    buf_add(&s->trace, r.trace);
    if (r.wrong.len)
        s->wrong = s->wrong.len
                       ? arena_printf(s->arena, "%.*s; %.*s", STR_ARG(s->wrong), STR_ARG(r.wrong))
                       : r.wrong;
}

/* --- the case -------------------------------------------------------------------------------- */

static const struct {
    const char *key;
    void (*check)(struct saying *s, const struct yvalue *row);
} sayings[] = {{"deadlines", check_deadline},
               {"names", check_name},
               {"funds", check_fund},
               {"records", check_record},
               {"bans", check_ban}};

bool case_has_checks(const struct yvalue *root)
{
    for (size_t i = 0; i < ARRAY_LEN(sayings); i++)
        if (yin_get(root, sayings[i].key))
            return true;
    return yin_get(root, "lives") != NULL;
}

void case_said(struct str *wrong, struct str *trace, const struct pack *p,
               const struct yvalue *root, struct arena *a)
{
    struct saying s = {.pack = p, .arena = a};
    const struct yvalue *lives = yin_get(root, "lives"), *facts = yin_get(root, "facts");
    size_t rows = 0;
    buf_init(&s.trace, 0);
    for (size_t i = 0; i < ARRAY_LEN(sayings); i++) {
        const struct yvalue *list = yin_get(root, sayings[i].key);
        for (size_t k = 0; list && list->type == Y_LIST && k < list->count; k++, rows++)
            sayings[i].check(&s, &list->items[k]);
    }
    for (size_t k = 0; lives && lives->type == Y_LIST && k < lives->count; k++, rows++)
        check_life(&s, &lives->items[k], facts);
    if (rows == 0)
        s.wrong = str_of(msg("deadlines, names, funds, records, bans and lives are lists of rows"));
    *wrong = s.wrong;
    *trace = buf_take(&s.trace, a);
}
