/* /public: what needs no login of the programmes: publicity, the register. */
#include "api/cases.h"
#include "api/list_book.h"
#include "api/panel.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "case/public.h"
#include "case/public_centre.h"

static const struct schema year_schema = {SCHEMA_INTEGER, .minimum = 1900, .maximum = 9999};
/* --- output (case/public.c, matter/publicity_show.c) ----------------------------------
 */

ENUM_SCHEMA(publicity_state, "PublicityState", "running", "interrupted", "removed", "over",
            "closed");
OBJECT_SCHEMA(document_schema, "PolicyDocument", REQUIRED("title", schema_string),
              OPTIONAL("number", schema_string), OPTIONAL("issuer", schema_string));

#define PUBLICITY_MEMBERS                                                                          \
    REQUIRED("id", schema_integer), REQUIRED("number", schema_string),                             \
        REQUIRED("name", schema_string), OPTIONAL("title", schema_string),                         \
        REQUIRED("programme", schema_string), REQUIRED("document", document_schema),               \
        REQUIRED("trial", schema_boolean), REQUIRED("state", publicity_state),                     \
        REQUIRED("stage", schema_string), OPTIONAL("removed_on", schema_string),                   \
        REQUIRED("published_on", schema_string), OPTIONAL("last_day", schema_string),              \
        REQUIRED("provisional", schema_boolean), OPTIONAL("day", schema_integer),                  \
        OPTIONAL("days", schema_integer), OPTIONAL("working_days", schema_strings),                \
        OPTIONAL("list_digest", schema_string), OPTIONAL("named_only", schema_boolean),            \
        OPTIONAL("objections", schema_string)
OBJECT_SCHEMA(publicity_schema, "Publicity", PUBLICITY_MEMBERS);
LIST_SCHEMA(publicities_schema, publicity_schema);

OBJECT_SCHEMA(row_schema, "PublicityRow", REQUIRED("case", schema_string),
              OPTIONAL("city", schema_string), OPTIONAL("code", schema_string),
              OPTIONAL("industry", schema_string), OPTIONAL("name", schema_string),
              REQUIRED("number", schema_integer), REQUIRED("party", schema_string),
              OPTIONAL("removed_on", schema_string));
LIST_SCHEMA(rows_schema, row_schema);
OBJECT_SCHEMA(frozen_schema, NULL, OPTIONAL("note", schema_string),
              REQUIRED("programme", schema_string), REQUIRED("rows", rows_schema_items),
              OPTIONAL("title", schema_string));

OBJECT_SCHEMA(removed_schema, NULL, REQUIRED("case", schema_string),
              REQUIRED("removed_on", schema_string));
ARRAY_SCHEMA(removed_list, removed_schema);
OBJECT_SCHEMA(capture_schema, NULL, REQUIRED("digest", schema_string),
              REQUIRED("name", schema_string));
ENUM_SCHEMA(site_kind, NULL, "website", "account", "paper", "board", "reprint");
OBJECT_SCHEMA(site_schema, "PublicitySite", REQUIRED("kind", site_kind),
              REQUIRED("title", schema_string), REQUIRED("url", schema_string),
              REQUIRED("published_at", schema_string), OPTIONAL("capture", capture_schema),
              OPTIONAL("down_at", schema_string), OPTIONAL("noted_at", schema_string),
              OPTIONAL("noted_by", schema_string));
ARRAY_SCHEMA(sites_schema, site_schema);
ENUM_SCHEMA(list_how, NULL, "first", "again", "corrected", "place_added", "taken_down", "goes_on");
/* In a case it has more members than to the public: objections to offices, why, and who noted what. */
OBJECT_SCHEMA(shown_list, "PublicityList", REQUIRED("id", schema_integer),
              OPTIONAL("how", list_how), OPTIONAL("title", schema_string),
              OPTIONAL("note", schema_string), OPTIONAL("published_on", schema_string),
              OPTIONAL("decided_at", schema_string), OPTIONAL("frozen_at", schema_string),
              OPTIONAL("list_digest", schema_string), OPTIONAL("last_day", schema_string),
              OPTIONAL("provisional", schema_boolean), OPTIONAL("objections_open", schema_integer),
              OPTIONAL("objections_upheld", schema_integer), OPTIONAL("why", schema_string),
              OPTIONAL("list", frozen_schema), OPTIONAL("removed", removed_list),
              REQUIRED("entry", schema_string), REQUIRED("sites", sites_schema),
              REQUIRED("faults", schema_integer), REQUIRED("unsettled", schema_integer));
const struct schema schema_publicity_lists = {SCHEMA_ARRAY, .items = &shown_list};
OBJECT_SCHEMA(notice_schema, "PublicityNotice", PUBLICITY_MEMBERS,
              OPTIONAL("contact", schema_string), REQUIRED("lists", schema_publicity_lists));

/* --- publicity -------------------------------------------------------------------------------- */

#define PUBLIC_PAGE 50 /* items of a page */

static const struct schema limit_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = 200};

/* The number of the page after; 0: there is none. */
static int64_t page_after(int64_t page, int64_t limit, int64_t total)
{
    return page * limit < total ? page + 1 : 0;
}

static bool is_state(struct str state)
{
    static const char *const states[] = {"running", "interrupted", "removed", "over", "closed"};
    return STR_IN(state, states) || state.len == 0;
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
    items_begin(&list);
    err_t rc = cases_open(&p, r, e);
    if (rc == OK && (rc = panel_reader_get(&db, r, e)) == OK)
        rc = public_cases_json(&list.json, &total, db, &p, &asked, r->subject->today, e);
    panel_reader_put(db, r);
    return items_end_if(rc, out, r, &list, total, page_after(asked.page, asked.limit, total), e);
}

static const struct parameter publicity_parameters[] = {
    {"q", IN_QUERY, &schema_string, false, false, N_("words in the party's name or the title")},
    {"state", IN_QUERY, &schema_string, false, false,
     N_("running, interrupted (taken down early), removed (an objection was upheld), over (nothing "
        "is decided yet) or closed")},
    {"page", IN_QUERY, &schema_page, false, false, N_("a page by number, from 1")},
    {"limit", IN_QUERY, &limit_schema, false, false, N_("items of a page; absent: 50")},
    {0}};
const struct resource resource_publicity = {
    .reads = READS_NONE,
    .path = "/api/v1/public/publicity",
    .summary = N_("current and past publications before a decision, the latest first"),
    .parameters = publicity_parameters,
    .reply = &publicities_schema,
    .handle = get_publicity,
    .need = NEED_NOBODY,
};

typedef err_t writes(struct jout *j, struct db *db, struct programme *p, const struct request *r,
                     struct err *e);

static err_t reply_one(struct reply *out, const struct request *r, writes *write, struct err *e)
{
    struct programme p;
    struct db *db = NULL;
    struct jout j;
    err_t rc = cases_open(&p, r, e);
    if (rc != OK)
        return rc;
    jout_own(&j);
    if ((rc = panel_reader_get(&db, r, e)) == OK)
        rc = write(&j, db, &p, r, e);
    panel_reader_put(db, r);
    return reply_json_if(rc, out, r, j.to, e);
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

const struct resource resource_public_case = {
    .reads = READS_NONE,
    .path = "/api/v1/public/publicity/{id}",
    .summary = N_("a publication: name, document, dates, and where to object"),
    .parameters = path_id,
    .reply = &notice_schema,
    .handle = get_case,
    .need = NEED_NOBODY,
};

static err_t get_rows(struct reply *out, const struct request *r, struct err *e)
{
    struct programme p;
    struct items list;
    struct db *db = NULL;
    int64_t count = 0;
    items_begin(&list);
    err_t rc = cases_open(&p, r, e);
    if (rc == OK && (rc = panel_reader_get(&db, r, e)) == OK)
        rc = public_rows_json(&list.json, &count, db, &p, request_integer(r, "id", 0),
                              r->subject->today, e);
    panel_reader_put(db, r);
    return items_end_if(rc, out, r, &list, count, 0, e);
}

static const struct book_column row_columns[] = {{"number", N_("No."), NULL},
                                                 {"case", N_("Case"), NULL},
                                                 {"party", N_("Organisation"), NULL},
                                                 {"code", N_("Code"), NULL},
                                                 {"name", N_("Name"), NULL},
                                                 {"city", N_("City"), NULL},
                                                 {"industry", N_("Industry"), NULL},
                                                 {"removed_on", N_("Off the list since"), NULL},
                                                 {0}};
const struct resource resource_publicity_rows = {
    .reads = READS_NONE,
    .path = "/api/v1/public/publicity/{id}/rows",
    .summary = N_("the rows of a list that is made public, as it was frozen"),
    .parameters = path_id,
    .reply = &rows_schema,
    .book = row_columns,
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
    struct buf b = {0};
    subject_public(&nobody, r->subject->today, r->arena);
    err_t rc =
        record_list(&b, &(struct record_call){r->api->kernel, &nobody, t, 0, r->arena}, &q, e);
    if (rc == OK)
        jout_pair_raw(j, name, arena_dup(r->arena, buf_str(&b)));
    buf_clear(&b);
    return rc;
}

static err_t get_registry(struct reply *out, const struct request *r, struct err *e)
{
    int64_t year = request_integer(r, "year", 0);
    struct jout j;
    jout_open(&j);
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
    return reply_json_if(rc, out, r, j.to, e);
}

OBJECT_SCHEMA(moved_schema, NULL, REQUIRED("id", schema_integer),
              REQUIRED("version", schema_integer), REQUIRED("state", schema_string),
              NULLABLE("name", schema_string), NULLABLE("programme", schema_string),
              NULLABLE("region", schema_string), NULLABLE("entered", schema_string),
              NULLABLE("left", schema_string));
CURSOR_LIST_SCHEMA(moved_list, moved_schema);
OBJECT_SCHEMA(registry_schema, NULL, REQUIRED("year", schema_integer),
              REQUIRED("entered", moved_list), REQUIRED("left", moved_list));

static const struct parameter registry_parameters[] = {
    {"year", IN_QUERY, &year_schema, true, false, N_("a calendar year")}, {0}};
const struct resource resource_public_registry = {
    .reads = READS_NONE,
    .path = "/api/v1/public/registry",
    .summary = N_("entries into and exits from the register of centres in a year"),
    .parameters = registry_parameters,
    .reply = &registry_schema,
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
    items_begin(&list);
    err_t rc = cases_open(&p, r, e);
    if (rc == OK && (rc = panel_reader_get(&db, r, e)) == OK)
        rc = public_centres_json(&list.json, &total, db, &p, &asked, r->subject->today, e);
    panel_reader_put(db, r);
    return items_end_if(rc, out, r, &list, total, page_after(asked.page, asked.limit, total), e);
}

/* case/public_centre.c */
ENUM_SCHEMA(centre_level, NULL, "national", "provincial", "city");
ENUM_SCHEMA(centre_state, NULL, "valid", "revoked", "exited");
OBJECT_SCHEMA(section_schema, NULL, REQUIRED("heading", schema_string),
              OPTIONAL("text", schema_string));
ARRAY_SCHEMA(sections_schema, section_schema);
OBJECT_SCHEMA(profile_schema, NULL, REQUIRED("sections", sections_schema),
              OPTIONAL("as_of", schema_string));
OBJECT_SCHEMA(centre_schema, "PublicCentre", NULLABLE("name", schema_string),
              NULLABLE("former", schema_string), NULLABLE("number", schema_string),
              NULLABLE("party", schema_string), NULLABLE("programme", schema_string),
              NULLABLE("document", schema_string), NULLABLE("level", centre_level),
              NULLABLE("term", schema_string), NULLABLE("cycle_ends", schema_string),
              NULLABLE("basis_expires", schema_string), NULLABLE("basis_lapsed", schema_boolean),
              NULLABLE("trial", schema_boolean), NULLABLE("region", schema_string),
              NULLABLE("region_name", schema_string), NULLABLE("industry", schema_string),
              NULLABLE("entered", schema_string), NULLABLE("left", schema_string),
              REQUIRED("state", centre_state), NULLABLE("profile", profile_schema));
LIST_SCHEMA(centres_schema, centre_schema);

static const struct parameter centres_parameters[] = {
    {"q", IN_QUERY, &schema_string, false, false, N_("words in the name, or in one that it had")},
    {"programme", IN_QUERY, &schema_string, false, false, N_("one policy")},
    {"region", IN_QUERY, &schema_string, false, false,
     N_("GB/T 2260; a province's holds its cities")},
    {"industry", IN_QUERY, &schema_string, false, false, NULL},
    {"state", IN_QUERY, &schema_string, false, false, N_("valid or revoked")},
    {"page", IN_QUERY, &schema_page, false, false, N_("a page by number, from 1")},
    {"limit", IN_QUERY, &limit_schema, false, false, N_("items of a page; absent: 50")},
    {0}};
const struct resource resource_public_centres = {
    .reads = READS_NONE,
    .path = "/api/v1/public/centres",
    .summary = N_(
        "currently and formerly recognised centres: name, number, region, industry, dates, state"),
    .parameters = centres_parameters,
    .reply = &centres_schema,
    .handle = get_centres,
    .need = NEED_NOBODY,
};
