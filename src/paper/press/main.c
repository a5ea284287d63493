/* zhiyun-paper forkserver: stays, and works as follows for each that asks (base/forkserver.h).
 * zhiyun-paper FONTS: a paper as JSON on standard input; on standard output one line of JSON
 * (pages, substitutions, missing), then the PDF. It has given up its rights before it reads
 * (cage/cage.h). 1: the job cannot be done, standard error says why; 2 and 3: usage, rights.
 *
 * Dates in the file are fixed, as the same content is to give the same bytes. */
#include "base/forkserver.h"
#include "cage/cage.h"
#include "paper/press/press.h"
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#define INPUT_MAX ((size_t)64 << 20)
#define MEMORY_MAX ((size_t)2 << 30) /* addresses: fonts are mapped whole */
#define SECONDS_MAX 25
#define PAGES_MAX 2000
#define FIXED_DATE "2000-01-01T00:00:00Z"

static int fail(const struct err *e)
{
    fprintf(stderr, "%s\n", e->text);
    return 1;
}

static err_t read_input(struct buf *in, struct err *e)
{
    char piece[65536];
    for (;;) {
        ssize_t n = read(STDIN_FILENO, piece, sizeof(piece));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, errno, "cannot read the paper");
        if (n == 0)
            return buf_ok(in) ? OK : err_set(e, E_LIMIT, "%s", "the paper is too long");
        buf_add(in, (struct str){piece, (size_t)n});
    }
}

static bool write_out(struct str s)
{
    while (s.len) {
        ssize_t n = write(STDOUT_FILENO, s.ptr, s.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = (struct str){s.ptr + n, s.len - (size_t)n};
    }
    return true;
}

static err_t read_job(struct press_job *job, struct str text, struct arena *a, struct err *e)
{
    const struct jvalue *v = NULL;
    err_t rc = jin_parse(&v, text, a, e);
    if (rc == OK)
        rc = paper_read(&job->paper, jin_get(v, "content"), a, e);
    if (rc != OK)
        return rc;
    job->digest = jin_text(v, "digest");
    job->own_fonts = jin_text(v, "fonts");
    job->entry = jin_text(v, "entry");
    job->check_url = jin_text(v, "check_url");
    return OK;
}

static cairo_status_t keep(void *arg, const unsigned char *data, unsigned int len)
{
    struct buf *out = arg;
    buf_add(out, (struct str){(const char *)data, len});
    return buf_ok(out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static cairo_status_t forget(void *arg, const unsigned char *data, unsigned int len)
{
    (void)arg;
    (void)data;
    (void)len;
    return CAIRO_STATUS_SUCCESS;
}

static void describe(cairo_surface_t *s, const struct press_job *job, struct arena *a)
{
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, arena_cstr(a, job->paper.title));
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_SUBJECT, arena_cstr(a, job->digest));
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, FIXED_DATE);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_MOD_DATE, FIXED_DATE);
}

/* One pass; its pages are counted into p->page. */
static err_t pass(struct press *p, struct buf *out, struct err *e)
{
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(out ? keep : forget, out,
                                                             p->layout->width, p->layout->height);
    p->cr = cairo_create(s);
    p->measuring = out == NULL;
    p->page = 0;
    p->groups_drawn = 0;
    describe(s, p->job, p->arena);
    tag_begin(p, "Document");
    page_begin(p);
    press_blocks(p);
    press_foot(p);
    page_end(p);
    tag_end(p, "Document");
    cairo_status_t status = cairo_status(p->cr);
    cairo_surface_finish(s);
    status = status == CAIRO_STATUS_SUCCESS ? cairo_surface_status(s) : status;
    cairo_destroy(p->cr);
    cairo_surface_destroy(s);
    if (status != CAIRO_STATUS_SUCCESS)
        return err_set(e, E_INTERNAL, "%s", cairo_status_to_string(status));
    return p->page <= PAGES_MAX ? OK : err_set(e, E_LIMIT, "%s", "the paper is too long");
}

#define ONE_PAGE_OF                                                                                \
    3 /* what fills more pages does not go on one at PAPER_LEAST of its size: 1 / 0.36 */

static err_t pass_anew(struct press *p, const struct paper_layout *l, struct err *e)
{
    p->layout = l;
    p->group_heights.len = 0;
    return pass(p, NULL, e);
}

#define LEAST_LINE 0.85 /* 24.65 points for letters of 16 */

/* Lines nearer to each other, letters as large as they are. */
static const struct paper_layout *tighter(const struct paper_layout *l, double scale,
                                          struct arena *a)
{
    struct paper_layout *out = arena_alloc(a, sizeof(*out));
    *out = *l;
    double space = 2 * scale - 1; /* between blocks there is more to spare */
    out->table.line *= scale;
    for (size_t i = 0; i < ARRAY_LEN(out->roles); i++) {
        struct role_style *r = &out->roles[i];
        r->line *= scale;
        r->before *= space;
        r->after *= space;
    }
    return out;
}

/* A last page with little on it is spared, where lines a little nearer to each other do that (GB/T 9704 7.3.5.5). */
static err_t spare_page(struct press *p, struct err *e)
{
    const struct paper_layout *whole = p->layout;
    int pages = p->page;
    err_t rc = OK;
    for (int percent = 97; rc == OK && p->page == pages && percent >= LEAST_LINE * 100;
         percent -= 3)
        rc = pass_anew(p, tighter(whole, percent / 100.0, p->arena), e);
    if (rc == OK && p->page >= pages)
        rc = pass_anew(p, whole, e);
    return rc;
}

/* A paper whose pages have no number, a certificate, is one page, where it can be. */
static err_t count_pages(struct press *p, struct err *e)
{
    const struct paper_layout *whole = p->layout;
    err_t rc = pass(p, NULL, e);
    if (rc == OK && p->page > 1 && p->thin && whole->page_number.len)
        rc = spare_page(p, e);
    if (rc == OK && p->page > 1 && p->page <= ONE_PAGE_OF && !whole->page_number.len) {
        for (double scale = 0.95; rc == OK && p->page > 1 && scale >= PAPER_LEAST; scale -= 0.05)
            rc = pass_anew(p, paper_layout_smaller(whole, scale, p->arena), e);
        if (rc == OK && p->page > 1)
            rc = pass_anew(p, whole, e);
    }
    p->pages = p->page;
    p->sunk = press_spare(p) / 2;
    return rc;
}

static void put_head(struct buf *out, const struct press *p)
{
    struct jout j;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_i64(&j, "pages", p->page);
    jout_pair_array(&j, "substitutions");
    for (size_t i = 0; i < p->fonts.substitution_count; i++) {
        jout_object(&j);
        jout_pair(&j, "font", p->fonts.substitutions[i].font);
        jout_pair(&j, "wanted", p->fonts.substitutions[i].wanted);
        jout_pair(&j, "used", p->fonts.substitutions[i].used);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_pair_array(&j, "missing");
    for (size_t i = 0; i < p->missing.len; i++)
        jout_i64(&j, p->missing.ptr[i]);
    jout_end_array(&j);
    jout_end_object(&j);
    buf_addc(out, '\n');
}

static err_t press_all(struct buf *out, struct str job_text, const char *folder, struct arena *a,
                       struct err *e)
{
    struct press_job job = {0};
    struct paper_style style;
    struct press p = {.job = &job, .style = &style, .arena = a};
    struct buf pdf = {0};
    err_t rc = read_job(&job, job_text, a, e);
    if (rc == OK)
        rc = paper_style_read(&style, job.own_fonts, a, e);
    if (rc == OK)
        rc = paper_style_layout(&p.layout, &style, job.paper.layout, e);
    if (rc == OK && !press_fonts_find(&p.fonts, &style, folder, a))
        rc = err_set(e, E_INVALID, "%s", "there is no font on this machine");
    if (rc == OK && (rc = count_pages(&p, e)) == OK)
        rc = pass(&p, &pdf, e);
    if (rc == OK) {
        put_head(out, &p);
        buf_add(out, buf_str(&pdf));
    }
    buf_clear(&pdf);
    return rc;
}

/* Cairo copies all of a face's outlines (16 MB) to choose those that a paper uses: memory that was given back is
 * taken for the next face, not asked of the system page by page. A fifth of the time of a paper. */
static void keep_memory(void)
{
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

static int work(int argc, char **argv)
{
    struct buf in, out = {0};
    struct err e;
    if (argc != 2) {
        fputs("usage: zhiyun-paper FONTS   (a paper as JSON on standard input)\n", stderr);
        return 2;
    }
    char *own_fonts = realpath(argv[1], NULL); /* NULL: there are none */
    const char *const readable[] = {CAGE_FONTS, own_fonts, NULL};
    unsigned layers;
    if (cage_enter(&(struct cage){MEMORY_MAX, SECONDS_MAX, readable}, &layers) != 0) {
        perror("zhiyun-paper: cannot give up its rights");
        return 3;
    }
    keep_memory();
    struct arena *a = arena_new();
    buf_init(&in, INPUT_MAX);
    err_t rc = read_input(&in, &e);
    if (rc == OK)
        rc = press_all(&out, buf_str(&in), own_fonts ? own_fonts : "", a, &e);
    int code = rc != OK ? fail(&e) : !write_out(buf_str(&out));
    buf_clear(&in);
    buf_clear(&out);
    arena_free(a);
    free(own_fonts);
    return code;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], FORKSERVER_WORD) == 0)
        return cage_share(NULL) == 0 ? forkserver(cage_prepare_run, work) : 3;
    return work(argc, argv);
}
