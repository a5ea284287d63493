/* parse FILE: reads a file as an import does, writes nothing, prints records,
 * refused rows and seconds as JSON. */
#include "ingest/pipeline.h"
#include <stdio.h>

int main(int argc, char **argv)
{
    struct import_options o = {.dry_run = true};
    int64_t records, rejected;
    struct err e;
    if (argc != 2) {
        fputs("usage: parse FILE\n", stderr);
        return 2;
    }
    int64_t start = clock_monotonic_us(&clock_system);
    if (import_parse(&records, &rejected, argv[1], &o, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return 3;
    }
    printf("{\"records\":%lld,\"rejected\":%lld,\"seconds\":%.6f}\n", (long long)records,
           (long long)rejected, (double)(clock_monotonic_us(&clock_system) - start) / 1e6);
    return 0;
}
