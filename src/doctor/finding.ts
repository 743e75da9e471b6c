import type { Digest } from '../core/digest.ts'
import { count } from '../text/numbers.ts'
import type { Facts } from './gather/gather.ts'

/** `error`: something is wrong. `warning`: something is worth knowing, and may be meant to be so. `info`: something could be had. */
export type Severity = 'error' | 'warning' | 'info'

export interface Finding {
  code: string
  severity: Severity
  title: string
  why: string
  fix: string
}

const found =
  (severity: Severity) =>
  (code: string, title: string, why: string, fix: string): Finding => ({ code, severity, title, why, fix })

export const wrong = found('error')
export const odd = found('warning')
export const note = found('info')

export interface Check {
  title: string
  /** False where there is nothing to examine, or it could not be read: then it neither passes nor fails. */
  applies(facts: Facts): boolean
  find(facts: Facts): Finding[]
  /** False where a part could not be read: what was found is told, but nothing found is no proof. */
  sawAll?(facts: Facts): boolean
}

export interface Examination {
  findings: Finding[]
  passed: string[]
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

/** Errors first, notes last, otherwise in the order of the checks, which is that of the chain. */
export function examine(facts: Facts, checks: readonly Check[]): Examination {
  const applying = checks.filter((check) => check.applies(facts))
  const done = applying.map((check) => ({ check, findings: check.find(facts) }))
  const findings = done.flatMap((each) => each.findings)
  return {
    findings: SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity)),
    passed: done
      .filter(({ check, findings: own }) => own.length === 0 && (check.sawAll?.(facts) ?? true))
      .map(({ check }) => check.title),
  }
}

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
