import type { Statement } from './policy.ts'

/** What a service of AWS wants to do with a thing, as far as it is known beforehand. */
export interface ServiceRequest {
  services: readonly string[]
  action: string
  resource: string
  /** Condition keys in small letters. `*` stands for what is not known, `undefined` for a missing key; others may have any value. */
  context: Readonly<Record<string, string | undefined>>
}

/** In doubt a policy allows: conditions may be written in many ways, and not all of them can be judged from outside. */
export type Verdict = 'allowed' | 'denied' | 'not-allowed'

type Truth = 'yes' | 'no' | 'unknown'

/** Whether a resource's policy lets a service do something. Pure. */
export function verdictOn(policy: readonly Statement[], request: ServiceRequest): Verdict {
  const applying = policy.filter((statement) => isFor(statement, request) && covers(statement, request))
  const effective = (effect: string, ...truths: Truth[]) =>
    applying.some(({ Effect, Condition }) => Effect === effect && truths.includes(conditionsHold(Condition, request)))
  if (effective('Deny', 'yes')) return 'denied'
  return effective('Allow', 'yes', 'unknown') ? 'allowed' : 'not-allowed'
}

/** The statement that denies it, if one does for certain. */
export function denialIn(policy: readonly Statement[], request: ServiceRequest): Statement | undefined {
  return policy.find((statement) => verdictOn([statement], request) === 'denied')
}

/** Whether a policy allows it, whatever it denies. */
export function isAllowedIn(policy: readonly Statement[], request: ServiceRequest): boolean {
  const allowing = policy.filter(({ Effect }) => Effect === 'Allow')
  return verdictOn(allowing, request) === 'allowed'
}

/** Whether it does so for certain. In doubt, what we add beside it does no harm, and what is lacking does. */
export function isSurelyAllowedIn(policy: readonly Statement[], request: ServiceRequest): boolean {
  return policy.some(
    (each) =>
      each.Effect === 'Allow' &&
      isFor(each, request) &&
      covers(each, request) &&
      conditionsHold(each.Condition, request) === 'yes',
  )
}

/** `*` in either spelling is everybody; an account's root stands for its users and roles, and for no service. */
export function isFor({ Principal, NotPrincipal }: Statement, { services }: Pick<ServiceRequest, 'services'>): boolean {
  if (Principal !== undefined) return names(Principal, services)
  return NotPrincipal !== undefined && !names(NotPrincipal, services)
}

function names(principal: unknown, services: readonly string[]): boolean {
  if (principal === '*') return true
  if (typeof principal !== 'object' || principal === null) return false
  const { Service, AWS } = principal as Record<string, unknown>
  return [AWS].flat().includes('*') || [Service].flat().some((name) => services.includes(String(name)))
}

/** Whether a statement speaks of an action on a thing, whomever it is for. */
export function covers(
  statement: Statement,
  { action, resource }: Pick<ServiceRequest, 'action' | 'resource'>,
): boolean {
  const { Action, NotAction, Resource, NotResource } = statement
  const isIn = (patterns: unknown) =>
    [patterns].flat().some((pattern) => matches(String(pattern).toLowerCase(), action.toLowerCase()))
  const isOf = (patterns: unknown) => [patterns].flat().some((pattern) => matches(String(pattern), resource))
  if (Action === undefined ? NotAction === undefined || isIn(NotAction) : !isIn(Action)) return false
  return NotResource !== undefined ? !isOf(NotResource) : Resource === undefined || isOf(Resource)
}

function conditionsHold(conditions: Statement['Condition'] = {}, request: ServiceRequest): Truth {
  const truths = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => holds(operator, key.toLowerCase(), values, request)),
  )
  return truths.includes('no') ? 'no' : truths.includes('unknown') ? 'unknown' : 'yes'
}

function holds(operator: string, key: string, values: readonly string[], { context }: ServiceRequest): Truth {
  const [, set, bare = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/i.exec(operator) ?? []
  if (!Object.hasOwn(context, key)) return 'unknown'
  const value = context[key]
  const name = bare.toLowerCase()
  if (name === 'null') return values.includes(String(value === undefined)) ? 'yes' : 'no'
  const negated = /not/.test(name)
  if (value === undefined) return negated || ifExists || set?.toLowerCase() === 'forallvalues' ? 'yes' : 'no'
  const truths = values.map((pattern) => compare(name.replace('not', ''), pattern, value))
  const truth = truths.includes('yes') ? 'yes' : truths.every((each) => each === 'no') ? 'no' : 'unknown'
  return negated ? ({ yes: 'no', no: 'yes', unknown: 'unknown' } as const)[truth] : truth
}

function compare(operator: string, pattern: string, value: string): Truth {
  switch (operator) {
    case 'stringequals':
      // Its stars are stars: no account and no ARN has any.
      return /[*?]/.test(pattern) ? 'no' : patternsMeet(pattern, value)
    case 'stringequalsignorecase':
      return patternsMeet(pattern.toLowerCase(), value.toLowerCase())
    case 'bool':
      return pattern.toLowerCase() === value.toLowerCase() ? 'yes' : 'no'
    case 'stringlike':
    case 'arnlike':
    case 'arnequals':
      return patternsMeet(pattern, value)
    default:
      return 'unknown'
  }
}

/** Whether a pattern stands for a value of which parts are not known. */
function patternsMeet(pattern: string, value: string): Truth {
  if (matches(pattern, value)) return 'yes'
  return overlap(pattern, value) ? 'unknown' : 'no'
}

function overlap(a: string, b: string): boolean {
  // Of each beginning of `a`, whether it goes with the beginning of `b` looked at.
  let row = beginnings(a, [true], undefined)
  for (const letter of b) row = beginnings(a, row, letter)
  return row[a.length] ?? false
}

function beginnings(a: string, before: readonly boolean[], letter: string | undefined): boolean[] {
  const row: boolean[] = []
  for (let length = 0; length <= a.length; length += 1) {
    const last = a[length - 1]
    if (letter === undefined) row.push(length === 0 || (last === '*' && (row[length - 1] ?? false)))
    else if (letter === '*' || last === '*') row.push((before[length] ?? false) || (row[length - 1] ?? false))
    else row.push(length > 0 && (last === '?' || letter === '?' || last === letter) && (before[length - 1] ?? false))
  }
  return row
}

/** Whether a text is what a pattern of a policy stands for: `*` stands for anything, `?` for one character. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(text)
}
