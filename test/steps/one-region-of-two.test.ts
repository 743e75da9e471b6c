import { DescribeAlarmsCommand, PutCompositeAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { expect, test } from '@jest/globals'
import { COMPOSITE_NAME } from '../../src/steps/alarms/composite-rule.ts'
import { inWorld } from '../support/world.ts'

const ONLY = { only: ['alarms'] }
const SECOND = 'eu-west-1'

test('a composite alarm that was there before lets go of our alarms in its own Region, not in the first', () =>
  inWorld({ settings: { alarms: 'minimal', pageOnce: true }, regions: ['us-east-1', SECOND] }, async (world) => {
    const inRegion = (region: string) => world.cx.in(region).aws.cloudwatch
    const composites = async (region: string) => {
      const { CompositeAlarms = [] } = await inRegion(region).send(
        new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
      )
      return CompositeAlarms.map(({ AlarmName, AlarmRule }) => `${AlarmName}: ${AlarmRule}`)
    }
    await inRegion(SECOND).send(new PutCompositeAlarmCommand({ AlarmName: COMPOSITE_NAME, AlarmRule: 'FALSE' }))
    expect((await world.setup(ONLY)).error).toBeUndefined()
    expect((await world.cleanup(ONLY)).error).toBeUndefined()
    expect(await composites('us-east-1')).toEqual([])
    expect(await composites(SECOND)).toEqual([`${COMPOSITE_NAME}: FALSE`])
  }))
