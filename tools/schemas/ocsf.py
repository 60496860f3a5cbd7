"""Writes test/vectors/ocsf/events-1.8.0.schema.json: the OCSF classes that feeds use, with the profiles they use.

Needs the Python package ocsf-json-schema (1.2.0), which bundles the compiled OCSF schema. Usage: ocsf.py OUTPUT
Own structure: one document, `classes` by their uid, objects once under `$defs`; captions and descriptions left out.
"""

import json
import sys

from ocsf_json_schema import OcsfJsonSchema, OcsfJsonSchemaEmbedded, get_ocsf_schema

VERSION = "1.8.0"
CLASSES = {
    "base_event": ["security_control"],
    "process_activity": ["ai_operation", "security_control"],
    "compliance_finding": ["security_control"],
    "detection_finding": ["security_control"],
    "authorize_session": ["security_control"],
    "entity_management": ["security_control"],
    "application_lifecycle": ["security_control"],
    "api_activity": ["ai_operation", "security_control", "trace"],
    "datastore_activity": ["ai_operation", "security_control"],
}


def bare(node):
    if isinstance(node, list):
        return [bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: bare(value) for name, value in item.items()} if key in ("properties", "$defs") else bare(item)
        for key, item in node.items()
        if key not in ("title", "description", "$schema", "$id", "deprecated")
    }


def main(output):
    compiled = get_ocsf_schema(version=VERSION)
    schema = OcsfJsonSchemaEmbedded(OcsfJsonSchema(compiled))
    classes, objects = {}, {}
    for name, profiles in CLASSES.items():
        made = bare(schema.get_class_schema(name, profiles=profiles))
        objects.update(made.pop("$defs"))
        classes[str(compiled["classes"][name]["uid"])] = made
    document = {"version": VERSION, "classes": classes, "$defs": objects}
    with open(output, "w", encoding="utf-8") as file:
        json.dump(document, file, sort_keys=True, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1])
