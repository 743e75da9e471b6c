import { grouped, percent, signedPercent, signedUsd, usd } from '../../../text/numbers.ts'
import { itemsText } from '../../calls.ts'
import { adjustmentTexts } from '../../formats/bill.ts'
import type { Cause, Reconciliation } from '../model.ts'

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
export function about({ bill, estimate, window }: Reconciliation): string[] {
  const days = `${window.start.slice(0, 10)} to ${new Date(Date.parse(window.end) - 1).toISOString().slice(0, 10)}`
  const { accounts, regions } = estimate
  return [
    days,
    `bill: ${bill.source}, ${bill.metric}`,
    `estimate: ${estimate.source}, ${accounts.length === 1 ? `account ${accounts[0]}` : `${grouped(accounts.length)} accounts`}, ${regions.join(', ')}`,
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
