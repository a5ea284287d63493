/* Proposals of forms, steps, prohibitions … for a first draft: a sentence that has the words
 * of one is quoted under it, and a person says what it is. What the text does not say is
 * proposed as not said where its usual words are nowhere in it. */
#include "base/utf8.h"
#include "policy/pack_new_priv.h"
#include "policy/quantity.h"

/* What a sentence may lay down, by its words, and what is to be said of it before it can be a part. */
static const struct {
    const char *words[6], *question;
    bool fund; /* drafted where the sentence says the sum */
} asked[] = {
    {{"证明材料", "复印件", "佐证", "请附", "另附", NULL},
     "哪些材料，必交还是建议（materials）",
     false},
    {{"综合评价", "年度评价", "考核", "评估结果", "等次", NULL},
     "谁评价、周期、各项与分值、等次（evaluations）",
     false},
    {{"专项资金", "奖励", "资金支持", "补助", "资助", NULL}, "给谁、多少、凭什么（funds）", true},
};

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

static bool has_any(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_contains(s, str_of(*words)))
            return true;
    return false;
}

/* A sum that a sentence gives, alone in it and without a bound, is drafted with the fund. */
static bool add_fund(struct drafting *d, const struct source_sentence *s, size_t *n)
{
    const struct quantity *q;
    struct str words = pack_new_words(d, s);
    size_t count = quantities(&q, words, d->arena), at = count;
    for (size_t i = 0; i < count; i++)
        if (quantity_in(&q[i], words, STR("元")))
            at = at == count ? i : count + 1;
    if (at >= count || q[at].bounded || q[at].ranged || !str_contains(words, STR("给予")))
        return false;
    if ((*n)++ == 0)
        buf_addz(&d->yaml, "funds:\n");
    buf_addf(&d->yaml, "  - {id: fund-%zu, label: 待确认, kind: %s, amount: \"%.*s\"", *n,
             str_contains(words, STR("奖")) ? "award" : "support",
             STR_ARG(money_text(q[at].number, d->arena)));
    if (str_contains(words, STR("一次性")))
        buf_addf(&d->yaml, ", once: true, policy: fund-%zu", *n);
    pack_new_cite(d, s);
    buf_addz(&d->yaml, ", note: 待确认}\n");
    return true;
}

static void add_funds(struct drafting *d, const struct source_sentence *all, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < ARRAY_LEN(asked); k++)
            if (has_any(pack_new_words(d, &all[i]), asked[k].words) &&
                (!asked[k].fund || !add_fund(d, &all[i], &n)))
                pack_new_ask(d, &all[i], asked[k].question, STR_NONE);
    d->out->parts += n;
}

/* "本办法由省知识产权局负责解释。" */
static size_t add_interpreter(struct drafting *d, const struct source_sentence *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str words = pack_new_words(d, &all[i]);
        size_t by = str_find(words, STR("由"), 0), at = str_find(words, STR("负责解释"), 0);
        struct str name = STR_NONE;
        if (by < at && at < words.len)
            name = str_range(words.ptr + by + strlen("由"), words.ptr + at);
        if (name.len == 0)
            continue;
        buf_addz(&d->yaml, "  - {id: interpreter, label: 解释机关, name: ");
        pack_new_quoted(&d->yaml, name);
        buf_addz(&d->yaml, ", functions: [interpret]");
        pack_new_cite(d, &all[i]);
        buf_addz(&d->yaml, ", note: 待确认}\n");
        return 1;
    }
    return 0;
}

/* --- what needs more than a line ------------------------------------------------------------ */

/* Words from `from` to the next comma or the end. */
static struct str label_at(struct str sentence, size_t from)
{
    static const char *const marks[] = {"，", ",", "。", "；", ";", "："};
    size_t end = sentence.len;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        size_t at = str_find(sentence, str_of(marks[i]), from);
        end = at < end ? at : end;
    }
    return (struct str){sentence.ptr + from, end - from};
}

/* 不得超过, 不得少于 bound a number; 3年内不得再次申报 follows from something else. */
static bool forbids(struct str words, size_t at)
{
    static const char *const bounds[] = {"超过", "少于", "低于", "高于",
                                         "多于", "大于", "小于", "再次"};
    size_t behind = at + strlen("不得");
    for (size_t i = 0; i < ARRAY_LEN(bounds); i++)
        if (str_starts((struct str){words.ptr + behind, words.len - behind}, str_of(bounds[i])))
            return false;
    return true;
}

/* What follows from it, where the sentence itself does not say, stands elsewhere or nowhere: asked. */
static void add_prohibitions(struct drafting *d, const struct source_sentence *all, size_t count)
{
    static const char *const follows[] = {"取消", "撤销", "追回", "追究", "通报", NULL};
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct str words = pack_new_words(d, &all[i]);
        size_t at = str_find(words, STR("不得"), 0);
        if (at < words.len && forbids(words, at) && !has_any(words, follows)) {
            buf_addf(&d->yaml, "%s  - {id: prohibition-%zu, label: ", n ? "" : "prohibitions:\n",
                     n + 1);
            n++;
            pack_new_quoted(&d->yaml, label_at(words, at));
            buf_addz(&d->yaml, ", not_said: [consequence]");
            pack_new_cite(d, &all[i]);
            buf_addz(&d->yaml, ", note: 待确认（后果是否写在别处）}\n");
        } else if (has_any(words, follows)) {
            pack_new_ask(d, &all[i], "什么情形、什么后果（prohibitions）", STR_NONE);
        }
    }
    d->out->parts += n;
}

static void add_forms(struct drafting *d, const struct source_sentence *all, size_t count)
{
    static const char *const names[] = {"申报表", "申报书", "申请表", "推荐表", "任务书"};
    size_t n = 0;
    for (size_t k = 0; k < ARRAY_LEN(names); k++)
        for (size_t i = 0; i < count; i++) {
            if (!str_contains(pack_new_words(d, &all[i]), str_of(names[k])))
                continue;
            if (n++ == 0)
                buf_addz(&d->yaml, "forms:\n");
            buf_addf(&d->yaml, "  - {id: form-%zu, label: %s, layout: own", n, names[k]);
            pack_new_cite(d, &all[i]);
            buf_addz(&d->yaml, ", note: 待确认}\n");
            break;
        }
    d->out->parts += n;
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
    struct source_sentence *said = arena_array(d->arena, d->sentence_count + 1, sizeof *said);
    size_t count = 0;
    for (size_t i = 0; i < d->sentence_count; i++)
        if (!pack_new_is_chapter(pack_new_words(d, &d->sentences[i])))
            said[count++] = d->sentences[i];
    struct buf pack = d->yaml;
    buf_init(&d->yaml, 0);
    size_t authorities = add_interpreter(d, said, count);
    d->out->parts += authorities;
    authorities += pack_new_process(d, said, count);
    struct str drafted = arena_dup(d->arena, buf_str(&d->yaml));
    buf_clear(&d->yaml);
    buf_init(&d->yaml, 0);
    buf_addf(&d->yaml,
             "# 待确认：以下各项由原文的句子读出，逐项核对后改定；“问”是句子没有写明的\n%s%.*s",
             authorities ? "authorities:\n" : "", STR_ARG(drafted));
    add_funds(d, said, count);
    add_forms(d, said, count);
    add_prohibitions(d, said, count);
    add_not_said(d);
    d->out->parts_yaml = arena_dup(d->arena, buf_str(&d->yaml));
    buf_clear(&d->yaml);
    d->yaml = pack;
}
