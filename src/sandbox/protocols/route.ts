import type { Catalog, OperationShape } from './catalog.ts'
import type { WireRequest } from './wire.ts'

/** A label's value, still percent-encoded, or undefined where the path does not fit the template. */
export type Labels = Readonly<Record<string, string>>

/** A parameter that the JS SDK adds to tell operations apart; other clients leave it out. */
const OPERATION_HINT = 'x-id'

interface Route {
  readonly operation: OperationShape
  readonly method: string
  readonly segments: readonly string[]
  /** Parameters of the template itself: `?policy`, `?list-type=2`. */
  readonly literals: readonly (readonly [name: string, value: string])[]
  readonly hint: string | undefined
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
}

/** The most demanding operation that fits: `GET /bucket?policy` also fits the one that lists the bucket. */
export function router(catalog: Catalog): (request: WireRequest) => string | undefined {
  const routes = [...catalog.operations.values()].flatMap((operation) => routeOf(operation) ?? [])
  return (request) => {
    const fitting = routes.filter((route) => fits(route, request))
    fitting.sort((a, b) => demands(b, request) - demands(a, request))
    return fitting[0]?.operation.name
  }
}

export function labelsOf(operation: OperationShape, path: string): Labels | undefined {
  return match(templateOf(operation), partsOf(path))
}

function routeOf(operation: OperationShape): Route | undefined {
  if (operation.http === undefined) return undefined
  const [method, template] = operation.http
  const literals = [...new URLSearchParams(template.split('?')[1] ?? '')]
  const required = requiredMembers(operation)
  return {
    operation,
    method,
    segments: templateOf(operation),
    literals: literals.filter(([name]) => name !== OPERATION_HINT),
    hint: literals.find(([name]) => name === OPERATION_HINT)?.[1],
    requiredQuery: required.flatMap((traits) => (traits.httpQuery as string | undefined) ?? []),
    requiredHeaders: required.flatMap((traits) => (traits.httpHeader as string | undefined)?.toLowerCase() ?? []),
  }
}

/** The segments of the template. S3's templates leave the bucket to the host name; here it is the path's first part. */
function templateOf(operation: OperationShape): string[] {
  const segments = partsOf(operation.http?.[1].split('?')[0] ?? '/')
  if (!operation.input.isStructSchema()) return segments
  const named = segments.join('/')
  const missing = [...operation.input.structIterator()].filter(
    ([name, member]) => member.getMergedTraits().httpLabel && !new RegExp(`\\{${name}\\+?\\}`).test(named),
  )
  return [...missing.map(([name]) => `{${name}}`), ...segments]
}

/** The SDK's schemas list the required members first and tell how many there are. */
function requiredMembers(operation: OperationShape): Record<string, unknown>[] {
  if (!operation.input.isStructSchema()) return []
  const count = (operation.input.getSchema() as unknown[])[6]
  const members = [...operation.input.structIterator()].slice(0, typeof count === 'number' ? count : 0)
  return members.map(([, member]) => member.getMergedTraits() as Record<string, unknown>)
}

function fits(route: Route, { method, path, query, headers }: WireRequest): boolean {
  return (
    route.method === method &&
    route.literals.every(([name, value]) => query.has(name) && (value === '' || query.get(name) === value)) &&
    route.requiredQuery.every((name) => query.has(name)) &&
    route.requiredHeaders.every((name) => headers[name] !== undefined) &&
    match(route.segments, partsOf(path)) !== undefined
  )
}

function demands(route: Route, request: WireRequest): number {
  const hinted = route.hint !== undefined && request.query.get(OPERATION_HINT) === route.hint
  const literalPath = route.segments.filter((segment) => !segment.startsWith('{')).length
  return (
    2 * (route.literals.length + route.requiredQuery.length + route.requiredHeaders.length + literalPath) +
    (hinted ? 1 : 0)
  )
}

function match(segments: readonly string[], parts: readonly string[]): Labels | undefined {
  const labels: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const label = /^\{(\w+)(\+?)\}$/.exec(segment)
    const rest = parts.slice(index)
    if (rest.length === 0) return undefined
    if (label?.[2] === '+') {
      labels[label[1] ?? ''] = rest.join('/')
      return labels
    }
    if (label) labels[label[1] ?? ''] = rest[0] ?? ''
    else if (rest[0] !== segment) return undefined
  }
  return parts.length === segments.length ? labels : undefined
}

/** A key may end in a slash or hold empty parts, so only the path's own leading and lone trailing slash are dropped. */
function partsOf(path: string): string[] {
  const parts = path.replace(/^\//, '').split('/')
  return parts.length <= 2 && parts.at(-1) === '' ? parts.slice(0, -1) : parts
}
