/* /document-numbers: numbers of official documents drawn ahead, and what lacks in the register. The
 * register itself is the records of the type document_number; marks are those of document_mark. */
#include "api/resource.h"
#include "base/msg.h"
#include "document/document_number.h"

static const char *const officers[] = {"province_officer", "province_leader",   "city_officer",
                                       "city_leader",      "ip_centre_officer", NULL};
static const char *const readers[] = {"province_officer",
                                      "province_leader",
                                      "city_officer",
                                      "city_leader",
                                      "ip_centre_officer",
                                      "auditor",
                                      NULL};

/* --- drawing --------------------------------------------------------------------------- */

static const struct parameter draw_parameters[] = {
    {"mark", IN_BODY, &schema_string, true, false, N_("a mark of your office, numbered here")},
    {"purpose", IN_BODY, &schema_string, true, false, N_("the purpose of the number")},
    {0}};
OBJECT_SCHEMA(number_schema, NULL, REQUIRED("id", schema_integer),
              REQUIRED("number", schema_string), REQUIRED("mark", schema_string),
              REQUIRED("year", schema_integer), REQUIRED("serial", schema_integer));

struct drawing {
    const struct request *request;
    struct document_number number;
};

static err_t draw_step(struct db *db, void *arg, struct err *e)
{
    struct drawing *d = arg;
    const struct request *r = d->request;
    const struct document_use use = {.kernel = r->api->kernel,
                                     .db = db,
                                     .by = r->subject,
                                     .today = r->subject->today,
                                     .purpose = str_trim(request_value(r, "purpose")),
                                     .arena = r->arena};
    return document_number_draw(&d->number, &use, str_trim(request_value(r, "mark")), e);
}

static err_t post_number(struct reply *out, const struct request *r, struct err *e)
{
    struct drawing d = {.request = r};
    struct jout j;
    if (str_trim(request_value(r, "purpose")).len == 0)
        return err_set(e, E_INVALID, "purpose: state the purpose of the number");
    err_t rc = store_write(r->api->store, draw_step, &d, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "id", d.number.id);
    jout_pair(&j, "number", d.number.written);
    jout_pair(&j, "mark", d.number.mark);
    jout_pair_i64(&j, "year", d.number.year);
    jout_pair_i64(&j, "serial", d.number.serial);
    return reply_created(out, r, &j, e);
}

const struct resource resource_document_number_draw = {
    .method = "POST",
    .path = "/api/v1/document-numbers",
    .summary = N_("draw the next document number of a mark of your office, ahead of its paper"),
    .parameters = draw_parameters,
    .reply = &number_schema,
    .statuses = {201},
    .handle = post_number,
    ROLE_AMONG(officers),
    .scope = "records:write",
};

/* --- what lacks ---------------------------------------------------------------------------- */

static const struct schema year_schema = {SCHEMA_INTEGER, .minimum = 2000, .maximum = 2100};
static const struct parameter gap_parameters[] = {
    {"mark", IN_QUERY, &schema_string, false, false, N_("absent: every mark of your office")},
    {"year", IN_QUERY, &year_schema, false, false, N_("absent: every year")},
    {0}};
OBJECT_SCHEMA(gap_schema, NULL, REQUIRED("mark", schema_string), REQUIRED("year", schema_integer),
              REQUIRED("last", schema_integer), REQUIRED("from", schema_integer),
              REQUIRED("to", schema_integer), REQUIRED("state", schema_string),
              OPTIONAL("number", schema_string), OPTIONAL("on", schema_string),
              OPTIONAL("by", schema_string), OPTIONAL("reason", schema_string));
LIST_SCHEMA(gaps_schema, gap_schema);

static void gap_json(struct jout *j, const struct document_year *y, const struct document_gap *g)
{
    jout_object(j);
    jout_pair(j, "mark", y->mark);
    jout_pair_i64(j, "year", y->year);
    jout_pair_i64(j, "last", y->last);
    jout_pair_i64(j, "from", g->from);
    jout_pair_i64(j, "to", g->to);
    jout_pair(j, "state", str_of(g->state));
    if (g->written.len) {
        jout_pair(j, "number", g->written);
        jout_pair(j, "on", g->on);
        jout_pair(j, "by", g->by);
        jout_pair(j, "reason", g->reason);
    }
    jout_end_object(j);
}

static err_t write_gaps(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                        struct err *e)
{
    const struct subject *s = r->subject;
    const struct document_year *years;
    struct document_gaps gaps;
    struct str mark = request_value(r, "mark");
    int64_t year = request_integer(r, "year", 0);
    size_t year_count;
    bool of_province = subject_has_role(s, "auditor");
    err_t rc = document_years(&years, &year_count, db, of_province ? 0 : s->unit, s->province,
                              r->arena, e);
    for (size_t i = 0; rc == OK && i < year_count; i++) {
        if ((mark.len && !str_eq(mark, years[i].mark)) || (year && year != years[i].year))
            continue;
        rc = document_gaps(&gaps, db, &years[i], r->arena, e);
        for (size_t k = 0; rc == OK && k < gaps.len; k++)
            gap_json(j, &years[i], &gaps.ptr[k]);
        *total += rc == OK ? (int64_t)gaps.len : 0;
    }
    return rc;
}

const struct resource resource_document_number_gaps = {
    .reads = READS_NONE,
    .path = "/api/v1/document-numbers/gaps",
    .summary = N_("document numbers of your office without a paper: voided (by whom and why), "
                  "drawn but unused, or not issued here"),
    .parameters = gap_parameters,
    .reply = &gaps_schema,
    ITEMS(write_gaps),
    ROLE_AMONG(readers),
    .scope = "records:read",
};
