import { type Patterns, Reader } from '../reader.ts'
import { validation } from './faults.ts'

export type Rule =
  | { type: 'constant'; value: boolean }
  /** Whether the alarm of a name is in a state. */
  | { type: 'state'; state: string; alarm: string }
  | { type: 'not'; rule: Rule }
  | { type: 'and' | 'or'; rules: Rule[] }

const LONGEST = 10_240
const MOST_CHILDREN = 100
const MOST_ELEMENTS = 500
const STATES = ['ALARM', 'OK', 'INSUFFICIENT_DATA']
const PATTERNS: Patterns = [
  ['space', /\s+/y],
  ['string', /(?<=\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*)(?:"([^"]+)"|([^\s"()][^")]*?))(?=\s*\))/y],
  ['name', /([A-Z_]+)/y],
  ['symbol', /([()])/y],
]

/** @throws AwsFault for what is not of the grammar, or is beyond its limits: 10,240 characters, 500 elements, 100 children. */
export function parseRule(text: string): Rule {
  if (text === '' || text.length > LONGEST) throw validation(`AlarmRule must have 1 to ${LONGEST} characters.`)
  const refuse = (message: string) => validation(`AlarmRule must contain a valid expression: ${message}`)
  const reader = new Reader(text, PATTERNS, refuse)
  let elements = 0
  const either = (): Rule =>
    reader.binary([['OR'], ['AND']], term, (word, left, right) => ({
      type: word === 'AND' ? 'and' : 'or',
      rules: [left, right],
    }))
  const term = (): Rule => {
    if (reader.take('NOT')) return { type: 'not', rule: term() }
    elements += 1
    if (reader.take('TRUE')) return { type: 'constant', value: true }
    if (reader.take('FALSE')) return { type: 'constant', value: false }
    const state = STATES.find((one) => reader.take(one))
    reader.expect('(')
    const rule: Rule = state
      ? { type: 'state', state, alarm: nameOf(reader.read('string', 'an alarm').text) }
      : either()
    reader.expect(')')
    return rule
  }
  const rule = either()
  reader.read('end', 'AND or OR')
  if (elements > MOST_ELEMENTS) throw validation(`AlarmRule can have at most ${MOST_ELEMENTS} elements.`)
  if (childrenOf(rule).length > MOST_CHILDREN)
    throw validation(`AlarmRule can have at most ${MOST_CHILDREN} child alarms.`)
  return rule
}

/** The names of the alarms that a rule depends on, each once. */
export function childrenOf(rule: Rule): string[] {
  const named = (one: Rule): string[] => {
    if (one.type === 'state') return [one.alarm]
    if (one.type === 'constant') return []
    return one.type === 'not' ? named(one.rule) : one.rules.flatMap(named)
  }
  return [...new Set(named(rule))]
}

export function holds(rule: Rule, stateOf: (alarm: string) => string | undefined): boolean {
  switch (rule.type) {
    case 'constant':
      return rule.value
    case 'state':
      return stateOf(rule.alarm) === rule.state
    case 'not':
      return !holds(rule.rule, stateOf)
    case 'and':
      return rule.rules.every((one) => holds(one, stateOf))
    case 'or':
      return rule.rules.some((one) => holds(one, stateOf))
  }
}

/** A rule refers to alarms by name or by ARN. */
function nameOf(alarm: string): string {
  return /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/s.exec(alarm)?.[1] ?? alarm
}
