/* zhiyun panel value: the 32 bytes of one person of a draw, made on his own machine. It speaks to no server: a
 * value is committed to, and revealed, by who has signed in, which a token has not (panel/draw.h). */
#include "base/msg.h"
#include "cmd/cmd.h"
#include "crypto/encode.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "panel/lot.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* One line of hex, for its owner's eyes alone; a file that is there stays as it is. */
static err_t write_value(const struct fs *fs, const char *path, const uint8_t value[LOT_VALUE_LEN],
                         struct err *e)
{
    char line[LOT_VALUE_LEN * 2 + 1];
    hex_write(line, (struct bytes){value, LOT_VALUE_LEN});
    line[LOT_VALUE_LEN * 2] = '\n';
    int fd = fs->open(fs, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return err_set(e, E_CONFLICT,
                       "%s is there already: a value that was committed to is made once", path);
    if (fd < 0)
        return err_errno(e, errno, "cannot create %s", path);
    ssize_t n = fs->write(fs, fd, line, sizeof(line));
    err_t rc = n == (ssize_t)sizeof(line) && fs->fsync(fs, fd) == 0
                   ? OK
                   : err_errno(e, n < 0 ? errno : EIO, "cannot write %s to the disk", path);
    fs->close(fs, fd);
    if (rc != OK)
        (void)fs->unlink(fs, path);
    return rc;
}

static int make_value(struct app *app, const char *path)
{
    uint8_t value[LOT_VALUE_LEN];
    char hex[SHA256_HEX_LEN + 1];
    struct err e;
    random_bytes(value, sizeof(value));
    struct digest digest = sha256_of((struct bytes){value, sizeof(value)});
    sha256_hex(hex, &digest);
    err_t rc = write_value(app->fs, path, value, &e);
    explicit_bzero(value, sizeof(value));
    if (rc != OK)
        return fail(app, &e);
    if (app->json) {
        struct buf b;
        struct jout j;
        jout_begin(&j, &b);
        jout_pair(&j, "file", str_of(path));
        jout_pair(&j, "commitment", str_of(hex));
        jout_end_object(&j);
        return print_json(app, &b);
    }
    say(stdout,
        msg("%s holds a value that nobody else has; its SHA-256, to commit to:\n%s\n"
            "Take the file in the page of the draw (/w/panels/NUMBER/draw), to commit and to "
            "reveal.\n"),
        path, hex);
    return EXIT_DONE;
}

static int run_panel(struct app *app, int argc, char **argv)
{
    struct args args;
    const char *what = NULL, *file = NULL;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args.name || file)
            return usage_unknown(&args, "panel");
        if (!what)
            what = args.value;
        else
            file = args.value;
    }
    if (!what || strcmp(what, "value") != 0 || !file)
        return usage_error("panel", "say what: value FILE");
    return make_value(app, file);
}

const struct command command_panel = {
    "panel",
    N_("value FILE"),
    N_("a value for the draw of a panel of experts, made on one's own machine"),
    run_panel,
    N_("  value FILE    32 random bytes into a new file that its owner alone reads, and their "
       "SHA-256 on\n"
       "                the screen. Who draws takes the file in the page of the draw, signed in: "
       "it\n"
       "                commits to the digest first, and reveals the value after\n"),
    NULL};
