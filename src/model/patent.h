/* The patent model, after WIPO ST.36 / ST.96: one struct is one published (or
 * at least filed) document as one source describes it, or as all sources
 * together do (patent_merge). All strs live in the arena it was made in. Empty
 * str, year 0, UNKNOWN: the fact is missing; nothing is guessed. */
#ifndef MODEL_PATENT_H
#define MODEL_PATENT_H
#include "base/buf.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "model/normal.h"
#include "model/number.h"

enum party_role { PARTY_APPLICANT, PARTY_ASSIGNEE, PARTY_INVENTOR, PARTY_AGENT, PARTY_EXAMINER };
#define PARTY_ROLES 5
const char *party_role_name(enum party_role r); /* "applicant" "assignee" (current holder) … */

struct party {
    enum party_role role;
    struct str name;     /* as written */
    struct str name_key; /* name_key(name): spellings meet here */
    struct str country;  /* ST.3 */
    struct str address;
    struct str identifier; /* 统一社会信用代码 or the office's own number; Derwent's code, "SAWO-C" */
};
#define DERWENT_STANDARD "-C" /* ends a code that belongs to one company; others do not */

/* An agency by its own name, 事务所, 代理有限公司, LLP; of people who act as agents it is false. The
 * sources give both as agents, many of them in one column. */
bool party_is_firm(const struct party *p);

struct classification {
    enum class_scheme scheme;
    struct class_symbol symbol;
};

enum text_part { TEXT_TITLE, TEXT_ABSTRACT, TEXT_CLAIMS, TEXT_FIRST_CLAIM, TEXT_DESCRIPTION };
#define TEXT_PARTS 5
const char *text_part_name(enum text_part p);

struct patent_text {
    enum text_part part;
    struct str lang;    /* ISO 639-1; empty when it cannot be told */
    struct str content; /* plain text; paragraphs and claims end in '\n' */
    bool translated;    /* a translation, not the document's own words */
};

struct citation {
    struct number number; /* key empty: non-patent literature */
    struct str text;      /* NPL text, or the citation as written */
    struct str category;  /* X Y A … as written */
    struct str origin;    /* "examiner", "applicant", "search" …, empty when not known */
    bool citing_us;       /* true: the cited-by direction (a document that cites this one) */
};

struct legal_event {
    struct date date;
    struct str office, code, text; /* code of the office or INPADOC */
};

struct priority {
    struct number number;
    struct date date;
    struct str country;
};

struct vendor_field {
    struct str name, value; /* column or element as named in the file, value as given */
};

struct patent {
    int64_t id; /* row in the store; 0 before it has one */

    struct str source;    /* who says so: "docdb", "uspto", "file:<SHA-256 of the file>", … */
    struct str source_id; /* the source's own id of the record; may be empty */
    /* The day for which the source says the record stands: the date of the data. Of two
     * records of the same source and source_id, the later one supersedes the earlier in
     * patent_merge; the latest decides the legal status. */
    struct date as_of;
    /* Where this very record was read, for people; not part of the JSON, as the
     * same record in another file is no other record. */
    struct str file;
    int64_t row;         /* as a person counts; 0: not known */
    int64_t received_ms; /* since 1970-01-01T00:00:00Z; 0: now */
    /* Which file of its source states the record, rising in the order in which files
     * came; not part of the JSON. 0: no order is known, or the files of this source
     * describe parts of one whole. patent_merge lets a later file state facts anew. */
    int64_t file_number;
    int64_t
        import_number; /* the import that states it (patent_undo.h); 0: none; not part of the JSON */
    int64_t unit;      /* whose import that is; 0: of none; not part of the JSON */
    bool by_party;     /* that unit is no office of the province; not part of the JSON */
    int64_t batch;     /* patent_store.h, "batches"; 0: none; not part of the JSON */
    bool stored;       /* by patent_put: the record was not held yet, and its digest is: */
    struct digest digest;

    struct number publication; /* key empty: none known; a record without any number may have its
                                  office alone */
    struct date publication_date;
    struct number application;
    struct date application_date;
    struct date grant_date;
    struct number earliest; /* first publication, where the source names one beside a grant */
    struct str family;      /* "docdb:12345", "simple:…" as the source has it */
    VEC(struct number) family_members;
    VEC(struct priority) priorities;
    VEC(struct party) parties;
    VEC(struct classification) classes;
    VEC(struct patent_text) texts;
    VEC(struct citation) citations;
    VEC(struct legal_event) events;
    VEC(struct vendor_field) vendor;

    enum patent_type type;
    enum patent_status status;
    struct str status_written; /* as given */
    /* Of a merged record whose status comes from data of another day than as_of: that day; year
     * −1: the data name no day. Read it by patent_status_day. */
    struct date status_as_of;
    struct str region;   /* GB/T 2260 code of the first applicant */
    VEC(struct str) sei; /* 战略性新兴产业 labels as the vendor gives them */
    int64_t times_cited; /* -1: not known */
};

/* Fill a zeroed struct's defaults (times_cited −1). */
void patent_init(struct patent *p);

/* Derive what follows from what is there: name keys, type from number and kind,
 * status from its words, text languages (script; English for offices that write
 * nothing else), the region of a Chinese first applicant's address, the first
 * listed class as main class, countries of priorities, the publication from
 * `earliest` when it is the only one, the publication date of a Chinese grant from
 * its grant date (the earlier one then is the vendor field first_publication_date). Call once after a reader has filled it. */
void patent_finish(struct patent *p, struct arena *a);
/* The region as the first applicant's Chinese address says it, inside the one that the record states. Stored records are
 * read by it too, so that they have the region that today's table gives them. */
void patent_region_read(struct patent *p);

/* The key that identifies the record (see number.h): publication key, else
 * application key, else "无号/<source>/<source_id>", else
 * "无号/sha256/<digest of the record>", so that records without number and id are
 * one only when they are equal. E_INVALID when it has neither a number, nor an id,
 * nor a title or abstract: nothing identifies it. */
MUST_CHECK err_t patent_key(struct str *out, const struct patent *p, struct arena *a,
                            struct err *e);
bool patent_key_is_numberless(struct str key);

/* The day for which its source says the legal status stands; year 0: not known. */
struct date patent_status_day(const struct patent *p);

/* A fact for which a source contradicts the shown value: title, applicant, status, publication_date, application_date,
 * grant_date. Text in the arena. */
#define PATENT_FACTS 6
struct patent_fact {
    const char *field;
    struct str value;
};
size_t patent_conflicts(struct patent_fact out[PATENT_FACTS], const struct patent *shown,
                        const struct patent *source, struct arena *a);

/* Title to show: the given language if held, else zh, else en, else the first. */
struct str patent_title(const struct patent *p, const char *lang);
struct str patent_text(const struct patent *p, enum text_part part, const char *lang);
bool patent_has_text(const struct patent *p, enum text_part part); /* in any language */
/* The party of the role at `at`, from 0, in their order; NULL: it has not so many. */
struct party *patent_party(const struct patent *p, enum party_role role, size_t at);

/* Canonical JSON: keys in fixed order, empty members left out, UTF-8. Writing
 * what was read gives the same bytes. `id`, `file`, `row`, `received_ms` and
 * `file_number` are not part of it. What can be computed from its neighbours is left out too (see
 * patent_json.c). */
void patent_to_json(struct buf *out, const struct patent *p);
MUST_CHECK err_t patent_from_json(struct patent *out, struct str json, struct arena *a,
                                  struct err *e);

/* Office, serial and use of each number that a record cites, read from its canonical JSON without parsing the rest. The
 * strings borrow from `json`. */
void patent_cited_each(struct str json, void (*fn)(void *arg, const struct number *cited),
                       void *arg);

/* Only what says which document it is and what it is about: priorities, family
 * members, citations, events and vendor fields stay empty. In canonical JSON they
 * stand behind the rest and are not read at all, nor damage in them seen. */
MUST_CHECK err_t patent_head_from_json(struct patent *out, struct str json, struct arena *a,
                                       struct err *e);

/* How far a source is believed: by its name up to the first ':' (table in patent_merge.c). */
enum source_rank {
    RANK_NUMBERLESS, /* a record without any number */
    RANK_TEXT,       /* citations and texts */
    RANK_LIST,       /* lists by hand: whatever is not in the table */
    RANK_VENDOR,
    RANK_EXPORT,  /* of an office's search */
    RANK_EXCHANGE /* an office's own data */
};
enum source_rank patent_source_rank(struct str source);

/* One document from several sources, by the rules in model/README; the order of
 * `parts` does not matter. Borrows from the parts; out->source is the list of
 * sources, most believed first, joined by " + ". One part is returned as it is. */
void patent_merge(struct patent *out, const struct patent *const *parts, size_t count,
                  struct arena *a);

/* A document as who corrected it sees it: what `top` states, and of all else what `base` says. */
void patent_overlay(struct patent *out, const struct patent *top, const struct patent *base,
                    struct arena *a);
#endif
