/* zhiyun decision: what was decided by the policies, and the same said again from what was kept.
 * zhiyun pack amend: what it would be by the version of a pack that is here now. */
#include "decide/decision.h"
#include "base/msg.h"
#include "cmd/policy.h"
#include "decide/calendar_store.h"
#include "decide/pack_signature.h"
#include <stdio.h>

struct looking {
    struct app *app;
    struct store *store;
    struct db *db;
};

static err_t look(struct looking *l, struct app *app, struct err *e)
{
    *l = (struct looking){.app = app};
    err_t rc = instance_open_untyped(&l->store, app, false, e);
    return rc == OK ? store_reader_get(&l->db, l->store, e) : rc;
}

static void looked(struct looking *l)
{
    if (l->store)
        store_reader_put(l->store, l->db);
    store_close(l->store);
}

static void begin(struct jout *j, struct buf *b)
{
    jout_begin(j, b);
}

static int finish(const struct app *app, struct jout *j, struct buf *b)
{
    jout_end_object(j);
    int code = app->json ? print_json(app, b) : EXIT_DONE;
    buf_clear(b);
    return code;
}

/* --- one, and all ------------------------------------------------------------------------- */

static void decision_json(struct jout *j, const struct kept_decision *x)
{
    jout_pair_i64(j, "id", x->id);
    jout_pair_bool(j, "stands", x->stands);
    jout_pair(j, "party", x->party);
    jout_pair(j, "question", x->question);
    jout_pair(j, "pack", x->pack);
    jout_pair(j, "pack_version", x->pack_version);
    jout_pair(j, "pack_digest", x->pack_digest);
    jout_pair(j, "as_of", x->as_of);
    jout_pair(j, "facts_digest", x->facts_digest);
    jout_pair(j, "verdict", x->verdict);
    jout_name(j, "amends");
    if (x->amends)
        jout_i64(j, x->amends);
    else
        jout_null(j);
}

static void say_decision(const struct kept_decision *x)
{
    say(stdout, "%6lld  %-10.*s %-8.*s %.*s  %.*s %.*s%s\n", (long long)x->id, STR_ARG(x->as_of),
        STR_ARG(x->verdict), STR_ARG(x->party), STR_ARG(x->pack), STR_ARG(x->question),
        x->stands ? "" : msg("  (amended)"));
}

static int list(struct app *app, const char *pack)
{
    const struct kept_decision *all;
    struct looking l;
    size_t count;
    struct buf b;
    struct jout j;
    struct err e;
    err_t rc = look(&l, app, &e);
    if (rc == OK)
        rc = decision_list(&all, &count, l.db, str_of(pack), false, app->arena, &e);
    looked(&l);
    if (rc != OK)
        return fail(app, &e);
    begin(&j, &b);
    jout_pair_array(&j, "decisions");
    for (size_t i = 0; i < count; i++) {
        jout_object(&j);
        decision_json(&j, &all[i]);
        jout_end_object(&j);
        if (!app->json)
            say_decision(&all[i]);
    }
    jout_end_array(&j);
    return finish(app, &j, &b);
}

static err_t read_again(struct kept_decision *x, bool *same, struct str *answer, struct app *app,
                        int64_t id, struct err *e)
{
    struct looking l;
    err_t rc = look(&l, app, e);
    if (rc == OK)
        rc = decision_read(x, l.db, id, app->arena, e);
    if (rc == OK)
        rc = decision_repeat(same, answer, l.db, x, app->arena, e);
    looked(&l);
    return rc;
}

static int show(struct app *app, int64_t id)
{
    struct kept_decision x;
    struct str answer;
    struct buf b;
    struct jout j;
    struct err e;
    bool same;
    if (read_again(&x, &same, &answer, app, id, &e) != OK)
        return fail(app, &e);
    if (!app->json) {
        say_decision(&x);
        say(stdout, "%s\n",
            same ? msg("said again from what was kept: word for word the same")
                 : msg("said again from what was kept: it is NOT the same"));
    }
    begin(&j, &b);
    decision_json(&j, &x);
    jout_pair(&j, "facts", x.facts);
    jout_pair_raw(&j, "answer", x.answer);
    jout_pair_bool(&j, "same", same);
    jout_pair_raw(&j, "again", answer);
    int code = finish(app, &j, &b);
    return code == EXIT_DONE && !same ? EXIT_FAULT_FOUND : code;
}

static int run_decision(struct app *app, int argc, char **argv)
{
    struct args args;
    const char *what = NULL, *pack = NULL;
    int64_t id = 0;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args_is(&args, "--pack", NULL)) {
            if (!(pack = args_value(&args, "decision")))
                return EXIT_USAGE;
        } else if (args.name || (what && (id || !str_to_i64(&id, str_of(args.value)) || id < 1))) {
            return usage_unknown(&args, "decision");
        } else if (!what) {
            what = args.value;
        }
    }
    if (what && strcmp(what, "list") == 0 && !id)
        return list(app, pack);
    if (!what || strcmp(what, "show") != 0 || !id || pack)
        return usage_error("decision", "say what: list, or show and the number of a decision");
    return show(app, id);
}

const struct command command_decision = {
    "decision",
    N_("list [--pack PACK] | show NUMBER"),
    N_("what was decided by the policies, and the same said again from what was kept"),
    run_decision,
    N_("  list          every decision, newest first\n"
       "  show NUMBER   one, with its facts; its verdict is said again from the facts, the files "
       "of\n"
       "                the policy and the working days as they were then: exit 1 when it is not\n"
       "                word for word the same\n"),
    NULL};

/* --- pack amend ------------------------------------------------------------------------------ */

static void amendment_json(struct jout *j, const struct amendment *m)
{
    jout_object(j);
    jout_pair_i64(j, "id", m->before.id);
    jout_pair(j, "party", m->before.party);
    jout_pair(j, "question", m->before.question);
    jout_pair(j, "version", m->before.pack_version);
    jout_pair(j, "before", m->before.verdict);
    jout_pair(j, "after", m->after.verdict);
    jout_pair_array(j, "changed");
    for (struct str rest = m->changed; rest.len;)
        jout_str(j, str_split(&rest, STR(" ")));
    jout_end_array(j);
    jout_end_object(j);
}

int pack_amend(struct app *app, struct packs *packs, struct str id)
{
    const struct amendment *all = NULL;
    const struct calendar *c = NULL;
    const struct pack *p = NULL;
    struct looking l;
    size_t count = 0;
    struct buf b;
    struct jout j;
    struct err e;
    err_t rc = look(&l, app, &e);
    if (rc == OK)
        rc = calendar_load(&c, l.db, app->arena, &e);
    if (rc == OK)
        packs_use_calendar(packs, c);
    if (rc == OK)
        rc = packs_get(&p, packs, id, &e);
    if (rc == OK)
        rc = amend_preview(&all, &count, l.db, packs, p, app->arena, &e);
    looked(&l);
    if (rc != OK)
        return fail(app, &e);
    begin(&j, &b);
    jout_pair(&j, "pack", p->id);
    jout_pair(&j, "version", p->version);
    jout_pair(&j, "digest", p->digest);
    jout_pair_array(&j, "decisions");
    for (size_t i = 0; i < count; i++) {
        const struct amendment *m = &all[i];
        amendment_json(&j, m);
        if (!app->json)
            say(stdout, "%6lld  %.*s  %.*s → %.*s  %.*s\n", (long long)m->before.id,
                STR_ARG(m->before.party), STR_ARG(m->before.verdict), STR_ARG(m->after.verdict),
                STR_ARG(m->changed));
    }
    jout_end_array(&j);
    return finish(app, &j, &b);
}

/* --- pack sign ------------------------------------------------------------------------------- */

static err_t sign(const char **path, struct note_signer *signer, struct app *app,
                  const struct pack *p, struct err *e)
{
    struct arena *a = app->arena;
    const char *keys = arena_printf(a, "%s/keys", app->data).ptr;
    struct log_suite suite;
    err_t rc = log_suite_open(&suite, app->fs, keys, e);
    if (rc == E_NOTFOUND)
        return err_set(e, E_IO, "there are no keys in %s; make them with: zhiyun --data %s init",
                       keys, app->data);
    return rc == OK ? pack_sign_put(path, signer, app->fs, app->data, suite.sign, p, a, e) : rc;
}

int pack_sign_files(struct app *app, struct packs *packs, struct str id)
{
    struct note_signer signer = {.secret = NULL};
    const char *path = NULL;
    const struct pack *p;
    struct buf b;
    struct jout j;
    struct err e;
    err_t rc = packs_get(&p, packs, id, &e);
    if (rc == OK && packs_are_shipped(packs, id))
        rc = err_set(&e, E_CONFLICT, "%.*s came with the program, which answers for it",
                     STR_ARG(id));
    if (rc == OK)
        rc = sign(&path, &signer, app, p, &e);
    if (rc != OK) {
        note_signer_clear(&signer);
        return fail(app, &e);
    }
    if (!app->json)
        say(stdout, msg("%s: version %.*s, digest %.*s, signed by %s\n"), path, STR_ARG(p->version),
            STR_ARG(p->digest), signer.key.name);
    begin(&j, &b);
    jout_pair(&j, "pack", p->id);
    jout_pair(&j, "version", p->version);
    jout_pair(&j, "digest", p->digest);
    jout_pair(&j, "file", str_of(path));
    jout_pair(&j, "signer", note_key_text(&signer.key, app->arena));
    note_signer_clear(&signer);
    return finish(app, &j, &b);
}
