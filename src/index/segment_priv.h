/* What the files of this folder know of a segment file. Byte offsets: FORMAT.md. */
#ifndef INDEX_SEGMENT_PRIV_H
#define INDEX_SEGMENT_PRIV_H
#include "base/fs.h"
#include "base/limits.h"
#include "index/keys.h"
#include "index/postings.h"
#include "index/wire.h"
#include <pthread.h>
#include <stdatomic.h>

#define PAGE_BYTES ((uint64_t)16384)
#define SEGMENT_MAGIC 0x0001474553595a00u /* "\0ZYSEG\1\0" */
#define TAIL_MAGIC 0x4c494154u            /* "TAIL" */
#define SEGMENT_HEADER_BYTES 64
#define DOCS_MAX (1u << 28) /* of one segment: ef.low_bits and doc numbers fit */

/* The dictionary: blocks of this many front-coded terms; an index of the first
 * 8 bytes of each block's first term, in levels of 16 keys. */
#define BLOCK_TERMS 16u
#define KEY_FAN 16u
#define KEY_LEVELS_MAX 16

/* A list with count·bitmap_ratio ≥ documents, and not tiny, has shape BITMAP. */
#define BITMAP_RATIO 32u
#define BITMAP_COUNT_MIN 128u
#define BITMAP_STRIDE_LOG2 11     /* documents to a directory entry of a BITMAP list */
#define DIRECTORY_COUNT_MIN 512u  /* shorter PACKED lists have no directory */
#define DIRECTORY_POSTINGS_LOG2 8 /* about this many postings to an entry */
#define POSITIONS_GROUP 64u       /* postings to an entry of the positions' directory */

/* First byte of a list. */
#define LIST_CODE_BITS 0x07 /* index into {0, 1, 2, 4, 8} */
#define LIST_BASE_ONE 0x08
#define LIST_DIRECTORY 0x10

enum section {
    SECTION_KEYS,    /* levels of uint64, big-endian first 8 bytes of a block's first term */
    SECTION_BLOCKS,  /* uint64 offset of each block */
    SECTION_IDS,     /* document → id */
    SECTION_BY_ID,   /* documents in order of id */
    SECTION_LENGTHS, /* weighted lengths, Elias-Fano */
    SECTION_COLUMNS  /* one section a column from here on */
};

struct section_at {
    uint64_t offset, length;
};

/* Fixed part of the footer; the section table follows. */
struct segment_footer {
    uint64_t id;
    uint64_t body_bytes; /* all before the tail */
    uint64_t term_count, block_count;
    uint64_t length_sum; /* of all documents */
    uint32_t doc_count;
    uint32_t bitmap_ratio;
    uint32_t positions; /* 1: lists have positions */
    uint32_t section_count;
};
_Static_assert(sizeof(struct segment_footer) == 56, "written as it is");

/* Columns decoded at first use; a pointer is published once and stays. */
struct column_cache {
    _Atomic(uint32_t *) numbers;
    struct column_range range; /* of the numbers; written before their pointer */
    _Atomic(struct column_strings *) strings;
    struct column_keys *keys; /* in an arena of its own; under the lock of keys.c */
};

/* A mapped file; shared by all snapshots that hold it. */
struct segment_file {
    atomic_uint refs;
    char *path;
    struct bytes map;
    struct segment_footer footer;
    const uint8_t *checksums; /* uint64 a page; in the tail, which is checked at open */
    const uint8_t *sections;
    uint64_t seal;
    uint64_t page_count;
    _Atomic(uint64_t) *pages_ok; /* bit set: page was checked */
    /* Sections found whole, so that each use of one need not ask for its pages. */
    atomic_bool section_ok[SECTION_COLUMNS + INDEX_COLUMNS_MAX];
    uint32_t key_levels;
    uint64_t key_level_at[KEY_LEVELS_MAX]; /* in keys */
    pthread_mutex_t decoding;              /* held while a cache below is filled */
    _Atomic(uint32_t *) lengths;
    struct column_cache columns[INDEX_COLUMNS_MAX];
};

/* Offset of section `i` in the file, and its length; `i` below section_count. */
static inline uint64_t section_offset(const struct segment_file *f, size_t i)
{
    return load_u64(f->sections + i * 16);
}
static inline uint64_t section_bytes(const struct segment_file *f, size_t i)
{
    return load_u64(f->sections + i * 16 + 8);
}

/* A file with the deletes of one commit. */
struct segment {
    atomic_uint refs;
    struct segment_file *file;
    const struct index_schema *schema; /* the reader's; outlives the segment */
    uint32_t live_count;
    uint32_t deletes; /* generation of the deletes file; 0: none */
    uint64_t *live;   /* owned; NULL: all live */
};

/* Opens, checks header and tail. `seal` 0: not known (the file was just
 * written by this process), else the tail must carry it. E_CORRUPT, E_IO. */
MUST_CHECK err_t segment_file_open(struct segment_file **out, const struct fs *fs, const char *path,
                                   uint64_t id, uint64_t seal, const struct index_schema *schema,
                                   struct err *e);
void segment_file_put(struct segment_file *f); /* accepts NULL */

/* Takes one reference on `f`, takes `live`. */
struct segment *segment_new(struct segment_file *f, const struct index_schema *schema,
                            uint64_t *live, uint32_t live_count, uint32_t deletes);
struct segment *segment_ref(struct segment *s);
void segment_put(struct segment *s); /* accepts NULL */

/* The pages of [offset, offset+length) hold what was written. E_CORRUPT. */
MUST_CHECK err_t segment_check(const struct segment_file *f, uint64_t offset, uint64_t length,
                               struct err *e);
/* All pages: for `verify` and merges. */
MUST_CHECK err_t segment_check_all(const struct segment_file *f, struct err *e);

MUST_CHECK err_t segment_damaged(const struct segment_file *f, uint64_t offset, struct err *e);
#ifdef __clang_analyzer__ /* as in base/err.h */
#define segment_damaged(f, offset, e) ((void)!(segment_damaged)(f, offset, e), E_CORRUPT)
#endif

/* The bytes of a section, checked. */
MUST_CHECK err_t segment_section(struct bytes *out, struct segment_file *f, unsigned section,
                                 struct err *e);

/* Walks all terms in order (merge). Borrowed until the next call. */
struct term_walk {
    const struct segment_file *file;
    uint64_t block;
    const uint8_t *pos, *end;
    uint64_t lists_at; /* where the next list of the block begins */
    uint32_t left;
    uint8_t term[TERM_BYTES_MAX];
    size_t term_len;
    struct term_info info;
};
void term_walk_init(struct term_walk *w, const struct segment_file *f);
MUST_CHECK err_t term_walk_next(bool *has, struct term_walk *w, struct err *e);

uint64_t bytes_checksum(const void *p, size_t len);
#endif
