/* The kinds of suspicion beside twins. */
#include "integrity/suspect.h"

const suspect_fn suspects[] = {NULL};
