import { expect, test } from '@jest/globals'
import { resolveWindow } from '../../../src/report/window-parse.ts'
import { FakeCloudWatch } from '../../support/fake-cloudwatch.ts'
import { inFolder } from '../../support/folder.ts'
import { converse } from '../../support/invocation-records.ts'
import { report } from '../../support/report.ts'
import { reportContext } from '../../support/report-context.ts'

const NOW = Date.UTC(2026, 10, 23, 10)
const FAR = [
  '0001-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '1970-01-01T00:00:00Z',
  '3000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
]
const NEAR = ['2026-11-20T10:15:00Z', '2026-11-21T10:15:00Z']
const cx = reportContext(new FakeCloudWatch().client, NOW)
const line = (time: string) => converse(10, 5, 100, { time })

test.each([[['model']], [['hour']], [['day', 'model']]])(
  'records dated far off are counted, said and left out, by %j',
  (by) =>
    inFolder({ 'a.jsonl': [...NEAR, ...FAR].map((time) => `${line(time)}\n`).join('') }, async (path) => {
      const { report: said } = await report(cx, { source: { name: 'file', path }, by })
      expect(said.total).toMatchObject({ invocations: 2, inputTokens: 20 })
      expect(said.window).toMatchObject({ start: '2026-11-20T10:00:00Z', end: '2026-11-21T11:00:00Z' })
      expect(said.series).toHaveLength(25)
      expect(said.warnings).toContainEqual({
        code: 'records-outside',
        message: `${FAR.length} records are dated more than ten years ago or more than two years from now and not in this report`,
      })
    }),
)

test('so are those outside the window that is asked for', () =>
  inFolder({ 'a.jsonl': [...NEAR, ...FAR].map((time) => `${line(time)}\n`).join('') }, async (path) => {
    const window = { start: Date.UTC(2026, 10, 21), end: Date.UTC(2026, 10, 22) }
    const { report: said } = await report(cx, { source: { name: 'file', path, window } })
    expect(said.total.invocations).toBe(1)
    expect(said.warnings.find(({ code }) => code === 'records-outside')?.message).toBe(
      '7 records are dated outside the window and not in this report',
    )
  }))

test.each(['-000001-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', '2026-13-01T00:00:00Z', 'NaN', ''])(
  'a record of the time %j is none',
  (time) =>
    inFolder({ 'a.jsonl': `${line(time)}\n${line(NEAR[0] ?? '')}\n` }, async (path) => {
      const { report: said } = await report(cx, { source: { name: 'file', path } })
      expect(said.total.invocations).toBe(1)
      expect(said.series).toHaveLength(1)
      expect(said.warnings.length).toBeGreaterThan(0)
    }),
)

test('no window is longer than ten years', () => {
  const asked = () => resolveWindow({ since: '1970-01-01', timeZone: 'UTC' }, NOW)
  expect(asked).toThrow('--since 1970-01-01 is more than ten years')
  expect(resolveWindow({ since: '2017-01-01', timeZone: 'UTC' }, NOW).end).toBe(NOW)
})
