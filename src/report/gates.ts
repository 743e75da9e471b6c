import { AppError } from '../core/errors.ts'
import { floorText, lackText } from '../text/floor.ts'
import { plainDigits } from '../text/numbers.ts'
import type { Usage } from './model.ts'
import { worthTelling } from './trends/unusual.ts'
import type { Report } from './view.ts'

export interface Gates {
  failOverUsd?: number | undefined
  /** Hold what is priced alone to it: what lacks may cost what it will. */
  allowUnpriced?: boolean | undefined
  maxErrorRate?: number | undefined
  failOnAnomaly?: number | undefined
}

/** What does not hold, each naming figure and limit; nothing is right. A limit that is just reached holds. */
export function brokenGates(report: Report, gates: Gates): string[] {
  const { errorRate, ...total } = report.total
  const { maxErrorRate } = gates
  const broken = overUsd(total, gates)
  if (maxErrorRate !== undefined) {
    const limit = `--max-error-rate ${exactPercent(maxErrorRate)}`
    if (errorRate === null) broken.push(`the error rate is not known, so it cannot be checked against ${limit}`)
    else if (errorRate > maxErrorRate) broken.push(`the error rate is ${exactPercent(errorRate)}, over ${limit}`)
  }
  return [...broken, ...unusual(report, gates), ...overBudgets(report, gates)]
}

function unusual({ anomalies }: Report, { failOnAnomaly }: Gates): string[] {
  if (failOnAnomaly === undefined) return []
  return worthTelling(anomalies ?? [], failOnAnomaly).map(({ key, start, excessUsd, cause }) => {
    const names = Object.entries(key).map(([name, value]) => value || `no ${name}`)
    const what = names.join(' · ') || 'everything'
    const limit = `--fail-on-anomaly ${plainDigits(failOnAnomaly)}`
    return `${what} cost $${plainDigits(excessUsd)} more than expected from ${start} on, mostly by ${cause}, which is at least ${limit}`
  })
}

function overBudgets({ teams = [] }: Report, { allowUnpriced }: Gates): string[] {
  return teams.flatMap(({ team, sharedUsd, budget }) => {
    if (!budget) return []
    const said = `${budget.usedIsFloor ? 'at least ' : ''}$${plainDigits(budget.usedUsd)} in ${budget.month}`
    const limit = `its budget of $${plainDigits(budget.limitUsd)}`
    if (budget.isOver) return [`${team} used ${said}, over ${limit}`]
    // Who passes all of it on is charged nothing, whatever more there is of it.
    return budget.usedIsFloor && sharedUsd >= 0 && !allowUnpriced
      ? [`${team} used ${said}, so it may be over ${limit}`]
      : []
  })
}

/** A cost that leaves something out could be anything above its floor: it holds to no limit but by leave. */
function overUsd(total: Omit<Usage, 'errorRate'>, { failOverUsd, allowUnpriced }: Gates): string[] {
  if (failOverUsd === undefined) return []
  const { costUsd, costIsFloor, costLacks: lacks, pricedShare } = total
  const limit = `--fail-over-usd ${plainDigits(failOverUsd)}`
  const floor = { lacks, pricedShare }
  const isUnsure = costIsFloor && !allowUnpriced
  if (costUsd === null) {
    return isUnsure ? [`the cost is not known (${lackText(floor)}), so it cannot be checked against ${limit}`] : []
  }
  const cost = `$${plainDigits(costUsd)}`
  const said = costIsFloor ? floorText(cost, floor) : cost
  if (costUsd > failOverUsd) return [`the cost is ${said}, over ${limit}`]
  return isUnsure ? [`the cost is ${said}, so it may be over ${limit}`] : []
}

/** The failure to end with once the report is written; undefined when all gates hold. */
export function gateFailure(report: Report, gates: Gates): AppError | undefined {
  const broken = brokenGates(report, gates)
  if (broken.length === 0) return undefined
  // Where the priced part alone is over a limit, no leave helps.
  const isHelped = brokenGates(report, { ...gates, allowUnpriced: true }).length < broken.length
  const leave = '; with --allow-unpriced, only the priced part is checked'
  const hint = `the report above shows where it comes from${isHelped ? leave : ''}`
  return new AppError('gate', 'ReportGate', broken.join('; '), { hint })
}

/** An error rate as it is typed: `0.05` or `5%`, from 0 to 1; undefined for what is none. */
export function parseRate(text: string): number | undefined {
  const [, digits = '', sign] = /^(\d{1,3}(?:\.\d{1,9})?)(%?)$/.exec(text) ?? []
  const rate = Number(digits) / (sign === '%' ? 100 : 1)
  return digits !== '' && rate <= 1 ? rate : undefined
}

/** A sum of dollars as it is typed: `100` or `0.25`; undefined for what is none. */
export function parseUsd(text: string): number | undefined {
  return /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined
}

/** All of its digits, as those of the sums are, so that no figure reads like the limit it is over. */
export function exactPercent(rate: number): string {
  return `${plainDigits(Number((rate * 100).toPrecision(12)))} %`
}
