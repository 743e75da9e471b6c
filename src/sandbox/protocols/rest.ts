import type { NormalizedSchema } from '@smithy/core/schema'
import { isObject } from '../json-text.ts'
import type { AwsFault } from '../service.ts'
import { bodyMembers, payloadOf, readBindings, writeHeaders } from './bindings.ts'
import type { Catalog, OperationShape, Shape } from './catalog.ts'
import { jsonCodec, readJson, writeJson } from './json.ts'
import { router } from './route.ts'
import type { Members, Protocol, WireRequest, WireResponse } from './wire.ts'
import { readXml, structure, TEXT, writeXml } from './xml.ts'

interface Format {
  readonly contentType: string
  read(shape: Shape, body: Uint8Array): Promise<Members> | Members
  /** `root` is the shape whose name an XML document's root takes. */
  write(shape: NormalizedSchema, value: Members): string
  fault(fault: AwsFault, requestId: string): Pick<WireResponse, 'headers' | 'body'>
}

/** REST with JSON bodies, as Bedrock has it. */
export function restJsonProtocol(catalog: Catalog): Protocol {
  const codec = jsonCodec(true)
  return restProtocol(catalog, {
    contentType: 'application/json',
    read: async (shape, body) =>
      withUnknown(await readJson(codec, shape, body), JSON.parse(new TextDecoder().decode(body))) as Members,
    write: (shape, value) => JSON.stringify(withUnknown(JSON.parse(writeJson(codec, shape, value)), value)),
    fault: (fault, requestId) => ({
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': fault.code,
      },
      body: JSON.stringify({ ...fault.members, message: fault.message }),
    }),
  })
}

/** With the members that the model does not know: AWS is always newer than a model, and keeps and tells what it is told. */
function withUnknown(known: unknown, whole: unknown): unknown {
  if (!isObject(known) || !isObject(whole)) return known
  const names = new Set([...Object.keys(known), ...Object.keys(whole)])
  return Object.fromEntries(
    [...names].map((name) => [name, name in known ? withUnknown(known[name], whole[name]) : whole[name]]),
  )
}

export function restXmlProtocol(catalog: Catalog, xmlNamespace: string): Protocol {
  return restProtocol(catalog, {
    contentType: 'application/xml',
    read: (shape, body) => readXml(shape, body, xmlNamespace) as Members,
    write: (shape, value) => unwrapped(shape, writeXml(shape, value, xmlNamespace)),
    fault: (fault, requestId) => {
      const error: Record<string, unknown> = {
        Code: fault.code,
        Message: fault.message,
        ...fault.members,
        RequestId: requestId,
      }
      const shape = structure('Error', Object.fromEntries(Object.keys(error).map((name) => [name, TEXT])))
      return {
        headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
        body: writeXml(shape, error, ''),
      }
    },
  })
}

function restProtocol(catalog: Catalog, format: Format): Protocol {
  return {
    route: router(catalog),
    decode: async (operation, request) => ({
      ...readBindings(operation, request),
      ...(await readBody(operation, request, format)),
    }),
    encode: (operation, output, requestId) => {
      const members = output as Members
      const body = writeBody(operation, members, format)
      const headers = {
        ...(body !== undefined && { 'content-type': format.contentType }),
        ...writeHeaders(operation.output, members),
        'x-amz-request-id': requestId,
        'x-amzn-requestid': requestId,
      }
      // The one answer whose status hangs on what is in it: a part of an object.
      const status = 'content-range' in headers || 'Content-Range' in headers ? 206 : (operation.http?.[2] ?? 200)
      return { status, headers, body: body ?? '' }
    },
    fault: (fault, requestId) => {
      const { headers, body } = format.fault(fault, requestId)
      return { status: fault.status, headers: { ...headers, ...fault.headers }, body }
    },
  }
}

async function readBody(operation: OperationShape, request: WireRequest, format: Format): Promise<Members> {
  const payload = payloadOf(operation.input)
  if (payload === undefined) {
    return request.body.length === 0 || operation.input.isUnitSchema() ? {} : format.read(operation.input, request.body)
  }
  const [name, member] = payload
  if (member.isBlobSchema()) return { [name]: request.body }
  if (member.isStringSchema()) return { [name]: new TextDecoder().decode(request.body) }
  return request.body.length === 0 ? {} : { [name]: await format.read(member, request.body) }
}

function writeBody(operation: OperationShape, output: Members, format: Format): Uint8Array | string | undefined {
  const payload = payloadOf(operation.output)
  if (payload !== undefined) {
    const [name, member] = payload
    const value = output[name]
    if (value === undefined) return undefined
    const raw = member.isBlobSchema() || member.isStringSchema()
    return raw ? (value as Uint8Array | string) : format.write(member, value as Members)
  }
  const members = bodyMembers(operation.output, output)
  // JSON answers are an object even when empty; an XML answer whose model has no document has no body at all.
  return members && format.write(operation.output, members)
}

/** GetBucketLocation's root holds its text itself, though the model gives it a member of the same name. */
function unwrapped(shape: NormalizedSchema, xml: string): string {
  const root = shape.getMergedTraits().xmlName
  const members = [...shape.structIterator()].map(([name]) => name)
  if (members.length !== 1 || members[0] !== root) return xml
  return xml.replace(`<${root}>`, '').replace(`</${root}></${root}>`, `</${root}>`)
}
