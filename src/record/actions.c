/* The functions that types name in their actions, each in the file of its subject. */
#include "record/record.h"

extern const struct action_function scan_sensitive; /* scan.c */

const struct action_function *const action_functions[] = {&scan_sensitive, NULL};
