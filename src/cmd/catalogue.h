/* The Chinese message catalogue, made at build from po/zh.po. */
#ifndef CMD_CATALOGUE_H
#define CMD_CATALOGUE_H
#include "base/msg.h"

extern const struct msg_entry catalogue_zh[];
extern const unsigned catalogue_zh_count;
#endif
