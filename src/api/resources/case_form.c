/* /cases/{id}/form and /cases/{id}/verdict: what a case hands in as its form prints it, and how its conditions stand. */
#include "api/cases.h"
#include "api/policy.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "case/case.h"
#include "document/document.h"

OBJECT_SCHEMA(source_schema, "FormSource", REQUIRED("type", schema_string),
              REQUIRED("type_label", schema_string), REQUIRED("record", schema_integer),
              OPTIONAL("title", schema_string), OPTIONAL("field", schema_string),
              OPTIONAL("field_label", schema_string), OPTIONAL("inner", schema_string),
              OPTIONAL("changed_on", schema_string), REQUIRED("editable", schema_boolean));
ARRAY_SCHEMA(sources_schema, source_schema);
OBJECT_SCHEMA(gap_schema, "FormCellGap", OPTIONAL("record_type", schema_string),
              OPTIONAL("field", schema_string), OPTIONAL("inner", schema_string),
              OPTIONAL("label", schema_string), OPTIONAL("id", schema_integer),
              OPTIONAL("title", schema_string), REQUIRED("editable", schema_boolean));
ARRAY_SCHEMA(gaps_schema, gap_schema);
OBJECT_SCHEMA(column_schema, "FormColumn", REQUIRED("label", schema_string),
              REQUIRED("width", schema_integer));
ARRAY_SCHEMA(columns_schema, column_schema);
OBJECT_SCHEMA(row_schema, "FormRow", REQUIRED("record", schema_integer),
              REQUIRED("type", schema_string), REQUIRED("cells", schema_strings));
ARRAY_SCHEMA(rows_schema, row_schema);
ENUM_SCHEMA(kind_schema, NULL, "text", "number", "date", "list", "table", "files", "sign", "fixed",
            "commitment", "note");
static const struct schema computed_schema = {
    SCHEMA_BOOLEAN,
    .description = N_("a number that is counted from the records by its indicator")};
OBJECT_SCHEMA(cell_schema, "FormCell", REQUIRED("id", schema_string),
              REQUIRED("label", schema_string), OPTIONAL("guide", schema_string),
              REQUIRED("kind", kind_schema), REQUIRED("width", schema_integer),
              REQUIRED("required", schema_boolean), NULLABLE("value", schema_string),
              REQUIRED("computed", computed_schema), OPTIONAL("indicator", schema_string),
              PROOFS_MEMBERS, OPTIONAL("columns", columns_schema), OPTIONAL("rows", rows_schema),
              REQUIRED("sources", sources_schema), REQUIRED("gaps", gaps_schema),
              OPTIONAL("clause", schema_string), OPTIONAL("quote", schema_string),
              REQUIRED("criteria", schema_strings));
ARRAY_SCHEMA(line_schema, cell_schema);
ARRAY_SCHEMA(lines_schema, line_schema);
static const struct schema unknown_schema = {
    SCHEMA_INTEGER, .description = N_("numbers of which records are missing")};
ENUM_SCHEMA(state_schema, NULL, "done", "gaps", "empty", "other");
OBJECT_SCHEMA(section_schema, "FormSection", REQUIRED("id", schema_string),
              REQUIRED("label", schema_string), REQUIRED("state", state_schema),
              REQUIRED("required", schema_integer), REQUIRED("filled", schema_integer),
              REQUIRED("unknown", unknown_schema), REQUIRED("lines", lines_schema));
ARRAY_SCHEMA(sections_schema, section_schema);
OBJECT_SCHEMA(filed_schema, "FiledForm", REQUIRED("paper", schema_integer),
              REQUIRED("on", schema_string), OPTIONAL("by", schema_string),
              REQUIRED("digest", schema_string), OPTIONAL("content", schema_paper));
OBJECT_SCHEMA(form_schema, "CaseForm", REQUIRED("form", schema_string),
              REQUIRED("title", schema_string), REQUIRED("document", schema_string),
              OPTIONAL("clause", schema_string), OPTIONAL("quote", schema_string),
              REQUIRED("required", schema_integer), REQUIRED("filled", schema_integer),
              REQUIRED("unknown", unknown_schema), REQUIRED("as_of", schema_string),
              REQUIRED("counts", schema_boolean), OPTIONAL("filed", filed_schema),
              REQUIRED("sections", sections_schema));
ARRAY_SCHEMA(forms_schema, form_schema);
OBJECT_SCHEMA(reply_schema, "CaseForms", REQUIRED("forms", forms_schema),
              NULLABLE("commitment", schema_case_commitment),
              REQUIRED("updated_ms", schema_integer));

const struct resource resource_case_form = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/form",
    .summary =
        N_("the forms of a case, cell by cell: values, their records, missing values, the cells "
           "you may change; once handed in, the paper as it was filed"),
    .parameters = path_case_id,
    .reply = &reply_schema,
    CASE_ANSWER(form_json),
    .need = NEED_ACCOUNT,
    CASE_READ,
};

/* --- the live check ------------------------------------------------------------------------------ */

OBJECT_SCHEMA(mend_schema, "Mend", REQUIRED("type", schema_string),
              REQUIRED("type_label", schema_string), OPTIONAL("id", schema_integer),
              OPTIONAL("title", schema_string), OPTIONAL("field", schema_string),
              OPTIONAL("field_label", schema_string));
ARRAY_SCHEMA(mends_schema, mend_schema);
OBJECT_SCHEMA(reading_schema, "CriterionReading", REQUIRED("ambiguity", schema_string),
              OPTIONAL("text", schema_string));
ENUM_SCHEMA(stand_schema, NULL, "no", "near", "unknown", "judged", "ok");
static const struct schema any_schema = {SCHEMA_BOOLEAN,
                                         .description = N_("one of the mends is enough")};
OBJECT_SCHEMA(criterion_schema, "CriterionCheck", REQUIRED("criterion", schema_string),
              REQUIRED("label", schema_string), REQUIRED("state", stand_schema),
              OPTIONAL("value", schema_string), OPTIONAL("needs", schema_string),
              OPTIONAL("advice", schema_string), OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), OPTIONAL("reading", reading_schema),
              OPTIONAL("indicator", schema_string), REQUIRED("required", schema_boolean),
              OPTIONAL("any", any_schema), REQUIRED("mends", mends_schema));
ARRAY_SCHEMA(criteria_schema, criterion_schema);
OBJECT_SCHEMA(counts_schema, NULL, REQUIRED("no", schema_integer), REQUIRED("near", schema_integer),
              REQUIRED("unknown", schema_integer), REQUIRED("judged", schema_integer),
              REQUIRED("ok", schema_integer));
OBJECT_SCHEMA(list_schema, "DeclaredList", REQUIRED("list", schema_string),
              OPTIONAL("label", schema_string), REQUIRED("type", schema_string),
              REQUIRED("count", schema_integer));
ARRAY_SCHEMA(lists_schema, list_schema);
OBJECT_SCHEMA(verdict_schema, "CaseCheck", REQUIRED("pack", schema_string),
              REQUIRED("pack_version", schema_string), REQUIRED("as_of", schema_string),
              OPTIONAL("question", schema_string), OPTIONAL("label", schema_string),
              NULLABLE("pass", schema_boolean), OPTIONAL("wrong", schema_string),
              REQUIRED("counts", counts_schema), REQUIRED("criteria", criteria_schema),
              OPTIONAL("lists", lists_schema), OPTIONAL("up_to", schema_string));

const struct resource resource_case_verdict = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/verdict",
    .summary = N_("the current state of the criteria of a case: unmet ones first, each with the "
                  "records that would meet it"),
    .parameters = path_case_id,
    .reply = &verdict_schema,
    CASE_ANSWER(case_verdict_json),
    .need = NEED_ACCOUNT,
    CASE_READ,
};
