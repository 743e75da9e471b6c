import { DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { expect, test } from '@jest/globals'
import { lastHours } from '../../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { report } from '../../support/report.ts'
import { inWorld, REGION } from '../../support/world.ts'

test.each([1, 2, 3])(
  'the alarm on spend and the report agree on the same traffic, at the prices of AWS’s list (seed %i)',
  (seed) =>
    inWorld({}, async (world) => {
      const { cx, env, sandbox } = world
      const window = lastHours(cx.clock.now(), 24)
      const { start } = window
      const end = cx.clock.now()
      const traffic = { seed, start, end, account: sandbox.account, region: REGION, invocationsPerHour: 30 }
      playTraffic(sandbox.services, generateTraffic(traffic))
      await world.setup()
      const asked = new DescribeAlarmsCommand({ AlarmNames: ['Bedrock-HighSpend'] })
      const [alarm] = (await cx.aws.cloudwatch.send(asked)).MetricAlarms ?? []
      const { MetricDataResults: [result] = [] } = await cx.aws.cloudwatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: alarm?.Metrics ?? [],
          StartTime: new Date(window.start),
          EndTime: new Date(window.end),
        }),
      )
      const rung = (result?.Values ?? []).reduce((sum, value) => sum + value, 0)
      const places = [{ account: env.accountId, region: REGION, cx }]
      const { total, prices } = await report(cx, {
        source: { name: 'metrics', accountId: env.accountId, places, window },
        prices: { places, live: {} },
      }).then(({ report: told }) => told)
      expect(prices.some(({ source }) => source.startsWith('aws-price-list'))).toBe(true)
      const spend = (total.costUsd ?? 0) - (total.costs?.images ?? 0)
      const percent = Number(/off by at most ([\d.]+) %/.exec(alarm?.AlarmDescription ?? '')?.[1] ?? 0)
      expect(spend).toBeGreaterThan(0)
      expect(Math.abs(rung - spend)).toBeLessThanOrEqual((percent / 100) * spend + 1e-6)
    }),
)
