/* Which column of the type a header of a register most likely is: by the labels and hints of the type, by the kind of
 * thing that the header's last word says (a day, an amount, a number), and for lists by the cells below it. Proposals
 * are shown, and changed by who imports; nothing is taken by them alone. */
#include "base/utf8.h"
#include "record/import_priv.h"
#include "text/unicode.h"

#define LIKELY 0.6 /* the least score that is proposed */

struct heading { /* a header that is no column */
    size_t column;
    struct str text, core; /* as written; without brackets */
    struct str said;       /* what stands within them */
};

struct scored {
    double score;
    size_t heading;
    const struct sheet_column *to;
};

/* Folded, without blanks and words that tell nothing apart, the last word by its kind: "签订时间" and "签订日期" are "签订日". */
static struct str bare(struct str text, struct arena *a)
{
    static const struct {
        const char *word, *as;
    } words[] = {{" ", ""},      {"统一社会", ""}, {"统一", ""},   {"是否", ""},
                 {"时间", "日"}, {"日期", "日"},   {"编号", "号"}, {"号码", "号"},
                 {"金额", "额"}, {"总额", "额"},   {"价款", "额"}, {"代码", "码"}};
    struct buf folded = {0}, b = {0};
    unicode_fold(&folded, text);
    struct str rest = buf_str(&folded);
    while (rest.len) {
        size_t i = 0, step = 0;
        while (i < ARRAY_LEN(words) && !str_starts(rest, str_of(words[i].word)))
            i++;
        if (i == ARRAY_LEN(words))
            (void)utf8_next(rest, &step);
        buf_add(&b, i < ARRAY_LEN(words) ? str_of(words[i].as) : (struct str){rest.ptr, step});
        step = i < ARRAY_LEN(words) ? strlen(words[i].word) : step;
        rest = (struct str){rest.ptr + step, rest.len - step};
    }
    buf_clear(&folded);
    return buf_take(&b, a);
}

/* Dice's coefficient of the characters; one character is like itself alone. */
static double likeness(struct str x, struct str y)
{
    if (utf8_length(y) == 1)
        return str_eq(x, y);
    size_t same = 0, all = utf8_length(x) + utf8_length(y);
    for (size_t at = 0; at < x.len;) {
        size_t from = at;
        (void)utf8_next(x, &at);
        same += str_contains(y, (struct str){x.ptr + from, at - from});
    }
    return all ? 2.0 * (double)same / (double)all : 0;
}

/* The next of the words that these marks divide. */
static struct str next_word(struct str *rest)
{
    static const char *const marks[] = {"、", "，", "；", "/", "或", "如", ",", ";", "／"};
    for (size_t at = 0; at < rest->len; (void)utf8_next(*rest, &at))
        for (size_t i = 0; i < ARRAY_LEN(marks); i++)
            if (str_starts((struct str){rest->ptr + at, rest->len - at}, str_of(marks[i]))) {
                struct str word = {rest->ptr, at};
                at += strlen(marks[i]);
                *rest = (struct str){rest->ptr + at, rest->len - at};
                return str_trim(word);
            }
    struct str word = str_trim(*rest);
    *rest = STR_NONE;
    return word;
}

/* May a header whose last word is of this kind be such a field? */
static bool may_be(struct str header, struct str bare, const struct field *f, bool money)
{
    enum field_type t = f->type;
    bool day = t == FIELD_DATE || t == FIELD_KNOWN_DATE || t == FIELD_DATETIME;
    if (str_starts(header, STR("是否")))
        return t == FIELD_BOOL;
    if (money || str_ends(bare, STR("额")))
        return t == FIELD_MONEY;
    if (str_ends(bare, STR("日")))
        return day;
    if (str_ends(bare, STR("码")))
        return t == FIELD_PARTY || t == FIELD_TEXT;
    return !day && t != FIELD_MONEY && t != FIELD_BOOL && t != FIELD_PARTY;
}

/* The likeness to the label or a word of the hint. */
static double name_score(struct str text, const struct field *f, struct arena *a)
{
    double best = 0;
    struct str from[] = {f->label.zh, f->hint.zh};
    for (size_t i = 0; i < ARRAY_LEN(from); i++)
        for (struct str rest = from[i]; rest.len;) {
            double one = likeness(text, bare(next_word(&rest), a));
            best = one > best && (i == 0 || one == 1) ? one : best;
        }
    return best;
}

/* How many of the cells are words of the list, those that say it exactly twice as much. */
static double list_score(const struct reading *r, size_t column, const struct field *f)
{
    size_t cells = 0, words = 0;
    for (size_t i = 0; i < r->samples.len; i++) {
        const struct header *row = &r->samples.ptr[i];
        struct str cell = column < row->count ? str_trim(row->cells[column]) : STR_NONE;
        cells += 2 * (cell.len > 0);
        words += cell.len ? (field_value(f, field_code(f, cell)) != NULL) +
                                (field_value(f, sheet_word(f, cell)) != NULL)
                          : 0;
    }
    return cells && words * 10 >= cells * 4 ? (double)words / (double)cells : 0;
}

/* Where the text begins with or, in brackets, is a word for the row of a table, the rest of it. */
static bool names_row(struct str *rest, const struct heading *h, const struct sheet_column *c)
{
    const struct field *role = sheet_role(c->table);
    const struct enum_value *value = role ? field_value(role, c->row) : NULL;
    struct str words = value ? value->label.zh : STR_NONE;
    while (words.len) {
        struct str word = next_word(&words);
        *rest = h->core;
        if (word.len && str_starts(h->core, word)) {
            *rest = str_range(h->core.ptr + word.len, h->core.ptr + h->core.len);
            return true;
        }
        for (struct str said = h->said; word.len && said.len;)
            if (str_eq(next_word(&said), word)) {
                *rest = STR_NONE;
                return true;
            }
    }
    return false;
}

/* Words of this file for a row: of "乙方（受让方）" 乙方. */
static bool is_alias(struct str *rest, const struct heading *h, const struct sheet_column *c,
                     const struct heading *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].said.len && h != &all[i] && str_starts(h->core, all[i].core) &&
            names_row(rest, &all[i], c) && !rest->len) {
            *rest = str_range(h->core.ptr + all[i].core.len, h->core.ptr + h->core.len);
            return true;
        }
    return false;
}

static double score_of(const struct reading *r, const struct heading *h,
                       const struct sheet_column *c, const struct heading *all, size_t count)
{
    struct str core = h->core;
    const struct field *f = c->field;
    if (c->table && !names_row(&core, h, c) && !is_alias(&core, h, c, all, count))
        return 0;
    if (c->table && !core.len)
        return f->required && f->type == FIELD_TEXT;
    struct str text = bare(core, r->a);
    bool money = sheet_unit(h->said, true, r->a).len > 0;
    if (!may_be(h->core, text, f, money))
        return 0;
    double name = name_score(text, f, r->a);
    double list = f->type == FIELD_ENUM ? list_score(r, h->column, f) : 0;
    return list > name ? list + name / 10 : name + list / 10;
}

static void read_heading(struct heading *h, size_t column, struct str text)
{
    static const char *const brackets[][2] = {{"（", "）"}, {"(", ")"}, {"[", "]"}};
    *h = (struct heading){.column = column, .text = text, .core = text};
    for (size_t i = 0; i < ARRAY_LEN(brackets); i++) {
        size_t from = str_find(text, str_of(brackets[i][0]), 0);
        if (from == text.len || from == 0)
            continue;
        size_t in = from + strlen(brackets[i][0]);
        h->core = str_trim((struct str){text.ptr, from});
        h->said =
            str_trim((struct str){text.ptr + in, str_find(text, str_of(brackets[i][1]), in) - in});
        return;
    }
}

size_t import_propose(const struct str **out, const struct reading *r)
{
    VEC(struct str) maps = {0};
    VEC(struct heading) headings = {0};
    VEC(struct scored) all = {0};
    for (size_t i = 0; i < r->head_count; i++)
        if (str_trim(r->heads[i]).len && !r->columns[i]) {
            struct heading h;
            read_heading(&h, i, str_trim(r->heads[i]));
            VEC_PUSH(r->a, &headings, h);
        }
    const struct sheet *sheets[] = {&r->sheets[r->at], r->at ? NULL : &r->registers};
    for (size_t n = 0; n < ARRAY_LEN(sheets) && sheets[n]; n++)
        for (size_t i = 0; i < sheets[n]->column_count; i++) {
            const struct sheet_column *c = &sheets[n]->columns[i];
            bool taken = !c->field;
            for (size_t k = 0; k < r->head_count; k++)
                taken |= r->columns[k] == c;
            for (size_t h = 0; !taken && h < headings.len; h++) {
                double score = score_of(r, &headings.ptr[h], c, headings.ptr, headings.len);
                if (score >= LIKELY)
                    VEC_PUSH(r->a, &all, ((struct scored){score, h, c}));
            }
        }
    for (;;) { /* the best that is left; both ends are taken once */
        struct scored *best = NULL;
        for (size_t i = 0; i < all.len; i++)
            if (all.ptr[i].score > 0 && (!best || all.ptr[i].score > best->score))
                best = &all.ptr[i];
        if (!best)
            break;
        struct scored one = *best;
        struct str to = one.to->path.len              ? one.to->path
                        : one.to->part == SHEET_VALUE ? one.to->field->name
                                                      : one.to->header;
        VEC_PUSH(
            r->a, &maps,
            arena_printf(r->a, "%.*s=%.*s", STR_ARG(headings.ptr[one.heading].text), STR_ARG(to)));
        for (size_t i = 0; i < all.len; i++)
            if (all.ptr[i].heading == one.heading || all.ptr[i].to == one.to)
                all.ptr[i].score = 0;
    }
    *out = maps.ptr;
    return maps.len;
}
