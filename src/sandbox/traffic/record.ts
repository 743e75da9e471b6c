import { type Bodies, bodiesOf } from './bodies.ts'
import type { Invocation } from './invocation.ts'

export interface Delivered {
  text: boolean
  image: boolean
  embedding: boolean
}

/** A body that is too large for its record, and the name under which it goes to S3 instead. */
export interface LargeBody {
  name: string
  body: object
}

/** A log record of schema ModelInvocationLog 1.0, still without the place of its large bodies. */
export interface InvocationRecord {
  /** The record, with `pathOf` telling the S3 URI of a large body, or undefined to leave it out. */
  render(pathOf: (large: LargeBody) => string | undefined): string
  large: LargeBody[]
}

const LARGEST = 100_000

/** The record of one call. A call that failed has an error code, no tokens and no bodies. */
export function recordOf(invocation: Invocation, delivered: Delivered): InvocationRecord {
  const bodies = invocation.outcome === 'success' ? bodiesOf(invocation) : undefined
  const input = bodies && wants(invocation, delivered, 'input') ? place(invocation, bodies, 'input') : {}
  const output = bodies && wants(invocation, delivered, 'output') ? place(invocation, bodies, 'output') : {}
  return {
    large: [input.large, output.large].filter((large) => large !== undefined),
    render: (pathOf) =>
      JSON.stringify(ordered(invocation, sideOf(input, 'input', pathOf), sideOf(output, 'output', pathOf))),
  }
}

interface Placed {
  json?: object
  large?: LargeBody
}

type Side = 'input' | 'output'

/** Counts are logged whatever the flags say; the flags let bodies in. An image is governed by its own flag, its prompt by text's. */
function wants({ format }: Invocation, delivered: Delivered, side: Side): boolean {
  if (format === 'titan-embedding') return delivered.embedding
  return format === 'nova-image' && side === 'output' ? delivered.image : delivered.text
}

function place({ requestId, look, format }: Invocation, bodies: Bodies, side: Side): Placed {
  const body = bodies[side]
  // Only requests are ever made large here; images are binary and always go to S3.
  const large = side === 'input' ? look.messages * look.messageLength > LARGEST : format === 'nova-image'
  return large ? { large: { name: `${requestId}_${side}.json.gz`, body } } : { json: body }
}

function sideOf({ json, large }: Placed, side: Side, pathOf: (large: LargeBody) => string | undefined): object {
  const path = large && pathOf(large)
  return {
    ...(json && { [`${side}BodyJson`]: json }),
    ...(path !== undefined && { [`${side}BodyS3Path`]: path }),
  }
}

function ordered(invocation: Invocation, inputBody: object, outputBody: object): object {
  const schema = { schemaType: 'ModelInvocationLog', schemaVersion: '1.0' }
  const identity = { identity: { arn: invocation.identity } }
  const { time, account, region, requestId, operation, modelId, inferenceRegion, metadata, errorCode, look } =
    invocation
  const when = { timestamp: new Date(time).toISOString().replace('.000Z', 'Z'), accountId: account }
  const what = { region, requestId, operation, modelId }
  const sides = {
    ...(metadata && { requestMetadata: metadata }),
    input: { ...contentType(invocation, 'input'), ...inputBody, ...inputCounts(invocation) },
    output: { ...contentType(invocation, 'output'), ...outputBody, ...outputCounts(invocation) },
  }
  const extra = {
    ...(inferenceRegion !== undefined && { inferenceRegion }),
    ...(errorCode !== undefined && { errorCode }),
  }
  return look.keyOrder === 'older'
    ? { ...schema, ...when, ...identity, ...what, ...sides, ...extra }
    : { ...when, ...what, ...sides, ...identity, ...extra, ...schema }
}

function contentType({ outcome }: Invocation, side: Side): object {
  return outcome === 'success' ? { [`${side}ContentType`]: 'application/json' } : {}
}

function inputCounts({ outcome, format, inputTokens, cacheReadTokens, cacheWriteTokens }: Invocation): object {
  if (outcome !== 'success' || format === 'nova-image') return {}
  return {
    inputTokenCount: inputTokens,
    ...(cacheReadTokens > 0 && { cacheReadInputTokenCount: cacheReadTokens }),
    ...(cacheWriteTokens > 0 && { cacheWriteInputTokenCount: cacheWriteTokens }),
  }
}

/** Embeddings have no output tokens, images have their measures instead. */
function outputCounts({ outcome, format, outputTokens }: Invocation): object {
  if (outcome !== 'success' || format === 'titan-embedding') return {}
  if (format !== 'nova-image') return { outputTokenCount: outputTokens }
  return { outputImageHeight: 1024, outputImageWidth: 1024, outputImageBucketedStepSize: 50 }
}
