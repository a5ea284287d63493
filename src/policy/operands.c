/* Reading again, by their record, the columns that an indicator's SQL has read. */
#include "policy/operands.h"
#include "base/msg.h"
#include "db/sandbox.h"
#include "policy/facts_priv.h"
#include "policy/pack_functions.h"

#define DATED_ROWS_MAX 8 /* rows of a list whose dates are shown; all stand in `rows` */

struct found {
    VEC(struct operand_day) days;
    VEC(struct operand_fact) facts;
    VEC(struct str) missing, spare;
};

struct reading {
    struct evaluation *v;
    const struct indicator *indicator;
    const struct outcome *outcome;
    struct found found;
    const struct sandbox_column *columns;
    size_t count;
};

static const struct fact_record *record_of(const char *table)
{
    const char *name = table + strlen("fact_");
    const struct fact_record *r = fact_records;
    while (r->name && strcmp(r->name, name) != 0)
        r++;
    return r->name ? r : NULL;
}

static const struct fact_column *column_of(const struct fact_record *r, const char *name)
{
    const struct fact_column *c = r->columns;
    while (c->name && strcmp(c->name, name) != 0)
        c++;
    return c->name ? c : NULL;
}

/* --- values --------------------------------------------------------------------------- */

static struct str decimal(int64_t n, int64_t whole, int places, struct arena *a)
{
    return arena_printf(a, "%lld.%0*lld", (long long)(n / whole), places, (long long)(n % whole));
}

/* As a facts document writes it. */
static struct str value_text(const struct fact_column *c, struct stmt *st, int at, struct arena *a)
{
    struct str s = stmt_str(st, at);
    switch (c->type) {
    case FACT_BOOL:
        return stmt_i64(st, at) ? STR("true") : STR("false");
    case FACT_MONEY:
        return decimal(stmt_i64(st, at), 100, 2, a);
    case FACT_NUMBER:
        return wide_text(stmt_i64(st, at), a);
    case FACT_DATE:
        return str_is(s, NEVER) ? STR("false") : arena_dup(a, s);
    case FACT_TEXT_OR_FALSE:
        return str_is(s, "none") ? STR("false") : arena_dup(a, s);
    case FACT_INT:
    case FACT_MOMENT:
    case FACT_TEXT:
    case FACT_WORD:
    case FACT_WORDS:
    case FACT_ROWS:
        break;
    }
    return arena_dup(a, s);
}

/* "staff[2].from"; of a record that is one value, its name. */
static struct str path_of(const struct fact_record *r, struct str record,
                          const struct fact_column *c, struct arena *a)
{
    return r->shape == SHAPE_VALUE ? record : arena_printf(a, "%.*s.%s", STR_ARG(record), c->name);
}

/* --- one record -------------------------------------------------------------------------- */

enum wanted { WANT_ALL = 1, WANT_DATES = 2, WANT_MISSING = 4 };

static void take_column(struct reading *x, const struct fact_record *r, struct str record,
                        const struct fact_column *c, struct stmt *st, int at, unsigned wanted)
{
    struct arena *a = x->v->arena;
    struct str path = path_of(r, record, c, a);
    if (!stmt_is_null(st, at)) {
        bool date = c->type == FACT_DATE || c->type == FACT_MOMENT;
        if (((wanted & WANT_ALL) || ((wanted & WANT_DATES) && date)) &&
            !(c->absent && str_is(stmt_str(st, at), c->absent)))
            VEC_PUSH(a, &x->found.facts, ((struct operand_fact){path, value_text(c, st, at, a)}));
    } else if ((wanted & WANT_MISSING) && c->spare) {
        VEC_PUSH(a, &x->found.spare, path);
    } else if ((wanted & WANT_MISSING) && !c->elsewhere && !c->none) {
        VEC_PUSH(a, &x->found.missing, path);
    }
}

/* The columns that were read of a record's table, of that record. */
static err_t take_record(struct reading *x, const struct fact_record *r, struct str record,
                         unsigned wanted)
{
    struct arena *a = x->v->arena;
    const struct fact_column *columns[32];
    int count = 0;
    struct str sql = STR("SELECT record_id");
    struct stmt *st = NULL;
    bool has_row = false;
    for (size_t i = 0; i < x->count && count < (int)ARRAY_LEN(columns); i++) {
        const struct fact_column *c =
            record_of(x->columns[i].table) == r ? column_of(r, x->columns[i].column) : NULL;
        if (!c || c->report)
            continue;
        columns[count++] = c;
        sql = arena_printf(a, "%.*s, \"%s\"", STR_ARG(sql), c->name);
    }
    sql = arena_printf(a, "%.*s FROM fact_%s WHERE subject = ?1 AND record_id = ?2", STR_ARG(sql),
                       r->name);
    err_t rc = count ? db_query_once(&st, x->v->db, sql.ptr,
                                     VALUES(v_i64(x->v->asked.subject), v_str(record)), x->v->e)
                     : OK;
    if (rc == OK && count)
        rc = stmt_next(&has_row, st, x->v->e);
    for (int i = 0; rc == OK && has_row && i < count; i++)
        take_column(x, r, record, columns[i], st, i + 1, wanted);
    stmt_free(st);
    return rc;
}

/* --- rows of lists ----------------------------------------------------------------------- */

static bool is_of(const struct fact_row *row, const struct fact_record *r)
{
    struct str name = str_of(r->name);
    return str_starts(row->record, name) && row->record.len > name.len &&
           row->record.ptr[name.len] == '[';
}

/* Whether something of the row is not known that could change the number. */
static bool is_open_row(const struct indicator *i, const struct fact_row *r)
{
    bool keyed = i->fold == FOLD_COUNT || i->fold == FOLD_SUM || i->fold == FOLD_RATE;
    bool summed = i->fold == FOLD_SUM || i->fold == FOLD_VALUE;
    return r->test == UNKNOWN || (i->fold == FOLD_RATE && r->base == UNKNOWN) ||
           (r->test == YES && ((keyed && r->key.len == 0) || (summed && !r->has_amount)));
}

static err_t take_rows(struct reading *x, const struct fact_record *r)
{
    size_t dated = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < x->outcome->row_count; i++) {
        const struct fact_row *row = &x->outcome->rows[i];
        if (!is_of(row, r))
            continue;
        bool open = is_open_row(x->indicator, row) && !row->contradicted;
        bool shows = dated < DATED_ROWS_MAX;
        dated += shows;
        if (row->contradicted)
            VEC_PUSH(x->v->arena, &x->found.missing, row->record);
        if (open || shows)
            rc = take_record(x, r, row->record,
                             (shows ? WANT_DATES : 0u) | (open ? WANT_MISSING : 0u));
    }
    return rc;
}

/* Each record type that the SQL reads, once. */
static err_t take_types(struct reading *x)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < x->count; i++) {
        const struct fact_record *r = record_of(x->columns[i].table);
        bool before = false;
        for (size_t k = 0; k < i; k++)
            before |= record_of(x->columns[k].table) == r;
        if (!r || before)
            continue;
        rc = r->shape == SHAPE_LIST ? take_rows(x, r)
                                    : take_record(x, r, str_of(r->name), WANT_ALL | WANT_MISSING);
    }
    return rc;
}

/* --- days --------------------------------------------------------------------------------- */

static void take_days(struct reading *x)
{
    static const char *const parameters[] = {"?2", "?6", "?3", "?4"};
    static const char *const names[] = {"as_of", NULL, "effective", "expires"};
    const struct asked *asked = &x->v->asked;
    const char *applied = str_eq(asked->applied, asked->as_of) ? "as_of" : "handed_in";
    const struct str days[] = {asked->as_of, asked->applied, asked->effective, asked->expires};
    const struct pack_functions *f = x->v->functions;
    struct arena *a = x->v->arena;
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
        if (str_contains(str_of(x->indicator->sql), str_of(parameters[i])) && days[i].len &&
            !str_is(days[i], NEVER))
            VEC_PUSH(a, &x->found.days,
                     ((struct operand_day){.name = str_of(names[i] ? names[i] : applied),
                                           .day = days[i]}));
    for (size_t i = 0; i < f->called_count; i++)
        VEC_PUSH(a, &x->found.days,
                 ((struct operand_day){
                     f->called[i].rule->id, arena_dup(a, str_of(f->called[i].from)),
                     arena_dup(a, str_of(f->called[i].day)), f->called[i].provisional}));
}

/* Lists that may hold more than is known. */
static err_t take_open_lists(struct reading *x)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && x->outcome->open && i < x->indicator->list_count; i++) {
        int64_t complete;
        rc = db_i64(&complete, x->v->db,
                    "SELECT complete FROM fact_list WHERE subject = ?1 AND name = ?2",
                    VALUES(v_i64(x->v->asked.subject), v_str(x->indicator->lists[i])), x->v->e);
        if (rc == OK && complete == 0)
            VEC_PUSH(x->v->arena, &x->found.missing, x->indicator->lists[i]);
    }
    return rc;
}

err_t operands_read(struct evaluation *v, size_t i)
{
    struct reading x = {
        .v = v, .indicator = &v->pack->indicators.ptr[i], .outcome = &v->outcomes[i]};
    const struct sandbox_column *read;
    x.count = sandbox_reads(&read, v->db);
    struct sandbox_column *kept = arena_array(v->arena, x.count + 1, sizeof(*kept));
    memcpy(kept, read, x.count * sizeof(*kept)); /* what is asked below is read too */
    x.columns = kept;
    take_days(&x);
    err_t rc = take_types(&x);
    if (rc == OK)
        rc = take_open_lists(&x);
    bool spare = x.found.missing.len == 0;
    v->reads[i] = (struct indicator_reads){x.found.days.ptr,
                                           x.found.days.len,
                                           x.found.facts.ptr,
                                           x.found.facts.len,
                                           spare ? x.found.spare.ptr : x.found.missing.ptr,
                                           spare ? x.found.spare.len : x.found.missing.len};
    return rc;
}

/* --- of a criterion ------------------------------------------------------------------------ */

struct gathering {
    struct found found;
    struct evaluation *v;
    bool missing;
};

static void add_day(struct gathering *g, const struct operand_day *d)
{
    for (size_t i = 0; i < g->found.days.len; i++)
        if (str_eq(g->found.days.ptr[i].name, d->name) &&
            str_eq(g->found.days.ptr[i].from, d->from))
            return;
    VEC_PUSH(g->v->arena, &g->found.days, *d);
}

static void add_fact(struct gathering *g, const struct operand_fact *f)
{
    if (!FIND_BY(g->found.facts.ptr, g->found.facts.len, path, f->path))
        VEC_PUSH(g->v->arena, &g->found.facts, *f);
}

static void gather(struct gathering *g, const struct expr *x)
{
    for (size_t i = 0; i < x->count; i++)
        gather(g, &x->children[i]);
    if (x->kind == EX_CRITERION) {
        const struct expr *other = criterion_test(&g->v->pack->criteria.ptr[x->index], g->v->facts);
        if (other) /* lint refuses circles, and evaluate_criterion has met none */
            gather(g, other);
    }
    if (x->kind != EX_INDICATOR)
        return;
    const struct outcome *o = evaluate_indicator(g->v, x->index);
    const struct indicator_reads *r = &g->v->reads[x->index];
    bool settled = fold_is_truth(g->v->pack->indicators.ptr[x->index].fold) && o->truth != UNKNOWN;
    for (size_t i = 0; i < r->day_count; i++)
        add_day(g, &r->days[i]);
    for (size_t i = 0; i < r->fact_count; i++)
        add_fact(g, &r->facts[i]);
    for (size_t i = 0; g->missing && !settled && i < r->missing_count; i++)
        if (!str_among(r->missing[i], g->found.missing.ptr, g->found.missing.len))
            VEC_PUSH(g->v->arena, &g->found.missing, r->missing[i]);
}

static void gather_judgements(struct gathering *g, struct str id)
{
    const struct facts *f = g->v->facts;
    for (size_t i = 0; i < f->judgement_count; i++) {
        const struct judgement *j = &f->judgements[i];
        if (!str_eq(j->id, id) || j->result < 0)
            continue;
        struct str path = arena_printf(g->v->arena, "judgements[%zu].result", i + 1);
        add_fact(g, &(struct operand_fact){path, j->result ? STR("pass") : STR("fail")});
    }
}

/* "+72 %", rounded towards nothing; empty: the base is nothing, or one of them is no one number. */
static struct str grown_text(const struct range *base, const struct range *end, struct arena *a)
{
    if (base->none || end->none || base->open || end->open || base->low != base->high ||
        end->low != end->high || base->low <= 0)
        return STR_NONE;
    wide before = base->low * end->low_over, after = end->low * base->low_over;
    wide hundredths = (after - before) * 10000 / before;
    struct str text = wide_text(hundredths * (MILLION / 100), a);
    return arena_printf(a, "%s%.*s %%", hundredths > 0 ? "+" : "", STR_ARG(text));
}

static struct str range_text(const struct range *r, struct arena *a)
{
    if (r->none)
        return STR("?");
    struct str low = wide_text(r->low / r->low_over, a);
    if (!r->open && r->low * r->high_over == r->high * r->low_over)
        return low;
    return arena_printf(a, "%.*s…%.*s", STR_ARG(low),
                        STR_ARG(r->open ? STR_NONE : wide_text(r->high / r->high_over, a)));
}

/* "100 → 172 件, +72 %" of what is compared: a growth, a ratio, or a quantity and so many times another. */
static struct str growth_of(struct evaluation *v, const struct expr *x)
{
    const struct expr *base, *end;
    if (x->kind == EX_GROWTH) {
        base = &x->children[0];
        end = &x->children[1];
    } else if (x->kind == EX_RATIO) {
        base = &x->children[1];
        end = &x->children[0];
    } else if (x->kind == EX_COMPARE && x->children[1].kind == EX_TIMES) {
        base = x->children[1].children;
        end = &x->children[0];
    } else if (x->kind == EX_COMPARE) {
        struct str left = growth_of(v, &x->children[0]), right = growth_of(v, &x->children[1]);
        return left.len && right.len
                   ? arena_printf(v->arena, "%.*s; %.*s", STR_ARG(left), STR_ARG(right))
               : left.len ? left
                          : right;
    } else {
        return STR_NONE;
    }
    struct range from = evaluate_range(v, base), to = evaluate_range(v, end);
    struct str grown = grown_text(&from, &to, v->arena);
    return arena_printf(v->arena, "%.*s → %.*s %.*s%s%.*s", STR_ARG(range_text(&from, v->arena)),
                        STR_ARG(range_text(&to, v->arena)), STR_ARG(base->unit),
                        grown.len ? ", " : "", STR_ARG(grown));
}

void operands_of(struct operands *out, struct evaluation *v, const struct expr *test,
                 struct str criterion, enum truth pass)
{
    struct gathering g = {.v = v, .missing = pass == UNKNOWN};
    if (test)
        gather(&g, test);
    gather_judgements(&g, criterion);
    *out = (struct operands){test ? growth_of(v, test) : STR_NONE,
                             g.found.days.ptr,
                             g.found.days.len,
                             g.found.facts.ptr,
                             g.found.facts.len,
                             g.found.missing.ptr,
                             g.found.missing.len};
}

/* --- for people ------------------------------------------------------------------------------ */

static struct str percent_text(const struct criterion_result *r, struct arena *a)
{
    wide low = r->value.low / r->value.low_over;
    return r->fold == FOLD_RATE && value_is_exact(r)
               ? arena_printf(a, " = %.*s %%",
                              STR_ARG(wide_text(low / (MILLION / 100) * (MILLION / 100), a)))
               : STR_NONE;
}

static struct str quantity_text(const struct evidence *e, struct arena *a)
{
    struct criterion_result r = {
        .fold = e->indicator->fold, .unit = e->indicator->unit, .value = e->outcome->range};
    struct str unit = r.fold == FOLD_RATE ? STR_NONE : r.unit;
    if (r.value.none)
        return str_of(msg("nothing can be said"));
    if (value_is_exact(&r))
        return arena_printf(a, "%.*s%.*s%s%.*s", STR_ARG(value_low_text(&r, a)),
                            STR_ARG(percent_text(&r, a)), unit.len ? " " : "", STR_ARG(unit));
    struct str high = r.value.open ? STR_NONE : value_high_text(&r, a);
    return arena_printf(a, "%.*s…%.*s%s%.*s", STR_ARG(value_low_text(&r, a)), STR_ARG(high),
                        unit.len ? " " : "", STR_ARG(unit));
}

static struct str number_text(const struct evidence *e, struct arena *a)
{
    struct str label = e->indicator->label.len ? e->indicator->label : e->indicator->id;
    enum truth t = e->outcome->truth;
    struct str is = !fold_is_truth(e->indicator->fold) ? quantity_text(e, a)
                                                       : str_of(t == YES  ? msg("yes")
                                                                : t == NO ? msg("no")
                                                                          : msg("not known"));
    return arena_printf(a, "%.*s %.*s", STR_ARG(label), STR_ARG(is));
}

struct str operand_day_name(const struct operand_day *d)
{
    return str_is(d->name, "as_of")       ? str_of(msg("business date"))
           : str_is(d->name, "effective") ? str_of(msg("first day in force"))
           : str_is(d->name, "expires")   ? str_of(msg("last day in force"))
           : str_is(d->name, "handed_in") ? str_of(msg("handed in on"))
                                          : d->name;
}

static struct str day_text(const struct operand_day *d, struct arena *a)
{
    struct str name = operand_day_name(d);
    struct str text = d->from.len ? arena_printf(a, "%.*s %.*s → %.*s", STR_ARG(name),
                                                 STR_ARG(d->from), STR_ARG(d->day))
                                  : arena_printf(a, "%.*s %.*s", STR_ARG(name), STR_ARG(d->day));
    return d->provisional ? arena_printf(a, "%.*s (%s)", STR_ARG(text), msg("provisional")) : text;
}

static struct str joined(struct str text, struct str one, struct arena *a)
{
    if (one.len == 0)
        return text;
    return text.len ? arena_printf(a, "%.*s; %.*s", STR_ARG(text), STR_ARG(one)) : one;
}

struct str operands_text(const struct criterion_result *r, struct arena *a)
{
    const struct operands *o = &r->operands;
    struct str text = o->growth;
    for (size_t i = 0; i < r->evidence_count; i++)
        text = joined(text, number_text(&r->evidence[i], a), a);
    for (size_t i = 0; i < o->day_count; i++)
        text = joined(text, day_text(&o->days[i], a), a);
    for (size_t i = 0; i < o->fact_count; i++)
        text = joined(
            text,
            arena_printf(a, "%.*s = %.*s", STR_ARG(o->facts[i].path), STR_ARG(o->facts[i].value)),
            a);
    return text;
}
