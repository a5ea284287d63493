/* The pack version in force. Two persons of the pack's office activate it (office.h); the log entry
 * holds the digest of its files, which are stored. Under any other version everything can be tried
 * and nothing decided. */
#ifndef DECIDE_ACTIVATION_H
#define DECIDE_ACTIVATION_H
#include "decide/office.h"

struct activation {
    int64_t id;
    struct str pack, pack_version, digest;
    struct str signer; /* signer of its files; empty: shipped with the program */
    int64_t proposed_by, confirmed_by, from_ms, to_ms; /* to 0: in force */
};

/* The files of a pack and their signer (pack_signature.h; empty: shipped). */
struct activating {
    const struct pack *pack;
    struct str archive; /* packs_archive */
    struct str signer;
    bool replaces; /* it takes a shipped pack's place: a draft, too, is activated */
};

/* Inside a store step. out->id 0: a proposal, *d->waits, needs a second person. E_INVALID: the pack's
 * document is a draft or an interpretation, or its text is missing or unchecked; E_CONFLICT: this
 * version is in force already; otherwise as pair_change. */
MUST_CHECK err_t pack_activate(struct activation *out, struct db *db, const struct deed *d,
                               const struct activating *what, struct err *e);

/* The version in force; out->id 0: none. */
MUST_CHECK err_t pack_active(struct activation *out, struct db *db, struct str pack,
                             struct arena *a, struct err *e);
/* All activations, newest first. */
MUST_CHECK err_t pack_activations(const struct activation **out, size_t *count, struct db *db,
                                  struct arena *a, struct err *e);

/* The packs of the program and of the folder, by the working days of the store, in the arena. Of a
 * pack with a shipped id this is the version that two persons activated, else the shipped one: the
 * folder's waits. Without any activation a version that has cases counts. packs_open reads what is in
 * the folder. Errors of packs_open and calendar_load. */
struct calendar;
MUST_CHECK err_t packs_in_force(struct packs **out, const struct calendar **calendar, struct db *db,
                                const char *folder, struct arena *a, struct err *e);

/* Guard of every decision: pack_decides, and this version is in force; for a case that began at
 * `began_ms` (0: no case), the version in force then, even if the document has expired since.
 * E_INVALID with the reason. */
MUST_CHECK err_t pack_decides_here(struct db *db, const struct pack *p, struct date on,
                                   int64_t began_ms, struct arena *a, struct err *e);

/* Stores the files of a pack once; reads the stored files of a digest (E_NOTFOUND). */
MUST_CHECK err_t pack_files_keep(struct db *db, const struct pack *p, struct str archive,
                                 int64_t now_ms, struct err *e);
MUST_CHECK err_t pack_files_read(struct str *out, struct db *db, struct str digest, struct arena *a,
                                 struct err *e);
#endif
