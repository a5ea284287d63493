/* A file's first line is the passphrase, so that an editor's last line feed is no part of it. */
#include "cmd/passphrase.h"
#include "backup/backup.h"
#include "base/msg.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <unistd.h>

#define PASSPHRASE_FILE_MAX ((size_t)4096)

static err_t from_terminal(struct str *out, bool twice, struct arena *a, struct err *e)
{
    struct str again;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO) ||
        !ask(out, msg("Passphrase of the backup: "), true, a)) {
        *out = STR_NONE;
        return OK;
    }
    if (twice && (!ask(&again, msg("Passphrase again: "), true, a) || !str_eq(*out, again)))
        return err_set(e, E_INVALID, "the two passphrases differ");
    return OK;
}

err_t passphrase_get(struct str *out, const struct app *app, const char *file,
                     enum passphrase_use use, struct arena *a, struct err *e)
{
    const char *given = getenv("ZHIYUN_BACKUP_PASSPHRASE");
    struct bytes content;
    err_t rc = OK;
    *out = str_of(given);
    if (file && (rc = fs_read(&content, app->fs, file, PASSPHRASE_FILE_MAX, a, e)) == OK) {
        struct str rest = bytes_str(content);
        *out = str_trim(str_split(&rest, STR("\n")));
        if (out->len == 0)
            rc = err_set(e, E_INVALID, "%s: its first line is empty; it is the passphrase", file);
    } else if (!file && out->len == 0 && use != PASSPHRASE_GIVEN) {
        rc = from_terminal(out, use == PASSPHRASE_NEW, a, e);
    }
    if (rc == OK && use == PASSPHRASE_NEW && out->len > 0 && utf8_length(*out) < PASSPHRASE_MIN)
        rc = err_set(e, E_INVALID, "the passphrase is shorter than %d characters", PASSPHRASE_MIN);
    return rc;
}
