#!/usr/bin/env python3
"""description_test.py ZHIYUN: the API's description is small, wholly typed, and the committed copy is the same."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
COPY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "web", "app", "api", "openapi.json")
BYTES_MAX = 400_000
TEXT = subprocess.run([ZHIYUN, "--lang", "en", "openapi"], check=True, capture_output=True).stdout


def members(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a name is written twice: {sorted(n for n in names if names.count(n) > 1)[:4]}"
    return dict(pairs)


DOCUMENT = json.loads(TEXT, object_pairs_hook=members)  # two schemas of one name: a name is written twice


def operations():
    return [one for methods in DOCUMENT["paths"].values() for one in methods.values()]


def untyped(schema, where):
    """Places of a schema that say nothing of what is there."""
    if "$ref" in schema:
        return
    for one in schema.get("anyOf", []) + schema.get("allOf", []):
        yield from untyped(one, where)
    if "anyOf" in schema or "allOf" in schema:
        return
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not kinds:
        yield where
    if "array" in kinds:
        yield from untyped(schema.get("items", {}), f"{where}.#")
    if "object" in kinds:
        if not schema.get("properties") and "additionalProperties" not in schema:
            yield where
        for name, part in schema.get("properties", {}).items():
            yield from untyped(part, f"{where}.{name}")
        if schema.get("additionalProperties"):
            yield from untyped(schema["additionalProperties"], f"{where}.*")


def test_it_is_small():
    print(f"# {len(TEXT)} bytes, {len(DOCUMENT['paths'])} paths, {len(operations())} operations, {len(DOCUMENT['components']['schemas'])} schemas")
    assert len(TEXT) <= BYTES_MAX, len(TEXT)


def test_each_operation_says_who_signs_in_how_it_is_refused_and_what_its_tag_means():
    """The rules that `npx @redocly/cli lint` recommends: security-defined, operation-4xx-response, no-empty-servers,
    info-license, no-unused-components; and words for each tag."""
    components, said = DOCUMENT["components"], {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    for one in operations():
        access, ways = one["x-access"], one["security"]
        assert (ways == [{}]) == (access["need"] == "nobody" and not any(ways)), one["operationId"]
        for way in ways:
            assert set(way) <= set(components["securitySchemes"]), one["operationId"]
        if access["need"] != "nobody":
            assert {"session"} <= set().union(*ways), one["operationId"]
            assert access["in_person"] == ("token" not in set().union(*ways)), one["operationId"]
        assert all(way["token"] == [access["scope"]] for way in ways if "token" in way), one["operationId"]
        assert one["responses"]["4XX"] == {"$ref": "#/components/responses/Problem"}, one["operationId"]
    assert "application/problem+json" in components["responses"]["Problem"]["content"]
    assert {tag for one in operations() for tag in one["tags"]} == set(said) and all(said.values())
    used = {name for one in operations() for way in one["security"] for name in way}
    assert used == set(components["securitySchemes"])
    assert DOCUMENT["servers"] and DOCUMENT["info"]["license"]["name"] == "Apache-2.0"


def test_each_operation_has_a_name_of_its_own_and_one_tag():
    names = [one["operationId"] for one in operations()]
    assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)
    assert all(name.isalnum() and name[0].islower() for name in names), names
    assert all(len(one["tags"]) == 1 for one in operations())


def test_no_parameter_of_an_operation_is_listed_twice():
    for one in operations():
        names = [(p["in"], p["name"]) for p in one["parameters"]]
        assert len(names) == len(set(names)), (one["operationId"], names)


def test_everything_is_typed():
    found = [place for name, schema in DOCUMENT["components"]["schemas"].items() for place in untyped(schema, name)]
    for one in operations():
        parts = {"parameter " + p["name"]: p for p in one["parameters"]}
        for part in [one.get("requestBody", {}), *one["responses"].values()]:
            parts.update(part.get("content", {}).items())
        places = [place for kind, part in parts.items() if "schema" in part for place in untyped(part["schema"], f"{one['operationId']} {kind}")]
        found += places
    assert not found, found


def objects(schema):
    """All schemas of objects below one."""
    if isinstance(schema, list):
        for one in schema:
            yield from objects(one)
    elif isinstance(schema, dict):
        if "properties" in schema or "additionalProperties" in schema:
            yield schema
        yield from objects(list(schema.values()))


def test_clients_in_typescript_need_no_word_of_the_language():
    """Generated clients name a parameter of a function after one of a path, and a type after a schema; an index signature must
    fit the named members beside it. `make generators` compiles such clients."""
    words = {"case", "class", "default", "delete", "export", "function", "import", "in", "new", "package", "return", "switch", "this", "with"}
    taken = [(one["operationId"], p["name"]) for one in operations() for p in one["parameters"] if p["in"] == "path" and p["name"] in words]
    assert not taken, taken
    assert not {"Record", "Date", "Error", "File", "Object", "Promise", "Response", "Request"} & set(DOCUMENT["components"]["schemas"])
    mixed = [one for one in objects(DOCUMENT) if "properties" in one and one.get("additionalProperties")]
    assert not mixed, mixed


def test_the_committed_copy_is_the_same():
    with open(COPY, encoding="utf-8") as file:
        assert json.load(file) == DOCUMENT, "web/app/api/openapi.json is not what this program prints: run `make openapi`"


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
