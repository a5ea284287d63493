/* The records of a facts document, column by column (docs/facts.md is made from this table); and behind
 * them what only reports of a year count, which is never given to a verdict (types/facts.yaml,
 * `report`). */
#include "policy/facts_priv.h"
#include <stddef.h>

#define WORDS(name, ...) static const char *const name[] = {__VA_ARGS__, NULL}

WORDS(kinds, "enterprise", "university", "institute", "park", "association", "service_org",
      "transfer_org", "other");
WORDS(levels, "national", "provincial", "city");
WORDS(offices, "city", "province");
WORDS(objection_states, "open", "closed");
WORDS(staff_fields, "industry", "filing", "navigation", "review", "finance", "legal");
WORDS(deal_types, "transfer", "licence", "open_licence", "equity", "pledge", "investment",
      "securitisation", "standardisation", "insurance", "other");
WORDS(deal_states, "intent", "signed", "filed", "void");
WORDS(project_kinds, "conversion", "industrialisation", "other");
WORDS(roles, "organiser", "participant");
WORDS(consortium_kinds, "consortium", "alliance", "pool");
WORDS(driven_kinds, "key_enterprise", "university", "institute", "other");
WORDS(patent_types, "invention", "utility", "design");
WORDS(outcomes, "granted", "refused", "withdrawn", "pending");
WORDS(standards, "enterprise_ip", "university_ip", "institute_ip", "iso56005");
WORDS(centre_states, "active", "exited");
WORDS(results, "pass", "fail");
WORDS(finding_states, "alleged", "confirmed", "dismissed");
WORDS(grades, "优秀", "合格", "不合格");
WORDS(recognition_forms, "recognised", "letter");
WORDS(duties, "coordination", "exchange", "matching", "industrialisation", "capability",
      "information", "solutions", "pool", "services", "overseas");
WORDS(goals, "creation", "conversion", "innovation", "risk");
WORDS(modes, "own", "joint", "bought");
WORDS(event_kinds, "exchange", "roadshow", "matching", "publicity", "other");
WORDS(support_kinds, "policy", "funds", "project", "services", "space", "facilities");
WORDS(stages, "creation", "use", "protection", "management");
WORDS(aspects, "industrialisation", "cooperation", "financing", "incubation", "chain");
WORDS(tracks, "product", "financing", "site", "promotion", "goods", "brand");

#define BOOL(n)                                                                                    \
    {                                                                                              \
        .name = n, .type = FACT_BOOL                                                               \
    }
#define DATE(n)                                                                                    \
    {                                                                                              \
        .name = n, .type = FACT_DATE                                                               \
    }
#define DATE_OR(n, none)                                                                           \
    {                                                                                              \
        .name = n, .type = FACT_DATE, .absent = none                                               \
    }
#define DATE_UNTIL(n, last)                                                                        \
    {                                                                                              \
        .name = n, .type = FACT_DATE, .until = last                                                \
    }
#define INT(n)                                                                                     \
    {                                                                                              \
        .name = n, .type = FACT_INT                                                                \
    }
#define MONEY(n)                                                                                   \
    {                                                                                              \
        .name = n, .type = FACT_MONEY                                                              \
    }
#define NUMBER(n)                                                                                  \
    {                                                                                              \
        .name = n, .type = FACT_NUMBER                                                             \
    }
#define SHARE(n)                                                                                   \
    {                                                                                              \
        .name = n, .type = FACT_NUMBER, .elsewhere = true                                          \
    }
#define TEXT(n)                                                                                    \
    {                                                                                              \
        .name = n, .type = FACT_TEXT                                                               \
    }
#define TEXT_OR_NONE(n)                                                                            \
    {                                                                                              \
        .name = n, .type = FACT_TEXT, .none = true                                                 \
    }
#define TEXT_OR_FALSE(n)                                                                           \
    {                                                                                              \
        .name = n, .type = FACT_TEXT_OR_FALSE                                                      \
    }
#define KEY(n)                                                                                     \
    {                                                                                              \
        .name = n, .type = FACT_TEXT, .key = TEXT_KEY                                              \
    }
#define CODE(n)                                                                                    \
    {                                                                                              \
        .name = n, .type = FACT_TEXT, .key = CREDIT_CODE                                           \
    }
#define WORD(n, w)                                                                                 \
    {                                                                                              \
        .name = n, .type = FACT_WORD, .words = w                                                   \
    }
#define LIST_OF(n, w)                                                                              \
    {                                                                                              \
        .name = n, .type = FACT_WORDS, .words = w                                                  \
    }
#define COLUMNS(of, ...) static const struct fact_column of[] = {__VA_ARGS__, {.name = NULL}}

COLUMNS(applicant, TEXT("name"), CODE("credit_code"), WORD("kind", kinds), BOOL("leading"),
        WORD("park_level", levels), WORD("association_scope", levels), TEXT("city"),
        BOOL("provincial_unit"), BOOL("legal_person"), BOOL("ip_department"), BOOL("autonomous"),
        TEXT("registered_province"), WORD("parent_kind", kinds), BOOL("parent_in_province"),
        DATE("construction_started"), DATE("recognised_on"), TEXT_OR_NONE("exception_reason"));
COLUMNS(industry, TEXT("name"), BOOL("on_list"), TEXT_OR_NONE("off_list_reason"));
COLUMNS(expected, TEXT("indicator"), TEXT("unit"), NUMBER("baseline"), NUMBER("target"),
        DATE("date"));
COLUMNS(application, WORD("to", offices), TEXT("office_city"), DATE("filed_with_city"),
        {.name = "expected", .type = FACT_ROWS, .inner = expected, .report = true});
COLUMNS(process, DATE("recommended"), DATE("rechecked"));
COLUMNS(publicity, DATE("published"));
COLUMNS(objections, {.name = "received", .type = FACT_MOMENT}, WORD("state", objection_states),
        BOOL("upheld"));
COLUMNS(workplace, BOOL("fixed"), BOOL("independent"), BOOL("office_conditions"));
COLUMNS(documents, BOOL("construction_plan"), BOOL("working_mechanism"), BOOL("rules"),
        BOOL("service_catalogue"));
COLUMNS(staff, TEXT("name"), KEY("id_number"), BOOL("full_time"), BOOL("social_security"),
        BOOL("labour_contract"), BOOL("qualified"), BOOL("manager"),
        {.name = "from", .type = FACT_DATE, .absent = "0001-01-01", .until = "to"},
        DATE_OR("to", NEVER), LIST_OF("fields", staff_fields));
COLUMNS(deals, KEY("contract_no"), WORD("type", deal_types), WORD("state", deal_states),
        DATE("signed"), MONEY("amount"), {.name = "currency", .type = FACT_TEXT, .absent = "CNY"},
        {.name = "amount_cny", .type = FACT_MONEY, .spare = true}, LIST_OF("parties", NULL),
        LIST_OF("patents", NULL), BOOL("related_party"),
        {.name = "accepted", .type = FACT_BOOL, .spare = true}, SHARE("share"));
COLUMNS(projects, KEY("id"), WORD("kind", project_kinds), WORD("role", roles), DATE("started"),
        SHARE("share"), {.name = "tracks", .type = FACT_WORDS, .words = tracks, .report = true});
COLUMNS(consortia, TEXT("name"), WORD("kind", consortium_kinds), DATE("formed"));
COLUMNS(served_parties, TEXT("name"), CODE("credit_code"), BOOL("in_chain"), BOOL("sme"),
        DATE("served"), {.name = "aspects", .type = FACT_WORDS, .words = aspects, .report = true});
COLUMNS(driven_parties, TEXT("name"), CODE("credit_code"), WORD("kind", driven_kinds));
COLUMNS(patents, TEXT("number"), WORD("type", patent_types), BOOL("key_field"),
        DATE_UNTIL("filed", "granted"), DATE_OR("granted", NEVER), DATE_OR("lapsed", NEVER),
        WORD("outcome", outcomes), DATE("outcome_date"),
        {.name = "after_exam", .type = FACT_BOOL, .spare = true}, BOOL("high_value"),
        BOOL("implemented"), BOOL("evidence"));
COLUMNS(product_filings, KEY("filing_no"), DATE("date"));
COLUMNS(certificates, WORD("standard", standards), TEXT("grade"), DATE_UNTIL("issued", "expires"),
        DATE("expires"));
COLUMNS(trainings, TEXT("title"), DATE("date"), INT("attendees"));
COLUMNS(project, DATE_UNTIL("start", "end"), DATE("end"), TEXT_OR_NONE("reason"),
        DATE("task_book_signed"), DATE("first_payment"), TEXT_OR_FALSE("department"));
COLUMNS(centres, CODE("credit_code"), WORD("state", centre_states));
COLUMNS(funds, BOOL("assured"), BOOL("separate_account"));
COLUMNS(budget_lines, TEXT("line"), MONEY("approved"));
COLUMNS(spending, KEY("voucher_no"), TEXT("line"), KEY("project_no"), MONEY("amount"),
        DATE("date"));
COLUMNS(series, TEXT("name"), INT("year"), NUMBER("value"), TEXT("source"));
COLUMNS(parameters, {.name = "base_year", .type = FACT_INT, .until = "end_year", .before = true},
        INT("end_year"));
COLUMNS(plan_items, TEXT("title"), TEXT("duty"), INT("count"));
COLUMNS(service_plans, INT("year"),
        {.name = "items", .type = FACT_ROWS, .inner = plan_items, .report = true});
COLUMNS(annual_reports, INT("year"), BOOL("report"), BOOL("plan"), DATE("filed_city"),
        DATE("reviewed_city"), DATE("filed_province"), DATE("copied_city"), BOOL("data_checked"),
        BOOL("declassified"));
COLUMNS(liaison, TEXT_OR_FALSE("department"), BOOL("person"), DATE("vacant_since"));
COLUMNS(ip_body, BOOL("value"));
COLUMNS(rectifications, DATE("issued"), DATE("due"), WORD("recheck", results));
COLUMNS(findings, WORD("state", finding_states), DATE("date"), BOOL("serious"), TEXT("ground"));
COLUMNS(scores, TEXT("head"), NUMBER("score"));
COLUMNS(evaluations, INT("year"), WORD("grade", grades),
        {.name = "scores", .type = FACT_ROWS, .inner = scores});
COLUMNS(recognitions, WORD("level", levels), WORD("form", recognition_forms), DATE("date"));
COLUMNS(awards, TEXT("policy"), MONEY("amount"), DATE("date"));
COLUMNS(award, MONEY("amount"));
COLUMNS(judgements, TEXT("id"), TEXT("by"), WORD("result", results), TEXT("reason"));
COLUMNS(readings, TEXT("id"), TEXT("reading"), TEXT("reason"));
COLUMNS(services, DATE("date"), TEXT("title"), WORD("duty", duties), WORD("goal", goals),
        WORD("mode", modes), MONEY("fee"), CODE("party"), BOOL("party_sme"), BOOL("party_related"),
        BOOL("rated"));
COLUMNS(events_shown, TEXT("project"), TEXT("feedback"), BOOL("lead"));
COLUMNS(events, TEXT("title"), WORD("kind", event_kinds), {.name = "starts", .type = FACT_MOMENT},
        INT("attended"), {.name = "shown", .type = FACT_ROWS, .inner = events_shown});
COLUMNS(supports, TEXT("title"), WORD("kind", support_kinds), DATE("date"), MONEY("amount"));
COLUMNS(activities, TEXT("title"), WORD("stage", stages), DATE("date"));
COLUMNS(stock_patents, KEY("number"), DATE("surveyed"), DATE("listed"), DATE("assessed"),
        DATE("matched"), DATE("converted"));

const struct fact_record fact_records[] = {
    {"applicant", SHAPE_OBJECT, applicant, false},
    {"industry", SHAPE_OBJECT, industry, false},
    {"application", SHAPE_OBJECT, application, false},
    {"process", SHAPE_OBJECT, process, false},
    {"publicity", SHAPE_OBJECT, publicity, false},
    {"objections", SHAPE_LIST, objections, false},
    {"workplace", SHAPE_OBJECT, workplace, false},
    {"documents", SHAPE_OBJECT, documents, false},
    {"staff", SHAPE_LIST, staff, false},
    {"deals", SHAPE_LIST, deals, false},
    {"projects", SHAPE_LIST, projects, false},
    {"consortia", SHAPE_LIST, consortia, false},
    {"served_parties", SHAPE_LIST, served_parties, false},
    {"driven_parties", SHAPE_LIST, driven_parties, false},
    {"patents", SHAPE_LIST, patents, false},
    {"product_filings", SHAPE_LIST, product_filings, false},
    {"certificates", SHAPE_LIST, certificates, false},
    {"trainings", SHAPE_LIST, trainings, false},
    {"project", SHAPE_OBJECT, project, false},
    {"centres", SHAPE_LIST, centres, false},
    {"funds", SHAPE_OBJECT, funds, false},
    {"budget_lines", SHAPE_LIST, budget_lines, false},
    {"spending", SHAPE_LIST, spending, false},
    {"series", SHAPE_LIST, series, false},
    {"parameters", SHAPE_OBJECT, parameters, false},
    {"service_plans", SHAPE_LIST, service_plans, false},
    {"annual_reports", SHAPE_LIST, annual_reports, false},
    {"liaison", SHAPE_OBJECT, liaison, false},
    {"ip_body", SHAPE_VALUE, ip_body, false},
    {"rectifications", SHAPE_LIST, rectifications, false},
    {"findings", SHAPE_LIST, findings, false},
    {"evaluations", SHAPE_LIST, evaluations, false},
    {"recognitions", SHAPE_LIST, recognitions, false},
    {"awards", SHAPE_LIST, awards, false},
    {"award", SHAPE_OBJECT, award, false},
    {"judgements", SHAPE_LIST, judgements, false},
    {"readings", SHAPE_LIST, readings, false},
    {"services", SHAPE_LIST, services, true},
    {"events", SHAPE_LIST, events, true},
    {"supports", SHAPE_LIST, supports, true},
    {"activities", SHAPE_LIST, activities, true},
    {"stock_patents", SHAPE_LIST, stock_patents, true},
    {NULL, SHAPE_OBJECT, NULL, false},
};
