/* lint_many: lints many packs in one process (packs/planted_test.py), which reads the record types once.
 *
 *   FOLDER ID
 *
 * on each line of stdin. Answers each with a line of JSON: the findings that `zhiyun --json pack lint --folder FOLDER ID`
 * prints. The packs of the folder are read again for each line. */
#include "base/buf.h"
#include "judge/names.h"
#include "policy/lint.h"
#include "policy/pack_show.h"
#include "record/type.h"
#include <stdio.h>
#include <stdlib.h>

static void leave(const struct err *e)
{
    fprintf(stderr, "lint_many: %s\n", e->text);
    exit(2);
}

static void answer(const char *folder, const char *id, const struct record_names *names,
                   struct arena *a)
{
    const struct pack_finding *found;
    struct packs *packs = NULL;
    size_t count = 0;
    struct jout j;
    struct buf b;
    struct err e;
    if (packs_open_folder(&packs, folder, &e) != OK ||
        pack_lint(&found, &count, packs, str_of(id), names, a, &e) != OK)
        leave(&e);
    jout_begin(&j, &b);
    pack_findings_json(&j, found, count);
    jout_end_object(&j);
    fwrite(b.ptr, 1, b.len, stdout);
    putchar('\n');
    fflush(stdout);
    buf_clear(&b);
    packs_close(packs);
}

int main(void)
{
    struct arena *of_types = arena_new(), *a = arena_new();
    const struct type_finding *wrong;
    struct record_types *types = NULL;
    char folder[4096], id[64];
    size_t count = 0;
    struct err e;
    if (record_types_load(&types, NULL, &wrong, &count, of_types, &e) != OK)
        leave(&e);
    struct record_names names = judge_names(types);
    while (scanf("%4095s %63s", folder, id) == 2) {
        answer(folder, id, &names, a);
        arena_reset(a);
    }
    record_types_free(types);
    arena_free(a);
    arena_free(of_types);
    return 0;
}
