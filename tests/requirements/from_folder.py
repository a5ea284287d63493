#!/usr/bin/env python3
"""from_folder.py OUT.c FOLDER …: stands in for tools/embed_packs.py and embed_types.py in the copy of the tree that
switch_off.py builds (and is named as they are there). What they build into the program is read when it starts, from
the folder of the same name in $SWITCHED_FILES, else from that of the copy: so a switch in a pack or a type needs no
building. The names do not begin with ZHIYUN_, because some tests take those out of what their programs see.
"""
import os
import sys

KINDS = {"packs": ("pack", (".yaml", ".sql", ".txt")), "types": ("type", (".yaml",))}
DIGEST = """
char type_files_digest[65]; /* of names and texts; no more is asked of it than to differ */
static void note(uint64_t *sum, const void *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        *sum = (*sum ^ ((const uint8_t *)at)[i]) * 1099511628211u;
}
static void finish(void)
{
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; i < type_file_count; i++) {
        note(&sum, type_files[i].name, strlen(type_files[i].name) + 1);
        note(&sum, type_files[i].text, type_files[i].len);
    }
    for (int i = 0; i < 4; i++)
        (void)snprintf(type_files_digest + 16 * i, 17, "%016llx", (unsigned long long)sum);
}
"""
TEXT = """/* Made by tests/requirements/from_folder.py: {what}/ as it is when the program starts. */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct {kind}_file {{
    const char *name;
    const char *text;
    size_t len;
}};
struct {kind}_file {kind}_files[2048];
size_t {kind}_file_count;
static size_t skipped; /* of a path, before its name */
static void fail(const char *path)
{{
    perror(path);
    abort();
}}
static char *text_of(size_t *len, const char *path, size_t size)
{{
    char *text = malloc(size + 2);
    FILE *file = fopen(path, "rb");
    if (!text || !file || fread(text, 1, size, file) != size)
        fail(path);
    fclose(file);
    if (size == 0 || text[size - 1] != '\\n') /* as it is built in */
        text[size++] = '\\n';
    text[size] = '\\0';
    *len = size;
    return text;
}}
static int take(const char *path, const struct stat *st, int kind, struct FTW *at)
{{
    static const char *const ends[] = {{{ends}}};
    (void)at;
    for (size_t i = 0; kind == FTW_F && i < sizeof(ends) / sizeof(*ends); i++)
        if (strlen(path) > strlen(ends[i]) && strcmp(path + strlen(path) - strlen(ends[i]), ends[i]) == 0) {{
            struct {kind}_file *to = &{kind}_files[{kind}_file_count++];
            if ({kind}_file_count == sizeof({kind}_files) / sizeof(*{kind}_files))
                fail("too many files");
            to->name = strdup(path + skipped);
            to->text = text_of(&to->len, path, (size_t)st->st_size);
        }}
    return 0;
}}
static int by_name(const void *x, const void *y)
{{
    return strcmp(((const struct {kind}_file *)x)->name, ((const struct {kind}_file *)y)->name);
}}
{digest}
__attribute__((constructor)) static void read_all(void)
{{
    const char *tree = getenv("SWITCHED_FILES");
    char path[4096];
    (void)snprintf(path, sizeof(path), "%s/{what}", tree ? tree : "{tree}");
    skipped = strlen(path) + 1;
    if (nftw(path, take, 16, 0) != 0 || {kind}_file_count == 0)
        fail(path);
    qsort({kind}_files, {kind}_file_count, sizeof(*{kind}_files), by_name);
    {finish}
}}
"""


def main(out, folder):
    tree, what = os.path.split(os.path.abspath(folder))
    kind, ends = KINDS[what]
    text = TEXT.format(what=what, kind=kind, tree=tree, ends=", ".join(f'"{end}"' for end in ends),
                       digest=DIGEST if kind == "type" else "", finish="finish();" if kind == "type" else "")
    if not os.path.exists(out) or open(out, encoding="utf-8").read() != text:  # always stale: else all is built anew
        with open(out, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
