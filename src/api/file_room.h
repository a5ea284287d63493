/* Room for files before any of them is stored: what their unit may still have, and what the disk has left for files, where
 * what others are storing at this moment counts as if it were there. */
#ifndef API_FILE_ROOM_H
#define API_FILE_ROOM_H
#include "api/resource.h"
#include "model/file.h"

struct file_rooms *file_rooms_new(void);
void file_rooms_free(struct file_rooms *r); /* accepts NULL */

/* The current limits for files of the unit. */
MUST_CHECK err_t file_room_limits(struct file_limits *out, const struct request *r, int64_t unit,
                                  struct err *e);

struct file_room {
    int64_t unit, bytes;
    struct file_room *next;
    struct file_rooms *of; /* NULL: nothing was taken */
};
/* Reserves space for a file of the subject's unit until it is released. E_LIMIT: there is none;
 * the message says what to do. */
MUST_CHECK err_t file_room_reserve(struct file_room *out, const struct request *r,
                                   const struct file_limits *limits, int64_t bytes, struct err *e);
void file_room_release(struct file_room *room); /* accepts one with nothing taken (zeroed) */
#endif
