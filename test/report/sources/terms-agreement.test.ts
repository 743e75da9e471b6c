import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import { pricer } from '../../../src/report/cost.ts'
import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { findSource } from '../../../src/report/sources/index.ts'
import { amountOf } from '../../../src/report/spending.ts'
import type { DoubtLine } from '../../../src/report/view.ts'
import type { Where } from '../../../src/report/where.ts'
import type { Invocation } from '../../../src/sandbox/traffic.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { download, playLogged, sourcesOf } from '../../support/logged-traffic.ts'
import type { SourceRequest } from '../../support/report.ts'
import { exactRates, ratesInMetrics, TERMS_BOOK } from '../../support/terms-book.ts'
import { costOf, sumsBy } from '../../support/truth.ts'
import { inWorld, type World } from '../../support/world.ts'

/** The sources whose records tell each call's own terms. */
const RECORDS = ['logs', 's3', 'athena', 'file']

async function reading({ cx }: World, source: SourceRequest, by: string[], where: Where = {}) {
  const { places = [], accountId = '', window = { start: 0, end: 0 } } = source
  const settings = {
    ...resolveSettings([]).settings,
    logGroupName: source.logGroup ?? '',
    bucketName: source.bucket ?? '',
    bucketPrefix: 'bedrock-logs',
    keyPrefix: source.keyPrefix ?? '',
  }
  const given = new Set(Object.keys(settings))
  const signIn = async () => ({ places: places.map((place) => ({ account: accountId, ...place })), settings, given })
  const { read } = await findSource(source.name).open({ cx, stdin: undefined, signIn }, { path: source.path })
  return read({ window, by, timeZone: 'UTC', where })
}

/** What a source's rows cost by that book, in atto-dollars, with what it does not tell. */
async function costFrom(world: World, source: SourceRequest): Promise<{ cost: bigint; doubts: DoubtLine[] }> {
  const { rows } = await reading(world, source, ['model'])
  const { priced, told } = pricer(TERMS_BOOK)
  let cost = 0n
  for (const row of rows) cost += amountOf(priced(row).charges)
  return { cost, doubts: told().doubts }
}

test(
  'every source prices calls on the terms that it can tell, to the atto-dollar',
  () =>
    inWorld({ isSetUp: true, settings: { lake: true } }, async (world) => {
      const { window, invocations } = playLogged(world, { seed: 5, hours: 20, perHour: 60, variesTerms: true })
      const kinds = sumsBy(invocations, kindOf)
      for (const kind of ['flex', 'priority', 'turned down', 'optimized', 'routed', 'long', 'kept for an hour']) {
        expect([kind, (kinds.get(kind)?.invocations ?? 0) > 0]).toEqual([kind, true])
      }
      const folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
      try {
        await download(world, folder)
        const sources = sourcesOf(world, window, folder)
        for (const name of RECORDS) {
          const { cost, doubts } = await costFrom(world, sources[name] as SourceRequest)
          expect([name, cost]).toEqual([name, costOf(invocations, exactRates)])
          // Of calls whose bodies lie elsewhere it is not told that they are standard ones.
          expect(doubts.filter(({ untold }) => untold === 'promptLength')).toEqual([])
        }
        for (const [by, where] of [
          [['tier'], {}],
          [['tier', 'model'], {}],
          [['model'], { tier: ['flex', 'priority'] }],
          [[], { tier: ['flex'] }],
        ] as [string[], Where][]) {
          const all = await Promise.all(
            RECORDS.map((name) => reading(world, sources[name] as SourceRequest, by, where)),
          )
          const [told, ...others] = all.map(({ rows }) => tokensBy(rows, by))
          expect(told?.size).toBeGreaterThan(by.length)
          for (const other of others) expect([by, where, other]).toEqual([by, where, told])
          const [logs, file] = [all[0]?.percentiles ?? [], all[2]?.percentiles ?? []]
          const known = logs.filter(({ latency }) => latency.p50 !== null)
          if (Object.keys(where).length === 0) expect(known.length).toBeGreaterThan(0)
          for (const one of known) {
            const { latency } = file.find(({ key }) => isDeepStrictEqual(key, one.key)) ?? {}
            expect([one.key, one.latency]).toEqual([one.key, latency])
          }
        }
        const { cost, doubts } = await costFrom(world, sources.metrics as SourceRequest)
        expect(cost).toBe(costOf(invocations, ratesInMetrics))
        expect(new Set(doubts.map(({ untold }) => untold))).toEqual(
          new Set(['tier', 'latency', 'promptLength', 'cacheTtl']),
        )
        const couldAdd = doubts.reduce((sum, { couldAddUsd }) => sum + parsePrice(couldAddUsd ?? 0), 0n)
        const most = costOf(invocations, (call) => (call.routedModel === undefined ? exactRates : ratesInMetrics)(call))
        expect(most - cost).toBeGreaterThan(0n)
        expect((most - cost) / 1_000_000n).toBeLessThanOrEqual(couldAdd)
      } finally {
        await rm(folder, { recursive: true })
      }
    }),
  120_000,
)

function tokensBy(rows: Iterable<Row>, by: readonly string[]): Map<string, number[]> {
  const sums = new Map<string, number[]>()
  for (const { dimensions, counters } of rows) {
    const key = by.map((name) => dimensions[name] ?? '').join(' ')
    const { invocations, clientErrors, serverErrors, throttles, inputTokens, outputTokens } = counters
    const told = [invocations, clientErrors, serverErrors, throttles, inputTokens, outputTokens]
    sums.set(
      key,
      told.map((more, index) => more + (sums.get(key)?.[index] ?? 0)),
    )
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function kindOf(call: Invocation): string {
  if (call.routedModel !== undefined) return 'routed'
  if (call.latencyMode === 'optimized') return 'optimized'
  if (call.inputTokens > 272_000) return 'long'
  if (call.cacheWrite1hTokens > 0) return 'kept for an hour'
  const { asked = 'default', resolved = 'default' } = call.serviceTier ?? {}
  return asked === resolved ? resolved : 'turned down'
}
