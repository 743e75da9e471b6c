import type { Clock } from '../../core/context.ts'
import type { TerminalProcess } from '../../ui/io.ts'

/** Everything of the machine that a run of the program may touch. */
export interface Host extends TerminalProcess {
  argv: readonly string[]
  cwd: string
  clock: Clock
  /** Aborted when the user interrupts. */
  signal: AbortSignal
  version(): Promise<string>
  /** What the program runs on: "Node.js v22.1.0, linux x64". */
  platform: string
}
