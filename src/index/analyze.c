/* One pass over the folded text. Words and bigrams are slices of one folded
 * copy in the arena, stemming shortens in place; only single characters need
 * bytes of their own (for their prefix). */
#include "index/analyze.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/unicode.h"

static bool ends(const char *word, size_t len, const char *suffix)
{
    size_t n = strlen(suffix);
    return len >= n && memcmp(word + len - n, suffix, n) == 0;
}

static bool is_one_of(const char *word, size_t len, const char *const *list)
{
    for (; *list; list++)
        if (strlen(*list) == len && memcmp(word, *list, len) == 0)
            return true;
    return false;
}

size_t analyze_stem(char *word, size_t len)
{
    /* Singulars that end in s, and their plurals, which the rules would part. */
    static const char *const singular[] = {"lens", "bias", "canvas", "atlas", NULL};
    static const char *const drop_es[] = {"lenses",  "gases",    "buses",    "biases",
                                          "viruses", "canvases", "biogases", NULL};

    if (len < 4 || word[len - 1] != 's')
        return len;
    for (size_t i = 0; i < len; i++)
        if (word[i] < 'a' || word[i] > 'z')
            return len;
    if (is_one_of(word, len, singular) || ends(word, len, "ss") || ends(word, len, "us") ||
        ends(word, len, "is"))
        return len;
    if (ends(word, len, "ies")) {
        if (len == 4 || ends(word, len, "eies") || ends(word, len, "aies"))
            return len - 1; /* dies → die */
        word[len - 3] = 'y';
        return len - 2;
    }
    if (is_one_of(word, len, drop_es) || ends(word, len, "sses") || ends(word, len, "shes") ||
        ends(word, len, "xes") || (ends(word, len, "ches") && !ends(word, len, "caches")))
        return len - 2;
    return len - 1;
}

struct analysis {
    struct arena *a;
    enum analyze_how how; /* without its flag */
    bool unstemmed;
    struct str text;             /* as given */
    char *folded;                /* in the arena; words are stemmed in place */
    size_t len;                  /* of folded */
    const uint32_t *offsets;     /* of folded bytes in text; NULL with ANALYZE_INDEX */
    uint32_t number, next, word; /* next: behind the last token's */
    char *singles;               /* room for the terms of single characters */
    VEC(struct token) tokens;
    struct index_tokens *out; /* instead of tokens, as those of a field; NULL */
    uint32_t field, base;
};

static uint32_t source_start(const struct analysis *x, size_t at)
{
    return x->offsets ? x->offsets[at] : 0;
}

/* Of a token that ends before `at`. Several may come from one character (U+3314
 * is "キロ"): each of them has all of it. */
static uint32_t source_end(const struct analysis *x, size_t at)
{
    if (!x->offsets)
        return 0;
    while (at > 0 && at < x->len && x->offsets[at] == x->offsets[at - 1])
        at++;
    return at < x->len ? x->offsets[at] : (uint32_t)x->text.len;
}

static void emit(struct analysis *x, struct str term, size_t from, size_t to, uint32_t number,
                 bool cjk)
{
    if (number >= ANALYZE_NUMBERS_MAX)
        return;
    x->next = number + 1;
    if (x->out) {
        number += x->base;
        if (number < ANALYZE_NUMBERS_MAX)
            VEC_PUSH(x->a, x->out, ((struct index_token){term, POSITION_OF(x->field, number)}));
        return;
    }
    struct token t = {.term = term,
                      .number = number,
                      .from = source_start(x, from),
                      .to = source_end(x, to),
                      .word = x->word,
                      .cjk = cjk};
    VEC_PUSH(x->a, &x->tokens, t);
}

static bool is_apostrophe(const char *s, size_t left, size_t *width)
{
    if (left >= 1 && *s == '\'') {
        *width = 1;
        return true;
    }
    *width = 3;
    return left >= 3 && memcmp(s, "\xE2\x80\x99", 3) == 0;
}

/* Where the "'s" of "driver's" ends, when it stands at `at`; else `at`. */
static size_t possessive_end(const struct analysis *x, size_t at)
{
    size_t width = 0;
    if (!is_apostrophe(x->folded + at, x->len - at, &width))
        return at;
    size_t end = at + width;
    if (end >= x->len || x->folded[end] != 's')
        return at;
    end++;
    size_t next = end;
    if (end < x->len) {
        enum unicode_class c = unicode_class(utf8_next((struct str){x->folded, x->len}, &next));
        if (c == UNICODE_LETTER || c == UNICODE_DIGIT)
            return at;
    }
    return end;
}

/* A run of letters and digits from `at`; returns where it ends. */
static size_t take_word(struct analysis *x, size_t at)
{
    struct str folded = {x->folded, x->len};
    size_t end = at;

    while (end < x->len) {
        size_t next = end;
        unsigned char byte = (unsigned char)x->folded[end];
        if ((unsigned)(byte - 'a') < 26u || (unsigned)(byte - '0') < 10u) {
            end++;
            continue;
        }
        enum unicode_class c =
            byte < 0x80 ? UNICODE_OTHER : unicode_class(utf8_next(folded, &next));
        if (c != UNICODE_LETTER && c != UNICODE_DIGIT)
            break;
        end = next;
    }
    size_t stem = x->unstemmed ? end - at : analyze_stem(x->folded + at, end - at);
    struct str term = utf8_cut((struct str){x->folded + at, stem}, TERM_BYTES_MAX);
    emit(x, term, at, end, x->number++, false);
    return possessive_end(x, end);
}

static void emit_single(struct analysis *x, size_t from, size_t to, uint32_t number)
{
    char *term = x->singles;
    term[0] = ANALYZE_SINGLE;
    memcpy(term + 1, x->folded + from, to - from);
    x->singles += 1 + to - from;
    emit(x, (struct str){term, 1 + to - from}, from, to, number, true);
}

/* A run of CJK characters from `at`; returns where it ends. */
static size_t take_run(struct analysis *x, size_t at)
{
    struct str folded = {x->folded, x->len};
    size_t from = at, to = at; /* the character before the one read */
    size_t count = 0;

    for (;;) {
        size_t next = to;
        bool more = to < x->len && unicode_class(utf8_next(folded, &next)) == UNICODE_CJK;
        if (count > 0) {
            if (more)
                emit(x, str_range(x->folded + from, x->folded + next), from, next, x->number, true);
            if ((x->how != ANALYZE_QUERY && !x->unstemmed) || (count == 1 && !more))
                emit_single(x, from, to, x->number);
            x->number++;
        }
        if (!more)
            return to;
        from = to, to = next;
        count++;
    }
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x2028 || c == 0x2029;
}

/* Room for every token at once: an array that doubles leaves as much again behind
 * in the arena, which for a description is 100 MB. */
static void reserve_tokens(struct analysis *x)
{
    size_t words = 0, characters = 0;
    bool inside = false;

    for (size_t i = 0; i < x->len; i++) {
        unsigned char byte = (unsigned char)x->folded[i];
        bool word = (unsigned)(byte - 'a') < 26u || (unsigned)(byte - '0') < 10u;
        characters += byte >= 0xC0;
        words += word && !inside;
        inside = word;
    }
    size_t most = words + 2 * characters; /* a character and its bigram; a word */
    x->singles = arena_alloc(x->a, x->len + characters);
    if (!x->out) {
        x->tokens.ptr = arena_array(x->a, most, sizeof(*x->tokens.ptr));
        x->tokens.cap = most;
    } else if (most > x->out->cap - x->out->len) {
        x->out->cap = x->out->len + most;
        x->out->ptr =
            arena_regrow(x->a, x->out->ptr, x->out->len, x->out->cap, sizeof(*x->out->ptr));
    }
}

static void analyze(struct analysis *x)
{
    struct buf folded;
    uint32_t *offsets = NULL;

    buf_init(&folded, 0);
    if (x->how == ANALYZE_INDEX)
        unicode_fold(&folded, x->text);
    else
        unicode_fold_mapped(&folded, &offsets, x->text, x->a);
    x->offsets = offsets;
    x->len = folded.len;
    x->folded = arena_alloc(x->a, folded.len + 1);
    if (folded.len > 0)
        memcpy(x->folded, folded.ptr, folded.len);
    buf_clear(&folded);
    reserve_tokens(x);

    for (size_t at = 0; at < x->len && x->number < ANALYZE_NUMBERS_MAX;) {
        size_t next = at;
        uint32_t c = utf8_next((struct str){x->folded, x->len}, &next);
        enum unicode_class class = unicode_class(c);
        if (class == UNICODE_CJK) {
            at = take_run(x, at);
        } else if (class != UNICODE_OTHER) {
            at = take_word(x, at);
        } else {
            x->word += is_blank(c);
            at = next;
        }
    }
}

const struct token *analyze_text(size_t *count, struct str text, unsigned how, struct arena *a)
{
    struct analysis x = {
        .a = a, .how = how & 3, .unstemmed = how & ANALYZE_UNSTEMMED, .text = text};
    analyze(&x);
    *count = x.tokens.len;
    return x.tokens.ptr;
}

uint32_t analyze_field(struct index_tokens *out, unsigned field, uint32_t from, struct str text,
                       unsigned flags, struct arena *a)
{
    struct analysis x = {.a = a,
                         .how = ANALYZE_INDEX,
                         .unstemmed = flags & ANALYZE_UNSTEMMED,
                         .text = text,
                         .out = out,
                         .field = field,
                         .base = from};
    analyze(&x);
    return from + x.next;
}
