/* Settings as a table of names, each with the words or numbers it takes; reading and
 * writing go through the same row, so what is stored can be read. */
#include "access/setting.h"
#include "access/mutation.h"
#include "access/security_change.h"
#include "model/setting.h"

#define MINUTE_MS 60000
#define HOUR_MS 3600000

/* Where a value goes; one of word and scale is set. */
struct setting {
    const char *name;
    const char *const *words; /* value i stands for i; NULL: a number */
    int64_t low, high, scale;
    void (*put)(struct access_settings *s, int64_t value);
    int64_t (*get)(const struct access_settings *s);
};

static void put_passwords(struct access_settings *s, int64_t v)
{
    s->passwords = (enum password_profile)v;
}
static void put_second_factor(struct access_settings *s, int64_t v)
{
    s->second_factor = (enum second_factor)v;
}
static void put_idle(struct access_settings *s, int64_t v)
{
    s->idle_ms = v;
}
static void put_regulator_idle(struct access_settings *s, int64_t v)
{
    s->regulator_idle_ms = v;
}
static void put_absolute(struct access_settings *s, int64_t v)
{
    s->absolute_ms = v;
}
static void put_national(struct access_settings *s, int64_t v)
{
    s->national = v != 0;
}

static void put_reads_account(struct access_settings *s, int64_t v)
{
    s->limits.reads_account = v;
}
static void put_reads_unit(struct access_settings *s, int64_t v)
{
    s->limits.reads_unit = v;
}
static void put_calls_account(struct access_settings *s, int64_t v)
{
    s->limits.calls_account = v;
}
static void put_calls_address(struct access_settings *s, int64_t v)
{
    s->limits.calls_address = v;
}

static int64_t get_passwords(const struct access_settings *s)
{
    return (int64_t)s->passwords;
}
static int64_t get_second_factor(const struct access_settings *s)
{
    return (int64_t)s->second_factor;
}
static int64_t get_idle(const struct access_settings *s)
{
    return s->idle_ms;
}
static int64_t get_regulator_idle(const struct access_settings *s)
{
    return s->regulator_idle_ms;
}
static int64_t get_absolute(const struct access_settings *s)
{
    return s->absolute_ms;
}
static int64_t get_national(const struct access_settings *s)
{
    return (int64_t)s->national;
}
static int64_t get_reads_account(const struct access_settings *s)
{
    return s->limits.reads_account;
}
static int64_t get_reads_unit(const struct access_settings *s)
{
    return s->limits.reads_unit;
}
static int64_t get_calls_account(const struct access_settings *s)
{
    return s->limits.calls_account;
}
static int64_t get_calls_address(const struct access_settings *s)
{
    return s->limits.calls_address;
}

static void put_objections_address(struct access_settings *s, int64_t v)
{
    s->limits.objections_address = v;
}
static int64_t get_objections_address(const struct access_settings *s)
{
    return s->limits.objections_address;
}
static void put_objections_list(struct access_settings *s, int64_t v)
{
    s->limits.objections_list = v;
}
static int64_t get_objections_list(const struct access_settings *s)
{
    return s->limits.objections_list;
}

static const char *const profiles[] = {"asvs", "dengbao", NULL};
static const char *const whose[] = {"nobody", "administrators", "regulators", "all", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};

static const struct setting settings[] = {
    {"passwords", profiles, 0, 0, 0, put_passwords, get_passwords},
    {"second_factor", whose, 0, 0, 0, put_second_factor, get_second_factor},
    {"idle_minutes", NULL, 1, 30, MINUTE_MS, put_idle, get_idle},
    {"regulator_idle_minutes", NULL, 1, 15, MINUTE_MS, put_regulator_idle, get_regulator_idle},
    {"absolute_hours", NULL, 1, 12, HOUR_MS, put_absolute, get_absolute},
    {"national", no_yes, 0, 0, 0, put_national, get_national},
    {"reads_per_person", NULL, 0, 10000000, 1, put_reads_account, get_reads_account},
    {"reads_per_unit", NULL, 0, 100000000, 1, put_reads_unit, get_reads_unit},
    {"calls_per_person", NULL, 0, 1000000, 1, put_calls_account, get_calls_account},
    {"calls_per_address", NULL, 0, 1000000, 1, put_calls_address, get_calls_address},
    {"objections_per_address", NULL, 0, 1000000, 1, put_objections_address, get_objections_address},
    {"objections_per_list", NULL, 0, 1000000, 1, put_objections_list, get_objections_list},
};

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
            t->put(out, value);
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
    int64_t value = t->get(s);
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
