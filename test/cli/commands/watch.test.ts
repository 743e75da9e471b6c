import { describe, expect, test } from '@jest/globals'
import { playDay } from '../../../src/cli/commands/sandbox/traffic.ts'
import { lastHours } from '../../../src/report/window.ts'
import { compact } from '../../../src/text/numbers.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()
const play = () => playDay(sandbox(), 3, { start: lastHours(Date.now(), 1).start, end: Date.now() })

/** Types each text when the screen has shown what it waits for. */
const typing =
  (...dialogue: readonly (readonly [RegExp, string])[]) =>
  ({ stdin, stdout }: { stdin: { type(keys: string): void }; stdout: { text: string } }) => {
    const waiting = [...dialogue]
    let seen = 0
    const timer = setInterval(() => {
      const [next] = waiting
      if (!next) return clearInterval(timer)
      if (!next[0].test(stdout.text.slice(seen))) return
      waiting.shift()
      seen = stdout.text.length
      stdin.type(next[1])
    }, 5)
    timer.unref()
  }

const RESTORED = '\u001b[?7h\u001b[?25h\u001b[?1049l'

describe('watch --once', () => {
  test('prints the numbers of the last hour, in plain lines', async () => {
    const { invocations } = play()
    const { code, stdout } = await run('watch --once --offline')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Amazon Bedrock · 111122223333 · us-east-1 · \d\d:\d\d:\d\d UTC\n/)
    expect(stdout).toContain('watching costs about $')
    expect(stdout).toMatch(new RegExp(`\\nTotal +${compact(invocations / 60)} `))
    expect(stdout).not.toContain('\u001b')
  })

  test('prints JSON for a program', async () => {
    const { invocations, inputTokens } = play()
    const { code, stdout } = await run('watch --once --offline --json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ command: 'watch', ok: true, total: { invocations, inputTokens } })
  })

  test('fails as the call did that failed', async () => {
    sandbox().faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics' })
    const { code, stdout, stderr } = await run('watch --once --offline --no-linked')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('cloudwatch:ListMetrics')
  })

  test('is partly done where one Region of two could be read', async () => {
    sandbox().faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics', count: 1 })
    const { code, stdout, stderr } = await run('watch --once --offline --no-linked --region us-east-1,eu-west-1')
    expect([code, stderr]).toEqual([5, expect.stringMatching(/error: \S+-1 could not be read: cloudwatch:ListMetrics/)])
    expect(stdout).toContain('no numbers yet')
  })

  test('is one piece of JSON where one Region of two could be read', async () => {
    sandbox().faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics', count: 1 })
    const { code, stdout } = await run('watch --once --offline --no-linked --json --region us-east-1,eu-west-1')
    expect([code, JSON.parse(stdout)]).toEqual([5, expect.objectContaining({ command: 'watch', ok: false })])
  })
})

describe('on a terminal', () => {
  test('q ends it, with the terminal as it was and exit code 0', async () => {
    play()
    const { code, stdout, stderr } = await run('watch --offline', {
      tty: true,
      meanwhile: typing([/Total/, 's'], [/sort: calls/, 'p'], [/paused/, 'q']),
    })
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')])
    expect(stdout.endsWith(RESTORED)).toBe(true)
  })

  test('Ctrl-C ends it without an error, with the terminal as it was', async () => {
    const { code, stdout, stderr } = await run('watch --offline', { tty: true, meanwhile: typing([/Total/, '\u0003']) })
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')])
    expect(stdout.endsWith(RESTORED)).toBe(true)
  })

  test('so does a signal', async () => {
    const stop = new AbortController()
    const { code, stdout } = await run('watch --offline', {
      tty: true,
      signal: stop.signal,
      meanwhile: () => setTimeout(() => stop.abort(), 300).unref(),
    })
    expect(code).toBe(0)
    expect(stdout === '' || stdout.endsWith(RESTORED)).toBe(true)
  })

  test('a refresh that fails says so and goes on', async () => {
    sandbox().faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics', count: 9 })
    const { code, stdout } = await run('watch --offline', { tty: true, meanwhile: typing([/no numbers yet/, 'q']) })
    expect([code, stdout]).toEqual([0, expect.stringContaining('trying again')])
  })
})

test('without a terminal it goes on in plain lines until it is interrupted', async () => {
  const stop = new AbortController()
  const { code, stdout } = await run('watch --offline --json', {
    signal: stop.signal,
    meanwhile({ stdout: out }) {
      const timer = setInterval(() => {
        if (!out.text.endsWith('\n')) return
        clearInterval(timer)
        stop.abort()
      }, 5)
    },
  })
  expect(code).toBe(0)
  expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ command: 'watch', ok: true })
})

test('in lines for people, one frame below the other, as long as the terminal cannot redraw', async () => {
  const { invocations } = play()
  const stop = new AbortController()
  const { code, stdout } = await run('watch --offline', {
    tty: true,
    env: { TERM: 'dumb' },
    signal: stop.signal,
    meanwhile({ stdout: out }) {
      const timer = setInterval(() => {
        if (!out.text.endsWith('\n\n')) return
        clearInterval(timer)
        stop.abort()
      }, 5)
    },
  })
  expect(code).toBe(0)
  expect(stdout).toMatch(new RegExp(`\\nTotal +${compact(invocations / 60)} `))
  expect(stdout).not.toContain('\u001b')
})

test.each(['watch --interval 30', 'watch --interval 60s', 'watch --interval 3601'])('%p is refused', async (line) => {
  expect((await run(line)).code).toBe(2)
  expect(sandbox().calls).toEqual([])
})
