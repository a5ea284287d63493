/* What the readers of the USPTO's formats share. */
#ifndef INGEST_US_COMMON_H
#define INGEST_US_COMMON_H
#include "ingest/doc.h"

/* sniff() of an XML format: `score` when the root element or the DOCTYPE is one
 * of `roots` (NULL-terminated), also where a long DTD subset hides the root. */
int us_sniff_xml(struct bytes head, const char *const *roots, int score);

/* A US citation as the front page prints it: parts are country, number, kind,
 * name, date; empty ones left out. */
struct str us_citation_text(struct doc *f, const struct str parts[5]);

/* Text with HTML tags → plain text: <br>, <p> … end lines, references are
 * resolved, other tags dropped. */
struct str us_html_text(struct str html, struct arena *a);

/* Digits at the start of "23. A tire …"; 0 when the line begins no claim. */
size_t us_claim_number(struct str line);

/* An IPC symbol in the columns of the Green Book and ST.32 ("H04M 1100": subclass,
 * group in three columns, subgroup) or with '/' and zeros ("G06F015/16"). */
void us_ipc_packed(struct doc *f, struct str written);

/* "1402" → Locarno 14-02; anything else as it is. */
void us_locarno(struct doc *f, struct str written);
#endif
