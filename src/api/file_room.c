/* The list of uploads running in this process; another process on the same store sees them once
 * their row is written (file_unit_fits). */
#include "api/file_room.h"
#include "access/subject.h"
#include "base/mem.h"
#include <pthread.h>
#include <stdlib.h>

struct file_rooms {
    pthread_mutex_t lock; /* guards the list */
    struct file_room *first;
};

struct file_rooms *file_rooms_new(void)
{
    struct file_rooms *r = mem_zalloc(sizeof(*r));
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

void file_rooms_free(struct file_rooms *r)
{
    if (!r)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r);
}

err_t file_room_limits(struct file_limits *out, const struct request *r, int64_t unit,
                       struct err *e)
{
    return STORE_READ(db, r->api->store, e, file_limits_load(out, db, r->api->files, unit, e));
}

/* Twice: on its way, and where it stays. */
static err_t disk_fits(const struct request *r, int64_t bytes, struct err *e)
{
    int64_t room = 0;
    err_t rc = file_disk_room(&room, r->api->files, e);
    if (rc != OK || room / 2 >= bytes)
        return rc;
    return err_set(e, E_LIMIT,
                   "the disk of this server is nearly full and reserved for records: nothing was "
                   "stored; try again after its administrator has freed space");
}

static err_t fits(const struct request *r, const struct file_limits *limits,
                  const struct file_room *room, int64_t unit_bytes, int64_t all_bytes,
                  struct err *e)
{
    err_t rc =
        STORE_READ(db, r->api->store, e,
                   file_unit_fits(db, room->unit, limits->unit_bytes, unit_bytes + room->bytes, e));
    return rc == OK ? disk_fits(r, all_bytes + room->bytes, e) : rc;
}

static void leave(struct file_room *room)
{
    struct file_room **at = &room->of->first;
    while (*at != room)
        at = &(*at)->next;
    *at = room->next;
}

/* On the list first, so that of two at one moment each knows of the other. */
err_t file_room_reserve(struct file_room *out, const struct request *r,
                        const struct file_limits *limits, int64_t bytes, struct err *e)
{
    struct file_rooms *rooms = r->api->file_rooms;
    int64_t of_unit = 0, of_all = 0;
    *out = (struct file_room){.unit = r->subject->unit, .bytes = bytes, .of = rooms};
    pthread_mutex_lock(&rooms->lock);
    for (const struct file_room *other = rooms->first; other; other = other->next) {
        of_all += other->bytes;
        of_unit += other->unit == out->unit ? other->bytes : 0;
    }
    out->next = rooms->first;
    rooms->first = out;
    pthread_mutex_unlock(&rooms->lock);
    err_t rc = fits(r, limits, out, of_unit, of_all, e);
    if (rc != OK)
        file_room_release(out);
    return rc;
}

void file_room_release(struct file_room *room)
{
    if (!room->of)
        return;
    pthread_mutex_lock(&room->of->lock);
    leave(room);
    pthread_mutex_unlock(&room->of->lock);
    *room = (struct file_room){0};
}
