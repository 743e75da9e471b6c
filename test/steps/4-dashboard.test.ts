import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { costOf, toNano, toUsd } from '../../src/report/money.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import { runQuery } from '../../src/report/sources/logs/run-query.ts'
import { priceLoader } from '../../src/report/sources/prices.ts'
import { lastHours } from '../../src/report/window.ts'
import type { Invocation } from '../../src/sandbox/traffic.ts'
import { CHOSEN_MODEL } from '../../src/steps/dashboard/chosen-model.ts'
import type { DashboardBody, Widget } from '../../src/steps/dashboard/widgets.ts'
import { dashboardOf, draw } from '../support/dashboard-widgets.ts'
import { type LoggedTraffic, playLogged } from '../support/logged-traffic.ts'
import { sumsBy } from '../support/truth.ts'
import { inWorld, REGION, type World, writingCalls } from '../support/world.ts'

function groupBy(calls: readonly Invocation[], keyOf: (call: Invocation) => string): Map<string, Invocation[]> {
  const groups = new Map<string, Invocation[]>()
  for (const call of calls) groups.set(keyOf(call), [...(groups.get(keyOf(call)) ?? []), call])
  return groups
}

const metricWidgets = ({ widgets }: DashboardBody) => widgets.filter(({ type }) => type === 'metric')
const textOf = ({ widgets }: DashboardBody) => widgets.map(({ properties }) => properties.markdown ?? '').join('\n')

function titled({ widgets }: DashboardBody, title: string): Widget {
  const found = widgets.find(({ properties }) => properties.title === title)
  if (!found) throw new Error(`no widget ${title}`)
  return found
}

/** An account in which Bedrock was used with logging on, and set up again since. */
function afterTraffic(body: (world: World, traffic: LoggedTraffic, book: PriceBook) => Promise<void>) {
  return inWorld({ isSetUp: true }, async (world) => {
    const traffic = playLogged(world, { seed: 11, hours: 6, perHour: 150 })
    expect((await world.setup()).error).toBeUndefined()
    const rows = traffic.invocations.map(({ modelId }) => ({
      dimensions: { account: '111122223333', model: modelId, region: REGION },
    }))
    const { book } = await priceLoader({ places: [{ account: '111122223333', region: REGION, cx: world.cx }] })(rows)
    await body(world, traffic, book)
  })
}

/** US dollars by the book; undefined for a model without a price of its tokens. */
function costBy(book: PriceBook, calls: readonly Invocation[]): number | undefined {
  const [first] = calls
  const price = first && book.lookup(first.modelId, REGION, new Date(first.time))
  if (!price || 'unpriced' in price || Object.keys(price.perMillion).length === 0) return undefined
  const { input = 0n, output = 0n, cacheRead = 0n, cacheWrite = 0n } = price.perMillion
  const sums = sumsBy(calls, () => '').get('')
  if (!sums) return undefined
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = sums
  const cost =
    costOf(inputTokens, input) +
    costOf(outputTokens, output) +
    costOf(cacheReadTokens, cacheRead) +
    costOf(cacheWriteTokens, cacheWrite)
  return toUsd(toNano(cost))
}

function costByModel(book: PriceBook, calls: readonly Invocation[]): Map<string, number> {
  const models = groupBy(calls, ({ modelId }) => modelId)
  return new Map(
    [...models].flatMap(([model, own]) => {
      const cost = costBy(book, own)
      return cost === undefined ? [] : [[model, cost] as const]
    }),
  )
}

const sum = (values: readonly number[] = []) => values.reduce((all, value) => all + value, 0)

describe('on an account that has never called Bedrock', () => {
  test('every widget can be drawn and shows nothing, and no remark was made on the body', () =>
    inWorld({}, async (world) => {
      expect((await world.setup()).report.warnings.map(({ code }) => code)).not.toContain('dashboard-remark')
      const body = await dashboardOf(world)
      for (const widget of metricWidgets(body)) {
        const results = await draw(world, widget, lastHours(world.cx.clock.now(), 3))
        for (const { StatusCode, Values, Messages = [] } of results) {
          expect({ StatusCode, Values, Messages }).toEqual({ StatusCode: 'Complete', Values: [], Messages: [] })
        }
      }
      expect(textOf(body)).toContain('No model with a known price was in use')
    }))
})

describe('after traffic', () => {
  test('the spend is what the book says that the tokens cost, in all and an hour, model by model', () =>
    afterTraffic(async (world, { invocations, window }, book) => {
      const truth = costByModel(book, invocations)
      expect(truth.size).toBeGreaterThan(3)
      const body = await dashboardOf(world)
      const [inAll] = await draw(world, titled(body, 'Spend, at least (US dollars)'), window)
      expect(sum(inAll?.Values)).toBeCloseTo(sum([...truth.values()]), 6)
      const lines = await draw(world, titled(body, 'Spend, at least (US dollars an hour)'), window)
      expect(lines.map(({ Label }) => Label).sort()).toEqual([...truth.keys()].sort())
      for (const { Label = '', Values = [] } of lines) {
        expect((sum(Values) * 300) / 3600).toBeCloseTo(truth.get(Label) ?? 0, 6)
      }
      const unpriced = new Set(invocations.map(({ modelId }) => modelId).filter((model) => !truth.has(model)))
      for (const model of unpriced) expect(textOf(body)).toContain(`\`${model}\``)
    }))

  test('every widget draws something, and numbers of the window are those of the traffic', () =>
    afterTraffic(async (world, { invocations, window }) => {
      const body = await dashboardOf(world)
      const chosen = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
      const shown = JSON.parse(JSON.stringify(body).replaceAll(CHOSEN_MODEL, chosen)) as DashboardBody
      for (const widget of metricWidgets(shown)) {
        const results = await draw(world, widget, window)
        expect(results.flatMap(({ Values = [] }) => Values).length).toBeGreaterThan(0)
      }
      const [sums] = sumsBy(invocations, () => '').values()
      const number = async (title: string) =>
        (await draw(world, titled(shown, title), window)).map(({ Values }) => sum(Values))
      expect(await number('Invocations in all')).toEqual([sums?.invocations])
      expect(await number('Tokens in all')).toEqual([sums?.inputTokens, sums?.outputTokens])
      expect(await number('Errors in all')).toEqual([sums?.clientErrors, sums?.serverErrors])
      expect(await number('Throttles in all')).toEqual([sums?.throttles])
      const own = invocations.filter(({ modelId }) => modelId === chosen)
      const [calls] = await draw(world, titled(shown, `Calls of ${chosen}`), window)
      expect(sum(calls?.Values)).toBe([...sumsBy(own, () => '').values()][0]?.invocations)
    }))

  test('the tables of the costliest tell what the log and the book say', () =>
    afterTraffic(async (world, { invocations, window }, book) => {
      const body = await dashboardOf(world)
      const ask = async (title: string) => {
        const logGroup = world.env.settings.logGroupName
        const [source, ...query] = String(titled(body, title).properties.query).split('\n| ')
        expect(source).toBe(`SOURCE '${logGroup}'`)
        const target = { region: REGION, logGroup, limit: 10_000 }
        return (await runQuery(world.cx, target, query.join('\n| '), window, () => {})).rows
      }
      const priced = invocations.filter((call) => costBy(book, [call]) !== undefined)
      const callers = [...groupBy(priced, ({ identity }) => identity)]
      const byCaller = callers.map(([caller, own]) => ({ caller, usd: sum([...costByModel(book, own).values()]) }))
      const costliest = byCaller.sort((a, b) => b.usd - a.usd)
      const identities = await ask('Most expensive identities')
      expect(identities.map(({ caller }) => caller)).toEqual(costliest.map(({ caller }) => caller))
      // Insights gives four decimal places.
      for (const [n, { usd }] of costliest.entries())
        expect(Math.abs(Number(identities[n]?.usd) - usd)).toBeLessThan(1e-4)

      const requests = await ask('Most expensive requests')
      const costs = priced.map((call) => costBy(book, [call]) ?? 0).sort((a, b) => b - a)
      expect(requests).toHaveLength(20)
      for (const [n, { costUsd }] of requests.entries()) {
        expect(Math.abs(Number(costUsd) - (costs[n] ?? 0))).toBeLessThan(1e-4)
      }
    }))

  test('the states are those of the alarms that stand, whatever is looked at and whichever are asked for', () =>
    afterTraffic(async (world) => {
      const shown = async () => titled(await dashboardOf(world), 'Bedrock alarms').properties.alarms
      const standing = async () => {
        const { MetricAlarms = [] } = await world.cx.aws.cloudwatch.send(new DescribeAlarmsCommand({}))
        return MetricAlarms.map(({ AlarmArn }) => AlarmArn).sort()
      }
      expect([...((await shown()) as string[])].sort()).toEqual(await standing())
      const { report } = await world.setup({ only: ['dashboard'], dryRun: true })
      expect(report.resources.map(({ type, action }) => [type, action])).toEqual([['dashboard', 'none']])
      expect((await world.setup({}, undefined, { alarms: 'minimal' })).error).toBeUndefined()
      expect(await shown()).toHaveLength(4)
    }))

  test('a second setup writes nothing, and cleanup leaves no dashboard', () =>
    afterTraffic(async (world) => {
      world.sandbox.calls.length = 0
      expect((await world.setup()).report.ok).toBe(true)
      expect(writingCalls(world)).toEqual([])
      expect((await world.cleanup()).error).toBeUndefined()
      await expect(dashboardOf(world)).rejects.toMatchObject({ code: 'ResourceNotFound' })
    }))
})
