import { AttachRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateMultipartUploadCommand, DeleteBucketPolicyCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { planApply } from '../../src/core/plan.ts'
import type { Grant } from '../../src/core/resource.ts'
import { preflightGrants } from '../../src/steps/preflight.ts'
import { saveQueries } from '../../src/steps/save-queries.ts'
import { allSteps, resourcesOf } from '../../src/steps/steps.ts'
import { actionsOf } from '../support/iam-actions.ts'
import { inventory, names } from '../support/inventory.ts'
import { arrange, FOREIGN_GROUP, type PriorState, priorStates, SCRIPTED } from '../support/prior-state.ts'
import { errorOf, inWorld, type World, type WorldOptions, writingCalls } from '../support/world.ts'

const RUNS = { numRuns: 40 }

/** Runs a property in a fresh account brought into any prior state. */
function inAnyAccount(body: (world: World, prior: PriorState) => Promise<void>, options: WorldOptions = {}) {
  return fc.assert(
    fc.asyncProperty(priorStates, (prior) =>
      inWorld(options, async (world) => {
        await arrange(world, prior)
        await body(world, prior)
      }),
    ),
    RUNS,
  )
}

describe('law 1: applying converges', () => {
  test('after setup the plan is empty and a second setup makes no writing call', () =>
    inAnyAccount(async (world) => {
      const first = await world.setup({ replaceLogging: true })
      expect(first.error).toBeUndefined()
      const plan = await planApply(world.cx, resourcesOf(allSteps(world.env)))
      expect(plan.filter(({ action }) => action !== 'none')).toEqual([])
      world.sandbox.calls.length = 0
      const second = await world.setup()
      expect(second.report.ok).toBe(true)
      expect(second.report.resources.map(({ outcome }) => outcome)).toEqual(plan.map(() => 'unchanged'))
      expect(writingCalls(world)).toEqual([])
    }))
})

describe('law 2: what is not ours is never changed or removed without an explicit flag', () => {
  test('foreign logging stops setup before its first writing call, and the error names the flag', () =>
    inWorld({}, async (world) => {
      await arrange(world, { scripted: [...SCRIPTED], foreignLogging: true })
      const before = await inventory(world.cx)
      world.sandbox.calls.length = 0
      const error = await errorOf(world.setup())
      expect(error).toMatchObject({
        kind: 'blocked',
        code: 'NotOurs',
        hint: expect.stringContaining('--replace-logging'),
      })
      expect(writingCalls(world)).toEqual([])
      expect(await inventory(world.cx)).toEqual(before)
    }))

  test('cleanup changes nothing in an account that setup never saw', () =>
    inAnyAccount(async (world) => {
      const before = await inventory(world.cx)
      world.sandbox.calls.length = 0
      const { error } = await world.cleanup()
      expect(error).toBeUndefined()
      expect(writingCalls(world)).toEqual([])
      expect(await inventory(world.cx)).toEqual(before)
    }))

  test('a dry run makes no writing call', () =>
    inAnyAccount(async (world) => {
      world.sandbox.calls.length = 0
      await errorOf(world.setup({ dryRun: true, replaceLogging: true }))
      await errorOf(world.cleanup({ dryRun: true, includeAdopted: true }))
      expect(writingCalls(world)).toEqual([])
    }))

  test("setup keeps others' statements, tags, policies and alarm actions", () =>
    inWorld({}, async (world) => {
      await arrange(world, { scripted: [...SCRIPTED], foreignLogging: false })
      expect((await world.setup()).error).toBeUndefined()
      const after = JSON.stringify(await inventory(world.cx))
      expect(after).toContain('team=theirs')
      expect(after).toContain('theirs.txt')
      expect(after).toContain(':their-topic')
      expect(after.match(/Theirs/g)?.length).toBeGreaterThanOrEqual(2)
    }))
})

describe('law 3: after removal nothing that we created is left, and what was there before is as it was', () => {
  test('setup and cleanup together leave what stood there, and restore the logging that was replaced', () =>
    inAnyAccount(async (world) => {
      const before = await inventory(world.cx)
      await world.setup({ replaceLogging: true })
      const { error } = await world.cleanup()
      expect(error).toBeUndefined()
      const after = await inventory(world.cx)
      expect(names(after)).toEqual(names(before))
      expect(after.logging).toEqual(before.logging)
    }))

  test('a bucket full of versions, delete markers and unfinished uploads goes too', () =>
    inWorld({}, async (world) => {
      await world.setup()
      const bucket = `bedrock-logs-${world.env.accountId}`
      for (let n = 0; n < 2_500; n += 1) {
        world.sandbox.services.s3.putObject(bucket, `bedrock-logs/${n % 900}`, new Uint8Array([n % 256]))
      }
      expect((await world.cleanup()).error).toBeUndefined()
      expect(Object.values(names(await inventory(world.cx))).flat()).toEqual([])
    }))

  test('with --include-adopted nothing of our names is left', () =>
    inAnyAccount(async (world) => {
      await world.setup({ replaceLogging: true })
      await world.cleanup({ includeAdopted: true })
      const after = names(await inventory(world.cx))
      expect(after.roles?.filter((name) => name !== 'SomebodyElsesRole')).toEqual([])
      expect(after.groups?.filter((name) => name !== FOREIGN_GROUP)).toEqual([])
      expect([after.buckets, after.dashboards, after.alarms, after.composites, after.topics].flat()).toEqual([])
    }))

  test('with --keep-data bucket and log group stay, and a later cleanup takes them', () =>
    inWorld({}, async (world) => {
      await world.setup()
      expect((await world.cleanup({ keepData: true })).error).toBeUndefined()
      expect(
        Object.values(names(await inventory(world.cx)))
          .flat()
          .sort(),
      ).toEqual(['/aws/bedrock/modelinvocations', `bedrock-logs-${world.env.accountId}`])
      await world.cleanup()
      expect(Object.values(names(await inventory(world.cx))).flat()).toEqual([])
    }))
})

describe('law 4: every action called was declared, and nothing is declared that is never called', () => {
  const called = { read: new Set<string>(), write: new Set<string>(), remove: new Set<string>() }
  const declared = { read: new Set<string>(), write: new Set<string>(), remove: new Set<string>() }

  /** Runs a phase and books its calls; what may be read in any phase counts as read. */
  async function observe(world: World, phase: 'read' | 'write' | 'remove', body: () => Promise<unknown>) {
    world.sandbox.calls.length = 0
    await body()
    for (const action of world.sandbox.calls.flatMap(actionsOf)) {
      if (phase !== 'read' && declared.read.has(action) && !declared[phase].has(action)) called.read.add(action)
      else called[phase].add(action)
    }
  }

  async function aWholeLife(world: World) {
    const add = (into: Set<string>, grants: readonly Grant[]) => {
      for (const action of grants.flatMap(({ actions }) => actions)) into.add(action)
    }
    for (const resource of resourcesOf(allSteps(world.env))) {
      const { read, write, remove } = resource.permissions()
      add(declared.read, read)
      add(declared.write, write)
      add(declared.remove, remove)
    }
    add(declared.read, preflightGrants(world.env))
    // What looking for the models in use takes where there are none; the rest of it is held in the tests of permissions.
    add(declared.read, [{ actions: ['cloudwatch:ListMetrics'], resources: ['*'] }])
    await arrange(world, { scripted: [], foreignLogging: true })
    await observe(world, 'write', () => world.setup({ replaceLogging: true }))
    await observe(world, 'read', () => world.status())
    const bucket = `bedrock-logs-${world.env.accountId}`
    const { s3 } = world.cx.aws
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }))
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }))
    await observe(world, 'write', () => world.setup({}, undefined, { pageOnce: false }))
    await leaveAnUnfinishedUpload(world, bucket)
    await attachAPolicy(world)
    await saveQueries(await world.session(), new Map([['tokens-by-model', 'fields modelId']]))
    await observe(world, 'remove', () => world.cleanup())
  }

  async function adopting(world: World) {
    await arrange(world, { scripted: [...SCRIPTED], foreignLogging: false })
    await observe(world, 'write', () => world.setup())
    await observe(world, 'remove', () => world.cleanup({ includeAdopted: true }))
  }

  async function leavingOneRegion(world: World) {
    await world.setup()
    await observe(world, 'remove', () => world.cleanup({}, ['eu-west-1']))
  }

  beforeAll(async () => {
    await inWorld({ settings: { email: 'ops@example.com', alarms: 'strict', budgetUsd: 50 } }, aWholeLife)
    await inWorld({ settings: { email: 'ops@example.com' } }, adopting)
    await inWorld({ regions: ['us-east-1', 'eu-west-1'] }, leavingOneRegion)
  })

  test.each(['read', 'write', 'remove'] as const)('%s', (phase) => {
    expect([...called[phase]].sort()).toEqual([...declared[phase]].sort())
  })
})

describe('law 5: a run stopped at any call and started again ends as one that was never stopped', () => {
  const prior: PriorState = { scripted: ['topic', 'role'], foreignLogging: true }
  /** The alarms beyond these have a test of their own. */
  const settings = { alarms: 'minimal' } as const

  /** The calls of a command that is not disturbed, and the account after it. */
  async function undisturbed(command: (world: World) => Promise<unknown>, prepare: (world: World) => Promise<unknown>) {
    return inWorld({ settings }, async (world) => {
      await prepare(world)
      world.sandbox.calls.length = 0
      await command(world)
      return { calls: world.sandbox.calls.length, after: await inventory(world.cx) }
    })
  }

  const commands = {
    setup: {
      prepare: (world: World) => arrange(world, prior),
      run: (world: World) => world.setup({ replaceLogging: true }),
    },
    cleanup: {
      prepare: async (world: World) => {
        await arrange(world, prior)
        await world.setup({ replaceLogging: true })
      },
      run: (world: World) => world.cleanup(),
    },
  }

  test.each(['setup', 'cleanup'] as const)(
    '%s, before and after each of its calls',
    async (name) => {
      const { prepare, run } = commands[name]
      const { calls, after } = await undisturbed(run, prepare)
      expect(calls).toBeGreaterThan(20)
      for (const when of ['before', 'after'] as const) {
        for (let nth = 1; nth <= calls; nth += 1) {
          await inWorld({ settings, maxAttempts: 1 }, async (world) => {
            await prepare(world)
            world.sandbox.faults.push({ kind: 'reset', from: nth, count: 1_000, when })
            const error = await errorOf(run(world))
            expect(error).toMatchObject({ name: 'AppError' })
            world.sandbox.faults.length = 0
            expect(await errorOf(run(world))).toBeUndefined()
            expect({ when, nth, after: await inventory(world.cx) }).toEqual({ when, nth, after })
          })
        }
      }
    },
    120_000,
  )
})

function leaveAnUnfinishedUpload(world: World, Bucket: string) {
  return world.cx.aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'half' }))
}

function attachAPolicy(world: World) {
  const RoleName = world.env.settings.roleName
  const PolicyArn = 'arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess'
  return world.cx.aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
}
