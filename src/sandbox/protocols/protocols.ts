import { CborCodec, cbor } from '@smithy/core/cbor'
import { AwsFault, type Input, type ServiceId } from '../service.ts'
import { type Catalog, catalogOf } from './catalog.ts'
import { errorNames, jsonProtocol, type RpcOptions } from './json.ts'
import { queryProtocol } from './query.ts'
import { restJsonProtocol, restXmlProtocol } from './rest.ts'
import type { Protocol, WireRequest } from './wire.ts'

/** A service's model and the protocols that its callers may speak. */
interface Spoken {
  readonly catalog: Catalog
  readonly protocolOf: (request: WireRequest) => Protocol
}

const spoken = new Map<ServiceId, Promise<Spoken>>()

/** The protocol that a request to a service is in, and the service's model. */
export async function protocolFor(
  service: ServiceId,
  request: WireRequest,
): Promise<{ protocol: Protocol; catalog: Catalog }> {
  const known = spoken.get(service) ?? catalogOf(service).then((catalog) => speak(service, catalog))
  spoken.set(service, known)
  const { catalog, protocolOf } = await known
  return { protocol: protocolOf(request), catalog }
}

function speak(service: ServiceId, catalog: Catalog): Spoken {
  const only = (protocol: Protocol): Spoken => ({ catalog, protocolOf: () => protocol })
  switch (service) {
    case 'sts':
      return only(queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'))
    case 'iam':
      return only(queryProtocol('https://iam.amazonaws.com/doc/2010-05-08/'))
    case 'sns':
      return only(queryProtocol('http://sns.amazonaws.com/doc/2010-03-31/'))
    case 's3':
      return only(restXmlProtocol(catalog, 'http://s3.amazonaws.com/doc/2006-03-01/'))
    case 'bedrock':
      return only(restJsonProtocol(catalog))
    case 'logs':
    case 'pricing':
    case 'kms':
    case 'budgets':
    case 'exports':
    case 'glue':
    case 'athena':
    case 'quotas':
    case 'organizations':
    case 'ce':
      return only(jsonProtocol('1.1'))
    case 'cloudwatch': {
      // The JS SDK speaks JSON with CloudWatch, the AWS CLI speaks CBOR; older clients still speak Query.
      const json = jsonProtocol('1.0', { errors: catalog.errors })
      const cbor = cborProtocol({ errors: catalog.errors })
      const query = queryProtocol('http://monitoring.amazonaws.com/doc/2010-08-01/')
      const protocolOf = ({ headers }: WireRequest) => {
        if (headers['smithy-protocol'] === 'rpc-v2-cbor') return cbor
        return headers['x-amz-target'] === undefined ? query : json
      }
      return { catalog, protocolOf }
    }
  }
}

/** Smithy RPC v2 CBOR: the operation is the path's last part. The AWS CLI speaks it with CloudWatch. */
function cborProtocol(options: RpcOptions = {}): Protocol {
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
