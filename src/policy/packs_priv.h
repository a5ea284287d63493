/* The texts of packs/ as they are built into the program (tools/embed_packs.py). */
#ifndef POLICY_PACKS_PRIV_H
#define POLICY_PACKS_PRIV_H
#include <stddef.h>

struct pack_file {
    const char *name; /* "common/pack.yaml"; in the order of bytes */
    const char *text;
    size_t len;
};
extern const struct pack_file pack_files[];
extern const size_t pack_file_count;
#endif
