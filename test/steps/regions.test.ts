import { GetDashboardCommand } from '@aws-sdk/client-cloudwatch'
import { ListRoleTagsCommand } from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import { findHomeRegion } from '../../src/aws/home-region.ts'
import type { Env } from '../../src/steps/env.ts'
import { enabledRegions } from '../../src/steps/regions.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'
import { openSession } from '../../src/steps/session.ts'
import { STANDARD } from '../support/counts.ts'
import { failing, fakeAws } from '../support/fake-aws.ts'
import { inventory, names } from '../support/inventory.ts'
import { errorOf, inWorld, type World } from '../support/world.ts'

const TWO = ['us-east-1', 'eu-west-1'] as const

async function regionsOfRole({ cx, env }: World): Promise<string[]> {
  const { Tags = [] } = await cx.aws.iam.send(new ListRoleTagsCommand({ RoleName: env.settings.roleName }))
  return Tags.flatMap(({ Key = '' }) => (Key.startsWith('bedrock-monitor:region:') ? [Key.slice(23)] : [])).sort()
}

async function regionsOfDashboard({ cx, env }: World): Promise<unknown[]> {
  const DashboardName = env.settings.dashboardName
  const { DashboardBody = '{}' } = await cx.aws.cloudwatch.send(new GetDashboardCommand({ DashboardName }))
  const { widgets } = JSON.parse(DashboardBody) as { widgets: { properties: { region?: string } }[] }
  return [...new Set(widgets.flatMap(({ properties }) => properties.region ?? []))].sort()
}

describe('several Regions', () => {
  test('have what is global once and the rest each, with bucket names of their own', () =>
    inWorld({ regions: TWO }, async (world) => {
      const { report, error } = await world.setup()
      expect(error).toBeUndefined()
      expect(report.regions).toEqual(TWO)
      const made = (type: string) => report.resources.filter((resource) => resource.type === type)
      expect(made('iam-role')).toHaveLength(1)
      expect(made('dashboard')).toHaveLength(1)
      expect(made('s3-bucket').map(({ name, region }) => [region, name])).toEqual([
        ['us-east-1', 'bedrock-logs-111122223333'],
        ['eu-west-1', 'bedrock-logs-111122223333-eu-west-1'],
      ])
      expect(made('invocation-logging').map(({ region }) => region)).toEqual(TWO)
      expect(made('alarm')).toHaveLength(2 * STANDARD)
      expect(await regionsOfDashboard(world)).toEqual([...TWO].sort())
      world.sandbox.calls.length = 0
      expect((await world.setup()).report.ok).toBe(true)
      expect(world.sandbox.calls.filter(({ writing }) => writing)).toEqual([])
    }))

  test('set up one after the other end as if they had been set up together', () =>
    inWorld({ regions: ['us-east-1'], isSetUp: true }, async (world) => {
      expect((await world.setup({}, ['eu-west-1'])).error).toBeUndefined()
      for (const regions of [['us-east-1'], ['eu-west-1'], TWO] as const) {
        expect((await world.status(regions)).report.ok).toBe(true)
      }
      expect(await regionsOfRole(world)).toEqual([...TWO].sort())
      expect(await regionsOfDashboard(world)).toEqual([...TWO].sort())
    }))

  test('are cleaned up one by one: role and dashboard serve the rest until the last is gone', () =>
    inWorld({ regions: TWO, isSetUp: true }, async (world) => {
      const { report, error } = await world.cleanup({}, ['us-east-1'])
      expect(error).toBeUndefined()
      expect(report.resources.find(({ type }) => type === 'iam-role')).toMatchObject({
        action: 'update',
        outcome: 'done',
      })
      expect(await regionsOfRole(world)).toEqual(['eu-west-1'])
      expect(await regionsOfDashboard(world)).toEqual(['eu-west-1'])
      expect((await world.status(['eu-west-1'])).report.ok).toBe(true)
      expect((await world.cleanup({}, ['eu-west-1'])).error).toBeUndefined()
      expect(Object.values(names(await inventory(world.cx))).flat()).toEqual([])
    }))

  test('a fault in one leaves it as it was, does not stop the others, and is exit 5', () =>
    inWorld({ regions: TWO }, async (world) => {
      const theirs = 'bedrock-logs-111122223333-eu-west-1'
      world.sandbox.services.s3.buckets.create(theirs, 'eu-west-1', '999999999999', 0)
      const { report, error } = await world.setup()
      expect(error?.kind).toBe('partial')
      const outcomes = (region: string) =>
        new Set(report.resources.filter((resource) => resource.region === region).map(({ outcome }) => outcome))
      expect(outcomes('us-east-1')).toEqual(new Set(['done']))
      expect(outcomes('global')).toEqual(new Set(['done']))
      expect(outcomes('eu-west-1')).toEqual(new Set(['failed']))
      expect(world.sandbox.calls.filter(({ region, writing }) => region === 'eu-west-1' && writing)).toEqual([])
    }))

  test('one of them held up by what is somebody else’s is exit 5 in a dry run, too', () =>
    inWorld({ regions: TWO }, async (world) => {
      const cloudWatchConfig = { logGroupName: 'theirs', roleArn: `arn:aws:iam::${world.env.accountId}:role/theirs` }
      world.sandbox.services.bedrock.configureLogging('eu-west-1', { cloudWatchConfig })
      for (const dryRun of [true, false])
        expect(await errorOf(world.setup({ dryRun }))).toMatchObject({
          kind: 'partial',
          ...(dryRun && { message: expect.stringMatching(/; so nothing can be set up in eu-west-1$/) }),
        })
    }))

  test('status of which one cannot be read tells of the others, and is exit 5', () =>
    inWorld({ regions: TWO, isSetUp: true }, async (world) => {
      const theirs = 'bedrock-logs-111122223333-eu-west-1'
      world.sandbox.services.s3.buckets.create(theirs, 'eu-west-1', '999999999999', 0)
      const { report, error } = await world.status()
      expect(error).toMatchObject({ kind: 'partial', message: expect.stringMatching(/^eu-west-1 could not be read/) })
      const outcomes = report.resources.map(({ region, outcome }) => [region, outcome])
      expect(outcomes.filter(([, outcome]) => outcome === 'failed')).toEqual([['eu-west-1', 'failed']])
      expect(report.ok).toBe(false)
    }))

  test('with the plain bucket name taken in another Region, this one has a name with its Region', () =>
    inWorld({ regions: ['eu-west-1'] }, async (world) => {
      world.sandbox.services.s3.buckets.create('bedrock-logs-111122223333', 'us-east-1', '111122223333', 0)
      const { report } = await world.setup()
      expect(report.ok).toBe(true)
      expect(report.resources.find(({ type }) => type === 's3-bucket')).toMatchObject({
        name: 'bedrock-logs-111122223333-eu-west-1',
        outcome: 'done',
      })
    }))

  test('a Region without Bedrock is refused by name', () =>
    inWorld({ regions: ['us-east-1', 'cn-north-1'] }, async (world) => {
      expect(await errorOf(world.setup())).toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('cn-north-1'),
      })
    }))
})

test('all Regions are those with Bedrock in the partition, the given one first', () =>
  inWorld({}, async ({ cx }) => {
    const regions = await enabledRegions(cx, 'eu-west-1')
    expect(regions[0]).toBe('eu-west-1')
    expect(regions).toHaveLength(33)
    expect(await enabledRegions(cx, 'us-gov-west-1')).toEqual(['us-gov-west-1', 'us-gov-east-1'])
  }))

test('a Region that the account has not enabled is left out, with a warning; one that fails otherwise is not', async () => {
  const { cx, events } = fakeAws({
    GetModelInvocationLoggingConfiguration(_input: never, region: string) {
      if (region === 'ap-east-2') return failing('UnrecognizedClientException')()
      if (region === 'me-south-1') return failing('ENOTFOUND')()
      if (region === 'eu-west-3') return failing('AccessDeniedException')()
      return {}
    },
  })
  const regions = await enabledRegions(cx, 'us-east-1')
  expect(regions).toHaveLength(31)
  expect(regions).toContain('eu-west-3')
  const message = 'left out, since the account has not enabled them: ap-east-2, me-south-1'
  expect(events).toEqual([{ type: 'warning', warning: { code: 'regions-not-enabled', message } }])
})

test('a session about all Regions names them all, and its own warnings, and is called all', () =>
  inWorld({}, async ({ cx, env, sandbox }) => {
    const session = await openSession(cx, { allFrom: 'us-gov-west-1' }, env.settings)
    expect(session.env).toMatchObject({ region: 'us-gov-west-1', regions: ['us-gov-west-1', 'us-gov-east-1'] })
    expect([session.regionFlag, session.warnings]).toEqual(['all', []])
    expect(sandbox.calls.filter(({ writing }) => writing)).toEqual([])
  }))

describe('the Region whose bucket has the plain name', () => {
  const ACCOUNT = '111122223333'
  const env = (...regions: [string, ...string[]]): Env => ({
    accountId: ACCOUNT,
    region: regions[0],
    regions,
    homeRegion: regions[0],
    settings: resolveSettings([]).settings,
  })
  const homeOf = (asked: Env, answer: (input: { Bucket: string }, region: string) => unknown) =>
    findHomeRegion(fakeAws({ GetBucketLocation: answer }).cx, asked)

  test.each([
    ['without a name, as in the oldest Region', undefined, 'us-east-1'],
    ['by its old European name', 'EU', 'eu-west-1'],
    ['by its name', 'eu-west-1', 'eu-west-1'],
    ['of which the command is not about', 'eu-north-1', undefined],
  ])('is where the bucket stands, told %s', async (_title, LocationConstraint, home) => {
    expect(await homeOf(env('us-east-1', 'eu-west-1'), () => ({ LocationConstraint }))).toBe(home)
  })

  test('is found through a Region that knows, where others only say that it is elsewhere', async () => {
    const home = await homeOf(env('us-east-1', 'eu-west-1'), (_input, region) =>
      region === 'us-east-1' ? failing('PermanentRedirect')() : { LocationConstraint: 'eu-west-1' },
    )
    expect(home).toBe('eu-west-1')
  })

  test('is none of them where all say that it is elsewhere', async () => {
    expect(await homeOf(env('us-east-1', 'eu-west-1'), failing('AuthorizationHeaderMalformed'))).toBeUndefined()
  })

  test('is the first where it may not be looked at: the step that needs it says so', async () => {
    expect(await homeOf(env('eu-west-1', 'us-east-1'), failing('AccessDenied'))).toBe('eu-west-1')
  })

  test('is none where it stands nowhere and the first has a bucket under its own name', async () => {
    const own = ({ Bucket }: { Bucket: string }) =>
      Bucket.endsWith('-eu-west-1') ? { LocationConstraint: 'eu-west-1' } : failing('NoSuchBucket')()
    expect(await homeOf(env('eu-west-1'), own)).toBeUndefined()
    expect(await homeOf(env('eu-west-1'), failing('NoSuchBucket'))).toBe('eu-west-1')
  })

  test('any other failure is one', async () => {
    await expect(homeOf(env('eu-west-1'), failing('InternalError'))).rejects.toMatchObject({ code: 'InternalError' })
  })
})
