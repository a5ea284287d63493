/* Packs for requests. */
#include "api/policy.h"
#include "access/subject.h"
#include "api/pack_shelf.h"
#include "base/date.h"
#include "base/msg.h"
#include "decide/office.h"

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

err_t policy_version(struct packs **packs, const struct pack **out, const struct request *r,
                     const char *name, struct err *e)
{
    struct str id = request_value(r, name), seen = request_value(r, "digest");
    const struct calendar *calendar = NULL;
    err_t rc = policy_open_with(packs, &calendar, r, e);
    if (rc == OK)
        rc = packs_get(out, *packs, id, e);
    if (rc != OK || seen.len == 0 || str_eq(seen, (*out)->digest))
        return rc;
    rc = packs_open(packs, arena_printf(r->arena, "%s/packs", r->api->data_dir).ptr, e);
    if (rc != OK)
        return rc;
    packs_close_with(*packs, r->arena);
    packs_use_calendar(*packs, calendar);
    rc = packs_get(out, *packs, id, e);
    if (rc == OK && !str_eq(seen, (*out)->digest))
        rc = err_set(e, E_CONFLICT, "the files of %.*s are others by now: their digest is %.*s",
                     STR_ARG(id), STR_ARG((*out)->digest));
    return rc == OK ? policy_check_office(r, *out, e) : rc;
}

err_t policy_check_office(const struct request *r, const struct pack *p, struct err *e)
{
    return office_of_pack(r->subject, p)
               ? OK
               : err_set(e, E_DENIED, "this is for officers of the province that %.*s is for",
                         STR_ARG(p->id));
}

err_t policy_pack(const struct pack **out, const struct request *r, const char *name, struct err *e)
{
    struct packs *packs = NULL;
    struct str id = request_value(r, name);
    err_t rc = policy_version(&packs, out, r, name, e);
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

OBJECT_SCHEMA(file, NULL, REQUIRED("field", schema_string), REQUIRED("name", schema_string),
              REQUIRED("digest", schema_string));
ARRAY_SCHEMA(files, file);
OBJECT_SCHEMA(source, NULL, REQUIRED("type", schema_string), REQUIRED("id", schema_integer),
              REQUIRED("version", schema_integer), REQUIRED("files", files));
OBJECT_SCHEMA(row, "EvidenceRow", REQUIRED("record", schema_string),
              OPTIONAL("label", schema_string), OPTIONAL("same_as", schema_string),
              OPTIONAL("share", schema_string), OPTIONAL("amount", schema_string),
              OPTIONAL("source", source));
ARRAY_SCHEMA(rows, row);
OBJECT_SCHEMA(read_of_type, NULL, REQUIRED("type", schema_string),
              REQUIRED("records", schema_integer), REQUIRED("all", schema_boolean),
              REQUIRED("stated", schema_boolean), REQUIRED("hidden", schema_strings),
              REQUIRED("masked", schema_strings));
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
OBJECT_SCHEMA(evidence, NULL, EVIDENCE_MEMBERS);
ARRAY_SCHEMA(all_evidence, evidence);
OBJECT_MEMBERS(evidence_reply, EVIDENCE_MEMBERS, REQUIRED("read", schema_facts_read));
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
OBJECT_SCHEMA(word, NULL, REQUIRED("fact", schema_string), REQUIRED("who", schema_string),
              REQUIRED("label", schema_string), REQUIRED("label_en", schema_string),
              OPTIONAL("checked", schema_string), REQUIRED("evidence", schema_string),
              REQUIRED("evidence_en", schema_string), OPTIONAL("register", schema_string),
              OPTIONAL("confirmed", confirmed));
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
OBJECT_MEMBERS(operand, NULLABLE("text", schema_string), REQUIRED("numbers", operand_numbers),
               REQUIRED("days", operand_days), REQUIRED("facts", operand_facts),
               REQUIRED("missing", schema_strings));
static const struct schema operands = {
    SCHEMA_OBJECT, .properties = operand_members,
    .description =
        N_("what the verdict was made of: numbers, days, values of records, and keys that "
           "are missing, by path")};
OBJECT_MEMBERS(criterion, REQUIRED("id", schema_string), REQUIRED("kind", schema_string),
               REQUIRED("clause", schema_string), NULLABLE("quote", schema_string),
               REQUIRED("checked", schema_boolean), NULLABLE("value", schema_quantity),
               NULLABLE("needs", schema_string), NULLABLE("pass", schema_boolean),
               NULLABLE("advice", schema_string), REQUIRED("applicable", schema_boolean),
               REQUIRED("unknown", schema_strings), REQUIRED("operands", operands),
               REQUIRED("words", words), REQUIRED("rows", all_evidence));
static const struct schema criterion = {SCHEMA_OBJECT, .name = "Criterion",
                                        .properties = criterion_members};
ARRAY_SCHEMA(criteria, criterion);
OBJECT_SCHEMA(flag, NULL, REQUIRED("id", schema_string), REQUIRED("text", schema_string),
              REQUIRED("records", schema_strings));
ARRAY_SCHEMA(flags, flag);
OBJECT_MEMBERS(verdict, REQUIRED("pack", schema_string), REQUIRED("version", schema_string),
               REQUIRED("digest", schema_string), REQUIRED("question", schema_string),
               REQUIRED("verdict", schema_string), REQUIRED("status", schema_string),
               REQUIRED("binding", schema_boolean), REQUIRED("criteria", criteria),
               REQUIRED("ambiguities", schema_strings), REQUIRED("flags", flags),
               REQUIRED("read", schema_facts_read));
const struct schema schema_verdict = {SCHEMA_OBJECT, .name = "Verdict",
                                      .properties = verdict_members};

OBJECT_SCHEMA(finding, NULL, REQUIRED("file", schema_string), REQUIRED("line", schema_integer),
              REQUIRED("column", schema_integer), REQUIRED("reason", schema_string));
const struct schema schema_pack_findings = {
    SCHEMA_ARRAY, .items = &finding,
    .description = N_("the faults of packs that cannot be used: file, line and remedy")};
