/* For tests of this folder: a store with two provinces, some people, and types
 * written as a test needs them beside the shipped ones. */
#ifndef RECORD_FIXTURE_H
#define RECORD_FIXTURE_H
#include "audit/suite.h"
#include "audit/verify.h"
#include "record/record.h"

struct fixture {
    struct arena *a;
    const char *dir, *url;
    struct store *store;
    /* fixture_run's, NULL until it is used: opening one reads the whole schema */
    struct db *beside;
    struct record_types *types;
    struct log_suite suite;
    struct clock clock; /* held still; a test may move it */
    struct seal_key *keys;
    struct kernel k;
    int64_t centre, other_centre, city, province, elsewhere; /* units */
    int64_t staff, manager, other_staff, city_officer, officer, officer2, stranger,
        neighbour; /* accounts */
};

struct fixture_type {
    const char *name, *yaml;
};

/* The types "thing" (every type of field) and "step" (states) are there always. */
void fixture_open(struct fixture *f, const struct fixture_type *types, size_t type_count);
void fixture_close(struct fixture *f);
/* The store closed, so that no connection lives through a fork, and opened again; `vfs` as in
 * store_options (SQLite), or NULL. */
void fixture_shut(struct fixture *f);
void fixture_reopen(struct fixture *f, const char *vfs);

const struct record_type *fixture_type(struct fixture *f, const char *name);
/* The account with its roles of this moment, on 2026-11-20. */
struct subject fixture_subject(struct fixture *f, int64_t account);
const struct jvalue *fixture_json(struct fixture *f, const char *json);
/* What was written there, which is freed; in the arena. */
const struct jvalue *fixture_written(struct buf *b, struct arena *a);

/* Uploaded by an account, for its unit; the digest is FIXTURE_DIGEST where NULL. One of the
 * manager of the centre is there always. */
#define FIXTURE_DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
int64_t fixture_file(struct fixture *f, int64_t account, const char *digest, const char *name,
                     enum secrecy secrecy);

/* One statement, or the test fails. */
void fixture_run(struct fixture *f, const char *sql);
int64_t fixture_number(struct fixture *f, const char *sql);
struct str fixture_text(struct fixture *f, const char *sql);

/* What differs from its last version (current.h): always the people and units above, which have rows alone. */
struct verify_found fixture_current(struct fixture *f);

/* Writes that must succeed; the id. */
int64_t fixture_create(struct fixture *f, int64_t account, const char *type, const char *json);
/* "field:code field:code …" of a write that must be refused; with E_INVALID. */
struct str fixture_faults(struct fixture *f, int64_t account, const char *type, const char *json);
struct str faults_text(struct fixture *f, const struct faults *faults);
#endif
