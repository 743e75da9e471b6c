import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { runLine } from '../cli/run.ts'
import { ALL, STANDARD } from '../support/counts.ts'
import { describeWith } from '../support/external.ts'
import { startProxy } from '../support/faulty-proxy.ts'
import { type Finished, program } from '../support/program.ts'
import { SHARE } from '../support/share.ts'
import { onTerminal } from '../support/terminal.ts'

let sandbox: Sandbox
let env: Record<string, string>

const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const

beforeAll(async () => {
  sandbox = await startSandbox({ propagationMs: 0 })
  env = { ...sandbox.env }
  // The SDK's own chain reads these from the process, whatever environment a command is handed.
  for (const key of KEYS) process.env[key] = sandbox.env[key]
})
afterAll(() => sandbox.close())

/** In this process: the built program runs on the terminal below, and once for each exit code. */
const monitor = (...args: string[]) => runLine(args, { env })

beforeEach(async () => {
  sandbox.faults.length = 0
  const call = { account: sandbox.account, region: 'us-east-1', now: 0 }
  await sandbox.services.bedrock.operations.DeleteModelInvocationLoggingConfiguration?.({}, call)
  await monitor('cleanup', '--yes', '--include-adopted')
})

/** The line that says what failed, and the one that says what mends it; nothing else of the kind, and no stack trace. */
function expectOneError(text: string) {
  expect(text.match(/^error: /gm)).toHaveLength(1)
  expect(text.match(/^ *hint: /gm)?.length).toBeGreaterThanOrEqual(1)
  expect(text).not.toMatch(/^\s+at .*(\.js|\.ts|node:)/m)
}

interface Case {
  title: string
  args: string[]
  code: number
  prepare?(): Promise<unknown> | undefined
  env?(): Record<string, string>
  says: RegExp
  /** Its JSON is what was asked for, without a word on whether it went well. */
  plain?: true
}

const foreignLogging = async () => {
  const { services } = sandbox
  const role = { name: 'Theirs', path: '/', description: undefined, boundary: undefined, maxSessionDuration: 3600 }
  const trust =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"bedrock.amazonaws.com"},"Action":"sts:AssumeRole"}}'
  const call = { account: sandbox.account, region: 'us-east-1', now: 0 }
  if (!services.iam.roles.list().some(({ name }) => name === 'Theirs')) {
    services.iam.roles
      .create({ ...role, trust }, [], call)
      .policies.set('p', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}')
    await services.logs.operations.CreateLogGroup?.({ logGroupName: 'theirs' }, call)
  }
  await services.bedrock.operations.PutModelInvocationLoggingConfiguration?.(
    {
      loggingConfig: {
        cloudWatchConfig: { logGroupName: 'theirs', roleArn: `arn:aws:iam::${sandbox.account}:role/Theirs` },
      },
    },
    call,
  )
}

const forget =
  (...keys: string[]) =>
  () =>
    Object.fromEntries(Object.entries(env).filter(([key]) => !keys.includes(key)))

const CASES: Case[] = [
  { title: '0: done', args: ['setup', '--yes'], code: 0, says: new RegExp(`${ALL} created`) },
  { title: '0: nothing to do', args: ['cleanup', '--yes'], code: 0, says: /nothing|not there/i },
  { title: '0: the alarms, none of which stands', args: ['alarms'], code: 0, says: /Bedrock-HighLatency/, plain: true },
  {
    title: '0: the alarms brought up to date',
    args: ['alarms', 'sync', '--yes', '--budget-usd', '50', '--page-once'],
    code: 0,
    // Beside them the topic, the composite alarm and the budget.
    says: new RegExp(`${3 + STANDARD} created`),
  },
  { title: '0: what there is to ask', args: ['query'], code: 0, says: /costliest-requests/, plain: true },
  { title: '0: one look at what goes on', args: ['watch', '--once'], code: 0, says: /us-east-1/ },
  {
    title: '1: something that is not ours is in the way',
    args: ['setup', '--yes'],
    code: 1,
    prepare: foreignLogging,
    says: /--replace-logging/,
  },
  { title: '1: a log that is not there', args: ['query', 'errors-by-code'], code: 1, says: /no log group/ },
  {
    title: '1: metrics that nobody may read',
    args: ['watch', '--once'],
    code: 1,
    prepare: async () => {
      sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics', count: 99 })
    },
    says: /cloudwatch:ListMetrics/,
  },
  {
    title: '1: an address that this machine does not have',
    args: ['exporter', '--listen', '192.0.2.1:0'],
    code: 1,
    says: /cannot listen on 192\.0\.2\.1:0: this machine does not have it/,
  },
  { title: '2: an address without a port', args: ['exporter', '--listen', 'localhost'], code: 2, says: /HOST:PORT/ },
  { title: '2: an unknown query', args: ['query', 'dearest'], code: 2, says: /dearest/ },
  { title: '2: an unknown profile of alarms', args: ['setup', '--alarms', 'loud'], code: 2, says: /minimal/ },
  { title: '2: a budget below nothing', args: ['setup', '--budget-usd=-5'], code: 2, says: /--budget-usd/ },
  { title: '2: an address that is none', args: ['setup', '--email', 'nobody'], code: 2, says: /nobody/ },
  { title: '2: a view too hasty', args: ['watch', '--interval', '5'], code: 2, says: /60/ },
  { title: '2: an unknown flag', args: ['setup', '--yess'], code: 2, says: /--yess/ },
  { title: '2: an unknown command', args: ['setpu'], code: 2, says: /setpu/ },
  {
    title: '2: a retention that CloudWatch Logs does not know',
    args: ['setup', '--yes', '--retention-days', '31'],
    code: 2,
    says: /31/,
  },
  { title: '2: a Region that is none', args: ['status', '--region', 'us-east'], code: 2, says: /us-east/ },
  { title: '2: a Region without Bedrock', args: ['status', '--region', 'cn-north-1'], code: 2, says: /cn-north-1/ },
  ...['0', '-1', '1.5', 'abc', '8761', ''].map((hours) => ({
    title: `2: ${JSON.stringify(hours)} hours`,
    args: ['report', `--hours=${hours}`],
    code: 2,
    says: hours === '' ? /hours/ : new RegExp(`${hours.replace('.', '\\.')}[^]*8,?760`),
  })),
  {
    title: '2: a configuration file that is not there',
    args: ['status', '--config', '/nonexistent/x.json'],
    code: 2,
    says: /\/nonexistent\/x\.json/,
  },
  {
    title: '2: no Region',
    args: ['status'],
    code: 2,
    env: forget('AWS_REGION', 'AWS_DEFAULT_REGION'),
    says: /--region/,
  },
  { title: '3: a check did not hold', args: ['status', '--exit-code'], code: 3, says: /to create|missing|differ/i },
  {
    title: '4: no credentials',
    args: ['status'],
    code: 4,
    env: forget(...KEYS),
    says: /credentials/,
  },
  {
    title: '5: partly done',
    args: ['setup', '--yes'],
    code: 5,
    prepare: async () => {
      sandbox.faults.push({ kind: 'access-denied', service: 'sns', operation: 'CreateTopic', count: 99 })
    },
    says: /sns:CreateTopic/,
  },
  {
    title: '5: a log that can be read in one Region of two',
    args: ['query', 'errors-by-code', '--region', 'us-east-1,eu-west-1'],
    code: 5,
    prepare: async () => {
      const { logs } = sandbox.services
      for (const region of ['us-east-1', 'eu-west-1']) {
        const call = { account: sandbox.account, region, now: 0 }
        const create = async () =>
          logs.operations.CreateLogGroup?.({ logGroupName: '/aws/bedrock/modelinvocations' }, call)
        await create().catch((error: { code?: string }) => expect(error.code).toBe('ResourceAlreadyExistsException'))
      }
      sandbox.faults.push({ kind: 'access-denied', service: 'logs', operation: 'StartQuery' })
    },
    says: /is left out/,
    plain: true,
  },
]

const isFirstOfItsCode = ({ code }: Case, index: number) => CASES.findIndex((other) => other.code === code) === index

describe('the built program, without a terminal', () => {
  test.each(CASES.filter(isFirstOfItsCode))('$title', async ({ args, code, prepare, env: own, says }) => {
    await prepare?.()
    const finished = await program(args, { env: own?.() ?? env })
    expect({ code: finished.code, stderr: finished.stderr }).toMatchObject({ code })
    expect(finished.stdout + finished.stderr).toMatch(says)
  })
})

describe('without a terminal', () => {
  test.each(SHARE.of(CASES))('$title', async ({ args, code, prepare, env: own, says }) => {
    await prepare?.()
    const finished = await runLine(args, { env: own?.() ?? env })
    expect({ code: finished.code, stderr: finished.stderr }).toMatchObject({ code })
    expect(finished.stdout + finished.stderr).toMatch(says)
    if (code !== 0 && code !== 3 && code !== 5) expectOneError(finished.stderr)
    if (code === 2) expect(finished.stdout).toBe('')
  })

  test.each(SHARE.of(CASES))(
    '$title: with --json stdout parses and is of one piece',
    async ({ args, code, prepare, env: own, plain = false }) => {
      await prepare?.()
      const finished = await runLine([...args, '--json'], { env: own?.() ?? env })
      expect(finished.code).toBe(code)
      const reply = JSON.parse(finished.stdout)
      expect(reply).toMatchObject({ schemaVersion: 1, ...(!plain && { ok: code === 0 }) })
      if (plain ? code === 1 : code !== 0 && code !== 3)
        expect(JSON.stringify(reply)).toMatch(/"code":"\w+","message":"[^"]+/)
    },
  )

  test.each([[['setup']], [['alarms', 'sync']], [['setup', '--suggest']]])(
    '2: a question that nobody can answer names the flag, and nothing is changed: %j',
    async (args) => {
      sandbox.calls.length = 0
      const { code, stderr } = await monitor(...args)
      expect(code).toBe(2)
      expectOneError(stderr)
      expect(stderr).toContain('--yes')
      expect(sandbox.calls.filter(({ writing }) => writing)).toEqual([])
    },
  )

  test.each(['SIGINT', 'SIGTERM'] as const)('130: %s stops a setup, which the next one finishes', async (signal) => {
    const slow = await startSandbox({ propagationMs: 3_600_000 })
    try {
      let sent = false
      const stopped: Finished = await program(['setup', '--yes'], {
        env: { ...slow.env },
        onStderr(text, kill) {
          if (sent || !text.includes('waiting for Bedrock')) return
          sent = true
          kill(signal)
        },
      })
      expect(stopped.code).toBe(130)
      expectOneError(stopped.stderr)
      expect(stopped.stderr).toMatch(/invocation-logging/)
    } finally {
      await slow.close()
    }
  })

  test('stdout carries the report and nothing else', async () => {
    const { code, stdout, stderr } = await monitor('report', '--json', '--quiet')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, total: { invocations: 0 } })
    expect(stderr).not.toMatch(/error/)
  })
})

describeWith(['script'], 'on a terminal', () => {
  test.each(SHARE.of(CASES))('$title', async ({ args, code, prepare, env: own, says }) => {
    await prepare?.()
    const { code: got, screen } = await onTerminal(args, own?.() ?? env)
    expect({ code: got, screen }).toMatchObject({ code })
    expect(screen.replace(/\s+/g, ' ')).toMatch(says)
  })

  test('setup asks, shows its plan first, and goes on at yes', async () => {
    const { code, screen } = await onTerminal(['setup'], env, [
      [/Enter to skip/, 'ops@example.com\r'],
      [/\(y\/N\)/, 'y\r'],
    ])
    expect(code).toBe(0)
    expect(screen).toMatch(/notifies ops@example\.com[\s\S]*nobody is notified yet/)
    expect(screen.indexOf('BedrockUsageMonitoring')).toBeLessThan(screen.indexOf(`${ALL} created`))
  })

  test('setup changes nothing at no, and says so', async () => {
    sandbox.calls.length = 0
    const { code, screen } = await onTerminal(['setup', '--email', 'ops@example.com'], env, [[/\?/, 'n\r']])
    expect(code).toBe(130)
    expect(screen).toMatch(/^Cancelled\. Nothing changed\.\r?$/m)
    expect(screen).not.toMatch(/error:|not run/)
    expect(sandbox.calls.filter(({ writing }) => writing)).toEqual([])
  })

  test('Ctrl-C at the question changes nothing, says so, and is exit 130', async () => {
    const { code, screen } = await onTerminal(['setup', '--email', 'ops@example.com'], env, [[/\?/, '\u0003']])
    expect(code).toBe(130)
    expect(screen).toMatch(/^Cancelled\. Nothing changed\.\r?$/m)
    expect(screen).not.toMatch(/error:|not run/)
  })

  test.each([
    ['a key without Enter, and the end of the input', 'y\u0004'],
    ['Enter alone', '\r'],
    ['a word that is not plainly yes', 'yes please\r'],
    ['Ctrl-D', '\u0004'],
  ])('%s is no yes', async (_, keys) => {
    sandbox.calls.length = 0
    const { code, screen } = await onTerminal(['setup', '--email', 'ops@example.com'], env, [[/\(y\/N\)/, keys]])
    expect({ code, screen }).toMatchObject({
      code: 130,
      screen: expect.stringContaining('Cancelled. Nothing changed.'),
    })
    expect(sandbox.calls.filter(({ writing }) => writing)).toEqual([])
  })

  test.each(['y\r', 'yes\ryes\ryes\r'])('%j typed before the question is no answer to it', async (keys) => {
    sandbox.calls.length = 0
    // Keeps the question away until the keys have long been typed.
    const slow = await startProxy(sandbox.url, async ({ body }, forward) => {
      if (Buffer.from(body).includes('GetCallerIdentity')) await new Promise((resolve) => setTimeout(resolve, 700))
      return forward()
    })
    const { code } = await onTerminal(['setup', '--email', 'ops@example.com'], { ...env, AWS_ENDPOINT_URL: slow.url }, [
      [/checking/, keys],
      [/\(y\/N\)/, '\r'],
    ])
    await slow.close()
    expect(code).toBe(130)
    expect(sandbox.calls.filter(({ writing }) => writing)).toEqual([])
  })

  test('cleanup asks a second time about what holds data', async () => {
    await monitor('setup', '--yes')
    const { code, screen } = await onTerminal(['cleanup'], env, [
      [new RegExp(`Remove ${ALL} resources`), 'y\r'],
      [/Delete the data/, 'n\r'],
    ])
    // "No" keeps the data, and the rest goes.
    expect(code).toBe(0)
    expect(screen).toMatch(/bedrock-logs-\d+/)
    const { resources } = JSON.parse((await monitor('status', '--json')).stdout)
    const standing = resources.flatMap(({ type, action }: Record<string, string>) => (action === 'none' ? [type] : []))
    expect(standing.sort()).toEqual(['log-group', 's3-bucket'])
    await monitor('cleanup', '--yes')
  })

  test('a failure can be tried again', async () => {
    sandbox.faults.push({ kind: 'access-denied', service: 'sns', operation: 'CreateTopic', count: 1 })
    const { code, screen } = await onTerminal(['setup', '--email', 'ops@example.com'], env, [
      [/\?/, 'y\r'],
      [/What now/, 'retry\r'],
    ])
    expect(screen).toMatch(/sns:CreateTopic/)
    expect(code).toBe(0)
  })
})
