/* Every bound on what a stranger can make large, with its reason. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define PATH_BYTES_MAX 4096 /* Linux PATH_MAX */

/* Import. A description of 2,000 pages is about 6 MB. A few records are in memory
 * at once, in several forms: these bounds keep an import below 300 MB. XML is
 * counted as its tree, which is some times larger than its text. */
#define FIELD_BYTES_MAX ((size_t)16 << 20)       /* one cell, JSON string, XML text */
#define RECORD_BYTES_MAX ((size_t)32 << 20)      /* one row, line or JSON value */
#define XML_RECORD_BYTES_MAX ((size_t)128 << 20) /* one XML document as a tree */
#define QUEUE_BYTES_MAX ((size_t)8 << 20)        /* records read and not yet written */
#define HEADER_BYTES_MAX ((size_t)4 << 20)       /* rows held while looking for the header */
#define COLUMNS_MAX 4096 /* Excel has 16,384; exports at most a few hundred */

/* Texts that the cells of a workbook share, with 8 bytes for each: they stay in
 * memory while its sheets are read. Ten thousand patents with abstract and first
 * claim, which is what vendors give at once, share 30 MB. */
#define XLSX_SHARED_BYTES_MAX ((size_t)128 << 20)

/* A zip member that unpacks to more than this, or by more than this factor
 * once past the first 100 KiB, is a bomb: real exports reach 40. */
#define UNPACKED_BYTES_MAX ((size_t)8 << 30)
#define UNPACK_RATIO_MAX 100
#define UNPACK_RATIO_FROM ((size_t)100 << 10)
#define ARCHIVE_MEMBERS_MAX 100000
#define ARCHIVE_DEPTH_MAX 3 /* zip in zst in zip: enough for the offices' bulk files */

#define JSON_DEPTH_MAX 64
#define XML_DEPTH_MAX 256
/* Data files of the program. libyaml's time is quadratic in the depth of flow lists. */
#define YAML_DEPTH_MAX 32
#define YAML_BYTES_MAX ((size_t)4 << 20) /* a policy pack with every clause is some 100 KB */
#define XML_AMPLIFICATION_FROM ((unsigned long long)64 << 10) /* bytes; expat counts from here */

/* What a person writes into one field, in characters: a title or a name; why he does something, which
 * stands with every entry; an opinion or a description, some ten pages. */
#define LINE_CHARACTERS_MAX 200
#define REASON_CHARACTERS_MAX 2000
#define PROSE_CHARACTERS_MAX 20000

/* What a program or an administrator enters. */
#define URL_BYTES_MAX 2048                    /* as browsers take them */
#define TEMPLATE_BYTES_MAX ((size_t)16 << 10) /* of a channel's message */
#define REQUEST_KEY_BYTES_MAX 200             /* Idempotency-Key */

/* Panels of experts: a province's call has some hundred applications, a rule some ten heads. */
#define CASE_ARCHIVES_TRIED_MAX 16 /* of one case, the latest first, until one is the reader's */
#define PANEL_CASES_MAX 500
#define PANEL_HEADS_MAX 40
#define PANEL_FIELDS_MAX 20
#define PANEL_SEATS_MAX 50 /* of one field */

/* Queries. A page of a need is 150 terms; a whole description 20,000. */
#define QUERY_BYTES_MAX ((size_t)64 << 10)
#define MATCH_TEXT_BYTES_MAX ((size_t)1 << 20)
#define MATCH_CHANGES_MAX 100 /* words dropped, and added; a long text is gone through for each */
#define QUERY_TERMS_MAX 1024
#define QUERY_DEPTH_MAX 64
#define RESULTS_MAX 10000 /* k of one search */

/* Filters of lists: what a person or a saved view says, never what a program
 * generates; the statement made of it stays within SQLite's depth of 1,000. */
#define FILTER_BYTES_MAX 4096
#define FILTER_TERMS_MAX 64
#define FILTER_DEPTH_MAX 16

/* Cross tables: different cells of one (128 bytes each while it is made), and
 * combinations counted, which is what one takes in time: 2^30 are some 10 s. */
#define CELLS_MAX ((size_t)1 << 22)
#define CELL_COMBINATIONS_MAX ((uint64_t)1 << 30)

/* Words of one text (a description) beyond this are not indexed: a thousand pages
 * are; what follows in the few longer ones is sequence listings and tables. Keeps
 * the tokens of one record below 100 MB. */
#define INDEXED_TEXT_BYTES_MAX ((size_t)2 << 20)

/* Longest term kept in the index; a longer token is cut there, alike on both
 * sides, so that it still finds itself. */
#define TERM_BYTES_MAX 128

/* One line of the evidence log. Texts in it are ids, roles and names of actions;
 * a reason stands in the content. */
#define LOG_ENTRY_BYTES_MAX ((size_t)16 << 10)
#endif
