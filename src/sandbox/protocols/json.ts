import { JsonCodec } from '@smithy/core/protocols'
import type { NormalizedSchema } from '@smithy/core/schema'
import { AwsFault } from '../service.ts'
import type { ErrorShape, Shape } from './catalog.ts'
import type { Members, Protocol, WireResponse } from './wire.ts'

/** Seconds since the epoch unless the model says otherwise, as all of AWS's JSON protocols have it. */
export function jsonCodec(jsonName: boolean): JsonCodec {
  return new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName })
}

export function writeJson(codec: JsonCodec, shape: Shape, value: unknown): string {
  const serializer = codec.createSerializer()
  serializer.write(shape, value)
  return String(serializer.flush())
}

export async function readJson(codec: JsonCodec, shape: Shape, body: Uint8Array): Promise<Members> {
  if (body.length === 0) return {}
  try {
    return (await codec.createDeserializer().read(shape, new TextDecoder().decode(body))) as Members
  } catch {
    throw new AwsFault('SerializationException', 'the body is not JSON of the right shape')
  }
}

/** What sets one protocol apart whose operations have all in the body. */
interface Rpc extends Pick<Protocol, 'route'> {
  readonly headers: Readonly<Record<string, string>>
  read(shape: Shape, body: Uint8Array): Promise<Members>
  write(shape: NormalizedSchema, value: object): WireResponse['body']
  serialize(error: object): WireResponse['body']
}

/** @param errors sends the Query protocol's code along, for clients that were written against that (CloudWatch) */
export function rpcProtocol({ headers, route, read, write, serialize }: Rpc, errors?: readonly ErrorShape[]): Protocol {
  return {
    route,
    decode: (operation, request) => read(operation.input, request.body),
    encode: (operation, output, requestId) => ({
      status: 200,
      headers: { ...headers, 'x-amzn-requestid': requestId },
      body: write(operation.output, output),
    }),
    fault: (fault, requestId) => {
      const { name, header } = errorNames(fault, errors)
      return {
        status: fault.status,
        headers: { ...headers, 'x-amzn-requestid': requestId, ...header, ...fault.headers },
        body: serialize({ ...fault.members, __type: name, message: fault.message }),
      }
    },
  }
}

/** AWS JSON 1.0 and 1.1: the operation is named by a header, everything else is in the body. */
export function jsonProtocol(version: '1.0' | '1.1', errors?: readonly ErrorShape[]): Protocol {
  const codec = jsonCodec(false)
  const json: Rpc = {
    headers: { 'content-type': `application/x-amz-json-${version}` },
    route: (request) => request.headers['x-amz-target']?.split('.').pop(),
    read: (shape, body) => readJson(codec, shape, body),
    write: (shape, value) => (shape.isUnitSchema() ? '' : writeJson(codec, shape, value)),
    serialize: JSON.stringify,
  }
  return rpcProtocol(json, errors)
}

/** The error's name in the model and, where the service speaks to Query clients too, the header with its Query code. */
function errorNames(
  fault: AwsFault,
  errors: readonly ErrorShape[] | undefined,
): { name: string; header: Record<string, string> } {
  if (errors === undefined) return { name: fault.code, header: {} }
  const shape =
    errors.find((error) => error.name === fault.code) ?? errors.find((error) => error.queryCode === fault.code)
  const code = shape?.queryCode ?? fault.code
  const type = fault.status < 500 ? 'Sender' : 'Receiver'
  return { name: shape?.name ?? fault.code, header: { 'x-amzn-query-error': `${code};${type}` } }
}
