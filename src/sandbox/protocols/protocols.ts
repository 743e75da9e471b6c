import { CborCodec, cbor } from '@smithy/core/cbor'
import type { NormalizedSchema } from '@smithy/core/schema'
import { AwsFault, type Input, type ServiceId } from '../service.ts'
import { type Catalog, catalogOf, type Shape } from './catalog.ts'
import { jsonProtocol, rpcProtocol } from './json.ts'
import { queryProtocol } from './query.ts'
import { restJsonProtocol, restXmlProtocol } from './rest.ts'
import type { Protocol, WireRequest } from './wire.ts'

/** A service's model and the protocols that its callers may speak. */
interface Spoken {
  readonly catalog: Catalog
  readonly protocolOf: (request: WireRequest) => Protocol
}

const spoken = new Map<ServiceId, Promise<Spoken>>()

export async function protocolFor(
  service: ServiceId,
  request: WireRequest,
): Promise<{ protocol: Protocol; catalog: Catalog }> {
  const known = spoken.get(service) ?? catalogOf(service).then((catalog) => speak(service, catalog))
  spoken.set(service, known)
  const { catalog, protocolOf } = await known
  return { protocol: protocolOf(request), catalog }
}

const QUERY: ReadonlyMap<ServiceId, string> = new Map([
  ['sts', 'https://sts.amazonaws.com/doc/2011-06-15/'],
  ['iam', 'https://iam.amazonaws.com/doc/2010-05-08/'],
  ['sns', 'http://sns.amazonaws.com/doc/2010-03-31/'],
])

function speak(service: ServiceId, catalog: Catalog): Spoken {
  const only = (protocol: Protocol): Spoken => ({ catalog, protocolOf: () => protocol })
  const query = QUERY.get(service)
  if (query !== undefined) return only(queryProtocol(query))
  if (service === 's3') return only(restXmlProtocol(catalog, 'http://s3.amazonaws.com/doc/2006-03-01/'))
  if (service === 'bedrock') return only(restJsonProtocol(catalog))
  return service === 'cloudwatch' ? { catalog, protocolOf: cloudWatchProtocols(catalog) } : only(jsonProtocol('1.1'))
}

/** The JS SDK speaks JSON with CloudWatch, the AWS CLI speaks CBOR; older clients still speak Query. */
function cloudWatchProtocols({ errors }: Catalog): Spoken['protocolOf'] {
  const [json, cbor] = [jsonProtocol('1.0', errors), cborProtocol(errors)]
  const query = queryProtocol('http://monitoring.amazonaws.com/doc/2010-08-01/')
  return ({ headers }) => {
    if (headers['smithy-protocol'] === 'rpc-v2-cbor') return cbor
    return headers['x-amz-target'] === undefined ? query : json
  }
}

/** Smithy RPC v2 CBOR: the operation is the path's last part. */
function cborProtocol(errors: Catalog['errors']): Protocol {
  const codec = new CborCodec()
  const rpc = {
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    route: (request: WireRequest) => /\/operation\/([^/]+)$/.exec(request.path)?.[1],
    read: async (shape: Shape, body: Uint8Array) => {
      if (body.length === 0) return {}
      try {
        return (await codec.createDeserializer().read(shape, body)) as Input
      } catch {
        throw new AwsFault('SerializationException', 'the body is not CBOR of the right shape')
      }
    },
    write: (shape: NormalizedSchema, value: object) => {
      const serializer = codec.createSerializer()
      serializer.write(shape, shape.isUnitSchema() ? {} : value)
      return serializer.flush()
    },
    serialize: cbor.serialize,
  }
  return rpcProtocol(rpc, errors)
}
