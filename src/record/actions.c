/* The functions that types name in their actions, each in the file of its subject. */
#include "record/record.h"

const struct action_function *const action_functions[] = {NULL};
