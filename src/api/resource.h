/* One resource of the HTTP API is one `const struct resource` in
 * resources/<noun>.c: path, method, parameters, reply schema, handler. The
 * router, the parameter check and the OpenAPI description all read it; nothing
 * else has to be touched to add one (its file name in resources/meson.build). */
#ifndef API_RESOURCE_H
#define API_RESOURCE_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "db/store.h"
#include "search/search.h"
#include "text/json.h"
#include <stdatomic.h>

enum schema_type {
    SCHEMA_STRING,
    SCHEMA_INTEGER,
    SCHEMA_NUMBER,
    SCHEMA_BOOLEAN,
    SCHEMA_ARRAY,
    SCHEMA_OBJECT,
    SCHEMA_ANY
};

/* JSON Schema as far as replies and parameters need it. */
struct schema {
    enum schema_type type;
    const char *description;    /* English, shown through msg(); may be NULL */
    const struct schema *items; /* SCHEMA_ARRAY */
    const struct property {
        const char *name;
        const struct schema *schema;
        bool required;
    } * properties;           /* SCHEMA_OBJECT: ends with name NULL */
    int64_t minimum, maximum; /* SCHEMA_INTEGER parameters; both 0: unbounded */
};

extern const struct schema schema_string, schema_integer, schema_number, schema_boolean, schema_any,
    schema_strings;

enum parameter_in { IN_QUERY, IN_PATH, IN_BODY };

struct parameter {
    const char *name;     /* NULL ends the list */
    enum parameter_in in; /* IN_BODY: a member of the JSON body */
    const struct schema *schema;
    bool required;
    bool repeated; /* IN_QUERY: may be given more than once */
    const char *description;
};

/* The parts of the server that handlers use. */
struct api {
    struct store *store;
    struct searcher *searcher;
    const struct clock *clock;
    const char *data_dir;
    atomic_bool stopping; /* set by http_stop: long work ends at its next good place */
};

struct request {
    struct api *api;
    struct arena *arena; /* lives until the reply is sent */
    struct str path;
    const struct {
        struct str name, value;
    } * path_values; /* one per IN_PATH parameter */
    size_t path_value_count;
    const struct query_value {
        struct str name, value;
    } * query;
    size_t query_count;
    const struct jvalue *body; /* parsed JSON body, or NULL */
    const char *body_file;     /* raw upload spooled to this file, or NULL */
};

struct reply {
    unsigned status;          /* 0: 200 */
    const char *content_type; /* NULL: application/json */
    struct str body;          /* in the request's arena or static */
    const char *etag;         /* NULL: none */
};

enum body_kind { BODY_NONE, BODY_JSON, BODY_UPLOAD };

struct resource {
    const char *method; /* "GET", "POST" */
    const char *path;   /* "/api/v1/patents/{id}" */
    const char *summary;
    const struct parameter *parameters; /* ends with name NULL; may be NULL */
    enum body_kind body;
    const struct schema *reply; /* NULL: not JSON (a page, a picture) */
    /* An error becomes an RFC 9457 problem. */
    err_t (*handle)(struct reply *out, const struct request *r, struct err *e);
    bool hidden; /* static pages: not in the description */
};

extern const struct resource *const resources[]; /* NULL-terminated; made by the build */

/* --- for handlers ------------------------------------------------------------ */
/* Value of a path or (first) query parameter; empty str when absent. */
struct str request_value(const struct request *r, const char *name);
/* A whole number already checked against its schema; `absent` when not given. */
int64_t request_integer(const struct request *r, const char *name, int64_t absent);
/* All values of a repeated query parameter, or of a string array in the body. */
size_t request_values(const struct str **out, const struct request *r, const char *name);
/* Finish a JSON reply from a buffer (copied into the arena, buffer cleared). */
MUST_CHECK err_t reply_json(struct reply *out, const struct request *r, struct buf *json,
                            struct err *e);

/* --- for the server and the openapi command ----------------------------------- */
/* The resource for a method and path, its path values filled in; NULL: none.
 * *allowed gets the methods that the path has ("GET, POST"), empty when none. */
const struct resource *route_find(struct request *r, struct str *allowed, struct str method);

/* Check parameters against their schemas. E_INVALID with one sentence per fault
 * in *faults (an RFC 9457 `errors` array, JSON). */
MUST_CHECK err_t parameters_check(struct str *faults, const struct resource *resource,
                                  const struct request *r, struct err *e);

/* HTTP status of an error kind (the one switch). */
unsigned problem_status(err_t kind);
/* RFC 9457 body; `errors` is a JSON array or empty. */
void problem_json(struct buf *out, unsigned status, struct str detail, struct str errors);

/* The OpenAPI 3.1 description of all resources. */
void openapi_json(struct buf *out);
#endif
