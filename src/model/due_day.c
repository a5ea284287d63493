/* Days that were counted, told with their mark. */
#include "model/due_day.h"

bool due_day_over(struct due_day d, struct str today)
{
    return d.date.len > 0 && d.count_by.len == 0 && !d.chosen && str_cmp(today, d.date) > 0;
}

void due_day_json(struct jout *j, struct due_day d)
{
    if (d.date.len == 0)
        return;
    jout_pair(j, "due", d.date);
    jout_pair_bool(j, "provisional", d.count_by.len > 0);
    jout_pair(j, "count_by", d.count_by);
    if (d.chosen)
        jout_pair_bool(j, "reminder", true);
}

struct str due_day_text(struct due_day d, enum lang lang, struct arena *a)
{
    return d.count_by.len ? arena_printf(a, msg_in(lang, N_("%.*s (expected)")), STR_ARG(d.date))
                          : d.date;
}
