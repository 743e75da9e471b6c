import type { Output } from '../output.ts'
import { linesReporter } from './lines.ts'
import type { Reporter } from './reporter.ts'

/** Line by line, with every AWS call: its name, how long it took and how often it was tried. Never what was in it. */
export function debugReporter(out: Output): Reporter {
  const lines = linesReporter(out)
  return {
    event(event) {
      if (event.type !== 'call') return lines.event(event)
      const { service, operation, ms, attempts, error } = event
      const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
      const end = error === undefined ? '' : `, ${error}`
      out.line(out.paint.dim(`debug: ${service}:${operation} ${Math.round(ms)} ms, ${tries}${end}`))
    },
    pause() {},
  }
}
