/* Overview of a call. */
#include "case/overview.h"
#include "base/vec.h"
#include "document/hand_in.h"
#include "matter/review.h"

struct row {
    int64_t id, unit, rank, flags;
    bool open;
    struct str number, name, code, stage, stage_label, stage_on, holder, step;
    const struct jvalue
        *verdict; /* as a review keeps it; NULL: none could be given, or it is not his */
    struct str score, result;
    const struct str *missing;
    size_t missing_count;
    struct str stream;
    struct shown_day due;
    const struct moved_step *moves;
    size_t move_count;
    struct taken_steps {
        struct taken_step {
            struct str action, label, by, on;
        } * ptr;
        size_t len, cap;
    } taken;
};

struct rows {
    struct row *ptr;
    size_t len, cap;
};

struct looking {
    const struct overview_asked *q;
    struct rows rows;
    struct db *db;
    bool office;
    struct arena *a;
    struct err *e;
};

static struct row *row_of(struct looking *l, int64_t id)
{
    size_t low = 0, high = l->rows.len;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (l->rows.ptr[mid].id == id)
            return &l->rows.ptr[mid];
        if (l->rows.ptr[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static bool may_read(const struct overview_asked *q, int64_t id)
{
    for (size_t i = 0; i < q->case_count; i++)
        if (q->cases[i] == id)
            return true;
    return false;
}

/* --- in sets ------------------------------------------------------------------------------------ */

static err_t each(struct looking *l, const char *sql,
                  err_t (*take)(struct looking *l, struct stmt *st))
{
    err_t rc = OK;
    EACH_ROW(st, rc, l->e, l->db, sql, VALUES(v_i64(l->q->call)))
        rc = take(l, st);
    return rc;
}

static err_t take_case(struct looking *l, struct stmt *st)
{
    struct row r = {.id = stmt_i64(st, 0),
                    .unit = stmt_i64(st, 1),
                    .open = stmt_i64(st, 2) != 0,
                    .number = arena_dup(l->a, stmt_str(st, 3)),
                    .name = arena_dup(l->a, stmt_str(st, 4)),
                    .code = arena_dup(l->a, stmt_str(st, 5)),
                    .stage = arena_dup(l->a, stmt_str(st, 6)),
                    .stage_label = arena_dup(l->a, stmt_str(st, 7)),
                    .stage_on = arena_dup(l->a, stmt_str(st, 8)),
                    .holder = arena_dup(l->a, stmt_str(st, 9)),
                    .step = arena_dup(l->a, stmt_str(st, 10)),
                    .stream = arena_dup(l->a, stmt_str(st, 11))};
    if (may_read(l->q, r.id))
        VEC_PUSH(l->a, &l->rows, r);
    return OK;
}

static err_t take_flags(struct looking *l, struct stmt *st)
{
    for (size_t i = 0; i < l->rows.len; i++)
        if (l->rows.ptr[i].unit == stmt_i64(st, 0))
            l->rows.ptr[i].flags = stmt_i64(st, 1);
    return OK;
}

static err_t take_kept(struct looking *l, struct stmt *st)
{
    struct row *r = row_of(l, stmt_i64(st, 0));
    return r ? review_read_verdict(&r->verdict, stmt_str(st, 1), l->a, l->e) : OK;
}

/* A step that was taken again counts as it was taken last; one that was taken back counts no more. */
static err_t take_step(struct looking *l, struct stmt *st)
{
    struct row *r = row_of(l, stmt_i64(st, 0));
    struct taken_step t = {.action = arena_dup(l->a, stmt_str(st, 1)),
                           .label = arena_dup(l->a, stmt_str(st, 2)),
                           .by = arena_dup(l->a, stmt_str(st, 3)),
                           .on = business_date(stmt_i64(st, 4), l->a)};
    if (r)
        VEC_PUSH(l->a, &r->taken, t);
    return OK;
}

/* The report of a closed panel; a later panel replaces an earlier one. */
static err_t take_report(struct looking *l, struct stmt *st)
{
    struct str text = arena_dup(l->a, stmt_str(st, 0));
    const struct jvalue *v = NULL;
    err_t rc = jin_parse(&v, text, l->a, l->e);
    const struct jvalue *cases = rc == OK ? jin_get(v, "cases") : NULL;
    for (size_t i = 0; cases && i < cases->count; i++) {
        const struct jvalue *one = &cases->items[i], *mean = jin_get(one, "mean");
        int64_t id = 0;
        struct row *r = jin_i64(&id, one, "of") ? row_of(l, id) : NULL;
        if (!r)
            continue;
        const struct jvalue *spread = jin_get(one, "spread");
        if (!mean && spread && spread->type == J_OBJECT)
            mean = jin_get(spread, "mean");
        r->score = mean ? form_number(jin_text(mean, "decimal"), false, l->a) : STR_NONE;
        r->result = jin_text(one, "result");
        if (!jin_i64(&r->rank, one, "rank"))
            r->rank = 0;
    }
    return rc;
}

static err_t read_sets(struct looking *l)
{
    err_t rc =
        each(l,
             "SELECT c.id, c.owner_unit, c.closed_on IS NULL AND c.state = 'running',"
             " c.number, u.name, u.credit_code, c.stage, c.stage_label, c.stage_on, h.name,"
             " g.note, c.stream FROM flow_case c JOIN unit u ON u.id = c.owner_unit LEFT JOIN"
             " assignment g ON g.id = c.holder_assignment LEFT JOIN unit h ON h.id ="
             " g.unit WHERE c.call = ?1 ORDER BY c.id",
             take_case);
    if (rc == OK)
        rc = each(l,
                  "SELECT s.case_id, s.step, s.label, a.display_name, s.at_ms FROM flow_step s JOIN"
                  " flow_case c ON c.id = s.case_id LEFT JOIN account a ON a.id = s.account WHERE"
                  " c.call = ?1 AND s.kind = 'step' AND s.from_stage <> s.to_stage AND NOT EXISTS"
                  " (SELECT 1 FROM flow_step b WHERE b.case_id = s.case_id AND b.id > s.id AND"
                  " b.to_stage = s.from_stage AND b.from_stage <> b.to_stage) ORDER BY s.id",
                  take_step);
    if (rc == OK && l->office)
        rc = each(l,
                  "SELECT f.owner_unit, count(*) FROM record_integrity_flag f WHERE f.state ="
                  " 'open' AND f.ended_ms IS NULL AND f.owner_unit IN (SELECT c.owner_unit FROM"
                  " flow_case c WHERE c.call = ?1) GROUP BY f.owner_unit",
                  take_flags);
    if (rc == OK && l->office)
        rc = each(l,
                  "SELECT s.case_id, s.result FROM flow_step s WHERE s.id IN (SELECT max(t.id)"
                  " FROM flow_step t JOIN flow_case c ON c.id = t.case_id WHERE c.call = ?1 AND"
                  " t.kind = 'step' AND t.result LIKE '%\"verdict\":%' GROUP BY t.case_id)",
                  take_kept);
    if (rc == OK && l->q->scores)
        rc = each(l,
                  "SELECT p.report FROM panel p WHERE p.state = 'closed' AND p.id IN (SELECT"
                  " x.panel FROM panel_case x JOIN flow_case c ON c.id = x.case_id WHERE c.call ="
                  " ?1) ORDER BY p.closed_ms, p.id",
                  take_report);
    return rc;
}

/* --- case by case ------------------------------------------------------------------------------- */

/* Cells and materials, while they are to be handed in. */
static err_t find_missing(struct row *r, struct looking *l, struct step *g)
{
    struct hand_in h;
    err_t rc = hand_in_of_case(&h, &(struct step){g->to, g->db, g->x, g->p, l->e});
    if (rc != OK || !h.step || !process_opens_in(g->x->process, h.step, g->x->c.stage))
        return rc;
    struct str *all = arena_array(l->a, h.lack_count + h.material_count + 1, sizeof(*all));
    for (size_t i = 0; i < h.lack_count; i++)
        all[r->missing_count++] = arena_dup(l->a, h.lacks[i].label);
    for (size_t i = 0; i < h.material_count; i++)
        if (hand_in_needs(&h.materials[i]))
            all[r->missing_count++] = arena_dup(l->a, part_text(h.materials[i].material, "label"));
    r->missing = all;
    return OK;
}

/* The memory of its verdict is released afterwards. */
static err_t look_at(struct row *r, struct looking *l, struct arena *own)
{
    struct flow_call x = {.by = l->q->by, .today = l->q->by->today, .arena = own};
    struct programme p;
    const struct jvalue *verdict = NULL;
    programme_init(&p, l->q->kernel, l->q->packs, l->q->calendar, own);
    err_t rc = store_reader_get(&l->db, l->q->kernel->store, l->e);
    if (rc == OK)
        rc = flow_case_read(&x.c, l->db, r->id, own, l->e);
    store_reader_put(l->q->kernel->store, l->db);
    l->db = NULL;
    if (rc == OK)
        rc = programme_case(&(struct step){NULL, NULL, &x, &p, l->e});
    if (rc == OK && l->office)
        rc = review_verdict(&verdict, &(struct step){NULL, NULL, &x, &p, l->e});
    if (verdict)
        r->verdict = jvalue_dup(verdict, l->a);
    return rc == OK ? find_missing(r, l, &(struct step){NULL, NULL, &x, &p, NULL}) : rc;
}

/* The actions open to the reader now, and the due date, as in the reader's to-do list. */
static err_t find_moves(struct row *r, struct looking *l)
{
    struct moved_steps moved;
    struct flow_case c;
    err_t rc = store_reader_get(&l->db, l->q->kernel->store, l->e);
    if (rc == OK)
        rc = flow_case_read(&c, l->db, r->id, l->a, l->e);
    if (rc == OK) {
        const struct labels labels = flow_labels(&c);
        rc = l->q->kernel->moves->steps(&moved, l->q->kernel, l->db, l->q->by, &labels, NULL, l->a,
                                        l->e);
    }
    store_reader_put(l->q->kernel->store, l->db);
    l->db = NULL;
    if (rc != OK)
        return rc;
    shown_day_of(&r->due, &moved);
    r->moves = moved.ptr;
    r->move_count = moved.count;
    return OK;
}

static err_t look_at_each(struct looking *l)
{
    struct arena *own = arena_new();
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < l->rows.len; i++) {
        struct row *r = &l->rows.ptr[i];
        if (r->open)
            rc = find_moves(r, l);
        if (rc == OK && r->open && !r->verdict)
            rc = look_at(r, l, own);
        arena_reset(own);
    }
    arena_free(own);
    return rc;
}

/* --- as JSON ------------------------------------------------------------------------------------ */

enum how { MET, FAILED, NOT_KNOWN };

static enum how how_stands(const struct jvalue *criterion)
{
    const struct jvalue *pass = jin_get(criterion, "pass");
    return !pass || pass->type == J_NULL ? NOT_KNOWN : pass->type == J_TRUE ? MET : FAILED;
}

static bool applies(const struct jvalue *criterion)
{
    const struct jvalue *v = jin_get(criterion, "applies");
    return !v || v->type != J_FALSE;
}

static void conditions_json(struct jout *j, const char *name, const struct jvalue *criteria,
                            enum how how)
{
    jout_pair_array(j, name);
    for (size_t i = 0; criteria && i < criteria->count; i++) {
        const struct jvalue *c = &criteria->items[i];
        struct str words = jin_text(c, "advice");
        if (applies(c) && how_stands(c) == how)
            jout_str(j, words.len ? words : jin_text(c, "quote"));
    }
    jout_end_array(j);
}

/* The numbers that conditions compare, with what they need. */
static void numbers_json(struct jout *j, const struct jvalue *criteria)
{
    jout_pair_array(j, "numbers");
    for (size_t i = 0; criteria && i < criteria->count; i++) {
        const struct jvalue *c = &criteria->items[i];
        struct str value = jin_text(c, "value");
        if (value.len == 0 || !applies(c))
            continue;
        jout_object(j);
        jout_pair(j, "criterion", jin_text(c, "criterion"));
        jout_name(j, "pass");
        if (how_stands(c) == NOT_KNOWN)
            jout_null(j);
        else
            jout_bool(j, how_stands(c) == MET);
        jout_pair(j, "value", value);
        jout_pair(j, "needs", jin_text(c, "needs"));
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void verdict_json(struct jout *j, const struct jvalue *v)
{
    const struct jvalue *criteria = jin_get(v, "criteria");
    int64_t met = 0;
    for (size_t i = 0; criteria && i < criteria->count; i++)
        met += applies(&criteria->items[i]) && how_stands(&criteria->items[i]) == MET;
    jout_name(j, "conditions_met");
    if (criteria)
        jout_i64(j, met);
    else
        jout_null(j);
    conditions_json(j, "conditions_failed", criteria, FAILED);
    conditions_json(j, "conditions_unknown", criteria, NOT_KNOWN);
    const struct jvalue *pass = jin_get(v, "pass");
    jout_name(j, "pass");
    if (pass && (pass->type == J_TRUE || pass->type == J_FALSE))
        jout_bool(j, pass->type == J_TRUE);
    else
        jout_null(j);
    numbers_json(j, criteria);
}

static void number_or_null(struct jout *j, const char *name, int64_t n, bool known)
{
    jout_name(j, name);
    if (known)
        jout_i64(j, n);
    else
        jout_null(j);
}

static void steps_json(struct jout *j, const struct row *r)
{
    jout_pair_array(j, "done");
    for (size_t i = 0; i < r->taken.len; i++) {
        jout_object(j);
        jout_pair(j, "action", r->taken.ptr[i].action);
        jout_pair(j, "label", r->taken.ptr[i].label);
        jout_pair(j, "name", r->taken.ptr[i].by);
        jout_pair(j, "date", r->taken.ptr[i].on);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_array(j, "actions");
    for (size_t i = 0; i < r->move_count; i++) {
        if (!r->moves[i].allowed || r->moves[i].later)
            continue;
        jout_object(j);
        jout_pair(j, "action", r->moves[i].name);
        jout_pair(j, "label", r->moves[i].label);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void row_json(struct jout *j, const struct row *r, struct looking *l)
{
    jout_object(j);
    jout_pair_i64(j, "case", r->id);
    jout_pair(j, "number", r->number);
    jout_pair(j, "name", r->name);
    jout_pair(j, "credit_code", r->code);
    jout_pair(j, "stage", r->stage);
    jout_pair(j, "stage_label", r->stage_label);
    jout_pair(j, "stage_on", r->stage_on);
    jout_pair_or_null(j, "holder", r->open ? r->holder : STR_NONE);
    jout_pair_or_null(j, "next_step", r->open ? r->step : STR_NONE);
    verdict_json(j, r->verdict);
    jout_pair_strs(j, "missing", r->missing, r->missing_count);
    jout_pair_or_null(j, "score", r->score);
    number_or_null(j, "rank", r->rank, r->rank != 0);
    jout_pair_or_null(j, "result", r->result);
    number_or_null(j, "flags", r->flags, l->office);
    jout_pair_i64(j, "unit", r->unit);
    jout_pair(j, "stream", r->stream);
    steps_json(j, r);
    if (r->due.due.date.len) {
        jout_pair_object(j, "due");
        shown_day_json(j, &r->due, l->q->by->today);
        jout_end_object(j);
    }
    jout_end_object(j);
}

err_t overview_of_call(struct jout *j, int64_t *count, const struct overview_asked *q,
                       struct err *e)
{
    struct looking l = {.q = q, .office = programme_is_office(q->by), .a = q->arena, .e = e};
    err_t rc = store_reader_get(&l.db, q->kernel->store, e);
    if (rc == OK)
        rc = read_sets(&l);
    store_reader_put(q->kernel->store, l.db);
    l.db = NULL;
    if (rc == OK)
        rc = look_at_each(&l);
    for (size_t i = 0; rc == OK && i < l.rows.len; i++)
        row_json(j, &l.rows.ptr[i], &l);
    *count = (int64_t)l.rows.len;
    return rc;
}
