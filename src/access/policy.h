/* The policy table: which role may do what with which records. Rules come from
 * types/<name>.yaml (access:) and are decided in one place, for one record in
 * memory and for many in SQL, and compiled to labels for the retrieval engine.
 * Denied by default. */
#ifndef ACCESS_POLICY_H
#define ACCESS_POLICY_H
#include "access/subject.h"
#include "base/buf.h"

enum access_verb {
    ACCESS_READ = 1,
    ACCESS_CREATE = 2,
    ACCESS_CHANGE = 4,
    ACCESS_END = 8,
    ACCESS_IMPORT = 16,
    ACCESS_EXPORT = 32,
    ACCESS_ACT = 64 /* a transition or action, by name */
};

enum relation {
    RELATION_ANY,
    RELATION_OWN, /* created by this account, of whose unit it is */
    RELATION_OWN_UNIT,
    RELATION_OWN_CITY,
    RELATION_OWN_PROVINCE,
    RELATION_AUTHORITY, /* over the record's programme and region, dated */
    RELATION_HANDED_IN, /* its owner has, or had, a case with this unit, of the record's programme where the
                           type has one */
    RELATION_NAMED, /* it names their unit by its credit code */
    RELATION_ASSIGNED,
    RELATION_PUBLISHED
};

enum secrecy { SECRECY_OPEN, SECRECY_INTERNAL, SECRECY_SECRET };

struct str_list {
    const struct str *items;
    size_t count;
    bool all; /* every one; items unused */
};

static inline bool str_list_has(const struct str_list *l, struct str s)
{
    return l->all || str_among(s, l->items, l->count);
}

struct access_rule {
    struct str_list roles;
    unsigned verbs;          /* of enum access_verb */
    struct str_list actions; /* with ACCESS_ACT */
    enum relation relation;
    struct str function; /* RELATION_AUTHORITY; empty: any */
    struct str named;    /* RELATION_NAMED: the column with the credit code */
    struct str_list states;
    struct str_list fields;
    struct str_list unmasked;
    enum secrecy secrecy; /* highest level it reaches */
    int line;             /* in the type's file */
};

/* What anybody may read: what such a rule publishes are the fields that it names, and nothing of whose record it is. */
static inline bool access_is_public(const struct access_rule *r)
{
    return str_among(STR("public"), r->roles.items, r->roles.count);
}

struct access_policy {
    struct str type;    /* "deal" */
    struct str table;   /* "record_deal" */
    bool has_programme; /* the table has a column `programme` */
    const struct access_rule *rules;
    size_t rule_count;
    struct str
        recuses; /* a text column: nobody whom it names reaches the record (access_recused); empty: none */
};

/* What decides, of one record. */
struct labels {
    int64_t id, owner_unit, created_by;
    struct str owner_city, owner_province; /* empty: none */
    struct str state, programme;
    enum secrecy secrecy;
    bool published;
};

struct decision {
    bool allowed;
    bool visible;           /* ACCESS_READ is allowed: a refusal is 403, else 404 */
    struct str_list fields; /* the union over the rules that allow */
    struct str_list unmasked;
    bool labels; /* ACCESS_READ: whose it is and who wrote it, by a rule that is not the public's */
    const struct grant *grant; /* by which role, for the log */
};

/* Does the subject hold one of the rule's roles? */
bool access_rule_reaches(const struct access_rule *r, const struct subject *s);
/* The verbs that roles of the subject have for some records of the type: what a menu offers, not a decision. */
unsigned access_verbs(const struct subject *s, const struct access_policy *p);

/* Decide about one record (for ACCESS_CREATE: labels of the record to be). Looks
 * up assignments and authorities in db. Refusing is no error.
 *
 * A rule allows when it names the verb (and the action), one of its roles is held,
 * and relation, state and secrecy fit. Under a delegated role `own` and `assigned`
 * speak of the person whose right it is. `authority` needs a record that carries a
 * programme, and a dated row for the subject's unit whose region is the record's
 * city or its province; a row of a county covers no record, because records carry
 * no county. A token reaches reading and exporting with the scope "records:read",
 * everything else with "records:write". */
MUST_CHECK err_t access_decide(struct decision *out, struct db *db, const struct subject *s,
                               const struct access_policy *p, enum access_verb verb,
                               struct str action, const struct labels *l, struct arena *a,
                               struct err *e);

/* Does the record's column access_policy.recuses name this person, by the display name as far as its first bracket,
 * and leave somebody else of the unit who has a role of the rules? */
MUST_CHECK err_t access_recused(bool *out, struct db *db, const struct subject *s,
                                const struct access_policy *p, int64_t id, struct err *e);

/* The same for who asks of a record that is known to be readable, or not there yet:
 * `visible` is `allowed`, and the rules are gone through once. */
MUST_CHECK err_t access_allow(struct decision *out, struct db *db, const struct subject *s,
                              const struct access_policy *p, enum access_verb verb,
                              struct str action, const struct labels *l, struct arena *a,
                              struct err *e);

/* A condition in brackets over the system columns of `alias` (the table's name in
 * the query) that holds for exactly the records that access_decide allows (of
 * ACCESS_ACT: with some action that a rule names). It is appended to `sql` as text;
 * its parameters are numbered from *next_param on (advanced), and the value of
 * parameter ?n goes to values[n - 1] (room for ACCESS_VALUES_MAX more), so that one
 * array serves the whole query. Nothing allowed: "(0 = 1)". E_LIMIT: more values
 * than that; then nothing may be read. */
#define ACCESS_VALUES_MAX 64
MUST_CHECK err_t access_where(struct buf *sql, struct value *values, int *next_param,
                              const struct subject *s, const struct access_policy *p,
                              enum access_verb verb, const char *alias, struct err *e);

/* The same over labels alone, for an engine that keeps them as columns of its
 * documents: a record is allowed when one clause holds. What needs a look-up
 * (assignments, authorities) is looked up here, once; so a predicate is of this
 * moment and is not kept for another request. */
struct access_clause {
    int64_t owner_unit, created_by; /* 0: any */
    struct str city, province;      /* the owner's; empty: any */
    struct str programme;           /* empty: any */
    bool published;                 /* only those */
    enum secrecy secrecy;           /* up to this level */
    struct str_list states;
    const int64_t *ids; /* sorted; NULL: any */
    size_t id_count;
};
struct access_predicate {
    const struct access_clause *clauses; /* none: nothing is allowed */
    size_t count;
};
MUST_CHECK err_t access_index_predicate(struct access_predicate *out, struct db *db,
                                        const struct subject *s, const struct access_policy *p,
                                        enum access_verb verb, struct arena *a, struct err *e);
#endif
