import { AppError, declined, usageError } from '../../../core/errors.ts'
import { placesIn } from '../../../core/place.ts'
import { readUseSeries, type Suggestion, suggest } from '../../../steps/alarms/suggest.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import type { Session } from '../../../steps/session.ts'
import { SETTINGS } from '../../../steps/settings.ts'
import { allSteps, type Selection, selectSteps } from '../../../steps/steps.ts'
import { readInUse } from '../../../steps/use/read-in-use.ts'
import { short } from '../../../text/numbers.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'
import type { App } from '../../session/app.ts'

export interface Suggested {
  /** With the thresholds that were suggested and taken. */
  session: Session
  suggestions: readonly Suggestion[]
  /** How to keep them: the next setup would otherwise go by its settings. */
  next: string[]
}

export interface SuggestOptions extends Selection {
  yes: boolean
  dryRun: boolean
  /** The flags: what is given there is not suggested otherwise. */
  settings: SettingLayer
}

/**
 * Reads what the last two weeks were like, shows a threshold for each alarm and asks. Throws a usage error where the alarms
 * are not selected or nobody is there to answer, and `Declined` at no.
 */
export async function suggestThresholds(app: App, session: Session, options: SuggestOptions): Promise<Suggested> {
  const { cx, env } = session
  if (!selectSteps(allSteps(env), options).some(({ id }) => id === '5')) {
    throw usageError('--suggest needs step 5 (alarms), which is not selected', 'select step 5, or leave out --suggest')
  }
  cx.emit({ type: 'phase', title: 'reading the last two weeks' })
  const inUse = await readInUse(cx, placesIn(cx, env.accountId, env.regions), session.prices)
  const unread = env.regions.filter((region) => !inUse.has(region))
  if (unread.length > 0) throw unknownUse(unread)
  const series = await readUseSeries(cx, inUse)
  cx.emit({ type: 'phase-done' })
  const suggestions = suggest(series, env.settings).filter(
    ({ setting }) => options.settings.values[setting] === undefined,
  )
  show(app, suggestions, options)
  const taken = suggestions.filter(({ suggested, now }) => suggested !== now)
  if (taken.length > 0 && !options.yes && !options.dryRun) await ask(app)
  const values = Object.fromEntries(taken.map(({ setting, suggested }) => [setting, suggested]))
  const settings = { ...env.settings, ...values }
  return { session: { ...session, env: { ...env, settings } }, suggestions, next: keeping(taken, values) }
}

/** Thresholds are the same in all Regions, so that those of some suggest nothing. */
function unknownUse(regions: readonly string[]): AppError {
  const message = `no thresholds can be suggested: the use in ${regions.join(', ')} could not be read; nothing was changed`
  return new AppError('partial', 'UseUnread', message, { hint: 'run it again, or leave out --suggest' })
}

/** Talk before a change, like the plan: the result of a dry run only. */
function show({ common, io }: App, suggestions: readonly Suggestion[], { yes, dryRun }: SuggestOptions): void {
  if (dryRun && common.json) return
  if (common.quiet && yes && !dryRun) return
  printSuggestions(dryRun ? io.stdout : io.stderr, suggestions)
}

async function ask({ reporter, prompter }: App): Promise<void> {
  const question = 'Set up with the suggested thresholds?'
  if (await reporter.hold(() => prompter.confirm(question, '--yes'))) return
  throw declined()
}

function keeping(taken: readonly Suggestion[], values: object): string[] {
  if (taken.length === 0) return []
  const flags = taken.map(({ setting, suggested }) => {
    const { flag } = SETTINGS.find(({ key }) => key === setting) ?? { flag: setting }
    return `--${flag} ${suggested}`
  })
  return [
    `these thresholds, for the next setup: ${flags.join(' ')}`,
    `or once and for all in bedrock-monitor.json: ${JSON.stringify(values)}`,
  ]
}

const LEAST_COLUMNS = 40

/** A line for each threshold or, where that is too wide for the terminal, a block. */
export function printSuggestions(out: Output, suggestions: readonly Suggestion[]): void {
  out.line('What two weeks suggest, by the periods with calls in the busiest Region')
  for (const line of table({ columns: COLUMNS }, suggestions, out)) out.line(line)
  const texts = [
    'Went off: how often the alarm would have gone off at the suggested threshold (at the present one).',
    ...[...new Set(suggestions.flatMap(({ kept }) => kept ?? []))].map((kept) => staying(suggestions, kept)),
  ]
  for (const line of texts.flatMap((text) => wrap(text, Math.max(LEAST_COLUMNS, out.width)))) out.line(line)
}

function staying(suggestions: readonly Suggestion[], why: string): string {
  const those = suggestions.filter(({ kept }) => kept === why)
  if (those.length === suggestions.length) return `All stay as they are: ${why}.`
  return `Stays as it is: ${those.map(({ what }) => what).join('; ')} (${why}).`
}

function figure(heading: string, of: (suggestion: Suggestion) => number | null): Column<Suggestion> {
  return { heading, align: 'right', cell: (suggestion) => short(of(suggestion)) }
}

const COLUMNS: readonly Column<Suggestion>[] = [
  { heading: 'Alarm above', cell: ({ what }) => what },
  figure('Now', ({ now }) => now),
  figure('Median', ({ median }) => median),
  figure('p99', ({ p99 }) => p99),
  figure('Max', ({ max }) => max),
  figure('Suggested', ({ suggested }) => suggested),
  {
    heading: 'Went off',
    align: 'right',
    cell: ({ wouldHaveRung, nowWouldHaveRung }) =>
      wouldHaveRung === nowWouldHaveRung ? `${wouldHaveRung}` : `${wouldHaveRung} (${nowWouldHaveRung})`,
  },
]
