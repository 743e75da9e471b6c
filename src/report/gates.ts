import { AppError } from '../core/errors.ts'
import { plainDigits } from '../text/numbers.ts'
import type { Report } from './model.ts'

/** The limits that a pipeline sets; undefined: none. */
export interface Gates {
  /** US dollars. */
  failOverUsd?: number | undefined
  /** 0 to 1. */
  maxErrorRate?: number | undefined
}

/** What does not hold, each naming figure and limit; nothing is right. A limit that is just reached holds. */
export function brokenGates({ total, unpriced }: Report, { failOverUsd, maxErrorRate }: Gates): string[] {
  const { costUsd, errorRate, pricedShare } = total
  const broken: string[] = []
  if (failOverUsd !== undefined && costUsd !== null && costUsd > failOverUsd) {
    const least = unpriced.length > 0 || (pricedShare ?? 1) < 1 ? 'at least ' : ''
    broken.push(`the cost is ${least}$${plainDigits(costUsd)}, over --fail-over-usd ${plainDigits(failOverUsd)}`)
  }
  if (failOverUsd !== undefined && costUsd === null) {
    broken.push(`the cost is not known, so it cannot be held to --fail-over-usd ${plainDigits(failOverUsd)}`)
  }
  if (maxErrorRate !== undefined && errorRate === null) {
    broken.push(`the error rate is not known, so it cannot be held to --max-error-rate ${percent(maxErrorRate)}`)
  }
  if (maxErrorRate !== undefined && errorRate !== null && errorRate > maxErrorRate) {
    broken.push(`the error rate is ${percent(errorRate)}, over --max-error-rate ${percent(maxErrorRate)}`)
  }
  return broken
}

/** The failure to end with once the report is written; undefined when all gates hold. */
export function gateFailure(report: Report, gates: Gates): AppError | undefined {
  const broken = brokenGates(report, gates)
  if (broken.length === 0) return undefined
  return new AppError('gate', 'ReportGate', broken.join('; '), { hint: 'the report above shows what it comes from' })
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
function percent(rate: number): string {
  return `${plainDigits(Number((rate * 100).toPrecision(12)))}%`
}
