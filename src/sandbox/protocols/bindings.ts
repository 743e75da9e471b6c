import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols'
import type { NormalizedSchema } from '@smithy/core/schema'
import type { OperationShape } from './catalog.ts'
import { labelsOf } from './route.ts'
import type { Members, WireRequest } from './wire.ts'

/** How the two REST protocols read and write scalars outside of the body. */
const settings = { timestampFormat: { useTrait: true, default: 5 as const }, httpBindings: true }

/** Where a member of a REST operation stands in its message. */
export type Place =
  | { kind: 'label' | 'body' | 'payload' | 'status' | 'none' }
  | { kind: 'query' | 'header'; name: string }

function placeOf(member: NormalizedSchema): Place {
  const traits = member.getMergedTraits() as Record<string, unknown>
  if (traits.httpLabel) return { kind: 'label' }
  if (traits.httpPayload) return { kind: 'payload' }
  if (traits.httpResponseCode) return { kind: 'status' }
  if (typeof traits.httpQuery === 'string') return { kind: 'query', name: traits.httpQuery }
  if (typeof traits.httpHeader === 'string') return { kind: 'header', name: traits.httpHeader.toLowerCase() }
  // An object's own metadata: none is kept.
  if (traits.httpPrefixHeaders) return { kind: 'none' }
  return { kind: 'body' }
}

/** The members of a request that stand in its path, parameters and headers. */
export function readBindings(operation: OperationShape, request: WireRequest): Members {
  const scalar = new FromStringShapeDeserializer(settings)
  const labels = labelsOf(operation, request.path) ?? {}
  const members: Members = {}
  if (!operation.input.isStructSchema()) return members
  for (const [name, member] of operation.input.structIterator()) {
    const place = placeOf(member)
    const raw = rawOf(place, name, labels, request)
    if (raw === undefined) continue
    if (member.isListSchema() && place.kind === 'query') {
      members[name] = request.query.getAll(place.name).map((item) => scalar.read(member.getValueSchema(), item))
    } else members[name] = scalar.read(member, raw)
  }
  return members
}

function rawOf(place: Place, name: string, labels: Readonly<Record<string, string>>, request: WireRequest) {
  if (place.kind === 'label') return decodeURIComponent(labels[name] ?? '')
  if (place.kind === 'query') return request.query.get(place.name) ?? undefined
  if (place.kind === 'header') return request.headers[place.name]
  return undefined
}

export function writeHeaders(shape: NormalizedSchema, output: Members): Record<string, string> {
  const scalar = new ToStringShapeSerializer(settings)
  const headers: Record<string, string> = {}
  if (!shape.isStructSchema()) return headers
  for (const [name, member] of shape.structIterator()) {
    const place = placeOf(member)
    const value = output[name]
    if (value === undefined || value === null) continue
    if (place.kind === 'header') {
      scalar.write(member, value)
      headers[place.name] = scalar.flush()
    }
  }
  return headers
}

/** The member that is the whole body, where there is one. */
export function payloadOf(shape: NormalizedSchema): [name: string, member: NormalizedSchema] | undefined {
  if (!shape.isStructSchema()) return undefined
  return [...shape.structIterator()].find(([, member]) => placeOf(member).kind === 'payload')
}

/** Those members of an answer that stand in its body as a document; undefined where its model has none of these. */
export function bodyMembers(shape: NormalizedSchema, output: Members): Members | undefined {
  if (!shape.isStructSchema()) return undefined
  const inBody = [...shape.structIterator()].filter(([, member]) => placeOf(member).kind === 'body')
  const names = inBody.map(([name]) => name)
  if (names.length === 0) return undefined
  return Object.fromEntries(names.filter((name) => output[name] !== undefined).map((name) => [name, output[name]]))
}
