/* A request as the server makes it from the wire: "METHOD path?query", an empty
 * line, a body. From the route over the checks of parameters and body to the
 * handler, on a small instance of its own. Whatever a stranger asks, the answer
 * is JSON, the same twice, and never a fault of ours (status 500). */
#include "access/subject.h"
#include "api/resource.h"
#include "base/rand.h"
#include "base/vec.h"
#include "db/scratch.h"
#include "fuzz.h"
#include "model/patent_random.h"
#include "model/patent_store.h"
#include "record/record.h"

static struct api *api;
static struct kernel kernel;
static struct record_types *types;
static struct arena *forever;
static struct indexer *indexer;

static err_t put_records(struct db *db, void *arg, struct err *e)
{
    struct rand r = {7};
    err_t rc = OK;
    (void)arg;
    for (int i = 0; i < 40 && rc == OK; i++) {
        struct arena *a = arena_new();
        struct patent p = {0};
        enum put_result result;
        patent_random(&p, &r, 30, a);
        patent_finish(&p, a);
        rc = patent_put(&result, db, &p, a, e);
        if (rc == E_INVALID) /* nothing identifies it */
            rc = OK;
        arena_free(a);
    }
    return rc;
}

static void close_instance(void)
{
    searcher_close(api->searcher);
    indexer_close(indexer);
    kernel_clear(&kernel);
    record_types_free(types);
    store_close(api->store);
    arena_free(forever); /* the folders go with it */
}

static void open_instance(void)
{
    struct err e = {0};
    const struct type_finding *findings;
    size_t count;
    forever = arena_new();
    const char *dir = scratch_dir(forever);
    const char *index = scratch_dir(forever);
    api = arena_alloc(forever, sizeof(*api));
    *api = (struct api){.clock = &clock_system, .data_dir = dir};
    FUZZ_ASSERT(store_open(&api->store, scratch_url(forever, dir, "store.db"), true, &e) == OK);
    FUZZ_ASSERT(store_write(api->store, put_records, NULL, &e) == OK);
    FUZZ_ASSERT(indexer_open(&indexer, api->store, index, INDEX_FULL, &e) == OK);
    FUZZ_ASSERT(indexer_follow(indexer, NULL, &e) == OK);
    FUZZ_ASSERT(searcher_open(&api->searcher, api->store, index, &clock_system, &e) == OK);
    FUZZ_ASSERT(record_types_load(&types, NULL, &findings, &count, forever, &e) == OK);
    kernel = (struct kernel){.store = api->store, .types = types, .clock = &clock_system};
    kernel_init(&kernel);
    api->kernel = &kernel;
    (void)atexit(close_instance);
}

/* '+' and %XX, as the library decodes them; what it cannot decode stays. */
static struct str decoded(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *high = NULL, *low = NULL;
        if (s.ptr[i] == '%' && i + 2 < s.len) {
            high = memchr(digits, s.ptr[i + 1] | 0x20, 16);
            low = memchr(digits, s.ptr[i + 2] | 0x20, 16);
        }
        out[len++] = (char)(high && low       ? (high - digits) << 4 | (low - digits)
                            : s.ptr[i] == '+' ? ' '
                                              : s.ptr[i]);
        i += high && low ? 2 : 0;
    }
    return (struct str){out, len};
}

static void make_query(struct request *r, struct str text)
{
    VEC(struct query_value) values = {0};
    while (text.ptr && values.len < 64) {
        struct str value = str_split(&text, STR("&"));
        struct str name = str_split(&value, STR("="));
        struct query_value v = {decoded(name, r->arena), decoded(value, r->arena)};
        if (memchr(v.name.ptr, 0, v.name.len) || memchr(v.value.ptr, 0, v.value.len))
            continue; /* refused before a resource is looked for */
        VEC_PUSH(r->arena, &values, v);
    }
    r->query = values.ptr;
    r->query_count = values.len;
}

static void check_is_json(struct str s, struct arena *a)
{
    const struct jvalue *v;
    struct err e = {0};
    if (jin_parse(&v, s, a, &e) != OK) {
        fprintf(stderr, "no JSON: %s\n%.*s\n", e.text, STR_ARG(s));
        abort();
    }
}

static void check_problem(err_t rc, struct str detail, struct str faults, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    problem_json(&b, problem_status(rc), detail, faults, STR_NONE);
    check_is_json(buf_str(&b), a);
    buf_clear(&b);
}

/* A reply without the time that it took. */
static struct str without_time(struct str body, struct arena *a)
{
    size_t from = str_find(body, STR("\"ms\":"), 0), to = from;
    if (from == body.len)
        return body;
    while (to < body.len && body.ptr[to] != ',' && body.ptr[to] != '}')
        to++;
    return arena_join(a, (struct str){body.ptr, from}, (struct str){body.ptr + to, body.len - to});
}

static err_t serve(struct reply *out, struct str input, struct arena *a)
{
    struct str body = input, query;
    struct str line = str_split(&body, STR("\n\n")), method = str_split(&line, STR(" "));
    struct str allowed = STR_NONE, faults = STR_NONE;
    static const struct subject anybody;
    struct request r = {.api = api, .arena = a, .subject = &anybody};
    struct err e = {0};
    err_t rc = OK;
    query = line;
    r.path = decoded(str_split(&query, STR("?")), a);
    make_query(&r, query);
    const struct resource *resource = route_find(&r, &allowed, method);
    FUZZ_ASSERT(!resource || allowed.len > 0);
    /* The others ask who asks and what types there are: tests/kernel sends them what a
     * stranger would, to a server that has both. */
    if (!resource || resource->body == BODY_UPLOAD || resource->need != NEED_LOCAL)
        return E_NOTFOUND;
    r.resource = resource;
    if (resource_body(resource) == BODY_JSON) {
        rc = jin_parse(&r.body, body, a, &e);
        if (rc == OK && r.body->type != J_OBJECT)
            rc = err_set(&e, E_INVALID, "the body must be a JSON object");
    }
    if (rc == OK) {
        rc = parameters_check(&faults, resource, &r, &e);
        FUZZ_ASSERT((rc == OK) == (faults.len == 0));
        if (faults.len)
            check_is_json(faults, a);
    }
    if (rc == OK)
        rc = resource->handle(out, &r, &e);
    if (rc != OK) {
        if (problem_status(rc) >= 500)
            fprintf(stderr, "%s\n", e.text);
        FUZZ_ASSERT(problem_status(rc) >= 400 && problem_status(rc) < 500 && e.text[0]);
        check_problem(rc, str_of(e.text), faults, a);
    } else if (!out->content_type) {
        check_is_json(out->body, a);
    }
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct reply first = {0}, second = {0};
    struct str input = {(const char *)data, size};
    if (!api)
        open_instance();
    err_t rc = serve(&first, input, a);
    FUZZ_ASSERT(serve(&second, input, a) == rc);
    FUZZ_ASSERT(first.status == second.status);
    FUZZ_ASSERT(rc != OK || str_eq(without_time(first.body, a), without_time(second.body, a)));
    arena_free(a);
    return 0;
}
