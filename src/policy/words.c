/* Columns that indicators read, as SQLite's authoriser tells them, and whose word each is. */
#include "policy/words.h"
#include "base/msg.h"
#include "base/vec.h"
#include "db/sandbox.h"
#include "policy/facts.h"
#include "policy/narrow.h"
#include "policy/pack_functions.h"
#include <assert.h>
#include <stdlib.h>

struct gathering {
    const struct pack *pack;
    struct db *db;
    struct arena *arena;
    VEC(struct fact_word) list;
    int depth; /* of criteria in criteria, which may form a cycle before lint refuses it */
};

#define CRITERIA_DEEP 16

static void add(struct gathering *g, const struct fact_word *word)
{
    struct fact_word narrowed = *word, *w = &narrowed;
    word_narrow(w, g->pack);
    if (FIND_BY(g->list.ptr, g->list.len, fact, w->fact))
        return;
    VEC_PUSH(g->arena, &g->list, *w);
}

/* fact_staff, fields; of a list inside a record fact_staff_fields and a column of its own; of a value of
 * the document fact_ip_body and "value". What is of no fact (subject, record_id) is none of the table. */
static void read_column(struct gathering *g, const char *table, const char *column)
{
    struct fact_word w;
    assert(table);
    struct str record = str_of(table), key = str_of(column);
    if (!str_starts(record, STR("fact_")))
        return;
    record = (struct str){record.ptr + 5, record.len - 5};
    if (fact_word_find(&w, record, key) ||
        (str_is(key, "value") && fact_word_find(&w, record, STR_NONE))) {
        add(g, &w);
        return;
    }
    for (size_t i = record.len; i > 1; i--)
        if (record.ptr[i - 1] == '_' &&
            fact_word_find(&w, (struct str){record.ptr, i - 1},
                           (struct str){record.ptr + i, record.len - i}) &&
            !str_is(key, "subject") && !str_is(key, "record_id"))
            add(g, &w);
}

static err_t read_columns(struct gathering *g, const char *sql, struct err *e)
{
    const struct sandbox_column *read;
    struct stmt *st = NULL;
    size_t at;
    err_t rc = sandbox_prepare(&st, &at, g->db, sql, e);
    size_t count = rc == OK ? sandbox_reads(&read, g->db) : 0;
    for (size_t i = 0; i < count; i++)
        read_column(g, read[i].table, read[i].column);
    stmt_free(st);
    return rc;
}

static err_t gather_criterion(struct gathering *g, const struct criterion *c, struct err *e);

static err_t gather(struct gathering *g, const struct expr *x, struct err *e)
{
    err_t rc = OK;
    if (x->kind == EX_INDICATOR)
        rc = read_columns(g, g->pack->indicators.ptr[x->index].sql, e);
    if (x->kind == EX_CRITERION && g->depth < CRITERIA_DEEP) {
        g->depth++;
        rc = gather_criterion(g, &g->pack->criteria.ptr[x->index], e);
        g->depth--;
    }
    for (size_t i = 0; rc == OK && i < x->count; i++)
        rc = gather(g, &x->children[i], e);
    return rc;
}

static err_t gather_test(struct gathering *g, const struct test *t, struct err *e)
{
    return t->tree ? gather(g, t->tree, e) : OK;
}

static err_t gather_criterion(struct gathering *g, const struct criterion *c, struct err *e)
{
    struct fact_word w;
    err_t rc = gather_test(g, &c->test, e);
    if (rc == OK)
        rc = gather_test(g, &c->applies, e);
    if (rc == OK)
        rc = gather_test(g, &c->reason, e);
    for (size_t i = 0; rc == OK && i < c->readings.len; i++)
        rc = gather_test(g, &c->readings.ptr[i].test, e);
    if ((c->judged || c->reason.tree) && fact_word_find(&w, STR("judgements"), STR("result")))
        add(g, &w);
    return rc;
}

static void give(struct fact_words *out, struct gathering *g)
{
    if (g->list.len)
        qsort(g->list.ptr, g->list.len, sizeof(*g->list.ptr), str_cmp_first);
    *out = (struct fact_words){.items = g->list.ptr, .count = g->list.len};
}

err_t criterion_words(struct fact_words *out, const struct pack *p, const struct criterion *c,
                      struct db *db, struct arena *a, struct err *e)
{
    struct gathering g = {.pack = p, .db = db, .arena = a};
    err_t rc = gather_criterion(&g, c, e);
    give(out, &g);
    return rc;
}

struct confined { /* lives as long as the database that it confines */
    struct pack_functions functions;
    struct sandbox rules;
};

static err_t open_facts(struct gathering *g, struct confined *c, struct err *e)
{
    c->rules = pack_sandbox(&c->functions, g->pack);
    err_t rc = sandbox_open(&g->db, e);
    if (rc == OK)
        rc = facts_create(g->db, false, e);
    return rc == OK ? sandbox_confine(g->db, &c->rules, e) : rc;
}

err_t criteria_fact_words(struct fact_words *out, const struct pack *p, const struct str *ids,
                          size_t count, struct arena *a, struct err *e)
{
    struct gathering g = {.pack = p, .arena = a};
    struct confined within;
    err_t rc = open_facts(&g, &within, e);
    for (size_t i = 0, at; rc == OK && i < count; i++)
        if (pack_find_criterion(&at, p, ids[i]))
            rc = gather_criterion(&g, &p->criteria.ptr[at], e);
    db_close(g.db);
    give(out, &g);
    return rc;
}

err_t pack_fact_words(struct fact_words *out, const struct pack *p, struct arena *a, struct err *e)
{
    struct gathering g = {.pack = p, .arena = a};
    struct confined within;
    err_t rc = open_facts(&g, &within, e);
    for (size_t i = 0; rc == OK && i < p->criteria.len; i++)
        rc = gather_criterion(&g, &p->criteria.ptr[i], e);
    for (size_t i = 0; rc == OK && i < p->flags.len; i++)
        rc = read_columns(&g, p->indicators.ptr[p->flags.ptr[i].indicator].sql, e);
    db_close(g.db);
    give(out, &g);
    return rc;
}

static const struct word_state *state_of(const struct fact_words *w, size_t i)
{
    static const struct word_state nothing = {NULL, NULL};
    return w->states ? &w->states[i] : &nothing;
}

void words_state(struct fact_words *w, const struct facts *f, struct arena *a)
{
    struct word_state *states = arena_array(a, w->count + 1, sizeof(*states));
    for (size_t i = 0; i < w->count; i++) {
        struct str rest = w->items[i].fact, record = str_split(&rest, STR("."));
        states[i] =
            (struct word_state){.registered = w->items[i].kind == WORD_REGISTER ? "unknown" : NULL};
        for (size_t k = 0; k < f->checked_count; k++)
            if (str_eq(f->checked[k].record, record) &&
                fact_word_checks(&w->items[i], f->checked[k].role))
                states[i].checked = &f->checked[k];
        for (size_t k = 0; k < f->held_count; k++)
            if (str_eq(f->held[k].fact, w->items[i].fact))
                states[i].registered = f->held[k].agrees ? "agrees" : "differs";
    }
    w->states = states;
}

static bool told_together(const struct fact_words *w, size_t x, size_t y)
{
    const struct word_state *left = state_of(w, x), *right = state_of(w, y);
    return str_eq(w->items[x].name, w->items[y].name) &&
           str_eq(w->items[x].checked, w->items[y].checked) && left->checked == right->checked &&
           str_eq(str_of(left->registered ? left->registered : ""),
                  str_of(right->registered ? right->registered : ""));
}

static const char *registered_text(const char *registered)
{
    if (!registered)
        return "";
    return str_is(str_of(registered), "agrees")    ? msg(" (as registered)")
           : str_is(str_of(registered), "differs") ? msg(" (not as registered: counted as absent)")
                                                   : msg(" (not held against the register)");
}

struct str words_text(const struct fact_words *w, size_t i, struct arena *a)
{
    const struct fact_word *one = &w->items[i];
    bool english = msg_lang() != LANG_ZH;
    for (size_t k = 0; k < i; k++)
        if (told_together(w, k, i))
            return STR_NONE;
    struct str all = arena_printf(a, "%.*s%s", STR_ARG(fact_word_label(one->name, english)),
                                  registered_text(state_of(w, i)->registered));
    if (state_of(w, i)->checked)
        all = arena_printf(a, "%.*s%.*s", STR_ARG(all),
                           STR_ARG(arena_printf(a, msg(" (checked by %.*s on %.*s)"),
                                                STR_ARG(state_of(w, i)->checked->by),
                                                STR_ARG(state_of(w, i)->checked->on))));
    else if (one->checked.len)
        all = arena_printf(a, "%.*s%.*s", STR_ARG(all),
                           STR_ARG(arena_printf(a, msg(" (until %.*s has checked it)"),
                                                STR_ARG(fact_word_label(one->checked, english)))));
    for (size_t k = i; k < w->count; k++)
        if (told_together(w, i, k))
            all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all),
                               k == i ? (english ? ": " : "：") : (english ? ", " : "、"),
                               STR_ARG(w->items[k].fact));
    return all;
}

static void confirmed_json(struct jout *j, const struct checked_record *c)
{
    if (!c)
        return;
    jout_pair_object(j, "confirmed");
    jout_pair(j, "by", c->by);
    jout_pair(j, "role", c->role);
    jout_pair(j, "on", c->on);
    jout_pair(j, "case", c->case_number);
    jout_end_object(j);
}

void words_json(struct jout *j, const struct fact_words *w)
{
    jout_pair_array(j, "words");
    for (size_t i = 0; i < w->count; i++) {
        const struct fact_word *one = &w->items[i];
        jout_object(j);
        jout_pair(j, "fact", one->fact);
        jout_pair(j, "who", one->name);
        jout_pair(j, "label", fact_word_label(one->name, false));
        jout_pair(j, "label_en", fact_word_label(one->name, true));
        jout_pair(j, "checked", one->checked);
        jout_pair(j, "evidence", one->evidence);
        jout_pair(j, "evidence_en", one->evidence_en);
        if (state_of(w, i)->registered)
            jout_pair(j, "register", str_of(state_of(w, i)->registered));
        confirmed_json(j, state_of(w, i)->checked);
        jout_end_object(j);
    }
    jout_end_array(j);
}
