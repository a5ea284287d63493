/* A stream read ahead on a thread of its own: unpacking a large member costs a
 * sixth of parsing it, and need not wait for the parser. */
#ifndef TEXT_STREAM_AHEAD_H
#define TEXT_STREAM_AHEAD_H
#include "text/stream.h"

/* The bytes of `inner`, its errors where they arise (after one, that error for
 * ever). Takes `inner`: it is used by the thread alone and closed with the
 * result. Where no thread can be had, `inner` itself. */
struct stream *stream_ahead(struct stream *inner);
#endif
