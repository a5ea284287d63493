/* Versions and entries of this folder's own rows. The record kernel does the same for records
 * of types; it stands above this folder and so cannot be called from here. */
#include "access/deed.h"
#include "text/json.h"
#include <assert.h>

int64_t deed_now_ms(const struct deed *d)
{
    return clock_now_ms(d->clock);
}

bool deed_by_role(const struct deed *d, const char *role)
{
    return subject_is_program(d->by) || subject_own_grant(d->by, str_of(role));
}

static struct log_draft draft_of(const struct deed *d, const char *action, const char *type,
                                 int64_t id)
{
    struct log_draft draft = {.has_who = d->by->account != 0 || subject_is_program(d->by),
                              .who = d->by->account,
                              .unit = d->by->unit,
                              .action = d->how ? arena_printf(d->arena, "%s (%s)", action, d->how)
                                               : str_of(action),
                              .type = str_of(type),
                              .id = id,
                              .date = d->by->today};
    if (d->as) {
        draft.role = d->as->role->name;
        draft.on_behalf_of = d->as->on_behalf_of;
    }
    return draft;
}

err_t deed_note(const struct deed *d, struct db *db, const char *action, const char *type,
                int64_t id, int status, struct err *e)
{
    char uid[LOG_UID_LEN + 1];
    return deed_note_as(uid, d, db, action, type, id, status, e);
}

err_t deed_note_as(char uid[LOG_UID_LEN + 1], const struct deed *d, struct db *db,
                   const char *action, const char *type, int64_t id, int status, struct err *e)
{
    struct log_draft draft = draft_of(d, action, type, id);
    draft.status = status;
    return log_append(uid, db, d->suite, d->clock, &draft, d->arena, e);
}

static bool has_value(const struct value *v)
{
    return v->type == VALUE_I64 || (v->type == VALUE_STR && v->bytes.len > 0);
}

static struct str json_of(const struct value *v, struct arena *a)
{
    struct buf b = {0};
    struct jout j;
    jout_init(&j, &b);
    if (v->type == VALUE_I64)
        jout_i64(&j, v->i64);
    else
        jout_str(&j, bytes_str(v->bytes));
    return buf_take(&b, a);
}

/* Those with a value as the log commits to them, the reason among them. */
static size_t gather(struct log_field *out, const struct deed *d, const struct deed_field *fields,
                     size_t count)
{
    struct value reason = v_str(d->reason);
    bool reason_waits = d->reason.len > 0;
    size_t n = 0;

    for (size_t i = 0; i <= count; i++) {
        if (reason_waits && (i == count || strcmp(fields[i].name, "_reason") > 0)) {
            out[n++] = (struct log_field){STR("_reason"), json_of(&reason, d->arena)};
            reason_waits = false;
        }
        if (i == count)
            break;
        assert(i == 0 || strcmp(fields[i - 1].name, fields[i].name) < 0);
        if (has_value(&fields[i].value))
            out[n++] =
                (struct log_field){str_of(fields[i].name), json_of(&fields[i].value, d->arena)};
    }
    return n;
}

static struct str content_of(const struct log_field *fields, size_t count, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    for (size_t i = 0; i < count; i++) {
        jout_name_str(&j, fields[i].name);
        jout_raw(&j, fields[i].value);
    }
    return jout_take(&j, a);
}

err_t deed_version(const struct deed *d, struct db *db, const char *type, int64_t id,
                   int64_t version, const char *action, const struct deed_field *fields,
                   size_t count, struct err *e)
{
    static const char sql[] =
        "INSERT INTO record_version (type, record_id, version, at_ms, account, role, action,"
        " reason, content, seal, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    struct log_field *given = arena_array(d->arena, count + 1, sizeof(*given));
    struct log_commitment commitment;
    char uid[LOG_UID_LEN + 1];
    err_t rc;

    size_t n = gather(given, d, fields, count);
    log_commit(&commitment, d->suite, given, n, d->arena);
    struct log_draft draft = draft_of(d, action, type, id);
    draft.at_ms = deed_now_ms(d);
    draft.version = version;
    draft.content = commitment.hex;
    if ((rc = log_append(uid, db, d->suite, d->clock, &draft, d->arena, e)) != OK)
        return rc;
    return db_run(db, sql,
                  VALUES(v_str(str_of(type)), v_i64(id), v_i64(version), v_i64(draft.at_ms),
                         v_i64(d->by->account), v_str(draft.role), v_str(draft.action),
                         v_str(d->reason), v_str(content_of(given, n, d->arena)),
                         v_str(commitment.seal), v_str(str_of(uid))),
                  e);
}
