"""The policy table decided a second time, in Python, from the same type files.

docs/record-types.md "Access" is the only source of this file; nothing here asks the program.
"""
OFF = set()  # names of checks that are passed over: "read relation" (for mutation_test.py)
LEVELS = {"open": 0, "internal": 1, "secret": 2}


class Labels:
    """What decides, of one record. `assigned`: ids of accounts and units to whom it is given now."""

    def __init__(self, owner_unit, region, created_by, state, secrecy, published, programme=None):
        self.owner_unit, self.region, self.created_by = owner_unit, region, created_by
        self.state, self.secrecy, self.published, self.programme = state, secrecy, published, programme
        self.accounts, self.units = set(), set()


class Subject:
    """Somebody: account and unit ids, region of the unit, roles (public is one of them), the dated
    authorities of the unit as (programme, function, region), scopes of the token (None: all)."""

    def __init__(self, account, unit, region, roles, authorities=(), scopes=None):
        self.account, self.unit, self.region = account, unit, region
        self.roles = set(roles) | {"public"}
        self.authorities, self.scopes = list(authorities), scopes


def covers(authority, rule, labels):
    """An authority of a city covers records of that city, one of a province those of the province."""
    programme, function, region = authority
    if not labels.programme or programme != labels.programme:
        return False
    if rule.get("function") not in (None, function) or region[4:] != "00":
        return False
    if region[2:4] == "00":
        return region[:2] == labels.region[:2]
    return region[:4] == labels.region[:4] and labels.region[2:4] != "00"


def related(rule, subject, labels):
    relation = rule["relation"]
    if relation == "any":
        return True
    if relation == "published":
        return labels.published
    if relation == "own":
        return subject.account is not None and subject.account == labels.created_by
    if relation == "own_unit":
        return subject.unit is not None and subject.unit == labels.owner_unit
    if relation == "own_city":
        return (subject.region is not None and subject.region[2:4] != "00"
                and labels.region[2:4] != "00" and subject.region[:4] == labels.region[:4])
    if relation == "own_province":
        return subject.region is not None and subject.region[:2] == labels.region[:2]
    if relation == "assigned":
        return subject.account is not None and (subject.account in labels.accounts
                                                or subject.unit in labels.units)
    return any(covers(authority, rule, labels) for authority in subject.authorities)


def in_scope(subject, verb):
    wanted = "records:read" if verb in ("read", "export") else "records:write"
    return f"{verb} scope" in OFF or subject.scopes is None or wanted in subject.scopes or "records" in subject.scopes


def rules_for(kind, subject, verb, labels, action=None):
    """The rules that allow it; with labels None those that could for some record."""
    found = []
    for rule in kind["access"] if in_scope(subject, verb) else []:
        if not subject.roles & set(rule["roles"]) and f"{verb} role" not in OFF:
            continue
        if verb == "act":
            if action not in rule.get("actions", []) and (not rule.get("actions") or "act action" not in OFF):
                continue
        elif verb not in rule.get("verbs", []) and f"{verb} verb" not in OFF:
            continue
        if labels is not None:
            if not related(rule, subject, labels) and f"{verb} relation" not in OFF:
                continue
            if "states" in rule and labels.state not in rule["states"] and f"{verb} state" not in OFF:
                continue
            if labels.secrecy > LEVELS[rule.get("secrecy", "internal")] and f"{verb} secrecy" not in OFF:
                continue
        found.append(rule)
    return found


def allowed(kind, subject, verb, labels, action=None):
    return bool(rules_for(kind, subject, verb, labels, action))


def fields_of(kind, rule):
    """Names of fields that one rule shows or lets write: those it names, of them those it reaches."""
    level = LEVELS[rule.get("secrecy", "internal")]
    return {f["name"] for f in kind["fields"] if f.get("retired") != "true"
            and f["name"] in rule.get("fields", [f["name"]]) and LEVELS[f.get("secrecy", "open")] <= level}


def fields(kind, subject, verb, labels):
    """Names of fields that may be seen (read) or written (create, change)."""
    return set().union(*(fields_of(kind, rule) for rule in rules_for(kind, subject, verb, labels)))


def unmasked(kind, subject, labels):
    return set().union(*(set(rule.get("unmasked", [])) for rule in rules_for(kind, subject, "read", labels)))
