import { describe, expect, test } from '@jest/globals'
import { AppError } from '../../../../src/core/errors.ts'
import { QUERIES } from '../../../../src/report/queries/catalog.ts'
import { queryText } from '../../../../src/report/queries/ready-query.ts'
import { plainerQuery, querySums } from '../../../../src/report/sources/logs/run-query.ts'
import { priceLoader } from '../../../../src/report/sources/prices.ts'
import { runReadyQuery } from '../../../../src/report/sources/ready-query.ts'
import { parseQuery } from '../../../../src/sandbox/services/insights/parse.ts'
import { playLogged } from '../../../support/logged-traffic.ts'
import { report } from '../../../support/report.ts'
import { THIRD } from '../../../support/share.ts'
import { inWorld, REGION, type World } from '../../../support/world.ts'

// "Several sort keys and a limit of 100,000 in every partition: [?]; on MalformedQueryException retry with one sort key, on
// InvalidParameterException with 10,000."
const LIMITS = [
  ['one sort key', { sortKeys: 1, rows: 100_000 }],
  ['10,000 rows', { sortKeys: 99, rows: 10_000 }],
  ['neither more than one sort key nor more than 10,000 rows', { sortKeys: 1, rows: 10_000 }],
] as const

const narrow = ({ sandbox }: World, limits: object) => Object.assign(sandbox.services.logs.insights, limits)

describe.each(THIRD.of(LIMITS))('an AWS that takes %s', (_title, limits) => {
  test('answers every ready-made query as one that takes all does', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { window } = playLogged(world, { seed: 5, hours: 3, perHour: 60 })
      const all = async (limit: number) =>
        Promise.all(
          QUERIES.map(async (query) => {
            const { rows } = await runReadyQuery(world.cx, {
              query,
              places: [{ account: '111122223333', region: REGION, cx: world.cx }],
              logGroup: world.env.settings.logGroupName,
              window,
              models: [],
              key: 'team',
              limit,
              prices: priceLoader(),
            })
            return { query: query.name, rows }
          }),
        )
      const [few, many] = [await all(3), await all(10_000)]
      narrow(world, limits)
      expect(await all(3)).toEqual(few)
      expect(await all(10_000)).toEqual(many)
    }))

  test('gives the same report from the log', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { window } = playLogged(world, { seed: 6, hours: 3, perHour: 60 })
      const source = {
        name: 'logs' as const,
        accountId: world.env.accountId,
        places: [{ account: '111122223333', region: REGION, cx: world.cx }],
        window,
        logGroup: world.env.settings.logGroupName,
      }
      const full = await report(world.cx, { source, by: ['model', 'hour'] })
      narrow(world, limits)
      const again = await report(world.cx, { source, by: ['model', 'hour'] })
      const { groups, total, warnings } = full.report
      expect(again.report).toMatchObject({ groups, total, warnings })
    }))
})

test('a refusal that has another cause is told as it is', () =>
  inWorld({ isSetUp: true }, async (world) => {
    const target = { region: REGION, logGroup: world.env.settings.logGroupName, limit: 100_000 }
    narrow(world, { rows: 0 })
    const asked = querySums(
      world.cx,
      target,
      { columns: [] },
      { start: 0, end: 60_000 },
      { origin: 0, slotMs: 60_000 },
      () => {},
    )
    await expect(asked).rejects.toMatchObject({ code: 'InvalidParameterException' })
    const started = world.sandbox.calls.filter(({ operation }) => operation === 'StartQuery')
    expect(started).toHaveLength(2)
  }))

test('what is left out of a query is that alone, whatever stands in its parameters', () => {
  const malformed = new AppError('aws', 'MalformedQueryException', 'sort')
  const models = ['m', 'x"\n| sort a, b\n| limit 5\n']
  for (const query of QUERIES) {
    const queryString = queryText(query, { models, limit: 7, key: 'team' })
    const plainer = plainerQuery(malformed, { queryString, limit: 7, startTime: 0, endTime: 1 })
    if (query.sort.length < 2) continue
    const commands = parseQuery(plainer?.queryString ?? '')
    expect(commands.find(({ type }) => type === 'sort')).toMatchObject({ keys: [expect.anything()] })
    expect(commands.find(({ type }) => type === 'limit')).toEqual({ type: 'limit', count: 10_000 })
    expect(commands.map(({ type }) => type)).toEqual(parseQuery(queryString).map(({ type }) => type))
    expect(JSON.stringify(commands)).toContain(JSON.stringify(models[1]))
    expect(plainer && plainerQuery(malformed, plainer)).toBeUndefined()
  }
})
