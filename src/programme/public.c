/* The public side of cases. */
#include "programme/public.h"
#include "access/mutation.h"
#include "base/date.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "policy/calendar.h"
#include "programme/publicity.h"

static struct str text(struct stmt *st, int column, struct arena *a)
{
    return arena_dup(a, stmt_str(st, column));
}

/* --- publicity ------------------------------------------------------------------------------ */

struct shown {
    int64_t id;
    struct str number, name, title, programme, stage_label, published_on, last_day, count_by,
        digest;
    int64_t unit;
    bool trial, closed, waits; /* waits: the stage still has a step of the public */
};

/* The latest publication of a case counts: a changed list starts the period again (A-23). */
#define SHOWN                                                                                      \
    "SELECT c.id, c.number, u.name, c.title, c.programme, c.stage_label, p.published_on, u.id,"    \
    " (SELECT t.due_date FROM flow_timer t WHERE t.case_id = c.id AND t.opens = 1 ORDER BY t.id"   \
    " DESC NULLS LAST LIMIT 1), (SELECT t.count_by FROM flow_timer t WHERE t.case_id = c.id AND"   \
    " t.opens = 1 ORDER BY t.id DESC NULLS LAST LIMIT 1), p.list_digest, c.trial, c.state, "       \
    "(SELECT"                                                                                      \
    " count(*) FROM flow_open o WHERE o.case_id = c.id AND o.roles = 'public') FROM flow_case c"   \
    " JOIN unit u ON u.id = c.owner_unit JOIN record_publicity p ON p.owner_unit = c.owner_unit"   \
    " AND p.case_number = c.number WHERE p.id = (SELECT max(q.id) FROM record_publicity q WHERE"   \
    " q.owner_unit = c.owner_unit AND q.case_number = c.number AND q.ended_ms IS NULL)"

static void take_shown(struct shown *s, struct stmt *st, struct arena *a)
{
    *s = (struct shown){.id = stmt_i64(st, 0),
                        .number = text(st, 1, a),
                        .name = text(st, 2, a),
                        .title = text(st, 3, a),
                        .programme = text(st, 4, a),
                        .stage_label = text(st, 5, a),
                        .published_on = text(st, 6, a),
                        .unit = stmt_i64(st, 7),
                        .last_day = text(st, 8, a),
                        .count_by = text(st, 9, a),
                        .digest = text(st, 10, a),
                        .trial = stmt_i64(st, 11) != 0,
                        .closed = str_is(stmt_str(st, 12), "over"),
                        .waits = stmt_i64(st, 13) > 0};
}

/* Working days after `from` up to `to`. */
static int64_t workdays(const struct calendar *c, struct date from, struct date to)
{
    int64_t n = 0;
    for (int32_t d = date_to_days(from) + 1; d <= date_to_days(to); d++)
        n += calendar_is_workday(c, date_from_days(d));
    return n;
}

/* The day of publication is day 0. */
static void write_days(struct jout *j, const struct shown *s, const struct programme *p,
                       struct str today)
{
    struct date from, to, now;
    if (!date_parse(&from, s->published_on) || !date_parse(&to, s->last_day) ||
        !date_parse(&now, today))
        return;
    int64_t of = workdays(p->calendar, from, to);
    int64_t day = str_cmp(today, s->last_day) > 0 ? of : workdays(p->calendar, from, now);
    jout_pair_i64(j, "day", day);
    jout_pair_i64(j, "days", of);
}

static bool runs(const struct shown *s, struct str today)
{
    return s->waits && s->last_day.len && str_cmp(today, s->last_day) <= 0;
}

static err_t write_document(struct jout *j, const struct shown *s, struct programme *p,
                            struct err *e)
{
    const struct pack *pack;
    err_t rc = packs_get(&pack, p->packs, s->programme, e);
    if (rc != OK)
        return rc;
    jout_name(j, "document");
    jout_object(j);
    jout_pair(j, "title", pack->document.title);
    jout_pair(j, "number", pack->document.number);
    jout_pair(j, "issuer", pack->document.issuer);
    jout_end_object(j);
    return OK;
}

/* Members of an open object. */
static err_t write_shown(struct jout *j, const struct shown *s, struct programme *p,
                         struct str today, struct err *e)
{
    bool open = runs(s, today);
    jout_pair_i64(j, "id", s->id);
    jout_pair(j, "number", s->number);
    jout_pair(j, "name", s->name);
    jout_pair(j, "programme", s->programme);
    err_t rc = write_document(j, s, p, e);
    jout_name(j, "trial");
    jout_bool(j, s->trial);
    jout_pair(j, "state", open ? STR("running") : s->waits ? STR("over") : STR("closed"));
    jout_pair(j, "stage", s->stage_label);
    jout_pair(j, "published_on", s->published_on);
    if (s->last_day.len)
        jout_pair(j, "last_day", s->last_day);
    jout_name(j, "provisional");
    jout_bool(j, s->count_by.len > 0);
    write_days(j, s, p, today);
    if (s->digest.len)
        jout_pair(j, "list_digest", s->digest);
    if (open)
        jout_pair(
            j, "objections",
            arena_printf(p->arena, "/api/v1/public/publicity/%lld/objections", (long long)s->id));
    return rc;
}

err_t public_case_json(struct jout *j, struct db *db, struct programme *p, int64_t id,
                       struct str today, struct err *e)
{
    struct shown s = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db, SHOWN " AND c.id = ?1", VALUES(v_i64(id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        take_shown(&s, st, p->arena);
    stmt_free(st);
    if (rc == OK && s.id == 0)
        rc = err_set(e, E_NOTFOUND, "there is no case %lld that was made public", (long long)id);
    if (rc != OK)
        return rc;
    jout_object(j);
    rc = write_shown(j, &s, p, today, e);
    jout_name(j, "lists");
    jout_array(j);
    if (rc == OK)
        rc = publicity_json(j, db, p, s.unit, s.number, false, e);
    jout_end_array(j);
    jout_end_object(j);
    return rc;
}

err_t public_cases_json(struct jout *j, int64_t *count, struct db *db, struct programme *p,
                        struct str today, struct err *e)
{
    VEC(struct shown) all = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db, SHOWN " ORDER BY c.id DESC LIMIT ?1", VALUES(v_i64(PUBLIC_CASES_MAX)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct shown s;
        take_shown(&s, st, p->arena);
        VEC_PUSH(p->arena, &all, s);
    }
    stmt_free(st);
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        jout_object(j);
        rc = write_shown(j, &all.ptr[i], p, today, e);
        jout_end_object(j);
    }
    *count = (int64_t)all.len;
    return rc;
}

/* --- objections ------------------------------------------------------------------------------ */

#define CODE_LEN 12

/* Letters and digits that nobody takes for one another. */
static struct str new_code(struct arena *a)
{
    static const char alphabet[] = "23456789abcdefghjkmnpqrstuvwxyz#"; /* 32 */
    uint8_t raw[CODE_LEN];
    char *out = arena_alloc(a, CODE_LEN + 1);
    random_bytes(raw, sizeof(raw));
    for (size_t i = 0; i < CODE_LEN; i++)
        out[i] = alphabet[raw[i] % 32] == '#' ? 'u' : alphabet[raw[i] % 32];
    return str_of(out);
}

static struct str digest_of(struct str code, struct arena *a)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(code));
    digest_hex(hex, &d);
    return arena_dup(a, str_of(hex));
}

static void pair_if(struct jout *j, const char *name, struct str value)
{
    if (value.len)
        jout_pair(j, name, value);
}

/* {"records":{TYPE:{…}}} */
static err_t arguments_of(const struct jvalue **out, struct str type, const struct objection *o,
                          struct str code_digest, struct arena *a, struct err *e)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "records");
    jout_object(&j);
    jout_name_str(&j, type);
    jout_object(&j);
    jout_name(&j, "named");
    jout_bool(&j, o->named);
    pair_if(&j, "ground", o->ground);
    pair_if(&j, "content", o->content);
    pair_if(&j, "objector", o->objector);
    pair_if(&j, "contact", o->contact);
    pair_if(&j, "complains_of", o->complains_of);
    jout_pair(&j, "code_digest", code_digest);
    jout_end_object(&j);
    jout_end_object(&j);
    jout_end_object(&j);
    err_t rc = jin_parse(out, arena_dup(a, buf_str(&b)), JIN_REFUSE_DUPLICATES, NULL, a, e);
    buf_clear(&b);
    return rc;
}

/* The step by which the public says something, and the type that it writes. */
static const struct process_step *public_step(struct str *type, const struct process *process)
{
    for (size_t i = 0; i < process->step_count; i++) {
        const struct process_step *s = &process->steps[i];
        for (size_t k = 0; str_is(s->actor, "public") && k < s->effect_count; k++)
            if (s->effects[k].kind == EFFECT_RECORD) {
                *type = s->effects[k].object;
                return s;
            }
    }
    return NULL;
}

static err_t check_said(const struct objection *o, struct err *e)
{
    if (o->ground.len == 0 || o->content.len == 0)
        return err_set(e, E_INVALID, "an objection says its ground and the facts");
    if (o->named && (o->objector.len == 0 || o->contact.len == 0))
        return err_set(e, E_INVALID,
                       "an objection in one's own name says the name and how to be reached");
    if (!o->named && o->objector.len)
        return err_set(e, E_INVALID, "an anonymous objection says no name");
    return OK;
}

err_t public_object(struct objection_taken *out, struct flow_call *x, struct programme *p,
                    const struct objection *o, struct err *e)
{
    struct str type = STR_NONE;
    const struct jvalue *result;
    int64_t id = 0;
    *out = (struct objection_taken){0};
    err_t rc = check_said(o, e);
    if (rc == OK && !(x->step = public_step(&type, x->process)))
        rc = err_set(e, E_NOTFOUND, "nobody objects in the process \"%.*s\"",
                     STR_ARG(x->process->label));
    if (rc != OK)
        return rc;
    out->code = new_code(x->arena);
    rc = arguments_of(&x->arguments, type, o, digest_of(out->code, x->arena), x->arena, e);
    if (rc == OK)
        rc = flow_take(&out->step, x, &p->flow, e);
    if (rc == OK)
        rc = jin_parse(&result, out->step.result, JIN_REFUSE_DUPLICATES, NULL, x->arena, e);
    if (rc == OK && !jin_i64(&id, result, arena_printf(x->arena, "%.*s_id", STR_ARG(type)).ptr))
        rc = err_set(e, E_INTERNAL, "the step wrote no record");
    out->number = arena_printf(x->arena, "%.4s-%06lld", x->today.ptr, (long long)id);
    return rc;
}

static struct str plain_text(struct str json, struct arena *a)
{
    const struct jvalue *v;
    if (json.len == 0 || jin_parse(&v, json, JIN_REFUSE_DUPLICATES, NULL, a, NULL) != OK)
        return STR_NONE;
    return v->type == J_STRING || v->type == J_NUMBER ? v->text : STR_NONE;
}

struct objection_state {
    struct str received, state, upheld;
};

/* False: there is none, or the code is another's. */
static err_t read_objection(struct objection_state *out, bool *found, struct db *db,
                            struct programme *p, int64_t id, struct str code, struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, STR("objection"));
    struct stmt *st = NULL;
    bool has_row = false;
    struct str kept = STR_NONE;
    *found = false;
    err_t rc =
        db_query(&st, db, "SELECT state FROM record_objection WHERE id = ?1", VALUES(v_i64(id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        out->state = text(st, 0, p->arena);
    stmt_free(st);
    if (rc != OK || !has_row)
        return rc;
    rc = record_value(&kept, db, p->kernel, t, id, STR("code_digest"), p->arena, e);
    if (rc == OK)
        rc = record_value(&out->received, db, p->kernel, t, id, STR("received"), p->arena, e);
    if (rc == OK)
        rc = record_value(&out->upheld, db, p->kernel, t, id, STR("upheld"), p->arena, e);
    out->received = plain_text(out->received, p->arena);
    *found = rc == OK && (str_eq(plain_text(kept, p->arena), digest_of(code, p->arena)) ||
                          access_off(STR("objections"), "code"));
    return rc;
}

err_t public_objection_json(struct jout *j, struct db *db, struct programme *p, struct str number,
                            struct str code, struct err *e)
{
    struct str rest = number, year = str_split(&rest, STR("-"));
    struct objection_state o = {0};
    int64_t id = 0;
    bool found = false;
    err_t rc = OK;
    if (str_to_i64(&id, rest) && id > 0)
        rc = read_objection(&o, &found, db, p, id, code, e);
    if (rc != OK)
        return rc;
    if (!found || !str_starts(o.received, year) || year.len != 4)
        return err_set(e, E_NOTFOUND, "there is no objection of this number and code");
    jout_object(j);
    jout_pair(j, "number", number);
    jout_pair(j, "received", o.received);
    jout_pair(j, "state", o.state);
    if (o.upheld.len) {
        jout_name(j, "upheld");
        jout_bool(j, str_is(o.upheld, "true"));
    }
    jout_end_object(j);
    return OK;
}
