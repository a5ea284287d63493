/* due_days: every start day of 2007–2030 with its 1st to 60th working day, for another program to
 * compute again (calendar_test.py). A line a start day: the day, then for each n how many days
 * later it is, with ? where that is provisional. */
#include "policy/calendar.h"
#include <stdio.h>

int main(void)
{
    int32_t day = date_to_days((struct date){2007, 1, 1});
    for (int32_t end = date_to_days((struct date){2030, 12, 31}); day <= end; day++) {
        char text[DATE_TEXT_LEN + 1];
        date_format(text, date_from_days(day));
        fputs(text, stdout);
        for (int n = 1; n <= 60; n++) {
            const struct deadline_rule rule = {.kind = DUE_WORKDAYS, .n = n};
            struct due due;
            if (due_of(&due, &rule, date_from_days(day), NULL, NULL) != OK)
                return 1;
            printf(" %d%s", date_to_days(due.date) - day, due.provisional ? "?" : "");
        }
        putchar('\n');
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
