import type { Output } from '../output.ts'
import type { Reporter } from './reporter.ts'
import { printWarning } from './warning.ts'

/** Warnings and nothing else: for `--quiet` and `--json`. */
export function quietReporter(out: Output): Reporter {
  return {
    event(event) {
      if (event.type === 'warning') printWarning(out, event.warning.message)
    },
    pause() {},
  }
}
