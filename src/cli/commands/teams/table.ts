import { costCell } from '../../../report/formats/labels.ts'
import type { CheckedCaller, CheckedRule, TeamsCheck, Used } from '../../../report/teams/check.ts'
import type { Report } from '../../../report/view.ts'
import { whereText } from '../../../report/where.ts'
import { plain } from '../../../text/escape.ts'
import { count, percent, whole } from '../../../text/numbers.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap, wrapId } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'

/** Prints what each rule takes, who fits which, and the costliest callers that fit none. */
export function printCheck(
  out: Output,
  { rules, callers, unallocated }: TeamsCheck,
  { file, report, most }: { file: string; report: Report; most: number },
): void {
  const { window, source } = report
  const { paint, width } = out
  const say = (text: string) => out.lines(wrap(text, width, '  '))
  const listed = (title: string, shown: readonly CheckedCaller[], more: readonly Column<CheckedCaller>[]) => {
    if (shown.length === 0) return
    const caller = { heading: 'Caller', cell: (row: CheckedCaller) => plain(callerText(row.caller, report)), fold }
    const columns = [caller, ...FIGURES, ...more]
    out.line(`\n${paint.bold(title)}`)
    out.lines(table({ columns, least: LEAST_TEXT }, shown.slice(0, most), out))
    if (shown.length > most) out.line(`and ${count(shown.length - most, 'more caller')} (--top)`)
  }
  const when = `${stamp(window.start)} to ${stamp(window.end)} UTC (${source})`
  say(`${plain(file)}: ${count(rules.length, 'rule')}, checked against the use of ${when}`)
  out.lines(['', ...table({ columns: RULES, least: LEAST_TEXT }, rules, out)])
  const [taken, others] = [callers.filter(({ rule }) => rule !== null), callers.filter(({ rule }) => rule === null)]
  listed('Who fits what', taken, [TEAM])
  listed('Unallocated', others, [])
  out.line('')
  const { share, invocations } = unallocated
  const cost = `${costCell({ ...unallocated, costLacks: [] })} of ${count(unallocated.callers, 'caller')}`
  say(
    invocations === 0 && unallocated.callers === 0
      ? 'Every caller has a team.'
      : `Unallocated: ${cost}${share === null ? '' : `, ${percent(share)} of the cost`}.`,
  )
  for (const { rule, team, callers: number, takenBy = [] } of rules) {
    if (number > 0) continue
    const others = `rule ${takenBy.join(' and ')} ${takenBy.length > 1 ? 'take' : 'takes'} all that fits it`
    const why = takenBy.length > 0 ? others : 'nothing that was used fits it'
    say(paint.yellow(`Rule ${rule} (${plain(team)}) takes nothing: ${why}.`))
  }
  for (const { message } of report.warnings) say(paint.dim(`Note: ${plain(message)}`))
}

/** `2026-11-28 14:29`, as a report has it */
const stamp = (time: string) => time.slice(0, 16).replace('T', ' ')

const LEAST_TEXT = 24
const fold = (text: string, width: number) => wrap(text, width).flatMap((line) => wrapId(line, width))

const FIGURES: Column<Used>[] = [
  {
    heading: 'Cost',
    align: 'right',
    cell: ({ invocations, ...cost }) => (invocations === 0 ? '–' : costCell({ ...cost, costLacks: [] })),
  },
  { heading: 'Calls', align: 'right', cell: ({ invocations }) => whole(invocations) },
]

const RULES: Column<CheckedRule>[] = [
  { heading: 'Rule', align: 'right', cell: ({ rule }) => String(rule) },
  { heading: 'Team', cell: ({ team }) => plain(team) },
  { heading: 'Fits', cell: ({ where }) => plain(whereText(where)), fold },
  ...FIGURES,
  { heading: 'Callers', align: 'right', cell: ({ callers }) => whole(callers) },
]

const TEAM: Column<CheckedCaller> = { heading: 'Team', cell: ({ team, rule }) => `${plain(team ?? '')} (rule ${rule})` }

/** "role=SupportChat, account=111122223333": as rules have it. */
function callerText(caller: CheckedCaller['caller'], { profiles = [] }: Report): string {
  const { account, profile, ...told } = caller
  const name = profiles.find(({ id }) => id === profile)?.name ?? profile
  const all = Object.entries({
    ...told,
    ...(name !== undefined && { profile: name }),
    ...(account !== undefined && { account }),
  })
  return all.length === 0 ? 'not known' : all.map(([name, value]) => `${name}=${value}`).join(', ')
}
