/* All ways to end the lines are tried; the best is the one that cuts nothing that belongs together, has few lines, and
 * lines that are neither of one length nor shortest in the middle. */
#include "paper/title.h"
#include "base/utf8.h"

#define LETTERS_MAX                                                                                \
    160 /* of a longer one, and of one of more lines, the text is broken like any other */
#define LINES_MAX 5
#define MORE_LINES 1 /* than the fewest that have room: rather than a cut word */

/* What a break costs. */
#define NEVER 1e9
#define BETWEEN_WORDS 0.5 /* where two pieces of the title meet: 0 */
#define WITHIN_A_WORD 1.2 /* perhaps: letters of which no word is known */
#define WITHIN_A_NAME 5.0
#define AFTER_A_PARTICLE 0.8
#define AFTER_A_PROVINCE 0.5 /* 四川省 is part of the name behind it */
#define ANOTHER_LINE 0.6
/* What lengths cost. */
#define UNEVEN 3.0
#define LONE 1.5     /* a line much shorter than the longest … */
#define LONE_OF 0.35 /* … than this part of it */
#define HOURGLASS 1.0
#define WAIST 0.3 /* ems */
#define SQUARE 0.02
#define PROVINCE 0x7701  /* 省 */
#define HEAVY_LATIN 0.62 /* ems of a digit or a letter of a title, whose face is heavy */
#define SAME 0.6         /* ems: no shorter to the eye */

struct letters {
    const struct paper_style *style;
    struct str text;
    size_t count;
    uint32_t at[LETTERS_MAX];
    size_t byte[LETTERS_MAX + 1];
    double ems[LETTERS_MAX + 1];  /* of all before it */
    double cost[LETTERS_MAX + 1]; /* of a line that ends before it */
};

struct breaking {
    const struct letters *l;
    double room, best;
    size_t lines;          /* that are tried */
    size_t end[LINES_MAX]; /* of those so far */
    size_t best_end[LINES_MAX], best_lines;
};

/* --- what belongs together ------------------------------------------------------------------ */

/* Of the longest word that begins there. */
static size_t word_letters(const struct letters *l, size_t i)
{
    struct str rest = {l->text.ptr + l->byte[i], l->text.len - l->byte[i]};
    size_t longest = 0;
    for (size_t w = 0; w < l->style->word_count; w++) {
        size_t n = utf8_length(l->style->words[w]);
        if (n > longest && str_starts(rest, l->style->words[w]))
            longest = n;
    }
    return longest;
}

static bool is_one_of(uint32_t c, struct str letters)
{
    for (size_t at = 0; at < letters.len;)
        if (utf8_next(letters, &at) == c)
            return true;
    return false;
}

static void no_break(struct letters *l, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++)
        l->cost[i] = NEVER;
}

static void may_break(struct letters *l, size_t i, double cost)
{
    if (l->cost[i] < NEVER && cost < l->cost[i])
        l->cost[i] = cost;
}

/* 四川省, 2025年度, （虚构）, a name in Latin letters; 0: none of these. */
static size_t unit_letters(const struct letters *l, size_t i)
{
    size_t n = 0, left = l->count - i;
    while (n < left && l->at[i + n] < 0x80 && l->at[i + n] != ' ')
        n++;
    if (n) { /* with what it counts */
        bool number = l->at[i + n - 1] >= '0' && l->at[i + n - 1] <= '9';
        n += number && n < left;
        n += number && n < left && l->at[i + n - 1] == 0x5e74 /* 年 */ &&
             l->at[i + n] == 0x5ea6 /* 度 */;
        return n;
    }
    if (left > 2 && l->at[i + 2] == PROVINCE)
        return 3;
    if (is_one_of(l->at[i], STR("（《")))
        for (n = 1; n < left && n < 12; n++)
            if (is_one_of(l->at[i + n], STR("）》")))
                return n + 1;
    return 0;
}

static void find_words(struct letters *l)
{
    for (size_t i = 0; i < l->count;) {
        size_t word = word_letters(l, i), unit = unit_letters(l, i);
        size_t n = word > unit ? word : unit;
        if (n == 0) {
            i++;
            continue;
        }
        no_break(l, i, i + n);
        may_break(l, i, BETWEEN_WORDS);
        may_break(l, i + n, BETWEEN_WORDS);
        i += n;
    }
}

/* No line begins with 的 or a mark that ends something, and none ends with one that opens something. */
static void mind_particles(struct letters *l)
{
    for (size_t i = 1; i < l->count; i++) {
        if (is_one_of(l->at[i], STR("的，。、；：）》」〕？！")) ||
            is_one_of(l->at[i - 1], STR("（《「〔")))
            l->cost[i] = NEVER;
        else if (is_one_of(l->at[i - 1], STR("和与及对为拟不将")))
            l->cost[i] += AFTER_A_PARTICLE;
        else if (i > 1 && l->at[i - 2] == 0x5173 && l->at[i - 1] == 0x4e8e) /* 关于 */
            l->cost[i] += AFTER_A_PARTICLE;
        else if (l->at[i - 1] == PROVINCE)
            l->cost[i] += AFTER_A_PROVINCE;
    }
}

/* Words of the paper itself, not the name of somebody. */
static bool is_wording(struct str piece)
{
    static const char *const ends[] = {"决定", "函",   "公告", "公示", "书",
                                       "通知", "回执", "表",   "年度"};
    bool wording = str_starts(piece, STR("关于"));
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        wording |= str_ends(piece, str_of(ends[i]));
    return wording;
}

static size_t letter_at(const struct letters *l, size_t byte)
{
    size_t i = 0;
    while (i < l->count && l->byte[i] < byte)
        i++;
    return i;
}

/* The pieces of which the title was put together are where a line ends best, and a name is no place for it. */
static void mind_pieces(struct letters *l, const struct paper_block *b, double room)
{
    size_t at = 0;
    for (size_t k = 0; k < b->piece_count; k++) {
        at = str_find(b->text, b->pieces[k], at);
        size_t from = letter_at(l, at), to = letter_at(l, at += b->pieces[k].len);
        bool name = !is_wording(b->pieces[k]) && l->ems[to] - l->ems[from] <= room;
        for (size_t i = from + 1; name && i < to; i++)
            l->cost[i] += WITHIN_A_NAME;
        may_break(l, from, 0);
        may_break(l, to, 0);
    }
}

static bool read_letters(struct letters *l, const struct paper_block *b,
                         const struct paper_style *s, double room)
{
    size_t at = 0;
    *l = (struct letters){.style = s, .text = b->text};
    for (; at < b->text.len && l->count < LETTERS_MAX; l->count++) {
        l->byte[l->count] = at;
        l->at[l->count] = utf8_next(b->text, &at);
        l->ems[l->count + 1] = l->ems[l->count] + (l->at[l->count] >= 0x2000 ? 1 : HEAVY_LATIN);
        l->cost[l->count] = WITHIN_A_WORD;
    }
    l->byte[l->count] = b->text.len;
    if (at < b->text.len || str_contains(b->text, STR("\n")))
        return false;
    find_words(l);
    mind_pieces(l, b, room);
    mind_particles(l);
    return true;
}

/* --- lengths ---------------------------------------------------------------------------------- */

static double length(const struct breaking *x, size_t line)
{
    return x->l->ems[x->end[line]] - x->l->ems[line ? x->end[line - 1] : 0];
}

/* What the lines cost by their lengths. */
static double shape(const struct breaking *x)
{
    double mean = x->l->ems[x->l->count] / (double)x->lines, longest = 0, cost = 0;
    bool square = true;
    for (size_t k = 0; k < x->lines; k++) {
        double off = (length(x, k) - mean) / x->room;
        cost += UNEVEN * off * off;
        longest = length(x, k) > longest ? length(x, k) : longest;
        square &= length(x, k) - mean < SAME && mean - length(x, k) < SAME;
    }
    for (size_t k = 0; k < x->lines; k++) {
        bool within = k > 0 && k + 1 < x->lines;
        cost += length(x, k) < LONE_OF * longest ? LONE : 0;
        cost += within && length(x, k) < length(x, k - 1) - WAIST &&
                        length(x, k) < length(x, k + 1) - WAIST
                    ? HOURGLASS
                    : 0;
    }
    return cost + (square && x->lines > 1 ? SQUARE : 0);
}

static void keep_if_better(struct breaking *x, double cost)
{
    cost += shape(x);
    if (cost >= x->best)
        return;
    x->best = cost;
    x->best_lines = x->lines;
    memcpy(x->best_end, x->end, sizeof(x->end));
}

/* Each end of the line that leaves room for the rest. */
static void try_line(struct breaking *x, size_t line, size_t from, double cost)
{
    const struct letters *l = x->l;
    if (line + 1 == x->lines) {
        x->end[line] = l->count;
        if (length(x, line) <= x->room)
            keep_if_better(x, cost);
        return;
    }
    double behind = (double)(x->lines - line - 1) * x->room;
    for (size_t i = from + 1; i < l->count && l->ems[i] - l->ems[from] <= x->room; i++) {
        if (l->cost[i] >= NEVER || l->ems[l->count] - l->ems[i] > behind)
            continue;
        x->end[line] = i;
        try_line(x, line + 1, i, cost + l->cost[i]);
    }
}

static struct str with_breaks(const struct breaking *x, struct arena *a)
{
    struct str out = STR_NONE;
    size_t from = 0;
    for (size_t k = 0; k < x->best_lines; k++) {
        size_t to = x->l->byte[x->best_end[k]];
        out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out), k ? "\n" : "", (int)(to - from),
                           x->l->text.ptr + from);
        from = to;
    }
    return out;
}

struct str paper_title(const struct paper_block *b, const struct paper_style *s, double room,
                       struct arena *a)
{
    struct letters *l = arena_alloc(a, sizeof(*l));
    if (!read_letters(l, b, s, room) || l->ems[l->count] <= room)
        return b->text;
    struct breaking x = {.l = l, .room = room, .best = NEVER};
    size_t fewest = (size_t)(l->ems[l->count] / room) + 1;
    for (x.lines = fewest; x.lines <= fewest + MORE_LINES && x.lines <= LINES_MAX; x.lines++)
        try_line(&x, 0, 0, ANOTHER_LINE * (double)(x.lines - fewest));
    return x.best_lines ? with_breaks(&x, a) : b->text;
}
