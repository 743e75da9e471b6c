import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Reconciliation } from '../../../src/report/reconcile/model.ts'
import { billedUpTo, DAY_MS } from '../../../src/report/window.ts'
import type { BillEntry } from '../../../src/sandbox/bill/entry.ts'
import { createLedger } from '../../../src/sandbox/bill/ledger.ts'
import { generateTraffic, type Invocation, playTraffic } from '../../../src/sandbox/traffic.ts'
import { inFolder } from '../../support/folder.ts'
import { reconcileSchemaFaults } from '../../support/reconcile-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()
const END = billedUpTo(Date.now())
const START = END - 3 * DAY_MS
const CLAUDE = /Claude/

/** What CloudWatch does not tell of a call: it is billed as flex, and its cache writes are kept for an hour. */
function asBilled(call: Invocation, index: number): Invocation {
  const isFlex = call.modelId.includes('nova-pro') && index % 2 === 0
  const isHour = call.modelId.includes('claude') && index % 3 === 0
  return {
    ...call,
    ...(isFlex && { serviceTier: { asked: 'flex', resolved: 'flex' } }),
    ...(isHour && { cacheWrite1hTokens: call.cacheWriteTokens }),
  }
}

/** Three days that are whole on the bill, in two Regions. */
beforeEach(() => {
  const { account, region, services } = sandbox()
  const options = { start: START, end: END, account, invocationsPerHour: 12, steady: true }
  const here = generateTraffic({ seed: 3, region, ...options })
  const there = generateTraffic({ seed: 4, region: 'us-west-2', ...options, invocationsPerHour: 4 })
  playTraffic({ ...services, bill: createLedger() }, here)
  services.bill.add([...here.map(asBilled), ...there])
  const nova = here.filter(({ modelId, outcome }) => modelId.includes('nova-pro') && outcome === 'success')
  const opus = nova.map((call) => ({ ...call, modelId: 'anthropic.claude-opus-4-8', mantle: true as const }))
  services.bill.options = {
    more: [...opus.slice(0, 20), ...nova.slice(20, 50).map((call) => ({ ...call, batch: true as const }))],
    rateOff: ({ modelId }) => (modelId.includes('claude') ? 10 : 0),
    charges: [
      {
        time: START,
        account,
        region,
        usage: 'Guardrail-ContentPolicyUnitsConsumed',
        quantity: 9,
        unit: 'Units',
        usd: 5,
      },
    ],
    creditsUsd: 1.5,
    taxPercent: 19,
  }
})

async function json(line: string, code = 0): Promise<Reconciliation> {
  const ended = await run(`reconcile --json --last 3d ${line}`.trim())
  expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code })
  const result = JSON.parse(ended.stdout)
  expect(reconcileSchemaFaults(result)).toEqual([])
  return result
}

const nanos = (usd: number) => BigInt(Math.round(usd * 1e9))
const nano = (atto: bigint) => Number(atto / 1_000_000_000n)

/** What the sandbox billed, by its own truth, in nano-dollars. */
function billed(of: (entry: BillEntry) => boolean, field: 'list' | 'unblended' = 'list'): number {
  const entries = sandbox().services.bill.entries(Date.now())
  return nano(
    entries.filter((entry) => entry.lineType === 'Usage' && of(entry)).reduce((sum, entry) => sum + entry[field], 0n),
  )
}

const isThere = ({ region }: BillEntry) => region === 'us-west-2'
const isMantle = ({ usageType }: BillEntry) => usageType.includes('-mantle-')
const isBatch = ({ usageType }: BillEntry) => usageType.endsWith('-batch')

describe('reconcile', () => {
  test('names every cause with its amount, and leaves nothing unexplained', async () => {
    const { total, causes, bill, cells } = await json('')
    const all = () => true
    expect(Math.abs(Number(nanos(total.billUsd)) - billed(all, 'unblended'))).toBeLessThan(1_000)
    expect(total).toMatchObject({ unexplainedUsd: 0, unexplainedPercent: 0 })
    const found = new Map(causes.map(({ of, cause, usd }) => [`${of} ${cause}`, Number(nanos(usd))]))
    const hour = billed((entry) => entry.kind === 'cacheWrite1h' && !isThere(entry))
    const expected = new Map([
      ['quantity region', billed(isThere)],
      // Which the list has no price of, so that the bill's own is all there is.
      ['quantity mantle', billed(isMantle, 'unblended')],
      ['quantity batch', billed(isBatch)],
      ['quantity guardrails', 5e9],
      // Half of the standard price, and 2 of the input's instead of 1.25.
      ['rate flex', -billed(({ usageType }) => usageType.endsWith('-flex'))],
      ['rate cache-ttl', (hour * 0.75) / 2],
      ['rate private-rate', -billed((entry) => CLAUDE.test(entry.service)) / 10],
    ])
    for (const [cause, amount] of expected)
      expect({ cause, off: Math.abs((found.get(cause) ?? 0) - amount) > 5_000 }).toEqual({ cause, off: false })
    expect([...found.keys()].filter((cause) => !expected.has(cause) && cause !== 'rate rounding')).toEqual([
      'rate unpriced',
    ])
    expect(bill.adjustments).toMatchObject({ credits: -1.5 })
    const sum = cells.reduce((most, { differenceUsd }) => most + nanos(differenceUsd), 0n)
    expect(sum).toBe(nanos(total.billUsd) - nanos(total.estimateUsd))
  })
})
