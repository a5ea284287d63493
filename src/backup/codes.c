/* Makes codes where there are none, and finds their key in the folder of keys. */
#include "backup/codes.h"
#include "backup/backup.h"
#include "crypto/secret.h"
#include "db/proof_table.h"
#include "db/row_mac.h"
#include <unistd.h>

struct making {
    bool restored, made;
};

/* Of tables that no backup holds the codes went with their rows. */
static err_t make_step(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    bool any = false;
    err_t rc = OK;
    if (m->restored)
        rc = db_any(&any, db, "SELECT 1 FROM row_mac WHERE name = '*'", NULL, 0, e);
    m->made = !any;
    if (rc == OK && !any)
        return row_macs_make(db, NULL, e);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(proof_tables); i++)
        if (proof_tables[i].key && backup_leaves_out(str_of(proof_tables[i].name)))
            rc = row_macs_make(db, proof_tables[i].name, e);
    return rc;
}

err_t codes_key(struct mac_key *out, bool *there, const struct fs *fs, const char *keys,
                struct err *e)
{
    struct seal_key *seal = NULL;
    err_t rc = seal_key_open(&seal, fs, keys, e);
    *there = rc == OK;
    if (*there)
        seal_mac_key(out, seal);
    seal_key_free(seal);
    return rc == E_NOTFOUND ? OK : rc;
}

static const char *mark_of(const char *keys, struct arena *a)
{
    return arena_printf(a, "%s/codes", keys).ptr;
}

bool codes_are_made(const char *keys)
{
    struct arena *a = arena_new();
    bool made = access(mark_of(keys, a), F_OK) == 0;
    arena_free(a);
    return made;
}

err_t codes_mark(const struct fs *fs, const char *keys, struct err *e)
{
    struct arena *a = arena_new();
    err_t rc =
        fs_write_synced(fs, mark_of(keys, a), str_bytes(STR("The codes of rows were made.\n")), e);
    arena_free(a);
    return rc;
}

err_t codes_use(bool *made, struct store *store, const struct fs *fs, const char *keys,
                bool restored, struct err *e)
{
    struct making m = {.restored = restored};
    struct mac_key key;
    bool there;
    err_t rc = codes_key(&key, &there, fs, keys, e);
    if (there)
        store_use_mac_key(store, &key);
    secret_wipe(&key, sizeof(key));
    if (there && (restored || !codes_are_made(keys)))
        rc = store_write(store, make_step, &m, e);
    *made = m.made;
    return rc;
}
