/* PDF by zhiyun-paper (press/main.c): it gets one JSON document on its standard input, and says
 * one line of JSON, then the PDF. */
#include "base/child.h"
#include "base/fs.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "paper/style.h"
#include <signal.h>

#define PRESS_TIME_MS 30000
#define PRESS_OUT_MAX ((size_t)128 << 20)
#define FONTS_YAML_MAX ((size_t)64 << 10)

struct feeding {
    struct str job;
    bool given;
};

static err_t feed_job(struct bytes *piece, void *arg, struct err *e)
{
    struct feeding *f = arg;
    (void)e;
    *piece = f->given ? (struct bytes){0} : str_bytes(f->job);
    f->given = true;
    return OK;
}

/* fonts.yaml is read here, so that what is wrong with it is said in the language of messages;
 * *own: its text. */
static err_t own_fonts(struct str *own, const struct paper_press *press, struct arena *a,
                       struct err *e)
{
    struct paper_style style;
    struct bytes text = {0};
    err_t rc = OK;
    if (press->fonts)
        rc = fs_read(&text, &fs_system,
                     arena_cstr(a, arena_printf(a, "%s/fonts.yaml", press->fonts)), FONTS_YAML_MAX,
                     a, e);
    if (rc == E_NOTFOUND)
        rc = OK;
    *own = bytes_str(text);
    return rc == OK ? paper_style_read(&style, *own, a, e) : rc;
}

static void put_job(struct buf *out, const struct paper *p, const struct paper_stamp *s,
                    struct str own)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest digest = paper_digest(p);
    struct jout j;
    struct buf content = {0};
    sha256_hex(hex, &digest);
    paper_canonical(&content, p);
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_raw(&j, "content", buf_str(&content));
    jout_pair_z(&j, "digest", hex);
    jout_pair(&j, "fonts", own);
    jout_pair(&j, "entry", s->entry);
    jout_pair(&j, "check_url", s->check_url);
    jout_end_object(&j);
    buf_clear(&content);
}

/* "𠮷 (U+20BB7), …" of the code points that no font has. */
static struct str missing_text(const struct jvalue *missing, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < missing->count && i < 8; i++) {
        uint64_t cp = 0;
        char utf8[4];
        if (!str_to_u64(&cp, missing->items[i].text))
            continue;
        size_t len = utf8_put(utf8, (uint32_t)cp);
        all = arena_printf(a, "%.*s%s%.*s (U+%04X)", STR_ARG(all), i ? ", " : "", (int)len, utf8,
                           (unsigned)cp);
    }
    return all;
}

static err_t read_head(struct paper_pdf *said, const struct paper_press *press, struct str head,
                       struct arena *a, struct err *e)
{
    const struct jvalue *v = NULL, *list;
    int64_t pages = 0;
    err_t rc = jin_parse(&v, arena_dup(a, head), a, e);
    if (rc != OK || !jin_i64(&pages, v, "pages"))
        return err_set(e, E_INTERNAL, "%s", "zhiyun-paper says nothing that can be read");
    list = jin_get(v, "missing");
    if (list && list->count)
        return err_set(e, E_INVALID,
                       "no font has the character %.*s: put a font file that has it into %s",
                       STR_ARG(missing_text(list, a)), press->fonts ? press->fonts : "fonts");
    said->pages = (int)pages;
    list = jin_get(v, "substitutions");
    said->substitution_count = list ? list->count : 0;
    struct paper_substitution *all = arena_array(a, said->substitution_count + 1, sizeof(*all));
    for (size_t i = 0; i < said->substitution_count; i++)
        all[i] = (struct paper_substitution){jin_text(&list->items[i], "font"),
                                             jin_text(&list->items[i], "wanted"),
                                             jin_text(&list->items[i], "used")};
    said->substitutions = all;
    return OK;
}

err_t paper_pdf(struct buf *out, struct paper_pdf *said, const struct paper *p,
                const struct paper_stamp *s, const struct paper_press *press, struct arena *a,
                struct err *e)
{
    if (!press->program)
        return err_set(e, E_NOTFOUND, "zhiyun-paper is not installed: no PDF can be made here");
    const char *const argv[] = {press->program, press->fonts ? press->fonts : "", NULL};
    struct buf job = {0}, from, words;
    struct str own;
    err_t rc = own_fonts(&own, press, a, e);
    if (rc != OK)
        return rc;
    buf_init(&from, PRESS_OUT_MAX);
    buf_init(&words, 4096);
    put_job(&job, p, s, own);
    struct feeding f = {.job = buf_str(&job)};
    struct child c = {.argv = argv,
                      .stays = true,
                      .feed = feed_job,
                      .arg = &f,
                      .out = &from,
                      .said = &words,
                      .time_ms = PRESS_TIME_MS};
    int status = 0;
    rc = child_run(&status, &c, e);
    struct str all = buf_str(&from);
    size_t line = str_find(all, STR("\n"), 0);
    if (rc == E_LIMIT && !buf_ok(&from))
        rc = err_set(e, E_LIMIT,
                     "the paper is too long to be made: give the long text as an attachment");
    else if (rc == E_LIMIT || (rc == OK && status == 128 + SIGXCPU))
        rc = err_set(e, E_LIMIT,
                     "the PDF was not ready within %d seconds, where the machine is busy or the "
                     "paper very long: try again, or give the long text as an attachment",
                     PRESS_TIME_MS / 1000);
    else if (rc == OK && (status != 0 || line == all.len))
        rc = err_set(e, status == 1 ? E_INVALID : E_INTERNAL, "the PDF could not be made: %.*s",
                     STR_ARG(str_trim(buf_str(&words))));
    if (rc == OK)
        rc = read_head(said, press, (struct str){all.ptr, line}, a, e);
    if (rc == OK)
        buf_add(out, (struct str){all.ptr + line + 1, all.len - line - 1});
    if (rc == OK && !buf_ok(out))
        rc = err_set(e, E_LIMIT,
                     "the paper is too long to be made: give the long text as an attachment");
    buf_clear(&job);
    buf_clear(&from);
    buf_clear(&words);
    return rc;
}
