/* Which column of the type a header of a register most likely is: the one that the unit took it for the last time, else by
 * the labels and hints of the type, by what the header's last word says (a day, an amount, a number), and for lists and
 * patents by the cells below it. Proposals are shown, and changed by who imports; nothing is taken by them alone. */
#include "base/utf8.h"
#include "model/number.h"
#include "record/import_priv.h"
#include "text/unicode.h"

#define LIKELY 0.6 /* the least score that is proposed */

struct heading { /* a header that is no column */
    size_t column;
    struct str text; /* as written */
    struct str core; /* without brackets, bare */
    struct str said; /* within them, folded */
};

struct scored {
    double score;
    const struct heading *heading;
    const struct sheet_column *to;
};

/* Folded, without words that tell nothing apart, a day and a number by one word each: "签订时间" and "签订日期" are "签订日". */
static struct str bare(struct str text, struct arena *a)
{
    static const struct {
        const char *word, *as;
    } words[] = {{" ", ""},      {"统一社会", ""}, {"统一", ""},   {"信用代码", "码"},
                 {"时间", "日"}, {"日期", "日"},   {"编号", "号"}, {"号码", "号"},
                 {"金额", "额"}, {"总额", "额"},   {"价款", "额"}, {"总价", "额"},
                 {"代码", "码"}};
    struct buf folded = {0}, b = {0};
    unicode_fold(&folded, text);
    struct str s = buf_str(&folded);
    for (size_t at = 0, i; at < s.len;) {
        size_t from = at;
        for (i = 0; i < ARRAY_LEN(words); i++)
            if (str_starts((struct str){s.ptr + at, s.len - at}, str_of(words[i].word)))
                break;
        if (i < ARRAY_LEN(words))
            at += strlen(words[i].word);
        else
            (void)utf8_next(s, &at);
        buf_add(&b,
                i < ARRAY_LEN(words) ? str_of(words[i].as) : (struct str){s.ptr + from, at - from});
    }
    buf_clear(&folded);
    return buf_take(&b, a);
}

/* Dice's coefficient of the characters; one character is like itself alone. */
static double likeness(struct str x, struct str y)
{
    size_t same = 0;
    for (size_t at = 0, from = 0; at < x.len; from = at) {
        (void)utf8_next(x, &at);
        same += str_contains(y, (struct str){x.ptr + from, at - from});
    }
    return utf8_length(y) < 2 ? str_eq(x, y)
                              : 2.0 * (double)same / (double)(utf8_length(x) + utf8_length(y));
}

/* May a header whose last word is of this kind be such a field? */
static bool may_be(const struct heading *h, struct str core, enum field_type t, struct arena *a)
{
    bool day = t == FIELD_DATE || t == FIELD_KNOWN_DATE || t == FIELD_DATETIME;
    if (str_starts(core, STR("是否")) || t == FIELD_BOOL)
        return str_starts(core, STR("是否")) && t == FIELD_BOOL;
    if (str_ends(core, STR("额")) || sheet_unit(h->said, true, a).len || t == FIELD_MONEY)
        return t == FIELD_MONEY;
    if (str_ends(core, STR("日")) || day)
        return str_ends(core, STR("日")) && day;
    return t != FIELD_PARTY || str_ends(core, STR("码"));
}

/* The likeness to the label, or to a word of the hint, which it is or is not. */
static double name_score(struct str core, const struct field *f, struct arena *a)
{
    double best = likeness(core, bare(f->label.zh, a));
    for (struct str rest = f->hint.zh; rest.len && best < 1;)
        best = str_eq(core, bare(str_split(&rest, STR("、")), a)) ? 1 : best;
    return best;
}

/* The part of the cells that are patents' numbers or words of the list; a cell that says such a word by another counts less. */
static double cell_score(const struct reading *r, size_t column, const struct field *f)
{
    size_t cells = 0;
    double points = 0;
    for (size_t i = 0; i < r->samples.len; i++) {
        const struct header *row = &r->samples.ptr[i];
        struct str cell = column < row->count ? str_trim(row->cells[column]) : STR_NONE;
        struct number number;
        cells += cell.len > 0;
        if (cell.len && f->type == FIELD_ENUM)
            points += field_value(f, field_code(f, cell))   ? 1
                      : field_value(f, sheet_word(f, cell)) ? 0.8
                                                            : 0;
        else if (cell.len && number_parse(&number, cell, NUMBER_ANY, STR_NONE, r->a))
            points += number.key.len > 0;
    }
    return cells ? points / (double)cells : 0;
}

/* The heading begins with a word for the row of the column's table, or says one in brackets: *rest is the rest of it. */
static bool names_row(struct str *rest, const struct heading *h, const struct sheet_column *c,
                      struct arena *a)
{
    const struct field *role = sheet_role(c->table);
    for (struct str words = role ? field_value(role, c->row)->label.zh : STR_NONE; words.len;) {
        struct str word = str_split(&words, STR("、"));
        bool begins = str_starts(h->core, word);
        *rest = begins ? str_range(h->core.ptr + word.len, h->core.ptr + h->core.len) : STR_NONE;
        struct str said = arena_printf(a, "/%.*s/", STR_ARG(h->said));
        if (begins || str_contains(said, arena_printf(a, "/%.*s/", STR_ARG(word))))
            return true;
    }
    return false;
}

static double score_of(const struct reading *r, const struct heading *h,
                       const struct sheet_column *c, const struct heading *all, size_t count)
{
    struct str core = h->core;
    const struct field *f = c->field;
    bool named = !c->table || names_row(&core, h, c, r->a);
    /* Another header of the file tells whose word it is: of "乙方（受让方）" 乙方. */
    for (size_t i = 0; !named && i < count; i++)
        if (all[i].said.len && str_starts(h->core, all[i].core) &&
            names_row(&core, &all[i], c, r->a) && !core.len) {
            core = str_range(h->core.ptr + all[i].core.len, h->core.ptr + h->core.len);
            named = true;
        }
    if (!named || (c->table && !core.len))
        return named && f->required && f->type == FIELD_TEXT;
    if (!may_be(h, core, f->type, r->a))
        return 0;
    if (f->type == FIELD_BOOL)
        core = str_range(core.ptr + strlen("是否"), core.ptr + core.len);
    bool cells = f->type == FIELD_ENUM || f->type == FIELD_PATENT || f->type == FIELD_PATENTS;
    double x = name_score(core, f, r->a), y = cells ? cell_score(r, h->column, f) : 0;
    return x > y ? x + y / 10 : y + x / 10;
}

static struct heading heading_of(struct str text, size_t column, struct arena *a)
{
    struct buf folded = {0};
    unicode_fold(&folded, text);
    struct str said = buf_take(&folded, a), core = str_split(&said, STR("("));
    return (struct heading){column, text, bare(core, a), str_split(&said, STR(")"))};
}

/* The column that the unit took it for the last time; false: it never had it. */
static bool remember(const struct sheet_column **to, const struct reading *r, struct str text)
{
    for (size_t i = 0; i < r->past.len; i++) {
        struct str path = r->past.ptr[i];
        if (str_eq(str_split(&path, STR("=")), text)) {
            *to = import_column(r, path);
            return true;
        }
    }
    return false;
}

static bool is_taken(const struct reading *r, const struct sheet_column *c)
{
    bool taken = !c->field;
    for (size_t i = 0; i < r->head_count; i++)
        taken |= r->head_columns[i] == c;
    return taken;
}

size_t import_propose(const struct str **out, struct reading *r)
{
    VEC(struct str) maps = {0};
    VEC(struct heading) headings = {0};
    const struct sheet *sheets[] = {&r->sheets[r->at], &r->registers};
    for (size_t i = 0; i < r->head_count; i++)
        if (str_trim(r->heads[i]).len && !r->head_columns[i])
            VEC_PUSH(r->a, &headings, heading_of(str_trim(r->heads[i]), i, r->a));
    for (;;) { /* the best that is left; both ends are taken once */
        struct scored best = {.score = LIKELY};
        for (size_t h = 0; h < headings.len; h++) {
            const struct heading *one = &headings.ptr[h];
            const struct sheet_column *past = NULL;
            bool known = remember(&past, r, one->text);
            if (known && past && !r->head_columns[one->column] && !is_taken(r, past))
                best = (struct scored){2, one, past};
            for (size_t n = 0; !known && !r->head_columns[one->column] && n < (r->at ? 1 : 2); n++)
                for (size_t i = 0; i < sheets[n]->column_count; i++) {
                    const struct sheet_column *c = &sheets[n]->columns[i];
                    double score =
                        is_taken(r, c) ? 0 : score_of(r, one, c, headings.ptr, headings.len);
                    if (score > best.score || (score == best.score && !best.to))
                        best = (struct scored){score, one, c};
                }
        }
        if (!best.to)
            break;
        r->head_columns[best.heading->column] = best.to;
        struct str to = best.to->path.len              ? best.to->path
                        : best.to->part == SHEET_VALUE ? best.to->field->name
                                                       : best.to->header;
        VEC_PUSH(r->a, &maps,
                 arena_printf(r->a, "%.*s=%.*s", STR_ARG(best.heading->text), STR_ARG(to)));
    }
    *out = maps.ptr;
    return maps.len;
}
