/* Loading: the types built into the program, then those of a folder. */
#include "base/fs.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "model/normal.h"
#include "record/lint.h"
#include "record/type_priv.h"
#include "text/pinyin.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static struct str base_name(struct str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return (struct str){path.ptr + at, path.len - at};
}

/* Whether the file lies in a folder of that name. */
static bool is_dictionary(struct str path)
{
    struct str folder = STR("dictionaries/");
    size_t base = path.len - base_name(path).len;
    size_t at = base < folder.len ? 0 : base - folder.len;
    return path.ptr && base >= folder.len && (at == 0 || path.ptr[at - 1] == '/') &&
           str_find(path, folder, at) == at;
}

/* Whether a file in the folder is a table of codes, not a type. */
static bool type_file_is_reference(struct str path)
{
    struct str base = base_name(path);
    return is_dictionary(path) || str_is(base, "roles.yaml") || str_is(base, "facts.yaml");
}

/* --- what types may name ------------------------------------------------------- */

static const struct yvalue *read_reference(struct type_reader *r, struct str text)
{
    const struct yvalue *root;
    const struct yfault *faults;
    size_t count;
    if (yin_parse(&root, &faults, &count, text, r->take.arena, NULL) != OK)
        for (size_t i = 0; i < count; i++)
            type_fault(r, faults[i].line, "%.*s", STR_ARG(faults[i].reason));
    return root;
}

static void read_dictionary(struct type_references *to, struct type_reader *r, struct str text)
{
    static const char *const known[] = {"name", "label", "source", "values", NULL};
    const struct yvalue *root = read_reference(r, text);
    if (!root)
        return;
    ytake_keys(&r->take, root, known);
    struct dictionary d = {.name = take_name(r, root, "name")};
    struct str file = base_name(r->file);
    (void)take_label(r, root, "label", true);
    (void)ytake_text(&r->take, root, "source");
    d.count = take_values(&d.values, r, root);
    if (d.count == 0)
        type_fault(r, root->line, "a dictionary needs values");
    if (d.name.len && !str_eq(file, arena_join(r->take.arena, d.name, STR(".yaml"))))
        type_fault(r, ytake_place(root, "name")->line, "the name \"%.*s\" is not that of the file",
                   STR_ARG(d.name));
    struct dictionary *shipped = FIND_BY(to->dictionaries.ptr, to->dictionaries.len, name, d.name);
    if (shipped)
        *shipped = d; /* an instance's takes its place */
    else if (d.name.len)
        VEC_PUSH(r->take.arena, &to->dictionaries, d);
}

static void read_roles(struct type_references *to, struct type_reader *r, struct str text)
{
    const struct yvalue *items, *root = read_reference(r, text);
    size_t count = root ? ytake_maps(&items, &r->take, root, "roles") : 0;
    for (size_t i = 0; i < count; i++) {
        struct str name = take_name(r, &items[i], "name");
        VEC_PUSH(r->take.arena, &to->roles, name);
    }
}

static void read_one_fact(struct type_references *to, struct type_reader *r,
                          const struct yvalue *map)
{
    static const char *const known[] = {"name", "shape", "keys", "report", NULL};
    static const char *const shapes[] = {"list", "object", "value", NULL};
    struct fact_list f = {.name = take_name(r, map, "name")};
    int shape = ytake_choice(&r->take, map, "shape", shapes, 0);
    ytake_keys(&r->take, map, known);
    f.key_count = take_words(&f.keys, r, map, "keys");
    f.object = shape == 1;
    f.report_key_count = take_words(&f.report_keys, r, map, "report");
    f.report_only = str_among(STR("all"), f.report_keys, f.report_key_count);
    if (shape == 2)
        VEC_PUSH(r->take.arena, &to->fact_keys, f.name);
    else
        VEC_PUSH(r->take.arena, &to->facts, f);
}

static void read_facts(struct type_references *to, struct type_reader *r, struct str text)
{
    const struct yvalue *items, *root = read_reference(r, text);
    size_t count = root ? ytake_maps(&items, &r->take, root, "facts") : 0;
    for (size_t i = 0; i < count; i++)
        read_one_fact(to, r, &items[i]);
}

/* Whether r->file is no type but what types may name; then it is read. */
static bool read_reference_file(struct type_references *to, struct type_reader *r, struct str text)
{
    struct str base = base_name(r->file);
    if (is_dictionary(r->file))
        read_dictionary(to, r, text);
    else if (str_is(base, "roles.yaml"))
        read_roles(to, r, text);
    else if (str_is(base, "facts.yaml"))
        read_facts(to, r, text);
    return type_file_is_reference(r->file);
}

static void read_references(struct type_references *to, struct type_reader *r)
{
    for (size_t i = 0; i < type_file_count; i++) {
        r->file = str_of(type_files[i].name);
        (void)read_reference_file(to, r, (struct str){type_files[i].text, type_files[i].len});
    }
}

/* --- the folder of an instance ---------------------------------------------------- */

struct own_files {
    VEC(struct type_text) list;
};

/* Its .yaml files, dictionaries first, by name: their order must not be the disk's. */
static err_t read_folder(struct own_files *out, const char *folder, struct arena *a, struct err *e)
{
    VEC(struct str) names = {0};
    err_t rc = OK;
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT ? OK : err_errno(e, errno, "cannot read the folder %s", folder);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (str_ends(str_of(entry->d_name), STR(".yaml")) && entry->d_name[0] != '.')
            VEC_PUSH(a, &names, arena_dup(a, str_of(entry->d_name)));
    closedir(dir);
    if (names.len)
        qsort(names.ptr, names.len, sizeof(*names.ptr), str_cmp_first);
    for (size_t i = 0; rc == OK && i < names.len; i++) {
        struct type_text file = {.file =
                                     arena_printf(a, "%s/%.*s", folder, STR_ARG(names.ptr[i])).ptr};
        struct bytes text;
        rc = fs_read(&text, &fs_system, file.file, YAML_BYTES_MAX + 1, a, e);
        file.text = bytes_str(text);
        if (rc == OK)
            VEC_PUSH(a, &out->list, file);
    }
    return rc;
}

/* folder NULL: none. */
static err_t read_own(struct own_files *out, const char *folder, struct arena *a, struct err *e)
{
    *out = (struct own_files){0};
    if (!folder)
        return OK;
    err_t rc = read_folder(out, arena_printf(a, "%s/dictionaries", folder).ptr, a, e);
    return rc == OK ? read_folder(out, folder, a, e) : rc;
}

/* Names count from the folder on: an instance may be moved. */
static struct str digest_of(const struct own_files *own, const char *folder, struct arena *a)
{
    struct hasher *h = hasher_new();
    char hex[HASH_HEX_LEN + 1];
    hasher_add(h, str_bytes(str_of(type_files_digest)));
    hasher_add(h, str_bytes(STR(WRITTEN_RULE PINYIN_RULE)));
    for (size_t i = 0; i < own->list.len; i++) {
        const struct type_text *file = &own->list.ptr[i];
        const char *name = file->file + strlen(folder);
        hasher_add(h, (struct bytes){(const uint8_t *)name, strlen(name) + 1});
        hasher_add(h, (struct bytes){(const uint8_t *)&file->text.len, sizeof(file->text.len)});
        hasher_add(h, str_bytes(file->text));
    }
    struct digest digest = hasher_end(h);
    hasher_free(h);
    digest_hex(hex, &digest);
    return arena_dup(a, str_of(hex));
}

err_t record_types_digest(struct str *out, const char *folder, struct arena *a, struct err *e)
{
    struct own_files own;
    err_t rc = read_own(&own, folder, a, e);
    *out = rc == OK ? digest_of(&own, folder, a) : STR_NONE;
    return rc;
}

/* --- all together -------------------------------------------------------------------- */

static void read_shipped(struct record_types *set, struct type_reader *r)
{
    for (size_t i = 0; i < type_file_count; i++) {
        r->file = str_of(type_files[i].name);
        if (type_file_is_reference(r->file))
            continue;
        struct record_type *t = type_parse(r, (struct str){type_files[i].text, type_files[i].len});
        if (t && t->name.len)
            type_set_add(set, t);
    }
}

/* Reads the folder: first dictionaries, so that the shipped types use them too. */
static void read_set(struct record_types *set, const struct own_files *own, struct type_reader *r)
{
    read_references(&set->references, r);
    for (size_t i = 0; i < own->list.len; i++) {
        r->file = str_of(own->list.ptr[i].file);
        (void)read_reference_file(&set->references, r, own->list.ptr[i].text);
    }
    read_shipped(set, r);
    for (size_t i = 0; i < own->list.len; i++) {
        r->file = str_of(own->list.ptr[i].file);
        if (type_file_is_reference(r->file))
            continue;
        struct record_type *t = type_parse(r, own->list.ptr[i].text);
        if (!t || t->name.len == 0)
            continue;
        lint_replacement(t, record_type_find(set, t->name), r->findings);
        type_set_add(set, t);
    }
}

static size_t fault_count(const struct type_findings *found)
{
    return found->list.len - found->advice_count;
}

/* Shipped types are checked on a database when the program is built (type_test.c,
 * "zhiyun types lint"), those of an instance at every start. */
static err_t check_all(const struct record_types *set, bool has_own, struct type_findings *found,
                       struct err *e)
{
    for (size_t i = 0; i < set->types.len; i++)
        lint_type(set->types.ptr[i], set, found);
    return has_own && fault_count(found) == 0 ? lint_sql(set, NULL, found, e) : OK;
}

static int by_place(const void *x, const void *y)
{
    const struct type_finding *a = x, *b = y;
    int files = str_cmp(a->file, b->file);
    if (files)
        return files;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* The findings in order; E_INVALID where one is a fault. */
static err_t conclude(const struct type_findings *found, struct err *e)
{
    const struct type_finding *first = found->list.ptr;
    if (found->list.len == 0)
        return OK;
    for (size_t i = 0; i < found->list.len; i++)
        found->list.ptr[i].order = i;
    qsort(found->list.ptr, found->list.len, sizeof(*first), by_place);
    while (fault_count(found) && first->advice)
        first++;
    if (fault_count(found) == 0)
        return OK;
    return err_set(e, E_INVALID,
                   "the record types have %zu faults; the first: %.*s:%d: %.*s (zhiyun types lint "
                   "shows all)",
                   fault_count(found), STR_ARG(first->file), first->line, STR_ARG(first->reason));
}

err_t record_types_load(struct record_types **out, const char *folder,
                        const struct type_finding **findings, size_t *finding_count,
                        struct arena *a, struct err *e)
{
    struct record_types *set = mem_zalloc(sizeof(*set));
    struct type_findings found = {.arena = a};
    struct own_files own;
    set->arena = arena_new();
    struct type_reader r;
    type_reader_init(&r, set->arena, &found, STR_NONE, &set->references);
    *out = NULL;
    err_t rc = read_own(&own, folder, set->arena, e);
    if (rc == OK) {
        set->digest = digest_of(&own, folder, set->arena);
        read_set(set, &own, &r);
        for (size_t i = 0; i < set->types.len; i++)
            stage_compile((struct record_type *)(uintptr_t)set->types.ptr[i], set, set->arena);
        rc = check_all(set, own.list.len > 0, &found, e);
    }
    if (rc == OK)
        rc = conclude(&found, e);
    *findings = found.list.ptr;
    *finding_count = found.list.len;
    if (rc == OK)
        *out = set;
    else
        record_types_free(set);
    return rc;
}

err_t record_types_check(const struct record_types *set, const struct type_finding **findings,
                         size_t *finding_count, struct arena *a, struct err *e)
{
    struct type_findings found = {.arena = a};
    err_t rc = lint_sql(set, NULL, &found, e);
    if (rc == OK)
        rc = conclude(&found, e);
    *findings = found.list.ptr;
    *finding_count = found.list.len;
    return rc;
}

static struct record_types *copy_of(const struct record_types *set)
{
    struct record_types *copy = mem_zalloc(sizeof(*copy));
    copy->arena = arena_new();
    copy->references = set->references;
    for (size_t i = 0; i < set->types.len; i++)
        VEC_PUSH(copy->arena, &copy->types, set->types.ptr[i]);
    return copy;
}

/* The types that could be read, in the set; NULL for the others. */
static void read_texts(const struct record_type **types, struct record_types *with,
                       const struct type_text *texts, size_t count, struct type_reader *r)
{
    for (size_t i = 0; i < count; i++) { /* first what types may name */
        r->file = str_of(texts[i].file);
        if (type_file_is_reference(r->file))
            (void)read_reference_file(&with->references, r, texts[i].text);
    }
    for (size_t i = 0; i < count; i++) {
        r->file = str_of(texts[i].file);
        if (type_file_is_reference(r->file))
            continue;
        struct record_type *t = type_parse(r, texts[i].text);
        if (!t)
            continue;
        types[i] = t;
        lint_replacement(t, record_type_find(with, t->name), r->findings);
        if (t->name.len)
            type_set_add(with, t);
    }
}

err_t record_types_lint(const struct type_finding **findings, size_t *finding_count,
                        const struct type_text *texts, size_t text_count,
                        const struct record_types *set, struct arena *a, struct err *e)
{
    struct record_types *with = copy_of(set);
    const struct record_type **types = arena_array(a, text_count + 1, sizeof(struct record_type *));
    struct type_findings found = {.arena = a};
    struct type_reader r;
    err_t rc = OK;
    type_reader_init(&r, a, &found, STR_NONE, &with->references);
    read_texts(types, with, texts, text_count, &r);
    for (size_t i = 0; i < text_count; i++)
        if (types[i]) {
            stage_compile((struct record_type *)(uintptr_t)types[i], with, a);
            lint_type(types[i], with, &found);
        }
    for (size_t i = 0; fault_count(&found) == 0 && rc == OK && i < text_count; i++)
        if (types[i])
            rc = lint_sql(with, types[i], &found, e);
    if (rc == OK)
        rc = conclude(&found, e);
    record_types_free(with);
    *findings = found.list.ptr;
    *finding_count = found.list.len;
    return rc;
}
