import ora, { type Ora } from 'ora'
import type { Output } from '../output.ts'
import { finishedLine } from './finished-line.ts'
import { advance, IDLE, liveText } from './live-view.ts'
import type { Reporter } from './reporter.ts'
import { printWarning } from './warning.ts'

/** Room for the spinner and the indent of the lines under it. */
const MARGIN = 4

/**
 * A display redrawn in place: what is under way at the bottom, what is finished above it (ora puts what others write to
 * its stream above what it draws). stdin is left alone (`discardStdin: false`): in raw mode a Ctrl-C could be lost.
 */
export function liveReporter(out: Output): Reporter {
  const verbs = new Map<string, string>()
  let state = IDLE
  let spinner: Ora | undefined

  const stop = () => {
    spinner?.stop()
    spinner = undefined
  }
  const draw = () => {
    const text = liveText(state, { width: out.width - MARGIN, unicode: out.unicode })
    if (text === '') return stop()
    if (spinner) {
      spinner.text = text
      return
    }
    // A terminal that nobody has told its size, such as a container's, has 0 columns: ora would clear lines without end.
    out.stream.columns ||= out.width
    spinner = ora({
      text,
      stream: out.stream,
      isEnabled: true,
      discardStdin: false,
      color: out.coloured ? 'cyan' : false,
      spinner: out.unicode ? 'dots' : 'line',
    }).start()
  }
  return {
    event(event) {
      if (event.type === 'call') return
      state = advance(state, event)
      if (event.type === 'resource-start') verbs.set(event.id, event.verb)
      if (event.type === 'resource-end') out.line(finishedLine(out, event, verbs.get(event.id)))
      if (event.type === 'warning') printWarning(out, event.warning.message)
      draw()
    },
    pause: stop,
  }
}
