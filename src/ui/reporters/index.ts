import type { Io } from '../io.ts'
import type { Output } from '../output.ts'
import { printWarning } from './finished-line.ts'
import { debugReporter, linesReporter } from './lines.ts'
import { type HoldableReporter, holdable, type Reporter } from './reporter.ts'

/** Warnings and nothing else: for `--quiet` and `--json`. */
function quietReporter(out: Output): Reporter {
  return {
    event(event) {
      if (event.type === 'warning') printWarning(out, event.warning.message)
    },
    pause() {},
  }
}

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
