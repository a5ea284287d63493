/* Finding packs by their folder, and reading each once. */
#include "policy/packs.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "policy/checking.h"
#include "policy/lint.h"
#include "policy/pack_priv.h"
#include "policy/packs_priv.h"
#include "policy/sentences.h"
#include "text/yaml.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define SOURCE "source.txt"
#define ARCHIVE_HEAD "zhiyun pack files 1\n"

struct slot { /* one pack that there is */
    struct str id;
    const struct pack_file *files; /* of this and other packs, by name; NULL: in the folder */
    size_t file_count;
    bool reading;     /* by a call further out: it extends itself */
    bool refused;     /* it is not read at all: its findings say why */
    bool takes_place; /* the folder has an entry of this shipped id */
    const struct pack *pack;
    struct pack_findings findings;
    bool put_aside; /* by packs_put_back: the findings are those of the folder's version */
    const struct pack *waits; /* that version; NULL: none, or faulty */
};

struct kept { /* another version of a pack */
    const struct pack *pack;
    struct packs *packs; /* it alone, with those it extends */
    struct str archive;
};

struct packs {
    struct arena *arena;
    const char *folder;
    const struct calendar *calendar;
    VEC(struct slot) slots; /* by id */
    VEC(struct kept) kept;
};

/* --- what is wrong before a line is read ----------------------------------------------------- */

/* Within the folder: where an instance's data lie is not for everybody who reads a finding. */
static struct str without_folder(const struct packs *p, const char *text)
{
    const char *at = strstr(text, p->folder);
    size_t len = strlen(p->folder);
    return at && at[len] == '/'
               ? arena_printf(p->arena, "%.*s%s", (int)(at - text), text, at + len + 1)
               : arena_dup(p->arena, str_of(text));
}

/* Once, however often the file is asked for. */
static void note_unread(const struct packs *p, struct slot *s, struct str file, const struct err *e)
{
    struct str reason = without_folder(p, e->text);
    s->findings.arena = p->arena;
    for (size_t i = 0; i < s->findings.list.len; i++)
        if (str_eq(s->findings.list.ptr[i].file, file) &&
            str_eq(s->findings.list.ptr[i].reason, reason))
            return;
    VEC_PUSH(p->arena, &s->findings.list,
             ((struct pack_finding){arena_dup(p->arena, file), 1, 0, reason}));
}

static void refuse(const struct packs *p, struct slot *s, const struct err *e)
{
    note_unread(p, s, s->id, e);
    s->refused = true;
}

/* Checks for a real folder. E_NOTFOUND: none; E_INVALID: a link. */
static err_t check_folder(const char *path, struct err *e)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? err_set(e, E_NOTFOUND, "there is no folder %s", path)
                               : err_errno(e, errno, "cannot read the folder %s", path);
    if (S_ISLNK(st.st_mode))
        return err_set(e, E_INVALID, "%s is a link; put the folder itself in its place", path);
    return S_ISDIR(st.st_mode)
               ? OK
               : err_set(e, E_INVALID,
                         "%s is no folder; a pack is a folder with a pack.yaml: take this away",
                         path);
}

/* --- which there are ------------------------------------------------------------------- */

static struct slot *find(const struct packs *p, struct str id)
{
    return FIND_BY(p->slots.ptr, p->slots.len, id, id);
}

static void add_files(struct packs *p, const struct pack_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str rest = str_of(files[i].name);
        struct str id = str_split(&rest, STR("/"));
        if (rest.ptr && !find(p, id))
            VEC_PUSH(p->arena, &p->slots,
                     ((struct slot){.id = id, .files = files, .file_count = count}));
    }
}

static struct str listed_text(const struct slot *s, const char *name, struct arena *a)
{
    struct str whole = arena_printf(a, "%.*s/%s", STR_ARG(s->id), name);
    size_t low = 0, high = s->file_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = str_cmp(str_of(s->files[mid].name), whole);
        if (order == 0)
            return (struct str){s->files[mid].text, s->files[mid].len};
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return STR_NONE;
}

/* The version in the text of a pack.yaml; empty: none, or no YAML, which is reported later. */
static struct str version_in(struct str text, struct arena *a)
{
    const struct yvalue *top = NULL, *version;
    const struct yfault *faults;
    size_t count;
    if (!text.ptr || yin_parse(&top, &faults, &count, text, a, NULL) != OK)
        return STR_NONE;
    version = yin_get(top, "version");
    return version && version->type == Y_TEXT ? version->text : STR_NONE;
}

static bool has_pack(struct str *version, const char *path, struct arena *a)
{
    struct bytes text = {.len = 0};
    const char *file = arena_printf(a, "%s/pack.yaml", path).ptr;
    err_t rc = fs_read_plain(&text, &fs_system, file, YAML_BYTES_MAX + 1, a, NULL);
    *version = rc == OK ? version_in(bytes_str(text), a) : STR_NONE; /* told where it is read */
    return rc != E_NOTFOUND;
}

/* An office's version of a shipped pack (its template of a form, its reading of a clause) replaces
 * it. The same version is an error, because a version names its files. */
static err_t take_the_place(struct slot *s, const char *path, struct str version, struct arena *a,
                            struct err *e)
{
    if (str_eq(version, version_in(listed_text(s, "pack.yaml", a), a)))
        return err_set(
            e, E_CONFLICT,
            "the program ships %.*s in that version, and %s is another of it, which is not "
            "used; give yours another version or another id, or take it away",
            STR_ARG(s->id), path);
    s->files = NULL;
    s->file_count = 0;
    return OK;
}

/* A text that the program was not supplied with, loaded since, is all that a folder of a shipped
 * pack may hold without being one. */
static bool holds_its_source(const struct slot *s, const char *path, struct arena *a)
{
    struct stat st;
    return s->files && !listed_text(s, SOURCE, a).ptr &&
           lstat(arena_printf(a, "%s/" SOURCE, path).ptr, &st) == 0;
}

/* Entries of the folder that are no packs are reported, because their author expects them to
 * count. */
static void add_entry(struct packs *p, const char *name)
{
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/%s", p->folder, name).ptr;
    struct slot *s = find(p, str_of(name));
    struct str version;
    struct err e;
    err_t rc = check_folder(path, &e);
    bool shipped = s != NULL;
    if (!shipped) {
        VEC_PUSH(p->arena, &p->slots, ((struct slot){.id = arena_dup(p->arena, str_of(name))}));
        s = &p->slots.ptr[p->slots.len - 1];
    }
    bool is_pack = rc == OK && has_pack(&version, path, a);
    bool is_text = rc == OK && !is_pack && holds_its_source(s, path, a);
    s->takes_place = shipped && !is_text;
    if (is_pack && shipped)
        rc = take_the_place(s, path, version, a, &e);
    else if (rc == OK && !is_pack && !is_text)
        rc = err_set(&e, E_INVALID, "%s has no pack.yaml; put one into it, or take it away", path);
    if (rc != OK)
        refuse(p, s, &e);
    arena_free(a);
}

static err_t add_folder(struct packs *p, bool must_be, struct err *e)
{
    DIR *dir = p->folder ? opendir(p->folder) : NULL;
    if (!dir)
        return !p->folder || (errno == ENOENT && !must_be)
                   ? OK
                   : err_errno(e, errno, "cannot read the folder %s", p->folder);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            add_entry(p, entry->d_name);
    closedir(dir);
    return OK;
}

static err_t open_packs(struct packs **out, const char *folder, bool shipped, struct err *e)
{
    struct packs *p = mem_zalloc(sizeof(*p));
    p->arena = arena_new();
    p->folder = folder ? arena_cstr(p->arena, str_of(folder)) : NULL;
    if (shipped)
        add_files(p, pack_files, pack_file_count);
    err_t rc = add_folder(p, !shipped, e);
    if (rc != OK) {
        packs_close(p);
        return rc;
    }
    if (p->slots.len)
        qsort(p->slots.ptr, p->slots.len, sizeof(*p->slots.ptr), str_cmp_first);
    *out = p;
    return OK;
}

err_t packs_open(struct packs **out, const char *folder, struct err *e)
{
    return open_packs(out, folder, true, e);
}

err_t packs_open_folder(struct packs **out, const char *folder, struct err *e)
{
    return open_packs(out, folder, false, e);
}

struct packs *packs_open_cases(const char *folder, struct str id)
{
    struct packs *p = mem_zalloc(sizeof(*p));
    p->arena = arena_new();
    p->folder = arena_cstr(p->arena, str_of(folder));
    VEC_PUSH(p->arena, &p->slots, ((struct slot){.id = arena_dup(p->arena, id)}));
    return p;
}

void packs_use_calendar(struct packs *p, const struct calendar *c)
{
    p->calendar = c;
}

void packs_close(struct packs *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->kept.len; i++)
        packs_close(p->kept.ptr[i].packs);
    arena_free(p->arena);
    free(p);
}

static void close_packs(void *packs)
{
    packs_close(packs);
}

void packs_close_with(struct packs *p, struct arena *a)
{
    arena_cleanup(a, close_packs, p);
}

bool packs_are_shipped(const struct packs *p, struct str id)
{
    const struct slot *s = find(p, id);
    return s && s->files == pack_files;
}

bool packs_take_place(const struct packs *p, struct str id)
{
    const struct slot *s = find(p, id);
    return s && s->takes_place;
}

size_t packs_memory(const struct packs *p)
{
    size_t out = arena_used(p->arena);
    for (size_t i = 0; i < p->kept.len; i++)
        out += packs_memory(p->kept.ptr[i].packs);
    return out;
}

size_t packs_ids(const struct str **out, const struct packs *p)
{
    struct str *ids = arena_array(p->arena, p->slots.len + 1, sizeof(*ids));
    for (size_t i = 0; i < p->slots.len; i++)
        ids[i] = p->slots.ptr[i].id;
    *out = ids;
    return p->slots.len;
}

err_t packs_put_back(struct packs *p, struct str id, struct str digest, struct str archive,
                     struct err *e)
{
    struct slot *s = find(p, id);
    *s = (struct slot){.id = s->id,
                       .files = pack_files,
                       .file_count = pack_file_count,
                       .takes_place = s->takes_place,
                       .put_aside = true,
                       .waits = s->findings.list.len ? NULL : s->pack,
                       .findings = s->findings};
    if (archive.len == 0)
        return OK;
    err_t rc = packs_keep(&s->pack, p, id, digest, archive, e);
    if (rc != OK)
        return rc;
    const struct slot *kept = find(p->kept.ptr[p->kept.len - 1].packs, id);
    s->files = kept->files;
    s->file_count = kept->file_count;
    return OK;
}

const struct pack *packs_waiting(const struct packs *p, struct str id)
{
    const struct slot *s = find(p, id);
    return s ? s->waits : NULL;
}

/* --- files ----------------------------------------------------------------------------- */

/* One that is there and cannot be read is a fault of the pack. */
static struct str folder_text(const struct packs *p, struct slot *s, const char *name)
{
    struct bytes text;
    struct err e;
    if (!p->folder)
        return STR_NONE;
    const char *path = arena_printf(p->arena, "%s/%.*s/%s", p->folder, STR_ARG(s->id), name).ptr;
    err_t rc = fs_read_plain(&text, &fs_system, path, YAML_BYTES_MAX + 1, p->arena, &e);
    if (rc != OK && rc != E_NOTFOUND)
        note_unread(p, s, arena_printf(p->arena, "%.*s/%s", STR_ARG(s->id), name), &e);
    if (rc != OK)
        return STR_NONE;
    return text.ptr ? bytes_str(text) : STR("");
}

struct str pack_file_text(const struct packs *p, struct str id, const char *name)
{
    struct slot *s = find(p, id);
    if (!s)
        return STR_NONE;
    if (!s->files)
        return folder_text(p, s, name);
    struct str text = listed_text(s, name, p->arena);
    /* A text that the program was not supplied with may have been loaded since. */
    return text.ptr || strcmp(name, SOURCE) != 0 ? text : folder_text(p, s, name);
}

struct text_list {
    VEC(struct pack_text) list;
};

static void list_folder(struct text_list *out, const struct packs *p, struct slot *s,
                        const char *folder, struct arena *a)
{
    struct str in = {folder, strlen(folder) - (*folder != '\0')}; /* without its last "/" */
    struct str shown =
        arena_printf(a, "%.*s%s%.*s", STR_ARG(s->id), in.len ? "/" : "", STR_ARG(in));
    const char *path = arena_printf(a, "%s/%.*s", p->folder, STR_ARG(shown)).ptr;
    struct err e;
    err_t rc = check_folder(path, &e);
    DIR *dir = rc == OK ? opendir(path) : NULL;
    if (rc == OK && !dir)
        rc = err_errno(&e, errno, "cannot read the folder %s", path);
    if (rc != OK && rc != E_NOTFOUND)
        note_unread(p, s, shown, &e);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct str name = str_of(entry->d_name);
        if (name.ptr[0] == '.' || !(str_ends(name, STR(".yaml")) || str_ends(name, STR(".sql")) ||
                                    str_ends(name, STR(".txt"))))
            continue;
        name = arena_printf(a, "%s%s", folder, entry->d_name);
        VEC_PUSH(a, &out->list, ((struct pack_text){name, pack_file_text(p, s->id, name.ptr)}));
    }
    if (dir)
        closedir(dir);
    if (out->list.len)
        qsort(out->list.ptr, out->list.len, sizeof(*out->list.ptr), str_cmp_first);
}

size_t packs_files(const struct pack_text **out, const struct packs *p, struct str id,
                   const char *folder, struct arena *a)
{
    struct slot *s = find(p, id);
    struct text_list found = {0};
    struct str prefix = arena_printf(a, "%.*s/%s", STR_ARG(id), folder);
    if (s && !s->files)
        list_folder(&found, p, s, folder, a);
    for (size_t i = 0; s && s->files && i < s->file_count; i++) {
        struct str name = str_of(s->files[i].name);
        if (!str_starts(name, prefix))
            continue;
        name.ptr += id.len + 1;
        name.len -= id.len + 1;
        VEC_PUSH(a, &found.list, ((struct pack_text){name, {s->files[i].text, s->files[i].len}}));
    }
    *out = found.list.ptr;
    return found.list.len;
}

/* --- reading ------------------------------------------------------------------------------ */

static void add_texts(struct text_list *to, const struct packs *p, struct str id,
                      const char *folder, struct arena *a)
{
    const struct pack_text *files;
    size_t count = packs_files(&files, p, id, folder, a);
    for (size_t i = 0; i < count; i++) {
        struct str name = arena_printf(a, "%.*s/%.*s", STR_ARG(id), STR_ARG(files[i].name));
        VEC_PUSH(a, &to->list, ((struct pack_text){name, files[i].text}));
    }
}

/* Subfolders of a folder are listed one by one; for a table, "" gives all. */
static void add_pack(struct text_list *to, const struct packs *p, struct str id, struct arena *a)
{
    const struct slot *s = find(p, id);
    add_texts(to, p, id, "", a);
    if (!s->files) {
        add_texts(to, p, id, "cases/", a);
        add_texts(to, p, id, "indicators/", a);
    } else if (!listed_text(s, SOURCE, a).ptr && pack_file_text(p, id, SOURCE).ptr) {
        struct str name = arena_printf(a, "%.*s/" SOURCE, STR_ARG(id));
        VEC_PUSH(a, &to->list, ((struct pack_text){name, pack_file_text(p, id, SOURCE)}));
    }
}

static void write_archive(struct buf *to, const struct packs *p, const struct pack *pack,
                          struct arena *a)
{
    struct text_list all = {0};
    for (; pack; pack = pack->parent)
        add_pack(&all, p, pack->id, a);
    if (all.list.len)
        qsort(all.list.ptr, all.list.len, sizeof(*all.list.ptr), str_cmp_first);
    buf_add(to, STR(ARCHIVE_HEAD));
    for (size_t i = 0; i < all.list.len; i++) {
        const struct pack_text *t = &all.list.ptr[i];
        buf_addf(to, "%zu %.*s\n", t->text.len, STR_ARG(t->name));
        buf_add(to, t->text);
        buf_add(to, STR("\n"));
    }
}

struct str packs_archive(const struct packs *p, const struct pack *pack, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < p->kept.len; i++)
        if (p->kept.ptr[i].pack == pack)
            return p->kept.ptr[i].archive;
    write_archive(&b, p, pack, a);
    return buf_take(&b, a);
}

static struct str digest_of(const struct packs *p, const struct pack *pack)
{
    char hex[SHA256_HEX_LEN + 1];
    struct arena *a = arena_new();
    struct digest d = sha256_of(str_bytes(packs_archive(p, pack, a)));
    arena_free(a);
    sha256_hex(hex, &d);
    return arena_dup(p->arena, str_of(hex));
}

/* One file of an archive; false: it is not written as packs_archive does. */
static bool take_file(struct pack_file *out, struct str *rest, struct arena *a)
{
    struct str line = str_split(rest, STR("\n")), name = line;
    uint64_t len;
    struct str count = str_split(&name, STR(" "));
    if (!rest->ptr || !name.ptr || !str_to_u64(&len, count) || len >= rest->len ||
        rest->ptr[len] != '\n')
        return false;
    *out = (struct pack_file){arena_cstr(a, name), rest->ptr, (size_t)len};
    rest->ptr += len + 1;
    rest->len -= len + 1;
    return true;
}

err_t packs_open_archive(struct packs **out, struct str archive, struct err *e)
{
    struct packs *p = mem_zalloc(sizeof(*p));
    VEC(struct pack_file) files = {0};
    struct pack_file file;
    struct str head = STR(ARCHIVE_HEAD), rest = archive;
    bool sound = str_starts(archive, head);
    p->arena = arena_new();
    rest = (struct str){rest.ptr + (sound ? head.len : 0), rest.len - (sound ? head.len : 0)};
    while (sound && rest.len) {
        sound = take_file(&file, &rest, p->arena) &&
                (!files.len || strcmp(files.ptr[files.len - 1].name, file.name) < 0);
        VEC_PUSH(p->arena, &files, file);
    }
    if (!sound) {
        packs_close(p);
        return err_set(e, E_CORRUPT, "the kept files of a policy pack cannot be read");
    }
    add_files(p, files.ptr, files.len);
    *out = p;
    return OK;
}

const struct pack *packs_kept(const struct packs *p, struct str digest)
{
    for (size_t i = 0; i < p->kept.len; i++)
        if (str_eq(p->kept.ptr[i].pack->digest, digest))
            return p->kept.ptr[i].pack;
    return NULL;
}

err_t packs_keep(const struct pack **out, struct packs *p, struct str id, struct str digest,
                 struct str archive, struct err *e)
{
    struct kept one = {.archive = arena_dup(p->arena, archive)};
    err_t rc = packs_open_archive(&one.packs, one.archive, e);
    if (rc != OK)
        return rc;
    packs_use_calendar(one.packs, p->calendar);
    rc = packs_get(&one.pack, one.packs, id, e);
    if (rc == OK && !str_eq(one.pack->digest, digest))
        rc = err_set(e, E_CORRUPT, "the kept files of %.*s are not those of their digest",
                     STR_ARG(id));
    if (rc != OK) {
        packs_close(one.packs);
        return rc;
    }
    VEC_PUSH(p->arena, &p->kept, one);
    *out = one.pack;
    return OK;
}

/* --- a text that is not held --------------------------------------------------------------- */

static void check_citation(struct citation *c, const struct pack *from, const struct pack *p,
                           struct str text)
{
    bool said = text.len && c->quote.len && quote_find(text, c->quote, p->arena) < text.len;
    if (from != p || said)
        return;
    c->claimed = c->quote;
    c->quote = STR_NONE;
}

/* The pack says of itself that its text was not supplied: nothing is quoted that is not found
 * in what was loaded since. */
static void check_citations(struct pack *p)
{
#define CHECK_CITATIONS(field, type)                                                               \
    do {                                                                                           \
        type *all =                                                                                \
            arena_regrow(p->arena, p->field.ptr, p->field.len, p->field.len + 1, sizeof(*all));    \
        for (size_t i = 0; i < p->field.len; i++)                                                  \
            check_citation(&all[i].citation, all[i].from, p, text);                                \
        p->field.ptr = all;                                                                        \
    } while (0)
    struct str text = without_blanks(p->source, p->arena);
    CHECK_CITATIONS(clauses, struct clause);
    CHECK_CITATIONS(criteria, struct criterion);
    CHECK_CITATIONS(deadlines, struct deadline_rule);
    if (p->naming.given && !(p->parent && p->parent->naming.given))
        check_citation(&p->naming.citation, p, p, text);
}

static const struct pack *parent_of(struct pack_reader *r, struct packs *p, struct str text)
{
    const struct yvalue *root;
    const struct yfault *faults;
    const struct pack *parent = NULL;
    size_t count;
    struct err e = {0};
    /* Faults of the text are reported when it is parsed completely. */
    if (yin_parse(&root, &faults, &count, text, r->findings->arena, NULL) != OK && !root)
        return NULL;
    const struct yvalue *v = pack_take(root, "extends");
    if (!v || v->type != Y_TEXT)
        return NULL;
    struct slot *s = find(p, v->text);
    if (s && s->reading)
        pack_fault(r, v, "the pack extends itself, by way of \"%.*s\"", STR_ARG(v->text));
    else if (packs_get(&parent, p, v->text, &e) != OK)
        pack_fault(r, v, "%s", e.text);
    return parent;
}

static void read_slot(struct packs *p, struct slot *s)
{
    struct str text = pack_file_text(p, s->id, "pack.yaml");
    struct pack *pack = arena_alloc(p->arena, sizeof(*pack));
    struct pack_reader r = {.arena = p->arena, .findings = &s->findings, .packs = p, .pack = pack};
    s->findings.arena = p->arena;
    s->reading = true;
    s->pack = pack;
    pack->arena = p->arena;
    pack->id = s->id;
    pack->calendar = p->calendar;
    pack->file = r.file = arena_printf(p->arena, "%.*s/pack.yaml", STR_ARG(s->id));
    pack->source = pack_file_text(p, s->id, SOURCE);
    pack->parent = parent_of(&r, p, text);
    if (text.ptr || s->findings.list.len == 0) /* else it is said why it cannot be read */
        pack_parse(&r, text);
    if (pack->document.not_held)
        check_citations(pack);
    pack->digest = digest_of(p, pack);
    pack->checkings = checkings_new(pack, p->arena);
    s->reading = false;
}

/* 川市监办[2025]16号 and 川市监办〔2025〕16号 are one number. */
static bool same_number(struct str one, struct str other, struct arena *a)
{
    struct str texts[] = {one, other}, plain[2];
    for (int i = 0; i < 2; i++) {
        struct buf b = {0};
        for (size_t k = 0; k < texts[i].len;) {
            struct str rest = {texts[i].ptr + k, texts[i].len - k};
            bool opens = str_starts(rest, STR("〔")), closes = str_starts(rest, STR("〕"));
            if (opens || closes || *rest.ptr != ' ')
                buf_addc(&b, opens ? '[' : closes ? ']' : *rest.ptr);
            k += opens || closes ? 3 : 1;
        }
        plain[i] = buf_take(&b, a);
    }
    return str_eq(plain[0], plain[1]);
}

/* A document's number has a year in brackets, which no id has. */
static struct slot *find_by_number(struct packs *p, struct str number)
{
    const struct pack *pack;
    if (!str_contains(number, STR("〔")) && !str_contains(number, STR("[")))
        return NULL;
    for (size_t i = 0; i < p->slots.len; i++)
        if (packs_get(&pack, p, p->slots.ptr[i].id, NULL) == OK &&
            same_number(pack->document.number, number, p->arena))
            return &p->slots.ptr[i];
    return NULL;
}

err_t packs_get(const struct pack **out, struct packs *p, struct str id, struct err *e)
{
    struct slot *s = find(p, id);
    if (!s)
        s = find_by_number(p, id);
    if (!s)
        return err_set(e, E_NOTFOUND, "there is no policy pack \"%.*s\"", STR_ARG(id));
    if (!s->pack && !s->refused)
        read_slot(p, s);
    *out = s->pack;
    if (s->findings.list.len == 0 || s->put_aside)
        return OK;
    const struct pack_finding *f = s->findings.list.ptr;
    *out = NULL;
    return err_set(e, E_INVALID, "%.*s:%d: %.*s (zhiyun pack lint shows all)", STR_ARG(f->file),
                   f->line, STR_ARG(f->reason));
}

size_t packs_findings(const struct pack_finding **out, const struct packs *p, struct str id)
{
    const struct slot *s = find(p, id);
    *out = s ? s->findings.list.ptr : NULL;
    return s ? s->findings.list.len : 0;
}
