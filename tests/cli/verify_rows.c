/* verify_rows STORE-URL: compares the rows of a store with their last versions, once for each line of stdin, in one
 * process (kept_test.py). Each answer is a line: the JSON that `zhiyun --json verify` prints, of the rows alone. */
#include "base/buf.h"
#include "base/catalogue.h"
#include "base/msg.h"
#include "record/current.h"
#include <stdio.h>
#include <stdlib.h>

static void leave(const struct err *e)
{
    fprintf(stderr, "verify_rows: %s\n", e->text);
    exit(2);
}

static void answer(struct store *store, const struct verify_current *current)
{
    struct log_verdict v = {.kind = LOG_FAULT_NONE};
    struct db *db = NULL;
    struct jout j;
    struct buf b;
    struct err e;
    if (store_reader_get(&db, store, &e) != OK || log_verify_current(&v, current, db, &e) != OK)
        leave(&e);
    store_reader_put(store, db);
    buf_init(&b, 0);
    jout_init(&j, &b);
    verdict_json(&j, &v);
    fwrite(b.ptr, 1, b.len, stdout);
    putchar('\n');
    fflush(stdout);
    buf_clear(&b);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new();
    const struct type_finding *wrong;
    struct record_types *types = NULL;
    struct store *store = NULL;
    char line[16];
    size_t count = 0;
    struct err e;
    if (argc != 2)
        return 2;
    msg_set_table(catalogue_zh, catalogue_zh_count);
    msg_set_lang(LANG_ZH);
    if (record_types_load(&types, NULL, &wrong, &count, a, &e) != OK ||
        store_open(&store, argv[1], false, &e) != OK)
        leave(&e);
    struct verify_current current = record_current(types);
    while (fgets(line, sizeof(line), stdin))
        answer(store, &current);
    store_close(store);
    record_types_free(types);
    arena_free(a);
    return 0;
}
