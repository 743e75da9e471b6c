import type { Digest } from '../core/digest.ts'
import { count } from '../text/numbers.ts'
import type { Finding } from './finding.ts'

/** What was found in an account; undefined with `error` where it could not be looked into. */
export interface Examined {
  id: string
  found?: { findings: readonly Finding[] } | undefined
  error?: { message: string } | undefined
}

/** An examination for whoever does not read it: what is wrong, worst first, and what fixes the first of it. */
export function doctorDigest(examined: readonly Examined[]): Digest {
  const findings = examined.flatMap(({ id, found }) => (found?.findings ?? []).map((one) => ({ id, ...one })))
  const of = (wanted: Finding['severity']) => findings.filter(({ severity }) => severity === wanted)
  const [errors, warnings] = [of('error'), of('warning')]
  const unread = examined.filter(({ error }) => error)
  const said = [
    errors.length === 0 ? 'nothing is wrong' : count(errors.length, 'problem'),
    ...(warnings.length > 0 ? [count(warnings.length, 'warning')] : []),
    ...(unread.length > 0 ? [`${count(unread.length, 'account')} not read`] : []),
  ]
  const where = (id: string) => (examined.length > 1 ? `${id}: ` : '')
  const [first] = errors
  return {
    title: `Bedrock monitoring: ${said.join(', ')}`,
    ok: errors.length === 0 && unread.length === 0,
    lines: [
      ...[...errors, ...warnings].map(({ id, title }) => `${where(id)}${title}`),
      ...unread.map(({ id, error }) => `${id}: ${error?.message}`),
      ...(examined.length === 1 ? [`Account ${examined[0]?.id}`] : []),
    ],
    next: first && (examined.length > 1 ? `bedrock-monitor doctor --accounts ${first.id}` : first.fix),
  }
}
