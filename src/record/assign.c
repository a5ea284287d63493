/* Records given to people and units. Who may change a record may give it; the decision is
 * taken in the step, on the labels of that moment, as for every write. */
#include "base/msg.h"
#include "record/ask.h"
#include "record/row.h"

enum giving_what { GIVING, TAKING_BACK, ASKING };
struct giving {
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type;
    struct arena *arena;
    struct assignment *assignment;
    int64_t record;
    enum giving_what what;
    struct decision decision;
    bool refused;
    char *link; /* ASKING: where its secret goes; NULL: none is made */
};

static struct giving giving_of(const struct record_call *c, struct assignment *a,
                               enum giving_what what)
{
    return (struct giving){.kernel = c->kernel,
                           .subject = c->subject,
                           .type = c->type,
                           .arena = c->arena,
                           .assignment = a,
                           .record = c->id,
                           .what = what};
}

static struct deed deed_of(const struct giving *g)
{
    return (struct deed){.suite = g->kernel->suite,
                         .clock = g->kernel->clock,
                         .by = g->subject,
                         .as = g->decision.grant,
                         .arena = g->arena};
}

/* May the subject change this record now? */
static err_t decide(struct giving *g, struct db *db, struct err *e)
{
    const struct type_plan *p = plan_of(g->kernel, g->type);
    struct row row;
    bool arriving = false;
    struct err why = {0};
    g->decision = (struct decision){0};
    err_t rc = row_labels(&row, db, p, g->record, g->arena, &why);
    if (rc == OK)
        rc = row_arriving(&arriving, db, &row, &why);
    if (rc == OK && !arriving)
        rc = access_decide(&g->decision, db, g->subject, &p->policy, ACCESS_CHANGE, STR_NONE,
                           &row.labels, g->arena, &why);
    g->refused = !g->decision.allowed;
    if (rc == E_NOTFOUND)
        return OK;
    if (rc != OK && e)
        *e = why;
    return rc;
}

/* A task gives read access to those who hold one of the roles named by the type. */
static bool is_given_by(const struct access_policy *p, const struct subject *s)
{
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct access_rule *r = &p->rules[i];
        if (r->relation == RELATION_ASSIGNED && (r->verbs & ACCESS_READ) &&
            access_rule_reaches(r, s))
            return true;
    }
    return false;
}

/* Whether the person may read the record, now or once it is assigned. */
struct reader {
    bool reads, would;
};

static err_t look_at_reader(struct reader *out, struct giving *g, struct db *db, int64_t account,
                            struct err *e)
{
    const struct type_plan *p = plan_of(g->kernel, g->type);
    struct subject receiver = {0};
    struct decision seen = {0};
    struct row row;
    struct err why = {0};
    err_t rc =
        subject_load(&receiver, db, account, g->subject->today, g->subject->now_ms, g->arena, &why);
    if (rc == OK && (rc = row_labels(&row, db, p, g->record, g->arena, &why)) == OK)
        rc = access_decide(&seen, db, &receiver, &p->policy, ACCESS_READ, STR_NONE, &row.labels,
                           g->arena, &why);
    if (rc != OK && rc != E_NOTFOUND && rc != E_DENIED) {
        if (e)
            *e = why;
        return rc;
    }
    out->reads |= seen.allowed;
    out->would |= rc == E_NOTFOUND || /* there is none: assignment_give says so */
                  (rc == OK && is_given_by(&p->policy, &receiver));
    return OK;
}

/* Anybody of a unit; one that has no people yet may have them tomorrow. */
static err_t look_at_unit(struct reader *out, struct giving *g, struct db *db, int64_t unit,
                          struct err *e)
{
    struct ids people = {0};
    err_t rc =
        db_ids(&people, db, "SELECT id FROM account WHERE owner_unit = ?1 AND ended_ms IS NULL",
               VALUES(v_i64(unit)), g->arena, e);
    out->would |= people.len == 0;
    for (size_t i = 0; rc == OK && !out->reads && !out->would && i < people.len; i++)
        rc = look_at_reader(out, g, db, people.ptr[i], e);
    return rc;
}

/* The recipient of a copy or of reading must be able to read it already: only a task gives a
 * right, and only to the roles named by the type. */
static err_t check_reader(struct giving *g, struct db *db, struct err *e)
{
    struct assignment *a = g->assignment;
    struct reader reader = {0};
    bool to_do = str_is(a->kind, "do");
    struct str label = record_type_label(g->type);
    if (a->account == 0 && !to_do)
        return OK;
    err_t rc = a->account ? look_at_reader(&reader, g, db, a->account, e)
                          : look_at_unit(&reader, g, db, a->unit, e);
    if (rc != OK || reader.reads || (to_do && reader.would))
        return rc;
    if (reader.would)
        return err_set(
            e, E_INVALID,
            "this person may not read the record: assign it as a task, or to somebody who may");
    return err_set(e, E_INVALID,
                   "%.*s: nobody whom this is given to may read it, and giving it does not change "
                   "that: give it to somebody of the unit that has it or of an office that reads "
                   "it",
                   STR_ARG(label));
}

/* Is the record the subject's to change beside what was given to him? */
static err_t check_own(bool *own, struct giving *g, struct db *db, struct err *e)
{
    const struct type_plan *p = plan_of(g->kernel, g->type);
    struct decision d = {0};
    struct row row;
    err_t rc = row_labels(&row, db, p, g->record, g->arena, e);
    row.labels.id = 0; /* nothing is given of this one */
    if (rc == OK)
        rc = access_decide(&d, db, g->subject, &p->policy, ACCESS_CHANGE, STR_NONE, &row.labels,
                           g->arena, e);
    *own = d.allowed;
    return rc;
}

/* A person who has the record only as a task can pass it on within the unit. */
static err_t check_within(const struct giving *g, struct db *db, struct err *e)
{
    const struct assignment *a = g->assignment;
    bool within = false;
    err_t rc = db_any(&within, db, "SELECT 1 FROM account WHERE id = ?1 AND owner_unit = ?2",
                      VALUES(v_i64(a->account), v_i64(g->subject->unit)), e);
    if (rc == OK && (!within || a->unit))
        return err_set(e, E_DENIED,
                       "an assignment to your unit can be passed on within the unit only: ask its "
                       "author to assign it to others (no document says it)");
    return rc;
}

static err_t end_one(struct giving *g, bool own, struct db *db, struct err *e)
{
    struct assignment now;
    struct deed d = deed_of(g);
    err_t rc = assignment_get(&now, db, g->assignment->id, g->arena, e);
    if (rc == OK && (now.record_id != g->record || !str_eq(now.type, g->type->name)))
        rc = err_set(e, E_NOTFOUND, "there is no assignment %lld", (long long)g->assignment->id);
    if (rc == OK && !own && now.given_by != g->subject->account)
        rc = err_set(e, E_DENIED, "only the person who assigned it can withdraw it");
    if (rc != OK || now.ask.len == 0)
        return rc == OK ? assignment_end(db, &d, g->assignment->id, e) : rc;
    const struct record_call c = {g->kernel, g->subject, g->type, g->record, g->arena};
    return ask_withdraw(&now, db, &c, &d, e);
}

/* Opens an ask; `own`: the subject may change the record. */
static err_t ask(struct giving *g, bool own, struct db *db, struct err *e)
{
    const struct record_call c = {g->kernel, g->subject, g->type, g->record, g->arena};
    const struct deed d = deed_of(g);
    return own ? ask_open(g->assignment, g->link, db, &c, &d, e)
               : err_set(e, E_DENIED, "only those who may change a record can assign it");
}

static err_t step(struct db *db, void *arg, struct err *e)
{
    struct giving *g = arg;
    err_t rc = decide(g, db, e);
    struct deed d = deed_of(g);
    if (rc != OK)
        return rc;
    if (g->refused)
        return deed_note(&d, db, g->what == TAKING_BACK ? "refused:unassign" : "refused:assign",
                         arena_cstr(g->arena, g->type->name), g->record,
                         g->decision.visible ? 403 : 404, e);
    bool own = true;
    if ((rc = check_own(&own, g, db, e)) != OK)
        return rc;
    if (g->what == TAKING_BACK)
        return end_one(g, own, db, e);
    if (g->what == ASKING)
        return ask(g, own, db, e);
    if (!own && (rc = check_within(g, db, e)) != OK)
        return rc;
    if ((rc = check_reader(g, db, e)) != OK)
        return rc;
    g->assignment->type = g->type->name;
    g->assignment->record_id = g->record;
    return assignment_give(g->assignment, db, &d, e);
}

static err_t run(struct giving *g, struct err *e)
{
    err_t rc = store_write(g->kernel->store, step, g, e);
    if (rc == OK && g->refused && !g->decision.visible)
        return row_not_found(g->type, g->record, e);
    if (rc == OK && g->refused)
        return err_set(e, E_DENIED, "only those who may change a record can assign it");
    return rc;
}

err_t record_give(struct assignment *a, const struct record_call *c, struct err *e)
{
    struct giving g = giving_of(c, a, GIVING);
    return run(&g, e);
}

err_t record_take_back(int64_t assignment, const struct record_call *c, struct err *e)
{
    struct assignment a = {.id = assignment};
    struct giving g = giving_of(c, &a, TAKING_BACK);
    return run(&g, e);
}

err_t record_ask(struct assignment *a, char link[BEARER_LEN + 1], const struct record_call *c,
                 struct err *e)
{
    struct giving g = giving_of(c, a, ASKING);
    g.link = link;
    return run(&g, e);
}

static void write_one(struct jout *j, struct stmt *st, const struct assignment *a)
{
    jout_object(j);
    jout_pair_i64(j, "id", a->id);
    jout_pair(j, "kind", a->kind);
    jout_pair_id(j, "account", a->account);
    jout_pair_id(j, "unit", a->unit);
    jout_pair(j, "to", stmt_str(st, ASSIGNMENT_COLUMN_COUNT));
    jout_pair(j, "by", stmt_str(st, ASSIGNMENT_COLUMN_COUNT + 1));
    jout_pair(j, "note", a->note);
    due_day_json(j, a->due);
    jout_pair_i64(j, "from_ms", a->from_ms);
    jout_pair_id(j, "to_ms", a->to_ms);
    jout_pair_id(j, "done_ms", a->done_ms);
    if (a->ask.len) {
        jout_pair(j, "ask", a->ask);
        jout_pair(j, "answer", a->answer);
        if (a->done_ms)
            jout_pair(j, "how", a->done_by ? STR("account") : STR("link"));
        jout_pair(j, "reason", stmt_str(st, ASSIGNMENT_COLUMN_COUNT + 2));
        jout_pair_bool(j, "reached", stmt_i64(st, ASSIGNMENT_COLUMN_COUNT + 3) != 0);
        jout_pair_id(j, "link_until", stmt_i64(st, ASSIGNMENT_COLUMN_COUNT + 4));
    }
    jout_end_object(j);
}

err_t record_given(struct buf *out, const struct record_call *c, struct err *e)
{
    struct giving g = giving_of(c, NULL, GIVING);
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct jout j;
    int64_t total = 0;
    size_t before = out->len;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc != OK || (rc = decide(&g, db, e)) != OK)
        goto done;
    if (g.refused) {
        rc = g.decision.visible
                 ? err_set(e, E_DENIED, "only those who may change a record see its recipients")
                 : row_not_found(c->type, c->id, e);
        goto done;
    }
    rc =
        db_query(&st, db,
                 "SELECT " ASSIGNMENT_COLUMNS ", coalesce((SELECT c.display_name FROM account c"
                 " WHERE c.id = assignment.account), (SELECT u.name FROM unit u"
                 " WHERE u.id = assignment.unit)), (SELECT b.display_name FROM account b"
                 " WHERE b.id = assignment.given_by), (SELECT v.reason FROM record_version v WHERE"
                 " v.type = ?1 AND v.record_id = ?2 AND v.at_ms >= assignment.done_ms AND v.action"
                 " IN ('answer:' || assignment.ask, 'refuse:' || assignment.ask) ORDER BY v.version"
                 " LIMIT 1),"
                 " (SELECT count(*) FROM account r WHERE r.state = 'active' AND (r.id ="
                 " assignment.account OR r.owner_unit = assignment.unit)), link_until"
                 " FROM assignment WHERE type = ?1 AND record_id = ?2"
                 " ORDER BY id DESC NULLS LAST LIMIT 500",
                 VALUES(v_str(c->type->name), v_i64(c->id)), e);
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "items");
    while (stmt_row(&rc, st, e)) {
        struct assignment a;
        assignment_row(&a, st, c->arena);
        write_one(&j, st, &a);
        total++;
    }
    jout_end_array(&j);
    jout_pair_i64(&j, "total", total);
    jout_pair_null(&j, "next");
    jout_end_object(&j);
    stmt_free(st);
done:
    if (rc != OK)
        out->len = before;
    store_reader_put(c->kernel->store, db);
    return rc;
}
