import { JsonCodec } from '@smithy/core/protocols'
import { AwsFault } from '../service.ts'
import type { ErrorShape, Shape } from './catalog.ts'
import type { Members, Protocol } from './wire.ts'

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

export interface RpcOptions {
  /** Sends the Query protocol's code along, for clients that were written against that (CloudWatch). */
  readonly errors?: readonly ErrorShape[]
}

/** AWS JSON 1.0 and 1.1: the operation is named by a header, everything else is in the body. */
export function jsonProtocol(version: '1.0' | '1.1', options: RpcOptions = {}): Protocol {
  const codec = jsonCodec(false)
  const head = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  })
  return {
    route: (request) => request.headers['x-amz-target']?.split('.').pop(),
    decode: (operation, request) => readJson(codec, operation.input, request.body),
    encode: (operation, output, requestId) => ({
      status: 200,
      headers: head(requestId),
      body: operation.output.isUnitSchema() ? '' : writeJson(codec, operation.output, output),
    }),
    fault: (fault, requestId) => {
      const { name, header } = errorNames(fault, options.errors)
      const body = JSON.stringify({ ...fault.members, __type: name, message: fault.message })
      return { status: fault.status, headers: { ...head(requestId), ...header, ...fault.headers }, body }
    },
  }
}

/** The error's name in the model and, where the service speaks to Query clients too, the header with its Query code. */
export function errorNames(
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
