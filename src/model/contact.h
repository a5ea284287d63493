/* Ways to reach a person, as they are stored: half width, without blanks and line breaks (a mail has them in its head). */
#ifndef MODEL_CONTACT_H
#define MODEL_CONTACT_H
#include "base/arena.h"
#include "base/str.h"

/* NULL, or what is wrong, for msg(). *out is empty if nothing is written. A number: [+]digits with - ( ) between
 * them, and an extension after # or 转. An address: its host in small letters. */
const char *contact_phone(struct str *out, struct str written, struct arena *a);
const char *contact_mail(struct str *out, struct str written, struct arena *a);
#endif
