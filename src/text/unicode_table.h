/* The generated tables behind text/unicode.h; used by unicode.c alone.
 *
 * Two stages: block number = stage[c / 128], value = block[number · 128 + c % 128].
 * fold: 0 the code point itself, else an index into unicode_maps, whose entry is
 * offset ≪ 8 | length of its search form in unicode_pool (length 0: dropped).
 * props: enum unicode_class in the lower two bits, then the flags below.
 * names: code points, rising, each followed by the index of its form in a name. */
#ifndef TEXT_UNICODE_TABLE_H
#define TEXT_UNICODE_TABLE_H
#include <stdint.h>

#define UNICODE_BLOCK 128
#define UNICODE_BLOCKS (0x110000 / UNICODE_BLOCK)
#define UNICODE_JOINS 4       /* normalisation may change what stands before it */
#define UNICODE_TRADITIONAL 8 /* the search form is the simplified form, nothing else changes */
#define UNICODE_NAME 16       /* it has another form in a name */

extern const uint16_t unicode_fold_stage[UNICODE_BLOCKS];
extern const uint16_t unicode_fold_block[];
extern const uint16_t unicode_props_stage[UNICODE_BLOCKS];
extern const uint8_t unicode_props_block[];
extern const uint32_t unicode_maps[];
extern const unsigned char unicode_pool[];
extern const uint32_t unicode_names[];
extern const unsigned unicode_name_count;
#endif
