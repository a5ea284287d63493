/* Landscape: cells of one to three dimensions over everything that matches. A
 * dimension is a column with a map that cuts or renames its values; the table
 * below is all there is to add one. */
#include "base/limits.h"
#include "base/msg.h"
#include "base/vec.h"
#include "search/asking.h"
#include "search/compile.h"
#include "search/filters.h"
#include "search/names.h"
#include "text/unicode.h"
#include <stdio.h>
#include <stdlib.h>

/* --- maps ------------------------------------------------------------------ */

static size_t put(char *out, size_t cap, struct str s)
{
    size_t len = s.len < cap ? s.len : cap;
    memcpy(out, s.ptr, len);
    return len;
}

static size_t map_year(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    char text[16];
    (void)value;
    (void)arg;
    if (number == 0 || number == COLUMN_NONE)
        return put(out, cap, STR(NOT_KNOWN));
    int len = snprintf(text, sizeof(text), "%u", number);
    return put(out, cap, (struct str){text, (size_t)len});
}

/* The ancestor of a symbol on a level of class_ancestors; *arg is the level. */
static size_t map_level(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    const size_t *level = arg;
    struct str up[5];
    (void)number;
    if (str_is(value, NOT_KNOWN))
        return put(out, cap, value);
    size_t levels = class_ancestors(up, value);
    return *level < levels ? put(out, cap, up[*level]) : 0;
}

/* Prefectures of the codes that a record's region has: "510100", no province. */
static size_t map_city(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    (void)number;
    (void)arg;
    bool city = value.len == 6 && str_ends(value, STR("00")) && !str_ends(value, STR("0000"));
    return city || str_is(value, NOT_KNOWN) ? put(out, cap, value) : 0;
}

/* --- dimensions ------------------------------------------------------------ */

enum dimension_map { MAP_NONE, MAP_YEAR, MAP_LEVEL, MAP_CITY, MAP_NAME };

struct dimension {
    const char *name;
    const char *aliases; /* blank-separated */
    enum column column;
    enum dimension_map map;
    size_t level;
};

static const struct dimension dimensions[] = {
    {"year", "年 年份", COLUMN_YEAR, MAP_YEAR, 0},
    {"published", "公开年 公开日 公告日 公开公告日 pd py", COLUMN_PUBLISHED_YEAR, MAP_YEAR, 0},
    {"applied", "申请年 申请日 ad", COLUMN_APPLIED_YEAR, MAP_YEAR, 0},
    {"granted", "授权年 授权日 授权公告日 gd", COLUMN_GRANTED_YEAR, MAP_YEAR, 0},
    {"office", "国家 受理局", COLUMN_OFFICE, MAP_NONE, 0},
    {"ipc1", "部", COLUMN_IPC, MAP_LEVEL, 0},
    {"ipc3", "大类", COLUMN_IPC, MAP_LEVEL, 1},
    {"ipc4", "小类", COLUMN_IPC, MAP_LEVEL, 2},
    {"ipc7", "大组", COLUMN_IPC, MAP_LEVEL, 3},
    {"ipc", "分类号 小组", COLUMN_IPC, MAP_NONE, 0},
    {"applicant", "申请人", COLUMN_APPLICANT, MAP_NAME, 0},
    {"inventor", "发明人", COLUMN_INVENTOR, MAP_NAME, 0},
    {"region", "地区 省", COLUMN_PROVINCE, MAP_NONE, 0},
    {"city", "市 城市", COLUMN_REGION, MAP_CITY, 0},
    {"status", "状态 法律状态", COLUMN_STATUS, MAP_NONE, 0},
    {"type", "类型 专利类型", COLUMN_TYPE, MAP_NONE, 0},
    {"kind", "文献种类 种类代码 文献种类代码 文献类型代码", COLUMN_KIND, MAP_NONE, 0},
    {"wipo35", "技术领域", COLUMN_WIPO35, MAP_NONE, 0},
    {"sei", "新兴产业 战略性新兴产业", COLUMN_SEI, MAP_NONE, 0},
};

const char *const landscape_dimension_names[] = {
    "year",   "published", "applied", "granted",   "office",   "ipc1",   "ipc3",
    "ipc4",   "ipc7",      "ipc",     "applicant", "inventor", "region", "city",
    "status", "type",      "kind",    "wipo35",    "sei",      NULL};

static const struct dimension *dimension_find(struct str name)
{
    const struct dimension *found = NULL;
    struct buf folded;
    buf_init(&folded, 4096);
    unicode_fold(&folded, str_trim(name));
    struct str key = buf_str(&folded);
    for (size_t i = 0; i < ARRAY_LEN(dimensions) && !found && key.len > 0; i++) {
        if (str_is(key, dimensions[i].name))
            found = &dimensions[i];
        struct str rest = str_of(dimensions[i].aliases);
        while (rest.ptr && !found)
            if (str_eq(str_split(&rest, STR(" ")), key))
                found = &dimensions[i];
    }
    buf_clear(&folded);
    return found;
}

static struct cell_axis axis_of(const struct dimension *d, struct names *names, struct arena *a)
{
    struct cell_axis axis = {.column = (int)d->column};
    size_t *level = arena_alloc(a, sizeof(*level));
    *level = d->level;
    switch (d->map) {
    case MAP_NONE:
        break;
    case MAP_YEAR:
        axis.map = map_year;
        break;
    case MAP_LEVEL:
        axis.map = map_level;
        axis.arg = level;
        break;
    case MAP_CITY:
        axis.map = map_city;
        break;
    case MAP_NAME:
        axis.map = names_map;
        axis.arg = names;
        break;
    }
    return axis;
}

/* --- cells ----------------------------------------------------------------- */

struct landscape {
    const struct dimension *by[CELL_AXES_MAX];
    struct names *names[CELL_AXES_MAX];
    size_t by_count;
    struct arena *a;
    struct err *e;
};

static int cell_order(const void *l, const void *r, void *arg)
{
    const struct landscape_cell *x = l, *y = r;
    const struct landscape *scape = arg;
    bool by_key = scape->by[0]->map == MAP_YEAR;

    if (!by_key && x->count != y->count)
        return x->count > y->count ? -1 : 1;
    for (size_t i = 0; i < scape->by_count; i++) {
        int order = str_cmp(x->key[i], y->key[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

static void fill_cell(struct landscape_cell *out, const struct landscape *scape,
                      const struct cell_count *cell)
{
    struct str *key = arena_array(scape->a, scape->by_count, sizeof(*key));
    struct str *label = arena_array(scape->a, scape->by_count, sizeof(*label));
    for (size_t i = 0; i < scape->by_count; i++) {
        const struct dimension *d = scape->by[i];
        key[i] = cell->key[i];
        if (d->map == MAP_NAME)
            key[i] = names_shown(scape->names[i], key[i]);
        if (str_is(key[i], "unknown"))
            key[i] = STR(NOT_KNOWN);
        label[i] = value_label((int)d->column, key[i], scape->a);
    }
    *out = (struct landscape_cell){.key = key, .label = label, .count = cell->count};
}

static err_t read_dimensions(struct landscape *scape, const struct landscape_request *q)
{
    if (q->by_count == 0 || q->by_count > CELL_AXES_MAX)
        return err_set(scape->e, E_INVALID,
                       "a landscape has one to %d dimensions, not %zu; name them as year,ipc4",
                       CELL_AXES_MAX, q->by_count);
    for (size_t i = 0; i < q->by_count; i++) {
        scape->by[i] = dimension_find(q->by[i]);
        if (!scape->by[i])
            return err_set(scape->e, E_INVALID,
                           "there is no dimension \"%.*s\"; the dimensions are year, published, "
                           "applied, granted, office, ipc1, ipc3, ipc4, ipc7, ipc, applicant, "
                           "inventor, region, city, status, type, kind, wipo35, sei",
                           STR_ARG(q->by[i]));
        for (size_t k = 0; k < i; k++)
            if (scape->by[k] == scape->by[i])
                return err_set(scape->e, E_INVALID,
                               "the dimension %s is named twice; name each one once, as year,ipc4",
                               scape->by[i]->name);
        scape->names[i] = names_new(scape->a);
    }
    scape->by_count = q->by_count;
    return OK;
}

struct counted {
    const struct snapshot *snapshot;
    const struct query *root, *filter; /* filter may be NULL */
};

/* Matching records for which all `conditions` hold; one element behind them is free. */
static err_t count_where(uint64_t *out, const struct landscape *scape, const struct counted *all,
                         struct query *conditions, size_t count)
{
    struct search_result found;
    if (all->filter)
        conditions[count++] = *all->filter;
    struct query filter = {.op = QUERY_AND, .children = conditions, .child_count = count};
    struct search_options o = {.total = true, .filter = &filter};
    err_t rc = index_search(&found, all->snapshot, all->root, &o, scape->a, scape->e);
    *out = rc == OK ? found.total : 0;
    return rc;
}

/* `year` takes another date where the publication's is missing: said with its count,
 * since a trend of application years looks like one of publications. */
static err_t note_years(struct landscape_reply *out, const struct landscape *scape,
                        const struct counted *all)
{
    struct query published = date_known(COLUMN_PUBLISHED), granted = date_known(COLUMN_GRANTED);
    struct query not_published = {.op = QUERY_NOT, .children = &published, .child_count = 1};
    struct query not_granted = {.op = QUERY_NOT, .children = &granted, .child_count = 1};
    struct query by_grant[3] = {not_published, granted};
    struct query by_application[4] = {not_published, not_granted, date_known(COLUMN_APPLIED)};
    uint64_t grants, applications;
    err_t rc;

    if ((rc = count_where(&grants, scape, all, by_grant, 2)) != OK ||
        (rc = count_where(&applications, scape, all, by_application, 3)) != OK)
        return rc;
    if (grants + applications > 0)
        out->note = arena_printf(scape->a,
                                 msg("year: the publication date of %llu records is not known; "
                                     "%llu are counted by their grant year, %llu by their "
                                     "application year"),
                                 (unsigned long long)(grants + applications),
                                 (unsigned long long)grants, (unsigned long long)applications);
    return OK;
}

static bool has_dimension(const struct landscape *scape, enum column column)
{
    for (size_t i = 0; i < scape->by_count; i++)
        if (scape->by[i]->column == column)
            return true;
    return false;
}

static err_t count_cells(struct landscape_reply *out, struct landscape *scape,
                         const struct landscape_request *q, struct asking *session)
{
    struct cell_axis axes[CELL_AXES_MAX];
    const struct cell_count *cells;
    const struct query *filter;
    struct compiled plan;
    size_t count;
    err_t rc;
    enum index_kind kind =
        session->snapshot ? kind_of(snapshot_schema(session->snapshot)) : INDEX_FULL;

    if ((rc = filters_query(
             &filter, &(struct filters){q->filters, q->filter_count, q->topics, q->topic_count},
             scape->a, scape->e)) != OK ||
        (rc = compile_query(&plan, q->query, kind, scape->a, scape->e)) != OK || !session->snapshot)
        return rc;
    for (size_t i = 0; i < scape->by_count; i++)
        axes[i] = axis_of(scape->by[i], scape->names[i], scape->a);
    rc = index_cells(&cells, &count, &out->total, session->snapshot, plan.root, filter, axes,
                     scape->by_count, scape->a, scape->e);
    if (rc != OK)
        return rc;
    struct landscape_cell *filled = arena_array(scape->a, count + 1, sizeof(*filled));
    for (size_t i = 0; i < count; i++)
        fill_cell(&filled[i], scape, &cells[i]);
    if (count > 1)
        qsort_r(filled, count, sizeof(*filled), cell_order, scape);
    out->cells = filled;
    out->cell_count = count;
    struct counted all = {session->snapshot, plan.root, filter};
    return has_dimension(scape, COLUMN_YEAR) ? note_years(out, scape, &all) : OK;
}

err_t landscape_run(struct landscape_reply *out, struct searcher *s,
                    const struct landscape_request *q, struct arena *a, struct err *e)
{
    struct landscape scape = {.a = a, .e = e};
    struct asking session;
    err_t rc;

    *out = (struct landscape_reply){0};
    if ((rc = read_dimensions(&scape, q)) != OK)
        return rc;
    struct str *by = arena_array(a, scape.by_count, sizeof(*by));
    for (size_t i = 0; i < scape.by_count; i++)
        by[i] = str_of(scape.by[i]->name);
    out->by = by;
    out->by_count = scape.by_count;
    if ((rc = asking_begin(&session, s, e)) == OK)
        rc = asking_outcome(&session, count_cells(out, &scape, q, &session));
    if (rc == OK) {
        struct str behind = asking_note(&session, a);
        if (out->note.len == 0)
            out->note = behind;
        else if (behind.len > 0)
            out->note = arena_printf(a, msg("%.*s; %.*s"), STR_ARG(out->note), STR_ARG(behind));
        out->ms = asking_ms(&session);
    }
    asking_end(&session);
    return rc;
}
