/* Shared by the files that show a pack. */
#ifndef POLICY_PACK_SHOW_PRIV_H
#define POLICY_PACK_SHOW_PRIV_H
#include "policy/pack_show.h"

/* 〔七(三)〕原文 */
void show_citation(struct buf *to, int indent, const struct citation *c);
/* "label: text"; nothing where the text is empty. The label goes through msg(). */
void show_line(struct buf *to, int indent, const char *label, struct str text);
struct str show_joined(const struct str *words, size_t count, struct arena *a);
void show_process(struct buf *to, const struct pack *p, const struct process *process,
                  struct arena *a);
#endif
