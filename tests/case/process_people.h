/* For tests: accounts for every unit that acts in a process, and an independent table of
 * permissions. */
#ifndef CASE_PROCESS_PEOPLE_H
#define CASE_PROCESS_PEOPLE_H
#include "model/process.h"
#include "record/fixture.h"

struct person {
    const char *role;
    int64_t account;
    struct subject subject;
};
enum { PROGRAM, ANYBODY, PEOPLE = 14 };
extern struct person people[PEOPLE];

/* Beside those of the fixture, of whose units they are: a second person for each, and two more offices. */
void people_gather(struct fixture *f);
/* The unit that acts in the role on a case of the party `unit`; 0: there is none. */
int64_t unit_acting(struct str role, int64_t unit);
bool person_acts(const struct person *who, const struct process_step *s, int64_t unit);
#endif
