/* What becomes of the clauses of a pack, in `zhiyun pack coverage`. */
#include "base/msg.h"
#include "base/utf8.h"
#include "cmd/policy.h"
#include "policy/answers.h"
#include <stdio.h>

#define FORCES 4
static const char *const force_labels[FORCES] = {N_("must"), N_("encouraged"), N_("definition"),
                                                 N_("target")};
static const char *const force_keys[FORCES] = {"must", "encouraged", "definition", "target"};

static void count_json(struct jout *j, const struct answer_counts *t)
{
    jout_pair_object(j, "clauses");
    for (size_t f = 0; f < FORCES; f++) {
        jout_pair_object(j, force_keys[f]);
        for (size_t i = 0; i < ANSWERS; i++)
            jout_pair_i64(j, answer_names[i], (int64_t)t->of[f][i]);
        jout_end_object(j);
    }
    jout_end_object(j);
}

static void say_cell(struct str text, unsigned width)
{
    unsigned have = utf8_width(text);
    say(stdout, "%*s%.*s", have < width ? (int)(width - have) : 0, "", STR_ARG(text));
}

static void say_count(size_t n, unsigned width)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%zu", n);
    say_cell(str_of(text), width);
}

static void say_table(const struct answer_counts *t)
{
    unsigned first = 0, widths[ANSWERS];
    for (size_t f = 0; f < FORCES; f++)
        first = utf8_width(str_of(msg(force_labels[f]))) > first
                    ? utf8_width(str_of(msg(force_labels[f])))
                    : first;
    say(stdout, "  %*s", (int)first, "");
    for (size_t i = 0; i < ANSWERS; i++) {
        widths[i] = utf8_width(str_of(msg(answer_labels[i]))) + 2;
        say_cell(str_of(msg(answer_labels[i])), widths[i]);
    }
    say(stdout, "\n");
    for (size_t f = 0; f < FORCES; f++) {
        say(stdout, "  ");
        say_cell(str_of(msg(force_labels[f])), first);
        for (size_t i = 0; i < ANSWERS; i++)
            say_count(t->of[f][i], widths[i]);
        say(stdout, "\n");
    }
}

static void clause_json(struct jout *j, const struct clause_answer *one)
{
    const struct clause *c = one->clause;
    jout_object(j);
    jout_pair(j, "clause", c->id);
    jout_pair(j, "quote", c->citation.quote);
    jout_pair(j, "force", str_of(force_keys[c->force]));
    jout_pair(j, "answer", str_of(answer_names[one->answer]));
    jout_pair_strs(j, "items", one->items, one->item_count);
    if (c->why_only_recorded.len)
        jout_pair(j, "why_only_recorded", c->why_only_recorded);
    jout_end_object(j);
}

void pack_answers_add(struct jout *j, struct answer_counts *sum, const struct pack *p,
                      const struct app *app)
{
    const struct clause_answer *all;
    struct answer_counts t = {0};
    size_t count = pack_answers(&all, p, app->arena);
    jout_pair_array(j, "answers");
    for (size_t i = 0; i < count; i++) {
        clause_json(j, &all[i]);
        t.of[all[i].clause->force][all[i].answer]++;
        sum->of[all[i].clause->force][all[i].answer]++;
    }
    jout_end_array(j);
    count_json(j, &t);
    if (app->json)
        return;
    say_table(&t);
    for (size_t i = 0; i < count; i++) {
        const struct clause *c = all[i].clause;
        if (all[i].answer == ANSWER_RECORDED && c->force == FORCE_MUST)
            say(stdout, msg("    only recorded 〔%.*s〕%.*s: %.*s\n"), STR_ARG(c->id),
                STR_ARG(c->citation.quote),
                STR_ARG(c->why_only_recorded.len ? c->why_only_recorded
                                                 : str_of(msg("no reason is given"))));
    }
}

void pack_answers_sum(struct jout *j, const struct answer_counts *sum)
{
    count_json(j, sum);
}
