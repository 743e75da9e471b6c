import { PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs'
import { type LifecycleRule, PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3'
import { expect, test } from '@jest/globals'
import { bucketNameOf } from '../../../../src/aws/log-bucket.ts'
import { DAY_MS, HOUR_MS } from '../../../../src/report/window.ts'
import { runLine } from '../../../cli/run.ts'
import { playLogged } from '../../../support/logged-traffic.ts'
import { report } from '../../../support/report.ts'
import { inWorld, REGION } from '../../../support/world.ts'

test.each<[string, number, { hours: number; isFloor: boolean }]>([
  ['less than the window', 7, { hours: 9 * 24, isFloor: true }],
  ['all of the window', 14, { hours: 9 * 24, isFloor: false }],
  ['the last day, which the shortest retention covers', 1, { hours: 24, isFloor: false }],
])('a log group that keeps %s: the cost is a floor or not', (_, retentionInDays, { hours, isFloor }) =>
  inWorld({ isSetUp: true }, async (world) => {
    const { cx, env, sandbox } = world
    const { window } = playLogged(world, { seed: 3, hours, perHour: 1 })
    const { logGroupName } = env.settings
    await cx.aws.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }))
    const source = { name: 'logs', accountId: sandbox.account, places: [{ region: REGION, cx }], window }
    const { report: told } = await report(cx, { source, prices: {} })
    const warned = told.warnings.filter(({ code }) => code === 'retention').map(({ message }) => message)
    const since = new Date(cx.clock.now() - retentionInDays * 24 * HOUR_MS).toISOString().slice(0, 13)
    const says = `log group ${logGroupName} in ${REGION} keeps events for ${retentionInDays} days: what was logged before ${since}`
    expect(warned).toEqual(isFloor ? [expect.stringContaining(says)] : [])
    expect(told.total.costLacks.includes('reading')).toBe(isFloor)
    const line = `query tokens-by-model --offline --json --last ${hours}h`
    const { stdout } = await runLine(line.split(' '), { env: { ...sandbox.env } })
    const { rows } = JSON.parse(stdout) as { rows: { costUsd: number | null; costIsFloor: boolean }[] }
    const priced = rows.filter(({ costUsd }) => costUsd !== null)
    expect(priced.length).toBeGreaterThan(0)
    expect(priced.filter(({ costIsFloor }) => costIsFloor)).toEqual(isFloor ? priced : [])
  }),
)

const rule = (days: number, more: Partial<LifecycleRule> = {}): LifecycleRule => ({
  ID: `after-${days}`,
  Status: 'Enabled',
  Filter: { Prefix: '' },
  Expiration: { Days: days },
  ...more,
})

test.each<[string, LifecycleRule[], number | undefined]>([
  ['all for less than the window', [rule(30), rule(7)], 7],
  ['the logs for less than the window', [rule(7, { Filter: { Prefix: 'bedrock-logs/' } })], 7],
  ['some of the logs for less', [rule(5, { Filter: { And: { Prefix: 'bedrock-logs/AWSLogs/111122223333/' } } })], 5],
  ['large ones for less', [rule(7, { Filter: { ObjectSizeGreaterThan: 1 } })], 7],
  ['nothing since a day', [rule(7, { Expiration: { Date: new Date('2020-01-01T00:00:00Z') } })], 0],
  ['all of the window', [rule(14)], undefined],
  ['other objects for less', [rule(7, { Filter: { Prefix: 'other/' } })], undefined],
  ['tagged objects for less', [rule(7, { Filter: { Tag: { Key: 'a', Value: 'b' } } })], undefined],
  ['all, since its rule is off', [rule(7, { Status: 'Disabled' })], undefined],
])('a bucket that keeps %s: the cost is a floor or not', (_, Rules, days) =>
  inWorld({ isSetUp: true, settings: { lake: true } }, async (world) => {
    const { cx, env, sandbox } = world
    const { window } = playLogged(world, { seed: 3, hours: 9 * 24, perHour: 1 })
    const Bucket = bucketNameOf(env)
    await cx.aws.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
    for (const name of ['s3', 'athena'] as const) {
      const source = { name, accountId: sandbox.account, places: [{ region: REGION, cx }], window }
      const { report: told } = await report(cx, { source, prices: {} })
      const warned = told.warnings.filter(({ code }) => code === 'retention').map(({ message }) => message)
      const since = new Date(cx.clock.now() - (days ?? 0) * DAY_MS).toISOString().slice(0, 10)
      const when = days === 0 ? 'at once' : `after ${days} days`
      const says = `the lifecycle rules of s3://${Bucket} delete logs ${when}: what was logged before ${since}T00:00:00Z is missing`
      expect(warned).toEqual(days === undefined ? [] : [says])
      expect(told.total.costLacks.includes('reading')).toBe(days !== undefined)
    }
  }),
)
