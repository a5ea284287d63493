/* Two flags speak of the same when they are of one family and about the same records; the
 * later one is raised only where it has something to say that the settled one did not. */
#include "integrity/flag.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include <stdlib.h>

#define TYPE "integrity_flag"
#define TEXT_MAX_CHARACTERS 200
#define PARTY_MAX_CHARACTERS 120
#define NUMBER_MAX_CHARACTERS 80

typedef VEC(struct str) words;

struct known {
    struct str about; /* family and records */
    bool open;
    words said;
};

struct flags {
    struct kernel *kernel;
    struct arena *arena;
    struct map *by_about; /* index + 1 of the first of `all` */
    VEC(struct known) all;
};

/* --- what a flag is about --------------------------------------------------------------- */

/* A twin is a twin, by whatever it was known. */
static const char *family_of(struct str kind)
{
    static const char *const others[] = {"related_party",  "edited_after_filing", "abnormal_filing",
                                         "condition_lost", "policy_flag",         "shared_file",
                                         "full_time_twice"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (str_is(kind, others[i]))
            return others[i];
    return "twin";
}

/* Of what changes from case to case, the value counts too: a later version is news. */
static struct str said_of(struct str feature, struct str left, struct str right, struct arena *a)
{
    static const char *const with_value[] = {"changed", "listed", "counted", "condition",
                                             "flagged"};
    for (size_t i = 0; i < ARRAY_LEN(with_value); i++)
        if (str_is(feature, with_value[i]))
            return arena_printf(a, "%.*s %.*s %.*s", STR_ARG(feature), STR_ARG(left),
                                STR_ARG(right));
    return arena_dup(a, feature);
}

static struct str joined(const char *head, words *list, struct arena *a)
{
    struct buf b = {0};
    buf_addz(&b, head);
    if (list->len)
        qsort(list->ptr, list->len, sizeof(*list->ptr), str_cmp_first);
    for (size_t i = 0; i < list->len; i++)
        buf_addf(&b, "\n%.*s", STR_ARG(list->ptr[i]));
    return buf_take(&b, a);
}

static struct str record_text(struct str type, int64_t id, struct arena *a)
{
    return arena_printf(a, "%.*s %lld", STR_ARG(type), (long long)id);
}

/* --- what is there -------------------------------------------------------------------------- */

static void remember(struct flags *f, const struct known *k)
{
    VEC_PUSH(f->arena, &f->all, *k);
}

static err_t load_records(struct flags *f, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    int64_t now = 0;
    struct known k = {0};
    words records = {0};
    struct str kind = STR_NONE;
    err_t rc =
        db_query(&st, db,
                 "SELECT r.id, r.kind, r.state, c.type, c.record FROM record_integrity_flag r"
                 " JOIN record_integrity_flag_records c ON c.record_id = r.id"
                 " WHERE r.ended_ms IS NULL ORDER BY r.id, c.position",
                 NULL, 0, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK) {
        if (now && (!has_row || stmt_i64(st, 0) != now)) {
            k.about = joined(family_of(kind), &records, f->arena);
            remember(f, &k);
        }
        if (!has_row)
            break;
        if (stmt_i64(st, 0) != now) {
            now = stmt_i64(st, 0);
            records = (words){0};
            kind = arena_dup(f->arena, stmt_str(st, 1));
            k = (struct known){.open = str_is(stmt_str(st, 2), "open")};
        }
        VEC_PUSH(f->arena, &records, record_text(stmt_str(st, 3), stmt_i64(st, 4), f->arena));
    }
    stmt_free(st);
    return rc;
}

/* Both in the order of the flags. */
static err_t load_reasons(struct flags *f, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    int64_t now = 0;
    size_t at = 0;
    err_t rc = db_query(&st, db,
                        "SELECT c.record_id, c.feature, c.left_, c.right_"
                        " FROM record_integrity_flag_reasons c"
                        " JOIN record_integrity_flag r ON r.id = c.record_id"
                        " WHERE r.ended_ms IS NULL ORDER BY c.record_id, c.position",
                        NULL, 0, e);
    while (stmt_row(&rc, st, e)) {
        if (now && stmt_i64(st, 0) != now)
            at++;
        now = stmt_i64(st, 0);
        if (at < f->all.len)
            VEC_PUSH(f->arena, &f->all.ptr[at].said,
                     said_of(stmt_str(st, 1), stmt_str(st, 2), stmt_str(st, 3), f->arena));
    }
    stmt_free(st);
    return rc;
}

static void index_known(struct flags *f, size_t i)
{
    bool added;
    uint64_t *at = map_put(f->by_about, f->all.ptr[i].about, &added);
    if (added)
        *at = i + 1;
}

err_t flags_load(struct flags **out, struct kernel *k, struct db *db, struct arena *a,
                 struct err *e)
{
    struct flags *f = arena_alloc(a, sizeof(*f));
    *f = (struct flags){.kernel = k, .arena = a, .by_about = map_in(a)};
    *out = f;
    if (!record_type_find(k->types, STR(TYPE)))
        return err_set(e, E_NOTFOUND, "there is no kind of record %s", TYPE);
    err_t rc = load_records(f, db, e);
    if (rc == OK)
        rc = load_reasons(f, db, e);
    for (size_t i = 0; i < f->all.len; i++)
        index_known(f, i);
    return rc;
}

/* Nothing is new: a flag of these records waits, or what is said was settled. */
static bool is_known(const struct flags *f, struct str about, const words *said)
{
    const uint64_t *at = map_get(f->by_about, about);
    for (size_t i = at ? *at - 1 : f->all.len; i < f->all.len; i++) {
        const struct known *k = &f->all.ptr[i];
        bool all = true;
        if (!str_eq(k->about, about))
            continue;
        for (size_t n = 0; n < said->len; n++)
            all &= str_among(said->ptr[n], k->said.ptr, k->said.len);
        if (k->open || all)
            return true;
    }
    return false;
}

/* --- raising one --------------------------------------------------------------------------- */

static struct str cut(struct str s, size_t characters)
{
    size_t at = 0;
    for (size_t n = 0; n < characters && at < s.len; n++)
        (void)utf8_next(s, &at);
    return (struct str){s.ptr, at};
}

static void pair_cut(struct jout *j, const char *name, struct str s, size_t characters)
{
    if (s.len)
        jout_pair(j, name, cut(s, characters));
}

static struct str body_of(const struct flag_draft *d, const char *mark, struct str today,
                          struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "mark", str_of(mark));
    jout_pair(&j, "kind", str_of(d->kind));
    pair_cut(&j, "summary", d->summary, TEXT_MAX_CHARACTERS);
    jout_pair(&j, "found_on", today);
    jout_pair_array(&j, "records");
    for (size_t i = 0; i < d->record_count; i++) {
        const struct flagged_record *r = &d->records[i];
        jout_object(&j);
        jout_pair(&j, "type", r->type);
        jout_pair_i64(&j, "record", r->id);
        jout_pair_id(&j, "at_version", r->version);
        pair_cut(&j, "party", r->party, PARTY_MAX_CHARACTERS);
        pair_cut(&j, "number", r->number, NUMBER_MAX_CHARACTERS);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_pair_array(&j, "reasons");
    for (size_t i = 0; i < d->reason_count; i++) {
        jout_object(&j);
        jout_pair(&j, "feature", str_of(d->reasons[i].feature));
        pair_cut(&j, "left", d->reasons[i].left, TEXT_MAX_CHARACTERS);
        pair_cut(&j, "right", d->reasons[i].right, TEXT_MAX_CHARACTERS);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    return jout_take(&j, a);
}

/* The city's where there is one, else the province's. */
static err_t find_office(int64_t *out, struct kernel *k, const struct flag_draft *d, struct err *e)
{
    struct db *db = NULL;
    bool has_row = false;
    err_t rc = store_reader_get(&db, k->store, e);
    *out = 0;
    if (rc != OK)
        return rc;
    rc = db_row(&has_row, db,
                "SELECT id FROM unit WHERE owner_province = ?1 AND ended_ms IS NULL AND"
                " (kind = 'province_office' OR (kind = 'city_office' AND owner_city = ?2))"
                " ORDER BY CASE kind WHEN 'city_office' THEN 0 ELSE 1 END, id LIMIT 1",
                VALUES(v_str(d->province), v_str(d->city)), INTO(into_i64(out)), NULL, e);
    store_reader_put(k->store, db);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND,
                     "the province %.*s has no office to which a flag could be given: add it first",
                     STR_ARG(d->province));
    return rc;
}

struct giving {
    const struct kernel *kernel;
    const struct subject *by;
    int64_t office;
    struct arena *arena;
};

static err_t give(struct db *db, void *arg, const struct written *w, struct err *e)
{
    const struct giving *g = arg;
    const struct deed d = {
        .suite = g->kernel->suite, .clock = g->kernel->clock, .by = g->by, .arena = g->arena};
    struct assignment a = {
        .record_id = w->id, .type = STR(TYPE), .kind = STR("do"), .unit = g->office};
    return assignment_give(&a, db, &d, e);
}

static err_t write_flag(bool *raised, struct kernel *k, const struct flag_draft *d,
                        const char *mark, struct arena *a, struct err *e)
{
    struct subject program;
    struct written written = {0};
    struct err why = {0};
    const struct jvalue *body = NULL;
    struct giving g = {.kernel = k, .by = &program, .arena = a};
    struct str today = business_date(clock_now_ms(k->clock), a);
    subject_program(&program, today);
    err_t rc = OK;
    if (d->office)
        g.office = d->office;
    else
        rc = find_office(&g.office, k, d, e);
    if (rc == OK)
        rc = jin_parse(&body, body_of(d, mark, today, a), a, e);
    if (rc != OK)
        return rc;
    const struct write_options o = {.owner_unit = g.office, .with = give, .with_arg = &g};
    rc = record_create(
        &written, &(struct record_call){k, &program, record_type_find(k->types, STR(TYPE)), 0, a},
        body, &o, &why);
    *raised = rc == OK;
    if (rc == E_CONFLICT) /* another worker raised the same at this moment */
        return OK;
    if (rc == E_INVALID && written.faults.count)
        return err_set(e, E_INTERNAL, "a flag was refused: %.*s: %.*s",
                       STR_ARG(written.faults.items[0].field),
                       STR_ARG(written.faults.items[0].message_en));
    return err_pass(e, rc, &why);
}

err_t flag_raise(bool *raised, struct flags *flags, const struct flag_draft *draft, struct arena *a,
                 struct err *e)
{
    char mark[SHA256_HEX_LEN + 1];
    struct known now = {.open = true};
    words records = {0};
    *raised = false;
    for (size_t i = 0; i < draft->record_count; i++)
        VEC_PUSH(flags->arena, &records,
                 record_text(draft->records[i].type, draft->records[i].id, flags->arena));
    for (size_t i = 0; i < draft->reason_count; i++)
        VEC_PUSH(flags->arena, &now.said,
                 said_of(str_of(draft->reasons[i].feature), draft->reasons[i].left,
                         draft->reasons[i].right, flags->arena));
    now.about = joined(family_of(str_of(draft->kind)), &records, flags->arena);
    if (is_known(flags, now.about, &now.said))
        return OK;
    struct digest d =
        sha256_of(str_bytes(joined(arena_cstr(flags->arena, now.about), &now.said, flags->arena)));
    sha256_hex(mark, &d);
    err_t rc = write_flag(raised, flags->kernel, draft, mark, a, e);
    if (rc == OK) {
        remember(flags, &now);
        index_known(flags, flags->all.len - 1);
    }
    return rc;
}
