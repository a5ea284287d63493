/* A program that gives up its rights before it reads its first byte: for those that a server
 * starts (base/child.h) to work on what a stranger sent. What takes such a program over can write
 * to its standard output, and nothing else.
 *
 * Files can be opened to be read (fonts), none written; no program started, no socket, no other
 * process reached; memory and time are bounded. */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H
#include <stddef.h>

/* memory_bytes: of addresses; seconds: of processor time. Not 0: errno says why, and the program
 * is to leave. */
int confine_program(size_t memory_bytes, unsigned seconds);
#endif
