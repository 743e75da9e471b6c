import type { Metric } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../../aws/context.ts'
import type { PlaceId } from '../../../core/place.ts'
import { grouped } from '../../arrange.ts'
import { type Besides, FEATURE_COUNTERS, FEATURES, type Feature, type FeatureLine } from '../../features.ts'
import type { Answers } from './get-data.ts'
import { dimensionsIn, listOthers } from './list-models.ts'
import type { MetricAt, Query } from './names.ts'
import { sizeOf } from './series.ts'

interface Place {
  at: MetricAt
  metrics: Set<string>
}

type FoundFeature = ReturnType<typeof foundIn>

/** Where each counter of a feature is counted; one listing a namespace finds all. */
export async function listFeatures(cx: AwsContext): Promise<FoundFeature[]> {
  const found = await Promise.all(
    FEATURES.map(async (feature) => {
      const metrics = await listOthers(cx, feature.namespace)
      return metrics.length === 0 ? [] : [foundIn(feature, metrics)]
    }),
  )
  return found.flat().filter(({ resources, whole }) => resources.size + whole.length > 0)
}

/** The same calls stand under several sets of dimensions: the smallest with a name, and the smallest of all, count. */
function foundIn(feature: Feature, metrics: readonly Metric[]) {
  const sets = grouped(metrics, ({ Dimensions = [] }) => Object.keys(dimensionsIn(Dimensions)).sort().join())
  const all = [...sets.keys()]
    .map((names) => (names === '' ? [] : names.split(',')))
    .sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1))
  const isCounted = ({ MetricName = '' }: Metric) => feature.metrics.invocations.includes(MetricName)
  const counted = all.filter((names) => sets.get(names.join())?.some(isCounted))
  const named = counted.find((names) => names.some((name) => feature.resource.test(name)))
  const whole = counted.find((names) => names.every((name) => name === 'Operation'))
  // Where neither is, it is the smallest there is.
  const none = named || whole ? undefined : counted[0]
  const policy = all.find((names) => /^GuardrailPolicyType(,Operation)?$/.test(names.join()))
  const places = (names: readonly string[] | undefined, by: RegExp) =>
    placesBy(feature, (names && sets.get(names.join())) ?? [], by)
  return {
    feature,
    resources: none ? places(none, /./) : places(named, feature.resource),
    whole: [...places(whole, /^$/).values()].flat(),
    policies: places(policy, /^GuardrailPolicyType$/),
  }
}

function placesBy({ namespace }: Feature, metrics: readonly Metric[], by: RegExp): Map<string, Place[]> {
  const all = metrics.map(({ MetricName = '', Dimensions = [] }) => ({ MetricName, of: dimensionsIn(Dimensions) }))
  const places = Array.from(grouped(all, ({ of }) => JSON.stringify(Object.entries(of).sort())).values(), (same) => ({
    at: { namespace, dimensions: same[0].of },
    metrics: new Set(same.map(({ MetricName }) => MetricName)),
  }))
  const keyOf = ({ at: { dimensions } }: Place) =>
    Object.entries(dimensions).flatMap(([name, value]) => (by.test(name) ? [value] : []))
  return grouped(places, (place) => keyOf(place).join(' '))
}

function queriesOf({ metrics: known }: Feature, places: readonly Place[], names: readonly string[]): Query[] {
  return places.flatMap(({ at, metrics }) =>
    names
      .flatMap((name) => known[name as keyof typeof known]?.find((metric) => metrics.has(metric)) ?? [])
      .map((metric): Query => ({ model: undefined, metric, stat: 'Sum', at })),
  )
}

const OF_POLICIES = ['textUnits', 'intervened']

export function featureQueries(found: readonly FoundFeature[]): Query[] {
  return found.flatMap(({ feature, resources, whole, policies }) => [
    ...[...resources.values(), whole].flatMap((places) => queriesOf(feature, places, FEATURE_COUNTERS)),
    ...[...policies.values()].flatMap((places) => queriesOf(feature, places, OF_POLICIES)),
  ])
}

export function featureLines(found: readonly FoundFeature[], { account, region }: PlaceId, answers: Answers): Besides {
  const where = { account, region }
  /** Null where CloudWatch did not tell it. A metric that is not listed has had nothing to count. */
  const sum = (feature: Feature, places: readonly Place[], name: string): number | null => {
    const queries = queriesOf(feature, places, [name])
    if (queries.some(answers.isMissing)) return null
    return Math.round(queries.reduce((total, query) => total + sizeOf(answers.series(query).values), 0))
  }
  const countsOf = (feature: Feature, places: readonly Place[]) =>
    Object.fromEntries(Object.keys(feature.metrics).map((name) => [name, sum(feature, places, name)]))
  const features = found.flatMap(({ feature, resources, whole }) => {
    const lines = [...resources].map(
      ([resource, places]): FeatureLine => ({
        feature: feature.name,
        ...where,
        resource,
        ...(countsOf(feature, places) as Pick<FeatureLine, 'invocations'>),
      }),
    )
    const rest = whole.length === 0 ? undefined : restOf(countsOf(feature, whole), lines)
    const used = lines.filter(isUsed).sort((a, b) => (b.invocations ?? 0) - (a.invocations ?? 0))
    return [...used, ...(rest && isUsed(rest) ? [{ feature: feature.name, ...where, resource: null, ...rest }] : [])]
  })
  const policies = found.flatMap(({ feature, policies: known }) =>
    [...known].flatMap(([policy, places]) => {
      const [textUnits, intervened] = [sum(feature, places, 'textUnits'), sum(feature, places, 'intervened')]
      return (textUnits ?? 1) + (intervened ?? 1) > 0 ? [{ ...where, policy, textUnits, intervened }] : []
    }),
  )
  return { features, policies: policies.sort((a, b) => (a.policy < b.policy ? -1 : 1)) }
}

type Counts = Record<string, number | null>

/** What all have beyond those that are told apart. */
function restOf(whole: Counts, lines: readonly FeatureLine[]): Pick<FeatureLine, 'invocations'> & Counts {
  const left = Object.entries(whole).map(([name, value]) => {
    const own = lines.map((line) => line[name as 'invocations'])
    if (value === null || own.includes(null)) return [name, null]
    return [name, Math.max(0, value - own.reduce<number>((sum, one) => sum + (one ?? 0), 0))]
  })
  return Object.fromEntries(left)
}

/** Counts that are not known may be of any use. */
function isUsed(line: object): boolean {
  return FEATURE_COUNTERS.some((name) => name in line && line[name as never] !== 0)
}
