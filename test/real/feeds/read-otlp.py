"""Reads an OTLP/HTTP JSON body with the official protobuf definitions: unknown fields and wrong types are errors.

The JSON mapping of OTLP differs from protobuf's in one place: ids are hexadecimal. They are turned before parsing.
"""

import base64
import json
import re
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

body = json.load(open(sys.argv[1], encoding="utf-8"))
for resource in body["resourceLogs"]:
    for scope in resource["scopeLogs"]:
        for record in scope["logRecords"]:
            for key, digits in (("traceId", 32), ("spanId", 16)):
                assert re.fullmatch(f"[0-9a-f]{{{digits}}}", record[key]), record[key]
                record[key] = base64.b64encode(bytes.fromhex(record[key])).decode()

request = json_format.ParseDict(body, ExportLogsServiceRequest())
records = request.resource_logs[0].scope_logs[0].log_records
assert len(records) == 20, len(records)
call = next(record for record in records if record.event_name == "demarc.tool.call")
attributes = {item.key: item.value for item in call.attributes}
assert attributes["gen_ai.tool.name"].string_value == "send_mail"
assert attributes["demarc.log.index"].int_value == 4
assert call.time_unix_nano == 1795168800004000000, call.time_unix_nano
assert call.trace_id.hex() == "4bf92f3577b34da6a3ce929d0e0e4736" and call.flags == 1
body_values = {item.key: item.value for item in call.body.kvlist_value.values}
assert body_values["deep"].kvlist_value.values[0].value.int_value == 9007199254740991
assert [value.WhichOneof("value") for value in body_values["list"].array_value.values] == ["int_value", "double_value", "bool_value", None]
print(f"{len(records)} log records read")
