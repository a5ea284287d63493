/* Each note is the next version of one record that has no table of its own. */
#include "backup/note.h"

#define TYPE "instance"

struct noting {
    struct deed deed;
    const char *action;
    const struct deed_field *fields;
    size_t count;
};

static err_t next_version(int64_t *out, struct db *db, struct err *e)
{
    return db_row(NULL, db,
                  "SELECT coalesce(max(version), 0) + 1 FROM record_version WHERE type = '" TYPE
                  "' AND record_id = 1",
                  NULL, 0, INTO(into_i64(out)), NULL, e);
}

static err_t note_step(struct db *db, void *arg, struct err *e)
{
    const struct noting *n = arg;
    int64_t version = 1;
    err_t rc = next_version(&version, db, e);
    return rc == OK
               ? deed_version(&n->deed, db, TYPE, 1, version, n->action, n->fields, n->count, e)
               : rc;
}

err_t instance_note(struct store *store, const struct log_suite *suite, const struct clock *clock,
                    const char *action, const struct deed_field *fields, size_t count,
                    struct arena *a, struct err *e)
{
    struct subject program;
    subject_program(&program, business_date(clock_now_ms(clock), a));
    struct noting n = {.deed = {.suite = suite, .clock = clock, .by = &program, .arena = a},
                       .action = action,
                       .fields = fields,
                       .count = count};
    return store_write(store, note_step, &n, e);
}

err_t instance_noted(int64_t *at_ms, struct db *db, const char *action, struct err *e)
{
    return db_i64(at_ms, db,
                  "SELECT max(at_ms) FROM record_version WHERE type = '" TYPE
                  "' AND record_id = 1 AND action = ?1",
                  VALUES(v_str(str_of(action))), e);
}
