/* An instance is one folder: zhiyun.db (records), index/ (derived). */
#include "cmd/cmd.h"

err_t instance_open(struct store **out, const struct app *app, bool create, struct err *e)
{
    err_t rc = OK;
    if (create)
        rc = fs_make_dirs(app->fs, app->data, e);
    if (rc == OK)
        rc = store_open(out, app->store_url, create, e);
    if (rc == E_NOTFOUND && create) { /* a server without that database: its own sentence says so */
        if (e)
            e->kind = E_IO;
        return E_IO;
    }
    if (rc == E_NOTFOUND)
        rc = err_set(e, E_IO,
                     "there is no instance in %s; make one with: zhiyun --data %s init (or import "
                     "FILE, or demo)",
                     app->data, app->data);
    return rc;
}
