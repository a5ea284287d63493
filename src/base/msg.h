/* Message catalogue: the product speaks Chinese first, English by switch.
 *
 * The English sentence in the code is the key (as with gettext); po/zh.po
 * holds the Chinese one. tools/po_to_c.py makes the table at build and refuses
 * a translation whose conversions differ from its key's. A sentence without
 * translation is shown in English, and a test lists it as missing. */
#ifndef BASE_MSG_H
#define BASE_MSG_H

/* Marks a literal that is passed to msg() elsewhere, so that tools/messages.py
 * finds it (the custom of gettext). */
#define N_(literal) literal

enum lang { LANG_ZH, LANG_EN };

struct msg_entry {
    const char *id, *text;
};

/* Set once by main before any thread starts; the process's only global setting. */
void msg_set_lang(enum lang lang);
/* The language of this thread's messages from here on: what a request asked for. It lasts until
 * msg_speak_default; another thread that works for the request is told as well. */
void msg_speak(enum lang lang);
void msg_speak_default(void);
/* Of this thread: what it speaks, else what main set. */
enum lang msg_lang(void);

/* Hand over a table sorted by id (strcmp order), with static storage. */
void msg_set_table(const struct msg_entry *table, unsigned count);

/* The sentence in the chosen language; `id` itself where none is held. */
const char *msg(const char *id) __attribute__((format_arg(1)));
/* …in a given language, for texts that are kept or sent in both. */
const char *msg_in(enum lang lang, const char *id) __attribute__((format_arg(2)));
#endif
