/* Whether an instance may be worked with as its folder stands, and whether the disk is waited for.
 *
 * Two kinds of instances are nobody's place for records: one that a test made without waiting for
 * the disk (ZHIYUN_UNSYNCED=1), of which a power cut may take anything, and a demo that is not
 * finished (demo.c), which is made the same way and synced at its end. Each is marked by a file
 * before anything else of it is written, and opened by nobody else. */
#include "base/disk.h"
#include "cmd/cmd.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SWITCH "ZHIYUN_UNSYNCED"
#define MARK "unsynced"

static bool is_there(const struct app *app, const char *name)
{
    return access(arena_printf(app->arena, "%s/%s", app->data, name).ptr, F_OK) == 0;
}

static err_t mark(const struct app *app, struct err *e)
{
    static const char says[] =
        "made for a test by a program that did not wait for the disk (" SWITCH "=1)\n";
    err_t rc = fs_make_dirs(app->fs, app->data, e);
    return rc == OK ? fs_write_synced(app->fs, arena_printf(app->arena, "%s/" MARK, app->data).ptr,
                                      str_bytes(str_of(says)), e)
                    : rc;
}

bool instance_holds_records(const struct app *app)
{
    struct str here = arena_printf(app->arena, "sqlite:%s/zhiyun.db", app->data);
    return str_eq(str_of(app->store_url), here);
}

/* Its mark is empty while it is only looked whether a demo may be made. */
static bool demo_is_cut_off(const struct app *app)
{
    struct stat st;
    const char *mark = arena_printf(app->arena, "%s/demo/begun", app->data).ptr;
    return stat(mark, &st) == 0 && st.st_size > 0 && !is_there(app, "demo/complete");
}

err_t instance_disk(const struct app *app, bool create, struct err *e)
{
    const char *given = getenv(SWITCH);
    bool asked = given && strcmp(given, "1") == 0, marked = is_there(app, MARK);
    if (!app->makes_demo && demo_is_cut_off(app))
        return err_set(e, E_CONFLICT,
                       "the demo in %s is being made, or was cut off: wait for it, or begin it "
                       "again with: zhiyun --data %s demo",
                       app->data, app->data);
    if (marked && !asked)
        return err_set(e, E_CONFLICT,
                       "%s was made for a test, without waiting for the disk: it is no place for "
                       "records; give another folder with --data",
                       app->data);
    /* Records elsewhere are not looked at here, and may be anybody's: they are waited for. */
    if (!asked || !instance_holds_records(app))
        return OK;
    if (!marked && (is_there(app, "zhiyun.db") || is_there(app, "keys")))
        return err_set(e, E_CONFLICT,
                       "%s holds records that are waited for: unset ZHIYUN_UNSYNCED, which is "
                       "for tests alone",
                       app->data);
    if (!marked && !create)
        return OK; /* nothing is there */
    err_t rc = marked ? OK : mark(app, e);
    if (rc == OK)
        disk_wait_for(false);
    return rc;
}
