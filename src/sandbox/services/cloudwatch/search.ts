import { type Patterns, Reader } from '../reader.ts'
import { validation } from './faults.ts'
import type { Metric } from './store.ts'

export type Matches = (metric: Metric) => boolean

const LONGEST = 1_024

/** The text of a term is all of it: `{Namespace,Dimension}`, `Property="exact"`, `"exact"`, `token`. */
const PATTERNS: Patterns = [
  ['space', /\s+/y],
  ['name', /(AND|OR|NOT)(?![^\s(){}"])/iy],
  ['symbol', /([()])/y],
  ['string', /(\{[^}]*\}|[^\s(){}"=]+\s*=\s*(?:"[^"]*"|[^\s(){}"]+)|"[^"]*"|[^\s(){}"]+)/y],
]

/** The search part: `{Namespace,Dimension} Property="exact" token`. @throws AwsFault beyond 1,024 characters */
export function parseSearch(text: string): Matches {
  if (text.length > LONGEST)
    throw validation(`SEARCH expressions may have ${LONGEST} characters, this has ${text.length}`)
  const reader = new Reader(text, PATTERNS, (message) => validation(`Error in SEARCH '${text}': ${message}`))
  const either = (): Matches =>
    reader.binary([['or']], both, (_, one, other) => (metric) => one(metric) || other(metric))
  const both = (): Matches => {
    const terms: Matches[] = []
    while (reader.peek.type !== 'end' && !['or', ')'].includes(reader.peek.text.toLowerCase())) {
      if (!reader.take('and')) terms.push(term())
    }
    return (metric) => terms.every((one) => one(metric))
  }
  const term = (): Matches => {
    if (reader.take('not')) {
      const inner = term()
      return (metric) => !inner(metric)
    }
    if (!reader.take('(')) return termOf(reader.read('string', 'a term').text)
    const inner = either()
    reader.expect(')')
    return inner
  }
  const matches = either()
  reader.read('end', 'a term')
  return matches
}

function termOf(token: string): Matches {
  if (token.startsWith('{')) return schemaOf(token.slice(1, -1))
  const property = /^([^"=]+?)\s*=\s*(.+)$/s.exec(token)
  const wanted = property?.[2] ?? token
  const exact = wanted.startsWith('"')
  const value = exact ? wanted.slice(1, -1) : wanted.toLowerCase()
  const fits = (text: string) => (exact ? text === value : text.toLowerCase().includes(value))
  const name = property?.[1]
  return (metric) => propertiesOf(metric).some(([key, text]) => (name === undefined || key === name) && fits(text))
}

function schemaOf(schema: string): Matches {
  const [namespace, ...names] = schema.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
  const wanted = names.sort().join()
  return (metric) =>
    metric.namespace === namespace && (wanted === '' || metric.dimensions.map(({ Name }) => Name).join() === wanted)
}

function propertiesOf(metric: Metric): [string, string][] {
  return [
    ['Namespace', metric.namespace],
    ['MetricName', metric.name],
    ...metric.dimensions.map(({ Name, Value }): [string, string] => [Name, Value]),
  ]
}
