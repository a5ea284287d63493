/* /packs/{id}/actions: what makes a version of a policy count here, how its unclear places are
 * read, its forms, and which decisions move to it. src/decide holds the rules. */
#include "api/policy.h"
#include "base/fs.h"
#include "base/msg.h"
#include "decide/decision.h"
#include "decide/pack_signature.h"
#include "decide/reading.h"
#include "judge/names.h"
#include "policy/pack_form.h"
#include "policy/pack_show.h"
#include "policy/pack_zip.h"
#include "record/record.h"

#define SIGNATURE_BYTES_MAX ((size_t)16 << 10)
#define DECISIONS_MAX 1000 /* moved by one action: a step writes two rows for each */

#define FORMS_TYPE "pack_form" /* has no rows: what was put stands in the folder of the pack */

static const char *const officers[] = {"province_officer", "province_leader", NULL};
static const struct schema digest = {
    SCHEMA_STRING, .description = N_("of the examined files, as shown by /packs")};

/* --- activating --------------------------------------------------------------------------- */

OBJECT_SCHEMA(activation, NULL, REQUIRED("id", schema_integer), REQUIRED("pack", schema_string),
              REQUIRED("version", schema_string), REQUIRED("digest", schema_string),
              NULLABLE("signer", schema_string), REQUIRED("proposed_by", schema_integer),
              REQUIRED("confirmed_by", schema_integer), REQUIRED("from_ms", schema_integer),
              NULLABLE("to_ms", schema_integer));
LIST_SCHEMA(activations_schema, activation);

static void activation_json(struct jout *j, const struct activation *x)
{
    jout_object(j);
    jout_pair_i64(j, "id", x->id);
    jout_pair(j, "pack", x->pack);
    jout_pair(j, "version", x->pack_version);
    jout_pair(j, "digest", x->digest);
    jout_pair_or_null(j, "signer", x->signer);
    jout_pair_i64(j, "proposed_by", x->proposed_by);
    jout_pair_i64(j, "confirmed_by", x->confirmed_by);
    jout_pair_i64(j, "from_ms", x->from_ms);
    jout_name(j, "to_ms");
    if (x->to_ms)
        jout_i64(j, x->to_ms);
    else
        jout_null(j);
    jout_end_object(j);
}

static err_t write_activations(struct jout *j, int64_t *total, struct db *db,
                               const struct request *r, struct err *e)
{
    struct str id = request_value(r, "id");
    const struct activation *all = NULL;
    size_t count = 0;
    err_t rc = pack_activations(&all, &count, db, r->arena, e);
    for (size_t i = 0; i < count; i++)
        if (str_eq(all[i].pack, id)) {
            activation_json(j, &all[i]);
            ++*total;
        }
    return rc;
}

/* Sound by the working days that `zhiyun pack lint` knows, whatever was imported here since: its cases were written by
 * them. E_INVALID with the first finding; E_CONFLICT: its files are others by now. */
static err_t check_sound(const struct request *r, const struct pack *p, struct err *e)
{
    struct record_names names = judge_names(r->api->kernel->types);
    const struct pack_finding *findings;
    const struct pack *same = NULL;
    struct packs *packs = NULL;
    size_t count = 0;
    err_t rc = packs_open(&packs, arena_printf(r->arena, "%s/packs", r->api->data_dir).ptr, e);
    if (rc == OK)
        rc = pack_lint(&findings, &count, packs, p->id, &names, r->arena, e);
    if (rc == OK && count)
        rc = err_set(e, E_INVALID, "%.*s:%d: %.*s (zhiyun pack lint shows all)",
                     STR_ARG(findings->file), findings->line, STR_ARG(findings->reason));
    if (rc == OK)
        rc = packs_get(&same, packs, p->id, e);
    if (rc == OK && !str_eq(same->digest, p->digest))
        rc = err_set(e, E_CONFLICT, "the files of %.*s are others by now: their digest is %.*s",
                     STR_ARG(p->id), STR_ARG(same->digest));
    packs_close(packs);
    return rc;
}

/* A pack that an officer loaded here is signed by the instance when it is to count; its digest is in the log. Others are
 * signed by who put them into the folder. E_NOTFOUND: it was not loaded here. */
static err_t sign_loaded(const struct request *r, const struct pack *p, struct err *e)
{
    struct note_signer signer = {.secret = NULL};
    const char *path;
    bool loaded = false;
    err_t rc = STORE_READ(db, r->api->store, e,
                          db_any(&loaded, db,
                                 "SELECT 1 FROM record_version WHERE type = '" FORMS_TYPE
                                 "' AND content LIKE ?1",
                                 VALUES(v_str(arena_printf(r->arena, "%%\"pack_digest\":\"%.*s\"%%",
                                                           STR_ARG(p->digest)))),
                                 e));
    if (rc == OK && !loaded)
        rc = err_set(e, E_NOTFOUND, "%.*s is not signed", STR_ARG(p->id));
    if (rc == OK)
        rc = pack_sign_put(&path, &signer, &fs_system, r->api->data_dir,
                           r->api->kernel->suite->sign, p, r->arena, e);
    note_signer_clear(&signer);
    return rc;
}

/* A pack of the instance's own is sound and signed; one of the program is both. */
static err_t find_signer(struct str *signer, const struct request *r, struct packs *packs,
                         const struct pack *p, struct err *e)
{
    const char *data = r->api->data_dir;
    const char *note = arena_printf(r->arena, "%s/packs/%.*s/pack.sig", data, STR_ARG(p->id)).ptr;
    const char *keys = arena_printf(r->arena, "%s/keys", data).ptr;
    const struct note_key *trusted;
    struct bytes text;
    size_t count;
    *signer = STR_NONE;
    if (packs_are_shipped(packs, p->id))
        return OK;
    err_t rc = check_sound(r, p, e);
    if (rc == OK)
        rc = fs_read(&text, &fs_system, note, SIGNATURE_BYTES_MAX, r->arena, e);
    if (rc == E_NOTFOUND && (rc = sign_loaded(r, p, e)) == OK)
        rc = fs_read(&text, &fs_system, note, SIGNATURE_BYTES_MAX, r->arena, e);
    if (rc == E_NOTFOUND)
        return err_set(e, E_INVALID, "%.*s is not signed: zhiyun pack sign %.*s", STR_ARG(p->id),
                       STR_ARG(p->id));
    if (rc == OK)
        rc = pack_trusted(&trusted, &count, &fs_system, keys, r->arena, e);
    return rc == OK ? pack_signature_check(signer, bytes_str(text), p, trusted, count, r->arena, e)
                    : rc;
}

struct activate {
    const struct request *request;
    struct activating what;
    struct activation made;
    int64_t waits;
};

static err_t activate_step(struct db *db, void *arg, struct err *e)
{
    struct activate *x = arg;
    struct deed d = request_deed(x->request);
    d.waits = &x->waits;
    return pack_activate(&x->made, db, &d, &x->what, e);
}

/* The result: done, or the number of the pending proposal. */
static err_t answer(struct reply *out, const struct request *r, const struct pack *p, int64_t waits,
                    struct err *e)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "state", waits ? STR("proposed") : STR("done"));
    jout_pair(&j, "pack", p->id);
    jout_pair(&j, "version", p->version);
    jout_pair(&j, "digest", p->digest);
    jout_name(&j, "proposal");
    if (waits)
        jout_i64(&j, waits);
    else
        jout_null(&j);
    err_t rc = reply_object(out, r, &j, e);
    out->status = rc == OK && waits ? 202 : 0;
    return rc;
}

static err_t post_activate(struct reply *out, const struct request *r, struct err *e)
{
    struct activate x = {.request = r};
    struct packs *packs = NULL;
    const struct pack *p = NULL;
    err_t rc = policy_version(&packs, &p, r, "id", e);
    if (rc == OK)
        rc = find_signer(&x.what.signer, r, packs, p, e);
    if (rc != OK)
        return rc;
    x.what.pack = p;
    x.what.replaces = packs_take_place(packs, p->id);
    x.what.archive = packs_archive(packs, p, r->arena);
    rc = store_write(r->api->store, activate_step, &x, e);
    return rc == OK ? answer(out, r, p, x.waits, e) : rc;
}

static const struct parameter of_pack[] = {{"id", IN_PATH, &schema_string, true, false, NULL}, {0}};
static const struct parameter activate_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"digest", IN_BODY, &digest, true, false, NULL},
    {"reason", IN_BODY, &schema_reason, false, false, N_("the reason, by the proposer")},
    {0}};
OBJECT_SCHEMA(answer_schema, NULL, REQUIRED("state", schema_string),
              REQUIRED("pack", schema_string), REQUIRED("version", schema_string),
              REQUIRED("digest", schema_string), NULLABLE("proposal", schema_integer));

const struct resource resource_pack_activations = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/activations",
    .summary = N_("the versions of a policy that counted here, newest first"),
    .parameters = of_pack,
    .reply = &activations_schema,
    ITEMS(write_activations),
    .need = NEED_ACCOUNT,
    .scope = "policies",
};
const struct resource resource_pack_activate = {
    .method = "POST",
    .path = "/api/v1/packs/{id}/actions/activate",
    .summary = N_("make this version of a policy count here; a second officer confirms it"),
    .parameters = activate_parameters,
    .reply = &answer_schema,
    .statuses = {200, 202},
    .handle = post_activate,
    ROLE_AMONG(officers),
    .scope = "policies",
    .lane = LANE_LONG, /* a pack of the instance's own runs its cases */
    ENTRIES(EACH, N_("one; when it is confirmed, another for the version whose place it takes")),
};

/* --- forms -------------------------------------------------------------------------------------- */

struct put_form {
    const struct request *request;
    const struct pack *pack;
    const char *action;
    struct str version, digest, before;
};

static err_t form_step(struct db *db, void *arg, struct err *e)
{
    const struct put_form *x = arg;
    struct deed d = request_deed(x->request);
    int64_t last;
    const struct deed_field fields[] = {{"before", v_str(x->before)},
                                        {"pack", v_str(x->pack->id)},
                                        {"pack_digest", v_str(x->digest)},
                                        {"pack_version", v_str(x->version)}};
    err_t rc = db_i64(&last, db,
                      "SELECT max(version) FROM record_version WHERE type = '" FORMS_TYPE
                      "' AND record_id = 1",
                      NULL, 0, e);
    return rc == OK ? deed_version(&d, db, FORMS_TYPE, 1, last + 1, x->action, fields,
                                   sizeof(fields) / sizeof(*fields), e)
                    : rc;
}

static err_t post_forms(struct reply *out, const struct request *r, struct err *e)
{
    struct record_names names = judge_names(r->api->kernel->types);
    const struct pack_finding *findings = NULL;
    struct packs *packs = NULL;
    struct put_form x = {.request = r, .action = "forms", .version = request_value(r, "version")};
    size_t count = 0;
    err_t rc = policy_version(&packs, &x.pack, r, "id", e);
    if (rc == OK)
        rc = policy_check_office(r, x.pack, e);
    if (rc != OK)
        return rc;
    const struct pack_form f = {.fs = &fs_system,
                                .folder = arena_printf(r->arena, "%s/packs", r->api->data_dir).ptr,
                                .pack = x.pack,
                                .packs = packs,
                                .version = x.version,
                                .text = request_value(r, "text"),
                                .names = &names};
    x.before = x.pack->digest;
    rc = pack_form_put(&x.digest, &findings, &count, &f, r->arena, e);
    if (rc == OK)
        rc = store_write(r->api->store, form_step, &x, e);
    if (rc != OK)
        return rc;
    struct pack now = {.id = x.pack->id, .version = x.version, .digest = x.digest};
    return answer(out, r, &now, 0, e);
}

static const struct parameter form_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"digest", IN_BODY, &digest, true, false, NULL},
    {"version", IN_BODY, &schema_line, true, false,
     N_("of the policy with these forms: another than it has")},
    {"text", IN_BODY, &schema_string, true, false,
     N_("the section `forms` of the policy, whole, from \"forms:\" on")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_pack_forms_take = {
    .method = "POST",
    .path = "/api/v1/packs/{id}/actions/forms",
    .summary = N_("put the office's own forms into a policy: another version of it, which is then "
                  "signed and activated"),
    .parameters = form_parameters,
    .reply = &answer_schema,
    .handle = post_forms,
    ROLE_AMONG(officers),
    .scope = "policies",
    .lane = LANE_LONG, /* it is tried: its cases run */
};

/* --- a pack as a ZIP ------------------------------------------------------------------------------ */

/* The version that there is, if any. E_CONFLICT: one of the same name counted here with other files. */
static err_t find_before(struct put_form *x, struct packs *packs, struct err *e)
{
    const struct request *r = x->request;
    const struct activation *all = NULL;
    const struct pack *before = packs_waiting(packs, x->pack->id);
    size_t count = 0;
    if (before || packs_get(&before, packs, x->pack->id, NULL) == OK)
        x->before = before->digest;
    err_t rc = STORE_READ(db, r->api->store, e, pack_activations(&all, &count, db, r->arena, e));
    for (size_t i = 0; rc == OK && i < count; i++)
        if (str_eq(all[i].pack, x->pack->id) && str_eq(all[i].pack_version, x->version) &&
            !str_eq(all[i].digest, x->digest))
            rc = err_set(e, E_CONFLICT,
                         "version %.*s of %.*s counted here with other files: give these another "
                         "version in pack.yaml",
                         STR_ARG(x->version), STR_ARG(x->pack->id));
    return rc;
}

static err_t take_zip(const char **state, const struct request *r, const struct pack_zip *z,
                      struct err *e)
{
    struct put_form x = {.request = r,
                         .pack = z->pack,
                         .action = "forms",
                         .version = z->pack->version,
                         .digest = z->pack->digest};
    err_t rc = policy_check_office(r, z->pack, e);
    if (rc == OK)
        rc = find_before(&x, z->packs, e);
    *state = str_eq(x.before, x.digest) ? "same" : "taken";
    if (rc != OK || str_eq(x.before, x.digest))
        return rc;
    rc = pack_folder_place(z->fs, z->trial, z->folder, z->pack->id, r->arena, e);
    if (rc == OK)
        rc = store_write(r->api->store, form_step, &x, e);
    return rc;
}

static err_t post_pack(struct reply *out, const struct request *r, struct err *e)
{
    struct record_names names = judge_names(r->api->kernel->types);
    struct pack_zip z = {.fs = &fs_system,
                         .folder = arena_printf(r->arena, "%s/packs", r->api->data_dir).ptr,
                         .file = r->body_bytes,
                         .names = &names};
    const char *state = "faults";
    struct jout j;
    err_t rc = policy_open(&z.packs, r, e);
    if (rc == OK)
        rc = pack_zip_try(&z, r->arena, e);
    if (rc == OK && z.pack)
        rc = take_zip(&state, r, &z, e);
    jout_open(&j);
    jout_pair_z(&j, "state", state);
    if (rc == OK && z.pack) {
        jout_pair(&j, "pack", z.pack->id);
        jout_pair(&j, "version", z.pack->version);
        jout_pair(&j, "digest", z.pack->digest);
    }
    pack_findings_json(&j, z.findings, z.count);
    jout_end_object(&j);
    pack_zip_end(&z);
    return reply_json_if(rc, out, r, j.to, e);
}

static const struct parameter zip_parameters[] = {
    {"reason", IN_QUERY, &schema_reason, false, false, N_("why; kept with the log")}, {0}};
ENUM_SCHEMA(zip_state, NULL, "faults", "same", "taken");
OBJECT_SCHEMA(zip_schema, NULL, REQUIRED("state", zip_state), OPTIONAL("pack", schema_string),
              OPTIONAL("version", schema_string), OPTIONAL("digest", schema_string),
              REQUIRED("findings", schema_pack_findings));

const struct resource resource_pack_take = {
    .method = "POST",
    .path = "/api/v1/packs",
    .summary =
        N_("load a policy as a ZIP: with faults it is refused and they are told; else it can "
           "be tried, and counts once it is activated"),
    .parameters = zip_parameters,
    .body = BODY_BYTES,
    .reply = &zip_schema,
    .handle = post_pack,
    ROLE_AMONG(officers),
    .scope = "policies",
    .lane = LANE_LONG, /* its cases run */
    ENTRIES(EACH, N_("one where it is taken")),
};

/* --- taking a version back ------------------------------------------------------------------------ */

/* With the proposal to activate it. */
static err_t withdraw_step(struct db *db, void *arg, struct err *e)
{
    const struct put_form *x = arg;
    struct deed d = request_deed(x->request);
    err_t rc = pair_decline(db, &d, x->pack, "activate", e);
    return rc == OK ? form_step(db, arg, e) : rc;
}

static err_t post_withdraw(struct reply *out, const struct request *r, struct err *e)
{
    struct put_form x = {.request = r, .action = "withdraw", .before = request_value(r, "digest")};
    struct packs *packs = NULL;
    err_t rc = policy_open(&packs, r, e);
    if (rc == OK)
        rc = packs_get(&x.pack, packs, request_value(r, "id"), e);
    if (rc == OK)
        rc = policy_check_office(r, x.pack, e);
    if (rc != OK)
        return rc;
    struct str id = x.pack->id;
    const struct pack *waits = packs_take_place(packs, id) ? packs_waiting(packs, id) : NULL;
    if (!waits || !str_eq(waits->digest, x.before))
        return err_set(e, E_CONFLICT, "no such version of %.*s waits for two officers",
                       STR_ARG(id));
    x.version = x.pack->version;
    x.digest = x.pack->digest;
    const char *folder = arena_printf(r->arena, "%s/packs/%.*s", r->api->data_dir, STR_ARG(id)).ptr;
    rc = store_write(r->api->store, withdraw_step, &x, e);
    if (rc == OK)
        rc = fs_remove_tree(&fs_system, folder, e);
    return rc == OK ? answer(out, r, x.pack, 0, e) : rc;
}

const struct resource resource_pack_withdraw = {
    .method = "POST",
    .path = "/api/v1/packs/{id}/actions/withdraw",
    .summary = N_("take back a version of a shipped policy that waits for two officers: its files "
                  "go, the version that counts stays"),
    .parameters = activate_parameters,
    .reply = &answer_schema,
    .handle = post_withdraw,
    ROLE_AMONG(officers),
    .scope = "policies",
    ENTRIES(EACH, N_("one; where its activation is proposed, another for the proposal")),
};

/* --- readings -------------------------------------------------------------------------------- */

struct read {
    const struct request *request;
    const struct pack *pack;
    bool changed;
    int64_t waits;
};

static err_t read_step(struct db *db, void *arg, struct err *e)
{
    struct read *x = arg;
    struct deed d = request_deed(x->request);
    d.waits = &x->waits;
    return reading_choose(&x->changed, db, &d, x->pack, request_value(x->request, "ambiguity"),
                          request_value(x->request, "reading"), e);
}

static err_t post_read(struct reply *out, const struct request *r, struct err *e)
{
    struct read x = {.request = r};
    struct packs *packs = NULL;
    err_t rc = policy_version(&packs, &x.pack, r, "id", e);
    if (rc == OK)
        rc = store_write(r->api->store, read_step, &x, e);
    return rc == OK ? answer(out, r, x.pack, x.waits, e) : rc;
}

static const struct parameter read_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"digest", IN_BODY, &digest, false, false, NULL},
    {"ambiguity", IN_BODY, &schema_string, true, false, NULL},
    {"reading", IN_BODY, &schema_string, true, false, N_("the usual one, or an alternative")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("the reason, by the proposer")},
    {0}};

const struct resource resource_pack_read = {
    .method = "POST",
    .path = "/api/v1/packs/{id}/actions/read",
    .summary =
        N_("choose how an unclear place of a policy is read here; a second of the office confirms "
           "it"),
    .parameters = read_parameters,
    .reply = &answer_schema,
    .statuses = {200, 202},
    .handle = post_read,
    .need = NEED_ACCOUNT, /* the office that the policy names for it: rows of `authority` */
    .scope = "policies",
};

/* --- amending --------------------------------------------------------------------------------- */

struct amend {
    const struct request *request;
    const struct pack *pack;
    const struct amendment *all;
    size_t count;
    VEC(struct amendment) chosen;
    int64_t waits;
};

static err_t preview(struct amend *x, struct packs **packs, struct err *e)
{
    const struct request *r = x->request;
    err_t rc = policy_version(packs, &x->pack, r, "id", e);
    if (rc == OK)
        rc = policy_check_office(r, x->pack, e);
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e,
                        amend_preview(&x->all, &x->count, db, *packs, x->pack, r->arena, e));
    return rc;
}

static err_t get_amendments(struct reply *out, const struct request *r, struct err *e)
{
    struct amend x = {.request = r};
    struct packs *packs = NULL;
    struct items items;
    items_begin(&items);
    err_t rc = preview(&x, &packs, e);
    for (size_t i = 0; i < x.count; i++) {
        const struct amendment *m = &x.all[i];
        jout_object(&items.json);
        jout_pair_i64(&items.json, "id", m->before.id);
        jout_pair(&items.json, "party", m->before.party);
        jout_pair(&items.json, "question", m->before.question);
        jout_pair(&items.json, "version", m->before.pack_version);
        jout_pair(&items.json, "before", m->before.verdict);
        jout_pair(&items.json, "after", m->after.verdict);
        jout_pair(&items.json, "changed", m->changed);
        jout_end_object(&items.json);
    }
    return items_end_if(rc, out, r, &items, (int64_t)x.count, 0, e);
}

static err_t choose(struct amend *x, struct err *e)
{
    const struct jvalue *ids = x->request->body ? jin_get(x->request->body, "decisions") : NULL;
    if (!ids || ids->type != J_ARRAY || ids->count == 0 || ids->count > DECISIONS_MAX)
        return err_set(e, E_INVALID, "decisions: one to %d numbers", DECISIONS_MAX);
    for (size_t i = 0; i < ids->count; i++) {
        size_t at = 0;
        int64_t id = 0;
        if (ids->items[i].type == J_NUMBER && !str_to_i64(&id, ids->items[i].text))
            id = 0;
        while (at < x->count && x->all[at].before.id != id)
            at++;
        if (at == x->count)
            return err_set(e, E_INVALID, "decisions: %lld has no other version of this policy",
                           (long long)id);
        VEC_PUSH(x->request->arena, &x->chosen, x->all[at]);
    }
    return OK;
}

static err_t amend_step(struct db *db, void *arg, struct err *e)
{
    struct amend *x = arg;
    struct deed d = request_deed(x->request);
    d.waits = &x->waits;
    return amend_apply(db, &d, x->pack, (struct amendments){x->chosen.ptr, x->chosen.len}, e);
}

static err_t post_amend(struct reply *out, const struct request *r, struct err *e)
{
    struct amend x = {.request = r};
    struct packs *packs = NULL;
    err_t rc = preview(&x, &packs, e);
    if (rc == OK)
        rc = choose(&x, e);
    if (rc == OK)
        rc = store_write(r->api->store, amend_step, &x, e);
    return rc == OK ? answer(out, r, x.pack, x.waits, e) : rc;
}

OBJECT_SCHEMA(amendment, NULL, REQUIRED("id", schema_integer), REQUIRED("party", schema_string),
              REQUIRED("question", schema_string), REQUIRED("version", schema_string),
              REQUIRED("before", schema_string), REQUIRED("after", schema_string),
              REQUIRED("changed", schema_string));
LIST_SCHEMA(amendments_schema, amendment);
ARRAY_SCHEMA(numbers, schema_integer);
static const struct parameter amend_parameters[] = {
    {"id", IN_PATH, &schema_string, true, false, NULL},
    {"digest", IN_BODY, &digest, true, false, NULL},
    {"decisions", IN_BODY, &numbers, true, false, N_("numbers out of /amendments")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("the reason, by the proposer")},
    {0}};

const struct resource resource_pack_amendments = {
    .reads = READS_NONE,
    .path = "/api/v1/packs/{id}/amendments",
    .summary = N_("what each decision under another version of a policy would be under this one"),
    .parameters = of_pack,
    .reply = &amendments_schema,
    .handle = get_amendments,
    ROLE_AMONG(officers),
    .scope = "policies",
    .lane = LANE_LONG,
};
const struct resource resource_pack_amend = {
    .method = "POST",
    .path = "/api/v1/packs/{id}/actions/amend",
    .summary = N_("move decisions to this version of a policy; a second officer confirms it"),
    .parameters = amend_parameters,
    .reply = &answer_schema,
    .statuses = {200, 202},
    .handle = post_amend,
    ROLE_AMONG(officers),
    .scope = "policies",
    .lane = LANE_LONG,
    ENTRIES(EACH, N_("one when it is proposed; two for each decision when it is confirmed")),
};
