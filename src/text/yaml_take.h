/* Values out of a YAML tree, checked: for readers of data files that tell all that is wrong with
 * one, each fault with its place, and read on. A key that is absent or null gives "nothing", one
 * of the wrong shape too, with a fault. */
#ifndef TEXT_YAML_TAKE_H
#define TEXT_YAML_TAKE_H
#include "text/yaml.h"
#include <stdarg.h>

struct ytake {
    struct arena *arena; /* what is taken lives there */
    /* A fault; `fmt` is English (base/msg.h), `where` the value that is wrong, or its key. */
    void (*tell)(void *arg, const struct yvalue *where, const char *fmt, va_list args);
    void *arg;
};

void ytake_fault(const struct ytake *t, const struct yvalue *where, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* The value, or NULL where the key is absent or has nothing. */
const struct yvalue *ytake_value(const struct yvalue *map, const char *key);
/* The key, else the map: where a fault of its value is told. */
const struct yvalue *ytake_place(const struct yvalue *map, const char *key);

/* Without the blanks around it. `required`: absence is a fault. */
struct str ytake_text(const struct ytake *t, const struct yvalue *map, const char *key);
struct str ytake_required(const struct ytake *t, const struct yvalue *map, const char *key);
bool ytake_bool(const struct ytake *t, const struct yvalue *map, const char *key, bool absent);
/* YYYY-MM-DD, a day of the calendar. */
struct str ytake_date(const struct ytake *t, const struct yvalue *map, const char *key);
/* The index of the word among `words` (NULL-terminated); `absent` where it is not. */
int ytake_choice(const struct ytake *t, const struct yvalue *map, const char *key,
                 const char *const *words, int absent);
/* A list of words, none twice; a single word counts as a list of one. */
size_t ytake_words(const struct str **out, const struct ytake *t, const struct yvalue *map,
                   const char *key);
/* Children of a list of maps. */
size_t ytake_maps(const struct yvalue **out, const struct ytake *t, const struct yvalue *map,
                  const char *key);
/* Every key of the map stands in `known` (NULL-terminated); else what may have been meant. */
void ytake_keys(const struct ytake *t, const struct yvalue *map, const char *const *known);
#endif
