import type { Dimension, MetricSample } from '../services/cloudwatch/store.ts'
import type { Invocation } from './invocation.ts'

const NAMESPACE = 'AWS/Bedrock'

/** Each with ModelId and once without dimensions; with tiers and image sizes where the model has them. */
export function metricsOf(invocation: Invocation): MetricSample[] {
  const { modelId, time, serviceTier, images } = invocation
  const model = { Name: 'ModelId', Value: modelId }
  const sets: Dimension[][] = [[model], []]
  if (serviceTier !== undefined) {
    sets.push([
      model,
      { Name: 'ServiceTier', Value: serviceTier.asked },
      { Name: 'ResolvedServiceTier', Value: serviceTier.resolved },
    ])
  }
  if (images > 0) {
    sets.push([model, { Name: 'ImageSize', Value: '1024' }, { Name: 'BucketedStepSize', Value: '50' }])
  }
  const samples: MetricSample[] = []
  for (const [name, value, unit] of valuesOf(invocation)) {
    for (const dimensions of sets)
      samples.push({ namespace: NAMESPACE, name, dimensions, timestamp: time, value, unit })
  }
  return samples
}

/** A count that Bedrock keeps of its deliveries of log records, without dimensions. */
export function deliveryMetric(
  destination: 'LogsCloudWatch' | 'LogsS3' | 'LargeDataS3',
  outcome: 'Success' | 'Failure',
  timestamp: number,
): MetricSample {
  const name = `ModelInvocation${destination}Delivery${outcome}`
  return { namespace: NAMESPACE, name, timestamp, value: 1, unit: 'Count' }
}

type Reading = [name: string, value: number, unit: string]

/** A throttled call counts neither as an invocation nor as an error; one that was refused does not count as invoked. */
function valuesOf(invocation: Invocation): Reading[] {
  switch (invocation.outcome) {
    case 'throttle':
      return [['InvocationThrottles', 1, 'Count']]
    case 'client-error':
      return [['InvocationClientErrors', 1, 'Count']]
    case 'server-error':
      return ['Invocations', 'InvocationServerErrors'].map((name) => [name, 1, 'Count'])
    case 'success':
      return successValues(invocation)
  }
}

function successValues(invocation: Invocation): Reading[] {
  const { format, cacheMetrics, latencyMs, timeToFirstTokenMs } = invocation
  const readings: Reading[] = [['Invocations', 1, 'Count']]
  if (latencyMs !== undefined) readings.push(['InvocationLatency', latencyMs, 'Milliseconds'])
  if (timeToFirstTokenMs !== undefined) readings.push(['TimeToFirstToken', timeToFirstTokenMs, 'Milliseconds'])
  if (format === 'nova-image') return [...readings, ['OutputImageCount', invocation.images, 'Count']]
  readings.push(['InputTokenCount', invocation.inputTokens, 'Count'])
  // An embedding has no output tokens.
  if (format !== 'titan-embedding') readings.push(['OutputTokenCount', invocation.outputTokens, 'Count'])
  const { cacheReadTokens, cacheWriteTokens } = invocation
  if (cacheReadTokens > 0) readings.push([`CacheRead${cacheMetrics}`, cacheReadTokens, 'Count'])
  if (cacheWriteTokens > 0) readings.push([`CacheWrite${cacheMetrics}`, cacheWriteTokens, 'Count'])
  readings.push(['EstimatedTPMQuotaUsage', invocation.quotaTokens, 'Count'])
  return readings
}
