/* Fields that hold people and organisations. */
#include "base/vec.h"
#include "ingest/fields_priv.h"

bool is_country(struct str s)
{
    return s.len == 2 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z' && s.ptr[1] >= 'A' && s.ptr[1] <= 'Z' &&
           office_code(s).len > 0;
}

/* "SOLDIN STEVEN J    US", "ABBOTT LAB [US]", "DOE, Jane; (US)": the country
 * comes off the name. */
static void take_country(struct party *p)
{
    struct str s = p->name;
    size_t tail = 0;

    if (s.len > 4 && (s.ptr[s.len - 1] == ']' || s.ptr[s.len - 1] == ')') &&
        (s.ptr[s.len - 4] == '[' || s.ptr[s.len - 4] == '('))
        tail = 4;
    else if (s.len > 4 && s.ptr[s.len - 3] == ' ' && s.ptr[s.len - 4] == ' ')
        tail = 2;
    if (tail == 0)
        return;
    struct str code = {s.ptr + s.len - tail + (tail == 4), 2};
    struct str name = str_trim((struct str){s.ptr, s.len - tail});
    while (name.len && (name.ptr[name.len - 1] == ';' || name.ptr[name.len - 1] == ','))
        name = str_trim((struct str){name.ptr, name.len - 1});
    if (!is_country(code) || name.len == 0)
        return;
    p->country = code;
    p->name = name;
}

/* "南京正联知识产权代理有限公司 32243": the agency's code of five digits. */
void party_take_agency_code(struct party *p)
{
    struct str s = p->name;
    size_t digits = 0;
    while (digits < s.len && s.ptr[s.len - 1 - digits] >= '0' && s.ptr[s.len - 1 - digits] <= '9')
        digits++;
    struct str name = str_trim((struct str){s.ptr, s.len - digits});
    if (digits != 5 || name.len == 0 || name.len + digits == s.len)
        return;
    p->identifier = (struct str){s.ptr + s.len - digits, digits};
    p->name = name;
}

void party_take_derwent_code(struct party *p)
{
    struct str s = p->name;
    size_t open = s.len;
    while (open > 0 && s.ptr[open - 1] != '(')
        open--;
    if (open < 2 || s.len < open + 7 || s.ptr[s.len - 1] != ')' || s.ptr[open + 4] != '-' ||
        (s.ptr[open + 6] >= 'A' && s.ptr[open + 6] <= 'Z')) /* (ASIA-PACIFIC) */
        return;
    for (size_t i = open; i < open + 4; i++)
        if (!ascii_is_digit(s.ptr[i]) && !(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z'))
            return;
    p->identifier = str_range(s.ptr + open, s.ptr + s.len - 1);
    p->name = str_trim((struct str){s.ptr, open - 1});
}

static bool has_party(const struct patent *p, enum party_role role, struct str name)
{
    for (size_t i = 0; i < p->parties.len; i++)
        if (p->parties.ptr[i].role == role &&
            (name.len == 0 || str_eq(p->parties.ptr[i].name, name)))
            return true;
    return false;
}

enum split party_split(const struct field *d)
{
    return d->arg2 == 3               ? SPLIT_TEXTS
           : d->arg2 == PARTY_COMMAS  ? SPLIT_COMMAS
           : d->arg == PARTY_INVENTOR ? SPLIT_PEOPLE
                                      : SPLIT_NAMES;
}

bool read_party(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    enum party_role role = (enum party_role)d->arg;
    bool only_fallback = d->arg2 == 1;

    if (only_fallback && has_party(f->p, role, STR_NONE))
        return false;
    enum separator by;
    size_t count = split_list(&piece, &by, v, party_split(d), f->skip, f->a);
    for (size_t i = 0; i < count; i++) {
        struct party p = {.role = role, .name = piece[i]};
        if (d->arg2 == 2)
            party_take_agency_code(&p);
        else
            take_country(&p);
        if (role != PARTY_INVENTOR && p.identifier.len == 0)
            party_take_derwent_code(&p);
        if (!has_party(f->p, role, p.name))
            VEC_PUSH(f->a, &f->p->parties, p);
    }
    return true;
}

static size_t count_parties(const struct patent *p, enum party_role role)
{
    size_t n = 0;
    for (size_t i = 0; i < p->parties.len; i++)
        n += p->parties.ptr[i].role == role;
    return n;
}

/* As many values as parties: one each; one value: the first party's. Anything
 * else cannot be told apart and stays as written. */
static bool for_each_party(struct fill *f, const struct field *d, struct str v, enum split how,
                           bool (*set)(struct party *p, struct str value))
{
    struct str *piece;
    enum party_role role = (enum party_role)d->arg;
    size_t count = split_value(&piece, v, how, f->a);

    if (count == 0 || (count != 1 && count != count_parties(f->p, role)))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct party *p = patent_party(f->p, role, i);
        if (!p || !set(p, piece[i]))
            return false;
    }
    return true;
}

static bool set_country(struct party *p, struct str v)
{
    struct str code = office_code(v);
    if (code.len)
        p->country = code;
    return code.len > 0;
}

static bool set_address(struct party *p, struct str v)
{
    p->address = v;
    return true;
}

static bool set_identifier(struct party *p, struct str v)
{
    p->identifier = v;
    return true;
}

bool read_party_country(struct fill *f, const struct field *d, struct str v)
{
    if (!for_each_party(f, d, v, SPLIT_NAMES, set_country))
        fill_vendor(f, f->column, v);
    return true;
}

bool read_party_address(struct fill *f, const struct field *d, struct str v)
{
    return for_each_party(f, d, v, SPLIT_TEXTS, set_address);
}

bool read_party_identifier(struct fill *f, const struct field *d, struct str v)
{
    return for_each_party(f, d, v, SPLIT_NAMES, set_identifier);
}
