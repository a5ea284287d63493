/* The cache key is a text of the sources: each file of the folder with its size and times, and the
 * number of activations and of years of working days in the store (rows of neither go). */
#include "api/pack_shelf.h"
#include "base/buf.h"
#include "base/mem.h"
#include "case/case.h"
#include "decide/activation.h"
#include "judge/asked.h"
#include "panel/panel.h"
#include "policy/choices.h"
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#define IDLE_MAX 4 /* kept at a time */
#define MEMORY_MAX                                                                                 \
    (64 << 20)         /* of one: what lookups and old versions leave in its memory goes then */
#define SETTLED_SEC 2  /* a file changed within this time may change again and look the same */
#define FOLDER_DEPTH 2 /* packs/ID/cases/ */

struct shelved {
    struct pack_shelf *shelf;
    struct arena *arena; /* of the state and the calendar */
    struct packs *packs;
    const struct calendar *calendar;
    struct str state;
    bool settled;
};

struct pack_shelf {
    struct store *store;
    const struct clock *clock;
    struct arena *arena;
    const char *folder;
    pthread_mutex_t lock;
    struct shelved *idle[IDLE_MAX];
    size_t idle_count;
    struct kernel_choices choices;
};

static err_t words(const struct enum_value **out, size_t *count, const struct kernel_choices *c,
                   const struct choice_for *who, struct str fact, struct arena *a, struct err *e);
static err_t asks(const struct constraint **out, size_t *count, const struct kernel_choices *c,
                  struct str region, struct str type, struct str today, struct arena *a,
                  struct err *e);
static err_t mark_place(struct str *place, const struct kernel_choices *c, struct str mark,
                        struct arena *a, struct err *e);
static err_t plays(bool *out, struct str *whose, const struct kernel_choices *c,
                   struct str programme, struct str function, const struct unit_place *unit,
                   struct arena *a, struct err *e);
static err_t beside(struct case_beside *out, const struct kernel_choices *c, struct kernel *k,
                    struct db *db, const struct record_type *t, int64_t id, struct str state,
                    struct arena *a, struct err *e);

struct pack_shelf *pack_shelf_new(struct store *s, const struct clock *clock, const char *data_dir)
{
    struct pack_shelf *shelf = mem_zalloc(sizeof(*shelf));
    shelf->store = s;
    shelf->clock = clock;
    shelf->arena = arena_new();
    shelf->folder = arena_printf(shelf->arena, "%s/packs", data_dir).ptr;
    pthread_mutex_init(&shelf->lock, NULL);
    shelf->choices = (struct kernel_choices){.words = words,
                                             .asks = asks,
                                             .mark_place = mark_place,
                                             .plays = plays,
                                             .beside = beside,
                                             .stays = panel_expert_stays,
                                             .arg = shelf};
    return shelf;
}

static void close_shelved(struct shelved *x)
{
    arena_free(x->arena);
    free(x);
}

void pack_shelf_free(struct pack_shelf *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->idle_count; i++)
        close_shelved(s->idle[i]);
    pthread_mutex_destroy(&s->lock);
    arena_free(s->arena);
    free(s);
}

struct packs *shelved_packs(const struct shelved *x)
{
    return x->packs;
}

const struct calendar *shelved_calendar(const struct shelved *x)
{
    return x->calendar;
}

/* --- what it was read from -------------------------------------------------------------------- */

struct looking {
    struct buf state;
    struct arena *arena;
    int64_t now_sec;
    bool settled;
};

static void look_at(struct looking *l, const char *path, int depth)
{
    DIR *dir = opendir(path);
    if (!dir)
        buf_addf(&l->state, "%s: %d\n", path, errno); /* packs_open says what is wrong */
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat st;
        const char *name = arena_printf(l->arena, "%s/%s", path, entry->d_name).ptr;
        if (entry->d_name[0] == '.')
            continue;
        if (lstat(name, &st) != 0) /* what a link leads to is not read */ {
            buf_addf(&l->state, "%s: %d\n", name, errno);
            continue;
        }
        buf_addf(&l->state, "%s %llu %lld %lld.%09ld %lld.%09ld\n", name,
                 (unsigned long long)st.st_ino, (long long)st.st_size, (long long)st.st_mtim.tv_sec,
                 st.st_mtim.tv_nsec, (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
        l->settled &= st.st_ctim.tv_sec + SETTLED_SEC < l->now_sec;
        if (S_ISDIR(st.st_mode) && depth > 0)
            look_at(l, name, depth - 1);
    }
    if (dir)
        closedir(dir);
}

static err_t count_rows(struct looking *l, struct db *db, struct err *e)
{
    int64_t count;
    err_t rc = db_i64(&count, db,
                      "SELECT (SELECT count(*) FROM calendar_year) + (SELECT count(*) FROM"
                      " pack_activation)",
                      NULL, 0, e);
    if (rc == OK)
        buf_addf(&l->state, "%lld rows\n", (long long)count);
    return rc;
}

/* --- lending ---------------------------------------------------------------------------------- */

/* An idle entry with the same sources; others are closed. */
static struct shelved *take_idle(struct pack_shelf *s, struct str state)
{
    struct shelved *found = NULL, *stale[IDLE_MAX];
    size_t kept = 0, stale_count = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->idle_count; i++) {
        struct shelved *x = s->idle[i];
        if (!str_eq(x->state, state))
            stale[stale_count++] = x;
        else if (!found)
            found = x;
        else
            s->idle[kept++] = x;
    }
    s->idle_count = kept;
    pthread_mutex_unlock(&s->lock);
    for (size_t i = 0; i < stale_count; i++)
        close_shelved(stale[i]);
    return found;
}

static err_t open_shelved(struct shelved **out, struct pack_shelf *s, const struct looking *l,
                          struct db *db, struct err *e)
{
    struct shelved *x = mem_zalloc(sizeof(*x));
    x->shelf = s;
    x->arena = arena_new();
    x->state = arena_dup(x->arena, buf_str(&l->state));
    x->settled = l->settled;
    err_t rc = packs_in_force(&x->packs, &x->calendar, db, s->folder, x->arena, e);
    if (rc == OK)
        *out = x;
    else
        close_shelved(x);
    return rc;
}

/* lent: a db of the store that the thread has; NULL: none. */
static err_t take(struct shelved **out, struct pack_shelf *s, struct db *lent, struct err *e)
{
    struct looking l = {
        .arena = arena_new(), .now_sec = clock_now_ms(s->clock) / 1000, .settled = true};
    struct db *db = lent;
    buf_init(&l.state, 0);
    look_at(&l, s->folder, FOLDER_DEPTH);
    err_t rc = lent ? OK : store_reader_get(&db, s->store, e);
    if (rc == OK)
        rc = count_rows(&l, db, e);
    if (rc == OK && !(*out = take_idle(s, buf_str(&l.state))))
        rc = open_shelved(out, s, &l, db, e);
    store_reader_put(s->store, lent ? NULL : db);
    buf_clear(&l.state);
    arena_free(l.arena);
    return rc;
}

err_t pack_shelf_take(struct shelved **out, struct pack_shelf *s, struct err *e)
{
    return take(out, s, NULL, e);
}

void pack_shelf_give(struct shelved *x)
{
    bool kept = false;
    if (!x)
        return;
    struct pack_shelf *s = x->shelf;
    pthread_mutex_lock(&s->lock);
    if (x->settled && packs_memory(x->packs) < MEMORY_MAX && s->idle_count < IDLE_MAX) {
        s->idle[s->idle_count++] = x;
        kept = true;
    }
    pthread_mutex_unlock(&s->lock);
    if (!kept)
        close_shelved(x);
}

/* The programmes in which the unit has cases. */
static err_t read_programmes(struct choice_asker *by, struct store *s, int64_t unit,
                             struct arena *a, struct err *e)
{
    VEC(struct str) all = {0};
    struct str one;
    err_t rc = STORE_READ(db, s, e,
                          db_rows(ROWS(&all, one), db,
                                  "SELECT DISTINCT programme FROM flow_case WHERE owner_unit = ?1",
                                  VALUES(v_i64(unit)), INTO(into_str(&one)), a, e));
    by->programmes = all.ptr;
    by->count = all.len;
    return rc;
}

static err_t words(const struct enum_value **out, size_t *count, const struct kernel_choices *c,
                   const struct choice_for *who, struct str fact, struct arena *a, struct err *e)
{
    struct shelved *x = NULL;
    struct choice_asker by = {who->province, &who->programme, 1, who->programme.len > 0};
    struct pack_shelf *s = c->arg;
    err_t rc = by.of_record ? OK : read_programmes(&by, s->store, who->unit, a, e);
    if (rc == OK)
        rc = pack_shelf_take(&x, s, e);
    if (rc == OK)
        rc = policy_words(out, count, shelved_packs(x), &by, fact, a, e);
    pack_shelf_give(x);
    return rc;
}

static err_t asks(const struct constraint **out, size_t *count, const struct kernel_choices *c,
                  struct str region, struct str type, struct str today, struct arena *a,
                  struct err *e)
{
    struct shelved *x = NULL;
    err_t rc = pack_shelf_take(&x, c->arg, e);
    if (rc == OK)
        rc = judge_asks(out, count, shelved_packs(x), region, type, today, a, e);
    pack_shelf_give(x);
    return rc;
}

static err_t mark_place(struct str *place, const struct kernel_choices *c, struct str mark,
                        struct arena *a, struct err *e)
{
    struct shelved *x = NULL;
    err_t rc = pack_shelf_take(&x, c->arg, e);
    if (rc == OK)
        rc = policy_mark_place(place, shelved_packs(x), mark, a, e);
    pack_shelf_give(x);
    return rc;
}

static err_t plays(bool *out, struct str *whose, const struct kernel_choices *c,
                   struct str programme, struct str function, const struct unit_place *unit,
                   struct arena *a, struct err *e)
{
    struct shelved *x = NULL;
    err_t rc = pack_shelf_take(&x, c->arg, e);
    if (rc == OK)
        rc = programme_has_function(out, whose, shelved_packs(x), programme, function, unit, a, e);
    pack_shelf_give(x);
    return rc;
}

static err_t beside(struct case_beside *out, const struct kernel_choices *c, struct kernel *k,
                    struct db *db, const struct record_type *t, int64_t id, struct str state,
                    struct arena *a, struct err *e)
{
    struct shelved *x = NULL;
    struct texts of = {0};
    *out = (struct case_beside){0};
    err_t rc = programme_types_beside(&of, k, db, t, a, e);
    if (rc != OK || of.len == 0)
        return rc;
    if ((rc = take(&x, c->arg, db, e)) == OK)
        rc = programme_find_blocking_case(out, k, shelved_packs(x), db, t, &of, id, state, a, e);
    pack_shelf_give(x);
    return rc;
}

const struct kernel_choices *pack_shelf_choices(const struct pack_shelf *s)
{
    return &s->choices;
}
