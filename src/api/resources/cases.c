/* /calls and /cases: rounds, and the matters that move through the processes of policies. Lists are
 * those of the record types call and case, so that filters, pages and who sees what are one. */
#include "api/cases.h"
#include "api/list_book.h"
#include "api/policy.h"
#include "api/records.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "document/hand_in.h"
#include "record/facts.h"

const struct schema cases_id_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = INT64_MAX,
                                       .description =
                                           N_("the id of a case, not its number (2026-000012)")};
ARRAY_SCHEMA(list_items, schema_values);
OBJECT_SCHEMA(list_schema, NULL, REQUIRED("items", list_items), NULLABLE("total", schema_integer),
              NULLABLE("next", schema_string));
const struct parameter path_case_id[] = {{"id", IN_PATH, &cases_id_schema, true, false, NULL}, {0}};
static const struct parameter list_parameters[] = {
    {"filter", IN_QUERY, &schema_string, false, false,
     N_("programme=sc-yunying-2025 and stage=queue; see the manual")},
    {"sort", IN_QUERY, &schema_string, false, false, N_("fields, a minus before one: descending")},
    {"fields", IN_QUERY, &schema_string, false, false, N_("absent: the list's columns; *: all")},
    {"q", IN_QUERY, &schema_string, false, false, N_("words in number and title")},
    {"cursor", IN_QUERY, &schema_string, false, false, N_("`next` of the page before")},
    {"page", IN_QUERY, &schema_page, false, false, N_("a page by number, from 1")},
    {"limit", IN_QUERY, &schema_limit, false, false, N_("cases of a page; absent: 50")},
    {0}};

static err_t list_of(struct reply *out, const struct request *r, const char *type, struct err *e)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, str_of(type));
    const struct list_request q = records_list_request(r);
    struct buf b = {0};
    err_t rc = record_list(&b, RECORD_CALL(r, t, 0), &q, e);
    return reply_json_if(rc, out, r, &b, e);
}

static err_t get_calls(struct reply *out, const struct request *r, struct err *e)
{
    return list_of(out, r, "call", e);
}

const struct resource resource_calls = {
    .reads = READS_ROWS,
    .path = "/api/v1/calls",
    .summary = N_("rounds in which applications are taken in; records of the type call"),
    .parameters = list_parameters,
    .reply = &list_schema,
    .handle = get_calls,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

static struct str programme_word(const struct book_words *w, struct str id)
{
    const struct pack *p = NULL;
    bool there = packs_get(&p, w->packs, id, NULL) == OK;
    return there ? pack_label(p, p->document.title, w->a) : STR_NONE;
}

static struct str process_word(const struct book_words *w, struct str id)
{
    const struct pack *p = NULL;
    bool there = packs_get(&p, w->packs, jin_text(w->item, "programme"), NULL) == OK;
    const struct process *process = there ? pack_process(p, id) : NULL;
    return !process ? STR_NONE : msg_lang() == LANG_EN ? process->label_en : process->label;
}

static struct str type_word(const struct book_words *w, struct str name)
{
    const struct record_type *t = record_type_find(w->types, name);
    return t ? label_shown(t->label) : STR_NONE;
}

static struct str state_word(const struct book_words *w, struct str code)
{
    const struct state *s = record_state(record_type_find(w->types, STR("case")), code);
    return s ? label_shown(s->label) : STR_NONE;
}

static const struct book_column case_columns[] = {
    {"id", N_("Id"), NULL},
    {"version", N_("Version"), NULL},
    {"state", N_("State"), state_word},
    {"number", N_("No."), NULL},
    {"title", N_("Title"), NULL},
    {"programme", N_("Programme"), programme_word},
    {"pack_version", N_("Version of the policy pack"), NULL},
    {"process", N_("Process"), process_word},
    {"stage_label", N_("Stage"), NULL},
    {"stream", N_("Stream"), NULL},
    {"stage_on", N_("In this stage since"), NULL},
    {"due_date", N_("Due on"), NULL},
    {"due_count_by", N_("Due on is provisional, counted again by"), NULL},
    {"trial", N_("On trial under a draft"), NULL},
    {"call", N_("Call"), NULL},
    {"record_type", N_("Record type of the case"), type_word},
    {"record_id", N_("Record of the case"), NULL},
    {"parent", N_("Case before it"), NULL},
    {"closed_on", N_("Closed on"), NULL},
    {0}};

static err_t get_cases(struct reply *out, const struct request *r, struct err *e)
{
    return list_of(out, r, "case", e);
}

const struct resource resource_cases = {
    .reads = READS_ROWS,
    .path = "/api/v1/cases",
    .summary = N_("cases that you may read"),
    .parameters = list_parameters,
    .reply = &list_schema,
    .book = case_columns,
    .handle = get_cases,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

/* --- one case ------------------------------------------------------------------------------- */

err_t cases_open(struct programme *p, const struct request *r, struct err *e)
{
    const struct calendar *calendar = NULL;
    struct packs *packs = NULL;
    err_t rc = policy_open_with(&packs, &calendar, r, e);
    if (rc == OK)
        programme_init(p, r->api->kernel, packs, calendar, r->arena);
    return rc;
}

static void set_call(struct flow_call *x, const struct request *r)
{
    *x = (struct flow_call){.by = r->subject,
                            .today = r->subject->today,
                            .reason = str_trim(request_value(r, "reason")),
                            .basis = str_trim(request_value(r, "basis")),
                            .arena = r->arena};
}

err_t cases_find(struct flow_call *x, const struct request *r, int64_t id, struct err *e)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("case"));
    const struct jvalue *record;
    err_t rc = record_seen(&record, RECORD_CALL(r, t, id), e);
    set_call(x, r);
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e, flow_case_read(&x->c, db, id, r->arena, e));
    return rc;
}

void cases_step(struct step *g, const struct request *r, struct err *e)
{
    *g = (struct step){.x = arena_alloc(r->arena, sizeof(*g->x)),
                       .p = arena_alloc(r->arena, sizeof(*g->p)),
                       .e = e};
    set_call(g->x, r);
}

err_t cases_read_one(struct step *g, const struct request *r, int64_t id, struct err *e)
{
    cases_step(g, r, e);
    err_t rc = cases_find(g->x, r, id, e);
    if (rc == OK)
        rc = cases_open(g->p, r, e);
    return rc == OK ? programme_case(g) : rc;
}

err_t cases_read(struct step *g, const struct request *r, struct err *e)
{
    return cases_read_one(g, r, request_integer(r, "id", 0), e);
}

err_t cases_answer(struct reply *out, const struct request *r, struct err *e)
{
    struct step g;
    struct buf b = {0};
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = r->resource->case_say(&b, &g);
    return reply_json_if(rc, out, r, &b, e);
}

/* A day that was counted; absent: there is none. */
#define DUE_MEMBERS                                                                                \
    OPTIONAL("due", schema_string), OPTIONAL("provisional", schema_boolean),                       \
        OPTIONAL("count_by", schema_string), OPTIONAL("reminder", schema_boolean)

OBJECT_SCHEMA(holder_schema, "CaseHolder", REQUIRED("unit", schema_integer),
              REQUIRED("name", schema_string), OPTIONAL("step", schema_string));
OBJECT_SCHEMA(deadline_schema, "CaseDeadline", REQUIRED("action", schema_string),
              OPTIONAL("label", schema_string), DUE_MEMBERS, REQUIRED("binding", schema_boolean),
              REQUIRED("opens", schema_boolean));
ARRAY_SCHEMA(deadlines_schema, deadline_schema);

OBJECT_SCHEMA(admission_schema, "CallAdmission", REQUIRED("kind", schema_string),
              OPTIONAL("until", schema_string), OPTIONAL("reason", schema_string),
              OPTIONAL("basis", schema_string));
ARRAY_SCHEMA(admissions_schema, admission_schema);

/* How a condition stands, as whoever reviews is shown it. */
#define STANDING_MEMBERS                                                                           \
    REQUIRED("criterion", schema_string), OPTIONAL("clause", schema_string),                       \
        OPTIONAL("quote", schema_string), NULLABLE("pass", schema_boolean),                        \
        OPTIONAL("value", schema_string), OPTIONAL("needs", schema_string),                        \
        OPTIONAL("advice", schema_string)
OBJECT_SCHEMA(standing_schema, "CriterionStanding", STANDING_MEMBERS,
              OPTIONAL("applies", schema_boolean));
ARRAY_SCHEMA(standings_schema, standing_schema);
OBJECT_MEMBERS(review, REQUIRED("question", schema_string), NULLABLE("pass", schema_boolean),
               REQUIRED("criteria", standings_schema));
const struct schema schema_case_verdict = {SCHEMA_OBJECT, .name = "CaseVerdict",
                                           .properties = review_members};

/* --- what came of a step ------------------------------------------------------------------------ */

OBJECT_SCHEMA(cleared_place, NULL, REQUIRED("field", schema_string),
              REQUIRED("character", schema_integer), OPTIONAL("what", schema_string),
              OPTIONAL("kind", schema_string), OPTIONAL("text", schema_string),
              OPTIONAL("reason", schema_string));
ARRAY_SCHEMA(cleared_schema, cleared_place);
OBJECT_SCHEMA(against_one, "CriterionAgainst", STANDING_MEMBERS, REQUIRED("why", schema_string));
ARRAY_SCHEMA(against_schema, against_one);
OBJECT_SCHEMA(accepted_schema, NULL, REQUIRED("digest", schema_string),
              REQUIRED("text", schema_string), OPTIONAL("name", schema_string),
              OPTIONAL("role", schema_string));
/* …and the ids of records and cases that it made, TYPE_id and case_PROCESS. */
OBJECT_MEMBERS(result, OPTIONAL("panel", schema_integer), OPTIONAL("panel_report", schema_string),
               OPTIONAL("against", against_schema), OPTIONAL("verdict", schema_case_verdict),
               OPTIONAL("review_stands", schema_string), OPTIONAL("review_changes", schema_strings),
               OPTIONAL("cleared", cleared_schema), OPTIONAL("list_digest", schema_string),
               OPTIONAL("name", schema_string), OPTIONAL("same_name", schema_integer),
               OPTIONAL("commitment", accepted_schema), OPTIONAL("receipt", schema_string),
               OPTIONAL("due", schema_string));
static const struct schema result_schema = {SCHEMA_OBJECT, .name = "StepResult",
                                            .properties = result_members, .items = &schema_value};

OBJECT_SCHEMA(done_schema, "CaseStep", REQUIRED("version", schema_integer),
              REQUIRED("kind", schema_string), OPTIONAL("action", schema_string),
              OPTIONAL("label", schema_string), OPTIONAL("from", schema_string),
              OPTIONAL("from_label", schema_string), OPTIONAL("to", schema_string),
              OPTIONAL("to_label", schema_string), REQUIRED("at_ms", schema_integer),
              REQUIRED("date", schema_string), REQUIRED("who", schema_integer),
              OPTIONAL("name", schema_string), OPTIONAL("unit", schema_string),
              OPTIONAL("role", schema_string), OPTIONAL("reason", schema_string),
              OPTIONAL("basis", schema_string), OPTIONAL("clause", schema_string),
              REQUIRED("late", schema_boolean), OPTIONAL("entry", schema_string),
              OPTIONAL("result", result_schema));
LIST_SCHEMA(history_schema, done_schema);
OBJECT_SCHEMA(party_schema, "CaseParty", REQUIRED("unit", schema_integer),
              OPTIONAL("name", schema_string), OPTIONAL("credit_code", schema_string),
              OPTIONAL("record", schema_integer));
OBJECT_SCHEMA(due_schema, "CaseDue", REQUIRED("due", schema_string),
              REQUIRED("day", schema_shown_day), REQUIRED("provisional", schema_boolean),
              OPTIONAL("count_by", schema_string), OPTIONAL("reminder", schema_boolean),
              OPTIONAL("days_left", schema_integer), OPTIONAL("overdue_days", schema_integer));
OBJECT_SCHEMA(call_schema, "CaseCall", REQUIRED("id", schema_integer),
              REQUIRED("title", schema_string), OPTIONAL("closes_on", schema_string));
MAP_SCHEMA(labels_schema, schema_string);
OBJECT_SCHEMA(decided_schema, NULL, OPTIONAL("name", schema_string),
              OPTIONAL("party", schema_string), OPTIONAL("party_code", schema_string),
              OPTIONAL("decided_on", schema_string), OPTIONAL("changes", schema_string));
OBJECT_SCHEMA(case_schema, "Case", REQUIRED("id", schema_integer),
              REQUIRED("version", schema_integer), REQUIRED("number", schema_string),
              REQUIRED("title", schema_string), REQUIRED("pack", schema_string),
              REQUIRED("pack_version", schema_string), REQUIRED("pack_digest", schema_string),
              REQUIRED("document", schema_string), REQUIRED("process", schema_string),
              REQUIRED("process_label", schema_string), REQUIRED("stage", schema_string),
              REQUIRED("stage_label", schema_string), REQUIRED("stage_on", schema_string),
              OPTIONAL("stream", schema_string), REQUIRED("open", schema_boolean),
              REQUIRED("trial", schema_boolean), OPTIONAL("mark", schema_string),
              REQUIRED("basis_lapsed", schema_boolean), OPTIONAL("basis_mark", schema_string),
              REQUIRED("record_type", schema_string), OPTIONAL("record_label", schema_string),
              OPTIONAL("record_fields", labels_schema), REQUIRED("record_id", schema_integer),
              REQUIRED("party", party_schema), NULLABLE("call", call_schema),
              OPTIONAL("parent", schema_integer), OPTIONAL("due", due_schema),
              OPTIONAL("closed_on", schema_string), NULLABLE("holder", holder_schema),
              REQUIRED("deadlines", deadlines_schema),
              REQUIRED("publicity", schema_publicity_lists),
              REQUIRED("call_admissions", admissions_schema), OPTIONAL("decided", decided_schema));

const struct resource resource_case = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}",
    .summary = N_("a case: its party, stage, dates, holder"),
    .parameters = path_case_id,
    .reply = &case_schema,
    CASE_ANSWER(programme_case_json),
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};

const struct resource resource_case_history = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/history",
    .summary = N_("the steps that were taken in a case, oldest first"),
    .parameters = path_case_id,
    .reply = &history_schema,
    CASE_ANSWER(programme_history_json),
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};

OBJECT_SCHEMA(asked_record, NULL, REQUIRED("type", schema_string), REQUIRED("label", schema_string),
              NULLABLE("record", schema_values));
ARRAY_SCHEMA(asked_records, asked_record);
OBJECT_SCHEMA(step_proposed, "CaseProposal", REQUIRED("proposal", schema_integer),
              REQUIRED("by", schema_integer), OPTIONAL("by_name", schema_string),
              REQUIRED("mine", schema_boolean), OPTIONAL("reason", schema_string),
              REQUIRED("asked", schema_values), REQUIRED("proposed_ms", schema_integer),
              REQUIRED("expires_ms", schema_integer), NULLABLE("records", asked_records));
OBJECT_SCHEMA(step_commitment, NULL, REQUIRED("text", schema_string),
              REQUIRED("digest", schema_string));
OBJECT_SCHEMA(input_choice, "InputChoice", REQUIRED("code", schema_string),
              REQUIRED("label", schema_string));
ARRAY_SCHEMA(input_choices, input_choice);
OBJECT_SCHEMA(input_source, "InputSource", REQUIRED("label", schema_string),
              OPTIONAL("date", schema_string), OPTIONAL("type", schema_string),
              OPTIONAL("id", schema_integer));
/* A column of a table is as a field, and no table again. */
#define INPUT_MEMBERS                                                                              \
    REQUIRED("name", schema_string), REQUIRED("label", schema_string),                             \
        REQUIRED("type", schema_string), REQUIRED("required", schema_boolean),                     \
        OPTIONAL("hint", schema_string), OPTIONAL("min", schema_value),                            \
        OPTIONAL("max", schema_value), OPTIONAL("places", schema_integer),                         \
        OPTIONAL("many", schema_boolean), OPTIONAL("choices", input_choices),                      \
        OPTIONAL("to", schema_string), OPTIONAL("level", schema_string),                           \
        OPTIONAL("accept", schema_strings), OPTIONAL("value", schema_value),                       \
        OPTIONAL("source", input_source)
OBJECT_SCHEMA(input_column, "InputColumn", INPUT_MEMBERS);
ARRAY_SCHEMA(input_columns, input_column);
OBJECT_SCHEMA(input_field, "InputField", INPUT_MEMBERS, OPTIONAL("fields", input_columns));
const struct schema schema_input_fields = {SCHEMA_ARRAY, .items = &input_field};
OBJECT_SCHEMA(named_choice, "InputNamed", REQUIRED("id", schema_integer),
              REQUIRED("title", schema_string));
ARRAY_SCHEMA(named_choices, named_choice);
OBJECT_SCHEMA(input_record, "InputRecord", REQUIRED("record", schema_string),
              REQUIRED("label", schema_string), REQUIRED("named", schema_boolean),
              REQUIRED("choices", named_choices), REQUIRED("fields", schema_input_fields));
ARRAY_SCHEMA(input_records, input_record);
OBJECT_SCHEMA(input_paper, "InputPaper", REQUIRED("paper", schema_string),
              REQUIRED("title", schema_string), REQUIRED("required", schema_boolean),
              REQUIRED("on_demand", schema_boolean), REQUIRED("number", schema_boolean),
              REQUIRED("marks", schema_strings), REQUIRED("lacks", schema_input_fields));
ARRAY_SCHEMA(input_papers, input_paper);
OBJECT_SCHEMA(input_target, NULL, REQUIRED("stage", schema_string),
              REQUIRED("label", schema_string));
ARRAY_SCHEMA(input_targets, input_target);
OBJECT_SCHEMA(input_assignment, NULL, REQUIRED("id", schema_integer),
              REQUIRED("label", schema_string));
ARRAY_SCHEMA(input_assignments, input_assignment);
ARRAY_SCHEMA(input_calls, named_choice);
OBJECT_SCHEMA(input_criterion, "InputAgainst", REQUIRED("criterion", schema_string),
              REQUIRED("label", schema_string), OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), REQUIRED("why", schema_string));
ARRAY_SCHEMA(input_against, input_criterion);
OBJECT_SCHEMA(input_schema, "ActionInput", REQUIRED("reason", schema_boolean),
              REQUIRED("basis", schema_boolean), NULLABLE("commitment", step_commitment),
              REQUIRED("targets", input_targets), NULLABLE("people", schema_string),
              REQUIRED("assignments", input_assignments), REQUIRED("calls", input_calls),
              REQUIRED("records", input_records), REQUIRED("papers", input_papers),
              REQUIRED("against", input_against), NULLABLE("verdict", schema_case_verdict));
OBJECT_SCHEMA(action_schema, "CaseAction", REQUIRED("action", schema_string),
              REQUIRED("label", schema_string), REQUIRED("open", schema_boolean),
              REQUIRED("aside", schema_boolean), REQUIRED("stays", schema_boolean),
              OPTIONAL("to", schema_string), OPTIONAL("to_stage", schema_string),
              OPTIONAL("actor", schema_string), OPTIONAL("actor_label", schema_string),
              REQUIRED("two_persons", schema_boolean), OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), OPTIONAL("own", schema_string), DUE_MEMBERS,
              OPTIONAL("opens_on", schema_string), NULLABLE("input", input_schema),
              NULLABLE("proposed", step_proposed), OPTIONAL("places", cleared_schema),
              REQUIRED("why", schema_problem_errors));
ARRAY_SCHEMA(action_items, action_schema);
OBJECT_SCHEMA(actions_schema, NULL, REQUIRED("items", action_items),
              REQUIRED("total", schema_integer), NULLABLE("next", schema_string));

static err_t get_actions(struct reply *out, const struct request *r, struct err *e)
{
    struct step g;
    struct buf b = {0};
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = programme_actions(&b, &g, str_is(request_query(r, "all"), "true"));
    return reply_json_if(rc, out, r, &b, e);
}

static const struct parameter actions_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"all", IN_QUERY, &schema_boolean, false, false,
     N_("true: also closed steps of other stages, of others, and of another kind of party or way")},
    {0}};

const struct resource resource_case_actions = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/actions",
    .summary = N_("the actions open in a case now, and why other steps of its stage are closed"),
    .parameters = actions_parameters,
    .reply = &actions_schema,
    .handle = get_actions,
    .need = NEED_ACCOUNT,
    CASE_READ,
};

/* --- what is to be handed in ------------------------------------------------------------------- */

OBJECT_SCHEMA(gap_schema, "FormGap", OPTIONAL("record_type", schema_string),
              OPTIONAL("field", schema_string), OPTIONAL("inner", schema_string),
              OPTIONAL("label", schema_string), OPTIONAL("id", schema_integer),
              OPTIONAL("title", schema_string));
ARRAY_SCHEMA(gaps_schema, gap_schema);
OBJECT_SCHEMA(cell_schema, "FormCellLacking", REQUIRED("form", schema_string),
              OPTIONAL("label", schema_string), REQUIRED("fields", gaps_schema),
              OPTIONAL("clause", schema_string), OPTIONAL("quote", schema_string));
ARRAY_SCHEMA(cells_schema, cell_schema);
OBJECT_SCHEMA(material_schema, "CaseMaterial", REQUIRED("material", schema_string),
              REQUIRED("label", schema_string), REQUIRED("required", schema_boolean),
              REQUIRED("listed", schema_boolean), REQUIRED("there", schema_boolean),
              REQUIRED("wanted", schema_integer), REQUIRED("lacking", schema_integer),
              REQUIRED("lacks", schema_strings), REQUIRED("fields", gaps_schema),
              OPTIONAL("ends", schema_string), OPTIONAL("warning", schema_string),
              OPTIONAL("clause", schema_string), OPTIONAL("quote", schema_string),
              OPTIONAL("own", schema_string), OPTIONAL("note", schema_string));
ARRAY_SCHEMA(material_list, material_schema);
OBJECT_MEMBERS(commitment, REQUIRED("text", schema_string), REQUIRED("digest", schema_string),
               OPTIONAL("clause", schema_string), OPTIONAL("quote", schema_string),
               REQUIRED("accepted", schema_boolean), OPTIONAL("name", schema_string),
               OPTIONAL("role", schema_string), OPTIONAL("at", schema_string),
               OPTIONAL("accepted_digest", schema_string));
const struct schema schema_case_commitment = {SCHEMA_OBJECT, .name = "CaseCommitment",
                                              .properties = commitment_members};
OBJECT_SCHEMA(materials_schema, "CaseMaterials", OPTIONAL("action", schema_string),
              OPTIONAL("label", schema_string), REQUIRED("actions", schema_strings),
              REQUIRED("complete", schema_boolean), REQUIRED("cells", cells_schema),
              REQUIRED("materials", material_list), NULLABLE("commitment", schema_case_commitment));

const struct resource resource_case_materials = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/materials",
    .summary = N_("the submission of a case: cells without a value, materials and missing ones, "
                  "the commitment to accept"),
    .parameters = path_case_id,
    .reply = &materials_schema,
    CASE_ANSWER(hand_in_json),
    .need = NEED_ACCOUNT,
    CASE_READ,
};

/* --- beginning ------------------------------------------------------------------------------- */

static const struct parameter begin_parameters[] = {
    {"pack", IN_BODY, &schema_string, true, false, N_("a policy")},
    {"process", IN_BODY, &schema_string, true, false, N_("a process of it: application …")},
    {"record", IN_BODY, &schema_id, false, false,
     N_("the record that it is about; absent: a new one, of `fields`")},
    {"fields", IN_BODY, &schema_values, false, false, N_("the new record's")},
    {"unit", IN_BODY, &schema_id, false, false, N_("the party; absent: your own unit")},
    {"party", IN_BODY, &schema_string, false, false,
     N_("the party, instead: its unit, applicant/34 or its unified social credit code")},
    {"call", IN_BODY, &schema_id, false, false, N_("the round that it belongs to")},
    {"reason", IN_BODY, &schema_reason, false, false, NULL},
    {0}};
OBJECT_MEMBERS(taken, REQUIRED("id", schema_integer), REQUIRED("version", schema_integer),
               REQUIRED("stage", schema_string), REQUIRED("stage_label", schema_string),
               REQUIRED("entry", schema_string), OPTIONAL("proposal", schema_integer),
               REQUIRED("result", result_schema));
const struct schema schema_case_taken = {SCHEMA_OBJECT, .name = "CaseTaken",
                                         .properties = taken_members};

static err_t reply_taken(struct reply *out, const struct request *r, const struct flow_taken *t,
                         unsigned status, struct err *e)
{
    struct jout j;
    jout_own(&j);
    flow_taken_json(&j, t);
    err_t rc = reply_json(out, r, j.to, e);
    if (rc == OK)
        out->status = t->proposal ? 202 : status;
    return rc;
}

err_t cases_find_party(int64_t *unit, const struct request *r, struct err *e)
{
    struct str named = request_value(r, "party");
    struct party_facts party;
    if (named.len == 0)
        return OK;
    err_t rc = STORE_READ(db, r->api->store, e,
                          record_party(&party, r->api->kernel, db, r->subject, named, r->arena, e));
    if (rc == OK)
        *unit = party.unit;
    return rc;
}

static err_t post_case(struct reply *out, const struct request *r, struct err *e)
{
    struct programme_new n = {.pack = request_value(r, "pack"),
                              .process = request_value(r, "process"),
                              .record_id = request_integer(r, "record", 0),
                              .record = r->body ? jin_get(r->body, "fields") : NULL,
                              .unit = request_integer(r, "unit", 0),
                              .call = request_integer(r, "call", 0)};
    struct flow_taken taken = {0};
    struct step g;
    cases_step(&g, r, e);
    err_t rc = cases_find_party(&n.unit, r, e);
    if (rc == OK)
        rc = cases_open(g.p, r, e);
    if (rc == OK)
        rc = programme_begin(&taken, &g, &n);
    out->errors = records_faults(r->arena, &g.p->faults);
    if (rc == E_CONFLICT && taken.case_id)
        out->instead = arena_printf(r->arena, "/api/v1/cases/%lld", (long long)taken.case_id).ptr;
    return rc == OK ? reply_taken(out, r, &taken, 201, e) : rc;
}

const struct resource resource_case_begin = {
    .method = "POST",
    .path = "/api/v1/cases",
    .summary = N_("begin a case of a policy's process"),
    .parameters = begin_parameters,
    .reply = &schema_case_taken,
    .statuses = {201, 202},
    .handle = post_case,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .lane = LANE_SLOW,
    ENTRIES(EACH, N_("one each for the case, its record and its holder")),
};

/* --- steps ------------------------------------------------------------------------------------- */

static const struct schema version_schema = {
    SCHEMA_INTEGER, .description = N_("the version that you saw; absent: whichever it is"),
    .minimum = 1, .maximum = INT64_MAX};
OBJECT_SCHEMA(clears_item, NULL, REQUIRED("field", schema_string),
              OPTIONAL("character", schema_integer), REQUIRED("reason", schema_string));
ARRAY_SCHEMA(clears_schema, clears_item);
static const struct parameter act_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"action", IN_PATH, &schema_string, true, false,
     N_("a step, or back, recall, opinion, answer, release, forward, copy, urge, call")},
    {"version", IN_BODY, &version_schema, false, false, NULL},
    {"reason", IN_BODY, &schema_reason, false, false, N_("why")},
    {"basis", IN_BODY, &schema_reason, false, false,
     N_("the basis, if the document does not contain the step")},
    {"records", IN_BODY, &schema_values, false, false,
     N_("the values of the step's records: {\"publicity\":{\"url\":…}}")},
    {"commitment", IN_BODY, &schema_string, false, false,
     N_("accepts the commitment of the submission: the SHA-256 of its text")},
    {"papers", IN_BODY, &schema_values, false, false,
     N_("what its papers say: {\"recognition-decision\":{\"number\"|\"mark\":…,\"values\":{…}}}; "
        "one "
        "that lacks something and is not said here is to be issued later")},
    {"review_stands", IN_BODY, &schema_reason, false, false,
     N_("why an earlier review stands despite the later changes, which the refusal lists")},
    {"clears", IN_BODY, &clears_schema, false, false,
     N_("of each place that must not go out unseen why it may stay: {\"field\":…,\"character\":…,"
        "\"reason\":…}, the places as the refusal names them")},
    {"against", IN_BODY, &schema_values, false, false,
     N_("why you go on against conditions that are not known: {\"shareholding\":\"…\"}, of each "
        "that "
        "the actions show under input.against")},
    {"target", IN_BODY, &schema_string, false, false, N_("back: the stage")},
    {"account", IN_BODY, &schema_id, false, false, N_("opinion, forward, copy: the recipient")},
    {"unit", IN_BODY, &schema_id, false, false, N_("opinion, copy: to which unit")},
    {"assignment", IN_BODY, &schema_id, false, false, N_("answer, release: which")},
    {"due", IN_BODY, &schema_string, false, false, N_("opinion, forward: by when")},
    {"call", IN_BODY, &schema_id, false, false, N_("call: into which round")},
    {0}};

/* {"commitment":"…","papers":{…},"records":{…}}: what a proposal keeps of the body. */
const struct jvalue *cases_arguments(const struct request *r, const struct jvalue *own)
{
    static const char *const kept[] = {"against", "clears",  "commitment",
                                       "papers",  "records", "review_stands"};
    struct jvalue *out = arena_alloc(r->arena, sizeof(*out));
    struct jvalue *items = arena_array(r->arena, ARRAY_LEN(kept), sizeof(*items));
    struct str *names = arena_array(r->arena, ARRAY_LEN(kept), sizeof(*names));
    *out = (struct jvalue){.type = J_OBJECT, .items = items, .names = names};
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        const struct jvalue *v = own ? jin_get(own, kept[i]) : NULL;
        if (!v)
            v = r->body ? jin_get(r->body, kept[i]) : NULL;
        if (!v)
            continue;
        items[out->count] = *v;
        names[out->count++] = str_of(kept[i]);
    }
    return out->count ? out : NULL;
}

static err_t take(struct flow_taken *taken, struct step *g, const struct request *r)
{
    struct flow_call *x = g->x;
    struct str action = request_value(r, "action");
    x->step = process_step_find(x->process, action);
    x->arguments = cases_arguments(r, NULL);
    if (x->step)
        return flow_take(taken, g);
    if (!flow_is_general_action(action))
        return err_set(g->e, E_NOTFOUND, "the process \"%.*s\" has no step \"%.*s\"",
                       STR_ARG(process_name(x->process)), STR_ARG(action));
    const struct flow_aside what = {.kind = arena_cstr(r->arena, action),
                                    .target = request_value(r, "target"),
                                    .account = request_integer(r, "account", 0),
                                    .unit = request_integer(r, "unit", 0),
                                    .assignment = request_integer(r, "assignment", 0),
                                    .call = request_integer(r, "call", 0),
                                    .due_date = request_value(r, "due")};
    return flow_take_general_action(taken, g, &what);
}

static err_t post_action(struct reply *out, const struct request *r, struct err *e)
{
    int64_t seen = request_integer(r, "version", 0);
    struct flow_taken taken = {0};
    struct step g;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK && seen && seen != g.x->c.version)
        rc = flow_moved_since(&g);
    if (rc == OK)
        rc = take(&taken, &g, r);
    out->errors = flow_obstacles_values(taken.obstacles, taken.obstacle_count, r->arena);
    return rc == OK ? reply_taken(out, r, &taken, 200, e) : rc;
}

const struct resource resource_case_act = {
    .method = "POST",
    .path = "/api/v1/cases/{id}/actions/{action}",
    .id = "actOnCase",
    .summary = N_("take a step of a case; 202: it waits for a second person"),
    .parameters = act_parameters,
    .reply = &schema_case_taken,
    .statuses = {200, 202},
    .handle = post_action,
    .need = NEED_ACCOUNT,
    CASE_WRITE,
    ENTRIES(EACH,
            N_("one for the case and for each record, paper, assignment and day that it changes")),
};

static const struct parameter end_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"action", IN_PATH, &schema_string, true, false, N_("a step that is proposed")},
    {"reason", IN_QUERY, &schema_reason, false, false, N_("why; kept with the log")},
    {0}};

static err_t delete_proposal(struct reply *out, const struct request *r, struct err *e)
{
    struct flow_taken taken = {0};
    struct step g;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK && !(g.x->step = process_step_find(g.x->process, request_value(r, "action"))))
        rc = err_set(e, E_NOTFOUND, "nothing is proposed here");
    if (rc == OK)
        rc = flow_unpropose(&taken, &g);
    out->errors = flow_obstacles_values(taken.obstacles, taken.obstacle_count, r->arena);
    return rc == OK ? reply_taken(out, r, &taken, 200, e) : rc;
}

const struct resource resource_case_unpropose = {
    .method = "DELETE",
    .path = "/api/v1/cases/{id}/proposals/{action}",
    .summary = N_("take back what you proposed for a case, or refuse what another did"),
    .parameters = end_parameters,
    .reply = &schema_case_taken,
    .handle = delete_proposal,
    .need = NEED_ACCOUNT,
    CASE_WRITE,
};
