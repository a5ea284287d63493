"""The policy table decided a second time, in Python, from the same type files.

docs/record-types.md "Access" is the only source of this file; nothing here asks the program.
"""
OFF = set()  # names of checks that are passed over: "read relation" (for mutation_test.py)
HANDED_IN = set()  # (unit, whose case came to it, of which programme): matrix.hand_in
LEVELS = {"open": 0, "internal": 1, "secret": 2}
# Whose a record is and who wrote it: no rule of the public shows it.
LABELS = {"owner_unit", "owner_city", "owner_province", "secrecy", "published", "created_ms", "created_by", "changed_ms", "changed_by",
          "ended_ms", "import_id"}


class Labels:
    """What decides, of one record. `programme`: None where its type has none. `accounts`, `units`: to whom it is given now.
    `named`: by a field, the id of the unit whose credit code it holds."""

    def __init__(self, owner_unit, region, created_by, state, secrecy, published, programme=None):
        self.owner_unit, self.region, self.created_by = owner_unit, region, created_by
        self.state, self.secrecy, self.published, self.programme = state, secrecy, published, programme
        self.accounts, self.units, self.named = set(), set(), {}


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
        return subject.account is not None and subject.account == labels.created_by and subject.unit == labels.owner_unit
    if relation == "own_unit":
        return subject.unit is not None and subject.unit == labels.owner_unit
    if relation == "own_city":
        return (subject.region is not None and subject.region[2:4] != "00"
                and labels.region[2:4] != "00" and subject.region[:4] == labels.region[:4])
    if relation == "own_province":
        return subject.region is not None and subject.region[:2] == labels.region[:2]
    if relation == "handed_in":
        return any(unit == subject.unit and owner == labels.owner_unit and labels.programme in (None, programme)
                   for unit, owner, programme in HANDED_IN)
    if relation == "named":
        return subject.unit is not None and labels.named.get(rule["named"]) == subject.unit
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
    """Names of fields that one rule shows or lets write: those it names, of them those it reaches; and of system columns."""
    level = LEVELS[rule.get("secrecy", "internal")]
    return (set() if "public" in rule["roles"] else LABELS) | {f["name"] for f in kind["fields"] if f.get("retired") != "true"
            and f["name"] in rule.get("fields", [f["name"]]) and LEVELS[f.get("secrecy", "open")] <= level}


def fields(kind, subject, verb, labels):
    """Names of fields that may be seen (read) or written (create, change)."""
    return set().union(*(fields_of(kind, rule) for rule in rules_for(kind, subject, verb, labels)))


def unmasked(kind, subject, labels):
    return set().union(*(set(rule.get("unmasked", [])) for rule in rules_for(kind, subject, "read", labels)))


# --- fixed resources: what docs/security.md and the description (x-access) say of each operation ---

LET_IN = "let in"
BY_READER = ("/api/v1/asks/", "/api/v1/packs")  # need nobody, and tell a session that is over (src/api/resource.h, by_reader)


def door(access, asker, method, path):
    """Status of a refusal before the request is read, or LET_IN. `asker`: fixed.Asker."""
    subject, changes = asker.subject, method != "GET"
    if asker.in_person and changes and asker.defect in ("origin", "csrf", "form"):
        return 415 if asker.defect == "form" else 403
    if asker.dead and not (asker.in_person and access["need"] == "nobody" and not path.startswith(BY_READER)):
        return 401
    if subject.scopes is not None and not any(
            access["scope"] == word or access["scope"].startswith(word + ":") for word in subject.scopes):
        return 403
    if asker.defect == "complete" and not path.startswith("/api/v1/session"):
        return 403
    if access["need"] == "nobody":
        return LET_IN
    if subject.account is None:
        return 401
    if access["need"] == "role" and not subject.roles & set(access["roles"]):
        return 403
    return LET_IN


def whose(line, subject, thing):
    relation = line["of"]
    if relation == "own":
        return subject.account is not None and subject.account == thing.account
    if relation == "own_unit":
        return subject.unit is not None and subject.unit == thing.unit
    if relation == "own_province":
        return subject.region is not None and subject.region[:2] == thing.province
    if relation == "lent":
        return subject.account is not None and subject.account == thing.lent_by
    if relation == "program":
        return "program" in thing.words
    if relation == "readable":
        return thing.readable(subject)
    return relation == "any"


def may(access, subject, thing, givers):
    """Does a line of the declaration allow it? `givers`: who gives a role, besides the security administrator."""
    for line in access.get("may", []):
        role = {"giver": givers.get(thing.role), "holder": thing.role}.get(line.get("role"), line.get("role"))
        if "role" in line and role not in subject.roles or line.get("deed", thing.deed) != thing.deed:
            continue
        if "self" in line["but"] and subject.account == thing.account or thing.words & set(line["but"]):
            continue
        if whose(line, subject, thing):
            return True
    return "may" not in access
