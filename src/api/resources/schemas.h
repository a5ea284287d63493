/* Reply schemas that several resources share. */
#ifndef API_RESOURCES_SCHEMAS_H
#define API_RESOURCES_SCHEMAS_H
#include "api/resource.h"

extern const struct schema schema_case_verdict;    /* review_verdict */
extern const struct schema schema_case_taken;      /* flow_taken_json */
extern const struct schema schema_input_fields;    /* entered_field_json */
extern const struct schema schema_case_commitment; /* hand_in_commitment_json */
extern const struct schema schema_due_act, schema_todo_list;
extern const struct schema schema_shown_day;       /* shown_day_json */
extern const struct schema schema_publicity_lists; /* publicity_json */
extern const struct schema schema_search_reply, schema_landscape_reply, schema_k,
    schema_patent_status, schema_patent_type, schema_group, schema_families;
extern const struct schema schema_record_fields; /* record_field_json */
extern const struct schema schema_paper; /* paper_canonical (paper/content.c) */
#endif
