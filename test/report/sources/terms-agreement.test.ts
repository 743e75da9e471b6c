import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { pricer } from '../../../src/report/cost.ts'
import type { DoubtLine } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { findSource } from '../../../src/report/sources/index.ts'
import { amountOf } from '../../../src/report/spending.ts'
import { costOf, type Invocation, sumsBy } from '../../../src/sandbox/traffic.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { download, playLogged, sourcesOf } from '../../support/logged-traffic.ts'
import type { SourceRequest } from '../../support/report.ts'
import { exactRates, ratesInMetrics, TERMS_BOOK } from '../../support/terms-book.ts'
import { inWorld, type World } from '../../support/world.ts'

/** The sources whose records tell each call's own terms. */
const RECORDS = ['logs', 's3', 'athena', 'file']

/** What a source's rows cost by that book, in atto-dollars, with what it does not tell. */
async function costFrom({ cx }: World, source: SourceRequest): Promise<{ cost: bigint; doubts: DoubtLine[] }> {
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
  const { rows } = await read({ window, by: ['model'], timeZone: 'UTC' })
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
        const { cost, doubts } = await costFrom(world, sources.metrics as SourceRequest)
        expect(cost).toBe(costOf(invocations, ratesInMetrics))
        expect(new Set(doubts.map(({ untold }) => untold))).toEqual(new Set(['promptLength', 'cacheTtl']))
        const couldAdd = doubts.reduce((sum, { couldAddUsd }) => sum + parsePrice(couldAddUsd ?? 0), 0n)
        const most = costOf(invocations, (call) =>
          call.routedModel === undefined && call.latencyMode === undefined ? exactRates(call) : ratesInMetrics(call),
        )
        expect(most - cost).toBeGreaterThan(0n)
        expect((most - cost) / 1_000_000n).toBeLessThanOrEqual(couldAdd)
      } finally {
        await rm(folder, { recursive: true })
      }
    }),
  120_000,
)

function kindOf(call: Invocation): string {
  if (call.routedModel !== undefined) return 'routed'
  if (call.latencyMode === 'optimized') return 'optimized'
  if (call.inputTokens > 272_000) return 'long'
  if (call.cacheWrite1hTokens > 0) return 'kept for an hour'
  const { asked = 'default', resolved = 'default' } = call.serviceTier ?? {}
  return asked === resolved ? resolved : 'turned down'
}
