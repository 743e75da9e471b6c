import { grouped } from '../../text/numbers.ts'
import type { Settings } from '../settings.ts'
import type { AlarmDefinition, AlarmSource, WatchedMetric } from './alarm-definition.ts'
import { THRESHOLD_ALARMS } from './threshold-alarms.ts'

/** Every alarm whose name is known beforehand, and when it is asked for. */
export function alarmSources(settings: Settings): AlarmSource[] {
  return [...thresholdAlarms(settings), ...anomalyAlarms(settings)]
}

function thresholdAlarms(settings: Settings): AlarmSource[] {
  return THRESHOLD_ALARMS.flatMap(({ from, threshold: { key }, floor, rings, watched, suggest: _, ...alarm }) => {
    if (!watched) return []
    const [threshold, least] = [settings[key], floor ? settings[floor.key] : 0]
    const definition = { ...alarm, description: rings(threshold, least), watched: watched(least), threshold }
    const isAsked = from === 'minimal' || settings.alarms !== 'minimal'
    return [{ name: alarm.name, define: () => (isAsked ? definition : undefined) }]
  })
}

function anomalyAlarms({ anomaly, anomalyBand }: Settings): AlarmSource[] {
  const above = (name: string, what: string, metric: string): AlarmSource => {
    const watched: WatchedMetric = { metric, statistic: 'Sum' }
    const definition: AlarmDefinition = {
      name,
      description: `More ${what} of Amazon Bedrock than this hour of the week has ever led to expect, by ${grouped(anomalyBand)} standard deviations.`,
      watched,
      periodSeconds: 900,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      band: anomalyBand,
    }
    return { name, learns: watched, define: () => (anomaly ? definition : undefined) }
  }
  return [
    above('Bedrock-InvocationsAnomaly', 'invocations', 'Invocations'),
    above('Bedrock-InputTokensAnomaly', 'input tokens', 'InputTokenCount'),
  ]
}
