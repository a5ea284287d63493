/* Finding packs by their folder, and reading each once. */
#include "policy/packs.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "policy/pack_priv.h"
#include "policy/packs_priv.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

struct slot { /* one pack that there is */
    struct str id;
    bool shipped;
    bool reading; /* by a call further out: it extends itself */
    struct pack *pack;
    struct pack_findings findings;
};

struct packs {
    struct arena *arena;
    const char *folder;
    const struct calendar *calendar;
    VEC(struct slot) slots; /* by id */
};

/* --- which there are ------------------------------------------------------------------- */

static struct slot *find(const struct packs *p, struct str id)
{
    for (size_t i = 0; i < p->slots.len; i++)
        if (str_eq(p->slots.ptr[i].id, id))
            return &p->slots.ptr[i];
    return NULL;
}

static void add_shipped(struct packs *p)
{
    for (size_t i = 0; i < pack_file_count; i++) {
        struct str name = str_of(pack_files[i].name), rest = name;
        struct str id = str_split(&rest, STR("/"));
        if (rest.ptr && !find(p, id))
            VEC_PUSH(p->arena, &p->slots, ((struct slot){.id = id, .shipped = true}));
    }
}

static bool has_pack(const struct packs *p, const char *name)
{
    struct bytes text;
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/%s/pack.yaml", p->folder, name).ptr;
    err_t rc = fs_read(&text, &fs_system, path, YAML_BYTES_MAX + 1, a, NULL);
    arena_free(a);
    return rc != E_NOTFOUND;
}

static err_t add_folder(struct packs *p, struct err *e)
{
    DIR *dir = p->folder ? opendir(p->folder) : NULL;
    err_t rc = OK;
    if (!dir)
        return !p->folder || errno == ENOENT
                   ? OK
                   : err_errno(e, errno, "cannot read the folder %s", p->folder);
    for (struct dirent *entry; rc == OK && (entry = readdir(dir));) {
        struct str id = arena_dup(p->arena, str_of(entry->d_name));
        if (entry->d_name[0] == '.' || !has_pack(p, entry->d_name))
            continue;
        if (find(p, id))
            rc = err_set(e, E_CONFLICT,
                         "%s/%.*s: there is a pack of that id already; give yours another one",
                         p->folder, STR_ARG(id));
        else
            VEC_PUSH(p->arena, &p->slots, ((struct slot){.id = id}));
    }
    closedir(dir);
    return rc;
}

static int by_id(const void *x, const void *y)
{
    return str_cmp(((const struct slot *)x)->id, ((const struct slot *)y)->id);
}

static err_t open_packs(struct packs **out, const char *folder, bool shipped, struct err *e)
{
    struct packs *p = mem_zalloc(sizeof(*p));
    p->arena = arena_new();
    p->folder = folder ? arena_cstr(p->arena, str_of(folder)) : NULL;
    if (shipped)
        add_shipped(p);
    err_t rc = add_folder(p, e);
    if (rc != OK) {
        packs_close(p);
        return rc;
    }
    if (p->slots.len)
        qsort(p->slots.ptr, p->slots.len, sizeof(*p->slots.ptr), by_id);
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
    arena_free(p->arena);
    free(p);
}

size_t packs_ids(const struct str **out, const struct packs *p)
{
    struct str *ids = arena_array(p->arena, p->slots.len + 1, sizeof(*ids));
    for (size_t i = 0; i < p->slots.len; i++)
        ids[i] = p->slots.ptr[i].id;
    *out = ids;
    return p->slots.len;
}

/* --- files ----------------------------------------------------------------------------- */

static struct str shipped_text(struct str id, const char *name, struct arena *a)
{
    struct str whole = arena_printf(a, "%.*s/%s", STR_ARG(id), name);
    size_t low = 0, high = pack_file_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = str_cmp(str_of(pack_files[mid].name), whole);
        if (order == 0)
            return (struct str){pack_files[mid].text, pack_files[mid].len};
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return STR_NONE;
}

struct str pack_file_text(const struct packs *p, struct str id, const char *name)
{
    const struct slot *s = find(p, id);
    struct bytes text;
    if (!s)
        return STR_NONE;
    if (s->shipped)
        return shipped_text(id, name, p->arena);
    const char *path = arena_printf(p->arena, "%s/%.*s/%s", p->folder, STR_ARG(id), name).ptr;
    if (fs_read(&text, &fs_system, path, YAML_BYTES_MAX + 1, p->arena, NULL) != OK)
        return STR_NONE;
    return text.ptr ? bytes_str(text) : STR("");
}

struct text_list {
    VEC(struct pack_text) list;
};

static int by_name(const void *x, const void *y)
{
    return str_cmp(((const struct pack_text *)x)->name, ((const struct pack_text *)y)->name);
}

static void list_folder(struct text_list *out, const struct packs *p, struct str id,
                        const char *folder, struct arena *a)
{
    DIR *dir = opendir(arena_printf(a, "%s/%.*s/%s", p->folder, STR_ARG(id), folder).ptr);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct str name = str_of(entry->d_name);
        if (name.ptr[0] == '.' || !(str_ends(name, STR(".yaml")) || str_ends(name, STR(".sql")) ||
                                    str_ends(name, STR(".txt"))))
            continue;
        name = arena_printf(a, "%s%s", folder, entry->d_name);
        VEC_PUSH(a, &out->list, ((struct pack_text){name, pack_file_text(p, id, name.ptr)}));
    }
    if (dir)
        closedir(dir);
    if (out->list.len)
        qsort(out->list.ptr, out->list.len, sizeof(*out->list.ptr), by_name);
}

size_t packs_files(const struct pack_text **out, const struct packs *p, struct str id,
                   const char *folder, struct arena *a)
{
    const struct slot *s = find(p, id);
    struct text_list found = {0};
    struct str prefix = arena_printf(a, "%.*s/%s", STR_ARG(id), folder);
    if (s && !s->shipped)
        list_folder(&found, p, id, folder, a);
    for (size_t i = 0; s && s->shipped && i < pack_file_count; i++) {
        struct str name = str_of(pack_files[i].name);
        if (!str_starts(name, prefix))
            continue;
        name.ptr += id.len + 1;
        name.len -= id.len + 1;
        VEC_PUSH(a, &found.list,
                 ((struct pack_text){name, {pack_files[i].text, pack_files[i].len}}));
    }
    *out = found.list.ptr;
    return found.list.len;
}

/* --- reading ------------------------------------------------------------------------------ */

static void hash_files(struct hasher *h, struct packs *p, struct str id, const char *folder)
{
    const struct pack_text *files;
    size_t count = packs_files(&files, p, id, folder, p->arena);
    for (size_t i = 0; i < count; i++) {
        struct str n = files[i].name;
        uint64_t lens[2] = {n.len, files[i].text.len};
        hasher_add(h, (struct bytes){(const uint8_t *)lens, sizeof(lens)});
        hasher_add(h, str_bytes(n));
        hasher_add(h, str_bytes(files[i].text));
    }
}

static struct str digest_of(struct packs *p, struct str id, bool shipped)
{
    struct hasher *h = hasher_new();
    char hex[HASH_HEX_LEN + 1];
    hash_files(h, p, id, "");
    if (!shipped) { /* of shipped ones "" has given all; a folder's are listed one by one */
        hash_files(h, p, id, "cases/");
        hash_files(h, p, id, "indicators/");
    }
    struct digest d = hasher_end(h);
    hasher_free(h);
    digest_hex(hex, &d);
    return arena_dup(p->arena, str_of(hex));
}

static const struct pack *parent_of(struct pack_reader *r, struct packs *p, struct str text)
{
    const struct yvalue *root;
    const struct yfault *faults;
    const struct pack *parent = NULL;
    size_t count;
    struct err e = {0};
    /* What is wrong with the text is told when it is read whole. */
    if (yin_parse(&root, &faults, &count, text, r->findings->arena, NULL) != OK && !root)
        return NULL;
    const struct yvalue *v = pack_take(root, "extends");
    if (!v || v->type != Y_TEXT)
        return NULL;
    struct slot *s = find(p, v->text);
    r->pack->extends = arena_dup(r->arena, v->text);
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
    pack->source = pack_file_text(p, s->id, "source.txt");
    pack->parent = parent_of(&r, p, text);
    pack_parse(&r, text);
    pack->digest = digest_of(p, s->id, s->shipped);
    s->reading = false;
}

err_t packs_get(const struct pack **out, struct packs *p, struct str id, struct err *e)
{
    struct slot *s = find(p, id);
    if (!s)
        return err_set(e, E_NOTFOUND, "there is no policy pack \"%.*s\"", STR_ARG(id));
    if (!s->pack)
        read_slot(p, s);
    *out = s->pack;
    if (s->findings.list.len == 0)
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
