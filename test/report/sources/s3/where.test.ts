import { gzipSync } from 'node:zlib'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from '@jest/globals'
import type { Aws, AwsContext } from '../../../../src/aws/context.ts'
import { bucketNameOf } from '../../../../src/aws/log-bucket.ts'
import { report } from '../../../../src/report/report.ts'
import { type BucketSettings, foldersIn, foldersOf } from '../../../../src/report/sources/s3/where.ts'
import type { NamedBucket } from '../../../../src/report/sources/source.ts'
import { resolveSettings } from '../../../../src/steps/resolve-settings.ts'
import { converse } from '../../../support/invocation-records.ts'
import { inWorld, REGION, type World } from '../../../support/world.ts'

const SETTINGS: BucketSettings = { bucketName: '', bucketPrefix: 'bedrock-logs', keyPrefix: 'bedrock-logs' }
const OWN = '111122223333'
const OTHER = '444455556666'

const signedIn = (cx: AwsContext, settings: Partial<BucketSettings> = {}, regions = [REGION]) => ({
  places: regions.map((region) => ({ account: OWN, region, cx: cx.in(region) })),
  settings: { ...SETTINGS, ...settings },
  given: new Set(Object.keys(settings)),
})

/** Where the report would look, in words. */
const looked = async (world: World, settings: Partial<BucketSettings> = {}) =>
  (await foldersOf(signedIn(world.cx, settings))).map(({ bucket, keyPrefix }) => `${bucket}/${keyPrefix}`)

/** A bucket of many accounts, and a Region whose logging configuration says this. */
async function withLogging<T>(s3Config: object | undefined, body: (world: World) => Promise<T>): Promise<T> {
  return inWorld({}, async (world) => {
    await world.cx.aws.s3.send(new CreateBucketCommand({ Bucket: 'central-org-logs' }))
    const answering = (cx: AwsContext): AwsContext => ({
      ...cx,
      in: (region) => answering(cx.in(region)),
      aws: {
        ...cx.aws,
        bedrock: { send: async () => (s3Config ? { loggingConfig: { s3Config } } : {}) } as Aws['bedrock'],
      },
    })
    return body({ ...world, cx: answering(world.cx) })
  })
}

function put({ sandbox, cx }: World, root: string, account: string, tokens: number, region = REGION): void {
  const now = cx.clock.now() - 60_000
  const text = new Date(now).toISOString()
  const hour = text.slice(0, 13).replace(/[-T]/g, '/')
  const key = `${root}AWSLogs/${account}/BedrockModelInvocationLogs/${region}/${hour}/${text.replace(/[-:.]/g, '')}_0123456789abcdef.json.gz`
  const record = converse(tokens, 0, 1, { time: `${text.slice(0, 19)}Z`, account, region })
  sandbox.services.s3.putObject('central-org-logs', key, gzipSync(`${record}\n`))
}

const tokensOf = async ({ cx }: World, bucket: NamedBucket | undefined, settings: Partial<BucketSettings> = {}) => {
  const signed = signedIn(cx, settings)
  const { report: told } = await report(
    { cx, signIn: async () => ({ ...signed, settings: { ...resolveSettings([]).settings, ...signed.settings } }) },
    { source: 's3', by: ['account'], bucket },
  )
  return Object.fromEntries(told.groups.map(({ key, inputTokens }) => [key.account, inputTokens]))
}

describe('where the logs are', () => {
  it('is what the logging configuration says', () =>
    withLogging({ bucketName: 'central-org-logs', keyPrefix: '/audit/bedrock/' }, async (world) => {
      expect(await looked(world)).toEqual(['central-org-logs/audit/bedrock'])
      put(world, 'audit/bedrock/', OWN, 7)
      expect(await tokensOf(world, undefined)).toEqual({ [OWN]: 7 })
    }))

  it('has no prefix where the configuration has none', () =>
    withLogging({ bucketName: 'central-org-logs' }, async (world) => {
      expect(await looked(world)).toEqual(['central-org-logs/'])
      put(world, '', OWN, 5)
      expect(await tokensOf(world, undefined)).toEqual({ [OWN]: 5 })
    }))

  it.each<[string, Partial<BucketSettings>, string]>([
    ['the bucket', { bucketName: 'mine' }, `mine-${REGION}/bedrock-logs`],
    ['the prefix', { keyPrefix: 'p' }, 'central-org-logs/p'],
    ['both', { bucketName: 'mine', keyPrefix: '' }, `mine-${REGION}/`],
    ['the very bucket of the configuration', { bucketName: 'central-org-logs' }, 'central-org-logs/audit'],
  ])('is what the user names: %s', (_, settings, expected) =>
    withLogging({ bucketName: 'central-org-logs', keyPrefix: 'audit' }, async (world) => {
      const found = await looked(world, settings)
      expect(found.map((one) => one.replace(/^mine\//, `mine-${REGION}/`))).toEqual([expected])
    }),
  )

  it('is where setup puts them while logging is off', () =>
    withLogging(undefined, async (world) => {
      expect(await looked(world)).toEqual([`${bucketNameOf(world.env)}/bedrock-logs`])
    }))
})

describe('a bucket of many accounts', () => {
  it('is read whole, or for the accounts and Regions that are named', () =>
    withLogging(undefined, async (world) => {
      put(world, 'bedrock-logs/', OWN, 1)
      put(world, 'bedrock-logs/', OTHER, 20)
      put(world, 'bedrock-logs/', OTHER, 300, 'eu-west-1')
      const name = 'central-org-logs'
      expect(await tokensOf(world, { name })).toEqual({ [OWN]: 1, [OTHER]: 320 })
      expect(await tokensOf(world, { name, accounts: [OTHER] })).toEqual({ [OTHER]: 320 })
      expect(await tokensOf(world, { name, regions: [REGION] })).toEqual({ [OWN]: 1, [OTHER]: 20 })
    }))

  it('without a prefix is found, too', () =>
    withLogging(undefined, async (world) => {
      put(world, '', OTHER, 4)
      expect(await tokensOf(world, { name: 'central-org-logs' })).toEqual({ [OTHER]: 4 })
      expect(await tokensOf(world, { name: 'central-org-logs' }, { keyPrefix: '' })).toEqual({ [OTHER]: 4 })
    }))

  it('in which there is nothing of it says where it was looked for', () =>
    withLogging(undefined, async (world) => {
      const asked = foldersIn({ name: 'central-org-logs', accounts: [OTHER] }, signedIn(world.cx))
      await expect(asked).rejects.toMatchObject({ code: 'NoLogs', message: expect.stringContaining(OTHER) })
    }))

  it('of another owner is not read as the own one', () =>
    withLogging(undefined, async (world) => {
      const asked = foldersIn({ name: 'central-org-logs', owner: OTHER }, signedIn(world.cx))
      await expect(asked).rejects.toMatchObject({
        code: 'AccessDenied',
        hint: expect.stringContaining('--bucket-owner'),
      })
    }))
})

it('names what was looked at and what the configuration says, where nothing is found', () =>
  withLogging({ bucketName: 'central-org-logs', keyPrefix: 'audit' }, async ({ cx }) => {
    const signed = signedIn(cx)
    const { report: told } = await report(
      { cx, signIn: async () => ({ ...signed, settings: { ...resolveSettings([]).settings, ...signed.settings } }) },
      { source: 's3' },
    )
    const [message] = told.warnings.filter(({ code }) => code === 'no-usage').map(({ message }) => message)
    expect(message).toContain(`s3://central-org-logs/audit/AWSLogs/${OWN}/BedrockModelInvocationLogs/${REGION}/`)
    expect(message).toContain(`invocation logging in ${REGION} writes to bucket central-org-logs under 'audit'`)
  }))
