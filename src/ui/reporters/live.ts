import ora, { type Ora } from 'ora'
import type { Event } from '../../core/events.ts'
import { plain } from '../../text/escape.ts'
import { middleCut, truncate } from '../../text/width.ts'
import { printWarning } from '../error.ts'
import type { Output } from '../output.ts'
import { type Amount, numberOf, speedOf } from './amounts.ts'
import { finishedLine } from './finished-line.ts'
import type { Reporter } from './reporter.ts'

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
    const text = liveText(state, out.width - MARGIN)
    if (text === '') return stop()
    if (spinner) {
      spinner.text = out.shown(text)
      return
    }
    // A terminal that nobody has told its size, such as a container's, has 0 columns: ora would clear lines without end.
    out.stream.columns ||= out.width
    spinner = ora({
      text: out.shown(text),
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

/** `[████████░░░░] 4,000 of 10,000`, or the count alone while the total is unknown. `width` is that of the bar itself. */
export function progressBar(done: number, total: number | undefined, width: number, number = numberOf('')) {
  if (total === undefined || total <= 0) return number(done)
  const share = Math.min(1, Math.max(0, done / total))
  const full = Math.floor(share * width)
  return `[${'█'.repeat(full)}${'░'.repeat(width - full)}] ${number(done)} of ${number(total)}`
}

interface Running extends Amount {
  label: string
  verb: string
}

/** What is going on at this moment, as the live display shows it. */
interface LiveState {
  phase: string | undefined
  /** By resource id, in the order they began. */
  running: ReadonlyMap<string, Running>
}

export const IDLE: LiveState = { phase: undefined, running: new Map() }

/** The state after one more event. Pure. */
export function advance(state: LiveState, event: Event): LiveState {
  switch (event.type) {
    case 'phase':
      return { ...state, phase: plain(event.title) }
    case 'phase-done':
      return { ...state, phase: undefined }
    case 'resource-start': {
      const { verb } = event
      return withRunning(state, event.id, { verb, label: plain(event.label), note: '' })
    }
    case 'resource-progress': {
      const known = state.running.get(event.id)
      if (!known) return state
      const { note, done, total, perSecond } = event
      return withRunning(state, event.id, { ...known, note: plain(note), done, total, perSecond })
    }
    case 'resource-done':
    case 'resource-end': {
      const running = new Map(state.running)
      running.delete(event.id)
      return { ...state, running }
    }
    default:
      return state
  }
}

function withRunning(state: LiveState, id: string, item: Running): LiveState {
  return { ...state, running: new Map(state.running).set(id, item) }
}

const VERB_ING: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({ create: 'creating', update: 'updating', remove: 'removing' }),
)
/** As wide where only ASCII shows. */
const ELLIPSIS = '...'
/** A longer label gives way to how far it is. */
const LEAST_LABEL = 10
/** Lines of running resources shown at once; a redraw that is taller than the terminal would leave garbage behind. */
const MOST_LINES = 8

/** The display's text: what is being done, then a line for each resource under way, none longer than `width`. */
export function liveText(state: LiveState, width: number): string {
  const items = [...state.running.values()]
  const shown = items.slice(0, MOST_LINES)
  const lines = shown.map((item) => truncate(runningText(item, width), width, ELLIPSIS))
  if (items.length > shown.length) lines.push(`and ${items.length - shown.length} more`)
  const head = state.phase === undefined ? [] : [truncate(`${state.phase} ${ELLIPSIS}`, width, ELLIPSIS)]
  return [...head, ...lines].join('\n  ')
}

function runningText(item: Running, width: number): string {
  const what = `${VERB_ING.get(item.verb) ?? item.verb} ${item.label}`
  if (item.done === undefined) return item.note === '' ? what : `${what}: ${item.note}`
  const bar = progressBar(item.done, item.total, width >= 100 ? 30 : 16, numberOf(item.note))
  const far = [item.note === 'bytes' ? bar : `${bar} ${item.note}`.trim(), ...speedOf(item)].join(', ')
  const label = middleCut(item.label, Math.max(LEAST_LABEL, width - far.length - 1), ELLIPSIS)
  return `${label} ${far}`.trim()
}
