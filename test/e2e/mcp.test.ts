import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { TOOLS } from '../../src/cli/commands/mcp/tools.ts'
import { playDay } from '../../src/cli/commands/sandbox/traffic.ts'
import { lastHours } from '../../src/report/window.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { generateTraffic } from '../../src/sandbox/traffic.ts'
import { runLine } from '../cli/run.ts'
import { actionsOf } from '../support/iam-actions.ts'
import { BIN, inherited, program } from '../support/program.ts'

/** The official SDK's client, which checks each answer against the schema that its tool has given, talks to the built program. */
let sandbox: Sandbox
const open = new Set<Client>()

beforeAll(async () => {
  sandbox = await startSandbox()
  await runLine(['setup', '--yes'], { env: sandbox.env })
  playDay(sandbox, 3, lastHours(Date.now(), 3))
})
afterAll(async () => {
  await Promise.all([...open].map((client) => client.close()))
  await sandbox.close()
})

interface Answer {
  text: string
  isError: boolean
  result: Record<string, unknown> | undefined
}

async function connect(...flags: string[]) {
  let said = ''
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, 'mcp', ...flags],
    env: { ...inherited(), HOME: '/nonexistent', ...sandbox.env },
    stderr: 'pipe',
  })
  const client = new Client({ name: 'test', version: '1' })
  open.add(client)
  const faults: Error[] = []
  client.onerror = (error) => faults.push(error)
  await client.connect(transport)
  transport.stderr?.on('data', (part) => {
    said += part
  })
  await client.listTools()
  const call = async (name: string, input: object = {}, options: object = {}): Promise<Answer> => {
    const { content, isError, structuredContent } = await client.callTool(
      { name, arguments: { ...input } },
      undefined,
      options,
    )
    const [{ text } = { text: '' }] = content as { text: string }[]
    return { text, isError: isError === true, result: structuredContent as Answer['result'] }
  }
  return { client, call, faults, stderr: () => said }
}

const INPUTS: Record<string, object> = { query: { name: 'tokens-by-model' }, prices: { models: ['nova-pro'] } }

describe('mcp', () => {
  test('every tool answers, reads only, and has the shape that it says; nothing else is on stdout', async () => {
    const { client, call, faults, stderr } = await connect('--region', 'us-east-1')
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name))
    sandbox.calls.length = 0
    for (const { name, annotations, outputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
      const { text, isError, result } = await call(name, INPUTS[name])
      expect({ name, isError, text }).toMatchObject({
        isError: false,
        text: expect.stringMatching(/AWS billed at most \$/),
      })
      expect(text.length).toBeLessThan(20_000)
      if (!outputSchema) continue
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(outputSchema)
      expect({ name, valid: validate(result), errors: validate.errors }).toMatchObject({ valid: true })
    }
    expect(sandbox.calls.filter(({ writing }) => writing)).toEqual([])
    expect(faults).toEqual([])
    expect(stderr()).toMatch(/reading the metrics of \d models/)
    // What these calls need is what the policy allows.
    const policy = await runLine(['permissions', 'mcp', '--region', 'us-east-1'], { env: sandbox.env })
    const granted = JSON.parse(policy.stdout).Statement.flatMap(({ Action }: { Action: string[] }) => Action)
    const needed = new Set(sandbox.calls.flatMap(actionsOf))
    expect([...needed].filter((action) => !granted.includes(action))).toEqual([])
  })

  test('of several accounts, one of which cannot be read, the tools say so in the same shapes', async () => {
    const { client, call } = await connect('--accounts', '111122223333,222233334444', '--assume-role', 'Nobody')
    const { tools } = await client.listTools()
    for (const name of ['usage', 'doctor', 'alarms']) {
      const { text, isError, result } = await call(name)
      expect({ name, isError }).toEqual({ name, isError: false })
      expect(text).toMatch(/222233334444|incomplete/)
      const schema = tools.find((tool) => tool.name === name)?.outputSchema
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema ?? {})
      expect({ name, valid: validate(result), errors: validate.errors }).toMatchObject({ valid: true })
    }
  })

  test('the figures are those of the command', async () => {
    const { call } = await connect()
    const until = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString()
    const asked = { since: new Date(Date.parse(until) - 7_200_000).toISOString(), until }
    const { result } = await call('usage', asked)
    const line = ['report', '--json', '--since', asked.since, '--until', until]
    const { stdout } = await runLine(line, { env: sandbox.env })
    const { series: _, generatedAt: __, ...report } = JSON.parse(stdout)
    expect(result).toMatchObject({ ...report, warnings: result?.warnings, calls: result?.calls })
  })

  test('what is asked for by group is told by group', async () => {
    const { account, region, services } = sandbox
    const end = (Math.floor(Date.now() / 86_400_000) - 3) * 86_400_000
    services.bill.add(
      generateTraffic({ seed: 1, start: end - 86_400_000, end, account, region, invocationsPerHour: 5 }),
    )
    const { call } = await connect('--region', 'us-east-1')
    expect((await call('reconcile', { last: '7d' })).text).toMatch(/^cause,title,/m)
    const { text, result } = await call('reconcile', { last: '7d', by: ['kind'] })
    expect(text).toMatch(/^kind,billUsd,.*\n\w+,[\d.]+,/m)
    expect(Object.keys((result?.groups as [{ key: object }] | undefined)?.[0]?.key ?? {})).toEqual(['kind'])
  })

  test('where there are no rows, the text says so, and which models have no price', async () => {
    const { call } = await connect('--region', 'us-east-1', '--offline')
    const { text, isError } = await call('prices', { models: ['no-such-model'] })
    expect(isError).toBe(false)
    expect(text).toMatch(/^no prices\n\nwithout a price: no-such-model in us-east-1: no price known/)
  })

  test('what is wrong is an error of the tool, in the words of its inputs', async () => {
    const { call } = await connect()
    expect(await call('usage', { by: ['nonsense'] })).toMatchObject({
      isError: true,
      result: undefined,
      text: expect.stringMatching(/^error: by is 'nonsense': not one of model, account.*\nhint: /),
    })
    expect((await call('usage', { region: ['nowhere-1'] })).text).toMatch(/^error: .*nowhere-1/)
    expect((await call('forget')).text).toBe("error: there is no tool 'forget'")
    sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics', count: 1_000 })
    const denied = await call('usage')
    sandbox.faults.length = 0
    expect(denied.text).toMatch(/cloudwatch:ListMetrics/)
  })

  test('calls at once do not disturb one another', async () => {
    const { call } = await connect()
    const groupings = ['model', 'region', 'hour', 'account', 'model', 'hour']
    const answers = await Promise.all(groupings.map((by) => call('usage', { by, last: '3h' })))
    answers.forEach(({ result }, index) => {
      const first = (result?.groups as { key: object }[] | undefined)?.[0]
      expect(Object.keys(first?.key ?? {})).toEqual([groupings[index]])
    })
  })

  test('a call that is cancelled ends, and so does its work in AWS', async () => {
    const { call, client } = await connect()
    sandbox.faults.push({ kind: 'timeout', service: 'cloudwatch', operation: 'GetMetricData', count: 1_000 })
    const stop = new AbortController()
    const started = client.callTool({ name: 'usage', arguments: {} }, undefined, { signal: stop.signal })
    await until(() => sandbox.calls.some(({ operation }) => operation === 'GetMetricData'))
    stop.abort('enough')
    await expect(started).rejects.toThrow(/enough/)
    sandbox.faults.length = 0
    const before = sandbox.calls.length
    expect((await call('prices', { models: ['nova-pro'] })).isError).toBe(false)
    const later = sandbox.calls.slice(before).map(({ operation }) => operation)
    expect(later).not.toContain('GetMetricData')
  })

  test('progress is told where it is asked for', async () => {
    const { call } = await connect()
    const told: string[] = []
    await call('usage', {}, { onprogress: ({ message }: { message?: string }) => told.push(message ?? '') })
    expect(told).toContain('checking credentials and account')
  })

  test('AWS is asked for no more than --max-aws-cost', async () => {
    const { call } = await connect('--max-aws-cost', '0.0005')
    const first = await call('usage', { last: '3h' })
    const second = await call('usage', { last: '3h' })
    expect([first.isError, second.isError]).toContain(true)
    const { text } = await call('usage')
    expect(text).toMatch(/^error: AWS has billed as much .* --max-aws-cost allows, \$0\.0005\nhint: ask for less/)
    const bill = await (await connect('--max-aws-cost', '0.005')).call('cost')
    expect([bill.isError, bill.text]).toEqual([true, expect.stringContaining('more than $0.005')])
  })

  test('it ends with its client, and its input', async () => {
    const message = { jsonrpc: '2.0', id: 1, method: 'ping' }
    const { code, stdout } = await program(['mcp'], { env: sandbox.env, input: `${JSON.stringify(message)}\n` })
    expect({
      code,
      lines: stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    }).toEqual({
      code: 0,
      lines: [{ jsonrpc: '2.0', id: 1, result: {} }],
    })
  })

  test('a message that is too long to be held ends it, and it says so', async () => {
    const { code, stdout, stderr } = await program(['mcp'], {
      env: sandbox.env,
      input: `"${'x'.repeat(1_100_000)}"\n`,
    })
    expect({ code, stdout, stderr: stderr.trim() }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: a message of the client is longer than 1 MB, so the connection was closed',
    })
  })
})

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}
