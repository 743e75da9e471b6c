import { grouped, percent, signedPercent, signedUsd, usd } from '../../../text/numbers.ts'
import { KIND_TITLES } from '../../bill/kinds.ts'
import { itemsText } from '../../calls.ts'
import { adjustmentTexts } from '../../formats/bill.ts'
import { whereText } from '../../where.ts'
import type { Amounts, Cause, Group, Reconciliation } from '../model.ts'

/** What is told of a group, by the names of `--columns`. */
const MONEY = [
  { name: 'bill', heading: 'Bill', field: 'billUsd', text: usd },
  { name: 'estimate', heading: 'Estimate', field: 'estimateUsd', text: usd },
  { name: 'difference', heading: 'Difference', field: 'differenceUsd', text: signedUsd },
  { name: 'quantity', heading: 'Quantity', field: 'quantityUsd', text: signedUsd },
  { name: 'rate', heading: 'Rate', field: 'rateUsd', text: signedUsd },
  { name: 'unexplained', heading: 'Unexplained', field: 'unexplainedUsd', text: signedUsd },
] as const satisfies readonly { name: string; heading: string; field: keyof Amounts; text(usd: number): string }[]

export type MoneyColumn = (typeof MONEY)[number]

/** The columns that were asked for in their order, else all. */
export function moneyColumns(names: readonly string[] = []): readonly MoneyColumn[] {
  return names.length === 0 ? MONEY : names.flatMap((name) => MONEY.find((column) => column.name === name) ?? [])
}

/** What groups are told apart by, as it stands above a column; of none there are none. */
export function keyHeadings([first]: readonly Group[]): { name: string; heading: string }[] {
  return Object.keys(first?.key ?? {}).map((name) => {
    return { name, heading: `${name.charAt(0).toUpperCase()}${name.slice(1)}` }
  })
}

export function keyText({ key }: Group, name: string): string {
  const text = key[name] ?? ''
  return name === 'kind' ? (KIND_TITLES.get(text) ?? text) : text
}

/** The answer, part by part. */
export function answer({ total }: Reconciliation): string[] {
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

/** What was put beside what, and of which days. */
export function about({ bill, estimate, window, where }: Reconciliation): string[] {
  const days = `${window.start.slice(0, 10)} to ${new Date(Date.parse(window.end) - 1).toISOString().slice(0, 10)}`
  const { accounts, regions } = estimate
  return [
    days,
    `bill: ${bill.source}, ${bill.metric}`,
    `estimate: ${estimate.source}, ${accounts.length === 1 ? `account ${accounts[0]}` : `${grouped(accounts.length)} accounts`}, ${regions.join(', ')}`,
    ...(where ? [`only ${whereText(where)}`] : []),
  ]
}

/** Where a cause is at home: what it names best. */
export function whereOf(
  { cause, accounts, regions, models }: Cause,
  shorten: (names: readonly string[]) => string[],
): string {
  if (cause === 'account' || cause === 'unbilled-account') return some(accounts)
  return cause === 'region' ? some(regions) : some(shorten(models))
}

const MOST = 2

function some(names: readonly string[]): string {
  const more = names.length - MOST
  return [...names.slice(0, MOST), ...(more > 0 ? [`${grouped(more)} more`] : [])].join(', ')
}

export function daysOf({ days: { first, last, count } }: Cause): string {
  const short = last.slice(0, 5) === first.slice(0, 5) ? last.slice(5) : last
  return count <= 1 ? first : `${first} to ${short}`
}

/** What stands below: how fresh the bill is, what it has besides use, and what it costs to ask. */
export function facts({ bill, calls, proposal, total }: Reconciliation): string[] {
  const { through, openFrom, adjustments } = bill
  const apart = adjustmentTexts(adjustments)
  return [
    ...(through === null && total.billUsd === 0 ? ['Nothing of these days was found on the bill.'] : []),
    ...(through === null
      ? []
      : [
          `The bill has data up to ${through}${openFrom === null ? '' : `; what was used from ${openFrom} on may still be added`}.`,
        ]),
    ...(apart.length > 0 ? [`Apart from use, and not part of the difference: ${apart.join(', ')}.`] : []),
    ...(calls.usd > 0 ? [`AWS charges ${usd(calls.usd)} for asking: ${itemsText(calls)}.`] : []),
    ...(proposal?.says ?? []).map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`),
  ]
}

/** The block for the configuration file, as text. */
export function proposed({ proposal }: Reconciliation): string[] {
  return proposal ? JSON.stringify({ prices: proposal.prices }, null, 2).split('\n') : []
}

export const PROPOSAL =
  'With these prices in bedrock-monitor.json, estimates are at the prices you pay. Nothing changes until you put them there:'
