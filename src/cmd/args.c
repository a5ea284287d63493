/* Option parsing by hand: getopt's globals are not for us, and its messages
 * could not go through the catalogue. */
#include "base/msg.h"
#include "cmd/cmd.h"
#include <stdarg.h>
#include <stdio.h>

void args_init(struct args *a, int argc, char **argv)
{
    *a = (struct args){.argc = argc, .argv = argv};
}

bool args_next(struct args *a)
{
    a->name = a->value = a->inline_value = NULL;
    if (a->at >= a->argc)
        return false;
    const char *arg = a->argv[a->at++];
    if (!a->only_operands && strcmp(arg, "--") == 0) {
        a->only_operands = true;
        return args_next(a);
    }
    if (a->only_operands || arg[0] != '-' || arg[1] == '\0') {
        a->value = arg;
        return true;
    }
    a->name = arg;
    if (arg[1] == '-')
        a->inline_value = strchr(arg, '=') ? strchr(arg, '=') + 1 : NULL;
    else if (arg[2] != '\0')
        a->inline_value = arg + 2;
    return true;
}

bool args_is(const struct args *a, const char *long_name, const char *short_name)
{
    if (!a->name)
        return false;
    size_t len = strcspn(a->name, "=");
    if (a->name[1] == '-')
        return long_name && strlen(long_name) == len && strncmp(a->name, long_name, len) == 0;
    return short_name && strncmp(a->name, short_name, 2) == 0;
}

bool args_flag(const struct args *a, const char *long_name, const char *short_name)
{
    return !a->inline_value && args_is(a, long_name, short_name);
}

const char *args_value(struct args *a, const char *command)
{
    if (a->inline_value)
        a->value = a->inline_value;
    else if (a->at < a->argc)
        a->value = a->argv[a->at++];
    else
        (void)usage_error(command, "option %s needs a value", a->name);
    return a->value;
}

bool args_number(size_t *out, struct args *a, const char *command, size_t low, size_t high)
{
    uint64_t n;
    const char *value = args_value(a, command);
    if (!value)
        return false;
    if (!str_to_u64(&n, str_of(value)) || n < low || n > high) {
        (void)usage_error(command, "%s takes a whole number from %zu to %zu, not '%s'", a->name,
                          low, high, value);
        return false;
    }
    *out = (size_t)n;
    return true;
}

int usage_error(const char *command, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof(text), msg(fmt), args); /* a cut sentence still helps */
    va_end(args);
    say(stderr, "zhiyun%s%s: ", *command ? " " : "", command);
    say_line(stderr, str_of(text));
    fputc('\n', stderr);
    if (*command)
        say(stderr, msg("(see: zhiyun help %s)\n"), command);
    else
        say(stderr, "%s", msg("(see: zhiyun help)\n"));
    return EXIT_USAGE;
}

int usage_unknown(const struct args *a, const char *command)
{
    if (a->name)
        return usage_error(command, "there is no option %s", a->name);
    return usage_error(command, "'%s' is one argument too many", a->value);
}
