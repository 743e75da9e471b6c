import { createOutput, type Env, type Output, type OutputStream } from './output.ts'

/** The part of `process` that a terminal program needs. */
export interface TerminalProcess {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(raw: boolean): unknown }
  stdout: OutputStream
  stderr: OutputStream
  env: Env
}

interface IoOptions {
  /** False with `--no-color`. */
  colour?: boolean
  /** False with `--no-input`. */
  input?: boolean
}

/** Streams, terminal and colour in one place. stdout carries the result; stderr all that is said on the way. */
export interface Io {
  readonly stdin: TerminalProcess['stdin']
  readonly stdout: Output
  readonly stderr: Output
  /** Somebody is there to answer: stdin and stderr are a terminal, no CI, no `--no-input`. */
  readonly isInteractive: boolean
  /** Progress may be redrawn in place on stderr. */
  readonly isLive: boolean
}

export function createIo(process: TerminalProcess, options: IoOptions = {}): Io {
  const { stdin, env } = process
  const wantColour = options.colour ?? true
  const stdout = createOutput(process.stdout, env, wantColour)
  const stderr = createOutput(process.stderr, env, wantColour)
  const terminal = stderr.isTty && env.TERM !== 'dumb' && !inCi(env)
  return {
    stdin,
    stdout,
    stderr,
    isInteractive: terminal && stdin.isTTY === true && (options.input ?? true),
    isLive: terminal,
  }
}

/** Every common CI service sets CI; `CI=false` is how people say they are not in one. */
function inCi(env: Env): boolean {
  return env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0'
}
