/* check_many: judges many facts documents from stdin in one process, so that a second implementation
 * (packs/second) can be compared with this one.
 *
 *   PACK N           then N bytes of a facts document, YAML or JSON
 *
 * A line of JSON for each: the verdict as `zhiyun check --json` prints it, or {"refused": why} where
 * the command would leave with 3. Anything else on stdin ends the program with 2. */
#include "base/buf.h"
#include "policy/pack_verdict.h"
#include <stdio.h>
#include <stdlib.h>

static void leave(const char *why)
{
    fprintf(stderr, "check_many: %s\n", why);
    exit(2);
}

/* False: refused, and *e says why. */
static bool judge(struct jout *j, const struct pack *p, struct str text, struct arena *a,
                  struct err *e)
{
    const struct yvalue *document;
    struct pack_verdict v;
    err_t rc = facts_parse(&document, text, a, e);

    if (rc == OK)
        rc = pack_verdict_check(&v, p, document, (struct str){0}, a, e);
    if (rc == OK)
        pack_verdict_json(j, &v, a);
    else if (rc != E_INVALID && rc != E_LIMIT)
        leave(e->text);
    return rc == OK;
}

static void answer(const struct pack *p, struct str text, struct arena *a)
{
    struct err e = {0};
    struct buf b;
    struct jout j;

    buf_init(&b, 0);
    jout_init(&j, &b);
    if (!judge(&j, p, text, a, &e)) {
        jout_object(&j);
        jout_pair(&j, "refused", str_of(e.text));
        jout_end_object(&j);
    }
    fwrite(b.ptr, 1, b.len, stdout);
    putchar('\n');
    buf_clear(&b);
}

int main(void)
{
    struct arena *a = arena_new();
    struct packs *packs;
    struct err e = {0};
    char id[64];
    size_t len;

    if (packs_open(&packs, NULL, &e) != OK)
        leave(e.text);
    while (scanf("%63s %zu", id, &len) == 2) {
        const struct pack *p;
        arena_reset(a);
        char *text = arena_alloc(a, len + 1);
        if (getchar() != '\n' || fread(text, 1, len, stdin) != len)
            leave("the bytes end too early");
        if (packs_get(&p, packs, str_of(id), &e) != OK)
            leave(e.text);
        answer(p, (struct str){text, len}, a);
    }
    packs_close(packs);
    arena_free(a);
    return feof(stdin) && fflush(stdout) == 0 ? 0 : 2;
}
