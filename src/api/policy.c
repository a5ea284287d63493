/* Packs for requests. */
#include "api/policy.h"
#include "access/subject.h"
#include "api/pack_shelf.h"
#include "base/date.h"
#include "base/msg.h"

static void give_back(void *shelved)
{
    pack_shelf_give(shelved);
}

err_t policy_open(struct packs **out, const struct request *r, struct err *e)
{
    const struct calendar *calendar = NULL;
    return policy_open_with(out, &calendar, r, e);
}

err_t policy_open_with(struct packs **out, const struct calendar **calendar,
                       const struct request *r, struct err *e)
{
    struct shelved *x = NULL;
    err_t rc = pack_shelf_take(&x, r->api->packs, e);
    if (rc != OK)
        return rc;
    arena_cleanup(r->arena, give_back, x);
    *out = shelved_packs(x);
    *calendar = shelved_calendar(x);
    return OK;
}

err_t policy_pack(const struct pack **out, const struct request *r, const char *name, struct err *e)
{
    struct packs *packs = NULL;
    struct str id = request_value(r, name);
    err_t rc = policy_open(&packs, r, e);
    if (rc == OK)
        rc = packs_get(out, packs, id, e);
    if (rc == OK && (*out)->document.standing == PACK_LIBRARY)
        rc = err_set(e, E_NOTFOUND, "there is no policy \"%.*s\"", STR_ARG(id));
    return rc;
}

err_t policy_day(struct str *out, const struct request *r, struct err *e)
{
    struct date day;
    *out = request_value(r, "as_of");
    if (out->len == 0)
        *out = business_date(clock_now_ms(r->api->clock), r->arena);
    return date_parse(&day, *out)
               ? OK
               : err_set(e, E_INVALID, "as_of: \"%.*s\" is no date YYYY-MM-DD", STR_ARG(*out));
}

/* --- what replies look like ------------------------------------------------------------ */

static const struct property file_members[] = {{"field", &schema_string, true},
                                               {"name", &schema_string, true},
                                               {"digest", &schema_string, true},
                                               {0}};
static const struct schema file = {SCHEMA_OBJECT, .properties = file_members};
static const struct schema files = {SCHEMA_ARRAY, .items = &file};
static const struct property source_members[] = {{"type", &schema_string, true},
                                                 {"id", &schema_integer, true},
                                                 {"version", &schema_integer, true},
                                                 {"files", &files, true},
                                                 {0}};
static const struct schema source = {SCHEMA_OBJECT, .properties = source_members};
static const struct property row_members[] = {{"record", &schema_string, true},
                                              {"label", &schema_string, false},
                                              {"share", &schema_string, false},
                                              {"source", &source, false},
                                              {0}};
static const struct schema row = {SCHEMA_OBJECT, .properties = row_members};
static const struct schema rows = {SCHEMA_ARRAY, .items = &row};
static const struct property read_members[] = {{"type", &schema_string, true},
                                               {"records", &schema_integer, true},
                                               {"all", &schema_boolean, true},
                                               {"stated", &schema_boolean, true},
                                               {"hidden", &schema_strings, true},
                                               {"masked", &schema_strings, true},
                                               {0}};
static const struct schema read_of_type = {SCHEMA_OBJECT, .properties = read_members};
const struct schema schema_facts_read = {
    SCHEMA_ARRAY, .items = &read_of_type,
    .description = N_("the records behind the counts, by type: the number that the subject may "
                      "read; whether others may be hidden; whether a statement declares the list "
                      "complete; fields that are hidden or masked")};
#define EVIDENCE_MEMBERS                                                                           \
    {"indicator", &schema_string, true}, {"label", &schema_string, false}, {"in", &rows, true},    \
        {"possible", &rows, true},                                                                 \
    {                                                                                              \
        "out", &rows, true                                                                         \
    }
static const struct property evidence_members[] = {EVIDENCE_MEMBERS, {0}};
static const struct schema evidence = {SCHEMA_OBJECT, .properties = evidence_members};
static const struct schema all_evidence = {SCHEMA_ARRAY, .items = &evidence};
static const struct property evidence_reply_members[] = {
    EVIDENCE_MEMBERS, {"read", &schema_facts_read, true}, {0}};
const struct schema schema_evidence_reply = {SCHEMA_OBJECT, .properties = evidence_reply_members};
/* Counts are numbers; sums and rates texts, so that no reader rounds them. */
UNION_SCHEMA(amount, NULL, &schema_number, &schema_string);
OBJECT_SCHEMA(amount_range, NULL, REQUIRED("at_least", amount), NULLABLE("at_most", amount));
static const struct schema *const quantity_kinds[] = {&schema_number, &schema_string, &amount_range,
                                                      NULL};
const struct schema schema_quantity = {
    SCHEMA_UNION, .name = "Quantity", .any_of = quantity_kinds,
    .description = N_("a count as a number, a sum or a rate as text; {at_least, at_most} where it "
                      "is not certain")};
OBJECT_SCHEMA(confirmed, NULL, OPTIONAL("by", schema_string), OPTIONAL("role", schema_string),
              OPTIONAL("on", schema_string), OPTIONAL("case", schema_string));
static const struct property word_members[] = {
    {"fact", &schema_string, true},        {"who", &schema_string, true},
    {"label", &schema_string, true},       {"label_en", &schema_string, true},
    {"checked", &schema_string, false},    {"evidence", &schema_string, true},
    {"evidence_en", &schema_string, true}, {"register", &schema_string, false},
    {"confirmed", &confirmed, false},      {0}};
static const struct schema word = {SCHEMA_OBJECT, .properties = word_members};
static const struct schema words = {
    SCHEMA_ARRAY, .items = &word,
    .description = N_("the source of each of its facts, its checker and its evidence")};
OBJECT_SCHEMA(operand_number, NULL, OUTCOME_MEMBERS, REQUIRED("in", schema_integer),
              REQUIRED("possible", schema_integer), REQUIRED("out", schema_integer));
ARRAY_SCHEMA(operand_numbers, operand_number);
OBJECT_SCHEMA(operand_day, NULL, REQUIRED("name", schema_string), OPTIONAL("from", schema_string),
              OPTIONAL("day", schema_string), REQUIRED("provisional", schema_boolean));
ARRAY_SCHEMA(operand_days, operand_day);
OBJECT_SCHEMA(operand_fact, NULL, REQUIRED("path", schema_string),
              OPTIONAL("value", schema_string));
ARRAY_SCHEMA(operand_facts, operand_fact);
static const struct property operand_members[] = {
    {"text", &schema_string, true, true}, {"numbers", &operand_numbers, true},
    {"days", &operand_days, true},        {"facts", &operand_facts, true},
    {"missing", &schema_strings, true},   {0}};
static const struct schema operands = {
    SCHEMA_OBJECT, .properties = operand_members,
    .description =
        N_("what the verdict was made of: numbers, days, values of records, and keys that "
           "are missing, by path")};
static const struct property criterion_members[] = {{"id", &schema_string, true},
                                                    {"kind", &schema_string, true},
                                                    {"clause", &schema_string, true},
                                                    {"quote", &schema_string, true, true},
                                                    {"checked", &schema_boolean, true},
                                                    {"value", &schema_quantity, true, true},
                                                    {"needs", &schema_string, true, true},
                                                    {"pass", &schema_boolean, true, true},
                                                    {"advice", &schema_string, true, true},
                                                    {"applicable", &schema_boolean, true},
                                                    {"unknown", &schema_strings, true},
                                                    {"operands", &operands, true},
                                                    {"words", &words, true},
                                                    {"rows", &all_evidence, true},
                                                    {0}};
static const struct schema criterion = {SCHEMA_OBJECT, .name = "Criterion",
                                        .properties = criterion_members};
static const struct schema criteria = {SCHEMA_ARRAY, .items = &criterion};
static const struct property flag_members[] = {{"id", &schema_string, true},
                                               {"text", &schema_string, true},
                                               {"records", &schema_strings, true},
                                               {0}};
static const struct schema flag = {SCHEMA_OBJECT, .properties = flag_members};
static const struct schema flags = {SCHEMA_ARRAY, .items = &flag};
static const struct property verdict_members[] = {
    {"pack", &schema_string, true},         {"version", &schema_string, true},
    {"digest", &schema_string, true},       {"question", &schema_string, true},
    {"verdict", &schema_string, true},      {"status", &schema_string, true},
    {"binding", &schema_boolean, true},     {"criteria", &criteria, true},
    {"ambiguities", &schema_strings, true}, {"flags", &flags, true},
    {"read", &schema_facts_read, true},     {0}};
const struct schema schema_verdict = {SCHEMA_OBJECT, .name = "Verdict",
                                      .properties = verdict_members};

static const struct property finding_members[] = {{"file", &schema_string, true},
                                                  {"line", &schema_integer, true},
                                                  {"column", &schema_integer, true},
                                                  {"reason", &schema_string, true},
                                                  {0}};
static const struct schema finding = {SCHEMA_OBJECT, .properties = finding_members};
const struct schema schema_pack_findings = {
    SCHEMA_ARRAY, .items = &finding,
    .description = N_("the faults of packs that cannot be used: file, line and remedy")};
