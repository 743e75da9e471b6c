import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { alarmState, evaluationRange } from '../../src/sandbox/services/cloudwatch/alarm-points.ts'

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const
const NO_DATA = 'INSUFFICIENT_DATA'
/** "Retain current state", in the guide's words. */
const RETAIN = 'retain'

/** As the guide writes data points: 0 does not breach, X does, - is missing; the newest is the last. */
function pointsOf(text: string): (boolean | undefined)[] {
  return text.split(' ').map((point) => ({ X: true, 0: false })[point])
}

type Expected = (typeof STATES)[number] | typeof RETAIN

/** "Configuring how CloudWatch alarms treat missing data", its two tables: missing, ignore, breaching, notBreaching. */
describe.each<[number, [data: string, ...expected: [Expected, Expected, Expected, Expected]][]]>([
  [
    3,
    [
      ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
      ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
      ['- - - - -', NO_DATA, RETAIN, 'ALARM', 'OK'],
      ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['- - X - -', 'ALARM', RETAIN, 'ALARM', 'OK'],
    ],
  ],
  [
    2,
    [
      ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - X -', 'ALARM', RETAIN, 'ALARM', 'OK'],
    ],
  ],
])('%i of 3 data points to alarm', (datapointsToAlarm, rows) => {
  const cases = rows.flatMap(([data, ...expected]) =>
    TREATMENTS.map((missing, i): [string, string, Expected] => [data, missing, expected[i] ?? RETAIN]),
  )
  test.each(cases)('%s with missing data as %s: %s', (data, missing, expected) => {
    for (const state of STATES) {
      const points = pointsOf(data)
      const got = alarmState({ points, evaluationPeriods: 3, datapointsToAlarm, missing, state })
      expect(got).toBe(expected === RETAIN ? state : expected)
    }
  })
})

describe('an alarm', () => {
  test('looks at 5 data points for 3 evaluation periods, as the guide says', () => {
    expect(evaluationRange(3)).toBe(5)
  })

  test.each(['- - - - X', '- - - X -'])('does not go off early: %s, 3 of 3', (data) => {
    for (const state of STATES) {
      const points = pointsOf(data)
      expect(alarmState({ points, evaluationPeriods: 3, datapointsToAlarm: 3, missing: 'missing', state })).toBe(state)
    }
  })

  const evaluated = fc
    .record({ evaluationPeriods: fc.integer({ min: 1, max: 6 }), more: fc.integer({ min: 0, max: 3 }) })
    .chain(({ evaluationPeriods, more }) =>
      fc.record({
        evaluationPeriods: fc.constant(evaluationPeriods),
        datapointsToAlarm: fc.integer({ min: 1, max: evaluationPeriods }),
        missing: fc.constantFrom(...TREATMENTS),
        state: fc.constantFrom(...STATES),
        points: fc.array(fc.constantFrom(true, false, undefined), {
          minLength: evaluationPeriods + more,
          maxLength: evaluationPeriods + more,
        }),
      }),
    )

  test('with enough real data goes by the newest of it alone, whatever missing data counts as', () => {
    fc.assert(
      fc.property(evaluated, (input) => {
        const real = input.points.filter((point) => point !== undefined).slice(-input.evaluationPeriods)
        fc.pre(real.length === input.evaluationPeriods)
        const breaching = real.filter((point) => point).length
        expect(alarmState(input)).toBe(breaching >= input.datapointsToAlarm ? 'ALARM' : 'OK')
      }),
    )
  })

  test('is never the louder for another point within the threshold in place of one that breaches', () => {
    fc.assert(
      fc.property(evaluated, fc.nat(), (input, at) => {
        fc.pre(input.state !== 'ALARM' && input.points[at % input.points.length] === true)
        fc.pre(alarmState(input) !== 'ALARM')
        expect(alarmState({ ...input, points: input.points.with(at % input.points.length, false) })).not.toBe('ALARM')
      }),
    )
  })
})
