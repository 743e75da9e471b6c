import { expect, test } from '@jest/globals'
import { METRICS, queried } from '../../../src/watch/exporter/metrics.ts'
import { RULES, rulesYaml } from '../../../src/watch/exporter/rules.ts'
import { describeWith } from '../../support/external.ts'
import { promtool } from '../../support/promtool.ts'

const OF = { account: '111122223333', region: 'us-east-1', model: 'maker.one' }
const FLOW = { account: '111122223333', region: 'us-east-1', feature: 'flows', resource: 'FLOW1' }
const GUARDRAIL = { ...FLOW, feature: 'guardrails', resource: 'gr1chat0' }

const sample = (name: keyof typeof METRICS, labels: object, values: string) => {
  const among = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
  return { series: `${queried(name)}{${among.join()}}`, values }
}

interface Case {
  /** Minute by minute. */
  series: ReturnType<typeof sample>[]
  /** Minutes after which it is looked at. */
  after: number
}

/** What makes each alert go off, and what is next to it and does not. */
const CASES: Record<string, { fires: Case; quiet: Case }> = {
  BedrockErrorRateHigh: {
    fires: {
      series: [sample('invocations', OF, '0+100x90'), sample('errors', { ...OF, kind: 'client' }, '0+8x90')],
      after: 80,
    },
    quiet: {
      series: [sample('invocations', OF, '0+100x90'), sample('errors', { ...OF, kind: 'client' }, '0+4x90')],
      after: 80,
    },
  },
  BedrockThrottled: {
    fires: { series: [sample('throttles', OF, '0+1x90')], after: 80 },
    quiet: { series: [sample('throttles', OF, '0+0x60 1+0x30')], after: 80 },
  },
  BedrockQuotaNearlyUsed: {
    fires: { series: [sample('quota', { ...OF, quota: 'tokens_per_minute' }, '0.9+0x60')], after: 50 },
    quiet: { series: [sample('quota', { ...OF, quota: 'tokens_per_minute' }, '0.7+0x60')], after: 50 },
  },
  BedrockLatencyHigh: {
    fires: { series: [sample('latency', { ...OF, quantile: '0.99' }, '75+0x60')], after: 50 },
    quiet: { series: [sample('latency', { ...OF, quantile: '0.5' }, '75+0x60')], after: 50 },
  },
  BedrockSpendJump: {
    fires: { series: [sample('cost', { ...OF, type: 'input' }, '0+0.1x1500 150+1x120')], after: 1_600 },
    quiet: { series: [sample('cost', { ...OF, type: 'input' }, '0+0.1x1620')], after: 1_600 },
  },
  BedrockBudgetExceeded: {
    fires: {
      series: [
        sample('budgetSpent', { account: '111122223333', budget: 'b' }, '51+0x20'),
        sample('budgetLimit', { account: '111122223333', budget: 'b' }, '50+0x20'),
      ],
      after: 10,
    },
    quiet: {
      series: [
        sample('budgetSpent', { account: '111122223333', budget: 'b' }, '49+0x20'),
        sample('budgetLimit', { account: '111122223333', budget: 'b' }, '50+0x20'),
      ],
      after: 10,
    },
  },
  BedrockTeamBudgetExceeded: {
    fires: {
      series: [sample('cost', { ...OF, team: 'a' }, '0+1x90'), sample('teamBudget', { team: 'a' }, '50+0x90')],
      after: 80,
    },
    quiet: {
      series: [sample('cost', { ...OF, team: 'b' }, '0+1x90'), sample('teamBudget', { team: 'a' }, '50+0x90')],
      after: 80,
    },
  },
  BedrockTokensUnpriced: {
    fires: { series: [sample('unpriced', OF, '0+10x200')], after: 150 },
    quiet: { series: [sample('unpriced', OF, '0+0x200')], after: 150 },
  },
  BedrockFeatureErrorRateHigh: {
    fires: {
      series: [
        sample('featureInvocations', FLOW, '0+100x90'),
        sample('featureErrors', { ...FLOW, kind: 'server' }, '0+8x90'),
      ],
      after: 80,
    },
    quiet: {
      series: [
        sample('featureInvocations', FLOW, '0+100x90'),
        sample('featureErrors', { ...FLOW, kind: 'server' }, '0+4x90'),
      ],
      after: 80,
    },
  },
  BedrockFeatureThrottled: {
    fires: { series: [sample('featureThrottles', { ...FLOW, resource: '' }, '0+1x90')], after: 80 },
    quiet: { series: [sample('featureThrottles', FLOW, '0+0x60 1+0x30')], after: 80 },
  },
  BedrockGuardrailIntervenes: {
    fires: {
      series: [sample('featureInvocations', GUARDRAIL, '0+10x90'), sample('interventions', GUARDRAIL, '0+3x90')],
      after: 80,
    },
    quiet: {
      series: [sample('featureInvocations', GUARDRAIL, '0+10x90'), sample('interventions', GUARDRAIL, '0+2x90')],
      after: 80,
    },
  },
  BedrockMonitorBehind: {
    fires: { series: [sample('up', { source: 'logs' }, '0+0x90')], after: 60 },
    quiet: {
      series: [
        sample('up', { ...OF, source: 'metrics' }, '1+0x90'),
        sample('lastRead', { ...OF, source: 'metrics' }, '0+60x90'),
      ],
      after: 60,
    },
  },
}

test('each alert says what to do about it, with a command, and asks for what the exporter has', () => {
  expect(Object.keys(CASES)).toEqual(RULES.map(({ alert }) => alert))
  const known = new Set(Object.keys(METRICS).map((name) => queried(name as keyof typeof METRICS)))
  for (const { alert, expr, annotations } of RULES) {
    const { description } = annotations
    expect({ alert, description }).toEqual({ alert, description: expect.stringMatching(/bedrock-monitor [a-z]/) })
    expect(expr.match(/bedrock_\w+/g)?.filter((name) => !known.has(name))).toEqual([])
  }
})

describeWith(['promtool'], 'Prometheus', () => {
  test('takes the file of rules', () => {
    expect(promtool(['check', 'rules', 'rules.yml'], { 'rules.yml': rulesYaml() })).toBe('')
    expect(promtool(['check', 'rules', 'rules.yml'], { 'rules.yml': rulesYaml().replace('expr:', 'exp:') })).not.toBe(
      '',
    )
  })

  test.each(RULES.map(({ alert }) => alert))('%s goes off when it should, and not next to it', (alert) => {
    const { fires, quiet } = CASES[alert] as { fires: Case; quiet: Case }
    const run = ({ series, after }: Case, expected: object[]) => {
      const alerts = [{ alertname: alert, eval_time: `${after}m`, exp_alerts: expected }]
      const tests = {
        rule_files: ['rules.yml'],
        evaluation_interval: '1m',
        tests: [{ interval: '1m', input_series: series, alert_rule_test: alerts }],
      }
      return promtool(['test', 'rules', 'tests.yml'], { 'rules.yml': rulesYaml(), 'tests.yml': JSON.stringify(tests) })
    }
    expect(run(quiet, [])).toBe('')
    // Without what it says and is labelled with, which is in the difference that is printed.
    const difference = run(fires, [])
    expect(difference).toContain(`alertname="${alert}"`)
    expect(difference).not.toMatch(/<no value>|<error|%!/)
    // A label that a series lacks leaves no gap.
    expect(difference).not.toMatch(/summary=[^\n]*( {2}| :)/)
  })
})
