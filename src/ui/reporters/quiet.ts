import type { Output } from '../output.ts'
import { clean } from '../text.ts'
import type { Reporter } from './reporter.ts'

/** Warnings and nothing else: for `--quiet` and `--json`. */
export function quietReporter(out: Output): Reporter {
  return {
    event(event) {
      if (event.type === 'warning') printWarning(out, event.warning.message)
    },
    pause() {},
  }
}

export function printWarning(out: Output, message: string): void {
  out.line(`${out.paint.yellow('warning:')} ${clean(message)}`)
}
