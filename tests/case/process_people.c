/* The parties are of two cities, of which one has no office here. */
#include "case/process_people.h"

struct person people[PEOPLE];

static void add_person(struct fixture *f, size_t at, const char *role, int64_t account)
{
    people[at] = (struct person){role, account, fixture_subject(f, account)};
}

/* One more person of a unit. */
static int64_t add_account(struct fixture *f, int64_t unit, const char *role)
{
    fixture_run(f, arena_printf(f->a,
                                "INSERT INTO account (version, state, owner_unit, owner_city,"
                                " owner_province, secrecy, published, created_ms, created_by,"
                                " changed_ms, changed_by, name, display_name) SELECT 1, 'active',"
                                " id, owner_city, owner_province, 1, 0, 0, 0, 0, 0, '%s %lld ' ||"
                                " (SELECT count(*) FROM account), '%s' FROM unit WHERE id = %lld",
                                role, (long long)unit, role, (long long)unit)
                       .ptr);
    int64_t id = fixture_number(f, "SELECT max(id) FROM account");
    fixture_run(f, arena_printf(f->a,
                                "INSERT INTO role_grant (version, state, owner_unit, owner_city,"
                                " owner_province, secrecy, published, created_ms, created_by,"
                                " changed_ms, changed_by, account, role, from_date) SELECT 1,"
                                " 'active', id, owner_city, owner_province, 1, 0, 0, 0, 0, 0, %lld,"
                                " '%s', '2020-01-01' FROM unit WHERE id = %lld",
                                (long long)id, role, (long long)unit)
                       .ptr);
    return id;
}

static int64_t add_office(struct fixture *f, const char *kind)
{
    fixture_run(f, arena_printf(f->a,
                                "INSERT INTO unit (version, state, owner_unit, owner_province,"
                                " secrecy, published, created_ms, created_by, changed_ms,"
                                " changed_by, kind, name, region) VALUES (1, 'active', %lld, '51',"
                                " 1, 0, 0, 0, 0, 0, '%s', '%s', '510000')",
                                (long long)f->province, kind, kind)
                       .ptr);
    return fixture_number(f, "SELECT max(id) FROM unit");
}

void people_gather(struct fixture *f)
{
    int64_t ip_centre = add_office(f, "province_ip_centre");
    int64_t finance = add_office(f, "finance_office");
    people[PROGRAM] = (struct person){.role = ""};
    subject_program(&people[PROGRAM].subject, business_date(f->clock.fixed_ms, f->a));
    add_person(f, ANYBODY, "public", 0);
    add_person(f, 2, "centre_staff", f->staff);
    add_person(f, 3, "centre_manager", f->manager);
    add_person(f, 4, "centre_staff", f->other_staff);
    add_person(f, 5, "centre_staff", f->neighbour);
    add_person(f, 6, "city_officer", f->city_officer);
    add_person(f, 7, "city_leader", add_account(f, f->city, "city_leader"));
    add_person(f, 8, "province_officer", f->officer);
    add_person(f, 9, "province_officer", f->officer2);
    add_person(f, 10, "province_leader", add_account(f, f->province, "province_leader"));
    add_person(f, 11, "ip_centre_officer", add_account(f, ip_centre, "ip_centre_officer"));
    add_person(f, 12, "ip_centre_officer", add_account(f, ip_centre, "ip_centre_officer"));
    add_person(f, 13, "finance_officer", add_account(f, finance, "finance_officer"));
}

static bool is_partys(struct str role)
{
    return str_starts(role, STR("centre_")) || str_starts(role, STR("company_"));
}

int64_t unit_acting(struct str role, int64_t unit)
{
    const struct person *of_city = &people[6]; /* the office of the city of people[2] */
    if (is_partys(role))
        return unit;
    for (size_t i = 2; i < PEOPLE; i++)
        if (str_is(role, people[i].role))
            return people[i].subject.unit != of_city->subject.unit || unit == people[2].subject.unit
                       ? people[i].subject.unit
                       : 0;
    return 0;
}

/* An anonymous person, or an officer who enters an objection received by letter. */
static bool speaks_as_public(const struct person *who)
{
    return who->account == 0 || strcmp(who->role, "province_officer") == 0;
}

bool person_acts(const struct person *who, const struct process_step *s, int64_t unit)
{
    if (who == &people[PROGRAM])
        return true;
    for (size_t i = 0; i < s->role_count; i++)
        if ((str_is(s->roles[i], "public") && speaks_as_public(who)) ||
            (str_is(s->roles[i], who->role) && unit_acting(s->roles[i], unit) == who->subject.unit))
            return true;
    return false;
}
