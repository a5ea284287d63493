/* Landscape: cells of one to three dimensions over everything that matches. */
#include "base/msg.h"
#include "search/asking.h"
#include "search/compile.h"
#include "search/dimensions.h"
#include "search/filters.h"
#include <stdlib.h>

struct landscape {
    const struct dimension *by[CELL_AXES_MAX];
    struct names *names[CELL_AXES_MAX];
    size_t by_count;
    struct applicants *applicants;
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
        int order = x->key[i].ptr == y->key[i].ptr ? 0 : str_cmp(x->key[i], y->key[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

/* Cells in order have most of their keys from the cell before: `before` has these as they were. */
static void fill_cell(struct landscape_cell *out, const struct landscape *scape,
                      const struct cell_count *cell, const char **before, bool first)
{
    struct str *key = cell->key;
    struct str *label = arena_array(scape->a, scape->by_count, sizeof(*label));
    for (size_t i = 0; i < scape->by_count; i++) {
        const struct dimension *d = scape->by[i];
        bool same = !first && before[i] == key[i].ptr;
        before[i] = key[i].ptr;
        if (same) {
            key[i] = out[-1].key[i];
            label[i] = out[-1].label[i];
            continue;
        }
        if (d->map == MAP_NAME || d->map == MAP_STANDARD)
            key[i] = names_shown(scape->names[i], key[i]);
        if (str_is(key[i], "unknown"))
            key[i] = STR(NOT_KNOWN);
        label[i] = value_label((int)d->column, key[i], scape->a);
    }
    *out = (struct landscape_cell){.key = key, .label = label, .count = cell->count};
}

static struct str all_names(struct arena *a)
{
    struct str list = str_of(landscape_dimension_name(0));
    for (size_t i = 1; landscape_dimension_name(i); i++)
        list = arena_printf(a, "%.*s, %s", STR_ARG(list), landscape_dimension_name(i));
    return list;
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
                           "there is no dimension \"%.*s\"; the dimensions are %.*s",
                           STR_ARG(q->by[i]), STR_ARG(all_names(scape->a)));
        for (size_t k = 0; k < i; k++)
            if (scape->by[k] == scape->by[i])
                return err_set(scape->e, E_INVALID,
                               "the dimension %s is named twice; name each one once, as year,ipc4",
                               scape->by[i]->name);
        bool standard = scape->by[i]->map == MAP_STANDARD;
        scape->names[i] = names_new(standard ? scape->applicants : NULL, scape->a);
    }
    scape->by_count = q->by_count;
    return OK;
}

struct counted {
    const struct snapshot *snapshot;
    const struct query *root, *filter; /* filter may be NULL */
    struct search_scratch *scratch;
};

/* Matching records for which all `conditions` hold; one element behind them is free. */
static err_t count_where(uint64_t *out, const struct landscape *scape, const struct counted *all,
                         struct query *conditions, size_t count)
{
    struct search_result found;
    if (all->filter)
        conditions[count++] = *all->filter;
    struct query filter = {.op = QUERY_AND, .children = conditions, .child_count = count};
    struct search_options o = {.total = true, .filter = &filter, .scratch = all->scratch};
    err_t rc = index_search(&found, all->snapshot, all->root, &o, scape->a, scape->e);
    *out = rc == OK ? found.total : 0;
    return rc;
}

static void add_note(struct landscape_reply *out, const struct landscape *scape, struct str note)
{
    if (out->note.len && note.len)
        note = arena_printf(scape->a, msg("%.*s; %.*s"), STR_ARG(out->note), STR_ARG(note));
    out->note = note.len ? note : out->note;
}

/* `year` takes another date where the publication's is missing: said with its count,
 * since a trend of application years looks like one of publications. */
static err_t note_years(struct landscape_reply *out, const struct landscape *scape,
                        const struct counted *all)
{
    struct query published = date_known(COLUMN_PUBLISHED);
    struct query not_published = {.op = QUERY_NOT, .children = &published, .child_count = 1};
    struct query dated[2] = {date_known(COLUMN_GRANTED), date_known(COLUMN_APPLIED)};
    struct query either = {.op = QUERY_OR, .children = dated, .child_count = 2};
    struct query by_other[3] = {not_published, either}, by_grant[3] = {not_published, dated[0]};
    uint64_t others, grants;
    err_t rc = count_where(&others, scape, all, by_other, 2);

    if (rc != OK || others == 0 || (rc = count_where(&grants, scape, all, by_grant, 2)) != OK)
        return rc;
    add_note(out, scape,
             arena_printf(scape->a,
                          msg("year: the publication date of %llu records is not known; "
                              "%llu are counted by their grant year, %llu by their "
                              "application year"),
                          (unsigned long long)others, (unsigned long long)grants,
                          (unsigned long long)(others - grants)));
    return OK;
}

/* Applications are published 18 months after their filing: of this year and later not all are here.
 * It is counted from today, or from the end of the last year of publication in the index. */
static err_t note_unpublished(struct landscape_reply *out, const struct landscape *scape,
                              const struct counted *all)
{
    struct cell_axis axis = dimension_axis(dimension_find(STR("published")), NULL, scape->a);
    struct date end = date_from_ms(clock_now_ms(&clock_system) + (int64_t)8 * 3600 * 1000);
    struct query every = {.op = QUERY_ALL};
    const struct cell_count *cells;
    struct match_totals totals;
    int64_t last = 0, year;
    size_t count = 0, filed = 0;
    err_t rc = OK;

    while (filed < scape->by_count && scape->by[filed]->column != COLUMN_APPLIED_YEAR)
        filed++;
    if (filed < scape->by_count)
        rc = index_cells(&cells, &count, &totals, all->snapshot, &every, NULL, &axis, 1, -1,
                         all->scratch, scape->a, scape->e);

    for (size_t i = 0; rc == OK && i < count; i++)
        if (str_to_i64(&year, cells[i].key[0]))
            last = year;
    if (last > 0 && last < end.year)
        end = (struct date){(int)last, 12, 31};
    int from = end.year - (end.month > 6 ? 1 : 2);
    for (size_t i = 0; rc == OK && count > 0 && i < out->cell_count; i++)
        if (str_to_i64(&year, out->cells[i].key[filed]) && year >= from)
            out->open_from = from;
    if (out->open_from)
        add_note(out, scape,
                 arena_printf(scape->a,
                              msg("filings of %d and later are not all published yet (publication "
                                  "comes 18 months after filing); a lower count is no decline"),
                              from));
    return rc;
}

/* Records without a technology field, and which of their classes have none. */
static err_t note_fields(struct landscape_reply *out, const struct landscape *scape,
                         const struct counted *all)
{
    struct str not_known = STR(NOT_KNOWN), named = STR_NONE;
    struct query without[2] = {
        {.op = QUERY_STRINGS, .column = COLUMN_WIPO35, .values = &not_known, .value_count = 1}};
    struct query filter = {.op = QUERY_AND, .children = without, .child_count = 1};
    struct cell_axis axis = dimension_axis(dimension_find(STR("ipc4")), NULL, scape->a);
    const struct cell_count *cells;
    struct match_totals totals;
    size_t count;

    if (all->filter)
        without[filter.child_count++] = *all->filter;
    err_t rc = index_cells(&cells, &count, &totals, all->snapshot, all->root, &filter, &axis, 1, -1,
                           all->scratch, scape->a, scape->e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (str_is(cells[i].key[0], NOT_KNOWN))
            totals.documents -= cells[i].count;
        else
            named =
                arena_printf(scape->a, "%.*s%s%.*s (%llu)", STR_ARG(named), named.len ? ", " : "",
                             STR_ARG(cells[i].key[0]), (unsigned long long)cells[i].count);
    if (rc == OK && named.len)
        add_note(out, scape,
                 arena_printf(scape->a,
                              msg("technology field: %llu records have none, as their IPC "
                                  "subclasses have none: %.*s"),
                              (unsigned long long)totals.documents, STR_ARG(named)));
    return rc;
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
    struct filters filters = {q->filters, q->filter_count, q->records, scape->applicants, session};
    const struct query *filter;
    struct compiled plan;
    struct match_totals totals;
    size_t count;
    err_t rc;
    enum index_kind kind =
        session->snapshot ? kind_of(snapshot_schema(session->snapshot)) : INDEX_FULL;

    if ((rc = filters_query(&filter, &filters, scape->a, scape->e)) != OK ||
        (rc = compile_query(&plan, q->query, kind, &filters, scape->a, scape->e)) != OK ||
        !session->snapshot)
        return rc;
    for (size_t i = 0; i < scape->by_count; i++)
        axes[i] = dimension_axis(scape->by[i], scape->names[i], scape->a);
    rc = index_cells(&cells, &count, &totals, session->snapshot, plan.root, filter, axes,
                     scape->by_count, q->families ? COLUMN_FAMILY : -1, session->scratch, scape->a,
                     scape->e);
    if (rc != OK)
        return rc;
    out->total = totals.documents;
    out->families = totals.groups;
    struct landscape_cell *filled = arena_array(scape->a, count + 1, sizeof(*filled));
    const char *before[CELL_AXES_MAX];
    for (size_t i = 0; i < count; i++)
        fill_cell(&filled[i], scape, &cells[i], before, i == 0);
    if (count > 1)
        qsort_r(filled, count, sizeof(*filled), cell_order, scape);
    out->cells = filled;
    out->cell_count = count;
    struct counted all = {session->snapshot, plan.root, filter, session->scratch};
    rc = has_dimension(scape, COLUMN_YEAR) ? note_years(out, scape, &all) : OK;
    if (rc == OK && has_dimension(scape, COLUMN_APPLIED_YEAR))
        rc = note_unpublished(out, scape, &all);
    return rc == OK && has_dimension(scape, COLUMN_WIPO35) ? note_fields(out, scape, &all) : rc;
}

err_t landscape_run(struct landscape_reply *out, struct searcher *s,
                    const struct landscape_request *q, struct arena *a, struct err *e)
{
    struct landscape scape = {.a = a, .e = e};
    struct asking session;
    err_t rc;

    *out = (struct landscape_reply){.by_families = q->families};
    scape.applicants = applicants_new(q->records.groups, q->records.group_count, a);
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
        add_note(out, &scape, asking_note(&session, a));
        out->ms = asking_ms(&session);
    }
    asking_end(&session);
    return rc;
}
