#include "db/scratch.h"
#include <assert.h>
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static void remove_dir(void *arg)
{
    const char *path = arg;
    struct arena *a = arena_new();
    DIR *d = opendir(path);
    for (struct dirent *f; d && (f = readdir(d)) != NULL;)
        (void)unlink(arena_printf(a, "%s/%s", path, f->d_name).ptr); /* "." and ".." refuse */
    if (d)
        closedir(d);
    (void)rmdir(path); /* what stays behind is in the temporary folder */
    arena_free(a);
}

const char *scratch_dir(struct arena *a)
{
    const char *tmp = getenv("TMPDIR");
    char *path = (char *)arena_printf(a, "%s/zhiyun-test-XXXXXX", tmp ? tmp : "/tmp").ptr;
    char *made = mkdtemp(path);
    assert(made);
    arena_cleanup(a, remove_dir, made);
    return made;
}

const char *scratch_url(struct arena *a, const char *dir, const char *name)
{
    return arena_printf(a, "sqlite:%s/%s", dir, name).ptr;
}
