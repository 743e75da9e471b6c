"""Holds requests against AWS's own service models, as botocore ships them. JSON on stdin, JSON on stdout.

botocore's validator knows types, required members and minima; enums, patterns and maxima stand in the models, and only the
service looks at them: so they are looked at here.
"""
import base64
import datetime
import json
import sys

import botocore.session
from botocore.validate import ParamValidator

try:
    import regex as expressions  # knows \p{L}, as the models' Java expressions do
except ImportError:
    import re as expressions

session = botocore.session.get_session()
models = {}
unread = set()


def model_of(service):
    if service not in models:
        models[service] = session.get_service_model(service)
    return models[service]


def revive(value):
    """Times and bytes as botocore wants them."""
    if isinstance(value, dict):
        if set(value) == {'$time'}:
            return datetime.datetime.fromisoformat(value['$time'].replace('Z', '+00:00'))
        if set(value) == {'$bytes'}:
            return base64.b64decode(value['$bytes'])
        return {key: revive(each) for key, each in value.items()}
    return [revive(each) for each in value] if isinstance(value, list) else value


def compiled(pattern):
    try:
        return expressions.compile(pattern)
    except Exception:
        unread.add(pattern)
        return None


def limits(value, shape, path, found):
    kind = shape.type_name
    meta = shape.metadata
    if kind == 'structure':
        for name, each in value.items() if isinstance(value, dict) else []:
            if name in shape.members:
                limits(each, shape.members[name], f'{path}.{name}', found)
        return
    if kind == 'map':
        for key, each in value.items():
            limits(key, shape.key, f'{path}[{key}]', found)
            limits(each, shape.value, f'{path}[{key}]', found)
    if kind == 'list':
        for index, each in enumerate(value):
            limits(each, shape.member, f'{path}[{index}]', found)
    size = value if kind in ('integer', 'long', 'float', 'double') else len(value) if kind in ('string', 'blob', 'list', 'map') else None
    if size is not None:
        if 'max' in meta and size > meta['max']:
            found.append(f'{path}: {size} is more than {meta["max"]}')
        if 'min' in meta and size < meta['min']:
            found.append(f'{path}: {size} is less than {meta["min"]}')
    if kind == 'string':
        if shape.enum and value not in shape.enum:
            found.append(f'{path}: {value!r} is none of {shape.enum}')
        pattern = compiled(meta['pattern']) if 'pattern' in meta else None
        if pattern and not pattern.fullmatch(value):
            found.append(f'{path}: {value!r} does not match {meta["pattern"]}')


def judge(call):
    operation = model_of(call['service']).operation_model(call['operation'])
    value = revive(call['input'])
    shape = operation.input_shape
    if shape is None:
        return ['it takes no input'] if value else []
    report = ParamValidator().validate(value, shape)
    found = [report.generate_report()] if report.has_errors() else []
    if not found:
        limits(value, shape, '', found)
    return found


calls = json.load(sys.stdin)
print(json.dumps({'found': [judge(call) for call in calls], 'unread': sorted(unread)}))
