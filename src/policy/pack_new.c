/* Reading a policy text for what a pack needs: sentences, numbers, periods. */
#include "base/utf8.h"
#include "policy/pack_new_priv.h"

#define CONTEXT_LETTERS 8

static size_t forward(struct str s, size_t at, size_t letters)
{
    while (letters-- > 0 && at < s.len)
        (void)utf8_next(s, &at);
    return at;
}

static size_t backward(struct str s, size_t at, size_t letters)
{
    for (; letters > 0 && at > 0; letters--)
        do
            at--;
        while (at > 0 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80);
    return at;
}

void pack_new_quoted(struct buf *b, struct str s)
{
    buf_addc(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            buf_addc(b, '\\');
        buf_addc(b, s.ptr[i]);
    }
    buf_addc(b, '"');
}

/* "第五条", "一", "（二）": the words before the text of a piece. */
static struct str heading(struct str piece)
{
    static const char *const ends[] = {"条", "、", "）", ")"};
    size_t best = piece.len;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t at = str_find(piece, str_of(ends[i]), 0);
        size_t end = at + (str_is(str_of(ends[i]), "、") ? 0 : strlen(ends[i]));
        if (at < piece.len && end < best)
            best = end;
    }
    return (struct str){piece.ptr, best < 30 ? best : 0};
}

struct str pack_new_article(const struct drafting *d, size_t at)
{
    struct str id = STR("?"), article = STR_NONE;
    for (size_t i = 0; i < d->article_count && d->articles[i].from <= at; i++) {
        id = heading((struct str){d->text.ptr + d->articles[i].from,
                                  d->articles[i].end - d->articles[i].from});
        if (!str_starts(id, STR("（")) && !str_starts(id, STR("(")))
            article = id;
    }
    /* An item is named with its article: 第五条（一）. */
    return id.ptr == article.ptr || article.len == 0
               ? id
               : arena_printf(d->arena, "%.*s%.*s", STR_ARG(article), STR_ARG(id));
}

bool pack_new_is_chapter(struct str words)
{
    size_t at = str_find(words, STR("章"), 0);
    return str_starts(words, STR("第")) && at < words.len && at <= 4 * strlen("章") &&
           !str_contains(words, STR("。")) && !str_contains(words, STR("；")) &&
           !str_contains(words, STR("，"));
}

static const char *force_of(struct str piece)
{
    static const char *const musts[] = {"应", "须", "不得", "必须"};
    for (size_t i = 0; i < ARRAY_LEN(musts); i++)
        if (str_contains(piece, str_of(musts[i])))
            return "M";
    return str_contains(piece, STR("鼓励")) || str_contains(piece, STR("支持")) ? "E" : "D";
}

/* --- deadlines ------------------------------------------------------------------------ */

static bool starts_at(const struct drafting *d, size_t at, const char *z)
{
    return str_starts((struct str){d->text.ptr + at, d->text.len - at}, str_of(z));
}

static int number_value(struct str s)
{
    static const char *const words[] = {"零", "一", "二", "三", "四", "五",
                                        "六", "七", "八", "九", "十"};
    uint64_t n;
    if (str_to_u64(&n, s) && n < 1000)
        return (int)n;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(s, words[i]))
            return (int)i;
    return 0;
}

/* The rule that a number before these words proposes; empty: none. */
static struct str rule_at(const struct drafting *d, size_t i, const struct source_span *n,
                          size_t count)
{
    int value = number_value((struct str){d->text.ptr + n[i].from, n[i].end - n[i].from});
    if (value <= 0)
        return STR_NONE;
    if (starts_at(d, n[i].end, "个工作日") || starts_at(d, n[i].end, "工作日"))
        return arena_printf(d->arena, "WD%d", value);
    if (starts_at(d, n[i].end, "日内") || starts_at(d, n[i].end, "天内"))
        return arena_printf(d->arena, "D%d", value);
    if (starts_at(d, n[i].end, "个月"))
        return arena_printf(d->arena, "M%d", value);
    if (starts_at(d, n[i].end, "年") && value <= 30)
        return arena_printf(d->arena, "T%d", value);
    if (starts_at(d, n[i].end, "月") && i + 1 < count && n[i + 1].from == n[i].end + strlen("月")) {
        int day =
            number_value((struct str){d->text.ptr + n[i + 1].from, n[i + 1].end - n[i + 1].from});
        bool dated = n[i].from >= 3 && memcmp(d->text.ptr + n[i].from - 3, "年", 3) == 0 &&
                     n[i].from >= 4 && d->text.ptr[n[i].from - 4] >= '0' &&
                     d->text.ptr[n[i].from - 4] <= '9';
        if (value <= 12 && day >= 1 && day <= 31 && !dated)
            return arena_printf(d->arena, "Y%02d-%02d", value, day);
    }
    return STR_NONE;
}

static void add_deadlines(struct drafting *d, const struct source_span *n, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str rule = rule_at(d, i, n, count);
        if (rule.len == 0)
            continue;
        if (d->out->deadlines++ == 0)
            buf_addz(&d->yaml, "deadlines:\n");
        size_t from = backward(d->text, n[i].from, CONTEXT_LETTERS);
        size_t end = forward(d->text, n[i].end, CONTEXT_LETTERS);
        buf_addf(&d->yaml,
                 "  # 待确认\n  - {id: deadline-%zu, rule: %.*s, clause: ", d->out->deadlines,
                 STR_ARG(rule));
        pack_new_quoted(&d->yaml, pack_new_article(d, n[i].from));
        buf_addz(&d->yaml, ", quote: ");
        pack_new_quoted(&d->yaml, (struct str){d->text.ptr + from, end - from});
        buf_addz(&d->yaml, "}\n");
    }
}

/* --- sentences and their numbers --------------------------------------------------------- */

static void add_clauses(struct drafting *d, const struct source_span *n, size_t count)
{
    const struct source_sentence *all;
    size_t sentences = source_sentences(&all, d->source, d->arena);
    if (sentences)
        buf_addz(&d->yaml, "clauses:\n");
    for (size_t i = 0, at = 0; i < sentences; i++) {
        struct str words = {d->text.ptr + all[i].from, all[i].end - all[i].from};
        if (pack_new_is_chapter(words))
            continue;
        for (; at < count && n[at].from < all[i].end; at++)
            buf_addf(&d->yaml, "  # 待确认：%.*s\n", (int)(n[at].end - n[at].from),
                     d->text.ptr + n[at].from);
        buf_addz(&d->yaml, "  - {id: ");
        pack_new_quoted(&d->yaml, pack_new_article(d, all[i].from));
        buf_addz(&d->yaml, ", quote: ");
        pack_new_quoted(&d->yaml, words);
        buf_addf(&d->yaml, ", force: %s, how: informative, reason: 待确认}\n", force_of(words));
    }
    for (size_t i = 0, chapters = 0; i < sentences; i++) {
        struct str words = {d->text.ptr + all[i].from, all[i].end - all[i].from};
        if (!pack_new_is_chapter(words))
            continue;
        buf_addz(&d->yaml, chapters++ == 0 ? "unquoted:\n  - {text: " : "  - {text: ");
        pack_new_quoted(&d->yaml, words);
        buf_addz(&d->yaml, ", reason: 标题}\n");
    }
}

static struct str first_line(struct str source)
{
    for (struct str rest = source; rest.ptr;) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        if (line.len)
            return line;
    }
    return STR("待确认");
}

void pack_new(struct pack_draft *out, struct str id, struct str source, struct arena *a)
{
    struct drafting d = {
        .source = source, .text = without_blanks(source, a), .arena = a, .out = out};
    const struct source_span *numbers;
    *out = (struct pack_draft){0};
    out->articles = d.article_count = source_articles(&d.articles, source, a);
    out->numbers = source_numbers(&numbers, d.text, a);
    buf_init(&d.yaml, 0);
    buf_addf(&d.yaml, "id: %.*s\nversion: \"0\"\nextends: common\ndocument:\n  # 待确认\n  title: ",
             STR_ARG(id));
    pack_new_quoted(&d.yaml, first_line(source));
    buf_addz(&d.yaml, "\n  status: draft\n  note: 待确认\n");
    add_deadlines(&d, numbers, out->numbers);
    add_clauses(&d, numbers, out->numbers);
    pack_new_parts(&d);
    out->yaml = arena_dup(a, buf_str(&d.yaml));
    buf_clear(&d.yaml);
}
