/* Gone over once: each member's digest, and the package as it would be packed again, held against the
 * file. Then from the archive's own entry outwards. */
#include "document/case_archive_check.h"
#include "audit/canon.h"
#include "audit/receipt.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/utf8.h"
#include "document/case_archive_priv.h"
#include "paper/package.h"
#include "text/zip.h"

#define PIECE ((size_t)4 << 20) /* of the file, in memory at a time */

struct held {
    struct str name, content; /* in the file */
    struct str digest;
    bool seen; /* the catalogue accounts for it */
};

struct checking {
    struct log_verdict *v;
    const struct log_trust *t;
    struct arena *a;
    struct bytes file;
    VEC(struct held) held;
    struct map *names; /* → place in held + 1 */
    struct opener opener;
    bool has_opener;
    size_t walked; /* bytes of it since its pages were forgotten */
    size_t packed; /* bytes of it that were packed again */
    bool same;     /* and are the file's */
};

static struct held *find(struct checking *c, struct str name)
{
    const uint64_t *at = map_get(c->names, name);
    return at ? &c->held.ptr[*at - 1] : NULL;
}

static bool lacks(struct checking *c, struct str name)
{
    return verdict_fault(c->v, LOG_FAULT_MISSING, "the package lacks %.*s", STR_ARG(name));
}

static err_t compare(void *arg, struct bytes piece, struct err *e)
{
    struct checking *c = arg;
    (void)e;
    c->same = c->same && piece.len <= c->file.len - c->packed &&
              memcmp(c->file.ptr + c->packed, piece.ptr, piece.len) == 0;
    c->packed += c->same ? piece.len : 0;
    return OK;
}

static bool read_member(struct checking *c, struct package *again, struct hasher *h,
                        const struct zip *z, size_t i)
{
    struct str name = arena_dup(c->a, zip_get(z, i)->name);
    char hex[SHA256_HEX_LEN + 1];
    struct bytes content;
    bool added;
    if (!zip_stored(&content, z, i))
        return verdict_fault(c->v, LOG_FAULT_FORMAT, "%.*s is compressed", STR_ARG(name));
    package_begin(again, name.ptr, (int64_t)content.len);
    for (size_t at = 0; at < content.len; at += PIECE) {
        size_t len = content.len - at < PIECE ? content.len - at : PIECE;
        hasher_add(h, (struct bytes){content.ptr + at, len});
        package_piece(again, (struct bytes){content.ptr + at, len});
        if ((c->walked += len) >= PIECE) {
            fs_forget(c->file);
            c->walked = 0;
        }
    }
    struct digest d = hasher_end(h);
    sha256_hex(hex, &d);
    VEC_PUSH(c->a, &c->held,
             ((struct held){name, bytes_str(content), arena_dup(c->a, str_of(hex)), false}));
    *map_put(c->names, name, &added) = c->held.len;
    return true;
}

/* Packed again it has to be the same: no byte between the members says anything else. */
static bool read_package(struct checking *c)
{
    struct package *again;
    struct hasher *h;
    struct zip *z = NULL;
    struct err e;
    bool good = true;
    if (zip_open(&z, c->file, &e) != OK)
        return verdict_fault(c->v, LOG_FAULT_FORMAT, "this is no archive of a case: %s", e.text);
    again = package_new_plain(compare, c);
    h = hasher_new();
    c->same = true;
    for (size_t i = 0; good && i < zip_count(z); i++)
        good = read_member(c, again, h, z, i);
    c->same &= package_end(again, NULL, &e) == OK && c->packed == c->file.len;
    hasher_free(h);
    zip_close(z);
    return good;
}

static bool check_digest(struct checking *c, struct held *h, struct str wanted)
{
    h->seen = true;
    return str_eq(wanted, h->digest) ||
           verdict_fault(c->v, LOG_FAULT_CONTENT,
                         "%.*s is not what the catalogue says: it was changed", STR_ARG(h->name));
}

static bool check_members(struct checking *c, const struct jvalue *members)
{
    for (size_t i = 0; members && i < members->count; i++) {
        struct str name = jin_text(&members->items[i], "name");
        struct held *h = find(c, name);
        if (!h)
            return lacks(c, name);
        if (!check_digest(c, h, jin_text(&members->items[i], "sha256")))
            return false;
        c->v->contents_checked++;
    }
    return true;
}

static bool split(struct str *content, struct str *seal, struct str text)
{
    struct canon j = canon_of(text);
    return utf8_check(text) == text.len && canon_skip(&j, "{\"content\":") &&
           canon_fields(content, &j) && canon_skip(&j, ",\"seal\":") && canon_fields(seal, &j) &&
           canon_skip(&j, "}") && canon_done(&j);
}

/* By the hash of the log that signed. */
static bool begin_opening(struct checking *c, struct str origin)
{
    struct log_suite suite;
    if (c->has_opener)
        return true;
    if (log_suite_of(&suite, trust_log_key(c->t, origin), NULL) != OK)
        return verdict_fault(c->v, LOG_FAULT_KEY, "no key for this log was given");
    opener_init(&c->opener, suite.hash);
    c->has_opener = true;
    return true;
}

/* The entry's receipt, and what opens its commitment. uid empty: whichever it is. */
static bool check_entry(struct checking *c, struct str base, struct str uid, bool opened,
                        struct entry *entry, struct str *content)
{
    struct str name = arena_printf(c->a, "%.*s.receipt", STR_ARG(base)), line, seal;
    struct held *receipt = find(c, name);
    struct log_verdict one;
    if (!receipt)
        return lacks(c, name);
    receipt->seen = true;
    receipt_check(&one, entry, &line, receipt->content, c->t, c->a);
    if (!verdict_good(&one))
        return verdict_fault(c->v, one.kind, "%.*s: %s", STR_ARG(name), one.fault);
    if (uid.len && !str_eq(uid, entry->uid))
        return verdict_fault(c->v, LOG_FAULT_UID, "%.*s is of another entry", STR_ARG(name));
    c->v->entries++;
    c->v->has_head = true;
    c->v->head = one.head;
    if (!opened)
        return true;
    name = arena_printf(c->a, "%.*s.json", STR_ARG(base));
    struct held *opening = find(c, name);
    if (!opening)
        return lacks(c, name);
    opening->seen = true;
    if (!begin_opening(c, one.head.origin))
        return false;
    if (!split(content, &seal, opening->content))
        return verdict_fault(c->v, LOG_FAULT_CONTENT, "%.*s is not as the log writes it",
                             STR_ARG(name));
    return content_check(&c->opener, *content, seal, false, entry->content) == CONTENT_FITS ||
           verdict_fault(c->v, LOG_FAULT_COMMITMENT,
                         "%.*s is not what the entry commits to: it was changed", STR_ARG(name));
}

static bool check_entries(struct checking *c, const struct jvalue *entries)
{
    for (size_t i = 0; entries && i < entries->count; i++) {
        const struct jvalue *opened = jin_get(&entries->items[i], "opened");
        struct str uid = jin_text(&entries->items[i], "uid"), content;
        struct entry entry;
        if (!check_entry(c, arena_printf(c->a, "proofs/%.*s", STR_ARG(uid)), uid,
                         opened && opened->type == J_TRUE, &entry, &content))
            return false;
    }
    return true;
}

/* The catalogue's digest is what the archive's own entry commits to. */
static bool check_own(struct checking *c, struct held *catalogue)
{
    struct str content = STR_NONE;
    struct entry entry = {0};
    if (!check_entry(c, STR(ARCHIVE_PROOF), STR_NONE, true, &entry, &content))
        return false;
    struct str quoted = content_member(content, "catalogue_digest");
    struct str digest = quoted.len > 2 ? (struct str){quoted.ptr + 1, quoted.len - 2} : STR_NONE;
    if (!str_is(entry.type, ARCHIVE_TYPE))
        return verdict_fault(c->v, LOG_FAULT_UID, "the entry is not that of an archive");
    return check_digest(c, catalogue, digest);
}

static bool check_all(struct checking *c)
{
    const struct jvalue *v = NULL;
    struct err e;
    struct held *catalogue = find(c, STR(ARCHIVE_CATALOGUE));
    if (!catalogue)
        return verdict_fault(c->v, LOG_FAULT_FORMAT, "this is no archive of a case");
    if (!check_own(c, catalogue))
        return false;
    if (jin_parse(&v, catalogue->content, c->a, &e) != OK)
        return verdict_fault(c->v, LOG_FAULT_FORMAT, "the catalogue cannot be read");
    if (!check_members(c, jin_get(v, "members")) || !check_entries(c, jin_get(v, "entries")))
        return false;
    for (size_t i = 0; i < c->held.len; i++)
        if (!c->held.ptr[i].seen)
            return verdict_fault(c->v, LOG_FAULT_EXCESS, "%.*s is not in the catalogue",
                                 STR_ARG(c->held.ptr[i].name));
    const struct jvalue *withheld = jin_get(v, "withheld");
    c->v->contents_withheld = withheld ? withheld->count : 0;
    return c->same ||
           verdict_fault(c->v, LOG_FAULT_FORMAT, "the package was changed between its members");
}

void case_archive_check(struct log_verdict *v, struct bytes file, const struct log_trust *t,
                        struct arena *a)
{
    struct checking c = {.v = v, .t = t, .a = a, .file = file, .names = map_new(hash_secret())};
    *v = (struct log_verdict){.kind = LOG_FAULT_NONE};
    if (read_package(&c))
        (void)check_all(&c);
    if (c.has_opener)
        opener_clear(&c.opener);
    map_free(c.names);
}
