/* zhiyun pack source: the text of a document that was not supplied with its pack. */
#include "base/limits.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cmd/policy.h"
#include <stdio.h>

struct loading {
    struct app *app;
    const struct pack *pack; /* as it is with the text */
    const char *path;
    size_t bytes;
    size_t checked;
    VEC(struct str) unchecked; /* criteria and deadlines whose words are not in it */
};

static err_t check_free(const struct pack *p, struct str text, struct err *e)
{
    if (!p->document.not_held)
        return err_set(e, E_CONFLICT, "the text of %.*s came with the pack", STR_ARG(p->id));
    if (p->source.len && !str_eq(p->source, text))
        return err_set(e, E_CONFLICT, "another text of %.*s was loaded already", STR_ARG(p->id));
    return OK;
}

static err_t put_text(struct loading *l, const struct pack *p, const char *from, struct err *e)
{
    struct arena *a = l->app->arena;
    const struct fs *fs = l->app->fs;
    struct bytes text;
    const char *folder = arena_printf(a, "%s/packs/%.*s", l->app->data, STR_ARG(p->id)).ptr;
    err_t rc = fs_read(&text, fs, from, YAML_BYTES_MAX, a, e);
    if (rc != OK)
        return rc;
    if (text.len == 0 || utf8_check(bytes_str(text)) != text.len)
        return err_set(e, E_INVALID, "%s is no text in UTF-8", from);
    l->path = arena_printf(a, "%s/source.txt", folder).ptr;
    l->bytes = text.len;
    if ((rc = check_free(p, bytes_str(text), e)) != OK || (rc = fs_make_dirs(fs, folder, e)) != OK)
        return rc;
    const char *temporary = arena_printf(a, "%s.new", l->path).ptr;
    rc = fs_write_synced(fs, temporary, text, e);
    return rc == OK ? fs_publish(fs, temporary, l->path, e) : rc;
}

static void count(struct loading *l, const struct pack *from, const struct citation *c,
                  struct str id)
{
    if (from != l->pack)
        return;
    if (c->quote.len)
        l->checked++;
    else
        VEC_PUSH(l->app->arena, &l->unchecked, id);
}

static void count_all(struct loading *l)
{
    const struct pack *p = l->pack;
    for (size_t i = 0; i < p->criteria.len; i++)
        count(l, p->criteria.ptr[i].from, &p->criteria.ptr[i].citation, p->criteria.ptr[i].id);
    for (size_t i = 0; i < p->deadlines.len; i++)
        count(l, p->deadlines.ptr[i].from, &p->deadlines.ptr[i].citation, p->deadlines.ptr[i].id);
}

static int show(const struct loading *l)
{
    struct jout j;
    if (!l->app->json) {
        say(stdout, msg("%s: %zu bytes; %zu quotes are in it\n"), l->path, l->bytes, l->checked);
        for (size_t i = 0; i < l->unchecked.len; i++)
            say(stdout, msg("  %.*s is not checked: its quote is not in the text\n"),
                STR_ARG(l->unchecked.ptr[i]));
        return EXIT_DONE;
    }
    jout_open(&j);
    jout_pair(&j, "pack", l->pack->id);
    jout_pair(&j, "file", str_of(l->path));
    jout_pair(&j, "digest", l->pack->digest);
    jout_pair_i64(&j, "checked", (int64_t)l->checked);
    jout_pair_strs(&j, "unchecked", l->unchecked.ptr, l->unchecked.len);
    jout_end_object(&j);
    return print_json(l->app, j.to);
}

int pack_source(struct app *app, struct packs *packs, struct str id, const char *file)
{
    struct loading l = {.app = app};
    struct packs *again = NULL;
    const struct pack *p;
    struct err e;
    err_t rc = packs_get(&p, packs, id, &e);
    if (rc == OK)
        rc = put_text(&l, p, file, &e);
    if (rc == OK)
        rc = policy_packs(&again, app, &e);
    if (rc == OK)
        rc = packs_get(&l.pack, again, id, &e);
    if (rc == OK)
        count_all(&l);
    return rc == OK ? show(&l) : fail(app, &e);
}
