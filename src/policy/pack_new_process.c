/* Steps and who takes them, as sentences say them. Drafted is what a sentence says outright: "由X认定", or
 * "X对…进行审查，" with X at its head; in the order of the text, and said to be so. What only names an act
 * (评审意见, 未通过审核的, 公示期, 推荐和自荐的) is no step, and an act without who does it is asked about. */
#include "base/utf8.h"
#include "policy/pack_new_priv.h"

static const struct {
    const char *word, *id, *label;
    bool whole; /* whatever follows */
} acts[] = {{"提交申报", "submit", "申报", true}, {"提交申请", "submit", "申报", true},
            {"提交下列", "submit", "申报", true}, {"提出申请", "submit", "申报", true},
            {"申报", "submit", "申报", false},    {"受理", "accept", "受理", false},
            {"审核", "check", "审核", false},     {"审查", "check", "审查", false},
            {"推荐", "recommend", "推荐", false}, {"复核", "recheck", "复核", false},
            {"评审", "review", "评审", false},    {"公示", "publicise", "公示", false},
            {"认定", "recognise", "认定", false}};

struct found_step {
    size_t act;
    const struct source_sentence *at;
    struct str doer;
};

static bool is_at(struct str s, size_t at, const char *word)
{
    return at <= s.len && str_starts((struct str){s.ptr + at, s.len - at}, str_of(word));
}

static bool ends_in(struct str s, size_t end, const char *const *words)
{
    for (; *words; words++)
        if (str_ends((struct str){s.ptr, end}, str_of(*words)))
            return true;
    return false;
}

/* The longest of these that stands there. */
static size_t starts_in(struct str s, size_t at, const char *const *words)
{
    size_t longest = 0;
    for (; *words; words++)
        if (is_at(s, at, *words) && strlen(*words) > longest)
            longest = strlen(*words);
    return longest;
}

/* Where the part between commas begins in which byte `at` stands. */
static size_t part_of(struct str words, size_t at)
{
    static const char *const marks[] = {"，", ",", "；", ";", "：", ":", NULL};
    size_t from = 0;
    for (size_t i = 0; i < at; (void)utf8_next(words, &i))
        if (starts_in(words, i, marks))
            from = i + starts_in(words, i, marks);
    return from;
}

/* 省局负责协同中心的评审、认定和申报受理: what an office is in charge of, and no step of anything. "由X负责审核" is one. */
static bool is_competence(struct str words, size_t at, size_t end)
{
    size_t part = part_of(words, at), in_charge = str_find(words, STR("负责"), part);
    struct str before = {words.ptr + part, in_charge > part ? in_charge - part : 0};
    struct str between = {words.ptr + in_charge, at > in_charge ? at - in_charge : 0};
    bool outright = str_is(between, "负责组织") || str_is(between, "负责");
    return in_charge < at && !str_contains(before, STR("由")) &&
           (!outright || is_at(words, end, "、") || is_at(words, end, "和"));
}

/* Whether the act is done here: not refused, past, or a part of a name. */
static bool is_done(struct str words, size_t at, size_t end, bool whole)
{
    if (is_competence(words, at, end))
        return false;
    static const char *const before[] = {"拟",   "已",   "经",   "被", "获",   "通过",
                                         "取消", "撤销", "停止", "的", "申报", "视为",
                                         "再次", "重新", "规范", NULL};
    static const char *const denied[] = {"未", "不", "免", NULL};
    static const char *const behind[] = {"，", ",", "。", "；", ";", "、", "并", "：", NULL};
    for (size_t i = part_of(words, at); i < at; (void)utf8_next(words, &i))
        if (starts_in(words, i, denied))
            return false;
    bool number = end < words.len && words.ptr[end] >= '0' && words.ptr[end] <= '9';
    return !ends_in(words, at, before) &&
           (whole || end == words.len || number || starts_in(words, end, behind));
}

/* The words from `from` up to where a name of an office or a party ends, behind which `next` says that it
 * ends there. */
static struct str name_at(struct str words, size_t from, size_t end, const char *const *next)
{
    static const char *const ends[] = {"局",   "厅",     "委员会", "部门", "中心",
                                       "政府", "机关",   "处",     "单位", "主体",
                                       "企业", "申报人", "申请人", "协会", NULL};
    size_t letters = 0;
    for (size_t at = from; at < end && letters < 24;) {
        uint32_t c = utf8_next(words, &at);
        letters++;
        if (c != '(' && c != ')' && c != 0xFF08 && c != 0xFF09 && !source_is_word(c))
            return STR_NONE;
        if (letters > 1 && ends_in(words, at, ends) && (at == end || starts_in(words, at, next)))
            return (struct str){words.ptr + from, at - from};
    }
    return STR_NONE;
}

struct str pack_new_doer(struct str words, size_t end)
{
    static const char *const verbs[] = {"组织", "负责", "进行", "予以", "发文", "正式",
                                        "统一", "研究", "开展", "审定", NULL};
    static const char *const heads[] = {"应当", "应",   "可以", "可",   "自", "于",
                                        "对",   "在",   "组织", "将",   "向", "负责",
                                        "会",   "每年", "召开", "进行", NULL};
    size_t part = part_of(words, end), colon = str_find(words, STR("："), 0);
    size_t by = str_find(words, STR("由"), part), head = 0;
    if (by < end) {
        struct str name = name_at(words, by + strlen("由"), end, verbs);
        size_t rest = name.len ? (size_t)(name.ptr - words.ptr) + name.len : end + 1;
        while (rest < end && starts_in(words, rest, verbs))
            rest += starts_in(words, rest, verbs);
        return rest == end ? name : STR_NONE;
    }
    if (colon < end)
        head = colon + strlen("：");
    return str_contains((struct str){words.ptr, end}, STR("由")) ? STR_NONE
                                                                 : name_at(words, head, end, heads);
}

static bool is_party(struct str doer)
{
    static const char *const parties[] = {"单位", "主体", "企业", "申报人", "申请人", NULL};
    return ends_in(doer, doer.len, parties);
}

/* The first sentence that says the act is done; its doer may be empty. */
static bool find_step(struct found_step *out, const struct drafting *d,
                      const struct source_sentence *all, size_t count, size_t act)
{
    *out = (struct found_step){.act = act};
    for (size_t i = 0; i < count; i++) {
        struct str words = pack_new_words(d, &all[i]), word = str_of(acts[act].word);
        for (size_t at = 0; (at = str_find(words, word, at)) < words.len; at += word.len) {
            if (!is_done(words, at, at + word.len, acts[act].whole))
                continue;
            struct str doer = pack_new_doer(words, at);
            if (!out->at || doer.len)
                *out = (struct found_step){act, &all[i], doer};
            if (doer.len)
                return true;
        }
    }
    return out->at != NULL;
}

/* Number of the office among the doers; a new one is drafted with its sentence. */
static size_t office_of(struct drafting *d, struct str *offices, size_t *count,
                        const struct found_step *s)
{
    for (size_t i = 0; i < *count; i++)
        if (str_eq(offices[i], s->doer))
            return i + 1;
    offices[(*count)++] = s->doer;
    buf_addf(&d->yaml, "  - {id: office-%zu, label: ", *count);
    pack_new_quoted(&d->yaml, s->doer);
    buf_addz(&d->yaml, ", name: ");
    pack_new_quoted(&d->yaml, s->doer);
    pack_new_cite(d, s->at);
    buf_addz(&d->yaml, ", note: 待确认（functions、roles、level）}\n");
    return *count;
}

static void add_step(struct drafting *d, const struct found_step *s, const char *before,
                     struct str actor)
{
    buf_addf(&d->yaml, "      - {id: %s, label: %s, from: [%s], to: %s-done, actor: %.*s",
             acts[s->act].id, acts[s->act].label, before, acts[s->act].id, STR_ARG(actor));
    pack_new_cite(d, s->at);
    buf_addz(&d->yaml, ", note: 待确认（先后按原文次序）}\n");
}

/* In the order of the text, each act once; those without who does it are asked about. */
static size_t sorted_steps(struct found_step *out, struct drafting *d,
                           const struct source_sentence *all, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        struct found_step one;
        bool twice = false;
        for (size_t k = 0; k < n; k++)
            twice |= strcmp(acts[out[k].act].id, acts[i].id) == 0;
        if (twice || !find_step(&one, d, all, count, i))
            continue;
        if (one.doer.len == 0) {
            pack_new_ask(d, one.at, "由谁办理：", str_of(acts[i].word));
            continue;
        }
        size_t at = n++;
        for (; at > 0 && out[at - 1].at->from > one.at->from; at--)
            out[at] = out[at - 1];
        out[at] = one;
    }
    return n;
}

size_t pack_new_process(struct drafting *d, const struct source_sentence *all, size_t count)
{
    struct found_step steps[ARRAY_LEN(acts)];
    struct str offices[ARRAY_LEN(acts)], actors[ARRAY_LEN(acts)];
    size_t office_count = 0, n = sorted_steps(steps, d, all, count);
    struct buf *b = &d->yaml;
    for (size_t i = 0; i < n; i++)
        actors[i] = is_party(steps[i].doer)
                        ? STR("applicant")
                        : arena_printf(d->arena, "office-%zu",
                                       office_of(d, offices, &office_count, &steps[i]));
    d->out->parts += office_count;
    if (n == 0)
        return office_count;
    d->out->parts++;
    buf_addz(b, "processes:\n  - id: application\n    label: 待确认\n    subject: application\n"
                "    start: draft\n    own: 待确认（状态名称为拟定）\n    states:\n"
                "      - {id: draft, label: 草稿}\n");
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "      - {id: %s-done, label: 已%s%s}\n", acts[steps[i].act].id,
                 acts[steps[i].act].label, i + 1 == n ? ", end: true" : "");
    buf_addz(b, "    transitions:\n");
    for (size_t i = 0; i < n; i++)
        add_step(d, &steps[i],
                 i ? arena_printf(d->arena, "%s-done", acts[steps[i - 1].act].id).ptr : "draft",
                 actors[i]);
    return office_count;
}
