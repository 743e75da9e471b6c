import type { AwsContext } from '../aws/context.ts'
import { type AnyResource, resourceId, type Step } from '../core/resource.ts'
import { type AlarmDefinition, alarm, describeTogether } from './alarm.ts'
import { byRegion, type Env } from './env.ts'
import type { Settings } from './settings.ts'
import { topic } from './topic.ts'

/** Step 5: each Region's topic and the alarms that notify it. */
export function alarms(env: Env): Step<AwsContext> {
  return { id: '5', name: 'alarms', title: 'topic and alarms', resources: byRegion(env).flatMap(alarmsOfRegion) }
}

function alarmsOfRegion(env: Env): AnyResource<AwsContext>[] {
  const alerts = topic(env)
  const definitions = alarmDefinitions(env.settings)
  const describe = describeTogether(definitions.map(({ name }) => name))
  const needs = [resourceId(alerts)]
  return [alerts, ...definitions.map((definition) => alarm(env, definition, needs, describe))]
}

function alarmDefinitions(settings: Settings): AlarmDefinition[] {
  const number = new Intl.NumberFormat('en-US')
  return [
    {
      name: 'Bedrock-HighInputTokenUsage',
      description: `More than ${number.format(settings.highTokenThreshold)} input tokens to Amazon Bedrock in an hour.`,
      metric: 'InputTokenCount',
      statistic: 'Sum',
      periodSeconds: 3600,
      evaluationPeriods: 1,
      threshold: settings.highTokenThreshold,
    },
    {
      name: 'Bedrock-HighErrorRate',
      description: `More than ${number.format(settings.errorRateThreshold)} client errors of Amazon Bedrock in 5 minutes.`,
      metric: 'InvocationClientErrors',
      statistic: 'Sum',
      periodSeconds: 300,
      evaluationPeriods: 1,
      threshold: settings.errorRateThreshold,
    },
    {
      name: 'Bedrock-UnusualInvocationSpike',
      description: `More than ${number.format(settings.invocationThreshold)} invocations of Amazon Bedrock in an hour.`,
      metric: 'Invocations',
      statistic: 'Sum',
      periodSeconds: 3600,
      evaluationPeriods: 1,
      threshold: settings.invocationThreshold,
    },
    {
      name: 'Bedrock-HighLatency',
      description: `Amazon Bedrock answers in more than ${number.format(settings.highLatencyThreshold)} ms on average, for 10 minutes.`,
      metric: 'InvocationLatency',
      statistic: 'Average',
      periodSeconds: 300,
      evaluationPeriods: 2,
      threshold: settings.highLatencyThreshold,
    },
  ]
}
