/* Civil dates of the proleptic Gregorian calendar, ISO 8601 text. */
#ifndef BASE_DATE_H
#define BASE_DATE_H
#include "base/str.h"

struct arena;

struct date {
    int year, month, day; /* year 0 means: no date */
};

#define DATE_TEXT_LEN 10 /* "2024-03-09" */

bool date_valid(struct date d);      /* years 1..9999 */
int32_t date_to_days(struct date d); /* days since 1970-01-01 */
struct date date_from_days(int32_t days);
/* < 0, 0, > 0, part by part; a part that is not known stands before any. */
int date_cmp(struct date a, struct date b);
struct date date_from_ms(int64_t ms_utc);

/* Same day n months on, or that month's last (民法典 202). False: outside of the years 1 to 9999. */
MUST_CHECK bool months_on(struct date *out, struct date from, int64_t n);

/* Writes YYYY-MM-DD and a NUL. */
void date_format(char out[DATE_TEXT_LEN + 1], struct date d);

/* "2024-03-09", "2024-03", "2024": as much as is known; empty without a year. In the arena. */
struct str date_text(struct date d, struct arena *a);

/* Strictly YYYY-MM-DD and valid. (Foreign date styles: model/foreign_date.h.) */
MUST_CHECK bool date_parse(struct date *out, struct str s);

/* A term of whole years. */
struct years {
    int count;
    bool calendar; /* the year in which it begins is the first: it ends on a 31 December */
};
/* The last day of the years beginning on `from`: the day before the corresponding day; where there is
 * none, that month's last day (民法典 202). False: no year, or beyond the year 9999. */
MUST_CHECK bool date_term_end(struct date *out, struct date from, struct years term);

/* YYYY-MM-DDTHH:MM:SSZ and a NUL: 21 bytes. */
void time_format(char out[21], int64_t ms_utc);

#define TIME_TEXT_LEN 25 /* "2026-11-20T09:30:00+08:00" */
/* 2026-11-20T09:30[:00](Z|±hh:mm) → the same with seconds and offset and a NUL, and the moment in
 * ms since 1970 UTC. False: it is no such time. */
MUST_CHECK bool time_parse(char text[TIME_TEXT_LEN + 1], int64_t *ms, struct str s);
#endif
