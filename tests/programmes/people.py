"""What the scenarios of the programmes share: people of tests/kernel/client.py, and short ways to ask."""
import datetime
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "kernel")]
import bodies  # noqa: E402,F401: handed on
import client  # noqa: E402
import given_days  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
given_days.live(ZHIYUN)
TODAY = "2026-11-20"  # of the worlds of run()


def run(module, people=client.PEOPLE, language=None):
    """All tests of a module in one world; answers are asked for in that language (None: English)."""
    world = client.World(ZHIYUN, people=people, **given_days.WORLD)
    world.pages = {}
    client.Person.language = language
    try:
        tap.run(module, world)
    finally:
        world.close()


def later(days):
    return (datetime.date.fromisoformat(TODAY) + datetime.timedelta(days=days)).isoformat()


def code_of(world, person):
    """The credit code of the unit of this person."""
    return shown(world["province_officer"], "party", world[person].unit)["credit_code"]


def waits(person, kind, one):
    """What waits for this person about this record."""
    return [item for item in person.get("/todo?limit=200").json["items"] if item.get("type") == kind and item.get("id") == one]


def made(person, kind, /, **body):
    """The id of a new record."""
    done = person.create(kind, body)
    assert done.status == 201, (kind, body, done)
    return done.json["id"]


def refused(done, field, words="", status=400):
    """The reply refuses, at this field, with these words."""
    assert done.status == status, done
    faults = [f for f in done.json.get("errors", []) if f["field"] == client.pointer(field)]
    assert faults, done
    assert words in faults[0]["message"], faults
    return done


def shown(person, kind, one):
    done = person.get(f"/records/{kind}/{one}")
    assert done.status == 200, (kind, one, done)
    return done.json


def acted(person, kind, one, action, reason=None, /, **arguments):
    done = person.act(kind, one, action, arguments, f"?reason={reason}" if reason else "")
    assert done.status in (200, 202), (kind, one, action, done)
    return done.json


def at_page(world, name="centre_manager"):
    """This person signed in at a page: what a second signature and a sealed file ask for."""
    page = world.pages.get(name)
    if not page:
        page = world.pages[name] = client.Browser(world, name)
        assert page.link().status == 200
    return page


def confirmed(world, name, kind, one, action, reason):
    """The reply to the second of two persons, who is at a page: a token confirms nothing."""
    return at_page(world, name).ask("POST", f"/records/{kind}/{one}/actions/{action}?reason={reason}", {})


def by_two(world, first, second, kind, one, action, reason, /, **arguments):
    """The first proposes, the second confirms; their names."""
    proposed = world[first].act(kind, one, action, arguments, f"?reason={reason}")
    assert proposed.status == 202, proposed
    done = confirmed(world, second, kind, one, action, reason)
    assert done.status == 200, done
    return done.json


def changed(person, kind, one, /, **patch):
    return person.change(kind, one, shown(person, kind, one)["version"], patch)


def amended(person, kind, one, /, **patch):
    """By an office, with its reason: what was said before."""
    return person.ask("PATCH", f"/records/{kind}/{one}?reason=更正", patch, {"If-Match": f'"{shown(person, kind, one)["version"]}"'})


def uploaded(person, text):
    """A file of this person, as a field holds it."""
    name = f"{abs(hash(text)) % 10 ** 6}.pdf"
    done = person.ask("POST", f"/files?name={name}", raw=b"%PDF-1.4\n% " + text.encode() + b"\n%%EOF\n")
    assert done.status in (200, 201), done
    return {"digest": done.json["digest"], "name": name}


def total(person, kind, condition):
    done = person.get(f"/records/{kind}?filter={condition}")
    assert done.status == 200, done
    return done.json["total"]
