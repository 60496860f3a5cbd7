"""Digest of ARM resource types from the model classes of the azure-mgmt-* packages (and azure-ai-ml's REST client).

usage: arm.py scope.json > arm.json
Each class names its REST keys, either in `_attribute_map` (`properties.publicNetworkAccess`) or as `rest_field`s.
"""
import enum
import importlib
import inspect
import json
import os
import re
import sys
import types

SCALARS = {
    "str": "string", "int": "number", "float": "number", "long": "number", "bool": "boolean", "object": "json",
    "iso-8601": "string", "duration": "string", "date": "string", "rfc-1123": "string", "bytearray": "string",
    "base64": "string", "decimal": "number", "unix-time": "number", "time": "string", "base64url": "string",
}
SKIP = {"provisioningState", "systemData", "etag", "type", "id"}


class Digest:
    def __init__(self, module):
        self.module = importlib.import_module(module)

    def named(self, name, stack):
        found = getattr(self.module, name, None)
        if found is None:
            return "json"
        if inspect.isclass(found) and issubclass(found, enum.Enum):
            return {"$enum": [item.value for item in found]}
        # Recursive models are cut where they repeat.
        if name in stack or len(stack) > 8:
            return "json"
        return self.model(found, stack + [name])

    def model(self, cls, stack):
        out = {}
        for each in [cls, *self.subtypes(cls)]:
            fields = self.fields(each)
            for key, kind, enum_name in fields:
                self.put(out, key, self.typed(kind, enum_name, stack), bool(stack))
        return out or "json"

    def subtypes(self, cls):
        names = []
        maps = getattr(cls, "_subtype_map", None)
        if maps:
            for mapping in maps.values():
                names += list(mapping.values())
        found = [getattr(self.module, name) for name in names if isinstance(name, str) and hasattr(self.module, name)]
        mapping = getattr(cls, "__mapping__", None)
        if mapping:
            found += [item for item in mapping.values() if item is not cls]
        return found

    def fields(self, cls):
        if hasattr(cls, "_attribute_map"):
            enums = self.enums(cls)
            for attribute, spec in cls._attribute_map.items():
                yield spec["key"].replace("\\.", "\0"), spec["type"], enums.get(attribute)
            return
        hints = {}
        for base in reversed(cls.__mro__):
            hints.update(getattr(base, "__annotations__", {}))
        for base in reversed(cls.__mro__):
            for attribute, value in vars(base).items():
                if type(value).__name__ == "_RestField" and attribute in hints:
                    name = value._rest_name_input or attribute
                    yield name, self.from_hint(hints[attribute]), None

    def from_hint(self, hint):
        text = hint if isinstance(hint, str) else str(hint)
        text = re.sub(r"<class '([\w.]+)'>", r"\1", text)
        text = re.sub(r"ForwardRef\('([^']+)'[^)]*\)", r"\1", text)
        text = re.sub(r"\b(_models\d*|_types|models|_enums|_azure_core_models)\.|[\"' ]|azure\.[a-z_.]*models\.", "", text)
        return self.hint(text)

    def hint(self, text):
        text = re.sub(r"^(typing|collections\.abc)\.", "", text)
        match = re.fullmatch(r"(?:Optional|Union|Literal|List|list|Dict|dict|MutableMapping|Mapping)\[(.*)\]", text)
        if not match:
            if text in ("str", "int", "float", "bool"):
                return text
            if text.startswith(("datetime", "timedelta", "date")):
                return "str"
            return text if hasattr(self.module, text) else "object"
        head, inner = text.split("[", 1)[0], match.group(1)
        if head == "Literal":
            return "str"
        parts = split(inner)
        if head in ("List", "list"):
            return "[" + self.hint(parts[0]) + "]"
        if head in ("Dict", "dict", "MutableMapping", "Mapping"):
            return "{" + self.hint(parts[-1]) + "}"
        known = [part for part in parts if part not in ("None", "NoneType", "str")]
        return self.hint(known[0]) if known else "str"

    def enums(self, cls):
        found = {}
        for base in cls.__mro__:
            for name, parameter in inspect.signature(base.__init__).parameters.items() if "__init__" in vars(base) else []:
                match = re.search(r"_models\.([A-Za-z0-9]+)", str(parameter.annotation))
                if match and name not in found:
                    found[name] = match.group(1)
            for name, kind in re.findall(r":vartype (\w+): +str or[\s]+~[\w.]*?\.(\w+)\n", base.__doc__ or ""):
                found.setdefault(name, kind)
        return found

    def typed(self, kind, enum_name, stack):
        if kind.startswith("["):
            return [self.typed(kind[1:-1], enum_name, stack)]
        if kind.startswith("{"):
            return {"*": self.typed(kind[1:-1], enum_name, stack)}
        if kind == "str" and enum_name and inspect.isclass(getattr(self.module, enum_name, None)):
            if issubclass(getattr(self.module, enum_name), enum.Enum):
                return self.named(enum_name, stack)
        return SCALARS[kind] if kind in SCALARS else self.named(kind, stack)

    @staticmethod
    def put(out, key, schema, nested):
        parts = [part.replace("\0", ".") for part in key.split(".")]
        if "" in parts:
            return
        if parts[-1] in ("provisioningState", "systemData", "etag"):
            return
        for part in parts[:-1]:
            inner = out.get(part)
            if not isinstance(inner, dict):
                inner = {}
                out[part] = inner
            out = inner
        known = out.get(parts[-1])
        if isinstance(known, dict) and isinstance(schema, dict) and "$enum" not in known and "*" not in known:
            merge(known, schema)
        elif known is None or known == "json":
            out[parts[-1]] = schema


def merge(into, other):
    for key, value in other.items():
        known = into.get(key)
        if isinstance(known, dict) and isinstance(value, dict) and "$enum" not in known and "*" not in known:
            merge(known, value)
        elif known is None or known == "json":
            into[key] = value


def split(text):
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char == "[") - (char == "]")
        if char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def without_initialisers(root):
    """azure-ai-ml's REST models, without running the package's own heavy start-up."""
    for name, folder in (("azure.ai", "azure/ai"), ("azure.ai.ml", "azure/ai/ml"), ("azure.ai.ml._restclient", "azure/ai/ml/_restclient")):
        module = types.ModuleType(name)
        module.__path__ = [os.path.join(root, folder)]
        sys.modules[name] = module


def main():
    for root in sys.path:
        if os.path.isdir(os.path.join(root, "azure/ai/ml/_restclient")):
            without_initialisers(root)
            break
    scope = json.load(open(sys.argv[1]))["azure"]
    found = {}
    for kind, (module, name) in scope.items():
        digest = Digest(module)
        if not hasattr(digest.module, name):
            print("not in", module, kind, name, file=sys.stderr)
            continue
        schema = digest.model(getattr(digest.module, name), [])
        # Every resource has a name; a child's parent is named in its path, here (and in azapi) as `parent`.
        schema.setdefault("name", "string")
        schema.pop("type", None)
        if kind.count("/") > 1:
            schema["parent"] = "string"
        found[kind] = schema
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
