/* Two officers for one act, by access/two_person.h. */
#include "panel/second.h"
#include "access/mutation.h"
#include "base/msg.h"

/* Still an officer of the panel's own office. */
static err_t may(bool *out, struct db *db, const struct subject *first, const void *arg,
                 struct err *e)
{
    const struct panel *p = arg;
    (void)db;
    (void)e;
    *out =
        (panel_owner(first) && first->unit == p->owner_unit) || access_off(STR("panels"), "first");
    return OK;
}

err_t panel_second(bool *go, int64_t *waits, int64_t *first, struct db *db, const struct deed *d,
                   const struct panel *p, const struct panel_pair *of, struct err *e)
{
    const struct grant *as = panel_owner_grant(d->by);
    const struct pair_shown shown = {.kind = N_("Panel"),
                                     .what = of->what,
                                     .title = p->title,
                                     .lines = &of->line,
                                     .line_count = 1};
    const struct pair pair = {.type = of->type,
                              .action = of->action,
                              .record_id = of->id,
                              .arguments = of->arguments,
                              .seen = arena_printf(d->arena, "version %lld%.*s",
                                                   (long long)of->version, STR_ARG(of->seen)),
                              .role = as ? as->role->name : STR_NONE,
                              .shown = pair_shown_json(&shown, d->arena),
                              .may = may,
                              .arg = p};
    int64_t spare;
    return pair_take(go, waits, first ? first : &spare, db, d, &pair, e);
}
