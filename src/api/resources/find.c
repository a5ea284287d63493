/* GET /find: the search box. Records by their texts (record/find.h), patents by the engine, policies by the words of their
 * clauses. What a reader may not see is neither shown nor counted. */
#include "record/find.h"
#include "api/policy.h"
#include "api/records.h"
#include "api/search_records.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "record/value.h"
#include "text/unicode.h"

#define SHOWN 5
#define WHAT_BYTES_MAX 600

enum kind { CASES, PARTIES, RECORDS, DOCUMENTS, PATENTS, POLICIES, KINDS };
static const char *const kinds[] = {"cases",   "parties",  "records", "documents",
                                    "patents", "policies", NULL};
/* Other types are "records". */
static const char *const types[PATENTS] = {
    "case", "party office centre served_party partner joint_unit driven_party", "",
    "document document_number"};

static const struct schema kind_schema = {SCHEMA_STRING, .values = kinds};
static const struct schema words = {SCHEMA_STRING, .characters = 1000};
static const struct schema of_group = {SCHEMA_INTEGER, .minimum = 1, .maximum = 100};
static const struct schema page_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = 20};
static const struct parameter parameters[] = {
    {"q", IN_QUERY, &words, true, false,
     N_("words that all occur, or the number of a case, contract, patent, document or unit")},
    {"kind", IN_QUERY, &kind_schema, false, false, N_("this group alone; absent: all")},
    {"page", IN_QUERY, &page_schema, false, false, N_("of each group, from 1")},
    {"limit", IN_QUERY, &of_group, false, false, N_("items of a group; absent: 5")},
    {0}};
OBJECT_SCHEMA(item, "FoundItem", OPTIONAL("type", schema_string),
              OPTIONAL("type_label", schema_string), OPTIONAL("id", schema_integer),
              OPTIONAL("pack", schema_string), OPTIONAL("number", schema_string),
              REQUIRED("title", schema_string), REQUIRED("what", schema_string));
ARRAY_SCHEMA(items_schema, item);
OBJECT_SCHEMA(group_schema, "FoundGroup", REQUIRED("kind", kind_schema),
              REQUIRED("total", schema_integer), REQUIRED("items", items_schema));
ARRAY_SCHEMA(groups_schema, group_schema);
OBJECT_SCHEMA(reply_schema, NULL, REQUIRED("groups", groups_schema),
              REQUIRED("total", schema_integer));

struct asked {
    const struct request *r;
    struct str words, only;
    size_t limit, offset;
    struct jout j;
    int64_t total, shown;
};

static size_t kind_of(const struct record_type *t, void *arg)
{
    struct asked *x = arg;
    size_t kind = RECORDS;
    for (size_t i = 0; i < PATENTS; i++)
        for (struct str rest = str_of(types[i]); rest.len > 0;)
            kind = str_eq(str_split(&rest, STR(" ")), t->name) ? i : kind;
    return x->only.len == 0 || str_is(x->only, kinds[kind]) ? kind : KINDS;
}

static void begin_group(struct asked *x, enum kind kind)
{
    jout_object(&x->j);
    jout_pair_z(&x->j, "kind", kinds[kind]);
    jout_pair_array(&x->j, "items");
}

static void end_group(struct asked *x, int64_t total)
{
    jout_end_array(&x->j);
    jout_pair_i64(&x->j, "total", total);
    jout_end_object(&x->j);
    x->total += total;
}

static void item_json(struct asked *x, struct str title, struct str what)
{
    jout_pair_str(&x->j, "title", title);
    jout_pair_str(&x->j, "what", utf8_cut(what, WHAT_BYTES_MAX));
    jout_end_object(&x->j);
}

static err_t records_json(struct asked *x, struct err *e)
{
    struct find_group groups[PATENTS];
    const struct find_request q = {x->words, x->limit, x->offset, PATENTS, kind_of, x};
    err_t rc = record_find(groups, RECORD_CALL(x->r, NULL, 0), &q, e);
    for (int kind = 0; rc == OK && kind < PATENTS; kind++) {
        begin_group(x, kind);
        for (size_t i = 0; i < groups[kind].count; i++, x->shown++) {
            const struct find_hit *hit = &groups[kind].hits[i];
            jout_object(&x->j);
            jout_pair(&x->j, "type", hit->type->name);
            jout_pair(&x->j, "type_label", record_type_label(hit->type));
            jout_pair_i64(&x->j, "id", hit->id);
            item_json(x, hit->title, hit->what);
        }
        end_group(x, groups[kind].total);
    }
    return rc;
}

static err_t patents_json(struct asked *x, struct err *e)
{
    struct search_reply found = {0};
    struct search_request q = {.query = x->words, .k = x->limit, .offset = x->offset};
    err_t rc = search_records_read(&q.records, x->r->api->kernel, x->r->subject, q.query, NULL, 0,
                                   x->r->arena, e);
    if (rc == OK)
        rc = search_run(&found, x->r->api->searcher, &q, x->r->arena, e);
    if (rc == E_INVALID) /* a title need not be a query */
        found = (struct search_reply){0};
    begin_group(x, PATENTS);
    for (size_t i = 0; i < found.hit_count; i++) {
        jout_object(&x->j);
        jout_pair_i64(&x->j, "id", found.hits[i].id);
        jout_pair(&x->j, "number", found.hits[i].number);
        item_json(x, found.hits[i].title, found.hits[i].applicant);
    }
    end_group(x, (int64_t)found.total);
    return rc == E_INVALID ? OK : rc;
}

static bool holds(struct str text, struct str wanted)
{
    struct buf folded = {0}, query = {0};
    bool all = true;
    unicode_fold(&folded, text);
    unicode_fold(&query, wanted);
    for (struct str rest = buf_str(&query); rest.len > 0 && all;)
        all = str_contains(buf_str(&folded), str_split(&rest, STR(" ")));
    buf_clear(&folded);
    buf_clear(&query);
    return all;
}

/* Policies that are named so, and their clauses that say so. */
static err_t policies_json(struct asked *x, struct err *e)
{
    struct packs *packs = NULL;
    const struct pack *p;
    const struct str *ids;
    size_t total = 0;
    err_t rc = policy_open(&packs, x->r, e);
    size_t n = rc == OK ? packs_ids(&ids, packs) : 0;
    begin_group(x, POLICIES);
    for (size_t i = 0; i < n; i++) {
        bool reads = packs_get(&p, packs, ids[i], NULL) == OK;
        for (size_t k = 0; reads && k <= p->clauses.len; k++) {
            const struct citation *c = k > 0 ? &p->clauses.ptr[k - 1].citation : NULL;
            struct str number = c ? c->clause : p->document.number;
            if (p->document.standing == PACK_LIBRARY ||
                !(c ? holds(c->quote, x->words)
                    : holds(p->document.title, x->words) || holds(number, x->words)) ||
                total++ < x->offset || total > x->offset + x->limit)
                continue;
            jout_object(&x->j);
            jout_pair(&x->j, "pack", p->id);
            jout_pair(&x->j, "number", number);
            item_json(x, p->document.title, c ? c->quote : STR_NONE);
        }
    }
    end_group(x, (int64_t)total);
    return rc;
}

static err_t get_find(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b;
    struct asked x = {.r = r,
                      .words = value_clean(request_value(r, "q"), r->arena),
                      .only = request_value(r, "kind"),
                      .limit = (size_t)request_integer(r, "limit", SHOWN)};
    x.offset = (size_t)(request_integer(r, "page", 1) - 1) * x.limit;
    bool patents = str_is(x.only, kinds[PATENTS]), policies = str_is(x.only, kinds[POLICIES]);
    if (x.words.len == 0)
        return err_set(e, E_INVALID, "q: say what is looked for");
    jout_begin(&x.j, &b);
    jout_pair_array(&x.j, "groups");
    err_t rc = patents || policies ? OK : records_json(&x, e);
    if (rc == OK && (patents || x.only.len == 0))
        rc = patents_json(&x, e);
    if (rc == OK && (policies || x.only.len == 0))
        rc = policies_json(&x, e);
    jout_end_array(&x.j);
    jout_pair_i64(&x.j, "total", x.total);
    jout_end_object(&x.j);
    out->records = x.shown;
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_find = {
    .reads = READS_SAID,
    .path = "/api/v1/find",
    .summary = N_("what the search box finds, by groups"),
    .parameters = parameters,
    .reply = &reply_schema,
    .handle = get_find,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
