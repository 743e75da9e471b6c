import type { Clock } from '../core/context.ts'
import { createOutput, type Env, type Output, type OutputStream } from './output.ts'

export interface TerminalProcess {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(raw: boolean): unknown }
  stdout: OutputStream
  stderr: OutputStream
  env: Env
}

/** The environment of the library, whose callers hand in no process. */
export function processEnv(): Env {
  return process.env
}

interface IoOptions {
  colour?: boolean
  input?: boolean
  /** Called before anything is written to stdout. */
  beforeResult?(): void
}

export type Io = ReturnType<typeof createIo>

/**
 * Streams, terminal and colour in one place. stdout carries the result; stderr all that is said on the way. Looks at no stream
 * before it is needed: Node opens each when it is first asked for, which takes a millisecond or two.
 */
export function createIo(process: TerminalProcess, options: IoOptions = {}) {
  const { env } = process
  const opened: { stdout?: Output; stderr?: Output } = {}
  const output = (name: keyof typeof opened) => {
    opened[name] ??= createOutput(
      process[name],
      env,
      options.colour ?? true,
      name === 'stdout' ? options.beforeResult : undefined,
    )
    return opened[name]
  }
  const isTerminal = () => output('stderr').isTty && env.TERM !== 'dumb' && !inCi(env)
  return {
    get stdin() {
      return process.stdin
    },
    get stdout() {
      return output('stdout')
    },
    get stderr() {
      return output('stderr')
    },
    /** Somebody is there to answer: stdin and stderr are a terminal, no CI, no `--no-input`. */
    get isInteractive() {
      return isTerminal() && process.stdin.isTTY === true && (options.input ?? true)
    },
    /** Progress may be redrawn in place on stderr. */
    get isLive() {
      return isTerminal()
    },
    /** Resolves when all is written, or with the error that stopped the result from being. */
    async flush() {
      const [failure] = await Promise.all([opened.stdout?.flush(), opened.stderr?.flush()])
      return failure
    },
  }
}

/** Every common CI service sets CI; `CI=false` is how people say they are not in one. */
function inCi(env: Env): boolean {
  return env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0'
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    // Loaded by those who wait: help does not.
    const { setTimeout } = await import('node:timers/promises')
    try {
      await setTimeout(ms, undefined, { signal })
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    }
  },
}
