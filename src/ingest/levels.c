/* A row of data is no lower level: it has digits, or values below names that are no groups. */
#include "ingest/levels.h"

#define NAME_BYTES 60

struct levels {
    const struct row *upper, *lower;
    size_t width;
};

static struct str cell_at(const struct row *row, size_t i)
{
    return i < row->count ? str_trim(row->cells[i].text) : STR_NONE;
}

static bool is_no_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            return true;
    return s.len > NAME_BYTES;
}

/* Its name stands over more columns than its own. */
static bool opens_group(const struct levels *l, size_t i)
{
    return cell_at(l->upper, i).len && i + 1 < l->width && cell_at(l->upper, i + 1).len == 0 &&
           cell_at(l->lower, i + 1).len > 0;
}

/* Two names above at least: one alone is the table's title. */
static bool are_levels(const struct levels *l)
{
    size_t above = 0, below = 0;
    bool in_group = false;
    for (size_t i = 0; i < l->width; i++) {
        struct str upper = cell_at(l->upper, i), lower = cell_at(l->lower, i);
        bool opens = opens_group(l, i);
        if (is_no_name(lower) || is_no_name(upper) ||
            (upper.len && !opens && lower.len && !str_eq(upper, lower)))
            return false;
        above += upper.len > 0;
        in_group = upper.len ? opens : in_group;
        below += upper.len == 0 && lower.len > 0 && in_group;
    }
    return above >= 2 && below > 0;
}

/* "名称" below "申请人" is the 申请人. */
static bool is_the_thing_itself(struct str name)
{
    static const char *const words[] = {"名称", "姓名", "name"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq_nocase(name, str_of(words[i])))
            return true;
    return false;
}

static bool stands_alone(const struct levels *l, struct str name)
{
    size_t count = 0;
    for (size_t i = 0; i < l->width; i++)
        count += str_eq(cell_at(l->lower, i), name);
    return count == 1;
}

static struct str whole_name(const struct levels *l, struct str group, struct str name,
                             const struct column_map *m, struct arena *a)
{
    struct str both = arena_printf(a, "%.*s %.*s", STR_ARG(group), STR_ARG(name));
    if (group.len == 0 || name.len == 0)
        return name.len ? name : group;
    if (column_map_knows(m, both))
        return both;
    if (is_the_thing_itself(name) && column_map_knows(m, group))
        return group;
    return column_map_knows(m, name) && stands_alone(l, name) ? name : both;
}

bool levels_join(struct row *out, const struct row *upper, const struct row *lower,
                 const struct column_map *m, struct arena *a)
{
    const struct levels l = {upper, lower,
                             upper->count > lower->count ? upper->count : lower->count};
    struct str group = STR_NONE;
    if (lower->number != upper->number + 1 || !are_levels(&l))
        return false;
    struct cell *cells = arena_array(a, l.width, sizeof(*cells));
    for (size_t i = 0; i < l.width; i++) {
        struct str above = cell_at(upper, i);
        if (above.len)
            group = opens_group(&l, i) ? above : STR_NONE;
        cells[i].text = group.len   ? whole_name(&l, group, cell_at(lower, i), m, a)
                        : above.len ? above
                                    : cell_at(lower, i);
        cells[i].hidden = i < lower->count && lower->cells[i].hidden;
    }
    *out = *lower;
    out->cells = cells;
    out->count = l.width;
    return true;
}
