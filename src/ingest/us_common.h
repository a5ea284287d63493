/* What the readers of the USPTO's formats share. */
#ifndef INGEST_US_COMMON_H
#define INGEST_US_COMMON_H
#include "ingest/doc.h"

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

/* A citation as the USPTO's search system groups it: "US 2003/0169838 A1 20030900
 * Greenstreet et al. 375/376 cited by examiner": office, number, kind where there is
 * one, date, name. */
void us_cited_group(struct doc *f, struct str group);
/* NPL with "cited by …" behind it. */
void us_npl(struct doc *f, struct str text);

/* A class as the search system groups it: "20060101 A H05K H05K9/00 F I B US H
 * 20151201", "H H05K H05K9/0066 20130101 F I 20151201 US", "H05K9/0066 20130101": the
 * symbol is the word with '/', the first date its version, F or L its position. */
void us_class_group(struct doc *f, enum class_scheme scheme, struct str group);

/* "600/301" */
void us_uspc(struct doc *f, struct str written);

/* "Smith; John A." of the search system and the Green Book → "Smith, John A.", as
 * every other format of the office has it. */
struct str us_person(struct doc *f, struct str written);

/* A person or firm with place, "N/A" standing for nothing. */
struct us_party {
    struct str name, city, state, zip, country;
};
void us_party(struct doc *f, enum party_role role, const struct us_party *p);

/* Whether a conveyance of the assignment register hands over the right itself:
 * not a security interest, its release, a licence or a lien. */
bool us_moves_ownership(struct str conveyance);

/* "1402" → Locarno 14-02; anything else as it is. */
void us_locarno(struct doc *f, struct str written);
#endif
