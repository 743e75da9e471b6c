import type { PlaceId } from '../../core/place.ts'
import { percent, usd, whole } from '../../text/numbers.ts'
import type { Column } from '../../text/table.ts'
import { wrapId } from '../../text/wrap.ts'
import { grouped } from '../arrange.ts'
import { FEATURE_COUNTERS, FEATURES, type FeatureLine, type PolicyCost } from '../features.ts'
import type { Report } from '../view.ts'
import type { Note } from './notes.ts'

/** A table of what was used besides models. All cells are text. */
export interface Section {
  title: string
  columns: readonly (Column<readonly string[]> & { heading: string; kind?: 'key' })[]
  rows: readonly (readonly string[])[]
}

type Told<Line> = readonly [heading: string, cell: (line: Line) => string]

function sectionOf<Line>(title: string, lines: readonly Line[], told: readonly Told<Line>[], keys: number): Section {
  const columns = told.map(([heading], index) => {
    const cell = (row: readonly string[]) => row[index] ?? ''
    return { heading, cell, ...(index < keys ? { kind: 'key' as const, fold: wrapId } : { align: 'right' as const }) }
  })
  return { title, columns, rows: lines.map((line) => told.map(([, cell]) => cell(line))) }
}

/** Where something was used: only what tells lines apart. */
function placeOf({ accounts, regions }: Report): Told<PlaceId>[] {
  return [
    ...(accounts.length > 1 ? [['Account', ({ account }: PlaceId) => account] as const] : []),
    ...(regions.length > 1 ? [['Region', ({ region }: PlaceId) => region] as const] : []),
  ]
}

const number = (value: number | null | undefined): string => (value === undefined ? '' : whole(value))

function errors({ clientErrors, serverErrors }: FeatureLine): number | null {
  return clientErrors === null || serverErrors === null ? null : (clientErrors ?? 0) + (serverErrors ?? 0)
}

/** What stands behind the last slash or colon of an ARN's resource: enough to find it by. */
const nameOf = (resource: string | null): string =>
  resource === null ? '(others)' : resource.replace(/^arn:[^:]+:[^:]+:[^:]*:[^:]*:[^/]+\//, '')

/** One section for each feature that was used, and one of the policies of guardrails. Only what has anything in it. */
export function featureSections(report: Report): Section[] {
  const { features: lines = [], guardrailPolicies: policies = [] } = report
  const place = placeOf(report)
  const ofPolicies = policySections(policies, place)
  return FEATURES.flatMap(({ name, title }) => {
    const own = lines.filter(({ feature }) => feature === name)
    if (own.length === 0) return []
    const only = (
      heading: string,
      of: (line: FeatureLine) => number | null | undefined,
      cell = (line: FeatureLine) => number(of(line)),
    ): Told<FeatureLine>[] => (own.some((line) => of(line) !== 0 && of(line) !== undefined) ? [[heading, cell]] : [])
    const told: Told<FeatureLine>[] = [
      ['Name', ({ resource }) => nameOf(resource)],
      ...place,
      ['Calls', ({ invocations }) => number(invocations)],
      ...only('Intervened', ({ intervened }) => intervened, interventions),
      ...only('Errors', errors),
      ...only('Throttles', ({ throttles }) => throttles),
      ...only('Text units', ({ textUnits }) => textUnits),
      ...only('Input tokens', ({ inputTokens }) => inputTokens),
      ...only('Output tokens', ({ outputTokens }) => outputTokens),
    ]
    const section = sectionOf(title, own, told, 1 + place.length)
    return name === 'guardrails' ? [section, ...ofPolicies] : [section]
  })
}

function policySections(policies: readonly PolicyCost[], place: readonly Told<PlaceId>[]): Section[] {
  const told: Told<PolicyCost>[] = [
    ['Policy', ({ policy }) => policy],
    ...place,
    ['Cost', ({ costUsd }) => usd(costUsd, 'unpriced')],
    ['Text units', ({ textUnits }) => number(textUnits)],
    ['Intervened', ({ intervened }) => number(intervened)],
  ]
  return policies.length === 0 ? [] : [sectionOf('Guardrail policies', policies, told, 1 + place.length)]
}

function interventions({ intervened, invocations }: FeatureLine): string {
  return intervened && invocations ? `${whole(intervened)} (${percent(intervened / invocations)})` : number(intervened)
}

export interface OwnTable {
  names: readonly string[]
  rows: readonly (readonly (string | number | boolean | null)[])[]
}

/** All of them in one table for programs, policies of guardrails among them. Column names keep them out of sums of groups. */
export function featureTable({ features = [], guardrailPolicies = [] }: Report): OwnTable {
  const policies = guardrailPolicies.map(({ policy, ...line }) => ({ ...line, feature: POLICIES, resource: policy }))
  const lines: Partial<Omit<FeatureLine, 'feature'> & PolicyCost & { feature: string }>[] = [...features, ...policies]
  const own = (name: string) => (name === 'feature' ? name : `feature${name[0]?.toUpperCase()}${name.slice(1)}`)
  const names = ['feature', 'account', 'region', 'resource', ...FEATURE_COUNTERS, 'costUsd'] as const
  return { names: names.map(own), rows: lines.map((line) => names.map((name) => line[name] ?? null)) }
}

const POLICIES = 'guardrail-policies'

/** What the sections leave open, and that they are no part of the total. */
export function featureNotes({ guardrailPolicies: policies = [] }: Report): Note[] {
  const priced = policies.flatMap(({ costUsd }) => costUsd ?? [])
  const lacking = policies.filter(({ unpriced, textUnits }) => unpriced !== undefined && textUnits !== 0)
  const reasons = grouped(lacking, ({ unpriced }) => unpriced)
  const isFloor = reasons.size > 0
  const sum = usd(priced.reduce((total, cost) => total + cost, 0))
  const cost = `${isFloor ? 'at least ' : ''}${sum} for what they checked, blocked or not; that is not in the total above`
  return [
    ...(priced.length > 0 ? [{ label: 'Guardrails', text: cost }] : []),
    ...[...reasons].map(([why, of]): Note => {
      const which = [...new Set(of.map(({ policy }) => policy))].join(', ')
      return { label: 'Unpriced', text: `guardrails (${which}): ${why}`, tone: 'unsure' }
    }),
  ]
}
