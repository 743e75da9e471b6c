import type { Digest } from '../../../core/digest.ts'
import { grouped, percent, signedPercent, signedUsd, usd } from '../../../text/numbers.ts'
import type { Tone } from '../../../text/table.ts'
import { wrap } from '../../../text/wrap.ts'
import { KIND_TITLES } from '../../bill/line.ts'
import { itemsText } from '../../calls.ts'
import type { PageColumn } from '../../formats/html/table.ts'
import { adjustmentTexts } from '../../formats/texts.ts'
import { isTimeGrouping } from '../../grouping.ts'
import { whereText } from '../../where.ts'
import type { Amounts, Cause, Group, Reconciliation } from '../model.ts'

/** What is told of a group, by the names of `--columns`. */
const MONEY = (['bill', 'estimate', 'difference', 'quantity', 'rate', 'unexplained'] as const).map((name) => {
  const text: (usd: number) => string = name === 'bill' || name === 'estimate' ? usd : signedUsd
  return { name, heading: capital(name), field: `${name}Usd` as const, text }
})

export type MoneyColumn = (typeof MONEY)[number]

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** The columns that were asked for in their order, else all. */
export function moneyColumns(names: readonly string[] = []): readonly MoneyColumn[] {
  return names.length === 0 ? MONEY : names.flatMap((name) => MONEY.find((column) => column.name === name) ?? [])
}

/** The same to be drawn. What is unexplained stands out. */
export function moneyCells(names: readonly string[] = [], loud: Tone = 'bad'): PageColumn<Amounts>[] {
  return moneyColumns(names).map(({ heading, field, text }) => ({
    heading,
    align: 'right',
    cell: (one) => text(one[field]),
    tone: (one) => (field === 'unexplainedUsd' && one[field] !== 0 ? loud : undefined),
  }))
}

export type Shorten = (names: readonly string[]) => readonly string[]
const asTheyAre: Shorten = (names) => names

export const groupKeys = ([first]: readonly Group[]) => Object.keys(first?.key ?? {})

/** What groups are told apart by; of none there are none. */
export function keyCells(groups: readonly Group[], shorten = asTheyAre): (PageColumn<Group> & { name: string })[] {
  return groupKeys(groups).map((name) => {
    const texts = groups.map(
      ({ key }) => (name === 'kind' ? KIND_TITLES.get(key.kind ?? '') : undefined) ?? key[name] ?? '',
    )
    const shown = name === 'model' ? shorten(texts) : texts
    const cells = new Map(groups.map((group, index) => [group, shown[index] ?? '']))
    const kind = isTimeGrouping(name) ? 'when' : 'key'
    return { name, heading: capital(name), kind, cell: (group) => cells.get(group) ?? '', fold: wrap }
  })
}

export function causeCells(shorten = asTheyAre): PageColumn<Cause>[] {
  const isUnexplained = ({ of }: Cause) => of === 'unexplained'
  return [
    {
      heading: 'Why',
      kind: 'key',
      cell: (cause) => (isUnexplained(cause) ? `unexplained: ${cause.title}` : cause.title),
      fold: wrap,
      tone: (cause) => (isUnexplained(cause) ? 'unsure' : undefined),
    },
    { heading: 'of', kind: 'key', cell: (cause) => (isUnexplained(cause) ? '–' : cause.of) },
    { heading: 'USD', align: 'right', cell: (cause) => signedUsd(cause.usd) },
    { heading: 'Where', kind: 'key', cell: (cause) => whereOf(cause, shorten), fold: wrap },
    { heading: 'Days', kind: 'when', cell: daysOf },
  ]
}

function whereOf({ cause, accounts, regions, models }: Cause, shorten: Shorten): string {
  const isOfAccounts = cause === 'account' || cause === 'unbilled-account'
  const names = isOfAccounts ? accounts : cause === 'region' ? regions : shorten(models)
  const more = names.length - 2
  return [...names.slice(0, 2), ...(more > 0 ? [`${grouped(more)} more`] : [])].join(', ')
}

function daysOf({ days: { first, last, count } }: Cause): string {
  const short = last.slice(0, 5) === first.slice(0, 5) ? last.slice(5) : last
  return count <= 1 ? first : `${first} to ${short}`
}

export function answer({ total }: Pick<Reconciliation, 'total'>): string[] {
  const { billUsd, estimateUsd, differenceUsd, differencePercent, unexplainedUsd, unexplainedPercent } = total
  const more = differencePercent === null ? '' : ` (${signedPercent(differencePercent / 100)})`
  const share = unexplainedPercent ? ` (${unexplainedShare(total)})` : ''
  return [
    `Bill ${usd(billUsd)}`,
    `estimate ${usd(estimateUsd)}`,
    `difference ${signedUsd(differenceUsd)}${differenceUsd === 0 ? '' : more}`,
    `unexplained ${usd(unexplainedUsd)}${share}`,
  ]
}

/** "1.7 % of the bill"; where single differences are above and below, of both together. */
export function unexplainedShare({ billUsd, unexplainedUsd, unexplainedPercent }: Reconciliation['total']): string {
  const net = Math.abs(unexplainedUsd / billUsd) * 100
  const isOneWay = Math.abs((unexplainedPercent ?? 0) - net) < 1e-6
  return `${percent((unexplainedPercent ?? 0) / 100)} of the bill${isOneWay ? '' : ', over and under together'}`
}

const lastDay = ({ window }: Reconciliation) => new Date(Date.parse(window.end) - 1).toISOString().slice(0, 10)

export function about(result: Reconciliation): string[] {
  const { bill, estimate, window, where } = result
  const { source, accounts, regions } = estimate
  const ofAccounts = accounts.length === 1 ? `account ${accounts[0]}` : `${grouped(accounts.length)} accounts`
  return [
    `${window.start.slice(0, 10)} to ${lastDay(result)}`,
    `bill: ${bill.source}, ${bill.metric}`,
    `estimate: ${source}, ${ofAccounts}, ${regions.join(', ')}`,
    ...(where ? [`only ${whereText(where)}`] : []),
  ]
}

/** What stands below: how fresh the bill is, what it has besides use, and what it costs to ask. */
export function facts({ bill, calls, proposal, total }: Reconciliation): string[] {
  const { through, openFrom, adjustments } = bill
  const apart = adjustmentTexts(adjustments)
  const open = openFrom === null ? '' : `; what was used from ${openFrom} on may still be added`
  const isEmpty = through === null && total.billUsd === 0
  return [
    ...(isEmpty ? ['The bill has nothing for these days.'] : []),
    ...(through === null ? [] : [`The bill has data up to ${through}${open}.`]),
    ...(apart.length > 0 ? [`Apart from use, and not part of the difference: ${apart.join(', ')}.`] : []),
    ...(calls.usd > 0 ? [`AWS charges ${usd(calls.usd)} for this: ${itemsText(calls)}.`] : []),
    ...(proposal?.says ?? []).map((text) => `${capital(text)}.`),
  ]
}

export function proposed({ proposal }: Reconciliation): string[] {
  return proposal ? JSON.stringify({ prices: proposal.prices }, null, 2).split('\n') : []
}

export const PROPOSAL =
  'With these prices in bedrock-monitor.json, estimates use the prices you pay. Nothing changes until you add them:'

const MOST_CAUSES = 3

/** A reconciliation for whoever does not read it: how far bill and estimate are apart, and the largest causes. */
export function reconcileDigest(result: Reconciliation, failures: readonly { message: string }[]): Digest {
  const { causes, window, total } = result
  const span = `--since ${window.start.slice(0, 10)} --until ${lastDay(result)}`
  return {
    title: `Amazon Bedrock: ${answer(result).join(', ').toLowerCase()}`,
    ok: failures.length === 0,
    lines: [
      ...failures.map(({ message }) => message),
      ...causes.slice(0, MOST_CAUSES).map((cause) => `${signedUsd(cause.usd)} ${cause.title}, ${daysOf(cause)}`),
      ...facts(result).slice(0, 1),
      about(result).join(' · '),
    ],
    next: total.differenceUsd === 0 ? undefined : `bedrock-monitor reconcile ${span}`,
  }
}
