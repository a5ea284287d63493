/* A layer under SQLite that gives every page of a database file a checksum and looks
 * at it whenever the page is read: what the disk changed is an error, never a wrong
 * answer. (SQLite itself checks what it needs to walk a page, not what the page says.)
 *
 * The last 8 bytes of a page, which SQLite leaves alone where the header reserves them
 * (byte 20 of the file is 8), hold XXH3-64 of the bytes before them with the page's
 * number, from 1, as the seed, big endian: so a page in another's place shows as well.
 * A file whose header reserves none was made without this layer and goes unchecked.
 * Frames of the write-ahead log have checksums of SQLite's own, and the log ends where
 * one does not fit; this layer sees to it that only the end of the log can be missing,
 * as after a power cut, and not what was synced before it.
 *
 * It also gathers what is appended to the log, so that a commit is few writes.
 *
 * A program that writes such a file without this layer leaves pages that do not fit. */
#ifndef DB_PAGE_SUMS_H
#define DB_PAGE_SUMS_H

#define PAGE_SUM_BYTES 8

/* The layer's name for sqlite3_open_v2, over the file layer `under` (NULL: SQLite's
 * default one). Registered for the life of the process; any thread. */
const char *page_sums_vfs(const char *under);
#endif
