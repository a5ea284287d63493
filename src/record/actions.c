/* The functions that types name in their actions, each in the file of its subject. */
#include "record/record.h"

extern const struct action_function scan_sensitive; /* clearing.c */

const struct action_function *const action_functions[] = {&scan_sensitive, NULL};
