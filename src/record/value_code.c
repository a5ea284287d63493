/* Field types whose values somebody else gives out: codes of a dictionary, of
 * parties and persons, of places, of classes, of patents. */
#include "base/msg.h"
#include "model/codes.h"
#include "model/normal.h"
#include "model/number.h"
#include "record/faults.h"
#include "record/value_kind.h"
#include "record/value_person.h"
#include "text/unicode.h"
#include <string.h>

static bool is_offered(const struct enum_value *v, struct str day)
{
    return (v->from.len == 0 || str_cmp(v->from, day) <= 0) &&
           (v->to.len == 0 || str_cmp(day, v->to) <= 0);
}

static bool read_enum(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    for (size_t i = 0; i < in->f->value_count; i++) {
        const struct enum_value *value = &in->f->values[i];
        if (!str_eq(value->code, s))
            continue;
        /* A stored value may stay when it is no longer offered. */
        bool stays = in->before && str_eq(bytes_str(in->before[0].bytes), s);
        if (!stays && !is_offered(value, in->r->today)) {
            fault_add(in->r->faults, in->path, "not_offered", N_("%s is not offered on %s"),
                      FAULT_ARGS(value->label, both(in->r->today)));
            return false;
        }
        cols[0] = v_str(value->code);
        return true;
    }
    return value_refuse_with(in, "value", N_("has no value %s"), s);
}

static bool read_party(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    switch (credit_code_parse(&s, s, in->r->a)) {
    case CODE_RIGHT:
        break;
    case CODE_SHAPE:
    case CODE_DATE:
        return value_refuse(in, "format",
                            N_("must be a unified social credit code: 18 digits and letters"));
    case CODE_CHECK:
        return value_refuse(in, "check_digit",
                            N_("is no unified social credit code: its check digit does not fit"));
    }
    cols[0] = v_str(s);
    return true;
}

static bool read_person(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    switch (resident_id_parse(&s, s, in->r->a)) {
    case CODE_RIGHT:
        break;
    case CODE_SHAPE:
        return value_refuse(in, "format",
                            N_("must be a resident identity number of 18 characters"));
    case CODE_CHECK:
        return value_refuse(in, "check_digit",
                            N_("is no resident identity number: its check digit does not fit"));
    case CODE_DATE:
        return value_refuse(in, "format",
                            N_("is no resident identity number: it holds no date of birth"));
    }
    if (!in->r->keys)
        return value_refuse(in, "sealed", N_("cannot be kept: this program has no key to seal it"));
    struct str index = person_index(in->r->keys, s, in->r->a);
    /* The same person keeps the sealed text, so that nothing looks changed. */
    if (in->before && str_eq(bytes_str(in->before[1].bytes), index)) {
        memcpy(cols, in->before, 2 * sizeof(*cols));
        return true;
    }
    cols[0] = v_str(person_seal(in->r->keys, s, in->r->a));
    cols[1] = v_str(index);
    return true;
}

static void write_person(struct jout *j, struct value_writer *w, const struct field *f,
                         const struct value *cols)
{
    char number[PERSON_LEN + 1];
    struct str sealed = bytes_str(cols[0].bytes);
    if (w->view == VIEW_CANONICAL) {
        jout_str(j, sealed);
        return;
    }
    err_t rc = w->rc == OK ? person_open(number, w->keys, sealed, w->e) : w->rc;
    if (rc != OK) {
        if (w->rc == OK)
            err_note(w->e, "%.*s", STR_ARG(f->name));
        w->rc = rc;
        jout_null(j);
        return;
    }
    if (w->view == VIEW_MASKED)
        memset(number + 3, '*', PERSON_LEN - 7);
    jout_str(j, (struct str){number, PERSON_LEN});
}

/* Cities are prefectures (xxxx00), the four municipalities, and counties that a
 * province governs itself (xx90xx). */
static bool has_level(struct str code, struct str level)
{
    bool whole_province = memcmp(code.ptr + 2, "0000", 4) == 0;
    bool whole_city = memcmp(code.ptr + 4, "00", 2) == 0;
    if (str_is(level, "province"))
        return whole_province;
    if (str_is(level, "city"))
        return (whole_city && !whole_province) || memcmp(code.ptr + 2, "90", 2) == 0 ||
               (whole_province && (str_starts(code, STR("11")) || str_starts(code, STR("12")) ||
                                   str_starts(code, STR("31")) || str_starts(code, STR("50"))));
    if (str_is(level, "county"))
        return !whole_city;
    return true;
}

static bool read_region(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    bool stays = in->before && str_eq(bytes_str(in->before[0].bytes), s); /* as 100000 does */
    if (!stays && (s.len != 6 || region_name(s).len == 0))
        return value_refuse_with(in, "value", N_("%s is no region code of GB/T 2260"), s);
    if (!has_level(s, in->f->level))
        return value_refuse(in, "value",
                            str_is(in->f->level, "province") ? N_("must be a province")
                            : str_is(in->f->level, "city")   ? N_("must be a city")
                                                             : N_("must be a county or district"));
    cols[0] = v_str(s);
    return true;
}

static bool read_ipc(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct class_symbol symbol;
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (!class_parse(&symbol, s, CLASS_IPC, in->r->a))
        return value_refuse(in, "format", N_("must be a symbol of the IPC, like H01M10/052"));
    cols[0] = v_str(symbol.symbol);
    return true;
}

static bool read_patent(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct number number;
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (unicode_torn(s, false) || !value_within_length(in, s, LINE_CHARACTERS_MAX))
        return value_refuse(in, "format", N_("must be a patent number, like CN108192973A"));
    if (!number_parse(&number, s, NUMBER_ANY, STR_NONE, in->r->a) || number.key.len == 0)
        return value_refuse(in, "format", N_("must be a patent number, like CN108192973A"));
    if (number.check == CHECK_WRONG)
        return value_refuse(in, "check_digit",
                            N_("is no patent number: its check digit does not fit"));
    cols[0] = v_str(number.written);
    cols[1] = v_str(number.key);
    return true;
}

const struct value_kind value_enum = {read_enum, value_write_text, {{""}}, ORDER_CODE};
const struct value_kind value_party = {read_party, value_write_text, {{""}}, ORDER_TEXT};
const struct value_kind value_person = {
    read_person, write_person, {{""}, {"index"}}, ORDER_BLIND, 1};
const struct value_kind value_region = {read_region, value_write_text, {{""}}, ORDER_TEXT};
const struct value_kind value_ipc = {read_ipc, value_write_text, {{""}}, ORDER_TEXT};
const struct value_kind value_patent = {
    read_patent, value_write_text, {{""}, {"key"}}, ORDER_TEXT, 1};
