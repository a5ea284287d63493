/* Shared by the files that read packs and check them. */
#ifndef POLICY_PACK_PRIV_H
#define POLICY_PACK_PRIV_H
#include "policy/packs.h"
#include "text/yaml_take.h"

struct pack_findings {
    struct arena *arena;
    VEC(struct pack_finding) list;
};

struct pack_part { /* one file of a pack: pack.yaml, or another with further sections */
    struct str file;
    const struct yvalue *root; /* a map */
};

struct pack_reader {
    struct arena *arena; /* of the pack */
    struct pack_findings *findings;
    struct str file; /* being read: findings name it */
    VEC(struct pack_part) parts;
    const struct packs *packs; /* whose files there are */
    struct pack *pack;
};

/* Note what is wrong; `fmt` goes through msg(). */
void pack_fault(struct pack_reader *r, const struct yvalue *where, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void pack_fault_at(struct pack_reader *r, struct str file, int line, int column, const char *fmt,
                   ...) PRINTF_LIKE(5, 6);

/* format.c: keys of a former format found in the map; at most FORMER_KEYS_MAX names. */
#define FORMER_KEYS_MAX 8
size_t pack_former_keys(const char **names, struct pack_reader *r, const struct yvalue *map,
                        const struct part_key *known);
/* Whether an effect is of a former format; *now: as it is written now, empty: it is left out. */
bool pack_former_effect(struct str *now, struct pack_reader *r, struct str text, int line);
void pack_read_format(struct pack_reader *r, const struct yvalue *root);

/* Values of a map, as text/yaml_take.h has them. */
const struct yvalue *pack_take(const struct yvalue *map, const char *key);
struct str pack_text(struct pack_reader *r, const struct yvalue *map, const char *key);
struct str pack_required(struct pack_reader *r, const struct yvalue *map, const char *key);
struct str pack_id(struct pack_reader *r, const struct yvalue *map, const char *key);
struct str pack_date(struct pack_reader *r, const struct yvalue *map, const char *key);
bool pack_bool(struct pack_reader *r, const struct yvalue *map, const char *key);
int pack_choice(struct pack_reader *r, const struct yvalue *map, const char *key,
                const char *const *words, int absent);
size_t pack_words(const struct str **out, struct pack_reader *r, const struct yvalue *map,
                  const char *key);
size_t pack_maps(const struct yvalue **out, struct pack_reader *r, const struct yvalue *map,
                 const char *key);
/* The map under that key; NULL: there is none, or it is no map, which is reported. */
const struct yvalue *pack_map(struct pack_reader *r, const struct yvalue *map, const char *key);
/* Reports all other keys of the map. */
void pack_keys(struct pack_reader *r, const struct yvalue *map, const struct part_key *known);
/* Reports unknown, missing and wrongly typed keys of a map and its nested maps. */
void pack_shape(struct pack_reader *r, const struct yvalue *map, const struct part_key *keys);
/* "quote"; optional if the text is missing. */
struct str pack_quote(struct pack_reader *r, const struct yvalue *map);
struct citation pack_citation(struct pack_reader *r, const struct yvalue *map);
const struct yvalue *pack_place(const struct yvalue *map, const char *key);

/* Reports an id that is defined twice. `before`: the pack that defined it first. */
void pack_report_duplicate(struct pack_reader *r, const struct yvalue *where, struct str id,
                           const struct pack *before);

/* The map that contains the section; later findings name its file. An empty map if there is none.
 * A section is in one file only. */
const struct yvalue *pack_section(struct pack_reader *r, const char *name);

/* Parses pack.yaml (`text`), the other *.yaml files and the SQL; the parts of r->pack->parent
 * exist already. r->pack has everything that could be read, even if there are faults. */
void pack_parse(struct pack_reader *r, struct str text);

/* The sections that are lists of items; afterwards the processes among them as struct process. */
void pack_read_parts(struct pack_reader *r);
void pack_read_processes(struct pack_reader *r);
/* "labels_en": the English labels, by the Chinese ones. Before the processes are read. */
void pack_read_labels(struct pack_reader *r);
/* Whether an actor is one that no authority needs to be: applicant, system … */
bool process_actor_is_party(struct str actor);

/* A file of the pack by its name in it; an empty str with ptr NULL: there is none. */
struct str pack_file_text(const struct packs *p, struct str id, const char *name);
#endif
