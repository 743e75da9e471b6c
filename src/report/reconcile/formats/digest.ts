import type { Digest } from '../../../core/digest.ts'
import { signedUsd } from '../../../text/numbers.ts'
import type { Reconciliation } from '../model.ts'
import { about, answer, daysOf, facts } from './words.ts'

const MOST_CAUSES = 3

/** A reconciliation for whoever does not read it: how far bill and estimate are apart, and the largest causes. */
export function reconcileDigest(reconciled: Reconciliation, failures: readonly { message: string }[]): Digest {
  const { causes, window, total } = reconciled
  const until = new Date(Date.parse(window.end) - 1).toISOString().slice(0, 10)
  const span = `--since ${window.start.slice(0, 10)} --until ${until}`
  return {
    title: `Amazon Bedrock: ${answer(reconciled).join(', ').toLowerCase()}`,
    ok: failures.length === 0,
    lines: [
      ...failures.map(({ message }) => message),
      ...causes.slice(0, MOST_CAUSES).map((cause) => `${signedUsd(cause.usd)} ${cause.title}, ${daysOf(cause)}`),
      ...facts(reconciled).slice(0, 1),
      about(reconciled).join(' · '),
    ],
    next: total.differenceUsd === 0 ? undefined : `bedrock-monitor reconcile ${span}`,
  }
}
