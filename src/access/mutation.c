/* Names are compared as text: a table of numbers would have to be kept in step with
 * the code by hand, and speed is nothing here. */
#include "access/mutation.h"

#ifdef ZHIYUN_MUTATION
#include <pthread.h>
#include <stdlib.h>

#define NAME_MAX_BYTES 160
#define NAMES_MAX 1024 /* a request that asks for more ends the program: none may go unseen */
#define OFF_MAX_BYTES 8192

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char off[OFF_MAX_BYTES]; /* guarded by lock, as all below */
static char asked[NAMES_MAX][NAME_MAX_BYTES];
static size_t asked_count;
static _Thread_local const char *part = "";

const char *access_part(const char *now)
{
    const char *before = part;
    part = now;
    return before;
}

static bool is_named(struct str name)
{
    struct str rest = str_of(off);
    while (rest.len > 0)
        if (str_eq(str_split(&rest, STR(", ")), name))
            return true;
    return false;
}

static void note(const char *name)
{
    for (size_t i = 0; i < asked_count; i++)
        if (strcmp(asked[i], name) == 0)
            return;
    if (asked_count == NAMES_MAX)
        abort();
    memcpy(asked[asked_count++], name, strlen(name) + 1);
}

bool access_off(struct str resource, const char *name)
{
    char whole[NAME_MAX_BYTES];
    if (strcmp(part, ACCESS_NO_REQUEST) == 0)
        return false;
    (void)snprintf(whole, sizeof(whole), "%.*s %s%s", STR_ARG(resource), part, name);
    pthread_mutex_lock(&lock);
    bool is_off = is_named(str_of(whole));
    note(whole);
    pthread_mutex_unlock(&lock);
    return is_off;
}

int64_t access_whose(struct str resource, int64_t account)
{
    return !access_off(resource, "mine") ? account : account == 1 ? 2 : 1;
}

void access_mutation_begin(struct str names)
{
    pthread_mutex_lock(&lock);
    if (names.len >= sizeof(off))
        abort();
    (void)snprintf(off, sizeof(off), "%.*s", STR_ARG(names));
    asked_count = 0;
    pthread_mutex_unlock(&lock);
}

void access_mutation_end(struct buf *out)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < asked_count; i++)
        buf_addf(out, i ? ", %s" : "%s", asked[i]);
    off[0] = '\0';
    asked_count = 0;
    pthread_mutex_unlock(&lock);
}
#endif
