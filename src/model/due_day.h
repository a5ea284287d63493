/* A day by which something is to be done, as it is told to anybody: with the mark of one that rests on working
 * days which no table says yet. Whoever tells a day that was counted tells it by these two, so
 * that none goes out without its mark. */
#ifndef MODEL_DUE_DAY_H
#define MODEL_DUE_DAY_H
#include "base/arena.h"
#include "base/msg.h"
#include "text/json.h"

struct due_day {
    struct str date;     /* YYYY-MM-DD; empty: there is none */
    struct str count_by; /* it is provisional, and is counted again by then; empty: it is certain */
    bool chosen; /* no text gives it: people are reminded on it, and nothing is late by it */
};

/* It is past, and final: a provisional one ends no period and makes nothing late, nor does one that no text
 * gives. */
bool due_day_over(struct due_day d, struct str today);
/* "due", "provisional" and, of a provisional one, "count_by", of one that no text gives, "reminder": true, into the
 * open object; without a day nothing. */
void due_day_json(struct jout *j, struct due_day d);
/* "2026-12-30", "2026-12-30（预计）"; in the arena, or the date itself. */
struct str due_day_text(struct due_day d, enum lang lang, struct arena *a);
#endif
