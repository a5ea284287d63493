/* The table of a further year of working days: stored, and what was counted provisionally counted again. */
#ifndef CASE_CALENDAR_IMPORT_H
#define CASE_CALENDAR_IMPORT_H
#include "base/vec.h"
#include "decide/deadline.h"
#include "model/store_read.h"

struct calendar_import {
    struct deed deed; /* reason: empty */
    struct calendar_year year;
    bool correct; /* it may replace a table that was entered */
    bool added;   /* false: it was known */
    VEC(struct deadline_move) moves;
    /* its own */
    const struct calendar *calendar;
    struct deadline_move move;
    int64_t after;
};

/* A step for the year and one for each deadline. Also where the year was known: an import that was
 * killed goes on here. Errors of calendar_add. */
MUST_CHECK err_t calendar_import(struct calendar_import *i, struct store *store, struct err *e);
#endif
