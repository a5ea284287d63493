/* /packs: policies, their clauses and deadlines, what they say of a party, and what would
 * follow were a number of theirs another; the same JSON as the commands.
 *
 * A party is judged as who asks may see it (record/facts.h): what it may not read is not
 * known, so neither a number nor a verdict tells of it. Reading leaves no entry in the log:
 * a decision that cites a verdict does. */
#include "access/role.h"
#include "api/list_book.h"
#include "api/policy.h"
#include "base/date.h"
#include "base/msg.h"
#include "decide/activation.h"
#include "decide/reading.h"
#include "judge/simulate.h"
#include "policy/case.h"
#include "policy/due_json.h"
#include "policy/lint.h"
#include "policy/pack_diff.h"
#include "policy/pack_form.h"
#include "policy/pack_set.h"
#include "policy/pack_show.h"

#define SETS_MAX 32

static const struct schema code = {
    SCHEMA_STRING, .description = N_("a unified social credit code visible to the subject")};
static const struct schema version_digest = {
    SCHEMA_STRING,
    .description = N_("of a version that waits for two officers; absent: the one in force")};
static const struct schema question = {SCHEMA_STRING,
                                       .description = N_("apply (absent), recognise, operate …")};

/* --- what there is ---------------------------------------------------------------------- */

OBJECT_SCHEMA(duty, "PackDuty", REQUIRED("label", schema_string), REQUIRED("own", schema_boolean),
              REQUIRED("codes", schema_strings));
ARRAY_SCHEMA(duties, duty);
OBJECT_SCHEMA(result_step, "PackResult", REQUIRED("step", schema_string),
              REQUIRED("stage", schema_string), REQUIRED("label", schema_string));
ARRAY_SCHEMA(result_steps, result_step);
OBJECT_SCHEMA(uses, NULL, REQUIRED("enforced", schema_integer),
              REQUIRED("recorded", schema_integer), REQUIRED("informative", schema_integer));
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
              REQUIRED("criteria", schema_integer), REQUIRED("unclear", schema_integer),
              REQUIRED("clauses", uses));
ARRAY_SCHEMA(heads, head);
OBJECT_SCHEMA(active, NULL, REQUIRED("pack", schema_string), REQUIRED("version", schema_string),
              REQUIRED("digest", schema_string), REQUIRED("from_ms", schema_integer));
ARRAY_SCHEMA(actives, active);
OBJECT_SCHEMA(code_word, "CodeWord", REQUIRED("code", schema_string),
              REQUIRED("label", schema_string));
ARRAY_SCHEMA(code_words, code_word);
OBJECT_SCHEMA(waiting, "PackWaiting", REQUIRED("pack", schema_string),
              REQUIRED("version", schema_string), REQUIRED("digest", schema_string),
              REQUIRED("shipped", schema_boolean));
ARRAY_SCHEMA(all_waiting, waiting);
OBJECT_SCHEMA(list_schema, NULL, REQUIRED("packs", heads), REQUIRED("words", code_words),
              REQUIRED("active", actives), REQUIRED("waiting", all_waiting),
              REQUIRED("own", schema_strings), REQUIRED("findings", schema_pack_findings));

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

/* The versions that count here, and the packs that did not come with the program. */
static err_t active_json(struct jout *j, const struct request *r, struct packs *packs,
                         struct err *e)
{
    const struct activation *all = NULL;
    const struct str *ids;
    size_t count = 0, n = packs_ids(&ids, packs);
    err_t rc = STORE_READ(db, r->api->store, e, pack_activations(&all, &count, db, r->arena, e));
    jout_pair_array(j, "active");
    for (size_t i = 0; rc == OK && i < count; i++) {
        if (all[i].to_ms)
            continue;
        jout_object(j);
        jout_pair(j, "pack", all[i].pack);
        jout_pair(j, "version", all[i].pack_version);
        jout_pair(j, "digest", all[i].digest);
        jout_pair_i64(j, "from_ms", all[i].from_ms);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_array(j, "own");
    for (size_t i = 0; i < n; i++)
        if (!packs_are_shipped(packs, ids[i]))
            jout_str(j, ids[i]);
    jout_end_array(j);
    return rc;
}

/* Texts are published: those of the program, and of the instance's own those that count here. Who has signed in sees
 * the others too. */
static err_t check_shown(bool *out, const struct request *r, struct packs *packs,
                         const struct pack *p, struct err *e)
{
    struct activation now;
    *out = p->document.standing != PACK_LIBRARY;
    if (!*out || r->subject->account || packs_are_shipped(packs, p->id))
        return OK;
    err_t rc = STORE_READ(db, r->api->store, e, pack_active(&now, db, p->id, r->arena, e));
    *out = rc == OK && str_eq(now.digest, p->digest);
    return rc;
}

static err_t get_packs(struct reply *out, const struct request *r, struct err *e)
{
    struct packs *packs = NULL;
    const struct str *ids;
    VEC(struct pack_finding) faults = {0};
    VEC(const struct pack *) others = {0};
    struct buf b, of_words = {0};
    struct jout j, words;
    err_t rc = policy_open(&packs, r, e);
    size_t n = rc == OK ? packs_ids(&ids, packs) : 0;
    jout_init(&words, &of_words);
    jout_array(&words);
    for (size_t i = 0; role_at(i); i++)
        word_json(&words, role_at(i)->name,
                  msg_lang() == LANG_EN ? role_at(i)->label_en : role_at(i)->label_zh);
    jout_begin(&j, &b);
    jout_pair_array(&j, "packs");
    for (size_t i = 0; rc == OK && i < n; i++) {
        const struct pack *p, *waits = packs_waiting(packs, ids[i]);
        const struct pack_finding *f;
        bool shown = false;
        rc = packs_get(&p, packs, ids[i], e);
        size_t count = packs_findings(&f, packs, ids[i]);
        if (waits && office_of_pack(r->subject, waits))
            VEC_PUSH(r->arena, &others, waits);
        for (size_t k = 0; r->subject->account && k < count; k++)
            VEC_PUSH(r->arena, &faults, f[k]);
        if (rc != OK && count)
            rc = OK; /* the others are listed */
        else if (rc == OK && (rc = check_shown(&shown, r, packs, p, e)) == OK && shown) {
            pack_head_json(&j, p, business_date(clock_now_ms(r->api->clock), r->arena));
            code_words_json(&words, p);
        }
    }
    jout_end_array(&j);
    jout_end_array(&words);
    jout_pair_raw(&j, "words", buf_take(&of_words, r->arena));
    if (rc == OK)
        rc = active_json(&j, r, packs, e);
    jout_pair_array(&j, "waiting");
    for (size_t i = 0; i < others.len; i++) {
        jout_object(&j);
        jout_pair(&j, "pack", others.ptr[i]->id);
        jout_pair(&j, "version", others.ptr[i]->version);
        jout_pair(&j, "digest", others.ptr[i]->digest);
        jout_pair_bool(&j, "shipped", !packs_take_place(packs, others.ptr[i]->id));
        jout_end_object(&j);
    }
    jout_end_array(&j);
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
    .need = NEED_NOBODY,
    .by_reader = true,
    .scope = "policies",
};

static const struct parameter of_pack[] = {{"id", IN_PATH, &schema_string, true, false, NULL}, {0}};
static const struct parameter of_version[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"digest", IN_QUERY, &version_digest, false, false, NULL},
    {0}};
OBJECT_SCHEMA(clause, "Clause", REQUIRED("id", schema_string), REQUIRED("clause", schema_string),
              OPTIONAL("quote", schema_string), REQUIRED("force", schema_string),
              OPTIONAL("actor", schema_string), REQUIRED("how", schema_string),
              REQUIRED("by", schema_strings), OPTIONAL("reason", schema_string),
              OPTIONAL("why_only_recorded", schema_string), REQUIRED("screens", schema_strings),
              REQUIRED("rows", schema_strings));
ARRAY_SCHEMA(clauses, clause);
OBJECT_SCHEMA(asked, NULL, REQUIRED("id", schema_string), REQUIRED("label", schema_string),
              REQUIRED("criteria", schema_strings));
ARRAY_SCHEMA(questions, asked);
OBJECT_SCHEMA(compared, NULL, OPTIONAL("indicator", schema_string),
              OPTIONAL("label", schema_string), REQUIRED("compare", schema_string),
              REQUIRED("number", schema_string), OPTIONAL("unit", schema_string));
ARRAY_SCHEMA(numbers, compared);
OBJECT_SCHEMA(criterion, "PackCriterion", REQUIRED("id", schema_string),
              OPTIONAL("clause", schema_string), OPTIONAL("quote", schema_string),
              REQUIRED("judged", schema_boolean), OPTIONAL("test", schema_string),
              OPTIONAL("applies", schema_string), OPTIONAL("reason", schema_string),
              OPTIONAL("advice", schema_string), REQUIRED("part", schema_boolean),
              REQUIRED("advisory", schema_boolean), REQUIRED("never_fails", schema_boolean),
              REQUIRED("ambiguities", schema_strings), REQUIRED("numbers", numbers));
ARRAY_SCHEMA(criteria, criterion);
OBJECT_SCHEMA(deadline, NULL, REQUIRED("id", schema_string), OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), REQUIRED("rule", schema_string),
              OPTIONAL("note", schema_string));
ARRAY_SCHEMA(deadlines, deadline);
OBJECT_SCHEMA(other_reading, NULL, OPTIONAL("id", schema_string),
              REQUIRED("reading", schema_string), OPTIONAL("effect", schema_string));
ARRAY_SCHEMA(other_readings, other_reading);
OBJECT_SCHEMA(ambiguity, "PackAmbiguity", REQUIRED("id", schema_string),
              OPTIONAL("clause", schema_string), OPTIONAL("quote", schema_string),
              REQUIRED("problem", schema_string), REQUIRED("reading", schema_string),
              OPTIONAL("default", schema_string), REQUIRED("alternatives", other_readings),
              REQUIRED("switch", schema_strings));
ARRAY_SCHEMA(ambiguities, ambiguity);
OBJECT_SCHEMA(chosen_reading, NULL, REQUIRED("ambiguity", schema_string),
              REQUIRED("reading", schema_string), OPTIONAL("reason", schema_string));
ARRAY_SCHEMA(chosen_readings, chosen_reading);
OBJECT_SCHEMA(share, NULL, REQUIRED("covered", schema_integer), REQUIRED("total", schema_integer),
              REQUIRED("missing", schema_strings));
OBJECT_SCHEMA(covered, NULL, REQUIRED("articles", share), REQUIRED("sentences", share),
              REQUIRED("quotes", share), REQUIRED("numbers", share));
ARRAY_SCHEMA(evaluations, schema_values); /* keys of pack_keys.yaml's `evaluations` */
OBJECT_SCHEMA(clauses_schema, NULL, REQUIRED("pack", schema_string),
              OPTIONAL("source", schema_string), REQUIRED("questions", questions),
              REQUIRED("criteria", criteria), REQUIRED("deadlines", deadlines),
              REQUIRED("clauses", clauses), REQUIRED("ambiguities", ambiguities),
              REQUIRED("chosen", chosen_readings), REQUIRED("coverage", covered),
              REQUIRED("evaluations", evaluations), OPTIONAL("forms", schema_string));

static err_t chosen_json(struct jout *j, const struct request *r, struct str id, struct err *e)
{
    const struct reading *all = NULL;
    size_t count = 0;
    err_t rc = STORE_READ(db, r->api->store, e, readings_load(&all, &count, db, id, r->arena, e));
    jout_pair_array(j, "chosen");
    for (size_t i = 0; rc == OK && i < count; i++) {
        jout_object(j);
        jout_pair(j, "ambiguity", all[i].ambiguity);
        jout_pair(j, "reading", all[i].reading);
        jout_pair(j, "reason", all[i].reason);
        jout_end_object(j);
    }
    jout_end_array(j);
    return rc;
}

static err_t get_clauses(struct reply *out, const struct request *r, struct err *e)
{
    const struct pack *p = NULL;
    struct packs *packs = NULL;
    struct coverage c;
    bool shown = false;
    struct jout j;
    err_t rc = policy_version(&packs, &p, r, "id", e);
    if (rc == OK)
        rc = check_shown(&shown, r, packs, p, e);
    if (rc == OK && !shown)
        rc = err_set(e, E_NOTFOUND, "there is no policy \"%.*s\"", STR_ARG(request_value(r, "id")));
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair(&j, "pack", p->id);
    jout_pair(&j, "source", p->source);
    pack_lists_json(&j, p, r->arena);
    pack_coverage(&c, p, r->arena);
    pack_coverage_json(&j, &c);
    jout_pair(&j, "forms", pack_forms_text(packs, p, r->arena));
    rc = chosen_json(&j, r, p->id, e);
    jout_end_object(&j);
    return reply_json_if(rc, out, r, j.to, e);
}

const struct resource resource_pack_clauses = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/clauses",
    .summary = N_("a policy: its text, its clauses with their own words, what they ask, what is "
                  "unclear, how much of the text they answer"),
    .parameters = of_version,
    .reply = &clauses_schema,
    .handle = get_clauses,
    .need = NEED_NOBODY,
    .by_reader = true,
    .scope = "policies",
};

/* The keys of pack_keys.yaml's `comparisons`. */
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
    struct jout j;
    err_t rc = policy_pack(&p, r, "id", e);
    if (rc != OK)
        return rc;
    jout_open(&j);
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

/* --- two versions, its cases ------------------------------------------------------------------ */

static const struct parameter difference_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"with", IN_QUERY, &schema_string, true, false,
     N_("another policy, or the digest of a version that counted here")},
    {0}};
OBJECT_SCHEMA(difference, "PackDifference", REQUIRED("part", schema_string),
              REQUIRED("id", schema_string), OPTIONAL("one", schema_string),
              OPTIONAL("two", schema_string));
LIST_SCHEMA(differences_schema, difference);

/* By its digest: a version that waits, or one whose files are kept. */
static err_t other_pack(const struct pack **out, const struct request *r, struct packs *packs,
                        struct str id, struct str with, struct err *e)
{
    struct str archive = STR_NONE;
    err_t rc = packs_get(out, packs, with, e);
    const struct pack *waits = packs_waiting(packs, id);
    if (rc == E_NOTFOUND && waits && str_eq(waits->digest, with)) {
        *out = waits;
        return policy_check_office(r, waits, e);
    }
    if (rc != E_NOTFOUND)
        return rc;
    rc = STORE_READ(db, r->api->store, e, pack_files_read(&archive, db, with, r->arena, e));
    return rc == OK ? packs_keep(out, packs, id, with, archive, e) : rc;
}

static err_t get_differences(struct reply *out, const struct request *r, struct err *e)
{
    const struct pack_difference *d = NULL;
    const struct pack *one = NULL, *two;
    struct packs *packs;
    struct items items;
    err_t rc = policy_open(&packs, r, e);
    if (rc == OK)
        rc = packs_get(&one, packs, request_value(r, "id"), e);
    if (rc == OK)
        rc = other_pack(&two, r, packs, one->id, request_value(r, "with"), e);
    if (rc != OK)
        return rc;
    size_t count = pack_diff(&d, one, two, r->arena);
    items_begin(&items);
    pack_differences_json(&items.json, d, count);
    return items_end(out, r, &items, (int64_t)count, 0, e);
}

static const struct book_column difference_book[] = {{"part", N_("Part")},
                                                     {"id", N_("Name")},
                                                     {"one", N_("The one")},
                                                     {"two", N_("The other")},
                                                     {0}};

const struct resource resource_pack_differences = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/differences",
    .summary = N_("what decides differently in another policy, or in another version"),
    .parameters = difference_parameters,
    .reply = &differences_schema,
    .book = difference_book,
    .handle = get_differences,
    .need = NEED_ACCOUNT,
    .scope = "policies",
    .lane = LANE_LONG,
};

OBJECT_SCHEMA(failure, NULL, REQUIRED("file", schema_string), OPTIONAL("name", schema_string),
              REQUIRED("reason", schema_string));
ARRAY_SCHEMA(failures, failure);
OBJECT_SCHEMA(tried, NULL, REQUIRED("criterion", schema_string), REQUIRED("met", schema_integer),
              REQUIRED("not_met", schema_integer), REQUIRED("unknown", schema_integer));
ARRAY_SCHEMA(all_tried, tried);
OBJECT_SCHEMA(cases_schema, NULL, REQUIRED("cases", schema_integer), REQUIRED("failures", failures),
              REQUIRED("criteria", all_tried));

static err_t get_cases(struct reply *out, const struct request *r, struct err *e)
{
    static const char *const names[] = {"unknown", "not_met", "met"};
    const struct pack_text *files;
    const struct pack *p;
    struct packs *packs;
    struct case_result c;
    struct jout j;
    err_t rc = policy_version(&packs, &p, r, "id", e);
    if (rc != OK)
        return rc;
    int64_t(*counts)[3] = arena_array(r->arena, p->criteria.len + 1, sizeof(*counts));
    size_t count = packs_files(&files, packs, p->id, "cases/", r->arena);
    jout_open(&j);
    jout_pair_i64(&j, "cases", (int64_t)count);
    jout_pair_array(&j, "failures");
    for (size_t i = 0; i < count; i++) {
        case_run(&c, p, packs, files[i].name, files[i].text, r->arena);
        if (c.wrong.len) {
            jout_object(&j);
            jout_pair(&j, "file", files[i].name);
            jout_pair(&j, "name", c.name);
            jout_pair(&j, "reason", c.wrong);
            jout_end_object(&j);
        }
        for (size_t k = 0; c.has_verdict && k < c.verdict.result_count; k++) {
            const struct criterion_result *x = &c.verdict.results[k];
            if (x->applicable)
                counts[x->criterion - p->criteria.ptr][x->pass == YES ? 2 : x->pass == NO]++;
        }
    }
    jout_end_array(&j);
    jout_pair_array(&j, "criteria");
    for (size_t i = 0; i < p->criteria.len; i++) {
        jout_object(&j);
        jout_pair(&j, "criterion", p->criteria.ptr[i].id);
        for (size_t k = 0; k < ARRAY_LEN(names); k++)
            jout_pair_i64(&j, names[k], counts[i][k]);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    return reply_object(out, r, &j, e);
}

const struct resource resource_pack_cases = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/cases",
    .summary = N_("the cases of a policy, run: those that do not hold, and what they come to"),
    .parameters = of_version,
    .reply = &cases_schema,
    .handle = get_cases,
    .need = NEED_ACCOUNT,
    .scope = "policies",
    .lane = LANE_LONG,
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
    jout_own(&j);
    due_json(&j, p, by, &due, r->arena);
    return reply_json(out, r, j.to, e);
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
    struct jout j;
    err_t rc = policy_day(&q.as_of, r, e);
    if (rc == OK)
        rc = policy_pack(&p, r, "id", e);
    if (rc == OK)
        rc = stored_verdict(&v, &party, p, r->api->kernel, &q, r->arena, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
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
    .reply = &schema_verdict,
    .handle = post_check,
    .need = NEED_LOCAL,
    .may = may_readable,
    .hides = true,
    .scope = "records:read",
    .lane = LANE_SLOW,
    ENTRIES(NONE, N_("it reads")),
};

/* --- what would follow ------------------------------------------------------------------------ */

static const struct schema set = {SCHEMA_ARRAY, .items = &schema_string,
                                  .description = N_("\"staff-count=8\", and more of them")};
static const struct parameter simulate_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"digest", IN_BODY, &version_digest, false, false, NULL},
    {"set", IN_BODY, &set, true, false, NULL},
    {"question", IN_BODY, &question, false, false, NULL},
    {"as_of", IN_BODY, &schema_day_or_today, false, false, NULL},
    {0}};
#define TURNED                                                                                     \
    REQUIRED("criterion", schema_string), OPTIONAL("clause", schema_string),                       \
        NULLABLE("before", schema_boolean), NULLABLE("after", schema_boolean),                     \
        OPTIONAL("value", schema_string), OPTIONAL("needs", schema_string)
OBJECT_SCHEMA(turned, NULL, TURNED);
OBJECT_SCHEMA(turned_row, NULL, OPTIONAL("party", schema_string), REQUIRED("name", schema_string),
              REQUIRED("from", schema_string), REQUIRED("to", schema_string), TURNED);
ARRAY_SCHEMA(turned_rows, turned_row);
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
              REQUIRED("changed", all_changed), REQUIRED("items", turned_rows),
              REQUIRED("refused", all_refused));

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
    jout_own(&j);
    simulation_json(&j, &s, &m);
    return reply_json(out, r, j.to, e);
}

static const struct book_column simulate_book[] = {
    {"party", N_("Party")},       {"name", N_("Name")},           {"from", N_("Before")},
    {"to", N_("After")},          {"criterion", N_("Criterion")}, {"clause", N_("Clause")},
    {"value", N_("What it has")}, {"needs", N_("What it needs")}, {0}};

const struct resource resource_pack_simulate = {
    .method = "POST",
    .reads = READS_ONE,
    .path = "/api/v1/packs/{id}/simulate",
    .summary = N_(
        "the parties whose verdict would change, among the visible parties of the policy's region"),
    .parameters = simulate_parameters,
    .reply = &simulation_schema,
    .book = simulate_book,
    .handle = post_simulate,
    /* A party that could ask which threshold it would pass would ask whom it stands beside. */
    ROLE_AMONG(office_roles),
    .scope = "records:read",
    .lane = LANE_LONG,
    ENTRIES(NONE, N_("it reads")),
};
