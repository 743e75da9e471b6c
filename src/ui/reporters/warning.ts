import { plain } from '../../text/escape.ts'
import { wrap } from '../../text/wrap.ts'
import type { Output } from '../output.ts'

const LABEL = 'warning:'
const INDENT = '  '
const LEAST_COLUMNS = 40

/** One line, so that a log can be searched; on a terminal as many as it takes not to break words. */
export function printWarning(out: Output, message: string): void {
  const text = `${LABEL} ${plain(message)}`
  const [first = '', ...more] = out.isTty ? wrap(text, Math.max(LEAST_COLUMNS, out.width) - INDENT.length) : [text]
  out.line([`${out.paint.yellow(LABEL)}${first.slice(LABEL.length)}`, ...more].join(`\n${INDENT}`))
}
