/* Messages to people. They stand in the app in any case; mail and gateways are
 * told besides, by each person's choice for each kind.
 *
 * A kind is one line of the table in notification.c: its sentence, as a key of
 * the catalogue with {names} that the arguments fill in, so that it is shown in
 * the reader's language, and its custom for who chose nothing. */
#ifndef NOTIFY_NOTIFICATION_H
#define NOTIFY_NOTIFICATION_H
#include "base/msg.h"
#include "db/db.h"
#include "text/json.h"

struct notification_kind {
    const char *name;  /* "job_failed" */
    const char *label; /* N_(): in the list of choices */
    const char *title; /* N_(): "The job {job} has failed" */
    const char *mail;  /* custom: "now", "daily", "off" */
    const char *many;  /* N_(): of several that were gathered, {count}; NULL: none are */
};
extern const struct notification_kind notification_kinds[];
extern const size_t notification_kind_count;

struct notification_draft {
    int64_t account;
    const char *kind;
    struct str arguments; /* JSON object whose members are strings; empty: {} */
    struct str link;      /* path in the app, "/jobs/12"; empty: none */
    struct str
        gather; /* what it has in common with others: those of a day that he has not read yet are one
                             message, of the latest and with their count, which leads to his box; empty: it stands
                             alone */
};

/* Inside the step of what it tells of. An account that is not active gets the
 * message in the app alone. E_INTERNAL: no such kind. */
MUST_CHECK err_t notification_post(int64_t *id, struct db *db, const struct notification_draft *d,
                                   int64_t now_ms, struct err *e);

/* The member `subject` of a message with that link: {type, id}, a record's or "case", "job", "pack", "proposal";
 * null where it leads to none (what was gathered of several). */
void notification_subject_json(struct jout *j, struct str link);
/* Where a person reads it in the app: a path. */
struct str notification_page(struct str link, struct arena *a);

struct notification {
    int64_t id, account, created_ms, read_ms; /* read 0: not yet */
    struct str kind, arguments, link;
};

/* Newest first, with an id below `before` (0: all). */
MUST_CHECK err_t notification_list(const struct notification **out, size_t *count, struct db *db,
                                   int64_t account, bool unread, int64_t before, int64_t limit,
                                   struct arena *a, struct err *e);
MUST_CHECK err_t notification_count(int64_t *all, int64_t *unread, struct db *db, int64_t account,
                                    struct err *e);
/* Those of the account among the ids, or all up to `through`. */
MUST_CHECK err_t notification_read(struct db *db, int64_t account, const int64_t *ids, size_t count,
                                   int64_t through, int64_t now_ms, struct err *e);

/* The sentence of a notification. */
struct str notification_title(enum lang lang, struct str kind, struct str arguments,
                              struct arena *a);

/* --- choices ------------------------------------------------------------------ */
/* "now", "daily" or "off": the account's choice, else the kind's custom. Static. */
MUST_CHECK err_t choice_get(const char **timing, struct db *db, int64_t account,
                            const struct notification_kind *kind, struct str channel,
                            struct err *e);
/* E_INVALID: no such kind, channel or timing. */
MUST_CHECK err_t choice_put(struct db *db, int64_t account, struct str kind, struct str channel,
                            struct str timing, struct err *e);
/* Names of the channels that are configured, in order. */
MUST_CHECK err_t channel_names(const struct str **out, size_t *count, struct db *db,
                               struct arena *a, struct err *e);

/* The next 8 o'clock in China (UTC+8) after a moment: when what is daily is sent. */
int64_t daily_moment(int64_t now_ms);
#endif
