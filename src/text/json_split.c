/* Finding where one JSON record ends without parsing it: brackets are counted
 * and strings stepped over, in a window that slides over the stream; the text
 * found goes to json-c. So a broken record costs itself only, and where every
 * record has its line, a record that never closes costs its line only. */
#include "text/json_split.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "text/json_priv.h"
#include <stdlib.h>

#define WINDOW_FIRST ((size_t)256 << 10)
#define STEPS_MAX 8
#define STEP_BYTES_MAX 64 /* a longer name is on no path */

enum mode {
    MODE_START,  /* at the top of the file, layout not known yet */
    MODE_VALUES, /* values one after the other */
    MODE_LINES,  /* one value per line */
    MODE_ARRAY,  /* inside an array of records */
    MODE_OBJECT, /* inside an object, behind an array of records */
    MODE_END,
};

/* The way from the outermost object down to where the reader stands. */
struct walk {
    enum { EXPECT_NAME, EXPECT_COLON, EXPECT_VALUE, EXPECT_COMMA } state;
    size_t depth; /* objects entered */
    struct step {
        size_t len;
        char name[STEP_BYTES_MAX];
    } steps[STEPS_MAX];
};

struct json_split {
    struct stream *in;
    const char *const *paths;
    struct jin *jin;
    char *win; /* window on the stream */
    size_t len, cap;
    size_t at;    /* next byte to look at */
    int64_t line; /* of win[at] */
    int64_t number;
    enum mode mode;
    bool eof, cr; /* cr: the byte before win[at] was CR */
    bool first;   /* no element of this array yet */
    bool gave_up;
    bool failed;            /* the stream did: told once, then it is the end */
    struct walk walk;       /* depth 0: not inside an object */
    bool arrays_in_objects; /* one was found: look for more */
};

err_t json_split_open(struct json_split **out, struct stream *in, const char *const *paths,
                      struct err *e)
{
    struct bytes head;
    *out = NULL;
    err_t rc = stream_peek(&head, in, 3, e);
    if (rc != OK)
        return rc;
    struct json_split *s = mem_zalloc(sizeof(*s));
    s->in = in;
    s->paths = paths;
    s->jin = jin_new();
    s->cap = WINDOW_FIRST;
    s->win = mem_alloc(s->cap);
    s->line = 1;
    if (head.len == 3 && memcmp(head.ptr, "\xEF\xBB\xBF", 3) == 0) {
        size_t got;
        rc = stream_read(&got, in, s->win, 3, e);
    }
    if (rc != OK)
        json_split_close(s);
    else
        *out = s;
    return rc;
}

void json_split_close(struct json_split *s)
{
    if (!s)
        return;
    jin_free(s->jin);
    free(s->win);
    free(s);
}

bool json_split_gave_up(const struct json_split *s)
{
    return s->gave_up;
}

/* --- the window ---------------------------------------------------------- */

/* More bytes behind win[len], keeping everything from *keep on; the offsets
 * given move with it. Sets eof at the end. */
static err_t more(struct json_split *s, size_t *keep, size_t *cursor, struct err *e)
{
    size_t got = 0, base = *keep;
    if (s->eof)
        return OK;
    if (base > 0) {
        memmove(s->win, s->win + base, s->len - base);
        s->len -= base;
        s->at -= base;
        *cursor -= base;
        *keep = 0;
    }
    if (s->len == s->cap) {
        if (s->cap >= RECORD_BYTES_MAX)
            return err_set(e, E_LIMIT, "line %lld: a record of more than %zu bytes",
                           (long long)s->line, RECORD_BYTES_MAX);
        s->cap *= 2;
        s->win = mem_grow(s->win, s->cap);
    }
    err_t rc = stream_read(&got, s->in, s->win + s->len, s->cap - s->len, e);
    s->len += got;
    s->eof = rc == OK && got == 0;
    s->failed = rc != OK;
    return rc;
}

/* Count the lines of win[at … to) and go there. */
static void pass(struct json_split *s, size_t to)
{
    for (; s->at < to; s->at++) {
        char c = s->win[s->at];
        if (c == '\r' || (c == '\n' && !s->cr))
            s->line++;
        s->cr = c == '\r';
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Go to the next byte that is no blank; *c is 0 at the end. */
static err_t skip_blanks(char *c, struct json_split *s, struct err *e)
{
    for (;;) {
        size_t to = s->at;
        while (to < s->len && is_blank(s->win[to]))
            to++;
        pass(s, to);
        *c = '\0';
        if (to < s->len) {
            *c = s->win[to];
            return OK;
        }
        if (s->eof)
            return OK;
        size_t keep = s->at, cursor = s->at;
        err_t rc = more(s, &keep, &cursor, e);
        if (rc != OK)
            return rc;
    }
}

/* Go behind the end of the current line. */
static err_t skip_line(struct json_split *s, struct err *e)
{
    for (;;) {
        size_t to = s->at;
        while (to < s->len && s->win[to] != '\n' && s->win[to] != '\r')
            to++;
        bool found = to < s->len;
        pass(s, found ? to + 1 : to);
        if (found || s->eof)
            return OK;
        size_t keep = s->at, cursor = s->at;
        err_t rc = more(s, &keep, &cursor, e);
        if (rc != OK)
            return rc;
    }
}

/* --- ends of values ------------------------------------------------------ */

/* What is known while stepping over one value. */
struct scan {
    size_t from, at; /* offsets in the window */
    long depth;
    bool in_string;
    bool broken;   /* a line break inside a string, or a line that cannot go on */
    bool has_line; /* a line break inside the value */
    char last;     /* last byte that is no blank */
    bool fresh;    /* only blanks since the last line break */
};

/* Step on to the end of the value or of the window; true when it has ended. */
static bool scan_step(struct scan *v, const struct json_split *s, bool one_per_line)
{
    const char *w = s->win;
    while (v->at < s->len) {
        char c = w[v->at];
        if (v->in_string) {
            if (c == '\\' && v->at + 1 == s->len)
                return false; /* the escaped byte is not here yet */
            if (c == '\\') {
                v->at += 2;
                continue;
            }
            v->broken |= c == '\n' || c == '\r';
            if (v->broken)
                return true;
            v->at++;
            if (c == '"') {
                v->in_string = false;
                v->last = c;
                if (v->depth == 0)
                    return true;
            }
            continue;
        }
        switch (c) {
        case ' ':
        case '\t':
            if (v->depth == 0 && v->last)
                return true; /* behind a bare number or word */
            v->at++;
            continue;
        case '\r':
        case '\n':
            if (v->depth == 0)
                return true;
            v->has_line = true;
            v->fresh = true;
            v->at++;
            continue;
        case '{':
        case '[':
            /* A record that begins a line where none may begin: the one before
             * was cut off. Only asked before the layout of the file is known. */
            if (one_per_line && c == '{' && v->fresh && v->last && !strchr(":,[", v->last)) {
                v->broken = true;
                return true;
            }
            if (v->depth == 0 && v->last)
                return true;
            v->depth++;
            break;
        case '}':
        case ']':
            if (v->depth == 0)
                return true; /* the surrounding array ends here */
            v->depth--;
            break;
        case ',':
            if (v->depth == 0)
                return true;
            break;
        case '"':
            if (v->depth == 0 && v->last)
                return true;
            v->in_string = true;
            break;
        default:
            break;
        }
        v->fresh = false;
        v->last = c;
        v->at++;
        if (v->depth == 0 && (c == '}' || c == ']'))
            return true;
    }
    return false;
}

/* Step over the value at win[at] without leaving `at`. */
static err_t scan_value(struct scan *v, struct json_split *s, bool one_per_line, struct err *e)
{
    *v = (struct scan){.from = s->at, .at = s->at};
    while (!scan_step(v, s, one_per_line) && !s->eof) {
        err_t rc = more(s, &v->from, &v->at, e);
        if (rc != OK)
            return rc;
    }
    if (v->at > s->len)
        v->at = s->len;
    return OK;
}

static err_t give_up(struct json_split *s, const char *why, struct err *e)
{
    s->gave_up = true;
    s->mode = MODE_END;
    return err_set(e, E_INVALID,
                   "line %lld: not valid JSON: %s; the records before it were read, nothing after "
                   "it can be",
                   (long long)s->line, msg(why));
}

/* Parse the text between `from` and `to`, and go behind it in any case. */
static err_t give(bool *has, struct json_element *out, struct json_split *s, size_t from, size_t to,
                  struct arena *a, struct err *e)
{
    out->text = (struct str){s->win + from, to - from};
    out->line = s->line;
    out->number = ++s->number;
    out->duplicates = 0;
    *has = true;
    err_t rc = jin_parse_with(&out->value, s->jin, out->text, s->line, &out->duplicates, a, e);
    pass(s, to);
    return rc;
}

/* --- lines --------------------------------------------------------------- */

static err_t next_line(bool *has, struct json_element *out, struct json_split *s, struct arena *a,
                       struct err *e)
{
    err_t rc;
    size_t from = s->at, to = s->at;
    for (;;) {
        while (to < s->len && s->win[to] != '\n' && s->win[to] != '\r')
            to++;
        if (to < s->len || s->eof)
            break;
        rc = more(s, &from, &to, e);
        if (rc == E_LIMIT && !s->failed) {
            out->line = s->line;
            out->number = ++s->number;
            pass(s, s->len);
            err_t skipped = skip_line(s, NULL);
            return skipped == OK ? rc : skipped;
        }
        if (rc != OK)
            return rc;
    }
    size_t end = to;
    while (end > from && is_blank(s->win[end - 1]))
        end--;
    return give(has, out, s, from, end, a, e);
}

/* --- arrays -------------------------------------------------------------- */

/* Cut and parse the value at win[at]. */
static err_t next_value(bool *has, struct json_element *out, struct json_split *s, struct arena *a,
                        struct err *e)
{
    struct scan v;
    out->line = s->line;
    out->number = s->number + 1;
    err_t rc = scan_value(&v, s, false, e);
    if (rc != OK) {
        s->mode = MODE_END;
        s->gave_up = true;
        return rc;
    }
    if (v.broken || v.depth > 0 || v.in_string)
        return give_up(s, N_("the record that begins here has no end"), e);
    if (v.at == v.from)
        return give_up(s, N_("a value is missing"), e);
    size_t end = v.at;
    while (is_blank(s->win[end - 1]))
        end--;
    return give(has, out, s, v.from, end, a, e);
}

static err_t next_of_array(bool *has, struct json_element *out, struct json_split *s,
                           struct arena *a, struct err *e)
{
    char c;
    err_t rc = skip_blanks(&c, s, e);
    if (rc != OK)
        return rc;
    if (c == ']') {
        pass(s, s->at + 1);
        s->mode = s->walk.depth ? MODE_OBJECT : MODE_START;
        return OK;
    }
    if (!s->first && c == ',') {
        pass(s, s->at + 1);
        if ((rc = skip_blanks(&c, s, e)) != OK)
            return rc;
    } else if (!s->first && c) {
        return give_up(s, N_("a comma is missing between two records"), e);
    }
    if (!c)
        return give_up(s, N_("the file ends inside an array: it is cut off"), e);
    s->first = false;
    return next_value(has, out, s, a, e);
}

/* --- arrays inside an object --------------------------------------------- */

/* Whether the way walked is one of the paths, or (`inside`) leads to one. */
static bool on_path(const struct json_split *s, bool inside)
{
    const struct walk *w = &s->walk;
    for (size_t i = 0; s->paths && s->paths[i]; i++) {
        struct str rest = str_of(s->paths[i]);
        size_t k = 0;
        for (; k < w->depth && rest.ptr; k++) {
            struct str step = {w->steps[k].name, w->steps[k].len};
            if (!str_eq(str_split(&rest, STR("/")), step))
                break;
        }
        if (k == w->depth && (rest.ptr != NULL) == inside)
            return true;
    }
    return false;
}

/* What walk_token found. */
enum found { FOUND_MORE, FOUND_ARRAY, FOUND_END, FOUND_DAMAGE };

static void walk_name(struct walk *w, struct str name)
{
    struct step *step = &w->steps[w->depth - 1];
    step->len = name.len <= STEP_BYTES_MAX ? name.len : 0;
    memcpy(step->name, name.ptr, step->len);
    w->state = EXPECT_COLON;
}

/* One token of the object: the byte at win[*at] is no blank. Moves *at. */
static err_t walk_token(enum found *found, struct json_split *s, size_t *keep, size_t *at,
                        struct err *e)
{
    struct walk *w = &s->walk;
    char c = s->win[*at];
    *found = FOUND_MORE;
    if (c == '}' && (w->state == EXPECT_NAME || w->state == EXPECT_COMMA)) {
        ++*at;
        w->state = EXPECT_COMMA;
        if (--w->depth == 0)
            *found = FOUND_END;
        return OK;
    }
    if (c == (w->state == EXPECT_COMMA ? ',' : ':') &&
        (w->state == EXPECT_COMMA || w->state == EXPECT_COLON)) {
        ++*at;
        w->state = w->state == EXPECT_COMMA ? EXPECT_NAME : EXPECT_VALUE;
        return OK;
    }
    *found = FOUND_DAMAGE;
    if (w->state == EXPECT_COMMA || w->state == EXPECT_COLON ||
        (w->state == EXPECT_NAME && c != '"'))
        return OK;
    if (w->state == EXPECT_VALUE && c == '[' && on_path(s, false)) {
        ++*at;
        w->state = EXPECT_COMMA; /* once the array has ended */
        *found = FOUND_ARRAY;
        return OK;
    }
    if (w->state == EXPECT_VALUE && c == '{' && w->depth < STEPS_MAX && on_path(s, true)) {
        ++*at;
        w->depth++;
        w->state = EXPECT_NAME;
        *found = FOUND_MORE;
        return OK;
    }
    struct scan v = {.from = *at, .at = *at};
    bool ended;
    while (!(ended = scan_step(&v, s, false)) && !s->eof) {
        size_t before = *keep;
        err_t rc = more(s, keep, &v.at, e);
        v.from -= before - *keep;
        if (rc != OK)
            return rc;
    }
    if (!ended || v.broken || v.depth > 0 || v.at == v.from)
        return OK;
    *found = FOUND_MORE;
    if (w->state == EXPECT_NAME)
        walk_name(w, str_range(s->win + v.from + 1, s->win + v.at - 1));
    else
        w->state = EXPECT_COMMA;
    *at = v.at;
    return OK;
}

/* Look through the object for the next array of records. With `hold` all that
 * is looked at stays in the window and win[at] stays where it is unless an
 * array is found: the object may be a record itself. */
static err_t walk_object(enum found *found, struct json_split *s, bool hold, struct err *e)
{
    size_t keep = s->at, at = s->at + hold; /* held: the bracket that opens the object */
    *found = FOUND_MORE;
    while (*found == FOUND_MORE) {
        while (at < s->len && is_blank(s->win[at]))
            at++;
        if (!hold) {
            pass(s, at);
            keep = at;
        }
        err_t rc;
        if (at < s->len) {
            rc = walk_token(found, s, &keep, &at, e);
        } else if (s->eof) {
            *found = FOUND_DAMAGE;
            return OK;
        } else {
            rc = more(s, &keep, &at, e);
        }
        if (rc != OK)
            return rc;
    }
    if (*found == FOUND_ARRAY || !hold)
        pass(s, at);
    return OK;
}

static err_t go_on_in_object(struct json_split *s, struct err *e)
{
    enum found found;
    err_t rc = walk_object(&found, s, false, e);
    if (rc == E_LIMIT)
        s->mode = MODE_END;
    if (rc != OK)
        return rc;
    if (found == FOUND_DAMAGE)
        return give_up(s, N_("the object around the records is damaged"), e);
    s->mode = found == FOUND_ARRAY ? MODE_ARRAY : MODE_START;
    s->first = true;
    return OK;
}

/* --- the layout ---------------------------------------------------------- */

/* A value at the top of the file: what comes after it tells the layout. */
static err_t decide(struct json_split *s, struct err *e)
{
    struct scan v;
    err_t rc = scan_value(&v, s, true, e);
    /* A record too long, or cut off, may be one line of many: the reader of
     * lines says so and finds the next one. */
    if (s->failed)
        return rc;
    if (rc == E_LIMIT || v.broken || v.depth > 0 || v.in_string) {
        s->mode = rc == E_LIMIT && v.has_line ? MODE_VALUES : MODE_LINES;
        return OK;
    }
    if (rc != OK)
        return rc;
    size_t at = v.at, from = v.from;
    for (;;) {
        while (at < s->len && (s->win[at] == ' ' || s->win[at] == '\t'))
            at++;
        if (at < s->len || s->eof)
            break;
        if ((rc = more(s, &from, &at, e)) != OK)
            return rc;
    }
    bool line_ends = at >= s->len || s->win[at] == '\n' || s->win[at] == '\r';
    s->mode = !v.has_line && line_ends ? MODE_LINES : MODE_VALUES;
    return OK;
}

static err_t start(struct json_split *s, struct err *e)
{
    char c;
    enum found found = FOUND_END;
    err_t rc = skip_blanks(&c, s, e);
    if (rc != OK)
        return rc;
    if (!c) {
        s->mode = MODE_END;
        return OK;
    }
    if (c == '[') {
        pass(s, s->at + 1);
        s->mode = MODE_ARRAY;
        s->first = true;
        return OK;
    }
    if (c == '{' && s->paths && (s->number == 0 || s->arrays_in_objects)) {
        s->walk = (struct walk){.state = EXPECT_NAME, .depth = 1};
        rc = walk_object(&found, s, true, e);
        if (rc != OK && (rc != E_LIMIT || s->failed))
            return rc;
    }
    if (rc == OK && found == FOUND_ARRAY) {
        s->arrays_in_objects = true;
        s->mode = MODE_ARRAY;
        s->first = true;
        return OK;
    }
    s->walk.depth = 0;
    return decide(s, e);
}

err_t json_split_next(bool *has, struct json_element *out, struct json_split *s, struct arena *a,
                      struct err *e)
{
    err_t rc = OK;
    *has = false;
    *out = (struct json_element){.line = s->line};
    while (rc == OK && !*has && s->mode != MODE_END) {
        enum mode was = s->mode;
        char c;
        switch (s->mode) {
        case MODE_START:
            rc = start(s, e);
            break;
        case MODE_ARRAY:
            rc = next_of_array(has, out, s, a, e);
            break;
        case MODE_OBJECT:
            rc = go_on_in_object(s, e);
            break;
        case MODE_LINES:
        case MODE_VALUES:
            if ((rc = skip_blanks(&c, s, e)) != OK)
                break;
            if (!c)
                s->mode = MODE_END;
            else
                rc = was == MODE_LINES ? next_line(has, out, s, a, e)
                                       : next_value(has, out, s, a, e);
            break;
        case MODE_END:
            break;
        }
    }
    if (s->failed) {
        s->mode = MODE_END;
        s->gave_up = true;
    }
    if (rc != OK)
        *has = false;
    return rc;
}
