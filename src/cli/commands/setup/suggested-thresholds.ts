import { AppError, declined, usageError } from '../../../core/errors.ts'
import { placesIn } from '../../../core/place.ts'
import { readUseSeries, type Suggestion, suggest } from '../../../steps/alarms/suggest.ts'
import type { Session } from '../../../steps/session.ts'
import { SETTINGS } from '../../../steps/settings.ts'
import { allSteps, selectSteps } from '../../../steps/steps.ts'
import { readInUse } from '../../../steps/use/read-in-use.ts'
import { short } from '../../../text/numbers.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'
import type { App } from '../../command.ts'

/** Shows a threshold for each alarm by the last two weeks, and asks. Throws usage errors, and `Declined` at no. */
export async function suggestThresholds(app: App, session: Session) {
  const { cx, env } = session
  const { common, io, prompter, reporter } = app
  const { yes, dryRun, json, quiet, settings: flags } = common
  if (!selectSteps(allSteps(env), common).some(({ id }) => id === '5')) {
    throw usageError('--suggest needs step 5 (alarms), which is not selected', 'select step 5, or leave out --suggest')
  }
  cx.emit({ type: 'phase', title: 'reading the last two weeks' })
  const inUse = await readInUse(cx, placesIn(cx, env.accountId, env.regions), session.prices)
  const unread = env.regions.filter((region) => !inUse.has(region))
  if (unread.length > 0) {
    // Thresholds are the same in all Regions, so that those of some suggest nothing.
    const message = `no thresholds can be suggested: the use in ${unread.join(', ')} could not be read; nothing was changed`
    throw new AppError('partial', 'UseUnread', message, { hint: 'run it again, or leave out --suggest' })
  }
  const series = await readUseSeries(cx, inUse)
  cx.emit({ type: 'phase-done' })
  const suggestions = suggest(series, env.settings).filter(({ setting }) => flags.values[setting] === undefined)
  // Talk before a change, like the plan: the result of a dry run only.
  if (!(dryRun ? json : quiet && yes)) printSuggestions(dryRun ? io.stdout : io.stderr, suggestions)
  const taken = suggestions.filter(({ suggested, now }) => suggested !== now)
  if (taken.length > 0 && !yes && !dryRun) {
    const question = 'Set up with the suggested thresholds?'
    if (!(await reporter.hold(() => prompter.confirm(question, '--yes')))) throw declined()
  }
  const values = Object.fromEntries(taken.map(({ setting, suggested }) => [setting, suggested]))
  const settings = { ...env.settings, ...values }
  /** How to keep them: the next setup would otherwise go by its settings. */
  const next = keeping(taken, values)
  return { session: { ...session, env: { ...env, settings } }, suggestions, next }
}

function keeping(taken: readonly Suggestion[], values: object): string[] {
  if (taken.length === 0) return []
  const flags = taken.map(({ setting, suggested }) => {
    const { flag } = SETTINGS.find(({ key }) => key === setting) ?? { flag: setting }
    return `--${flag} ${suggested}`
  })
  return [
    `these thresholds, for the next setup: ${flags.join(' ')}`,
    `or permanently, in bedrock-monitor.json: ${JSON.stringify(values)}`,
  ]
}

const LEAST_COLUMNS = 40

export function printSuggestions(out: Output, suggestions: readonly Suggestion[]): void {
  out.line('Thresholds that fit the last two weeks: periods with calls in the busiest Region')
  out.lines(table({ columns: COLUMNS }, suggestions, out))
  const texts = [
    'Went off: how often the alarm would have gone off at the suggested threshold (at the present one).',
    ...[...new Set(suggestions.flatMap(({ kept }) => kept ?? []))].map((kept) => staying(suggestions, kept)),
  ]
  out.lines(texts.flatMap((text) => wrap(text, Math.max(LEAST_COLUMNS, out.width))))
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
