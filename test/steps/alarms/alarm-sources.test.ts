import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { alarmSources } from '../../../src/steps/5-alarms.ts'
import { type AlarmDefinition, isMath } from '../../../src/steps/alarms/alarm-definition.ts'
import { THRESHOLD_ALARMS } from '../../../src/steps/alarms/threshold-alarms.ts'
import { withoutGuide } from '../../../src/steps/alarms/what-to-do.ts'
import { effectiveSettings, profileSettings, resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { ALARM_PROFILES, SETTINGS, type Settings } from '../../../src/steps/settings.ts'
import { anySettings } from '../../support/arbitraries.ts'

const settingsOf = (values: Partial<Settings>) => resolveSettings([{ source: 'test', values }]).settings
const asked = (settings: Settings): AlarmDefinition[] =>
  alarmSources({ settings, region: 'us-east-1' }).flatMap(({ define }) => define() ?? [])
const namesOf = (values: Partial<Settings>) => asked(settingsOf(values)).map(({ name }) => name)

const MINIMAL = [
  'Bedrock-HighInputTokenUsage',
  'Bedrock-HighErrorRate',
  'Bedrock-UnusualInvocationSpike',
  'Bedrock-HighLatency',
]
const STANDARD = THRESHOLD_ALARMS.flatMap(({ name, watched }) => (watched ? [name] : []))
const ANOMALIES = ['Bedrock-InvocationsAnomaly', 'Bedrock-InputTokensAnomaly']

describe('what is asked for', () => {
  test('has the alarms that people know by name, those of the shell scripts first', () => {
    expect(STANDARD.slice(0, MINIMAL.length)).toEqual(MINIMAL)
    expect(STANDARD).toEqual(
      expect.arrayContaining([
        'Bedrock-Throttles',
        'Bedrock-ServerErrors',
        'Bedrock-ErrorRate',
        'Bedrock-HighLatencyP99',
        'Bedrock-LogDeliveryFailures',
      ]),
    )
  })

  test.each<[string, Partial<Settings>, string[]]>([
    ['by default', {}, STANDARD],
    ['by minimal: what the shell scripts made', { alarms: 'minimal' }, MINIMAL],
    ['by strict', { alarms: 'strict' }, [...STANDARD, ...ANOMALIES]],
    ['by minimal with anomalies', { alarms: 'minimal', anomaly: true }, [...MINIMAL, ...ANOMALIES]],
    ['by strict without anomalies', { alarms: 'strict', anomaly: false }, STANDARD],
  ])('%s', (_, values, names) => {
    expect(namesOf(values)).toEqual(names)
  })

  test('every alarm is known whatever is asked for, so that it can be cleaned up', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        expect(alarmSources({ settings, region: 'us-east-1' }).map(({ name }) => name)).toEqual([
          ...STANDARD,
          ...ANOMALIES,
        ])
      }),
    )
  })
})

test('every description says what to run, and which setting raises the threshold; the list of quiet alarms leaves it out', () => {
  for (const { name, description } of asked(settingsOf({ alarms: 'strict', throttleThreshold: 0 }))) {
    expect(description).toMatch(/What to do: run bedrock-monitor [a-z].* --region us-east-1, which shows /)
    const flag = / set a higher --([a-z0-9-]+) in setup\.$/.exec(description)?.[1]
    expect(SETTINGS.map((setting) => setting.flag)).toContain(flag)
    expect(`${name}: ${withoutGuide(description)}`).not.toMatch(/What to do|setup/)
    expect(withoutGuide(`${description} Not exact.`)).toMatch(/\. Not exact\.$/)
  }
})

/** PutMetricAlarm's own limits (API reference, CloudWatch quotas). */
test('every definition is one that CloudWatch takes', () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      for (const definition of asked(settings)) {
        const {
          description,
          watched,
          periodSeconds,
          evaluationPeriods,
          datapointsToAlarm = 1,
          threshold,
          band,
        } = definition
        expect(description.length).toBeLessThanOrEqual(1_024)
        expect(periodSeconds % 60).toBe(0)
        expect(periodSeconds * evaluationPeriods).toBeLessThanOrEqual(periodSeconds < 3_600 ? 86_400 : 604_800)
        expect(datapointsToAlarm).toBeLessThanOrEqual(evaluationPeriods)
        expect((threshold === undefined) !== (band === undefined)).toBe(true)
        if (!isMath(watched)) continue
        const ids = Object.keys(watched.metrics)
        expect(ids.length).toBeLessThanOrEqual(10)
        expect(ids.every((id) => /^[a-z]\w*$/.test(id) && id !== 'result')).toBe(true)
        expect(watched.expression.length).toBeLessThanOrEqual(1_024)
        const used = watched.expression.match(/\b[a-z]\w*\b/g) ?? []
        expect([...new Set(used)].sort()).toEqual([...ids].sort())
      }
    }),
  )
})

describe('a profile', () => {
  test('is a layer between the defaults and whatever is given', () => {
    const layers = [
      { source: 'flag', values: { highTokenThreshold: '70000' } },
      { source: 'file', values: { alarms: 'strict', pageOnce: false } },
    ]
    const { settings } = resolveSettings(layers)
    const from = Object.fromEntries(effectiveSettings(layers).map((one) => [one.definition.key, one.origin.name]))
    expect(settings).toMatchObject({
      highTokenThreshold: 70_000,
      pageOnce: false,
      anomaly: true,
      errorRateThreshold: 5,
    })
    expect(from).toMatchObject({
      highTokenThreshold: 'flag',
      pageOnce: 'file',
      anomaly: 'alarms strict',
      throttleThreshold: 'default',
    })
  })

  test('that there is none of is refused by the name of its source', () => {
    expect(() => resolveSettings([{ source: 'flag', values: { alarms: 'loud' }, nameOf: () => '--alarms' }])).toThrow(
      '--alarms',
    )
  })

  test.each(ALARM_PROFILES)('%s has values that are valid and none that is looser than the default', (profile) => {
    const values = profileSettings(profile)
    const { settings } = resolveSettings([{ source: 'profile', values }])
    for (const [key, value] of Object.entries(values)) {
      const { default: fallback } = SETTINGS.find((setting) => setting.key === key) ?? {}
      expect(settings[key as keyof Settings]).toBe(value)
      if (typeof value === 'number') expect(value).toBeLessThan(Number(fallback))
    }
  })
})
