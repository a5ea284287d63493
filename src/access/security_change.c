/* Security settings that two administrators change: the pair that proposes and confirms one, and its words. */
#include "access/security_change.h"
#include "access/account.h"
#include "access/pair_shown.h"
#include "base/msg.h"
#include "text/json.h"

#define GUARDIAN "security_administrator"

/* Has anybody but this account ever held the role? */
static err_t security_second(bool *out, struct db *db, int64_t account, struct err *e)
{
    *out = false;
    return db_any(out, db,
                  "SELECT 1 FROM role_grant WHERE role = '" GUARDIAN "' AND account <> ?1"
                  " AND delegated_by IS NULL LIMIT 1",
                  VALUES(v_i64(account)), e);
}

static struct str arguments_of(const struct security_change *c, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "action", c->action);
    jout_pair(&j, "from", c->from);
    jout_pair(&j, "to", c->to);
    return jout_take(&j, a);
}

/* What people call settings and their words (access/setting.h). */
static const struct {
    const char *code, *label;
} words[] = {
    {"access.passwords", N_("Rules for passwords")},
    {"access.second_factor", N_("Who needs a second factor")},
    {"access.idle_minutes", N_("Minutes until a silent session ends")},
    {"access.regulator_idle_minutes", N_("Minutes until a silent session of an office ends")},
    {"access.absolute_hours", N_("Hours until a session ends")},
    {"access.national", N_("National algorithms (SM3)")},
    {"access.reads_per_person", N_("Reads that one person makes in a day")},
    {"access.reads_per_unit", N_("Reads that one unit makes in a day")},
    {"access.calls_per_person", N_("Requests that one person makes in a minute")},
    {"access.calls_per_address", N_("Requests that come from one address in a minute")},
    {"access.objections_per_address", N_("Objections that come from one address in an hour")},
    {"access.objections_per_list", N_("Objections that come to one publicity list in an hour")},
    {"clock", N_("The server's clock")},
    {"now", N_("what it shows now is right")},
    {"dengbao", N_("Classified protection (dengbao)")},
    {"nobody", N_("Nobody")},
    {"administrators", N_("Administrators")},
    {"regulators", N_("Offices")},
    {"all", N_("All")},
    {"no", N_("No")},
    {"yes", N_("Yes")},
    {"set", N_("change")}};

/* The label of a setting or of one of its values; the code itself if it has no label. */
static struct str security_word(struct str code, enum lang lang)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(code, words[i].code))
            return str_of(msg_in(lang, words[i].label));
    return code;
}

static struct pair_line line_of(const char *label, struct str code)
{
    return (struct pair_line){label, security_word(code, LANG_ZH), security_word(code, LANG_EN)};
}

static err_t is_guardian(bool *out, struct db *db, const struct subject *first, const void *arg,
                         struct err *e)
{
    (void)db;
    (void)arg;
    (void)e;
    *out = deed_by_role(&(struct deed){.by = first}, GUARDIAN);
    return OK;
}

static err_t by_two(struct db *db, const struct deed *d, const struct security_change *c,
                    struct err *e)
{
    const struct pair_line lines[] = {line_of(N_("Setting"), c->row),
                                      line_of(N_("action"), c->action),
                                      line_of(N_("before"), c->from), line_of(N_("after"), c->to)};
    const struct pair_shown shown = {.kind = N_("Setting"),
                                     .what = N_("change a setting of security"),
                                     .title = security_word(c->row, LANG_ZH),
                                     .among = PAIR_ROLE,
                                     .lines = lines,
                                     .line_count = ARRAY_LEN(lines)};
    const struct pair pair = {.type = STR("setting"),
                              .action = c->row,
                              .arguments = arguments_of(c, d->arena),
                              .seen = c->covered,
                              .role = STR(GUARDIAN),
                              .shown = pair_shown_json(&shown, d->arena),
                              .setting = true,
                              .may = is_guardian};
    int64_t first;
    if (!d->waits)
        return err_set(e, E_DENIED, "this needs a second security administrator");
    return pair_take(&first, db, d, &pair, e);
}

err_t security_change(struct deed *as, struct db *db, const struct deed *d,
                      const struct security_change *c, struct err *e)
{
    bool second = false;
    err_t rc;
    *as = *d;
    if (d->waits)
        *d->waits = 0; /* a step may run again */
    if (subject_is_program(d->by))
        return OK;
    if ((rc = security_second(&second, db, d->by->account, e)) != OK)
        return rc;
    as->how = second ? "second" : "alone";
    return second ? by_two(db, d, c, e) : OK;
}

err_t security_change_of_person(struct deed *as, struct db *db, const struct deed *d,
                                const char *what, const struct account_row *r, struct err *e)
{
    const struct security_change c = {.row =
                                          arena_printf(d->arena, "%s %lld", what, (long long)r->id),
                                      .action = STR("set"),
                                      .to = r->name};
    *as = *d;
    if (d->waits)
        *d->waits = 0;
    return r->administrator && !str_is(r->state, "invited") ? security_change(as, db, d, &c, e)
                                                            : OK;
}
