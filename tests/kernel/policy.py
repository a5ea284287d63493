"""The policy table decided a second time, in Python, from the same type files.

docs/record-types.md "Access" is the only source of this file; nothing here asks the program.
"""
LEVELS = {"open": 0, "internal": 1, "secret": 2}


class Labels:
    """What decides, of one record."""

    def __init__(self, owner_unit, region, created_by, state, secrecy, published):
        self.owner_unit, self.region, self.created_by = owner_unit, region, created_by
        self.state, self.secrecy, self.published = state, secrecy, published


class Subject:
    """Somebody: account and unit ids, region of the unit, roles (public is one of them)."""

    def __init__(self, account, unit, region, roles):
        self.account, self.unit, self.region = account, unit, region
        self.roles = set(roles) | {"public"}


def related(relation, subject, labels):
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
    return False  # assigned, authority: nobody is, in these worlds


def rules_for(kind, subject, verb, labels, action=None):
    """The rules that allow it."""
    found = []
    for rule in kind["access"]:
        roles = rule["roles"]
        if not subject.roles & set(roles):
            continue
        if verb == "act":
            if action not in rule.get("actions", []):
                continue
        elif verb not in rule.get("verbs", []):
            continue
        if labels is not None:
            if not related(rule["relation"], subject, labels):
                continue
            if "states" in rule and labels.state not in rule["states"]:
                continue
            if labels.secrecy > LEVELS[rule.get("secrecy", "internal")]:
                continue
        found.append(rule)
    return found


def allowed(kind, subject, verb, labels, action=None):
    return bool(rules_for(kind, subject, verb, labels, action))


def readable_fields(kind, subject, labels):
    """Names of fields that may be seen, or None for all."""
    names = set()
    for rule in rules_for(kind, subject, "read", labels):
        if "fields" not in rule:
            return None
        names |= set(rule["fields"])
    return names
