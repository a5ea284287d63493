"""Answers held against the API's description.

An answer of an operation has a status that the operation declares, and its JSON fits the declared schema. Objects are
closed: a member that is not declared is a fault, so that a reply that says more than its schema is found here.
"""
import functools
import gzip
import json
import os
import re
import subprocess

KINDS = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict, "null": type(None)}


def is_kind(value, name):
    return isinstance(value, KINDS[name]) and (not isinstance(value, bool) or name == "boolean")


class Description:
    def __init__(self, document):
        self.schemas = document["components"]["schemas"]
        self.problem = document["components"]["responses"]["Problem"]
        self.paths = sorted(((re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path, methods) for path, methods in document["paths"].items()),
                            key=lambda one: one[1].count("{"))  # a literal part beats a parameter
        self.found = {}

    def operation(self, method, path):
        """The operation that answers a path, or None."""
        for pattern, _, methods in self.paths:
            if pattern.fullmatch(path) and method.lower() in methods:
                return methods[method.lower()]
        return None

    def schema(self, one):
        return self.schemas[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one

    def fault(self, value, schema, where="reply"):
        """The first place where a value does not fit its schema, or None."""
        schema = self.schema(schema)
        if "anyOf" in schema:
            faults = [self.fault(value, one, where) for one in schema["anyOf"]]
            return None if None in faults else max(faults, key=lambda fault: fault.split()[0].count("."))  # the deepest
        if "allOf" in schema:  # any members, and named ones
            others, named = map(self.schema, schema["allOf"])
            return self.fault(value, others, where) or self.fault(value, {**others, **named}, where)
        if "const" in schema:
            return None if value == schema["const"] else f"{where} is not {schema['const']}: {value!r}"
        kinds = schema.get("type", list(KINDS) if "enum" in schema else None)
        if kinds is None:
            return f"{where} has no declared type"
        if not any(is_kind(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
            return f"{where} is not {kinds}: {str(value)[:100]!r}"
        if "enum" in schema and value not in schema["enum"]:
            return f"{where} is none of {schema['enum']}: {value!r}"
        if isinstance(value, list):
            return next(filter(None, (self.fault(item, schema["items"], f"{where}.#") for item in value)), None)
        return self.object_fault(value, schema, where) if isinstance(value, dict) else None

    def object_fault(self, value, schema, where):
        members, rest = schema.get("properties", {}), schema.get("additionalProperties")
        for name in schema.get("required", []):
            if name not in value:
                return f"{where} lacks {name}"
        for name, part in value.items():
            if name not in members and not rest:
                return f"{where}.{name} is not declared"
            fault = self.fault(part, members.get(name, rest), f"{where}.{name}")
            if fault:
                return fault
        return None

    def answer_fault(self, method, path, status, headers, content):
        """What an answer says that its operation does not declare, or None."""
        operation = self.operation("GET" if method == "HEAD" else method, path.split("?")[0])
        kind = headers.get("content-type", "").split(";")[0]
        if not operation or method == "HEAD" or status == 304:
            return None
        declared = operation["responses"].get(str(status))
        if status >= 400 and kind == "application/problem+json":
            declared = self.problem if operation["responses"]["4XX"] == {"$ref": "#/components/responses/Problem"} else None
        if not declared:
            return f"{operation['operationId']}: status {status} is not declared"
        if "json" not in kind or not content:
            return None
        if headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        schema = declared.get("content", {}).get(kind, {}).get("schema")
        fault = self.fault(json.loads(content), schema) if schema else "JSON is not declared"
        return f"{operation['operationId']} {status}: {fault}" if fault else None


@functools.cache
def description(zhiyun):
    return Description(json.loads(subprocess.run([zhiyun, "--lang", "en", "openapi"], check=True, capture_output=True).stdout))


def check(zhiyun, method, path, status, headers, content):
    """A fault ends the test, or is added to the file $ZHIYUN_FAULTS."""
    fault = description(zhiyun).answer_fault(method, path, status, headers, content)
    if fault and os.environ.get("ZHIYUN_FAULTS"):
        with open(os.environ["ZHIYUN_FAULTS"], "a") as file:
            file.write(fault + "\n")
        return
    assert fault is None, f"{method} {path}: {fault}"
