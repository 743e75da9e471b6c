import ora, { type Ora } from 'ora'
import type { Event } from '../core/events.ts'
import { plain } from '../text/escape.ts'
import { middleCut, truncate } from '../text/wrap.ts'
import { printWarning } from './error.ts'
import type { Output } from './output.ts'
import { finishedLine, numberOf, type Progress, type Reporter, speedOf } from './progress.ts'

const MARGIN = 4

/** Redrawn in place by ora. stdin is left alone (`discardStdin: false`): in raw mode a Ctrl-C could be lost. */
export function liveReporter(out: Output): Reporter {
  let state = IDLE
  let spinner: Ora | undefined
  const stop = () => {
    spinner?.stop()
    spinner = undefined
  }
  const draw = () => {
    const text = out.shown(liveText(state, out.width - MARGIN))
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
  const verbs = new Map<string, string>()
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

/** `[████████░░░░] 4,000 of 10,000`, or the count alone while the total is unknown. `width` is that of the bar itself. */
export function progressBar(done: number, total: number | undefined, width: number, number = numberOf('')) {
  if (total === undefined || total <= 0) return number(done)
  const full = Math.floor(Math.min(1, Math.max(0, done / total)) * width)
  return `[${'█'.repeat(full)}${'░'.repeat(width - full)}] ${number(done)} of ${number(total)}`
}

interface Running extends Progress {
  label: string
  verb: string
}

/** What is going on at this moment, as the live display shows it; what is under way by its id, in the order it began. */
interface LiveState {
  phase: string | undefined
  running: ReadonlyMap<string, Running>
}

export const IDLE: LiveState = { phase: undefined, running: new Map() }

/** The state after one more event. Pure. */
export function advance(state: LiveState, event: Event): LiveState {
  const { running } = state
  if (event.type === 'phase') return { ...state, phase: plain(event.title) }
  if (event.type === 'phase-done') return { ...state, phase: undefined }
  if (event.type === 'resource-start') {
    const { id, verb, label } = event
    return { ...state, running: new Map(running).set(id, { verb, label: plain(label), note: '' }) }
  }
  if (event.type === 'resource-progress') {
    const { type: _, id, ...progress } = event
    const known = running.get(id)
    if (!known) return state
    const { verb, label } = known
    return { ...state, running: new Map(running).set(id, { verb, label, ...progress, note: plain(event.note) }) }
  }
  if (event.type !== 'resource-done' && event.type !== 'resource-end') return state
  return { ...state, running: new Map([...running].filter(([id]) => id !== event.id)) }
}

const VERB_ING: ReadonlyMap<string, string> = new Map([
  ['create', 'creating'],
  ['update', 'updating'],
  ['remove', 'removing'],
])
const ELLIPSIS = '...'
const LEAST_LABEL = 10
/** Lines of running resources shown at once; a redraw that is taller than the terminal would leave garbage behind. */
const MOST_LINES = 8

/** The display's text: what is being done, then a line for each resource under way, none longer than `width`. */
export function liveText({ phase, running }: LiveState, width: number): string {
  const more = running.size - MOST_LINES
  const lines = [
    ...(phase === undefined ? [] : [`${phase} ${ELLIPSIS}`]),
    ...[...running.values()].slice(0, MOST_LINES).map((item) => runningText(item, width)),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
  return lines.map((line) => truncate(line, width, ELLIPSIS)).join('\n  ')
}

function runningText(item: Running, width: number): string {
  const { note, done, total } = item
  const what = `${VERB_ING.get(item.verb) ?? item.verb} ${item.label}`
  if (done === undefined) return note === '' ? what : `${what}: ${note}`
  const bar = progressBar(done, total, width >= 100 ? 30 : 16, numberOf(note))
  const far = [note === 'bytes' ? bar : `${bar} ${note}`.trim(), ...speedOf(item)].join(', ')
  const label = middleCut(item.label, Math.max(LEAST_LABEL, width - far.length - 1), ELLIPSIS)
  return `${label} ${far}`.trim()
}
