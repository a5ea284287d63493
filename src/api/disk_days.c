/* The file holds them as they are given. */
#include "api/disk_days.h"
#include "access/subject.h"
#include "base/fs.h"
#include "text/json.h"

#define BYTES_MAX ((size_t)16 << 10)

static const char *path_of(const char *data, struct arena *a)
{
    return arena_printf(a, "%s/disk.days", data).ptr;
}

err_t disk_days_json(struct str *out, const char *data, struct arena *a, struct err *e)
{
    struct bytes text;
    err_t rc = fs_read(&text, &fs_system, path_of(data, a), BYTES_MAX, a, e);
    *out = rc == OK ? bytes_str(text) : STR("[]");
    return rc == E_NOTFOUND ? OK : rc;
}

static err_t add_day(const char *data, struct str days, struct str today, int64_t used,
                     struct arena *a, struct err *e)
{
    const char *path = path_of(data, a), *fresh = arena_printf(a, "%s.new", path).ptr;
    const struct jvalue *v = NULL;
    struct jout j;
    err_t rc = jin_parse(&v, days, a, e);
    if (rc != OK)
        return rc;
    jout_own(&j);
    jout_array(&j);
    for (size_t i = v->count < DISK_DAYS_MAX ? 0 : 1; i < v->count; i++)
        jout_value(&j, &v->items[i]);
    jout_object(&j);
    jout_pair(&j, "date", today);
    jout_pair_i64(&j, "used", used);
    jout_end_object(&j);
    jout_end_array(&j);
    rc = fs_write_synced(&fs_system, fresh, str_bytes(buf_take(j.to, a)), e);
    return rc == OK ? fs_publish(&fs_system, fresh, path, e) : rc;
}

err_t disk_days_note(const char *data, int64_t now_ms, struct err *e)
{
    struct arena *a = arena_new();
    struct str days, today = business_date(now_ms, a);
    uint64_t left, all;
    err_t rc = fs_room(&left, &all, data, e);
    if (rc == OK && (rc = disk_days_json(&days, data, a, e)) == OK &&
        str_find(days, today, 0) == days.len)
        rc = add_day(data, days, today, (int64_t)(all - left), a, e);
    arena_free(a);
    return rc;
}
