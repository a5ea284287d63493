/* /backups: those in the folder of the plan; one is made, or restored beside to check it, by a job. */
#include "access/deed.h"
#include "api/resource.h"
#include "api/upload_job.h"
#include "backup/backup.h"
#include "backup/kept.h"
#include "base/msg.h"
#include "base/utf8.h"

ENUM_SCHEMA(check_state, NULL, "good", "damaged", "sealed");
#define COUNTS                                                                                     \
    REQUIRED("at_ms", schema_integer), REQUIRED("tables", schema_integer),                         \
        REQUIRED("rows", schema_integer), REQUIRED("files", schema_integer),                       \
        REQUIRED("entries", schema_integer), REQUIRED("damaged", schema_integer)
OBJECT_SCHEMA(made_schema, NULL, COUNTS, REQUIRED("unpacked", schema_integer),
              REQUIRED("sealed", schema_boolean));
OBJECT_SCHEMA(checked_schema, NULL, COUNTS, REQUIRED("state", check_state),
              REQUIRED("took_ms", schema_integer), OPTIONAL("error", schema_string));
OBJECT_SCHEMA(backup_schema, NULL, REQUIRED("name", schema_string),
              REQUIRED("bytes", schema_integer), REQUIRED("made_ms", schema_integer),
              OPTIONAL("made", made_schema), OPTIONAL("checked", checked_schema));
LIST_SCHEMA(list_schema, backup_schema);
OBJECT_SCHEMA(plan_schema, NULL, REQUIRED("folder", schema_string), REQUIRED("at", schema_string),
              REQUIRED("keep", schema_integer), REQUIRED("sealed", schema_boolean),
              REQUIRED("chosen", schema_boolean));
OBJECT_SCHEMA(job_schema, NULL, REQUIRED("job", upload_job_schema));

static err_t load_plan(struct backup_plan *out, const struct request *r, struct err *e)
{
    return STORE_READ(db, r->api->store, e,
                      backup_plan_load(out, db, r->api->data_dir, r->arena, e));
}

static err_t get_backups(struct reply *out, const struct request *r, struct err *e)
{
    const struct kept_backup *list = NULL;
    struct backup_plan plan;
    struct items items;
    size_t count = 0;
    err_t rc = load_plan(&plan, r, e);
    if (rc != OK || (rc = backup_kept(&list, &count, plan.folder, r->arena, e)) != OK)
        return rc;
    items_begin(&items);
    for (size_t i = 0; i < count; i++) {
        jout_object(&items.json);
        jout_pair(&items.json, "name", list[i].name);
        jout_pair_i64(&items.json, "bytes", list[i].bytes);
        jout_pair_i64(&items.json, "made_ms", list[i].made_ms);
        backup_about_json(&items.json, &list[i]);
        jout_end_object(&items.json);
    }
    return items_end(out, r, &items, (int64_t)count, 0, e);
}

/* --- jobs --------------------------------------------------------------------------------- */

static err_t post_backup(struct reply *out, const struct request *r, struct err *e)
{
    return program_job_reply(out, r, backup_make_kind.name, STR_NONE, e);
}

static err_t post_check(struct reply *out, const struct request *r, struct err *e)
{
    const struct kept_backup *list = NULL;
    struct str name = request_value(r, "name");
    struct backup_plan plan;
    size_t count = 0;
    err_t rc = load_plan(&plan, r, e);
    if (rc == OK)
        rc = backup_kept(&list, &count, plan.folder, r->arena, e);
    if (rc == OK && !FIND_BY(list, count, name, name))
        return err_set(e, E_NOTFOUND, "there is no such backup in %.*s", STR_ARG(plan.folder));
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "name", name);
    struct str arguments = jout_take(&j, r->arena);
    return rc == OK ? program_job_reply(out, r, backup_check_kind.name, arguments, e) : rc;
}

/* --- the plan ----------------------------------------------------------------------------- */

static err_t get_plan(struct reply *out, const struct request *r, struct err *e)
{
    struct backup_plan plan;
    struct jout j;
    err_t rc = load_plan(&plan, r, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair(&j, "folder", plan.folder);
    jout_pair_str(&j, "at", plan.at);
    jout_pair_i64(&j, "keep", plan.keep);
    jout_pair_bool(&j, "sealed", plan.passphrase.len > 0);
    jout_pair_bool(&j, "chosen", plan.changed_ms > 0);
    return reply_object(out, r, &j, e);
}

static err_t plan_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    struct str passphrase = request_value(r, "passphrase");
    struct backup_plan plan;
    err_t rc = backup_plan_load(&plan, db, r->api->data_dir, r->arena, e);
    plan.folder = request_value(r, "folder");
    plan.at = request_value(r, "at");
    plan.keep = request_integer(r, "keep", plan.keep);
    if (jin_get(r->body, "passphrase"))
        plan.passphrase = backup_passphrase_seal(r->api->kernel, passphrase, r->arena);
    return rc == OK ? backup_plan_put(db, d, &plan, e) : rc;
}

static err_t put_plan(struct reply *out, const struct request *r, struct err *e)
{
    struct str passphrase = request_value(r, "passphrase");
    if (passphrase.len && utf8_length(passphrase) < PASSPHRASE_MIN)
        return err_set(e, E_INVALID, "the passphrase is shorter than %d characters",
                       PASSPHRASE_MIN);
    err_t rc = request_write(r, plan_step, e);
    return rc == OK ? get_plan(out, r, e) : rc;
}

static const struct parameter name_parameter[] = {
    {"name", IN_PATH, &schema_string, true, false, N_("of the backup, as in the list")}, {0}};
static const struct schema keep_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = 400};
static const struct parameter plan_parameters[] = {
    {"folder", IN_BODY, &schema_line, true, false, N_("where backups are put; of the server")},
    {"at", IN_BODY, &schema_string, true, false,
     N_("the time of day in China, 02:00; empty: only when asked")},
    {"keep", IN_BODY, &keep_schema, true, false, N_("so many of the latest stay")},
    {"passphrase", IN_BODY, &schema_string, false, false,
     N_("seals the backups, with the keys in them; empty: none, and without keys; absent: as it "
        "is")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_backups = {
    .reads = READS_NONE,
    .path = "/api/v1/backups",
    .summary = N_("the backups in the folder of the plan, each with its last check by a restore"),
    .reply = &list_schema,
    .handle = get_backups,
    ROLE_AMONG(administrator_roles),
    .scope = "settings",
};
const struct resource resource_backup = {
    .method = "POST",
    .path = "/api/v1/backups",
    .id = "makeBackup",
    .summary = N_("make a backup now, as a job"),
    .reply = &job_schema,
    .statuses = {202},
    .handle = post_backup,
    ROLE_AMONG(system_roles),
    .scope = "settings",
};
const struct resource resource_backup_check = {
    .method = "POST",
    .path = "/api/v1/backups/{name}/check",
    .summary = N_("restore a backup beside, as a job, and compare it with what it says of itself"),
    .parameters = name_parameter,
    .reply = &job_schema,
    .statuses = {202},
    .handle = post_check,
    ROLE_AMONG(system_roles),
    .scope = "settings",
};
const struct resource resource_backup_plan = {
    .reads = READS_NONE,
    .path = "/api/v1/backup-plan",
    .summary = N_("when backups are made, where to, and how many stay"),
    .reply = &plan_schema,
    .handle = get_plan,
    ROLE_AMONG(administrator_roles),
    .scope = "settings",
};
const struct resource resource_backup_plan_put = {
    .method = "PUT",
    .path = "/api/v1/backup-plan",
    .summary = N_("choose when backups are made, where to, and how many stay"),
    .parameters = plan_parameters,
    .reply = &plan_schema,
    .handle = put_plan,
    ROLE_AMONG(system_roles),
    .scope = "settings",
};
