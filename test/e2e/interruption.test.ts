import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Fault } from '../../src/sandbox/faults.ts'
import { BIN, inherited } from '../support/program.ts'
import { createWorld, type World, writingCalls } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

interface Stopped {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** From the last signal to the end, in ms. */
  took: number
}

/** After which a call that is held ends by itself: what ends before has not waited for it. */
const LIMIT_OF_A_CALL_MS = 30_000

const holdsACall = () => world.sandbox.calls.some(({ status }) => status === 0)

/** Runs the built program until the sandbox holds one of its calls, or it has come so far, and then does something to it. */
function heldProgram(
  args: readonly string[],
  whenHeld: (child: ChildProcess) => void,
  isHeld: (stdout: string, stderr: string) => boolean = holdsACall,
): Promise<Stopped> {
  const { sandbox } = world
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...inherited(), HOME: '/nonexistent', ...sandbox.env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  let at = Number.NaN
  const timer = setInterval(() => {
    if (!isHeld(stdout, stderr)) return
    clearInterval(timer)
    at = Date.now()
    whenHeld(child)
  }, 2)
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearInterval(timer)
      resolve({ code, signal, stdout, stderr, took: Date.now() - at })
    }),
  )
}

const hold = (fault: Partial<Fault>): Fault => ({ kind: 'timeout', count: 1_000, ...fault })

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  const stop = (child: ChildProcess) => void child.kill(signal)

  test('stops a setup: the call in flight is aborted, what was done and how to go on is told, the next one finishes', async () => {
    world.sandbox.faults.push(hold({ service: 'bedrock', operation: 'PutModelInvocationLoggingConfiguration' }))
    const { code, stderr, took } = await heldProgram(['setup', '--yes'], stop)
    expect(code).toBe(130)
    expect(took).toBeLessThan(LIMIT_OF_A_CALL_MS)
    expect(stderr).toMatch(/^error: interrupted: setup did \d+ of \d+ changes; not done: .*invocation-logging/m)
    expect(stderr).toMatch(/^hint: run bedrock-monitor setup again: it continues where it stopped$/m)
    expect(stderr.match(/^error: /gm)).toHaveLength(1)
    expect(stderr).toMatch(/invocation-logging-us-east-1 interrupted$/m)
    expect(stderr).not.toMatch(/fail/)
    world.sandbox.faults.length = 0
    expect((await world.setup()).error).toBeUndefined()
  })

  test('stops a cleanup likewise', async () => {
    await world.setup()
    world.sandbox.calls.length = 0
    world.sandbox.faults.push(hold({ service: 's3', operation: 'DeleteBucket' }))
    const { code, stderr } = await heldProgram(['cleanup', '--yes'], stop)
    expect(code).toBe(130)
    expect(stderr).toMatch(/^error: interrupted: cleanup did \d+ of \d+ changes; not done: .*s3-bucket/m)
    expect(stderr).toMatch(/^hint: run bedrock-monitor cleanup again/m)
    world.sandbox.faults.length = 0
    expect((await world.cleanup()).error).toBeUndefined()
  })

  test('stops a cleanup that is still reading before it has removed anything', async () => {
    await world.setup()
    world.sandbox.calls.length = 0
    world.sandbox.faults.push(hold({ service: 'iam', operation: 'GetRole' }))
    const { code, stderr } = await heldProgram(['cleanup', '--yes'], stop)
    expect(code).toBe(130)
    expect(stderr).toMatch(/^error: interrupted/m)
    expect(writingCalls(world)).toEqual([])
  })

  test('stops a report, whose --json still parses', async () => {
    world.sandbox.faults.push(hold({ service: 'cloudwatch', operation: 'ListMetrics' }))
    const { code, stdout, stderr } = await heldProgram(['report', '--json'], stop)
    expect(code).toBe(130)
    expect(stderr).toMatch(/^error: interrupted$/m)
    expect(stderr).toMatch(/^hint: run the same command again/m)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 130, error: { code: 'Interrupted' } })
  })

  test('stops a query here and in AWS, where it would go on to cost', async () => {
    await world.setup()
    world.sandbox.calls.length = 0
    world.sandbox.faults.push(hold({ service: 'logs', operation: 'GetQueryResults' }))
    const { code, stdout, stderr, took } = await heldProgram(['query', 'errors-by-code'], stop)
    expect(code).toBe(130)
    expect(took).toBeLessThan(LIMIT_OF_A_CALL_MS)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^error: interrupted$/m)
    const ended = world.sandbox.calls.filter(({ operation }) => operation === 'StopQuery')
    expect(ended).toEqual([expect.objectContaining({ service: 'logs', status: 200 })])
  })

  test('stops a watch between two of its lines, each of which is whole', async () => {
    const line = (stdout: string) => stdout.includes('\n')
    const { code, stdout, stderr, took } = await heldProgram(['watch', '--json', '--offline'], stop, line)
    expect(code).toBe(0)
    expect(took).toBeLessThan(LIMIT_OF_A_CALL_MS)
    expect(stderr).not.toMatch(/error|stopping/)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text).schemaVersion),
    ).toContain(1)
  })

  test.each([
    ['between two reads', {}, (_: string, stderr: string) => stderr.includes('AWS charges about')],
    ['in a read', { service: 'cloudwatch', operation: 'GetMetricData' }, undefined],
    ['before it serves', { service: 'sts' }, undefined],
  ] as const)('is the ordinary end of an exporter: %s', async (_, held, isHeld) => {
    if (!isHeld) world.sandbox.faults.push(hold(held))
    const line = ['exporter', '--listen', '0', '--offline', '--no-linked']
    const { code, stdout, stderr, took } = await heldProgram(line, stop, isHeld)
    expect(code).toBe(0)
    expect(took).toBeLessThan(LIMIT_OF_A_CALL_MS)
    expect(stdout).toMatch(/^(http:\/\/127\.0\.0\.1:\d+\/metrics\n)?$/)
    expect(stderr).not.toMatch(/error|interrupted/)
  })

  test('twice ends at once, whatever is under way', async () => {
    world.sandbox.faults.push(hold({ writing: true }))
    const { code, took } = await heldProgram(['setup', '--yes'], (child) => {
      child.kill(signal)
      child.kill(signal === 'SIGINT' ? 'SIGTERM' : 'SIGINT')
    })
    expect(code).toBe(130)
    expect(took).toBeLessThan(LIMIT_OF_A_CALL_MS)
  })
})

test('a pause between two tries ends with the signal', async () => {
  const slow = hold({ kind: 'throttle', service: 'iam', operation: 'GetRole' })
  world.sandbox.faults.push(slow, hold({ service: 'logs', operation: 'DescribeLogGroups' }))
  const { code, took } = await heldProgram(
    ['setup', '--yes'],
    (child) => void setTimeout(() => child.kill('SIGINT'), 1_500),
  )
  expect(code).toBe(130)
  expect(took).toBeLessThan(LIMIT_OF_A_CALL_MS)
})
