/* The package: catalogue, members, then the proofs; a ZIP in which nothing is compressed. */
#include "audit/receipt.h"
#include "base/limits.h"
#include "base/mem.h"
#include "document/case_archive_priv.h"
#include "paper/package.h"
#include <stdlib.h>

/* --- proofs ------------------------------------------------------------------------------- */

static err_t find_head(struct log_head_row *out, const struct case_archive *a)
{
    int64_t last = -1, leaf = -1;
    err_t rc = log_leaf_of(&last, a->g.db, a->entry, a->g.e);
    bool numbered = last >= 0;
    for (size_t i = 0; rc == OK && i < a->entries.len; i++) {
        rc = log_leaf_of(&leaf, a->g.db, a->entries.ptr[i].uid, a->g.e);
        numbered &= leaf >= 0;
        last = leaf > last ? leaf : last;
    }
    if (rc == OK)
        rc = numbered ? log_head_first(out, a->g.db, (uint64_t)last + 1, a->arena, a->g.e)
                      : E_NOTFOUND;
    return rc == E_NOTFOUND
               ? err_set(a->g.e, E_BUSY,
                         "the entry is kept, but under no signed head yet; ask again later")
               : rc;
}

static void add(struct case_archive *a, struct str name, struct str content)
{
    VEC_PUSH(a->arena, &a->packed,
             ((struct case_archive_member){
                 .name = name, .content = content, .bytes = (int64_t)content.len}));
}

static err_t add_receipt(struct case_archive *a, struct str uid, struct str base,
                         const struct log_head_row *head)
{
    struct buf b = {0};
    err_t rc =
        receipt_write_under(&b, a->g.db, a->g.p->kernel->suite, uid, head, a->scratch, a->g.e);
    if (rc == OK)
        add(a, arena_printf(a->arena, "%.*s.receipt", STR_ARG(base)),
            arena_dup(a->arena, buf_str(&b)));
    buf_clear(&b);
    arena_reset(a->scratch);
    return rc;
}

/* What opens the commitment of an entry. */
static void add_opening(struct case_archive *a, struct str base, struct str content,
                        struct str seal)
{
    add(a, arena_printf(a->arena, "%.*s.json", STR_ARG(base)),
        arena_printf(a->arena, "{\"content\":%.*s,\"seal\":%.*s}", STR_ARG(content),
                     STR_ARG(seal)));
}

static err_t add_own(struct case_archive *a, const struct log_head_row *head)
{
    struct str content, seal;
    bool found = false;
    err_t rc = add_receipt(a, a->entry, STR(ARCHIVE_PROOF), head);
    if (rc == OK)
        rc = db_row(&found, a->g.db, "SELECT content, seal FROM record_version WHERE entry = ?1",
                    VALUES(v_str(a->entry)), INTO(into_str(&content), into_str(&seal)), a->arena,
                    a->g.e);
    if (rc == OK && !found)
        rc = err_set(a->g.e, E_CORRUPT, "what the entry %.*s commits to is not in the store",
                     STR_ARG(a->entry));
    if (rc == OK)
        add_opening(a, STR(ARCHIVE_PROOF), content, seal);
    return rc;
}

static err_t add_proofs(struct case_archive *a)
{
    struct log_head_row head;
    err_t rc = find_head(&head, a);
    if (rc == OK) {
        add(a, STR(ARCHIVE_CATALOGUE), a->catalogue);
        for (size_t i = 0; i < a->members.len; i++)
            VEC_PUSH(a->arena, &a->packed, a->members.ptr[i]);
        rc = add_own(a, &head);
    }
    for (size_t i = 0; rc == OK && i < a->entries.len; i++) {
        const struct case_archive_entry *n = &a->entries.ptr[i];
        struct str base = arena_printf(a->arena, "proofs/%.*s", STR_ARG(n->uid));
        rc = add_receipt(a, n->uid, base, &head);
        if (rc == OK && n->content.len)
            add_opening(a, base, n->content, n->seal);
    }
    if (rc == OK && a->packed.len > ARCHIVE_MEMBERS_MAX)
        rc = err_set(a->g.e, E_LIMIT, "the package would have %zu files, more than %d",
                     a->packed.len, ARCHIVE_MEMBERS_MAX);
    return rc;
}

/* Gone over once, as it will be sent. */
static err_t measure(struct case_archive *a)
{
    struct case_archive_reader *r = case_archive_read(a);
    struct hasher *h = hasher_new();
    struct bytes piece;
    char hex[SHA256_HEX_LEN + 1];
    err_t rc;
    while ((rc = case_archive_next(&piece, r, a->g.e)) == OK && piece.len) {
        hasher_add(h, piece);
        a->package_bytes += (int64_t)piece.len;
    }
    struct digest d = hasher_end(h);
    sha256_hex(hex, &d);
    a->package_digest = arena_dup(a->arena, str_of(hex));
    hasher_free(h);
    case_archive_read_end(r);
    return rc;
}

err_t case_archive_prove(struct case_archive *a, struct err *e)
{
    a->packed.len = 0;
    a->package_bytes = 0;
    a->g.db = NULL; /* it was logged in a store step */
    a->g.e = e;
    err_t rc = step_reader(&a->g);
    if (rc == OK)
        rc = add_proofs(a);
    step_reader_end(&a->g);
    return rc == OK ? measure(a) : rc;
}

/* --- its bytes ---------------------------------------------------------------------------- */

struct case_archive_reader {
    const struct case_archive *a;
    struct package *zip; /* NULL: its end was written */
    struct buf ready;
    size_t at;             /* of the next member */
    struct file_get *file; /* in the middle of a member */
    int64_t left;          /* of it */
};

static err_t take(void *arg, struct bytes piece, struct err *e)
{
    struct case_archive_reader *r = arg;
    buf_add(&r->ready, bytes_str(piece));
    return buf_ok(&r->ready) ? OK : err_set(e, E_INTERNAL, "a piece of a package is too long");
}

struct case_archive_reader *case_archive_read(struct case_archive *a)
{
    struct case_archive_reader *r = mem_zalloc(sizeof(*r));
    r->a = a;
    buf_init(&r->ready, 0);
    r->zip = package_new_plain(take, r);
    return r;
}

void case_archive_read_end(struct case_archive_reader *r)
{
    if (!r)
        return;
    if (r->zip)
        (void)!package_end(r->zip, NULL, NULL);
    file_get_close(r->file);
    buf_clear(&r->ready);
    free(r);
}

static err_t begin_member(struct case_archive_reader *r, struct err *e)
{
    const struct case_archive_member *m = &r->a->packed.ptr[r->at++];
    package_begin(r->zip, m->name.ptr, m->bytes);
    r->left = m->bytes;
    if (m->file)
        return file_get_open(&r->file, &r->a->files_at, m->file, 0, -1, e);
    package_piece(r->zip, str_bytes(m->content));
    return OK;
}

static err_t go_on(struct case_archive_reader *r, struct err *e)
{
    struct bytes piece;
    err_t rc = file_get_next(&piece, r->file, e);
    if (rc != OK)
        return rc;
    if ((int64_t)piece.len > r->left || (piece.len == 0 && r->left > 0))
        return err_set(e, E_CORRUPT, "a file of the case has another length than was recorded");
    package_piece(r->zip, piece);
    r->left -= (int64_t)piece.len;
    if (piece.len == 0) {
        file_get_close(r->file);
        r->file = NULL;
    }
    return OK;
}

err_t case_archive_next(struct bytes *piece, struct case_archive_reader *r, struct err *e)
{
    err_t rc = OK;
    *piece = (struct bytes){NULL, 0};
    buf_reset(&r->ready);
    while (rc == OK && r->ready.len == 0 && r->zip) {
        if (r->file)
            rc = go_on(r, e);
        else if (r->at < r->a->packed.len)
            rc = begin_member(r, e);
        else {
            rc = package_end(r->zip, NULL, e);
            r->zip = NULL;
        }
    }
    if (rc == OK)
        *piece = str_bytes(buf_str(&r->ready));
    return rc;
}
