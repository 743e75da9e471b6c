import { expect, test } from '@jest/globals'
import type { Report } from '../../../src/report/view.ts'
import { fitter, type Where } from '../../../src/report/where.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import type { Invocation } from '../../../src/sandbox/traffic.ts'
import { nearestRank } from '../../support/fake-cloudwatch.ts'
import { inFolder } from '../../support/folder.ts'
import { download, playLogged, sourcesOf, withLoggedLatency } from '../../support/logged-traffic.ts'
import { report } from '../../support/report.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { sumsBy } from '../../support/truth.ts'
import { inWorld } from '../../support/world.ts'

const TOLD: Record<string, (call: Invocation) => string> = {
  model: ({ modelId }) => modelId,
  profile: ({ modelId }) => (/^(us|global)\./.test(modelId) ? modelId : ''),
  region: ({ region }) => region,
  account: ({ account }) => account,
  identity: ({ identity }) => identity,
  operation: ({ operation }) => operation,
  'metadata:team': ({ metadata }) => metadata?.team ?? '',
}

const ASKED: readonly Where[] = [
  { model: ['*CLAUDE*'] },
  { model: ['*claude-haiku*', 'amazon.nova-pro*'], region: ['us-*'] },
  { profile: ['us.*'] },
  { profile: [''], account: ['*'] },
  { identity: ['*/*-?*'], operation: ['Converse*'] },
  { operation: ['InvokeModel'], model: ['*nova*', '*titan*'] },
  { 'metadata:team': [''] },
  { 'metadata:team': ['*a*', 'x'], model: ['*nova*', '*claude*'] },
]

const counted = (calls: readonly Invocation[]) => sumsBy(calls, () => '').get('')

function holds(said: Report, calls: readonly Invocation[], isTimed: boolean): void {
  expect(schemaFaults(said)).toEqual([])
  const { invocations, inputTokens, outputTokens, clientErrors, throttles } = counted(calls) ?? {}
  expect(said.total).toMatchObject({ invocations, inputTokens, outputTokens, clientErrors, throttles })
  expect(said.series.reduce((sum, slot) => sum + (slot.inputTokens ?? 0), 0)).toBe(inputTokens)
  expect(said.projection.inputTokens).toBeGreaterThanOrEqual(inputTokens ?? 0)
  expect(new Set(said.prices.map(({ model }) => model))).toEqual(
    new Set(said.groups.flatMap(({ key, costUsd }) => (costUsd === null ? [] : (key.model ?? [])))),
  )
  for (const { key, latencyMs } of said.groups) {
    const own = calls.filter(({ modelId }) => modelId === key.model)
    const timed = (isTimed ? own : withLoggedLatency(own)).flatMap((call) => call.latencyMs ?? [])
    if (timed.length > 0) expect(latencyMs.p99).toBe(nearestRank(timed, 99))
  }
}

test('every source tells of what fits and of nothing else, and of the window before what was used then', () =>
  inWorld({ isSetUp: true }, async (world) => {
    const { invocations, window } = playLogged(world, { seed: 4, hours: 24, perHour: 20 })
    await inFolder({}, async (folder) => {
      await download(world, folder)
      for (const [name, source] of Object.entries(sourcesOf(world, window, folder))) {
        const isMetrics = name === 'metrics'
        for (const where of ASKED.filter((one) => !isMetrics || Object.keys(one).every((key) => KNOWN.has(key)))) {
          const fits = (call: Invocation) =>
            Object.entries(where).every(([key, globs]) => fitter(globs)(TOLD[key]?.(call) ?? ''))
          const calls = invocations.filter(fits)
          expect(calls.length).toBeGreaterThan(0)
          expect(calls.length).toBeLessThan(invocations.length)
          holds((await report(world.cx, { source, where })).report, calls, isMetrics)
        }
        const half = { start: window.end - 12 * HOUR_MS, end: window.end }
        const asked = { source: { ...source, window: half }, compare: () => ({ ...window, end: half.start }) }
        const { report: said } = await report(world.cx, asked)
        const was = counted(invocations.filter(({ time }) => time < half.start))
        expect(schemaFaults(said)).toEqual([])
        expect(said.compare).toMatchObject({
          window: { hours: 12 },
          before: { invocations: was?.invocations, inputTokens: was?.inputTokens },
        })
        expect(said.total.inputTokens).toBe((counted(invocations)?.inputTokens ?? 0) - (was?.inputTokens ?? 0))
        expect(said.groups.reduce((sum, { before }) => sum + (before?.inputTokens ?? 0), 0)).toBe(was?.inputTokens)
        expect(said.compare?.change.priceUsd).toBe(0)
      }
    })
  }))

const KNOWN = new Set(['model', 'profile', 'region', 'account'])

test('nothing that fits is said as such, and a place that does not is refused before anything is read', () =>
  inWorld({}, async (world) => {
    const { window } = playLogged(world, { seed: 4, hours: 2, perHour: 5 })
    const source = sourcesOf(world, window, '').metrics
    if (!source) throw new Error('metrics are a source')
    const { report: none } = await report(world.cx, { source, where: { model: ['no*such'] } })
    expect(none).toMatchObject({ groups: [], where: { model: ['no*such'] } })
    expect(none.warnings).toEqual([
      { code: 'no-usage', message: expect.stringContaining('nothing in this window matches model=no*such') },
    ])
    await expect(report(world.cx, { source, where: { region: ['eu-*'] } })).rejects.toMatchObject({
      kind: 'usage',
      message: '--where region=eu-*: nothing matches; the report covers us-east-1',
    })
    await expect(report(world.cx, { source, where: { identity: ['x'] } })).rejects.toMatchObject({
      kind: 'usage',
      hint: 'pass --source logs, --source s3, --source athena, --source cur:PATH or --source file:PATH, which have it',
    })
  }))
