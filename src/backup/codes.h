/* The codes of a store's rows (db/row_mac.h): their key lies in the folder of keys, and the file
 * `codes` there says that they were made, so that rows of another hand never get one. */
#ifndef BACKUP_CODES_H
#define BACKUP_CODES_H
#include "base/fs.h"
#include "crypto/seal.h"
#include "db/store.h"

/* Their key; *there false: the folder holds none. */
MUST_CHECK err_t codes_key(struct mac_key *out, bool *there, const struct fs *fs, const char *keys,
                           struct err *e);

/* The store writes and checks codes from now on. Where there are none yet they are made of the rows
 * as they are (*made: the caller notes it in the log, then calls codes_mark, so that a kill in between
 * loses no entry). `restored`: its rows were put in from elsewhere, with codes or, by an older
 * version, without. Without keys in the folder nothing happens. */
MUST_CHECK err_t codes_use(bool *made, struct store *store, const struct fs *fs, const char *keys,
                           bool restored, struct err *e);
MUST_CHECK err_t codes_mark(const struct fs *fs, const char *keys, struct err *e);
bool codes_are_made(const char *keys);
#endif
