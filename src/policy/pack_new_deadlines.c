/* Deadlines as the sentences of a text say them. A rule is drafted where the words say a length of time or
 * a day of the year that runs forward from something (…日内, 公示…, 有效期…, 每年…月…日前). 满2年, 近三年, 期满30日前
 * are lengths too, and no such rule: they are asked about. */
#include "base/utf8.h"
#include "policy/pack_new_priv.h"
#include "policy/quantity.h"

struct sentence {
    struct drafting *d;
    const struct source_sentence *at;
    struct str words;
    const struct quantity *said;
    size_t count;
};

static bool is_at(struct str s, size_t at, const char *word)
{
    return at <= s.len && str_starts((struct str){s.ptr + at, s.len - at}, str_of(word));
}

static const struct unit {
    const char *word, *rule;
} units[] = {{"个工作日", "WD"}, {"工作日", "WD"},   {"个自然日", "D"}, {"自然日", "D"},
             {"个日历日", "D"},  {"日历日", "D"},    {"个月", "M"},     {"日", "D"},
             {"天", "D"},        {"个自然年度", ""}, {"个年度", ""},    {"年", "T"}};

static const struct unit *unit_of(const struct sentence *s, const struct quantity *q)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (is_at(s->words, q->unit, units[i].word))
            return &units[i];
    return NULL;
}

/* How many letters of `words` before byte `end`, back to a mark of punctuation. */
static struct str right_before(struct str words, size_t end, int letters)
{
    size_t from = end;
    for (; letters > 0 && from > 0; letters--) {
        size_t last = from - 1, next;
        while (last > 0 && ((unsigned char)words.ptr[last] & 0xC0) == 0x80)
            last--;
        next = last;
        if (!source_is_word(utf8_next(words, &next)))
            break;
        from = last;
    }
    return (struct str){words.ptr + from, end - from};
}

static bool has_any(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_contains(s, str_of(*words)))
            return true;
    return false;
}

/* Whether the length runs forward from a day: "…内", "…后施行", "公示…", "有效期…". */
static bool runs_forward(const struct sentence *s, const struct quantity *q, size_t behind)
{
    static const char *const back[] = {"前", "近", "满", "过去", "连续", "以来", "累计", NULL};
    static const char *const periods[] = {"公示", "有效期", "期限", "时限", "建设期", NULL};
    static const char *const within[] = {"内", "以内", "之内", "后施行", "后生效", "后实施"};
    struct str before = right_before(s->words, q->from, 4);
    if (has_any(before, back) || is_at(s->words, behind, "前") || is_at(s->words, behind, "以前"))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(within); i++)
        if (is_at(s->words, behind, within[i]))
            return true;
    return has_any(right_before(s->words, q->from, 7), periods);
}

static struct str number_text(const struct quantity *q, struct arena *a)
{
    return q->number > 0 && q->number % MILLION == 0 && q->number / MILLION < 1000
               ? wide_text(q->number, a)
               : STR_NONE;
}

/* "3-6个月" is a range that an officer chooses from; of other units there is no such rule. */
static struct str length_rule(const struct sentence *s, size_t i, const struct unit *unit)
{
    struct arena *a = s->d->arena;
    const struct quantity *q = &s->said[i];
    struct str n = number_text(q, a);
    if (n.len == 0 || unit->rule[0] == '\0')
        return STR_NONE;
    if (!q->ranged)
        return arena_printf(a, "%s%.*s", unit->rule, STR_ARG(n));
    if (i + 1 < s->count && str_is(str_of(unit->rule), "M") && s->said[i + 1].ranged &&
        q->number < s->said[i + 1].number)
        return arena_printf(a, "M%.*s..M%.*s", STR_ARG(n),
                            STR_ARG(number_text(&s->said[i + 1], a)));
    return STR_NONE;
}

static void draft(struct sentence *s, struct str rule)
{
    struct buf *b = &s->d->yaml;
    buf_addf(b, "  - {id: deadline-%zu, rule: %.*s", ++s->d->out->deadlines, STR_ARG(rule));
    pack_new_cite(s->d, s->at);
    buf_addz(b, ", note: 待确认}\n");
}

/* Of "1月20日" the month; *day: its day. A day of one year (2025年9月12日) is none of every year. */
static bool is_day_of_year(const struct sentence *s, size_t i, int *month, int *day)
{
    const struct quantity *q = &s->said[i];
    if (i + 1 >= s->count || !is_at(s->words, q->end, "月") ||
        s->said[i + 1].from != q->end + strlen("月") || !is_at(s->words, s->said[i + 1].end, "日"))
        return false;
    *month = (int)(q->number / MILLION);
    *day = (int)(s->said[i + 1].number / MILLION);
    return *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31;
}

static void take_day_of_year(struct sentence *s, size_t i, int month, int day)
{
    static const char *const others[] = {"次年", "翌年", "下一年", "下年", NULL};
    struct str before = right_before(s->words, s->said[i].from, 4);
    struct str all = {s->words.ptr + s->said[i].from, s->said[i + 1].end + 3 - s->said[i].from};
    if (i > 0 && is_at(s->words, s->said[i - 1].end, "年") &&
        s->said[i - 1].end + strlen("年") == s->said[i].from)
        return; /* the day of one document */
    if (has_any(before, others) || !str_contains(before, STR("年")))
        pack_new_ask(s->d, s->at, "是每年的期限吗，从哪一年起算：", all);
    else
        draft(s, arena_printf(s->d->arena, "Y%02d-%02d", month, day));
}

static void take_length(struct sentence *s, size_t i)
{
    const struct quantity *q = &s->said[i];
    const struct unit *unit = unit_of(s, q);
    bool dated = str_ends((struct str){s->words.ptr, q->from}, STR("月"));
    static const char *const years[] = {"上", "下", "本", "同"}; /* 上一年度 */
    for (size_t k = 0; k < ARRAY_LEN(years); k++)
        dated |= str_ends((struct str){s->words.ptr, q->from}, str_of(years[k]));
    if (!unit || dated || (unit->rule[0] == 'T' && q->number >= 100 * (wide)MILLION))
        return;
    size_t behind = q->unit + strlen(unit->word);
    struct str rule = runs_forward(s, q, behind) ? length_rule(s, i, unit) : STR_NONE;
    if (rule.len)
        draft(s, rule);
    else
        pack_new_ask(s->d, s->at, "是期限还是条件，从哪一天起算：",
                     (struct str){s->words.ptr + q->from, behind - q->from});
}

static void take_sentence(struct sentence *s)
{
    int month, day;
    for (size_t i = 0; i < s->count; i++) {
        if (is_day_of_year(s, i, &month, &day))
            take_day_of_year(s, i++, month, day);
        else
            take_length(s, i);
        if (i < s->count && s->said[i].ranged && i + 1 < s->count && s->said[i + 1].ranged)
            i++; /* its other end */
    }
}

void pack_new_deadlines(struct drafting *d)
{
    struct buf pack = d->yaml;
    buf_init(&d->yaml, 0);
    for (size_t i = 0; i < d->sentence_count; i++) {
        struct sentence s = {
            .d = d, .at = &d->sentences[i], .words = pack_new_words(d, &d->sentences[i])};
        s.count = quantities(&s.said, s.words, d->arena);
        if (!pack_new_is_chapter(s.words))
            take_sentence(&s);
    }
    struct str drafted = arena_dup(d->arena, buf_str(&d->yaml));
    buf_clear(&d->yaml);
    d->yaml = pack;
    if (drafted.len) /* questions alone are comments: the section then holds nothing */
        buf_addf(&d->yaml, "%s%.*s", d->out->deadlines ? "deadlines:\n" : "", STR_ARG(drafted));
}
