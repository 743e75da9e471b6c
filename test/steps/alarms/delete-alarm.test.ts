import { DescribeAlarmsCommand, PutCompositeAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import type { AwsContext } from '../../../src/aws/context.ts'
import { AppError } from '../../../src/core/errors.ts'
import { deleteAlarm } from '../../../src/steps/alarms/alarm-calls.ts'
import { COMPOSITE_NAME } from '../../../src/steps/alarms/composite-rule.ts'
import { inventory, names } from '../../support/inventory.ts'
import { inWorld, type World } from '../../support/world.ts'

const minimal = { settings: { alarms: 'minimal' } } as const
const put = ({ cx }: World, AlarmRule: string) =>
  cx.aws.cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'Pager', AlarmRule }))
const left = async ({ cx }: World) => Object.values(names(await inventory(cx))).flat()

describe("somebody's composite alarm that watches ours", () => {
  test('keeps that alarm and the topic it tells; cleanup names it with the remedy, removes all else, and later the rest', () =>
    inWorld({ ...minimal, isSetUp: true }, async (world) => {
      await put(world, 'ALARM("Bedrock-HighLatency") AND NOT ALARM("Bedrock-HighErrorRate")')
      const { error, report } = await world.cleanup()
      expect(error).toMatchObject({ kind: 'partial' })
      const failed = report.resources.filter(({ outcome }) => outcome === 'failed')
      expect(failed.map(({ name }) => name).sort()).toEqual(['Bedrock-HighErrorRate', 'Bedrock-HighLatency'])
      expect(failed.find(({ name }) => name === 'Bedrock-HighLatency')?.error).toEqual({
        code: 'AlarmWatched',
        message: 'alarm Bedrock-HighLatency cannot be deleted as long as composite alarm Pager watches it',
        hint: 'take Bedrock-HighLatency out of the rule of Pager, or delete Pager; then run the same command again',
      })
      const kept = ['Bedrock-HighErrorRate', 'Bedrock-HighLatency', 'Pager']
      expect((await left(world)).filter((name) => !name.includes(':sns:')).sort()).toEqual(kept)
      await put(world, 'FALSE')
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await left(world)).toEqual(['Pager'])
    }))

  test('even where it watches the one that pages once', () =>
    inWorld({ settings: { alarms: 'minimal', pageOnce: true } }, async (world) => {
      await world.setup({ only: ['alarms'] })
      await put(world, `ALARM("${COMPOSITE_NAME}")`)
      const { error, report } = await world.cleanup({ only: ['alarms'] })
      expect(error).toMatchObject({ kind: 'partial' })
      const composite = report.resources.find(({ name }) => name === COMPOSITE_NAME)
      expect(composite?.error).toMatchObject({ code: 'AlarmWatched', message: expect.stringContaining('Pager') })
      await put(world, 'FALSE')
      expect((await world.cleanup({ only: ['alarms'] })).error).toBeUndefined()
      expect(await left(world)).toEqual(['Pager'])
    }))
})

/** A CloudWatch that refuses to delete, and answers what else it is asked with `parents`. */
function refusing(code: string, parents: readonly string[] | AppError): AwsContext {
  const refusal = new AppError('aws', code, 'refused')
  const send = async (command: unknown) => {
    if (!(command instanceof DescribeAlarmsCommand)) throw refusal
    if (parents instanceof AppError) throw parents
    return { CompositeAlarms: parents.map((AlarmName) => ({ AlarmName })) }
  }
  return { aws: { cloudwatch: { send } } } as unknown as AwsContext
}

test.each(['ResourceNotFound', 'ResourceNotFoundException'])('an alarm that is gone already is deleted: %s', (code) =>
  expect(deleteAlarm(refusing(code, ['Pager']), 'a')).resolves.toBeUndefined(),
)

test.each<[string, string, string[] | AppError]>([
  ['it is refused for another reason', 'AccessDenied', ['Pager']],
  ['nothing watches it', 'ValidationError', []],
  ['what watches it may not be looked at', 'ValidationError', new AppError('aws', 'AccessDenied', 'no')],
])('the error is that of CloudWatch where %s', (_, code, parents) =>
  expect(deleteAlarm(refusing(code, parents), 'a')).rejects.toMatchObject({ code, message: 'refused' }),
)
