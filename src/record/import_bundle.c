/* A ZIP of a workbook and the files that its cells name. A file is taken in when a cell names it first, so
 * what no row speaks of is never kept. */
#include "record/import_priv.h"
#include "text/markup.h"
#include "text/zip.h"

struct bundled {
    struct str name; /* as cells name it: without folders */
    size_t member;
    bool doubled, used, taken;
    struct str digest, refused; /* of `taken`: one of them */
};

struct import_bundle {
    struct zip *zip;
    struct stream *book;
    const struct sheet_import_files *take;
    struct bundled *files;
    size_t count;
    struct map *names; /* in files */
};

static struct str base_name(struct str path)
{
    struct str rest = path, name = path;
    while (rest.ptr)
        name = str_split(&rest, STR("/"));
    return name;
}

static size_t depth(struct str path)
{
    size_t n = 0;
    for (size_t i = 0; i < path.len; i++)
        n += path.ptr[i] == '/';
    return n;
}

/* Skips files that operating systems add to archives. */
static bool is_of_people(const struct zip_member *m)
{
    struct str name = base_name(m->name);
    return !m->folder && name.len && name.ptr[0] != '.' && !str_starts(name, STR("~$")) &&
           !str_starts(m->name, STR("__MACOSX/")) && !str_eq_nocase(name, STR("Thumbs.db")) &&
           !str_eq_nocase(name, STR("desktop.ini"));
}

static bool is_book(struct str name)
{
    return name.len > 5 && str_eq_nocase((struct str){name.ptr + name.len - 5, 5}, STR(".xlsx"));
}

/* The only one that lies nowhere deeper than the others; zip_count: there is none, or several. */
static size_t find_book(const struct zip *z)
{
    size_t found = zip_count(z), best = SIZE_MAX;
    bool several = false;
    for (size_t i = 0; i < zip_count(z); i++) {
        const struct zip_member *m = zip_get(z, i);
        if (!is_of_people(m) || !is_book(m->name) || depth(m->name) > best)
            continue;
        several = depth(m->name) == best;
        best = depth(m->name);
        found = i;
    }
    return several ? zip_count(z) : found;
}

static void list_files(struct import_bundle *b, size_t book, struct arena *a)
{
    b->files = arena_array(a, zip_count(b->zip) + 1, sizeof(*b->files));
    for (size_t i = 0; i < zip_count(b->zip); i++) {
        const struct zip_member *m = zip_get(b->zip, i);
        bool added = false;
        if (i == book || !is_of_people(m))
            continue;
        struct str name = arena_dup(a, base_name(m->name));
        uint64_t *at = map_put(b->names, name, &added);
        if (!added) {
            b->files[*at].doubled = true;
            continue;
        }
        *at = b->count;
        b->files[b->count++] = (struct bundled){.name = name, .member = i};
    }
}

err_t import_bundle_is(bool *out, struct bytes file, struct err *e)
{
    struct zip *z = NULL;
    *out = false;
    if (!zip_is(file) || markup_is(file))
        return OK;
    err_t rc = zip_open(&z, file, e);
    *out = rc == OK && zip_find(z, STR("[Content_Types].xml")) == zip_count(z);
    zip_close(z);
    return rc;
}

err_t import_bundle_open(struct import_bundle **out, struct bytes *book, struct bytes file,
                         const struct sheet_import_options *o, struct arena *a, struct err *e)
{
    struct import_bundle *b = arena_alloc(a, sizeof(*b));
    *b = (struct import_bundle){.take = o->files, .names = map_new(0)};
    *out = b;
    err_t rc = zip_open(&b->zip, file, e);
    if (rc != OK)
        return rc;
    size_t at = find_book(b->zip);
    if (at == zip_count(b->zip))
        return err_set(e, E_INVALID,
                       "a ZIP to import holds one workbook (.xlsx), and the files that its cells "
                       "name, beside it or in folders");
    if (!o->files)
        return err_set(e, E_INVALID,
                       "a workbook with its files is not imported as a job: import it at once");
    if (zip_get(b->zip, at)->size > o->files->book_bytes_max)
        return err_set(e, E_LIMIT,
                       "a workbook that comes with its files has at most %zu MiB: divide it",
                       o->files->book_bytes_max >> 20);
    list_files(b, at, a);
    rc = zip_open_member(&b->book, b->zip, at, e);
    return rc == OK ? stream_map(book, b->book, o->tmpdir, e) : rc;
}

void import_bundle_close(struct import_bundle *b)
{
    if (!b)
        return;
    stream_close(b->book);
    map_free(b->names);
    zip_close(b->zip);
}

/* A faulty file is a fault of the row that names it; any other error ends the import. */
static err_t take(struct import_bundle *b, struct bundled *f, struct arena *a, struct err *e)
{
    struct stream *content = NULL;
    struct err why = {0};
    f->used = true;
    if (f->taken || f->doubled)
        return OK;
    err_t rc = zip_open_member(&content, b->zip, f->member, &why);
    if (rc == OK)
        rc = b->take->put(&f->digest, b->take->arg, f->name, content, &why);
    stream_close(content);
    if (rc != OK && rc != E_INVALID && rc != E_LIMIT && rc != E_DENIED) {
        *e = why;
        return rc;
    }
    f->taken = true;
    if (rc != OK)
        f->refused = arena_dup(a, str_of(why.text));
    return OK;
}

err_t import_bundle_name(struct str *one, struct str *problem, struct import_bundle *b,
                         enum lang lang, struct arena *a, struct err *e)
{
    const uint64_t *at = map_get(b->names, *one);
    struct bundled *f = at ? &b->files[*at] : NULL;
    if (str_contains(*one, STR("sha256:")))
        return OK;
    err_t rc = f ? take(b, f, a, e) : OK;
    if (!f)
        *problem = arena_printf(a, msg_in(lang, N_("the ZIP has no file '%.*s'")), STR_ARG(*one));
    else if (rc == OK && f->doubled)
        *problem = arena_printf(
            a, msg_in(lang, N_("the ZIP has several files '%.*s', in its folders")), STR_ARG(*one));
    else if (rc == OK && f->refused.len)
        *problem = arena_printf(a, msg_in(lang, N_("the file '%.*s' is not taken: %.*s")),
                                STR_ARG(*one), STR_ARG(f->refused));
    else if (rc == OK)
        *one = arena_printf(a, "%.*s sha256:%.*s", STR_ARG(*one), STR_ARG(f->digest));
    return rc;
}

void import_bundle_unused(struct sheet_import_outcome *out, const struct import_bundle *b,
                          struct arena *a)
{
    struct str *names = arena_array(a, b->count + 1, sizeof(*names));
    out->unused = names;
    for (size_t i = 0; i < b->count; i++)
        if (!b->files[i].used)
            names[out->unused_count++] = b->files[i].name;
}
