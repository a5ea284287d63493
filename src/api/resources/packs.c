/* /packs: policies, their clauses and deadlines, what they say of a party, and what would
 * follow were a number of theirs another; the same JSON as the commands.
 *
 * A party is judged as who asks may see it (record/facts.h): what it may not read is not
 * known, so neither a number nor a verdict tells of it. Reading leaves no entry in the log:
 * a decision that cites a verdict does. */
#include "access/role.h"
#include "api/policy.h"
#include "base/date.h"
#include "base/msg.h"
#include "decide/reading.h"
#include "judge/simulate.h"
#include "policy/due_json.h"
#include "policy/pack_set.h"
#include "policy/pack_show.h"

#define SETS_MAX 32

static const struct schema code = {
    SCHEMA_STRING, .description = N_("a unified social credit code visible to the subject")};
static const struct schema question = {SCHEMA_STRING,
                                       .description = N_("apply (absent), recognise, operate …")};

/* --- what there is ---------------------------------------------------------------------- */

OBJECT_SCHEMA(duty, "PackDuty", REQUIRED("label", schema_string), REQUIRED("own", schema_boolean),
              REQUIRED("codes", schema_strings));
ARRAY_SCHEMA(duties, duty);
OBJECT_SCHEMA(result_step, "PackResult", REQUIRED("step", schema_string),
              REQUIRED("stage", schema_string), REQUIRED("label", schema_string));
ARRAY_SCHEMA(result_steps, result_step);
OBJECT_SCHEMA(evaluation, "PackEvaluation", OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), REQUIRED("label", schema_string),
              REQUIRED("not_said", schema_strings), REQUIRED("heads", schema_strings),
              REQUIRED("results", result_steps));
OBJECT_SCHEMA(head, NULL, REQUIRED("id", schema_string), REQUIRED("version", schema_string),
              REQUIRED("digest", schema_string), REQUIRED("title", schema_string),
              OPTIONAL("number", schema_string), OPTIONAL("issuer", schema_string),
              OPTIONAL("jurisdiction", schema_string), REQUIRED("standing", schema_string),
              OPTIONAL("issued", schema_string), OPTIONAL("effective", schema_string),
              OPTIONAL("expires", schema_string), REQUIRED("basis", schema_strings),
              REQUIRED("basis_over", schema_strings), OPTIONAL("replaced_by", schema_string),
              OPTIONAL("replaced_from", schema_string), OPTIONAL("duties", duties),
              OPTIONAL("evaluation", evaluation), REQUIRED("questions", schema_integer),
              REQUIRED("criteria", schema_integer));
ARRAY_SCHEMA(heads, head);
OBJECT_SCHEMA(code_word, "CodeWord", REQUIRED("code", schema_string),
              REQUIRED("label", schema_string));
ARRAY_SCHEMA(code_words, code_word);
OBJECT_SCHEMA(list_schema, NULL, REQUIRED("packs", heads), REQUIRED("words", code_words),
              REQUIRED("findings", schema_pack_findings));

static void word_json(struct jout *j, struct str id, struct str label)
{
    jout_object(j);
    jout_pair(j, "code", id);
    jout_pair(j, "label", label);
    jout_end_object(j);
}

/* Codes that texts of records hold: of conditions, and of words that a dictionary offers. */
static void code_words_json(struct jout *j, const struct pack *p)
{
    for (const struct criterion *c = p->criteria.ptr; c < p->criteria.ptr + p->criteria.len; c++)
        word_json(j, c->id, c->citation.quote.len ? c->citation.quote : c->own);
    for (size_t i = 0; i < p->parts[PART_DICTIONARIES].list.len; i++) {
        const struct part_value *entries =
            part_value(&p->parts[PART_DICTIONARIES].list.ptr[i], "entries");
        for (size_t k = 0; k < entries->item_count; k++) {
            const struct part_value *codes = part_value(&entries->items[k], "codes");
            if (codes->word_count)
                word_json(j, codes->words[0], part_text(&entries->items[k], "word"));
        }
    }
}

static err_t get_packs(struct reply *out, const struct request *r, struct err *e)
{
    struct packs *packs = NULL;
    const struct str *ids;
    VEC(struct pack_finding) faults = {0};
    struct buf b, of_words;
    struct jout j, words;
    err_t rc = policy_open(&packs, r, e);
    size_t n = rc == OK ? packs_ids(&ids, packs) : 0;
    buf_init(&of_words, 0);
    jout_init(&words, &of_words);
    jout_array(&words);
    for (size_t i = 0; role_at(i); i++)
        word_json(&words, role_at(i)->name,
                  msg_lang() == LANG_EN ? role_at(i)->label_en : role_at(i)->label_zh);
    jout_begin(&j, &b);
    jout_pair_array(&j, "packs");
    for (size_t i = 0; rc == OK && i < n; i++) {
        const struct pack *p;
        const struct pack_finding *f;
        rc = packs_get(&p, packs, ids[i], e);
        size_t count = rc == OK ? 0 : packs_findings(&f, packs, ids[i]);
        for (size_t k = 0; k < count; k++)
            VEC_PUSH(r->arena, &faults, f[k]);
        if (count)
            rc = OK; /* the others are listed */
        else if (rc == OK && p->document.standing != PACK_LIBRARY) {
            pack_head_json(&j, p, business_date(clock_now_ms(r->api->clock), r->arena));
            code_words_json(&words, p);
        }
    }
    jout_end_array(&j);
    jout_end_array(&words);
    jout_pair_raw(&j, "words", buf_take(&of_words, r->arena));
    if (rc == OK)
        pack_findings_json(&j, faults.ptr, faults.len);
    jout_end_object(&j);
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_packs = {
    .reads = READS_NONE,
    .path = "/api/v1/packs",
    .summary = N_("the policies of this instance"),
    .reply = &list_schema,
    .handle = get_packs,
    .tagged = true,
    .need = NEED_LOCAL,
    .scope = "policies",
};

static const struct parameter of_pack[] = {{"id", IN_PATH, &schema_string, true, false, NULL}, {0}};
OBJECT_SCHEMA(clause, "Clause", REQUIRED("id", schema_string), REQUIRED("clause", schema_string),
              OPTIONAL("quote", schema_string), REQUIRED("force", schema_string),
              OPTIONAL("actor", schema_string), REQUIRED("how", schema_string),
              REQUIRED("by", schema_strings), OPTIONAL("reason", schema_string),
              OPTIONAL("why_only_recorded", schema_string), REQUIRED("screens", schema_strings),
              REQUIRED("rows", schema_strings));
ARRAY_SCHEMA(clauses, clause);
OBJECT_SCHEMA(clauses_schema, NULL, REQUIRED("pack", schema_string), REQUIRED("clauses", clauses));

static err_t get_clauses(struct reply *out, const struct request *r, struct err *e)
{
    const struct pack *p;
    struct buf b;
    struct jout j;
    err_t rc = policy_pack(&p, r, "id", e);
    if (rc != OK)
        return rc;
    jout_begin(&j, &b);
    jout_pair(&j, "pack", p->id);
    pack_clauses_json(&j, p);
    return reply_object(out, r, &j, e);
}

const struct resource resource_pack_clauses = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/clauses",
    .summary = N_("the clauses of a policy, with their own words"),
    .parameters = of_pack,
    .reply = &clauses_schema,
    .handle = get_clauses,
    .need = NEED_LOCAL,
    .scope = "policies",
};

/* The keys of part_schema.c's `comparisons`. */
OBJECT_SCHEMA(comparison, "Comparison", REQUIRED("id", schema_string),
              REQUIRED("label", schema_string), REQUIRED("with", schema_string),
              REQUIRED("with_clause", schema_string), REQUIRED("with_quote", schema_string),
              OPTIONAL("says", schema_string), OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), OPTIONAL("own", schema_string),
              OPTIONAL("ambiguities", schema_strings), OPTIONAL("rows", schema_strings),
              OPTIONAL("note", schema_string));
ARRAY_SCHEMA(comparisons, comparison);
OBJECT_SCHEMA(comparisons_schema, NULL, REQUIRED("pack", schema_string),
              REQUIRED("title", schema_string), REQUIRED("comparisons", comparisons));

static err_t get_comparisons(struct reply *out, const struct request *r, struct err *e)
{
    const struct pack *p;
    struct buf b;
    struct jout j;
    err_t rc = policy_pack(&p, r, "id", e);
    if (rc != OK)
        return rc;
    jout_begin(&j, &b);
    jout_pair(&j, "pack", p->id);
    jout_pair(&j, "title", p->document.title);
    pack_comparisons_json(&j, p);
    return reply_object(out, r, &j, e);
}

const struct resource resource_pack_comparisons = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/comparisons",
    .summary =
        N_("comparisons of a policy with other texts: same, narrower, wider, different, absent"),
    .parameters = of_pack,
    .reply = &comparisons_schema,
    .handle = get_comparisons,
    .need = NEED_LOCAL,
    .scope = "policies",
};

/* --- a day ------------------------------------------------------------------------------- */

static const struct parameter deadline_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"rule", IN_QUERY, &schema_string, true, false, N_("a deadline of the policy")},
    {"from", IN_QUERY, &schema_string, true, false, N_("YYYY-MM-DD, day 0")},
    {0}};
OBJECT_SCHEMA(citation, "Citation", REQUIRED("clause", schema_string),
              NULLABLE("quote", schema_string));
ARRAY_SCHEMA(citations, citation);
OBJECT_SCHEMA(due_schema, NULL, NULLABLE("due", schema_string),
              REQUIRED("provisional", schema_boolean), NULLABLE("count_by", schema_string),
              NULLABLE("earliest", schema_string), NULLABLE("latest", schema_string),
              REQUIRED("clause", schema_string), NULLABLE("quote", schema_string),
              OPTIONAL("note", schema_string), REQUIRED("counted_by", citations));

static err_t get_deadline(struct reply *out, const struct request *r, struct err *e)
{
    struct str rule = request_value(r, "rule"), written = request_value(r, "from");
    const struct deadline_rule *by;
    const struct pack *p;
    struct counting how;
    struct db *db = NULL;
    struct date from;
    struct due due;
    struct buf b;
    struct jout j;
    err_t rc = policy_pack(&p, r, "id", e);
    if (rc != OK)
        return rc;
    if (!(by = pack_deadline(p, rule)))
        return err_set(e, E_INVALID, "rule: the policy %.*s has no rule \"%.*s\"", STR_ARG(p->id),
                       STR_ARG(rule));
    if (!date_parse(&from, written))
        return err_set(e, E_INVALID, "from: \"%.*s\" is no date YYYY-MM-DD", STR_ARG(written));
    if ((rc = store_reader_get(&db, r->api->kernel->store, e)) == OK)
        rc = reading_counting(&how, db, p, p->calendar, r->arena, e);
    store_reader_put(r->api->kernel->store, db);
    if (rc == OK)
        rc = due_of(&due, by, from, &how, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    due_json(&j, p, by, &due, r->arena);
    return reply_json(out, r, &b, e);
}

const struct resource resource_pack_deadline = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/deadline",
    .summary = N_("the day that a rule of a policy gives, with its clause"),
    .parameters = deadline_parameters,
    .reply = &due_schema,
    .handle = get_deadline,
    .need = NEED_LOCAL,
    .scope = "policies",
};

/* --- a party -------------------------------------------------------------------------------- */

static const struct may readers[] = {{NULL, "readable", NULL, NULL}, {0}};
static const struct parameter check_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"party", IN_BODY, &code, true, false, NULL},
    {"question", IN_BODY, &question, false, false, NULL},
    {"as_of", IN_BODY, &schema_day_or_today, false, false, NULL},
    {0}};

static err_t post_check(struct reply *out, const struct request *r, struct err *e)
{
    struct stored_question q = {.code = request_value(r, "party"),
                                .question = request_value(r, "question"),
                                .subject = r->subject};
    struct pack_verdict v;
    struct party_facts party;
    const struct pack *p;
    struct buf b;
    struct jout j;
    err_t rc = policy_day(&q.as_of, r, e);
    if (rc == OK)
        rc = policy_pack(&p, r, "id", e);
    if (rc == OK)
        rc = stored_verdict(&v, &party, p, r->api->kernel, &q, r->arena, e);
    if (rc != OK)
        return rc;
    jout_begin(&j, &b);
    pack_verdict_members(&j, &v, r->arena);
    facts_read_json(&j, &party);
    return reply_object(out, r, &j, e);
}

const struct resource resource_pack_check = {
    .method = "POST",
    .reads = READS_ONE,
    .path = "/api/v1/packs/{id}/check",
    .summary = N_("the verdict of a policy on a party, from the records the subject may read"),
    .parameters = check_parameters,
    .body = BODY_JSON,
    .reply = &schema_verdict,
    .handle = post_check,
    .need = NEED_LOCAL,
    .may = readers,
    .hides = true,
    .scope = "records:read",
    .slow = true,
    .entries = ENTRIES_NONE,
    .entries_why = N_("it reads"),
};

/* --- what would follow ------------------------------------------------------------------------ */

static const struct schema set = {SCHEMA_ARRAY, .items = &schema_string,
                                  .description = N_("\"staff-count=8\", and more of them")};
static const struct parameter simulate_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"set", IN_BODY, &set, true, false, NULL},
    {"question", IN_BODY, &question, false, false, NULL},
    {"as_of", IN_BODY, &schema_day_or_today, false, false, NULL},
    {0}};
OBJECT_SCHEMA(turned, NULL, REQUIRED("criterion", schema_string), OPTIONAL("clause", schema_string),
              NULLABLE("before", schema_boolean), NULLABLE("after", schema_boolean),
              OPTIONAL("value", schema_string), OPTIONAL("needs", schema_string));
ARRAY_SCHEMA(all_turned, turned);
OBJECT_SCHEMA(refused, NULL, OPTIONAL("party", schema_string), OPTIONAL("name", schema_string),
              REQUIRED("why", schema_string));
ARRAY_SCHEMA(all_refused, refused);
OBJECT_SCHEMA(changed, NULL, OPTIONAL("party", schema_string), REQUIRED("name", schema_string),
              REQUIRED("before", schema_string), REQUIRED("after", schema_string),
              REQUIRED("because", all_turned));
ARRAY_SCHEMA(all_changed, changed);
static const struct schema outside_schema = {
    SCHEMA_INTEGER,
    .description = N_("parties of other places than those where the policy counts, left out")};
OBJECT_SCHEMA(simulation_schema, NULL, REQUIRED("pack", schema_string),
              REQUIRED("question", schema_string), REQUIRED("as_of", schema_string),
              REQUIRED("judged", schema_integer), REQUIRED("outside", outside_schema),
              REQUIRED("changed", all_changed), REQUIRED("refused", all_refused));

/* Offices: a party that could ask which threshold it would pass would be asking whom else it stands
 * beside. */
static const char *const simulators[] = {"province_officer", "province_leader", "ip_centre_officer",
                                         "city_officer",     "city_leader",     NULL};

static err_t post_simulate(struct reply *out, const struct request *r, struct err *e)
{
    const struct str *sets;
    size_t count = request_values(&sets, r, "set");
    const struct pack *two[2];
    struct many m = {.kernel = r->api->kernel,
                     .subject = r->subject,
                     .question = request_value(r, "question"),
                     .packs = two,
                     .pack_count = 2};
    struct simulation s;
    struct buf b;
    struct jout j;
    if (m.question.len == 0)
        m.question = STR("apply");
    if (count == 0 || count > SETS_MAX)
        return err_set(e, E_INVALID, "set: one to %d changes", SETS_MAX);
    err_t rc = policy_day(&m.as_of, r, e);
    if (rc == OK)
        rc = policy_pack(&two[0], r, "id", e);
    if (rc != OK)
        return rc;
    struct pack_copy *other = pack_copy(two[0], r->arena);
    two[1] = &other->pack;
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = pack_set(other, sets[i], r->arena, e);
    if (rc == OK)
        rc = simulate(&s, &m, r->arena, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    simulation_json(&j, &s, &m);
    return reply_json(out, r, &b, e);
}

const struct resource resource_pack_simulate = {
    .method = "POST",
    .reads = READS_ONE,
    .path = "/api/v1/packs/{id}/simulate",
    .summary = N_(
        "the parties whose verdict would change, among the visible parties of the policy's region"),
    .parameters = simulate_parameters,
    .body = BODY_JSON,
    .reply = &simulation_schema,
    .handle = post_simulate,
    .need = NEED_ROLE,
    .roles = simulators,
    .scope = "records:read",
    .slow = true,
    .entries = ENTRIES_NONE,
    .entries_why = N_("it reads"),
};
