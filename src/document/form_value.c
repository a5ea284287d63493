/* Values of records as words. */
#include "document/form_value.h"
#include "base/date.h"
#include "base/utf8.h"
#include "matter/fact_name.h"
#include "model/normal.h"
#include "policy/naming.h"
#include "policy/pack_verdict.h"

const struct form_rows *form_rows_of(const struct form_source *s, struct str type)
{
    for (size_t i = 0; i < s->row_count; i++)
        if (str_eq(s->rows[i].type->name, type))
            return &s->rows[i];
    return NULL;
}

struct form_path form_path_of(struct str text)
{
    struct str rest = text;
    struct form_path p = {.type = str_split(&rest, STR("."))};
    if (rest.ptr)
        p.field = str_split(&rest, STR("."));
    p.inner = rest;
    return p;
}

#define LACKING "尚缺："

const struct field *form_field(const struct form_rows *rows, const struct form_path *path)
{
    const struct field *f = record_field(rows->type, path->field);
    return f && path->inner.len ? record_row_field(f, path->inner) : f;
}

struct str form_label(const struct form_rows *rows, const struct form_path *path)
{
    const struct field *f = form_field(rows, path);
    return f ? f->label.zh : path->field;
}

static const struct jvalue *member(const struct jvalue *v, struct str name, struct arena *a)
{
    return jin_get(v, arena_cstr(a, name));
}

size_t form_table(const struct jvalue **out, const struct jvalue *record,
                  const struct form_path *path)
{
    *out = NULL;
    for (size_t i = 0; record->type == J_OBJECT && i < record->count; i++)
        if (str_eq(record->names[i], path->field) && record->items[i].type == J_ARRAY) {
            *out = record->items[i].items;
            return record->items[i].count;
        }
    return 0;
}

/* --- words --------------------------------------------------------------------------- */

/* "2026-01-05 09:00:20", "2026-01-05T09:00:00+08:00" as an office writes it: 2026年1月5日9时. Its day, from a text that
 * begins with one and goes on with a time; empty: it does not. */
static struct str time_words(struct str iso, struct arena *a)
{
    const size_t day = STR("2026-01-05").len, hour = day + 3, minute = day + 6;
    struct date d;
    int64_t h, m;
    if (iso.len < minute || (iso.ptr[day] != ' ' && iso.ptr[day] != 'T') || iso.ptr[hour] != ':' ||
        !date_parse(&d, (struct str){iso.ptr, day}) ||
        !str_to_i64(&h, (struct str){iso.ptr + day + 1, 2}) ||
        !str_to_i64(&m, (struct str){iso.ptr + hour + 1, 2}) || str_ends(iso, STR("Z")))
        return STR_NONE;
    return m ? arena_printf(a, "%d年%d月%d日%d时%d分", d.year, d.month, d.day, (int)h, (int)m)
             : arena_printf(a, "%d年%d月%d日%d时", d.year, d.month, d.day, (int)h);
}

struct str form_date(struct str iso, struct arena *a)
{
    struct date d;
    if (!date_parse(&d, iso)) {
        struct str time = time_words(iso, a);
        return time.len ? time : iso;
    }
    return arena_printf(a, "%d年%d月%d日", d.year, d.month, d.day);
}

static struct str code_word(const struct field *f, struct str code, const struct part *dictionary)
{
    const struct part_value *entries = dictionary ? part_value(dictionary, "entries") : NULL;
    for (size_t i = 0; entries && i < entries->item_count; i++) {
        const struct part_value *codes = part_value(&entries->items[i], "codes");
        if (str_among(code, codes->words, codes->word_count))
            return part_text(&entries->items[i], "word");
    }
    return field_word(f, code, STR_NONE).zh;
}

struct str form_number(struct str n, bool amount, struct arena *a)
{
    size_t sign = n.len && n.ptr[0] == '-', point = str_find(n, STR("."), 0), end = n.len;
    struct str out = (struct str){n.ptr, sign};
    for (size_t i = sign; i < n.len; i++)
        if (i != point && (n.ptr[i] < '0' || n.ptr[i] > '9'))
            return n;
    while (end > point && (n.ptr[end - 1] == '0' || end - 1 == point))
        end--;
    if (amount && end > point)
        end = n.len;
    if (!amount)
        return (struct str){n.ptr, end};
    for (size_t i = sign; i < point; i++)
        out = arena_printf(a, "%.*s%s%c", STR_ARG(out), i > sign && (point - i) % 3 == 0 ? "," : "",
                           n.ptr[i]);
    return arena_printf(a, "%.*s%.*s", STR_ARG(out), (int)(end - point), n.ptr + point);
}

/* 支付结算办法, 附件一: zeros are one 零, and none before 元, 万, 亿 and 角; 整 stands behind 元 alone. */
struct str form_capitals(struct str sum, struct arena *a)
{
    static const char *const words[] = {"", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
    static const char *const places[] = {"分", "角", "元", "拾", "佰", "仟", "万", "拾", "佰",
                                         "仟", "亿", "拾", "佰", "仟", "万", "拾", "佰", "仟"};
    struct str out = STR_NONE, digits = STR_NONE;
    bool zero = false, group = false, whole = !str_contains(sum, STR("."));
    if (!str_ends(sum, STR("元")))
        return STR_NONE;
    for (size_t i = 0; i < sum.len - STR("元").len; i++)
        if (sum.ptr[i] >= '0' && sum.ptr[i] <= '9')
            digits = arena_printf(a, "%.*s%c", STR_ARG(digits), sum.ptr[i]);
    digits = arena_printf(a, "%.*s%s", STR_ARG(digits), whole ? "00" : "");
    if (digits.len > ARRAY_LEN(places) || sum.ptr[0] == '-')
        return STR_NONE;
    for (size_t i = 0, place = digits.len; place-- > 0; i++) {
        int digit = digits.ptr[i] - '0';
        bool ends = place >= 2 && place % 4 == 2;
        group |= digit > 0;
        if (digit || (ends && out.len && (group || place != 6)))
            out = arena_printf(a, "%.*s%s%s%s", STR_ARG(out), zero && digit && out.len ? "零" : "",
                               words[digit], places[place]);
        zero = digit == 0 && place != 2;
        group &= !ends;
    }
    return str_ends(digits, STR("00"))
               ? arena_printf(a, "%.*s整", STR_ARG(out.len ? out : STR("零元")))
               : out;
}

/* The word of a bool says what is so: 省级以上单位：是. */
static struct str bool_word(const struct field *f, bool yes, struct arena *a)
{
    return arena_printf(a, "%.*s：%s", STR_ARG(f->label.zh), yes ? "是" : "否");
}

static struct str scalar(const struct field *f, const struct jvalue *v,
                         const struct part *dictionary, struct arena *a)
{
    enum field_type type = f->type == FIELD_COMPUTED ? f->result : f->type;
    if (v->type == J_TRUE || v->type == J_FALSE)
        return type == FIELD_KNOWN_DATE ? STR("无") : bool_word(f, v->type == J_TRUE, a);
    if (type == FIELD_ENUM || f->choices)
        return code_word(f, v->text, dictionary);
    switch (type) {
    case FIELD_MONEY:
        return arena_printf(a, "%.*s元", STR_ARG(form_number(v->text, true, a)));
    case FIELD_PERCENT:
        return arena_printf(a, "%.*s%%", STR_ARG(form_number(v->text, false, a)));
    case FIELD_DATE:
    case FIELD_DATETIME:
    case FIELD_KNOWN_DATE:
        return form_date(v->text, a);
    case FIELD_REGION: {
        struct str name = region_name(v->text);
        return name.len ? name : v->text;
    }
    case FIELD_INT:
        return arena_printf(a, "%.*s%.*s", STR_ARG(v->text), STR_ARG(f->unit));
    case FIELD_DECIMAL:
        return arena_printf(a, "%.*s%.*s", STR_ARG(form_number(v->text, false, a)),
                            STR_ARG(f->unit));
    case FIELD_ENUM:
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_PERIOD:
    case FIELD_BOOL:
    case FIELD_REF:
    case FIELD_REFS:
    case FIELD_PARTY:
    case FIELD_PERSON:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_URL:
    case FIELD_IPC:
    case FIELD_PATENT:
    case FIELD_PATENTS:
    case FIELD_TEXTS:
    case FIELD_FILE:
    case FIELD_FILES:
    case FIELD_TABLE:
    case FIELD_COMPUTED:
        break;
    }
    return v->text;
}

/* A file by its name, a reference by its title, a period by its ends. */
static struct str object_word(const struct jvalue *v, struct arena *a)
{
    static const char *const names[] = {"name", "title", "number", "code", NULL};
    struct str from = jin_text(v, "from"), to = jin_text(v, "to");
    if (from.len || to.len)
        return arena_printf(a, "%.*s至%.*s", STR_ARG(form_date(from, a)),
                            STR_ARG(form_date(to, a)));
    for (size_t i = 0; names[i]; i++)
        if (jin_text(v, names[i]).len)
            return jin_text(v, names[i]);
    return STR_NONE;
}

static struct str word_of(const struct field *f, const struct jvalue *v,
                          const struct part *dictionary, struct arena *a)
{
    struct str all = STR_NONE;
    if (v->type == J_NULL)
        return STR_NONE;
    if (v->type == J_OBJECT)
        return object_word(v, a);
    if (v->type != J_ARRAY)
        return scalar(f, v, dictionary, a);
    for (size_t i = 0; i < v->count; i++) {
        struct str one = word_of(f, &v->items[i], dictionary, a);
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.len && one.len ? "、" : "",
                           STR_ARG(one));
    }
    return all;
}

struct str form_number_text(const struct field *f, struct str number, struct arena *a)
{
    struct jvalue v = {.type = J_STRING, .text = number};
    return scalar(f, &v, NULL, a);
}

/* The value in the record, or in the row of its table that the path refers to. */
static const struct jvalue *said_value(const struct jvalue *record, const struct jvalue *row,
                                       const struct form_path *path, struct arena *a)
{
    return path->inner.len ? (row ? member(row, path->inner, a) : NULL)
                           : member(record, path->field, a);
}

struct str form_json_text(const struct jvalue *record, const struct jvalue *row,
                          const struct form_path *path, struct arena *a)
{
    const struct jvalue *v = said_value(record, row, path, a);
    return v ? v->text : STR_NONE;
}

static bool was_erased(const struct jvalue *record, struct str field)
{
    const struct jvalue *list = jin_get(record, "_erased");
    return list && FIND_BY(list->items, list->count, text, field);
}

/* A sum in another currency than yuan is no 元. Those of a table are in the currency of the record's. */
static struct str in_currency(struct str word, const struct field *f, struct form_at at,
                              struct arena *a)
{
    struct str currency = f->currency, unit = STR("元");
    for (size_t i = 0; at.row && currency.len == 0 && i < at.rows->type->field_count; i++)
        currency = at.rows->type->fields[i].currency;
    const struct jvalue *in = at.row && f->currency.len ? at.row : at.record;
    struct str code = currency.len ? jin_text(in, arena_cstr(a, currency)) : STR_NONE;
    return code.len == 0 || str_is(code, "CNY") || !str_ends(word, unit)
               ? word
               : arena_printf(a, "%.*s %.*s", STR_ARG(code), (int)(word.len - unit.len), word.ptr);
}

struct str form_value(struct form_at at, const struct form_path *path,
                      const struct part *dictionary, struct arena *a)
{
    const struct field *f = form_field(at.rows, path);
    const struct jvalue *v = said_value(at.record, at.row, path, a);
    struct str of = dictionary ? part_text(dictionary, "of") : STR_NONE;
    if (was_erased(at.record, path->field) ||
        (path->inner.len && was_erased(at.record, arena_printf(a, "%.*s.%.*s", STR_ARG(path->field),
                                                               STR_ARG(path->inner)))))
        return FORM_ERASED;
    if (!f || !v)
        return STR_NONE;
    /* A dictionary is of one field: others beside it in the cell keep their own words. */
    bool ours = of.len == 0 || (f->choices && str_eq(of, field_choices_of(f))) ||
                str_eq(of, arena_printf(a, "%.*s.%.*s", STR_ARG(path->type), STR_ARG(path->field)));
    return in_currency(word_of(f, v, ours ? dictionary : NULL, a), f, at, a);
}

/* --- numbers ---------------------------------------------------------------------------- */

/* "staff[2].full_time" without the row: "staff.full_time". */
static struct str without_row(struct str path, struct arena *a)
{
    size_t open = str_find(path, STR("["), 0), close = str_find(path, STR("]"), 0);
    if (open == path.len || close == path.len)
        return path;
    return arena_printf(a, "%.*s%.*s", (int)open, path.ptr, (int)(path.len - close - 1),
                        path.ptr + close + 1);
}

struct lack {                       /* one of what an outcome is missing */
    const struct record_type *type; /* of whose records a field is missing; NULL: the list itself */
    struct str label;
};

static struct lack lack_of(const struct form_source *s, struct str path, struct arena *a)
{
    struct str fact = without_row(path, a), key = fact;
    const struct fact_name n = fact_name_of(s->types, fact);
    (void)str_split(&key, STR("."));
    struct str label = fact_label(&n, fact).zh;
    /* A fact without a display name is not printed: offices see no codes of the program. */
    return (struct lack){key.len ? n.type : NULL, str_eq(label, fact) ? STR("有关记录") : label};
}

static void add_once(struct str *all, struct str one, struct arena *a)
{
    if (!str_contains(*all, one))
        *all = arena_printf(a, "%.*s%s%.*s", STR_ARG(*all), all->len ? "、" : "", STR_ARG(one));
}

/* The missing facts: 人员（专职、姓名）、交易. Without quotation marks, because lines of a narrow cell do not
 * break at them. */
static struct str lacking(const struct form_source *s, const struct outcome *o, struct arena *a)
{
    struct str all = STR_NONE;
    size_t count = s->types ? o->missing_count : 0;
    for (size_t i = 0; i < count; i++) {
        struct lack one = lack_of(s, o->missing[i], a);
        struct str keys = STR_NONE;
        for (size_t k = i; one.type && k < count; k++) {
            struct lack other = lack_of(s, o->missing[k], a);
            if (other.type == one.type)
                add_once(&keys, other.label, a);
        }
        struct str type = one.type ? one.type->label.zh : STR_NONE;
        if (!one.type)
            add_once(&all, one.label, a);
        else if (!str_contains(all, arena_printf(a, "%.*s（", STR_ARG(type))))
            add_once(&all, arena_printf(a, "%.*s（%.*s）", STR_ARG(type), STR_ARG(keys)), a);
    }
    return all;
}

static struct str unknown_word(const struct form_source *s, const struct outcome *o,
                               struct arena *a)
{
    struct str lacks = lacking(s, o, a);
    return arena_printf(a, LACKING "%.*s", STR_ARG(lacks.len ? lacks : STR("本单位的记录")));
}

/* The first of 人员（专职、姓名）、交易, off the list. */
static struct str first_lack(struct str *rest)
{
    size_t end = 0, deep = 0;
    while (end < rest->len) {
        struct str left = {rest->ptr + end, rest->len - end};
        size_t next = end;
        if (deep == 0 && str_starts(left, STR("、")))
            break;
        deep += str_starts(left, STR("（"));
        deep -= deep && str_starts(left, STR("）"));
        utf8_next(*rest, &next);
        end = next;
    }
    struct str first = {rest->ptr, end};
    end += end < rest->len ? STR("、").len : 0;
    *rest = (struct str){rest->ptr + end, rest->len - end};
    return first;
}

bool form_is_lacking(struct str printed)
{
    return str_starts(printed, STR(LACKING));
}

void form_lacks_add(struct form_lacks *all, struct str printed, struct arena *a)
{
    if (!form_is_lacking(printed))
        return;
    size_t head = STR(LACKING).len;
    struct str rest = {printed.ptr + head, printed.len - head};
    while (rest.len) {
        struct str one = first_lack(&rest);
        if (!str_among(one, all->items.ptr, all->items.len))
            VEC_PUSH(a, &all->items, one);
    }
}

struct str form_lacks_text(const struct form_lacks *all, struct arena *a)
{
    struct str said = STR_NONE;
    for (size_t i = 0; i < all->items.len; i++)
        said =
            arena_printf(a, "%.*s%s%.*s", STR_ARG(said), i ? "、" : "", STR_ARG(all->items.ptr[i]));
    return said.len ? arena_printf(a, "说明：本表因缺下列记录，有关内容尚不能统计：%.*s。",
                                   STR_ARG(said))
                    : said;
}

static struct str percent_word(const struct range *r, struct arena *a)
{
    struct criterion_result percent = {.value = {.low = r->low / r->low_over, .low_over = 1}};
    percent.value.low -= percent.value.low % 10000; /* two places */
    return form_number(value_low_text(&percent, a), false, a);
}

/* The range of a counted or summed number. */
static struct str between(const struct criterion_result *r, bool amount, struct arena *a)
{
    struct criterion_result rest = *r;
    rest.value.low = r->value.high - r->value.low;
    return form_number(value_low_text(&rest, a), amount, a);
}

struct str form_quantity(const struct indicator *i, const struct outcome *o, struct str lacks,
                         struct arena *a)
{
    struct criterion_result r = {
        .has_value = true, .fold = i->fold, .value = o->range, .unit = i->unit};
    struct str unit = i->fold == FOLD_RATE ? STR_NONE : i->unit; /* 13/20 is a rate as it is */
    struct str why = lacks.len ? arena_printf(a, "因缺%.*s", STR_ARG(lacks)) : STR_NONE;
    bool amount = str_is(unit, "元"), adds = i->fold == FOLD_COUNT || i->fold == FOLD_SUM;
    if (o->range.none || (o->range.open && o->range.low == 0))
        return STR_NONE;
    struct str low = form_number(value_low_text(&r, a), amount, a);
    if (value_is_exact(&r) && i->fold == FOLD_RATE)
        return arena_printf(a, "%.*s（%.*s%%）", STR_ARG(low), STR_ARG(percent_word(&r.value, a)));
    if (value_is_exact(&r))
        return arena_printf(a, "%.*s%.*s", STR_ARG(low), STR_ARG(unit));
    if (o->range.open)
        return arena_printf(a, "不少于%.*s%.*s", STR_ARG(low), STR_ARG(unit));
    if (adds && r.value.low_over == r.value.high_over)
        return arena_printf(a, "%.*s%.*s（另有%.*s%.*s%.*s待定）", STR_ARG(low), STR_ARG(unit),
                            STR_ARG(between(&r, amount, a)), STR_ARG(unit), STR_ARG(why));
    struct str high = form_number(value_high_text(&r, a), amount, a);
    return arena_printf(a, "%.*s至%.*s%.*s（%.*s待定）", STR_ARG(low), STR_ARG(high), STR_ARG(unit),
                        STR_ARG(why));
}

static struct str outcome_word(const struct form_source *s, const struct indicator *i,
                               const struct outcome *o, struct arena *a)
{
    if (!fold_is_truth(i->fold)) {
        struct str said = form_quantity(i, o, lacking(s, o, a), a);
        return said.len ? said : unknown_word(s, o, a);
    }
    return o->truth == YES ? STR("是") : o->truth == NO ? STR("否") : unknown_word(s, o, a);
}

err_t form_indicators(struct str *out, struct proofs *proofs, const struct form_source *s,
                      const struct str *ids, size_t count, struct arena *a, struct err *e)
{
    size_t *at = arena_array(a, count + 1, sizeof(*at)), known = 0;
    size_t *places = arena_array(a, count + 1, sizeof(*places));
    struct outcome *outcomes = arena_array(a, count + 1, sizeof(*outcomes));
    const struct outcome nothing = {.truth = UNKNOWN};
    for (size_t i = 0; i < count; i++) {
        out[i] = unknown_word(s, &nothing, a);
        if (s->document && pack_find_indicator(&at[known], s->pack, ids[i]))
            places[known++] = i;
    }
    err_t rc = known ? pack_indicators_check(outcomes, s->pack, at, known, s->document, a, e) : OK;
    for (size_t i = 0; rc == OK && i < known; i++) {
        out[places[i]] = outcome_word(s, &s->pack->indicators.ptr[at[i]], &outcomes[i], a);
        if (proofs && s->sources)
            proofs[places[i]] = pack_proofs(s->sources, &outcomes[i]);
    }
    return rc;
}

/* --- the name ------------------------------------------------------------------------------- */

struct str form_centre_name(const struct form_source *s, struct arena *a)
{
    struct form_path path = form_path_of(STR("industry.name"));
    const struct form_rows *rows = form_rows_of(s, path.type);
    struct str name = STR_NONE;
    struct err e;
    if (!s->pack->naming.given || !rows || rows->count == 0)
        return STR_NONE;
    struct str level = s->level.len ? s->level : pack_naming_level(s->pack, NULL);
    struct str industry = form_value((struct form_at){rows, &rows->items[0], NULL}, &path, NULL, a);
    if (industry.len == 0 || pack_name(&name, s->pack, level, industry, a, &e) != OK)
        return STR_NONE;
    return name;
}
