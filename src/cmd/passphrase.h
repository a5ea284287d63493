/* The passphrase of a backup: from a file, from ZHIYUN_BACKUP_PASSPHRASE, or asked for at a
 * terminal; never from the command line, which others on the machine can read. */
#ifndef CMD_PASSPHRASE_H
#define CMD_PASSPHRASE_H
#include "cmd/cmd.h"

/* *out is empty where none was given, and none was answered; its memory is the arena's, which
 * is one for secrets (or the environment's). file: NULL where none was named. E_INVALID: a
 * new one is too short, or its repetition differs. */
enum passphrase_use {
    PASSPHRASE_NEW,   /* asked for twice */
    PASSPHRASE_GIVEN, /* not asked for: it may not be needed */
    PASSPHRASE_NEEDED
};
MUST_CHECK err_t passphrase_get(struct str *out, const struct app *app, const char *file,
                                enum passphrase_use use, struct arena *a, struct err *e);
#endif
