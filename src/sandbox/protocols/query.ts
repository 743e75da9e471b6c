import { FromStringShapeDeserializer } from '@smithy/core/protocols'
import type { NormalizedSchema } from '@smithy/core/schema'
import { isObject } from '../json-text.ts'
import type { AwsFault } from '../service.ts'
import type { Shape } from './catalog.ts'
import type { Members, Protocol, WireResponse } from './wire.ts'
import { structure, TEXT, writeXml, xmlSettings } from './xml.ts'

/** A form field's name split at its dots: `Tags.member.1.Key` leads to `{ Tags: { member: { 1: { Key: … } } } }`. */
type Tree = { [name: string]: Tree | string }

/** AWS Query: a form comes in, XML goes out. */
export function queryProtocol(xmlNamespace: string): Protocol {
  const scalar = new FromStringShapeDeserializer(xmlSettings(xmlNamespace, false))
  return {
    route: (request) => formOf(request.body).get('Action') ?? request.query.get('Action') ?? undefined,
    decode: (operation, request) => {
      const form = request.body.length > 0 ? formOf(request.body) : request.query
      return readNode(operation.input, treeOf(form), scalar) as Members
    },
    encode: (operation, output, requestId) => {
      const result: Record<string, Shape> = operation.output.isUnitSchema()
        ? {}
        : { [`${operation.name}Result`]: operation.outputShape }
      const envelope = structure(`${operation.name}Response`, { ...result, ResponseMetadata: METADATA })
      const value = { [`${operation.name}Result`]: output, ResponseMetadata: { RequestId: requestId } }
      return xmlResponse(200, writeXml(envelope, value, xmlNamespace), requestId)
    },
    fault: (fault, requestId) =>
      xmlResponse(fault.status, writeXml(ERROR_RESPONSE, errorOf(fault, requestId), xmlNamespace), requestId),
  }
}

const METADATA = structure('ResponseMetadata', { RequestId: TEXT })
const ERROR_RESPONSE = structure('ErrorResponse', {
  Error: structure('Error', { Type: TEXT, Code: TEXT, Message: TEXT }),
  RequestId: TEXT,
})

function errorOf(fault: AwsFault, requestId: string): Members {
  const type = fault.status < 500 ? 'Sender' : 'Receiver'
  return { Error: { Type: type, Code: fault.code, Message: fault.message }, RequestId: requestId }
}

function xmlResponse(status: number, body: string, requestId: string): WireResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body }
}

function formOf(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(new TextDecoder().decode(body))
}

function treeOf(form: URLSearchParams): Tree {
  const root: Tree = Object.create(null) as Tree
  for (const [name, value] of form) {
    const steps = name.split('.')
    const leaf = steps.pop() ?? name
    let at = root
    for (const step of steps) {
      const next = at[step]
      const child: Tree = typeof next === 'object' ? next : (Object.create(null) as Tree)
      at[step] = child
      at = child
    }
    at[leaf] = value
  }
  return root
}

/** The value of a node of the form, by the shape that the model gives it; undefined for members that were left out. */
function readNode(shape: NormalizedSchema, node: Tree | string, scalar: FromStringShapeDeserializer): unknown {
  if (shape.isStructSchema() || shape.isUnitSchema()) {
    const members: Members = {}
    if (!isObject(node) || shape.isUnitSchema()) return members
    for (const [name, member] of shape.structIterator()) {
      const child = node[wireName(member, name)]
      if (child !== undefined) members[name] = readNode(member, child, scalar)
    }
    return members
  }
  if (shape.isListSchema()) {
    const member = shape.getValueSchema()
    return entriesOf(shape, node, wireName(member, 'member')).map((item) => readNode(member, item, scalar))
  }
  if (shape.isMapSchema()) {
    const [key, value] = [shape.getKeySchema(), shape.getValueSchema()]
    const pairs = entriesOf(shape, node, 'entry').filter(isObject) as Tree[]
    return Object.fromEntries(
      pairs.map((pair) => [
        String(pair[wireName(key, 'key')]),
        readNode(value, pair[wireName(value, 'value')] ?? '', scalar),
      ]),
    )
  }
  return typeof node === 'string' ? scalar.read(shape, node) : undefined
}

/** The items of a list or map in their order; an empty one is sent as an empty field. */
function entriesOf(shape: NormalizedSchema, node: Tree | string, name: string): (Tree | string)[] {
  if (!isObject(node)) return []
  const items = shape.getMergedTraits().xmlFlattened ? node : node[name]
  if (!isObject(items)) return []
  const numbered = Object.entries(items as Tree).filter(([index]) => /^\d+$/.test(index))
  return numbered.sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item)
}

function wireName(shape: NormalizedSchema, fallback: string): string {
  return (shape.getMergedTraits().xmlName as string | undefined) ?? fallback
}
