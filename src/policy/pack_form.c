/* Tries another section `forms` in a folder whose name begins with a dot, which is never read as a
 * pack. */
#include "policy/pack_form.h"
#include "base/buf.h"
#include "base/msg.h"
#include "crypto/random.h"
#include "policy/pack_priv.h"
#include "text/yaml.h"
#include <errno.h>

#define VERSION_LEN_MAX 40

struct placing {
    const struct pack_form *f;
    struct arena *a;
    const char *trial;    /* DATA/packs/.trial-… */
    struct str own, head; /* the file of the forms, and pack.yaml, with what is new in them */
    struct str own_name;
};

static bool is_version(struct str s)
{
    bool fits = s.len > 0 && s.len <= VERSION_LEN_MAX;
    for (size_t i = 0; i < s.len; i++)
        fits &= (s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') ||
                (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || s.ptr[i] == '.' || s.ptr[i] == '-' ||
                s.ptr[i] == '_';
    return fits;
}

/* The lines of a top-level key: from it to the next line that begins another. False: the text has none. */
static bool find_section(size_t *from, size_t *end, struct str text, struct str key)
{
    bool found = false;
    *from = *end = text.len;
    for (size_t at = 0; at < text.len;) {
        struct str rest = {text.ptr + at, text.len - at}, line = str_split(&rest, STR("\n"));
        bool begins = line.len && *line.ptr != ' ' && *line.ptr != '#' && *line.ptr != '-';
        if (found && begins) {
            *end = at;
            return true;
        }
        if (!found && str_starts(line, key)) {
            found = true;
            *from = at;
        }
        at += line.len + 1;
    }
    return found;
}

static struct str with_section(struct str text, size_t from, size_t end, struct str section,
                               struct arena *a)
{
    bool ends = str_ends(section, STR("\n"));
    return arena_printf(a, "%.*s%.*s%s%.*s", (int)from, text.ptr, STR_ARG(section),
                        ends ? "" : "\n", (int)(text.len - end), text.ptr + end);
}

struct str pack_forms_text(struct packs *packs, const struct pack *p, struct arena *a)
{
    size_t from, end;
    struct str file = pack_section_file(p, "forms"), rest = file;
    str_split(&rest, STR("/"));
    struct str text = pack_file_text(packs, p->id, arena_cstr(a, rest.len ? rest : file));
    return find_section(&from, &end, text, STR("forms:"))
               ? (struct str){text.ptr + from, end - from}
               : STR_NONE;
}

static err_t check_text(struct str text, struct arena *a, struct err *e)
{
    const struct yvalue *top = NULL;
    const struct yfault *faults;
    size_t count;
    err_t rc = yin_parse(&top, &faults, &count, text, a, e);
    const struct yvalue *forms = rc == OK ? yin_get(top, "forms") : NULL;
    if (rc == OK && (!forms || top->count != 1 || forms->type != Y_LIST))
        rc =
            err_set(e, E_INVALID, "the text is the section \"forms\" of the pack and nothing else");
    return rc;
}

/* Writes the two changed files. */
static err_t write_over(struct placing *p, struct err *e)
{
    const struct pack_form *f = p->f;
    size_t from, end;
    struct str file = pack_section_file(f->pack, "forms"), rest = file;
    if (!is_version(f->version))
        return err_set(e, E_INVALID, "a version is written with letters, digits, . - and _");
    if (str_eq(f->version, f->pack->version))
        return err_set(e, E_INVALID,
                       "%.*s is version \"%.*s\" already: other forms make another version",
                       STR_ARG(f->pack->id), STR_ARG(f->version));
    err_t rc = check_text(f->text, p->a, e);
    if (rc != OK)
        return rc;
    str_split(&rest, STR("/"));
    p->own_name = rest.len ? rest : file;
    p->own = pack_file_text(f->packs, f->pack->id, arena_cstr(p->a, p->own_name));
    p->head = pack_file_text(f->packs, f->pack->id, "pack.yaml");
    if (!find_section(&from, &end, p->own, STR("forms:")))
        return err_set(e, E_INVALID, "%.*s has no forms", STR_ARG(f->pack->id));
    p->own = with_section(p->own, from, end, f->text, p->a);
    if (str_is(p->own_name, "pack.yaml"))
        p->head = p->own;
    if (!find_section(&from, &end, p->head, STR("version:")))
        return err_set(e, E_INVALID, "%.*s has no version", STR_ARG(f->pack->id));
    p->head = with_section(p->head, from, end,
                           arena_printf(p->a, "version: \"%.*s\"", STR_ARG(f->version)), p->a);
    if (str_is(p->own_name, "pack.yaml"))
        p->own = p->head;
    return OK;
}

/* --- the trial ------------------------------------------------------------------------------ */

static err_t copy_files(const struct fs *fs, struct packs *packs, const struct pack *pack,
                        const char *to, const struct placing *over, struct arena *a, struct err *e)
{
    static const char *const within[] = {"cases/", "indicators/", ""};
    const struct pack_text *files;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(within); i++)
        rc = fs_make_dirs(fs, arena_printf(a, "%s/%.*s/%s", to, STR_ARG(pack->id), within[i]).ptr,
                          e);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(within); i++) {
        size_t count = packs_files(&files, packs, pack->id, within[i], a);
        for (size_t k = 0; rc == OK && k < count; k++) {
            struct str text = files[k].text, name = files[k].name;
            if (over && str_eq(name, over->own_name))
                text = over->own;
            else if (over && str_is(name, "pack.yaml"))
                text = over->head;
            rc = fs_write_synced(
                fs, arena_printf(a, "%s/%.*s/%.*s", to, STR_ARG(pack->id), STR_ARG(name)).ptr,
                str_bytes(text), e);
        }
    }
    struct str source = pack_file_text(packs, pack->id, "source.txt");
    return rc == OK && source.ptr
               ? fs_write_synced(fs,
                                 arena_printf(a, "%s/%.*s/source.txt", to, STR_ARG(pack->id)).ptr,
                                 str_bytes(source), e)
               : rc;
}

err_t pack_files_copy(const struct fs *fs, struct packs *packs, const struct pack *pack,
                      const char *to, struct arena *a, struct err *e)
{
    return copy_files(fs, packs, pack, to, NULL, a, e);
}

/* With the packs that it extends, where these are the instance's own. */
static err_t try_it(struct str *digest, const struct pack_finding **findings, size_t *count,
                    const struct placing *p, struct err *e)
{
    struct packs *packs = NULL;
    const struct pack *tried = NULL;
    const struct pack_form *f = p->f;
    err_t rc = copy_files(f->fs, f->packs, f->pack, p->trial, p, p->a, e);
    for (const struct pack *of = f->pack->parent; rc == OK && of; of = of->parent)
        if (!packs_are_shipped(f->packs, of->id))
            rc = pack_files_copy(f->fs, f->packs, of, p->trial, p->a, e);
    if (rc == OK)
        rc = packs_open(&packs, p->trial, e);
    if (rc == OK)
        rc = pack_lint(findings, count, packs, f->pack->id, f->names, p->a, e);
    if (rc == OK && *count)
        rc = err_set(e, E_INVALID, "%.*s:%d: %.*s", STR_ARG((*findings)->file), (*findings)->line,
                     STR_ARG((*findings)->reason));
    if (rc == OK)
        rc = packs_get(&tried, packs, f->pack->id, e);
    if (rc == OK)
        *digest = arena_dup(p->a, tried->digest);
    packs_close(packs);
    return rc;
}

/* --- in its place --------------------------------------------------------------------------- */

err_t pack_folder_place(const struct fs *fs, const char *trial, const char *folder, struct str id,
                        struct arena *a, struct err *e)
{
    const char *from = arena_printf(a, "%s/%.*s", trial, STR_ARG(id)).ptr;
    const char *to = arena_printf(a, "%s/%.*s", folder, STR_ARG(id)).ptr;
    err_t rc = fs_sync_tree(fs, from, e);
    if (rc == OK) /* what is not there cannot be moved away */
        (void)fs->rename(fs, to, arena_printf(a, "%s/.before", trial).ptr);
    if (rc == OK && fs->rename(fs, from, to) != 0)
        rc = err_errno(e, errno, "cannot put the files into %s", to);
    return rc == OK ? fs_sync_dir_of(fs, to, e) : rc;
}

err_t pack_form_put(struct str *digest, const struct pack_finding **findings, size_t *count,
                    const struct pack_form *f, struct arena *a, struct err *e)
{
    uint64_t mark;
    struct err ignored;
    *count = 0;
    random_bytes(&mark, sizeof(mark));
    struct placing p = {
        .f = f,
        .a = a,
        .trial = arena_printf(a, "%s/.trial-%016llx", f->folder, (unsigned long long)mark).ptr};
    err_t rc = write_over(&p, e);
    if (rc != OK)
        return rc;
    rc = fs_make_dirs(f->fs, p.trial, e);
    if (rc == OK)
        rc = try_it(digest, findings, count, &p, e);
    if (rc == OK)
        rc = pack_folder_place(f->fs, p.trial, f->folder, f->pack->id, a, e);
    err_t gone = fs_remove_tree(f->fs, p.trial, rc == OK ? e : &ignored);
    return rc == OK ? gone : rc;
}
