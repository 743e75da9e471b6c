import type { AwsFault, Input } from '../service.ts'
import type { OperationShape } from './catalog.ts'

/** A request as it came in: the path and query still percent-encoded, header names in lower case. */
export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

/** One AWS protocol, seen from the server: requests are read, answers and errors are written. */
export interface Protocol {
  /** The operation that the request asks for; undefined where its service has none such. */
  route(request: WireRequest): string | undefined
  /** The request's members in the JS SDK's shape. Throws `AwsFault` for what cannot be read. */
  decode(operation: OperationShape, request: WireRequest): Input | Promise<Input>
  encode(operation: OperationShape, output: object, requestId: string): WireResponse
  fault(fault: AwsFault, requestId: string): WireResponse
}

export type Members = Record<string, unknown>
