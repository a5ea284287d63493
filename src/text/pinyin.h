/* The order of Chinese names; the table is made at build of reference/pinyin.csv and
 * pinyin_words.csv (tools/embed_pinyin.py). */
#ifndef TEXT_PINYIN_H
#define TEXT_PINYIN_H
#include "base/arena.h"
#include "base/str.h"

/* Names the rules and the tables of keys that are stored: with others, stores make theirs again. */
#define PINYIN_RULE "pinyin 1"

/* The key of `s`, in the arena: valid UTF-8 whose bytes are in the order of pinyin: digits, Latin letters,
 * Chinese by reading, tone and strokes, one character after the other. The longest word of the table
 * says how its characters are read, 重庆 under chong; up to three characters before a mark may be a
 * person's name and are read with the surname. Width, case and traditional forms make no difference. */
struct str pinyin_key(struct str s, struct arena *a);
#endif
