/* Prints unicode_table.c from ICU's data and reference/variants.csv, its argument;
 * src/text/meson.build runs it at build.
 *
 * For each code point: its search form, that is NFKC_Casefold (Unicode standard,
 * 3.13 R5) and then the file's form, repeated until nothing changes; its form in
 * a name where that is another; its class; whether NFKC_Casefold may be cut before
 * it. Two stages of 128 code points each, equal blocks shared. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#define CODE_POINTS 0x110000
#define BLOCK 128
#define BLOCKS (CODE_POINTS / BLOCK)
#define TEXT_MAX 64 /* UTF-16 units; the longest search form has 18 */

#define CLASS_OTHER 0
#define CLASS_LETTER 1
#define CLASS_DIGIT 2
#define CLASS_CJK 3
#define FLAG_JOINS 4       /* no boundary before it: takes the slow way with what precedes */
#define FLAG_TRADITIONAL 8 /* its search form is only its simplified form */
#define FLAG_NAME 16       /* another form in a name */

enum form { SEARCH, NAME, FORMS };

static const UNormalizer2 *folder;
static UChar32 variant_of[FORMS][CODE_POINTS]; /* 0: itself */
static struct {
    uint32_t c, map;
} names[256];
static unsigned name_count;
static uint16_t fold_of[CODE_POINTS];
static uint8_t props_of[CODE_POINTS];

static struct {
    uint32_t at, len;
} maps[32768];
static unsigned map_count = 1; /* 0: the code point itself */
static unsigned char pool[1 << 20];
static uint32_t pool_len;

static void check(UErrorCode code, const char *what)
{
    if (U_FAILURE(code)) {
        fprintf(stderr, "%s: %s\n", what, u_errorName(code));
        exit(1);
    }
}

/* The first code point of a cell; 0: the cell is empty. */
static UChar32 cell_of(const char *cell)
{
    UChar text[TEXT_MAX];
    UErrorCode code = U_ZERO_ERROR;
    int32_t len = 0;
    UChar32 c = 0;
    u_strFromUTF8(text, TEXT_MAX, &len, cell, -1, &code);
    check(code, cell);
    if (len > 0)
        U16_GET(text, 0, 0, len, c);
    return c;
}

static void read_variants(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[1024], cells[3][16];
    while (file && fgets(line, sizeof(line), file)) {
        int count = sscanf(line, "%15[^,\n],%15[^,\n],%15[^,\n]", cells[0], cells[1], cells[2]);
        if (line[0] == '#' || count < 2 || strcmp(cells[0], "character") == 0)
            continue;
        UChar32 c = cell_of(cells[0]);
        variant_of[SEARCH][c] = cell_of(cells[1]);
        variant_of[NAME][c] = cell_of(cells[count == 3 ? 2 : 1]);
    }
    if (!file || fclose(file) != 0)
        perror(path), exit(1);
}

/* The stable form of text; returns its length. */
static int32_t form_of(UChar *text, int32_t len, enum form form)
{
    for (int round = 0; round < 8; round++) {
        UChar next[TEXT_MAX];
        UErrorCode code = U_ZERO_ERROR;
        int32_t n = unorm2_normalize(folder, text, len, next, TEXT_MAX, &code);
        check(code, "normalise");
        UChar out[TEXT_MAX];
        int32_t out_len = 0;
        for (int32_t i = 0; i < n;) {
            UChar32 c;
            U16_NEXT(next, i, n, c);
            U16_APPEND_UNSAFE(out, out_len, variant_of[form][c] ? variant_of[form][c] : c);
        }
        bool same = out_len == len && memcmp(out, text, (size_t)len * sizeof(UChar)) == 0;
        memcpy(text, out, (size_t)out_len * sizeof(UChar));
        len = out_len;
        if (same)
            return len;
    }
    fprintf(stderr, "a form does not settle: U+%04X\n", (unsigned)text[0]);
    exit(1);
}

static unsigned map_of(const char *utf8, uint32_t len)
{
    for (unsigned i = 1; i < map_count; i++)
        if (maps[i].len == len && memcmp(pool + maps[i].at, utf8, len) == 0)
            return i;
    maps[map_count].at = pool_len;
    maps[map_count].len = len;
    memcpy(pool + pool_len, utf8, len);
    pool_len += len;
    return map_count++;
}

static unsigned map_of_form(const UChar *form, int32_t len)
{
    char utf8[TEXT_MAX * 3];
    int32_t utf8_len;
    UErrorCode code = U_ZERO_ERROR;
    u_strToUTF8(utf8, sizeof(utf8), &utf8_len, form, len, &code);
    check(code, "UTF-8");
    return map_of(utf8, (uint32_t)utf8_len);
}

static bool is_cjk(UChar32 c)
{
    static const UScriptCode scripts[] = {USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA,
                                          USCRIPT_HANGUL, USCRIPT_BOPOMOFO};
    uint32_t mask = U_GET_GC_MASK(c);
    if (!(mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_NL_MASK)))
        return false;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        UErrorCode code = U_ZERO_ERROR;
        if (uscript_getScript(c, &code) == scripts[i])
            return true;
        /* The long-vowel mark belongs to both kana, by script extension. */
        if ((mask & U_GC_LM_MASK) && uscript_hasScript(c, scripts[i]))
            return true;
    }
    return false;
}

static uint8_t class_of(UChar32 c)
{
    uint32_t mask = U_GET_GC_MASK(c);
    if (is_cjk(c))
        return CLASS_CJK;
    if (mask & (U_GC_L_MASK | U_GC_M_MASK))
        return CLASS_LETTER;
    if (mask & U_GC_N_MASK)
        return CLASS_DIGIT;
    return CLASS_OTHER;
}

static void describe(UChar32 c)
{
    UChar text[TEXT_MAX], folded[TEXT_MAX];
    UErrorCode code = U_ZERO_ERROR;
    int32_t len = 0;
    U16_APPEND_UNSAFE(text, len, c);
    int32_t folded_len = unorm2_normalize(folder, text, len, folded, TEXT_MAX, &code);
    check(code, "normalise");
    bool kept = folded_len == len && memcmp(folded, text, (size_t)len * sizeof(UChar)) == 0;

    UChar form[TEXT_MAX], name[TEXT_MAX];
    memcpy(form, text, sizeof(form));
    memcpy(name, text, sizeof(name));
    int32_t form_len = form_of(form, len, SEARCH), name_len = form_of(name, len, NAME);
    bool same = form_len == len && memcmp(form, text, (size_t)len * sizeof(UChar)) == 0;
    if (!same)
        fold_of[c] = (uint16_t)map_of_form(form, form_len);
    props_of[c] = class_of(c);
    if (!unorm2_hasBoundaryBefore(folder, c))
        props_of[c] |= FLAG_JOINS;
    if (kept && !same)
        props_of[c] |= FLAG_TRADITIONAL;
    if (name_len != form_len || memcmp(name, form, (size_t)form_len * sizeof(UChar)) != 0) {
        props_of[c] |= FLAG_NAME;
        names[name_count].c = (uint32_t)c;
        names[name_count++].map = map_of_form(name, name_len);
    }
}

/* Number each distinct block; returns how many. */
static unsigned share(const void *values, size_t size, uint16_t *stage, uint32_t *first)
{
    const unsigned char *bytes = values;
    size_t width = size * BLOCK;
    unsigned count = 0;
    for (uint32_t b = 0; b < BLOCKS; b++) {
        unsigned i = 0;
        while (i < count && memcmp(bytes + first[i] * width, bytes + b * width, width) != 0)
            i++;
        if (i == count)
            first[count++] = b;
        stage[b] = (uint16_t)i;
    }
    return count;
}

static void print_numbers(const char *head, size_t count, uint32_t (*at)(size_t i))
{
    int column = 0;
    printf("%s = {", head);
    for (size_t i = 0; i < count; i++) {
        if (column == 0 || column > 92)
            printf("\n    "), column = 4;
        column += printf("%u,", at(i));
    }
    printf("\n};\n\n");
}

static uint16_t fold_stage[BLOCKS], props_stage[BLOCKS];
static uint32_t fold_first[BLOCKS], props_first[BLOCKS];
static uint32_t at_fold_stage(size_t i)
{
    return fold_stage[i];
}
static uint32_t at_props_stage(size_t i)
{
    return props_stage[i];
}
static uint32_t at_fold(size_t i)
{
    return fold_of[fold_first[i / BLOCK] * BLOCK + i % BLOCK];
}
static uint32_t at_props(size_t i)
{
    return props_of[props_first[i / BLOCK] * BLOCK + i % BLOCK];
}
static uint32_t at_map(size_t i)
{
    return maps[i].at << 8 | maps[i].len;
}
static uint32_t at_pool(size_t i)
{
    return pool[i];
}
static uint32_t at_name(size_t i)
{
    return i % 2 ? names[i / 2].map : names[i / 2].c;
}

int main(int argc, char **argv)
{
    UErrorCode code = U_ZERO_ERROR;
    folder = unorm2_getNFKCCasefoldInstance(&code);
    check(code, "NFKC_Casefold");
    if (argc != 2)
        return 1;
    read_variants(argv[1]);

    for (UChar32 c = 0; c < CODE_POINTS; c++)
        if (!U_IS_SURROGATE(c))
            describe(c);

    unsigned folds = share(fold_of, sizeof(fold_of[0]), fold_stage, fold_first);
    unsigned props = share(props_of, sizeof(props_of[0]), props_stage, props_first);
    printf("/* Made by tools/make_unicode.c from ICU %s, Unicode %s; not edited by hand.\n"
           " * What the numbers mean: unicode_table.h. */\n"
           "/* clang-format off */\n"
           "#include \"text/unicode_table.h\"\n\n",
           U_ICU_VERSION, U_UNICODE_VERSION);
    print_numbers("const uint16_t unicode_fold_stage[UNICODE_BLOCKS]", BLOCKS, at_fold_stage);
    print_numbers("const uint16_t unicode_fold_block[]", (size_t)folds * BLOCK, at_fold);
    print_numbers("const uint16_t unicode_props_stage[UNICODE_BLOCKS]", BLOCKS, at_props_stage);
    print_numbers("const uint8_t unicode_props_block[]", (size_t)props * BLOCK, at_props);
    print_numbers("const uint32_t unicode_maps[]", map_count, at_map);
    print_numbers("const unsigned char unicode_pool[]", pool_len, at_pool);
    printf("const unsigned unicode_name_count = %u;\n", name_count);
    print_numbers("const uint32_t unicode_names[]", (size_t)name_count * 2, at_name);
    return 0;
}
