import type { Io } from '../io.ts'
import { debugReporter } from './debug.ts'
import { linesReporter } from './lines.ts'
import { quietReporter } from './quiet.ts'
import { type HoldableReporter, holdable, type Reporter } from './reporter.ts'

export type { HoldableReporter } from './reporter.ts'

/** The reporter that fits the flags and the terminal. `--debug` outranks `--quiet` and `--json`: it was asked for. */
export async function chooseReporter(
  io: Io,
  flags: { quiet: boolean; json: boolean; debug: boolean },
): Promise<HoldableReporter> {
  return holdable(await reporterFor(io, flags))
}

async function reporterFor(io: Io, flags: { quiet: boolean; json: boolean; debug: boolean }): Promise<Reporter> {
  if (flags.debug) return debugReporter(io.stderr)
  if (flags.quiet || flags.json) return quietReporter(io.stderr)
  return io.isLive ? (await import('./live.ts')).liveReporter(io.stderr) : linesReporter(io.stderr)
}
