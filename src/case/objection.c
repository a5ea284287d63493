/* Objections by the public to a published list. */
#include "case/objection.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "crypto/random.h"

#define OBJECTION_TYPE "objection"
#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* --- taking one ------------------------------------------------------------------------------ */

#define CODE_LEN 12

/* Letters and digits without look-alikes, uniformly distributed: bytes beyond a multiple of their
 * number are drawn again. */
struct str objection_code(struct arena *a)
{
    static const char alphabet[] = "23456789abcdefghjkmnpqrstuvwxyz";
    const unsigned letters = sizeof(alphabet) - 1, even = 256 - 256 % letters;
    char *out = arena_alloc(a, CODE_LEN + 1);
    for (size_t i = 0; i < CODE_LEN;) {
        uint8_t drawn;
        random_bytes(&drawn, 1);
        if (drawn < even)
            out[i++] = alphabet[drawn % letters];
    }
    return str_of(out);
}

static struct str digest_of(struct str code, struct arena *a)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(code));
    digest_hex(hex, &d);
    return arena_dup(a, str_of(hex));
}

/* {"records":{TYPE:{…}}} */
static const struct jvalue *arguments_of(struct str type, const struct objection *o,
                                         struct str code_digest, bool needs_name, struct arena *a)
{
    struct jout j;
    jout_init_values(&j, a);
    jout_pair_object(&j, "records");
    jout_name_str(&j, type);
    jout_object(&j);
    if (!needs_name) /* else the step says it */
        jout_pair_bool(&j, "named", o->named);
    jout_pair(&j, "ground", o->ground);
    jout_pair(&j, "content", o->content);
    jout_pair(&j, "objector", o->objector);
    jout_pair(&j, "contact", o->contact);
    jout_pair(&j, "complains_of", o->complains_of);
    jout_pair(&j, "code_digest", code_digest);
    jout_end_object(&j);
    jout_end_object(&j);
    return jout_made(&j);
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

bool objection_needs_name(const struct process *process)
{
    struct str type;
    const struct process_step *s = public_step(&type, process);
    for (size_t i = 0; s && i < s->effect_count; i++)
        if (str_is(process_writes(&s->effects[i], STR("named")), "true"))
            return true;
    return false;
}

static err_t check_said(const struct objection *o, bool needs_name, struct err *e)
{
    if (needs_name && !o->named)
        return err_set(e, E_INVALID, "the policy takes objections in one's own name only");
    if (o->ground.len == 0 || o->content.len == 0)
        return err_set(e, E_INVALID, "an objection says its ground and the facts");
    if (o->named && (o->objector.len == 0 || o->contact.len == 0))
        return err_set(e, E_INVALID,
                       "an objection in one's own name says the name and how to be reached");
    if (!o->named && o->objector.len)
        return err_set(e, E_INVALID, "an anonymous objection says no name");
    return OK;
}

/* Objections of the last 24 hours: their number, and when the oldest leaves the window. */
struct of_day {
    int64_t amount, first_ms;
};

static err_t read_day(struct of_day *out, struct db *db, const char *sql,
                      const struct value *values, size_t count, struct err *e)
{
    *out = (struct of_day){0};
    return db_row(NULL, db, sql, values, count,
                  INTO(into_i64(&out->amount), into_i64(&out->first_ms)), NULL, e);
}

/* A flood would keep the case from ever being decided: each is to be settled. */
static err_t check_flood(int64_t *later_ms, struct step *g)
{
    int64_t since_ms = clock_now_ms(g->p->kernel->clock) - DAY_MS;
    struct of_day day = {0};
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = read_day(&day, g->db,
                      "SELECT count(*), min(created_ms) FROM record_objection WHERE owner_unit = ?1"
                      " AND case_number = ?2 AND created_ms > ?3",
                      VALUES(v_i64(g->x->c.unit), v_str(g->x->c.number), v_i64(since_ms)), g->e);
    step_reader_end(g);
    if (rc != OK || day.amount < OBJECTIONS_DAY_MAX)
        return rc;
    *later_ms = day.first_ms - since_ms;
    return err_set(g->e, E_LIMIT,
                   "the office takes in no more objections to this today; send yours to it on "
                   "paper, or try again tomorrow");
}

/* The entry of its first version, which commits to what was said. */
static err_t first_entry(struct str *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    return db_text(out, db,
                   "SELECT entry FROM record_version WHERE type = 'objection' AND record_id ="
                   " ?1 AND version = 1",
                   VALUES(v_i64(id)), a, e);
}

static err_t entry_of_first(struct str *out, struct programme *p, int64_t id, struct err *e)
{
    return STORE_READ(db, p->kernel->store, e, first_entry(out, db, id, p->arena, e));
}

err_t objection_make(struct objection_taken *out, struct step *g, const struct objection *o)
{
    struct str type = STR_NONE;
    const struct jvalue *result;
    int64_t id = 0;
    *out = (struct objection_taken){0};
    const bool needs_name = objection_needs_name(g->x->process);
    err_t rc = check_said(o, needs_name, g->e);
    if (rc == OK && !(g->x->step = public_step(&type, g->x->process)))
        rc = err_set(g->e, E_NOTFOUND, "the process \"%.*s\" has no objections",
                     STR_ARG(process_name(g->x->process)));
    if (rc == OK && !o->first)
        rc = check_flood(&out->later_ms, g);
    if (rc != OK)
        return rc;
    out->code = objection_code(g->x->arena);
    g->x->arguments =
        arguments_of(type, o, digest_of(out->code, g->x->arena), needs_name, g->x->arena);
    rc = flow_take(&out->step, g);
    if (rc == OK)
        rc = jin_parse(&result, out->step.result, g->x->arena, g->e);
    if (rc == OK && !jin_i64(&id, result, arena_printf(g->x->arena, "%.*s_id", STR_ARG(type)).ptr))
        rc = err_set(g->e, E_INTERNAL, "the step wrote no record");
    if (rc == OK)
        rc = entry_of_first(&out->entry, g->p, id, g->e);
    out->number = arena_printf(g->x->arena, "%.4s-%06lld", g->x->today.ptr, (long long)id);
    return rc;
}

/* --- asking for the state ------------------------------------------------------------------ */

static err_t read_row(bool *found, struct objection_known *o, struct db *db, struct arena *a,
                      struct err *e)
{
    return db_row(found, db,
                  "SELECT CASE state WHEN 'open' THEN 1 ELSE 0 END, case_number FROM "
                  "record_objection WHERE id = ?1 AND ended_ms"
                  " IS NULL",
                  VALUES(v_i64(o->id)), INTO(into_bool(&o->open), into_str(&o->case_number)), a, e);
}

static err_t read_values(struct objection_known *o, struct str *code_digest, struct db *db,
                         struct programme *p, struct err *e)
{
    static const char *const names[] = {"received",    "conclusion", "settled_on",
                                        "code_digest", "upheld",     "files"};
    const struct record_type *t = record_type_find(p->kernel->types, STR(OBJECTION_TYPE));
    const struct jvalue *values[ARRAY_LEN(names)] = {0};
    err_t rc =
        t ? OK
          : err_set(e, E_INTERNAL, "there is no record type %.*s", STR_ARG(STR(OBJECTION_TYPE)));
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(names); i++)
        rc = record_value(&values[i], db, p->kernel, t, o->id, str_of(names[i]), p->arena, e);
    struct str *const texts[] = {&o->received, &o->conclusion, &o->settled_on, code_digest};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = programme_condition_text(values[i]);
    o->has_upheld = values[4];
    o->upheld = values[4] && values[4]->type == J_TRUE;
    o->files = values[5];
    return rc;
}

err_t objection_find(struct objection_known *out, struct db *db, struct programme *p,
                     struct str number, struct str code, struct err *e)
{
    struct str rest = number, year = str_split(&rest, STR("-"));
    struct str kept = STR_NONE;
    bool found = false;
    err_t rc = OK;
    *out = (struct objection_known){.number = number};
    if (str_to_i64(&out->id, rest) && out->id > 0)
        rc = read_row(&found, out, db, p->arena, e);
    if (rc == OK && found)
        rc = read_values(out, &kept, db, p, e);
    if (rc != OK)
        return rc;
    bool canonical =
        str_eq(number, arena_printf(p->arena, "%.*s-%06lld", STR_ARG(year), (long long)out->id));
    bool own = kept.len && canonical &&
               (str_eq(kept, digest_of(code, p->arena)) || access_off(STR("objections"), "code"));
    if (!found || !own || !str_starts(out->received, year) || year.len != 4)
        return err_set(e, E_NOTFOUND, "there is no objection of this number and code");
    return first_entry(&out->entry, db, out->id, p->arena, e);
}

static size_t file_count(const struct objection_known *o)
{
    return o->files && o->files->type == J_ARRAY ? o->files->count : 0;
}

void objection_json(struct jout *j, const struct objection_known *o)
{
    jout_object(j);
    jout_pair(j, "number", o->number);
    jout_pair(j, "received", o->received);
    jout_pair(j, "entry", o->entry);
    jout_pair(j, "state", o->open ? STR("open") : STR("closed"));
    jout_pair_array(j, "files");
    for (size_t i = 0; i < file_count(o); i++) {
        jout_object(j);
        jout_pair(j, "digest", jin_text(&o->files->items[i], "digest"));
        jout_pair(j, "name", jin_text(&o->files->items[i], "name"));
        jout_end_object(j);
    }
    jout_end_array(j);
    if (!o->open) {
        if (o->has_upheld)
            jout_pair_bool(j, "upheld", o->upheld);
        jout_pair(j, "settled_on", o->settled_on);
        jout_pair(j, "conclusion", o->conclusion);
    }
    jout_end_object(j);
}

/* --- files ----------------------------------------------------------------------------------- */

static err_t check_open(const struct objection_known *o, struct err *e)
{
    if (!o->open)
        return err_set(e, E_CONFLICT, "the objection is settled: nothing is added to it");
    if (file_count(o) >= OBJECTION_FILES_MAX)
        return err_set(e, E_LIMIT, "an objection has at most %d files", OBJECTION_FILES_MAX);
    return OK;
}

/* The office of the province that deals with the case. */
static err_t read_office(struct objection_known *o, struct db *db, struct programme *p,
                         struct err *e)
{
    struct flow_case c;
    int64_t id = 0;
    err_t rc = db_i64(&id, db, "SELECT id FROM flow_case WHERE number = ?1",
                      VALUES(v_str(o->case_number)), e);
    if (rc == OK && id == 0)
        rc = err_set(e, E_CORRUPT, "the objection %.*s is of no case", STR_ARG(o->number));
    if (rc == OK)
        rc = flow_case_read(&c, db, id, p->arena, e);
    if (rc != OK)
        return rc;
    o->province = c.province;
    struct str today = business_date(clock_now_ms(p->kernel->clock), p->arena);
    return flow_unit_of(&o->office, db, &c, STR("province_officer"), today, e);
}

err_t objection_room(struct objection_known *o, struct db *db, struct programme *p, struct err *e)
{
    int64_t since_ms = clock_now_ms(p->kernel->clock) - DAY_MS;
    struct of_day day = {0};
    err_t rc = check_open(o, e);
    if (rc == OK)
        rc = read_office(o, db, p, e);
    if (rc == OK)
        rc = read_day(&day, db,
                      "SELECT coalesce(sum(bytes), 0), coalesce(min(created_ms), 0) FROM file WHERE"
                      " owner_unit = ?1 AND created_by = 0 AND created_ms > ?2",
                      VALUES(v_i64(o->office), v_i64(since_ms)), e);
    if (rc != OK || day.amount + OBJECTION_FILE_BYTES <= OBJECTION_DAY_BYTES)
        return rc;
    o->later_ms = day.first_ms - since_ms;
    return err_set(e, E_LIMIT,
                   "the office takes in no more files today; send them to it on paper, or "
                   "try again tomorrow");
}

struct adding {
    const struct objection_known *known;
    struct programme *p;
    struct str digest, name;
};

static const struct jvalue *files_body(const struct objection_known *o, const struct adding *x)
{
    struct jout j;
    jout_init_values(&j, x->p->arena);
    jout_pair_array(&j, "files");
    for (size_t i = 0; i < file_count(o); i++)
        jout_value(&j, &o->files->items[i]);
    jout_object(&j);
    jout_pair(&j, "digest", x->digest);
    jout_pair(&j, "name", x->name);
    jout_end_object(&j);
    jout_end_array(&j);
    return jout_made(&j);
}

static bool has_file(const struct objection_known *o, struct str digest)
{
    for (size_t i = 0; i < file_count(o); i++)
        if (str_eq(jin_text(&o->files->items[i], "digest"), digest))
            return true;
    return false;
}

/* Uses the current state in the step: another file or the conclusion may have been added
 * meanwhile. */
static err_t add_step(struct db *db, void *arg, struct err *e)
{
    struct adding *x = arg;
    struct programme *p = x->p;
    const struct record_type *t = record_type_find(p->kernel->types, STR(OBJECTION_TYPE));
    struct objection_known o = {.id = x->known->id, .number = x->known->number};
    struct str code;
    struct subject program;
    struct written w = {0};
    bool found;
    err_t rc = read_row(&found, &o, db, p->arena, e);
    if (rc == OK && !found)
        rc = err_set(e, E_NOTFOUND, "there is no objection of this number and code");
    if (rc == OK)
        rc = read_values(&o, &code, db, p, e);
    if (rc != OK || has_file(&o, x->digest))
        return rc;
    if ((rc = check_open(&o, e)) != OK)
        return rc;
    subject_program(&program, business_date(clock_now_ms(p->kernel->clock), p->arena));
    rc = record_put(&w, db, &(struct record_call){p->kernel, &program, t, o.id, p->arena},
                    files_body(&o, x), &(struct write_options){.reason = x->known->number}, e);
    if (rc == E_INVALID && w.faults.count)
        rc = err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(w.faults.items[0].field),
                     STR_ARG(msg_lang() == LANG_ZH ? w.faults.items[0].message_zh
                                                   : w.faults.items[0].message_en));
    return rc;
}

err_t objection_add_file(const struct objection_known *o, struct programme *p, struct str digest,
                         struct str name, struct err *e)
{
    struct adding x = {o, p, digest, name};
    return store_write(p->kernel->store, add_step, &x, e);
}
