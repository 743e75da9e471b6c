import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { ALL, MINIMAL, STANDARD } from '../../support/counts.ts'
import { answering, onSandbox } from './on-sandbox.ts'

const { run, sandbox, writes } = onSandbox()
/** Whoever is to be notified is not asked for. */
const TO_OPS = '--email ops@example.com'
const NAMES = /BedrockCloudWatchLoggingRole[\s\S]+bedrock-logs-111122223333[\s\S]+Bedrock-HighLatency/
const denyTopic = (count: number) =>
  sandbox().faults.push({ kind: 'access-denied', service: 'sns', operation: 'CreateTopic', count })

describe('setup', () => {
  test('does as told and says what to do next', async () => {
    const { code, stdout, stderr } = await run('setup --yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^setup: \d+ created\.\n\nNext\n {2}dashboard:\n {4}https:[^\n]+BedrockUsageMonitoring\n/)
    expect(stdout).toContain(`setup: ${ALL} created.`)
    expect(stderr).toMatch(NAMES)
  })

  test('shows the plan, asks, and goes on at yes', async () => {
    const { code, stdout, stderr } = await run(`setup ${TO_OPS}`, {
      tty: true,
      meanwhile: answering([/Apply this/, 'y\r']),
    })
    expect(code).toBe(0)
    expect(stderr).toMatch(/Plan: \d+ to create\.[\s\S]+Apply this to account 111122223333, us-east-1\?/)
    expect(stderr).toContain(`Plan: ${ALL} to create.`)
    expect(stdout).toContain(`setup: ${ALL} created.`)
  })

  test('asks for an address where alarms would notify nobody, again for what is none; Enter goes on without', async () => {
    const dialogue = answering(
      [/Enter to skip/, 'ops\r'],
      [/'ops' is not an e-mail[\s\S]+Enter to skip/, 'Ops@example.com\r'],
      [/Apply this/, 'y\r'],
    )
    const { code, stderr } = await run('setup --only alarms', { tty: true, meanwhile: dialogue })
    expect(code).toBe(0)
    expect(stderr).toMatch(/notifies Ops@example\.com[\s\S]+nobody is notified yet/)
    // Somebody is asked already.
    expect((await run('setup --only alarms', { tty: true })).code).toBe(0)
    await run('cleanup --yes')
    const skipping = answering([/Enter to skip/, '\r'], [/Apply this/, 'y\r'])
    const without = await run('setup --only alarms', { tty: true, meanwhile: skipping })
    expect(without.stderr.replaceAll(/\s+/g, ' ')).toContain(
      'warning: nobody is notified when an alarm in us-east-1 goes off',
    )
  })

  test('changes nothing at no', async () => {
    const { code, stdout, stderr } = await run(`setup ${TO_OPS}`, {
      tty: true,
      meanwhile: answering([/Apply this/, 'n\r']),
    })
    expect(code).toBe(130)
    expect(stderr).toMatch(/Cancelled\. Nothing changed\.\n$/)
    expect(stderr).not.toMatch(/error:|hint:/)
    expect(stdout).toBe('')
    expect(writes()).toEqual([])
  })

  test.each(['\u0003', '\u0004', 'y\u0003'])('changes nothing at %j, and says just that', async (keys) => {
    const { code, stdout, stderr } = await run(`setup ${TO_OPS}`, {
      tty: true,
      meanwhile: answering([/Apply this/, keys]),
    })
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toMatch(/Cancelled\. Nothing changed\.\n$/)
    expect(writes()).toEqual([])
  })

  test.each([
    ['stdin is no terminal', {}, {}],
    ['CI is set', { tty: true }, { CI: 'true' }],
  ])('asks nobody where %s: it names the flag', async (_, options, env) => {
    const { code, stderr } = await run('setup', { ...options, env })
    expect(code).toBe(2)
    expect(stderr).toContain('hint: pass --yes')
    expect(writes()).toEqual([])
  })

  test('names the flag that keeps the logs, too, where cleanup cannot ask', async () => {
    await run('setup --yes --only 2b')
    const { code, stderr } = await run('cleanup')
    expect(code).toBe(2)
    expect(stderr).toContain('hint: pass --yes, and --keep-data to keep the logs\n')
  })

  test('asks nobody with --no-input', async () => {
    expect((await run('setup --no-input', { tty: true })).code).toBe(2)
  })

  test('asks nothing when there is nothing to do', async () => {
    await run('setup --yes')
    expect(await run('setup')).toMatchObject({ code: 0, stdout: expect.stringContaining(`setup: ${ALL} unchanged.`) })
  })

  test('a dry run puts the plan on stdout and changes nothing', async () => {
    const { code, stdout, stderr } = await run('setup --dry-run')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^Account 111122223333, Region us-east-1\n[\s\S]+Plan: \d+ to create\.\nA month: at most \$\d+\.\d\d /,
    )
    expect(stdout).toContain(`Plan: ${ALL} to create.`)
    expect(stderr).toContain('nothing was changed')
    expect(writes()).toEqual([])
  })

  test.each([
    ['setup --yes --only iam,alarm', "--only is 'alarm': not one of 1, iam"],
    ['setup --yes --skip 9', "--skip is '9': not one of 1, iam"],
    ['setup --yes --retention-days 31', '--retention-days'],
    ['setup --yes --bucket-name Bad_Name', '--bucket-name'],
    ['setup --yes --region us-east-1,west', 'not a Region'],
  ])('%p is refused before the first call', async (line, says) => {
    const { code, stderr } = await run(line)
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)])
    expect(sandbox().calls).toEqual([])
  })

  test('an endpoint that is no URL is refused, by the name of its variable', async () => {
    const { code, stderr } = await run('setup --yes', { env: { AWS_ENDPOINT_URL: 'localhost:1' } })
    expect([code, stderr]).toEqual([2, expect.stringContaining("AWS_ENDPOINT_URL is 'localhost:1'")])
  })
})

describe('a resource that fails', () => {
  test('is named with cause and cure, what can be done is done, and the exit code is 5', async () => {
    denyTopic(9)
    const { code, stdout, stderr } = await run('setup --yes')
    expect(code).toBe(5)
    expect(stdout).toBe(`setup: 5 created, 1 failed, ${STANDARD} not run.\n`)
    expect(stderr).toMatch(
      /failed: step 5, sns-topic bedrock-usage-alerts: sns:CreateTopic failed.*\nhint: .*sns:CreateTopic/,
    )
    expect(stderr.match(/^error: /gm)).toHaveLength(1)
  })

  test.each([
    ['tried again', 'r\r', 0, `setup: ${ALL} created.`],
    ['skipped', 'skip\r', 5, `setup: 5 created, 1 skipped, ${STANDARD} not run.`],
  ])('can be %s by a person', async (_, keys, exitCode, says) => {
    denyTopic(1)
    const dialogue = answering([/Apply this/, 'y\r'], [/What now/, keys])
    const { code, stdout, stderr } = await run(`setup ${TO_OPS}`, { tty: true, meanwhile: dialogue })
    expect([code, stdout]).toEqual([exitCode, expect.stringContaining(says)])
    expect(stderr.match(/failed: step 5, sns-topic bedrock-usage-alerts/g)).toHaveLength(1)
  })

  test.each([
    ['abort', 'abort\r'],
    ['Ctrl-C', '\u0003'],
  ])('ends the run at %s, and is asked about no more', async (_, keys) => {
    denyTopic(1)
    sandbox().faults.push({ kind: 'access-denied', service: 'iam', operation: 'CreateRole' })
    const dialogue = answering([/Apply this/, 'y\r'], [/What now/, keys])
    const { code, stderr } = await run(`setup ${TO_OPS}`, { tty: true, meanwhile: dialogue })
    expect(code).not.toBe(0)
    expect(stderr.match(/error: /g)).toHaveLength(1)
  })
})

describe('for a program', () => {
  test('setup, status and cleanup leave one JSON on stdout and nothing but warnings on stderr', async () => {
    for (const [line, outcome] of [
      ['setup --yes --json', 'done'],
      ['status --json', 'unchanged'],
      ['cleanup --yes --json', 'done'],
    ] as const) {
      // Those of the shell scripts: in an account that uses no model yet, the alarm on spend has something to say.
      const { code, stdout, stderr } = await run(line, { env: { BEDROCK_MONITOR_ALARMS: 'minimal' } })
      const { ok, command, resources } = JSON.parse(stdout)
      const told = stderr.replaceAll(/^warning: nobody is notified .*\n/gm, '')
      expect({ line, code, ok, command, told }).toEqual({
        line,
        code: 0,
        ok: true,
        command: line.split(' ')[0],
        told: '',
      })
      expect(resources.map((resource: { outcome: string }) => resource.outcome)).toEqual(
        Array(6 + MINIMAL).fill(outcome),
      )
    }
  })

  test('a failure is in it, with the resources', async () => {
    denyTopic(9)
    const { code, stdout } = await run('setup --yes --json')
    expect(code).toBe(5)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'PartlyDone' },
      resources: expect.arrayContaining([
        expect.objectContaining({ type: 'iam-role', outcome: 'done' }),
        expect.objectContaining({ type: 'sns-topic', outcome: 'failed' }),
      ]),
    })
  })
})

describe('status', () => {
  test('says what is missing, and exits 0 unless asked for more', async () => {
    expect(await run('status')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Status: \d+ missing\.$/m) })
    expect((await run('status --exit-code')).code).toBe(3)
  })

  test('says what differs, from what to what', async () => {
    await run('setup --yes')
    const { code, stdout } = await run('status --exit-code --high-latency-threshold 5000')
    expect(code).toBe(3)
    expect(stdout).toMatch(/~ 5 {2}alarm +Bedrock-HighLatency\n[\s\S]+threshold: 10,000 → 5,000\n/)
    expect((await run('status --exit-code')).code).toBe(0)
  })

  test('a resource that cannot be read is a failure, not drift', async () => {
    sandbox().faults.push({ kind: 'access-denied', service: 'iam', operation: 'GetRole', count: 9 })
    const { code, stdout, stderr } = await run('status --exit-code')
    expect(code).toBe(1)
    expect(stdout).toContain('1 unreadable')
    expect(stderr).toContain('iam:GetRole')
  })
})

describe('cleanup', () => {
  const REMOVE = /Remove \d+ resources from account/
  const DATA = /Delete the data, too\?/
  const OTHERS = /Kept so far:[^?]+\?[^?]+\?/
  const oneLine = (text: string) => stripVTControlCharacters(text).replaceAll(/\s+/g, ' ')
  const isBucketLeft = () => sandbox().services.s3.buckets.find('bedrock-logs-111122223333') !== undefined
  const withTheirs = async (line: string) => {
    await run(line)
    const { s3, iam } = sandbox().services
    s3.putObject('bedrock-logs-111122223333', 'audit.csv', new Uint8Array(5))
    iam.roles.get('BedrockCloudWatchLoggingRole').policies.set('theirs', '{"Version":"2012-10-17","Statement":[]}')
  }

  test('asks for what others put into ours by itself, and says what would go with it', async () => {
    await withTheirs('setup --yes')
    const meanwhile = answering([REMOVE, 'y\r'], [DATA, 'y\r'], [OTHERS, 'y\r'])
    const { code, stderr } = await run('cleanup', { tty: true, columns: 200, meanwhile })
    expect(OTHERS.exec(oneLine(stderr))?.[0]).toBe(
      'Kept so far: bucket bedrock-logs-111122223333 holds 1 object version (5 bytes) that Bedrock did not put there: audit.csv; role BedrockCloudWatchLoggingRole has policies that are not ours: policy theirs. ? Delete s3-bucket bedrock-logs-111122223333 (2 objects, 5 bytes) and iam-role BedrockCloudWatchLoggingRole anyway?',
    )
    expect([code, isBucketLeft(), sandbox().services.iam.roles.list().length]).toEqual([0, false, 0])
  })

  test("does not ask whether to delete others' objects in a bucket that was just to be kept", async () => {
    await withTheirs('setup --yes')
    const meanwhile = answering([REMOVE, 'y\r'], [DATA, 'n\r'], [OTHERS, 'n\r'])
    const { code, stderr } = await run('cleanup', { tty: true, columns: 200, meanwhile })
    expect(oneLine(stderr)).toContain('? Delete iam-role BedrockCloudWatchLoggingRole anyway?')
    expect(OTHERS.exec(stderr)?.[0]).not.toContain('audit.csv')
    expect([code, isBucketLeft(), sandbox().services.iam.roles.list().length]).toEqual([0, true, 1])
  })

  test('asks a second time about what holds data', async () => {
    await run('setup --yes')
    const dialogue = answering([/Remove \d+ resources/, 'y\r'], [/Delete the data/, 'n\r'])
    const { code, stderr } = await run('cleanup', { tty: true, columns: 200, meanwhile: dialogue })
    // "No" keeps the data, and the rest goes.
    expect(code).toBe(0)
    expect(stderr).not.toContain('Cancelled')
    const { services } = sandbox()
    expect(services.s3.buckets.find('bedrock-logs-111122223333')).toBeDefined()
    expect(services.iam.roles.list()).toEqual([])
  })

  test.each([
    ['Enter, by habit', 'y\r', '\r', 0],
    ['a second line that is pasted along', 'y\ry\ry\r', '\r', 0],
    ['Ctrl-C', 'y\r', '\u0003', 130],
    ['Ctrl-D', 'y\r', '\u0004', 130],
  ])('the second question is a question of its own: %s is no yes to it', async (_, first, second, expected) => {
    await run('setup --yes')
    const dialogue = answering([/Remove \d+ resources/, first], [/Delete the data/, second])
    const { code } = await run('cleanup', { tty: true, columns: 200, meanwhile: dialogue })
    expect(code).toBe(expected)
    const { services } = sandbox()
    expect(services.s3.buckets.find('bedrock-logs-111122223333')).toBeDefined()
    expect(services.logs.hasGroup('us-east-1', '/aws/bedrock/modelinvocations')).toBe(true)
  })

  test('removes what there is, and says when there is nothing', async () => {
    await run('setup --yes')
    expect(await run('cleanup --yes')).toMatchObject({ code: 0, stdout: `cleanup: ${ALL} removed.\n` })
    expect(await run('cleanup --yes')).toMatchObject({ code: 0, stdout: `cleanup: ${ALL} not there.\n` })
  })
})

describe('how much is said', () => {
  test('--quiet leaves the result and warnings', async () => {
    const { stdout, stderr } = await run('setup --yes --quiet')
    expect(stdout).toContain(`setup: ${ALL} created.`)
    expect(stderr).toMatch(/^warning: Bedrock-HighSpend [^\n]+\nwarning: nobody is notified [^\n]+\n$/)
  })

  test('--debug tells every call and where each setting came from', async () => {
    const { stderr } = await run('setup --yes --debug --high-latency-threshold 5000', { env: { RETENTION_DAYS: '14' } })
    expect(stderr).toContain('debug: setting highLatencyThreshold = 5000 (--high-latency-threshold)\n')
    expect(stderr).toContain('debug: setting retentionDays = 14 (RETENTION_DAYS)\n')
    expect(stderr).toContain('debug: setting roleName = "BedrockCloudWatchLoggingRole" (default)\n')
    expect(stderr.match(/^debug: \w+:\w+ \d+ ms, \d+ attempts?/gm)?.length).toBe(sandbox().calls.length)
  })
})
