import { percent, whole } from '../../text/numbers.ts'
import type { QuotaLine, QuotaPeak } from '../quotas/line.ts'
import type { Report } from '../view.ts'
import { clockText } from './times.ts'

/** From here on a quota is near: what the alarms warn of by default, too. */
const NEAR_PERCENT = 80

/** One line a model with a known quota, `near` where it came close to one; and one that names those without. */
export function quotaTexts({ quotas = [], regions }: Report, zone: string) {
  const where = (line: QuotaLine) => (regions.length > 1 ? `${line.model} in ${line.region}` : line.model)
  const known = quotas.filter(isKnown).map((line) => {
    const { tokensPerMinute: tokens, requestsPerMinute: requests, sharedWith = [] } = line
    const parts = [
      ...(tokens ? [`${peakText(tokens)} tokens a minute, ${clockText(tokens.at, zone)}`] : []),
      ...(requests ? [`${peakText(requests)} requests a minute, ${clockText(requests.at, zone)}`] : []),
    ]
    const shared = sharedWith.length > 0 ? ` (with ${sharedWith.join(', ')})` : ''
    return { text: `${where(line)}${shared}: ${parts.join('; ')}`, near: isNear(line) }
  })
  const unknown = quotas.filter((line) => !isKnown(line)).map(where)
  const text = `no quota is known for certain, or no use of it, for ${unknown.join(', ')}`
  return [...known, ...(unknown.length > 0 ? [{ text, near: false }] : [])]
}

/** `41.0 %`; a dash where nothing is allowed at all. */
export function usedText(peak: QuotaPeak | null): string {
  return peak === null || peak.usedPercent === null ? '–' : percent(peak.usedPercent / 100)
}

export function isNear({ tokensPerMinute, requestsPerMinute }: QuotaLine): boolean {
  return [tokensPerMinute, requestsPerMinute].some((peak) => (peak?.usedPercent ?? 0) >= NEAR_PERCENT)
}

function isKnown({ tokensPerMinute, requestsPerMinute }: QuotaLine): boolean {
  return tokensPerMinute !== null || requestsPerMinute !== null
}

function peakText(peak: QuotaPeak): string {
  return `${usedText(peak)} of ${whole(peak.quota)}`
}
