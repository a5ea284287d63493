/* Patent numbers: one canonical form so that all spellings of a number meet.
 *
 * Sources: WIPO ST.3 (offices), ST.13 (applications), ST.16 (kinds), ST.6
 * (publications); for China ZC 0006-2003 (application numbers with check
 * digit) and ZC 0007-2012 (publication numbers), and the practice of the 1985
 * and 1989 eras; for US, EP, WO, JP, KR the offices' own number guides (the
 * rules and their eras stand in number.c beside each case). */
#ifndef MODEL_NUMBER_H
#define MODEL_NUMBER_H
#include "base/arena.h"
#include "base/str.h"

enum number_use { NUMBER_PUBLICATION, NUMBER_APPLICATION, NUMBER_ANY };

enum number_check {
    CHECK_NONE,  /* the number carries no check digit */
    CHECK_RIGHT, /* …and it is right */
    CHECK_WRONG, /* kept as written, reported, and its key differs from the right one's */
};

struct number {
    enum number_use use;    /* what it turned out to be; NUMBER_ANY: cannot be told */
    struct str office;      /* ST.3, upper case: "CN"; empty when not known */
    struct str serial;      /* canonical body: digits (and letters where the office has them), no
                            check digit, no kind, no leading zeros that the office does not print */
    struct str kind;        /* ST.16: "A", "B2", "U"; empty when not written */
    struct str check_digit; /* as written; empty when not written */
    enum number_check check;
    struct str written; /* trimmed, as given */

    /* Equal for all spellings of the same number, different otherwise:
     * publication "CN/108192973/A" (kind letter kept, without its digit: what names a patent names it in all its
     * printings; "CN/108192973/" when no kind was written), application "CN/app/201410001234",
     * with a wrong check digit "CN/app/201410001234!5". Empty only when `written`
     * holds no number at all. */
    struct str key;
    /* The form that people read: "CN108192973A", "CN201410001234.8", "US9026000B2",
     * "WO2014/012345A1". */
    struct str display;
};

/* Never refuses: a number of an unknown shape keeps office (when its first two
 * letters are an ST.3 code) and its letters and digits upper-cased as serial.
 * `office_hint` (may be empty) is used when none is written, e.g. the column
 * 受理局 or the import format's office. All strs are in `a`. Returns false when
 * `written` holds no digit: *out then has only `written`. */
bool number_parse(struct number *out, struct str written, enum number_use use,
                  struct str office_hint, struct arena *a);

/* The CN check digit of 8 or 12 digits (ZC 0006-2003 §: weights 2…9,2…5, modulo
 * 11, 10 is 'X'); 0 when `serial` is not 8 or 12 digits. */
char number_cn_check_digit(struct str serial);

/* The key of the one document that a publication number names, with the whole kind: "EP/1234567/A2"; of other numbers
 * their key. In `a`, or borrowed. */
struct str number_document_key(const struct number *n, struct arena *a);

/* "US 5,123,456": the comma of `len` bytes at `at` has one to three digits before and exactly three
 * behind, so that it cuts no list. */
bool number_groups_thousands(struct str s, size_t at, size_t len);

/* Every key under which a record should be found when someone types any form
 * of this number: the key itself, the key without kind, and for a CN granted
 * number (ZL…) the application key. */
size_t number_lookup_keys(struct str *keys, size_t cap, const struct number *n, struct arena *a);

/* ST.3 code of an office, country or region as written: "CN", "中国", "China",
 * "欧洲专利局", "世界知识产权组织", "Japan"; empty when not known. Static storage. */
struct str office_code(struct str written);
struct str office_name_zh(struct str code); /* "CN" → "中国"; empty when not known */
#endif
