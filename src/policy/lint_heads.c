/* Weights and least points of an evaluation's heads, beside what the text says of each head. */
#include "policy/lint_priv.h"
#include "policy/quantity.h"
#include "policy/sentences.h"

/* Where the words about a head end that begin at `from`: with the sentence, or at the next head. */
static size_t said_until(struct str text, size_t from, const struct part_value *heads,
                         struct arena *a)
{
    size_t end = text.len;
    const struct str marks[] = {STR("。"), STR("；"), STR(";")};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        size_t at = str_find(text, marks[i], from);
        end = at < end ? at : end;
    }
    for (size_t i = 0; i < heads->item_count; i++) {
        struct str label = without_blanks(part_text(&heads->items[i], "label"), a);
        size_t at = label.len ? str_find(text, label, from) : text.len;
        end = at < end ? at : end;
    }
    return end;
}

/* 转化成效40分; 服务企业数量（占40%）; 服务能力，满分30分，不得低于18分: the first number is the weight. */
static bool says_weight(const struct quantity *said, size_t count, wide weight)
{
    return count > 0 && said[0].number == weight * MILLION;
}

/* Experts give each head 0 to 100 points: of 满分30分 18分 are 60 of these. A number above the head's
 * own points, or beside a percentage, is of a hundred already. */
static bool says_least(const struct quantity *said, size_t count, struct str words, wide least)
{
    wide full = 0;
    for (size_t i = 0; i < count && full == 0; i++)
        if (!said[i].bounded && !said[i].percent && quantity_in(&said[i], words, STR("分")))
            full = said[i].number;
    for (size_t i = 0; i < count; i++) {
        bool of_full = full > 0 && !said[i].percent && said[i].number <= full;
        if (said[i].bounded &&
            (of_full ? said[i].number * 100 == least * full : said[i].number == least * MILLION))
            return true;
    }
    return false;
}

static bool has_bound(const struct quantity *said, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (said[i].bounded)
            return true;
    return false;
}

struct told {
    bool weight, least, bound; /* bound: the text has a least of this head, be it another one */
};

static struct told told_of(struct linting *l, const struct part *head,
                           const struct part_value *heads, struct str text)
{
    struct str label = without_blanks(part_text(head, "label"), l->arena);
    struct told out = {0};
    for (size_t at = str_find(text, label, 0); label.len && at < text.len;
         at = str_find(text, label, at + label.len)) {
        size_t from = at + label.len;
        struct str words = {text.ptr + from, said_until(text, from, heads, l->arena) - from};
        const struct quantity *said;
        size_t count = quantities(&said, words, l->arena);
        out.weight |= says_weight(said, count, part_int(head, "weight"));
        out.least |= says_least(said, count, words, part_int(head, "least"));
        out.bound |= has_bound(said, count);
    }
    return out;
}

/* 各项均不低于60分: said of all heads at once. */
static bool said_of_all(struct linting *l, struct str text, wide least)
{
    const struct quantity *said;
    size_t count = quantities(&said, text, l->arena);
    for (size_t i = 0; i < count; i++)
        if (said[i].bounded && said[i].number == least * MILLION)
            return true;
    return false;
}

void lint_heads(struct linting *l, const struct part_value *heads, struct str text)
{
    for (size_t i = 0; i < heads->item_count; i++) {
        const struct part *head = &heads->items[i];
        const struct part_value *weight = part_value(head, "weight"),
                                *least = part_value(head, "least");
        struct str label = part_text(head, "label");
        int points = part_int(head, "least");
        struct told told = told_of(l, head, heads, text);
        if (weight->given && !told.weight)
            LINT(l, "evaluations", weight->line,
                 "the text does not give \"%.*s\" the weight %d: take that of the text, or name "
                 "\"weights\" "
                 "in \"not_said\"",
                 STR_ARG(label), part_int(head, "weight"));
        if (least->given && !told.least && (told.bound || !said_of_all(l, text, points)))
            LINT(l, "evaluations", least->line,
                 "the text does not give \"%.*s\" a least of %d points of a hundred: experts give "
                 "each head 0 to 100, so that 12分 of 满分20分 are least: 60; take the text's, or "
                 "leave it out",
                 STR_ARG(label), points);
    }
}
