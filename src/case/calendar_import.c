/* One deadline a step, so that steps stay short. */
#include "case/calendar_import.h"
#include "case/case.h"
#include "decide/calendar_store.h"

static err_t add_step(struct db *db, void *arg, struct err *e)
{
    struct calendar_import *i = arg;
    err_t rc = calendar_add(&i->added, db, &i->deed, &i->year, i->correct, e);
    return rc == OK ? calendar_load(&i->calendar, db, i->deed.arena, e) : rc;
}

static err_t recount_step(struct db *db, void *arg, struct err *e)
{
    struct calendar_import *i = arg;
    err_t rc = deadline_recount(&i->move, db, &i->deed, i->calendar, i->after, e);
    return rc == OK && i->move.id ? flow_timer_move(db, &i->deed, i->move.id, i->move.day, e) : rc;
}

err_t calendar_import(struct calendar_import *i, struct store *store, struct err *e)
{
    err_t rc = store_write(store, add_step, i, e);
    i->deed.reason = arena_printf(i->deed.arena, "%s", i->year.source.ptr);
    while (rc == OK && (rc = store_write(store, recount_step, i, e)) == OK && i->move.id) {
        VEC_PUSH(i->deed.arena, &i->moves, i->move);
        i->after = i->move.id;
    }
    return rc;
}
