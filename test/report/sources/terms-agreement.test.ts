import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { pricer } from '../../../src/report/cost.ts'
import type { DoubtLine } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import type { PriceBook } from '../../../src/report/prices/book.ts'
import { findSource } from '../../../src/report/sources/index.ts'
import { amountOf } from '../../../src/report/spending.ts'
import type { Tier } from '../../../src/report/terms.ts'
import { type CallRates, costOf, type Invocation, sumsBy } from '../../../src/sandbox/traffic.ts'
import { download, playLogged, sourcesOf } from '../../support/logged-traffic.ts'
import type { SourceRequest } from '../../support/report.ts'
import { inWorld, type World } from '../../support/world.ts'

/** The sources whose records tell each call's own terms. */
const RECORDS = ['logs', 's3', 'file']

const PERCENT: Partial<Record<Tier, bigint>> = { standard: 100n, flex: 50n, priority: 175n, 'latency-optimized': 125n }
const nameOf = (model: string) => model.replace(/^arn:.*inference-profile\//, '')
const isPriced = (model: string) => !model.includes('prompt-router')

/** Prices that the test makes up: by the letters of the model's name, so that none has those of another. */
function ratesOf(model: string, percent: bigint, isLong: boolean): CallRates {
  const base = [...nameOf(model)].reduce((sum, letter, place) => sum + BigInt(letter.charCodeAt(0) * (place + 1)), 1n)
  const rate = (times: bigint) => (times * base * 1_000n * percent * (isLong ? 2n : 1n)) / 100n
  return {
    input: rate(100n),
    output: rate(500n),
    cacheRead: rate(12n),
    cacheWrite: rate(128n),
    cacheWrite1h: rate(200n),
    image: base * 1_000_000n,
  }
}

const BOOK: PriceBook = {
  changes: [],
  lookup(model, _region, _at, { tier, promptOver } = { tier: 'standard', promptOver: 0 }) {
    const percent = PERCENT[tier]
    if (!isPriced(model) || percent === undefined) return { unpriced: 'no price known' }
    const { image, ...perMillion } = ratesOf(model, percent, promptOver >= 200_000)
    return { perMillion, perImage: image, source: 'test', asOf: null, warnings: [] }
  },
}

/** On the very terms of the call. */
const exact = (call: Invocation): CallRates => {
  const prompt = call.inputTokens + call.cacheReadTokens + call.cacheWriteTokens
  return ratesOf(call.routedModel ?? call.modelId, percentOf(call, true), prompt > 200_000)
}

/** As far as CloudWatch's metrics tell them. */
const toMetrics = (call: Invocation): CallRates | undefined => {
  if (call.routedModel !== undefined) return undefined
  const rates = ratesOf(call.modelId, percentOf(call, false), false)
  return { ...rates, cacheWrite1h: rates.cacheWrite }
}

function percentOf({ serviceTier, latencyMode }: Invocation, isModeTold: boolean): bigint {
  if (isModeTold && latencyMode === 'optimized') return 125n
  return serviceTier?.resolved === 'flex' ? 50n : serviceTier?.resolved === 'priority' ? 175n : 100n
}

/** What a source's rows cost by that book, in atto-dollars, with what it does not tell. */
async function costFrom({ cx }: World, source: SourceRequest): Promise<{ cost: bigint; doubts: DoubtLine[] }> {
  const { places = [], accountId = '', window = { start: 0, end: 0 } } = source
  const settings = {
    logGroupName: source.logGroup ?? '',
    bucketName: source.bucket ?? '',
    bucketPrefix: 'bedrock-logs',
    keyPrefix: source.keyPrefix ?? '',
  }
  const given = new Set(Object.keys(settings))
  const signIn = async () => ({ places: places.map((place) => ({ account: accountId, ...place })), settings, given })
  const { read } = await findSource(source.name).open({ cx, stdin: undefined, signIn }, { path: source.path })
  const { rows } = await read({ window, by: ['model'], timeZone: 'UTC' })
  const { priced, told } = pricer(BOOK)
  let cost = 0n
  for (const row of rows) cost += amountOf(priced(row).charges)
  return { cost, doubts: told().doubts }
}

test(
  'every source prices calls on the terms that it can tell, to the atto-dollar',
  () =>
    inWorld({}, async (world) => {
      await world.setup()
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
          expect([name, cost]).toEqual([name, costOf(invocations, exact)])
          // Of calls whose bodies lie elsewhere it is not told that they are standard ones.
          expect(doubts.filter(({ untold }) => untold === 'promptLength')).toEqual([])
        }
        const { cost, doubts } = await costFrom(world, sources.metrics as SourceRequest)
        expect(cost).toBe(costOf(invocations, toMetrics))
        expect(new Set(doubts.map(({ untold }) => untold))).toEqual(new Set(['promptLength', 'cacheTtl']))
        const couldAdd = doubts.reduce((sum, { couldAddUsd }) => sum + parsePrice(couldAddUsd ?? 0), 0n)
        const most = costOf(invocations, (call) =>
          call.routedModel === undefined && call.latencyMode === undefined ? exact(call) : toMetrics(call),
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
