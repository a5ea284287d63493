/* The evidence log over HTTP: its head and proofs, which need no sign-in (whoever
 * watches the log must not depend on us), entries for those who audit, receipts for
 * whoever did or may read what they are about, and what witnesses send back. */
#include "access/mutation.h"
#include "api/cases.h"
#include "api/records.h"
#include "api/reply_text.h"
#include "api/session.h"
#include "api/upload_job.h"
#include "audit/rows.h"
#include "audit/witness.h"
#include "base/fs.h"
#include "base/msg.h"
#include "record/record.h"

/* --- head ------------------------------------------------------------------------------ */

static err_t get_head(struct reply *out, const struct request *r, struct err *e)
{
    struct log_head_row head;
    struct buf b = {0};
    err_t rc =
        STORE_READ(db, r->api->store, e,
                   log_head_within(&head, db, request_integer(r, "most", INT64_MAX),
                                   str_is(request_query(r, "witnessed"), "true"), r->arena, e)
                       ?: log_head_write(&b, db, &head, e));
    if (rc == OK)
        return reply_text(out, r, &b, NULL, e);
    buf_clear(&b);
    return rc;
}

static const struct parameter head_parameters[] = {
    {"most", IN_QUERY, &schema_offset, false, false,
     N_("the latest head of at most so many entries; absent: the latest")},
    {"witnessed", IN_QUERY, &schema_boolean, false, false, N_("only heads with a cosignature")},
    {0}};

const struct resource resource_log_head = {
    .reads = READS_NONE,
    .path = "/api/v1/log/head",
    .parameters = head_parameters,
    .summary = N_("the latest signed head of the evidence log, with its cosignatures"),
    .handle = get_head,
    .need = NEED_NOBODY,
    .scope = "records:read",
};

/* --- proofs ------------------------------------------------------------------------------ */

static const struct parameter proof_parameters[] = {
    {"old", IN_QUERY, &schema_offset, true, false, N_("size of the head that you hold; 0: none")},
    {0}};

static err_t get_proof(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b = {0};
    err_t rc =
        STORE_READ(db, r->api->store, e,
                   witness_request_write(&b, db, r->api->kernel->suite,
                                         (uint64_t)request_integer(r, "old", 0), r->arena, e));
    if (rc == OK)
        return reply_text(out, r, &b, NULL, e);
    buf_clear(&b);
    return rc;
}

const struct resource resource_log_proof = {
    .reads = READS_NONE,
    .path = "/api/v1/log/proof",
    .summary = N_("that the log only grew since the head that you hold (C2SP tlog-witness)"),
    .parameters = proof_parameters,
    .handle = get_proof,
    .need = NEED_NOBODY,
    .scope = "records:read",
};

static const struct parameter cosign_parameters[] = {
    {"size", IN_BODY, &schema_offset, true, false, N_("the cosigned head's")},
    {"line", IN_BODY, &schema_string, true, false, N_("the witness's signature line")},
    {0}};

/* Only lines by witnesses whose key an administrator put down are kept. */
static err_t post_cosignature(struct reply *out, const struct request *r, struct err *e)
{
    struct witness_list known;
    const char *keys = arena_printf(r->arena, "%s/keys", r->api->data_dir).ptr;
    err_t rc = witness_list_read(&known, &fs_system, keys, e);
    if (rc == OK)
        rc = witness_answer_keep(r->api->store, r->api->kernel->suite, &known,
                                 (uint64_t)request_integer(r, "size", 0), request_value(r, "line"),
                                 e);
    return rc == OK ? reply_done(out, r, e) : rc;
}

const struct resource resource_log_cosign = {
    .method = "POST",
    .path = "/api/v1/log/cosignatures",
    .summary = N_("a witness's signature under a head"),
    .parameters = cosign_parameters,
    .reply = &schema_done,
    .handle = post_cosignature,
    .need = NEED_NOBODY,
    .scope = "sign_in",
    ENTRIES(NONE, N_("it stands under a head of the log itself")),
};

/* --- entries ------------------------------------------------------------------------------- */

static const struct parameter entry_parameters[] = {
    {"n", IN_PATH, &schema_offset, true, false, N_("its number, from 0")}, {0}};
/* docs/evidence-log.md, "Entry". */
OBJECT_SCHEMA(batch, NULL, REQUIRED("file", schema_string), REQUIRED("mapping", schema_string),
              REQUIRED("count", schema_integer), REQUIRED("rows", schema_string),
              REQUIRED("first", schema_integer), REQUIRED("last", schema_integer));
OBJECT_SCHEMA(log_entry, "LogEntry", REQUIRED("v", schema_integer), REQUIRED("log", schema_string),
              REQUIRED("uid", schema_string), REQUIRED("at", schema_string),
              OPTIONAL("date", schema_string), OPTIONAL("who", schema_integer),
              OPTIONAL("for", schema_integer), OPTIONAL("unit", schema_integer),
              OPTIONAL("role", schema_string), REQUIRED("do", schema_string),
              OPTIONAL("type", schema_string), OPTIONAL("id", schema_integer),
              OPTIONAL("version", schema_integer), OPTIONAL("content", schema_string),
              OPTIONAL("batch", batch), OPTIONAL("status", schema_integer));
OBJECT_SCHEMA(entry_schema, NULL, REQUIRED("leaf", schema_integer), REQUIRED("uid", schema_string),
              REQUIRED("entry", log_entry));

static err_t write_entry(void *arg, const struct log_row *row, struct err *e)
{
    struct jout *j = arg;
    (void)e;
    jout_object(j);
    jout_pair_i64(j, "leaf", row->leaf);
    jout_pair_str(j, "uid", row->uid);
    jout_pair_raw(j, "entry", row->body);
    jout_end_object(j);
    return OK;
}

static err_t get_entry(struct reply *out, const struct request *r, struct err *e)
{
    struct jout j;
    uint64_t from = (uint64_t)request_integer(r, "n", 0), next = from;
    jout_own(&j);
    err_t rc = STORE_READ(db, r->api->store, e, log_follow(&next, db, from, 1, write_entry, &j, e));
    if (rc == OK && next == from)
        rc = err_set(e, E_NOTFOUND, "the log has no entry %llu yet", (unsigned long long)from);
    return reply_json_if(rc, out, r, j.to, e);
}

/* Entries say who did what with which record: for those whose office it is to check. */
static const char *const auditors[] = {"audit_administrator", "auditor", NULL};

const struct resource resource_log_entry = {
    .reads = READS_NONE,
    .path = "/api/v1/log/entries/{n}",
    .summary = N_("one entry of the evidence log"),
    .parameters = entry_parameters,
    .reply = &entry_schema,
    .handle = get_entry,
    ROLE_AMONG(auditors),
    .scope = "log",
};

/* --- the store compared with it --------------------------------------------------------------- */

OBJECT_SCHEMA(job_schema, NULL, REQUIRED("job", schema_integer));

static err_t post_check(struct reply *out, const struct request *r, struct err *e)
{
    return check_job_reply(out, r, "log_check", e);
}

const struct resource resource_log_check = {
    .method = "POST",
    .path = "/api/v1/log/checks",
    .summary = N_("verify the evidence log, the records and all other rows of the store; the job's "
                  "result is the verdict"),
    .reply = &job_schema,
    .statuses = {202},
    .handle = post_check,
    ROLE_AMONG(auditors),
    .scope = "log",
};

/* --- receipts ------------------------------------------------------------------------------ */

static const struct parameter receipt_parameters[] = {
    {"uid", IN_PATH, &schema_string, true, false,
     N_("name of the entry, as the answer to a write gave it")},
    {0}};

/* Whoever did it, may read the record that it is about as one of those whom it concerns, or audits.
 * Names of entries are 80 random bits: not guessed, but a receipt says who did what. */
static err_t may_have(bool *out, const struct request *r, struct db *db, struct str uid,
                      struct err *e)
{
    const struct jvalue *entry, *record;
    struct str body;
    int64_t who = 0, id = 0;
    err_t rc = db_text(&body, db, "SELECT body FROM log_entry WHERE uid = ?1", VALUES(v_str(uid)),
                       r->arena, e);
    *out = false;
    if (rc != OK || body.len == 0 || (rc = jin_parse(&entry, body, r->arena, e)) != OK)
        return rc;
    const struct record_type *t = record_type_find(r->api->kernel->types, jin_text(entry, "type"));
    *out = subject_has_any_role(r->subject, auditors) ||
           (jin_i64(&who, entry, "who") && who == r->subject->account && who != 0) ||
           access_off(STR("receipts"), "reader");
    if (*out || !t || !jin_i64(&id, entry, "id"))
        return OK;
    /* The owner is shown only to subjects that read the record by more than public rules (show.h). */
    *out = record_seen(&record, RECORD_CALL(r, t, id), NULL) == OK && jin_get(record, "owner_unit");
    return OK;
}

static err_t get_receipt(struct reply *out, const struct request *r, struct err *e)
{
    struct str uid = request_value(r, "uid");
    bool may = false;
    err_t rc = STORE_READ(db, r->api->store, e, may_have(&may, r, db, uid, e));
    if (rc == OK && !may) /* who holds a paper has the receipt of the entry that it prints */
        rc = cases_prints_entry(&may, r, uid, e);
    if (rc == OK && !may)
        rc = err_set(e, E_NOTFOUND, "there is no entry of that name that you may have");
    return rc == OK ? reply_receipt(out, r, uid, e) : rc;
}

static const struct may holders[] = {{"audit_administrator", "any", NULL, NULL},
                                     {"auditor", "any", NULL, NULL},
                                     {NULL, "own", NULL, NULL},
                                     {NULL, "readable", NULL, NULL},
                                     {0}};

const struct resource resource_receipt = {
    .reads = READS_NONE,
    .path = "/api/v1/receipts/{uid}",
    .summary =
        N_("the receipt of an entry: proof that leaves the building; of whoever did it, may read "
           "what it is about, or holds the paper that prints it"),
    .parameters = receipt_parameters,
    .handle = get_receipt,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
    .may = holders,
    .hides = true,
};
