import { describe, expect, test } from '@jest/globals'
import type { QueryRow } from '../../../../src/report/queries/answer.ts'
import { QUERIES } from '../../../../src/report/queries/catalog.ts'
import type { ReadyQuery } from '../../../../src/report/queries/ready-query.ts'
import { budgetOf } from '../../../../src/report/sources/athena/budget.ts'
import { lakesOf } from '../../../../src/report/sources/athena/lakes.ts'
import { lakeEngine } from '../../../../src/report/sources/athena/read.ts'
import { priceLoader } from '../../../../src/report/sources/prices.ts'
import { runReadyQuery } from '../../../../src/report/sources/ready-query.ts'
import { saveInLake } from '../../../../src/steps/queries/saved-queries.ts'
import { resolveSettings } from '../../../../src/steps/resolve-settings.ts'
import { type LoggedTraffic, playLogged } from '../../../support/logged-traffic.ts'
import { TERMS_BOOK } from '../../../support/terms-book.ts'
import { inWorld, REGION, type World } from '../../../support/world.ts'

const LAKE = { isSetUp: true, settings: { lake: true } } as const
const { settings } = resolveSettings([])

async function bothAsked(world: World, { window }: LoggedTraffic, query: ReadyQuery) {
  const places = [{ account: world.sandbox.account, region: REGION, cx: world.cx }]
  const lakes = await lakesOf(places, settings)
  const engine = await lakeEngine(lakes, { window, budget: budgetOf({}), looks: query.ranksByCost ? 2 : 1 })
  const asked = {
    query,
    places,
    window,
    logGroup: world.env.settings.logGroupName,
    models: [],
    limit: query.defaultLimit,
    prices: async (rows: Parameters<ReturnType<typeof priceLoader>>[0]) => ({
      ...(await priceLoader()(rows)),
      book: TERMS_BOOK,
    }),
    ...(query.takesKey && { key: 'team' }),
  }
  return [await runReadyQuery(world.cx, { ...asked, engine }), await runReadyQuery(world.cx, asked)] as const
}

describe('ready-made queries with Athena', () => {
  test.each(QUERIES.map((query) => [query.name, query] as const))('%s says what Logs Insights says', (_, query) =>
    inWorld(LAKE, async (world) => {
      const played = playLogged(world, { seed: 21, hours: 30, perHour: 12, variesTerms: true })
      const [lake, logs] = await bothAsked(world, played, query)
      expect(logs.rows.length).toBeGreaterThan(0)
      // Insights rounds to a few digits.
      const rounded = (rows: readonly QueryRow[]) =>
        rows.map((row) => ({ ...row, avgMs: Math.round(Number(row.avgMs ?? 0)) }))
      expect(rounded(lake.rows)).toEqual(rounded(logs.rows))
      expect(lake.queries).toBe(query.ranksByCost ? 2 : 1)
    }),
  )

  test('are saved in the workgroup that setup has made, and nothing else of it is changed', () =>
    inWorld(LAKE, async (world) => {
      const group = world.sandbox.services.athena.workGroupsIn(REGION).get('bedrock-monitor')
      const saved = world.sandbox.services.athena.namedQueriesIn(REGION)
      const before = JSON.stringify(group?.workGroup)
      const [id = ''] = saved.keys()
      const kept = saved.get(id)
      saved.clear()
      const { report } = await saveInLake(await world.session())
      expect(report.ok).toBe(true)
      expect([...saved.values()].map(({ Name }) => Name).sort()).toEqual(
        QUERIES.flatMap(({ name, takesKey }) => (takesKey ? [] : [name])).sort(),
      )
      expect(kept?.QueryString).toContain('bedrock_invocations')
      expect(JSON.stringify(group?.workGroup)).toBe(before)
    }))

  test('are not saved where there is no workgroup', () =>
    inWorld({ settings: { lake: true } }, async (world) => {
      await expect(saveInLake(await world.session())).rejects.toMatchObject({ code: 'NoWorkgroup' })
    }))
})
