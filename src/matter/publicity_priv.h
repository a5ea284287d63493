/* Between the files of publicity. */
#ifndef MATTER_PUBLICITY_PRIV_H
#define MATTER_PUBLICITY_PRIV_H
#include "matter/publicity.h"

static inline bool site_is_official(const struct jvalue *site)
{
    return !str_is(jin_text(site, "kind"), "reprint");
}

static inline bool site_is_down(const struct jvalue *site)
{
    return jin_text(site, "down_at").len > 0;
}

static inline size_t list_count(const struct jvalue *list)
{
    return list && list->type == J_ARRAY ? list->count : 0;
}

/* Whether the list was taken down early at every official place. */
static inline bool list_is_interrupted(const struct jvalue *sites)
{
    bool down = false;
    for (size_t i = 0; i < list_count(sites); i++) {
        if (!site_is_official(&sites->items[i]))
            continue;
        if (!site_is_down(&sites->items[i]))
            return false;
        down = true;
    }
    return down;
}

/* A field of a record of publicity; NULL, empty: it has none. */
MUST_CHECK err_t publicity_field(const struct jvalue **out, struct step *g, int64_t id,
                                 const char *field);

MUST_CHECK err_t publicity_text(struct str *out, struct step *g, int64_t id, const char *field);

/* The day on which an objection against the case was upheld; empty: none was. */
MUST_CHECK err_t publicity_upheld(struct str *out, struct step *g);

/* --- the list (publicity_list.c) ------------------------------------------------------------ */

/* {"note","programme","rows":[{"case","city","code","industry","name","number","party"}],"title"} as
 * canonical JSON: what the records say of its cases now, in their order. A party that has no name by the
 * rule of the pack yet is listed without. */
struct listing {
    struct str title, note;
    /* The rows of the list as it was frozen: those whose cases are decided, or were sent back, stay as
     * they are. NULL: a list of the cases of the step, anew. */
    const struct jvalue *rows;
};

MUST_CHECK err_t publicity_list(struct str *out, struct step *g, const struct listing *what);

/* The rows of a frozen list. E_CORRUPT: it has none. */
MUST_CHECK err_t publicity_rows(const struct jvalue **rows, struct str list, struct arena *a,
                                struct err *e);

/* The number of a case that is still published by the list and is not part of the step; empty:
 * there is none. */
MUST_CHECK err_t publicity_left_out(struct str *number, struct step *g, struct str list);

/* The same number, case, unit and name in every row: another is not clerical. */
MUST_CHECK err_t publicity_same(bool *out, struct str list, struct str other, struct arena *a,
                                struct err *e);
#endif
