/* Where this folder keeps what names a person, for erasing at his demand (个保法 47).
 *
 * The account's row stays, without him: entries of the log name its number. Versions
 * of it (record_version, type "account") hold the fields of erase_version_fields; who
 * erases versions takes these values and their keys away and leaves the commitments
 * (docs/evidence-log.md). */
#ifndef ACCESS_ERASE_H
#define ACCESS_ERASE_H
#include "access/deed.h"

enum erase_how {
    ERASE_NULL,   /* the column becomes NULL */
    ERASE_NUMBER, /* becomes "erased.<account>": it must be there and be unique */
    ERASE_ROW     /* the whole row goes; column is NULL */
};

struct erase_column {
    const char *table, *account; /* the column that names whose it is */
    const char *column;
    enum erase_how how;
};
extern const struct erase_column erase_columns[];
extern const size_t erase_column_count;

extern const char *const erase_version_fields[]; /* ends with NULL */

/* Do to all of them what they say. The account must be disabled (E_CONFLICT), and the
 * doer a security administrator (E_DENIED). Entry "erase", whose uid it is. Inside a store
 * step. Of the versions too: record_erase_account. */
MUST_CHECK err_t erase_account(char entry[LOG_UID_LEN + 1], struct db *db, const struct deed *d,
                               int64_t account, struct err *e);
#endif
