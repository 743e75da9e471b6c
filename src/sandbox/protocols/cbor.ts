import { CborCodec, cbor } from '@smithy/core/cbor'
import { AwsFault, type Input } from '../service.ts'
import { errorNames, type RpcOptions } from './json.ts'
import type { Protocol } from './wire.ts'

/** Smithy RPC v2 CBOR: the operation is the path's last part. The AWS CLI speaks it with CloudWatch. */
export function cborProtocol(options: RpcOptions = {}): Protocol {
  const codec = new CborCodec()
  const head = (requestId: string) => ({
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  })
  return {
    route: (request) => /\/operation\/([^/]+)$/.exec(request.path)?.[1],
    decode: async (operation, request) => {
      if (request.body.length === 0) return {}
      try {
        return (await codec.createDeserializer().read(operation.input, request.body)) as Input
      } catch {
        throw new AwsFault('SerializationException', 'the body is not CBOR of the right shape')
      }
    },
    encode: (operation, output, requestId) => {
      const serializer = codec.createSerializer()
      serializer.write(operation.output, operation.output.isUnitSchema() ? {} : output)
      return { status: 200, headers: head(requestId), body: serializer.flush() }
    },
    fault: (fault, requestId) => {
      const { name, header } = errorNames(fault, options.errors)
      const body = cbor.serialize({ ...fault.members, __type: name, message: fault.message })
      return { status: fault.status, headers: { ...head(requestId), ...header, ...fault.headers }, body }
    },
  }
}
