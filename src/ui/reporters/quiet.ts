import type { Output } from '../output.ts'
import { clean, wrap } from '../text.ts'
import type { Reporter } from './reporter.ts'

const LABEL = 'warning:'
const INDENT = '  '
const LEAST_COLUMNS = 40

/** Warnings and nothing else: for `--quiet` and `--json`. */
export function quietReporter(out: Output): Reporter {
  return {
    event(event) {
      if (event.type === 'warning') printWarning(out, event.warning.message)
    },
    pause() {},
  }
}

/** One line, so that a log can be searched; on a terminal as many as it takes not to break words. */
export function printWarning(out: Output, message: string): void {
  const text = `${LABEL} ${clean(message)}`
  const [first = '', ...more] = out.isTty ? wrap(text, Math.max(LEAST_COLUMNS, out.width) - INDENT.length) : [text]
  out.line([`${out.paint.yellow(LABEL)}${first.slice(LABEL.length)}`, ...more].join(`\n${INDENT}`))
}
