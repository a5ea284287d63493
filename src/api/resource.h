/* One resource of the HTTP API is one `const struct resource` in
 * resources/<noun>.c: path, method, parameters, reply schema, handler. The
 * router, the parameter check and the OpenAPI description all read it. To add one,
 * list its file in resources/meson.build; a new noun also needs a tag in openapi.c. */
#ifndef API_RESOURCE_H
#define API_RESOURCE_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock_watch.h"
#include "base/err.h"
#include "model/store_read.h"
#include "paper/paper.h"
#include "search/search.h"
#include "text/json.h"
#include <stdatomic.h>
#include <string.h>

struct deed;
struct panel_step;
struct step;
struct panel_deed;
struct request;

enum schema_type {
    SCHEMA_STRING,
    SCHEMA_INTEGER,
    SCHEMA_NUMBER,
    SCHEMA_BOOLEAN,
    SCHEMA_ARRAY,
    SCHEMA_OBJECT,
    SCHEMA_UNION,
    SCHEMA_NULL,
    SCHEMA_ANY
};

/* JSON Schema as far as replies and parameters need it. */
struct schema {
    enum schema_type type;
    const char *name; /* written once in the description, referenced elsewhere; may be NULL */
    const char *description;   /* English, shown through msg(); may be NULL */
    const char *const *values; /* SCHEMA_STRING in replies: all it may be; ends with NULL */
    /* SCHEMA_ARRAY: each item. SCHEMA_OBJECT: each member that is not among `properties`; NULL: there
     * is none. */
    const struct schema *items;
    const struct schema *const *any_of; /* SCHEMA_UNION: ends with NULL */
    const struct property {
        const char *name;
        const struct schema *schema;
        bool required;
        bool nullable;
    } * properties;           /* SCHEMA_OBJECT: ends with name NULL */
    int64_t minimum, maximum; /* SCHEMA_INTEGER parameters; both 0: unbounded */
    size_t characters;        /* longest SCHEMA_STRING; 0: unbounded, and the handler's to check */
    bool lines; /* with `characters`: it may hold tabs and line ends; controls never */
};

extern const struct schema schema_string, schema_integer, schema_number, schema_boolean, schema_any,
    schema_strings;
/* Numbers: of a row; of rows on a page; of a page; of the first row. Days. */
extern const struct schema schema_id, schema_limit, schema_page, schema_offset, schema_day,
    schema_day_or_today;
/* A value of a record's field, and values by name of field. */
extern const struct schema schema_value, schema_values;
/* The body of an error (RFC 9457). */
extern const struct schema schema_problem, schema_problem_errors;
/* Text written by people: a name or a title; a reason; some paragraphs. Blank text does not
 * satisfy a required member. */
extern const struct schema schema_line, schema_reason, schema_prose;

enum parameter_in { IN_QUERY, IN_PATH, IN_BODY, IN_HEADER };

struct parameter {
    const char *name;     /* NULL ends the list */
    enum parameter_in in; /* IN_BODY: a member of the JSON body */
    const struct schema *schema;
    bool required;
    bool repeated; /* IN_QUERY: may be given more than once */
    const char *description;
};
#define ID_PARAMETER                                                                               \
    {                                                                                              \
        "id", IN_PATH, &schema_id, true, false, NULL                                               \
    }
/* {id} of the path, and nothing else. */
extern const struct parameter path_id[];

/* The parts of the server that handlers use. */
struct api {
    struct store *store;
    struct kernel *kernel;     /* record/record.h */
    struct login *login;       /* access/login.h */
    struct throttle *throttle; /* access/throttle.h */
    struct searcher *searcher;
    struct metrics *metrics;  /* api/metrics.h; made by answer_open */
    struct known *known;      /* access/known.h; made by answer_open */
    struct pack_shelf *packs; /* api/pack_shelf.h; made by answer_open */
    const struct clock *clock;
    struct clock_watch
        *watch; /* whose clock it is (base/clock_watch.h); NULL: its jumps are not seen */
    const char *data_dir;
    struct sequencer_thread *sequencer; /* keeps it; sequencer_cover waits for a receipt */
    struct job_workers *jobs;           /* model/job_worker.h */
    struct events *events;              /* notify/events.h */
    struct http_client *client;         /* notify/http_client.h */
    _Atomic(struct public_address *) public_address; /* api/public_address.h */
    struct file_place *files;                        /* model/file.h */
    struct file_rooms *file_rooms;                   /* api/file_room.h; made by answer_open */
    struct looks_kept *looks;                        /* api/looks_kept.h; made by answer_open */
    const char *file_scan; /* command that looks for viruses; NULL: none */
    const char
        *pdf_program; /* what reads PDF and Office files (src/pdf); NULL: it is not installed */
    struct paper_press press; /* what makes PDF (paper/paper.h) */
    int64_t started_ms;       /* when it began to serve */
    _Atomic int64_t asked_us; /* clock_monotonic_us of the last request of a signed-in account */
    atomic_bool stopping;     /* set by http_stop: long work ends at its next good place */
};

/* The workers of the server are in lanes, each with a queue of its own. From LANE_SLOW on one request
 * of a person (account, else address) runs at a time, his next one goes behind those of all others,
 * and one whose client has left is not begun. LANE_LONG is apart from LANE_SLOW so that it keeps
 * neither searches of others waiting nor the next page of who asked for it. */
enum lane {
    LANE_SHORT,
    LANE_UPLOADS, /* BODY_UPLOAD, until its sender is checked */
    LANE_SLOW,    /* takes the processor for some milliseconds: a search, a part of a case's page */
    LANE_LONG,    /* for seconds, where there is much; at a lower priority */
    LANE_LOOKS,   /* looks into a file that somebody sent (request_look) */
    LANES
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
    const struct jvalue *body;       /* parsed JSON body, or NULL */
    const char *body_file;           /* BODY_UPLOAD: spooled to this file, or NULL */
    struct sealed_body *body_sealed; /* BODY_SEALED (api/sealed_body.h) */
    struct bytes body_bytes;         /* BODY_BYTES */
    struct str method;               /* HEAD is GET here */
    const struct request_header {
        struct str name, value;
    } * headers;
    size_t header_count;
    struct str address; /* of the client, "127.0.0.1" */
    bool by_gateway;    /* over its own socket: what it says of certificates is its word */
    const struct subject *subject;   /* who asks; never NULL in a handler */
    const struct auth *auth;         /* the session or token behind it (api/auth.h) */
    const struct resource *resource; /* what is asked for; NULL: not known, or nothing */
    uint64_t id;                     /* in problems and in the log */
    struct store_step *step;         /* set by `begin`: to be submitted */
    enum lane lane;                  /* whose worker has it */
    void *begun;                     /* what `begin` leaves for `end` */
};

/* A body that is made while it is sent: a download, server-sent events. */
struct stream;
struct stream_source {
    /* Up to `max` bytes into `to`. STREAM_WAIT only after stream_wait(stream)
     * under the lock under which the other side calls stream_wake. Runs on a
     * thread of the library: no slow work. */
    ssize_t (*read)(void *arg, struct stream *stream, char *to, size_t max);
    void (*close)(void *arg); /* once, when the client has all or is gone; may be NULL */
    void *arg;
    int64_t len; /* bytes in all; -1: not known */
};
#define STREAM_END (-1)
#define STREAM_BROKEN (-2)
#define STREAM_WAIT 0
/* As much of a piece as fits; STREAM_END: it is empty. */
static inline ssize_t stream_move(struct bytes *piece, char *to, size_t max)
{
    size_t len = piece->len < max ? piece->len : max;
    if (piece->len == 0)
        return STREAM_END;
    memcpy(to, piece->ptr, len);
    *piece = (struct bytes){piece->ptr + len, piece->len - len};
    return (ssize_t)len;
}
void stream_wait(struct stream *stream);
void stream_wake(struct stream *stream);

#define REPLY_HEADERS_MAX 8

struct reply {
    unsigned status;          /* 0: 200 */
    const char *content_type; /* NULL: application/json */
    struct str body;          /* in the request's arena or static */
    const char *etag;         /* NULL: none; of a `tagged` resource, how the tag begins */
    int64_t records;          /* shown in it, where no row of it says so: READS_SAID, a workbook */
    bool sandboxed;           /* content of strangers: never a page of ours */
    bool secret;    /* holds what stays the same and nobody may guess: never in gzip, whose
                                 length would tell of it (BREACH) */
    bool immutable; /* another content has another address */
    enum lane lane; /* nothing was done yet: one of this lane goes on; LANE_SHORT: it is done */
    const struct jvalue *errors; /* with an error: RFC 9457 `errors`; NULL: none */
    const char *instead; /* with an error: the address of what is there already; NULL: none */
    struct stream_source stream; /* read not NULL: instead of body */
    struct reply_header {
        const char *name, *value; /* static or in the request's arena */
    } headers[REPLY_HEADERS_MAX];
    size_t header_count;
};

enum body_kind {
    BODY_NONE,
    BODY_JSON,
    BODY_UPLOAD, /* of any size, in a file */
    BODY_SEALED, /* of any size, in a file that nobody else can read: it may be secret */
    BODY_BYTES   /* as much as JSON may be, in memory */
};

/* The roles that may call a resource at all. The policy table (access/policy.h) decides on each
 * record it shows or changes. A resource without this cannot be registered
 * (tools/resource_table.py). */
enum need {
    NEED_UNSAID,
    NEED_LOCAL,   /* as NEED_ACCOUNT; but while nobody can sign in yet (no active account), open to
                     this machine's loopback, as the folder itself is to its owner */
    NEED_NOBODY,  /* no sign-in needed: what it gives is public, or decided per record */
    NEED_ACCOUNT, /* anybody signed in */
    NEED_ROLE,    /* one of `roles` */
    NEED_BRINGS   /* as NEED_LOCAL, and a role that may bring publications in (types/roles.yaml) */
};

/* The request and reply schemas of a resource under /records/{type}: the description has it once
 * per type, with the type's own schema. */
enum shape { SHAPE_OTHER, SHAPE_LIST, SHAPE_ONE, SHAPE_CREATE, SHAPE_CHANGE };

/* Restricts a resource to some objects: a call must match one of the lines. src/access, src/notify and the handlers decide; these lines are for the description
 * (x-access), and tests/kernel/fixed.py compares them with the behaviour for every role and
 * object. */
struct may {
    const char *role; /* that he holds himself; "giver": whom types/roles.yaml names for giving the
                         role in question; "holder": the role in question; NULL: any or none */
    const char *
        of; /* "any", "own" (account), "own_unit", "own_province", "lent" (by him), "program"; "readable":
                         about a record that he may read */
    const char *but;  /* words: not "self" (his own account), "administrators'" accounts, what is
                         "closed" by one, who has "joined" (signed in once), "moved" away from since, "personal" roles, what is "unproposed"; NULL: none */
    const char *deed; /* "give", "lend": of what the body says; NULL: whatever it says */
};

/* How many records or cases a reply shows, which counts against a day's budget
 * (access/throttle.h). Every GET declares it (tools/resource_table.py); the description repeats it
 * (x-reads). */
enum reads {
    READS_UNSAID, /* of what changes things: none */
    READS_NONE,   /* neither records nor cases, or what is public, or a list of one's own duties */
    READS_ONE,    /* what stands about one: itself, its papers, a file, a form filled from it */
    READS_ROWS,   /* as many as the first list of the reply has objects */
    READS_SAID    /* `records` of the reply */
};

enum begun { BEGUN_NOT, BEGUN_DONE, BEGUN_STEP };

/* The log entries of a successful call with another method than GET. The description has them
 * (x-entries), and tests/kernel/entries_test.py checks every one. */
enum entries {
    ENTRIES_ONE,
    ENTRIES_EACH, /* one for each row that changes: `entries_why` says which more than one */
    ENTRIES_NONE  /* `entries_why` says why */
};

#define STATUSES_MAX 3

/* Writes a list, each item to `j`, and says how many there are. */
typedef err_t (*items_fn)(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                          struct err *e);

struct resource {
    const char *method; /* "POST", "PATCH", "PUT", "DELETE"; NULL: "GET" */
    const char *path;   /* "/api/v1/patents/{id}" */
    /* operationId; NULL: made of the C name, resource_case_begin: beginCase. */
    const char *id;
    const char *summary;
    const struct parameter *parameters; /* ends with name NULL; may be NULL */
    enum body_kind body;                /* BODY_NONE: as resource_body says */
    const struct schema *reply;         /* NULL: not JSON (a page, a picture) */
    unsigned statuses[STATUSES_MAX];    /* of success; none: 200 */
    const struct schema *accepted;      /* the reply with 202; NULL: as `reply` */
    const struct book_column
        *book; /* columns of the list as a workbook (list_book.h); NULL: none */
    /* An error becomes an RFC 9457 problem. */
    err_t (*handle)(struct reply *out, const struct request *r, struct err *e);
    items_fn rows;                                      /* of items_read */
    err_t (*case_say)(struct buf *out, struct step *g); /* cases.h */
    err_t (*panel_act)(struct panel_step *x, const struct panel_deed *d,
                       struct err *e); /* panel.h */
    /* For frequent requests, on a thread of the library that must not wait: reads cached data
     * only. BEGUN_NOT: nothing was done, and a worker calls `handle`. BEGUN_STEP: r->step is
     * submitted, and afterwards `end` makes the reply, on any thread if its rc is OK, else on a
     * worker. `begin` may be NULL. */
    enum begun (*begin)(struct reply *out, struct request *r);
    err_t (*end)(struct reply *out, const struct request *r, struct err *e);
    bool hidden;   /* static pages: not in the description */
    bool any_host; /* answers whatever host was asked for: nothing in it that another site's page
                      may not read */
    enum need need;
    bool by_reader; /* NEED_NOBODY: who is signed in has more; a session that is over is told */
    const char *const *roles; /* NEED_ROLE: ends with NULL */
    const struct may *may;    /* ends with `of` NULL; NULL: any thing, or the policy table says */
    bool hides;               /* what may not be touched is not there: 404, not 403 */
    bool in_person;           /* of who has signed in, not of a program with his token */
    const char *scope;        /* an API token must have it, "records"; NULL: "other" */
    bool open_body;           /* the members of the body are the handler's to check */
    bool open_query;          /* another system writes the address: what is not declared is
                                 passed over */
    bool tagged;              /* its reply has an ETag, made of the body */
    enum lane lane;           /* a workbook of a list and many hits are LANE_LONG in any case
                                 (answer.c) */
    enum shape shape;
    enum reads reads;
    enum entries entries;
    const char *entries_why; /* English, shown through msg(); NULL with ENTRIES_ONE */
    bool enters_refusals;    /* what its handler refuses (401, 403, 404) leaves one as well */
};

static inline bool resource_gets(const struct resource *r)
{
    return !r->method;
}

/* JSON, where one of its parameters is a member of the body. */
static inline enum body_kind resource_body(const struct resource *r)
{
    for (const struct parameter *p = r->parameters; r->body == BODY_NONE && p && p->name; p++)
        if (p->in == IN_BODY)
            return BODY_JSON;
    return r->body;
}

static inline const char *resource_method(const struct resource *r)
{
    return r->method ? r->method : "GET";
}

/* Officers and leaders of offices; the three administrators; one of these alone. Each ends with NULL. */
extern const char *const office_roles[], *const administrator_roles[];
extern const char *const system_roles[], *const security_roles[];
/* may_own admits a person to the data of his own account; may_readable to data about a record that he may read. */
extern const struct may may_own[], may_readable[];
extern const struct resource *const resources[]; /* NULL-terminated; made by the build */
extern const size_t resource_literals[];   /* of each: bytes of its path before the first brace */
extern const char *const resource_names[]; /* of each: its C name without "resource_" */

/* --- for handlers ------------------------------------------------------------ */
/* Before a handler looks into a file that somebody sent, and before it changes anything: whether it
 * may. If not, it returns OK, and is called again by a worker that looks into files (http_work.c). */
static inline bool request_look(struct reply *out, const struct request *r)
{
    bool looks = r->lane == LANE_LOOKS;
    out->lane = looks ? LANE_SHORT : LANE_LOOKS;
    return looks;
}
/* Value of a path or (first) query parameter; empty str when absent. */
struct str request_value(const struct request *r, const char *name);
/* The author and `reason` of the request, for a step of src/access or src/decide (access/deed.h).
 * Texts are the request's. */
struct deed request_deed(const struct request *r);
/* Runs `step` in a transaction with the request's deed, which may wait for a second person. *waits:
 * the proposal that this person confirms; 0: it is done. */
typedef err_t (*request_step)(struct db *db, const struct request *r, const struct deed *d,
                              struct err *e);
MUST_CHECK err_t request_propose(int64_t *waits, const struct request *r, request_step step,
                                 struct err *e);
/* As request_propose, for a step that needs no second person. */
MUST_CHECK err_t request_write(const struct request *r, request_step step, struct err *e);
/* request_propose, then the reply of `get`: what it is by now, with 202 where the step waits. */
MUST_CHECK err_t reply_changed(struct reply *out, const struct request *r, request_step step,
                               err_t (*get)(struct reply *out, const struct request *r,
                                            struct err *e),
                               struct err *e);
/* True if the subject authenticated within the last five minutes; otherwise it must authenticate
 * again (POST /session/proof). */
bool request_is_fresh(const struct request *r);
/* A parameter of the query only, for bodies whose members have arbitrary names. */
struct str request_query(const struct request *r, const char *name);
/* A header by lower-case name; empty when absent. */
struct str request_header(const struct request *r, const char *name);
/* Whether the client takes a body in gzip. */
bool request_takes_gzip(const struct request *r);
/* The number of records or cases that a reply counts for. */
int64_t reply_reads(const struct resource *resource, const struct reply *reply);
void reply_header(struct reply *out, const char *name, const char *value);
/* A whole number already checked against its schema; `absent` when not given. */
int64_t request_integer(const struct request *r, const char *name, int64_t absent);
/* All values of a repeated query parameter, or of a string array in the body. */
size_t request_values(const struct str **out, const struct request *r, const char *name);
/* Finish a JSON reply from a buffer (copied into the arena, buffer cleared). */
MUST_CHECK err_t reply_json(struct reply *out, const struct request *r, struct buf *json,
                            struct err *e);

/* The same after a step that may have failed: then its error, and the buffer is cleared. */
MUST_CHECK err_t reply_json_if(err_t rc, struct reply *out, const struct request *r,
                               struct buf *json, struct err *e);

/* Ends the object that `j` writes: it is the reply; of something that was made, with 201. */
MUST_CHECK err_t reply_object(struct reply *out, const struct request *r, struct jout *j,
                              struct err *e);
MUST_CHECK err_t reply_created(struct reply *out, const struct request *r, struct jout *j,
                               struct err *e);

/* {DONE: true}, or, where it waits for a second person, with the number of the proposal and 202. */
MUST_CHECK err_t reply_proposed(struct reply *out, const struct request *r, const char *done,
                                int64_t proposal, struct err *e);

/* A list, answered as every list is: {items, total, next}. items_begin opens it, each
 * item is written to `json`, items_end makes the reply; next 0: no page follows. */
struct items {
    struct jout json;
};
void items_begin(struct items *list);
MUST_CHECK err_t items_end(struct reply *out, const struct request *r, struct items *list,
                           int64_t total, int64_t next, struct err *e);
/* As reply_json_if. */
MUST_CHECK err_t items_end_if(err_t rc, struct reply *out, const struct request *r,
                              struct items *list, int64_t total, int64_t next, struct err *e);

/* Handler: the list that the resource's `rows` writes, in one page. */
MUST_CHECK err_t items_read(struct reply *out, const struct request *r, struct err *e);

/* --- for declaring resources --------------------------------------------------- */
/* ROLE_AMONG: people with one of these roles may call the resource. ITEMS: `write` is its `rows`. ENTRIES: how many entries a call appends to the
 * log, and why. */
#define ROLE_AMONG(list) .need = NEED_ROLE, .roles = (list)
#define ITEMS(write) .handle = items_read, .rows = (write)
#define ENTRIES(how, why) .entries = ENTRIES_##how, .entries_why = (why)

/* --- for typing replies -------------------------------------------------------- */
/* Members of an OBJECT_SCHEMA: always there; always there and perhaps null; perhaps not there. */
#define REQUIRED(member, of)                                                                       \
    {                                                                                              \
        member, &(of), true, false                                                                 \
    }
#define NULLABLE(member, of)                                                                       \
    {                                                                                              \
        member, &(of), true, true                                                                  \
    }
#define OPTIONAL(member, of)                                                                       \
    {                                                                                              \
        member, &(of), false, false                                                                \
    }

/* id_members, for a schema that is described or shared. */
#define OBJECT_MEMBERS(id, ...) static const struct property id##_members[] = {__VA_ARGS__, {0}}
/* `called`: its name in the description, "CaseStep"; NULL: it is written in place. */
#define OBJECT_SCHEMA(id, called, ...)                                                             \
    OBJECT_MEMBERS(id, __VA_ARGS__);                                                               \
    static const struct schema id = {SCHEMA_OBJECT, .name = (called), .properties = id##_members}
#define ARRAY_SCHEMA(id, item) static const struct schema id = {SCHEMA_ARRAY, .items = &(item)}
#define MAP_SCHEMA(id, value) static const struct schema id = {SCHEMA_OBJECT, .items = &(value)}
#define ENUM_SCHEMA(id, called, ...)                                                               \
    static const char *const id##_values[] = {__VA_ARGS__, NULL};                                  \
    static const struct schema id = {SCHEMA_STRING, .name = (called), .values = id##_values}
#define UNION_SCHEMA(id, called, ...)                                                              \
    static const struct schema *const id##_any_of[] = {__VA_ARGS__, NULL};                         \
    static const struct schema id = {SCHEMA_UNION, .name = (called), .any_of = id##_any_of}

/* The schema of a list: `next` is the number of a page or of a record, or null. */
#define LIST_SCHEMA(id, item)                                                                      \
    ARRAY_SCHEMA(id##_items, item);                                                                \
    OBJECT_SCHEMA(id, NULL, REQUIRED("items", id##_items), REQUIRED("total", schema_integer),      \
                  NULLABLE("next", schema_integer))
/* …where it is a cursor. */
#define CURSOR_LIST_SCHEMA(id, item)                                                               \
    ARRAY_SCHEMA(id##_items, item);                                                                \
    OBJECT_SCHEMA(id, NULL, REQUIRED("items", id##_items), REQUIRED("total", schema_integer),      \
                  NULLABLE("next", schema_string))

/* --- for the server and the openapi command ----------------------------------- */
/* The resource for a method and path, its path values filled in; NULL: none. A path of no
 * resource outside the API and the bundle's files is one of the web application's, as "/" is.
 * *allowed gets the methods that the path has ("GET, POST"), empty when none. */
const struct resource *route_find(struct request *r, struct str *allowed, struct str method);

/* Check parameters against their schemas. E_INVALID with one sentence per fault
 * in *faults (an RFC 9457 `errors` array, JSON). */
MUST_CHECK err_t parameters_check(struct str *faults, const struct resource *resource,
                                  const struct request *r, struct err *e);

/* The errors array for a handler's message like "scores[2].points: …", if it begins with a
 * parameter of the resource; else empty. */
struct str parameters_fault(const struct resource *resource, const char *sentence, struct arena *a);

/* HTTP status of an error kind (the one switch). */
unsigned problem_status(err_t kind);
/* The message of an error for the client, and the status; internal messages (err_told) go to the
 * log. */
const char *problem_message(unsigned *status, const struct request *r, const struct err *e);
/* RFC 9457 body; `errors` is a JSON array or empty; `id`: of the request, empty: none. */
void problem_json(struct buf *out, unsigned status, struct str detail, struct str errors,
                  struct str id);
/* The reply is a problem, with the request's id; `errors` as problem_json. */
void reply_problem(struct reply *out, const struct request *r, unsigned status, struct str sentence,
                   struct str errors);
/* "shares[2].percent" as a JSON Pointer, "/shares/2/percent". */
void problem_pointer(struct buf *to, struct str path);
/* Converts the errors of a handler to JSON Pointers, as described in problem.c. `within`: the
 * position of the faulty part in the body ("/items/3/create"); empty: the whole body. */
struct str problem_errors(const struct request *r, const struct jvalue *list, struct str within);

/* The OpenAPI 3.1 description of all resources. `types`: those of records are written for each type,
 * with its schemas; NULL: once. `server`: the address before its paths, "https://zhiyun.example.cn"; "/": of the
 * host that gives the description. */
struct record_types;
void openapi_json(struct buf *out, const struct record_types *types, const char *server);
#endif
