/* Checks beginnings as POST /cases does (begin.c), without writing anything. */
#include "base/msg.h"
#include "case/call.h"
#include "case/case.h"

#define RECORDS_MAX 50 /* offered to begin about; the latest */

struct listing {
    struct flow_call *x;
    struct programme *p;
    struct jout *j;
    struct arena *a;
    struct err *e;
    int64_t total, unit; /* the party */
};

struct open_call {
    int64_t id; /* 0: none */
    struct str title, closes_on;
};

struct offered {
    int64_t id;
    struct str title;
};

struct item {
    const struct record_type *type;
    struct open_call call;
    struct {
        int64_t id;
        struct str number, title;
    } draft;
    VEC(struct offered) records;
    struct flow_obstacles ahead; /* `missing` is the case that runs */
    bool open;
    struct str why;
};

static bool is_refusal(err_t rc)
{
    return rc == E_INVALID || rc == E_DENIED || rc == E_CONFLICT || rc == E_NOTFOUND;
}

static err_t read_calls(const struct open_call **out, size_t *count, struct listing *l)
{
    VEC(struct open_call) all = {0};
    struct open_call one;
    err_t rc = STORE_READ(
        db, l->p->kernel->store, l->e,
        db_rows(ROWS(&all, one), db,
                "SELECT c.id, c.title, coalesce((SELECT max(x.closes_on) FROM"
                " record_call_extensions x WHERE x.record_id = c.id), c.closes_on) FROM"
                " record_call c WHERE c.programme = ?1 AND c.owner_province = ?2 AND c.state ="
                " 'open' AND c.ended_ms IS NULL ORDER BY 3, c.id",
                VALUES(v_str(l->p->pack->id), v_str(l->x->by->province)),
                INTO(into_i64(&one.id), into_str(&one.title), into_str(&one.closes_on)), l->a,
                l->e));
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* The case that the unit has begun already and has not handed in. */
static err_t find_draft(struct item *out, struct db *db, struct listing *l)
{
    const struct process *process = l->x->process;
    return db_row(
        NULL, db,
        "SELECT id, number, title FROM flow_case WHERE owner_unit = ?1 AND programme"
        " = ?2 AND process = ?3 AND coalesce(call, 0) = ?4 AND stage = ?5 AND state"
        " = 'running' AND ended_ms IS NULL ORDER BY id DESC LIMIT 1",
        VALUES(v_i64(l->unit), v_str(l->p->pack->id), v_str(process->id), v_i64(out->call.id),
               v_str(process->states[process->start].id)),
        INTO(into_i64(&out->draft.id), into_str(&out->draft.number), into_str(&out->draft.title)),
        l->a, l->e);
}

/* The unit's records of the type, the latest first. */
static err_t list_records(struct record_page *out, struct listing *l, const struct record_type *t)
{
    const struct list_request q = {.filter =
                                       arena_printf(l->a, "owner_unit=%lld", (long long)l->unit),
                                   .sort = STR("-id"),
                                   .fields = t->title.len ? t->title : STR("*"),
                                   .limit = RECORDS_MAX};
    err_t rc =
        record_page_read(out, &(struct record_call){l->p->kernel, l->x->by, t, 0, l->a}, &q, l->e);
    return rc == E_DENIED ? OK : rc;
}

static err_t may_begin(bool *out, struct item *item, struct db *db, struct listing *l,
                       int64_t record)
{
    const struct programme_new n = {.record_id = record, .unit = l->unit, .call = item->call.id};
    struct err why;
    err_t rc = programme_may_begin(&(struct step){NULL, db, l->x, l->p, &why}, &n);
    *out = rc == OK;
    if (is_refusal(rc)) {
        item->why = arena_dup(l->a, str_of(err_told(&why)));
        return OK;
    }
    if (rc != OK && l->e)
        *l->e = why;
    return rc;
}

/* About one of these it can begin: no case runs about it, and what goes on from a record goes on from this one. */
static err_t take_record(struct item *item, struct db *db, struct listing *l,
                         const struct jvalue *record, bool goes_on)
{
    struct flow_case had;
    struct offered one = {.id = 0};
    bool may = true;
    if (!jin_i64(&one.id, record, "id"))
        return OK;
    err_t rc = flow_case_of(&had, db, item->type->name, one.id, l->a, l->e);
    if (rc != OK || (had.id && (had.open || !goes_on)))
        return rc;
    if (goes_on)
        rc = may_begin(&may, item, db, l, one.id);
    const struct jvalue *title =
        item->type->title.len ? jin_get(record, arena_cstr(l->a, item->type->title)) : NULL;
    one.title = title ? jvalue_text(title, l->a) : STR_NONE;
    if (one.title.len == 0)
        one.title = arena_printf(l->a, "%lld", (long long)one.id);
    item->open |= goes_on && may;
    if (rc == OK && may)
        VEC_PUSH(l->a, &item->records, one);
    return rc;
}

static err_t look_ahead(struct item *item, struct db *db, struct listing *l)
{
    l->x->c = (struct flow_case){.id = item->draft.id,
                                 .unit = l->unit,
                                 .pack = l->p->pack->id,
                                 .province = l->x->by->province,
                                 .call = item->call.id};
    item->ahead.arena = l->a;
    err_t rc = call_look_ahead(&(struct step){&item->ahead, db, l->x, l->p, l->e});
    for (size_t i = 0; rc == OK && i < item->ahead.len; i++) {
        struct flow_missing *m = &item->ahead.ptr[i].missing;
        m->type = m->type_zh = m->type_en = STR("case");
        rc = db_i64(&m->id, db,
                    "SELECT id FROM flow_case WHERE owner_unit = ?1 AND programme = ?2 AND state ="
                    " 'running' AND ?3 LIKE '%' || number || '%'",
                    VALUES(v_i64(l->unit), v_str(l->p->pack->id), v_str(item->ahead.ptr[i].zh)),
                    l->e);
    }
    l->x->c = (struct flow_case){0};
    return rc;
}

static err_t look(struct item *item, struct listing *l)
{
    bool goes_on = programme_continues_record(l->p->pack, l->x->process);
    struct record_page records = {0};
    struct db *db = NULL;
    err_t rc = item->type->by_actions_only && !goes_on ? OK : list_records(&records, l, item->type);
    if (rc != OK || (rc = store_reader_get(&db, l->p->kernel->store, l->e)) != OK)
        return rc;
    rc = find_draft(item, db, l);
    if (rc == OK) /* of what goes on: why it does without a record */
        rc = may_begin(&item->open, item, db, l, 0);
    if (rc == OK)
        rc = look_ahead(item, db, l);
    for (size_t i = 0; rc == OK && i < records.count; i++)
        rc = take_record(item, db, l, &records.items[i], goes_on);
    store_reader_put(l->p->kernel->store, db);
    return rc;
}

/* --- as JSON ---------------------------------------------------------------------------------- */

static void why_json(struct jout *j, const struct item *item)
{
    jout_pair_array(j, "why");
    if (!item->open) {
        jout_object(j);
        jout_pair(j, "code", STR("begin"));
        jout_pair(j, "message", item->why);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void call_json(struct jout *j, const struct open_call *c)
{
    jout_name(j, "call");
    if (c->id == 0) {
        jout_null(j);
        return;
    }
    jout_object(j);
    jout_pair_i64(j, "id", c->id);
    jout_pair(j, "title", c->title);
    jout_pair(j, "closes_on", c->closes_on);
    jout_end_object(j);
}

static void draft_json(struct jout *j, const struct item *item)
{
    jout_name(j, "draft");
    if (item->draft.id == 0) {
        jout_null(j);
        return;
    }
    jout_object(j);
    jout_pair_i64(j, "case", item->draft.id);
    jout_pair(j, "number", item->draft.number);
    jout_pair(j, "title", item->draft.title);
    jout_end_object(j);
}

static void record_json(struct listing *l, const struct item *item, const struct entered *what)
{
    const struct entered_record *r = what->records.len ? &what->records.ptr[0] : NULL;
    jout_pair_object(l->j, "record");
    jout_pair(l->j, "type", item->type->name);
    jout_pair(l->j, "label", label_shown(programme_type_label(l->p, item->type)));
    jout_pair_array(l->j, "fields");
    for (size_t i = 0; r && i < r->fields.len; i++)
        entered_field_json(
            l->j, &r->fields.ptr[i],
            label_shown(programme_field_label(l->p, r->type, r->fields.ptr[i].field)), l->x->today);
    jout_end_array(l->j);
    jout_end_object(l->j);
}

static void records_json(struct jout *j, const struct item *item)
{
    jout_pair_array(j, "records");
    for (size_t i = 0; i < item->records.len; i++) {
        jout_object(j);
        jout_pair_i64(j, "id", item->records.ptr[i].id);
        jout_pair(j, "title", item->records.ptr[i].title);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void item_json(struct listing *l, const struct item *item, const struct entered *what)
{
    jout_object(l->j);
    jout_pair(l->j, "pack", l->p->pack->id);
    jout_pair(l->j, "document", l->p->pack->document.title);
    jout_pair(l->j, "process", l->x->process->id);
    jout_pair(l->j, "label", process_name(l->x->process));
    jout_pair_bool(l->j, "open", item->open);
    why_json(l->j, item);
    jout_name(l->j, "ahead");
    if (item->ahead.len)
        jout_value(l->j, flow_obstacles_values(item->ahead.ptr, item->ahead.len, l->a));
    else
        jout_raw(l->j, STR("[]"));
    call_json(l->j, &item->call);
    draft_json(l->j, item);
    record_json(l, item, what);
    records_json(l->j, item);
    jout_end_object(l->j);
    l->total++;
}

/* --- which ------------------------------------------------------------------------------------ */

/* x->process in that call, or in none. */
static err_t list_one(struct listing *l, const struct open_call *call)
{
    const struct process_step *from;
    struct entered what;
    struct item item = {.call = *call};
    item.type = record_type_find(l->p->kernel->types, l->x->process->subject);
    programme_begin_fields(&what, &from, l->p->pack, l->x->process, l->p->kernel->types, l->a);
    if (!item.type || !from || process_is_partys(from) != (l->unit == l->x->by->unit))
        return OK;
    err_t rc = look(&item, l);
    if (rc == OK)
        item_json(l, &item, &what);
    return rc;
}

static err_t begins_here(bool *out, struct listing *l)
{
    struct db *db = NULL;
    struct err why;
    err_t rc = store_reader_get(&db, l->p->kernel->store, l->e);
    *out = false;
    if (rc != OK)
        return rc;
    rc = programme_begins_here(&(struct step){NULL, db, l->x, l->p, &why}, l->unit);
    store_reader_put(l->p->kernel->store, db);
    *out = rc == OK;
    return is_refusal(rc) ? OK : err_pass(l->e, rc, &why);
}

static err_t list_process(struct listing *l, struct str id)
{
    static const struct open_call none = {0};
    const struct pack *now = l->p->pack;
    const struct open_call *calls = NULL;
    size_t count = 0;
    bool here = false;
    l->x->process = pack_process(now, id);
    err_t rc = begins_here(&here, l);
    if (rc != OK || !here)
        return rc;
    if (call_applies(l->x->process))
        rc = read_calls(&calls, &count, l);
    if (rc == OK && count == 0)
        rc = list_one(l, &none);
    for (size_t i = 0; rc == OK && i < count; i++) {
        rc = programme_call_version(&(struct step){.x = l->x, .p = l->p, .e = l->e}, calls[i].id);
        l->x->process = rc == OK ? pack_process(l->p->pack, id) : NULL;
        if (l->x->process)
            rc = list_one(l, &calls[i]);
        l->p->pack = now;
        l->p->later = NULL;
    }
    return rc;
}

static err_t list_pack(struct listing *l, struct str id)
{
    struct err why;
    err_t rc = programme_version(&(struct step){.x = l->x, .p = l->p, .e = &why}, id);
    if (is_refusal(rc)) /* what cannot be read begins nothing */
        return OK;
    if (rc != OK) {
        if (l->e)
            *l->e = why;
        return rc;
    }
    const struct pack *pack = l->p->pack;
    for (size_t i = 0; rc == OK && i < pack->process_count; i++)
        rc = list_process(l, pack->processes[i].id);
    return rc;
}

err_t beginnings_json(struct buf *out, struct step *g, int64_t unit)
{
    struct jout j;
    struct listing l = {.x = g->x,
                        .p = g->p,
                        .j = &j,
                        .a = g->x->arena,
                        .e = g->e,
                        .unit = unit ? unit : g->x->by->unit};
    const struct str *ids;
    size_t count = packs_ids(&ids, g->p->packs);
    err_t rc = OK;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "items");
    for (size_t i = 0; rc == OK && g->x->by->unit && i < count; i++)
        rc = list_pack(&l, ids[i]);
    jout_end_array(&j);
    jout_pair_i64(&j, "total", l.total);
    jout_pair_null(&j, "next");
    jout_end_object(&j);
    return rc;
}
