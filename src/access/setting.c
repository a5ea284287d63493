/* Settings as a table of names, each with the words or numbers it takes; reading and
 * writing go through the same row, so what is stored can be read. */
#include "access/setting.h"
#include "access/mutation.h"
#include "access/security_change.h"
#include "model/setting.h"
#include <stddef.h>

#define MINUTE_MS 60000
#define HOUR_MS 3600000

/* Where a value goes; one of word and scale is set. */
struct setting {
    const char *name;
    const char *const *words; /* value i stands for i; NULL: a number */
    int64_t low, high, scale;
    size_t at; /* of its member: a bool for no_yes, an enum for other words, else an int64_t */
};

static const char *const profiles[] = {"asvs", "dengbao", NULL};
static const char *const whose[] = {"nobody", "administrators", "regulators", "all", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};

#define AT(member) offsetof(struct access_settings, member)
static const struct setting settings[] = {
    {"passwords", profiles, 0, 0, 0, AT(passwords)},
    {"second_factor", whose, 0, 0, 0, AT(second_factor)},
    {"idle_minutes", NULL, 1, 30, MINUTE_MS, AT(idle_ms)},
    {"regulator_idle_minutes", NULL, 1, 15, MINUTE_MS, AT(regulator_idle_ms)},
    {"absolute_hours", NULL, 1, 12, HOUR_MS, AT(absolute_ms)},
    {"national", no_yes, 0, 0, 0, AT(national)},
    {"reads_per_person", NULL, 0, 10000000, 1, AT(limits.reads_account)},
    {"reads_per_unit", NULL, 0, 100000000, 1, AT(limits.reads_unit)},
    {"calls_per_person", NULL, 0, 1000000, 1, AT(limits.calls_account)},
    {"calls_per_address", NULL, 0, 1000000, 1, AT(limits.calls_address)},
    {"objections_per_address", NULL, 0, 1000000, 1, AT(limits.objections_address)},
    {"objections_per_list", NULL, 0, 1000000, 1, AT(limits.objections_list)},
};

static void put(struct access_settings *s, const struct setting *t, int64_t value)
{
    void *at = (char *)s + t->at;
    if (t->words == no_yes)
        *(bool *)at = value != 0;
    else if (t->words)
        *(unsigned *)at = (unsigned)value;
    else
        *(int64_t *)at = value;
}

static int64_t get(const struct access_settings *s, const struct setting *t)
{
    const void *at = (const char *)s + t->at;
    if (!t->words)
        return *(const int64_t *)at;
    return t->words == no_yes ? *(const bool *)at : *(const unsigned *)at;
}

struct access_settings access_settings_default(void)
{
    return (struct access_settings){.passwords = PASSWORDS_ASVS,
                                    .second_factor = CODE_FOR_ADMINISTRATORS,
                                    .idle_ms = 30 * MINUTE_MS,
                                    .regulator_idle_ms = 15 * MINUTE_MS,
                                    .absolute_ms = 12 * HOUR_MS,
                                    .limits = {.objections_address = 10, .objections_list = 100}};
}

static const struct setting *find(struct str name)
{
    return FIND_BY(settings, ARRAY_LEN(settings), name, name);
}

static bool read_value(int64_t *out, const struct setting *t, struct str text)
{
    for (int i = 0; t->words && t->words[i]; i++)
        if (str_is(text, t->words[i])) {
            *out = i;
            return true;
        }
    if (t->words || !str_to_i64(out, text) || *out < t->low || *out > t->high)
        return false;
    *out *= t->scale;
    return true;
}

/* Rows of this folder are called access.<name>; the table serves others too. */
err_t access_settings_load(struct access_settings *out, struct db *db, struct err *e)
{
    struct str prefix = STR("access.");
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, "SELECT name, value FROM setting ORDER BY name", NULL, 0, e);

    *out = access_settings_default();
    while (stmt_row(&rc, st, e)) {
        struct str name = stmt_str(st, 0);
        int64_t value = 0;
        if (!str_starts(name, prefix))
            continue;
        const struct setting *t = find((struct str){name.ptr + prefix.len, name.len - prefix.len});
        if (!t || !read_value(&value, t, stmt_str(st, 1)))
            rc = err_set(e, E_CORRUPT, "the stored setting %.*s has no meaning", STR_ARG(name));
        else
            put(out, t, value);
    }
    stmt_free(st);
    return rc;
}

/* The limits of throttle.h come last in the table: no resource counts by them yet, so
 * they are not offered. */
#define OFFERED (ARRAY_LEN(settings) - 4)

/* As access_setting_set takes it. */
static struct str text_of(const struct setting *t, const struct access_settings *s, struct arena *a)
{
    int64_t value = get(s, t);
    return t->words ? str_of(t->words[value])
                    : arena_printf(a, "%lld", (long long)(value / t->scale));
}

err_t access_settings_list(const struct access_setting **out, size_t *count, struct db *db,
                           struct arena *a, struct err *e)
{
    struct access_setting *list = arena_array(a, OFFERED, sizeof(*list));
    struct access_settings now;
    err_t rc = access_settings_load(&now, db, e);

    for (size_t i = 0; rc == OK && i < OFFERED; i++) {
        const struct setting *t = &settings[i];
        list[i] =
            (struct access_setting){t->name, t->words, t->low, t->high, text_of(t, &now, a), false};
        rc = db_any(&list[i].chosen, db, "SELECT 1 FROM setting WHERE name = ?1",
                    VALUES(v_str(arena_join(a, STR("access."), str_of(t->name)))), e);
    }
    *out = list;
    *count = OFFERED;
    return rc;
}

err_t access_setting_set(struct db *db, const struct deed *d, struct str name, struct str value,
                         struct err *e)
{
    const struct setting *t = find(name);
    struct access_settings now;
    struct deed as;
    int64_t number = 0;
    err_t rc;

    if (!deed_by_role(d, "security_administrator") && !access_off(STR("settings"), "guardian"))
        return err_set(e, E_DENIED, "settings of signing in are a security administrator's");
    if (!t || !read_value(&number, t, value))
        return err_set(e, E_INVALID, "there is no setting %.*s with the value \"%.*s\"",
                       STR_ARG(name), STR_ARG(value));
    struct str row = arena_join(d->arena, STR("access."), name);
    if ((rc = access_settings_load(&now, db, e)) != OK)
        return rc;
    const struct security_change change = {
        .row = row, .action = STR("set"), .from = text_of(t, &now, d->arena), .to = value};
    if ((rc = security_change(&as, db, d, &change, e)) != OK || deed_waits(&as) ||
        (rc = setting_put(db, row, value, deed_now_ms(d), d->by->account, e)) != OK)
        return rc;
    struct str action = arena_printf(d->arena, "set %.*s %.*s", STR_ARG(row), STR_ARG(value));
    return deed_note(&as, db, action.ptr, "setting", 0, 0, e);
}
