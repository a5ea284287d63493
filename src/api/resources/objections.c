/* /public/…/objections: anybody objects to what is made public, adds files, asks what became of it. Who
 * comes back is known by the number and the code that he was given, and by nothing else. */
#include "access/throttle.h"
#include "api/cases.h"
#include "api/file_room.h"
#include "api/file_scan.h"
#include "api/panel.h"
#include "api/reply_text.h"
#include "base/msg.h"
#include "case/objection.h"
#include "case/public.h"
#include "record/attachment.h"

#define AT_ONCE_MAX 1000 /* who object at one moment */

/* --- objecting ------------------------------------------------------------------------------- */

static const struct parameter object_parameters[] = {
    ID_PARAMETER,
    {"named", IN_BODY, &schema_boolean, true, false,
     N_("in your own name, or anonymous; your personal data are shown only to those who handle the "
        "objection")},
    {"ground", IN_BODY, &schema_string, true, false, N_("the subject of the objection")},
    {"content", IN_BODY, &schema_string, true, false, N_("the facts")},
    {"objector", IN_BODY, &schema_string, false, false, N_("your name")},
    {"contact", IN_BODY, &schema_string, false, false, N_("how to reach you")},
    {"complains_of", IN_BODY, &schema_string, false, false,
     N_("names of officers that you complain of: they do not deal with it")},
    {0}};
OBJECT_SCHEMA(object_schema, NULL, REQUIRED("number", schema_string),
              REQUIRED("code", schema_string), REQUIRED("entry", schema_string));

/* The case, as it stands, for `by`; that it was made public is asked first. */
static err_t read_case(struct step *g, const struct subject *by, const struct request *r,
                       struct err *e)
{
    struct db *db = NULL;
    struct jout j;
    int64_t id = request_integer(r, "id", 0);
    cases_step(g, r, e);
    *g->x = (struct flow_call){.by = by, .today = by->today, .arena = r->arena};
    err_t rc = cases_open(g->p, r, e);
    if (rc != OK)
        return rc;
    jout_own(&j);
    if ((rc = panel_reader_get(&db, r, e)) == OK)
        rc = public_case_json(&j, db, g->p, id, r->subject->today, e);
    if (rc == OK)
        rc = flow_case_read(&g->x->c, db, id, r->arena, e);
    panel_reader_put(db, r);
    buf_clear(j.to);
    return rc == OK ? programme_case(g) : rc;
}

/* Each is to be settled before the case goes on: who sends many waits. *later: how long; 0: he may object. */
static err_t take_budget(int64_t *later, bool *first, const struct request *r,
                         const struct throttle_subject *who, struct err *e)
{
    struct throttle_answer a = {0};
    err_t rc = OK;
    if (r->api->throttle) /* tests of handlers have none */
        rc = throttle_take(&a, r->api->throttle, THROTTLE_OBJECTIONS, who, 1, e);
    *later = a.retry_ms;
    *first = a.always;
    return rc;
}

/* 429: as many as are taken in at a time; `later_ms`: when there is room again. */
static err_t reply_later(struct reply *out, const struct request *r, const char *sentence,
                         int64_t later_ms)
{
    reply_problem(out, r, 429, str_of(sentence), STR_NONE);
    reply_header(out, "Retry-After",
                 arena_printf(r->arena, "%lld", (long long)(later_ms + 999) / 1000).ptr);
    return OK;
}

static const char *many_came(const struct request *r, int64_t later_ms)
{
    return arena_printf(r->arena,
                        msg(N_("too many objections came from your address, or to this "
                               "list; more are taken in %lld minutes, and at any time by "
                               "the office on paper")),
                        (long long)(later_ms + 59999) / 60000)
        .ptr;
}

/* If others object at the same moment, the case has moved on: it is read again. Each retry means
 * that another objection succeeded, so this ends; the objector sees no error. */
static err_t make_objection(struct objection_taken *taken, const struct subject *by,
                            const struct request *r, const struct objection *o, struct err *e)
{
    struct step g;
    err_t rc = E_CONFLICT;
    for (int times = 0; rc == E_CONFLICT && times <= AT_ONCE_MAX; times++) {
        *e = (struct err){0};
        rc = read_case(&g, by, r, e);
        if (rc == OK)
            rc = objection_make(taken, &g, o);
    }
    return rc;
}

static err_t post_objection(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *named = jin_get(r->body, "named");
    struct objection o = {.named = named && named->type == J_TRUE,
                          .ground = str_trim(request_value(r, "ground")),
                          .content = str_trim(request_value(r, "content")),
                          .objector = str_trim(request_value(r, "objector")),
                          .contact = str_trim(request_value(r, "contact")),
                          .complains_of = str_trim(request_value(r, "complains_of"))};
    struct objection_taken taken = {0};
    struct subject nobody; /* also of who has signed in: he may object without his name */
    struct step seen;
    struct jout j;
    subject_public(&nobody, r->subject->today, r->arena);
    nobody.now_ms = r->subject->now_ms;
    const struct throttle_subject who = {.address = r->address,
                                         .list = request_integer(r, "id", 0)};
    int64_t later = 0;
    err_t rc = read_case(&seen, &nobody, r, e);
    if (rc == OK)
        rc = take_budget(&later, &o.first, r, &who, e);
    if (rc == OK && later > 0)
        return reply_later(out, r, many_came(r, later), later);
    if (rc == OK && (rc = make_objection(&taken, &nobody, r, &o, e)) != OK && r->api->throttle)
        throttle_return(r->api->throttle, &who);
    if (taken.later_ms)
        return reply_later(out, r, err_told(e), taken.later_ms);
    out->errors = flow_obstacles_values(taken.step.obstacles, taken.step.obstacle_count, r->arena);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair(&j, "number", taken.number);
    jout_pair(&j, "code", taken.code);
    jout_pair(&j, "entry", taken.entry);
    return reply_created(out, r, &j, e);
}

const struct resource resource_public_objection_make = {
    .method = "POST",
    .path = "/api/v1/public/publicity/{id}/objections",
    .summary = N_("object to a published list; returns a number, a code for later requests, and "
                  "the log entry whose receipt proves it"),
    .parameters = object_parameters,
    .reply = &object_schema,
    .statuses = {201},
    .handle = post_objection,
    .need = NEED_NOBODY,
    ENTRIES(EACH, N_("one for the case and one for the objection")),
};

/* --- coming back ----------------------------------------------------------------------------- */

static err_t find_objection(struct objection_known *o, struct programme *p, const struct request *r,
                            struct err *e)
{
    struct db *db = NULL;
    err_t rc = cases_open(p, r, e);
    if (rc == OK && (rc = panel_reader_get(&db, r, e)) == OK)
        rc = objection_find(o, db, p, request_value(r, "number"), request_query(r, "code"), e);
    panel_reader_put(db, r);
    return rc;
}

static err_t get_objection(struct reply *out, const struct request *r, struct err *e)
{
    struct objection_known o;
    struct programme p;
    struct jout j;
    err_t rc = find_objection(&o, &p, r, e);
    if (rc != OK)
        return rc;
    jout_own(&j);
    objection_json(&j, &o);
    return reply_json(out, r, j.to, e);
}

#define KNOWN_BY                                                                                   \
    {"number", IN_PATH, &schema_string, true, false, NULL},                                        \
    {                                                                                              \
        "code", IN_QUERY, &schema_string, true, false, N_("that was given with the number")        \
    }

OBJECT_SCHEMA(known_file, NULL, REQUIRED("digest", schema_string), REQUIRED("name", schema_string));
ARRAY_SCHEMA(known_files, known_file);
ENUM_SCHEMA(known_state, NULL, "open", "closed");
OBJECT_SCHEMA(known_schema, "PublicObjection", REQUIRED("number", schema_string),
              REQUIRED("received", schema_string), REQUIRED("entry", schema_string),
              REQUIRED("state", known_state), REQUIRED("files", known_files),
              OPTIONAL("upheld", schema_boolean), OPTIONAL("settled_on", schema_string),
              OPTIONAL("conclusion", schema_string));

static const struct parameter objection_parameters[] = {KNOWN_BY, {0}};
const struct resource resource_public_objection = {
    .reads = READS_NONE,
    .path = "/api/v1/public/objections/{number}",
    .summary = N_("the state and conclusion of an objection, for holders of its code"),
    .parameters = objection_parameters,
    .reply = &known_schema,
    .handle = get_objection,
    .need = NEED_NOBODY,
};

static err_t get_objection_receipt(struct reply *out, const struct request *r, struct err *e)
{
    struct objection_known o;
    struct programme p;
    err_t rc = find_objection(&o, &p, r, e);
    return rc == OK ? reply_receipt(out, r, o.entry, e) : rc;
}

const struct resource resource_public_objection_receipt = {
    .reads = READS_NONE,
    .path = "/api/v1/public/objections/{number}/receipt",
    .summary = N_("proof that an objection was received, to be kept and checked by anybody"),
    .parameters = objection_parameters,
    .handle = get_objection_receipt,
    .need = NEED_NOBODY,
};

/* --- files ----------------------------------------------------------------------------------- */

/* The accepted evidence: papers and pictures, no archives, nothing executable. */
static bool is_taken(const struct file_kind *kind)
{
    static const char *const kinds[] = {"pdf", "docx", "xlsx", "png", "jpg", "jpeg"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kind->extension, kinds[i]) == 0)
            return true;
    return false;
}

static err_t check_name(struct str name, struct err *e)
{
    const struct file_kind *kind = file_kind_of_name(name);
    err_t rc = file_name_check(name, e);
    if (rc == OK && (!kind || !is_taken(kind)))
        rc =
            err_set(e, E_INVALID,
                    "with an objection come PDF, Word, Excel, PNG and JPEG files: \"%.*s\" is none",
                    STR_ARG(name));
    return rc;
}

/* Into the blob store, sealed: what an objector hands in is secret. */
static err_t store_bytes(struct file_stored *stored, const struct request *r,
                         const struct objection_known *o, struct err *e)
{
    struct file_put *f = NULL;
    file_put_begin(&f, r->api->files, o->office, true, OBJECTION_FILE_BYTES);
    err_t rc = file_put_add(f, r->body_bytes, e);
    if (rc == OK)
        return file_put_end(stored, f, r->arena, e);
    file_put_abort(f);
    return rc;
}

/* Checks the kind and the content; then the file belongs to the office that handles the objection.
 */
static err_t take_in(struct attachment_made *made, struct file_stored *stored, struct str name,
                     const struct request *r, const struct objection_known *o, struct err *e)
{
    const struct file_row row = {.owner_unit = o->office,
                                 .bytes = stored->bytes,
                                 .digest = str_of(stored->digest),
                                 .blob = str_of(stored->blob),
                                 .key = stored->key};
    const struct file_kind *kind = NULL;
    struct file_limits limits;
    struct subject office;
    err_t rc = file_admit(&kind, r, &row, name, e);
    if (rc == OK)
        rc = file_room_limits(&limits, r, o->office, e);
    if (rc != OK)
        return rc;
    subject_program(&office, r->subject->today);
    office.unit = o->office;
    office.province = o->province;
    const struct attachment_new f = {.stored = stored,
                                     .kind = kind,
                                     .name = name,
                                     .secrecy = SECRECY_SECRET,
                                     .quota_bytes = limits.unit_bytes};
    rc = attachment_add(made, &(struct record_call){r->api->kernel, &office, NULL, 0, r->arena}, &f,
                        e);
    /* The office has this very content already (its own notice, say): that is named then. */
    return rc == E_CONFLICT ? OK : rc;
}

static err_t reply_file(struct reply *out, const struct request *r,
                        const struct file_stored *stored, struct str name, struct err *e)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "digest", str_of(stored->digest));
    jout_pair(&j, "name", name);
    jout_pair_i64(&j, "bytes", stored->bytes);
    return reply_created(out, r, &j, e);
}

static err_t post_objection_file(struct reply *out, const struct request *r, struct err *e)
{
    struct str name = str_trim(request_query(r, "name"));
    struct attachment_made made;
    struct file_stored stored;
    struct objection_known o = {0};
    struct programme p;
    struct db *db = NULL;
    err_t rc = find_objection(&o, &p, r, e);
    if (rc == OK)
        rc = check_name(name, e);
    if (rc != OK || !request_look(out, r))
        return rc;
    if ((rc = panel_reader_get(&db, r, e)) == OK)
        rc = objection_room(&o, db, &p, e);
    panel_reader_put(db, r);
    if (o.later_ms)
        return reply_later(out, r, err_told(e), o.later_ms);
    if (rc == OK)
        rc = store_bytes(&stored, r, &o, e);
    if (rc == OK)
        rc = take_in(&made, &stored, name, r, &o, e);
    if (rc == OK)
        rc = objection_add_file(&o, &p, str_of(stored.digest), name, e);
    return rc == OK ? reply_file(out, r, &stored, name, e) : rc;
}

static const struct parameter file_parameters[] = {
    KNOWN_BY,
    {"name", IN_QUERY, &schema_string, true, false, N_("the file's name, with its extension")},
    {0}};
OBJECT_SCHEMA(file_schema, NULL, REQUIRED("digest", schema_string), REQUIRED("name", schema_string),
              REQUIRED("bytes", schema_integer));

const struct resource resource_public_objection_file_add = {
    .method = "POST",
    .path = "/api/v1/public/objections/{number}/files",
    .summary = N_("add a file to an objection that is not settled: at most 5, each at most 5 MiB"),
    .parameters = file_parameters,
    .body = BODY_BYTES,
    .reply = &file_schema,
    .statuses = {201},
    .handle = post_objection_file,
    .need = NEED_NOBODY,
    ENTRIES(EACH, N_("one for the file and one for the objection; none for a file that it has")),
};
