/* On what grounds personal data are erased by law: reference/erasure_grounds.csv. */
#ifndef MODEL_ERASURE_GROUND_H
#define MODEL_ERASURE_GROUND_H
#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>

struct erasure_ground {
    const char *code, *zh, *en;
    bool basis; /* the document, number or rule is to be named as well */
    bool kept;  /* also what the law still has kept */
};

bool erasure_ground_find(struct erasure_ground *out, struct str code);
bool erasure_ground_at(struct erasure_ground *out, size_t i); /* false past the end */
#endif
