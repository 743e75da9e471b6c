import { describe, expect, test } from '@jest/globals'
import type { Event } from '../../src/core/events.ts'
import { createIo } from '../../src/ui/io.ts'
import { chooseReporter } from '../../src/ui/reporters.ts'
import { type FakeProcess, fakeProcess } from './fake-terminal.ts'

const id = 'us-east-1/s3-bucket/logs'
const label = 's3-bucket logs'
const start: Event = { type: 'resource-start', id, step: '2', label, verb: 'remove' }
const progress = (done: number): Event => ({ type: 'resource-progress', id, note: 'objects', done, total: 1_000 })
const end: Event = { type: 'resource-end', id, step: '2', label, outcome: 'done' }
const call: Event = { type: 'call', service: 's3', operation: 'DeleteObjects', ms: 12.4, attempts: 2 }
const warning: Event = { type: 'warning', warning: { code: 'no-usage', message: 'AWS is slow\u001b[2J today' } }
const story = [
  { type: 'phase', title: 'reading' },
  { type: 'phase-done' },
  start,
  call,
  progress(10),
  end,
  warning,
] as Event[]

const loud = { quiet: false, json: false, debug: false }

async function shown(
  process: FakeProcess,
  flags: Partial<typeof loud>,
  events: readonly Event[],
): Promise<FakeProcess> {
  const reporter = await chooseReporter(createIo(process), { ...loud, ...flags })
  for (const event of events) reporter.event(event)
  reporter.pause()
  return process
}

describe('without a terminal', () => {
  const process = () => fakeProcess({ tty: false })

  test('every step is a line, and nothing is redrawn', async () => {
    expect((await shown(process(), {}, story)).stderr.text).toBe(
      ['reading ...', '  objects: 0 % of 1,000', '✔ 2  s3-bucket logs removed', 'warning: AWS is slow today', ''].join(
        '\n',
      ),
    )
  })

  test('ten thousand steps of progress are a handful of lines', async () => {
    const steps = Array.from({ length: 1_001 }, (_, done) => progress(done))
    expect((await shown(process(), {}, [start, ...steps])).stderr.text.split('\n')).toEqual([
      '  objects: 0 % of 1,000',
      '  objects: 25 % of 1,000',
      '  objects: 50 % of 1,000',
      '  objects: 75 % of 1,000',
      '  objects: 100 % of 1,000',
      '',
    ])
  })

  test('each line of progress says how long it may still take', async () => {
    const bytes = (done: number, perSecond?: number): Event => ({
      ...{ type: 'resource-progress', id, note: 'bytes', done, total: 2 ** 33 },
      ...(perSecond !== undefined && { perSecond }),
    })
    const steps = [bytes(1), bytes(2 ** 31, 2 ** 27), bytes(2 ** 31 + 1, 2 ** 26), bytes(2 ** 33, 2 ** 27)]
    expect((await shown(process(), {}, [start, ...steps])).stderr.text.split('\n')).toEqual([
      '  bytes: 0 % of 8 GB',
      '  bytes: 25 % of 8 GB, 128 MB/s, 48 s left',
      '  bytes: 100 % of 8 GB, 128 MB/s',
      '',
    ])
  })

  test('nothing goes to stdout', async () => {
    expect((await shown(process(), { debug: true }, story)).stdout.text).toBe('')
  })
})

describe('on a terminal', () => {
  const process = (columns = 80) => fakeProcess({ tty: true, columns })

  test('what is under way is shown and what is finished stays', async () => {
    const host = process()
    const reporter = await chooseReporter(createIo(host), loud)
    reporter.event(start)
    reporter.event(progress(500))
    // The display is redrawn ten times a second, however fast the work goes.
    while (!host.stderr.screen.includes('500 of')) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(host.stderr.screen).toContain('s3-bucket logs [████████░░░░░░░░] 500 of 1,000 objects')
    reporter.event(end)
    expect(host.stderr.screen).toBe('✔ 2  s3-bucket logs removed')
    reporter.pause()
  })

  test('the whole story leaves only its results behind', async () => {
    expect((await shown(process(), {}, story)).stderr.screen).toBe(
      '✔ 2  s3-bucket logs removed\nwarning: AWS is slow today',
    )
  })

  test('a terminal that does not know its size gets its lines too, and an end of them', async () => {
    const host = process(0)
    const reporter = await chooseReporter(createIo(host), loud)
    reporter.event(start)
    expect(host.stderr.columns).toBe(80)
    reporter.event(end)
    expect(host.stderr.screen).toBe('✔ 2  s3-bucket logs removed')
    reporter.pause()
  })

  test('a line of what is under way never wraps', async () => {
    const host = process(50)
    const reporter = await chooseReporter(createIo(host), loud)
    reporter.event({ ...start, label: `s3-bucket ${'x'.repeat(100)}` })
    expect(host.stderr.screen.split('\n').every((line) => line.length <= 50)).toBe(true)
    reporter.pause()
  })

  test('the cursor is given back', async () => {
    const text = (await shown(process(), {}, story)).stderr.text
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(text.lastIndexOf('\u001b[?25l'))
  })
})

describe.each([
  ['--quiet', { quiet: true }],
  ['--json', { json: true }],
])('with %s', (_, flags) => {
  test.each([true, false])('only warnings are shown (terminal: %s)', async (tty) => {
    expect((await shown(fakeProcess({ tty, env: { NO_COLOR: '1' } }), flags, story)).stderr.text).toBe(
      'warning: AWS is slow today\n',
    )
  })
})

test.each([
  [true, 'warning: the topic does-not-let-alarms-publish, and\n  says so to nobody\n'],
  [false, 'warning: the topic does-not-let-alarms-publish, and says so to nobody\n'],
])('a long warning is folded between words on a terminal alone (%s)', async (tty, expected) => {
  const message = 'the topic does-not-let-alarms-publish, and says so to nobody'
  const event: Event = { type: 'warning', warning: { code: 'no-usage', message } }
  const { stderr } = await shown(fakeProcess({ tty, env: { NO_COLOR: '1', COLUMNS: '52' } }), { quiet: true }, [event])
  expect(stderr.text).toBe(expected)
})

test('with --debug every call is told, with its time and attempts', async () => {
  expect((await shown(fakeProcess({ tty: false }), { debug: true, quiet: true }, story)).stderr.text).toContain(
    'debug: s3:DeleteObjects 12 ms, 2 attempts\n',
  )
})

describe('while a question is open', () => {
  test('nothing is shown, and what happened meanwhile is shown afterwards', async () => {
    const process = fakeProcess({ tty: false })
    const reporter = await chooseReporter(createIo(process), loud)
    await reporter.hold(async () => {
      reporter.event(start)
      reporter.event(end)
      expect(process.stderr.text).toBe('')
    })
    expect(process.stderr.text).toBe('✔ 2  s3-bucket logs removed\n')
  })

  test('a second question waits for the first', async () => {
    const reporter = await chooseReporter(createIo(fakeProcess({ tty: false })), loud)
    const order: string[] = []
    const ask = (name: string) =>
      reporter.hold(async () => {
        order.push(`${name} asked`)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(`${name} answered`)
      })
    await Promise.all([ask('first'), ask('second')])
    expect(order).toEqual(['first asked', 'first answered', 'second asked', 'second answered'])
  })

  test('a question that failed does not silence the rest', async () => {
    const process = fakeProcess({ tty: false })
    const reporter = await chooseReporter(createIo(process), loud)
    await expect(reporter.hold(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    reporter.event(end)
    expect(process.stderr.text).toContain('s3-bucket logs')
  })
})
