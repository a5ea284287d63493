/* A cache of open policy packs between requests, because reading their files is most of the cost
 * of a small request on a case. A pack is lent to one borrower at a time. */
#ifndef API_PACK_SHELF_H
#define API_PACK_SHELF_H
#include "base/clock.h"
#include "model/store_read.h"
#include "policy/packs.h"
#include "record/record.h"

struct pack_shelf;
struct shelved; /* packs that are lent out */

/* The shipped packs and those of the folder packs/ in data_dir, which need not exist. */
struct pack_shelf *pack_shelf_new(struct store *s, const struct clock *clock, const char *data_dir);
void pack_shelf_free(struct pack_shelf *s); /* accepts NULL; nothing may be lent out */

/* The packs as of the current files and the current working days of the store; the calendar is
 * NULL if the store has no years of its own. Errors of packs_open and calendar_load. */
MUST_CHECK err_t pack_shelf_take(struct shelved **out, struct pack_shelf *s, struct err *e);
void pack_shelf_give(struct shelved *x); /* NULL: nothing */
/* Names of facts by the packs of the shelf, for the kernel; as long as the shelf. */
const struct kernel_choices *pack_shelf_choices(const struct pack_shelf *s);
struct packs *shelved_packs(const struct shelved *x);
const struct calendar *shelved_calendar(const struct shelved *x);
#endif
