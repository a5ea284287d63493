/* Binary search in a sorted static table: a few thousand short strings, looked
 * up when a message is shown, so nothing faster is worth its memory. */
#include "base/msg.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static enum lang chosen = LANG_ZH;
static _Thread_local struct {
    bool asked;
    enum lang lang;
} spoken;
static const struct msg_entry *entries;
static unsigned entry_count;

void msg_set_lang(enum lang lang)
{
    chosen = lang;
}

void msg_speak(enum lang lang)
{
    spoken.asked = true;
    spoken.lang = lang;
}

void msg_speak_default(void)
{
    spoken.asked = false;
}

enum lang msg_lang(void)
{
    return spoken.asked ? spoken.lang : chosen;
}

void msg_set_table(const struct msg_entry *table, unsigned count)
{
    entries = table;
    entry_count = count;
}

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct msg_entry *)entry)->id);
}

const char *msg_in(enum lang lang, const char *id)
{
    if (lang == LANG_EN || entry_count == 0)
        return id;
    const struct msg_entry *found = bsearch(id, entries, entry_count, sizeof(*entries), compare);
    return found ? found->text : id;
}

const char *msg(const char *id)
{
    return msg_in(msg_lang(), id);
}
