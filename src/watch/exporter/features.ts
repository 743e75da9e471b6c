import type { AwsPlace } from '../../aws/context.ts'
import { type AppError, isAppError } from '../../core/errors.ts'
import {
  type Besides,
  FEATURE_COUNTERS,
  type FeatureLine,
  type PolicyLine,
  policyCharge,
  policyId,
} from '../../report/features.ts'
import type { Window } from '../../report/model.ts'
import type { PriceBook } from '../../report/prices/book.ts'
import { featureLines, featureQueries, listFeatures } from '../../report/sources/metrics/features.ts'
import { type Answers, getWholeData } from '../../report/sources/metrics/get-data.ts'
import type { Query } from '../../report/sources/metrics/names.ts'
import type { Priced } from '../../report/sources/prices.ts'
import { MINUTE_MS, slotStarts } from '../../report/window.ts'
import { OTHERS } from './callers.ts'
import { type Amounts, type Labels, type Ledger, minuteOf, settle, type Use } from './ledger.ts'

/** Resources of a place with labels of their own; those that come later are counted together. */
const MOST_RESOURCES = 100
/** A minute is asked for again for so long: by then what is new in it is listed, which CloudWatch does after up to 15 minutes. */
const OPEN_MS = 60 * MINUTE_MS
const LISTED_EVERY_MS = 30 * MINUTE_MS
/** What all have beyond those that are told apart is counted so late: a counter cannot give back what turns out to be of one of them. */
const REST_LATE_MS = 10 * MINUTE_MS

export type FeatureCounters = ReturnType<typeof createFeatures>
export type FeaturesTold = FeatureCounters['told']

/** Counts what is used besides models, in a ledger of its own: it may fail, and wait, where models can be read. */
export function createFeatures({ cx, account, region }: AwsPlace, ledger: Ledger) {
  const told = { ledger, failure: undefined as AppError | undefined, readAt: undefined as number | undefined }
  let found: Awaited<ReturnType<typeof listFeatures>> = []
  let listedAt = Number.NEGATIVE_INFINITY
  let last: { minutes: [start: number, Besides][]; through: number } | undefined
  return {
    told,
    /** Reads the minutes up to one. Throws only when interrupted. @returns what is to be priced */
    async read(through: number): Promise<Priced[]> {
      const now = cx.clock.now()
      last = undefined
      try {
        if (now - listedAt >= LISTED_EVERY_MS) {
          found = await listFeatures(cx)
          listedAt = now
        }
        const window = { start: told.ledger.from, end: through }
        // A first read has no minute yet, and shows what there is at 0.
        const isEmpty = window.end <= window.start
        const answers = await getWholeData(cx, isEmpty ? [] : featureQueries(found), window, MINUTE_MS / 1_000)
        const tell = (one: Answers) => featureLines(found, { account, region }, one)
        last = { minutes: isEmpty ? [] : minutesOf(answers, window, tell), through }
        Object.assign(told, { failure: undefined, readAt: isEmpty ? listedAt : now })
      } catch (error) {
        if (!isAppError(error) || error.kind === 'interrupted') throw error
        told.failure = error
      }
      const policies = last?.minutes.flatMap(([, { policies }]) => policies) ?? []
      return policies.map(({ policy }) => ({ dimensions: { model: policyId(policy), account, region } }))
    },
    count(book: PriceBook): void {
      if (!last) return
      const known = new Set([...told.ledger.series.values()].map(({ labels }) => keyOf(labels)))
      const bounded = (labels: Labels): string => {
        const key = keyOf(labels)
        if (!known.has(key) && known.size >= MOST_RESOURCES) return keyOf({ ...labels, resource: OTHERS })
        known.add(key)
        return key
      }
      const ofFeature = ({ feature, resource }: Pick<FeatureLine, 'feature' | 'resource'>) =>
        bounded({ feature, resource: resource ?? '' })
      const listed = found.flatMap(({ feature: { name }, resources }) =>
        [...resources.keys()].map((resource) => ofFeature({ feature: name, resource })),
      )
      const named = new Set(found.filter(({ resources }) => resources.size > 0).map(({ feature }) => feature.name))
      const latest = last.through - REST_LATE_MS
      const isReady = ({ feature, resource }: FeatureLine, start: number) =>
        resource !== null || start < latest || !named.has(feature)
      const uses = last.minutes.flatMap(([start, { features, policies }]): Use[] => [
        ...features
          .filter((line) => isReady(line, start))
          .map((line) => ({ key: ofFeature(line), start, amounts: () => amountsOf(line) })),
        ...policies.map((line) => {
          return { key: keyOf({ policy: line.policy }), start, amounts: () => policyAmounts(line, book, start) }
        }),
      ])
      const now = cx.clock.now()
      const open = minuteOf(now - OPEN_MS)
      const labelsOf = (key: string): Labels => ({ account, region, ...JSON.parse(key) })
      settle(told.ledger, { uses, listed: [...new Set(listed)], through: last.through, open }, { labelsOf, now })
    },
  }
}

const keyOf = ({ account: _, region: __, ...labels }: Labels) => JSON.stringify(labels)

function minutesOf(answers: Answers, window: Window, tell: (answers: Answers) => Besides): [number, Besides][] {
  return slotStarts(window, MINUTE_MS).map((time) => {
    const series = (query: Query) => {
      const { times, values } = answers.series(query)
      const at = times.indexOf(time)
      return at < 0 ? { times: NONE, values: NONE } : { times: NONE, values: values.subarray(at, at + 1) }
    }
    return [time, tell({ ...answers, series })]
  })
}

const NONE = new Float64Array()

function amountsOf(line: FeatureLine): Amounts {
  return new Map(FEATURE_COUNTERS.flatMap((name) => (line[name] ? [[name, BigInt(line[name])] as const] : [])))
}

function policyAmounts(line: PolicyLine, book: PriceBook, start: number): Amounts {
  const charge = policyCharge(line, book, new Date(start))
  return new Map([
    ['policyUnits', BigInt(line.textUnits ?? 0)],
    ...('cost' in charge ? [['policyUsd', charge.cost] as const] : []),
  ])
}
