/* Proposals of forms, steps, prohibitions … for a first draft: a sentence that has the words
 * of one is quoted under it, and a person says what it is. What the text does not say is
 * proposed as not said where its usual words are nowhere in it. */
#include "base/utf8.h"
#include "policy/pack_new_priv.h"

#define LABEL_LETTERS 30

static const struct proposal {
    const char *section, *id;
    const char *words[6]; /* any of them in a sentence shows one */
    const char *rest;     /* keys beside id, clause, quote and note */
} proposals[] = {
    {"authorities",
     "interpreter",
     {"负责解释", NULL},
     "label: 解释机关, name: 待确认, functions: [interpret]"},
    {"materials",
     "material",
     {"证明材料", "复印件", "佐证", "请附", "另附", NULL},
     "label: 待确认, need: required, proof: [application.attachments]"},
    {"evaluations",
     "evaluation",
     {"综合评价", "年度评价", "考核", "评估结果", "等次", NULL},
     "label: 待确认, by: office, not_said: [cycle, heads, weights, grades, scores]"},
    {"funds",
     "fund",
     {"万元", "专项资金", "奖励", "资金支持", "补助", NULL},
     "label: 待确认, kind: support, not_said: [amount, conditions]"},
};

/* The usual way from the application to recognition; a step is proposed where the text has its
 * word, in this order. */
static const struct {
    const char *word, *id, *label, *actor;
} steps[] = {{"申报", "submit", "申报", "applicant"}, {"受理", "accept", "受理", "office"},
             {"审核", "check", "审核", "office"},     {"推荐", "recommend", "推荐", "office"},
             {"复核", "recheck", "复核", "office"},   {"评审", "review", "评审", "office"},
             {"公示", "publish", "公示", "office"},   {"认定", "recognise", "认定", "office"}};

/* What such texts say as a rule: looked for by these words. */
static const struct {
    const char *id, *label, *word;
} usual[] = {{"expiry", "有效期", "有效期"},    {"publicity", "公示", "公示"},
             {"objection", "异议", "异议"},     {"naming", "命名", "命名"},
             {"cycle", "评价周期", "每三年"},   {"grades", "评价等次", "等次"},
             {"rectification", "整改", "整改"}, {"revocation", "取消资格", "取消"},
             {"hearing", "陈述申辩", "陈述"},   {"award", "奖励", "奖励"},
             {"sub-centre", "分中心", "分中心"}};

/* --- sentences ------------------------------------------------------------------------- */

static struct str words_of(const struct drafting *d, const struct source_sentence *s)
{
    return (struct str){d->text.ptr + s->from, s->end - s->from};
}

static bool has_any(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_contains(s, str_of(*words)))
            return true;
    return false;
}

static void add_cited(struct drafting *d, const struct source_sentence *s)
{
    struct buf *b = &d->yaml;
    buf_addz(b, ", clause: ");
    pack_new_quoted(b, pack_new_article(d, s->from));
    buf_addz(b, ", quote: ");
    pack_new_quoted(b, words_of(d, s));
}

static void add_proposals(struct drafting *d, const struct proposal *p,
                          const struct source_sentence *all, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!has_any(words_of(d, &all[i]), p->words))
            continue;
        if (n++ == 0 && strcmp(p->section, "authorities") != 0)
            buf_addf(&d->yaml, "%s:\n", p->section);
        buf_addf(&d->yaml, "  - {id: %s-%zu, %s", p->id, n, p->rest);
        add_cited(d, &all[i]);
        buf_addz(&d->yaml, ", note: 待确认}\n");
    }
    d->out->parts += n;
}

/* --- what needs more than a line ------------------------------------------------------------ */

/* Words from `from` to the end of the sentence, at most so many letters. */
static struct str label_at(struct str sentence, size_t from)
{
    size_t end = from;
    for (size_t n = 0; n < LABEL_LETTERS && end < sentence.len; n++)
        (void)utf8_next(sentence, &end);
    return (struct str){sentence.ptr + from, end - from};
}

static void add_prohibitions(struct drafting *d, const struct source_sentence *all, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct str words = words_of(d, &all[i]);
        size_t at = str_find(words, STR("不得"), 0);
        at = at == words.len && str_contains(words, STR("资格")) ? str_find(words, STR("取消"), 0)
                                                                 : at;
        if (at == words.len)
            continue;
        if (n++ == 0)
            buf_addz(&d->yaml, "prohibitions:\n");
        buf_addf(&d->yaml, "  - {id: prohibition-%zu, label: ", n);
        pack_new_quoted(&d->yaml, label_at(words, at));
        buf_addz(&d->yaml, ", not_said: [consequence]");
        add_cited(d, &all[i]);
        buf_addz(&d->yaml, ", note: 待确认}\n");
    }
    d->out->parts += n;
}

static void add_forms(struct drafting *d, const struct source_sentence *all, size_t count)
{
    static const char *const names[] = {"申报表", "申报书", "申请表", "推荐表", "任务书"};
    size_t n = 0;
    for (size_t k = 0; k < ARRAY_LEN(names); k++)
        for (size_t i = 0; i < count; i++) {
            if (!str_contains(words_of(d, &all[i]), str_of(names[k])))
                continue;
            if (n++ == 0)
                buf_addz(&d->yaml, "forms:\n");
            buf_addf(&d->yaml, "  - {id: form-%zu, label: %s, layout: own", n, names[k]);
            add_cited(d, &all[i]);
            buf_addz(&d->yaml, ", note: 待确认}\n");
            break;
        }
    d->out->parts += n;
}

static const struct source_sentence *first_with(const struct drafting *d, const char *word,
                                                const struct source_sentence *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_contains(words_of(d, &all[i]), str_of(word)))
            return &all[i];
    return NULL;
}

static void add_process(struct drafting *d, const struct source_sentence *all, size_t count)
{
    const struct source_sentence *at[ARRAY_LEN(steps)];
    size_t found[ARRAY_LEN(steps)], n = 0;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if ((at[i] = first_with(d, steps[i].word, all, count)))
            found[n++] = i;
    if (n == 0)
        return;
    struct buf *b = &d->yaml;
    buf_addz(b,
             "processes:\n  - id: application\n    label: 待确认\n    subject: application\n"
             "    start: draft\n    own: 待确认\n    states:\n      - {id: draft, label: 草稿}\n");
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "      - {id: %s-done, label: 已%s%s}\n", steps[found[i]].id,
                 steps[found[i]].label, i + 1 == n ? ", end: true" : "");
    buf_addz(b, "    transitions:\n");
    for (size_t i = 0; i < n; i++) {
        const size_t k = found[i];
        buf_addf(b, "      - {id: %s, label: %s, from: [%s%s], to: %s-done, actor: %s", steps[k].id,
                 steps[k].label, i ? steps[found[i - 1]].id : "draft", i ? "-done" : "",
                 steps[k].id, steps[k].actor);
        add_cited(d, at[k]);
        buf_addz(b, ", note: 待确认}\n");
    }
    d->out->parts++;
}

static void add_not_said(struct drafting *d)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
        if (str_contains(d->text, str_of(usual[i].word)))
            continue;
        if (n++ == 0)
            buf_addz(&d->yaml, "not_said:\n");
        buf_addf(&d->yaml, "  - {id: %s, label: %s, absent: [%s], then: 待确认}\n", usual[i].id,
                 usual[i].label, usual[i].word);
    }
    d->out->parts += n;
}

void pack_new_parts(struct drafting *d)
{
    const struct source_sentence *all;
    size_t sentences = source_sentences(&all, d->source, d->arena), count = 0;
    struct source_sentence *said = arena_array(d->arena, sentences + 1, sizeof *said);
    for (size_t i = 0; i < sentences; i++)
        if (!pack_new_is_chapter(words_of(d, &all[i])))
            said[count++] = all[i];
    all = said;
    struct buf pack = d->yaml;
    buf_init(&d->yaml, 0);
    buf_addz(&d->yaml,
             "# 待确认：以下各项由原文用词提出，逐项核对后改定\nauthorities:\n"
             "  - {id: office, label: 主管部门, name: 待确认, functions: [recognise, manage], "
             "roles: [province_officer], own: 待确认}\n");
    for (size_t i = 0; i < ARRAY_LEN(proposals); i++)
        add_proposals(d, &proposals[i], all, count);
    add_forms(d, all, count);
    add_process(d, all, count);
    add_prohibitions(d, all, count);
    add_not_said(d);
    d->out->parts_yaml = arena_dup(d->arena, buf_str(&d->yaml));
    buf_clear(&d->yaml);
    d->yaml = pack;
}
