import type { Io } from '../io.ts'
import { debugReporter } from './debug.ts'
import { linesReporter } from './lines.ts'
import { liveReporter } from './live.ts'
import { quietReporter } from './quiet.ts'
import { type HoldableReporter, holdable, type Reporter } from './reporter.ts'

export type { HoldableReporter } from './reporter.ts'

/** The reporter that fits the flags and the terminal. `--debug` outranks `--quiet` and `--json`: it was asked for. */
export function chooseReporter(io: Io, flags: { quiet: boolean; json: boolean; debug: boolean }): HoldableReporter {
  return holdable(reporterFor(io, flags))
}

function reporterFor(io: Io, flags: { quiet: boolean; json: boolean; debug: boolean }): Reporter {
  if (flags.debug) return debugReporter(io.stderr)
  if (flags.quiet || flags.json) return quietReporter(io.stderr)
  return io.isLive ? liveReporter(io.stderr) : linesReporter(io.stderr)
}
