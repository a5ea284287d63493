/* The kinds of suspicion beside twins. */
#include "integrity/suspect.h"

const suspect_fn suspects[] = {suspect_related, suspect_edited, suspect_abnormal, suspect_full_time,
                               NULL};
