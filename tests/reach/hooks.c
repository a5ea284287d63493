/* Which functions a test runs: linked into every program of a build with -finstrument-functions (map.py). A program that
 * runs below a test maps the file $REACH/<its path, with % for /> and sets there a byte for each function that is
 * entered: that of (address - start of the text) / 4. What is cleared of its environment takes $REACH of its parent's, and so on
 * up. Without $REACH nothing is noted. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BARE __attribute__((no_instrument_function))
#define STEP 4

static char *entered;
static uintptr_t start, end; /* of the program in memory */

BARE void __cyg_profile_func_enter(void *function, void *caller);
BARE void __cyg_profile_func_exit(void *function, void *caller);

/* $REACH of the process or of its nearest ancestor that has it; "" without any. */
BARE static void find_folder(char *to, size_t size)
{
    static char environment[1 << 17];
    const char *own = getenv("REACH");
    snprintf(to, size, "%s", own ? own : "");
    for (int id = getppid(); !*to && id > 1;) {
        char path[64], state;
        snprintf(path, sizeof(path), "/proc/%d/environ", id);
        FILE *file = fopen(path, "r");
        size_t n = file ? fread(environment, 1, sizeof(environment) - 1, file) : 0;
        if (file)
            fclose(file);
        environment[n] = '\0';
        for (size_t at = 0; at < n; at += strlen(environment + at) + 1)
            if (!strncmp(environment + at, "REACH=", 6))
                snprintf(to, size, "%s", environment + at + 6);
        snprintf(path, sizeof(path), "/proc/%d/stat", id);
        file = fopen(path, "r");
        if (!file || fscanf(file, "%*d (%*[^)]) %c %d", &state, &id) != 2)
            id = 0;
        if (file)
            fclose(file);
    }
}

BARE static int take_program(struct dl_phdr_info *of, size_t size, void *data)
{
    (void)size;
    (void)data;
    start = of->dlpi_addr;
    for (int i = 0; i < of->dlpi_phnum; i++)
        if (of->dlpi_phdr[i].p_type == PT_LOAD && of->dlpi_phdr[i].p_flags & PF_X)
            end = start + of->dlpi_phdr[i].p_vaddr + of->dlpi_phdr[i].p_memsz;
    return 1; /* the first is the program */
}

BARE __attribute__((constructor)) static void reach_open(void)
{
    char folder[2048], program[2048], path[4200];
    dl_iterate_phdr(take_program, NULL);
    size_t size = (end - start) / STEP + 1;
    if ((uintptr_t)reach_open < start || (uintptr_t)reach_open >= end) /* a shared library has this as well */
        return;
    find_folder(folder, sizeof(folder));
    ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (!*folder || n < 0)
        return;
    program[n] = '\0';
    for (char *p = program; *p; p++)
        if (*p == '/')
            *p = '%';
    snprintf(path, sizeof(path), "%s/%s", folder, program);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
        return;
    if (ftruncate(file, (off_t)size) == 0) {
        void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        entered = at == MAP_FAILED ? NULL : at;
    }
    close(file);
}

void __cyg_profile_func_enter(void *function, void *caller)
{
    (void)caller;
    uintptr_t at = (uintptr_t)function;
    if (entered && at >= start && at < end)
        entered[(at - start) / STEP] = 1;
}

void __cyg_profile_func_exit(void *function, void *caller)
{
    (void)function;
    (void)caller;
}
