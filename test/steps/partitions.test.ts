import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect, test } from '@jest/globals'
import { inventory } from '../support/inventory.ts'
import { playLogged } from '../support/logged-traffic.ts'
import { report } from '../support/report.ts'
import { truth } from '../support/truth.ts'
import { inWorld } from '../support/world.ts'

test.each([
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-eusc', 'eusc-de-east-1'],
])('in %s, whose ARNs begin otherwise, all is set up, told of and taken away', (partition, REGION) =>
  inWorld({ region: REGION, settings: { email: 'ops@example.com', alarms: 'strict' } }, async (world) => {
    const { cx, env } = world
    const { Arn } = await cx.aws.sts.send(new GetCallerIdentityCommand({}))
    expect(Arn).toMatch(`arn:${partition}:`)
    const before = await inventory(cx)

    expect((await world.setup()).error).toBeUndefined()
    const { resources } = (await world.status()).report
    expect(resources.filter(({ action }) => action !== 'none')).toEqual([])

    const { window, invocations } = playLogged(world, { seed: 3, hours: 2, perHour: 40, region: REGION })
    const logs = {
      name: 'logs',
      accountId: env.accountId,
      places: [{ region: REGION, cx }],
      window,
      logGroup: env.settings.logGroupName,
    } as const
    const { inputTokens, outputTokens } = truth(invocations).total
    expect((await report(cx, { source: logs })).report.total).toMatchObject({ inputTokens, outputTokens })

    expect((await world.cleanup()).error).toBeUndefined()
    expect(await inventory(cx)).toEqual(before)
  }),
)
