import {
  DescribeQueryDefinitionsCommand,
  PutQueryDefinitionCommand,
  type QueryDefinition,
} from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, test } from '@jest/globals'
import { QUERIES } from '../../../src/report/queries/catalog.ts'
import { queryText } from '../../../src/report/queries/ready-query.ts'
import { saveQueries } from '../../../src/steps/queries/saved-queries.ts'
import { errorOf, inWorld, type World, type WorldOptions, writingCalls } from '../../support/world.ts'

const TEXTS = new Map(QUERIES.map((query) => [query.name, queryText(query, { models: [], limit: 20, key: 'team' })]))

const save = async (world: World, texts = TEXTS) => saveQueries(await world.session(), texts)

async function definitions({ cx }: World, region = 'us-east-1'): Promise<QueryDefinition[]> {
  const { queryDefinitions = [] } = await cx.in(region).aws.logs.send(new DescribeQueryDefinitionsCommand({}))
  return queryDefinitions
}

/** By which saved queries are known as ours. */
const MARK = '# Saved by bedrock-monitor.\n'

const put = ({ cx }: World, name: string, queryString = 'fields @message') =>
  cx.aws.logs.send(new PutQueryDefinitionCommand({ name, queryString, logGroupNames: ['/theirs'] }))

const outcomes = async (result: ReturnType<typeof save>) =>
  (await result).report.resources.map(({ outcome, action }) => `${action} ${outcome}`)

describe('saving', () => {
  test('puts each query into the folder of the console, asking the log group', () =>
    inWorld({}, async (world) => {
      const { error } = await save(world)
      expect(error).toBeUndefined()
      expect(await definitions(world)).toEqual(
        [...TEXTS.keys()].sort().map((name) =>
          expect.objectContaining({
            name: `bedrock-monitor/${name}`,
            queryString: MARK + TEXTS.get(name),
            logGroupNames: ['/aws/bedrock/modelinvocations'],
          }),
        ),
      )
    }))

  test('a second time writes nothing, and looks once for all', () =>
    inWorld({}, async (world) => {
      await save(world)
      world.sandbox.calls.length = 0
      expect(new Set(await outcomes(save(world)))).toEqual(new Set(['none unchanged']))
      expect(writingCalls(world)).toEqual([])
      expect(world.sandbox.calls.map(({ operation }) => operation)).toEqual([
        'GetCallerIdentity',
        'DescribeQueryDefinitions',
      ])
    }))

  test('one whose answer was lost is there once all the same', () =>
    inWorld({}, async (world) => {
      world.sandbox.faults.push({ kind: 'reset', when: 'after', service: 'logs', operation: 'PutQueryDefinition' })
      expect((await save(world)).error).toBeUndefined()
      expect(await definitions(world)).toHaveLength(TEXTS.size)
    }))

  test('mends one that was changed by hand, and makes no second one', () =>
    inWorld({}, async (world) => {
      await save(world)
      const [first] = await definitions(world)
      await world.cx.aws.logs.send(
        new PutQueryDefinitionCommand({
          name: first?.name,
          queryString: `${MARK}fields @message`,
          queryDefinitionId: first?.queryDefinitionId,
        }),
      )
      expect((await outcomes(save(world))).filter((outcome) => outcome !== 'none unchanged')).toEqual(['update done'])
      const after = await definitions(world)
      expect(after).toHaveLength(TEXTS.size)
      expect(after[0]).toMatchObject({ queryString: first?.queryString, logGroupNames: first?.logGroupNames })
    }))

  test('saves those that are named and leaves the others as they are', () =>
    inWorld({}, async (world) => {
      await save(world, new Map([['errors-by-code', 'fields errorCode']]))
      expect((await definitions(world)).map(({ name }) => name)).toEqual(['bedrock-monitor/errors-by-code'])
    }))

  test('in every Region', () =>
    inWorld({ regions: ['us-east-1', 'eu-west-1'] }, async (world) => {
      await save(world)
      expect(await definitions(world, 'eu-west-1')).toHaveLength(TEXTS.size)
    }))
})

describe('the console is left as it was', () => {
  test('cleanup removes every saved query, copies of one name too, and no other', () =>
    inWorld({}, async (world) => {
      await put(world, 'theirs')
      await put(world, 'bedrock-monitor/of-their-own')
      await save(world)
      await put(world, 'bedrock-monitor/tokens-by-model', `${MARK}fields @message`)
      expect((await world.cleanup()).error).toBeUndefined()
      expect((await definitions(world)).map(({ name }) => name)).toEqual(['bedrock-monitor/of-their-own', 'theirs'])
    }))

  test("somebody's own query under a name of ours is neither replaced nor removed", () =>
    inWorld({}, async (world) => {
      await put(world, 'bedrock-monitor/tokens-by-model', 'fields @message # his')
      const before = await definitions(world)
      const { error, report } = await save(world)
      expect(error).toMatchObject({ kind: 'partial' })
      const blocked = report.resources.filter(({ action }) => action === 'blocked')
      expect(blocked).toMatchObject([{ name: 'bedrock-monitor/tokens-by-model' }])
      expect((await world.cleanup({ includeAdopted: true })).error).toBeUndefined()
      expect(await definitions(world)).toEqual(before)
    }))

  test('setup neither makes, mends nor removes one', () =>
    inWorld({}, async (world) => {
      await world.setup()
      expect(await definitions(world)).toEqual([])
      await put(world, 'bedrock-monitor/tokens-by-model')
      const before = await definitions(world)
      await world.setup()
      expect(await definitions(world)).toEqual(before)
    }))
})

test('stopped at any call and started again, saving and cleaning up end as if never stopped', async () => {
  const stopping = async (
    nth: number,
    when: 'before' | 'after',
    command: (world: World) => Promise<{ error?: unknown }>,
  ) =>
    inWorld(ONCE, async (world) => {
      await put(world, 'theirs')
      if (command === clean) await save(world)
      world.sandbox.faults.push({ kind: 'reset', service: 'logs', from: nth, count: 1_000, when })
      await errorOf(command(world) as ReturnType<typeof save>)
      world.sandbox.faults.length = 0
      expect((await command(world)).error).toBeUndefined()
      return (await definitions(world)).map(({ name, queryString }) => [name, queryString])
    })
  const clean = (world: World) => world.cleanup()
  const all = TEXTS.size + 1
  for (const when of ['before', 'after'] as const) {
    for (const nth of [1, 2, 3, all]) {
      expect(await stopping(nth, when, save)).toHaveLength(all)
      expect(await stopping(nth, when, clean)).toEqual([['theirs', 'fields @message']])
    }
  }
})

const ONCE: WorldOptions = { maxAttempts: 1 }

test('a saved query is no longer than CloudWatch takes', () => {
  for (const text of TEXTS.values()) expect(text.length).toBeLessThanOrEqual(10_000)
})
