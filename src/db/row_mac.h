/* Codes of rows, for tables of proof_table.h that no entry of the evidence log determines: an HMAC of
 * the whole row under a key outside of the database, so that a row that another hand has written is
 * told, and refused where it gives a right.
 *
 * A connection that has the key (store_use_mac_key) notes which rows its statements change, by a
 * RETURNING of their keys, and writes their codes at COMMIT: a row's into row_mac (name, key), the
 * sum of a table's, with a code of its own, as the row ('*', table), which tells rows that are gone.
 * A row that another hand has changed stays without a code that fits when the program changes it again.
 * A code is 16 bytes; columns that are NULL are left out of it, so that a new column changes none.
 * No statement may change a row's key. A migration that fills a new column, or moves rows, leaves codes
 * that do not fit: it needs row_macs_make of its tables. */
#ifndef DB_ROW_MAC_H
#define DB_ROW_MAC_H
#include "crypto/seal.h"
#include "db/db.h"

/* Parts of a key of several columns are separated by this. */
#define ROW_KEY_SEPARATOR "\x1f"

bool row_is_coded(struct str table);

/* From now on the connection writes and checks codes. For who has no store. */
void db_use_mac_key(struct db *db, const struct mac_key *key);
/* A row that did not fit its code before the transaction that changes it gets none that fits: it is
 * looked up over a second connection, opened with these, which outlive this one. */
void db_look_before(struct db *db, const char *url, const struct db_options *o);

/* E_DENIED: the row that is there is not as this program has written it; a line of the log names it.
 * Without a row, and on a connection without the key, OK. `format`: its key, as row_mac has it. */
MUST_CHECK err_t row_mac_require(struct err *e, struct db *db, const char *table,
                                 const char *format, ...) PRINTF_LIKE(4, 5);

/* The codes of all rows as they are, in a write transaction: once for each store, and of one `table`
 * where it was filled from elsewhere. */
MUST_CHECK err_t row_macs_make(struct db *db, const char *table, struct err *e);

/* What was found beside the codes: rows of another hand, changed rows, rows that are gone; triggers,
 * rules, views and policies that are not this program's (key: what and its name). */
enum row_mac_fault { ROW_FOREIGN, ROW_CHANGED, ROW_GONE, SQL_FOREIGN };
typedef void (*row_mac_fn)(void *arg, enum row_mac_fault what, const char *table, struct str key);
/* Within the caller's read transaction. Without the key nothing is compared. Rows that are gone with
 * their codes have no key any more: it is empty. */
MUST_CHECK err_t row_macs_compare(struct db *db, row_mac_fn fn, void *arg, struct err *e);
#endif
