import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface CliAnswer {
  code: number
  stdout: string
  stderr: string
}

interface Server {
  home: string | undefined
  child: ChildProcessByStdio<Writable, Readable, null>
  lines: AsyncIterator<string>
}

/** Undefined where the AWS CLI is no Python program of this machine: then every call starts it. */
let server: Promise<Server | undefined> | undefined
let before: Promise<unknown> = Promise.resolve()

/**
 * Runs the AWS CLI, a client that is not ours. Most of a call's processor time is Python reading its modules, so that is
 * done once for all calls of a test file; `stopAwsCli` ends it.
 * @param env the whole environment of the call
 */
export function runAwsCli(args: readonly string[], env: Record<string, string | undefined>): Promise<CliAnswer> {
  const answer = before.then(() => ask(args, env))
  before = answer.catch(() => {})
  return answer
}

async function ask(args: readonly string[], env: Record<string, string | undefined>): Promise<CliAnswer> {
  // Where its files are is read with the modules.
  if ((await server)?.home !== env.HOME) await stopAwsCli()
  server ??= start(env.HOME)
  const running = await server
  if (!running) return startAnew(args, env)
  running.child.stdin.write(`${JSON.stringify({ args, env })}\n`)
  const { value, done } = await running.lines.next()
  if (done) throw new Error('the server of the AWS CLI ended before it answered')
  return JSON.parse(value) as CliAnswer
}

async function start(home: string | undefined): Promise<Server | undefined> {
  const program = fileURLToPath(new URL('./aws-cli.py', import.meta.url))
  const env = { ...process.env, HOME: home }
  const child = spawn('python3', [program], { env, stdio: ['pipe', 'pipe', 'ignore'] })
  const failed = once(child, 'error').catch(() => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await Promise.race([lines.next(), failed.then(() => ({ done: true }))])
  return first.done ? undefined : { home, child, lines }
}

function startAnew(args: readonly string[], env: Record<string, string | undefined>): Promise<CliAnswer> {
  return new Promise((resolve) => {
    execFile('aws', args, { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 255) : 0, stdout, stderr })
    })
  })
}

/** Ends what `runAwsCli` started. */
export async function stopAwsCli(): Promise<void> {
  const running = await server
  server = undefined
  if (!running) return
  const ended = once(running.child, 'close')
  running.child.stdin.end()
  await ended
}
