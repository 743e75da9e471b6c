import { expect, test } from '@jest/globals'
import { COUNTERS } from '../../../src/report/model.ts'
import { parseTeams, type TeamsGiven } from '../../../src/report/teams/rules.ts'
import type { Report } from '../../../src/report/view.ts'
import { DEFAULT_MODELS } from '../../../src/sandbox/traffic/models.ts'
import type { Invocation } from '../../../src/sandbox/traffic.ts'
import { inFolder } from '../../support/folder.ts'
import { download, playLogged, sourcesOf } from '../../support/logged-traffic.ts'
import { report, type SourceRequest } from '../../support/report.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { sumsBy } from '../../support/truth.ts'
import { inWorld, REGION, type World } from '../../support/world.ts'

const CHECKOUT = 'c0c0c0c0c0c0'
const GONE = 'dddddddddddd'
const nano = (usd: number | null) => BigInt(Math.round((usd ?? 0) * 1e9))

/** Traffic of which a part is called through application inference profiles: by id, by ARN, and one that is gone. */
function played(world: World, hours = 5) {
  const { sandbox } = world
  const { account, services } = sandbox
  const { bedrock } = services
  const place = { region: REGION, account }
  bedrock.addApplicationProfile({
    ...place,
    name: 'checkout',
    modelId: 'amazon.nova-pro-v1:0',
    id: CHECKOUT,
    tags: { team: 'shop', env: 'prod' },
  })
  const id = bedrock.addApplicationProfile({ ...place, name: 'bare', modelId: 'amazon.nova-micro-v1:0' })
  const bare = `arn:aws:bedrock:${REGION}:${account}:application-inference-profile/${id}`
  const names = [CHECKOUT, bare, GONE]
  const [sonnet, haiku, nova] = DEFAULT_MODELS
  if (!sonnet || !haiku || !nova) throw new Error('there are no models')
  const models = [sonnet, haiku, ...names.map((modelId) => ({ ...nova, modelId }))]
  return { ...playLogged(world, { seed: 4, hours, perHour: 60, models }), bare }
}

const TEAMS: TeamsGiven = {
  rules: [
    { team: 'shop', 'tag:team': 'shop' },
    { team: 'bots', profile: 'bare' },
    { team: 'support', role: 'support*', model: ['*haiku*', '*sonnet*'] },
    { team: 'search', 'metadata:team': 'search' },
  ],
}
const teams = parseTeams(TEAMS, 'teams.json')

/** The same rules, told once more. */
const teamOf =
  (bare: string) =>
  ({ modelId, identity, metadata }: Invocation) => {
    if (modelId === CHECKOUT) return 'shop'
    if (modelId === bare) return 'bots'
    if (identity.includes('/Support') && /haiku|sonnet/.test(modelId)) return 'support'
    return metadata?.team === 'search' ? 'search' : 'unallocated'
  }

function holds(said: Report, calls: readonly Invocation[], keyOf: (call: Invocation) => string, name: string): void {
  expect(schemaFaults(said)).toEqual([])
  const expected = sumsBy(calls, keyOf)
  const used = said.groups.filter(
    ({ invocations, clientErrors, throttles }) => invocations || clientErrors || throttles,
  )
  expect(used.map(({ key }) => key[name]).sort()).toEqual([...expected.keys()].sort())
  for (const group of used) {
    const sums = expected.get(group.key[name] ?? '')
    expect(group).toMatchObject(Object.fromEntries(COUNTERS.map((counter) => [counter, sums?.[counter]])))
  }
  expect(said.groups.reduce((sum, { costUsd }) => sum + nano(costUsd), 0n)).toBe(nano(said.total.costUsd))
}

const inTeams = (body: (world: World, traffic: ReturnType<typeof played>, ask: Ask) => Promise<void>) =>
  inWorld({}, async (world) => {
    await world.setup()
    const traffic = played(world)
    await inFolder({}, async (folder) => {
      await download(world, folder)
      const sources = sourcesOf(world, traffic.window, folder)
      const prices = { places: [{ account: world.sandbox.account, region: REGION, cx: world.cx }] }
      await body(world, traffic, (name, asked) =>
        report(world.cx, { source: sources[name] as SourceRequest, prices, teams, ...asked }),
      )
    })
  })
type Ask = (name: string, asked: Omit<Parameters<typeof report>[1], 'source'>) => ReturnType<typeof report>

test('teams are told to the token by every source that knows what their rules are by', () =>
  inTeams(async (_, { invocations, bare }, ask) => {
    for (const name of ['logs', 's3', 'file']) {
      const { report: said, error } = await ask(name, { by: ['team'] })
      expect([name, error]).toEqual([name, undefined])
      holds(said, invocations, teamOf(bare), 'team')
      expect(said.teams?.map(({ team }) => team).sort()).toEqual(['bots', 'search', 'shop', 'support', 'unallocated'])
      const charged = said.teams?.reduce((sum, { chargedUsd }) => sum + nano(chargedUsd), 0n)
      expect(charged).toBe(nano(said.total.costUsd))
    }
  }))

test('metrics tell tags, and teams whose rules need no more than they have', () =>
  inTeams(async (_, { invocations, bare }, ask) => {
    const { report: byTag } = await ask('metrics', { by: ['tag:team'] })
    holds(byTag, invocations, ({ modelId }) => (modelId === CHECKOUT ? 'shop' : ''), 'tag:team')
    expect(byTag.profiles?.find(({ id }) => id === CHECKOUT)?.tags).toEqual({ team: 'shop', env: 'prod' })
    const rules = TEAMS.rules.slice(0, 2)
    const { report: byTeam } = await ask('metrics', { by: ['team'], teams: parseTeams({ rules }, 'file') })
    const own = (call: Invocation) => ([CHECKOUT, bare].includes(call.modelId) ? teamOf(bare)(call) : 'unallocated')
    holds(byTeam, invocations, own, 'team')
    await expect(ask('metrics', { by: ['team'] })).rejects.toMatchObject({
      kind: 'usage',
      message: 'teams.json: teams by role: CloudWatch metrics do not have it',
      hint: expect.stringContaining('--source logs'),
    })
  }))

test('a team alone is all that is told of it, whatever else it is told apart by, with exact percentiles of records', () =>
  inTeams(async (_, { invocations, bare }, ask) => {
    const calls = invocations.filter((call) => teamOf(bare)(call) === 'support')
    for (const name of ['logs', 's3']) {
      const where = { team: ['supp*'] }
      const { report: byModel } = await ask(name, { by: ['model'], where })
      expect(byModel.where).toEqual(where)
      holds(byModel, calls, ({ modelId }) => modelId, 'model')
      expect(byModel.teams?.map(({ team }) => team)).toEqual(['support'])
      holds(
        (await ask(name, { by: ['user'], where: { ...where, model: ['*haiku*'] } })).report,
        calls.filter(({ modelId }) => modelId.includes('haiku')),
        () => '',
        'user',
      )
    }
    const [all, one] = [await ask('s3', { by: ['team'] }), await ask('s3', { by: [], where: { team: ['support'] } })]
    const group = all.report.groups.find(({ key }) => key.team === 'support')
    expect(group?.latencyMs.p99).toEqual(expect.any(Number))
    // Rounded as a whole, not as a part of one.
    expect(Math.abs((one.report.total.costUsd ?? 0) - (group?.costUsd ?? 0))).toBeLessThan(5e-9)
    for (const name of [...COUNTERS, 'latencyMs', 'timeToFirstTokenMs', 'errorRate', 'pricedShare'] as const) {
      expect([name, one.report.total[name]]).toEqual([name, group?.[name]])
    }
  }))

test('by day, compared and cut, they add up as other groups do', () =>
  inTeams(async (_, { window }, ask) => {
    const compare = () => ({ start: window.start - 3_600_000, end: window.start })
    for (const asked of [{ by: ['team', 'hour'] }, { by: ['team', 'model'], top: 2 }, { by: ['team'], compare }]) {
      const { report: said } = await ask('s3', asked)
      expect(schemaFaults(said)).toEqual([])
      expect(said.groups.reduce((sum, { costUsd }) => sum + nano(costUsd), 0n)).toBe(nano(said.total.costUsd))
    }
  }))

test('a split report has one of each team, which tells nothing of others', () =>
  inTeams(async (world, { invocations, bare }, ask) => {
    world.sandbox.calls.length = 0
    const outcome = await ask('s3', { by: ['model'], splitBy: 'team', top: 1 })
    const reads = world.sandbox.calls.filter(({ operation }) => operation === 'ListObjectsV2').length
    expect(outcome.by).toEqual(['team'])
    holds(outcome.report, invocations, teamOf(bare), 'team')
    const parts = [...(outcome.parts?.() ?? [])]
    expect(parts.map(({ name }) => name)).toEqual(outcome.report.groups.map(({ key }) => key.team))
    for (const { name, view } of parts) {
      const calls = invocations.filter((call) => teamOf(bare)(call) === name)
      const { report: said } = view()
      expect(schemaFaults(said)).toEqual([])
      expect([said.where, said.teams?.map(({ team }) => team)]).toEqual([{ team: [name] }, [name]])
      expect(said.total).toMatchObject(
        Object.fromEntries(COUNTERS.map((counter) => [counter, sumsBy(calls, () => '').get('')?.[counter]])),
      )
      const used = new Set(calls.map(({ modelId }) => modelId.split('/').at(-1)))
      for (const { id } of said.profiles ?? []) expect(used.has(id)).toBe(true)
    }
    // All of them are of one reading.
    await ask('s3', { by: ['team'] })
    expect(world.sandbox.calls.filter(({ operation }) => operation === 'ListObjectsV2')).toHaveLength(2 * reads)
  }))

test('tags that may not be read are told, with what to allow, and the report is not whole', () =>
  inTeams(async ({ sandbox }, _, ask) => {
    sandbox.faults.push({ operation: 'ListTagsForResource', kind: 'access-denied', count: 9 })
    const { report: said, error } = await ask('metrics', { by: ['tag:team'] })
    expect(said.groups.map(({ key }) => key['tag:team'])).toEqual([''])
    expect(said.warnings.filter(({ code }) => code === 'tags-unreadable')).toHaveLength(1)
    expect(error).toMatchObject({ kind: 'partial', hint: expect.stringContaining('bedrock:ListTagsForResource') })
  }))

test('tags of the configuration file come first, and are asked for nowhere', () =>
  inTeams(async ({ sandbox }, { invocations }, ask) => {
    sandbox.calls.length = 0
    const own = { model: 'amazon.nova-pro-v1:0', tags: { team: 'own' } }
    const prices = { profiles: new Map([CHECKOUT, GONE].map((id) => [id, own])) }
    const { report: said, error } = await ask('file', { by: ['tag:team'], prices })
    const isOwn = ({ modelId }: Invocation) => [CHECKOUT, GONE].includes(modelId)
    holds(said, invocations, (call) => (isOwn(call) ? 'own' : ''), 'tag:team')
    expect(sandbox.calls).toEqual([])
    // Of the third profile nobody knows.
    expect(error?.kind).toBe('partial')
    expect(said.warnings.filter(({ code }) => code === 'tags-unreadable').map(({ message }) => message)).toEqual([
      expect.stringContaining('1 application inference profile in us-east-1 could not be read: no account is asked'),
    ])
  }))

test('no tag is read where none is asked for', () =>
  inTeams(async ({ sandbox }, _, ask) => {
    await ask('metrics', { by: ['profile'] })
    expect(sandbox.calls.filter(({ operation }) => operation === 'ListTagsForResource')).toEqual([])
  }))

test.each([
  [{ by: ['team'], teams: undefined }, /there are no teams/, /--teams FILE.csv/],
  [{ by: ['model'], where: { team: ['x'] }, teams: undefined }, /there are no teams/, /docs\/teams.md/],
  [{ by: ['principal-tag:team'] }, /--by principal-tag:team: .* not have it/, /pass --source bill/],
  [
    { by: ['model'], where: { 'principal-tag:team': ['x'] } },
    /--where principal-tag:team: .* not have it/,
    /--source bill/,
  ],
  [{ by: ['tag:'] }, /--by is 'tag:'/, /tag:KEY/],
])('%j is refused before anything is read', (asked, message, hint) =>
  inWorld({}, async (world) => {
    for (const name of ['metrics', 'logs', 's3', 'file']) {
      const refused = expect(report(world.cx, { source: { name }, teams, ...asked })).rejects
      await refused.toThrow(
        expect.objectContaining({
          kind: 'usage',
          message: expect.stringMatching(message),
          hint: expect.stringMatching(hint),
        }),
      )
    }
  }),
)
