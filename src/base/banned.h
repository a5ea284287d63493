/* Functions that are not used here, made compile errors (idea: git's banned.h).
 * Included on every command line by the build, after the system headers could
 * already be guarded, so it must not be included by hand. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strncpy strcat strncat sprintf vsprintf strtok atoi atol atof gets
#pragma GCC poison localtime gmtime ctime asctime tmpnam mktemp
#endif
