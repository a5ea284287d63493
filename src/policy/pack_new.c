/* Reading a policy text for what a pack needs: sentences, numbers, periods. */
#include "policy/pack_new_priv.h"

static bool starts_with(struct str s, size_t at, const char *word)
{
    return at <= s.len && str_starts((struct str){s.ptr + at, s.len - at}, str_of(word));
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
    struct str words = {piece.ptr, best < 30 ? best : 0};
    size_t left = str_find(words, STR("]"), 0); /* of a bookmark that a converter left */
    return left < words.len ? str_range(words.ptr + left + 1, words.ptr + words.len) : words;
}

struct str pack_new_words(const struct drafting *d, const struct source_sentence *s)
{
    return (struct str){d->text.ptr + s->from, s->end - s->from};
}

/* "第五条", "第五条（一）": the piece in which byte `at` of the text lies. */
static struct str article_at(const struct drafting *d, size_t at)
{
    struct str id = STR("文首"), article = STR_NONE;
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

/* Whether the sentence is a paragraph of its own: a line without a mark, behind one that ends with a full stop. */
static bool ends_list(const struct drafting *d, const struct source_sentence *s)
{
    size_t at = 0;
    bool stopped = false;
    for (struct str rest = d->source; rest.ptr;) {
        struct str line = without_blanks(str_split(&rest, STR("\n")), d->arena);
        if (line.len && at == s->from)
            return stopped && source_mark_len(line) == 0;
        if (line.len)
            stopped = str_ends(line, STR("。"));
        at += line.len;
    }
    return false;
}

/* The label, if the clause that it names has the words; else its article, or what stands before all. */
static struct str label_of(const struct drafting *d, const struct source_sentence *s)
{
    struct str label = article_at(d, s->from), words = pack_new_words(d, s);
    size_t item = str_find(label, STR("条"), 0);
    if (item < label.len && ends_list(d, s)) /* a paragraph behind the list is the article's */
        label.len = item + strlen("条");
    const struct str labels[] = {label, label, STR("文首"), STR("末")};
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        const struct source_span *pieces;
        size_t count = clause_map_find(&pieces, d->map, labels[i], i == 1, d->arena);
        if (clause_map_has(d->map, pieces, count, words, d->arena)) {
            size_t end = str_find(label, STR("条"), 0);
            return i == 1 && end < label.len ? (struct str){label.ptr, end + strlen("条")}
                                             : labels[i];
        }
    }
    return label;
}

bool pack_new_is_chapter(struct str words)
{
    size_t at = str_find(words, STR("章"), 0);
    return str_starts(words, STR("第")) && at < words.len && at <= 4 * strlen("章") &&
           !str_contains(words, STR("。")) && !str_contains(words, STR("；")) &&
           !str_contains(words, STR("，"));
}

/* Words that say what must be, or what is encouraged; 应用, 供应 … say nothing. NULL: not read. */
static const char *force_of(struct str piece)
{
    static const char *const musts[] = {"应当", "必须", "须", "不得", "应该"};
    static const char *const compounds[] = {"应用", "应对", "应急", "应收", "供应", "适应",
                                            "相应", "响应", "反应", "效应", "对应", "应届"};
    for (size_t i = 0; i < ARRAY_LEN(musts); i++)
        if (str_contains(piece, str_of(musts[i])))
            return "M";
    for (size_t at = 0; (at = str_find(piece, STR("应"), at)) < piece.len; at += strlen("应")) {
        size_t in = 0;
        for (size_t i = 0; i < ARRAY_LEN(compounds); i++)
            for (size_t k = 0; k <= strlen("应"); k += strlen("应"))
                in += at >= k && starts_with(piece, at - k, compounds[i]);
        if (in == 0)
            return "M";
    }
    return str_contains(piece, STR("鼓励")) ? "E" : NULL;
}

/* --- what is drafted, and what is asked -------------------------------------------------- */

void pack_new_cite(struct drafting *d, const struct source_sentence *s)
{
    buf_addz(&d->yaml, ", clause: ");
    pack_new_quoted(&d->yaml, label_of(d, s));
    buf_addz(&d->yaml, ", quote: ");
    pack_new_quoted(&d->yaml, pack_new_words(d, s));
}

void pack_new_ask(struct drafting *d, const struct source_sentence *s, const char *question,
                  struct str about)
{
    d->out->questions++;
    buf_addf(&d->yaml, "  # 问（%.*s）：%s", STR_ARG(label_of(d, s)), question);
    if (about.len)
        buf_addf(&d->yaml, "“%.*s”", STR_ARG(about));
    buf_addf(&d->yaml, " —— %.*s\n", STR_ARG(pack_new_words(d, s)));
}

/* --- sentences and their numbers --------------------------------------------------------- */

static void add_clauses(struct drafting *d, const struct source_span *n, size_t count)
{
    const struct source_sentence *all = d->sentences;
    size_t sentences = d->sentence_count;
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
        pack_new_quoted(&d->yaml, label_of(d, &all[i]));
        buf_addz(&d->yaml, ", quote: ");
        pack_new_quoted(&d->yaml, words);
        const char *force = force_of(words);
        if (force)
            buf_addf(&d->yaml, ", force: %s", force);
        buf_addz(&d->yaml, ", how: informative, reason: 待确认}\n");
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
        while (line.len && line.ptr[0] == '#') /* of Markdown */
            line = str_trim((struct str){line.ptr + 1, line.len - 1});
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
    d.map = clause_map_make(source, a);
    d.sentence_count = source_sentences(&d.sentences, source, a);
    out->numbers = source_numbers(&numbers, d.text, a);
    buf_init(&d.yaml, 0);
    buf_addf(&d.yaml, "id: %.*s\nversion: \"0\"\nformat: 2\nextends: common\ndocument:\n  # 待确认\n  title: ",
             STR_ARG(id));
    pack_new_quoted(&d.yaml, first_line(source));
    buf_addz(&d.yaml, "\n  status: draft\n  note: 待确认\n");
    pack_new_deadlines(&d);
    add_clauses(&d, numbers, out->numbers);
    pack_new_parts(&d);
    out->yaml = arena_dup(a, buf_str(&d.yaml));
    buf_clear(&d.yaml);
}
