/* One step, in which nothing but the entry is written. */
#include "api/taken.h"
#include "access/deed.h"
#include "access/subject.h"
#include "record/record.h"

struct taken {
    struct deed deed;
    const char *what, *type;
    int64_t id;
};

static err_t note_step(struct db *db, void *arg, struct err *e)
{
    const struct taken *t = arg;
    return deed_note(&t->deed, db, t->what, t->type, t->id, 0, e);
}

err_t taken_note(const struct request *r, const char *what, const char *type, int64_t id,
                 struct err *e)
{
    struct taken t = {.deed = request_deed(r), .what = what, .type = type, .id = id};
    return r->subject && r->subject->account ? store_write(r->api->store, note_step, &t, e) : OK;
}
