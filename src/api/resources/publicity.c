/* /public: what needs no login of the programmes: publicity, the register. */
#include "api/cases.h"
#include "api/panel.h"
#include "base/msg.h"
#include "programme/public.h"
#include "programme/public_centre.h"

static const struct schema id_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = INT64_MAX};
static const struct schema year_schema = {SCHEMA_INTEGER, .minimum = 1900, .maximum = 9999};
static const struct schema any_object = {SCHEMA_OBJECT};

LIST_SCHEMA(list_schema, any_object);

#define PUBLIC_PAGE 50 /* items of a page */

static const struct schema page_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = 1000000};
static const struct schema limit_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = 200};

/* The number of the page after; 0: there is none. */
static int64_t page_after(int64_t page, int64_t limit, int64_t total)
{
    return page * limit < total ? page + 1 : 0;
}

static bool is_state(struct str state)
{
    static const char *const states[] = {"running", "interrupted", "removed", "over", "closed"};
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (str_is(state, states[i]))
            return true;
    return state.len == 0;
}

static err_t get_publicity(struct reply *out, const struct request *r, struct err *e)
{
    struct programme p;
    struct items list;
    struct db *db = NULL;
    int64_t total = 0;
    const struct cases_asked asked = {.state = request_query(r, "state"),
                                      .words = str_trim(request_query(r, "q")),
                                      .page = request_integer(r, "page", 1),
                                      .limit = request_integer(r, "limit", PUBLIC_PAGE)};
    if (!is_state(asked.state))
        return err_set(e, E_INVALID, "state: running, interrupted, removed, over or closed");
    err_t rc = cases_open(&p, r, e);
    if (rc != OK)
        return rc;
    items_begin(&list);
    if ((rc = panel_reader_get(&db, r, e)) == OK)
        rc = public_cases_json(&list.json, &total, db, &p, &asked, r->subject->today, e);
    panel_reader_put(db, r);
    if (rc == OK)
        return items_end(out, r, &list, total, page_after(asked.page, asked.limit, total), e);
    buf_clear(&list.text);
    return rc;
}

static const struct parameter publicity_parameters[] = {
    {"q", IN_QUERY, &schema_string, false, false, N_("words in the party's name or the title")},
    {"state", IN_QUERY, &schema_string, false, false,
     N_("running, interrupted (taken down early), removed (an objection was upheld), over (nothing "
        "is decided yet) or closed")},
    {"page", IN_QUERY, &page_schema, false, false, N_("a page by number, from 1")},
    {"limit", IN_QUERY, &limit_schema, false, false, N_("items of a page; absent: 50")},
    {0}};
const struct resource resource_publicity = {
    .method = "GET",
    .reads = READS_NONE,
    .path = "/api/v1/public/publicity",
    .summary = N_("what is, or was, made public before a decision; the latest first"),
    .parameters = publicity_parameters,
    .reply = &list_schema,
    .handle = get_publicity,
    .need = NEED_NOBODY,
};

typedef err_t writes(struct jout *j, struct db *db, struct programme *p, const struct request *r,
                     struct err *e);

/* One object, read past the second fence. */
static err_t reply_one(struct reply *out, const struct request *r, writes *write, struct err *e)
{
    struct programme p;
    struct db *db = NULL;
    struct buf b;
    struct jout j;
    err_t rc = cases_open(&p, r, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    if ((rc = panel_reader_get(&db, r, e)) == OK)
        rc = write(&j, db, &p, r, e);
    panel_reader_put(db, r);
    if (rc == OK)
        return reply_json(out, r, &b, e);
    buf_clear(&b);
    return rc;
}

static err_t write_case(struct jout *j, struct db *db, struct programme *p, const struct request *r,
                        struct err *e)
{
    return public_case_json(j, db, p, request_integer(r, "id", 0), r->subject->today, e);
}

static err_t get_case(struct reply *out, const struct request *r, struct err *e)
{
    return reply_one(out, r, write_case, e);
}

static const struct parameter case_parameters[] = {{"id", IN_PATH, &id_schema, true, false, NULL},
                                                   {0}};
const struct resource resource_public_case = {
    .method = "GET",
    .reads = READS_NONE,
    .path = "/api/v1/public/publicity/{id}",
    .summary = N_("what is made public: name, document, days, and where to object"),
    .parameters = case_parameters,
    .reply = &any_object,
    .handle = get_case,
    .need = NEED_NOBODY,
};

static err_t get_rows(struct reply *out, const struct request *r, struct err *e)
{
    struct programme p;
    struct items list;
    struct db *db = NULL;
    int64_t count = 0;
    err_t rc = cases_open(&p, r, e);
    if (rc != OK)
        return rc;
    items_begin(&list);
    if ((rc = panel_reader_get(&db, r, e)) == OK)
        rc = public_rows_json(&list.json, &count, db, &p, request_integer(r, "id", 0),
                              r->subject->today, e);
    panel_reader_put(db, r);
    if (rc == OK)
        return items_end(out, r, &list, count, 0, e);
    buf_clear(&list.text);
    return rc;
}

const struct resource resource_publicity_rows = {
    .method = "GET",
    .reads = READS_NONE,
    .path = "/api/v1/public/publicity/{id}/rows",
    .summary = N_("the rows of a list that is made public, as it was frozen"),
    .parameters = case_parameters,
    .reply = &list_schema,
    .handle = get_rows,
    .need = NEED_NOBODY,
};

/* --- the register -------------------------------------------------------------------- */

/* Centres as the public may read them, by a condition. */
static err_t add_centres(struct jout *j, const char *name, struct str filter,
                         const struct request *r, struct err *e)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("centre"));
    const struct list_request q = {
        .filter = filter, .fields = STR("name,programme,region,entered,left"), .limit = 500};
    struct subject nobody;
    struct buf b;
    buf_init(&b, 0);
    subject_public(&nobody, r->subject->today, r->arena);
    err_t rc = record_list(&b, r->api->kernel, &nobody, t, &q, r->arena, e);
    if (rc == OK) {
        jout_name(j, name);
        jout_raw(j, arena_dup(r->arena, buf_str(&b)));
    }
    buf_clear(&b);
    return rc;
}

static err_t get_registry(struct reply *out, const struct request *r, struct err *e)
{
    int64_t year = request_integer(r, "year", 0);
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair_i64(&j, "year", year);
    err_t rc = add_centres(&j, "entered",
                           arena_printf(r->arena, "entered=%04lld-01-01..%04lld-12-31",
                                        (long long)year, (long long)year),
                           r, e);
    if (rc == OK)
        rc = add_centres(&j, "left",
                         arena_printf(r->arena, "left=%04lld-01-01..%04lld-12-31", (long long)year,
                                      (long long)year),
                         r, e);
    jout_end_object(&j);
    if (rc == OK)
        return reply_json(out, r, &b, e);
    buf_clear(&b);
    return rc;
}

static const struct parameter registry_parameters[] = {
    {"year", IN_QUERY, &year_schema, true, false, N_("a calendar year")}, {0}};
const struct resource resource_public_registry = {
    .method = "GET",
    .reads = READS_NONE,
    .path = "/api/v1/public/registry",
    .summary = N_("who entered the register of centres in a year, and who left it"),
    .parameters = registry_parameters,
    .reply = &any_object,
    .handle = get_registry,
    .need = NEED_NOBODY,
};

/* --- the register of centres ------------------------------------------------------------------- */

static err_t get_centres(struct reply *out, const struct request *r, struct err *e)
{
    const struct centres_asked asked = {.words = str_trim(request_query(r, "q")),
                                        .programme = request_query(r, "programme"),
                                        .industry = request_query(r, "industry"),
                                        .region = request_query(r, "region"),
                                        .state = request_query(r, "state"),
                                        .page = request_integer(r, "page", 1),
                                        .limit = request_integer(r, "limit", PUBLIC_PAGE)};
    struct programme p;
    struct items list;
    struct db *db = NULL;
    int64_t total = 0;
    if (asked.state.len && !str_is(asked.state, "valid") && !str_is(asked.state, "revoked") &&
        !str_is(asked.state, "exited"))
        return err_set(e, E_INVALID, "state: valid or revoked");
    err_t rc = cases_open(&p, r, e);
    if (rc != OK)
        return rc;
    items_begin(&list);
    if ((rc = panel_reader_get(&db, r, e)) == OK)
        rc = public_centres_json(&list.json, &total, db, &p, &asked, r->subject->today, e);
    panel_reader_put(db, r);
    if (rc == OK)
        return items_end(out, r, &list, total, page_after(asked.page, asked.limit, total), e);
    buf_clear(&list.text);
    return rc;
}

static const struct parameter centres_parameters[] = {
    {"q", IN_QUERY, &schema_string, false, false, N_("words in the name")},
    {"programme", IN_QUERY, &schema_string, false, false, N_("of one policy")},
    {"region", IN_QUERY, &schema_string, false, false,
     N_("GB/T 2260; a province's holds its cities")},
    {"industry", IN_QUERY, &schema_string, false, false, NULL},
    {"state", IN_QUERY, &schema_string, false, false, N_("valid or revoked")},
    {"page", IN_QUERY, &page_schema, false, false, N_("a page by number, from 1")},
    {"limit", IN_QUERY, &limit_schema, false, false, N_("items of a page; absent: 50")},
    {0}};
const struct resource resource_public_centres = {
    .method = "GET",
    .reads = READS_NONE,
    .path = "/api/v1/public/centres",
    .summary = N_("who is recognised, and who was: name, number, region, industry, days, state"),
    .parameters = centres_parameters,
    .reply = &list_schema,
    .handle = get_centres,
    .need = NEED_NOBODY,
};
