/* The program's own log in files: what is kept, and for how long. */
#include "test.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/fs.h"
#include "base/log.h"
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena *a;

static size_t files_in(const char *folder, const char *first)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    size_t logs = 0;
    bool found = false;
    for (int i = 0; i < count; i++) {
        logs += str_starts(str_of(names[i]->d_name), STR("zhiyun-"));
        found |= strcmp(names[i]->d_name, first) == 0;
        free(names[i]);
    }
    free(names);
    assert_true(found);
    return logs;
}

static void a_term_below_half_a_year_is_refused(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(log_keep("/tmp", 182, &clock_system, &e), E_INVALID);
    assert_non_null(strstr(e.text, "183"));
    assert_int_equal(log_keep("/no-such-folder", 183, &clock_system, &e), E_IO);
}

static struct str content(const char *folder, const char *name)
{
    struct bytes got;
    struct err e;
    const char *path = arena_printf(a, "%s/%s", folder, name).ptr;
    assert_ok(fs_read(&got, &fs_system, path, 10000, a, &e), &e);
    return bytes_str(got);
}

/* By their number: a clock that jumped has made one file more, and removed none of what is to stay. */
static void the_oldest_files_go_and_others_stay(void **state)
{
    (void)state;
    static struct clock clock; /* the log keeps it */
    struct err e;
    char folder[] = "/tmp/zhiyun-log-XXXXXX";
    clock = clock_fixed(INT64_C(1795823999999)); /* the last moment of 2026-11-27 */
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 200; i++) {
        struct date d = date_from_days(10000 + i);
        const char *path =
            arena_printf(a, "%s/zhiyun-%04d-%02d-%02d.log", folder, d.year, d.month, d.day).ptr;
        assert_ok(fs_write_synced(&fs_system, path, str_bytes(STR("old\n")), &e), &e);
    }
    const char *other = arena_printf(a, "%s/other.log", folder).ptr;
    assert_ok(fs_write_synced(&fs_system, other, str_bytes(STR("somebody's\n")), &e), &e);
    assert_ok(log_keep(folder, 183, &clock, &e), &e);
    struct date first = date_from_days(10000 + 18);
    assert_int_equal(
        files_in(
            folder,
            arena_printf(a, "zhiyun-%04d-%02d-%02d.log", first.year, first.month, first.day).ptr),
        183);
    assert_int_equal(files_in(folder, "other.log"), 183);
    log_line(LOG_WARN, "a \"line\" of %d", 7);
    clock.fixed_ms++; /* a day has its file, and a line that of its moment */
    log_line(LOG_WARN, "the next day");
    assert_str(content(folder, "zhiyun-2026-11-27.log"),
               "{\"time\":\"2026-11-27T23:59:59Z\",\"level\":\"warn\",\"message\":\"a \\\"line\\\" "
               "of 7\"}\n");
    assert_str(
        content(folder, "zhiyun-2026-11-28.log"),
        "{\"time\":\"2026-11-28T00:00:00Z\",\"level\":\"warn\",\"message\":\"the next day\"}\n");
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.')
            (void)unlink(arena_printf(a, "%s/%s", folder, names[i]->d_name).ptr);
        free(names[i]);
    }
    free(names);
    (void)rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_term_below_half_a_year_is_refused),
        cmocka_unit_test(the_oldest_files_go_and_others_stay),
    };
    a = arena_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
