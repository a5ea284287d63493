/* child_bench RUNS FILE PROGRAM [ARGUMENT…]: a program that can stay (forkserver.h) fed with a file, started for each
 * run and begun as a copy of itself, in turn. Prints milliseconds of each: least, median, and the ratio of medians. */
#include "base/child.h"
#include "base/clock.h"
#include "base/fs.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define RUNS_MAX 1000

struct feeding {
    struct bytes file;
    bool fed;
};

static err_t feed(struct bytes *piece, void *arg, struct err *e)
{
    struct feeding *f = arg;
    (void)e;
    *piece = (struct bytes){f->file.ptr, f->fed ? 0 : f->file.len};
    f->fed = true;
    return OK;
}

static double run_ms(const char *const *argv, struct bytes file, bool stays)
{
    struct feeding f = {.file = file};
    struct buf out;
    struct err e;
    int status;
    struct child c = {
        .argv = argv, .stays = stays, .feed = feed, .arg = &f, .out = &out, .time_ms = 60000};
    buf_init(&out, 0);
    int64_t began_us = clock_monotonic_us(&clock_system);
    if (child_run(&status, &c, &e) != OK || status != 0) {
        fprintf(stderr, "child_bench: %s\n", status ? "the program fails" : e.text);
        exit(1);
    }
    double ms = (double)(clock_monotonic_us(&clock_system) - began_us) / 1000;
    buf_clear(&out);
    return ms;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static double ms[2][RUNS_MAX];
    struct arena *a = arena_new();
    struct bytes file;
    struct err e;
    uint64_t runs = 0;
    if (argc < 4 || !str_to_u64(&runs, str_of(argv[1])) || runs < 1 || runs > RUNS_MAX) {
        fputs("usage: child_bench RUNS FILE PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    if (fs_read(&file, &fs_system, argv[2], (size_t)256 << 20, a, &e) != OK) {
        fprintf(stderr, "child_bench: %s\n", e.text);
        return 1;
    }
    const char *const *program = (const char *const *)(argv + 3);
    (void)run_ms(program, file, true); /* the one that stays is started */
    for (uint64_t i = 0; i < runs; i++)
        for (int stays = 0; stays < 2; stays++)
            ms[stays][i] = run_ms(program, file, stays);
    for (int stays = 0; stays < 2; stays++) {
        qsort(ms[stays], runs, sizeof(double), by_size);
        printf("%s: least %.1f ms, median %.1f ms\n",
               stays ? "a copy of one that stays" : "started", ms[stays][0], ms[stays][runs / 2]);
    }
    printf("ratio of medians: %.2f\n", ms[0][runs / 2] / ms[1][runs / 2]);
    arena_free(a);
    return 0;
}
