/* A child: what it is fed, what it says, how it ends, and that it does. */
#include "test.h"

#include "base/child.h"
#include "base/clock.h"
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

struct feeding {
    char piece[10000];
    int left;
};

static err_t feed(struct bytes *piece, void *arg, struct err *e)
{
    struct feeding *f = arg;
    (void)e;
    memset(f->piece, 'a' + f->left % 26, sizeof(f->piece));
    *piece = (struct bytes){(const uint8_t *)f->piece, f->left > 0 ? sizeof(f->piece) : 0};
    f->left--;
    return OK;
}

static err_t run(int *status, struct buf *out, const char *script, int pieces, int64_t time_ms,
                 struct err *e)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct feeding f = {.left = pieces};
    struct child c = {.argv = argv, .feed = feed, .arg = &f, .out = out, .time_ms = time_ms};
    return child_run(status, &c, e);
}

static void all_is_fed_and_all_is_heard(void **state)
{
    (void)state;
    struct buf out;
    struct err e;
    int status = -1;
    buf_init(&out, 0);
    assert_ok(run(&status, &out, "cat", 300, 20000, &e), &e);
    assert_int_equal(status, 0);
    assert_int_equal(out.len, 3000000); /* more than any pipe holds */
    buf_reset(&out);
    assert_ok(run(&status, &out, "wc -c", 300, 20000, &e), &e);
    assert_str(str_trim(buf_str(&out)), "3000000");
    buf_clear(&out);
}

/* Nothing of ours but what is given, and three descriptors: the folder of its own shows a fourth while it is read. */
static void it_gets_nothing_of_ours(void **state)
{
    (void)state;
    const char *const argv[] = {"/usr/bin/env", NULL}, *const env[] = {"GIVEN=1", NULL},
                      *const list[] = {"/bin/ls", "/proc/self/fd", NULL};
    struct buf out;
    struct err e;
    int status = -1, fd = dup(1); /* left open, and not closed for programs that start */
    struct child c = {.argv = argv, .out = &out, .time_ms = 10000};
    buf_init(&out, 0);
    assert_int_equal(setenv("SECRET", "of ours", 1), 0);
    assert_ok(child_run(&status, &c, &e), &e);
    assert_str(buf_str(&out), "");
    c.env = env;
    assert_ok(child_run(&status, &c, &e), &e);
    assert_str(buf_str(&out), "GIVEN=1\n");
    buf_clear(&out);
    buf_init(&out, 0);
    c.argv = list;
    assert_ok(child_run(&status, &c, &e), &e);
    assert_str(buf_str(&out), "0\n1\n2\n3\n");
    assert_int_equal(status, 0);
    close(fd);
    buf_clear(&out);
}

static void its_end_is_told(void **state)
{
    (void)state;
    struct err e;
    int status = -1;
    assert_ok(run(&status, NULL, "exit 7", 300, 20000, &e), &e); /* it reads nothing */
    assert_int_equal(status, 7);
    assert_ok(run(&status, NULL, "kill -9 $$", 0, 20000, &e), &e);
    assert_int_equal(status, 128 + SIGKILL);
    const char *const none[] = {"/no/such/program", NULL};
    struct child c = {.argv = none, .time_ms = 1000};
    assert_int_equal(child_run(&status, &c, &e), E_IO);
}

static void one_that_goes_on_is_killed_with_what_it_started(void **state)
{
    (void)state;
    struct buf out;
    struct err e;
    int status = -1;
    buf_init(&out, 0);
    int64_t began = clock_monotonic_us(&clock_system);
    assert_int_equal(run(&status, &out, "sleep 600 & echo $!; wait", 0, 300, &e), E_LIMIT);
    assert_true(clock_monotonic_us(&clock_system) - began < 5000000);
    uint64_t pid = 0;
    assert_true(str_to_u64(&pid, str_trim(buf_str(&out))));
    for (int i = 0; i < 100 && kill((pid_t)pid, 0) == 0; i++)
        usleep(20000); /* init has to fetch it */
    char path[64], text[256] = "";
    snprintf(path, sizeof(path), "/proc/%llu/stat", (unsigned long long)pid);
    FILE *f = fopen(path, "r");
    if (f && fgets(text, sizeof(text), f))
        assert_non_null(strstr(text, ") Z")); /* gone, but for nobody that fetches it */
    if (f)
        fclose(f);
    buf_clear(&out);
}

static void one_that_says_too_much_is_ended(void **state)
{
    (void)state;
    struct buf out;
    struct err e;
    int status = -1;
    buf_init(&out, 100000);
    assert_int_equal(run(&status, &out, "yes", 0, 20000, &e), E_LIMIT);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_fed_and_all_is_heard),
        cmocka_unit_test(it_gets_nothing_of_ours),
        cmocka_unit_test(its_end_is_told),
        cmocka_unit_test(one_that_goes_on_is_killed_with_what_it_started),
        cmocka_unit_test(one_that_says_too_much_is_ended),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
