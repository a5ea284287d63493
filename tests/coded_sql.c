/* coded_sql KEYS STORE: runs statements of its standard input, each ended by a NUL, in one
 * transaction and as the program does: rows that they touch get their codes (db/row_mac.h). For what
 * a test puts into a store as if the program had written it. */
#include "backup/codes.h"
#include "base/buf.h"
#include "base/fs.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static err_t run_all(struct db *db, void *arg, struct err *e)
{
    const struct buf *all = arg;
    err_t rc = OK;
    for (size_t at = 0; rc == OK && at < all->len; at += strlen(all->ptr + at) + 1)
        rc = db_run_once(db, all->ptr + at, NULL, 0, e);
    return rc;
}

int main(int argc, char **argv)
{
    struct store *store = NULL;
    struct mac_key key;
    struct buf all;
    struct err e = {0};
    bool there = false;
    char part[4096];
    buf_init(&all, (size_t)1 << 30);
    for (ssize_t n; (n = read(STDIN_FILENO, part, sizeof(part))) > 0;)
        buf_add(&all, (struct str){part, (size_t)n});
    if (argc != 3 || all.len == 0 || all.ptr[all.len - 1] != '\0')
        return fputs("usage: coded_sql KEYS STORE, statements on standard input\n", stderr), 2;
    const struct store_options options = {.busy_timeout_ms = 60000, .filling = true};
    err_t rc = codes_key(&key, &there, &fs_system, argv[1], &e);
    if (rc == OK && (rc = store_open_with(&store, argv[2], &options, &e)) == OK) {
        if (there)
            store_use_mac_key(store, &key);
        rc = store_write(store, run_all, &all, &e);
    }
    store_close(store);
    buf_clear(&all);
    if (rc != OK)
        fprintf(stderr, "coded_sql: %s\n", e.text);
    return rc != OK;
}
