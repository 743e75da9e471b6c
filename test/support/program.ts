import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const BIN = fileURLToPath(new URL('../../bin/bedrock-monitor.js', import.meta.url))

/** What a program gets of this process's environment: where programs are, and the clock of the test file. */
export const inherited = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'NODE_OPTIONS', 'TEST_CLOCK_AHEAD_MS'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

export interface ProgramOptions {
  env?: Record<string, string>
  /** What comes in on stdin; nothing, and its end, by default. */
  input?: string
  cwd?: string
  /** Whom it runs as, where the tests run as root. */
  uid?: number
  gid?: number
  /** Called with the running program, e.g. to send it a signal. */
  onStderr?(text: string, kill: (signal: NodeJS.Signals) => void): void
}

/** Runs the built program as its users do, in an environment of its own: no variable of this machine reaches it. */
export function program(args: readonly string[], options: ProgramOptions = {}): Promise<Finished> {
  const env = {
    ...inherited(),
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...options.env,
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      env,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.uid !== undefined && { uid: options.uid }),
      ...(options.gid !== undefined && { gid: options.gid }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      options.onStderr?.(stderr, (signal) => child.kill(signal))
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    // It may end before it has taken all.
    child.stdin.on('error', () => {}).end(options.input ?? '')
  })
}
