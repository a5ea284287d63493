/* All packs: those built into the program and those of a folder. A pack is read on first use, with
 * the packs it extends. Not thread-safe. */
#ifndef POLICY_PACKS_H
#define POLICY_PACKS_H
#include "policy/pack.h"

struct packs;
struct calendar;

/* folder: has one folder per further pack; NULL or a missing folder: none. Other entries (a file,
 * a link, a folder without pack.yaml, the id and version of a shipped pack) are listed as ids, and
 * packs_get reports the fault; names that begin with a dot are ignored. E_IO. */
MUST_CHECK err_t packs_open(struct packs **out, const char *folder, struct err *e);
/* As packs_open without the shipped packs: for authors of packs, and tests. E_IO: no such folder.
 */
MUST_CHECK err_t packs_open_folder(struct packs **out, const char *folder, struct err *e);
/* The files of folder/ID alone, which need be no pack: for packs_files with "" (cases). */
struct packs *packs_open_cases(const char *folder, struct str id);
/* The packs of an archive (packs_archive) alone, which must outlive them. E_CORRUPT: it is none. */
MUST_CHECK err_t packs_open_archive(struct packs **out, struct str archive, struct err *e);
void packs_close(struct packs *p); /* accepts NULL; the packs go with it */
/* When the arena is reset or freed. */
void packs_close_with(struct packs *p, struct arena *a);

/* Another version of a pack than the one that is there, read out of its archive (packs_archive,
 * copied) and from then on found by its digest. E_CORRUPT: the archive is not that of the digest. */
MUST_CHECK err_t packs_keep(const struct pack **out, struct packs *p, struct str id,
                            struct str digest, struct str archive, struct err *e);
/* NULL: there was no packs_keep of it. */
const struct pack *packs_kept(const struct packs *p, struct str digest);

/* Further tables of working days, for packs that are read from now on; borrowed. */
void packs_use_calendar(struct packs *p, const struct calendar *c);

/* True for a pack that the program contains. */
bool packs_are_shipped(const struct packs *p, struct str id);
/* True if the folder has a version of a pack that the program contains. */
bool packs_take_place(const struct packs *p, struct str id);

/* Uses the shipped pack of an id instead of the folder's; given an archive, the kept version of `digest`.
 * packs_waiting then gives the folder's version, packs_findings its findings. Errors of packs_keep. */
MUST_CHECK err_t packs_put_back(struct packs *p, struct str id, struct str digest,
                                struct str archive, struct err *e);
/* The version that packs_put_back put aside: not for packs_files and packs_archive. NULL: none, or
 * one with faults. */
const struct pack *packs_waiting(const struct packs *p, struct str id);

/* Bytes of memory used by the packs, including caches and leftovers of look-ups. */
size_t packs_memory(const struct packs *p);

/* Ids in order, libraries too. */
size_t packs_ids(const struct str **out, const struct packs *p);

/* Reads the pack once and caches it, from plain files in plain folders. `id` may also be the
 * document's number, in either kind of brackets (ids contain none). E_NOTFOUND: no such pack;
 * E_INVALID: its files have faults; the first is in *e, packs_findings has all. */
MUST_CHECK err_t packs_get(const struct pack **out, struct packs *p, struct str id, struct err *e);

/* Errors of a pack requested by packs_get. */
size_t packs_findings(const struct pack_finding **out, const struct packs *p, struct str id);

/* Its files under `folder` ("cases/"), in order: name within the pack, text. */
struct pack_text {
    struct str name, text;
};
size_t packs_files(const struct pack_text **out, const struct packs *p, struct str id,
                   const char *folder, struct arena *a);
/* All files of a pack and of those it extends as one text, from which it can be read again at any
 * time: a header line, then for each file, in order of names, "LENGTH NAME" and its bytes. The
 * text depends only on the files; its SHA-256 is the pack's digest. */
struct str packs_archive(const struct packs *p, const struct pack *pack, struct arena *a);
#endif
