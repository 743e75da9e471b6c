import { validation } from './faults.ts'

/** The AlarmRule of a composite alarm as a tree. */
export type Rule =
  | { type: 'constant'; value: boolean }
  /** Whether the alarm of a name is in a state. */
  | { type: 'state'; state: string; alarm: string }
  | { type: 'not'; rule: Rule }
  | { type: 'and' | 'or'; rules: Rule[] }

const LONGEST = 10_240
const MOST_CHILDREN = 100
const MOST_ELEMENTS = 500
const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|([^")]+?))\s*\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))/y

interface Token {
  text: string
  alarm?: string
}

/** @throws AwsFault for what is not of the grammar, or is beyond its limits: 10,240 characters, 500 elements, 100 children. */
export function parseRule(text: string): Rule {
  if (text === '' || text.length > LONGEST) throw validation(`AlarmRule must have 1 to ${LONGEST} characters.`)
  const tokens = tokenize(text)
  let at = 0
  const wrong = () => validation(`AlarmRule must contain a valid expression: unexpected '${tokens[at]?.text ?? 'end'}'`)
  const chain = (word: 'AND' | 'OR', next: () => Rule): Rule => {
    const rules = [next()]
    while (tokens[at]?.text === word) {
      at += 1
      rules.push(next())
    }
    const [only] = rules
    return rules.length === 1 && only ? only : { type: word === 'AND' ? 'and' : 'or', rules }
  }
  const either = (): Rule => chain('OR', () => chain('AND', term))
  const term = (): Rule => {
    const token = tokens[at]
    if (token?.alarm !== undefined) {
      at += 1
      return { type: 'state', state: token.text, alarm: nameOf(token.alarm) }
    }
    if (token?.text === 'TRUE' || token?.text === 'FALSE') {
      at += 1
      return { type: 'constant', value: token.text === 'TRUE' }
    }
    if (token?.text === 'NOT') {
      at += 1
      return { type: 'not', rule: term() }
    }
    if (token?.text !== '(') throw wrong()
    at += 1
    const rule = either()
    if (tokens[at]?.text !== ')') throw wrong()
    at += 1
    return rule
  }
  const rule = either()
  if (at < tokens.length) throw wrong()
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

/** @param stateOf the state of an alarm by its name. */
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

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; text.slice(at).trim() !== ''; ) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (!match) throw validation(`AlarmRule must contain a valid expression: wrong at character ${at + 1}`)
    const [whole, state, quoted, plain, word, parenthesis] = match
    tokens.push(state ? { text: state, alarm: quoted ?? plain ?? '' } : { text: word ?? parenthesis ?? '' })
    at += whole.length
  }
  const elements = tokens.filter(({ text: word }) => !['AND', 'OR', 'NOT'].includes(word)).length
  if (elements > MOST_ELEMENTS) throw validation(`AlarmRule can have at most ${MOST_ELEMENTS} elements.`)
  return tokens
}

/** A rule refers to alarms by name or by ARN. */
function nameOf(alarm: string): string {
  return /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/s.exec(alarm)?.[1] ?? alarm
}
