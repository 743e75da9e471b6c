import { describe, expect, test } from '@jest/globals'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { truth } from '../../support/truth.ts'
import { answering, onSandbox } from './on-sandbox.ts'

const { run, sandbox, writes } = onSandbox()
const HOUR = 3_600_000

/** Some days of calls, up to the hour under way. */
function play(hours = 6 * 24) {
  const { account, services } = sandbox()
  const end = Math.floor(Date.now() / HOUR) * HOUR
  const range = { start: end - hours * HOUR, end, account, region: 'us-east-1' }
  const calls = generateTraffic({ seed: 4, ...range, invocationsPerHour: 30 })
  playTraffic(services, calls)
  return truth(calls)
}

const alarm = (stdout: string, name: string) =>
  JSON.parse(stdout).resources.find((resource: { name: string }) => resource.name === name)

describe('setup --suggest', () => {
  test('tells in JSON what two weeks were like, and sets up by it', async () => {
    const hours = [...play().byHour.values()].map(({ inputTokens }) => inputTokens).sort((a, b) => a - b)
    const { code, stdout } = await run('setup --only alarms --suggest --yes --json')
    expect(code).toBe(0)
    const { suggestions } = JSON.parse(stdout)
    const [tokens] = suggestions
    expect(tokens).toMatchObject({ setting: 'highTokenThreshold', now: 100_000, max: hours.at(-1) })
    const wanted = 1.5 * (hours[Math.ceil(0.995 * hours.length) - 1] ?? 0)
    expect(tokens.suggested).toBeGreaterThanOrEqual(wanted)
    expect(tokens.suggested).toBeLessThan(wanted * 1.1)
    expect(suggestions.map(({ setting }: { setting: string }) => setting)).toEqual(
      expect.arrayContaining(['invocationThreshold', 'errorRateThreshold', 'highLatencyThreshold', 'spendThreshold']),
    )
    const flags = suggestions.map((each: { setting: string; suggested: number }) => [each.setting, each.suggested])
    const again = await run('status --only alarms --json', { env: variables(flags) })
    expect(alarm(again.stdout, 'Bedrock-HighInputTokenUsage').action).toBe('none')
  })

  test('shows them, asks, and says how to keep them', async () => {
    play()
    const dialogue = answering([/Set up with the suggested/, 'y\r'], [/Apply this/, 'y\r'])
    const { code, stdout, stderr } = await run(
      'setup --only alarms --alarms minimal --suggest --email ops@example.com',
      {
        tty: true,
        columns: 120,
        meanwhile: dialogue,
      },
    )
    expect(code).toBe(0)
    expect(stderr).toMatch(/Alarm above +Now +Median +p99 +Max +Suggested +Went off\n/)
    expect(stderr).toMatch(/input tokens an hour +100,000 /)
    expect(stdout).toMatch(/--high-token-threshold \d+/)
    expect(stdout).toMatch(/bedrock-monitor\.json:\n +\{"highTokenThreshold":\d+/)
  })

  test('changes nothing at no', async () => {
    play()
    const dialogue = answering([/Set up with the suggested/, 'n\r'])
    const { code } = await run('setup --only alarms --suggest --email ops@example.com', {
      tty: true,
      meanwhile: dialogue,
    })
    expect([code, writes()]).toEqual([130, []])
  })

  test('shows them and names the flag where nobody is there to answer', async () => {
    play()
    const { code, stderr } = await run('setup --only alarms --suggest')
    expect(code).toBe(2)
    expect(stderr).toContain('input tokens an hour')
    expect(stderr).toContain('hint: pass --yes')
    expect(writes()).toEqual([])
  })

  test('a dry run shows them and the plan with them on stdout, and changes nothing', async () => {
    play()
    const { code, stdout } = await run('setup --only alarms --suggest --dry-run')
    expect(code).toBe(0)
    expect(stdout).toMatch(/Thresholds that fit[\s\S]+Plan: \d+ to create/)
    expect(writes()).toEqual([])
  })

  test('is offered by a setup whose thresholds the last two weeks were above, and by none whose were not', async () => {
    play()
    const { stderr } = await run('setup --only alarms --dry-run --high-token-threshold 1000')
    expect(stderr).toMatch(
      /^warning: in the last two weeks these alarms would have gone off: [^\n]*Bedrock-HighInputTokenUsage \d+ times/m,
    )
    expect(stderr).toContain('bedrock-monitor setup --suggest')
    const high = await run('setup --only alarms --alarms minimal --dry-run --high-token-threshold 99999999')
    expect(high.stderr).not.toContain('Bedrock-HighInputTokenUsage')
  })

  test('after too little use keeps each value and says why', async () => {
    play(24)
    const { code, stderr, stdout } = await run('setup --only alarms --alarms minimal --suggest --yes')
    expect(code).toBe(0)
    expect(stderr).toMatch(/^All stay as they are: not enough data: [\d,]+ calls on [12] days?\.$/m)
    expect(stdout).not.toContain('--high-token-threshold')
  })

  test('leaves alone what is given by a flag', async () => {
    play()
    const { stdout } = await run(
      'setup --only alarms --alarms minimal --suggest --yes --json --high-token-threshold 77',
    )
    const settings = JSON.parse(stdout).suggestions.map(({ setting }: { setting: string }) => setting)
    expect(settings).not.toContain('highTokenThreshold')
    expect(settings).toContain('invocationThreshold')
  })

  test('is refused where the alarms are left out', async () => {
    const { code, stderr } = await run('setup --only iam --suggest --yes')
    expect([code, stderr]).toEqual([2, expect.stringContaining('--suggest needs step 5 (alarms)')])
    expect(writes()).toEqual([])
  })
})

/** Settings as the variables that set them. */
function variables(values: readonly (readonly [string, number])[]): Record<string, string> {
  const name = (setting: string) => `BEDROCK_MONITOR_${setting.replace(/[A-Z0-9]+/g, '_$&').toUpperCase()}`
  return Object.fromEntries(values.map(([setting, value]) => [name(setting), String(value)]))
}
