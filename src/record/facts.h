/* The facts of parties from their records, one document per party (docs/facts.md); policies get
 * data of the store in no other way. The files of the types define which records fill which list
 * (`facts:`, `facts_of:`, `fact:`). A list is complete by a list statement (`completes:`) or
 * because its party submitted the case. No list or type is named in C.
 *
 * The document is that of the subject: facts the subject may not read are unknown. A list from
 * which records could be hidden is named in `open`, whether or not such a record exists, so that
 * neither a number nor a verdict reveals it. Masked personal numbers are replaced by "person-1",
 * "person-2": equality within the document is kept, nothing else. */
#ifndef RECORD_FACTS_H
#define RECORD_FACTS_H
#include "record/record.h"
#include "text/json.h"
#include "text/yaml.h"

/* A case, or one that brought it about. */
struct facts_case {
    struct str number, type; /* flow_case.number; the type of its subject record … */
    int64_t record_id;       /* … */
};

struct facts_request {
    struct str as_of; /* business date, ISO */
    struct str
        handed_in; /* of an application under way: the day from which it counts; empty: none */
    struct str programme; /* pack; records of another one are left out. Empty: all */
    struct str question;  /* empty: none is said */
    /* Facts of a case, the nearest first: records that say another case are left out, and where a
     * fact is one record of the type of a subject, it is the subject. None: facts of the party. */
    const struct facts_case *cases;
    size_t case_count;
    const struct subject *subject;
    bool with_sources;
    bool
        handed_in_whole; /* the party hands its lists in, or did: those that it keeps are complete */
    bool for_report;     /* also what reports alone count (types/facts.yaml, `report`) */
};

struct fact_file {
    struct str field, digest, name;
};

/* The origin of a row of the document. */
struct fact_source {
    struct str row;  /* as policies name it: "staff[2]", of an object "applicant" */
    struct str type; /* record type, and the record */
    int64_t id, version;
    const struct fact_file *files;
    size_t file_count;
    bool takes_files; /* its evidence is files, and the subject may read them */
};

/* The records of one type used for the document. Reveals no record that the subject may not read:
 * `all` follows from the rules only, `stated` from statements the subject may read. */
struct facts_read {
    struct str type;
    int64_t records;          /* of the party, that who asks may read */
    bool all;                 /* none of this kind can be hidden from who asks */
    bool stated;              /* a list statement covers the day: there are no others */
    const struct str *hidden; /* fields with facts that he does not see, in one of them at least */
    size_t hidden_count;
    const struct str *masked; /* and those of which he sees "person-1" */
    size_t masked_count;
};

struct party_facts {
    int64_t unit;
    struct str code, name, city, province; /* code empty: it has none */
    const struct yvalue *document;         /* by record_facts, and so is what follows */
    const struct fact_source *sources;     /* with_sources */
    size_t source_count;
    const struct facts_read *read; /* with_sources: by type, where there are records or could be */
    size_t read_count;
};

/* Parties that the subject may read, by id: up to `max` of them. */
MUST_CHECK err_t record_parties(struct party_facts **out, size_t *count, struct kernel *k,
                                struct db *db, const struct subject *s, size_t max, struct arena *a,
                                struct err *e);
/* One of them, or an office, by its unified social credit code, its unit ("34") or its record ("applicant/34").
 * E_NOTFOUND: none that the subject may read. */
MUST_CHECK err_t record_party(struct party_facts *out, struct kernel *k, struct db *db,
                              const struct subject *s, struct str party, struct arena *a,
                              struct err *e);

/* Fill the documents of `count` parties, in the order of their units: one statement for
 * each type and each of its lists, however many they are. Of one moment where `db` is
 * within a read transaction. */
MUST_CHECK err_t record_facts(struct party_facts *parties, size_t count, struct kernel *k,
                              struct db *db, const struct facts_request *r, struct arena *a,
                              struct err *e);

/* Whether the owner of a record with these labels may declare `list` of the party with this code
 * complete. *why: NULL, or the obstacle, with the list for its %s. */
MUST_CHECK err_t facts_may_declare(const char **why, struct db *db, const struct kernel *k,
                                   struct str list, struct str code, const struct labels *l,
                                   struct arena *a, struct err *e);

/* "read": [{"type","records","all","stated","hidden","masked"}] inside an open object. */
void facts_read_json(struct jout *j, const struct party_facts *p);
#endif
