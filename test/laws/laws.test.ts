import { AttachRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import type { CommandResult } from '../../src/core/change-report.ts'
import type { Grant } from '../../src/core/resource.ts'
import { preflightGrants } from '../../src/steps/permissions/preflight.ts'
import { saveQueries } from '../../src/steps/queries/saved-queries.ts'
import { allSteps, resourcesOf } from '../../src/steps/steps.ts'
import { callModels, EVERYTHING, forgetASubscription, loosenTheLake, takePrincipalsOut } from '../support/everything.ts'
import { actionsOf } from '../support/iam-actions.ts'
import { type Inventory, inventory, names, withoutMarks } from '../support/inventory.ts'
import {
  arrange,
  FOREIGN_GROUP,
  giveRoleToSomebody,
  type PriorState,
  priorStates,
  SCRIPTED,
} from '../support/prior-state.ts'
import { SHARE, THIRD } from '../support/share.ts'
import { errorOf, inWorld, type World, type WorldOptions, writingCalls } from '../support/world.ts'

/** Every test is many lives of an account. */
jest.setTimeout(240_000)

/** Runs a property in a fresh account brought into any prior state, with no option asked for and with every one. */
function inAnyAccount(body: (world: World, prior: PriorState) => Promise<void>, { numRuns = 40 } = {}) {
  return fc.assert(
    fc.asyncProperty(priorStates, fc.boolean(), (prior, everything) =>
      inWorld(everything ? { settings: EVERYTHING } : {}, async (world) => {
        await arrange(world, prior)
        if (everything) callModels(world)
        await body(world, prior)
      }),
    ),
    { numRuns: SHARE.runs(numRuns) },
  )
}

function expectDone({ error, report: { ok } }: CommandResult): void {
  expect({ error, ok }).toEqual({ error: undefined, ok: true })
}

/** What `arrange` puts there as somebody else's, by his names. */
function theirs(found: Inventory) {
  const own = (things: Record<string, unknown> = {}) =>
    Object.entries(things).filter(([name]) => name.startsWith('theirs'))
  return [found.alarms, found.composites, found.queries, found.budgets].map(own)
}

/** Where Bedrock delivers to. */
const LOG = 'bedrock-logs/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1'

/** What waits to be confirmed cannot be ended, and ends by itself: so everybody confirms. */
function confirmAll({ sandbox, env }: World): void {
  const topic = `arn:aws:sns:us-east-1:${env.accountId}:bedrock-usage-alerts`
  const { email, httpsEndpoint } = EVERYTHING
  for (const endpoint of [...email.split(','), httpsEndpoint]) sandbox.services.sns.confirm(topic, endpoint)
}

const QUERIES = new Map([['tokens-by-model', 'fields modelId']])
const saveAQuery = async (world: World) => saveQueries(await world.session(), QUERIES)

describe('laws 1 to 3, in the life of any account', () => {
  test('a dry run and a cleanup change nothing, setup converges, and cleanup leaves what stood there', () =>
    inAnyAccount(async (world) => {
      const before = await inventory(world.cx)
      const { calls } = world.sandbox

      calls.length = 0
      await errorOf(world.setup({ dryRun: true, replaceLogging: true }))
      await errorOf(world.cleanup({ dryRun: true, includeAdopted: true }))
      expect({ aDryRunMade: writingCalls(world) }).toEqual({ aDryRunMade: [] })

      expect((await world.cleanup()).error).toBeUndefined()
      expect({ aCleanupOfNothingMade: writingCalls(world) }).toEqual({ aCleanupOfNothingMade: [] })

      const first = await world.setup({ replaceLogging: true })
      expectDone(first)
      const plan = (await world.status()).report.resources
      expect(plan.length).toBe(first.report.resources.length)
      expect(plan.filter(({ action }) => action !== 'none')).toEqual([])

      calls.length = 0
      const second = await world.setup()
      expectDone(second)
      expect(second.report.resources.map(({ outcome }) => outcome)).toEqual(plan.map(() => 'unchanged'))
      expect({ aSecondSetupMade: writingCalls(world) }).toEqual({ aSecondSetupMade: [] })

      await saveAQuery(world)
      confirmAll(world)
      expectDone(await world.cleanup())
      // Member by member, but for the marks that Bedrock leaves in a bucket of theirs.
      expect(withoutMarks(await inventory(world.cx))).toEqual(withoutMarks(before))
    }))
})

describe('law 3, with other settings for clean-up than for setup', () => {
  const some = fc.record(
    {
      keyPrefix: fc.constantFrom('logs', 'other', ''),
      bucketName: fc.constantFrom('one-of-his', 'one-of-hers'),
      logGroupName: fc.constantFrom('/one', '/two'),
      roleName: fc.constantFrom('One', 'Two'),
    },
    { requiredKeys: [] },
  )

  test('whatever logging stood there stands again once every setup has had its cleanup, in any order', () =>
    fc.assert(
      fc.asyncProperty(priorStates, fc.array(some, { minLength: 1, maxLength: 2 }), some, (prior, lives, other) =>
        inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
          await arrange(world, { ...prior, foreignLogging: true })
          const before = withoutMarks(await inventory(world.cx))
          for (const names of lives)
            expectDone(await world.setup({ replaceLogging: true, only: ['1', '2', '2b', '3'] }, undefined, names))
          // One that stops because it would lose something says so; once the others are through, nothing holds it back.
          for (const names of [other, ...lives, ...lives]) await errorOf(world.cleanup({}, undefined, names))
          expect(withoutMarks(await inventory(world.cx))).toEqual(before)
        }),
      ),
      { numRuns: SHARE.runs(25) },
    ))
})

describe('law 1: applying converges', () => {
  test('every kind of resource there is takes part in it', () =>
    inWorld({ settings: EVERYTHING }, async (world) => {
      callModels(world)
      const { report } = await world.setup()
      await saveAQuery(world)
      const made = report.resources.map(({ type, name }) => `${type} ${name}`)
      expect(made).toEqual(expect.arrayContaining(['alarm Bedrock-HighSpend', 'alarm Bedrock-InputTokensAnomaly']))
      expect(made.filter((name) => name.startsWith('alarm Bedrock-Quota-'))).toHaveLength(1)
      const kinds = new Set([...report.resources.map(({ type }) => type), 'saved-query'])
      expect(kinds).toEqual(new Set(resourcesOf(allSteps(world.env)).map(({ type }) => type)))
      const found = names(await inventory(world.cx))
      expect(Object.entries(found).filter(([, things]) => things.length === 0)).toEqual([])
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

  test("others' alarms, budgets, queries and models beside ours are as they were after setup and after cleanup", () =>
    inWorld({ settings: EVERYTHING }, async (world) => {
      await arrange(world, { scripted: [], foreignLogging: false, others: true })
      const before = await inventory(world.cx)
      expect(theirs(before).map((things) => things.length)).toEqual([1, 1, 1, 1])
      expect((await world.setup()).error).toBeUndefined()
      await saveAQuery(world)
      expect(theirs(await inventory(world.cx))).toEqual(theirs(before))
      expect((await world.cleanup({ includeAdopted: true })).error).toBeUndefined()
      expect(await inventory(world.cx)).toEqual(before)
    }))
})

describe('law 3: after removal nothing that we created is left', () => {
  test('a bucket full of versions, delete markers and unfinished uploads goes too', () =>
    inWorld({}, async (world) => {
      await world.setup()
      const bucket = `bedrock-logs-${world.env.accountId}`
      for (let n = 0; n < 2_500; n += 1) {
        world.sandbox.services.s3.putObject(
          bucket,
          `${LOG}/2026/11/28/10/20261128T100000000Z_${String(n % 900).padStart(8, '0')}.json.gz`,
          new Uint8Array([n % 256]),
        )
      }
      expect((await world.cleanup()).error).toBeUndefined()
      expect(Object.values(names(await inventory(world.cx))).flat()).toEqual([])
    }))

  test('with --include-adopted nothing of our names is left', () =>
    inAnyAccount(
      async (world, { others }) => {
        await world.setup({ replaceLogging: true })
        await saveAQuery(world)
        await world.cleanup({ includeAdopted: true, includeOthers: true })
        const { logging, models, ...after } = names(await inventory(world.cx))
        // Where no lake was asked for, nothing of its names is looked at beyond its bucket.
        const notOurs = world.env.settings.lake
          ? /^(theirs|SomebodyElsesRole$)/
          : /^(theirs|SomebodyElsesRole$|bedrock[_-]monitor$)/
        const left = Object.values(after).flat()
        expect(left.filter((name) => !notOurs.test(name) && name !== FOREIGN_GROUP)).toEqual([])
        expect(models).toEqual(others ? ['AWS/Bedrock Invocations Sum'] : [])
      },
      { numRuns: SHARE.runs(20) },
    ))

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
      // An alarm that stands is put without tags.
      if (phase === 'remove' && action === 'cloudwatch:TagResource') continue
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
    // As no bucket is made any more; ours is mended.
    const { settings } = world.sandbox.services.s3.buckets.find(bucket) ?? {}
    if (settings) settings.encryption = { Rules: [] }
    forgetASubscription(world)
    await takePrincipalsOut(world)
    await loosenTheLake(world)
    await observe(world, 'write', () => world.setup({}, undefined, { pageOnce: false }))
    await leaveAnUnfinishedUpload(world, bucket)
    await attachAPolicy(world)
    await saveAQuery(world)
    await observe(world, 'remove', () => world.cleanup({ includeOthers: true }))
  }

  async function adopting(world: World) {
    await arrange(world, { scripted: [...SCRIPTED], foreignLogging: false })
    giveRoleToSomebody(world)
    await observe(world, 'write', () => world.setup())
    confirmAll(world)
    await observe(world, 'remove', () => world.cleanup())
    await observe(world, 'remove', () => world.cleanup({ includeAdopted: true, includeOthers: true }))
  }

  async function leavingOneRegion(world: World) {
    // One that has no policy and no tags of its own.
    await world.cx.aws.s3.send(new CreateBucketCommand({ Bucket: `bedrock-logs-${world.env.accountId}` }))
    await world.setup()
    await observe(world, 'remove', () => world.cleanup({}, ['eu-west-1']))
    await observe(world, 'remove', () => world.cleanup())
  }

  beforeAll(async () => {
    await inWorld({ settings: EVERYTHING }, aWholeLife)
    await inWorld({ settings: EVERYTHING }, adopting)
    await inWorld({}, adopting)
    await inWorld({ regions: ['us-east-1', 'eu-west-1'] }, leavingOneRegion)
  })

  test.each(['read', 'write', 'remove'] as const)('%s', (phase) => {
    expect([...called[phase]].sort()).toEqual([...declared[phase]].sort())
  })
})

describe('law 5: a run stopped at any call and started again ends as one that was never stopped', () => {
  const prior: PriorState = { scripted: ['topic', 'role'], foreignLogging: true }
  const ONLY = { only: ['alarms'] }

  interface Life {
    settings: NonNullable<WorldOptions['settings']>
    /** Changes that there are at least. */
    least?: number
    prepare(world: World): Promise<unknown>
    run(world: World): Promise<CommandResult>
  }

  /** Every step, with no more alarms than the shell scripts had: the others are stopped below. */
  const settings = { alarms: 'minimal' } as const
  const whole: Record<string, Life> = {
    setup: {
      settings,
      prepare: (world) => arrange(world, prior),
      run: (world) => world.setup({ replaceLogging: true }),
    },
    cleanup: {
      settings,
      async prepare(world) {
        await arrange(world, prior)
        await world.setup({ replaceLogging: true })
      },
      run: (world) => world.cleanup(),
    },
  }

  const beforeBilling: PriorState = { scripted: ['billing-bucket'], foreignLogging: false }
  const BILLING = { only: ['billing'] }
  const bill: Record<string, Life> = {
    setup: {
      settings: EVERYTHING,
      least: 5,
      prepare: (world) => arrange(world, { scripted: [], foreignLogging: false }),
      run: (world) => world.setup(BILLING),
    },
    'setup beside what is theirs': {
      settings: EVERYTHING,
      least: 3,
      prepare: (world) => arrange(world, beforeBilling),
      run: (world) => world.setup(BILLING),
    },
    cleanup: {
      settings: EVERYTHING,
      least: 4,
      prepare: (world) => world.setup(BILLING),
      run: (world) => world.cleanup(BILLING),
    },
  }

  const beforeLake: PriorState = { scripted: ['database', 'workgroup'], foreignLogging: false }
  const LAKE = { only: ['lake'] }
  const lake: Record<string, Life> = {
    setup: {
      settings: EVERYTHING,
      least: 8,
      prepare: (world) => arrange(world, { scripted: [], foreignLogging: false }),
      run: (world) => world.setup(LAKE),
    },
    'setup beside what is theirs': {
      settings: EVERYTHING,
      least: 6,
      prepare: (world) => arrange(world, beforeLake),
      run: (world) => world.setup(LAKE),
    },
    cleanup: {
      settings: EVERYTHING,
      least: 4,
      prepare: (world) => world.setup(LAKE),
      run: (world) => world.cleanup(LAKE),
    },
    'cleanup of what was added to theirs': {
      settings: EVERYTHING,
      least: 5,
      async prepare(world) {
        await arrange(world, beforeLake)
        await world.setup(LAKE)
      },
      run: (world) => world.cleanup(LAKE),
    },
  }

  const beforeAlarms: PriorState = { scripted: ['alarm', 'composite-alarm'], foreignLogging: false, others: true }
  const optional: Record<string, Life> = {
    setup: {
      settings: EVERYTHING,
      async prepare(world) {
        await arrange(world, beforeAlarms)
        callModels(world)
      },
      run: (world) => world.setup(ONLY),
    },
    cleanup: {
      settings: EVERYTHING,
      async prepare(world) {
        await arrange(world, beforeAlarms)
        callModels(world)
        await world.setup(ONLY)
      },
      run: (world) => world.cleanup(ONLY),
    },
  }

  /** The calls of a command that is not disturbed, and the account after it. */
  function undisturbed({ settings, prepare, run }: Life) {
    return inWorld({ settings }, async (world) => {
      await prepare(world)
      world.sandbox.calls.length = 0
      expect(await errorOf(run(world))).toBeUndefined()
      return { calls: world.sandbox.calls.map(({ writing }) => writing), after: await inventory(world.cx) }
    })
  }

  async function holds({ settings, prepare, run }: Life, when: 'before' | 'after', nth: number, end: Inventory) {
    await inWorld({ settings, maxAttempts: 1 }, async (world) => {
      await prepare(world)
      world.sandbox.faults.push({ kind: 'reset', from: nth, count: 1_000, when })
      expect(await errorOf(run(world))).toMatchObject({ name: 'AppError' })
      world.sandbox.faults.length = 0
      expect(await errorOf(run(world))).toBeUndefined()
      expect({ when, nth, after: await inventory(world.cx) }).toEqual({ when, nth, after: end })
    })
  }

  /**
   * From the fault on no call comes through, so a run stopped at a reading call, or before a change, leaves the account as one
   * whose last change was done and never answered for. Those, and the account before the first change, are all states there are;
   * of those after a change each run tries a third.
   */
  test.each(
    Object.entries({
      ...of('', whole),
      ...of(' of the alarms with every option', optional),
      ...of(' of the export of the bill', bill),
      ...of(' of the lake', lake),
    }),
  )('%s, after each of its changes and before the first', async (_, life) => {
    const { calls, after } = await undisturbed(life)
    const changes = calls.flatMap((writing, index) => (writing ? [index + 1] : []))
    expect(changes.length).toBeGreaterThanOrEqual(life.least ?? 15)
    await holds(life, 'before', changes[0] ?? 1, after)
    for (const nth of THIRD.of(changes)) await holds(life, 'after', nth, after)
  })
})

function of<Life>(what: string, lives: Record<string, Life>): Record<string, Life> {
  return Object.fromEntries(Object.entries(lives).map(([command, life]) => [`${command}${what}`, life]))
}

function leaveAnUnfinishedUpload(world: World, Bucket: string) {
  return world.cx.aws.s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key: `${LOG}/2026/11/28/10/20261128T100000000Z_00ffee00.json.gz` }),
  )
}

function attachAPolicy(world: World) {
  const RoleName = world.env.settings.roleName
  const PolicyArn = 'arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess'
  return world.cx.aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
}
