"""Holds OCSF events, one a line on standard input, against the published schema.

Needs the packages ocsf-json-schema (which carries the schema) and jsonschema:

    pip install ocsf-json-schema jsonschema

Exits 0 if all fit, 1 if one does not (says which and why), 77 if a package is missing. With
`--required VERSION` it prints what the schema requires of the classes in use instead: the content
of required.json.
"""

import json
import sys

try:
    from jsonschema import Draft202012Validator
    from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)

CLASSES = {6003: "api_activity", 2006: "data_security_finding"}
# Objects in use, and the type of each.
OBJECTS = {
    "actor": "actor",
    "actor.user": "user",
    "actor.session": "session",
    "api": "api",
    "api.request": "request",
    "api.response": "response",
    "api.service": "service",
    "data_security": "data_security",
    "finding_info": "finding_info",
    "http_response": "http_response",
    "metadata": "metadata",
    "metadata.product": "product",
    "resources": "resource_details",
    "src_endpoint": "network_endpoint",
}
# A number, and the attribute that holds its caption.
CAPTIONS = {
    "activity_id": "activity_name",
    "category_uid": "category_name",
    "class_uid": "class_name",
    "severity_id": "severity",
    "status_id": "status",
    "type_uid": "type_name",
}


def required(version):
    schema = get_ocsf_schema(version)
    embedded = OcsfJsonSchemaEmbedded(schema)
    objects = {}
    for path, name in OBJECTS.items():
        shape = embedded.get_object_schema(name)
        at_least_one = schema["objects"][name].get("constraints", {}).get("at_least_one")
        objects[path] = {"required": sorted(shape.get("required", []))}
        if at_least_one:
            objects[path]["at_least_one"] = sorted(at_least_one)
    classes = {
        str(uid): sorted(embedded.get_class_schema(name)["required"])
        for uid, name in CLASSES.items()
    }
    return {"version": version, "classes": classes, "objects": objects}


def wrong(event, validators, schema):
    name = CLASSES[event["class_uid"]]
    for error in validators[name].iter_errors(event):
        yield f"{'/'.join(map(str, error.path))}: {error.message}"
    attributes = schema["classes"][name]["attributes"]
    for number, caption in CAPTIONS.items():
        words = attributes[number]["enum"]
        word = words.get(str(event[number]), {}).get("caption")
        if word is None:
            yield f"{number}: {event[number]} is none of {sorted(words)}"
        elif word != "Other" and event[caption] != word:
            yield f"{caption}: {event[caption]!r} where the schema says {word!r}"


def main():
    if sys.argv[1:2] == ["--required"]:
        print(json.dumps(required(sys.argv[2]), indent=2))
        return 0
    events = [json.loads(line) for line in sys.stdin]
    schema = get_ocsf_schema(events[0]["metadata"]["version"])
    embedded = OcsfJsonSchemaEmbedded(schema)
    validators = {
        name: Draft202012Validator(embedded.get_class_schema(name)) for name in CLASSES.values()
    }
    failed = 0
    for event in events:
        for what in wrong(event, validators, schema):
            print(f"{event['metadata']['event_code']}: {what}")
            failed = 1
    print(f"{len(events)} events held against OCSF {schema['version']}")
    return failed


sys.exit(main())
