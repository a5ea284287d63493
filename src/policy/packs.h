/* The packs there are: those built into the program and those of a folder. A pack is
 * read when it is asked for, with the packs it extends. One thread at a time. */
#ifndef POLICY_PACKS_H
#define POLICY_PACKS_H
#include "policy/pack.h"

struct packs;
struct calendar;

/* folder: with one folder for each further pack; NULL, or one that does not exist: none. What
 * stands in it and is no pack (a file, a link, a folder without pack.yaml, a shipped pack's id and
 * version once more) is an id among the others, whose packs_get says so; names that begin with a
 * dot are passed over. E_IO. */
MUST_CHECK err_t packs_open(struct packs **out, const char *folder, struct err *e);
/* As packs_open without the shipped packs: for those who write packs, and tests. E_IO: there is
 * no such folder. */
MUST_CHECK err_t packs_open_folder(struct packs **out, const char *folder, struct err *e);
/* The files of folder/ID alone, which need be no pack: for packs_files with "" (cases). */
struct packs *packs_open_cases(const char *folder, struct str id);
/* The packs of an archive (packs_archive) alone, which must outlive them. E_CORRUPT: it is none. */
MUST_CHECK err_t packs_open_archive(struct packs **out, struct str archive, struct err *e);
void packs_close(struct packs *p); /* accepts NULL; the packs go with it */

/* Another version of a pack than the one that is there, read out of its archive (packs_archive,
 * copied) and from then on found by its digest. E_CORRUPT: the archive is not that of the digest. */
MUST_CHECK err_t packs_keep(const struct pack **out, struct packs *p, struct str id,
                            struct str digest, struct str archive, struct err *e);
/* NULL: there was no packs_keep of it. */
const struct pack *packs_kept(const struct packs *p, struct str digest);

/* Working days beside those built in, for the packs that are read from now on; borrowed. */
void packs_use_calendar(struct packs *p, const struct calendar *c);

/* Letters, digits, - and _, beginning with a letter; at most 60. */
bool pack_is_id(struct str s);

/* Whether it came with the program. */
bool packs_are_shipped(const struct packs *p, struct str id);
/* Whether it is an office's own version of one that came with the program. */
bool packs_take_place(const struct packs *p, struct str id);

/* Bytes that are held for them, with what was kept and what lookups left. */
size_t packs_memory(const struct packs *p);

/* Ids in order, libraries too. */
size_t packs_ids(const struct str **out, const struct packs *p);

/* Read once, then kept, from plain files in plain folders; `id` may be the document's number, in either kind of brackets (no id has
 * any). E_NOTFOUND: no such one; E_INVALID: its files have faults, the
 * first is in *e, all are packs_findings. */
MUST_CHECK err_t packs_get(const struct pack **out, struct packs *p, struct str id, struct err *e);

/* Errors of a pack requested by packs_get. */
size_t packs_findings(const struct pack_finding **out, const struct packs *p, struct str id);

/* Its files under `folder` ("cases/"), in order: name within the pack, text. */
struct pack_text {
    struct str name, text;
};
size_t packs_files(const struct pack_text **out, const struct packs *p, struct str id,
                   const char *folder, struct arena *a);
/* All files of a pack, of these or kept beside them, and of those it extends as one text, by which it can be read again for
 * ever: a first line, then for each file, in the order of names, "LENGTH NAME" and its bytes. The
 * same files give the same text wherever they lie; its SHA-256 is the pack's digest. */
struct str packs_archive(const struct packs *p, const struct pack *pack, struct arena *a);
#endif
