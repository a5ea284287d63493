/* For tests of this folder: an office with officers, parties, a pool of experts inserted by SQL, a
 * log whose heads are signed on demand. A failure fails the test. */
#ifndef PANEL_STAGE_H
#define PANEL_STAGE_H
#include "panel/draw.h"
#include "panel/review.h"
#include "record/fixture.h"

struct packs;

struct stage {
    struct fixture f;
    struct db *db;
    struct packs *packs;
    const struct pack *pack;
    int64_t pool_unit;
    int cases; /* given out so far */
};

void stage_open(struct stage *s);
void stage_close(struct stage *s);

void stage_run(struct stage *s, const char *sql);
int64_t stage_number(struct stage *s, const char *sql);
struct str stage_text(struct stage *s, const char *sql);

/* A party with a credit code and a group ("", "": not known); its unit. */
int64_t stage_party(struct stage *s, const char *name, const char *code, const char *group);
/* An expert with an account, for these fields ("law finance"), employed at "<name>"; his record. */
int64_t stage_expert(struct stage *s, const char *name, const char *fields, const char *employer);
/* One more employment: code and to may be "". */
void stage_employment(struct stage *s, int64_t expert, const char *name, const char *code,
                      const char *group, const char *to);
int64_t stage_account(struct stage *s, int64_t expert);

/* A deed of an account in person; 0: of the program. */
struct deed stage_deed(struct stage *s, int64_t account, const char *reason);
/* Numbers all entries and signs a head. */
void stage_sign(struct stage *s);

/* A running case of the party; its id. */
int64_t stage_case(struct stage *s, int64_t unit);
/* A panel of the office over these parties, "field:seats" with blanks between. */
struct panel stage_panel(struct stage *s, const int64_t *parties, size_t count, const char *fields,
                         const char *mode);
struct panel stage_read(struct stage *s, int64_t panel);
/* Frozen, committed, signed, revealed with these values: drawn. */
struct draw stage_draw(struct stage *s, struct panel *p, const struct co_names *patents, int seed);
struct str stage_hex(struct stage *s, int seed, bool commitment);

/* Runs one call as a step: its transaction is committed if it returns OK. */
#define STEP(s, call)                                                                              \
    ({                                                                                             \
        struct err begin_;                                                                         \
        assert_ok(db_begin_write((s)->db, &begin_), &begin_);                                      \
        err_t rc_ = (call);                                                                        \
        if (rc_ == OK)                                                                             \
            assert_ok(db_commit((s)->db, &begin_), &begin_);                                       \
        else                                                                                       \
            db_rollback((s)->db);                                                                  \
        rc_;                                                                                       \
    })
#endif
