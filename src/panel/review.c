/* Sums are of 64-bit whole numbers below 10^8, fifty at most: their squares fit into 128 bits. */
#include "panel/review.h"
#include "access/two_person.h"
#include "base/msg.h"
#include "panel/draw.h"
#include "text/json.h"
#include "text/unicode.h"

#define NAMED_MAX 10     /* of who owes a sheet; the numbers say how many there are */
#define OWED_NAMED_MAX 5 /* cases of one expert, in a sentence */

/* --- numbers ----------------------------------------------------------------------------- */

static __int128 gcd(__int128 x, __int128 y)
{
    while (y) {
        __int128 rest = x % y;
        x = y;
        y = rest;
    }
    return x < 0 ? -x : x;
}

static struct fraction fraction_of(__int128 num, __int128 den)
{
    __int128 common = gcd(num, den);
    return common ? (struct fraction){num / common, den / common} : (struct fraction){0, 1};
}

struct spread spread_of(const int64_t *values, size_t count, int64_t unit)
{
    struct spread s = {.count = count, .mean = {0, 1}, .variance = {0, 1}};
    __int128 sum = 0, squares = 0, n = (__int128)count;
    for (size_t i = 0; i < count; i++) {
        s.min = i == 0 || values[i] < s.min ? values[i] : s.min;
        s.max = i == 0 || values[i] > s.max ? values[i] : s.max;
        sum += values[i];
        squares += (__int128)values[i] * values[i];
    }
    if (count == 0)
        return s;
    s.mean = fraction_of(sum, n * unit);
    s.variance = fraction_of(n * squares - sum * sum, n * n * unit * unit);
    return s;
}

/* The largest whole number whose square is not above x. */
static __int128 root(__int128 x)
{
    __int128 low = 0, high = (__int128)1 << 62;
    while (low < high) {
        __int128 mid = low + (high - low + 1) / 2;
        if (mid * mid <= x)
            low = mid;
        else
            high = mid - 1;
    }
    return low;
}

int64_t spread_deviation(const struct spread *s)
{
    /* round(10^4·√v): the root of 4·10^8·v is twice it, so its last bit says which way. */
    __int128 twice = root(s->variance.num * 400000000 / s->variance.den);
    return (int64_t)((twice + 1) / 2);
}

bool review_outlier(const int64_t *totals, size_t count, size_t at, int64_t bound, int64_t unit)
{
    __int128 sum = 0, others = (__int128)count - 1;
    if (count < 2)
        return false;
    for (size_t i = 0; i < count; i++)
        sum += totals[i];
    __int128 off = totals[at] * others - (sum - totals[at]);
    return (off < 0 ? -off : off) > (__int128)bound * (unit / 100) * others;
}

/* Without weights the total of a sheet is the mean of its heads. */
static bool is_weighed(const struct panel *p)
{
    return p->heads[0].weight > 0;
}

static int64_t unit_of(const struct panel *p)
{
    return is_weighed(p) ? REVIEW_UNIT : 100 * (int64_t)p->head_count;
}

/* The total of a complete sheet, in unit_of a point. */
static int64_t review_total(const struct sheet *x, const struct panel *p)
{
    int64_t total = 0;
    for (size_t i = 0; i < p->head_count; i++)
        total += x->points[i] * (p->marks        ? PANEL_WEIGHT_ALL
                                 : is_weighed(p) ? p->heads[i].weight
                                                 : 1);
    return total;
}

/* --- one case ------------------------------------------------------------------------------ */

struct judged {
    const struct panel_case *of;
    const struct sheet **sheets;
    int64_t *totals;
    bool *left_out; /* by the rule of the document, of the mean */
    size_t count;
    struct spread spread; /* of all totals */
    struct fraction mean; /* that counts: of those not left out */
    bool known;           /* it has one */
    size_t rank;          /* 0: it has none */
};

/* The highest of those not left out yet (`sign` 1), or the lowest (-1); of equal ones the first. */
static void leave_out(struct judged *j, int sign)
{
    size_t at = j->count;
    for (size_t i = 0; i < j->count; i++)
        if (!j->left_out[i] && (at == j->count || sign * j->totals[i] > sign * j->totals[at]))
            at = i;
    if (at < j->count)
        j->left_out[at] = true;
}

static void find_mean(struct judged *j, const struct panel *p)
{
    int64_t sum = 0, counted = 0;
    for (int64_t i = 0; i < p->trimmed; i++) {
        leave_out(j, 1);
        leave_out(j, -1);
    }
    for (size_t i = 0; i < j->count; i++)
        if (!j->left_out[i]) {
            sum += j->totals[i];
            counted++;
        }
    j->known = counted > 0;
    j->mean = fraction_of(sum, (__int128)counted * unit_of(p));
}

static struct judged judge_case(const struct panel *p, const struct panel_case *c,
                                const struct sheets *all, struct arena *a)
{
    struct judged j = {.of = c,
                       .sheets = arena_array(a, all->len + 1, sizeof(*j.sheets)),
                       .totals = arena_array(a, all->len + 1, sizeof(*j.totals)),
                       .left_out = arena_array(a, all->len + 1, sizeof(*j.left_out))};
    for (size_t i = 0; i < all->len; i++) {
        const struct sheet *x = &all->ptr[i];
        if (x->panel_case == c->id && str_is(x->state, "locked")) {
            j.sheets[j.count] = x;
            j.totals[j.count++] = review_total(x, p);
        }
    }
    j.spread = spread_of(j.totals, j.count, unit_of(p));
    find_mean(&j, p);
    return j;
}

static bool better(const struct judged *x, const struct judged *y)
{
    return x->mean.num * y->mean.den > y->mean.num * x->mean.den;
}

static void rank(struct judged *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!all[i].known)
            continue;
        all[i].rank = 1;
        for (size_t k = 0; k < count; k++)
            all[i].rank += all[k].known && better(&all[k], &all[i]);
    }
}

/* --- as JSON --------------------------------------------------------------------------------- */

static struct str whole_text(__int128 n, struct arena *a)
{
    char digits[48];
    size_t at = sizeof(digits);
    bool minus = n < 0;
    do {
        int digit = (int)(n % 10);
        digits[--at] = (char)('0' + (digit < 0 ? -digit : digit));
        n /= 10;
    } while (n);
    if (minus)
        digits[--at] = '-';
    return arena_dup(a, (struct str){digits + at, sizeof(digits) - at});
}

/* To four places, rounded half up; nothing here is below zero. */
static struct str decimal(struct fraction f, struct arena *a)
{
    __int128 n = (f.num * 20000 / f.den + 1) / 2;
    return arena_printf(a, "%lld.%04lld", (long long)(n / 10000), (long long)(n % 10000));
}

static void fraction_json(struct jout *j, const char *name, struct fraction f, struct arena *a)
{
    jout_pair_object(j, name);
    jout_pair(j, "num", whole_text(f.num, a));
    jout_pair(j, "den", whole_text(f.den, a));
    jout_pair(j, "decimal", decimal(f, a));
    jout_end_object(j);
}

static void spread_json(struct jout *j, const struct spread *s, int64_t unit, struct arena *a)
{
    int64_t deviation = spread_deviation(s);
    jout_name(j, "spread");
    if (s->count == 0) {
        jout_null(j);
        return;
    }
    jout_object(j);
    jout_pair_i64(j, "count", (int64_t)s->count);
    fraction_json(j, "min", fraction_of(s->min, unit), a);
    fraction_json(j, "max", fraction_of(s->max, unit), a);
    fraction_json(j, "mean", s->mean, a);
    fraction_json(j, "variance", s->variance, a);
    jout_pair(j, "deviation",
              arena_printf(a, "%lld.%04lld", (long long)(deviation / 10000),
                           (long long)(deviation % 10000)));
    jout_end_object(j);
}

/* The number of members who accepted for the field. */
static int64_t filled_of(const struct panel_field *f, const struct members *all)
{
    int64_t n = 0;
    for (size_t i = 0; i < all->len; i++)
        n += str_eq(all->ptr[i].field, f->field) && str_is(all->ptr[i].state, "accepted");
    return n;
}

struct writing {
    struct jout *j;
    const struct panel *panel;
    struct members members;
    struct db *db;
    struct arena *a;
    struct err *e;
};

static void member_json(struct writing *w, int64_t member)
{
    for (size_t i = 0; i < w->members.len; i++)
        if (w->members.ptr[i].id == member) {
            jout_pair_i64(w->j, "member", member);
            jout_pair(w->j, "name", w->members.ptr[i].name);
        }
}

/* Drawn experts who do not judge, with the reason, so that nobody leaves a panel silently. */
static void left_json(struct writing *w)
{
    jout_pair_array(w->j, "left");
    for (size_t i = 0; i < w->members.len; i++) {
        const struct member *m = &w->members.ptr[i];
        if (str_is(m->state, "accepted"))
            continue;
        jout_object(w->j);
        member_json(w, m->id);
        jout_pair(w->j, "state", m->state);
        jout_pair(w->j, "reason", m->reason);
        jout_end_object(w->j);
    }
    jout_end_array(w->j);
}

static void seats_json(struct writing *w)
{
    jout_pair_array(w->j, "seats");
    for (size_t i = 0; i < w->panel->field_count; i++) {
        const struct panel_field *f = &w->panel->fields[i];
        jout_object(w->j);
        jout_pair(w->j, "field", f->field);
        jout_pair_i64(w->j, "seats", f->seats);
        jout_pair_i64(w->j, "filled", filled_of(f, &w->members));
        jout_end_object(w->j);
    }
    jout_end_array(w->j);
}

/* Persons an officer excluded from the draw, with the reason. */
static err_t left_out_json(struct writing *w)
{
    err_t rc = OK;
    jout_pair_array(w->j, "left_out");
    EACH_ROW(st, rc, w->e, w->db,
             "SELECT l.expert, x.name, l.reason FROM panel_left_out l JOIN"
             " record_expert x ON x.id = l.expert WHERE l.panel = ?1 ORDER BY l.expert",
             VALUES(v_i64(w->panel->id))) {
        jout_object(w->j);
        jout_pair_i64(w->j, "expert", stmt_i64(st, 0));
        jout_pair(w->j, "name", stmt_str(st, 1));
        jout_pair(w->j, "reason", stmt_str(st, 2));
        jout_end_object(w->j);
    }
    jout_end_array(w->j);
    return rc;
}

static void sheets_json(struct writing *w, const struct judged *x)
{
    const struct panel *p = w->panel;
    int64_t pass = 0, fail = 0;
    jout_pair_array(w->j, "sheets");
    for (size_t i = 0; i < x->count; i++) {
        const struct sheet *s = x->sheets[i];
        pass += str_is(s->result, "pass");
        fail += str_is(s->result, "fail");
        jout_object(w->j);
        jout_pair_i64(w->j, "sheet", s->id);
        member_json(w, s->member);
        fraction_json(w->j, "total", fraction_of(x->totals[i], unit_of(p)), w->a);
        jout_pair_bool(w->j, "outlier",
                       review_outlier(x->totals, x->count, i, p->outlier, unit_of(p)));
        if (p->trimmed)
            jout_pair_bool(w->j, "left_out", x->left_out[i]);
        jout_pair(w->j, "opinion", s->opinion);
        jout_pair(w->j, "result", s->result);
        jout_end_object(w->j);
    }
    jout_end_array(w->j);
    jout_pair_i64(w->j, "pass", pass);
    jout_pair_i64(w->j, "fail", fail);
}

static void heads_json(struct writing *w, const struct judged *x)
{
    int64_t *points = arena_array(w->a, x->count + 1, sizeof(*points));
    jout_pair_array(w->j, "heads");
    for (size_t h = 0; h < w->panel->head_count; h++) {
        for (size_t i = 0; i < x->count; i++)
            points[i] = x->sheets[i]->points[h];
        struct spread s = spread_of(points, x->count, 100);
        jout_object(w->j);
        jout_pair(w->j, "head", w->panel->heads[h].head);
        spread_json(w->j, &s, 100, w->a);
        jout_end_object(w->j);
    }
    jout_end_array(w->j);
}

static void case_json(struct writing *w, const struct judged *x)
{
    jout_object(w->j);
    jout_pair_i64(w->j, "case", x->of->id);
    jout_pair_i64(w->j, "of", x->of->case_id);
    jout_pair(w->j, "number", x->of->number);
    jout_pair(w->j, "party", x->of->name);
    jout_name(w->j, "rank");
    if (x->rank)
        jout_i64(w->j, (int64_t)x->rank);
    else
        jout_null(w->j);
    spread_json(w->j, &x->spread, unit_of(w->panel), w->a);
    if (w->panel->trimmed && x->known)
        fraction_json(w->j, "mean", x->mean, w->a);
    sheets_json(w, x);
    heads_json(w, x);
    jout_pair(w->j, "result", x->of->result);
    jout_pair(w->j, "result_reason", x->of->result_reason);
    jout_end_object(w->j);
}

static void panel_json(struct jout *j, const struct panel *p)
{
    jout_pair_i64(j, "panel", p->id);
    jout_pair_bool(j, "trial", p->trial);
    jout_pair(j, "title", p->title);
    jout_pair(j, "pack", p->pack);
    jout_pair(j, "pack_version", p->pack_version);
    jout_pair(j, "evaluation", p->evaluation);
    jout_pair(j, "basis", p->basis);
    jout_pair(j, "mode", p->mode);
    jout_pair(j, "held_on", p->held_on);
    jout_pair_i64(j, "outlier_bound", p->outlier);
    jout_pair_bool(j, "marks", p->marks);
    jout_pair_id(j, "trimmed", p->trimmed);
    if (p->has_least) {
        jout_pair_i64(j, "least", p->least);
        jout_pair(j, "least_clause", p->least_clause);
    }
    jout_pair_array(j, "weights");
    for (size_t i = 0; i < p->head_count; i++) {
        const struct panel_head *h = &p->heads[i];
        jout_object(j);
        jout_pair(j, "head", h->head);
        jout_pair(j, "label", h->label);
        jout_pair_i64(j, "weight", h->weight);
        jout_pair(j, "head_from", h->from_pack ? STR("document") : STR("office"));
        jout_pair(j, "weight_from", h->weight_from_pack ? STR("document") : STR("office"));
        if (h->has_least) {
            jout_pair_i64(j, "least", h->least);
            jout_pair(j, "least_clause", h->least_clause);
        }
        jout_end_object(j);
    }
    jout_end_array(j);
}

err_t review_write(struct str *out, struct db *db, const struct panel *p, struct arena *a,
                   struct err *e)
{
    struct writing w = {.panel = p, .db = db, .a = a, .e = e};
    struct sheets sheets;
    struct judged *all = arena_array(a, p->case_count + 1, sizeof(*all));
    struct jout j;
    err_t rc = panel_members(&w.members, db, p->id, a, e);
    if (rc == OK)
        rc = score_sheets(&sheets, db, p, a, e);
    if (rc != OK)
        return rc;
    for (size_t i = 0; i < p->case_count; i++)
        all[i] = judge_case(p, &p->cases[i], &sheets, a);
    rank(all, p->case_count);
    jout_own(&j);
    w.j = &j;
    jout_object(&j);
    panel_json(&j, p);
    seats_json(&w);
    left_json(&w);
    rc = left_out_json(&w);
    jout_pair_array(&j, "cases");
    for (size_t i = 0; rc == OK && i < p->case_count; i++)
        case_json(&w, &all[i]);
    jout_end_array(&j);
    jout_end_object(&j);
    if (rc == OK && !buf_ok(j.to))
        rc = err_set(e, E_LIMIT, "the report of this panel is too long");
    *out = rc == OK ? arena_dup(a, buf_str(j.to)) : STR_NONE;
    buf_clear(j.to);
    return rc;
}

/* --- closing ------------------------------------------------------------------------------------ */

static bool is_silent(const struct member *m)
{
    return str_is(m->state, "invited") || (str_is(m->state, "accepted") && !m->stated_ms);
}

/* Members with open sheets and their number; members who have not answered or not declared
 * conflicts. */
/* Members with missing sheets and their cases; members who have not answered have none. */
struct owing {
    size_t count;
    struct str cases; /* numbers of the first of them */
};

static void owe(struct owing *o, struct str number, struct arena *a)
{
    if (o->count++ < OWED_NAMED_MAX)
        o->cases = arena_printf(a, "%.*s%s%.*s", STR_ARG(o->cases), o->cases.len ? "、" : "",
                                STR_ARG(number));
    else if (o->count == OWED_NAMED_MAX + 1)
        o->cases = arena_printf(a, "%.*s…", STR_ARG(o->cases));
}

static struct str owing_text(const struct members *of, const struct owing *owes, struct arena *a)
{
    struct str all = STR_NONE;
    size_t named = 0;
    for (size_t m = 0; m < of->len; m++) {
        if (!owes[m].count && !is_silent(&of->ptr[m]))
            continue;
        if (named++ == NAMED_MAX)
            return arena_printf(a, "%.*s…", STR_ARG(all));
        all = arena_printf(a, "%.*s%s%.*s (%zu%s%.*s)", STR_ARG(all), all.len ? ", " : "",
                           STR_ARG(of->ptr[m].name), owes[m].count, owes[m].count ? ": " : "",
                           STR_ARG(owes[m].cases));
    }
    return all;
}

static err_t check_done(struct db *db, const struct deed *d, const struct panel *p, struct err *e)
{
    struct members members;
    struct sheets all = {0};
    size_t missing = 0, waiting = 0;
    struct owing barred = {0};
    err_t rc = panel_members(&members, db, p->id, d->arena, e);
    struct owing *owes = arena_array(d->arena, members.len + 1, sizeof(*owes));
    if (rc == OK)
        rc = score_sheets(&all, db, p, d->arena, e);
    const struct sheet *sheets = all.ptr;
    for (size_t c = 0; rc == OK && c < p->case_count; c++) {
        size_t locked = 0;
        for (size_t i = 0; i < all.len; i++)
            locked += sheets[i].panel_case == p->cases[c].id && str_is(sheets[i].state, "locked");
        if (locked == 0)
            return err_set(e, E_CONFLICT, "nobody has scored %.*s", STR_ARG(p->cases[c].number));
        for (size_t m = 0; rc == OK && m < members.len; m++) {
            const struct member *by = &members.ptr[m];
            bool sees = false, done = false;
            const struct member_case of = {by, p, p->cases[c].id, d->by->today};
            rc = member_sees(&sees, db, &of, d->arena, e);
            for (size_t i = 0; i < all.len; i++)
                done = done || (sheets[i].panel_case == p->cases[c].id &&
                                sheets[i].member == by->id && str_is(sheets[i].state, "locked"));
            missing += sees && !done;
            if (sees && !done)
                owe(&owes[m], p->cases[c].number, d->arena);
            bool tied = false;
            if (rc == OK && !sees && done)
                rc = member_has_conflict(&tied, db, &of, d->arena, e);
            if (tied)
                owe(&barred,
                    arena_printf(d->arena, "%.*s（%.*s）", STR_ARG(by->name),
                                 STR_ARG(p->cases[c].number)),
                    d->arena);
        }
    }
    for (size_t m = 0; rc == OK && m < members.len; m++)
        waiting += is_silent(&members.ptr[m]);
    if (rc == OK && barred.count)
        rc = err_set(e, E_CONFLICT,
                     "%zu sheets are of experts who may no longer see the case: %.*s; replace them",
                     barred.count, STR_ARG(barred.cases));
    if (rc == OK && (missing || waiting))
        rc = err_set(e, E_CONFLICT,
                     "%zu sheets are not submitted yet, %zu members have not answered or not "
                     "declared conflicts: %.*s",
                     missing, waiting, STR_ARG(owing_text(&members, owes, d->arena)));
    return rc;
}

/* The head whose least the case does not reach by the mean of its sheets, exactly, which is *mean; NULL: it
 * reaches each. */
static const struct panel_head *short_head(struct fraction *mean, const struct panel *p,
                                           const struct judged *j)
{
    for (size_t h = 0; h < p->head_count; h++) {
        int64_t sum = 0, n = (int64_t)j->count;
        for (size_t i = 0; i < j->count; i++)
            sum += j->sheets[i]->points[h];
        __int128 full = (__int128)n * panel_full(p, h);
        *mean = fraction_of((__int128)sum * 100, full); /* of 100 points */
        if (p->heads[h].has_least && n > 0 &&
            (__int128)sum * PANEL_POINTS_MAX < p->heads[h].least * full)
            return &p->heads[h];
    }
    return NULL;
}

static struct str points_text(int64_t hundredths, struct arena *a)
{
    return hundredths % 100 ? arena_printf(a, "%lld.%02lld", (long long)(hundredths / 100),
                                           (long long)(hundredths % 100))
                            : arena_printf(a, "%lld", (long long)(hundredths / 100));
}

struct closing {
    struct db *db;
    const struct deed *deed;
    struct panel *panel;
};

/* The result is what the document makes of the scores: who passes reaches the least of each head that has one, and of
 * the mean of all; who reaches them passes where the document says a least for that mean. E_INVALID: what he does
 * not reach, with its clause. */
static err_t check_least(const struct closing *x, const struct panel_case *c, struct str result,
                         size_t at, struct err *e)
{
    const struct deed *d = x->deed;
    const struct panel *p = x->panel;
    struct sheets sheets;
    err_t rc = score_sheets(&sheets, x->db, p, d->arena, e);
    if (rc != OK)
        return rc;
    struct judged j = judge_case(p, c, &sheets, d->arena);
    struct fraction mean = {0};
    const struct panel_head *head = short_head(&mean, p, &j);
    bool passes = str_is(result, "pass");
    bool reached = !p->has_least || !j.known || j.mean.num * 100 >= p->least * j.mean.den;
    if (passes && head)
        return err_set(e, E_INVALID,
                       "results[%zu].result: it cannot pass: of \"%.*s\" the mean is %.*s points, "
                       "and %.*s are the least (%.*s)",
                       at, STR_ARG(head->label), STR_ARG(decimal(mean, d->arena)),
                       STR_ARG(points_text(head->least, d->arena)), STR_ARG(head->least_clause));
    if (passes && !reached)
        return err_set(e, E_INVALID,
                       "results[%zu].result: it cannot pass: the mean is %.*s points, and %.*s are "
                       "the least (%.*s)",
                       at, STR_ARG(decimal(j.mean, d->arena)),
                       STR_ARG(points_text(p->least, d->arena)), STR_ARG(p->least_clause));
    if (!passes && p->has_least && j.known && reached && !head)
        return err_set(e, E_INVALID,
                       "results[%zu].result: must be pass: the mean is %.*s points, and %.*s are "
                       "enough (%.*s)",
                       at, STR_ARG(decimal(j.mean, d->arena)),
                       STR_ARG(points_text(p->least, d->arena)), STR_ARG(p->least_clause));
    return OK;
}

static err_t take_results(const struct closing *x, const struct case_result *results, size_t count,
                          struct err *e)
{
    struct panel *p = x->panel;
    struct panel_case *cases = arena_array(x->deed->arena, p->case_count, sizeof(*cases));
    err_t rc = OK;
    for (size_t i = 0; i < p->case_count; i++)
        cases[i] = p->cases[i];
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct case_result *r = &results[i];
        size_t at = 0;
        while (at < p->case_count && cases[at].id != r->panel_case)
            at++;
        if (at == p->case_count)
            return err_set(e, E_INVALID, "results[%zu].case: the panel has no case %lld", i,
                           (long long)r->panel_case);
        if (!str_is(r->result, "pass") && !str_is(r->result, "fail"))
            return err_set(e, E_INVALID, "results[%zu].result: pass or fail, not '%.*s'", i,
                           STR_ARG(r->result));
        if (!unicode_says(r->reason))
            return err_set(e, E_INVALID, "results[%zu].reason: each has one", i);
        if ((rc = check_least(x, &cases[at], r->result, i, e)) != OK)
            return rc;
        cases[at].result = r->result;
        cases[at].result_reason = r->reason;
    }
    p->cases = cases;
    return rc;
}

static err_t keep_results(const struct panel *p, struct db *db, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->case_count; i++)
        if (p->cases[i].result.len)
            rc = db_run(db, "UPDATE panel_case SET result = ?2, result_reason = ?3 WHERE id = ?1",
                        VALUES(v_i64(p->cases[i].id), v_str(p->cases[i].result),
                               v_str(p->cases[i].result_reason)),
                        e);
    return rc;
}

static err_t let_all_go(struct db *db, const struct deed *d, const struct panel *p, struct err *e)
{
    struct members all;
    err_t rc = panel_members(&all, db, p->id, d->arena, e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = member_release(&all.ptr[i], db, d, e);
    return rc;
}

err_t review_close(const struct panel_deed *act, const struct case_result *results, size_t count,
                   struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    char hex[HASH_HEX_LEN + 1];
    if (clock_is_doubted(d->clock))
        return err_set(e, E_CONFLICT, "%s", msg(clock_in_doubt));
    if (!str_is(p->state, "drawn"))
        return err_set(e, E_CONFLICT, "the panel is %s: it cannot be closed",
                       panel_state_word(p->state));
    err_t rc = check_done(act->db, d, p, e);
    if (rc == OK)
        rc = take_results(&(struct closing){act->db, d, p}, results, count, e);
    if (rc == OK)
        rc = keep_results(p, act->db, e);
    if (rc == OK)
        rc = review_write(&p->report, act->db, p, d->arena, e);
    if (rc != OK)
        return rc;
    struct digest digest = sha256_of(str_bytes(p->report));
    digest_hex(hex, &digest);
    p->report_digest = arena_dup(d->arena, str_of(hex));
    p->closed_ms = deed_now_ms(d);
    p->closed_by = d->by->account;
    rc = panel_move(act, "drawn", "closed",
                    arena_printf(d->arena, "close %.*s", STR_ARG(p->report_digest)).ptr, e);
    return rc == OK ? let_all_go(act->db, d, p, e) : rc;
}
