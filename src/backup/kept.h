/* Backups that a server makes: each day at a time, or when asked, into one folder. The last restore
 * that checked one stands beside it, in NAME.json, so that it outlives this store. */
#ifndef BACKUP_KEPT_H
#define BACKUP_KEPT_H
#include "model/job_worker.h"
#include "record/record.h"

/* The parts of both: struct backup_parts. */
struct backup_parts {
    struct kernel *kernel; /* with files */
    const char *data;      /* the instance's folder */
};
extern const struct job_kind backup_make_kind;  /* also standing work, once a day */
extern const struct job_kind backup_check_kind; /* arguments: {"name": of the backup} */

struct backup_plan {
    struct str folder;
    struct str at; /* "02:00", in China; empty: only when asked */
    int64_t keep;  /* so many of the latest; the last that a restore checked stays besides */
    struct str passphrase; /* sealed with the instance's key; empty: backups are not sealed */
    int64_t changed_ms;    /* 0: nobody chose it, the default holds */
};
/* data: the instance's folder, of which the default is a part. */
MUST_CHECK err_t backup_plan_load(struct backup_plan *out, struct db *db, const char *data,
                                  struct arena *a, struct err *e);
/* Inside a store step, with its entry, by a system administrator. E_INVALID: no such folder or time. */
MUST_CHECK err_t backup_plan_put(struct db *db, const struct deed *d, const struct backup_plan *p,
                                 struct err *e);
struct str backup_passphrase_seal(const struct kernel *k, struct str passphrase, struct arena *a);

struct kept_backup {
    struct str name;
    int64_t bytes, made_ms;
    struct str made, checked; /* JSON objects: what is in it; its last check. Empty: not known */
};
/* The latest first; those that a command put there are among them. */
MUST_CHECK err_t backup_kept(const struct kept_backup **out, size_t *count, struct str folder,
                             struct arena *a, struct err *e);
/* "made" and "checked", as far as they are known, into the open object. */
void backup_about_json(struct jout *j, const struct kept_backup *k);
#endif
