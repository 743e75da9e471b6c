import { PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs'
import { expect, test } from '@jest/globals'
import { HOUR_MS } from '../../../../src/report/window.ts'
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
  }),
)
