/* main() of a target in a build without libFuzzer: runs every file of the
 * folders and files named, so that the corpus is part of every test run. */
#include "base/arena.h"
#include "base/fs.h"
#include "fuzz.h"
#include <dirent.h>

static int replay_file(const char *path)
{
    struct arena *a = arena_new();
    struct bytes content;
    struct err e = {0};

    if (fs_read(&content, &fs_system, path, (size_t)64 << 20, a, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        arena_free(a);
        return 0;
    }
    /* A copy of just that size, so that a sanitizer sees a read past the end. */
    uint8_t *copy = malloc(content.len ? content.len : 1);
    if (!copy)
        abort();
    if (content.len)
        memcpy(copy, content.ptr, content.len);
    LLVMFuzzerTestOneInput(copy, content.len);
    free(copy);
    arena_free(a);
    return 1;
}

static int replay(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    int files = 0;

    if (!dir)
        return replay_file(path);
    while ((entry = readdir(dir)) != NULL) {
        char file[4096];
        struct str name = str_of(entry->d_name);
        if (name.ptr[0] == '.' || str_ends(name, STR(".out")))
            continue;
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        files += replay_file(file);
    }
    closedir(dir);
    return files;
}

int main(int argc, char **argv)
{
    int files = 0;
    for (int i = 1; i < argc; i++)
        files += replay(argv[i]);
    printf("%d inputs\n", files);
    return files > 0 ? 0 : 1; /* a target without any input tests nothing */
}
