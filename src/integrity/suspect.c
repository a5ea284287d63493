/* The kinds of suspicion, in the order in which they are looked for. */
#include "integrity/suspect.h"

const suspect_fn suspects[] = {suspect_twice,    suspect_related,   suspect_edited,
                               suspect_abnormal, suspect_full_time, NULL};
