/* The Chinese message catalogue, made at build from po/zh.po. */
#ifndef BASE_CATALOGUE_H
#define BASE_CATALOGUE_H
#include "base/msg.h"

extern const struct msg_entry catalogue_zh[];
extern const unsigned catalogue_zh_count;
#endif
