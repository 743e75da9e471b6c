import type { Metric } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../../aws/context.ts'
import type { PlaceId } from '../../../core/place.ts'
import { type Besides, FEATURE_COUNTERS, FEATURES, type Feature, type FeatureLine } from '../../features.ts'
import type { Answers } from './get-data.ts'
import { dimensionsIn, listOthers } from './list-models.ts'
import type { MetricAt, Query } from './names.ts'
import { sizeOf } from './series.ts'

/** Metrics with the same dimensions, and what they count. */
interface Place {
  at: MetricAt
  metrics: readonly string[]
}

/** What there is to be read of a feature in a Region. */
interface FoundFeature {
  feature: Feature
  /** By what is told apart; undefined: of everything. */
  resources: ReadonlyMap<string, readonly Place[]>
  whole: readonly Place[]
  policies: ReadonlyMap<string, readonly Place[]>
}

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

/**
 * The same calls stand under several sets of dimensions, so one is chosen: the smallest with the name of a resource, and
 * beside it the smallest that is of all of them, which also counts what has no name. Where neither is, it is the smallest there is.
 */
function foundIn(feature: Feature, metrics: readonly Metric[]): FoundFeature {
  const sets = new Map<string, Metric[]>()
  for (const metric of metrics) {
    const names = setOf(metric)
    const known = sets.get(names.join()) ?? []
    sets.set(names.join(), [...known, metric])
  }
  const counted = [...sets]
    .filter(([, of]) => of.some(({ MetricName }) => feature.metrics.invocations.includes(MetricName ?? '')))
    .map(([names]) => (names === '' ? [] : names.split(',')))
    .sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1))
  const named = counted.find((names) => names.some((name) => feature.resource.test(name)))
  const all = counted.find((names) => names.every((name) => name === 'Operation'))
  const none = named || all ? undefined : counted[0]
  const policy = [...sets.keys()]
    .filter((names) => /^GuardrailPolicyType(,Operation)?$/.test(names))
    .sort((a, b) => a.length - b.length)[0]
  const places = (names: readonly string[] | undefined, by: RegExp) =>
    names === undefined ? new Map<string, Place[]>() : placesBy(feature, sets.get(names.join()) ?? [], by)
  return {
    feature,
    resources: none ? places(none, /./) : places(named, feature.resource),
    whole: [...places(all, /^$/).values()].flat(),
    policies: places(policy?.split(','), /^GuardrailPolicyType$/),
  }
}

const setOf = ({ Dimensions = [] }: Metric) => Dimensions.map(({ Name = '' }) => Name).sort()

function placesBy({ namespace }: Feature, metrics: readonly Metric[], by: RegExp): Map<string, Place[]> {
  const found = new Map<string, Map<string, { at: MetricAt; metrics: string[] }>>()
  for (const { MetricName = '', Dimensions = [] } of metrics) {
    const dimensions = dimensionsIn(Dimensions)
    const key = Object.entries(dimensions)
      .flatMap(([name, value]) => (by.test(name) ? [value] : []))
      .join(' ')
    const places = found.get(key) ?? new Map<string, { at: MetricAt; metrics: string[] }>()
    found.set(key, places)
    const which = JSON.stringify(Object.entries(dimensions).sort())
    const place = places.get(which) ?? { at: { namespace, dimensions }, metrics: [] }
    places.set(which, place)
    if (!place.metrics.includes(MetricName)) place.metrics.push(MetricName)
  }
  return new Map([...found].map(([key, places]) => [key, [...places.values()]]))
}

function queriesOf({ metrics: known }: Feature, places: readonly Place[], names: readonly string[]): Query[] {
  return places.flatMap(({ at, metrics }) =>
    names
      .flatMap((name) => known[name as keyof typeof known]?.find((metric) => metrics.includes(metric)) ?? [])
      .map((metric): Query => ({ model: undefined, metric, stat: 'Sum', at })),
  )
}

const OF_POLICIES = ['textUnits', 'intervened']

/** All that is asked about the features of a Region. */
export function featureQueries(found: readonly FoundFeature[]): Query[] {
  return found.flatMap(({ feature, resources, whole, policies }) => [
    ...[...resources.values(), whole].flatMap((places) => queriesOf(feature, places, FEATURE_COUNTERS)),
    ...[...policies.values()].flatMap((places) => queriesOf(feature, places, OF_POLICIES)),
  ])
}

/** What was used of the features, resource by resource, most calls first; what none of them has stands last. */
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
    [...known]
      .map(([policy, places]) => ({
        ...where,
        policy,
        textUnits: sum(feature, places, 'textUnits'),
        intervened: sum(feature, places, 'intervened'),
      }))
      .filter(({ textUnits, intervened }) => (textUnits ?? 1) + (intervened ?? 1) > 0)
      .sort((a, b) => (a.policy < b.policy ? -1 : 1)),
  )
  return { features, policies }
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
