/* A child: what it is fed, what it says, how it ends, and that it does. */
#include "test.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/forkserver.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* This program is also the one that stays: `run SCRIPT` hands a script to the shell. */
static const char *self;
static bool by_server;

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
    const char *const argv[] = {by_server ? self : "sh", by_server ? "run" : "-c", script, NULL};
    struct feeding f = {.left = pieces};
    struct child c = {
        .argv = argv, .stays = by_server, .feed = feed, .arg = &f, .out = out, .time_ms = time_ms};
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

/* Fed while it is heard, in whatever pieces; how it ended is told when it says no more. */
static void what_is_heard_piece_by_piece_is_all(void **state)
{
    (void)state;
    const char *const argv[] = {by_server ? self : "sh", by_server ? "run" : "-c",
                                "cat; echo aside >&2; exit 7", NULL};
    struct feeding f = {.left = 300};
    struct child c = {.argv = argv, .stays = by_server, .feed = feed, .arg = &f, .time_ms = 20000};
    struct child_heard *h;
    struct err e;
    char bytes[777];
    size_t got = 1, all = 0;
    int status = -1;
    assert_ok(child_start(&h, &c, &e), &e);
    while (got > 0) {
        assert_ok(child_hear(&got, h, bytes, sizeof(bytes), &e), &e);
        all += got;
    }
    assert_int_equal(all, 3000000);
    assert_ok(child_end(&status, h, &e), &e);
    assert_int_equal(status, 7);
}

static void a_file_may_be_its_input(void **state)
{
    (void)state;
    const char *const argv[] = {by_server ? self : "sh", by_server ? "run" : "-c",
                                "wc -c; ls /proc/self/fd | wc -l", NULL};
    int ends[2];
    struct buf out;
    struct err e;
    int status = -1;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "虚构", 6), 6);
    close(ends[1]);
    struct child c = {
        .argv = argv, .stays = by_server, .input = ends[0], .out = &out, .time_ms = 20000};
    buf_init(&out, 0);
    assert_ok(child_run(&status, &c, &e), &e);
    assert_str(buf_str(&out), "6\n4\n"); /* its three, and the folder that is read */
    buf_clear(&out);
    close(ends[0]);
}

/* One that says nothing for too long is given up; one that is not heard to its end is ended. */
static void one_that_is_not_heard_out_is_ended(void **state)
{
    (void)state;
    const char *const silent[] = {"sh", "-c", "sleep 60", NULL}, *const endless[] = {"yes", NULL};
    struct child c = {.argv = silent, .time_ms = 50};
    struct child_heard *h;
    struct err e;
    char bytes[10];
    size_t got;
    assert_ok(child_start(&h, &c, &e), &e);
    assert_int_equal(child_hear(&got, h, bytes, sizeof(bytes), &e), E_LIMIT);
    child_stop(h);
    c = (struct child){.argv = endless, .time_ms = 20000};
    assert_ok(child_start(&h, &c, &e), &e);
    assert_ok(child_hear(&got, h, bytes, sizeof(bytes), &e), &e);
    child_stop(h);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing of it is left */
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

/* --- by one that stays --------------------------------------------------------------------- */

static struct str said(struct buf *out, const char *script)
{
    struct err e;
    int status = -1;
    buf_reset(out);
    assert_ok(run(&status, out, script, 0, 20000, &e), &e);
    assert_int_equal(status, 0);
    return str_trim(buf_str(out));
}

static void runs_are_copies_of_one_with_nothing_but_three_descriptors(void **state)
{
    (void)state;
    struct buf out;
    uint64_t first = 0, second = 0, self_pid = (uint64_t)getpid();
    buf_init(&out, 0);
    assert_true(str_to_u64(&first, said(&out, "cut -d ' ' -f 4 /proc/$$/stat")));
    assert_true(str_to_u64(&second, said(&out, "cut -d ' ' -f 4 /proc/$$/stat")));
    assert_true(first == second && first != self_pid);
    assert_str(said(&out, "ls /proc/self/fd"), "0\n1\n2\n3");
    assert_str(said(&out, "env | grep -v -e ^PWD= -e ^SHLVL= -e ^_="), "LD_BIND_NOW=1");
    buf_clear(&out);
}

static void one_that_was_killed_is_started_anew(void **state)
{
    (void)state;
    struct buf out;
    struct err e;
    uint64_t pid = 0, next = 0;
    int status = -1;
    buf_init(&out, 0);
    assert_true(str_to_u64(&pid, said(&out, "cut -d ' ' -f 4 /proc/$$/stat")));
    assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
    siginfo_t gone;
    assert_int_equal(waitid(P_PID, (id_t)pid, &gone, WEXITED | WNOWAIT), 0);
    assert_true(str_to_u64(&next, said(&out, "cut -d ' ' -f 4 /proc/$$/stat")));
    assert_true(next != pid);
    buf_reset(&out); /* amid a run: an error, not a result */
    assert_int_equal(run(&status, &out, "kill -9 $(cut -d ' ' -f 4 /proc/$$/stat)", 0, 20000, &e),
                     E_IO);
    assert_str(said(&out, "echo on"), "on");
    buf_clear(&out);
}

static void what_cannot_stay_is_started_for_each_run(void **state)
{
    (void)state;
    const char *const argv[] = {"echo", "on",
                                NULL}; /* it says a word and ends, whatever it is told */
    struct buf out;
    struct err e;
    int status = -1;
    struct child c = {.argv = argv, .stays = true, .out = &out, .time_ms = 10000};
    buf_init(&out, 0);
    assert_ok(child_run(&status, &c, &e), &e);
    assert_str(buf_str(&out), "on\n");
    char *script = test_malloc(2 * FORKSERVER_MESSAGE_MAX); /* more than a message holds */
    memset(script, ' ', 2 * FORKSERVER_MESSAGE_MAX);
    snprintf(script + FORKSERVER_MESSAGE_MAX, 16, "echo long");
    assert_str(said(&out, script), "long");
    test_free(script);
    buf_clear(&out);
}

static uint64_t number_said(struct buf *out)
{
    uint64_t n = UINT64_MAX;
    return str_to_u64(&n, str_trim(buf_str(out))) ? n : UINT64_MAX;
}

static void *run_many(void *arg)
{
    int *wrong = arg;
    for (int i = 0; i < 40; i++) {
        struct buf out;
        struct err e;
        int status = -1;
        char script[64];
        snprintf(script, sizeof(script), "wc -c; exit %d", i);
        buf_init(&out, 0);
        if (run(&status, &out, script, i % 4, 20000, &e) != OK || status != i ||
            number_said(&out) != 10000 * (uint64_t)(i % 4))
            ++*wrong;
        buf_clear(&out);
    }
    return NULL;
}

static void many_at_once_do_not_hear_each_other(void **state)
{
    (void)state;
    pthread_t threads[8];
    int wrong[8] = {0};
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_many, &wrong[i]), 0);
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(wrong[i], 0);
    }
}

static int set_up_server(void **state)
{
    (void)state;
    by_server = true;
    return 0;
}

static int hand_over(int argc, char **argv)
{
    if (argc == 3)
        execl("/bin/sh", "sh", "-c", argv[2], (char *)NULL);
    return 126;
}

static void nothing(void)
{
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_fed_and_all_is_heard),
        cmocka_unit_test(what_is_heard_piece_by_piece_is_all),
        cmocka_unit_test(a_file_may_be_its_input),
        cmocka_unit_test(one_that_is_not_heard_out_is_ended),
        cmocka_unit_test(it_gets_nothing_of_ours),
        cmocka_unit_test(its_end_is_told),
        cmocka_unit_test(one_that_goes_on_is_killed_with_what_it_started),
        cmocka_unit_test(one_that_says_too_much_is_ended),
        cmocka_unit_test_setup(all_is_fed_and_all_is_heard, set_up_server),
        cmocka_unit_test(what_is_heard_piece_by_piece_is_all),
        cmocka_unit_test(a_file_may_be_its_input),
        cmocka_unit_test(its_end_is_told),
        cmocka_unit_test(one_that_goes_on_is_killed_with_what_it_started),
        cmocka_unit_test(one_that_says_too_much_is_ended),
        cmocka_unit_test(runs_are_copies_of_one_with_nothing_but_three_descriptors),
        cmocka_unit_test(one_that_was_killed_is_started_anew),
        cmocka_unit_test(what_cannot_stay_is_started_for_each_run),
        cmocka_unit_test(many_at_once_do_not_hear_each_other),
    };
    if (argc == 2 && strcmp(argv[1], FORKSERVER_WORD) == 0)
        return forkserver(nothing, hand_over);
    if (argc == 3 && strcmp(argv[1], "run") == 0)
        return hand_over(argc, argv);
    self = argv[0];
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
