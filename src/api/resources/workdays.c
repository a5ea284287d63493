/* /workdays: the years whose working days are known, each with its days that differ from the week. */
#include "api/resource.h"
#include "base/msg.h"
#include "case/calendar_import.h"
#include "decide/calendar_store.h"

OBJECT_SCHEMA(day_schema, NULL, REQUIRED("date", schema_string), REQUIRED("works", schema_boolean));
ARRAY_SCHEMA(days_schema, day_schema);
static const struct schema source_schema = {
    SCHEMA_STRING, .description = N_("who announced it, where; absent: it came with the program")};
OBJECT_SCHEMA(year_schema, NULL, REQUIRED("year", schema_integer),
              REQUIRED("working_days", schema_integer), OPTIONAL("source", source_schema),
              REQUIRED("days", days_schema));
LIST_SCHEMA(list_schema, year_schema);
OBJECT_SCHEMA(imported_schema, NULL, REQUIRED("year", schema_integer),
              REQUIRED("added", schema_boolean), REQUIRED("moved", schema_integer));

static void write_year(struct jout *j, const struct calendar *c, int year)
{
    char text[DATE_TEXT_LEN + 1];
    int32_t first = date_to_days((struct date){year, 1, 1});
    int32_t last = date_to_days((struct date){year, 12, 31});
    int64_t working = 0;
    jout_object(j);
    jout_pair_i64(j, "year", year);
    for (size_t i = 0; i < c->count; i++)
        if (c->years[i].year == year)
            jout_pair(j, "source", c->years[i].source);
    jout_pair_array(j, "days");
    for (int32_t day = first; day <= last; day++) {
        bool works = calendar_is_workday(c, date_from_days(day));
        working += works;
        if (works == ((day + 3) % 7 < 5)) /* 1970-01-01 was a Thursday */
            continue;
        date_format(text, date_from_days(day));
        jout_object(j);
        jout_pair(j, "date", str_of(text));
        jout_pair_bool(j, "works", works);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_i64(j, "working_days", working);
    jout_end_object(j);
}

static err_t write_workdays(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                            struct err *e)
{
    const struct calendar *c = NULL;
    err_t rc = calendar_load(&c, db, r->arena, e);
    for (int year = rc == OK ? calendar_last_year(c) : 0; year >= calendar_first_year(); year--) {
        write_year(j, c, year);
        ++*total;
    }
    return rc;
}

static err_t put_workdays(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *correct = jin_get(r->body, "correct");
    struct calendar_import i = {.deed = request_deed(r),
                                .correct = correct && correct->type == J_TRUE};
    struct jout j;
    err_t rc = calendar_parse(&i.year, request_value(r, "table"), msg("table"), r->arena, e);
    if (rc == OK)
        rc = calendar_import(&i, r->api->store, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "year", i.year.year);
    jout_pair_bool(&j, "added", i.added);
    jout_pair_u64(&j, "moved", i.moves.len);
    return reply_object(out, r, &j, e);
}

static const char *const keepers[] = {"system_administrator", "province_officer", NULL};
static const struct parameter put_parameters[] = {
    {"table", IN_BODY, &schema_prose, true, false,
     N_("CSV with date,kind,holiday; kind is rest or work; lines with # before it name the "
        "announcement")},
    {"correct", IN_BODY, &schema_boolean, false, false,
     N_("true: it replaces a table of this year that was given before; open deadlines are counted "
        "again, and whom they concern is told")},
    {0}};

const struct resource resource_workdays = {
    .reads = READS_NONE,
    .path = "/api/v1/workdays",
    .summary = N_("the years whose working days are known, the latest first"),
    .reply = &list_schema,
    ITEMS(write_workdays),
    .need = NEED_ACCOUNT,
    .scope = "settings",
};
const struct resource resource_workdays_put = {
    .method = "PUT",
    .path = "/api/v1/workdays",
    .summary = N_("give the working days of a further year, or correct those of one that was "
                  "given; dates are "
                  "counted again"),
    .parameters = put_parameters,
    .reply = &imported_schema,
    .handle = put_workdays,
    ROLE_AMONG(keepers),
    .scope = "settings",
    ENTRIES(EACH,
            N_("one for the year and one for each date that moves; none for a year that is known")),
};
