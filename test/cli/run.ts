import type { Entry } from '../../src/cli/command.ts'
import { COMMANDS } from '../../src/cli/commands/index.ts'
import { dispatch } from '../../src/cli/main.ts'
import type { Clock } from '../../src/core/context.ts'
import { systemClock } from '../../src/ui/io.ts'
import { type FakeProcess, fakeProcess } from '../ui/fake-terminal.ts'

export interface RunOptions {
  tty?: boolean
  columns?: number
  env?: Record<string, string>
  cwd?: string
  signal?: AbortSignal
  clock?: Clock
  commands?: readonly Entry[]
  openFile?(path: string): Promise<void>
  /** Called with the terminal once the run has begun, e.g. to type on its keyboard. */
  meanwhile?(terminal: FakeProcess): void
}

/** How much faster than real time the program waits, be it for AWS's rates or for the next try. */
const HASTE = 20

/** Real time, but that waiting takes a twentieth of it: what has been slept is over, whatever the machine's clock says. */
function hastyClock(): Clock {
  let ahead = 0
  const now = () => systemClock.now() + ahead
  return {
    now,
    async sleep(ms, signal) {
      const until = now() + ms
      await systemClock.sleep(ms / HASTE, signal)
      ahead += Math.max(0, until - now())
    },
  }
}

/** Runs a command line in this process on a terminal of its own. */
export async function runLine(argv: readonly string[], options: RunOptions = {}) {
  const terminal = fakeProcess({
    tty: options.tty ?? false,
    env: options.env ?? {},
    ...(options.columns && { columns: options.columns }),
  })
  const running = dispatch(
    {
      ...terminal,
      argv,
      cwd: options.cwd ?? '/nowhere',
      clock: options.clock ?? hastyClock(),
      signal: options.signal ?? new AbortController().signal,
      platform: 'Node.js v0.0.0, cpm z80',
      version: async () => '1.2.3',
      openFile: options.openFile ?? (async () => {}),
    },
    options.commands ?? COMMANDS,
  )
  options.meanwhile?.(terminal)
  const code = await running
  return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text, terminal }
}
