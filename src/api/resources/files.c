/* /files: uploading in one go or in pieces, fetching, looking at the text.
 *
 * A file is first whole and durable in the blob store; then what it is is told from its
 * content, an administrator's command may look at it, and only then there is a row, by
 * which somebody can ask for it. What was refused is nobody's, and is swept.
 *
 * What strangers uploaded is only ever given out as an attachment, never as a page. */
#include "api/files.h"
#include "access/deed.h"
#include "access/mutation.h"
#include "api/auth.h"
#include "api/file_room.h"
#include "api/file_scan.h"
#include "api/looks_kept.h"
#include "api/page_picture.h"
#include "api/records.h"
#include "api/sealed_body.h"
#include "api/taken.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "model/file_text.h"
#include "model/file_upload.h"
#include "model/sensitive.h"
#include "record/attachment.h"
#include "record/record.h"
#include "text/encoding.h"
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES ((size_t)64 << 10)
#define UPLOADS_MAX 50 /* that an account has open at once */
#define WATERMARK_PDF_MAX ((size_t)64 << 20)
#define CHECKED_AT_ONCE ((int64_t)8 << 20) /* takes some 10 ms */

static const struct schema mb_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = FILE_UNIT_MB_MAX};

#define NAME_PARAMETER(where)                                                                      \
    {                                                                                              \
        "name", where, &schema_string, true, false, N_("the file's name, with its extension")      \
    }
#define SECRECY_PARAMETER(where)                                                                   \
    {                                                                                              \
        "secrecy", where, &schema_string, false, false, N_("open, internal (default) or secret")   \
    }
#define DIGEST_PARAMETER(where)                                                                    \
    {                                                                                              \
        "digest", where, &schema_string, false, false,                                             \
            N_("SHA-256 that the content must have, in hex")                                       \
    }

OBJECT_SCHEMA(made_schema, NULL, REQUIRED("digest", schema_string),
              REQUIRED("bytes", schema_integer), REQUIRED("type", schema_string),
              REQUIRED("name", schema_string), REQUIRED("id", schema_integer),
              REQUIRED("entry", schema_string), REQUIRED("repeated", schema_boolean));

/* --- shared ------------------------------------------------------------------------------ */

static err_t reply_file_problem(struct reply *out, const struct request *r, unsigned status,
                                struct str sentence, const char *field)
{
    struct jout j;
    jout_own(&j);
    if (field) {
        jout_array(&j);
        jout_object(&j);
        jout_pair_z(&j, "field", field);
        jout_pair_z(&j, "code", "file");
        jout_pair_str(&j, "message", sentence);
        jout_end_object(&j);
        jout_end_array(&j);
    }
    reply_problem(out, r, status, sentence, buf_str(j.to));
    buf_clear(j.to);
    return OK;
}

static err_t read_secrecy(enum secrecy *out, const struct request *r, struct err *e)
{
    struct str given = request_value(r, "secrecy");
    *out = SECRECY_INTERNAL;
    if (given.len)
        *out = (enum secrecy)word_index(given, secrecy_names, SECRECY_SECRET + 1);
    if (*out <= SECRECY_SECRET)
        return OK;
    return err_set(e, E_INVALID, "secrecy: open, internal or secret");
}

/* A name and kind that cannot be taken are refused before a byte is stored. */
static err_t check_name(struct str *name, const struct request *r, struct err *e)
{
    *name = str_trim(*name);
    err_t rc = file_name_check(*name, e);
    if (rc == OK && !file_kind_of_name(*name))
        rc = err_set(e, E_INVALID, "files of this kind are not taken; these are: %.*s",
                     STR_ARG(file_kinds(r->arena)));
    return rc;
}

/* --- the end of every upload ----------------------------------------------------------------- */

struct ending {
    struct file_stored stored;
    struct str name, expected, upload;
    enum secrecy secrecy;
    struct file_limits limits;
};

static err_t reply_made(struct reply *out, const struct request *r, const struct ending *x,
                        const struct file_kind *kind, const struct attachment_made *made,
                        struct err *e)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "digest", str_of(x->stored.digest));
    jout_pair_i64(&j, "bytes", x->stored.bytes);
    jout_pair(&j, "type", str_of(kind->media_type));
    jout_pair(&j, "name", x->name);
    jout_pair_i64(&j, "id", made->id);
    jout_pair(&j, "entry", str_of(made->entry));
    jout_pair_bool(&j, "repeated", made->repeated);
    err_t rc = reply_object(out, r, &j, e);
    if (rc != OK)
        return rc;
    out->status = made->repeated ? 200 : 201;
    reply_header(out, "Location", arena_printf(r->arena, "/api/v1/files/%s", x->stored.digest).ptr);
    return OK;
}

static err_t remove_step(struct db *db, void *arg, struct err *e)
{
    return file_upload_remove(db, *(struct str *)arg, e);
}

/* Nothing will make it acceptable: its upload is over. */
static err_t refuse(struct reply *out, const struct request *r, struct ending *x, unsigned status,
                    struct str sentence, const char *field, struct err *e)
{
    err_t rc = OK;
    if (x->upload.len > 0)
        rc = store_write(r->api->store, remove_step, &x->upload, e);
    return rc == OK ? reply_file_problem(out, r, status, sentence, field) : rc;
}

/* The content is in the blob store: what is it, may it stay, whose is it. *refused: it is nothing that is
 * taken. */
static err_t keep(struct attachment_made *made, const struct file_kind **kind, bool *refused,
                  const struct request *r, const struct ending *x, struct err *e)
{
    struct file_row row = {.owner_unit = r->subject->unit,
                           .bytes = x->stored.bytes,
                           .digest = str_of(x->stored.digest),
                           .blob = str_of(x->stored.blob),
                           .key = x->stored.key};
    err_t rc = file_admit(kind, r, &row, x->name, e);
    *refused = rc == E_INVALID;
    if (rc != OK)
        return rc;
    struct attachment_new f = {.stored = &x->stored,
                               .kind = *kind,
                               .name = x->name,
                               .secrecy = x->secrecy,
                               .quota_bytes = x->limits.unit_bytes,
                               .upload = x->upload};
    return attachment_add(made, RECORD_CALL(r, NULL, 0), &f, e);
}

static err_t take_in(struct reply *out, const struct request *r, struct ending *x, struct err *e)
{
    struct attachment_made made = {0};
    const struct file_kind *kind = NULL;
    struct err why = {0};
    bool refused = false;

    if (x->expected.len > 0 && !str_eq_nocase(x->expected, str_of(x->stored.digest)))
        return refuse(
            out, r, x, 422,
            arena_printf(
                r->arena,
                msg("the received bytes have the digest %s, not the given one; send them again"),
                x->stored.digest),
            "digest", e);
    err_t rc = keep(&made, &kind, &refused, r, x, &why);
    if (refused)
        return refuse(out, r, x, 415, str_of(why.text), "name", e);
    if (rc == E_LIMIT && made.over_quota)
        return reply_file_problem(out, r, 507, str_of(why.text), NULL);
    if (rc != OK)
        return err_pass(e, rc, &why);
    return reply_made(out, r, x, kind, &made, e);
}

static err_t store_stream(struct file_stored *out, const struct request *r, struct stream *content,
                          bool secret, int64_t max_bytes, struct err *e)
{
    struct file_put *f = NULL;
    unsigned char *piece = mem_alloc(PIECE_BYTES);
    size_t got = 1;
    err_t rc = OK;
    file_put_begin(&f, r->api->files, r->subject->unit, secret, max_bytes);
    while (rc == OK && got > 0)
        if ((rc = stream_read(&got, content, piece, PIECE_BYTES, e)) == OK && got)
            rc = file_put_add(f, (struct bytes){piece, got}, e);
    free(piece);
    if (rc == OK)
        return file_put_end(out, f, r->arena, e);
    file_put_abort(f);
    return rc;
}

err_t files_store(struct str *digest, const struct request *r, struct str name, bool secret,
                  struct stream *content, struct err *e)
{
    struct ending x = {.name = name, .secrecy = secret ? SECRECY_SECRET : SECRECY_INTERNAL};
    struct attachment_made made = {0};
    const struct file_kind *kind = NULL;
    bool refused = false;
    err_t rc;
    if ((rc = check_name(&x.name, r, e)) != OK ||
        (rc = attachment_may_upload(RECORD_CALL(r, NULL, 0), x.secrecy, e)) != OK ||
        (rc = file_room_limits(&x.limits, r, r->subject->unit, e)) != OK ||
        (rc = store_stream(&x.stored, r, content, secret, x.limits.file_bytes, e)) != OK ||
        (rc = keep(&made, &kind, &refused, r, &x, e)) != OK)
        return rc;
    *digest = arena_dup(r->arena, str_of(x.stored.digest));
    return OK;
}

/* --- in one go --------------------------------------------------------------------------------- */

static const struct parameter upload_parameters[] = {
    NAME_PARAMETER(IN_QUERY), SECRECY_PARAMETER(IN_QUERY), DIGEST_PARAMETER(IN_QUERY), {0}};

static err_t store_body(struct file_stored *out, const struct request *r, bool secret,
                        int64_t max_bytes, struct err *e)
{
    struct file_put *f = NULL;
    struct bytes piece = {NULL, 1};
    err_t rc = OK;
    file_put_begin(&f, r->api->files, r->subject->unit, secret, max_bytes);
    while (rc == OK && piece.len > 0)
        if ((rc = sealed_body_next(&piece, r->body_sealed, e)) == OK)
            rc = file_put_add(f, piece, e);
    if (rc == OK)
        return file_put_end(out, f, r->arena, e);
    file_put_abort(f);
    return rc;
}

/* Refused before any of it is stored; `before`: bytes of the file that are there. *refused: answered
 * with 507. E_LIMIT: it is larger than a file may be. */
static err_t take_room(struct file_room *room, bool *refused, struct reply *out,
                       const struct request *r, const struct file_limits *limits, int64_t before,
                       int64_t bytes, struct err *e)
{
    struct err why = {0};
    if (before + bytes > limits->file_bytes)
        return err_set(e, E_LIMIT, "the file is larger than %lld bytes",
                       (long long)limits->file_bytes);
    err_t rc = file_room_reserve(room, r, limits, bytes, &why);
    *refused = rc == E_LIMIT;
    if (*refused)
        return reply_file_problem(out, r, 507, str_of(why.text), NULL);
    return err_pass(e, rc, &why);
}

static err_t post_file(struct reply *out, const struct request *r, struct err *e)
{
    struct ending x = {.name = request_value(r, "name"), .expected = request_value(r, "digest")};
    struct file_room room = {0};
    bool refused;
    err_t rc;
    if ((rc = read_secrecy(&x.secrecy, r, e)) != OK || (rc = check_name(&x.name, r, e)) != OK ||
        (rc = attachment_may_upload(RECORD_CALL(r, NULL, 0), x.secrecy, e)) != OK ||
        !request_look(out, r) || (rc = file_room_limits(&x.limits, r, r->subject->unit, e)) != OK ||
        (rc = take_room(&room, &refused, out, r, &x.limits, 0, sealed_body_size(r->body_sealed),
                        e)) != OK ||
        refused)
        return rc;
    rc = store_body(&x.stored, r, x.secrecy == SECRECY_SECRET, x.limits.file_bytes, e);
    if (rc == OK)
        rc = take_in(out, r, &x, e);
    file_room_release(&room);
    return rc;
}

const struct resource resource_file_upload = {
    .method = "POST",
    .path = "/api/v1/files",
    .summary = N_("upload a file; its digest is how records name it"),
    .parameters = upload_parameters,
    .body = BODY_SEALED,
    .reply = &made_schema,
    .statuses = {200, 201},
    .handle = post_file,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
};

/* --- in pieces ---------------------------------------------------------------------------------- */

OBJECT_SCHEMA(piece_schema, NULL, REQUIRED("id", schema_string), REQUIRED("bytes", schema_integer));

static err_t reply_upload(struct reply *out, const struct request *r, const struct file_upload *u,
                          unsigned status, struct err *e)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "id", u->id);
    jout_pair_i64(&j, "bytes", u->at.bytes);
    err_t rc = reply_object(out, r, &j, e);
    if (rc == OK)
        out->status = status;
    return rc;
}

static const struct parameter begin_parameters[] = {
    NAME_PARAMETER(IN_BODY), SECRECY_PARAMETER(IN_BODY), {0}};

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    const struct file_upload *u = arg;
    int64_t count = 0;
    err_t rc = file_upload_count(&count, db, u->account, e);
    if (rc == OK && count >= UPLOADS_MAX)
        rc = err_set(e, E_CONFLICT, "%d uploads of yours are not finished; finish or leave some",
                     UPLOADS_MAX);
    return rc == OK ? file_upload_add(db, u, e) : rc;
}

static err_t begin_upload(struct reply *out, const struct request *r, struct err *e)
{
    struct file_upload u = {.account = r->subject->account,
                            .unit = r->subject->unit,
                            .name = request_value(r, "name"),
                            .created_ms = clock_now_ms(r->api->clock)};
    char id[FILE_UPLOAD_LEN + 1];
    uint8_t bytes[FILE_UPLOAD_LEN / 2];
    enum secrecy secrecy = SECRECY_INTERNAL;
    err_t rc;
    if ((rc = read_secrecy(&secrecy, r, e)) != OK || (rc = check_name(&u.name, r, e)) != OK ||
        (rc = attachment_may_upload(RECORD_CALL(r, NULL, 0), secrecy, e)) != OK)
        return rc;
    random_bytes(bytes, sizeof(bytes));
    hex_write(id, (struct bytes){bytes, sizeof(bytes)});
    u.id = str_of(id);
    u.secrecy = (int)secrecy;
    if ((rc = store_write(r->api->store, begin_step, &u, e)) != OK)
        return rc;
    return reply_upload(out, r, &u, 201, e);
}

const struct resource resource_upload_begin = {
    .method = "POST",
    .path = "/api/v1/files/uploads",
    .summary = N_("begin an upload in pieces"),
    .parameters = begin_parameters,
    .body = BODY_JSON,
    .reply = &piece_schema,
    .statuses = {201},
    .handle = begin_upload,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    ENTRIES(NONE, N_("an incomplete upload belongs to nobody; the complete file has its entry")),
};

#define UPLOAD_PARAMETER                                                                           \
    {                                                                                              \
        "id", IN_PATH, &schema_string, true, false, N_("the upload's")                             \
    }

static err_t find_upload(struct file_upload *out, const struct request *r, struct err *e)
{
    int64_t whose = access_off(STR("uploads"), "owner") ? 0 : r->subject->account;
    err_t rc = STORE_READ(db, r->api->store, e,
                          file_upload_get(out, db, request_value(r, "id"), whose, r->arena, e));
    if (rc == OK && out->unit != r->subject->unit && !access_off(STR("uploads"), "unit"))
        rc = err_set(e, E_NOTFOUND, "there is no upload to go on with under this id");
    return rc;
}

static const struct parameter state_parameters[] = {UPLOAD_PARAMETER, {0}};

static err_t get_upload(struct reply *out, const struct request *r, struct err *e)
{
    struct file_upload u;
    err_t rc = find_upload(&u, r, e);
    return rc == OK ? reply_upload(out, r, &u, 200, e) : rc;
}

static const struct may owners[] = {{NULL, "own", "moved", NULL}, {0}};

const struct resource resource_upload = {
    .reads = READS_NONE,
    .path = "/api/v1/files/uploads/{id}",
    .summary = N_("how many bytes of an upload are there"),
    .parameters = state_parameters,
    .reply = &piece_schema,
    .handle = get_upload,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .may = owners,
    .hides = true,
};

struct moving {
    struct file_upload *upload;
    int64_t before, now_ms;
};

static err_t move_step(struct db *db, void *arg, struct err *e)
{
    struct moving *m = arg;
    return file_upload_move(db, m->upload, m->before, m->now_ms, e);
}

static const struct parameter put_parameters[] = {
    UPLOAD_PARAMETER,
    {"offset", IN_QUERY, &schema_offset, true, false,
     N_("the offset of the piece: the number of bytes received")},
    {0}};

/* A piece that was received before, wholly or in part, is reported; the client continues at the
 * offset that GET returns. */
static err_t check_offset(const struct file_upload *u, const struct request *r, struct err *e)
{
    int64_t offset = request_integer(r, "offset", 0);
    if (offset == u->at.bytes)
        return OK;
    return err_set(e, E_CONFLICT, "%lld bytes of this upload are there; go on from there",
                   (long long)u->at.bytes);
}

static err_t add_piece(struct reply *out, const struct request *r, const struct file_upload *upload,
                       int64_t file_bytes, struct err *e)
{
    struct file_upload u = *upload;
    struct file_put *f = NULL;
    struct moving m = {.upload = &u, .before = u.at.bytes, .now_ms = clock_now_ms(r->api->clock)};
    err_t rc = file_put_resume(&f, r->api->files, &u.at, u.unit, u.secrecy == SECRECY_SECRET,
                               file_bytes, r->arena, e);
    if (rc != OK)
        return rc;
    /* The blob store may be ahead of the row: its durable bytes were not acknowledged but belong
     * to the same file, so the upload continues after them. */
    if (file_put_size(f) != u.at.bytes) {
        m.before = u.at.bytes;
        u.at.bytes = file_put_size(f);
        file_put_leave(f);
        if ((rc = store_write(r->api->store, move_step, &m, e)) != OK)
            return rc;
        return check_offset(&u, r, e);
    }
    struct err why = {0};
    rc = file_put_add(f, r->body_bytes, &why);
    if (rc != OK) { /* too large, or the store failed: the upload stays where it stood */
        file_put_leave(f);
        return err_pass(e, rc, &why);
    }
    if ((rc = file_put_pause(&u.at, f, r->arena, e)) != OK ||
        (rc = store_write(r->api->store, move_step, &m, e)) != OK)
        return rc;
    return reply_upload(out, r, &u, 200, e);
}

static err_t put_piece(struct reply *out, const struct request *r, struct err *e)
{
    struct file_upload u;
    struct file_limits limits;
    struct file_room room = {0};
    bool refused;
    err_t rc;
    if ((rc = find_upload(&u, r, e)) != OK ||
        (rc = file_room_limits(&limits, r, u.unit, e)) != OK ||
        (rc = check_offset(&u, r, e)) != OK ||
        (rc = take_room(&room, &refused, out, r, &limits, u.at.bytes, (int64_t)r->body_bytes.len,
                        e)) != OK ||
        refused)
        return rc;
    rc = u.whole.blob[0] ? err_set(e, E_CONFLICT, "this upload is whole; finish it")
                         : add_piece(out, r, &u, limits.file_bytes, e);
    file_room_release(&room);
    return rc;
}

const struct resource resource_upload_piece_put = {
    .method = "PUT",
    .path = "/api/v1/files/uploads/{id}",
    .summary = N_("the next piece of an upload, up to 8 MiB"),
    .parameters = put_parameters,
    .body = BODY_BYTES,
    .reply = &piece_schema,
    .handle = put_piece,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    ENTRIES(NONE, N_("an incomplete upload belongs to nobody; the complete file has its entry")),
    .may = owners,
    .hides = true,
};

static const struct parameter finish_parameters[] = {
    UPLOAD_PARAMETER, DIGEST_PARAMETER(IN_QUERY), {0}};

static err_t whole_step(struct db *db, void *arg, struct err *e)
{
    struct moving *m = arg;
    return file_upload_whole(db, m->upload, m->now_ms, e);
}

static err_t finish_upload(struct reply *out, const struct request *r, struct err *e)
{
    struct file_upload u;
    struct ending x = {.expected = request_value(r, "digest")};
    struct moving w = {.upload = &u, .now_ms = clock_now_ms(r->api->clock)};
    struct file_put *f = NULL;
    err_t rc;
    if ((rc = find_upload(&u, r, e)) != OK || !request_look(out, r) ||
        (rc = file_room_limits(&x.limits, r, r->subject->unit, e)) != OK)
        return rc;
    x.name = u.name;
    x.upload = u.id;
    x.secrecy = (enum secrecy)u.secrecy;
    if (!u.whole.blob[0]) {
        rc = file_put_resume(&f, r->api->files, &u.at, u.unit, u.secrecy == SECRECY_SECRET,
                             x.limits.file_bytes, r->arena, e);
        if (rc != OK || (rc = file_put_end(&u.whole, f, r->arena, e)) != OK ||
            (rc = store_write(r->api->store, whole_step, &w, e)) != OK)
            return rc;
    }
    x.stored = u.whole;
    return take_in(out, r, &x, e);
}

const struct resource resource_upload_finish = {
    .method = "POST",
    .path = "/api/v1/files/uploads/{id}/finish",
    .summary = N_("an upload in pieces is whole"),
    .parameters = finish_parameters,
    .reply = &made_schema,
    .statuses = {200, 201},
    .handle = finish_upload,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .may = owners,
    .hides = true,
};

/* --- fetching -------------------------------------------------------------------------------------- */

static const struct parameter fetch_parameters[] = {
    {"digest", IN_PATH, &schema_string, true, false, N_("SHA-256 of the content, in hex")}, {0}};

/* The reply has a status: the store does not keep what the digest names. */
static err_t check_kept(struct reply *reply, const struct request *r, const struct file_row *row,
                        struct err *e)
{
    struct err why = {0};
    unsigned status;
    err_t rc = file_check_digest(r->api->files, row, &why);
    if (rc != E_CORRUPT)
        return err_pass(e, rc, &why);
    (void)problem_message(&status, r, &why); /* which also writes it to the log */
    return reply_file_problem(reply, r, status, str_of(why.text), NULL);
}

/* Finds it and checks its bytes; for a secret one asks for a fresh proof and writes the reading down. The
 * reply has a status: it is refused; a lane: a secret one is looked into, for its reader's name, or
 * a large one takes long to check. */
static err_t open_reading(struct attachment *out, struct reply *reply, const struct request *r,
                          struct err *e)
{
    const char *sentence = NULL;
    struct str digest = request_value(r, "digest");
    struct err why = {0};
    err_t noted = OK;
    err_t rc = attachment_find(out, RECORD_CALL(r, NULL, 0), digest, &why);
    if (rc == E_NOTFOUND && out->secret_refused)
        noted = attachment_note(RECORD_CALL(r, NULL, 0), out, "refused:read", 404, e);
    if (noted != OK)
        return noted;
    if (rc != OK)
        return err_pass(e, rc, &why);
    bool secret = out->row.secrecy == SECRECY_SECRET;
    if ((secret || out->row.bytes > CHECKED_AT_ONCE) && !request_look(reply, r))
        return OK;
    if (secret && r->auth->session.account == 0 && !access_off(STR("files"), "person"))
        sentence = N_("only a signed-in person can read a secret file, not a token");
    else if (secret &&
             !session_is_fresh(&r->auth->session, clock_now_ms(r->api->clock), FILES_FRESH_MS) &&
             !access_off(STR("files"), "fresh"))
        sentence = N_("prove yourself again first, with your password or a code");
    if (!sentence && ((rc = check_kept(reply, r, &out->row, e)) != OK || reply->status))
        return rc;
    if (secret)
        rc = attachment_note(RECORD_CALL(r, NULL, 0), out, sentence ? "refused:read" : "read",
                             sentence ? 403 : 0, e);
    return rc == OK && sentence ? reply_file_problem(reply, r, 403, str_of(msg(sentence)), NULL)
                                : rc;
}

/* Names in other scripts by RFC 8187; for old clients an ASCII one. */
static const char *disposition(const struct request *r, struct str name)
{
    struct buf b = {0};
    buf_addz(&b, "attachment; filename=\"");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (c < 0x80)
            buf_addc(&b, c == '"' || c == '\\' ? '_' : (char)c);
        else if (c >= 0xC0)
            buf_addc(&b, '_');
    }
    buf_addz(&b, "\"; filename*=UTF-8''");
    percent_add(&b, name, ".-_");
    const char *text = arena_cstr(r->arena, buf_str(&b));
    buf_clear(&b);
    return text;
}

struct range {
    bool given, bad;
    int64_t from, len;
};

/* One range of RFC 9110 14.2; several, or another unit, are as none. */
static struct range read_range(const struct request *r, int64_t bytes, const char *etag)
{
    struct range out = {.len = bytes};
    struct str given = request_header(r, "range"), if_range = request_header(r, "if-range");
    struct str unit = STR("bytes="), last;
    int64_t from = 0, to = bytes - 1;
    if (!str_starts(given, unit) || memchr(given.ptr, ',', given.len) ||
        (if_range.len > 0 && !str_is(if_range, etag)))
        return out;
    struct str rest = {given.ptr + unit.len, given.len - unit.len};
    struct str first = str_split(&rest, STR("-"));
    last = rest;
    if (!rest.ptr || (first.len == 0 && last.len == 0))
        return out;
    uint64_t n = 0;
    if (first.len == 0) { /* the last n */
        if (!str_to_u64(&n, last))
            return out;
        from = n < (uint64_t)bytes ? bytes - (int64_t)n : 0;
        out.bad = n == 0 || bytes == 0;
    } else {
        if (!str_to_u64(&n, first) || n > INT64_MAX)
            return out;
        from = (int64_t)n;
        if (last.len > 0 && (!str_to_u64(&n, last) || (int64_t)n < from))
            return out;
        if (last.len > 0 && n < (uint64_t)bytes)
            to = (int64_t)n;
        out.bad = from >= bytes;
    }
    out.given = true;
    out.from = from;
    out.len = to - from + 1;
    return out;
}

struct sending {
    struct file_get *get; /* NULL: the text before it is all */
    struct bytes piece;   /* not sent yet */
    struct buf before;
};

static ssize_t read_sending(void *arg, struct stream *stream, char *to, size_t max)
{
    struct sending *s = arg;
    struct err e;
    (void)stream;
    if (s->piece.len == 0 && s->get && file_get_next(&s->piece, s->get, &e) != OK) {
        log_line(LOG_ERROR, "a file cannot be sent: %s", e.text);
        return STREAM_BROKEN;
    }
    return stream_move(&s->piece, to, max);
}

static void close_sending(void *arg)
{
    struct sending *s = arg;
    file_get_close(s->get);
    buf_clear(&s->before);
    free(s);
}

static const char *etag_of(const struct request *r, const struct file_row *row)
{
    return arena_printf(r->arena, "\"%.*s\"", STR_ARG(row->digest)).ptr;
}

static void common_headers(struct reply *out, const struct request *r, const struct file_row *row)
{
    out->content_type = row->media_type.ptr;
    out->etag = etag_of(r, row);
    out->sandboxed = true;
    reply_header(out, "Content-Disposition", disposition(r, row->name));
}

/* Each part is fetched as well; what the reader has already is not sent. */
static err_t note_fetch(const struct request *r, const struct file_row *row, struct err *e)
{
    return str_is(request_header(r, "if-none-match"), etag_of(r, row))
               ? OK
               : taken_note(r, "fetch", ATTACHMENT_TYPE, row->id, e);
}

static err_t send_part(struct reply *out, const struct request *r, const struct file_row *row,
                       int64_t from, int64_t len, struct err *e)
{
    struct sending *s = mem_zalloc(sizeof(*s));
    err_t rc = file_get_open(&s->get, r->api->files, row, from, len, e);
    if (rc == OK)
        rc = note_fetch(r, row, e);
    if (rc != OK) {
        close_sending(s);
        return rc;
    }
    common_headers(out, r, row);
    out->stream = (struct stream_source){read_sending, close_sending, s, len};
    return OK;
}

err_t files_send(struct reply *out, const struct request *r, const struct file_row *row,
                 struct err *e)
{
    err_t rc = check_kept(out, r, row, e);
    return rc == OK && !out->status ? send_part(out, r, row, 0, row->bytes, e) : rc;
}

/* Part or all of a file, as it was uploaded. */
static err_t reply_content(struct reply *out, const struct request *r, const struct file_row *row,
                           struct err *e)
{
    struct range range = read_range(r, row->bytes, etag_of(r, row));
    if (range.bad) {
        err_t rc = reply_file_problem(out, r, 416, str_of(msg("the file has no such bytes")), NULL);
        reply_header(out, "Content-Range",
                     arena_printf(r->arena, "bytes */%lld", (long long)row->bytes).ptr);
        return rc;
    }
    err_t rc = send_part(out, r, row, range.from, range.len, e);
    if (rc != OK)
        return rc;
    reply_header(out, "Accept-Ranges", "bytes");
    if (range.given) {
        out->status = 206;
        reply_header(out, "Content-Range",
                     arena_printf(r->arena, "bytes %lld-%lld/%lld", (long long)range.from,
                                  (long long)(range.from + range.len - 1), (long long)row->bytes)
                         .ptr);
    }
    return OK;
}

/* --- secret ones --------------------------------------------------------------------------------- */

/* The reader and the time in China: "张三 (zhangsan) 2026-11-20T10:00:00+08:00". */
struct str files_watermark(const struct request *r)
{
    int64_t now = clock_now_ms(r->api->clock);
    struct str day = business_date(now, r->arena), time = business_time(now, r->arena);
    return arena_printf(r->arena, "%.*s (%.*s) %.*sT%s+08:00", STR_ARG(r->subject->display_name),
                        STR_ARG(r->subject->name), STR_ARG(day), time.ptr + day.len + 1);
}

/* For a header: what is not ASCII percent-encoded. */
static const char *header_text(const struct request *r, struct str s)
{
    struct buf b = {0};
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c > 0x20 && c < 0x7F && c != '%')
            buf_addc(&b, (char)c);
        else
            buf_addf(&b, "%%%02X", c);
    }
    const char *text = arena_cstr(r->arena, buf_str(&b));
    buf_clear(&b);
    return text;
}

/* Before the text, in its own encoding: UTF-8, or the ASCII that GB 18030 shares. */
static err_t mark_text(bool *marked, struct sending *s, int64_t *len, const struct request *r,
                       const struct file_row *row, struct str line, struct err *e)
{
    uint8_t head[4096];
    size_t bom = 0, n = row->bytes < (int64_t)sizeof(head) ? (size_t)row->bytes : sizeof(head);
    struct file_viewer *v = file_view_new(r->api->files, row);
    const struct file_view *view = file_view_of(v);
    err_t rc = view->read(view->arg, 0, head, n, e);
    file_view_free(v);
    if (rc != OK)
        return rc;
    enum encoding encoding = encoding_guess((struct bytes){head, n}, &bom);
    if (encoding != ENCODING_UTF8 && encoding != ENCODING_GB18030)
        return OK;
    if (encoding == ENCODING_GB18030) {
        size_t at = str_find(line, STR("("), 0);
        line = (struct str){line.ptr + at, line.len - at};
    }
    buf_init(&s->before, 0);
    buf_addf(&s->before, "[%.*s]\r\n", STR_ARG(line));
    s->piece = str_bytes(buf_str(&s->before));
    *len += (int64_t)s->piece.len;
    *marked = true;
    return OK;
}

/* The reader's name into the content, where the format allows: *marked. The start of a
 * text in UTF-8, or every page of a PDF. */
static err_t mark(bool *marked, struct sending *s, int64_t *len, const struct request *r,
                  const struct file_row *row, struct str line, struct err *e)
{
    struct err why = {0};
    *marked = false;
    if (str_is(row->kind, "pdf") && row->bytes <= FILE_SECRET_MAP) {
        struct file_viewer *v = file_view_new(r->api->files, row);
        buf_init(&s->before, WATERMARK_PDF_MAX);
        err_t rc =
            file_pdf_mark(&s->before, file_view_of(v), line, r->api->pdf_program, r->arena, &why);
        file_view_free(v);
        *marked = rc == OK;
        if (rc != OK && rc != E_INVALID)
            return err_pass(e, rc, &why);
        if (rc != OK) {
            log_line(LOG_WARN, "a secret PDF goes out without a line on its pages: %s", why.text);
            buf_clear(&s->before);
            return OK;
        }
        s->piece = str_bytes(buf_str(&s->before));
        *len = (int64_t)s->piece.len;
        file_get_close(s->get);
        s->get = NULL;
    } else if (str_is(row->kind, "txt")) {
        return mark_text(marked, s, len, r, row, line, e);
    }
    return OK;
}

static err_t reply_secret(struct reply *out, const struct request *r, const struct file_row *row,
                          struct err *e)
{
    struct sending *s = mem_zalloc(sizeof(*s));
    struct str line = files_watermark(r);
    int64_t len = row->bytes;
    bool marked = false;
    err_t rc = file_get_open(&s->get, r->api->files, row, 0, -1, e);
    if (rc == OK)
        rc = mark(&marked, s, &len, r, row, line, e);
    if (rc != OK) {
        close_sending(s);
        return rc;
    }
    common_headers(out, r, row);
    out->etag = NULL; /* each reading is another's, and no cache keeps it */
    reply_header(out, "X-Watermark", header_text(r, line));
    reply_header(out, "X-Watermark-In", marked ? "content" : "header");
    reply_header(out, "X-Content-Digest", arena_cstr(r->arena, row->digest));
    out->stream = (struct stream_source){read_sending, close_sending, s, len};
    return OK;
}

static err_t get_file(struct reply *out, const struct request *r, struct err *e)
{
    struct attachment f;
    err_t rc = open_reading(&f, out, r, e);
    if (rc != OK || out->lane || out->status)
        return rc;
    return f.row.secrecy == SECRECY_SECRET ? reply_secret(out, r, &f.row, e)
                                           : reply_content(out, r, &f.row, e);
}

const struct resource resource_file = {
    .reads = READS_ONE,
    .path = "/api/v1/files/{digest}",
    .summary = N_("a file that you may read, or that a record names which you may read"),
    .parameters = fetch_parameters,
    .handle = get_file,
    .statuses = {200, 206},
    .need = NEED_NOBODY,
    .scope = "records:read",
};

/* --- its text ---------------------------------------------------------------------------------------- */

OBJECT_SCHEMA(hit_schema, NULL, REQUIRED("kind", schema_string),
              REQUIRED("character", schema_integer), REQUIRED("text", schema_string));
static const struct schema hits_schema = {
    SCHEMA_ARRAY, .items = &hit_schema,
    .description =
        N_("sensitive places: person, phone, price, mark, card, mail; with their positions")};
OBJECT_SCHEMA(text_schema, NULL, REQUIRED("text", schema_string), REQUIRED("whole", schema_boolean),
              REQUIRED("sensitive", hits_schema));

static void add_hits(struct jout *j, struct str text, struct arena *a)
{
    const struct sensitive_hit *hits;
    size_t count = sensitive_find(&hits, text, a);
    jout_pair_array(j, "sensitive");
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        jout_pair(j, "kind", str_of(sensitive_kinds[hits[i].kind]));
        jout_pair_i64(j, "character", (int64_t)hits[i].character);
        jout_pair(j, "text", hits[i].text);
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* The text of a file. Texts of files that are not secret are cached. If the file has no text, the reply has a status. */
static err_t read_text(struct file_text *text, struct reply *out, const struct request *r,
                       const struct file_row *row, const struct file_kind *kind, struct err *e)
{
    struct err why = {0};
    struct look_kept kept;
    struct str key = arena_printf(r->arena, "%.*s %s", STR_ARG(row->digest), kind->extension);
    bool secret = row->secrecy == SECRECY_SECRET;
    if (!secret && looks_kept_get(&kept, r->api->looks, key, r->arena)) {
        *text = (struct file_text){kept.bytes, kept.number};
        return OK;
    }
    if (!request_look(out, r))
        return OK;
    struct file_viewer *v = file_view_new(r->api->files, row);
    err_t rc = file_text_read(text, file_view_of(v), kind, r->api->pdf_program, r->arena, &why);
    file_view_free(v);
    if (rc == E_INVALID)
        return reply_file_problem(out, r, 415, str_of(why.text), NULL);
    if (rc == OK && !secret)
        looks_kept_put(r->api->looks, key, (struct look_kept){text->text, text->whole});
    return err_pass(e, rc, &why);
}

static err_t get_text(struct reply *out, const struct request *r, struct err *e)
{
    struct attachment f;
    struct file_text text;
    struct jout j;
    err_t rc = open_reading(&f, out, r, e);
    if (rc != OK || out->lane || out->status)
        return rc;
    const struct file_kind *kind = file_kind_find(f.row.kind);
    if (!kind)
        return err_set(e, E_CORRUPT, "the file %.*s is of no kind", STR_ARG(f.row.digest));
    rc = read_text(&text, out, r, &f.row, kind, e);
    if (rc != OK || out->lane || out->status)
        return rc;
    jout_open(&j);
    jout_pair_str(&j, "text", text.text);
    jout_pair_bool(&j, "whole", text.whole);
    add_hits(&j, text.text, r->arena);
    rc = reply_object(out, r, &j, e);
    if (rc == OK && f.row.secrecy == SECRECY_SECRET)
        reply_header(out, "X-Watermark", header_text(r, files_watermark(r)));
    return rc;
}

const struct resource resource_file_text = {
    .reads = READS_ONE,
    .path = "/api/v1/files/{digest}/text",
    .summary = N_("the first 100 KB of a file's text, and sensitive places in it"),
    .parameters = fetch_parameters,
    .reply = &text_schema,
    .handle = get_text,
    .need = NEED_NOBODY,
    .scope = "records:read",
};

/* --- limits -------------------------------------------------------------------------------------------- */

OBJECT_SCHEMA(limit_schema, NULL, REQUIRED("unit_bytes", schema_integer),
              REQUIRED("file_bytes", schema_integer), REQUIRED("used_bytes", schema_integer));

static err_t get_limits(struct reply *out, const struct request *r, struct err *e)
{
    struct file_limits limits;
    int64_t used = 0;
    struct jout j;
    err_t rc = STORE_READ(db, r->api->store, e,
                          file_limits_load(&limits, db, r->api->files, r->subject->unit, e)
                              ?: file_unit_bytes(&used, db, r->subject->unit, e));
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "unit_bytes", limits.unit_bytes);
    jout_pair_i64(&j, "file_bytes", limits.file_bytes);
    jout_pair_i64(&j, "used_bytes", used);
    return reply_object(out, r, &j, e);
}

const struct resource resource_file_limits = {
    .reads = READS_NONE,
    .path = "/api/v1/file-limits",
    .summary = N_("the upload limit of your unit and the space its files take"),
    .reply = &limit_schema,
    .handle = get_limits,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

static err_t limit_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    int64_t unit_mb = request_integer(r, "unit_mb", 0), file_mb = request_integer(r, "file_mb", 0);
    struct str action = arena_printf(r->arena, "set files.unit_mb %lld files.file_mb %lld",
                                     (long long)unit_mb, (long long)file_mb);
    err_t rc = file_limits_set(db, unit_mb, file_mb, r->subject->account, deed_now_ms(d), e);
    return rc == OK ? deed_note(d, db, action.ptr, "setting", 0, 0, e) : rc;
}

static const struct parameter limit_parameters[] = {
    {"unit_mb", IN_BODY, &mb_schema, true, false, N_("MiB of all files of a unit")},
    {"file_mb", IN_BODY, &mb_schema, true, false, N_("MiB of one file, up to 4096")},
    {0}};

static err_t put_limits(struct reply *out, const struct request *r, struct err *e)
{
    err_t rc = request_write(r, limit_step, e);
    return rc == OK ? get_limits(out, r, e) : rc;
}

const struct resource resource_file_limits_set = {
    .method = "PUT",
    .path = "/api/v1/file-limits",
    .summary = N_("choose how much units may upload"),
    .parameters = limit_parameters,
    .body = BODY_JSON,
    .reply = &limit_schema,
    .handle = put_limits,
    ROLE_AMONG(system_roles),
    .scope = "settings",
};

/* --- its pages --------------------------------------------------------------------------------------- */

/* A secret one bears its reader's name on each page, and no cache keeps it. */
static err_t get_page(struct reply *out, const struct request *r, struct err *e)
{
    struct attachment f;
    err_t rc = open_reading(&f, out, r, e);
    if (rc != OK || out->lane || out->status)
        return rc;
    if (!str_is(f.row.kind, "pdf") && !str_starts(f.row.media_type, STR("image/")))
        return reply_file_problem(
            out, r, 415, str_of(msg(N_("only a PDF and a picture have pages to show"))), NULL);
    bool secret = f.row.secrecy == SECRECY_SECRET;
    struct file_viewer *v = file_view_new(r->api->files, &f.row);
    rc = page_reply(out, r, file_view_of(v), secret ? files_watermark(r) : STR_NONE,
                    secret ? STR_NONE : f.row.digest, e);
    file_view_free(v);
    return rc;
}

static const struct parameter page_parameters[] = {
    {"digest", IN_PATH, &schema_string, true, false, N_("SHA-256 of the content, in hex")},
    PAGE_PARAMETERS,
    {0}};

const struct resource resource_file_page = {
    .reads = READS_ONE,
    .path = "/api/v1/files/{digest}/pages/{n}.png",
    .summary = N_("a page of a PDF, or a picture, as PNG; X-Pages says how many there are"),
    .parameters = page_parameters,
    .handle = get_page,
    .need = NEED_NOBODY,
    .scope = "records:read",
};
