/* Uploaded files as records of the core type `file`: permissions to upload, read and reference
 * them. The columns with digests follow from the types (fields `file`, `files`, and `file` in
 * tables); there is no separate list of them. */
#ifndef RECORD_ATTACHMENT_H
#define RECORD_ATTACHMENT_H
#include "model/file.h"
#include "model/job_worker.h"
#include "record/record.h"

#define ATTACHMENT_TYPE "file"

/* May the subject upload a file of that level for its unit? E_DENIED. */
MUST_CHECK err_t attachment_may_upload(const struct record_call *c, enum secrecy secrecy,
                                       struct err *e);

struct attachment_new {
    const struct file_stored *stored;
    const struct file_kind *kind;
    struct str name;
    enum secrecy secrecy;
    int64_t quota_bytes; /* of the unit, this file included */
    struct str upload;   /* row of file_upload that it comes from, which goes; empty: none */
};
struct attachment_made {
    int64_t id;
    char entry[LOG_UID_LEN + 1];
    bool repeated;   /* the unit has it already: nothing was written */
    bool over_quota; /* with E_LIMIT */
};
/* The row, its version and its entry, in one step. E_DENIED; E_LIMIT: the quota;
 * E_CONFLICT: the unit has this content at another level. */
MUST_CHECK err_t attachment_add(struct attachment_made *out, const struct record_call *c,
                                const struct attachment_new *f, struct err *e);

/* A file the subject may read, either by the rules of the type `file`, or because it may read a
 * record and field that reference the file, at the file's secrecy level. `as` is the role.
 * E_NOTFOUND both for a missing and an invisible file; *secret_refused: the file is secret. */
struct attachment {
    struct file_row row;
    const struct grant *as;
    bool secret_refused;
};
MUST_CHECK err_t attachment_find(struct attachment *out, const struct record_call *c,
                                 struct str digest, struct err *e);
/* The entry of a reading: "read", or of a refused one "refused:read". */
MUST_CHECK err_t attachment_note(const struct record_call *c, const struct attachment *f,
                                 const char *action, int status, struct err *e);

/* For a write's step: whether the subject may reference this file in a record of its own, under
 * this name. *fault NULL: yes, and the same step must call file_keep(*id); else an English
 * sentence, N_(). */
MUST_CHECK err_t attachment_name(int64_t *id, const char **fault, struct db *db,
                                 const struct subject *s, struct str digest, struct str name,
                                 struct arena *a, struct err *e);

/* For blobs_sweep; arg: struct kernel. A content that no record names, nor any version
 * of one, ends as a record in the same step in which that is found. */
err_t attachment_referenced(bool *is, const struct digest *blob, void *arg, struct err *e);

/* Daily: removes files without a reference, and abandoned uploads. */
struct attachment_parts {
    struct kernel *kernel;
    struct blobs *blobs;
};
extern const struct job_kind attachment_sweep_kind; /* parts: struct attachment_parts */
#endif
