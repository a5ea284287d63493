/* Standing work on days: timers of cases whose moment has come, what the year brings,
 * and provisional days. */
#ifndef CASE_TIMER_JOB_H
#define CASE_TIMER_JOB_H
#include "model/job_worker.h"
#include "record/record.h"

struct programme_parts {
    struct kernel *kernel;
    const char *data_dir; /* its folder packs holds packs beside those of the program */
};

/* Notifies the holders of cases about approaching and overdue dates, and about steps that open
 * when a period ends; parts: struct programme_parts. One store step per timer writes its messages
 * and its next time together, so a killed worker repeats none. */
extern const struct job_kind job_timers;

/* Once the working days of a year are known (imported, or built into a new program): what was counted
 * without them is counted again, days that were issued (decide/deadline.h) and those that were not,
 * of a trial (recount_job.c). */
extern const struct job_kind job_recount;

/* Tells people what is due of their records (record/dues.h; due_job.c), the messages of some and their next moment in
 * one step; before it makes the index of dues again where the types are others. */
extern const struct job_kind job_dues;

/* Once a business day (year_job.c): opens the cases that a new year requires, and reports lapsed
 * policies. */
extern const struct job_kind job_year;
#endif
