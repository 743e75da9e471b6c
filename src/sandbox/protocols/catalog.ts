import type { JsonShapeSerializer } from '@smithy/core/protocols'
import { isStaticSchema, NormalizedSchema, operation } from '@smithy/core/schema'
import type { ServiceId } from '../service.ts'

/** A reference to a shape, as the JS SDK's clients export them. */
export type Shape = Parameters<JsonShapeSerializer['write']>[0]

/** `httpError`, `awsQueryError`, `http` and the like: what a model says of a shape besides its members. */
type Traits = Record<string, unknown>

export interface OperationShape {
  readonly name: string
  readonly input: NormalizedSchema
  readonly output: NormalizedSchema
  /** The output's shape as it stands in the model, to be a member of another shape. */
  readonly outputShape: Shape
  /** Method, URI template and status of a REST operation. */
  readonly http: readonly [method: string, template: string, status: number] | undefined
}

export interface ErrorShape {
  /** `NoSuchEntityException`. */
  readonly name: string
  /** The code that the same error has in the Query protocol: `NoSuchEntity`. */
  readonly queryCode: string
}

export interface Catalog {
  readonly operations: ReadonlyMap<string, OperationShape>
  readonly errors: readonly ErrorShape[]
}

/** The kinds of shape that are of interest here, as the SDK numbers them in the first place of each. */
const OPERATION = 9
const ERROR = -3

/** The clients carry their services' models; each is loaded when its service is first called. */
const CLIENTS: Record<ServiceId, () => Promise<object>> = {
  sts: () => import('@aws-sdk/client-sts'),
  iam: () => import('@aws-sdk/client-iam'),
  s3: () => import('@aws-sdk/client-s3'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  bedrock: () => import('@aws-sdk/client-bedrock'),
  sns: () => import('@aws-sdk/client-sns'),
  pricing: () => import('@aws-sdk/client-pricing'),
  budgets: () => import('@aws-sdk/client-budgets'),
  exports: () => import('@aws-sdk/client-bcm-data-exports'),
  glue: () => import('@aws-sdk/client-glue'),
  athena: () => import('@aws-sdk/client-athena'),
  quotas: () => import('@aws-sdk/client-service-quotas'),
  kms: () => import('@aws-sdk/client-kms'),
  organizations: () => import('@aws-sdk/client-organizations'),
  ce: () => import('@aws-sdk/client-cost-explorer'),
}

const catalogs = new Map<ServiceId, Promise<Catalog>>()

/** The model of a service, read once from the schemas that its JS client exports (`CreateRole$`, `NoSuchEntityException$`). */
export function catalogOf(service: ServiceId): Promise<Catalog> {
  const known = catalogs.get(service)
  if (known !== undefined) return known
  const loading = CLIENTS[service]().then(readCatalog)
  catalogs.set(service, loading)
  return loading
}

function readCatalog(client: object): Catalog {
  const operations = new Map<string, OperationShape>()
  const errors: ErrorShape[] = []
  for (const shape of Object.values(client)) {
    if (!isStaticSchema(shape)) continue
    if (shape[0] === OPERATION) {
      const [, ...parts] = shape
      const { name, traits, input, output } = operation(...parts)
      operations.set(name, {
        name,
        input: NormalizedSchema.of(input),
        output: NormalizedSchema.of(output),
        outputShape: output as Shape,
        http: (traits as Traits).http as OperationShape['http'],
      })
    }
    if (shape[0] === ERROR) {
      const error = NormalizedSchema.of(shape)
      const name = error.getName() ?? ''
      const [queryCode] = ((error.getMergedTraits() as Traits).awsQueryError as [string, number] | undefined) ?? [name]
      errors.push({ name, queryCode })
    }
  }
  return { operations, errors }
}
