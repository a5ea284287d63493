/* The layers of cage.c, each in a file of its own. */
#ifndef CAGE_PRIV_H
#define CAGE_PRIV_H
#include "cage/cage.h"

/* Into memory, and anew where they changed: runs begin with them. */
void cage_find_fonts(void);

/* Each: 0, or -1 with errno. */
int cage_calls(void);                 /* the list of calls; nothing else can be set up after it */
int cage_root(const struct cage *c);  /* needs mounts of its own */
int cage_files(const struct cage *c); /* rules on files */
#endif
